#include "uncertainty/correlation.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

typedef struct point {
    double x, y;
} point;

static int by_x(const void *a, const void *b) {
    const point *p = a, *q = b;
    if (p->x != q->x) return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

/* As many slices as keep both their width and the points in each of use: the cube root, twice. */
static size_t slices_for(size_t n) {
    size_t s = (size_t)(2 * cbrt((double)n) + 0.5);
    return s < 2 ? 2 : s > 64 ? 64 : s;
}

static size_t values_of(const point *p, size_t n) {
    size_t values = n > 0;
    for (size_t i = 1; i < n; i++) values += p[i].x != p[i - 1].x;
    return values;
}

/* The sum of squares between slices. Equal x stay in one slice. */
static double between(const point *p, size_t n, size_t want, double mean, size_t *slices) {
    double sum = 0;
    size_t begin = 0;
    *slices = 0;
    for (size_t k = 1; k <= want && begin < n; k++) {
        size_t end = k == want ? n : (size_t)((double)n * (double)k / (double)want + 0.5);
        if (end <= begin) continue;
        while (end < n && p[end].x == p[end - 1].x) end++;
        double own = 0;
        for (size_t i = begin; i < end; i++) own += p[i].y - mean;
        sum += own * own / (double)(end - begin);
        begin = end;
        ++*slices;
    }
    return sum;
}

static double between_values(const point *p, size_t n, double mean) {
    double sum = 0;
    for (size_t i = 0, end; i < n; i = end) {
        double own = 0;
        for (end = i; end < n && p[end].x == p[i].x; end++) own += p[end].y - mean;
        sum += own * own / (double)(end - i);
    }
    return sum;
}

/* ---- smooth ---- */

typedef struct local {
    double y;      /* NaN where too few points have weight */
    double weight; /* that the point itself has in it, from 0 to 1 */
} local;

/* The local line at the x of a point through all points (all others: `without`), weighted by a
 * Gaussian kernel of width h (Stone 1977). */
static local local_line(const point *p, size_t n, size_t at, double h, int without) {
    double s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0;
    for (size_t i = 0; i < n; i++) {
        double d = p[i].x - p[at].x, z = d / h;
        if ((without && i == at) || fabs(z) > 8) continue;
        double w = exp(-z * z / 2);
        s0 += w;
        s1 += w * d;
        s2 += w * d * d;
        t0 += w * p[i].y;
        t1 += w * d * p[i].y;
    }
    double det = s0 * s2 - s1 * s1;
    if (det > 1e-9 * s0 * s0 * h * h) return (local){(s2 * t0 - s1 * t1) / det, s2 / det};
    /* one place: a mean */
    return s0 > 1e-12 ? (local){t0 / s0, 1 / s0} : (local){(double)NAN, 0};
}

/* How badly each point is predicted from all others. */
static double misses(const point *p, size_t n, double h, double mean) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double y = local_line(p, n, i, h, 1).y, miss = p[i].y - (isnan(y) ? mean : y);
        sum += miss * miss;
    }
    return sum;
}

/* What is left of the variance about smooth values, and how many numbers they amount to (the trace
 * of the smoother: 2 of a straight line). Bandwidths run from a fifteenth of the standard deviation
 * of x to eight times it, where the line is straight. */
static double smooth(const point *p, size_t n, double spread, double mean, double *numbers) {
    double best = INFINITY, width = 0, left = 0;
    for (double h = spread / 15; h < 9 * spread; h *= 1.5) {
        double sum = misses(p, n, h, mean);
        if (sum >= best) continue;
        best = sum;
        width = h;
    }
    *numbers = 0;
    for (size_t i = 0; i < n; i++) {
        local l = local_line(p, n, i, width, 0);
        left += (p[i].y - l.y) * (p[i].y - l.y);
        *numbers += l.weight;
    }
    return left;
}

/* A share that `numbers` numbers were fitted for, without what they find by chance (Kelley 1935).
 */
static double corrected(double share, double numbers, size_t n) {
    double free = (double)n - numbers;
    return free > 0 ? 1 - (1 - share) * (double)(n - 1) / free : (double)NAN;
}

int correlation_make(size_t n, const double *x, const double *y, int classes,
                     correlation_ratio *out, fault *f) {
    *out = (correlation_ratio){NAN, NAN, NAN, 0, 0};
    point *p = mem_take((n + 1) * sizeof *p);
    if (!p) return fault_memory(f);
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]) && isfinite(y[i])) p[m++] = (point){x[i], y[i]};
    qsort(p, m, sizeof *p, by_x);
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0, least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < m; i++) {
        mx += p[i].x;
        my += p[i].y;
        least = fmin(least, p[i].y);
        most = fmax(most, p[i].y);
    }
    mx /= (double)m;
    my /= (double)m;
    for (size_t i = 0; i < m; i++) {
        xx += (p[i].x - mx) * (p[i].x - mx);
        yy += (p[i].y - my) * (p[i].y - my);
        xy += (p[i].x - mx) * (p[i].y - my);
    }
    out->points = m;
    size_t values = values_of(p, m), want = slices_for(m);
    int constant = m < 3 || most - least <= 1e-12 * fmax(fabs(least), fabs(most));
    if (!constant && !classes && values > want && m <= CORRELATION_SMOOTH) {
        double numbers, left = smooth(p, m, sqrt(xx / (double)m), my, &numbers);
        out->raw = 1 - left / yy;
        out->ratio = corrected(out->raw, numbers, m);
        out->r = xy / sqrt(xx * yy);
    } else if (!constant && values > 1 && (!classes || values < m)) {
        double of =
            classes || values <= want ? between_values(p, m, my) : between(p, m, want, my, &want);
        out->slices = classes || values <= want ? values : want;
        out->raw = of / yy;
        out->ratio = corrected(out->raw, (double)out->slices, m);
        if (!classes) out->r = xy / sqrt(xx * yy);
    } else if (!constant && values == 1) {
        out->ratio = out->raw = 0; /* it never moves, and tells nothing */
        out->slices = 1;
    }
    mem_free(p);
    return 1;
}
