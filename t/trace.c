/* What elements were made of: by hand for each operation, and at random by changing everything that
 * is said not to matter, which must leave the elements asked for as they were. */
#include "expr/trace.h"

#include "base/buf.h"
#include "random_graph.h"

#define M NAN

static ex_id values(ax_set axes, ex_kind kind, const double *value) {
    ex_values v = {.origin = EX_DATA, .kind = kind, .axes = axes, .value = value, .name = "x"};
    return ex_values_node(g, &v, &f);
}

/* Traces one element of n and compares what it reaches of `of` with a text of elements, "0 2 5". */
static void reaches(ex_id n, size_t element, ex_id of, ex_trace_mode mode, const char *want,
                    const char *name) {
    ex_run *r = ex_run_open(g, NULL, &f);
    ex_trace *t = ex_trace_open(g, r, mode, &f);
    buf got = BUF_INIT;
    if (!ok(n && r && t && ex_trace_want(t, n, element, &f) && ex_trace_sweep(t, &f), "%s", name)) {
        diag("%s", f.listed ? f.item[0].text : "no reason given");
    } else {
        for (size_t i = 0; (i = ex_trace_next(t, of, i)) != SIZE_MAX; i++)
            buf_print(&got, got.length ? " %zu" : "%zu", i);
        is_str(buf_string(&got), want, name);
    }
    buf_release(&got);
    ex_trace_close(t);
    ex_run_close(r);
}

static int first_of_three(void *self, const double *const *arg, double *out, fault *in) {
    (void)self, (void)in;
    for (int i = 0; i < 3; i++) out[i] = arg[0][i];
    return 1;
}

#define USES(n, e, of, want) reaches(n, e, of, EX_TRACE_USES, want, #n " uses")
#define DECIDES(n, e, of, want) reaches(n, e, of, EX_TRACE_DECIDES, want, #n " is decided by")
#define ABSENT(n, e, of, want) reaches(n, e, of, EX_TRACE_ABSENT, want, #n " may change with")
#define N(v) ex_number(g, v, &f)
#define U(op, a) ex_unary(g, EX_##op, a, &f)
#define B(op, a, b) ex_binary(g, EX_##op, a, b, &f)
#define T(op, a, b, c) ex_ternary(g, EX_##op, a, b, c, &f)
#define R(op, x) ex_reduce(g, EX_##op, x, v, 0.5, &f)
#define S(op, x, p) ex_scan(g, EX_##op, x, v, p, EX_TIES_MIN, 0, &f)

static void elementwise(void) {
    case_open();
    int u = make_axis("u", 2, "u%u"), v = make_axis("v", 4, "v%u");
    /* v is longer, so inner: element i of u0 is i, of u1 4 + i. */
    const double x_is[] = {1, M, 3, -4, 0, 6, 2, M}, a_is[] = {2, 5};
    const double c_is[] = {1, 0, M, 1, 0, 0, 1, 1};
    ex_id x = values(AX_BIT(u) | AX_BIT(v), EX_NUMBER, x_is),
          a = values(AX_BIT(u), EX_NUMBER, a_is);
    ex_id c = values(AX_BIT(u) | AX_BIT(v), EX_TRUTH, c_is), y = U(neg, x);
    USES(B(add, x, a), 6, x, "6");
    USES(B(add, x, a), 6, a, "1");
    USES(B(add, x, a), 7, x, "7");
    USES(B(add, x, a), 7, a, "");
    USES(B(div, a, x), 4, x, "4");
    USES(B(div, a, x), 4, a, "1");
    USES(T(where, c, x, a), 0, x, "0");
    USES(T(where, c, x, a), 0, a, "");
    USES(T(where, c, x, a), 1, x, "");
    USES(T(where, c, x, a), 1, a, "0");
    USES(T(where, c, x, a), 1, c, "1");
    USES(T(where, c, x, a), 2, a, "");
    USES(T(where, c, x, a), 2, c, "2");
    USES(B(coalesce, x, a), 0, a, "");
    USES(B(coalesce, x, a), 1, x, "");
    ABSENT(B(coalesce, x, a), 1, x, "1");
    USES(B(coalesce, x, a), 1, a, "0");
    USES(B(least, x, a), 0, a, "0");
    DECIDES(B(least, x, a), 0, a, "");
    DECIDES(B(least, x, a), 0, x, "0");
    DECIDES(B(greatest, x, a), 0, a, "0");
    DECIDES(B(greatest, x, a), 0, x, "");
    DECIDES(B(greatest, x, a), 1, a, "");
    DECIDES(B(greatest, x, a), 1, x, "1");
    USES(T(clamp, x, N(0), a), 2, x, "2");
    DECIDES(T(clamp, x, N(0), a), 2, x, "");
    DECIDES(T(clamp, x, N(0), a), 2, a, "0");
    DECIDES(T(clamp, x, N(0), a), 3, N(0), "0");
    DECIDES(T(clamp, x, N(0), a), 0, x, "0");
    ex_id big = B(gt, x, N(1)), falls = B(and, big, c), rises = B(or, big, c);
    USES(falls, 0, big, "0");
    USES(falls, 0, c, "");
    USES(falls, 3, big, "3");
    USES(falls, 6, c, "6");
    USES(falls, 5, c, "5");
    USES(falls, 5, x, "");
    USES(falls, 2, c, "2");
    USES(falls, 2, x, "");
    USES(rises, 0, c, "0");
    USES(rises, 0, x, "");
    USES(rises, 4, x, "4");
    USES(rises, 4, c, "4");
    USES(U(missing, x), 1, x, "1");
    USES(B(sub, y, B(mul, y, a)), 5, x, "5");
    ex_function fn = {.name = "odd", .gives = EX_NUMBER, .call = odd_call};
    ex_id both[] = {x, a}, strict = ex_lookup(g, &fn, both, 2, &f);
    fn.missing_too = 1;
    ex_id lenient = ex_lookup(g, &fn, both, 2, &f);
    USES(strict, 1, a, "");
    USES(strict, 0, a, "0");
    USES(lenient, 1, a, "0");
    USES(lenient, 1, x, "1");
    case_close();
}

