/* Other versions of the data, which must give the same: other names of units, another order of
 * rows, another unit of measure; and a unit more, which must not turn the others around. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "testing/property.h"

/* Units that the rules name themselves keep their names. */
static const char *renamed(lua_State *L, const property *p, const assess *a, const char *unit) {
    uint64_t state = p->shuffle;
    if (!strcmp(assess_fact(a, "focus"), unit)) return unit;
    for (size_t i = 0; i < assess_stage_count(a); i++)
        for (size_t k = 0; k < assess_stage_at(a, i).peers; k++)
            if (!strcmp(assess_stage_peer(a, i, k), unit)) return unit;
    for (const char *u = unit; *u; u++) state = state * 31 + (unsigned char)*u;
    size_t letter = draw_below(&state, 26);
    return testing_print(L, &p->t->once, "%c%zu %s", (int)(letter + 'a'),
                         draw_below(&state, 900) + 100, unit);
}

static property_rows *rename_units(lua_State *L, const property *p, const assess *a,
                                   const property_rows *s) {
    property_rows *out = property_rows_copy(L, &p->t->once, s, 0);
    for (size_t r = 0; r < out->rows; r++) {
        const char **cell = &out->cell[r * out->columns + out->unit];
        *cell = renamed(L, p, a, *cell);
    }
    return out;
}

static property_rows *shuffle_rows(lua_State *L, const property *p, const property_rows *s) {
    property_rows *out = property_rows_copy(L, &p->t->once, s, 0);
    uint64_t state = p->shuffle;
    for (size_t r = out->rows; r-- > 1;) { /* Fisher & Yates 1938 */
        size_t other = draw_below(&state, r + 1);
        for (size_t i = 0; i < out->columns; i++) {
            const char *kept = out->cell[r * out->columns + i];
            out->cell[r * out->columns + i] = out->cell[other * out->columns + i];
            out->cell[other * out->columns + i] = kept;
        }
    }
    return out;
}

static const char *times(lua_State *L, const property *p, const char *text, double factor) {
    char number[32];
    double x;
    if (decimal_read(text, strlen(text), &x) != DECIMAL_OK) return text;
    decimal_write(x * factor, number);
    return testing_print(L, &p->t->once, "%s", number);
}

/* The column of a name, or SIZE_MAX. */
static size_t column_of(const property_rows *s, const char *name) {
    for (size_t i = 0; name && i < s->columns; i++)
        if (!strcmp(s->head[i], name)) return i;
    return SIZE_MAX;
}

/* Calls `change` for every cell with a value of the indicator (NULL: of any). */
static void each_value(lua_State *L, const property *p, const dataset *d, property_rows *s,
                       size_t from_row, const char *indicator,
                       const char *(*change)(lua_State *L, const property *p, const char *text,
                                             const char *of)) {
    size_t value = column_of(s, d->spec.value), leaf = SIZE_MAX;
    for (size_t k = 0; k < d->spec.keys; k++)
        if (!strcmp(d->spec.key[k].axis, dataset_leaf_axis(&p->base->session->s->data)))
            leaf = column_of(s, d->spec.key[k].column);
    for (size_t r = from_row; r < s->rows; r++)
        for (size_t i = 0; i < s->columns; i++) {
            const char **cell = &s->cell[r * s->columns + i];
            const char *of = value != SIZE_MAX
                                 ? (leaf == SIZE_MAX ? "" : s->cell[r * s->columns + leaf])
                                 : s->head[i];
            if (value != SIZE_MAX ? i != value : !is_value_column(d, s->head[i])) continue;
            if (**cell && (!indicator || !strcmp(of, indicator))) *cell = change(L, p, *cell, of);
        }
}

static const char *scaled(lua_State *L, const property *p, const char *text, const char *of) {
    (void)of;
    return times(L, p, text, p->factor);
}

/* The data of an indicator, and everything that the rules compare them with, in another unit of
 * measure. */
static computed *with_other_unit(lua_State *L, const property *p, computed *c, const dataset *d,
                                 const property_rows *s) {
    const model *m = &c->session->s->m;
    request *q = &p->t->ask;
    int e = element_of(m, p->indicator);
    given_pair *set = testing_take(L, &p->t->once, (q->sets + m->leaves + 1) * sizeof *set),
               *kept = q->set;
    size_t sets = q->sets, count = sets;
    if (sets) memcpy(set, kept, sets * sizeof *set);
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element == e && m->leaf[i].value.kind == MD_NUMBER &&
            strcmp(m->leaf[i].name, "weight")) {
            const char *now = model_leaf_text(&c->session->s->m, &m->leaf[i]);
            set[count++] = (given_pair){m->leaf[i].address, times(L, p, now, p->factor)};
        }
    property_rows *out = property_rows_copy(L, &p->t->once, s, 0);
    each_value(L, p, d, out, 0, p->indicator, scaled);
    q->set = set;
    q->sets = count;
    computed *other = session_of_rows(L, p, out, 1);
    q->set = kept;
    q->sets = sets;
    return other;
}

