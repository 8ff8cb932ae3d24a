/* The axes of keyed data: the labels that all tables name, in order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "rule/dataset.h"

enum { YEAR_MOST = 9999 };

/* A label and what it is sorted by: its value where all labels are numbers; else its first eight
 * bytes as one number, and then the whole text. */
typedef struct sortable {
    uint64_t head;
    double number;
    uint32_t label;
} sortable;

/* For the comparisons, since qsort passes them nothing else. */
static _Thread_local const pool *sort_pool;

static int by_text(const void *a, const void *b) {
    const sortable *x = a, *y = b;
    if (x->head != y->head) return x->head < y->head ? -1 : 1;
    return strcmp(pool_text(sort_pool, x->label), pool_text(sort_pool, y->label));
}

static int by_number(const void *a, const void *b) {
    const sortable *x = a, *y = b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return by_text(a, b);
}

static uint64_t first_eight_bytes(const char *text, size_t length) {
    uint64_t h = 0;
    for (size_t i = 0; i < 8; i++) h = h << 8 | (i < length ? (unsigned char)text[i] : 0);
    return h;
}

static int sort_labels(const pool *p, uint32_t *label, size_t count, fault *f) {
    sortable *s = mem_take((count + 1) * sizeof *s);
    if (!s) return fault_memory(f);
    int numbers = 1;
    for (size_t i = 0; i < count; i++) {
        const char *text = pool_text(p, label[i]);
        size_t n = pool_length(p, label[i]);
        s[i] = (sortable){.head = first_eight_bytes(text, n), .label = label[i]};
        numbers = numbers && decimal_read(text, n, &s[i].number) == DECIMAL_OK;
    }
    sort_pool = p;
    qsort(s, count, sizeof *s, numbers ? by_number : by_text);
    for (size_t i = 0; i < count; i++) label[i] = s[i].label;
    mem_free(s);
    return 1;
}

/* The labels gathered for one axis. */
typedef struct gathering {
    uint32_t *label;
    size_t count, cap;
    unsigned char *seen; /* by pool number: is it among the labels? */
    size_t seen_size;
    double *number; /* the distinct numbers of columns of numbers, ascending */
    size_t numbers, number_cap;
} gathering;

static void gathering_release(gathering *g) {
    mem_free(g->label);
    mem_free(g->seen);
    mem_free(g->number);
}

/* Makes room for the marks of strings up to this one. */
static int reserve_marks(gathering *g, uint32_t label) {
    size_t before = g->seen_size;
    if (!MEM_RESERVE(g->seen, (size_t)label + 1, g->seen_size)) return 0;
    memset(g->seen + before, 0, g->seen_size - before);
    return 1;
}

static int add_label(gathering *g, uint32_t label) {
    if (!reserve_marks(g, label)) return 0;
    if (g->seen[label]) return 1;
    g->seen[label] = 1;
    if (!MEM_RESERVE(g->label, g->count + 1, g->cap)) return 0;
    g->label[g->count++] = label;
    return 1;
}

static int add_number(gathering *g, double x) {
    size_t low = 0, high = g->numbers;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (g->number[mid] < x)
            low = mid + 1;
        else
            high = mid;
    }
    if (low < g->numbers && g->number[low] == x) return 1;
    if (!MEM_RESERVE(g->number, g->numbers + 1, g->number_cap)) return 0;
    memmove(g->number + low + 1, g->number + low, (g->numbers - low) * sizeof *g->number);
    g->number[low] = x;
    g->numbers++;
    return 1;
}

static int gather_column(gathering *g, const tb_column *c, size_t rows, uint32_t strings) {
    double last = 0;
    int any = 0;
    if (!reserve_marks(g, strings)) return 0;
    for (size_t r = 0; r < rows; r++) {
        double x = c->value[r];
        if (x != x || (any && x == last)) continue;
        any = 1;
        last = x;
        if (!(c->kind == TB_TEXT ? add_label(g, (uint32_t)x) : add_number(g, x))) return 0;
    }
    return 1;
}

static int numbers_to_labels(gathering *g, pool *p) {
    for (size_t i = 0; i < g->numbers; i++) {
        char text[32];
        size_t n = decimal_write(g->number[i], text);
        uint32_t label = pool_put(p, text, n);
        if (!label || !add_label(g, label)) return 0;
    }
    return 1;
}

