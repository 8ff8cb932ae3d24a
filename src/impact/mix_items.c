/* The items of a mix: finds what differs between two editions, in their leaves and in the cells of
 * their data, and loads both versions of the data into a hybrid host. */
#include "impact/mix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/mem.h"

static int same_list(const char *const *a, size_t as, const char *const *b, size_t bs) {
    if (as != bs) return 0;
    for (size_t i = 0; i < as; i++)
        if (strcmp(a[i], b[i])) return 0;
    return 1;
}

/* ---- leaves ---- */

mix_factor mix_factor_of(const md_leaf *l) {
    if (l->value.kind == MD_METHOD) return MIX_METHODS;
    if (l->element < 0) return MIX_PARAMS;
    return strcmp(l->name, "weight") ? MIX_STANDARDS : MIX_WEIGHTS;
}

/* ---- names of leaves that are the same in both editions: with the id of the element, whatever its
 * parent ---- */

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
    /* without the id of the root, which may differ */
    return arena_print(memory, "%c %s %s",
                       !e             ? 'p'
                       : e->indicator ? 'i'
                                      : 'g',
                       e && e->parent >= 0 ? e->id : "", tail);
}

/* The names of all leaves, sorted; NULL with the fault. */
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

int mix_element(const model *m, const model *other, int i) {
    const md_element *like = &other->element[i];
    for (int k = 0; k < m->elements; k++) {
        int at = (k + i % m->elements) % m->elements;
        if (m->element[at].indicator == like->indicator &&
            (at == 0 || like->parent < 0 ? at == 0 && like->parent < 0
                                         : !strcmp(m->element[at].id, like->id)))
            return at;
    }
    return -1;
}

/* ---- pairs of leaves ---- */

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

/* Has the element a leaf of this name, in whatever stage? */
static int has_name(const model *m, int element, const char *name) {
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element == element && !strcmp(m->leaf[i].name, name)) return 1;
    return 0;
}

int mix_item_of(mix *m, mix_factor factor, const char *what, const char *label) {
    for (size_t i = 0; i < m->items; i++) {
        const mix_item *it = &m->item[i];
        if (it->factor == factor && !strcmp(it->what, what) &&
            (label && it->label ? !strcmp(it->label, label) : label == it->label))
            return (int)i;
    }
    mix_item own = {.factor = factor,
                    .what = arena_text(&m->memory, what, strlen(what)),
                    .label = label ? arena_text(&m->memory, label, strlen(label)) : NULL,
                    .hard = -1};
    if (!own.what || (label && !own.label) || !MEM_RESERVE(m->item, m->items + 1, m->item_cap)) {
        fault_memory(m->f);
        return -1;
    }
    m->item[m->items] = own;
    return (int)m->items++;
}

/* The item of data, "data.observed". */
static int data_item(mix *m, mix_factor factor, const char *data, const char *label) {
    char what[200];
    snprintf(what, sizeof what, "data.%.190s", data);
    return mix_item_of(m, factor, what, label);
}

int mix_make_hard(mix *m, int item) {
    if (item < 0) return 0;
    if (m->item[item].hard >= 0) return 1;
    if (m->hards == MIX_HARD)
        return fault_set(m->f, FAULT_LIMIT, "too much differs at once between the editions");
    m->item[item].hard = m->hards++;
    m->item[item].felt = 1;
    return 1;
}

/* Finds the item of a leaf that only one edition has. Where it replaces leaves of the same name for
 * other stages, all of them are one item. */
static int pair_alone(mix *m, int e, size_t i) {
    const model *own = model_of(m, e), *other = model_of(m, !e);
    const md_leaf *l = &own->leaf[i];
    mix_pairing *p = &m->pair[e][i];
    int twin = l->element < 0 ? -1 : mix_element(other, own, l->element);
    int replaced = (l->element < 0 || twin >= 0) && has_name(other, twin, l->name);
    *p = (mix_pairing){-1, -1, l->element < 0 ? MIX_METHODS : MIX_STRUCTURE};
    if (l->element >= 0 && twin < 0) return 1;
    if (m->stages_differ && (replaced || l->stage >= 0)) {
        p->with = MIX_STRUCTURE;
        return 1;
    }
    if (l->element < 0 && !replaced) return 1;
    if (mix_factor_of(l) == MIX_METHODS)
        return (p->item = mix_item_of(m, MIX_METHODS, l->address, NULL)) >= 0;
    const char *what = l->address;
    if (replaced) { /* the address without the stage */
        size_t n = strlen(what);
        const char *stage = l->stage >= 0 ? own->stage[l->stage].name : "";
        size_t tail = *stage ? strlen(stage) + 1 : 0;
        what = arena_text(&m->memory, what, n > tail ? n - tail : n);
        if (!what) return fault_memory(m->f);
    }
    return (p->item = mix_item_of(m, mix_factor_of(l), what, NULL)) >= 0;
}

