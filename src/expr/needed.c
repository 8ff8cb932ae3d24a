/* Which domain errors count: those whose elements what was asked of a run has need of.
 *
 * The kernels compute every element and count every domain error, so that `where(x:gt(0), log(x),
 * 0)` has one at each x of 0. Only where a node had domain errors is it asked which of its elements
 * were needed, from the nodes asked for back to it. Needed are, of a needed element
 *
 *   of `where`        the condition, and the branch that was taken there
 *   of `coalesce`     the first operand, and the second where the first is missing
 *   of a look-up, a slice, a lag      the element found, and the position
 *   of a grouped reduction            the elements of its group
 *   of `first` and `last`             the elements up to the one found
 *   of `fill`         the elements back to the one found
 *   of `interpolate`  the element itself; where it is missing, its line
 *   of `cumsum`       those before it
 *
 * and of all else everything that it is computed from: `&` and `|` of a missing operand are
 * missing, so they take both. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/run_inside.h"
#include "expr/walk.h"

/* Bytes of values that are computed at a time to be looked at. */
enum { AT_ONCE = 64 << 20 };

/* What is needed of a node. */
enum { NONE, SOME, ALL };

typedef struct need {
    uint64_t *bit; /* of SOME: the elements; NULL: none yet */
    uint8_t extent;
    uint8_t leads; /* itself or an operand of an operand had a domain error and is needed in part */
} need;

typedef struct needs {
    ex_run *r;
    ex_graph *g;
    const ax_space *space;
    uint32_t count;
    need *node;
    const double **value; /* by node; of those that are looked at now */
} needs;

static const ex_node *node_of(const needs *w, ex_id n) { return ex_get(w->g, n); }

static size_t size_of(const needs *w, ex_id n) { return ax_size(w->space, node_of(w, n)->axes); }

static uint64_t *bits_for(size_t size, fault *f) {
    uint64_t *bit = mem_zero(size / 64 + 1, sizeof *bit);
    if (!bit) fault_memory(f);
    return bit;
}

static int is_set(const uint64_t *bit, size_t i) { return bit[i / 64] >> (i & 63) & 1; }

static void set(uint64_t *bit, size_t i) { bit[i / 64] |= (uint64_t)1 << (i & 63); }

static int is_needed(const needs *w, ex_id n, size_t i) {
    const need *x = &w->node[n];
    return x->extent == ALL || (x->bit && is_set(x->bit, i));
}

/* An operand of which the elements needed are to be found. */
static int is_open(const needs *w, ex_id operand) {
    return w->node[operand].leads && w->node[operand].extent == SOME;
}

/* ---- without a look at values ---- */

/* How much of operand k is needed where all of the node is. */
static int of_operand(const ex_node *n, int k) {
    switch (n->op) {
    case EX_where: return k == 0 ? ALL : SOME;
    case EX_coalesce: return k == 0 ? ALL : SOME;
    case EX_first:
    case EX_last:
    case EX_lag:
    case EX_slice: return SOME;
    case EX_gather: return k == 1 ? ALL : SOME;
    default: return ex_is_reduction(n->op) && n->to != AX_NONE ? SOME : ALL;
    }
}

static void spread(needs *w) {
    for (ex_id id = w->count; id >= 1; id--) {
        need *x = &w->node[id];
        if (w->r->node[id].asked) x->extent = ALL;
        if (!x->extent || !size_of(w, id)) continue;
        for (int k = 0; k < node_of(w, id)->argc; k++) {
            need *to = &w->node[ex_arg(w->g, id, k)];
            int extent = x->extent == ALL ? of_operand(node_of(w, id), k) : SOME;
            if (extent > to->extent) to->extent = (uint8_t)extent;
        }
    }
}

/* Whether there are domain errors of which it is open how many count. */
static int find_leads(needs *w) {
    int any = 0;
    for (ex_id id = 1; id <= w->count; id++) {
        need *x = &w->node[id];
        x->leads = w->r->node[id].domain_errors && x->extent == SOME;
        any |= x->leads;
        for (int k = 0; k < node_of(w, id)->argc; k++)
            x->leads |= w->node[ex_arg(w->g, id, k)].leads;
    }
    return any;
}

/* ---- from a node to its operands ---- */

