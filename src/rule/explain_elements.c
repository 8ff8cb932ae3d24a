/* The steps of a reduction, a scan or a matrix: the elements it went over. */
#include "rule/explain_inside.h"

#include "base/decimal.h"

enum { PUT_IN_MOST = 6 }; /* elements of a sum or mean that are written out as one formula */

/* A reduction at an element: what it goes over, and how. */
typedef struct reduction {
    explainer *e;
    ex_id over, by;   /* by: the groups, or 0 */
    ex_id weight;     /* or 0 */
    int axis, to, op; /* op EX_none: composed */
    int mean, whole;
    double result, weights; /* weights: the divisor of a mean */
} reduction;

/* The node that holds the groups of a composed function, from the reduction it is made of. */
static ex_id groups_below(const explainer *e, ex_id n, int axis, int to, int depth) {
    const ex_node *x = ex_get(e->r->graph, n);
    if (ex_is_reduction(x->op) && x->argc == 2 && x->axis == axis && x->to == to)
        return ex_arg(e->r->graph, n, 1);
    ex_id found = 0;
    for (int i = 0; depth && !found && i < x->argc; i++)
        found = groups_below(e, ex_arg(e->r->graph, n, i), axis, to, depth - 1);
    return found;
}

/* All positions of the reduced axis belong to the element, or those of its group. */
static int belongs(const reduction *r, const location *s, const location *element) {
    return !r->by || explain_value(r->e, r->by, element) == s->at[r->to];
}

static double weight_at(const reduction *r, const location *at) {
    return r->weight ? explain_value(r->e, r->weight, at) : EX_NAN;
}

/* One element decides an extreme, the first or last; the rest is not shown. */
static int decides(int op, double x, double result) {
    if (op == EX_min || op == EX_max || op == EX_first || op == EX_last) return x == result;
    return (op == EX_any && x != 0) || (op == EX_all && x == 0);
}

static int one_decides(int op) {
    return ex_class((unsigned)op) == EX_CLASS_REDUCE && op != EX_sum && op != EX_count;
}

static void put_number(buf *b, double x) {
    char text[32];
    size_t length = decimal_write(x, text);
    buf_text(b, x < 0 ? "(" : "");
    buf_put(b, text, length);
    buf_text(b, x < 0 ? ")" : "");
}

/* A sum or mean of few: (3 * 80 + 1 * 100) / (3 + 1). */
static const char *written_out(const reduction *r, const location *s, size_t present) {
    buf b = BUF_INIT, weights = BUF_INIT;
    location at = *s;
    uint32_t size = ax_get(ex_space(r->e->r->graph), r->axis)->size;
    for (at.at[r->axis] = 0; at.at[r->axis] < size; at.at[r->axis]++) {
        double x = explain_value(r->e, r->over, &at), w = weight_at(r, &at);
        if (!belongs(r, s, &at) || !(x == x) || (r->weight && !(w == w))) continue;
        buf_text(&b, b.length ? " + " : "");
        buf_text(&weights, weights.length ? " + " : "");
        if (r->weight) {
            put_number(&b, w);
            buf_text(&b, " * ");
            put_number(&weights, w);
        }
        put_number(&b, x);
    }
    buf all = BUF_INIT;
    int several = present > 1;
    if (r->mean) {
        buf_print(&all, several ? "(%s) / " : "%s / ", buf_string(&b));
        if (!r->weight || r->whole)
            put_number(&all, r->weights);
        else
            buf_print(&all, several ? "(%s)" : "%s", buf_string(&weights));
    } else {
        buf_text(&all, buf_string(&b));
    }
    const char *out = explain_keep(r->e, &all);
    buf_release(&b);
    buf_release(&weights);
    buf_release(&all);
    return out;
}

static reduction reduction_of(explainer *e, ex_id n, const location *s) {
    const ex_graph *g = e->r->graph;
    const ex_node *x = ex_get(g, n);
    ex_composed c;
    reduction r = {.e = e, .result = explain_value(e, n, s)};
    if (explain_is_reduction(e, n, &c) == 2) {
        r.over = c.x;
        r.weight = c.weight;
        r.axis = c.axis;
        r.to = c.to;
        r.mean = c.name == EX_MEAN;
        r.whole = c.whole;
    } else {
        r.over = ex_arg(g, n, 0);
        r.axis = x->axis;
        r.to = x->to;
        r.op = x->op;
    }
    r.by = r.to == AX_NONE ? 0 : groups_below(e, n, r.axis, r.to, 6);
    location at = *s;
    uint32_t size = ax_get(ex_space(g), r.axis)->size;
    for (at.at[r.axis] = 0; r.mean && at.at[r.axis] < size; at.at[r.axis]++) {
        double v = explain_value(e, r.over, &at), w = r.weight ? weight_at(&r, &at) : 1;
        if (belongs(&r, s, &at) && (r.whole || v == v) && w == w) r.weights += w;
    }
    return r;
}

