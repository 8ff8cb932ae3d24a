/* The model: stages, elements and leaves as they are read and changed, and the arrays of the
 * leaves.
 */
#include "rule/model.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "table/date.h"

void model_open(model *m, pool *strings, ax_space *space, sources *files) {
    *m = (model){
        .strings = strings, .space = space, .files = files, .cite = "", .stage_axis = AX_NONE};
}

void model_close(model *m) {
    arena_release(&m->memory);
    mem_free(m->stage);
    mem_free(m->element);
    mem_free(m->leaf);
    mem_free(m->array);
    pool_close(m->stage_names);
    pool_close(m->array_names);
    *m = (model){0};
}

int model_fault(const model *m, fault *f, md_at at, const char *word, const char *hint,
                const char *format, ...) {
    place where = sources_place(m->files, at.file, at.line, word);
    va_list args;
    va_start(args, format);
    fault_vat(f, FAULT_RULE, &where, hint, format, args);
    va_end(args);
    return 0;
}

static const char *copy_text(model *m, const char *text) {
    return text && *text ? arena_text(&m->memory, text, strlen(text)) : "";
}

int model_find_stage(const model *m, const char *name) {
    return m->stages ? (int)pool_find(m->stage_names, name, strlen(name)) - 1 : -1;
}

/* Adds the name of what will have the number `count`. 0 without memory. */
static int keep_name(pool **names, const char *name, size_t count) {
    if (!*names) *names = pool_open();
    return *names && pool_put(*names, name, strlen(name)) == count + 1;
}

static int keep_stage(model *m, const md_stage *s, md_stage *out, fault *f) {
    if (s->from && s->to && s->to < s->from)
        model_fault(m, f, s->at, "to", NULL, "stage '%s' ends in %d, before it begins in %d",
                    s->name, s->to, s->from);
    md_stage own = *s;
    own.name = copy_text(m, s->name);
    own.title = copy_text(m, s->title);
    const char **peer = arena_take(&m->memory, s->peers * sizeof *peer);
    int whole = own.name && own.title && peer;
    for (size_t i = 0; whole && i < s->peers; i++)
        whole = (peer[i] = copy_text(m, s->peer[i])) != NULL;
    own.peer = peer;
    if (!whole) return fault_memory(f);
    *out = own;
    return 1;
}

int model_add_stage(model *m, const md_stage *s, fault *f) {
    if (model_find_stage(m, s->name) >= 0) {
        model_fault(m, f, s->at, s->name, NULL, "there are two stages '%s'", s->name);
        return -1;
    }
    md_stage own;
    if (!keep_stage(m, s, &own, f)) return -1;
    if (!MEM_RESERVE(m->stage, (size_t)m->stages + 1, m->stage_cap) ||
        !keep_name(&m->stage_names, own.name, (size_t)m->stages)) {
        fault_memory(f);
        return -1;
    }
    m->stage[m->stages] = own;
    return m->stages++;
}

int model_change_stage(model *m, const md_stage *s, fault *f) {
    int which = model_find_stage(m, s->name);
    if (which < 0)
        return model_fault(m, f, s->at, s->name, "an overlay keeps the stages of its base",
                           "there is no stage '%s'", s->name);
    const md_stage *old = &m->stage[which];
    md_stage next = *s;
    if (!*next.title) next.title = old->title;
    next.from = next.from ? next.from : old->from;
    next.to = next.to ? next.to : old->to;
    if (!next.peer) {
        next.peer = old->peer;
        next.peers = old->peers;
    }
    return keep_stage(m, &next, &m->stage[which], f);
}

int model_make_stages(model *m, fault *f) {
    if (!m->stages) return 1;
    uint32_t *label = arena_take(&m->memory, (size_t)m->stages * sizeof *label);
    if (!label) return fault_memory(f);
    for (int i = 0; i < m->stages; i++)
        if (!(label[i] = pool_put(m->strings, m->stage[i].name, strlen(m->stage[i].name))))
            return fault_memory(f);
    m->stage_axis = ax_make(m->space, "stage", label, (uint32_t)m->stages, f);
    return m->stage_axis != AX_NONE;
}

