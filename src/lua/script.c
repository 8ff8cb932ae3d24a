/* The script: the parts of an assessment, which its constructors return, and its facts. */
#include <lauxlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "lua/inside.h"
#include "lua/script.h"

/* ---- parts ---- */

static const char part_key = 0; /* registry: the metatable of what constructors return */

const char *part_word(part_kind kind) {
    static const char *const word[PARTS] = {"assessment", "index",  "group", "indicator", "extend",
                                            "set",        "remove", "add",   "figure"};
    return word[kind];
}

part *part_test(lua_State *L, int at) { return host_userdata(L, at, &part_key); }

void part_push(lua_State *L, part_kind kind, md_at at) {
    part *e = lua_newuserdatauv(L, sizeof *e, 1);
    *e = (part){kind, at};
    lua_rawgetp(L, LUA_REGISTRYINDEX, &part_key);
    lua_setmetatable(L, -2);
    lua_insert(L, -2);
    lua_setiuservalue(L, -2, 1);
}

static const char *example_of(part_kind kind) {
    return kind == PART_ASSESSMENT ? "assessment { id = …, compute = … }"
           : kind == PART_SET      ? "set { \"index.A.A1.weight\", 3, was = 4, cite = \"…\" }"
           : kind == PART_REMOVE   ? "remove { \"index.A.A1\", cite = \"…\" }"
           : kind == PART_ADD      ? "add { \"index.A\", indicator { … }, cite = \"…\" }"
           : kind == PART_FIGURE   ? "figure { \"observed\", unit = \"Shahe\", 38, was = 61 }"
                                   : text_message("an id, a name, attributes, then what is inside");
}

static int construct(lua_State *L) {
    part_kind kind = (part_kind)lua_tointeger(L, lua_upvalueindex(1));
    const char *word = part_word(kind);
    if (!lua_istable(L, 1))
        return host_error(L, word, example_of(kind), "%s { … } takes a table, not a %s", word,
                          luaL_typename(L, 1));
    lua_settop(L, 1);
    md_at at = where_now(L);
    part_push(L, kind, at);
    return 1;
}

static int refuse_field(lua_State *L) {
    part *e = lua_touserdata(L, 1);
    return host_error(L, NULL, "keep the table in a local of its own to look into it",
                      "what %s { … } returns has no fields", part_word(e->kind));
}

void parts_open(lua_State *L) {
    static const luaL_Reg fields[] = {
        {"__index", refuse_field}, {"__newindex", refuse_field}, {NULL, NULL}};
    host_metatable(L, "part of an assessment", fields, &part_key);
    for (part_kind k = 0; k < PARTS; k++) {
        if (k == PART_EXTEND) continue; /* extend.c */
        lua_pushinteger(L, k);
        lua_pushcclosure(L, construct, 1);
        lua_setfield(L, -2, part_word(k));
    }
}

/* ---- the script ---- */

script *script_open(host *h, fault *notes, fault *f) {
    script *s = mem_zero(1, sizeof *s);
    if (!s) {
        fault_memory(f);
        return NULL;
    }
    s->h = h;
    s->compute = LUA_NOREF;
    s->functions = LUA_NOREF;
    s->methods = LUA_NOREF;
    model_open(&s->m, h->strings, h->space, h->files);
    datasets_open(&s->data, &s->m);
    s->data.notes = notes;
    h->model = s;
    return s;
}

void script_close(script *s) {
    if (!s) return;
    s->h->model = NULL;
    datasets_close(&s->data);
    model_close(&s->m);
    ax_close(s->own_space);
    arena_release(&s->memory);
    mem_free(s->fact);
    mem_free(s->uncertain.item);
    mem_free(s->taken);
    mem_free(s->output);
    mem_free(s);
}

int script_declares(const script *s, const char *attribute) {
    for (size_t i = 0; i < s->attributes; i++)
        if (!strcmp(s->attribute[i], attribute)) return 1;
    return 0;
}

script *script_of(lua_State *L) {
    script *s = host_of(L)->model;
    if (!s) host_error(L, NULL, NULL, "there is no assessment to belong to");
    return s;
}

const char *script_fact_of(const script *s, const char *name) {
    for (size_t i = 0; i < s->facts; i++)
        if (!strcmp(s->fact[i].name, name)) return s->fact[i].text;
    return "";
}

md_at script_fact_at(const script *s, const char *name) {
    for (size_t i = 0; i < s->facts; i++)
        if (!strcmp(s->fact[i].name, name)) return s->fact[i].at;
    return s->m.at;
}

void script_add_fact(script *s, const char *prefix, const char *name, const char *text, md_at at) {
    const char *full = arena_print(&s->memory, "%s%s", prefix, name);
    size_t i = 0;
    while (full && i < s->facts && strcmp(s->fact[i].name, full) != 0) i++;
    if (!full || !MEM_RESERVE(s->fact, i + 1, s->fact_cap)) {
        fault_memory(s->f);
        return;
    }
    s->fact[i] = (script_fact){full, text, at};
    s->facts += i == s->facts;
}

void script_drop_facts(script *s, const char *beginning) {
    size_t kept = 0;
    for (size_t i = 0; i < s->facts; i++)
        if (strncmp(s->fact[i].name, beginning, strlen(beginning)) != 0)
            s->fact[kept++] = s->fact[i];
    s->facts = kept;
}

/* ---- editions ---- */

static int edition_of(const script *s, int file) {
    int i = s->first;
    while (i < s->h->editions && s->h->edition[i] != file) i++;
    return i;
}

int script_outgrown(const script *s, md_at at) {
    int own = edition_of(s, at.file);
    return own < s->h->editions && own > edition_of(s, s->compute_at.file);
}
