/* The rows of a chunk: from the fields of the CSV reader into the columns. */
#include "table/inside.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"
#include "table/date.h"

enum { SHOWN = 60 }; /* bytes of a cell in a message */

void tb_show(buf *b, const char *text, size_t length) {
    size_t n = length;
    if (n > SHOWN)
        for (n = SHOWN; n && ((unsigned char)text[n] & 0xc0) == 0x80; n--) continue;
    buf_char(b, '\'');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n' || c == '\r' || c == '\t')
            buf_print(b, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else if (c < ' ' || c == 127)
            buf_print(b, "\\x%02x", c);
        else
            buf_char(b, (char)c);
    }
    buf_text(b, n < length ? "…'" : "'");
}

static void stop_without_memory(chunk *k) {
    k->no_memory = 1;
    csv_in_stop(k->in);
}

/* Line ends between the chunk's begin and a cell. */
static size_t lines_before(const chunk *k, const char *text) {
    if (!k->held_end) return csv_in_lines(k->in);
    size_t at = (size_t)(text - k->held.text);
    return csv_in_record_lines(k->in) + text_scan_range(k->held.text, 0, at, at).line_ends;
}

/* A fault of a cell; those of a row are held until the row is known to have as many as the
 * header. */
/* Says which option lets a cell through, where commas between digits or a % do. */
static void put_numbers(const chunk *k, size_t c, const char *text, size_t length, buf *hint) {
    static const char *const units[] = {",", "%", "%,"};
    const reading *r = k->of;
    const char *name = r->lane[c].pivot ? r->options->pivot->value : r->table->column[c].name;
    for (size_t i = 0; i < 3 && hint->length && !r->lane[c].form.named; i++) {
        number_form form = number_form_of(units[i], NULL, 0);
        double ignored;
        form.decimal = r->options->decimal;
        if (number_read(&form, text, length, &ignored) != NUMBER_OK) continue;
        size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
        buf_print(hint,
                  name[plain] ? ": numbers = { [\"%s\"] = \"%s\" }" : ": numbers = { %s = \"%s\" }",
                  name, units[i]);
        break;
    }
}

static void bad_cell(chunk *k, size_t c, const char *text, size_t length, int date) {
    fault *f = &k->row_faults;
    if (fault_full(&k->faults)) {
        f->kind = FAULT_DATA;
        f->count++;
        return;
    }
    buf shown = BUF_INIT, reason = BUF_INIT, hint = BUF_INIT;
    tb_show(&shown, text, length);
    if (date)
        date_explain(text, length, &reason, &hint);
    else
        number_explain(&k->of->lane[c].form, text, length, &reason, &hint);
    if (!date) put_numbers(k, c, text, length, &hint);
    place at = {.file = k->of->path,
                .line = (long)lines_before(k, text) + 1,
                .field = k->of->table->column[c].name};
    at.kind = buf_string(&reason);
    const char *header = k->of->table->header_hint;
    if (header && k->from == k->of->body && at.line == 1) {
        buf_clear(&hint);
        buf_text(&hint, header);
    }
    fault_at(f, FAULT_DATA, &at, hint.length ? hint.text : NULL,
             date ? "%s is not a date: %s" : "%s is not a number: %s", buf_string(&shown),
             buf_string(&reason));
    buf_release(&shown);
    buf_release(&reason);
    buf_release(&hint);
}

/* A cell that is not of the kind that was guessed. */
static void contradict(chunk *k, tally *t, const char *text, size_t length) {
    t->contradicted = 1;
    t->odd_length = length;
    t->odd_lines = lines_before(k, text);
    t->odd_text = arena_text(&k->memory, text, length);
    if (!t->odd_text) stop_without_memory(k);
}

static void put_number(chunk *k, size_t c, tally *t, const char *text, size_t length) {
    const lane *l = &k->of->lane[c];
    double *to = t->value + k->rows;
    if (!l->form.odd_markers && l->form.decimal != ',' &&
        decimal_read(text, length, to) == DECIMAL_OK)
        return;
    if (t->contradicted) return;
    switch (number_read(&l->form, text, length, to)) {
    case NUMBER_OK: return;
    case NUMBER_MISSING: t->missing++; return;
    case NUMBER_BAD: break;
    }
    if (!l->guessed) {
        bad_cell(k, c, text, length, 0);
        *to = tb_bad();
    } else {
        contradict(k, t, text, length);
    }
}

static void put_date(chunk *k, size_t c, tally *t, const char *text, size_t length) {
    const lane *l = &k->of->lane[c];
    double *to = t->value + k->rows;
    if (t->contradicted || date_read(text, length, to) == DATE_OK) return;
    if (number_missing(&l->form, text, length))
        t->missing++;
    else if (l->guessed)
        contradict(k, t, text, length);
    else {
        bad_cell(k, c, text, length, 1);
        *to = tb_bad();
    }
}

