/* The share of each indicator in the total, where every level of the index takes weighted
 * arithmetic means over what is present: its weight among its present siblings, times the share of
 * its parent. */
#ifndef REPORT_SHARE_H
#define REPORT_SHARE_H

#include "report/view.h"

/* `share` has a place for each label of the axis; where it is 0 or more on entry the indicator is
 * present. Filled with shares that add to 1; NaN where absent or without a weight. `at` is the
 * place in the further axes (a stage) that weights may have. Levels of the index that no output has
 * as an axis are passed over. Returns 0 without memory. */
int share_fill(const view *v, const assess_axis *axis, const spot *at, double *share);

#endif
