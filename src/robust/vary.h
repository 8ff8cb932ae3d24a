/* How robust results are: documents on many draws. */
#ifndef ROBUST_VARY_H
#define ROBUST_VARY_H

#include "document/document.h"
#include "document/view.h"
#include "uncertainty/central.h"

enum { VARY_QUANTILES = 20 };

typedef struct vary_wish {
    double first;           /* the probability of being among so many */
    const double *quantile; /* in order; an interval lies between the first and the last */
    size_t quantiles;
    int all_quantiles; /* people are shown each of them, in a table of its own */
    double decided;    /* a pair is ordered from this probability on: 0.95 */
    int people;
    int one_table;          /* the document is one table: that of the units */
    int frequencies, pairs; /* people are shown them; pairs to programs, too */
    const central *central; /* or NULL */
} vary_wish;

/* The draws of `d` were made with the outputs of the view. 0 with the fault. */
int vary_make(const view *v, const vary *d, const vary_wish *w, document *p, fault *f);

#endif
