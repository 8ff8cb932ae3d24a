/* The block evaluator against the scalar evaluator, and both against answers by hand.
 *
 * Random cases: a few axes, arrays over them, and some operations on these, computed with blocks of
 * any length, any number of threads and every SIMD level; all must have the same bits and the same
 * domain errors. ASSESS_CASES says how many. A case that fails prints the seed that repeats it
 * alone. */
#include "reference_evaluator.h"
#include "expr/formula.h"
#include "expr/run.h"
#include "random_graph.h"

/* ---- comparing ---- */

static int same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void show(ex_id n) {
    buf out = BUF_INIT;
    char shape[256];
    formula_write(g, n, 6, NULL, NULL, &out);
    ax_describe(space, ex_get(g, n)->axes, shape, sizeof shape);
    fprintf(stderr, "#   node %u over %s: %s\n", n, shape, buf_string(&out));
    buf_release(&out);
}

static int values_agree(ex_run *run, const ex_reference *ref, const ex_id *want, size_t count) {
    for (size_t k = 0; k < count; k++) {
        const double *a = ex_run_value(run, want[k], &f), *b = ex_reference_value(ref, want[k]);
        size_t size = ax_size(space, ex_get(g, want[k])->axes);
        if (!a || !b) {
            diag("no values of node %u (run: %s, reference: %s)", want[k], a ? "yes" : "no",
                 b ? "yes" : "no");
            return 0;
        }
        for (size_t i = 0; i < size; i++)
            if (!same(a[i], b[i])) {
                diag("element %zu of %zu: run %.17g, reference %.17g", i, size, a[i], b[i]);
                show(want[k]);
                return 0;
            }
    }
    return 1;
}

static int domain_errors_agree(const ex_run *run, const ex_reference *ref, uint32_t upto) {
    size_t at = 0;
    for (ex_id n = 1; n <= upto; n++) {
        size_t first = 0, count = ex_reference_domain_errors(ref, n, &first);
        ex_domain_error b =
            at < ex_run_domain_errors(run) ? ex_run_domain_error(run, at) : (ex_domain_error){0};
        if (b.node == n)
            at++;
        else
            b = (ex_domain_error){.node = n};
        if (b.count != count || (count && b.first != first)) {
            diag("domain errors: run %zu, first %zu; reference %zu, first %zu", b.count, b.first,
                 count, first);
            show(n);
            return 0;
        }
    }
    return 1;
}

static const char *levels[4];
static int level_count;

static void find_levels(void) {
    static const char *const all[] = {"baseline", "v3", "v4"};
    case_open();
    for (int i = 0; i < 3; i++) {
        fault none = FAULT_INIT;
        ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1, .simd = all[i]}, &none);
        if (run) levels[level_count++] = all[i];
        ex_run_close(run);
        fault_release(&none);
    }
    case_close();
}

/* ---- by hand ---- */

static ex_id array(ax_set axes, ex_kind kind, const double *value) {
    ex_values v = {.origin = EX_DATA, .kind = kind, .axes = axes, .value = value, .name = "x"};
    return ex_values_node(g, &v, &f);
}

static void gives(ex_id n, const double *want, size_t size, size_t domain_errors,
                  const char *name) {
    ex_reference *ref = n ? ex_reference_open(g, &n, 1, &f) : NULL;
    ex_run *run = ex_run_open(g, NULL, &f);
    if (!ok(ref && run && ex_run_eval(run, &n, 1, &f), "%s", name)) {
        diag("%s", f.listed ? f.item[0].text : "no reason given");
    } else {
        const double *a = ex_reference_value(ref, n), *b = ex_run_value(run, n, &f);
        size_t i = 0;
        while (i < size && same(a[i], want[i]) && same(b[i], want[i])) i++;
        ok(i == size && size == ax_size(space, ex_get(g, n)->axes), "%s: values", name);
        if (i < size)
            diag("element %zu: want %.17g, reference %.17g, run %.17g", i, want[i], a[i], b[i]);
        is_int((intmax_t)ex_reference_domain_errors(ref, n, NULL), (intmax_t)domain_errors,
               "%s: domain errors", name);
        ok(domain_errors_agree(run, ref, ex_count(g)), "%s: domain errors of the run", name);
    }
    ex_reference_close(ref);
    ex_run_close(run);
}

