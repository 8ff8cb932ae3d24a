/* Reductions that are a pass of their own: those of groups along the longest axis, tasks to units,
 * and those whose result has another stream axis than their operand.
 *
 * Each result takes its elements in the order of the axis, so that it has the same bits however
 * many threads there are: of a long line every thread reads all positions, and adds up those of its
 * own range of groups. Their states then fit its cache, too. */
#include <float.h>
#include <math.h>

#include "base/mem.h"
#include "expr/reduction.h"
#include "expr/run_inside.h"
#include "expr/walk.h"

enum {
    LONG = 1 << 16, /* elements from which other threads pay */
    PART = 1024     /* of a line, whose own elements are noted before they are added */
};

typedef struct grouped {
    ex_run *r;
    unsigned op;
    const double *x, *by; /* by: the group of each position along the axis; NULL: one group */
    const ex_walk *start; /* lines; offset[0] in x, offset[1] in the states */
    size_t length, step, stride;
    uint32_t groups, ranges;
    ex_partial *state;
} grouped;

/* Which of `count` positions belong to the groups from `low` to below `high`. */
static size_t find_own(const double *by, size_t count, double low, double high, uint16_t *own) {
    size_t n = 0;
    for (size_t v = 0; v < count; v++) {
        own[n] = (uint16_t)v;
        n += (size_t)((by[v] >= low) & (by[v] < high));
    }
    return n;
}

/* Adds elements of a part of a line, whose first one is at `at` along the axis. */
#define REDUCTION(name, ...)                                                                       \
    static void add_##name(const grouped *g, const double *x, size_t at, ex_partial *to,           \
                           const uint16_t *own, size_t count) {                                    \
        const double *by = g->by + at;                                                             \
        for (size_t k = 0; k < count; k++) {                                                       \
            size_t v = own[k];                                                                     \
            reduction_take_##name(to + (size_t)by[v] * g->stride, x[v * g->step],                  \
                                  (double)(at + v));                                               \
        }                                                                                          \
    }
EX_REDUCE(REDUCTION)
#undef REDUCTION

static void add_part(const grouped *g, const double *x, size_t at, ex_partial *to,
                     const uint16_t *own, size_t count) {
#define REDUCTION(name, ...)                                                                       \
    case EX_##name: add_##name(g, x, at, to, own, count); break;
    switch (g->op) { EX_REDUCE(REDUCTION) }
#undef REDUCTION
}

static void add_line(const grouped *g, const double *x, ex_partial *to, double low, double high) {
    uint16_t own[PART];
    for (size_t v = 0; v < g->length; v += PART) {
        const size_t part = g->length - v < PART ? g->length - v : PART;
        if (v % LONG == 0 && run_stopped(g->r)) return;
        const size_t count = find_own(g->by + v, part, low, high, own);
        add_part(g, x + v * g->step, v, to, own, count);
    }
}

/* All lines, for one range of groups. */
static void add_range(void *self, size_t range, int worker) {
    const grouped *g = self;
    const double low = (double)(g->groups * (uint64_t)range / g->ranges),
                 high = (double)(g->groups * (uint64_t)(range + 1) / g->ranges);
    (void)worker;
    ex_walk w;
    for (ex_walk_copy(&w, g->start); w.element < w.count; ex_walk_on(&w)) {
        if (g->by) {
            add_line(g, g->x + w.offset[0], g->state + w.offset[1], low, high);
        } else {
            for (size_t v = 0; v < g->length; v++)
                reduction_take(g->op, g->state + w.offset[1], g->x[w.offset[0] + v * g->step],
                               (double)v);
        }
        if ((w.element & 1023) == 0 && run_stopped(g->r)) return;
    }
}

int run_reduction(ex_run *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const ax_space *space = ex_space(r->g);
    ex_id x = ex_arg(r->g, id, 0);
    ax_set shape = ex_get(r->g, x)->axes;
    ex_walk start;
    /* The reduced axis is innermost. */
    ex_walk_lines(&start, space, shape, n->axis);
    ex_walk_with(&start, n->axes, 0);
    grouped g = {.r = r,
                 .op = n->op,
                 .x = run_dense(r, x, f),
                 .by = n->argc == 2 ? run_dense(r, ex_arg(r->g, id, 1), f) : NULL,
                 .start = &start,
                 .length = ax_get(space, n->axis)->size,
                 .step = ax_stride(space, shape, n->axis),
                 .stride = ax_stride(space, n->axes, n->to)};
    if (!g.x || (n->argc == 2 && !g.by)) return 0;
    const size_t results = ax_size(space, n->axes);
    g.state = mem_take((results + 1) * sizeof *g.state);
    if (!g.state) return fault_memory(f);
    for (size_t i = 0; i < results; i++) g.state[i] = reduction_start(n->op);
    g.groups = g.by ? ax_get(space, n->to)->size : 1;
    thread_pool *crew = g.by && g.length >= LONG && g.length >= g.groups ? run_crew(r) : NULL;
    g.ranges = (uint32_t)thread_pool_threads(crew);
    thread_pool_run(crew, g.ranges, add_range, &g);
    double *value = r->node[id].value;
    for (size_t i = 0; i < results; i++) {
        value[i] = reduction_end(n->op, g.state[i]);
        if (g.state[i].a == g.state[i].a && !(fabs(value[i]) <= DBL_MAX)) {
            value[i] = EX_NAN;
            run_domain_error(r, id, 1, i);
        }
    }
    mem_free(g.state);
    return 1;
}
