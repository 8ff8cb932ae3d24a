/* The small numerics: eigenvectors, linear equations, linear programs, ranks, distributions,
 * minima. Expected values come from matrices whose answers are known, from residuals, from
 * enumeration, from closed forms and printed tables. */
#include "expr/distribution.h"
#include "expr/rank_correlation.h"
#include "expr/linear.h"
#include "expr/nelder_mead.h"
#include "expr/lp.h"
#include "tap.h"

static uint64_t state;
static fault f;

static double uniform(double low, double high) {
    return low + (high - low) * (double)(tap_random(&state) >> 11) * 0x1p-53;
}

static size_t below(size_t n) { return (size_t)(tap_random(&state) % n); }

static double larger(double a, double b) { return a > b ? a : b; }

/* ---- eigenvalues ---- */

/* The largest element of a v - value v, v being a column of `vector`. */
static double residual(const double *a, size_t n, const double *vector, size_t k, double value) {
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        long double sum = 0;
        for (size_t j = 0; j < n; j++) sum += (long double)a[i * n + j] * vector[j * n + k];
        worst = larger(worst, (double)fabsl(sum - (long double)value * vector[i * n + k]));
    }
    return worst;
}

static void eigen_by_hand(void) {
    const double two[] = {2, 1, 1, 2}, three[] = {2, -1, 0, -1, 2, -1, 0, -1, 2};
    double value[3], vector[9];
    size_t row = 9, column = 9;
    ok(linear_eigen(two, 2, 1, value, vector, &row, &column, &f) == 1, "2 × 2");
    is_near(value[0], 3, 1e-15, "the larger value first");
    is_near(value[1], 1, 1e-15, "then the smaller");
    for (int i = 0; i < 4; i++)
        is_near(vector[i], i == 3 ? -sqrt(0.5) : sqrt(0.5), 1e-15,
                "vector element %d; the first of equals is positive", i);
    ok(linear_eigen(three, 3, 1, value, NULL, &row, &column, &f) == 1, "values alone");
    for (int k = 0; k < 3; k++)
        is_near(value[k], 2 + (1 - k) * sqrt(2), 4e-15, "second differences, value %d", k);
    const double turn[] = {0, -1, 0, 1, 0, 0, 0, 0, 5}, companion[] = {0, 1, -2, -3};
    ok(linear_eigen(turn, 3, 0, value, vector, &row, &column, &f) == 1,
       "a quarter turn and a stretch");
    is_num(value[0], 5, "has one real value");
    ok(isnan(value[1]) && isnan(value[2]) && isnan(vector[1]), "and two that are not");
    is_num(vector[6], 1, "with the vector along the axis");
    ok(linear_eigen(companion, 2, 0, value, vector, &row, &column, &f) == 1, "x² + 3x + 2");
    is_near(value[0], -1, 1e-14, "root -1");
    is_near(value[1], -2, 1e-14, "root -2");
    is_near(vector[1], -sqrt(0.2), 1e-14, "vector of -2, largest element positive");
    /* The vector is (1, -(1 + s)): its elements are equal to nine digits, or they are not. */
    for (int k = 0; k < 2; k++) {
        const double s = k ? 5e-9 : 5e-10, w = -(1 + s), near[] = {1, w, w, w * w};
        ok(linear_eigen(near, 2, 1, value, vector, &row, &column, &f) == 1 &&
               (vector[0] > 0) == !k && (vector[2] > 0) == k,
           "of two elements that differ by %g the %s is positive", s, k ? "larger" : "first");
    }
    const double lopsided[] = {1, 2, 3, 2, 1, 4, 3, 4.0000001, 1};
    is_int(linear_eigen(lopsided, 3, 1, value, vector, &row, &column, &f), -1,
           "no symmetric matrix");
    ok(row == 1 && column == 2, "and where it is not");
    for (int k = 0; k < 2; k++) {
        const double near[] = {0, 1e6, 1e6 * (1 + (k ? 2e-12 : 5e-13)), 3};
        is_int(linear_eigen(near, 2, 1, value, vector, &row, &column, &f), k ? -1 : 1,
               "it may be off by 1e-12 of its largest element, %s", k ? "no more" : "or less");
    }
    const double one_sided[] = {NAN, 1, NAN, 1};
    for (int symmetric = 0; symmetric < 2; symmetric++)
        ok(linear_eigen(one_sided, 2, symmetric, value, vector, &row, &column, &f) == 1 &&
               isnan(value[0]) && isnan(value[1]),
           "what is there on one side alone is not wholly missing");
    const double zero[] = {0, 0, 0, 0};
    ok(linear_eigen(zero, 2, 1, value, vector, &row, &column, &f) == 1 && value[0] == 0 &&
           value[1] == 0,
       "zeros");
}

static void eigen_at_random(void) {
    double worst = 0, skew = 0, general = 0;
    int ordered = 1, positive = 1, apart = 1, traces = 1;
    for (int round = 0; round < 60; round++) {
        size_t n = 1 + below(30), row, column;
        double a[900], value[30], vector[900], trace = 0, sum = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = uniform(-1, 1);
        for (size_t i = 0; i < n; i++) trace += a[i * n + i];
        if (linear_eigen(a, n, 1, value, vector, &row, &column, &f) != 1) apart = 0;
        for (size_t k = 0; k < n; k++) {
            double most = 0, at = 0;
            worst = larger(worst, residual(a, n, vector, k, value[k]));
            ordered &= k == 0 || value[k] <= value[k - 1];
            for (size_t i = 0; i < n; i++)
                if (fabs(vector[i * n + k]) > most) at = vector[i * n + k], most = fabs(at);
            positive &= at > 0;
            for (size_t l = 0; l <= k; l++) {
                double dot = 0;
                for (size_t i = 0; i < n; i++) dot += vector[i * n + k] * vector[i * n + l];
                skew = larger(skew, fabs(dot - (k == l)));
            }
            sum += value[k];
        }
        traces &= fabs(sum - trace) < 1e-12;
        for (size_t i = 0; i < n * n; i++) a[i] = uniform(-1, 1);
        linear_eigen(a, n, 0, value, vector, &row, &column, &f);
        for (size_t k = 0; k < n && !isnan(value[k]); k++)
            general = larger(general, residual(a, n, vector, k, value[k]));
    }
    ok(worst < 1e-13, "a v = value v for symmetric matrices (%.2g)", worst);
    ok(skew < 1e-13, "vectors of length 1, at right angles (%.2g)", skew);
    ok(ordered && positive && apart, "largest first, the largest element positive");
    ok(traces, "values add up to the trace");
    ok(general < 1e-12, "a v = value v for others (%.2g)", general);
}