#define M NAN
#define GIVES(n, domain_errors, name, ...)                                                         \
    gives(n, (const double[]){__VA_ARGS__},                                                        \
          sizeof((const double[]){__VA_ARGS__}) / sizeof(double), domain_errors, name)

static int twice_calls;
static int twice(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)argc, (void)in;
    twice_calls++;
    *out = isnan(arg[0]) ? 0 : arg[0] > 50 ? INFINITY : 2 * arg[0];
    return 1;
}

static int refuse(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)arg, (void)argc, (void)out;
    return fault_set(in, FAULT_RULE, "no");
}

static void by_hand(void) {
    case_open();
    int u = make_axis("u", 2, "u%u"), v = make_axis("v", 3, "v%u"), t = make_axis("t", 2, "t%u");
    int w = make_axis("w", 2, "u%u"), y = make_axis("y", 3, "%u");
    ax_set uv = AX_BIT(u) | AX_BIT(v);
    /* v is longer, so innermost: u0: 1 missing 3, u1: -4 0 6. */
    const double x_is[] = {1, M, 3, -4, 0, 6}, a_is[] = {10, 20}, by_is[] = {1, 0, 1};
    const double big_is[] = {1e308, 1e308, -1e308}, c_is[] = {5, M}, zero_is[] = {-0.0, -0.0, M};
    const double at_is[] = {2, M, 0}, many_is[] = {60, 60, 7, 7, M, 0};
    ex_id x = array(uv, EX_NUMBER, x_is), a = array(AX_BIT(u), EX_NUMBER, a_is);
    ex_id by = array(AX_BIT(v), EX_NUMBER, by_is), big = array(AX_BIT(v), EX_NUMBER, big_is);
    ex_id c = array(AX_BIT(u), EX_NUMBER, c_is), at = array(AX_BIT(y), EX_NUMBER, at_is);
    ex_id zero = array(AX_BIT(v), EX_NUMBER, zero_is);
    GIVES(ex_binary(g, EX_add, x, a, &f), 0, "shapes broadcast by name", 11, M, 13, 16, 20, 26);
    GIVES(ex_binary(g, EX_div, a, x, &f), 1,
          "division by zero is a birth, a missing operand is none", 10, M, 10 / 3.0, -5, M,
          20 / 6.0);
    GIVES(ex_unary(g, EX_log, x, &f), 2, "log of 0 and below", 0, M, 0x1.193ea7aad030bp+0, M, M,
          0x1.cab0bfa2a2002p+0);
    GIVES(ex_unary(g, EX_present, x, &f), 0, "present", 1, 0, 1, 1, 1, 1);
    GIVES(ex_binary(g, EX_coalesce, x, a, &f), 0, "coalesce", 1, 10, 3, -4, 0, 6);
    GIVES(ex_binary(g, EX_round, x, ex_number(g, NAN, &f), &f), 0, "rounding to missing places", M,
          M, M, M, M, M);
    GIVES(ex_binary(g, EX_pow, ex_number(g, NAN, &f), ex_number(g, 0, &f), &f), 0,
          "missing to the power 0", M);
    GIVES(ex_binary(g, EX_mul, big, ex_number(g, 10, &f), &f), 3, "overflow", M, M, M);
    GIVES(ex_reduce(g, EX_sum, x, v, 0, &f), 0, "sum along the inner axis", 4, 2);
    GIVES(ex_reduce(g, EX_sum, x, u, 0, &f), 0, "sum along the outer axis", -3, 0, 9);
    GIVES(ex_reduce(g, EX_count, x, u, 0, &f), 0, "count", 2, 1, 2);
    GIVES(ex_reduce(g, EX_min, x, u, 0, &f), 0, "min", -4, 0, 3);
    GIVES(ex_reduce(g, EX_argmax, x, v, 0, &f), 0, "argmax", 2, 2);
    GIVES(ex_reduce(g, EX_argmin, x, u, 0, &f), 0, "argmin", 1, 1, 0);
    GIVES(ex_reduce(g, EX_last, x, u, 0, &f), 0, "last", -4, 0, 6);
    GIVES(ex_reduce(g, EX_first, c, u, 0, &f), 0, "first", 5);
    GIVES(ex_reduce(g, EX_median, x, v, 0, &f), 0, "median", 2, 0);
    GIVES(ex_reduce(g, EX_min, zero, v, 0, &f), 0, "an extreme of zero has no sign", 0.0);
    ex_id first_two = ex_ternary(g, EX_where, ex_binary(g, EX_ne, by, ex_number(g, 0, &f), &f), big,
                                 ex_number(g, NAN, &f), &f);
    GIVES(ex_reduce(g, EX_sum, first_two, v, 0, &f), 0, "a sum that just holds", 0);
    ex_id doubled = ex_unary(g, EX_abs, big, &f);
    GIVES(ex_reduce(g, EX_sum, doubled, v, 0, &f), 1, "a sum that overflows", M);
    ex_id twofold =
        ex_binary(g, EX_add, doubled, ex_binary(g, EX_mul, a, ex_number(g, 0, &f), &f), &f);
    GIVES(ex_reduce(g, EX_sum, twofold, u, 0, &f), 3, "sums along the outer axis that overflow", M,
          M, M);
    GIVES(ex_reduce_by(g, EX_sum, doubled, v, by, t, &f), 1, "a group that overflows", 1e308, M);
    ex_id nothing = ex_binary(g, EX_mul, x, ex_number(g, NAN, &f), &f);
    GIVES(ex_reduce(g, EX_sum, nothing, v, 0, &f), 0, "a sum of nothing", M, M);
    GIVES(ex_reduce(g, EX_count, nothing, u, 0, &f), 0, "a count of nothing", 0, 0, 0);
    /* by: v0 and v2 go to t1, v1 to t0. The result lies u, t: t was made later, so it is inner. */
    GIVES(ex_reduce_by(g, EX_sum, x, v, by, t, &f), 0, "sum by groups", M, 4, 0, 2);
    GIVES(ex_reduce_by(g, EX_last, x, v, by, t, &f), 0, "last by groups", M, 3, 0, 6);
    GIVES(ex_slice(g, x, v, 2, &f), 0, "slice of the inner axis", 3, 6);
    GIVES(ex_slice(g, x, u, 1, &f), 0, "slice of the outer axis", -4, 0, 6);
    GIVES(ex_gather(g, x, v, at, &f), 0, "look-up", 3, M, 1, 6, M, -4);
    GIVES(ex_rename(g, a, u, w, &f), 0, "rename", 10, 20);
    GIVES(ex_binary(g, EX_sub, ex_rename(g, a, u, w, &f), a, &f), 0, "every one with every other",
          0, 10, -10, 0);
    GIVES(ex_labels(g, y, &f), 0, "labels that are numbers", 0, 1, 2);
    GIVES(ex_position_of(g, at, y, &f), 0, "positions of labels", 2, M, 0);
    GIVES(ex_scan(g, EX_cumsum, big, v, 0, 0, 0, &f), 2, "a running sum that overflows", 1e308, M,
          M);
    GIVES(ex_mean(g, x, v, 0, 0, 0, AX_NONE, &f), 0, "mean", 2, 2 / 3.0);
    GIVES(ex_mean(g, x, v, by, 0, 0, AX_NONE, &f), 0, "weighted mean over the present", 2, 1);
    GIVES(ex_mean(g, x, v, by, 1, 0, AX_NONE, &f), 0, "weighted mean over all weights", 2, 1);
    GIVES(ex_var(g, a, u, 1, 0, 0, AX_NONE, &f), 0, "variance", 50);
    GIVES(ex_var(g, c, u, 1, 0, 0, AX_NONE, &f), 0, "variance of one is missing, no domain error",
          M);
    GIVES(ex_upto(g, at, y, ex_number(g, 1, &f), &f), 0, "the latest up to a label", 2);
    GIVES(ex_upto_label(g, at, y, ex_number(g, 1, &f), &f), 0, "and where it was", 0);
    GIVES(ex_label_of(g, EX_argmin, at, y, &f), 0, "the label of the least", 2);
    ex_id many = array(uv, EX_NUMBER, many_is);
    ex_function fn = {.name = "twice", .gives = EX_NUMBER, .distinct = 1, .call = twice};
    GIVES(ex_lookup(g, &fn, &many, 1, &f), 0, "a host function", M, M, 14, 14, M, 0);
    is_int(twice_calls, 6, "is called once for each distinct value, by each evaluator");
    fn.missing_too = 1;
    GIVES(ex_lookup(g, &fn, &many, 1, &f), 0, "one that takes the missing", M, M, 14, 14, 0, 0);
    fn.call = refuse;
    ex_id refused = ex_lookup(g, &fn, &many, 1, &f);
    ok(!ex_reference_open(g, &refused, 1, &f) && f.kind == FAULT_RULE,
       "a host function that fails is a fault");
    fault_release(&f);
    ex_reference *ref = ex_reference_open(g, &a, 1, &f);
    ok(ref && !ex_reference_value(ref, x), "what is not needed is not computed");
    ex_reference_close(ref);
    case_close();
}

