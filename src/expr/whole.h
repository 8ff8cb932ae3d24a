/* Operations that need a whole line along an axis at once: ranks, order statistics, scans.
 *
 * A line is `n` elements, `stride` apart in `x`; results go to `out` with its own stride. Missing
 * (NaN) as op.h says. `scratch` has room for whole_scratch(op, n) bytes. Both evaluators call these,
 * so t/whole.c tests them against naive ones. Speed matters for rank (10^6 and more): packed radix
 * sort on the ordered bits of the doubles, with a guard for many equal keys. */
#ifndef EXPR_WHOLE_H
#define EXPR_WHOLE_H

#include <stddef.h>

#include "expr/graph.h"

size_t whole_scratch(ex_op op, size_t n);

/* median, quantile (Hyndman & Fan 1996, type 7): one value of a line. */
double whole_reduce(ex_op op, const double *x, size_t n, size_t stride, double param, void *scratch);

/* rank, cumsum, lag, fill, interpolate, sort: a line to a line. `number` holds the axis labels as
 * numbers or NULL (interpolate then goes by position). In rank, scores closer than `param` to the
 * best of a group of ties tie with it; the best element has rank 1, missing elements have none. */
void whole_scan(ex_op op, const double *x, size_t n, size_t stride, double *out, size_t out_stride,
                double param, ex_ties ties, int ascending, const double *number, void *scratch);

#endif
