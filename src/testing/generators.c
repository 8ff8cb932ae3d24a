/* What properties change: drawn at random, and made small when it breaks a property. */
#include "testing/property.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/decimal.h"
#include "base/splitmix64.h"

/* ---- drawing; the same seed draws the same ---- */

double draw_unit(uint64_t *state) { return (double)(splitmix64(state) >> 11) * 0x1p-53; }

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

/* Does an address match a pattern such as "index.*.*"? A star stands for one part. */
static int address_matches(const char *wanted, const char *address) {
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

/* Is an indicator among those that the property changes? */
static int is_wanted(const property *p, const char *indicator) {
    const model *m = &p->base->session->s->m;
    int e = element_of(m, indicator);
    if (p->kind == MONOTONE && !better_of(p->base->session, indicator)) return 0;
    if (!p->pattern || !strcmp(p->pattern, indicator)) return 1;
    return e >= 0 && address_matches(p->pattern, m->element[e].address);
}

/* ---- cells ---- */

static int leaf_axis(const property *p) {
    return array_axis(p->data, dataset_leaf_axis(&p->base->session->s->data));
}

size_t find_cell(const assess *a, const assess_array *x, const changed_cell *c) {
    size_t element = 0;
    for (int k = 0; k < x->axes; k++) {
        int i = 0;
        while (i < c->axes && strcmp(c->axis[i], x->axis[k].name)) i++;
        size_t at = i < c->axes ? axis_find(a, &x->axis[k], c->label[i]) : SIZE_MAX;
        if (at == SIZE_MAX) return SIZE_MAX;
        element += at * x->stride[k];
    }
    return element;
}

/* Where there are several years: the last one with a value that is not after params.year, because
 * the others may not count. */
static size_t latest_year(const property *p, size_t element) {
    const assess_array *x = p->data;
    const assess *a = p->base->session;
    int k = array_axis(x, "year");
    const md_leaf *bound = model_leaf(&a->s->m, "params.year");
    if (k < 0 || !bound || bound->value.kind != MD_NUMBER) return element;
    size_t from = element - array_position(x, k, element) * x->stride[k], found = element;
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
static void find_range(const property *p, size_t element, double *low, double *high) {
    const assess_array *x = p->data;
    int k = leaf_axis(p);
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < x->size; i++) {
        if (isnan(x->value[i]) ||
            (k >= 0 && array_position(x, k, i) != array_position(x, k, element)))
            continue;
        *low = fmin(*low, x->value[i]);
        *high = fmax(*high, x->value[i]);
    }
}

/* A number with so many significant digits. */
static double rounded(double x, int digits) {
    char text[40];
    double out;
    if (x == 0 || !isfinite(x)) return x;
    int places = digits - 1 - (int)floor(log10(fabs(x)));
    double scale = pow(10, abs(places));
    double whole = round(places >= 0 ? x * scale : x / scale);
    size_t length = decimal_write(places >= 0 ? whole / scale : whole * scale, text);
    return decimal_read(text, length, &out) == DECIMAL_OK ? out : x;
}

static const char *indicator_at(const property *p, size_t element) {
    int k = leaf_axis(p);
    return k < 0 ? "" : array_label(p->base->session, p->data, k, element);
}

/* A cell with a value, of an indicator that is wanted; SIZE_MAX where a few hundred tries find
 * none. */
static size_t draw_cell(property *p) {
    for (int tries = 0; tries < 500 && p->data->size; tries++) {
        size_t i = draw_below(&p->random, p->data->size);
        if (isnan(p->data->value[i]) || !is_wanted(p, indicator_at(p, i))) continue;
        return latest_year(p, i);
    }
    return SIZE_MAX;
}

static void add_change(property *p, size_t element, double now) {
    const assess_array *x = p->data;
    changed_cell *c = &p->change[p->changes++];
    *c = (changed_cell){.axes = x->axes, .old = x->value[element], .now = now};
    for (int k = 0; k < x->axes; k++) {
        c->axis[k] = x->axis[k].name;
        c->label[k] = array_label(p->base->session, x, k, element);
    }
}

/* A better value: up to the range of the indicator away, seldom far beyond. */
static double draw_better(property *p, size_t element) {
    double low, high, old = p->data->value[element];
    int way = better_of(p->base->session, indicator_at(p, element));
    find_range(p, element, &low, &high);
    double span = high > low ? high - low : fmax(fabs(old), 1);
    double share = draw_unit(&p->random);
    double now = rounded(old + way * span * share * (draw_below(&p->random, 8) ? 1 : 5), 3);
    if (low >= 0 && now < 0) now = 0;
    return way * (now - old) >= 0 ? now : old;
}

/* Any value in the range of the indicator, or half a range beyond. */
static double draw_value(property *p, size_t element) {
    double low, high;
    find_range(p, element, &low, &high);
    double span = high > low ? high - low : fmax(fabs(high), 1);
    double now = rounded(low + span * (2 * draw_unit(&p->random) - 0.5), 3);
    return low >= 0 && now < 0 ? 0 : now;
}

static int draw_cells(property *p, size_t most) {
    size_t count = 1 + (most > 1 ? draw_below(&p->random, most) : 0);
    for (size_t i = 0; i < count; i++) {
        size_t cell = draw_cell(p);
        if (cell == SIZE_MAX) break;
        double now = p->kind == MONOTONE ? draw_better(p, cell) : draw_value(p, cell);
        if (now != p->data->value[cell]) add_change(p, cell, now);
    }
    return p->changes > 0;
}

int draw(property *p) {
    static const double factors[] = {1000, 100, 10, 0.1, 0.01, 0.001, 2.54, 3.6};
    const assess *a = p->base->session;
    p->changes = 0;
    switch (p->kind) {
    case MONOTONE: return draw_cells(p, 1);
    case BOUNDS:
    case FUNCTION: return draw_cells(p, CHANGED);
    case NAMES:
    case ROWS: p->shuffle = splitmix64(&p->random); return 1;
    case UNITS: {
        size_t cell = draw_cell(p);
        p->factor = factors[draw_below(&p->random, sizeof factors / sizeof *factors)];
        p->indicator = cell == SIZE_MAX ? NULL : indicator_at(p, cell);
        return p->indicator && *p->indicator;
    }
    case REVERSAL: {
        int k = array_axis(p->data, "unit");
        if (k < 0 || !p->data->axis[k].size) return 0;
        p->unit = assess_label(a, &p->data->axis[k], draw_below(&p->random, p->data->axis[k].size));
        p->shuffle = splitmix64(&p->random);
        return 1;
    }
    case ROBUST: break; /* draws by itself */
    }
    return 0;
}

void draw_prepare(lua_State *L, property *p) {
    const assess *a = p->base->session;
    const datasets *all = &a->s->data;
    for (size_t i = 0; i < all->count && !p->data; i++) {
        const dataset *d = all->item[i];
        if (!d->spec.keys || (p->on && strcmp(p->on, d->spec.name))) continue;
        const assess_array *x =
            assess_array_named(a, testing_print(L, &p->t->scratch, "data.%s", d->spec.name));
        if (!x || x->kind != ASSESS_NUMBER || (!p->on && array_axis(x, dataset_leaf_axis(all)) < 0))
            continue;
        p->data = x;
        p->on = d->spec.name;
    }
    if (!p->data)
        host_error(L, p->on ? p->on : "property",
                   "on = \"observed\" names keyed data that the rules use",
                   "there is no data to draw from%s%s", p->on ? ": " : "", p->on ? p->on : "");
    int some = 0;
    for (size_t i = 0; i < p->data->size && !some; i++)
        some = !isnan(p->data->value[i]) && is_wanted(p, indicator_at(p, i));
    if (!some)
        host_error(
            L, p->pattern ? p->pattern : "property",
            "index.*.* is every indicator of a group; those with better = \"target\" are neither",
            "no indicator with data matches%s%s", p->pattern ? " " : "",
            p->pattern ? p->pattern : "");
}

/* ---- shrinking ----
 *
 * What broke a property is made small, with fewer changes, fewer units and rounder numbers, as long
 * as it still breaks. Greedy, and for a few seconds at most. */

enum { TRIES = 300, SECONDS = 5 };

typedef struct shrinking {
    lua_State *L;
    property *p;
    property_rows *best;
    computed *work; /* the session of all data, for changes of cells */
    size_t tries;
    time_t until;
} shrinking;

static int may_try(shrinking *s) {
    return s->tries++ < TRIES && time(NULL) < s->until && !testing_stopped(s->p->t);
}

/* Is the property still broken with these rows? */
static int still_breaks(shrinking *s, const property_rows *of) {
    computed *c = session_of_rows(s->L, s->p, of, 0);
    return c && !property_holds(s->L, s->p, c, of);
}

/* ---- changes ---- */

static void fewer_changes(shrinking *s) {
    property *p = s->p;
    size_t least = p->kind == BOUNDS ? 0 : 1; /* the data may break bounds without any change */
    for (size_t i = 0; i < p->changes && p->changes > least;) {
        changed_cell kept = p->change[i];
        size_t count = p->changes;
        memmove(&p->change[i], &p->change[i + 1], (count - i - 1) * sizeof kept);
        p->changes--;
        if (may_try(s) && !property_holds(s->L, p, s->work, s->best)) continue;
        memmove(&p->change[i + 1], &p->change[i], (count - i - 1) * sizeof kept);
        p->change[i++] = kept;
        p->changes = count;
    }
}

static void rounder_changes(shrinking *s) {
    for (size_t i = 0; i < s->p->changes; i++)
        for (int digits = 1; digits < 3; digits++) {
            double kept = s->p->change[i].now, now = rounded(kept, digits);
            if (now == kept) break;
            if (now == s->p->change[i].old) continue;
            s->p->change[i].now = now;
            if (may_try(s) && !property_holds(s->L, s->p, s->work, s->best)) break;
            s->p->change[i].now = kept;
        }
}

/* ---- units ---- */

/* Is the unit one that was changed or drawn? */
static int is_needed(const property *p, const char *unit) {
    for (size_t i = 0; i < p->changes; i++)
        for (int k = 0; k < p->change[i].axes; k++)
            if (!strcmp(p->change[i].axis[k], "unit") && !strcmp(p->change[i].label[k], unit))
                return 1;
    return p->kind == REVERSAL && !strcmp(p->unit, unit);
}

/* The distinct units of the rows that may be left out. */
static size_t list_units(shrinking *s, const char **unit) {
    size_t count = 0;
    for (size_t r = 0; r < s->best->rows; r++) {
        const char *own = *rows_cell(s->best, r, s->best->unit);
        size_t i = count;
        while (i > 0 && strcmp(unit[i - 1], own)) i--;
        if (!i && !is_needed(s->p, own)) unit[count++] = own;
    }
    return count;
}

/* The rows without `count` units from unit[from] on; without a list of units, without as many rows
 * from row `from` on. */
static property_rows *rows_without(shrinking *s, const char *const *unit, size_t from,
                                   size_t count) {
    property_rows *less = property_rows_copy(s->L, &s->p->t->scratch, s->best, 0);
    size_t left = 0;
    for (size_t r = 0; r < s->best->rows; r++) {
        int out = !unit && r >= from && r - from < count;
        for (size_t i = 0; unit && i < count && !out; i++)
            out = !strcmp(*rows_cell(s->best, r, less->unit), unit[from + i]);
        if (!out)
            memcpy(rows_cell(less, left++, 0), rows_cell(s->best, r, 0),
                   less->columns * sizeof *less->cell);
    }
    less->rows = left;
    return less;
}

/* Leaves out what the failure does not need: in halves first, then in smaller groups, at last one
 * by one. */
static void leave_out(shrinking *s, const char **unit, size_t count) {
    for (size_t group = (count + 1) / 2; group >= 1 && count; group /= 2)
        for (size_t from = 0; from < count && may_try(s);) {
            size_t most = from + group < count ? group : count - from;
            property_rows *less = rows_without(s, unit, from, most);
            if (!less->rows || !still_breaks(s, less)) {
                from += most;
                continue;
            }
            s->best = less;
            count -= most;
            if (unit) memmove(unit + from, unit + from + most, (count - from) * sizeof *unit);
        }
}

static void fewer_units(shrinking *s) {
    const char **unit = testing_take(s->L, &s->p->t->scratch, (s->best->rows + 1) * sizeof *unit);
    leave_out(s, unit, list_units(s, unit));
}

/* ---- numbers ---- */

static void rounder_cells(shrinking *s, const dataset *d) {
    property_rows *of = s->best;
    for (size_t r = 0; r < of->rows; r++)
        for (size_t i = 0; i < of->columns; i++) {
            const char **cell = rows_cell(of, r, i), *kept = *cell;
            double x;
            if (!is_value_column(d, of->head[i]) ||
                decimal_read(kept, strlen(kept), &x) != DECIMAL_OK)
                continue;
            for (int digits = 1; digits < 3; digits++) {
                char text[40];
                if (rounded(x, digits) == x) break;
                decimal_write(rounded(x, digits), text);
                *cell = testing_print(s->L, &s->p->t->scratch, "%s", text);
                if (may_try(s) && still_breaks(s, of)) break;
                *cell = kept;
            }
        }
}

/* Puts a change of a cell into the rows. */
static void put_change(shrinking *s, const dataset *d, const changed_cell *c) {
    property_rows *of = s->best;
    char number[40];
    decimal_write(c->now, number);
    for (size_t r = 0; r < of->rows; r++) {
        size_t at = SIZE_MAX;
        int fits = 1;
        for (int k = 0; k < c->axes && fits; k++) {
            size_t column = SIZE_MAX;
            for (size_t n = 0; n < d->spec.keys; n++)
                if (!strcmp(d->spec.key[n].axis, c->axis[k]))
                    column = rows_column(of, d->spec.key[n].column);
            if (column != SIZE_MAX)
                fits = !strcmp(*rows_cell(of, r, column), c->label[k]);
            else if (rows_column(of, c->label[k]) != SIZE_MAX) /* the wide form */
                at = rows_column(of, c->label[k]);
        }
        if (d->spec.value) at = rows_column(of, d->spec.value);
        if (fits && at != SIZE_MAX)
            *rows_cell(of, r, at) = testing_print(s->L, &s->p->t->scratch, "%s", number);
    }
}

property_rows *shrink(lua_State *L, property *p) {
    const dataset *d = datasets_named(&p->base->session->s->data, p->on);
    shrinking s = {.L = L, .p = p, .work = p->base, .until = time(NULL) + SECONDS};
    s.best = property_rows_of(L, &p->t->scratch, p->base->session, d);
    if (p->kind == FUNCTION) s.work = session_of_rows(L, p, NULL, 2);
    if (property_changes_cells(p) && s.work) {
        fewer_changes(&s);
        rounder_changes(&s);
    }
    if (p->kind == FUNCTION) {
        if (s.work) property_holds(L, p, s.work, s.best);
    } else {
        fewer_units(&s);
        s.tries = 0;
        leave_out(&s, NULL, s.best->rows);
        s.tries = 0;
        rounder_cells(&s, d);
        /* The reason noted last may be that of another try. */
        if (!still_breaks(&s, s.best)) property_holds(L, p, p->base, s.best);
    }
    for (size_t i = 0; p->kind != MONOTONE && i < p->changes; i++) put_change(&s, d, &p->change[i]);
    return s.best;
}
