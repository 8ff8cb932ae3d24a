/* Charts about one unit: its profile, and where it falls short. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "document/shares.h"
#include "plot/inside.h"

/* ---- the profile ---- */

enum { PEERS = 8, CROWD = 64, OTHERS = 300, LOW = -20, HIGH = 130 };

typedef struct mark {
    double value, score, way; /* way: in percent from the floor to the standard */
} mark;

typedef struct profile {
    plot *g;
    const assess_array *details, *standard, *floor;
    const assess_axis *axis;
    size_t unit;
    double full;
    size_t peer[CROWD], peers;
    int others; /* the peers are all other units, where the rules name none */
    int scores; /* no indicator has a floor and a standard */
    mark *own, *theirs[CROWD];
    const char **measure;
    double *from, *to; /* floor and standard */
} profile;

static double bound(const profile *q, const assess_array *x, size_t i) {
    location at = view_location(q->g->v, q->unit, 0);
    location_add(&at, q->axis->id, i);
    return x && x->kind == ASSESS_NUMBER ? location_value(x, &at) : (double)NAN;
}

/* The figures and scores of a unit. */
static void find_marks(const profile *q, size_t row, mark *m, const char **measure) {
    const view *v = q->g->v;
    const assess_cell *cell;
    for (size_t i = 0; i < q->axis->size; i++) {
        location at = view_location(v, row, 0);
        location_add(&at, q->axis->id, i);
        double value =
            v->part[ROLE_VALUES] ? location_value(v->part[ROLE_VALUES], &at) : (double)NAN;
        m[i] = (mark){value, location_value(q->details, &at), (double)NAN};
    }
    size_t count = q->standard ? assess_cells(v->session, v->part[ROLE_SCORE], row, &cell) : 0;
    for (size_t k = 0; k < count; k++) {
        size_t i = *cell[k].id ? view_find(v, q->axis, cell[k].id) : VIEW_NONE;
        if (i == VIEW_NONE || cell[k].data->kind != ASSESS_NUMBER || !isnan(m[i].value)) continue;
        m[i].value = cell[k].value;
        if (measure) measure[i] = cell[k].measure;
    }
    for (size_t i = 0; i < q->axis->size; i++) {
        double span = q->to[i] - q->from[i];
        m[i].way = isfinite(span) && span != 0 && !isnan(m[i].value)
                       ? 100 * (m[i].value - q->from[i]) / span
                       : 100 * m[i].score / q->full;
    }
}

static int find_peers(profile *q, int all) {
    plot *g = q->g;
    size_t most = all ? CROWD : PEERS;
    for (size_t row = 0; row < g->v->rows.size && q->peers < most; row++) {
        if (row == q->unit || (!all && !view_is_peer(g->v, row, 0))) continue;
        mark *m = plot_room(g, q->axis->size, sizeof *m);
        if (!m) return 0;
        find_marks(q, row, m, NULL);
        q->theirs[q->peers] = m;
        q->peer[q->peers++] = row;
    }
    return 1;
}

static int open_profile(profile *q) {
    plot *g = q->g;
    const view *v = g->v;
    size_t n = q->axis->size;
    q->from = plot_room(g, n, sizeof *q->from);
    q->to = plot_room(g, n, sizeof *q->to);
    q->own = plot_room(g, n, sizeof *q->own);
    q->measure = plot_room(g, n, sizeof *q->measure);
    if (!q->from || !q->to || !q->own || !q->measure) return 0;
    for (size_t i = 0; i < n; i++) {
        q->from[i] = bound(q, q->floor, i);
        q->to[i] = bound(q, q->standard, i);
        q->measure[i] = assess_attribute(v->session, assess_label(v->session, q->axis, i), "unit");
    }
    find_marks(q, q->unit, q->own, NULL);
    q->scores = 1;
    for (size_t i = 0; i < n; i++) q->scores &= isnan(q->to[i] - q->from[i]);
    if (!find_peers(q, 0)) return 0;
    q->others = !q->peers && v->rows.size > 1 && v->rows.size <= CROWD;
    return !q->others || find_peers(q, 1);
}

