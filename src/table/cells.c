/* What chunks take into the columns: texts, lines, and rows by the hundred, column by column.
 *
 * The cells of a column are alike, so that the branches on their lengths and points are foreseen,
 * and they are written one behind the other. Where anything is unusual (a cell that is at fault or
 * contradicts a guess, a row without cells) nothing is taken, and chunk.c takes the same rows cell
 * by cell. */
#include "table/inside.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/digits.h"
#include "base/mem.h"
#include "table/date.h"

/* A quiet NaN that no calculation makes. */
double tb_bad(void) {
    const uint64_t bits = UINT64_C(0x7ff8000000000bad);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

int tb_told(double cell) {
    const double bad = tb_bad();
    return memcmp(&cell, &bad, sizeof cell) == 0;
}

int cells_blank(const char *text, size_t length) {
    if (length) number_trim(text, &length);
    return !length;
}

/* Notes that the next rows stand on lines that follow each other from `line` on, as far as that is
 * not plain from the row before. */
void cells_note_line(chunk *k, size_t line, size_t rows) {
    if (!k->rows) k->rows_line = line;
    if (k->uneven == SIZE_MAX && line != k->rows_line + k->rows) k->uneven = k->rows;
    if (k->uneven == SIZE_MAX || !k->line) return;
    uint32_t *to = k->line + k->rows;
    for (size_t i = 0; i < rows; i++) to[i] = (uint32_t)(line + i);
}

double cells_lower(double a, double b) { return a <= b || b != b ? a : b; }

double cells_higher(double a, double b) { return a >= b || b != b ? a : b; }

/* A missing cell compares as neither less nor more, so that it changes nothing. */
void cells_note_extremes(chunk *k) {
    enum { WIDE = 4 };
    for (size_t c = 0; c < k->of->table->columns; c++) {
        tally *t = &k->tally[c];
        t->low = t->high = (double)NAN;
        if (k->of->lane[c].kind != TB_NUMBER || !t->value) continue;
        const double *x = t->value;
        double low[WIDE], high[WIDE];
        size_t i = 0;
        for (int j = 0; j < WIDE; j++) {
            low[j] = (double)INFINITY;
            high[j] = (double)-INFINITY;
        }
        for (; i + WIDE <= k->rows; i += WIDE)
            for (int j = 0; j < WIDE; j++) {
                low[j] = x[i + (size_t)j] < low[j] ? x[i + (size_t)j] : low[j];
                high[j] = x[i + (size_t)j] > high[j] ? x[i + (size_t)j] : high[j];
            }
        for (; i < k->rows; i++) {
            low[0] = x[i] < low[0] ? x[i] : low[0];
            high[0] = x[i] > high[0] ? x[i] : high[0];
        }
        for (int j = 1; j < WIDE; j++) {
            low[0] = low[j] < low[0] ? low[j] : low[0];
            high[0] = high[j] > high[0] ? high[j] : high[0];
        }
        if (low[0] > high[0]) continue; /* all are missing */
        t->low = low[0] + 0.0;
        t->high = high[0] + 0.0;
    }
}

/* Texts get the numbers of the chunk's own pool; merging turns them into those of everybody's. */
void cells_put_text(chunk *k, tally *t, double *to, const char *text, size_t length, int lent) {
    if (k->of->options->trim) text = number_trim(text, &length);
    if (length == t->last_length && length && !memcmp(text, t->last_text, length)) {
        *to = t->last;
        return;
    }
    size_t n = length;
    if (length) number_trim(text, &n);
    if (!n) {
        *to = (double)NAN;
        t->missing++;
        return;
    }
    t->last = (lent ? pool_lend : pool_put)(k->strings, text, length);
    if (!t->last) {
        k->no_memory = 1;
        csv_in_stop(k->in);
        return;
    }
    t->last_text = lent ? text : pool_text(k->strings, t->last);
    t->last_length = (uint32_t)length;
    *to = t->last;
}

/* Some of the rows: so many that their text stays in the nearest cache while column after column is
 * gone through. */
typedef struct stretch {
    const csv_in_rows *b;
    size_t from, to;
} stretch;

static size_t rows_together(const csv_in_rows *b) {
    enum { NEAR = 12 * 1024, LEAST = 8 };
    size_t each = b->end[b->rows * b->fields - 1] / b->rows + 1, rows = NEAR / each;
    return rows < LEAST ? LEAST : rows;
}

/* The cells of a column of numbers; how many are missing, or SIZE_MAX where one is no number. */
static size_t numbers(const stretch *s, size_t column, const number_form *form, double *to) {
    const csv_in_rows *b = s->b;
    int plain = !form->odd_markers && form->decimal != ',';
    size_t missing = 0, length;
    for (size_t r = s->from, i = r * b->fields + column; r < s->to; r++, i += b->fields) {
        const char *text = csv_in_cell(b, i, &length);
        if (plain && digits_read(text, length, to + r)) continue;
        if (plain && length && decimal_read(text, length, to + r) == DECIMAL_OK) continue;
        number_found found = length ? number_read(form, text, length, to + r) : NUMBER_MISSING;
        if (found == NUMBER_BAD) return SIZE_MAX;
        if (!length) to[r] = (double)NAN;
        missing += found == NUMBER_MISSING;
    }
    return missing;
}

static size_t dates(const stretch *s, size_t column, const number_form *form, double *to) {
    const csv_in_rows *b = s->b;
    size_t missing = 0, length;
    for (size_t r = s->from, i = r * b->fields + column; r < s->to; r++, i += b->fields) {
        const char *text = csv_in_cell(b, i, &length);
        if (date_read(text, length, to + r) == DATE_OK) continue;
        if (!number_missing(form, text, length)) return SIZE_MAX;
        missing++;
    }
    return missing;
}

static int all_blank(const csv_in_rows *b, size_t column) {
    size_t length;
    for (size_t r = 0, i = column; r < b->rows; r++, i += b->fields) {
        const char *text = csv_in_cell(b, i, &length);
        if (!cells_blank(text, length)) return 0;
    }
    return 1;
}

/* Whether every row has a cell that is not blank; a look at the first one tells of most. */
static int rows_filled(const csv_in_rows *b) {
    for (size_t r = 0; r < b->rows; r++) {
        size_t i = r * b->fields, end = i + b->fields, length;
        const char *text = csv_in_cell(b, i, &length);
        while (++i < end && (!length || *text <= ' ') && cells_blank(text, length))
            text = csv_in_cell(b, i, &length);
        if ((!length || *text <= ' ') && cells_blank(text, length)) return 0;
    }
    return 1;
}

/* The texts, in the order of the file, in which they get their numbers. */
static void put_texts(chunk *k, const csv_in_rows *b) {
    enum { AHEAD = 12 };
    for (size_t r = 0; r < b->rows && !k->no_memory; r++)
        for (size_t j = 0; j < k->text_columns; j++) {
            size_t c = k->text_column[j], length;
            const char *text = csv_in_cell(b, r * b->fields + c, &length);
            tally *t = &k->tally[c];
            cells_put_text(k, t, t->value + k->rows + r, text, length, 1);
            if (r + AHEAD >= b->rows) continue;
            text = csv_in_cell(b, (r + AHEAD) * b->fields + c, &length);
            pool_ahead(k->strings, text, length);
        }
}

int cells_take_rows(void *self, const csv_in_rows *b) {
    chunk *k = self;
    const lane *l = k->of->lane;
    size_t missing[64], *count = b->fields <= 64 ? missing : mem_take(b->fields * sizeof *count);
    int fine = count && b->rows <= k->cap - k->rows && k->records + b->rows <= k->of->most_rows &&
               rows_filled(b);
    size_t together = rows_together(b);
    for (size_t c = 0; fine && c < b->fields; c++) {
        count[c] = 0;
        if (l[c].blank) fine = all_blank(b, c);
    }
    for (size_t from = 0; fine && from < b->rows; from += together) {
        const stretch s = {b, from, b->rows - from < together ? b->rows : from + together};
        for (size_t c = 0; fine && c < b->fields; c++) {
            const tally *t = &k->tally[c];
            size_t absent = 0;
            if (t->contradicted) continue;
            if (l[c].kind == TB_NUMBER) absent = numbers(&s, c, &l[c].form, t->value + k->rows);
            if (l[c].kind == TB_DATE) absent = dates(&s, c, &l[c].form, t->value + k->rows);
            fine = absent != SIZE_MAX;
            count[c] += absent;
        }
    }
    for (size_t c = 0; fine && c < b->fields; c++) k->tally[c].missing += count[c];
    if (count != missing) mem_free(count);
    if (!fine) return 0;
    put_texts(k, b);
    cells_note_line(k, csv_in_lines(k->in), b->rows);
    k->rows += b->rows;
    k->records += b->rows;
    return 1;
}
