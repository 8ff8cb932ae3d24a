/* Pipeline breakers: nodes that are a pass of their own, since they need whole lines at once, move
 * elements along the stream axis or call functions of the host. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/work.h"
#include "expr/calls.h"
#include "expr/grouped.h"
#include "expr/line_ops.h"
#include "expr/reduction.h"
#include "expr/run_inside.h"
#include "expr/walk.h"

/* Elements below which waking other threads does not pay. */
enum { SMALL_WORK = 4000 };

/* Elements of a line up to which comparing each with each is quicker than sorting. */
enum { BESIDE = 200 };

static ax_set axes_of(const ex_run *r, ex_id n) { return ex_get(r->g, n)->axes; }

/* ---- whole lines: ranks, scans, order statistics ---- */

typedef struct lines {
    ex_run *r;
    const ex_node *n;
    run_view from; /* of the operand: dense, or a column for each line */
    double *out;
    const ex_walk *start;
    size_t length, step, out_step;
    size_t group, groups; /* lines a call works through; calls */
    size_t beside; /* lines that lie beside one another, and may be ranked together; else 0 */
    const double *number;
    uint32_t *order; /* of ranks: by line, kept from one time to the next; or NULL */
    int known;
    char *scratch;
    size_t scratch_each;
    size_t *domain_errors, *first; /* by worker */
} lines;

/* Ranks as many lines beside one another as the kernel takes, where there are so many before `end`;
 * the walk is then at the last of them. */
static int rank_beside(const lines *l, ex_walk *w, size_t end, void *scratch) {
    const ex_kernels *kernels = l->r->kernels;
    size_t wide = EX_RANKED, line = w->element;
    if (line % EX_RANKED == 0 && line + wide <= end && line % l->beside + wide <= l->beside &&
        kernels->rank_apart(l->length, l->from.value + w->offset[0], l->step, l->out + w->offset[1],
                            l->out_step, l->n->flag, scratch)) {
        ex_walk_to(w, line + wide - 1);
        return 1;
    }
    wide = kernels->wide;
    if (line + wide > end || line % l->beside + wide > l->beside ||
        !kernels->rank_lines(l->length, l->from.value + w->offset[0], l->step,
                             l->out + w->offset[1], l->out_step, l->n->flag, scratch))
        return 0;
    ex_walk_to(w, line + wide - 1);
    return 1;
}

static void run_lines(void *self, size_t call, int worker) {
    lines *l = self;
    const ex_node *n = l->n;
    void *scratch = l->scratch + (size_t)worker * l->scratch_each;
    int reduces = ex_class(n->op) == EX_CLASS_ORDER;
    ex_walk w;
    ex_walk_copy(&w, l->start);
    size_t line = call * l->group, end = line + l->group < w.count ? line + l->group : w.count;
    if (run_stopped(l->r)) return;
    for (ex_walk_to(&w, line); w.element < end; ex_walk_on(&w)) {
        const double *x = l->from.column ? l->from.column[w.offset[0] / l->from.line]
                                         : l->from.value + w.offset[0];
        double *out = l->out + w.offset[1];
        if (l->beside && rank_beside(l, &w, end, scratch)) continue;
        if (l->order) {
            line_ops_rank(x, l->length, l->step, out, l->out_step, n->param, (ex_ties)n->extra,
                          n->flag, l->order + w.element * l->length, l->known, scratch);
        } else if (!reduces) {
            line_ops_scan((ex_op)n->op, x, l->length, l->step, out, l->out_step, n->param,
                          (ex_ties)n->extra, n->flag, l->number, scratch);
            /* A running sum that overflows is missing from there on. */
            for (size_t v = 0; !ex_is(n->op, EX_TOTAL) && v < l->length; v++) {
                double y = out[v * l->out_step], a = x[v * l->step];
                if (y == y || a != a) continue;
                if (!l->domain_errors[worker]++ || w.offset[1] + v * l->out_step < l->first[worker])
                    l->first[worker] = w.offset[1] + v * l->out_step;
            }
        } else {
            *out = line_ops_reduce((ex_op)n->op, x, l->length, l->step, n->param, scratch);
        }
    }
}

