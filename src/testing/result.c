/* The results of a run as Lua values: the result of t.run, its arrays, and parts of arrays.
 *
 * Nothing is copied: an array is a view of the session's present values. */
#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "table/date.h"
#include "testing/inside.h"

static const char result_key = 0, extract_key = 0; /* registry: the metatables */

/* The userdata at `at` if it has this metatable, else NULL. */
static void *test_userdata(lua_State *L, int at, const char *key) {
    void *p = lua_touserdata(L, at);
    if (!p || lua_islightuserdata(L, at) || !lua_getmetatable(L, at)) return NULL;
    lua_rawgetp(L, LUA_REGISTRYINDEX, key);
    int same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? p : NULL;
}

/* The results that a property is given are gone when its function returns. */
static void check_alive(lua_State *L, const computed *c) {
    if (!c->session)
        host_error(L, NULL, "look at it inside the function it was handed to",
                   "this result is no longer there");
}

computed *result_test(lua_State *L, int at) {
    computed **p = test_userdata(L, at, &result_key);
    if (p) check_alive(L, *p);
    return p ? *p : NULL;
}

extract *extract_test(lua_State *L, int at) {
    extract *p = test_userdata(L, at, &extract_key);
    if (p) check_alive(L, p->c);
    return p;
}

void result_push(lua_State *L, computed *c) {
    computed **p = lua_newuserdatauv(L, sizeof *p, 0);
    *p = c;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &result_key);
    lua_setmetatable(L, -2);
}

/* ---- elements ---- */

void looked_at(test_run *t, computed *c, const assess_array *x, size_t element) {
    if (!c->key_length) return; /* a session that is not kept */
    t->look[t->looks++ % LOOKS] = (look){c, x, element};
    if (t->looked) t->looked(t->looked_self, c->session, x, element);
}

const char *value_text(lua_State *L, arena *m, const assess *a, const assess_array *x,
                       double value) {
    char text[40] = "";
    if (isnan(value)) return "";
    switch (x->kind) {
    case ASSESS_TRUTH: return value != 0 ? "true" : "false";
    case ASSESS_TEXT: return testing_print(L, m, "%s", assess_text(a, value));
    case ASSESS_DATE: text[date_write(value, text)] = 0; break;
    case ASSESS_NUMBER: text[decimal_write(value, text)] = 0; break;
    }
    return testing_print(L, m, "%s", text);
}

void extract_value(lua_State *L, computed *c, const assess_array *x, size_t element) {
    double value = x->value[element];
    char text[16];
    looked_at(testing_of(L), c, x, element);
    if (isnan(value))
        lua_pushnil(L);
    else if (x->kind == ASSESS_TRUTH)
        lua_pushboolean(L, value != 0);
    else if (x->kind == ASSESS_TEXT)
        lua_pushstring(L, assess_text(c->session, value));
    else if (x->kind == ASSESS_DATE)
        lua_pushlstring(L, text, date_write(value, text));
    else if (value == floor(value) && fabs(value) < 9007199254740992.0)
        lua_pushinteger(L, (lua_Integer)value);
    else
        lua_pushnumber(L, value);
}

const char *extract_place(lua_State *L, arena *m, const assess *a, const assess_array *x,
                          size_t element) {
    const char *out = "";
    for (int k = 0; k < x->axes; k++)
        out = testing_list(L, m, out, ", ", array_label(a, x, k, element));
    return out;
}

/* ---- parts ---- */

size_t extract_size(const extract *p) {
    size_t size = 1;
    for (int k = 0; k < p->x->axes; k++)
        if (p->at[k] == SIZE_MAX) size *= p->x->axis[k].size;
    return size;
}

int extract_next(const extract *p, size_t *element) {
    const assess_array *x = p->x;
    if (*element == SIZE_MAX) {
        *element = 0;
        for (int k = 0; k < x->axes; k++)
            if (p->at[k] != SIZE_MAX) *element += p->at[k] * x->stride[k];
        return extract_size(p) > 0;
    }
    for (int k = x->axes - 1; k >= 0; k--) {
        if (p->at[k] != SIZE_MAX) continue;
        size_t at = array_position(x, k, *element);
        *element += x->stride[k];
        if (at + 1 < x->axis[k].size) return 1;
        *element -= (at + 1) * x->stride[k];
    }
    return 0;
}

int extract_single(const extract *p, size_t *element) {
    *element = SIZE_MAX;
    return extract_size(p) == 1 && extract_next(p, element);
}

extract extract_all(computed *c, const assess_array *x) {
    extract p = {.c = c, .x = x};
    for (int k = 0; k < ASSESS_AXES; k++) p.at[k] = SIZE_MAX;
    return p;
}

