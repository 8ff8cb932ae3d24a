/* CSV: a document as one line for each cell, or its list as a table; results in long form, one row
 * for each combination of the axes.
 *
 * Columns of results are the axes (their labels), then one column for each array, named as the
 * output. Numbers are the shortest that read back to the same double; truths are true and false,
 * dates 2011-06-30, missing is empty. Texts are quoted and guarded as base/csv_cell.h says. The
 * text is UTF-8; its mark and its line ends are those of page.h. */
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/csv_cell.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/thread_pool.h"
#include "base/width.h"
#include "format/format.h"
#include "table/csv_out.h"

/* ---- documents ---- */

/* Numbers, truths and dates need no guard against spreadsheets. */
static void write_cell(csv_out *o, const document_cell *c) {
    if (!c->plain) {
        csv_out_missing(o);
        return;
    }
    int guard = o->guard;
    if (c->bare) o->guard = 0;
    csv_out_string(o, c->plain);
    o->guard = guard;
}

/* One line for each cell: block, line (from 1), column, value. */
static void write_cells(const document *p, csv_out *o) {
    static const char *const heads[] = {"block", "line", "column", "value"};
    buf text = BUF_INIT;
    paint ink;
    for (size_t i = 0; i < 4; i++) csv_out_string(o, heads[i]);
    csv_out_end(o);
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        size_t columns = b->columns ? b->columns : 1,
               cells = b->columns ? document_rows(b) * columns : 1;
        for (size_t k = 0; *b->id && k < cells; k++) {
            document_cell c =
                b->columns ? document_at(b, k / columns, k % columns, &text, &ink) : *b->cell;
            csv_out_string(o, b->id);
            csv_out_number(o, (double)(k / columns + 1));
            csv_out_string(o, b->columns ? b->column[k % columns].id : "text");
            write_cell(o, &c);
            csv_out_end(o);
        }
    }
    buf_release(&text);
}

/* ---- long tables, in pieces by several threads ---- */

typedef void write_rows(const void *of, size_t from, size_t to, buf *text);

enum {
    PIECE = 4096,    /* rows */
    ROUND = 2,       /* pieces of each thread before what they wrote is put out */
    MANY = 4 * PIECE /* rows from which other threads pay */
};

typedef struct pieces {
    write_rows *write;
    const void *of;
    size_t first, rows;
    buf *text;
} pieces;

static void write_piece(void *self, size_t piece, int worker) {
    pieces *p = self;
    size_t from = p->first + piece * PIECE, left = p->rows - from;
    (void)worker;
    buf_clear(&p->text[piece]);
    p->write(p->of, from, left < PIECE ? p->rows : from + PIECE, &p->text[piece]);
}

/* Rows come in their order, whoever wrote them. */
static void write_in_pieces(output *out, int threads, size_t rows, write_rows *write,
                            const void *of) {
    thread_pool *crew = rows < MANY || threads == 1 ? NULL : thread_pool_open(threads);
    size_t wide = ROUND * (size_t)thread_pool_threads(crew);
    pieces p = {write, of, 0, rows, mem_zero(wide, sizeof *p.text)};
    if (!p.text) out->held.failed = 1;
    while (p.text && p.first < rows && !out->ended && !out->failed && !out->held.failed) {
        size_t left = (rows - p.first + PIECE - 1) / PIECE, count = left < wide ? left : wide;
        thread_pool_run(crew, count, write_piece, &p);
        for (size_t k = 0; k < count; k++) {
            output_put(out, buf_string(&p.text[k]), p.text[k].length);
            out->held.failed |= p.text[k].failed;
        }
        p.first += count * PIECE;
    }
    for (size_t k = 0; p.text && k < wide; k++) buf_release(&p.text[k]);
    mem_free(p.text);
    thread_pool_close(crew);
}

/* ---- lists ---- */

/* A block of the list; `group`: its id stands in front of each row. */
typedef struct list_block {
    const document_block *b;
    int group, crlf;
} list_block;

static void write_list_rows(const void *of, size_t from, size_t to, buf *out) {
    const list_block *l = of;
    const document_block *b = l->b;
    csv_out o = csv_out_to(out, ',', 1);
    buf text = BUF_INIT;
    paint ink;
    o.crlf = l->crlf;
    for (size_t r = from; r < to; r++) {
        if (l->group) csv_out_string(&o, b->id);
        for (size_t k = 0; k < b->columns; k++) {
            if (b->figure && k >= b->keys) {
                csv_out_number(&o, b->figure(b->of, r, k));
                continue;
            }
            document_cell c = document_at(b, r, k, &text, &ink);
            write_cell(&o, &c);
        }
        csv_out_end(&o);
    }
    out->failed |= text.failed;
    buf_release(&text);
}