/* Indices that are wholly missing do not count: the answer is that of the smaller matrix, to the
 * bit. */
static void eigen_of_a_part(void) {
    enum { N = 7, M = 4 };
    static const size_t kept[M] = {1, 2, 4, 6};
    double small[M * M], large[N * N], value[M], vector[M * M], wide[N], wider[N * N];
    size_t row, column;
    for (int i = 0; i < N * N; i++) large[i] = NAN;
    for (int i = 0; i < M; i++)
        for (int j = 0; j <= i; j++) {
            small[i * M + j] = small[j * M + i] = uniform(0.1, 1);
            large[kept[i] * N + kept[j]] = large[kept[j] * N + kept[i]] = small[i * M + j];
        }
    linear_eigen(small, M, 1, value, vector, &row, &column, &f);
    linear_eigen(large, N, 1, wide, wider, &row, &column, &f);
    int same = 1, rest = 1;
    for (int k = 0; k < N; k++) {
        if (k < M ? wide[k] != value[k] : !isnan(wide[k])) same = 0;
        for (int i = 0; i < M && k < M; i++)
            same &= wider[kept[i] * N + (size_t)k] == vector[i * M + k];
        for (int i = 0; i < N; i++)
            rest &= k < M && (i == 1 || i == 2 || i == 4 || i == 6) ? 1 : isnan(wider[i * N + k]);
    }
    ok(same && rest, "what is wholly missing is left out");
    double few[M], more[N], root, roots;
    linear_principal(small, M, few, &root, NULL, &f);
    linear_principal(large, N, more, &roots, NULL, &f);
    same = root == roots && isnan(more[0]) && isnan(more[3]) && isnan(more[5]);
    for (int i = 0; i < M; i++) same &= more[kept[i]] == few[i];
    ok(same, "for the Perron vector, too");
    double right[M] = {1, 2, 3, 4}, rights[N] = {9, 1, 2, 9, 3, NAN, 4}, x[M], xs[N];
    linear_solve(small, M, right, x, &f);
    linear_solve(large, N, rights, xs, &f);
    same = isnan(xs[0]) && isnan(xs[3]) && isnan(xs[5]);
    for (int i = 0; i < M; i++) same &= xs[kept[i]] == x[i];
    ok(same, "and for equations");
    large[kept[0] * N + kept[1]] = NAN;
    linear_eigen(large, N, 1, wide, wider, &row, &column, &f);
    linear_principal(large, N, more, &roots, NULL, &f);
    linear_solve(large, N, rights, xs, &f);
    same = 1;
    for (int i = 0; i < N; i++) same &= isnan(wide[i]) && isnan(more[i]) && isnan(xs[i]);
    ok(same && isnan(roots) && isnan(wider[kept[1] * N]),
       "one element missing in between, and all is");
}

/* ---- the Perron vector ---- */

static void principal(void) {
    double vector[30], value, worst = 0, off = 0, near = 0;
    const double w[] = {0.5, 0.3, 0.1995, 0.0005};
    double consistent[16];
    for (int i = 0; i < 16; i++) consistent[i] = w[i / 4] / w[i % 4];
    linear_principal(consistent, 4, vector, &value, NULL, &f);
    is_near(value, 4, 1e-14, "a consistent matrix: λmax is n");
    for (int i = 0; i < 4; i++)
        is_near(vector[i] / w[i], 1, 2e-15, "its weights come back, the small ones, too");
    /* The textbook's 3 × 3: 1 3 5, 1/3 1 3, 1/5 1/3 1 has λmax 3.0385 and weights .637 .258 .105.
     */
    const double saaty[] = {1, 3, 5, 1.0 / 3, 1, 3, 0.2, 1.0 / 3, 1};
    linear_principal(saaty, 3, vector, &value, NULL, &f);
    is_near(value, 3.0385, 5e-5, "Saaty's λmax");
    is_near(vector[0], 0.637, 5e-4, "first weight");
    is_near(vector[1], 0.258, 5e-4, "second weight");
    is_near(vector[2], 0.105, 5e-4, "third weight");
    for (int round = 0; round < 60; round++) {
        size_t n = 1 + below(30), row, column;
        double a[900], values[30];
        long double x[30], y[30], sum = 0;
        for (size_t i = 0; i < n * n; i++)
            a[i] = round % 2 ? uniform(0, 1) : pow(9, uniform(-1, 1));
        linear_principal(a, n, vector, &value, NULL, &f);
        for (size_t i = 0; i < n; i++) x[i] = 1;
        for (int step = 0; step < 3000; step++) { /* the power method in long doubles */
            sum = 0;
            for (size_t i = 0; i < n; i++) {
                y[i] = 0;
                for (size_t j = 0; j < n; j++) y[i] += a[i * n + j] * x[j];
                sum += y[i];
            }
            for (size_t i = 0; i < n; i++) x[i] = y[i] / sum;
        }
        for (size_t i = 0; i < n; i++) worst = larger(worst, fabs((double)(vector[i] / x[i]) - 1));
        worst = larger(worst, fabs((double)(value / sum) - 1));
        linear_eigen(a, n, 0, values, NULL, &row, &column, &f);
        off = larger(off, fabs(values[0] / value - 1));
    }
    ok(worst < 1e-14, "as the power method finds it (%.2g)", worst);
    ok(off < 1e-13, "as LAPACK finds its value (%.2g)", off);
    /* With a second value close to the first, one column may look settled long before the others:
     * of (p q; r s) the value is (p + s)/2 + sqrt((p - s)²/4 + q r), and the vector (q, value - p).
     */
    for (int i = 0; i < 400; i++) {
        double p = uniform(0.5, 1), q = pow(10, uniform(-3, 0)), r = pow(10, uniform(-3, 0)),
               s = uniform(0.5, 1), gap = sqrt((p - s) * (p - s) / 4 + q * r);
        const double slow[] = {p, q, r, s};
        linear_principal(slow, 2, vector, &value, NULL, &f);
        double first = q / (q + (s - p) / 2 + gap);
        if (p > s) first = ((p - s) / 2 + gap) / (r + (p - s) / 2 + gap);
        near = larger(near, fabs(value / ((p + s) / 2 + gap) - 1));
        near = larger(near, fabs(vector[0] - first) + fabs(vector[1] - (1 - first)));
    }
    ok(near < 1e-13, "two values close to each other (%.2g)", near);
    const double cycle[] = {0, 1, 0, 0, 0, 1, 1, 0, 0}, parts[] = {1, 2, 0, 1},
                 minus[] = {1, 2, -1, 1};
    linear_principal(cycle, 3, vector, &value, NULL, &f);
    is_near(vector[1], 1.0 / 3, 1e-15, "a cycle, whose powers take turns");
    is_near(value, 1, 1e-15, "has the value 1");
    linear_principal(parts, 2, vector, &value, NULL, &f);
    ok(isnan(vector[0]) && isnan(value), "a matrix in parts has no positive vector");
    linear_principal(minus, 2, vector, &value, NULL, &f);
    ok(isnan(vector[0]) && isnan(value), "negative elements");
    volatile sig_atomic_t stop = 1;
    double wide[400];
    for (int i = 0; i < 400; i++) wide[i] = uniform(1, 2);
    ok(!linear_principal(wide, 20, vector, &value, &stop, &f) && f.kind == FAULT_LIMIT,
       "told to stop");
    fault_release(&f);
    f = FAULT_INIT;
}