static extract *push_extract(lua_State *L, extract from) {
    extract *p = lua_newuserdatauv(L, sizeof *p, 0);
    *p = from;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &extract_key);
    lua_setmetatable(L, -2);
    return p;
}

static const char *output_at(const void *self, size_t i) {
    const assess *a = self;
    return i < assess_output_count(a) ? assess_output(a, i)->name : NULL;
}

static int no_output(lua_State *L, const computed *c, const char *name) {
    const char *hint = testing_hint(L, suggest_among(name, output_at, c->session)), *own;
    const char *all = text_message("the rules compute ");
    for (size_t i = 0; !hint && i < 30 && (own = output_at(c->session, i)) != NULL; i++)
        all = testing_print(L, &testing_of(L)->scratch, "%s%s%s", all, i ? ", " : "", own);
    return host_error(L, name, hint ? hint : all, "no result '%s'", name);
}

extract *extract_push(lua_State *L, computed *c, const char *name) {
    const assess_array *x = assess_output_named(c->session, name);
    if (!x && strchr(name, '.')) x = assess_array_named(c->session, name);
    if (!x) no_output(L, c, name);
    return push_extract(L, extract_all(c, x));
}

static const char *axis_at(const void *self, size_t i) {
    const assess_array *x = self;
    return i < (size_t)x->axes ? x->axis[i].name : NULL;
}

static int no_axis(lua_State *L, const assess_array *x, const char *name) {
    const char *hint = testing_hint(L, suggest_among(name, axis_at, x));
    const char *all = text_message("its axes are ");
    for (int k = 0; k < x->axes; k++)
        all = testing_print(L, &testing_of(L)->scratch, "%s%s%s", all, k ? ", " : "",
                            x->axis[k].name);
    return host_error(L, name,
                      !x->axes ? "it is a single value"
                      : hint   ? hint
                               : all,
                      "'%s' has no axis '%s'", x->name, name);
}

static size_t find_label(lua_State *L, const extract *p, const assess_axis *axis,
                         const char *label) {
    const assess *a = p->c->session;
    size_t at = axis_find(a, axis, label);
    if (at != SIZE_MAX) return at;
    suggestion near = suggest_for(label);
    for (size_t i = 0; i < axis->size && i < 10000; i++)
        suggest_try(&near, assess_label(a, axis, i));
    const char *hint = testing_hint(L, suggest_best(&near));
    if (!hint && axis->size <= 1)
        hint = testing_print(L, &testing_of(L)->scratch, "there is only '%s'",
                             axis->size ? assess_label(a, axis, 0) : "");
    host_error(L, label, hint, "'%s' has no %s '%s'", p->x->name, axis->name, label);
    return 0;
}

/* The label at `at`: a text, or a number such as a year. */
static const char *label_at(lua_State *L, int at, const char *axis) {
    char number[32];
    if (lua_type(L, at) == LUA_TSTRING) return lua_tostring(L, at);
    if (lua_type(L, at) != LUA_TNUMBER)
        host_error(L, axis, "at{ unit = \"X\", year = 2011 }", "the place along '%s' is a %s", axis,
                   luaL_typename(L, at));
    decimal_write(lua_tonumber(L, at), number);
    return testing_print(L, &testing_of(L)->scratch, "%s", number);
}

void extract_choose(lua_State *L, extract *p, const char *axis, int at) {
    int k = array_axis(p->x, axis);
    if (k < 0 || p->at[k] != SIZE_MAX) no_axis(L, p->x, axis);
    p->at[k] = find_label(L, p, &p->x->axis[k], label_at(L, at, axis));
}

void extract_narrow(lua_State *L, extract *p, int at) {
    at = lua_absindex(L, at);
    if (lua_type(L, at) != LUA_TTABLE)
        host_error(L, "at", "at = { unit = \"X\", indicator = \"A1\" }", "'%s' is a %s", "at",
                   luaL_typename(L, at));
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, "at", "at{ unit = \"X\", indicator = \"A1\" }",
                       "a place without the name of its axis");
        extract_choose(L, p, lua_tostring(L, -2), -1);
    }
}

/* ---- methods ---- */

/* The array that a method is called on. */
static extract *self(lua_State *L, const char *method) {
    extract *p = extract_test(L, 1);
    if (!p)
        host_error(L, method, testing_print(L, &testing_of(L)->scratch, "r.total:%s…", method),
                   "'%s' is called on an array, with a colon", method);
    return p;
}

