/* What areas and indicators contribute to the score, and with what weight. */
#ifndef DOCUMENT_SHARES_H
#define DOCUMENT_SHARES_H

#include "document/view.h"

/* What an element makes of the score, by the weights that were really used. */
typedef struct element_share {
    double weight; /* beside its siblings, as the rules had it; NaN where it has none */
    double factor; /* what one more of it makes of the score; NaN where it is missing */
} element_share;

/* For a row in a column of the view; `x` is the output of parts or details, `axis` its axis of
 * them, and `out` has a place for each label. Returns how many contribute; 0 where the score is not
 * made of sums and weighted means of them: then all are NaN. */
size_t find_shares(const view *v, const assess_array *x, const assess_axis *axis, size_t row,
                   size_t column, element_share *out);

#endif