/* ---- equations ---- */

static void equations(void) {
    const double a[] = {0, 2, 1, 1, -2, -3, -1, 1, 2}, b[] = {-8, 0, 3};
    double x[40];
    linear_solve(a, 3, b, x, &f);
    is_near(x[0], -4, 1e-14, "a zero to begin with: rows are exchanged");
    is_near(x[1], -5, 1e-14, "second unknown");
    is_near(x[2], 2, 1e-14, "third unknown");
    const double singular[] = {1, 2, 2, 4}, nearly[] = {1, 1, 1, 1 + 0x1p-52};
    linear_solve(singular, 2, b, x, &f);
    ok(isnan(x[0]) && isnan(x[1]), "a singular matrix has no solution");
    linear_solve(nearly, 2, b, x, &f);
    ok(isnan(x[0]), "nor one that is singular but for roundings");
    double worst = 0, off = 0;
    for (int round = 0; round < 50; round++) {
        size_t n = 1 + below(40);
        double m[1600], want[40], right[40];
        for (size_t i = 0; i < n * n; i++) m[i] = (double)below(2001) - 1000;
        if (n == 1 && m[0] == 0) m[0] = 1;
        for (size_t i = 0; i < n; i++) want[i] = (double)below(2001) - 1000;
        for (size_t i = 0; i < n; i++) {
            right[i] = 0;
            for (size_t j = 0; j < n; j++)
                right[i] += m[i * n + j] * want[j]; /* exact: whole numbers */
        }
        linear_solve(m, n, right, x, &f);
        for (size_t i = 0; i < n; i++) {
            long double sum = -(long double)right[i], sizes = fabs(right[i]);
            for (size_t j = 0; j < n; j++) {
                sum += (long double)m[i * n + j] * x[j];
                sizes += fabsl((long double)m[i * n + j] * x[j]);
            }
            if (sizes > 0) worst = larger(worst, (double)(fabsl(sum) / sizes));
            off = larger(off, isnan(x[i]) ? 9 : fabs(x[i] - want[i]) / 1000);
        }
    }
    /* Each equation holds to the last place of its terms. How far that carries the unknowns hangs
     * on the matrix: one of some 400,000 was so near to a singular one that 3e-10 was off. */
    ok(worst < 1e-15, "each equation holds (%.2g)", worst);
    ok(off < 1e-7, "whole numbers come back (%.2g)", off);
}

/* The library that answers must be the reference, whatever the system puts in its place. */
static void the_reference(void) {
    char line[4096];
    int other = 0, found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (!maps || !system(NULL)) {
        skip(1, "no /proc");
        return;
    }
    while (fgets(line, sizeof line, maps)) {
        other |= strstr(line, "openblas") || strstr(line, "atlas") || strstr(line, "blis") ||
                 strstr(line, "mkl");
        found |= strstr(line, "/lapack/liblapack.so") ? 1 : 0;
        found |= strstr(line, "/blas/libblas.so") ? 2 : 0;
    }
    fclose(maps);
    ok(found == 3 && !other, "reference LAPACK on reference BLAS");
}

/* ---- Kendall's tau ---- */

static double naive_tau(const double *x, const double *y, size_t n) {
    double surplus = 0, in_x = 0, in_y = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            if (isnan(x[i] + y[i]) || isnan(x[j] + y[j])) continue;
            int a = (x[i] > x[j]) - (x[i] < x[j]), b = (y[i] > y[j]) - (y[i] < y[j]);
            surplus += a * b;
            in_x += a != 0;
            in_y += b != 0;
        }
    return surplus / sqrt(in_x * in_y);
}

static void kendall(void) {
    const double x[] = {1, 2, 3, 4, 5}, y[] = {3, 1, 2, 5, 4}, flat[] = {2, 2, 2, 2, 2};
    const double tied[] = {1, 1, 2, 3, 3}, gaps[] = {3, NAN, NAN, NAN, NAN};
    double tau, worst = 0;
    rank_kendall_tau(x, y, 5, &tau, &f);
    is_near(tau, 0.4, 1e-15, "7 pairs agree, 3 do not");
    rank_kendall_tau(x, x, 5, &tau, &f);
    is_num(tau, 1, "with itself");
    rank_kendall_tau(tied, tied, 5, &tau, &f);
    is_num(tau, 1, "with itself, ties and all");
    rank_kendall_tau(x, flat, 5, &tau, &f);
    ok(isnan(tau), "against a constant");
    rank_kendall_tau(x, gaps, 5, &tau, &f);
    ok(isnan(tau), "a single pair");
    for (int round = 0; round < 300; round++) {
        double a[60], b[60];
        size_t n = below(60), levels = 1 + below(60);
        for (size_t i = 0; i < n; i++) {
            a[i] = below(10) ? (double)below(levels) - 5 : NAN;
            b[i] = below(10) ? a[i] + (double)below(1 + levels / 2) : -0.0;
        }
        rank_kendall_tau(a, b, n, &tau, &f);
        double want = naive_tau(a, b, n);
        worst = isnan(tau) && isnan(want) ? worst
                                          : larger(worst, isnan(tau - want) ? 9 : fabs(tau - want));
    }
    ok(worst < 1e-15, "as counted pair by pair (%.2g)", worst);
}

/* ---- distributions ---- */