/* Operand k, if its elements are to be found: then its bits. */
static uint64_t *open_bits(needs *w, ex_id id, int k) {
    ex_id operand = ex_arg(w->g, id, k);
    return is_open(w, operand) ? w->node[operand].bit : NULL;
}

static void elementwise(needs *w, ex_id id) {
    const ex_node *n = node_of(w, id);
    uint64_t *to[EX_MATRIX_ARGS];
    const double *steer =
        n->op == EX_where || n->op == EX_coalesce ? w->value[ex_arg(w->g, id, 0)] : NULL;
    for (int k = 0; k < n->argc; k++) to[k] = open_bits(w, id, k);
    for (ex_walk at = ex_walk_of(w->g, id); at.element < at.count; ex_walk_on(&at)) {
        if (!is_needed(w, id, at.element)) continue;
        double v = steer ? steer[at.offset[0]] : 0;
        for (int k = 0; k < n->argc; k++) {
            if (!to[k]) continue;
            if (n->op == EX_where && k && (v != v || (v != 0) != (k == 1))) continue;
            if (n->op == EX_coalesce && k && v == v) continue;
            set(to[k], at.offset[k]);
        }
    }
}

/* A line of a reduction, as its elements go to their results. */
typedef struct reduction {
    ex_walk at; /* over all axes of the operand but the reduced one: the operand, the result */
    size_t length, stride, step;
    const double *by;
    double groups;
} reduction;

static reduction reduction_of(const needs *w, ex_id id) {
    const ex_node *n = node_of(w, id);
    ax_set shape = node_of(w, ex_arg(w->g, id, 0))->axes;
    reduction r = {.at = ex_walk_lines(w->space, shape, n->axis),
                   .length = ax_get(w->space, n->axis)->size,
                   .stride = ax_stride(w->space, shape, n->axis)};
    ex_walk_with(&r.at, n->axes, 0);
    if (n->to != AX_NONE) {
        r.by = w->value[ex_arg(w->g, id, 1)];
        r.step = ax_stride(w->space, n->axes, n->to);
        r.groups = ax_get(w->space, n->to)->size;
    }
    return r;
}

/* The result that element i of the line goes to; SIZE_MAX: to none. */
static size_t result_of(const reduction *r, size_t i) {
    if (!r->by) return r->at.offset[1];
    return r->by[i] >= 0 && r->by[i] < r->groups ? r->at.offset[1] + (size_t)r->by[i] * r->step
                                                 : SIZE_MAX;
}

static void mark_all(needs *w, ex_id id, uint64_t *to, ex_id operand) {
    size_t size = size_of(w, id), i = 0;
    while (i < size && !is_needed(w, id, i)) i++;
    for (size_t k = 0; i < size && k < size_of(w, operand); k++) set(to, k);
}

static int reduce(needs *w, ex_id id, fault *f) {
    const ex_node *n = node_of(w, id);
    int ends = n->op == EX_first || n->op == EX_last;
    if (n->argc == 2 && open_bits(w, id, 1))
        mark_all(w, id, open_bits(w, id, 1), ex_arg(w->g, id, 1));
    uint64_t *to = open_bits(w, id, 0), *found = NULL;
    if (!to) return 1;
    if (ends && !(found = bits_for(size_of(w, id), f))) return 0;
    const double *x = ends ? w->value[ex_arg(w->g, id, 0)] : NULL;
    reduction r = reduction_of(w, id);
    for (; r.at.element < r.at.count; ex_walk_on(&r.at))
        for (size_t k = 0; k < r.length; k++) {
            size_t i = n->op == EX_last ? r.length - 1 - k : k, out = result_of(&r, i);
            size_t element = r.at.offset[0] + i * r.stride;
            if (out == SIZE_MAX || !is_needed(w, id, out)) continue;
            if (found && is_set(found, out)) continue;
            set(to, element);
            if (found && x[element] == x[element]) set(found, out);
        }
    mem_free(found);
    return 1;
}

