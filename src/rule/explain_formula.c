#include "rule/explain_inside.h"

#include "expr/formula.h"

/* Names for a formula: outputs, but not the step's own node; in place of a choice, what it took. */
typedef struct naming {
    const explainer *e;
    ex_id own;
    const parts *list; /* values stand in place of these; NULL: names do */
    const spot *where;
    ax_set axes; /* of the step */
    int most;    /* how deep formulas go */
    int depth;   /* of choices within choices */
    int brief;   /* within an outline */
    int *left;   /* nodes that may still be looked at; shared, as a graph has no end of paths */
} naming;

enum { NODES = 400 };

static const char *name_of(const void *self, ex_id n);

/* A choice reads as what it took. Below a reduction the spot does not say which element, so nothing
 * there counts as taken. */
static void write_taken(const naming *w, ex_id n, buf *out) {
    const explainer *e = w->e;
    int here = !(ex_get(e->r->graph, n)->axes & ~w->axes) && w->depth < EXPLAIN_DEPTH;
    ex_id taken = here ? explain_chosen(e, n, w->where) : 0;
    if (!taken)
        return;
    naming below = *w;
    below.own = 0;
    below.depth++;
    const char *text = name_of(&below, taken);
    const ex_node *x = ex_get(e->r->graph, taken);
    int infix = !text && ex_is_infix(x->op);
    buf_text(out, infix ? "(" : "");
    if (text)
        buf_text(out, text);
    else
        formula_write(e->r->graph, taken, w->most, name_of, &below, out);
    buf_text(out, infix ? ")" : "");
}

static void put_in(const naming *w, ex_id n, buf *out) {
    const explainer *e = w->e;
    const ex_values *v = ex_values_of(e->r->graph, n);
    double x = explain_value(e, n, w->where);
    int position = v && v->origin == EX_LABELS && v->tag;
    if (position)
        x = ax_get(ex_space(e->r->graph), ax_find(ex_space(e->r->graph), v->name))
                ->label[(size_t)x];
    explain_write(e, position ? EX_TEXT : (ex_kind)ex_get(e->r->graph, n)->kind, x, out);
}

static const char *name_of(const void *self, ex_id n) {
    const naming *w = self;
    const explainer *e = w->e;
    composed c;
    if (n == w->own)
        return NULL;
    if (--*w->left < 0)
        return "…";
    buf b = BUF_INIT;
    for (size_t i = 0; w->list && i < w->list->count && !b.length; i++)
        if (w->list->item[i].node == n)
            put_in(w, n, &b);
    const char *known = b.length ? NULL : explain_output(e, n);
    if (!b.length && !known)
        write_taken(w, n, &b);
    /* A reduction that is a step of its own is shown in outline. */
    if (!b.length && !known && !w->brief && explain_is_reduction(e, n, &c)) {
        naming outline = *w;
        outline.own = n;
        outline.list = NULL;
        outline.brief = 1;
        formula_write(e->r->graph, n, w->most < 2 ? w->most : 2, name_of, &outline, &b);
    }
    if (b.length)
        known = explain_keep(e, &b);
    buf_release(&b);
    return known;
}

/* Writes it so deep; says whether all of that depth was looked at. */
static int write_so_deep(const explainer *e, ex_id n, const spot *s, int depth, const parts *list,
                         buf *out) {
    int left = NODES;
    naming w = { .e = e,
                 .own = n,
                 .list = list,
                 .where = s,
                 .axes = ex_get(e->r->graph, n)->axes,
                 .most = depth,
                 .left = &left };
    buf_clear(out);
    formula_write(e->r->graph, n, depth, name_of, &w, out);
    return left >= 0;
}

/* Ends a text behind a whole character. */
static void shorten(buf *b, size_t length) {
    while (length && ((unsigned char)b->text[length] & 0xc0) == 0x80)
        length--;
    b->length = length;
    buf_text(b, "…");
}

const char *explain_formula(const explainer *e, ex_id n, const spot *s, int *depth,
                            const parts *list) {
    buf b = BUF_INIT, deeper = BUF_INIT;
    if (list) {
        write_so_deep(e, n, s, *depth, list, &b);
    } else if (*depth = EXPLAIN_DEPTH,
               !write_so_deep(e, n, s, *depth, NULL, &b) || b.length > EXPLAIN_TEXT) {
        *depth = 1;
        write_so_deep(e, n, s, *depth, NULL, &b);
        while (*depth < EXPLAIN_DEPTH && write_so_deep(e, n, s, *depth + 1, NULL, &deeper) &&
               deeper.length <= EXPLAIN_TEXT) {
            buf_clear(&b);
            buf_put(&b, buf_string(&deeper), deeper.length);
            ++*depth;
        }
    }
    if (b.length > 4 * EXPLAIN_TEXT && !b.failed)
        shorten(&b, 4 * EXPLAIN_TEXT);
    const char *out = explain_keep(e, &b);
    buf_release(&b);
    buf_release(&deeper);
    return out;
}
