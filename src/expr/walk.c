#include "expr/walk.h"

#include <string.h>

#include "base/mem.h"

/* The steps are set with the operands. */
static void begin(ex_walk *w, const ax_space *space, ax_set shape) {
    w->space = space;
    w->element = 0;
    w->count = ax_size(space, shape);
    w->axes = ax_layout(space, shape, w->order);
    w->operands = 0;
    for (int i = 0; i < w->axes; i++) {
        w->size[i] = ax_get(space, w->order[i])->size;
        w->at[i] = 0;
    }
}

ex_walk ex_walk_over(const ax_space *space, ax_set shape) {
    ex_walk w;
    begin(&w, space, shape);
    return w;
}

void ex_walk_renamed(ex_walk *w, ax_set set, int axis, int to) {
    for (int i = 0; i < w->axes; i++)
        w->step[w->operands][i] = ax_stride(w->space, set, w->order[i] == to ? axis : w->order[i]);
    w->offset[w->operands++] = 0;
}

void ex_walk_with(ex_walk *w, ax_set set, ax_set still) {
    ex_walk_renamed(w, set, AX_NONE, AX_NONE);
    for (int i = 0; i < w->axes; i++)
        if (still & AX_BIT(w->order[i])) w->step[w->operands - 1][i] = 0;
}

ex_walk ex_walk_of(const ex_graph *g, ex_id id) {
    const ex_node *n = ex_get(g, id);
    const ex_matrix_function *fn = ex_matrix_of(g, id);
    ex_walk w = ex_walk_over(ex_space(g), n->axes);
    for (int k = 0; k < n->argc; k++) {
        ax_set set = ex_get(g, ex_arg(g, id, k))->axes;
        if (n->op == EX_rename)
            ex_walk_renamed(&w, set, n->axis, n->to);
        else if (k == 1 && ex_is_reduction(n->op))
            ex_walk_with(&w, AX_BIT(n->to), 0);
        else
            ex_walk_with(&w, set, fn ? ex_core_axes(fn->core[k]) : k ? 0 : ax_bit(n->axis));
    }
    return w;
}

void ex_walk_lines(ex_walk *w, const ax_space *space, ax_set shape, int axis) {
    begin(w, space, shape & ~ax_bit(axis));
    ex_walk_with(w, shape, 0);
}

void ex_walk_copy(ex_walk *to, const ex_walk *from) {
    const size_t axes = (size_t)from->axes;
    to->space = from->space;
    to->element = from->element;
    to->count = from->count;
    to->axes = from->axes;
    to->operands = from->operands;
    memcpy(to->order, from->order, axes * sizeof *to->order);
    memcpy(to->size, from->size, axes * sizeof *to->size);
    memcpy(to->at, from->at, axes * sizeof *to->at);
    for (int k = 0; k < from->operands; k++) {
        memcpy(to->step[k], from->step[k], axes * sizeof **to->step);
        to->offset[k] = from->offset[k];
    }
}

void ex_walk_on(ex_walk *w) {
    w->element++;
    for (int i = w->axes - 1; i >= 0; i--) {
        w->at[i]++;
        for (int k = 0; k < w->operands; k++) w->offset[k] += w->step[k][i];
        if (w->at[i] < w->size[i]) return;
        w->at[i] = 0;
        for (int k = 0; k < w->operands; k++) w->offset[k] -= w->step[k][i] * w->size[i];
    }
}

void ex_walk_to(ex_walk *w, size_t element) {
    if (element == w->element) return;
    if (element == w->element + 1) {
        ex_walk_on(w);
        return;
    }
    w->element = element;
    for (int k = 0; k < w->operands; k++) w->offset[k] = 0;
    for (int i = w->axes - 1; i >= 0; i--) {
        w->at[i] = element % w->size[i];
        element /= w->size[i];
        for (int k = 0; k < w->operands; k++) w->offset[k] += w->at[i] * w->step[k][i];
    }
}

size_t ex_walk_inner(ex_walk *w, size_t step[WALK_OPERANDS]) {
    int inner = w->axes - 1;
    for (int k = 0; k < w->operands; k++) step[k] = inner < 0 ? 0 : w->step[k][inner];
    if (inner < 0) return 1;
    w->axes = inner;
    if (w->count) w->count /= w->size[inner];
    return w->size[inner];
}

/* ---- lines ---- */

int ex_lines_open(ex_lines *out, const ex_graph *g, ex_id id, const double *by, fault *f) {
    const ex_node *n = ex_get(g, id);
    const ax_space *space = ex_space(g);
    *out = (ex_lines){.length = ax_get(space, n->axis)->size,
                      .stride = ax_stride(space, ex_get(g, ex_arg(g, id, 0))->axes, n->axis)};
    if (!by) return 1;
    size_t groups = ax_get(space, n->to)->size;
    out->start = mem_zero(groups + 2, sizeof *out->start);
    out->which = mem_take((out->length + 1) * sizeof *out->which);
    if (!out->start || !out->which) return fault_memory(f);
    uint32_t *next = out->start + 1; /* filling moves it on to where the next group starts */
    for (size_t i = 0; i < out->length; i++)
        if (by[i] >= 0 && by[i] < (double)groups) next[(size_t)by[i] + 1]++;
    for (size_t k = 0; k < groups; k++) next[k + 1] += next[k];
    for (size_t i = 0; i < out->length; i++)
        if (by[i] >= 0 && by[i] < (double)groups) out->which[next[(size_t)by[i]]++] = (uint32_t)i;
    return 1;
}

void ex_lines_release(ex_lines *l) {
    mem_free(l->start);
    mem_free(l->which);
}

ex_places ex_lines_at(const ex_lines *l, const ex_walk *at) {
    ex_places p = {.base = at->offset[0], .stride = l->stride, .count = l->length};
    if (l->which) {
        const uint32_t *start = l->start + at->offset[1];
        p.which = l->which + start[0];
        p.count = start[1] - start[0];
    }
    return p;
}

/* ---- choices, calls ---- */

ex_choice ex_choice_of(const ex_graph *g, ex_id id, const double *position) {
    const ex_node *n = ex_get(g, id);
    return (ex_choice){.stride = ax_stride(ex_space(g), ex_get(g, ex_arg(g, id, 0))->axes, n->axis),
                       .fixed = n->op == EX_slice ? n->extra : 0,
                       .length = ax_get(ex_space(g), n->axis)->size,
                       .position = position};
}

ax_set ex_call_axes(const ex_graph *g, ex_id n) {
    return ex_get(g, n)->axes & ~ex_core_axes(ex_matrix_of(g, n)->out);
}

ex_walk ex_walk_calls(const ex_graph *g, ex_id n, ax_set set) {
    ax_set calls = ex_call_axes(g, n);
    ex_walk w = ex_walk_over(ex_space(g), set | calls);
    ex_walk_with(&w, calls, 0);
    ex_walk_with(&w, set, 0);
    return w;
}