/* Looks at a cell of a column whose kind is to be guessed. */
static void look(chunk *k, size_t c, tally *t, const char *text, size_t length) {
    lane *l = &k->of->lane[c];
    double ignored;
    if (number_missing(&l->form, text, length)) return;
    if (!t->contradicted && number_read(&l->form, text, length, &ignored) == NUMBER_BAD)
        contradict(k, t, text, length);
    if (l->dates && date_read(text, length, &ignored) != DATE_OK) l->dates = 0;
}

/* A cell of a column without a name; told once a chunk. */
static void unnamed(chunk *k, size_t c, const char *text, size_t length) {
    buf shown = BUF_INIT;
    tb_show(&shown, text, length);
    place at = {.file = k->of->path,
                .line = (long)lines_before(k, text) + 1,
                .field = k->of->table->column[c].name};
    if (!k->tally[c].contradicted)
        fault_at(&k->row_faults, FAULT_DATA, &at,
                 k->of->table->header_hint ? k->of->table->header_hint
                 : c ? "name the column in the header, or leave it out by others = \"drop\""
                     : "unit = \"\" takes it as the key; others = \"drop\" leaves it out",
                 "%s stands in a column without a name", buf_string(&shown));
    k->tally[c].contradicted = 1;
    buf_release(&shown);
}

static void put_cell(chunk *k, size_t c, const char *text, size_t length) {
    tally *t = &k->tally[c];
    switch (k->of->lane[c].kind) {
    case TB_NUMBER: put_number(k, c, t, text, length); break;
    case TB_TEXT: cells_put_text(k, t, t->value + k->rows, text, length, 0); break;
    case TB_DATE: put_date(k, c, t, text, length); break;
    case TB_GUESS: look(k, c, t, text, length); break;
    case TB_SKIP:
        if (k->of->lane[c].blank && !cells_blank(text, length)) unnamed(k, c, text, length);
        break;
    }
}

/* More rows than the scan has counted line ends: somebody writes to the file. */
static void stop_overrun(chunk *k) {
    k->overrun = 1;
    csv_in_stop(k->in);
}

static void note_filled(chunk *k, const char *text, size_t length) {
    /* Most cells begin with a plain character and need no closer look. */
    if (!k->filled) k->filled = length && (*text > ' ' || !cells_blank(text, length));
}

static void on_field(void *self, const char *text, size_t length) {
    chunk *k = self;
    size_t c = k->column++;
    note_filled(k, text, length);
    if (c < k->of->table->columns) {
        if (k->rows < k->cap)
            put_cell(k, c, text, length);
        else
            stop_overrun(k);
    }
}

static void on_held_field(void *self, const char *text, size_t length) {
    chunk *k = self;
    size_t c = k->column++;
    note_filled(k, text, length);
    if (c >= k->of->table->columns) return;
    if (!c) buf_clear(&k->held);
    buf_put(&k->held, text, length);
    k->held_end[c] = k->held.length;
    if (k->held.failed) stop_without_memory(k);
}

static void ragged(chunk *k) {
    /* The column is the first that has no field, or the one behind which there are too many. */
    size_t got = k->column, want = k->of->table->columns;
    place at = {.file = k->of->path,
                .line = (long)csv_in_record_lines(k->in) + 1,
                .field = k->of->table->column[got < want ? got : want - 1].name};
    fault_release(&k->row_faults);
    const char *hint =
        got > want ? text_message("a separator in a field? then quote the field") : NULL;
    if (fault_full(&k->faults))
        k->faults.count++;
    else
        fault_at(&k->faults, FAULT_DATA, &at, hint,
                 got == 1 ? "%zu field, where the header has %zu"
                          : "%zu fields, where the header has %zu",
                 got, want);
}

/* Takes back what a record without cells has added. */
static void skip_blank(chunk *k) {
    size_t columns = k->of->table->columns;
    for (size_t c = 0; c < columns && c < k->column; c++) {
        tb_kind kind = k->of->lane[c].kind;
        if (kind != TB_SKIP && kind != TB_GUESS && !k->tally[c].contradicted && !k->held_end)
            k->tally[c].missing--;
    }
    k->column = 0;
}

static void on_record(void *self) {
    chunk *k = self;
    size_t columns = k->of->table->columns;
    int filled = k->filled || columns == 1;
    k->filled = 0;
    if (!filled) {
        skip_blank(k);
        return;
    }
    if (++k->records > k->of->most_rows) {
        csv_in_stop(k->in);
        return;
    }
    if (k->column != columns) {
        ragged(k);
        k->column = 0;
        return;
    }
    k->column = 0;
    if (k->row_faults.count) fault_move(&k->faults, &k->row_faults);
    cells_note_line(k, csv_in_record_lines(k->in), 1);
    if (++k->rows >= k->most) csv_in_stop(k->in);
}

