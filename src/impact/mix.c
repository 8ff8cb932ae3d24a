#include "impact/mix.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "impact/mix_inside.h"

/* ---- the sides of a mix ---- */

/* Does a factor go along with the item that leads those that go together? */
static int goes_along(const mix *m, mix_factor of) {
    return of == MIX_PARAMS ? goes_along(m, MIX_STANDARDS) && m->standards >= 0
                            : m->together >> of & 1;
}

/* Items that cannot go their own way follow the one they go with. */
static void settle(const mix *m, unsigned char *side) {
    for (size_t i = 0; i < m->items; i++) {
        mix_factor of = m->item[i].factor;
        if (m->standards >= 0 && (of == MIX_STANDARDS || of == MIX_PARAMS))
            side[i] = side[m->standards];
        if (m->together && goes_along(m, of))
            side[i] = side[m->leader];
    }
}

static int key_of(const mix *m, const unsigned char *side) {
    int key = 0;
    for (size_t i = 0; i < m->items; i++)
        if (m->item[i].hard >= 0 && side[i])
            key |= 1 << m->item[i].hard;
    return key;
}

static unsigned char *corner_sides(const mix *m, int edition, fault *f) {
    unsigned char *side = mem_take(m->items + 1);
    if (!side)
        fault_memory(f);
    else
        memset(side, edition, m->items);
    return side;
}

/* ---- opening ---- */

/* Arrays that only one edition gives leaves to: there or not there, which formulas can see. */
static int finds_shape(const mix_room *r) {
    const model *x = &r->x->m;
    for (size_t a = 0; a < x->arrays; a++) {
        const md_array *one = &x->array[a];
        int given = 0;
        if (!one->node || strncmp(one->name, "index.", 6))
            continue;
        for (size_t i = 0; i < x->leaves; i++) {
            const mix_link *k = &r->link[i];
            if (x->leaf[i].element >= 0 && !strcmp(x->leaf[i].name, one->name + 6))
                given |= k->item < 0 ? 3 : (k->leaf[0] >= 0) | (k->leaf[1] >= 0) << 1;
        }
        if ((given == 1 || given == 2) && strcmp(one->name, "index.weight"))
            return 1;
    }
    return 0;
}

static void close_rooms(mix *m) {
    for (int i = 0; i < 1 << MIX_HARD; i++)
        if (m->room[i].open)
            mix_close_room(&m->room[i]);
}

/* The room and formula of a corner. */
static int open_corner(mix *m, int e, mix_room **r, mix_formula **o, fault *f) {
    if (!(*r = mix_open_room(m, e ? ~0 : 0, f)))
        return 0;
    unsigned char *side = corner_sides(m, e, f);
    *o = side ? mix_formula_of(m, *r, side, f) : NULL;
    mem_free(side);
    if (*o && !(*o)->node[MIX_SCORE])
        return fault_at(f, FAULT_RULE, &(place){ .file = m->edition[e]->file },
                        "show = { score = \"…\" } names it",
                        "there is no score to compare: the rules compute no 'total' and no 'score'");
    return *o != NULL;
}

/* The first room may show what else needs rooms of its own; then all begins anew, with them. */
static int open_first(mix *m, mix_room *r[2], fault *f) {
    int hards = m->hards;
    if (!(r[1] = mix_open_room(m, ~0, f)) || !mix_pair_methods(m, r[1], f))
        return 0;
    if (m->hards != hards) {
        close_rooms(m);
        return (r[1] = mix_open_room(m, ~0, f)) != NULL;
    }
    return 1;
}

static int open_corners(mix *m, fault *f) {
    mix_room *r[2];
    mix_formula *o[2];
    int fine = open_first(m, r, f);
    for (int e = 1; fine && e >= 0; e--)
        fine = open_corner(m, e, &r[e], &o[e], f);
    if (fine && m->standards < 0 && (finds_shape(r[0]) || finds_shape(r[1]))) {
        m->standards = mix_item_of(m, MIX_STANDARDS, "index", NULL, f);
        close_rooms(m);
        return mix_make_hard(m, m->standards, f) && open_corners(m, f);
    }
    /* formulas may have moved while the second was made */
    for (int e = 0; fine && e < 2; e++)
        fine = open_corner(m, e, &r[e], &o[e], f);
    for (int k = 0; fine && k < MIX_OUTPUTS; k++)
        m->has[k] = o[0]->node[k] && o[1]->node[k];
    const mix_formula *both[2] = { fine ? o[0] : NULL, fine ? o[1] : NULL };
    return fine && mix_make_grid(m, r, both, f);
}

/* Do the formulas of an edition compute where one item is of the other? */
static int computes(mix *m, int e, int item, fault *f) {
    unsigned char *side = corner_sides(m, e, f);
    fault tried = FAULT_INIT;
    if (!side)
        return 0;
    side[item] = !e;
    settle(m, side);
    mix_room *r = &m->room[key_of(m, side)];
    size_t before = r->formulas;
    int fine = mix_formula_of(m, r, side, &tried) != NULL;
    if (!fine && r->formulas > before) { /* what failed is not kept */
        r->formulas--;
        mem_free(r->formula[r->formulas].side);
    }
    fault_release(&tried);
    mem_free(side);
    return fine;
}

