/* Keyed rows become a labelled array: the place of each row, and its values there. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "expr/walk.h"
#include "rule/dataset.h"

enum { BLOCK = 4096, SPAN = 1 << 20 };

/* In place of a position: the label is unknown, was reported as unknown, or begins or ends with a
 * space. */
enum { UNKNOWN = -1, TOLD = -2, SPACED = -3 };

/* One key column, with a map from its labels to positions on the axis. */
typedef struct keying {
    const tb_column *c;
    int axis;
    size_t stride; /* in the layout of the key axes */
    size_t full;   /* in the layout of all axes */
    /* Of texts, by pool number; of numbers, by number - low, if they are whole and close. */
    int32_t *map;
    size_t maps;
    double low;
    double last; /* without a map: the last number looked up, and its position */
    long found;
} keying;

typedef struct placing {
    datasets *d;
    dataset *s;
    keying key[AX_MOST];
    size_t keys, rows;
    size_t placed; /* rows that were not left out */
    fault *f;
} placing;

/* Makes a map of so many labels, all of them unknown. */
static int make_map(keying *k, size_t count) {
    k->map = mem_take(count * sizeof *k->map);
    k->maps = k->map ? count : 0;
    for (size_t i = 0; i < k->maps; i++) k->map[i] = UNKNOWN;
    return k->map != NULL;
}

/* Does a label begin or end with a space? It looks like the label without it and is another. */
static int has_outer_space(const pool *strings, uint32_t label) {
    size_t n = pool_length(strings, label);
    const char *text = pool_text(strings, label);
    return n && (text[0] == ' ' || text[0] == '\t' || text[n - 1] == ' ' || text[n - 1] == '\t');
}

static int map_text(const datasets *d, keying *k) {
    const ax_axis *a = ax_get(d->m->space, k->axis);
    if (!make_map(k, (size_t)pool_count(d->m->strings) + 1)) return 0;
    for (uint32_t i = 0; i < a->size; i++)
        k->map[a->label[i]] = has_outer_space(d->m->strings, a->label[i]) ? SPACED : (int32_t)i;
    /* A file may call an indicator by its `column` in the tree. */
    for (uint32_t i = 0; d->m->levels && k->axis == d->m->level_axis[0] && i < a->size; i++) {
        const char *column = dataset_column_of(d, a->label[i]);
        k->map[pool_find(d->m->strings, column, strlen(column))] = (int32_t)i;
    }
    return 1;
}

static int map_numbers(const datasets *d, keying *k) {
    const ax_axis *a = ax_get(d->m->space, k->axis);
    const double *number = ax_numbers(d->m->space, k->axis);
    if (!number || !a->size) return 1;
    double low = number[0], high = number[0];
    int whole = 1;
    for (uint32_t i = 0; i < a->size; i++) {
        low = number[i] < low ? number[i] : low;
        high = number[i] > high ? number[i] : high;
        whole = whole && number[i] == trunc(number[i]);
    }
    if (!whole || !(high - low < SPAN)) return 1;
    k->low = low;
    if (!make_map(k, (size_t)(high - low) + 1)) return 0;
    for (uint32_t i = 0; i < a->size; i++) k->map[(size_t)(number[i] - low)] = (int32_t)i;
    return 1;
}

/* The position of a number on an axis that has no map. */
static long search_number(const datasets *d, keying *k, double x) {
    if (k->found != TOLD && x == k->last) return k->found;
    k->last = x;
    k->found = ax_position_number(d->m->space, k->axis, x);
    if (!ax_numbers(d->m->space, k->axis)) {
        char text[32];
        size_t n = decimal_write(x, text);
        uint32_t label = pool_find(d->m->strings, text, n);
        k->found = label ? ax_position(d->m->space, k->axis, label) : UNKNOWN;
    }
    return k->found;
}

static long position_of(const datasets *d, keying *k, double x) {
    if (x != x) return UNKNOWN;
    if (k->c->kind == TB_TEXT) return k->map[(size_t)x];
    if (k->map)
        return x >= k->low && x - k->low < (double)k->maps && x == trunc(x)
                   ? k->map[(size_t)(x - k->low)]
                   : UNKNOWN;
    return search_number(d, k, x);
}

