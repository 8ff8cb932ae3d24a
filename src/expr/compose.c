/* The named functions of the language, made of the graph's own operations, so that evaluation,
 * derivatives and explanation know only those. The last node of each is noted as its result. */
#include "expr/graph_inside.h"

#include "base/mem.h"

/* Notes which function a node is the result of. Equal operations are one node, whoever made them;
 * the first note stays. */
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

/* What a reduction goes along: an axis, with weights (or 0), by groups on the axis `to` (or 0). */
typedef struct along {
    int axis;
    ex_id weight, by;
    int to;
} along;

static ex_id reduce(ex_graph *g, ex_op op, ex_id x, along l, fault *f) {
    return l.by ? ex_reduce_by(g, op, x, l.axis, l.by, l.to, f) : ex_reduce(g, op, x, l.axis, 0, f);
}

/* n - k */
static ex_id minus(ex_graph *g, ex_id n, double k, fault *f) {
    return ex_binary(g, EX_sub, n, ex_number(g, k, f), f);
}

static ex_id only_where(ex_graph *g, ex_id truth, ex_id x, fault *f) {
    return ex_ternary(g, EX_where, truth, x, ex_number(g, EX_NAN, f), f);
}

static ex_id only_present(ex_graph *g, ex_id x, ex_id value, fault *f) {
    return only_where(g, ex_unary(g, EX_present, x, f), value, f);
}

static ex_id weighted_sum(ex_graph *g, ex_id x, along l, fault *f) {
    return reduce(g, EX_sum, l.weight ? ex_binary(g, EX_mul, x, l.weight, f) : x, l, f);
}

ex_id ex_weighted_sum(ex_graph *g, ex_id x, int axis, ex_id weight, ex_id by, int to, fault *f) {
    return weighted_sum(g, x, (along){axis, weight, by, to}, f);
}

ex_id ex_divide(ex_graph *g, ex_id x, ex_id y, fault *f) {
    int op = x ? ex_get(g, x)->op : EX_none;
    return ex_binary(g, op == EX_sum || op == EX_add ? EX_quotient : EX_div, x, y, f);
}

/* How many are present, or the sum of their weights. */
static ex_id number_present(ex_graph *g, ex_id x, along l, fault *f) {
    return l.weight ? reduce(g, EX_sum, only_present(g, x, l.weight, f), l, f)
                    : reduce(g, EX_count, x, l, f);
}

static ex_id mean(ex_graph *g, ex_id x, along l, int whole, fault *f) {
    if (!x) return 0;
    ex_id top = weighted_sum(g, x, l, f), bottom;
    if (whole) {
        /* Weights over the axis, also where one weight is given for all of it. */
        ex_id zeros = ex_binary(g, EX_mul, ex_positions(g, l.axis, f), ex_number(g, 0, f), f);
        ex_id all = ex_binary(g, EX_add, zeros, l.weight ? l.weight : ex_number(g, 1, f), f);
        bottom = reduce(g, EX_sum, all, l, f);
    } else {
        bottom = number_present(g, x, l, f);
    }
    ex_composed c = {EX_MEAN,        .x = x,     .weight = l.weight,
                     .axis = l.axis, .to = l.to, .whole = whole};
    return noted(g, ex_binary(g, EX_quotient, top, bottom, f), c, f);
}

ex_id ex_mean(ex_graph *g, ex_id x, int axis, ex_id weight, int whole, ex_id by, int to, fault *f) {
    return mean(g, x, (along){axis, weight, by, to}, whole, f);
}

/* The sum of powers of the deviations d. */
static ex_id power_sum(ex_graph *g, ex_id d, int power, along l, fault *f) {
    ex_id p = d;
    for (int i = 1; i < power; i++) p = ex_binary(g, EX_mul, p, d, f);
    return weighted_sum(g, p, l, f);
}

/* The deviations from the mean, by groups from that of the group, and the sum of their squares. */
typedef struct deviations {
    ex_id each, squares;
} deviations;

