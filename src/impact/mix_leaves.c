#include "impact/mix.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Leaves of two editions: which are of the same name, and what differs between them. */

mix_factor mix_factor_of(const md_leaf *l) {
    if (l->value.kind == MD_METHOD) return MIX_METHODS;
    if (l->element < 0) return MIX_PARAMS;
    return strcmp(l->name, "weight") ? MIX_STANDARDS : MIX_WEIGHTS;
}

/* ---- names that hold in both editions: an element by its id, wherever it hangs ---- */

typedef struct named {
    const char *name;
    size_t leaf;
} named;

static int by_name(const void *a, const void *b) {
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static const char *name_of(arena *memory, const model *m, const md_leaf *l) {
    const md_element *e = l->element >= 0 ? &m->element[l->element] : NULL;
    const char *base = e ? e->address : "params", *tail = l->address + strlen(base) + 1;
    /* the root's id may well differ */
    return arena_print(memory, "%c %s %s",
                       !e             ? 'p'
                       : e->indicator ? 'i'
                                      : 'g',
                       e && e->parent >= 0 ? e->id : "", tail);
}

static named *names_of(arena *memory, const model *m, fault *f) {
    named *list = mem_take((m->leaves + 1) * sizeof *list);
    int fine = list != NULL;
    for (size_t i = 0; fine && i < m->leaves; i++) {
        list[i] = (named){name_of(memory, m, &m->leaf[i]), i};
        fine = list[i].name != NULL;
    }
    if (!fine) {
        fault_memory(f);
        mem_free(list);
        return NULL;
    }
    qsort(list, m->leaves, sizeof *list, by_name);
    return list;
}

int mix_element(const model *m, const md_element *like) {
    for (int i = 0; i < m->elements; i++)
        if (m->element[i].indicator == like->indicator &&
            (i == 0 || like->parent < 0 ? i == 0 && like->parent < 0
                                        : !strcmp(m->element[i].id, like->id)))
            return i;
    return -1;
}

/* ---- pairs ---- */

static int same_value(const md_leaf *a, const md_leaf *b) {
    if (a->value.kind != b->value.kind) return 0;
    return a->value.kind == MD_TEXT ? !strcmp(a->value.text, b->value.text)
                                    : a->value.number == b->value.number;
}

static const model *model_of(const mix *m, int edition) { return &m->edition[edition]->s->m; }

static int same_stages(const model *a, const model *b) {
    if (a->stages != b->stages) return 0;
    for (int i = 0; i < a->stages; i++)
        if (strcmp(a->stage[i].name, b->stage[i].name)) return 0;
    return 1;
}

/* Has the edition another leaf of this element and name, for other stages? */
static int has_name(const model *m, int element, const char *name) {
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element == element && !strcmp(m->leaf[i].name, name)) return 1;
    return 0;
}

static mix_item *add_item(mix *m, mix_factor factor, const char *what, const char *label,
                          fault *f) {
    if (m->items == m->item_capacity) {
        size_t capacity = m->item_capacity ? 2 * m->item_capacity : 64;
        mix_item *grown = mem_grow(m->item, capacity * sizeof *grown);
        if (!grown) {
            fault_memory(f);
            return NULL;
        }
        m->item = grown;
        m->item_capacity = capacity;
    }
    mix_item *it = &m->item[m->items];
    *it = (mix_item){factor, arena_text(&m->memory, what, strlen(what)), NULL, 0, 0, 0, 0, -1};
    if (label) it->label = arena_text(&m->memory, label, strlen(label));
    if (!it->what || (label && !it->label)) {
        fault_memory(f);
        return NULL;
    }
    m->items++;
    return it;
}

int mix_item_of(mix *m, mix_factor factor, const char *what, const char *label, fault *f) {
    for (size_t i = 0; i < m->items; i++) {
        const mix_item *it = &m->item[i];
        if (it->factor == factor && !strcmp(it->what, what) &&
            (label && it->label ? !strcmp(it->label, label) : label == it->label))
            return (int)i;
    }
    return add_item(m, factor, what, label, f) ? (int)m->items - 1 : -1;
}

