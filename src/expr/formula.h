/* A node written out as a reader would: `min(areas, "group") ≥ params.area_floor`.
 *
 * A node that has a name (an output, a source) stands as that name, except at the root; below
 * `depth` levels, and behind a thousand parts, the rest is "…". Parentheses only where precedence
 * needs them: `|` binds loosest, then `&`, comparisons, sums, products, signs and powers. What
 * compose.c makes of the graph's operations is written as the function it was: `mean(x,
 * "indicator", weights = index.weight)`. Constants are written so that they read back as the same
 * number. */
#ifndef EXPR_FORMULA_H
#define EXPR_FORMULA_H

#include "base/buf.h"
#include "expr/graph.h"

/* `name_of` may be NULL; it gives a node's name or NULL. */
void formula_write(const ex_graph *g, ex_id n, int depth,
                   const char *(*name_of)(const void *self, ex_id n), const void *self, buf *out);

#endif
