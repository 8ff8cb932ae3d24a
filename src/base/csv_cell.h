/* A text as one cell of CSV, for whoever writes it.
 *
 * It is quoted where it must be: where it holds the separator, a quote or a line end, or has a
 * space or a tab at an end, which some readers would trim. The guard is for files that a
 * spreadsheet may open: a text that begins with = + - @ (in full width, too), a tab or a carriage
 * return would be taken for a formula there, and gets a ' in front, unless it is a number. */
#ifndef BASE_CSV_CELL_H
#define BASE_CSV_CELL_H

#include <stddef.h>

#include "base/buf.h"

void csv_cell(buf *to, const char *text, size_t length, char separator, int guard);

#endif
