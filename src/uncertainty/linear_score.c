#include "uncertainty/linear_score.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/splitmix64.h"
#include "base/text.h"
#include "expr/walk.h"
#include "lua/host.h"

/* ---- a session with other weights ---- */

static int told(assess *a, fault *f) {
    for (size_t i = 0; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        if (m.status) return fault_put(f, (fault_kind)m.status, NULL, NULL, m.text);
    }
    return fault_memory(f);
}

int weighing_open(weighing *g, const assess *a, const admissible *set, const assess_array *score,
                  const assess_array *rank, fault *f) {
    *g = (weighing){.set = set, .session = session_like(a)};
    if (!g->session) return fault_memory(f);
    if (assess_open(g->session, a->file) || assess_run(g->session)) return told(g->session, f);
    g->score = assess_output_named(g->session, score->name);
    g->rank = rank ? assess_output_named(g->session, rank->name) : NULL;
    if (!g->score || g->score->size != score->size || (rank && !g->rank))
        return fault_set(f, FAULT_BUG, "the same rules gave other results");
    g->session->only[0] = g->score;
    g->session->only[1] = g->rank;
    return 1;
}

void weighing_close(weighing *g) {
    assess_free(g->session);
    *g = (weighing){0};
}

int weighing_try(weighing *g, const double *weight, fault *f) {
    model *m = &g->session->s->m;
    for (size_t i = 0; i < g->set->count; i++) {
        char text[32];
        if (!g->set->variable[i].varies && weight[i] == g->set->variable[i].nominal &&
            m->leaf[g->set->variable[i].leaf].value.number == weight[i])
            continue;
        decimal_write(weight[i], text);
        if (!model_set(m, g->set->variable[i].address, text, f)) return 0;
    }
    if (!model_refill(m, g->session->h->run, f)) return 0;
    return !assess_recompute(g->session) || told(g->session, f);
}

/* ---- the operations between weights and score ---- */

typedef struct cone {
    const ex_graph *g;
    ex_id last;            /* the node of the score */
    uint64_t *by;          /* by node: the arrays of weights that it depends on, a bit each */
    unsigned char *needed; /* by node: the score is computed from it */
    ex_id *test;           /* truths among them, in order */
    size_t tests;
    ex_id *gate; /* truths that decide something */
    size_t gates;
    const char *name[64]; /* by bit: a weight of the array */
} cone;

static md_at line_of(const ex_graph *g, ex_id n) {
    const ex_node *x = ex_get(g, n);
    return x->from_line > 0 ? (md_at){(int)x->from_file, x->from_line}
                            : (md_at){(int)x->file, x->line};
}

/* Marks the arrays that hold weights of the set, or sums of such. */
static void mark_arrays(const weighing *g, cone *c) {
    const model *m = &g->session->s->m;
    int bit = 0;
    for (size_t k = 0; k < m->arrays; k++) {
        const md_array *a = &m->array[k];
        int level = 0, derived = 0;
        const char *name = NULL;
        for (int i = 1; i + 1 < m->levels; i++) level |= (size_t)m->level_weight[i] == k;
        for (size_t e = 0; e < a->size; e++) {
            derived |= level && a->leaf[e] < 0;
            for (size_t i = 0; !name && a->leaf[e] >= 0 && i < g->set->count; i++)
                if (g->set->variable[i].varies && g->set->variable[i].leaf == (size_t)a->leaf[e])
                    name = g->set->variable[i].address;
        }
        if (!a->node || a->node > c->last || (!name && !derived)) continue;
        c->name[bit] = name;
        c->by[a->node] = UINT64_C(1) << bit;
        bit = bit < 63 ? bit + 1 : 63;
    }
}

static int is_linear_op(unsigned op) {
    switch (op) {
    case EX_neg:
    case EX_add:
    case EX_sub:
    case EX_mul:
    case EX_div:
    case EX_quotient:
    case EX_sum:
    case EX_count:
    case EX_where:
    case EX_coalesce:
    case EX_slice:
    case EX_gather:
    case EX_rename: return 1;
    default: return ex_gives_truth(op);
    }
}

static int refuse_operation(const weighing *g, const cone *c, ex_id n, fault *f) {
    const char *name = ex_op_text((ex_op)ex_get(c->g, n)->op);
    return model_fault(&g->session->s->m, f, line_of(c->g, n), NULL,
                       "assess vary draws the weights, whatever the formulas",
                       "the score is not linear in the weights: they pass through '%s'", name);
}

