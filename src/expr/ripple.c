#include "expr/ripple.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "expr/reduction.h"
#include "expr/run_inside.h"

enum {
    MOST = 64 << 20,  /* bytes of values, more are not followed */
    ADDED_MOST = 256, /* changes of a sum, before it is added up anew */
    DEAR = 8,         /* a change that reaches one in so many elements is none for a ripple */
    SOME = 512        /* elements that are compared at a time */
};

/* How the elements of an operand x and of its node n lie to one another. */
typedef struct link {
    int shared, of_n, of_x; /* axes of both, of the node alone, of the operand alone */
    size_t size[AX_MOST], in_x[AX_MOST], in_n[AX_MOST];
    size_t n_size[AX_MOST], n_stride[AX_MOST], x_size[AX_MOST], x_stride[AX_MOST];
} link;

/* A sum on its way: its state, its terms that are present, and since it was added up the largest
 * and the least of all but 0 that ever were, and how often one changed. */
typedef struct running {
    ex_partial sum;
    size_t present;
    double largest, least;
    uint32_t changes;
} running;

typedef struct followed {
    ex_id n;
    unsigned op;
    int argc;
    struct followed *arg[3]; /* NULL: it does not change */
    const double *fixed[3];
    link link[3];
    size_t size;
    double *value;
    int last;        /* the run has these values: something else reads them */
    running *line;   /* of sums and counts */
    uint32_t *stamp; /* the change in which an element was last reached */
    size_t *reached, count;
    double *before; /* by place in `reached` */
} followed;

struct ripple {
    ex_run *r;
    arena memory;
    followed *node;
    size_t nodes, sources;
    ex_id *other; /* what the run has to compute, in order */
    uint8_t *stale;
    size_t others, all, dear, sets;
    followed **of; /* by node number */
    double *room[4];
    uint32_t count; /* nodes there were */
    uint32_t now;
    int touched, doubtful; /* a sum may have other bits than the run's */
};

/* ---- places ---- */

static link link_of(const ex_run *r, ex_id x, ex_id n) {
    const ax_space *s = ex_space(r->g);
    const ax_set of_x = ex_get(r->g, x)->axes, of_n = ex_get(r->g, n)->axes;
    link l = {0};
    for (int id = 0; id < ax_count(s); id++) {
        const size_t size = ax_size(s, ax_bit(id));
        const int in_x = (of_x & ax_bit(id)) != 0, in_n = (of_n & ax_bit(id)) != 0;
        if (in_x && in_n) {
            l.size[l.shared] = size;
            l.in_x[l.shared] = ax_stride(s, of_x, id);
            l.in_n[l.shared++] = ax_stride(s, of_n, id);
        } else if (in_n) {
            l.n_size[l.of_n] = size;
            l.n_stride[l.of_n++] = ax_stride(s, of_n, id);
        } else if (in_x) {
            l.x_size[l.of_x] = size;
            l.x_stride[l.of_x++] = ax_stride(s, of_x, id);
        }
    }
    return l;
}

static size_t across(const link *l, size_t at, const size_t *from, const size_t *to) {
    size_t out = 0;
    for (int k = 0; k < l->shared; k++) out += at / from[k] % l->size[k] * to[k];
    return out;
}

static size_t place_in_n(const link *l, size_t x) { return across(l, x, l->in_x, l->in_n); }
static size_t place_in_x(const link *l, size_t n) { return across(l, n, l->in_n, l->in_x); }

/* The i-th of the places that axes of one side alone make of one place, in no special order. */
static size_t beside(int axes, const size_t *size, const size_t *stride, size_t i) {
    size_t out = 0;
    for (int k = 0; k < axes; k++) {
        out += i % size[k] * stride[k];
        i /= size[k];
    }
    return out;
}

static size_t count_beside(int axes, const size_t *size) {
    size_t n = 1;
    for (int k = 0; k < axes; k++) n *= size[k];
    return n;
}

/* ---- one node ---- */

static int is_elementwise(unsigned op) {
    const ex_op_class of = ex_record_of(op)->of;
    return of == EX_CLASS_UNARY || of == EX_CLASS_BINARY || of == EX_CLASS_TERNARY;
}