static int chosen(const chunk *k) {
    const char *want = k->of->options->only_value;
    size_t c = k->of->filter, from = c ? k->held_end[c - 1] : 0, n = k->held_end[c] - from;
    return strlen(want) == n && !memcmp(k->held.text + from, want, n);
}

static void on_held_record(void *self) {
    chunk *k = self;
    size_t columns = k->of->table->columns;
    if (k->column == columns && (k->filled || columns == 1)) {
        if (!chosen(k)) {
            k->column = 0;
            k->filled = 0;
            if (++k->records > k->of->most_rows) csv_in_stop(k->in);
            return;
        }
        if (k->rows >= k->cap) {
            stop_overrun(k);
            return;
        }
        for (size_t c = 0, from = 0; c < columns; from = k->held_end[c++])
            put_cell(k, c, k->held.text + from, k->held_end[c] - from);
    }
    on_record(k);
}

void chunk_init(chunk *k, reading *r, size_t from, size_t to) {
    *k = (chunk){.of = r,
                 .from = from,
                 .to = to,
                 .bytes = r->text.bytes + from,
                 .cap = SIZE_MAX,
                 .most = SIZE_MAX,
                 .uneven = SIZE_MAX};
    for (size_t i = from / TEXT_PIECE; !k->quotes && i * TEXT_PIECE < to && i < r->text.pieces; i++)
        k->quotes = r->text.scan[i].quotes > 0;
    k->memory = ARENA_INIT;
    k->held = BUF_INIT;
}

/* Pools that have grown to what a chunk needs are used again, in memory that was written before. */
static pool *take_strings(reading *r) {
    pthread_mutex_lock(&r->lock);
    pool *p = r->spares ? r->spare[--r->spares] : NULL;
    pthread_mutex_unlock(&r->lock);
    if (p) pool_clear(p);
    return p ? p : pool_open();
}

void chunk_pass_strings(chunk *k) {
    reading *r = k->of;
    pthread_mutex_lock(&r->lock);
    if (k->strings && r->spares < SPARE_POOLS) {
        r->spare[r->spares++] = k->strings;
        k->strings = NULL;
    }
    pthread_mutex_unlock(&r->lock);
    pool_close(k->strings);
    k->strings = NULL;
}

static int prepare(chunk *k) {
    reading *r = k->of;
    size_t columns = r->table->columns;
    int held = r->filter != SIZE_MAX;
    csv_in_sink sink = {.field = held ? on_held_field : on_field,
                        .record = held ? on_held_record : on_record,
                        .self = k,
                        .fields = columns};
    if (!held && k->most == SIZE_MAX) sink.rows = cells_take_rows;
    k->in = csv_in_open(r->separator, k->quotes, &sink);
    k->strings = take_strings(r);
    k->tally = mem_zero(columns, sizeof *k->tally);
    k->text_column = mem_take(columns * sizeof *k->text_column);
    k->held_end = held ? mem_zero(columns, sizeof *k->held_end) : NULL;
    if (!k->in || !k->strings || !k->tally || !k->text_column || (held && !k->held_end)) return 0;
    if (!k->line && r->table->line) k->line = r->table->line + k->slot;
    double *own = k->own;
    for (size_t c = 0; c < columns; c++) {
        if (r->lane[c].value) k->tally[c].value = r->lane[c].value + k->slot;
        if (own && r->lane[c].kind != TB_SKIP) {
            k->tally[c].value = own;
            own += k->cap;
        }
        if (r->lane[c].kind == TB_TEXT) k->text_column[k->text_columns++] = c;
    }
    return 1;
}

void chunk_parse(chunk *k) {
    reading *r = k->of;
    if (!prepare(k)) {
        k->no_memory = 1;
        return;
    }
    int done = csv_in_feed(k->in, k->bytes, k->to - k->from) && csv_in_end(k->in);
    if (!done) {
        size_t c = csv_in_fault_field(k->in);
        const char *name = c < r->table->columns ? r->table->column[c].name : NULL;
        fault_release(&k->row_faults);
        csv_in_fault(k->in, r->path, name, 0, &k->faults);
        k->broken = 1;
        atomic_store(&r->broken, 1);
    }
    k->lines = csv_in_lines(k->in);
    csv_in_close(k->in);
    k->in = NULL;
    cells_note_extremes(k);
}

void chunk_release(chunk *k) {
    csv_in_close(k->in);
    pool_close(k->strings);
    mem_free(k->tally);
    mem_free(k->text_column);
    mem_free(k->held_end);
    buf_release(&k->held);
    fault_release(&k->faults);
    fault_release(&k->row_faults);
    arena_release(&k->memory);
    k->in = NULL;
    k->strings = NULL;
    k->tally = NULL;
    k->text_column = NULL;
    k->held_end = NULL;
}
