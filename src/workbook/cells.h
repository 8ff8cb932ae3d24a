/* The graph of a session as formulas of worksheets.
 *
 * Nodes that shall be seen (leaves, data, outputs) are given their places first. Then every element
 * of an output becomes a formula that refers to the cells of others: a change of an input changes
 * it in any program that computes worksheets. What lies between is written into the formula while
 * it is short; else it gets cells of its own on the sheet of workings.
 *
 * Missing is an empty text in a cell, which ranges skip, and an error within a formula, which
 * spreads to whatever is computed from it. Truths are 1 and 0. Dates are serial numbers of a
 * worksheet. What does not depend on an input is a constant. What depends on one and has no formula
 * (a pattern, an eigenvector) is frozen: a value with a reason. */
#ifndef WORKBOOK_CELLS_H
#define WORKBOOK_CELLS_H

#include "base/buf.h"
#include "session/session.h"

enum { BOOK_SHEETS = 10, BOOK_DAYS = 25569 }; /* 1970-01-01 is day 25569 of a worksheet */

typedef struct book_place {
    int sheet; /* -1: none */
    uint32_t row, column;
} book_place;

/* Where the elements of a node lie: its first cell, and the steps along its axes. Rows of labels
 * and headings are between the steps. */
typedef struct book_layout {
    book_place first;
    int axes, axis[ASSESS_AXES];
    uint32_t down[ASSESS_AXES], right[ASSESS_AXES];
    int rows, columns;   /* the axis that runs down, that runs to the right; AX_NONE */
    uint32_t high, wide; /* of all of it, with headings */
} book_layout;

typedef enum book_life {
    BOOK_CONSTANT, /* it does not depend on an input */
    BOOK_LIVE,
    BOOK_PARTLY, /* a formula, with something frozen in it */
    BOOK_FROZEN
} book_life;

typedef struct book_formula {
    book_place at;
    ex_id node;
    const char *text; /* without "="; NULL: the value alone */
    double value;     /* as the engine has it */
    ex_kind kind;
    book_life life;
} book_formula;

/* Why elements of a node are frozen. */
typedef struct book_reason {
    ex_id node;
    const char *why;
    size_t cells;
} book_reason;

struct book_expression;

typedef struct book_cells {
    assess *session;
    ex_graph *graph;
    ax_space *space;
    const char *sheet[BOOK_SHEETS]; /* names, as formulas have them */
    int workings;                   /* the sheet of workings, and its next free row */
    uint32_t working_row;
    arena memory;

    book_place *leaf;                /* of each leaf of the model */
    const char **leaf_name;          /* its defined name, or NULL */
    char *leaf_used;                 /* a formula refers to it */
    book_place **input;              /* by node: of each element of data, or NULL */
    book_layout **layout;            /* by node: of an output, or of workings */
    char *dynamic, *working;         /* by node: depends on inputs; is on the sheet of workings */
    const double **value;            /* by node */
    struct book_expression ***known; /* by node and element */
    const char ***beside;            /* the same: see book_beside */
    ex_id nodes;
    int depth;

    book_formula *formula;
    size_t formulas, formula_cap;
    book_reason *reason;
    size_t reasons, reason_cap;
    int failed; /* no memory, or a fault of the run */
    fault *f;
} book_cells;

/* Nodes that outputs need at most, counted by elements; larger ones are written as values. */
enum { BOOK_ELEMENTS = 2000000 };

/* After assess_run. Computes all nodes that outputs need. 0 with the fault. */
int book_cells_open(book_cells *c, assess *a, fault *f);
void book_cells_close(book_cells *c);

/* Lays out a node from a first cell on: one axis down, one to the right, blocks for the others. */
book_layout *book_lay_out(book_cells *c, ex_id n, int sheet, uint32_t row, uint32_t column);
book_place book_place_of(const book_cells *c, const book_layout *l, const positions *at);
positions book_positions(const book_cells *c, ax_set axes, size_t element);

/* Makes the formulas of all elements of an output that was laid out. */
int book_compile(book_cells *c, ex_id n);

/* "C7", and with its sheet: "'数据'!C7". */
void book_cell_name(uint32_t row, uint32_t column, buf *out);
void book_put_place(const book_cells *c, book_place at, buf *out);

#endif
