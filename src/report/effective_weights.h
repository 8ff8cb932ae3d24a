/* What each indicator makes of the score, by the weights that were really used. */
#ifndef REPORT_EFFECTIVE_WEIGHTS_H
#define REPORT_EFFECTIVE_WEIGHTS_H

#include "report/view.h"

typedef struct share {
    double weight; /* beside its siblings, as the rules had it; NaN where it has none */
    double factor; /* what one more of it makes of the score; NaN where it is missing */
} share;

/* For a row in a column of the view; `out` has a place for each label of the details' axis. Says
 * whether the score is made of sums and weighted means of the details: else their weights are not
 * known, and all are NaN. */
int effective_weights_fill(const view *v, const assess_axis *axis, size_t row, size_t column,
                           share *out);

#endif
