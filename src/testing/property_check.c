/* Does a property hold for what was drawn? */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "testing/property.h"

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
    computed *c = testing_take(L, &t->memory, sizeof *c);
    given *data = testing_take(L, &t->scratch, (kept.datas + 1) * sizeof *data);
    if (s) {
        size_t count = 0;
        for (size_t i = 0; i < kept.datas; i++)
            if (strcmp(kept.data[i].name, p->on)) data[count++] = kept.data[i];
        sheet_csv(s, &csv);
        data[count++] =
            (given){.name = p->on, .path = p->on, .text = buf_string(&csv), .length = csv.length};
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

const char *property_check_shown(lua_State *L, const property *p, const assess *a, const assess_array *x,
                       double value) {
    buf b = BUF_INIT;
    value_text(a, x, value, &b);
    const char *own = testing_print(L, &p->t->scratch, "%s", b.length ? buf_string(&b) : "missing");
    buf_release(&b);
    return own;
}

const char *property_check_place(lua_State *L, const property *p, const assess *a, const assess_array *x,
                       size_t element) {
    buf b = BUF_INIT;
    extract_place(a, x, element, &b);
    const char *own =
        testing_print(L, &p->t->scratch, "%s%s", b.length ? " at " : "", buf_string(&b));
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
        for (int k = 0; k < c->axes; k++)
            at = testing_print(L, m, "%s%s%s", at, *at ? ", " : "", c->label[k]);
        decimal_write(c->old, old);
        decimal_write(c->now, now);
        all = testing_print(L, m, "%s%s%s: %s → %s", all, *all ? "; " : "", at, old, now);
    }
    return all;
}

int property_check_broken(lua_State *L, property *p, const assess *a, const assess_array *x, size_t element,
                double want, double got, const char *why) {
    p->x = x;
    p->element = element;
    p->want = property_check_shown(L, p, a, x, want);
    p->got = property_check_shown(L, p, a, x, got);
    p->why = testing_print(L, &p->t->scratch, "%s%s: %s → %s, %s", x->name,
                         property_check_place(L, p, a, x, element), p->want, p->got, why);
    return 0;
}

const assess_array *property_check_output(lua_State *L, const property *p, computed *c) {
    const assess_array *x = assess_output_named(c->session, p->output);
    if (!x) extract_push(L, c, p->output); /* raises */
    return x;
}

/* ---- cells that are changed in a session ---- */

static int apply(lua_State *L, const property *p, computed *c, int back) {
    const assess_array *x =
        assess_array_named(c->session, testing_print(L, &p->t->scratch, "data.%s", p->on));
    int fine = x != NULL;
    for (size_t i = 0; fine && i < p->changes; i++) {
        size_t cell = find_cell(c->session, x, &p->change[i]);
        if (cell == SIZE_MAX) return 0;
        fine = !assess_change(c->session, x, cell, back ? p->change[i].old : p->change[i].now);
    }
    if (fine) fine = !assess_again(c->session);
    if (!fine)
        host_error(L, p->name, NULL, "the rules cannot be computed again: %s", changes_of(L, p));
    return 1;
}

double property_check_slack(const property *p, double value) {
    return isnan(p->tolerance) ? 1e-9 * fmax(fabs(value), 1) : p->tolerance;
}

/* Is an element of the output about the unit whose cell was changed? */
static int concerns(const property *p, const assess *a, const assess_array *x, size_t element) {
    for (int k = 0; k < x->axes; k++)
        for (int i = 0; i < p->change[0].axes; i++)
            if (!strcmp(x->axis[k].name, "unit") && !strcmp(p->change[0].axis[i], "unit") &&
                strcmp(assess_label(a, &x->axis[k], element / x->stride[k] % x->axis[k].size),
                       p->change[0].label[i]))
                return 0;
    return 1;
}

static int monotone_holds(lua_State *L, property *p, computed *c) {
    const assess_array *x = property_check_output(L, p, c);
    double *before = testing_take(L, &p->t->once, x->size * sizeof *before);
    memcpy(before, x->value, x->size * sizeof *before);
    if (!apply(L, p, c, 0)) return 1;
    int holds = 1;
    for (size_t i = 0; i < x->size && holds; i++) {
        double old = before[i], now = x->value[i];
        if (isnan(old) || !concerns(p, c->session, x, i)) continue;
        double worse = p->lower ? now - old : old - now;
        if (!(worse <= property_check_slack(p, old)))
            holds = property_check_broken(
                L, p, c->session, x, i, old, now,
                testing_print(L, &p->t->scratch, "though it was improved (%s)", changes_of(L, p)));
    }
    apply(L, p, c, 1);
    return holds;
}

static int bounds_hold(lua_State *L, property *p, computed *c) {
    const assess_array *x = property_check_output(L, p, c);
    if (!apply(L, p, c, 0)) return 1;
    int holds = 1;
    for (size_t i = 0; i < x->size && holds; i++) {
        double now = x->value[i], most = property_check_slack(p, now);
        if (isnan(now) || (now >= p->low - most && now <= p->high + most)) continue;
        holds = property_check_broken(L, p, c->session, x, i, now < p->low ? p->low : p->high, now,
                            testing_print(L, &p->t->scratch, "%s", changes_of(L, p)));
        p->why = testing_print(L, &p->t->scratch, "%s%s is %s, beyond %s (%s)", x->name,
                             property_check_place(L, p, c->session, x, i), p->got, p->want,
                             p->changes ? changes_of(L, p) : "in the data as they are");
    }
    apply(L, p, c, 1);
    return holds;
}

/* The change as a table: a list of { unit =, indicator =, old =, now = }, the first one's fields of
 * its own, and the results before. */
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
        const char *says =
            lua_type(L, top + 2) == LUA_TSTRING ? lua_tostring(L, top + 2) : "the function says no";
        p->why = testing_print(L, &p->t->scratch, "%s (%s)", says, changes_of(L, p));
        p->x = NULL;
        p->got = p->want = "";
    }
    lua_settop(L, top);
    apply(L, p, c, 1);
    return holds;
}

int property_holds(lua_State *L, property *p, computed *c, const sheet *s) {
    arena_release(&p->t->once);
    p->x = NULL;
    switch (p->kind) {
    case MONOTONE:
        return monotone_holds(L, p, c);
    case BOUNDS:
        return bounds_hold(L, p, c);
    case FUNCTION:
        return function_holds(L, p, c);
    default:
        return version_holds(L, p, c, s);
    }
}
