/* A hybrid host: the model with the tree of one edition and the leaves of both, its values, and the
 * formulas that each choice of functions leaves. */
#include "impact/mix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* ---- the model: the tree of one edition, with the leaves of both ---- */

static int copy_stages(model *to, const model *from, fault *f) {
    for (int i = 0; i < from->stages; i++) {
        md_stage s = from->stage[i];
        s.at = (md_at){0, 0};
        if (model_add_stage(to, &s, f) < 0) return 0;
    }
    return model_make_stages(to, f);
}

static int copy_elements(model *to, const model *from, fault *f) {
    for (int i = 0; i < from->elements; i++) {
        const md_element *e = &from->element[i];
        if (model_add_element(to, e->parent, e->indicator, e->id, e->name, e->cite, (md_at){0, 0},
                              f) < 0)
            return 0;
    }
    return 1;
}

/* Adds a leaf of edition `e`, which hangs on `element` in the host's tree. */
static int add_leaf(mix *m, hybrid_host *r, int e, size_t i, int element, fault *f) {
    const model *from = &m->edition[e]->s->m;
    model *to = &r->x->m;
    const md_leaf *l = &from->leaf[i];
    const mix_pairing *p = &m->pair[e][i];
    const char *base = l->element >= 0 ? from->element[l->element].address : "params";
    int stage = l->stage < 0 ? -1 : model_find_stage(to, from->stage[l->stage].name);
    int own = model_add_leaf(to, element, l->address + strlen(base) + 1, l->name, stage, l->value,
                             (md_at){0, 0}, f);
    if (own < 0) return 0;
    mix_link *k = &r->link[own];
    *k = (mix_link){{-1, -1}, p->item, e};
    k->leaf[e] = (int)i;
    k->leaf[!e] = p->other;
    return 1;
}

/* Does the host leave this leaf to the other edition, as all attributes follow one of them? */
static int not_here(const mix *m, const hybrid_host *r, int e, const md_leaf *l, int item) {
    int follows = hybrid_side(m, r, m->standards, e);
    mix_factor factor = mix_factor_of(l);
    return item >= 0 && follows != e && (factor == MIX_STANDARDS || factor == MIX_PARAMS);
}

