/* The reference evaluator: one element after the other, one node after the other, in plain C.
 *
 * The differential tests compare the block evaluator with it, bit by bit. It shares the expressions
 * of op.h with the kernels, and the lines of line_ops.h: no blocks, no threads, no fusion. */
#ifndef T_REFERENCE_EVALUATOR_H
#define T_REFERENCE_EVALUATOR_H

#include <string.h>

#include "base/mem.h"
#include "exact_sum.h"
#include "expr/elementary.h"
#include "expr/line_ops.h"
#include "expr/matrix.h"
#include "expr/reduction.h"
#include "expr/rounding.h"
#include "expr/walk.h"

typedef struct computed {
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
    const ex_graph *g = r->graph;
    ex_walk w = ex_walk_over(r->space, n->axes);
    for (int k = 0; k < n->argc; k++)
        ex_walk_with(&w, ex_get(g, arg[k])->axes, AX_NONE, AX_NONE, AX_NONE);
    for (size_t i = 0; i < size; i++, ex_walk_on(&w)) {
        double a[3] = {0};
        int present = 1;
        for (int k = 0; k < n->argc; k++) {
            a[k] = r->node[arg[k]].value[w.offset[k]];
            present &= a[k] == a[k];
        }
        double v = n->argc == 1   ? reference_unary(n->op, a[0])
                   : n->argc == 2 ? reference_binary(n->op, a[0], a[1])
                                  : reference_ternary(n->op, a[0], a[1], a[2]);
        c->own[i] = reference_settle(c, i, v, present);
    }
}

/* What a function of one element gave, by that element: open addressing, at most half full. */
typedef struct memo {
    double *from, *to;
    unsigned char *held;
    size_t slots, count;
} reference_memo;

static inline void reference_memo_release(reference_memo *m) {
    mem_free(m->from);
    mem_free(m->to);
    mem_free(m->held);
}

static inline size_t reference_memo_slot(const reference_memo *m, double x) {
    uint64_t bits;
    x = x == x ? x + 0.0 : EX_NAN;
    memcpy(&bits, &x, sizeof bits);
    bits *= UINT64_C(0x9e3779b97f4a7c15);
    size_t i = (size_t)(bits >> 20) & (m->slots - 1);
    while (m->held[i] && !(m->from[i] == x || (m->from[i] != m->from[i] && x != x)))
        i = (i + 1) & (m->slots - 1);
    return i;
}

static inline int reference_memo_grow(reference_memo *m, fault *f) {
    reference_memo old = *m;
    m->slots = old.slots ? old.slots * 2 : 64;
    m->from = mem_take(m->slots * sizeof *m->from);
    m->to = mem_take(m->slots * sizeof *m->to);
    m->held = mem_zero(m->slots, 1);
    int good = m->from && m->to && m->held;
    for (size_t i = 0; good && i < old.slots; i++)
        if (old.held[i]) {
            size_t at = reference_memo_slot(m, old.from[i]);
            m->from[at] = old.from[i];
            m->to[at] = old.to[i];
            m->held[at] = 1;
        }
    reference_memo_release(&old);
    return good ? 1 : fault_memory(f);
}

