#include "impact/diff.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* What differs between two editions, line by line, in the order of the second one's rules. */

typedef struct line_list {
    differ *d;
    assess_line *line;
    size_t count, capacity;
    fault *f;
} line_list;

static const char *keep_text(line_list *l, const char *text) {
    const char *own = arena_text(&l->d->out->memory, text, strlen(text));
    if (!own) fault_memory(l->f);
    return own ? own : "";
}

static assess_line *append_line(line_list *l, assess_factor factor, const char *address) {
    static assess_line none;
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? 2 * l->capacity : 32;
        assess_line *grown = mem_grow(l->line, capacity * sizeof *grown);
        if (!grown) {
            fault_memory(l->f);
            return &none;
        }
        l->line = grown;
        l->capacity = capacity;
    }
    l->line[l->count] = (assess_line){.factor = factor,
                                      .address = keep_text(l, address),
                                      .felt = 1,
                                      .value = {"", ""},
                                      .cite = {"", ""},
                                      .file = {"", ""}};
    return &l->line[l->count++];
}

static void set_place(line_list *l, assess_line *to, int e, md_at at) {
    to->file[e] = keep_text(l, sources_name(l->d->edition[e]->h->files, at.file));
    to->line[e] = at.line;
}

static void describe_leaf(line_list *l, assess_line *to, int e, size_t i) {
    const assess_leaf *from = &l->d->edition[e]->leaves[i];
    to->value[e] = keep_text(l, from->value);
    to->cite[e] = keep_text(l, from->cite);
    to->file[e] = keep_text(l, from->file);
    to->line[e] = from->line;
}

/* ---- the tree ---- */

static const model *model_of(const line_list *l, int e) { return &l->d->edition[e]->s->m; }

static void describe_element(line_list *l, assess_line *to, int e, const md_element *x,
                             const char *value) {
    to->value[e] = keep_text(l, value);
    to->cite[e] = keep_text(l, x->cite);
    set_place(l, to, e, x->at);
}

/* Where an overlay took it out, and why. */
static void describe_removal(line_list *l, assess_line *to, const md_gone *gone) {
    if (!gone) return;
    to->cite[1] = keep_text(l, gone->cite);
    set_place(l, to, 1, gone->at);
}

static void add_elements(line_list *l) {
    const model *a = model_of(l, 0), *b = model_of(l, 1);
    for (int i = 1; i < a->elements; i++)
        if (mix_element(b, &a->element[i]) < 0) {
            assess_line *to = append_line(l, ASSESS_BY_STRUCTURE, a->element[i].address);
            describe_element(l, to, 0, &a->element[i],
                             *a->element[i].name ? a->element[i].name : a->element[i].id);
            describe_removal(l, to, model_gone(b, a->element[i].address));
        }
    for (int i = 1; i < b->elements; i++) {
        const md_element *x = &b->element[i];
        int was = mix_element(a, x);
        if (was < 0) {
            describe_element(l, append_line(l, ASSESS_BY_STRUCTURE, x->address), 1, x,
                             *x->name ? x->name : x->id);
        } else if (strcmp(a->element[was].address, x->address)) { /* it hangs elsewhere */
            assess_line *to = append_line(l, ASSESS_BY_STRUCTURE, x->address);
            describe_element(l, to, 0, &a->element[was], a->element[was].address);
            describe_element(l, to, 1, x, x->address);
        }
    }
}

static const char *joined(line_list *l, const char *const *list, size_t count) {
    buf text = BUF_INIT;
    for (size_t i = 0; i < count; i++) buf_print(&text, "%s%s", i ? ", " : "", list[i]);
    const char *out = keep_text(l, buf_string(&text));
    buf_release(&text);
    return out;
}

static void add_text(line_list *l, const char *address, const char *const value[2], md_at a,
                     md_at b) {
    if (!strcmp(value[0], value[1])) return;
    assess_line *to = append_line(l, ASSESS_BY_STRUCTURE, address);
    for (int e = 0; e < 2; e++) {
        to->value[e] = value[e];
        if (*value[e]) set_place(l, to, e, e ? b : a);
    }
}

static void add_stages(line_list *l) {
    const model *a = model_of(l, 0), *b = model_of(l, 1);
    const char *names[2];
    for (int e = 0; e < 2; e++) {
        const model *m = e ? b : a;
        const char **list = arena_take(&l->d->memory, ((size_t)m->stages + 1) * sizeof *list);
        for (int i = 0; list && i < m->stages; i++) list[i] = m->stage[i].name;
        names[e] = list ? joined(l, list, (size_t)m->stages) : "";
    }
    add_text(l, "stages", names, a->at, b->at);
    for (int i = 0; i < b->stages; i++) {
        int k = model_find_stage(a, b->stage[i].name);
        if (k < 0) continue;
        const md_stage *x = &a->stage[k], *y = &b->stage[i];
        const char *peers[2] = {joined(l, x->peer, x->peers), joined(l, y->peer, y->peers)};
        const char *address = arena_print(&l->d->memory, "stages.%s.peers", y->name);
        add_text(l, address ? address : "stages", peers, x->at, y->at);
    }
    const char *focus[2];
    for (int e = 0; e < 2; e++)
        focus[e] = keep_text(l, script_fact_of(l->d->edition[e]->s, "focus"));
    add_text(l, "focus", focus, a->at, b->at);
    const datasets *x = &l->d->edition[0]->s->data, *y = &l->d->edition[1]->s->data;
    const char *units[2] = {joined(l, x->unit, x->units), joined(l, y->unit, y->units)};
    add_text(l, "units", units, x->units_at, y->units_at);
}

