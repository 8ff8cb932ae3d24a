/* Mixes of two editions: opening their hosts, finding which items matter, evaluating a mix, and the
 * grid of places for its results. */
#include "impact/mix.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

/* ---- the sides of a mix ---- */

/* Is a factor switched together with the leading item? */
static int goes_along(const mix *m, mix_factor of) {
    return of == MIX_PARAMS ? goes_along(m, MIX_STANDARDS) && m->standards >= 0
                            : m->together >> of & 1;
}

/* Sets the items that are not switched on their own as the items they go with. */
static void follow_leaders(const mix *m, unsigned char *side) {
    for (size_t i = 0; i < m->items; i++) {
        mix_factor of = m->item[i].factor;
        if (m->standards >= 0 && (of == MIX_STANDARDS || of == MIX_PARAMS))
            side[i] = side[m->standards];
        if (m->together && goes_along(m, of)) side[i] = side[m->leader];
    }
}

static int key_of(const mix *m, const unsigned char *side) {
    int key = 0;
    for (size_t i = 0; i < m->items; i++)
        if (m->item[i].hard >= 0 && side[i]) key |= 1 << m->item[i].hard;
    return key;
}

unsigned char *mix_sides(const mix *m, const unsigned char *from, int edition) {
    unsigned char *side = mem_take(m->items + 1);
    if (!side)
        fault_memory(m->f);
    else if (from)
        memcpy(side, from, m->items);
    else
        memset(side, edition, m->items);
    return side;
}

/* ---- the grid of places ---- */

static const char *label_of(const hybrid_host *r, int axis, size_t i) {
    return pool_text(r->h->strings, ax_get(r->h->space, axis)->label[i]);
}

static long position_of(const hybrid_host *r, int axis, const char *label) {
    uint32_t text = pool_find(r->h->strings, label, strlen(label));
    return text ? ax_position(r->h->space, axis, text) : -1;
}

/* The axis of the rows: the one that is ranked along, else the units, else the longest. */
static int row_axis(const hybrid_host *r, const mix_formula *o) {
    const ax_space *space = r->h->space;
    ax_set axes = ex_get(r->h->graph, o->node[MIX_SCORE])->axes;
    ex_id rank = o->node[MIX_RANK];
    int axis = AX_NONE;
    if (rank && ex_get(r->h->graph, rank)->op == EX_rank) axis = ex_get(r->h->graph, rank)->axis;
    if (axis == AX_NONE || !(axes & AX_BIT(axis))) axis = ax_find(space, "unit");
    if (axis == AX_NONE || !(axes & AX_BIT(axis))) axis = ax_inner(space, axes);
    return axis;
}

int mix_know_labels(mix_labels *l) {
    if (l->known) return 1;
    if (!(l->known = pool_open()) || l->count > UINT32_MAX / 4 ||
        !pool_reserve(l->known, (uint32_t)l->count))
        return 0;
    for (size_t i = 0; i < l->count; i++)
        if (*l->label[i] && !pool_lend(l->known, l->label[i], strlen(l->label[i]))) return 0;
    return 1;
}

static int append_label(mix *m, mix_labels *l, const char *label) {
    char *own = arena_text(&m->memory, label, strlen(label));
    if (!own || !MEM_RESERVE(l->label, l->count + 1, l->cap)) return fault_memory(m->f);
    l->label[l->count++] = own;
    return 1;
}

static int add_label(mix *m, mix_labels *l, const char *label) {
    size_t n = strlen(label);
    if (!mix_know_labels(l)) return fault_memory(m->f);
    if (pool_find(l->known, label, n)) return 1;
    return append_label(m, l, label) &&
           (!n || pool_lend(l->known, l->label[l->count - 1], n) || fault_memory(m->f));
}

/* Labels of one axis are different, and those of the same axis are there already. */
static int add_labels(const hybrid_host *r, int axis, mix_labels *l) {
    const ax_axis *a = ax_get(r->h->space, axis);
    const pool *strings = r->h->strings;
    if (l->strings == strings && l->texts == a->size && l->text == a->label) return 1;
    const int first = !l->count;
    if (first) {
        l->strings = strings;
        l->text = a->label;
        l->texts = a->size;
    }
    for (size_t i = 0; i < a->size; i++)
        if (!(first ? append_label : add_label)(r->m, l, label_of(r, axis, i))) return 0;
    return 1;
}

