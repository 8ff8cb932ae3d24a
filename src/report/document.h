/* A document: a page that is handed out, as blocks that every format writes in its own way.
 *
 * It has a title and then blocks: facts (a name and a value each), tables, and notes (a paragraph).
 * Blocks and columns have ids for programs beside the headings for people, and a cell has two
 * texts: as people read it, and as programs do (shortest numbers, true and false, 2011-06-30).
 * Everything is copied into the document's arena. When memory runs out the document turns `failed`.
 */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

#include "base/arena.h"
#include "report/page.h"

typedef enum document_kind { PAPER_FACTS, PAPER_TABLE, PAPER_NOTE } document_kind;

typedef struct document_cell {
    const char *shown;
    const char *plain; /* NULL: missing */
    int bare;          /* a number or truth: without quotes in JSON */
} document_cell;

typedef struct document_column {
    const char *id, *head;
    width_side side;
    int wrap; /* as in grid_column */
} document_column;

typedef struct document_block {
    document_kind kind;
    const char *id, *title;  /* title "": none */
    document_column *column; /* of a table; facts have one column per fact, and one row */
    size_t columns;
    document_cell *cell; /* row by row; of a note the one cell */
    size_t cells, room;
    int listed;
} document_block;

typedef struct document {
    arena memory;
    const char *kind; /* "statement", "notice": also the schema, "assess-statement" */
    const char *title;
    const char *colon;        /* between a name and its value */
    const char *none;         /* in place of a table without rows */
    const char *list, *group; /* or NULL: see document_list */
    document_block *block;
    size_t blocks, room;
    int failed;
} document;

void document_open(document *p, const char *kind, const char *title, const char *colon,
                   const char *none);
void document_close(document *p);

/* A block at the end; what is put goes into the last one. `columns` of a table are copied. */
void document_facts(document *p, const char *id, const char *title);
void document_table(document *p, const char *id, const char *title, const document_column *column,
                    size_t columns);
void document_note(document *p, const char *id, const char *text);

/* Tables that follow have the same columns, and to programs are one list, called `list`, with what
 * their ids say in a further column `group` before the others (NULL: without one). */
void document_list(document *p, const char *list, const char *group);

/* The next cell of a table, row by row. */
void document_put(document *p, document_cell cell);
void document_fact(document *p, const char *id, const char *head, document_cell cell);

/* Cells. The texts of what they get are copied by document_put. */
document_cell document_text(const char *text); /* "": missing */
document_cell document_number(document *p, double x,
                              int places); /* places < 0: six digits that matter */
/* A change of rank, which is better when it is negative: 升 2 位, 降 1 位; in English +1. */
document_cell document_rank_change(document *p, double change, int places, int chinese);

void document_to_page(const document *p, page *to); /* for a terminal */
void document_to_markdown(const document *p, sink *to);
/* One line for each cell: block, line (from 1), column, value. */
void document_to_csv(const document *p, buf *to);
/* The list alone, as one table. */
void document_to_csv_list(const document *p, buf *to);
/* An object: facts as an object, a table as a list of objects, a note as a text, by their ids. */
void document_to_json(const document *p, sink *to);

#endif
