/* Within what a datum is usually moved: between the least and the most that is observed of its indicator
 * anywhere (of a table: in its column), and the standards of the indicator. */
#ifndef IMPACT_BOUNDS_H
#define IMPACT_BOUNDS_H

#include "assess.h"

void bounds_usual(const assess *a, const assess_cell *c, double *low, double *high);

#endif
