/* Rank correlation: Kendall's tau, and the distributions of Kendall's tau and Spearman's rho. */
#ifndef EXPR_RANK_CORRELATION_H
#define EXPR_RANK_CORRELATION_H

#include <stddef.h>

#include "base/fault.h"

/* Kendall's tau-b of x and y, which corrects for ties (M. G. Kendall, Biometrika 33 (1945)), in n
 * log n steps (W. R. Knight, JASA 61 (1966)), over the pairs where both are present. Missing where
 * there are fewer than two such pairs, or all values of x or y are equal. The counts are whole
 * numbers, so the result does not depend on the order of the pairs. 0 without memory. */
int rank_kendall_tau(const double *x, const double *y, size_t n, double *tau, fault *f);

/* The distributions of tau and rho over all orders of n values without ties: the probability of at
 * most the given value. Both are symmetric about 0, so that the two-sided p value of r is
 * 2 * p(-|r|). A value that cannot occur counts as the nearest one that can. Missing where n is not
 * a whole number of at least 2, or an argument is missing. */

/* Exact: the number of orders with so many inversions, by recurrence over n (M. G. Kendall,
 * Biometrika 30 (1938)). Missing for n > 200, where tau is normal for all practical purposes, and
 * without memory. */
double rank_kendall_p(double tau, double n);

/* Up to n = 12 exact, by counting the orders; the counts are kept in `known` (NULL: they are
 * counted again each time). Then the Edgeworth series of D. J. Best and D. E. Roberts (Algorithm AS
 * 89, Applied Statistics 24 (1975)), with an error below 0.0002: small probabilities may come out
 * as 0. Above n = 1290 Student's t with n - 2 degrees of freedom. Missing without memory. */
enum { RANK_EXACT = 12 };
typedef struct rank_known {
    double *at_most[RANK_EXACT + 1]; /* by n: the probabilities by half the sum of squares */
} rank_known;
double rank_spearman_p(double rho, double n, rank_known *known);
void rank_known_release(rank_known *known);

#endif
