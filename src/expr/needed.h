/* Which domain errors count: those whose elements what was asked of a run has need of.
 *
 * The kernels compute every element and count every domain error, so that `where(x:gt(0), log(x),
 * 0)` has one at each x of 0. Only where a node had domain errors is it asked which of its elements
 * were needed, from the nodes asked for back to it. Needed are, of a needed element
 *
 *   of `where`        the condition, and the branch that was taken there
 *   of `coalesce`     the first operand, and the second where the first is missing
 *   of a look-up, a slice, a lag      the element found, and the position
 *   of a grouped reduction            the elements of its group
 *   of `first` and `last`             the elements up to the one found
 *   of `fill`         the elements back to the one found
 *   of `interpolate`  the element itself; where it is missing, its line
 *   of `cumsum`       those before it
 *
 * and of all else everything that it is computed from: `&` and `|` of a missing operand are
 * missing, so they take both. */
#ifndef EXPR_NEEDED_H
#define EXPR_NEEDED_H

#include "expr/run.h"

/* The domain errors that count, in node order, with the first needed element of each. `out` has
 * room for ex_run_domain_errors(r). Values that must be looked at for it are computed some at a
 * time and given back. Returns 0 with the fault on a limit. */
int ex_needed_domain_errors(ex_run *r, ex_domain_error *out, size_t *count, fault *f);

#endif
