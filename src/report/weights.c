/* Weights: as the rules have them, and what they come to. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "report/report.h"

enum { LISTED = 12 }; /* where all were not asked for */

/* A row of the table: an element of the parts or of the indicators. */
typedef struct weighed {
    const assess_axis *axis;
    size_t at;
    double written[VIEW_COLUMNS], share[VIEW_COLUMNS];
} weighed;

typedef struct weights {
    const view *v;
    weighed *row;
    size_t rows, groups;              /* the first rows are those of the groups */
    int shares, staged, share_staged; /* are there shares; do weights or shares differ by column? */
    size_t unit, lacking; /* the unit whose weights they are, and how many indicators it lacks */
} weights;

static int differ(double x, double y) { return !(x == y || (isnan(x) && isnan(y))); }

/* The weights that the rules write of an axis's elements: "index.weight", "index.group.weight". */
static const assess_array *written_of(const view *v, const assess_axis *axis) {
    buf name = BUF_INIT;
    buf_print(&name, "index.%s.weight", axis->name);
    const assess_array *x = assess_array_named(v->session, buf_string(&name));
    if (!x) x = assess_array_named(v->session, "index.weight");
    buf_release(&name);
    return x && x->kind == ASSESS_NUMBER && view_axis(x, axis->id) >= 0 ? x : NULL;
}

/* The shown unit of which most elements contribute to the score. */
static size_t fullest(const view *v, const assess_array *x, const assess_axis *axis,
                      element_share *share, size_t *found) {
    size_t best = VIEW_NONE;
    *found = 0;
    for (size_t i = 0; i < v->shown_count && *found < axis->size; i++) {
        size_t count = find_shares(v, x, axis, v->shown[i], 0, share);
        if (count <= *found) continue;
        *found = count;
        best = v->shown[i];
    }
    return best;
}

/* Adds the elements of an axis as rows. `x`: the output whose elements they are, or NULL. */
static int add_rows(weights *w, const assess_array *x, const assess_axis *axis) {
    const view *v = w->v;
    const assess_array *written = written_of(v, axis);
    element_share *share = mem_zero(axis->size + 1, sizeof *share);
    size_t found = 0, unit = x && share ? fullest(v, x, axis, share, &found) : VIEW_NONE;
    for (size_t c = 0; share && c < v->columns; c++) {
        double sum = 0;
        if (unit != VIEW_NONE) find_shares(v, x, axis, unit, c, share);
        for (size_t i = 0; i < axis->size; i++)
            if (share[i].factor == share[i].factor) sum += share[i].factor;
        for (size_t i = 0; i < axis->size; i++) {
            weighed *row = &w->row[w->rows + i];
            location s = v->column[c];
            location_add(&s, axis->id, i);
            row->axis = axis;
            row->at = i;
            row->written[c] = written ? location_value(written, &s) : (double)NAN;
            row->share[c] = unit != VIEW_NONE && sum > 0 ? share[i].factor / sum : (double)NAN;
            w->shares |= !isnan(row->share[c]);
            w->staged |= differ(row->written[c], row->written[0]);
            w->share_staged |= differ(row->share[c], row->share[0]);
        }
    }
    w->rows += axis->size;
    if (unit != VIEW_NONE) {
        w->unit = unit;
        w->lacking = axis->size - found;
    }
    mem_free(share);
    return share != NULL;
}

/* Do the rows from `from` on tell anything: is some weight another than its neighbours'? */
static int tells(const weights *w, size_t from) {
    for (size_t i = from + 1; i < w->rows; i++)
        if (differ(w->row[i].written[0], w->row[from].written[0]) ||
            (w->shares && fabs(w->row[i].share[0] - w->row[from].share[0]) > 1e-9))
            return 1;
    return 0;
}

static void put_name(document *p, const view *v, const weighed *row) {
    const char *label = assess_label(v->session, row->axis, row->at),
               *title = assess_title(v->session, row->axis, row->at);
    int same = !strcmp(label, title);
    document_put(
        p, document_text(document_print(p, "%s%s%s", label, same ? "" : " ", same ? "" : title)));
}

static document_cell share_cell(document *p, double x) {
    buf b = BUF_INIT;
    view_share(&b, x);
    document_cell out = document_text(document_print(p, "%s", buf_string(&b)));
    buf_release(&b);
    return out;
}

