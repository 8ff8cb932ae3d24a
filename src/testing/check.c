/* The argument `t` of a test function: t.run computes, the others compare.
 *
 * A comparison that fails is reported and the test goes on; what cannot be compared raises. */
#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "expr/pattern.h"
#include "testing/inside.h"

static const char self_key = 0; /* registry: t */

/* ---- reporting ---- */

static void fill_look(lua_State *L, testing_check *c, const look *at) {
    const assess_array *x = at->x;
    c->at = extract_place(L, &testing_of(L)->scratch, at->c->session, x, at->element);
    c->output = x->name;
    c->formula = x->formula;
    c->rule_file = x->file;
    c->rule_line = x->line;
}

void check_tell(lua_State *L, testing_check *c, const look *at) {
    test_run *t = testing_of(L);
    int file;
    long line;
    if (!c->file) {
        c->file = t->now->test.file;
        c->line = where_main(L, &file, &line) ? line
                  : t->case_line              ? t->case_line
                                              : t->now->test.line;
    }
    if (at) fill_look(L, c, at);
    testing_tell(t, c);
    t->looks_told = t->looks;
    if (!c->ok && t->first_only) {
        t->over = 1;
        host_error(L, NULL, NULL, "the first failure");
    }
}

/* The element that a value was read from: the last one with this value, else the last one that was
 * read since the check before; NULL for none. */
static const look *element_read(const test_run *t, double value, look *out) {
    size_t kept = t->looks < LOOKS ? t->looks : LOOKS;
    for (size_t back = 1; back <= kept; back++) {
        *out = t->look[(t->looks - back) % LOOKS];
        double at = out->x->value[out->element];
        if (at == value || (isnan(at) && isnan(value))) return out;
    }
    *out = t->looks ? t->look[(t->looks - 1) % LOOKS] : (look){0};
    return t->looks > t->looks_told ? out : NULL;
}

/* ---- plain values ---- */

static int is_missing(lua_State *L, int at) {
    return lua_isnoneornil(L, at) ||
           (lua_type(L, at) == LUA_TLIGHTUSERDATA && lua_touserdata(L, at) == &missing_value);
}

/* A value as text, in the scratch memory. */
static const char *shown(lua_State *L, int at) {
    arena *a = &testing_of(L)->scratch;
    char number[32];
    if (is_missing(L, at)) return "missing";
    switch (lua_type(L, at)) {
    case LUA_TNUMBER:
        if (!decimal_write(lua_tonumber(L, at), number)) return text_message("not a number");
        return testing_print(L, a, "%s", number);
    case LUA_TSTRING: return testing_print(L, a, "%s", lua_tostring(L, at));
    case LUA_TBOOLEAN: return lua_toboolean(L, at) ? "true" : "false";
    default:
        return testing_print(L, a, "a %s",
                             extract_test(L, at) ? text_message("part of a result")
                                                 : luaL_typename(L, at));
    }
}

static double default_tolerance(double want) { return 1e-9 * (fabs(want) > 1 ? fabs(want) : 1); }

/* Compares plain values. `at`: the element that the first one was read from; NULL: it is looked
 * for. */
static int compare_values(lua_State *L, int got, int want, double tolerance, int exact,
                          const char *name, const look *at) {
    test_run *t = testing_of(L);
    testing_check c = {.name = name, .got = shown(L, got), .want = shown(L, want)};
    look found;
    char number[32];
    int numbers = lua_type(L, got) == LUA_TNUMBER && lua_type(L, want) == LUA_TNUMBER;
    if (is_missing(L, got) || is_missing(L, want)) {
        c.ok = is_missing(L, got) && is_missing(L, want);
    } else if (numbers && !exact) {
        double x = lua_tonumber(L, got), y = lua_tonumber(L, want);
        double most = isnan(tolerance) ? default_tolerance(y) : tolerance;
        c.ok = fabs(x - y) <= most;
        decimal_write(most, number);
        c.tolerance = testing_print(L, &t->scratch, "%s", number);
    } else if (numbers) {
        c.ok = decimal_equal(lua_tonumber(L, got), lua_tonumber(L, want));
    } else {
        c.ok = lua_rawequal(L, got, want);
        if (!c.ok && lua_type(L, got) != lua_type(L, want))
            c.hint = testing_print(L, &t->scratch, "one is a %s, the other a %s",
                                   luaL_typename(L, got), luaL_typename(L, want));
    }
    if (!at)
        at = element_read(t, lua_type(L, got) == LUA_TNUMBER ? lua_tonumber(L, got) : NAN, &found);
    if (!c.ok && at) {
        fill_look(L, &c, at);
        c.message = testing_print(L, &t->scratch, "%s%s%s: got %s, want %s", c.output,
                                  *c.at ? " at " : "", c.at, c.got, c.want);
    } else if (!c.ok) {
        c.message = testing_print(L, &t->scratch, "got %s, want %s", c.got, c.want);
    }
    check_tell(L, &c, at);
    return c.ok;
}

