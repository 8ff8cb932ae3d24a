#include "expr/trace.h"

#include <string.h>

#include "base/mem.h"
#include "expr/line_ops.h"

/* The elements of a node that were reached; `bit` is NULL where there are none. */
typedef struct reached {
    uint64_t *bit;
    size_t size;
    uint32_t operands;
} reached;

struct ex_trace {
    ex_graph *g;
    ex_run *r;
    const ax_space *space;
    ex_trace_mode mode;
    uint32_t count;
    reached *node;
    const double **value; /* by node; of those the sweep may reach */
    uint8_t *fixed;       /* by node: made of literals and labels alone */
};

/* A place in the space of axes, in the order of a node's layout, and where the operands' elements
 * lie there. An operand stands still along axes it does not have, and along `still`. */
typedef struct cursor {
    int axes, operands;
    uint8_t order[AX_MOST];
    size_t length[AX_MOST], at[AX_MOST];
    size_t (*step)[AX_MOST]; /* by operand */
    size_t *offset;
    size_t element;
} cursor;

/* What the functions below share while they work on one node. */
typedef struct work_on {
    ex_trace *t;
    ex_id id;
    const ex_node *n;
    ex_id arg[EX_MATRIX_ARGS];
    const double *x[EX_MATRIX_ARGS], *own;
    size_t step[EX_MATRIX_ARGS][AX_MOST], offset[EX_MATRIX_ARGS];
    cursor c;
} work_on;

static size_t words(size_t size) { return (size + 63) / 64; }

ex_trace *ex_trace_open(ex_graph *g, ex_run *r, ex_trace_mode mode, fault *f) {
    ex_trace *t = mem_zero(1, sizeof *t);
    if (t) {
        *t = (ex_trace){.g = g, .r = r, .space = ex_space(g), .mode = mode, .count = ex_count(g)};
        t->node = mem_zero((size_t)t->count + 1, sizeof *t->node);
        t->value = mem_zero((size_t)t->count + 1, sizeof *t->value);
        t->fixed = mem_zero((size_t)t->count + 1, sizeof *t->fixed);
    }
    if (t && t->node && t->value && t->fixed) return t;
    ex_trace_close(t);
    fault_memory(f);
    return NULL;
}

void ex_trace_close(ex_trace *t) {
    if (!t) return;
    for (ex_id n = 1; t->node && n <= t->count; n++) mem_free(t->node[n].bit);
    mem_free(t->node);
    mem_free(t->value);
    mem_free(t->fixed);
    mem_free(t);
}

static int make_room(ex_trace *t, ex_id n, fault *f) {
    reached *m = &t->node[n];
    if (m->bit) return 1;
    m->size = ax_size(t->space, ex_get(t->g, n)->axes);
    m->bit = mem_zero(words(m->size) + 1, sizeof *m->bit);
    return m->bit ? 1 : fault_memory(f);
}

int ex_trace_want(ex_trace *t, ex_id n, size_t element, fault *f) {
    if (!n || n > t->count || element >= ax_size(t->space, ex_get(t->g, n)->axes))
        return fault_set(f, FAULT_BUG, "an element to be traced that is not there");
    if (!make_room(t, n, f)) return 0;
    t->node[n].bit[element / 64] |= (uint64_t)1 << (element & 63);
    return 1;
}

int ex_trace_has(const ex_trace *t, ex_id n, size_t element) {
    const reached *m = &t->node[n];
    return m->bit && element < m->size && (m->bit[element / 64] >> (element & 63) & 1);
}

size_t ex_trace_next(const ex_trace *t, ex_id n, size_t from) {
    const reached *m = &t->node[n];
    if (!m->bit || from >= m->size) return SIZE_MAX;
    uint64_t left = m->bit[from / 64] & ~(uint64_t)0 << (from & 63);
    for (size_t w = from / 64;;) {
        if (left) return w * 64 + (size_t)__builtin_ctzll(left);
        if (++w >= words(m->size)) return SIZE_MAX;
        left = m->bit[w];
    }
}

uint32_t ex_trace_operands(const ex_trace *t, ex_id n) { return t->node[n].operands; }

