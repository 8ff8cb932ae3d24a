/* Errors of scripts: how they are raised, what Lua's own are turned into (see inside.h), and where
 * the script stands. */
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
    static const luaL_Reg fields[] = {{"__gc", error_release}, {NULL, NULL}};
    host_metatable(L, "error", fields, &error_key);
}

static fault *push_error(lua_State *L) {
    fault *f = lua_newuserdatauv(L, sizeof *f, 0);
    *f = FAULT_INIT;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &error_key);
    lua_setmetatable(L, -2);
    return f;
}

fault *raise_test(lua_State *L, int at) { return host_userdata(L, at, &error_key); }

fault *host_fault(lua_State *L) {
    fault *f = &host_of(L)->scratch;
    fault_release(f);
    return f;
}

/* ---- where the script stands ---- */

/* The file and line of the frame at a level, if it is a Lua function of a rule file. */
static int frame(lua_State *L, lua_Debug *ar, int *file, long *line) {
    lua_getinfo(L, "Slu", ar);
    if (ar->currentline <= 0 || ar->source[0] != '=' || ar->source[1] != '#') return 0;
    *file = 0;
    for (const char *digit = ar->source + 2; *digit >= '0' && *digit <= '9'; digit++)
        *file = 10 * *file + (*digit - '0');
    *line = ar->currentline;
    return 1;
}

/* host_where from a level of the stack on. */
static int where_from(lua_State *L, int level, int *file, long *line) {
    lua_Debug ar;
    for (; lua_getstack(L, level, &ar); level++)
        if (frame(L, &ar, file, line)) return 1;
    *file = -1;
    *line = 0;
    return 0;
}

int host_where(lua_State *L, int *file, long *line) { return where_from(L, 0, file, line); }

md_at where_now(lua_State *L) {
    md_at at;
    host_where(L, &at.file, &at.line);
    return at;
}

place where_place(const host *h, md_at at, const char *token) {
    return at.file >= 0 ? sources_place(h->files, at.file, at.line, token) : (place){0};
}

place host_place(lua_State *L, const char *token) {
    return where_place(host_of(L), where_now(L), token);
}

/* Where a method runs (a file that is not the main rule file or one it extends): the line of the
 * rule file that called it, and the name it is called by there, or NULL; valid as long as the call.
 * 0 where none runs. */
static int where_called_from(lua_State *L, int file, int *main, long *line, const char **name) {
    const host *h = host_of(L);
    *main = -1;
    *name = NULL;
    if (file < 0 || host_is_edition(h, file)) return 0;
    lua_Debug ar, inner;
    for (int level = 0; lua_getstack(L, level, &ar); level++)
        if (frame(L, &ar, main, line) && host_is_edition(h, *main)) {
            if (level && lua_getstack(L, level - 1, &inner) && lua_getinfo(L, "n", &inner))
                *name = inner.name;
            return 1;
        }
    return 0;
}

place where_caller(lua_State *L, int *method, long *method_line) {
    const host *h = host_of(L);
    int main;
    long line;
    const char *name;
    if (!host_where(L, method, method_line)) return (place){0};
    if (where_called_from(L, *method, &main, &line, &name))
        return sources_place(h->files, main, line, name);
    place at = sources_place(h->files, *method, *method_line, NULL);
    *method = -1;
    return at;
}

int where_main(lua_State *L, int *file, long *line) {
    const char *name;
    int innermost, main;
    long at;
    if (!host_where(L, &innermost, &at)) return 0;
    if (!where_called_from(L, innermost, &main, line, &name)) {
        *line = at;
        main = innermost;
    }
    *file = main;
    return 1;
}

/* The variables of a function that runs keep arrays: what they are called is what an explanation
 * calls these. Parameters are what somebody else calls by a name of his own. */
static void name_locals(lua_State *L, const host *h, const lua_Debug *ar, int rules) {
    const char *name;
    for (int i = ar->nparams + 1; (name = lua_getlocal(L, ar, i)) != NULL; i++) {
        const host_array *x = *name == '(' || *name == '_' ? NULL : host_test(L, -1);
        if (x && x->node) ex_call(h->graph, x->node, name, rules);
        lua_pop(L, 1);
    }
}

/* Every operation of a formula is marked: the stack is gone through once for all that is to be
 * known, as far as the rule file. */
void host_mark(lua_State *L) {
    enum { LEVELS = 8 };
    const host *h = host_of(L);
    lua_Debug ar, inner;
    md_at innermost = {.file = -1}, caller = {.file = -1}; /* where a rule file called a method */
    const char *name = NULL;
    int reached = 0; /* a rule file */
    for (int level = 0; (level < LEVELS || !reached) && lua_getstack(L, level, &ar); level++) {
        md_at at;
        if (!frame(L, &ar, &at.file, &at.line)) continue;
        const int rules = host_is_edition(h, at.file);
        if (rules && !reached && innermost.file >= 0) {
            caller = at;
            if (lua_getstack(L, level - 1, &inner) && lua_getinfo(L, "n", &inner))
                name = inner.name;
        }
        reached |= rules;
        if (innermost.file < 0) innermost = at;
        if (level < LEVELS) name_locals(L, h, &ar, rules);
    }
    if (innermost.file >= 0) ex_mark(h->graph, (uint32_t)innermost.file, (int32_t)innermost.line);
    if (caller.file >= 0)
        ex_mark_from(h->graph, (uint32_t)caller.file, (int32_t)caller.line,
                     name ? sources_column(h->files, caller.file, caller.line, name) : 0);
    note_mark(L);
}

/* ---- raising ---- */

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

