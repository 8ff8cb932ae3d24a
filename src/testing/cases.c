/* cases("inverse", { rules = …, output = …, { A1 = 30, want = 50 }, … }): each case is a row of
 * data and the value that is wanted. */
#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "testing/inside.h"

/* The keys of a case that are not columns of its row, and the keys of the table of cases. */
static const char *const case_keys[] = {"want",   "fails",     "at",  "name",
                                        "output", "tolerance", "set", NULL};
static const char *const table_keys[] = {"rules", "output", "data",   "at",   "tolerance",
                                         "set",   "where",  "strict", "with", NULL};

typedef struct cases {
    int table, row; /* where they are on the stack */
    const char *rules;
    size_t number;
} cases;

/* Pushes an option of the case, or else of all cases; 0 and nothing where neither is given. */
static int case_option(lua_State *L, const cases *c, const char *key) {
    return option_push(L, c->row, key) || option_push(L, c->table, key);
}

static void check_table(lua_State *L, int at) {
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_isinteger(L, -2)) continue;
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "…";
        if (suggest_has(table_keys, key)) continue;
        const char *hint = testing_hint(L, suggest_in(key, table_keys));
        host_error(L, key,
                   hint ? hint : "a case stands in braces of its own: { A1 = 30, want = 50 }",
                   "cases have no '%s'", key);
    }
}

/* Pushes the row of the case as a table, without its options. Returns the name of its only
 * indicator, lent by the row, or NULL. */
static const char *push_row(lua_State *L, const cases *c) {
    const char *only = NULL;
    int count = 0;
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, c->row); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, "cases", "{ A1 = 30, want = 50 }", "case %zu has a value without a name",
                       c->number);
        const char *key = lua_tostring(L, -2);
        if (suggest_has(case_keys, key)) continue;
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, -5);
        if (!strcmp(key, "unit") || !strcmp(key, "year")) continue;
        only = key;
        count++;
    }
    return count == 1 ? only : NULL;
}

/* The name of a case: as given, else its data and settings, "C7 = 47, unit = X". */
static const char *name_of_case(lua_State *L, const cases *c) {
    test_run *t = testing_of(L);
    arena *m = &t->scratch;
    const char *all = "";
    if (option_push(L, c->row, "name")) {
        if (lua_type(L, -1) == LUA_TSTRING) all = testing_print(L, m, "%s", lua_tostring(L, -1));
        lua_pop(L, 1);
        return all;
    }
    for (size_t d = 0; d < t->ask.datas; d++)
        for (size_t r = 0; r < t->ask.data[d].rows; r++)
            for (size_t i = 0; i < t->ask.data[d].row[r].cells; i++) {
                const given_cell *g = &t->ask.data[d].row[r].cell[i];
                all = testing_list(L, m, all, ", ",
                                   testing_print(L, m, "%s = %s", g->column, g->text));
            }
    for (size_t i = 0; i < t->ask.sets; i++)
        all = testing_list(L, m, all, ", ",
                           testing_print(L, m, "%s = %s", t->ask.set[i].name, t->ask.set[i].value));
    return *all ? all : testing_print(L, m, "case %zu", c->number);
}

/* The name of the data that the rows are of: as given, else the only data of the rules. NULL where
 * the rules have none. */
static const char *data_name(lua_State *L, const cases *c) {
    test_run *t = testing_of(L);
    const char *name = NULL;
    if (option_push(L, c->table, "data")) {
        if (lua_type(L, -1) != LUA_TSTRING)
            host_error(L, "data", "data = \"observed\"; other data for all cases is with = { … }",
                       "data names what the cases are rows of");
        name = testing_print(L, &t->memory, "%s", lua_tostring(L, -1));
        lua_pop(L, 1);
        return name;
    }
    assess_status status = ASSESS_OK;
    size_t count = 0;
    request_read(L, c->rules, 0, 0);
    assess *a = assess_new();
    if (!a) testing_no_memory(L);
    testing_allow(a, &t->settings);
    text_english_begin(); /* as in request_compute */
    status = assess_open(a, t->ask.rules);
    text_english_end();
    for (size_t i = 0; !status && i < a->s->data.count; i++, count++)
        name = a->s->data.item[i]->spec.name;
    char *own = name ? arena_text(&t->memory, name, strlen(name)) : NULL;
    fault *f = host_fault(L);
    if (status)
        computed_tell(&(computed){.session = a, .status = status, .rules = t->ask.rules}, f);
    assess_free(a);
    if (status) host_raise(L, f);
    if (count > 1)
        host_error(L, "cases", "data = \"observed\"",
                   "the rules have several data: which are the cases rows of?");
    return own;
}

/* Narrows a part by `at`, and to the one indicator that the case gives. */
static void narrow_part(lua_State *L, const cases *c, extract *p, const char *only) {
    int top = lua_gettop(L);
    if (option_push(L, c->table, "at")) extract_narrow(L, p, top + 1);
    lua_settop(L, top);
    if (option_push(L, c->row, "at")) extract_narrow(L, p, top + 1);
    lua_settop(L, top);
    const datasets *all = &p->c->session->s->data;
    uint32_t id = only ? dataset_indicator(all, only) : 0; /* it may be called by its column */
    if (id) only = pool_text(all->m->strings, id);
    for (int k = 0; only && extract_size(p) > 1 && k < p->x->axes; k++)
        if (p->at[k] == SIZE_MAX) p->at[k] = axis_find(p->c->session, &p->x->axis[k], only);
}