static void write_label(const placing *p, const keying *k, double x, char *out, size_t capacity) {
    char number[32];
    const char *text = number;
    if (k->c->kind == TB_TEXT)
        text = pool_text(p->d->m->strings, (uint32_t)x);
    else
        decimal_write(x, number);
    size_t n = strlen(text);
    if (n >= capacity) {
        n = capacity - 1;
        while (n && ((unsigned char)text[n] & 0xc0) == 0x80) n--;
    }
    memcpy(out, text, n);
    out[n] = 0;
}

/* Is it an indicator that an overlay removed, so that its rows are left out? */
static int was_removed(const placing *p, const keying *k, double x) {
    char text[32];
    if (x != x || !p->d->m->gones) return 0;
    if (k->c->kind == TB_TEXT) return model_is_gone(p->d->m, (uint32_t)x);
    uint32_t label = pool_find(p->d->m->strings, text, decimal_write(x, text));
    return label && model_is_gone(p->d->m, label);
}

/* Is it a unit that is left out? */
static int was_left_out(const placing *p, const keying *k, double x) {
    char text[32];
    const char *label = text;
    if (x != x || !p->d->withouts) return 0;
    if (k->c->kind == TB_TEXT)
        label = pool_text(p->d->m->strings, (uint32_t)x);
    else
        decimal_write(x, text);
    return dataset_without(p->d, ax_get(p->d->m->space, k->axis)->name, label);
}

/* Reports an unknown label once, at its first row, with the number of its rows. */
static void report_unknown(placing *p, keying *k, size_t row) {
    const ax_axis *a = ax_get(p->d->m->space, k->axis);
    double x = k->c->value[row];
    int leaf = p->d->m->levels && k->axis == p->d->m->level_axis[0];
    if (p->s->aside || (x != x && p->s->spec.drop_without_key) || was_left_out(p, k, x) ||
        (leaf && (p->s->mixed || was_removed(p, k, x))))
        return;
    if (tb_told(x)) return;
    if (fault_full(p->f)) {
        p->f->count++;
        return;
    }
    if (x != x) {
        tb_fault(p->s->table, row, k->c, "without_key = \"drop\" leaves such rows out", p->f,
                 "the row names no %s", text_kind(a->name));
        return;
    }
    int spaced = k->c->kind == TB_TEXT && k->map[(size_t)x] == SPACED;
    size_t times = 0;
    for (size_t r = 0; r < p->rows; r++) times += k->c->value[r] == x;
    for (size_t r = 0; r < row && k->c->kind != TB_TEXT; r++)
        if (k->c->value[r] == x) return;
    if (k->c->kind == TB_TEXT) k->map[(size_t)x] = TOLD;
    char text[160], often[48] = "";
    write_label(p, k, x, text, sizeof text);
    const char *hint = suggest_text(&p->d->memory, label_nearest(p->d->m->space, k->axis, text));
    if (times > 1) snprintf(often, sizeof often, text_message(" (in %zu rows)"), times);
    if (spaced) {
        tb_fault(p->s->table, row, k->c, "remove it, or let trim = true do so", p->f,
                 "a space stands before or behind '%s'%s", text, often);
        return;
    }
    tb_fault(p->s->table, row, k->c, hint, p->f,
             leaf ? "no %s '%s' in the index%s" : "no %s '%s'%s", text_kind(a->name), text, often);
}

/* The places of `count` rows in the layout of the key axes; SIZE_MAX where a label is unknown,
 * which is reported. */
static void place_rows(placing *p, size_t from, size_t count, size_t *cell) {
    memset(cell, 0, count * sizeof *cell);
    for (size_t i = 0; i < p->keys; i++) {
        keying *k = &p->key[i];
        const double *x = k->c->value + from;
        int text = k->c->kind == TB_TEXT;
        for (size_t r = 0; r < count; r++) {
            long at = text && x[r] == x[r] ? k->map[(uint32_t)x[r]] : position_of(p->d, k, x[r]);
            if (at >= 0) {
                cell[r] += cell[r] != SIZE_MAX ? (size_t)at * k->stride : 0;
            } else {
                if (at != TOLD || x[r] != x[r]) report_unknown(p, k, from + r);
                cell[r] = SIZE_MAX;
            }
        }
    }
}

