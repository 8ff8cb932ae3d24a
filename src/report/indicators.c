/* Tables of all indicators: of a unit, and of the index itself. */
#include <math.h>
#include <string.h>

#include "report/figures.h"
#include "report/report.h"

/* "A1 人均地区生产总值 (USD)" */
static void put_indicator(const view *v, const assess_axis *axis, size_t at, buf *text) {
    const char *label = assess_label(v->session, axis, at),
               *title = assess_title(v->session, axis, at),
               *unit = assess_attribute(v->session, label, "unit");
    buf_print(text, "%s%s%s", label, strcmp(title, label) ? " " : "",
              strcmp(title, label) ? title : "");
    if (*unit) buf_print(text, " (%s)", unit);
}

static int about(const assess_array *of, const location *at, const assess_array **x,
                 size_t *element) {
    *x = of;
    *element = of ? location_offset(of, at) : VIEW_NONE;
    return *element != VIEW_NONE;
}

/* ---- of a unit ---- */

enum { UNIT_SCORE, UNIT_LOST, UNIT_FIELDS };

typedef struct unit_table {
    const view *v;
    size_t unit, columns;
    const assess_axis *axis;
    size_t *row, rows; /* positions on the axis: those with a figure or a score */
    figures figure;
    int value; /* is there a column of them? */
    int field[UNIT_FIELDS], fields;
    double full;
    element_share *share; /* of each column of the view and indicator */
} unit_table;

static location unit_location(const unit_table *t, size_t indicator, size_t column) {
    location at = view_location(t->v, t->unit, column);
    location_add(&at, t->axis->id, indicator);
    return at;
}

static void unit_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    (void)ink;
    const unit_table *t = of;
    const view *v = t->v;
    const char *year;
    size_t element;
    row = t->row[row];
    if (column == 0) {
        put_indicator(v, t->axis, row, text);
        return;
    }
    if (t->value && column == 1) {
        location at = unit_location(t, row, 0);
        double x = figures_latest(v, &t->figure, &at, &year, &element);
        view_figure(text, x);
        if (*year) buf_print(text, " (%s)", year);
        return;
    }
    column -= 1 + (size_t)t->value;
    size_t c = column / (size_t)t->fields;
    location at = unit_location(t, row, c);
    double score = location_value(v->part[ROLE_DETAILS], &at);
    switch (t->field[column % (size_t)t->fields]) {
    case UNIT_SCORE:
        view_number(text, score, v->places[ROLE_DETAILS] < 0 ? 2 : v->places[ROLE_DETAILS]);
        break;
    default: {
        double lost = t->share[c * t->axis->size + row].factor * (t->full - score);
        if (isnan(lost)) break;
        if (lost > 0)
            view_number(text, lost, t->full > 1 ? 2 : 4);
        else
            buf_char(text, '0');
    }
    }
}

static int unit_about(const void *of, size_t row, size_t column, const assess_array **x,
                      size_t *element) {
    const unit_table *t = of;
    const char *year;
    row = t->row[row];
    if (column == 0) return 0;
    if (t->value && column == 1) {
        location at = unit_location(t, row, 0);
        figures_latest(t->v, &t->figure, &at, &year, element);
        *x = t->figure.x;
        return *element != VIEW_NONE;
    }
    column -= 1 + (size_t)t->value;
    location at = unit_location(t, row, column / (size_t)t->fields);
    return t->field[column % (size_t)t->fields] == UNIT_SCORE &&
           about(t->v->part[ROLE_DETAILS], &at, x, element);
}

/* The indicators of which the unit has something; the labels of the others. */
static void find_rows(unit_table *t, buf *without) {
    const char *year;
    size_t element, absent = 0;
    for (size_t i = 0; i < t->axis->size; i++) {
        location at = unit_location(t, i, 0);
        int any = t->figure.x && !isnan(figures_latest(t->v, &t->figure, &at, &year, &element));
        for (size_t c = 0; c < t->columns && !any; c++) {
            at = unit_location(t, i, c);
            any = !isnan(location_value(t->v->part[ROLE_DETAILS], &at));
        }
        if (any)
            t->row[t->rows++] = i;
        else
            buf_print(without, "%s%s", absent++ ? " " : "",
                      assess_label(t->v->session, t->axis, i));
    }
}

void report_indicators(document *p, const view *v, size_t row) {
    const assess_array *x = v->part[ROLE_DETAILS];
    const assess_axis *axis = x ? view_extra(v, x) : NULL;
    size_t columns = v->columns ? v->columns : 1, count = 0, known = 0;
    if (!axis || !axis->size) return;
    buf without = BUF_INIT;
    size_t *row_at = arena_zero(&p->memory, axis->size, sizeof *row_at);
    unit_table *t = arena_zero(&p->memory, 1, sizeof *t);
    element_share *share = arena_zero(&p->memory, columns * axis->size, sizeof *share);
    document_column column[2 + VIEW_COLUMNS * UNIT_FIELDS];
    if (!t || !share || !row_at) {
        p->failed = 1;
        return;
    }
    *t = (unit_table){
        v,    row, columns, axis, row_at, 0, figures_find(v, axis), 0, {0}, 0, figures_full_mark(v),
        share};
    for (size_t c = 0; c < columns; c++)
        known += find_shares(v, x, axis, row, c, share + c * axis->size);
    t->value = t->figure.x != NULL;
    find_rows(t, &without);
    t->field[t->fields++] = UNIT_SCORE;
    if (known) t->field[t->fields++] = UNIT_LOST;
    column[count++] = (document_column){"indicator", view_axis_title(v, axis), WIDTH_LEFT, 12};
    if (t->value)
        column[count++] = (document_column){"value", view_text(v, "Value"), WIDTH_RIGHT, 0};
    for (size_t c = 0; c < columns; c++)
        for (int f = 0; f < t->fields; f++)
            column[count++] =
                t->field[f] == UNIT_SCORE
                    ? (document_column){"score", view_text(v, "Score"), WIDTH_RIGHT, 0}
                    : (document_column){"lost", view_text(v, "Lost"), WIDTH_RIGHT, 0};
    if (without.length) {
        buf lead = BUF_INIT;
        buf_print(&lead, view_text(v, "Without a score (%zu): "), axis->size - t->rows);
        document_line(p, PAINT_WARN, 0, "", "%s%s", buf_string(&lead), buf_string(&without));
        buf_release(&lead);
    }
    p->failed |= without.failed;
    buf_release(&without);
    if (!t->rows) return;
    document_table(p, "indicators", "", column, count);
    document_compute(p, 1, t->rows, unit_cell, t);
    document_trace(p, unit_about);
    if (known)
        document_tell(p, view_text(v, "Lost: the indicator's share of the weight that has a score "
                                      "× (full mark − score)."));
    for (size_t c = 0; c < v->columns; c++)
        document_over(p, 1 + (size_t)t->value + c * (size_t)t->fields, (size_t)t->fields,
                      v->column_title[c]);
}

