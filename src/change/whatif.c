/* What changes of data or rules do to a unit, and to the ranks of others. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "change/unit_report.h"

enum { WRAP = 10, LISTED = 200 };

/* All outputs as they were. */
typedef struct before {
    assess_array *output; /* with values of their own */
    double **value;
    size_t count;
} before;

typedef struct whatif {
    const view *v;
    size_t row;
    before old;
    const view *past; /* or NULL */
    document *p;
    fault *f;
    size_t moved; /* results, parts or ranks that are different now */
} whatif;

static int keep_results(whatif *w) {
    before *b = &w->old;
    size_t n = assess_output_count(w->v->session);
    b->output = mem_zero(n + 1, sizeof *b->output);
    b->value = mem_zero(n + 1, sizeof *b->value);
    if (!b->output || !b->value) return fault_memory(w->f);
    for (; b->count < n; b->count++) {
        const assess_array *x = assess_output(w->v->session, b->count);
        b->value[b->count] = mem_take((x->size + 1) * sizeof **b->value);
        if (!b->value[b->count]) return fault_memory(w->f);
        memcpy(b->value[b->count], x->value, x->size * sizeof **b->value);
        b->output[b->count] = *x;
        b->output[b->count].value = b->value[b->count];
    }
    return 1;
}

static void release_results(before *b) {
    for (size_t i = 0; i < b->count; i++) mem_free(b->value[i]);
    mem_free(b->value);
    mem_free(b->output);
}

static const assess_array *old_of(const whatif *w, const assess_array *x) {
    for (size_t i = 0; i < w->old.count; i++)
        if (assess_output(w->v->session, i) == x) return &w->old.output[i];
    return x;
}

/* Equal on paper is the same. */
static int same(double a, double b) { return decimal_equal(a, b) || (isnan(a) && isnan(b)); }

/* ---- the changes themselves ---- */

static int is_leaf(const char *name) {
    return !strncmp(name, "params.", 7) || !strncmp(name, "index.", 6);
}

static const char *leaf_value(const view *v, const char *address) {
    for (size_t i = 0; i < assess_leaf_count(v->session); i++)
        if (!strcmp(assess_leaf_at(v->session, i).address, address))
            return assess_leaf_at(v->session, i).value;
    return "";
}

static document_cell datum_cell(const whatif *w, const assess_cell *c, double value) {
    return impact_element(w->v, w->p, c->data, value, -1);
}

/* A cell of before the changes, said to show an element of an array there. */
static document_cell past_cell(const whatif *w, document_cell cell, const assess_cell *datum) {
    const assess_array *x =
        w->past ? assess_array_named(w->past->session, datum->data->name) : NULL;
    return document_about_cell(cell, x, datum->element);
}

/* A cell of an output as it was, or as it is. */
static document_cell output_cell(const whatif *w, const assess_array *x, const location *s, int was,
                                 document_cell cell) {
    const assess_array *of = !was      ? x
                             : w->past ? assess_output_named(w->past->session, x->name)
                                       : NULL;
    size_t element = of && of->size == x->size ? location_offset(x, s) : VIEW_NONE;
    return document_about_cell(cell, element == VIEW_NONE ? NULL : of, element);
}

