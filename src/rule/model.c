#include "rule/model.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "table/date.h"

int model_open(model *m, pool *strings, ax_space *space, sources *files) {
    *m = (model){
        .strings = strings, .space = space, .files = files, .cite = "", .stage_axis = AX_NONE};
    return 1;
}

void model_close(model *m) {
    arena_release(&m->memory);
    mem_free(m->stage);
    mem_free(m->element);
    mem_free(m->leaf);
    mem_free(m->array);
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

static int grow(void *list, int *capacity, int count, size_t each) {
    if (count < *capacity) return 1;
    int more = *capacity ? 2 * *capacity : 16;
    void **at = list, *grown = mem_grow(*at, (size_t)more * each);
    if (!grown) return 0;
    *at = grown;
    *capacity = more;
    return 1;
}

static const char *copy(model *m, const char *text) {
    return text && *text ? arena_text(&m->memory, text, strlen(text)) : "";
}

int model_find_stage(const model *m, const char *name) {
    for (int i = 0; i < m->stages; i++)
        if (!strcmp(m->stage[i].name, name)) return i;
    return -1;
}

static int keep_stage(model *m, const md_stage *s, md_stage *out, fault *f) {
    if (s->from && s->to && s->to < s->from)
        model_fault(m, f, s->at, "to", NULL, "stage '%s' ends in %d, before it begins in %d",
                    s->name, s->to, s->from);
    md_stage own = *s;
    own.name = copy(m, s->name);
    own.title = copy(m, s->title);
    const char **peer = arena_take(&m->memory, s->peers * sizeof *peer);
    int whole = own.name && own.title && peer;
    for (size_t i = 0; whole && i < s->peers; i++) whole = (peer[i] = copy(m, s->peer[i])) != NULL;
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
    if (!grow(&m->stage, &m->stage_capacity, m->stages, sizeof *m->stage)) {
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
    e.id = copy(m, id);
    e.name = copy(m, name);
    e.cite = cite && *cite ? copy(m, cite) : up ? up->cite : m->cite;
    e.address = up ? arena_print(&m->memory, "%s.%s", up->address, id) : "index";
    e.label = pool_put(m->strings, id, strlen(id));
    if (!e.id || !e.name || !e.cite || !e.address || !e.label ||
        !grow(&m->element, &m->element_capacity, m->elements, sizeof *m->element)) {
        fault_memory(f);
        return -1;
    }
    m->element[m->elements] = e;
    return m->elements++;
}

/* What an attribute with a meaning of its own may hold. */
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

/* Texts are copied and counted among the strings. */
static int keep_value(model *m, md_value value, md_value *out) {
    *out = value;
    if (value.kind != MD_TEXT && value.kind != MD_METHOD) return 1;
    out->text = copy(m, value.text);
    uint32_t string = value.text ? pool_put(m->strings, value.text, strlen(value.text)) : 0;
    out->number = string ? (double)string : NAN;
    return out->text != NULL;
}

int model_add_leaf(model *m, int element, const char *path, const char *name, int stage,
                   md_value value, md_at at, fault *f) {
    const char *base = element >= 0 ? m->element[element].address : "params";
    md_leaf l = {.at = at, .element = element, .stage = stage};
    l.address = arena_print(&m->memory, "%s.%s", base, path);
    l.cite = element >= 0 ? m->element[element].cite : m->cite;
    l.name = copy(m, name);
    int capacity = (int)m->leaf_capacity;
    if (!l.address || !l.name || !keep_value(m, value, &l.value) ||
        !grow(&m->leaf, &capacity, (int)m->leaves, sizeof *m->leaf)) {
        fault_memory(f);
        return -1;
    }
    m->leaf_capacity = (size_t)capacity;
    if (element >= 0 && !check_attribute(m, &l, f)) return -1;
    m->leaf[m->leaves] = l;
    return (int)m->leaves++;
}

int model_editions(const md_leaf *l) { return l->editions ? l->editions : 1; }

md_edition model_edition(const md_leaf *l, int which) {
    return l->editions ? l->edition[which] : (md_edition){l->address, l->value, l->cite, l->at};
}

/* The editions of several leaves, then what the leaf says now. */
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
    next.cite = copy(m, cite);
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

const md_leaf *model_leaf(const model *m, const char *address) {
    for (size_t i = 0; i < m->leaves; i++)
        if (!strcmp(m->leaf[i].address, address)) return &m->leaf[i];
    return NULL;
}

int model_element_of(const model *m, int axis, size_t position) {
    for (int k = 0; m->level_axis && k + 1 < m->levels; k++)
        if (m->level_axis[k] == axis)
            return position < ax_get(m->space, axis)->size ? m->member[k][position] : -1;
    return -1;
}

/* "index.C7.weight" for "index.C.C7.weight": an address that ends in what was meant. */
static const char *ending(const model *m, const char *address) {
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

static int unknown_address(model *m, const char *address, fault *f) {
    const char *meant = ending(m, address);
    suggestion near = suggest_for(address);
    for (size_t i = 0; !meant && i < m->leaves; i++) suggest_try(&near, m->leaf[i].address);
    if (!meant) meant = suggest_best(&near);
    const char *hint =
        meant ? arena_print(&m->memory, text_message("did you mean '%s'?"), meant) : NULL;
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
    case MD_TEXT: {
        uint32_t string = pool_put(m->strings, text, strlen(text));
        out->text = copy(m, text);
        out->number = string;
        return string && out->text ? 1 : fault_memory(f);
    }
    default:
        return fault_set(f, FAULT_USAGE, "%s is a method, which is not set from outside",
                         l->address);
    }
}

int model_set(model *m, const char *address, const char *value, fault *f) {
    md_leaf *l = NULL;
    for (size_t i = 0; i < m->leaves && !l; i++)
        if (!strcmp(m->leaf[i].address, address)) l = &m->leaf[i];
    if (!l) return unknown_address(m, address, f);
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
    char number[32], day[16];
    const char *text = "";
    switch (v->kind) {
    case MD_NUMBER:
        decimal_write(v->number, number);
        text = copy(m, number);
        break;
    case MD_TRUTH: return v->number != 0 ? "true" : "false";
    case MD_DATE:
        date_write(v->number, day);
        text = copy(m, day);
        break;
    default: text = v->text;
    }
    return text ? text : "";
}

const char *model_leaf_text(model *m, const md_leaf *l) { return model_value_text(m, &l->value); }
