/* Rank correlation: Kendall's tau, and how likely a tau or a rho of Spearman's is by chance. */
#ifndef EXPR_RANK_CORRELATION_H
#define EXPR_RANK_CORRELATION_H

#include <stddef.h>

#include "base/fault.h"

/* Kendall's tau-b, which allows for ties on either side (M. G. Kendall, Biometrika 33 (1945)), by
 * sorting in n log n steps (W. R. Knight, JASA 61 (1966)). Over the pairs where both are present;
 * missing where there are fewer than two of them, or one side is all ties. Counts are whole
 * numbers, so the order of the pairs does not show. 0 without memory. */
int rank_kendall_tau(const double *x, const double *y, size_t n, double *tau, fault *f);

/* The distributions of tau and rho over all orders of n values without ties. Each is the
 * probability of at most the given value; both are symmetrical about 0, so that the two-sided p
 * value of r is 2 * p(-|r|). A value between two that can occur counts as the nearer one. n is a
 * whole number of at least 2, else the answer is missing; missing in gives missing. */

/* Exact: the number of orders with so many inversions, by recurrence over n (M. G. Kendall,
 * Biometrika 30 (1938)). Up to n = 200; missing beyond, where tau is normal for all purposes, and
 * without memory. */
double rank_kendall_p(double tau, double n);

/* Up to n = 12 exact, by counting the orders; those counts are kept in `known`, one for each
 * program that asks (NULL: counted anew each time). Beyond that the Edgeworth series of D. J. Best
 * and D. E. Roberts (Algorithm AS 89, Applied Statistics 24 (1975)), whose error is below 0.0002:
 * small probabilities may come out as 0. Above n = 1290 Student's t with n - 2 degrees of freedom.
 * Missing without memory. */
enum { RANK_EXACT = 12 };
typedef struct rank_known {
    double *at_most[RANK_EXACT + 1]; /* by n; probabilities by half the sum of squares */
} rank_known;
double rank_spearman_p(double rho, double n, rank_known *known);
void rank_known_release(rank_known *known);

#endif
