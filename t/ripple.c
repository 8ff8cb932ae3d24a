/* Changes of single elements that are followed one by one, against a run that computes all that
 * depends on them: the same bits, in random graphs. ASSESS_CASES says how many. A case that fails
 * prints the seed that repeats it alone. */
#include "expr/ripple.h"
#include "random_graph.h"

enum { CHANGES = 24, WANTS = 4 };

static size_t opened, followed_to_the_end, given_up;

static int same_values(ex_run *a, ex_run *b, const ex_id *want, size_t wants) {
    for (size_t k = 0; k < wants; k++) {
        const double *x = ex_run_value(a, want[k], &f), *y = ex_run_value(b, want[k], &f);
        const size_t size = ax_size(space, axes_of(want[k]));
        for (size_t i = 0; x && y && i < size; i++)
            if (memcmp(&x[i], &y[i], sizeof *x) && !(isnan(x[i]) && isnan(y[i]))) {
                diag("%s, element %zu of %zu: %.17g is followed, the run has %.17g",
                     ex_op_text((ex_op)ex_get(g, want[k])->op), i, size, x[i], y[i]);
                return 0;
            }
        if (!x || !y) return 0;
    }
    return 1;
}

static double new_value(const changeable *s, double old) {
    if (s->kind == EX_TRUTH) return (double)below(2);
    if (s->positions) return (double)below(s->positions);
    if (s->kind != EX_NUMBER) return (double)(1 + below(5));
    switch (below(12)) {
    case 0: return NAN;
    case 1: return -0.0;
    case 2: return 0;
    case 3: return old;
    case 4: return -old;
    case 5: return draw(chance(4) ? 7 : 4);
    default: return draw((int)below(4));
    }
}

/* What can be followed alone: operations element by element, sums, counts and extremes. */
static void graph_of_sums(void) {
    static const ex_op ends[] = {EX_sum, EX_sum, EX_count, EX_min, EX_max};
    most = 1500;
    sources = 0;
    for (int i = 0; i < 3; i++) node[nodes++] = random_source(random_axes(), EX_NUMBER, 0);
    for (int tries = 0; tries < 40 && nodes < 16; tries++) {
        const ex_id x = pick_kind(EX_NUMBER);
        const int axis = pick_axis(x);
        const ex_id next = chance(3)         ? random_binary(op_from(EX_add, EX_pow))
                           : chance(3)       ? random_ternary()
                           : axis != AX_NONE ? ex_reduce(g, ends[below(5)], x, axis, 0, &f)
                                             : 0;
        if (next) node[nodes++] = next;
    }
}

static int run_case(void) {
    ex_id want[WANTS], of[2];
    const changeable *from[2];
    size_t wants = 0, count = 0;
    for (int i = nodes - 1; i >= 0 && wants < WANTS; i -= 1 + (int)below(2))
        if (ex_get(g, node[i])->op != EX_source) want[wants++] = node[i];
    for (int i = 0; i < sources && count < 2; i++)
        if (source[i].size && chance(2)) {
            from[count] = &source[i];
            of[count++] = source[i].node;
        }
    if (!wants || !count) return 1;
    /* In some no value stays that nobody reads any more. */
    const ex_settings settings = {.threads = 1, .spare = (size_t)chance(2)};
    ex_run *a = ex_run_open(g, &settings, &f), *b = ex_run_open(g, &settings, &f);
    int fine = ex_run_eval(a, want, wants, &f) && ex_run_eval(b, want, wants, &f);
    ripple *p = fine ? ripple_open(a, of, count, want, wants, &f) : NULL;
    opened += p != NULL;
    fine = fine && !f.count;
    int follows = p != NULL;
    for (int i = 0; fine && p && i < CHANGES; i++) {
        const size_t which = below(count), element = below(from[which]->size);
        const double *now = ex_run_value(b, of[which], &f);
        const double value = now ? new_value(from[which], now[element]) : 0;
        if (!ripple_has(p, of[which]) || ripple_has(p, want[0])) fine = 0;
        if (!ripple_set(p, of[which], element, value)) {
            given_up++;
            follows = 0;
            ripple_close(p);
            fine = fine && ex_run_force(a, of[which], element, value, &f);
            p = NULL;
        }
        fine = fine && ex_run_force(b, of[which], element, value, &f);
        if (p && chance(3)) continue; /* several changes before all is wanted */
        fine = fine && ex_run_eval(a, want, wants, &f) && ex_run_eval(b, want, wants, &f) &&
               same_values(a, b, want, wants);
        if (fine && !p) p = ripple_open(a, of, count, want, wants, &f);
        fine = fine && !f.count;
    }
    if (p) fine = fine && !ripple_set(p, of[0], from[0]->size, 1); /* there is no such element */
    ripple_close(p);
    followed_to_the_end += (size_t)follows;
    fine = fine && ex_run_eval(a, want, wants, &f) && ex_run_eval(b, want, wants, &f) &&
           same_values(a, b, want, wants);
    if (f.count) diag("%s", f.item[0].text);
    ex_run_close(a);
    ex_run_close(b);
    return fine;
}

