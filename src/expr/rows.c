#include "expr/rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "expr/reduction.h"
#include "expr/run_inside.h"
#include "expr/walk.h"

/* ---- what can be done window by window ---- */

static ax_set axes_of(const ex_graph *g, ex_id n) { return ex_get(g, n)->axes; }

static ax_set operand_axes(const ex_graph *g, ex_id n) {
    ax_set all = 0;
    for (int i = 0; i < ex_get(g, n)->argc; i++) all |= axes_of(g, ex_arg(g, n, i));
    return all;
}

static int has_one_axis(ax_set s) { return !(s & (s - 1)); }

static int is_source_of(const ex_graph *g, ex_id n, ax_set axes) {
    return ex_get(g, n)->op == EX_source && (axes_of(g, n) & axes);
}

/* Some columns may have been read before the others were seen to be too many. */
static int is_line_in_memory(const ex_graph *g, ex_id n) {
    const ex_values *v = ex_values_of(g, n);
    return v->value && has_one_axis(v->axes);
}

/* A reduction along the rows of something that has them. */
static int is_fold(const ex_graph *g, ex_id n, ax_set axes) {
    const ex_node *x = ex_get(g, n);
    return ex_class(x->op) == EX_CLASS_REDUCE && (ax_bit(x->axis) & axes);
}

/* Whether a node along the rows is computed from its operands at the same rows alone, or is a
 * reduction that takes one row after the other. */
static int may_pass(const ex_graph *g, ex_id n, ax_set axes) {
    const ex_node *x = ex_get(g, n);
    const ax_space *space = ex_space(g);
    const ax_set in = (operand_axes(g, n) | x->axes) & axes;
    const int row = ax_inner(space, in);
    if (!has_one_axis(in)) return 0;
    if ((x->axes & in) && ax_inner(space, x->axes) != row) return 0;
    if (x->op == EX_source) return ex_values_of(g, n)->later || is_line_in_memory(g, n);
    if (is_fold(g, n, axes)) return ax_inner(space, axes_of(g, ex_arg(g, n, 0))) == row;
    if (x->op == EX_matrix) return !(ex_core_axes(ex_matrix_of(g, n)->out) & in) && (x->axes & in);
    return (x->axes & in) && !((ax_bit(x->axis) | ax_bit(x->to)) & in);
}

/* Which nodes have to be computed, those in memory left out. The marks belong to the caller. */
typedef struct rows_plan {
    const ex_graph *g;
    ax_set axes;
    uint8_t *needed;
    uint32_t *turn; /* how often the rows must have been read before */
    uint32_t turns;
    ex_id blocker; /* the first that needs all rows at once; or 0 */
    ex_id last;
} rows_plan;

static void plan_release(rows_plan *p) {
    mem_free(p->needed);
    mem_free(p->turn);
}

static int is_along(const rows_plan *p, ex_id n) {
    return ((axes_of(p->g, n) | operand_axes(p->g, n)) & p->axes) != 0;
}

/* `open`: results may be along the rows. `done` may be NULL. 0 without memory. */
static int plan_make(rows_plan *p, const ex_graph *g, ax_set axes, const ex_run *done,
                     const ex_id *want, size_t count, int open) {
    *p = (rows_plan){.g = g, .axes = axes};
    for (size_t i = 0; i < count; i++) p->last = want[i] > p->last ? want[i] : p->last;
    p->needed = mem_zero((size_t)p->last + 1, 1);
    p->turn = mem_zero((size_t)p->last + 1, sizeof *p->turn);
    if (!p->needed || !p->turn) return 0;
    for (size_t i = 0; i < count; i++) p->needed[want[i]] = 1;
    for (ex_id n = p->last; n >= 1; n--) {
        if (p->needed[n] && done && done->node[n].done) p->needed[n] = 0;
        for (int i = 0; p->needed[n] && i < ex_get(g, n)->argc; i++) p->needed[ex_arg(g, n, i)] = 1;
    }
    for (ex_id n = 1; n <= p->last; n++) {
        if (!p->needed[n]) continue;
        for (int i = 0; i < ex_get(g, n)->argc; i++) {
            uint32_t before = p->turn[ex_arg(g, n, i)];
            if (before > p->turn[n]) p->turn[n] = before;
        }
        if (!is_along(p, n)) continue;
        if (!may_pass(g, n, axes) && !p->blocker) p->blocker = n;
        if (is_fold(g, n, axes) && ++p->turn[n] > p->turns) p->turns = p->turn[n];
    }
    for (size_t i = 0; i < count && !open && !p->blocker; i++)
        if (p->needed[want[i]] && (axes_of(g, want[i]) & axes)) p->blocker = want[i];
    return 1;
}

