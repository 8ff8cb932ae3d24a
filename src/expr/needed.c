/* Which domain errors count: those of elements that the results asked for really use.
 *
 * The kernels compute every element and count every domain error: `where(x:gt(0), log(x), 0)` has
 * one at each x that is not positive, though none of them is used. So where a node had domain
 * errors, its needed elements are found by going back from the nodes that were asked for. A needed
 * element needs
 *
 *   where             the condition, and the branch that it chose
 *   coalesce          the first operand; the second where the first is missing
 *   look-up, slice, lag               the element found, and the position
 *   grouped reduction                 the elements of its group
 *   first, last       the elements up to the one found
 *   fill              the elements back to the one found
 *   interpolate       the element itself; where it is missing, the whole line
 *   cumsum            the elements before it
 *
 * and for all other operations everything that it is computed from: `&` and `|` are missing where
 * one operand is, so they need both. */
#include "base/bits.h"
#include "base/mem.h"
#include "expr/run_inside.h"
#include "expr/walk.h"

/* Bytes of values that are computed at a time for the search. */
enum { AT_ONCE = 64 << 20 };

/* How much of a node is needed. */
enum { NONE, SOME, ALL };

typedef struct need {
    uint64_t *bit; /* SOME: the set of needed elements; NULL: none yet */
    uint8_t extent;
    uint8_t leads; /* it, or something it is computed from, has domain errors and is SOME */
} need;

typedef struct needs {
    ex_run *r;
    ex_graph *g;
    const ax_space *space;
    uint32_t count;
    need *node;
    const double **value; /* by node: the values that are read now; else NULL */
} needs;

static const ex_node *node_of(const needs *w, ex_id n) { return ex_get(w->g, n); }

static size_t size_of(const needs *w, ex_id n) { return ax_size(w->space, node_of(w, n)->axes); }

static int is_needed(const needs *w, ex_id n, size_t i) {
    const need *x = &w->node[n];
    return x->extent == ALL || (x->bit && bits_has(x->bit, i));
}

/* Whether the needed elements of an operand have to be found. */
static int is_open(const needs *w, ex_id operand) {
    return w->node[operand].leads && w->node[operand].extent == SOME;
}

/* ---- without reading values ---- */

/* How much of operand k is needed where all of the node is. */
static int extent_of_operand(const ex_node *n, int k) {
    switch (n->op) {
    case EX_where:
    case EX_coalesce: return k == 0 ? ALL : SOME;
    case EX_first:
    case EX_last:
    case EX_lag:
    case EX_slice: return SOME;
    case EX_gather: return k == 1 ? ALL : SOME;
    default: return ex_is_reduction(n->op) && n->to != AX_NONE ? SOME : ALL;
    }
}

static void find_extents(needs *w) {
    for (ex_id id = w->count; id >= 1; id--) {
        need *x = &w->node[id];
        if (w->r->node[id].asked) x->extent = ALL;
        if (!x->extent || !size_of(w, id)) continue;
        for (int k = 0; k < node_of(w, id)->argc; k++) {
            need *to = &w->node[ex_arg(w->g, id, k)];
            int extent = x->extent == ALL ? extent_of_operand(node_of(w, id), k) : SOME;
            if (extent > to->extent) to->extent = (uint8_t)extent;
        }
    }
}

/* Whether some domain errors may or may not count. */
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

/* The set of needed elements of operand k, if they have to be found; else NULL. */
static uint64_t *open_bits(needs *w, ex_id id, int k) {
    ex_id operand = ex_arg(w->g, id, k);
    return is_open(w, operand) ? w->node[operand].bit : NULL;
}

static void elementwise(needs *w, ex_id id) {
    const ex_node *n = node_of(w, id);
    uint64_t *to[EX_MATRIX_ARGS];
    const double *condition =
        n->op == EX_where || n->op == EX_coalesce ? w->value[ex_arg(w->g, id, 0)] : NULL;
    for (int k = 0; k < n->argc; k++) to[k] = open_bits(w, id, k);
    for (ex_walk at = ex_walk_of(w->g, id); at.element < at.count; ex_walk_on(&at)) {
        if (!is_needed(w, id, at.element)) continue;
        double v = condition ? condition[at.offset[0]] : 0;
        for (int k = 0; k < n->argc; k++) {
            if (!to[k]) continue;
            if (n->op == EX_where && k && (v != v || (v != 0) != (k == 1))) continue;
            if (n->op == EX_coalesce && k && v == v) continue;
            bits_add(to[k], at.offset[k]);
        }
    }
}

/* The values of the groups of a reduction by groups; else NULL, as of no node. */
static const double *groups_of(const needs *w, ex_id id) { return w->value[ex_arg(w->g, id, 1)]; }

/* Any needed result may be computed from any group. */
static void need_all_groups(needs *w, ex_id id, uint64_t *to) {
    size_t size = size_of(w, id), i = 0, groups = size_of(w, ex_arg(w->g, id, 1));
    while (i < size && !is_needed(w, id, i)) i++;
    for (size_t k = 0; i < size && k < groups; k++) bits_add(to, k);
}

