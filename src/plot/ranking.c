/* The chart of the ranking. */
#include <math.h>

#include "base/limits.h"
#include "document/shares.h"
#include "plot/inside.h"

/* Units with a bar of their own where there are more; columns side by side; parts in a bar. */
enum { FEW = 60, COLUMNS = 3, MOST_PARTS = 21 };

typedef struct ranked {
    size_t row;
    const char *name;
    double score[COLUMNS], rank[COLUMNS];
    double *part[COLUMNS]; /* what each contributes, and last what is left; NULL: not known */
} ranked;

typedef struct ranking {
    plot *g;
    const assess_axis *axis; /* of the parts, or NULL */
    size_t columns, count, named;
    int stacked, rest; /* is anything left in any bar? */
    ranked *unit;
    double least, most;         /* of those with a bar of their own */
    double all_least, all_most; /* of all */
} ranking;

/* What the parts contribute adds up to the score: what they leave is the last. */
static void find_parts(ranking *r, ranked *u, size_t c, element_share *share) {
    const view *v = r->g->v;
    const assess_array *x = v->part[ROLE_PARTS];
    size_t n = r->axis->size;
    if (isnan(u->score[c]) || !find_shares(v, x, r->axis, u->row, c, share)) return;
    double *made = plot_room(r->g, n + 1, sizeof *made), sum = 0, size = 0, up = 0, down = 0;
    if (!made) return;
    location at = view_location(v, u->row, c);
    for (size_t i = 0; i < n; i++) {
        location s = at;
        location_add(&s, r->axis->id, i);
        made[i] = share[i].factor * location_value(x, &s);
        if (isnan(made[i])) continue;
        sum += made[i];
        size += fabs(made[i]);
    }
    made[n] = u->score[c] - sum;
    if (fabs(made[n]) <= 1e-9 * (size + fabs(u->score[c]))) made[n] = 0;
    r->rest |= made[n] != 0;
    for (size_t i = 0; i <= n; i++) {
        if (made[i] > 0) up += made[i];
        if (made[i] < 0) down += made[i];
    }
    r->most = fmax(r->most, up);
    r->least = fmin(r->least, down);
    r->stacked = 1;
    u->part[c] = made;
}

static int find_units(ranking *r) {
    plot *g = r->g;
    const view *v = g->v;
    element_share *share = r->axis ? plot_room(g, r->axis->size, sizeof *share) : NULL;
    r->unit = plot_room(g, r->count, sizeof *r->unit);
    if (!r->unit) return 0;
    for (size_t i = 0; i < r->count && !limits_over(); i++) {
        ranked *u = &r->unit[i];
        u->row = v->shown[i];
        u->name = plot_unit_name(g, u->row);
        for (size_t c = 0; c < r->columns; c++) {
            location at = view_location(v, u->row, c);
            u->score[c] = location_value(v->part[ROLE_SCORE], &at);
            u->rank[c] = v->part[ROLE_RANK] ? location_value(v->part[ROLE_RANK], &at) : (double)NAN;
            if (u->score[c] > r->all_most) r->all_most = u->score[c];
            if (u->score[c] < r->all_least) r->all_least = u->score[c];
            if (i < r->named && u->score[c] > r->most) r->most = u->score[c];
            if (i < r->named && u->score[c] < r->least) r->least = u->score[c];
            if (share && i < r->named) find_parts(r, u, c, share);
        }
    }
    if (!limits_over()) return 1;
    g->p->failed = 1; /* units that were not reached have no names */
    return 0;
}

static void put_table(const ranking *r) {
    plot *g = r->g;
    const view *v = g->v;
    size_t n = r->stacked ? r->axis->size : 0, count = 0;
    document_column *column = plot_room(g, n + 6, sizeof *column);
    if (!column) return;
    column[count++] = (document_column){v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12};
    if (v->columns > 1)
        column[count++] = (document_column){"column", view_text(v, "At"), WIDTH_LEFT, 0};
    column[count++] = (document_column){"rank", view_text(v, "Rank"), WIDTH_RIGHT, 0};
    column[count++] = (document_column){"score", view_text(v, "Score"), WIDTH_RIGHT, 0};
    for (size_t i = 0; i < n; i++) {
        const char *label = assess_label(v->session, r->axis, i);
        column[count++] = (document_column){label, label, WIDTH_RIGHT, 0};
    }
    if (n && r->rest)
        column[count++] =
            (document_column){"other", view_text(v, TEXT_AS("chart", "Other")), WIDTH_RIGHT, 0};
    document_list(g->p, "ranking", NULL);
    document_table(g->p, "ranking", "", column, count);
    int places = v->places[ROLE_SCORE];
    for (size_t c = 0; c < r->columns; c++)
        for (size_t i = 0; i < r->count; i++) {
            const ranked *u = &r->unit[i];
            document_put(g->p, document_text(assess_label(v->session, &v->rows, u->row)));
            if (v->columns > 1) document_put(g->p, document_text(plot_column(g, c)));
            location at = view_location(v, u->row, c);
            const assess_array *score = v->part[ROLE_SCORE];
            document_put(g->p,
                         plot_shows(document_rank(g->p, u->rank[c]), v->part[ROLE_RANK], &at));
            document_put(g->p, plot_shows(document_number(g->p, u->score[c], places), score, &at));
            if (g->given->people) plot_bar(g, u->score[c] / fmax(r->most, r->all_most));
            for (size_t k = 0; k < n + (n && r->rest); k++) {
                double made = u->part[c] ? u->part[c][k] : (double)NAN;
                /* What each contributes is told where the score is made of them. */
                document_put(g->p, plot_shows(document_number(g->p, made, places), score, &at));
            }
        }
}

