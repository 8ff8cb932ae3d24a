/* Applies the set, remove and add of an overlay to the model, in the order written; later ones see
 * the results of earlier ones. A fault is noted at the line of its change, and the next one
 * follows. */
#include <lauxlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "lua/script.h"

/* A change that was applied, to report a second one at the same address. */
typedef struct applied_change {
    const char *address;
    md_at at;
    int removed; /* else set */
} applied_change;

typedef struct overlay {
    lua_State *L;
    script *s;
    model *m;
    const char *cite; /* of the edition, or NULL */
    applied_change *applied;
    size_t applied_count, cap;
    md_owners owners;
} overlay;

/* One set, remove or add. */
typedef struct change {
    int table; /* of the constructor, in the stack */
    const char *word;
    const char *address;
    const char *cite; /* or NULL */
    md_at at;         /* the braces that hold the address */
} change;

static const char *place_text(const overlay *o, md_at at) {
    const char *text =
        arena_print(&o->s->memory, "%s:%ld", sources_name(o->m->files, at.file), at.line);
    return text ? text : "";
}

static table_reader reader_of(const overlay *o, const change *c) {
    return (table_reader){o->L, o->s, c->table, c->word, {.braces = c->at, .first = c->address}};
}

static md_at change_key(const overlay *o, const change *c, const char *key) {
    const table_reader r = reader_of(o, c);
    return reader_line(&r, key);
}

static void note_applied(overlay *o, const char *address, md_at at, int removed) {
    if (ARENA_RESERVE(&o->s->memory, o->applied, o->applied_count, o->cap))
        o->applied[o->applied_count++] = (applied_change){address, at, removed};
    else
        fault_memory(o->s->f);
}

static int is_within(const char *inner, const char *address) {
    size_t n = strlen(address);
    return !strncmp(inner, address, n) && (!inner[n] || inner[n] == '.');
}

static const char *cite_of(const overlay *o, const change *c, int element) {
    const char *own = element >= 0 ? o->m->element[element].cite : o->m->cite;
    return c->cite ? c->cite : o->cite ? o->cite : own;
}

/* ---- faults about unknown addresses ---- */

/* The innermost element that the address begins with; what follows it in `rest`. -1: none. */
static int innermost(const overlay *o, const char *address, const char **rest) {
    int found = -1;
    size_t longest = 0;
    for (int i = 0; i < o->m->elements; i++) {
        const char *own = o->m->element[i].address;
        if (strlen(own) > longest && is_within(address, own)) {
            found = i;
            longest = strlen(own);
        }
    }
    *rest = address[longest] == '.' ? address + longest + 1 : address + longest;
    return found;
}

static const char *const *keys_of(const md_element *e) {
    return e->indicator ? indicator_keys : e->depth ? group_keys : root_keys;
}

static int is_key(const overlay *o, const md_element *e, const char *key) {
    return suggest_has(keys_of(e), key) || script_declares(o->s, key);
}

static const char *kind_of(const md_element *e) {
    return e->indicator ? text_message("indicator")
           : e->depth   ? text_message("group")
                        : text_message("the index");
}

/* "did you mean 'C7'? (declared at rules/2011.lua:14)" */
static const char *declared_hint(const overlay *o, const char *what, md_at at) {
    return arena_print(&o->s->memory, text_message("did you mean '%s'? (declared at %s)"), what,
                       place_text(o, at));
}

/* `parent` has no child of that id. The hint names the nearest of its children, else of all
 * elements.
 */
