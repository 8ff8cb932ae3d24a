/* Reductions along an axis: sum, mean, median and the like, with weights and by groups. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"

enum how { OPERATION, MEAN, VARIANCE, DEVIATION, SKEWNESS, KURTOSIS };
enum { AXES_MOST = 8 };

typedef struct reduction {
    const char *name;
    enum how how;
    ex_op op;
    unsigned takes; /* EX_WEIGHTS … of op.h: options */
} reduction;

static const struct {
    ex_fn function;
    enum how how;
    unsigned takes;
} composed[] = {{EX_FN_mean, MEAN, EX_WEIGHTS | EX_ZERO | EX_GROUPED},
                {EX_FN_var, VARIANCE, EX_WEIGHTS | EX_DIVISOR | EX_GROUPED},
                {EX_FN_std, DEVIATION, EX_WEIGHTS | EX_DIVISOR | EX_GROUPED},
                {EX_FN_skewness, SKEWNESS, 0},
                {EX_FN_kurtosis, KURTOSIS, 0}};
enum { COMPOSED = sizeof composed / sizeof *composed };

/* Reductions are numbered: the operations first, then those in `composed`. */
static reduction reduction_numbered(size_t k) {
    if (k >= EX_OPS)
        return (reduction){.name = ex_functions[composed[k - EX_OPS].function].lua,
                           .how = composed[k - EX_OPS].how,
                           .takes = composed[k - EX_OPS].takes};
    const ex_record *r = ex_record_of((unsigned)k);
    return (reduction){.name = r->lua, .op = (ex_op)k, .takes = r->how};
}

/* One reduction along one axis, its options read. */
typedef struct task {
    reduction r;
    ex_id x, weight;
    int axis;
    grouping group;
    int whole; /* missing counts as zero */
    int free;  /* the divisor of a variance is n minus this */
    double share;
} task;

static ex_id reduce(lua_State *L, const task *t) {
    ex_graph *g = host_of(L)->graph;
    fault *f = host_fault(L);
    ex_id x = t->x, by = t->group.by, v;
    int axis = t->axis, to = by ? t->group.to : AX_NONE;
    if (t->whole) x = ex_binary(g, EX_coalesce, x, ex_number(g, 0, f), f);
    switch (t->r.how) {
    case MEAN: return ex_mean(g, x, axis, t->weight, 0, by, to, f);
    case VARIANCE: return ex_var(g, x, axis, t->free, t->weight, by, to, f);
    case DEVIATION:
        v = ex_var(g, x, axis, t->free, t->weight, by, to, f);
        return ex_unary(g, EX_sqrt, v, f);
    case SKEWNESS: return ex_skewness(g, x, axis, f);
    case KURTOSIS: return ex_kurtosis(g, x, axis, f);
    case OPERATION: break;
    }
    if (t->r.takes & EX_POSITION) return ex_label_of(g, t->r.op, x, axis, f);
    if (t->weight) return ex_weighted_sum(g, x, axis, t->weight, by, to, f);
    return by ? ex_reduce_by(g, t->r.op, x, axis, by, to, f)
              : ex_reduce(g, t->r.op, x, axis, t->share, f);
}