int model_add_element(model *m, int parent, int indicator, const char *id, const char *name,
                      const char *cite, md_at at, fault *f) {
    md_element e = {.parent = parent, .indicator = indicator, .at = at};
    const md_element *up = parent >= 0 ? &m->element[parent] : NULL;
    e.depth = up ? up->depth + 1 : 0;
    e.id = copy_text(m, id);
    e.name = copy_text(m, name);
    e.cite = cite && *cite ? copy_text(m, cite) : up ? up->cite : m->cite;
    e.address = up ? arena_print(&m->memory, "%s.%s", up->address, id) : "index";
    e.label = pool_put(m->strings, id, strlen(id));
    if (!e.id || !e.name || !e.cite || !e.address || !e.label ||
        !MEM_RESERVE(m->element, (size_t)m->elements + 1, m->element_cap)) {
        fault_memory(f);
        return -1;
    }
    m->element[m->elements] = e;
    return m->elements++;
}

/* Attributes that have a meaning of their own are limited in what they may be. */
static int check_attribute(model *m, const md_leaf *l, fault *f) {
    if (!strcmp(l->name, "weight") && l->value.kind == MD_NUMBER && !(l->value.number >= 0))
        return model_fault(m, f, l->at, "weight", NULL, "%s is %g; a weight is not negative",
                           l->address, l->value.number);
    if (!strcmp(l->name, "better") && strcmp(l->value.text, "higher") &&
        strcmp(l->value.text, "lower") && strcmp(l->value.text, "target"))
        return model_fault(m, f, l->at, l->value.text, NULL,
                           "%s is '%s', not \"higher\", \"lower\" or \"target\"", l->address,
                           l->value.text);
    return 1;
}

/* Copies a value; a text is put into the pool, too. */
static int keep_value(model *m, md_value value, md_value *out) {
    *out = value;
    if (value.kind != MD_TEXT && value.kind != MD_METHOD) return 1;
    out->text = copy_text(m, value.text);
    uint32_t string = value.text ? pool_put(m->strings, value.text, strlen(value.text)) : 0;
    out->number = string ? (double)string : NAN;
    return out->text != NULL;
}

int model_add_leaf(model *m, int element, const char *path, const char *name, int stage,
                   md_value value, md_at at, fault *f) {
    const char *base = element >= 0 ? m->element[element].address : "params";
    md_leaf l = {.at = at, .element = element, .stage = stage, .array = -1};
    l.address = arena_print(&m->memory, "%s.%s", base, path);
    l.cite = element >= 0 ? m->element[element].cite : m->cite;
    l.name = copy_text(m, name);
    if (!l.address || !l.name || !keep_value(m, value, &l.value) ||
        !MEM_RESERVE(m->leaf, m->leaves + 1, m->leaf_cap)) {
        fault_memory(f);
        return -1;
    }
    if (element >= 0 && !check_attribute(m, &l, f)) return -1;
    m->leaf[m->leaves] = l;
    return (int)m->leaves++;
}

int model_editions(const md_leaf *l) { return l->editions ? l->editions : 1; }

md_edition model_edition(const md_leaf *l, int which) {
    return l->editions ? l->edition[which] : (md_edition){l->address, l->value, l->cite, l->at};
}

/* Gives a leaf the editions of older ones, followed by its present value. */
static int keep_editions(model *m, md_leaf *l, const md_leaf *const *old, size_t count, fault *f) {
    int n = 1;
    for (size_t i = 0; i < count; i++) n += model_editions(old[i]);
    md_edition *all = arena_take(&m->memory, (size_t)n * sizeof *all);
    if (!all) return fault_memory(f);
    n = 0;
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < model_editions(old[i]); k++) all[n++] = model_edition(old[i], k);
    all[n++] = (md_edition){l->address, l->value, l->cite, l->at};
    l->edition = all;
    l->editions = n;
    return 1;
}