static void unknown_element(const overlay *o, md_at at, int parent, const char *id,
                            const char *rest) {
    const model *m = o->m;
    suggestion near = suggest_for(id), anywhere = suggest_for(id);
    const md_element *same = NULL, *best = NULL;
    for (int i = 1; i < m->elements; i++) {
        if (m->element[i].parent == parent) suggest_try(&near, m->element[i].id);
        suggest_try(&anywhere, m->element[i].id);
        if (!strcmp(m->element[i].id, id)) same = &m->element[i];
    }
    const char *word = suggest_best(&near) ? suggest_best(&near) : suggest_best(&anywhere);
    for (int i = 1; i < m->elements && word && !best; i++)
        if (m->element[i].id == word) best = &m->element[i];
    const char *hint = NULL;
    if (same)
        hint = declared_hint(
            o, *rest ? arena_print(&o->s->memory, "%s.%s", same->address, rest) : same->address,
            same->at);
    else if (best)
        hint = declared_hint(o, suggest_best(&near) ? best->id : best->address, best->at);
    const char *kind = same   ? kind_of(same)
                       : best ? kind_of(best)
                              : text_message("group or indicator");
    if (parent > 0)
        script_fault(o->s, at, id, hint, "no %s '%.60s' in '%s'", kind, id, m->element[parent].id);
    else
        script_fault(o->s, at, id, hint, "no %s '%.60s' in the index", kind, id);
}

/* The element has no attribute of that name. */
static void unknown_attribute(const overlay *o, md_at at, int element, const char *key,
                              const char *rest) {
    const model *m = o->m;
    const md_element *e = &m->element[element];
    suggestion near = suggest_for(key);
    for (const char *const *k = keys_of(e); *k; k++) suggest_try(&near, *k);
    for (size_t i = 0; i < o->s->attributes; i++) suggest_try(&near, o->s->attribute[i]);
    const char *hint =
        suggest_best(&near)
            ? arena_print(&o->s->memory, text_message("did you mean `%s`?"), suggest_best(&near))
            : NULL;
    const char *what = kind_of(e);
    if (!strcmp(key, "name") || !strcmp(key, "id"))
        hint = text_message("to call it otherwise, remove it and add it anew");
    else if (!strcmp(key, "cite"))
        hint = text_message("set, remove and add each take a `cite` of their own");
    else if (is_key(o, e, key))
        hint = arena_print(&o->s->memory, text_message("give it with add { \"%s.%s\", … }"),
                           e->address, key);
    for (size_t i = 0; *rest && i < m->leaves; i++)
        if (m->leaf[i].element == element &&
            is_within(m->leaf[i].address + strlen(e->address) + 1, key))
            hint = declared_hint(o, m->leaf[i].address, m->leaf[i].at);
    script_fault(o->s, at, key, hint, "%s '%s' has no `%.60s%s%.60s`", what, e->id, key,
                 *rest ? "." : "", rest);
}

static void unknown_other(const overlay *o, md_at at, const char *address) {
    const model *m = o->m;
    suggestion near = suggest_for(address);
    const char *hint = NULL;
    int params = !strncmp(address, "params.", 7);
    size_t n = strlen(address);
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        size_t length = strlen(l->address);
        if (l->element < 0 || !params) suggest_try(&near, l->address);
        if (length > n && l->address[length - n - 1] == '.' &&
            !strcmp(l->address + length - n, address))
            hint = declared_hint(o, l->address, l->at);
    }
    const md_leaf *best = !hint && suggest_best(&near) ? model_leaf(m, suggest_best(&near)) : NULL;
    if (best) hint = declared_hint(o, best->address, best->at);
    if (params) {
        script_fault(o->s, at, address + 7, hint, "no parameter '%.100s'", address + 7);
        return;
    }
    if (!strncmp(address, "data.", 5))
        hint = text_message("data is given anew with data = { observed = csv(…) }, "
                            "figure { … } changes one figure");
    else if (!hint)
        hint = text_message("addresses begin with index. or params.; assess leaves lists them");
    script_fault(o->s, at, address, hint, "the base has no '%.100s'", address);
}