static size_t find_label(const assess *a, const assess_axis *axis, size_t guess,
                         const char *label) {
    if (guess < axis->size && !strcmp(assess_label(a, axis, guess), label)) return guess;
    for (size_t i = 0; i < axis->size; i++)
        if (!strcmp(assess_label(a, axis, i), label)) return i;
    return SIZE_MAX;
}

/* Where each label of an axis stands in the other session; units may have other names there. */
static size_t *map_axis(lua_State *L, const property *p, const assess *a, const assess_axis *x,
                        const assess *b, const assess_axis *y) {
    size_t *map = testing_take(L, &p->t->once, (x->size + 1) * sizeof *map);
    for (size_t i = 0; i < x->size; i++) {
        const char *label = assess_label(a, x, i);
        map[i] = p->kind == NAMES ? find_label(b, y, i, renamed(L, p, a, label)) : SIZE_MAX;
        if (map[i] == SIZE_MAX) map[i] = find_label(b, y, i, label);
    }
    return map;
}

static int same_value(lua_State *L, const property *p, const assess *a, const assess_array *x,
                      double old, const assess *b, double now) {
    if (isnan(old) || isnan(now)) return isnan(old) && isnan(now);
    if (x->kind == ASSESS_TEXT) {
        const char *was = assess_text(a, old), *is = assess_text(b, now);
        return !strcmp(was, is) || (p->kind == NAMES && !strcmp(renamed(L, p, a, was), is));
    }
    return x->kind == ASSESS_NUMBER ? fabs(now - old) <= property_slack(p, old) : old == now;
}

static int same_output(lua_State *L, property *p, computed *c, const assess_array *x,
                       computed *other, const char *why) {
    const assess *a = c->session, *b = other->session;
    const assess_array *y = assess_output_named(b, x->name);
    size_t *map[ASSESS_AXES];
    int turn[ASSESS_AXES];
    for (int k = 0; y && k < x->axes; k++) {
        turn[k] = 0;
        while (turn[k] < y->axes && strcmp(y->axis[turn[k]].name, x->axis[k].name)) turn[k]++;
        if (turn[k] == y->axes)
            y = NULL;
        else
            map[k] = map_axis(L, p, a, &x->axis[k], b, &y->axis[turn[k]]);
    }
    for (size_t i = 0; y && i < x->size; i++) {
        size_t there = 0;
        for (int k = 0; k < x->axes && there != SIZE_MAX; k++) {
            size_t at = map[k][ax_along(i, x->stride[k], x->axis[k].size)];
            there = at == SIZE_MAX ? SIZE_MAX : there + at * y->stride[turn[k]];
        }
        double now = there == SIZE_MAX ? NAN : y->value[there];
        if (same_value(L, p, a, x, x->value[i], b, now)) continue;
        property_broken(L, p, a, x, i, x->value[i], x->value[i], why);
        p->got = property_value_text(L, p, b, y, now);
        p->why = testing_print(L, &p->t->scratch, "%s%s: %s → %s, %s", x->name,
                               property_place(L, p, a, x, i), p->want, p->got, why);
        return 0;
    }
    return 1;
}

static int same_outputs(lua_State *L, property *p, computed *c, computed *other, const char *why) {
    if (!other) {
        p->why = testing_print(L, &p->t->scratch, "the rules cannot be computed %s", why);
        p->x = NULL;
        p->got = p->want = "";
        return 0;
    }
    if (p->output) return same_output(L, p, c, property_output(L, p, c), other, why);
    for (size_t i = 0; i < assess_output_count(c->session); i++)
        if (!same_output(L, p, c, assess_output(c->session, i), other, why)) return 0;
    return 1;
}

/* ---- a dominated unit ---- */

static const char *worse(lua_State *L, const property *p, const char *text, const char *of) {
    uint64_t state = p->shuffle;
    char number[32];
    double x;
    if (decimal_read(text, strlen(text), &x) != DECIMAL_OK) return text;
    for (; *of; of++) state = state * 31 + (unsigned char)*of;
    int way = better_of(p->base->session, of);
    double share = 0.5 * draw_unit(&state);
    decimal_write(way < 0 ? x + fabs(x) * share : way > 0 ? x - fabs(x) * share : x, number);
    return testing_print(L, &p->t->once, "%s", number);
}

