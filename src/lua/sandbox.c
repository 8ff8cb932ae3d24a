/* The environment of rule scripts, built up from nothing.
 *
 * Scripts see a table that they can read and not write: an empty table whose metatable reads from the
 * real one. So `sum = 0` without `local` cannot replace the library's sum for every other module, and
 * a name that is not there raises, with the nearest one that is. What is handed out is chosen here
 * and in library.c; nothing that reaches the machine, the host or the order of memory is. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "lua/budget.h"

static const char scripts_key = 0; /* registry: the read-only environment */
static const char given_key = 0;   /* in a copied metatable: the table it was copied from */

/* ---- read-only tables ---- */

static int refuse_write(lua_State *L) {
    const char *name = lua_tostring(L, lua_upvalueindex(1));
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "…";
    return host_error(L, key, "a table of your own can hold your functions", "%s.%s cannot be changed", name, key);
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
static const char *nearest_key(lua_State *L, int at, near_word *near) {
    at = lua_absindex(L, at);
    lua_pushnil(L);
    while (lua_next(L, at)) {
        if (lua_type(L, -2) == LUA_TSTRING)
            near_try(near, lua_tostring(L, -2));
        lua_pop(L, 1);
    }
    return near_best(near);
}

/* Upvalues: what the table is called, and NULL or a sentence that always helps. */
static int refuse_unknown(lua_State *L) {
    const char *what = lua_tostring(L, lua_upvalueindex(1));
    if (lua_type(L, 2) != LUA_TSTRING)
        return 0;
    const char *key = lua_tostring(L, 2);
    near_word near = near_to(key);
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
    { "io", "data is read with csv(path), results are what compute returns" },
    { "os", "rules do not reach the machine; a date of the rules is date \"2011-06-30\"" },
    { "debug", "print(value) shows a value" },
    { "package", "modules are read with require \"methods.normalise\"" },
    { "coroutine", "there are no coroutines in rules" },
    { "load", "modules are read with require \"methods.normalise\"" },
    { "loadstring", "modules are read with require \"methods.normalise\"" },
    { "loadfile", "modules are read with require \"methods.normalise\"" },
    { "dofile", "modules are read with require \"methods.normalise\"" },
    { "xpcall", "pcall(f, …) is there" },
    { "rawset", "write t[key] = value" },
    { "collectgarbage", "memory is looked after" },
    { "unpack", "did you mean 'table.unpack'?" },
    { "random", "the same rules and data give the same result: there are no random numbers" },
    { "avg", "did you mean 'mean'?" },
    { "average", "did you mean 'mean'?" },
    { "sd", "did you mean 'std'?" },
    { "stdev", "did you mean 'std'?" },
    { "stddev", "did you mean 'std'?" },
    { "variance", "did you mean 'var'?" },
    { "ln", "did you mean 'log'?" },
    { "percentile", "did you mean 'quantile'?" },
    { "ifelse", "did you mean 'where'?" },
    { "iif", "did you mean 'where'?" },
    { "isnan", "did you mean 'missing'?" },
    { "isnull", "did you mean 'missing'?" },
    { "isna", "did you mean 'missing'?" },
    { "null", "did you mean 'nil'?" },
    { "none", "did you mean 'nil'?" },
    { "na", "missing values come from data; where(condition, x) makes what fails the condition missing" },
    { "nan", "missing values come from data; where(condition, x) makes what fails the condition missing" },
    { "true", "did you mean 'true'?" },
    { "false", "did you mean 'false'?" },
    { "vlookup", "did you mean x:at{ axis = labels }?" },
    { "lookup", "did you mean x:at{ axis = labels }?" },
    { "sumif", "did you mean sum(where(condition, x), axis)?" },
    { "countif", "did you mean count(where(condition, x), axis)?" },
    { "sumproduct", "did you mean 'dot'?" },
    { "rownum", "did you mean 'rank'?" },
    { "contains", "did you mean 'matches'?" },
    { "regex", "did you mean 'matches'?" },
    { "correl", "did you mean 'correlate'?" },
    { "cor", "did you mean 'correlate'?" },
    { "topercent", "write 100 * x" } };

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
    near_word near = near_to(name);
    char own[64], advice[120] = "";
    nearest_key(L, 1, &near);
    int file;
    long line;
    if (host_where(L, &file, &line))
        lint_names(host_of(L)->files, file, &near, own);
    const char *best = near_best(&near);
    if (best)
        snprintf(advice, sizeof advice, "did you mean '%.80s'?", best);
    else
        snprintf(advice, sizeof advice, "a text stands in quotes; a name of your own begins with local");
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
        return host_error(L, name, advice, "'%s' belongs to the language and cannot be assigned to", name);
    return host_error(L, name, advice, "'%s' is assigned to, but not declared", name);
}

