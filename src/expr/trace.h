/* Which elements some elements of results were computed from: back through every node to the
 * sources, by the values of a run (data provenance).
 *
 * All elements asked for are followed together in one sweep over the nodes, latest first, so that
 * each element is visited once, however many ways lead to it. Of a node that chooses,
 * only what it chose is followed: the condition of a `where` and the branch it took, the first
 * operand of a `coalesce` that is there, the position of a look-up and the element found there.
 * A missing element leads to what made it missing: to the missing operands, or, of a domain
 * error, to all of them; an empty sum to all its elements.
 *
 *   EX_TRACE_USES     Whatever else changes its value, the element asked for stays the same, so
 *                     long as what is present or missing anywhere stays so. Of a `min` all present
 *                     elements are used, as any may become the least.
 *   EX_TRACE_DECIDES  Less than that: of a `min`, `argmax`, `least` the extreme one, of a `clamp`
 *                     the number or the bound that cut, of a median those in the middle.
 *   EX_TRACE_ABSENT   More: also the missing elements that a reduction left out and a `coalesce`
 *                     or `fill` passed over. Nothing that happens elsewhere changes the
 *                     element asked for.
 *   EX_TRACE_MAY      More again: whatever the leaves and data are. Both branches are followed, and
 *                     every element a look-up may come to, unless the condition or the position is
 *                     made of literals and labels alone.
 *
 * Of `&` and `any` each operand that suffices decides. Operands of arithmetic always do, also a
 * factor of zero; so do all elements of a matrix function's core and all present ones on the line
 * of a rank. */
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

/* Both are borrowed. The nodes asked for are among those the graph has now. NULL without memory. */
ex_trace *ex_trace_open(ex_graph *g, ex_run *r, ex_trace_mode mode, fault *f);
void ex_trace_close(ex_trace *t); /* NULL is let through */

/* Asks for an element of a node (in its layout), before the sweep. 0 without memory, or where there
 * is no such element (FAULT_BUG). */
int ex_trace_want(ex_trace *t, ex_id n, size_t element, fault *f);

/* Follows what was asked for, once. The run computes the values in between, and keeps them; with
 * its limit of memory this may end in FAULT_LIMIT. */
int ex_trace_sweep(ex_trace *t, fault *f);

/* After the sweep. */
int ex_trace_has(const ex_trace *t, ex_id n, size_t element);
/* The first reached element of a node at or after `from`, or SIZE_MAX. */
size_t ex_trace_next(const ex_trace *t, ex_id n, size_t from);
/* Bit i: operand i of the node (of those past the 31st, the 31st) made one of its reached elements.
 * Of a `where`: 2 the first branch was taken, 4 the other. */
uint32_t ex_trace_operands(const ex_trace *t, ex_id n);

#endif
