#include "expr/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MOST = 8 };

struct ex_graph {
    ax_space *space;
    arena memory;
    ex_node *node; /* node[0] is unused */
    uint32_t count, room, limit;
    uint32_t *arg;
    uint32_t args, arg_room;
    ex_values *values;
    uint32_t sources, source_room;
    ex_function *function;
    uint32_t functions, function_room;
    uint32_t *slot; /* node numbers by hash; a power of two, at most half full */
    uint32_t slots;
    uint32_t file;
    int32_t line;
};

ex_graph *ex_open(ax_space *space) {
    ex_graph *g = calloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->space = space;
    g->limit = 1000000;
    g->slots = 1024;
    g->slot = calloc(g->slots, sizeof *g->slot);
    g->room = 256;
    g->node = malloc(g->room * sizeof *g->node);
    if (!g->slot || !g->node) {
        ex_close(g);
        return NULL;
    }
    memset(&g->node[0], 0, sizeof g->node[0]);
    return g;
}

void ex_close(ex_graph *g) {
    if (!g)
        return;
    arena_release(&g->memory);
    free(g->node);
    free(g->arg);
    free(g->values);
    free(g->function);
    free(g->slot);
    free(g);
}

ax_space *ex_space(const ex_graph *g) {
    return g->space;
}

void ex_mark(ex_graph *g, uint32_t file, int32_t line) {
    g->file = file;
    g->line = line;
}

void ex_limit(ex_graph *g, uint32_t nodes) {
    g->limit = nodes;
}

uint32_t ex_count(const ex_graph *g) {
    return g->count;
}

const ex_node *ex_get(const ex_graph *g, ex_id n) {
    return &g->node[n];
}

ex_id ex_arg(const ex_graph *g, ex_id n, int i) {
    return i < g->node[n].argc ? g->arg[g->node[n].arg + (uint32_t)i] : 0;
}

const ex_values *ex_values_of(const ex_graph *g, ex_id source) {
    return g->node[source].op == EX_source ? &g->values[g->node[source].extra] : NULL;
}

const ex_function *ex_function_of(const ex_graph *g, ex_id lookup) {
    return g->node[lookup].op == EX_lookup ? &g->function[g->node[lookup].extra] : NULL;
}

/* ---- growing ---- */

static int grow(void **array, uint32_t *room, uint32_t want, size_t size) {
    if (want <= *room)
        return 1;
    uint32_t fresh = *room ? *room : 64;
    while (fresh < want)
        fresh *= 2;
    void *grown = realloc(*array, fresh * size);
    if (!grown)
        return 0;
    *array = grown;
    *room = fresh;
    return 1;
}

static uint64_t mix(uint64_t h, uint64_t x) {
    h = (h ^ x) * 0xbf58476d1ce4e5b9u;
    return h ^ (h >> 29);
}

