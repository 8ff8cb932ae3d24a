/* Charts of two editions: a slope for each unit, and a waterfall of the causes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "change/diff.h"
#include "plot/inside.h"

typedef struct place_in {
    size_t row;
    double rank;
} place_in;

static int by_place(const void *a, const void *b) {
    const place_in *x = a, *y = b;
    if (isnan(x->rank) != isnan(y->rank)) return isnan(x->rank) ? 1 : -1;
    if (x->rank != y->rank && !isnan(x->rank)) return x->rank < y->rank ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

typedef struct mover {
    size_t row;
    double by; /* ranks gained; NaN: ranked once only */
} mover;

static int by_move(const void *a, const void *b) {
    const mover *x = a, *y = b;
    double p = isnan(x->by) ? -1 : fabs(x->by), q = isnan(y->by) ? -1 : fabs(y->by);
    return p != q ? (p > q ? -1 : 1) : (x->row > y->row) - (x->row < y->row);
}

enum { SLOPE_FROM = 330, SLOPE_TO = 570, SLOPE_MANY = 60, SLOPE_MOVERS = 8 };

/* The names of a unit on both sides, where no other name stands. */
static void name_slope(plot *g, const assess_diff *d, size_t c, size_t row, const double y[2],
                       int bold, double *used[2], size_t count[2]) {
    for (int e = 0; e < 2; e++) {
        size_t at = row * d->columns + c;
        int clear = !isnan(y[e]);
        for (size_t i = 0; i < count[e]; i++) clear &= fabs(used[e][i] - y[e]) >= 14;
        if (!clear) continue;
        used[e][count[e]++] = y[e];
        const char *rank = plot_text(g, d->rank[e][at], -1),
                   *score = plot_text(g, d->score[e][at], 2);
        svg_text(&g->s, e ? SLOPE_TO + 8 : SLOPE_FROM - 8, y[e] + 4, e ? WIDTH_LEFT : WIDTH_RIGHT,
                 (svg_style){0, NULL, bold}, SLOPE_FROM - 8 - PLOT_EDGE,
                 e ? document_print(g->p, "%s  %s  (%s)", rank, d->row[row], score)
                   : document_print(g->p, "%s (%s)  %s", d->row[row], score, rank));
    }
}

/* The lines between two orders. Of many units the focus and those that move the most have names
 * and colours, and are marked in `chosen`; the others are thin and grey. */
static void draw_slopes(plot *g, const assess_diff *d, size_t c, size_t unit, char *chosen) {
    size_t n = d->rows, ranked = 0, count[2] = {0, 0}, moved[2] = {0, 0};
    place_in *of = plot_room(g, n, sizeof *of);
    mover *order = plot_room(g, n, sizeof *order);
    double *y = plot_room(g, n, 2 * sizeof *y),
           *used[2] = {plot_room(g, n, sizeof **used), plot_room(g, n, sizeof **used)};
    if (!of || !order || !y || !used[0] || !used[1]) return;
    int many = n > SLOPE_MANY;
    double step = many ? 600 / (double)n : fmin(18, 900 / (double)(n ? n : 1)), top = g->y + 10;
    for (size_t e = 0; e < 2; e++) {
        for (size_t i = 0; i < n; i++) of[i] = (place_in){i, d->rank[e][i * d->columns + c]};
        qsort(of, n, sizeof *of, by_place);
        for (size_t i = 0; i < n; i++)
            y[2 * of[i].row + e] = isnan(of[i].rank) ? (double)NAN : top + step * (double)i;
    }
    for (size_t i = 0; i < n; i++) {
        order[i] = (mover){i, d->rank[0][i * d->columns + c] - d->rank[1][i * d->columns + c]};
        ranked += !isnan(y[2 * i]) || !isnan(y[2 * i + 1]);
        if (many && !isnan(order[i].by))
            svg_line(&g->s, "line", SLOPE_FROM, y[2 * i], SLOPE_TO, y[2 * i + 1], SVG_RULE, 0.4);
    }
    qsort(order, n, sizeof *order, by_move);
    if (unit < n) name_slope(g, d, c, unit, y + 2 * unit, 1, used, count);
    for (size_t i = 0; i < n; i++) {
        size_t row = order[i].row;
        double by = order[i].by;
        if (many && row != unit && (isnan(by) || by == 0 || moved[by > 0]++ >= SLOPE_MOVERS))
            continue;
        chosen[row] = 1;
        if (row != unit) name_slope(g, d, c, row, y + 2 * row, 0, used, count);
        if (!isnan(by))
            svg_line(&g->s, "line", SLOPE_FROM, y[2 * row], SLOPE_TO, y[2 * row + 1],
                     by > 0   ? "#0072b2"
                     : by < 0 ? SVG_FOCUS
                              : SVG_GREY,
                     row == unit ? 3 : 1.4);
    }
    g->y = top + step * (double)ranked + 12;
    if (many) {
        plot_note(g, view_text(g->v, "Blue: up; orange: down. Named are the focus and the units "
                                     "that move the most."));
        g->y += 8;
    }
}

