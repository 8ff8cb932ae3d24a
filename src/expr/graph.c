#include "expr/graph_inside.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

ex_graph *ex_open(ax_space *space) {
    ex_graph *g = mem_zero(1, sizeof *g);
    if (!g) return NULL;
    g->space = space;
    g->limit = 1000000;
    if (!MEM_RESERVE(g->node, 1, g->node_cap)) {
        ex_close(g);
        return NULL;
    }
    g->node[0] = (ex_node){0};
    return g;
}

void ex_close(ex_graph *g) {
    if (!g) return;
    arena_release(&g->memory);
    mem_free(g->node);
    mem_free(g->arg);
    mem_free(g->values);
    mem_free(g->function);
    mem_free(g->matrix);
    mem_free(g->composed);
    mem_free(g->name);
    mem_free(g->nodes_by_hash.slot);
    mem_free(g->sources_by_hash.slot);
    mem_free(g);
}

ax_space *ex_space(const ex_graph *g) { return g->space; }

void ex_mark(ex_graph *g, uint32_t file, int32_t line) {
    g->file = file;
    g->line = line;
    g->from_line = 0;
}

void ex_mark_from(ex_graph *g, uint32_t file, int32_t line, int32_t column) {
    g->from_file = file;
    g->from_line = line;
    g->from_column = column;
}

/* The number of a name, from 1; 0 where there are too many. */
static uint16_t name_number(ex_graph *g, const char *name) {
    for (size_t i = 0; i < g->names; i++)
        if (!strcmp(g->name[i], name)) return (uint16_t)(i + 1);
    const char *own = arena_text(&g->memory, name, strlen(name));
    if (!own || g->names == UINT16_MAX || !MEM_RESERVE(g->name, g->names + 1, g->name_cap))
        return 0;
    g->name[g->names++] = own;
    return (uint16_t)g->names;
}

void ex_call(ex_graph *g, ex_id n, const char *name, int rules) {
    ex_node *x = &g->node[n];
    if (x->op == EX_source || (x->called && (x->called_by_rules || !rules))) return;
    x->called = name_number(g, name);
    x->called_by_rules = x->called && rules;
}

const char *ex_called(const ex_graph *g, ex_id n) {
    return g->node[n].called ? g->name[g->node[n].called - 1] : NULL;
}

void ex_limit(ex_graph *g, uint32_t nodes) { g->limit = nodes; }

uint32_t ex_count(const ex_graph *g) { return g->count; }

const ex_node *ex_get(const ex_graph *g, ex_id n) { return &g->node[n]; }

ex_id ex_arg(const ex_graph *g, ex_id n, int i) {
    return i < g->node[n].argc ? g->arg[g->node[n].arg + (uint32_t)i] : 0;
}

const ex_values *ex_values_of(const ex_graph *g, ex_id source) {
    return g->node[source].op == EX_source ? &g->values[g->node[source].extra] : NULL;
}

const ex_function *ex_function_of(const ex_graph *g, ex_id lookup) {
    return g->node[lookup].op == EX_lookup ? &g->function[g->node[lookup].extra] : NULL;
}

const ex_matrix_function *ex_matrix_of(const ex_graph *g, ex_id matrix) {
    return g->node[matrix].op == EX_matrix ? &g->matrix[g->node[matrix].extra] : NULL;
}

int ex_is_missing(const ex_graph *g, ex_id n) {
    const ex_values *v = ex_values_of(g, n);
    return v && v->origin == EX_LITERAL && !v->axes && v->value && *v->value != *v->value;
}

/* ---- hash tables ---- */

static uint64_t mix(uint64_t h, uint64_t x) {
    h = (h ^ x) * 0xbf58476d1ce4e5b9u;
    return h ^ (h >> 29);
}

static uint64_t bits(double x) {
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}

static void index_insert(graph_index *x, uint32_t hash, uint32_t number) {
    uint32_t i = hash & (x->slots - 1);
    while (x->slot[i]) i = (i + 1) & (x->slots - 1);
    x->slot[i] = number;
}

/* Makes room for one number more than 1 … count, whose hashes `hash` gives. 0 without memory. */
static int index_reserve(const ex_graph *g, graph_index *x, uint32_t count,
                         uint32_t (*hash)(const ex_graph *g, uint32_t number)) {
    if (2 * (count + 1) <= x->slots) return 1;
    graph_index wider = {.slots = x->slots ? 2 * x->slots : 512};
    wider.slot = mem_zero(wider.slots, sizeof *wider.slot);
    if (!wider.slot) return 0;
    for (uint32_t i = 1; i <= count; i++) index_insert(&wider, hash(g, i), i);
    mem_free(x->slot);
    *x = wider;
    return 1;
}