/* The list alone, as one table. */
static void write_list(const document *p, output *out, const csv_form *form) {
    int begun = 0;
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        if (!b->listed) continue;
        if (!begun++) {
            buf head = BUF_INIT;
            csv_out o = csv_out_to(&head, ',', 1);
            o.crlf = form->crlf;
            if (p->group) csv_out_string(&o, p->group);
            for (size_t k = 0; k < b->columns; k++) csv_out_string(&o, b->column[k].id);
            csv_out_end(&o);
            output_put(out, buf_string(&head), head.length);
            out->held.failed |= head.failed;
            buf_release(&head);
        }
        const list_block block = {b, p->group != NULL, form->crlf};
        write_in_pieces(out, b->figure ? form->threads : 1, document_rows(b), write_list_rows,
                        &block);
    }
}

/* ---- results ---- */

static void write_text(buf *b, const char *text) { csv_cell(b, text, strlen(text), ',', 1); }

/* One axis of the table: its labels as cells, each with its comma. */
typedef struct dial {
    buf cells;
    size_t *start; /* of each label in cells; one more at the end */
    size_t first, count;
} dial;

static int dial_open(dial *d, assess *a, const view_wish *w, const assess_axis *axis) {
    size_t picked = view_picked(a, w, axis);
    *d = (dial){.first = picked == VIEW_NONE ? 0 : picked,
                .count = picked == VIEW_NONE ? axis->size : 1};
    d->start = mem_take((d->count + 1) * sizeof *d->start);
    if (!d->start) return 0;
    for (size_t i = 0; i < d->count; i++) {
        d->start[i] = d->cells.length;
        write_text(&d->cells, assess_label(a, axis, d->first + i));
        buf_char(&d->cells, ',');
    }
    d->start[d->count] = d->cells.length;
    return !d->cells.failed;
}

static void write_element(buf *b, assess *a, const assess_array *x, double e) {
    if (isnan(e)) return;
    if (x->kind == ASSESS_TRUTH)
        buf_text(b, e != 0 ? "true" : "false");
    else if (x->kind == ASSESS_TEXT)
        write_text(b, assess_text(a, e));
    else
        view_date(b, e);
}

typedef struct table {
    assess *a;
    const assess_array *const *x;
    size_t count, rows;
    int axes;
    dial dial[ASSESS_AXES];
    size_t *stride[ASSESS_AXES]; /* of each array along each axis */
    size_t *start;               /* each array's element in the first row */
    const char *line_end;
} table;

/* Where a row stands: the label on each axis, and each array's element. */
typedef struct position {
    size_t label[ASSESS_AXES], *element;
} position;

/* The combinations of labels follow one another, the last axis changing fastest. */
static void go_to_row(const table *t, size_t row, position *p) {
    memcpy(p->element, t->start, t->count * sizeof *p->element);
    for (int k = t->axes - 1; k >= 0; k--) {
        p->label[k] = row % t->dial[k].count;
        row /= t->dial[k].count;
        for (size_t i = 0; i < t->count; i++) p->element[i] += p->label[k] * t->stride[k][i];
    }
}

static void next_row(const table *t, position *p) {
    for (int k = t->axes - 1; k >= 0; k--) {
        const dial *d = &t->dial[k];
        int carry = ++p->label[k] == d->count;
        if (carry) p->label[k] = 0;
        for (size_t i = 0; i < t->count; i++) {
            if (carry)
                p->element[i] -= (d->count - 1) * t->stride[k][i];
            else
                p->element[i] += t->stride[k][i];
        }
        if (!carry) return;
    }
}

static void write_row(const table *t, const position *p, buf *to) {
    for (int k = 0; k < t->axes; k++) {
        const dial *d = &t->dial[k];
        const size_t *at = d->start + p->label[k];
        buf_put(to, d->cells.text + at[0], at[1] - at[0]);
    }
    for (size_t i = 0; i < t->count; i++) {
        double e = t->x[i]->value[p->element[i]];
        if (t->x[i]->kind == ASSESS_NUMBER) {
            char *digits = buf_reserve(to, 40);
            if (!digits) return;
            to->length += decimal_write(e, digits);
        } else {
            write_element(to, t->a, t->x[i], e);
        }
        buf_text(to, i + 1 < t->count ? "," : t->line_end);
    }
}

