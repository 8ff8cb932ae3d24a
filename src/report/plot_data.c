/* Charts of figures: scatter, correlations, distribution. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/suggest.h"
#include "base/text.h"
#include "report/plot.h"

/* A number for each unit: an indicator, a part, or a result. */
typedef struct series {
    const assess_array *x;
    const assess_axis *axis; /* or NULL */
    size_t at;
    const char *name;
} series;

static double series_value(const plot *g, const series *s, size_t row) {
    location at = view_location(g->v, row, 0);
    if (s->axis) location_add(&at, s->axis->id, s->at);
    return location_value(s->x, &at);
}

static int in_part(plot *g, role r, const char *name, series *out) {
    const assess_array *x = g->v->part[r];
    const assess_axis *axis = x ? view_extra(g->v, x) : NULL;
    for (size_t i = 0; axis && i < axis->size; i++)
        if (!strcmp(assess_label(g->v->session, axis, i), name) ||
            !strcmp(assess_title(g->v->session, axis, i), name)) {
            *out = (series){x, axis, i, plot_name(g, axis, i)};
            return 1;
        }
    return 0;
}

/* Names that there are: those of the details, of the parts, of results over units. */
typedef struct names {
    const view *v;
} names;

static const char *name_at(const void *self, size_t i) {
    const view *v = ((const names *)self)->v;
    const role r[] = {ROLE_DETAILS, ROLE_PARTS};
    for (int k = 0; k < 2; k++) {
        const assess_axis *axis = v->part[r[k]] ? view_extra(v, v->part[r[k]]) : NULL;
        if (axis && i < axis->size) return assess_label(v->session, axis, i);
        i -= axis ? axis->size : 0;
    }
    return i < assess_output_count(v->session) ? assess_output(v->session, i)->name : NULL;
}

static int find_series(plot *g, const char *name, series *out) {
    const view *v = g->v;
    if (in_part(g, ROLE_DETAILS, name, out) || in_part(g, ROLE_PARTS, name, out)) return 1;
    const assess_array *x = assess_output_named(v->session, name);
    location at = view_location(v, 0, 0);
    if (x && x->kind == ASSESS_NUMBER && view_axis(x, v->rows.id) >= 0 &&
        location_offset(x, &at) != VIEW_NONE) {
        *out = (series){x, NULL, 0, view_output_title(v, x)};
        return 1;
    }
    const names all = {v};
    return fault_unknown(g->f, suggest_among(name, name_at, &all), NULL,
                         text_message("no indicator, part or result of units '%s'"), name);
}

static series score_series(const plot *g) {
    const assess_array *x = g->v->part[ROLE_SCORE];
    return (series){x, NULL, 0, view_output_title(g->v, x)};
}

