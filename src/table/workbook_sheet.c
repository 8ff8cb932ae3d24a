/* One sheet of a workbook: its cells are kept, and written as lines when all of them, and what is
 * merged and hidden, are known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_cell.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/workbook_inside.h"

enum { CELLS_MOST = 100000000, CELL_BYTES_MOST = 1 << 20 };

typedef struct kept_cell {
    uint32_t row, column;
    const char *text;
} kept_cell;

typedef struct sheet_reader {
    book *b;
    const sheet_wish *wish;
    sheet_range range;
    const char *name; /* "figures.xlsx:数据" */
    arena memory;
    kept_cell *cell;
    size_t cells, cap;
    sheet_range used;    /* of all cells that hold something; row[0] is 0 where none does */
    sheet_range *merged; /* within the upper rows of the header, over several columns */
    size_t merges, merge_cap;
    unsigned char *hidden; /* of the columns */
    uint32_t *hidden_row;
    size_t hidden_rows, hidden_cap;

    uint32_t row, column; /* of the cell that is read; of the one before, between cells */
    buf value;
    char type[12];
    long style;
    int in_cell, in_value, spoken, formula, has_value;
    fault *f;
    int no_memory;
} sheet_reader;

/* ---- places ---- */

/* "AB" is 28; *at goes behind the letters. 0 where there are none; more than there are columns
 * where they are none. */
static uint32_t letters(const char **at) {
    uint32_t n = 0;
    for (; (**at | 32) >= 'a' && (**at | 32) <= 'z'; ++*at)
        if (n <= SHEET_COLUMNS) n = n * 26 + (uint32_t)((**at | 32) - 'a' + 1);
    return n;
}

/* The same of digits, and of rows; 0 is no row. */
static uint32_t digits(const char **at) {
    uint32_t n = 0;
    if (**at < '0' || **at > '9') return 0;
    for (; **at >= '0' && **at <= '9'; ++*at)
        if (n <= SHEET_ROWS) n = n * 10 + (uint32_t)(**at - '0');
    return n ? n : SHEET_ROWS + 1;
}

static void corner(const char **at, uint32_t *row, uint32_t *column) {
    *at += **at == '$';
    *column = letters(at);
    *at += **at == '$';
    *row = digits(at);
}

int sheet_range_read(const char *text, sheet_range *out) {
    sheet_range r = {{0, 0}, {0, 0}};
    corner(&text, &r.row[0], &r.column[0]);
    if (*text == ':') {
        text++;
        corner(&text, &r.row[1], &r.column[1]);
    } else {
        r.row[1] = r.row[0];
        r.column[1] = r.column[0];
        if (!r.row[0] || !r.column[0]) return 0;
    }
    if (*text || !r.row[0] != !r.row[1] || !r.column[0] != !r.column[1]) return 0;
    if (!r.row[0] && !r.column[0]) return 0;
    if (r.row[0] > r.row[1] || r.column[0] > r.column[1]) return 0;
    if (r.row[1] > SHEET_ROWS || r.column[1] > SHEET_COLUMNS) return 0;
    if (!r.row[0]) r.row[0] = 1, r.row[1] = SHEET_ROWS;
    if (!r.column[0]) r.column[0] = 1, r.column[1] = SHEET_COLUMNS;
    *out = r;
    return 1;
}

static int holds(const sheet_range *r, uint32_t row, uint32_t column) {
    return row >= r->row[0] && row <= r->row[1] && column >= r->column[0] && column <= r->column[1];
}

/* ---- faults ---- */

static void stop_without_memory(sheet_reader *s) {
    s->no_memory = 1;
    package_stop(s->b->file);
}

static void broken(sheet_reader *s, const char *what) {
    fault_at(s->f, FAULT_DATA, &(place){.file = s->name}, NULL, "the sheet is damaged: %s", what);
    package_stop(s->b->file);
}

static void wrong_cell(sheet_reader *s, const char *hint, const char *format, const char *what) {
    place at = {.file = s->name, .line = (long)s->row, .cell = (int)s->column, .kind = format};
    fault_at(s->f, FAULT_DATA, &at, hint, format, what);
}

/* ---- cells ---- */

