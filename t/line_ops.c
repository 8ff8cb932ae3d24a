/* Ranks, order statistics and scans of a whole line, against hand-made answers and naive versions
 * that count instead of sorting. */
#include "expr/line_ops.h"
#include "tap.h"

#define M NAN

static uint64_t state;

static size_t below(size_t n) { return (size_t)(tap_random(&state) % n); }

static int same(double a, double b) { return a == b || (a != a && b != b); }

/* Scratch of exactly the promised size, so that a sanitizer sees what goes beyond it. */
static void scan(ex_op op, const double *x, size_t n, double *out, double param, ex_ties ties,
                 int ascending, const double *number) {
    void *scratch = malloc(line_ops_scratch(op, n));
    line_ops_scan(op, x, n, 1, out, 1, param, ties, ascending, number, scratch);
    free(scratch);
}

static double reduce(ex_op op, const double *x, size_t n, double param) {
    void *scratch = malloc(line_ops_scratch(op, n));
    double v = line_ops_reduce(op, x, n, 1, param, scratch);
    free(scratch);
    return v;
}

static void line_is(const double *got, const double *want, size_t n, const char *name) {
    size_t i = 0;
    while (i < n && same(got[i], want[i])) i++;
    ok(i == n, "%s", name);
    if (i < n) diag("element %zu: got %.17g, want %.17g", i, got[i], want[i]);
}

#define SCAN(op, param, ties, ascending, number)                                                   \
    scan(op, x, sizeof x / sizeof *x, got, param, ties, ascending, number)
#define WANT(name, ...) line_is(got, (const double[]){__VA_ARGS__}, sizeof x / sizeof *x, name)

/* ---- by hand ---- */

static void ranks_by_hand(void) {
    const double x[] = {80, 90, M, 80, 100, -0.0, 0.0};
    double got[7];
    SCAN(EX_rank, 0, EX_TIES_MIN, 0, NULL);
    WANT("ties min: 1 2 3 3 5 5", 3, 2, M, 3, 1, 5, 5);
    SCAN(EX_rank, 0, EX_TIES_MAX, 0, NULL);
    WANT("ties max", 4, 2, M, 4, 1, 6, 6);
    SCAN(EX_rank, 0, EX_TIES_DENSE, 0, NULL);
    WANT("ties dense", 3, 2, M, 3, 1, 4, 4);
    SCAN(EX_rank, 0, EX_TIES_AVERAGE, 0, NULL);
    WANT("ties average", 3.5, 2, M, 3.5, 1, 5.5, 5.5);
    SCAN(EX_rank, 0, EX_TIES_FIRST, 0, NULL);
    WANT("ties first", 3, 2, M, 4, 1, 5, 6);
    SCAN(EX_rank, 0, EX_TIES_MIN, 1, NULL);
    WANT("ascending", 3, 5, M, 3, 6, 1, 1);
}

static void tolerance_by_hand(void) {
    /* A group of ties is measured from its best: 9.5 ties with 10, 9.25 with it too, 9 starts anew.
     */
    const double x[] = {9, 9.5, 10, 9.25, 8.5};
    double got[5];
    SCAN(EX_rank, 1, EX_TIES_MIN, 0, NULL);
    WANT("tolerance counts from the best of the group", 4, 1, 1, 1, 4);
    SCAN(EX_rank, 1, EX_TIES_FIRST, 0, NULL);
    WANT("ties first go by position, not by score", 4, 1, 2, 3, 5);
    SCAN(EX_rank, 0.25, EX_TIES_MIN, 0, NULL);
    WANT("closer than the tolerance, not as close", 4, 2, 1, 3, 5);
    SCAN(EX_rank, 1, EX_TIES_DENSE, 1, NULL);
    WANT("from the smallest when ascending", 1, 2, 2, 1, 1);
}

