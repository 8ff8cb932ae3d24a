/* Data provenance: which elements the elements of results were computed from, back through every
 * node to the sources, by the values of a run.
 *
 * All elements asked for are followed together in one sweep over the nodes, latest first, so that
 * each element is visited once. Of a node that chooses, only what it chose is followed: the
 * condition of a `where` and the branch taken, the first present operand of a `coalesce`, the
 * position of a look-up and the element found. A missing element leads to its missing operands; if
 * none is missing (a domain error), to all of them; an empty sum to all its elements.
 *
 *   EX_TRACE_USES     The elements whose values count. If other values change, but the same
 * elements are present, the result stays the same. Of a `min` all present elements are used, since
 * any may become the least. EX_TRACE_DECIDES  Fewer: of `min`, `argmax` and `least` the extreme
 * element, of a `clamp` the number or the bound that it was cut to, of a median those in the
 * middle. EX_TRACE_ABSENT   More: also the missing elements that a reduction left out and a
 * `coalesce` or `fill` skipped. If anything else changes, the result stays the same. EX_TRACE_MAY
 * Still more: whatever the values of leaves and data. Both branches are followed, and every element
 * that a look-up may find, unless the condition or the position is computed from literals and
 * labels alone.
 *
 * Of `&`, `|`, `any` and `all`, each operand that alone gives the result counts. Operands of
 * arithmetic always count, also a factor beside a zero; so do all core elements of a matrix
 * function and all present elements on the line of a rank. */
#ifndef EXPR_TRACE_H
#define EXPR_TRACE_H

#include "expr/run.h"

typedef enum ex_trace_mode {
    EX_TRACE_USES,
    EX_TRACE_DECIDES,
    EX_TRACE_ABSENT,
    EX_TRACE_MAY
} ex_trace_mode;

typedef struct ex_trace ex_trace;

/* Graph and run are borrowed. Nodes that are added later cannot be asked for. NULL without memory.
 */
ex_trace *ex_trace_open(ex_graph *g, ex_run *r, ex_trace_mode mode, fault *f);
void ex_trace_close(ex_trace *t); /* NULL is let through */

/* Before the sweep: asks for an element of a node, by its index. 0 with the fault filled; FAULT_BUG
 * if there is no such element. */
int ex_trace_want(ex_trace *t, ex_id n, size_t element, fault *f);

/* The sweep, once. The run computes and keeps all values that it needs, which may reach the run's
 * limit of memory (FAULT_LIMIT). */
int ex_trace_sweep(ex_trace *t, fault *f);

/* After the sweep. */
int ex_trace_has(const ex_trace *t, ex_id n, size_t element);
/* The first reached element of a node at or after `from`, or SIZE_MAX. */
size_t ex_trace_next(const ex_trace *t, ex_id n, size_t from);
/* Bit i: operand i was followed for some element of the node (bit 31: any operand from the 31st
 * on). Of a `where`: 2 if the first branch was taken somewhere, 4 for the other. */
uint32_t ex_trace_operands(const ex_trace *t, ex_id n);

#endif