static void normal(void) {
    double worst = 0, there = 0, back = 0;
    is_num(dist_normal_p(0), 0.5, "half of it lies below 0");
    is_near(dist_normal_p(1.96), 0.9750021048517795, 2e-16, "1.96");
    is_near(dist_normal_p(-8) / 6.220960574271786e-16, 1, 1e-14, "far below");
    ok(isnan(dist_normal_p(NAN)) && dist_normal_p(50) == 1 && dist_normal_p(-50) == 0, "ends");
    for (int i = 0; i < 20000; i++) {
        double z = uniform(-37, 9),
               want = 0.5 * erfc(-z * sqrt(0.5)); /* the rounding of z/√2 shows in the tail */
        worst = larger(worst, fabs(dist_normal_p(z) / want - 1) / (1 + z * z));
    }
    ok(worst < 2e-15, "as half of erfc (%.2g)", worst);
    is_near(dist_normal_quantile(0.975), 1.959963984540054, 1e-15, "the quantile of 97.5%%");
    is_near(dist_normal_quantile(0.9), 1.2815515655446004, 1e-15, "90%%");
    is_near(dist_normal_quantile(1e-10), -6.361340902404056, 2e-15, "1e-10");
    is_num(dist_normal_quantile(0.5), 0, "50%%");
    ok(isnan(dist_normal_quantile(0)) && isnan(dist_normal_quantile(1)) &&
           isnan(dist_normal_quantile(-1)) && isnan(dist_normal_quantile(NAN)) &&
           isnan(dist_normal_quantile(1.5)) && isnan(dist_normal_quantile(INFINITY)) &&
           isnan(dist_normal_quantile(-INFINITY)),
       "no quantile outside of it");
    for (int i = 0; i < 20000; i++) {
        double p = i % 2 ? uniform(0, 1) : pow(10, uniform(-300, 0));
        double z = dist_normal_quantile(p);
        /* The slope of log p in z is about |z| in the tail. */
        there = larger(there, fabs(dist_normal_p(z) / p - 1) / (1 + z * z));
        if (fabs(z) < 5)
            back = larger(back, fabs(dist_normal_quantile(1 - p) + z) / (1 + fabs(z)) *
                                    larger(1 - p, p) * (p < 0.5 ? p : 1 - p));
    }
    ok(there < 3e-15, "there and back (%.2g)", there);
    ok(back < 1e-15, "symmetric as far as 1 - p has digits (%.2g)", back);
}

/* The upper tail of t by Simpson's rule over s = x / sqrt(df + x²), in long doubles: the density of
 * s is c (1 - s²)^(df/2 - 1), whose integral over -1 to 1 is worked out alongside. */
static double integrated(double t, double df) {
    enum { STEPS = 40000 };
    long double from = (long double)t / sqrtl((long double)df + (long double)t * t), part = 0,
                all = 0;
    for (int half = 0; half < 2; half++) {
        long double low = half ? -1 : from, high = 1, h = (high - low) / STEPS, sum = 0;
        for (int i = 0; i <= STEPS; i++) {
            long double s = low + h * i, w = i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2;
            long double base = 1 - s * s;
            if (base > 0 || df > 2)
                sum += w * powl(base > 0 ? base : 0, (long double)df / 2 - 1);
            else if (df == 2)
                sum += w;
        }
        *(half ? &all : &part) = sum * h / 3;
    }
    return (double)(part / all);
}

/* P(t) for whole degrees of freedom: finite sums of powers of cos²θ, tan θ = t/√ν (Abramowitz &
 * Stegun 26.7.3 and 26.7.4), in long doubles. */
static double summed(double t, int df) {
    long double r = (long double)t / sqrtl(df), cos2 = 1 / (1 + r * r), sin1 = r / sqrtl(1 + r * r),
                term = 1, sum = 0;
    for (int k = 0; k < df / 2; k++) {
        sum += term;
        term *= cos2 * (df % 2 ? (2 * k + 2) / (2 * k + 3.0L) : (2 * k + 1) / (2 * k + 2.0L));
    }
    long double twice = df % 2 ? (atanl(r) + sin1 * sqrtl(cos2) * sum) * 2 / acosl(-1) : sin1 * sum;
    return (double)(0.5L + twice / 2);
}

static void student_exactly(void) {
    double worst = 0, late = 0;
    for (int i = 0; i < 4000; i++) {
        int df = 1 + i % 400;
        double t = uniform(-3, 5);
        worst = larger(worst, fabs(dist_student_p(t, df) / summed(t, df) - 1));
    }
    ok(worst < 1e-14, "whole degrees of freedom, by finite sums (%.2g)", worst);
    /* P differs from the normal distribution by φ(t) (t³ + t) / 4ν and less. */
    for (double df = 9e9; df < 1e12; df *= 1.1)
        for (double t = -4; t < 0; t += 0.5) {
            double p = dist_normal_p(t),
                   want = exp(-t * t / 2) / sqrt(2 * acos(-1)) * (t * t + 1) * -t / (4 * df * p);
            late = larger(late, (fabs(dist_student_p(t, df) / p - 1 - want) - 4e-15) / want);
        }
    ok(late < 1e-3, "many degrees of freedom, by the first term of the series (%.2g)", late);
    is_near(dist_student_p(-1e200, 1) * 1e200, 1 / acos(-1), 1e-13,
            "so far that its square is not there");
}

static void student(void) {
    /* Printed table: upper 2.5% points of t with 1, 2, 5, 10, 30, 120 degrees of freedom. */
    static const double table[][2] = {{1, 12.706}, {2, 4.303},  {5, 2.571},
                                      {10, 2.228}, {30, 2.042}, {120, 1.980}};
    double one = 0, two = 0, four = 0, other = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        is_near(dist_student_p(-table[i][1], table[i][0]), 0.025, 2.5e-5, "the table's t of %g",
                table[i][0]);
    for (int i = 0; i < 5000; i++) {
        double t = i % 2 ? -pow(10, uniform(-6, 6)) : uniform(-4, 4), s = t / sqrt(4 + t * t);
        /* The tails below 0, written so that nothing cancels. */
        if (t < 0) one = larger(one, fabs(dist_student_p(t, 1) / (atan(-1 / t) / acos(-1)) - 1));
        if (t < 0)
            two = larger(two,
                         fabs(dist_student_p(t, 2) * (2 + t * t) * (1 - t / sqrt(2 + t * t)) - 1));
        if (t > -4)
            four = larger(four, fabs(dist_student_p(t, 4) - (0.5 + 0.75 * (s - s * s * s / 3))));
    }
    ok(one < 2e-14, "1 degree of freedom is Cauchy's (%.2g)", one);
    ok(two < 2e-14, "2 degrees of freedom (%.2g)", two);
    ok(four < 2e-14, "4 degrees of freedom (%.2g)", four);
    for (int i = 0; i < 60; i++) {
        double df = i % 3 ? 6 + (double)below(300) : uniform(6, 60), t = uniform(-1, 6);
        double want = integrated(t, df);
        other = larger(other, fabs(dist_student_p(-t, df) / want - 1));
    }
    ok(other < 1e-11, "as integrated (%.2g)", other);
    is_near(dist_student_p(-2, 1e10 * 1.01) / dist_student_p(-2, 1e10 * 0.99), 1, 1e-9,
            "no step where the method changes");
    is_near(dist_student_p(1.5, 1e12), dist_normal_p(1.5), 1e-12,
            "with many it is the normal distribution");
    is_num(dist_student_p(0, 7), 0.5, "half of it lies below 0");
    /* The density of 1 degree of freedom at 0 is 1/pi. */
    is_near((0.5 - dist_student_p(-1e-9, 1)) / 1e-9, 1 / acos(-1), 1e-7, "and next to 0, too");
    is_near(dist_student_p(-1e12, 1) * 1e12, 1 / acos(-1), 1e-14, "and very far");
    ok(isnan(dist_student_p(1, 0)) && isnan(dist_student_p(1, -2)) &&
           isnan(dist_student_p(NAN, 3)) && isnan(dist_student_p(1, NAN)),
       "degrees of freedom are above 0");
    int rising = 1;
    for (double t = -8; t < 8; t += 0.01)
        rising &= dist_student_p(t + 0.01, 5) > dist_student_p(t, 5);
    ok(rising, "it rises");
}

