/* The parts of Lua's own library that rules may use: string, table, utf8 and math, without what
 * runs unbounded in C, reaches memory addresses, or differs from one run to the next. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "lua/budget.h"

enum { REPEAT_MOST = 16 << 20 }; /* bytes of a repeated text */

/* The C function in the first upvalue, run in this frame, so that its complaints name ours. */
static int original(lua_State *L) {
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* ---- string ---- */

static int string_rep(lua_State *L) {
    size_t length, between = 0;
    luaL_checklstring(L, 1, &length);
    lua_Integer n = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &between);
    length += between;
    if (n > 0 && length > 0 && (size_t)n > REPEAT_MOST / length)
        return host_error(L, "rep", NULL, "a text repeated %lld times would be longer than %d MiB",
                          (long long)n, REPEAT_MOST >> 20);
    return original(L);
}

static int string_format(lua_State *L) {
    const char *format = luaL_checkstring(L, 1);
    int at = 1;
    for (; *format; format++) {
        if (*format != '%' || *++format == '%')
            continue;
        format += strspn(format, "-+ #0123456789.");
        at++;
        if (*format == 'p')
            return host_error(L, "%p", NULL, "%%p shows an address, which differs from run to run");
        if (*format == 's' && at <= lua_gettop(L) && !lua_isstring(L, at)) {
            sandbox_text(L, at);
            lua_replace(L, at);
        }
        if (!*format)
            break;
    }
    return original(L);
}

static int no_patterns(lua_State *L) {
    const char *name = lua_tostring(L, lua_upvalueindex(1));
    return host_error(
        L, name,
        "matches(x, \"pattern\") and capture(x, \"pattern\", group) look into the texts of arrays",
        "Lua's text patterns (%s) are not in rules", name);
}

static void open_string(lua_State *L, int env) {
    static const char *const plain[] = {"byte",    "char", "len",   "lower",
                                        "reverse", "sub",  "upper", NULL};
    static const char *const patterns[] = { "find", "gmatch", "gsub", "match", NULL };
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    int from = lua_gettop(L);
    lua_newtable(L);
    for (int i = 0; plain[i]; i++) {
        lua_getfield(L, from, plain[i]);
        lua_setfield(L, -2, plain[i]);
    }
    lua_getfield(L, from, "format");
    lua_pushcclosure(L, string_format, 1);
    lua_setfield(L, -2, "format");
    lua_getfield(L, from, "rep");
    lua_pushcclosure(L, string_rep, 1);
    lua_setfield(L, -2, "rep");
    for (int i = 0; patterns[i]; i++) {
        lua_pushstring(L, patterns[i]);
        lua_pushcclosure(L, no_patterns, 1);
        lua_setfield(L, -2, patterns[i]);
    }
    /* The metatable of all texts was made by luaopen_string; its __index becomes our own table. */
    sandbox_freeze(L, "string");
    lua_pushliteral(L, "");
    lua_getmetatable(L, -1);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
    lua_setfield(L, env, "string");
    lua_pop(L, 1);
}

/* ---- table ---- */

/* A table without a length of its own making, so that no loop in C is as long as a script says. */
static void check_list(lua_State *L) {
    if (host_test(L, 1))
        host_error(
            L, NULL,
            "operations work on all elements at once; each(f, x) calls a function for every one",
            "functions of table do not take arrays");
    luaL_checktype(L, 1, LUA_TTABLE);
    if (luaL_getmetafield(L, 1, "__len") != LUA_TNIL)
        host_error(L, NULL, NULL, "functions of table do not take tables with a __len");
    budget_spend(L, host_of(L)->budget, lua_rawlen(L, 1));
}

static int list_function(lua_State *L) {
    check_list(L);
    return original(L);
}

static int by_value(lua_State *L) {
    return lua_compare(L, -2, -1, LUA_OPLT);
}

/* The function stands at 2 of the frame of table_sort. */
static int by_function(lua_State *L) {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -3);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 1);
    int less = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return less;
}

/* Stable, and with the same result in every run, which Lua's own is not for equal elements. */
static int table_sort(lua_State *L) {
    check_list(L);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    walk_sort(L, 1, (lua_Integer)lua_rawlen(L, 1), lua_isnil(L, 2) ? by_value : by_function);
    return 0;
}

static void open_table(lua_State *L, int env) {
    static const char *const lists[] = { "concat", "insert", "remove", "unpack", NULL };
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    lua_newtable(L);
    for (int i = 0; lists[i]; i++) {
        lua_getfield(L, -2, lists[i]);
        lua_pushcclosure(L, list_function, 1);
        lua_setfield(L, -2, lists[i]);
    }
    lua_getfield(L, -2, "pack");
    lua_setfield(L, -2, "pack");
    lua_pushcfunction(L, table_sort);
    lua_setfield(L, -2, "sort");
    sandbox_freeze(L, "table");
    lua_setfield(L, env, "table");
    lua_pop(L, 1);
}

/* ---- math, utf8 ---- */

static int no_random(lua_State *L) {
    return host_error(L, "random", "the same rules and data give the same result",
                      "there are no random numbers in rules");
}

static void open_copy(lua_State *L, int env, const char *name, lua_CFunction open,
                      const char *const *without) {
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    for (; *without; without++) {
        lua_pushnil(L);
        lua_setfield(L, -2, *without);
    }
    if (!strcmp(name, "math")) {
        lua_pushcfunction(L, no_random);
        lua_setfield(L, -2, "random");
    }
    sandbox_freeze(L, name);
    lua_setfield(L, env, name);
}

void library_open(lua_State *L) {
    /* Some builds of Lua still have the older functions; rules are to run on all of them. */
    static const char *const no_math[] = {"random", "randomseed", "atan2", "cosh", "frexp", "ldexp",
                                          "log10",  "pow",        "sinh",  "tanh", NULL};
    static const char *const no_utf8[] = { "charpattern", NULL };
    int env = lua_gettop(L);
    open_string(L, env);
    open_table(L, env);
    open_copy(L, env, "math", luaopen_math, no_math);
    open_copy(L, env, "utf8", luaopen_utf8, no_utf8);
}