/* Reports a row whose place another row has already. */
static void report_twice(placing *p, size_t row, uint32_t before) {
    buf names = BUF_INIT;
    for (size_t i = 0; i < p->keys; i++) {
        char text[160];
        write_label(p, &p->key[i], p->key[i].c->value[row], text, sizeof text);
        buf_print(&names, "%s%s", i ? ", " : "", text);
    }
    tb_fault(p->s->table, row, p->key[0].c, NULL, p->f, "%s stands on line %ld already",
             buf_string(&names), tb_line(p->s->table, before - 1));
    buf_release(&names);
}

/* The place of a row in the layout of the key axes, or of all axes; SIZE_MAX where a label is
 * unknown. */
static size_t place_of_row(placing *p, size_t row, int all_axes) {
    size_t cell = 0;
    for (size_t i = 0; i < p->keys; i++) {
        keying *k = &p->key[i];
        long at = position_of(p->d, k, k->c->value[row]);
        if (at < 0) return SIZE_MAX;
        cell += (size_t)at * (all_axes ? k->full : k->stride);
    }
    return cell;
}

/* Does every row stand at its own place, so that nothing needs to be moved? */
static int in_place(placing *p) {
    if (p->rows != p->s->places) return 0;
    for (size_t r = 0; r < p->rows; r++)
        if (place_of_row(p, r, 0) != r) return 0;
    return 1;
}

/* Notes the row of every place; if `value` is not NULL, puts the values of the column there, too.
 */
static int note_rows(placing *p, const double *column, double *value) {
    dataset *s = p->s;
    size_t cell[BLOCK];
    s->row = big_alloc_take(s->places * sizeof *s->row);
    if (!s->row) return fault_memory(p->f);
    for (size_t from = 0; from < p->rows; from += BLOCK) {
        size_t count = p->rows - from < BLOCK ? p->rows - from : BLOCK;
        place_rows(p, from, count, cell);
        for (size_t r = 0; r < count; r++) {
            if (cell[r] == SIZE_MAX) continue;
            uint32_t *row = &s->row[cell[r]];
            if (*row) report_twice(p, from + r, *row);
            *row = (uint32_t)(from + r + 1);
            p->placed++;
            if (value) value[cell[r]] = column[from + r];
        }
    }
    return 1;
}

/* Refuses an array that is too large, before its memory is taken. */
static int check_size(const placing *p, ax_set axes) {
    const dataset *s = p->s;
    size_t cells = ax_size(p->d->m->space, axes);
    size_t each = sizeof(double) + sizeof(uint32_t);
    if (cells <= SIZE_MAX / each && (!p->d->most || cells * each <= p->d->most)) return 1;
    buf shape = BUF_INIT;
    double all = 1;
    for (int i = 0; i < ax_count(p->d->m->space); i++)
        if (axes & AX_BIT(i)) {
            const ax_axis *a = ax_get(p->d->m->space, i);
            buf_print(&shape, text_message("%s%u of %s"), all > 1 ? " × " : "", a->size, a->name);
            all *= a->size;
        }
    place at = {.file = tb_path(s->table)};
    fault_at(p->f, FAULT_LIMIT, &at,
             "raise the setting `memory`, or give rules for a part of the data",
             "'%s' would take %s = %.0f places, %.0f MiB; the limit is %.0f MiB", s->spec.name,
             buf_string(&shape), all, all * (double)each / 1048576, (double)p->d->most / 1048576);
    buf_release(&shape);
    return 0;
}

static void place_long(placing *p) {
    dataset *s = p->s;
    const char *name = s->spec.value ? s->spec.value : s->spec.carry[0];
    const tb_column *c = tb_column_named(s->table, name);
    s->values.kind = s->spec.value ? EX_NUMBER : EX_TEXT;
    s->present = p->rows - c->missing;
    s->absent = c->missing;
    if (in_place(p)) {
        s->values.value = c->value;
        return;
    }
    s->cells = s->places;
    s->own = big_alloc_take(s->cells * sizeof *s->own);
    if (!s->own) {
        fault_memory(p->f);
        return;
    }
    if (!note_rows(p, c->value, s->own)) return;
    for (size_t i = 0; p->placed < s->places && i < s->places; i++)
        if (!s->row[i]) s->own[i] = NAN;
    s->values.value = s->own;
}