/* ---- minima ---- */

static double rosenbrock(const double *x, size_t n) {
    double sum = 0;
    for (size_t i = 0; i + 1 < n; i++)
        sum += 100 * pow(x[i + 1] - x[i] * x[i], 2) + pow(1 - x[i], 2);
    return sum;
}

static double bowl(const double *x, size_t n) {
    double sum = -7;
    for (size_t i = 0; i < n; i++) sum += (double)(i + 1) * pow(x[i] - (double)i, 2);
    return sum;
}

static double fenced(const double *x, size_t n) { /* least at the fence, x0 = 0.25 */
    return x[0] < 0.25 ? NAN : bowl(x, n);
}

static double steep(const double *x, size_t n) {
    double sum = -1000;
    for (size_t i = 0; i < n; i++) sum += 1e10 * fabs(x[i] - 1);
    return sum;
}

static double nowhere(const double *x, size_t n) {
    (void)x, (void)n;
    return NAN;
}

static double find(double (*of)(const double *, size_t), size_t n, double start, size_t steps,
                   double *point, size_t *asked, int *settled) {
    double x[20];
    minimum *m = malloc(minimum_size(n));
    for (size_t i = 0; i < n; i++) x[i] = start;
    minimum_begin(m, n, x, 1e-8, steps);
    const double *at;
    *asked = 0;
    for (; (at = minimum_ask(m)); ++*asked) minimum_tell(m, of(at, n));
    memcpy(point, minimum_point(m), n * sizeof *point);
    double value = minimum_value(m);
    *settled = minimum_settled(m);
    free(m);
    return value;
}

static void minima(void) {
    double x[20], again[20];
    size_t asked, twice;
    int settled;
    for (size_t n = 2; n <= 8; n *= 2) {
        double value = find(rosenbrock, n, -1.2, 50000, x, &asked, &settled);
        ok(settled && value < 1e-14 && fabs(x[0] - 1) < 1e-6 && fabs(x[n - 1] - 1) < 1e-6,
           "Rosenbrock's valley of %zu variables, after %zu steps", n, asked);
    }
    for (size_t n = 1; n <= 16; n *= 2) {
        double value = find(bowl, n, 1, 50000, x, &asked, &settled), off = 0;
        for (size_t i = 0; i < n; i++) off = larger(off, fabs(x[i] - (double)i));
        ok(settled && fabs(value + 7) < 1e-12 && off < 1e-6,
           "a bowl of %zu variables, after %zu steps", n, asked);
        ok(asked < 150 * n * n + 100, "which is no more than a second look needs");
    }
    double value = find(steep, 1, 3, 50000, x, &asked, &settled);
    ok(settled && fabs(value + 1000) < 1e-3, "close points are no end while their values differ");
    find(fenced, 3, 1, 50000, x, &asked, &settled);
    is_near(x[0], 0.25, 1e-6, "a missing value is a fence");
    is_near(x[2], 2, 1e-6, "along which the others are free");
    find(fenced, 3, 1, 50000, again, &twice, &settled);
    ok(asked == twice && !memcmp(x, again, 3 * sizeof *x), "twice the same");
    double all = find(rosenbrock, 2, -1.2, 50000, x, &asked, &settled),
           part = find(rosenbrock, 2, -1.2, 50, x, &twice, &settled);
    ok(!settled && twice == 50 && asked > 50 && part > all &&
           part <= rosenbrock((double[]){-1.2, -1.2}, 2) && part == rosenbrock(x, 2),
       "the steps run out: the best so far");
    part = find(rosenbrock, 2, -1.2, 2, x, &twice, &settled);
    ok(twice == 2 && part == rosenbrock(x, 2), "before the simplex stands");
    ok(isinf(find(nowhere, 2, 1, 50000, x, &asked, &settled)) && asked < 5000,
       "where there is no value it ends, too");
}

/* The method as its papers tell it, for values that are given in no relation to the places, so that
 * every kind of step comes. */
typedef struct by_the_book {
    size_t n;
    double x[6][5], value[6]; /* best first; of equals that which came first */
    double tolerance, round_value;
    int rounds, settled;
    int kinds[7]; /* how often it reflected, expanded … */
    minimum *m;
} by_the_book;

enum { TOOK_REFLECTED, EXPANDED, NOT_EXPANDED, CONTRACTED_OUT, CONTRACTED_IN, SHRUNK, AGAIN };

/* They fall slowly, so that there is always something better to find. */
static double next_value(const minimum *m) {
    return below(12) ? (double)below(40) - (double)(minimum_steps(m) / 2) : NAN;
}

/* Whether the search asks for this point, and has the best so far; then a value. */
static int give(by_the_book *b, const double *x, double *value) {
    const double *asked = minimum_ask(b->m);
    int good = asked != NULL;
    for (size_t i = 0; good && i < b->n; i++)
        good = fabs(asked[i] - x[i]) <= 1e-12 * (1 + fabs(x[i]));
    *value = next_value(b->m);
    if (good) minimum_tell(b->m, *value);
    if (isnan(*value)) *value = INFINITY;
    return good;
}

