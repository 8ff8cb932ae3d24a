/* Errors of scripts: how they are raised, and what Lua's own are turned into (see inside.h). */
#include "lua/inside.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "lua/budget.h"

static const char error_key = 0; /* its address names the metatable in the registry */

static int error_release(lua_State *L) {
    fault_release(lua_touserdata(L, 1));
    return 0;
}

void raise_open(lua_State *L) {
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, error_release);
    lua_setfield(L, -2, "__gc");
    lua_pushliteral(L, "error");
    lua_setfield(L, -2, "__name");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key);
}

static fault *push_error(lua_State *L) {
    fault *f = lua_newuserdatauv(L, sizeof *f, 0);
    *f = FAULT_INIT;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &error_key);
    lua_setmetatable(L, -2);
    return f;
}

fault *raise_test(lua_State *L, int at) {
    fault *f = lua_touserdata(L, at);
    if (!f || lua_islightuserdata(L, at) || !lua_getmetatable(L, at)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &error_key);
    int same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? f : NULL;
}

fault *host_fault(lua_State *L) {
    fault *f = &host_of(L)->scratch;
    fault_release(f);
    return f;
}

/* Adds a fault to the error value's. Where a rule file called a method that raised it, the fault
 * stands at the call, and its text ends with the method's own line. */
static void note(lua_State *L, fault *f, fault_kind kind, const place *at, int file,
                 const char *hint, const char *text) {
    host *h = host_of(L);
    int main;
    long line;
    const char *name;
    buf full = BUF_INIT;
    place call = *at;
    buf_text(&full, text ? text : "");
    if (where_called_from(L, file, &main, &line, &name) && sources_is_library(h->files, file)) {
        call = sources_place(h->files, main, line, name);
        buf_print(&full, text_message(" (in %s:%ld)"), sources_module(h->files, file), at->line);
    }
    fault_put(f, kind, &call, hint && *hint ? hint : NULL, buf_string(&full));
    buf_release(&full);
}

int host_raise(lua_State *L, fault *f) {
    luaL_checkstack(L, 4, NULL);
    host *h = host_of(L);
    fault *own = push_error(L);
    int file;
    long line;
    host_where(L, &file, &line);
    own->kind = f->kind;
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        char word[80];
        place here = {0};
        if (file >= 0)
            here = sources_place(h->files, file, line, where_about(L, file, line, it->text, word));
        place there = {it->file, it->line, it->column, it->field, it->excerpt};
        int placed = it->file != NULL;
        note(L, own, f->kind, placed ? &there : &here, placed ? -1 : file, it->hint, it->text);
    }
    own->count = f->count;
    fault_release(f);
    return lua_error(L);
}

static int raise_place(lua_State *L, int file, long line, const char *token, const char *hint,
                       const char *text) {
    host *h = host_of(L);
    luaL_checkstack(L, 4, NULL);
    place at = file >= 0 ? sources_place(h->files, file, line, token) : (place){0};
    fault *own = push_error(L);
    note(L, own, FAULT_RULE, &at, file, text_message(hint), text);
    return lua_error(L);
}

int raise_at(lua_State *L, int level, const char *token, const char *hint, const char *text) {
    int file;
    long line;
    where_from(L, level, &file, &line);
    return raise_place(L, file, line, token, hint, text);
}

int host_error(lua_State *L, const char *token, const char *hint, const char *format, ...) {
    /* The text goes through the scratch fault, so that nothing is lost when Lua has no memory. */
    fault *f = host_fault(L);
    va_list args;
    va_start(args, format);
    fault_vat(f, FAULT_RULE, NULL, NULL, format, args);
    va_end(args);
    int file;
    long line;
    char word[80];
    host_where(L, &file, &line);
    if (!token && f->listed) token = where_about(L, file, line, f->item[0].text, word);
    place at = file >= 0 ? sources_place(host_of(L)->files, file, line, token) : (place){0};
    luaL_checkstack(L, 4, NULL);
    fault *own = push_error(L);
    note(L, own, FAULT_RULE, &at, file, text_message(hint), f->listed ? f->item[0].text : "");
    fault_release(f);
    return lua_error(L);
}

ex_id host_check(lua_State *L, ex_id made) {
    if (!made) host_raise(L, &host_of(L)->scratch);
    return made;
}

/* Takes "#FILE:LINE: " from the front of a message of Lua's. Of several (an error that was caught
 * and raised again) the last counts. */
static const char *position(const char *text, int *file, long *line) {
    while (text[0] == '#') {
        char *end;
        long n = strtol(text + 1, &end, 10);
        if (end == text + 1 || *end != ':') break;
        char *after;
        long at = strtol(end + 1, &after, 10);
        if (after == end + 1 || *after != ':') break;
        *file = (int)n;
        *line = at;
        text = after + 1;
        while (*text == ' ') text++;
    }
    return text;
}

static void caught_text(lua_State *L, const char *message) {
    host *h = host_of(L);
    int file = -1;
    long line = 0;
    const char *text = position(message, &file, &line);
    if (file < 0) host_where(L, &file, &line);
    fault *own = push_error(L);
    explained found = {.text = BUF_INIT, .advice = BUF_INIT, .at = SIZE_MAX};
    hint_find(h->files, file, line, text, &found);
    place at = file >= 0 ? sources_place(h->files, file, line, *found.token ? found.token : NULL)
                         : (place){0};
    if (found.at != SIZE_MAX) at.column = sources_column_at(h->files, file, line, found.at);
    note(L, own, FAULT_RULE, &at, file, buf_string(&found.advice),
         found.text.length ? buf_string(&found.text) : text);
    buf_release(&found.text);
    buf_release(&found.advice);
}

int raise_caught(lua_State *L) {
    if (raise_test(L, 1) || host_of(L)->budget->dead) return 1;
    if (lua_type(L, 1) == LUA_TSTRING) {
        caught_text(L, lua_tostring(L, 1));
        return 1;
    }
    int file;
    long line;
    host *h = host_of(L);
    host_where(L, &file, &line);
    place at = file >= 0 ? sources_place(h->files, file, line, "error") : (place){0};
    fault *own = push_error(L);
    note(L, own, FAULT_RULE, &at, file, text_message("errors are texts: error(\"what is wrong\")"),
         lua_isnil(L, 1) ? text_message("error() was called with nothing")
                         : text_message("error() was called with what is no text"));
    return 1;
}

void raise_text(lua_State *L, int at) {
    const fault *f = raise_test(L, at);
    if (!f) {
        lua_pushvalue(L, at);
        return;
    }
    if (!f->listed) {
        lua_pushliteral(L, "unknown error");
        return;
    }
    const fault_item *it = &f->item[0];
    if (it->file)
        lua_pushfstring(L, "%s:%d: %s", it->file, (int)it->line, it->text ? it->text : "");
    else
        lua_pushstring(L, it->text ? it->text : "");
}