/* The group an element belongs to: a row, or VIEW_NONE. */
static size_t group_of(const weights *w, const weighed *row) {
    if (!w->groups) return VIEW_NONE;
    buf name = BUF_INIT;
    buf_print(&name, "index.%s", w->row->axis->name);
    const assess_array *x = assess_array_named(w->v->session, buf_string(&name));
    location s = {0};
    location_add(&s, row->axis->id, row->at);
    const char *label =
        x && x->kind == ASSESS_TEXT ? assess_text(w->v->session, location_value(x, &s)) : "";
    buf_release(&name);
    return view_find(w->v, w->row->axis, label);
}

static void put_row(document *p, const weights *w, const weighed *row, int places) {
    size_t written = w->staged ? w->v->columns : 1, shares = !w->shares        ? 0
                                                             : w->share_staged ? w->v->columns
                                                                               : 1;
    put_name(p, w->v, row);
    for (size_t c = 0; c < written; c++)
        document_put(p, document_number(p, row->written[c], places));
    for (size_t c = 0; c < shares; c++) document_put(p, share_cell(p, row->share[c]));
}

static void put_weights(document *p, const weights *w, const assess_axis *first) {
    const view *v = w->v;
    document_column column[1 + 2 * VIEW_COLUMNS];
    size_t count = 0, written = w->staged ? v->columns : 1,
           shares = !w->shares        ? 0
                    : w->share_staged ? v->columns
                                      : 1;
    decimals d = {0};
    for (size_t i = 0; i < w->rows; i++)
        for (size_t c = 0; c < written; c++) decimals_add(&d, w->row[i].written[c]);
    int places = decimals_suit(&d);
    column[count++] = (document_column){
        first->name, axis_title(v->session, v->language, first->name), WIDTH_LEFT, 12};
    for (size_t c = 0; c < written; c++)
        column[count++] = (document_column){"weight", view_text(v, "Weight"), WIDTH_RIGHT, 0};
    for (size_t c = 0; c < shares; c++)
        column[count++] = (document_column){"share", view_text(v, "Of the score"), WIDTH_RIGHT, 0};
    document_section(p, view_text(v, "Weights"));
    document_table(p, "weights", "", column, count);
    for (size_t c = 0; c < v->columns; c++) {
        if (w->staged) document_over(p, 1 + c, 1, v->column_title[c]);
        if (w->share_staged && shares) document_over(p, 1 + written + c, 1, v->column_title[c]);
    }
    for (size_t g = 0; g < w->groups; g++) {
        put_row(p, w, &w->row[g], places);
        for (size_t i = w->groups; i < w->rows; i++)
            if (group_of(w, &w->row[i]) == g) put_row(p, w, &w->row[i], places);
    }
    for (size_t i = w->groups; i < w->rows; i++)
        if (group_of(w, &w->row[i]) == VIEW_NONE) put_row(p, w, &w->row[i], places);
    if (shares && w->lacking)
        document_line(p, PAINT_FAINT, 0, "",
                      view_text(v, "Of the score: as it is for %s, which lacks some figures."),
                      assess_title(v->session, &v->rows, w->unit));
}

void report_weights(document *p, const view *v, int all) {
    const assess_array *parts = v->part[ROLE_PARTS], *details = v->part[ROLE_DETAILS],
                       *plain = assess_array_named(v->session, "index.weight");
    const assess_axis *groups = parts ? view_extra(v, parts) : NULL,
                      *items = details ? view_extra(v, details)
                               : plain ? view_extra(v, plain)
                                       : NULL;
    if (groups && items && groups->id == items->id) groups = NULL;
    size_t most = (groups ? groups->size : 0) + (items ? items->size : 0), begin;
    weights w = {.v = v, .row = mem_zero(most + 1, sizeof *w.row)};
    if (!w.row) p->failed = 1;
    int few = items && (all || items->size <= LISTED);
    const assess_axis *first = groups ? groups : items;
    if (groups && w.row && (all || groups->size <= LISTED)) {
        p->failed |= !add_rows(&w, parts, groups);
        if (!all && !tells(&w, 0)) w.rows = 0;
    }
    begin = w.groups = w.rows;
    if (few && w.row) {
        p->failed |= !add_rows(&w, details, items);
        if (!all && !tells(&w, begin)) w.rows = begin;
        if (!begin) first = items;
    }
    if (w.rows && !p->failed) put_weights(p, &w, first);
    mem_free(w.row);
}
