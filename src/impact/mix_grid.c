/* The grid of a mix: where the scores of all rooms are, and which elements of an output go there.
 */
#include <string.h>

#include "base/mem.h"
#include "impact/mix_inside.h"

static const char *label_of(const mix_room *r, int axis, size_t i) {
    return pool_text(r->h->strings, ax_get(r->h->space, axis)->label[i]);
}

static long position_of(const mix_room *r, int axis, const char *label) {
    uint32_t text = pool_find(r->h->strings, label, strlen(label));
    return text ? ax_position(r->h->space, axis, text) : -1;
}

/* The axis that is ranked along: that of the rank, else the units, else the longest. */
static int row_axis(const mix_room *r, const mix_formula *o) {
    const ax_space *space = r->h->space;
    ax_set axes = ex_get(r->h->graph, o->node[MIX_SCORE])->axes;
    ex_id rank = o->node[MIX_RANK];
    int axis = AX_NONE;
    if (rank && ex_get(r->h->graph, rank)->op == EX_rank)
        axis = ex_get(r->h->graph, rank)->axis;
    if (axis == AX_NONE || !(axes & AX_BIT(axis)))
        axis = ax_find(space, "unit");
    if (axis == AX_NONE || !(axes & AX_BIT(axis)))
        axis = pl_inner(space, axes);
    return axis;
}

static int add_label(mix *m, const char ***list, size_t *count, const char *label, fault *f) {
    const char **grown = mem_grow((void *)*list, (*count + 1) * sizeof *grown);
    if (!grown)
        return fault_memory(f);
    *list = grown;
    grown[*count] = arena_text(&m->memory, label, strlen(label));
    return grown[(*count)++] ? 1 : fault_memory(f);
}

/* The labels of an axis that are not in the list yet, looked up by a pool of those that are. */
static int add_labels(mix *m, pool *known, const mix_room *r, int axis, const char ***list,
                      size_t *count, fault *f) {
    const ax_axis *a = ax_get(r->h->space, axis);
    for (size_t i = 0; i < a->size; i++) {
        const char *label = label_of(r, axis, i);
        size_t n = strlen(label);
        if (pool_find(known, label, n))
            continue;
        if (!pool_put(known, label, n) || !add_label(m, list, count, label, f))
            return f->count ? 0 : fault_memory(f);
    }
    return 1;
}

/* The axes of the columns, by name, with the labels of both corners. */
static int add_columns(mix *m, const mix_room *r, ax_set axes, int row, fault *f) {
    mix_columns *c = &m->columns;
    for (int i = 0; i < ax_count(r->h->space); i++) {
        if (!(axes & AX_BIT(i)) || i == row)
            continue;
        const char *name = ax_get(r->h->space, i)->name;
        int k = 0;
        while (k < c->axes && strcmp(c->name[k], name))
            k++;
        if (k == MIX_COLUMN_AXES)
            return fault_set(f, FAULT_LIMIT, "the score has more axes than can be compared");
        if (k == c->axes) {
            c->name[c->axes++] = arena_text(&m->memory, name, strlen(name));
            c->known[k] = pool_open();
        }
        if (!c->name[k] || !c->known[k])
            return fault_memory(f);
        if (!add_labels(m, c->known[k], r, i, &c->label[k], &c->size[k], f))
            return 0;
    }
    return 1;
}

/* What a reader calls a label of the columns' axes. */
static const char *title_of(const mix *m, const char *axis, const char *label) {
    for (int e = 1; !strcmp(axis, "stage") && e >= 0; e--) {
        const model *of = &m->edition[e]->s->m;
        int stage = model_find_stage(of, label);
        if (stage >= 0 && *of->stage[stage].title)
            return of->stage[stage].title;
    }
    return label;
}

static int name_columns(mix *m, fault *f) {
    mix_columns *c = &m->columns;
    size_t count = 1;
    for (int k = 0; k < c->axes; k++)
        count *= c->size[k];
    m->grid.column = arena_take(&m->memory, (count + 1) * sizeof *m->grid.column);
    m->grid.title = arena_take(&m->memory, (count + 1) * sizeof *m->grid.title);
    if (!m->grid.column || !m->grid.title)
        return fault_memory(f);
    for (size_t i = 0; i < count; i++) {
        const char *name = "", *title = "";
        size_t rest = i, size = count;
        for (int k = 0; name && title && k < c->axes; k++) {
            size /= c->size[k];
            const char *label = c->label[k][rest / size], *read = title_of(m, c->name[k], label);
            rest %= size;
            name = k ? arena_print(&m->memory, "%s, %s", name, label) : label;
            title = k ? arena_print(&m->memory, "%s, %s", title, read) : read;
        }
        if (!name || !title)
            return fault_memory(f);
        m->grid.column[i] = name;
        m->grid.title[i] = title;
    }
    m->grid.columns = count;
    return 1;
}

