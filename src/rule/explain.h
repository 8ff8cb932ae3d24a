/* Why an element has its value: its computation as a tree of steps, down to the cells of CSV files
 * and the leaves of the rules.
 *
 * Elements of named arrays (outputs, leaves, data) and of reductions are steps of their own; the
 * arithmetic between them is one step, with the values put into its formula. A choice (`at`,
 * `where`, `coalesce`) is explained by what it chose. Steps come in depth-first order, each after
 * the one that uses it. */
#ifndef RULE_EXPLAIN_H
#define RULE_EXPLAIN_H

#include <signal.h>

#include "assess.h"
#include "rule/dataset.h"
#include "rule/result.h"

typedef struct explain_settings {
    int depth;    /* steps below the root at most */
    size_t most;  /* elements of one reduction that are listed; the others are only counted */
    size_t steps; /* in all, at most; where that is not enough, the depth is reduced */
    int through;  /* shares: also through rounding, limits, adding and multiplying by a number */
    const volatile sig_atomic_t *stop; /* or NULL; once it is not 0, FAULT_LIMIT ends the work */
} explain_settings;

/* The steps for the element of a computed node at given positions. Each element is explained once,
 * where it comes first; later steps refer to it. Returns their number, or 0 with the fault. They
 * live in the arena of `r`. */
size_t explain_steps(const results *r, model *m, datasets *d, ex_id node, const positions *where,
                     const explain_settings *settings, assess_step **out, fault *f);

/* The same for several elements, each explained once in the whole list; values put into formulas
 * stand between marks (see assess.h). The list ends before the first root whose steps do not fit;
 * *done is how many were explained. */
typedef struct explain_root {
    ex_id node;
    positions where;
} explain_root;
size_t explain_all(const results *r, model *m, datasets *d, const explain_root *root, size_t roots,
                   const explain_settings *settings, size_t *done, assess_step **out, fault *f);

/* What the elements of sums and means contribute to the root, level by level, each element once in
 * a level. `share` is what it contributes by all ways together, `present` whether elements below it
 * contribute. These steps have no formulas. */
size_t explain_shares(const results *r, model *m, datasets *d, ex_id node, const positions *where,
                      const explain_settings *settings, assess_step **out, fault *f);

#endif
