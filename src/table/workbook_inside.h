/* Inside the reader of workbooks. Not for others. */
#ifndef TABLE_WORKBOOK_INSIDE_H
#define TABLE_WORKBOOK_INSIDE_H

#include "base/arena.h"
#include "table/package.h"
#include "table/workbook.h"

/* What a number format makes of a number. */
typedef enum cell_form { FORM_NUMBER, FORM_DATE, FORM_YEAR, FORM_TIME } cell_form;

typedef struct book_sheet {
    const char *name, *id, *part; /* part: NULL for what is no table, as a chart */
    int hidden;
} book_sheet;

/* A workbook without its sheets: what they share. */
typedef struct book {
    package *file;
    const char *path;
    arena memory;
    book_sheet *sheet;
    size_t sheets, sheet_cap;
    const char *styles; /* their part, or NULL */
    int since_1904;
    const char **text; /* shared strings */
    size_t texts, text_cap;
    unsigned char *form; /* a cell_form for each style of cells */
    size_t forms, form_cap;
    int no_memory;
} book;

/* workbook_cell.c: the text of cells. */
cell_form cell_form_of(long id, const char *code); /* code: NULL for those that are built in */
/* A number as a cell shows it, as the CSV file would have it. */
void cell_number(buf *to, double x, cell_form form, int since_1904);
/* Text of the file, where _x000D_ stands for a character, and line ends become spaces. */
void cell_text(buf *to, const char *text, size_t length);

/* workbook_sheet.c: reads one sheet into out->text; out->name is there. */
int sheet_read(book *b, const book_sheet *s, const sheet_wish *wish, sheet_text *out, fault *notes,
               fault *f);

#endif