static void read_options(lua_State *L, int at, task *t) {
    static const char *const missing[] = {"skip", "zero", NULL};
    static const char *const divisors[] = {"n-1", "n", NULL};
    const char *known[8] = {"by", "within", "axis", "others"};
    int n = 4;
    unsigned takes = t->r.takes;
    if (takes & EX_WEIGHTS) known[n++] = "weights";
    if (takes & EX_ZERO) known[n++] = "missing";
    if (takes & EX_DIVISOR) known[n++] = "divisor";
    if (lua_isnil(L, at)) return;
    if (!(takes & EX_WEIGHTS) && lua_type(L, at) == LUA_TTABLE && option_push(L, at, "weights"))
        host_error(L, "weights", "sum, mean, var and std take weights", "'%s' takes no weights",
                   t->r.name);
    host_check_keys(L, at, known);
    if (option_push(L, at, "weights")) {
        if (!host_test(L, -1))
            host_error(L, "weights", "{ weights = a.index.weight }",
                       "the option weights is an array");
        t->weight = host_node(L, -1);
        lua_pop(L, 1);
    }
    if (takes & EX_ZERO) t->whole = option_word(L, at, "missing", missing);
    if (takes & EX_DIVISOR) t->free = 1 - option_word(L, at, "divisor", divisors);
    if (!option_push(L, at, "by")) {
        if (option_push(L, at, "axis"))
            host_error(L, "axis", "{ by = map, axis = \"region\" }",
                       "axis = names what by = makes, and there is no by =");
        return;
    }
    lua_pop(L, 1);
    t->group = group_by(L, at, t->axis);
    host *h = host_of(L);
    if (array_axes(L, t->x) & AX_BIT(t->group.to))
        host_error(L, "by", "reduce along that axis first, or choose one label with x:at{ … }",
                   "by = makes the axis '%s', which the array has already",
                   ax_get(h->space, t->group.to)->name);
    if (t->group.by && !(takes & EX_GROUPED)) { /* by way of a mask over the new axis */
        fault *f = host_fault(L);
        t->group.mask = host_check(
            L, ex_binary(h->graph, EX_eq, t->group.by, ex_positions(h->graph, t->group.to, f), f));
        t->group.by = 0;
    }
    if (t->group.mask) {
        fault *f = host_fault(L);
        ex_id nothing = ex_number(h->graph, EX_NAN, f);
        t->x = host_check(L, ex_ternary(h->graph, EX_where, t->group.mask, t->x, nothing, f));
        if (!t->weight && t->r.how == MEAN && t->whole)
            t->weight = host_check(L, ex_number(h->graph, 1, f));
        if (t->weight) /* so that no weight of another group is counted */
            t->weight =
                host_check(L, ex_ternary(h->graph, EX_where, t->group.mask, t->weight, nothing, f));
    }
}

/* A list of axes, one after the other: a sum of sums is the sum of all. */
static int several(lua_State *L, task *t) {
    const char *name = t->r.name;
    int n = (int)lua_rawlen(L, 2);
    if (n < 1 || n > AXES_MOST)
        return host_error(L, name, "sum(x, { \"unit\", \"year\" })",
                          "the list of axes is empty or too long");
    if (n > 1 && !(t->r.takes & EX_SEVERAL))
        return host_error(
            L, name,
            t->r.how == MEAN ? "sum(x, axes) / count(x, axes) is the mean over all of them" : NULL,
            "'%s' works along one axis", name);
    if ((option_push(L, 3, "by") && n > 1) || option_push(L, 3, "within"))
        return host_error(L, "by", NULL, "by = and within = go with a single axis");
    lua_settop(L, 3);
    for (int i = 1; i <= n; i++) {
        lua_rawgeti(L, 2, i);
        t->axis = array_axis(L, -1, t->x, name);
        if (i == 1) read_options(L, 3, t);
        t->x = host_check(L, reduce(L, t));
        t->weight = 0;
        if (t->r.op == EX_count) t->r = reduction_numbered(EX_sum);
        lua_settop(L, 3);
    }
    host_push(L, t->x, NULL, NULL);
    return 1;
}

static int reduction_of(lua_State *L) {
    host *h = host_of(L);
    task t = {.r = reduction_numbered((size_t)lua_tointeger(L, lua_upvalueindex(1))),
              .axis = AX_NONE,
              .free = 1,
              .group = {0, 0, AX_NONE}};
    const char *name = t.r.name;
    int extreme = t.r.op == EX_min || t.r.op == EX_max;
    t.x = host_node(L, 1);
    if (extreme && (host_test(L, 2) || lua_type(L, 2) == LUA_TNUMBER))
        return host_error(L, name,
                          t.r.op == EX_min ? "least(x, y) compares element by element"
                                           : "greatest(x, y) compares element by element",
                          "'%s' works along an axis", name);
    if (t.r.takes & EX_SHARE) {
        plain_push(L, 3, name);
        lua_replace(L, 3);
        if (lua_type(L, 3) != LUA_TNUMBER)
            return host_error(L, name, "quantile(x, \"unit\", 0.9)",
                              "'%s' takes a share from 0 to 1", name);
        t.share = lua_tonumber(L, 3);
        lua_remove(L, 3);
    }
    if (lua_gettop(L) > 3 || (lua_gettop(L) == 3 && lua_type(L, 3) == LUA_TSTRING)) {
        char advice[100];
        snprintf(advice, sizeof advice,
                 text_message("%s(x, { \"unit\", \"year\" }) works along several axes"), name);
        return host_error(L, name, t.r.takes & EX_SEVERAL ? advice : NULL, "'%s' is given too much",
                          name);
    }
    lua_settop(L, 3);
    host_mark(L);
    if (lua_type(L, 2) == LUA_TTABLE) return several(L, &t);
    t.axis = array_axis(L, 2, t.x, name);
    int within = group_within(L, 3);
    read_options(L, 3, &t);
    const host_array *x = host_test(L, 1);
    const char *names = t.r.takes & EX_POSITION ? ax_get(h->space, t.axis)->name
                        : x && (t.r.op == EX_first || t.r.op == EX_last) ? x->names
                                                                         : NULL;
    ex_id made = host_check(L, reduce(L, &t));
    host_push(L, within ? group_gather(L, 3, &t.group, made) : made, names, NULL);
    return 1;
}

