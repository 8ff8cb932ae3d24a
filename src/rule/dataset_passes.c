/* Cells that the rules restrict; and tables whose rows are not in memory: when a table is one,
 * whose cells are checked in windows, and where its rows come from. */
#include <string.h>

#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "rule/dataset.h"
#include "table/date.h"

/* What the rules say of the cells of a column: that they are labels of an axis, or lie within
 * bounds. Every cell that does not is a fault of its own. */

/* The axis of a check; a table whose rows make it is read first. */
static int axis_of(datasets *d, const dataset *s, const ds_check *c, fault *f) {
    for (size_t i = 0; i < d->count && ax_find(d->m->space, c->axis) == AX_NONE; i++) {
        dataset *other = d->item[i];
        if (!other->spec.keys && other->spec.rows && !strcmp(other->spec.rows, c->axis) &&
            other != s && !dataset_table(d, other, f))
            return AX_NONE;
    }
    int axis = ax_find(d->m->space, c->axis);
    if (axis == AX_NONE && !f->kind) {
        place at = {.file = sources_name(d->m->files, s->spec.at.file), .line = s->spec.at.line};
        fault_at(f, FAULT_RULE, &at,
                 "a table makes it with its rows: csv(path, { rows = \"unit\", label = \"unit\" })",
                 "labels: '%s' has no axis '%s' to be labels of", c->column, c->axis);
    }
    return axis;
}

static int check_label(datasets *d, const dataset *s, const tb_column *c, size_t row, int axis,
                       const char *item, size_t length, fault *f) {
    const ax_axis *a = ax_get(d->m->space, axis);
    uint32_t label = pool_put(d->m->strings, item, length);
    if (!label) return fault_memory(f);
    if (ax_position(d->m->space, axis, label) >= 0) return 1;
    const char *text = pool_text(d->m->strings, label);
    const char *hint = suggest_text(&d->memory, label_nearest(d->m->space, axis, text));
    return tb_fault(s->table, row, c, hint, f, "'%s' is no %s", text, text_kind(a->name));
}

/* Rows that are not in memory get their labels when cells are to be some of them. */
static int name_rows(const datasets *d, int axis, fault *f) {
    const ax_axis *a = ax_get(d->m->space, axis);
    if (a->label) return 1;
    uint32_t *label = mem_take(((size_t)a->size + 1) * sizeof *label);
    int fine = label && pool_numbers(d->m->strings, a->size, label) ? 1 : fault_memory(f);
    fine = fine && ax_name_rows(d->m->space, axis, label, f);
    mem_free(label);
    return fine;
}

/* Marks the labels of an axis that are lists of one: themselves. */
static void mark_single_labels(const datasets *d, int axis, unsigned char *good, uint32_t texts) {
    const ax_axis *a = ax_get(d->m->space, axis);
    for (uint32_t i = 0; i < a->size; i++) {
        const char *text = pool_text(d->m->strings, a->label[i]), *at = text, *item;
        size_t length;
        if (a->label[i] <= texts && list_next(&at, NULL, &item, &length) && !at && item == text &&
            !text[length])
            good[a->label[i]] = 1;
    }
}

static int check_labels(datasets *d, const dataset *s, const ds_check *check, const tb_column *c,
                        fault *f) {
    int axis = axis_of(d, s, check, f), fine = 1;
    if (axis == AX_NONE || !name_rows(d, axis, f)) return 0;
    /* Which cells were found right; those that check_label adds to the pool are none of them. */
    uint32_t texts = pool_count(d->m->strings);
    unsigned char *good = mem_zero((size_t)texts + 1, 1);
    if (!good) return fault_memory(f);
    mark_single_labels(d, axis, good, texts);
    for (size_t r = 0; r < tb_rows(s->table); r++) {
        uint32_t cell = c->value[r] == c->value[r] ? (uint32_t)c->value[r] : 0;
        if (!cell || good[cell]) continue;
        const char *at = pool_text(d->m->strings, cell), *item;
        size_t length;
        int right = 1;
        while (list_next(&at, NULL, &item, &length))
            right &= check_label(d, s, c, r, axis, item, length, f);
        good[cell] = (unsigned char)right;
        fine &= right;
    }
    mem_free(good);
    return fine;
}

