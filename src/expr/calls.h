/* Calls of host functions, over single elements and over matrices. An answer that is not finite is
 * missing. */
#ifndef EXPR_CALLS_H
#define EXPR_CALLS_H

#include <signal.h>
#include <string.h>

#include "expr/graph.h"

/* The answers of a `distinct` function by its argument. */
typedef struct call_memo {
    uint64_t *key; /* the argument's bits; open addressing, at most half full */
    double *answer;
    uint8_t *used;
    size_t slots, count;
    /* Of whole numbers below `most` (set by the caller; 0: of none), as those of texts, the answer
     * stands at its place: EX_UNDONE_BITS where it is not known. */
    double *whole;
    size_t wholes, most;
} call_memo;

/* Calls the function, unless the answer is in `known` (at first all 0 but `most`) or an argument is
 * missing. 0 with the fault filled. */
int call_on_element(const ex_function *fn, call_memo *known, const double *arg, int argc,
                    double *out, fault *f);
void call_memo_release(call_memo *known);
/* What is known of an argument that is a whole number; EX_UNDONE_BITS where nothing is. */
static inline double call_known(const call_memo *known, double x) {
    const uint64_t bits = EX_UNDONE_BITS;
    double undone;
    memcpy(&undone, &bits, sizeof undone);
    if (!(x >= 0 && x < (double)known->wholes)) return undone;
    const size_t at = (size_t)x;
    return (double)at == x && at < known->most ? known->whole[at] : undone;
}

/* The node for which this thread calls a function now, or 0: equal functions are one, and what goes
 * wrong belongs to the line of the node. */
ex_id call_for(void);
void call_is_for(ex_id n);

typedef struct call_watch {
    const volatile sig_atomic_t *stop; /* read before each call; may be NULL */
    size_t domain_errors, first;       /* out: how many, and the first of them */
} call_watch;

/* Computes the values `out` of a node of a matrix function, with one call for each combination of
 * the other axes. `value[i]` holds the i-th argument, dense. 0 with the fault filled. */
int call_on_matrices(const ex_graph *g, ex_id n, const double *const *value, double *out,
                     call_watch *w, fault *f);

#endif
