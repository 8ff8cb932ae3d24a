/* What a test wants computed, out of Lua values: a rule file, data in place of the rules' own,
 * settings. */
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/decimal.h"
#include "testing/inside.h"

enum { ROWS_MOST = 100000 };

const char *request_path(lua_State *L, arena *a, const char *path) {
    const script_file *s = testing_script(L);
    struct stat info;
    const char *beside = path[0] == '/' || !strcmp(s->folder, ".")
                             ? path
                             : testing_print(L, a, "%s/%s", s->folder, path);
    if (!stat(beside, &info)) return testing_print(L, a, "%s", beside);
    if (!stat(path, &info)) return testing_print(L, a, "%s", path);
    host_error(L, path,
               testing_print(L, a, "looked for %s%s%s", beside, beside == path ? "" : " and ",
                           beside == path ? "" : path),
               "there is no file '%s'", path);
    return path;
}

/* A value of a cell as CSV has it: numbers in shortest form, yes as 1 and no as 0. */
static given_cell cell_of(lua_State *L, int at, const char *column) {
    arena *a = &testing_of(L)->ask.memory;
    given_cell c = {.column = testing_print(L, a, "%s", column)};
    char number[32];
    size_t length;
    const char *text = "";
    double x;
    switch (lua_type(L, at)) {
    case LUA_TNUMBER:
        x = lua_tonumber(L, at);
        if (!isfinite(x))
            host_error(L, column, "it comes from a division by zero, or from 0/0",
                       "'%s' is no finite number", column);
        decimal_write(x, number);
        text = number;
        break;
    case LUA_TBOOLEAN:
        text = lua_toboolean(L, at) ? "1" : "0";
        break;
    case LUA_TSTRING:
        text = lua_tolstring(L, at, &length);
        if (strlen(text) != length)
            host_error(L, column, NULL, "'%s' is a text with a NUL byte in it", column);
        break;
    case LUA_TLIGHTUSERDATA: /* missing: an empty cell */
        if (lua_touserdata(L, at) == &missing_value) break;
        /* fall through */
    default:
        host_error(L, column, "a cell is a number, a text, true or false, or missing",
                   "'%s' is a %s", column, luaL_typename(L, at));
    }
    c.text = testing_print(L, a, "%s", text);
    c.length = strlen(c.text);
    return c;
}

static int by_column(const void *a, const void *b) {
    return strcmp(((const given_cell *)a)->column, ((const given_cell *)b)->column);
}

/* The row at `at`: NAME = value. */
static given_row row_of(lua_State *L, int at, const char *data) {
    given_row r = {0};
    size_t count = 0;
    at = lua_absindex(L, at);
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) count++;
    r.cell = testing_take(L, &testing_of(L)->ask.memory, (count + 1) * sizeof *r.cell);
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, data,
                       "a row is { unit = \"X\", A1 = 90000 }; several are { { … }, { … } }",
                       "a row of '%s' has a value without a name", data);
        r.cell[r.cells++] = cell_of(L, -1, lua_tostring(L, -2));
    }
    qsort(r.cell, r.cells, sizeof *r.cell, by_column);
    return r;
}

static void rows_of(lua_State *L, int at, given *g) {
    arena *a = &testing_of(L)->ask.memory;
    size_t count = lua_rawlen(L, at);
    int single = 0;
    lua_pushnil(L);
    if (lua_next(L, at)) {
        single = lua_type(L, -2) == LUA_TSTRING;
        lua_pop(L, 2);
    }
    if (count > ROWS_MOST)
        host_error(L, g->name, "a CSV file may hold them: data = \"many.csv\"",
                   "'%s' has more than %d rows", g->name, ROWS_MOST);
    g->rows = single ? 1 : count;
    g->row = testing_take(L, a, (g->rows + 1) * sizeof *g->row);
    if (single) {
        g->row[0] = row_of(L, at, g->name);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (lua_rawgeti(L, at, (lua_Integer)i + 1) != LUA_TTABLE)
            host_error(L, g->name,
                       "a row is { unit = \"X\", A1 = 90000 }; several are { { … }, { … } }",
                       "row %zu of '%s' is a %s", i + 1, g->name, luaL_typename(L, -1));
        g->row[i] = row_of(L, lua_gettop(L), g->name);
        lua_pop(L, 1);
    }
}

