/* Addresses that are not there: what was meant, and where that is declared. */
#include <string.h>

#include "base/suggest.h"
#include "lua/overlay.h"

/* The innermost element that the address begins with; what follows it in `rest`. -1: none. */
int overlay_innermost(const overlay *o, const char *address, const char **rest) {
    int found = -1;
    size_t longest = 0;
    for (int i = 0; i < o->m->elements; i++) {
        const char *own = o->m->element[i].address;
        if (strlen(own) > longest && overlay_within(address, own)) {
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

int overlay_is_key(const overlay *o, const md_element *e, const char *key) {
    for (const char *const *k = keys_of(e); *k; k++)
        if (!strcmp(*k, key)) return 1;
    for (size_t i = 0; i < o->s->attributes; i++)
        if (!strcmp(o->s->attribute[i], key)) return 1;
    return 0;
}

static const char *kind_of(const md_element *e) {
    return e->indicator ? "indicator" : e->depth ? "group" : "the index";
}

/* "did you mean 'C7'? (declared at rules/2011.lua:14)" */
static const char *meant(const overlay *o, const char *what, md_at at) {
    return arena_print(&o->s->memory, "did you mean '%s'? (declared at %s)", what,
                       overlay_place(o, at));
}

/* No child of that id: its neighbours are tried first, then all elements. */
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
        hint = meant(
            o, *rest ? arena_print(&o->s->memory, "%s.%s", same->address, rest) : same->address,
            same->at);
    else if (best)
        hint = meant(o, suggest_best(&near) ? best->id : best->address, best->at);
    const char *kind = same ? kind_of(same) : best ? kind_of(best) : "group or indicator";
    if (parent > 0)
        model_fault(m, o->s->f, at, id, hint, "no %s '%.60s' in '%s'", kind, id,
                    m->element[parent].id);
    else
        model_fault(m, o->s->f, at, id, hint, "no %s '%.60s' in the index", kind, id);
}

/* The element is there, and has nothing of that name. */
static void unknown_attribute(const overlay *o, md_at at, int element, const char *key,
                              const char *rest) {
    const model *m = o->m;
    const md_element *e = &m->element[element];
    suggestion near = suggest_for(key);
    for (const char *const *k = keys_of(e); *k; k++) suggest_try(&near, *k);
    for (size_t i = 0; i < o->s->attributes; i++) suggest_try(&near, o->s->attribute[i]);
    const char *hint = suggest_best(&near)
                           ? arena_print(&o->s->memory, "did you mean `%s`?", suggest_best(&near))
                           : NULL;
    const char *what = kind_of(e);
    if (!strcmp(key, "name") || !strcmp(key, "id"))
        hint = "to call it otherwise, remove it and add it anew";
    else if (!strcmp(key, "cite"))
        hint = "set, remove and add each take a `cite` of their own";
    else if (overlay_is_key(o, e, key))
        hint = arena_print(&o->s->memory, "give it with add { \"%s.%s\", … }", e->address, key);
    for (size_t i = 0; *rest && i < m->leaves; i++)
        if (m->leaf[i].element == element &&
            overlay_within(m->leaf[i].address + strlen(e->address) + 1, key))
            hint = meant(o, m->leaf[i].address, m->leaf[i].at);
    model_fault(m, o->s->f, at, key, hint, "%s '%s' has no `%.60s%s%.60s`", what, e->id, key,
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
            hint = meant(o, l->address, l->at);
    }
    const md_leaf *best = !hint && suggest_best(&near) ? model_leaf(m, suggest_best(&near)) : NULL;
    if (best) hint = meant(o, best->address, best->at);
    if (params) {
        model_fault(m, o->s->f, at, address + 7, hint, "no parameter '%.100s'", address + 7);
        return;
    }
    if (!strncmp(address, "data.", 5))
        hint = "data is given anew with data = { observed = csv(…) }";
    else if (!hint)
        hint = "addresses begin with index. or params.; assess leaves lists them";
    model_fault(m, o->s->f, at, address, hint, "the base has no '%.100s'", address);
}

void overlay_unknown(const overlay *o, const change *c, const char *address) {
    md_at at = c->at;
    for (size_t i = o->deeds; i-- > 0;)
        if (o->deed[i].removed && overlay_within(address, o->deed[i].address)) {
            model_fault(o->m, o->s->f, at, address, NULL, "'%s' was removed at %s",
                        o->deed[i].address, overlay_place(o, o->deed[i].at));
            return;
        }
    const char *rest;
    int element = strncmp(address, "index.", 6) ? -1 : overlay_innermost(o, address, &rest);
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
    else if (e->indicator || (!*more && (overlay_is_key(o, e, key) || !strcmp(key, "cite"))))
        unknown_attribute(o, at, element, key, more);
    else
        unknown_element(o, at, element, key, more);
}
