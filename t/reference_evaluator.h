/* The reference evaluator: one element after the other, one node after the other, in plain C.
 *
 * The differential tests compare the block evaluator with it, bit by bit. It shares the rows of
 * op.h, the operations on whole lines (line_ops.h) and the calls of host functions (calls.h): no
 * blocks, no threads, no fusion, no walks. */
#ifndef T_REFERENCE_EVALUATOR_H
#define T_REFERENCE_EVALUATOR_H

#include <string.h>

#include "base/mem.h"
#include "exact_sum.h"
#include "expr/elementary.h"
#include "expr/calls.h"
#include "expr/line_ops.h"
#include "expr/reduction.h"
#include "expr/rounding.h"

typedef struct reference_computed {
    const double *value; /* NULL: not needed */
    double *own;         /* what is to be freed */
    size_t domain_errors, first;
} reference_computed;

typedef struct ex_reference {
    const ex_graph *graph;
    const ax_space *space;
    uint32_t count;
    reference_computed *node; /* node[0] is unused */
} ex_reference;

/* Where the element of an array of shape `set` lies that goes with an element of `shape`. It is the
 * first one along the axis `still`. */
static inline size_t reference_offset(const ax_space *s, ax_set shape, size_t element, ax_set set,
                                      int still) {
    size_t at = 0;
    for (int i = 0; i < ax_count(s); i++)
        if (set & shape & AX_BIT(i) && i != still)
            at += element / ax_stride(s, shape, i) % ax_get(s, i)->size * ax_stride(s, set, i);
    return at;
}

static inline double reference_operand(const ex_reference *r, const ex_node *n, ex_id arg,
                                       size_t i) {
    ax_set set = ex_get(r->graph, arg)->axes;
    return r->node[arg].value[reference_offset(r->space, n->axes, i, set, AX_NONE)];
}

/* ---- elementwise ---- */

#define REFERENCE(name, text, lua, takes, gives, how, expression, ...)                             \
    case EX_##name: return expression;

static inline double reference_unary(int op, double a) {
    switch (op) { EX_UNARY(REFERENCE) }
    return EX_NAN;
}

static inline double reference_binary(int op, double a, double b) {
    switch (op) { EX_BINARY(REFERENCE) }
    return EX_NAN;
}

static inline double reference_ternary(int op, double a, double b, double c) {
    switch (op) { EX_TERNARY(REFERENCE) }
    return EX_NAN;
}

/* An element that no number can stand for becomes missing; it is born here if no operand was
 * missing. */
static inline double reference_settle(reference_computed *c, size_t i, double v, int present) {
    if (__builtin_isfinite(v)) return v;
    if (present && !c->domain_errors++) c->first = i;
    return EX_NAN;
}

static inline void reference_elementwise(ex_reference *r, const ex_node *n, const ex_id *arg,
                                         reference_computed *c, size_t size) {
    for (size_t i = 0; i < size; i++) {
        double a[3] = {0};
        int present = 1;
        for (int k = 0; k < n->argc; k++) {
            a[k] = reference_operand(r, n, arg[k], i);
            present &= a[k] == a[k];
        }
        double v = n->argc == 1   ? reference_unary(n->op, a[0])
                   : n->argc == 2 ? reference_binary(n->op, a[0], a[1])
                                  : reference_ternary(n->op, a[0], a[1], a[2]);
        c->own[i] = reference_settle(c, i, v, present);
    }
}

static inline int reference_lookup(ex_reference *r, const ex_node *n, const ex_function *fn,
                                   const ex_id *arg, reference_computed *c, size_t size, fault *f) {
    call_memo known = {0};
    int good = 1;
    for (size_t i = 0; good && i < size; i++) {
        double a[EX_MATRIX_ARGS];
        for (int k = 0; k < n->argc; k++) a[k] = reference_operand(r, n, arg[k], i);
        good = call_on_element(fn, &known, a, n->argc, &c->own[i], f);
    }
    call_memo_release(&known);
    return good;
}

/* ---- along an axis ---- */

/* Elements x[which[i] * stride], or x[i * stride] where `which` is NULL. */
typedef struct reference_line {
    const double *x;
    size_t stride, count;
    const uint32_t *which;
} reference_line;

