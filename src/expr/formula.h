/* A node as a formula for people: `min(areas, "group") ≥ params.area_floor`.
 *
 * A node with a name (an output, a source) is written as that name, except at the root. Below
 * `depth` levels, and after a thousand parts, the rest is "…". Parentheses are written where the
 * precedence of op.h needs them. The functions of compose.c are written as calls, not as their
 * operations: `mean(x, "indicator", weights = index.weight)`. Numbers are written so that they read
 * back as the same double. */
#ifndef EXPR_FORMULA_H
#define EXPR_FORMULA_H

#include "base/buf.h"
#include "expr/graph.h"

/* Appends the formula to `out`. `name_of` gives the name of a node or NULL; it may be NULL itself.
 */
void formula_write(const ex_graph *g, ex_id n, int depth,
                   const char *(*name_of)(const void *self, ex_id n), const void *self, buf *out);

#endif