/* The line of case `number`: it is in the n-th braces that are not the value of a key, inside the
 * braces that open after the name. */
static long line_of(lua_State *L, size_t number) {
    const declared_test *it = testing_of(L)->now;
    token_list t = token_list_of(it->file->h->files, 0);
    size_t i = 0;
    while (i < t.count && (t.token[i].line < it->test.line || !token_is(&t, i, "{"))) i++;
    size_t end = i < t.count ? t.token[i].close : 0;
    for (i++; i < end && i < t.count; i++) {
        if (!token_is(&t, i, "{")) continue;
        if (!token_is(&t, i - 1, "=") && --number == 0) return t.token[i].line;
        i = t.token[i].close;
    }
    return it->test.line;
}

static void run_wanted(lua_State *L, const cases *c, const char *name, const char *only) {
    double tolerance = NAN;
    if (case_option(L, c, "tolerance"))
        tolerance = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
    if (!case_option(L, c, "output") || lua_type(L, -1) != LUA_TSTRING)
        host_error(L, "cases", "output = \"scores\"", "cases need to know the output");
    const char *output = lua_tostring(L, -1);
    computed *k = session_fine(L);
    extract *p = extract_push(L, k, output);
    narrow_part(L, c, p, only);
    int got = lua_gettop(L);
    if (!option_push(L, c->row, "want"))
        host_error(L, "cases", "{ A1 = 30, want = 50 }; want = missing",
                   "case %zu does not say what it wants: %s", c->number, name);
    int exact = lua_type(L, -1) != LUA_TNUMBER && lua_type(L, -1) != LUA_TTABLE;
    check_value(L, got, got + 1, tolerance, exact, name);
}

/* Pops a table and copies it into the one at `to`. */
static void copy_into(lua_State *L, int to, const char *what, const char *hint) {
    if (lua_type(L, -1) != LUA_TTABLE)
        host_error(L, what, hint, "'%s' is a %s", what, luaL_typename(L, -1));
    for (lua_pushnil(L); lua_next(L, -2);) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, to);
    }
    lua_pop(L, 1);
}

/* Pushes the data of the case: that of all cases, and its own row. Returns what push_row returns.
 */
static const char *push_data(lua_State *L, const cases *c, const char *data) {
    lua_newtable(L);
    int all = lua_gettop(L);
    if (option_push(L, c->table, "with")) copy_into(L, all, "with", "with = { units = { … } }");
    const char *only = push_row(L, c);
    lua_pushnil(L);
    int rows = lua_next(L, -2);
    lua_pop(L, rows ? 2 : 0);
    if (rows && !data)
        host_error(L, "cases", NULL, "the rules have no data that the cases could be rows of");
    if (rows) lua_setfield(L, all, data);
    lua_settop(L, all);
    return only;
}

/* Pushes the settings of all cases, overridden by those of the case. */
static void push_settings(lua_State *L, const cases *c) {
    static const char *const plain[] = {"where", "strict", NULL};
    static const char hint[] = TEXT("addresses stand in quotes: set = { [\"params.cap\"] = 120 }");
    lua_newtable(L);
    int options = lua_gettop(L);
    for (int i = 0; plain[i]; i++)
        if (option_push(L, c->table, plain[i])) lua_setfield(L, options, plain[i]);
    lua_newtable(L);
    if (option_push(L, c->table, "set")) copy_into(L, options + 1, "set", hint);
    if (option_push(L, c->row, "set")) copy_into(L, options + 1, "set", hint);
    lua_setfield(L, options, "set");
}

static void run_case(lua_State *L, cases *c, const char *data) {
    int top = lua_gettop(L);
    if (lua_rawgeti(L, c->table, (lua_Integer)c->number) != LUA_TTABLE)
        host_error(L, "cases", "{ A1 = 30, want = 50 }", "case %zu is a %s", c->number,
                   luaL_typename(L, -1));
    c->row = lua_gettop(L);
    const char *only = push_data(L, c, data);
    push_settings(L, c);
    request_read(L, c->rules, c->row + 1, c->row + 2);
    const char *name = name_of_case(L, c);
    if (option_push(L, c->row, "fails")) {
        if (lua_type(L, -1) != LUA_TSTRING)
            host_error(L, "fails", NULL, "fails is a part of the message");
        check_fails(L, lua_tostring(L, -1), name);
    } else {
        run_wanted(L, c, name, only);
    }
    lua_settop(L, top);
}

int cases_run(lua_State *L) {
    cases c = {.table = 1};
    luaL_checkstack(L, 24, NULL);
    check_table(L, 1);
    option_push(L, 1, "rules");
    c.rules = lua_tostring(L, -1);
    size_t count = lua_rawlen(L, 1);
    if (!count)
        host_error(L, "cases",
                   "cases(\"inverse\", { rules = …, output = …, { A1 = 30, want = 50 } })",
                   "there are no cases");
    declared_test *it = testing_of(L)->now;
    if (!it->data) it->data = data_name(L, &c);
    for (c.number = 1; c.number <= count; c.number++) {
        testing_of(L)->case_number = c.number;
        testing_of(L)->case_line = line_of(L, c.number);
        run_case(L, &c, it->data);
    }
    return 0;
}
