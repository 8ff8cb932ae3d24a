/* Results as CSV for other programs: long form, one row for each combination of the axes.
 *
 * Columns are the axes (their labels), then one column for each array, named as the output. Numbers
 * are the shortest that read back to the same double; truths are true and false, dates 2011-06-30,
 * missing is empty. Texts are quoted and guarded as base/csv_cell.h says. Lines end with LF, the
 * text is UTF-8 without a mark. */
#ifndef REPORT_CSV_OUT_H
#define REPORT_CSV_OUT_H

#include "report/output.h"
#include "report/view.h"

/* Have two arrays the same axes, in whatever order? Only such arrays share a table. */
int csv_same_axes(const assess_array *x, const assess_array *y);

/* Writes `count` arrays over the same axes (at least one) as one table. Where the wish picks a
 * position of an axis, only that one; its `top` is of no concern. Returns 0 without memory. */
int csv_write(sink *out, assess *a, const view_wish *w, const assess_array *const *x, size_t count);

#endif
