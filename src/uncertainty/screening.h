/* What costs less than Sobol' indices: one number at a time, Morris' elementary effects, indicators
 * left out, and correlation ratios of any sample. */
#ifndef UNCERTAINTY_SCREENING_H
#define UNCERTAINTY_SCREENING_H

#include "uncertainty/sensitivity.h"

/* ---- one at a time ---- */

/* One number at a low and at a high quantile of what is drawn, all others as they are by the rules;
 * of a choice one of its other values. Of weights that keep a sum the others of the group make
 * room in proportion. */
typedef struct one_case {
    size_t which;       /* input, or behind them a choice */
    double low, high;   /* of an input: its values */
    const char *choice; /* of a choice: its value */
    const double *y[2]; /* by target: at low and high; of a choice both at its value */
} one_case;

typedef struct one_at_a_time {
    one_case *of;
    size_t cases;
    const double *base; /* by target: by the rules, computed as the others are */
    uint64_t evaluations;
} one_at_a_time;

/* `low` and `high` are shares: 0.05 and 0.95. */
int one_at_a_time_make(sensitivity *s, double low, double high, one_at_a_time *out, fault *f);

/* ---- elementary effects ---- */

/* Morris 1991: in each of r paths all factors are moved once, one after the other, in random order;
 * the effect of a factor is how much the result changes, by the length of the move. mu is the mean
 * of the effects, sigma their standard deviation (large: it hangs on the others, or is not linear),
 * mu* the mean of their absolute values (Campolongo, Cariboni and Saltelli 2007).
 *
 * A number moves among the middles of MORRIS_LEVELS equal parts of its distribution, half of it up
 * or down. A factor of several numbers moves them all, each in its own direction; then only mu* has
 * a meaning. */
enum { MORRIS_LEVELS = 4 };

typedef struct morris_effect {
    double mu_star, mu, sigma; /* NaN: there is none */
    double low, high;          /* of mu*: 95 % of the bootstrap over paths */
    uint64_t paths;            /* in which the result was there before and after the move */
} morris_effect;

typedef struct morris_run {
    morris_effect *of; /* by target and factor */
    uint64_t paths, evaluations;
} morris_run;

int morris_make(sensitivity *s, uint64_t paths, morris_run *out, fault *f);

/* ---- an indicator left out ---- */

/* Its weight is 0, and those beside it share it in proportion. */
typedef struct left_out {
    const char *label, *title;
    double shift;      /* of ranks: the mean of their absolute values */
    double most;       /* the greatest */
    size_t most_unit;  /* whose it is; SIZE_MAX: nobody's */
    double same_order; /* the correlation of scores with those of all indicators (Pearson) */
    double loss;       /* of information: 1 - r^2, what a line cannot tell of the full scores */
} left_out;

typedef struct leave_out {
    arena memory;
    left_out *of; /* by column and indicator */
    size_t indicators, columns;
} leave_out;

/* score, rank (or NULL): outputs; element[c * units + u] of both in column c. Closed by the
 * caller, also after a fault. */
typedef struct leave_out_columns {
    const assess_array *score, *rank;
    const size_t *score_element, *rank_element; /* SIZE_MAX: there is none */
    size_t units, columns;
} leave_out_columns;
int leave_out_make(leave_out *l, assess *a, const leave_out_columns *c, fault *f);
void leave_out_close(leave_out *l);

#endif