/* ---- base functions ---- */

void sandbox_text(lua_State *L, int at) {
    at = lua_absindex(L, at);
    luaL_checkstack(L, 4, NULL);
    if (raise_test(L, at)) {
        raise_text(L, at);
    } else if (luaL_callmeta(L, at, "__tostring")) {
        if (!lua_isstring(L, -1))
            host_error(L, "__tostring", NULL, "__tostring must return a text");
    } else if (lua_type(L, at) == LUA_TNUMBER || lua_type(L, at) == LUA_TSTRING ||
               lua_type(L, at) == LUA_TBOOLEAN || lua_isnoneornil(L, at)) {
        luaL_tolstring(L, at, NULL);
    } else {
        lua_pushstring(L, luaL_typename(L, at)); /* "table": an address would differ from run to run */
    }
}

static int base_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    sandbox_text(L, 1);
    return 1;
}

static int base_type(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushstring(L, host_test(L, 1) ? "array" : luaL_typename(L, 1));
    return 1;
}

static int base_print(lua_State *L) {
    enum { MOST = 12, ROOM = 2000 };
    host *h = host_of(L);
    int n = lua_gettop(L);
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (int i = 1; i <= n; i++) {
        if (i > 1)
            luaL_addlstring(&b, "  ", 2);
        sandbox_text(L, i);
        luaL_addvalue(&b);
    }
    luaL_pushresult(&b);
    const char *text = lua_tostring(L, -1);
    if (!h->notes || ++h->printed > MOST)
        return 0;
    place at = host_place(L, NULL);
    at.excerpt = NULL;
    at.column = 0;
    fault_at(h->notes, FAULT_NONE, &at, h->printed == MOST ? "further lines of print are not shown" : NULL,
             "print: %.*s%s", ROOM, text, strlen(text) > ROOM ? "…" : "");
    return 0;
}

static int base_error(lua_State *L) {
    lua_Integer level = luaL_optinteger(L, 2, 1);
    if (raise_test(L, 1)) {
        lua_settop(L, 1);
        return lua_error(L);
    }
    if (!lua_isstring(L, 1)) {
        lua_settop(L, 1);
        return lua_error(L); /* the handler words it */
    }
    return raise_at(L, level > 0 && level < 100 ? (int)level : 1, NULL, NULL, lua_tostring(L, 1));
}

static int base_assert(lua_State *L) {
    if (host_test(L, 1))
        return host_error(L, "assert", "print(x) shows what it is", "assert cannot look into an array");
    if (lua_toboolean(L, 1))
        return lua_gettop(L);
    luaL_checkany(L, 1);
    if (lua_isstring(L, 2))
        return raise_at(L, 1, NULL, NULL, lua_tostring(L, 2));
    return raise_at(L, 1, "assert", NULL, "assertion failed");
}

static int base_pcall(lua_State *L) {
    host *h = host_of(L);
    luaL_checkany(L, 1);
    lua_pushcfunction(L, raise_caught);
    lua_insert(L, 1);
    int status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 1);
    budget_check(L, h->budget);
    if (status == LUA_ERRMEM)
        budget_kill(L, h->budget, BUDGET_MEMORY);
    lua_remove(L, 1);
    if (status == LUA_OK) {
        lua_pushboolean(L, 1);
        lua_insert(L, 1);
        return lua_gettop(L);
    }
    lua_pushboolean(L, 0);
    raise_text(L, -2);
    return 2;
}

