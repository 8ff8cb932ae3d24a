/* The normal distribution and Student's t, with the same bits on every machine.
 *
 * Each gives the probability of at most x. For the upper tail use the symmetry, which keeps all
 * digits: the two-sided p value of t is 2 * dist_student_p(-|t|, df). A missing argument gives
 * missing. */
#ifndef EXPR_DISTRIBUTION_H
#define EXPR_DISTRIBUTION_H

/* The standard normal distribution at z. Relative error below 1e-14 down to z = -37; 0 below -38.6.
 * A series near 0, Laplace's continued fraction in the tail (Abramowitz & Stegun 1964, 26.2.11 and
 * 26.2.14). */
double dist_normal_p(double z);

/* The z at which the standard normal distribution is p; missing unless 0 < p < 1. Relative error
 * about 1e-15: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988), PPND16. */
double dist_normal_quantile(double p);

/* Student's t distribution with df degrees of freedom (any number above 0) at t; missing for other
 * df. By the incomplete beta function: a series near 0, in the tail a continued fraction of
 * positive terms (Abramowitz & Stegun 1964, 26.5.4 and 26.5.9). Relative error below 1e-13 for df
 * up to 1e6. */
double dist_student_p(double t, double df);

#endif