static void by_hand_empty(void) {
    case_open();
    int u = make_axis("u", 3, "u%u"), e = make_axis("e", 0, "e%u");
    const double none[] = {0};
    ex_id x = array(AX_BIT(u) | AX_BIT(e), EX_NUMBER, none);
    GIVES(ex_reduce(g, EX_count, x, e, 0, &f), 0, "the count along an axis without labels", 0, 0,
          0);
    GIVES(ex_reduce(g, EX_sum, x, e, 0, &f), 0, "and the sum", M, M, M);
    gives(ex_reduce(g, EX_sum, x, u, 0, &f), none, 0, 0, "along the other axis there is nothing");
    gives(ex_scan(g, EX_rank, x, u, 0, EX_TIES_MIN, 0, &f), none, 0, 0, "nor anything to rank");
    case_close();
}

/* ---- sums ---- */

/* The block evaluator keeps 106 bits of a sum, the scalar one all of them. Where 106 bits do not
 * settle how the last of 53 is rounded, the two may rightly differ, and the case is left out. They
 * settle it where the terms are multiples of a unit so large that nothing is ever lost, and where
 * the sum is further from the middle of two doubles than 106 bits can be wrong. */
typedef struct total {
    exact sum;
    double sizes, unit, count, above, under;
} total;