/* Adds the labels of all axes but that of the rows. */
static int add_columns(const hybrid_host *r, ax_set axes, int row) {
    mix *m = r->m;
    mix_grid *g = &m->grid;
    for (int i = 0; i < ax_count(r->h->space); i++) {
        if (!(axes & AX_BIT(i)) || i == row) continue;
        const char *name = ax_get(r->h->space, i)->name;
        int k = 0;
        while (k < g->axes && strcmp(g->along[k].axis, name)) k++;
        if (k == MIX_COLUMN_AXES)
            return fault_set(m->f, FAULT_LIMIT, "the score has more axes than can be compared");
        if (k == g->axes) g->along[g->axes++].axis = arena_text(&m->memory, name, strlen(name));
        if (!g->along[k].axis) {
            g->axes = k;
            return fault_memory(m->f);
        }
        if (!add_labels(r, i, &g->along[k])) return 0;
    }
    return 1;
}

/* A label of a column as readers know it: the title of a stage. */
static const char *title_of(const mix *m, const char *axis, const char *label) {
    for (int e = 1; !strcmp(axis, "stage") && e >= 0; e--) {
        const model *of = &m->edition[e]->s->m;
        int stage = model_find_stage(of, label);
        if (stage >= 0 && *of->stage[stage].title) return of->stage[stage].title;
    }
    return label;
}

static int name_columns(mix *m) {
    mix_grid *g = &m->grid;
    size_t count = 1;
    for (int k = 0; k < g->axes; k++) count *= g->along[k].count;
    g->column = arena_take(&m->memory, (count + 1) * sizeof *g->column);
    g->title = arena_take(&m->memory, (count + 1) * sizeof *g->title);
    g->label = arena_take(&m->memory, (count * (size_t)g->axes + 1) * sizeof *g->label);
    if (!g->column || !g->title || !g->label) return fault_memory(m->f);
    for (size_t i = 0; i < count; i++) {
        const char *name = "", *title = "";
        size_t rest = i, size = count;
        for (int k = 0; name && title && k < g->axes; k++) {
            const mix_labels *l = &g->along[k];
            size /= l->count;
            const char *label = l->label[rest / size], *read = title_of(m, l->axis, label);
            rest %= size;
            g->label[i * (size_t)g->axes + (size_t)k] = label;
            name = k ? arena_print(&m->memory, "%s, %s", name, label) : label;
            title = k ? arena_print(&m->memory, "%s, %s", title, read) : read;
        }
        if (!name || !title) return fault_memory(m->f);
        g->column[i] = name;
        g->title[i] = title;
    }
    g->columns = count;
    return 1;
}

mix_labels *mix_grid_axis(mix *m, const char *axis, size_t *stride) {
    mix_grid *g = &m->grid;
    *stride = g->columns;
    if (!strcmp(axis, g->row.axis)) return &g->row;
    for (int k = 0; k < g->axes; k++) {
        *stride /= g->along[k].count;
        if (!strcmp(g->along[k].axis, axis)) return &g->along[k];
    }
    *stride = 1;
    return NULL;
}

/* Have two axes a label in common? */
static int has_common(const hybrid_host *a, int i, const hybrid_host *b, int j) {
    const ax_axis *x = ax_get(a->h->space, i);
    for (size_t k = 0; k < x->size; k++)
        if (position_of(b, j, label_of(a, i, k)) >= 0) return 1;
    return 0;
}