/* The mean is rounded: each of the sums that it divides by up to 2^-50 of its size
 * (decimal_settled), and the quotient. Where that alone explains the squares, all are alike, and
 * their sum is 0: three times 37.8 is 113.4, but 113.4 / 3 is not 37.8 to the last bit. */
static ex_id beyond_rounding(ex_graph *g, ex_id squares, ex_id centre, ex_id n, along l, fault *f) {
    ex_id size = squares;
    if (l.weight) { /* of any sign */
        size = ex_unary(g, EX_abs, size, f);
        n = ex_unary(g, EX_abs, n, f);
    }
    ex_id rounding =
        ex_binary(g, EX_mul, ex_unary(g, EX_abs, centre, f), ex_number(g, 0x1.4p-49, f), f);
    ex_id least = ex_binary(g, EX_mul, rounding, ex_unary(g, EX_sqrt, n, f), f);
    ex_id beyond = ex_binary(g, EX_gt, ex_unary(g, EX_sqrt, size, f), least, f);
    return ex_ternary(g, EX_where, beyond, squares, ex_number(g, 0, f), f);
}

static deviations deviations_of(ex_graph *g, ex_id x, along l, fault *f) {
    ex_id centre = mean(g, x, l, 0, f);
    ex_id of_each = l.by ? ex_gather(g, centre, l.to, l.by, f) : centre;
    deviations d = {.each = ex_binary(g, EX_sub, x, of_each, f)};
    d.squares =
        beyond_rounding(g, power_sum(g, d.each, 2, l, f), centre, number_present(g, x, l, f), l, f);
    return d;
}

ex_id ex_var(ex_graph *g, ex_id x, int axis, int ddof, ex_id weight, ex_id by, int to, fault *f) {
    along l = {axis, weight, by, to};
    if (!x) return 0;
    if (weight && ddof)
        return (ex_id)fault_set(
            f, FAULT_RULE,
            "a weighted variance divides by the sum of weights: say divisor = \"n\"");
    ex_id squares = deviations_of(g, x, l, f).squares;
    ex_id divisor = minus(g, number_present(g, x, l, f), ddof, f);
    /* Too few for a variance gives missing without a warning. */
    ex_id enough = ex_binary(g, EX_gt, divisor, ex_number(g, 0, f), f);
    ex_composed c = {EX_VAR, .x = x, .weight = weight, .axis = axis, .to = to, .population = !ddof};
    return noted(g, ex_binary(g, EX_div, squares, only_where(g, enough, divisor, f), f), c, f);
}

/* n, the number present, and the second and the `power`-th central moment; all are missing where n
 * is less than `power`. */
typedef struct moments {
    ex_id n, second, high;
} moments;

static moments central_moments(ex_graph *g, ex_id x, int axis, int power, fault *f) {
    along l = {.axis = axis, .to = AX_NONE};
    ex_id n = reduce(g, EX_count, x, l, f);
    n = only_where(g, ex_binary(g, EX_ge, n, ex_number(g, power, f), f), n, f);
    deviations d = deviations_of(g, x, l, f);
    return (moments){n, ex_binary(g, EX_div, d.squares, n, f),
                     ex_binary(g, EX_div, power_sum(g, d.each, power, l, f), n, f)};
}

/* m3 / m2^1.5 * sqrt(n (n - 1)) / (n - 2) */
ex_id ex_skewness(ex_graph *g, ex_id x, int axis, fault *f) {
    if (!x) return 0;
    moments m = central_moments(g, x, axis, 3, f);
    ex_id less1 = minus(g, m.n, 1, f), less2 = minus(g, m.n, 2, f);
    ex_id root = ex_unary(g, EX_sqrt, m.second, f);
    ex_id g1 = ex_binary(g, EX_div, m.high, ex_binary(g, EX_mul, m.second, root, f), f);
    ex_id scale = ex_unary(g, EX_sqrt, ex_binary(g, EX_mul, m.n, less1, f), f);
    ex_composed c = {EX_SKEWNESS, .x = x, .axis = axis, .to = AX_NONE};
    return noted(g, ex_binary(g, EX_div, ex_binary(g, EX_mul, g1, scale, f), less2, f), c, f);
}

