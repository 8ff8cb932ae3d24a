/* Who stands where: the ranking of the report. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/inside.h"
#include "report/report.h"

document_column report_row_column(const view *v) {
    return (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 0};
}

paint report_row_ink(const view *v, size_t row) {
    return row == v->focus ? PAINT_FOCUS : PAINT_PLAIN;
}

int report_about(const assess_array *of, const location *s, const assess_array **x,
                 size_t *element) {
    *x = of;
    *element = location_offset(of, s);
    return *element != VIEW_NONE;
}

void report_hidden(document *p, const view *v, size_t columns) {
    document_line(p, PAINT_FAINT, 0, "",
                  view_text(v, columns == 1
                                   ? TEXT("%zu further column; --at AXIS=LABEL picks one.")
                                   : TEXT("%zu further columns; --at AXIS=LABEL picks one.")),
                  columns);
}

enum { FIELD_RANK, FIELD_SCORE, FIELD_GRADE, FIELD_COVERAGE, FIELD_VERDICT, FIELD_PEER, FIELDS };

typedef struct ranking {
    const view *v;
    int field[FIELDS], fields; /* of each column of the view */
    int years;                 /* position of a year axis among the score's axes, or -1 */
    double from, to;           /* what is drawn beside scores reaches from here to there */
} ranking;

static void verdict_mark(const view *v, double x, buf *text, paint *ink) {
    buf_text(text, isnan(x) ? "-" : view_text(v, x != 0 ? TEXT("yes") : TEXT("no")));
    if (!isnan(x)) *ink = x != 0 ? PAINT_GOOD : PAINT_BAD;
}

static void ranking_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const ranking *r = of;
    const view *v = r->v;
    size_t unit = v->shown[row];
    *ink = report_row_ink(v, unit);
    if (column == 0) {
        buf_text(text, assess_title(v->session, &v->rows, unit));
        return;
    }
    size_t at = (column - 1) / (size_t)r->fields;
    location s = view_location(v, unit, at);
    switch (r->field[(column - 1) % (size_t)r->fields]) {
    case FIELD_RANK: view_rank(text, location_value(v->part[ROLE_RANK], &s)); break;
    case FIELD_SCORE:
        view_number(text, location_value(v->part[ROLE_SCORE], &s), v->places[ROLE_SCORE]);
        break;
    case FIELD_GRADE:
        view_element(text, v, v->part[ROLE_GRADE], location_value(v->part[ROLE_GRADE], &s), 0);
        break;
    case FIELD_COVERAGE: view_share(text, location_value(v->part[ROLE_COVERAGE], &s)); break;
    case FIELD_VERDICT:
        verdict_mark(v, location_value(v->part[ROLE_VERDICT], &s), text, ink);
        break;
    default:
        if (view_is_peer(v, unit, at)) buf_char(text, '*');
    }
}

static int ranking_about(const void *of, size_t row, size_t column, const assess_array **x,
                         size_t *element) {
    static const role plays_part[FIELDS] = {[FIELD_RANK] = ROLE_RANK,
                                            [FIELD_SCORE] = ROLE_SCORE,
                                            [FIELD_GRADE] = ROLE_GRADE,
                                            [FIELD_COVERAGE] = ROLE_COVERAGE,
                                            [FIELD_VERDICT] = ROLE_VERDICT};
    const ranking *r = of;
    if (column-- == 0) return 0;
    int field = r->field[column % (size_t)r->fields];
    location s = view_location(r->v, r->v->shown[row], column / (size_t)r->fields);
    return field != FIELD_PEER && report_about(r->v->part[plays_part[field]], &s, x, element);
}

/* ---- what is drawn beside scores ---- */

/* The scores by year of a place, the last years where they are many; else the score alone. */
static size_t scores_at(const ranking *r, size_t unit, size_t column, double x[STRIP_MOST]) {
    const assess_array *score = r->v->part[ROLE_SCORE];
    size_t at[ASSESS_AXES], element = 0, count = 1, first = 0;
    location here = view_location(r->v, unit, column);
    if (r->years >= 0) {
        count = score->axis[r->years].size;
        first = count > STRIP_MOST ? count - STRIP_MOST : 0;
    }
    location_indices(score, &here, at);
    for (size_t i = first; i < count; i++) {
        if (r->years >= 0) at[r->years] = i;
        element = 0;
        for (int k = 0; k < score->axes; k++) element += at[k] * score->stride[k];
        x[i - first] = score->value[element];
    }
    return count - first;
}

static int ranking_drawn(const void *of, size_t row, size_t column, document_strip *strip) {
    const ranking *r = of;
    if (!column || r->field[(column - 1) % (size_t)r->fields] != FIELD_SCORE) return 0;
    strip->count = scores_at(r, r->v->shown[row], (column - 1) / (size_t)r->fields, strip->share);
    for (size_t i = 0; i < strip->count; i++)
        strip->share[i] = (strip->share[i] - r->from) / (r->to - r->from);
    return 1;
}

