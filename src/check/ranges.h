/* What numbers a formula can give, whatever the data are: bounds for every node of the graph, and
 * sets of numbers, which conditions make smaller. */
#ifndef CHECK_RANGES_H
#define CHECK_RANGES_H

#include "expr/graph.h"

/* ---- bounds ---- */

typedef struct range {
    double lo, hi; /* may be infinite */
    int fixed;     /* the rules determine it: neither data nor labels have a part in it */
    int never_missing;
    int whole; /* whole numbers only */
} range;

/* The range of every node, by number; NULL without memory. The caller frees it. Leaves that differ
 * along `axis` (AX_NONE: none does) have their value at `position` on it. */
range *ranges_of(const ex_graph *g, int axis, size_t position);

/* ---- sets of numbers: unions of a few intervals ---- */

enum { INTERVALS_MOST = 16 };

/* An end belongs to the interval unless it is open; ends at infinity are open. */
typedef struct interval {
    double lo, hi;
    int lo_open, hi_open;
} interval;

/* The parts are disjoint and ascending. `lost`: there were more parts than fit; then nothing is
 * known of the set. */
typedef struct intervals {
    interval part[INTERVALS_MOST];
    int parts, lost;
} intervals;

intervals intervals_none(void);
intervals intervals_between(double lo, int lo_open, double hi, int hi_open);
intervals intervals_intersect(const intervals *a, const intervals *b);
intervals intervals_complement(const intervals *a);
intervals intervals_union(const intervals *a, const intervals *b);
int intervals_empty(const intervals *a);                      /* is it certainly empty? */
int intervals_subset(const intervals *a, const intervals *b); /* is a certainly inside b? */
/* A number of the set, as short as possible; `whole`: a whole number. 0 where there is none. */
int intervals_pick(const intervals *a, int whole, double *out);

#endif