/* One line of a scan, from its last element to its first. */
static void scan_line(needs *w, ex_id id, uint64_t *to, const double *x, size_t base, size_t stride,
                      size_t length) {
    const ex_node *n = node_of(w, id);
    size_t later = SIZE_MAX; /* a needed element further on that this one may serve */
    double most = n->op == EX_lag ? __builtin_trunc(n->param) : n->param;
    for (size_t i = length; i-- > 0;) {
        size_t here = base + i * stride;
        int needed = is_needed(w, id, here), present = x && x[here] == x[here];
        if (needed) later = i;
        if (later == SIZE_MAX) continue;
        switch (n->op) {
        case EX_lag: {
            double from = (double)i - most;
            if (needed && from >= 0 && from < (double)length) set(to, base + (size_t)from * stride);
            break;
        }
        case EX_fill:
            if (most < 0 || (double)(later - i) <= most) set(to, here);
            if (present) later = SIZE_MAX;
            break;
        case EX_cumsum: set(to, here); break;
        default:
            if (!needed) continue;
            if (n->op == EX_interpolate && present) {
                set(to, here);
                continue;
            }
            for (size_t k = 0; k < length; k++) set(to, base + k * stride);
            return;
        }
    }
}

static void scan(needs *w, ex_id id) {
    const ex_node *n = node_of(w, id);
    const double *x =
        n->op == EX_fill || n->op == EX_interpolate ? w->value[ex_arg(w->g, id, 0)] : NULL;
    ex_walk at = ex_walk_lines(w->space, n->axes, n->axis);
    for (; at.element < at.count; ex_walk_on(&at))
        scan_line(w, id, open_bits(w, id, 0), x, at.offset[0],
                  ax_stride(w->space, n->axes, n->axis), ax_get(w->space, n->axis)->size);
}

static void choose(needs *w, ex_id id) {
    const ex_node *n = node_of(w, id);
    ax_set shape = node_of(w, ex_arg(w->g, id, 0))->axes;
    uint64_t *to = open_bits(w, id, 0), *position = NULL;
    size_t along = ax_stride(w->space, shape, n->axis);
    double length = ax_get(w->space, n->axis)->size;
    const double *found = NULL;
    if (n->op == EX_gather) {
        position = open_bits(w, id, 1);
        found = w->value[ex_arg(w->g, id, 1)];
    }
    for (ex_walk at = ex_walk_of(w->g, id); at.element < at.count; ex_walk_on(&at)) {
        if (!is_needed(w, id, at.element)) continue;
        double p = n->op == EX_slice ? n->extra : found ? found[at.offset[1]] : 0;
        if (position) set(position, at.offset[1]);
        if (to && p >= 0 && p < length) set(to, at.offset[0] + (size_t)p * along);
    }
}

/* The axes that a matrix function's calls are counted over. */
static ax_set calls_of(const needs *w, ex_id id) {
    return node_of(w, id)->axes & ~ex_core_axes(ex_matrix_of(w->g, id)->out);
}

/* Over the elements of an operand in each call: the call, the operand. */
static ex_walk call_walk(const needs *w, ax_set calls, ex_id operand) {
    ex_walk at = ex_walk_over(w->space, node_of(w, operand)->axes | calls);
    ex_walk_with(&at, calls, 0);
    ex_walk_with(&at, node_of(w, operand)->axes, 0);
    return at;
}

static int matrix(needs *w, ex_id id, fault *f) {
    ax_set calls = calls_of(w, id);
    uint64_t *call = bits_for(ax_size(w->space, calls), f);
    if (!call) return 0;
    ex_walk at = ex_walk_over(w->space, node_of(w, id)->axes);
    ex_walk_with(&at, calls, 0);
    for (; at.element < at.count; ex_walk_on(&at))
        if (is_needed(w, id, at.element)) set(call, at.offset[0]);
    for (int k = 0; k < node_of(w, id)->argc; k++) {
        uint64_t *to = open_bits(w, id, k);
        at = call_walk(w, calls, ex_arg(w->g, id, k));
        for (; to && at.element < at.count; ex_walk_on(&at))
            if (is_set(call, at.offset[0])) set(to, at.offset[1]);
    }
    mem_free(call);
    return 1;
}

