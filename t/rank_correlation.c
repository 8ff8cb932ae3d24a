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

int main(void) {
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
