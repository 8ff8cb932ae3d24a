/* The parts of Lua's own library that rules may use.
 *
 * Left out or replaced is what shows memory addresses (tostring, %p), differs from one run to the
 * next (random numbers, the order of pairs and sort), runs in C for as long as a script likes
 * (patterns, rep), catches errors of the budget (pcall), or runs code when a value is collected
 * (__gc, __close). */
#include "lua/inside.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "base/text.h"
#include "lua/budget.h"
#include "lua/symbolic.h"

static const char given_key = 0; /* in a copied metatable: the table it was copied from */

enum { REPEAT_MOST = 16 << 20 }; /* bytes of a repeated text */

/* ---- basic functions ---- */

/* Pushes a text for any value, without addresses; may call __tostring. */
static void push_text(lua_State *L, int at) {
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
    push_text(L, 1);
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
        if (i > 1) luaL_addlstring(&b, "  ", 2);
        push_text(L, i);
        luaL_addvalue(&b);
    }
    luaL_pushresult(&b);
    const char *text = lua_tostring(L, -1);
    if (!h->notes || ++h->printed > MOST) return 0;
    place at = host_place(L, NULL);
    at.excerpt = NULL;
    at.column = 0;
    fault_at(h->notes, FAULT_NONE, &at,
             h->printed == MOST ? "further lines of print are not shown" : NULL, "print: %.*s%s",
             ROOM, text, strlen(text) > ROOM ? "…" : "");
    return 0;
}

/* The text, unless it is blank. */
static const char *text_or(const char *text, const char *otherwise) {
    return text[strspn(text, " \t\r\n")] ? text : otherwise;
}

static int base_error(lua_State *L) {
    lua_Integer level = luaL_optinteger(L, 2, 1);
    lua_settop(L, 1);
    if (lua_isstring(L, 1)) lua_tostring(L, 1);    /* a number becomes its text */
    if (!raise_message(L, 1)) return lua_error(L); /* raised again, or worded by the handler */
    const char *text = text_or(lua_tostring(L, 2), text_message("an error without a text"));
    return raise_at(L, level > 0 && level < 100 ? (int)level : 1, NULL, NULL, text);
}

static int base_assert(lua_State *L) {
    if (host_test(L, 1))
        return host_error(L, "assert", "print(x) shows what it is",
                          "assert cannot look into an array");
    if (lua_toboolean(L, 1)) return lua_gettop(L);
    luaL_checkany(L, 1);
    const char *failed = text_message("assertion failed");
    const char *text = lua_isstring(L, 2) ? text_or(lua_tostring(L, 2), failed) : failed;
    return raise_at(L, 1, text == failed ? "assert" : NULL, NULL, text);
}

static int base_pcall(lua_State *L) {
    host *h = host_of(L);
    luaL_checkany(L, 1);
    lua_pushcfunction(L, raise_caught);
    lua_insert(L, 1);
    /* What a script can do with a message must not depend on who runs it. */
    text_english_begin();
    int status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 1);
    text_english_end();
    budget_check(L, h->budget);
    if (status == LUA_ERRMEM) budget_kill(L, h->budget, BUDGET_MEMORY);
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
    static const char *const refused[] = {"__gc", "__close", "__mode", "__pairs", NULL};
    for (int i = 0; refused[i]; i++) {
        if (host_field(L, 2, refused[i]) != LUA_TNIL)
            return host_error(L, refused[i], NULL, "metatables have no %s in rules", refused[i]);
        lua_pop(L, 1);
    }
    lua_createtable(L, 0, 8);
    for (int i = 0; fields[i]; i++) {
        host_field(L, 2, fields[i]);
        lua_setfield(L, 3, fields[i]);
    }
    lua_pushvalue(L, 2);
    lua_rawsetp(L, 3, &given_key);
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

static void open_base(lua_State *L) {
    static const luaL_Reg own[] = {{"assert", base_assert},
                                   {"error", base_error},
                                   {"getmetatable", base_getmetatable},
                                   {"ipairs", walk_ipairs},
                                   {"next", walk_next},
                                   {"pairs", walk_pairs},
                                   {"pcall", base_pcall},
                                   {"print", base_print},
                                   {"require", require_module},
                                   {"setmetatable", base_setmetatable},
                                   {"tostring", base_tostring},
                                   {"type", base_type},
                                   {NULL, NULL}};
    luaL_setfuncs(L, own, 0);
    symbolic_allow(L, base_assert, SYMBOLIC_ANY);
    for (const lua_CFunction *f = walk_functions; *f; f++) symbolic_allow(L, *f, SYMBOLIC_ANY);
    symbolic_allow(L, base_tostring, SYMBOLIC_PLAIN);
    symbolic_allow(L, base_type, SYMBOLIC_PLAIN);
}