static property_rows *add_dominated(lua_State *L, const property *p, const dataset *d,
                                    const property_rows *s) {
    size_t more = 0;
    for (size_t r = 0; r < s->rows; r++)
        more += !strcmp(s->cell[r * s->columns + s->unit], p->unit);
    property_rows *out = property_rows_copy(L, &p->t->once, s, more);
    for (size_t r = 0; r < s->rows; r++) {
        if (strcmp(s->cell[r * s->columns + s->unit], p->unit)) continue;
        memcpy(out->cell + out->rows * s->columns, s->cell + r * s->columns,
               s->columns * sizeof *s->cell);
        out->cell[out->rows++ * s->columns + s->unit] =
            testing_print(L, &p->t->once, "%s (worse)", p->unit);
    }
    each_value(L, p, d, out, s->rows, NULL, worse);
    return out;
}

typedef struct unit_score {
    double before, after;
    size_t element;
} unit_score;

static int by_standing(const void *a, const void *b) {
    const unit_score *x = a, *y = b;
    if (x->before != y->before) return x->before < y->before ? -1 : 1;
    return (x->after > y->after) - (x->after < y->after);
}

/* Along the units, at each other place of the output: whoever was ahead still is not behind. */
static int order_holds(lua_State *L, property *p, computed *c, computed *other) {
    const assess_array *x = property_output(L, p, c),
                       *y = other ? property_output(L, p, other) : NULL;
    int axis = 0;
    const char *why =
        testing_print(L, &p->t->scratch, "when a unit worse than %s is added", p->unit);
    if (!y) return same_outputs(L, p, c, NULL, why);
    while (axis < x->axes && strcmp(x->axis[axis].name, "unit")) axis++;
    if (axis == x->axes || y->axes != x->axes)
        host_error(L, p->output, NULL,
                   "'%s' has no axis 'unit' along which units could change places", x->name);
    size_t *map[ASSESS_AXES];
    for (int k = 0; k < x->axes; k++)
        map[k] = map_axis(L, p, c->session, &x->axis[k], other->session, &y->axis[k]);
    size_t units = x->axis[axis].size;
    unit_score *s = testing_take(L, &p->t->once, (units + 1) * sizeof *s);
    for (size_t i = 0; i < x->size; i++) {
        if (ax_along(i, x->stride[axis], units)) continue;
        size_t count = 0;
        for (size_t u = 0; u < units; u++) {
            size_t here = i + u * x->stride[axis], there = 0;
            for (int k = 0; k < x->axes; k++)
                there += map[k][ax_along(here, x->stride[k], x->axis[k].size)] * y->stride[k];
            double sign = p->lower ? 1 : -1;
            if (isnan(x->value[here]) || isnan(y->value[there])) continue;
            s[count++] = (unit_score){sign * x->value[here], sign * y->value[there], here};
        }
        qsort(s, count, sizeof *s, by_standing);
        for (size_t u = 1; u < count; u++)
            if (s[u].before - s[u - 1].before > property_slack(p, s[u].before) &&
                s[u - 1].after - s[u].after > property_slack(p, s[u].after)) {
                property_broken(L, p, c->session, x, s[u].element, x->value[s[u].element],
                                fabs(s[u].after), why);
                p->why =
                    testing_print(L, &p->t->scratch, "%s passes%s, %s",
                                  property_place(L, p, c->session, x, s[u].element) + 4,
                                  property_place(L, p, c->session, x, s[u - 1].element) + 3, why);
                return 0;
            }
    }
    return 1;
}

void metamorphic_check(lua_State *L, const property *p, const property_rows *s) {
    const char *first = s->rows ? s->cell[s->unit] : "";
    int several = 0, other = 0;
    for (size_t r = 0; r < s->rows; r++) {
        const char *unit = s->cell[r * s->columns + s->unit];
        several |= strcmp(unit, first) != 0;
        other |= renamed(L, p, p->base->session, unit) != unit;
    }
    if (p->kind == NAMES && !other)
        host_error(L, p->name, "data = { … } can give units of other names",
                   "the rules name all units themselves: none can have another name");
    if ((p->kind == ROWS && s->rows < 2) || (p->kind == REVERSAL && !several))
        host_error(L, p->name, "data = { … } can give more",
                   "there are too few data for the question");
}

int metamorphic_holds(lua_State *L, property *p, computed *c, const property_rows *s) {
    const dataset *d = datasets_named(&p->base->session->s->data, p->on);
    switch (p->kind) {
    case NAMES:
        return same_outputs(L, p, c, session_of_rows(L, p, rename_units(L, p, c->session, s), 1),
                            text_message("when the units have other names"));
    case ROWS:
        return same_outputs(L, p, c, session_of_rows(L, p, shuffle_rows(L, p, s), 1),
                            text_message("when the rows come in another order"));
    case UNITS:
        return same_outputs(L, p, c, with_other_unit(L, p, c, d, s),
                            testing_print(L, &p->t->scratch,
                                          "when %s and its standards are %g times as much",
                                          p->indicator, p->factor));
    case REVERSAL: return order_holds(L, p, c, session_of_rows(L, p, add_dominated(L, p, d, s), 1));
    default: return 1;
    }
}