static void note_unknown(const overlay *o, const change *c, const char *address) {
    md_at at = c->at;
    for (size_t i = o->applied_count; i-- > 0;)
        if (o->applied[i].removed && is_within(address, o->applied[i].address)) {
            script_fault(o->s, at, address, NULL, "'%s' was removed at %s", o->applied[i].address,
                         place_text(o, o->applied[i].at));
            return;
        }
    const char *rest;
    int element = strncmp(address, "index.", 6) ? -1 : innermost(o, address, &rest);
    if (element < 0) {
        unknown_other(o, at, address);
        return;
    }
    size_t n = strcspn(rest, ".");
    const char *key = arena_text(&o->s->memory, rest, n);
    const char *more = rest[n] ? rest + n + 1 : rest + n;
    const md_element *e = &o->m->element[element];
    if (!key)
        fault_memory(o->s->f);
    else if (e->indicator || (!*more && (is_key(o, e, key) || !strcmp(key, "cite"))))
        unknown_attribute(o, at, element, key, more);
    else
        unknown_element(o, at, element, key, more);
}

/* ---- set { address, value, was = … }: another value for leaves of the base ---- */

/* The leaves at an address or, where it has several ends, below it; not those of an element inside.
 */
static const size_t *leaves_below(const overlay *o, const char *address, size_t *count) {
    const model *m = o->m;
    size_t n = 0;
    for (size_t i = 0; i < m->leaves; i++) n += (size_t)is_within(m->leaf[i].address, address);
    size_t *out = arena_take(&o->s->memory, (n + 1) * sizeof *out);
    *count = 0;
    for (size_t i = 0; out && i < m->leaves && *count < n; i++)
        if (is_within(m->leaf[i].address, address)) out[(*count)++] = i;
    return out;
}

/* Adds a leaf's value to what the leaves of an address say: "4", or "stage1 = 47, stage2 = 25". */
static const char *with_value(const overlay *o, const char *text, const char *address,
                              const char *leaf, const char *value) {
    const char *end = leaf + strlen(address);
    if (!*end) return value;
    text = arena_print(&o->s->memory, "%s%s%s = %s", text, *text ? ", " : "", end + 1, value);
    return text ? text : "";
}

static const char *current_text(const overlay *o, const char *address, const size_t *old,
                                size_t count) {
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        const md_leaf *l = &o->m->leaf[old[i]];
        text = with_value(o, text, address, l->address, model_leaf_text(o->m, l));
    }
    return text;
}

/* What follows the address of a leaf's element, or "params". */
static const char *own_address(const overlay *o, int element, const char *address) {
    return address + (element >= 0 ? strlen(o->m->element[element].address) : strlen("params")) + 1;
}

static const char *kind_text(md_kind k) {
    static const char *const text[] = {TEXT("a number"), TEXT("a truth"), TEXT("a text"),
                                       TEXT("a date"), TEXT("a function")};
    return text_message(text[k]);
}

static int same_value(const md_value *a, const md_value *b) {
    if (a->kind != b->kind) return 0;
    return a->kind == MD_TEXT || a->kind == MD_METHOD ? !strcmp(a->text, b->text)
                                                      : a->number == b->number;
}

/* Reads the value on top of the stack, which stands in the change as `key` (NULL: without one), as
 * that of the leaf or leaves `old`; script.taken then holds it. */
static int read_new_value(overlay *o, const change *c, const char *key, const size_t *old) {
    script *s = o->s;
    const md_leaf *l = &o->m->leaf[*old];
    int owner = l->element, exact = !strcmp(l->address, c->address);
    const char *address = own_address(o, owner, c->address), *attribute = NULL;
    key_path in = {.braces = key ? change_key(o, c, key) : c->at, .first = c->address};
    size_t before = s->f->count;
    if (owner >= 0) {
        attribute = arena_text(&s->memory, address, strcspn(address, "."));
        if (!attribute) return fault_memory(s->f);
        if (exact && strchr(address, '.') && lua_istable(o->L, -1))
            return script_fault(s, in.braces, key ? key : address, NULL, "%s is %s, not a table",
                                c->address, kind_text(l->value.kind));
        in = path_below(in, attribute);
    } else {
        in = path_below(path_below(in, "params"), address);
    }
    s->takens = 0;
    s->taking = 1;
    read_leaf(o->L, s, owner, &in, exact ? l->name : address, address, exact ? l->stage : -1);
    s->taking = 0;
    return s->f->count == before;
}

