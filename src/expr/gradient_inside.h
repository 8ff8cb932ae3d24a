/* What the files of the backward sweep share: gradient.c goes over the nodes, gradient_along.c
 * works along an axis. Nobody else includes this. */
#ifndef EXPR_GRADIENT_INSIDE_H
#define EXPR_GRADIENT_INSIDE_H

#include "expr/gradient.h"

/* Of a node: the derivative by each element, and how it is felt. */
typedef struct slope {
    double *by;
    uint8_t *how;
} slope;

/* Hands an element's derivative on to one it was computed from, with the derivative between the
 * two: a number, EX_FLAT, EX_BENT, EX_ROUNDED, or EX_HOST. */
#define EX_HOST (-__builtin_inf())
void slope_pass(slope *to, size_t at, double by, uint8_t how, double local);

/* A line along an axis of x, as the operand of a reduction or scan. */
typedef struct along {
    const double *x;
    slope *to;
    size_t at, stride, count;
    const uint32_t *which; /* the places that belong to the line, or NULL: 0 … count - 1 */
    uint32_t *order;       /* room for `count` and one more */
} along;

/* One reduced element; `value` is what came of it. */
void along_reduce(const ex_node *n, const along *l, double value, double by, uint8_t how);
/* A line of results in the layout of x; `from` holds the derivatives by them. */
void along_scan(const ex_node *n, const along *l, const double *result, const slope *from,
                const double *number);

#endif
