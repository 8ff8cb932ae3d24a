/* The table of options that many functions take last: its keys are checked, its values read. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

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
        for (int i = 0; known[i] && !found; i++)
            found = !strcmp(key, known[i]);
        if (found)
            continue;
        suggestion near = suggest_for(key);
        for (int i = 0; known[i]; i++)
            suggest_try(&near, known[i]);
        char advice[400] = "";
        if (suggest_best(&near)) {
            snprintf(advice, sizeof advice, "did you mean '%.60s'?", suggest_best(&near));
        } else {
            size_t n = 0;
            for (int i = 0; known[i] && n < 300; i++)
                n += (size_t)snprintf(advice + n, sizeof advice - n, "%s%.60s",
                                      i ? ", " : "known are ", known[i]);
            if (!known[0])
                snprintf(advice, sizeof advice, "there are no options here");
        }
        host_error(L, key, advice, "there is no option '%s'", key);
    }
}

int option_push(lua_State *L, int at, const char *key) {
    if (lua_isnoneornil(L, at))
        return 0;
    at = lua_absindex(L, at);
    lua_pushstring(L, key);
    if (lua_rawget(L, at) != LUA_TNIL)
        return 1;
    lua_pop(L, 1);
    return 0;
}

/* The option on top of the stack gives way to its plain value. */
static void plain_option(lua_State *L, const char *key) {
    plain_push(L, lua_gettop(L), key);
    lua_remove(L, -2);
}

int option_word(lua_State *L, int at, const char *key, const char *const *words) {
    if (!option_push(L, at, key))
        return 0;
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
                              i ? ", " : "it is one of ", words[i]);
    }
    if (!word)
        return host_error(L, key, advice, "the option %s is a text", key);
    return host_error(L, word, advice, "the option %s cannot be '%s'", key, word);
}

double option_number(lua_State *L, int at, const char *key, double otherwise) {
    if (!option_push(L, at, key))
        return otherwise;
    plain_option(L, key);
    if (lua_type(L, -1) != LUA_TNUMBER)
        host_error(L, key, NULL, "the option %s is a number, not a %s", key, luaL_typename(L, -1));
    double x = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return x;
}