static inline double reference_element(const reference_line *l, size_t i) {
    return l->x[(l->which ? l->which[i] : i) * l->stride];
}

/* The sum is that of the real numbers, rounded once. */
static inline double reference_sum(const reference_line *l, exact *total) {
    size_t present = 0;
    exact_clear(total);
    for (size_t i = 0; i < l->count; i++)
        if (reference_element(l, i) == reference_element(l, i)) {
            exact_add(total, reference_element(l, i));
            present++;
        }
    return present ? exact_round(total) : EX_NAN;
}

static inline double reference_reduce_line(unsigned op, const reference_line *l, double param,
                                           void *scratch) {
    if (op == EX_sum) return reference_sum(l, scratch);
    if (ex_class(op) == EX_CLASS_ORDER)
        return line_ops_reduce((ex_op)op, l->x, l->count, l->stride, param, scratch);
    ex_partial all = reduction_start(op);
    for (size_t i = 0; i < l->count; i++)
        reduction_take(op, &all, reference_element(l, i), (double)i);
    return reduction_end(op, all);
}

static inline int reference_reduce(ex_reference *r, const ex_node *n, const ex_id *arg,
                                   reference_computed *c, size_t size, fault *f) {
    ax_set shape = ex_get(r->graph, arg[0])->axes;
    size_t length = ax_get(r->space, n->axis)->size;
    size_t stride = ax_stride(r->space, shape, n->axis);
    size_t bytes = line_ops_scratch((ex_op)n->op, length);
    uint32_t *which = mem_take((length + 1) * sizeof *which);
    void *scratch = mem_take(bytes > sizeof(exact) ? bytes : sizeof(exact));
    int good = scratch && which;
    for (size_t i = 0; good && i < size; i++) {
        size_t at = reference_offset(r->space, n->axes, i, shape, n->axis);
        reference_line l = {.x = r->node[arg[0]].value + at, .stride = stride, .count = length};
        if (n->to != AX_NONE) {
            size_t own = reference_offset(r->space, n->axes, i, AX_BIT(n->to), AX_NONE);
            l.which = which;
            l.count = 0;
            for (uint32_t k = 0; k < length; k++)
                if (r->node[arg[1]].value[k] >= 0 && (size_t)r->node[arg[1]].value[k] == own)
                    which[l.count++] = k;
        }
        double v = reference_reduce_line(n->op, &l, n->param, scratch);
        c->own[i] = reference_settle(c, i, v, v == v);
    }
    mem_free(scratch);
    mem_free(which);
    return good ? 1 : fault_memory(f);
}

static inline int reference_scan(ex_reference *r, const ex_node *n, const ex_id *arg,
                                 reference_computed *c, size_t size, fault *f) {
    const ax_axis *a = ax_get(r->space, n->axis);
    const double *x = r->node[arg[0]].value;
    size_t stride = ax_stride(r->space, n->axes, n->axis);
    void *scratch = mem_take(line_ops_scratch((ex_op)n->op, a->size));
    if (!scratch) return fault_memory(f);
    for (size_t i = 0; i < size; i++)
        if (reference_offset(r->space, n->axes, i, n->axes, n->axis) == i)
            line_ops_scan((ex_op)n->op, x + i, a->size, stride, c->own + i, stride, n->param,
                          (ex_ties)n->extra, n->flag, ax_numbers(r->space, n->axis), scratch);
    mem_free(scratch);
    /* A running sum may leave the range of doubles. */
    for (size_t i = 0; !ex_is(n->op, EX_TOTAL) && i < size; i++)
        c->own[i] = reference_settle(c, i, c->own[i], x[i] == x[i]);
    return 1;
}

/* ---- choosing ---- */

static inline void reference_choose(ex_reference *r, const ex_node *n, const ex_id *arg,
                                    reference_computed *c, size_t size) {
    const double *x = r->node[arg[0]].value;
    ax_set shape = ex_get(r->graph, arg[0])->axes;
    size_t stride = ax_stride(r->space, shape, n->axis);
    double length = ax_get(r->space, n->axis)->size;
    for (size_t i = 0; i < size; i++) {
        double position = n->op == EX_slice    ? n->extra
                          : n->op == EX_gather ? reference_operand(r, n, arg[1], i)
                                               : (double)reference_offset(r->space, n->axes, i,
                                                                          AX_BIT(n->to), AX_NONE);
        size_t at = reference_offset(r->space, n->axes, i, shape, n->axis);
        int found = position >= 0 && position < length;
        c->own[i] = found ? x[at + (size_t)position * stride] : EX_NAN;
    }
}