static int follow(needs *w, ex_id id, fault *f) {
    unsigned op = node_of(w, id)->op;
    int open = 0;
    for (int k = 0; k < node_of(w, id)->argc; k++) {
        ex_id operand = ex_arg(w->g, id, k);
        need *x = &w->node[operand];
        if (!is_open(w, operand)) continue;
        open = 1;
        if (!x->bit && !(x->bit = bits_for(size_of(w, operand), f))) return 0;
    }
    if (!open) return 1;
    if (ex_is_reduction(op)) return reduce(w, id, f);
    if (op == EX_matrix) return matrix(w, id, f);
    if (ex_class(op) == EX_CLASS_SCAN)
        scan(w, id);
    else if (ex_class(op) == EX_CLASS_CHOICE)
        choose(w, id);
    else
        elementwise(w, id);
    return 1;
}

/* ---- domain errors among what is needed ---- */

/* Bit i: nothing is missing (matrix), or something is present (reduction), where result i comes
 * from. NULL with the fault. */
static uint64_t *could_be_error(needs *w, ex_id id, fault *f) {
    if (ex_is_reduction(node_of(w, id)->op)) {
        uint64_t *could = bits_for(size_of(w, id), f);
        const double *x = w->value[ex_arg(w->g, id, 0)];
        reduction r = reduction_of(w, id);
        for (; could && r.at.element < r.at.count; ex_walk_on(&r.at))
            for (size_t i = 0; i < r.length; i++) {
                size_t out = result_of(&r, i), element = r.at.offset[0] + i * r.stride;
                if (out != SIZE_MAX && x[element] == x[element]) set(could, out);
            }
        return could;
    }
    ax_set calls = calls_of(w, id);
    uint64_t *could = bits_for(ax_size(w->space, calls), f);
    for (size_t i = 0; could && i < ax_size(w->space, calls); i++) set(could, i);
    for (int k = 0; could && k < node_of(w, id)->argc; k++) {
        ex_id operand = ex_arg(w->g, id, k);
        for (ex_walk at = call_walk(w, calls, operand); at.element < at.count; ex_walk_on(&at)) {
            double x = w->value[operand][at.offset[1]];
            if (x != x) could[at.offset[0] / 64] &= ~((uint64_t)1 << (at.offset[0] & 63));
        }
    }
    return could;
}

static int count_domain_errors(needs *w, ex_id id, ex_domain_error *out, fault *f) {
    const ex_node *n = node_of(w, id);
    const double *own = w->value[id];
    uint64_t *could = NULL;
    int several = ex_is_reduction(n->op) || n->op == EX_matrix;
    if (several && !(could = could_be_error(w, id, f))) return 0;
    ex_walk at = ex_walk_over(w->space, n->axes);
    if (several) ex_walk_with(&at, n->op == EX_matrix ? calls_of(w, id) : n->axes, 0);
    for (int k = 0; !several && k < n->argc; k++)
        ex_walk_with(&at, node_of(w, ex_arg(w->g, id, k))->axes, 0);
    *out = (ex_domain_error){.node = id};
    for (; at.element < at.count; ex_walk_on(&at)) {
        size_t i = at.element;
        if (own[i] == own[i] || !is_needed(w, id, i)) continue;
        int is = !several || is_set(could, at.offset[0]);
        for (int k = 0; !several && is && k < n->argc; k++) {
            double x = w->value[ex_arg(w->g, id, k)][at.offset[k]];
            is = x == x;
        }
        if (is && !out->count++) out->first = i;
    }
    mem_free(could);
    return 1;
}

/* ---- the values that must be looked at ---- */

/* Puts the nodes whose values are looked at to go on from this one. Returns how many. */
static int looked_at(const needs *w, ex_id id, ex_id *out) {
    const ex_node *n = node_of(w, id);
    int count = 0;
    if (w->r->node[id].domain_errors && w->node[id].extent == SOME) {
        out[count++] = id;
        for (int k = 0; k < n->argc; k++) out[count++] = ex_arg(w->g, id, k);
        return count;
    }
    int first = is_open(w, ex_arg(w->g, id, 0));
    int second = n->argc > 1 && is_open(w, ex_arg(w->g, id, 1));
    int third = n->argc > 2 && is_open(w, ex_arg(w->g, id, 2));
    int steers = n->op == EX_where      ? second || third
                 : n->op == EX_coalesce ? second
                                        : first && (n->op == EX_first || n->op == EX_last ||
                                                    n->op == EX_fill || n->op == EX_interpolate);
    if (steers) out[count++] = ex_arg(w->g, id, 0);
    if (first && (n->op == EX_gather || (ex_is_reduction(n->op) && n->to != AX_NONE)))
        out[count++] = ex_arg(w->g, id, 1);
    return count;
}

