/* What is handed to those who were assessed: a unit's statement, and the notice that lists all. */
#ifndef REPORT_STATEMENT_H
#define REPORT_STATEMENT_H

#include "document/document.h"
#include "report/appraisal.h"

/* The statement of one unit: total, grade, rank, parts; its tasks; every deduction, bonus, penalty
 * and veto with clause and evidence; what would have changed the grade. That last is computed by
 * the rules again, once for each of these items. The document is to be closed also after a failure.
 */
int statement_make(appraisal *a, size_t unit, document *out, fault *f);

/* The list by grade, the best first; within a grade by rank, or as given where the rule says so. */
int notice_make(appraisal *a, document *out, fault *f);

#endif