static inline int reference_lookup(ex_reference *r, const ex_node *n, const ex_function *fn,
                                   const ex_id *arg, reference_computed *c, size_t size, fault *f) {
    reference_memo known = {0};
    int once = fn->distinct && n->argc == 1, good = 1;
    ex_walk w = ex_walk_over(r->space, n->axes);
    for (int k = 0; k < n->argc; k++)
        ex_walk_with(&w, ex_get(r->graph, arg[k])->axes, AX_NONE, AX_NONE, AX_NONE);
    for (size_t i = 0; good && i < size; i++, ex_walk_on(&w)) {
        double a[WALK_OPERANDS], v = EX_NAN;
        int present = 1;
        size_t at = 0;
        for (int k = 0; k < n->argc; k++) {
            a[k] = r->node[arg[k]].value[w.offset[k]];
            present &= a[k] == a[k];
        }
        if (once) {
            if (2 * known.count >= known.slots && !reference_memo_grow(&known, f)) {
                good = 0;
                break;
            }
            at = reference_memo_slot(&known, a[0]);
        }
        if (once && known.held[at])
            v = known.to[at];
        else if (present || fn->missing_too)
            good = fn->call(fn->self, a, n->argc, &v, f);
        if (once && !known.held[at]) {
            known.held[at] = 1;
            known.from[at] = a[0];
            known.to[at] = v;
            known.count++;
        }
        c->own[i] = reference_settle(c, i, v, 0);
    }
    reference_memo_release(&known);
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

/* For each of `groups` the places that belong to it, in order: which[start[k]] … which[start[k + 1]
 * - 1]. */
static inline int reference_group(const double *by, size_t n, size_t groups, uint32_t **start,
                                  uint32_t **which) {
    *start = mem_zero(groups + 2, sizeof **start);
    *which = mem_take((n + 1) * sizeof **which);
    if (!*start || !*which) return 0;
    /* filling moves it on to the ends, which are the next ones' starts */
    uint32_t *next = *start + 1;
    for (size_t i = 0; i < n; i++)
        if (by[i] >= 0 && by[i] < (double)groups) next[(size_t)by[i] + 1]++;
    for (size_t k = 0; k < groups; k++) next[k + 1] += next[k];
    for (size_t i = 0; i < n; i++)
        if (by[i] >= 0 && by[i] < (double)groups) (*which)[next[(size_t)by[i]]++] = (uint32_t)i;
    return 1;
}

static inline int reference_reduce(ex_reference *r, const ex_node *n, const ex_id *arg,
                                   reference_computed *c, size_t size, fault *f) {
    ax_set shape = ex_get(r->graph, arg[0])->axes;
    size_t length = ax_get(r->space, n->axis)->size;
    size_t stride = ax_stride(r->space, shape, n->axis);
    size_t bytes = line_ops_scratch((ex_op)n->op, length);
    uint32_t *start = NULL, *which = NULL;
    void *scratch = mem_take(bytes > sizeof(exact) ? bytes : sizeof(exact));
    int good = scratch != NULL;
    ex_walk w = ex_walk_over(r->space, n->axes);
    ex_walk_with(&w, shape, n->axis, AX_NONE, AX_NONE);
    if (n->to != AX_NONE) {
        ex_walk_with(&w, AX_BIT(n->to), AX_NONE, AX_NONE, AX_NONE);
        good = good && reference_group(r->node[arg[1]].value, length, ax_get(r->space, n->to)->size,
                                       &start, &which);
    }
    for (size_t i = 0; good && i < size; i++, ex_walk_on(&w)) {
        reference_line l = {
            .x = r->node[arg[0]].value + w.offset[0], .stride = stride, .count = length};
        if (n->to != AX_NONE) {
            size_t k = w.offset[1];
            l.which = which + start[k];
            l.count = start[k + 1] - start[k];
        }
        double v = reference_reduce_line(n->op, &l, n->param, scratch);
        c->own[i] = reference_settle(c, i, v, v == v);
    }
    mem_free(scratch);
    mem_free(start);
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
    ex_walk w = ex_walk_over(r->space, n->axes & ~AX_BIT(n->axis));
    ex_walk_with(&w, n->axes, n->axis, AX_NONE, AX_NONE);
    for (size_t i = 0; a->size && i < size / a->size; i++, ex_walk_on(&w))
        line_ops_scan((ex_op)n->op, x + w.offset[0], a->size, stride, c->own + w.offset[0], stride,
                      n->param, (ex_ties)n->extra, n->flag, a->number, scratch);
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
    ex_walk w = ex_walk_over(r->space, n->axes);
    if (n->op == EX_rename)
        ex_walk_with(&w, shape, AX_NONE, n->to, n->axis);
    else
        ex_walk_with(&w, shape, n->axis, AX_NONE, AX_NONE);
    if (n->op == EX_gather)
        ex_walk_with(&w, ex_get(r->graph, arg[1])->axes, AX_NONE, AX_NONE, AX_NONE);
    for (size_t i = 0; i < size; i++, ex_walk_on(&w)) {
        double position = n->op == EX_slice    ? n->extra
                          : n->op == EX_gather ? r->node[arg[1]].value[w.offset[1]]
                                               : 0;
        int found = position >= 0 && position < length;
        c->own[i] = found ? x[w.offset[0] + (size_t)position * stride] : EX_NAN;
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
        matrix_watch w = {.stop = NULL};
        int fine = matrix_compute(r->graph, id, value, c->own, &w, f);
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