static void keep(sheet_reader *s, const char *text) {
    sheet_range *u = &s->used;
    if (!*text) return;
    if (!u->row[0]) *u = (sheet_range){{s->row, s->row}, {s->column, s->column}};
    u->row[1] = s->row;
    if (s->column < u->column[0]) u->column[0] = s->column;
    if (s->column > u->column[1]) u->column[1] = s->column;
    if (!holds(&s->range, s->row, s->column)) return;
    if (!MEM_RESERVE(s->cell, s->cells + 1, s->cap)) {
        stop_without_memory(s);
        return;
    }
    s->cell[s->cells++] = (kept_cell){s->row, s->column, text};
}

static void keep_copy(sheet_reader *s, const buf *b) {
    const char *text = b->failed ? NULL : arena_text(&s->memory, buf_string(b), b->length);
    if (text)
        keep(s, text);
    else
        stop_without_memory(s);
}

static int is_missing(const sheet_reader *s, const char *text) {
    for (size_t i = 0; i < s->wish->missings; i++)
        if (!strcmp(s->wish->missing[i], text)) return 1;
    return 0;
}

static void keep_error(sheet_reader *s, const char *text) {
    buf hint = BUF_INIT;
    if (s->wish->errors) {
        keep_copy(s, &s->value);
        return;
    }
    if (is_missing(s, text)) return;
    buf_print(&hint, text_message("missing = { \"%s\" } takes it for missing"), text);
    if (holds(&s->range, s->row, s->column))
        wrong_cell(s, buf_string(&hint), TEXT("the cell holds the error %s"), text);
    buf_release(&hint);
}

static void keep_shared(sheet_reader *s, const char *text) {
    const char *at = text;
    size_t n = 0;
    for (; *at >= '0' && *at <= '9' && n <= s->b->texts; at++) n = n * 10 + (size_t)(*at - '0');
    if (*at || at == text || n >= s->b->texts)
        broken(s, text_message("a cell names a text that is not there"));
    else
        keep(s, s->b->text[n]);
}

static void keep_number(sheet_reader *s, const char *text, size_t length) {
    double x;
    buf b = BUF_INIT;
    cell_form form = s->style >= 0 && (size_t)s->style < s->b->forms
                         ? (cell_form)s->b->form[s->style]
                         : FORM_NUMBER;
    if (decimal_read(text, length, &x) != DECIMAL_OK || !isfinite(x)) {
        wrong_cell(s, NULL, TEXT("the sheet is damaged: '%.40s' is no number"), text);
        return;
    }
    cell_number(&b, x, form, s->b->since_1904);
    keep_copy(s, &b);
    buf_release(&b);
}

/* A date as a text: 2011-06-30T00:00:00. */
static void keep_iso(sheet_reader *s, const char *text, size_t length) {
    buf b = BUF_INIT;
    const char *time = memchr(text, 'T', length);
    size_t n = time ? (size_t)(time - text) : length;
    buf_put(&b, text, n);
    if (time && strncmp(time, "T00:00", 6) != 0) buf_print(&b, " %.8s", time + 1);
    keep_copy(s, &b);
    buf_release(&b);
}

static void end_cell(sheet_reader *s) {
    const char *text = buf_string(&s->value), *type = s->type;
    size_t length = s->value.length;
    if (s->value.failed) {
        stop_without_memory(s);
        return;
    }
    if (s->formula && !length && strcmp(type, "str") != 0) {
        if (holds(&s->range, s->row, s->column))
            wrong_cell(s, TEXT("open the workbook in a spreadsheet program, and save it"),
                       TEXT("the formula has no value%s"), "");
    } else if (!length) {
        return;
    } else if (!strcmp(type, "s")) {
        keep_shared(s, text);
    } else if (!strcmp(type, "b")) {
        keep(s, *text == '1' || *text == 't' ? "TRUE" : "FALSE");
    } else if (!strcmp(type, "e")) {
        keep_error(s, text);
    } else if (!strcmp(type, "d")) {
        keep_iso(s, text, length);
    } else if (!strcmp(type, "str") || !strcmp(type, "inlineStr")) {
        buf b = BUF_INIT;
        cell_text(&b, text, length);
        keep_copy(s, &b);
        buf_release(&b);
    } else {
        keep_number(s, text, length);
    }
}

/* ---- elements ---- */

static uint32_t number_of(const char *text) {
    uint32_t n = text ? digits(&text) : 0;
    return text && !*text ? n : 0;
}

static int is_true(const char *text) {
    return text && (!strcmp(text, "1") || !strcmp(text, "true"));
}

