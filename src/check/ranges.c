/* The numbers that each node of the graph can have, by interval arithmetic; and sets of numbers. */
#include "check/ranges.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "expr/graph.h"

/* ---- bounds ---- */

static const range anything = {-INFINITY, INFINITY, 0, 0, 0};

/* inf - inf and 0 * inf give NaN: then nothing is known. */
static range between(double lo, double hi) {
    return (range){isnan(lo) ? -INFINITY : lo, isnan(hi) ? INFINITY : hi, 0, 0, 0};
}

static double least_of(const double *x, int n) {
    double out = x[0];
    for (int i = 1; i < n; i++) out = isnan(x[i]) || isnan(out) ? NAN : x[i] < out ? x[i] : out;
    return out;
}

static double most_of(const double *x, int n) {
    double out = x[0];
    for (int i = 1; i < n; i++) out = isnan(x[i]) || isnan(out) ? NAN : x[i] > out ? x[i] : out;
    return out;
}

static range hull(range a, range b) { return between(fmin(a.lo, b.lo), fmax(a.hi, b.hi)); }

static range product(range a, range b) {
    if ((isinf(a.lo) && isinf(a.hi)) || (isinf(b.lo) && isinf(b.hi))) return anything;
    /* 0 * inf is 0 here, because no value is infinite. */
    double end[4] = {a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi};
    for (int i = 0; i < 4; i++) end[i] = isnan(end[i]) ? 0 : end[i];
    return between(least_of(end, 4), most_of(end, 4));
}

static range quotient(range a, range b) {
    if (b.lo <= 0 && b.hi >= 0) {
        /* A division by zero is missing; the sign is known where both signs are. */
        if (a.lo >= 0 && b.lo >= 0) return between(0, INFINITY);
        return anything;
    }
    range inverse = between(1 / b.hi, 1 / b.lo);
    return product(a, inverse);
}

static range of_source(const ex_graph *g, ex_id n, int axis, size_t position) {
    const ex_values *v = ex_values_of(g, n);
    size_t size = ax_size(ex_space(g), v->axes);
    range r = anything;
    if ((v->origin != EX_LITERAL && v->origin != EX_LEAF) || !v->value || size > 100000)
        return v->origin == EX_LITERAL || v->origin == EX_LEAF
                   ? (range){-INFINITY, INFINITY, 1, 0, 0}
                   : anything;
    r.fixed = r.never_missing = r.whole = 1;
    int any = 0, staged = axis != AX_NONE && v->axes == AX_BIT(axis);
    for (size_t i = 0; i < size; i++) {
        double x = v->value[i];
        if (staged && i != position) continue;
        if (isnan(x)) {
            r.never_missing = 0;
            continue;
        }
        r.lo = any ? fmin(r.lo, x) : x;
        r.hi = any ? fmax(r.hi, x) : x;
        r.whole &= x == floor(x);
        any = 1;
    }
    return r;
}

static range of_reduce(const ex_graph *g, const ex_node *x, range a) {
    double size =
        x->axis == AX_NONE ? (double)INFINITY : (double)ax_get(ex_space(g), x->axis)->size;
    range r = a;
    switch (x->op) {
    case EX_sum: r = between(a.lo >= 0 ? 0 : a.lo * size, a.hi <= 0 ? 0 : a.hi * size); break;
    case EX_count:
        r = between(0, size);
        r.never_missing = 1;
        break;
    case EX_any:
    case EX_all: r = between(0, 1); break;
    case EX_argmin:
    case EX_argmax: r = between(0, size - 1); break;
    default: r.never_missing = 0; break;
    }
    r.whole =
        x->op == EX_count || (a.whole && (x->op == EX_sum || x->op == EX_min || x->op == EX_max));
    r.fixed = a.fixed;
    return r;
}

static range of_rounding(range a, range b) {
    /* Rounded to decimal places, a value stays between the whole numbers around it … */
    if (!(b.lo >= 0)) return anything;
    /* … as far as 15 digits tell whole numbers apart. */
    double below = fabs(a.lo) >= 1e14 ? 1e-14 * fabs(a.lo) : 0;
    double above = fabs(a.hi) >= 1e14 ? 1e-14 * fabs(a.hi) : 0;
    range r = between(floor(a.lo) - below, ceil(a.hi) + above);
    r.whole = b.hi == 0;
    return r;
}

