/* remove { address, … } and add { address, … }: elements of the tree, and leaves that the base has
 * not. */
#include <lauxlib.h>
#include <string.h>

#include "base/suggest.h"
#include "lua/overlay.h"

/* ---- remove ---- */

static void remove_one(overlay *o, const change *c, const char *address) {
    model *m = o->m;
    int element = model_find_element(m, address);
    size_t count;
    if (element == 0) {
        model_fault(m, o->s->f, c->at, address, NULL, "the index itself cannot be removed");
        return;
    }
    if (element > 0) {
        const char *cite = c->cite ? c->cite : o->cite;
        model_remove_element(m, element, cite ? cite : "", c->at, o->s->f);
        overlay_note(o, address, c->at, 1);
        return;
    }
    const size_t *old = overlay_find(o, c, address, &count);
    if (!old) return;
    const md_leaf *l = &m->leaf[*old];
    if (l->element >= 0 && m->element[l->element].indicator && !strcmp(l->name, "weight")) {
        model_fault(m, o->s->f, c->at, address,
                    "set it to another number; remove { } of the indicator takes it out",
                    "an indicator always has a weight");
        return;
    }
    for (size_t k = count; k-- > 0;) model_remove_leaf(m, old[k]);
    overlay_note(o, address, c->at, 1);
}

void overlay_remove(overlay *o, const change *c) {
    size_t n = lua_rawlen(o->L, c->table);
    for (size_t i = 1; i <= n; i++) {
        if (lua_rawgeti(o->L, c->table, (lua_Integer)i) == LUA_TSTRING)
            remove_one(o, c, lua_tostring(o->L, -1));
        else
            model_fault(o->m, o->s->f, c->at, c->word, "remove { \"index.A.A1\", \"params.cap\" }",
                        "remove takes addresses, not a %s", luaL_typename(o->L, -1));
        lua_pop(o->L, 1);
    }
}

/* ---- add ---- */

/* The child of `parent` that `before` names; -1 where none is given, or with a fault. */
static int before_of(overlay *o, const change *c, int parent) {
    static const char *const key = "before";
    const char *id = read_text(o->L, o->s, c->table, key, c->word, c->at, c->address);
    if (!id) return -1;
    suggestion near = suggest_for(id);
    for (int i = parent + 1; i < o->m->elements; i++) {
        const md_element *e = &o->m->element[i];
        if (e->parent != parent) continue;
        if (!strcmp(e->id, id) || !strcmp(e->address, id)) return i;
        suggest_try(&near, e->id);
    }
    const char *best = suggest_best(&near);
    model_fault(o->m, o->s->f, overlay_key(o, c, key), id,
                best ? arena_print(&o->s->memory, "did you mean '%s'?", best) : NULL,
                "'%s' holds no '%s' to stand before", o->m->element[parent].id, id);
    return -1;
}

static void check_new_ids(overlay *o, int from) {
    for (int i = from; i < o->m->elements; i++)
        for (int k = 1; k < i; k++) {
            const md_element *e = &o->m->element[i], *other = &o->m->element[k];
            if (e->label == other->label && *e->id)
                model_fault(o->m, o->s->f, e->at, e->id, NULL,
                            "the id '%s' is given twice, first at %s", e->id,
                            overlay_place(o, other->at));
        }
}