/* ---- places ---- */

static void cursor_open(work_on *w) {
    cursor *c = &w->c;
    *c = (cursor){.step = w->step, .offset = w->offset};
    c->axes = ax_layout(w->t->space, w->n->axes, c->order);
    for (int i = 0; i < c->axes; i++) c->length[i] = ax_get(w->t->space, c->order[i])->size;
}

/* Adds operand k of shape `set`: it follows along all axes but `still`; along the node's axis `as`
 * it goes as along its own `axis`. */
static void cursor_with(work_on *w, ax_set set, int still, int as, int axis) {
    cursor *c = &w->c;
    for (int i = 0; i < c->axes; i++) {
        int own = c->order[i] == as ? axis : c->order[i];
        int goes = own != still && set & AX_BIT(own);
        c->step[c->operands][i] = goes ? ax_stride(w->t->space, set, own) : 0;
    }
    c->offset[c->operands++] = 0;
}

/* On to an element that is not before the present one. Neighbours cost a step, others a division
 * for each axis. */
static void cursor_seek(cursor *c, size_t element) {
    if (element == c->element) return;
    int one = element == c->element + 1;
    c->element = element;
    for (int i = c->axes - 1; i >= 0; i--) {
        size_t at = one ? c->at[i] + 1 : element % c->length[i];
        if (one && at == c->length[i]) at = 0;
        for (int k = 0; k < c->operands; k++)
            c->offset[k] = c->offset[k] + at * c->step[k][i] - c->at[i] * c->step[k][i];
        c->at[i] = at;
        if (one && at) return;
        element /= c->length[i];
    }
}

static void reach(work_on *w, int k, size_t element) {
    w->t->node[w->arg[k]].bit[element / 64] |= (uint64_t)1 << (element & 63);
    w->t->node[w->id].operands |= (uint32_t)1 << (k < 31 ? k : 31);
}

/* ---- elementwise ---- */

static int decides_alone(const work_on *w) { return w->t->mode == EX_TRACE_DECIDES; }

/* Whether what a node does with its i-th operand hangs on leaves or data. */
static int hangs_on(const work_on *w, int i) {
    return w->t->mode == EX_TRACE_MAY && !w->t->fixed[w->arg[i]];
}

/* What made an element missing: the missing operands, or all where none is. */
static void reach_missing(work_on *w, const double *a) {
    int missing = 0;
    for (int k = 0; k < w->n->argc; k++) missing |= a[k] != a[k];
    for (int k = 0; k < w->n->argc; k++)
        if (!missing || a[k] != a[k]) reach(w, k, w->offset[k]);
}

static void reach_if(work_on *w, int k, int is) {
    if (is) reach(w, k, w->offset[k]);
}

static void elementwise(work_on *w, double own) {
    double a[EX_MATRIX_ARGS];
    int all, absent = w->t->mode == EX_TRACE_ABSENT;
    for (int k = 0; k < w->n->argc; k++) a[k] = w->x[k][w->offset[k]];
    if (w->t->mode == EX_TRACE_MAY && (w->n->op != EX_where || hangs_on(w, 0))) {
        for (int k = 0; k < w->n->argc; k++) reach(w, k, w->offset[k]);
        return;
    }
    switch (w->n->op) {
    case EX_where:
        reach(w, 0, w->offset[0]);
        if (a[0] == a[0]) reach(w, a[0] != 0 ? 1 : 2, w->offset[a[0] != 0 ? 1 : 2]);
        return;
    case EX_coalesce:
        reach_if(w, 0, a[0] == a[0] || absent || own != own);
        reach_if(w, 1, a[0] != a[0]);
        return;
    case EX_least:
    case EX_greatest:
        if (own != own || !decides_alone(w)) break;
        reach(w, a[0] == own ? 0 : 1, w->offset[a[0] == own ? 0 : 1]);
        return;
    case EX_clamp:
        if (own != own || !decides_alone(w)) break;
        int cut = a[0] < a[1] ? 1 : a[0] > a[2] ? 2 : 0;
        reach(w, cut, w->offset[cut]);
        return;
    case EX_and:
    case EX_or:
        if (own != own) break;
        /* One that is false settles a conjunction; where there is none, all do. */
        all = (own != 0) == (w->n->op == EX_and);
        for (int k = 0; k < 2; k++) reach_if(w, k, all || absent || (a[k] != 0) == (own != 0));
        return;
    case EX_lookup:
        if (ex_function_of(w->t->g, w->id)->missing_too)
            own = 0; /* what is missing is an argument like another */
        break;
    default: break;
    }
    if (own != own)
        reach_missing(w, a);
    else
        for (int k = 0; k < w->n->argc; k++) reach(w, k, w->offset[k]);
}

