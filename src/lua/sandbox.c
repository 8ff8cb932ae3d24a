/* The environment of rule scripts.
 *
 * Scripts see an empty table whose metatable reads from the real one and refuses writes: `sum = 0`
 * without `local` raises instead of replacing `sum` for every module. An unknown name raises, with
 * the nearest known one as a hint. The environment holds what this file and library.c put into it,
 * and nothing that gives access to the machine, to the host or to memory addresses. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- names that are not there ---- */

static const char *const absent[][2] = {
    {"io", TEXT("data is read with csv(path), results are what compute returns")},
    {"os", TEXT("rules do not reach the machine; a date of the rules is date \"2011-06-30\"")},
    {"debug", TEXT("print(value) shows a value")},
    {"package", TEXT("modules are read with require \"methods.normalise\"")},
    {"coroutine", TEXT("there are no coroutines in rules")},
    {"load", TEXT("modules are read with require \"methods.normalise\"")},
    {"loadstring", TEXT("modules are read with require \"methods.normalise\"")},
    {"loadfile", TEXT("modules are read with require \"methods.normalise\"")},
    {"dofile", TEXT("modules are read with require \"methods.normalise\"")},
    {"xpcall", TEXT("pcall(f, …) is there")},
    {"rawset", TEXT("write t[key] = value")},
    {"collectgarbage", TEXT("memory is looked after")},
    {"unpack", TEXT("did you mean 'table.unpack'?")},
    {"random", TEXT("the same rules and data give the same result: there are no random numbers")},
    {"avg", TEXT("did you mean 'mean'?")},
    {"average", TEXT("did you mean 'mean'?")},
    {"sd", TEXT("did you mean 'std'?")},
    {"stdev", TEXT("did you mean 'std'?")},
    {"stddev", TEXT("did you mean 'std'?")},
    {"variance", TEXT("did you mean 'var'?")},
    {"ln", TEXT("did you mean 'log'?")},
    {"percentile", TEXT("did you mean 'quantile'?")},
    {"ifelse", TEXT("did you mean 'where'?")},
    {"iif", TEXT("did you mean 'where'?")},
    {"isnan", TEXT("did you mean 'missing'?")},
    {"isnull", TEXT("did you mean 'missing'?")},
    {"isna", TEXT("did you mean 'missing'?")},
    {"null", TEXT("did you mean 'nil'?")},
    {"none", TEXT("did you mean 'nil'?")},
    {"na", TEXT("missing values come from data; where(condition, x) makes what fails the condition "
                "missing")},
    {"nan", TEXT("missing values come from data; where(condition, x) makes what fails the "
                 "condition missing")},
    {"true", TEXT("did you mean 'true'?")},
    {"false", TEXT("did you mean 'false'?")},
    {"vlookup", TEXT("did you mean x:at{ axis = labels }?")},
    {"lookup", TEXT("did you mean x:at{ axis = labels }?")},
    {"sumif", TEXT("did you mean sum(where(condition, x), axis)?")},
    {"countif", TEXT("did you mean count(where(condition, x), axis)?")},
    {"sumproduct", TEXT("did you mean 'dot'?")},
    {"rownum", TEXT("did you mean 'rank'?")},
    {"contains", TEXT("did you mean 'matches'?")},
    {"regex", TEXT("did you mean 'matches'?")},
    {"correl", TEXT("did you mean 'correlate'?")},
    {"cor", TEXT("did you mean 'correlate'?")},
    {"topercent", "write 100 * x"}};

static int same_word(const char *a, const char *b) {
    for (; *a && *b; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a + 32 : *a;
        if (x != *b) return 0;
    }
    return *a == *b;
}

/* __index of the real environment. */
static int undefined(lua_State *L) {
    if (lua_type(L, 2) != LUA_TSTRING) return 0;
    const char *name = lua_tostring(L, 2);
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        if (same_word(name, absent[i][0]))
            return host_error(L, name, absent[i][1], "there is no '%s' in rules", name);
    suggestion near = suggest_for(name);
    char own[64];
    table_nearest(L, 1, &near);
    int file;
    long line;
    if (host_where(L, &file, &line)) lint_names(host_of(L)->files, file, &near, own);
    const char *best = suggest_best(&near);
    return host_error(L, name,
                      best ? host_hint(L, best)
                           : text_message("a text stands in quotes; a name of your own begins with "
                                          "local"),
                      "'%s' is not defined", name);
}

static int refuse_global(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "…";
    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "__index");
    lua_pushvalue(L, 2);
    int ours = lua_rawget(L, -2) != LUA_TNIL;
    char advice[120];
    snprintf(advice, sizeof advice, text_message("write local %.80s = …"), name);
    if (ours)
        return host_error(L, name, advice, "'%s' belongs to the language and cannot be assigned to",
                          name);
    return host_error(L, name, advice, "'%s' is assigned to, but not declared", name);
}

/* In this order: `missing`, which is a value too, takes the place of the function. */
static void (*const bindings[])(lua_State *L) = {
    array_open,     select_open, algebra_open, minimise_open, options_open, warn_open,
    functions_open, reduce_open, missing_open, literal_open,  text_open,    each_open,
    parts_open,     extend_open, tables_open,  tree_open,
};

static void sandbox_open(lua_State *L) {
    lua_newtable(L);
    library_open(L);
    /* Nothing of the standard globals stays where C could reach it by accident. */
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);

    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++) bindings[i](L);

    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, undefined);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    sandbox_keep(L, refuse_global);
}

static int furnish(lua_State *L) {
    raise_open(L);
    sandbox_open(L);
    return 0;
}

host *host_open(const host_settings *s, fault *notes, fault *f) {
    return host_make(s, notes, furnish, f);
}
