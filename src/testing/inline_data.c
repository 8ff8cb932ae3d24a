/* Rows of a test as the CSV file that a dataset would have been read from.
 *
 * A row names columns of the file, or, where the file is long, indicators: then it becomes a line
 * for each. What a row leaves out is empty; a key that has one natural value is filled in. A table
 * keeps the columns of the rules' own file, and their kinds, so that a test need not name them all.
 */
#include <string.h>

#include "base/csv_cell.h"
#include "base/suggest.h"
#include "base/text.h"
#include "table/csv_out.h"
#include "testing/inside.h"

typedef struct columns {
    const char **name;
    size_t count, capacity;
} columns;

typedef struct writing {
    assess *a;
    dataset *d;
    const given *g;
    columns all;      /* of the file, in order */
    const char *leaf; /* the key column of indicators in the long form, or NULL */
    buf *to;
    fault *f;
} writing;

static int refuse(writing *w, size_t row, const char *hint, const char *format, const char *what) {
    place at = {.file = w->g->path, .line = (long)row + 1};
    return fault_at(w->f, FAULT_DATA, &at, hint, format, what);
}

static int has(const columns *c, const char *name) {
    for (size_t i = 0; i < c->count; i++)
        if (!strcmp(c->name[i], name)) return 1;
    return 0;
}

static int append_column(writing *w, const char *name) {
    if (!name || has(&w->all, name)) return 1;
    if (w->all.count == w->all.capacity) {
        size_t capacity = w->all.capacity ? 2 * w->all.capacity : 32;
        const char **grown = arena_zero(&w->a->memory, capacity, sizeof *grown);
        if (!grown) return fault_memory(w->f);
        if (w->all.count) memcpy(grown, w->all.name, w->all.count * sizeof *grown);
        w->all.name = grown;
        w->all.capacity = capacity;
    }
    w->all.name[w->all.count++] = name;
    return 1;
}

static const given_cell *cell(const given_row *r, const char *column) {
    for (size_t i = 0; i < r->cells; i++)
        if (!strcmp(r->cell[i].column, column)) return &r->cell[i];
    return NULL;
}

/* ---- the columns of the file ---- */

/* A table's own file says what further columns there are, and which of them hold texts or dates. */
static int own_columns(writing *w) {
    dataset *d = w->d;
    fault ignored = FAULT_INIT;
    tb_options o = {.encoding = d->spec.encoding,
                    .separator = d->spec.separator,
                    .threads = 1,
                    .keep = 1,
                    .missing = d->spec.missing,
                    .missings = d->spec.missings};
    tb_table *t = tb_read(d->spec.path, &o, w->a->h->strings, &ignored, &ignored);
    size_t count = t ? tb_columns(t) : 0;
    tb_want *want = arena_take(&w->a->memory, (d->spec.wants + count + 1) * sizeof *want);
    int fine = want || fault_memory(w->f);
    if (fine && d->spec.wants) memcpy(want, d->spec.want, d->spec.wants * sizeof *want);
    for (size_t i = 0; fine && i < count; i++) {
        const tb_column *c = tb_column_at(t, i);
        const char *name = session_keep(w->a, c->name);
        int known = 0;
        fine = append_column(w, name);
        for (size_t k = 0; k < d->spec.wants; k++) known |= !strcmp(want[k].name, name);
        for (size_t k = 0; k < d->spec.checks; k++) known |= !strcmp(d->spec.check[k].column, name);
        if (!known && c->missing < tb_rows(t) && (c->kind == TB_TEXT || c->kind == TB_DATE))
            want[d->spec.wants++] = (tb_want){.name = name, .kind = c->kind};
    }
    if (fine) d->spec.want = want;
    tb_close(t);
    fault_release(&ignored);
    return fine;
}

static int table_columns(writing *w) {
    const ds_spec *s = &w->d->spec;
    int fine = append_column(w, s->label) && own_columns(w);
    for (size_t i = 0; fine && i < s->checks; i++) fine = append_column(w, s->check[i].column);
    for (size_t i = 0; fine && i < s->wants; i++) fine = append_column(w, s->want[i].name);
    return fine;
}

static int keyed_columns(writing *w) {
    const ds_spec *s = &w->d->spec;
    const char *leaf = dataset_leaf_axis(&w->a->s->data);
    int fine = 1;
    for (size_t i = 0; fine && i < s->keys; i++) {
        fine = append_column(w, s->key[i].column);
        if (s->value && !strcmp(s->key[i].axis, leaf)) w->leaf = s->key[i].column;
    }
    fine = fine && append_column(w, s->value) && append_column(w, s->unit_of_measure);
    for (size_t i = 0; fine && i < s->carries; i++) fine = append_column(w, s->carry[i]);
    return fine;
}

