/* The hidden sheet of the workbook: which cell holds which leaf or figure, and what it was written
 * with. By it `assess diff` finds what was changed (changes.h). */
#include <string.h>

#include "base/decimal.h"
#include "workbook/book.h"
#include "workbook/changes.h"

static void put_record(book *b, const char *kind, const char *name, const char *column, size_t row,
                       double was, book_place at, const char *label) {
    char number[32] = "", number_of_row[24];
    buf cell = BUF_INIT;
    if (was == was) decimal_write(was, number);
    snprintf(number_of_row, sizeof number_of_row, "%zu", row);
    book_cell_name(at.row, at.column, &cell);
    const char *const field[RECORD_FIELDS] = {
        kind, name, column, number_of_row, number, b->cells.sheet[at.sheet], buf_string(&cell),
        label};
    for (uint32_t i = 0; i < RECORD_FIELDS; i++)
        book_words(b, SHEET_RECORD, b->records, i, field[i], STYLE_PLAIN);
    b->records++;
    buf_release(&cell);
}

void book_record_open(book *b) {
    static const char *const head[RECORD_FIELDS] = RECORD_HEADS;
    for (uint32_t i = 0; i < RECORD_FIELDS; i++)
        book_words(b, SHEET_RECORD, 0, i, head[i], STYLE_PLAIN);
    b->records = 1;
    xlsx.worksheet_hide(b->sheet[SHEET_RECORD]);
}

void book_record_leaf(book *b, const char *address, double was, book_place at, const char *label) {
    put_record(b, "leaf", address, "", 0, was, at, label);
}

void book_record_figure(book *b, const char *data, const char *column, size_t row, double was,
                        book_place at, const char *label) {
    put_record(b, "data", data, column, row, was, at, label);
}
