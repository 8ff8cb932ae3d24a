/* A page of text of a given width: colours, titles, paragraphs, and tables that fold rather than
 * overflow.
 *
 * Everything written here is made safe for a terminal first (width_safe); no line is wider than the
 * page unless a single piece is, and none ends with spaces. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "base/buf.h"
#include "base/width.h"
#include "report/output.h"

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

typedef struct page {
    sink *out;
    size_t width;
    int colour;
    int markdown; /* the same as Markdown: headings, paragraphs and tables with pipes */
} page;

/* An empty line, and then a title. */
void page_section(page *p, const char *title);
void page_blank(page *p);

/* A text wrapped to the page, its lines indented by `indent`; the first begins with `lead` instead
 * (a bullet, a name), padded to the indent. */
void page_paragraph(page *p, paint ink, size_t indent, const char *lead, const char *format, ...)
    FAULT_FORMAT(5, 6);

typedef struct grid_column {
    const char *over; /* a heading above neighbours that share it; "" for none */
    const char *head;
    width_side side;
    int key;  /* comes first, and again in every fold */
    int wrap; /* not 0: its texts may be broken into lines of no less than this many columns */
} grid_column;

typedef struct grid {
    const grid_column *column;
    size_t columns, rows;
    /* Puts the text of a cell; *ink is PAINT_PLAIN before. Called at least twice for each cell. */
    void (*cell)(const void *of, size_t row, size_t column, buf *text, paint *ink);
    const void *of;
} grid;

/* Prints a table. Where it is wider than the page, headings and texts that may are broken first;
 * then columns go into further tables below, each with the key columns again. */
void page_grid(page *p, const grid *g);

/* The same on a page of Markdown (document_markdown.c). */
void markdown_heading(page *p, const char *title);
void markdown_paragraph(page *p, int title, const char *lead, const char *text);
void markdown_grid(page *p, const grid *g);

#endif