const tb_column *dataset_key_column(const dataset *s, const char *axis) {
    for (size_t i = 0; s->table && !s->aside && i < s->spec.keys; i++)
        if (!strcmp(s->spec.key[i].axis, axis))
            return tb_column_named(s->table, s->spec.key[i].column);
    return NULL;
}

/* Do the rows name labels in the order that an axis has, each once? */
static int ascending(const pool *p, const tb_column *c, size_t rows) {
    int text = 1, number = 1;
    double last = 0, x;
    for (size_t r = 0; r < rows && (text || number); r++) {
        const char *label = pool_text(p, (uint32_t)c->value[r]);
        if (r && text) text = strcmp(pool_text(p, (uint32_t)c->value[r - 1]), label) < 0;
        int reads =
            number && decimal_read(label, pool_length(p, (uint32_t)c->value[r]), &x) == DECIMAL_OK;
        if (!reads)
            number = 0;
        else if (r && x <= last)
            return 0; /* out of order: the labels are sorted later */
        last = reads ? x : last;
    }
    return text || number;
}

/* The table that alone has this axis, if its rows name the labels in the order of the axis; else
 * NULL. */
static const dataset *table_in_order(const datasets *d, const char *axis) {
    const dataset *only = NULL;
    for (size_t i = 0; i < d->count; i++) {
        if (!dataset_key_column(d->item[i], axis)) continue;
        if (only) return NULL;
        only = d->item[i];
    }
    const tb_column *c = only ? dataset_key_column(only, axis) : NULL;
    int ordered =
        c && c->kind == TB_TEXT && !c->missing && ascending(d->m->strings, c, tb_rows(only->table));
    return ordered ? only : NULL;
}

static int make_axis_in_order(datasets *d, const char *axis, const dataset *s, fault *f) {
    size_t rows = tb_rows(s->table);
    const tb_column *c = dataset_key_column(s, axis);
    uint32_t *label = mem_take((rows + 1) * sizeof *label);
    if (!label) return fault_memory(f);
    for (size_t r = 0; r < rows; r++) label[r] = (uint32_t)c->value[r];
    int id = ax_make(d->m->space, axis, label, (uint32_t)rows, f);
    mem_free(label);
    return id != AX_NONE;
}

/* The columns of wide tables come first, in their order; labels that only long tables have follow,
 * sorted. */
static int gather_wide(const datasets *d, gathering *g) {
    for (size_t i = 0; i < d->count; i++) {
        const dataset *s = d->item[i];
        int gives = s->table && s->wide && !s->aside;
        for (size_t k = 0; gives && k < tb_columns(s->table); k++) {
            const tb_column *c = tb_column_at(s->table, k);
            uint32_t label = dataset_indicator(d, c->name);
            if (dataset_is_indicator(s, c) &&
                (!(label = label ? label : pool_put(d->m->strings, c->name, strlen(c->name))) ||
                 !add_label(g, label)))
                return 0;
        }
    }
    return 1;
}

int dataset_without(const datasets *d, const char *axis, const char *label) {
    for (size_t i = 0; i < d->withouts && !strcmp(axis, "unit"); i++)
        if (!strcmp(d->without[i], label)) return 1;
    return 0;
}

static void leave_out(const datasets *d, const char *axis, gathering *g, size_t from) {
    size_t kept = from;
    for (size_t i = from; i < g->count; i++)
        if (!dataset_without(d, axis, pool_text(d->m->strings, g->label[i])))
            g->label[kept++] = g->label[i];
    g->count = kept;
}