static int has_common(const mix_room *a, int i, const mix_room *b, int j) {
    const ax_axis *x = ax_get(a->h->space, i);
    for (size_t k = 0; k < x->size; k++)
        if (position_of(b, j, label_of(a, i, k)) >= 0)
            return 1;
    return 0;
}

int mix_make_grid(mix *m, mix_room *const r[2], const mix_formula *const o[2], fault *f) {
    int row[2];
    pool *known = pool_open();
    int fine = known ? 1 : fault_memory(f);
    for (int e = 0; e < 2; e++)
        row[e] = row_axis(r[e], o[e]);
    const char *name[2] = { "", "" };
    for (int e = 0; e < 2; e++)
        if (row[e] != AX_NONE)
            name[e] = ax_get(r[e]->h->space, row[e])->name;
    if (strcmp(name[0], name[1]))
        fine = fault_set(f, FAULT_RULE, "the scores cannot be compared: one edition gives a score "
                                        "for each %s, the other for each %s",
                         *name[0] ? name[0] : "assessment", *name[1] ? name[1] : "assessment");
    else if (row[0] != AX_NONE && !has_common(r[0], row[0], r[1], row[1]))
        fine = fault_set(f, FAULT_RULE, "the scores cannot be compared: no %s is in both editions",
                         name[0]);
    if (!(m->grid.axis = arena_text(&m->memory, name[0], strlen(name[0]))))
        fine = fault_memory(f);
    for (int e = 1; fine && e >= 0; e--) { /* as the second edition orders them */
        ax_set axes = ex_get(r[e]->h->graph, o[e]->node[MIX_SCORE])->axes;
        fine = (row[e] == AX_NONE ||
                add_labels(m, known, r[e], row[e], &m->grid.row, &m->grid.rows, f)) &&
               add_columns(m, r[e], axes, row[e], f);
    }
    if (fine && row[0] == AX_NONE)
        fine = add_label(m, &m->grid.row, &m->grid.rows, "", f);
    pool_close(known);
    return fine && name_columns(m, f);
}

/* For each label its place on an axis of a room, in units of a stride; UINT32_MAX: none. */
static uint32_t *places(const mix_room *r, int axis, size_t stride, const char *const *label,
                        size_t count) {
    uint32_t *out = mem_take((count + 1) * sizeof *out);
    for (size_t i = 0; out && i < count; i++) {
        long at = position_of(r, axis, label[i]);
        out[i] = at < 0 ? UINT32_MAX : (uint32_t)((size_t)at * stride);
    }
    return out;
}

static void put_places(uint32_t *to, const uint32_t *spot, size_t count, size_t inner,
                       size_t total) {
    for (size_t i = 0; i < total; i++) {
        uint32_t at = spot[i / inner % count];
        to[i] = to[i] == UINT32_MAX || at == UINT32_MAX ? UINT32_MAX : to[i] + at;
    }
}

uint32_t *mix_map(const mix *m, const mix_room *r, ex_id node, fault *f) {
    size_t total = m->grid.rows * m->grid.columns;
    uint32_t *to = mem_zero(total + 1, sizeof *to);
    ax_set axes = ex_get(r->h->graph, node)->axes;
    const ax_space *space = r->h->space;
    int fine = to != NULL;
    for (int i = 0; fine && i < ax_count(space); i++) {
        if (!(axes & AX_BIT(i)))
            continue;
        const char *name = ax_get(space, i)->name;
        size_t stride = ax_stride(space, axes, i), inner = m->grid.columns;
        const char *const *label = m->grid.row;
        size_t count = m->grid.rows;
        if (strcmp(name, m->grid.axis)) {
            const mix_columns *c = &m->columns;
            int k = 0;
            for (; k < c->axes && strcmp(c->name[k], name); k++)
                inner /= c->size[k];
            label = k < c->axes ? c->label[k] : NULL;
            count = k < c->axes ? c->size[k] : 0;
            inner = k < c->axes ? inner / c->size[k] : 1;
        }
        uint32_t none = UINT32_MAX;
        uint32_t *spot = label ? places(r, i, stride, label, count) : NULL;
        fine = !label || spot;
        if (fine)
            put_places(to, spot ? spot : &none, spot ? count : 1, inner, total);
        mem_free(spot);
    }
    if (!fine) {
        fault_memory(f);
        mem_free(to);
        return NULL;
    }
    return to;
}