/* Makes the grid from the scores of both editions, the labels ordered as in the second one. */
static int make_grid(mix *m, hybrid_host *const r[2], mix_formula *const o[2]) {
    int row[2], fine = 1;
    const char *name[2] = {"", ""};
    for (int e = 0; e < 2; e++) {
        row[e] = row_axis(r[e], o[e]);
        if (row[e] != AX_NONE) name[e] = ax_get(r[e]->h->space, row[e])->name;
    }
    if (strcmp(name[0], name[1]))
        fine = fault_set(m->f, FAULT_RULE,
                         "the scores cannot be compared: one edition gives a score "
                         "for each %s, the other for each %s",
                         *name[0] ? name[0] : "assessment", *name[1] ? name[1] : "assessment");
    else if (row[0] != AX_NONE && !has_common(r[0], row[0], r[1], row[1]))
        fine = fault_set(m->f, FAULT_RULE,
                         "the scores cannot be compared: no %s is in both editions", name[0]);
    m->grid.row.axis = arena_text(&m->memory, name[0], strlen(name[0]));
    if (!m->grid.row.axis) fine = fault_memory(m->f);
    for (int e = 1; fine && e >= 0; e--) {
        ax_set axes = ex_get(r[e]->h->graph, o[e]->node[MIX_SCORE])->axes;
        fine = (row[e] == AX_NONE || add_labels(r[e], row[e], &m->grid.row)) &&
               add_columns(r[e], axes, row[e]);
    }
    if (fine && row[0] == AX_NONE) fine = add_label(m, &m->grid.row, "");
    return fine && name_columns(m);
}

/* The map of an output of the same shape, if one was made. */
static const uint32_t *known_map(const hybrid_host *r, ax_set axes) {
    for (size_t i = 0; i < r->formulas; i++) {
        const mix_formula *o = &r->formula[i];
        for (int k = 0; k <= MIX_OUTPUTS; k++) {
            ex_id node = k < MIX_OUTPUTS ? o->node[k] : o->ranked;
            if (o->map[k] && ex_get(r->h->graph, node)->axes == axes) return o->map[k];
        }
    }
    return NULL;
}

/* By place: the element of an output, or UINT32_MAX for none; a new array, NULL with the fault. */
static uint32_t *map_output(const hybrid_host *r, ex_id node) {
    mix *m = r->m;
    const ax_space *space = r->h->space;
    size_t total = m->grid.row.count * m->grid.columns;
    uint32_t *to = mem_zero(total + 1, sizeof *to);
    int fine = to || fault_memory(m->f);
    const uint32_t *known = known_map(r, ex_get(r->h->graph, node)->axes);
    if (fine && known) return memcpy(to, known, (total + 1) * sizeof *to);
    for (int i = 0; fine && i < ax_count(space); i++) {
        ax_set axes = ex_get(r->h->graph, node)->axes;
        size_t stride = ax_stride(space, axes, i), inner;
        if (!(axes & AX_BIT(i))) continue;
        const mix_labels *l = mix_grid_axis(m, ax_get(space, i)->name, &inner);
        size_t count = l ? l->count : 1;
        long *at = mem_take((count + 1) * sizeof *at);
        fine = at || fault_memory(m->f);
        for (size_t k = 0; fine && k < count; k++)
            at[k] = !l ? -1
                    : k < l->texts && l->strings == r->h->strings
                        ? ax_position(space, i, l->text[k])
                        : position_of(r, i, l->label[k]);
        for (size_t p = 0; fine && p < total; p++) {
            long here = at[p / inner % count];
            to[p] = here < 0 || to[p] == UINT32_MAX ? UINT32_MAX
                                                    : to[p] + (uint32_t)((size_t)here * stride);
        }
        mem_free(at);
    }
    if (fine) return to;
    mem_free(to);
    return NULL;
}

/* ---- opening ---- */

/* Is there an array of attributes that only one edition gives any values? Formulas can tell whether
 * it is there. */
static int finds_shape(const hybrid_host *r) {
    const model *x = &r->x->m;
    for (size_t a = 0; a < x->arrays; a++) {
        const md_array *one = &x->array[a];
        int given = 0;
        if (!one->node || strncmp(one->name, "index.", 6)) continue;
        for (size_t i = 0; i < x->leaves; i++) {
            const mix_link *k = &r->link[i];
            if (x->leaf[i].element >= 0 && !strcmp(x->leaf[i].name, one->name + 6))
                given |= k->item < 0 ? 3 : (k->leaf[0] >= 0) | (k->leaf[1] >= 0) << 1;
        }
        if ((given == 1 || given == 2) && strcmp(one->name, "index.weight")) return 1;
    }
    return 0;
}