/* Bars begin at zero and end at the full mark; columns of years stand between the least and the
 * largest score. 0 where scores are below zero, so that bars would lie, or are all the same. */
static int choose_scale(ranking *r) {
    const assess_array *score = r->v->part[ROLE_SCORE];
    double x[STRIP_MOST], least = (double)NAN, most = (double)NAN;
    r->years = -1;
    for (int k = 0; k < score->axes; k++)
        if (!strcmp(score->axis[k].name, "year") && score->axis[k].size > 2) r->years = k;
    for (size_t i = 0; i < r->v->shown_count; i++)
        for (size_t c = 0; c < r->v->columns; c++)
            for (size_t k = scores_at(r, r->v->shown[i], c, x); k-- > 0;) {
                least = fmin(least, x[k]);
                most = fmax(most, x[k]);
            }
    if (r->years < 0 && !(least >= 0)) return 0;
    r->from = r->years < 0 ? 0 : least;
    r->to = r->years < 0 ? fmax(most, most > 1.5 ? 100 : 1) : most;
    return isfinite(r->to) && r->to > r->from;
}

static int any_peer(const view *v) {
    for (size_t i = 0; i < v->shown_count; i++)
        for (size_t c = 0; c < v->columns; c++)
            if (view_is_peer(v, v->shown[i], c)) return 1;
    return 0;
}

static document_column ranking_column(const view *v, int field) {
    static const struct {
        role part;
        width_side side;
    } of[FIELDS] = {[FIELD_RANK] = {ROLE_RANK, WIDTH_RIGHT},
                    [FIELD_SCORE] = {ROLE_SCORE, WIDTH_RIGHT},
                    [FIELD_GRADE] = {ROLE_GRADE, WIDTH_LEFT},
                    [FIELD_COVERAGE] = {ROLE_COVERAGE, WIDTH_RIGHT},
                    [FIELD_VERDICT] = {ROLE_VERDICT, WIDTH_CENTRE}};
    if (field == FIELD_PEER) return (document_column){"peer", "", WIDTH_LEFT, 0};
    /* The title of a verdict is what the units are judged to be: a line below the table tells it.
     */
    const char *head = field == FIELD_VERDICT ? view_text(v, "Verdict")
                                              : view_output_title(v, v->part[of[field].part]);
    return (document_column){view_role_name(of[field].part), head, of[field].side, 0};
}

void report_ranking(document *p, const view *v) {
    ranking *r = arena_zero(&p->memory, 1, sizeof *r);
    document_column column[1 + VIEW_COLUMNS * FIELDS];
    size_t count = 1;
    int peers = any_peer(v);
    if (!r) {
        p->failed = 1;
        return;
    }
    r->v = v;
    if (v->part[ROLE_RANK]) r->field[r->fields++] = FIELD_RANK;
    r->field[r->fields++] = FIELD_SCORE;
    if (v->part[ROLE_GRADE]) r->field[r->fields++] = FIELD_GRADE;
    if (peers) r->field[r->fields++] = FIELD_PEER;
    if (v->part[ROLE_COVERAGE]) r->field[r->fields++] = FIELD_COVERAGE;
    if (v->part[ROLE_VERDICT]) r->field[r->fields++] = FIELD_VERDICT;
    column[0] = report_row_column(v);
    for (size_t c = 0; c < v->columns; c++)
        for (int f = 0; f < r->fields; f++) column[count++] = ranking_column(v, r->field[f]);
    document_section(p, view_text(v, "Ranking"));
    document_table(p, "ranking", "", column, count);
    document_compute(p, 1, v->shown_count, ranking_cell, r);
    document_trace(p, ranking_about);
    if (choose_scale(r)) document_draw(p, ranking_drawn);
    for (size_t c = 0; c < v->columns; c++)
        document_over(p, 1 + c * (size_t)r->fields, (size_t)r->fields, v->column_title[c]);
    const char *verdict = view_text(v, "Verdict"),
               *judged =
                   v->part[ROLE_VERDICT] ? view_output_title(v, v->part[ROLE_VERDICT]) : verdict;
    if (strcmp(judged, verdict))
        document_line(p, PAINT_FAINT, 0, "", "%s%s%s", verdict, view_text(v, ": "), judged);
    if (peers) document_line(p, PAINT_FAINT, 0, "", "%s", view_text(v, "* a peer in this stage"));
    if (v->shown_count < v->rows.size)
        document_line(p, PAINT_FAINT, 0, "", view_text(v, "%1$zu of %2$zu shown; --all shows all."),
                      v->shown_count, v->rows.size);
    if (v->columns_hidden) report_hidden(p, v, v->columns_hidden);
    if (*v->focus_name && v->focus == VIEW_NONE)
        document_line(p, PAINT_WARN, 0, "", "%s%s%s", v->focus_name, view_text(v, ": "),
                      view_text(v, "no data"));
}