/* Does an operation on whole numbers give whole numbers? */
static int keeps_whole(unsigned op) {
    static const ex_op ops[] = {EX_neg,   EX_abs,      EX_add,   EX_sub,     EX_mul,
                                EX_least, EX_greatest, EX_clamp, EX_coalesce};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (ops[i] == op) return 1;
    return 0;
}

/* The bounds of an operation other than a reduction. */
static range of_node(const ex_graph *g, ex_id n, const range *known) {
    const ex_node *x = ex_get(g, n);
    range a = x->argc > 0 ? known[ex_arg(g, n, 0)] : anything;
    range b = x->argc > 1 ? known[ex_arg(g, n, 1)] : anything;
    range c = x->argc > 2 ? known[ex_arg(g, n, 2)] : anything;
    range r = anything;
    ex_composed whole;
    if (ex_is_reduction(x->op)) return of_reduce(g, x, a);
    if (x->op == EX_quotient && ex_composed_of(g, n, &whole) && whole.name == EX_MEAN &&
        !whole.whole && (!whole.weight || known[whole.weight].lo >= 0)) {
        r = between(known[whole.x].lo, known[whole.x].hi);
        r.fixed = known[whole.x].fixed;
        return r;
    }
    switch (x->op) {
    case EX_neg: r = between(-a.hi, -a.lo); break;
    case EX_abs:
        r = between(a.lo >= 0 ? a.lo : a.hi <= 0 ? -a.hi : 0, fmax(fabs(a.lo), fabs(a.hi)));
        break;
    case EX_exp:
    case EX_sqrt: r = between(0, INFINITY); break;
    case EX_sign:
        r = between(-1, 1);
        r.whole = 1;
        break;
    case EX_trunc:
        /* A sum may miss its bound by a rounding error. */
        r = between(trunc(a.lo - 1e-9 * fabs(a.lo)), trunc(a.hi + 1e-9 * fabs(a.hi)));
        r.whole = 1;
        break;
    case EX_add: r = between(a.lo + b.lo, a.hi + b.hi); break;
    case EX_sub: r = between(a.lo - b.hi, a.hi - b.lo); break;
    case EX_mul: r = product(a, b); break;
    case EX_div:
    case EX_quotient: r = quotient(a, b); break;
    case EX_least: /* a missing operand is ignored */
        r = between(fmin(a.lo, b.lo), a.never_missing && b.never_missing ? fmin(a.hi, b.hi)
                                      : a.never_missing                  ? a.hi
                                      : b.never_missing                  ? b.hi
                                                                         : fmax(a.hi, b.hi));
        break;
    case EX_greatest:
        r = between(a.never_missing && b.never_missing ? fmax(a.lo, b.lo)
                    : a.never_missing                  ? a.lo
                    : b.never_missing                  ? b.lo
                                                       : fmin(a.lo, b.lo),
                    fmax(a.hi, b.hi));
        break;
    case EX_clamp:
        /* With bounds in the wrong order the result may be either of them. */
        r = b.hi <= c.lo ? between(fmin(fmax(a.lo, b.lo), c.lo), fmin(fmax(a.hi, b.hi), c.hi))
                         : hull(b, c);
        break;
    case EX_where:
        r = ex_is_missing(g, ex_arg(g, n, 2))   ? b
            : ex_is_missing(g, ex_arg(g, n, 1)) ? c
                                                : hull(b, c);
        r.whole = b.whole && c.whole;
        r.fixed = r.never_missing = 0;
        break;
    case EX_coalesce: r = hull(a, b); break;
    case EX_rank: r = between(1, INFINITY); break;
    case EX_lag:
    case EX_fill:
    case EX_sort:
    case EX_slice:
    case EX_gather:
    case EX_rename: r = a; break;
    case EX_interpolate:
        r = a;
        r.whole = 0;
        break;
    default:
        if (ex_is(x->op, EX_ROUNDS)) r = of_rounding(a, b);
        if (x->kind == EX_TRUTH) r = between(0, 1);
        break;
    }
    if (keeps_whole(x->op))
        r.whole = a.whole && (x->argc < 2 || b.whole) && (x->argc < 3 || c.whole);
    r.fixed = x->argc > 0;
    r.never_missing = x->op == EX_missing || x->op == EX_present;
    for (int i = 0; i < x->argc; i++) r.fixed &= known[ex_arg(g, n, i)].fixed;
    return r;
}