static void put_in_order(by_the_book *b, size_t from) {
    for (size_t k = from; k <= b->n; k++)
        for (size_t j = k; j > 0 && b->value[j] < b->value[j - 1]; j--) {
            double x[5], value = b->value[j];
            memcpy(x, b->x[j], sizeof x);
            memcpy(b->x[j], b->x[j - 1], sizeof x);
            memcpy(b->x[j - 1], x, sizeof x);
            b->value[j] = b->value[j - 1];
            b->value[j - 1] = value;
        }
}

static void take_point(by_the_book *b, int kind, const double *x, double value) {
    memcpy(b->x[b->n], x, sizeof b->x[0]);
    b->value[b->n] = value;
    put_in_order(b, b->n);
    b->kinds[kind]++;
}

static int step_by_the_book(by_the_book *b) {
    size_t n = b->n;
    double c[5] = {0}, r[5], t[5], fr, ft, k = (double)n;
    double expand = n > 1 ? 1 + 2 / k : 2, contract = n > 1 ? 0.75 - 1 / (2 * k) : 0.5;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) c[i] += b->x[j][i] / k;
        r[i] = c[i] + (c[i] - b->x[n][i]);
    }
    if (!give(b, r, &fr)) return 0;
    if (fr < b->value[0]) {
        for (size_t i = 0; i < n; i++) t[i] = c[i] + expand * (r[i] - c[i]);
        if (!give(b, t, &ft)) return 0;
        take_point(b, ft < fr ? EXPANDED : NOT_EXPANDED, ft < fr ? t : r, ft < fr ? ft : fr);
        return 1;
    }
    if (n > 1 && fr < b->value[n - 1]) {
        take_point(b, TOOK_REFLECTED, r, fr);
        return 1;
    }
    int out = fr < b->value[n];
    for (size_t i = 0; i < n; i++) t[i] = c[i] + (out ? contract : -contract) * (r[i] - c[i]);
    if (!give(b, t, &ft)) return 0;
    if (out ? ft <= fr : ft < b->value[n]) {
        take_point(b, out ? CONTRACTED_OUT : CONTRACTED_IN, t, ft);
        return 1;
    }
    double keep = n > 1 ? 1 - 1 / k : 0.5, best = b->value[0];
    for (size_t j = 1; j <= n; j++) {
        for (size_t i = 0; i < n; i++) b->x[j][i] = b->x[0][i] + keep * (b->x[j][i] - b->x[0][i]);
        if (!give(b, b->x[j], &b->value[j])) return 0;
        best = b->value[j] < best ? b->value[j] : best;
        if (j < n && minimum_value(b->m) != best) return 0;
    }
    put_in_order(b, 1);
    b->kinds[SHRUNK]++;
    return 1;
}

/* The best point and a step of a twentieth of each of its coordinates, or of the largest for those
 * that are 0 but for rounding; to the other side in every other round. */
static int build_by_the_book(by_the_book *b, const double *start) {
    double most = 0, side = b->rounds % 2 ? -0.05 : 0.05, from[5], first = b->value[0];
    memcpy(from, start, sizeof from);
    for (size_t i = 0; i < b->n; i++) most = larger(most, fabs(from[i]));
    for (size_t k = b->rounds ? 1 : 0; k <= b->n; k++) {
        memcpy(b->x[k], from, sizeof from);
        if (k)
            b->x[k][k - 1] += side * (fabs(from[k - 1]) > 1e-14 * most ? fabs(from[k - 1])
                                      : most > 0                       ? most
                                                                       : 1);
        if (!give(b, b->x[k], &b->value[k])) return 0;
        if (!k) first = b->value[0];
    }
    b->round_value = first;
    b->rounds++;
    put_in_order(b, 1);
    return 1;
}

/* Ends a round where points and values are close to each other, and the search where the round has
 * gained nothing. */
static int end_by_the_book(by_the_book *b) {
    double distance = 0, size = 0, low = b->value[0];
    for (size_t i = 0; i < b->n; i++) {
        size = larger(size, fabs(b->x[0][i]));
        for (size_t k = 1; k <= b->n; k++)
            distance = larger(distance, fabs(b->x[k][i] - b->x[0][i]));
    }
    int close = distance <= b->tolerance * (size + b->tolerance) &&
                (isinf(low) || distance <= 1e-14 * size ||
                 b->value[b->n] - low <= b->tolerance * (fabs(low) + b->tolerance));
    if (!close) return 1;
    double gain = b->round_value - low;
    b->settled = (b->rounds > 1 && !(gain > b->tolerance * (fabs(low) + b->tolerance))) ||
                 b->rounds == 20 || isinf(low);
    if (b->settled) return !minimum_ask(b->m) && minimum_settled(b->m);
    b->kinds[AGAIN]++;
    return build_by_the_book(b, b->x[0]) && end_by_the_book(b);
}

static int search_by_the_book(by_the_book *b) {
    size_t n = b->n;
    double start[5] = {0};
    for (size_t i = 0; i < n; i++) start[i] = below(3) ? uniform(-9, 9) : 0;
    b->tolerance = below(2) ? 1e-13 : below(2) ? 0.3 : 0.9;
    b->rounds = b->settled = 0;
    minimum_begin(b->m, n, start, b->tolerance, 1000);
    if (!build_by_the_book(b, start) || !end_by_the_book(b)) return 0;
    for (int i = 0; i < 25 && !b->settled; i++) {
        if (!step_by_the_book(b) || !end_by_the_book(b)) return 0;
        const double *point = minimum_point(b->m);
        if (minimum_value(b->m) != b->value[0]) return 0;
        for (size_t k = 0; k < n; k++)
            if (fabs(point[k] - b->x[0][k]) > 1e-12 * (1 + fabs(point[k]))) return 0;
    }
    return 1;
}

/* How far the second of two variables is moved first. */
static double first_step(double x, double y) {
    const double start[] = {x, y};
    minimum *m = malloc(minimum_size(2));
    minimum_begin(m, 2, start, 1e-8, 10);
    for (int i = 0; i < 2 && minimum_ask(m); i++) minimum_tell(m, 1);
    const double *at = minimum_ask(m), step = at ? at[1] - y : NAN;
    free(m);
    return step;
}

static void first_steps(void) {
    is_near(first_step(8, -2), 0.1, 1e-15, "a twentieth of what it is");
    is_near(first_step(8, 1e-9), 5e-11, 1e-15, "however small");
    is_near(first_step(8, 0), 0.4, 1e-15, "of 0 a twentieth of the other");
    is_near(first_step(8, -5e-18), 0.4, 1e-15, "and of what rounding left of 0");
    is_near(first_step(0, 0), 0.05, 1e-15, "or of 1");
}

