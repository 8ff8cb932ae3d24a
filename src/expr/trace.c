#include "expr/trace.h"

#include "base/bits.h"
#include "base/mem.h"
#include "expr/line_ops.h"
#include "expr/walk.h"

/* The elements of a node that were reached. */
typedef struct reached {
    uint64_t *bit; /* NULL: none */
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
    const double **value; /* by node, for those the sweep may reach */
    uint8_t *fixed;       /* by node: computed from literals and labels alone */
};

/* A node from which the sweep goes back to its operands, with its values and theirs. */
typedef struct step_back {
    ex_trace *t;
    ex_id id;
    const ex_node *n;
    ex_id arg[EX_MATRIX_ARGS];
    const double *x[EX_MATRIX_ARGS], *own;
    ex_walk at;
} step_back;

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

static int reserve_bits(ex_trace *t, ex_id n, fault *f) {
    reached *m = &t->node[n];
    if (m->bit) return 1;
    m->size = ax_size(t->space, ex_get(t->g, n)->axes);
    return (m->bit = bits_new(m->size, f)) != NULL;
}

int ex_trace_want(ex_trace *t, ex_id n, size_t element, fault *f) {
    if (!n || n > t->count || element >= ax_size(t->space, ex_get(t->g, n)->axes))
        return fault_set(f, FAULT_BUG, "an element to be traced that is not there");
    if (!reserve_bits(t, n, f)) return 0;
    bits_add(t->node[n].bit, element);
    return 1;
}

int ex_trace_has(const ex_trace *t, ex_id n, size_t element) {
    const reached *m = &t->node[n];
    return m->bit && element < m->size && bits_has(m->bit, element);
}

size_t ex_trace_next(const ex_trace *t, ex_id n, size_t from) {
    const reached *m = &t->node[n];
    return m->bit ? bits_next(m->bit, m->size, from) : SIZE_MAX;
}

uint32_t ex_trace_operands(const ex_trace *t, ex_id n) { return t->node[n].operands; }

/* ---- elementwise ---- */

/* Moves the walk to the next reached element of the node, at or after `from`. 0 if there is none.
 */
static int go_to_reached(step_back *w, size_t from) {
    size_t element = ex_trace_next(w->t, w->id, from);
    if (element != SIZE_MAX) ex_walk_to(&w->at, element);
    return element != SIZE_MAX;
}

/* Marks an element of operand k. */
static void reach(step_back *w, int k, size_t element) {
    bits_add(w->t->node[w->arg[k]].bit, element);
    w->t->node[w->id].operands |= (uint32_t)1 << (k < 31 ? k : 31);
}

static int decides_alone(const step_back *w) { return w->t->mode == EX_TRACE_DECIDES; }

/* EX_TRACE_MAY: whether operand i may have other values. */
static int may_vary(const step_back *w, int i) {
    return w->t->mode == EX_TRACE_MAY && !w->t->fixed[w->arg[i]];
}

static void reach_all(step_back *w) {
    for (int k = 0; k < w->n->argc; k++) reach(w, k, w->at.offset[k]);
}

/* What made an element missing: its missing operands, or all of them if none is missing. */
static void reach_missing(step_back *w, const double *a) {
    int missing = 0;
    for (int k = 0; k < w->n->argc; k++) missing |= a[k] != a[k];
    for (int k = 0; k < w->n->argc; k++)
        if (!missing || a[k] != a[k]) reach(w, k, w->at.offset[k]);
}

static void reach_if(step_back *w, int k, int is) {
    if (is) reach(w, k, w->at.offset[k]);
}

static void elementwise(step_back *w, double own) {
    double a[EX_MATRIX_ARGS];
    int all, absent = w->t->mode == EX_TRACE_ABSENT;
    for (int k = 0; k < w->n->argc; k++) a[k] = w->x[k][w->at.offset[k]];
    if (w->t->mode == EX_TRACE_MAY && (w->n->op != EX_where || may_vary(w, 0))) {
        reach_all(w);
        return;
    }
    switch (w->n->op) {
    case EX_where:
        reach(w, 0, w->at.offset[0]);
        if (a[0] == a[0]) reach(w, a[0] != 0 ? 1 : 2, w->at.offset[a[0] != 0 ? 1 : 2]);
        return;
    case EX_coalesce:
        reach_if(w, 0, a[0] == a[0] || absent || own != own);
        reach_if(w, 1, a[0] != a[0]);
        return;
    case EX_least:
    case EX_greatest:
        if (own != own || !decides_alone(w)) break;
        reach(w, a[0] == own ? 0 : 1, w->at.offset[a[0] == own ? 0 : 1]);
        return;
    case EX_clamp:
        if (own != own || !decides_alone(w)) break;
        int cut = a[0] < a[1] ? 1 : a[0] > a[2] ? 2 : 0;
        reach(w, cut, w->at.offset[cut]);
        return;
    case EX_and:
    case EX_or:
        if (own != own) break;
        /* Each false operand makes `&` false; all together make it true. For `|` the reverse. */
        all = (own != 0) == (w->n->op == EX_and);
        for (int k = 0; k < 2; k++) reach_if(w, k, all || absent || (a[k] != 0) == (own != 0));
        return;
    case EX_lookup:
        if (ex_function_of(w->t->g, w->id)->missing_too)
            own = 0; /* it is called with missing arguments, too: they are all used */
        break;
    default: break;
    }
    if (own != own)
        reach_missing(w, a);
    else
        reach_all(w);
}

