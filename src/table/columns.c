/* The columns of a table: their names, from the header, and how the cells of each are read.
 *
 * A column that nobody declared gets its kind from its cells. The first rows suggest one; while all
 * rows are read, a cell may contradict it, and then the file is read once more, with the next kind
 * in the order number, date, text. So the answer is the same as if all cells had been looked at
 * first, and most files are read once. */
#include "table/inside.h"

#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "table/date.h"

/* ---- the header ---- */

typedef struct head {
    reading *r;
    pool *names;
    csv_in *in;
    size_t columns, most;
    size_t *first; /* for every name of the pool the column that had it first, from 1 */
    size_t cap;
    int no_memory, too_many, good;
} head;

static void wrong(head *h, size_t line, const char *field, const char *hint, const char *format,
                  ...) FAULT_FORMAT(5, 6);

static void wrong(head *h, size_t line, const char *field, const char *hint, const char *format,
                  ...) {
    place at = {.file = h->r->path, .line = (long)line, .field = field};
    va_list args;
    va_start(args, format);
    fault_vat(h->r->faults, FAULT_DATA, &at, hint, format, args);
    va_end(args);
    h->good = 0;
}

static void on_name(void *self, const char *text, size_t length) {
    head *h = self;
    size_t line = h->r->head_lines + csv_in_lines(h->in) + 1;
    if (++h->columns > h->most) {
        h->too_many = 1;
        csv_in_stop(h->in);
        return;
    }
    size_t n = length;
    number_trim(text, &n);
    buf name = BUF_INIT;
    if (!n) {
        /* A name that no header has, so that the numbers of names stay those of columns. */
        wrong(h, line, NULL, "name the column in the header, or remove it",
              "column %zu has no name", h->columns);
        buf_print(&name, "%c%zu", 0, h->columns);
    } else {
        buf_put(&name, text, length);
    }
    uint32_t before = pool_count(h->names), id = 0;
    if (!name.failed) id = pool_put(h->names, name.text, name.length);
    if (!id) {
        h->no_memory = 1;
        csv_in_stop(h->in);
    } else if (id <= before) {
        wrong(h, line, pool_text(h->names, id), "give each column a name of its own",
              "columns %zu and %zu have the same name", h->first[id - 1], h->columns);
    } else {
        if (!MEM_RESERVE(h->first, id, h->cap)) {
            h->no_memory = 1;
            csv_in_stop(h->in);
            buf_release(&name);
            return;
        }
        h->first[id - 1] = h->columns;
    }
    buf_release(&name);
}

static void on_end(void *self) { (void)self; }

/* Says which columns there are, where few. */
static void list_names(const head *h, buf *b) {
    enum { SHOWN = 12 };
    uint32_t n = pool_count(h->names);
    buf_print(b, text_message("the columns are "));
    for (uint32_t i = 1; i <= n && i <= SHOWN; i++)
        buf_print(b, "%s'%s'", i > 1 ? ", " : "", pool_text(h->names, i));
    if (n > SHOWN) buf_print(b, text_message(" … (%lu in all)"), (unsigned long)n);
}

static const char *name_at(const void *self, size_t i) {
    const head *h = self;
    return i < pool_count(h->names) ? pool_text(h->names, (uint32_t)i + 1) : NULL;
}

static void require(head *h, const char *name) {
    if (pool_find(h->names, name, strlen(name))) return;
    buf hint = BUF_INIT;
    if (!suggest_hint(&hint, suggest_among(name, name_at, h))) list_names(h, &hint);
    wrong(h, h->r->head_lines + 1, NULL, buf_string(&hint), "no column '%s'", name);
    buf_release(&hint);
}

static int make_columns(head *h) {
    reading *r = h->r;
    const tb_options *o = r->options;
    tb_table *t = r->table;
    uint32_t n = pool_count(h->names);
    t->names = h->names;
    t->columns = n;
    t->column = arena_zero(&t->memory, n, sizeof *t->column);
    r->lane = mem_zero(n ? n : 1, sizeof *r->lane);
    if (!t->column || !r->lane) return fault_memory(r->faults);
    for (uint32_t i = 0; i < n; i++) {
        t->column[i].name = pool_text(h->names, i + 1);
        r->lane[i] =
            (lane){.kind = o->others, .form = number_form_of(NULL, o->missing, o->missings)};
    }
    for (size_t i = 0; i < o->wants; i++) {
        const tb_want *w = &o->want[i];
        uint32_t id = pool_find(h->names, w->name, strlen(w->name));
        if (id)
            r->lane[id - 1] =
                (lane){.kind = w->kind, .form = number_form_of(w->unit, o->missing, o->missings)};
    }
    r->filter = SIZE_MAX;
    if (o->only_column)
        r->filter = pool_find(h->names, o->only_column, strlen(o->only_column)) - 1u;
    return 1;
}