static int find_cone(const weighing *g, cone *c, linear_scores *l, fault *f) {
    mark_arrays(g, c);
    c->needed[c->last] = 1;
    for (ex_id n = c->last; n >= 1; n--)
        for (int i = 0; c->needed[n] && i < ex_get(c->g, n)->argc; i++)
            c->needed[ex_arg(c->g, n, i)] = 1;
    for (ex_id n = 1; n <= c->last; n++) {
        const ex_node *x = ex_get(c->g, n);
        if (!c->needed[n] || x->op == EX_source) continue;
        for (int i = 0; i < x->argc; i++) c->by[n] |= c->by[ex_arg(c->g, n, i)];
        if (!c->by[n]) continue;
        if (!is_linear_op(x->op) || (x->op == EX_gather && c->by[ex_arg(c->g, n, 1)]))
            return refuse_operation(g, c, n, f);
        if (ex_gives_truth(x->op)) c->test[c->tests++] = n;
        uint64_t a = x->argc > 1 ? c->by[ex_arg(c->g, n, 0)] : 0,
                 b = x->argc > 1 ? c->by[ex_arg(c->g, n, 1)] : 0;
        for (int i = 0; x->op == EX_mul && !l->product && i < 64; i++)
            for (int k = 0; k < 64; k++)
                if (i != k && (a >> i & 1) && (b >> k & 1) && c->name[i] && c->name[k]) {
                    l->product = n;
                    l->factor[0] = c->name[i];
                    l->factor[1] = c->name[k];
                }
        for (int i = 0; !ex_gives_truth(x->op) && i < x->argc; i++) {
            ex_id arg = ex_arg(c->g, n, i);
            if (c->by[arg] && ex_gives_truth(ex_get(c->g, arg)->op)) c->gate[c->gates++] = arg;
        }
    }
    return 1;
}

/* ---- points ---- */

typedef struct probe {
    weighing *g;
    const cone *c;
    size_t points;
    double *point, *weight; /* by point and variable */
    double **value;         /* by node that is kept: by point and element; else NULL */
    double *scratch;        /* by variable, and an order */
    size_t *order;
} probe;

/* The nominal point; for each variable of a block one with all of its weight there; for others one
 * at each bound; then random ones. */
static int make_points(probe *p, fault *f) {
    const admissible *w = p->g->set;
    size_t n = w->count, most = 1 + 2 * n + LINEAR_CHECKS, at = 1;
    uint64_t state = 2011;
    p->point = mem_take((2 * most * n + 2 * n + 1) * sizeof *p->point);
    p->order = mem_take((n + 1) * sizeof *p->order);
    if (!p->point || !p->order) return fault_memory(f);
    p->weight = p->point + most * n;
    p->scratch = p->weight + most * n;
    for (size_t k = 0; k < most; k++)
        for (size_t i = 0; i < n; i++) p->point[k * n + i] = w->variable[i].nominal;
    for (size_t i = 0; i < n; i++) {
        const weight_variable *x = &w->variable[i];
        if (x->block < 0) {
            p->point[at++ * n + i] = x->low;
            p->point[at++ * n + i] = x->high;
            continue;
        }
        const weight_block *b = &w->block[x->block];
        for (size_t k = b->first; k < b->first + b->count; k++) p->point[at * n + k] = 0;
        p->point[at++ * n + i] = b->sum;
    }
    memcpy(p->weight, p->point, at * n * sizeof *p->weight);
    for (size_t k = 0; k < LINEAR_CHECKS; k++, at++) {
        double *x = p->point + at * n, *weight = p->weight + at * n;
        admissible_random(w, &state, x);
        memcpy(weight, x, n * sizeof *x);
        /* Shares mean that a common factor does not count. */
        for (size_t i = 0; i < w->blocks; i++)
            for (size_t j = 0; w->block[i].apart && j < w->block[i].count; j++)
                weight[w->block[i].first + j] *= 0.5 + 0.25 * (double)(k + i + 1);
    }
    p->points = at;
    return 1;
}

static size_t size_of(const probe *p, ex_id n) {
    return ax_size(ex_space(p->c->g), ex_get(p->c->g, n)->axes);
}

static int keep_node(probe *p, ex_id n, fault *f) {
    if (p->value[n]) return 1;
    size_t size = size_of(p, n);
    p->value[n] = mem_take((size * p->points + 1) * sizeof(double));
    return p->value[n] ? 1 : fault_memory(f);
}