static int copy_leaves(mix *m, hybrid_host *r, fault *f) {
    const model *tree = &m->edition[r->tree]->s->m, *other = &m->edition[!r->tree]->s->m;
    model *to = &r->x->m;
    size_t most = tree->leaves + other->leaves + 1;
    r->link = mem_take(most * sizeof *r->link);
    if (!r->link) return fault_memory(f);
    for (size_t i = 0; i < tree->leaves; i++) {
        const mix_pairing *p = &m->pair[r->tree][i];
        const md_leaf *l = &tree->leaf[i];
        int e = r->tree, item = p->item;
        size_t from = i;
        if (not_here(m, r, e, l, item)) { /* the other's value, if it has one */
            if (p->other < 0) continue;
            e = !e;
            from = (size_t)p->other;
        }
        if (!add_leaf(m, r, e, from, l->element, f)) return 0;
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

static int make_model(mix *m, hybrid_host *r, fault *f) {
    const script *from = m->edition[r->tree]->s;
    model *to = &r->x->m;
    to->at = (md_at){0, 0};
    to->cite = from->m.cite;
    to->gone = r->edition[r->tree]->m.gone; /* an edition stays open as long as its host */
    to->gones = r->edition[r->tree]->m.gones;
    const char *const *level = (const char *const *)from->m.level;
    if (!copy_stages(to, &from->m, f) || !copy_elements(to, &from->m, f) || !copy_leaves(m, r, f) ||
        !model_close_tree(to, from->m.levels ? level : NULL, from->m.levels, to->at, f))
        return 0;
    return model_make_arrays(to, f);
}

/* ---- values ---- */

/* The value of a leaf of an edition, its text in the pool of the host. */
static int copy_value(md_leaf *to, const md_leaf *from, pool *strings, fault *f) {
    to->value = from->value;
    if (from->value.kind != MD_TEXT) return 1;
    uint32_t text = pool_put(strings, from->value.text, strlen(from->value.text));
    to->value.number = text;
    return text || fault_memory(f);
}

/* Its leaves as the sides say. */
static int set_leaves(mix *m, hybrid_host *r, const unsigned char *side, fault *f) {
    model *to = &r->x->m;
    size_t changed = 0;
    for (size_t i = 0; i < to->leaves; i++) {
        const mix_link *k = &r->link[i];
        int first = !r->now, e = k->item >= 0 ? side[k->item] : k->fixed;
        if (!first && (k->item < 0 || r->now[k->item] == side[k->item])) continue;
        md_leaf *l = &to->leaf[i];
        changed++;
        l->absent = k->leaf[e] < 0;
        if (!l->absent && !copy_value(l, &m->edition[e]->s->m.leaf[k->leaf[e]], to->strings, f))
            return 0;
    }
    return !changed || model_refill(to, r->h->run, f);
}

/* ---- the host ---- */

int hybrid_side(const mix *m, const hybrid_host *r, int item, int otherwise) {
    return item >= 0 && m->item[item].hard >= 0 ? r->key >> m->item[item].hard & 1 : otherwise;
}

void hybrid_close(hybrid_host *r) {
    for (size_t i = 0; i < r->formulas; i++) {
        mem_free(r->formula[i].side);
        for (int k = 0; k <= MIX_OUTPUTS; k++) mem_free(r->formula[i].map[k]);
    }
    mem_free(r->formula);
    mix_release_data(r);
    script_close(r->x); /* before the editions, whose tables it may have read */
    script_close(r->edition[0]);
    script_close(r->edition[1]);
    host_close(r->h);
    fault_release(&r->notes);
    mem_free(r->link);
    mem_free(r->now);
    *r = (hybrid_host){0};
}

static int read_edition(mix *m, hybrid_host *r, int e, fault *f) {
    r->edition[e] = script_open_own_axes(r->h, &r->notes, f);
    return r->edition[e] && script_read(r->edition[e], m->edition[e]->file, f);
}

static int declare_attributes(hybrid_host *r, fault *f) {
    size_t n = r->edition[0]->attributes + r->edition[1]->attributes;
    const char **all = arena_take(&r->x->memory, (n + 1) * sizeof *all);
    if (!all) return fault_memory(f);
    r->x->attribute = all;
    for (int e = 0; e < 2; e++)
        for (size_t i = 0; i < r->edition[e]->attributes; i++)
            all[r->x->attributes++] = r->edition[e]->attribute[i];
    return 1;
}

static int open_mixed(mix *m, hybrid_host *r, fault *f) {
    r->x = script_open(r->h, &r->notes, f);
    if (!r->x || !declare_attributes(r, f)) return 0;
    session_data_settings(m->edition[1], &r->x->data);
    r->x->f = f;
    for (size_t i = 0; i < r->edition[r->tree]->facts; i++)
        script_add_fact(r->x, "", r->edition[r->tree]->fact[i].name,
                        r->edition[r->tree]->fact[i].text, r->edition[r->tree]->fact[i].at);
    if (f->count || !make_model(m, r, f)) return 0;
    unsigned char *side = mem_take(m->items + 1);
    if (!side) return fault_memory(f);
    memset(side, r->tree, m->items);
    int fine = set_leaves(m, r, side, f);
    mem_free(side);
    return fine && mix_load_data(m, r, f) && mix_find_cells(m, r, f) && mix_sort_cells(m, r, f);
}

hybrid_host *hybrid_open(mix *m, int key, fault *f) {
    hybrid_host *r = &m->host[key & ((1 << m->hards) - 1)];
    if (r->open) return r;
    /* opening the first host may show that more are needed; what is new is of the second edition */
    *r = (hybrid_host){.key = key, .notes = FAULT_INIT};
    r->tree = hybrid_side(m, r, m->structure, 1);
    r->h = session_host(m->edition[1], &r->notes, f);
    if (!r->h || !read_edition(m, r, 0, f) || !read_edition(m, r, 1, f) || !open_mixed(m, r, f)) {
        hybrid_close(r);
        return NULL;
    }
    r->open = 1;
    return r;
}

/* ---- formulas ---- */

typedef struct attribute_choice {
    mix *m;
    const hybrid_host *r;
    const unsigned char *side;
} attribute_choice;

static int choose(void *self, const char *attribute, const char *id) {
    const attribute_choice *c = self;
    for (int e = 0; e < 2; e++) {
        const model *m = &c->m->edition[e]->s->m;
        for (size_t i = 0; i < m->leaves; i++) {
            const md_leaf *l = &m->leaf[i];
            if (l->element >= 0 && c->m->pair[e][i].item >= 0 && !strcmp(l->name, attribute) &&
                !strcmp(m->element[l->element].id, id))
                return c->side[c->m->pair[e][i].item];
        }
    }
    return c->r->tree;
}

static const script_output *output_of(const script_output *output, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(output[i].name, name)) return &output[i];
    return NULL;
}

/* The output that plays a part: the one the rules name, or else one with its default name. */
static const char *role_name(const script *edition, mix_output which, const script_output *output,
                             size_t count) {
    static const char *const role[] = {"score", "rank", "grade", "verdict"};
    static const char *const defaults[] = {"total", "rank", "grade", "built"};
    char show[16];
    snprintf(show, sizeof show, "show.%s", role[which]);
    const char *named = script_fact_of(edition, show);
    const script_output *found = output_of(output, count, *named ? named : defaults[which]);
    if (!found && !*named) found = output_of(output, count, role[which]);
    return found ? found->name : "";
}

/* Is the node made of the score element by element, so that no other unit has a part in it? */
static int made_of(const ex_graph *g, ex_id node, ex_id score, int depth) {
    const ex_node *n = ex_get(g, node);
    if (node == score) return 1;
    if (n->op == EX_source) return n->axes == 0;
    if (depth > 30 || !ex_is_elementwise(n->op)) return 0;
    for (int i = 0; i < n->argc; i++)
        if (!made_of(g, ex_arg(g, node, i), score, depth + 1)) return 0;
    return n->argc > 0;
}

/* The sources that formulas have made of mixed data. */
static void find_nodes(hybrid_host *r) {
    for (size_t i = 0; i < r->arrays; i++)
        for (ex_id n = 1; r->array[i].value && !r->array[i].node && n <= ex_count(r->h->graph);
             n++) {
            const ex_values *v = ex_values_of(r->h->graph, n);
            if (v && v->value == r->array[i].value) r->array[i].node = n;
        }
}

/* Puts the values of a mix in. */
int hybrid_set(mix *m, hybrid_host *r, const unsigned char *side, fault *f) {
    unsigned char *now = mem_take(m->items + 1);
    if (!now) return fault_memory(f);
    memcpy(now, side, m->items);
    if (!set_leaves(m, r, side, f)) {
        mem_free(now);
        return 0;
    }
    mix_set_cells(r, side);
    mem_free(r->now);
    r->now = now;
    return 1;
}

typedef struct side_values {
    mix *m;
    hybrid_host *r;
    const unsigned char *side; /* of the mix */
    unsigned char *all;
} side_values;

/* The values of one edition, or of the mix, for what the script makes of values. */
static int put_side(void *self, int side, fault *f) {
    side_values *s = self;
    memset(s->all, side, s->m->items);
    find_nodes(s->r);
    return hybrid_set(s->m, s->r, side < 0 ? s->side : s->all, f);
}

/* Leaves that the script read as plain values decide which formulas there are, and all may depend
 * on them though no formula has them. */
static void mark_fixed(mix *m, const hybrid_host *r) {
    const model *x = &r->x->m;
    for (size_t i = 0; i < x->leaves; i++) {
        int item = x->leaf[i].fixed ? r->link[i].item : -1;
        if (item >= 0) m->item[item].word = m->item[item].felt = 1;
    }
}

static int make_formula(mix *m, hybrid_host *r, const unsigned char *side, fault *f) {
    attribute_choice c = {m, r, side};
    script_output *output = NULL;
    size_t count = 0;
    int compute = m->compute >= 0 ? side[m->compute] : r->tree;
    if (!MEM_RESERVE(r->formula, r->formulas + 1, r->formula_cap)) return fault_memory(f);
    mix_formula *own = &r->formula[r->formulas];
    *own = (mix_formula){.side = mem_take(m->items + 1)};
    if (!own->side) return fault_memory(f);
    memcpy(own->side, side, m->items);
    r->formulas++;
    side_values both = {m, r, side, mem_take(m->items + 1)};
    if (!both.all) return fault_memory(f);
    r->h->put_side = m->items ? put_side : NULL;
    r->h->side_self = &both;
    int fine = hybrid_set(m, r, side, f) &&
               editions_mix(r->x, r->edition, compute, choose, &c, f) &&
               editions_compute(r->x, &output, &count, f);
    mark_fixed(m, r);
    for (int k = 0; fine && k < MIX_OUTPUTS; k++) {
        const char *name = role_name(r->edition[compute], (mix_output)k, output, count);
        const script_output *found = output_of(output, count, name);
        own->node[k] = found ? found->node : 0;
        if (own->node[k] && !m->name[compute][k])
            m->name[compute][k] = arena_text(&m->memory, name, strlen(name));
    }
    r->h->put_side = NULL;
    mem_free(both.all);
    mem_free(output);
    find_nodes(r);
    const ex_graph *g = r->h->graph;
    ex_id rank = own->node[MIX_RANK], score = own->node[MIX_SCORE];
    int is_rank = fine && rank && score && ex_get(g, rank)->op == EX_rank &&
                  made_of(g, ex_arg(g, rank, 0), score, 0);
    own->ranked = is_rank ? ex_arg(g, rank, 0) : score;
    if (is_rank) m->ascending = ex_get(g, rank)->flag == 1;
    return fine;
}

/* Items that decide which formulas there are are all known before the first are made. */
static int same_functions(const mix *m, const unsigned char *a, const unsigned char *b) {
    for (size_t i = 0; i < m->items; i++)
        if ((m->item[i].factor == MIX_METHODS || m->item[i].word) && a[i] != b[i]) return 0;
    return 1;
}

mix_formula *hybrid_formula(mix *m, hybrid_host *r, const unsigned char *side, fault *f) {
    for (size_t i = 0; i < r->formulas; i++)
        if (same_functions(m, r->formula[i].side, side)) return &r->formula[i];
    return make_formula(m, r, side, f) ? &r->formula[r->formulas - 1] : NULL;
}
