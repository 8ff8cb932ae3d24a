/* Nodes that stand apart: whole lines at once, elements moved across the stream axis, host
 * functions. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "expr/matrix.h"
#include "expr/reduction.h"
#include "expr/run_inside.h"
#include "expr/line_ops.h"

/* Elements below which waking other threads for whole lines does not pay. */
enum { SMALL_WORK = 4000 };

/* A walk over the lines of a shape: all outer positions, with the offsets of up to `WALKED` arrays.
 */
enum { WALKED = 9 };

typedef struct walk {
    int axes; /* outer axes */
    uint32_t size[AX_MOST], index[AX_MOST];
    size_t stride[WALKED][AX_MOST];
    size_t at[WALKED];
    size_t length;       /* of the inner axis; 1 where there is none */
    size_t step[WALKED]; /* along the inner axis */
    size_t lines;
    int arrays;
} walk;

/* Walks `shape`, with `inner` innermost (AX_NONE: single elements). Array i has axes[i]; an axis it
 * lacks has stride 0. */
static void walk_begin(walk *w, const ax_space *s, ax_set shape, int inner, int arrays,
                       const ax_set *axes) {
    uint8_t order[AX_MOST];
    int n = ax_layout(s, inner == AX_NONE ? shape : shape & ~AX_BIT(inner), order);
    *w = (walk){.axes = n, .arrays = arrays, .lines = 1, .length = 1};
    for (int k = 0; k < n; k++) {
        w->size[k] = ax_get(s, order[k])->size;
        w->lines *= w->size[k];
        for (int i = 0; i < arrays; i++)
            w->stride[i][k] = axes[i] & AX_BIT(order[k]) ? ax_stride(s, axes[i], order[k]) : 0;
    }
    if (inner == AX_NONE) return;
    w->length = ax_get(s, inner)->size;
    for (int i = 0; i < arrays; i++)
        w->step[i] = axes[i] & AX_BIT(inner) ? ax_stride(s, axes[i], inner) : 0;
}

static void walk_next(walk *w) {
    for (int k = w->axes - 1; k >= 0; k--) {
        for (int i = 0; i < w->arrays; i++) w->at[i] += w->stride[i][k];
        if (++w->index[k] < w->size[k]) return;
        for (int i = 0; i < w->arrays; i++) w->at[i] -= w->stride[i][k] * w->size[k];
        w->index[k] = 0;
    }
}

static void walk_to(walk *w, size_t line) {
    for (int i = 0; i < w->arrays; i++) w->at[i] = 0;
    for (int k = w->axes - 1; k >= 0; k--) {
        w->index[k] = (uint32_t)(line % w->size[k]);
        line /= w->size[k];
        for (int i = 0; i < w->arrays; i++) w->at[i] += w->index[k] * w->stride[i][k];
    }
}

static ax_set axes_of(const ex_run *r, ex_id n) { return ex_get(r->g, n)->axes; }

/* ---- whole lines: ranks, scans, order statistics ---- */

typedef struct lines {
    ex_run *r;
    const ex_node *n;
    const double *x;
    double *out;
    walk start;
    size_t group, groups; /* lines a call works through; calls */
    const double *number;
    char *scratch;
    size_t scratch_each;
    size_t *domain_errors, *first; /* by worker */
} lines;