int model_change_leaf(model *m, size_t leaf, md_value value, const char *cite, md_at at, fault *f) {
    const md_leaf before = m->leaf[leaf], *const old = &before;
    md_leaf next = before;
    next.at = at;
    next.cite = copy_text(m, cite);
    if (!next.cite || !keep_value(m, value, &next.value)) return fault_memory(f);
    if (next.element >= 0 && !check_attribute(m, &next, f)) return 0;
    if (!keep_editions(m, &next, &old, 1, f)) return 0;
    m->leaf[leaf] = next;
    return 1;
}

int model_follow_leaves(model *m, size_t leaf, const size_t *old, size_t count, fault *f) {
    const md_leaf **was = arena_take(&m->memory, (count + 1) * sizeof *was);
    if (!was) return fault_memory(f);
    for (size_t i = 0; i < count; i++) was[i] = &m->leaf[old[i]];
    return keep_editions(m, &m->leaf[leaf], was, count, f);
}

static md_leaf *find_leaf(const model *m, const char *address) {
    for (size_t i = 0; i < m->leaves; i++)
        if (!strcmp(m->leaf[i].address, address)) return &m->leaf[i];
    return NULL;
}

const md_leaf *model_leaf(const model *m, const char *address) { return find_leaf(m, address); }

int model_element_of(const model *m, int axis, size_t position) {
    for (int k = 0; m->level_axis && k + 1 < m->levels; k++)
        if (m->level_axis[k] == axis)
            return position < ax_get(m->space, axis)->size ? m->member[k][position] : -1;
    return -1;
}

/* The only address that ends like this one: "index.C.C7.weight" for "index.C7.weight". NULL where
 * there is none or several. */
static const char *address_ending_in(const model *m, const char *address) {
    const char *tail = !strncmp(address, "index.", 6) ? address + 6 : address;
    size_t n = strlen(tail);
    const char *found = NULL;
    for (size_t i = 0; n && i < m->leaves; i++) {
        const char *a = m->leaf[i].address;
        size_t length = strlen(a);
        if (length > n && a[length - n - 1] == '.' && !strcmp(a + length - n, tail)) {
            if (found) return NULL;
            found = a;
        }
    }
    return found;
}

static int refuse_unknown_address(model *m, const char *address, fault *f) {
    const char *meant = address_ending_in(m, address);
    suggestion near = suggest_for(address);
    for (size_t i = 0; !meant && i < m->leaves; i++) suggest_try(&near, m->leaf[i].address);
    if (!meant) meant = suggest_best(&near);
    const char *hint = suggest_text(&m->memory, meant);
    for (int i = 0; i < m->elements; i++) {
        const md_element *e = &m->element[i];
        size_t n = strlen(e->address);
        if (!strncmp(e->address, address, n) && !strcmp(address + n, ".weight") && !e->indicator)
            hint = text_message(
                "this group gives no weight of its own: it weighs the sum of its children");
    }
    return fault_at(f, FAULT_USAGE, NULL, hint, "the rules have no leaf '%s'", address);
}

static int read_value(model *m, const md_leaf *l, const char *text, md_value *out, fault *f) {
    *out = l->value;
    switch (l->value.kind) {
    case MD_NUMBER:
        if (decimal_read(text, strlen(text), &out->number) == DECIMAL_OK) return 1;
        return fault_set(f, FAULT_USAGE, "'%s' is not a number; %s is one", text, l->address);
    case MD_TRUTH:
        out->number = !strcmp(text, "true");
        if (out->number != 0 || !strcmp(text, "false")) return 1;
        return fault_set(f, FAULT_USAGE, "'%s' is neither true nor false; %s is one of them", text,
                         l->address);
    case MD_DATE:
        if (date_read(text, strlen(text), &out->number) == DATE_OK) return 1;
        return fault_set(f, FAULT_USAGE, "'%s' is not a date like 2011-06-30; %s is one", text,
                         l->address);
    case MD_TEXT:
        return keep_value(m, (md_value){.kind = MD_TEXT, .text = text}, out) || fault_memory(f);
    default:
        return fault_set(f, FAULT_USAGE, "%s is a method, which is not set from outside",
                         l->address);
    }
}

