/* The chart of what a result hangs on: Sobol' indices as bars. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plot/inside.h"
#include "robust/sensitivity.h"

/* Targets that are drawn, below one another; factors in each. */
enum { TARGETS_DRAWN = 4, ROW = 26 };

typedef struct ordered {
    size_t factor;
    double total;
} ordered;

static int by_total(const void *a, const void *b) {
    const ordered *x = a, *y = b;
    double p = isnan(x->total) ? -INFINITY : x->total, q = isnan(y->total) ? -INFINITY : y->total;
    return p != q ? (p > q ? -1 : 1) : (x->factor > y->factor) - (x->factor < y->factor);
}

typedef struct indices {
    plot *g;
    const sensitivity *s;
    const sobol_run *run;
    const target_list *targets;
    ordered *order; /* of the target at hand */
} indices;

static void put_order(const indices *q, size_t t) {
    for (size_t i = 0; i < q->s->factors; i++)
        q->order[i] = (ordered){i, q->run->of[t].total[i].value};
    qsort(q->order, q->s->factors, sizeof *q->order, by_total);
}

/* For programs with the interval that holds 95 % of the bootstrap's. */
static void put_index(plot *g, const sobol_index *x) {
    document_put(g->p, document_number(g->p, x->value, 3));
    if (g->given->people) return;
    document_put(g->p, document_number(g->p, x->low, 3));
    document_put(g->p, document_number(g->p, x->high, 3));
}

static void put_numbers(const indices *q) {
    plot *g = q->g;
    const view *v = g->v;
    int people = g->given->people;
    document_column column[10];
    size_t count = 0;
    const char *first = view_text(v, TEXT_AS("index", "Alone")),
               *total = view_text(v, TEXT_AS("index", "Total"));
    column[count++] =
        (document_column){"target", view_text(v, TEXT_AS("sensitivity", "Of")), WIDTH_LEFT, 12};
    column[count++] = (document_column){
        "address", view_text(v, TEXT_AS("uncertain", "What varies")), WIDTH_LEFT, 16};
    column[count++] = (document_column){"first", first, WIDTH_RIGHT, 0};
    if (!people) column[count++] = (document_column){"first_low", "95 %", WIDTH_RIGHT, 0};
    if (!people) column[count++] = (document_column){"first_high", "", WIDTH_RIGHT, 0};
    column[count++] = (document_column){"total", total, WIDTH_RIGHT, 0};
    if (!people) column[count++] = (document_column){"total_low", "95 %", WIDTH_RIGHT, 0};
    if (!people) column[count++] = (document_column){"total_high", "", WIDTH_RIGHT, 0};
    document_list(g->p, "sensitivity", NULL);
    document_table(g->p, "sensitivity", "", column, count);
    for (size_t t = 0; t < q->targets->count; t++) {
        const sobol_result *r = &q->run->of[t];
        put_order(q, t);
        for (size_t k = 0; k < q->s->factors; k++) {
            size_t i = q->order[k].factor;
            document_put(g->p, document_text(q->targets->item[t].title));
            document_put(g->p, document_text(q->s->factor[i].name));
            put_index(g, &r->first[i]);
            put_index(g, &r->total[i]);
            if (people) plot_bar(g, r->total[i].value);
        }
    }
}

/* A line from one end of the interval to the other, with a stroke at each. */
static void put_interval(svg *s, const chart_scale *x, const sobol_index *i, double y) {
    if (isnan(i->low) || isnan(i->high)) return;
    double a = scale_at(x, i->low), b = scale_at(x, i->high);
    svg_line(s, "line", a, y, b, y, SVG_INK, 1);
    svg_line(s, "line", a, y - 3, a, y + 3, SVG_INK, 1);
    svg_line(s, "line", b, y - 3, b, y + 3, SVG_INK, 1);
}

/* How far the bars and their intervals reach, of all targets that are drawn: one scale for all. */
static double reach_of(const indices *q, size_t drawn) {
    double most = 0.1;
    for (size_t t = 0; t < drawn; t++)
        for (size_t i = 0; i < q->s->factors; i++) {
            const sobol_index *x = &q->run->of[t].total[i];
            most = fmax(
                most, fmin(2, fmax(isnan(x->value) ? 0 : x->value, isnan(x->high) ? 0 : x->high)));
        }
    return most;
}

