/* The steps below a reduction, a scan or a matrix operation: the elements it went over. */
#include "rule/explain_inside.h"

#include "base/decimal.h"

enum { PUT_IN_MOST = 6 }; /* elements of a sum or mean that are written out as one formula */

/* The elements below one step: all are counted, and as many as the settings allow get steps. */
typedef struct listing {
    explainer *e;
    size_t index; /* of the step above */
    int depth;    /* of the elements */
    size_t shown;
} listing;

static void count_element(const listing *l, double x) {
    assess_step *above = &l->e->step[l->index];
    above->present += x == x;
    above->missing += x != x;
}

static int list_weighted(listing *l, ex_id n, positions at, explain_link link) {
    if (l->shown >= l->e->settings->most) {
        l->e->step[l->index].hidden++;
        return 1;
    }
    l->shown++;
    return explain_step(l->e, n, at, l->depth, link);
}

static int list_element(listing *l, ex_id n, positions at) {
    return list_weighted(l, n, at, explain_as(ASSESS_OPERAND));
}

static uint32_t axis_size(const explainer *e, int axis) {
    return ax_get(ex_space(e->r->graph), axis)->size;
}

/* The same positions, but for that on one axis. */
static positions moved(const positions *s, int axis, uint32_t position) {
    positions at = *s;
    at.at[axis] = position;
    return at;
}

/* ---- reductions ---- */

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

/* Without groups every position of the reduced axis belongs to the element. */
static int belongs(const reduction *r, const positions *s, const positions *element) {
    return !r->by || explain_value(r->e, r->by, element) == s->at[r->to];
}

static double weight_at(const reduction *r, const positions *at) {
    return r->weight ? explain_value(r->e, r->weight, at) : EX_NAN;
}

/* Does one element decide the result, so that the others are not shown? */
static int one_decides(int op) {
    return ex_class((unsigned)op) == EX_CLASS_REDUCE && op != EX_sum && op != EX_count;
}

static int decides(int op, double x, double result) {
    if (op == EX_min || op == EX_max || op == EX_first || op == EX_last) return x == result;
    return (op == EX_any && x != 0) || (op == EX_all && x == 0);
}

static void write_number(buf *b, double x) {
    char text[32];
    size_t length = decimal_write(x, text);
    buf_text(b, x < 0 ? "(" : "");
    buf_put(b, text, length);
    buf_text(b, x < 0 ? ")" : "");
}

/* A sum or mean of few elements: (3 * 80 + 1 * 100) / (3 + 1). */
static const char *written_out(const reduction *r, const positions *s, size_t present) {
    buf sum = BUF_INIT, weights = BUF_INIT, all = BUF_INIT;
    for (uint32_t i = 0; i < axis_size(r->e, r->axis); i++) {
        positions at = moved(s, r->axis, i);
        double x = explain_value(r->e, r->over, &at), w = weight_at(r, &at);
        if (!belongs(r, s, &at) || !(x == x) || (r->weight && !(w == w))) continue;
        buf_text(&sum, sum.length ? " + " : "");
        buf_text(&weights, weights.length ? " + " : "");
        if (r->weight) {
            write_number(&sum, w);
            buf_text(&sum, " * ");
            write_number(&weights, w);
        }
        write_number(&sum, x);
    }
    int brackets = r->mean && present > 1;
    buf_print(&all, brackets ? "(%s)" : "%s", buf_string(&sum));
    if (r->mean) {
        buf_text(&all, " / ");
        if (!r->weight || r->whole)
            write_number(&all, r->weights);
        else
            buf_print(&all, brackets ? "(%s)" : "%s", buf_string(&weights));
    }
    const char *out = explain_keep(r->e, &all);
    buf_release(&sum);
    buf_release(&weights);
    buf_release(&all);
    return out;
}

static reduction reduction_of(explainer *e, ex_id n, const positions *s) {
    const ex_node *x = ex_get(e->r->graph, n);
    ex_composed c;
    reduction r = {.e = e, .result = explain_value(e, n, s)};
    if (ex_composed_of(e->r->graph, n, &c)) {
        r.over = c.x;
        r.weight = c.weight;
        r.axis = c.axis;
        r.to = c.to;
        r.mean = c.name == EX_MEAN;
        r.whole = c.whole;
    } else {
        r.over = ex_arg(e->r->graph, n, 0);
        r.axis = x->axis;
        r.to = x->to;
        r.op = x->op;
    }
    r.by = r.to == AX_NONE ? 0 : groups_below(e, n, r.axis, r.to, 6);
    for (uint32_t i = 0; r.mean && i < axis_size(e, r.axis); i++) {
        positions at = moved(s, r.axis, i);
        double v = explain_value(e, r.over, &at), w = r.weight ? weight_at(&r, &at) : 1;
        if (belongs(&r, s, &at) && (r.whole || v == v) && w == w) r.weights += w;
    }
    return r;
}

