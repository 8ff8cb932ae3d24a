#include "expr/rank_correlation.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "expr/distribution.h"
#include "expr/elementary.h"

/* ---- tau ---- */

typedef struct pair {
    double x, y;
} pair;

static int by_x_then_y(const void *a, const void *b) {
    const pair *p = a, *q = b;
    int x = decimal_compare(p->x, q->x);
    return x ? x : decimal_compare(p->y, q->y);
}

static uint64_t choose_two(uint64_t n) { return n * (n - (n > 0)) / 2; }

/* Sorts by y, stably, and counts how many exchanges of neighbours this would take. The result is in
 * sorted_in. */
static uint64_t count_exchanges(pair *from, pair *to, size_t n) {
    uint64_t count = 0;
    for (size_t width = 1; width < n; width *= 2) {
        for (size_t low = 0; low < n; low += 2 * width) {
            size_t middle = low + width < n ? low + width : n,
                   end = middle + width < n ? middle + width : n;
            size_t i = low, j = middle;
            for (size_t k = low; k < end; k++) {
                int second = i == middle || (j < end && decimal_compare(from[j].y, from[i].y) < 0);
                if (second) count += middle - i;
                to[k] = from[second ? j++ : i++];
            }
        }
        pair *swap = from;
        from = to;
        to = swap;
    }
    return count;
}

/* The number of pairs that are equal in x, in y or in both, of elements sorted accordingly. */
static uint64_t count_tied(const pair *p, size_t n, int x, int y) {
    uint64_t count = 0;
    for (size_t i = 0, start = 0; i < n; i++)
        if (i + 1 == n || (x && !decimal_equal(p[i + 1].x, p[i].x)) ||
            (y && !decimal_equal(p[i + 1].y, p[i].y))) {
            count += choose_two(i + 1 - start);
            start = i + 1;
        }
    return count;
}

/* Which of the two arrays of the merge sort holds its result. */
static const pair *sorted_in(const pair *first, const pair *second, size_t n) {
    int passes = 0;
    for (size_t width = 1; width < n; width *= 2) passes++;
    return passes % 2 ? second : first;
}

int rank_kendall_tau(const double *x, const double *y, size_t n, double *tau, fault *f) {
    pair *p = mem_take((2 * n + 1) * sizeof *p);
    size_t m = 0;
    *tau = NAN;
    if (!p) return fault_memory(f);
    for (size_t i = 0; i < n; i++)
        if (x[i] == x[i] && y[i] == y[i]) p[m++] = (pair){x[i], y[i]};
    qsort(p, m, sizeof *p, by_x_then_y);
    uint64_t all = choose_two(m), in_x = count_tied(p, m, 1, 0), in_both = count_tied(p, m, 1, 1);
    uint64_t against = count_exchanges(p, p + m, m),
             in_y = count_tied(sorted_in(p, p + m, m), m, 0, 1);
    if (in_x < all && in_y < all) {
        /* Pairs in the same order less pairs in opposite order. */
        double surplus = (double)(all - in_x - in_y + in_both) - 2 * (double)against;
        *tau = surplus / (sqrt((double)(all - in_x)) * sqrt((double)(all - in_y)));
        if (all - in_x == all - in_y) /* sqrt(n)² is not always n */
            *tau = surplus / (double)(all - in_x);
    }
    mem_free(p);
    return 1;
}

enum { KENDALL_MOST = 200, SERIES_MOST = 1290 };

static int is_count(double n, double most) { return n >= 2 && n <= most && n == floor(n); }

/* ---- the distribution of tau ---- */

/* The probability of at most `most` inversions, `most` being no more than half of all pairs. The
 * last of n values can be in n places, with 0 … n - 1 inversions: p(k, n) is the mean of p(k, n -
 * 1) … p(k - n + 1, n - 1), computed as a running sum. */
static double inversions_at_most(size_t most, size_t n) {
    double *p = mem_zero(2 * (most + 1), sizeof *p), *before = p + most + 1, all = 0;
    if (!p) return NAN;
    p[0] = 1;
    for (size_t m = 2; m <= n; m++) {
        double sum = 0;
        memcpy(before, p, (most + 1) * sizeof *p);
        for (size_t k = 0; k <= most; k++) {
            sum += before[k] - (k >= m ? before[k - m] : 0);
            p[k] = sum / (double)m;
        }
    }
    for (size_t k = 0; k <= most; k++) all += p[k];
    mem_free(p);
    return all;
}