int mix_make_hard(mix *m, int item, fault *f) {
    if (item < 0) return 0;
    if (m->item[item].hard >= 0) return 1;
    if (m->hards == MIX_HARD)
        return fault_set(f, FAULT_LIMIT, "too much differs at once between the editions");
    m->item[item].hard = m->hards++;
    m->item[item].felt = 1;
    return 1;
}

/* A leaf that only one edition has, of an element that both have. Where it takes the place of
 * another that differs by stage, both are one item. */
static int pair_alone(mix *m, int e, size_t i, fault *f) {
    const model *own = model_of(m, e), *other = model_of(m, !e);
    const md_leaf *l = &own->leaf[i];
    mix_pairing *p = &m->pair[e][i];
    int twin = l->element < 0 ? -1 : mix_element(other, &own->element[l->element]);
    int replaced = (l->element < 0 || twin >= 0) && has_name(other, twin, l->name);
    *p = (mix_pairing){-1, -1, l->element < 0 ? MIX_METHODS : MIX_STRUCTURE};
    if (l->element >= 0 && twin < 0) return 1;
    if (m->stages_differ && (replaced || l->stage >= 0)) {
        p->with = MIX_STRUCTURE;
        return 1;
    }
    if (l->element < 0 && !replaced) return 1;
    if (mix_factor_of(l) == MIX_METHODS)
        return (p->item = mix_item_of(m, MIX_METHODS, l->address, NULL, f)) >= 0;
    const char *what = l->address;
    if (replaced) { /* the address without the stage */
        size_t n = strlen(what);
        const char *stage = l->stage >= 0 ? own->stage[l->stage].name : "";
        size_t tail = *stage ? strlen(stage) + 1 : 0;
        what = arena_text(&m->memory, what, n > tail ? n - tail : n);
        if (!what) return fault_memory(f);
    }
    return (p->item = mix_item_of(m, mix_factor_of(l), what, NULL, f)) >= 0;
}

static int pair(mix *m, size_t a, size_t b, fault *f) {
    const md_leaf *x = &model_of(m, 0)->leaf[a], *y = &model_of(m, 1)->leaf[b];
    mix_pairing p = {0, -1, MIX_FACTORS};
    if ((x->value.kind == MD_METHOD) != (y->value.kind == MD_METHOD)) {
        p.item = mix_item_of(m, MIX_METHODS, y->address, NULL, f);
    } else if (x->value.kind != MD_METHOD && !same_value(x, y)) {
        p.item = mix_item_of(m, mix_factor_of(y), y->address, NULL, f);
        m->shaped |= p.item >= 0 && x->value.kind != y->value.kind;
    } else {
        p.item = -2;
    }
    m->pair[0][a] = m->pair[1][b] = p;
    m->pair[0][a].other = (int)b;
    m->pair[1][b].other = (int)a;
    if (p.item == -2) m->pair[0][a].item = m->pair[1][b].item = -1;
    return p.item != -1;
}

/* Texts that may decide which formulas there are; others are for readers. */
static void mark_words(mix *m, int e) {
    static const char *const prose[] = {"unit", "note", "source", "measures", "cite"};
    for (size_t i = 0; i < model_of(m, e)->leaves; i++) {
        const md_leaf *l = &model_of(m, e)->leaf[i];
        int word = l->value.kind == MD_TEXT && m->pair[e][i].item >= 0;
        for (size_t k = 0; word && l->element >= 0 && k < sizeof prose / sizeof *prose; k++)
            word = strcmp(l->name, prose[k]) != 0;
        if (word) m->item[m->pair[e][i].item].word = 1;
    }
}