/* ---- parts of arrays ---- */

static int compare_element(lua_State *L, extract *p, size_t element, int want, double tolerance,
                           int exact, const char *name) {
    const look at = {p->c, p->x, element};
    want = lua_absindex(L, want);
    extract_value(L, p->c, p->x, element);
    int ok = compare_values(L, lua_gettop(L), want, tolerance, exact, name, &at);
    lua_pop(L, 1);
    return ok;
}

/* Compares by the labels of the axis that is left: { A = 1, B = 2 }, in the order of the axis. */
static int compare_table(lua_State *L, extract *p, int want, double tolerance, int exact,
                         const char *name) {
    int axis = -1, ok = 1, left = 0, top = lua_gettop(L);
    for (int k = 0; k < p->x->axes; k++)
        if (p->at[k] == SIZE_MAX && (p->x->axis[k].size != 1 || axis < 0)) {
            left += p->x->axis[k].size != 1;
            axis = k;
        }
    if (axis < 0 || left > 1)
        host_error(L, NULL, "narrow it with at{ … } until one axis is left",
                   "a table of values by label needs an array with one axis");
    const assess_axis *x = &p->x->axis[axis];
    for (lua_pushnil(L); lua_next(L, want); lua_pop(L, 1)) { /* are the labels there? */
        extract q = *p;
        extract_choose(L, &q, x->name, -2);
    }
    for (size_t i = 0; i < x->size; i++) {
        const char *label = assess_label(p->c->session, x, i);
        size_t element = SIZE_MAX;
        extract q = *p;
        q.at[axis] = i;
        lua_pushstring(L, label);
        if (lua_rawget(L, want) == LUA_TNIL && lua_stringtonumber(L, label)) lua_rawget(L, want);
        if (!lua_isnil(L, -1) && extract_next(&q, &element))
            ok &= compare_element(L, &q, element, lua_gettop(L), tolerance, exact, name);
        lua_settop(L, top);
    }
    return ok;
}

/* Compares two parts element by element, by labels. */
static int compare_parts(lua_State *L, extract *p, extract *q, double tolerance, int exact,
                         const char *name) {
    size_t element = SIZE_MAX, at;
    int ok = 1;
    while (extract_next(p, &element)) {
        extract other = *q;
        for (int k = 0; k < p->x->axes; k++) {
            if (p->at[k] != SIZE_MAX) continue;
            lua_pushstring(L, array_label(p->c->session, p->x, k, element));
            extract_choose(L, &other, p->x->axis[k].name, -1);
            lua_pop(L, 1);
        }
        if (!extract_single(&other, &at))
            host_error(L, NULL, "at{ … } chooses along the axes that the other lacks",
                       "'%s' and '%s' have different axes", p->x->name, q->x->name);
        extract_value(L, other.c, other.x, at);
        ok &= compare_element(L, p, element, lua_gettop(L), tolerance, exact, name);
        lua_pop(L, 1);
    }
    return ok;
}

