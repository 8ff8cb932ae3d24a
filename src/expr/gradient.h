/* Derivatives of results by the elements they were computed from: reverse-mode automatic
 * differentiation, one sweep backwards over the graph.
 *
 * The derivatives of one element (or of the sum of several) by every element of any other nodes are
 * found together, at about the cost of one evaluation, by the chain rule. The derivatives of the
 * elementwise operations stand in op.h.
 *
 * Flags tell in which ways each element takes part; 0 means that the result does not depend on it,
 * as long as what is present stays present (see trace.h). Where EX_BENT_HERE or EX_BY_HOST is set
 * there is no derivative, or it is not known: the number given is the part that is known, and a
 * finite difference has to be taken instead. Texts, and elements of which only the presence counts,
 * are never EX_FELT. */
#ifndef EXPR_GRADIENT_H
#define EXPR_GRADIENT_H

#include "expr/run.h"

enum {
    EX_FELT = 1,         /* the derivative counts */
    EX_FLAT_HERE = 2,    /* only a larger change has an effect: a step, a bound, a rank */
    EX_BENT_HERE = 4,    /* at a kink or the edge of a step, by ties or by chance */
    EX_BY_HOST = 8,      /* through a function of the host, or one over matrices */
    EX_ROUNDED_HERE = 16 /* through a rounding: the slope is that of what was rounded */
};

typedef struct ex_seed {
    ex_id node;
    size_t element; /* in the layout of the node */
} ex_seed;

typedef struct ex_gradient ex_gradient;

/* With respect to the nodes `of`. What is needed in between is computed first. NULL with the fault
 * filled. */
ex_gradient *ex_gradient_open(ex_graph *g, ex_run *r, const ex_seed *seed, size_t seeds,
                              const ex_id *of, size_t count, fault *f);
void ex_gradient_close(ex_gradient *d);
/* For each element of such a node, in its layout; NULL where no result depends on the node. */
const double *ex_gradient_by(const ex_gradient *d, ex_id n);
const uint8_t *ex_gradient_how(const ex_gradient *d, ex_id n);

#endif