int mix_pair_leaves(mix *m, fault *f) {
    named *list[2] = {NULL, NULL};
    int fine = 1;
    m->stages_differ = !same_stages(model_of(m, 0), model_of(m, 1));
    for (int e = 0; fine && e < 2; e++) {
        size_t n = model_of(m, e)->leaves;
        m->pair[e] = arena_zero(&m->memory, n + 1, sizeof *m->pair[e]);
        list[e] = m->pair[e] ? names_of(&m->memory, model_of(m, e), f) : NULL;
        fine = list[e] != NULL;
        if (!m->pair[e]) fault_memory(f);
    }
    /* in the order of the second edition, so that items stand as a reader expects */
    for (size_t b = 0; fine && b < model_of(m, 1)->leaves; b++) m->pair[1][b].other = -2;
    for (size_t i = 0, k = 0; fine && i < model_of(m, 0)->leaves; i++) {
        while (k < model_of(m, 1)->leaves && by_name(&list[1][k], &list[0][i]) < 0) k++;
        int found = k < model_of(m, 1)->leaves && !by_name(&list[1][k], &list[0][i]);
        m->pair[0][list[0][i].leaf].other = found ? (int)list[1][k].leaf : -2;
        if (found) m->pair[1][list[1][k].leaf].other = (int)list[0][i].leaf;
    }
    for (size_t b = 0; fine && b < model_of(m, 1)->leaves; b++)
        fine = m->pair[1][b].other >= 0 ? pair(m, (size_t)m->pair[1][b].other, b, f)
                                        : pair_alone(m, 1, b, f);
    for (size_t a = 0; fine && a < model_of(m, 0)->leaves; a++)
        fine = m->pair[0][a].other >= 0 || pair_alone(m, 0, a, f);
    for (int e = 0; fine && e < 2; e++) mark_words(m, e);
    mem_free(list[0]);
    mem_free(list[1]);
    return fine;
}

/* Functions that both editions name: compared where both are. */
int mix_pair_methods(mix *m, const hybrid_host *r, fault *f) {
    script *a = r->edition[0], *b = r->edition[1];
    int same = editions_same_compute(a, b, f);
    if (same < 0) return 0;
    if (!same && (m->compute = mix_item_of(m, MIX_METHODS, "compute", NULL, f)) < 0) return 0;
    for (size_t i = 0; i < model_of(m, 1)->leaves; i++) {
        const md_leaf *l = &model_of(m, 1)->leaf[i];
        mix_pairing *p = &m->pair[1][i];
        if (l->value.kind != MD_METHOD || p->other < 0 || p->item >= 0 ||
            !model_of(m, 1)->element[l->element].indicator)
            continue;
        const char *id = model_of(m, 1)->element[l->element].id;
        if ((same = editions_same_method(a, b, l->name, id, f)) < 0) return 0;
        if (!same && (p->item = mix_item_of(m, MIX_METHODS, l->address, NULL, f)) < 0) return 0;
        m->pair[0][p->other].item = p->item;
    }
    return 1;
}

/* ---- structure ---- */

int mix_same_list(const char *const *a, size_t as, const char *const *b, size_t bs) {
    if (as != bs) return 0;
    for (size_t i = 0; i < as; i++)
        if (strcmp(a[i], b[i])) return 0;
    return 1;
}

static int same_tree(const model *a, const model *b) {
    if (a->elements != b->elements || a->levels != b->levels) return 0;
    for (int i = 0; i < a->elements; i++) {
        const md_element *x = &a->element[i], *y = &b->element[i];
        if (x->parent != y->parent || x->indicator != y->indicator || (i && strcmp(x->id, y->id)))
            return 0;
    }
    return mix_same_list(a->level, (size_t)a->levels, b->level, (size_t)b->levels);
}

static int same_structure(const script *s, const script *t) {
    const model *a = &s->m, *b = &t->m;
    if (!same_stages(a, b)) return 0;
    for (int i = 0; i < a->stages; i++)
        if (!mix_same_list(a->stage[i].peer, a->stage[i].peers, b->stage[i].peer,
                           b->stage[i].peers))
            return 0;
    return same_tree(a, b) && !strcmp(script_fact_of(s, "focus"), script_fact_of(t, "focus")) &&
           mix_same_list(s->data.unit, s->data.units, t->data.unit, t->data.units);
}

int mix_same_structure(const mix *m) { return same_structure(m->edition[0]->s, m->edition[1]->s); }

int mix_alike(const assess *a, const assess *b) {
    const datasets *x = &a->s->data, *y = &b->s->data;
    if (!same_structure(a->s, b->s) || x->count != y->count) return 0;
    for (size_t i = 0; i < x->count; i++) {
        const dataset *d = x->item[i], *o = datasets_named(y, d->spec.name);
        if (!o || d->text || o->text || strcmp(d->spec.path, o->spec.path)) return 0;
    }
    return 1;
}
