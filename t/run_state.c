/* What a run keeps while values come, change and go: random calls on random graphs. Values and
 * domain errors are those of a run that begins anew; memory is counted to the byte; and nothing is
 * computed that is there. */
#include "expr/run_inside.h"
#include "random_graph.h"

enum { CALLS = 10 };

static ex_run *run;
static uint32_t count;
static const char *why;

static int says(int right, const char *what) {
    if (!right && !why) why = what;
    return right;
}

static int same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Does node n depend on a source? */
static int depends(ex_id n, ex_id on) {
    if (n == on) return 1;
    for (int i = 0; i < ex_get(g, n)->argc; i++)
        if (depends(ex_arg(g, n, i), on)) return 1;
    return 0;
}

static size_t bytes_of(ex_id n) { return ax_size(space, axes_of(n)) * sizeof(double); }

static int memory_is_right(void) {
    size_t bytes = 0;
    for (ex_id n = 1; n <= run->count; n++)
        bytes += (run->node[n].own ? bytes_of(n) : 0) + (run->node[n].order ? bytes_of(n) / 2 : 0);
    return says(ex_run_memory(run) == bytes, "other memory is counted than is held") &&
           says(ex_run_memory_most(run) >= bytes, "the most memory is less than there is");
}

/* Without room to spare nothing is left that nobody asked for or was given. */
static int nothing_is_spared(void) {
    for (ex_id n = 1; n <= run->count; n++) {
        const run_node *x = &run->node[n];
        if (!says(!x->own || x->asked || x->held || !bytes_of(n), "a value is kept in vain"))
            return 0;
    }
    return 1;
}

/* Of nodes that wanted ones need, as a new run has them; and how they are listed. */
static int domain_errors_are_right(const ex_run *fresh, const uint8_t *needed) {
    const size_t listed = ex_run_domain_errors(run);
    size_t at = 0;
    for (ex_id n = 1; n <= count; n++) {
        const size_t first = fresh->node[n].first, errors = fresh->node[n].domain_errors;
        const run_node *x = &run->node[n];
        if (x->domain_errors) {
            const ex_domain_error e = ex_run_domain_error(run, at++);
            if (!says(e.node == n && e.count == x->domain_errors && e.first == x->first,
                      "domain errors are listed in another order"))
                return 0;
        }
        if (needed[n] && !says(x->domain_errors == errors && (!errors || x->first == first),
                               "other domain errors"))
            return 0;
    }
    return says(at == listed && !ex_run_domain_error(run, listed).node,
                "another number of domain errors");
}

static int values_are_right(const ex_id *want, size_t wants) {
    uint8_t *needed = calloc(count + 1, 1);
    ex_run *fresh = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    for (size_t i = 0; i < wants; i++) needed[want[i]] = 1;
    for (ex_id n = count; n >= 1; n--)
        for (int i = 0; needed[n] && i < ex_get(g, n)->argc; i++) needed[ex_arg(g, n, i)] = 1;
    int right = fresh && ex_run_eval(fresh, want, wants, &f);
    for (size_t i = 0; right && i < wants; i++) {
        const double *a = ex_run_value(run, want[i], &f), *b = ex_run_value(fresh, want[i], &f);
        right = says(a && b, "a value is not there");
        for (size_t e = 0; right && e < bytes_of(want[i]) / sizeof *a; e++)
            if (!says(same(a[e], b[e]), "another value")) {
                diag("%s, element %zu: %.17g, not %.17g", ex_op_text((ex_op)ex_get(g, want[i])->op),
                     e, a[e], b[e]);
                right = 0;
            }
    }
    right = right && domain_errors_are_right(fresh, needed);
    ex_run_close(fresh);
    free(needed);
    return right;
}

/* An element of a source's own array, or of its columns. */
static double *own_element(ex_id n, size_t element) {
    const ex_values *v = ex_values_of(g, n);
    if (v->value) return (double *)(uintptr_t)&v->value[element];
    const size_t inner = ax_get(space, ax_inner(space, v->axes))->size;
    return (double *)(uintptr_t)&v->column[element / inner][element % inner];
}

/* What is there before and after a change: all that does not depend on it. */
static int change_one(changeable *s, double *lent[], int which) {
    const size_t element = below(s->size), size = s->size * sizeof(double);
    const int dense = ex_values_of(g, s->node)->value != NULL, how = dense ? (int)below(3) : 0;
    const double value = s->positions           ? (double)below(s->positions)
                         : s->kind == EX_TRUTH  ? (double)below(2)
                         : s->kind != EX_NUMBER ? (double)(1 + below(5))
                         : chance(6)            ? NAN
                                                : draw((int)below(7));
    uint8_t *was = calloc(count + 1, 1);
    int right = 1;
    for (ex_id n = 1; n <= count; n++) was[n] = ex_run_value(run, n, &f) != NULL;
    if (how == 1) {
        right = ex_run_force(run, s->node, element, value, &f);
        *own_element(s->node, element) = value;
    } else if (how == 2) {
        *own_element(s->node, element) = value;
        double *copy = malloc(size);
        memcpy(copy, own_element(s->node, 0), size);
        right = ex_run_lend(run, s->node, copy, &f);
        free(lent[which]);
        lent[which] = copy;
    } else {
        *own_element(s->node, element) = value;
        ex_run_changed(run, s->node);
    }
    for (ex_id n = 1; right && n <= count; n++) {
        if (ex_get(g, n)->op == EX_source) continue;
        const int there = ex_run_value(run, n, &f) != NULL;
        right =
            says(there == (was[n] && !depends(n, s->node)),
                 there ? "a value of before is still there" : "a value went that did not change");
    }
    free(was);
    return right;
}

