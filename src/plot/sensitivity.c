/* The chart of what a result hangs on: what each thing that varies does to it, as bars. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "plot/inside.h"
#include "robust/effects.h"

/* Groups that are drawn, below one another; rows of two bars, and of one. */
enum { DRAWN = 4, ROW = 26, VALUE = 112, WIDE = 150 };

static size_t drawn_groups(const effects *e) { return e->groups < DRAWN ? e->groups : DRAWN; }

static int does_nothing(const effect_group *own, const effect_bar *b) {
    if (isnan(own->base)) return b->to == 0 && !(b->high > 0) && !(fabs(b->second) > 0);
    return (isnan(b->from) || b->from == own->base) && (isnan(b->to) || b->to == own->base);
}

/* The first ones, as long as they do anything. */
static size_t drawn_bars(const plot *g, const effect_group *own) {
    size_t n = g->given->all || own->bars < g->given->top ? own->bars : g->given->top;
    while (n > 1 && !g->given->all && does_nothing(own, &own->bar[n - 1])) n--;
    return n;
}

/* ---- the numbers ---- */

/* For programs with the interval that holds 95 % of the bootstrap's. */
static void put_value(plot *g, const effects *e, double x, double low, double high) {
    int places = e->shares ? 3 : -1;
    document_put(g->p, document_number(g->p, x, places));
    if (g->given->people || g->given->page || e->around) return;
    document_put(g->p, document_number(g->p, low, places));
    document_put(g->p, document_number(g->p, high, places));
}

static size_t add_head(plot *g, const effects *e, document_column *column,
                       const effect_measure *of) {
    size_t count = 0;
    column[count++] = (document_column){of->id, of->head, WIDTH_RIGHT, 0};
    if (g->given->people || g->given->page || e->around) return count;
    column[count++] =
        (document_column){document_print(g->p, "%s_low", of->id), "95 %", WIDTH_RIGHT, 0};
    column[count++] =
        (document_column){document_print(g->p, "%s_high", of->id), "", WIDTH_RIGHT, 0};
    return count;
}

static double greatest(const effect_group *own) {
    double most = 0;
    for (size_t i = 0; i < own->bars; i++)
        if (own->bar[i].to > most) most = own->bar[i].to;
    return most;
}

static void put_numbers(plot *g, const effects *e) {
    const view *v = g->v;
    document_column column[8];
    size_t count = 0;
    column[count++] =
        (document_column){"target", view_text(v, TEXT_AS("sensitivity", "Of")), WIDTH_LEFT, 12};
    column[count++] = (document_column){
        "address", view_text(v, TEXT_AS("uncertain", "What varies")), WIDTH_LEFT, 16};
    if (e->second.id) count += add_head(g, e, column + count, &e->second);
    count += add_head(g, e, column + count, &e->bar);
    document_list(g->p, "sensitivity", NULL);
    document_table(g->p, "sensitivity", "", column, count);
    size_t groups =
        g->given->page ? drawn_groups(e) : e->groups; /* a page has those that are drawn */
    for (size_t t = 0; t < groups; t++) {
        const effect_group *own = &e->group[t];
        double most = e->shares ? 1 : greatest(own);
        size_t bars = g->given->page ? drawn_bars(g, own) : own->bars;
        for (size_t i = 0; i < bars; i++) {
            const effect_bar *b = &own->bar[i];
            document_put(g->p, document_text(own->title));
            document_put(g->p, document_text(b->name));
            if (e->around)
                put_value(g, e, b->from, (double)NAN, (double)NAN);
            else if (e->second.id)
                put_value(g, e, b->second, b->second_low, b->second_high);
            put_value(g, e, b->to, b->low, b->high);
            if (g->given->people && !e->around && most > 0) plot_bar(g, b->to / most);
        }
    }
}

/* ---- the drawing ---- */

/* A line from one end of the interval to the other, with a stroke at each. */
static void put_interval(svg *s, const chart_scale *x, double low, double high, double y) {
    if (isnan(low) || isnan(high)) return;
    double a = scale_at(x, low), b = scale_at(x, high);
    svg_line(s, "line", a, y, b, y, SVG_INK, 1);
    svg_line(s, "line", a, y - 3, a, y + 3, SVG_INK, 1);
    svg_line(s, "line", b, y - 3, b, y + 3, SVG_INK, 1);
}

static void widen(double *least, double *most, double x) {
    if (!isfinite(x)) return;
    if (!(x >= *least)) *least = x;
    if (!(x <= *most)) *most = x;
}

/* How far the bars and their intervals reach: one scale for all groups that begin at 0; one for
 * each that lies around a base. Shares of more than 2 are of no interest. */
static void find_reach(const effects *e, const effect_group *own, size_t groups, size_t top,
                       double *least, double *most) {
    *least = e->around ? own->base : 0;
    *most = e->around ? own->base : e->shares ? 0.1 : 0;
    for (size_t t = 0; t < groups; t++)
        for (size_t i = 0; i < own[t].bars; i++) {
            const effect_bar *b = &own[t].bar[i];
            if (e->around && i >= top) break;
            if (e->around) {
                widen(least, most, b->from);
                widen(least, most, b->to);
            } else {
                double far = fmax(isnan(b->to) ? 0 : b->to, isnan(b->high) ? 0 : b->high);
                if (b->second > far && !e->shares) far = b->second;
                *most = fmax(*most, e->shares ? fmin(2, far) : far);
            }
        }
}

static const char *value_text(plot *g, const effects *e, const effect_bar *b) {
    int places = e->shares ? 2 : -1;
    const char *to = plot_text(g, b->to, places);
    if (e->around)
        return isnan(b->from) ? to : document_print(g->p, "%s – %s", plot_text(g, b->from, -1), to);
    return e->second.id ? document_print(g->p, "%s / %s", to, plot_text(g, b->second, places)) : to;
}

