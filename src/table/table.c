/* Opening and closing a table, what it is asked for, and the lists within its cells. */
#include "table/inside.h"

#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "table/workbook.h"

/* Bytes of a file: more than any table of most_rows has. */
#define FILE_MOST ((size_t)1 << 36)

/* Of a file that is read in pieces. */
enum { PIECES_LEAST = 2 * TEXT_PIECE };

static tb_table *new_table(const char *path) {
    tb_table *t = mem_zero(1, sizeof *t);
    if (!t) return NULL;
    t->memory = ARENA_INIT;
    t->path = arena_text(&t->memory, path, strlen(path));
    if (!t->path) {
        mem_free(t);
        return NULL;
    }
    return t;
}

void tb_close(tb_table *t) {
    if (!t) return;
    tb_close(t->more);
    tb_give_columns(t);
    pool_close(t->names);
    pool_close(t->names_before);
    arena_release(&t->memory);
    mem_free(t);
}

static int read_decoded(reading *r, const char *bytes, size_t length) {
    const tb_options *o = r->options;
    tb_table *t = r->table;
    if (!text_decode(t->path, bytes, length, o->encoding, r->crew, &r->text, r->notes, r->faults))
        return 0;
    memcpy(t->encoding, r->text.name, sizeof t->encoding);
    if (!tb_head(r) || !tb_guess(r)) return 0;
    work_parts(1); /* the rows are what takes long */
    return tb_rows_in(r, bytes, length);
}

/* Faults of a workbook's text get the columns of the sheet. */
static void place_in_sheet(const tb_table *t, fault *f) {
    for (; f && t->first_cell; f = f->more)
        for (size_t i = 0; i < f->listed; i++) {
            fault_item *it = &f->item[i];
            if (it->line && it->file && !strcmp(it->file, t->path))
                it->cell = tb_place(t, it->line, it->field).cell;
        }
}

/* Reads into the new table r->table, or closes that: the bytes, or where there is one the file.
 * NULL without a fault: the file is not to be read in pieces. */
static tb_table *read_table(reading *r, const char *bytes, size_t length, file_source *file,
                            fault *f) {
    fault own = FAULT_INIT, heard = FAULT_INIT, *notes = r->notes;
    uint32_t strings = pool_count(r->strings);
    int done = 0;
    r->faults = &own;
    r->notes = &heard;
    r->most_rows = r->options->most_rows ? r->options->most_rows : 100000000;
    r->path = r->table->path;
    /* Small files are read before a second thread would have begun. */
    if (length > TEXT_PIECE && !(r->crew = thread_pool_open(r->options->threads)))
        fault_memory(&own);
    pthread_mutex_init(&r->lock, NULL);
    work_begin(file ? TEXT("reading") : TEXT("parsing"), r->path, 0);
    if (own.kind == FAULT_NONE) done = file ? tb_pieces(r, file) : read_decoded(r, bytes, length);
    if (done > 0) done = tb_pivot_rows(r);
    work_end();
    pthread_mutex_destroy(&r->lock);
    while (r->spares) pool_close(r->spare[--r->spares]);
    mem_free(r->lane);
    decoded_release(&r->text);
    thread_pool_close(r->crew);
    if (file) {
        memcpy(r->table->stamp, file->stamp, sizeof file->stamp);
        fault changed = FAULT_INIT;
        if (!files_close_source(r->path, file, &changed)) {
            fault_release(&own);
            fault_move(&own, &changed);
            done = 0;
        }
    }
    if (done == PIECES_NOT) {
        fault_release(&own);
        fault_release(&heard);
        pool_cut(r->strings, strings);
    }
    place_in_sheet(r->table, &own);
    place_in_sheet(r->table, &heard);
    if (notes)
        fault_move(notes, &heard);
    else
        fault_release(&heard);
    fault_move(f, &own);
    if (done > 0) return r->table;
    tb_close(r->table);
    return NULL;
}

tb_table *tb_read_text(const char *path, const char *bytes, size_t length, const tb_options *o,
                       pool *strings, fault *notes, fault *f) {
    static const tb_options usual;
    reading r = {.options = o ? o : &usual, .strings = strings, .notes = notes};
    r.table = new_table(path);
    if (r.table) return read_table(&r, bytes, length, NULL, f);
    fault_memory(f);
    return NULL;
}

