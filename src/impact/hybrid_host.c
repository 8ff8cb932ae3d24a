/* Hybrid hosts: the model with the tree of one edition and the leaves of both, the values of a mix,
 * and the formulas that each choice of functions gives. */
#include "impact/mix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* ---- the model ---- */

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

/* Adds leaf `i` of edition `e`, of an element of the host's tree. */
static int add_leaf(hybrid_host *r, int e, size_t i, int element) {
    mix *m = r->m;
    const model *from = &m->edition[e]->s->m;
    model *to = &r->x->m;
    const md_leaf *l = &from->leaf[i];
    const mix_pairing *p = &m->pair[e][i];
    const char *base = l->element >= 0 ? from->element[l->element].address : "params";
    int stage = l->stage < 0 ? -1 : model_find_stage(to, from->stage[l->stage].name);
    int own = model_add_leaf(to, element, l->address + strlen(base) + 1, l->name, stage, l->value,
                             (md_at){0, 0}, m->f);
    if (own < 0) return 0;
    mix_link *k = &r->link[own];
    *k = (mix_link){{-1, -1}, p->item, e};
    k->leaf[e] = (int)i;
    k->leaf[!e] = p->other;
    return 1;
}

/* Does the leaf's value come from the other edition, because this host takes all attributes from
 * it? */
static int is_left_to_other(const hybrid_host *r, int e, const md_leaf *l, int item) {
    const mix *m = r->m;
    int follows = hybrid_side(r, m->standards, e);
    mix_factor factor = mix_factor_of(l);
    return item >= 0 && follows != e && (factor == MIX_STANDARDS || factor == MIX_PARAMS);
}

static int copy_leaves(hybrid_host *r) {
    mix *m = r->m;
    const model *tree = &m->edition[r->tree]->s->m, *other = &m->edition[!r->tree]->s->m;
    model *to = &r->x->m;
    size_t most = tree->leaves + other->leaves + 1;
    r->link = mem_take(most * sizeof *r->link);
    if (!r->link) return fault_memory(m->f);
    for (size_t i = 0; i < tree->leaves; i++) {
        const mix_pairing *p = &m->pair[r->tree][i];
        const md_leaf *l = &tree->leaf[i];
        int e = r->tree, item = p->item;
        size_t from = i;
        if (is_left_to_other(r, e, l, item)) { /* then the other's value, if it has one */
            if (p->other < 0) continue;
            e = !e;
            from = (size_t)p->other;
        }
        if (!add_leaf(r, e, from, l->element)) return 0;
    }
    for (size_t i = 0; i < other->leaves; i++) {
        const mix_pairing *p = &m->pair[!r->tree][i];
        const md_leaf *l = &other->leaf[i];
        int element = l->element < 0 ? -1 : mix_element(to, other, l->element);
        int here = p->other < 0 && (l->element < 0 ? p->with != MIX_STRUCTURE : p->item >= 0);
        if (here && !is_left_to_other(r, !r->tree, l, p->item) &&
            (l->element < 0 || element >= 0) && !add_leaf(r, !r->tree, i, element))
            return 0;
    }
    return 1;
}

static int make_model(hybrid_host *r) {
    mix *m = r->m;
    const script *from = m->edition[r->tree]->s;
    model *to = &r->x->m;
    to->at = (md_at){0, 0};
    to->cite = from->m.cite;
    to->gone = r->edition[r->tree]->m.gone; /* an edition stays open as long as its host */
    to->gones = r->edition[r->tree]->m.gones;
    const char *const *level = (const char *const *)from->m.level;
    if (!copy_stages(to, &from->m, m->f) || !copy_elements(to, &from->m, m->f) || !copy_leaves(r) ||
        !model_close_tree(to, from->m.levels ? level : NULL, from->m.levels, to->at, m->f))
        return 0;
    return model_make_arrays(to, m->f);
}

/* ---- values ---- */

/* Copies the value of a leaf; a text is put into the pool of the host. */
static int copy_value(md_leaf *to, const md_leaf *from, pool *strings, fault *f) {
    to->value = from->value;
    if (from->value.kind != MD_TEXT) return 1;
    uint32_t text = pool_put(strings, from->value.text, strlen(from->value.text));
    to->value.number = text;
    return text || fault_memory(f);
}

