/* Computes a node of a host function over matrices: for each combination of the walked axes the
 * core of every argument is laid out dense for the function, and its answer put where it belongs.
 * Both evaluators use this. What is not finite in an answer is missing. */
#ifndef EXPR_MATRIX_H
#define EXPR_MATRIX_H

#include <signal.h>

#include "expr/graph.h"

typedef struct matrix_watch {
    const volatile sig_atomic_t *stop; /* looked at before each call; may be NULL */
    /* elements of the result born missing, and the first of them */
    size_t domain_errors, first;
} matrix_watch;

/* `value[i]` holds the i-th argument, dense; `out` takes the node's values. 0 with the fault
 * filled. */
int matrix_compute(const ex_graph *g, ex_id n, const double *const *value, double *out,
                   matrix_watch *w, fault *f);

#endif
