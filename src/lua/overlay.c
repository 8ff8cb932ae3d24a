/* What extend { … } holds: set, remove and add, applied to the model in the order written, and keys
 * that say anew what the base says. Later ones see what earlier ones made. */
#include "lua/overlay.h"

#include <lauxlib.h>
#include <string.h>

const char *overlay_place(const overlay *o, md_at at) {
    const char *text =
        arena_print(&o->s->memory, "%s:%ld", sources_name(o->m->files, at.file), at.line);
    return text ? text : "";
}

md_at overlay_key(const overlay *o, const change *c, const char *key) {
    return key_at(o->s, c->at, c->address, &key, 1);
}

void overlay_note(overlay *o, const char *address, md_at at, int removed) {
    if (o->deeds == o->room) {
        size_t room = o->room ? 2 * o->room : 64;
        deed *grown = arena_take(&o->s->memory, room * sizeof *grown);
        if (!grown) {
            fault_memory(o->s->f);
            return;
        }
        if (o->deeds) memcpy(grown, o->deed, o->deeds * sizeof *grown);
        o->deed = grown;
        o->room = room;
    }
    o->deed[o->deeds++] = (deed){address, at, removed};
}

int overlay_within(const char *inner, const char *address) {
    size_t n = strlen(address);
    return !strncmp(inner, address, n) && (!inner[n] || inner[n] == '.');
}

const char *overlay_cite(const overlay *o, const change *c, int element) {
    const char *own = element >= 0 ? o->m->element[element].cite : o->m->cite;
    return c->cite ? c->cite : o->cite ? o->cite : own;
}

static void apply(overlay *o, int at) {
    static const char *const set_keys[] = {"was", "cite", NULL};
    static const char *const remove_keys[] = {"cite", NULL};
    static const char *const add_keys[] = {"before", "cite", NULL};
    lua_State *L = o->L;
    script *s = o->s;
    const part *e = part_test(L, at);
    lua_getiuservalue(L, at, 1);
    change c = {.table = lua_gettop(L), .word = part_word(e->kind), .at = e->at};
    size_t n;
    lua_rawgeti(L, c.table, 1);
    c.address = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &n) : NULL;
    if (!c.address || !n || strlen(c.address) != n) {
        model_fault(o->m, s->f, c.at, c.word,
                    lua_istable(L, -1)
                        ? "one leaf in each set { … }"
                        : "addresses look like \"index.A.A1.weight\", \"params.cap\"",
                    "%s without an address", c.word);
        lua_settop(L, c.table - 1);
        return;
    }
    c.address = arena_text(&s->memory, c.address, n);
    if (!c.address) {
        fault_memory(s->f);
        return;
    }
    c.at = key_at(s, c.at, c.address, NULL, 0);
    read_unknown(L, s, c.table, c.word, c.at, c.address, NULL, 0,
                 e->kind == 's'   ? set_keys
                 : e->kind == 'r' ? remove_keys
                                  : add_keys,
                 NULL, 0);
    c.cite = read_text(L, s, c.table, "cite", c.word, c.at, c.address);
    if (e->kind == 's')
        overlay_set(o, &c);
    else if (e->kind == 'r')
        overlay_remove(o, &c);
    else
        overlay_add(o, &c);
    lua_settop(L, c.table - 1);
}

/* A group that lost all that was in it; told where it happened. */
static void check_emptied(overlay *o) {
    const model *m = o->m;
    for (int i = 0; i < m->elements; i++) {
        const md_element *e = &m->element[i];
        if (e->indicator || (i + 1 < m->elements && m->element[i + 1].parent == i)) continue;
        for (size_t k = o->deeds; k-- > 0;)
            if (o->deed[k].removed && overlay_within(o->deed[k].address, e->address)) {
                model_fault(m, o->s->f, o->deed[k].at, o->deed[k].address,
                            i ? arena_print(&o->s->memory, "remove { \"%s\" }", e->address) : NULL,
                            "%s '%s' is left without indicators", i ? "group" : "the index", e->id);
                break;
            }
    }
}

