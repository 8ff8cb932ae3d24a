/* Why an element is what it is: its computation as a tree of steps, down to the cells of CSV files
 * and the leaves of the rules.
 *
 * A step is a formula as an analyst wrote it: what stands between two names. Elements of named
 * arrays (outputs, leaves, data) and of reductions are steps of their own; arithmetic between them
 * is one step with the values put in. Choosing (`at`, `where`, `coalesce`) leads on along what was
 * chosen. Steps come in depth-first order, each behind the one that uses it. */
#ifndef RULE_EXPLAIN_H
#define RULE_EXPLAIN_H

#include "assess.h"
#include "rule/dataset.h"
#include "rule/result.h"

typedef struct explain_settings {
    int depth;      /* steps below the root at most */
    size_t most;    /* elements of one reduction that are shown; the rest is counted */
} explain_settings;

/* The steps for the element of a computed node, whose position on axis k is at[k] (by axis number).
 * They are written to the arena of `r`. Returns their number, 0 with the fault where there is
 * none. */
size_t explain_steps(const results *r, model *m, datasets *d, ex_id node, const uint32_t *at,
                     const explain_settings *settings, assess_step **out, fault *f);

#endif