static void along(void) {
    case_open();
    int u = make_axis("u", 2, "u%u"), v = make_axis("v", 5, "v%u"), t = make_axis("t", 2, "t%u");
    const double x_is[] = {1, M, 3, -4, 2, 7, 7, M, 8, 7},
                 none_is[] = {M, M, M, M, M, M, M, M, M, M};
    const double by_is[] = {1, 0, 1, M, 0}, c_is[] = {1, 0, 1, M, 0, 0, 0, 0, M, 0};
    ex_id x = values(AX_BIT(u) | AX_BIT(v), EX_NUMBER, x_is),
          by = values(AX_BIT(v), EX_NUMBER, by_is);
    ex_id none = values(AX_BIT(u) | AX_BIT(v), EX_NUMBER, none_is);
    ex_id c = values(AX_BIT(u) | AX_BIT(v), EX_TRUTH, c_is);
    USES(R(sum, x), 0, x, "0 2 3 4");
    ABSENT(R(sum, x), 0, x, "0 1 2 3 4");
    USES(R(sum, none), 1, none, "5 6 7 8 9");
    USES(R(count, x), 1, x, "5 6 8 9");
    USES(R(min, x), 0, x, "0 2 3 4");
    DECIDES(R(min, x), 0, x, "3");
    DECIDES(R(min, x), 1, x, "5");
    DECIDES(R(max, x), 1, x, "8");
    DECIDES(R(argmax, x), 0, x, "2");
    USES(R(argmin, x), 1, x, "5 6 8 9");
    DECIDES(R(argmin, x), 1, x, "5");
    USES(R(first, x), 0, x, "0");
    USES(R(last, x), 1, x, "9");
    USES(R(any, c), 0, c, "0 2");
    USES(R(any, c), 1, c, "5 6 7 9");
    USES(R(all, c), 0, c, "1 4");
    USES(R(median, x), 0, x, "0 2 3 4");
    DECIDES(R(median, x), 0, x, "0 4");
    DECIDES(R(quantile, x), 1, x, "5 6 9");
    ex_id grouped = ex_reduce_by(g, EX_sum, x, v, by, t, &f);
    USES(grouped, 0, x, "4");
    USES(grouped, 1, x, "0 2");
    DECIDES(grouped, 1, by, "0 2");
    USES(grouped, 1, by, "0 1 2 3 4");
    ABSENT(grouped, 2, x, "6 9");
    ex_id latest = ex_reduce_by(g, EX_last, x, v, by, t, &f);
    USES(latest, 1, x, "2");
    USES(S(rank, x, 0), 0, x, "0 2 3 4");
    USES(S(rank, x, 0), 1, x, "1");
    USES(S(cumsum, x, 0), 3, x, "0 2 3");
    USES(S(cumsum, x, 0), 7, x, "7");
    USES(S(lag, x, 2), 4, x, "2");
    USES(S(lag, x, -1), 5, x, "6");
    USES(S(lag, x, 2), 0, x, "");
    USES(S(fill, x, -1), 1, x, "0");
    USES(S(fill, x, -1), 2, x, "2");
    ABSENT(S(fill, x, -1), 7, x, "6 7");
    USES(S(interpolate, x, 0), 1, x, "0 2");
    USES(S(interpolate, x, 0), 6, x, "6");
    USES(S(sort, x, 0), 0, x, "0 1 2 3 4");
    case_close();
}

