/* A node written out as a reader would: `min(areas, "group") ≥ params.area_floor`.
 *
 * A node that has a name (an output, a source) stands as that name, except at the root; below
 * `depth` levels the rest is "…". Parentheses only where precedence needs them. */
#ifndef EXPR_FORMULA_H
#define EXPR_FORMULA_H

#include "base/buf.h"
#include "expr/graph.h"

/* `name_of` may be NULL; it gives a node's name or NULL. */
void formula_write(const ex_graph *g, ex_id n, int depth,
                   const char *(*name_of)(const void *self, ex_id n), const void *self, buf *out);

#endif