static void begin_row(sheet_reader *s, const char **attribute) {
    const char *number = package_attribute(attribute, "r");
    uint32_t row = number ? number_of(number) : s->row + 1;
    if (row <= s->row || row > SHEET_ROWS) {
        broken(s, text_message("its rows are out of order"));
        return;
    }
    s->row = row;
    s->column = 0;
    if (!is_true(package_attribute(attribute, "hidden"))) return;
    if (MEM_RESERVE(s->hidden_row, s->hidden_rows + 1, s->hidden_cap))
        s->hidden_row[s->hidden_rows++] = row;
    else
        stop_without_memory(s);
}

static void begin_cell(sheet_reader *s, const char **attribute) {
    const char *where = package_attribute(attribute, "r"),
               *type = package_attribute(attribute, "t"),
               *style = package_attribute(attribute, "s");
    uint32_t row = s->row, column = s->column + 1;
    if (where) {
        corner(&where, &row, &column);
        if (*where) column = 0;
    }
    if (row != s->row || !row || column <= s->column || column > SHEET_COLUMNS) {
        broken(s, text_message("its cells are out of order"));
        return;
    }
    s->column = column;
    s->style = style ? strtol(style, NULL, 10) : 0;
    s->type[0] = 0;
    if (type && strlen(type) < sizeof s->type) memcpy(s->type, type, strlen(type) + 1);
    s->in_cell = 1;
    s->in_value = s->formula = s->spoken = 0;
    buf_clear(&s->value);
}

static void note_columns(sheet_reader *s, const char **attribute) {
    uint32_t from = number_of(package_attribute(attribute, "min")),
             to = number_of(package_attribute(attribute, "max"));
    if (!is_true(package_attribute(attribute, "hidden")) || !from) return;
    if (!s->hidden) s->hidden = arena_zero(&s->memory, SHEET_COLUMNS + 1, 1);
    for (uint32_t i = from; s->hidden && i <= to && i <= SHEET_COLUMNS; i++) s->hidden[i] = 1;
}

/* Only what spans columns in the upper rows of the header matters. */
static void note_merged(sheet_reader *s, const char *text) {
    sheet_range r;
    if (!text || !sheet_range_read(text, &r) || r.column[0] == r.column[1]) return;
    if (r.row[0] < s->wish->header[0] || r.row[0] >= s->wish->header[1]) return;
    if (s->merges == SHEET_COLUMNS) return; /* more than a header has */
    if (MEM_RESERVE(s->merged, s->merges + 1, s->merge_cap))
        s->merged[s->merges++] = r;
    else
        stop_without_memory(s);
}

static void on_start(void *self, const char *name, const char **attribute) {
    sheet_reader *s = self;
    if (s->in_cell) {
        if (!strcmp(name, "f")) s->formula = 1;
        if (!strcmp(name, "rPh")) s->spoken = 1;
        if (!strcmp(name, "v") || !strcmp(name, "t")) s->in_value = !s->spoken;
    } else if (!strcmp(name, "c")) {
        begin_cell(s, attribute);
    } else if (!strcmp(name, "row")) {
        begin_row(s, attribute);
    } else if (!strcmp(name, "col")) {
        note_columns(s, attribute);
    } else if (!strcmp(name, "mergeCell")) {
        note_merged(s, package_attribute(attribute, "ref"));
    }
}

static void on_end(void *self, const char *name) {
    sheet_reader *s = self;
    if (!strcmp(name, "v") || !strcmp(name, "t")) s->in_value = 0;
    if (!strcmp(name, "rPh")) s->spoken = 0;
    if (strcmp(name, "c") != 0 || !s->in_cell) return;
    s->in_cell = 0;
    end_cell(s);
}

static void on_text(void *self, const char *text, size_t length) {
    sheet_reader *s = self;
    if (!s->in_value) return;
    if (s->value.length + length > CELL_BYTES_MOST) {
        broken(s, text_message("a cell holds more than a megabyte"));
        return;
    }
    buf_put(&s->value, text, length);
}

/* ---- lines ---- */

/* What an empty cell of the upper header has from the cells it is merged with. */
static const char *spanned(const sheet_reader *s, uint32_t row, uint32_t column) {
    for (size_t i = 0; i < s->merges; i++) {
        const sheet_range *m = &s->merged[i];
        if (row != m->row[0] || !holds(m, row, column)) continue;
        for (size_t k = 0; k < s->cells && s->cell[k].row <= row; k++)
            if (s->cell[k].row == row && s->cell[k].column == m->column[0]) return s->cell[k].text;
    }
    return "";
}

