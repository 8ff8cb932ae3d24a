// Programs with variables that are 0 or 1, beside all choices tried.
#include "tap.h"

#include "base/splitmix64.h"
#include "expr/lp.h"

static fault f;
static uint64_t state = 12;

static double uniform(double low, double high) {
    return low + (high - low) * (double)(splitmix64(&state) >> 11) * 0x1p-53;
}
static double larger(double a, double b) { return a > b ? a : b; }

/* Knapsacks and the like: each choice of the 0 and 1 tried beside. */
static void programs_with_choices(void) {
    int right = 1, solved = 0, impossible = 0;
    double worst = 0;
    for (int round = 0; round < 200; round++) {
        enum { CHOICES = 5, N = CHOICES + 1, ROWS = 3 };
        double c[N], a[ROWS * N], b[ROWS], lower[N] = {0}, upper[N], x[N], best = NAN;
        const unsigned char binary[N] = {1, 1, 1, 1, 1, 0};
        const program_relation relation[] = {PROGRAM_AT_MOST, PROGRAM_AT_LEAST, PROGRAM_AT_MOST};
        program_outcome outcome;
        for (size_t j = 0; j < N; j++) {
            c[j] = uniform(-1, 2);
            upper[j] = j < CHOICES ? 1 : 1.5;
            for (size_t r = 0; r < ROWS; r++) a[r * N + j] = uniform(-0.5, 1);
        }
        for (size_t r = 0; r < ROWS; r++) b[r] = uniform(-0.5, 1.5);
        for (unsigned set = 0; set < 1u << CHOICES; set++) {
            double low = 0, high = 1.5, value = 0; /* of the one that is no choice */
            for (size_t j = 0; j < CHOICES; j++) value += (double)(set >> j & 1) * c[j];
            for (size_t r = 0; r < ROWS; r++) {
                double left = b[r], k = a[r * N + CHOICES];
                for (size_t j = 0; j < CHOICES; j++) left -= (double)(set >> j & 1) * a[r * N + j];
                int above = (relation[r] == PROGRAM_AT_LEAST) != (k < 0);
                low = above && left / k > low ? left / k : low;
                high = !above && left / k < high ? left / k : high;
            }
            value += c[CHOICES] * (c[CHOICES] > 0 ? high : low);
            if (low <= high && !(value <= best)) best = value;
        }
        program p = {N, ROWS, 1, c, a, relation, b, lower, upper};
        program_choices choices = {binary, 0, 0};
        right &= program_solve_choices(&p, &choices, x, &outcome, NULL, &f);
        if (isnan(best)) {
            impossible++;
            right &= outcome == PROGRAM_INFEASIBLE;
            continue;
        }
        solved++;
        double value = 0;
        for (size_t j = 0; j < N; j++) value += c[j] * x[j];
        for (size_t j = 0; j < CHOICES; j++) right &= x[j] == 0 || x[j] == 1;
        right &= outcome == PROGRAM_SOLVED;
        worst = larger(worst, isnan(value) ? 9 : fabs(value - best));
        choices.any = 1;
        right &=
            program_solve_choices(&p, &choices, x, &outcome, NULL, &f) && outcome == PROGRAM_SOLVED;
    }
    ok(right && solved > 100 && impossible > 2, "%d programs of choices have a solution, %d none",
       solved, impossible);
    ok(worst < 1e-13, "no other choice is better (%.2g)", worst);
}

int main(void) {
    programs_with_choices();
    return done_testing();
}
