/* Does a property hold for what was drawn? */
#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "trial/property.h"

/* ---- sessions of other data ---- */

void sessions_forget(trial *t) {
    for (int i = 0; i < APART; i++) {
        if (!t->apart[i]) continue;
        assess_free(t->apart[i]->session);
        t->apart[i]->session = NULL; /* a test may still hold its results */
        t->apart[i] = NULL;
    }
}

/* The request stays as it was. */
computed *session_with(lua_State *L, const property *p, const sheet *s, int slot) {
    trial *t = p->t;
    request kept = t->ask;
    buf csv = BUF_INIT;
    computed *c = trial_take(L, &t->memory, sizeof *c);
    given *data = trial_take(L, &t->scratch, (kept.datas + 1) * sizeof *data);
    if (s) {
        size_t count = 0;
        for (size_t i = 0; i < kept.datas; i++)
            if (strcmp(kept.data[i].name, p->on)) data[count++] = kept.data[i];
        sheet_csv(s, &csv);
        data[count++] = (given){.name = p->on, .path = p->on, .text = buf_string(&csv), .length = csv.length};
        t->ask.data = data;
        t->ask.datas = count;
    }
    if (t->apart[slot]) {
        assess_free(t->apart[slot]->session);
        t->apart[slot]->session = NULL;
    }
    *c = (computed){.key = "", .rules = p->base->rules};
    c->session = session_apart(t, &c->status);
    t->apart[slot] = c;
    buf_release(&csv);
    t->ask.data = kept.data;
    t->ask.datas = kept.datas;
    return c->session && !c->status ? c : NULL;
}

/* ---- why not ---- */

static const char *shown(lua_State *L, const property *p, const assess *a, const assess_array *x, double value) {
    buf b = BUF_INIT;
    value_text(a, x, value, &b);
    const char *own = trial_print(L, &p->t->scratch, "%s", b.length ? buf_string(&b) : "missing");
    buf_release(&b);
    return own;
}

static const char *place_of(lua_State *L, const property *p, const assess *a, const assess_array *x, size_t element) {
    buf b = BUF_INIT;
    extract_place(a, x, element, &b);
    const char *own = trial_print(L, &p->t->scratch, "%s%s", b.length ? " at " : "", buf_string(&b));
    buf_release(&b);
    return own;
}

/* "A1 of X, 2011: 40 → 35; …" */
static const char *changes_of(lua_State *L, const property *p) {
    arena *m = &p->t->scratch;
    const char *all = "";
    char old[32], now[32];
    for (size_t i = 0; i < p->changes; i++) {
        const changed_cell *c = &p->change[i];
        const char *at = "";
        for (int k = 0; k < c->axes; k++) at = trial_print(L, m, "%s%s%s", at, *at ? ", " : "", c->label[k]);
        decimal_write(c->old, old);
        decimal_write(c->now, now);
        all = trial_print(L, m, "%s%s%s: %s → %s", all, *all ? "; " : "", at, old, now);
    }
    return all;
}

static int broken(lua_State *L, property *p, const assess *a, const assess_array *x, size_t element, double want,
                  double got, const char *why) {
    p->x = x;
    p->element = element;
    p->want = shown(L, p, a, x, want);
    p->got = shown(L, p, a, x, got);
    p->why = trial_print(L, &p->t->scratch, "%s%s: %s → %s, %s", x->name, place_of(L, p, a, x, element), p->want,
                         p->got, why);
    return 0;
}

static const assess_array *output_of(lua_State *L, const property *p, computed *c) {
    const assess_array *x = assess_output_named(c->session, p->output);
    if (!x) extract_push(L, c, p->output); /* raises */
    return x;
}

/* ---- cells that are changed in a session ---- */

static int apply(lua_State *L, const property *p, computed *c, int back) {
    const assess_array *x = assess_array_named(c->session, trial_print(L, &p->t->scratch, "data.%s", p->on));
    int fine = x != NULL;
    for (size_t i = 0; fine && i < p->changes; i++) {
        size_t cell = find_cell(c->session, x, &p->change[i]);
        if (cell == SIZE_MAX) return 0;
        fine = !assess_change(c->session, x, cell, back ? p->change[i].old : p->change[i].now);
    }
    if (fine) fine = !assess_again(c->session);
    if (!fine) host_error(L, p->name, NULL, "the rules cannot be computed again: %s", changes_of(L, p));
    return 1;
}