static int compute_points(probe *p, linear_scores *l, fault *f) {
    const cone *c = p->c;
    ex_run *run = p->g->session->h->run;
    for (size_t i = 0; i < c->tests; i++) {
        const ex_node *x = ex_get(c->g, c->test[i]);
        if (!keep_node(p, c->test[i], f)) return 0;
        for (int k = 0; k < x->argc; k++)
            if (!keep_node(p, ex_arg(c->g, c->test[i], k), f)) return 0;
    }
    ex_id *want = mem_take((c->last + 1) * sizeof *want);
    size_t wanted = 0;
    int fine = want ? 1 : fault_memory(f);
    for (ex_id n = 1; fine && n <= c->last; n++)
        if (p->value[n]) want[wanted++] = n;
    for (size_t k = 0; fine && k < p->points; k++) {
        fine = weighing_try(p->g, p->weight + k * p->g->set->count, f) &&
               (!wanted || ex_run_prepare(run, want, wanted, f));
        if (!fine) break;
        memcpy(l->score + k * l->size, p->g->score->value, l->size * sizeof *l->score);
        if (p->g->rank)
            memcpy(l->rank + k * p->g->rank->size, p->g->rank->value,
                   p->g->rank->size * sizeof *l->rank);
        for (size_t i = 0; fine && i < wanted; i++) {
            const double *x = ex_run_value(run, want[i], f);
            size_t size = size_of(p, want[i]);
            fine = x != NULL;
            if (x) memcpy(p->value[want[i]] + k * size, x, size * sizeof *x);
        }
    }
    mem_free(want);
    return fine;
}

/* ---- from values at the points to a linear function ---- */

/* `value` is by point, `stride` apart. 1: it is linear; slope and constant are filled. */
static int fit(const probe *p, const double *value, size_t stride, double *constant,
               double *slope) {
    const admissible *w = p->g->set;
    size_t at = 1, n = w->count;
    double base = value[0], scale = fabs(base);
    *constant = base * (1 - (double)w->blocks);
    for (size_t i = 0; i < n; i++) {
        const weight_variable *x = &w->variable[i];
        if (x->block >= 0) {
            slope[i] = value[at++ * stride] / w->block[x->block].sum;
            continue;
        }
        double low = value[at++ * stride], high = value[at++ * stride];
        slope[i] = x->high > x->low ? (high - low) / (x->high - x->low) : 0;
        *constant -= slope[i] * x->nominal;
    }
    if (!w->blocks) *constant += 0.0;
    for (size_t k = 0; k < at; k++) {
        double size = fabs(value[k * stride]);
        if (!(size <= INFINITY)) return 0;
        scale = size > scale ? size : scale;
    }
    for (; at < p->points; at++) {
        double x = *constant;
        for (size_t i = 0; i < n; i++) x += slope[i] * p->point[at * n + i];
        if (!(fabs(x - value[at * stride]) <= 1e-12 * scale)) return 0;
    }
    return 1;
}

static int all_missing(const probe *p, const double *value, size_t stride) {
    for (size_t k = 0; k < p->points; k++)
        if (!isnan(value[k * stride])) return 0;
    return 1;
}

static int all_same(const probe *p, const double *value, size_t stride) {
    for (size_t k = 1; k < p->points; k++)
        if (value[k * stride] != value[0] && !(isnan(value[k * stride]) && isnan(value[0])))
            return 0;
    return 1;
}

/* ---- conditions ---- */

/* Does the sign of left - right, and so the comparison, stay the same for all admissible weights?
 * `difference` is by point. */
static int sign_stays(const probe *p, const double *difference, double size, unsigned op) {
    double constant, low, high, *slope = p->scratch, tiny = 1e-12 * size;
    if (!fit(p, difference, 1, &constant, slope)) return 0;
    high = constant + admissible_most(p->g->set, slope, NULL, p->order);
    for (size_t i = 0; i < p->g->set->count; i++) slope[i] = -slope[i];
    low = constant - admissible_most(p->g->set, slope, NULL, p->order);
    if (low > tiny || high < -tiny || (low >= -tiny && high <= tiny)) return 1;
    if (low >= -tiny) return op == EX_ge || op == EX_lt;
    return high <= tiny && (op == EX_le || op == EX_gt);
}