/* Finds the item of a leaf that both editions have: none where the values are the same. Methods are
 * compared later, in a host. */
static int pair_both(mix *m, size_t a, size_t b) {
    const md_leaf *x = &model_of(m, 0)->leaf[a], *y = &model_of(m, 1)->leaf[b];
    int methods = (x->value.kind == MD_METHOD) + (y->value.kind == MD_METHOD), item = -1;
    if (methods == 1 || (!methods && !same_value(x, y))) {
        item = mix_item_of(m, methods ? MIX_METHODS : mix_factor_of(y), y->address, NULL);
        if (item < 0) return 0;
        m->shaped |= !methods && x->value.kind != y->value.kind;
    }
    m->pair[0][a] = (mix_pairing){(int)b, item, MIX_FACTORS};
    m->pair[1][b] = (mix_pairing){(int)a, item, MIX_FACTORS};
    return 1;
}

/* Marks texts that may decide which formulas are made; the attributes listed here are only for
 * readers. */
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

int mix_pair_leaves(mix *m) {
    named *list[2] = {NULL, NULL};
    size_t leaves[2];
    int fine = 1;
    m->stages_differ = !same_stages(model_of(m, 0), model_of(m, 1));
    for (int e = 0; fine && e < 2; e++) {
        leaves[e] = model_of(m, e)->leaves;
        m->pair[e] = arena_zero(&m->memory, leaves[e] + 1, sizeof *m->pair[e]);
        list[e] = m->pair[e] ? names_of(&m->memory, model_of(m, e), m->f) : NULL;
        fine = list[e] != NULL;
        if (!m->pair[e]) fault_memory(m->f);
        for (size_t i = 0; fine && i < leaves[e]; i++) m->pair[e][i].other = -1;
    }
    for (size_t i = 0, k = 0; fine && i < leaves[0]; i++) {
        while (k < leaves[1] && by_name(&list[1][k], &list[0][i]) < 0) k++;
        if (k == leaves[1] || by_name(&list[1][k], &list[0][i])) continue;
        m->pair[0][list[0][i].leaf].other = (int)list[1][k].leaf;
        m->pair[1][list[1][k].leaf].other = (int)list[0][i].leaf;
    }
    /* Items are made in the order of the second edition, as readers expect. */
    for (size_t b = 0; fine && b < leaves[1]; b++) {
        int other = m->pair[1][b].other;
        fine = other >= 0 ? pair_both(m, (size_t)other, b) : pair_alone(m, 1, b);
    }
    for (size_t a = 0; fine && a < leaves[0]; a++)
        fine = m->pair[0][a].other >= 0 || pair_alone(m, 0, a);
    for (int e = 0; fine && e < 2; e++) mark_words(m, e);
    mem_free(list[0]);
    mem_free(list[1]);
    return fine;
}

/* The compute functions, and the methods that both editions name for an indicator. */
int mix_pair_methods(const hybrid_host *r) {
    mix *m = r->m;
    script *a = r->edition[0], *b = r->edition[1];
    int same = editions_same_compute(a, b, m->f);
    if (same < 0) return 0;
    if (!same && (m->compute = mix_item_of(m, MIX_METHODS, "compute", NULL)) < 0) return 0;
    for (size_t i = 0; i < model_of(m, 1)->leaves; i++) {
        const md_leaf *l = &model_of(m, 1)->leaf[i];
        mix_pairing *p = &m->pair[1][i];
        if (l->value.kind != MD_METHOD || p->other < 0 || p->item >= 0 ||
            !model_of(m, 1)->element[l->element].indicator)
            continue;
        const char *id = model_of(m, 1)->element[l->element].id;
        if ((same = editions_same_method(a, b, l->name, id, m->f)) < 0) return 0;
        if (!same && (p->item = mix_item_of(m, MIX_METHODS, l->address, NULL)) < 0) return 0;
        m->pair[0][p->other].item = p->item;
    }
    return 1;
}

/* ---- structure ---- */

