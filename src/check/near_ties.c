/* Decisions that rounding leaves open: two numbers that are compared or ranked differ by less than
 * one part in 1e9, and are not short decimals. Rules compare fifteen digits, which absorbs the
 * rounding errors of sums and products. A long chain of divisions and roots may leave more; then it
 * is chance which of two units, equal on paper, comes first. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/inside.h"
#include "expr/walk.h"

enum {
    ELEMENTS_MOST = 2000000,
    NAMED_MOST = 4,
    TERMS_DEPTH = 4,
    SHORT = 1000 /* of 15 digits 12 are left */
};

static const double NEAR = 1e-9;
static const char HINT[] = TEXT("round both first, to the places that are published: round(x, 4)");

static int is_short(double x) { return decimal_fifteen(x).mantissa % SHORT == 0; }

/* Is it open which of two numbers is larger? Next to a zero `largest` is the scale: the size of the
 * numbers that it was computed from. */
static int is_open(double a, double b, double largest) {
    double size = fabs(a) > fabs(b) ? fabs(a) : fabs(b);
    return fabs(a - b) <= NEAR * (a == 0 || b == 0 ? largest : size) && !decimal_equal(a, b) &&
           !(is_short(a) && is_short(b));
}

/* Appends the labels of an element. */
static void name_element(check *c, ax_set axes, size_t element, buf *out) {
    uint8_t order[AX_MOST];
    int n = ax_layout(c->m->space, axes, order);
    size_t before = out->length;
    for (int k = 0; k < n; k++) {
        const ax_axis *a = ax_get(c->m->space, order[k]);
        size_t at = ax_along(element, ax_stride(c->m->space, axes, order[k]), a->size);
        if (out->length > before) buf_text(out, " · ");
        buf_text(out, pool_text(ax_strings(c->m->space), a->label[at]));
    }
}

typedef struct near_ties {
    check *c;
    ex_id node;
    size_t count; /* found */
    buf named;    /* the first of them */
} near_ties;

/* Counts one more; is it among those that are shown? */
static int is_named(near_ties *t) { return t->count++ < NAMED_MOST; }

static void name_tie(near_ties *t, const char *who, double a, double b) {
    buf_print(&t->named, text_message("%s%s%s%s and %s"), t->named.length ? "; " : "", who,
              *who ? ": " : "", check_number(t->c, a), check_number(t->c, b));
}

static void report_ties(near_ties *t, const char *token) {
    if (t->count > NAMED_MOST)
        buf_print(&t->named, text_message("; and %zu more"), t->count - NAMED_MOST);
    if (t->count) {
        check_add(t->c, "M03", location_node(t->c, t->node, token), HINT,
                  "%s is decided by digits beyond the ninth: %s", check_formula(t->c, t->node),
                  buf_string(&t->named));
    }
    buf_release(&t->named);
}

static double largest_of(const double *x, size_t n) {
    double most = 0;
    for (size_t i = 0; i < n; i++)
        if (fabs(x[i]) > most) most = fabs(x[i]);
    return most;
}

static int is_small(const check *c, ex_id n) {
    return ax_size(c->m->space, ex_get(c->g, n)->axes) <= ELEMENTS_MOST;
}

/* Is it a node of numbers, few enough to be looked at? */
static int has_values(const check *c, ex_id n) {
    return ex_get(c->g, n)->kind == EX_NUMBER && is_small(c, n);
}

/* The values of such a node; NULL for others, and where they cannot be computed. */
static const double *values_of(check *c, ex_id n) {
    return has_values(c, n) ? check_values(c, n) : NULL;
}

static int is_sum(const ex_node *x) {
    return x->op == EX_add || x->op == EX_sub || x->op == EX_neg || x->op == EX_sum;
}

/* How many of its operands are terms. */
static int terms_of(const ex_node *x) { return x->op == EX_sum ? 1 : x->argc; }

/* The largest of the terms that a difference was made from, through sums a few levels deep. */
static double largest_term(check *c, ex_id n, int depth) {
    const ex_node *x = ex_get(c->g, n);
    double most = 0;
    if (is_sum(x) && depth < TERMS_DEPTH) {
        for (int i = 0; i < terms_of(x); i++)
            most = fmax(most, largest_term(c, ex_arg(c->g, n, i), depth + 1));
    } else {
        const double *value = values_of(c, n);
        if (value) most = largest_of(value, ax_size(c->m->space, x->axes));
    }
    return most;
}

/* ---- comparisons ---- */

static void compare_sides(near_ties *t, const double *x, const double *y) {
    check *c = t->c;
    double most = fmax(largest_term(c, ex_arg(c->g, t->node, 0), 0),
                       largest_term(c, ex_arg(c->g, t->node, 1), 0));
    for (ex_walk w = ex_walk_of(c->g, t->node); w.element < w.count; ex_walk_on(&w)) {
        double a = x[w.offset[0]], b = y[w.offset[1]];
        if (a != a || b != b || !is_open(a, b, most) || !is_named(t)) continue;
        buf who = BUF_INIT;
        name_element(c, ex_get(c->g, t->node)->axes, w.element, &who);
        name_tie(t, buf_string(&who), a, b);
        buf_release(&who);
    }
}