static int compare_stays(const probe *p, const double *left, size_t left_stride,
                         const double *right, size_t right_stride, unsigned op,
                         double *difference) {
    double size = 0;
    size_t missing = 0;
    for (size_t k = 0; k < p->points; k++) {
        double a = left[k * left_stride], b = right[k * right_stride];
        difference[k] = a - b;
        missing += isnan(difference[k]) != 0;
        if (fabs(a) > size) size = fabs(a);
        if (fabs(b) > size) size = fabs(b);
    }
    return missing == p->points || (!missing && sign_stays(p, difference, size, op));
}

/* Is the element of a truth the same for all admissible weights? stays[n] is by element. */
static int truth_stays(const probe *p, unsigned char *const *stays, ex_id n, const ex_walk *at,
                       double *difference) {
    const ex_graph *g = p->c->g;
    const ex_node *x = ex_get(g, n);
    ex_id arg[2] = {ex_arg(g, n, 0), x->argc > 1 ? ex_arg(g, n, 1) : 0};
    const double *own = p->value[n] + at->element, *value[2] = {0};
    size_t stride[2] = {0};
    int same[2] = {0};
    for (int i = 0; i < 2 && arg[i]; i++) {
        stride[i] = size_of(p, arg[i]);
        value[i] = p->value[arg[i]] + at->offset[i];
        /* Numbers do not stay: whether they are there is what counts, see below. */
        same[i] = stays[arg[i]] ? stays[arg[i]][at->offset[i]] : p->c->by[arg[i]] ? 0 : 1;
    }
    switch (x->op) {
    case EX_not: return same[0];
    case EX_and:
    case EX_or: {
        double winner = x->op == EX_or;
        return (same[0] && same[1]) || (same[0] && value[0][0] == winner) ||
               (same[1] && value[1][0] == winner);
    }
    case EX_any:
    case EX_all: {
        double winner = x->op == EX_any;
        if (x->argc > 1 || !stays[arg[0]]) return 0;
        size_t step = ax_stride(ex_space(g), ex_get(g, arg[0])->axes, x->axis), all = 1;
        for (size_t k = 0; k < ax_get(ex_space(g), x->axis)->size; k++) {
            int stay = stays[arg[0]][at->offset[0] + k * step];
            if (stay && value[0][k * step] == winner) return 1;
            all &= (size_t)stay;
        }
        return all != 0;
    }
    case EX_missing:
    case EX_present:
        /* A quotient is missing where its divisor is 0. No weight is negative, so if that happens
         * at all it does where all the weight is on one member that does not count. */
        return all_same(p, own, size_of(p, n));
    default: return compare_stays(p, value[0], stride[0], value[1], stride[1], x->op, difference);
    }
}

/* Marks the elements of the score that have an element of the gate on their way, by the labels that
 * both have. */
static void mark_gated(const probe *p, linear_scores *l, ex_id gate, const unsigned char *stays) {
    const ex_graph *g = p->c->g;
    const ax_space *space = ex_space(g);
    ax_set own = ex_get(g, gate)->axes, score = ex_get(g, p->c->last)->axes, both = own & score;
    ex_walk at = ex_walk_over(space, own);
    ex_walk_with(&at, both, 0);
    size_t parts = ax_size(space, both);
    unsigned char *bad = mem_zero(parts + 1, 1);
    for (; bad && at.element < at.count; ex_walk_on(&at))
        if (!stays[at.element]) bad[at.offset[0]] = 1;
    ex_walk to = ex_walk_over(space, score);
    ex_walk_with(&to, both, 0);
    for (; bad && to.element < to.count; ex_walk_on(&to))
        if (bad[to.offset[0]] && l->state[to.element] != LINEAR_MISSING) {
            l->state[to.element] = LINEAR_GATED;
            l->gate[to.element] = gate;
        }
    mem_free(bad);
}

static int check_gates(const probe *p, linear_scores *l, fault *f) {
    const cone *c = p->c;
    unsigned char **stays = mem_zero(c->last + 1, sizeof *stays);
    double *difference = mem_take((p->points + 1) * sizeof *difference);
    int fine = stays && difference ? 1 : fault_memory(f);
    for (size_t i = 0; fine && i < c->tests; i++) {
        ex_id n = c->test[i];
        stays[n] = mem_zero(size_of(p, n) + 1, 1);
        if (!stays[n]) fine = fault_memory(f);
        ex_walk at = ex_walk_of(c->g, n);
        for (; fine && at.element < at.count; ex_walk_on(&at))
            stays[n][at.element] = (unsigned char)truth_stays(p, stays, n, &at, difference);
    }
    for (size_t i = 0; fine && i < c->gates; i++) mark_gated(p, l, c->gate[i], stays[c->gate[i]]);
    for (ex_id n = 1; stays && n <= c->last; n++) mem_free(stays[n]);
    mem_free(stays);
    mem_free(difference);
    return fine;
}

