/* Charts of where a unit falls short: from the full mark down to its score, step by step. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "document/shares.h"
#include "plot/inside.h"

/* ---- shortfalls ---- */

typedef struct loss {
    size_t at;
    double score, points;
} loss;

static int greater_loss(const void *a, const void *b) {
    const loss *x = a, *y = b;
    double p = round(x->points * 1e9), q = round(y->points * 1e9);
    if (p != q) return p > q ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

typedef struct fall {
    const char *id, *name;
    double from, to;
    int kind;              /* 0: a loss, 1: a total, 2: what is left */
    const assess_array *x; /* the change leads to this element; NULL: to none */
    size_t element;
} fall;

static void draw_falls(plot *g, const fall *step, size_t count, double least, double most) {
    enum { VALUE = 80 };
    const char **name = plot_room(g, count, sizeof *name);
    if (!name) return;
    for (size_t i = 0; i < count; i++) name[i] = step[i].name;
    double left = PLOT_EDGE + 8 + plot_widest(name, count, 330), top = g->y,
           bottom = top + PLOT_ROW * (double)count + 2;
    chart_scale x = scale_over(least, most, 8, left, PLOT_WIDTH - VALUE - PLOT_EDGE);
    int places = most - least > 5 ? 2 : 4;
    axis_below(&g->s, &x, top, bottom);
    for (size_t i = 0; i < count; i++) {
        const fall *t = &step[i];
        double y = top + PLOT_ROW * (double)i + 3,
               a = scale_at(&x, t->kind == 1 && x.from > 0 ? x.from : t->from),
               b = scale_at(&x, t->to);
        int worse = t->to < t->from;
        svg_rect(&g->s, "bar", a, y, b - a, 14,
                 t->kind == 1 ? svg_colour(&g->s, 0)
                 : worse      ? svg_colour(&g->s, 4)
                              : svg_colour(&g->s, 2),
                 t->name);
        if (i + 1 < count) svg_line(&g->s, "axis", b, y + 14, b, y + PLOT_ROW, SVG_FAINT, 1);
        svg_text(&g->s, left - 8, y + 11, WIDTH_RIGHT, (svg_style){0, NULL, t->kind == 1},
                 left - 8 - PLOT_EDGE, t->name);
        const char *text = plot_text(g, t->kind == 1 ? t->to : t->to - t->from, places);
        if (t->kind != 1 && t->to > t->from) text = document_print(g->p, "+%s", text);
        svg_text(&g->s, PLOT_WIDTH - PLOT_EDGE, y + 11, WIDTH_RIGHT,
                 (svg_style){11, NULL, t->kind == 1}, VALUE, text);
    }
    g->y = bottom + 20;
}

static void put_falls(plot *g, const fall *step, size_t count) {
    const view *v = g->v;
    const document_column column[] = {
        {"step", view_text(v, "Indicator"), WIDTH_LEFT, 12},
        {"from", view_text(v, TEXT_AS("chart", "From")), WIDTH_RIGHT, 0},
        {"to", view_text(v, TEXT_AS("chart", "To")), WIDTH_RIGHT, 0},
        {"change", view_text(v, TEXT_AS("chart", "Change")), WIDTH_RIGHT, 0}};
    double most = 0;
    for (size_t i = 0; i < count; i++)
        if (step[i].kind != 1) most = fmax(most, fabs(step[i].to - step[i].from));
    document_list(g->p, g->kind->name, NULL);
    document_table(g->p, g->kind->name, "", column, 4);
    for (size_t i = 0; i < count; i++) {
        double change = step[i].to - step[i].from;
        int total = step[i].kind == 1;
        DOCUMENT_ROW(
            g->p, document_shown(step[i].name, step[i].id, 0),
            document_number(g->p, step[i].from, g->given->people ? 2 : -1),
            document_about_cell(document_number(g->p, step[i].to, g->given->people ? 2 : -1),
                                total ? step[i].x : NULL, step[i].element),
            document_about_cell(document_change(g->p, change, 2), step[i].x, step[i].element));
        if (g->given->people && !total && most > 0) plot_bar(g, fabs(change) / most);
    }
}

int plot_shortfalls(plot *g) {
    enum { MOST = 20 };
    const view *v = g->v;
    const assess_array *details = v->part[ROLE_DETAILS];
    const assess_axis *axis = view_extra(v, details);
    size_t unit = plot_unit(g, 0), n = axis->size, count = 0, steps = 0, shown;
    if (unit == VIEW_NONE) return 0;
    element_share *share = plot_room(g, n, sizeof *share);
    loss *list = plot_room(g, n, sizeof *list);
    fall *step = plot_room(g, MOST + 5, sizeof *step);
    location at = view_location(v, unit, 0);
    double full = plot_full_mark(details), score = location_value(v->part[ROLE_SCORE], &at),
           now = full, least = 0;
    if (!share || !list || !step) return 0;
    if (isnan(score))
        return fault_at(g->f, FAULT_USAGE, NULL, NULL, "'%s' has no score",
                        plot_unit_name(g, unit));
    if (!find_shares(v, details, axis, unit, 0, share))
        return fault_at(g->f, FAULT_USAGE, NULL, NULL,
                        "the score is no weighted mean of the scores of indicators");
    for (size_t i = 0; i < n; i++) {
        location s = at;
        location_add(&s, axis->id, i);
        double x = location_value(details, &s), points = share[i].factor * (full - x);
        if (!isnan(points) && points != 0) list[count++] = (loss){i, x, points};
    }
    if (count) qsort(list, count, sizeof *list, greater_loss);
    step[steps++] = (fall){"full", view_text(v, "Full mark"), 0, full, 1, NULL, 0};
    shown = count <= MOST ? count : MOST - 1;
    for (size_t i = 0; i < shown; i++) {
        const char *name = plot_name(g, axis, list[i].at);
        location s = at;
        location_add(&s, axis->id, list[i].at);
        step[steps++] = (fall){assess_label(v->session, axis, list[i].at),
                               name,
                               now,
                               now - list[i].points,
                               0,
                               details,
                               location_offset(details, &s)};
        now -= list[i].points;
        least = fmin(least, now);
    }
    if (shown < count) {
        double rest = 0;
        for (size_t i = shown; i < count; i++) rest += list[i].points;
        step[steps++] =
            (fall){"others", document_print(g->p, view_text(v, "%zu others"), count - shown),
                   now,      now - rest,
                   0,        NULL,
                   0};
        now -= rest;
    }
    if (fabs(now - score) > 1e-9 * (full + fabs(score)))
        step[steps++] =
            (fall){"other", view_text(v, TEXT_AS("chart", "Other")), now, score, 0, NULL, 0};
    const assess_array *scores = v->part[ROLE_SCORE];
    step[steps++] =
        (fall){"score", view_text(v, "Score"), 0, score, 1, scores, location_offset(scores, &at)};
    put_falls(g, step, steps);
    document_tell(g->p, view_text(v, "From the full mark down to the score: each step takes away "
                                     "what the indicator loses, which is its share of the weight "
                                     "that has a score × (full mark − score)."));
    plot_head(g, plot_unit_name(g, unit), plot_column(g, 0));
    draw_falls(g, step, steps, fmin(least, score), fmax(full, score));
    return 1;
}

/* ---- what two editions make of a unit ---- */

void plot_falls(plot *g, const char *const *id, const char *const *name, const double *to,
                size_t count) {
    fall *step = plot_room(g, count, sizeof *step);
    double least = to[0], most = to[0];
    if (!step) return;
    for (size_t i = 0; i < count; i++) {
        int total = !i || i + 1 == count;
        step[i] = (fall){id[i], name[i], total ? 0 : to[i - 1], to[i], total, NULL, 0};
        least = fmin(least, to[i]);
        most = fmax(most, to[i]);
    }
    double edge = fmax((most - least) * 0.5, fabs(most) * 0.01);
    put_falls(g, step, count);
    draw_falls(g, step, count, least - edge, most);
    plot_note(g, view_text(g->v, "The scale begins where it shows the change, not at 0."));
}
