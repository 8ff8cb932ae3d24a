/* What the two files of certain.h share. */
#ifndef UNCERTAINTY_CERTAIN_INSIDE_H
#define UNCERTAINTY_CERTAIN_INSIDE_H

#include "uncertainty/certain.h"

/* The lead of a unit over another: slopes go to `lead`, the constant is returned. */
double certain_lead(const certain *c, size_t unit, size_t other, double *lead);
/* The rank by the evaluator, of what it computed last. */
double certain_shown_rank(const certain *c, size_t unit);

#endif
