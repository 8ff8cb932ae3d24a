/* A table: the columns of one CSV file.
 *
 * Every cell is a double, as everywhere: a number, a text as its number in the string pool, a date
 * in days since 1970-01-01, missing as NaN. A column lies contiguous in memory, `rows` long.
 * Nothing is silently changed: what is not what the reader was told to expect is a fault with file,
 * line and column name, and all such faults of a file are listed together.
 *
 * A number or a date is written as number.h and date.h say, and is missing where the cell is empty
 * or holds a missing marker. A text is kept byte for byte, with the spaces around it, and is
 * missing only where there is nothing but spaces: "NA" may be Namibia.
 *
 * The header is one record, or several whose texts are joined; the heading of an upper record that
 * spans columns holds for all of them. Empty lines, and records of nothing but separators, are no
 * rows. A column without a name and without cells is none: it comes from a separator at each line's
 * end. The first column may have no name, and is called "". A row that has fewer fields than the
 * header, or more, is a fault, and its cells are not judged. The same file gives
 * the same table, numbers of strings and faults for any number of threads. */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/pool.h"

enum { TB_PIVOT_AXES = 3 };

typedef enum tb_kind {
    TB_GUESS, /* number if every present cell is one, else date if every one is, else text */
    TB_NUMBER,
    TB_TEXT,
    TB_DATE,
    TB_SKIP /* not kept; its cells are not looked at */
} tb_kind;

typedef struct tb_column {
    const char *name;    /* as the header writes it */
    tb_kind kind;        /* never TB_GUESS */
    const double *value; /* rows; NULL for TB_SKIP */
    size_t missing;
    /* Of a column of numbers, noted while it was read: its least and greatest cell, 0 for -0, NaN
     * where all are missing. Both mean nothing where `extremes` is 0: among texts and dates, and
     * where a cell was changed. */
    double low, high;
    int extremes;
    int unnamed; /* in the header, and by nobody else */
    int left;    /* it is TB_SKIP since `leave` left it out: tb_read_left reads it */
    /* Of a guessed column that became text: the first cell that is no number, for messages. */
    long odd_line;
    const char *odd_text;
} tb_column;

typedef struct tb_table tb_table;

/* What is expected of a column, by name; columns not listed get `others`. */
typedef struct tb_want {
    const char *name;
    tb_kind kind;
    /* a declared unit of measure that lets 万, 亿, % or separators through; or NULL */
    const char *unit;
    int optional; /* the file may lack it; without this flag that is a fault */
} tb_want;

/* What a column's heading says where columns become rows. */
typedef struct tb_heading {
    uint32_t label[TB_PIVOT_AXES]; /* of each axis, in the pool of strings */
} tb_heading;

/* Columns that become rows: every row is repeated for each of them, with what their headings say in
 * further columns (of numbers where `number`), and the number itself in one more. */
typedef struct tb_pivot {
    const char *axis[TB_PIVOT_AXES]; /* the names of the columns with the labels */
    int number[TB_PIVOT_AXES];
    const char *value; /* the name of that with the numbers */
    const char *unit;  /* that the numbers are written with, as in tb_want */
    size_t axes;
    /* 1 with what the heading says, 0 where the column stays one, -1 with a fault. */
    int (*read)(void *self, const char *heading, tb_heading *out, fault *f);
    void *self;
} tb_pivot;

typedef struct tb_options {
    const tb_want *want;
    size_t wants;
    tb_kind others;
    const char *encoding; /* NULL: find out (BOM, strict UTF-8, strict GB18030) */
    char separator;       /* 0: find out (comma, semicolon, tab) */
    char decimal;         /* ',': a decimal comma, points or spaces between thousands; 0: a point */
    size_t header[2];     /* first and last line of the header; 0: the first with anything */
    size_t footer;        /* so many records at the end are no rows */
    const char *footer_text;    /* nor those from the first on that begins with this; or NULL */
    int trim;                   /* names of columns and texts are without the spaces around them */
    int drop_unnamed;           /* columns without a name may hold something, and are left out */
    const char *const *missing; /* markers; NULL: the usual ones (number.h) */
    size_t missings;
    int threads;                          /* 0: all cores */
    size_t most_rows, most_columns;       /* 0: 100,000,000 and 20,000 */
    const char *only_column, *only_value; /* keep only the rows with exactly this text there, and
                                             judge no cell of the others; NULL: all */
    const tb_pivot *pivot;                /* NULL: every column stays one */
    /* Which columns of TB_GUESS are left to tb_read_left, by their names; NULL: none. Short files,
     * and all that is not read in pieces, are read with all columns. */
    int (*leave)(void *self, const char *name);
    void *self;
    int leave_texts; /* of these only the columns that turn out to hold texts */
    /* Of a workbook: which sheet (NULL: the first), and which cells (NULL: all). tb_read also takes
     * a file for a workbook whose name ends like that of one. */
    const char *sheet, *range;
    int workbook;
    /* Of a file that is read in pieces: where the columns would take more bytes than this, none is
     * kept (tb_passing), and tb_pass reads the rows; 0: they are kept. */
    size_t keep_most;
    int hash; /* also compute sha256 */
    int keep; /* the table is given although rows or cells are at fault, so that
                 more of it can be checked: bad cells are missing, rows that are
                 longer or shorter than the header are left out */
} tb_options;