static void draw_target(const indices *q, size_t t, double left, double most) {
    enum { VALUE = 112 };
    plot *g = q->g;
    const view *v = g->v;
    const sobol_result *r = &q->run->of[t];
    put_order(q, t);
    if (q->targets->count > 1) {
        g->y += 14;
        svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){13, NULL, 1},
                 PLOT_WIDTH - 2 * PLOT_EDGE, q->targets->item[t].title);
        g->y += 10;
    }
    if (r->constant || !q->run->sums[t].used) {
        g->y += 14;
        svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){12, SVG_FAINT, 0},
                 PLOT_WIDTH - 2 * PLOT_EDGE,
                 view_text(v, q->run->sums[t].used
                                  ? TEXT("the result is the same in all draws: there is no "
                                         "variance to be shared out")
                                  : TEXT("the result is missing in all draws")));
        g->y += 10;
        return;
    }
    size_t n = g->given->all || q->s->factors < g->given->top ? q->s->factors : g->given->top;
    double top = g->y, bottom = top + ROW * (double)n + 2;
    chart_scale x = scale_over(0, most, 10, left, PLOT_WIDTH - VALUE);
    axis_below(&g->s, &x, top, bottom);
    for (size_t k = 0; k < n; k++) {
        size_t i = q->order[k].factor;
        double y = top + ROW * (double)k + 3;
        const char *name = q->s->factor[i].name, *first = plot_text(g, r->first[i].value, 2),
                   *total = plot_text(g, r->total[i].value, 2);
        svg_text(&g->s, left - 8, y + 13, WIDTH_RIGHT, (svg_style){0}, left - 8 - PLOT_EDGE, name);
        svg_rect(&g->s, "bar", left, y, scale_at(&x, r->total[i].value) - left, 9,
                 svg_colour(&g->s, 5), document_print(g->p, "%s: %s", name, total));
        svg_rect(&g->s, "bar", left, y + 10, scale_at(&x, r->first[i].value) - left, 9,
                 svg_colour(&g->s, 0), document_print(g->p, "%s: %s", name, first));
        put_interval(&g->s, &x, &r->total[i], y + 4.5);
        put_interval(&g->s, &x, &r->first[i], y + 14.5);
        svg_text(&g->s, PLOT_WIDTH - PLOT_EDGE, y + 13, WIDTH_RIGHT, (svg_style){11, NULL, 0},
                 VALUE - 18, document_print(g->p, "%s / %s", total, first));
    }
    g->y = bottom + 22;
    if (n < q->s->factors)
        plot_note(g, document_print(g->p, view_text(v, "Not drawn: %zu more, which have less."),
                                    q->s->factors - n));
    g->y += 10;
}

static void draw_indices(const indices *q) {
    plot *g = q->g;
    const view *v = g->v;
    const struct {
        size_t colour;
        const char *name;
    } key[] = {{5, view_text(v, TEXT_AS("chart", "Total, with what it does together with others"))},
               {0, view_text(v, TEXT_AS("chart", "Alone"))}};
    plot_head(g, targets_title(v, q->targets), plot_column(g, 0));
    double at = PLOT_EDGE;
    for (size_t k = 0; k < 2; k++) {
        svg_rect(&g->s, "key", at, g->y - 10, 11, 11, svg_colour(&g->s, key[k].colour), NULL);
        svg_text(&g->s, at + 16, g->y, WIDTH_LEFT, (svg_style){0}, 0, key[k].name);
        at += 16 + svg_measure(key[k].name, SVG_SIZE) + 24;
    }
    g->y += 14;
    const char **name = plot_room(g, q->s->factors, sizeof *name);
    if (!name) return;
    for (size_t i = 0; i < q->s->factors; i++) name[i] = q->s->factor[i].name;
    double left = PLOT_EDGE + 8 + plot_widest(name, q->s->factors, 300);
    size_t drawn = q->targets->count < TARGETS_DRAWN ? q->targets->count : TARGETS_DRAWN;
    double most = reach_of(q, drawn);
    for (size_t t = 0; t < drawn; t++) draw_target(q, t, left, most);
    if (drawn < q->targets->count)
        plot_note(g, document_print(g->p, view_text(v, "Not drawn: %zu more results."),
                                    q->targets->count - drawn));
    plot_note(g, document_print(g->p,
                                view_text(v, "Shares of the variance (Sobol' indices) of %llu "
                                             "draws; thin lines: 95%% intervals."),
                                (unsigned long long)q->run->rows));
}

int plot_sensitivity(plot *g) {
    const plot_given *given = g->given;
    const view_wish picks = {.pick = given->pick, .picks = given->picks};
    const sensitivity_wish w = {.of = given->count ? given->of[0] : NULL,
                                .unit = given->count > 1 ? &given->of[1] : NULL,
                                .units = given->count > 1,
                                .picks = &picks,
                                .people = 1};
    target_list targets = {0};
    sensitivity s;
    sobol_run run;
    uint64_t rows = given->rows ? given->rows : 1024;
    if (!targets_find(g->v, &w, g->p, &targets, g->f) ||
        !sensitivity_open(&s, g->v->session, given->uncertain, targets.item, targets.count, 0,
                          given->seed, g->f))
        return 0;
    s.stop = given->stop;
    int fine = sobol_run_make(&s, rows, 0, &run, g->f);
    if (fine) {
        indices q = {g, &s, &run, &targets, plot_room(g, s.factors, sizeof *q.order)};
        if (q.order) {
            put_numbers(&q);
            draw_indices(&q);
        }
    }
    sensitivity_close(&s);
    return fine;
}