/* The elements a reduction went over, each with its weight and what it makes of the result. */
static int reduced_elements(listing *l, ex_id n, const positions *s) {
    explainer *e = l->e;
    reduction r = reduction_of(e, n, s);
    for (uint32_t i = 0; i < axis_size(e, r.axis); i++) {
        positions at = moved(s, r.axis, i);
        if (!belongs(&r, s, &at)) continue;
        double v = explain_value(e, r.over, &at), w = weight_at(&r, &at), factor = EX_NAN;
        count_element(l, v);
        if (one_decides(r.op) && (l->shown || !(v == v) || !decides(r.op, v, r.result))) continue;
        if (r.mean && v == v)
            factor = (w == w ? w : 1) / r.weights;
        else if (r.op == EX_sum)
            factor = 1;
        if (!list_weighted(l, r.over, at, (explain_link){ASSESS_OPERAND, w, factor, r.result}))
            return 0;
    }
    assess_step *above = &e->step[l->index];
    if (!e->shares && (r.mean || r.op == EX_sum) && above->present && above->present <= PUT_IN_MOST)
        above->put_in = written_out(&r, s, above->present);
    return 1;
}

/* The pairs of a correlation: both of a pair are listed, or neither. */
static int pair_elements(listing *l, const ex_composed *c, const positions *s) {
    for (uint32_t i = 0; i < axis_size(l->e, c->axis); i++) {
        positions at = moved(s, c->axis, i);
        double x = explain_value(l->e, c->x, &at), y = explain_value(l->e, c->y, &at);
        count_element(l, x == x ? y : x);
        if (l->shown + 2 > l->e->settings->most)
            l->e->step[l->index].hidden += 2;
        else if (!list_element(l, c->x, at) || !list_element(l, c->y, at))
            return 0;
    }
    return 1;
}

/* The element that `argmin`, `upto` and the like found, and how far an upto went; where it found
 * nothing, the last it could have found. */
static int found_element(listing *l, const ex_composed *c, ex_id n, const positions *s) {
    explainer *e = l->e;
    const ax_axis *a = ax_get(ex_space(e->r->graph), c->axis);
    int upto = c->name == EX_UPTO || c->name == EX_UPTO_LABEL;
    double label = explain_value(e, n, s), bound = upto ? explain_value(e, c->y, s) : EX_NAN;
    const double *number = ax_numbers(ex_space(e->r->graph), c->axis);
    long found = -1, last = -1;
    for (uint32_t i = 0; i < a->size; i++) {
        positions at = moved(s, c->axis, i);
        double v = explain_value(e, c->x, &at);
        if (upto && number && number[i] <= bound) {
            found = v == v ? (long)i : found;
            last = i;
        } else if (!upto && found < 0 && (number ? number[i] : a->label[i]) == label) {
            found = i;
        }
    }
    if (found < 0) found = last;
    positions at = moved(s, c->axis, found < 0 ? 0 : (uint32_t)found);
    if (found >= 0 && !explain_step(e, c->x, at, l->depth, explain_as(ASSESS_OPERAND))) return 0;
    return !upto || explain_step(e, c->y, *s, l->depth, explain_as(ASSESS_PLACE));
}

/* ---- functions that keep the axis ---- */

/* A line of elements along an axis. */
typedef struct line {
    listing *list;
    ex_id x;
    int axis;
    long size;
    const positions *s;
} line;

static double line_value(const line *l, long i) {
    positions at = moved(l->s, l->axis, (uint32_t)i);
    return explain_value(l->list->e, l->x, &at);
}

/* A step for an element of the line, if there is such an element. */
static int line_step(const line *l, long i, assess_step_role role) {
    return i < 0 || i >= l->size ||
           explain_step(l->list->e, l->x, moved(l->s, l->axis, (uint32_t)i), l->list->depth,
                        explain_as(role));
}