/* `was`: what the base said when this was written. */
static int check_was(overlay *o, const change *c, const size_t *old, size_t count) {
    lua_State *L = o->L;
    host_field(L, c->table, "was");
    md_value v;
    md_kind kind = o->m->leaf[*old].value.kind;
    int given = !lua_isnil(L, -1), fine = 1;
    if (given && read_value(L, o->s, 1, &v) && v.kind != kind)
        fine = script_fault(o->s, change_key(o, c, "was"), "was", NULL, "was is %s, but %s is %s",
                            kind_text(v.kind), c->address, kind_text(kind));
    fine = fine && (!given || read_new_value(o, c, "was", old));
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
        said = with_value(o, said, c->address, t->address, model_value_text(o->m, &t->value));
    }
    if (same == s->takens && same) return 1;
    const char *hint = arena_print(
        &o->s->memory,
        text_message("it is written at %s: does this change still hold, with was = %s?"),
        place_text(o, o->m->leaf[*old].at),
        count == 1 ? current_text(o, c->address, old, count) : "{ … }");
    return script_fault(s, change_key(o, c, "was"), "was", hint, "%s is %s, not %s", c->address,
                        current_text(o, c->address, old, count), said);
}

/* Adds a leaf, of the same element or parameter as leaf `like`; its number, or -1. */
static int add_like(overlay *o, size_t like, const char *address, const char *name, int stage,
                    md_value v, const char *cite, md_at at) {
    int owner = o->m->leaf[like].element;
    int n =
        model_add_leaf(o->m, owner, own_address(o, owner, address), name, stage, v, at, o->s->f);
    if (n >= 0) o->m->leaf[n].cite = cite;
    return n;
}

/* The stages that were not given keep the value that all had. */
static int fill_stages(overlay *o, const char *address, size_t old) {
    model *m = o->m;
    for (int k = 0; k < m->stages; k++) {
        const md_leaf l = m->leaf[old];
        const char *full = arena_print(&o->s->memory, "%s.%s", address, m->stage[k].name);
        if (!full) return fault_memory(o->s->f);
        if (!model_leaf(m, full) && add_like(o, old, full, l.name, k, l.value, l.cite, l.at) < 0)
            return 0;
    }
    return 1;
}

/* Replaces the leaves `old` by those that were read: one by one where the addresses are the same;
 * else one value replaces one for each stage, or the ends of a range, or the other way round. */
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
            return script_fault(s, t->at, c->address, NULL, "%s is %s, not %s", l->address,
                                kind_text(l->value.kind), kind_text(t->value.kind));
        if (k < count) {
            if (!model_change_leaf(m, old[k], t->value, cite_of(o, c, l->element), t->at, s->f))
                return 0;
            continue;
        }
        int other = (first.stage < 0) != (t->stage < 0) || strcmp(first.name, t->name) != 0;
        if (other && first.element < 0 && first.stage < 0 && t->stage < 0) {
            note_unknown(o, c, t->address);
            return 0;
        }
        form |= other;
        int n = add_like(o, *old, t->address, t->name, t->stage, t->value,
                         cite_of(o, c, m->leaf[*old].element), t->at);
        size_t followed = first.stage < 0 && t->stage >= 0 ? 1 : count;
        if (n < 0 || (other && !model_follow_leaves(m, (size_t)n, old, followed, s->f))) return 0;
    }
    if (form && first.stage < 0 && s->takens && s->taken[0].stage >= 0 &&
        !fill_stages(o, c->address, *old))
        return 0;
    for (size_t k = count; form && k-- > 0;) model_remove_leaf(m, old[k]);
    return 1;
}

