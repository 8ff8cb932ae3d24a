/* Going over the elements of a shape in the order in which they are stored, last axis fastest.
 *
 *     ex_walk w = ex_walk_of(g, n);
 *     for (; w.element < w.count; ex_walk_on(&w))
 *         out[w.element] = x[w.offset[0]] + y[w.offset[1]];
 *
 * offset[k] is the index of operand k's element. It does not move along axes that the operand does
 * not have. */
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

/* A walk over a shape, without operands yet. */
ex_walk ex_walk_over(const ax_space *space, ax_set shape);
/* Adds an operand of shape `set`, which does not move along the axes `still` either. */
void ex_walk_with(ex_walk *w, ax_set set, ax_set still);
/* Adds an operand that moves along its own `axis` where the walk moves along `to`. */
void ex_walk_renamed(ex_walk *w, ax_set set, int axis, int to);

/* Over the elements of a node, with its operands. An operand does not move along what the operation
 * works along (the axis of a reduction, scan, slice or look-up, the core axes of a matrix): its
 * offset is that of the first element of the line or the core. The second operand of a reduction by
 * groups is the group. */
ex_walk ex_walk_of(const ex_graph *g, ex_id n);
/* Over the lines along an axis of a shape: offset[0] is the first element of the line. */
void ex_walk_lines(ex_walk *w, const ax_space *space, ax_set shape, int axis);

/* What of a walk is in use: far less than there is room for. */
void ex_walk_copy(ex_walk *to, const ex_walk *from);

void ex_walk_on(ex_walk *w);
/* To any element: to the next one it is as quick as ex_walk_on, to others it takes a division for
 * each axis. */
void ex_walk_to(ex_walk *w, size_t element);
/* Takes the innermost axis out of a walk that has just begun, for a loop of the caller. Returns its
 * length (1 where there is none) and the step of each operand along it. */
size_t ex_walk_inner(ex_walk *w, size_t step[WALK_OPERANDS]);

/* ---- reductions and scans: the elements along the axis ---- */

/* Elements of an operand along an axis: a whole line, or the part of it that is in one group. */
typedef struct ex_places {
    size_t base, stride, count;
    const uint32_t *which; /* their positions on the axis; NULL: 0 … count - 1 */
} ex_places;

static inline size_t ex_position_at(const ex_places *l, size_t i) {
    return l->which ? l->which[i] : i;
}

/* The index of the i-th of them in the operand. */
static inline size_t ex_place(const ex_places *l, size_t i) {
    return l->base + ex_position_at(l, i) * l->stride;
}

/* The lines of a reduction or scan. By groups, the positions of group k are which[start[k]] …
 * which[start[k + 1] - 1], in the order of the axis; a position without a group is in none. */
typedef struct ex_lines {
    size_t length, stride;
    uint32_t *start, *which; /* NULL without groups */
} ex_lines;

/* `by` holds the group of each position of a node that reduces by groups; else NULL. 0 without
 * memory; ex_lines_release is for that case, too. */
int ex_lines_open(ex_lines *out, const ex_graph *g, ex_id n, const double *by, fault *f);
void ex_lines_release(ex_lines *l);
/* What the element where a walk of ex_walk_of or ex_walk_lines stands is computed from. */
ex_places ex_lines_at(const ex_lines *l, const ex_walk *at);

/* ---- choices along an axis ---- */

/* A slice, look-up or rename. */
typedef struct ex_choice {
    size_t stride, fixed;   /* of the operand along the axis; the position, if all have the same */
    double length;          /* of the axis */
    const double *position; /* of a look-up: the values of its second operand; else NULL */
} ex_choice;

ex_choice ex_choice_of(const ex_graph *g, ex_id n, const double *position);

/* The index in the operand of the element chosen where a walk of ex_walk_of stands; SIZE_MAX for
 * none. */
static inline size_t ex_chosen(const ex_choice *c, const ex_walk *at) {
    if (!c->position) return at->offset[0] + c->fixed * c->stride;
    double p = c->position[at->offset[1]];
    return p >= 0 && p < c->length ? at->offset[0] + (size_t)p * c->stride : SIZE_MAX;
}

/* ---- matrix functions: their calls ---- */

/* The axes that a matrix function is called along, once for each combination of their labels. */
ax_set ex_call_axes(const ex_graph *g, ex_id n);
/* Over an array of shape `set` in every call: offset[0] is the number of the call, offset[1] the
 * element. */
ex_walk ex_walk_calls(const ex_graph *g, ex_id n, ax_set set);

#endif