int plot_diff(plot *g) {
    const view *v = g->v;
    const assess_diff *d = g->given->diff;
    const diff_page shown = {.d = d, .language = v->language};
    const char *own = v->focus == VIEW_NONE ? "" : assess_label(v->session, &v->rows, v->focus),
               *focus = g->given->focus ? g->given->focus : own;
    char *chosen = plot_room(g, d->rows + 1, 1);
    /* A page of very many units has the numbers of those that are named. */
    int all = !g->given->page || d->rows <= SLOPE_MANY;
    size_t unit = d->rows, steps = 0;
    if (!chosen) return 0;
    for (size_t i = 0; i < d->rows; i++)
        if (!strcmp(d->row[i], focus)) unit = i;
    const document_column column[] = {
        {"unit", view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
        {"column", view_text(v, "At"), WIDTH_LEFT, 0},
        {"rank_before", view_text(v, "Rank before"), WIDTH_RIGHT, 0},
        {"rank", view_text(v, "Rank"), WIDTH_RIGHT, 0},
        {"score_before", view_text(v, "Score before"), WIDTH_RIGHT, 0},
        {"score", view_text(v, "Score"), WIDTH_RIGHT, 0}};
    plot_head(
        g, *assess_fact(g->given->newer, "title") ? assess_fact(g->given->newer, "title") : "", "");
    for (size_t c = 0; c < d->columns && c < 2; c++) {
        g->y += 4;
        svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){13, NULL, 1}, 500,
                 d->column_title[c]);
        draw_slopes(g, d, c, unit, chosen);
    }
    document_table(g->p, "ranks", "", column, 6);
    for (size_t c = 0; c < d->columns && c < 2; c++)
        for (size_t i = 0; i < d->rows; i++) {
            size_t at = i * d->columns + c;
            if (!all && !chosen[i]) continue;
            DOCUMENT_ROW(g->p, document_text(d->row[i]), document_text(d->column[c]),
                         document_rank(g->p, d->rank[0][at]), document_rank(g->p, d->rank[1][at]),
                         document_number(g->p, d->score[0][at], -1),
                         document_number(g->p, d->score[1][at], -1));
        }
    size_t at = unit * d->columns;
    if (unit == d->rows || isnan(d->score[0][at]) || isnan(d->score[1][at])) return 1;
    const char *id[16], *name[16];
    double to[16], now = d->score[0][at];
    id[steps] = "before";
    name[steps] = view_text(v, "Score before");
    to[steps++] = now;
    for (size_t i = 0; i < d->factors && steps < 14; i++) {
        double by = d->factor[i].score[at];
        if (isnan(by) || by == 0) continue;
        id[steps] = diff_factor_id(d->factor[i].factor);
        name[steps] = diff_factor(&shown, d->factor[i].factor);
        to[steps++] = now += by;
    }
    id[steps] = "after";
    name[steps] = view_text(v, "Score after");
    to[steps++] = d->score[1][at];
    g->y += 16;
    svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){13, NULL, 1},
             PLOT_WIDTH - 2 * PLOT_EDGE,
             document_print(g->p, "%s%s%s %s", view_text(v, "Causes"), view_text(v, ": "),
                            d->row[unit], d->column_title[0]));
    g->y += 12;
    plot_falls(g, id, name, to, steps);
    return 1;
}