/* The numbers of the leaves at an address; NULL with the fault where there are none. */
static const size_t *find_leaves(overlay *o, const change *c, const char *address, size_t *count) {
    int element = model_find_element(o->m, address);
    if (element >= 0 || !strcmp(address, "params") || !strcmp(address, "index")) {
        const size_t *inside = leaves_below(o, address, count);
        const char *hint = NULL;
        if (inside && *count)
            hint = arena_print(&o->s->memory, text_message("what is in it has, as %s"),
                               o->m->leaf[*inside].address);
        script_fault(o->s, c->at, address, hint, "'%s' has no value itself", address);
        return NULL;
    }
    const size_t *old = leaves_below(o, address, count);
    if (old && *count) return old;
    note_unknown(o, c, address);
    return NULL;
}

static void apply_set(overlay *o, const change *c) {
    lua_State *L = o->L;
    script *s = o->s;
    size_t count, n = lua_rawlen(L, c->table);
    const size_t *old = find_leaves(o, c, c->address, &count);
    if (!old) return;
    for (size_t i = 0; i < o->applied_count; i++)
        if (!o->applied[i].removed && (is_within(c->address, o->applied[i].address) ||
                                       is_within(o->applied[i].address, c->address))) {
            script_fault(s, c->at, c->address, NULL, "%s is set twice, first at %s", c->address,
                         place_text(o, o->applied[i].at));
            return;
        }
    if (n != 2) {
        script_fault(s, c->at, c->address,
                     n < 2 ? "set { \"index.A.A1.weight\", 3 }; remove { … } takes a leaf away"
                           : "a value for each stage is { stage1 = …, stage2 = … }",
                     n < 2 ? "%s is set to nothing" : "%s is set to more than one value",
                     c->address);
        return;
    }
    note_applied(o, c->address, c->at, 0);
    lua_rawgeti(L, c->table, 2);
    if (check_was(o, c, old, count) && read_new_value(o, c, NULL, old) &&
        replace(o, c, old, count) && lua_isfunction(L, -1))
        keep_function(L, s, c->address);
    lua_pop(L, 1);
}

/* ---- remove ---- */

static void remove_one(overlay *o, const change *c, const char *address) {
    model *m = o->m;
    int element = model_find_element(m, address);
    size_t count;
    if (element == 0) {
        script_fault(o->s, c->at, address, NULL, "the index itself cannot be removed");
        return;
    }
    if (element > 0) {
        const char *cite = c->cite ? c->cite : o->cite;
        model_remove_element(m, element, cite ? cite : "", c->at, o->s->f);
        note_applied(o, address, c->at, 1);
        return;
    }
    const size_t *old = find_leaves(o, c, address, &count);
    if (!old) return;
    const md_leaf *l = &m->leaf[*old];
    if (l->element >= 0 && m->element[l->element].indicator && !strcmp(l->name, "weight")) {
        script_fault(o->s, c->at, address,
                     "set it to another number; remove { } of the indicator takes it out",
                     "an indicator always has a weight");
        return;
    }
    for (size_t k = count; k-- > 0;) model_remove_leaf(m, old[k]);
    note_applied(o, address, c->at, 1);
}

static void apply_remove(overlay *o, const change *c) {
    size_t n = lua_rawlen(o->L, c->table);
    for (size_t i = 1; i <= n; i++) {
        if (lua_rawgeti(o->L, c->table, (lua_Integer)i) == LUA_TSTRING)
            remove_one(o, c, lua_tostring(o->L, -1));
        else
            script_fault(o->s, c->at, c->word, "remove { \"index.A.A1\", \"params.cap\" }",
                         "remove takes addresses, not a %s", luaL_typename(o->L, -1));
        lua_pop(o->L, 1);
    }
}

/* ---- add ---- */

