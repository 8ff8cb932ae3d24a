/* The distributions of rank correlations. Expected values are counted over all orders of up to ten
 * values, read from Kendall's printed table, and, for the series, computed by prho.c of R 4.2. */
#include "expr/rank_correlation.h"
#include "tap.h"

enum { MOST = 10 };

typedef struct counting {
    int n, order[MOST];
    long by_inversions[MOST * MOST], by_squares[MOST * MOST * MOST], all;
} counting;

/* Places the values position … n - 1 in every way, and counts each whole order. */
static void count_all(counting *c, int position, int inversions, int squares) {
    if (position == c->n) {
        c->by_inversions[inversions]++;
        c->by_squares[squares]++;
        c->all++;
        return;
    }
    for (int i = position; i < c->n; i++) {
        int value = c->order[i];
        c->order[i] = c->order[position];
        c->order[position] = value;
        int more = 0;
        for (int k = 0; k < position; k++) more += c->order[k] > value;
        count_all(c, position + 1, inversions + more,
                  squares + (value - position) * (value - position));
        c->order[position] = c->order[i];
        c->order[i] = value;
    }
}

static void by_counting(int n) {
    counting c = {.n = n};
    for (int i = 0; i < n; i++) c.order[i] = i;
    count_all(&c, 0, 0, 0);
    int pairs = n * (n - 1) / 2, greatest = n * (n * n - 1) / 3;
    double worst = 0;
    long seen = 0;
    for (int k = pairs; k >= 0; k--) {
        seen += c.by_inversions[k];
        double p = rank_kendall_p(1 - 2.0 * k / pairs, n);
        worst = fmax(worst, fabs(p / ((double)seen / (double)c.all) - 1));
    }
    is_near(worst, 0, 1e-13, "tau of %d values, all %d cases", n, pairs + 1);
    rank_known known = {0};
    worst = 0;
    seen = 0;
    for (int s = greatest; s >= 0; s--) {
        seen += c.by_squares[s];
        if (s % 2) continue;
        double p = rank_spearman_p(1 - 2.0 * s / greatest, n, &known);
        worst = fmax(worst, fabs(p / ((double)seen / (double)c.all) - 1));
    }
    is_near(worst, 0, 1e-15, "rho of %d values, all %d cases", n, greatest / 2 + 1);
    is_num(rank_spearman_p(0.25, n, NULL), rank_spearman_p(0.25, n, &known), "and without keeping");
    rank_known_release(&known);
}

/* M. G. Kendall, Rank Correlation Methods, 4th edition 1970, appendix table 1: the probability that
 * the score S is reached or exceeded, in the two digits or more that are printed. */
static void by_table(void) {
    static const struct {
        int n, s;
        double p, half_unit;
    } row[] = {{4, 6, 0.042, 0.0005},    {5, 6, 0.117, 0.0005},  {5, 10, 0.0083, 0.00005},
               {8, 0, 0.548, 0.0005},    {8, 10, 0.138, 0.0005}, {8, 16, 0.031, 0.0005},
               {8, 20, 0.0071, 0.00005}, {9, 12, 0.130, 0.0005}, {10, 21, 0.036, 0.0005}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double pairs = row[i].n * (row[i].n - 1) / 2;
        is_near(rank_kendall_p(-row[i].s / pairs, row[i].n), row[i].p, row[i].half_unit,
                "S = %d of %d values", row[i].s, row[i].n);
    }
}

static void by_r(void) {
    static const struct {
        double r;
        int n;
        double p;
    } row[] = {{-0.6, 13, 0.017015328884402298},   {-0.05, 13, 0.43876149568230244},
               {0.3, 13, 0.84685647815427212},     {-0.6, 20, 0.0030401368120791571},
               {0.3, 20, 0.9026216600337198},      {-0.6, 50, 3.2596329418938299e-06},
               {-0.05, 400, 0.15918976229325743},  {-0.6, 400, 0},
               {-0.05, 1290, 0.036311609290413584}};
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        is_near(rank_spearman_p(row[i].r, row[i].n, NULL), row[i].p, 1e-13 * row[i].p,
                "rho of %g, %d values", row[i].r, row[i].n);
}

/* Tau-b of few and of many elements, with ties and missing ones, pair by pair. */
static void tau_by_pairs(void) {
    enum { MOST_ELEMENTS = 140 };
    uint64_t seed = tap_seed();
    int wrong = 0, none = 0;
    for (size_t n = 0; n <= MOST_ELEMENTS; n++)
        for (int turn = 0; turn < 12; turn++) {
            const uint64_t values = turn % 4 == 0   ? 2
                                    : turn % 4 == 1 ? 5
                                    : turn % 4 == 2 ? n + 1
                                                    : 1000;
            double *x = malloc((n + 1) * sizeof *x), *y = malloc((n + 1) * sizeof *y), tau = 7;
            double surplus = 0, of_x = 0, of_y = 0;
            fault f = FAULT_INIT;
            for (size_t i = 0; i < n; i++) {
                x[i] = tap_random(&seed) % 9 == 0 && turn % 3
                           ? NAN
                           : (double)(tap_random(&seed) % values);
                y[i] = tap_random(&seed) % 9 == 0 && turn % 3 ? NAN
                       : turn % 5 == 1                        ? x[i]
                       : turn % 5 == 2                        ? -x[i]
                                       : (double)(tap_random(&seed) % values) - 2;
            }
            for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < i; k++) {
                    if (isnan(x[i] + y[i] + x[k] + y[k])) continue;
                    const int a = (x[i] > x[k]) - (x[i] < x[k]), b = (y[i] > y[k]) - (y[i] < y[k]);
                    surplus += a * b;
                    of_x += a != 0;
                    of_y += b != 0;
                }
            const double want = surplus / sqrt(of_x * of_y);
            const int fine = rank_kendall_tau(x, y, n, &tau, &f);
            wrong += !fine || (of_x * of_y == 0 ? !isnan(tau) : !(fabs(tau - want) < 1e-14));
            wrong += of_x == of_y && of_x > 0 && tau != surplus / of_x;
            none += isnan(tau);
            free(x);
            free(y);
        }
    is_int(wrong, 0, "tau of up to %d elements, pair by pair", MOST_ELEMENTS);
    ok(none > 20 && none < 400, "%d of them have none", none);
}

