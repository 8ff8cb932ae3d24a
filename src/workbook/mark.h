/* A copy of a workbook in which cells are marked: a colour, and what is wrong as a comment.
 *
 * Only what the marks need is changed, by its place in the file; all else stays byte for byte:
 * formulas, formats, drop-downs, protection. A comment that a cell has is kept, and the text goes
 * behind it. */
#ifndef WORKBOOK_MARK_H
#define WORKBOOK_MARK_H

#include "base/buf.h"
#include "proof/findings.h"

typedef struct mark {
    const char *sheet; /* its name */
    long row;          /* both from 1 */
    int column;
    const char *text;
} mark;

/* Reads "C7"; 0 where it is no cell. */
int mark_cell(const char *name, long *row, int *column);

/* Appends the marked copy of the bytes of `path` to `to`. The marks are sorted, and those of one
 * cell joined; *count becomes how many cells there are. */
int mark_workbook(const char *path, const char *bytes, size_t length, mark *list, size_t *count,
                  buf *to, fault *f);

/* ---- mark_findings.c ---- */

/* Appends a copy of the workbook `path` in which every finding that names one of its cells is
 * marked; how many cells these are goes to *cells. The file must be as it was when it was checked.
 */
int mark_findings(const findings *all, const char *path, buf *to, size_t *cells, fault *f);

/* ---- mark_sheet.c ---- */

/* Styles of cells, each with a copy in the colour of marks. */
typedef struct mark_styles {
    long *base; /* the style that the i-th copy is made of */
    size_t count, cap;
    long first; /* the number of the first copy; -1: there are no styles */
    int failed;
} mark_styles;

/* Copies a sheet to `out`, its marked cells in the style of marks; cells that are not there are
 * made. The marks are those of this sheet, in the order of their cells, one for each. */
void mark_cells(const buf *sheet, const mark *list, size_t count, mark_styles *styles, buf *out);

#endif
