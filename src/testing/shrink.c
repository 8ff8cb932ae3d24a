/* What broke a property, made small: fewer changes, fewer units, rounder numbers, as long as it
 * still breaks. Greedy, and for a few seconds at most. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/decimal.h"
#include "testing/property.h"

enum { TRIES = 300, SECONDS = 5 };

typedef struct shrinking {
    lua_State *L;
    property *p;
    sheet *best;
    computed *work; /* of the whole data, for changes of cells */
    size_t tries;
    time_t until;
} shrinking;

static int go_on(shrinking *s) {
    return s->tries++ < TRIES && time(NULL) < s->until && !testing_stopped(s->p->t);
}

/* Does the data with these rows still break it? */
static int breaks(shrinking *s, const sheet *of) {
    computed *c = session_with(s->L, s->p, of, 0);
    return c && !property_holds(s->L, s->p, c, of);
}

/* ---- changes ---- */

static void fewer_changes(shrinking *s) {
    property *p = s->p;
    size_t least = p->kind == BOUNDS ? 0 : 1; /* the data may be beyond the bounds as they are */
    for (size_t i = 0; i < p->changes && p->changes > least;) {
        changed_cell kept = p->change[i];
        size_t count = p->changes;
        memmove(&p->change[i], &p->change[i + 1], (count - i - 1) * sizeof kept);
        p->changes--;
        if (go_on(s) && !property_holds(s->L, p, s->work, s->best)) continue;
        memmove(&p->change[i + 1], &p->change[i], (count - i - 1) * sizeof kept);
        p->change[i++] = kept;
        p->changes = count;
    }
}

/* To so many significant digits. */
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

static void rounder_changes(shrinking *s) {
    for (size_t i = 0; i < s->p->changes; i++)
        for (int digits = 1; digits < 3; digits++) {
            double kept = s->p->change[i].now, now = rounded(kept, digits);
            if (now == kept) break;
            if (now == s->p->change[i].old) continue;
            s->p->change[i].now = now;
            if (go_on(s) && !property_holds(s->L, s->p, s->work, s->best)) break;
            s->p->change[i].now = kept;
        }
}

/* ---- units ---- */

static int is_needed(const property *p, const char *unit) {
    for (size_t i = 0; i < p->changes; i++)
        for (int k = 0; k < p->change[i].axes; k++)
            if (!strcmp(p->change[i].axis[k], "unit") && !strcmp(p->change[i].label[k], unit))
                return 1;
    return p->kind == REVERSAL && !strcmp(p->unit, unit);
}

/* The distinct units of the rows. */
static size_t list_units(shrinking *s, const char **unit) {
    size_t count = 0;
    for (size_t r = 0; r < s->best->rows; r++) {
        const char *own = s->best->cell[r * s->best->columns + s->best->unit];
        size_t i = count;
        while (i > 0 && strcmp(unit[i - 1], own)) i--;
        if (!i && !is_needed(s->p, own)) unit[count++] = own;
    }
    return count;
}

/* In halves first, then in smaller groups, at last one by one. */
static void fewer_units(shrinking *s) {
    arena *m = &s->p->t->scratch;
    const char **unit = testing_take(s->L, m, (s->best->rows + 1) * sizeof *unit);
    size_t count = list_units(s, unit);
    for (size_t group = (count + 1) / 2; group >= 1; group /= 2) {
        for (size_t from = 0; from < count && go_on(s);) {
            size_t most = from + group < count ? group : count - from;
            sheet *less = sheet_copy(s->L, m, s->best, 0);
            for (size_t i = 0; i < most; i++) sheet_drop(less, unit[from + i]);
            if (breaks(s, less)) {
                s->best = less;
                memmove(unit + from, unit + from + most, (count - from - most) * sizeof *unit);
                count -= most;
            } else {
                from += most;
            }
        }
        if (!count) break;
    }
}

