/* The argument of `compute`, and its outputs. */
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "lua/inside.h"
#include "lua/script.h"

/* ---- arrays of the model ---- */

static void push_array(lua_State *L, script *s, const md_array *a) {
    md_array *own = &s->m.array[a - s->m.array];
    if (!own->node) {
        const ex_values v = {.origin = EX_LEAF,
                             .kind = own->kind,
                             .axes = own->axes,
                             .value = own->value,
                             .name = own->name,
                             .tag = (uint32_t)(a - s->m.array)};
        host_mark(L);
        own->node = values_node(L, &v);
    }
    const char *names = own->names;
    if (!names && own->kind == EX_TEXT) names = strrchr(own->name, '.') + 1;
    host_push(L, own->node, names, NULL);
}

/* ---- a.index ---- */

static const md_array *index_array(const script *s, const char *prefix, const char *name) {
    char full[256];
    int n = snprintf(full, sizeof full, "index.%s%s", prefix, name);
    return n > 0 && (size_t)n < sizeof full ? model_array(&s->m, full) : NULL;
}

/* The number of the lowest level among the axes, or -1. */
static int lowest(const script *s, ax_set axes) {
    for (int k = 0; k + 1 < s->m.levels; k++)
        if (axes & AX_BIT(s->m.level_axis[k])) return k;
    return -1;
}

static int named_level(lua_State *L, const script *s, const char *name) {
    suggestion near = suggest_for(name);
    for (int k = 0; k + 1 < s->m.levels; k++) {
        if (!strcmp(s->m.level[k], name)) return k;
        suggest_try(&near, s->m.level[k]);
    }
    return host_error(L, name, host_hint(L, suggest_best(&near)), "the index has no level '%s'",
                      name);
}

/* index:level(x), index:level "group": { axis, weight, parent, parent_axis }. */
static int index_level(lua_State *L) {
    script *s = script_of(L);
    int k;
    const host_array *x = host_test(L, 2);
    if (lua_type(L, 2) == LUA_TSTRING)
        k = named_level(L, s, lua_tostring(L, 2));
    else if (x)
        k = lowest(s, ex_get(s->h->graph, x->node)->axes);
    else
        return host_error(L, "level", "a.index:level(x), with a colon",
                          "level takes an array or the name of a level");
    if (k < 0) {
        char shape[256];
        ax_describe(s->h->space, ex_get(s->h->graph, x->node)->axes, shape, sizeof shape);
        return host_error(L, "level", NULL,
                          "an array over %s has no level of the index among its axes", shape);
    }
    lua_createtable(L, 0, 4);
    lua_pushstring(L, s->m.level[k]);
    lua_setfield(L, -2, "axis");
    push_array(L, s, &s->m.array[s->m.level_weight[k]]);
    lua_setfield(L, -2, "weight");
    if (k + 2 < s->m.levels) {
        char below[128] = "";
        if (k) snprintf(below, sizeof below, "%.120s.", s->m.level[k]);
        push_array(L, s, index_array(s, below, s->m.level[k + 1]));
        lua_setfield(L, -2, "parent");
        lua_pushstring(L, s->m.level[k + 1]);
        lua_setfield(L, -2, "parent_axis");
    }
    return 1;
}

static int is_attribute(const script *s, const char *name) {
    static const char *const ends[] = {"target_low", "target_high", "allowed_low", "allowed_high",
                                       NULL};
    return suggest_has(indicator_keys, name) || suggest_has(ends, name) || script_declares(s, name);
}

static int index_unknown(lua_State *L, script *s, const char *name) {
    suggestion near = suggest_for(name);
    suggest_try(&near, "level");
    suggest_try(&near, "methods");
    for (size_t i = 0; indicator_keys[i]; i++) suggest_try(&near, indicator_keys[i]);
    for (size_t i = 0; i < s->attributes; i++) suggest_try(&near, s->attribute[i]);
    for (int k = 1; k + 1 < s->m.levels; k++) suggest_try(&near, s->m.level[k]);
    const char *best = suggest_best(&near);
    return host_error(L, name,
                      best ? host_hint(L, best)
                           : "further attributes are listed in assessment { attributes = { … } }",
                      "the index has no attribute '%s'", name);
}