/* Where following would take most of the memory that a run may take, nothing is followed. */
static void memory(void) {
    enum { N = 10000 };
    static double x_is[N];
    for (int limit = 0; limit < 2; limit++) {
        case_open();
        ex_values v = {.origin = EX_DATA,
                       .kind = EX_NUMBER,
                       .axes = AX_BIT(make_axis("a", N, "%u")),
                       .value = x_is,
                       .name = "x"};
        const ex_id x = ex_values_node(g, &v, &f),
                    want = ex_binary(g, EX_add, x, ex_number(g, 2, &f), &f);
        /* Each of the two has room for its values, what they were, and when and where. */
        const size_t least = 2 * N * (3 * sizeof(double) + sizeof(size_t) + sizeof(uint32_t));
        ex_run *r = ex_run_open(g, &(ex_settings){.memory = limit ? 3 * least : least}, &f);
        ripple *p = ex_run_eval(r, &want, 1, &f) ? ripple_open(r, &x, 1, &want, 1, &f) : NULL;
        ok(!f.count && (p != NULL) == limit, "%s memory that a run may take",
           limit ? "changes are followed in a part of the" : "no change is followed in all of the");
        ripple_close(p);
        ex_run_close(r);
        case_close();
    }
}

/* Data of four elements along an axis of their own. */
static ex_id four_terms(const double *value) {
    const ex_values v = {.origin = EX_DATA,
                         .kind = EX_NUMBER,
                         .axes = AX_BIT(make_axis("a", 4, "%u")),
                         .value = value,
                         .name = "x"};
    return ex_values_node(g, &v, &f);
}

/* Sums into which a number goes beside which the others are lost, and out of which it comes. */
static void lost_terms(void) {
    static double x_is[] = {1, 2, 3.25, 0.1};
    static const double large[] = {1e20, 1e40, -1e300};
    for (size_t i = 0; i < 3; i++) {
        case_open();
        const ex_id x = four_terms(x_is), sum = ex_reduce(g, EX_sum, x, 0, 0, &f);
        ex_run *r = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
        ripple *p = ex_run_eval(r, &sum, 1, &f) ? ripple_open(r, &x, 1, &sum, 1, &f) : NULL;
        if (ok(p, "a sum is followed")) {
            ok(ripple_set(p, x, 1, 7) && ex_run_eval(r, &sum, 1, &f), "one term of it changes");
            is_num(ex_run_value(r, sum, &f)[0], 11.35, "the new sum");
            ok(!ripple_set(p, x, 1, large[i]), "with a term of %g it is in doubt", large[i]);
        }
        ripple_close(p);
        ex_run_close(r);
        case_close();
    }
}

/* Where each change reaches nearly all, the run is quicker; where it reaches one of many, never. */
static void dear_changes(void) {
    enum { N = 1000, TIMES = 300 };
    static double x_is[N];
    for (int all = 0; all < 2; all++) {
        case_open();
        const int axis = make_axis("a", N, "%u");
        ex_values v = {
            .origin = EX_DATA, .kind = EX_NUMBER, .axes = AX_BIT(axis), .value = x_is, .name = "x"};
        const ex_id x = ex_values_node(g, &v, &f);
        v.axes = 0;
        const ex_id one = ex_values_node(g, &v, &f), want = ex_binary(g, EX_add, x, one, &f),
                    of[] = {x, one};
        ex_run *r = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
        ripple *p = ex_run_eval(r, &want, 1, &f) ? ripple_open(r, of, 2, &want, 1, &f) : NULL;
        int times = 0;
        while (p && times < TIMES && ripple_set(p, all ? one : x, 0, times + 1.0)) times++;
        if (all)
            ok(times < 10, "changes that reach all are followed %d times", times);
        else
            is_int(times, TIMES, "changes that reach one of many are followed for ever");
        ripple_close(p);
        ex_run_close(r);
        case_close();
    }
}

/* Terms that overflow in one order and not in another. */
static void large_terms(void) {
    static double x_is[] = {1.5e308, -1.5e308, 1.25e308, -1e308};
    case_open();
    const ex_id x = four_terms(x_is), sum = ex_reduce(g, EX_sum, x, 0, 0, &f);
    ex_run *r = ex_run_open(g, &(ex_settings){.threads = 1}, &f),
           *plain = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    ripple *p = ex_run_eval(r, &sum, 1, &f) ? ripple_open(r, &x, 1, &sum, 1, &f) : NULL;
    int right = 1;
    for (int i = 0; i < 40; i++) {
        const size_t element = below(4);
        const double value = ((double)below(3) - 1) * 1.625e308;
        if (!p || !ripple_set(p, x, element, value)) {
            ripple_close(p);
            p = NULL;
            right = right && ex_run_force(r, x, element, value, &f);
        }
        right = right && ex_run_force(plain, x, element, value, &f) &&
                ex_run_eval(r, &sum, 1, &f) && ex_run_eval(plain, &sum, 1, &f) &&
                same_values(r, plain, &sum, 1);
        if (!p) p = ripple_open(r, &x, 1, &sum, 1, &f);
    }
    ok(right, "sums of terms that overflow on the way are those of the run");
    ripple_close(p);
    ex_run_close(r);
    ex_run_close(plain);
    case_close();
}

int main(void) {
    const char *cases = getenv("ASSESS_CASES");
    const uint64_t seed = tap_seed();
    const int count = cases ? atoi(cases) : 3000;
    int wrong = 0;
    for (int i = 0; i < count && wrong < 3; i++) {
        state = seed + (uint64_t)i;
        case_open();
        if (i % 2) {
            random_space(0);
            graph_of_sums();
        } else {
            random_graph(0);
        }
        if (!run_case()) {
            wrong++;
            diag("repeat with ASSESS_SEED=%llu ASSESS_CASES=%d", (unsigned long long)seed, i + 1);
        }
        case_close();
    }
    is_int(wrong, 0, "%d random graphs: changes that are followed give the bits of a run", count);
    ok(opened > (size_t)count / 10 && followed_to_the_end && given_up,
       "%zu were followed, %zu to the end; %zu times it was left to the run", opened,
       followed_to_the_end, given_up);
    memory();
    lost_terms();
    dear_changes();
    large_terms();
    return done_testing();
}