static void scans_by_hand(void) {
    const double x[] = {M, 1, M, M, 4, M, 7, M};
    double got[8];
    SCAN(EX_lag, 1, 0, 0, NULL);
    WANT("lag 1", M, M, 1, M, M, 4, M, 7);
    SCAN(EX_lag, -2, 0, 0, NULL);
    WANT("lag -2", M, M, 4, M, 7, M, M, M);
    SCAN(EX_lag, 1e300, 0, 0, NULL);
    WANT("a lag beyond the line", M, M, M, M, M, M, M, M);
    SCAN(EX_fill, -1, 0, 0, NULL);
    WANT("fill without limit", M, 1, 1, 1, 4, 4, 7, 7);
    SCAN(EX_fill, 1, 0, 0, NULL);
    WANT("fill one label back", M, 1, 1, M, 4, 4, 7, 7);
    SCAN(EX_fill, 0, 0, 0, NULL);
    WANT("fill no label back", M, 1, M, M, 4, M, 7, M);
    SCAN(EX_interpolate, 0, 0, 0, NULL);
    WANT("interpolate by position", M, 1, 2, 3, 4, 5.5, 7, M);
    SCAN(EX_interpolate, 1, 0, 0, NULL);
    WANT("constant ends", 1, 1, 2, 3, 4, 5.5, 7, 7);
    SCAN(EX_interpolate, 0, 0, 0, ((double[]){2000, 2010, 2012, 2019, 2020, 2024, 2028, 2030}));
    WANT("by label number", M, 1, 1.6, 3.7, 4, 5.5, 7, M);
    SCAN(EX_interpolate, 1, 0, 0, ((double[]){9, 8, 7, 6, 5, 4, 3, 2}));
    WANT("falling labels", 1, 1, 2, 3, 4, 5.5, 7, 7);
    SCAN(EX_interpolate, 0, 0, 0, ((double[]){15, 10, 25, 5, 20, 35, 30, 31}));
    WANT("neighbours are those by label number", 2.5, 1, 5.5, M, 4, M, 7, M);
    SCAN(EX_cumsum, 0, 0, 0, NULL);
    WANT("cumsum skips the missing", M, 1, M, M, 5, M, 12, M);
    SCAN(EX_sort, 0, 0, 0, NULL);
    WANT("sort puts the missing last", 1, 4, 7, M, M, M, M, M);
}

static void empty_lines(void) {
    const double x[] = {M, M, M};
    double got[3];
    SCAN(EX_rank, 0, EX_TIES_MIN, 0, NULL);
    WANT("ranks of nothing", M, M, M);
    SCAN(EX_interpolate, 1, 0, 0, NULL);
    WANT("interpolation from nothing", M, M, M);
    SCAN(EX_fill, -1, 0, 0, NULL);
    WANT("filling from nothing", M, M, M);
    SCAN(EX_sort, 0, 0, 0, NULL);
    WANT("sorting nothing", M, M, M);
    is_num(reduce(EX_median, x, 3, 0), NAN, "median of nothing");
    is_num(reduce(EX_quantile, x, 0, 0.5), NAN, "quantile of a line of no length");
    got[0] = 42;
    scan(EX_rank, x, 0, got, 0, EX_TIES_MIN, 0, NULL);
    is_num(got[0], 42, "a line of no length has no elements");
}

static void sums_by_hand(void) {
    const double x[] = {1e16, 1, 1, -1e16};
    double got[4];
    SCAN(EX_cumsum, 0, 0, 0, NULL);
    WANT("cumsum is compensated", 1e16, 1e16, 10000000000000002, 2);
    const double big[] = {1.5e308, 1.5e308, 1};
    scan(EX_cumsum, big, 3, got, 0, 0, 0, NULL);
    ok(got[0] == 1.5e308 && isnan(got[1]) && isnan(got[2]), "no infinity is ever stored");
    const double ends[] = {-1.5e308, M, 1.5e308};
    scan(EX_interpolate, ends, 3, got, 0, 0, 0, NULL);
    is_num(got[1], 0, "interpolation between extremes stays in range");
}

static void order_statistics_by_hand(void) {
    /* quantile(c(2, 4, 4, 5, 7, 9), p, type = 7) of R. */
    const double x[] = {7, 4, M, 2, 9, 4, 5};
    is_num(reduce(EX_median, x, 7, 0), 4.5, "median");
    is_num(reduce(EX_quantile, x, 7, 0), 2, "p = 0 is the least");
    is_num(reduce(EX_quantile, x, 7, 1), 9, "p = 1 is the greatest");
    is_num(reduce(EX_quantile, x, 7, 0.25), 4, "p = 0.25");
    is_num(reduce(EX_quantile, x, 7, 0.75), 6.5, "p = 0.75");
    is_num(reduce(EX_quantile, x, 7, 0.1), 3, "p = 0.1");
    is_num(reduce(EX_quantile, x, 7, NAN), NAN, "p missing");
    double many[101];
    for (int i = 0; i <= 100; i++) many[i] = (i * 37) % 101 / 7.0;
    /* 100 * 0.29 is 28.999999999999996. */
    is_num(reduce(EX_quantile, many, 101, 0.29), 29 / 7.0, "a rank that only rounding made broken");
    const double far[] = {-1.7e308, 1.7e308};
    is_num(reduce(EX_median, far, 2, 0), 0, "the median of extremes stays in range");
    const double equal[] = {0.1, 0.1, 0.1};
    is_num(reduce(EX_quantile, equal, 3, 0.3), 0.1, "between equals nothing is rounded");
}

