/* set { address, value, was = … }: another value for leaves of the base. */
#include <lauxlib.h>
#include <string.h>

#include "lua/overlay.h"

/* The leaves at an address or, where it has several ends, below it; not those of an element inside.
 */
const size_t *overlay_leaves(const overlay *o, const char *address, size_t *count) {
    const model *m = o->m;
    size_t n = 0;
    for (size_t i = 0; i < m->leaves; i++) n += (size_t)overlay_within(m->leaf[i].address, address);
    size_t *out = arena_take(&o->s->memory, (n + 1) * sizeof *out);
    *count = 0;
    for (size_t i = 0; out && i < m->leaves && *count < n; i++)
        if (overlay_within(m->leaf[i].address, address)) out[(*count)++] = i;
    return out;
}

/* What an address says now: "4", or "stage1 = 47, stage2 = 25". */
static const char *now(const overlay *o, const char *address, const size_t *old, size_t count) {
    const char *text = "";
    for (size_t i = 0; i < count && text; i++) {
        const md_leaf *l = &o->m->leaf[old[i]];
        const char *end = l->address + strlen(address), *value = model_leaf_text(o->m, l);
        text = *end ? arena_print(&o->s->memory, "%s%s%s = %s", text, i ? ", " : "", end + 1, value)
                    : value;
    }
    return text ? text : "";
}

static const char *kind_text(md_kind k) {
    static const char *const text[] = {"a number", "a truth", "a text", "a date", "a function"};
    return text[k];
}

static int same_value(const md_value *a, const md_value *b) {
    if (a->kind != b->kind) return 0;
    return a->kind == MD_TEXT || a->kind == MD_METHOD ? !strcmp(a->text, b->text)
                                                      : a->number == b->number;
}

/* Reads the value on top of the stack as that of the leaf or leaves `old`, into `taken`. */
static int take_value(overlay *o, const change *c, const char *key, const size_t *old) {
    script *s = o->s;
    const md_leaf *l = &o->m->leaf[*old];
    int owner = l->element, exact = !strcmp(l->address, c->address);
    const char *address = c->address + (owner >= 0 ? strlen(o->m->element[owner].address) : 6) + 1;
    const char *name = exact ? l->name : address;
    const char *path[2] = {"params", address};
    md_at at = key ? overlay_key(o, c, key) : c->at;
    size_t before = s->f->count, depth = owner >= 0 ? 1 : 2;
    int stage = exact ? l->stage : -1;
    if (owner >= 0) {
        path[0] = arena_text(&s->memory, address, strcspn(address, "."));
        if (!path[0]) return fault_memory(s->f);
        if (exact && strchr(address, '.') && lua_istable(o->L, -1))
            return model_fault(o->m, s->f, at, key ? key : address, NULL, "%s is %s, not a table",
                               c->address, kind_text(l->value.kind));
    }
    s->takens = 0;
    s->taking = 1;
    read_leaf(o->L, s, owner, c->address, at, path, depth, name, address, stage);
    s->taking = 0;
    return s->f->count == before;
}

/* `was`: what the base said when this was written. */
static int check_was(overlay *o, const change *c, const size_t *old, size_t count) {
    lua_State *L = o->L;
    lua_pushliteral(L, "was");
    lua_rawget(L, c->table);
    md_value v;
    md_kind kind = o->m->leaf[*old].value.kind;
    int given = !lua_isnil(L, -1), fine = 1;
    if (given && read_value(L, o->s, 1, &v) && v.kind != kind)
        fine =
            model_fault(o->m, o->s->f, overlay_key(o, c, "was"), "was", NULL,
                        "was is %s, but %s is %s", kind_text(v.kind), c->address, kind_text(kind));
    fine = fine && (!given || take_value(o, c, "was", old));
    lua_pop(L, 1);
    if (!given || !fine) return fine;
    const script *s = o->s;
    size_t same = 0;
    const char *said = "";
    for (size_t i = 0; i < s->takens; i++) {
        const script_leaf *t = &s->taken[i];
        for (size_t k = 0; k < count; k++)
            same += !strcmp(o->m->leaf[old[k]].address, t->address) &&
                    same_value(&o->m->leaf[old[k]].value, &t->value);
        const char *end = t->address + strlen(c->address);
        const char *value = model_value_text(o->m, &t->value);
        said = *end ? arena_print(&o->s->memory, "%s%s%s = %s", said, i ? ", " : "", end + 1, value)
                    : value;
        said = said ? said : "";
    }
    if (same == s->takens && same) return 1;
    const char *hint = arena_print(
        &o->s->memory, "it is written at %s: does this change still hold, with was = %s?",
        overlay_place(o, o->m->leaf[*old].at),
        count == 1 ? now(o, c->address, old, count) : "{ … }");
    return model_fault(o->m, s->f, overlay_key(o, c, "was"), "was", hint, "%s is %s, not %s",
                       c->address, now(o, c->address, old, count), said);
}

/* What was taken becomes a leaf of its own, in place of what stood there in another form. */
static int add_taken(overlay *o, const change *c, const script_leaf *t, const size_t *old,
                     size_t count) {
    model *m = o->m;
    const md_leaf *l = &m->leaf[*old];
    int owner = l->element;
    const char *cite = overlay_cite(o, c, l->element);
    size_t base = owner >= 0 ? strlen(m->element[owner].address) : 6;
    int n = model_add_leaf(m, owner, t->address + base + 1, t->name, t->stage, t->value, t->at,
                           o->s->f);
    if (n < 0) return 0;
    m->leaf[n].cite = cite;
    return !count || model_follow_leaves(m, (size_t)n, old, count, o->s->f);
}

