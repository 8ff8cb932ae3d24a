/* What functions are told besides arrays: options, and plain values.
 *
 * The table of options is what many functions take last: its keys are checked, its values read.
 *
 * plain(x, otherwise) gives a parameter as Lua's own number, truth or text, for what shapes the
 * formulas and is no part of them: how often a loop runs, which method is taken, an option. The
 * value is read while the script runs, and the formulas are made with it. So it comes from
 * parameters alone, never from data; and a parameter that was read so is not changed behind the
 * script's back afterwards (see md_leaf, fixed).
 *
 * optional(p, name, otherwise) looks into a table of parameters, whatever it is made of: a name
 * that is not there, which is an error elsewhere, is nil. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "lua/script.h"

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

static double value_of(lua_State *L, ex_id node) {
    host *h = host_of(L);
    fault *f = host_fault(L);
    const double *value = ex_run_eval(h->run, &node, 1, f) ? ex_run_value(h->run, node, f) : NULL;
    if (!value) host_raise(L, f);
    return *value;
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
    double value = value_of(L, node);
    ex_kind kind = (ex_kind)ex_get(h->graph, node)->kind;
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

void host_check_keys(lua_State *L, int at, const char *const *known) {
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
        int found = 0;
        for (int i = 0; known[i] && !found; i++) found = !strcmp(key, known[i]);
        if (found) continue;
        suggestion near = suggest_for(key);
        for (int i = 0; known[i]; i++) suggest_try(&near, known[i]);
        char advice[400] = "";
        if (suggest_best(&near)) {
            snprintf(advice, sizeof advice, text_message("did you mean '%.60s'?"),
                     suggest_best(&near));
        } else {
            size_t n = 0;
            for (int i = 0; known[i] && n < 300; i++)
                n += (size_t)snprintf(advice + n, sizeof advice - n, "%s%.60s",
                                      i ? ", " : text_message("known are "), known[i]);
            if (!known[0])
                snprintf(advice, sizeof advice, text_message("there are no options here"));
        }
        host_error(L, key, advice, "there is no option '%s'", key);
    }
}

int option_push(lua_State *L, int at, const char *key) {
    if (lua_isnoneornil(L, at)) return 0;
    at = lua_absindex(L, at);
    lua_pushstring(L, key);
    if (lua_rawget(L, at) != LUA_TNIL) return 1;
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
    char advice[300] = "";
    size_t n = 0;
    for (int i = 0; words[i]; i++) {
        if (word && !strcmp(word, words[i])) {
            lua_pop(L, 1);
            return i;
        }
        n += (size_t)snprintf(advice + n, sizeof advice - n, "%s\"%.30s\"",
                              i ? ", " : text_message("it is one of "), words[i]);
    }
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
    lua_pushcfunction(L, optional);
    lua_setfield(L, -2, "optional");
    lua_pushcfunction(L, plain);
    lua_setfield(L, -2, "plain");
}
