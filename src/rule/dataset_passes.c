/* Tables whose rows are not in memory: when a table is one, and where its rows come from. */
#include "base/limits.h"
#include "base/mem.h"
#include "rule/dataset.h"

size_t dataset_keep_most(const datasets *d, const dataset *t) {
    /* What looks into all rows at once: labels, which differ, and texts and figures that change. */
    const int plain = !t->spec.keys && !t->spec.label && !t->text && !t->edits && !t->figures &&
                      !t->spec.headings.match && !t->spec.unify && !d->unify;
    const size_t room = limits_room();
    return d->may_pass && plain && room < SIZE_MAX ? room / 2 + 1 : 0;
}

/* ---- cells that the rules restrict ---- */

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