/* The other rooms, and the functions of one edition on the tree of the other, or on its attributes:
 * where that does not compute, they go together. */
static int open_others(mix *m, fault *f) {
    for (int key = 0; key < 1 << m->hards; key++)
        if (!mix_open_room(m, key, f))
            return 0;
    int methods = 0;
    for (size_t i = 0; i < m->items; i++)
        methods |= m->item[i].factor == MIX_METHODS;
    const int hard[] = { m->structure, m->standards };
    for (int k = 0; methods && k < 2; k++)
        for (int e = 0; e < 2 && hard[k] >= 0; e++) {
            mix_factor of = m->item[hard[k]].factor;
            if (m->together >> of & 1 || computes(m, e, hard[k], f))
                continue;
            m->leader = m->together ? m->leader : hard[k];
            m->together |= 1 << of | 1 << MIX_METHODS;
        }
    return !f->count;
}

/* ---- what can be felt ---- */

static void reach(const mix_room *r, const mix_formula *o, unsigned char *reached) {
    const ex_graph *g = r->h->graph;
    for (int k = 0; k < MIX_OUTPUTS; k++)
        if (o->node[k])
            reached[o->node[k]] = 1;
    for (ex_id n = ex_count(g); n > 0; n--)
        for (int i = 0; reached[n] && i < ex_get(g, n)->argc; i++)
            reached[ex_arg(g, n, i)] = 1;
}

static void feel_room(mix *m, mix_room *r, const unsigned char *reached) {
    const model *x = &r->x->m;
    for (size_t a = 0; a < x->arrays; a++)
        for (size_t i = 0; x->array[a].node && reached[x->array[a].node] && i < x->array[a].size;
             i++) {
            int leaf = x->array[a].leaf[i];
            if (leaf >= 0 && r->link[leaf].item >= 0)
                m->item[r->link[leaf].item].felt = 1;
        }
    for (size_t i = 0; i < x->leaves; i++) { /* weights of groups, and what is absent just now */
        int item = r->link[i].item;
        const char *name = x->leaf[i].name;
        for (size_t a = 0; item >= 0 && !m->item[item].felt && a < x->arrays; a++) {
            const char *of = strchr(x->array[a].name, '.');
            int same = of && (!strcmp(of + 1, name) ||
                              (!strcmp(name, "weight") && strstr(of, "weight")));
            if (same && x->array[a].node && reached[x->array[a].node])
                m->item[item].felt = 1;
        }
    }
    for (size_t i = 0; i < r->cells; i++)
        if (r->array[r->cell[i].array].node && reached[r->array[r->cell[i].array].node])
            m->item[r->cell[i].item].felt = 1;
}

static int feel(mix *m, fault *f) {
    for (int key = 0; key < 1 << m->hards; key++) {
        mix_room *r = &m->room[key];
        for (int e = 0; e < 2; e++) { /* both editions' functions in each room */
            unsigned char *side = corner_sides(m, e, f);
            if (!side)
                return 0;
            for (size_t i = 0; i < m->items; i++)
                if (m->item[i].hard >= 0)
                    side[i] = r->key >> m->item[i].hard & 1;
            settle(m, side);
            if (key_of(m, side) != (r->key & ((1 << m->hards) - 1))) {
                mem_free(side); /* no mix comes here */
                continue;
            }
            mix_formula *o = mix_formula_of(m, r, side, f);
            unsigned char *reached = mem_zero((size_t)ex_count(r->h->graph) + 1, 1);
            mem_free(side);
            if (o && reached) {
                reach(r, o, reached);
                feel_room(m, r, reached);
            } else if (o) {
                fault_memory(f);
            }
            mem_free(reached);
            if (f->count)
                return 0;
        }
    }
    for (size_t i = 0; i < m->items; i++) {
        mix_item *it = &m->item[i];
        int follows = m->standards >= 0 && (int)i != m->standards &&
                      (it->factor == MIX_STANDARDS || it->factor == MIX_PARAMS);
        if (it->factor == MIX_METHODS || it->hard >= 0)
            it->felt = 1;
        follows |= m->together && (int)i != m->leader && goes_along(m, it->factor);
        it->player = it->felt && !follows;
    }
    return 1;
}

static int open_mix(mix *m, fault *f) {
    m->texts = pool_open();
    if (!m->texts)
        return fault_memory(f);
    if (!mix_pair_leaves(m, f))
        return 0;
    if (!mix_same_structure(m)) {
        m->structure = mix_item_of(m, MIX_STRUCTURE, "index", NULL, f);
        if (!mix_make_hard(m, m->structure, f))
            return 0;
    }
    if (m->shaped) {
        m->standards = mix_item_of(m, MIX_STANDARDS, "index", NULL, f);
        if (!mix_make_hard(m, m->standards, f))
            return 0;
    }
    return open_corners(m, f) && open_others(m, f) && feel(m, f);
}

