/* What properties change, drawn at random: a cell, a unit, an indicator. The same seed draws the
 * same. */
#include <math.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>

#include "base/decimal.h"
#include "base/splitmix64.h"
#include "testing/property.h"

double draw_unit(uint64_t *state) {
    return (double)(splitmix64(state) >> 11) * 0x1p-53;
}

size_t draw_below(uint64_t *state, size_t count) {
    return (size_t)(draw_unit(state) * (double)count);
}

/* ---- the index ---- */

int element_of(const model *m, const char *indicator) {
    for (int i = 1; i < m->elements; i++)
        if (m->element[i].indicator && !strcmp(m->element[i].id, indicator)) return i;
    return -1;
}

int better_of(const assess *a, const char *indicator) {
    const char *better = assess_attribute(a, indicator, "better");
    return !strcmp(better, "lower") ? -1 : !strcmp(better, "target") ? 0 : 1;
}

/* "index.*.*": a star stands for one part of an address. */
static int matches(const char *wanted, const char *address) {
    while (*wanted && *address) {
        if (*wanted == '*') {
            address += strcspn(address, ".");
            wanted++;
        } else if (*wanted++ != *address++) {
            return 0;
        }
    }
    return !*wanted && !*address;
}

static int is_wanted(const property *p, const char *indicator) {
    const model *m = &p->base->session->s->m;
    int e = element_of(m, indicator);
    if (p->kind == MONOTONE && !better_of(p->base->session, indicator)) return 0;
    if (!p->pattern || !strcmp(p->pattern, indicator)) return 1;
    return e >= 0 && matches(p->pattern, m->element[e].address);
}

/* ---- cells ---- */

static int axis_named(const assess_array *x, const char *name) {
    for (int k = 0; k < x->axes; k++)
        if (!strcmp(x->axis[k].name, name)) return k;
    return -1;
}

static int leaf_axis(const property *p) {
    return axis_named(p->data, dataset_leaf_axis(&p->base->session->s->data));
}

size_t find_cell(const assess *a, const assess_array *x, const changed_cell *c) {
    size_t element = 0;
    for (int k = 0; k < x->axes; k++) {
        size_t at = SIZE_MAX;
        for (int i = 0; i < c->axes; i++)
            if (!strcmp(c->axis[i], x->axis[k].name))
                for (size_t n = 0; n < x->axis[k].size && at == SIZE_MAX; n++)
                    if (!strcmp(assess_label(a, &x->axis[k], n), c->label[i])) at = n;
        if (at == SIZE_MAX) return SIZE_MAX;
        element += at * x->stride[k];
    }
    return element;
}

/* Of several years the last that has a value and is not after params.year: the others may not
 * count. */
static size_t latest(const property *p, size_t element) {
    const assess_array *x = p->data;
    const assess *a = p->base->session;
    int k = axis_named(x, "year");
    const md_leaf *bound = model_leaf(&a->s->m, "params.year");
    if (k < 0 || !bound || bound->value.kind != MD_NUMBER) return element;
    size_t from = element - element / x->stride[k] % x->axis[k].size * x->stride[k],
           found = element;
    for (size_t i = 0; i < x->axis[k].size; i++) {
        double year;
        const char *label = assess_label(a, &x->axis[k], i);
        if (decimal_read(label, strlen(label), &year) != DECIMAL_OK || year > bound->value.number)
            continue;
        if (!isnan(x->value[from + i * x->stride[k]])) found = from + i * x->stride[k];
    }
    return found;
}

/* The least and greatest value of the cell's indicator. */
static void range(const property *p, size_t element, double *low, double *high) {
    const assess_array *x = p->data;
    int k = leaf_axis(p);
    size_t at = k < 0 ? 0 : element / x->stride[k] % x->axis[k].size;
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < x->size; i++) {
        if (isnan(x->value[i]) || (k >= 0 && i / x->stride[k] % x->axis[k].size != at)) continue;
        *low = fmin(*low, x->value[i]);
        *high = fmax(*high, x->value[i]);
    }
}

/* To three digits: nobody wants to read more. */
static double tidy(double x) {
    if (x == 0 || !isfinite(x)) return x;
    double scale = pow(10, floor(log10(fabs(x))) - 2), whole = round(x / scale);
    char text[64];
    double out;
    int length = snprintf(text, sizeof text, "%.0fe%d", whole, (int)round(log10(scale)));
    return decimal_read(text, (size_t)length, &out) == DECIMAL_OK ? out : x;
}

static const char *indicator_at(const property *p, size_t element) {
    int k = leaf_axis(p);
    return k < 0 ? ""
                 : assess_label(p->base->session, &p->data->axis[k],
                                element / p->data->stride[k] % p->data->axis[k].size);
}

