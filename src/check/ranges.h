/* What a node's elements can be at all, by its formula: bounds that hold whatever the data are. */
#ifndef CHECK_RANGES_H
#define CHECK_RANGES_H

#include "expr/graph.h"

typedef struct range {
    double lo, hi; /* may be infinite */
    int fixed;     /* the rules say it: neither data nor labels have a part in it */
    int never_missing;
    int whole; /* whole numbers only */
} range;

/* Of every node, by number; freed by the caller; NULL without memory. Leaves that differ along
 * `axis` (AX_NONE: none does) have their value at `position` of it. */
range *ranges_of(const ex_graph *g, int axis, size_t position);

#endif
