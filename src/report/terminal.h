/* The report for a reader at a terminal. */
#ifndef REPORT_TERMINAL_H
#define REPORT_TERMINAL_H

#include "report/page.h"
#include "report/view.h"

/* Everything, in the order a reader asks: what this is, what it rests on, who stands where, where
 * the focus falls short, what follows from it, what to beware of. */
void terminal_report(page *p, const view *v);

/* One array as a table: its first axis downwards, every combination of the others across; `picks`
 * of the wish leave one position of their axes; at most w->top rows. Arrays over the same axes
 * stand side by side. */
void terminal_arrays(page *p, const view *v, const view_wish *w, const assess_array *const *x,
                     size_t count);

/* ---- sections of the report that have files of their own ---- */

void terminal_section(page *p, const view *v, const char *title); /* "title of the focus" */

void terminal_shortfalls(page *p, const view *v);
void terminal_verdict(page *p, const view *v);
void terminal_refused(page *p, const view *v); /* units that are not assessable */

/* ---- conditions, as a reader calls them wherever they stand ---- */

/* The title of what is compared, with the element that decides: "Weakest area [E]"; else its
 * formula. */
void verdict_name(const view *v, const assess_reason *r, buf *b);

/* The two sides of a comparison with so many decimals that they look different where they are. */
void verdict_sides(const view *v, const assess_reason *r, buf *got, buf *want);

#endif
