/* Groups: which axis `by = map` makes, and where the elements go.
 *
 * A map is an array of labels. The axis they are labels of is named by the option `axis`, or by the
 * map itself (a level of the index, a column of a table). Where there is no such axis yet, the map
 * is computed here and now, and its distinct values, in order, become the axis. Where there is one,
 * every value must be a label of it, so that a slip in the data does not silently lose what it
 * belongs to. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"

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

static distinct values_of(lua_State *L, ex_id map) {
    host *h = host_of(L);
    fault *f = host_fault(L);
    distinct out = {NULL, 0};
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
        double x;
        if (ax_position(h->space, to, values->label[i]) >= 0) continue;
        if (a->number && decimal_read(value, strlen(value), &x) == DECIMAL_OK &&
            ax_position_number(h->space, to, x) >= 0)
            continue;
        suggestion near = suggest_for(value);
        for (uint32_t k = 0; k < a->size && k < 100000; k++)
            suggest_try(&near, pool_text(h->strings, a->label[k]));
        char advice[300];
        if (suggest_best(&near))
            snprintf(
                advice, sizeof advice,
                text_message(
                    "did you mean '%.120s'? { others = \"drop\" } leaves out what is in no group"),
                suggest_best(&near));
        else
            snprintf(advice, sizeof advice,
                     text_message("{ others = \"drop\" } leaves out what is in no group"));
        place at = host_place(L, "by");
        fault *f = host_fault(L);
        fault_at(f, FAULT_DATA, &at, advice, "by = puts elements into %s '%s', which is not there",
                 a->name, value);
        host_raise(L, f);
    }
}

/* The name of the axis that the groups make: the option's, or the map's own. Lent by the stack or
 * the pool. */
static const char *axis_name(lua_State *L, int options, const host_array *map) {
    if (option_push(L, options, "axis")) {
        if (lua_type(L, -1) != LUA_TSTRING || !*lua_tostring(L, -1))
            host_error(L, "axis", "{ by = map, axis = \"region\" }", "the option axis is a name");
        return lua_tostring(L, -1);
    }
    lua_pushnil(L);
    const char *names = map->names ? map->names : array_names(L, map->node);
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
    ex_kind kind = (ex_kind)ex_get(h->graph, map->node)->kind;
    if (kind != EX_TEXT && kind != EX_NUMBER)
        host_error(L, "by", "groups are named by texts or numbers", "by = holds %ss",
                   ex_kind_text(kind));
    const char *name = axis_name(L, options, map);
    int drop = option_word(L, options, "others", others);
    int to = ax_find(h->space, name);
    if (to == axis)
        host_error(L, "by", "give the groups another axis: { by = map, axis = \"region\" }",
                   "by = would replace '%s' by itself", name);
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
    lua_pop(L, 2);
    return g;
}

int group_within(lua_State *L, int options) {
    options = lua_absindex(L, options);
    if (!option_push(L, options, "within")) return 0;
    lua_pop(L, 1);
    if (option_push(L, options, "by"))
        host_error(L, "within", NULL,
                   "by = leaves one value for each group, within = gives it to every element: one "
                   "of both");
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, options);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
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
