/* Tables for scripts: read-only ones, strict ones (an unknown key raises), and pairs, ipairs and
 * next in an order that is the same in every run. */
#include "lua/inside.h"

#include <lauxlib.h>

#include "base/text.h"
#include "lua/budget.h"

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
    lua_newtable(L);          /* table view */
    lua_createtable(L, 0, 4); /* table view meta */
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
const char *table_nearest(lua_State *L, int at, suggestion *near) {
    at = lua_absindex(L, at);
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING) suggest_try(near, lua_tostring(L, -2));
    return suggest_best(near);
}

/* Upvalue: what messages call the table. */
static int refuse_unknown(lua_State *L) {
    const char *what = lua_tostring(L, lua_upvalueindex(1));
    if (lua_type(L, 2) != LUA_TSTRING || host_of(L)->asking) return 0;
    const char *key = lua_tostring(L, 2);
    suggestion near = suggest_for(key);
    return host_error(L, key, host_hint(L, table_nearest(L, 1, &near)), "%s has no '%s'", what,
                      key);
}

void table_copy(lua_State *L, int from, int to) {
    from = lua_absindex(L, from);
    to = lua_absindex(L, to);
    for (lua_pushnil(L); lua_next(L, from);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, to);
    }
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

/* ---- the environment ---- */

/* The table on top becomes the environment; `refuse` answers assignments. */
void sandbox_keep(lua_State *L, lua_CFunction refuse) {
    freeze(L, refuse, "");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &scripts_key);
}

void sandbox_push(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &scripts_key); }

void sandbox_own(lua_State *L) {
    sandbox_push(L);
    lua_getmetatable(L, -1);
    host_field(L, -1, "__index");
    lua_replace(L, -3);
    lua_pop(L, 1);
}

/* ---- order ---- */

/* Walking through tables in an order that is the same in every run: 1…n first, then the other keys,
 * truths before numbers before texts, each kind in its own order. Keys that have no order (tables,
 * functions, arrays) are refused. Lua's own order depends on addresses. */

void walk_sort(lua_State *L, int at, lua_Integer n, int (*less)(lua_State *L)) {
    at = lua_absindex(L, at);
    luaL_checkstack(L, 8, NULL);
    if (n < 2) return;
    int from = lua_gettop(L) + 1, to = from + 1;
    lua_createtable(L, n < 1 << 20 ? (int)n : 0, 0);
    lua_createtable(L, n < 1 << 20 ? (int)n : 0, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, at, i);
        lua_rawseti(L, from, i);
    }
    for (lua_Integer width = 1; width < n; width *= 2) {
        lua_Integer out = 1;
        for (lua_Integer low = 1; low <= n; low += 2 * width) {
            lua_Integer i = low, middle = low + width <= n ? low + width : n + 1, j = middle;
            lua_Integer end = middle + width <= n ? middle + width : n + 1;
            if (end > n + 1) end = n + 1;
            while (i < middle || j < end) {
                int second = i >= middle;
                if (i < middle && j < end) {
                    lua_rawgeti(L, from, j);
                    lua_rawgeti(L, from, i);
                    second = less(L);
                    lua_pop(L, 2);
                }
                lua_rawgeti(L, from, second ? j++ : i++);
                lua_rawseti(L, to, out++);
            }
        }
        int spare = from;
        from = to;
        to = spare;
        budget_spend(L, host_of(L)->budget, (uint64_t)n);
    }
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, from, i);
        lua_rawseti(L, at, i);
    }
    lua_pop(L, 2);
}

static int key_rank(int type) {
    return type == LUA_TBOOLEAN ? 0 : type == LUA_TNUMBER ? 1 : type == LUA_TSTRING ? 2 : 3;
}

/* Whether the key at -2 comes before the one at -1. */
static int key_less(lua_State *L) {
    int a = lua_type(L, -2), b = lua_type(L, -1);
    if (a != b) return key_rank(a) < key_rank(b);
    if (a == LUA_TBOOLEAN) return !lua_toboolean(L, -2) && lua_toboolean(L, -1);
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
        host_error(
            L, who,
            "operations work on all elements at once; each(f, x) calls a function for every one",
            "%s does not walk through arrays", who);
    if (lua_isnoneornil(L, 1)) host_error(L, who, "is a name misspelt?", "%s was given nil", who);
    luaL_checktype(L, 1, LUA_TTABLE);
}

/* Upvalues: table, length of its list, the other keys, how many, place reached. */
static int pairs_step(lua_State *L) {
    lua_Integer n = lua_tointeger(L, lua_upvalueindex(2)),
                others = lua_tointeger(L, lua_upvalueindex(4));
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

int walk_pairs(lua_State *L) {
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
        if (lua_type(L, -1) == LUA_TNUMBER && whole && k >= 1 && k <= n) continue;
        check_key(L, -1, "pairs");
        lua_pushvalue(L, -1);
        lua_rawseti(L, 3, ++others);
    }
    walk_sort(L, 3, others, key_less);
    lua_pushinteger(L, others);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, pairs_step, 5);
    return 1;
}

/* Keeps no state: looks through all keys for the one that follows in the order above. */
int walk_next(lua_State *L) {
    check_walked(L, "next");
    lua_settop(L, 2);
    lua_Integer n = (lua_Integer)lua_rawlen(L, 1);
    int whole = 0;
    lua_Integer k = lua_type(L, 2) == LUA_TNUMBER ? lua_tointegerx(L, 2, &whole) : 0;
    int listed = lua_isnil(L, 2) || (whole && k >= 1 && k <= n);
    while (listed && k < n) {
        lua_pushinteger(L, ++k);
        if (lua_rawgeti(L, 1, k) != LUA_TNIL) return 2;
        lua_pop(L, 2);
    }
    if (!listed) check_key(L, 2, "next");
    uint64_t steps = 0;
    lua_pushnil(L); /* 3: the least so far */
    lua_pushnil(L);
    for (; lua_next(L, 1); steps++) {
        lua_pop(L, 1); /* 4: a key */
        lua_Integer at = lua_tointegerx(L, 4, &whole);
        if (lua_type(L, 4) == LUA_TNUMBER && whole && at >= 1 && at <= n) continue;
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
    if (lua_isnil(L, 3)) return 1;
    lua_pushvalue(L, 3);
    lua_rawget(L, 1);
    return 2;
}

static int ipairs_step(lua_State *L) {
    lua_Integer i = luaL_checkinteger(L, 2) + 1;
    lua_pushinteger(L, i);
    return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

int walk_ipairs(lua_State *L) {
    check_walked(L, "ipairs");
    lua_pushcfunction(L, ipairs_step);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

const lua_CFunction walk_functions[] = {walk_pairs,  pairs_step,  walk_next,
                                        walk_ipairs, ipairs_step, NULL};