static int is_sum(unsigned op) { return op == EX_sum || op == EX_count; }

static int can_follow(const ex_node *n) {
    const unsigned op = n->op;
    return is_elementwise(op) ||
           ((is_sum(op) || op == EX_min || op == EX_max) && n->to == AX_NONE && n->argc == 1);
}

static int same(double x, double y) { return (x != x && y != y) || !memcmp(&x, &y, sizeof x); }

static void reach(ripple *p, followed *x, size_t at) {
    if (x->stamp[at] == p->now) return;
    x->stamp[at] = p->now;
    x->before[x->count] = x->value[at];
    x->reached[x->count++] = at;
}

static const double *values_of(const followed *x, int i) {
    return x->arg[i] ? x->arg[i]->value : x->fixed[i];
}

/* Computes `n` elements of an operation element by element, at these places, into room[3]. */
static void compute_some(ripple *p, const followed *x, const size_t *at, size_t n) {
    const ex_kernels *k = p->r->kernels;
    double *const *to = p->room;
    for (int i = 0; i < x->argc; i++) {
        const double *from = values_of(x, i);
        for (size_t j = 0; j < n; j++) to[i][j] = from[place_in_x(&x->link[i], at[j])];
    }
    if (x->argc == 1) k->unary[x->op](n, to[3], to[0]);
    if (x->argc == 2) k->binary[0][x->op](n, to[3], to[0], to[1]);
    if (x->argc == 3) k->ternary[x->op](n, to[3], to[0], to[1], to[2]);
}

static void add_term(running *s, double x) {
    reduction_join_sum(&s->sum, (ex_partial){x + 0.0, 0});
    if (fabs(x) > s->largest) s->largest = fabs(x);
    if (x != 0 && fabs(x) < s->least) s->least = fabs(x);
}

/* Is the sum of the rounding errors itself without error, in whatever order the terms are added?
 * There are n of them, no error is more than 2^-53 of n times the largest, and all are multiples of
 * 2^-52 times the least. Then the sum and the run's are both the exact one, rounded, unless
 * one of them leaves the numbers on its way. */
static int is_exact(const running *s) {
    const double n = (double)s->present + 2.0 * s->changes;
    return n * s->largest <= DBL_MAX && n * n * (s->largest / s->least) <= 0x1p54;
}

/* An element of a reduction from all of its line. */
static double compute_line(followed *x, size_t at) {
    const link *l = &x->link[0];
    const double *from = values_of(x, 0) + place_in_x(l, at);
    const size_t n = count_beside(l->of_x, l->x_size);
    ex_partial s = reduction_start(x->op);
    running *line = x->line ? &x->line[at] : NULL;
    if (line) *line = (running){.sum = {0, 0}, .least = HUGE_VAL};
    for (size_t i = 0; i < n; i++) {
        const double y = from[beside(l->of_x, l->x_size, l->x_stride, i)];
        if (y != y) continue;
        if (line) {
            line->present++;
            add_term(line, y);
        } else {
            reduction_take(x->op, &s, y, (double)i);
        }
    }
    return line ? NAN : reduction_end(x->op, s);
}

/* What a sum comes to; as in the run, what no number can hold is missing. */
static double end_line(const followed *x, size_t at) {
    const running *s = &x->line[at];
    if (x->op == EX_count) return (double)s->present;
    const double sum = s->sum.a + s->sum.b;
    return s->present && fabs(sum) <= DBL_MAX ? sum : EX_NAN;
}

static void change_term(running *s, double old, double new) {
    if (old == old) add_term(s, -old);
    if (new == new) add_term(s, new);
    s->present = s->present + (new == new) - (old == old);
    s->changes++;
}