static int less(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- distribution ---- */

static double quantile(const double *sorted, size_t n, double p) {
    double at = p * (double)(n - 1), low = floor(at);
    size_t i = (size_t)low;
    return i + 1 < n ? sorted[i] + (at - low) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static void draw_distribution(plot *g, const double *x, size_t n, const series *of) {
    enum { LEFT = 60, HIGH = 190, BINS = 40 };
    const view *v = g->v;
    double right = PLOT_WIDTH - 2 * PLOT_EDGE, most = 0, top = g->y;
    chart_scale along = scale_over(n ? x[0] : 0, n ? x[n - 1] : 1, n < 30 ? 8 : 16, LEFT, right);
    size_t bin[BINS] = {0}, bins = (size_t)floor((along.to - along.from) / along.step + 0.5);
    bins = bins < 1 ? 1 : bins > BINS ? BINS : bins;
    for (size_t i = 0; i < n; i++) {
        double k = floor((x[i] - along.from) / (along.to - along.from) * (double)bins);
        size_t at = k < 0 ? 0 : (size_t)k;
        at = at < bins ? at : bins - 1;
        most = fmax(most, (double)++bin[at]);
    }
    chart_scale up = scale_over(0, fmax(most, 1), 4, top + HIGH, top);
    axis_left(&g->s, &up, LEFT, right);
    double width = (right - LEFT) / (double)bins;
    for (size_t k = 0; k < bins; k++)
        svg_rect(&g->s, "bar", LEFT + width * (double)k + 0.5, scale_at(&up, (double)bin[k]),
                 width - 1, top + HIGH - scale_at(&up, (double)bin[k]), svg_colour(&g->s, 5), NULL);
    double box = top + HIGH + 26, strip = box + 34;
    axis_below(&g->s, &along, top + HIGH, strip + 12);
    if (n) {
        double q[5];
        for (int k = 0; k < 5; k++) q[k] = scale_at(&along, quantile(x, n, 0.25 * k));
        svg_line(&g->s, "line", q[0], box, q[4], box, SVG_INK, 1);
        svg_rect(&g->s, "bar", q[1], box - 9, q[3] - q[1], 18, svg_colour(&g->s, 1), NULL);
        svg_line(&g->s, "line", q[2], box - 9, q[2], box + 9, SVG_INK, 2.5);
    }
    for (size_t i = 0; i < n; i++)
        svg_line(&g->s, "mark", scale_at(&along, x[i]), strip - 6, scale_at(&along, x[i]),
                 strip + 6, SVG_FAINT, n > 200 ? 0.3 : 1.2);
    g->y = strip + 30;
    size_t unit = v->focus;
    double own = unit == VIEW_NONE ? (double)NAN : series_value(g, of, unit);
    if (!isnan(own)) {
        double at = scale_at(&along, own);
        svg_line(&g->s, "line", at, top, at, strip + 12, SVG_FOCUS, 1.5);
        svg_text(&g->s, fmin(fmax(at, LEFT + 70), right - 70), g->y + 8, WIDTH_CENTRE,
                 (svg_style){11, SVG_FOCUS, 1}, 140, plot_unit_name(g, unit));
        g->y += 12;
    }
}

int plot_distribution(plot *g) {
    const view *v = g->v;
    series of = score_series(g);
    if (g->given->count && !find_series(g, g->given->of[0], &of)) return 0;
    double *x = plot_room(g, v->rows.size, sizeof *x);
    size_t n = 0;
    if (!x) return 0;
    const document_column column[] = {
        {v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
        {"value", view_text(v, TEXT_AS("result", "Value")), WIDTH_RIGHT, 0}};
    document_list(g->p, "distribution", NULL);
    document_table(g->p, "distribution", "", column, 2);
    for (size_t i = 0; i < v->shown_count; i++) {
        double y = series_value(g, &of, v->shown[i]);
        if (isfinite(y)) x[n++] = y;
        DOCUMENT_ROW(g->p, document_text(assess_label(v->session, &v->rows, v->shown[i])),
                     document_number(g->p, y, -1));
    }
    if (n) qsort(x, n, sizeof *x, less);
    plot_head(g, of.name, plot_column(g, 0));
    draw_distribution(g, x, n, &of);
    plot_note(g, document_print(g->p,
                                view_text(v, "%zu values, %zu missing. Bars: how many; box: the "
                                             "middle half and the median; strokes: units."),
                                n, v->shown_count - n));
    return 1;
}

/* ---- scatter ---- */

typedef struct space {
    double x, y, w, h;
} space;

static int overlaps(const space *a, const space *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (a->x < list[i].x + list[i].w && list[i].x < a->x + a->w &&
            a->y < list[i].y + list[i].h && list[i].y < a->y + a->h)
            return 1;
    return 0;
}

static void draw_scatter(plot *g, const series of[2], const double *x, const double *y) {
    enum { LEFT = 66, HIGH = 460, NAMES = 120, MANY = 300 };
    const view *v = g->v;
    double right = PLOT_WIDTH - 2 * PLOT_EDGE, top = g->y + 8, least[2] = {NAN, NAN},
           most[2] = {NAN, NAN};
    size_t n = v->shown_count, taken = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) continue;
        least[0] = fmin(least[0], x[i]);
        most[0] = fmax(most[0], x[i]);
        least[1] = fmin(least[1], y[i]);
        most[1] = fmax(most[1], y[i]);
    }
    chart_scale along = scale_over(least[0], most[0], 8, LEFT, right),
                up = scale_over(least[1], most[1], 6, top + HIGH, top);
    svg_text(&g->s, LEFT, top - 8, WIDTH_LEFT, (svg_style){11, NULL, 1}, 500,
             document_print(g->p, "↑ %s", of[1].name));
    axis_left(&g->s, &up, LEFT, right);
    axis_below(&g->s, &along, top, top + HIGH);
    svg_text(&g->s, right, top + HIGH + 28, WIDTH_RIGHT, (svg_style){11, NULL, 1}, 500,
             document_print(g->p, "%s →", of[0].name));
    space *list = plot_room(g, n + NAMES, sizeof *list);
    if (!list) return;
    double r = n > MANY ? 2 : 4;
    size_t at_most = n > MANY ? g->given->top : NAMES;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) continue;
        double px = scale_at(&along, x[i]), py = scale_at(&up, y[i]);
        int own = v->shown[i] == v->focus;
        svg_dot(&g->s, px, py, own ? 5.5 : r, own ? SVG_FOCUS : svg_colour(&g->s, 0), "#ffffff",
                plot_unit_name(g, v->shown[i]));
        if (n <= MANY) list[taken++] = (space){px - r, py - r, 2 * r, 2 * r};
    }
    /* Names stand where there is room: the focus first, then in the order of the ranking. */
    for (size_t k = 0, named = 0; k <= n && named < at_most && taken < n + NAMES; k++) {
        size_t i = k - 1;
        if (!k)
            for (i = 0; i < n && v->shown[i] != v->focus;) i++;
        if (i >= n || !isfinite(x[i]) || !isfinite(y[i]) || (k && v->shown[i] == v->focus))
            continue;
        const char *name = plot_unit_name(g, v->shown[i]);
        double w = fmin(svg_measure(name, 11) * (k ? 1 : 1.08), 150) + 1,
               px = scale_at(&along, x[i]), py = scale_at(&up, y[i]);
        const double way[4][2] = {
            {px + 7, py - 6}, {px - 7 - w, py - 6}, {px - w / 2, py - 19}, {px - w / 2, py + 7}};
        for (int t = 0; t < 4; t++) {
            space room = {way[t][0], way[t][1], w, 12};
            if (room.x < LEFT || room.x + w > PLOT_WIDTH - 2 || room.y < top ||
                room.y + 12 > top + HIGH || overlaps(&room, list, taken))
                continue;
            svg_text(&g->s, room.x, room.y + 10, WIDTH_LEFT,
                     (svg_style){11, k ? NULL : SVG_FOCUS, !k}, w, name);
            list[taken++] = room;
            named++;
            break;
        }
    }
    g->y = top + HIGH + 34;
}