static const char *score_text(const ranking *r, const ranked *u, size_t c) {
    plot *g = r->g;
    int places = g->v->places[ROLE_SCORE];
    const char *score = plot_text(g, u->score[c], places);
    if (isnan(u->score[c])) return view_text(g->v, "no score");
    return isnan(u->rank[c]) ? score
                             : document_print(g->p, "%s (%s)", score, plot_text(g, u->rank[c], -1));
}

/* The bar of a unit at y: one of its pieces, which are drawn colour by colour; or (layer n + 1)
 * what lies over them: gaps that tell neighbours apart, whatever their colours, and letters. */
static void put_bar(const ranking *r, const ranked *u, size_t c, const chart_scale *x, double y,
                    double height, size_t layer) {
    svg *s = &r->g->s;
    double zero = scale_at(x, 0), up = zero, down = zero, end = scale_at(x, u->score[c]);
    size_t n = r->axis ? r->axis->size : 0;
    int lowered = 0, over = layer > n;
    if (isnan(u->score[c])) return;
    if (!u->part[c] && layer == 0)
        svg_rect(s, "bar", zero, y, end - zero, height, svg_colour(s, 0),
                 document_print(r->g->p, "%s: %s", u->name, score_text(r, u, c)));
    for (size_t i = 0; u->part[c] && i <= n; i++) {
        double w = u->part[c][i] * (x->high - x->low) / (x->to - x->from);
        const char *label = i < n ? assess_label(r->g->v->session, r->axis, i) : "";
        if (isnan(w) || w == 0) continue;
        double *at = w < 0 ? &down : &up;
        const char *name =
            i < n ? plot_name(r->g, r->axis, i) : view_text(r->g->v, TEXT_AS("chart", "Other"));
        if (i == layer)
            svg_rect(s, "bar", *at, y, w, height, i < n ? svg_colour(s, i) : SVG_GREY,
                     document_print(r->g->p, "%s, %s: %s", u->name, name,
                                    plot_text(r->g, u->part[c][i], r->g->v->places[ROLE_SCORE])));
        if (over) svg_line(s, "gap", *at + w, y, *at + w, y + height, "#ffffff", 1);
        if (over && svg_measure(label, 9.5) + 4 < fabs(w))
            svg_text(s, *at + w / 2, y + height - 3.5, WIDTH_CENTRE,
                     (svg_style){9.5, svg_colour_ink(i), 0}, 0, label);
        *at += w;
        lowered |= w < 0;
    }
    if (lowered && over) svg_diamond(s, end, y + height / 2, 4.5, SVG_INK, NULL);
}

static void put_bars(const ranking *r, double left) {
    enum { VALUE = 92, BAR = 14 };
    plot *g = r->g;
    double top = g->y, panel = (PLOT_WIDTH - PLOT_EDGE - left) / (double)r->columns,
           bottom = top + PLOT_ROW * (double)r->named + 2;
    for (size_t c = 0; c < r->columns; c++) {
        double x = left + panel * (double)c;
        chart_scale along =
            scale_over(r->least, r->most, r->columns > 1 ? 5 : 8, x, x + panel - VALUE);
        if (r->columns > 1)
            svg_text(&g->s, x, top - 6, WIDTH_LEFT, (svg_style){12, NULL, 1}, panel - 10,
                     plot_column(g, c));
        axis_below(&g->s, &along, top, bottom);
        for (size_t layer = 0; layer <= (r->axis ? r->axis->size : 0) + 1; layer++)
            for (size_t i = 0; i < r->named; i++)
                put_bar(r, &r->unit[i], c, &along, top + PLOT_ROW * (double)i + 3, BAR, layer);
        for (size_t i = 0; i < r->named; i++) {
            const ranked *u = &r->unit[i];
            double y = top + PLOT_ROW * (double)i + 3, end = 0;
            int focus = u->row == g->v->focus;
            end = x + panel - VALUE + 6;
            svg_text(&g->s, end, y + BAR - 3, WIDTH_LEFT,
                     (svg_style){11, isnan(u->score[c]) ? SVG_FAINT : NULL, focus}, VALUE - 10,
                     score_text(r, u, c));
        }
    }
    for (size_t i = 0; i < r->named; i++)
        svg_text(&g->s, left - 8, top + PLOT_ROW * (double)i + 14, WIDTH_RIGHT,
                 (svg_style){12, NULL, r->unit[i].row == g->v->focus}, left - 8 - PLOT_EDGE,
                 r->unit[i].name);
    g->y = bottom + 22;
}