/* Every element that a change of the operand reaches. */
static void reduce_again(ripple *p, followed *x) {
    const followed *of = x->arg[0];
    for (size_t i = 0; i < of->count; i++) {
        const double old = of->before[i], new = of->value[of->reached[i]];
        const size_t at = place_in_n(&x->link[0], of->reached[i]);
        reach(p, x, at);
        if (x->line) change_term(&x->line[at], old, new);
    }
    for (size_t i = 0; i < x->count; i++) {
        const size_t at = x->reached[i];
        double y;
        if (x->line) {
            const running *s = &x->line[at];
            if (x->op == EX_sum && (s->changes > ADDED_MOST || !is_exact(s))) {
                compute_line(x, at);
                p->doubtful |= !is_exact(s);
            }
            y = end_line(x, at);
        } else {
            y = compute_line(x, at);
        }
        x->value[at] = y;
    }
}

static void compute_again(ripple *p, followed *x) {
    for (int i = 0; i < x->argc; i++) {
        const followed *of = x->arg[i];
        const link *l = &x->link[i];
        if (!of || !of->count) continue;
        const size_t copies = count_beside(l->of_n, l->n_size);
        for (size_t k = 0; k < of->count; k++) {
            const size_t from = place_in_n(l, of->reached[k]);
            for (size_t c = 0; c < copies; c++)
                reach(p, x, from + beside(l->of_n, l->n_size, l->n_stride, c));
        }
    }
    compute_some(p, x, x->reached, x->count);
    for (size_t i = 0; i < x->count; i++) x->value[x->reached[i]] = p->room[3][i];
}

/* Forgets elements that are what they were. */
static void keep_changed(followed *x) {
    size_t kept = 0;
    for (size_t i = 0; i < x->count; i++) {
        if (same(x->value[x->reached[i]], x->before[i])) continue;
        x->reached[kept] = x->reached[i];
        x->before[kept++] = x->before[i];
    }
    x->count = kept;
}

/* ---- all nodes ---- */

static void forget_others(ripple *p) {
    for (size_t i = 0; i < p->others; i++) {
        const ex_id n = p->other[i];
        int is = 0;
        for (int k = 0; k < ex_get(p->r->g, n)->argc && !is; k++) {
            const ex_id arg = ex_arg(p->r->g, n, k);
            is = p->stale[arg] || (p->of[arg] && p->of[arg]->count);
        }
        p->stale[n] = (uint8_t)is;
        if (is) run_forget(p->r, n);
    }
}

int ripple_has(const ripple *p, ex_id source) {
    return source <= p->count && p->of[source] && (size_t)(p->of[source] - p->node) < p->sources;
}

int ripple_set(ripple *p, ex_id source, size_t element, double value) {
    followed *s = p->of[source];
    size_t reached = 0;
    if (element >= s->size) return 0;
    if (++p->now == 0) { /* stamps of long ago must not count */
        for (size_t i = 0; i < p->nodes; i++)
            memset(p->node[i].stamp, 0, p->node[i].size * sizeof *p->node[i].stamp);
        p->now = 1;
    }
    for (size_t i = 0; i < p->nodes; i++) p->node[i].count = 0;
    reach(p, s, element);
    s->value[element] = value;
    keep_changed(s);
    p->touched |= s->count > 0;
    for (size_t i = p->sources; i < p->nodes && s->count; i++) {
        followed *x = &p->node[i];
        int is = 0;
        for (int k = 0; k < x->argc; k++) is |= x->arg[k] && x->arg[k]->count;
        if (!is) continue;
        if (is_elementwise(x->op))
            compute_again(p, x);
        else
            reduce_again(p, x);
        reached += x->count;
        keep_changed(x);
    }
    p->sets++;
    p->dear += reached > p->all / DEAR;
    forget_others(p);
    return !p->doubtful && p->dear * 4 <= p->sets + 16;
}

/* ---- opening ---- */

/* Whether all elements come out as the run has them. */
static int check(ripple *p, followed *x) {
    if (!is_elementwise(x->op)) {
        for (size_t at = 0; at < x->size; at++) {
            double y = compute_line(x, at);
            if (x->line) y = end_line(x, at);
            if (!same(y, x->value[at]) || (x->op == EX_sum && !is_exact(&x->line[at]))) return 0;
        }
        return 1;
    }
    size_t at[SOME];
    for (size_t from = 0, n; from < x->size; from += n) {
        n = x->size - from < SOME ? x->size - from : SOME;
        for (size_t i = 0; i < n; i++) at[i] = from + i;
        compute_some(p, x, at, n);
        for (size_t i = 0; i < n; i++)
            if (!same(p->room[3][i], x->value[from + i])) return 0;
    }
    return 1;
}

