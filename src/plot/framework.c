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

/* ---- drawing ---- */

enum { USUAL = 1150, ENOUGH = 800, TALLEST = 2000, LEGIBLE = 11 /* pixels */ };

/* What is drawn: an element, or several neighbours that are too low for a name each. */
typedef struct block {
    int element; /* the first one */
    size_t others;
    int largest; /* of them all */
    double share;
} block;

/* So tall that the lowest has room for its name, where that can be; else that the groups have. */
static double height_of(const tree *t) {
    double least = 1, group = 1;
    for (int e = 1; e < t->m->elements; e++) {
        if (!(t->share[e] > 0)) continue;
        least = fmin(least, t->share[e]);
        if (t->m->element[e].depth == 1) group = fmin(group, t->share[e]);
    }
    double all = fmax(15 / least, 240), groups = (LEGIBLE + 1) / group;
    if (LEGIBLE / least <= USUAL) return fmin(all, USUAL);
    return groups <= TALLEST ? fmax(groups, ENOUGH) : ENOUGH;
}

/* Does an element have the room for a name? */
static int is_low(const tree *t, int e, double tall) { return tall * t->share[e] < LEGIBLE; }

static int next_sibling(const tree *t, int e) {
    const md_element *of = t->m->element;
    for (int i = e + 1; i < t->m->elements && of[i].depth >= of[e].depth; i++)
        if (of[i].parent == of[e].parent && t->share[i] > 0) return i;
    return -1;
}

/* The blocks from the top: neighbours that are low are one, and what is in them is not drawn. */
static size_t find_blocks(const tree *t, double tall, block *list, char *hidden) {
    size_t count = 0;
    const md_element *of = t->m->element;
    for (int e = 1; e < t->m->elements; e++) { /* the root is the whole, which need not be drawn */
        hidden[e] |= hidden[of[e].parent] & 1;
        if (hidden[e] || !(t->share[e] > 0)) continue;
        block b = {e, 0, e, t->share[e]};
        int next = is_low(t, e, tall) ? next_sibling(t, e) : -1;
        for (; next >= 0 && is_low(t, next, tall); next = next_sibling(t, next)) {
            if (!b.others++) hidden[e] = 2;
            hidden[next] = 1;
            b.share += t->share[next];
            if (t->share[next] > t->share[b.largest]) b.largest = next;
        }
        for (int i = e + 1; b.others && i < t->m->elements && of[i].depth > of[e].depth; i++)
            hidden[i] = 1;
        list[count++] = b;
    }
    return count;
}

typedef struct box {
    double x, y, w, h;
    int full; /* in the colour of its group */
} box;

static box box_of(const tree *t, const block *b, double top, double tall) {
    const md_element *of = &t->m->element[b->element];
    double w = (PLOT_WIDTH - 2.0 * PLOT_EDGE) / t->deepest, x = PLOT_EDGE + w * (of->depth - 1);
    if (b->others) w = PLOT_WIDTH - PLOT_EDGE - x; /* with all that is in them */
    /* In a pattern no name can be read. */
    int full = of->depth == 1 && !b->others && t->colour[b->element] < SVG_COLOURS;
    return (box){x, top + tall * t->from[b->element], w, tall * b->share, full};
}

static const char *own_name(const tree *t, int e) {
    const md_element *of = &t->m->element[e];
    return *of->name && strcmp(of->name, of->id)
               ? document_print(t->g->p, "%s %s", of->id, of->name)
               : of->id;
}

static const char *name_of(const tree *t, const block *b) {
    if (!b->others) return own_name(t, b->element);
    return document_print(t->g->p, view_text(t->g->v, "%zu items"), b->others + 1);
}

static const char *share_text(const tree *t, double share) {
    buf text = BUF_INIT;
    view_share(&text, share);
    const char *out = document_print(t->g->p, "%s", buf_string(&text));
    buf_release(&text);
    return out;
}

/* The shares of those that are drawn as one, as strokes between them; and which is the largest. */
static void put_slices(const tree *t, const block *b, const box *at, double top, double tall) {
    plot *g = t->g;
    int e = b->element;
    for (size_t i = 0; i < b->others; i++) {
        e = next_sibling(t, e);
        double y = top + tall * t->from[e];
        if (tall * t->share[e] >= 1.5)
            svg_line(&g->s, "gap", at->x + at->w / 2, y, at->x + at->w - 60, y, SVG_RULE, 1);
    }
    if (at->h < 44 || t->share[b->largest] * 1.001 < b->share / (double)b->others) return;
    svg_text(&g->s, at->x + 9, at->y + at->h / 2 + 19, WIDTH_LEFT, (svg_style){11, SVG_FAINT, 0},
             at->w / 2 - 20,
             document_print(g->p, view_text(g->v, "the largest: %1$s %2$s"),
                            share_text(t, t->share[b->largest]), own_name(t, b->largest)));
}

