#include "expr/axis.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/text.h"

/* The labels as numbers: not looked at yet; they are none; or a list, which the axis owns. */
typedef struct indexed {
    ax_axis is;
    _Atomic(double *) numbers;
    uint32_t *slot; /* position + 1 by label, open addressing; NULL where they follow each other */
    uint32_t slots;
    int rank; /* place in the layout: by size, then by number */
} indexed;

struct ax_space {
    pool *strings;
    arena memory;
    int count;
    indexed axis[AX_MOST];
};

static double none[1]; /* stands for the numbers of labels that are not all numbers */

ax_space *ax_open(pool *strings) {
    ax_space *s = mem_zero(1, sizeof *s);
    if (s) s->strings = strings;
    return s;
}

void ax_close(ax_space *s) {
    if (!s) return;
    for (int i = 0; i < s->count; i++) {
        double *numbers = atomic_load(&s->axis[i].numbers);
        if (numbers != none) mem_free(numbers);
    }
    arena_release(&s->memory);
    mem_free(s);
}

pool *ax_strings(const ax_space *s) { return s->strings; }

static uint32_t spread(uint32_t label) { return label * 2654435761u; }

static int index_labels(ax_space *s, indexed *x, fault *f) {
    uint32_t slots = 4, following = 1;
    while (following < x->is.size && x->is.label[following] == x->is.label[0] + following)
        following++;
    if (following >= x->is.size) return 1;
    while (slots < 2 * x->is.size) slots *= 2;
    x->slot = arena_zero(&s->memory, slots, sizeof *x->slot);
    if (!x->slot) return fault_memory(f);
    x->slots = slots;
    for (uint32_t i = 0; i < x->is.size; i++) {
        uint32_t at = spread(x->is.label[i]) & (slots - 1);
        while (x->slot[at]) {
            if (x->is.label[x->slot[at] - 1] == x->is.label[i])
                return fault_set(f, FAULT_RULE, "axis '%s' has the label '%s' twice", x->is.name,
                                 pool_text(s->strings, x->is.label[i]));
            at = (at + 1) & (slots - 1);
        }
        x->slot[at] = i + 1;
    }
    return 1;
}

static int number(const ax_space *s, uint32_t label, double *out) {
    *out = pool_number(s->strings, label);
    return *out > 0 ||
           decimal_read(pool_text(s->strings, label), pool_length(s->strings, label), out) == 1;
}

static double *make_numbers(const ax_space *s, const ax_axis *a) {
    double first;
    if (!a->size || !number(s, a->label[0], &first)) return none;
    double *out = mem_take(a->size * sizeof *out);
    for (uint32_t i = 0; out && i < a->size; i++)
        if (!number(s, a->label[i], &out[i])) {
            mem_free(out);
            return none;
        }
    return out;
}

const double *ax_numbers(const ax_space *space, int id) {
    if (!space->axis[id].is.label) return NULL;
    /* Several threads may ask first. */
    _Atomic(double *) *at = (_Atomic(double *) *)(uintptr_t)&space->axis[id].numbers;
    double *known = atomic_load_explicit(at, memory_order_acquire), *other = NULL;
    if (!known) {
        known = make_numbers(space, &space->axis[id].is);
        if (known && !atomic_compare_exchange_strong(at, &other, known)) {
            if (known != none) mem_free(known);
            known = other;
        }
    }
    return known == none ? NULL : known;
}

static void rank_axes(ax_space *s) {
    for (int i = 0; i < s->count; i++) {
        s->axis[i].rank = 0;
        for (int j = 0; j < s->count; j++)
            s->axis[i].rank += s->axis[j].is.size < s->axis[i].is.size ||
                               (s->axis[j].is.size == s->axis[i].is.size && j < i);
    }
}

/* The labels of an axis that has none yet. */
static int put_labels(ax_space *s, indexed *x, const uint32_t *label, fault *f) {
    const size_t size = x->is.size;
    uint32_t *own = arena_take(&s->memory, size * sizeof *own);
    if (!own) return fault_memory(f);
    if (size) memcpy(own, label, size * sizeof *own);
    x->is.label = own;
    if (!index_labels(s, x, f)) return 0;
    return 1;
}