/* ---- all of it ---- */

/* The score in the order of its output, whose elements are those of the node. */
static int fill(const probe *p, linear_scores *l) {
    size_t n = p->g->set->count;
    for (size_t e = 0; e < l->size; e++) {
        if (all_missing(p, l->score + e, l->size))
            l->state[e] = LINEAR_MISSING;
        else if (!fit(p, l->score + e, l->size, &l->constant[e], l->slope + e * n))
            l->state[e] = LINEAR_BENT;
    }
    return 1;
}

static int probe_score(probe *p, linear_scores *l, fault *f) {
    size_t n = p->g->set->count;
    if (!make_points(p, f)) return 0;
    l->points = p->points;
    l->score = mem_take((l->size * p->points + 1) * sizeof *l->score);
    l->rank = p->g->rank ? mem_take((p->g->rank->size * p->points + 1) * sizeof *l->rank) : NULL;
    l->constant = mem_zero(l->size + 1, sizeof *l->constant);
    l->slope = mem_zero(l->size * n + 1, sizeof *l->slope);
    l->state = mem_zero(l->size + 1, 1);
    l->gate = mem_zero(l->size + 1, sizeof *l->gate);
    if (!l->score || (p->g->rank && !l->rank) || !l->constant || !l->slope || !l->state || !l->gate)
        return fault_memory(f);
    return compute_points(p, l, f) && fill(p, l) && check_gates(p, l, f);
}

int linear_open(linear_scores *l, weighing *g, fault *f) {
    *l = (linear_scores){.size = g->score->size};
    cone c = {.g = g->session->h->graph, .last = session_node(g->session, g->score)};
    size_t nodes = (size_t)c.last + 1, operands = 0;
    for (ex_id n = 1; n <= c.last; n++) operands += ex_get(c.g, n)->argc;
    c.by = mem_zero(nodes, sizeof *c.by);
    c.needed = mem_zero(nodes, 1);
    c.test = mem_zero(nodes, sizeof *c.test);
    c.gate = mem_zero(operands + 1, sizeof *c.gate);
    probe p = {.g = g, .c = &c, .value = mem_zero(nodes, sizeof *p.value)};
    int fine = c.last && c.by && c.needed && c.test && c.gate && p.value ? 1 : fault_memory(f);
    fine = fine && find_cone(g, &c, l, f) && probe_score(&p, l, f);
    for (size_t n = 0; p.value && n < nodes; n++) mem_free(p.value[n]);
    mem_free(p.value);
    mem_free(p.point);
    mem_free(p.order);
    mem_free(c.by);
    mem_free(c.needed);
    mem_free(c.test);
    mem_free(c.gate);
    if (!fine) linear_close(l);
    return fine;
}

void linear_close(linear_scores *l) {
    mem_free(l->constant);
    mem_free(l->slope);
    mem_free(l->state);
    mem_free(l->score);
    mem_free(l->rank);
    mem_free(l->gate);
    *l = (linear_scores){0};
}

int linear_refuse(const linear_scores *l, const weighing *g, size_t element, const char *title,
                  int all, fault *f) {
    const model *m = &g->session->s->m;
    const ex_graph *graph = g->session->h->graph;
    static const char draw[] = "assess vary draws the weights, whatever the formulas";
    if (l->state[element] == LINEAR_GATED)
        return model_fault(m, f, line_of(graph, l->gate[element]), NULL, draw,
                           "%s: whether a condition holds depends on the weights", title);
    if (l->product)
        return model_fault(m, f, line_of(graph, l->product), NULL,
                           "--level NAME varies the weights of one level alone",
                           "the score is not linear in the weights: %s and %s multiply",
                           l->factor[0], l->factor[1]);
    md_at at = line_of(graph, session_node(g->session, g->score));
    if (all) return model_fault(m, f, at, NULL, draw, "the score is not linear in the weights");
    return model_fault(m, f, at, NULL,
                       "impute what is missing, or count it as zero: { missing = \"zero\" }",
                       "the score of %s is not linear in the weights: where figures are missing, "
                       "the weights of the others are scaled up",
                       title);
}