/* The parts from field 2 on become children of an element. */
static void add_parts(overlay *o, const change *c, int parent) {
    lua_State *L = o->L;
    script *s = o->s;
    size_t n = lua_rawlen(L, c->table), faults = s->f->count;
    int before = before_of(o, c, parent), from = o->m->elements;
    if (o->m->element[parent].indicator) {
        model_fault(o->m, s->f, c->at, c->address, "name the group that it is to stand in",
                    "'%s' is an indicator and holds nothing", o->m->element[parent].id);
        return;
    }
    for (size_t i = 2; i <= n; i++) {
        lua_rawgeti(L, c->table, (lua_Integer)i);
        const part *e = part_test(L, -1);
        if (e && (e->kind == 'g' || e->kind == 'i'))
            read_element(L, s, lua_gettop(L), parent, overlay_cite(o, c, parent));
        else
            model_fault(o->m, s->f, e ? e->at : c->at, e ? NULL : c->address,
                        "add { \"index.A\", indicator { … } }, add { \"params.x\", 3 }",
                        "%s is added to '%s' where a group or an indicator is expected",
                        e ? part_word(e->kind) : luaL_typename(L, -1), o->m->element[parent].id);
        lua_pop(L, 1);
    }
    check_new_ids(o, from);
    if (n < 2)
        model_fault(o->m, s->f, c->at, c->address, "add { \"index.A\", indicator { … } }",
                    "nothing is added to '%s'", c->address);
    if (s->f->count == faults)
        model_place_elements(o->m, from, parent, before, s->f);
    else /* what is half there would only be found wanting once more */
        while (from < o->m->elements && model_remove_element(o->m, from, "", c->at, s->f))
            ;
}

/* A new leaf: of an element that can have one and has not, or a parameter. */
static void add_leaf(overlay *o, const change *c) {
    lua_State *L = o->L;
    script *s = o->s;
    model *m = o->m;
    int params = !strncmp(c->address, "params.", 7);
    const char *rest = c->address + (params ? 7 : 0), *path[2] = {"params", rest};
    int owner = params ? -1 : overlay_innermost(o, c->address, &rest), stage = -1;
    size_t n = strcspn(rest, "."), had = m->leaves, count;
    if (!params) {
        path[0] = arena_text(&s->memory, rest, n);
        stage = rest[n] ? model_find_stage(m, rest + n + 1) : -1;
    }
    if (!params && (owner < 0 || !path[0] || !overlay_is_key(o, &m->element[owner], path[0]) ||
                    !strcmp(path[0], "cite") || (rest[n] && stage < 0))) {
        overlay_unknown(o, c, c->address);
        return;
    }
    if (params && (!*rest || strchr(rest, '.'))) {
        model_fault(m, s->f, c->at, c->address, "add { \"params.limits\", { low = 1, high = 2 } }",
                    "'%s' is no name of a parameter", rest);
        return;
    }
    const char *attribute =
        params ? c->address : arena_print(&s->memory, "%s.%s", m->element[owner].address, path[0]);
    const size_t *old = attribute ? overlay_leaves(o, attribute, &count) : NULL;
    for (size_t i = 0; old && i < count; i++)
        if (stage < 0 || m->leaf[old[i]].stage < 0 || m->leaf[old[i]].stage == stage) {
            model_fault(
                m, s->f, c->at, c->address,
                arena_print(&s->memory, "set { \"%s\", … } changes it", m->leaf[old[i]].address),
                "%s is there already, %s at %s", m->leaf[old[i]].address,
                model_leaf_text(m, &m->leaf[old[i]]), overlay_place(o, m->leaf[old[i]].at));
            return;
        }
    lua_pushliteral(L, "before");
    int before = lua_rawget(L, c->table) != LUA_TNIL;
    lua_pop(L, 1);
    if (before || lua_rawlen(L, c->table) != 2) {
        model_fault(m, s->f, before ? overlay_key(o, c, "before") : c->at,
                    before ? "before" : c->address, "add { \"params.x\", 3 }",
                    before ? "%s stands in no order" : "%s needs one value", c->address);
        return;
    }
    lua_rawgeti(L, c->table, 2);
    read_leaf(L, s, owner, c->address, c->at, path, params ? 2 : 1, params ? rest : path[0], rest,
              stage);
    lua_pop(L, 1);
    for (size_t i = had; i < m->leaves; i++) m->leaf[i].cite = overlay_cite(o, c, owner);
}

void overlay_add(overlay *o, const change *c) {
    int parent = model_find_element(o->m, c->address);
    if (parent >= 0)
        add_parts(o, c, parent);
    else
        add_leaf(o, c);
}
