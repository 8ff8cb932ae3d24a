/* A table: the columns of one CSV file.
 *
 * Every cell is a double, as everywhere: a number, a text as its number in the string pool, a date
 * in days since 1970-01-01, missing as NaN. A column lies contiguous in memory, `rows` long.
 * Nothing is silently changed: what is not what the reader was told to expect is a fault with file,
 * line and column name, and all such faults of a file are listed together.
 *
 * A number or a date is written as number.h and date.h say, and is missing where the cell is empty
 * or holds a missing marker. A text is kept byte for byte, with the spaces around it, and is
 * missing only where there is nothing but spaces: "NA" may be Namibia. Empty lines are no rows. A
 * row that has more or fewer fields than the header is a fault, and its cells are not judged. The
 * same file gives the same table, numbers of strings and faults for any number of threads. */
#ifndef TABLE_TABLE_H
#define TABLE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/pool.h"

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

typedef struct tb_options {
    const tb_want *want;
    size_t wants;
    tb_kind others;
    const char *encoding;       /* NULL: find out (BOM, strict UTF-8, strict GB18030) */
    char separator;             /* 0: find out (comma, semicolon, tab) */
    const char *const *missing; /* markers; NULL: the usual ones (number.h) */
    size_t missings;
    int threads;                          /* 0: all cores */
    size_t most_rows, most_columns;       /* 0: 100,000,000 and 10,000 */
    const char *only_column, *only_value; /* keep only the rows with exactly this text there, and
                                             judge no cell of the others; NULL: all */
    int hash;                             /* also compute sha256 */
    int keep; /* the table is given although rows or cells are at fault, so that
                 more of it can be checked: bad cells are missing, rows that are
                 longer or shorter than the header are left out */
} tb_options;

/* Reads a file, or bytes in memory called `path` in messages. NULL with all faults listed; with
 * `keep`, faults may be listed for a table that is given. Warnings (an assumed encoding) go to
 * `notes`. */
tb_table *tb_read(const char *path, const tb_options *o, pool *strings, fault *notes, fault *f);
tb_table *tb_read_text(const char *path, const char *bytes, size_t length, const tb_options *o,
                       pool *strings, fault *notes, fault *f);
void tb_close(tb_table *t);

const char *tb_path(const tb_table *t);
const char *tb_encoding(const tb_table *t); /* "UTF-8", "UTF-8 with BOM", "GB18030 (assumed)" … */
const char *tb_sha256(const tb_table *t);   /* hex, or "" when not asked for */
size_t tb_rows(const tb_table *t);          /* kept */
size_t tb_read_rows(const tb_table *t);     /* in the file */
size_t tb_columns(const tb_table *t);
const tb_column *tb_column_at(const tb_table *t, size_t i);
const tb_column *tb_column_named(const tb_table *t, const char *name); /* or NULL */
long tb_line(const tb_table *t, size_t row); /* the file line a kept row starts on */
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
