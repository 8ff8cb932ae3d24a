/* Distributions of one number, by their quantile functions: a number between 0 and 1 gives the
 * value below which that share of all values lies. So the same function serves random numbers and
 * points that are spread evenly. */
#ifndef UNCERTAINTY_DISTRIBUTION_H
#define UNCERTAINTY_DISTRIBUTION_H

#include <stddef.h>

typedef enum distribution_kind {
    DISTRIBUTION_UNIFORM,    /* low, high */
    DISTRIBUTION_NORMAL,     /* mean, standard deviation */
    DISTRIBUTION_TRIANGULAR, /* low, mode, high */
    DISTRIBUTION_PERT,     /* low, mode, high: beta with a = 1 + 4 (mode - low) / (high - low), b =
                              1 + 4 (high - mode) / (high - low) (Malcolm and others 1959) */
    DISTRIBUTION_DISCRETE, /* positions 0, 1, 2 … with probabilities */
    DISTRIBUTION_SPLIT,    /* median, standard deviation below and above it: half of either normal
                              distribution */
    DISTRIBUTION_LIST      /* one of the values, all alike */
} distribution_kind;

typedef struct distribution {
    distribution_kind kind;
    double p[3];
    double
        share[2]; /* of a normal one that is cut: only what lies between these shares; 0, 0: all */
    const double *probability; /* of a discrete one: they add up to 1; NULL: all alike */
    const double *value;       /* of a list, in ascending order */
    size_t values;             /* of a discrete one, or a list */
} distribution;

/* `u` lies between 0 and 1, both excluded. Where both bounds are the same, or the deviation is 0,
 * that is the value. */
double distribution_quantile(const distribution *d, double u);

/* The standard normal quantile (Wichura 1988, algorithm AS 241, to about 1 part in 10^16). */
double normal_quantile(double u);
/* The share of the standard normal distribution below x. */
double normal_share(double x);

/* The regularised incomplete beta function I_x(a, b), by the continued fraction (DLMF 8.17.22), and
 * its inverse in x, to a few units of the last place; a and b are at least 1e-3. */
double beta_probability(double x, double a, double b);
double beta_quantile(double u, double a, double b);

/* The regularised lower incomplete gamma function P(a, x), by its series (DLMF 8.11.4) or continued
 * fraction (8.9.2), and its inverse in x; a is positive. */
double gamma_probability(double x, double a);
double gamma_quantile(double u, double a);

#endif
