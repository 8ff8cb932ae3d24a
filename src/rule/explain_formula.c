/* The formula of a step: the values in it, what it uses, and how it reads. */
#include "rule/explain_inside.h"

#include <string.h>

#include "base/decimal.h"
#include "expr/formula.h"
#include "table/date.h"

/* ---- values at given positions ---- */

static void write_element(const explainer *e, ex_kind kind, double x, buf *out) {
    char text[32];
    if (x != x)
        buf_text(out, "missing");
    else if (kind == EX_TEXT)
        buf_print(out, "\"%s\"", pool_text(e->m->strings, (uint32_t)x));
    else if (kind == EX_TRUTH)
        buf_text(out, x != 0 ? "true" : "false");
    else if (kind == EX_DATE)
        buf_put(out, text, date_write(x, text));
    else
        buf_put(out, text, decimal_write(x, text));
}

const char *explain_keep(const explainer *e, const buf *b) {
    const char *own = arena_text(e->memory, buf_string(b), b->length);
    return own ? own : "";
}

/* Units first, stages and years last, as readers name a place. */
static int reading_order(const char *axis) {
    return !strcmp(axis, "unit") ? 0 : !strcmp(axis, "stage") || !strcmp(axis, "year") ? 2 : 1;
}

const char *explain_labels(const explainer *e, ax_set axes, const positions *s) {
    const ax_space *space = ex_space(e->r->graph);
    buf b = BUF_INIT;
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < ax_count(space); i++)
            if ((axes & AX_BIT(i)) && reading_order(ax_get(space, i)->name) == round) {
                buf_text(&b, b.length ? ", " : "");
                buf_text(&b, pool_text(e->m->strings, ax_get(space, i)->label[s->at[i]]));
            }
    const char *out = explain_keep(e, &b);
    buf_release(&b);
    return out;
}

/* ---- what a formula uses ---- */

int explain_is_reduction(const explainer *e, ex_id n) {
    unsigned op = ex_get(e->r->graph, n)->op;
    ex_composed c;
    return ex_composed_of(e->r->graph, n, &c) || ex_is_reduction(op) ||
           ex_class(op) == EX_CLASS_SCAN || op == EX_matrix;
}

const char *explain_name(const explainer *e, ex_id n) {
    const ex_graph *g = e->r->graph;
    const char *output = result_name_of(e->r, n);
    int op = ex_get(g, n)->op, chooses = op == EX_where || op == EX_coalesce;
    return output || e->shares || chooses || explain_only_chooses(e, n) ? output : ex_called(g, n);
}

int explain_is_constant(const explainer *e, ex_id n) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    return v && v->origin == EX_LITERAL;
}

ex_id explain_chosen(const explainer *e, ex_id n, const positions *s) {
    const ex_graph *g = e->r->graph;
    int op = ex_get(g, n)->op;
    ex_composed c;
    ex_id taken = 0;
    if ((op != EX_where && op != EX_coalesce) || ex_composed_of(g, n, &c)) return 0;
    double x = explain_value(e, ex_arg(g, n, 0), s);
    if (op == EX_where)
        taken = x == x ? ex_arg(g, n, x != 0 ? 1 : 2) : 0;
    else if (x == x)
        taken = ex_arg(g, n, 0);
    else if (explain_value(e, ex_arg(g, n, 1), s) == explain_value(e, ex_arg(g, n, 1), s))
        taken = ex_arg(g, n, 1);
    return taken && !explain_is_constant(e, taken) ? taken : 0;
}

/* A look-up of labels on an axis; formulas write it as the labels themselves. */
static int is_position(const explainer *e, ex_id n) {
    const ex_function *fn = ex_function_of(e->r->graph, n);
    return fn && !strcmp(fn->name, "position");
}

/* An element that a formula names, or that has steps of its own. */
static int stands_alone(const explainer *e, ex_id n) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    if (v) return v->origin == EX_LEAF || v->origin == EX_DATA;
    return explain_name(e, n) || (ex_get(e->r->graph, n)->op == EX_lookup && !is_position(e, n)) ||
           explain_is_reduction(e, n);
}

void explain_add_part(const explainer *e, parts *list, ex_id node, ex_id element,
                      const positions *s, assess_step_role role) {
    for (size_t i = 0; i < list->count; i++) {
        part *p = &list->item[i];
        int same = p->element == element &&
                   (!element || explain_cell(e, element, &p->where) == explain_cell(e, element, s));
        if (same && p->node == node) return;
        element = same ? 0 : element; /* it is explained already */
    }
    if (!element && !node) return;
    if (list->count < EXPLAIN_PARTS) list->item[list->count++] = (part){node, element, *s, role};
}

