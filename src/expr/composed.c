#include "expr/composed.h"

/* Each function undoes what compose.c does; operands are in its order. */

static int is_op(const ex_graph *g, ex_id n, ex_op op) { return n && ex_get(g, n)->op == op; }

static int unary(const ex_graph *g, ex_id n, ex_op op, ex_id *a) {
    *a = ex_arg(g, n, 0);
    return is_op(g, n, op);
}

static int binary(const ex_graph *g, ex_id n, ex_op op, ex_id *a, ex_id *b) {
    *a = ex_arg(g, n, 0);
    *b = ex_arg(g, n, 1);
    return is_op(g, n, op);
}

static int is_literal(const ex_graph *g, ex_id n, double *x) {
    const ex_values *v = ex_values_of(g, n);
    if (!v || v->origin != EX_LITERAL || v->axes || !v->value) return 0;
    *x = *v->value;
    return 1;
}

static int is_number(const ex_graph *g, ex_id n, double x) {
    double got;
    return is_literal(g, n, &got) && got == x;
}

int composed_nothing(const ex_graph *g, ex_id n) {
    double got;
    return is_literal(g, n, &got) && got != got;
}

/* where(truth, value), the rest missing. */
static int only_where(const ex_graph *g, ex_id n, ex_id *truth, ex_id *value) {
    return binary(g, n, EX_where, truth, value) && composed_nothing(g, ex_arg(g, n, 2));
}

static int only_present(const ex_graph *g, ex_id n, ex_id *x, ex_id *value) {
    ex_id truth;
    return only_where(g, n, &truth, value) && unary(g, truth, EX_present, x);
}

/* A reduction along the axis, into the groups, of `as` where the axis is known already. */
static int reduced(const ex_graph *g, ex_id n, ex_op op, const composed *c, ex_id by, ex_id *x) {
    const ex_node *node = ex_get(g, n);
    return unary(g, n, op, x) && node->axis == c->axis && node->to == c->to &&
           ex_arg(g, n, 1) == by;
}

/* Takes axis and groups from a reduction. Returns its operand, or 0. */
static ex_id along(const ex_graph *g, ex_id n, ex_op op, composed *c, ex_id *by) {
    if (!is_op(g, n, op)) return 0;
    c->axis = ex_get(g, n)->axis;
    c->to = ex_get(g, n)->to;
    *by = ex_arg(g, n, 1);
    return ex_arg(g, n, 0);
}

static int is_labels(const ex_graph *g, ex_id n, int axis) {
    const ex_values *v = n ? ex_values_of(g, n) : NULL;
    return v && v->origin == EX_LABELS && !v->tag && v->axes == AX_BIT(axis);
}

static int is_positions(const ex_graph *g, ex_id n, int axis) {
    const ex_values *v = n ? ex_values_of(g, n) : NULL;
    return v && v->origin == EX_LABELS && v->tag && v->axes == AX_BIT(axis);
}

/* The number of the present, or the weight they have: sum(where(present(x), weight)). */
static int divisor(const ex_graph *g, ex_id n, const composed *c, ex_id by, ex_id x,
                   ex_id *weight) {
    ex_id counted, of;
    *weight = 0;
    if (reduced(g, n, EX_count, c, by, &counted)) return counted == x;
    return reduced(g, n, EX_sum, c, by, &counted) && only_present(g, counted, &of, weight) &&
           of == x;
}

static int mean(const ex_graph *g, ex_id n, composed *c, ex_id *by) {
    ex_id top, part, a, b;
    if (!binary(g, n, EX_quotient, &top, &part)) return 0;
    ex_id summed = along(g, top, EX_sum, c, by), counted, spread, zero;
    if (!summed) return 0;
    c->name = COMPOSED_MEAN;
    c->x = summed;
    if (reduced(g, part, EX_count, c, *by, &counted)) return counted == summed;
    if (!reduced(g, part, EX_sum, c, *by, &counted)) return 0;
    ex_id x, w;
    if (only_present(g, counted, &x, &w)) {
        c->x = x;
        c->weight = w;
        return binary(g, summed, EX_mul, &a, &b) && a == x && b == w;
    }
    /* All weights, spread along the axis by adding them to positions times zero. */
    if (!binary(g, counted, EX_add, &a, &b) || !binary(g, a, EX_mul, &spread, &zero) ||
        !is_positions(g, spread, c->axis) || !is_number(g, zero, 0))
        return 0;
    c->whole = 1;
    if (binary(g, summed, EX_mul, &x, &w) && w == b) {
        c->x = x;
        c->weight = b;
        return 1;
    }
    return is_number(g, b, 1);
}