/* Finds the column of each indicator in the wide form, or NULL. */
static int wide_columns(placing *p, int leaf, const tb_column **column) {
    dataset *s = p->s;
    for (size_t i = 0; i < tb_columns(s->table); i++) {
        const tb_column *c = tb_column_at(s->table, i);
        if (!dataset_is_indicator(s, c)) continue;
        uint32_t label = dataset_indicator(p->d, c->name);
        long at = label ? ax_position(p->d->m->space, leaf, label) : -1;
        if (at < 0 && s->aside) continue;
        if (at < 0) {
            place where = tb_place(s->table, tb_header_line(s->table), c->name);
            return fault_at(p->f, FAULT_DATA, &where, NULL, "no %s '%s'",
                            text_kind(ax_get(p->d->m->space, leaf)->name), c->name);
        }
        column[at] = c;
        s->present += p->rows - c->missing;
        s->absent += c->missing;
    }
    return 1;
}

/* Where every line along the innermost axis lies in a column already, pointers to them are enough.
 */
static void use_columns(placing *p, int leaf, const tb_column *const *column) {
    dataset *s = p->s;
    ax_space *space = p->d->m->space;
    int inner = ax_inner(space, s->values.axes), gaps = 0, known = 1;
    size_t length = ax_get(space, inner)->size;
    /* For each line: where it begins in its column, and which column that is. */
    ex_walk w = ex_walk_over(space, s->values.axes & ~AX_BIT(inner));
    ex_walk_with(&w, s->keyed, 0);
    ex_walk_with(&w, AX_BIT(leaf), 0);
    for (uint32_t i = 0; i < ax_get(space, leaf)->size; i++) gaps |= !column[i];
    s->column = mem_take((w.count + 1) * sizeof *s->column);
    s->low = mem_take((2 * w.count + 1) * sizeof *s->low);
    s->cells = gaps ? length : 0;
    s->own = gaps ? big_alloc_take(length * sizeof *s->own) : NULL;
    if (!s->column || !s->low || (gaps && !s->own)) {
        fault_memory(p->f);
        return;
    }
    for (size_t i = 0; gaps && i < length; i++) s->own[i] = NAN;
    for (; w.element < w.count; ex_walk_on(&w)) {
        const tb_column *c = column[w.offset[1]];
        s->column[w.element] = c ? c->value + w.offset[0] : s->own;
        s->low[w.element] = c ? c->low : NAN;
        s->low[w.count + w.element] = c ? c->high : NAN;
        known = known && (!c || (c->extremes && length == p->rows));
    }
    s->values.column = s->column;
    if (known) {
        s->values.low = s->low;
        s->values.high = s->low + w.count;
    }
}

/* Copies the columns into an array of its own. */
static void move_columns(placing *p, int leaf, const tb_column *const *column) {
    dataset *s = p->s;
    ax_space *space = p->d->m->space;
    size_t stride = ax_stride(space, s->values.axes, leaf);
    size_t *to = mem_take((p->rows ? p->rows : 1) * sizeof *to);
    s->cells = ax_size(space, s->values.axes);
    s->own = big_alloc_take(s->cells * sizeof *s->own);
    if (!to || !s->own) {
        mem_free(to);
        fault_memory(p->f);
        return;
    }
    for (size_t i = 0; i < s->cells; i++) s->own[i] = NAN;
    for (size_t r = 0; r < p->rows; r++) to[r] = place_of_row(p, r, 1);
    for (uint32_t i = 0; i < ax_get(space, leaf)->size; i++)
        for (size_t r = 0; column[i] && r < p->rows; r++)
            if (to[r] != SIZE_MAX) s->own[to[r] + i * stride] = column[i]->value[r];
    mem_free(to);
    s->values.value = s->own;
}

static void place_wide(placing *p, int leaf) {
    dataset *s = p->s;
    ax_space *space = p->d->m->space;
    const tb_column **column = mem_zero(ax_get(space, leaf)->size + 1u, sizeof *column);
    if (!column) {
        fault_memory(p->f);
        return;
    }
    int inner = ax_inner(space, s->values.axes);
    if (wide_columns(p, leaf, column)) {
        int placed = in_place(p);
        if (placed && inner != leaf && ax_stride(space, s->keyed, inner) == 1)
            use_columns(p, leaf, column);
        else if (placed || note_rows(p, NULL, NULL))
            move_columns(p, leaf, column);
    }
    mem_free(column);
}