static int reduce(needs *w, ex_id id, fault *f) {
    const ex_node *n = node_of(w, id);
    if (n->argc == 2 && open_bits(w, id, 1)) need_all_groups(w, id, open_bits(w, id, 1));
    uint64_t *to = open_bits(w, id, 0);
    if (!to) return 1;
    int last = n->op == EX_last, ends = n->op == EX_first || last;
    const double *x = ends ? w->value[ex_arg(w->g, id, 0)] : NULL;
    ex_lines lines;
    int fine = ex_lines_open(&lines, w->g, id, groups_of(w, id), f);
    for (ex_walk at = ex_walk_of(w->g, id); fine && at.element < at.count; ex_walk_on(&at)) {
        if (!is_needed(w, id, at.element)) continue;
        ex_places l = ex_lines_at(&lines, &at);
        for (size_t k = 0; k < l.count; k++) {
            size_t i = ex_place(&l, last ? l.count - 1 - k : k);
            bits_add(to, i);
            if (ends && x[i] == x[i]) break;
        }
    }
    ex_lines_release(&lines);
    return fine;
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
            if (needed && from >= 0 && from < (double)length)
                bits_add(to, base + (size_t)from * stride);
            break;
        }
        case EX_fill:
            if (most < 0 || (double)(later - i) <= most) bits_add(to, here);
            if (present) later = SIZE_MAX;
            break;
        case EX_cumsum: bits_add(to, here); break;
        default:
            if (!needed) continue;
            if (n->op == EX_interpolate && present) {
                bits_add(to, here);
                continue;
            }
            for (size_t k = 0; k < length; k++) bits_add(to, base + k * stride);
            return;
        }
    }
}

static void scan(needs *w, ex_id id) {
    const ex_node *n = node_of(w, id);
    const double *x =
        n->op == EX_fill || n->op == EX_interpolate ? w->value[ex_arg(w->g, id, 0)] : NULL;
    ex_walk at;
    ex_walk_lines(&at, w->space, n->axes, n->axis);
    for (; at.element < at.count; ex_walk_on(&at))
        scan_line(w, id, open_bits(w, id, 0), x, at.offset[0],
                  ax_stride(w->space, n->axes, n->axis), ax_get(w->space, n->axis)->size);
}

static void choose(needs *w, ex_id id) {
    int looks_up = node_of(w, id)->op == EX_gather;
    uint64_t *to = open_bits(w, id, 0), *position = looks_up ? open_bits(w, id, 1) : NULL;
    ex_choice c = ex_choice_of(w->g, id, looks_up ? w->value[ex_arg(w->g, id, 1)] : NULL);
    for (ex_walk at = ex_walk_of(w->g, id); at.element < at.count; ex_walk_on(&at)) {
        if (!is_needed(w, id, at.element)) continue;
        if (position) bits_add(position, at.offset[1]);
        size_t chosen = to ? ex_chosen(&c, &at) : SIZE_MAX;
        if (chosen != SIZE_MAX) bits_add(to, chosen);
    }
}