/* The lines of the text; the columns are those that hold something. */
static int write_lines(sheet_reader *s, sheet_text *out) {
    uint32_t first = SHEET_COLUMNS, last = 0, row = 1;
    size_t rows = 0;
    for (size_t i = 0; i < s->cells; i++) {
        const kept_cell *c = &s->cell[i];
        if (c->column < first) first = c->column;
        if (c->column > last) last = c->column;
        rows += !i || c->row != c[-1].row;
    }
    if (rows * (last - first + 1) > CELLS_MOST)
        return fault_at(s->f, FAULT_LIMIT, &(place){.file = s->name},
                        "range = \"A3:K60\" says which cells are the table",
                        "the sheet has more than %d cells", CELLS_MOST);
    out->first_column = first;
    out->spans = s->merges > 0;
    for (size_t i = 0; i < s->cells && !out->text.failed;) {
        for (; row < s->cell[i].row; row++) buf_char(&out->text, '\n');
        for (uint32_t c = first; c <= last; c++) {
            int here = i < s->cells && s->cell[i].row == row && s->cell[i].column == c;
            const char *text = here ? s->cell[i].text : "";
            if (!here && s->merges && row < s->wish->header[1]) text = spanned(s, row, c);
            if (c > first) buf_char(&out->text, ',');
            csv_cell(&out->text, text, strlen(text), ',', 0);
            i += (size_t)here;
        }
        buf_char(&out->text, '\n');
        row++;
        if (row % 1024 == 0 && limits_over()) return 0;
    }
    return !out->text.failed || fault_memory(s->f);
}

/* Says what is read although nobody sees it. */
static void tell_hidden(const sheet_reader *s, fault *notes) {
    size_t rows = 0, columns = 0, i = 0;
    for (size_t k = 0; k < s->hidden_rows; k++) {
        while (i < s->cells && s->cell[i].row < s->hidden_row[k]) i++;
        rows += i < s->cells && s->cell[i].row == s->hidden_row[k];
    }
    unsigned char *seen = s->hidden ? mem_zero(SHEET_COLUMNS + 1, 1) : NULL;
    for (i = 0; seen && i < s->cells; i++) {
        uint32_t c = s->cell[i].column;
        columns += s->hidden[c] && !seen[c];
        seen[c] = 1;
    }
    mem_free(seen);
    if (rows || columns)
        fault_at(notes, FAULT_DATA, &(place){.file = s->name}, NULL,
                 "hidden rows: %zu, hidden columns: %zu; they are read like the others", rows,
                 columns);
}

static int nothing_there(const sheet_reader *s, fault *f) {
    place at = {.file = s->name};
    char name[2][CELL_NAME];
    if (!s->used.row[0]) return fault_at(f, FAULT_DATA, &at, NULL, "the sheet is empty");
    for (int i = 0; i < 2; i++)
        fault_cell_name((long)s->used.row[i], (int)s->used.column[i], name[i]);
    return fault_at(f, FAULT_DATA, &at, NULL,
                    "nothing stands in the range %s: the sheet has its cells in %s:%s",
                    s->wish->range, name[0], name[1]);
}

int sheet_read(book *b, const book_sheet *sheet, const sheet_wish *wish, sheet_text *out,
               fault *notes, fault *f) {
    fault own = FAULT_INIT;
    sheet_reader s = {.b = b, .wish = wish, .name = out->name, .memory = ARENA_INIT, .f = &own};
    package_sink sink = {on_start, on_end, on_text, &s};
    s.range = (sheet_range){{1, SHEET_ROWS}, {1, SHEET_COLUMNS}};
    int fine = !wish->range || sheet_range_read(wish->range, &s.range) ||
               fault_set(f, FAULT_USAGE, "'%s' is no range of cells, as A3:K60 is", wish->range);
    fine = fine && package_parse(b->file, sheet->part, &sink, &own);
    if (s.no_memory) fine = fault_memory(&own);
    fine = fine && !own.count && (s.cells || nothing_there(&s, &own)) && write_lines(&s, out);
    if (fine) tell_hidden(&s, notes);
    fault_move(f, &own);
    buf_release(&s.value);
    mem_free(s.cell);
    mem_free(s.merged);
    mem_free(s.hidden_row);
    arena_release(&s.memory);
    return fine;
}