/* ---- along an axis ---- */

/* Elements of an operand along the worked axis: those at which[0] … or all. */
typedef struct line {
    const double *x;
    size_t base, stride, count;
    const uint32_t *which;
} line;

static size_t line_at(const line *l, size_t i) {
    return l->base + (l->which ? l->which[i] : i) * l->stride;
}

/* The elements that a median or quantile of `share` lies between: those at places k and k + 1 of
 * the line in order. Between two elements the answer may be rounded to one of them. */
static void around(const line *l, double own, double share, double *low, double *high) {
    size_t present = 0, less = 0, equal = 0;
    double below = own, above = own;
    for (size_t i = 0; i < l->count; i++) {
        double v = l->x[line_at(l, i)];
        present += v == v;
        less += v < own;
        equal += v == own;
        below = v < own && (below == own || v > below) ? v : below;
        above = v > own && (above == own || v < above) ? v : above;
    }
    double h = present ? line_ops_place(present, share) : 0;
    size_t k = (size_t)h, next = h > (double)k ? k + 1 : k;
    *low = k < less ? below : k < less + equal ? own : above;
    *high = next < less ? below : next < less + equal ? own : above;
}

/* Does the element at `i` of a line make the reduction's answer? `taken`: another one was found
 * before. */
static int makes(const work_on *w, const line *l, size_t i, double own, int taken,
                 const double *mid) {
    double v = l->x[line_at(l, i)];
    size_t position = l->which ? l->which[i] : i;
    if (w->t->mode == EX_TRACE_MAY) return 1;
    if (v != v) return w->t->mode == EX_TRACE_ABSENT;
    switch (w->n->op) {
    case EX_min:
    case EX_max: return !decides_alone(w) || (v == own && !taken);
    case EX_argmin:
    case EX_argmax: return !decides_alone(w) || (double)position == own;
    case EX_any:
    case EX_all: return (v != 0) == (own != 0);
    case EX_first: return !taken;
    case EX_median:
    case EX_quantile: return !decides_alone(w) || v == mid[0] || v == mid[1];
    default: return 1;
    }
}

static void reduce_line(work_on *w, const line *l, double own) {
    int none = 1, grouped = w->n->to != AX_NONE, taken = 0;
    double mid[2] = {0, 0};
    for (size_t i = 0; none && i < l->count; i++) none = l->x[line_at(l, i)] != l->x[line_at(l, i)];
    if (decides_alone(w) && (w->n->op == EX_median || w->n->op == EX_quantile))
        around(l, own, w->n->op == EX_median ? 0.5 : w->n->param, &mid[0], &mid[1]);
    for (size_t k = 0; k < l->count; k++) {
        size_t i = w->n->op == EX_last ? l->count - 1 - k : k;
        int present = l->x[line_at(l, i)] == l->x[line_at(l, i)];
        if (!none && !makes(w, l, i, own, taken, mid)) continue;
        if (present && w->n->op == EX_last && taken && w->t->mode != EX_TRACE_MAY) continue;
        taken |= present;
        reach(w, 0, line_at(l, i));
        if (grouped && decides_alone(w)) reach(w, 1, l->which[i]);
    }
}

/* Which places along the worked axis belong to each group. */
typedef struct groups {
    uint32_t *start, *which;
} groups;