static double lowest_bit(double x) {
    int e;
    uint64_t whole = (uint64_t)fabs(ldexp(frexp(x, &e), 53));
    return ldexp((double)(whole & -whole), e - 53);
}

static void total_add(total *t, double x) {
    if (isnan(x) || x == 0) return;
    exact_add(&t->sum, x);
    t->sizes += fabs(x);
    t->above += x > 0;
    t->under += x < 0;
    t->unit = t->count++ && t->unit < lowest_bit(x) ? t->unit : lowest_bit(x);
}

static int total_settled(total *t, double length) {
    if (!t->count) return 1;
    /* Beyond the range of doubles all depends on the order, but where all terms have one sign. */
    if (!(t->sizes < 1e307)) return !(t->above && t->under) && !(t->sizes < INFINITY);
    if (ilogb(t->sizes) + ilogb(length) + 3 - ilogb(t->unit) <= 104) return 1;
    exact rest = t->sum;
    double sum = exact_round(&rest);
    rest = t->sum;
    exact_add(&rest, -sum);
    double beyond = fabs(exact_round(&rest)), wrong = t->sizes * length * length * 0x1p-105;
    double up = (nextafter(fabs(sum), INFINITY) - fabs(sum)) / 2,
           down = (fabs(sum) - nextafter(fabs(sum), 0)) / 2;
    return sum != 0 && fabs(beyond - up) > wrong && fabs(beyond - down) > wrong;
}

