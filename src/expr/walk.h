/* Going over the elements of a shape, in the order they lie in, last axis fastest.
 *
 *     ex_walk w = ex_walk_of(g, n);
 *     for (; w.element < w.count; ex_walk_on(&w))
 *         out[w.element] = x[w.offset[0]] + y[w.offset[1]];
 *
 * `offset` tells where the element of each operand lies meanwhile. An operand stands still along
 * the axes it does not have. */
#ifndef EXPR_WALK_H
#define EXPR_WALK_H

#include "expr/graph.h"

enum { WALK_OPERANDS = EX_MATRIX_ARGS + 1 };

typedef struct ex_walk {
    const ax_space *space;
    size_t element, count; /* of the shape */
    int axes, operands;
    uint8_t order[AX_MOST];
    size_t size[AX_MOST], at[AX_MOST];
    size_t step[WALK_OPERANDS][AX_MOST], offset[WALK_OPERANDS];
} ex_walk;

ex_walk ex_walk_over(const ax_space *space, ax_set shape);
/* Adds an operand of shape `set`, which also stands still along the axes `still`. */
void ex_walk_with(ex_walk *w, ax_set set, ax_set still);

/* Adds an operand that goes along its own `axis` as the walk goes along `to`. */
void ex_walk_renamed(ex_walk *w, ax_set set, int axis, int to);

/* Over the elements of a node, with its operands as its operation takes them. What it works along
 * stands still: the axis of a reduction, scan, slice or look-up, the core of a matrix; then the
 * offset is that of the line's or the core's first element. The second operand of a reduction by
 * groups is the group. */
ex_walk ex_walk_of(const ex_graph *g, ex_id n);
/* Over the lines along an axis of a shape: the operand is the first element of the line. */
ex_walk ex_walk_lines(const ax_space *space, ax_set shape, int axis);

void ex_walk_on(ex_walk *w);
/* To any element; the next one costs a step, others a division for each axis. */
void ex_walk_to(ex_walk *w, size_t element);
/* Takes the innermost axis out of a walk that has just begun, for a loop of the caller's. Returns
 * its length, 1 where there is none, and each operand's step along it. */
size_t ex_walk_inner(ex_walk *w, size_t step[WALK_OPERANDS]);

/* Which places along an axis belong to each of some groups: which[start[k]] … which[start[k + 1] -
 * 1], in the axis's order. `by` holds the group of each place; what is none is left out. */
typedef struct ex_groups {
    uint32_t *start, *which;
} ex_groups;

int ex_groups_open(ex_groups *out, const double *by, size_t places, size_t groups, fault *f);
void ex_groups_release(ex_groups *groups);

#endif
