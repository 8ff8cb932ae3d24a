/* A room: both scripts in one host, the model, the data, and the formulas of a choice of functions.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "impact/mix_inside.h"

int mix_room_side(const mix *m, const mix_room *r, int item, int otherwise) {
    return item >= 0 && m->item[item].hard >= 0 ? r->key >> m->item[item].hard & 1 : otherwise;
}

void mix_close_room(mix_room *r) {
    for (size_t i = 0; i < r->formulas; i++) {
        mem_free(r->formula[i].side);
        for (int k = 0; k <= MIX_OUTPUTS; k++)
            mem_free(r->formula[i].map[k]);
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
    mem_free(r->old);
    *r = (mix_room){ 0 };
}

static int read_edition(mix *m, mix_room *r, int e, fault *f) {
    r->edition[e] = script_open_apart(r->h, &r->notes, f);
    return r->edition[e] && script_read(r->edition[e], m->edition[e]->file, f);
}

static int declare_attributes(mix_room *r, fault *f) {
    size_t n = r->edition[0]->attributes + r->edition[1]->attributes;
    const char **all = arena_take(&r->x->memory, (n + 1) * sizeof *all);
    if (!all)
        return fault_memory(f);
    r->x->attribute = all;
    for (int e = 0; e < 2; e++)
        for (size_t i = 0; i < r->edition[e]->attributes; i++)
            all[r->x->attributes++] = r->edition[e]->attribute[i];
    return 1;
}

static int open_mixed(mix *m, mix_room *r, fault *f) {
    r->x = script_open(r->h, &r->notes, f);
    if (!r->x || !declare_attributes(r, f))
        return 0;
    session_reading(m->edition[1], &r->x->data);
    r->x->f = f;
    for (size_t i = 0; i < r->edition[r->tree]->facts; i++)
        script_add_fact(r->x, "", r->edition[r->tree]->fact[i].name,
                        r->edition[r->tree]->fact[i].text, r->edition[r->tree]->fact[i].at);
    if (f->count || !mix_make_model(m, r, f))
        return 0;
    unsigned char *side = mem_take(m->items + 1);
    if (!side)
        return fault_memory(f);
    memset(side, r->tree, m->items);
    int fine = mix_set_leaves(m, r, side, f);
    mem_free(side);
    return fine && mix_load_data(m, r, f) && mix_find_cells(m, r, f) && mix_sort_cells(m, r, f);
}

mix_room *mix_open_room(mix *m, int key, fault *f) {
    mix_room *r = &m->room[key & ((1 << m->hards) - 1)];
    if (r->open)
        return r;
    /* opening the first room may show that more are needed; what is new is of the second edition */
    *r = (mix_room){ .key = key, .notes = FAULT_INIT };
    r->tree = mix_room_side(m, r, m->structure, 1);
    r->h = session_host(m->edition[1], &r->notes, f);
    if (!r->h || !read_edition(m, r, 0, f) || !read_edition(m, r, 1, f) || !open_mixed(m, r, f)) {
        mix_close_room(r);
        return NULL;
    }
    r->open = 1;
    return r;
}

/* ---- formulas ---- */

typedef struct choosing {
    mix *m;
    const mix_room *r;
    const unsigned char *side;
} choosing;

static int choose(void *self, const char *attribute, const char *id) {
    const choosing *c = self;
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
        if (!strcmp(output[i].name, name))
            return &output[i];
    return NULL;
}

/* The output that plays a part: the one the rules name, or else one with a usual name. */
static const char *role_name(const script *edition, mix_output which, const script_output *output,
                             size_t count) {
    static const char *const role[] = { "score", "rank", "grade", "verdict" };
    static const char *const usual[] = { "total", "rank", "grade", "built" };
    char show[16];
    snprintf(show, sizeof show, "show.%s", role[which]);
    const char *named = script_fact_of(edition, show);
    const script_output *found = output_of(output, count, *named ? named : usual[which]);
    if (!found && !*named)
        found = output_of(output, count, role[which]);
    return found ? found->name : "";
}