static void choosing(void) {
    case_open();
    int u = make_axis("u", 2, "u%u"), v = make_axis("v", 3, "v%u"), w = make_axis("w", 3, "v%u");
    int y = make_axis("y", 4, "%u");
    const double x_is[] = {1, 2, 3, 4, 5, 6}, at_is[] = {2, M}, p_is[] = {9, 9, M, 9};
    ex_id x = values(AX_BIT(u) | AX_BIT(v), EX_NUMBER, x_is),
          at = values(AX_BIT(u), EX_NUMBER, at_is);
    ex_id p = values(AX_BIT(y), EX_NUMBER, p_is);
    USES(ex_slice(g, x, v, 1, &f), 1, x, "4");
    USES(ex_slice(g, x, u, 1, &f), 2, x, "5");
    USES(ex_gather(g, x, v, at, &f), 0, x, "2");
    USES(ex_gather(g, x, v, at, &f), 0, at, "0");
    USES(ex_gather(g, x, v, at, &f), 1, x, "");
    USES(ex_gather(g, x, v, at, &f), 1, at, "1");
    ex_id other = ex_rename(g, x, v, w, &f), all = B(sub, x, other);
    USES(other, 4, x, "4");
    is_int((intmax_t)ax_size(space, axes_of(all)), 18, "every one with every other");
    /* u0, v1, w2: v is outer to w, which was made later */
    USES(all, 5, x, "1 2");
    USES(ex_upto(g, p, y, N(2), &f), 0, p, "1");
    ABSENT(ex_upto(g, p, y, N(2), &f), 0, p, "1 2");
    ex_matrix_function fn = {.name = "first",
                             .gives = EX_NUMBER,
                             .core = {{v, AX_NONE}},
                             .out = {w, AX_NONE},
                             .call = first_of_three,
                             .same = 1};
    USES(ex_matrix_node(g, &fn, &x, 1, &f), 4, x, "3 4 5");
    const double mask_is[] = {1, 0, 1};
    ex_values mask = {.origin = EX_LITERAL, .kind = EX_TRUTH, .axes = AX_BIT(v), .value = mask_is};
    ex_id masked = T(where, ex_values_node(g, &mask, &f), x, N(M));
    reaches(R(sum, masked), 1, x, EX_TRACE_MAY, "3 5",
            "what a mask of the rules leaves out never matters");
    reaches(R(last, x), 1, x, EX_TRACE_MAY, "3 4 5", "with other data all may matter");
    ex_id both = T(where, B(gt, x, N(2)), x, N(0));
    reaches(both, 0, x, EX_TRACE_MAY, "0", "a branch not taken may be");
    ex_run *r = ex_run_open(g, NULL, &f);
    for (int k = 0; k < 3; k++) {
        ex_trace *t = ex_trace_open(g, r, EX_TRACE_DECIDES, &f);
        ok((k == 1 || ex_trace_want(t, both, 0, &f)) && (k == 0 || ex_trace_want(t, both, 3, &f)) &&
               ex_trace_sweep(t, &f),
           "a sweep for some elements");
        static const unsigned want[] = {1 + 4, 1 + 2, 1 + 2 + 4};
        is_int((intmax_t)ex_trace_operands(t, both), (intmax_t)want[k], "branches taken");
        ok(!ex_trace_has(t, both, 1) && ex_trace_has(t, both, k ? 3 : 0),
           "what was asked for is reached");
        ok(!ex_trace_want(t, both, 6, &f) && f.kind == FAULT_BUG, "there is no such element");
        fault_release(&f);
        f = FAULT_INIT;
        ex_trace_close(t);
    }
    ex_run_close(r);
    case_close();
}

/* ---- at random ---- */

/* The values of all nodes, copied one behind the other; NULL without them. */
static double *all_values(ex_run *run, const ex_id *want, size_t wants, size_t *start) {
    size_t total = 0;
    for (size_t k = 0; k < wants; k++) {
        start[k] = total;
        total += ax_size(space, axes_of(want[k]));
    }
    double *out = malloc((total + 1) * sizeof *out);
    if (!ex_run_eval(run, want, wants, &f)) return free(out), NULL;
    for (size_t k = 0; k < wants; k++) {
        size_t size = ax_size(space, axes_of(want[k]));
        if (size) memcpy(out + start[k], ex_run_value(run, want[k], &f), size * sizeof *out);
    }
    start[wants] = total;
    return out;
}

