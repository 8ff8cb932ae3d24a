/* How robust results are: documents on many draws. */
#ifndef REPORT_VARY_H
#define REPORT_VARY_H

#include "report/document.h"
#include "report/view.h"
#include "uncertainty/vary.h"

typedef struct vary_wish {
    double first;     /* the probability of being among so many */
    double low, high; /* the shares between which an interval lies: 0.05, 0.95 */
    double decided;   /* a pair is ordered from this probability on: 0.95 */
    size_t top;       /* units listed, for people */
    int people;
    int one_table; /* the document is one table: that of the units */
} vary_wish;

/* The draws of `d` were made with the outputs of the view. 0 with the fault. */
int vary_make(const view *v, const vary *d, const vary_wish *w, document *p, fault *f);

#endif
