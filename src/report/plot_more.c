/* Charts of change and of doubt: two editions, years, many draws, grades. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/diff.h"
#include "report/plot_inside.h"

/* ---- two editions ---- */

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
 * and colours; the others are thin and grey. */
static void draw_slopes(plot *g, const assess_diff *d, size_t c, size_t unit) {
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
    const char *focus = v->focus == VIEW_NONE ? "" : assess_label(v->session, &v->rows, v->focus);
    size_t unit = 0, steps = 0;
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
        draw_slopes(g, d, c, unit);
    }
    document_table(g->p, "ranks", "", column, 6);
    for (size_t c = 0; c < d->columns && c < 2; c++)
        for (size_t i = 0; i < d->rows; i++) {
            size_t at = i * d->columns + c;
            DOCUMENT_ROW(g->p, document_text(d->row[i]), document_text(d->column[c]),
                         document_rank(g->p, d->rank[0][at]), document_rank(g->p, d->rank[1][at]),
                         document_number(g->p, d->score[0][at], -1),
                         document_number(g->p, d->score[1][at], -1));
        }
    size_t at = unit * d->columns;
    if (!d->rows || isnan(d->score[0][at]) || isnan(d->score[1][at])) return 1;
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

/* ---- draws ---- */

/* Up to so many units the ranks are shaded by how often they came. */
enum { RANKS_SHADED = 80, SPARKS = 40 };

/* One character for each rank, as high as it came often. */
static const char *shares_spark(plot *g, const tally *t, size_t e) {
    double share[SPARKS], before = 0;
    size_t n = g->v->rows.size;
    for (size_t k = 0; k < n; k++) {
        double within = (double)tally_within(t, e, (double)k + 1.25);
        share[k] = within > before ? within - before : (double)NAN;
        before = within;
    }
    return before > 0 ? plot_spark(g, share, n, 0) : "";
}

/* How often each unit has each rank: the shades as numbers. Equal ranks count for the whole rank
 * above. */