static void close_hosts(mix *m) {
    for (int i = 0; i < 1 << MIX_HARD; i++)
        if (m->host[i].open) hybrid_close(&m->host[i]);
}

/* Opens the host and makes the formulas of one edition. */
static int open_corner(mix *m, int e, hybrid_host **r, mix_formula **o) {
    if (!(*r = hybrid_open(m, e ? ~0 : 0))) return 0;
    unsigned char *side = mix_sides(m, NULL, e);
    *o = side ? hybrid_formula(*r, side) : NULL;
    mem_free(side);
    if (*o && !(*o)->node[MIX_SCORE])
        return fault_at(
            m->f, FAULT_RULE, &(place){.file = m->edition[e]->file},
            "show = { score = \"…\" } names it",
            "there is no score to compare: the rules compute no 'total' and no 'score'");
    return *o != NULL;
}

/* Opening the first host may show that other items need hosts of their own; then it is opened
 * again. */
static int open_first(mix *m, hybrid_host *r[2]) {
    int hards = m->hards;
    if (!(r[1] = hybrid_open(m, ~0)) || !mix_pair_methods(r[1])) return 0;
    if (m->hards != hards) {
        close_hosts(m);
        return (r[1] = hybrid_open(m, ~0)) != NULL;
    }
    return 1;
}

/* Makes one item of a whole factor, with hosts of its own. */
static int make_hard_factor(mix *m, mix_factor factor, int *item) {
    *item = mix_item_of(m, factor, "index", NULL);
    return mix_make_hard(m, *item);
}

static int open_corners(mix *m) {
    hybrid_host *r[2];
    mix_formula *o[2];
    int fine = open_first(m, r);
    for (int e = 1; fine && e >= 0; e--) fine = open_corner(m, e, &r[e], &o[e]);
    if (fine && m->standards < 0 && (finds_shape(r[0]) || finds_shape(r[1]))) {
        close_hosts(m);
        return make_hard_factor(m, MIX_STANDARDS, &m->standards) && open_corners(m);
    }
    /* making formulas for one edition may have moved those of the other */
    for (int e = 0; fine && e < 2; e++) fine = open_corner(m, e, &r[e], &o[e]);
    for (int k = 0; fine && k < MIX_OUTPUTS; k++) m->has[k] = o[0]->node[k] && o[1]->node[k];
    return fine && make_grid(m, r, o);
}

/* Can the formulas of an edition be made where one item is of the other edition? */
static int can_compute(mix *m, int e, int item) {
    unsigned char *side = mix_sides(m, NULL, e);
    fault tried = FAULT_INIT, *f = m->f;
    if (!side) return 0;
    side[item] = !e;
    follow_leaders(m, side);
    hybrid_host *r = &m->host[key_of(m, side)];
    size_t before = r->formulas;
    m->f = &tried;
    int fine = hybrid_formula(r, side) != NULL;
    m->f = f;
    if (!fine && r->formulas > before) { /* what failed is not kept */
        r->formulas--;
        mem_free(r->formula[r->formulas].side);
    }
    fault_release(&tried);
    mem_free(side);
    return fine;
}

/* Opens the other hosts. Where the functions of one edition fail on the tree or the attributes of
 * the other, these factors are only switched together. */
static int open_others(mix *m) {
    for (int key = 0; key < 1 << m->hards; key++)
        if (!hybrid_open(m, key)) return 0;
    int methods = 0;
    for (size_t i = 0; i < m->items; i++) methods |= m->item[i].factor == MIX_METHODS;
    const int hard[] = {m->structure, m->standards};
    for (int k = 0; methods && k < 2; k++)
        for (int e = 0; e < 2 && hard[k] >= 0; e++) {
            mix_factor of = m->item[hard[k]].factor;
            if (m->together >> of & 1 || can_compute(m, e, hard[k])) continue;
            m->leader = m->together ? m->leader : hard[k];
            m->together |= 1 << of | 1 << MIX_METHODS;
        }
    return !m->f->count;
}

/* ---- which items affect the score ---- */

