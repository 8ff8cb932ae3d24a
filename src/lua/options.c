/* What a function reads while the script runs: its options, plain values, conditions to warn of. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "lua/script.h"

/* ---- options and plain values
 *
 * The table of options is what many functions take last: its keys are checked, its values read.
 *
 * plain(x, otherwise) gives a parameter as Lua's own number, truth or text, for what shapes the
 * formulas and is no part of them: how often a loop runs, which method is taken, an option. The
 * value is read while the script runs, and the formulas are made with it. So it comes from
 * parameters alone, never from data; a parameter that was read so cannot be changed afterwards (see
 * md_leaf, fixed).
 *
 * optional(p, name, otherwise) looks into a table of parameters, whatever it is made of: a name
 * that is not there, which is an error elsewhere, is nil. ---- */

/* ---- plain values ---- */

/* Every source of `node` is a parameter or a constant of the rules. Those parameters are fixed from
 * now on. */
static int fix_leaves(lua_State *L, ex_id node) {
    host *h = host_of(L);
    script *s = h->model;
    char *needed = lua_newuserdatauv(L, (size_t)node + 1, 0);
    int fine = 1;
    memset(needed, 0, (size_t)node + 1);
    needed[node] = 1;
    for (ex_id n = node; n >= 1 && fine; n--) {
        if (!needed[n]) continue;
        for (int i = 0; i < ex_get(h->graph, n)->argc; i++) needed[ex_arg(h->graph, n, i)] = 1;
        const ex_values *v = ex_values_of(h->graph, n);
        if (!v) continue;
        if (v->origin == EX_LITERAL) continue;
        fine = v->origin == EX_LEAF && s && v->tag < s->m.arrays;
        const md_array *a = fine ? &s->m.array[v->tag] : NULL;
        for (size_t i = 0; a && i < a->size; i++)
            if (a->leaf[i] >= 0) s->m.leaf[a->leaf[i]].fixed = 1;
    }
    lua_pop(L, 1);
    return fine;
}

int plain_push(lua_State *L, int at, const char *what) {
    host *h = host_of(L);
    const host_array *a = host_test(L, at);
    if (!a) {
        lua_pushvalue(L, at);
        return 1;
    }
    ex_id node = a->node;
    if (array_axes(L, node))
        return host_error(L, what, "choose one label with x:at { … }",
                          "'%s' is a single value, not an array over %s", what,
                          array_shape(L, node));
    if (!fix_leaves(L, node))
        return host_error(L, what, "it shapes the formulas, and these do not depend on figures",
                          "'%s' can come from a parameter, not from data", what);
    note_root(L, node);
    double value = *array_values(L, node);
    ex_kind kind = array_kind(L, node);
    if (value != value)
        lua_pushnil(L);
    else if (kind == EX_NUMBER)
        lua_pushnumber(L, value);
    else if (kind == EX_TRUTH)
        lua_pushboolean(L, value != 0);
    else if (kind == EX_TEXT)
        lua_pushstring(L, pool_text(h->strings, (uint32_t)value));
    else
        return host_error(L, what, NULL, "'%s' is a date, which has no plain value", what);
    if (kind == EX_NUMBER && value == (double)(lua_Integer)value && value < 9e15 && value > -9e15) {
        lua_pop(L, 1);
        lua_pushinteger(L, (lua_Integer)value);
    }
    return 1;
}

/* ---- options ---- */

/* The words of a list behind a beginning, pushed: "known are by, axis". */
static const char *push_list(lua_State *L, const char *beginning, const char *form,
                             const char *const *list) {
    lua_pushstring(L, beginning);
    for (int i = 0; list[i]; i++) {
        lua_pushstring(L, i ? ", " : "");
        lua_pushfstring(L, form, list[i]);
        lua_concat(L, 3);
    }
    return lua_tostring(L, -1);
}

void host_check_keys(lua_State *L, int at, const char *const *known) {
    if (lua_isnoneornil(L, at)) return;
    at = lua_absindex(L, at);
    if (host_test(L, at))
        host_error(L, NULL, "options are written in braces: { by = a.index.group }",
                   "an array stands where options are expected");
    if (lua_type(L, at) != LUA_TTABLE)
        host_error(L, lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : NULL,
                   "options are written in braces: { ties = \"dense\" }",
                   "a %s stands where options are expected", luaL_typename(L, at));
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, NULL, "options are written name = value", "an option without a name");
        const char *key = lua_tostring(L, -2);
        if (suggest_has(known, key)) continue;
        const char *advice = host_hint(L, suggest_in(key, known));
        if (!known[0]) advice = text_message("there are no options here");
        host_error(L, key, advice ? advice : push_list(L, text_message("known are "), "%s", known),
                   "there is no option '%s'", key);
    }
}

