/* The environment of rule scripts, built up from nothing.
 *
 * Scripts see a table that they can read and not write: an empty table whose metatable reads from
 * the real one. So `sum = 0` without `local` cannot replace the library's sum for every other
 * module, and a name that is not there raises, with the nearest one that is. What is handed out is
 * chosen here and in library.c; nothing that reaches the machine, the host or the order of memory
 * is. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

static const char scripts_key = 0; /* registry: the read-only environment */

/* ---- read-only tables ---- */

static int refuse_write(lua_State *L) {
    const char *name = lua_tostring(L, lua_upvalueindex(1));
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "…";
    return host_error(L, key, "a table of your own can hold your functions",
                      "%s.%s cannot be changed", name, key);
}

/* Stack: … table -> … view. */
static void freeze(lua_State *L, lua_CFunction refuse, const char *name) {
    lua_newtable(L);                 /* table view */
    lua_createtable(L, 0, 4);        /* table view meta */
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

/* The nearest string key of the table at `at`. Lent by the table. */
static const char *nearest_key(lua_State *L, int at, suggestion *near) {
    at = lua_absindex(L, at);
    lua_pushnil(L);
    while (lua_next(L, at)) {
        if (lua_type(L, -2) == LUA_TSTRING)
            suggest_try(near, lua_tostring(L, -2));
        lua_pop(L, 1);
    }
    return suggest_best(near);
}

/* Upvalues: what the table is called, and NULL or a sentence that always helps. */
static int refuse_unknown(lua_State *L) {
    const char *what = lua_tostring(L, lua_upvalueindex(1));
    if (lua_type(L, 2) != LUA_TSTRING || host_of(L)->asking)
        return 0;
    const char *key = lua_tostring(L, 2);
    suggestion near = suggest_for(key);
    const char *best = nearest_key(L, 1, &near);
    char advice[160] = "";
    if (best)
        snprintf(advice, sizeof advice, "did you mean '%.100s'?", best);
    return host_error(L, key, advice, "%s has no '%s'", what, key);
}

void host_strict(lua_State *L, int at, const char *what) {
    at = lua_absindex(L, at);
    if (lua_getmetatable(L, at)) {
        lua_pop(L, 1);
        return;
    }
    lua_createtable(L, 0, 2);
    lua_pushstring(L, what);
    lua_pushcclosure(L, refuse_unknown, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, at);
}

void sandbox_freeze(lua_State *L, const char *name) {
    host_strict(L, -1, name);
    freeze(L, refuse_write, name);
}

/* ---- names that are not there ---- */

static const char *const absent[][2] = {
    {"io", "data is read with csv(path), results are what compute returns"},
    {"os", "rules do not reach the machine; a date of the rules is date \"2011-06-30\""},
    {"debug", "print(value) shows a value"},
    {"package", "modules are read with require \"methods.normalise\""},
    {"coroutine", "there are no coroutines in rules"},
    {"load", "modules are read with require \"methods.normalise\""},
    {"loadstring", "modules are read with require \"methods.normalise\""},
    {"loadfile", "modules are read with require \"methods.normalise\""},
    {"dofile", "modules are read with require \"methods.normalise\""},
    {"xpcall", "pcall(f, …) is there"},
    {"rawset", "write t[key] = value"},
    {"collectgarbage", "memory is looked after"},
    {"unpack", "did you mean 'table.unpack'?"},
    {"random", "the same rules and data give the same result: there are no random numbers"},
    {"avg", "did you mean 'mean'?"},
    {"average", "did you mean 'mean'?"},
    {"sd", "did you mean 'std'?"},
    {"stdev", "did you mean 'std'?"},
    {"stddev", "did you mean 'std'?"},
    {"variance", "did you mean 'var'?"},
    {"ln", "did you mean 'log'?"},
    {"percentile", "did you mean 'quantile'?"},
    {"ifelse", "did you mean 'where'?"},
    {"iif", "did you mean 'where'?"},
    {"isnan", "did you mean 'missing'?"},
    {"isnull", "did you mean 'missing'?"},
    {"isna", "did you mean 'missing'?"},
    {"null", "did you mean 'nil'?"},
    {"none", "did you mean 'nil'?"},
    {"na",
     "missing values come from data; where(condition, x) makes what fails the condition missing"},
    {"nan",
     "missing values come from data; where(condition, x) makes what fails the condition missing"},
    {"true", "did you mean 'true'?"},
    {"false", "did you mean 'false'?"},
    {"vlookup", "did you mean x:at{ axis = labels }?"},
    {"lookup", "did you mean x:at{ axis = labels }?"},
    {"sumif", "did you mean sum(where(condition, x), axis)?"},
    {"countif", "did you mean count(where(condition, x), axis)?"},
    {"sumproduct", "did you mean 'dot'?"},
    {"rownum", "did you mean 'rank'?"},
    {"contains", "did you mean 'matches'?"},
    {"regex", "did you mean 'matches'?"},
    {"correl", "did you mean 'correlate'?"},
    {"cor", "did you mean 'correlate'?"},
    {"topercent", "write 100 * x"}};

static int same_word(const char *a, const char *b) {
    for (; *a && *b; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : *a;
        if (x != *b)
            return 0;
    }
    return *a == *b;
}

/* __index of the real environment. */
static int undefined(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING)
        return 0;
    const char *name = lua_tostring(L, 2);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (same_word(name, absent[i][0]))
            return host_error(L, name, absent[i][1], "there is no '%s' in rules", name);
    suggestion near = suggest_for(name);
    char own[64], advice[120] = "";
    nearest_key(L, 1, &near);
    int file;
    long line;
    if (host_where(L, &file, &line))
        lint_names(host_of(L)->files, file, &near, own);
    const char *best = suggest_best(&near);
    if (best)
        snprintf(advice, sizeof advice, "did you mean '%.80s'?", best);
    else
        snprintf(advice, sizeof advice,
                 "a text stands in quotes; a name of your own begins with local");
    return host_error(L, name, advice, "'%s' is not defined", name);
}

static int refuse_global(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "…";
    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "__index");
    lua_pushvalue(L, 2);
    int ours = lua_rawget(L, -2) != LUA_TNIL;
    char advice[120];
    snprintf(advice, sizeof advice, "write local %.80s = …", name);
    if (ours)
        return host_error(L, name, advice, "'%s' belongs to the language and cannot be assigned to",
                          name);
    return host_error(L, name, advice, "'%s' is assigned to, but not declared", name);
}

void sandbox_open(lua_State *L) {
    static const char *const borrowed[] = {"rawequal", "rawget",   "rawlen",
                                           "select",   "tonumber", NULL};
    lua_newtable(L);
    base_open(L);
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 1);
    for (int i = 0; borrowed[i]; i++) {
        lua_getfield(L, -1, borrowed[i]);
        lua_setfield(L, -3, borrowed[i]);
    }
    lua_pop(L, 1);
    library_open(L);
    /* Nothing of the standard globals stays where C could reach it by accident. */
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);

    host_array_open(L);
    host_text_open(L);
    host_model_open(L);
    host_table_open(L);
    host_metadata_open(L);

    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, undefined);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    freeze(L, refuse_global, "");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &scripts_key);
}

void sandbox_push(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &scripts_key);
}

void sandbox_own(lua_State *L) {
    sandbox_push(L);
    lua_getmetatable(L, -1);
    lua_pushliteral(L, "__index");
    lua_rawget(L, -2);
    lua_replace(L, -3);
    lua_pop(L, 1);
}