/* index:methods "score": the functions that indicators name, each with the ids that name it. */
static int index_methods(lua_State *L) {
    script *s = script_of(L);
    if (lua_type(L, 2) != LUA_TSTRING)
        return host_error(L, "methods", "a.index:methods \"score\"",
                          "methods takes the name of an attribute");
    const char *name = lua_tostring(L, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->methods);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) == LUA_TTABLE) return 1;
    if (!is_attribute(s, name)) return index_unknown(L, s, name);
    return host_error(L, name, "for example indicator { …, score = normalise.ratio }",
                      "no indicator names a method as its `%s`", name);
}

/* An attribute that is known but given by no indicator is nil, as in a table of parameters. */
static int index_get(lua_State *L) {
    script *s = script_of(L);
    if (lua_type(L, 2) != LUA_TSTRING) return 0;
    const char *name = lua_tostring(L, 2);
    if (!strcmp(name, "level"))
        lua_pushcfunction(L, index_level);
    else if (!strcmp(name, "methods"))
        lua_pushcfunction(L, index_methods);
    else {
        const md_array *a = strchr(name, '.') ? NULL : index_array(s, "", name);
        if (a)
            push_array(L, s, a);
        else if (is_attribute(s, name) || s->h->asking)
            lua_pushnil(L);
        else
            return index_unknown(L, s, name);
    }
    return 1;
}

static int index_set(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
    return host_error(L, name, "use a local for what is computed", "the index is not written to");
}

