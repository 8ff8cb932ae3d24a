/* CSV records written into a text buffer.
 *
 * Texts are written as csv_cell.h says, with or without the guard for spreadsheets, numbers are the
 * shortest decimals that read back as the same double, missing is an empty field, records end with
 * LF, or as `crlf` says. What is written is read back by csv_in.h field by field as it was. */
#ifndef TABLE_CSV_OUT_H
#define TABLE_CSV_OUT_H

#include <stddef.h>

#include "base/buf.h"

typedef struct csv_out {
    buf *to; /* its `failed` tells of memory that ran out */
    char separator;
    int guard;
    int crlf;      /* records end with CR LF */
    size_t fields; /* of the record so far */
    size_t start;  /* of the record in the buffer */
} csv_out;

csv_out csv_out_to(buf *to, char separator, int guard);

void csv_out_text(csv_out *o, const char *text, size_t length);
void csv_out_string(csv_out *o, const char *text); /* up to its NUL; NULL is missing */
void csv_out_number(csv_out *o, double x);         /* NaN is missing */
void csv_out_date(csv_out *o, double days);        /* days since 1970-01-01; NaN is missing */
void csv_out_missing(csv_out *o);
void csv_out_end(csv_out *o); /* of the record */

#endif