/* base(a): the outputs of the edition before. Upvalue 1: its compute. */
static int base_outputs(lua_State *L) {
    if (lua_isnoneornil(L, 1))
        return host_error(L, "base", "local r = base(a)", "base takes what compute was given");
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, 1, 1);
    if (!lua_istable(L, 1))
        return host_error(L, "base", NULL, "the compute of the base returns %s, not a table",
                          lua_isnil(L, 1) ? "nothing" : luaL_typename(L, 1));
    host_strict(L, 1, "what base returns");
    return 1;
}

/* Upvalues: compute of an overlay, base_outputs of the edition before. */
static int compute_upon(lua_State *L) {
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_call(L, 2, 1);
    return 1;
}

static void read_compute(lua_State *L, script *s) {
    const char *key = "compute";
    md_at at = key_at(s, s->m.at, NULL, &key, 1);
    lua_pushstring(L, key);
    if (lua_rawget(L, 1) == LUA_TFUNCTION) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, s->compute);
        lua_pushcclosure(L, base_outputs, 1);
        lua_pushcclosure(L, compute_upon, 2);
        luaL_unref(L, LUA_REGISTRYINDEX, s->compute);
        s->compute = luaL_ref(L, LUA_REGISTRYINDEX);
        s->compute_at = at;
        return;
    }
    if (!lua_isnil(L, -1))
        model_fault(&s->m, s->f, at, key, "compute = function(a, base) … return base(a) end",
                    "`compute` is a %s, not a function", luaL_typename(L, -1));
    lua_pop(L, 1);
}

static const char *const overlay_keys[] = {
    "id",         "title",   "cite", "focus",  "status", "note",    "stages", "data",      "levels",
    "attributes", "compute", "show", "titles", "units",  "outputs", "lang",   "statement", NULL};
/* What an assessment declares in tables, and an overlay one by one. */
static const char *const declared[][2] = {
    {"params", "set { \"params.cap\", 120 } changes one, add { \"params.x\", 3 } adds one"},
    {"index", "set, remove and add change the index"},
};

static void refuse_declared(lua_State *L, script *s) {
    for (size_t i = 0; i < sizeof declared / sizeof *declared; i++) {
        const char *key = declared[i][0];
        lua_pushstring(L, key);
        if (lua_rawget(L, 1) != LUA_TNIL)
            model_fault(&s->m, s->f, key_at(s, s->m.at, NULL, &key, 1), key, declared[i][1],
                        "an overlay does not give `%s` as a whole", key);
        lua_pop(L, 1);
    }
}

int read_overlay(lua_State *L) {
    script *s = lua_touserdata(L, 2);
    const char *known[] = {"params", "index"};
    s->m.at = part_test(L, 1)->at;
    s->broken = 1; /* until all went well */
    lua_settop(L, 1);
    lua_getiuservalue(L, 1, 1);
    lua_rawgeti(L, -1, 2);
    lua_replace(L, 1);
    lua_settop(L, 1);
    read_unknown(L, s, 1, "extend", s->m.at, NULL, NULL, 0, overlay_keys, known, 2);
    refuse_declared(L, s);
    read_alike(L, s);
    read_stages_of(L, s, model_change_stage);
    lua_pushliteral(L, "cite");
    overlay o = {.L = L, .s = s, .m = &s->m};
    if (lua_rawget(L, 1) == LUA_TSTRING) o.cite = s->m.cite;
    size_t n = lua_rawlen(L, 1), before = s->f->count;
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i);
        const part *e = part_test(L, -1);
        if (e && strchr("srd", e->kind))
            apply(&o, lua_gettop(L));
        else
            model_fault(&s->m, s->f, e ? e->at : s->m.at, e ? part_word(e->kind) : "extend",
                        e && strchr("gi", e->kind) ? "add { \"index.A\", indicator { … } }" : NULL,
                        "extend { … } holds %s where set, remove or add is expected",
                        e ? part_word(e->kind) : luaL_typename(L, -1));
        lua_settop(L, 1);
    }
    if (s->f->count == before) check_emptied(&o);
    read_compute(L, s);
    s->broken = s->f->count > 0;
    return 0;
}