int plot_scatter(plot *g) {
    const view *v = g->v;
    series of[2];
    if (!find_series(g, g->given->of[0], &of[0]) || !find_series(g, g->given->of[1], &of[1]))
        return 0;
    double *x = plot_room(g, v->shown_count, sizeof *x),
           *y = plot_room(g, v->shown_count, sizeof *y);
    if (!x || !y) return 0;
    const document_column column[] = {{v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
                                      {g->given->of[0], g->given->of[0], WIDTH_RIGHT, 0},
                                      {g->given->of[1], g->given->of[1], WIDTH_RIGHT, 0}};
    document_list(g->p, "scatter", NULL);
    document_table(g->p, "scatter", "", column, 3);
    size_t missing = 0;
    for (size_t i = 0; i < v->shown_count; i++) {
        x[i] = series_value(g, &of[0], v->shown[i]);
        y[i] = series_value(g, &of[1], v->shown[i]);
        missing += isnan(x[i]) || isnan(y[i]);
        DOCUMENT_ROW(g->p, document_text(assess_label(v->session, &v->rows, v->shown[i])),
                     document_number(g->p, x[i], -1), document_number(g->p, y[i], -1));
    }
    plot_head(g, document_print(g->p, "%s · %s", of[0].name, of[1].name), plot_column(g, 0));
    draw_scatter(g, of, x, y);
    if (missing)
        plot_note(g, document_print(g->p, view_text(v, "Not drawn: %zu units without both values."),
                                    missing));
    return 1;
}

/* ---- correlations ---- */

static double correlation(const plot *g, const series *a, const series *b) {
    double n = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t row = 0; row < g->v->rows.size; row++) {
            double x = series_value(g, a, row), y = series_value(g, b, row);
            if (!isfinite(x) || !isfinite(y)) continue;
            if (!pass) {
                n++;
                mx += (x - mx) / n;
                my += (y - my) / n;
            } else {
                xx += (x - mx) * (x - mx);
                yy += (y - my) * (y - my);
                xy += (x - mx) * (y - my);
            }
        }
    double r = n > 2 && xx > 1e-24 * (1 + mx * mx) * n && yy > 1e-24 * (1 + my * my) * n
                   ? xy / sqrt(xx * yy)
                   : (double)NAN;
    return r > 1 ? 1 : r < -1 ? -1 : r;
}

/* The group of an indicator, as the number of its text; 0 where that is not known. */
static double group_of(const plot *g, const assess_axis *axis, size_t i) {
    const assess_array *parts = g->v->part[ROLE_PARTS];
    const assess_axis *groups = parts ? view_extra(g->v, parts) : NULL;
    location at = {0};
    buf name = BUF_INIT;
    buf_print(&name, "index.%s", groups ? groups->name : "group");
    const assess_array *x = assess_array_named(g->v->session, buf_string(&name));
    buf_release(&name);
    location_add(&at, axis->id, i);
    double group = x && x->kind == ASSESS_TEXT ? location_value(x, &at) : (double)NAN;
    return isnan(group) ? 0 : group;
}

