/* What is certain of a ranking: documents on extreme ranks, necessary preference, and the smallest
 * changes of weights. */
#ifndef ROBUST_CERTAIN_H
#define ROBUST_CERTAIN_H

#include "document/document.h"
#include "document/view.h"
#include "uncertainty/certain.h"

typedef struct certain_wish {
    size_t unit, other; /* rows of the view, or VIEW_NONE */
    int first;          /* what takes the first place away? */
    int people;
    int one_table; /* the document is one table: the weights that were asked for, else the units */
} certain_wish;

/* Computes all columns of the view, and tells. 0 with the fault. */
int certain_make(const view *v, certain *c, const certain_wish *w, document *p, fault *f);

#endif