static void run_lines(void *self, size_t call, int worker) {
    lines *l = self;
    const ex_node *n = l->n;
    void *scratch = l->scratch + (size_t)worker * l->scratch_each;
    int reduces = ex_class(n->op) == EX_CLASS_ORDER;
    walk w = l->start;
    size_t line = call * l->group, end = line + l->group < w.lines ? line + l->group : w.lines;
    if (run_stopped(l->r)) return;
    for (walk_to(&w, line); line < end; line++, walk_next(&w)) {
        const double *x = l->x + w.at[0];
        double *out = l->out + w.at[1];
        if (!reduces) {
            line_ops_scan((ex_op)n->op, x, w.length, w.step[0], out, w.step[1], n->param,
                          (ex_ties)n->extra, n->flag, l->number, scratch);
            /* A running sum that leaves the range of doubles is missing from there on. */
            for (size_t v = 0; !ex_is(n->op, EX_TOTAL) && v < w.length; v++) {
                double y = out[v * w.step[1]], a = x[v * w.step[0]];
                if (y == y || a != a) continue;
                if (!l->domain_errors[worker]++ || w.at[1] + v * w.step[1] < l->first[worker])
                    l->first[worker] = w.at[1] + v * w.step[1];
            }
        } else {
            *out = line_ops_reduce((ex_op)n->op, x, w.length, w.step[0], n->param, scratch);
        }
    }
}

static int whole_lines(ex_run *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    ex_id x = ex_arg(r->g, id, 0);
    lines l = {.r = r,
               .n = n,
               .x = run_dense(r, x, f),
               .out = r->node[id].value,
               .number = ax_get(ex_space(r->g), n->axis)->number};
    if (!l.x) return 0;
    ax_set axes[] = {axes_of(r, x), n->axes};
    walk_begin(&l.start, ex_space(r->g), axes[0], n->axis, 2, axes);
    work *crew =
        l.start.lines < 2 || l.start.lines * l.start.length < SMALL_WORK ? NULL : run_crew(r);
    size_t threads = (size_t)thread_pool_threads(crew);
    l.scratch_each = (line_ops_scratch((ex_op)n->op, l.start.length) + 63) / 64 * 64;
    l.group = l.start.length ? 16384 / l.start.length + 1 : l.start.lines + 1;
    l.groups = (l.start.lines + l.group - 1) / l.group;
    l.scratch = mem_take(threads * l.scratch_each + 64);
    l.domain_errors = mem_zero(2 * threads, sizeof *l.domain_errors);
    int fine = l.scratch && l.domain_errors ? 1 : fault_memory(f);
    if (fine) {
        l.first = l.domain_errors + threads;
        thread_pool_run(crew, l.groups, run_lines, &l);
        for (size_t t = 0; t < threads; t++)
            run_domain_error(r, id, l.domain_errors[t], l.first[t]);
    }
    mem_free(l.scratch);
    mem_free(l.domain_errors);
    return fine;
}

/* ---- reductions whose result is not streamed as their operand is ---- */

static int reduce_apart(ex_run *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const ax_space *space = ex_space(r->g);
    ex_id x = ex_arg(r->g, id, 0);
    const double *from = run_dense(r, x, f);
    const double *by = n->argc == 2 ? run_dense(r, ex_arg(r->g, id, 1), f) : NULL;
    if (!from || (n->argc == 2 && !by)) return 0;
    size_t results = ax_size(space, n->axes);
    ex_partial *s = mem_take((results + 1) * sizeof *s);
    if (!s) return fault_memory(f);
    for (size_t i = 0; i < results; i++) s[i] = reduction_start(n->op);
    /* Along the reduced axis innermost: its elements come in the axis's order for every result. */
    ax_set axes[] = {axes_of(r, x), n->axes};
    walk w;
    walk_begin(&w, space, axes[0], n->axis, 2, axes);
    size_t stride = by ? ax_stride(space, n->axes, n->to) : 0;
    uint32_t groups = by ? ax_get(space, n->to)->size : 0;
    for (size_t line = 0; line < w.lines; line++, walk_next(&w)) {
        const double *p = from + w.at[0];
        ex_partial *out = s + w.at[1];
        for (size_t v = 0; v < w.length; v++) {
            if (by && !(by[v] >= 0 && by[v] < (double)groups)) continue;
            reduction_take(n->op, by ? out + (size_t)by[v] * stride : out, p[v * w.step[0]],
                           (double)v);
        }
        if ((line & 1023) == 0 && run_stopped(r)) break;
    }
    double *value = r->node[id].value;
    for (size_t i = 0; i < results; i++) {
        value[i] = reduction_end(n->op, s[i]);
        if (s[i].a == s[i].a && !(fabs(value[i]) <= DBL_MAX)) {
            value[i] = EX_NAN;
            run_domain_error(r, id, 1, i);
        }
    }
    mem_free(s);
    return 1;
}