double rank_kendall_p(double tau, double n) {
    if (!(tau == tau) || !is_count(n, KENDALL_MOST)) return NAN;
    /* tau = 1 - 2 inversions / pairs: at most tau means at least so many inversions, or by symmetry
     * at most so many pairs in order. */
    double pairs = n * (n - 1) / 2, orderly = floor((1 + tau) / 2 * pairs + 0.5);
    if (orderly < 0) return 0;
    if (orderly >= pairs) return 1;
    if (2 * orderly >= pairs)
        return 1 - inversions_at_most((size_t)(pairs - orderly - 1), (size_t)n);
    return inversions_at_most((size_t)orderly, (size_t)n);
}

/* ---- the distribution of rho ---- */

/* For each s, the share of the orders of 1 … n whose sum of squared differences is at most 2 s. The
 * orders are built place by place: the number of ways to continue depends only on the set of values
 * used so far and on the sum. */
static double *count_orders(int n) {
    size_t sums = (size_t)(n * (n * n - 1) / 3 + 1), sets = (size_t)1 << n;
    uint32_t *ways = mem_zero(sets * sums, sizeof *ways); /* 12! is below 2^32 */
    double *at_most = mem_take((sums / 2 + 1) * sizeof *at_most);
    if (!ways || !at_most) {
        mem_free(ways);
        mem_free(at_most);
        return NULL;
    }
    ways[0] = 1;
    for (size_t set = 0; set + 1 < sets; set++) {
        int position = 0;
        for (int value = 0; value < n; value++) position += (int)(set >> value & 1);
        for (int value = 0; value < n; value++) {
            if (set >> value & 1) continue;
            size_t square = (size_t)((value - position) * (value - position));
            const uint32_t *from = ways + set * sums;
            uint32_t *to = ways + (set | (size_t)1 << value) * sums + square;
            for (size_t s = 0; s + square < sums; s++) to[s] += from[s];
        }
    }
    const uint32_t *last = ways + (sets - 1) * sums;
    uint64_t all = 0, sum = 0;
    for (size_t s = 0; s < sums; s++) all += last[s];
    for (size_t s = 0; s < sums; s += 2) { /* the differences add up to 0, so the sum is even */
        sum += last[s];
        at_most[s / 2] = (double)sum / (double)all;
    }
    mem_free(ways);
    return at_most;
}

static double spearman_exact(int n, size_t half, rank_known *known) {
    double *own = known ? known->at_most[n] : NULL;
    if (!own) own = count_orders(n);
    double p = own ? own[half] : NAN;
    if (known)
        known->at_most[n] = own;
    else
        mem_free(own);
    return p;
}

/* The probability of a sum of at least `sum`. The constants are those of AS 89. */
static double spearman_series(double n, double sum) {
    double b = 1 / n, x = (6 * (sum - 1) * b / (n * n - 1) - 1) * sqrt(n - 1), y = x * x;
    double inner = 0.0072 - 0.0831 * b + y * b * (0.0131 - 4.6e-4 * y);
    double outer = 0.1033 + 0.3932 * b - y * (0.0879 + 0.0151 * b - y * inner);
    double u = x * b * (0.2274 + b * (0.2531 + 0.1745 * b) + y * (-0.0758 + b * outer));
    double p = u * el_exp(-y / 2) + dist_normal_p(-x);
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

double rank_spearman_p(double rho, double n, rank_known *known) {
    if (!(rho == rho) || !is_count(n, 1e9)) return NAN;
    double cut = rho < -1 ? -1 : rho > 1 ? 1 : rho;
    if (n > SERIES_MOST)
        return fabs(cut) == 1 ? cut > 0
                              : dist_student_p(cut * sqrt((n - 2) / (1 - cut * cut)), n - 2);
    /* rho = 1 - 6 sum / (n³ - n) with an even sum, whose distribution is symmetric. */
    double greatest = n * (n * n - 1) / 3, half = floor((1 - cut) * greatest / 4 + 0.5);
    if (n <= RANK_EXACT) return spearman_exact((int)n, (size_t)(greatest / 2 - half), known);
    return half <= 0 ? 1 : spearman_series(n, 2 * half);
}

void rank_known_release(rank_known *known) {
    for (int n = 0; n <= RANK_EXACT; n++) mem_free(known->at_most[n]);
    *known = (rank_known){0};
}