/* x less its mean along the axis; of groups, less the mean of its group. */
static int deviation(const ex_graph *g, ex_id n, composed *c, ex_id *by) {
    ex_id x, centre, groups;
    composed m = {.to = AX_NONE};
    if (!binary(g, n, EX_sub, &x, &centre)) return 0;
    if (is_op(g, centre, EX_gather) && mean(g, ex_arg(g, centre, 0), &m, by)) {
        groups = ex_arg(g, centre, 1);
        if (groups != *by || ex_get(g, centre)->axis != m.to) return 0;
    } else if (!mean(g, centre, &m, by) || m.to != AX_NONE) {
        return 0;
    }
    *c = m;
    return !m.whole && m.x == x;
}

/* sum(d * d …), `power` times, of the deviations of c. */
static int moment(const ex_graph *g, ex_id n, int power, composed *c, ex_id *by) {
    composed s = {.to = AX_NONE};
    ex_id of, product = along(g, n, EX_sum, &s, &of), weight = 0, d;
    if (!product) return 0;
    for (int weighted = 0; weighted < 2; weighted++) {
        ex_id p = product, first;
        weight = 0;
        if (weighted && !binary(g, product, EX_mul, &p, &weight)) return 0;
        int good = binary(g, p, EX_mul, &first, &d);
        for (int i = 2; good && i < power; i++) {
            ex_id again;
            good = binary(g, first, EX_mul, &first, &again) && again == d;
        }
        if (good && first == d && deviation(g, d, c, by) && c->weight == weight &&
            c->axis == s.axis && c->to == s.to && *by == of)
            return 1;
    }
    return 0;
}

static int variance(const ex_graph *g, ex_id n, composed *c) {
    ex_id squares, guarded, enough, rest, zero, number, ddof, tested, weight, by;
    double given;
    if (!binary(g, n, EX_div, &squares, &guarded) || !moment(g, squares, 2, c, &by) ||
        !only_where(g, guarded, &enough, &rest) || !binary(g, enough, EX_gt, &tested, &zero) ||
        tested != rest || !is_number(g, zero, 0) || !binary(g, rest, EX_sub, &number, &ddof) ||
        !is_literal(g, ddof, &given) || !(given == 0 || given == 1) ||
        !divisor(g, number, c, by, c->x, &weight) || weight != c->weight)
        return 0;
    c->name = COMPOSED_VAR;
    c->population = given == 0;
    return 1;
}

/* The number of the present, missing where fewer than `least`. */
static int enough_of(const ex_graph *g, ex_id n, const composed *c, double least) {
    ex_id truth, count, tested, bound, x;
    return only_where(g, n, &truth, &count) && binary(g, truth, EX_ge, &tested, &bound) &&
           tested == count && is_number(g, bound, least) && reduced(g, count, EX_count, c, 0, &x) &&
           x == c->x;
}

static int less(const ex_graph *g, ex_id n, ex_id from, double by) {
    ex_id a, b;
    return binary(g, n, EX_sub, &a, &b) && a == from && is_number(g, b, by);
}

/* A central moment over n. */
static int central(const ex_graph *g, ex_id n, int power, composed *c, ex_id *count) {
    ex_id sum, by;
    return binary(g, n, EX_div, &sum, count) && moment(g, sum, power, c, &by) && !c->weight &&
           c->to == AX_NONE;
}

static int skewness(const ex_graph *g, ex_id n, composed *c) {
    composed high;
    ex_id top, less2, g1, scale, third, cube, second, root, inside, product, n1, n2, n3, less1;
    if (!binary(g, n, EX_div, &top, &less2) || !binary(g, top, EX_mul, &g1, &scale) ||
        !binary(g, g1, EX_div, &third, &cube) || !binary(g, cube, EX_mul, &second, &root) ||
        !unary(g, root, EX_sqrt, &inside) || inside != second || !central(g, second, 2, c, &n1) ||
        !central(g, third, 3, &high, &n2) || n1 != n2 || high.x != c->x || high.axis != c->axis ||
        !unary(g, scale, EX_sqrt, &product) || !binary(g, product, EX_mul, &n3, &less1) ||
        n3 != n1 || !less(g, less1, n1, 1) || !less(g, less2, n1, 2) || !enough_of(g, n1, c, 3))
        return 0;
    c->name = COMPOSED_SKEWNESS;
    return 1;
}