int explain_only_chooses(const explainer *e, ex_id n) {
    ex_composed c;
    int op = ex_get(e->r->graph, n)->op;
    return (op == EX_slice || op == EX_rename || op == EX_gather) &&
           !ex_composed_of(e->r->graph, n, &c);
}

/* Moves *s to where the operand of one choice stands. 0 where that place is missing. */
static int follow_choice(const explainer *e, ex_id n, positions *s, parts *list) {
    const ex_graph *g = e->r->graph;
    const ex_node *x = ex_get(g, n);
    if (x->op == EX_slice) {
        s->at[x->axis] = x->extra;
        return 1;
    }
    if (x->op == EX_rename) {
        s->at[x->axis] = s->at[x->to];
        return 1;
    }
    ex_id where = ex_arg(g, n, 1);
    double p = explain_value(e, where, s);
    ex_id labels = is_position(e, where) ? ex_arg(g, where, 0) : where;
    if (list && !explain_is_constant(e, labels))
        explain_add_part(e, list, 0, labels, s, ASSESS_PLACE);
    if (!(p >= 0 && p < ax_get(ex_space(g), x->axis)->size)) return 0;
    s->at[x->axis] = (uint32_t)p;
    return 1;
}

ex_id explain_end(const explainer *e, ex_id n, positions *s, parts *list) {
    positions t = *s;
    ex_id end = n;
    do {
        if (!follow_choice(e, end, &t, list)) return n;
        end = ex_arg(e->r->graph, end, 0);
    } while (explain_only_chooses(e, end) && !result_name_of(e->r, end));
    *s = t;
    return end;
}

enum { VISITS = 512 }; /* more nodes than a formula can show */

typedef struct gathering {
    const explainer *e;
    const positions *s;
    parts *list;
    parts places;          /* conditions and look-ups, which come after what they lead to */
    int most;              /* levels of the formula */
    ex_id visited[VISITS]; /* 2 * node, + 1 where it was visited with steps */
    size_t visits;
} gathering;

static int mark_visited(gathering *w, ex_id n, int steps) {
    ex_id key = 2 * n + (steps != 0);
    for (size_t i = 0; i < w->visits; i++)
        if (w->visited[i] == key) return 0;
    if (w->visits == VISITS) return 0;
    w->visited[w->visits++] = key;
    return 1;
}

/* `own`: n is the node of the formula itself. `steps` 0: values are put in but not explained, since
 * the result did not depend on them. */
static void gather_parts(gathering *w, ex_id n, int level, int own, int steps) {
    const explainer *e = w->e;
    const ex_graph *g = e->r->graph;
    const ex_node *x = ex_get(g, n);
    const ex_values *v = ex_values_of(g, n);
    if (!mark_visited(w, n, steps)) return;
    ex_id taken = own ? 0 : explain_chosen(e, n, w->s);
    if (!own && stands_alone(e, n)) {
        explain_add_part(e, w->list, n, steps ? n : 0, w->s, ASSESS_OPERAND);
    } else if (v) {
        if (v->origin == EX_LABELS || v->axes) /* labels and arrays written down */
            explain_add_part(e, w->list, n, 0, w->s, ASSESS_OPERAND);
    } else if (explain_only_chooses(e, n)) {
        positions at = *w->s;
        ex_id end = explain_end(e, n, &at, steps ? &w->places : NULL);
        explain_add_part(e, w->list, n, steps && end != n ? end : 0, &at, ASSESS_OPERAND);
    } else if (taken && x->op == EX_where) {
        gather_parts(w, taken, 0, 0, steps);
        if (steps && !explain_is_constant(e, ex_arg(g, n, 0)))
            explain_add_part(e, &w->places, 0, ex_arg(g, n, 0), w->s, ASSESS_CONDITION);
    } else if (taken) {
        gather_parts(w, taken, 0, 0, steps);
    } else if (level >= w->most) { /* the formula says "…" */
        explain_add_part(e, w->list, n, steps ? n : 0, w->s, ASSESS_OPERAND);
    } else {
        for (int i = 0; i < x->argc; i++) {
            double first = explain_value(e, ex_arg(g, n, 0), w->s);
            int idle = i > 0 && (x->op == EX_where || (x->op == EX_coalesce && first == first));
            gather_parts(w, ex_arg(g, n, i), level + 1, 0, steps && !idle);
        }
    }
}

void explain_parts(const explainer *e, ex_id n, const positions *s, int depth, parts *list) {
    gathering w = {.e = e, .s = s, .list = list, .most = depth};
    gather_parts(&w, n, 0, 1, 1);
    for (size_t i = 0; i < w.places.count; i++) {
        const part *p = &w.places.item[i];
        explain_add_part(e, list, 0, p->element, &p->where, p->role);
    }
}

/* ---- how a formula reads ---- */

/* How nodes read in a formula: outputs by their names, but not the step's own node; a choice as
 * what it took. */
