#include "check/interval_set.h"

#include <math.h>

reals reals_none(void) {
    return (reals){.parts = 0};
}

reals reals_all(void) {
    return reals_between(-INFINITY, 1, INFINITY, 1);
}

reals reals_between(double lo, int lo_open, double hi, int hi_open) {
    reals r = {.parts = 0};
    lo_open |= isinf(lo) != 0;
    hi_open |= isinf(hi) != 0;
    if (lo < hi || (lo == hi && !lo_open && !hi_open))
        r.part[r.parts++] = (interval){lo, hi, lo_open, hi_open};
    return r;
}

static void add(reals *r, interval x) {
    if (!(x.lo < x.hi || (x.lo == x.hi && !x.lo_open && !x.hi_open))) return;
    if (r->parts == REALS_PARTS)
        r->lost = 1;
    else
        r->part[r->parts++] = x;
}

reals reals_both(const reals *a, const reals *b) {
    if (a->lost || b->lost) return a->lost ? *b : *a;
    reals r = {.parts = 0};
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
            add(&r, x);
        }
    return r;
}

reals reals_outside(const reals *a) {
    reals r = {.lost = a->lost};
    double from = -INFINITY;
    int open = 1;
    for (int i = 0; i < a->parts && !r.lost; i++) {
        add(&r, (interval){from, a->part[i].lo, open, isinf(a->part[i].lo) || !a->part[i].lo_open});
        from = a->part[i].hi;
        open = isinf(from) || !a->part[i].hi_open;
    }
    add(&r, (interval){from, INFINITY, open, 1});
    return r;
}

reals reals_either(const reals *a, const reals *b) {
    reals x = reals_outside(a), y = reals_outside(b);
    if (x.lost || y.lost) return (reals){.lost = 1};
    reals both = reals_both(&x, &y);
    return reals_outside(&both);
}

int reals_empty(const reals *a) {
    return !a->lost && !a->parts;
}

int reals_within(const reals *a, const reals *b) {
    if (a->lost || b->lost) return 0;
    reals out = reals_outside(b);
    reals rest = reals_both(a, &out);
    return !out.lost && reals_empty(&rest);
}

int reals_has(const reals *a, double x) {
    for (int i = 0; i < a->parts; i++) {
        const interval *p = &a->part[i];
        if ((x > p->lo || (x == p->lo && !p->lo_open)) &&
            (x < p->hi || (x == p->hi && !p->hi_open)))
            return 1;
    }
    return 0;
}

/* A short number in the interval: a whole one, else one with few places, else its middle. */
static int some_of(const interval *p, int whole, double *out) {
    double near = isinf(p->lo) ? (isinf(p->hi) ? 0 : p->hi) : p->lo;
    for (double step = 1; step >= (whole ? 1 : 1e-6); step /= 10)
        for (int k = -1; k <= 1; k++) {
            double x = (isinf(p->lo) ? floor(near / step) : ceil(near / step)) + k;
            x = step < 1 ? x / (1 / step) : x * step;
            reals one = {.part = {*p}, .parts = 1};
            if (reals_has(&one, x)) {
                *out = x;
                return 1;
            }
        }
    if (whole) return 0;
    *out = p->lo == p->hi ? p->lo : p->lo + (p->hi - p->lo) / 2;
    return 1;
}

int reals_some(const reals *a, int whole, double *out) {
    for (int i = 0; i < a->parts; i++)
        if (some_of(&a->part[i], whole, out)) return 1;
    return 0;
}
