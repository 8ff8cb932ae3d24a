/* Charts of figures: scatter, correlations. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "plot/inside.h"

/* ---- scatter ---- */

/* Which squares of a drawing are taken, two pixels each way. */
enum { SQUARE = 2, ACROSS = PLOT_WIDTH / SQUARE + 1, DOWN = 400 };

typedef struct squares {
    unsigned char taken[DOWN][ACROSS];
} squares;

/* Takes the squares under a rectangle, or asks whether all of them are free. */
static int take(squares *q, double x, double y, double w, double h, int ask) {
    long left = (long)floor(x / SQUARE), right = (long)floor((x + w) / SQUARE),
         top = (long)floor(y / SQUARE), bottom = (long)floor((y + h) / SQUARE);
    for (long i = top < 0 ? 0 : top; i <= bottom && i < DOWN; i++)
        for (long k = left < 0 ? 0 : left; k <= right && k < ACROSS; k++) {
            if (ask && q->taken[i][k]) return 0;
            if (!ask) q->taken[i][k] = 1;
        }
    return 1;
}

static const char *axis_text(plot *g, const plot_series *s) {
    return *s->of ? document_print(g->p, "%s · %s", s->name, s->of) : s->name;
}

/* The name beside its dot, or above or below it, where nothing else stands. `must`: in any case. */
static int name_dot(plot *g, squares *q, const double at[2], const double frame[4],
                    const char *name, int must) {
    static const struct {
        double x, y;
        width_side side;
    } way[6] = {{7, -6, WIDTH_LEFT},  {-7, -6, WIDTH_RIGHT}, {0, -19, WIDTH_CENTRE},
                {0, 7, WIDTH_CENTRE}, {5, 5, WIDTH_LEFT},    {-5, 5, WIDTH_RIGHT}};
    double w = fmin(svg_measure(name, 11) * (must ? 1.08 : 1), 150) + 1;
    for (int t = 0; t < (must ? 12 : 6); t++) {
        width_side side = way[t % 6].side;
        double x = at[0] + way[t % 6].x, y = at[1] + way[t % 6].y,
               left = side == WIDTH_LEFT    ? x
                      : side == WIDTH_RIGHT ? x - w
                                            : x - w / 2;
        if (left < frame[0] || left + w > frame[2] || y < frame[1] || y + 12 > frame[3]) continue;
        if (t < 6 && !take(q, left, y - 1, w, 14, 1)) continue;
        svg_text(&g->s, x, y + 10, side,
                 (svg_style){11, must ? SVG_FOCUS : NULL, must ? SVG_BOLD | SVG_HALO : SVG_HALO}, w,
                 name);
        take(q, left, y, w, 12, 0);
        return 1;
    }
    return 0;
}

static void draw_scatter(plot *g, const plot_series of[2], const double *x, const double *y) {
    enum { LEFT = 66, HIGH = 460, NAMES = 120, MANY = 300 };
    const view *v = g->v;
    double right = PLOT_WIDTH - 2 * PLOT_EDGE, top = g->y + 8, least[2] = {NAN, NAN},
           most[2] = {NAN, NAN};
    size_t n = v->shown_count;
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
             document_print(g->p, "↑ %s", axis_text(g, &of[1])));
    axis_left(&g->s, &up, LEFT, right);
    axis_below(&g->s, &along, top, top + HIGH);
    svg_text(&g->s, right, top + HIGH + 28, WIDTH_RIGHT, (svg_style){11, NULL, 1}, 500,
             document_print(g->p, "%s →", axis_text(g, &of[0])));
    squares *q = plot_room(g, 1, sizeof *q);
    if (!q) return;
    double r = n > MANY ? 2 : 4;
    const double frame[4] = {LEFT, top, PLOT_WIDTH - 2, top + HIGH};
    size_t own = n, at_most = n > MANY ? g->given->top : NAMES;
    for (size_t k = 0; k <= n; k++) { /* the focus above the others */
        size_t i = k < n ? k : own;
        if (i == n || !isfinite(x[i]) || !isfinite(y[i])) continue;
        int focus = v->shown[i] == v->focus;
        if (focus) own = i;
        if (focus && k < n) continue;
        double px = scale_at(&along, x[i]), py = scale_at(&up, y[i]), size = focus ? 5.5 : r;
        svg_dot(&g->s, px, py, size, focus ? SVG_FOCUS : svg_colour(&g->s, 0), "#ffffff",
                plot_unit_name(g, v->shown[i]));
        take(q, px - r, py - r, 2 * r, 2 * r, 0);
    }
    /* Names stand where there is room: the focus first, then in the order of the ranking. */
    for (size_t k = 0, named = 0; k <= n && named < at_most; k++) {
        size_t i = k ? k - 1 : own;
        if (i == n || (k && i == own) || !isfinite(x[i]) || !isfinite(y[i])) continue;
        const double at[2] = {scale_at(&along, x[i]), scale_at(&up, y[i])};
        named += (size_t)name_dot(g, q, at, frame, plot_unit_name(g, v->shown[i]), !k);
    }
    g->y = top + HIGH + 34;
}