/* ---- ranks, and which is the largest or least ---- */

typedef struct valued {
    double value;
    size_t at;
} valued;

static int by_value(const void *left, const void *right) {
    const valued *a = left, *b = right;
    return a->value != b->value ? (a->value > b->value) - (a->value < b->value)
                                : (a->at > b->at) - (a->at < b->at);
}

/* Looks at neighbours in a sorted line; of argmin and argmax only at the first two, or last two. */
static void compare_neighbours(near_ties *t, ax_set axes, double most, const valued *line,
                               size_t n) {
    const ex_node *x = ex_get(t->c->g, t->node);
    size_t first = x->op == EX_argmax && n > 1 ? n - 1 : 1,
           last = x->op == EX_argmin && n > 1 ? 2 : n;
    for (size_t i = first; i < last; i++) {
        double a = line[i - 1].value, b = line[i].value;
        int tied = x->op == EX_rank && x->param > 0 && decimal_within(a, b, x->param);
        if (tied || !is_open(a, b, most) || !is_named(t)) continue;
        buf who = BUF_INIT;
        name_element(t->c, axes, line[i - 1].at, &who);
        buf_text(&who, ", ");
        name_element(t->c, AX_BIT(x->axis),
                     line[i].at / ax_stride(t->c->m->space, axes, x->axis) %
                         ax_get(t->c->m->space, x->axis)->size,
                     &who);
        name_tie(t, buf_string(&who), a, b);
        buf_release(&who);
    }
}

static void order_lines(near_ties *t, const double *x) {
    const ax_space *space = t->c->m->space;
    const ex_node *n = ex_get(t->c->g, t->node);
    ax_set axes = ex_get(t->c->g, ex_arg(t->c->g, t->node, 0))->axes;
    size_t length = ax_get(space, n->axis)->size, stride = ax_stride(space, axes, n->axis);
    double most = largest_term(t->c, ex_arg(t->c->g, t->node, 0), 0);
    valued *line = mem_take((length + 1) * sizeof *line);
    ex_walk w;
    ex_walk_lines(&w, space, axes, n->axis);
    for (; line && w.element < w.count; ex_walk_on(&w)) {
        size_t present = 0;
        for (size_t i = 0; i < length; i++) {
            size_t at = w.offset[0] + i * stride;
            if (x[at] == x[at]) line[present++] = (valued){x[at], at};
        }
        qsort(line, present, sizeof *line, by_value);
        compare_neighbours(t, axes, most, line, present);
    }
    mem_free(line);
}

/* Whether a node decides something, and by which operands. */
static int decides(check *c, ex_id n, ex_id side[2]) {
    const ex_node *x = ex_get(c->g, n);
    int compares = ex_is(x->op, EX_DECIDES);
    int orders = x->op == EX_rank || x->op == EX_argmin || x->op == EX_argmax;
    if (!c->wanted[n] || (!compares && !orders) || x->to != AX_NONE || !is_small(c, n)) return 0;
    side[0] = ex_arg(c->g, n, 0);
    side[1] = ex_arg(c->g, n, compares ? 1 : 0);
    return 1;
}

/* What values_of and largest_term will ask for. */
static void expect_terms(check *c, check_ahead *ahead, ex_id n, int depth) {
    const ex_node *x = ex_get(c->g, n);
    if (depth < TERMS_DEPTH && is_sum(x))
        for (int i = 0; i < terms_of(x); i++) expect_terms(c, ahead, ex_arg(c->g, n, i), depth + 1);
    else if (has_values(c, n))
        check_expect(c, ahead, n);
}

static void compute_all(check *c) {
    check_ahead ahead = {0};
    ex_id side[2];
    for (ex_id n = 1; n <= ex_count(c->g) && !limits_over(); n++) {
        if (!decides(c, n, side) || !has_values(c, side[0]) || !has_values(c, side[1])) continue;
        for (int i = 0; i < 2; i++) {
            check_expect(c, &ahead, side[i]);
            expect_terms(c, &ahead, side[i], 0);
        }
    }
    check_compute(c, &ahead);
}

void check_near_ties(check *c) {
    ex_id side[2];
    compute_all(c);
    for (ex_id n = 1; n <= ex_count(c->g) && !limits_over(); n++) {
        if (!decides(c, n, side)) continue;
        near_ties t = {.c = c, .node = n, .named = BUF_INIT};
        const double *first = values_of(c, side[0]), *second = values_of(c, side[1]);
        int compares = ex_is(ex_get(c->g, n)->op, EX_DECIDES);
        if (first && second) {
            if (compares)
                compare_sides(&t, first, second);
            else
                order_lines(&t, first);
        }
        report_ties(&t, compares ? NULL : ex_op_text((ex_op)ex_get(c->g, n)->op));
    }
}