void reduce_open(lua_State *L) {
    int env = lua_gettop(L);
    for (size_t i = 0; i < EX_OPS + COMPOSED; i++) {
        if (i < EX_OPS && !ex_is_reduction((unsigned)i)) continue;
        lua_pushinteger(L, (lua_Integer)i);
        array_define(L, env, reduction_numbered(i).name, reduction_of);
    }
}

/* ---- groups: which axis `by = map` makes, and where the elements go
 *
 * A map is an array of labels. The axis they are labels of is named by the option `axis`, or by the
 * map itself (a level of the index, a column of a table). Where there is no such axis yet, the map
 * is computed here and now, and its distinct values, in order, become the axis. Where there is one,
 * every value must be a label of it, so that a slip in the data does not silently lose what it
 * belongs to. ---- */

typedef struct distinct {
    uint32_t *label; /* pool numbers, in the arena of the host */
    uint32_t count;
} distinct;

static int by_number(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct word {
    const char *text;
    uint32_t id;
} word;

static int by_text(const void *a, const void *b) {
    return strcmp(((const word *)a)->text, ((const word *)b)->text);
}

static int distinct_texts(host *h, const double *value, size_t count, distinct *out, fault *f) {
    uint32_t most = pool_count(h->strings), n = 0;
    unsigned char *seen = mem_zero((size_t)most + 1, 1);
    for (size_t i = 0; seen && i < count; i++)
        if (value[i] == value[i] && !seen[(uint32_t)value[i]]) {
            seen[(uint32_t)value[i]] = 1;
            n++;
        }
    word *sorted = seen ? mem_take((n + 1) * sizeof *sorted) : NULL;
    out->label = sorted ? arena_take(&h->memory, (n + 1) * sizeof *out->label) : NULL;
    for (uint32_t id = 1; out->label && id <= most; id++)
        if (seen[id]) sorted[out->count++] = (word){pool_text(h->strings, id), id};
    if (out->label) {
        qsort(sorted, n, sizeof *sorted, by_text);
        for (uint32_t i = 0; i < n; i++) out->label[i] = sorted[i].id;
    }
    mem_free(seen);
    mem_free(sorted);
    return out->label ? 1 : fault_memory(f);
}

static int distinct_numbers(host *h, const double *value, size_t count, distinct *out, fault *f) {
    double *sorted = mem_take((count + 1) * sizeof *sorted);
    size_t n = 0, kept = 0;
    if (!sorted) return fault_memory(f);
    for (size_t i = 0; i < count; i++)
        if (value[i] == value[i]) sorted[n++] = value[i];
    qsort(sorted, n, sizeof *sorted, by_number);
    for (size_t i = 0; i < n; i++)
        if (!kept || sorted[i] != sorted[kept - 1]) sorted[kept++] = sorted[i];
    int good = kept < UINT32_MAX;
    out->label = good ? arena_take(&h->memory, (kept + 1) * sizeof *out->label) : NULL;
    for (size_t i = 0; out->label && good && i < kept; i++) {
        char text[32];
        size_t length = decimal_write(sorted[i], text);
        out->label[out->count++] = pool_put(h->strings, text, length);
        good = out->label[i] != 0;
    }
    mem_free(sorted);
    return good && out->label ? 1 : fault_memory(f);
}

/* The values of the map; of both editions, one behind the other, where two are mixed: then `mixed`
 * is their memory. NULL with the fault. */
static const double *map_values(host *h, ex_id map, size_t *count, double **mixed, fault *f) {
    const double *value = NULL;
    for (int side = 0; side < 2; side++) {
        if (h->put_side && !h->put_side(h->side_self, side, f)) return NULL;
        value = ex_run_eval(h->run, &map, 1, f) ? ex_run_value(h->run, map, f) : NULL;
        if (!value || !h->put_side) return value;
        if (!*mixed && !(*mixed = mem_take((2 * *count + 1) * sizeof **mixed))) {
            fault_memory(f);
            return NULL;
        }
        memcpy(*mixed + (size_t)side * *count, value, *count * sizeof *value);
    }
    *count *= 2;
    return h->put_side(h->side_self, -1, f) ? *mixed : NULL;
}

/* Of rows that are not in memory: the distinct values so far. */
typedef struct gathered {
    double *value; /* ascending */
    size_t count, cap;
    unsigned char *seen; /* of texts, by their number */
    size_t texts;
} gathered;

static int gather_texts(void *self, const double *value, size_t count, fault *f) {
    gathered *g = self;
    for (size_t i = 0; i < count; i++) {
        if (value[i] != value[i] || g->seen[(uint32_t)value[i]]) continue;
        g->seen[(uint32_t)value[i]] = 1;
        if (!MEM_RESERVE(g->value, g->count + 1, g->cap)) return fault_memory(f);
        g->value[g->count++] = value[i];
    }
    return 1;
}

static int gather_numbers(void *self, const double *value, size_t count, fault *f) {
    gathered *g = self;
    if (!MEM_RESERVE(g->value, g->count + count, g->cap)) return fault_memory(f);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (value[i] == value[i]) g->value[g->count++] = value[i];
    qsort(g->value, g->count, sizeof *g->value, by_number);
    for (size_t i = 0; i < g->count; i++)
        if (!kept || g->value[i] != g->value[kept - 1]) g->value[kept++] = g->value[i];
    g->count = kept;
    return 1;
}

/* Values of a map along such rows: each once, which is all that is asked of them. */
static int gather_values(host *h, ex_id map, gathered *g, fault *f) {
    int text = ex_get(h->graph, map)->kind == EX_TEXT;
    g->texts = pool_count(h->strings);
    if (text && !(g->seen = mem_zero(g->texts + 1, 1))) return fault_memory(f);
    return ex_run_each(h->run, map, text ? gather_texts : gather_numbers, g, f);
}

static distinct passing_values(lua_State *L, ex_id map) {
    host *h = host_of(L);
    fault *f = host_fault(L);
    distinct out = {NULL, 0};
    gathered g = {0};
    int text = ex_get(h->graph, map)->kind == EX_TEXT;
    int fine = gather_values(h, map, &g, f) &&
               (text ? distinct_texts : distinct_numbers)(h, g.value, g.count, &out, f);
    mem_free(g.value);
    mem_free(g.seen);
    if (!fine) host_raise(L, f);
    return out;
}

static distinct values_of(lua_State *L, ex_id map) {
    host *h = host_of(L);
    fault *f = host_fault(L);
    distinct out = {NULL, 0};
    if (array_axes(L, map) & ex_run_absent(h->run)) return passing_values(L, map);
    size_t count = ax_size(h->space, array_axes(L, map));
    double *mixed = NULL;
    const double *value = map_values(h, map, &count, &mixed, f);
    int text = ex_get(h->graph, map)->kind == EX_TEXT;
    int fine = value && (text ? distinct_texts : distinct_numbers)(h, value, count, &out, f);
    mem_free(mixed);
    if (!fine) host_raise(L, f);
    return out;
}

/* Raises for the first value that is no label of the axis. */
static void check_labels(lua_State *L, const distinct *values, int to) {
    host *h = host_of(L);
    const ax_axis *a = ax_get(h->space, to);
    for (uint32_t i = 0; i < values->count; i++) {
        const char *value = pool_text(h->strings, values->label[i]);
        if (label_position(h, to, values->label[i]) >= 0) continue;
        const char *best = label_nearest(h->space, to, value);
        place at = host_place(L, "by");
        fault *f = host_fault(L);
        fault_at(f, FAULT_DATA, &at,
                 lua_pushfstring(L, "%s%s{ others = \"drop\" } leaves out what is in no group",
                                 best ? host_hint(L, best) : "", best ? " " : ""),
                 "by = puts elements into %s '%s', which is not there", a->name, value);
        host_raise(L, f);
    }
}

/* The name of the axis that the groups make: the option's, or the map's own. Lent by the stack or
 * the pool. */
static const char *axis_name(lua_State *L, int options, const host_array *map) {
    const char *names = option_name(L, options, "axis", NULL, "{ by = map, axis = \"region\" }");
    if (names) return names;
    names = map->names ? map->names : array_names(L, map->node);
    if (!names)
        host_error(L, "by", "{ by = map, axis = \"region\" }",
                   "the axis that by = makes has no name");
    return names;
}

grouping group_by(lua_State *L, int options, int axis) {
    static const char *const others[] = {"error", "drop", NULL};
    host *h = host_of(L);
    options = lua_absindex(L, options);
    option_push(L, options, "by");
    const host_array *map = host_test(L, -1);
    if (!map)
        host_error(L, "by", "an array of labels over the axis: { by = a.index.group }",
                   "the option by is an array, not a %s", luaL_typename(L, -1));
    const ax_axis *from = ax_get(h->space, axis);
    if (!(array_axes(L, map->node) & AX_BIT(axis)))
        host_error(L, "by", NULL, "by = is over %s, not over '%s'", array_shape(L, map->node),
                   from->name);
    ex_kind kind = array_kind(L, map->node);
    if (kind != EX_TEXT && kind != EX_NUMBER)
        host_error(L, "by", "groups are named by texts or numbers", "by = holds %ss",
                   ex_kind_text(kind));
    const char *name = axis_name(L, options, map);
    int drop = option_word(L, options, "others", others);
    int to = ax_find(h->space, name);
    if (to == axis)
        host_error(L, "by", "give the groups another axis: { by = map, axis = \"region\" }",
                   "by = would replace '%s' by itself", name);
    if (to != AX_NONE) host_rows(L, to);
    if (to == AX_NONE || !drop) {
        distinct values = values_of(L, map->node);
        if (to != AX_NONE)
            check_labels(L, &values, to);
        else if ((to = ax_make(h->space, name, values.label, values.count, host_fault(L))) ==
                 AX_NONE)
            host_raise(L, &h->scratch);
    }
    grouping g = {0, 0, to};
    fault *f = host_fault(L);
    ex_id positions = host_check(L, ex_position_of(h->graph, map->node, to, f));
    if (array_axes(L, map->node) == AX_BIT(axis))
        g.by = positions;
    else
        g.mask =
            host_check(L, ex_binary(h->graph, EX_eq, positions, ex_positions(h->graph, to, f), f));
    lua_pop(L, 1);
    return g;
}

int group_within(lua_State *L, int options) {
    options = lua_absindex(L, options);
    if (!lua_istable(L, options) || !option_push(L, options, "within")) return 0;
    lua_pop(L, 1);
    if (option_push(L, options, "by"))
        host_error(L, "within", NULL,
                   "by = leaves one value for each group, within = gives it to every element: one "
                   "of both");
    lua_newtable(L);
    table_copy(L, options, -1);
    lua_getfield(L, -1, "within");
    lua_setfield(L, -2, "by");
    lua_pushnil(L);
    lua_setfield(L, -2, "within");
    lua_replace(L, options);
    return 1;
}

ex_id group_spread(lua_State *L, const grouping *g, ex_id x) {
    ex_graph *graph = host_of(L)->graph;
    fault *f = host_fault(L);
    ex_id mask = g->by ? ex_binary(graph, EX_eq, g->by, ex_positions(graph, g->to, f), f) : g->mask;
    return host_check(L, ex_ternary(graph, EX_where, mask, x, ex_number(graph, EX_NAN, f), f));
}

ex_id group_gather(lua_State *L, int options, const grouping *g, ex_id made) {
    ex_graph *graph = host_of(L)->graph;
    option_push(L, options, "by");
    ex_id map = host_test(L, -1)->node;
    lua_pop(L, 1);
    fault *f = host_fault(L);
    return host_check(L, ex_gather(graph, made, g->to, ex_position_of(graph, map, g->to, f), f));
}
