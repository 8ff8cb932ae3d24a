#include "impact/mix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/mem.h"

/* The data of two editions in one hybrid host: both versions along common axes, and the cells that
 * differ.
 */

/* ---- what is read the same way ---- */

static int same_text(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

static int same_wants(const ds_spec *a, const ds_spec *b) {
    if (a->wants != b->wants || a->checks != b->checks) return 0;
    for (size_t i = 0; i < a->wants; i++)
        if (strcmp(a->want[i].name, b->want[i].name) || a->want[i].kind != b->want[i].kind ||
            !same_text(a->want[i].unit, b->want[i].unit))
            return 0;
    return 1;
}

static int same_axes(const ds_spec *a, const ds_spec *b) {
    if (a->keys != b->keys || !a->value != !b->value) return 0;
    for (size_t i = 0; i < a->keys; i++)
        if (strcmp(a->key[i].axis, b->key[i].axis)) return 0;
    return 1;
}

static int same_spec(const ds_spec *a, const ds_spec *b) {
    for (size_t i = 0; same_axes(a, b) && i < a->keys; i++)
        if (strcmp(a->key[i].column, b->key[i].column)) return 0;
    return same_axes(a, b) && same_text(a->value, b->value) && same_text(a->rows, b->rows) &&
           same_text(a->label, b->label) && same_text(a->encoding, b->encoding) &&
           a->separator == b->separator && same_wants(a, b) &&
           mix_same_list(a->carry, a->carries, b->carry, b->carries) &&
           mix_same_list(a->missing, a->missings, b->missing, b->missings);
}

/* The same bytes, wherever they lie? */
static int same_bytes(const dataset *a, const dataset *b) {
    if (!a->text != !b->text) return 0;
    if (a->text) return a->length == b->length && !memcmp(a->text, b->text, a->length);
    if (!strcmp(a->spec.path, b->spec.path)) return 1;
    file_view x = FILE_VIEW_INIT, y = FILE_VIEW_INIT;
    fault ignored = FAULT_INIT;
    int same = files_read(a->spec.path, SIZE_MAX / 2, &x, &ignored) &&
               files_read(b->spec.path, SIZE_MAX / 2, &y, &ignored) && x.length == y.length &&
               !memcmp(x.bytes, y.bytes, x.length);
    files_release(&x);
    files_release(&y);
    fault_release(&ignored);
    return same;
}

/* ---- loading ---- */

static int declare(mix *m, hybrid_host *r, int e, const char *name, int hidden, fault *f) {
    const dataset *plain = datasets_named(&m->edition[e]->s->data, name);
    const dataset *like = datasets_named(&r->edition[e]->data, name); /* of this host's files */
    ds_spec spec = like ? like->spec : plain->spec;
    spec.path = plain->spec.path;
    dataset *d = dataset_new(&r->x->data, &spec, f);
    if (d) d->hidden = hidden;
    if (!d || !datasets_declare(&r->x->data, d, name, f)) return 0;
    d->text = plain->text;
    d->length = plain->length;
    d->mixed = m->structure >= 0 || e != r->tree;
    return 1;
}

/* Where the versions name other units, or other years, a host has those of one of them. */
static void put_aside(const mix *m, const hybrid_host *r) {
    const datasets *all = &r->x->data;
    int side = hybrid_side(m, r, m->labels, 1);
    for (size_t i = 0; m->labels >= 0 && i + 1 < all->count; i++)
        if (all->item[i + 1]->hidden) {
            all->item[i]->aside = side == 1;
            all->item[i + 1]->aside = side == 0;
        }
}

static int declare_pair(mix *m, hybrid_host *r, const char *name, fault *f) {
    const dataset *a = datasets_named(&m->edition[0]->s->data, name);
    const dataset *b = datasets_named(&m->edition[1]->s->data, name);
    if (!a || !b) return declare(m, r, a ? 0 : 1, name, 0, f);
    int alike = same_spec(&a->spec, &b->spec);
    if (alike && same_bytes(a, b)) return declare(m, r, r->tree, name, 0, f);
    if (a->spec.keys && b->spec.keys && same_axes(&a->spec, &b->spec))
        return declare(m, r, 0, name, 0, f) && declare(m, r, 1, name, 1, f);
    if (m->tables < 0) {
        const char *what = arena_print(&m->memory, "data.%s", name);
        m->tables = what ? mix_item_of(m, MIX_DATA, what, NULL, f) : -1;
        if (!what) return fault_memory(f);
    }
    size_t k = 0;
    while (k < m->table_names && strcmp(m->table_name[k], name)) k++;
    if (k == m->table_names && k < MIX_TABLES) m->table_name[m->table_names++] = a->spec.name;
    return mix_make_hard(m, m->tables, f) &&
           declare(m, r, hybrid_side(m, r, m->tables, r->tree), name, 0, f);
}

/* The units that an edition names beforehand, and then those that only the other names. */
static int take_units(mix *m, hybrid_host *r, fault *f) {
    const datasets *a = &m->edition[r->tree]->s->data, *b = &m->edition[!r->tree]->s->data;
    datasets *to = &r->x->data;
    const char **unit = arena_take(&to->memory, (a->units + b->units + 1) * sizeof *unit);
    if (!unit) return fault_memory(f);
    if (!a->units || !b->units) return 1; /* the data names units of its own, too */
    for (size_t i = 0; i < a->units; i++) unit[to->units++] = a->unit[i];
    for (size_t i = 0; i < b->units; i++) {
        size_t k = 0;
        while (k < to->units && strcmp(unit[k], b->unit[i])) k++;
        if (k == to->units) unit[to->units++] = b->unit[i];
    }
    to->unit = unit;
    return 1;
}

int mix_load_data(mix *m, hybrid_host *r, fault *f) {
    const datasets *a = &m->edition[r->tree]->s->data, *b = &m->edition[!r->tree]->s->data;
    if (!take_units(m, r, f)) return 0;
    for (size_t i = 0; i < a->count; i++)
        if (!declare_pair(m, r, a->item[i]->spec.name, f)) return 0;
    for (size_t i = 0; i < b->count; i++)
        if (!datasets_named(a, b->item[i]->spec.name) &&
            !declare_pair(m, r, b->item[i]->spec.name, f))
            return 0;
    put_aside(m, r);
    return datasets_load(&r->x->data, f);
}

/* ---- cells that differ ---- */

static double at(const mix_array *a, int e, size_t cell) {
    return a->side[e]     ? a->side[e][cell]
           : a->column[e] ? a->column[e][cell / a->line][cell % a->line]
                          : (double)NAN;
}

static int add_cell(hybrid_host *r, uint32_t array, uint32_t item, size_t cell, fault *f) {
    if (r->cells == r->cell_capacity) {
        size_t capacity = r->cell_capacity ? 2 * r->cell_capacity : 256;
        mix_cell *grown = mem_grow(r->cell, capacity * sizeof *grown);
        if (!grown) return fault_memory(f);
        r->cell = grown;
        r->cell_capacity = capacity;
    }
    r->cell[r->cells++] = (mix_cell){array, item, cell};
    return 1;
}

/* Where versions differ: which item each such cell belongs to. */
static int compare_arrays(mix *m, hybrid_host *r, uint32_t which, fault *f) {
    mix_array *a = &r->array[which];
    const ax_axis *leaves = a->leaf_axis == AX_NONE ? NULL : ax_get(r->h->space, a->leaf_axis);
    int *item = mem_take((2 * a->leaf_size + 2) * sizeof *item), fine = item != NULL;
    for (size_t i = 0; fine && i < 2 * a->leaf_size + 2; i++) item[i] = -1;
    size_t before = r->cells;
    char what[200];
    snprintf(what, sizeof what, "data.%.190s", a->data);
    for (size_t c = 0; fine && c < a->cells; c++) {
        double x = at(a, 0, c), y = at(a, 1, c);
        if (x == y || (x != x && y != y)) continue;
        int only = x != x || y != y;
        size_t leaf = leaves ? c / a->leaf_stride % a->leaf_size : 0;
        int *it = &item[2 * leaf + (size_t)only];
        if (*it < 0)
            *it = mix_item_of(m, only ? MIX_COVERAGE : MIX_DATA, what,
                              leaves ? pool_text(r->h->strings, leaves->label[leaf]) : NULL, f);
        fine = *it >= 0 && add_cell(r, which, (uint32_t)*it, c, f);
        if (fine && !m->counted) m->item[*it].cells++;
    }
    if (!item) fault_memory(f);
    mem_free(item);
    if (!fine || r->cells == before) return fine;
    a->value = big_alloc_take(a->cells * sizeof *a->value);
    if (!a->value) return fault_memory(f);
    for (size_t c = 0; c < a->cells; c++) a->value[c] = at(a, 0, c);
    return 1;
}

/* Marks the places of an axis that the keys of a table name. */
static void mark_labels(const hybrid_host *r, const dataset *d, size_t key, unsigned char *seen) {
    const tb_column *c = tb_column_named(d->table, d->spec.key[key].column);
    int axis = ax_find(r->h->space, d->spec.key[key].axis);
    double last = NAN;
    for (size_t i = 0; i < tb_rows(d->table); i++) {
        double x = c->value[i];
        if (x != x || x == last) continue;
        last = x;
        long at = c->kind == TB_TEXT ? ax_position(r->h->space, axis, (uint32_t)x)
                                     : ax_position_number(r->h->space, axis, x);
        if (at >= 0) seen[at] = 1;
    }
}

/* Do both versions name the same units, the same years? Elements of the tree are another matter. */
static int same_labels(const hybrid_host *r, const dataset *d, const dataset *o, fault *f) {
    int same = 1;
    for (size_t k = 0; same && k < d->spec.keys; k++) {
        if (!strcmp(d->spec.key[k].axis, dataset_leaf_axis(&r->x->data)) && r->x->m.levels)
            continue;
        size_t size = ax_get(r->h->space, ax_find(r->h->space, d->spec.key[k].axis))->size;
        unsigned char *a = mem_zero(size + 1, 1), *b = mem_zero(size + 1, 1);
        if (a && b) {
            mark_labels(r, d, k, a);
            mark_labels(r, o, k, b);
            same = !memcmp(a, b, size);
        } else {
            fault_memory(f);
        }
        mem_free(a);
        mem_free(b);
    }
    return same;
}

static mix_array *add_array(hybrid_host *r, const dataset *d, ax_set axes, const char *name,
                            fault *f) {
    if (r->arrays == r->array_capacity) {
        size_t capacity = r->array_capacity ? 2 * r->array_capacity : 8;
        mix_array *grown = mem_grow(r->array, capacity * sizeof *grown);
        if (!grown) {
            fault_memory(f);
            return NULL;
        }
        r->array = grown;
        r->array_capacity = capacity;
    }
    ax_space *space = r->h->space;
    uint8_t order[AX_MOST];
    int axis = ax_find(space, dataset_leaf_axis(&r->x->data)), n = ax_layout(space, axes, order);
    mix_array *a = &r->array[r->arrays++];
    *a = (mix_array){.data = d->spec.name,
                     .name = name,
                     .cells = ax_size(space, axes),
                     .leaf_axis = AX_NONE,
                     .line = 1};
    if (n) a->line = ax_get(space, order[n - 1])->size;
    if (axis != AX_NONE && (axes & AX_BIT(axis))) {
        a->leaf_axis = axis;
        a->leaf_stride = ax_stride(space, axes, axis);
        a->leaf_size = ax_get(space, axis)->size;
    }
    return a;
}

static int add_carried(mix *m, hybrid_host *r, dataset *d, dataset *o, size_t i, fault *f) {
    size_t k = 0;
    while (k < o->spec.carries && strcmp(o->spec.carry[k], d->spec.carry[i])) k++;
    mix_array *a = add_array(r, d, d->keyed, d->spec.carry[i], f);
    if (!a) return 0;
    a->side[0] = dataset_carried(&r->x->data, d, i, f);
    a->side[1] = k < o->spec.carries ? dataset_carried(&r->x->data, o, k, f) : NULL;
    if (!a->side[0] || f->count || !compare_arrays(m, r, (uint32_t)r->arrays - 1, f)) return 0;
    a = &r->array[r->arrays - 1];
    if (a->value) {
        a->spare = d->carried[i];
        d->carried[i] = a->value;
    }
    return 1;
}

int mix_find_cells(mix *m, hybrid_host *r, fault *f) {
    datasets *all = &r->x->data;
    for (size_t i = 0; i < all->count; i++) {
        dataset *d = all->item[i], *o = i + 1 < all->count ? all->item[i + 1] : NULL;
        if (!o || !o->hidden) continue;
        if (d->values.axes != o->values.axes || d->values.kind != o->values.kind)
            return fault_set(f, FAULT_RULE, "the data '%s' has other axes in the two editions",
                             d->spec.name);
        if (m->labels < 0 && m->hards < MIX_HARD && !same_labels(r, d, o, f)) {
            char what[200];
            snprintf(what, sizeof what, "data.%.190s", d->spec.name);
            m->labels = mix_item_of(m, MIX_COVERAGE, what, NULL, f);
            if (!mix_make_hard(m, m->labels, f)) return 0;
        }
        mix_array *a = f->count ? NULL : add_array(r, d, d->values.axes, NULL, f);
        if (!a) return 0;
        a->side[0] = d->values.value;
        a->side[1] = o->values.value;
        a->column[0] = d->values.column;
        a->column[1] = o->values.column;
        if (!compare_arrays(m, r, (uint32_t)r->arrays - 1, f)) return 0;
        a = &r->array[r->arrays - 1];
        if (a->value) {
            d->values.value = a->value;
            d->values.column = NULL;
        }
        for (size_t k = 0; k < d->spec.carries; k++)
            if (!add_carried(m, r, d, o, k, f)) return 0;
    }
    m->counted = 1; /* in the first host, which has the labels of both */
    return 1;
}

/* Cells in the order of their items, so that those of one are found together. */
int mix_sort_cells(const mix *m, hybrid_host *r, fault *f) {
    mix_cell *sorted = mem_take((r->cells + 1) * sizeof *sorted);
    r->from = mem_zero(m->items + 2, sizeof *r->from);
    if (!sorted || !r->from) {
        mem_free(sorted);
        return fault_memory(f);
    }
    r->cell_items = m->items;
    for (size_t i = 0; i < r->cells; i++) r->from[r->cell[i].item + 2]++;
    for (size_t i = 2; i < m->items + 2; i++) r->from[i] += r->from[i - 1];
    for (size_t i = 0; i < r->cells; i++) sorted[r->from[r->cell[i].item + 1]++] = r->cell[i];
    mem_free(r->cell);
    r->cell = sorted;
    return 1;
}

void mix_set_cells(hybrid_host *r, const unsigned char *side) {
    for (size_t i = 0; i < r->cell_items; i++) {
        if ((r->now ? r->now[i] : 0) == side[i]) continue;
        for (size_t k = r->from[i]; k < r->from[i + 1]; k++) {
            mix_array *a = &r->array[r->cell[k].array];
            a->value[r->cell[k].cell] = at(a, side[i], r->cell[k].cell);
            a->changed = 1;
        }
    }
    for (size_t i = 0; i < r->arrays; i++) {
        if (r->array[i].changed && r->array[i].node) ex_run_changed(r->h->run, r->array[i].node);
        r->array[i].changed = 0;
    }
}

/* Carried arrays that took the place of others are the dataset's own now. */
void mix_release_data(hybrid_host *r) {
    for (size_t i = 0; i < r->arrays; i++) {
        mix_array *a = &r->array[i];
        big_alloc_give(a->spare, a->cells * sizeof *a->spare);
        if (!a->name) big_alloc_give(a->value, a->cells * sizeof *a->value);
    }
    mem_free(r->array);
    mem_free(r->cell);
    mem_free(r->from);
}