range *ranges_of(const ex_graph *g, int axis, size_t position) {
    range *r = mem_zero((size_t)ex_count(g) + 1, sizeof *r);
    for (ex_id n = 1; r && n <= ex_count(g); n++)
        r[n] = ex_get(g, n)->op == EX_source ? of_source(g, n, axis, position) : of_node(g, n, r);
    return r;
}

/* ---- sets of numbers ---- */

intervals intervals_none(void) { return (intervals){.parts = 0}; }

intervals intervals_between(double lo, int lo_open, double hi, int hi_open) {
    intervals r = {.parts = 0};
    lo_open |= isinf(lo) != 0;
    hi_open |= isinf(hi) != 0;
    if (lo < hi || (lo == hi && !lo_open && !hi_open))
        r.part[r.parts++] = (interval){lo, hi, lo_open, hi_open};
    return r;
}

static void add_interval(intervals *r, interval x) {
    if (!(x.lo < x.hi || (x.lo == x.hi && !x.lo_open && !x.hi_open))) return;
    if (r->parts == INTERVALS_MOST)
        r->lost = 1;
    else
        r->part[r->parts++] = x;
}

intervals intervals_intersect(const intervals *a, const intervals *b) {
    if (a->lost || b->lost) return a->lost ? *b : *a;
    intervals r = {.parts = 0};
    for (int i = 0; i < a->parts; i++)
        for (int k = 0; k < b->parts; k++) {
            interval x = a->part[i], y = b->part[k];
            if (y.lo > x.lo || (y.lo == x.lo && y.lo_open)) {
                x.lo = y.lo;
                x.lo_open = y.lo_open;
            }
            if (y.hi < x.hi || (y.hi == x.hi && y.hi_open)) {
                x.hi = y.hi;
                x.hi_open = y.hi_open;
            }
            add_interval(&r, x);
        }
    return r;
}

intervals intervals_complement(const intervals *a) {
    intervals r = {.lost = a->lost};
    double from = -INFINITY;
    int open = 1;
    for (int i = 0; i < a->parts && !r.lost; i++) {
        add_interval(
            &r, (interval){from, a->part[i].lo, open, isinf(a->part[i].lo) || !a->part[i].lo_open});
        from = a->part[i].hi;
        open = isinf(from) || !a->part[i].hi_open;
    }
    add_interval(&r, (interval){from, INFINITY, open, 1});
    return r;
}

intervals intervals_union(const intervals *a, const intervals *b) {
    intervals x = intervals_complement(a), y = intervals_complement(b);
    if (x.lost || y.lost) return (intervals){.lost = 1};
    intervals both = intervals_intersect(&x, &y);
    return intervals_complement(&both);
}

int intervals_empty(const intervals *a) { return !a->lost && !a->parts; }

int intervals_subset(const intervals *a, const intervals *b) {
    if (a->lost || b->lost) return 0;
    intervals out = intervals_complement(b);
    intervals rest = intervals_intersect(a, &out);
    return !out.lost && intervals_empty(&rest);
}

static int contains(const intervals *a, double x) {
    for (int i = 0; i < a->parts; i++) {
        const interval *p = &a->part[i];
        if ((x > p->lo || (x == p->lo && !p->lo_open)) &&
            (x < p->hi || (x == p->hi && !p->hi_open)))
            return 1;
    }
    return 0;
}

/* A short number in an interval: a whole one, else one with few decimal places, else the middle. */
static int some_of(const interval *p, int whole, double *out) {
    double near = isinf(p->lo) ? (isinf(p->hi) ? 0 : p->hi) : p->lo;
    for (double step = 1; step >= (whole ? 1 : 1e-6); step /= 10)
        for (int k = -1; k <= 1; k++) {
            double x = (isinf(p->lo) ? floor(near / step) : ceil(near / step)) + k;
            x = step < 1 ? x / (1 / step) : x * step;
            intervals one = {.part = {*p}, .parts = 1};
            if (contains(&one, x)) {
                *out = x;
                return 1;
            }
        }
    if (whole) return 0;
    *out = p->lo == p->hi ? p->lo : p->lo + (p->hi - p->lo) / 2;
    return 1;
}

int intervals_pick(const intervals *a, int whole, double *out) {
    for (int i = 0; i < a->parts; i++)
        if (some_of(&a->part[i], whole, out)) return 1;
    return 0;
}