static double slack(const property *p, double value) {
    return isnan(p->tolerance) ? 1e-9 * fmax(fabs(value), 1) : p->tolerance;
}

/* Is an element of the output about the unit whose cell was changed? */
static int concerns(const property *p, const assess *a, const assess_array *x, size_t element) {
    for (int k = 0; k < x->axes; k++)
        for (int i = 0; i < p->change[0].axes; i++)
            if (!strcmp(x->axis[k].name, "unit") && !strcmp(p->change[0].axis[i], "unit") &&
                strcmp(assess_label(a, &x->axis[k], element / x->stride[k] % x->axis[k].size), p->change[0].label[i]))
                return 0;
    return 1;
}

static int monotone_holds(lua_State *L, property *p, computed *c) {
    const assess_array *x = output_of(L, p, c);
    double *before = trial_take(L, &p->t->once, x->size * sizeof *before);
    memcpy(before, x->value, x->size * sizeof *before);
    if (!apply(L, p, c, 0)) return 1;
    int holds = 1;
    for (size_t i = 0; i < x->size && holds; i++) {
        double old = before[i], now = x->value[i];
        if (isnan(old) || !concerns(p, c->session, x, i)) continue;
        double worse = p->lower ? now - old : old - now;
        if (!(worse <= slack(p, old)))
            holds = broken(L, p, c->session, x, i, old, now,
                           trial_print(L, &p->t->scratch, "though it was improved (%s)", changes_of(L, p)));
    }
    apply(L, p, c, 1);
    return holds;
}

static int bounds_hold(lua_State *L, property *p, computed *c) {
    const assess_array *x = output_of(L, p, c);
    if (!apply(L, p, c, 0)) return 1;
    int holds = 1;
    for (size_t i = 0; i < x->size && holds; i++) {
        double now = x->value[i], most = slack(p, now);
        if (isnan(now) || (now >= p->low - most && now <= p->high + most)) continue;
        holds = broken(L, p, c->session, x, i, now < p->low ? p->low : p->high, now,
                       trial_print(L, &p->t->scratch, "%s", changes_of(L, p)));
        p->why = trial_print(L, &p->t->scratch, "%s%s is %s, beyond %s (%s)", x->name,
                             place_of(L, p, c->session, x, i), p->got, p->want,
                             p->changes ? changes_of(L, p) : "in the data as they are");
    }
    apply(L, p, c, 1);
    return holds;
}

/* The change as a table: a list of { unit =, indicator =, old =, now = }, the first one's fields of its own,
 * and the results before. */
