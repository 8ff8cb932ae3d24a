/* Recognises what compose.c made of the graph's operations, so that a formula shows the function
 * the rule called, not its expansion. Equal nodes are one node, so that "the same x" is a
 * comparison of numbers. */
#ifndef EXPR_COMPOSED_H
#define EXPR_COMPOSED_H

#include "expr/graph.h"

typedef enum composed_name {
    COMPOSED_MEAN,
    COMPOSED_VAR,
    COMPOSED_STD,
    COMPOSED_SKEWNESS,
    COMPOSED_KURTOSIS,
    COMPOSED_CORRELATE,
    COMPOSED_UPTO,
    COMPOSED_UPTO_LABEL,
    COMPOSED_ARGMIN,
    COMPOSED_ARGMAX
} composed_name;

typedef struct composed {
    composed_name name;
    ex_id x, y;     /* y: the other array of a correlation, the bound of an upto; else 0 */
    ex_id weight;   /* or 0 */
    int axis, to;   /* to: the axis of groups, or AX_NONE */
    int whole;      /* a mean over all weights, what is missing counting as zero */
    int population; /* a variance with divisor n */
} composed;

int composed_find(const ex_graph *g, ex_id n, composed *out);
const char *composed_text(composed_name name);
int composed_nothing(const ex_graph *g, ex_id n); /* the literal missing value */

#endif
