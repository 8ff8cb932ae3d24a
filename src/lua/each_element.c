#include "lua/each_element.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "lua/inside.h"
#include "table/date.h"

const char *const each_kinds[] = {TEXT("number"), TEXT("truth"), TEXT("text"), TEXT("date"), NULL};

void each_push(lua_State *L, const each_function *c, ex_kind kind, double x) {
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

static int refuse(const each_function *c, const char *advice, fault *f, const char *what) {
    place at = where_place(c->h, c->at, "each");
    return fault_at(f, FAULT_RULE, &at, advice,
                    "the function called by each returned %s, where a %s is expected",
                    text_message(what), each_kinds[c->gives]);
}

/* The result on top of the stack as an element. */
int each_read(const each_function *c, double *out, fault *f) {
    static const char *const advice[] = {"{ gives = \"number\" }", "{ gives = \"truth\" }",
                                         TEXT("{ gives = \"text\" } as the last argument says so")};
    lua_State *L = c->h->L;
    size_t length;
    *out = EX_NAN;
    switch (lua_type(L, -1)) {
    case LUA_TNIL: return 1;
    case LUA_TNUMBER:
        if (c->gives != EX_NUMBER) return refuse(c, advice[0], f, "a number");
        *out = lua_tonumber(L, -1) + 0.0; /* a zero has no sign */
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
        uint32_t id = host_text(c->h, text, length);
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