static int materialize_lines(ex_run *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const ax_space *space = ex_space(r->g);
    ex_id x = ex_arg(r->g, id, 0);
    ax_set shape = axes_of(r, x);
    ex_walk start;
    ex_walk_lines(&start, space, shape, n->axis);
    ex_walk_with(&start, n->axes, 0);
    lines l = {.r = r,
               .n = n,
               .from = run_look(r, x),
               .out = r->node[id].value,
               .start = &start,
               .length = ax_get(space, n->axis)->size,
               .step = ax_stride(space, shape, n->axis),
               .out_step = ax_stride(space, n->axes, n->axis),
               .number = n->op == EX_interpolate ? ax_numbers(space, n->axis) : NULL};
    int inner = ax_inner(space, shape);
    /* Columns are lines as they are; along another axis the operand is copied. */
    if (!l.from.column || inner != n->axis)
        l.from = (run_view){.value = run_dense(r, x, f), .line = l.from.line};
    if (!l.from.column && !l.from.value) return 0;
    if (n->op == EX_rank && n->extra == EX_TIES_MIN && !(n->param > 0) && inner != n->axis &&
        l.length <= BESIDE)
        l.beside = ax_get(space, inner)->size;
    if (n->op == EX_rank && !l.beside) l.order = run_order(r, id, l.length, &l.known);
    size_t count = start.count;
    thread_pool *crew = count < 2 || count * l.length < SMALL_WORK ? NULL : run_crew(r);
    size_t threads = (size_t)thread_pool_threads(crew);
    size_t bytes =
        l.order ? line_ops_order_scratch(l.length) : line_ops_scratch((ex_op)n->op, l.length);
    l.scratch_each = (bytes + 63) / 64 * 64;
    if (l.beside) l.scratch_each += l.length * EX_RANKED * sizeof(int64_t);
    l.group = l.length ? (16384 / l.length / EX_RANKED + 1) * EX_RANKED : count + 1;
    l.groups = (count + l.group - 1) / l.group;
    l.scratch = mem_take(threads * l.scratch_each + 64);
    l.domain_errors = mem_zero(2 * threads, sizeof *l.domain_errors);
    int fine = l.scratch && l.domain_errors ? 1 : fault_memory(f);
    if (fine) {
        l.first = l.domain_errors + threads;
        thread_pool_run(crew, l.groups, run_lines, &l);
        for (size_t t = 0; t < threads; t++)
            run_domain_error(r, id, l.domain_errors[t], l.first[t]);
        if (l.order && !run_stopped(r)) r->node[id].known = 1;
    }
    mem_free(l.scratch);
    mem_free(l.domain_errors);
    return fine;
}

/* ---- reductions by groups ---- */