int model_set(model *m, const char *address, const char *value, fault *f) {
    md_leaf *l = find_leaf(m, address);
    if (!l) return refuse_unknown_address(m, address, f);
    md_leaf next = *l;
    if (!read_value(m, l, value, &next.value, f)) return 0;
    fault wrong = FAULT_INIT;
    if (next.element >= 0 && !check_attribute(m, &next, &wrong)) {
        fault_set(f, FAULT_USAGE, "%s",
                  wrong.listed && wrong.item[0].text ? wrong.item[0].text : "");
        fault_release(&wrong);
        return 0;
    }
    if (!next.editions && !keep_editions(m, l, NULL, 0, f)) return 0;
    next.edition = l->edition;
    next.editions = l->editions;
    next.changed = 1;
    *l = next;
    return 1;
}

const char *model_value_text(model *m, const md_value *v) {
    char text[32] = "";
    if (v->kind == MD_TRUTH) return v->number != 0 ? "true" : "false";
    if (v->kind == MD_NUMBER) decimal_write(v->number, text);
    if (v->kind == MD_DATE) date_write(v->number, text);
    const char *out = *text ? copy_text(m, text) : v->text;
    return out ? out : "";
}

const char *model_leaf_text(model *m, const md_leaf *l) { return model_value_text(m, &l->value); }

/* ---- arrays ---- */

static ex_kind kind_of(md_kind k) {
    return k == MD_NUMBER ? EX_NUMBER : k == MD_TRUTH ? EX_TRUTH : k == MD_DATE ? EX_DATE : EX_TEXT;
}

static md_array *find_array(const model *m, const char *name) {
    uint32_t number = m->arrays ? pool_find(m->array_names, name, strlen(name)) : 0;
    return number ? &m->array[number - 1] : NULL;
}

const md_array *model_array(const model *m, const char *name) { return find_array(m, name); }

/* The array whose name is the two parts together, added without values if there is none. */
static md_array *find_or_add_array(model *m, const char *base, const char *name, ex_kind kind,
                                   ax_set axes, fault *f) {
    const char *own = arena_print(&m->memory, "%s%s", base, name);
    md_array *known = own ? find_array(m, own) : NULL;
    if (known) return known;
    if (!own || !MEM_RESERVE(m->array, m->arrays + 1, m->array_cap) ||
        !keep_name(&m->array_names, own, m->arrays)) {
        fault_memory(f);
        return NULL;
    }
    m->array[m->arrays] = (md_array){.name = own, .kind = kind, .axes = axes};
    return &m->array[m->arrays++];
}

/* The array "index.NAME", or NULL. */
static md_array *find_level_array(const model *m, const char *name) {
    buf full = BUF_INIT;
    buf_print(&full, "index.%s", name);
    md_array *found = find_array(m, buf_string(&full));
    buf_release(&full);
    return found;
}

static int allocate_array(model *m, md_array *a, fault *f) {
    a->size = ax_size(m->space, a->axes);
    a->value = arena_take(&m->memory, a->size * sizeof *a->value);
    a->leaf = arena_take(&m->memory, a->size * sizeof *a->leaf);
    if (!a->value || !a->leaf) return fault_memory(f);
    for (size_t i = 0; i < a->size; i++) {
        a->value[i] = NAN;
        a->leaf[i] = -1;
    }
    return 1;
}

/* Leaves of groups have no array, apart from weights (see add_level_arrays), and methods have none.
 */
static int has_array(const model *m, const md_leaf *l) {
    return l->value.kind != MD_METHOD && (l->element < 0 || m->element[l->element].indicator);
}