/* ---- along an axis ---- */

/* A line of the first operand, or a group in it. */
typedef struct line {
    const double *x;
    ex_places at;
} line;

static size_t line_at(const line *l, size_t i) { return ex_place(&l->at, i); }

static double value_at(const line *l, size_t i) { return l->x[line_at(l, i)]; }

/* The two elements, in order of value, between which the quantile `own` of `share` lies. They are
 * found by their ranks, since the quantile may be rounded to one of them. */
static void find_neighbours(const line *l, double own, double share, double *low, double *high) {
    size_t present = 0, less = 0, equal = 0;
    double below = own, above = own;
    for (size_t i = 0; i < l->at.count; i++) {
        double v = value_at(l, i);
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

/* Whether the result `own` of a reduction was computed from the i-th element. `taken`: an earlier
 * one was found; `mid`: the neighbours of a quantile, for EX_TRACE_DECIDES. */
static int is_used(const step_back *w, const line *l, size_t i, double own, int taken,
                   const double *mid) {
    double v = value_at(l, i);
    if (w->t->mode == EX_TRACE_MAY) return 1;
    if (v != v) return w->t->mode == EX_TRACE_ABSENT;
    switch (w->n->op) {
    case EX_min:
    case EX_max: return !decides_alone(w) || (v == own && !taken);
    case EX_argmin:
    case EX_argmax: return !decides_alone(w) || (double)ex_position_at(&l->at, i) == own;
    case EX_any:
    case EX_all: return (v != 0) == (own != 0);
    case EX_first: return !taken;
    case EX_median:
    case EX_quantile: return !decides_alone(w) || v == mid[0] || v == mid[1];
    default: return 1;
    }
}

static void reduce_line(step_back *w, const line *l, double own) {
    int none = 1, grouped = w->n->to != AX_NONE, taken = 0;
    double mid[2] = {0, 0};
    for (size_t i = 0; none && i < l->at.count; i++) none = value_at(l, i) != value_at(l, i);
    if (decides_alone(w) && (w->n->op == EX_median || w->n->op == EX_quantile))
        find_neighbours(l, own, w->n->op == EX_median ? 0.5 : w->n->param, &mid[0], &mid[1]);
    for (size_t k = 0; k < l->at.count; k++) {
        size_t i = w->n->op == EX_last ? l->at.count - 1 - k : k;
        int present = value_at(l, i) == value_at(l, i);
        if (!none && !is_used(w, l, i, own, taken, mid)) continue;
        if (present && w->n->op == EX_last && taken && w->t->mode != EX_TRACE_MAY) continue;
        taken |= present;
        reach(w, 0, line_at(l, i));
        if (grouped && decides_alone(w)) reach(w, 1, ex_position_at(&l->at, i));
    }
}

static int reduce(step_back *w, fault *f) {
    ex_lines lines;
    int grouped = w->n->to != AX_NONE, varies = grouped && may_vary(w, 1);
    int fine = ex_lines_open(&lines, w->t->g, w->id, grouped && !varies ? w->x[1] : NULL, f);
    /* With another group an element would count elsewhere. */
    for (size_t i = 0; fine && grouped && !decides_alone(w) && i < lines.length; i++)
        reach(w, 1, i);
    for (size_t from = 0; fine && go_to_reached(w, from); from = w->at.element + 1) {
        line l = {w->x[0], ex_lines_at(&lines, &w->at)};
        reduce_line(w, &l, w->own[w->at.element]);
    }
    ex_lines_release(&lines);
    return fine;
}

/* The present neighbours of a gap, by the numbers of the labels if they are numbers. */
static void reach_neighbours(step_back *w, const line *l, size_t at) {
    const double *number = ax_numbers(w->t->space, w->n->axis);
    size_t side[2] = {SIZE_MAX, SIZE_MAX};
    double from[2] = {0, 0}, here = number ? number[at] : (double)at;
    for (size_t i = 0; i < l->at.count; i++) {
        double p = number ? number[i] : (double)i;
        int right = p > here;
        if (value_at(l, i) != value_at(l, i) ||
            (side[right] != SIZE_MAX && (right ? p >= from[1] : p <= from[0])))
            continue;
        side[right] = i;
        from[right] = p;
    }
    int both = side[0] != SIZE_MAX && side[1] != SIZE_MAX;
    for (int k = 0; k < 2; k++)
        if (side[k] != SIZE_MAX && (both || w->n->param == 1)) reach(w, 0, line_at(l, side[k]));
}

/* Element `at` of a line. `seen`: the elements of the operand that an earlier call went over. */
static void scan_element(step_back *w, const line *l, size_t at, double own, uint64_t *seen) {
    double limit = w->n->op == EX_lag ? __builtin_trunc(w->n->param) : w->n->param;
    size_t here = line_at(l, at);
    int may = w->t->mode == EX_TRACE_MAY, absent = may || w->t->mode == EX_TRACE_ABSENT,
        is = l->x[here] == l->x[here];
    switch (may && w->n->op != EX_lag ? EX_sort : w->n->op) {
    case EX_lag:
        /* outside of the axis there is nothing */
        if ((double)at - limit >= 0 && (double)at - limit < (double)l->at.count)
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
        for (size_t i = 0; !is && absent && i < l->at.count; i++) reach(w, 0, line_at(l, i));
        if (!is) reach_neighbours(w, l, at);
        return;
    case EX_cumsum:
        if (!is) {
            reach(w, 0, here);
            return;
        }
        for (size_t i = at + 1; i-- > 0;) {
            size_t e = line_at(l, i);
            if (bits_has(seen, e)) return;
            bits_add(seen, e);
            if (absent || l->x[e] == l->x[e]) reach(w, 0, e);
        }
        return;
    default: /* rank, sort */
        if (!is && w->n->op == EX_rank && !may) {
            reach(w, 0, here);
            return;
        }
        if (bits_has(seen, l->at.base)) return;
        bits_add(seen, l->at.base);
        for (size_t i = 0; i < l->at.count; i++)
            if (absent || w->n->op == EX_sort || value_at(l, i) == value_at(l, i))
                reach(w, 0, line_at(l, i));
    }
}

static int scan(step_back *w, fault *f) {
    ex_lines lines;
    uint64_t *seen = bits_new(w->t->node[w->id].size, f);
    if (!seen) return 0;
    ex_lines_open(&lines, w->t->g, w->id, NULL, f);
    for (size_t from = 0; go_to_reached(w, from); from = w->at.element + 1) {
        size_t i = w->at.element;
        line l = {w->x[0], ex_lines_at(&lines, &w->at)};
        scan_element(w, &l, (i - l.at.base) / l.at.stride, w->own[i], seen);
    }
    mem_free(seen);
    return 1;
}

/* ---- choosing, and matrices ---- */

static void choose(step_back *w) {
    int looks_up = w->n->op == EX_gather;
    ex_choice c = ex_choice_of(w->t->g, w->id, looks_up ? w->x[1] : NULL);
    for (size_t from = 0; go_to_reached(w, from); from = w->at.element + 1) {
        size_t chosen = ex_chosen(&c, &w->at);
        if (looks_up) reach(w, 1, w->at.offset[1]);
        for (size_t k = 0; looks_up && may_vary(w, 1) && (double)k < c.length; k++)
            reach(w, 0, w->at.offset[0] + k * c.stride);
        if (chosen != SIZE_MAX) reach(w, 0, chosen);
    }
}

/* All arguments of the calls that gave a reached element. */
static int matrix(step_back *w, fault *f) {
    ex_trace *t = w->t;
    uint64_t *call = bits_new(ax_size(t->space, ex_call_axes(t->g, w->id)), f);
    if (!call) return 0;
    ex_walk at = ex_walk_calls(t->g, w->id, w->n->axes);
    for (; at.element < at.count; ex_walk_on(&at))
        if (bits_has(t->node[w->id].bit, at.offset[1])) bits_add(call, at.offset[0]);
    for (int k = 0; k < w->n->argc; k++) {
        at = ex_walk_calls(t->g, w->id, ex_get(t->g, w->arg[k])->axes);
        for (; at.element < at.count; ex_walk_on(&at))
            if (bits_has(call, at.offset[0])) reach(w, k, at.offset[1]);
    }
    mem_free(call);
    return 1;
}

/* ---- the sweep ---- */

static int follow(ex_trace *t, ex_id id, fault *f) {
    step_back w;
    w.t = t;
    w.id = id;
    w.n = ex_get(t->g, id);
    w.own = t->value[id];
    w.at = ex_walk_of(t->g, id);
    for (int k = 0; k < w.n->argc; k++) {
        w.arg[k] = ex_arg(t->g, id, k);
        w.x[k] = t->value[w.arg[k]];
        if (!reserve_bits(t, w.arg[k], f)) return 0;
    }
    unsigned op = w.n->op;
    if (ex_is_reduction(op)) return reduce(&w, f);
    if (ex_class(op) == EX_CLASS_SCAN) return scan(&w, f);
    if (op == EX_matrix) return matrix(&w, f);
    if (ex_class(op) == EX_CLASS_CHOICE)
        choose(&w);
    else
        for (size_t from = 0; go_to_reached(&w, from); from = w.at.element + 1)
            elementwise(&w, w.own[w.at.element]);
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
        fine = (t->value[want[i]] = ex_run_value(t->r, want[i], f)) != NULL;
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
