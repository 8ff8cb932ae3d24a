/* Where a unit stands in a ranking at one place: what why_rank.c and absent.c share.
 *
 * A stand reads scores and ranks of all units at a place of the score; where there is no output of
 * ranks it ranks by the score, the highest first. Values are read anew each time, so that it goes
 * on telling the truth while the session is changed. */
#ifndef IMPACT_UNIT_POSITION_H
#define IMPACT_UNIT_POSITION_H

#include "assess.h"
#include "base/fault.h"

typedef struct stand {
    assess *a;
    const assess_array *score, *rank;
    const size_t *at; /* of the score */
    int axis;         /* of the units, an id */
    size_t unit, units;
    int ascending;    /* the lowest score is the first */
} stand;

/* 0 with the fault where the arrays do not fit. */
int unit_position_open(stand *s, assess *a, const assess_array *score, const assess_array *rank,
               const size_t *at, int axis, fault *f);
double unit_position_score(const stand *s, size_t unit);
/* Less is better; NaN where it has no score. The rank where there is one. */
double unit_position_key(const stand *s, size_t unit);
double unit_position_rank(const stand *s, size_t unit);
/* Is a unit ahead of another? */
int unit_position_ahead(const stand *s, size_t unit, size_t other);
/* The element of an array for a unit at the place; axes that the score lacks have position 0. */
size_t unit_position_element(const stand *s, const assess_array *x, size_t unit);
/* An array's axis beside those of the score; NULL where there is none, or more than one. */
const assess_axis *unit_position_extra(const stand *s, const assess_array *x, size_t *stride);

#endif
