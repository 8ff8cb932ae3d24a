/* A page of text of a given width: colours and paragraphs.
 *
 * Everything written here is made safe for a terminal first (width_safe); no line is wider than the
 * page unless a single piece is, and none ends with spaces. */
#ifndef DOCUMENT_PAGE_H
#define DOCUMENT_PAGE_H

#include "base/buf.h"
#include "base/fault.h"
#include "base/width.h"
#include "document/output.h"

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

/* How CSV is written: with a byte order mark, by which a spreadsheet program knows that a text is
 * UTF-8; with lines that end with CR LF. */
typedef enum csv_mark { CSV_MARK_USUAL, CSV_MARK_YES, CSV_MARK_NO } csv_mark;
typedef struct csv_form {
    csv_mark mark; /* the usual: in files for people whose rules are Chinese */
    int crlf;
    int threads; /* that write long tables; 0: one per processor */
} csv_form;

typedef struct page {
    output *out;
    size_t width;
    int colour;
    csv_form csv;
    fault *why; /* a writer that fails may say there why; NULL: memory is out */
} page;

void page_blank(page *p);

/* A text wrapped to the page, its lines indented by `indent`; the first begins with `lead` instead
 * (a bullet, a name), padded to the indent. */
void page_paragraph(page *p, paint ink, size_t indent, const char *lead, const char *format, ...)
    FAULT_FORMAT(5, 6);

#endif