static int groups_open(const work_on *w, groups *out, fault *f) {
    size_t length = ax_get(w->t->space, w->n->axis)->size,
           count = ax_get(w->t->space, w->n->to)->size;
    const double *by = w->x[1];
    out->start = mem_zero(count + 2, sizeof *out->start);
    out->which = mem_take((length + 1) * sizeof *out->which);
    if (!out->start || !out->which) return fault_memory(f);
    for (size_t i = 0; i < length; i++)
        if (by[i] >= 0 && by[i] < (double)count) out->start[(size_t)by[i] + 2]++;
    for (size_t k = 2; k < count + 2; k++) out->start[k] += out->start[k - 1];
    /* filling moves each start on to the next one's */
    for (size_t i = 0; i < length; i++)
        if (by[i] >= 0 && by[i] < (double)count)
            out->which[out->start[(size_t)by[i] + 1]++] = (uint32_t)i;
    return 1;
}

static int reduce(work_on *w, fault *f) {
    ax_set shape = ex_get(w->t->g, w->arg[0])->axes;
    size_t length = ax_get(w->t->space, w->n->axis)->size;
    groups by = {0};
    int grouped = w->n->to != AX_NONE, good = 1;
    cursor_with(w, shape, w->n->axis, AX_NONE, AX_NONE);
    if (grouped) {
        cursor_with(w, AX_BIT(w->n->to), AX_NONE, AX_NONE, AX_NONE);
        good = groups_open(w, &by, f);
        /* Another place would be another group's. */
        for (size_t i = 0; good && !decides_alone(w) && i < length; i++) reach(w, 1, i);
    }
    for (size_t i = 0; good && (i = ex_trace_next(w->t, w->id, i)) != SIZE_MAX; i++) {
        cursor_seek(&w->c, i);
        line l = {w->x[0], w->offset[0], ax_stride(w->t->space, shape, w->n->axis), length, NULL};
        if (grouped && !hangs_on(w, 1)) {
            l.which = by.which + by.start[w->offset[1]];
            l.count = by.start[w->offset[1] + 1] - by.start[w->offset[1]];
        }
        reduce_line(w, &l, w->own[i]);
    }
    mem_free(by.start);
    mem_free(by.which);
    return good;
}

/* The present neighbours of a gap, by the labels' numbers where there are any. */
static void interpolated(work_on *w, const line *l, size_t at) {
    const double *number = ax_get(w->t->space, w->n->axis)->number;
    size_t side[2] = {SIZE_MAX, SIZE_MAX};
    double from[2] = {0, 0}, here = number ? number[at] : (double)at;
    for (size_t i = 0; i < l->count; i++) {
        double p = number ? number[i] : (double)i;
        int right = p > here;
        if (l->x[line_at(l, i)] != l->x[line_at(l, i)] ||
            (side[right] != SIZE_MAX && (right ? p >= from[1] : p <= from[0])))
            continue;
        side[right] = i;
        from[right] = p;
    }
    int both = side[0] != SIZE_MAX && side[1] != SIZE_MAX;
    for (int k = 0; k < 2; k++)
        if (side[k] != SIZE_MAX && (both || w->n->param == 1)) reach(w, 0, line_at(l, side[k]));
}

