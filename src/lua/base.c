/* The basic functions of scripts: Lua's, as far as they show no addresses, let no error of the
 * budget be swallowed, and let no metatable do what a script's end depends on. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <string.h>

#include "lua/budget.h"

static const char given_key = 0; /* in a copied metatable: the table it was copied from */

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
        lua_pushstring(L,
                       luaL_typename(L, at)); /* "table": an address would differ from run to run */
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
    fault_at(h->notes, FAULT_NONE, &at,
             h->printed == MOST ? "further lines of print are not shown" : NULL, "print: %.*s%s",
             ROOM, text, strlen(text) > ROOM ? "…" : "");
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
        return host_error(L, "assert", "print(x) shows what it is",
                          "assert cannot look into an array");
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
        "__index",  "__newindex", "__call",      "__tostring", "__eq",  "__lt",   "__le",
        "__concat", "__len",      "__unm",       "__add",      "__sub", "__mul",  "__div",
        "__mod",    "__pow",      "__idiv",      "__band",     "__bor", "__bxor", "__shl",
        "__shr",    "__bnot",     "__metatable", NULL};
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

void base_open(lua_State *L) {
    static const luaL_Reg own[] = {
        { "assert", base_assert }, { "error", base_error }, { "getmetatable", base_getmetatable },
        { "ipairs", walk_ipairs }, { "next", walk_next },   { "pairs", walk_pairs },
        { "pcall", base_pcall },   { "print", base_print }, { "require", require_module },
        { "setmetatable", base_setmetatable }, { "tostring", base_tostring }, { "type", base_type },
        { NULL, NULL } };
    luaL_setfuncs(L, own, 0);
}