/* ---- the index ---- */

enum { INDEX_WEIGHT, INDEX_STANDARD, INDEX_CITE, INDEX_SOURCE, INDEX_FIELDS };

typedef struct index_table {
    const view *v;
    const assess_axis *axis;
    const assess_array *weight;
    int staged;                             /* standards differ by the columns of the view */
    int field[INDEX_FIELDS * VIEW_COLUMNS]; /* of each column behind the first */
    size_t at[INDEX_FIELDS * VIEW_COLUMNS]; /* which column of the view */
} index_table;

static location index_location(const index_table *t, size_t row, size_t column) {
    location at = view_location(t->v, 0, t->at[column]);
    location_add(&at, t->axis->id, row);
    return at;
}

static void index_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const index_table *t = of;
    const view *v = t->v;
    if (column-- == 0) {
        put_indicator(v, t->axis, row, text);
        return;
    }
    const char *label = assess_label(v->session, t->axis, row);
    location at = index_location(t, row, column);
    switch (t->field[column]) {
    case INDEX_WEIGHT: view_figure(text, location_value(t->weight, &at)); break;
    case INDEX_STANDARD: figures_standard(v, &at, text); break;
    case INDEX_CITE:
        buf_text(text, view_cite(v->session, assess_attribute(v->session, label, "cite")));
        break;
    default: buf_text(text, assess_attribute(v->session, label, "source")); *ink = PAINT_FAINT;
    }
}

static int index_about(const void *of, size_t row, size_t column, const assess_array **x,
                       size_t *element) {
    const index_table *t = of;
    if (column-- == 0) return 0;
    location at = index_location(t, row, column);
    int field = t->field[column];
    if (field != INDEX_WEIGHT && field != INDEX_STANDARD) return 0;
    return about(field == INDEX_WEIGHT ? t->weight
                                       : assess_array_named(t->v->session, "index.standard"),
                 &at, x, element);
}

static int any_text(const index_table *t, size_t column) {
    buf text = BUF_INIT;
    paint ink;
    for (size_t i = 0; i < t->axis->size && (!text.length || !strcmp(text.text, "-")); i++) {
        buf_clear(&text);
        index_cell(t, i, column + 1, &text, &ink);
    }
    int any = text.length && strcmp(text.text, "-");
    buf_release(&text);
    return any;
}

void report_index(document *p, const view *v) {
    const assess_array *x = v->part[ROLE_DETAILS];
    const assess_axis *axis = x ? view_extra(v, x) : NULL;
    size_t columns = v->columns ? v->columns : 1, count = 0;
    index_table *t = arena_zero(&p->memory, 1, sizeof *t);
    document_column column[1 + INDEX_FIELDS * VIEW_COLUMNS];
    if (!axis || !axis->size) return;
    if (!t) {
        p->failed = 1;
        return;
    }
    *t = (index_table){
        .v = v, .axis = axis, .weight = assess_array_named(v->session, "index.weight")};
    const assess_array *standard = assess_array_named(v->session, "index.standard");
    t->staged = standard && view_has_columns(v, standard);
    column[0] = (document_column){"indicator", view_axis_title(v, axis), WIDTH_LEFT, 12};
    for (int field = t->weight ? INDEX_WEIGHT : INDEX_STANDARD; field < INDEX_FIELDS; field++)
        for (size_t c = 0; c < (field == INDEX_STANDARD && t->staged ? columns : 1); c++) {
            static const char *const id[] = {"weight", "standard", "cite", "source"};
            const char *head = field == INDEX_WEIGHT     ? view_text(v, "Weight")
                               : field == INDEX_STANDARD ? view_text(v, "Standard")
                               : field == INDEX_CITE     ? view_text(v, "Basis")
                                                         : view_text(v, "Source");
            t->field[count] = field;
            t->at[count] = c;
            if (!any_text(t, count)) continue;
            if (field == INDEX_STANDARD && t->staged && *v->column_title[c])
                head = document_print(p, "%s%s%s", head, p->colon, v->column_title[c]);
            column[++count] = (document_column){id[field], head,
                                                field < INDEX_CITE ? WIDTH_RIGHT : WIDTH_LEFT, 12};
        }
    if (!count) return;
    document_table(p, "index", "", column, count + 1);
    document_compute(p, 1, axis->size, index_cell, t);
    document_trace(p, index_about);
}