static int make_axis(datasets *d, const char *axis, fault *f) {
    if (ax_find(d->m->space, axis) != AX_NONE) return 1;
    int leaves = !strcmp(axis, dataset_leaf_axis(d));
    const dataset *ordered = leaves || d->withouts ? NULL : table_in_order(d, axis);
    if (ordered) return make_axis_in_order(d, axis, ordered, f);
    gathering g = {0};
    int fine = !leaves || gather_wide(d, &g);
    size_t fixed = g.count;
    for (size_t i = 0; fine && i < d->count; i++) {
        const tb_column *c = dataset_key_column(d->item[i], axis);
        fine = !c || gather_column(&g, c, tb_rows(d->item[i]->table), pool_count(d->m->strings));
    }
    fine = fine && numbers_to_labels(&g, d->m->strings);
    if (!fine) fault_memory(f);
    if (d->withouts) leave_out(d, axis, &g, fixed);
    if (g.count > fixed)
        fine = fine && sort_labels(d->m->strings, g.label + fixed, g.count - fixed, f);
    if (fine && g.count > UINT32_MAX / 2)
        fine = fault_set(f, FAULT_LIMIT, "the axis '%s' has %zu labels", axis, g.count);
    fine = fine && ax_make(d->m->space, axis, g.label, (uint32_t)g.count, f) != AX_NONE;
    gathering_release(&g);
    return fine;
}

/* The axis of the units that are known beforehand. */
static int make_unit_axis(datasets *d, fault *f) {
    if (!d->units || ax_find(d->m->space, "unit") != AX_NONE) return 1;
    uint32_t *label = mem_take(d->units * sizeof *label);
    int fine = label != NULL;
    uint32_t count = 0;
    for (size_t i = 0; fine && i < d->units; i++)
        if (!dataset_without(d, "unit", d->unit[i]))
            fine = (label[count++] = pool_put(d->m->strings, d->unit[i], strlen(d->unit[i]))) != 0;
    if (!fine) fault_memory(f);
    fault own = FAULT_INIT;
    if (fine && ax_make(d->m->space, "unit", label, count, &own) == AX_NONE)
        fine = own.kind == FAULT_RULE && own.listed
                   ? model_fault(d->m, f, d->units_at, "units", NULL, "%s", own.item[0].text)
                   : (fault_move(f, &own), 0);
    fault_release(&own);
    mem_free(label);
    return fine;
}

/* Has no key before it the same axis? */
static int is_first_key(const datasets *d, size_t set, size_t key) {
    const char *axis = d->item[set]->spec.key[key].axis;
    for (size_t i = 0; i <= set; i++)
        for (size_t k = 0; k < (i < set ? d->item[i]->spec.keys : key); k++)
            if (!strcmp(d->item[i]->spec.key[k].axis, axis)) return 0;
    return 1;
}

/* Years that are none, such as 2011.5 or 1e300, come from a column that is something else. */
static int check_years(const dataset *s, fault *f) {
    const tb_column *c = dataset_key_column(s, "year");
    if (!c || c->kind != TB_NUMBER || !c->value) return 1;
    for (size_t r = 0; r < tb_rows(s->table); r++) {
        double x = c->value[r];
        char text[32];
        if (!(x == x) || (x >= 1 && x <= YEAR_MOST && x == trunc(x))) continue;
        text[decimal_write(x, text)] = 0;
        return tb_fault(s->table, r, c, text_message("is it the column of years?"), f,
                        "the year %s is not a whole number from 1 to %d", text, YEAR_MOST);
    }
    return 1;
}

int dataset_make_axes(datasets *d, fault *f) {
    if (!make_unit_axis(d, f)) return 0;
    for (size_t i = 0; i < d->count; i++) {
        const dataset *s = d->item[i];
        for (size_t k = 0; k < s->spec.keys; k++)
            if (!make_axis(d, s->spec.key[k].axis, f)) return 0;
        if (s->wide && !make_axis(d, dataset_leaf_axis(d), f)) return 0;
    }
    int fine = 1;
    for (size_t i = 0; i < d->count; i++) {
        const dataset *s = d->item[i];
        fine &= check_years(s, f);
        for (size_t k = 0; k < s->spec.keys; k++)
            if (is_first_key(d, i, k))
                fine &= dataset_labels_differ(d, ax_find(d->m->space, s->spec.key[k].axis), f);
    }
    return fine;
}

typedef struct axis_labels {
    const ax_axis *axis;
    const pool *strings;
} axis_labels;

static const char *label_at(const void *self, size_t i) {
    const axis_labels *l = self;
    return l->axis->label && i < l->axis->size && i < 100000
               ? pool_text(l->strings, l->axis->label[i])
               : NULL;
}

const char *label_nearest(const ax_space *s, int axis, const char *word) {
    return suggest_among(word, label_at, &(axis_labels){ax_get(s, axis), ax_strings(s)});
}