int check_value(lua_State *L, int got, int want, double tolerance, int exact, const char *name) {
    extract *p = extract_test(L, got), *q = extract_test(L, want);
    size_t element;
    got = lua_absindex(L, got);
    want = lua_absindex(L, want);
    luaL_checkstack(L, 12, NULL);
    if (p && q) return compare_parts(L, p, q, tolerance, exact, name);
    if (p && lua_type(L, want) == LUA_TTABLE)
        return compare_table(L, p, want, tolerance, exact, name);
    if (p && extract_single(p, &element))
        return compare_element(L, p, element, want, tolerance, exact, name);
    if (p)
        host_error(L, name, "at{ … } chooses one; a table { A = 1, B = 2 } compares by label",
                   "'%s' has %zu elements here, and is compared with one value", p->x->name,
                   extract_size(p));
    if (host_test(L, got) || lua_type(L, got) == LUA_TTABLE || result_test(L, got))
        host_error(L, name, "r.total:at{ unit = \"X\" } is a value", "%s compares values, not a %s",
                   name,
                   host_test(L, got)     ? "formula"
                   : result_test(L, got) ? "result"
                                         : "table");
    return compare_values(L, got, want, tolerance, exact, name, NULL);
}

/* ---- the functions of t ---- */

/* t:near(…) is taken for t.near(…). */
static void without_self(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &self_key);
    int same = lua_gettop(L) > 1 && lua_rawequal(L, 1, -1);
    lua_pop(L, 1);
    if (same) lua_remove(L, 1);
}

static const char *const run_options[] = {"set", "where", "strict", NULL};

static const char *rules_at(lua_State *L, const char *what) {
    if (testing_of(L)->now->test.kind != TESTING_TEST)
        host_error(L, what, "the function of a property is handed its results", "t.%s is for tests",
                   what);
    if (lua_type(L, 1) != LUA_TSTRING)
        host_error(L, what,
                   "t.run(\"rules/2011.lua\", { observed = { unit = \"X\", A1 = 90000 } })",
                   "%s needs the path of a rule file", what);
    return lua_tostring(L, 1);
}

static int t_run(lua_State *L) {
    without_self(L);
    lua_settop(L, 3);
    if (!lua_isnil(L, 3)) host_check_keys(L, 3, run_options);
    request_read(L, rules_at(L, "run"), 2, 3);
    result_push(L, session_fine(L));
    return 1;
}

static int t_near(lua_State *L) {
    without_self(L);
    double tolerance = NAN;
    if (lua_gettop(L) < 2)
        host_error(L, "near", "t.near(r.total:at{ unit = \"X\" }, 100)",
                   "near compares two values");
    if (!lua_isnoneornil(L, 3)) {
        tolerance = lua_type(L, 3) == LUA_TNUMBER ? lua_tonumber(L, 3) : -1;
        if (!(tolerance >= 0)) host_error(L, "near", NULL, "the tolerance is a number from 0 on");
    }
    int type = lua_type(L, 2);
    if (type != LUA_TNUMBER && type != LUA_TTABLE && !extract_test(L, 2))
        host_error(L, "near",
                   "t.is(got, want) compares texts and truths, t.missing(x) knows what is missing",
                   "near compares numbers, and the second is %s", shown(L, 2));
    lua_pushboolean(L, check_value(L, 1, 2, tolerance, 0, "near"));
    return 1;
}

static int t_is(lua_State *L) {
    without_self(L);
    if (lua_gettop(L) < 2) host_error(L, "is", "t.is(got, want)", "is compares two values");
    lua_pushboolean(L, check_value(L, 1, 2, NAN, 1, "is"));
    return 1;
}

static int t_missing(lua_State *L) {
    without_self(L);
    lua_settop(L, 1);
    lua_pushlightuserdata(L, (void *)&missing_value);
    lua_pushboolean(L, check_value(L, 1, 2, NAN, 1, "missing"));
    return 1;
}