/* Rows that play no part, in the same way. */
static void fewer_rows(shrinking *s) {
    arena *m = &s->p->t->scratch;
    for (size_t group = (s->best->rows + 1) / 2; group >= 1; group /= 2)
        for (size_t from = 0; from < s->best->rows && go_on(s);) {
            size_t columns = s->best->columns, rows = s->best->rows;
            size_t most = from + group < rows ? group : rows - from;
            sheet *less = sheet_copy(s->L, m, s->best, 0);
            memmove(less->cell + from * columns, less->cell + (from + most) * columns,
                    (rows - from - most) * columns * sizeof *less->cell);
            less->rows -= most;
            if (less->rows && breaks(s, less))
                s->best = less;
            else
                from += most;
        }
}

/* ---- numbers ---- */

static void rounder_cells(shrinking *s, const dataset *d) {
    sheet *of = s->best;
    for (size_t r = 0; r < of->rows; r++)
        for (size_t i = 0; i < of->columns; i++) {
            const char **cell = &of->cell[r * of->columns + i], *kept = *cell;
            double x;
            if (!sheet_is_value(d, of->head[i]) ||
                decimal_read(kept, strlen(kept), &x) != DECIMAL_OK)
                continue;
            for (int digits = 1; digits < 3; digits++) {
                char text[40];
                if (rounded(x, digits) == x) break;
                decimal_write(rounded(x, digits), text);
                *cell = testing_print(s->L, &s->p->t->scratch, "%s", text);
                if (go_on(s) && breaks(s, of)) break;
                *cell = kept;
            }
        }
}

/* A change put into the rows. */
static void put_change(shrinking *s, const dataset *d, const changed_cell *c) {
    sheet *of = s->best;
    char number[40];
    decimal_write(c->now, number);
    for (size_t r = 0; r < of->rows; r++) {
        size_t at = SIZE_MAX;
        int fits = 1;
        for (int k = 0; k < c->axes && fits; k++) {
            size_t column = SIZE_MAX;
            for (size_t n = 0; n < d->spec.keys; n++)
                for (size_t i = 0; !strcmp(d->spec.key[n].axis, c->axis[k]) && i < of->columns; i++)
                    if (!strcmp(of->head[i], d->spec.key[n].column)) column = i;
            if (column != SIZE_MAX) fits = !strcmp(of->cell[r * of->columns + column], c->label[k]);
            for (size_t i = 0; column == SIZE_MAX && i < of->columns; i++)
                if (!strcmp(of->head[i], c->label[k])) at = i; /* the wide form */
        }
        for (size_t i = 0; d->spec.value && i < of->columns; i++)
            if (!strcmp(of->head[i], d->spec.value)) at = i;
        if (fits && at != SIZE_MAX)
            of->cell[r * of->columns + at] = testing_print(s->L, &s->p->t->scratch, "%s", number);
    }
}

sheet *shrink(lua_State *L, property *p) {
    const dataset *d = datasets_named(&p->base->session->s->data, p->on);
    shrinking s = {.L = L, .p = p, .work = p->base, .until = time(NULL) + SECONDS};
    int cells = p->kind == MONOTONE || p->kind == BOUNDS || p->kind == FUNCTION;
    s.best = sheet_of(L, &p->t->scratch, p->base->session, d);
    if (p->kind == FUNCTION) s.work = session_with(L, p, NULL, 2);
    if (cells && s.work) {
        fewer_changes(&s);
        rounder_changes(&s);
    }
    if (p->kind == FUNCTION) {
        if (s.work) property_holds(L, p, s.work, s.best);
    } else {
        fewer_units(&s);
        s.tries = 0;
        fewer_rows(&s);
        s.tries = 0;
        rounder_cells(&s, d);
        /* What was said last may be of another try. */
        if (!breaks(&s, s.best)) property_holds(L, p, p->base, s.best);
    }
    for (size_t i = 0; p->kind != MONOTONE && i < p->changes; i++) put_change(&s, d, &p->change[i]);
    return s.best;
}