/* Sets the leaves that a mix changes. */
static int set_leaves(hybrid_host *r, const unsigned char *side) {
    mix *m = r->m;
    model *to = &r->x->m;
    size_t changed = 0;
    for (size_t i = 0; i < to->leaves; i++) {
        const mix_link *k = &r->link[i];
        int first = !r->now, e = k->item >= 0 ? side[k->item] : k->fixed;
        if (!first && (k->item < 0 || r->now[k->item] == side[k->item])) continue;
        md_leaf *l = &to->leaf[i];
        changed++;
        l->absent = k->leaf[e] < 0;
        if (!l->absent && !copy_value(l, &m->edition[e]->s->m.leaf[k->leaf[e]], to->strings, m->f))
            return 0;
    }
    return !changed || model_refill(to, r->h->run, m->f);
}

/* ---- the host ---- */

int hybrid_side(const hybrid_host *r, int item, int otherwise) {
    int hard = item >= 0 ? r->m->item[item].hard : -1;
    return hard >= 0 ? r->key >> hard & 1 : otherwise;
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

static int read_edition(hybrid_host *r, int e) {
    mix *m = r->m;
    r->edition[e] = script_open_own_axes(r->h, &r->notes, m->f);
    return r->edition[e] && script_read(r->edition[e], m->edition[e]->file, m->f);
}

static int declare_attributes(hybrid_host *r) {
    size_t n = r->edition[0]->attributes + r->edition[1]->attributes;
    const char **all = arena_take(&r->x->memory, (n + 1) * sizeof *all);
    if (!all) return fault_memory(r->m->f);
    r->x->attribute = all;
    for (int e = 0; e < 2; e++)
        for (size_t i = 0; i < r->edition[e]->attributes; i++)
            all[r->x->attributes++] = r->edition[e]->attribute[i];
    return 1;
}

static int open_mixed(hybrid_host *r) {
    mix *m = r->m;
    r->x = script_open(r->h, &r->notes, m->f);
    if (!r->x || !declare_attributes(r)) return 0;
    session_data_settings(m->edition[1], &r->x->data);
    r->x->f = m->f;
    for (size_t i = 0; i < r->edition[r->tree]->facts; i++)
        script_add_fact(r->x, "", r->edition[r->tree]->fact[i].name,
                        r->edition[r->tree]->fact[i].text, r->edition[r->tree]->fact[i].at);
    if (m->f->count || !make_model(r)) return 0;
    unsigned char *side = mix_sides(m, NULL, r->tree);
    int fine = side && set_leaves(r, side);
    mem_free(side);
    return fine && mix_load_data(r) && mix_find_cells(r) && mix_sort_cells(r);
}

hybrid_host *hybrid_open(mix *m, int key) {
    hybrid_host *r = &m->host[key & ((1 << m->hards) - 1)];
    if (r->open) return r;
    /* While the first host is opened more hosts may turn out to be needed; this one is then that of
     * the second edition. */
    *r = (hybrid_host){.m = m, .key = key, .notes = FAULT_INIT};
    r->tree = hybrid_side(r, m->structure, 1);
    r->h = session_host(m->edition[1], &r->notes, m->f);
    if (!r->h || !read_edition(r, 0) || !read_edition(r, 1) || !open_mixed(r)) {
        hybrid_close(r);
        return NULL;
    }
    r->open = 1;
    return r;
}

/* ---- formulas ---- */

typedef struct attribute_choice {
    const hybrid_host *r;
    const unsigned char *side;
} attribute_choice;

/* The edition whose method an attribute of an indicator has in this mix. */
static int choose_edition(void *self, const char *attribute, const char *id) {
    const attribute_choice *c = self;
    for (int e = 0; e < 2; e++) {
        const model *m = &c->r->m->edition[e]->s->m;
        for (size_t i = 0; i < m->leaves; i++) {
            const md_leaf *l = &m->leaf[i];
            if (l->element >= 0 && c->r->m->pair[e][i].item >= 0 && !strcmp(l->name, attribute) &&
                !strcmp(m->element[l->element].id, id))
                return c->side[c->r->m->pair[e][i].item];
        }
    }
    return c->r->tree;
}

static const script_output *output_of(const script_output *output, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(output[i].name, name)) return &output[i];
    return NULL;
}