ex_id ex_rows_needed_at(const ex_graph *g, ax_set axes, const ex_id *want, size_t count) {
    rows_plan p;
    ex_id found = plan_make(&p, g, axes, NULL, want, count, 0) ? p.blocker : 0;
    plan_release(&p);
    return found;
}

/* ---- folding a window ---- */

typedef struct fold {
    ex_id node, x, by; /* by: the groups, or 0 */
    unsigned op;
    ex_partial *state;
    size_t results;
} fold;

/* The state of what a part of a stream has, as stream.c has it: in lanes where there is a kernel,
 * else one element after the other. */
static ex_partial state_of(const ex_kernels *kernels, unsigned op, const double *x, size_t n,
                           size_t at) {
    ex_partial all = reduction_start(op);
    if (!kernels->line[op]) {
        ex_partial one = all;
        one.b = 0;
        for (size_t v = 0; v < n; v++) reduction_take(op, &one, x[v], (double)(at + v));
        reduction_join(op, &all, one);
        return all;
    }
    ex_lanes lanes;
    for (int j = 0; j < EX_LANES; j++) {
        lanes.a[j] = all.a;
        lanes.b[j] = 0;
    }
    kernels->line[op](n, &lanes, x);
    for (int j = 0; j < EX_LANES; j++)
        reduction_join(op, &all, (ex_partial){lanes.a[j], lanes.b[j]});
    return all;
}

static void fold_lines(const ex_kernels *kernels, fold *t, const double *x, const ex_window *w,
                       size_t length) {
    for (size_t c = 0; c < t->results; c++, x += w->count) {
        if (length <= EX_LANES) { /* as if each element had a lane of its own */
            for (size_t v = 0; v < w->count; v++)
                reduction_take(t->op, &t->state[c], x[v], (double)(w->from + v));
            continue;
        }
        for (size_t v = 0, n; v < w->count; v += n) {
            n = w->count - v < EX_WINDOW ? w->count - v : EX_WINDOW;
            reduction_join(t->op, &t->state[c], state_of(kernels, t->op, x + v, n, w->from + v));
        }
    }
}

static void fold_groups(const ex_graph *g, fold *t, const double *x, const double *by,
                        const ex_window *w) {
    const ex_node *n = ex_get(g, t->node);
    const ax_space *space = ex_space(g);
    const size_t stride = ax_stride(space, n->axes, n->to);
    const double groups = ax_get(space, n->to)->size;
    ex_walk at;
    ex_walk_lines(&at, space, axes_of(g, t->x), n->axis);
    ex_walk_with(&at, n->axes, 0);
    for (; at.element < at.count; ex_walk_on(&at)) {
        const double *p = x + at.offset[0];
        ex_partial *out = t->state + at.offset[1];
        for (size_t v = 0; v < w->count; v++)
            if (by[v] >= 0 && by[v] < groups)
                reduction_take(t->op, out + (size_t)by[v] * stride, p[v], (double)(w->from + v));
    }
}

/* ---- one reading of the rows ---- */