static int same_tree(const model *a, const model *b) {
    if (a->elements != b->elements || a->levels != b->levels) return 0;
    for (int i = 0; i < a->elements; i++) {
        const md_element *x = &a->element[i], *y = &b->element[i];
        if (x->parent != y->parent || x->indicator != y->indicator || (i && strcmp(x->id, y->id)))
            return 0;
    }
    return same_list(a->level, (size_t)a->levels, b->level, (size_t)b->levels);
}

static int same_structure(const script *s, const script *t) {
    const model *a = &s->m, *b = &t->m;
    if (!same_stages(a, b)) return 0;
    for (int i = 0; i < a->stages; i++)
        if (!same_list(a->stage[i].peer, a->stage[i].peers, b->stage[i].peer, b->stage[i].peers))
            return 0;
    return same_tree(a, b) && !strcmp(script_fact_of(s, "focus"), script_fact_of(t, "focus")) &&
           same_list(s->data.unit, s->data.units, t->data.unit, t->data.units);
}

int mix_same_structure(const mix *m) { return same_structure(m->edition[0]->s, m->edition[1]->s); }

static int same_text(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

/* The same file, and the same cells of it? */
static int same_file(const ds_spec *a, const ds_spec *b) {
    return !strcmp(a->path, b->path) && a->workbook == b->workbook &&
           same_text(a->sheet, b->sheet) && same_text(a->range, b->range);
}

/* Are there cells that have other values than in the file? */
static int is_changed(const dataset *d) { return d->edits || d->figures; }

int mix_alike(const assess *a, const assess *b) {
    const datasets *x = &a->s->data, *y = &b->s->data;
    if (!same_structure(a->s, b->s) || x->count != y->count || x->unify != y->unify) return 0;
    for (size_t i = 0; i < x->count; i++) {
        const dataset *d = x->item[i], *o = datasets_named(y, d->spec.name);
        if (!o || d->text || o->text || is_changed(d) || is_changed(o) ||
            !same_file(&d->spec, &o->spec))
            return 0;
    }
    return 1;
}

/* ---- are data read in the same way? ---- */

static int same_wants(const ds_spec *a, const ds_spec *b) {
    if (a->wants != b->wants || a->checks != b->checks) return 0;
    for (size_t i = 0; i < a->wants; i++)
        if (strcmp(a->want[i].name, b->want[i].name) || a->want[i].kind != b->want[i].kind ||
            !same_text(a->want[i].unit, b->want[i].unit))
            return 0;
    return 1;
}

static int same_axes(const ds_spec *a, const ds_spec *b) {
    if (a->keys != b->keys || !a->value != !b->value) return 0;
    for (size_t i = 0; i < a->keys; i++)
        if (strcmp(a->key[i].axis, b->key[i].axis)) return 0;
    return 1;
}

static int same_spec(const ds_spec *a, const ds_spec *b) {
    for (size_t i = 0; same_axes(a, b) && i < a->keys; i++)
        if (strcmp(a->key[i].column, b->key[i].column)) return 0;
    return same_axes(a, b) && same_text(a->value, b->value) && same_text(a->rows, b->rows) &&
           same_text(a->label, b->label) && same_text(a->encoding, b->encoding) &&
           a->separator == b->separator && a->unify == b->unify && a->workbook == b->workbook &&
           same_text(a->sheet, b->sheet) && same_text(a->range, b->range) && same_wants(a, b) &&
           same_list(a->carry, a->carries, b->carry, b->carries) &&
           same_list(a->missing, a->missings, b->missing, b->missings);
}

/* Have two datasets the same content, even if they are read from different files? */
static int same_bytes(const dataset *a, const dataset *b) {
    if (!a->text != !b->text || is_changed(a) || is_changed(b)) return 0;
    if (a->text) return a->length == b->length && !memcmp(a->text, b->text, a->length);
    if (!strcmp(a->spec.path, b->spec.path)) return 1;
    file_view x = FILE_VIEW_INIT, y = FILE_VIEW_INIT;
    fault ignored = FAULT_INIT;
    int same = files_read(a->spec.path, SIZE_MAX / 2, &x, &ignored) &&
               files_read(b->spec.path, SIZE_MAX / 2, &y, &ignored) && x.length == y.length &&
               !memcmp(x.bytes, y.bytes, x.length);
    files_release(&x);
    files_release(&y);
    fault_release(&ignored);
    return same;
}

/* ---- loading both versions of the data, along common axes ---- */

/* Declares the data of an edition in a host. `hidden`: it is the second version of data that is
 * there already. */
static int declare_data(hybrid_host *r, int e, const char *name, int hidden) {
    mix *m = r->m;
    const dataset *plain = datasets_named(&m->edition[e]->s->data, name);
    const dataset *like = datasets_named(&r->edition[e]->data, name); /* of this host's files */
    ds_spec spec = like ? like->spec : plain->spec;
    spec.path = plain->spec.path;
    spec.workbook = plain->spec.workbook;
    spec.sheet = plain->spec.sheet;
    spec.range = plain->spec.range;
    spec.unify |= m->edition[e]->s->data.unify;
    dataset *d = dataset_new(&r->x->data, &spec, m->f);
    if (d) d->hidden = hidden;
    if (!d || !datasets_declare(&r->x->data, d, name, m->f)) return 0;
    d->text = plain->text;
    d->length = plain->length;
    d->edit = plain->edit;
    d->edits = plain->edits;
    for (size_t i = 0; i < (like ? like : plain)->figures && !plain->given; i++)
        if (!dataset_add_figure(&r->x->data, d, &(like ? like : plain)->figure[i], m->f)) return 0;
    d->mixed = m->structure >= 0 || e != r->tree;
    return 1;
}

/* Where the versions have different units (or years), this host gets those of one of them. */
static void choose_labels(const hybrid_host *r) {
    const mix *m = r->m;
    const datasets *all = &r->x->data;
    int side = hybrid_side(r, m->labels, 1);
    for (size_t i = 0; m->labels >= 0 && i + 1 < all->count; i++)
        if (all->item[i + 1]->hidden) {
            all->item[i]->aside = side == 1;
            all->item[i + 1]->aside = side == 0;
        }
}

/* Declares data that one or both editions have. */
static int declare_pair(hybrid_host *r, const char *name) {
    mix *m = r->m;
    const dataset *a = datasets_named(&m->edition[0]->s->data, name);
    const dataset *b = datasets_named(&m->edition[1]->s->data, name);
    if (!a || !b) return declare_data(r, a ? 0 : 1, name, 0);
    int alike = same_spec(&a->spec, &b->spec) &&
                m->edition[0]->s->data.unify == m->edition[1]->s->data.unify;
    if (alike && same_bytes(a, b)) return declare_data(r, r->tree, name, 0);
    if (a->spec.keys && b->spec.keys && same_axes(&a->spec, &b->spec))
        return declare_data(r, 0, name, 0) && declare_data(r, 1, name, 1);
    if (m->tables < 0) m->tables = data_item(m, MIX_DATA, name, NULL);
    size_t k = 0;
    while (k < m->table_names && strcmp(m->table_name[k], name)) k++;
    if (k == m->table_names && k < MIX_TABLES) m->table_name[m->table_names++] = a->spec.name;
    return mix_make_hard(m, m->tables) &&
           declare_data(r, hybrid_side(r, m->tables, r->tree), name, 0);
}

/* Declares the units that either edition declares. */
static int merge_units(hybrid_host *r) {
    mix *m = r->m;
    const datasets *a = &m->edition[r->tree]->s->data, *b = &m->edition[!r->tree]->s->data;
    datasets *to = &r->x->data;
    const char **unit = arena_take(&to->memory, (a->units + b->units + 1) * sizeof *unit);
    if (!unit) return fault_memory(m->f);
    if (!a->units || !b->units) return 1; /* units come from the data, too */
    for (size_t i = 0; i < a->units; i++) unit[to->units++] = a->unit[i];
    for (size_t i = 0; i < b->units; i++) {
        size_t k = 0;
        while (k < to->units && strcmp(unit[k], b->unit[i])) k++;
        if (k == to->units) unit[to->units++] = b->unit[i];
    }
    to->unit = unit;
    return 1;
}

int mix_load_data(hybrid_host *r) {
    mix *m = r->m;
    const datasets *a = &m->edition[r->tree]->s->data, *b = &m->edition[!r->tree]->s->data;
    if (!merge_units(r)) return 0;
    for (size_t i = 0; i < a->count; i++)
        if (!declare_pair(r, a->item[i]->spec.name)) return 0;
    for (size_t i = 0; i < b->count; i++)
        if (!datasets_named(a, b->item[i]->spec.name) && !declare_pair(r, b->item[i]->spec.name))
            return 0;
    choose_labels(r);
    return datasets_load(&r->x->data, m->f);
}

/* ---- cells that differ ---- */

static double cell_value(const mix_array *a, int e, size_t cell) {
    return a->side[e]     ? a->side[e][cell]
           : a->column[e] ? a->column[e][cell / a->line][cell % a->line]
                          : (double)NAN;
}

static int add_cell(hybrid_host *r, uint32_t array, uint32_t item, size_t cell) {
    if (!MEM_RESERVE(r->cell, r->cells + 1, r->cell_cap)) return fault_memory(r->m->f);
    r->cell[r->cells++] = (mix_cell){array, item, cell};
    return 1;
}

/* Compares both versions of an array and gives each cell that differs to an item. */
static int compare_arrays(hybrid_host *r, uint32_t which) {
    mix *m = r->m;
    mix_array *a = &r->array[which];
    const ax_axis *leaves = a->leaf_axis == AX_NONE ? NULL : ax_get(r->h->space, a->leaf_axis);
    int *item = mem_take((2 * a->leaf_size + 2) * sizeof *item), fine = item != NULL;
    for (size_t i = 0; fine && i < 2 * a->leaf_size + 2; i++) item[i] = -1;
    size_t before = r->cells;
    for (size_t c = 0; fine && c < a->cells; c++) {
        double x = cell_value(a, 0, c), y = cell_value(a, 1, c);
        if (x == y || (x != x && y != y)) continue;
        int only = x != x || y != y;
        size_t leaf = leaves ? ax_along(c, a->leaf_stride, a->leaf_size) : 0;
        int *it = &item[2 * leaf + (size_t)only];
        if (*it < 0)
            *it = data_item(m, only ? MIX_COVERAGE : MIX_DATA, a->data,
                            leaves ? pool_text(r->h->strings, leaves->label[leaf]) : NULL);
        fine = *it >= 0 && add_cell(r, which, (uint32_t)*it, c);
        if (fine && !m->counted) m->item[*it].cells++;
    }
    if (!item) fault_memory(m->f);
    mem_free(item);
    if (!fine || r->cells == before) return fine;
    a->value = big_alloc_take(a->cells * sizeof *a->value);
    if (!a->value) return fault_memory(m->f);
    for (size_t c = 0; c < a->cells; c++) a->value[c] = cell_value(a, 0, c);
    return 1;
}

/* Marks the positions of an axis that a key column of a table names. */
static void mark_labels(const hybrid_host *r, const dataset *d, size_t key, unsigned char *seen) {
    const tb_column *c = tb_column_named(d->table, d->spec.key[key].column);
    int axis = ax_find(r->h->space, d->spec.key[key].axis);
    double last = NAN;
    for (size_t i = 0; i < tb_rows(d->table); i++) {
        double x = c->value[i];
        if (x != x || x == last) continue;
        last = x;
        long at = c->kind == TB_TEXT ? ax_position(r->h->space, axis, (uint32_t)x)
                                     : ax_position_number(r->h->space, axis, x);
        if (at >= 0) seen[at] = 1;
    }
}

/* Do both versions name the same units, years and so on? The tree is compared elsewhere. */
static int same_labels(const hybrid_host *r, const dataset *d, const dataset *o) {
    int same = 1;
    for (size_t k = 0; same && k < d->spec.keys; k++) {
        if (!strcmp(d->spec.key[k].axis, dataset_leaf_axis(&r->x->data)) && r->x->m.levels)
            continue;
        size_t size = ax_get(r->h->space, ax_find(r->h->space, d->spec.key[k].axis))->size;
        unsigned char *a = mem_zero(size + 1, 1), *b = mem_zero(size + 1, 1);
        if (a && b) {
            mark_labels(r, d, k, a);
            mark_labels(r, o, k, b);
            same = !memcmp(a, b, size);
        } else {
            fault_memory(r->m->f);
        }
        mem_free(a);
        mem_free(b);
    }
    return same;
}

static mix_array *add_array(hybrid_host *r, const dataset *d, ax_set axes, const char *name) {
    if (!MEM_RESERVE(r->array, r->arrays + 1, r->array_cap)) return fault_memory(r->m->f), NULL;
    ax_space *space = r->h->space;
    uint8_t order[AX_MOST];
    int axis = ax_find(space, dataset_leaf_axis(&r->x->data)), n = ax_layout(space, axes, order);
    mix_array *a = &r->array[r->arrays++];
    *a = (mix_array){.data = d->spec.name,
                     .name = name,
                     .cells = ax_size(space, axes),
                     .leaf_axis = AX_NONE,
                     .line = 1};
    if (n) a->line = ax_get(space, order[n - 1])->size;
    if (axis != AX_NONE && (axes & AX_BIT(axis))) {
        a->leaf_axis = axis;
        a->leaf_stride = ax_stride(space, axes, axis);
        a->leaf_size = ax_get(space, axis)->size;
    }
    return a;
}

static int add_carried(hybrid_host *r, dataset *d, dataset *o, size_t i) {
    size_t k = 0;
    while (k < o->spec.carries && strcmp(o->spec.carry[k], d->spec.carry[i])) k++;
    mix_array *a = add_array(r, d, d->keyed, d->spec.carry[i]);
    if (!a) return 0;
    a->side[0] = dataset_carried(d, i, r->m->f);
    a->side[1] = k < o->spec.carries ? dataset_carried(o, k, r->m->f) : NULL;
    if (!a->side[0] || r->m->f->count || !compare_arrays(r, (uint32_t)r->arrays - 1)) return 0;
    a = &r->array[r->arrays - 1];
    if (a->value) {
        a->spare = d->carried[i];
        d->carried[i] = a->value;
    }
    return 1;
}

int mix_find_cells(hybrid_host *r) {
    mix *m = r->m;
    datasets *all = &r->x->data;
    for (size_t i = 0; i < all->count; i++) {
        dataset *d = all->item[i], *o = i + 1 < all->count ? all->item[i + 1] : NULL;
        if (!o || !o->hidden) continue;
        if (d->values.axes != o->values.axes || d->values.kind != o->values.kind)
            return fault_set(m->f, FAULT_RULE, "the data '%s' has other axes in the two editions",
                             d->spec.name);
        if (m->labels < 0 && m->hards < MIX_HARD && !same_labels(r, d, o)) {
            m->labels = data_item(m, MIX_COVERAGE, d->spec.name, NULL);
            if (!mix_make_hard(m, m->labels)) return 0;
        }
        mix_array *a = m->f->count ? NULL : add_array(r, d, d->values.axes, NULL);
        if (!a) return 0;
        a->side[0] = d->values.value;
        a->side[1] = o->values.value;
        a->column[0] = d->values.column;
        a->column[1] = o->values.column;
        if (!compare_arrays(r, (uint32_t)r->arrays - 1)) return 0;
        a = &r->array[r->arrays - 1];
        if (a->value) {
            d->values.value = a->value;
            d->values.column = NULL;
            d->values.low = d->values.high = NULL;
        }
        for (size_t k = 0; k < d->spec.carries; k++)
            if (!add_carried(r, d, o, k)) return 0;
    }
    m->counted = 1; /* counted in the first host, which has the labels of both */
    return 1;
}

/* Sorts the cells by item. */
int mix_sort_cells(hybrid_host *r) {
    const mix *m = r->m;
    mix_cell *sorted = mem_take((r->cells + 1) * sizeof *sorted);
    r->from = mem_zero(m->items + 2, sizeof *r->from);
    if (!sorted || !r->from) {
        mem_free(sorted);
        return fault_memory(m->f);
    }
    r->cell_items = m->items;
    for (size_t i = 0; i < r->cells; i++) r->from[r->cell[i].item + 2]++;
    for (size_t i = 2; i < m->items + 2; i++) r->from[i] += r->from[i - 1];
    for (size_t i = 0; i < r->cells; i++) sorted[r->from[r->cell[i].item + 1]++] = r->cell[i];
    mem_free(r->cell);
    r->cell = sorted;
    return 1;
}

void mix_set_cells(hybrid_host *r, const unsigned char *side) {
    for (size_t i = 0; i < r->cell_items; i++) {
        if ((r->now ? r->now[i] : 0) == side[i]) continue;
        for (size_t k = r->from[i]; k < r->from[i + 1]; k++) {
            mix_array *a = &r->array[r->cell[k].array];
            a->value[r->cell[k].cell] = cell_value(a, side[i], r->cell[k].cell);
            a->changed = 1;
        }
    }
    for (size_t i = 0; i < r->arrays; i++) {
        if (r->array[i].changed && r->array[i].node) ex_run_changed(r->h->run, r->array[i].node);
        r->array[i].changed = 0;
    }
}

/* Carried arrays that were replaced now belong to the dataset. */
void mix_release_data(hybrid_host *r) {
    for (size_t i = 0; i < r->arrays; i++) {
        mix_array *a = &r->array[i];
        big_alloc_give(a->spare, a->cells * sizeof *a->spare);
        if (!a->name) big_alloc_give(a->value, a->cells * sizeof *a->value);
    }
    mem_free(r->array);
    mem_free(r->cell);
    mem_free(r->from);
}