/* ---- choosing ---- */

static int choose_apart(ex_run *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const ax_space *space = ex_space(r->g);
    ex_id x = ex_arg(r->g, id, 0);
    const double *from = run_dense(r, x, f);
    const double *position = n->op == EX_gather ? run_dense(r, ex_arg(r->g, id, 1), f) : NULL;
    if (!from || (n->op == EX_gather && !position)) return 0;
    /* The worked axis of the operand is given by the position, so it does not count in its walk; in
     * a rename the new axis walks with the old one's stride. */
    ax_set axes[3] = {n->axes, axes_of(r, x) & ~AX_BIT(n->axis),
                      position ? axes_of(r, ex_arg(r->g, id, 1)) : 0};
    size_t along = ax_stride(space, axes_of(r, x), n->axis);
    int inner = pl_inner(space, n->axes);
    walk w;
    walk_begin(&w, space, n->axes, inner, 3, axes);
    uint8_t order[AX_MOST];
    int outer = ax_layout(space, inner == AX_NONE ? n->axes : n->axes & ~AX_BIT(inner), order);
    for (int k = 0; k <= outer; k++) {
        int axis = k < outer ? order[k] : inner;
        size_t stride = 0;
        if (axis != AX_NONE && (axes[1] & AX_BIT(axis)))
            stride = ax_stride(space, axes_of(r, x), axis);
        if (n->op == EX_rename && axis == n->to) stride = along;
        if (k < outer)
            w.stride[1][k] = stride;
        else
            w.step[1] = stride;
    }
    double size = ax_get(space, n->axis)->size;
    size_t fixed = n->op == EX_slice ? n->extra * along : 0;
    double *out = r->node[id].value;
    for (size_t line = 0; line < w.lines; line++, walk_next(&w)) {
        const double *p = from + w.at[1] + fixed;
        for (size_t v = 0; v < w.length; v++) {
            double at = position ? position[w.at[2] + v * w.step[2]] : 0;
            out[w.at[0] + v * w.step[0]] =
                at >= 0 && at < size ? p[v * w.step[1] + (size_t)at * along] : EX_NAN;
        }
        if ((line & 1023) == 0 && run_stopped(r)) break;
    }
    return 1;
}

/* ---- host functions ---- */

/* Answers by argument: a table of doubles by their bits, open addressing. */
typedef struct answers {
    uint64_t *key;
    double *answer;
    uint8_t *used;
    size_t room, count;
} answers;

static size_t slot_of(const answers *a, uint64_t key) {
    /* Whole numbers, such as those of texts, differ only in the upper bits of a double. */
    uint64_t h = (key ^ key >> 32) * 0x9e3779b97f4a7c15u;
    size_t i = (size_t)(h >> 24) & (a->room - 1);
    while (a->used[i] && a->key[i] != key) i = (i + 1) & (a->room - 1);
    return i;
}

static int widen(answers *a) {
    answers w = {.room = a->room ? a->room * 2 : 256};
    w.key = mem_take(w.room * sizeof *w.key);
    w.answer = mem_take(w.room * sizeof *w.answer);
    w.used = mem_zero(w.room, 1);
    if (w.key && w.answer && w.used) {
        for (size_t i = 0; i < a->room; i++)
            if (a->used[i]) {
                size_t at = slot_of(&w, a->key[i]);
                w.used[at] = 1;
                w.key[at] = a->key[i];
                w.answer[at] = a->answer[i];
            }
        w.count = a->count;
    }
    int fine = w.key && w.answer && w.used;
    answers *drop = fine ? a : &w;
    mem_free(drop->key);
    mem_free(drop->answer);
    mem_free(drop->used);
    if (fine) *a = w;
    return fine;
}