static int t_ok(lua_State *L) {
    without_self(L);
    test_run *t = testing_of(L);
    look found;
    const look *at = NULL;
    extract *p = extract_test(L, 1);
    size_t element;
    luaL_checkany(L, 1);
    if (p && !extract_single(p, &element))
        host_error(L, "ok", "at{ … } chooses one", "'%s' has %zu elements here", p->x->name,
                   extract_size(p));
    if (p) {
        extract_value(L, p->c, p->x, element);
        lua_replace(L, 1);
        found = (look){p->c, p->x, element};
        at = &found;
    } else if (t->looks > t->looks_told) {
        found = t->look[(t->looks - 1) % LOOKS];
        at = &found;
    }
    const char *what = lua_type(L, 2) == LUA_TSTRING
                           ? testing_print(L, &t->scratch, "%s", lua_tostring(L, 2))
                           : "";
    testing_check c = {.ok = lua_toboolean(L, 1) && !is_missing(L, 1), .name = *what ? what : "ok"};
    if (!c.ok) {
        c.got = shown(L, 1);
        c.want = "true";
        c.message = *what ? testing_print(L, &t->scratch, "%s: %s", what, c.got)
                          : testing_print(L, &t->scratch, "got %s, want true", c.got);
    }
    lua_pushboolean(L, c.ok);
    check_tell(L, &c, at);
    return 1;
}

/* ---- what must be refused ---- */

/* Does a message contain the text, or match it as a pattern? -1 with the fault where the text is in
 * no message and is not a valid pattern. `first`: the first message. */
static int find_message(const assess *a, const char *text, buf *first, fault *f) {
    fault bad = FAULT_INIT;
    pattern *p = pattern_open(text, strlen(text), 5, NULL, &bad);
    int found = 0;
    for (size_t i = 0; i < assess_message_count(a) && found == 0; i++) {
        assess_message m = assess_message_at(a, i);
        buf full = BUF_INIT;
        if (!m.status) continue;
        if (*m.file) buf_print(&full, "%s:%ld:", m.file, m.line);
        if (m.column) buf_print(&full, "%d:", m.column);
        if (*m.field) buf_print(&full, "%s:", m.field);
        buf_print(&full, "%s%s%s%s", full.length ? " " : "", m.text, *m.hint ? " — " : "", m.hint);
        if (!first->length) buf_put(first, buf_string(&full), full.length);
        found = strstr(buf_string(&full), text) != NULL;
        if (!found && p) found = pattern_match(p, buf_string(&full), full.length, 0, NULL, NULL, f);
        buf_release(&full);
    }
    pattern_close(p);
    if (!found && bad.count) {
        fault_move(f, &bad);
        found = -1;
    }
    fault_release(&bad);
    return found;
}

int check_fails(lua_State *L, const char *text, const char *name) {
    test_run *t = testing_of(L);
    computed *c = session_of(L);
    testing_check k = {.name = name, .ok = 0, .want = testing_print(L, &t->scratch, "%s", text)};
    if (c->status) {
        buf first = BUF_INIT;
        fault *f = host_fault(L);
        int found = find_message(c->session, text, &first, f);
        const char *got = arena_text(&t->scratch, buf_string(&first), first.length);
        buf_release(&first);
        if (found < 0) host_raise(L, f);
        k.ok = found;
        k.got = got ? got : "";
        if (!found)
            k.message = testing_print(L, &t->scratch, "it failed, but in other words: %s", k.got);
    } else {
        k.message = testing_print(L, &t->scratch, "it did not fail, though it should: %s", k.want);
    }
    check_tell(L, &k, NULL);
    return k.ok;
}

static int t_fails(lua_State *L) {
    without_self(L);
    if (lua_type(L, 2) == LUA_TSTRING) { /* without data */
        lua_pushnil(L);
        lua_insert(L, 2);
    }
    lua_settop(L, 4);
    if (lua_type(L, 3) != LUA_TSTRING || !lua_rawlen(L, 3))
        host_error(L, "fails",
                   "t.fails(\"rules.lua\", { observed = { … } }, \"what the message says\")",
                   "fails needs a part of the message");
    if (!lua_isnil(L, 4)) host_check_keys(L, 4, run_options);
    request_read(L, rules_at(L, "fails"), 2, 4);
    lua_pushboolean(L, check_fails(L, lua_tostring(L, 3), "fails"));
    return 1;
}

void check_open(lua_State *L) {
    static const luaL_Reg functions[] = {{"run", t_run}, {"near", t_near},       {"is", t_is},
                                         {"ok", t_ok},   {"missing", t_missing}, {"fails", t_fails},
                                         {NULL, NULL}};
    lua_newtable(L);
    luaL_setfuncs(L, functions, 0);
    sandbox_freeze(L, "t");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &self_key);
}

void check_push(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &self_key); }
