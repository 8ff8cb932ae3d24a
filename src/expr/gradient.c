#include "expr/gradient.h"

#include "base/mem.h"
#include "expr/elementary.h"
#include "expr/line_ops.h"
#include "expr/walk.h"

/* Of a node: the derivative by each element, and the flags of gradient.h. */
typedef struct slope {
    double *by;
    uint8_t *how;
} slope;

struct ex_gradient {
    ex_graph *g;
    const ax_space *space;
    ex_run *run;
    fault *f;
    uint32_t count;
    slope *node;      /* by node number */
    uint8_t *between; /* it lies on a way from one of `of` to a seed, or at its end */
    uint8_t *of;      /* it is one of the nodes that derivatives are asked by */
};

static size_t size_of(const ex_gradient *d, ex_id n) {
    return ax_size(d->space, ex_get(d->g, n)->axes);
}

static void release_slope(slope *s) {
    mem_free(s->by);
    mem_free(s->how);
    *s = (slope){0};
}

/* The slope of a node that is `between`, made at the first use. NULL for other nodes, and with the
 * fault filled without memory. */
static slope *slope_of(ex_gradient *d, ex_id n) {
    slope *s = &d->node[n];
    if (!d->between[n] || s->by) return s->by ? s : NULL;
    s->by = mem_zero(size_of(d, n) + 1, sizeof *s->by);
    s->how = mem_zero(size_of(d, n) + 1, sizeof *s->how);
    if (s->by && s->how) return s;
    release_slope(s);
    fault_memory(d->f);
    return NULL;
}

/* The chain rule: adds to the slope of an operand's element the slope of a result (`by`, `how`)
 * times `local`, the derivative of the result by that element: a number, EX_FLAT, EX_BENT,
 * EX_ROUNDED, or EX_HOST where it is not known. */
