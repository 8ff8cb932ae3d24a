/* Reductions by groups along the longest axis, tasks to units, and those by groups whose result has
 * another stream axis than their operand.
 *
 * Each result takes its elements in the order of the axis, so that it has the same bits however
 * many threads there are: of a long line every thread reads all positions, and adds up those of its
 * own range of groups. Their states then fit its cache, too. */
#ifndef EXPR_GROUPED_H
#define EXPR_GROUPED_H

#include <signal.h>

#include "base/thread_pool.h"
#include "expr/reduction.h"
#include "expr/walk.h"

typedef struct grouped {
    unsigned op;
    const double *x;
    const double *by;     /* the group of each position along the axis */
    const ex_walk *start; /* lines along the axis; offset[0] in x, offset[1] in the states */
    size_t length, step;  /* of a line, and how far apart its elements are */
    size_t stride;        /* how far apart the states of neighbouring groups are */
    uint32_t groups;
    ex_partial *state; /* begun by the caller */
    const volatile sig_atomic_t *stop;
    uint32_t ranges;
} grouped;

/* Adds all elements to the states; fewer once it is stopped. `crew` may be NULL. */
void grouped_add(grouped *g, thread_pool *crew);

#endif
