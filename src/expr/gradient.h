/* What elements of results hang on, and how steeply: one sweep backwards over the graph.
 *
 * From one element (or from several: then of their sum) the derivatives with respect to every
 * element of any other nodes are found together, at about the cost of one evaluation, by the chain
 * rule from the end to the beginning. The derivatives of the elementwise operations stand in op.h.
 *
 * Of each element it is also told how it is felt; of one that is not felt, as long as what is there
 * stays there (trace.h knows of that), nothing is. A derivative holds close by as long as neither
 * EX_BENT_HERE nor EX_BY_HOST is told: then there is none, or it is not known, what of it is known
 * is given, and a difference has to be taken instead. Texts, and elements that are only looked at
 * for being there, are never EX_FELT. */
#ifndef EXPR_GRADIENT_H
#define EXPR_GRADIENT_H

#include "expr/run.h"

enum {
    EX_FELT = 1,         /* along a slope */
    EX_FLAT_HERE = 2,    /* further off: behind a step, a bound, a rank, a comparison */
    EX_BENT_HERE = 4,    /* where a slope or step begins or ends, by ties or by chance */
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
/* For each element of a node of those, in its layout; NULL where nothing hangs on it at all. */
const double *ex_gradient_by(const ex_gradient *d, ex_id n);
const uint8_t *ex_gradient_how(const ex_gradient *d, ex_id n);

#endif
