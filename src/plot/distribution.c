/* The chart of a distribution: a histogram, a box, and a stroke for each unit; of one indicator, or
 * of two on the same scale, such as one before and after treatment. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plot/inside.h"

enum { LEFT = 60, HIGH = 170, BINS = 40, MOST = 2 };

typedef struct panel {
    plot_series of;
    const char *title;
    double *at;     /* by place in the order of units; NaN: none */
    double *sorted; /* those there are */
    size_t count;
    size_t bin[BINS];
} panel;

static int less(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int open_panel(plot *g, panel *p) {
    const view *v = g->v;
    p->at = plot_room(g, v->shown_count, sizeof *p->at);
    p->sorted = plot_room(g, v->shown_count, sizeof *p->sorted);
    if (!p->at || !p->sorted) return 0;
    for (size_t i = 0; i < v->shown_count; i++) {
        double x = plot_value(g, &p->of, v->shown[i]);
        p->at[i] = isfinite(x) ? x : (double)NAN;
        if (isfinite(x)) p->sorted[p->count++] = x;
    }
    if (p->count) qsort(p->sorted, p->count, sizeof *p->sorted, less);
    p->title = *p->of.of ? document_print(g->p, "%s · %s", p->of.name, p->of.of) : p->of.name;
    return 1;
}

static size_t fill_bins(panel *p, const chart_scale *x, size_t bins) {
    size_t most = 0;
    for (size_t i = 0; i < p->count; i++) {
        double k = floor((p->sorted[i] - x->from) / (x->to - x->from) * (double)bins);
        size_t at = k < 0 ? 0 : (size_t)k;
        at = at < bins ? at : bins - 1;
        most = ++p->bin[at] > most ? p->bin[at] : most;
    }
    return most;
}

static void draw_box(plot *g, const panel *p, const chart_scale *x, double y) {
    double q[5];
    for (int k = 0; k < 5; k++) q[k] = scale_at(x, plot_quantile(p->sorted, p->count, 0.25 * k));
    svg_line(&g->s, "line", q[0], y, q[4], y, SVG_INK, 1);
    svg_rect(&g->s, "bar", q[1], y - 9, q[3] - q[1], 18, svg_colour(&g->s, 1), NULL);
    svg_line(&g->s, "line", q[2], y - 9, q[2], y + 9, SVG_INK, 2.5);
}

/* Is the value at i another one than in the panel before? */
static int differs(const panel *p, const panel *before, size_t i) {
    return before && !isnan(p->at[i]) && !(p->at[i] == before->at[i]);
}

static void draw_panel(plot *g, const panel *p, const panel *before, const chart_scale *x,
                       size_t bins, double most) {
    const view *v = g->v;
    double right = PLOT_WIDTH - 2 * PLOT_EDGE, top = g->y + 16,
           width = (right - LEFT) / (double)bins;
    chart_scale up = scale_over(0, fmax(most, 1), 4, top + HIGH, top);
    const char *count = view_text(v, "↑ Number of units");
    if (up.step < 1) up = (chart_scale){0, fmax(1, ceil(up.to)), up.low, up.high, 1, 0};
    svg_text(&g->s, LEFT - 44, top - 8, WIDTH_LEFT, (svg_style){11, SVG_FAINT, 0}, 400, count);
    axis_left(&g->s, &up, LEFT, right);
    for (size_t k = 0; k < bins; k++)
        svg_rect(&g->s, "bar", LEFT + width * (double)k + 0.5, scale_at(&up, (double)p->bin[k]),
                 width - 1, top + HIGH - scale_at(&up, (double)p->bin[k]), svg_colour(&g->s, 5),
                 NULL);
    double box = top + HIGH + 22, strip = box + 28;
    axis_below(&g->s, x, top + HIGH, strip + 12);
    if (p->count) draw_box(g, p, x, box);
    for (int pass = 0; pass < 2; pass++) /* those that differ above the others */
        for (size_t i = 0; i < v->shown_count; i++) {
            int changed = differs(p, before, i);
            if (isnan(p->at[i]) || changed != pass) continue;
            double at = scale_at(x, p->at[i]);
            svg_line(&g->s, "mark", at, strip - 7, at, strip + 7, changed ? SVG_FOCUS : SVG_FAINT,
                     (changed ? 1.9 : 1) * (p->count > 200 ? 0.3 : 1.2));
        }
    g->y = strip + 30;
    const char *title = document_print(g->p, "%s →", p->title);
    svg_text(&g->s, right, g->y + 10, WIDTH_RIGHT, (svg_style){11, NULL, SVG_BOLD}, 420, title);
    for (size_t i = 0; i < v->shown_count; i++) {
        if (v->shown[i] != v->focus || isnan(p->at[i])) continue;
        const char *name = plot_unit_name(g, v->focus);
        double at = scale_at(x, p->at[i]), half = fmin(svg_measure(name, 11) * 1.08 + 2, 160) / 2;
        svg_line(&g->s, "line", at, top - 4, at, strip + 12, SVG_FOCUS, 1.5);
        svg_text(&g->s, fmin(fmax(at, LEFT - 34 + svg_measure(count, 11) + half), right - half),
                 top - 8, WIDTH_CENTRE, (svg_style){11, SVG_FOCUS, SVG_BOLD}, 2 * half, name);
    }
    g->y += 20;
}

static void put_numbers(plot *g, const panel *p, size_t count) {
    const view *v = g->v;
    document_column column[1 + MOST] = {
        {v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
        {"value", count > 1 ? p[0].title : view_text(v, TEXT_AS("result", "Value")), WIDTH_RIGHT,
         0}};
    if (count > 1) column[2] = (document_column){"other", p[1].title, WIDTH_RIGHT, 0};
    document_list(g->p, "distribution", NULL);
    document_table(g->p, "distribution", "", column, 1 + count);
    for (size_t i = 0; i < v->shown_count; i++) {
        document_put(g->p, document_text(assess_label(v->session, &v->rows, v->shown[i])));
        for (size_t k = 0; k < count; k++)
            document_put(g->p, document_number(g->p, p[k].at[i], -1));
    }
}

int plot_distribution(plot *g) {
    const view *v = g->v;
    panel p[MOST] = {{.of = plot_score(g)}};
    size_t count = g->given->count ? g->given->count : 1, bins, highest = 0, changed = 0;
    double least = (double)NAN, most = (double)NAN;
    for (size_t k = 0; k < count; k++) {
        if (g->given->count && !plot_find(g, g->given->of[k], &p[k].of)) return 0;
        if (!open_panel(g, &p[k])) return 0;
        if (!p[k].count) continue;
        least = fmin(least, p[k].sorted[0]);
        most = fmax(most, p[k].sorted[p[k].count - 1]);
    }
    put_numbers(g, p, count);
    chart_scale x =
        scale_over(least, most, v->shown_count < 30 ? 8 : 16, LEFT, PLOT_WIDTH - 2 * PLOT_EDGE);
    double steps = floor((x.to - x.from) / x.step + 0.5);
    bins = steps < 1 ? 1 : steps > BINS ? BINS : (size_t)steps;
    for (size_t k = 0; k < count; k++) {
        size_t top = fill_bins(&p[k], &x, bins);
        highest = top > highest ? top : highest;
    }
    int same = count > 1 && !strcmp(p[0].of.name, p[1].of.name);
    plot_head(g,
              same ? document_print(g->p, "%s (%s – %s)", p[0].of.name, p[0].of.of, p[1].of.of)
              : count > 1 ? document_print(g->p, "%s – %s", p[0].of.name, p[1].of.name)
                          : p[0].of.name,
              plot_column(g, 0));
    for (size_t k = 0; k < count; k++)
        draw_panel(g, &p[k], k && same ? &p[0] : NULL, &x, bins, (double)highest);
    for (size_t i = 0; same && i < v->shown_count; i++) changed += (size_t)differs(&p[1], &p[0], i);
    g->y += 4;
    plot_note(g, document_print(g->p,
                                view_text(v, "%zu values, %zu missing. Bars: how many; box: the "
                                             "middle half and the median; strokes: units."),
                                p[0].count, v->shown_count - p[0].count));
    if (same)
        plot_note(g, document_print(
                         g->p,
                         view_text(v, "Below: %zu values, %zu missing; %zu are other than above "
                                      "(thick strokes)."),
                         p[1].count, v->shown_count - p[1].count, changed));
    else if (count > 1)
        plot_note(g, document_print(g->p, view_text(v, "Below: %zu values, %zu missing."),
                                    p[1].count, v->shown_count - p[1].count));
    return 1;
}
