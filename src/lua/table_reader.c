/* Reading the tables of a rule script, with the lines of their keys. */
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "lua/script.h"

md_at path_line(const script *s, const key_path *path) {
    md_at at = path->braces;
    at.line = sources_key(s->m.files, at.file, at.line, path->first, path->key, path->depth);
    return at;
}

key_path path_below(key_path path, const char *key) {
    enum { DEEPEST = sizeof path.key / sizeof *path.key };
    if (path.depth == DEEPEST) path.depth--;
    path.key[path.depth++] = key;
    return path;
}

md_at reader_line(const table_reader *r, const char *key) {
    const key_path path = path_below(r->in, key);
    return path_line(r->s, &path);
}

int reader_field(const table_reader *r, const char *key) { return host_field(r->L, r->at, key); }

typedef struct keyed_line {
    const char *key;
    long line;
} keyed_line;

static int by_line(const void *a, const void *b) {
    const keyed_line *x = a, *y = b;
    return x->line != y->line ? (x->line < y->line ? -1 : 1) : strcmp(x->key, y->key);
}

const char **reader_keys(const table_reader *r, size_t *count) {
    lua_State *L = r->L;
    size_t most = 0, n = 0;
    luaL_checkstack(L, 8, NULL);
    for (lua_pushnil(L); lua_next(L, r->at); lua_pop(L, 1)) most++;
    keyed_line *list = lua_newuserdatauv(L, (most + 1) * (sizeof *list + sizeof(char *)), 0);
    const char **key = (const char **)(list + most + 1);
    for (lua_pushnil(L); lua_next(L, r->at); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING) {
            const char *name = lua_tostring(L, -2);
            list[n++] = (keyed_line){name, reader_line(r, name).line};
        }
    qsort(list, n, sizeof *list, by_line);
    for (size_t i = 0; i < n; i++) key[i] = list[i].key;
    *count = n;
    return key;
}

/* The text at `at`; NULL where there is none, or one with a NUL inside. */
static const char *text_at(lua_State *L, int at) {
    size_t n;
    const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tolstring(L, at, &n) : NULL;
    return text && strlen(text) == n ? text : NULL;
}

static const char *copy_text(script *s, const char *text) {
    const char *own = arena_text(&s->memory, text, strlen(text));
    return own ? own : "";
}

const char *reader_text(const table_reader *r, const char *key) {
    lua_State *L = r->L;
    reader_field(r, key);
    const char *text = text_at(L, -1), *out = text ? copy_text(r->s, text) : NULL;
    if (!text && !lua_isnil(L, -1))
        script_fault(r->s, reader_line(r, key), key, NULL, "%s: `%s` is a %s, not a text", r->what,
                     key, luaL_typename(L, -1));
    lua_pop(L, 1);
    return out;
}

const char *const *reader_texts(const table_reader *r, const char *key, size_t *count) {
    lua_State *L = r->L;
    script *s = r->s;
    const char **out = NULL;
    *count = 0;
    reader_field(r, key);
    if (text_at(L, -1)) {
        out = arena_take(&s->memory, sizeof *out);
        if (out) out[(*count)++] = copy_text(s, text_at(L, -1));
    } else if (lua_istable(L, -1)) {
        size_t n = lua_rawlen(L, -1);
        out = arena_take(&s->memory, (n + 1) * sizeof *out);
        for (size_t i = 1; out && i <= n; i++) {
            lua_rawgeti(L, -1, (lua_Integer)i);
            if (text_at(L, -1))
                out[(*count)++] = copy_text(s, text_at(L, -1));
            else
                script_fault(s, reader_line(r, key), key, NULL,
                             "%s: entry %zu of `%s` is a %s, not a text", r->what, i, key,
                             luaL_typename(L, -1));
            lua_pop(L, 1);
        }
    } else if (!lua_isnil(L, -1)) {
        script_fault(s, reader_line(r, key), key, NULL, "%s: `%s` is a %s, not a list of texts",
                     r->what, key, luaL_typename(L, -1));
    }
    lua_pop(L, 1);
    return out;
}

static int is_known(const char *key, const char *const *known, const char *const *more,
                    size_t mores) {
    int found = suggest_has(known, key);
    for (size_t k = 0; k < mores && !found; k++) found = !strcmp(more[k], key);
    return found;
}

/* Whether all keys are known: then nobody needs their lines. */
static int all_known(const table_reader *r, const char *const *known, const char *const *more,
                     size_t mores) {
    int all = 1;
    luaL_checkstack(r->L, 2, NULL);
    for (lua_pushnil(r->L); lua_next(r->L, r->at); lua_pop(r->L, 1))
        all = all && (lua_type(r->L, -2) != LUA_TSTRING ||
                      is_known(lua_tostring(r->L, -2), known, more, mores));
    return all;
}