static int kurtosis(const ex_graph *g, ex_id n, composed *c) {
    composed high;
    ex_id outer, inner, less1, product, less2, less3, scaled, six, more1, g2, ratio, three, fourth,
        square, second, again, n1, n2, n3, one;
    if (!binary(g, n, EX_mul, &outer, &inner) || !binary(g, inner, EX_add, &scaled, &six) ||
        !is_number(g, six, 6) || !binary(g, scaled, EX_mul, &more1, &g2) ||
        !binary(g, g2, EX_sub, &ratio, &three) || !is_number(g, three, 3) ||
        !binary(g, ratio, EX_div, &fourth, &square) ||
        !binary(g, square, EX_mul, &second, &again) || again != second ||
        !central(g, second, 2, c, &n1) || !central(g, fourth, 4, &high, &n2) || n1 != n2 ||
        high.x != c->x || high.axis != c->axis || !binary(g, outer, EX_div, &less1, &product) ||
        !binary(g, product, EX_mul, &less2, &less3) || !less(g, less1, n1, 1) ||
        !less(g, less2, n1, 2) || !less(g, less3, n1, 3) || !binary(g, more1, EX_add, &n3, &one) ||
        n3 != n1 || !is_number(g, one, 1) || !enough_of(g, n1, c, 4))
        return 0;
    c->name = COMPOSED_KURTOSIS;
    return 1;
}

static int correlation(const ex_graph *g, ex_id n, composed *c) {
    composed s = {.to = AX_NONE}, dy, xx, yy;
    ex_id sxy, scale, product, sxx, syy, a, b, by, both, only_y, px, py;
    if (!binary(g, n, EX_div, &sxy, &scale) || !unary(g, scale, EX_sqrt, &product) ||
        !binary(g, product, EX_mul, &sxx, &syy) || !moment(g, sxx, 2, &xx, &by) ||
        !moment(g, syy, 2, &yy, &by))
        return 0;
    ex_id summed = along(g, sxy, EX_sum, &s, &by);
    if (!summed || !binary(g, summed, EX_mul, &a, &b) || !deviation(g, a, c, &by) ||
        !deviation(g, b, &dy, &by) || xx.x != c->x || yy.x != dy.x || s.axis != c->axis ||
        xx.axis != c->axis || yy.axis != c->axis || dy.axis != c->axis || c->weight || dy.weight ||
        xx.weight || yy.weight || s.to != AX_NONE || c->to != AX_NONE)
        return 0;
    ex_id truth, x, y;
    if (!only_where(g, c->x, &both, &x) || !only_where(g, dy.x, &only_y, &y) || both != only_y ||
        !binary(g, both, EX_and, &truth, &b) || !unary(g, truth, EX_present, &px) ||
        !unary(g, b, EX_present, &py) || px != x || py != y)
        return 0;
    c->x = x;
    c->y = y;
    c->name = COMPOSED_CORRELATE;
    return 1;
}

/* where(labels ≤ bound, x) */
static int until(const ex_graph *g, ex_id n, composed *c) {
    ex_id truth, labels;
    return only_where(g, n, &truth, &c->x) && binary(g, truth, EX_le, &labels, &c->y) &&
           is_labels(g, labels, c->axis);
}

static int latest(const ex_graph *g, ex_id n, composed *c) {
    ex_id by, of, labels, inner = along(g, n, EX_last, c, &by);
    if (!inner || c->to != AX_NONE) return 0;
    c->name = COMPOSED_UPTO;
    if (until(g, inner, c)) return 1;
    c->name = COMPOSED_UPTO_LABEL;
    return only_present(g, inner, &of, &labels) && is_labels(g, labels, c->axis) && until(g, of, c);
}

static int extreme_label(const ex_graph *g, ex_id n, composed *c) {
    ex_id labels, found;
    if (!binary(g, n, EX_gather, &labels, &found) ||
        !(is_op(g, found, EX_argmin) || is_op(g, found, EX_argmax)))
        return 0;
    c->axis = ex_get(g, found)->axis;
    c->x = ex_arg(g, found, 0);
    c->name = is_op(g, found, EX_argmin) ? COMPOSED_ARGMIN : COMPOSED_ARGMAX;
    return ex_get(g, n)->axis == c->axis && is_labels(g, labels, c->axis);
}

int composed_find(const ex_graph *g, ex_id n, composed *out) {
    static int (*const kinds[])(const ex_graph *, ex_id, composed *) = {
        variance, skewness, kurtosis, correlation, latest, extreme_label};
    ex_id by, inside;
    composed c;
    int found = 0;
    for (size_t i = 0; !found && i < sizeof kinds / sizeof *kinds; i++) {
        c = (composed){.to = AX_NONE};
        found = kinds[i](g, n, &c);
    }
    if (!found) {
        c = (composed){.to = AX_NONE};
        found = mean(g, n, &c, &by);
    }
    if (!found && unary(g, n, EX_sqrt, &inside)) {
        c = (composed){.to = AX_NONE};
        found = variance(g, inside, &c);
        c.name = COMPOSED_STD;
    }
    if (found) *out = c;
    return found;
}

const char *composed_text(composed_name name) {
    static const char *const text[] = {"mean",      "var",  "std",        "skewness", "kurtosis",
                                       "correlate", "upto", "upto_label", "argmin",   "argmax"};
    return text[name];
}
