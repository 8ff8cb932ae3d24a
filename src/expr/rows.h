/* Arrays along an axis whose elements are not in memory: the rows of a table that is larger than
 * memory may be. They come in windows, in the order of the rows, as often as they are asked for.
 *
 * A formula needs no more than that where all that it makes of the rows goes into reductions along
 * them (sum, count, min, max … also by groups): each window is computed like an array of its own,
 * folded into the states of the reductions, and forgotten. A reduction of what depends on another
 * one (x less its mean) needs the rows once more. Results have the same bits as those of arrays in
 * memory, for windows of any length: they are cut where a stream over a whole array is cut.
 *
 * Whatever needs the elements themselves (a result over the rows, a median, a rank, a choice of
 * rows) has to have all of them: then the owner is asked for that (`whole`), who may refuse. */
#ifndef EXPR_ROWS_H
#define EXPR_ROWS_H

#include "expr/graph.h"

struct ex_run;

/* A window: the elements from `from` on, `count` of them, of each array that was asked for. */
typedef struct ex_window {
    size_t from, count;
    const double *const *value;
} ex_window;

typedef struct ex_rows {
    ax_set axes;   /* of which it is so: the innermost of all arrays that have them */
    size_t window; /* elements of a window; 0: as memory allows */
    /* Hands out the elements of columns (ex_values.later - 1) along an axis, in windows of `window`
     * elements, a multiple of EX_WINDOW; the last one is shorter. 0 with the fault. */
    int (*pass)(void *self, int axis, const uint32_t *column, size_t columns, size_t window,
                int (*each)(void *of, const ex_window *w, fault *f), void *of, fault *f);
    /* Puts all elements into memory, names the axis (ax_name_rows) and takes it out of `axes`.
     * `why` is the node that needs them, or 0; `asked`: it is a result. 0 with the fault. */
    int (*whole)(void *self, int axis, ex_id why, int asked, fault *f);
    /* Then: the elements of a column. */
    const double *(*column)(void *self, int axis, uint32_t column);
    void *self;
} ex_rows;

enum { EX_WINDOW = 8192 };

/* From now on elements that are not in memory come from there; the owner keeps it. */
void ex_run_rows(struct ex_run *r, ex_rows *rows);

/* The axes along which elements are not in memory. */
ax_set ex_run_absent(const struct ex_run *r);

/* Calls `each` with all elements of an array, in their order, in one part or in several: an array
 * along such an axis is not kept. 0 with the fault. */
int ex_run_each(struct ex_run *r, ex_id n,
                int (*each)(void *self, const double *value, size_t count, fault *f), void *self,
                fault *f);

/* Has all elements along such an axis put into memory. 0 with the fault. */
int ex_run_whole(struct ex_run *r, int axis, fault *f);

/* Does a formula need all elements along the axis at once? The node that does, 0: none. */
ex_id ex_rows_needed_at(const ex_graph *g, ax_set axes, const ex_id *want, size_t count);

#endif