static void push_index(lua_State *L) {
    static const luaL_Reg fields[] = {
        {"__index", index_get}, {"__newindex", index_set}, {NULL, NULL}};
    lua_newtable(L);
    luaL_newlib(L, fields);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

/* ---- a.params, a.data, a.peers ---- */

/* "limits.low" becomes params.limits.low, a table within the table. */
static void push_params(lua_State *L, script *s) {
    lua_newtable(L);
    int params = lua_gettop(L);
    for (size_t i = 0; i < s->m.arrays; i++) {
        const char *name = s->m.array[i].name;
        if (strncmp(name, "params.", 7) != 0) continue;
        lua_pushvalue(L, params);
        for (name += 7;;) {
            const char *dot = strchr(name, '.');
            if (!dot) break;
            lua_pushlstring(L, name, (size_t)(dot - name));
            if (lua_rawget(L, -2) != LUA_TTABLE) {
                lua_pop(L, 1);
                lua_newtable(L);
                host_strict(L, -1, "the table of parameters");
                lua_pushlstring(L, name, (size_t)(dot - name));
                lua_pushvalue(L, -2);
                lua_rawset(L, -4);
            }
            lua_remove(L, -2);
            name = dot + 1;
        }
        lua_pushstring(L, name);
        push_array(L, s, &s->m.array[i]);
        lua_rawset(L, -3);
        lua_settop(L, params);
    }
    host_strict(L, params, "a.params");
}

static void push_data(lua_State *L, script *s) {
    lua_newtable(L);
    for (size_t i = 0; i < s->data.count; i++) {
        dataset *d = s->data.item[i];
        if (d->hidden) continue;
        lua_pushstring(L, d->spec.name);
        if (d->spec.keys)
            keyed_push(L, s, d);
        else
            table_push(L, d);
        lua_rawset(L, -3);
    }
    host_strict(L, -1, "a.data");
}

/* Figures of one unit, as they come back in its form: the others stand elsewhere. */
static int is_form_of_one(const script *s, int unit) {
    int given = 0;
    for (size_t i = 0; i < s->data.count; i++)
        given |= s->data.item[i]->given && s->data.item[i]->spec.workbook;
    return given && ax_get(s->h->space, unit)->size == 1;
}

/* A warning and no error, since a unit without data may well be a peer. */
static void unknown_unit(script *s, md_at at, const char *what, const char *name, int unit) {
    const char *near = label_nearest(s->h->space, unit, name),
               *hint = suggest_text(&s->memory, near);
    if (s->data.notes && (near || !is_form_of_one(s, unit)))
        model_fault(&s->m, s->data.notes, at, name, hint, "no data names the %s '%s'",
                    text_kind(what), name);
}

/* The truth array unit × stage: the unit is one of the stage's peers. Nothing without peers or
 * units. */
static int push_peers(lua_State *L, script *s) {
    int unit = ax_find(s->h->space, "unit"), stage = s->m.stage_axis, any = 0;
    for (int i = 0; i < s->m.stages; i++) any |= s->m.stage[i].peers > 0;
    if (!any || unit == AX_NONE) return 0;
    ax_set axes = AX_BIT(unit) | AX_BIT(stage);
    size_t size = ax_size(s->h->space, axes);
    double *value =
        size < SIZE_MAX / sizeof *value ? arena_zero(&s->memory, size, sizeof *value) : NULL;
    if (!value) return host_no_memory(L);
    for (int i = 0; i < s->m.stages; i++)
        for (size_t k = 0; k < s->m.stage[i].peers; k++) {
            const char *name = s->m.stage[i].peer[k];
            uint32_t label = pool_find(s->h->strings, name, strlen(name));
            long at = label ? ax_position(s->h->space, unit, label) : -1;
            if (at >= 0)
                value[(size_t)at * ax_stride(s->h->space, axes, unit) +
                      (size_t)i * ax_stride(s->h->space, axes, stage)] = 1;
            else
                unknown_unit(s, s->m.stage[i].at, "peer", name, unit);
        }
    const ex_values v = {.origin = EX_LEAF,
                         .kind = EX_TRUTH,
                         .axes = axes,
                         .value = value,
                         .name = "peers",
                         .tag = UINT32_MAX};
    return array_return(L, values_node(L, &v));
}

static void push_focus(lua_State *L, script *s, const char *focus) {
    int unit = ax_find(s->h->space, "unit");
    uint32_t label = pool_put(s->h->strings, focus, strlen(focus));
    if (unit != AX_NONE && (!label || ax_position(s->h->space, unit, label) < 0)) {
        const char *key = "focus";
        unknown_unit(s, script_fact_at(s, key), key, focus, unit);
    }
    host_push(L, host_check(L, ex_text(s->h->graph, label, host_fault(L))), "unit", NULL);
}

/* Pushes the argument of `compute`. */
static void push_argument(lua_State *L, script *s) {
    const char *id = script_fact_of(s, "id"), *focus = script_fact_of(s, "focus");
    luaL_checkstack(L, 12, NULL);
    lua_createtable(L, 0, 8);
    lua_pushstring(L, id);
    lua_setfield(L, -2, "id");
    push_data(L, s);
    lua_setfield(L, -2, "data");
    push_params(L, s);
    lua_setfield(L, -2, "params");
    if (s->m.levels) {
        push_index(L);
        lua_setfield(L, -2, "index");
    }
    if (*focus) {
        push_focus(L, s, focus);
        lua_setfield(L, -2, "focus");
    }
    if (push_peers(L, s)) lua_setfield(L, -2, "peers");
    host_strict(L, -1, "a");
}

/* ---- what compute returns ---- */

/* Names become names of files and columns. */
static int is_plain(const char *name, size_t length) {
    if (!length || length > 100 || name[0] == '.' || strlen(name) != length) return 0;
    for (const char *c = name; *c; c++)
        if (*c == '/' || *c == '\\' || (unsigned char)*c < ' ' || *c == 0x7f) return 0;
    return 1;
}

static int by_place(const void *a, const void *b) {
    const script_output *x = a, *y = b;
    return x->place != y->place ? (x->place < y->place ? -1 : 1) : strcmp(x->name, y->name);
}

/* Puts the outputs in the order that the rules give, the others behind by their names. */
static int sort_outputs(script *s) {
    pool *order = pool_open(); /* of several places of a name the first counts */
    size_t n = 0, *first = mem_take((s->orders + 1) * sizeof *first);
    int fine = order && first;
    for (; fine && n < s->orders; n++) {
        uint32_t known = pool_count(order);
        uint32_t number = pool_put(order, s->order[n], strlen(s->order[n]));
        fine = number != 0;
        if (number > known) first[number - 1] = n;
    }
    for (size_t i = 0; fine && i < s->outputs; i++) {
        uint32_t number = pool_find(order, s->output[i].name, strlen(s->output[i].name));
        s->output[i].place = number ? first[number - 1] : s->orders;
    }
    mem_free(first);
    pool_close(order);
    if (!fine) return fault_memory(s->f);
    qsort(s->output, s->outputs, sizeof *s->output, by_place);
    return 1;
}

/* The output whose name and value are on top of the stack. */
static void read_output(lua_State *L, script *s, size_t *count) {
    size_t n;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &n) : NULL;
    int type = lua_type(L, -1);
    if (!name) {
        script_fault(s, s->compute_at, "compute", "return { total = total }",
                     "compute returns an output without a name");
    } else if (!is_plain(name, n)) {
        script_fault(s, s->compute_at, "compute", NULL, "an output cannot be called '%s'", name);
    } else if (type == LUA_TNUMBER && !isfinite(lua_tonumber(L, -1))) {
        script_fault(s, s->compute_at, name, "it comes from a division by zero",
                     "the output '%s' is %s", name,
                     isnan(lua_tonumber(L, -1)) ? text_message("not a number")
                                                : text_message("infinite"));
    } else if (host_test(L, -1) || host_is_missing(L, -1) || type == LUA_TNUMBER ||
               type == LUA_TBOOLEAN || type == LUA_TSTRING) {
        const char *own = arena_text(&s->memory, name, n);
        lua_pushfstring(L, text_message("the output '%s'"), name);
        ex_id node = host_node_called(L, -2, lua_tostring(L, -1));
        lua_pop(L, 1);
        if (own)
            s->output[(*count)++] = (script_output){own, node, 0};
        else
            fault_memory(s->f);
    } else {
        script_fault(s, s->compute_at, name, NULL, "compute returns %s as '%s', which is no array",
                     type == LUA_TTABLE ? text_message("a table") : luaL_typename(L, -1), name);
    }
}