/* Reads a file, or bytes in memory called `path` in messages. NULL with all faults listed; with
 * `keep`, faults may be listed for a table that is given. Warnings (an assumed encoding) go to
 * `notes`. */
tb_table *tb_read(const char *path, const tb_options *o, pool *strings, fault *notes, fault *f);
/* The bytes of a workbook, where o->workbook says so; else of a text. */
tb_table *tb_read_bytes(const char *path, const char *bytes, size_t length, const tb_options *o,
                        pool *strings, fault *notes, fault *f);
tb_table *tb_read_text(const char *path, const char *bytes, size_t length, const tb_options *o,
                       pool *strings, fault *notes, fault *f);
/* Reads the columns that were left out, from the same file with the same options. 0 with the fault,
 * also where the file is no longer the same. */
int tb_read_left(tb_table *t, const tb_options *o, pool *strings, fault *notes, fault *f);
/* The bytes that the columns of a table would take of which none is kept: it has all that there is
 * to know of its rows and columns but their values. 0: they are there. */
size_t tb_passing(const tb_table *t);
/* How its rows are handed out: in windows of so many rows, the last one shorter, each as a table
 * that is lent, with its first row's number (from 0). `need` says of each column whether it is
 * wanted; NULL: all are. `each` returns 1 to go on, or 0 with the fault. */
typedef struct tb_rows_pass {
    size_t window;
    const unsigned char *need;
    int (*each)(void *self, const tb_table *window, size_t from, fault *f);
    void *self;
} tb_rows_pass;
/* Reads such a table's file again with the same options, and hands out its rows. 0 with the fault,
 * also where the file is no longer the same. */
int tb_pass(const tb_table *t, const tb_options *o, pool *strings, const tb_rows_pass *pass,
            fault *f);
void tb_close(tb_table *t);

const char *tb_path(const tb_table *t); /* of a workbook with the sheet: "figures.xlsx:数据" */
const char *tb_encoding(const tb_table *t); /* "UTF-8", "UTF-8 with BOM", "GB18030 (assumed)" … */
const char *tb_sha256(const tb_table *t);   /* hex, or "" when not asked for */
size_t tb_rows(const tb_table *t);          /* kept */
size_t tb_read_rows(const tb_table *t);     /* in the file */
long tb_header_line(const tb_table *t);     /* on which the (last) record of the header begins */
/* Where the header may be instead, as a hint ("… header = { 1, 2 }"); or NULL. */
const char *tb_header_hint(const tb_table *t);
size_t tb_columns(const tb_table *t);
const tb_column *tb_column_at(const tb_table *t, size_t i);
const tb_column *tb_column_named(const tb_table *t, const char *name); /* or NULL */
long tb_line(const tb_table *t, size_t row); /* the file line a kept row starts on */
/* The heading of a column in the file, in a row: not its name where columns became rows. */
const char *tb_heading_at(const tb_table *t, const tb_column *c, size_t row);
/* Puts other texts in place of those of a column: map[text], where it is not 0. */
void tb_relabel(tb_table *t, const tb_column *c, const uint32_t *map, size_t maps);
/* Gives a cell of a column of numbers another value; NaN: it is missing. */
void tb_change(tb_table *t, const tb_column *c, size_t row, double x);
/* The place of a line of the file, in a column (by its heading) or in none (NULL): of a cell, if it
 * is a workbook. */
place tb_place(const tb_table *t, long line, const char *field);
/* "C7" where the table is from a workbook, in `out`; else 0. */
int tb_cell_name(const tb_table *t, long line, const char *field, char out[CELL_NAME]);
int tb_told(double cell); /* is it missing because it was at fault, and that was noted (`keep`) */

/* Notes a data fault at a cell: "file:line:column-name: …". Returns 0. */
int tb_fault(const tb_table *t, size_t row, const tb_column *c, const char *hint, fault *f,
             const char *format, ...) FAULT_FORMAT(6, 7);

/* Lists within a cell: 市委宣传部；报业集团. Items stand between separators, without the spaces
 * around them (those of ASCII, U+00A0 and U+3000); what is empty is no item.
 *
 * The next item of the list that *at stands in; 0 when there is none. *at goes behind it, NULL at
 * the end. `by` is the separator; NULL: the semicolon, its full-width form and the comma of lists
 * (、). */
int list_next(const char **at, const char *by, const char **item, size_t *length);

#endif
