/* The model of a room: the tree of one edition, with the leaves of both. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "impact/mix_inside.h"

static int copy_stages(model *to, const model *from, fault *f) {
    for (int i = 0; i < from->stages; i++) {
        md_stage s = from->stage[i];
        s.at = (md_at){ 0, 0 };
        if (model_add_stage(to, &s, f) < 0)
            return 0;
    }
    return model_make_stages(to, f);
}

static int copy_elements(model *to, const model *from, fault *f) {
    for (int i = 0; i < from->elements; i++) {
        const md_element *e = &from->element[i];
        if (model_add_element(to, e->parent, e->indicator, e->id, e->name, e->cite, (md_at){ 0, 0 },
                              f) < 0)
            return 0;
    }
    return 1;
}

/* Adds a leaf of edition `e`, which hangs on `element` in the room's tree. */
static int add_leaf(mix *m, mix_room *r, int e, size_t i, int element, fault *f) {
    const model *from = &m->edition[e]->s->m;
    model *to = &r->x->m;
    const md_leaf *l = &from->leaf[i];
    const mix_pairing *p = &m->pair[e][i];
    const char *base = l->element >= 0 ? from->element[l->element].address : "params";
    int stage = l->stage < 0 ? -1 : model_find_stage(to, from->stage[l->stage].name);
    int own = model_add_leaf(to, element, l->address + strlen(base) + 1, l->name, stage, l->value,
                             (md_at){ 0, 0 }, f);
    if (own < 0)
        return 0;
    mix_link *k = &r->link[own];
    *k = (mix_link){ { -1, -1 }, p->item, e };
    k->leaf[e] = (int)i;
    k->leaf[!e] = p->other;
    return 1;
}

/* Does the room leave this leaf to the other edition, as all attributes follow one of them? */
static int not_here(const mix *m, const mix_room *r, int e, const md_leaf *l, int item) {
    int follows = mix_room_side(m, r, m->standards, e);
    mix_factor factor = mix_factor_of(l);
    return item >= 0 && follows != e && (factor == MIX_STANDARDS || factor == MIX_PARAMS);
}

static int copy_leaves(mix *m, mix_room *r, fault *f) {
    const model *tree = &m->edition[r->tree]->s->m, *other = &m->edition[!r->tree]->s->m;
    model *to = &r->x->m;
    size_t most = tree->leaves + other->leaves + 1;
    r->link = mem_take(most * sizeof *r->link);
    if (!r->link)
        return fault_memory(f);
    for (size_t i = 0; i < tree->leaves; i++) {
        const mix_pairing *p = &m->pair[r->tree][i];
        const md_leaf *l = &tree->leaf[i];
        int e = r->tree, item = p->item;
        size_t from = i;
        if (not_here(m, r, e, l, item)) { /* the other's value, if it has one */
            if (p->other < 0)
                continue;
            e = !e;
            from = (size_t)p->other;
        }
        if (!add_leaf(m, r, e, from, l->element, f))
            return 0;
    }
    for (size_t i = 0; i < other->leaves; i++) {
        const mix_pairing *p = &m->pair[!r->tree][i];
        const md_leaf *l = &other->leaf[i];
        int element = l->element < 0 ? -1 : mix_element(to, &other->element[l->element]);
        int here = p->other < 0 && (l->element < 0 ? p->with != MIX_STRUCTURE : p->item >= 0);
        if (here && !not_here(m, r, !r->tree, l, p->item) && (l->element < 0 || element >= 0) &&
            !add_leaf(m, r, !r->tree, i, element, f))
            return 0;
    }
    return 1;
}

int mix_make_model(mix *m, mix_room *r, fault *f) {
    const script *from = m->edition[r->tree]->s;
    model *to = &r->x->m;
    to->at = (md_at){ 0, 0 };
    to->cite = from->m.cite;
    to->gone = r->edition[r->tree]->m.gone; /* an edition stays open as long as its room */
    to->gones = r->edition[r->tree]->m.gones;
    const char *const *level = (const char *const *)from->m.level;
    if (!copy_stages(to, &from->m, f) || !copy_elements(to, &from->m, f) ||
        !copy_leaves(m, r, f) ||
        !model_close_tree(to, from->m.levels ? level : NULL, from->m.levels, to->at, f))
        return 0;
    size_t values = 0;
    if (!model_make_arrays(to, f))
        return 0;
    for (size_t i = 0; i < to->arrays; i++)
        values += to->array[i].size;
    r->old = mem_take((values + 1) * sizeof *r->old);
    return r->old ? 1 : fault_memory(f);
}

/* ---- values ---- */

/* The value of a leaf of an edition, its text in the pool of the room. */
static int take_value(md_leaf *to, const md_leaf *from, pool *strings, fault *f) {
    to->value = from->value;
    if (from->value.kind != MD_TEXT)
        return 1;
    uint32_t text = pool_put(strings, from->value.text, strlen(from->value.text));
    to->value.number = text;
    return text || fault_memory(f);
}

int mix_set_leaves(mix *m, mix_room *r, const unsigned char *side, fault *f) {
    model *to = &r->x->m;
    size_t at = 0, changed = 0;
    for (size_t i = 0; i < to->leaves; i++) {
        const mix_link *k = &r->link[i];
        int first = !r->now, e = k->item >= 0 ? side[k->item] : k->fixed;
        if (!first && (k->item < 0 || r->now[k->item] == side[k->item]))
            continue;
        md_leaf *l = &to->leaf[i];
        changed++;
        l->absent = k->leaf[e] < 0;
        if (!l->absent &&
            !take_value(l, &m->edition[e]->s->m.leaf[k->leaf[e]], to->strings, f))
            return 0;
    }
    if (!changed)
        return 1;
    for (size_t i = 0; i < to->arrays; at += to->array[i++].size)
        memcpy(r->old + at, to->array[i].value, to->array[i].size * sizeof *r->old);
    if (!model_fill(to, f))
        return 0;
    at = 0;
    for (size_t i = 0; i < to->arrays; at += to->array[i++].size)
        if (to->array[i].node &&
            memcmp(r->old + at, to->array[i].value, to->array[i].size * sizeof *r->old) != 0)
            ex_run_changed(r->h->run, to->array[i].node);
    return 1;
}