/* All others are folds, or lines along the stream axis (plan.c). */
static int materialize_reduction(ex_run *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const ax_space *space = ex_space(r->g);
    ex_id x = ex_arg(r->g, id, 0);
    ax_set shape = axes_of(r, x);
    ex_walk start;
    /* The reduced axis is innermost, so that every result takes its elements in the axis's order.
     */
    ex_walk_lines(&start, space, shape, n->axis);
    ex_walk_with(&start, n->axes, 0);
    grouped g = {.op = n->op,
                 .x = run_dense(r, x, f),
                 .by = run_dense(r, ex_arg(r->g, id, 1), f),
                 .start = &start,
                 .length = ax_get(space, n->axis)->size,
                 .step = ax_stride(space, shape, n->axis),
                 .stride = ax_stride(space, n->axes, n->to),
                 .groups = ax_get(space, n->to)->size,
                 .stop = r->settings.stop};
    if (!g.x || !g.by) return 0;
    const size_t results = ax_size(space, n->axes);
    g.state = mem_take((results + 1) * sizeof *g.state);
    if (!g.state) return fault_memory(f);
    for (size_t i = 0; i < results; i++) g.state[i] = reduction_start(n->op);
    grouped_add(&g, g.length >= SMALL_WORK ? run_crew(r) : NULL);
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

/* ---- choosing ---- */

static int materialize_choice(ex_run *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const double *from = run_dense(r, ex_arg(r->g, id, 0), f);
    const double *position = n->op == EX_gather ? run_dense(r, ex_arg(r->g, id, 1), f) : NULL;
    if (!from || (n->op == EX_gather && !position)) return 0;
    ex_choice c = ex_choice_of(r->g, id, position);
    double *out = r->node[id].value;
    size_t step[WALK_OPERANDS];
    ex_walk w = ex_walk_of(r->g, id);
    size_t length = ex_walk_inner(&w, step);
    for (; w.element < w.count; ex_walk_on(&w)) {
        const double *p = from + w.offset[0];
        for (size_t v = 0; v < length; v++) {
            double at = position ? position[w.offset[1] + v * step[1]] : (double)c.fixed;
            *out++ = at >= 0 && at < c.length ? p[v * step[0] + (size_t)at * c.stride] : EX_NAN;
        }
        if ((w.element & 1023) == 0 && run_stopped(r)) break;
    }
    return 1;
}

/* ---- host functions ---- */

static int is_undone(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits == EX_UNDONE_BITS;
}

/* Hands all elements to the function, in blocks. `*left`: some of them are undone. */
static int materialize_blocks(ex_run *r, ex_id id, const double *const *from, double *out,
                              int *left, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const ex_function *fn = ex_function_of(r->g, id);
    double number[WALK_OPERANDS][EX_BLOCK] = {{0}};
    const double *arg[WALK_OPERANDS];
    size_t step[WALK_OPERANDS], filled = 0, done = 0;
    ex_walk w = ex_walk_of(r->g, id);
    const size_t length = ex_walk_inner(&w, step);
    for (; w.element < w.count; ex_walk_on(&w))
        for (size_t v = 0; v < length;) {
            size_t some = length - v < EX_BLOCK - filled ? length - v : EX_BLOCK - filled;
            for (int i = 0; i < n->argc; i++) {
                const double *p = from[i] + w.offset[i] + v * step[i];
                arg[i] = step[i] == 1 && some == EX_BLOCK ? p : number[i];
                for (size_t k = 0; arg[i] != p && k < some; k++)
                    number[i][filled + k] = p[k * step[i]];
            }
            v += some;
            filled += some;
            if (filled < EX_BLOCK && (v < length || done + filled < w.count * length)) continue;
            if (run_stopped(r)) return fault_set(f, FAULT_LIMIT, "stopped in '%s'", fn->name);
            if (!fn->block(fn->self, arg, n->argc, filled, out + done, f)) return 0;
            for (; filled; filled--) *left |= is_undone(out[done++]);
        }
    return 1;
}

/* Elements of which most are known after the ones before: of many rows that name few things. */
typedef struct look_up {
    const call_memo *known;
    const double *x;
    double *out;
    size_t from, to; /* elements */
    uint8_t *left;   /* by part: are some undone? */
    int missing_too; /* it is asked of missing ones, too */
} look_up;

enum { LOOK_UP_PART = 1 << 14, LOOK_UP_FIRST = 1 << 16 };

static void look_up_part(void *self, size_t part, int worker) {
    look_up *l = self;
    size_t from = l->from + part * LOOK_UP_PART,
           to = l->to - from < LOOK_UP_PART ? l->to : from + LOOK_UP_PART, left = 0;
    (void)worker;
    for (size_t i = from; i < to; i++) {
        const double x = l->x[i];
        l->out[i] = x == x || l->missing_too ? call_known(l->known, x) : EX_NAN;
        left += (size_t)is_undone(l->out[i]);
    }
    l->left[part] = left > 0;
}

/* Asks a function of one whole number, such as that of a text, as often as it says that it should
 * be asked: once for each. The first elements are asked for; then twice as many as before, by all
 * threads, of which few are not known, and so on. */
static int look_up_rounds(ex_run *r, const ex_function *fn, call_memo *known, const double *x,
                          double *out, size_t count, fault *f) {
    look_up l = {.known = known,
                 .x = x,
                 .out = out,
                 .to = count < LOOK_UP_FIRST ? count : LOOK_UP_FIRST,
                 .missing_too = fn->missing_too};
    l.left = mem_take(count / LOOK_UP_PART + 1);
    int fine = l.left ? 1 : fault_memory(f);
    const int loop = work_loop(count);
    while (fine && l.from < count) {
        const size_t parts = (l.to - l.from + LOOK_UP_PART - 1) / LOOK_UP_PART;
        if (l.from) thread_pool_run(run_crew(r), parts, look_up_part, &l);
        for (size_t i = l.from; fine && i < l.to; i++) {
            if (l.from && !l.left[(i - l.from) / LOOK_UP_PART]) {
                i += LOOK_UP_PART - 1;
                continue;
            }
            if (!l.from || is_undone(out[i]))
                fine = call_on_element(fn, known, &x[i], 1, &out[i], f);
            if ((i & 1023) == 0 && run_stopped(r))
                fine = fault_set(f, FAULT_LIMIT, "stopped in '%s'", fn->name);
        }
        l.from = l.to;
        l.to = count - l.to < l.to ? count : 2 * l.to;
        work_loop_to(loop, l.from);
    }
    work_loop_end(loop);
    mem_free(l.left);
    return fine;
}

static int materialize_lookup(ex_run *r, ex_id id, const double *const *from, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const ex_function *fn = ex_function_of(r->g, id);
    double *out = r->node[id].value, arg[WALK_OPERANDS];
    call_memo known = {.most = 4 * ax_size(ex_space(r->g), n->axes)};
    if (n->argc == 1 && fn->distinct && !fn->block && axes_of(r, ex_arg(r->g, id, 0)) == n->axes) {
        int done = look_up_rounds(r, fn, &known, from[0], out, ax_size(ex_space(r->g), n->axes), f);
        call_memo_release(&known);
        return done;
    }
    const int loop = work_loop(ax_size(ex_space(r->g), n->axes));
    int left = !fn->block, fine = !fn->block || materialize_blocks(r, id, from, out, &left, f);
    for (ex_walk w = ex_walk_of(r->g, id); fine && left && w.element < w.count; ex_walk_on(&w)) {
        if (fn->block && !is_undone(out[w.element])) continue;
        for (int i = 0; i < n->argc; i++) arg[i] = from[i][w.offset[i]];
        fine = call_on_element(fn, &known, arg, n->argc, &out[w.element], f);
        if ((w.element & 63) == 0 && run_stopped(r))
            fine = fault_set(f, FAULT_LIMIT, "stopped in '%s'", fn->name);
        if ((w.element & 63) == 0) work_loop_to(loop, w.element);
    }
    work_loop_end(loop);
    call_memo_release(&known);
    return fine;
}

static int materialize_hosted(ex_run *r, ex_id id, fault *f) {
    const double *from[EX_MATRIX_ARGS];
    for (int i = 0; i < ex_get(r->g, id)->argc; i++)
        if (!(from[i] = run_dense(r, ex_arg(r->g, id, i), f))) return 0;
    call_watch w = {.stop = r->settings.stop};
    const int lookup = ex_get(r->g, id)->op == EX_lookup;
    call_is_for(id);
    int fine = lookup ? materialize_lookup(r, id, from, f)
                      : call_on_matrices(r->g, id, from, r->node[id].value, &w, f);
    call_is_for(0);
    if (!lookup) run_domain_error(r, id, w.domain_errors, w.first);
    return fine;
}

int run_materialize(ex_run *r, ex_id id, fault *f) {
    switch (ex_class(ex_get(r->g, id)->op)) {
    case EX_CLASS_HOSTED: return materialize_hosted(r, id, f);
    case EX_CLASS_CHOICE: return materialize_choice(r, id, f);
    case EX_CLASS_REDUCE: return materialize_reduction(r, id, f);
    default: return materialize_lines(r, id, f);
    }
}
