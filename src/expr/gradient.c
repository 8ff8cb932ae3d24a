#include "expr/gradient.h"

#include <string.h>

#include "base/mem.h"
#include "expr/elementary.h"
#include "expr/gradient_inside.h"
#include "expr/walk.h"

struct ex_gradient {
    ex_graph *g;
    const ax_space *space;
    ex_run *run;
    fault *f;
    uint32_t count;
    slope *node;      /* by node number */
    uint8_t *between; /* a seed hangs on it, and it on one of `of`, or it is one of those */
    uint8_t *of;
};

static size_t size_of(const ex_gradient *d, ex_id n) {
    return ax_size(d->space, ex_get(d->g, n)->axes);
}

static void give(slope *s) {
    mem_free(s->by);
    mem_free(s->how);
    *s = (slope){0};
}

/* The slope of a node that is between, made when it is first handed something; NULL for others, and
 * without memory. */
static slope *slope_of(ex_gradient *d, ex_id n) {
    slope *s = &d->node[n];
    if (!d->between[n] || s->by) return s->by ? s : NULL;
    s->by = mem_zero(size_of(d, n) + 1, sizeof *s->by);
    s->how = mem_zero(size_of(d, n) + 1, sizeof *s->how);
    if (s->by && s->how) return s;
    give(s);
    fault_memory(d->f);
    return NULL;
}

void slope_pass(slope *to, size_t at, double by, uint8_t how, double local) {
    if (!to || local == 0) return;
    uint8_t on = how;
    if (local == EX_FLAT)
        on = EX_FLAT_HERE | (how & EX_BENT_HERE);
    else if (local == EX_HOST)
        on = (uint8_t)((how & ~EX_FELT) | (how & EX_FELT ? EX_BY_HOST : 0));
    else if (local != local)
        on = (uint8_t)((how & ~EX_FELT) | EX_BENT_HERE);
    else
        to->by[at] += local == EX_ROUNDED ? by : by * local;
    if (local == EX_ROUNDED) on |= EX_ROUNDED_HERE;
    to->how[at] |= on;
}

/* ---- element by element ---- */

#define UNARY(name, text, lua, takes, gives, how, expression, da, ...)                             \
    case EX_##name:                                                                                \
        d[0] = da;                                                                                 \
        break;
#define BINARY(name, text, lua, takes, gives, how, expression, da, db, ...)                        \
    case EX_##name:                                                                                \
        d[0] = da;                                                                                 \
        d[1] = db;                                                                                 \
        break;
#define TERNARY(name, text, lua, takes, gives, how, expression, da, db, dc, ...)                   \
    case EX_##name:                                                                                \
        d[0] = da;                                                                                 \
        d[1] = db;                                                                                 \
        d[2] = dc;                                                                                 \
        break;

static void derivatives(int op, double a, double b, double c, double r, double d[3]) {
    switch (op) {
        EX_UNARY(UNARY)
        EX_BINARY(BINARY)
        EX_TERNARY(TERNARY)
    default: (void)c; d[0] = d[1] = d[2] = EX_HOST;
    }
}

/* Also functions of the host: an element of those hangs on all arguments that are there. */
static void elementwise(ex_gradient *d, ex_id id, const ex_id *arg, const double *const *value,
                        const double *result, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    slope *to[WALK_OPERANDS];
    ex_walk w = ex_walk_over(d->space, n->axes);
    for (int k = 0; k < n->argc; k++) {
        to[k] = slope_of(d, arg[k]);
        ex_walk_with(&w, ex_get(d->g, arg[k])->axes, AX_NONE, AX_NONE, AX_NONE);
    }
    size_t size = size_of(d, id);
    for (size_t i = 0; i < size; i++, ex_walk_on(&w)) {
        if (!from->how[i] || result[i] != result[i]) continue;
        double local[3], a[3] = {0};
        for (int k = 0; k < n->argc && k < 3; k++) a[k] = value[k][w.offset[k]];
        derivatives(n->op, a[0], a[1], a[2], result[i], local);
        for (int k = 0; k < n->argc; k++)
            if (value[k][w.offset[k]] == value[k][w.offset[k]])
                slope_pass(to[k], w.offset[k], from->by[i], from->how[i], local[k < 3 ? k : 0]);
    }
}

/* ---- along an axis ---- */

/* The places of each group: which[start[k]] … which[start[k + 1] - 1]. `start` has two more. */
static void group(const double *by, size_t n, size_t groups, uint32_t *start, uint32_t *which) {
    uint32_t *next =
        start + 1; /* filling moves it on to the ends, which are the next ones' starts */
    memset(start, 0, (groups + 2) * sizeof *start);
    for (size_t i = 0; i < n; i++)
        if (by[i] >= 0 && by[i] < (double)groups) next[(size_t)by[i] + 1]++;
    for (size_t k = 0; k < groups; k++) next[k + 1] += next[k];
    for (size_t i = 0; i < n; i++)
        if (by[i] >= 0 && by[i] < (double)groups) which[next[(size_t)by[i]]++] = (uint32_t)i;
}