/* x:at{ unit = "X" }: a part, or the value of a single element. */
static int extract_at(lua_State *L) {
    const extract *from = self(L, "at");
    size_t element;
    if (lua_type(L, 2) != LUA_TTABLE)
        host_error(L, "at", "r.total:at{ unit = \"X\" }", "at needs to know the place");
    extract *p = push_extract(L, *from);
    extract_narrow(L, p, 2);
    if (extract_single(p, &element)) extract_value(L, p->c, p->x, element);
    return 1;
}

/* Upvalues: the part; one more than the element before, 0 at first. */
static int each_next(lua_State *L) {
    extract *p = extract_test(L, lua_upvalueindex(1));
    size_t element = (size_t)lua_tointeger(L, lua_upvalueindex(2)) - 1;
    if (!extract_next(p, &element)) return 0;
    lua_pushinteger(L, (lua_Integer)element + 1);
    lua_replace(L, lua_upvalueindex(2));
    lua_createtable(L, 0, p->x->axes);
    for (int k = 0; k < p->x->axes; k++) {
        lua_pushstring(L, array_label(p->c->session, p->x, k, element));
        lua_setfield(L, -2, p->x->axis[k].name);
    }
    extract_value(L, p->c, p->x, element);
    return 2;
}

static int extract_each(lua_State *L) {
    self(L, "each");
    lua_settop(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, each_next, 2);
    return 1;
}

static int extract_length(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)extract_size(extract_test(L, 1)));
    return 1;
}

static int extract_text(lua_State *L) {
    const extract *p = extract_test(L, 1);
    arena *m = &testing_of(L)->scratch;
    const char *axes = "";
    for (int k = 0; k < p->x->axes; k++)
        if (p->at[k] == SIZE_MAX) axes = testing_list(L, m, axes, " × ", p->x->axis[k].name);
    lua_pushfstring(L, "%s%s%s", p->x->name, *axes ? ": " : "", axes);
    return 1;
}

/* Upvalue: the methods. */
static int extract_index(lua_State *L) {
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
    return host_error(L, name,
                      "r.total:at{ unit = \"X\" } is one element, r.total:each() goes over all",
                      "an array has no '%s'", name);
}

static int refuse_sum(lua_State *L) {
    return host_error(L, NULL, "an element is a plain number: r.total:at{ unit = \"X\" }",
                      "arrays of results are looked at, not calculated with");
}

/* ---- results ---- */

static void push_warnings(lua_State *L, const computed *c) {
    lua_Integer count = 0;
    lua_newtable(L);
    for (size_t i = 0; i < assess_message_count(c->session); i++) {
        assess_message m = assess_message_at(c->session, i);
        if (m.status) continue;
        if (*m.file)
            lua_pushfstring(L, "%s:%d: %s", m.file, (int)m.line, m.text);
        else
            lua_pushstring(L, m.text);
        lua_rawseti(L, -2, ++count);
    }
}

static int result_index(lua_State *L) {
    computed *c = result_test(L, 1);
    if (lua_type(L, 2) != LUA_TSTRING) return no_output(L, c, "…");
    const char *name = lua_tostring(L, 2);
    if (!strcmp(name, "warnings") && !assess_output_named(c->session, name))
        push_warnings(L, c);
    else
        extract_push(L, c, name);
    return 1;
}

static int result_text(lua_State *L) {
    lua_pushfstring(L, "the results of %s", result_test(L, 1)->rules);
    return 1;
}

/* Keeps the table on top as a metatable that scripts cannot read. */
static void keep_metatable(lua_State *L, const luaL_Reg *functions, const char *key) {
    luaL_setfuncs(L, functions, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
}

void result_open(lua_State *L) {
    static const luaL_Reg methods[] = {{"at", extract_at}, {"each", extract_each}, {NULL, NULL}};
    static const luaL_Reg of_extract[] = {{"__len", extract_length}, {"__tostring", extract_text},
                                          {"__add", refuse_sum},     {"__sub", refuse_sum},
                                          {"__mul", refuse_sum},     {"__div", refuse_sum},
                                          {"__mod", refuse_sum},     {"__pow", refuse_sum},
                                          {"__unm", refuse_sum},     {"__lt", refuse_sum},
                                          {"__le", refuse_sum},      {"__concat", refuse_sum},
                                          {"__call", refuse_sum},    {NULL, NULL}};
    static const luaL_Reg of_result[] = {
        {"__index", result_index}, {"__tostring", result_text}, {NULL, NULL}};
    lua_newtable(L);
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_pushcclosure(L, extract_index, 1);
    lua_setfield(L, -2, "__index");
    keep_metatable(L, of_extract, &extract_key);
    lua_newtable(L);
    keep_metatable(L, of_result, &result_key);
}
