#include "rule/explain_inside.h"

#include <string.h>

const char *explain_output(const explainer *e, ex_id n) {
    for (size_t i = 0; i < e->r->outputs; i++)
        if (e->r->output[i].node == n)
            return e->r->output[i].name;
    return NULL;
}

int explain_is_reduction(const explainer *e, ex_id n, composed *c) {
    unsigned op = ex_get(e->r->graph, n)->op;
    if (composed_find(e->r->graph, n, c))
        return 2;
    return ex_is_reduction(op) || ex_class(op) == EX_CLASS_SCAN || op == EX_matrix;
}

static int is_constant(const explainer *e, ex_id n) {
    const ex_values *v = ex_values_of(e->r->graph, n);
    return v && v->origin == EX_LITERAL;
}

ex_id explain_chosen(const explainer *e, ex_id n, const spot *s) {
    const ex_graph *g = e->r->graph;
    int op = ex_get(g, n)->op;
    composed c;
    ex_id taken = 0;
    if ((op != EX_where && op != EX_coalesce) || composed_find(g, n, &c))
        return 0;
    double x = explain_value(e, ex_arg(g, n, 0), s);
    if (op == EX_where)
        taken = x == x ? ex_arg(g, n, x != 0 ? 1 : 2) : 0;
    else if (x == x)
        taken = ex_arg(g, n, 0);
    else if (explain_value(e, ex_arg(g, n, 1), s) == explain_value(e, ex_arg(g, n, 1), s))
        taken = ex_arg(g, n, 1);
    return taken && !is_constant(e, taken) ? taken : 0;
}

/* Where labels stand on an axis, which formulas write as the labels themselves. */
static int is_position(const explainer *e, ex_id n) {
    const ex_function *fn = ex_function_of(e->r->graph, n);
    return fn && !strcmp(fn->name, "position");
}

/* An element that a formula names, or that has steps of its own. */
static int stands_alone(const explainer *e, ex_id n) {
    composed c;
    const ex_values *v = ex_values_of(e->r->graph, n);
    if (v)
        return v->origin == EX_LEAF || v->origin == EX_DATA;
    return explain_output(e, n) ||
           (ex_get(e->r->graph, n)->op == EX_lookup && !is_position(e, n)) ||
           explain_is_reduction(e, n, &c);
}

void explain_add_part(const explainer *e, parts *list, ex_id node, ex_id element, const spot *s,
                      assess_step_role role) {
    for (size_t i = 0; i < list->count; i++) {
        part *p = &list->item[i];
        int same = p->element == element &&
                   (!element || explain_cell(e, element, &p->where) == explain_cell(e, element, s));
        if (same && p->node == node)
            return;
        element = same ? 0 : element; /* it is explained already */
    }
    if (!element && !node)
        return;
    if (list->count < EXPLAIN_PARTS)
        list->item[list->count++] = (part){ node, element, *s, role };
}

int explain_only_chooses(const explainer *e, ex_id n) {
    composed c;
    int op = ex_get(e->r->graph, n)->op;
    return (op == EX_slice || op == EX_rename || op == EX_gather) &&
           !composed_find(e->r->graph, n, &c);
}

/* One choice: where its operand stands. 0 where the place is missing. */
static int choose(const explainer *e, ex_id n, spot *s, parts *list) {
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
    if (list && !is_constant(e, labels))
        explain_add_part(e, list, 0, labels, s, ASSESS_PLACE);
    if (!(p >= 0 && p < ax_get(ex_space(g), x->axis)->size))
        return 0;
    s->at[x->axis] = (uint32_t)p;
    return 1;
}

ex_id explain_end(const explainer *e, ex_id n, spot *s, parts *list) {
    spot t = *s;
    ex_id end = n;
    do {
        if (!choose(e, end, &t, list))
            return n;
        end = ex_arg(e->r->graph, end, 0);
    } while (explain_only_chooses(e, end) && !explain_output(e, end));
    *s = t;
    return end;
}

enum { VISITS = 512 }; /* more nodes than a formula shows */

typedef struct gathering {
    const explainer *e;
    const spot *s;
    parts *list;
    parts places; /* conditions and look-ups come behind what they lead to */
    int most;     /* levels of the formula */
    ex_id visited[VISITS]; /* twice the node, and one where it has steps: once is enough */
    size_t visits;
} gathering;

static int visit(gathering *w, ex_id n, int steps) {
    ex_id key = 2 * n + (steps != 0);
    for (size_t i = 0; i < w->visits; i++)
        if (w->visited[i] == key)
            return 0;
    if (w->visits == VISITS)
        return 0;
    w->visited[w->visits++] = key;
    return 1;
}

/* `steps` 0: the values are put in and not explained, for they did not count. */
static void gather(gathering *w, ex_id n, int level, int own, int steps) {
    const explainer *e = w->e;
    const ex_graph *g = e->r->graph;
    const ex_node *x = ex_get(g, n);
    const ex_values *v = ex_values_of(g, n);
    if (!visit(w, n, steps))
        return;
    ex_id taken = own ? 0 : explain_chosen(e, n, w->s);
    if (!own && stands_alone(e, n)) {
        explain_add_part(e, w->list, n, steps ? n : 0, w->s, ASSESS_OPERAND);
    } else if (v) {
        if (v->origin == EX_LABELS || v->axes) /* labels and arrays written down */
            explain_add_part(e, w->list, n, 0, w->s, ASSESS_OPERAND);
    } else if (explain_only_chooses(e, n)) {
        spot at = *w->s;
        ex_id end = explain_end(e, n, &at, steps ? &w->places : NULL);
        explain_add_part(e, w->list, n, steps && end != n ? end : 0, &at, ASSESS_OPERAND);
    } else if (taken && x->op == EX_where) {
        gather(w, taken, 0, 0, steps);
        if (steps && !is_constant(e, ex_arg(g, n, 0)))
            explain_add_part(e, &w->places, 0, ex_arg(g, n, 0), w->s, ASSESS_CONDITION);
    } else if (taken) {
        gather(w, taken, 0, 0, steps);
    } else if (level >= w->most) { /* the formula says "…" */
        explain_add_part(e, w->list, n, steps ? n : 0, w->s, ASSESS_OPERAND);
    } else {
        for (int i = 0; i < x->argc; i++) {
            double first = explain_value(e, ex_arg(g, n, 0), w->s);
            int idle = i > 0 && (x->op == EX_where || (x->op == EX_coalesce && first == first));
            gather(w, ex_arg(g, n, i), level + 1, 0, steps && !idle);
        }
    }
}

void explain_parts(const explainer *e, ex_id n, const spot *s, int depth, parts *list) {
    gathering w = { .e = e, .s = s, .list = list, .most = depth };
    gather(&w, n, 0, 1, 1);
    for (size_t i = 0; i < w.places.count; i++) {
        const part *p = &w.places.item[i];
        explain_add_part(e, list, 0, p->element, &p->where, p->role);
    }
}
