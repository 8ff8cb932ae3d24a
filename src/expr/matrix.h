/* Computes a node of a host function over matrices: for each combination of the walked axes the core
 * of every argument is laid out dense for the function, and its answer put where it belongs. Both
 * evaluators use this. What is not finite in an answer is missing. */
#ifndef EXPR_MATRIX_H
#define EXPR_MATRIX_H

#include "expr/graph.h"

/* `value[i]` holds the i-th argument, dense; `out` takes the node's values. 0 with the fault filled. */
int matrix_compute(const ex_graph *g, ex_id n, const double *const *value, double *out, fault *f);

#endif