/* Marks the nodes that the outputs are computed from. */
static void mark_reached(const hybrid_host *r, const mix_formula *o, unsigned char *reached) {
    const ex_graph *g = r->h->graph;
    for (int k = 0; k < MIX_OUTPUTS; k++)
        if (o->node[k]) reached[o->node[k]] = 1;
    for (ex_id n = ex_count(g); n > 0; n--)
        for (int i = 0; reached[n] && i < ex_get(g, n)->argc; i++) reached[ex_arg(g, n, i)] = 1;
}

/* Marks the items that reached nodes read. */
static void mark_felt_items(const hybrid_host *r, const unsigned char *reached) {
    mix *m = r->m;
    const model *x = &r->x->m;
    for (size_t a = 0; a < x->arrays; a++) {
        const md_array *array = &x->array[a];
        for (size_t i = 0; array->node && reached[array->node] && i < array->size; i++)
            if (array->leaf[i] >= 0 && r->link[array->leaf[i]].item >= 0)
                m->item[r->link[array->leaf[i]].item].felt = 1;
    }
    for (size_t i = 0; i < x->leaves; i++) { /* weights of groups, and what is absent just now */
        int item = r->link[i].item;
        const char *name = x->leaf[i].name;
        for (size_t a = 0; item >= 0 && !m->item[item].felt && a < x->arrays; a++) {
            const char *of = strchr(x->array[a].name, '.');
            int same =
                of && (!strcmp(of + 1, name) || (!strcmp(name, "weight") && strstr(of, "weight")));
            if (same && x->array[a].node && reached[x->array[a].node]) m->item[item].felt = 1;
        }
    }
    for (size_t i = 0; i < r->cells; i++) {
        ex_id node = r->array[r->cell[i].array].node;
        if (node && reached[node]) m->item[r->cell[i].item].felt = 1;
    }
}

/* Marks what the functions of an edition read in a host. 0 with the fault. */
static int find_felt_in_edition(hybrid_host *r, int e) {
    mix *m = r->m;
    unsigned char *side = mix_sides(m, NULL, e), *reached = NULL;
    if (!side) return 0;
    for (size_t i = 0; i < m->items; i++) side[i] = (unsigned char)hybrid_side(r, (int)i, side[i]);
    follow_leaders(m, side);
    /* Where the settled sides belong to another host, no mix is ever evaluated here. */
    if (key_of(m, side) == (r->key & ((1 << m->hards) - 1))) {
        mix_formula *o = hybrid_formula(r, side);
        reached = mem_zero((size_t)ex_count(r->h->graph) + 1, 1);
        if (o && reached) {
            mark_reached(r, o, reached);
            mark_felt_items(r, reached);
        } else if (o) {
            fault_memory(m->f);
        }
    }
    mem_free(side);
    mem_free(reached);
    return !m->f->count;
}

/* Finds which items the score depends on, and which are switched on their own. */
static int find_felt_items(mix *m) {
    for (int key = 0; key < 1 << m->hards; key++)
        for (int e = 0; e < 2; e++)
            if (!find_felt_in_edition(&m->host[key], e)) return 0;
    for (size_t i = 0; i < m->items; i++) {
        mix_item *it = &m->item[i];
        int follows = m->standards >= 0 && (int)i != m->standards &&
                      (it->factor == MIX_STANDARDS || it->factor == MIX_PARAMS);
        if (it->factor == MIX_METHODS || it->hard >= 0) it->felt = 1;
        follows |= m->together && (int)i != m->leader && goes_along(m, it->factor);
        it->player = it->felt && !follows;
    }
    return 1;
}

static int open_mix(mix *m) {
    m->texts = pool_open();
    if (!m->texts) return fault_memory(m->f);
    if (!mix_pair_leaves(m)) return 0;
    if (!mix_same_structure(m) && !make_hard_factor(m, MIX_STRUCTURE, &m->structure)) return 0;
    if (m->shaped && !make_hard_factor(m, MIX_STANDARDS, &m->standards)) return 0;
    return open_corners(m) && open_others(m) && find_felt_items(m);
}