int plot_scatter(plot *g) {
    const view *v = g->v;
    plot_series of[2];
    if (!plot_find(g, g->given->of[0], &of[0]) || !plot_find(g, g->given->of[1], &of[1])) return 0;
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
        x[i] = plot_value(g, &of[0], v->shown[i]);
        y[i] = plot_value(g, &of[1], v->shown[i]);
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

/* What is flagged: pairs that say nearly the same, and pairs of a group that go against each other,
 * so that the group's mean takes from one what it gives to the other. The limits are those of
 * plot_corr in W. Becker's R package COINr. */
enum { FLAG_ALIKE = 1, FLAG_AGAINST = 2 };

static int flag_of(double r, int same_group) {
    if (fabs(r) >= 0.9) return FLAG_ALIKE | (r <= -0.4 && same_group ? FLAG_AGAINST : 0);
    return r <= -0.4 && same_group ? FLAG_AGAINST : 0;
}

typedef struct flagged {
    size_t a, b;
    double r;
    int flag;
} flagged;

static void put_flags(plot *g, const assess_axis *axis, const flagged *list, size_t count) {
    const view *v = g->v;
    const document_column column[] = {
        {"first", view_text(v, TEXT_AS("chart", "One")), WIDTH_LEFT, 0},
        {"second", view_text(v, TEXT_AS("chart", "Another")), WIDTH_LEFT, 0},
        {"r", "r", WIDTH_RIGHT, 0},
        {"flag", view_text(v, TEXT_AS("chart", "Flag")), WIDTH_LEFT, 20}};
    document_list(g->p, NULL, NULL);
    document_table(g->p, "flags", view_text(v, "Flagged pairs"), column, 4);
    for (size_t i = 0; i < count; i++)
        DOCUMENT_ROW(g->p, document_text(assess_label(v->session, axis, list[i].a)),
                     document_text(assess_label(v->session, axis, list[i].b)),
                     document_number(g->p, list[i].r, 2),
                     document_word(v->language, list[i].flag == FLAG_ALIKE ? TEXT("nearly the same")
                                                : list[i].flag == FLAG_AGAINST
                                                    ? TEXT("against each other in a group")
                                                    : TEXT("nearly opposite in a group")));
}

static double correlation(const plot *g, const plot_series *a, const plot_series *b) {
    double n = 0, mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t row = 0; row < g->v->rows.size; row++) {
            double x = plot_value(g, a, row), y = plot_value(g, b, row);
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
    enum { MOST = 90, FEW_UNITS = 20 };
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
    flagged *list = plot_room(g, n * (n - (n > 0)) / 2, sizeof *list);
    size_t flags = 0, alike = 0, against = 0;
    if (!list) return 0;
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
            const plot_series a = {x, axis, i, "", ""}, b = {x, axis, k, "", ""};
            double r = i == k ? 1 : correlation(g, &a, &b), px = left + cell * (double)k;
            char fill[8];
            document_put(g->p, document_number(g->p, r, 2));
            svg_diverging(i == k ? (double)NAN : r, fill);
            svg_rect(&g->s, "cell", px, y, cell - 0.6, high - 0.6, fill,
                     n <= 60 ? document_print(g->p, "%s – %s: %s", plot_name(g, axis, i),
                                              plot_name(g, axis, k), plot_text(g, r, 2))
                             : NULL);
            if (i == k || isnan(r)) continue;
            int flag = flag_of(r, group_of(g, axis, i) == group_of(g, axis, k) &&
                                      group_of(g, axis, i) > 0);
            if (flag && k > i) {
                list[flags++] = (flagged){i, k, r, flag};
                alike += flag & FLAG_ALIKE ? 1 : 0;
                against += flag & FLAG_AGAINST ? 1 : 0;
            }
            if (cell >= 34)
                svg_text(&g->s, px + cell / 2, y + high / 2 + 3.5, WIDTH_CENTRE,
                         (svg_style){10, fabs(r) > 0.7 ? "#ffffff" : SVG_INK, 0}, 0,
                         plot_text(g, r, 2));
            else if (r < -0.2) /* negative is told in grey, too */
                svg_line(&g->s, "sign", px + cell * 0.25, y + high / 2, px + cell * 0.72,
                         y + high / 2, SVG_INK, 1);
            if (flag & FLAG_ALIKE)
                svg_dot(&g->s, px + cell - 3.5, y + 3.2, 1.6, "#ffffff", SVG_INK, NULL);
            if (flag & FLAG_AGAINST) svg_diamond(&g->s, px + 3.6, y + 3.6, 3, SVG_INK, NULL);
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
    plot_note(g, document_print(g->p,
                                view_text(v, "Circle: 0.9 and more, either way (%zu pairs). Black "
                                             "diamond: −0.4 and less within a group (%zu pairs)."),
                                alike, against));
    if (v->rows.size < FEW_UNITS)
        plot_note(g, document_print(g->p,
                                    view_text(v, "Only %zu units: with so few, high correlations "
                                                 "come about by chance."),
                                    v->rows.size));
    put_flags(g, axis, list, flags);
    return 1;
}
