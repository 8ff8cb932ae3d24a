/* Where the fields end in the plain part of a CSV text.
 *
 * Plain are records whose fields either hold no quote, or are quoted and hold none between the two.
 * Of such text the separators and line ends outside quotes are all there is to know, and they are
 * found 64 bytes at a time. The rest, and all that is wrong, is for libcsv (csv_in.h). */
#ifndef TABLE_CSV_PLAIN_H
#define TABLE_CSV_PLAIN_H

#include <stddef.h>
#include <stdint.h>

/* The text begins with a record. Puts the places of separators and line ends outside quotes into
 * `index`, which has room for `length` of them, and returns how many: as many as belong to the
 * plain and whole records before anything else, so that the last one is a line end. *breaks tells
 * whether some line ends stand inside quotes. */
size_t csv_plain_index(const char *text, size_t length, char separator, uint32_t *index,
                       int *breaks);

#endif
