/* The list of what differs between two editions, in the order of the second. */
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "impact/diff.h"

typedef struct line_list {
    differ *d;
    assess_line *line;
    size_t count, cap;
} line_list;

static const char *keep_text(line_list *l, const char *text) {
    const char *own = diff_keep(l->d, text);
    return own ? own : "";
}

static assess_line *append_line(line_list *l, assess_factor factor, const char *address) {
    static assess_line none;
    if (!MEM_RESERVE(l->line, l->count + 1, l->cap)) return fault_memory(l->d->f), &none;
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

static const model *model_of(const line_list *l, int e) { return &l->d->edition[e]->s->m; }

static void describe_element(line_list *l, assess_line *to, int e, const md_element *x,
                             const char *value) {
    to->value[e] = keep_text(l, value);
    to->cite[e] = keep_text(l, x->cite);
    set_place(l, to, e, x->at);
}

/* Elements that only one edition has, or that have another parent. */
static void add_elements(line_list *l) {
    const model *a = model_of(l, 0), *b = model_of(l, 1);
    for (int i = 1; i < a->elements; i++)
        if (mix_element(b, a, i) < 0) {
            assess_line *to = append_line(l, ASSESS_BY_STRUCTURE, a->element[i].address);
            describe_element(l, to, 0, &a->element[i],
                             *a->element[i].name ? a->element[i].name : a->element[i].id);
            const md_gone *gone = model_gone(b, a->element[i].address);
            if (!gone) continue;
            to->cite[1] = keep_text(l, gone->cite); /* why an overlay removed it */
            set_place(l, to, 1, gone->at);
        }
    for (int i = 1; i < b->elements; i++) {
        const md_element *x = &b->element[i];
        int was = mix_element(a, b, i);
        if (was < 0) {
            describe_element(l, append_line(l, ASSESS_BY_STRUCTURE, x->address), 1, x,
                             *x->name ? x->name : x->id);
        } else if (strcmp(a->element[was].address, x->address)) { /* another parent */
            assess_line *to = append_line(l, ASSESS_BY_STRUCTURE, x->address);
            describe_element(l, to, 0, &a->element[was], a->element[was].address);
            describe_element(l, to, 1, x, x->address);
        }
    }
}

/* A list of texts as one, "A, B". */
static const char *joined(line_list *l, const char *const *list, size_t count) {
    buf text = BUF_INIT;
    for (size_t i = 0; i < count; i++) buf_print(&text, "%s%s", i ? ", " : "", list[i]);
    const char *out = keep_text(l, buf_string(&text));
    buf_release(&text);
    return out;
}

/* A line for a text that differs, said at `a` in the first edition and at `b` in the second. */
static void add_text(line_list *l, const char *address, const char *const value[2], md_at a,
                     md_at b) {
    if (!strcmp(value[0], value[1])) return;
    assess_line *to = append_line(l, ASSESS_BY_STRUCTURE, address);
    for (int e = 0; e < 2; e++) {
        to->value[e] = value[e];
        if (*value[e]) set_place(l, to, e, e ? b : a);
    }
}

/* Stages, their peers, the focus and the declared units. */
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

static void add_leaf(line_list *l, int e, size_t i) {
    const md_leaf *leaf = &model_of(l, e)->leaf[i];
    const mix_pairing *p = &l->d->m->pair[e][i];
    if (p->item < 0 && p->with == MIX_FACTORS) return;
    assess_line *to = append_line(l, (assess_factor)mix_factor_of(leaf), leaf->address);
    describe_leaf(l, to, e, i);
    if (p->other >= 0) describe_leaf(l, to, !e, (size_t)p->other);
    to->bundled = p->item < 0;
    to->felt = p->item < 0 || l->d->m->item[p->item].felt;
}

/* Leaves that differ. */
static void add_leaves(line_list *l) {
    for (size_t i = 0; i < model_of(l, 1)->leaves; i++) add_leaf(l, 1, i);
    for (size_t i = 0; i < model_of(l, 0)->leaves; i++)
        if (l->d->m->pair[0][i].other < 0) add_leaf(l, 0, i);
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Modules of the same name with different texts. The first file of each edition is its rules. */
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

/* The compute function and modules. */
static void add_functions(line_list *l) {
    int any = 0;
    for (size_t i = 0; i < l->d->m->items; i++) {
        const mix_item *it = &l->d->m->item[i];
        any |= it->factor == MIX_METHODS;
        if (it->factor != MIX_METHODS || strcmp(it->what, "compute")) continue;
        assess_line *to = append_line(l, ASSESS_BY_METHODS, "compute");
        for (int e = 0; e < 2; e++) set_place(l, to, e, l->d->edition[e]->s->compute_at);
    }
    if (any) add_modules(l);
}

/* Where the data called `name` comes from, and how many cells of it differ. */
static void describe_path(line_list *l, assess_line *to, int e, const char *name, size_t cells) {
    const dataset *d = datasets_named(&l->d->edition[e]->s->data, name);
    if (!d) return;
    const char *path =
        cells ? arena_print(&l->d->memory, "%s (%zu)", d->spec.path, cells) : d->spec.path;
    to->value[e] = keep_text(l, path ? path : "");
    set_place(l, to, e, d->spec.at);
}

/* The figure by which an edition changed a cell last; NULL: it did not. */
static const ds_figure *last_change(const dataset *d, const ds_figure *like) {
    for (size_t i = d->figures; i-- > 0;) {
        const ds_figure *g = &d->figure[i];
        int same = g->labels == like->labels && !g->column == !like->column &&
                   (!g->column || !strcmp(g->column, like->column));
        for (size_t k = 0; same && k < g->labels; k++)
            same = !strcmp(g->label[k].label, like->label[k].label);
        if (same) return g;
    }
    return NULL;
}

/* The value that the first of an edition's changes of a cell took the place of. */
static double value_in_file(const dataset *d, const ds_figure *last) {
    for (size_t i = 0; i < d->figures; i++)
        if (d->figure[i].found == last->found && d->figure[i].row == last->row)
            return d->figure[i].from;
    return last->from;
}

static void add_figure(line_list *l, const mix_item *it, const dataset *const d[2],
                       const ds_figure *const g[2]) {
    const ds_figure *named = g[0] ? g[0] : g[1];
    buf address = BUF_INIT;
    double value[2];
    for (int e = 0; e < 2; e++) value[e] = g[e] ? g[e]->is : value_in_file(d[!e], g[!e]);
    int missing = (value[0] != value[0]) + (value[1] != value[1]);
    if (value[0] == value[1] || missing == 2 ||
        (it->hard < 0 && (it->factor == MIX_COVERAGE) != missing))
        return;
    buf_print(&address, "data.%s[", d[0]->spec.name);
    for (size_t k = 0; k < named->labels; k++)
        buf_print(&address, "%s%s", k ? ", " : "", named->label[k].label);
    buf_print(&address, "%s%s]", named->column ? ", " : "", named->column ? named->column : "");
    assess_line *to = append_line(l, (assess_factor)it->factor, buf_string(&address));
    for (int e = 0; e < 2; e++) {
        char text[32];
        text[value[e] == value[e] ? decimal_write(value[e], text) : 0] = 0;
        to->value[e] = keep_text(l, value[e] == value[e] ? text : "missing");
        if (!g[e]) continue;
        to->cite[e] = keep_text(l, g[e]->cite ? g[e]->cite : "");
        set_place(l, to, e, g[e]->at);
    }
    buf_release(&address);
}

/* Single figures that editions changed in data that both read from the same file; those that came
 * or went are coverage. */
static void add_figures(line_list *l, const mix_item *it, const char *name) {
    const dataset *d[2];
    for (int e = 0; e < 2; e++) {
        d[e] = datasets_named(&l->d->edition[e]->s->data, name);
        if (!d[e]) return;
    }
    if (strcmp(d[0]->spec.path, d[1]->spec.path) || d[0]->text || d[1]->text) return;
    for (int e = 1; e >= 0; e--)
        for (size_t i = 0; i < d[e]->figures; i++) {
            const ds_figure *g[2];
            g[e] = &d[e]->figure[i];
            g[!e] = last_change(d[!e], g[e]);
            if (!g[e]->found || last_change(d[e], g[e]) != g[e] || (!e && g[1])) continue;
            add_figure(l, it, d, g);
        }
}

/* Data that differs: a line for each dataset and factor, and for each figure that was changed. */
static void add_data(line_list *l) {
    const mix *m = l->d->m;
    for (size_t i = 0; i < m->items; i++) {
        const mix_item *it = &m->item[i];
        size_t cells = 0;
        int told = 0, felt = 0;
        if (it->factor != MIX_DATA && it->factor != MIX_COVERAGE) continue;
        for (size_t k = 0; k < m->items; k++) {
            const mix_item *o = &m->item[k];
            if (o->factor != it->factor || strcmp(o->what, it->what)) continue;
            told |= k < i;
            felt |= o->felt;
            cells += o->cells;
        }
        if (told) continue;
        assess_line *to = append_line(l, (assess_factor)it->factor, it->what);
        to->felt = felt;
        for (int e = 0; e < 2; e++) describe_path(l, to, e, it->what + 5, cells);
        add_figures(l, it, it->what + 5);
        for (size_t k = 1; it->hard >= 0 && k < m->table_names; k++) {
            const char *address = arena_print(&l->d->memory, "data.%s", m->table_name[k]);
            to = append_line(l, (assess_factor)it->factor, address ? address : "data");
            for (int e = 0; e < 2; e++) describe_path(l, to, e, m->table_name[k], 0);
            add_figures(l, it, m->table_name[k]);
        }
    }
}

/* The address of the only line of the tree that differs; "" for several, NULL for none. */
static const char *tree_name(const line_list *l) {
    const char *name = NULL;
    for (size_t i = 0; i < l->count; i++)
        if (l->line[i].factor == ASSESS_BY_STRUCTURE) name = name ? "" : l->line[i].address;
    return name;
}

int diff_lines(differ *d) {
    line_list l = {.d = d};
    add_data(&l);
    add_leaves(&l);
    add_functions(&l);
    add_elements(&l);
    add_stages(&l);
    d->tree = tree_name(&l);
    assess_line *own = arena_take(&d->out->memory, (l.count + 1) * sizeof *own);
    if (!own)
        fault_memory(d->f);
    else if (l.count)
        memcpy(own, l.line, l.count * sizeof *own);
    d->out->d.line = own;
    d->out->d.lines = own ? l.count : 0;
    mem_free(l.line);
    return !d->f->count;
}