static inline void reference_source(const ax_space *space, const ex_values *v,
                                    reference_computed *c, size_t size) {
    uint8_t order[AX_MOST];
    int axes = ax_layout(space, v->axes, order);
    size_t inner = axes ? ax_get(space, order[axes - 1])->size : 1;
    for (size_t i = 0; i < size; i++)
        c->own[i] = v->value ? v->value[i] : v->column[i / inner][i % inner];
}

/* ---- all of it ---- */

static inline int reference_compute(ex_reference *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->graph, id);
    reference_computed *c = &r->node[id];
    size_t size = ax_size(r->space, n->axes);
    ex_id arg[EX_MATRIX_ARGS] = {0};
    for (int i = 0; i < n->argc; i++) arg[i] = ex_arg(r->graph, id, i);
    if (size >= SIZE_MAX / sizeof *c->own || !(c->own = mem_take(size * sizeof *c->own + 1)))
        return fault_memory(f);
    c->value = c->own;
    if (n->op == EX_source)
        reference_source(r->space, ex_values_of(r->graph, id), c, size);
    else if (ex_is_elementwise(n->op))
        reference_elementwise(r, n, arg, c, size);
    else if (ex_is_reduction(n->op))
        return reference_reduce(r, n, arg, c, size, f);
    else if (ex_class(n->op) == EX_CLASS_SCAN)
        return reference_scan(r, n, arg, c, size, f);
    else if (n->op == EX_matrix) {
        const double *value[EX_MATRIX_ARGS];
        for (int k = 0; k < n->argc; k++) value[k] = r->node[arg[k]].value;
        call_watch w = {.stop = NULL};
        int fine = call_on_matrices(r->graph, id, value, c->own, &w, f);
        c->domain_errors = w.domain_errors;
        c->first = w.first;
        return fine;
    } else if (n->op == EX_lookup)
        return reference_lookup(r, n, ex_function_of(r->graph, id), arg, c, size, f);
    else
        reference_choose(r, n, arg, c, size);
    return 1;
}

static inline void ex_reference_close(ex_reference *r) {
    if (!r) return;
    for (ex_id id = 1; r->node && id <= r->count; id++) mem_free(r->node[id].own);
    mem_free(r->node);
    mem_free(r);
}

/* Computes every node that the wanted ones need. NULL with the fault filled on lack of memory or a
 * host function's failure. */
static inline ex_reference *ex_reference_open(ex_graph *g, const ex_id *want, size_t count,
                                              fault *f) {
    ex_reference *r = mem_zero(1, sizeof *r);
    unsigned char *needed = mem_zero((size_t)ex_count(g) + 1, 1);
    int good = r && needed;
    if (good) {
        r->graph = g;
        r->space = ex_space(g);
        r->count = ex_count(g);
        r->node = mem_zero((size_t)r->count + 1, sizeof *r->node);
        good = r->node != NULL;
    }
    if (!good) fault_memory(f);
    for (size_t i = 0; good && i < count; i++) needed[want[i]] = 1;
    for (ex_id id = good ? r->count : 0; id > 0; id--)
        for (int i = 0; needed[id] && i < ex_get(g, id)->argc; i++) needed[ex_arg(g, id, i)] = 1;
    for (ex_id id = 1; good && id <= r->count; id++)
        good = !needed[id] || reference_compute(r, id, f);
    mem_free(needed);
    if (good) return r;
    ex_reference_close(r);
    return NULL;
}

/* Values of a computed node, dense in the layout of its axes; NULL where it was not needed. */
static inline const double *ex_reference_value(const ex_reference *r, ex_id n) {
    return n && n <= r->count ? r->node[n].value : NULL;
}

/* How many elements a domain error made missing at this node, and the first of them. */
static inline size_t ex_reference_domain_errors(const ex_reference *r, ex_id n, size_t *first) {
    if (!n || n > r->count) return 0;
    if (first) *first = r->node[n].first;
    return r->node[n].domain_errors;
}

#endif
