/* How far one datum has to move for something to hold.
 *
 * Nothing is assumed of how results follow the datum, but that what begins to hold goes on holding
 * for a while: each direction is looked along in steps, finer near the present value, and the first
 * step at which it holds is then narrowed down. Afterwards the datum is back, and everything
 * computed as before. */
#ifndef IMPACT_SEARCH_H
#define IMPACT_SEARCH_H

#include "assess.h"
#include "base/fault.h"

/* The value between `least` and `most` nearest to the present one at which reached() holds after
 * assess_again, with as few digits as are sensible, on the side where it still holds; the present
 * value where it holds now. Of a missing datum: the first from `least`, or from `most` where that
 * is less. 1 with *found; 0 where there is none, or with the fault. */
int search_nearest(assess *a, const assess_array *data, size_t element, double least, double most,
                   int (*reached)(void *self), void *self, double *found, fault *f);

/* Puts a value in and computes. 0 with the fault. */
int search_try(assess *a, const assess_array *data, size_t element, double value, fault *f);
/* Moves the messages since `before` into the fault, with its kind. Returns 0. */
int search_fault(const assess *a, size_t before, assess_status status, fault *f);

#endif
