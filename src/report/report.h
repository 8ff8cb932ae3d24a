/* The main report, as a document. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "document/document.h"
#include "document/shares.h"
#include "document/view.h"

/* Opens a document with everything, in the order a reader asks: what this is, what it rests on, who
 * stands where, where the focus falls short, what follows from it, what to beware of; or, where
 * they were named, with the given results only, a table for those that share their axes. For
 * programs with the arrays of the results. */
void report_open(document *p, int people, int named, const document_results *r);

/* ---- sections that have files of their own ---- */

const char *report_title(const assess *a);
void report_head(document *p, const view *v);    /* what it is, and what it rests on */
void report_basis(document *p, const view *v);   /* the basis of the weight */
void report_ranking(document *p, const view *v); /* who stands where */
void report_parts(document *p, const view *v);
void report_further(document *p, const view *v, int formulas);
void report_outputs(document *p, const view *v,
                    const view_wish *wish); /* where nothing is scored */
void report_warnings(document *p, const view *v);
void report_section(document *p, const view *v, const char *title); /* "title of the focus" */

void report_shortfalls(document *p, const view *v);
/* The indicators of a unit: the figure, the score, and what is lost by it, for each column of the
 * view. Nothing where there are no details. */
void report_indicators(document *p, const view *v, size_t row);
/* The lowest scores of a unit in a column by what is lost by them, worst first: positions on the
 * axis of the details. Returns how many there are, `most` at most. */
size_t report_worst(const view *v, size_t row, size_t column, size_t *at, size_t most);
/* The index: what each indicator weighs, its standards, and where these come from. */
void report_index(document *p, const view *v);
/* Weights as the rules have them and as they work, where they tell something and are few; or all.
 */
void report_weights(document *p, const view *v, int all);
void report_verdict(document *p, const view *v);
void report_refused(document *p, const view *v); /* units that are not assessable */

/* ---- report_chart.c ---- */

/* A chart of a kind ("ranking") about a unit (NULL: the focus), as a picture, where it suits the
 * rules; one that cannot be made is said to lack. `w`: what was picked, and how many units are
 * named; or NULL. */
void report_chart(document *p, assess *a, const view_wish *w, const char *kind, const char *unit);

/* ---- conditions, as a reader calls them wherever they stand ---- */

/* The title of what is compared, with the element that decides: "Weakest area [E]"; else its
 * formula. */
void verdict_name(const view *v, const assess_reason *r, buf *b);

/* The two sides of a comparison with so many decimals that they look different where they are. */
void verdict_sides(const view *v, const assess_reason *r, buf *got, buf *want);

#endif
