/* each(f, x, y, …): a script's own function over the elements of arrays, one after the other.
 *
 * The function gets plain values, nil for missing: numbers, truths, texts, and dates as texts. What
 * it returns has one kind, which the formula must know beforehand: { gives = "text" }, or else
 * numbers. It is called while the graph is evaluated, so it cannot make arrays itself. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "lua/budget.h"
#include "table/date.h"

enum { ARRAYS_MOST = 8 };

typedef struct caller {
    host *h;
    int function; /* in the registry */
    ex_kind gives;
    ex_kind takes[ARRAYS_MOST];
    int file;
    long line;
} caller;

static const char *const kinds[] = {TEXT("number"), TEXT("truth"), TEXT("text"), TEXT("date"),
                                    NULL};

static void push_value(lua_State *L, const caller *c, ex_kind kind, double x) {
    char text[16];
    if (x != x)
        lua_pushnil(L);
    else if (kind == EX_NUMBER)
        lua_pushnumber(L, x);
    else if (kind == EX_TRUTH)
        lua_pushboolean(L, x != 0);
    else if (kind == EX_TEXT)
        lua_pushlstring(L, pool_text(c->h->strings, (uint32_t)x),
                        pool_length(c->h->strings, (uint32_t)x));
    else
        lua_pushlstring(L, text, date_write(x, text));
}

static int refuse(const caller *c, const char *advice, fault *f, const char *what) {
    place at = c->file >= 0 ? sources_place(c->h->files, c->file, c->line, "each") : (place){0};
    return fault_at(f, FAULT_RULE, &at, advice,
                    "the function called by each returned %s, where a %s is expected",
                    text_message(what), text_message(kinds[c->gives]));
}

/* The result on top of the stack as an element. */
static int read_value(const caller *c, double *out, fault *f) {
    static const char *const advice[] = {"{ gives = \"number\" }", "{ gives = \"truth\" }",
                                         TEXT("{ gives = \"text\" } as the last argument says so")};
    lua_State *L = c->h->L;
    size_t length;
    *out = EX_NAN;
    switch (lua_type(L, -1)) {
    case LUA_TNIL: return 1;
    case LUA_TNUMBER:
        if (c->gives != EX_NUMBER) return refuse(c, advice[0], f, "a number");
        *out = lua_tonumber(L, -1);
        return isfinite(*out)
                   ? 1
                   : refuse(c, "return nil for missing", f, "what is not a finite number");
    case LUA_TBOOLEAN:
        if (c->gives != EX_TRUTH)
            return refuse(c, "{ gives = \"truth\" } as the last argument says so", f, "a truth");
        *out = lua_toboolean(L, -1);
        return 1;
    case LUA_TSTRING: {
        const char *text = lua_tolstring(L, -1, &length);
        if (c->gives == EX_DATE)
            return date_read(text, length, out) == DATE_OK
                       ? 1
                       : refuse(c, "dates are written \"2011-06-30\"", f, "another text");
        if (c->gives != EX_TEXT) return refuse(c, advice[2], f, "a text");
        if (memchr(text, 0, length)) return refuse(c, NULL, f, "a text with a NUL byte");
        uint32_t id = pool_find(c->h->strings, text, length);
        if (!id) {
            budget_charge(c->h->budget, length + 64);
            id = pool_put(c->h->strings, text, length);
        }
        *out = id;
        return id ? 1 : fault_memory(f);
    }
    default:
        if (host_is_missing(L, -1)) {
            *out = EX_NAN;
            return 1;
        }
        return refuse(c, "it returns one plain value; nil is missing", f,
                      host_test(L, -1) ? "an array" : luaL_typename(L, -1));
    }
}

typedef struct call {
    const caller *c;
    const double *arg;
    int argc;
} call;

/* Inside of the protected call, because pushing a text may raise. */
static int run_call(lua_State *L) {
    const call *now = lua_touserdata(L, 1);
    luaL_checkstack(L, now->argc + 4, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, now->c->function);
    for (int i = 0; i < now->argc; i++) push_value(L, now->c, now->c->takes[i], now->arg[i]);
    lua_call(L, now->argc, 1);
    return 1;
}

static int call_function(void *self, const double *arg, int argc, double *out, fault *f) {
    caller *c = self;
    lua_State *L = c->h->L;
    call now = {c, arg, argc};
    if (!lua_checkstack(L, 8)) return fault_memory(f);
    int top = lua_gettop(L);
    lua_pushcfunction(L, run_call);
    lua_pushlightuserdata(L, &now);
    c->h->inside++;
    int good = host_call(c->h, 1, 1, f);
    c->h->inside--;
    if (good) good = read_value(c, out, f);
    lua_settop(L, top);
    return good;
}

static int each(lua_State *L) {
    static const char *const known[] = {"gives", NULL};
    host *h = host_of(L);
    int n = lua_gettop(L);
    array_alone(L);
    if (lua_type(L, 1) != LUA_TFUNCTION)
        return host_error(L, "each", "each(function(v) return v end, x)",
                          "'each' takes a function first");
    if (n > 1 && lua_type(L, n) == LUA_TTABLE) host_check_keys(L, n--, known);
    if (n < 2 || n - 1 > ARRAYS_MOST)
        return host_error(L, "each", "each(f, x, y)", "'each' takes a function and 1 to %d arrays",
                          ARRAYS_MOST);
    ex_id arg[ARRAYS_MOST];
    caller *c = arena_zero(&h->memory, 1, sizeof *c);
    if (!c) {
        fault *f = host_fault(L);
        fault_memory(f);
        return host_raise(L, f);
    }
    c->h = h;
    host_where(L, &c->file, &c->line);
    c->gives = lua_gettop(L) > n ? (ex_kind)option_word(L, n + 1, "gives", kinds) : EX_NUMBER;
    for (int i = 0; i < n - 1; i++) {
        arg[i] = host_node(L, i + 2);
        c->takes[i] = (ex_kind)ex_get(h->graph, arg[i])->kind;
    }
    lua_pushvalue(L, 1);
    c->function = luaL_ref(L, LUA_REGISTRYINDEX);
    host_mark(L);
    ex_function fn = {.name = "each",
                      .gives = c->gives,
                      .distinct = n == 2,
                      .missing_too = 1,
                      .call = call_function,
                      .self = c};
    host_push(L, host_check(L, ex_lookup(h->graph, &fn, arg, n - 1, host_fault(L))), NULL, NULL);
    return 1;
}

void each_open(lua_State *L) {
    lua_pushcfunction(L, each);
    lua_setfield(L, -2, "each");
}
