/* Shapley and Owen values: what each player of a game contributes, for many games at once.
 *
 * A value is a weighted sum over all coalitions. The weights are whole numbers over a common
 * divisor, and the sums are compensated, so that the values of all players add up to the whole to
 * the last bits. Source: Shapley 1953; Owen 1977 (values within a coalition structure). */
#ifndef IMPACT_SHAPLEY_H
#define IMPACT_SHAPLEY_H

#include <stddef.h>
#include <stdint.h>

/* A sum for each place. */
typedef struct shapley_sum {
    double *sum, *error; /* compensation of the sum */
    size_t places;
} shapley_sum;

int shapley_open(shapley_sum *s, size_t places); /* 0 without memory */
void shapley_close(shapley_sum *s);
void shapley_add(shapley_sum *s, double weight, const double *value);
/* The sums over a divisor, in `sum`. */
void shapley_end(shapley_sum *s, double divisor);

double shapley_factorial(int n); /* whole to 18 */
/* The weight, over players!, of the value of a coalition of `size` for a player in it or not. */
double shapley_weight(int players, int size, int in);

/* A random number below a bound, without bias (splitmix64). */
uint32_t shapley_below(uint64_t *state, uint32_t bound);

#endif