/* The stages that were not given keep the value that all had. */
static int fill_stages(overlay *o, const char *address, size_t old) {
    model *m = o->m;
    for (int k = 0; k < m->stages; k++) {
        const md_leaf l = m->leaf[old];
        const char *full = arena_print(&o->s->memory, "%s.%s", address, m->stage[k].name);
        if (!full) return fault_memory(o->s->f);
        if (model_leaf(m, full)) continue;
        size_t base = l.element >= 0 ? strlen(m->element[l.element].address) : 6;
        int n = model_add_leaf(m, l.element, full + base + 1, l.name, k, l.value, l.at, o->s->f);
        if (n < 0) return 0;
        m->leaf[n].cite = l.cite;
    }
    return 1;
}

/* Puts what was taken in place of the leaves `old`: one by one where the addresses are the same;
 * else one value in place of one for each stage, or the other way round, or of a range. */
static int replace(overlay *o, const change *c, const size_t *old, size_t count) {
    script *s = o->s;
    model *m = o->m;
    const md_leaf first = m->leaf[*old];
    int form = 0;
    for (size_t i = 0; i < s->takens; i++) {
        const script_leaf *t = &s->taken[i];
        size_t k = 0;
        while (k < count && strcmp(m->leaf[old[k]].address, t->address) != 0) k++;
        const md_leaf *l = &m->leaf[old[k < count ? k : 0]];
        if (l->value.kind != t->value.kind)
            return model_fault(m, s->f, t->at, c->address, NULL, "%s is %s, not %s", l->address,
                               kind_text(l->value.kind), kind_text(t->value.kind));
        if (k < count) {
            if (!model_change_leaf(m, old[k], t->value, overlay_cite(o, c, l->element), t->at, s->f))
                return 0;
            continue;
        }
        int other = (first.stage < 0) != (t->stage < 0) || strcmp(first.name, t->name) != 0;
        if (other && first.element < 0 && first.stage < 0 && t->stage < 0) {
            overlay_unknown(o, c, t->address);
            return 0;
        }
        form |= other;
        if (!add_taken(o, c, t, old, !other ? 0 : first.stage < 0 && t->stage >= 0 ? 1 : count))
            return 0;
    }
    if (form && first.stage < 0 && s->takens && s->taken[0].stage >= 0 &&
        !fill_stages(o, c->address, *old))
        return 0;
    for (size_t k = count; form && k-- > 0;) model_remove_leaf(m, old[k]);
    return 1;
}

/* The function on top of the stack is the leaf at that address. */
static void keep_function(overlay *o, const char *address) {
    lua_rawgeti(o->L, LUA_REGISTRYINDEX, o->s->functions);
    lua_pushstring(o->L, address);
    lua_pushvalue(o->L, -3);
    lua_rawset(o->L, -3);
    lua_pop(o->L, 1);
}

/* An address of leaves; tells what else it is. */
const size_t *overlay_find(overlay *o, const change *c, const char *address, size_t *count) {
    int element = model_find_element(o->m, address);
    if (element >= 0 || !strcmp(address, "params") || !strcmp(address, "index")) {
        const size_t *inside = overlay_leaves(o, address, count);
        const char *hint = NULL;
        if (inside && *count)
            hint =
                arena_print(&o->s->memory, "what is in it has, as %s", o->m->leaf[*inside].address);
        model_fault(o->m, o->s->f, c->at, address, hint, "'%s' has no value itself", address);
        return NULL;
    }
    const size_t *old = overlay_leaves(o, address, count);
    if (old && *count) return old;
    overlay_unknown(o, c, address);
    return NULL;
}

void overlay_set(overlay *o, const change *c) {
    lua_State *L = o->L;
    script *s = o->s;
    size_t count, n = lua_rawlen(L, c->table);
    const size_t *old = overlay_find(o, c, c->address, &count);
    if (!old) return;
    for (size_t i = 0; i < o->deeds; i++)
        if (!o->deed[i].removed && (overlay_within(c->address, o->deed[i].address) ||
                                    overlay_within(o->deed[i].address, c->address))) {
            model_fault(o->m, s->f, c->at, c->address, NULL, "%s is set twice, first at %s",
                        c->address, overlay_place(o, o->deed[i].at));
            return;
        }
    if (n != 2) {
        model_fault(o->m, s->f, c->at, c->address,
                    n < 2 ? "set { \"index.A.A1.weight\", 3 }; remove { … } takes a leaf away"
                          : "a value for each stage is { stage1 = …, stage2 = … }",
                    n < 2 ? "%s is set to nothing" : "%s is set to more than one value",
                    c->address);
        return;
    }
    overlay_note(o, c->address, c->at, 0);
    lua_rawgeti(L, c->table, 2);
    if (check_was(o, c, old, count) && take_value(o, c, NULL, old) && replace(o, c, old, count) &&
        lua_isfunction(L, -1))
        keep_function(o, c->address);
    lua_pop(L, 1);
}