/* By the coordinates of every element of x: how far inside the result its group or line is. */
static int sum_settled(const ex_reference *ref, ex_id id) {
    const ex_node *n = ex_get(g, id);
    ex_id x = ex_arg(g, id, 0), by = ex_arg(g, id, 1);
    const double *value = ex_reference_value(ref, x),
                 *group = by ? ex_reference_value(ref, by) : NULL;
    size_t size = ax_size(space, axes_of(x)), results = ax_size(space, n->axes);
    uint8_t order[AX_MOST];
    int axes = ax_layout(space, axes_of(x), order), good = 1;
    total *t = calloc(results + 1, sizeof *t);
    for (size_t i = 0; i < size; i++) {
        size_t rest = i, at = 0, in = 1;
        for (int k = axes - 1; k >= 0; k--) {
            size_t length = ax_get(space, order[k])->size, along = rest % length;
            rest /= length;
            if (order[k] != n->axis)
                at += along * ax_stride(space, n->axes, order[k]);
            else if (group && isnan(group[along]))
                in = 0;
            else if (group)
                at += (size_t)group[along] * ax_stride(space, n->axes, n->to);
        }
        if (in) total_add(&t[at], value[i]);
    }
    for (size_t i = 0; i < results; i++) good &= total_settled(&t[i], ax_get(space, n->axis)->size);
    free(t);
    return good;
}

static int settled(const ex_reference *ref, ex_id upto) {
    for (ex_id id = 1; id <= upto; id++)
        if (ex_get(g, id)->op == EX_sum && ex_reference_value(ref, id) && !sum_settled(ref, id))
            return 0;
    return 1;
}

/* ---- a case ---- */

static ex_settings random_settings(int large) {
    ex_settings s = {.threads = large ? 1 + (int)below(4) : 1,
                     .simd = levels[below((size_t)level_count)]};
    if (!chance(4)) s.block = (uint32_t)(1 + below(64));
    if (chance(100)) s.threads = 1 + (int)below(4);
    if (chance(2)) s.spare = 1; /* values that nothing reads any more are given back at once */
    return s;
}

static int agrees(ex_run *run, const ex_id *want, size_t wants) {
    ex_reference *ref = ex_reference_open(g, want, wants, &f);
    int good = !ref ? 0
               : !settled(ref, ex_count(g))
                   ? -1
                   : ex_run_eval(run, want, wants, &f) && values_agree(run, ref, want, wants) &&
                         domain_errors_agree(run, ref, ex_count(g));
    ex_reference_close(ref);
    if (f.count) {
        diag("fault: %s", f.item[0].text);
        good = 0;
    }
    return good;
}

/* 1: all agree; 0: not; -1: sums that 106 bits do not settle. */
static int one_case(int large) {
    case_open();
    random_graph(large);
    ex_id want[NODES_MOST];
    size_t wants = 0;
    for (int i = 0; i < nodes; i++)
        if (i == nodes - 1 || chance(3)) want[wants++] = node[i];
    int good = wants ? 1 : -1, times = chance(4) ? 2 : 1;
    for (int k = 0; good == 1 && k < times; k++) {
        ex_settings settings = random_settings(large);
        ex_run *run = ex_run_open(g, &settings, &f);
        if (chance(8)) good = ex_run_eval(run, want, 1, &f) && f.count == 0;
        if (good) good = agrees(run, want, wants);
        if (good == 1 && sources && chance(4)) {
            changeable *c = &source[below((size_t)sources)];
            fill_values(c->value, c->size, c->kind, c->positions);
            ex_run_changed(run, c->node);
            good = agrees(run, want, wants);
            if (!good) diag("after a change of source %u", c->node);
        }
        if (!good)
            diag("threads %d, block %u, level %s", settings.threads, settings.block, settings.simd);
        ex_run_close(run);
    }
    case_close();
    return good;
}

static void random_cases(void) {
    uint64_t seed = tap_seed();
    const char *given = getenv("ASSESS_CASES");
    long cases = given ? atol(given) : 60000, left_out = 0, failed = 0, i = 0;
    for (; i < cases && failed < 3; i++) {
        uint64_t own = seed + (uint64_t)i;
        state = own;
        int large = chance(400), good = one_case(large);
        left_out += good < 0;
        if (good == 0) {
            failed++;
            diag("repeat this case: ASSESS_SEED=%" PRIu64 " ASSESS_CASES=1", own);
        }
    }
    ok(!failed, "the block evaluator has the bits of the scalar evaluator");
    ok(cases < 100 || left_out * 10 < i, "few sums cannot be settled");
    if (left_out) printf("# %ld of %ld cases left out\n", left_out, i);
}

int main(void) {
    find_levels();
    ok(level_count > 0, "there is a SIMD level");
    by_hand();
    by_hand_empty();
    random_cases();
    return done_testing();
}