static void put_profile(const profile *q) {
    plot *g = q->g;
    const view *v = g->v;
    document_column column[7 + PEERS];
    size_t count = 0;
    column[count++] = (document_column){q->axis->name, view_axis_title(v, q->axis), WIDTH_LEFT, 12};
    column[count++] =
        (document_column){"value", view_text(v, TEXT_AS("result", "Value")), WIDTH_RIGHT, 0};
    column[count++] = (document_column){"measure", "", WIDTH_LEFT, 0};
    column[count++] =
        (document_column){"floor", view_text(v, TEXT_AS("chart", "Floor")), WIDTH_RIGHT, 0};
    column[count++] = (document_column){"standard", view_text(v, "Standard"), WIDTH_RIGHT, 0};
    column[count++] = (document_column){"score", view_text(v, "Score"), WIDTH_RIGHT, 0};
    column[count++] = (document_column){"way", view_text(v, "Of the way (%)"), WIDTH_RIGHT, 0};
    size_t peers = q->others ? 0 : q->peers;
    for (size_t k = 0; k < peers; k++) {
        const char *name = assess_label(v->session, &v->rows, q->peer[k]);
        column[count++] = (document_column){name, name, WIDTH_RIGHT, 0};
    }
    document_list(g->p, "profile", NULL);
    document_table(g->p, "profile", "", column, count);
    for (size_t i = 0; i < q->axis->size; i++) {
        const mark *m = &q->own[i];
        DOCUMENT_ROW(g->p, document_text(assess_label(v->session, q->axis, i)),
                     document_number(g->p, m->value, -1), document_text(q->measure[i]),
                     document_number(g->p, q->from[i], -1), document_number(g->p, q->to[i], -1),
                     document_number(g->p, m->score, v->places[ROLE_DETAILS]),
                     document_number(g->p, m->way, 1));
        for (size_t k = 0; k < peers; k++)
            document_put(g->p, document_number(g->p, q->theirs[k][i].way, 1));
    }
}

/* A dot, or at the edge an arrow. */
static void put_mark(plot *g, const chart_scale *x, double way, double y, int own,
                     const char *tip) {
    if (isnan(way)) return;
    if (way < LOW || way > HIGH) {
        double at = scale_at(x, way), to = way < LOW ? -5 : 5;
        const double tri[] = {at, y - 4, at + to, y, at, y + 4, at, y - 4};
        svg_path(&g->s, tri, 4, own ? SVG_FOCUS : SVG_FAINT, 1, own ? SVG_FOCUS : "none", tip);
    } else if (own) {
        svg_diamond(&g->s, scale_at(x, way), y, 6, SVG_FOCUS, tip);
    } else {
        svg_dot(&g->s, scale_at(x, way), y, 3.2, "none", SVG_FAINT, tip);
    }
}

static void draw_profile(const profile *q) {
    enum { FIGURES = 190 };
    plot *g = q->g;
    const view *v = g->v;
    size_t n = q->axis->size;
    const char **name = plot_room(g, n, sizeof *name);
    if (!name) return;
    for (size_t i = 0; i < n; i++) name[i] = plot_name(g, q->axis, i);
    double left = PLOT_EDGE + 8 + plot_widest(name, n, 290), top = g->y,
           bottom = top + PLOT_ROW * (double)n + 2;
    chart_scale x = {LOW, HIGH, left + 6, PLOT_WIDTH - FIGURES - 14, 50, 0};
    const char *end[] = {q->scores ? "0" : view_text(v, TEXT_AS("chart", "Floor")),
                         q->scores ? plot_text(g, q->full, -1) : view_text(v, "Standard")};
    for (int k = 0; k < 2; k++) {
        svg_line(&g->s, "axis", scale_at(&x, 100 * k), top, scale_at(&x, 100 * k), bottom,
                 k ? SVG_INK : SVG_GREY, 1);
        svg_text(&g->s, scale_at(&x, 100 * k), top - 5, WIDTH_CENTRE, (svg_style){11, NULL, 0}, 120,
                 end[k]);
    }
    for (size_t i = 0; i < n; i++) {
        double y = top + PLOT_ROW * (double)i + PLOT_ROW / 2.0;
        const mark *m = &q->own[i];
        svg_line(&g->s, "axis", left, y, x.high, y, "#e8e8e8", 1);
        svg_text(&g->s, left - 8, y + 4, WIDTH_RIGHT, (svg_style){0}, left - 8 - PLOT_EDGE,
                 name[i]);
        for (size_t k = 0; k < q->peers; k++)
            put_mark(g, &x, q->theirs[k][i].way, y, 0,
                     document_print(g->p, "%s: %s", plot_unit_name(g, q->peer[k]),
                                    plot_text(g, q->theirs[k][i].value, -1)));
        put_mark(g, &x, m->way, y, 1, NULL);
        if (isnan(m->way))
            svg_text(&g->s, scale_at(&x, 50), y + 4, WIDTH_CENTRE, (svg_style){11, SVG_FAINT, 0}, 0,
                     view_text(v, "no value"));
        const char *text =
            isnan(m->value) ? plot_text(g, m->score, v->places[ROLE_DETAILS])
            : isnan(q->to[i])
                ? document_print(g->p, "%s %s", plot_text(g, m->value, -1), q->measure[i])
                : document_print(g->p, "%s / %s %s", plot_text(g, m->value, -1),
                                 plot_text(g, q->to[i], -1), q->measure[i]);
        svg_text(&g->s, PLOT_WIDTH - FIGURES, y + 4, WIDTH_LEFT, (svg_style){11, NULL, 0},
                 FIGURES - PLOT_EDGE, text);
    }
    g->y = bottom + 6;
}

