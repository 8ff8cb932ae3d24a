/* The named functions of the language, made of the graph's own operations, so that evaluation,
 * derivatives and explanation know only those. The last node of each is noted as its result. */
#include "expr/graph_inside.h"

#include "base/mem.h"

/* Notes what a node is the result of. Where equal operations were composed before, or stand in the
 * rules, it is the same node; the first note stays. */
static ex_id noted(ex_graph *g, ex_id n, ex_composed c, fault *f) {
    if (!n || g->node[n].composed) return n;
    if (!MEM_RESERVE(g->composed, g->composed_count + 1, g->composed_cap))
        return (ex_id)fault_memory(f);
    g->composed[g->composed_count++] = c;
    g->node[n].composed = g->composed_count;
    return n;
}

int ex_composed_of(const ex_graph *g, ex_id n, ex_composed *out) {
    const ex_node *x = ex_get(g, n);
    if (x->composed) {
        *out = g->composed[x->composed - 1];
        return 1;
    }
    if (x->op != EX_sqrt || !ex_composed_of(g, ex_arg(g, n, 0), out) || out->name != EX_VAR)
        return 0;
    out->name = EX_STD;
    return 1;
}

const char *ex_composed_text(ex_composed_name name) {
    static const char *const text[] = {"mean",      "var",  "std",        "skewness", "kurtosis",
                                       "correlate", "upto", "upto_label", "argmin",   "argmax"};
    return text[name];
}

static ex_id number(ex_graph *g, double x, fault *f) { return ex_number(g, x, f); }

static ex_id reduce(ex_graph *g, ex_op op, ex_id x, int axis, ex_id by, int to, fault *f) {
    return by ? ex_reduce_by(g, op, x, axis, by, to, f) : ex_reduce(g, op, x, axis, 0, f);
}

static ex_id only_where(ex_graph *g, ex_id truth, ex_id x, fault *f) {
    return ex_ternary(g, EX_where, truth, x, number(g, EX_NAN, f), f);
}

static ex_id only_present(ex_graph *g, ex_id x, ex_id value, fault *f) {
    return only_where(g, ex_unary(g, EX_present, x, f), value, f);
}

/* A group's result, along the axis that was grouped again. */
static ex_id spread(ex_graph *g, ex_id grouped, ex_id by, int to, fault *f) {
    return by ? ex_gather(g, grouped, to, by, f) : grouped;
}

ex_id ex_weighted_sum(ex_graph *g, ex_id x, int axis, ex_id weight, ex_id by, int to, fault *f) {
    return reduce(g, EX_sum, weight ? ex_binary(g, EX_mul, x, weight, f) : x, axis, by, to, f);
}

ex_id ex_divide(ex_graph *g, ex_id x, ex_id y, fault *f) {
    int op = x ? ex_get(g, x)->op : EX_none;
    return ex_binary(g, op == EX_sum || op == EX_add ? EX_quotient : EX_div, x, y, f);
}

/* The number of those present, or the weight they have. */
static ex_id number_present(ex_graph *g, ex_id x, int axis, ex_id weight, ex_id by, int to,
                            fault *f) {
    return weight ? reduce(g, EX_sum, only_present(g, x, weight, f), axis, by, to, f)
                  : reduce(g, EX_count, x, axis, by, to, f);
}

ex_id ex_mean(ex_graph *g, ex_id x, int axis, ex_id weight, int whole, ex_id by, int to, fault *f) {
    if (!x) return 0;
    ex_id top = ex_weighted_sum(g, x, axis, weight, by, to, f), part, all;
    if (whole) {
        /* Weights along the axis even where there is one for all of it. */
        all = ex_binary(g, EX_mul, ex_positions(g, axis, f), number(g, 0, f), f);
        all = ex_binary(g, EX_add, all, weight ? weight : number(g, 1, f), f);
        part = reduce(g, EX_sum, all, axis, by, to, f);
    } else {
        part = number_present(g, x, axis, weight, by, to, f);
    }
    ex_composed c = {EX_MEAN, .x = x, .weight = weight, .axis = axis, .to = to, .whole = whole};
    return noted(g, ex_binary(g, EX_quotient, top, part, f), c, f);
}

