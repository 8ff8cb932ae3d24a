#include "workbook/changes.h"

#include <string.h>

#include "base/decimal.h"
#include "base/files.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/csv_in.h"
#include "table/workbook.h"

/* ---- a sheet as rows of texts ---- */

typedef struct line {
    const char **cell;
    uint32_t cells;
} line;

typedef struct grid {
    const char *sheet;
    arena *memory;
    line *row; /* from row 1 of the sheet on */
    size_t rows, row_cap;
    const char **field; /* of the row that is being read */
    size_t fields, field_cap;
    uint32_t first; /* the column of the first field, from 0 */
    int no_memory;
    csv_in *in;
} grid;

static void on_field(void *self, const char *text, size_t length) {
    grid *g = self;
    char *own = arena_text(g->memory, text, length);
    if (!own || !MEM_RESERVE(g->field, g->fields + 1, g->field_cap)) {
        g->no_memory = 1;
        csv_in_stop(g->in);
        return;
    }
    g->field[g->fields++] = own;
}

static void on_record(void *self) {
    grid *g = self;
    size_t at = csv_in_record_lines(g->in);
    const char **cell = arena_take(g->memory, (g->fields + 1) * sizeof *cell);
    if (!cell || !MEM_RESERVE(g->row, at + 1, g->row_cap)) {
        g->no_memory = 1;
        csv_in_stop(g->in);
        return;
    }
    while (g->rows <= at) g->row[g->rows++] = (line){0};
    memcpy(cell, g->field, g->fields * sizeof *cell);
    g->row[at] = (line){cell, (uint32_t)g->fields};
    g->fields = 0;
}

static void close_grid(grid *g) {
    mem_free(g->row);
    mem_free(g->field);
}

static int read_grid(const char *path, const file_view *bytes, const char *sheet, arena *memory,
                     grid *g, fault *f) {
    const sheet_wish wish = {.sheet = sheet, .errors = 1, .blanks = 1};
    sheet_text text = {.text = BUF_INIT};
    fault notes = FAULT_INIT;
    *g = (grid){.sheet = sheet, .memory = memory};
    int fine = workbook_read(path, bytes->bytes, bytes->length, &wish, &text, &notes, f);
    fault_release(&notes);
    if (!fine) return 0;
    const csv_in_sink sink = {.field = on_field, .record = on_record, .self = g};
    g->first = text.first_column ? text.first_column - 1 : 0;
    g->in = csv_in_open(',', 1, &sink);
    fine = g->in && csv_in_feed(g->in, buf_string(&text.text), text.text.length) &&
           csv_in_end(g->in) && !g->no_memory;
    if (g->in) csv_in_close(g->in);
    g->in = NULL;
    sheet_text_release(&text);
    if (!fine) close_grid(g);
    return fine || fault_memory(f);
}

static const char *grid_cell(const grid *g, size_t row, uint32_t column) {
    if (row >= g->rows || column < g->first || column - g->first >= g->row[row].cells) return "";
    return g->row[row].cell[column - g->first];
}

/* ---- the records ---- */

typedef struct reading {
    const char *path;
    file_view bytes;
    book_changes *out;
    grid *sheet; /* those that were read so far */
    size_t sheets, sheet_cap;
    fault *f;
} reading;

static const grid *sheet_named(reading *r, const char *name) {
    for (size_t i = 0; i < r->sheets; i++)
        if (!strcmp(r->sheet[i].sheet, name)) return &r->sheet[i];
    if (!MEM_RESERVE(r->sheet, r->sheets + 1, r->sheet_cap)) return fault_memory(r->f), NULL;
    if (!read_grid(r->path, &r->bytes, name, &r->out->memory, &r->sheet[r->sheets], r->f))
        return NULL;
    return &r->sheet[r->sheets++];
}

static place cell_place(reading *r, const char *sheet, size_t row, uint32_t column) {
    return (place){.file = arena_print(&r->out->memory, "%s:%s", r->path, sheet),
                   .line = (long)row + 1,
                   .cell = (int)column + 1};
}

/* The row that begins with the label: where it was written, or the only one. */
static int find_row(reading *r, const grid *g, const char *label, uint32_t column, size_t *row) {
    size_t found = 0;
    if (!strcmp(grid_cell(g, *row, 0), label)) return 1;
    for (size_t i = 0; i < g->rows; i++)
        if (!strcmp(grid_cell(g, i, 0), label) && !found++) *row = i;
    if (found == 1) return 1;
    place at = cell_place(r, g->sheet, *row, column);
    return fault_at(r->f, FAULT_DATA, &at, TEXT("write the report anew, and change numbers only"),
                    "the row of '%s' is not where it was written", label);
}

