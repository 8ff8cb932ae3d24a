/* Central weights: those that put a unit first (SMAA-2, Lahdelma and Salminen 2001).
 *
 * The central weights of a unit are the means of the weights over the draws in which it is first:
 * what somebody who prefers this unit may be taken to think. Their confidence is how often the unit
 * is first when the weights are these, and everything else varies as before. */
#ifndef UNCERTAINTY_CENTRAL_H
#define UNCERTAINTY_CENTRAL_H

#include "uncertainty/tally_pack.h"
#include "uncertainty/vary.h"

/* Draws that one confidence is found from. */
enum { CENTRAL_DRAWS = 10000 };

typedef struct central {
    size_t columns, units, weights;
    size_t *weight;     /* inputs of the survey that are weights */
    exact_sum **sum;    /* by column and unit: of each weight; NULL: never first */
    uint64_t *times;    /* how often first */
    double *confidence; /* NaN: not known, as before central_confide */
    uint64_t draws;     /* of each confidence */
} central;

/* The survey was opened, its ranks are drawn. 0 with the fault: there are no ranks, or no weight
 * varies as a number. */
int central_open(central *c, const vary *v, const assess *a, fault *f);
void central_close(central *c);
/* Adds the block of draws that was computed last. */
int central_add(central *c, const vary *v, size_t count, fault *f);
/* The sums of a part of the draws as bytes; and adds those of so many to those of the same run. 0
 * with `failed`, or with the fault where there is no memory. */
void central_pack(const central *c, buf *b);
int central_unpack(central *c, uint64_t draws, packed *p, fault *f);
/* The survey is complete: finds the confidences, by further draws. */
int central_confide(central *c, vary *v, fault *f);
/* The central weight of a unit in a column. */
double central_weight(const central *c, size_t column, size_t unit, size_t weight);

#endif
