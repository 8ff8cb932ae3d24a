/* What was changed in a workbook that `assess report` wrote: leaves of the rules and figures of the
 * data.
 *
 * A hidden sheet says which cell holds what, what it was written with, and what the first cell of
 * its row says. So rows may have been moved or sorted; a row that is gone is a fault, and so is a
 * cell that holds no number. */
#ifndef WORKBOOK_CHANGES_H
#define WORKBOOK_CHANGES_H

#include "session/session.h"

/* The name of the hidden sheet, and its columns. */
#define RECORD_SHEET "assess"
enum { RECORD_FIELDS = 8 };
#define RECORD_HEADS                                                                               \
    { "kind", "name", "column", "row", "was", "sheet", "cell", "label" }

typedef struct book_change {
    const char *data;    /* the name of the data; NULL: a leaf */
    const char *address; /* of a leaf; of a figure what the first cell of its row says */
    ds_edit figure;      /* column and row of a figure; was and is of both, NaN: missing */
    const char *cell;    /* "权重与标准!F30" */
} book_change;

typedef struct book_changes {
    arena memory;
    book_change *item;
    size_t count, cap;
} book_changes;

/* In the order in which the workbook was written. 0 with the faults. */
int book_changes_read(const char *path, book_changes *out, fault *f);
void book_changes_close(book_changes *c);

/* Gives them to a session whose rules are not open yet. */
assess_status book_changes_apply(const book_changes *c, assess *a);

#endif
