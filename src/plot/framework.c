/* The chart of the index tree: an icicle, as large as the weights come to. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "document/shares.h"
#include "plot/inside.h"
#include "rule/result.h"
#include "session/session.h"

const char *plot_lacks_tree(const view *v) {
    return v->session->s->m.elements > 1 ? NULL : TEXT("the rules have no index");
}

typedef struct tree {
    plot *g;
    const model *m;
    double *share, *from; /* of the whole, and where it begins */
    int *colour;          /* by element: that of the group below the root */
    int effective, deepest;
} tree;

/* The weights as the rules have them, in the first stage; NaN where they have none. */
static void find_written(const tree *t, double *weight) {
    const model *m = t->m;
    for (int e = 0; e < m->elements; e++) weight[e] = (double)NAN;
    for (int k = 0; k < m->levels - 1; k++) {
        const md_array *a = &m->array[m->level_weight[k]];
        const ax_axis *axis = ax_get(m->space, m->level_axis[k]);
        for (size_t i = 0; i < axis->size; i++) {
            positions at = {{0}};
            int e = m->member[k][i];
            at.at[m->level_axis[k]] = (uint32_t)i;
            if (e >= 0 && a->value) weight[e] = a->value[result_cell(m->space, a->axes, &at)];
        }
    }
    /* A group without a weight is as heavy as what it holds. */
    for (int e = m->elements - 1; e >= 0; e--) {
        if (!isnan(weight[e])) continue;
        double sum = 0;
        for (int i = e + 1; i < m->elements; i++)
            if (m->element[i].parent == e && weight[i] > 0) sum += weight[i];
        weight[e] = sum > 0 ? sum : 1;
    }
}

/* What the indicators really make of the score of a unit that has them all. */
static int find_effective(tree *t) {
    const view *v = t->g->v;
    const assess_array *x = v->part[ROLE_DETAILS];
    const assess_axis *axis = x ? view_extra(v, x) : NULL;
    element_share *share = axis ? plot_room(t->g, axis->size, sizeof *share) : NULL;
    if (!share || !v->shown_count || find_shares(v, x, axis, v->shown[0], 0, share) < axis->size)
        return 0;
    double sum = 0;
    for (size_t i = 0; i < axis->size; i++) sum += share[i].factor;
    if (!(sum > 0)) return 0;
    for (int e = 0; e < t->m->elements; e++) t->share[e] = 0;
    for (int e = 0; e < t->m->elements; e++) {
        size_t i = t->m->element[e].indicator ? view_find(v, axis, t->m->element[e].id) : VIEW_NONE;
        for (int up = e; i != VIEW_NONE && up >= 0; up = t->m->element[up].parent)
            t->share[up] += share[i].factor / sum;
    }
    return 1;
}

static void lay_out(tree *t, const double *weight) {
    const model *m = t->m;
    t->share[0] = 1;
    for (int e = 1, colour = 0; e < m->elements; e++) {
        int parent = m->element[e].parent;
        double sum = 0, before = t->from[parent];
        for (int i = parent + 1; i < m->elements; i++) {
            if (m->element[i].parent != parent) continue;
            sum += weight[i] > 0 ? weight[i] : 0;
            if (i < e) before += t->share[i];
        }
        if (!t->effective)
            t->share[e] = sum > 0 && weight[e] > 0 ? t->share[parent] * weight[e] / sum : 0;
        t->from[e] = before;
        t->colour[e] = m->element[e].depth == 1 ? colour++ : t->colour[parent];
        if (m->element[e].depth > t->deepest) t->deepest = m->element[e].depth;
    }
}

static void draw(const tree *t) {
    enum { ROOT = 70, TALL = 1150 };
    plot *g = t->g;
    double least = 1, top = g->y, wide = PLOT_WIDTH - 2 * PLOT_EDGE - ROOT;
    for (int e = 1; e < t->m->elements; e++)
        if (t->share[e] > 0) least = fmin(least, t->share[e]);
    double tall = fmin(fmax(15 / least, 240), TALL);
    for (int e = 0; e < t->m->elements; e++) {
        const md_element *of = &t->m->element[e];
        double w = e ? wide / t->deepest : ROOT,
               x = PLOT_EDGE + (e ? ROOT + w * (of->depth - 1) : 0), y = top + tall * t->from[e],
               h = tall * t->share[e];
        buf b = BUF_INIT;
        view_share(&b, t->share[e]);
        const char *share = document_print(g->p, "%s", buf_string(&b)),
                   *name = *of->name && strcmp(of->name, of->id)
                               ? document_print(g->p, "%s %s", of->id, of->name)
                               : of->id;
        buf_release(&b);
        if (h <= 0) continue;
        int full = of->depth == 1;
        svg_rect(&g->s, "bar", x, y, w - 1, fmax(h - 1, 0.2),
                 full ? svg_colour(&g->s, (size_t)t->colour[e])
                 : e  ? "#f2f2f2"
                      : "#e0e0e0",
                 document_print(g->p, "%s: %s", name, share));
        if (of->depth > 1)
            svg_rect(&g->s, "key", x, y, 5, fmax(h - 1, 0.2),
                     svg_colour(&g->s, (size_t)t->colour[e]), NULL);
        if (h < 10) continue;
        double size = fmin(12, h - 2), right = e ? svg_measure(share, size) + 8 : 0;
        const char *ink = full ? svg_colour_ink((size_t)t->colour[e]) : SVG_INK;
        svg_text(&g->s, x + 9, y + h / 2 + size * 0.35, WIDTH_LEFT, (svg_style){size, ink, 0},
                 w - 14 - right, name);
        if (e)
            svg_text(&g->s, x + w - 6, y + h / 2 + size * 0.35, WIDTH_RIGHT,
                     (svg_style){size, ink, 0}, 0, share);
    }
    g->y = top + tall + 4;
}

int plot_framework(plot *g) {
    const view *v = g->v;
    tree t = {.g = g, .m = &v->session->s->m};
    size_t n = (size_t)t.m->elements;
    double *weight = plot_room(g, n, sizeof *weight);
    t.share = plot_room(g, n, sizeof *t.share);
    t.from = plot_room(g, n, sizeof *t.from);
    t.colour = plot_room(g, n, sizeof *t.colour);
    if (!weight || !t.share || !t.from || !t.colour) return 0;
    find_written(&t, weight);
    t.effective = find_effective(&t);
    lay_out(&t, weight);
    const document_column column[] = {
        {"id", view_text(v, "Element"), WIDTH_LEFT, 0},
        {"title", "", WIDTH_LEFT, 12},
        {"level", view_text(v, TEXT_AS("chart", "Level")), WIDTH_RIGHT, 0},
        {"parent", view_text(v, TEXT_AS("chart", "Within")), WIDTH_LEFT, 0},
        {"share", view_text(v, "Of the score"), WIDTH_RIGHT, 0}};
    document_list(g->p, "framework", NULL);
    document_table(g->p, "framework", "", column, 5);
    for (int e = 0; e < t.m->elements; e++) {
        const md_element *of = &t.m->element[e];
        DOCUMENT_ROW(g->p, document_text(of->id), document_text(of->name),
                     document_number(g->p, of->depth, 0),
                     document_text(of->parent < 0 ? "" : t.m->element[of->parent].id),
                     document_number(g->p, t.share[e], -1));
    }
    plot_head(g, "", plot_column(g, 0));
    draw(&t);
    plot_note(
        g,
        t.effective
            ? view_text(v, "Shares of the score as the weights work for a unit with all figures.")
            : view_text(v, "Shares of the score by the weights that the rules write."));
    return 1;
}