/* One variable has none between the best and the worst, where a reflected point is just taken. */
static int has_all_kinds(const by_the_book *b) {
    for (int i = b->n > 1 ? 0 : 1; i < 7; i++)
        if (b->kinds[i] <= 5) return 0;
    return 1;
}

static void minima_by_the_book(void) {
    for (size_t n = 1; n <= 5; n++) {
        by_the_book b = {.n = n, .m = malloc(minimum_size(n))};
        int good = 1;
        /* Some kinds come but once in five searches. */
        for (int i = 0; good && (i < 60 || (i < 2000 && !has_all_kinds(&b))); i++)
            good = search_by_the_book(&b);
        ok(good, "the steps over %zu variables are those of the papers", n);
        if (!ok(has_all_kinds(&b), "of all kinds"))
            for (int i = 0; i < 7; i++) diag("%d", b.kinds[i]);
        free(b.m);
    }
}

/* ---- linear programs ---- */

/* Gaussian elimination in long doubles; 0 where the matrix is singular. */
static int eliminate(long double *a, long double *b, size_t n) {
    for (size_t k = 0; k < n; k++) {
        size_t p = k;
        for (size_t i = k; i < n; i++)
            if (fabsl(a[i * n + k]) > fabsl(a[p * n + k])) p = i;
        if (fabsl(a[p * n + k]) < 1e-12L) return 0;
        for (size_t j = 0; j < n; j++) {
            long double t = a[k * n + j];
            a[k * n + j] = a[p * n + j];
            a[p * n + j] = t;
        }
        long double t = b[k];
        b[k] = b[p];
        b[p] = t;
        for (size_t i = 0; i < n; i++) {
            long double by = i == k ? 0 : a[i * n + k] / a[k * n + k];
            for (size_t j = 0; j < n; j++) a[i * n + j] -= by * a[k * n + j];
            b[i] -= by * b[k];
        }
    }
    for (size_t k = 0; k < n; k++) b[k] /= a[k * n + k];
    return 1;
}

/* The best corner: every choice of n of the constraints and bounds taken as equations. */
static double enumerate(const program *p) {
    size_t n = p->n, all = p->rows + 2 * n;
    double best = NAN;
    for (unsigned choice = 0; choice < 1u << all; choice++) {
        long double a[16] = {0}, b[4] = {0};
        size_t taken = 0;
        if (__builtin_popcount(choice) != (int)n) continue;
        for (size_t k = 0; k < all; k++) {
            if (!(choice >> k & 1)) continue;
            if (k < p->rows) {
                for (size_t j = 0; j < n; j++) a[taken * n + j] = p->coefficient[k * n + j];
                b[taken++] = p->bound[k];
            } else {
                size_t j = (k - p->rows) / 2;
                a[taken * n + j] = 1;
                b[taken++] = (k - p->rows) % 2 ? p->upper[j] : p->lower[j];
            }
        }
        if (!eliminate(a, b, n)) continue;
        int allowed = 1;
        long double value = 0;
        for (size_t j = 0; j < n; j++) {
            allowed &= b[j] >= p->lower[j] - 1e-10L && b[j] <= p->upper[j] + 1e-10L;
            value += p->objective[j] * b[j];
        }
        for (size_t r = 0; r < p->rows; r++) {
            long double sum = -(long double)p->bound[r];
            for (size_t j = 0; j < n; j++) sum += p->coefficient[r * n + j] * b[j];
            allowed &= p->relation[r] == PROGRAM_AT_MOST    ? sum <= 1e-10L
                       : p->relation[r] == PROGRAM_AT_LEAST ? sum >= -1e-10L
                                                            : fabsl(sum) <= 1e-10L;
        }
        if (allowed && (isnan(best) || (p->maximise ? value > best : value < best)))
            best = (double)value;
    }
    return best;
}

static void programs_at_random(void) {
    int solved = 0, impossible = 0, right = 1, idle = 1;
    double worst = 0, beyond = 0;
    for (int round = 0; round < 400; round++) {
        size_t n = 1 + below(4), rows = below(6);
        double c[4], a[24], b[6], lower[4], upper[4], x[4], value = 0;
        program_relation relation[6];
        program_outcome outcome;
        for (size_t j = 0; j < n; j++) {
            c[j] = uniform(-1, 1);
            lower[j] = below(2) ? 0 : uniform(-1, 0.5);
            upper[j] = lower[j] + uniform(0.1, 2);
        }
        for (size_t r = 0; r < rows; r++) {
            for (size_t j = 0; j < n; j++) a[r * n + j] = below(4) ? uniform(-1, 1) : 0;
            b[r] = uniform(-0.7, 1);
            relation[r] = below(5) == 0 ? PROGRAM_EQUAL
                          : below(2)    ? PROGRAM_AT_MOST
                                        : PROGRAM_AT_LEAST;
        }
        program p = {n, rows, (int)below(2), c, a, relation, b, lower, upper};
        double want = enumerate(&p), again[4];
        program_outcome twice;
        if (!program_solve(&p, x, &outcome, NULL, &f)) right = 0;
        /* A row of zeros that always holds changes nothing. */
        for (size_t j = 0; j < n; j++) a[rows * n + j] = 0;
        relation[rows] = below(2) ? PROGRAM_AT_MOST : PROGRAM_AT_LEAST;
        b[rows] = below(2) ? 0 : relation[rows] == PROGRAM_AT_MOST ? 0.5 : -0.5;
        p.rows++;
        if (!program_solve(&p, again, &twice, NULL, &f)) right = 0;
        idle &= twice == outcome && (isnan(x[0]) || !memcmp(x, again, n * sizeof *x));
        p.rows--;
        if (isnan(want)) {
            impossible++;
            right &= outcome == PROGRAM_INFEASIBLE && isnan(x[0]);
            continue;
        }
        solved++;
        right &= outcome == PROGRAM_SOLVED;
        for (size_t j = 0; j < n; j++) {
            value += c[j] * x[j];
            beyond = larger(beyond, larger(lower[j] - x[j], x[j] - upper[j]));
        }
        worst = larger(worst, isnan(value) ? 9 : fabs(value - want));
        for (size_t r = 0; r < rows; r++) {
            double sum = -b[r];
            for (size_t j = 0; j < n; j++) sum += a[r * n + j] * x[j];
            sum = relation[r] == PROGRAM_AT_MOST    ? sum
                  : relation[r] == PROGRAM_AT_LEAST ? -sum
                                                    : fabs(sum);
            beyond = larger(beyond, sum);
        }
    }
    ok(right && solved > 100 && impossible > 20, "%d programs with a solution, %d without", solved,
       impossible);
    ok(idle, "a row of zeros changes nothing");
    ok(worst < 1e-13, "none of their corners is better (%.2g)", worst);
    ok(beyond < 1e-13, "all constraints hold (%.2g)", beyond);
}