/* What a cell holds: a number, or nothing. */
static int read_number(reading *r, const grid *g, size_t row, uint32_t column, double *out) {
    const char *text = grid_cell(g, row, column);
    *out = EX_NAN;
    if (!*text || decimal_read(text, strlen(text), out) == DECIMAL_OK) return 1;
    place at = cell_place(r, g->sheet, row, column);
    return fault_at(r->f, FAULT_DATA, &at, TEXT("a number, or an empty cell for what is missing"),
                    "'%s' is no number", text);
}

static int add_change(reading *r, const grid *g, const char *const field[RECORD_FIELDS], size_t row,
                      uint32_t column, double was, double is) {
    book_changes *out = r->out;
    double from;
    if (was == is || (was != was && is != is)) return 1;
    if (!MEM_RESERVE(out->item, out->count + 1, out->cap)) return fault_memory(r->f);
    int figure = !strcmp(field[0], "data");
    book_change *c = &out->item[out->count];
    *c = (book_change){.data = figure ? field[1] : NULL,
                       .address = figure ? field[7] : field[1],
                       .figure = {.column = field[2], .was = was, .is = is}};
    if (figure && decimal_read(field[3], strlen(field[3]), &from) == DECIMAL_OK)
        c->figure.row = (size_t)from;
    buf cell = BUF_INIT;
    place at = cell_place(r, g->sheet, row, column);
    char name[CELL_NAME];
    fault_cell_name(at.line, at.cell, name);
    buf_print(&cell, "%s!%s", g->sheet, name);
    c->cell = arena_print(&out->memory, "%s", buf_string(&cell));
    buf_release(&cell);
    if (!figure && is != is)
        return fault_at(r->f, FAULT_DATA, &at, TEXT("a weight of 0 leaves out an indicator"),
                        "%s has no value", field[1]);
    out->count++;
    return c->cell ? 1 : fault_memory(r->f);
}

static int read_record(reading *r, const char *const field[RECORD_FIELDS]) {
    sheet_range at;
    double was = EX_NAN, is;
    if (!sheet_range_read(field[6], &at) ||
        (*field[4] && decimal_read(field[4], strlen(field[4]), &was) != DECIMAL_OK))
        return fault_at(r->f, FAULT_DATA, &(place){.file = r->path}, TEXT("write the report anew"),
                        "the sheet '%s' was changed", RECORD_SHEET);
    const grid *g = sheet_named(r, field[5]);
    size_t row = at.row[0] - 1;
    uint32_t column = at.column[0] - 1;
    return g && find_row(r, g, field[7], column, &row) && read_number(r, g, row, column, &is) &&
           add_change(r, g, field, row, column, was, is);
}

int book_changes_read(const char *path, book_changes *out, fault *f) {
    static const char *const head[RECORD_FIELDS] = RECORD_HEADS;
    reading r = {.path = path, .bytes = FILE_VIEW_INIT, .out = out, .f = f};
    *out = (book_changes){.memory = ARENA_INIT};
    if (!files_read(path, SIZE_MAX / 2, &r.bytes, f)) return 0;
    grid record = {0};
    int fine = read_grid(path, &r.bytes, RECORD_SHEET, &out->memory, &record, f), ours = fine;
    for (uint32_t i = 0; i < RECORD_FIELDS; i++)
        ours = ours && !strcmp(grid_cell(&record, 0, i), head[i]);
    if (fine && !ours)
        fault_at(f, FAULT_DATA, &(place){.file = path}, TEXT("assess report RULES -o report.xlsx"),
                 "the sheet '%s' is not that of a workbook that a report was written to",
                 RECORD_SHEET);
    for (size_t i = 1; ours && i < record.rows; i++) {
        const char *field[RECORD_FIELDS];
        for (uint32_t k = 0; k < RECORD_FIELDS; k++) field[k] = grid_cell(&record, i, k);
        if (*field[0]) read_record(&r, field);
    }
    for (size_t i = 0; i < r.sheets; i++) close_grid(&r.sheet[i]);
    mem_free(r.sheet);
    if (fine) close_grid(&record);
    files_release(&r.bytes);
    return f->count == 0;
}

void book_changes_close(book_changes *c) {
    mem_free(c->item);
    arena_release(&c->memory);
    *c = (book_changes){.memory = ARENA_INIT};
}

assess_status book_changes_apply(const book_changes *c, assess *a) {
    assess_status status = ASSESS_OK;
    for (size_t i = 0; i < c->count && !status; i++) {
        const book_change *x = &c->item[i];
        char number[32];
        decimal_write(x->figure.is, number);
        status = x->data ? session_edit(a, x->data, &x->figure) : assess_set(a, x->address, number);
    }
    return status;
}
