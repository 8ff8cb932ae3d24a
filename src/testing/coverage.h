/* Coverage of rules: which leaves, stages, branches and levels decided anything that a test looked
 * at.
 *
 * While tests run, each element they look at is noted; at the end all of them are followed back at
 * once (expr/uses.h) by what decided them. What counts as protected: a leaf whose value decided a
 * looked-at element; a stage of which an element was looked at; a side of a `where` that was taken
 * on the way to one (of a filter also what it left out of a sum or an extreme there); a level of a
 * rubric that was reached on the way. What no result can hang on, whatever the leaves and data are,
 * is not asked for: texts for readers, the floor of an indicator whose method has none, a mask that
 * the rules fix; nor does a value count that a test set. The same place of the same file is one
 * item, in however many sessions it stands, and in overlays. */
#ifndef TESTING_COVERAGE_H
#define TESTING_COVERAGE_H

#include "testing/testing.h"

typedef enum coverage_kind { COVER_STAGE, COVER_LEAF, COVER_BRANCH, COVER_LEVEL } coverage_kind;

typedef struct coverage_item {
    coverage_kind kind;
    const char *file;
    long line;
    const char *name; /* "index.A.A1.weight"; "stage2"; the condition; the level's name */
    const char *side; /* of a branch: "true", "false"; else "" */
    unsigned nth;     /* which of those that are called the same, from 0 */
    int covered;
} coverage_item;

typedef struct coverage coverage;

coverage *coverage_open(const trial *t); /* borrows it; NULL without memory */
void coverage_close(coverage *c);        /* before the trial; NULL is let through */

/* A listener that notes what is looked at, and tells everything to `then`. Sessions that a property
 * does not keep are passed over. */
const testing_listener *coverage_listener(coverage *c, const testing_listener *then);

/* After the tests. 0 with the fault. */
int coverage_finish(coverage *c, fault *f);
/* By file, line, and as listed above. */
size_t coverage_count(const coverage *c);
const coverage_item *coverage_at(const coverage *c, size_t i);
size_t coverage_covered(const coverage *c);
size_t coverage_unused(const coverage *c); /* leaves on which no result can hang */

const char *coverage_kind_text(coverage_kind k);

#endif