static int take_room(ripple *p, followed *x) {
    x->stamp = arena_zero(&p->memory, x->size + 1, sizeof *x->stamp);
    x->reached = arena_take(&p->memory, (x->size + 1) * sizeof *x->reached);
    x->before = arena_take(&p->memory, (x->size + 1) * sizeof *x->before);
    if (is_sum(x->op)) x->line = arena_zero(&p->memory, x->size + 1, sizeof *x->line);
    return x->stamp && x->reached && x->before && (x->line || !is_sum(x->op));
}

/* The run's own copy of a source, of which elements can be set. */
static int own_source(ripple *p, followed *s, fault *f) {
    const double *from = ex_run_value(p->r, s->n, f);
    if (!from) return 0;
    if (!p->r->node[s->n].own) {
        if (!run_room(p->r, s->n, f)) return 0;
        memcpy(p->r->node[s->n].value, from, s->size * sizeof *from);
    }
    p->r->node[s->n].held = 1;
    s->value = p->r->node[s->n].value;
    return 1;
}

static followed *add(ripple *p, ex_id n) {
    followed *x = &p->node[p->nodes++];
    const ex_node *of = ex_get(p->r->g, n);
    *x = (followed){.n = n, .op = of->op, .argc = of->argc};
    x->size = ax_size(ex_space(p->r->g), of->axes);
    for (int i = 0; i < of->argc && i < 3; i++) x->arg[i] = p->of[ex_arg(p->r->g, n, i)];
    p->of[n] = x;
    return x;
}

/* What lies between the sources and the wanted nodes: what can be followed, and what cannot. */
static void choose(ripple *p, const uint8_t *below, const uint8_t *needed) {
    const ex_graph *g = p->r->g;
    for (ex_id n = 1; n <= p->r->count; n++) {
        if (!below[n] || !needed[n] || p->of[n]) continue;
        int follows = can_follow(ex_get(g, n));
        for (int i = 0; i < ex_get(g, n)->argc; i++) {
            const ex_id arg = ex_arg(g, n, i);
            follows = follows && (!below[arg] || p->of[arg]);
        }
        if (follows)
            add(p, n);
        else
            p->other[p->others++] = n;
    }
}

/* What following a node takes: values of the run and its own, and what take_room takes. */
static size_t bytes_of(const followed *x) {
    const size_t each = 2 * sizeof *x->value + sizeof *x->stamp + sizeof *x->reached +
                        sizeof *x->before + (is_sum(x->op) ? sizeof *x->line : 0);
    return (x->size + 1) * each;
}

/* Values of all that is followed, and of their other operands. 0 where there are none, or where
 * they would take much of the memory that is left: the command shall not fail for a short cut. */
