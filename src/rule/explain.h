/* Why an element is what it is: its computation as a tree of steps, down to the cells of CSV files
 * and the leaves of the rules.
 *
 * A step is a formula as an analyst wrote it: what stands between two names. Elements of named
 * arrays (outputs, leaves, data) and of reductions are steps of their own; arithmetic between them
 * is one step with the values put in. Choosing (`at`, `where`, `coalesce`) leads on along what was
 * chosen. Steps come in depth-first order, each behind the one that uses it. */
#ifndef RULE_EXPLAIN_H
#define RULE_EXPLAIN_H

#include <signal.h>

#include "assess.h"
#include "rule/dataset.h"
#include "rule/result.h"

typedef struct explain_settings {
    int depth;    /* steps below the root at most */
    size_t most;  /* elements of one reduction that are shown; the rest is counted */
    size_t steps; /* in all, at most: the depth is less where it would take more */
    int through;  /* shares: also through rounding, limits, adding and multiplying by a number */
    const volatile sig_atomic_t *stop; /* asked at every step: FAULT_LIMIT once it is up; or NULL */
} explain_settings;

/* The steps for the element of a computed node, whose position on axis k is at[k] (by axis number).
 * Each element is explained once, where it comes first; later steps refer to it. So there are no
 * more steps than elements and their operands, however often the graph shares them. They are
 * written to the arena of `r`. Returns their number, 0 with the fault where there is none. */
size_t explain_steps(const results *r, model *m, datasets *d, ex_id node, const uint32_t *at,
                     const explain_settings *settings, assess_step **out, fault *f);

/* What the elements of sums and means contribute, level by level below the root, an element once a
 * level: `share` is the points of the root that it makes up by all ways together, `present` the
 * number of elements below it that contribute. Steps have no formulas. */
size_t explain_shares(const results *r, model *m, datasets *d, ex_id node, const uint32_t *at,
                      const explain_settings *settings, assess_step **out, fault *f);

#endif
