/* Mixes of two editions: their hosts, what each item affects, evaluation and the grid of results.
 */
#include "impact/mix.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

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
        if (m->together && goes_along(m, of)) side[i] = side[m->leader];
    }
}

static int key_of(const mix *m, const unsigned char *side) {
    int key = 0;
    for (size_t i = 0; i < m->items; i++)
        if (m->item[i].hard >= 0 && side[i]) key |= 1 << m->item[i].hard;
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

/* ---- the grid: where the scores of all hosts are ---- */

static const char *label_of(const hybrid_host *r, int axis, size_t i) {
    return pool_text(r->h->strings, ax_get(r->h->space, axis)->label[i]);
}

static long position_of(const hybrid_host *r, int axis, const char *label) {
    uint32_t text = pool_find(r->h->strings, label, strlen(label));
    return text ? ax_position(r->h->space, axis, text) : -1;
}

/* The axis that is ranked along: that of the rank, else the units, else the longest. */
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

static int add_label(mix *m, const char ***list, size_t *count, size_t *cap, const char *label,
                     fault *f) {
    char *own = arena_text(&m->memory, label, strlen(label));
    if (!own || !MEM_RESERVE(*list, *count + 1, *cap)) return fault_memory(f);
    (*list)[(*count)++] = own;
    return 1;
}

/* The labels of an axis that are not in the list yet, looked up by a pool of those that are. */
static int add_labels(mix *m, pool *known, const hybrid_host *r, int axis, const char ***list,
                      size_t *count, size_t *cap, fault *f) {
    const ax_axis *a = ax_get(r->h->space, axis);
    for (size_t i = 0; i < a->size; i++) {
        const char *label = label_of(r, axis, i);
        size_t n = strlen(label);
        if (pool_find(known, label, n)) continue;
        if (!pool_put(known, label, n) || !add_label(m, list, count, cap, label, f))
            return f->count ? 0 : fault_memory(f);
    }
    return 1;
}

/* The axes of the columns, by name, with the labels of both corners. */
static int add_columns(mix *m, const hybrid_host *r, ax_set axes, int row, fault *f) {
    mix_columns *c = &m->columns;
    for (int i = 0; i < ax_count(r->h->space); i++) {
        if (!(axes & AX_BIT(i)) || i == row) continue;
        const char *name = ax_get(r->h->space, i)->name;
        int k = 0;
        while (k < c->axes && strcmp(c->name[k], name)) k++;
        if (k == MIX_COLUMN_AXES)
            return fault_set(f, FAULT_LIMIT, "the score has more axes than can be compared");
        if (k == c->axes) {
            c->name[c->axes++] = arena_text(&m->memory, name, strlen(name));
            c->known[k] = pool_open();
        }
        if (!c->name[k] || !c->known[k]) return fault_memory(f);
        if (!add_labels(m, c->known[k], r, i, &c->label[k], &c->size[k], &c->cap[k], f)) return 0;
    }
    return 1;
}

/* What a reader calls a label of the columns' axes. */
static const char *title_of(const mix *m, const char *axis, const char *label) {
    for (int e = 1; !strcmp(axis, "stage") && e >= 0; e--) {
        const model *of = &m->edition[e]->s->m;
        int stage = model_find_stage(of, label);
        if (stage >= 0 && *of->stage[stage].title) return of->stage[stage].title;
    }
    return label;
}

static int name_columns(mix *m, fault *f) {
    mix_columns *c = &m->columns;
    size_t count = 1;
    for (int k = 0; k < c->axes; k++) count *= c->size[k];
    m->grid.column = arena_take(&m->memory, (count + 1) * sizeof *m->grid.column);
    m->grid.title = arena_take(&m->memory, (count + 1) * sizeof *m->grid.title);
    m->grid.label = arena_take(&m->memory, (count * (size_t)c->axes + 1) * sizeof *m->grid.label);
    if (!m->grid.column || !m->grid.title || !m->grid.label) return fault_memory(f);
    for (size_t i = 0; i < count; i++) {
        const char *name = "", *title = "";
        size_t rest = i, size = count;
        for (int k = 0; name && title && k < c->axes; k++) {
            size /= c->size[k];
            const char *label = c->label[k][rest / size], *read = title_of(m, c->name[k], label);
            rest %= size;
            m->grid.label[i * (size_t)c->axes + (size_t)k] = label;
            name = k ? arena_print(&m->memory, "%s, %s", name, label) : label;
            title = k ? arena_print(&m->memory, "%s, %s", title, read) : read;
        }
        if (!name || !title) return fault_memory(f);
        m->grid.column[i] = name;
        m->grid.title[i] = title;
    }
    m->grid.columns = count;
    return 1;
}

static int has_common(const hybrid_host *a, int i, const hybrid_host *b, int j) {
    const ax_axis *x = ax_get(a->h->space, i);
    for (size_t k = 0; k < x->size; k++)
        if (position_of(b, j, label_of(a, i, k)) >= 0) return 1;
    return 0;
}

/* Makes the grid of the corners. */
static int make_grid(mix *m, hybrid_host *const r[2], const mix_formula *const o[2], fault *f) {
    int row[2];
    pool *known = pool_open();
    int fine = known ? 1 : fault_memory(f);
    for (int e = 0; e < 2; e++) row[e] = row_axis(r[e], o[e]);
    const char *name[2] = {"", ""};
    for (int e = 0; e < 2; e++)
        if (row[e] != AX_NONE) name[e] = ax_get(r[e]->h->space, row[e])->name;
    if (strcmp(name[0], name[1]))
        fine = fault_set(f, FAULT_RULE,
                         "the scores cannot be compared: one edition gives a score "
                         "for each %s, the other for each %s",
                         *name[0] ? name[0] : "assessment", *name[1] ? name[1] : "assessment");
    else if (row[0] != AX_NONE && !has_common(r[0], row[0], r[1], row[1]))
        fine = fault_set(f, FAULT_RULE, "the scores cannot be compared: no %s is in both editions",
                         name[0]);
    if (!(m->grid.axis = arena_text(&m->memory, name[0], strlen(name[0])))) fine = fault_memory(f);
    for (int e = 1; fine && e >= 0; e--) { /* as the second edition orders them */
        ax_set axes = ex_get(r[e]->h->graph, o[e]->node[MIX_SCORE])->axes;
        fine = (row[e] == AX_NONE || add_labels(m, known, r[e], row[e], &m->grid.row, &m->grid.rows,
                                                &m->grid.row_cap, f)) &&
               add_columns(m, r[e], axes, row[e], f);
    }
    if (fine && row[0] == AX_NONE)
        fine = add_label(m, &m->grid.row, &m->grid.rows, &m->grid.row_cap, "", f);
    pool_close(known);
    return fine && name_columns(m, f);
}

/* For each label its place on an axis of a host, in units of a stride; UINT32_MAX: none. */
static uint32_t *places(const hybrid_host *r, int axis, size_t stride, const char *const *label,
                        size_t count) {
    uint32_t *out = mem_take((count + 1) * sizeof *out);
    for (size_t i = 0; out && i < count; i++) {
        long at = position_of(r, axis, label[i]);
        out[i] = at < 0 ? UINT32_MAX : (uint32_t)((size_t)at * stride);
    }
    return out;
}

static void add_places(uint32_t *to, const uint32_t *position, size_t count, size_t inner,
                       size_t total) {
    for (size_t i = 0; i < total; i++) {
        uint32_t at = position[i / inner % count];
        to[i] = to[i] == UINT32_MAX || at == UINT32_MAX ? UINT32_MAX : to[i] + at;
    }
}

/* The elements of an output by place, or UINT32_MAX. */
static uint32_t *map_output(const mix *m, const hybrid_host *r, ex_id node, fault *f) {
    size_t total = m->grid.rows * m->grid.columns;
    uint32_t *to = mem_zero(total + 1, sizeof *to);
    ax_set axes = ex_get(r->h->graph, node)->axes;
    const ax_space *space = r->h->space;
    int fine = to != NULL;
    for (int i = 0; fine && i < ax_count(space); i++) {
        if (!(axes & AX_BIT(i))) continue;
        const char *name = ax_get(space, i)->name;
        size_t stride = ax_stride(space, axes, i), inner = m->grid.columns;
        const char *const *label = m->grid.row;
        size_t count = m->grid.rows;
        if (strcmp(name, m->grid.axis)) {
            const mix_columns *c = &m->columns;
            int k = 0;
            for (; k < c->axes && strcmp(c->name[k], name); k++) inner /= c->size[k];
            label = k < c->axes ? c->label[k] : NULL;
            count = k < c->axes ? c->size[k] : 0;
            inner = k < c->axes ? inner / c->size[k] : 1;
        }
        uint32_t none = UINT32_MAX;
        uint32_t *position = label ? places(r, i, stride, label, count) : NULL;
        fine = !label || position;
        if (fine) add_places(to, position ? position : &none, position ? count : 1, inner, total);
        mem_free(position);
    }
    if (!fine) {
        fault_memory(f);
        mem_free(to);
        return NULL;
    }
    return to;
}

/* ---- opening ---- */

/* Arrays that only one edition gives leaves to: there or not there, which formulas can see. */
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

/* The host and formula of a corner. */
static int open_corner(mix *m, int e, hybrid_host **r, mix_formula **o, fault *f) {
    if (!(*r = hybrid_open(m, e ? ~0 : 0, f))) return 0;
    unsigned char *side = corner_sides(m, e, f);
    *o = side ? hybrid_formula(m, *r, side, f) : NULL;
    mem_free(side);
    if (*o && !(*o)->node[MIX_SCORE])
        return fault_at(
            f, FAULT_RULE, &(place){.file = m->edition[e]->file},
            "show = { score = \"…\" } names it",
            "there is no score to compare: the rules compute no 'total' and no 'score'");
    return *o != NULL;
}

/* Opening the first host may show what else needs hosts of its own; then all begins anew, with
 * them. */
static int open_first(mix *m, hybrid_host *r[2], fault *f) {
    int hards = m->hards;
    if (!(r[1] = hybrid_open(m, ~0, f)) || !mix_pair_methods(m, r[1], f)) return 0;
    if (m->hards != hards) {
        close_hosts(m);
        return (r[1] = hybrid_open(m, ~0, f)) != NULL;
    }
    return 1;
}

/* All of a factor as one item with hosts of its own. */
static int make_hard_factor(mix *m, mix_factor factor, int *item, fault *f) {
    *item = mix_item_of(m, factor, "index", NULL, f);
    return mix_make_hard(m, *item, f);
}

static int open_corners(mix *m, fault *f) {
    hybrid_host *r[2];
    mix_formula *o[2];
    int fine = open_first(m, r, f);
    for (int e = 1; fine && e >= 0; e--) fine = open_corner(m, e, &r[e], &o[e], f);
    if (fine && m->standards < 0 && (finds_shape(r[0]) || finds_shape(r[1]))) {
        close_hosts(m);
        return make_hard_factor(m, MIX_STANDARDS, &m->standards, f) && open_corners(m, f);
    }
    /* formulas may have moved while the second was made */
    for (int e = 0; fine && e < 2; e++) fine = open_corner(m, e, &r[e], &o[e], f);
    for (int k = 0; fine && k < MIX_OUTPUTS; k++) m->has[k] = o[0]->node[k] && o[1]->node[k];
    const mix_formula *both[2] = {fine ? o[0] : NULL, fine ? o[1] : NULL};
    return fine && make_grid(m, r, both, f);
}

/* Do the formulas of an edition compute where one item is of the other? */
static int computes(mix *m, int e, int item, fault *f) {
    unsigned char *side = corner_sides(m, e, f);
    fault tried = FAULT_INIT;
    if (!side) return 0;
    side[item] = !e;
    settle(m, side);
    hybrid_host *r = &m->host[key_of(m, side)];
    size_t before = r->formulas;
    int fine = hybrid_formula(m, r, side, &tried) != NULL;
    if (!fine && r->formulas > before) { /* what failed is not kept */
        r->formulas--;
        mem_free(r->formula[r->formulas].side);
    }
    fault_release(&tried);
    mem_free(side);
    return fine;
}

/* The other hosts, and the functions of one edition on the tree of the other, or on its attributes:
 * where that does not compute, they go together. */
static int open_others(mix *m, fault *f) {
    for (int key = 0; key < 1 << m->hards; key++)
        if (!hybrid_open(m, key, f)) return 0;
    int methods = 0;
    for (size_t i = 0; i < m->items; i++) methods |= m->item[i].factor == MIX_METHODS;
    const int hard[] = {m->structure, m->standards};
    for (int k = 0; methods && k < 2; k++)
        for (int e = 0; e < 2 && hard[k] >= 0; e++) {
            mix_factor of = m->item[hard[k]].factor;
            if (m->together >> of & 1 || computes(m, e, hard[k], f)) continue;
            m->leader = m->together ? m->leader : hard[k];
            m->together |= 1 << of | 1 << MIX_METHODS;
        }
    return !f->count;
}

/* ---- which items affect the score ---- */

static void reach(const hybrid_host *r, const mix_formula *o, unsigned char *reached) {
    const ex_graph *g = r->h->graph;
    for (int k = 0; k < MIX_OUTPUTS; k++)
        if (o->node[k]) reached[o->node[k]] = 1;
    for (ex_id n = ex_count(g); n > 0; n--)
        for (int i = 0; reached[n] && i < ex_get(g, n)->argc; i++) reached[ex_arg(g, n, i)] = 1;
}

static void feel_host(mix *m, hybrid_host *r, const unsigned char *reached) {
    const model *x = &r->x->m;
    for (size_t a = 0; a < x->arrays; a++)
        for (size_t i = 0; x->array[a].node && reached[x->array[a].node] && i < x->array[a].size;
             i++) {
            int leaf = x->array[a].leaf[i];
            if (leaf >= 0 && r->link[leaf].item >= 0) m->item[r->link[leaf].item].felt = 1;
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
    for (size_t i = 0; i < r->cells; i++)
        if (r->array[r->cell[i].array].node && reached[r->array[r->cell[i].array].node])
            m->item[r->cell[i].item].felt = 1;
}

static int feel(mix *m, fault *f) {
    for (int key = 0; key < 1 << m->hards; key++) {
        hybrid_host *r = &m->host[key];
        for (int e = 0; e < 2; e++) { /* both editions' functions in each host */
            unsigned char *side = corner_sides(m, e, f);
            if (!side) return 0;
            for (size_t i = 0; i < m->items; i++)
                if (m->item[i].hard >= 0) side[i] = r->key >> m->item[i].hard & 1;
            settle(m, side);
            if (key_of(m, side) != (r->key & ((1 << m->hards) - 1))) {
                mem_free(side); /* no mix comes here */
                continue;
            }
            mix_formula *o = hybrid_formula(m, r, side, f);
            unsigned char *reached = mem_zero((size_t)ex_count(r->h->graph) + 1, 1);
            mem_free(side);
            if (o && reached) {
                reach(r, o, reached);
                feel_host(m, r, reached);
            } else if (o) {
                fault_memory(f);
            }
            mem_free(reached);
            if (f->count) return 0;
        }
    }
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

static int open_mix(mix *m, fault *f) {
    m->texts = pool_open();
    if (!m->texts) return fault_memory(f);
    if (!mix_pair_leaves(m, f)) return 0;
    if (!mix_same_structure(m) && !make_hard_factor(m, MIX_STRUCTURE, &m->structure, f)) return 0;
    if (m->shaped && !make_hard_factor(m, MIX_STANDARDS, &m->standards, f)) return 0;
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
    if (!m) return;
    close_hosts(m);
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

const char *mix_output_name(const mix *m, int edition, mix_output which) {
    const char *name = m->name[edition][which] ? m->name[edition][which] : m->name[!edition][which];
    return name ? name : ""; /* where the functions are the same, only one edition's were called */
}

const char *mix_text(const mix *m, double text) {
    return text == text ? pool_text(m->texts, (uint32_t)text) : "";
}

/* ---- evaluating ---- */

static mix_formula *apply_sides(mix *m, const unsigned char *wanted, hybrid_host **in, fault *f) {
    unsigned char *side = mem_take(m->items + 1);
    if (!side) {
        fault_memory(f);
        return NULL;
    }
    memcpy(side, wanted, m->items);
    settle(m, side);
    hybrid_host *r = *in = &m->host[key_of(m, side)];
    mix_formula *o = hybrid_formula(m, r, side, f);
    int fine = o && hybrid_set(m, r, side, f);
    mem_free(side);
    return fine ? o : NULL;
}

/* The values of a node at the places of the grid. */
static int grid_values(mix *m, hybrid_host *r, mix_formula *o, int which, ex_id node, double *out,
                       fault *f) {
    size_t total = m->grid.rows * m->grid.columns;
    if (!o->map[which] && !(o->map[which] = map_output(m, r, node, f))) return 0;
    const double *value = ex_run_value(r->h->run, node, f);
    const uint32_t *map = o->map[which];
    for (size_t i = 0; value && i < total; i++) out[i] = map[i] == UINT32_MAX ? NAN : value[map[i]];
    return value || fault_set(f, FAULT_BUG, "an output of a mix was not computed");
}

int mix_eval(mix *m, const unsigned char *side, double *score, double *rank, double *ranked,
             fault *f) {
    hybrid_host *r;
    mix_formula *o = apply_sides(m, side, &r, f);
    if (!o) return 0;
    ex_id want[3];
    size_t count = 0;
    want[count++] = o->node[MIX_SCORE];
    if (ranked) want[count++] = o->ranked;
    if (rank && o->node[MIX_RANK]) want[count++] = o->node[MIX_RANK];
    if (!ex_run_eval(r->h->run, want, count, f) ||
        !grid_values(m, r, o, MIX_SCORE, o->node[MIX_SCORE], score, f) ||
        (ranked && !grid_values(m, r, o, MIX_OUTPUTS, o->ranked, ranked, f)))
        return 0;
    return !rank || !o->node[MIX_RANK] ||
           grid_values(m, r, o, MIX_RANK, o->node[MIX_RANK], rank, f);
}

int mix_corner(mix *m, int edition, mix_output which, double *out, fault *f) {
    hybrid_host *r;
    unsigned char *side = corner_sides(m, edition, f);
    mix_formula *o = side ? apply_sides(m, side, &r, f) : NULL;
    mem_free(side);
    if (!o) return 0;
    ex_id node = o->node[which];
    if (!node || !ex_run_eval(r->h->run, &node, 1, f) ||
        !grid_values(m, r, o, (int)which, node, out, f))
        return 0;
    size_t total = m->grid.rows * m->grid.columns;
    for (size_t i = 0; ex_get(r->h->graph, node)->kind == EX_TEXT && i < total; i++) {
        if (!(out[i] == out[i])) continue;
        uint32_t text = (uint32_t)out[i];
        out[i] =
            pool_put(m->texts, pool_text(r->h->strings, text), pool_length(r->h->strings, text));
        if (!(out[i] > 0)) return fault_memory(f);
    }
    return 1;
}