static int base_getmetatable(lua_State *L) {
    luaL_checkany(L, 1);
    if (lua_type(L, 1) != LUA_TTABLE || !lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    lua_getfield(L, -1, "__metatable");
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_rawgetp(L, -1, &given_key);
    }
    return 1;
}

/* A metatable is copied, field by field, so that __gc, __close and __mode never reach Lua, whenever
 * they are added; getmetatable gives back the script's own table. */
static int base_setmetatable(lua_State *L) {
    static const char *const fields[] = {
        "__index", "__newindex", "__call", "__tostring", "__eq", "__lt", "__le", "__concat", "__len", "__unm",
        "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__idiv", "__band", "__bor", "__bxor", "__shl",
        "__shr", "__bnot", "__metatable", NULL };
    luaL_checktype(L, 1, LUA_TTABLE);
    if (lua_type(L, 2) != LUA_TTABLE && !lua_isnil(L, 2))
        return luaL_typeerror(L, 2, "nil or table");
    if (lua_getmetatable(L, 1) && lua_getfield(L, -1, "__metatable") != LUA_TNIL)
        return host_error(L, "setmetatable", NULL, "this table's metatable is protected");
    lua_settop(L, 2);
    if (lua_isnil(L, 2)) {
        lua_setmetatable(L, 1);
        return 1;
    }
    static const char *const refused[] = { "__gc", "__close", "__mode", "__pairs", NULL };
    for (int i = 0; refused[i]; i++) {
        lua_pushstring(L, refused[i]);
        if (lua_rawget(L, 2) != LUA_TNIL)
            return host_error(L, refused[i], NULL, "metatables have no %s in rules", refused[i]);
        lua_pop(L, 1);
    }
    lua_createtable(L, 0, 8);
    for (int i = 0; fields[i]; i++) {
        lua_pushstring(L, fields[i]);
        lua_rawget(L, 2);
        lua_setfield(L, 3, fields[i]);
    }
    lua_pushvalue(L, 2);
    lua_rawsetp(L, 3, &given_key);
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

/* ---- the order of keys: 1…n, then truths, numbers and texts, each kind in its own order ---- */

static int key_rank(int type) {
    return type == LUA_TBOOLEAN ? 0 : type == LUA_TNUMBER ? 1 : type == LUA_TSTRING ? 2 : 3;
}

/* Whether the key at -2 comes before the one at -1. */
static int key_less(lua_State *L) {
    int a = lua_type(L, -2), b = lua_type(L, -1);
    if (a != b)
        return key_rank(a) < key_rank(b);
    if (a == LUA_TBOOLEAN)
        return !lua_toboolean(L, -2) && lua_toboolean(L, -1);
    return lua_compare(L, -2, -1, LUA_OPLT);
}

static void check_key(lua_State *L, int at, const char *who) {
    if (key_rank(lua_type(L, at)) == 3)
        host_error(L, who, "keep such things in a list, and walk through it with ipairs",
                   "%s: the keys of this table have no order of their own (a %s is a key)", who,
                   host_test(L, at) ? "array" : luaL_typename(L, at));
}

static void check_walked(lua_State *L, const char *who) {
    if (host_test(L, 1))
        host_error(L, who, "operations work on all elements at once; each(f, x) calls a function for every one",
                   "%s does not walk through arrays", who);
    if (lua_isnoneornil(L, 1))
        host_error(L, who, "is a name misspelt?", "%s was given nil", who);
    luaL_checktype(L, 1, LUA_TTABLE);
}

/* Upvalues: table, length of its list, the other keys, how many, place reached. */
static int pairs_step(lua_State *L) {
    lua_Integer n = lua_tointeger(L, lua_upvalueindex(2)), others = lua_tointeger(L, lua_upvalueindex(4));
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(5));
    while (i < n + others) {
        i++;
        if (i <= n)
            lua_pushinteger(L, i);
        else
            lua_rawgeti(L, lua_upvalueindex(3), i - n);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) {
            lua_pushinteger(L, i);
            lua_replace(L, lua_upvalueindex(5));
            return 2;
        }
        lua_pop(L, 2);
    }
    lua_pushinteger(L, i);
    lua_replace(L, lua_upvalueindex(5));
    return 0;
}

