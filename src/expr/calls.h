/* Calls of host functions, over single elements and over matrices. What is not finite in an answer
 * is missing. */
#ifndef EXPR_CALLS_H
#define EXPR_CALLS_H

#include <signal.h>

#include "expr/graph.h"

/* Answers by argument, of a function that depends on its one argument alone. */
typedef struct call_memo {
    uint64_t *key; /* the argument's bits; open addressing, at most half full */
    double *answer;
    uint8_t *used;
    size_t slots, count;
} call_memo;

/* Calls the function, unless the answer is known: by `known`, or as an argument is missing. Starts
 * with an empty memo, {0}. */
int call_on_element(const ex_function *fn, call_memo *known, const double *arg, int argc,
                    double *out, fault *f);
void call_memo_release(call_memo *known);

typedef struct call_watch {
    const volatile sig_atomic_t *stop; /* looked at before each call; may be NULL */
    /* domain errors in the result, and the first of them */
    size_t domain_errors, first;
} call_watch;

/* Computes a node of a function over matrices: for each combination of the other axes the core of
 * every argument is laid out dense for the function, and its answer put where it belongs.
 * `value[i]` holds the i-th argument, dense; `out` gets the node's values. 0 with the fault
 * filled. */
int call_on_matrices(const ex_graph *g, ex_id n, const double *const *value, double *out,
                     call_watch *w, fault *f);

#endif
