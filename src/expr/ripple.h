/* What follows from changes of single elements, element by element.
 *
 * A search moves one figure of many, again and again. A run computes whatever depends on it anew,
 * each node as a whole: with ten thousand indicators ten thousand scores for one that moved. Here a
 * change goes only where it is felt: through operations element by element, into the extremes of a
 * line, and into sums, from which the old term is taken and to which the new one is added. Sums are
 * kept with the error of each rounding, so that they have the bits of the run's, unless the terms
 * are of such different sizes that the order in which they are added might matter. When it is
 * opened, all is computed this way once and compared with the run's values: where anything has
 * other bits, nothing is followed. What cannot be (ranks, groups, functions of the rules). Of the
 * nodes that were followed, the run gets the elements that changed, and computes what depends on
 * them. */
#ifndef EXPR_RIPPLE_H
#define EXPR_RIPPLE_H

#include "expr/run.h"

typedef struct ripple ripple;

/* For changes of these sources, or of one other node whose values are there; `want`: nodes that
 * will be wanted of the run, whose values are there. NULL where nothing can be followed, or with
 * the fault. While it is open, values of other nodes between the sources and the wanted ones are
 * those of before. */
ripple *ripple_open(ex_run *r, const ex_id *source, size_t sources, const ex_id *want, size_t wants,
                    fault *f);
int ripple_has(const ripple *p, ex_id source);
/* Sets an element of a source. What is wanted is there after ex_run_eval. 0 where it is to be
 * closed now, and the element set by ex_run_force: there is no such element, a sum is in doubt, or
 * so much follows from each change that the run is quicker. */
int ripple_set(ripple *p, ex_id source, size_t element, double value);
/* The run computes all that depends on elements that were set when it is wanted next. NULL is let
 * through. */
void ripple_close(ripple *p);

#endif