/* ---- at random ---- */

/* The number as fifteen significant digits show it, by way of its text. */
static double shown(double x) {
    char text[40];
    snprintf(text, sizeof text, "%.14e", x);
    return strtod(text, NULL);
}

/* Several ways of being hard on a sort: few values, many equal, clusters, all magnitudes. */
static double draw(int style) {
    double u = (double)(tap_random(&state) >> 11) * 0x1p-53;
    switch (style) {
    case 0: return u * 100;
    case 1: return (double)below(5) - 2;
    case 2: return 1 + (double)below(1000) * 0x1p-52;
    case 3: return below(3) ? u : 1e300 * (u - 0.5);
    case 4: return round(u * 10000) / 100;
    case 5: return (below(2) ? -1 : 1) * ldexp(1 + u, (int)below(2000) - 1000);
    case 6: return below(2) ? 0.0 : -0.0;
    case 7: return 42;
    default: return (below(2) ? -1 : 1) * 4.9406564584124654e-324 * (double)below(9);
    }
}

static void draw_line(double *x, size_t n, size_t stride) {
    int style = (int)below(9);
    size_t missing = below(3) ? below(6) : 0;
    for (size_t i = 0; i < n; i++) x[i * stride] = below(10) < missing ? NAN : draw(style);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The present values of a line, sorted by the C library. Returns how many. */
static size_t present(const double *x, size_t n, size_t stride, double *out) {
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i * stride])) out[m++] = x[i * stride];
    qsort(out, m, sizeof *out, by_value);
    return m;
}

/* The rank of x[i] by counting how many are better, equal, and equal before it. */
static double counted_rank(const double *x, size_t n, size_t stride, const double *sorted, size_t m,
                           size_t i, ex_ties ties, int ascending) {
    double v = x[i * stride], better = 0, equal = 0, earlier = 0, kinds = 0;
    if (isnan(v)) return NAN;
    for (size_t k = 0; k < m; k++) {
        int wins = ascending ? sorted[k] < v : sorted[k] > v;
        better += wins;
        equal += sorted[k] == v;
        kinds += wins && (k == 0 || sorted[k] != sorted[k - 1]);
    }
    for (size_t k = 0; k < i && k < n; k++) earlier += x[k * stride] == v;
    switch (ties) {
    case EX_TIES_MIN: return better + 1;
    case EX_TIES_MAX: return better + equal;
    case EX_TIES_DENSE: return kinds + 1;
    case EX_TIES_AVERAGE: return better + (1 + equal) / 2;
    default: return better + earlier + 1;
    }
}

/* The same with a tolerance: groups are formed one after the other from the best that is left. */
static void grouped_ranks(const double *x, size_t n, size_t stride, double tolerance, ex_ties ties,
                          int ascending, double *out) {
    size_t given = 0, groups = 0;
    int *group = calloc(n + 1, sizeof *group);
    for (;;) {
        size_t best = n, members = 0, k = 0;
        for (size_t i = 0; i < n; i++) {
            double v = x[i * stride];
            if (isnan(v) || group[i]) continue;
            if (best == n || (ascending ? v < x[best * stride] : v > x[best * stride])) best = i;
        }
        if (best == n) break;
        groups++;
        for (size_t i = 0; i < n; i++) {
            double v = x[i * stride], gap = fabs(v - x[best * stride]);
            if (gap > 0) { /* to more digits than doubles have */
                char own[40], other[40], most[40];
                snprintf(own, sizeof own, "%.14e", v);
                snprintf(other, sizeof other, "%.14e", x[best * stride]);
                snprintf(most, sizeof most, "%.14e", tolerance);
                long double x1 = strtold(own, NULL), x2 = strtold(other, NULL);
                /* What reading the texts may have rounded: a gap of just the tolerance is none. */
                long double doubt = 2e-19L * (fabsl(x1) + fabsl(x2));
                gap = fabsl(x1 - x2) < strtold(most, NULL) - doubt ? tolerance / 2 : tolerance;
            }
            if (isnan(v) || group[i] || !(v == x[best * stride] || gap < tolerance)) continue;
            group[i] = (int)groups;
            members++;
        }
        for (size_t i = 0; i < n; i++)
            if (group[i] == (int)groups) {
                double f = (double)given, c = (double)members;
                out[i] = ties == EX_TIES_MIN       ? f + 1
                         : ties == EX_TIES_MAX     ? f + c
                         : ties == EX_TIES_DENSE   ? (double)groups
                         : ties == EX_TIES_AVERAGE ? f + (c + 1) / 2
                                                   : f + 1 + (double)k++;
            }
        given += members;
    }
    for (size_t i = 0; i < n; i++)
        if (!group[i]) out[i] = NAN;
    free(group);
}

