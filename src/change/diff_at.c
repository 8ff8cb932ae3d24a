/* A comparison at some stages, years or units alone. */
#include <string.h>

#include "base/suggest.h"
#include "change/diff.h"

typedef struct narrowing {
    const assess_diff *from;
    arena *memory;
    size_t *row, *column, rows, columns; /* those that stay */
    int failed;
} narrowing;

static const char *label_of(const assess_diff *d, size_t column, size_t over) {
    return d->label[column * d->overs + over];
}

/* Which axis of the columns has this name; d->overs: none. */
static size_t find_over(const assess_diff *d, const char *name) {
    size_t k = 0;
    while (k < d->overs && strcmp(d->over[k], name)) k++;
    return k;
}

static int has_label(const assess_diff *d, const view_pick *pick, suggestion *near) {
    size_t k = find_over(d, pick->axis), rows = !strcmp(pick->axis, d->axis);
    for (size_t i = 0; i < (rows ? d->rows : d->columns); i++) {
        const char *label = rows ? d->row[i] : label_of(d, i, k);
        if (!strcmp(label, pick->label)) return 1;
        if (i < 10000) suggest_try(near, label);
    }
    return 0;
}

static int check_pick(const assess_diff *d, const view_pick *pick, fault *f) {
    suggestion axis = suggest_for(pick->axis), label = suggest_for(pick->label);
    if (find_over(d, pick->axis) == d->overs && strcmp(pick->axis, d->axis)) {
        for (size_t k = 0; k < d->overs; k++) suggest_try(&axis, d->over[k]);
        return fault_unknown(f, suggest_best(&axis), NULL,
                             text_message("the score has no axis '%s'"), pick->axis);
    }
    return has_label(d, pick, &label) ||
           fault_unknown(f, suggest_best(&label), NULL, text_message("no %s '%s'"),
                         text_kind(pick->axis), pick->label);
}

static int row_stays(const assess_diff *d, const diff_wish *w, size_t row) {
    for (size_t i = 0; i < w->picks; i++)
        if (!strcmp(w->pick[i].axis, d->axis) && strcmp(w->pick[i].label, d->row[row])) return 0;
    return 1;
}

static int column_stays(const assess_diff *d, const diff_wish *w, size_t column) {
    for (size_t i = 0; i < w->picks; i++) {
        size_t k = find_over(d, w->pick[i].axis);
        if (k < d->overs && strcmp(label_of(d, column, k), w->pick[i].label)) return 0;
    }
    return 1;
}

static void *take(narrowing *n, size_t count, size_t size) {
    void *out = arena_zero(n->memory, count + 1, size);
    if (!out) n->failed = 1;
    return out;
}

static const double *values(narrowing *n, const double *from) {
    double *out = from ? take(n, n->rows * n->columns, sizeof *out) : NULL;
    for (size_t i = 0; out && i < n->rows * n->columns; i++)
        out[i] = from[n->row[i / n->columns] * n->from->columns + n->column[i % n->columns]];
    return out;
}

static const char *const *texts(narrowing *n, const char *const *from) {
    const char **out = from ? take(n, n->rows * n->columns, sizeof *out) : NULL;
    for (size_t i = 0; out && i < n->rows * n->columns; i++)
        out[i] = from[n->row[i / n->columns] * n->from->columns + n->column[i % n->columns]];
    return out;
}

static const char *const *chosen(narrowing *n, const char *const *from, const size_t *at,
                                 size_t count) {
    const char **out = take(n, count, sizeof *out);
    for (size_t i = 0; out && i < count; i++) out[i] = from[at[i]];
    return out;
}

static const char *const *labels(narrowing *n) {
    const assess_diff *d = n->from;
    const char **out = d->label ? take(n, n->columns * d->overs, sizeof *out) : NULL;
    for (size_t i = 0; out && i < n->columns * d->overs; i++)
        out[i] = label_of(d, n->column[i / d->overs], i % d->overs);
    return out;
}

static const assess_part *parts(narrowing *n, const assess_part *from, size_t count) {
    assess_part *out = take(n, count, sizeof *out);
    for (size_t i = 0; out && i < count; i++) {
        out[i] = from[i];
        out[i].score = values(n, from[i].score);
        out[i].own = values(n, from[i].own);
        out[i].others = values(n, from[i].others);
        out[i].error = values(n, from[i].error);
    }
    return out;
}

int diff_narrow(const assess_diff *d, const diff_wish *w, arena *memory, assess_diff *out,
                fault *f) {
    narrowing n = {.from = d, .memory = memory};
    *out = *d;
    for (size_t i = 0; i < w->picks; i++) check_pick(d, &w->pick[i], f);
    if (f->count) return 0;
    n.row = take(&n, d->rows, sizeof *n.row);
    n.column = take(&n, d->columns, sizeof *n.column);
    for (size_t i = 0; n.row && i < d->rows; i++)
        if (row_stays(d, w, i)) n.row[n.rows++] = i;
    for (size_t i = 0; n.column && i < d->columns; i++)
        if (column_stays(d, w, i)) n.column[n.columns++] = i;
    if (n.failed) return fault_memory(f);
    out->rows = n.rows;
    out->columns = n.columns;
    out->row = chosen(&n, d->row, n.row, n.rows);
    out->column = chosen(&n, d->column, n.column, n.columns);
    out->column_title = chosen(&n, d->column_title, n.column, n.columns);
    out->label = labels(&n);
    for (int e = 0; e < 2; e++) {
        out->score[e] = values(&n, d->score[e]);
        out->rank[e] = values(&n, d->rank[e]);
        out->grade[e] = texts(&n, d->grade[e]);
        out->verdict[e] = values(&n, d->verdict[e]);
    }
    out->factor = parts(&n, d->factor, d->factors);
    out->leaf = parts(&n, d->leaf, d->leaves);
    out->unknown = 0;
    for (size_t i = 0; !n.failed && d->unknown && i < n.rows * n.columns; i++)
        out->unknown += out->score[0][i] == out->score[0][i] &&
                        out->score[1][i] == out->score[1][i] &&
                        out->factor[0].score[i] != out->factor[0].score[i];
    return !n.failed || fault_memory(f);
}
