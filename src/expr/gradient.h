/* Derivatives of results by the elements they are computed from: reverse-mode automatic
 * differentiation, one sweep backwards over the graph.
 *
 * The derivatives of one element, or of the sum of several, by all elements of given nodes are
 * found together by the chain rule, at about the cost of one evaluation. The derivatives of
 * elementwise operations are in op.h.
 *
 * Each element has flags that tell how the result depends on it; 0: not at all, as long as the same
 * elements are present (see trace.h). With EX_BENT_HERE or EX_BY_HOST there is no derivative, or it
 * is not known: the number given is the part that is known, and a finite difference has to be taken
 * instead. Texts, and elements whose presence alone counts, never have EX_FELT. */
#ifndef EXPR_GRADIENT_H
#define EXPR_GRADIENT_H

#include "expr/run.h"

enum {
    EX_FELT = 1,         /* there is a derivative */
    EX_FLAT_HERE = 2,    /* only a larger change has an effect: a step, a bound, a rank */
    EX_BENT_HERE = 4,    /* it is at a kink or the edge of a step, as in a tie */
    EX_BY_HOST = 8,      /* through a function of the host, or one over matrices */
    EX_ROUNDED_HERE = 16 /* through a rounding, whose derivative is taken as 1 */
};

typedef struct ex_seed {
    ex_id node;
    size_t element; /* in the layout of the node */
} ex_seed;

typedef struct ex_gradient ex_gradient;

/* The derivatives of the sum of the seeds by the elements of the nodes `of`. The values in between
 * are computed first. NULL with the fault filled. */
ex_gradient *ex_gradient_open(ex_graph *g, ex_run *r, const ex_seed *seed, size_t seeds,
                              const ex_id *of, size_t count, fault *f);
void ex_gradient_close(ex_gradient *d);
/* The derivatives by the elements of such a node, in its layout, and their flags; NULL where no
 * seed depends on the node. */
const double *ex_gradient_by(const ex_gradient *d, ex_id n);
const uint8_t *ex_gradient_how(const ex_gradient *d, ex_id n);

#endif