/* Adds the arrays of the leaves. One that has a leaf for a single stage goes along the stages. */
static int add_leaf_arrays(model *m, fault *f) {
    int fine = 1;
    for (size_t i = 0; i < m->leaves; i++) {
        md_leaf *l = &m->leaf[i];
        if (!has_array(m, l)) continue;
        int attribute = l->element >= 0;
        ex_kind kind = kind_of(l->value.kind);
        md_array *a = find_or_add_array(m, attribute ? "index." : "params.", l->name, kind,
                                        attribute ? AX_BIT(m->level_axis[0]) : 0, f);
        if (!a) return 0;
        l->array = (int)(a - m->array);
        if (l->stage >= 0) a->axes |= AX_BIT(m->stage_axis);
        if (a->kind != kind)
            fine = model_fault(m, f, l->at, l->name, NULL, "%s is a %s, but elsewhere %s is a %s",
                               l->address, ex_kind_text(kind), l->name, ex_kind_text(a->kind));
    }
    return fine;
}

/* An array of a level: "index.weight", "index.group"; "index.group.weight" further up. */
static md_array *add_level_array(model *m, int level, const char *what, ex_kind kind, ax_set axes,
                                 fault *f) {
    if (!level) return find_or_add_array(m, "index.", what, kind, axes, f);
    const char *base = arena_print(&m->memory, "index.%s.", m->level[level]);
    if (!base) fault_memory(f);
    return base ? find_or_add_array(m, base, what, kind, axes, f) : NULL;
}

/* For every level the weights of its elements, and maps to all levels above but the root. */
static int add_level_arrays(model *m, fault *f) {
    ax_set staged = 0;
    m->level_weight = arena_take(&m->memory, (size_t)(m->levels + 1) * sizeof *m->level_weight);
    if (!m->level_weight) return fault_memory(f);
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element >= 0 && m->leaf[i].stage >= 0 && !strcmp(m->leaf[i].name, "weight"))
            staged = AX_BIT(m->stage_axis);
    for (int k = 0; k + 1 < m->levels; k++) {
        ax_set axis = AX_BIT(m->level_axis[k]);
        md_array *weight = add_level_array(m, k, "weight", EX_NUMBER, axis | (k ? staged : 0), f);
        if (!weight) return 0;
        m->level_weight[k] = (int)(weight - m->array);
        for (int up = k + 1; up + 1 < m->levels; up++) {
            if (!k && find_level_array(m, m->level[up]))
                return model_fault(m, f, m->at, m->level[up], NULL,
                                   "'%s' is both a level of the index and an attribute",
                                   m->level[up]);
            md_array *map = add_level_array(m, k, m->level[up], EX_TEXT, axis, f);
            if (!map) return 0;
            map->names = m->level[up];
        }
    }
    return 1;
}

/* Sets the value and the leaf at a position of the array's first axis, in one stage or (-1) in all.
 */
static void set_element(const model *m, md_array *a, int axis, size_t position, int stage,
                        double value, int32_t leaf) {
    size_t at = axis == AX_NONE ? 0 : position * ax_stride(m->space, a->axes, axis);
    int staged = m->stage_axis != AX_NONE && (a->axes & AX_BIT(m->stage_axis));
    size_t step = staged ? ax_stride(m->space, a->axes, m->stage_axis) : 0;
    for (int s = 0; s < (staged ? m->stages : 1); s++)
        if (stage < 0 || stage == s || !staged) {
            a->value[at + (size_t)s * step] = value;
            a->leaf[at + (size_t)s * step] = leaf;
        }
}

/* Fills the map of a level to one further up: each element's group there. */
static void fill_map(const model *m, md_array *map, int level, int up) {
    for (size_t i = 0; i < map->size; i++) {
        const md_element *e = &m->element[m->member[level][i]];
        while (e->depth > m->levels - 1 - up) e = &m->element[e->parent];
        map->value[i] = e->label;
    }
}

static void fill_maps(model *m) {
    for (size_t i = 0; i < m->arrays; i++)
        for (int k = 0; m->array[i].names && k + 1 < m->levels; k++)
            for (int up = k + 1; up + 1 < m->levels; up++)
                if (m->array[i].names == m->level[up] &&
                    m->array[i].axes == AX_BIT(m->level_axis[k]))
                    fill_map(m, &m->array[i], k, up);
}