static size_t draw_length(void) {
    static const size_t edge[] = {1, 2, 3, 23, 24, 25, 48, 49, 191, 192, 193, 400, 1500};
    return below(2) ? edge[below(sizeof edge / sizeof *edge)] : 1 + below(64);
}

static void random_lines(int cases) {
    int ranks = 1, near = 1, sorts = 1, statistics = 1, strides = 1;
    for (int c = 0; c < cases; c++) {
        size_t n = draw_length(), stride = 1 + below(3), out_stride = 1 + below(3);
        double *x = malloc(n * stride * sizeof *x), *out = malloc(n * out_stride * sizeof *out);
        double *all = malloc(n * sizeof *all), *want = malloc(n * sizeof *want);
        double *document = malloc(n * sizeof *document), *ordered = malloc(n * sizeof *ordered);
        void *scratch = malloc(line_ops_scratch(EX_rank, n));
        ex_ties ties = (ex_ties)below(5);
        int ascending = (int)below(2);
        for (size_t i = 0; i < n * stride; i++) x[i] = -7e77;
        for (size_t i = 0; i < n * out_stride; i++) out[i] = -7e77;
        draw_line(x, n, stride);
        size_t m = present(x, n, stride, all);
        for (size_t i = 0; i < n; i++)
            document[i] = isnan(x[i * stride]) ? NAN : shown(x[i * stride]);
        present(document, n, 1, ordered);

        line_ops_scan(EX_rank, x, n, stride, out, out_stride, 0, ties, ascending, NULL, scratch);
        for (size_t i = 0; i < n; i++) {
            /* Long lines are looked at here and there: counting is quadratic. */
            if (n > 200 && below(n) > 40) continue;
            ranks &= same(out[i * out_stride],
                          counted_rank(document, n, 1, ordered, m, i, ties, ascending));
        }
        for (size_t i = 0; i < n * out_stride; i++)
            if (i % out_stride) strides &= out[i] == -7e77;
        if (n <= 64) {
            double tolerance = ldexp(1, (int)below(60) - 52);
            line_ops_scan(EX_rank, x, n, stride, out, out_stride, tolerance, ties, ascending, NULL,
                          scratch);
            grouped_ranks(document, n, 1, tolerance, ties, ascending, want);
            for (size_t i = 0; i < n; i++) near &= same(out[i * out_stride], want[i]);
        }

        line_ops_scan(EX_sort, x, n, stride, out, out_stride, 0, 0, 0, NULL, scratch);
        for (size_t i = 0; i < n; i++)
            sorts &= i < m ? out[i * out_stride] == all[i] : isnan(out[i * out_stride]);

        for (int k = 0; k < 5; k++) {
            double p = k == 0 ? 0.5 : k < 3 ? (double)below(101) / 100 : draw(0) / 100;
            double got = line_ops_reduce(k ? EX_quantile : EX_median, x, n, stride, p, scratch);
            if (!m) {
                statistics &= isnan(got);
                continue;
            }
            long double h = (long double)p * (long double)(m - 1);
            if (fabsl(h - roundl(h)) < 1e-13L * h) h = roundl(h);
            size_t i = (size_t)h;
            long double a = all[i], b = all[i + 1 < m ? i + 1 : i], v = a + (h - i) * (b - a);
            statistics &= fabsl(got - v) <= 1e-12L * (fabsl(a) + fabsl(b)) + 5e-324L;
            statistics &= got >= all[i] && got <= all[i + 1 < m ? i + 1 : i];
        }
        free(x);
        free(out);
        free(all);
        free(want);
        free(document);
        free(ordered);
        free(scratch);
    }
    ok(ranks, "ranks are as counted");
    ok(near, "ranks with a tolerance are as grouped one by one");
    ok(strides, "nothing is written between the elements");
    ok(sorts, "sort orders like the C library");
    ok(statistics, "median and quantile are as read off the sorted values");
}