static ex_id moment(ex_graph *g, ex_id d, int power, int axis, ex_id weight, ex_id by, int to,
                    fault *f) {
    ex_id p = d;
    for (int i = 1; i < power; i++) p = ex_binary(g, EX_mul, p, d, f);
    return ex_weighted_sum(g, p, axis, weight, by, to, f);
}

static ex_id deviation(ex_graph *g, ex_id x, int axis, ex_id weight, ex_id by, int to, fault *f) {
    ex_id centre = ex_mean(g, x, axis, weight, 0, by, to, f);
    return ex_binary(g, EX_sub, x, spread(g, centre, by, to, f), f);
}

ex_id ex_var(ex_graph *g, ex_id x, int axis, int ddof, ex_id weight, ex_id by, int to, fault *f) {
    if (!x) return 0;
    if (weight && ddof)
        return (ex_id)fault_set(
            f, FAULT_RULE,
            "a weighted variance divides by the sum of weights: say divisor = \"n\"");
    ex_id squares = moment(g, deviation(g, x, axis, weight, by, to, f), 2, axis, weight, by, to, f);
    ex_id n = number_present(g, x, axis, weight, by, to, f);
    ex_id free = ex_binary(g, EX_sub, n, number(g, ddof, f), f);
    /* Too few to have a variance is missing, not a domain error. */
    ex_id enough = ex_binary(g, EX_gt, free, number(g, 0, f), f);
    ex_composed c = {EX_VAR, .x = x, .weight = weight, .axis = axis, .to = to, .population = !ddof};
    return noted(g, ex_binary(g, EX_div, squares, only_where(g, enough, free, f), f), c, f);
}

/* n, and the second and p-th central moments over it, missing where fewer than p + 1 - (p < 3) are
 * present. */
typedef struct moments {
    ex_id n, second, high;
} moments;

static moments central(ex_graph *g, ex_id x, int axis, int power, fault *f) {
    ex_id n = ex_reduce(g, EX_count, x, axis, 0, f);
    ex_id enough = ex_binary(g, EX_ge, n, number(g, power, f), f);
    n = only_where(g, enough, n, f);
    ex_id d = deviation(g, x, axis, 0, 0, AX_NONE, f);
    moments m = {n, ex_binary(g, EX_div, moment(g, d, 2, axis, 0, 0, AX_NONE, f), n, f),
                 ex_binary(g, EX_div, moment(g, d, power, axis, 0, 0, AX_NONE, f), n, f)};
    return m;
}

ex_id ex_skewness(ex_graph *g, ex_id x, int axis, fault *f) {
    if (!x) return 0;
    moments m = central(g, x, axis, 3, f);
    ex_id less1 = ex_binary(g, EX_sub, m.n, number(g, 1, f), f);
    ex_id less2 = ex_binary(g, EX_sub, m.n, number(g, 2, f), f);
    ex_id root = ex_unary(g, EX_sqrt, m.second, f);
    ex_id g1 = ex_binary(g, EX_div, m.high, ex_binary(g, EX_mul, m.second, root, f), f);
    ex_id scale = ex_unary(g, EX_sqrt, ex_binary(g, EX_mul, m.n, less1, f), f);
    ex_composed c = {EX_SKEWNESS, .x = x, .axis = axis, .to = AX_NONE};
    return noted(g, ex_binary(g, EX_div, ex_binary(g, EX_mul, g1, scale, f), less2, f), c, f);
}

