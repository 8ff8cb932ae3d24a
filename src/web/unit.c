/* One unit on the page: where it stands, its parts, its indicators. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/report.h"
#include "web/web.h"

enum { FIELDS = 5 };

typedef struct standing {
    const view *v;
    size_t unit;
    role field[FIELDS];
    size_t fields;
    const assess_axis *parts; /* or NULL */
} standing;

static location standing_at_place(const standing *s, size_t row, size_t column,
                                  const assess_array **x) {
    location at = view_location(s->v, s->unit, column);
    *x = s->v->part[row < s->fields ? s->field[row] : ROLE_PARTS];
    if (row >= s->fields) location_add(&at, s->parts->id, row - s->fields);
    return at;
}

static void standing_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const standing *s = of;
    const view *v = s->v;
    const assess_array *x;
    location at = standing_at_place(s, row, column ? column - 1 : 0, &x);
    if (column == 0) {
        if (row >= s->fields) {
            const char *label = assess_label(v->session, s->parts, row - s->fields),
                       *title = assess_title(v->session, s->parts, row - s->fields);
            buf_print(text, "%s%s%s", label, strcmp(label, title) ? " " : "",
                      strcmp(label, title) ? title : "");
        } else {
            buf_text(text, view_output_title(v, x));
        }
        return;
    }
    double value = location_value(x, &at);
    role what = row < s->fields ? s->field[row] : ROLE_PARTS;
    if (what == ROLE_RANK)
        view_rank(text, value);
    else if (what == ROLE_COVERAGE)
        view_share(text, value);
    else
        view_element(text, v, x, value, v->places[what]);
    if (what == ROLE_VERDICT && !isnan(value)) *ink = value != 0 ? PAINT_GOOD : PAINT_BAD;
}

static int standing_about(const void *of, size_t row, size_t column, const assess_array **x,
                          size_t *element) {
    const standing *s = of;
    if (column-- == 0) return 0;
    location at = standing_at_place(s, row, column, x);
    *element = location_offset(*x, &at);
    return *element != VIEW_NONE;
}

void web_unit(document *p, const view *v, size_t row) {
    static const role all[FIELDS] = {ROLE_RANK, ROLE_SCORE, ROLE_GRADE, ROLE_COVERAGE,
                                     ROLE_VERDICT};
    const assess_array *parts = v->part[ROLE_PARTS];
    document_column column[1 + VIEW_COLUMNS];
    standing *s = arena_zero(&p->memory, 1, sizeof *s);
    if (!s) {
        p->failed = 1;
        return;
    }
    *s = (standing){.v = v, .unit = row, .parts = parts ? view_extra(v, parts) : NULL};
    for (size_t i = 0; i < FIELDS; i++)
        if (v->part[all[i]]) s->field[s->fields++] = all[i];
    column[0] = (document_column){"what", "", WIDTH_LEFT, 0};
    for (size_t c = 0; c < v->columns; c++)
        column[1 + c] = (document_column){
            "value", *v->column_title[c] ? v->column_title[c] : view_text(v, "Value"), WIDTH_RIGHT,
            0};
    document_table(p, "standing", "", column, 1 + v->columns);
    document_compute(p, 1, s->fields + (s->parts ? s->parts->size : 0), standing_cell, s);
    document_trace(p, standing_about);
    report_indicators(p, v, row);
}