static int base_pairs(lua_State *L) {
    check_walked(L, "pairs");
    lua_settop(L, 1);
    lua_Integer n = (lua_Integer)lua_rawlen(L, 1), others = 0;
    lua_pushinteger(L, n);
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, 1)) {
        lua_pop(L, 1);
        int whole;
        lua_Integer k = lua_tointegerx(L, -1, &whole);
        if (lua_type(L, -1) == LUA_TNUMBER && whole && k >= 1 && k <= n)
            continue;
        check_key(L, -1, "pairs");
        lua_pushvalue(L, -1);
        lua_rawseti(L, 3, ++others);
    }
    sandbox_sort(L, 3, others, key_less);
    lua_pushinteger(L, others);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_step, 5);
    return 1;
}

/* The key after a given one in the order above is looked for anew: no state, a step for each key. */
static int base_next(lua_State *L) {
    check_walked(L, "next");
    lua_settop(L, 2);
    lua_Integer n = (lua_Integer)lua_rawlen(L, 1);
    int whole = 0;
    lua_Integer k = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &whole) : 0;
    int listed = lua_isnil(L, 2) || (whole && k >= 1 && k <= n);
    while (listed && k < n) {
        lua_pushinteger(L, ++k);
        if (lua_rawgeti(L, 1, k) != LUA_TNIL)
            return 2;
        lua_pop(L, 2);
    }
    if (!listed)
        check_key(L, 2, "next");
    uint64_t steps = 0;
    lua_pushnil(L); /* 3: the least so far */
    lua_pushnil(L);
    for (; lua_next(L, 1); steps++) {
        lua_pop(L, 1); /* 4: a key */
        lua_Integer at = lua_tointegerx(L, 4, &whole);
        if (lua_type(L, 4) == LUA_TNUMBER && whole && at >= 1 && at <= n)
            continue;
        check_key(L, 4, "next");
        int after = listed;
        if (!listed) {
            lua_pushvalue(L, 2);
            lua_pushvalue(L, 4);
            after = key_less(L);
            lua_pop(L, 2);
        }
        if (after) {
            lua_pushvalue(L, 4);
            lua_pushvalue(L, 3);
            after = lua_isnil(L, 3) || key_less(L);
            lua_pop(L, 2);
        }
        if (after) {
            lua_pushvalue(L, 4);
            lua_replace(L, 3);
        }
    }
    budget_spend(L, host_of(L)->budget, steps);
    if (lua_isnil(L, 3))
        return 1;
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}

static int ipairs_step(lua_State *L) {
    lua_Integer i = luaL_checkinteger(L, 2) + 1;
    lua_pushinteger(L, i);
    return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

static int base_ipairs(lua_State *L) {
    check_walked(L, "ipairs");
    lua_pushcfunction(L, ipairs_step);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

void sandbox_open(lua_State *L) {
    static const luaL_Reg own[] = {
        { "assert", base_assert }, { "error", base_error }, { "getmetatable", base_getmetatable },
        { "ipairs", base_ipairs }, { "next", base_next },   { "pairs", base_pairs },
        { "pcall", base_pcall },   { "print", base_print }, { "require", require_module },
        { "setmetatable", base_setmetatable }, { "tostring", base_tostring }, { "type", base_type },
        { NULL, NULL } };
    static const char *const borrowed[] = { "rawequal", "rawget", "rawlen", "select", "tonumber", NULL };
    lua_newtable(L);
    luaL_setfuncs(L, own, 0);
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
