/* What the files of this room share: moving one datum, and where a unit stands.
 *
 * The two editions of a comparison have headers of their own: mix.h and diff.h. */
#ifndef IMPACT_INSIDE_H
#define IMPACT_INSIDE_H

#include "session/session.h"

/* ---- goal.c: how far one datum has to move for something to hold ----
 *
 * How results follow the datum is not known. It is only assumed that what begins to hold goes on
 * holding for a while: each direction is searched in steps, finer near the present value, and the
 * first step at which it holds is then narrowed down. Afterwards the datum is back, and everything
 * computed as before. */

/* The value between `least` and `most` nearest to the present one at which reached() holds after
 * assess_recompute, with as few digits as are sensible, on the side where it still holds; the
 * present value where it holds now. Of a missing datum: the first from `least`, or from `most`
 * where that is less. 1 with *found; 0 where there is none, or with the fault. */
int search_nearest(assess *a, const assess_array *data, size_t element, double least, double most,
                   int (*reached)(void *self), void *self, double *found, fault *f);

/* Puts a value in and computes. 0 with the fault. */
int search_try(assess *a, const assess_array *data, size_t element, double value, fault *f);
/* Computes after changes, of which `changed` is the status and `before` the number of messages
 * before them. 0 with the fault. */
int search_recompute(assess *a, size_t before, assess_status changed, fault *f);
/* Moves the messages since `before` into the fault, with its kind. Returns 0. */
int search_fault(const assess *a, size_t before, assess_status status, fault *f);

/* Ends a call that moved data: tells the fault, and takes back the messages since `told`, which are
 * in it. */
assess_status search_finish(assess *a, size_t told, fault *f);

/* The range in which a datum is usually moved: from the least to the greatest value that is
 * observed of its indicator anywhere (of a table: in its column), widened by the standards of the
 * indicator. */
void search_bounds(const assess *a, const assess_cell *c, double *low, double *high);

/* ---- unit_position.c: where a unit stands in a ranking at one place ----
 *
 * A unit_position reads scores and ranks of all units at a place of the score. Where there is no
 * output of ranks it ranks by the score, the highest first. Values are read anew each time, so that
 * it stays right while the session is changed. */

typedef struct unit_position {
    assess *a;
    const assess_array *score, *rank;
    const size_t *at; /* of the score */
    int axis;         /* of the units, an id */
    size_t unit, units;
    int ascending; /* the lowest score is the first */
} unit_position;

/* 0 with the fault where the arrays do not fit. */
int unit_position_open(unit_position *s, assess *a, const assess_array *score,
                       const assess_array *rank, const size_t *at, int axis, fault *f);
double unit_position_score(const unit_position *s, size_t unit);
/* Less is better; NaN where it has no score. The rank where there is one. */
double unit_position_key(const unit_position *s, size_t unit);
double unit_position_rank(const unit_position *s, size_t unit);
/* Is a unit ahead of another? */
int unit_position_ahead(const unit_position *s, size_t unit, size_t other);
/* The element of an array for a unit at the place; axes that the score lacks have position 0. */
size_t unit_position_element(const unit_position *s, const assess_array *x, size_t unit);
/* An array's axis beside those of the score; NULL where there is none, or more than one. */
const assess_axis *unit_position_extra(const unit_position *s, const assess_array *x,
                                       size_t *stride);

#endif
