/* Explanations, as papers; on a terminal they are trees instead. */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include "report/paper.h"
#include "report/view.h"

/* The steps behind the element of an output at a place, `depth` deep. 0 with the fault. */
int explain_tree(const view *v, const assess_array *output, const size_t *at, size_t depth, page *to, fault *f);
/* The same as rows of a table, added to the paper. */
int explain_rows(const view *v, const assess_array *output, const size_t *at, size_t depth, paper *p, fault *f);

#endif
