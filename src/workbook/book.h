/* The report as a workbook that calculates: findings and ranking, areas and scores, weights and
 * standards and data that may be changed, shortfalls, notes, and workings.
 *
 * book.c opens it and writes what was compiled (cells.h); book_inputs.c writes weights, standards
 * and data; book_front.c writes the first sheet, shortfalls and notes. */
#ifndef WORKBOOK_BOOK_H
#define WORKBOOK_BOOK_H

#include "document/view.h"
#include "workbook/cells.h"
#include "workbook/library.h"

typedef enum book_sheet {
    SHEET_FRONT,
    SHEET_AREAS,
    SHEET_SCORES,
    SHEET_WEIGHTS,
    SHEET_DATA,
    SHEET_SHORTFALLS,
    SHEET_NOTES,
    SHEET_WORKINGS,
    SHEET_RECORD, /* hidden */
    SHEETS
} book_sheet;

typedef enum book_style {
    STYLE_PLAIN,
    STYLE_TITLE,
    STYLE_SECTION,
    STYLE_HEAD,
    STYLE_FAINT,
    STYLE_WRAPPED,
    STYLE_BOLD,
    STYLES
} book_style;

/* How numbers look: places, or one of these. */
enum { LOOK_GENERAL = -1, LOOK_SHARE = -2, LOOK_TRUTH = -3, LOOK_DATE = -4, LOOK_TEXT = -5 };
enum { LOOKS = 16 };
/* What a cell is: the colour behind it says so. */
typedef enum book_paper { PAPER_PLAIN, PAPER_INPUT, PAPER_PARTLY, PAPER_FROZEN, PAPERS } book_paper;

typedef struct book {
    lxw_workbook *file;
    lxw_worksheet *sheet[SHEETS];
    lxw_format *style[STYLES], *number[PAPERS][LOOKS];
    const view *v;
    book_cells cells;
    const assess_array **of; /* by node: the output whose values it has, or NULL */
    uint32_t records;
    size_t live, partly, frozen;
    int failed;
    size_t counted; /* bytes that the library takes for cells, in the command's account */
} book;

/* What is live among the cells of results that depend on inputs. */
typedef struct book_share {
    size_t live, partly, frozen;
} book_share;

/* Writes the workbook to a path. 0 with the fault. */
int book_write(const view *v, const char *path, book_share *share, fault *f);

/* ---- between the files ---- */

static inline const char *book_say(const book *b, const char *english) {
    return view_text(b->v, english);
}
void book_words(book *b, int sheet, uint32_t row, uint32_t column, const char *text, book_style s);
lxw_format *book_look(book *b, int look, book_paper paper);
void book_value(book *b, int sheet, uint32_t row, uint32_t column, double value, lxw_format *as);
/* A formula with its value as the engine has it. `text`: the value is one. */
void book_formula_at(book *b, int sheet, uint32_t row, uint32_t column, const char *formula,
                     double value, const char *text, lxw_format *as);
/* The title and labels of what was laid out. */
void book_labels(book *b, ex_id n, const char *title);
/* The decimals, or the look, of an array's numbers. */
int book_look_of(const book *b, const assess_array *x);
/* The place of an element of an output; sheet -1: it has none. */
book_place book_output_place(const book *b, const assess_array *x, const location *at);

/* Which cells hold what people may change: `label` is what the first cell of the row says. */
void book_record_open(book *b);
void book_record_leaf(book *b, const char *address, double was, book_place at, const char *label);
void book_record_figure(book *b, const char *data, const char *column, size_t row, double was,
                        book_place at, const char *label);

int book_put_weights(book *b, fault *f);
int book_put_data(book *b, fault *f);
void book_put_front(book *b);
void book_put_shortfalls(book *b);
void book_put_notes(book *b, const book_share *share);

#endif