/* (n - 1) / ((n - 2) (n - 3)) * ((n + 1) (m4 / m2^2 - 3) + 6) */
ex_id ex_kurtosis(ex_graph *g, ex_id x, int axis, fault *f) {
    if (!x) return 0;
    moments m = central_moments(g, x, axis, 4, f);
    ex_id less1 = minus(g, m.n, 1, f), less2 = minus(g, m.n, 2, f), less3 = minus(g, m.n, 3, f);
    ex_id more1 = ex_binary(g, EX_add, m.n, ex_number(g, 1, f), f);
    ex_id ratio = ex_binary(g, EX_div, m.high, ex_binary(g, EX_mul, m.second, m.second, f), f);
    ex_id g2 = minus(g, ratio, 3, f);
    ex_id inner = ex_binary(g, EX_add, ex_binary(g, EX_mul, more1, g2, f), ex_number(g, 6, f), f);
    ex_id outer = ex_binary(g, EX_div, less1, ex_binary(g, EX_mul, less2, less3, f), f);
    ex_composed c = {EX_KURTOSIS, .x = x, .axis = axis, .to = AX_NONE};
    return noted(g, ex_binary(g, EX_mul, outer, inner, f), c, f);
}

ex_id ex_correlate(ex_graph *g, ex_id x, ex_id y, int axis, fault *f) {
    along l = {.axis = axis, .to = AX_NONE};
    if (!x || !y) return 0;
    ex_id both =
        ex_binary(g, EX_and, ex_unary(g, EX_present, x, f), ex_unary(g, EX_present, y, f), f);
    deviations dx = deviations_of(g, only_where(g, both, x, f), l, f);
    deviations dy = deviations_of(g, only_where(g, both, y, f), l, f);
    ex_id sxy = reduce(g, EX_sum, ex_binary(g, EX_mul, dx.each, dy.each, f), l, f);
    ex_id scale = ex_unary(g, EX_sqrt, ex_binary(g, EX_mul, dx.squares, dy.squares, f), f);
    ex_composed c = {EX_CORRELATE, .x = x, .y = y, .axis = axis, .to = AX_NONE};
    return noted(g, ex_binary(g, EX_div, sxy, scale, f), c, f);
}

/* x where the label is at most the bound, else missing. */
static ex_id only_upto(ex_graph *g, ex_id x, int axis, ex_id bound, fault *f) {
    if (!x || !bound) return 0;
    const ax_axis *a = ax_get(ex_space(g), axis);
    if (!a->size) /* data without rows */
        return x;
    if (!ax_numbers(ex_space(g), axis))
        return (ex_id)fault_set(f, FAULT_RULE,
                                "'upto' needs an axis of numbers; '%s' has text labels", a->name);
    return only_where(g, ex_binary(g, EX_le, ex_labels(g, axis, f), bound, f), x, f);
}

ex_id ex_upto(ex_graph *g, ex_id x, int axis, ex_id bound, fault *f) {
    ex_composed c = {EX_UPTO, .x = x, .y = bound, .axis = axis, .to = AX_NONE};
    return noted(g, ex_reduce(g, EX_last, only_upto(g, x, axis, bound, f), axis, 0, f), c, f);
}

ex_id ex_upto_label(ex_graph *g, ex_id x, int axis, ex_id bound, fault *f) {
    ex_composed c = {EX_UPTO_LABEL, .x = x, .y = bound, .axis = axis, .to = AX_NONE};
    return noted(g, ex_label_of(g, EX_last, only_upto(g, x, axis, bound, f), axis, f), c, f);
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