/* Is the node made of the score element by element, so that no other unit has a part in it? */
static int made_of(const ex_graph *g, ex_id node, ex_id score, int depth) {
    const ex_node *n = ex_get(g, node);
    if (node == score)
        return 1;
    if (n->op == EX_source)
        return n->axes == 0;
    if (depth > 30 || !ex_is_elementwise(n->op))
        return 0;
    for (int i = 0; i < n->argc; i++)
        if (!made_of(g, ex_arg(g, node, i), score, depth + 1))
            return 0;
    return n->argc > 0;
}

/* The sources that formulas have made of mixed data. */
static void find_nodes(mix_room *r) {
    for (size_t i = 0; i < r->arrays; i++)
        for (ex_id n = 1; r->array[i].value && !r->array[i].node && n <= ex_count(r->h->graph);
             n++) {
            const ex_values *v = ex_values_of(r->h->graph, n);
            if (v && v->value == r->array[i].value)
                r->array[i].node = n;
        }
}

/* Puts the values of a mix in. */
int mix_set_room(mix *m, mix_room *r, const unsigned char *side, fault *f) {
    unsigned char *now = mem_take(m->items + 1);
    if (!now)
        return fault_memory(f);
    memcpy(now, side, m->items);
    if (!mix_set_leaves(m, r, side, f)) {
        mem_free(now);
        return 0;
    }
    mix_set_cells(r, side);
    mem_free(r->now);
    r->now = now;
    return 1;
}

typedef struct siding {
    mix *m;
    mix_room *r;
    const unsigned char *side; /* of the mix */
    unsigned char *all;
} siding;

/* The values of one edition, or of the mix, for what the script makes of values. */
static int put_side(void *self, int side, fault *f) {
    siding *s = self;
    memset(s->all, side, s->m->items);
    find_nodes(s->r);
    return mix_set_room(s->m, s->r, side < 0 ? s->side : s->all, f);
}

/* Leaves that the script read as plain values decide which formulas there are, and all may depend on
 * them though no formula has them. */
static void mark_fixed(mix *m, const mix_room *r) {
    const model *x = &r->x->m;
    for (size_t i = 0; i < x->leaves; i++) {
        int item = x->leaf[i].fixed ? r->link[i].item : -1;
        if (item >= 0)
            m->item[item].word = m->item[item].felt = 1;
    }
}

static int make_formula(mix *m, mix_room *r, const unsigned char *side, fault *f) {
    choosing c = { m, r, side };
    script_output *output = NULL;
    size_t count = 0;
    int compute = m->compute >= 0 ? side[m->compute] : r->tree;
    if (r->formulas == r->formula_room) {
        size_t room = r->formula_room ? 2 * r->formula_room : 4;
        mix_formula *grown = mem_grow(r->formula, room * sizeof *grown);
        if (!grown)
            return fault_memory(f);
        r->formula = grown;
        r->formula_room = room;
    }
    mix_formula *own = &r->formula[r->formulas];
    *own = (mix_formula){ .side = mem_take(m->items + 1) };
    if (!own->side)
        return fault_memory(f);
    memcpy(own->side, side, m->items);
    r->formulas++;
    siding both = { m, r, side, mem_take(m->items + 1) };
    if (!both.all)
        return fault_memory(f);
    r->h->put_side = m->items ? put_side : NULL;
    r->h->side_self = &both;
    int fine = mix_set_room(m, r, side, f) &&
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
    if (is_rank)
        m->ascending = ex_get(g, rank)->flag == 1;
    return fine;
}

/* Items that decide which formulas there are are all known before the first are made. */
static int same_functions(const mix *m, const unsigned char *a, const unsigned char *b) {
    for (size_t i = 0; i < m->items; i++)
        if ((m->item[i].factor == MIX_METHODS || m->item[i].word) && a[i] != b[i])
            return 0;
    return 1;
}

mix_formula *mix_formula_of(mix *m, mix_room *r, const unsigned char *side, fault *f) {
    for (size_t i = 0; i < r->formulas; i++)
        if (same_functions(m, r->formula[i].side, side))
            return &r->formula[i];
    return make_formula(m, r, side, f) ? &r->formula[r->formulas - 1] : NULL;
}
