/* A table of inputs and what they must give: cases("inverse", { rules = …, output = …, { C7 = 47,
 * want = 100 }, … }).
 *
 * Each case is one row of data, computed by itself. */
#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "testing/inside.h"

/* What a case says besides its row; also said for all of them at once. */
static const char *const case_keys[] = {"want",   "fails",     "at",  "name",
                                        "output", "tolerance", "set", NULL};
static const char *const table_keys[] = {"rules", "output", "data",   "at",   "tolerance",
                                         "set",   "where",  "strict", "with", NULL};

typedef struct cases {
    int table, row; /* where they are on the stack */
    const char *rules;
    size_t number;
} cases;

static int is_of(const char *key, const char *const *list) {
    for (int i = 0; list[i]; i++)
        if (!strcmp(list[i], key)) return 1;
    return 0;
}

/* Pushes what the case says, else what the table does; 0 and nothing where neither does. */
static int push(lua_State *L, const cases *c, const char *key) {
    return option_push(L, c->row, key) || option_push(L, c->table, key);
}

static void check_table(lua_State *L, int at) {
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_isinteger(L, -2)) continue;
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "…";
        if (is_of(key, table_keys)) continue;
        const char *hint = testing_hint(L, suggest_in(key, table_keys));
        host_error(L, key,
                   hint ? hint : "a case stands in braces of its own: { A1 = 30, want = 50 }",
                   "cases have no '%s'", key);
    }
}

/* The row without what is no data, as a table on top of the stack. Returns its only indicator's
 * key, lent by the row, or NULL. */
static const char *push_row(lua_State *L, const cases *c) {
    const char *only = NULL;
    int count = 0;
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, c->row); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, "cases", "{ A1 = 30, want = 50 }", "case %zu has a value without a name",
                       c->number);
        const char *key = lua_tostring(L, -2);
        if (is_of(key, case_keys)) continue;
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, -5);
        if (!strcmp(key, "unit") || !strcmp(key, "year")) continue;
        only = key;
        count++;
    }
    return count == 1 ? only : NULL;
}

/* "C7 = 47, unit = X", ordered as the request has the cells. */
static const char *label(lua_State *L, const cases *c) {
    test_run *t = testing_of(L);
    if (option_push(L, c->row, "name")) {
        const char *name = lua_type(L, -1) == LUA_TSTRING
                               ? testing_print(L, &t->scratch, "%s", lua_tostring(L, -1))
                               : "";
        lua_pop(L, 1);
        return name;
    }
    const char *all = "";
    for (size_t d = 0; d < t->ask.datas; d++)
        for (size_t r = 0; r < t->ask.data[d].rows; r++)
            for (size_t i = 0; i < t->ask.data[d].row[r].cells; i++) {
                const given_cell *g = &t->ask.data[d].row[r].cell[i];
                all = testing_print(L, &t->scratch, "%s%s%s = %s", all, *all ? ", " : "", g->column,
                                    g->text);
            }
    for (size_t i = 0; i < t->ask.sets; i++)
        all = testing_print(L, &t->scratch, "%s%s%s = %s", all, *all ? ", " : "",
                            t->ask.set[i].name, t->ask.set[i].value);
    return *all ? all : testing_print(L, &t->scratch, "case %zu", c->number);
}

/* The name of the data that the rows are of: said, or the only data there is. Of the rules as they
 * stand. */
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
    if (t->settings.methods) assess_setting(a, "methods", t->settings.methods);
    status = assess_open(a, t->ask.rules);
    for (size_t i = 0; !status && i < a->s->data.count; i++, count++)
        name = a->s->data.item[i]->spec.name;
    char *own = name ? arena_text(&t->memory, name, strlen(name)) : NULL;
    assess_free(a);
    if (status) session_fine(L); /* raises what is wrong with the rules */
    if (count > 1)
        host_error(L, "cases", "data = \"observed\"",
                   "the rules have several data: which are the cases rows of?");
    return own;
}

/* Narrows the part on top of the stack: by `at`, and to the one indicator that the case gives. */
static void narrow(lua_State *L, const cases *c, extract *p, const char *only) {
    int top = lua_gettop(L);
    if (option_push(L, c->table, "at")) extract_narrow(L, p, top + 1);
    lua_settop(L, top);
    if (option_push(L, c->row, "at")) extract_narrow(L, p, top + 1);
    lua_settop(L, top);
    const datasets *all = &p->c->session->s->data;
    uint32_t id = only ? dataset_indicator(all, only) : 0; /* it may be called by its column */
    if (id) only = pool_text(all->m->strings, id);
    for (int k = 0; only && extract_size(p) > 1 && k < p->x->axes; k++)
        for (size_t i = 0; p->at[k] == SIZE_MAX && i < p->x->axis[k].size; i++)
            if (!strcmp(assess_label(p->c->session, &p->x->axis[k], i), only)) p->at[k] = i;
}

/* The line on which the case stands: that of the n-th brace that is no value of a key, inside the
 * braces that open behind the name. */
static long line_of(lua_State *L, size_t number) {
    const declared_test *it = testing_of(L)->now;
    size_t count;
    const source_token *token = sources_tokens(it->file->h->files, 0, &count);
    size_t length;
    const char *text = sources_text(it->file->h->files, 0, &length);
    int depth = 0;
    for (size_t i = 0; i < count; i++) {
        char c = token[i].kind == TOKEN_SIGN ? text[token[i].from] : 0;
        if (token[i].line < it->test.line) continue;
        if (c == '{' && depth++ == 1 && text[token[i - 1].from] != '=' && --number == 0)
            return token[i].line;
        if (c == '}' && --depth == 0) break;
    }
    return it->test.line;
}

static void run_wanted(lua_State *L, const cases *c, const char *name, const char *only) {
    double tolerance = NAN;
    if (push(L, c, "tolerance"))
        tolerance = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
    if (!push(L, c, "output") || lua_type(L, -1) != LUA_TSTRING)
        host_error(L, "cases", "output = \"scores\"", "cases need to know the output");
    const char *output = lua_tostring(L, -1);
    computed *k = session_fine(L);
    extract *p = extract_push(L, k, output);
    narrow(L, c, p, only);
    int got = lua_gettop(L);
    if (!option_push(L, c->row, "want"))
        host_error(L, "cases", "{ A1 = 30, want = 50 }; want = missing",
                   "case %zu does not say what it wants: %s", c->number, name);
    int exact = lua_type(L, -1) != LUA_TNUMBER && lua_type(L, -1) != LUA_TTABLE;
    check_value(L, got, got + 1, tolerance, exact, name);
}

/* Copies the table on top of the stack, which comes off, into that at `to`. */
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

/* Pushes the data of the case: that of all cases, and its own row. Returns what push_row does. */
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

/* Pushes the settings of the table, and over them those of the case. */
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
    const char *name = label(L, c);
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
