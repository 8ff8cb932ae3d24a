/* Colours of a terminal: what a piece of text is, and how that is shown where colours are wanted.
 */
#ifndef REPORT_PAINT_H
#define REPORT_PAINT_H

#include "base/buf.h"

typedef enum paint {
    PAINT_PLAIN,
    PAINT_TITLE, /* of the report, of a section */
    PAINT_HEAD,  /* of a column */
    PAINT_FAINT, /* what is read last: rules, notes, places */
    PAINT_FOCUS, /* the unit the report is about */
    PAINT_GOOD,
    PAINT_BAD,
    PAINT_WARN
} paint;

/* Puts the sequence that starts a paint, or the one that ends it; nothing without colour. */
void paint_start(buf *b, paint p, int colour);
void paint_end(buf *b, paint p, int colour);

/* Are colours wanted on this file descriptor? `choice` is "always", "never" or "auto": then on a
 * terminal that has colours, unless NO_COLOR is set to something. */
int paint_wanted(const char *choice, int fd);

/* The columns there are: of the terminal, else COLUMNS, else 80. */
size_t paint_columns(int fd);

#endif