ex_id ex_kurtosis(ex_graph *g, ex_id x, int axis, fault *f) {
    if (!x) return 0;
    moments m = central(g, x, axis, 4, f);
    ex_id less1 = ex_binary(g, EX_sub, m.n, number(g, 1, f), f);
    ex_id less2 = ex_binary(g, EX_sub, m.n, number(g, 2, f), f);
    ex_id less3 = ex_binary(g, EX_sub, m.n, number(g, 3, f), f);
    ex_id more1 = ex_binary(g, EX_add, m.n, number(g, 1, f), f);
    ex_id ratio = ex_binary(g, EX_div, m.high, ex_binary(g, EX_mul, m.second, m.second, f), f);
    ex_id g2 = ex_binary(g, EX_sub, ratio, number(g, 3, f), f);
    ex_id inner = ex_binary(g, EX_add, ex_binary(g, EX_mul, more1, g2, f), number(g, 6, f), f);
    ex_id outer = ex_binary(g, EX_div, less1, ex_binary(g, EX_mul, less2, less3, f), f);
    ex_composed c = {EX_KURTOSIS, .x = x, .axis = axis, .to = AX_NONE};
    return noted(g, ex_binary(g, EX_mul, outer, inner, f), c, f);
}

ex_id ex_correlate(ex_graph *g, ex_id x, ex_id y, int axis, fault *f) {
    if (!x || !y) return 0;
    ex_id both =
        ex_binary(g, EX_and, ex_unary(g, EX_present, x, f), ex_unary(g, EX_present, y, f), f);
    ex_id dx = deviation(g, only_where(g, both, x, f), axis, 0, 0, AX_NONE, f);
    ex_id dy = deviation(g, only_where(g, both, y, f), axis, 0, 0, AX_NONE, f);
    ex_id sxy = ex_reduce(g, EX_sum, ex_binary(g, EX_mul, dx, dy, f), axis, 0, f);
    ex_id sxx = moment(g, dx, 2, axis, 0, 0, AX_NONE, f);
    ex_id syy = moment(g, dy, 2, axis, 0, 0, AX_NONE, f);
    ex_id scale = ex_unary(g, EX_sqrt, ex_binary(g, EX_mul, sxx, syy, f), f);
    ex_composed c = {EX_CORRELATE, .x = x, .y = y, .axis = axis, .to = AX_NONE};
    return noted(g, ex_binary(g, EX_div, sxy, scale, f), c, f);
}

static ex_id until(ex_graph *g, ex_id x, int axis, ex_id bound, fault *f) {
    if (!x || !bound) return 0;
    const ax_axis *a = ax_get(ex_space(g), axis);
    if (!a->size) /* data without rows */
        return x;
    if (!a->number)
        return (ex_id)fault_set(f, FAULT_RULE,
                                "'upto' needs an axis of numbers; '%s' has text labels", a->name);
    return only_where(g, ex_binary(g, EX_le, ex_labels(g, axis, f), bound, f), x, f);
}

ex_id ex_upto(ex_graph *g, ex_id x, int axis, ex_id bound, fault *f) {
    ex_composed c = {EX_UPTO, .x = x, .y = bound, .axis = axis, .to = AX_NONE};
    return noted(g, ex_reduce(g, EX_last, until(g, x, axis, bound, f), axis, 0, f), c, f);
}

ex_id ex_upto_label(ex_graph *g, ex_id x, int axis, ex_id bound, fault *f) {
    ex_composed c = {EX_UPTO_LABEL, .x = x, .y = bound, .axis = axis, .to = AX_NONE};
    return noted(g, ex_label_of(g, EX_last, until(g, x, axis, bound, f), axis, f), c, f);
}

ex_id ex_label_of(ex_graph *g, ex_op argop, ex_id x, int axis, fault *f) {
    if (!x) return 0;
    ex_id labels = ex_labels(g, axis, f);
    if (argop == EX_first || argop == EX_last)
        return ex_reduce(g, argop, only_present(g, x, labels, f), axis, 0, f);
    ex_composed c = {argop == EX_argmin ? EX_LABEL_OF_MIN : EX_LABEL_OF_MAX, .x = x, .axis = axis,
                     .to = AX_NONE};
    return noted(g, ex_gather(g, labels, axis, ex_reduce(g, argop, x, axis, 0, f), f), c, f);
}