static void check_order(script *s) {
    for (size_t i = 0; i < s->orders; i++) {
        suggestion near = suggest_for(s->order[i]);
        size_t k = 0;
        for (; k < s->outputs && strcmp(s->output[k].name, s->order[i]) != 0; k++)
            suggest_try(&near, s->output[k].name);
        if (k == s->outputs && !script_outgrown(s, s->order_at))
            script_fault(s, s->order_at, s->order[i], suggest_text(&s->memory, suggest_best(&near)),
                         "compute returns no '%s'", s->order[i]);
    }
}

/* Protected. Nothing that needs giving back is held while the script runs. */
static int call_compute(lua_State *L) {
    script *s = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, s->compute);
    push_argument(L, s);
    lua_call(L, 1, 1);
    if (!lua_istable(L, -1)) {
        script_fault(s, s->compute_at, "compute", "it ends with return { name = array, … }",
                     lua_isnil(L, -1) ? "compute returns nothing"
                                      : "compute returns %s, not a table of outputs",
                     host_test(L, -1) ? text_message("a single array") : luaL_typename(L, -1));
        return 0;
    }
    size_t most = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) most++;
    s->output = mem_take((most + 1) * sizeof *s->output);
    if (!s->output) {
        fault_memory(s->f);
        return 0;
    }
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) read_output(L, s, &count);
    s->outputs = count;
    if (!most)
        script_fault(s, s->compute_at, "compute", "it ends with return { name = array, … }",
                     "compute returns no output");
    if (sort_outputs(s)) check_order(s);
    return 0;
}

int script_compute(script *s, fault *f) {
    fault noted = FAULT_INIT, own = FAULT_INIT;
    s->f = &noted;
    int fine = host_protect(s->h, call_compute, s, &own) && !noted.count;
    /* What is wrong with an output that is no array shows when no function of the script runs. */
    if (own.kind == FAULT_RULE && own.listed && !own.item[0].file)
        model_fault(&s->m, f, s->compute_at, "compute", own.item[0].hint, "%s", own.item[0].text);
    else
        fault_move(f, &own);
    fault_release(&own);
    fault_move(f, &noted);
    s->f = NULL;
    return fine;
}