/* The child of `parent` that `before` names; -1 where none is given, or with a fault. */
static int before_of(overlay *o, const change *c, int parent) {
    const table_reader r = reader_of(o, c);
    const char *id = reader_text(&r, "before");
    if (!id) return -1;
    suggestion near = suggest_for(id);
    for (int i = parent + 1; i < o->m->elements; i++) {
        const md_element *e = &o->m->element[i];
        if (e->parent != parent) continue;
        if (!strcmp(e->id, id) || !strcmp(e->address, id)) return i;
        suggest_try(&near, e->id);
    }
    script_fault(o->s, reader_line(&r, "before"), id,
                 suggest_text(&o->s->memory, suggest_best(&near)),
                 "'%s' holds no '%s' to stand before", o->m->element[parent].id, id);
    return -1;
}

static void check_new_ids(overlay *o, int from) {
    int other;
    for (int i; (i = model_next_twin(o->m, &o->owners, from, &other, o->s->f)) >= 0;) {
        const md_element *e = &o->m->element[i];
        script_fault(o->s, e->at, e->id, NULL, "the id '%s' is given twice, first at %s", e->id,
                     place_text(o, o->m->element[other].at));
    }
}

/* The parts from field 2 on become children of an element. */
static void add_parts(overlay *o, const change *c, int parent) {
    lua_State *L = o->L;
    script *s = o->s;
    size_t n = lua_rawlen(L, c->table), faults = s->f->count;
    int before = before_of(o, c, parent), from = o->m->elements;
    if (o->m->element[parent].indicator) {
        script_fault(s, c->at, c->address, "name the group that it is to stand in",
                     "'%s' is an indicator and holds nothing", o->m->element[parent].id);
        return;
    }
    for (size_t i = 2; i <= n; i++) {
        lua_rawgeti(L, c->table, (lua_Integer)i);
        const part *e = part_test(L, -1);
        if (e && (e->kind == PART_GROUP || e->kind == PART_INDICATOR))
            read_element(L, s, lua_gettop(L), parent, cite_of(o, c, parent));
        else
            script_fault(s, e ? e->at : c->at, e ? NULL : c->address,
                         "add { \"index.A\", indicator { … } }, add { \"params.x\", 3 }",
                         "%s is added to '%s' where a group or an indicator is expected",
                         e ? part_word(e->kind) : luaL_typename(L, -1), o->m->element[parent].id);
        lua_pop(L, 1);
    }
    check_new_ids(o, from);
    if (n < 2)
        script_fault(s, c->at, c->address, "add { \"index.A\", indicator { … } }",
                     "nothing is added to '%s'", c->address);
    if (s->f->count == faults)
        model_place_elements(o->m, from, parent, before, s->f);
    else /* parts that have faults already are not checked again */
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
    int owner = params ? -1 : innermost(o, c->address, &rest), stage = -1;
    size_t n = strcspn(rest, "."), had = m->leaves, count;
    if (!params) {
        path[0] = arena_text(&s->memory, rest, n);
        stage = rest[n] ? model_find_stage(m, rest + n + 1) : -1;
    }
    if (!params && (owner < 0 || !path[0] || !is_key(o, &m->element[owner], path[0]) ||
                    !strcmp(path[0], "cite") || (rest[n] && stage < 0))) {
        note_unknown(o, c, c->address);
        return;
    }
    if (params && (!*rest || strchr(rest, '.'))) {
        script_fault(s, c->at, c->address, "add { \"params.limits\", { low = 1, high = 2 } }",
                     "'%s' is no name of a parameter", rest);
        return;
    }
    const char *attribute =
        params ? c->address : arena_print(&s->memory, "%s.%s", m->element[owner].address, path[0]);
    const size_t *old = attribute ? leaves_below(o, attribute, &count) : NULL;
    for (size_t i = 0; old && i < count; i++)
        if (stage < 0 || m->leaf[old[i]].stage < 0 || m->leaf[old[i]].stage == stage) {
            script_fault(s, c->at, c->address,
                         arena_print(&s->memory, text_message("set { \"%s\", … } changes it"),
                                     m->leaf[old[i]].address),
                         "%s is there already, %s at %s", m->leaf[old[i]].address,
                         model_leaf_text(m, &m->leaf[old[i]]), place_text(o, m->leaf[old[i]].at));
            return;
        }
    int before = host_field(L, c->table, "before") != LUA_TNIL;
    lua_pop(L, 1);
    if (before || lua_rawlen(L, c->table) != 2) {
        script_fault(s, before ? change_key(o, c, "before") : c->at, before ? "before" : c->address,
                     "add { \"params.x\", 3 }",
                     before ? "%s stands in no order" : "%s needs one value", c->address);
        return;
    }
    lua_rawgeti(L, c->table, 2);
    key_path in = path_below((key_path){.braces = c->at, .first = c->address}, path[0]);
    if (params) in = path_below(in, rest);
    read_leaf(L, s, owner, &in, params ? rest : path[0], rest, stage);
    lua_pop(L, 1);
    for (size_t i = had; i < m->leaves; i++) m->leaf[i].cite = cite_of(o, c, owner);
}