int plot_correlations(plot *g) {
    enum { MOST = 90 };
    const view *v = g->v;
    const assess_array *x = v->part[ROLE_DETAILS];
    const assess_axis *axis = view_extra(v, x);
    if (axis->size > MOST && v->part[ROLE_PARTS]) {
        x = v->part[ROLE_PARTS];
        axis = view_extra(v, x);
    }
    size_t n = axis->size < MOST ? axis->size : MOST;
    const char **name = plot_room(g, n, sizeof *name);
    document_column *column = plot_room(g, n + 1, sizeof *column);
    if (!name || !column) return 0;
    column[0] = (document_column){axis->name, view_axis_title(v, axis), WIDTH_LEFT, 0};
    for (size_t i = 0; i < n; i++) {
        name[i] = document_print(g->p, "%zu  %s", i + 1, plot_name(g, axis, i));
        column[i + 1] = (document_column){assess_label(v->session, axis, i),
                                          assess_label(v->session, axis, i), WIDTH_RIGHT, 0};
    }
    document_list(g->p, "correlations", NULL);
    document_table(g->p, "correlations", "", column, n + 1);
    plot_head(g, "", plot_column(g, 0));
    double left = PLOT_EDGE + 8 + plot_widest(name, n, 280),
           cell = fmin(44, (PLOT_WIDTH - PLOT_EDGE - left) / (double)(n ? n : 1)),
           high = fmin(fmax(cell, 13), 26), top = g->y + 6;
    size_t flags = 0;
    for (size_t i = 0; i < n && !limits_over(); i++) {
        double y = top + high * (double)i;
        svg_text(&g->s, left - 6, y + high / 2 + 3.5, WIDTH_RIGHT,
                 (svg_style){fmin(11, high - 2), NULL, 0}, left - 6 - PLOT_EDGE, name[i]);
        document_put(g->p, document_text(assess_label(v->session, axis, i)));
        const char *number = document_print(g->p, "%zu", i + 1);
        double small = fmin(10, cell * 0.72);
        if (svg_measure(number, small) < cell)
            svg_text(&g->s, left + cell * ((double)i + 0.5), top - 4, WIDTH_CENTRE,
                     (svg_style){small, SVG_FAINT, 0}, 0, number);
        for (size_t k = 0; k < n; k++) {
            const series a = {x, axis, i, ""}, b = {x, axis, k, ""};
            double r = i == k ? 1 : correlation(g, &a, &b), px = left + cell * (double)k;
            char fill[8];
            document_put(g->p, document_number(g->p, r, 2));
            svg_diverging(i == k ? (double)NAN : r, fill);
            svg_rect(&g->s, "cell", px, y, cell - 0.6, high - 0.6, fill,
                     n <= 60 ? document_print(g->p, "%s – %s: %s", plot_name(g, axis, i),
                                              plot_name(g, axis, k), plot_text(g, r, 2))
                             : NULL);
            if (i == k || isnan(r)) continue;
            flags += k > i && fabs(r) >= 0.9;
            if (cell >= 34)
                svg_text(&g->s, px + cell / 2, y + high / 2 + 3.5, WIDTH_CENTRE,
                         (svg_style){10, fabs(r) > 0.7 ? "#ffffff" : SVG_INK, 0}, 0,
                         plot_text(g, r, 2));
            else if (r < -0.2) /* negative is told in grey, too */
                svg_line(&g->s, "sign", px + cell * 0.25, y + high / 2, px + cell * 0.72,
                         y + high / 2, SVG_INK, 1);
            if (fabs(r) >= 0.9)
                svg_dot(&g->s, px + cell - 3.5, y + 3.2, 1.6, "#ffffff", SVG_INK, NULL);
        }
    }
    for (size_t i = 1; i < n; i++) {
        if (group_of(g, axis, i) == group_of(g, axis, i - 1)) continue;
        svg_line(&g->s, "axis", left, top + high * (double)i - 0.3, left + cell * (double)n,
                 top + high * (double)i - 0.3, SVG_INK, 1);
        svg_line(&g->s, "axis", left + cell * (double)i - 0.3, top, left + cell * (double)i - 0.3,
                 top + high * (double)n, SVG_INK, 1);
    }
    g->y = top + high * (double)n + 4;
    plot_note(
        g, view_text(
               v, "Pearson's r. Blue with a stroke: negative; orange: positive; grey: not known."));
    plot_note(g, document_print(g->p, view_text(v, "Circle: 0.9 and more, either way (%zu pairs)."),
                                flags));
    return 1;
}