static void put_frequencies(plot *g, const assess_array *rank, const tally *t) {
    const view *v = g->v;
    const document_column column[] = {{v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
                                      {"rank", view_text(v, "Rank"), WIDTH_RIGHT, 0},
                                      {"share", view_text(v, "Share of draws"), WIDTH_RIGHT, 0}};
    if (v->rows.size > RANKS_SHADED) return;
    document_list(g->p, NULL, NULL);
    document_table(g->p, "frequencies", view_text(v, "How often each rank came"), column, 3);
    for (size_t i = 0; i < v->shown_count; i++) {
        location at = view_location(v, v->shown[i], 0);
        size_t e = location_offset(rank, &at);
        double before = 0;
        for (size_t k = 1; e != VIEW_NONE && k <= v->rows.size; k++) {
            double within = (double)tally_within(t, e, (double)k + 0.25);
            if (within > before)
                DOCUMENT_ROW(g->p, document_text(assess_label(v->session, &v->rows, v->shown[i])),
                             document_number(g->p, (double)k, 0),
                             document_number(
                                 g->p, (within - before) / fmax((double)t->cell[e].present, 1), 4));
            before = within;
        }
    }
}

/* The ranks of the focus where it is not among those that are drawn. */
static void note_focus(plot *g, const assess_array *rank, const tally *t, size_t drawn) {
    const view *v = g->v;
    for (size_t i = drawn; i < v->shown_count; i++) {
        location at = view_location(v, v->shown[i], 0);
        size_t e = location_offset(rank, &at);
        if (v->shown[i] != v->focus || e == VIEW_NONE || isnan(tally_quantile(t, e, 0.5))) continue;
        plot_note(g, document_print(g->p, "%s%s%s (%s–%s)", plot_unit_name(g, v->focus),
                                    view_text(v, ": "), plot_text(g, rank->value[e], -1),
                                    plot_text(g, tally_quantile(t, e, 0.05), -1),
                                    plot_text(g, tally_quantile(t, e, 0.95), -1)));
    }
}

int plot_uncertainty(plot *g) {
    enum { FEW = 40 };
    const view *v = g->v;
    const vary *d = g->given->draws;
    const assess_array *rank = d->settings.part[VARY_RANK];
    if (!rank)
        return fault_at(g->f, FAULT_USAGE, NULL,
                        "show = { rank = \"rank\" } in the rules says which result it is",
                        "the rules have no ranks");
    const tally *t = &d->tally[VARY_RANK];
    size_t n = v->shown_count, named = n <= FEW || g->given->all ? n : g->given->top;
    named = named < n ? named : n;
    const document_column column[] = {
        {v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
        {"rank", view_text(v, "Rank"), WIDTH_RIGHT, 0},
        {"median", view_text(v, "Median"), WIDTH_RIGHT, 0},
        {"low", "5%", WIDTH_RIGHT, 0},
        {"high", "95%", WIDTH_RIGHT, 0},
        {"shares", view_text(v, "How often each rank came"), WIDTH_LEFT, 0}};
    int sparks = g->given->people && v->rows.size <= SPARKS;
    document_list(g->p, "uncertainty", NULL);
    document_table(g->p, "uncertainty", "", column, sparks ? 6 : 5);
    plot_head(g, "", plot_column(g, 0));
    const char **name = plot_room(g, named, sizeof *name);
    if (!name) return 0;
    for (size_t i = 0; i < named; i++) name[i] = plot_unit_name(g, v->shown[i]);
    double left = PLOT_EDGE + 8 + plot_widest(name, named, 220), top = g->y,
           right = PLOT_WIDTH - PLOT_EDGE - 70, bottom = top + PLOT_ROW * (double)named + 2;
    double last = named < n ? 10 : (double)v->rows.size;
    for (size_t i = 0; i < named && named < n; i++) {
        location at = view_location(v, v->shown[i], 0);
        size_t e = location_offset(rank, &at);
        if (e != VIEW_NONE) last = fmax(last, ceil(fmax(0, tally_quantile(t, e, 0.95)) * 1.1));
    }
    chart_scale x = scale_over(0.5, last + 0.5, 10, left, right);
    x.from = 0.5;
    x.to = last + 0.5;
    if (x.step < 1) x.step = 1;
    x.places = 0;
    chart_scale ticks = x;
    ticks.from = x.step;
    ticks.to = floor(last / x.step) * x.step;
    ticks.low = scale_at(&x, ticks.from);
    ticks.high = scale_at(&x, ticks.to);
    if (ticks.to > ticks.from) axis_below(&g->s, &ticks, top, bottom);
    for (size_t i = 0; i < n; i++) {
        location at = view_location(v, v->shown[i], 0);
        size_t e = location_offset(rank, &at);
        if (e == VIEW_NONE) continue;
        double q[3] = {tally_quantile(t, e, 0.05), tally_quantile(t, e, 0.5),
                       tally_quantile(t, e, 0.95)};
        DOCUMENT_ROW(g->p, document_text(assess_label(v->session, &v->rows, v->shown[i])),
                     document_rank(g->p, rank->value[e]), document_rank(g->p, q[1]),
                     document_rank(g->p, q[0]), document_rank(g->p, q[2]));
        if (sparks) document_put(g->p, document_text(shares_spark(g, t, e)));
        if (i >= named) continue;
        double y = top + PLOT_ROW * (double)i + PLOT_ROW / 2.0, before = 0;
        int focus = v->shown[i] == v->focus;
        for (size_t k = 1; k <= v->rows.size && v->rows.size <= RANKS_SHADED; k++) {
            double within = (double)tally_within(t, e, (double)k + 0.25),
                   share = (within - before) / fmax((double)t->cell[e].present, 1);
            char fill[8];
            before = within;
            if (!(share > 0)) continue;
            svg_diverging(-0.15 - 0.6 * share, fill);
            svg_rect(
                &g->s, "cell", scale_at(&x, (double)k - 0.5) + 0.5, y - 8,
                scale_at(&x, (double)k + 0.5) - scale_at(&x, (double)k - 0.5) - 1, 16, fill,
                document_print(g->p, "%s, %zu: %s%%", name[i], k, plot_text(g, 100 * share, 1)));
        }
        svg_text(&g->s, left - 8, y + 4, WIDTH_RIGHT, (svg_style){0, NULL, focus},
                 left - 8 - PLOT_EDGE, name[i]);
        if (isnan(q[1])) {
            svg_text(&g->s, left + 6, y + 4, WIDTH_LEFT, (svg_style){11, SVG_FAINT, SVG_HALO}, 0,
                     view_text(v, "no rank"));
            continue;
        }
        svg_line(&g->s, "line", scale_at(&x, q[0]), y, scale_at(&x, q[2]), y, SVG_INK, 2);
        svg_dot(&g->s, scale_at(&x, q[1]), y, 4, "#ffffff", SVG_INK, NULL);
        if (!isnan(rank->value[e]))
            svg_diamond(&g->s, scale_at(&x, rank->value[e]), y, 4.5, SVG_FOCUS, NULL);
        svg_text(&g->s, right + 8, y + 4, WIDTH_LEFT, (svg_style){11, NULL, focus}, 62,
                 document_print(g->p, "%s–%s", plot_text(g, q[0], -1), plot_text(g, q[2], -1)));
    }
    put_frequencies(g, rank, t);
    g->y = bottom + 18;
    plot_note(
        g, document_print(g->p,
                          v->rows.size <= RANKS_SHADED
                              ? view_text(v, "%llu draws. Line: the ranks of 90%% of them; circle: "
                                             "the median; diamond: the rank by the rules; shade: "
                                             "how often.")
                              : view_text(v, "%llu draws. Line: the ranks of 90%% of them; circle: "
                                             "the median; diamond: the rank by the rules."),
                          (unsigned long long)d->done));
    note_focus(g, rank, t, named);
    return 1;
}

/* ---- grades ---- */

const char *plot_lacks_grades(const view *v) {
    return v->part[ROLE_GRADE] ? NULL : TEXT("the rules give no grades");
}

enum { GRADES = 24 };

static size_t find_grades(const plot *g, const char *grade[GRADES]) {
    const view *v = g->v;
    size_t n = 0;
    char key[40] = "statement.grades.1";
    for (int i = 1; i < GRADES && *assess_fact(v->session, key); i++) {
        grade[n++] = assess_fact(v->session, key);
        buf b = BUF_INIT;
        buf_print(&b, "statement.grades.%d", i + 1);
        if (b.length < sizeof key) memcpy(key, buf_string(&b), b.length + 1);
        buf_release(&b);
    }
    for (size_t i = 0; i < v->shown_count; i++) {
        location at = view_location(v, v->shown[i], 0);
        const char *text = assess_text(v->session, location_value(v->part[ROLE_GRADE], &at));
        size_t k = 0;
        while (k < n && strcmp(grade[k], text)) k++;
        if (k == n && *text && n < GRADES) grade[n++] = text;
    }
    return n;
}

int plot_grades(plot *g) {
    const view *v = g->v;
    const char *grade[GRADES + 1];
    size_t grades = find_grades(g, grade), count[GRADES + 1] = {0}, most = 1;
    buf units[GRADES + 1];
    for (size_t k = 0; k <= grades; k++) units[k] = BUF_INIT;
    grade[grades] = view_text(v, "no grade");
    for (size_t i = 0; i < v->shown_count; i++) {
        location at = view_location(v, v->shown[i], 0);
        const char *text = assess_text(v->session, location_value(v->part[ROLE_GRADE], &at));
        size_t k = 0;
        while (k < grades && strcmp(grade[k], text)) k++;
        if (count[k]++ < 200)
            buf_print(&units[k], "%s%s", units[k].length ? ", " : "",
                      plot_unit_name(g, v->shown[i]));
        most = count[k] > most ? count[k] : most;
    }
    const assess_array *quota = assess_output_named(v->session, "quota");
    double allowed =
        quota && !quota->axes && quota->kind == ASSESS_NUMBER ? quota->value[0] : (double)NAN;
    document_column column[] = {{"grade", view_text(v, "Grade"), WIDTH_LEFT, 0},
                                {"units", view_text(v, "Units"), WIDTH_RIGHT, 0},
                                {"bar", "", WIDTH_LEFT, 0},
                                {"quota", view_text(v, "Quota"), WIDTH_RIGHT, 0},
                                {"names", "", WIDTH_LEFT, 20}};
    document_list(g->p, "grades", NULL);
    if (!g->given->people) column[2] = column[3], column[3] = column[4];
    document_table(g->p, "grades", "", column, g->given->people ? 5 : 4);
    plot_head(g, "", plot_column(g, 0));
    size_t rows = grades + (count[grades] > 0);
    double left = PLOT_EDGE + 8 + plot_widest(grade, rows, 160), top = g->y, row = 40;
    chart_scale x =
        scale_over(0, fmax((double)most, isnan(allowed) ? 0 : allowed), 8, left, PLOT_WIDTH - 70);
    if (x.step < 1) x = (chart_scale){0, fmax(1, x.to), x.low, x.high, 1, 0};
    axis_below(&g->s, &x, top, top + row * (double)rows);
    for (size_t k = 0; k < rows; k++) {
        double y = top + row * (double)k + 4;
        document_put(g->p, document_text(k < grades ? grade[k] : ""));
        document_put(g->p, document_number(g->p, (double)count[k], 0));
        if (g->given->people)
            document_put(g->p, document_text(plot_bar(g, (double)count[k] / (double)most, 10)));
        document_put(g->p, document_number(g->p, k ? (double)NAN : allowed, 0));
        document_put(g->p, document_text(buf_string(&units[k])));
        svg_rect(&g->s, "bar", left, y, scale_at(&x, (double)count[k]) - left, 16,
                 k < grades ? svg_colour(&g->s, k) : SVG_GREY, NULL);
        svg_text(&g->s, left - 8, y + 13, WIDTH_RIGHT, (svg_style){0, NULL, 1},
                 left - 8 - PLOT_EDGE, grade[k]);
        svg_text(&g->s, scale_at(&x, (double)count[k]) + 6, y + 13, WIDTH_LEFT, (svg_style){0}, 0,
                 document_print(g->p, "%zu", count[k]));
        svg_text(&g->s, left + 2, y + 30, WIDTH_LEFT, (svg_style){11, SVG_FAINT, SVG_HALO},
                 PLOT_WIDTH - left - PLOT_EDGE, buf_string(&units[k]));
    }
    if (!isnan(allowed)) {
        svg_line(&g->s, "line", scale_at(&x, allowed), top - 2, scale_at(&x, allowed), top + 24,
                 SVG_INK, 2.5);
    }
    g->y = top + row * (double)rows + 18;
    if (!isnan(allowed))
        plot_note(g, document_print(g->p,
                                    view_text(v, "Black stroke: the quota of the first grade, %s."),
                                    plot_text(g, allowed, 0)));
    for (size_t k = 0; k <= grades; k++) buf_release(&units[k]);
    return 1;
}

/* ---- years ---- */

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
    if (g->given->people) column[next++] = (document_column){"line", "", WIDTH_LEFT, 0};
    for (size_t k = 0; k < m; k++) {
        const char *label = assess_label(v->session, years, k);
        column[next++] = (document_column){label, label, WIDTH_RIGHT, 0};
    }
    document_list(g->p, "trend", NULL);
    document_table(g->p, "trend", "", column, m + 1 + (g->given->people ? 1 : 0));
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
        if (g->given->people)
            document_put(g->p, document_text(plot_spark(g, value + i * m, m, (double)NAN)));
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