static void put_names(const tree *t, const block *b, const box *at) {
    plot *g = t->g;
    if (at->h < 10) return;
    const char *share = share_text(t, b->share);
    double size = fmin(12, floor(2 * at->h) / 2 - 2), right = svg_measure(share, size) + 8,
           y = at->y + at->h / 2 + size * 0.35;
    const char *ink = at->full ? svg_colour_ink((size_t)t->colour[b->element]) : NULL;
    svg_text(&g->s, at->x + 9, y, WIDTH_LEFT, (svg_style){size, ink, 0}, at->w - 14 - right,
             name_of(t, b));
    svg_text(&g->s, at->x + at->w - 6, y, WIDTH_RIGHT, (svg_style){size, ink, 0}, 0, share);
}

/* Boxes first, then the colours of their groups, then names. */
static int draw(const tree *t, int *merged) {
    plot *g = t->g;
    double top = g->y, tall = height_of(t);
    size_t n = (size_t)t->m->elements;
    block *list = plot_room(g, n, sizeof *list);
    char *hidden = plot_room(g, n, sizeof *hidden);
    if (!list || !hidden) return 0;
    size_t count = find_blocks(t, tall, list, hidden);
    for (int layer = 0; layer < 3; layer++)
        for (size_t i = 0; i < count; i++) {
            const block *b = &list[i];
            const box at = box_of(t, b, top, tall);
            const char *own = svg_colour(&g->s, (size_t)t->colour[b->element]);
            if (layer == 0)
                svg_rect(&g->s, "bar", at.x, at.y, at.w - 1, fmax(at.h - 1, 0.2),
                         at.full ? own : "#f2f2f2",
                         document_print(g->p, "%s: %s", name_of(t, b), share_text(t, b->share)));
            else if (layer == 1 && !at.full)
                svg_rect(&g->s, "key", at.x, at.y, 5, fmax(at.h - 1, 0.2), own, NULL);
            else if (layer == 2)
                put_names(t, b, &at);
            if (layer == 1 && b->others) put_slices(t, b, &at, top, tall);
            *merged |= b->others > 0;
        }
    g->y = top + tall + 4;
    return 1;
}

/* The same cell, said to show the weight of an element, or where there is none the element. */
static document_cell weighted(const tree *t, int e, document_cell cell) {
    const view *v = t->g->v;
    const md_element *of = &t->m->element[e];
    const assess_array *x = assess_array_named(v->session, "index.weight"),
                       *details = v->part[ROLE_DETAILS];
    const assess_axis *axis = details && x ? view_extra(v, details) : NULL;
    size_t i = axis && of->indicator ? view_find(v, axis, of->id) : VIEW_NONE;
    if (i == VIEW_NONE)
        return document_place_cell(cell, sources_name(t->m->files, of->at.file), of->at.line);
    location at = view_location(v, 0, 0);
    location_add(&at, axis->id, i);
    return plot_shows(cell, x, &at);
}

static void put_table(const tree *t) {
    plot *g = t->g;
    const view *v = g->v;
    const document_column column[] = {
        {"id", view_text(v, "Element"), WIDTH_LEFT, 0},
        {"title", "", WIDTH_LEFT, 12},
        {"level", view_text(v, TEXT_AS("chart", "Level")), WIDTH_RIGHT, 0},
        {"parent", view_text(v, TEXT_AS("chart", "Within")), WIDTH_LEFT, 0},
        {"share", view_text(v, "Of the score"), WIDTH_RIGHT, 0}};
    const document_column brief[] = {column[0], column[3], column[4]};
    int names = g->given->page;
    document_list(g->p, "framework", NULL);
    document_table(g->p, "framework", "", names ? brief : column, names ? 3 : 5);
    for (int e = names; e < t->m->elements; e++) {
        const md_element *of = &t->m->element[e];
        const char *within = of->parent < 0 ? "" : t->m->element[of->parent].id;
        document_cell share = weighted(t, e, document_number(g->p, t->share[e], -1));
        if (names) {
            share.shown = share_text(t, t->share[e]);
            DOCUMENT_ROW(g->p, document_shown(of->indicator ? of->id : own_name(t, e), of->id, 0),
                         document_text(within), share);
        } else {
            DOCUMENT_ROW(g->p, document_text(of->id), document_text(of->name),
                         document_number(g->p, of->depth, 0), document_text(within), share);
        }
    }
}

int plot_framework(plot *g) {
    const view *v = g->v;
    tree t = {.g = g, .m = &v->session->s->m};
    int merged = 0;
    size_t n = (size_t)t.m->elements;
    double *weight = plot_room(g, n, sizeof *weight);
    t.share = plot_room(g, n, sizeof *t.share);
    t.from = plot_room(g, n, sizeof *t.from);
    t.colour = plot_room(g, n, sizeof *t.colour);
    if (!weight || !t.share || !t.from || !t.colour) return 0;
    find_written(&t, weight);
    t.effective = find_effective(&t);
    lay_out(&t, weight);
    put_table(&t);
    plot_head(g, "", plot_column(g, 0));
    if (!draw(&t, &merged)) return 0;
    if (merged)
        plot_note(g, view_text(v, "Neighbours too small for a name each are drawn as one."));
    plot_note(
        g,
        t.effective
            ? view_text(v, "Shares of the score as the weights work for a unit with all figures.")
            : view_text(v, "Shares of the score by the weights that the rules write."));
    return 1;
}
