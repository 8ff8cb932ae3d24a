/* Operations that need a whole line along an axis at once: ranks, order statistics, scans.
 *
 * A line is `n` elements (fewer than 2^32), `stride` apart in `x`; results go to `out`, which has
 * its own stride and may not overlap `x`. Missing elements (NaN) are treated as op.h says; -0.0 and
 * 0.0 are equal. `scratch` has line_ops_scratch(op, n) bytes, aligned as by malloc. Both evaluators
 * call these, so t/line_ops.c tests them against naive ones.
 *
 * Ranks must be fast for a million elements and more: a radix sort orders words made of the leading
 * bits of a double and its position, and a merge sort orders those whose leading bits are equal, so
 * that many ties or clusters take n log n steps at most. */
#ifndef EXPR_LINE_OPS_H
#define EXPR_LINE_OPS_H

#include <stddef.h>
#include <stdint.h>

#include "expr/graph.h"

size_t line_ops_scratch(ex_op op, size_t n);

/* median, and quantile of type 7 (Hyndman & Fan 1996) for p = `param` from 0 to 1; missing where no
 * element is present. */
double line_ops_reduce(ex_op op, const double *x, size_t n, size_t stride, double param,
                       void *scratch);

/* The place of the p-th quantile (0 <= p <= 1) among m sorted elements, from 0 to m - 1; a fraction
 * is between two of them. A place that is a whole number but for rounding is that number. */
double line_ops_place(size_t m, double p);

/* rank, cumsum, lag, fill, interpolate, sort: a line of results. `number` holds the labels of the
 * axis as numbers, in any order, or NULL (interpolate then goes by position). rank: the best
 * element has rank 1, and scores closer than `param` to the best of a group of ties tie with it;
 * missing elements have no rank. fill: a negative or missing `param` is no limit. cumsum: missing
 * from where it leaves the range of doubles. */
void line_ops_scan(ex_op op, const double *x, size_t n, size_t stride, double *out,
                   size_t out_stride, double param, ex_ties ties, int ascending,
                   const double *number, void *scratch);

/* ---- orders that are kept ----
 *
 * Where the same line is ranked again with other values, its order is mostly much like before. With
 * `known`, `order` holds all n positions in the order of before; where few elements are out of it,
 * they are taken out, sorted and merged, in a number of steps linear in n and n log n in those;
 * else the line is sorted anew. The order, and so the ranks, are the same either way. `scratch` has
 * line_ops_order_scratch(n) bytes. */

size_t line_ops_order_scratch(size_t n);

/* Positions of elements, the smallest or, `descending`, the largest first, equal ones by position,
 * and then those of missing ones. Returns how many are present. */
size_t line_ops_order(const double *x, size_t n, size_t stride, int descending, uint32_t *order,
                      int known, void *scratch);
/* A rank, as line_ops_scan gives it; the order is kept for the next time. */
void line_ops_rank(const double *x, size_t n, size_t stride, double *out, size_t out_stride,
                   double param, ex_ties ties, int ascending, uint32_t *order, int known,
                   void *scratch);

#endif
