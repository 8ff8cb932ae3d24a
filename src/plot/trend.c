/* A chart over years: a line for each unit; bands where units are many. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plot/inside.h"

/* The figures of an indicator by year: results first, then data. */
static const assess_array *find_years(const view *v, const char *id, location *at, int *year) {
    size_t outputs = assess_output_count(v->session), files = assess_source_count(v->session);
    for (size_t i = 0; i < outputs + files; i++) {
        const assess_array *x = i < outputs ? assess_output(v->session, i) : NULL;
        if (!x) {
            buf name = BUF_INIT;
            buf_print(&name, "data.%s", assess_source_at(v->session, i - outputs).name);
            x = assess_array_named(v->session, buf_string(&name));
            buf_release(&name);
        }
        if (!x || x->kind != ASSESS_NUMBER || view_axis(x, v->rows.id) < 0) continue;
        *at = v->columns ? v->column[0] : (location){0};
        *year = -1;
        int fits = !id || (i < outputs && !strcmp(x->name, id)), others = 0;
        for (int k = 0; k < x->axes; k++) {
            if (x->axis[k].id == v->rows.id) continue;
            if (!strcmp(x->axis[k].name, "year")) {
                *year = k;
                continue;
            }
            size_t p = id ? view_find(v, &x->axis[k], id) : VIEW_NONE;
            if (p != VIEW_NONE) {
                location_add(at, x->axis[k].id, p);
                fits = 1;
            } else if (strcmp(x->axis[k].name, "stage")) {
                others++;
            }
        }
        if (*year >= 0 && fits && !others && (id || x == v->part[ROLE_SCORE])) return x;
    }
    return NULL;
}

const char *plot_lacks_years(const view *v) {
    if (plot_lacks_score(v)) return plot_lacks_score(v);
    for (size_t i = 0; i < assess_source_count(v->session); i++)
        if (!isnan(assess_source_at(v->session, i).year_from)) return NULL;
    return TEXT("the data have no years");
}

/* "A1 GDP per head (USD)" */
static const char *trend_name(plot *g, const assess_array *x, const location *at, const char *id) {
    const char *name = id ? id : view_output_title(g->v, x);
    for (int k = 0; id && k < x->axes; k++) {
        size_t i = view_find(g->v, &x->axis[k], id);
        if (i != VIEW_NONE && x->axis[k].id != g->v->rows.id) name = plot_name(g, &x->axis[k], i);
    }
    (void)at;
    const char *measure = id ? assess_attribute(g->v->session, id, "unit") : "";
    return *measure ? document_print(g->p, "%s (%s)", name, measure) : name;
}

/* A line through the years of a unit, dashed where years between two figures have none. */
static void draw_line(plot *g, const double *at, const size_t *year, size_t points, const char *ink,
                      double width, const char *tip) {
    for (size_t from = 0, k = 1; k <= points; k++) {
        int gap = k < points && year[k] > year[k - 1] + 1;
        if (k < points && !gap) continue;
        if (k - from > 1) svg_path(&g->s, at + 2 * from, k - from, ink, width, NULL, tip);
        if (gap)
            svg_dashed(&g->s, at[2 * k - 2], at[2 * k - 1], at[2 * k], at[2 * k + 1], ink,
                       fmax(width * 0.6, 1));
        from = k;
    }
}

