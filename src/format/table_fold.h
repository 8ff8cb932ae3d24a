/* How a table is fitted to a page: how wide each column is and, where not all fit beside one
 * another, which go into further tables below, each with the key columns again.
 *
 * All widths are in columns of text, as base/width.h counts them. Headings and texts that may be
 * broken are broken first; only then does the table fold. */
#ifndef FORMAT_TABLE_FOLD_H
#define FORMAT_TABLE_FOLD_H

#include "base/buf.h"
#include "document/document.h"

typedef struct fold_column {
    size_t want;  /* where nothing is broken */
    size_t least; /* where everything is broken that may be */
    size_t width; /* decided */
    size_t strip; /* what a drawing beside the text takes besides; 0: there is none */
} fold_column;

typedef struct table_fold {
    const document_block *b;
    size_t page, gap; /* the width of the page, and of what stands between two columns */
    size_t rows, keys;
    fold_column *column;
    buf raw, safe; /* the text that was read last, as it is and safe for a terminal */
} table_fold;

/* Measures a table; `ended` is looked at from time to time. 0 without memory. `strips`: drawings
 * stand beside texts where the whole table fits with them and nothing is broken for them. */
int table_fold_open(table_fold *l, const document_block *b, size_t width, size_t gap, int strips,
                    const int *ended);
void table_fold_close(table_fold *l);

/* The end of the fold that starts at a column; the first starts at l->keys. */
size_t table_fold_end(const table_fold *l, size_t from);
/* Decides the widths of the keys and of one fold. */
void table_fold_decide(table_fold *l, size_t from, size_t end);
/* The columns of a fold: how many, and the i-th. The keys come first. */
size_t table_fold_count(const table_fold *l, size_t from, size_t end);
size_t table_fold_at(const table_fold *l, size_t i, size_t from);

/* Of neighbours, once decided: with what stands beside and between them. */
size_t table_fold_width(const table_fold *l, size_t from, size_t end);

/* The heading above a column, or "". */
const char *table_fold_over(const table_fold *l, size_t column);
/* Columns that belong together under one heading: the end of the run that starts at `from`. */
size_t table_fold_run(const table_fold *l, size_t from);

/* Puts into l->safe the text of a cell; of a heading, cut where it is longer than a few lines. */
paint table_fold_cell(table_fold *l, size_t row, size_t column);
void table_fold_head(table_fold *l, const char *text);

#endif