#define EX_HOST (-__builtin_inf())
static void slope_pass(slope *to, size_t at, double by, uint8_t how, double local) {
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

/* Also functions of the host, whose results depend on all present arguments. */
static void elementwise(ex_gradient *d, ex_id id, const ex_id *arg, const double *const *value,
                        const double *result, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    slope *to[WALK_OPERANDS];
    for (int k = 0; k < n->argc; k++) to[k] = slope_of(d, arg[k]);
    for (ex_walk w = ex_walk_of(d->g, id); w.element < w.count; ex_walk_on(&w)) {
        size_t i = w.element;
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

/* A line of the operand x of a reduction or scan, or a group in it. */
typedef struct along {
    const ex_node *n;
    const double *x;
    slope *to;
    ex_places at;
    uint32_t *order; /* room for a position of each element, and one more */
    /* of a reduction: the result, the derivative by it and its flags */
    double value, by;
    uint8_t how;
    /* of a scan: the results, laid out as x, and their slopes; the labels as numbers, or NULL */
    const double *result, *number;
    const slope *from;
} along;

/* The index in x of the i-th element. */
static size_t spot(const along *l, size_t i) { return ex_place(&l->at, i); }

static double at(const along *l, size_t i) { return l->x[spot(l, i)]; }

/* The index in x of a position on the axis. */
static size_t spot_of(const along *l, uint32_t position) {
    return l->at.base + position * l->at.stride;
}

/* Whether a comes after b by value; equal ones are kept in order of position. */
static int is_after(const double *value, size_t stride, uint32_t a, uint32_t b) {
    double x = value[a * stride], y = value[b * stride];
    return x > y || (x == y && a > b);
}

static void sift_down(uint32_t *order, size_t i, size_t n, const double *value, size_t stride) {
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && is_after(value, stride, order[child + 1], order[child])) child++;
        if (!is_after(value, stride, order[child], order[i])) return;
        uint32_t swap = order[i];
        order[i] = order[child];
        order[child] = swap;
    }
}

static void sort_by(uint32_t *order, size_t n, const double *value, size_t stride) {
    for (size_t i = n / 2; i-- > 0;) sift_down(order, i, n, value, stride);
    for (size_t left = n; left-- > 1;) {
        uint32_t swap = order[0];
        order[0] = order[left];
        order[left] = swap;
        sift_down(order, 0, left, value, stride);
    }
}

/* Puts the positions of the present elements into `order`, by value. Returns how many. */
static size_t sort_present(const along *l) {
    size_t n = 0;
    for (size_t i = 0; i < l->at.count; i++)
        if (at(l, i) == at(l, i)) l->order[n++] = (uint32_t)ex_position_at(&l->at, i);
    sort_by(l->order, n, l->x + l->at.base, l->at.stride);
    return n;
}

/* ---- reductions ---- */

static void pass_reduced(const along *l, size_t i, double local) {
    slope_pass(l->to, spot(l, i), l->by, l->how, local);
}

static size_t count_equal(const along *l, double value) {
    size_t n = 0;
    for (size_t i = 0; i < l->at.count; i++) n += (size_t)decimal_equal(at(l, i), value);
    return n;
}

static void pass_to_present(const along *l, double local) {
    for (size_t i = 0; i < l->at.count; i++)
        if (at(l, i) == at(l, i)) pass_reduced(l, i, local);
}

static void pass_quantile(const along *l, double p) {
    size_t n = sort_present(l);
    if (!n) return;
    double h = line_ops_place(n, p), g = h - (double)(size_t)h;
    size_t k = (size_t)h, next = g > 0 ? k + 1 : k;
    double low = l->x[spot_of(l, l->order[k])], high = l->x[spot_of(l, l->order[next])];
    double lows = count_equal(l, low) > 1 ? EX_BENT : 1 - g,
           highs = count_equal(l, high) > 1 ? EX_BENT : g;
    for (size_t i = 0; i < l->at.count; i++)
        if (at(l, i) == at(l, i))
            pass_reduced(l, i,
                         decimal_equal(at(l, i), low)    ? lows
                         : decimal_equal(at(l, i), high) ? highs
                                                         : EX_FLAT);
}

/* For results that depend on the order of the elements: they are steps, with an edge where elements
 * are equal. */
static void pass_steps(const along *l, uint8_t how) {
    size_t n = sort_present(l);
    for (size_t i = 0; i < n; i++) {
        double here = l->x[spot_of(l, l->order[i])];
        int tied = (i && decimal_equal(l->x[spot_of(l, l->order[i - 1])], here)) ||
                   (i + 1 < n && decimal_equal(l->x[spot_of(l, l->order[i + 1])], here));
        slope_pass(l->to, spot_of(l, l->order[i]), 0, how, tied ? EX_BENT : EX_FLAT);
    }
}

/* slope_NAME: the column `slope` of EX_REDUCE, and the names of EX_ORDER and EX_SCAN. */

static void slope_each(const along *l) { pass_to_present(l, 1); }

/* The other elements have an effect only if they change far enough to become the extreme. */
static void slope_extreme(const along *l) {
    double own = count_equal(l, l->value) > 1 ? EX_BENT : 1;
    for (size_t i = 0; i < l->at.count; i++)
        if (at(l, i) == at(l, i))
            pass_reduced(l, i, decimal_equal(at(l, i), l->value) ? own : EX_FLAT);
}

/* Where there is a result there is an element. */
static void slope_first(const along *l) {
    size_t i = 0;
    while (at(l, i) != at(l, i)) i++;
    pass_reduced(l, i, 1);
}

static void slope_last(const along *l) {
    size_t i = l->at.count - 1;
    while (at(l, i) != at(l, i)) i--;
    pass_reduced(l, i, 1);
}

static void slope_step(const along *l) { pass_steps(l, l->how); }

/* A count depends only on which elements are present. */
static void slope_nothing(const along *l) { (void)l; }

/* It depends on all present elements, in an unknown way. */
static inline void slope_unknown(const along *l) { pass_to_present(l, EX_HOST); }

static void slope_median(const along *l) { pass_quantile(l, 0.5); }

static void slope_quantile(const along *l) { pass_quantile(l, l->n->param); }

static void along_reduce(const along *l) {
#define REDUCE(name, text, lua, takes, gives, how, fold, start, take, join, end, slope, ...)       \
    case EX_##name:                                                                                \
        slope_##slope(l);                                                                          \
        break;
#define ORDER(name, ...)                                                                           \
    case EX_##name: slope_##name(l); break;
    switch (l->n->op) { EX_REDUCE(REDUCE) EX_ORDER(ORDER) }
}

/* ---- scans: results and operands have the same layout ---- */

static void slope_rank(const along *l) {
    uint8_t how = 0;
    for (size_t i = 0; i < l->at.count; i++)
        if (l->result[spot(l, i)] == l->result[spot(l, i)]) how |= l->from->how[spot(l, i)];
    if (how) pass_steps(l, how);
}

static void slope_cumsum(const along *l) {
    double by = 0;
    uint8_t how = 0;
    for (size_t i = l->at.count; i-- > 0;) {
        size_t p = spot(l, i);
        if (l->result[p] == l->result[p]) {
            by += l->from->by[p];
            how |= l->from->how[p];
        }
        if (l->x[p] == l->x[p] && how) slope_pass(l->to, p, by, how, 1);
    }
}

static void slope_lag(const along *l) {
    for (size_t i = 0; i < l->at.count; i++) {
        double source = (double)i - __builtin_trunc(l->n->param);
        if (l->from->how[spot(l, i)] && source >= 0 && source < (double)l->at.count)
            slope_pass(l->to, spot(l, (size_t)source), l->from->by[spot(l, i)],
                       l->from->how[spot(l, i)], 1);
    }
}

static void slope_fill(const along *l) {
    size_t found = 0;
    for (size_t i = 0; i < l->at.count; i++) {
        size_t p = spot(l, i);
        if (l->x[p] == l->x[p]) found = i;
        if (l->from->how[p] && l->result[p] == l->result[p])
            slope_pass(l->to, spot(l, found), l->from->by[p], l->from->how[p], 1);
    }
}

/* On the present neighbours on both sides, by label number; beyond the ends on the only one. */
static void slope_interpolate(const along *l) {
    for (size_t i = 0; i < l->at.count; i++) l->order[i] = (uint32_t)i;
    if (l->number) sort_by(l->order, l->at.count, l->number, 1);
    size_t left = l->at.count;
    for (size_t i = 0; i <= l->at.count; i++) {
        if (i < l->at.count && at(l, l->order[i]) != at(l, l->order[i])) continue;
        for (size_t k = left == l->at.count ? 0 : left + 1; k < i; k++) {
            size_t p = spot(l, l->order[k]);
            if (!l->from->how[p] || l->result[p] != l->result[p]) continue;
            double g = left == l->at.count ? 1 : 0;
            if (left < l->at.count && i < l->at.count) {
                double a = l->number ? l->number[l->order[left]] / 2 : (double)left;
                double b = l->number ? l->number[l->order[i]] / 2 : (double)i;
                double c = l->number ? l->number[l->order[k]] / 2 : (double)k;
                g = b > a ? (c - a) / (b - a) : 0;
            }
            if (left < l->at.count)
                slope_pass(l->to, spot(l, l->order[left]), l->from->by[p], l->from->how[p], 1 - g);
            if (i < l->at.count)
                slope_pass(l->to, spot(l, l->order[i]), l->from->by[p], l->from->how[p], g);
        }
        if (i < l->at.count && l->from->how[spot(l, l->order[i])]) {
            size_t p = spot(l, l->order[i]);
            slope_pass(l->to, p, l->from->by[p], l->from->how[p], 1);
        }
        left = i;
    }
}

/* Of equal elements any may come to stand in any of their places; others have an effect only if
 * they change far enough to come to another place. */
static void slope_sort(const along *l) {
    size_t n = sort_present(l);
    uint8_t any = 0;
    for (size_t i = 0; i < n; i++) any |= l->from->how[spot(l, i)];
    for (size_t i = 0, end; i < n; i = end) {
        uint8_t how = 0;
        for (end = i; end < n && decimal_equal(at(l, l->order[end]), at(l, l->order[i])); end++)
            how |= l->from->how[spot(l, end)];
        for (size_t k = i; any && k < end; k++)
            slope_pass(l->to, spot(l, l->order[k]), how ? l->from->by[spot(l, i)] : 0,
                       how ? how : any,
                       !how          ? EX_FLAT
                       : end - i > 1 ? EX_BENT
                                     : 1);
    }
}

static void along_scan(const along *l) {
#define SCAN(name, ...)                                                                            \
    case EX_##name: slope_##name(l); break;
    switch (l->n->op) { EX_SCAN(SCAN) }
}

/* ---- from a node to its operands ---- */

static int reduction(ex_gradient *d, ex_id id, const ex_id *arg, const double *const *value,
                     const double *result, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    int grouped = n->to != AX_NONE;
    ex_lines lines;
    int fine = ex_lines_open(&lines, d->g, id, grouped ? value[1] : NULL, d->f);
    along l = {.n = n,
               .x = value[0],
               .to = slope_of(d, arg[0]),
               .order = mem_take((lines.length + 1) * sizeof *l.order)};
    slope *by = grouped ? slope_of(d, arg[1]) : NULL;
    if (!l.order) fine = fault_memory(d->f);
    for (ex_walk w = ex_walk_of(d->g, id); fine && w.element < w.count; ex_walk_on(&w)) {
        size_t i = w.element;
        if (!from->how[i] || result[i] != result[i]) continue;
        l.at = ex_lines_at(&lines, &w);
        l.value = result[i];
        l.by = from->by[i];
        l.how = from->how[i];
        if (l.to) along_reduce(&l);
        for (size_t k = 0; by && k < l.at.count; k++)
            slope_pass(by, ex_position_at(&l.at, k), 0, from->how[i], EX_FLAT);
    }
    ex_lines_release(&lines);
    mem_free(l.order);
    return fine;
}

static int scanning(ex_gradient *d, ex_id id, const ex_id *arg, const double *const *value,
                    const double *result, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    ex_lines lines;
    ex_lines_open(&lines, d->g, id, NULL, d->f);
    along l = {.n = n,
               .x = value[0],
               .to = slope_of(d, arg[0]),
               .result = result,
               .number = ax_numbers(d->space, n->axis),
               .from = from,
               .order = mem_take((lines.length + 1) * sizeof *l.order)};
    if (!l.order) return fault_memory(d->f);
    ex_walk w;
    ex_walk_lines(&w, d->space, n->axes, n->axis);
    for (; l.to && w.element < w.count; ex_walk_on(&w)) {
        l.at = ex_lines_at(&lines, &w);
        along_scan(&l);
    }
    mem_free(l.order);
    return 1;
}

/* ---- choosing ---- */

static void choosing(ex_gradient *d, ex_id id, const ex_id *arg, const double *const *value,
                     const double *result, const slope *from) {
    int looks_up = ex_get(d->g, id)->op == EX_gather;
    slope *to = slope_of(d, arg[0]), *by = looks_up ? slope_of(d, arg[1]) : NULL;
    ex_choice c = ex_choice_of(d->g, id, looks_up ? value[1] : NULL);
    for (ex_walk w = ex_walk_of(d->g, id); w.element < w.count; ex_walk_on(&w)) {
        size_t i = w.element;
        if (!from->how[i] || result[i] != result[i]) continue;
        size_t chosen = ex_chosen(&c, &w);
        if (chosen != SIZE_MAX) slope_pass(to, chosen, from->by[i], from->how[i], 1);
        if (by) slope_pass(by, w.offset[1], from->by[i], from->how[i], EX_FLAT);
    }
}

/* The results of a call depend on all its arguments, in an unknown way. */
static int matrices(ex_gradient *d, ex_id id, const ex_id *arg, const slope *from) {
    const ex_node *n = ex_get(d->g, id);
    uint8_t *how = mem_zero(ax_size(d->space, ex_call_axes(d->g, id)) + 1, 1);
    if (!how) return fault_memory(d->f);
    ex_walk w = ex_walk_calls(d->g, id, n->axes);
    for (; w.element < w.count; ex_walk_on(&w)) how[w.offset[0]] |= from->how[w.offset[1]];
    for (int k = 0; k < n->argc; k++) {
        slope *to = slope_of(d, arg[k]);
        w = ex_walk_calls(d->g, id, ex_get(d->g, arg[k])->axes);
        for (; to && w.element < w.count; ex_walk_on(&w))
            slope_pass(to, w.offset[1], 0, how[w.offset[0]], EX_HOST);
    }
    mem_free(how);
    return 1;
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
    if (n->op == EX_matrix) return matrices(d, id, arg, from);
    if (ex_class(n->op) == EX_CLASS_SCAN) return scanning(d, id, arg, value, result, from);
    if (ex_is_reduction(n->op)) return reduction(d, id, arg, value, result, from);
    if (ex_class(n->op) == EX_CLASS_CHOICE)
        choosing(d, id, arg, value, result, from);
    else
        elementwise(d, id, arg, value, result, from);
    return !d->f->count;
}

/* Marks the nodes between `of` and the seeds, and computes their values and those of their
 * operands. */
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
        if (!d->of[n]) release_slope(&d->node[n]);
    }
    if (fine) return d;
    ex_gradient_close(d);
    return NULL;
}

void ex_gradient_close(ex_gradient *d) {
    if (!d) return;
    for (ex_id n = 1; d->node && n <= d->count; n++) release_slope(&d->node[n]);
    mem_free(d->node);
    mem_free(d->between);
    mem_free(d->of);
    mem_free(d);
}

const double *ex_gradient_by(const ex_gradient *d, ex_id n) { return d->node[n].by; }

const uint8_t *ex_gradient_how(const ex_gradient *d, ex_id n) { return d->node[n].how; }
