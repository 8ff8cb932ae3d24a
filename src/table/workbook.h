/* A sheet of a workbook (.xlsx) as the text of a CSV file, for the reader of tables.
 *
 * Each row of the sheet is one line of the text, so that the line of a cell is its row; rows above
 * the range, and rows without cells, are empty lines. Every cell becomes what a CSV file would
 * have: numbers as the shortest decimals that read back as the same double (a percentage as its
 * number, 0.05), dates as 2011-06-30, truths as TRUE and FALSE, a formula as its value. Line ends
 * within a cell become spaces. The number formats say which numbers are dates, and the workbook by
 * which calendar (1900 or 1904).
 *
 * A formula without a value is a fault, and so is an error value (#N/A), unless it is declared as
 * missing. Where the upper rows of a header have merged cells, their text counts for each column
 * that they span, and for no other. */
#ifndef TABLE_WORKBOOK_H
#define TABLE_WORKBOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

enum { SHEET_ROWS = 1048576, SHEET_COLUMNS = 16384 };

/* From a row and column to others, which are included; they count from 1. */
typedef struct sheet_range {
    uint32_t row[2], column[2];
} sheet_range;

typedef struct sheet_wish {
    const char *sheet;          /* NULL: the first */
    const char *range;          /* "A3:K60"; NULL: all */
    const char *const *missing; /* error values that are missing, among other markers */
    size_t missings;
    size_t header[2]; /* as in tb_options */
    int errors;       /* error values are texts, for who looks what there is */
} sheet_wish;

typedef struct sheet_text {
    buf text;
    char *name;            /* "figures.xlsx:数据": for messages */
    char *sheet;           /* its name */
    uint32_t first_column; /* that of the text */
    int spans;             /* merged cells say what the upper headings span */
} sheet_text;

/* Does a path end like that of a workbook? */
int workbook_named(const char *path);
/* Of "figures.xlsx:数据!A3:K60" (the sheet, the range, or both may lack) how long the path is; of
 * any other text its length. */
size_t workbook_path(const char *text);
/* Reads "A3:K60", "A:K", "3:60" or "B2"; 0 where it is none of these. */
int sheet_range_read(const char *text, sheet_range *out);

/* Reads a sheet from the bytes of a workbook. Warnings go to `notes`. */
int workbook_read(const char *path, const char *bytes, size_t length, const sheet_wish *wish,
                  sheet_text *out, fault *notes, fault *f);
void sheet_text_release(sheet_text *t);
/* Tells the names of all sheets with cells, in their order. */
int workbook_sheets(const char *path, const char *bytes, size_t length,
                    void (*each)(void *self, const char *sheet), void *self, fault *f);
/* The parts of the file that hold a sheet ("xl/worksheets/sheet1.xml") and the styles of its cells
 * ("": none). */
int workbook_parts(const char *path, const char *bytes, size_t length, const char *sheet, buf *part,
                   buf *styles, fault *f);

#endif
