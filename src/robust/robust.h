/* How robust single results are, for reports on something else: one line, or a line of an
 * explanation. */
#ifndef ROBUST_ROBUST_H
#define ROBUST_ROBUST_H

#include "document/document.h"
#include "document/view.h"
#include "uncertainty/vary.h"

/* One line on the main statements of a report: in what share of the draws they are as by the rules.
 * They are who is first, and the rank, the grade and the verdict of the unit in focus, else of the
 * first one; for each column where these differ. `rules`: the file, for the command that shows
 * more. */
void robust_line(document *p, const view *v, const vary *d, const char *rules);

/* Without draws: what the rules say is uncertain, and how to see what it does; or that the draws
 * failed, and how to see why. */
void robust_hint(document *p, const view *v, size_t entries, const char *rules, int failed);

/* A unit's score and rank beside their intervals, in each column. */
void robust_unit(document *p, const view *v, const vary *d, size_t row, int people);

#endif