static void programs_by_hand(void) {
    /* Dantzig's kind: most of 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18 is 36 at (2, 6). */
    const double c[] = {3, 5}, a[] = {1, 0, 0, 2, 3, 2}, b[] = {4, 12, 18}, zero[] = {0, 0},
                 none[] = {NAN, NAN};
    const program_relation most[] = {PROGRAM_AT_MOST, PROGRAM_AT_MOST, PROGRAM_AT_MOST},
                           equal[] = {PROGRAM_EQUAL};
    double x[2];
    program_outcome outcome;
    program p = {2, 3, 1, c, a, most, b, zero, none};
    program_solve(&p, x, &outcome, NULL, &f);
    ok(outcome == PROGRAM_SOLVED && x[0] == 2 && x[1] == 6, "2 and 6, exactly");
    p = (program){2, 0, 1, c, a, most, b, zero, none};
    program_solve(&p, x, &outcome, NULL, &f);
    ok(outcome == PROGRAM_UNBOUNDED && isnan(x[0]) && isnan(x[1]), "nothing holds it");
    p = (program){2,
                  1,
                  0,
                  (double[]){1, 2},
                  (double[]){1, 1},
                  equal,
                  (double[]){-3},
                  none,
                  (double[]){10, NAN}};
    program_solve(&p, x, &outcome, NULL, &f);
    ok(outcome == PROGRAM_SOLVED && x[0] == 10 && x[1] == -13,
       "without lower bounds variables may be negative");
    p = (program){2, 1, 0, c, (double[]){0, 0}, equal, (double[]){1}, zero, none};
    program_solve(&p, x, &outcome, NULL, &f);
    ok(outcome == PROGRAM_INFEASIBLE, "0 = 1");
    p = (program){2, 0, 0, c, a, most, b, (double[]){0, 2}, (double[]){1, 1}};
    program_solve(&p, x, &outcome, NULL, &f);
    ok(outcome == PROGRAM_INFEASIBLE, "bounds the wrong way round");
    p = (program){2, 0, 0, c, a, most, b, (double[]){0.1, 0.2}, none};
    program_solve(&p, x, &outcome, NULL, &f);
    ok(outcome == PROGRAM_SOLVED && x[0] == 0.1 && x[1] == 0.2,
       "without constraints the bounds decide");
    volatile sig_atomic_t stop = 1;
    p = (program){2, 3, 1, c, a, most, b, zero, none};
    ok(!program_solve(&p, x, &outcome, &stop, &f) && f.kind == FAULT_LIMIT && isnan(x[0]),
       "told to stop");
    fault_release(&f);
    f = FAULT_INIT;
}

/* Sums that are to be half of all, of many numbers at once: nobody knows a quick way. */
static void late_programs(void) {
    enum { N = 40, ROWS = 5 };
    double a[ROWS * N], b[ROWS], c[N], lower[N], upper[N], x[N];
    unsigned char binary[N];
    program_relation equal[ROWS];
    program_outcome outcome;
    for (size_t j = 0; j < N; j++) {
        c[j] = 1;
        lower[j] = 0;
        upper[j] = 1;
        binary[j] = 1;
    }
    for (size_t r = 0; r < ROWS; r++) {
        double sum = 0;
        for (size_t j = 0; j < N; j++) sum += a[r * N + j] = (double)below(100);
        b[r] = floor(sum / 2);
        equal[r] = PROGRAM_EQUAL;
    }
    program p = {N, ROWS, 0, c, a, equal, b, lower, upper};
    program_choices choices = {.binary = binary, .seconds = 0.3};
    ok(program_solve_choices(&p, &choices, x, &outcome, NULL, &f) && outcome == PROGRAM_LATE &&
           isnan(x[0]),
       "when its seconds are up, a search for choices ends");
    /* Of five things that weigh 2 to 6 the two heaviest that weigh 9 together: 3 and 6, or 4 and 5.
     */
    const double weigh[] = {2, 3, 4, 5, 6}, worth[] = {1, 2, 3, 4, 4.4}, nine[] = {9};
    const program_relation most[] = {PROGRAM_AT_MOST};
    p = (program){5, 1, 1, worth, weigh, most, nine, lower, upper};
    choices = (program_choices){.binary = binary, .seconds = 1000};
    ok(program_solve_choices(&p, &choices, x, &outcome, NULL, &f) && outcome == PROGRAM_SOLVED &&
           x[0] == 0 && x[1] == 0 && x[2] == 1 && x[3] == 1 && x[4] == 0,
       "with time enough the best of them is found");
    binary[0] = binary[4] = 0;
    ok(program_solve_choices(&p, &choices, x, &outcome, NULL, &f) && outcome == PROGRAM_SOLVED &&
           x[2] == 1 && x[3] == 1 && x[0] == 0 && x[4] == 0 && x[1] == 0,
       "what is no choice fills the rest, of which nothing is left");
    const double ten[] = {10};
    p.bound = ten;
    ok(program_solve_choices(&p, &choices, x, &outcome, NULL, &f) && outcome == PROGRAM_SOLVED &&
           x[2] == 1 && x[3] == 1 && fabs(x[4] - 1.0 / 6) < 1e-15 && x[0] == 0,
       "or is taken in part");
    const double three_halves[] = {1.5};
    const program_relation exactly[] = {PROGRAM_EQUAL};
    binary[0] = binary[4] = 1;
    p = (program){5, 1, 1, worth, weigh, exactly, three_halves, lower, upper};
    ok(program_solve_choices(&p, &choices, x, &outcome, NULL, &f) &&
           outcome == PROGRAM_INFEASIBLE && isnan(x[0]),
       "or nothing fits");
}

int main(void) {
    state = tap_seed();
    eigen_by_hand();
    eigen_at_random();
    eigen_of_a_part();
    principal();
    equations();
    the_reference();
    kendall();
    normal();
    student();
    student_exactly();
    minima();
    first_steps();
    minima_by_the_book();
    programs_by_hand();
    late_programs();
    programs_at_random();
    if (!ok(f.count == 0, "no fault was left over")) diag("%s", f.item[0].text);
    fault_release(&f);
    return done_testing();
}