/* ---- nodes ---- */

static uint32_t node_hash(const ex_node *n, const ex_id *arg) {
    uint64_t h = mix(n->op, (uint64_t)n->kind << 8 | n->argc);
    h = mix(h, (uint64_t)(uint16_t)n->axis << 16 | (uint16_t)n->to);
    h = mix(h, n->extra);
    h = mix(h, bits(n->param) ^ (uint64_t)n->flag);
    for (int i = 0; i < n->argc; i++) h = mix(h, arg[i]);
    return (uint32_t)(h ^ (h >> 32));
}

static uint32_t hash_of_node(const ex_graph *g, ex_id id) {
    return node_hash(&g->node[id], g->arg ? g->arg + g->node[id].arg : NULL);
}

static int node_same(const ex_graph *g, const ex_node *a, const ex_node *b, const ex_id *arg) {
    return a->op == b->op && a->kind == b->kind && a->argc == b->argc && a->axis == b->axis &&
           a->to == b->to && a->extra == b->extra && bits(a->param) == bits(b->param) &&
           a->flag == b->flag && a->axes == b->axes &&
           (!a->argc || !memcmp(g->arg + a->arg, arg, a->argc * sizeof *arg));
}

/* Sizes stay so far below SIZE_MAX that offsets and bytes can be computed without overflow. */
static int check_size(const ex_graph *g, ax_set axes, fault *f) {
    char shape[256];
    if (ax_size(g->space, axes) < (size_t)1 << 48) return 1;
    ax_describe(g->space, axes, shape, sizeof shape);
    return fault_set(f, FAULT_LIMIT, "an array over %s has too many elements", shape);
}

ex_id graph_add(ex_graph *g, ex_node n, const ex_id *arg, fault *f) {
    for (int i = 0; i < n.argc; i++)
        if (!arg[i]) return 0;
    graph_index *x = &g->nodes_by_hash;
    if (!index_reserve(g, x, g->count, hash_of_node)) return (ex_id)fault_memory(f);
    uint32_t hash = node_hash(&n, arg), mask = x->slots - 1;
    for (uint32_t i = hash & mask; x->slot[i]; i = (i + 1) & mask)
        if (node_same(g, &g->node[x->slot[i]], &n, arg)) return x->slot[i];
    if (!check_size(g, n.axes, f)) return 0;
    if (g->count >= g->limit)
        return (ex_id)fault_set(f, FAULT_LIMIT, "the formulas have more than %u parts", g->limit);
    if (!MEM_RESERVE(g->node, g->count + 2, g->node_cap) ||
        !MEM_RESERVE(g->arg, g->args + n.argc, g->arg_cap))
        return (ex_id)fault_memory(f);
    n.arg = g->args;
    n.file = g->file;
    n.line = g->line;
    n.from_file = g->from_file;
    n.from_line = g->from_line;
    n.from_column = g->from_column;
    if (n.argc) memcpy(g->arg + g->args, arg, n.argc * sizeof *arg);
    g->args += n.argc;
    g->node[++g->count] = n;
    index_insert(x, hash, g->count);
    return g->count;
}

/* ---- sources ---- */

static int values_same(const ax_space *s, const ex_values *a, const ex_values *b) {
    if (a->origin != b->origin || a->kind != b->kind || a->axes != b->axes) return 0;
    if (a->origin == EX_LITERAL && !a->axes) return bits(*a->value) == bits(*b->value);
    if (a->origin == EX_LITERAL && a->value && b->value && !a->name && !b->name && a->tag == b->tag)
        return !memcmp(a->value, b->value, ax_size(s, a->axes) * sizeof *a->value);
    if (a->later || b->later)
        return a->later == b->later && a->tag == b->tag && !strcmp(a->name, b->name);
    return a->value == b->value && a->column == b->column;
}

/* Literals are hashed by their values, other sources by their addresses. */
static uint32_t values_hash(const ax_space *s, const ex_values *v) {
    uint64_t h = mix((uint64_t)v->origin << 8 | (uint64_t)v->kind, v->axes);
    if (v->later)
        h = mix(h, v->later);
    else if (v->origin != EX_LITERAL || !v->value)
        h = mix(h, (uint64_t)(uintptr_t)v->value ^ (uint64_t)(uintptr_t)v->column);
    else if (!v->axes)
        h = mix(h, bits(*v->value));
    else
        h = mix(h, hash_bytes((const char *)v->value, ax_size(s, v->axes) * sizeof *v->value));
    return (uint32_t)(h ^ (h >> 32));
}