/* `seen` has a bit for each element of the operand that the scan itself has been to. */
static void scan_element(work_on *w, const line *l, size_t at, double own, uint64_t *seen) {
    double limit = w->n->op == EX_lag ? __builtin_trunc(w->n->param) : w->n->param;
    size_t here = line_at(l, at);
    int may = w->t->mode == EX_TRACE_MAY, absent = may || w->t->mode == EX_TRACE_ABSENT,
        is = l->x[here] == l->x[here];
    switch (may && w->n->op != EX_lag ? EX_sort : w->n->op) {
    case EX_lag:
        /* outside of the axis there is nothing */
        if ((double)at - limit >= 0 && (double)at - limit < (double)l->count)
            reach(w, 0, line_at(l, (size_t)((double)at - limit)));
        return;
    case EX_fill:
        for (size_t i = at;; i--) {
            size_t e = line_at(l, i);
            int there = l->x[e] == l->x[e];
            if (there || absent || own != own) reach(w, 0, e);
            if (there || !i || (limit >= 0 && (double)(at - i + 1) > limit)) return;
        }
    case EX_interpolate:
        if (is || absent || own != own) reach(w, 0, here);
        for (size_t i = 0; !is && absent && i < l->count; i++) reach(w, 0, line_at(l, i));
        if (!is) interpolated(w, l, at);
        return;
    case EX_cumsum:
        if (!is) {
            reach(w, 0, here);
            return;
        }
        for (size_t i = at + 1; i-- > 0;) {
            size_t e = line_at(l, i);
            if (seen[e / 64] >> (e & 63) & 1) return;
            seen[e / 64] |= (uint64_t)1 << (e & 63);
            if (absent || l->x[e] == l->x[e]) reach(w, 0, e);
        }
        return;
    default: /* rank, sort */
        if (!is && w->n->op == EX_rank && !may) {
            reach(w, 0, here);
            return;
        }
        if (seen[l->base / 64] >> (l->base & 63) & 1) return;
        seen[l->base / 64] |= (uint64_t)1 << (l->base & 63);
        for (size_t i = 0; i < l->count; i++)
            if (absent || w->n->op == EX_sort || l->x[line_at(l, i)] == l->x[line_at(l, i)])
                reach(w, 0, line_at(l, i));
    }
}

static int scan(work_on *w, fault *f) {
    size_t stride = ax_stride(w->t->space, w->n->axes, w->n->axis);
    uint64_t *seen = mem_zero(words(w->t->node[w->id].size) + 1, sizeof *seen);
    if (!seen) return fault_memory(f);
    cursor_with(w, w->n->axes, w->n->axis, AX_NONE, AX_NONE);
    for (size_t i = 0; (i = ex_trace_next(w->t, w->id, i)) != SIZE_MAX; i++) {
        cursor_seek(&w->c, i);
        line l = {w->x[0], w->offset[0], stride, ax_get(w->t->space, w->n->axis)->size, NULL};
        scan_element(w, &l, (i - w->offset[0]) / stride, w->own[i], seen);
    }
    mem_free(seen);
    return 1;
}

/* ---- choosing, and matrices ---- */

static void choose(work_on *w) {
    ax_set shape = ex_get(w->t->g, w->arg[0])->axes;
    size_t along = ax_stride(w->t->space, shape, w->n->axis);
    double length = ax_get(w->t->space, w->n->axis)->size;
    int op = w->n->op;
    if (op == EX_rename)
        cursor_with(w, shape, AX_NONE, w->n->to, w->n->axis);
    else
        cursor_with(w, shape, w->n->axis, AX_NONE, AX_NONE);
    if (op == EX_gather)
        cursor_with(w, ex_get(w->t->g, w->arg[1])->axes, AX_NONE, AX_NONE, AX_NONE);
    for (size_t i = 0; (i = ex_trace_next(w->t, w->id, i)) != SIZE_MAX; i++) {
        cursor_seek(&w->c, i);
        double at = op == EX_slice ? w->n->extra : op == EX_gather ? w->x[1][w->offset[1]] : 0;
        if (op == EX_gather) reach(w, 1, w->offset[1]);
        for (size_t k = 0; op == EX_gather && hangs_on(w, 1) && (double)k < length; k++)
            reach(w, 0, w->offset[0] + k * along);
        if (at >= 0 && at < length) reach(w, 0, w->offset[0] + (size_t)at * along);
    }
}

static size_t core_size(const work_on *w, int axis) {
    return axis == AX_NONE ? 1 : ax_get(w->t->space, axis)->size;
}

static size_t core_stride(const work_on *w, int k, int axis) {
    return axis == AX_NONE ? 0 : ax_stride(w->t->space, ex_get(w->t->g, w->arg[k])->axes, axis);
}