/* ---- rows ---- */

/* A key that a row leaves out: the year of params.year; units are called X, or X1, X2 … */
static const char *filled(writing *w, const char *column, size_t row) {
    const ds_spec *s = &w->d->spec;
    const char *axis = "";
    for (size_t i = 0; i < s->keys; i++)
        if (!strcmp(s->key[i].column, column)) axis = s->key[i].axis;
    if (!s->keys && s->label && !strcmp(s->label, column))
        return arena_print(&w->a->memory, "%zu", row + 1);
    if (!strcmp(axis, "unit"))
        return w->g->rows == 1 ? "X" : arena_print(&w->a->memory, "X%zu", row + 1);
    const md_leaf *year = !strcmp(axis, "year") ? model_leaf(&w->a->s->m, "params.year") : NULL;
    return year ? model_leaf_text(&w->a->s->m, year) : NULL;
}

static int is_key(const writing *w, const char *column) {
    for (size_t i = 0; i < w->d->spec.keys; i++)
        if (!strcmp(w->d->spec.key[i].column, column)) return 1;
    return !w->d->spec.keys && w->d->spec.label && !strcmp(w->d->spec.label, column);
}

/* One line; in the long form that of an indicator. */
static int put_line(writing *w, const given_row *r, size_t row, const given_cell *value) {
    csv_out o = csv_out_to(w->to, ',', 0);
    for (size_t i = 0; i < w->all.count; i++) {
        const char *column = w->all.name[i];
        const given_cell *c = cell(r, column);
        if (value && !strcmp(column, w->leaf)) {
            csv_out_string(&o, value->column);
        } else if (value && !strcmp(column, w->d->spec.value)) {
            csv_out_text(&o, value->text, value->length);
        } else if (c) {
            csv_out_text(&o, c->text, c->length);
        } else if (is_key(w, column)) {
            const char *text = filled(w, column, row);
            if (!text)
                return refuse(w, row, "every row says where it belongs", "the row has no '%s'",
                              column);
            csv_out_string(&o, text);
        } else {
            csv_out_missing(&o);
        }
    }
    csv_out_end(&o);
    return 1;
}

static int put_row(writing *w, const given_row *r, size_t row) {
    const ds_spec *s = &w->d->spec;
    if (!w->leaf || cell(r, s->value)) return put_line(w, r, row, NULL);
    int fine = 1;
    for (size_t i = 0; fine && i < r->cells; i++)
        if (!has(&w->all, r->cell[i].column)) fine = put_line(w, r, row, &r->cell[i]);
    return fine;
}

/* A column of the rows that the file does not have. */
static int check_columns(writing *w) {
    int fine = 1;
    for (size_t i = 0; i < w->g->rows; i++) {
        const given_row *r = &w->g->row[i];
        int long_form = w->leaf && !cell(r, w->d->spec.value);
        for (size_t k = 0; !long_form && k < r->cells; k++) {
            const char *name = r->cell[k].column;
            if (has(&w->all, name)) continue;
            suggestion near = suggest_for(name);
            for (size_t n = 0; n < w->all.count; n++) suggest_try(&near, w->all.name[n]);
            const char *best = suggest_best(&near);
            const char *hint =
                best ? arena_print(&w->a->memory, text_message("did you mean '%s'?"), best) : NULL;
            fine = refuse(w, i, hint, "the data has no column '%s'", name);
        }
    }
    return fine;
}

const char *inline_data_text(assess *a, dataset *d, const given *g, size_t *length, fault *f) {
    buf text = BUF_INIT;
    writing w = {.a = a, .d = d, .g = g, .to = &text, .f = f};
    int fine = d->spec.keys ? keyed_columns(&w) : table_columns(&w);
    int wide = d->spec.keys && !d->spec.value && !w.leaf;
    int free_columns = wide || (!d->spec.keys && w.all.count == (d->spec.label != NULL));
    for (size_t i = 0; fine && free_columns && i < g->rows; i++)
        for (size_t k = 0; fine && k < g->row[i].cells; k++)
            fine = append_column(&w, g->row[i].cell[k].column);
    fine = fine && check_columns(&w);
    csv_out head = csv_out_to(&text, ',', 0);
    for (size_t i = 0; fine && i < w.all.count; i++) csv_out_string(&head, w.all.name[i]);
    if (fine) csv_out_end(&head);
    for (size_t i = 0; fine && i < g->rows; i++) fine = put_row(&w, &g->row[i], i);
    if (fine && text.failed) fine = fault_memory(f);
    char *own = fine ? arena_text(&a->memory, buf_string(&text), text.length) : NULL;
    if (fine && !own) fault_memory(f);
    *length = text.length;
    buf_release(&text);
    return own;
}
