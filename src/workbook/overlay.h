/* What was changed in a workbook as an edition that extends another. */
#ifndef WORKBOOK_OVERLAY_H
#define WORKBOOK_OVERLAY_H

#include "base/buf.h"
#include "workbook/changes.h"

/* Writes the overlay to `path`: every leaf and every figure with what it was, and with the cell as
 * its citation. `base` was run. 0 with the fault. */
int overlay_write(const book_changes *c, const assess *base, const char *rules, const char *book,
                  const char *path, fault *f);

/* The path of a file as seen from the folder of another. */
void path_seen_from(const char *path, const char *from, buf *out);

#endif
