/* What a library writes to a file, as bytes: libxlsxwriter has no other way. */
#ifndef WORKBOOK_TEMPORARY_H
#define WORKBOOK_TEMPORARY_H

#include "base/fault.h"
#include "base/files.h"

/* Writes a whole file to the path. 0 with the fault. */
typedef int temporary_writer(void *self, const char *path, fault *f);

/* Has `write` write a temporary file, in $TMPDIR or /tmp, reads it into *v (files_release) and
 * removes it. 0 with the fault; then there is nothing to release. */
int temporary_bytes(temporary_writer *write, void *self, file_view *v, fault *f);

#endif