static int reduction(ex_gradient *d, ex_id id, const ex_id *arg, const double *const *value,
                     const double *result, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    ax_set shape = ex_get(d->g, arg[0])->axes;
    size_t length = ax_get(d->space, n->axis)->size, size = size_of(d, id);
    size_t groups = n->to == AX_NONE ? 0 : ax_get(d->space, n->to)->size;
    uint32_t *room = mem_take((2 * length + groups + 3) * sizeof *room);
    if (!room) return fault_memory(d->f);
    uint32_t *which = room + length + 1, *start = which + length;
    along l = {.x = value[0],
               .to = slope_of(d, arg[0]),
               .stride = ax_stride(d->space, shape, n->axis),
               .count = length,
               .order = room};
    slope *by = groups ? slope_of(d, arg[1]) : NULL;
    ex_walk w = ex_walk_over(d->space, n->axes);
    ex_walk_with(&w, shape, n->axis, AX_NONE, AX_NONE);
    if (groups) {
        ex_walk_with(&w, AX_BIT(n->to), AX_NONE, AX_NONE, AX_NONE);
        group(value[1], length, groups, start, which);
    }
    for (size_t i = 0; i < size; i++, ex_walk_on(&w)) {
        if (!from->how[i] || result[i] != result[i]) continue;
        l.at = w.offset[0];
        if (groups) {
            l.which = which + start[w.offset[1]];
            l.count = start[w.offset[1] + 1] - start[w.offset[1]];
        }
        if (l.to) along_reduce(n, &l, result[i], from->by[i], from->how[i]);
        for (size_t k = 0; by && k < l.count; k++)
            slope_pass(by, l.which[k], 0, from->how[i], EX_FLAT);
    }
    mem_free(room);
    return 1;
}

static int scanning(ex_gradient *d, ex_id id, const ex_id *arg, const double *const *value,
                    const double *result, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    const ax_axis *a = ax_get(d->space, n->axis);
    along l = {.x = value[0],
               .to = slope_of(d, arg[0]),
               .stride = ax_stride(d->space, n->axes, n->axis),
               .count = a->size,
               .order = mem_take((a->size + 1) * sizeof *l.order)};
    if (!l.order) return fault_memory(d->f);
    ex_walk w = ex_walk_over(d->space, n->axes & ~AX_BIT(n->axis));
    ex_walk_with(&w, n->axes, n->axis, AX_NONE, AX_NONE);
    size_t lines = a->size ? size_of(d, id) / a->size : 0;
    for (size_t i = 0; l.to && i < lines; i++, ex_walk_on(&w)) {
        l.at = w.offset[0];
        along_scan(n, &l, result, from, a->number);
    }
    mem_free(l.order);
    return 1;
}

/* ---- choosing ---- */

static void choosing(ex_gradient *d, ex_id id, const ex_id *arg, const double *const *value,
                     const double *result, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    ax_set shape = ex_get(d->g, arg[0])->axes;
    size_t stride = ax_stride(d->space, shape, n->axis), size = size_of(d, id);
    double length = ax_get(d->space, n->axis)->size;
    slope *to = slope_of(d, arg[0]), *by = n->op == EX_gather ? slope_of(d, arg[1]) : NULL;
    ex_walk w = ex_walk_over(d->space, n->axes);
    if (n->op == EX_rename)
        ex_walk_with(&w, shape, AX_NONE, n->to, n->axis);
    else
        ex_walk_with(&w, shape, n->axis, AX_NONE, AX_NONE);
    if (n->op == EX_gather) ex_walk_with(&w, ex_get(d->g, arg[1])->axes, AX_NONE, AX_NONE, AX_NONE);
    for (size_t i = 0; i < size; i++, ex_walk_on(&w)) {
        if (!from->how[i] || result[i] != result[i]) continue;
        double position = n->op == EX_slice    ? n->extra
                          : n->op == EX_gather ? value[1][w.offset[1]]
                                               : 0;
        if (position >= 0 && position < length)
            slope_pass(to, w.offset[0] + (size_t)position * stride, from->by[i], from->how[i], 1);
        if (by) slope_pass(by, w.offset[1], from->by[i], from->how[i], EX_FLAT);
    }
}

/* Every element of a matrix hangs on every element of the matrices it was made of. */
static void matrices(ex_gradient *d, ex_id id, const ex_id *arg, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    for (int k = 0; k < n->argc; k++) {
        slope *to = slope_of(d, arg[k]);
        ax_set shape = ex_get(d->g, arg[k])->axes;
        size_t size = ax_size(d->space, n->axes | shape);
        ex_walk w = ex_walk_over(d->space, n->axes | shape);
        ex_walk_with(&w, n->axes, AX_NONE, AX_NONE, AX_NONE);
        ex_walk_with(&w, shape, AX_NONE, AX_NONE, AX_NONE);
        for (size_t i = 0; to && i < size; i++, ex_walk_on(&w))
            slope_pass(to, w.offset[1], 0, from->how[w.offset[0]], EX_HOST);
    }
}