/* All are found and read before the first is changed: what counts is what counts now. */
static int apply_changes(whatif *w, const impact_pair *given, size_t count) {
    const view *v = w->v;
    const document_column column[] = {
        {"name", view_text(v, "Datum"), WIDTH_LEFT, 0},
        {"title", view_text(v, "Indicator"), WIDTH_LEFT, WRAP},
        {"at", view_text(v, "At"), WIDTH_LEFT, WRAP},
        {"before", view_text(v, TEXT_AS("datum", "Before")), WIDTH_RIGHT, WRAP},
        {"after", view_text(v, TEXT_AS("datum", "After")), WIDTH_RIGHT, WRAP},
    };
    const assess_array *score = impact_score(v, w->f);
    assess_cell *cell = mem_zero(count + 1, sizeof *cell);
    double *value = mem_zero(count + 1, sizeof *value);
    int fine = score && cell && value;
    if (score && !fine) fault_memory(w->f);
    size_t told = assess_message_count(v->session);
    assess_status worst = ASSESS_OK;
    for (size_t i = 0; fine && i < count; i++)
        if (!is_leaf(given[i].name)) {
            assess_status status = assess_cell_at(v->session, score, w->row, given[i].name,
                                                  given[i].value, &cell[i], &value[i]);
            worst = status ? status : worst;
        }
    if (fine)
        document_table(w->p, "changes", view_text(v, "What is changed"), column,
                       sizeof column / sizeof *column);
    if (fine) document_tell(w->p, view_text(v, "The figure that the command line gives."));
    for (size_t i = 0; fine && !worst && i < count; i++) {
        int leaf = is_leaf(given[i].name);
        DOCUMENT_ROW(w->p, document_text(given[i].name), document_text(leaf ? "" : cell[i].title),
                     leaf ? document_text("") : impact_at(v, w->p, &cell[i]),
                     leaf ? document_text(leaf_value(v, given[i].name))
                          : past_cell(w, datum_cell(w, &cell[i], cell[i].value), &cell[i]),
                     leaf ? document_text(given[i].value) : datum_cell(w, &cell[i], value[i]));
        worst = leaf ? assess_change_leaf(v->session, given[i].name, given[i].value)
                     : assess_change(v->session, cell[i].data, cell[i].element, value[i]);
    }
    if (fine && !worst) worst = assess_recompute(v->session);
    if (worst) fine = impact_fault(v, told, worst, w->f);
    mem_free(cell);
    mem_free(value);
    return fine;
}

/* ---- results ---- */

/* An output with an axis that neither the unit nor the columns fix. */
static int has_place(const view *v, const assess_array *x, const location *s) {
    for (int k = 0; k < x->axes; k++) {
        int fixed = 0;
        for (int i = 0; i < s->count; i++) fixed |= s->axis[i] == x->axis[k].id;
        if (!fixed) return 0;
    }
    return view_axis(x, v->rows.id) >= 0;
}

static void put_columns(const whatif *w, const char *id, const char *title, const char *first,
                        const char *head) {
    const view *v = w->v;
    document_column column[6];
    size_t n = 0;
    if (v->columns > 1)
        column[n++] = (document_column){"column", impact_column_head(v), WIDTH_LEFT, 0};
    if (!strcmp(id, "parts"))
        column[n++] = (document_column){"output", view_text(v, "Name"), WIDTH_LEFT, 0};
    column[n++] = (document_column){first, head, WIDTH_LEFT, WRAP};
    column[n++] =
        (document_column){"before", view_text(v, TEXT_AS("result", "Before")), WIDTH_RIGHT, 0};
    column[n++] =
        (document_column){"after", view_text(v, TEXT_AS("result", "After")), WIDTH_RIGHT, 0};
    column[n++] = (document_column){"change", view_text(v, "Change"), WIDTH_RIGHT, 0};
    document_table(w->p, id, title, column, n);
    document_tell(w->p, view_text(v, "Change: after minus before. The result was computed once "
                                     "with the figures of the data and once with those of the "
                                     "command line."));
}

/* What is told is the difference of what is shown; programs get the exact one. */
static document_cell change_cell(document *p, double was, double is, int places) {
    document_cell out = document_change(p, is - was, places);
    if (decimal_equal(was, is)) out.shown = document_number(p, 0, places).shown;
    return out;
}

/* `output` for a part, NULL for others. */
static void put_row(whatif *w, size_t column, const char *of, const char *name,
                    const assess_array *x, const location *s) {
    const assess_array *old = old_of(w, x);
    double was = location_value(old, s), is = location_value(x, s);
    if (w->v->columns > 1)
        document_put(w->p, document_text(column == VIEW_NONE ? "" : w->v->column_title[column]));
    int places = view_places(x), once = view_places(old);
    if (once > places) places = once;
    if (of) document_put(w->p, document_text(of));
    DOCUMENT_ROW(w->p, document_text(name),
                 output_cell(w, x, s, 1, impact_element(w->v, w->p, old, was, places)),
                 output_cell(w, x, s, 0, impact_element(w->v, w->p, x, is, places)));
    const assess_array *share = w->v->part[ROLE_COVERAGE];
    if (x->kind != ASSESS_NUMBER)
        document_put(w->p, document_text(""));
    else if (share && !strcmp(share->name, x->name))
        document_put(w->p, impact_share(w->p, is - was));
    else if (x == w->v->part[ROLE_RANK])
        document_put(w->p, document_rank_change(w->p, is - was, places, w->v->language));
    else
        document_put(w->p, change_cell(w->p, was, is, places));
    w->moved += !same(was, is);
}