mix *mix_open(assess *a, assess *b, fault *f) {
    mix *m = mem_zero(1, sizeof *m);
    if (!m) {
        fault_memory(f);
        return NULL;
    }
    m->edition[0] = a;
    m->edition[1] = b;
    m->structure = m->compute = m->labels = m->tables = m->standards = m->leader = -1;
    if (!open_mix(m, f)) {
        mix_close(m);
        return NULL;
    }
    return m;
}

void mix_close(mix *m) {
    if (!m)
        return;
    close_rooms(m);
    for (int k = 0; k < m->columns.axes; k++) {
        mem_free((void *)m->columns.label[k]);
        pool_close(m->columns.known[k]);
    }
    mem_free((void *)m->grid.row);
    pool_close(m->texts);
    mem_free(m->item);
    arena_release(&m->memory);
    mem_free(m);
}

/* ---- what there is ---- */

size_t mix_items(const mix *m) {
    return m->items;
}

const mix_item *mix_item_at(const mix *m, size_t i) {
    return &m->item[i];
}

int mix_leaf_item(const mix *m, int edition, size_t leaf, mix_factor *with) {
    *with = m->pair[edition][leaf].with;
    return m->pair[edition][leaf].item;
}

int mix_leaf_other(const mix *m, int edition, size_t leaf) {
    return m->pair[edition][leaf].other;
}

const mix_grid *mix_grid_of(const mix *m) {
    return &m->grid;
}

int mix_together(const mix *m) {
    return m->together;
}

const char *mix_table(const mix *m, size_t i) {
    return i < m->table_names ? m->table_name[i] : NULL;
}

int mix_descends(const mix *m) {
    return !m->ascending;
}

int mix_has(const mix *m, mix_output which) {
    return m->has[which];
}

const char *mix_output_name(const mix *m, int edition, mix_output which) {
    const char *name = m->name[edition][which] ? m->name[edition][which] : m->name[!edition][which];
    return name ? name : ""; /* where the functions are the same, only one edition's were called */
}

const char *mix_text(const mix *m, double text) {
    return text == text ? pool_text(m->texts, (uint32_t)text) : "";
}

/* ---- evaluating ---- */

static mix_formula *put_in(mix *m, const unsigned char *wanted, mix_room **room, fault *f) {
    unsigned char *side = mem_take(m->items + 1);
    if (!side) {
        fault_memory(f);
        return NULL;
    }
    memcpy(side, wanted, m->items);
    settle(m, side);
    mix_room *r = *room = &m->room[key_of(m, side)];
    mix_formula *o = mix_formula_of(m, r, side, f);
    int fine = o && mix_set_room(m, r, side, f);
    mem_free(side);
    return fine ? o : NULL;
}

/* The values of a node at the places of the grid. */
static int take(mix *m, mix_room *r, mix_formula *o, int which, ex_id node, double *out,
                fault *f) {
    size_t total = m->grid.rows * m->grid.columns;
    if (!o->map[which] && !(o->map[which] = mix_map(m, r, node, f)))
        return 0;
    const double *value = ex_run_value(r->h->run, node, f);
    const uint32_t *map = o->map[which];
    for (size_t i = 0; value && i < total; i++)
        out[i] = map[i] == UINT32_MAX ? NAN : value[map[i]];
    return value || fault_set(f, FAULT_BUG, "an output of a mix was not computed");
}

int mix_eval(mix *m, const unsigned char *side, double *score, double *rank, double *ranked,
             fault *f) {
    mix_room *r;
    mix_formula *o = put_in(m, side, &r, f);
    if (!o)
        return 0;
    ex_id want[3];
    size_t count = 0;
    want[count++] = o->node[MIX_SCORE];
    if (ranked)
        want[count++] = o->ranked;
    if (rank && o->node[MIX_RANK])
        want[count++] = o->node[MIX_RANK];
    if (!ex_run_eval(r->h->run, want, count, f) ||
        !take(m, r, o, MIX_SCORE, o->node[MIX_SCORE], score, f) ||
        (ranked && !take(m, r, o, MIX_OUTPUTS, o->ranked, ranked, f)))
        return 0;
    return !rank || !o->node[MIX_RANK] || take(m, r, o, MIX_RANK, o->node[MIX_RANK], rank, f);
}

int mix_corner(mix *m, int edition, mix_output which, double *out, fault *f) {
    mix_room *r;
    unsigned char *side = corner_sides(m, edition, f);
    mix_formula *o = side ? put_in(m, side, &r, f) : NULL;
    mem_free(side);
    if (!o)
        return 0;
    ex_id node = o->node[which];
    if (!node || !ex_run_eval(r->h->run, &node, 1, f) || !take(m, r, o, (int)which, node, out, f))
        return 0;
    size_t total = m->grid.rows * m->grid.columns;
    for (size_t i = 0; ex_get(r->h->graph, node)->kind == EX_TEXT && i < total; i++) {
        if (!(out[i] == out[i]))
            continue;
        uint32_t text = (uint32_t)out[i];
        out[i] = pool_put(m->texts, pool_text(r->h->strings, text),
                          pool_length(r->h->strings, text));
        if (!(out[i] > 0))
            return fault_memory(f);
    }
    return 1;
}