static int same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Where element i of a source in its layout lies with its owner. */
static double *owned(const changeable *c, size_t i) {
    const ex_values *v = ex_values_of(g, c->node);
    uint8_t order[AX_MOST];
    int n = ax_layout(space, v->axes, order);
    size_t inner = n ? ax_get(space, order[n - 1])->size : 1;
    return v->value ? c->value + i : (double *)(uintptr_t)(v->column[i / inner] + i % inner);
}

/* Changes all elements of sources that were not reached. */
static size_t shake(ex_run *run, const ex_trace *t, ex_trace_mode mode) {
    size_t changes = 0;
    for (size_t k = 0; k < (size_t)sources; k++) {
        const changeable *c = &source[k];
        double fresh;
        for (size_t i = 0; i < c->size; i++) {
            double *x = owned(c, i);
            if (mode != EX_TRACE_MAY && ex_trace_has(t, c->node, i)) continue;
            if (mode == EX_TRACE_DECIDES) {
                if (c->kind == EX_NUMBER && !c->positions) *x *= 1 + 1e-10 * (double)below(1000);
            } else {
                fill_values(&fresh, 1, c->kind, c->positions);
                *x =
                    mode == EX_TRACE_ABSENT || mode == EX_TRACE_MAY || (!isnan(*x) && !isnan(fresh))
                        ? fresh
                        : *x;
            }
            changes++;
        }
        ex_run_changed(run, c->node);
    }
    return changes;
}

static int same_reach(const ex_trace *a, const ex_trace *b) {
    for (ex_id n = 1; n <= ex_count(g); n++)
        for (size_t i = 0, k = 0; i != SIZE_MAX; i++, k++) {
            i = ex_trace_next(a, n, i);
            k = ex_trace_next(b, n, k);
            if (i != k) return 0;
            if (i == SIZE_MAX) break;
        }
    return 1;
}

static size_t changed, unlike;

static ex_trace *trace_some(ex_run *run, ex_id n, const size_t *element, size_t count,
                            ex_trace_mode mode) {
    ex_trace *t = ex_trace_open(g, run, mode, &f);
    for (size_t i = 0; t && i < count; i++) ex_trace_want(t, n, element[i], &f);
    if (t && ex_trace_sweep(t, &f)) return t;
    ex_trace_close(t);
    return NULL;
}

/* What decides each quantile that a trace reached, one by one: another element that it reached may
 * hide that a quantile now lies between others. */
enum { QUANTILES = 64 };
typedef struct deciders {
    ex_trace *trace[QUANTILES];
    size_t count;
} deciders;

static void find_deciders(ex_run *run, const ex_trace *t, deciders *out) {
    for (ex_id n = 1; n <= ex_count(g); n++) {
        unsigned op = ex_get(g, n)->op;
        if (op != EX_median && op != EX_quantile) continue;
        for (size_t e = 0; out->count < QUANTILES && (e = ex_trace_next(t, n, e)) != SIZE_MAX; e++)
            out->trace[out->count++] = trace_some(run, n, &e, 1, EX_TRACE_DECIDES);
    }
}

static int same_deciders(const deciders *a, const deciders *b) {
    int same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = a->trace[i] && b->trace[i] && same_reach(a->trace[i], b->trace[i]);
    return same;
}

static void release_deciders(deciders *d) {
    for (size_t i = 0; i < d->count; i++) ex_trace_close(d->trace[i]);
}

/* Every kind of trace reaches no more than the next one. */
static int nested(ex_run *run, ex_id n, const size_t *element, size_t count) {
    ex_trace *t[4] = {trace_some(run, n, element, count, EX_TRACE_DECIDES),
                      trace_some(run, n, element, count, EX_TRACE_USES),
                      trace_some(run, n, element, count, EX_TRACE_ABSENT),
                      trace_some(run, n, element, count, EX_TRACE_MAY)};
    int good = t[0] && t[1] && t[2] && t[3];
    for (int k = 0; k < 3; k++)
        for (ex_id id = 1; good && id <= ex_count(g); id++)
            for (size_t i = 0; good && (i = ex_trace_next(t[k], id, i)) != SIZE_MAX; i++)
                good = ex_trace_has(t[k + 1], id, i);
    for (int k = 0; k < 4; k++) ex_trace_close(t[k]);
    return good;
}