static void matrix(work_on *w) {
    const ex_matrix_function *fn = ex_matrix_of(w->t->g, w->id);
    ax_set core = 0;
    for (int k = 0; k < w->n->argc; k++)
        for (int j = 0; j < 2; j++) core |= fn->core[k][j] == AX_NONE ? 0 : AX_BIT(fn->core[k][j]);
    for (int k = 0; k < w->n->argc; k++)
        cursor_with(w, ex_get(w->t->g, w->arg[k])->axes & ~core, AX_NONE, AX_NONE, AX_NONE);
    /* Strides are those of the whole shape, not of what is left of it without the core. */
    for (int k = 0; k < w->n->argc; k++)
        for (int i = 0; i < w->c.axes; i++)
            if (w->step[k][i]) w->step[k][i] = core_stride(w, k, w->c.order[i]);
    for (size_t i = 0; (i = ex_trace_next(w->t, w->id, i)) != SIZE_MAX; i++) {
        cursor_seek(&w->c, i);
        for (int k = 0; k < w->n->argc; k++)
            for (size_t a = 0; a < core_size(w, fn->core[k][0]); a++)
                for (size_t b = 0; b < core_size(w, fn->core[k][1]); b++)
                    reach(w, k,
                          w->offset[k] + a * core_stride(w, k, fn->core[k][0]) +
                              b * core_stride(w, k, fn->core[k][1]));
    }
}

/* ---- the sweep ---- */

static int follow(ex_trace *t, ex_id id, fault *f) {
    work_on w = {.t = t, .id = id, .n = ex_get(t->g, id), .own = t->value[id]};
    for (int k = 0; k < w.n->argc; k++) {
        w.arg[k] = ex_arg(t->g, id, k);
        w.x[k] = t->value[w.arg[k]];
        if (!make_room(t, w.arg[k], f)) return 0;
    }
    cursor_open(&w);
    unsigned op = w.n->op;
    if (ex_is_reduction(op)) return reduce(&w, f);
    if (ex_class(op) == EX_CLASS_SCAN) return scan(&w, f);
    if (op == EX_matrix) {
        matrix(&w);
    } else if (ex_class(op) == EX_CLASS_CHOICE) {
        choose(&w);
    } else {
        for (int k = 0; k < w.n->argc; k++)
            cursor_with(&w, ex_get(t->g, w.arg[k])->axes, AX_NONE, AX_NONE, AX_NONE);
        for (size_t i = 0; (i = ex_trace_next(t, id, i)) != SIZE_MAX; i++) {
            cursor_seek(&w.c, i);
            elementwise(&w, w.own[i]);
        }
    }
    return 1;
}

/* The values of all nodes that the sweep may come to. */
static int compute(ex_trace *t, fault *f) {
    uint8_t *needed = mem_zero((size_t)t->count + 1, 1);
    ex_id *want = mem_zero((size_t)t->count + 1, sizeof *want);
    size_t count = 0;
    int fine = needed && want ? 1 : fault_memory(f);
    for (ex_id n = 1; n <= t->count; n++) {
        const ex_values *v = ex_values_of(t->g, n);
        t->fixed[n] = !v || v->origin == EX_LITERAL || v->origin == EX_LABELS;
        for (int k = 0; k < ex_get(t->g, n)->argc; k++) t->fixed[n] &= t->fixed[ex_arg(t->g, n, k)];
    }
    for (ex_id n = fine ? t->count : 0; n >= 1; n--) {
        needed[n] |= t->node[n].bit != NULL;
        if (!needed[n]) continue;
        want[count++] = n;
        for (int k = 0; k < ex_get(t->g, n)->argc; k++) needed[ex_arg(t->g, n, k)] = 1;
    }
    fine = fine && ex_run_eval(t->r, want, count, f);
    for (size_t i = 0; fine && i < count; i++)
        fine = (t->value[want[i]] = ex_run_value(t->r, want[i], f)) != NULL || f->count == 0;
    mem_free(needed);
    mem_free(want);
    return fine;
}

int ex_trace_sweep(ex_trace *t, fault *f) {
    int fine = compute(t, f);
    for (ex_id n = fine ? t->count : 0; fine && n >= 1; n--)
        if (t->node[n].bit && ex_get(t->g, n)->op != EX_source &&
            ex_trace_next(t, n, 0) != SIZE_MAX)
            fine = follow(t, n, f);
    return fine;
}