/* Computes what is looked at for the nodes from `from` down to before `next`: as many as there is
 * room for, and one at least. */
static int look(needs *w, ex_id from, ex_id *next, ex_id *want, fault *f) {
    size_t count = 0, bytes = 0;
    ex_id id = from;
    /* Many nodes may look at the same, so there can be more to look at than there are nodes. */
    for (; id >= 1 && count <= w->count; id--) {
        if (!w->node[id].leads || !w->node[id].extent || node_of(w, id)->op == EX_source) continue;
        size_t more = (size_t)looked_at(w, id, want + count);
        for (size_t k = 0; k < more; k++) bytes += size_of(w, want[count + k]) * sizeof(double);
        if (count && bytes > AT_ONCE) break;
        count += more;
    }
    *next = id;
    if (count && !ex_run_prepare(w->r, want, count, f)) return 0;
    for (size_t i = 0; i < count; i++) {
        w->value[want[i]] = ex_run_value(w->r, want[i], f);
        if (!w->value[want[i]])
            return f->count ? 0 : fault_set(f, FAULT_BUG, "a value to be looked at is not there");
    }
    return 1;
}

/* Gives back what was computed since `done` was noted, but not what was there before. */
static void give_back(needs *w, const uint8_t *done) {
    for (ex_id id = 1; id <= w->count; id++) {
        w->value[id] = NULL;
        if (!done[id]) run_release(w->r, id);
    }
}

static int sweep(needs *w, ex_domain_error *part, fault *f) {
    uint8_t *done = mem_zero((size_t)w->count + 1, 1);
    ex_id *want = mem_zero((size_t)w->count + EX_MATRIX_ARGS + 2, sizeof *want);
    int fine = done && want ? 1 : fault_memory(f);
    for (ex_id id = 1; fine && id <= w->count; id++) done[id] = w->r->node[id].done;
    for (ex_id from = w->count, next; fine && from >= 1; from = next) {
        fine = look(w, from, &next, want, f);
        for (ex_id id = from; fine && id > next; id--) {
            need *x = &w->node[id];
            if (x->leads && x->extent && node_of(w, id)->op != EX_source) {
                fine = follow(w, id, f);
                if (fine && w->r->node[id].domain_errors && x->extent == SOME)
                    fine = count_domain_errors(w, id, &part[id], f);
                if (fine && run_stopped(w->r))
                    fine = fault_set(f, FAULT_LIMIT, "stopped before the results were complete");
            }
            mem_free(x->bit);
            x->bit = NULL;
        }
        if (done) give_back(w, done);
    }
    mem_free(done);
    mem_free(want);
    return fine;
}

int ex_needed_domain_errors(ex_run *r, ex_domain_error *out, size_t *count, fault *f) {
    needs w = {.r = r, .g = r->g, .space = ex_space(r->g), .count = r->count};
    *count = 0;
    if (!ex_run_domain_errors(r)) return 1;
    ex_domain_error *part = mem_zero((size_t)w.count + 1, sizeof *part);
    w.node = mem_zero((size_t)w.count + 1, sizeof *w.node);
    w.value = mem_zero((size_t)w.count + 1, sizeof *w.value);
    int fine = part && w.node && w.value ? 1 : fault_memory(f);
    if (fine) {
        spread(&w);
        fine = !find_leads(&w) || sweep(&w, part, f);
    }
    for (ex_id id = 1; fine && id <= w.count; id++) {
        const run_node *x = &r->node[id];
        ex_domain_error all = {id, x->domain_errors, x->first};
        if (!x->domain_errors || w.node[id].extent == NONE) continue;
        ex_domain_error b = w.node[id].extent == ALL ? all : part[id];
        if (b.count) out[(*count)++] = b;
    }
    for (ex_id id = 1; w.node && id <= w.count; id++) mem_free(w.node[id].bit);
    mem_free(w.node);
    mem_free(w.value);
    mem_free(part);
    return fine;
}
