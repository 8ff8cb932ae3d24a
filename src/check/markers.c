/* Figures that may stand for what is missing: -999, 9999. They lie far from all other figures of
 * their column. */
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/inside.h"

enum { FIGURES_MOST = 1000000, MARKERS_MOST = 8, CELLS_SHOWN = 3, ENDS = 2 };

/* A figure that was found, in whatever columns of the data. */
typedef struct marker {
    double figure;
    size_t cells;
    buf shown; /* the first of them */
} marker;

typedef struct markers {
    check *c;
    const dataset *d;
    marker item[MARKERS_MOST];
    size_t count;
} markers;

/* ---- one column ---- */

/* A figure, and how often it is there. */
typedef struct figure {
    double value;
    size_t cells;
} figure;

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The digit that the number is written with, if it is one digit again and again: 9 of -999. */
static int repeated_digit(double x) {
    x = fabs(x);
    if (x < 77 || x > 1e9 || x != floor(x)) return 0;
    int digit = (int)fmod(x, 10);
    for (; x >= 1; x = floor(x / 10))
        if ((int)fmod(x, 10) != digit) return 0;
    return digit;
}

/* Whether a figure is so far from the others, which go from `low` to `high` in `others` different
 * figures, that it hardly is one of them. What people write for "missing" needs less of that. */
static int is_far(const figure *x, double low, double high, size_t others) {
    double away = x->value < low ? low - x->value : x->value - high, range = high - low;
    int digit = repeated_digit(x->value), usual = digit == 9 || (digit >= 7 && x->cells > 1);
    if (!usual) return x->cells > 2 && others >= 5 && away >= 20 * range;
    if (x->value < 0 && low >= 0) return others >= 3;
    return others >= 3 && (x->value == 99 ? x->cells > 1 && away >= 10 * range : away >= 3 * range);
}

/* Puts the different figures of a sorted column at its front; how many they are. */
static size_t put_together(const double *sorted, size_t n, figure *out) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (count && out[count - 1].value == sorted[i])
            out[count - 1].cells++;
        else
            out[count++] = (figure){sorted[i], 1};
    return count;
}

/* The figures at the ends that might be markers do not count among the others. */
static int is_candidate(const figure *x, size_t i, size_t count) {
    return (i < ENDS || i + ENDS >= count) && (x->cells > 2 || repeated_digit(x->value) >= 7);
}

static size_t find_far(const figure *x, size_t count, double *out) {
    double low = INFINITY, high = -INFINITY;
    size_t others = 0, found = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_candidate(&x[i], i, count)) continue;
        low = fmin(low, x[i].value);
        high = fmax(high, x[i].value);
        others++;
    }
    for (size_t i = 0; i < count && others; i++)
        if (is_candidate(&x[i], i, count) && (x[i].value < low || x[i].value > high) &&
            is_far(&x[i], low, high, others))
            out[found++] = x[i].value;
    return found;
}

/* ---- all columns of the data ---- */

static void note_cell(markers *m, double value, const char *column, long row) {
    size_t i = 0;
    while (i < m->count && m->item[i].figure != value) i++;
    if (i == MARKERS_MOST) return;
    if (i == m->count) m->item[m->count++] = (marker){.figure = value, .shown = BUF_INIT};
    marker *k = &m->item[i];
    if (k->cells++ < CELLS_SHOWN && row >= 0)
        buf_print(&k->shown, text_message("%s%s in line %ld"), k->shown.length ? ", " : "", column,
                  tb_line(m->d->table, (size_t)row));
}

/* A column: the k-th of its figures, and the row of the file it is from. */
typedef struct column {
    const char *name;
    const double *value;
    size_t first, stride, step, cells; /* runs of `stride` cells begin every `step` */
    int keyed;
} column;

static size_t cell_of(const column *x, size_t k) {
    return k / x->stride * x->step + x->first + k % x->stride;
}

static void look_at(markers *m, const column *x) {
    double far[2 * ENDS];
    size_t n = 0, most = x->cells < FIGURES_MOST ? x->cells : FIGURES_MOST, found = 0;
    double *sorted = mem_take((most + 1) * sizeof *sorted);
    figure *figures = mem_take((most + 1) * sizeof *figures);
    for (size_t k = 0; sorted && k < most; k++)
        if (isfinite(x->value[cell_of(x, k)])) sorted[n++] = x->value[cell_of(x, k)];
    if (sorted && figures && !limits_over()) {
        qsort(sorted, n, sizeof *sorted, by_value);
        found = find_far(figures, put_together(sorted, n, figures), far);
    }
    for (size_t i = 0; i < found; i++)
        for (size_t k = 0; k < x->cells; k++) {
            size_t cell = cell_of(x, k);
            if (x->value[cell] != far[i]) continue;
            note_cell(m, far[i], x->name,
                      x->keyed ? dataset_row(&m->c->a->s->data, m->d, cell) : (long)k);
        }
    mem_free(figures);
    mem_free(sorted);
}

static void look_at_keyed(markers *m) {
    const dataset *d = m->d;
    const ax_space *space = m->c->m->space;
    int axis = ax_find(space, dataset_leaf_axis(&m->c->a->s->data));
    const double *value = check_values(m->c, d->node);
    int has = axis != AX_NONE && (d->values.axes & AX_BIT(axis));
    size_t columns = has ? ax_get(space, axis)->size : 1, cells = ax_size(space, d->values.axes);
    if (!value || !columns || !cells) return;
    column x = {.value = value, .cells = cells / columns, .keyed = 1};
    x.stride = has ? ax_stride(space, d->values.axes, axis) : cells;
    x.step = x.stride * columns;
    for (size_t i = 0; i < columns; i++) {
        x.first = i * x.stride;
        x.name = has ? pool_text(m->c->m->strings, ax_get(space, axis)->label[i]) : d->spec.name;
        look_at(m, &x);
    }
}

static void look_at_table(markers *m) {
    const tb_table *t = m->d->table;
    for (size_t i = 0; i < tb_columns(t); i++) {
        const tb_column *k = tb_column_at(t, i);
        size_t rows = tb_rows(t);
        if (k->kind == TB_NUMBER && k->value && rows)
            look_at(m, &(column){k->name, k->value, 0, rows, rows, rows, 0});
    }
}

/* The markers there are, and one more. */
static const char *with_marker(const markers *m, const char *value) {
    buf list = BUF_INIT;
    for (size_t i = 0; i < m->d->spec.missings; i++)
        buf_print(&list, "\"%s\", ", m->d->spec.missing[i]);
    const char *out = check_print(m->c, "missing = { %s\"%s\" } if it stands for what is missing",
                                  buf_string(&list), value);
    buf_release(&list);
    return out;
}

void check_markers(check *c, const dataset *d) {
    markers m = {.c = c, .d = d};
    if (!d->table) return;
    if (d->spec.keys)
        look_at_keyed(&m);
    else
        look_at_table(&m);
    for (size_t i = 0; i < m.count; i++) {
        marker *k = &m.item[i];
        const char *value = check_number(c, k->figure), *more = k->cells > CELLS_SHOWN ? ", …" : "";
        check_add(c, "D04", location_data(c, d), with_marker(&m, value),
                  k->cells == 1 ? "%s stands in %zu cell (%s%s), far from all other figures of its "
                                  "column"
                                : "%s stands in %zu cells (%s%s), far from all other figures of "
                                  "their column",
                  value, k->cells, buf_string(&k->shown), more);
        buf_release(&k->shown);
    }
}
