/* Nodes that do something else for a while: the run follows, as a fresh evaluation by the other
 * evaluator shows, and everything comes back bit for bit. */
#include "expr/mutant.h"

#include "reference_evaluator.h"
#include "random_graph.h"

static int same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* ---- by hand ---- */

static double first_of(ex_run *r, ex_id n) {
    const double *v = ex_run_eval(r, &n, 1, &f) ? ex_run_value(r, n, &f) : NULL;
    return v ? v[0] : -1e99;
}

static void changes(ex_id last, ex_mutant m, double was, double now, const char *name) {
    ex_run *r = ex_run_open(g, NULL, &f);
    is_num(first_of(r, last), was, "%s: before", name);
    ok(ex_mutate(g, &m), "%s: changed", name);
    ex_run_changed(r, m.node);
    is_num(first_of(r, last), now, "%s: meanwhile", name);
    ex_mutate_back(g, &m);
    ex_run_changed(r, m.node);
    is_num(first_of(r, last), was, "%s: after", name);
    ex_run_close(r);
}

static int never(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)arg, (void)argc, (void)in;
    *out = 0;
    return 1;
}

static void by_hand(void) {
    case_open();
    ok(ex_mutants_open(g, &f), "room for a literal");
    int v = make_axis("v", 4, "v%u");
    const double x_is[] = {5, 3, 7, 6};
    ex_values x_values = {.origin = EX_DATA, .axes = AX_BIT(v), .value = x_is, .name = "x"};
    ex_id x = ex_values_node(g, &x_values, &f), five = ex_number(g, 5, &f);
    ex_id ten = ex_number(g, 10, &f);
    ex_id more = ex_binary(g, EX_gt, x, five, &f), sum = ex_reduce(g, EX_sum, x, v, 0, &f);
    ex_id tens = ex_binary(g, EX_mul, x, ten, &f), less = ex_binary(g, EX_sub, tens, ten, &f);
    ex_id either = ex_ternary(g, EX_where, more, tens, x, &f);
    ex_id low = ex_reduce(g, EX_min, x, v, 0, &f);
    ex_id ranks = ex_scan(g, EX_rank, x, v, 0, EX_TIES_MIN, 0, &f);
    ex_id one = ex_slice(g, x, v, 1, &f);
    ex_function fn = {.name = "matches", .gives = EX_TRUTH, .call = never};
    ex_id found = ex_lookup(g, &fn, &x, 1, &f);
    changes(more, (ex_mutant){.node = more, .op = EX_ge}, 0, 1, "a boundary");
    changes(sum, (ex_mutant){.node = sum, .op = EX_max}, 21, 7, "a sum");
    changes(low, (ex_mutant){.node = low, .op = EX_max}, 3, 7, "an extreme");
    changes(either, (ex_mutant){.node = either, .change = EX_CHANGE_SWAP}, 5, 50, "a where");
    changes(less, (ex_mutant){.node = tens, .change = EX_CHANGE_LITERAL, .operand = 1, .value = 11},
            40, 45, "a literal, in one of the two places it stands");
    changes(ranks, (ex_mutant){.node = ranks, .change = EX_CHANGE_FLAG}, 3, 2, "a rank");
    changes(one, (ex_mutant){.node = one, .change = EX_CHANGE_EXTRA, .extra = 2}, 3, 7, "a slice");
    changes(found, (ex_mutant){.node = found, .change = EX_CHANGE_ANSWER, .value = 1}, 0, 1,
            "a pattern");
    const double one_is = 3, list_is[] = {1, 0, 1, 0};
    ex_values scalar = {.origin = EX_LEAF, .kind = EX_NUMBER, .value = &one_is, .name = "p"},
              list = {.origin = EX_LITERAL, .kind = EX_NUMBER, .axes = AX_BIT(v), .value = list_is};
    ex_id by_leaf = ex_binary(g, EX_mul, x, ex_values_node(g, &scalar, &f), &f),
          by_list = ex_binary(g, EX_mul, x, ex_values_node(g, &list, &f), &f),
          of_four = ex_lookup(g, &fn, (ex_id[]){x, five, ten, five}, 4, &f),
          day = ex_date(g, 100, &f),
          later = ex_binary(g, EX_gt, ex_binary(g, EX_add, x, day, &f), day, &f);
    changes(later,
            (ex_mutant){.node = later, .change = EX_CHANGE_LITERAL, .operand = 1, .value = 200}, 1,
            0, "a date");
    ex_mutant dated = {.node = later, .change = EX_CHANGE_LITERAL, .operand = 1, .value = 200};
    ok(ex_mutate(g, &dated) && ex_get(g, ex_arg(g, later, 1))->kind == EX_DATE &&
           ex_values_of(g, ex_arg(g, later, 1))->kind == EX_DATE,
       "what stands in its place is a date, too");
    ex_mutant again = {.node = later, .change = EX_CHANGE_LITERAL, .operand = 1, .value = 300};
    ok(!ex_mutate(g, &again), "refused: what stands there already");
    ex_mutate_back(g, &dated);
    ok(ex_arg(g, later, 1) == day, "and comes back");
    ex_mutant refused[] = {
        {.node = by_leaf, .change = EX_CHANGE_LITERAL, .operand = 1, .value = 1},
        {.node = by_list, .change = EX_CHANGE_LITERAL, .operand = 1, .value = 1},
        {.node = of_four, .change = EX_CHANGE_LITERAL, .operand = 1, .value = 1},
        {.node = tens, .change = EX_CHANGE_LITERAL, .operand = 1, .value = INFINITY},
        {.node = tens, .change = EX_CHANGE_LITERAL, .operand = 2, .value = 1},
        {.node = tens, .change = EX_CHANGE_LITERAL, .operand = -1, .value = 1},
        {.node = tens, .change = EX_CHANGE_SWAP},
        {.node = ranks, .change = EX_CHANGE_EXTRA, .extra = EX_TIES_FIRST + 1},
        {.node = tens, .change = EX_CHANGE_EXTRA, .extra = 0},
        {.node = tens, .change = EX_CHANGE_ANSWER},
        {.node = sum, .op = EX_add},
        {.node = more, .op = EX_and},
        {.node = sum, .change = EX_CHANGE_SWAP},
        {.node = tens, .change = EX_CHANGE_LITERAL, .operand = 0, .value = 1},
        {.node = one, .change = EX_CHANGE_EXTRA, .extra = 4},
        {.node = sum, .change = EX_CHANGE_FLAG},
        {.node = more, .change = EX_CHANGE_ANSWER},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        ex_node before = *ex_get(g, refused[i].node);
        ok(!ex_mutate(g, &refused[i]) &&
               !memcmp(&before, ex_get(g, refused[i].node), sizeof before),
           "refused %zu: and nothing changed", i);
    }
    case_close();
}

