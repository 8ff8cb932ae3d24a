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

/* The list alone, as one table. */
static void write_list(const document *p, csv_out *o) {
    buf text = BUF_INIT;
    paint ink;
    int begun = 0;
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        if (!b->listed) continue;
        if (!begun++) {
            if (p->group) csv_out_string(o, p->group);
            for (size_t k = 0; k < b->columns; k++) csv_out_string(o, b->column[k].id);
            csv_out_end(o);
        }
        for (size_t r = 0; r < document_rows(b); r++) {
            if (p->group) csv_out_string(o, b->id);
            for (size_t k = 0; k < b->columns; k++) {
                document_cell c = document_at(b, r, k, &text, &ink);
                write_cell(o, &c);
            }
            csv_out_end(o);
        }
    }
    buf_release(&text);
}

/* ---- results ---- */

static void write_text(buf *b, const char *text) { csv_cell(b, text, strlen(text), ',', 1); }

/* One axis of the table: its labels as cells, each with its comma, and where it stands. */
typedef struct dial {
    buf cells;
    size_t *start; /* of each label in cells; one more at the end */
    size_t first, count, at;
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
    output *out;
    assess *a;
    const assess_array *const *x;
    size_t count;
    int axes;
    dial dial[ASSESS_AXES];
    size_t *stride[ASSESS_AXES]; /* of each array along each axis */
    size_t *at;                  /* where each array's element is */
    const char *line_end;
} table;

static void write_row(table *t) {
    for (int k = 0; k < t->axes; k++) {
        const dial *d = &t->dial[k];
        size_t length = d->start[d->at + 1] - d->start[d->at];
        char *to = output_reserve(t->out, length);
        if (!to) return;
        memcpy(to, d->cells.text + d->start[d->at], length);
        t->out->held.length += length;
    }
    for (size_t i = 0; i < t->count; i++) {
        double e = t->x[i]->value[t->at[i]];
        char *to = output_reserve(t->out, 40);
        if (!to) return;
        if (t->x[i]->kind == ASSESS_NUMBER)
            t->out->held.length += decimal_write(e, to);
        else
            write_element(&t->out->held, t->a, t->x[i], e);
        buf_text(&t->out->held, i + 1 < t->count ? "," : t->line_end);
    }
}

/* The next combination, the last axis changing fastest; 0 after the last. */
static int next_row(table *t) {
    for (int k = t->axes - 1; k >= 0; k--) {
        dial *d = &t->dial[k];
        int carry = ++d->at == d->count;
        if (carry) d->at = 0;
        for (size_t i = 0; i < t->count; i++) {
            if (carry)
                t->at[i] -= (d->count - 1) * t->stride[k][i];
            else
                t->at[i] += t->stride[k][i];
        }
        if (!carry) return 1;
    }
    return 0;
}

static void table_release(table *t) {
    for (int k = 0; k < t->axes; k++) {
        mem_free(t->dial[k].start);
        buf_release(&t->dial[k].cells);
    }
    mem_free(t->at);
}

/* Returns 0 without memory. */
static int table_open(table *t, const view_wish *w) {
    size_t *numbers = mem_zero(t->count * (size_t)(t->axes + 1), sizeof *numbers);
    t->at = numbers;
    if (!numbers) return 0;
    for (int k = 0; k < t->axes; k++) {
        const assess_axis *axis = &t->x[0]->axis[k];
        t->stride[k] = numbers + t->count * (size_t)(k + 1);
        if (!dial_open(&t->dial[k], t->a, w, axis)) return 0;
        for (size_t i = 0; i < t->count; i++) {
            t->stride[k][i] = t->x[i]->stride[view_axis(t->x[i], axis->id)];
            t->at[i] += t->dial[k].first * t->stride[k][i];
        }
    }
    return 1;
}

static void write_head(const table *t) {
    buf head = BUF_INIT;
    for (int k = 0; k < t->axes; k++) {
        write_text(&head, t->x[0]->axis[k].name);
        buf_char(&head, ',');
    }
    for (size_t i = 0; i < t->count; i++) {
        write_text(&head, t->x[i]->name);
        buf_text(&head, i + 1 < t->count ? "," : t->line_end);
    }
    output_put(t->out, buf_string(&head), head.length);
    t->out->held.failed |= head.failed;
    buf_release(&head);
}

const char csv_byte_order_mark[] = "\xef\xbb\xbf";

int csv_write(output *out, assess *a, const view_wish *w, const assess_array *const *x,
              size_t count, const csv_form *form) {
    table t = {.out = out,
               .a = a,
               .x = x,
               .count = count,
               .axes = x[0]->axes,
               .line_end = form->crlf ? "\r\n" : "\n"};
    if (form->mark == CSV_MARK_YES) output_text(out, csv_byte_order_mark);
    int good = table_open(&t, w), empty = 0;
    for (int k = 0; k < t.axes; k++) empty |= t.dial[k].count == 0;
    if (good) write_head(&t);
    if (good && !empty) do
            write_row(&t);
        while (!out->ended && !out->failed && next_row(&t));
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
            r->count && !csv_write(out, r->v->session, r->wish, r->x, r->count, &to->csv);
    else if (to->csv.mark == CSV_MARK_YES)
        output_text(out, csv_byte_order_mark);
    if (!r && p->list) write_list(p, &o);
    if (!r && !p->list) write_cells(p, &o);
    output_put(out, buf_string(&csv), csv.length);
    out->held.failed |= csv.failed;
    if (out == &kept) show(to->out, &kept);
    output_release(&kept);
    buf_release(&csv);
}
