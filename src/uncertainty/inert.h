/* Entries that change nothing: what varies by itself, everything else being as in the rules, leaves
 * every score, rank, grade and verdict as it is. */
#ifndef UNCERTAINTY_INERT_H
#define UNCERTAINTY_INERT_H

#include "uncertainty/vary.h"

/* Draws of each entry by itself. */
enum { INERT_DRAWS = 16 };

/* Fills in v->inert, by further draws of a survey that is complete. Nothing where they would add
 * more than an eighth to a long survey, or the time is nearly up. 0 with the fault. */
int inert_find(vary *v, fault *f);

#endif
