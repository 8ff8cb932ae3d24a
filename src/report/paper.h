/* A paper: a page that is handed out, as blocks that every format writes in its own way.
 *
 * It has a title and then blocks: facts (a name and a value each), tables, and notes (a paragraph).
 * Blocks and columns have ids for programs beside the headings for people, and a cell has two
 * texts: as people read it, and as programs do (shortest numbers, true and false, 2011-06-30).
 * Everything is copied into the paper's arena. When memory runs out the paper turns `failed`. */
#ifndef REPORT_PAPER_H
#define REPORT_PAPER_H

#include "base/arena.h"
#include "report/page.h"

typedef enum paper_kind { PAPER_FACTS, PAPER_TABLE, PAPER_NOTE } paper_kind;

typedef struct paper_cell {
    const char *shown;
    const char *plain; /* NULL: missing */
    int bare;          /* a number or truth: without quotes in JSON */
} paper_cell;

typedef struct paper_column {
    const char *id, *head;
    width_side side;
    int wrap; /* as in grid_column */
} paper_column;

typedef struct paper_block {
    paper_kind kind;
    const char *id, *title; /* title "": none */
    paper_column *column;   /* of a table; facts have one column per fact, and one row */
    size_t columns;
    paper_cell *cell; /* row by row; of a note the one cell */
    size_t cells, room;
    int listed;
} paper_block;

typedef struct paper {
    arena memory;
    const char *kind;  /* "statement", "notice": also the schema, "assess-statement" */
    const char *title;
    const char *colon; /* between a name and its value */
    const char *none;  /* in place of a table without rows */
    const char *list, *group; /* or NULL: see paper_list */
    paper_block *block;
    size_t blocks, room;
    int failed;
} paper;

void paper_open(paper *p, const char *kind, const char *title, const char *colon,
                const char *none);
void paper_close(paper *p);

/* A block at the end; what is put goes into the last one. `columns` of a table are copied. */
void paper_facts(paper *p, const char *id, const char *title);
void paper_table(paper *p, const char *id, const char *title, const paper_column *column,
                 size_t columns);
void paper_note(paper *p, const char *id, const char *text);

/* Tables that follow have the same columns, and to programs are one list, called `list`, with what
 * their ids say in a further column `group` before the others (NULL: without one). */
void paper_list(paper *p, const char *list, const char *group);

/* The next cell of a table, row by row. */
void paper_put(paper *p, paper_cell cell);
void paper_fact(paper *p, const char *id, const char *head, paper_cell cell);

/* Cells. The texts of what they get are copied by paper_put. */
paper_cell paper_text(const char *text);            /* "": missing */
paper_cell paper_number(paper *p, double x, int places); /* places < 0: six digits that matter */

void paper_to_page(const paper *p, page *to);  /* for a terminal */
void paper_to_markdown(const paper *p, sink *to);
/* One line for each cell: block, line (from 1), column, value. */
void paper_to_csv(const paper *p, buf *to);
/* The list alone, as one table. */
void paper_to_csv_list(const paper *p, buf *to);
/* An object: facts as an object, a table as a list of objects, a note as a text, by their ids. */
void paper_to_json(const paper *p, sink *to);

#endif
