/* The main report, as a document. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "report/document.h"
#include "report/view.h"

/* Opens a document with everything, in the order a reader asks: what this is, what it rests on, who
 * stands where, where the focus falls short, what follows from it, what to beware of; or, where
 * they were named, with the given results only, a table for those that share their axes. For
 * programs with the arrays of the results. */
void report_open(document *p, int people, int named, const document_results *r);

/* ---- sections that have files of their own ---- */

void report_section(document *p, const view *v, const char *title); /* "title of the focus" */

void report_shortfalls(document *p, const view *v);
void report_verdict(document *p, const view *v);
void report_refused(document *p, const view *v); /* units that are not assessable */

/* ---- conditions, as a reader calls them wherever they stand ---- */

/* The title of what is compared, with the element that decides: "Weakest area [E]"; else its
 * formula. */
void verdict_name(const view *v, const assess_reason *r, buf *b);

/* The two sides of a comparison with so many decimals that they look different where they are. */
void verdict_sides(const view *v, const assess_reason *r, buf *got, buf *want);

#endif
