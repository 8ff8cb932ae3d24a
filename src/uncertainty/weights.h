/* Weights within bounds and orders: uniform on the part of the simplex that these leave.
 *
 * Weights are shares here: none is negative, and they add up to 1. Lower bounds leave a smaller
 * simplex, and orders such as A >= B >= C are met by sorting: both are exact, since what is sorted
 * or shifted stays uniform. Whatever else is asked is met by drawing again, as long as a fair share
 * of the draws meets it, and otherwise by a walk (hit-and-run, Smith 1984) of a fixed number of
 * steps from a point well inside, which a linear program finds. */
#ifndef UNCERTAINTY_WEIGHTS_H
#define UNCERTAINTY_WEIGHTS_H

#include "uncertainty/inside.h"

typedef enum weights_sampler {
    WEIGHTS_EXACT, /* shifted and sorted */
    WEIGHTS_AGAIN, /* drawn until the conditions are met */
    WEIGHTS_WALKED /* hit-and-run */
} weights_sampler;

/* A condition: sum(a[i] w[i]) >= least. */
typedef struct weights_row {
    double *a, least;
    uint32_t *at; /* which a are not 0 */
    size_t terms;
    size_t value; /* of the entry */
    int kind;     /* a lower bound, a part of a chain, or another one */
    int follows;  /* from the other rows */
} weights_row;

typedef struct weights_space {
    size_t n;
    double *low;
    uint32_t *next; /* the member that each must be at least as large as; or n */
    char *led;      /* is there one that must be at least as large as it? */
    int sorted;     /* are there chains? */
    weights_row *row;
    size_t rows, row_cap;
    weights_sampler sampler;
    double accepted; /* about this share of what is drawn meets the conditions */
    size_t steps;
    double *inside; /* where walks begin */
} weights_space;

/* The space of an entry's conditions on the members called `id`; *space is NULL where there are
 * none. used[value] and idle[value], by value of the entry: does it say something of this group,
 * and does it never matter? 0 with the fault, where nothing meets the conditions. */
int weights_open(opener *o, const char *const *id, size_t n, char *used, char *idle,
                 const weights_space **space);

/* w: n independent exponential variates, which become weights. */
void weights_draw(const weights_space *s, const numbers *from, uint64_t draw, double *w);

#endif