/* The value on top is what data called `name` is to be. */
static void given_of(lua_State *L, const char *name, given *g) {
    request *q = &testing_of(L)->ask;
    *g = (given){.name = testing_print(L, &q->memory, "%s", name)};
    size_t length = 0;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    if (text && memchr(text, '\n', length)) {
        char *own = testing_take(L, &q->memory, length + 1);
        memcpy(own, text, length);
        own[length] = 0;
        g->text = own;
        g->length = length;
        g->path = testing_print(L, &q->memory, "%s (%s)", g->name, q->label);
    } else if (text) {
        g->path = request_path(L, &q->memory, text);
    } else if (lua_type(L, -1) == LUA_TTABLE) {
        rows_of(L, lua_gettop(L), g);
        g->path = testing_print(L, &q->memory, "%s (%s)", g->name, q->label);
    } else {
        host_error(L, name, "rows are { unit = \"X\", A1 = 90000 }; a file is \"other.csv\"",
                   "the data '%s' is a %s", name, luaL_typename(L, -1));
    }
}

static int by_given(const void *a, const void *b) {
    return strcmp(((const given *)a)->name, ((const given *)b)->name);
}

static void datas_of(lua_State *L, int at) {
    request *q = &testing_of(L)->ask;
    size_t count = 0;
    at = lua_absindex(L, at);
    if (lua_type(L, at) != LUA_TTABLE)
        host_error(L, NULL, "t.run(\"rules.lua\", { observed = { unit = \"X\", A1 = 90000 } })",
                   "data is given by name, in braces, not as a %s", luaL_typename(L, at));
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) count++;
    q->data = testing_take(L, &q->memory, (count + 1) * sizeof *q->data);
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, NULL,
                       "the rules call it something: { observed = { { unit = \"X\" }, … } }",
                       "data without a name");
        given_of(L, lua_tostring(L, -2), &q->data[q->datas++]);
    }
    qsort(q->data, q->datas, sizeof *q->data, by_given);
}

static const char *plain_text(lua_State *L, int at, const char *what) {
    char number[32];
    switch (lua_type(L, at)) {
    case LUA_TNUMBER:
        decimal_write(lua_tonumber(L, at), number);
        return testing_print(L, &testing_of(L)->ask.memory, "%s", number);
    case LUA_TBOOLEAN:
        return lua_toboolean(L, at) ? "true" : "false";
    case LUA_TSTRING:
        return testing_print(L, &testing_of(L)->ask.memory, "%s", lua_tostring(L, at));
    default:
        host_error(L, what, "a value is a number, a text, true or false", "'%s' is a %s", what,
                   luaL_typename(L, at));
        return "";
    }
}

static int by_pair(const void *a, const void *b) {
    return strcmp(((const given_pair *)a)->name, ((const given_pair *)b)->name);
}

/* { NAME = value } on top of the stack. */
static given_pair *pairs_of(lua_State *L, const char *what, const char *hint, size_t *count) {
    int at = lua_gettop(L);
    size_t room = 0;
    if (lua_type(L, at) != LUA_TTABLE)
        host_error(L, what, hint, "'%s' is a %s", what, luaL_typename(L, at));
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) room++;
    given_pair *p = testing_take(L, &testing_of(L)->ask.memory, (room + 1) * sizeof *p);
    *count = 0;
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, what, hint, "'%s' has a value without a name", what);
        const char *name = testing_print(L, &testing_of(L)->ask.memory, "%s", lua_tostring(L, -2));
        p[(*count)++] = (given_pair){name, plain_text(L, -1, name)};
    }
    qsort(p, *count, sizeof *p, by_pair);
    return p;
}

static void options_of(lua_State *L, int at) {
    request *q = &testing_of(L)->ask;
    size_t count;
    if (option_push(L, at, "set")) {
        q->set = pairs_of(L, "set", "addresses stand in quotes: set = { [\"params.cap\"] = 120 }",
                          &q->sets);
        lua_pop(L, 1);
    }
    if (option_push(L, at, "where")) {
        given_pair *p = pairs_of(L, "where", "where = { status = \"public\" }", &count);
        if (count > 1)
            host_error(L, "where", "where = { status = \"public\" }",
                       "rows are kept by one column only");
        if (count) q->where = p[0];
        lua_pop(L, 1);
    }
    if (option_push(L, at, "strict")) {
        q->strict = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
}

void request_read(lua_State *L, const char *rules, int data, int options) {
    request *q = &testing_of(L)->ask;
    int file;
    long line;
    luaL_checkstack(L, 16, NULL);
    data = data ? lua_absindex(L, data) : 0;
    options = options ? lua_absindex(L, options) : 0;
    arena_release(&q->memory);
    *q = (request){.memory = ARENA_INIT};
    if (!raise_main(L, &file, &line)) line = testing_of(L)->now ? testing_of(L)->now->test.line : 0;
    q->rules = request_path(L, &q->memory, rules);
    q->label = testing_print(L, &q->memory, "%s:%ld", testing_script(L)->path, line);
    if (data && !lua_isnoneornil(L, data)) datas_of(L, data);
    if (options && !lua_isnoneornil(L, options)) options_of(L, options);
}