static void push_change(lua_State *L, const property *p) {
    lua_createtable(L, (int)p->changes, 8);
    for (size_t i = 0; i < p->changes; i++) {
        const changed_cell *c = &p->change[i];
        for (int twice = i ? 1 : 0; twice < 2; twice++) {
            if (twice) lua_createtable(L, 0, c->axes + 2);
            for (int k = 0; k < c->axes; k++) {
                lua_pushstring(L, c->label[k]);
                lua_setfield(L, -2, c->axis[k]);
            }
            lua_pushnumber(L, c->old);
            lua_setfield(L, -2, "old");
            lua_pushnumber(L, c->now);
            lua_setfield(L, -2, "now");
            if (twice) lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
    }
    result_push(L, p->base);
    lua_setfield(L, -2, "before");
}

static int function_holds(lua_State *L, property *p, computed *c) {
    int top = lua_gettop(L);
    if (!apply(L, p, c, 0)) return 1;
    lua_pushvalue(L, p->function);
    result_push(L, c);
    push_change(L, p);
    lua_call(L, 2, 2);
    int holds = lua_toboolean(L, top + 1);
    if (!holds) {
        const char *says = lua_type(L, top + 2) == LUA_TSTRING ? lua_tostring(L, top + 2) : "the function says no";
        p->why = trial_print(L, &p->t->scratch, "%s (%s)", says, changes_of(L, p));
        p->x = NULL;
        p->got = p->want = "";
    }
    lua_settop(L, top);
    apply(L, p, c, 1);
    return holds;
}

/* ---- other versions of the data, which must give the same ---- */

/* Units that the rules name themselves keep their names. */
static const char *renamed(lua_State *L, const property *p, const assess *a, const char *unit) {
    uint64_t state = p->shuffle;
    if (!strcmp(assess_fact(a, "focus"), unit)) return unit;
    for (size_t i = 0; i < assess_stage_count(a); i++)
        for (size_t k = 0; k < assess_stage_at(a, i).peers; k++)
            if (!strcmp(assess_stage_peer(a, i, k), unit)) return unit;
    for (const char *u = unit; *u; u++) state = state * 31 + (unsigned char)*u;
    size_t letter = draw_below(&state, 26);
    return trial_print(L, &p->t->once, "%c%zu %s", (int)(letter + 'a'), draw_below(&state, 900) + 100, unit);
}

static sheet *rename_units(lua_State *L, const property *p, const assess *a, const sheet *s) {
    sheet *out = sheet_copy(L, &p->t->once, s, 0);
    for (size_t r = 0; r < out->rows; r++) {
        const char **cell = &out->cell[r * out->columns + out->unit];
        *cell = renamed(L, p, a, *cell);
    }
    return out;
}

static sheet *shuffle_rows(lua_State *L, const property *p, const sheet *s) {
    sheet *out = sheet_copy(L, &p->t->once, s, 0);
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
    return trial_print(L, &p->t->once, "%s", number);
}

/* The column of a name, or SIZE_MAX. */
static size_t column_of(const sheet *s, const char *name) {
    for (size_t i = 0; name && i < s->columns; i++)
        if (!strcmp(s->head[i], name)) return i;
    return SIZE_MAX;
}

/* Calls `change` for every cell with a value of the indicator (NULL: of any). */
static void each_value(lua_State *L, const property *p, const dataset *d, sheet *s, size_t from_row,
                       const char *indicator,
                       const char *(*change)(lua_State *L, const property *p, const char *text, const char *of)) {
    size_t value = column_of(s, d->spec.value), leaf = SIZE_MAX;
    for (size_t k = 0; k < d->spec.keys; k++)
        if (!strcmp(d->spec.key[k].axis, dataset_leaf_axis(&p->base->session->s->data)))
            leaf = column_of(s, d->spec.key[k].column);
    for (size_t r = from_row; r < s->rows; r++)
        for (size_t i = 0; i < s->columns; i++) {
            const char **cell = &s->cell[r * s->columns + i];
            const char *of = value != SIZE_MAX ? (leaf == SIZE_MAX ? "" : s->cell[r * s->columns + leaf]) : s->head[i];
            if (value != SIZE_MAX ? i != value : element_of(&p->base->session->s->m, of) < 0) continue;
            if (**cell && (!indicator || !strcmp(of, indicator))) *cell = change(L, p, *cell, of);
        }
}

static const char *scaled(lua_State *L, const property *p, const char *text, const char *of) {
    (void)of;
    return times(L, p, text, p->factor);
}

/* The data of an indicator, and everything that the rules compare them with, in another unit of measure. */
static computed *with_other_unit(lua_State *L, const property *p, computed *c, const dataset *d, const sheet *s) {
    const model *m = &c->session->s->m;
    request *q = &p->t->ask;
    int e = element_of(m, p->indicator);
    given_pair *set = trial_take(L, &p->t->once, (q->sets + m->leaves + 1) * sizeof *set), *kept = q->set;
    size_t sets = q->sets, count = sets;
    if (sets) memcpy(set, kept, sets * sizeof *set);
    for (size_t i = 0; i < m->leaves; i++)
        if (m->leaf[i].element == e && m->leaf[i].value.kind == MD_NUMBER && strcmp(m->leaf[i].name, "weight")) {
            const char *now = model_leaf_text(&c->session->s->m, &m->leaf[i]);
            set[count++] = (given_pair){m->leaf[i].address, times(L, p, now, p->factor)};
        }
    sheet *out = sheet_copy(L, &p->t->once, s, 0);
    each_value(L, p, d, out, 0, p->indicator, scaled);
    q->set = set;
    q->sets = count;
    computed *other = session_with(L, p, out, 1);
    q->set = kept;
    q->sets = sets;
    return other;
}

static size_t find_label(const assess *a, const assess_axis *axis, size_t guess, const char *label) {
    if (guess < axis->size && !strcmp(assess_label(a, axis, guess), label)) return guess;
    for (size_t i = 0; i < axis->size; i++)
        if (!strcmp(assess_label(a, axis, i), label)) return i;
    return SIZE_MAX;
}

/* Where each label of an axis stands in the other session; units may have other names there. */
static size_t *map_axis(lua_State *L, const property *p, const assess *a, const assess_axis *x, const assess *b,
                        const assess_axis *y) {
    size_t *map = trial_take(L, &p->t->once, (x->size + 1) * sizeof *map);
    for (size_t i = 0; i < x->size; i++) {
        const char *label = assess_label(a, x, i);
        map[i] = p->kind == NAMES ? find_label(b, y, i, renamed(L, p, a, label)) : SIZE_MAX;
        if (map[i] == SIZE_MAX) map[i] = find_label(b, y, i, label);
    }
    return map;
}

static int same_value(lua_State *L, const property *p, const assess *a, const assess_array *x, double old,
                      const assess *b, double now) {
    if (isnan(old) || isnan(now)) return isnan(old) && isnan(now);
    if (x->kind == ASSESS_TEXT) {
        const char *was = assess_text(a, old), *is = assess_text(b, now);
        return !strcmp(was, is) || (p->kind == NAMES && !strcmp(renamed(L, p, a, was), is));
    }
    return x->kind == ASSESS_NUMBER ? fabs(now - old) <= slack(p, old) : old == now;
}

static int same_output(lua_State *L, property *p, computed *c, const assess_array *x, computed *other,
                       const char *why) {
    const assess *a = c->session, *b = other->session;
    const assess_array *y = assess_output_named(b, x->name);
    size_t *map[ASSESS_AXES];
    int turn[ASSESS_AXES];
    for (int k = 0; y && k < x->axes; k++) {
        turn[k] = 0;
        while (turn[k] < y->axes && strcmp(y->axis[turn[k]].name, x->axis[k].name)) turn[k]++;
        if (turn[k] == y->axes) y = NULL;
        else map[k] = map_axis(L, p, a, &x->axis[k], b, &y->axis[turn[k]]);
    }
    for (size_t i = 0; y && i < x->size; i++) {
        size_t there = 0;
        for (int k = 0; k < x->axes && there != SIZE_MAX; k++) {
            size_t at = map[k][i / x->stride[k] % x->axis[k].size];
            there = at == SIZE_MAX ? SIZE_MAX : there + at * y->stride[turn[k]];
        }
        double now = there == SIZE_MAX ? NAN : y->value[there];
        if (same_value(L, p, a, x, x->value[i], b, now)) continue;
        broken(L, p, a, x, i, x->value[i], x->value[i], why);
        p->got = shown(L, p, b, y, now);
        p->why = trial_print(L, &p->t->scratch, "%s%s: %s → %s, %s", x->name, place_of(L, p, a, x, i), p->want, p->got, why);
        return 0;
    }
    return 1;
}

static int same_outputs(lua_State *L, property *p, computed *c, computed *other, const char *why) {
    if (!other) {
        p->why = trial_print(L, &p->t->scratch, "the rules cannot be computed %s", why);
        p->x = NULL;
        p->got = p->want = "";
        return 0;
    }
    if (p->output) return same_output(L, p, c, output_of(L, p, c), other, why);
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
    return trial_print(L, &p->t->once, "%s", number);
}

static sheet *add_dominated(lua_State *L, const property *p, const dataset *d, const sheet *s) {
    size_t more = 0;
    for (size_t r = 0; r < s->rows; r++) more += !strcmp(s->cell[r * s->columns + s->unit], p->unit);
    sheet *out = sheet_copy(L, &p->t->once, s, more);
    for (size_t r = 0; r < s->rows; r++) {
        if (strcmp(s->cell[r * s->columns + s->unit], p->unit)) continue;
        memcpy(out->cell + out->rows * s->columns, s->cell + r * s->columns, s->columns * sizeof *s->cell);
        out->cell[out->rows++ * s->columns + s->unit] = trial_print(L, &p->t->once, "%s (worse)", p->unit);
    }
    each_value(L, p, d, out, s->rows, NULL, worse);
    return out;
}

typedef struct standing {
    double before, after;
    size_t element;
} standing;

static int by_standing(const void *a, const void *b) {
    const standing *x = a, *y = b;
    if (x->before != y->before) return x->before < y->before ? -1 : 1;
    return (x->after > y->after) - (x->after < y->after);
}

/* Along the units, at each other place of the output: whoever was ahead still is not behind. */
static int order_holds(lua_State *L, property *p, computed *c, computed *other) {
    const assess_array *x = output_of(L, p, c), *y = other ? output_of(L, p, other) : NULL;
    int axis = 0;
    const char *why = trial_print(L, &p->t->scratch, "when a unit worse than %s is added", p->unit);
    if (!y) return same_outputs(L, p, c, NULL, why);
    while (axis < x->axes && strcmp(x->axis[axis].name, "unit")) axis++;
    if (axis == x->axes || y->axes != x->axes)
        host_error(L, p->output, NULL, "'%s' has no axis 'unit' along which units could change places", x->name);
    size_t *map[ASSESS_AXES];
    for (int k = 0; k < x->axes; k++) map[k] = map_axis(L, p, c->session, &x->axis[k], other->session, &y->axis[k]);
    size_t units = x->axis[axis].size;
    standing *s = trial_take(L, &p->t->once, (units + 1) * sizeof *s);
    for (size_t i = 0; i < x->size; i++) {
        if (i / x->stride[axis] % units) continue;
        size_t count = 0;
        for (size_t u = 0; u < units; u++) {
            size_t here = i + u * x->stride[axis], there = 0;
            for (int k = 0; k < x->axes; k++) there += map[k][here / x->stride[k] % x->axis[k].size] * y->stride[k];
            double sign = p->lower ? 1 : -1;
            if (isnan(x->value[here]) || isnan(y->value[there])) continue;
            s[count++] = (standing){sign * x->value[here], sign * y->value[there], here};
        }
        qsort(s, count, sizeof *s, by_standing);
        for (size_t u = 1; u < count; u++)
            if (s[u].before - s[u - 1].before > slack(p, s[u].before) && s[u - 1].after - s[u].after > slack(p, s[u].after)) {
                broken(L, p, c->session, x, s[u].element, x->value[s[u].element], fabs(s[u].after), why);
                p->why = trial_print(L, &p->t->scratch, "%s passes%s, %s", place_of(L, p, c->session, x, s[u].element) + 4,
                                     place_of(L, p, c->session, x, s[u - 1].element) + 3, why);
                return 0;
            }
    }
    return 1;
}

int property_holds(lua_State *L, property *p, computed *c, const sheet *s) {
    const dataset *d = datasets_named(&p->base->session->s->data, p->on);
    arena_release(&p->t->once);
    p->x = NULL;
    switch (p->kind) {
    case MONOTONE: return monotone_holds(L, p, c);
    case BOUNDS: return bounds_hold(L, p, c);
    case FUNCTION: return function_holds(L, p, c);
    case NAMES: return same_outputs(L, p, c, session_with(L, p, rename_units(L, p, c->session, s), 1), "when the units have other names");
    case ROWS: return same_outputs(L, p, c, session_with(L, p, shuffle_rows(L, p, s), 1), "when the rows come in another order");
    case UNITS:
        return same_outputs(L, p, c, with_other_unit(L, p, c, d, s),
                            trial_print(L, &p->t->scratch, "when %s and its standards are %g times as much", p->indicator, p->factor));
    case REVERSAL: return order_holds(L, p, c, session_with(L, p, add_dominated(L, p, d, s), 1));
    }
    return 1;
}