static int take_values(ripple *p, const uint8_t *wanted, fault *f) {
    ex_run *r = p->r;
    ex_id *all = arena_take(&p->memory, (4 * p->nodes + 1) * sizeof *all);
    size_t count = 0, bytes = 0, need = 0, longest = 0;
    if (!all) return fault_memory(f);
    for (size_t i = 0; i < p->nodes; i++) {
        followed *x = &p->node[i];
        bytes += x->size * sizeof(double);
        need += bytes_of(x);
        longest = x->size > longest ? x->size : longest;
        x->last = wanted[x->n];
        if (i < p->sources) continue;
        all[count++] = x->n;
        for (int k = 0; k < x->argc; k++) {
            x->link[k] = link_of(r, ex_arg(r->g, x->n, k), x->n);
            if (!x->arg[k]) all[count++] = ex_arg(r->g, x->n, k);
        }
    }
    for (size_t i = 0; i < p->others; i++)
        for (int k = 0; k < ex_get(r->g, p->other[i])->argc; k++) {
            followed *x = p->of[ex_arg(r->g, p->other[i], k)];
            if (x) x->last = 1;
        }
    need += 4 * (longest + SOME) * sizeof(double);
    if (bytes > MOST || need > limits_room() / 4 * 3 ||
        (r->settings.memory && r->memory + need > r->settings.memory / 4 * 3))
        return 0;
    if (!ex_run_prepare(r, all, count, f)) return 0;
    p->all = bytes / sizeof(double);
    for (int i = 0; i < 4; i++)
        if (!(p->room[i] = arena_take(&p->memory, (longest + SOME) * sizeof(double))))
            return fault_memory(f);
    for (size_t i = 0; i < p->nodes; i++) {
        followed *x = &p->node[i];
        if (!take_room(p, x)) return fault_memory(f);
        if (i < p->sources) {
            if (!own_source(p, x, f)) return 0;
            continue;
        }
        const double *own = ex_run_value(r, x->n, f);
        if (!own || (x->last && !r->node[x->n].own)) return 0;
        x->value =
            x->last ? r->node[x->n].value : arena_take(&p->memory, (x->size + 1) * sizeof(double));
        if (!x->value) return fault_memory(f);
        if (!x->last) memcpy(x->value, own, x->size * sizeof(double));
        for (int k = 0; k < x->argc; k++)
            if (!x->arg[k] && !(x->fixed[k] = ex_run_value(r, ex_arg(r->g, x->n, k), f))) return 0;
    }
    for (size_t i = p->sources; i < p->nodes; i++)
        if (!check(p, &p->node[i])) return 0;
    return p->nodes > p->sources;
}

static int open_ripple(ripple *p, const ex_id *source, size_t sources, const ex_id *want,
                       size_t wants, fault *f) {
    ex_run *r = p->r;
    if (!run_add_new_nodes(r, f)) return 0;
    const size_t n = (size_t)r->count + 1;
    p->count = r->count;
    uint8_t *below = arena_zero(&p->memory, n, 1), *needed = arena_zero(&p->memory, n, 1);
    uint8_t *wanted = arena_zero(&p->memory, n, 1);
    p->stale = arena_zero(&p->memory, n, 1);
    p->of = arena_zero(&p->memory, n, sizeof *p->of);
    p->node = arena_zero(&p->memory, n, sizeof *p->node);
    p->other = arena_take(&p->memory, n * sizeof *p->other);
    if (!below || !needed || !wanted || !p->stale || !p->of || !p->node || !p->other)
        return fault_memory(f);
    for (size_t i = 0; i < wants; i++) needed[want[i]] = wanted[want[i]] = 1;
    for (ex_id id = r->count; id; id--)
        for (int i = 0; needed[id] && i < ex_get(r->g, id)->argc; i++)
            needed[ex_arg(r->g, id, i)] = 1;
    for (size_t i = 0; i < sources; i++) {
        if (sources > 1 && ex_get(r->g, source[i])->op != EX_source) return 0;
        below[source[i]] = 1;
        if (!p->of[source[i]]) add(p, source[i])->argc = 0;
    }
    p->sources = p->nodes;
    for (ex_id id = 1; id <= r->count; id++)
        for (int i = 0; !below[id] && i < ex_get(r->g, id)->argc; i++)
            below[id] = below[ex_arg(r->g, id, i)];
    choose(p, below, needed);
    return take_values(p, wanted, f);
}

ripple *ripple_open(ex_run *r, const ex_id *source, size_t sources, const ex_id *want, size_t wants,
                    fault *f) {
    if (r->rows || r->settings.eights || r->settings.again) return NULL;
    arena memory = ARENA_INIT;
    ripple *p = arena_zero(&memory, 1, sizeof *p);
    if (!p) {
        fault_memory(f);
        arena_release(&memory);
        return NULL;
    }
    *p = (ripple){.r = r, .memory = memory};
    if (open_ripple(p, source, sources, want, wants, f)) return p;
    ripple_close(p);
    return NULL;
}

void ripple_close(ripple *p) {
    if (!p) return;
    for (size_t i = 0; i < p->sources && p->touched; i++) run_forget_after(p->r, p->node[i].n);
    arena memory = p->memory;
    arena_release(&memory);
}