static void apply_add(overlay *o, const change *c) {
    int parent = model_find_element(o->m, c->address);
    if (parent >= 0)
        add_parts(o, c, parent);
    else
        add_leaf(o, c);
}

/* ---- all of them ---- */

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
        script_fault(s, c.at, c.word,
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
    table_reader r = reader_of(o, &c);
    c.at = r.in.braces = path_line(s, &r.in);
    reader_check_keys(&r,
                      e->kind == PART_SET      ? set_keys
                      : e->kind == PART_REMOVE ? remove_keys
                                               : add_keys,
                      NULL, 0);
    c.cite = reader_text(&r, "cite");
    if (e->kind == PART_SET)
        apply_set(o, &c);
    else if (e->kind == PART_REMOVE)
        apply_remove(o, &c);
    else
        apply_add(o, &c);
    lua_settop(L, c.table - 1);
}

/* Notes a fault for a group without indicators, at the change that removed the last of them. */
static void check_emptied(overlay *o) {
    const model *m = o->m;
    for (int i = 0; i < m->elements; i++) {
        const md_element *e = &m->element[i];
        if (e->indicator || (i + 1 < m->elements && m->element[i + 1].parent == i)) continue;
        for (size_t k = o->applied_count; k-- > 0;)
            if (o->applied[k].removed && is_within(o->applied[k].address, e->address)) {
                script_fault(o->s, o->applied[k].at, o->applied[k].address,
                             i ? arena_print(&o->s->memory, "remove { \"%s\" }", e->address) : NULL,
                             "%s '%s' is left without indicators",
                             i ? text_message("group") : text_message("the index"), e->id);
                break;
            }
    }
}

void overlay_read(lua_State *L, script *s, const char *cite) {
    overlay o = {.L = L, .s = s, .m = &s->m, .cite = cite};
    size_t n = lua_rawlen(L, 1), before = s->f->count;
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i);
        const part *e = part_test(L, -1);
        if (e && e->kind == PART_FIGURE)
            figure_read(L, s, lua_gettop(L), cite);
        else if (e && e->kind >= PART_SET)
            apply(&o, lua_gettop(L));
        else
            script_fault(s, e ? e->at : s->m.at, e ? part_word(e->kind) : "extend",
                         e && (e->kind == PART_GROUP || e->kind == PART_INDICATOR)
                             ? "add { \"index.A\", indicator { … } }"
                             : NULL,
                         "extend { … } holds %s where set, remove, add or figure is expected",
                         e ? part_word(e->kind) : luaL_typename(L, -1));
        lua_settop(L, 1);
    }
    if (s->f->count == before) check_emptied(&o);
}
