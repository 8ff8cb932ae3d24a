/* The scalar evaluator: one element after the other, one node after the other, in plain C.
 *
 * It serves two ends: the differential tests compare the block evaluator with it, bit by bit, and
 * `explain` reads the intermediate values of a single cell from it. It shares the expressions of
 * op.h with the kernels, and nothing else: no blocks, no threads, no fusion. */
#ifndef EXPR_REFERENCE_H
#define EXPR_REFERENCE_H

#include "expr/graph.h"

typedef struct ex_reference ex_reference;

/* Computes every node that the wanted ones need. NULL with the fault filled on lack of memory or a
 * host function's failure. */
ex_reference *ex_reference_open(ex_graph *g, const ex_id *want, size_t count, fault *f);
void ex_reference_close(ex_reference *r);
/* Values of a computed node, dense in the layout of its axes; NULL where it was not needed. */
const double *ex_reference_value(const ex_reference *r, ex_id n);
/* How many elements a domain error made missing at this node, and the first of them. */
size_t ex_reference_domain_errors(const ex_reference *r, ex_id n, size_t *first);

#endif