/* `label` NULL: without labels so far. */
static int add_axis(ax_space *s, const char *name, const uint32_t *label, uint32_t size, fault *f) {
    if (s->count == AX_MOST) {
        fault_set(f, FAULT_LIMIT, "more than %d axes in one assessment", AX_MOST);
        return AX_NONE;
    }
    indexed *x = &s->axis[s->count];
    *x = (indexed){.is = {.name = arena_text(&s->memory, name, strlen(name)), .size = size}};
    if (!x->is.name) {
        fault_memory(f);
        return AX_NONE;
    }
    if (label && !put_labels(s, x, label, f)) return AX_NONE;
    s->count++;
    rank_axes(s);
    return s->count - 1;
}

int ax_make(ax_space *s, const char *name, const uint32_t *label, uint32_t size, fault *f) {
    int known = ax_find(s, name);
    if (known == AX_NONE) return add_axis(s, name, label, size, f);
    const ax_axis *a = &s->axis[known].is;
    if (a->size == size && a->label && !memcmp(a->label, label, size * sizeof *label)) return known;
    fault_set(f, FAULT_RULE, "there is an axis '%s' already, with other labels (%u, not %u)", name,
              a->size, size);
    return AX_NONE;
}

int ax_make_rows(ax_space *s, const char *name, uint32_t size, fault *f) {
    int known = ax_find(s, name);
    if (known == AX_NONE) return add_axis(s, name, NULL, size, f);
    fault_set(f, FAULT_RULE, "there is an axis '%s' already, with other labels (%u, not %u)", name,
              s->axis[known].is.size, size);
    return AX_NONE;
}

int ax_name_rows(ax_space *s, int id, const uint32_t *label, fault *f) {
    return put_labels(s, &s->axis[id], label, f);
}

void ax_cut(ax_space *s, int id, uint32_t size) { s->axis[id].is.size = size; }

int ax_count(const ax_space *s) { return s->count; }

const ax_axis *ax_get(const ax_space *s, int id) { return &s->axis[id].is; }

int ax_find(const ax_space *s, const char *name) {
    for (int i = 0; i < s->count; i++)
        if (!strcmp(s->axis[i].is.name, name)) return i;
    return AX_NONE;
}

long ax_position(const ax_space *s, int id, uint32_t label) {
    const indexed *x = &s->axis[id];
    if (!x->is.label) return -1;
    if (!x->slot) {
        uint32_t far = x->is.size ? label - x->is.label[0] : UINT32_MAX;
        return far < x->is.size ? (long)far : -1;
    }
    uint32_t at = spread(label) & (x->slots - 1);
    for (; x->slot[at]; at = (at + 1) & (x->slots - 1))
        if (x->is.label[x->slot[at] - 1] == label) return (long)x->slot[at] - 1;
    return -1;
}

long ax_position_number(const ax_space *s, int id, double number) {
    const double *label = ax_numbers(s, id);
    for (uint32_t i = 0; label && i < s->axis[id].is.size; i++)
        if (label[i] == number) return (long)i;
    return -1;
}

int ax_layout(const ax_space *s, ax_set set, uint8_t order[AX_MOST]) {
    int n = 0;
    for (int i = 0; i < s->count; i++) {
        if (!(set & AX_BIT(i))) continue;
        int at = n++;
        for (; at > 0 && s->axis[order[at - 1]].rank > s->axis[i].rank; at--)
            order[at] = order[at - 1];
        order[at] = (uint8_t)i;
    }
    return n;
}

int ax_inner(const ax_space *s, ax_set set) {
    uint8_t order[AX_MOST];
    int n = ax_layout(s, set, order);
    return n ? order[n - 1] : AX_NONE;
}

size_t ax_size(const ax_space *s, ax_set set) {
    size_t n = 1;
    for (int i = 0; i < s->count; i++) {
        if (!(set & AX_BIT(i))) continue;
        size_t m = s->axis[i].is.size;
        if (m && n > SIZE_MAX / m) return SIZE_MAX;
        n *= m;
    }
    return n;
}

size_t ax_stride(const ax_space *s, ax_set set, int id) {
    size_t n = 1;
    if (!(set & ax_bit(id))) return 0;
    for (int i = 0; i < s->count; i++)
        if ((set & AX_BIT(i)) && s->axis[i].rank > s->axis[id].rank) n *= s->axis[i].is.size;
    return n;
}

void ax_describe(const ax_space *s, ax_set set, char *out, size_t room) {
    size_t n = 0;
    out[0] = 0;
    for (int i = 0; i < s->count && n < room; i++)
        if (set & AX_BIT(i))
            n += (size_t)snprintf(out + n, room - n, "%s%s", n ? " × " : "", s->axis[i].is.name);
    if (!n) snprintf(out, room, text_message("a single value"));
}
