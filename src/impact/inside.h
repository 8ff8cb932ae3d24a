/* What the files of src/impact share on moving one datum.
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

#endif