/* The elements a reduction went over, each with its weight and its share of the result. */
static int all_elements(explainer *e, size_t index, ex_id n, const location *s, int depth) {
    reduction r = reduction_of(e, n, s);
    uint32_t size = ax_get(ex_space(e->r->graph), r.axis)->size;
    size_t present = 0, absent = 0, shown = 0, hidden = 0;
    location at = *s;
    for (at.at[r.axis] = 0; at.at[r.axis] < size; at.at[r.axis]++) {
        if (!belongs(&r, s, &at)) continue;
        double v = explain_value(e, r.over, &at), w = weight_at(&r, &at), factor = EX_NAN;
        absent += v != v;
        present += v == v;
        if (one_decides(r.op) && (shown || !(v == v) || !decides(r.op, v, r.result))) continue;
        if (shown >= e->settings->most) {
            hidden++;
            continue;
        }
        if (r.mean && v == v)
            factor = (w == w ? w : 1) / r.weights;
        else if (r.op == EX_sum)
            factor = 1;
        shown++;
        if (!explain_step(e, r.over, at, depth + 1,
                          (explain_link){ASSESS_OPERAND, w, factor, r.result}))
            return 0;
    }
    e->step[index].present = present;
    e->step[index].missing = absent;
    e->step[index].hidden = hidden;
    if (!e->shares && (r.mean || r.op == EX_sum) && present && present <= PUT_IN_MOST)
        e->step[index].put_in = written_out(&r, s, present);
    return 1;
}

/* The pairs of a correlation. */
static int pair_elements(explainer *e, size_t index, const ex_composed *c, const location *s,
                         int depth) {
    uint32_t size = ax_get(ex_space(e->r->graph), c->axis)->size;
    size_t shown = 0;
    assess_step *own = &e->step[index];
    location at = *s;
    for (at.at[c->axis] = 0; at.at[c->axis] < size; at.at[c->axis]++) {
        double x = explain_value(e, c->x, &at), y = explain_value(e, c->y, &at);
        int both = x == x && y == y;
        own = &e->step[index];
        own->present += (size_t)both;
        own->missing += (size_t)!both;
        if (shown + 2 > e->settings->most) {
            own->hidden += 2;
            continue;
        }
        shown += 2;
        if (!explain_step(e, c->x, at, depth + 1, explain_as(ASSESS_OPERAND)) ||
            !explain_step(e, c->y, at, depth + 1, explain_as(ASSESS_OPERAND)))
            return 0;
    }
    return 1;
}

/* The element that `argmin`, `upto` and the like found, and how far an upto went; where it found
 * nothing, the last it could have found. */
static int found_element(explainer *e, const ex_composed *c, ex_id n, const location *s,
                         int depth) {
    const ax_axis *a = ax_get(ex_space(e->r->graph), c->axis);
    int upto = c->name == EX_UPTO || c->name == EX_UPTO_LABEL;
    double label = explain_value(e, n, s), bound = upto ? explain_value(e, c->y, s) : EX_NAN;
    long at = -1, last = -1;
    location element = *s;
    for (uint32_t i = 0; i < a->size; i++) {
        element.at[c->axis] = i;
        double v = explain_value(e, c->x, &element);
        if (upto && a->number && a->number[i] <= bound) {
            at = v == v ? (long)i : at;
            last = i;
        } else if (!upto && (a->number ? a->number[i] : (double)a->label[i]) == label && at < 0) {
            at = i;
        }
    }
    if (at < 0 && last >= 0) at = last;
    element.at[c->axis] = at < 0 ? 0 : (uint32_t)at;
    if (at >= 0 && !explain_step(e, c->x, element, depth + 1, explain_as(ASSESS_OPERAND))) return 0;
    return !upto || explain_step(e, c->y, *s, depth + 1, explain_as(ASSESS_PLACE));
}

/* ---- functions that keep the axis ---- */

typedef struct axis_line {
    explainer *e;
    ex_id x;
    int axis, depth;
    location at;
} axis_line;

static double line_value(axis_line *l, long i) {
    if (i < 0 || i >= (long)ax_get(ex_space(l->e->r->graph), l->axis)->size) return EX_NAN;
    l->at.at[l->axis] = (uint32_t)i;
    return explain_value(l->e, l->x, &l->at);
}

static int line_step(axis_line *l, long i, explain_link link) {
    l->at.at[l->axis] = (uint32_t)i;
    return explain_step(l->e, l->x, l->at, l->depth + 1, link);
}