int option_push(lua_State *L, int at, const char *key) {
    if (lua_isnoneornil(L, at)) return 0;
    at = lua_absindex(L, at);
    if (host_field(L, at, key) != LUA_TNIL) return 1;
    lua_pop(L, 1);
    return 0;
}

/* The option on top of the stack gives way to its plain value. */
static void plain_option(lua_State *L, const char *key) {
    plain_push(L, lua_gettop(L), key);
    lua_remove(L, -2);
}

int option_word(lua_State *L, int at, const char *key, const char *const *words) {
    if (!option_push(L, at, key)) return 0;
    plain_option(L, key);
    const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    for (int i = 0; word && words[i]; i++)
        if (!strcmp(word, words[i])) {
            lua_pop(L, 1);
            return i;
        }
    const char *advice = push_list(L, text_message("it is one of "), "\"%s\"", words);
    if (!word) return host_error(L, key, advice, "the option %s is a text", key);
    return host_error(L, word, advice, "the option %s cannot be '%s'", key, word);
}

double option_number(lua_State *L, int at, const char *key, double otherwise) {
    if (!option_push(L, at, key)) return otherwise;
    plain_option(L, key);
    if (lua_type(L, -1) != LUA_TNUMBER)
        host_error(L, key, NULL, "the option %s is a number, not a %s", key, luaL_typename(L, -1));
    double x = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return x;
}

int option_truth(lua_State *L, int at, const char *key, int otherwise) {
    if (!option_push(L, at, key)) return otherwise;
    if (lua_type(L, -1) != LUA_TBOOLEAN)
        host_error(L, key, lua_pushfstring(L, "{ %s = %s }", key, otherwise ? "false" : "true"),
                   "the option %s is true or false", key);
    int truth = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return truth;
}

const char *option_name(lua_State *L, int at, const char *key, const char *otherwise,
                        const char *example) {
    if (!option_push(L, at, key)) return otherwise;
    if (lua_type(L, -1) != LUA_TSTRING || !*lua_tostring(L, -1))
        host_error(L, key, example, "the option %s is a name", key);
    const char *name = lua_tostring(L, -1);
    lua_pop(L, 1);
    return name;
}

/* ---- the functions plain and optional ---- */

static int plain(lua_State *L) {
    static const char example[] = "for k = 1, plain(a.params.steps, 5) do … end";
    if (lua_gettop(L) < 1 || lua_gettop(L) > 2)
        return host_error(L, "plain", example,
                          "'plain' takes a parameter, and what holds where there is none");
    lua_settop(L, 2);
    int type = lua_type(L, 1);
    if (type == LUA_TNIL) return 1;
    if (!host_test(L, 1) && type != LUA_TNUMBER && type != LUA_TBOOLEAN && type != LUA_TSTRING)
        return host_error(L, "plain", example, "'plain' takes a parameter, not a %s",
                          luaL_typename(L, 1));
    plain_push(L, 1, "plain");
    if (lua_isnil(L, -1)) lua_pushvalue(L, 2);
    return 1;
}

static int look_up(lua_State *L) {
    lua_gettable(L, 1);
    return 1;
}

static int optional(lua_State *L) {
    static const char example[] = "optional(p, \"cap\", 100)";
    host *h = host_of(L);
    int n = lua_gettop(L), type = lua_type(L, 1);
    if (n < 2 || n > 3 || lua_type(L, 2) != LUA_TSTRING)
        return host_error(L, "optional", example,
                          "'optional' takes a table of parameters and a name");
    if (host_test(L, 1) || (type != LUA_TNIL && type != LUA_TTABLE && type != LUA_TUSERDATA))
        return host_error(
            L, "optional", example, "'optional' looks into a table of parameters, not into %s",
            host_test(L, 1) ? text_message("an array")
                            : lua_pushfstring(L, text_message("a %s"), luaL_typename(L, 1)));
    lua_settop(L, 3);
    if (type == LUA_TNIL) return 1;
    int before = h->asking;
    lua_pushcfunction(L, raise_caught);
    lua_pushcfunction(L, look_up);
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    h->asking = 1;
    int status = lua_pcall(L, 2, 1, 4);
    h->asking = before;
    if (status != LUA_OK) return lua_error(L);
    if (lua_isnil(L, -1)) lua_pushvalue(L, 3);
    return 1;
}

void options_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"optional", optional}, {"plain", plain}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

/* ---- warn(condition, text, number), and refuse(…), which is an error
 *
 * The condition is computed here and now, while the script runs, and the warning is placed on the
 * line of the main rule file that led to it, because a method that warns does so about what it was
 * given. ---- */