int tb_head(reading *r) {
    const tb_options *o = r->options;
    const char *text = r->text.bytes;
    size_t start, before;
    if (o->separator && strchr("\"\r\n", o->separator))
        return fault_set(r->faults, FAULT_USAGE,
                         "a quote or a line end cannot be the separator of fields");
    r->body = csv_in_first_record(text, r->text.length, &start, &before);
    r->separator = o->separator ? o->separator : csv_in_separator(text + start, r->body - start);
    r->head_lines = before;
    head h = {.r = r, .most = o->most_columns ? o->most_columns : 10000, .good = 1};
    csv_in_sink sink = {on_name, on_end, &h};
    h.names = r->table->names = pool_open();
    h.in = csv_in_open(r->separator, 1, &sink);
    if (!h.names || !h.in) {
        csv_in_close(h.in);
        return fault_memory(r->faults);
    }
    int done = csv_in_feed(h.in, text + start, r->body - start) && csv_in_end(h.in);
    if (h.no_memory)
        fault_memory(r->faults);
    else if (h.too_many)
        fault_at(r->faults, FAULT_LIMIT, &(place){.file = r->path, .line = (long)before + 1},
                 "is the right character taken for the separator?", "more than %zu columns",
                 h.most);
    else if (!done)
        csv_in_fault(h.in, r->path, NULL, before, r->faults);
    else if (!h.columns)
        wrong(&h, 1, NULL, "a table begins with a line that names its columns",
              "the file is empty");
    if (done && h.columns) {
        for (size_t i = 0; i < o->wants; i++)
            if (o->want[i].kind != TB_SKIP && !o->want[i].optional) require(&h, o->want[i].name);
        if (o->only_column) require(&h, o->only_column);
    }
    r->head_lines = text_scan_range(text, 0, r->body, r->text.length).line_ends;
    csv_in_close(h.in);
    mem_free(h.first);
    return done && h.good && !h.no_memory && make_columns(&h);
}

/* ---- the kinds of columns that nobody declared ---- */

enum { LOOK_ROWS = 1000, LOOK_BYTES = 256 * 1024 };

/* Remembers the first cell that is no number, for messages. */
static int keep_odd(reading *r, tb_column *column, const tally *t, size_t line_base) {
    column->odd_line = (long)(line_base + t->odd_lines) + 1;
    column->odd_text = arena_text(&r->table->memory, t->odd_text, t->odd_length);
    return column->odd_text || fault_memory(r->faults);
}

static int decide(reading *r, const chunk *k) {
    for (size_t c = 0; c < r->table->columns; c++) {
        lane *l = &r->lane[c];
        if (l->kind != TB_GUESS) continue;
        l->kind = !k->tally[c].contradicted ? TB_NUMBER : l->dates ? TB_DATE : TB_TEXT;
        l->guessed = l->kind != TB_TEXT;
        if (k->tally[c].contradicted &&
            !keep_odd(r, &r->table->column[c], &k->tally[c], r->head_lines))
            return 0;
    }
    return 1;
}

int tb_guess(reading *r) {
    size_t columns = r->table->columns, guesses = 0;
    lane *lanes = r->lane, *looking = mem_zero(columns, sizeof *looking);
    if (!looking) return fault_memory(r->faults);
    for (size_t c = 0; c < columns; c++) {
        int guess = lanes[c].kind == TB_GUESS;
        lanes[c].dates = guess;
        looking[c] = lanes[c];
        guesses += (size_t)guess;
        if (!guess) looking[c].kind = TB_SKIP;
    }
    int done = 1;
    if (guesses) {
        size_t left = r->text.length - r->body;
        chunk k;
        r->lane = looking;
        chunk_init(&k, r, r->body, r->body + (left < LOOK_BYTES ? left : LOOK_BYTES));
        k.most = LOOK_ROWS;
        chunk_parse(&k);
        for (size_t c = 0; c < columns; c++) lanes[c].dates = looking[c].dates;
        r->lane = lanes;
        done = k.no_memory ? fault_memory(r->faults) : decide(r, &k);
        chunk_release(&k);
        atomic_store(&r->broken, 0); /* errors are those of the reading proper */
    }
    mem_free(looking);
    return done;
}

int tb_guess_again(reading *r, int *again) {
    *again = 0;
    for (size_t c = 0; c < r->table->columns; c++) {
        lane *l = &r->lane[c];
        const chunk *k = r->chunk, *end = k + r->chunks;
        while (l->guessed && k < end && !k->tally[c].contradicted) k++;
        if (!l->guessed || k == end) continue;
        *again = 1;
        double ignored;
        const tally *t = &k->tally[c];
        int date = l->kind == TB_NUMBER && l->dates &&
                   date_read(t->odd_text, t->odd_length, &ignored) == DATE_OK;
        if (l->kind == TB_NUMBER && !keep_odd(r, &r->table->column[c], t, k->line_base)) return 0;
        l->kind = date ? TB_DATE : TB_TEXT;
        l->guessed = date;
    }
    return 1;
}