static int less(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Where units are many: from the least to the most of each year, the middle half, the median. */
static void draw_bands(plot *g, const double *value, size_t n, const assess_axis *years,
                       const chart_scale *along, const chart_scale *up) {
    static const char *const fill[] = {"#e9f0f4", "#c4d6e1"};
    size_t m = years->size, points = 0;
    double *sorted = plot_room(g, n, sizeof *sorted), *at = plot_room(g, m, 4 * sizeof *at),
           *x = plot_room(g, m, sizeof *x), (*q)[5] = plot_room(g, m, sizeof *q);
    if (!sorted || !at || !x || !q) return;
    for (size_t k = 0; k < m; k++) {
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (isfinite(value[i * m + k])) sorted[count++] = value[i * m + k];
        if (!count) continue;
        qsort(sorted, count, sizeof *sorted, less);
        for (int p = 0; p < 5; p++)
            q[points][p] = scale_at(up, plot_quantile(sorted, count, 0.25 * p));
        x[points++] = scale_at(along, strtod(assess_label(g->v->session, years, k), NULL));
    }
    const size_t end = 2 * points;
    for (int band = 0; band < 2 && points > 1; band++) {
        for (size_t k = 0; k < points; k++) {
            at[2 * k] = at[2 * (end - 1 - k)] = x[k];
            at[2 * k + 1] = q[k][band];
            at[2 * (end - 1 - k) + 1] = q[k][4 - band];
        }
        svg_area(&g->s, at, &end, 1, fill[band], "none", 0, NULL);
    }
    for (size_t k = 0; k < points; k++) {
        at[2 * k] = x[k];
        at[2 * k + 1] = q[k][2];
    }
    svg_path(&g->s, at, points, "#6b8ba0", 2.5, NULL, NULL);
}

int plot_trend(plot *g) {
    enum { LEFT = 66, HIGH = 340, NAMES = 150, MANY = 60 };
    const view *v = g->v;
    const char *id = g->given->count ? g->given->of[0] : NULL;
    location base = {0};
    int year = -1;
    const assess_array *x = find_years(v, id, &base, &year);
    if (!x)
        return id ? fault_at(g->f, FAULT_USAGE, NULL, NULL, "no figures of '%s' by year", id)
                  : fault_at(g->f, FAULT_USAGE, NULL, "assess plot RULES trend INDICATOR",
                             "the score has no years: the trend of which indicator?");
    const assess_axis *years = &x->axis[year];
    size_t n = v->shown_count, m = years->size,
           drawn = n <= MANY || g->given->all || n < g->given->top ? n : g->given->top;
    document_column *column = plot_room(g, m + 2, sizeof *column);
    double *value = plot_room(g, n * m, sizeof *value), *at = plot_room(g, 2 * m, sizeof *at),
           least = NAN, most = NAN, first = NAN, last = NAN;
    size_t *when_at = plot_room(g, m, sizeof *when_at), gaps = 0;
    if (!column || !value || !at || !when_at) return 0;
    column[0] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
    size_t next = 1;
    for (size_t k = 0; k < m; k++) {
        const char *label = assess_label(v->session, years, k);
        column[next++] = (document_column){label, label, WIDTH_RIGHT, 0};
    }
    document_list(g->p, "trend", NULL);
    document_table(g->p, "trend", "", column, m + 1);
    for (size_t i = 0; i < n; i++) {
        document_put(g->p, document_text(assess_label(v->session, &v->rows, v->shown[i])));
        for (size_t k = 0; k < m; k++) {
            location here = base;
            /* a column of the view may pick a year itself */
            int own = -1;
            for (int j = 0; j < here.count; j++)
                if (here.axis[j] == years->id) own = j;
            if (own >= 0)
                here.at[own] = k;
            else
                location_add(&here, years->id, k);
            location_add(&here, v->rows.id, v->shown[i]);
            double y = value[i * m + k] = location_value(x, &here);
            if (!isfinite(y)) continue;
            least = fmin(least, y);
            most = fmax(most, y);
            double when = strtod(assess_label(v->session, years, k), NULL);
            first = fmin(first, when);
            last = fmax(last, when);
        }
        if (g->given->people) plot_spark(g, value + i * m, m, (double)NAN);
        for (size_t k = 0; k < m; k++)
            document_put(g->p, document_number(g->p, value[i * m + k], -1));
    }
    plot_head(g, trend_name(g, x, &base, id), "");
    double top = g->y + 8, right = PLOT_WIDTH - NAMES - PLOT_EDGE;
    chart_scale along = scale_over(first, last, 12, LEFT, right),
                up = scale_over(least, most, 6, top + HIGH, top);
    if (along.step < 1) along = (chart_scale){floor(along.from), ceil(along.to), LEFT, right, 1, 0};
    axis_left(&g->s, &up, LEFT, right);
    axis_below(&g->s, &along, top, top + HIGH);
    if (drawn < n) draw_bands(g, value, n, years, &along, &up);
    double used[64][3];
    size_t taken = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            int focus = v->shown[i] == v->focus;
            size_t points = 0;
            if (focus != pass || (i >= drawn && !focus)) continue;
            const char *ink = focus              ? SVG_FOCUS
                              : n <= SVG_COLOURS ? svg_colour(&g->s, i)
                              : drawn < n        ? "#0072b2"
                                                 : "#8aa9bd";
            for (size_t k = 0; k < m; k++) {
                if (!isfinite(value[i * m + k])) continue;
                at[2 * points] = scale_at(&along, strtod(assess_label(v->session, years, k), NULL));
                at[2 * points + 1] = scale_at(&up, value[i * m + k]);
                if (n <= 40)
                    svg_dot(&g->s, at[2 * points], at[2 * points + 1], focus ? 3.5 : 2.2, ink, NULL,
                            NULL);
                when_at[points] = (size_t)strtod(assess_label(v->session, years, k), NULL);
                gaps += points && when_at[points] > when_at[points - 1] + 1;
                points++;
            }
            draw_line(g, at, when_at, points, ink,
                      focus       ? 3
                      : drawn < n ? 0.8
                                  : 1.2,
                      plot_unit_name(g, v->shown[i]));
        }
    for (size_t k = 0; k <= n && taken < 64; k++) {
        size_t i = k - 1, e = m;
        if (!k)
            for (i = 0; i < n && v->shown[i] != v->focus;) i++;
        if (i >= n || (k && (i >= drawn || v->shown[i] == v->focus))) continue;
        while (e && !isfinite(value[i * m + e - 1])) e--;
        if (!e) continue;
        double px = scale_at(&along, strtod(assess_label(v->session, years, e - 1), NULL)),
               py = scale_at(&up, value[i * m + e - 1]);
        const char *name = plot_unit_name(g, v->shown[i]);
        double w = fmin(svg_measure(name, 11) * 1.08 + 2, NAMES - 8);
        int clear = 1;
        for (size_t t = 0; t < taken; t++)
            clear &= fabs(used[t][1] - py) >= 14 || px + 7 + w < used[t][0] ||
                     used[t][0] + used[t][2] < px + 7;
        if (!clear) continue;
        used[taken][0] = px + 7;
        used[taken][1] = py;
        used[taken++][2] = w;
        svg_text(&g->s, px + 7, py + 4, WIDTH_LEFT,
                 (svg_style){11, k ? NULL : SVG_FOCUS, k ? SVG_HALO : SVG_HALO | SVG_BOLD}, w,
                 name);
    }
    g->y = top + HIGH + 22;
    if (drawn < n)
        plot_note(g, document_print(g->p,
                                    view_text(v, "Shades: all %zu units, and the middle half of "
                                                 "them; grey line: the median. Lines: the focus "
                                                 "and the first %zu."),
                                    n, drawn));
    if (gaps) plot_note(g, view_text(v, "Dashed: years without a figure lie between."));
    return 1;
}