static int one_case(ex_trace_mode mode) {
    case_open();
    random_graph(0);
    ex_id last = nodes ? node[nodes - 1] : 0, want[2048];
    size_t size = last ? ax_size(space, axes_of(last)) : 0, start[2049], element[4], wants = 0;
    int good = 1;
    for (ex_id n = 1; n <= ex_count(g) && wants < 2048; n++) want[wants++] = n;
    if (size && wants < 2048) {
        size_t count = 1 + below(4);
        for (size_t i = 0; i < count; i++) element[i] = below(size);
        ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
        double *before = all_values(run, want, wants, start);
        good = nested(run, last, element, count);
        if (!good) diag("a wider trace reaches less");
        ex_trace *t = before ? trace_some(run, last, element, count, mode) : NULL;
        good = good && t;
        deciders own = {.count = 0}, after_all = {.count = 0};
        if (t && mode == EX_TRACE_DECIDES) find_deciders(run, t, &own);
        size_t changes = t ? shake(run, t, mode) : 0;
        double *after = changes ? all_values(run, want, wants, start) : NULL;
        ex_trace *again = after ? trace_some(run, last, element, count, mode) : NULL;
        int usable = again != NULL;
        /* Where a value came or went, others may count. */
        const int counted = mode == EX_TRACE_USES || mode == EX_TRACE_DECIDES;
        for (size_t i = 0; usable && counted && i < start[wants]; i++)
            usable = isnan(before[i]) == isnan(after[i]);
        if (again && mode == EX_TRACE_MAY && !same_reach(t, again)) {
            diag("what may matter hangs on values");
            good = 0;
        }
        if (usable && mode == EX_TRACE_DECIDES) {
            find_deciders(run, again, &after_all);
            usable = same_reach(t, again) && same_deciders(&own, &after_all);
        }
        release_deciders(&own);
        release_deciders(&after_all);
        changed += (size_t)usable;
        unlike += again && !usable;
        for (size_t i = 0; usable && mode != EX_TRACE_MAY && i < count; i++) {
            size_t at = start[last - 1] + element[i];
            if (same(before[at], after[at])) continue;
            /* Which of two that are equal as decimals is taken shows in the last digits only. */
            if (mode == EX_TRACE_DECIDES && fabs(before[at] - after[at]) < 1e-11) continue;
            good = 0;
            diag("element %zu of node %u, operation %u: %.17g became %.17g", element[i], last,
                 ex_get(g, last)->op, before[at], after[at]);
            for (ex_id n = 1; n <= ex_count(g); n++) {
                buf shown = BUF_INIT;
                for (int k = 0; k < ex_get(g, n)->argc; k++)
                    buf_print(&shown, " %u", ex_arg(g, n, k));
                for (size_t e = 0; (e = ex_trace_next(t, n, e)) != SIZE_MAX && shown.length < 100;
                     e++)
                    buf_print(&shown, " [%zu] %g %g", e, before[start[n - 1] + e],
                              after[start[n - 1] + e]);
                fprintf(stderr, "#   node %u: operation %u%s\n", n, ex_get(g, n)->op,
                        buf_string(&shown));
                buf_release(&shown);
            }
        }
        if (f.count) {
            diag("fault: %s", f.item[0].text);
            good = 0;
        }
        ex_trace_close(t);
        ex_trace_close(again);
        free(before);
        free(after);
        ex_run_close(run);
    }
    case_close();
    return good;
}

static void random_cases(ex_trace_mode mode, const char *name) {
    uint64_t seed = tap_seed();
    const char *given = getenv("ASSESS_CASES");
    long cases = given ? atol(given) : 6000, failed = 0;
    changed = unlike = 0;
    for (long i = 0; i < cases && failed < 3; i++) {
        state = seed + (uint64_t)i;
        if (!one_case(mode)) {
            failed++;
            diag("repeat this case: ASSESS_SEED=%" PRIu64 " ASSESS_CASES=1", seed + (uint64_t)i);
        }
    }
    ok(!failed, "%s: what was not reached does not matter", name);
    ok(cases < 1000 || changed * 5 > (size_t)cases,
       "%s: in many cases there is something to change", name);
    printf("# %s: %zu cases, %zu of no use\n", name, changed, unlike);
}

int main(void) {
    elementwise();
    along();
    choosing();
    random_cases(EX_TRACE_ABSENT, "absent");
    random_cases(EX_TRACE_USES, "uses");
    random_cases(EX_TRACE_MAY, "may");
    random_cases(EX_TRACE_DECIDES, "decides");
    return done_testing();
}