/* Where both the rules and the data say what an indicator is measured in, they must agree. */
static void check_units_of_measure(placing *p) {
    const dataset *s = p->s;
    const model *m = p->d->m;
    const md_array *unit = model_array(m, "index.unit");
    const tb_column *c =
        s->spec.unit_of_measure ? tb_column_named(s->table, s->spec.unit_of_measure) : NULL;
    keying *leaf = NULL;
    for (size_t i = 0; i < p->keys; i++)
        if (m->levels && p->key[i].axis == m->level_axis[0]) leaf = &p->key[i];
    if (!unit || !c || !leaf || unit->axes != AX_BIT(leaf->axis)) return;
    for (size_t r = 0; r < p->rows; r++) {
        long at = position_of(p->d, leaf, leaf->c->value[r]);
        double told = c->value[r], want = at >= 0 ? unit->value[at] : NAN;
        if (!(told == told) || !(want == want) || told == want) continue;
        const md_leaf *l = &m->leaf[unit->leaf[at]];
        tb_fault(s->table, r, c, NULL, p->f, "%s is given in '%s', but %s:%ld says '%s'",
                 m->element[l->element].id, pool_text(m->strings, (uint32_t)told),
                 sources_name(m->files, l->at.file), l->at.line,
                 pool_text(m->strings, (uint32_t)want));
    }
}

static int open_key(placing *p, const ds_key *from) {
    keying *k = &p->key[p->keys++];
    *k = (keying){.c = tb_column_named(p->s->table, from->column),
                  .found = TOLD,
                  .axis = ax_find(p->d->m->space, from->axis)};
    p->s->keyed |= AX_BIT(k->axis);
    if (!(k->c->kind == TB_TEXT ? map_text(p->d, k) : map_numbers(p->d, k)))
        return fault_memory(p->f);
    return 1;
}

void dataset_make_array(datasets *d, dataset *s, fault *f) {
    const size_t before = f->count;
    placing *p = mem_zero(1, sizeof *p);
    if (!p) {
        fault_memory(f);
        return;
    }
    *p = (placing){.d = d, .s = s, .rows = tb_rows(s->table), .f = f};
    int fine = 1;
    for (size_t i = 0; i < s->spec.keys; i++) fine = fine && open_key(p, &s->spec.key[i]);
    int leaf = s->wide ? ax_find(d->m->space, dataset_leaf_axis(d)) : AX_NONE;
    s->values = (ex_values){
        .origin = EX_DATA, .name = s->spec.name, .axes = s->keyed | (s->wide ? AX_BIT(leaf) : 0)};
    for (size_t i = 0; i < d->count; i++)
        if (d->item[i] == s) s->values.tag = (uint32_t)i;
    for (size_t i = 0; i < p->keys; i++) {
        p->key[i].stride = ax_stride(d->m->space, s->keyed, p->key[i].axis);
        p->key[i].full = ax_stride(d->m->space, s->values.axes, p->key[i].axis);
    }
    if (fine && check_size(p, s->values.axes)) {
        s->places = ax_size(d->m->space, s->keyed);
        if (s->wide)
            place_wide(p, leaf);
        else
            place_long(p);
        if (!s->wide && !s->mixed) check_units_of_measure(p);
    }
    for (size_t i = 0; i < p->keys; i++) mem_free(p->key[i].map);
    mem_free(p);
    s->made = f->count == before;
}

long dataset_row(const datasets *d, const dataset *s, size_t cell) {
    size_t keyed = 0;
    uint8_t order[AX_MOST];
    int axes = ax_layout(d->m->space, s->values.axes, order);
    for (int i = axes; i-- > 0;) {
        size_t size = ax_get(d->m->space, order[i])->size, at = cell % size;
        cell /= size;
        if (s->keyed & AX_BIT(order[i])) keyed += at * ax_stride(d->m->space, s->keyed, order[i]);
    }
    return s->row ? (long)s->row[keyed] - 1 : (long)keyed;
}

const double *dataset_carried(dataset *s, size_t which, fault *f) {
    const tb_column *c = tb_column_named(s->table, s->spec.carry[which]);
    if (s->carried[which]) return s->carried[which];
    if (!s->row) return c->value;
    double *value = big_alloc_take(s->places * sizeof *value);
    if (!value) {
        fault_memory(f);
        return NULL;
    }
    for (size_t i = 0; i < s->places; i++) value[i] = s->row[i] ? c->value[s->row[i] - 1] : NAN;
    return s->carried[which] = value;
}