/* ---- at random ---- */

static int random_mutant(ex_mutant *m) {
    static const ex_op to[] = {EX_lt,     EX_ge,     EX_eq,    EX_ne,    EX_and,     EX_or,
                               EX_sub,    EX_add,    EX_mul,   EX_div,   EX_min,     EX_max,
                               EX_any,    EX_all,    EX_first, EX_last,  EX_least,   EX_greatest,
                               EX_argmin, EX_argmax, EX_trunc, EX_round, EX_present, EX_missing};
    for (int tries = 0; tries < 60; tries++) {
        *m = (ex_mutant){.node = 1 + (ex_id)below(ex_count(g)),
                         .change = (ex_change)below(5),
                         .op = to[below(sizeof to / sizeof *to)],
                         .operand = (int)below(3),
                         .value = draw(2),
                         .extra = (uint32_t)below(4)};
        if (ex_get(g, m->node)->op != EX_source && ex_mutate(g, m)) return 1;
    }
    return 0;
}

static int agrees(ex_run *run, ex_id last) {
    ex_reference *ref = ex_reference_open(g, &last, 1, &f);
    size_t size = ax_size(space, axes_of(last));
    int good = ref && ex_run_eval(run, &last, 1, &f);
    const double *a = good ? ex_run_value(run, last, &f) : NULL;
    const double *b = good ? ex_reference_value(ref, last) : NULL;
    for (size_t i = 0; good && i < size; i++) {
        good = same(a[i], b[i]);
        if (!good) diag("element %zu: run %.17g, reference %.17g", i, a[i], b[i]);
    }
    ex_reference_close(ref);
    return good;
}

static long mutants;

static int one_case(void) {
    case_open();
    ex_mutants_open(g, &f);
    random_graph(0);
    ex_id last = nodes ? node[nodes - 1] : 0;
    size_t size = last ? ax_size(space, axes_of(last)) : 0;
    double *before = malloc((size + 1) * sizeof *before);
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    int good = !size || ex_run_eval(run, &last, 1, &f);
    if (size && good) memcpy(before, ex_run_value(run, last, &f), size * sizeof *before);
    for (int k = 0; size && good && k < 3; k++) {
        ex_mutant m;
        if (!random_mutant(&m)) break;
        mutants++;
        ex_run_changed(run, m.node);
        good = ex_run_eval(run, &last, 1, &f);
        ex_mutate_back(g, &m);
        ex_run_changed(run, m.node);
        good = good && ex_run_eval(run, &last, 1, &f);
        const double *now = good ? ex_run_value(run, last, &f) : NULL;
        for (size_t i = 0; good && i < size; i++) good = same(now[i], before[i]);
        if (!good) diag("node %u did not come back (change %d)", m.node, m.change);
    }
    if (f.count) diag("fault: %s", f.item[0].text);
    good = good && !f.count;
    free(before);
    ex_run_close(run);
    case_close();
    return good;
}

/* The run with a mutant against the scalar evaluator with it. Sums are left out: see t/reference.c.
 */
static int one_comparison(void) {
    case_open();
    ex_mutants_open(g, &f);
    random_graph(0);
    ex_id last = nodes ? node[nodes - 1] : 0;
    ex_mutant m;
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    int sums = 0, good = 1;
    for (ex_id n = 1; n <= ex_count(g); n++) sums |= ex_get(g, n)->op == EX_sum;
    if (last && !sums && ex_run_eval(run, &last, 1, &f) && random_mutant(&m)) {
        mutants++;
        ex_run_changed(run, m.node);
        good = agrees(run, last);
        ex_mutate_back(g, &m);
    }
    ex_run_close(run);
    case_close();
    return good;
}

static void at_random(int (*one)(void), const char *name) {
    uint64_t seed = tap_seed();
    const char *given = getenv("ASSESS_CASES");
    long cases = given ? atol(given) : 4000, failed = 0;
    mutants = 0;
    for (long i = 0; i < cases && failed < 3; i++) {
        state = seed + (uint64_t)i;
        if (one()) continue;
        failed++;
        diag("repeat this case: ASSESS_SEED=%" PRIu64 " ASSESS_CASES=1", seed + (uint64_t)i);
    }
    ok(!failed, "%s", name);
    ok(cases < 1000 || mutants > cases / 8, "%s: there are mutants", name);
    printf("# %ld mutants\n", mutants);
}

int main(void) {
    by_hand();
    at_random(one_case, "every value comes back");
    at_random(one_comparison, "both evaluators agree on a mutant");
    return done_testing();
}
