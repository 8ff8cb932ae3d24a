/* Ranks: of a mix's values among the values of a corner. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"
#include "impact/diff_inside.h"

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static int open_order(differ *d, diff_order *o) {
    if (o->sorted)
        return 1;
    o->sorted = mem_take(2 * (d->places + 1) * sizeof *o->sorted);
    o->count = mem_zero(d->out->d.columns + 1, sizeof *o->count);
    if (o->sorted)
        o->value = o->sorted + d->places + 1;
    return o->sorted && o->count;
}

/* Keys that are smaller the better a value is. */
static double key_of(const differ *d, double value) {
    return mix_descends(d->m) ? -value : value;
}

static int sort_order(differ *d, diff_order *o, const double *value, fault *f) {
    size_t rows = d->out->d.rows, columns = d->out->d.columns;
    if (!open_order(d, o))
        return fault_memory(f);
    memcpy(o->value, value, d->places * sizeof *value);
    for (size_t c = 0; c < columns; c++) {
        double *to = o->sorted + c * rows;
        size_t n = 0;
        for (size_t r = 0; r < rows; r++) {
            double x = value[r * columns + c];
            if (x == x)
                to[n++] = key_of(d, x);
        }
        qsort(to, n, sizeof *to, by_value);
        o->count[c] = n;
    }
    return 1;
}

int diff_corner(differ *d, int edition, fault *f) {
    return sort_order(d, &d->corner[edition], d->mix.ranked, f);
}

/* How many keys are smaller. */
static size_t below(const double *sorted, size_t n, double key) {
    size_t low = 0;
    while (n) {
        size_t half = n / 2;
        if (decimal_compare(sorted[low + half], key) < 0) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

int diff_place(differ *d, const double *value, const diff_order *among, double *rank, fault *f) {
    size_t rows = d->out->d.rows, columns = d->out->d.columns;
    if (!among) {
        if (!sort_order(d, &d->now, value, f))
            return 0;
        among = &d->now;
    }
    for (size_t i = 0; i < d->places; i++) {
        double x = value[i], own = among->value[i];
        size_t c = i % columns;
        if (x != x) {
            rank[i] = x;
            continue;
        }
        double key = key_of(d, x);
        size_t better = below(among->sorted + c * rows, among->count[c], key);
        /* The unit itself is none of the others. */
        rank[i] = (double)(better + 1 - (own == own && decimal_compare(key_of(d, own), key) < 0));
    }
    return 1;
}

int diff_ranks(differ *d, diff_mix *v, fault *f) {
    if (!mix_has(d->m, MIX_RANK) && !diff_place(d, v->ranked, NULL, v->rank, f))
        return 0;
    if (!open_order(d, &d->now))
        return fault_memory(f);
    double *other = d->now.value; /* it has served */
    if (!diff_place(d, v->ranked, &d->corner[0], v->own, f) ||
        !diff_place(d, v->ranked, &d->corner[1], other, f))
        return 0;
    for (size_t i = 0; i < d->places; i++)
        v->own[i] = (v->own[i] + other[i]) / 2;
    return 1;
}

void diff_close_ranks(differ *d) {
    diff_order *all[] = { &d->corner[0], &d->corner[1], &d->now };
    for (int i = 0; i < 3; i++) {
        mem_free(all[i]->sorted);
        mem_free(all[i]->count);
    }
}