/* The element itself, and the next better and worse. */
static int rank_elements(axis_line *l, size_t index, long own, long size, int ascending) {
    double x = line_value(l, own);
    long better = -1, worse = -1;
    size_t present = 0;
    for (long i = 0; i < size; i++) {
        double v = ascending ? -line_value(l, i) : line_value(l, i), mine = ascending ? -x : x;
        present += v == v;
        if (v > mine &&
            (better < 0 || v < (ascending ? -line_value(l, better) : line_value(l, better))))
            better = i;
        if (v < mine &&
            (worse < 0 || v > (ascending ? -line_value(l, worse) : line_value(l, worse))))
            worse = i;
    }
    l->e->step[index].present = present;
    l->e->step[index].missing = (size_t)size - present;
    return line_step(l, own, explain_as(ASSESS_OPERAND)) &&
           (better < 0 || line_step(l, better, explain_as(ASSESS_BESIDE))) &&
           (worse < 0 || line_step(l, worse, explain_as(ASSESS_BESIDE)));
}

static int running_sum(axis_line *l, size_t index, long own, double result) {
    size_t shown = 0;
    for (long i = 0; i <= own; i++) {
        double v = line_value(l, i);
        l->e->step[index].present += v == v;
        l->e->step[index].missing += v != v;
        if (shown >= l->e->settings->most) {
            l->e->step[index].hidden++;
            continue;
        }
        shown++;
        if (!line_step(l, i, (explain_link){ASSESS_OPERAND, EX_NAN, v == v ? 1 : EX_NAN, result}))
            return 0;
    }
    return 1;
}

/* The nearest present element from `i` on in a direction, or -1. */
static long nearest(axis_line *l, long i, long step, long size) {
    while (i >= 0 && i < size) {
        double v = line_value(l, i);
        if (v == v) return i;
        i += step;
    }
    return -1;
}

static int scan_elements(explainer *e, size_t index, ex_id n, const location *s, int depth) {
    const ex_node *x = ex_get(e->r->graph, n);
    axis_line l = {e, ex_arg(e->r->graph, n, 0), x->axis, depth, *s};
    long own = s->at[x->axis], size = ax_get(ex_space(e->r->graph), x->axis)->size;
    double result = explain_value(e, n, s);
    long before = nearest(&l, own, -1, size), after = nearest(&l, own, 1, size);
    switch (x->op) {
    case EX_rank: return rank_elements(&l, index, own, size, x->flag);
    case EX_cumsum: return running_sum(&l, index, own, result);
    case EX_lag:
        own -= (long)x->param;
        return own < 0 || own >= size || line_step(&l, own, explain_as(ASSESS_OPERAND));
    case EX_fill:
        return line_step(&l, result == result && before >= 0 ? before : own,
                         explain_as(ASSESS_OPERAND));
    case EX_sort:
        for (long i = 0; i < size; i++)
            if (line_value(&l, i) == result) return line_step(&l, i, explain_as(ASSESS_OPERAND));
        return 1;
    default: /* interpolate */
        if (before == own) return line_step(&l, own, explain_as(ASSESS_OPERAND));
        return line_step(&l, own, explain_as(ASSESS_OPERAND)) &&
               (before < 0 || line_step(&l, before, explain_as(ASSESS_OPERAND))) &&
               (after < 0 || line_step(&l, after, explain_as(ASSESS_OPERAND)));
    }
}

/* ---- matrices ---- */

/* The elements of one operand along its core axes. */
static int core_elements(explainer *e, size_t index, ex_id x, const int *core, location at,
                         int depth) {
    const ax_space *space = ex_space(e->r->graph);
    uint32_t rows = core[0] == AX_NONE ? 1 : ax_get(space, core[0])->size;
    uint32_t columns = core[1] == AX_NONE ? 1 : ax_get(space, core[1])->size;
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t k = 0; k < columns; k++) {
            if (core[0] != AX_NONE) at.at[core[0]] = i;
            if (core[1] != AX_NONE) at.at[core[1]] = k;
            double v = explain_value(e, x, &at);
            assess_step *own = &e->step[index];
            own->present += v == v;
            own->missing += v != v;
            if (own->present + own->missing > e->settings->most)
                own->hidden++;
            else if (!explain_step(e, x, at, depth + 1, explain_as(ASSESS_OPERAND)))
                return 0;
        }
    return 1;
}

static int matrix_elements(explainer *e, size_t index, ex_id n, const location *s, int depth) {
    const ex_matrix_function *fn = ex_matrix_of(e->r->graph, n);
    for (int i = 0; i < ex_get(e->r->graph, n)->argc; i++)
        if (!core_elements(e, index, ex_arg(e->r->graph, n, i), fn->core[i], *s, depth)) return 0;
    return 1;
}

int explain_elements(explainer *e, size_t index, ex_id n, const location *s, int depth) {
    int op = ex_get(e->r->graph, n)->op;
    ex_composed c;
    if (explain_is_reduction(e, n, &c) == 2) {
        if (c.name >= EX_UPTO) return found_element(e, &c, n, s, depth);
        if (c.name == EX_CORRELATE) return pair_elements(e, index, &c, s, depth);
        return all_elements(e, index, n, s, depth);
    }
    if (op == EX_matrix) return matrix_elements(e, index, n, s, depth);
    return ex_is_reduction((unsigned)op) ? all_elements(e, index, n, s, depth)
                                         : scan_elements(e, index, n, s, depth);
}