static int ask(const ex_function *fn, answers *known, const double *arg, int argc, double *out,
               fault *f) {
    for (int i = 0; !fn->missing_too && i < argc; i++)
        if (arg[i] != arg[i]) {
            *out = EX_NAN;
            return 1;
        }
    if (!fn->distinct || argc != 1) {
        if (!fn->call(fn->self, arg, argc, out, f)) return 0;
    } else {
        uint64_t key;
        double x = arg[0] == 0 ? 0 : arg[0] != arg[0] ? EX_NAN : arg[0];
        memcpy(&key, &x, sizeof key);
        if (2 * (known->count + 1) > known->room && !widen(known)) return fault_memory(f);
        size_t at = slot_of(known, key);
        if (!known->used[at]) {
            if (!fn->call(fn->self, arg, argc, out, f)) return 0;
            known->used[at] = 1;
            known->key[at] = key;
            known->answer[at] = *out;
            known->count++;
        }
        *out = known->answer[at];
    }
    return 1;
}

static int lookup_apart(ex_run *r, ex_id id, fault *f) {
    const ex_node *n = ex_get(r->g, id);
    const ex_function *fn = ex_function_of(r->g, id);
    const double *from[WALKED];
    ax_set axes[WALKED] = {n->axes};
    for (int i = 0; i < n->argc; i++) {
        ex_id x = ex_arg(r->g, id, i);
        axes[i + 1] = axes_of(r, x);
        from[i] = run_dense(r, x, f);
        if (!from[i]) return 0;
    }
    walk w;
    walk_begin(&w, ex_space(r->g), n->axes, pl_inner(ex_space(r->g), n->axes), n->argc + 1, axes);
    double *out = r->node[id].value;
    answers known = {0};
    int fine = 1;
    for (size_t line = 0; fine && line < w.lines; line++, walk_next(&w))
        for (size_t v = 0; fine && v < w.length; v++) {
            double arg[WALKED];
            for (int i = 0; i < n->argc; i++) arg[i] = from[i][w.at[i + 1] + v * w.step[i + 1]];
            size_t at = w.at[0] + v * w.step[0];
            fine = ask(fn, &known, arg, n->argc, &out[at], f);
            if (fine && !(fabs(out[at]) <= DBL_MAX)) out[at] = EX_NAN;
            if ((v & 1023) == 0 && run_stopped(r))
                fine = fault_set(f, FAULT_LIMIT, "stopped in '%s'", fn->name);
        }
    mem_free(known.key);
    mem_free(known.answer);
    mem_free(known.used);
    return fine;
}

static int matrix_apart(ex_run *r, ex_id id, fault *f) {
    const double *value[EX_MATRIX_ARGS];
    for (int i = 0; i < ex_get(r->g, id)->argc; i++) {
        value[i] = run_dense(r, ex_arg(r->g, id, i), f);
        if (!value[i]) return 0;
    }
    matrix_watch w = {.stop = r->settings.stop};
    int fine = matrix_compute(r->g, id, value, r->node[id].value, &w, f);
    run_domain_error(r, id, w.domain_errors, w.first);
    return fine;
}

int run_apart(ex_run *r, ex_id id, fault *f) {
    unsigned op = ex_get(r->g, id)->op;
    if (op == EX_lookup) return lookup_apart(r, id, f);
    if (op == EX_matrix) return matrix_apart(r, id, f);
    if (ex_class(op) == EX_CLASS_CHOICE) return choose_apart(r, id, f);
    if (ex_class(op) == EX_CLASS_REDUCE) return reduce_apart(r, id, f);
    return whole_lines(r, id, f);
}