/* One long line, so that three radix digits are needed; the ranks must be a permutation that runs
 * with the values. */
static void long_line(int style, const char *name) {
    size_t n = 50000;
    double *x = malloc(n * sizeof *x), *out = malloc(n * sizeof *out);
    size_t *held = calloc(n + 1, sizeof *held);
    for (size_t i = 0; i < n; i++) x[i] = draw(style);
    scan(EX_rank, x, n, out, 0, EX_TIES_FIRST, 0, NULL);
    int good = 1;
    for (size_t i = 0; i < n; i++) {
        good &= out[i] >= 1 && out[i] <= (double)n && !held[(size_t)out[i]];
        held[(size_t)out[i]] = i + 1;
    }
    for (size_t r = 2; good && r <= n; r++) {
        size_t a = held[r - 1] - 1, b = held[r] - 1;
        double above = shown(x[a]), below_it = shown(x[b]);
        good &= above > below_it || (above == below_it && a < b);
    }
    ok(good, "a long line of %s", name);
    free(x);
    free(out);
    free(held);
}

/* ---- orders that are kept ---- */

/* Changes some elements of a line: others, missing ones, ties, or neighbours that change places. */
static void change(double *x, size_t n, size_t some, int kind) {
    for (size_t k = 0; k < some; k++) {
        size_t i = below(n), j = below(n);
        double was = x[i];
        switch (kind) {
        case 0: x[i] = (double)below(1000) / 8; break;
        case 1: x[i] = below(3) ? M : 50; break;
        case 2: x[i] = x[j]; break;
        case 3: x[i] = x[j], x[j] = was; break;
        case 4: x[i] = was + 0x1p-46 * (double)below(3); break;
        default: x[i] = below(2) ? 0.0 : -0.0; break;
        }
    }
}

/* Ranks along kept orders are those of lines that are sorted anew, and so are the orders. */
static void kept_orders(int cases) {
    static const size_t sizes[] = {1, 2, 3, 30, 200, 1000, 5000};
    int good = 1;
    for (int c = 0; good && c < cases; c++) {
        size_t n = sizes[below(sizeof sizes / sizeof *sizes)], stride = 1 + below(2);
        double *x = malloc(n * stride * sizeof *x), *got = malloc(2 * n * sizeof *got);
        double *want = got + n;
        uint32_t *order = malloc(2 * n * sizeof *order), *anew = order + n;
        void *scratch = malloc(line_ops_order_scratch(n));
        size_t kind = below(7);
        for (size_t i = 0; i < n * stride; i++)
            x[i] = kind == 6               ? 7
                   : kind == 5 && below(4) ? M
                                           : (double)below(kind ? 100000 : 50) / 8;
        for (int round = 0; good && round < 6; round++) {
            ex_ties ties = (ex_ties)below(EX_TIES_FIRST + 1);
            double tolerance = below(3) ? 0 : 0.25;
            int ascending = c & 1;
            /* one; a few; half; all of them, or none */
            size_t some = round ? (const size_t[]){1, 1 + n / 50, n / 2, n, 0}[below(5)] : 0;
            change(x, n * stride, some * stride, (int)below(6));
            line_ops_rank(x, n, stride, got, 1, tolerance, ties, ascending, order, round > 0,
                          scratch);
            line_ops_scan(EX_rank, x, n, stride, want, 1, tolerance, ties, ascending, NULL,
                          scratch);
            size_t present = line_ops_order(x, n, stride, !ascending, anew, 0, scratch), there = 0;
            for (size_t i = 0; i < n; i++) there += x[i * stride] == x[i * stride];
            good = present == there && !memcmp(order, anew, present * sizeof *order);
            for (size_t i = 0; good && i < n; i++) good = same(got[i], want[i]);
            for (size_t i = present; good && i < n; i++)
                good = x[order[i] * stride] != x[order[i] * stride] && order[i] < n;
            if (!good)
                diag("%zu elements, %zu apart, %zu changed in round %d of case %d", n, stride, some,
                     round, c);
        }
        free(x);
        free(got);
        free(order);
        free(scratch);
    }
    ok(good, "ranks along orders that are kept, %d lines changed five times", cases);
}