static size_t evaluated, computed_again;

static int eval_some(void) {
    ex_id want[4];
    size_t wants = 0, missing = 0, all = 0;
    for (int i = nodes - 1; i >= 0 && wants < 4; i -= 1 + (int)below(3)) want[wants++] = node[i];
    if (!wants) return 1;
    for (size_t i = 0; i < wants; i++) missing += !ex_run_value(run, want[i], &f);
    for (ex_id n = 1; n <= count; n++) all += ex_get(g, n)->op != EX_source && !run->node[n].done;
    const double *given[NODES_MOST];
    for (int i = 0; i < sources; i++) given[i] = ex_run_value(run, source[i].node, &f);
    const uint64_t before = ex_run_computed(run), looked = ex_run_looked(run);
    int right =
        chance(4) ? ex_run_prepare(run, want, wants, &f) : ex_run_eval(run, want, wants, &f);
    const uint64_t after = ex_run_computed(run);
    right = right &&
            says(after >= before && after - before <= all, "more is computed than is new") &&
            says(missing ? after > before : after == before, "what is there is computed") &&
            says(missing || ex_run_looked(run) == looked, "a plan is made of what is there");
    evaluated++;
    computed_again += after - before;
    right = right && memory_is_right() && values_are_right(want, wants);
    if (run->settings.spare && !run->settings.again && missing)
        right = right && nothing_is_spared();
    for (int i = 0; right && i < sources; i++)
        right = says(ex_run_value(run, source[i].node, &f) == given[i],
                     "the values of a source went elsewhere");
    /* The second time all is there. */
    right = right && ex_run_eval(run, want, wants, &f) &&
            says(ex_run_computed(run) == after, "the second time something is computed");
    return right && memory_is_right();
}

static int one_case(int large) {
    double *lent[NODES_MOST] = {NULL};
    /* In some it keeps no value that nobody reads any more, in some memory and plans. */
    const ex_settings settings = {
        .threads = large ? 2 : 1, .spare = (size_t)chance(3), .again = chance(4)};
    why = NULL;
    count = ex_count(g);
    run = ex_run_open(g, &settings, &f);
    int right = run != NULL;
    for (int i = 0; right && i < CALLS; i++) {
        if (i && sources) {
            const int which = (int)below((size_t)sources);
            if (source[which].size) right = change_one(&source[which], lent, which);
        }
        right = right && memory_is_right() && (chance(4) || eval_some());
    }
    if (!right || f.count) diag("%s", f.count ? f.item[0].text : why ? why : "no reason given");
    ex_run_close(run);
    for (int i = 0; i < NODES_MOST; i++) free(lent[i]);
    return right && !f.count;
}

/* The order of long lines is kept, where their ranks are computed again; its memory is counted. */
static void orders(void) {
    enum { N = 600 };
    static double x_is[2 * N];
    int right = 1, known = 0;
    case_open();
    const int a = make_axis("a", N, "%u"), b = make_axis("b", 2, "%u");
    ex_values v = {.origin = EX_DATA,
                   .kind = EX_NUMBER,
                   .axes = AX_BIT(a) | AX_BIT(b),
                   .value = x_is,
                   .name = "x"};
    const ex_id x = ex_values_node(g, &v, &f),
                rank = ex_scan(g, EX_rank, x, a, 0, EX_TIES_MIN, 0, &f);
    for (size_t i = 0; i < 2 * N; i++) x_is[i] = draw(2);
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    for (int i = 0; right && i < 6; i++) {
        right = ex_run_eval(run, &rank, 1, &f) && memory_is_right();
        known += run->node[rank].order && run->node[rank].known;
        for (size_t k = 0; k < 2 * N; k += N) {
            size_t better = 1;
            const double *got = ex_run_value(run, rank, &f);
            for (size_t j = 0; j < N; j++) better += x_is[k + j] > x_is[k + 7];
            right = right && got && got[k + 7] == (double)better;
        }
        x_is[below(2 * N)] = draw(2);
        x_is[7] = draw(2);
        ex_run_changed(run, x);
    }
    ok(right && known > 2, "the order of long lines is kept, and its memory counted");
    ok(ex_run_memory_most(run) >= 2 * N * (sizeof(double) + sizeof(uint32_t)),
       "also in the most there was");
    ex_run_close(run);
    /* Where the limit leaves no room for it, it is not. */
    run = ex_run_open(g, &(ex_settings){.threads = 1, .memory = 2 * N * sizeof(double)}, &f);
    right = 1;
    for (int i = 0; i < 3; i++) {
        right =
            right && ex_run_eval(run, &rank, 1, &f) && memory_is_right() && !run->node[rank].order;
        ex_run_changed(run, x);
    }
    ok(right, "where there is no room for it, ranks are computed without");
    ex_run_close(run);
    case_close();
}

int main(void) {
    orders();
    const char *given = getenv("ASSESS_CASES");
    const uint64_t seed = tap_seed();
    const long cases = given ? atol(given) : 1500;
    int failed = 0;
    for (long i = 0; i < cases && failed < 3; i++) {
        const int large = i % 40 == 39;
        state = seed + (uint64_t)i;
        case_open();
        random_space(large);
        random_graph_over(large ? 30000 : 400, large ? 6 : 14);
        if (chance(2)) add_steered();
        if (!one_case(large)) {
            failed++;
            diag("repeat this case: ASSESS_SEED=%" PRIu64 " ASSESS_CASES=1", seed + (uint64_t)i);
        }
        case_close();
    }
    ok(!failed, "%ld random graphs, evaluated %zu times, %zu nodes computed", cases, evaluated,
       computed_again);
    return done_testing();
}
