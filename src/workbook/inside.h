/* Expressions, between the files that compile them. */
#ifndef WORKBOOK_INSIDE_H
#define WORKBOOK_INSIDE_H

#include "workbook/cells.h"

typedef enum book_form { FORM_CONSTANT, FORM_CELL, FORM_TEXT } book_form;

/* How tightly a text binds, the loosest first. */
enum { BINDS_COMPARE = 1, BINDS_SUM, BINDS_PRODUCT, BINDS_POWER, BINDS_WHOLE };

typedef struct book_expression {
    book_form form;
    ex_kind kind;
    int logical; /* a text that gives TRUE or FALSE */
    int lacks;   /* it may be missing */
    int input;   /* a cell that people fill: it may be empty */
    int frozen;  /* something in it is */
    int binds;
    int uses;
    double value; /* of a constant */
    book_place cell;
    const char *text, *name; /* name: the defined one of a cell, or NULL */
} book_expression;

/* A text within a formula. */
typedef struct book_piece {
    const char *text;
    int binds;
} book_piece;

/* The contexts of a number: of arithmetic, where an empty text gives an error by itself; or any. */
typedef enum book_context { IN_ARITHMETIC, ANYWHERE } book_context;

book_piece book_number(book_cells *c, const book_expression *x, book_context in);
book_piece book_truth(book_cells *c, const book_expression *x);
book_piece book_text(book_cells *c, const book_expression *x);
book_piece book_piece_of(book_cells *c, const book_expression *x); /* by its kind */
void book_put(buf *b, book_piece p, int least);

static inline int is_constant(const book_expression *x) { return x->form == FORM_CONSTANT; }
static inline int is_missing(const book_expression *x) {
    return x->form == FORM_CONSTANT && !(x->value == x->value);
}

book_expression book_constant(ex_kind kind, double value);
/* A text of what is in the buffer, which is released. */
book_expression book_made(book_cells *c, ex_kind kind, int binds, buf *b);
/* The engine's value with a reason. */
book_expression book_freeze(book_cells *c, ex_id n, size_t element, const char *why);

/* An element as it is known, and as an operand: with a cell of its own where it is long. */
book_expression *book_known(book_cells *c, ex_id n, const positions *at);
book_expression *book_operand(book_cells *c, ex_id n, const positions *at);

book_expression book_elementwise(book_cells *c, ex_id n, const positions *at, size_t element);
book_expression book_along(book_cells *c, ex_id n, const positions *at, size_t element);
/* An element of a function that worksheets have as a whole, such as a mean; 0: it has none. */
int book_composed(book_cells *c, ex_id n, const positions *at, book_expression *out);
book_expression book_choice(book_cells *c, ex_id n, const positions *at, size_t element);

/* The cells of some elements along an axis; with `whole` they are one range, and each has one. */
typedef struct book_line {
    book_place *cell; /* of each; sheet -1: it is always missing */
    size_t count;
    int lacks;  /* all may be missing */
    int frozen; /* one is */
} book_line;
int book_line_of(book_cells *c, ex_id x, const positions *at, int axis, const uint32_t *which,
                 size_t count, int whole, book_line *out);
/* The text that is kept for an element beside its expression, at first NULL; and a cell of the
 * workings that belongs to no node. */
const char **book_beside(book_cells *c, ex_id n, size_t element);
void book_beside_cell(book_cells *c, book_place at, const char *formula, double value);
/* Its ranges, "A1:A5,A9"; how many. */
size_t book_ranges(const book_cells *c, const book_line *l, buf *out);

#endif
