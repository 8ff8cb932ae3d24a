/* Operations that need a whole line along an axis at once: ranks, order statistics, scans.
 *
 * A line is `n` elements (fewer than 2^32), `stride` apart in `x`; results go to `out` with its own
 * stride and may not overlap `x`. Missing (NaN) as op.h says; -0.0 and 0.0 are equal. `scratch` has
 * room for line_ops_scratch(op, n) bytes, aligned as malloc does. Both evaluators call these, so
 * t/line_ops.c tests them against naive ones. Speed matters for rank (10^6 and more): a radix sort
 * of the leading bits of the doubles packed with their positions, and a merge sort of what those
 * bits leave undecided, so that neither ties nor clusters cost more than n log n. */
#ifndef EXPR_LINE_OPS_H
#define EXPR_LINE_OPS_H

#include <stddef.h>

#include "expr/graph.h"

size_t line_ops_scratch(ex_op op, size_t n);

/* median, quantile (Hyndman & Fan 1996, type 7; `param` is p, from 0 to 1): one value of a line,
 * missing where nothing is present. */
double line_ops_reduce(ex_op op, const double *x, size_t n, size_t stride, double param,
                       void *scratch);

/* Where the p-th quantile of m present elements, in order, stands: at or between two of 0 … m - 1.
 * A place that misses a whole number by rounding alone is meant to be that number. */
double line_ops_place(size_t m, double p);

/* rank, cumsum, lag, fill, interpolate, sort: a line to a line. `number` holds the axis labels as
 * numbers, in any order, or NULL (interpolate then goes by position). In rank, scores closer than
 * `param` to the best of a group of ties tie with it; the best element has rank 1, missing elements
 * have none. In fill, a negative or missing `param` is no limit. A cumsum that leaves the range of
 * doubles is missing from there on. */
void line_ops_scan(ex_op op, const double *x, size_t n, size_t stride, double *out,
                   size_t out_stride, double param, ex_ties ties, int ascending,
                   const double *number, void *scratch);

#endif
