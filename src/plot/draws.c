/* A chart of many draws: how far the rank of each unit reaches, and how often each rank came. */
#include <math.h>

#include "plot/inside.h"

/* Up to so many units the ranks are shaded by how often they came. */
enum { RANKS_SHADED = 80 };

/* A little column for each rank, as high as it came often. */
static void spark_shares(plot *g, const tally *t, size_t e) {
    double share[STRIP_MOST], before = 0;
    size_t n = g->v->rows.size;
    for (size_t k = 0; k < n; k++) {
        double within = (double)tally_within(t, e, (double)k + 1.25);
        share[k] = within > before ? within - before : (double)NAN;
        before = within;
    }
    if (before > 0) plot_spark(g, share, n, 0);
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
    const document_column column[] = {{v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
                                      {"rank", view_text(v, "Rank"), WIDTH_RIGHT, 0},
                                      {"median", view_text(v, "Median"), WIDTH_RIGHT, 0},
                                      {"low", "5%", WIDTH_RIGHT, 0},
                                      {"high", "95%", WIDTH_RIGHT, 0}};
    int sparks = g->given->people && v->rows.size <= STRIP_MOST;
    document_list(g->p, "uncertainty", NULL);
    document_table(g->p, "uncertainty", "", column, 5);
    if (sparks) document_strip_head(g->p, view_text(v, "How often each rank came"));
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
                     document_about_cell(document_rank(g->p, rank->value[e]), rank, e),
                     document_rank(g->p, q[1]), document_rank(g->p, q[0]),
                     document_rank(g->p, q[2]));
        if (sparks) spark_shares(g, t, e);
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
        svg_line(&g->s, "line", scale_at(&x, q[0]), y, scale_at(&x, q[2]), y, "#000000", 2);
        svg_dot(&g->s, scale_at(&x, q[1]), y, 4, "#ffffff", SVG_INK, NULL);
        if (!isnan(rank->value[e]))
            svg_diamond(&g->s, scale_at(&x, rank->value[e]), y, 4.5, SVG_FOCUS, NULL);
        svg_text(&g->s, right + 8, y + 4, WIDTH_LEFT, (svg_style){11, NULL, focus}, 62,
                 document_print(g->p, "%s–%s", plot_text(g, q[0], -1), plot_text(g, q[2], -1)));
    }
    put_frequencies(g, rank, t);
    g->y = bottom + 18;
    const char *note = document_print(
        g->p,
        v->rows.size <= RANKS_SHADED
            ? view_text(v, "%llu draws. Line: the ranks of 90%% of them; circle: the median; "
                           "diamond: the rank by the rules; shade: how often.")
            : view_text(v, "%llu draws. Line: the ranks of 90%% of them; circle: the median; "
                           "diamond: the rank by the rules."),
        (unsigned long long)d->done);
    document_tell_all(g->p, 0, note);
    plot_note(g, note);
    note_focus(g, rank, t, named);
    return 1;
}