/* All units in their order, as thin bars. */
static void put_strip(const ranking *r) {
    enum { HIGH = 110, LEFT = 60 };
    plot *g = r->g;
    double *at = plot_room(g, 2 * (2 * r->count + 2), sizeof *at),
           wide = PLOT_WIDTH - LEFT - PLOT_EDGE;
    if (!at) return;
    chart_scale y = scale_over(r->all_least, r->all_most, 4, g->y + HIGH + 20, g->y + 20);
    buf title = BUF_INIT;
    view_count(&title, g->v, r->count, TEXT("1 unit in order"), TEXT("All %zu units in order"));
    svg_text(&g->s, PLOT_EDGE, g->y + 8, WIDTH_LEFT, (svg_style){12, NULL, 1}, 500,
             document_print(g->p, "%s", buf_string(&title)));
    buf_release(&title);
    axis_left(&g->s, &y, LEFT, LEFT + wide);
    size_t n = 0;
    double zero = scale_at(&y, 0), step = wide / (double)r->count;
    at[2 * n] = LEFT;
    at[2 * n++ + 1] = zero;
    for (size_t i = 0; i < r->count; i++) {
        double h = isnan(r->unit[i].score[0]) ? zero : scale_at(&y, r->unit[i].score[0]);
        at[2 * n] = LEFT + step * (double)i;
        at[2 * n++ + 1] = h;
        at[2 * n] = LEFT + step * (double)(i + 1);
        at[2 * n++ + 1] = h;
    }
    at[2 * n] = LEFT + wide;
    at[2 * n++ + 1] = zero;
    svg_path(&g->s, at, n, svg_colour(&g->s, 5), 0.3, svg_colour(&g->s, 5), NULL);
    for (size_t i = 0; i < r->count; i++) {
        const ranked *u = &r->unit[i];
        if (u->row != g->v->focus || isnan(u->score[0])) continue;
        double x = LEFT + step * (double)i, end = scale_at(&y, u->score[0]);
        svg_rect(&g->s, "bar", x, fmin(zero, end), fmax(step, 2), fabs(zero - end), SVG_FOCUS,
                 u->name);
        svg_text(&g->s, fmin(fmax(x, LEFT + 60), LEFT + wide - 60), g->y + 20 + HIGH + 14,
                 WIDTH_CENTRE, (svg_style){11, SVG_FOCUS, 1}, 120, u->name);
    }
    g->y += HIGH + 40;
}

int plot_ranking(plot *g) {
    const view *v = g->v;
    ranking r = {.g = g, .columns = v->columns < COLUMNS ? v->columns : COLUMNS};
    r.axis = v->part[ROLE_PARTS] ? view_extra(v, v->part[ROLE_PARTS]) : NULL;
    if (r.axis && r.axis->size > MOST_PARTS) r.axis = NULL;
    r.count = v->shown_count;
    r.named = r.count <= FEW || g->given->all ? r.count : g->given->top;
    if (r.named > r.count) r.named = r.count;
    if (!find_units(&r)) return 0;
    put_table(&r);
    plot_head(g, "", r.columns == 1 ? plot_column(g, 0) : "");
    const char **name = plot_room(g, r.named + (r.axis ? r.axis->size : 0) + 1, sizeof *name);
    if (!name) return 0;
    if (r.stacked) {
        for (size_t i = 0; i < r.axis->size; i++) name[i] = plot_name(g, r.axis, i);
        g->y += legend(&g->s, PLOT_EDGE, g->y, PLOT_WIDTH - 2 * PLOT_EDGE, name, r.axis->size);
    }
    if (r.columns > 1) g->y += 12;
    for (size_t i = 0; i < r.named; i++) name[i] = r.unit[i].name;
    put_bars(&r, PLOT_EDGE + 8 + plot_widest(name, r.named, 190));
    if (r.named < r.count) put_strip(&r);
    if (r.rest)
        plot_note(g, view_text(v, "Grey: what the score has beside the weighted parts, such as a "
                                  "bonus or a deduction."));
    if (r.least < 0 && r.stacked)
        plot_note(g, view_text(v, "Diamond: the score; what lowers it stands left of zero."));
    if (v->columns > r.columns)
        plot_note(
            g, view_text(v, "Only the first columns are drawn; --stage or --at chooses others."));
    return 1;
}