static tb_table *read_workbook(const char *path, const char *bytes, size_t length,
                               const tb_options *o, pool *strings, fault *notes, fault *f) {
    tb_options as_text = *o;
    fault heard = FAULT_INIT;
    sheet_text sheet;
    sheet_wish wish = {.sheet = o->sheet,
                       .range = o->range,
                       .missing = o->missing,
                       .missings = o->missings,
                       .header = {o->header[0], o->header[1]}};
    if (!workbook_read(path, bytes, length, &wish, &sheet, notes ? notes : &heard, f)) {
        fault_release(&heard);
        return NULL;
    }
    as_text.separator = ',';
    as_text.decimal = 0;
    as_text.encoding = "UTF-8";
    reading r = {.options = &as_text, .strings = strings, .notes = notes};
    tb_table *t = r.table = new_table(sheet.name);
    if (t) {
        t->first_cell = sheet.first_column;
        t->spans = sheet.spans;
        digest *d = o->hash ? digest_start() : NULL;
        if (d) digest_add(d, bytes, length);
        if (d) digest_finish(d, t->sha256);
        t = read_table(&r, sheet.text.text, sheet.text.length, NULL, f);
    } else {
        fault_memory(f);
    }
    if (t) memcpy(t->encoding, "xlsx", 5);
    sheet_text_release(&sheet);
    fault_release(&heard);
    return t;
}

tb_table *tb_read_bytes(const char *path, const char *bytes, size_t length, const tb_options *o,
                        pool *strings, fault *notes, fault *f) {
    static const tb_options usual;
    o = o ? o : &usual;
    return o->workbook ? read_workbook(path, bytes, length, o, strings, notes, f)
                       : tb_read_text(path, bytes, length, o, strings, notes, f);
}

/* Reads a plain, long file in pieces. NULL without a fault: it is to be read as a whole. */
static tb_table *read_pieces(const char *path, const tb_options *o, const tb_table *before,
                             pool *strings, fault *notes, fault *f) {
    const char *encoding = o->encoding;
    file_source file;
    if (o->workbook || o->footer || o->footer_text ||
        (encoding && strcmp(encoding, "utf-8") != 0 && strcmp(encoding, "UTF-8") != 0) ||
        !files_open_source(path, PIECES_LEAST, FILE_MOST, &file))
        return NULL;
    reading r = {.options = o, .before = before, .pieces = 1, .strings = strings, .notes = notes};
    r.table = new_table(path);
    if (r.table) return read_table(&r, NULL, file.length, &file, f);
    fault_memory(f);
    files_close_source(path, &file, f);
    return NULL;
}

tb_table *tb_read(const char *path, const tb_options *o, pool *strings, fault *notes, fault *f) {
    tb_options own = o ? *o : (tb_options){0};
    file_view view;
    size_t faults = f->count;
    own.workbook |= workbook_named(path);
    tb_table *t = read_pieces(path, &own, NULL, strings, notes, f);
    if (t || f->count > faults) return t;
    if (!files_read(path, FILE_MOST, &view, f)) return NULL;
    t = tb_read_bytes(path, view.bytes, view.length, &own, strings, notes, f);
    if (t && !files_unchanged(path, &view)) {
        place at = {.file = path};
        fault_at(f, FAULT_DATA, &at, "wait until it is finished",
                 "the file changed while it was read");
        tb_close(t);
        t = NULL;
    }
    files_release(&view);
    return t;
}

static int has_changed(const tb_table *t, fault *f) {
    return fault_at(f, FAULT_DATA, &(place){.file = t->path}, "wait until it is finished",
                    "the file changed while it was read");
}

int tb_read_left(tb_table *t, const tb_options *o, pool *strings, fault *notes, fault *f) {
    size_t faults = f->count;
    tb_options own = *o;
    own.hash = 0;
    tb_table *more = read_pieces(t->path, &own, t, strings, notes, f);
    if (f->count > faults) {
        tb_close(more);
        return 0;
    }
    file_view view;
    if (!more && !files_read(t->path, FILE_MOST, &view, f)) return 0; /* it is gone, say */
    if (!more) files_release(&view);
    if (!more || memcmp(more->stamp, t->stamp, sizeof t->stamp) != 0 || more->rows != t->rows ||
        more->columns != t->columns) {
        tb_close(more);
        return has_changed(t, f);
    }
    for (size_t i = 0; i < t->columns; i++) {
        tb_column *c = &t->column[i];
        const char *name = c->name;
        if (!c->left) continue;
        *c = more->column[i];
        c->name = name;
    }
    t->more = more;
    return 1;
}

size_t tb_passing(const tb_table *t) { return t->passing; }

int tb_pass(const tb_table *t, const tb_options *o, pool *strings, const tb_rows_pass *pass,
            fault *f) {
    size_t faults = f->count;
    tb_options own = *o;
    fault notes = FAULT_INIT;
    own.hash = 0;
    file_source file;
    if (!files_open_source(t->path, PIECES_LEAST, FILE_MOST, &file)) return has_changed(t, f);
    reading r = {.options = &own,
                 .pass = pass,
                 .passed = t,
                 .passing = 1,
                 .pieces = 1,
                 .strings = strings,
                 .notes = &notes};
    int same = !memcmp(file.stamp, t->stamp, sizeof t->stamp);
    r.table = same ? new_table(t->path) : NULL;
    tb_table *read = r.table ? read_table(&r, NULL, file.length, &file, f) : NULL;
    if (!r.table) files_close_source(t->path, &file, f);
    fault_release(&notes);
    int fine = read && read->rows == t->rows && f->count == faults;
    tb_close(read);
    if (fine || f->count > faults) return fine;
    return same && !r.table ? fault_memory(f) : has_changed(t, f);
}