static void write_table_rows(const void *of, size_t from, size_t to, buf *out) {
    const table *t = of;
    position p = {.element = mem_take((t->count + 1) * sizeof *p.element)};
    out->failed |= !p.element;
    if (p.element) go_to_row(t, from, &p);
    for (; from < to && !out->failed; from++) {
        write_row(t, &p, out);
        next_row(t, &p);
    }
    mem_free(p.element);
}

static void table_release(table *t) {
    for (int k = 0; k < t->axes; k++) {
        mem_free(t->dial[k].start);
        buf_release(&t->dial[k].cells);
    }
    mem_free(t->start);
}

/* Returns 0 without memory. */
static int table_open(table *t, const view_wish *w) {
    size_t *numbers = mem_zero(t->count * (size_t)(t->axes + 1), sizeof *numbers);
    t->start = numbers;
    t->rows = 1;
    if (!numbers) return 0;
    for (int k = 0; k < t->axes; k++) {
        const assess_axis *axis = &t->x[0]->axis[k];
        t->stride[k] = numbers + t->count * (size_t)(k + 1);
        if (!dial_open(&t->dial[k], t->a, w, axis)) return 0;
        t->rows *= t->dial[k].count;
        for (size_t i = 0; i < t->count; i++) {
            t->stride[k][i] = t->x[i]->stride[view_axis(t->x[i], axis->id)];
            t->start[i] += t->dial[k].first * t->stride[k][i];
        }
    }
    return 1;
}

static void write_head(const table *t, output *out) {
    buf head = BUF_INIT;
    for (int k = 0; k < t->axes; k++) {
        write_text(&head, t->x[0]->axis[k].name);
        buf_char(&head, ',');
    }
    for (size_t i = 0; i < t->count; i++) {
        write_text(&head, t->x[i]->name);
        buf_text(&head, i + 1 < t->count ? "," : t->line_end);
    }
    output_put(out, buf_string(&head), head.length);
    out->held.failed |= head.failed;
    buf_release(&head);
}

const char csv_byte_order_mark[] = "\xef\xbb\xbf";

int csv_put_table(output *out, assess *a, const view_wish *w, const assess_array *const *x,
                  size_t count, const csv_form *form) {
    table t = {
        .a = a, .x = x, .count = count, .axes = x[0]->axes, .line_end = form->crlf ? "\r\n" : "\n"};
    if (form->mark == CSV_MARK_YES) output_text(out, csv_byte_order_mark);
    int good = table_open(&t, w);
    if (good) write_head(&t, out);
    if (good) write_in_pieces(out, form->threads, t.rows, write_table_rows, &t);
    table_release(&t);
    return good;
}

/* ---- the writer ---- */

/* A terminal obeys what a file would only hold: there, texts are shown as in a report. */
static void show(output *to, const output *kept) {
    buf safe = BUF_INIT;
    const char *line = buf_string(&kept->held), *end = line + kept->held.length, *next;
    for (; line < end; line = next + 1) {
        next = memchr(line, '\n', (size_t)(end - line));
        if (!next) next = end;
        width_safe(&safe, line, (size_t)(next - line));
        buf_char(&safe, '\n');
    }
    output_put(to, buf_string(&safe), safe.length);
    to->held.failed |= safe.failed || kept->held.failed;
    buf_release(&safe);
}

void document_as_csv(const document *p, page *to) {
    buf csv = BUF_INIT;
    output kept = output_to(OUTPUT_KEEP, to->out->stop);
    output *out = isatty(to->out->fd) ? &kept : to->out;
    csv_out o = csv_out_to(&csv, ',', 1);
    o.crlf = to->csv.crlf;
    const document_results *r =
        p->blocks && p->block->kind == DOCUMENT_RESULTS ? &p->block->results : NULL;
    if (r)
        out->held.failed |=
            r->count && !csv_put_table(out, r->v->session, r->wish, r->x, r->count, &to->csv);
    else if (to->csv.mark == CSV_MARK_YES)
        output_text(out, csv_byte_order_mark);
    if (!r && p->list) write_list(p, out, &to->csv);
    if (!r && !p->list) write_cells(p, &o);
    output_put(out, buf_string(&csv), csv.length);
    out->held.failed |= csv.failed;
    if (out == &kept) show(to->out, &kept);
    output_release(&kept);
    buf_release(&csv);
}
