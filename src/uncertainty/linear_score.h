/* Scores that are linear in the weights: is it so, and with which coefficients?
 *
 * Linearity is checked, not assumed. First the operations between weights and score are looked at:
 * a logarithm, a rounding, a rank, a bound in between is refused with its line. What is left are
 * sums, products and quotients. The evaluator computes the score with all of each block's weight on
 * one member after the other; these values are the coefficients. Then it computes the score at
 * random points, which a linear function must meet to 1 part in 10^12: a quotient of polynomials
 * that does and is not linear is as good as impossible. Conditions on the way (enough data to be
 * assessed, say) must hold, or not hold, for all admissible weights; that is checked by the same
 * means, for their two sides. */
#ifndef UNCERTAINTY_LINEAR_SCORE_H
#define UNCERTAINTY_LINEAR_SCORE_H

#include "uncertainty/admissible.h"

/* A session whose weights are changed, and whose results are computed again by the evaluator. */
typedef struct weighing {
    assess *session;
    const admissible *set;
    const assess_array *score, *rank; /* of this session; rank may be NULL */
} weighing;

/* The session was run, and stays as it is; `rank` may be NULL. */
int weighing_open(weighing *g, const assess *a, const admissible *set, const assess_array *score,
                  const assess_array *rank, fault *f);
void weighing_close(weighing *g);
/* Sets the weights, one for each variable, and computes score and rank. */
int weighing_try(weighing *g, const double *weight, fault *f);

enum { LINEAR_CHECKS = 6 }; /* random points */

typedef enum linear_state {
    LINEAR_FINE,
    LINEAR_MISSING, /* whatever the weights */
    LINEAR_BENT,    /* not linear, or missing for some weights */
    LINEAR_GATED    /* whether a condition holds depends on the weights */
} linear_state;

typedef struct linear_scores {
    size_t size;      /* elements of the score */
    double *constant; /* by element */
    double *slope;    /* by element and variable */
    unsigned char *state;
    size_t points;
    double *score, *rank; /* by point and element, as the evaluator had them; rank may be NULL */
    ex_id *gate;          /* by element: the condition, where it is LINEAR_GATED */
    ex_id product;        /* weights of two levels multiply there; or 0 */
    const char *factor[2];
} linear_scores;

/* 0 with the fault: an operation in between is not linear. Elements of the score that are not are
 * marked. */
int linear_open(linear_scores *l, weighing *g, fault *f);
void linear_close(linear_scores *l);
/* Refuses a score that is not linear: `element` is the first such, `title` what readers call its
 * unit, `all`: none is linear. Returns 0. */
int linear_refuse(const linear_scores *l, const weighing *g, size_t element, const char *title,
                  int all, fault *f);

#endif
