#include "expr/grouped.h"

#include "base/limits.h"
#include "expr/reduction.h"

enum {
    LONG = 1 << 16, /* elements from which other threads pay */
    PART = 1024     /* of a line, whose own elements are noted before they are added */
};

static int is_stopped(const grouped *g) { return limits_stopped() || limits_raised(g->stop); }

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
        if (v % LONG == 0 && is_stopped(g)) return;
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
        add_line(g, g->x + w.offset[0], g->state + w.offset[1], low, high);
        if ((w.element & 1023) == 0 && is_stopped(g)) return;
    }
}

void grouped_add(grouped *g, thread_pool *crew) {
    const int wide = g->length >= LONG && g->length >= g->groups;
    g->ranges = wide ? (uint32_t)thread_pool_threads(crew) : 1;
    thread_pool_run(wide ? crew : NULL, g->ranges, add_range, g);
}