/* What has no probability, and what is certain. */
static void ends(void) {
    static const double odd[] = {1, 0, -3, 2.5, 1.999, NAN};
    int missing = 1;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        missing &= isnan(rank_kendall_p(0.5, odd[i])) && isnan(rank_spearman_p(0.5, odd[i], NULL));
    ok(missing && isnan(rank_kendall_p(NAN, 5)) && isnan(rank_spearman_p(NAN, 5, NULL)),
       "no whole number of at least 2, or no coefficient");
    ok(!isnan(rank_kendall_p(0.5, 200)) && isnan(rank_kendall_p(0.5, 201)),
       "tau of up to 200 values");
    int certain = 1, both = 1;
    static const double counts[] = {2, 3, 12, 13, 50, 200, 1290, 1291, 5000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const double n = counts[i];
        certain &= rank_spearman_p(1, n, NULL) == 1 && rank_spearman_p(3, n, NULL) == 1;
        certain &= rank_spearman_p(-1, n, NULL) < 0.51 &&
                   rank_spearman_p(-3, n, NULL) == rank_spearman_p(-1, n, NULL);
        if (n > 12) certain &= rank_spearman_p(-1, n, NULL) < 2e-4;
        if (n > 200) continue;
        certain &= rank_kendall_p(1, n) == 1 && rank_kendall_p(1.5, n) == 1;
        /* At most r and at least the next value above it, which is at most its opposite. */
        const double pairs = n * (n - 1) / 2;
        for (double k = 0; k < pairs && k < 60; k++) {
            const double at = 1 - 2 * k / pairs, below = 1 - 2 * (k + 1) / pairs,
                         sum = rank_kendall_p(-at, n) + rank_kendall_p(below, n);
            both &= fabs(sum - 1) < 1e-12;
        }
    }
    ok(certain, "the greatest value, and what lies beyond the ends");
    ok(both, "at least one value, or at most the one before it");
    /* Where the series takes over from counting, and Student's distribution from the series. */
    int near = 1;
    for (double rho = -0.9; rho < 0.95; rho += 0.1)
        near &=
            fabs(rank_spearman_p(rho, 12, NULL) - rank_spearman_p(rho * 0.98, 13, NULL)) < 0.03 &&
            fabs(rank_spearman_p(rho / 15, 1290, NULL) - rank_spearman_p(rho / 15, 1291, NULL)) <
                1e-3;
    ok(near, "three ways to compute rho's distribution, and nothing between them");
}

/* 0.1 + 0.2 ties with 0.3: of six pairs five are in order and one is a tie, in x or in y. */
static void tied_on_paper(void) {
    const double x[] = {0.1 + 0.2, 0.3, 1, 2}, up[] = {1, 2, 3, 4}, down[] = {2, 1, 3, 4};
    double tau[4] = {0};
    fault f = FAULT_INIT;
    int fine = rank_kendall_tau(x, up, 4, &tau[0], &f) &&
               rank_kendall_tau(x, down, 4, &tau[1], &f) &&
               rank_kendall_tau(up, x, 4, &tau[2], &f) && rank_kendall_tau(x, x, 4, &tau[3], &f);
    ok(fine, "tau of four elements");
    for (int k = 0; k < 3; k++)
        is_near(tau[k], sqrt(5.0 / 6), 1e-15, "what is equal on paper is a tie, %d", k);
    is_num(tau[3], 1, "in both at once, too");
}

int main(void) {
    tau_by_pairs();
    tied_on_paper();
    ends();
    for (int n = 2; n <= MOST; n++) by_counting(n);
    by_table();
    by_r();
    for (int k = 0; k <= 1176;
         k += 84) { /* at most tau, and at least tau: it itself counts twice */
        double tau = 1 - k / 588.0, p = rank_kendall_p(tau, 49);
        double at = p - rank_kendall_p(tau - 1 / 588.0, 49);
        is_near(p + rank_kendall_p(-tau, 49), 1 + at, 1e-12, "tau of 49 values, %g either way",
                tau);
    }
    is_near(rank_spearman_p(-0.05, 1291, NULL), 0.0362, 0.0001, "beyond the series it goes on");
    is_num(rank_spearman_p(1, 2000, NULL), 1, "the greatest rho");
    is_num(rank_kendall_p(1, 60), 1, "the greatest tau");
    ok(rank_kendall_p(-1, 12) > 0, "the least is not impossible");
    ok(isnan(rank_kendall_p(NAN, 5)) && isnan(rank_kendall_p(0, NAN)), "tau: missing of missing");
    ok(isnan(rank_spearman_p(NAN, 5, NULL)), "rho: missing of missing");
    ok(isnan(rank_kendall_p(0, 1)) && isnan(rank_kendall_p(0, 4.5)), "tau of no number of values");
    ok(isnan(rank_spearman_p(0, 1, NULL)), "rho of no number of values");
    return done_testing();
}