typedef struct naming {
    const explainer *e;
    ex_id own;
    const parts *list; /* parts that read as their values; NULL: none */
    const positions *where;
    ax_set axes; /* of the step */
    int most;    /* how deep formulas go */
    int depth;   /* of choices within choices */
    int brief;   /* within an outline */
    int *left;   /* nodes that may still be looked at, since a graph can have very many paths */
} naming;

enum { NODES = 400 };

static const char *name_of(const void *self, ex_id n);

/* A choice reads as what it took. Below a reduction the positions do not say which element, so
 * nothing there counts as taken. */
static void write_taken(const naming *w, ex_id n, buf *out) {
    const explainer *e = w->e;
    int here = !(ex_get(e->r->graph, n)->axes & ~w->axes) && w->depth < EXPLAIN_DEPTH;
    ex_id taken = here ? explain_chosen(e, n, w->where) : 0;
    if (!taken) return;
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

/* The mark before the value of a part with a step of its own: which of the steps below it is. */
static int begin_mark(const naming *w, size_t item, buf *out) {
    size_t before = 0;
    if (!w->e->marks || !w->list->item[item].element) return 0;
    for (size_t i = 0; i < item; i++) before += w->list->item[i].element != 0;
    buf_print(out, "\1%zu\2", before);
    return 1;
}

static void write_value(const naming *w, ex_id n, buf *out) {
    const explainer *e = w->e;
    const ex_values *v = ex_values_of(e->r->graph, n);
    double x = explain_value(e, n, w->where);
    int is_label = v && v->origin == EX_LABELS && v->tag;
    if (is_label)
        x = ax_get(ex_space(e->r->graph), ax_find(ex_space(e->r->graph), v->name))
                ->label[(size_t)x];
    write_element(e, is_label ? EX_TEXT : (ex_kind)ex_get(e->r->graph, n)->kind, x, out);
}

static const char *name_of(const void *self, ex_id n) {
    const naming *w = self;
    const explainer *e = w->e;
    if (n == w->own) return NULL;
    if (--*w->left < 0) return "…";
    buf b = BUF_INIT;
    for (size_t i = 0; w->list && i < w->list->count && !b.length; i++) {
        if (w->list->item[i].node != n) continue;
        int marked = begin_mark(w, i, &b);
        write_value(w, n, &b);
        if (marked) buf_char(&b, '\3');
    }
    const char *known = b.length ? NULL : explain_name(e, n);
    if (!b.length && !known) write_taken(w, n, &b);
    /* A reduction that is a step of its own is shown in outline. */
    if (!b.length && !known && !w->brief && explain_is_reduction(e, n)) {
        naming outline = *w;
        outline.own = n;
        outline.list = NULL;
        outline.brief = 1;
        formula_write(e->r->graph, n, w->most < 2 ? w->most : 2, name_of, &outline, &b);
    }
    if (b.length) known = explain_keep(e, &b);
    buf_release(&b);
    return known;
}

/* Writes the formula down to a depth. 0 where not all of it was looked at. */
static int write_to_depth(const explainer *e, ex_id n, const positions *s, int depth,
                          const parts *list, buf *out) {
    int left = NODES;
    naming w = {.e = e,
                .own = n,
                .list = list,
                .where = s,
                .axes = ex_get(e->r->graph, n)->axes,
                .most = depth,
                .left = &left};
    buf_clear(out);
    formula_write(e->r->graph, n, depth, name_of, &w, out);
    return left >= 0;
}

/* Cuts a text after a whole character. */
static void shorten(buf *b, size_t length) {
    while (length && ((unsigned char)b->text[length] & 0xc0) == 0x80) length--;
    b->length = length;
    buf_text(b, "…");
}

const char *explain_formula(const explainer *e, ex_id n, const positions *s, int *depth,
                            const parts *list) {
    buf b = BUF_INIT, deeper = BUF_INIT;
    if (list) {
        write_to_depth(e, n, s, *depth, list, &b);
    } else if (*depth = EXPLAIN_DEPTH,
               !write_to_depth(e, n, s, *depth, NULL, &b) || b.length > EXPLAIN_TEXT) {
        *depth = 1;
        write_to_depth(e, n, s, *depth, NULL, &b);
        while (*depth < EXPLAIN_DEPTH && write_to_depth(e, n, s, *depth + 1, NULL, &deeper) &&
               deeper.length <= EXPLAIN_TEXT) {
            buf_clear(&b);
            buf_put(&b, buf_string(&deeper), deeper.length);
            ++*depth;
        }
    }
    if (b.length > 4 * EXPLAIN_TEXT && !b.failed) shorten(&b, 4 * EXPLAIN_TEXT);
    const char *out = explain_keep(e, &b);
    buf_release(&b);
    buf_release(&deeper);
    return out;
}
