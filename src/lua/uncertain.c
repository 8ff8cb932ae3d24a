/* uncertain = { { "params.cap", uniform = { 90, 120 }, why = "…" }, … }: what may be otherwise. */
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/suggest.h"
#include "base/text.h"
#include "lua/script.h"

typedef struct entry_reader {
    table_reader table; /* of the entry */
    script *s;
    uncertain_value *value;
    size_t values, cap;
    const char *address;
    md_at at;
} entry_reader;

/* The number, text or truth on top of the stack becomes a value. 0 where it is none. */
static int take_value(lua_State *L, entry_reader *r, const char *name) {
    char buffer[32];
    uncertain_value v = {.name = name, .number = NAN};
    size_t length = 0;
    const char *text = buffer;
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
        v.number = lua_tonumber(L, -1);
        length = decimal_write(v.number, buffer);
        break;
    case LUA_TBOOLEAN:
        text = lua_toboolean(L, -1) ? "true" : "false";
        length = strlen(text);
        break;
    case LUA_TSTRING: text = lua_tolstring(L, -1, &length); break;
    default: return 0;
    }
    v.text = arena_text(&r->s->memory, text, length);
    if (r->values == r->cap) { /* an error of Lua may end all this: the arena is the script's */
        size_t cap = r->cap ? 2 * r->cap : 8;
        uncertain_value *more = arena_take(&r->s->memory, cap * sizeof *more);
        if (more && r->values) memcpy(more, r->value, r->values * sizeof *more);
        r->cap = more ? cap : r->cap;
        r->value = more ? more : r->value;
    }
    if (!v.text || r->values == r->cap) {
        fault_memory(r->s->f);
        return 1;
    }
    r->value[r->values++] = v;
    return 1;
}

/* The value of a key: one, a list, or a table of options. */
static void take_values(lua_State *L, entry_reader *r, const char *name) {
    int fine = lua_istable(L, -1) || take_value(L, r, name), table = lua_gettop(L);
    if (lua_istable(L, table)) {
        for (lua_Integer i = 1; fine && i <= (lua_Integer)lua_rawlen(L, table); i++) {
            lua_rawgeti(L, table, i);
            fine = take_value(L, r, name);
            lua_settop(L, table);
        }
        size_t count;
        const table_reader options = {L, r->s, table, "uncertain", r->table.in};
        const char **key = reader_keys(&options, &count);
        for (size_t i = 0; fine && !*name && i < count; i++) {
            const char *own = arena_text(&r->s->memory, key[i], strlen(key[i]));
            host_field(L, table, key[i]);
            if (own) take_values(L, r, own);
            lua_settop(L, table + 1);
        }
        lua_settop(L, table);
    }
    if (!fine)
        model_fault(&r->s->m, r->s->f, r->at, r->address, NULL,
                    "'%s': the values are numbers or texts, not a %s", r->address,
                    luaL_typename(L, -1));
}

/* The key that says how it varies; UNCERTAIN_KINDS, with the fault, where there is none, or two. */
static uncertain_kind find_kind(entry_reader *r, const char **key, size_t count) {
    uncertain_kind kind = UNCERTAIN_KINDS;
    suggestion near = suggest_for("");
    for (size_t i = 0; i < count; i++) {
        uncertain_kind k = uncertain_kind_of(key[i]);
        if (k == UNCERTAIN_KINDS) {
            near = suggest_for(key[i]);
            continue;
        }
        if (kind != UNCERTAIN_KINDS) {
            model_fault(&r->s->m, r->s->f, r->at, key[i], NULL,
                        "'%s' varies in two ways: %s and %s", r->address,
                        uncertain_records[kind].name, key[i]);
            return UNCERTAIN_KINDS;
        }
        kind = k;
    }
    if (kind == UNCERTAIN_KINDS) {
        for (int k = 0; k < UNCERTAIN_KINDS; k++) suggest_try(&near, uncertain_records[k].name);
        const char *hint = suggest_text(&r->s->memory, suggest_best(&near));
        model_fault(&r->s->m, r->s->f, r->at, r->address, hint ? hint : "uniform = { 90, 120 }",
                    "'%s' does not say how it varies", r->address);
    }
    return kind;
}

static void read_entry(lua_State *L, entry_reader *r) {
    script *s = r->s;
    int entry = r->table.at;
    size_t count;
    const char **key = reader_keys(&r->table, &count), *why = reader_text(&r->table, "why");
    uncertain_entry e = {.address = r->address,
                         .kind = find_kind(r, key, count),
                         .why = why ? why : "",
                         .at = r->at};
    if (e.kind == UNCERTAIN_KINDS) return;
    host_field(L, entry, uncertain_records[e.kind].name);
    take_values(L, r, "");
    for (size_t i = 0; i < count; i++) {
        const char *own = arena_text(&s->memory, key[i], strlen(key[i]));
        if (!own || !strcmp(own, "why") || uncertain_kind_of(own) == e.kind) continue;
        host_field(L, entry, own);
        take_values(L, r, own);
        lua_pop(L, 1);
    }
    e.value = r->value;
    e.values = r->values;
    if (!s->f->count) uncertain_add(&s->uncertain, &e, &s->m, s->f);
}

void read_uncertain(const table_reader *of) {
    static const char key[] = "uncertain";
    lua_State *L = of->L;
    script *s = of->s;
    md_at at = reader_line(of, key);
    int top = lua_gettop(L), type = reader_field(of, key);
    if (type != LUA_TTABLE && type != LUA_TNIL)
        script_fault(s, at, key, "uncertain = { { \"params.cap\", uniform = { 90, 120 } } }",
                     "`uncertain` is a %s, not a list", luaL_typename(L, -1));
    size_t n = type == LUA_TTABLE ? lua_rawlen(L, -1) : 0;
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(L, top + 1, (lua_Integer)i);
        const char *address = NULL;
        if (lua_istable(L, -1) && lua_rawgeti(L, -1, 1) == LUA_TSTRING)
            address = arena_text(&s->memory, lua_tostring(L, -1), lua_rawlen(L, -1));
        if (!address) {
            script_fault(s, at, key, "{ \"params.cap\", uniform = { 90, 120 } }",
                         "entry %zu of `uncertain` does not begin with an address", i);
        } else {
            entry_reader r = {.table = {L, s, top + 2, key, {.braces = at, .first = address}},
                              .s = s,
                              .address = address};
            r.at = r.table.in.braces = path_line(s, &r.table.in);
            read_entry(L, &r);
        }
        lua_settop(L, top + 1);
    }
    lua_settop(L, top);
}