typedef struct reading {
    ex_run *r;
    int axis;
    uint32_t length; /* of the axis */
    fold *fold;
    size_t folds;
    ex_id *want;
    size_t wants;
    ex_id *source; /* columns first, as they come in a window; then rows' labels and positions */
    size_t sources, columns, numbers; /* what is left is in memory */
    ex_id *known; /* reductions of the rows that are there already, the last one first */
    size_t knowns;
    double *number; /* for sources that are the rows' labels or positions */
    ex_run *part;   /* over windows of `rows` elements */
    size_t rows;
    int (*each)(void *self, const double *value, size_t count, fault *f); /* of `shown`; or NULL */
    void *self;
    ex_id shown;
} reading;

/* Domain errors of elements that the windows need are final: only they know the elements. */
static int settle(ex_run *r, ex_id n, size_t count, size_t first, int adds, fault *f) {
    for (size_t i = 0; i < r->settles; i++)
        if (r->settled[i].node == n) {
            ex_domain_error *e = &r->settled[i];
            if (first < e->first) e->first = first;
            e->count = adds ? e->count + count : count > e->count ? count : e->count;
            return 1;
        }
    if (!MEM_RESERVE(r->settled, r->settles + 1, r->settled_cap)) return fault_memory(f);
    r->settled[r->settles++] = (ex_domain_error){n, count, first};
    return 1;
}

static int settle_window(const reading *p, const ex_window *w, fault *f) {
    size_t count = ex_run_domain_errors(p->part);
    if (!count) return 1;
    ex_domain_error *all = mem_take(count * sizeof *all);
    int fine = all ? ex_needed_domain_errors(p->part, all, &count, f) : fault_memory(f);
    for (size_t i = 0; fine && i < count; i++) {
        const ex_domain_error e = all[i];
        const int along = (axes_of(p->r->g, e.node) & ax_bit(p->axis)) != 0;
        const size_t first =
            along ? e.first / w->count * p->length + w->from + e.first % w->count : e.first;
        fine = settle(p->r, e.node, e.count, first, along, f);
    }
    mem_free(all);
    return fine;
}

static int open_part(reading *p, size_t rows, fault *f) {
    ex_run_close(p->part);
    p->rows = rows;
    ax_cut(ex_space(p->r->g), p->axis, (uint32_t)rows);
    ex_settings s = {.threads = p->r->settings.threads,
                     .block = p->r->settings.block,
                     .memory = p->r->settings.memory,
                     .stop = p->r->settings.stop,
                     .simd = p->r->settings.simd,
                     .again = 1};
    p->part = ex_run_open(p->r->g, &s, f);
    return p->part != NULL;
}

static const double *number_rows(const reading *p, const ex_window *w, size_t which) {
    const ex_values *v = ex_values_of(p->r->g, p->source[which]);
    double *out = p->number + (which - p->columns) * p->rows;
    for (size_t i = 0; i < w->count; i++) out[i] = (double)(w->from + i + (v->tag ? 0 : 1));
    return out;
}

static int take_window(void *self, const ex_window *w, fault *f) {
    reading *p = self;
    if ((!p->part || w->count != p->rows) && !open_part(p, w->count, f)) return 0;
    for (size_t i = 0; i < p->sources; i++) {
        const double *value;
        if (i < p->columns)
            value = w->value[i];
        else if (i < p->numbers)
            value = number_rows(p, w, i);
        else
            value = ex_values_of(p->r->g, p->source[i])->value + w->from;
        if (!ex_run_lend(p->part, p->source[i], value, f)) return 0;
    }
    /* What depends on something is lent after it, since lending forgets what depends on it. */
    for (size_t i = p->knowns; i-- > 0;)
        if (!ex_run_lend(p->part, p->known[i], p->r->node[p->known[i]].value, f)) return 0;
    if (!ex_run_eval(p->part, p->want, p->wants, f) || !settle_window(p, w, f)) return 0;
    for (size_t i = 0; i < p->folds; i++) {
        fold *t = &p->fold[i];
        const double *x = ex_run_value(p->part, t->x, f),
                     *by = t->by ? ex_run_value(p->part, t->by, f) : NULL;
        if (!x || (t->by && !by))
            return f->count ? 0 : fault_set(f, FAULT_BUG, "a value to be looked at is not there");
        if (t->by)
            fold_groups(p->r->g, t, x, by, w);
        else
            fold_lines(p->r->kernels, t, x, w, p->length);
    }
    if (!p->each) return 1;
    const double *x = ex_run_value(p->part, p->shown, f);
    return x && p->each(p->self, x, ax_size(ex_space(p->r->g), axes_of(p->r->g, p->shown)), f);
}