/* The element itself, and the next better and worse. */
static int rank_elements(const line *l, long own, int ascending) {
    double sign = ascending ? -1 : 1, mine = sign * line_value(l, own), above = 0, below = 0;
    long better = -1, worse = -1;
    for (long i = 0; i < l->size; i++) {
        double v = sign * line_value(l, i);
        count_element(l->list, v);
        if (v > mine && (better < 0 || v < above)) {
            better = i;
            above = v;
        }
        if (v < mine && (worse < 0 || v > below)) {
            worse = i;
            below = v;
        }
    }
    return line_step(l, own, ASSESS_OPERAND) && line_step(l, better, ASSESS_BESIDE) &&
           line_step(l, worse, ASSESS_BESIDE);
}

static int running_sum(const line *l, long own, double result) {
    for (long i = 0; i <= own; i++) {
        double v = line_value(l, i);
        explain_link link = {ASSESS_OPERAND, EX_NAN, v == v ? 1 : EX_NAN, result};
        count_element(l->list, v);
        if (!list_weighted(l->list, l->x, moved(l->s, l->axis, (uint32_t)i), link)) return 0;
    }
    return 1;
}

/* The nearest present element from `i` on in a direction, or -1. */
static long nearest_present(const line *l, long i, long direction) {
    for (; i >= 0 && i < l->size; i += direction) {
        double v = line_value(l, i);
        if (v == v) return i;
    }
    return -1;
}

static int scan_elements(listing *list, ex_id n, const positions *s) {
    explainer *e = list->e;
    const ex_node *x = ex_get(e->r->graph, n);
    line l = {list, ex_arg(e->r->graph, n, 0), x->axis, axis_size(e, x->axis), s};
    long own = s->at[x->axis];
    double result = explain_value(e, n, s);
    long before = nearest_present(&l, own, -1), after = nearest_present(&l, own, 1);
    switch (x->op) {
    case EX_rank: return rank_elements(&l, own, x->flag);
    case EX_cumsum: return running_sum(&l, own, result);
    case EX_lag: return line_step(&l, own - (long)x->param, ASSESS_OPERAND);
    case EX_fill:
        return line_step(&l, result == result && before >= 0 ? before : own, ASSESS_OPERAND);
    case EX_sort:
        for (long i = 0; i < l.size; i++)
            if (line_value(&l, i) == result) return line_step(&l, i, ASSESS_OPERAND);
        return 1;
    default: /* interpolate */
        return line_step(&l, own, ASSESS_OPERAND) &&
               (before == own ||
                (line_step(&l, before, ASSESS_OPERAND) && line_step(&l, after, ASSESS_OPERAND)));
    }
}

/* ---- matrices ---- */

/* The elements of one operand along its core axes. */
static int core_elements(listing *l, ex_id x, const int *core, positions at) {
    uint32_t rows = core[0] == AX_NONE ? 1 : axis_size(l->e, core[0]);
    uint32_t columns = core[1] == AX_NONE ? 1 : axis_size(l->e, core[1]);
    for (uint32_t i = 0; i < rows; i++)
        for (uint32_t k = 0; k < columns; k++) {
            if (core[0] != AX_NONE) at.at[core[0]] = i;
            if (core[1] != AX_NONE) at.at[core[1]] = k;
            count_element(l, explain_value(l->e, x, &at));
            if (!list_element(l, x, at)) return 0;
        }
    return 1;
}

static int matrix_elements(listing *l, ex_id n, const positions *s) {
    const ex_graph *g = l->e->r->graph;
    const ex_matrix_function *fn = ex_matrix_of(g, n);
    for (int i = 0; i < ex_get(g, n)->argc; i++)
        if (!core_elements(l, ex_arg(g, n, i), fn->core[i], *s)) return 0;
    return 1;
}

int explain_elements(explainer *e, size_t index, ex_id n, const positions *s) {
    unsigned op = ex_get(e->r->graph, n)->op;
    ex_composed c;
    listing l = {.e = e, .index = index, .depth = e->step[index].depth + 1};
    if (ex_composed_of(e->r->graph, n, &c)) {
        if (c.name >= EX_UPTO) return found_element(&l, &c, n, s);
        if (c.name == EX_CORRELATE) return pair_elements(&l, &c, s);
        return reduced_elements(&l, n, s);
    }
    if (op == EX_matrix) return matrix_elements(&l, n, s);
    return ex_is_reduction(op) ? reduced_elements(&l, n, s) : scan_elements(&l, n, s);
}