/* The C function in the first upvalue, run in this frame, so that its complaints name ours. */
static int original(lua_State *L) { return lua_tocfunction(L, lua_upvalueindex(1))(L); }

/* The same for a function that reads its arguments in a loop in C: their number and the bytes of
 * texts are work. */
static int counted(lua_State *L) {
    int n = lua_gettop(L);
    uint64_t work = (uint64_t)n;
    for (int i = 1; i <= n; i++)
        if (lua_type(L, i) == LUA_TSTRING) work += lua_rawlen(L, i) / BUDGET_BYTES;
    budget_spend(L, host_of(L)->budget, work);
    return original(L);
}

/* The same, but none of those that a followed function may call: its result is a table. */
static int pack(lua_State *L) { return counted(L); }

/* Replaces the function on top of the stack by one that counts its work. */
static void push_counted(lua_State *L) { lua_pushcclosure(L, counted, 1); }

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
    size_t length;
    const char *format = luaL_checklstring(L, 1, &length);
    int at = 1;
    budget_spend(L, host_of(L)->budget, length / BUDGET_BYTES);
    for (; *format; format++) {
        if (*format != '%' || *++format == '%') continue;
        format += strspn(format, "-+ #0123456789.");
        at++;
        if (*format == 'p')
            return host_error(L, "%p", NULL, "%%p shows an address, which differs from run to run");
        if (*format == 's' && at <= lua_gettop(L) && !lua_isstring(L, at)) {
            push_text(L, at);
            lua_replace(L, at);
        }
        if (!*format) break;
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
    static const char *const patterns[] = {"find", "gmatch", "gsub", "match", NULL};
    lua_pushcfunction(L, luaopen_string);
    lua_call(L, 0, 1);
    int from = lua_gettop(L);
    lua_newtable(L);
    for (int i = 0; plain[i]; i++) {
        lua_getfield(L, from, plain[i]);
        push_counted(L);
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
    symbolic_allow_all(L, SYMBOLIC_PLAIN);
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

static int by_value(lua_State *L) { return lua_compare(L, -2, -1, LUA_OPLT); }

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
    if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    walk_sort(L, 1, (lua_Integer)lua_rawlen(L, 1), lua_isnil(L, 2) ? by_value : by_function);
    return 0;
}

static void open_table(lua_State *L, int env) {
    static const char *const lists[] = {"concat", "insert", "remove", "unpack", NULL};
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    lua_newtable(L);
    for (int i = 0; lists[i]; i++) {
        lua_getfield(L, -2, lists[i]);
        lua_pushcclosure(L, list_function, 1);
        lua_setfield(L, -2, lists[i]);
    }
    lua_getfield(L, -2, "pack");
    lua_pushcclosure(L, pack, 1);
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

/* Makes all functions of the library on top count their work: lua_next allows changes. */
static void count_all(lua_State *L) {
    for (lua_pushnil(L); lua_next(L, -2);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2); /* library key key function */
        if (lua_iscfunction(L, -1)) push_counted(L);
        lua_rawset(L, -4);
    }
}

static void open_copy(lua_State *L, int env, const char *name, lua_CFunction open,
                      const char *const *without) {
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    if (strcmp(name, "math") != 0) count_all(L);
    for (; *without; without++) {
        lua_pushnil(L);
        lua_setfield(L, -2, *without);
    }
    if (!strcmp(name, "math")) {
        lua_pushcfunction(L, no_random);
        lua_setfield(L, -2, "random");
    }
    symbolic_allow_all(L, SYMBOLIC_PLAIN);
    if (!strcmp(name, "math")) symbolic_wrap_math(L);
    sandbox_freeze(L, name);
    lua_setfield(L, env, name);
}

void library_open(lua_State *L) {
    symbolic_open(L);
    /* Some builds of Lua still have the older functions; rules are to run on all of them. */
    static const char *const no_math[] = {"random", "randomseed", "atan2", "cosh", "frexp", "ldexp",
                                          "log10",  "pow",        "sinh",  "tanh", NULL};
    static const char *const no_utf8[] = {"charpattern", NULL};
    static const char *const borrowed[] = {"rawequal", "rawget",   "rawlen",
                                           "select",   "tonumber", NULL};
    int env = lua_gettop(L);
    open_base(L);
    lua_pushcfunction(L, luaopen_base);
    lua_call(L, 0, 1);
    for (int i = 0; borrowed[i]; i++) {
        lua_getfield(L, -1, borrowed[i]);
        push_counted(L);
        symbolic_allow(L, lua_tocfunction(L, -1), SYMBOLIC_PLAIN);
        lua_setfield(L, env, borrowed[i]);
    }
    lua_pop(L, 1);
    open_string(L, env);
    open_table(L, env);
    open_copy(L, env, "math", luaopen_math, no_math);
    open_copy(L, env, "utf8", luaopen_utf8, no_utf8);
}