/* A present cell of an indicator that is wanted; SIZE_MAX where a few hundred tries find none. */
static size_t draw_cell(property *p) {
    for (int tries = 0; tries < 500 && p->data->size; tries++) {
        size_t i = draw_below(&p->random, p->data->size);
        if (isnan(p->data->value[i]) || !is_wanted(p, indicator_at(p, i))) continue;
        return latest(p, i);
    }
    return SIZE_MAX;
}

static void remember(property *p, size_t element, double now) {
    const assess_array *x = p->data;
    changed_cell *c = &p->change[p->changes++];
    *c = (changed_cell){.axes = x->axes, .old = x->value[element], .now = now};
    for (int k = 0; k < x->axes; k++) {
        c->axis[k] = x->axis[k].name;
        c->label[k] =
            assess_label(p->base->session, &x->axis[k], element / x->stride[k] % x->axis[k].size);
    }
}

/* A better value: up to the whole range of the indicator further, seldom far beyond. */
static double improved(property *p, size_t element) {
    double low, high, old = p->data->value[element];
    int way = better_of(p->base->session, indicator_at(p, element));
    range(p, element, &low, &high);
    double span = high > low ? high - low : fmax(fabs(old), 1);
    double now =
        tidy(old + way * span * draw_unit(&p->random) * (draw_below(&p->random, 8) ? 1 : 5));
    if (low >= 0 && now < 0) now = 0;
    return way * (now - old) >= 0 ? now : old;
}

static double anything(property *p, size_t element) {
    double low, high;
    range(p, element, &low, &high);
    double span = high > low ? high - low : fmax(fabs(high), 1);
    double now = tidy(low + span * (2 * draw_unit(&p->random) - 0.5));
    return low >= 0 && now < 0 ? 0 : now;
}

static int draw_cells(property *p, size_t most) {
    size_t count = 1 + (most > 1 ? draw_below(&p->random, most) : 0);
    for (size_t i = 0; i < count; i++) {
        size_t cell = draw_cell(p);
        if (cell == SIZE_MAX) break;
        double now = p->kind == MONOTONE ? improved(p, cell) : anything(p, cell);
        if (now != p->data->value[cell]) remember(p, cell, now);
    }
    return p->changes > 0;
}

int draw(lua_State *L, property *p) {
    static const double factors[] = {1000, 100, 10, 0.1, 0.01, 0.001, 2.54, 3.6};
    const assess *a = p->base->session;
    (void)L;
    p->changes = 0;
    switch (p->kind) {
    case MONOTONE:
        return draw_cells(p, 1);
    case BOUNDS:
    case FUNCTION:
        return draw_cells(p, CHANGED);
    case NAMES:
    case ROWS:
        p->shuffle = splitmix64(&p->random);
        return 1;
    case UNITS: {
        size_t cell = draw_cell(p);
        p->factor = factors[draw_below(&p->random, sizeof factors / sizeof *factors)];
        p->indicator = cell == SIZE_MAX ? NULL : indicator_at(p, cell);
        return p->indicator && *p->indicator;
    }
    case REVERSAL: {
        int k = axis_named(p->data, "unit");
        if (k < 0 || !p->data->axis[k].size) return 0;
        p->unit = assess_label(a, &p->data->axis[k], draw_below(&p->random, p->data->axis[k].size));
        p->shuffle = splitmix64(&p->random);
        return 1;
    }
    }
    return 0;
}

int draw_prepare(lua_State *L, property *p) {
    const assess *a = p->base->session;
    const datasets *all = &a->s->data;
    for (size_t i = 0; i < all->count && !p->data; i++) {
        const dataset *d = all->item[i];
        if (!d->spec.keys || (p->on && strcmp(p->on, d->spec.name))) continue;
        const assess_array *x =
            assess_array_named(a, testing_print(L, &p->t->scratch, "data.%s", d->spec.name));
        if (!x || x->kind != ASSESS_NUMBER || (!p->on && axis_named(x, dataset_leaf_axis(all)) < 0))
            continue;
        p->data = x;
        p->on = d->spec.name;
    }
    if (!p->data)
        return host_error(
            L, p->on ? p->on : "property", "on = \"observed\" names keyed data that the rules use",
            "there is no data to draw from%s%s", p->on ? ": " : "", p->on ? p->on : "");
    int some = 0;
    for (size_t i = 0; i < p->data->size && !some; i++)
        some = !isnan(p->data->value[i]) && is_wanted(p, indicator_at(p, i));
    if (!some)
        return host_error(
            L, p->pattern ? p->pattern : "property",
            "index.*.* is every indicator of a group; those with better = \"target\" are neither",
            "no indicator with data matches%s%s", p->pattern ? " " : "",
            p->pattern ? p->pattern : "");
    return 1;
}