static int matrix(needs *w, ex_id id, fault *f) {
    uint64_t *call = bits_new(ax_size(w->space, ex_call_axes(w->g, id)), f);
    if (!call) return 0;
    ex_walk at = ex_walk_calls(w->g, id, node_of(w, id)->axes);
    for (; at.element < at.count; ex_walk_on(&at))
        if (is_needed(w, id, at.offset[1])) bits_add(call, at.offset[0]);
    for (int k = 0; k < node_of(w, id)->argc; k++) {
        uint64_t *to = open_bits(w, id, k);
        at = ex_walk_calls(w->g, id, node_of(w, ex_arg(w->g, id, k))->axes);
        for (; to && at.element < at.count; ex_walk_on(&at))
            if (bits_has(call, at.offset[0])) bits_add(to, at.offset[1]);
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
        if (!x->bit && !(x->bit = bits_new(size_of(w, operand), f))) return 0;
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

/* The calls of a matrix function that had a missing argument. NULL with the fault filled. */
static uint64_t *incomplete_calls(const needs *w, ex_id id, fault *f) {
    uint64_t *call = bits_new(ax_size(w->space, ex_call_axes(w->g, id)), f);
    for (int k = 0; call && k < node_of(w, id)->argc; k++) {
        ex_id operand = ex_arg(w->g, id, k);
        ex_walk at = ex_walk_calls(w->g, id, node_of(w, operand)->axes);
        for (; at.element < at.count; ex_walk_on(&at)) {
            double x = w->value[operand][at.offset[1]];
            if (x != x) bits_add(call, at.offset[0]);
        }
    }
    return call;
}

static int any_present(const double *x, ex_places l) {
    for (size_t k = 0; k < l.count; k++)
        if (x[ex_place(&l, k)] == x[ex_place(&l, k)]) return 1;
    return 0;
}

static int all_present(const needs *w, ex_id id, const ex_walk *at) {
    for (int k = 0; k < node_of(w, id)->argc; k++) {
        double x = w->value[ex_arg(w->g, id, k)][at->offset[k]];
        if (x != x) return 0;
    }
    return 1;
}

/* A missing element is a domain error if its operands are present: of a reduction any, of a matrix
 * function and of all others every one. */
static int count_domain_errors(needs *w, ex_id id, ex_domain_error *out, fault *f) {
    const ex_node *n = node_of(w, id);
    const double *own = w->value[id];
    int reduces = ex_is_reduction(n->op), matrix = n->op == EX_matrix;
    ex_lines lines = {0};
    uint64_t *incomplete = NULL;
    if (matrix && !(incomplete = incomplete_calls(w, id, f))) return 0;
    int fine = !reduces || ex_lines_open(&lines, w->g, id, groups_of(w, id), f);
    ex_walk at = reduces ? ex_walk_of(w->g, id) : ex_walk_over(w->space, n->axes);
    for (int k = 0; !reduces && !matrix && k < n->argc; k++)
        ex_walk_with(&at, node_of(w, ex_arg(w->g, id, k))->axes, 0);
    if (matrix) ex_walk_with(&at, ex_call_axes(w->g, id), 0);
    *out = (ex_domain_error){.node = id};
    for (; fine && at.element < at.count; ex_walk_on(&at)) {
        size_t i = at.element;
        if (own[i] == own[i] || !is_needed(w, id, i)) continue;
        int is = reduces  ? any_present(w->value[ex_arg(w->g, id, 0)], ex_lines_at(&lines, &at))
                 : matrix ? !bits_has(incomplete, at.offset[0])
                          : all_present(w, id, &at);
        if (is && !out->count++) out->first = i;
    }
    ex_lines_release(&lines);
    mem_free(incomplete);
    return fine;
}

/* ---- the values that must be read ---- */

/* Whether the value of a node's first operand tells which elements of its operands are needed. */
static int is_steered(const needs *w, ex_id id) {
    const ex_node *n = node_of(w, id);
    int open[3] = {0};
    for (int k = 0; k < 3 && k < n->argc; k++) open[k] = is_open(w, ex_arg(w->g, id, k));
    switch (n->op) {
    case EX_where: return open[1] || open[2];
    case EX_coalesce: return open[1];
    case EX_first:
    case EX_last:
    case EX_fill:
    case EX_interpolate: return open[0];
    default: return 0;
    }
}

/* Writes the nodes whose values are read to go on from this one. Returns how many. */
static int values_read(const needs *w, ex_id id, ex_id *out) {
    const ex_node *n = node_of(w, id);
    int count = 0;
    if (w->r->node[id].domain_errors && w->node[id].extent == SOME) {
        out[count++] = id;
        for (int k = 0; k < n->argc; k++) out[count++] = ex_arg(w->g, id, k);
        return count;
    }
    if (is_steered(w, id)) out[count++] = ex_arg(w->g, id, 0);
    if ((n->op == EX_gather || (ex_is_reduction(n->op) && n->to != AX_NONE)) &&
        is_open(w, ex_arg(w->g, id, 0)))
        out[count++] = ex_arg(w->g, id, 1);
    return count;
}

/* Computes the values read for the nodes from `from` down to before `next`: at least one node, and
 * as many as have room in AT_ONCE. */
static int compute_values(needs *w, ex_id from, ex_id *next, ex_id *want, fault *f) {
    size_t count = 0, bytes = 0;
    ex_id id = from;
    /* Many nodes may read the same value: `want` has room for as many as there are nodes. */
    for (; id >= 1 && count <= w->count; id--) {
        if (!w->node[id].leads || !w->node[id].extent || node_of(w, id)->op == EX_source) continue;
        size_t more = (size_t)values_read(w, id, want + count);
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

/* Gives back the values that were not there when `done` was noted. */
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
        fine = compute_values(w, from, &next, want, f);
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

/* What windows of rows that are not in memory have found is final. What is not along them may have
 * been computed twice, and counts once. */
static ex_domain_error with_settled(const ex_run *r, ex_domain_error e) {
    for (size_t i = 0; i < r->settles; i++)
        if (r->settled[i].node == e.node && !e.count) return r->settled[i];
    return e;
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
        find_extents(&w);
        fine = !find_leads(&w) || sweep(&w, part, f);
    }
    for (ex_id id = 1; fine && id <= w.count; id++) {
        const run_node *x = &r->node[id];
        ex_domain_error b = {.node = id};
        if (x->domain_errors && w.node[id].extent == ALL)
            b = (ex_domain_error){id, x->domain_errors, x->first};
        else if (x->domain_errors && w.node[id].extent == SOME)
            b = part[id];
        b = with_settled(r, b);
        if (b.count) out[(*count)++] = b;
    }
    for (ex_id id = 1; w.node && id <= w.count; id++) mem_free(w.node[id].bit);
    mem_free(w.node);
    mem_free(w.value);
    mem_free(part);
    return fine;
}
