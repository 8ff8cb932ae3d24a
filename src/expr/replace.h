/* Formulas with other operands: the same nodes built again upon sources that stand in place of
 * theirs, with further axes or other values.
 *
 * A logarithm that is built again upon an exponential, or upon a choice (`where`) of one, is what
 * was exponentiated, without the roundings of the two: geometric means of geometric means then take
 * neither, but for the last exponential. */
#ifndef EXPR_REPLACE_H
#define EXPR_REPLACE_H

#include "expr/graph.h"

/* Builds each of `node` again with to[i] wherever it uses from[i], and puts the new nodes in their
 * places; a node that uses none of them stays as it is. The replacements have the kinds of what
 * they replace, and its axes at least; further axes become axes of what is built. Positions in the
 * rules stay. Returns 0 with the fault where an operation does not take the new axes (FAULT_RULE:
 * groups may not differ along a further axis), or there are too many nodes. */
int ex_replace(ex_graph *g, const ex_id *from, const ex_id *to, size_t pairs, ex_id *node,
               size_t nodes, fault *f);

#endif