void reader_check_keys(const table_reader *r, const char *const *known, const char *const *more,
                       size_t mores) {
    size_t count;
    if (all_known(r, known, more, mores)) return;
    const char **key = reader_keys(r, &count);
    for (size_t i = 0; i < count; i++) {
        if (is_known(key[i], known, more, mores)) continue;
        suggestion near = suggest_for(key[i]);
        for (size_t k = 0; known[k]; k++) suggest_try(&near, known[k]);
        for (size_t k = 0; k < mores; k++) suggest_try(&near, more[k]);
        const char *best = suggest_best(&near);
        script_fault(r->s, reader_line(r, key[i]), key[i],
                     best ? arena_print(&r->s->memory, text_message("did you mean `%s`?"), best)
                          : NULL,
                     "%s has no key `%s`", r->what, key[i]);
    }
    lua_pop(r->L, 1);
}

/* What a function is called: the module's name and its own, read off the line that defines it. */
static const char *function_name(lua_State *L, script *s) {
    lua_Debug ar;
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &ar);
    if (ar.source[0] != '=' || ar.source[1] != '#') return "function of the language";
    int file = atoi(ar.source + 2);
    size_t count, length;
    const source_token *t = sources_tokens(s->m.files, file, &count);
    const char *text = sources_text(s->m.files, file, &length),
               *base = sources_name(s->m.files, file);
    const source_token *name = NULL;
    for (size_t i = 0; i < count && t[i].line <= ar.linedefined; i++) {
        if (t[i].line != ar.linedefined || t[i].to - t[i].from != 8 ||
            memcmp(text + t[i].from, "function", 8) != 0)
            continue;
        size_t k = i + 1;
        while (k < count && t[k].kind == TOKEN_NAME) { /* function M.ratio */
            name = &t[k];
            k += k + 1 < count && text[t[k + 1].from] == '.' && t[k + 1].to - t[k + 1].from == 1
                     ? 2
                     : 1;
            if (name != &t[k - 2]) break;
        }
        if (!name && i >= 2 && text[t[i - 1].from] == '=' && t[i - 2].kind == TOKEN_NAME)
            name = &t[i - 2]; /* ratio = function */
        break;
    }
    const char *slash = strrchr(base, '/');
    base = slash ? slash + 1 : base;
    size_t n = strlen(base);
    if (n > 4 && !strcmp(base + n - 4, ".lua")) n -= 4;
    if (!name) return arena_print(&s->memory, "function at %.*s:%d", (int)n, base, ar.linedefined);
    int letters = (int)(name->to - name->from);
    if (host_is_edition(s->h, file))
        return arena_print(&s->memory, "%.*s", letters, text + name->from);
    return arena_print(&s->memory, "%.*s.%.*s", (int)n, base, letters, text + name->from);
}

/* A date written date "2011-06-30", or another constant: an array of one value that is no
 * formula. */
static int constant(lua_State *L, script *s, md_value *out) {
    const host_array *a = host_test(L, -1);
    const ex_node *n = a ? ex_get(s->h->graph, a->node) : NULL;
    if (!n || n->op != EX_source || n->axes) return 0;
    const ex_values *v = ex_values_of(s->h->graph, a->node);
    if (v->origin != EX_LITERAL || !v->value || !(*v->value == *v->value)) return 0;
    out->number = *v->value;
    out->kind = n->kind == EX_DATE    ? MD_DATE
                : n->kind == EX_TRUTH ? MD_TRUTH
                : n->kind == EX_TEXT  ? MD_TEXT
                                      : MD_NUMBER;
    if (out->kind == MD_TEXT) out->text = pool_text(s->h->strings, (uint32_t)*v->value);
    return 1;
}

int read_value(lua_State *L, script *s, int functions, md_value *out) {
    *out = (md_value){MD_NUMBER, NAN, NULL};
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER: out->number = lua_tonumber(L, -1); return isfinite(out->number);
    case LUA_TBOOLEAN:
        out->kind = MD_TRUTH;
        out->number = lua_toboolean(L, -1);
        return 1;
    case LUA_TSTRING:
        out->kind = MD_TEXT;
        out->text = text_at(L, -1);
        return out->text != NULL;
    case LUA_TFUNCTION:
        out->kind = MD_METHOD;
        out->text = functions ? function_name(L, s) : NULL;
        return out->text != NULL;
    case LUA_TUSERDATA: return constant(L, s, out);
    default: return 0;
    }
}