/* The name of the output that has a role: the one that the rules name in `show`, else the one with
 * the role's default name; "" for none. */
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

/* Is the node computed from the score element by element, so that no unit affects another? */
static int made_of(const ex_graph *g, ex_id node, ex_id score, int depth) {
    const ex_node *n = ex_get(g, node);
    if (node == score) return 1;
    if (n->op == EX_source) return n->axes == 0;
    if (depth > 30 || !ex_is_elementwise(n->op)) return 0;
    for (int i = 0; i < n->argc; i++)
        if (!made_of(g, ex_arg(g, node, i), score, depth + 1)) return 0;
    return n->argc > 0;
}

/* Finds the source nodes that formulas made of the mixed data. */
static void find_nodes(hybrid_host *r) {
    for (size_t i = 0; i < r->arrays; i++)
        for (ex_id n = 1; r->array[i].value && !r->array[i].node && n <= ex_count(r->h->graph);
             n++) {
            const ex_values *v = ex_values_of(r->h->graph, n);
            if (v && v->value == r->array[i].value) r->array[i].node = n;
        }
}

int hybrid_set(hybrid_host *r, const unsigned char *side) {
    unsigned char *now = mix_sides(r->m, side, 0);
    if (!now || !set_leaves(r, side)) {
        mem_free(now);
        return 0;
    }
    mix_set_cells(r, side);
    mem_free(r->now);
    r->now = now;
    return 1;
}

typedef struct side_values {
    hybrid_host *r;
    const unsigned char *side; /* of the mix */
    unsigned char *all;
} side_values;

/* Sets the values of one edition (0, 1) or of the mix (-1) while a script runs; see host.h. */
static int put_side(void *self, int side, fault *f) {
    side_values *s = self;
    mix *m = s->r->m;
    fault *kept = m->f;
    memset(s->all, side, m->items);
    find_nodes(s->r);
    m->f = f;
    int fine = hybrid_set(s->r, side < 0 ? s->side : s->all);
    m->f = kept;
    return fine;
}

/* Leaves that the script read as plain values decide which formulas are made, and any result may
 * depend on them. */
static void mark_fixed(const hybrid_host *r) {
    const model *x = &r->x->m;
    for (size_t i = 0; i < x->leaves; i++) {
        mix_item *it = r->link[i].item < 0 ? NULL : &r->m->item[r->link[i].item];
        if (it && x->leaf[i].fixed) it->word = it->felt = 1;
    }
}

static int make_formula(hybrid_host *r, const unsigned char *side) {
    mix *m = r->m;
    attribute_choice c = {r, side};
    script_output *output = NULL;
    size_t count = 0;
    int compute = m->compute >= 0 ? side[m->compute] : r->tree;
    if (!MEM_RESERVE(r->formula, r->formulas + 1, r->formula_cap)) return fault_memory(m->f);
    mix_formula *own = &r->formula[r->formulas];
    *own = (mix_formula){.side = mix_sides(m, side, 0)};
    if (!own->side) return 0;
    r->formulas++;
    side_values both = {r, side, mix_sides(m, side, 0)};
    if (!both.all) return 0;
    r->h->put_side = m->items ? put_side : NULL;
    r->h->side_self = &both;
    int fine = hybrid_set(r, side) &&
               editions_mix(r->x, r->edition, compute, choose_edition, &c, m->f) &&
               editions_compute(r->x, &output, &count, m->f);
    mark_fixed(r);
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

/* Do two mixes make the same formulas? Items that decide about formulas are all known before the
 * first ones are made. */
static int same_functions(const mix *m, const unsigned char *a, const unsigned char *b) {
    for (size_t i = 0; i < m->items; i++)
        if ((m->item[i].factor == MIX_METHODS || m->item[i].word) && a[i] != b[i]) return 0;
    return 1;
}

mix_formula *hybrid_formula(hybrid_host *r, const unsigned char *side) {
    mix *m = r->m;
    for (size_t i = 0; i < r->formulas; i++)
        if (same_functions(m, r->formula[i].side, side)) return &r->formula[i];
    return make_formula(r, side) ? &r->formula[r->formulas - 1] : NULL;
}