/* ---- leaves ---- */

static void add_leaf(line_list *l, int e, size_t i) {
    const md_leaf *leaf = &model_of(l, e)->leaf[i];
    mix_factor with;
    int item = mix_leaf_item(l->d->m, e, i, &with), other = mix_leaf_other(l->d->m, e, i);
    if (item < 0 && with == MIX_FACTORS) return;
    assess_line *to = append_line(l, (assess_factor)mix_factor_of(leaf), leaf->address);
    describe_leaf(l, to, e, i);
    if (other >= 0) describe_leaf(l, to, !e, (size_t)other);
    to->bundled = item < 0;
    to->felt = item < 0 || mix_item_at(l->d->m, (size_t)item)->felt;
}

static void add_leaves(line_list *l) {
    for (size_t i = 0; i < model_of(l, 1)->leaves; i++) add_leaf(l, 1, i);
    for (size_t i = 0; i < model_of(l, 0)->leaves; i++)
        if (mix_leaf_other(l->d->m, 0, i) < 0) add_leaf(l, 0, i);
}

/* ---- functions and data ---- */

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Modules of one name whose texts differ; the first file of each edition is its rules. */
static void add_modules(line_list *l) {
    sources *a = l->d->edition[0]->h->files, *b = l->d->edition[1]->h->files;
    for (size_t i = 1; i < sources_count(b); i++)
        for (size_t k = 1; k < sources_count(a); k++) {
            const char *x = sources_name(a, (int)k), *y = sources_name(b, (int)i);
            size_t n, m;
            const char *s = sources_text(a, (int)k, &n), *t = sources_text(b, (int)i, &m);
            if (strcmp(base_name(x), base_name(y)) || (n == m && !memcmp(s, t, n))) continue;
            assess_line *to = append_line(l, ASSESS_BY_METHODS, base_name(y));
            set_place(l, to, 0, (md_at){(int)k, 0});
            set_place(l, to, 1, (md_at){(int)i, 0});
        }
}

static void add_functions(line_list *l) {
    int any = 0;
    for (size_t i = 0; i < mix_items(l->d->m); i++) {
        const mix_item *it = mix_item_at(l->d->m, i);
        any |= it->factor == MIX_METHODS;
        if (it->factor != MIX_METHODS || strcmp(it->what, "compute")) continue;
        assess_line *to = append_line(l, ASSESS_BY_METHODS, "compute");
        for (int e = 0; e < 2; e++) set_place(l, to, e, l->d->edition[e]->s->compute_at);
    }
    if (any) add_modules(l);
}

static void put_path(line_list *l, assess_line *to, int e, const char *name, size_t cells) {
    const dataset *d = datasets_named(&l->d->edition[e]->s->data, name);
    if (!d) return;
    const char *path =
        cells ? arena_print(&l->d->memory, "%s (%zu)", d->spec.path, cells) : d->spec.path;
    to->value[e] = keep_text(l, path ? path : "");
    set_place(l, to, e, d->spec.at);
}

/* One line for each data and factor; the cells of its items are counted together. */
static void add_data(line_list *l) {
    const mix *m = l->d->m;
    for (size_t i = 0; i < mix_items(m); i++) {
        const mix_item *it = mix_item_at(m, i);
        size_t cells = 0;
        int told = 0, felt = 0;
        if (it->factor != MIX_DATA && it->factor != MIX_COVERAGE) continue;
        for (size_t k = 0; k < mix_items(m); k++) {
            const mix_item *o = mix_item_at(m, k);
            if (o->factor != it->factor || strcmp(o->what, it->what)) continue;
            told |= k < i;
            felt |= o->felt;
            cells += o->cells;
        }
        if (told) continue;
        assess_line *to = append_line(l, (assess_factor)it->factor, it->what);
        to->felt = felt;
        for (int e = 0; e < 2; e++) put_path(l, to, e, it->what + 5, cells);
        for (size_t k = 1; it->hard >= 0 && mix_table(m, k); k++) {
            const char *address = arena_print(&l->d->memory, "data.%s", mix_table(m, k));
            to = append_line(l, (assess_factor)it->factor, address ? address : "data");
            for (int e = 0; e < 2; e++) put_path(l, to, e, mix_table(m, k), 0);
        }
    }
}

/* The tree as a whole is one item: where one line of it differs, that is what it is called. */
static const char *tree_name(const line_list *l) {
    const char *name = NULL;
    for (size_t i = 0; i < l->count; i++)
        if (l->line[i].factor == ASSESS_BY_STRUCTURE) name = name ? "" : l->line[i].address;
    return name;
}

int diff_lines(differ *d, fault *f) {
    line_list l = {.d = d, .f = f};
    add_data(&l);
    add_leaves(&l);
    add_functions(&l);
    add_elements(&l);
    add_stages(&l);
    d->tree = tree_name(&l);
    assess_line *own = arena_take(&d->out->memory, (l.count + 1) * sizeof *own);
    if (!own)
        fault_memory(f);
    else if (l.count)
        memcpy(own, l.line, l.count * sizeof *own);
    d->out->d.line = own;
    d->out->d.lines = own ? l.count : 0;
    mem_free(l.line);
    return !f->count;
}

const char *diff_address(differ *d, size_t item) {
    const mix_item *it = mix_item_at(d->m, item);
    if (it->factor == MIX_STRUCTURE && d->tree && *d->tree) return d->tree;
    const char *out = it->label ? arena_print(&d->out->memory, "%s.%s", it->what, it->label)
                                : arena_text(&d->out->memory, it->what, strlen(it->what));
    return out ? out : "";
}