static int check_bounds(datasets *d, const dataset *s, const ds_check *check, const tb_column *c,
                        fault *f) {
    double bound[2] = {check->bound[0], check->bound[1]};
    const char *shown[2];
    int fine = 1;
    for (int k = 0; k < 2; k++) {
        const char *day = check->day[k];
        if (!day == (c->kind == TB_DATE) ||
            (day && date_read(day, strlen(day), &bound[k]) != DATE_OK)) {
            place at = {.file = sources_name(d->m->files, s->spec.at.file),
                        .line = s->spec.at.line};
            return fault_at(f, FAULT_RULE, &at, "numbers for numbers, \"2011-01-01\" for dates",
                            "within: the bounds of '%s' are not of its kind", check->column);
        }
        char text[32];
        text[day ? 0 : decimal_write(bound[k], text)] = 0;
        shown[k] = day ? day : arena_text(&d->memory, text, strlen(text));
        if (!shown[k]) return fault_memory(f);
    }
    for (size_t r = 0; r < tb_rows(s->table); r++) {
        double x = c->value[r];
        if (!(x < bound[0]) && !(x > bound[1])) continue;
        char text[64];
        if (check->day[0])
            date_write(x, text);
        else
            text[decimal_write(x, text)] = 0;
        fine =
            tb_fault(s->table, r, c, NULL, f, "%s lies outside %s to %s", text, shown[0], shown[1]);
    }
    return fine;
}

static int check_column(datasets *d, const dataset *s, const ds_check *check, const tb_column *c,
                        fault *f) {
    place at = tb_place(s->table, tb_header_line(s->table), check->column);
    if (check->axis && c->kind == TB_TEXT) return check_labels(d, s, check, c, f);
    if (!check->axis && (c->kind == TB_NUMBER || c->kind == TB_DATE))
        return check_bounds(d, s, check, c, f);
    return c->missing == tb_rows(s->table) ||
           fault_at(f, FAULT_DATA, &at, NULL,
                    check->axis ? "'%s' holds no texts" : "'%s' holds neither numbers nor dates",
                    check->column);
}

int dataset_check_cells(datasets *d, const dataset *s, fault *f) {
    int fine = 1;
    for (size_t i = 0; i < s->spec.checks; i++) {
        place at = tb_place(s->table, tb_header_line(s->table), s->spec.check[i].column);
        if (!tb_column_named(s->table, s->spec.check[i].column))
            fine = fault_at(f, FAULT_DATA, &at, NULL, "there is no column '%s'",
                            s->spec.check[i].column);
    }
    for (size_t k = 0; k < tb_columns(s->table); k++) {
        const tb_column *c = tb_column_at(s->table, k);
        for (size_t i = 0; i < s->spec.checks; i++)
            if (!strcmp(s->spec.check[i].column, c->name))
                fine &= check_column(d, s, &s->spec.check[i], c, f);
    }
    return fine;
}

/* ---- tables whose rows are not in memory ---- */

size_t dataset_keep_most(const datasets *d, const dataset *t) {
    /* What looks into all rows at once: labels, which differ, and texts and figures that change. */
    const int plain = !t->spec.keys && !t->spec.label && !t->text && !t->edits && !t->figures &&
                      !t->spec.headings.match && !t->spec.unify && !d->unify;
    const size_t room = limits_room();
    return d->may_pass && plain && room < SIZE_MAX ? room / 2 + 1 : 0;
}

typedef struct checking {
    datasets *d;
    dataset t; /* with the window for its table */
} checking;

static int check_window(void *self, const tb_table *window, size_t from, fault *f) {
    checking *c = self;
    (void)from;
    c->t.table = (tb_table *)(uintptr_t)window; /* which is only looked at */
    dataset_check_cells(c->d, &c->t, f);
    return !f->count || f->kind == FAULT_DATA;
}

static size_t window_rows(const dataset *t) {
    enum { CELLS = 1 << 20 };
    const size_t rows = CELLS / (tb_columns(t->table) + 1);
    return rows < EX_WINDOW ? EX_WINDOW : rows;
}

