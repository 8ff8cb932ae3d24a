/* What charts share: the head, names, the unit they are about. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "plot/inside.h"

const char *plot_lacks_score(const view *v) {
    return v->part[ROLE_SCORE] && v->columns ? NULL : TEXT("the rules have no score of units");
}

const char *plot_lacks_details(const view *v) {
    const char *lack = plot_lacks_score(v);
    return lack ? lack
           : v->part[ROLE_DETAILS] && view_extra(v, v->part[ROLE_DETAILS])
               ? NULL
               : TEXT("the rules show no scores of indicators");
}

void plot_head(plot *g, const char *what, const char *under) {
    const char *rules = assess_fact(g->v->session, "title"),
               *title = view_text(g->v, g->kind->title);
    g->what = what;
    g->y = 26;
    svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){15, NULL, 1},
             PLOT_WIDTH - 2 * PLOT_EDGE,
             document_print(g->p, "%s%s%s", title, *what ? view_text(g->v, ": ") : "", what));
    g->y += 17;
    svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){11, SVG_FAINT, 0},
             PLOT_WIDTH - 2 * PLOT_EDGE,
             document_print(g->p, "%s%s%s", rules, *rules && *under ? " · " : "", under));
    g->y += 22;
}

const char *plot_name(plot *g, const assess_axis *axis, size_t i) {
    const char *label = assess_label(g->v->session, axis, i),
               *title = assess_title(g->v->session, axis, i);
    return strcmp(label, title) ? document_print(g->p, "%s %s", label, title) : label;
}

const char *plot_unit_name(plot *g, size_t row) {
    return assess_title(g->v->session, &g->v->rows, row);
}

const char *plot_text(plot *g, double x, int places) {
    buf b = BUF_INIT;
    if (places < 0 && !isnan(x))
        view_figure(&b, x);
    else
        svg_number(&b, x, places < 0 ? 0 : places);
    const char *text = document_print(g->p, "%s", buf_string(&b));
    buf_release(&b);
    return text;
}

document_cell plot_shows(document_cell cell, const assess_array *x, const location *at) {
    return document_about_cell(cell, x, x ? location_offset(x, at) : VIEW_NONE);
}

void *plot_room(plot *g, size_t count, size_t size) {
    void *room = arena_zero(&g->p->memory, count + 1, size);
    if (!room) g->p->failed = 1;
    return room;
}

double plot_widest(const char *const *text, size_t count, double most) {
    double widest = 0;
    for (size_t i = 0; i < count && widest < most; i++)
        widest = fmax(widest, 1.08 * svg_measure(text[i], SVG_SIZE));
    return fmin(widest + 2, most);
}

size_t plot_unit(plot *g, size_t operand) {
    const view *v = g->v;
    if (operand < g->given->count)
        return find_label(v->session, &v->rows, "", g->given->of[operand], g->f);
    if (v->focus != VIEW_NONE) return v->focus;
    if (v->shown_count) return v->shown[0];
    fault_at(g->f, FAULT_USAGE, NULL, NULL, "there is no unit");
    return VIEW_NONE;
}

void plot_note(plot *g, const char *text) {
    g->y += 16;
    svg_text(&g->s, PLOT_EDGE, g->y, WIDTH_LEFT, (svg_style){10.5, SVG_FAINT, 0},
             PLOT_WIDTH - 2 * PLOT_EDGE, text);
}

const char *plot_column(const plot *g, size_t column) {
    return column < g->v->columns ? g->v->column_title[column] : "";
}

double plot_full_mark(const assess_array *x) {
    for (size_t i = 0; i < x->size; i++)
        if (fabs(x->value[i]) > 1.5) return 100;
    return 1;
}

double plot_quantile(const double *sorted, size_t n, double p) {
    double at = p * (double)(n - 1), low = floor(at);
    size_t i = (size_t)low;
    return i + 1 < n ? sorted[i] + (at - low) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

void plot_bar(plot *g, double share) { document_put_strip(g->p, &share, 1); }

void plot_spark(plot *g, const double *x, size_t count, double from) {
    double least = from, most = (double)NAN, share[STRIP_MOST];
    size_t first = count > STRIP_MOST ? count - STRIP_MOST : 0;
    for (size_t i = first; i < count; i++) {
        if (!isfinite(x[i])) continue;
        least = fmin(least, x[i]);
        most = fmax(most, x[i]);
    }
    for (size_t i = first; i < count; i++)
        share[i - first] = !isfinite(x[i]) ? (double)NAN
                           : most > least  ? (x[i] - least) / (most - least)
                                           : 0.5;
    document_put_strip(g->p, share, count - first);
}