const char *tb_path(const tb_table *t) { return t->path; }

const char *tb_encoding(const tb_table *t) { return t->encoding; }

const char *tb_sha256(const tb_table *t) { return t->sha256; }

size_t tb_rows(const tb_table *t) { return t->rows; }

size_t tb_read_rows(const tb_table *t) { return t->read_rows; }

const char *tb_header_hint(const tb_table *t) { return t->header_hint; }

long tb_header_line(const tb_table *t) { return t->header_line; }

size_t tb_columns(const tb_table *t) { return t->columns; }

const tb_column *tb_column_at(const tb_table *t, size_t i) {
    return i < t->columns ? &t->column[i] : NULL;
}

const tb_column *tb_column_named(const tb_table *t, const char *name) {
    uint32_t id = pool_find(t->names, name, strlen(name));
    return id ? &t->column[id - 1] : NULL;
}

long tb_line(const tb_table *t, size_t row) {
    if (row >= t->rows) return 0;
    return t->line ? (long)t->line[row] : (long)(t->first_line + row);
}

const char *tb_heading_at(const tb_table *t, const tb_column *c, size_t row) {
    int pivoted = t->blocks && c == &t->column[t->columns - 1]; /* the column of the numbers */
    return pivoted ? t->heading[row % t->blocks] : c->name;
}

void tb_relabel(tb_table *t, const tb_column *c, const uint32_t *map, size_t maps) {
    /* The values are the table's, which lends them. */
    double *value = (double *)(uintptr_t)c->value;
    for (size_t r = 0; r < t->rows; r++)
        if (value[r] == value[r] && value[r] < (double)maps && map[(size_t)value[r]])
            value[r] = map[(size_t)value[r]];
}

void tb_change(tb_table *t, const tb_column *c, size_t row, double x) {
    double *cell = (double *)(uintptr_t)c->value + row;
    tb_column *own = &t->column[c - t->column];
    own->missing += (size_t)(x != x) - (size_t)(*cell != *cell);
    own->extremes = 0;
    *cell = x;
}

place tb_place(const tb_table *t, long line, const char *field) {
    place at = {.file = t->path, .line = line, .field = field};
    const pool *names = t->names_before ? t->names_before : t->names;
    uint32_t column = field && names ? pool_find(names, field, strlen(field)) : 0;
    unsigned number;
    if (!t->first_cell || !line) return at;
    if (!column && field && sscanf(field, "column %u", &number) == 1) column = number;
    at.cell = (int)(t->first_cell + (column ? column - 1 : 0));
    return at;
}

int tb_cell_name(const tb_table *t, long line, const char *field, char out[CELL_NAME]) {
    place at = tb_place(t, line, field);
    if (at.cell) fault_cell_name(line, at.cell, out);
    return at.cell;
}

int tb_fault(const tb_table *t, size_t row, const tb_column *c, const char *hint, fault *f,
             const char *format, ...) {
    place at = tb_place(t, tb_line(t, row), c ? tb_heading_at(t, c, row) : NULL);
    va_list args;
    va_start(args, format);
    fault_vat(f, FAULT_DATA, &at, hint, format, args);
    va_end(args);
    return 0;
}

/* ---- lists within a cell ---- */

static size_t space_at(const char *text) {
    return *text == ' ' || *text == '\t' || *text == '\n' || *text == '\r' ? 1
           : !strncmp(text, "\xe3\x80\x80", 3)                             ? 3
           : !strncmp(text, "\xc2\xa0", 2)                                 ? 2
                                                                           : 0;
}

/* The next separator, and how long it is; NULL for none. */
static const char *separator_in(const char *text, const char *by, size_t *length) {
    static const char *const usual[] = {";", "\xef\xbc\x9b",
                                        "\xe3\x80\x81"}; /* ; and its wide form, 、 */
    const char *found = by ? strstr(text, by) : NULL;
    *length = by ? strlen(by) : 0;
    for (size_t i = 0; !by && i < 3; i++) {
        const char *at = strstr(text, usual[i]);
        if (at && (!found || at < found)) {
            found = at;
            *length = strlen(usual[i]);
        }
    }
    return found;
}

int list_next(const char **at, const char *by, const char **item, size_t *length) {
    while (*at) {
        const char *text = *at;
        size_t n;
        const char *end = separator_in(text, by, &n), *stop = end ? end : text + strlen(text);
        *at = end ? end + n : NULL;
        while (text < stop && space_at(text)) text += space_at(text);
        const char *last = text;
        for (const char *c = text; c < stop;) {
            size_t space = space_at(c);
            c += space ? space : 1;
            if (!space) last = c;
        }
        *item = text;
        *length = (size_t)(last - text);
        if (last > text) return 1;
    }
    return 0;
}