/* A window as long as a quarter of the memory that may still be taken has room for. */
static size_t window_of(const ex_run *r, const rows_plan *p, int axis) {
    enum { MOST = 16 * EX_WINDOW };
    const size_t size = ax_get(ex_space(p->g), axis)->size, room = limits_room() / 4;
    double each = sizeof(double);
    for (ex_id n = 1; n <= p->last; n++)
        if (p->needed[n] && (axes_of(p->g, n) & ax_bit(axis)))
            each +=
                sizeof(double) * (double)ax_size(ex_space(p->g), axes_of(p->g, n) & ~ax_bit(axis));
    size_t rows = r->rows->window ? r->rows->window : (size_t)((double)room / each);
    if (rows > MOST && !r->rows->window) rows = MOST;
    if (rows > size) rows = size + EX_WINDOW - 1;
    return rows < EX_WINDOW ? EX_WINDOW : rows / EX_WINDOW * EX_WINDOW;
}

/* What of a plan is read in this turn: marks the nodes that serve the wanted ones, and lists the
 * sources among them. */
static int list_sources(reading *p, const rows_plan *plan, fault *f) {
    const ex_graph *g = p->r->g;
    const ex_id last = ex_count(g);
    uint8_t *serves = mem_zero((size_t)last + 1, 1);
    p->source = mem_take(((size_t)last + 1) * sizeof *p->source);
    p->known = mem_take(((size_t)last + 1) * sizeof *p->known);
    if (!serves || !p->source || !p->known) {
        mem_free(serves);
        return fault_memory(f);
    }
    for (size_t i = 0; i < p->wants; i++) serves[p->want[i]] = 1;
    for (ex_id n = last; n >= 1; n--) {
        if (!serves[n]) continue;
        if (is_fold(g, n, plan->axes)) {
            p->known[p->knowns++] = n;
            continue;
        }
        for (int i = 0; i < ex_get(g, n)->argc; i++) serves[ex_arg(g, n, i)] = 1;
    }
    enum { COLUMN, NUMBER, THERE };
    for (int kind = COLUMN; kind <= THERE; kind++) {
        for (ex_id n = 1; n <= last; n++) {
            if (!serves[n] || !is_source_of(g, n, plan->axes)) continue;
            const ex_values *v = ex_values_of(g, n);
            const int is = v->value ? THERE : v->origin == EX_LABELS ? NUMBER : COLUMN;
            if (is == kind) p->source[p->sources++] = n;
        }
        if (kind == COLUMN) p->columns = p->sources;
        if (kind == NUMBER) p->numbers = p->sources;
    }
    mem_free(serves);
    return 1;
}

static int read_rows(reading *p, const rows_plan *plan, fault *f) {
    ex_rows *rows = p->r->rows;
    const size_t window = window_of(p->r, plan, p->axis);
    if (!list_sources(p, plan, f)) return 0;
    uint32_t *column = mem_take((p->columns + 1) * sizeof *column);
    p->number = mem_take(((p->numbers - p->columns) * window + 1) * sizeof *p->number);
    for (size_t i = 0; column && i < p->columns; i++)
        column[i] = ex_values_of(p->r->g, p->source[i])->later - 1;
    int fine = column && p->number ? 1 : fault_memory(f);
    if (fine) fine = rows->pass(rows->self, p->axis, column, p->columns, window, take_window, p, f);
    mem_free(column);
    return fine;
}