static void draw_bar(plot *g, const effects *e, const effect_group *own, const effect_bar *b,
                     const chart_scale *x, double y) {
    svg *s = &g->s;
    const char *high = svg_colour(s, e->around ? 0 : 5), *low = svg_colour(s, e->around ? 5 : 0);
    const char *tip =
        document_print(g->p, "%s: %s", b->name, plot_text(g, b->to, e->shares ? 2 : -1));
    if (e->around) {
        double base = scale_at(x, own->base);
        if (!isnan(b->from)) svg_rect(s, "bar", base, y, scale_at(x, b->from) - base, 9, low, NULL);
        if (!isnan(b->to))
            svg_rect(s, "bar", base, y + 10, scale_at(x, b->to) - base, 9, high, tip);
        return;
    }
    int single = !e->second.id;
    double zero = scale_at(x, 0);
    svg_rect(s, "bar", zero, y, scale_at(x, b->to) - zero, single ? 15 : 9, high, tip);
    if (!single)
        svg_rect(
            s, "bar", zero, y + 10, scale_at(x, b->second) - zero, 9, low,
            document_print(g->p, "%s: %s", b->name, plot_text(g, b->second, e->shares ? 2 : -1)));
    put_interval(s, x, b->low, b->high, y + (single ? 7.5 : 4.5));
    put_interval(s, x, b->second_low, b->second_high, y + 14.5);
}

static void draw_effect_group(plot *g, const effects *e, const effect_group *own, double left,
                              const double reach[2]) {
    const view *v = g->v;
    if (e->groups > 1) {
        g->y += 14;
        svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){13, NULL, 1},
                 PLOT_WIDTH - 2 * PLOT_EDGE, own->title);
        g->y += 10;
    }
    if (own->lacks) {
        g->y += 14;
        svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){12, SVG_FAINT, 0},
                 PLOT_WIDTH - 2 * PLOT_EDGE, own->lacks);
        g->y += 10;
        return;
    }
    size_t n = drawn_bars(g, own);
    double top = g->y, bottom = top + ROW * (double)n + 2, value = e->shares ? VALUE : WIDE;
    double least = reach[0], most = reach[1];
    if (e->around) find_reach(e, own, 1, n, &least, &most);
    chart_scale x = scale_over(least, most, e->around ? 6 : 10, left, PLOT_WIDTH - value);
    axis_below(&g->s, &x, top, bottom);
    for (size_t i = 0; i < n; i++) {
        const effect_bar *b = &own->bar[i];
        double y = top + ROW * (double)i + 3;
        svg_text(&g->s, left - 8, y + 13, WIDTH_RIGHT, (svg_style){0}, left - 8 - PLOT_EDGE,
                 b->name);
        draw_bar(g, e, own, b, &x, y);
        svg_text(&g->s, PLOT_WIDTH - PLOT_EDGE, y + 13, WIDTH_RIGHT, (svg_style){11, NULL, 0},
                 value - 18, value_text(g, e, b));
    }
    if (e->around)
        svg_line(&g->s, "axis", scale_at(&x, own->base), top, scale_at(&x, own->base), bottom,
                 SVG_INK, 1);
    g->y = bottom + 22;
    if (n < own->bars)
        plot_note(g, document_print(g->p, view_text(v, "Not drawn: %zu more, which have less."),
                                    own->bars - n));
    g->y += 10;
}

static void draw_effects(plot *g, const effects *e) {
    const view *v = g->v;
    const struct {
        size_t colour;
        const char *name;
    } key[] = {{5, e->around ? e->second.key : e->bar.key},
               {0, e->around ? e->bar.key : e->second.key}};
    plot_head(g, e->what, plot_column(g, 0));
    double at = PLOT_EDGE, reach[2];
    for (size_t k = 0; k < (e->second.id ? 2 : 1); k++) {
        svg_rect(&g->s, "key", at, g->y - 10, 11, 11, svg_colour(&g->s, key[k].colour), NULL);
        svg_text(&g->s, at + 16, g->y, WIDTH_LEFT, (svg_style){0}, 0, key[k].name);
        at += 16 + svg_measure(key[k].name, SVG_SIZE) + 24;
    }
    g->y += 14;
    size_t drawn = drawn_groups(e), most = 0, count = 0;
    for (size_t t = 0; t < drawn; t++) most += e->group[t].bars;
    const char **name = plot_room(g, most, sizeof *name);
    if (!name) return;
    for (size_t t = 0; t < drawn; t++)
        for (size_t i = 0; i < e->group[t].bars; i++) name[count++] = e->group[t].bar[i].name;
    double left = PLOT_EDGE + 8 + plot_widest(name, count, 300);
    if (!e->around) find_reach(e, e->group, drawn, 0, &reach[0], &reach[1]);
    for (size_t t = 0; t < drawn; t++) draw_effect_group(g, e, &e->group[t], left, reach);
    if (drawn < e->groups)
        plot_note(g, document_print(g->p, view_text(v, "Not drawn: %zu more results."),
                                    e->groups - drawn));
    plot_note(g, e->note);
}

/* Sobol' indices, where nothing was found yet. */
static int find_indices(plot *g, effects *out) {
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
    int fine =
        sobol_run_make(&s, rows, 0, &run, g->f) &&
        (effects_of_indices(out, &g->p->memory, g->v, &s, &run, &targets) || fault_memory(g->f));
    sensitivity_close(&s);
    return fine;
}

int plot_sensitivity(plot *g) {
    effects found = {0};
    const effects *e = g->given->effects;
    if (!e && !find_indices(g, &found)) return 0;
    if (!e) e = &found;
    put_numbers(g, e);
    draw_effects(g, e);
    return 1;
}