/* Whether a reader is told the output also where it stays: the score, the rank, the grade, the
 * verdict. */
static int always(const view *v, const assess_array *x) {
    return x == v->part[ROLE_SCORE] || x == v->part[ROLE_RANK] || x == v->part[ROLE_VERDICT] ||
           x == v->part[ROLE_GRADE];
}

static void put_results(whatif *w) {
    const view *v = w->v;
    put_columns(w, "results", view_text(v, "Results"), "output", view_text(v, "Name"));
    for (int main = 1; main >= 0; main--)
        for (size_t i = 0; i < w->old.count; i++) {
            const assess_array *x = assess_output(v->session, i);
            size_t times = view_has_columns(v, x) ? v->columns : 1;
            for (size_t k = 0; always(v, x) == main && k < times; k++) {
                size_t column = view_has_columns(v, x) ? k : VIEW_NONE;
                location s = view_location(v, w->row, column);
                if (has_place(v, x, &s) &&
                    (main || !same(location_value(x, &s), location_value(old_of(w, x), &s))))
                    put_row(w, column, NULL, view_output_title(v, x), x, &s);
            }
        }
}

/* Elements of outputs with one further axis, those that moved. */
static void put_parts(whatif *w) {
    const view *v = w->v;
    put_columns(w, "parts", view_text(v, "Parts that move"), "part", view_text(v, "Part"));
    for (size_t i = 0; i < w->old.count; i++) {
        const assess_array *x = assess_output(v->session, i), *old = old_of(w, x);
        const assess_axis *extra = view_axis(x, v->rows.id) >= 0 ? view_extra(v, x) : NULL;
        if (!extra) continue;
        size_t times = view_has_columns(v, x) ? v->columns : 1;
        for (size_t k = 0; k < times; k++)
            for (size_t e = 0; e < extra->size; e++) {
                size_t column = view_has_columns(v, x) ? k : VIEW_NONE;
                location s = view_location(v, w->row, column);
                location_add(&s, extra->id, e);
                if (same(location_value(x, &s), location_value(old, &s))) continue;
                put_row(w, column, view_output_title(v, x), assess_title(v->session, extra, e), x,
                        &s);
            }
    }
}

static void put_others(whatif *w) {
    const view *v = w->v;
    const assess_array *x = v->part[ROLE_RANK], *old = x ? old_of(w, x) : NULL;
    if (!x) return;
    put_columns(w, "others", view_text(v, "Others whose rank moves"), "unit",
                view_axis_title(v, &v->rows));
    size_t listed = 0, hidden = 0;
    for (size_t k = 0; k < v->columns; k++)
        for (size_t i = 0; i < v->rows.size; i++) {
            location s = view_location(v, i, k);
            if (i == w->row || same(location_value(x, &s), location_value(old, &s)) ||
                (!view_has_columns(v, x) && k))
                continue;
            hidden += listed >= LISTED;
            if (listed++ < LISTED)
                put_row(w, view_has_columns(v, x) ? k : VIEW_NONE, NULL,
                        assess_title(v->session, &v->rows, i), x, &s);
        }
    const char *more =
        hidden ? document_print(w->p,
                                view_text(v, hidden == 1 ? TEXT("%zu more is not listed.")
                                                         : TEXT("%zu more are not listed.")),
                                hidden)
               : NULL;
    if (more) document_note(w->p, "hidden", more);
}

int whatif_make(const view *v, size_t row, const whatif_wish *g, document *p, fault *f) {
    whatif w = {.v = v, .row = row, .past = g->past, .p = p, .f = f};
    impact_head(v, p, row);
    p->past = g->past;
    p->said = view_text(v, TEXT_AS("result", "After"));
    p->past_said = view_text(v, TEXT_AS("result", "Before"));
    int fine = keep_results(&w) && apply_changes(&w, g->given, g->count);
    if (fine) {
        put_results(&w);
        put_parts(&w);
        put_others(&w);
        if (!w.moved)
            document_note(p, "nothing",
                          view_text(v, "Nothing moves: beyond a bound more has no effect, or the "
                                       "rules do not use it."));
    }
    release_results(&w.old);
    return fine && (!p->failed || fault_memory(f));
}