int dataset_begin_passing(datasets *d, dataset *t, fault *f) {
    checking c = {d, *t};
    const tb_rows_pass pass = {.window = window_rows(t), .each = check_window, .self = &c};
    t->passed = tb_passing(t->table);
    if (t->spec.checks && !dataset_pass_rows(d, t, &pass, f)) return 0;
    t->rows_axis = ax_make_rows(d->m->space, t->spec.rows ? t->spec.rows : t->spec.name,
                                (uint32_t)tb_rows(t->table), f);
    if (t->rows_axis == AX_NONE) return 0;
    d->rows.axes |= AX_BIT(t->rows_axis);
    return 1;
}

/* ---- rows for the run ---- */

static dataset *table_of(const datasets *d, int axis) {
    for (size_t i = 0; i < d->count; i++)
        if (!d->item[i]->spec.keys && d->item[i]->made && d->item[i]->rows_axis == axis)
            return d->item[i];
    return NULL;
}

typedef struct passing {
    const uint32_t *column;
    size_t columns;
    const double **value;
    int (*each)(void *of, const ex_window *w, fault *f);
    void *of;
} passing;

static int hand_on(void *self, const tb_table *window, size_t from, fault *f) {
    passing *p = self;
    for (size_t i = 0; i < p->columns; i++) p->value[i] = tb_column_at(window, p->column[i])->value;
    return p->each(p->of, &(ex_window){from, tb_rows(window), p->value}, f);
}

static int pass(void *self, int axis, const uint32_t *column, size_t columns, size_t window,
                int (*each)(void *of, const ex_window *w, fault *f), void *of, fault *f) {
    datasets *d = self;
    dataset *t = table_of(d, axis);
    passing p = {column, columns, mem_take((columns + 1) * sizeof *p.value), each, of};
    unsigned char *need = mem_zero(tb_columns(t->table) + 1, 1);
    const tb_rows_pass rows = {.window = window, .need = need, .each = hand_on, .self = &p};
    for (size_t i = 0; need && i < columns; i++) need[column[i]] = 1;
    int fine = p.value && need ? dataset_pass_rows(d, t, &rows, f) : fault_memory(f);
    mem_free(p.value);
    mem_free(need);
    return fine;
}

/* "tasks.csv, 3000000 rows with 137 MiB, is too large …, and `median` needs all rows at once". */
static int refuse(const datasets *d, const dataset *t, ex_id why, int asked, fault *f) {
    const ex_node *n = why ? ex_get(d->graph, why) : NULL;
    const char *op = n && !asked ? ex_op_text((ex_op)n->op) : "";
    const int called = n && n->from_line > 0;
    place at = {0};
    if (n)
        at = called ? sources_place(d->m->files, (int)n->from_file, n->from_line, NULL)
                    : sources_place(d->m->files, (int)n->file, n->line, *op ? op : NULL);
    if (called && n->from_column) at.column = n->from_column;
    const char *format =
        *op ? TEXT(
                  "%s has %zu rows, whose columns take %zu MiB, more than the memory that is left, "
                  "and `%s` needs all of them at once")
            : TEXT(
                  "%s has %zu rows, whose columns take %zu MiB, more than the memory that is left, "
                  "and here all of them are needed at once");
    return fault_at(
        f, FAULT_LIMIT, n ? &at : NULL,
        TEXT("--memory raises the limit; sum, count, min, max and mean, also by groups, "
             "take one row after the other"),
        format, tb_path(t->table), tb_rows(t->table), (t->passed >> 20) + 1, op);
}

static int whole(void *self, int axis, ex_id why, int asked, fault *f) {
    datasets *d = self;
    dataset *t = table_of(d, axis);
    /* Something has to be left for the pieces that are read, and for what is computed. */
    if (t->passed > limits_room() / 4 * 3) return refuse(d, t, why, asked, f);
    if (!dataset_read_again(d, t, 1, NULL, f)) return 0;
    t->why = why;
    d->rows.axes &= ~AX_BIT(axis);
    return 1;
}

static const double *column_of(void *self, int axis, uint32_t column) {
    return tb_column_at(table_of(self, axis)->table, column)->value;
}

void datasets_pass(datasets *d, const ex_graph *g) {
    d->graph = g;
    d->may_pass = 1;
    d->rows = (ex_rows){.pass = pass, .whole = whole, .column = column_of, .self = d};
}
