/* What the files of src/impact share for moving single values of the data.
 *
 * The comparison of two editions has headers of its own: mix.h and diff.h. */
#ifndef IMPACT_INSIDE_H
#define IMPACT_INSIDE_H

#include "session/session.h"

/* ---- goal.c: how far a value has to move to reach a condition ----
 *
 * Nothing is assumed of how results depend on the value, except that a condition that begins to
 * hold goes on holding for a while. Each direction is searched in steps, finer near the present
 * value; the first step at which the condition holds is then narrowed down by halving. Afterwards
 * the value is what it was, and everything is computed as before. */

/* Finds the value between `least` and `most` nearest to the present one at which reached() holds
 * after assess_recompute, with few digits, on the side where it holds. The present value where it
 * holds already. If the value is missing: the first from `least` on. Returns 1 with *found; 0 where
 * there is none, or with the fault. */
int search_nearest(assess *a, const assess_array *data, size_t element, double least, double most,
                   int (*reached)(void *self), void *self, double *found, fault *f);

/* Sets a value and computes. 0 with the fault. */
int search_try(assess *a, const assess_array *data, size_t element, double value, fault *f);
/* Computes after changes; `changed` is their status, `before` the number of messages before them. 0
 * with the fault. */
int search_recompute(assess *a, size_t before, assess_status changed, fault *f);
/* Copies the messages since `before` into the fault. Returns 0. */
int search_fault(const assess *a, size_t before, assess_status status, fault *f);

/* Values of these cells will be moved, and nothing be asked for but outputs (session_follow). */
int search_follow(assess *a, const assess_cell *cell, size_t count, fault *f);
/* Until here. 0 with the fault. */
int search_follow_end(assess *a, fault *f);

/* Ends a call that moved values: reports the fault, and drops the messages since `told`, which the
 * fault contains. */
assess_status search_finish(assess *a, size_t told, fault *f);

/* The range in which a value is usually moved: all values observed of its indicator (or in its
 * column of a table), and the indicator's standards. NaN where there are none. */
void search_bounds(const assess *a, const assess_cell *c, double *low, double *high);

#endif