mix *mix_open(assess *a, assess *b, fault *f) {
    mix *m = mem_zero(1, sizeof *m);
    if (!m) {
        fault_memory(f);
        return NULL;
    }
    m->f = f;
    m->edition[0] = a;
    m->edition[1] = b;
    m->structure = m->compute = m->labels = m->tables = m->standards = m->leader = -1;
    if (!open_mix(m)) {
        mix_close(m);
        return NULL;
    }
    return m;
}

void mix_close(mix *m) {
    if (!m) return;
    close_hosts(m);
    mix_grid *g = &m->grid;
    for (int k = -1; k < g->axes; k++) {
        mix_labels *l = k < 0 ? &g->row : &g->along[k];
        mem_free((void *)l->label);
        pool_close(l->known);
    }
    pool_close(m->texts);
    mem_free(m->item);
    arena_release(&m->memory);
    mem_free(m);
}

const char *mix_output_name(const mix *m, int edition, mix_output which) {
    const char *name = m->name[edition][which] ? m->name[edition][which] : m->name[!edition][which];
    return name ? name
                : ""; /* where both have the same functions, only one edition's were called */
}

const char *mix_text(const mix *m, double text) {
    return text == text ? pool_text(m->texts, (uint32_t)text) : "";
}

/* ---- evaluating ---- */

/* Sets the values of a mix in its host; its formulas, NULL with the fault. */
static mix_formula *apply_sides(mix *m, const unsigned char *wanted, hybrid_host **in) {
    unsigned char *side = mix_sides(m, wanted, 0);
    if (!side) return NULL;
    follow_leaders(m, side);
    *in = &m->host[key_of(m, side)];
    mix_formula *o = hybrid_formula(*in, side);
    int fine = o && hybrid_set(*in, side);
    mem_free(side);
    return fine ? o : NULL;
}

/* The values of a node by place. */
static int grid_values(hybrid_host *r, mix_formula *o, int which, ex_id node, double *out) {
    mix *m = r->m;
    size_t total = m->grid.row.count * m->grid.columns;
    if (!o->map[which] && !(o->map[which] = map_output(r, node))) return 0;
    const double *value = ex_run_value(r->h->run, node, m->f);
    const uint32_t *map = o->map[which];
    for (size_t i = 0; value && i < total; i++) out[i] = map[i] == UINT32_MAX ? NAN : value[map[i]];
    return value || fault_set(m->f, FAULT_BUG, "an output of a mix was not computed");
}

int mix_eval(mix *m, const unsigned char *side, double *score, double *rank, double *ranked) {
    hybrid_host *r;
    mix_formula *o = apply_sides(m, side, &r);
    if (!o) return 0;
    ex_id want[3];
    size_t count = 0;
    want[count++] = o->node[MIX_SCORE];
    if (ranked) want[count++] = o->ranked;
    if (rank && o->node[MIX_RANK]) want[count++] = o->node[MIX_RANK];
    if (!ex_run_eval(r->h->run, want, count, m->f) ||
        !grid_values(r, o, MIX_SCORE, o->node[MIX_SCORE], score) ||
        (ranked && !grid_values(r, o, MIX_OUTPUTS, o->ranked, ranked)))
        return 0;
    return !rank || !o->node[MIX_RANK] || grid_values(r, o, MIX_RANK, o->node[MIX_RANK], rank);
}

int mix_corner(mix *m, int edition, mix_output which, double *out) {
    hybrid_host *r;
    unsigned char *side = mix_sides(m, NULL, edition);
    mix_formula *o = side ? apply_sides(m, side, &r) : NULL;
    mem_free(side);
    if (!o) return 0;
    ex_id node = o->node[which];
    if (!node || !ex_run_eval(r->h->run, &node, 1, m->f) ||
        !grid_values(r, o, (int)which, node, out))
        return 0;
    size_t total = m->grid.row.count * m->grid.columns;
    for (size_t i = 0; ex_get(r->h->graph, node)->kind == EX_TEXT && i < total; i++) {
        if (!(out[i] == out[i])) continue;
        uint32_t text = (uint32_t)out[i];
        out[i] =
            pool_put(m->texts, pool_text(r->h->strings, text), pool_length(r->h->strings, text));
        if (!(out[i] > 0)) return fault_memory(m->f);
    }
    return 1;
}