/* The first 'quoted' word of a message is what it is about: the caret goes there, if it is on the
 * line. */
static const char *where_about(lua_State *L, md_at at, const char *text, char word[80]) {
    const char *from = text ? strchr(text, '\'') : NULL;
    const char *to = from ? strchr(from + 1, '\'') : NULL;
    if (!to || to == from + 1 || to - from > 79) return NULL;
    memcpy(word, from + 1, (size_t)(to - from) - 1);
    word[to - from - 1] = 0;
    return sources_column(host_of(L)->files, at.file, at.line, word) ? word : NULL;
}

int host_raise(lua_State *L, fault *f) {
    luaL_checkstack(L, 4, NULL);
    host *h = host_of(L);
    fault *own = push_error(L);
    md_at now = where_now(L);
    own->kind = f->kind;
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        char word[80];
        if (it->file) {
            place there = {it->file, it->line, it->column, it->field, it->excerpt, NULL, it->cell};
            note(L, own, f->kind, &there, -1, it->hint, it->text);
        } else {
            place here = where_place(h, now, where_about(L, now, it->text, word));
            note(L, own, f->kind, &here, now.file, it->hint, it->text);
        }
    }
    own->count = f->count;
    fault_release(f);
    return lua_error(L);
}

int raise_at(lua_State *L, int level, const char *token, const char *hint, const char *text) {
    md_at where;
    luaL_checkstack(L, 4, NULL);
    where_from(L, level, &where.file, &where.line);
    place at = where_place(host_of(L), where, token);
    fault *own = push_error(L);
    note(L, own, FAULT_RULE, &at, where.file, text_message(hint), text);
    return lua_error(L);
}

int host_error(lua_State *L, const char *token, const char *hint, const char *format, ...) {
    /* The text goes through the scratch fault, so that nothing is lost when Lua has no memory. */
    fault *f = host_fault(L);
    va_list args;
    va_start(args, format);
    fault_vat(f, FAULT_RULE, NULL, NULL, format, args);
    va_end(args);
    const char *text = f->listed ? f->item[0].text : NULL;
    char word[80];
    md_at now = where_now(L);
    if (!token) token = where_about(L, now, text, word);
    raise_at(L, 0, token, hint, text);
    return 0;
}

const char *host_hint(lua_State *L, const char *best) {
    return best ? lua_pushfstring(L, text_message("did you mean '%s'?"), best) : NULL;
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
    place at = where_place(h, (md_at){file, line}, *found.token ? found.token : NULL);
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
    md_at now = where_now(L);
    place at = where_place(host_of(L), now, "error");
    fault *own = push_error(L);
    note(L, own, FAULT_RULE, &at, now.file,
         text_message("errors are texts: error(\"what is wrong\")"),
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
    const char *text = it->text ? it->text : "";
    if (it->file && it->line)
        lua_pushfstring(L, "%s:%d: %s", it->file, (int)it->line, text);
    else if (it->file)
        lua_pushfstring(L, "%s: %s", it->file, text);
    else
        lua_pushstring(L, text);
}

/* ---- messages that scripts give to error, warn and refuse ---- */

/* The text in the language of messages if a method of ours gives it: those are in the catalogue. */
static const char *look_up(lua_State *L, const char *text) {
    return sources_is_library(host_of(L)->files, where_now(L).file) ? text_message(text) : text;
}

/* How many values the format takes. */
static int conversions(const char *format) {
    int n = 0;
    for (; (format = strchr(format, '%')); format++)
        if (*++format != '%') n++;
    return n;
}

/* Pushes string.format of the list at `at`, whose first entry, the format, is on top of the stack.
 */
static void fill_format(lua_State *L, int at) {
    int format = lua_gettop(L), values = conversions(lua_tostring(L, format));
    luaL_checkstack(L, values + 8, NULL);
    sandbox_own(L);
    host_field(L, -1, "string");
    lua_getfield(L, -1, "format");
    lua_replace(L, format + 1);
    lua_settop(L, format + 1);
    lua_pushstring(L, look_up(L, lua_tostring(L, format)));
    for (int i = 0; i < values; i++) {
        lua_rawgeti(L, at, i + 2);
        if (lua_istable(L, -1) && raise_message(L, -1)) lua_remove(L, -2);
    }
    lua_call(L, values + 1, 1);
    lua_remove(L, format);
}

/* Pushes the messages of the list at `at`, one behind the other. */
static int join_messages(lua_State *L, int at) {
    int top = lua_gettop(L), n = (int)lua_rawlen(L, at);
    luaL_checkstack(L, 8, NULL);
    lua_pushliteral(L, "");
    for (int i = 1; i <= n; i++) {
        lua_pushstring(L, i > 1 ? text_message("; ") : "");
        lua_rawgeti(L, at, i);
        if (!raise_message(L, -1)) {
            lua_settop(L, top);
            return 0;
        }
        lua_remove(L, -2);
        lua_concat(L, 3);
    }
    return 1;
}

int raise_message(lua_State *L, int at) {
    at = lua_absindex(L, at);
    if (lua_type(L, at) == LUA_TSTRING) {
        lua_pushstring(L, look_up(L, lua_tostring(L, at)));
        return 1;
    }
    if (lua_type(L, at) != LUA_TTABLE) return 0;
    luaL_checkstack(L, 8, NULL);
    int first = lua_rawgeti(L, at, 1);
    if (first == LUA_TSTRING) {
        fill_format(L, at);
        return 1;
    }
    lua_pop(L, 1);
    return first == LUA_TTABLE && join_messages(L, at);
}