/* ---- gaps ---- */

/* The places of a line in the order of their numbers, equal ones in order of place. */
static void order_by(const double *number, size_t n, size_t *spot) {
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0 && number && number[spot[at - 1]] > number[i]; at--) spot[at] = spot[at - 1];
        spot[at] = i;
    }
}

/* What stands at place k of that order when its gap is filled from both sides. */
static double between(const double *x, const double *number, const size_t *spot, size_t n, size_t k,
                      int ends) {
    size_t left = k, right = k;
    if (!isnan(x[spot[k]])) return x[spot[k]];
    while (left < n && isnan(x[spot[left]])) left--; /* beyond 0 it is more than n */
    while (right < n && isnan(x[spot[right]])) right++;
    if (left >= n || right >= n)
        return ends && (left < n || right < n) ? x[spot[left < n ? left : right]] : M;
    double a = number ? number[spot[left]] : (double)left,
           b = number ? number[spot[right]] : (double)right,
           c = number ? number[spot[k]] : (double)k, low = x[spot[left]], high = x[spot[right]];
    return b > a ? low + (high - low) * ((c - a) / (b - a)) : low;
}

static void gaps(void) {
    enum { MOST = 300 };
    double x[MOST], number[MOST], got[MOST];
    size_t spot[MOST];
    int fine = 1, filled = 1, shifted = 1;
    for (int round = 0; round < 3000; round++) {
        size_t n = below(round % 50 ? 12 : MOST), often = 1 + below(4);
        int numbers = below(3) != 0, ends = (int)below(2), far = (int)below(4) - 1,
            k = (int)below(9) - 4;
        for (size_t i = 0; i < n; i++) {
            x[i] = below(often) ? M : (double)below(1000) / 8;
            number[i] = below(2) ? (double)i : (double)below(2 * n);
        }
        order_by(numbers ? number : NULL, n, spot);
        scan(EX_interpolate, x, n, got, ends, 0, 0, numbers ? number : NULL);
        for (size_t i = 0; i < n; i++) {
            double want = between(x, numbers ? number : NULL, spot, n, i, ends);
            fine &= same(got[spot[i]], want) || fabs(got[spot[i]] - want) < 1e-10;
        }
        scan(EX_fill, x, n, got, far, 0, 0, NULL);
        for (size_t i = 0; i < n; i++) {
            size_t from = i;
            while (from < n && isnan(x[from])) from--;
            int there = from < n && (far < 0 || i - from <= (size_t)far);
            filled &= same(got[i], there ? x[from] : M);
        }
        scan(EX_lag, x, n, got, k, 0, 0, NULL);
        for (size_t i = 0; i < n; i++) {
            long from = (long)i - k;
            shifted &= same(got[i], from >= 0 && from < (long)n ? x[from] : M);
        }
    }
    ok(fine, "gaps are filled from both sides, by the numbers of the labels");
    ok(filled, "and from before, so far as is allowed");
    ok(shifted, "lines are shifted either way");
}

/* Sorting them all would take a hundred times as long. */
static void long_median(void) {
    enum { N = 200001 };
    double *x = malloc(N * sizeof *x);
    for (size_t i = 0; i < N; i++) x[i] = (double)(i * 7919 % N);
    is_num(reduce(EX_median, x, N, 0), N / 2, "the median of a long line");
    is_num(reduce(EX_quantile, x, N, 0.25), (N - 1) / 4, "its first quarter");
    free(x);
}

int main(void) {
    ranks_by_hand();
    tolerance_by_hand();
    scans_by_hand();
    empty_lines();
    sums_by_hand();
    order_statistics_by_hand();
    state = tap_seed();
    const char *cases = getenv("ASSESS_CASES");
    random_lines(cases ? atoi(cases) : 5000);
    kept_orders(cases ? atoi(cases) : 150);
    long_line(0, "scores");
    long_line(1, "many ties");
    long_line(2, "values that differ in their last bits");
    long_line(3, "clusters and outliers");
    long_line(5, "all magnitudes");
    gaps();
    long_median();
    return done_testing();
}