static uint32_t hash_of_source(const ex_graph *g, uint32_t number) {
    return values_hash(g->space, &g->values[number - 1]);
}

/* The number of an equal source, or 0. */
static uint32_t find_source(const ex_graph *g, const ex_values *v, uint32_t hash) {
    const graph_index *x = &g->sources_by_hash;
    uint32_t mask = x->slots - 1, i = hash & mask;
    if (!x->slots) return 0;
    while (x->slot[i] && !values_same(g->space, &g->values[x->slot[i] - 1], v)) i = (i + 1) & mask;
    return x->slot[i];
}

ex_id ex_values_node(ex_graph *g, const ex_values *v, fault *f) {
    if (ax_size(g->space, v->axes) == SIZE_MAX)
        return (ex_id)fault_set(f, FAULT_LIMIT, "an array of too many elements");
    uint32_t hash = values_hash(g->space, v), number = find_source(g, v, hash);
    if (!number) {
        if (!MEM_RESERVE(g->values, g->sources + 1, g->values_cap) ||
            !index_reserve(g, &g->sources_by_hash, g->sources, hash_of_source))
            return (ex_id)fault_memory(f);
        g->values[g->sources] = *v;
        number = ++g->sources;
        index_insert(&g->sources_by_hash, hash, number);
    }
    ex_node n = {.op = EX_source,
                 .kind = (uint8_t)v->kind,
                 .axis = AX_NONE,
                 .to = AX_NONE,
                 .extra = number - 1,
                 .axes = v->axes};
    return graph_add(g, n, NULL, f);
}

void ex_values_arrive(ex_graph *g, ex_id source, const double *value) {
    g->values[g->node[source].extra].value = value;
}

static ex_id scalar(ex_graph *g, ex_kind kind, double x, fault *f) {
    ex_values v = {.origin = EX_LITERAL, .kind = kind, .value = &x};
    if (!find_source(g, &v, values_hash(g->space, &v))) {
        double *own = arena_take(&g->memory, sizeof *own);
        if (!own) return (ex_id)fault_memory(f);
        *own = x;
        v.value = own;
    }
    return ex_values_node(g, &v, f);
}

ex_id ex_number(ex_graph *g, double x, fault *f) {
    if (isinf(x)) return (ex_id)fault_set(f, FAULT_RULE, "an infinite number cannot be an element");
    return scalar(g, EX_NUMBER, x == x ? x : EX_NAN, f);
}

ex_id ex_truth(ex_graph *g, int x, fault *f) { return scalar(g, EX_TRUTH, x ? 1 : 0, f); }

ex_id ex_text(ex_graph *g, uint32_t string, fault *f) {
    return scalar(g, EX_TEXT, string ? string : EX_NAN, f);
}

ex_id ex_date(ex_graph *g, double days, fault *f) { return scalar(g, EX_DATE, days, f); }

/* The labels of an axis (as text, or as the numbers in `value`), or its positions, which have the
 * tag 1. An array that has to be made is made once. */
static ex_id labels_node(ex_graph *g, int axis, ex_kind kind, const double *value, uint32_t tag,
                         fault *f) {
    const ax_axis *a = ax_get(g->space, axis);
    const uint32_t later = a->label ? 0 : UINT32_MAX;
    for (uint32_t i = 0; !value && !later && i < g->sources; i++) {
        const ex_values *v = &g->values[i];
        if (v->origin == EX_LABELS && v->axes == AX_BIT(axis) && v->kind == kind && v->tag == tag)
            value = v->value;
    }
    if (!value && !later) {
        double *own = arena_take(&g->memory, a->size * sizeof *own);
        if (!own) return (ex_id)fault_memory(f);
        for (uint32_t i = 0; i < a->size; i++) own[i] = tag ? i : a->label[i];
        value = own;
    }
    ex_values v = {.origin = EX_LABELS,
                   .kind = kind,
                   .axes = AX_BIT(axis),
                   .value = value,
                   .name = a->name,
                   .tag = tag,
                   .later = later};
    return ex_values_node(g, &v, f);
}

ex_id ex_labels(ex_graph *g, int axis, fault *f) {
    const double *number = ax_numbers(g->space, axis);
    const int numbers = number || !ax_get(g->space, axis)->label;
    return labels_node(g, axis, numbers ? EX_NUMBER : EX_TEXT, number, 0, f);
}

ex_id ex_positions(ex_graph *g, int axis, fault *f) {
    return labels_node(g, axis, EX_NUMBER, NULL, 1, f);
}