/* ---- all of it ---- */

static int backwards(ex_gradient *d, ex_id id) {
    const ex_node *n = ex_get(d->g, id);
    const slope *from = &d->node[id];
    ex_id arg[EX_MATRIX_ARGS];
    const double *value[EX_MATRIX_ARGS], *result = ex_run_value(d->run, id, d->f);
    for (int i = 0; result && i < n->argc; i++) {
        arg[i] = ex_arg(d->g, id, i);
        if (!(value[i] = ex_run_value(d->run, arg[i], d->f))) result = NULL;
    }
    if (!result)
        return d->f->count ? 0
                           : fault_set(d->f, FAULT_BUG, "a value is not there for the derivatives");
    if (n->op == EX_matrix)
        matrices(d, id, arg, from);
    else if (ex_class(n->op) == EX_CLASS_CHOICE)
        choosing(d, id, arg, value, result, from);
    else if (ex_class(n->op) == EX_CLASS_SCAN)
        return scanning(d, id, arg, value, result, from);
    else if (ex_is_reduction(n->op))
        return reduction(d, id, arg, value, result, from);
    else
        elementwise(d, id, arg, value, result, from);
    return !d->f->count;
}

/* Marks what lies between, and computes it with all it is computed from. */
static int prepare(ex_gradient *d, const ex_seed *seed, size_t seeds, const ex_id *of,
                   size_t count) {
    ex_id *want = mem_zero((size_t)d->count + 1, sizeof *want);
    uint8_t *needed = mem_zero((size_t)d->count + 1, 2), *reached = needed + d->count + 1;
    size_t wants = 0;
    int fine = want && needed ? 1 : fault_memory(d->f);
    for (size_t i = 0; fine && i < seeds; i++) needed[seed[i].node] = 1;
    for (size_t i = 0; fine && i < count; i++) d->of[of[i]] = reached[of[i]] = 1;
    for (ex_id n = 1; fine && n <= d->count; n++)
        for (int i = 0; i < ex_get(d->g, n)->argc; i++) reached[n] |= reached[ex_arg(d->g, n, i)];
    for (ex_id n = fine ? d->count : 0; n; n--)
        for (int i = 0; needed[n] && i < ex_get(d->g, n)->argc; i++) needed[ex_arg(d->g, n, i)] = 1;
    for (ex_id n = 1; fine && n <= d->count; n++) {
        d->between[n] = needed[n] && reached[n];
        int used = 0;
        for (int i = 0; i < ex_get(d->g, n)->argc; i++) used |= reached[ex_arg(d->g, n, i)];
        if (!needed[n] || !used) /* an operand's value is wanted where it is met */
            continue;
        want[wants++] = n;
        needed[n] = 2;
    }
    for (ex_id n = 1; fine && n <= d->count; n++)
        for (int i = 0; needed[n] == 2 && i < ex_get(d->g, n)->argc; i++) {
            ex_id a = ex_arg(d->g, n, i);
            if (needed[a] == 1 && ex_get(d->g, a)->op != EX_source) {
                needed[a] = 3;
                want[wants++] = a;
            }
        }
    fine = fine && ex_run_eval(d->run, want, wants, d->f);
    mem_free(want);
    mem_free(needed);
    return fine;
}

ex_gradient *ex_gradient_open(ex_graph *g, ex_run *r, const ex_seed *seed, size_t seeds,
                              const ex_id *of, size_t count, fault *f) {
    ex_gradient *d = mem_zero(1, sizeof *d);
    if (d) *d = (ex_gradient){.g = g, .space = ex_space(g), .run = r, .f = f, .count = ex_count(g)};
    if (d) {
        d->node = mem_zero((size_t)d->count + 1, sizeof *d->node);
        d->between = mem_zero((size_t)d->count + 1, 1);
        d->of = mem_zero((size_t)d->count + 1, 1);
    }
    int fine =
        d && d->node && d->between && d->of ? prepare(d, seed, seeds, of, count) : fault_memory(f);
    for (size_t i = 0; fine && i < seeds; i++) {
        slope *s = slope_of(d, seed[i].node);
        if (s) slope_pass(s, seed[i].element, 1, EX_FELT, 1);
        fine = !f->count;
    }
    for (ex_id n = fine ? d->count : 0; n && fine; n--) {
        if (d->node[n].by && ex_get(g, n)->op != EX_source) fine = backwards(d, n);
        if (!d->of[n]) give(&d->node[n]);
    }
    if (fine) return d;
    ex_gradient_close(d);
    return NULL;
}

void ex_gradient_close(ex_gradient *d) {
    if (!d) return;
    for (ex_id n = 1; d->node && n <= d->count; n++) give(&d->node[n]);
    mem_free(d->node);
    mem_free(d->between);
    mem_free(d->of);
    mem_free(d);
}

const double *ex_gradient_by(const ex_gradient *d, ex_id n) { return d->node[n].by; }

const uint8_t *ex_gradient_how(const ex_gradient *d, ex_id n) { return d->node[n].how; }
