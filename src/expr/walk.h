/* A walk over the elements of a shape, in the order they lie in, last axis fastest. `offset` tells
 * where each operand's element lies meanwhile; an operand stands still along axes it does not have.
 */
#ifndef EXPR_WALK_H
#define EXPR_WALK_H

#include "expr/axis.h"

enum { WALK_OPERANDS = 8 };

typedef struct ex_walk {
    const ax_space *space;
    int axes;
    uint8_t order[AX_MOST];
    size_t at[AX_MOST];
    size_t step[WALK_OPERANDS][AX_MOST], offset[WALK_OPERANDS];
    int operands;
} ex_walk;

ex_walk ex_walk_over(const ax_space *space, ax_set shape);
/* Adds an operand of shape `set`. It follows the walk along all its axes but `still`; along the
 * walk's axis `as` it goes as along its own `axis`. All three may be AX_NONE. */
void ex_walk_with(ex_walk *w, ax_set set, int still, int as, int axis);
void ex_walk_on(ex_walk *w);

#endif
