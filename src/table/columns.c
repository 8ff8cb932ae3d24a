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
#include "table/header.h"

/* ---- the header ---- */

typedef struct head {
    reading *r;
    pool *names;
    csv_in *in;
    size_t columns, most;
    size_t *first; /* for every name of the pool the column that had it first, from 1 */
    size_t cap;
    const char **upper; /* what the records above say of each column, joined */
    size_t uppers, upper_cap;
    const char *spanning; /* the heading before the next one in an upper record */
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

static void stop_without_memory(head *h) {
    h->no_memory = 1;
    csv_in_stop(h->in);
}

/* A heading of an upper record; an empty one is that to its left. */
static void on_upper(void *self, const char *text, size_t length) {
    head *h = self;
    arena *memory = &h->r->table->memory;
    size_t c = h->columns++;
    text = number_trim(text, &length);
    if (length || h->r->table->spans) h->spanning = arena_text(memory, text, length);
    if (!MEM_RESERVE(h->upper, c + 1, h->upper_cap) || !h->spanning) {
        stop_without_memory(h);
        return;
    }
    if (c == h->uppers) h->upper[h->uppers++] = "";
    const char *before = h->upper[c];
    h->upper[c] = *before ? arena_print(memory, "%s %s", before, h->spanning) : h->spanning;
    if (!h->upper[c]) stop_without_memory(h);
}

/* The name of the next column. */
static void name_of(head *h, const char *text, size_t length, buf *name) {
    size_t n = length, c = h->columns - 1;
    const char *own = number_trim(text, &n), *above = c < h->uppers ? h->upper[c] : "";
    if (!*above && n && !h->r->options->trim) {
        own = text;
        n = length;
    }
    header_name(above, c && c < h->uppers ? h->upper[c - 1] : NULL, own, n, name);
}

static void on_name(void *self, const char *text, size_t length) {
    head *h = self;
    size_t line = h->r->head_lines + csv_in_lines(h->in) + 1;
    if (++h->columns > h->most) {
        h->too_many = 1;
        csv_in_stop(h->in);
        return;
    }
    buf name = BUF_INIT;
    name_of(h, text, length, &name);
    /* The first column may do without a name. Others get one that no header has, so that the
     * numbers of names stay those of columns. */
    if (!name.length && h->columns > 1) buf_print(&name, "%c%zu", 0, h->columns);
    uint32_t before = pool_count(h->names), id = 0;
    if (!name.failed) id = pool_put(h->names, name.length ? name.text : "", name.length);
    if (!id) {
        stop_without_memory(h);
    } else if (id <= before) {
        wrong(h, line, pool_text(h->names, id), "give each column a name of its own",
              "columns %zu and %zu have the same name", h->first[id - 1], h->columns);
    } else if (!MEM_RESERVE(h->first, id, h->cap)) {
        stop_without_memory(h);
    } else {
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
    if (h->r->table->header_hint)
        buf_text(&hint, h->r->table->header_hint);
    else if (!suggest_hint(&hint, suggest_among(name, name_at, h)))
        list_names(h, &hint);
    wrong(h, (size_t)h->r->table->header_line, NULL, buf_string(&hint), "no column '%s'", name);
    buf_release(&hint);
}

/* Whether all that is wanted stands in the header, so that it is one. */
static int has_all(const head *h) {
    const tb_options *o = h->r->options;
    size_t needed = 0;
    for (size_t i = 0; i < o->wants; i++) {
        const tb_want *w = &o->want[i];
        if (w->optional) continue;
        if (!pool_find(h->names, w->name, strlen(w->name))) return 0;
        needed++;
    }
    return needed > 0;
}

/* A column that tb_read_left reads, or nobody. */
static void leave_out(tb_table *t, lane *l, size_t column) {
    l->kind = TB_SKIP;
    l->guessed = 0;
    t->column[column].left = 1;
}

static int make_columns(head *h) {
    reading *r = h->r;
    const tb_options *o = r->options;
    tb_table *t = r->table;
    uint32_t n = pool_count(h->names);
    t->columns = n;
    t->column = arena_zero(&t->memory, n, sizeof *t->column);
    r->lane = mem_zero(n ? n : 1, sizeof *r->lane);
    if (!t->column || !r->lane) return fault_memory(r->faults);
    number_form form = number_form_of(NULL, o->missing, o->missings);
    form.decimal = o->decimal;
    for (uint32_t i = 0; i < n; i++) {
        const char *name = pool_text(h->names, i + 1);
        t->column[i].unnamed = !*name;
        t->column[i].name = *name ? name : arena_print(&t->memory, "column %lu", i + 1ul);
        if (!t->column[i].name) return fault_memory(r->faults);
        lane *l = &r->lane[i];
        *l = *name ? (lane){.kind = o->others, .form = form}
                   : (lane){.kind = TB_SKIP, .blank = !o->drop_unnamed};
        l->leaves =
            l->kind == TB_GUESS && r->pieces && !r->before && o->leave && o->leave(o->self, name);
        if (l->leaves && !o->leave_texts) leave_out(t, l, i);
        if (o->pivot && *name)
            l->pivot = o->pivot->read(o->pivot->self, name, &l->heading, r->faults);
        if (l->pivot < 0) return 0;
        if (!l->pivot) continue;
        l->kind = TB_NUMBER;
        l->form = number_form_of(o->pivot->unit, o->missing, o->missings);
        l->form.decimal = o->decimal;
    }
    for (size_t i = 0; i < o->wants; i++) {
        const tb_want *w = &o->want[i];
        uint32_t id = pool_find(h->names, w->name, strlen(w->name));
        if (!id) continue;
        lane *l = &r->lane[id - 1];
        if (l->pivot && w->optional) continue;
        *l = (lane){.kind = w->kind, .form = number_form_of(w->unit, o->missing, o->missings)};
        l->form.decimal = o->decimal;
        t->column[id - 1].name = pool_text(h->names, id);
        t->column[id - 1].unnamed = t->column[id - 1].left = 0;
    }
    for (uint32_t i = 0; r->before && i < n; i++)
        if (i >= r->before->columns || !r->before->column[i].left)
            r->lane[i] = (lane){.kind = TB_SKIP};
    for (uint32_t i = 0; r->pass && i < n; i++) {
        const tb_column *c = i < r->passed->columns ? &r->passed->column[i] : NULL;
        int wanted = c && c->kind != TB_SKIP && (!r->pass->need || r->pass->need[i]);
        r->lane[i].blank = 0;
        r->lane[i].kind = wanted ? c->kind : TB_SKIP;
    }
    r->filter = SIZE_MAX;
    if (o->only_column)
        r->filter = pool_find(h->names, o->only_column, strlen(o->only_column)) - 1u;
    return 1;
}

/* Reads one record of the header from *at on, which is moved behind it. */
static int read_record(head *h, size_t *at, void (*field)(void *, const char *, size_t)) {
    reading *r = h->r;
    const char *text = r->text.bytes + *at;
    size_t start, before, end;
    end = csv_in_first_record(text, r->text.length - *at, &start, &before);
    r->head_lines = text_scan_range(r->text.bytes, 0, *at + start, r->text.length).line_ends;
    r->table->header_line = (long)r->head_lines + 1;
    if (!r->separator) r->separator = csv_in_separator(text + start, end - start);
    const csv_in_sink sink = {.field = field, .record = on_end, .self = h};
    csv_in_close(h->in);
    h->in = csv_in_open(r->separator, 1, &sink);
    if (!h->in) return fault_memory(r->faults);
    h->columns = 0;
    h->spanning = "";
    *at += end;
    if (csv_in_feed(h->in, text + start, end - start) && csv_in_end(h->in)) return 1;
    if (h->no_memory)
        fault_memory(r->faults);
    else if (h->too_many)
        fault_at(r->faults, FAULT_LIMIT, &(place){.file = r->path, .line = r->table->header_line},
                 "is the right character taken for the separator?", "more than %zu columns",
                 h->most);
    else
        csv_in_fault(h->in, r->path, NULL, r->head_lines, r->faults);
    return 0;
}

static int read_header(head *h) {
    reading *r = h->r;
    const tb_options *o = r->options;
    size_t line = o->header[0], uppers = line ? o->header[1] - line : 0;
    r->body = layout_line(r, line);
    if (line > 1 && r->body == r->text.length) {
        wrong(h, line, NULL, NULL, "the header should be in line %zu, where the file has ended",
              line);
        return 0;
    }
    for (size_t i = 0; i < uppers; i++)
        if (!read_record(h, &r->body, on_upper)) return 0;
    if (!read_record(h, &r->body, on_name)) return 0;
    if (!h->columns)
        wrong(h, 1, NULL, "a table begins with a line that names its columns", "the file is empty");
    else
        r->table->header_hint = layout_header_hint(r, has_all(h));
    for (size_t i = 0; h->columns && i < o->wants; i++)
        if (o->want[i].kind != TB_SKIP && !o->want[i].optional) require(h, o->want[i].name);
    if (h->columns && o->only_column) require(h, o->only_column);
    r->head_lines = text_scan_range(r->text.bytes, 0, r->body, r->text.length).line_ends;
    return h->good;
}

int tb_head(reading *r) {
    const tb_options *o = r->options;
    if (o->separator && strchr("\"\r\n", o->separator))
        return fault_set(r->faults, FAULT_USAGE,
                         "a quote or a line end cannot be the separator of fields");
    head h = {.r = r, .most = o->most_columns ? o->most_columns : 20000, .good = 1};
    r->separator = o->separator;
    h.names = r->table->names = pool_open();
    int done = h.names ? read_header(&h) : fault_memory(r->faults);
    csv_in_close(h.in);
    mem_free(h.first);
    mem_free(h.upper);
    return done && make_columns(&h) && layout_footer(r);
}

/* ---- the kinds of columns that nobody declared ---- */

enum { LOOK_ROWS = 1000, LOOK_BYTES = 256 * 1024 };

/* Remembers the first cell that is no number, for messages. */
static int keep_odd(reading *r, tb_column *column, size_t lines, const char *text, size_t length) {
    column->odd_line = (long)lines + 1;
    column->odd_text = arena_text(&r->table->memory, text, length);
    return column->odd_text || fault_memory(r->faults);
}

static int decide(reading *r, const chunk *k) {
    for (size_t c = 0; c < r->table->columns; c++) {
        lane *l = &r->lane[c];
        if (l->kind != TB_GUESS) continue;
        const tally *t = &k->tally[c];
        l->kind = !t->contradicted ? TB_NUMBER : l->dates ? TB_DATE : TB_TEXT;
        l->guessed = l->kind != TB_TEXT;
        if (t->contradicted && !keep_odd(r, &r->table->column[c], r->head_lines + t->odd_lines,
                                         t->odd_text, t->odd_length))
            return 0;
        if (l->leaves && l->kind == TB_TEXT) leave_out(r->table, l, c);
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
        const finding *n = &r->found[c];
        if (!l->guessed || !n->contradicted) continue;
        *again = 1;
        double ignored;
        int date = l->kind == TB_NUMBER && l->dates &&
                   date_read(n->odd_text, n->odd_length, &ignored) == DATE_OK;
        if (l->kind == TB_NUMBER &&
            !keep_odd(r, &r->table->column[c], n->odd_lines, n->odd_text, n->odd_length))
            return 0;
        l->kind = date ? TB_DATE : TB_TEXT;
        l->guessed = date;
        if (l->leaves && !date) leave_out(r->table, l, c);
    }
    return 1;
}