/* The weight of every element in each of `stages` stages, and the leaf that gives it or -1. What is
 * not given is 1 for an indicator, and the sum over its children for a group. */
static void weigh_elements(const model *m, size_t stages, double *weight, int32_t *leaf) {
    size_t count = (size_t)m->elements * stages;
    for (size_t i = 0; i < count; i++) {
        weight[i] = m->element[i / stages].indicator;
        leaf[i] = -1;
    }
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        if (l->element < 0 || l->absent || strcmp(l->name, "weight")) continue;
        for (size_t s = 0; s < stages; s++)
            if (l->stage < 0 || (size_t)l->stage == s) {
                weight[(size_t)l->element * stages + s] = l->value.number;
                leaf[(size_t)l->element * stages + s] = (int32_t)i;
            }
    }
    for (size_t i = count; i-- > 0;) { /* children before their groups */
        int parent = m->element[i / stages].parent;
        size_t above = parent < 0 ? i : (size_t)parent * stages + i % stages;
        if (above != i && leaf[above] < 0 && weight[i] == weight[i]) weight[above] += weight[i];
    }
}

static int fill_weights(model *m, fault *f) {
    size_t stages = m->stages ? (size_t)m->stages : 1, count = (size_t)m->elements * stages;
    double *weight = mem_take(count * sizeof *weight);
    int32_t *leaf = mem_take(count * sizeof *leaf);
    int fine = weight && leaf ? 1 : fault_memory(f);
    if (fine) weigh_elements(m, stages, weight, leaf);
    for (int k = 0; fine && k + 1 < m->levels; k++) {
        md_array *a = &m->array[m->level_weight[k]];
        int axis = m->level_axis[k];
        for (size_t i = 0; i < ax_get(m->space, axis)->size; i++)
            for (size_t s = 0; s < stages; s++) {
                size_t from = (size_t)m->member[k][i] * stages + s;
                set_element(m, a, axis, i, m->stages ? (int)s : -1, weight[from], leaf[from]);
            }
    }
    mem_free(weight);
    mem_free(leaf);
    return fine;
}

/* Writes the leaves that are given into their arrays, or clears the places of those that are
 * absent. */
static void fill_leaves(model *m, int given) {
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *l = &m->leaf[i];
        if (l->array < 0 || l->absent == given) continue;
        int axis = l->element >= 0 ? m->level_axis[0] : AX_NONE;
        long position =
            axis == AX_NONE ? 0 : ax_position(m->space, axis, m->element[l->element].label);
        set_element(m, &m->array[l->array], axis, (size_t)position, l->stage,
                    given ? l->value.number : NAN, given ? (int32_t)i : -1);
    }
}

int model_fill(model *m, fault *f) {
    fill_leaves(m, 0);
    fill_leaves(m, 1);
    return !m->levels || fill_weights(m, f);
}

int model_refill(model *m, ex_run *run, fault *f) {
    size_t all = 0, at = 0;
    for (size_t i = 0; i < m->arrays; i++) all += m->array[i].size;
    double *old = mem_take((all + 1) * sizeof *old);
    if (!old) return fault_memory(f);
    for (size_t i = 0; i < m->arrays; at += m->array[i++].size)
        memcpy(old + at, m->array[i].value, m->array[i].size * sizeof *old);
    int fine = model_fill(m, f);
    at = 0;
    for (size_t i = 0; i < m->arrays; at += m->array[i++].size)
        if (m->array[i].node &&
            memcmp(old + at, m->array[i].value, m->array[i].size * sizeof *old) != 0)
            ex_run_changed(run, m->array[i].node);
    mem_free(old);
    return fine;
}

int model_make_arrays(model *m, fault *f) {
    if (!add_leaf_arrays(m, f) || !add_level_arrays(m, f)) return 0;
    for (size_t i = 0; i < m->arrays; i++)
        if (!allocate_array(m, &m->array[i], f)) return 0;
    fill_maps(m);
    return model_fill(m, f);
}