int plot_profile(plot *g) {
    const view *v = g->v;
    const assess_array *details = v->part[ROLE_DETAILS];
    profile q = {.g = g,
                 .details = details,
                 .axis = view_extra(v, details),
                 .standard = assess_array_named(v->session, "index.standard"),
                 .floor = assess_array_named(v->session, "index.floor"),
                 .full = plot_full_mark(details),
                 .unit = plot_unit(g, 0)};
    if (q.unit == VIEW_NONE || !open_profile(&q)) return 0;
    put_profile(&q);
    plot_head(g, plot_unit_name(g, q.unit), plot_column(g, 0));
    buf b = BUF_INIT;
    svg_diamond(&g->s, PLOT_EDGE + 6, g->y - 4, 6, SVG_FOCUS, NULL);
    svg_text(&g->s, PLOT_EDGE + 18, g->y, WIDTH_LEFT, (svg_style){0}, 190,
             plot_unit_name(g, q.unit));
    if (q.peers) svg_dot(&g->s, PLOT_EDGE + 220, g->y - 4, 3.2, "none", SVG_FAINT, NULL);
    for (size_t k = 0; k < q.peers && !q.others; k++)
        buf_print(&b, "%s%s", k ? ", " : "", plot_unit_name(g, q.peer[k]));
    svg_text(&g->s, PLOT_EDGE + 230, g->y, WIDTH_LEFT, (svg_style){0}, 600,
             q.others  ? view_text(v, TEXT_AS("chart", "Other units"))
             : q.peers ? document_print(g->p, "%s%s%s", view_text(v, TEXT_AS("chart", "Peers")),
                                        view_text(v, ": "), buf_string(&b))
                       : "");
    buf_release(&b);
    g->y += 30;
    draw_profile(&q);
    plot_note(g, q.scores
                     ? view_text(v, "Arrow: beyond the frame. Indicators stand at their scores.")
                     : view_text(v, "Arrow: beyond the frame. An indicator without floor and "
                                    "standard stands at its score."));
    return 1;
}

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
    int kind; /* 0: a loss, 1: a total, 2: what is left */
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
        DOCUMENT_ROW(g->p, document_shown(step[i].name, step[i].id, 0),
                     document_number(g->p, step[i].from, g->given->people ? 2 : -1),
                     document_number(g->p, step[i].to, g->given->people ? 2 : -1),
                     document_change(g->p, change, 2));
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
    step[steps++] = (fall){"full", view_text(v, "Full mark"), 0, full, 1};
    shown = count <= MOST ? count : MOST - 1;
    for (size_t i = 0; i < shown; i++) {
        const char *name = plot_name(g, axis, list[i].at);
        step[steps++] =
            (fall){assess_label(v->session, axis, list[i].at), name, now, now - list[i].points, 0};
        now -= list[i].points;
        least = fmin(least, now);
    }
    if (shown < count) {
        double rest = 0;
        for (size_t i = shown; i < count; i++) rest += list[i].points;
        step[steps++] =
            (fall){"others", document_print(g->p, view_text(v, "%zu others"), count - shown), now,
                   now - rest, 0};
        now -= rest;
    }
    if (fabs(now - score) > 1e-9 * (full + fabs(score)))
        step[steps++] = (fall){"other", view_text(v, TEXT_AS("chart", "Other")), now, score, 0};
    step[steps++] = (fall){"score", view_text(v, "Score"), 0, score, 1};
    put_falls(g, step, steps);
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
        step[i] = (fall){id[i], name[i], total ? 0 : to[i - 1], to[i], total};
        least = fmin(least, to[i]);
        most = fmax(most, to[i]);
    }
    double edge = fmax((most - least) * 0.5, fabs(most) * 0.01);
    put_falls(g, step, count);
    draw_falls(g, step, count, least - edge, most);
    plot_note(g, view_text(g->v, "The scale begins where it shows the change, not at 0."));
}