static uint64_t bits(double x) {
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

static uint32_t node_hash(const ex_node *n, const ex_id *arg) {
    uint64_t h = mix(n->op, (uint64_t)n->kind << 8 | n->argc);
    h = mix(h, (uint64_t)(uint16_t)n->axis << 16 | (uint16_t)n->to);
    h = mix(h, n->extra);
    h = mix(h, bits(n->param) ^ (uint64_t)n->flag);
    for (int i = 0; i < n->argc; i++)
        h = mix(h, arg[i]);
    return (uint32_t)(h ^ (h >> 32));
}

static int node_same(const ex_graph *g, const ex_node *a, const ex_node *b, const ex_id *arg) {
    return a->op == b->op && a->kind == b->kind && a->argc == b->argc && a->axis == b->axis &&
           a->to == b->to && a->extra == b->extra && bits(a->param) == bits(b->param) &&
           a->flag == b->flag && a->axes == b->axes &&
           (!a->argc || !memcmp(g->arg + a->arg, arg, a->argc * sizeof *arg));
}

static int rehash(ex_graph *g) {
    uint32_t slots = g->slots * 2;
    uint32_t *fresh = calloc(slots, sizeof *fresh);
    if (!fresh)
        return 0;
    for (uint32_t id = 1; id <= g->count; id++) {
        uint32_t i = node_hash(&g->node[id], g->arg + g->node[id].arg) & (slots - 1);
        while (fresh[i])
            i = (i + 1) & (slots - 1);
        fresh[i] = id;
    }
    free(g->slot);
    g->slot = fresh;
    g->slots = slots;
    return 1;
}

/* The node, or the equal one that is there already. */
static ex_id add(ex_graph *g, ex_node n, const ex_id *arg, fault *f) {
    for (int i = 0; i < n.argc; i++)
        if (!arg[i])
            return 0;
    uint32_t i = node_hash(&n, arg) & (g->slots - 1);
    for (; g->slot[i]; i = (i + 1) & (g->slots - 1))
        if (node_same(g, &g->node[g->slot[i]], &n, arg))
            return g->slot[i];
    if (g->count >= g->limit)
        return (ex_id)fault_set(f, FAULT_LIMIT, "the formulas have more than %u parts", g->limit);
    if (!grow((void **)&g->node, &g->room, g->count + 2, sizeof *g->node) ||
        !grow((void **)&g->arg, &g->arg_room, g->args + n.argc, sizeof *g->arg) ||
        (2 * (g->count + 1) > g->slots && !rehash(g)))
        return (ex_id)fault_memory(f);
    n.arg = g->args;
    n.file = g->file;
    n.line = g->line;
    if (n.argc)
        memcpy(g->arg + g->args, arg, n.argc * sizeof *arg);
    g->args += n.argc;
    g->node[++g->count] = n;
    for (i = node_hash(&n, arg) & (g->slots - 1); g->slot[i]; i = (i + 1) & (g->slots - 1))
        ;
    g->slot[i] = g->count;
    return g->count;
}

/* ---- sources ---- */

static int values_same(const ex_values *a, const ex_values *b) {
    if (a->origin != b->origin || a->kind != b->kind || a->axes != b->axes)
        return 0;
    if (a->origin == EX_LITERAL && !a->axes)
        return bits(*a->value) == bits(*b->value);
    return a->value == b->value && a->column == b->column;
}

ex_id ex_values_node(ex_graph *g, const ex_values *v, fault *f) {
    /* Scalars and labels are looked for among the sources; there are few, and literals repeat. */
    for (uint32_t i = 0; i < g->sources; i++)
        if (values_same(&g->values[i], v)) {
            ex_node n = { .op = EX_source, .kind = (uint8_t)v->kind, .axis = AX_NONE, .to = AX_NONE,
                          .extra = i, .axes = v->axes };
            return add(g, n, NULL, f);
        }
    if (ax_size(g->space, v->axes) == SIZE_MAX)
        return (ex_id)fault_set(f, FAULT_LIMIT, "an array of too many elements");
    if (!grow((void **)&g->values, &g->source_room, g->sources + 1, sizeof *g->values))
        return (ex_id)fault_memory(f);
    g->values[g->sources] = *v;
    ex_node n = { .op = EX_source, .kind = (uint8_t)v->kind, .axis = AX_NONE, .to = AX_NONE,
                  .extra = g->sources++, .axes = v->axes };
    return add(g, n, NULL, f);
}

static ex_id scalar(ex_graph *g, ex_kind kind, double x, fault *f) {
    ex_values v = { .origin = EX_LITERAL, .kind = kind, .value = &x };
    for (uint32_t i = 0; i < g->sources; i++)
        if (values_same(&g->values[i], &v))
            return ex_values_node(g, &v, f);
    double *own = arena_take(&g->memory, sizeof *own);
    if (!own)
        return (ex_id)fault_memory(f);
    *own = x;
    v.value = own;
    return ex_values_node(g, &v, f);
}

ex_id ex_number(ex_graph *g, double x, fault *f) {
    if (isinf(x))
        return (ex_id)fault_set(f, FAULT_RULE, "an infinite number cannot be an element");
    return scalar(g, EX_NUMBER, x == x ? x : EX_NAN, f);
}

ex_id ex_truth(ex_graph *g, int x, fault *f) {
    return scalar(g, EX_TRUTH, x ? 1 : 0, f);
}

ex_id ex_text(ex_graph *g, uint32_t string, fault *f) {
    return scalar(g, EX_TEXT, string ? string : EX_NAN, f);
}

ex_id ex_date(ex_graph *g, double days, fault *f) {
    return scalar(g, EX_DATE, days, f);
}

static ex_id along(ex_graph *g, int axis, const double *value, ex_kind kind, fault *f) {
    ex_values v = { .origin = EX_LABELS, .kind = kind, .axes = AX_BIT(axis), .value = value,
                    .name = ax_get(g->space, axis)->name };
    return ex_values_node(g, &v, f);
}

static const ex_values *labels_of(const ex_graph *g, int axis, ex_kind kind, int positions) {
    for (uint32_t i = 0; i < g->sources; i++) {
        const ex_values *v = &g->values[i];
        if (v->origin == EX_LABELS && v->axes == AX_BIT(axis) && v->kind == kind &&
            (v->tag == 1) == positions)
            return v;
    }
    return NULL;
}

ex_id ex_labels(ex_graph *g, int axis, fault *f) {
    const ax_axis *a = ax_get(g->space, axis);
    if (a->number)
        return along(g, axis, a->number, EX_NUMBER, f);
    const ex_values *known = labels_of(g, axis, EX_TEXT, 0);
    if (known)
        return ex_values_node(g, known, f);
    double *own = arena_take(&g->memory, a->size * sizeof *own);
    if (!own)
        return (ex_id)fault_memory(f);
    for (uint32_t i = 0; i < a->size; i++)
        own[i] = a->label[i];
    return along(g, axis, own, EX_TEXT, f);
}

ex_id ex_positions(ex_graph *g, int axis, fault *f) {
    const ax_axis *a = ax_get(g->space, axis);
    const ex_values *known = labels_of(g, axis, EX_NUMBER, 1);
    if (known)
        return ex_values_node(g, known, f);
    double *own = arena_take(&g->memory, a->size * sizeof *own);
    if (!own)
        return (ex_id)fault_memory(f);
    for (uint32_t i = 0; i < a->size; i++)
        own[i] = i;
    ex_values v = { .origin = EX_LABELS, .kind = EX_NUMBER, .axes = AX_BIT(axis), .value = own,
                    .name = a->name, .tag = 1 };
    return ex_values_node(g, &v, f);
}

/* ---- kinds ---- */

typedef struct signature {
    const char *text;
    char takes, gives;
} signature;

static const signature table[EX_OPS] = {
#define ROW(name, text, takes, gives, x) [EX_##name] = { text, #takes[0], #gives[0] },
    EX_UNARY(ROW) EX_BINARY(ROW) EX_TERNARY(ROW)
#undef ROW
#define ROW(name, text) [EX_##name] = { text, 0, 0 },
        EX_REDUCE(ROW) EX_SCAN(ROW)
#undef ROW
            [EX_source] = { "", 0, 0 },
    [EX_slice] = { "at", 0, 0 },
    [EX_gather] = { "at", 0, 0 },
    [EX_rename] = { "as", 0, 0 },
    [EX_lookup] = { "", 0, 0 },
};

const char *ex_op_text(ex_op op) {
    return op < EX_OPS && table[op].text ? table[op].text : "";
}

const char *ex_kind_text(ex_kind kind) {
    static const char *const name[] = { "number", "truth", "text", "date" };
    return name[kind];
}

static ex_kind kind_of(const ex_graph *g, ex_id n) {
    return (ex_kind)g->node[n].kind;
}

/* A literal missing value goes with any kind. */
static int is_nothing(const ex_graph *g, ex_id n) {
    const ex_values *v = ex_values_of(g, n);
    return v && v->origin == EX_LITERAL && !v->axes && *v->value != *v->value;
}

static int numeric(ex_kind k) {
    return k == EX_NUMBER || k == EX_TRUTH;
}

static int wants(const ex_graph *g, ex_op op, ex_id x, const char *what, fault *f) {
    return fault_set(f, FAULT_RULE, "'%s' takes %s, not %s", ex_op_text(op), what,
                     ex_kind_text(kind_of(g, x)));
}

/* The common kind of two value operands; numbers and truths mix as numbers. 0 with the fault set. */
static int common(const ex_graph *g, ex_op op, ex_id a, ex_id b, ex_kind *out, fault *f) {
    ex_kind ka = kind_of(g, a), kb = kind_of(g, b);
    if (is_nothing(g, a))
        ka = kb;
    if (is_nothing(g, b))
        kb = ka;
    if (ka == kb)
        *out = ka;
    else if (numeric(ka) && numeric(kb))
        *out = EX_NUMBER;
    else
        return fault_set(f, FAULT_RULE, "'%s' of %s and %s", ex_op_text(op), ex_kind_text(ka),
                         ex_kind_text(kb));
    return 1;
}

/* Dates: a date and a number of days add up to a date; two dates differ by a number of days. */
static int date_kind(const ex_graph *g, ex_op op, ex_id a, ex_id b, ex_kind *out, fault *f) {
    ex_kind ka = kind_of(g, a), kb = kind_of(g, b);
    if (op == EX_sub && ka == EX_DATE && kb == EX_DATE)
        *out = EX_NUMBER;
    else if (ka == EX_DATE && numeric(kb))
        *out = EX_DATE;
    else if (op == EX_add && numeric(ka) && kb == EX_DATE)
        *out = EX_DATE;
    else
        return fault_set(f, FAULT_RULE, "'%s' of %s and %s", ex_op_text(op), ex_kind_text(ka),
                         ex_kind_text(kb));
    return 1;
}

static int binary_kind(const ex_graph *g, ex_op op, ex_id a, ex_id b, ex_kind *out, fault *f) {
    char takes = table[op].takes, gives = table[op].gives;
    ex_kind ka = kind_of(g, a), kb = kind_of(g, b), both = ka;
    switch (takes) {
    case 'N':
        if (!numeric(ka) || !numeric(kb))
            return wants(g, op, numeric(ka) ? b : a, "numbers", f);
        *out = EX_NUMBER;
        return 1;
    case 'T':
        if (ka != EX_TRUTH || kb != EX_TRUTH)
            return wants(g, op, ka == EX_TRUTH ? b : a, "truths (x:ge(60), present(x) …)", f);
        *out = EX_TRUTH;
        return 1;
    case 'D':
        if (gives == 'D' && (op == EX_add || op == EX_sub)) {
            if (ka == EX_DATE || kb == EX_DATE)
                return date_kind(g, op, a, b, out, f);
            if (!numeric(ka) || !numeric(kb))
                return wants(g, op, numeric(ka) ? b : a, "numbers or dates", f);
            *out = EX_NUMBER;
            return 1;
        }
        if (ka == EX_TEXT || kb == EX_TEXT)
            return wants(g, op, ka == EX_TEXT ? a : b, "numbers or dates", f);
        if (!common(g, op, a, b, &both, f))
            return 0;
        *out = gives == 'T' ? EX_TRUTH : both;
        return 1;
    default:
        if (!common(g, op, a, b, &both, f))
            return 0;
        *out = gives == 'T' ? EX_TRUTH : both;
        return 1;
    }
}

/* ---- elementwise ---- */

static ex_node elementwise(const ex_graph *g, ex_op op, ex_kind kind, const ex_id *arg, int argc) {
    ex_node n = { .op = (uint16_t)op, .kind = (uint8_t)kind, .argc = (uint8_t)argc,
                  .axis = AX_NONE, .to = AX_NONE };
    for (int i = 0; i < argc; i++)
        n.axes |= g->node[arg[i]].axes;
    return n;
}

static int fits(const ex_graph *g, ax_set axes, fault *f) {
    char shape[256];
    if (ax_size(g->space, axes) < (size_t)1 << 48)
        return 1;
    ax_describe(g->space, axes, shape, sizeof shape);
    return fault_set(f, FAULT_LIMIT, "an array over %s has too many elements", shape);
}

ex_id ex_unary(ex_graph *g, ex_op op, ex_id a, fault *f) {
    if (!a)
        return 0;
    ex_kind k = kind_of(g, a);
    if (table[op].takes == 'N' && !numeric(k))
        return (ex_id)wants(g, op, a, "numbers", f);
    if (table[op].takes == 'T' && k != EX_TRUTH)
        return (ex_id)wants(g, op, a, "truths (x:ge(60), present(x) …)", f);
    ex_kind out = table[op].gives == 'T' ? EX_TRUTH : EX_NUMBER;
    return add(g, elementwise(g, op, out, &a, 1), &a, f);
}

ex_id ex_binary(ex_graph *g, ex_op op, ex_id a, ex_id b, fault *f) {
    ex_kind out = EX_NUMBER;
    if (!a || !b || !binary_kind(g, op, a, b, &out, f))
        return 0;
    ex_id arg[] = { a, b };
    ex_node n = elementwise(g, op, out, arg, 2);
    return fits(g, n.axes, f) ? add(g, n, arg, f) : 0;
}

ex_id ex_ternary(ex_graph *g, ex_op op, ex_id a, ex_id b, ex_id c, fault *f) {
    if (!a || !b || !c)
        return 0;
    ex_kind out, rest;
    if (op == EX_where) {
        if (kind_of(g, a) != EX_TRUTH)
            return (ex_id)fault_set(f, FAULT_RULE,
                                    "'where' takes a truth first (x:ge(60), present(x) …), not %s",
                                    ex_kind_text(kind_of(g, a)));
        if (!common(g, op, b, c, &out, f))
            return 0;
    } else {
        if (kind_of(g, a) == EX_TEXT)
            return (ex_id)wants(g, op, a, "numbers or dates", f);
        if (!common(g, op, a, b, &out, f) || !common(g, op, a, c, &rest, f))
            return 0;
        if (rest != out)
            out = EX_NUMBER;
    }
    ex_id arg[] = { a, b, c };
    ex_node n = elementwise(g, op, out, arg, 3);
    return fits(g, n.axes, f) ? add(g, n, arg, f) : 0;
}

ex_id ex_lookup(ex_graph *g, const ex_function *fn, const ex_id *arg, int argc, fault *f) {
    if (argc < 1 || argc > ARGS_MOST)
        return (ex_id)fault_set(f, FAULT_RULE, "'%s' takes 1 to %d arrays, not %d", fn->name,
                                ARGS_MOST, argc);
    for (int i = 0; i < argc; i++)
        if (!arg[i])
            return 0;
    uint32_t at = g->functions;
    for (uint32_t i = 0; fn->same && i < g->functions; i++)
        if (g->function[i].same == fn->same && g->function[i].call == fn->call)
            at = i;
    if (at == g->functions) {
        if (!grow((void **)&g->function, &g->function_room, g->functions + 1, sizeof *g->function))
            return (ex_id)fault_memory(f);
        g->function[g->functions++] = *fn;
    }
    ex_node n = elementwise(g, EX_lookup, fn->gives, arg, argc);
    n.extra = at;
    return fits(g, n.axes, f) ? add(g, n, arg, f) : 0;
}

/* ---- along an axis ---- */

static int has_axis(const ex_graph *g, ex_op op, ex_id x, int axis, fault *f) {
    char shape[256];
    if (g->node[x].axes & AX_BIT(axis))
        return 1;
    ax_describe(g->space, g->node[x].axes, shape, sizeof shape);
    return fault_set(f, FAULT_RULE, "'%s' along '%s', but the array is over %s", ex_op_text(op),
                     ax_get(g->space, axis)->name, shape);
}

static int reduce_kind(const ex_graph *g, ex_op op, ex_id x, ex_kind *out, fault *f) {
    ex_kind k = kind_of(g, x);
    switch (op) {
    case EX_count:
        *out = EX_NUMBER;
        return 1;
    case EX_first:
    case EX_last:
        *out = k;
        return 1;
    case EX_any:
    case EX_all:
        *out = EX_TRUTH;
        return k == EX_TRUTH ? 1 : wants(g, op, x, "truths (x:ge(60), present(x) …)", f);
    case EX_min:
    case EX_max:
    case EX_median:
    case EX_quantile:
        *out = k == EX_TRUTH ? EX_NUMBER : k;
        return k != EX_TEXT ? 1 : wants(g, op, x, "numbers or dates", f);
    case EX_argmin:
    case EX_argmax:
        *out = EX_NUMBER;
        return k != EX_TEXT ? 1 : wants(g, op, x, "numbers or dates", f);
    default:
        *out = EX_NUMBER;
        return numeric(k) ? 1 : wants(g, op, x, "numbers", f);
    }
}

ex_id ex_reduce(ex_graph *g, ex_op op, ex_id x, int axis, double param, fault *f) {
    ex_kind out;
    if (!x || !has_axis(g, op, x, axis, f) || !reduce_kind(g, op, x, &out, f))
        return 0;
    if (op == EX_quantile && !(param >= 0 && param <= 1))
        return (ex_id)fault_set(f, FAULT_RULE, "'quantile' takes a share from 0 to 1, not %g", param);
    ex_node n = { .op = (uint16_t)op, .kind = (uint8_t)out, .argc = 1, .axis = (int16_t)axis,
                  .to = AX_NONE, .param = param, .axes = g->node[x].axes & ~AX_BIT(axis) };
    return add(g, n, &x, f);
}

ex_id ex_reduce_by(ex_graph *g, ex_op op, ex_id x, int axis, ex_id by, int to, fault *f) {
    ex_kind out;
    if (!x || !by || !has_axis(g, op, x, axis, f) || !reduce_kind(g, op, x, &out, f))
        return 0;
    if (op > EX_last || op < EX_sum)
        return (ex_id)fault_set(f, FAULT_RULE, "'%s' cannot be taken by groups", ex_op_text(op));
    if (g->node[by].axes != AX_BIT(axis) || kind_of(g, by) != EX_NUMBER)
        return (ex_id)fault_set(f, FAULT_RULE, "'by' must be an array over '%s' alone",
                                ax_get(g->space, axis)->name);
    if (g->node[x].axes & AX_BIT(to))
        return (ex_id)fault_set(f, FAULT_RULE, "'%s' by '%s', but the array has that axis already",
                                ex_op_text(op), ax_get(g->space, to)->name);
    ex_id arg[] = { x, by };
    ex_node n = { .op = (uint16_t)op, .kind = (uint8_t)out, .argc = 2, .axis = (int16_t)axis,
                  .to = (int16_t)to, .axes = (g->node[x].axes & ~AX_BIT(axis)) | AX_BIT(to) };
    return fits(g, n.axes, f) ? add(g, n, arg, f) : 0;
}

ex_id ex_scan(ex_graph *g, ex_op op, ex_id x, int axis, double param, ex_ties ties, int ascending,
              fault *f) {
    if (!x || !has_axis(g, op, x, axis, f))
        return 0;
    ex_kind k = kind_of(g, x), out = k;
    if (op == EX_rank || op == EX_cumsum || op == EX_interpolate)
        out = EX_NUMBER;
    if ((op == EX_rank || op == EX_sort) && k == EX_TEXT)
        return (ex_id)wants(g, op, x, "numbers or dates", f);
    if ((op == EX_cumsum || op == EX_interpolate) && !numeric(k))
        return (ex_id)wants(g, op, x, "numbers", f);
    ex_node n = { .op = (uint16_t)op, .kind = (uint8_t)out, .argc = 1, .axis = (int16_t)axis,
                  .to = AX_NONE, .param = param, .extra = (uint32_t)ties, .flag = ascending != 0,
                  .axes = g->node[x].axes };
    return add(g, n, &x, f);
}

/* ---- choosing ---- */

ex_id ex_slice(ex_graph *g, ex_id x, int axis, uint32_t position, fault *f) {
    if (!x || !has_axis(g, EX_slice, x, axis, f))
        return 0;
    if (position >= ax_get(g->space, axis)->size)
        return (ex_id)fault_set(f, FAULT_BUG, "slice behind the end of axis '%s'",
                                ax_get(g->space, axis)->name);
    ex_node n = { .op = EX_slice, .kind = g->node[x].kind, .argc = 1, .axis = (int16_t)axis,
                  .to = AX_NONE, .extra = position, .axes = g->node[x].axes & ~AX_BIT(axis) };
    return add(g, n, &x, f);
}

ex_id ex_gather(ex_graph *g, ex_id x, int axis, ex_id position, fault *f) {
    if (!x || !position || !has_axis(g, EX_gather, x, axis, f))
        return 0;
    if (kind_of(g, position) != EX_NUMBER)
        return (ex_id)wants(g, EX_gather, position, "positions", f);
    ex_id arg[] = { x, position };
    ex_node n = { .op = EX_gather, .kind = g->node[x].kind, .argc = 2, .axis = (int16_t)axis,
                  .to = AX_NONE,
                  .axes = (g->node[x].axes & ~AX_BIT(axis)) | g->node[position].axes };
    return fits(g, n.axes, f) ? add(g, n, arg, f) : 0;
}

ex_id ex_rename(ex_graph *g, ex_id x, int axis, int to, fault *f) {
    if (!x || !has_axis(g, EX_rename, x, axis, f))
        return 0;
    const ax_axis *a = ax_get(g->space, axis), *b = ax_get(g->space, to);
    if (g->node[x].axes & AX_BIT(to))
        return (ex_id)fault_set(f, FAULT_RULE, "the array has an axis '%s' already", b->name);
    if (a->size != b->size || memcmp(a->label, b->label, a->size * sizeof *a->label))
        return (ex_id)fault_set(f, FAULT_RULE, "the axes '%s' and '%s' have different labels",
                                a->name, b->name);
    ex_node n = { .op = EX_rename, .kind = g->node[x].kind, .argc = 1, .axis = (int16_t)axis,
                  .to = (int16_t)to, .axes = (g->node[x].axes & ~AX_BIT(axis)) | AX_BIT(to) };
    return add(g, n, &x, f);
}

typedef struct finder {
    const ax_space *space;
    int axis, numbers;
} finder;

static int find_position(void *self, const double *arg, int argc, double *out, fault *f) {
    const finder *at = self;
    (void)argc;
    (void)f;
    long p = at->numbers ? ax_position_number(at->space, at->axis, arg[0])
                         : ax_position(at->space, at->axis, (uint32_t)arg[0]);
    *out = p < 0 ? EX_NAN : (double)p;
    return 1;
}

ex_id ex_position_of(ex_graph *g, ex_id labels, int axis, fault *f) {
    if (!labels)
        return 0;
    const ax_axis *a = ax_get(g->space, axis);
    ex_kind k = kind_of(g, labels);
    if (k != EX_TEXT && !(k == EX_NUMBER && a->number))
        return (ex_id)fault_set(f, FAULT_RULE, "labels of axis '%s' are %s, not %s", a->name,
                                a->number ? "numbers" : "text", ex_kind_text(k));
    finder *own = arena_take(&g->memory, sizeof *own);
    if (!own)
        return (ex_id)fault_memory(f);
    *own = (finder){ g->space, axis, k == EX_NUMBER };
    ex_function fn = { .name = "position", .gives = EX_NUMBER, .distinct = 1, .call = find_position,
                       .self = own, .same = (uint64_t)axis * 2 + (k == EX_NUMBER) + 1 };
    return ex_lookup(g, &fn, &labels, 1, f);
}