/* Adds "expert Li, year 2010" for an element of the axes. */
static void describe(lua_State *L, ax_set axes, size_t at, luaL_Buffer *out) {
    host *h = host_of(L);
    uint8_t order[AX_MOST];
    int n = ax_layout(h->space, axes, order);
    for (int i = 0; i < n; i++) {
        const ax_axis *a = ax_get(h->space, order[i]);
        size_t position = ax_along(at, ax_stride(h->space, axes, order[i]), a->size);
        luaL_addstring(out, i ? ", " : " (");
        luaL_addstring(out, a->name);
        luaL_addchar(out, ' ');
        luaL_addstring(out, pool_text(h->strings, a->label[position]));
    }
    if (n) luaL_addchar(out, ')');
}

/* The element of `node` that stands beside element `at` of an array over `axes`. */
static double value_there(lua_State *L, ax_set axes, size_t at, ex_id node) {
    host *h = host_of(L);
    ax_set own = array_axes(L, node);
    if (own & ~axes)
        host_error(L, NULL, NULL, "the value to show has axes that the condition has not");
    const double *value = array_values(L, node);
    size_t there = 0;
    for (int i = 0; i < ax_count(h->space); i++)
        if (own & AX_BIT(i))
            there += ax_along(at, ax_stride(h->space, axes, i), ax_get(h->space, i)->size) *
                     ax_stride(h->space, own, i);
    return value[there];
}

/* Upvalue: is it `refuse`? */
static int warn(lua_State *L) {
    int refuses = lua_toboolean(L, lua_upvalueindex(1));
    const char *own = refuses ? "refuse" : "warn";
    const char *shown = refuses ? "refuse(share:gt(1), \"more than the whole:\", share)"
                                : "warn(share:gt(1), \"more than the whole:\", share)";
    host *h = host_of(L);
    array_alone(L);
    if (lua_gettop(L) < 2 || lua_gettop(L) > 3 || !raise_message(L, 2))
        return host_error(L, own, shown, "'%s' takes a truth, a text and perhaps a number to show",
                          own);
    lua_replace(L, 2);
    const char *told = lua_tostring(L, 2);
    if (!told[strspn(told, " \t\r\n")])
        return host_error(L, own, shown, "'%s' needs a text that says what is wrong", own);
    ex_id condition = host_node(L, 1), number = lua_isnoneornil(L, 3) ? 0 : host_node(L, 3);
    if (ex_get(h->graph, condition)->kind != EX_TRUTH ||
        (number && ex_get(h->graph, number)->kind != EX_NUMBER))
        return host_error(L, own, shown, "'%s' takes a truth, a text and perhaps a number to show",
                          own);
    note_root(L, condition);
    if (number) note_root(L, number);
    const double *truth = array_values(L, condition);
    ax_set axes = array_axes(L, condition);
    size_t size = ax_size(h->space, axes), first = size, count = 0;
    for (size_t i = size; i-- > 0;)
        if (truth[i] == 1) {
            first = i;
            count++;
        }
    if (!count || (!refuses && !h->notes)) return 0;
    luaL_Buffer text;
    double value = number ? value_there(L, axes, first, number) : 0;
    luaL_buffinit(L, &text);
    luaL_addstring(&text, lua_tostring(L, 2));
    if (number) {
        char digits[400];
        decimal_fixed(value, 3, digits);
        luaL_addchar(&text, ' ');
        luaL_addstring(&text, digits);
    }
    describe(L, axes, first, &text);
    if (count > 1) {
        char more[48];
        snprintf(more, sizeof more, text_message(", and %zu more"), count - 1);
        luaL_addstring(&text, more);
    }
    int method = -1;
    long line = 0;
    place at = where_caller(L, &method, &line);
    int file;
    long here;
    if (method < 0 && where_main(L, &file, &here)) /* the rules call warn themselves */
        at = sources_place(h->files, file, here, "warn");
    luaL_pushresult(&text);
    if (refuses) {
        fault_at(host_fault(L), FAULT_RULE, &at, NULL, "%s", lua_tostring(L, -1));
        return host_raise(L, &h->scratch);
    }
    if (method >= 0)
        fault_at(h->notes, FAULT_NONE, &at, NULL, "%s (in %s:%ld)", lua_tostring(L, -1),
                 sources_module(h->files, method), line);
    else
        fault_at(h->notes, FAULT_NONE, &at, NULL, "%s", lua_tostring(L, -1));
    return 0;
}

void warn_open(lua_State *L) {
    for (int refuses = 0; refuses < 2; refuses++) {
        lua_pushboolean(L, refuses);
        lua_pushcclosure(L, warn, 1);
        lua_setfield(L, -2, refuses ? "refuse" : "warn");
    }
}