static void reading_release(reading *p) {
    ex_run_close(p->part);
    ax_cut(ex_space(p->r->g), p->axis, p->length);
    for (size_t i = 0; i < p->folds; i++)
        big_alloc_give(p->fold[i].state, p->fold[i].results * sizeof(ex_partial));
    mem_free(p->fold);
    mem_free(p->want);
    mem_free(p->source);
    mem_free(p->known);
    mem_free(p->number);
}

/* Elements in no group are not asked for, so that what is wrong with them does not count. */
static ex_id of_groups(ex_graph *g, ex_id x, ex_id by, fault *f) {
    ex_id in = ex_unary(g, EX_present, by, f);
    return ex_ternary(g, EX_where, in, x, ex_number(g, EX_NAN, f), f);
}

static int add_fold(reading *p, ex_id n, fault *f) {
    ex_graph *g = p->r->g;
    fold *t = &p->fold[p->folds++];
    const ex_node *x = ex_get(g, n);
    *t = (fold){.node = n, .x = ex_arg(g, n, 0), .op = x->op};
    t->results = ax_size(ex_space(g), x->axes);
    if (x->argc == 2) {
        t->by = ex_arg(g, n, 1);
        t->x = of_groups(g, t->x, t->by, f);
        p->want[p->wants++] = t->by;
    }
    if (!t->x) return 0;
    p->want[p->wants++] = t->x;
    t->state = big_alloc_room(t->results * sizeof *t->state);
    if (!t->state) return fault_memory(f);
    for (size_t i = 0; i < t->results; i++) t->state[i] = reduction_start(t->op);
    return 1;
}

/* The results of a reduction go into the run. */
static int end_fold(ex_run *r, const fold *t, fault *f) {
    if (!run_room(r, t->node, f)) return 0;
    run_node *x = &r->node[t->node];
    for (size_t i = 0; i < t->results; i++) {
        x->value[i] = reduction_end(t->op, t->state[i]);
        if (t->state[i].a == t->state[i].a && !(fabs(x->value[i]) <= DBL_MAX)) {
            x->value[i] = EX_NAN;
            run_domain_error(r, t->node, 1, i);
        }
    }
    x->done = x->held = 1;
    r->computed++;
    return 1;
}

/* The reductions along an axis that a turn of the plan has. */
static int read_turn(ex_run *r, const rows_plan *plan, int axis, uint32_t turn, fault *f) {
    reading p = {.r = r, .axis = axis, .length = ax_get(ex_space(r->g), axis)->size};
    size_t count = 0;
    for (ex_id n = 1; n <= plan->last; n++)
        count += plan->needed[n] && plan->turn[n] == turn && is_fold(r->g, n, ax_bit(axis));
    if (!count) return 1;
    p.fold = mem_take(count * sizeof *p.fold);
    p.want = mem_take(2 * count * sizeof *p.want);
    int fine = p.fold && p.want ? 1 : fault_memory(f);
    for (ex_id n = 1; fine && n <= plan->last; n++)
        if (plan->needed[n] && plan->turn[n] == turn && is_fold(r->g, n, ax_bit(axis)))
            fine = add_fold(&p, n, f);
    fine = fine && read_rows(&p, plan, f);
    ex_run_close(p.part);
    p.part = NULL;
    ax_cut(ex_space(r->g), axis, p.length);
    for (size_t i = 0; fine && i < p.folds; i++) fine = end_fold(r, &p.fold[i], f);
    reading_release(&p);
    return fine;
}

static int read_turns(ex_run *r, const rows_plan *p, fault *f) {
    for (uint32_t turn = 1; turn <= p->turns; turn++)
        for (int axis = 0; axis < AX_MOST; axis++)
            if ((p->axes & ax_bit(axis)) && !read_turn(r, p, axis, turn, f)) return 0;
    return 1;
}

/* ---- for run.c, and others ---- */

/* The elements of sources come from the owner; those of labels and positions are made. */
static int arrive(ex_run *r, int axis, fault *f) {
    for (ex_id n = 1; n <= r->count; n++) {
        const ex_values *v = ex_values_of(r->g, n);
        if (!is_source_of(r->g, n, ax_bit(axis)) || !v->later) continue;
        const double *value = NULL;
        if (v->origin == EX_LABELS) {
            ex_id made = v->tag ? ex_positions(r->g, axis, f) : ex_labels(r->g, axis, f);
            if (!made) return 0;
            value = ex_values_of(r->g, made)->value;
        } else {
            value = r->rows->column(r->rows->self, axis, v->later - 1);
        }
        ex_values_arrive(r->g, n, value);
        r->node[n].value = (double *)(uintptr_t)value; /* nothing was computed of it before */
        r->node[n].done = 1;
    }
    return 1;
}

int ex_run_whole(ex_run *r, int axis, fault *f) {
    if (!r->rows || !(r->rows->axes & ax_bit(axis))) return 1;
    return run_add_new_nodes(r, f) && r->rows->whole(r->rows->self, axis, 0, 0, f) &&
           arrive(r, axis, f);
}

/* The same for the first such axis of a node that needs all of them. */
static int make_whole(ex_run *r, ex_id why, fault *f) {
    const ax_set in = (axes_of(r->g, why) | operand_axes(r->g, why)) & r->rows->axes;
    int axis = 0;
    while (!(in & ax_bit(axis))) axis++;
    const int asked = may_pass(r->g, why, r->rows->axes);
    return r->rows->whole(r->rows->self, axis, why, asked, f) && arrive(r, axis, f);
}

/* Makes the plan; what needs all rows gets them. */
static int plan_rows(ex_run *r, rows_plan *p, const ex_id *want, size_t count, int open, fault *f) {
    for (;;) {
        if (!plan_make(p, r->g, r->rows->axes, r, want, count, open)) {
            plan_release(p);
            return fault_memory(f);
        }
        if (!p->blocker) return 1;
        const ex_id why = p->blocker;
        plan_release(p);
        if (!make_whole(r, why, f)) return 0;
    }
}

static int read_what_is_needed(ex_run *r, const ex_id *want, size_t count, fault *f) {
    rows_plan p;
    if (!r->rows->axes) return 1;
    if (!plan_rows(r, &p, want, count, 0, f)) return 0;
    int fine = read_turns(r, &p, f);
    plan_release(&p);
    return fine;
}

void ex_run_rows(ex_run *r, ex_rows *rows) {
    r->rows = rows;
    r->read_rows = read_what_is_needed;
}

ax_set ex_run_absent(const ex_run *r) { return r->rows ? r->rows->axes : 0; }

int ex_run_each(ex_run *r, ex_id n,
                int (*each)(void *self, const double *value, size_t count, fault *f), void *self,
                fault *f) {
    rows_plan p = {0};
    if (!run_add_new_nodes(r, f)) return 0;
    if (r->rows && (axes_of(r->g, n) & r->rows->axes)) {
        if (!plan_rows(r, &p, &n, 1, 1, f)) return 0;
        int fine = read_turns(r, &p, f);
        const ax_set in = axes_of(r->g, n) & r->rows->axes;
        if (fine && in) {
            const int axis = ax_inner(ex_space(r->g), in);
            reading one = {.r = r,
                           .axis = axis,
                           .length = ax_get(ex_space(r->g), axis)->size,
                           .want = mem_take(sizeof n),
                           .wants = 1,
                           .each = each,
                           .self = self,
                           .shown = n};
            fine = one.want != NULL ? 1 : fault_memory(f);
            if (fine) *one.want = n;
            fine = fine && read_rows(&one, &p, f);
            reading_release(&one);
        }
        plan_release(&p);
        if (in || !fine) return fine;
    }
    const double *value = ex_run_eval(r, &n, 1, f) ? ex_run_value(r, n, f) : NULL;
    return value && each(self, value, ax_size(ex_space(r->g), axes_of(r->g, n)), f);
}
