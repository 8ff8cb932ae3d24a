/* array(axes, values): arrays that a rule writes down.
 *
 * array(axes, value) has one value everywhere. array(axes, values) has its own for each label: the
 * values stand in a table within a table for each axis, by label, or in a list of rows, each the
 * labels and then the value. An axis that is there takes only labels of its own; one that is not
 * yet there is made of the labels written: of rows in the order in which they first come, of keys
 * (which Lua keeps in no order) in that of their bytes, or of their numbers where all are numbers.
 * What is not written is missing. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "lua/budget.h"

enum { AXES_MOST = 8, VALUES_MOST = 1 << 20 };

static const char example[] = TEXT("array(\"indicator\", { A = 3, B = 2 }) or array({ \"row\", "
                                   "\"column\" }, { { \"A\", \"B\", 3 }, … })");

/* A value and its labels (pool numbers) are one after the other in `cell`: axes + 1 numbers. */
typedef struct written {
    host *h;
    int axes, rows;
    int axis[AXES_MOST];
    const char *name[AXES_MOST];
    ex_kind kind;
    int some; /* values that are not missing were read, and have this kind */
    double *cell;
    size_t count, cap;
    double at[AXES_MOST]; /* the labels of the value being read */
} written;

/* Memory in the arena of the host, since anything here may raise. */
static void *zeroed(lua_State *L, size_t count, size_t size) {
    void *out = host_zero(L, count ? count : 1, size);
    budget_charge(host_of(L)->budget, count * size);
    return out;
}

static double pooled(lua_State *L, const char *text, size_t length) {
    host *h = host_of(L);
    if (memchr(text, 0, length)) host_error(L, "array", NULL, "a text with a NUL byte in it");
    uint32_t id = host_text(h, text, length);
    if (!id) host_no_memory(L);
    return id;
}

/* The label at the top of the stack, a text or a number. */
static double label_here(lua_State *L) {
    char text[32];
    size_t length;
    if (lua_type(L, -1) == LUA_TNUMBER && isfinite(lua_tonumber(L, -1))) {
        length = decimal_write(lua_tonumber(L, -1), text);
        return pooled(L, text, length);
    }
    if (lua_type(L, -1) != LUA_TSTRING)
        host_error(L, "array", example, "a label is a text or a number, not %s",
                   luaL_typename(L, -1));
    const char *label = lua_tolstring(L, -1, &length);
    return pooled(L, label, length);
}

/* Stores the value on top of the stack under the labels read so far. */
static void keep_value(lua_State *L, written *w) {
    int type = lua_type(L, -1);
    ex_kind kind = type == LUA_TSTRING ? EX_TEXT : type == LUA_TBOOLEAN ? EX_TRUTH : EX_NUMBER;
    double value = 0;
    if (type == LUA_TNUMBER)
        value = lua_tonumber(L, -1);
    else if (type == LUA_TBOOLEAN)
        value = lua_toboolean(L, -1);
    else if (type == LUA_TSTRING)
        value = label_here(L);
    else if (host_is_missing(L, -1))
        value = EX_NAN;
    else
        host_error(L, "array",
                   "what is not written is missing; tables stand in tables, one for each axis",
                   w->axes == 1 ? "array takes numbers, truths or texts over %d axis, not %s"
                                : "array takes numbers, truths or texts over %d axes, not %s",
                   w->axes, host_test(L, -1) ? text_message("an array") : luaL_typename(L, -1));
    int there = !host_is_missing(L, -1);
    if (there && !isfinite(value))
        host_error(L, "array", "it comes from a division by zero, or from math.huge",
                   "a number of array is not finite");
    if (there && w->some && kind != w->kind)
        host_error(L, "array", NULL, "array takes values of one kind: numbers, truths or texts");
    if (w->count == VALUES_MOST)
        host_error(L, "array", "larger tables are data: csv", "array takes at most %d values",
                   VALUES_MOST);
    if (there) {
        w->kind = kind;
        w->some = 1;
    }
    size_t wide = (size_t)w->axes + 1;
    if (w->count == w->cap)
        budget_charge(w->h->budget, (w->cap ? w->cap : 64) * wide * sizeof *w->cell);
    if (w->count == w->cap &&
        !arena_reserve(&w->h->memory, &w->cell, wide * sizeof *w->cell, w->count, &w->cap))
        host_no_memory(L);
    double *cell = w->cell + w->count++ * wide;
    memcpy(cell, w->at, (size_t)w->axes * sizeof *cell);
    cell[w->axes] = value;
}

/* The table at the top of the stack, by keys, for the axes from `depth` on. */
static void read_keyed(lua_State *L, written *w, int depth) {
    luaL_checkstack(L, 6, NULL);
    if (lua_type(L, -1) != LUA_TTABLE)
        host_error(L, "array", example, "array needs a table for each axis, and has %s for '%s'",
                   luaL_typename(L, -1), w->name[depth]);
    int at = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        w->at[depth] = label_here(L);
        lua_pop(L, 1);
        if (depth + 1 == w->axes)
            keep_value(L, w);
        else
            read_keyed(L, w, depth + 1);
    }
}

static void read_rows(lua_State *L, written *w, int at) {
    lua_Unsigned rows = lua_rawlen(L, at);
    for (lua_Unsigned i = 1; i <= rows; i++) {
        if (lua_rawgeti(L, at, (lua_Integer)i) != LUA_TTABLE ||
            lua_rawlen(L, -1) != (lua_Unsigned)w->axes + 1)
            host_error(L, "array", example,
                       w->axes == 1 ? "row %d of array has not %d label and a value"
                                    : "row %d of array has not %d labels and a value",
                       (int)i, w->axes);
        for (int k = 0; k < w->axes; k++) {
            lua_rawgeti(L, -1, k + 1);
            w->at[k] = label_here(L);
            lua_pop(L, 1);
        }
        lua_rawgeti(L, -1, w->axes + 1);
        keep_value(L, w);
        lua_pop(L, 2);
        budget_spend(L, w->h->budget, 10);
    }
}

typedef struct key {
    const char *text;
    double number;
    uint32_t id;
} key;

static int by_text(const void *a, const void *b) {
    return strcmp(((const key *)a)->text, ((const key *)b)->text);
}

static int by_number(const void *a, const void *b) {
    double x = ((const key *)a)->number, y = ((const key *)b)->number;
    return (x > y) - (x < y);
}

/* Makes the k-th axis of the labels that were read. */
static int make_axis(lua_State *L, const written *w, int k) {
    size_t wide = (size_t)w->axes + 1, n = 0;
    unsigned char *seen = zeroed(L, (size_t)pool_count(w->h->strings) + 1, 1);
    key *all = zeroed(L, w->count, sizeof *all);
    uint32_t *label = zeroed(L, w->count, sizeof *label);
    int numbers = 1;
    for (size_t i = 0; i < w->count; i++) {
        uint32_t id = (uint32_t)w->cell[i * wide + (size_t)k];
        if (seen[id]++) continue;
        seen[id] = 1;
        key *own = &all[n++];
        own->id = id;
        own->text = pool_text(w->h->strings, id);
        numbers &= decimal_read(own->text, strlen(own->text), &own->number) == DECIMAL_OK;
    }
    if (!w->rows && n) qsort(all, n, sizeof *all, numbers ? by_number : by_text);
    for (size_t i = 0; i < n; i++) label[i] = all[i].id;
    int made = ax_make(w->h->space, w->name[k], label, (uint32_t)n, host_fault(L));
    if (made == AX_NONE) host_raise(L, &w->h->scratch);
    return made;
}

/* Raises for the first label, in the order of bytes since keys come in none, that is not on its
 * axis. */
static void check_labels(lua_State *L, const written *w) {
    for (int k = 0; k < w->axes; k++) {
        const char *first = NULL;
        for (size_t i = 0; i < w->count; i++) {
            uint32_t id = (uint32_t)w->cell[i * ((size_t)w->axes + 1) + (size_t)k];
            const char *text = pool_text(w->h->strings, id);
            if (label_position(w->h, w->axis[k], id) < 0 && (!first || strcmp(text, first) < 0))
                first = text;
        }
        if (first)
            host_error(L, first, host_hint(L, label_nearest(w->h->space, w->axis[k], first)),
                       "there is no %s '%s'", w->name[k], first);
    }
}

static ex_id make_array(lua_State *L, written *w) {
    size_t wide = (size_t)w->axes + 1;
    ax_set axes = 0;
    for (int k = 0; k < w->axes; k++) {
        w->axis[k] = ax_find(w->h->space, w->name[k]);
        if (w->axis[k] == AX_NONE) w->axis[k] = make_axis(L, w, k);
        axes |= AX_BIT(w->axis[k]);
    }
    check_labels(L, w);
    size_t size = ax_size(w->h->space, axes);
    if (size > 16 * (size_t)VALUES_MOST)
        host_error(L, "array", "larger tables are data: csv",
                   "array would have more than %d elements", 16 * VALUES_MOST);
    double *value = zeroed(L, size, sizeof *value);
    for (size_t i = 0; i < size; i++) value[i] = EX_NAN;
    unsigned char *seen = zeroed(L, size, 1);
    for (size_t i = 0; i < w->count; i++) {
        const double *cell = w->cell + i * wide;
        size_t at = 0;
        for (int k = 0; k < w->axes; k++)
            at += (size_t)label_position(w->h, w->axis[k], (uint32_t)cell[k]) *
                  ax_stride(w->h->space, axes, w->axis[k]);
        if (seen[at]++) {
            const char *text = pool_text(w->h->strings, (uint32_t)cell[0]);
            host_error(L, text, NULL, "array has two values for '%s'%s", text,
                       w->axes > 1 ? text_message(" and the same other labels") : "");
        }
        value[at] = cell[w->axes];
    }
    ex_values v = {
        .origin = EX_LITERAL, .kind = w->kind, .axes = axes, .value = value, .tag = UINT32_MAX};
    return values_node(L, &v);
}

static void read_name(lua_State *L, written *w) {
    if (lua_type(L, -1) != LUA_TSTRING || !*lua_tostring(L, -1) || w->axes == AXES_MOST)
        host_error(L, "array", example,
                   "array takes the name of an axis, or a list of up to %d names", AXES_MOST);
    const char *name = arena_text(&w->h->memory, lua_tostring(L, -1), strlen(lua_tostring(L, -1)));
    if (!name) host_no_memory(L);
    for (int k = 0; k < w->axes; k++)
        if (!strcmp(w->name[k], name))
            host_error(L, name, NULL, "array is given the axis '%s' twice", name);
    w->name[w->axes++] = name;
}

/* array(axes, value): axes that are there. */
static int everywhere(lua_State *L) {
    host *h = host_of(L);
    host_mark(L);
    ex_id made = host_node(L, 2);
    lua_Unsigned names = lua_type(L, 1) == LUA_TTABLE ? lua_rawlen(L, 1) : 1;
    for (lua_Unsigned i = 1; i <= names; i++) {
        if (lua_type(L, 1) == LUA_TTABLE)
            lua_rawgeti(L, 1, (lua_Integer)i);
        else
            lua_pushvalue(L, 1);
        fault *f = host_fault(L);
        ex_id position = ex_positions(h->graph, host_axis(L, -1), f);
        ex_id there = ex_unary(h->graph, EX_present, position, f);
        ex_id nothing = ex_number(h->graph, EX_NAN, f);
        made = host_check(L, ex_ternary(h->graph, EX_where, there, made, nothing, f));
        lua_pop(L, 1);
    }
    return array_return(L, made);
}

static int array(lua_State *L) {
    written w = {.h = host_of(L)};
    array_alone(L);
    int type = lua_type(L, 2);
    if (lua_gettop(L) == 2 && (type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN ||
                               type == LUA_TUSERDATA))
        return everywhere(L);
    if (lua_gettop(L) != 2 || type != LUA_TTABLE)
        return host_error(L, "array", example,
                          "'array' takes the names of axes and a table of values, or one value");
    lua_Unsigned names = lua_type(L, 1) == LUA_TTABLE ? lua_rawlen(L, 1) : 0;
    for (lua_Unsigned i = 1; i <= names; i++) {
        lua_rawgeti(L, 1, (lua_Integer)i);
        read_name(L, &w);
        lua_pop(L, 1);
    }
    if (!names) {
        lua_pushvalue(L, 1);
        read_name(L, &w);
        lua_pop(L, 1);
    }
    host_mark(L);
    w.rows = lua_rawgeti(L, 2, 1) == LUA_TTABLE && lua_rawlen(L, -1) > 0;
    lua_pop(L, 1);
    if (w.rows) {
        read_rows(L, &w, 2);
    } else {
        lua_pushvalue(L, 2);
        read_keyed(L, &w, 0);
    }
    if (!w.count) return host_error(L, "array", example, "'array' is given no values");
    host_push(L, make_array(L, &w), NULL, NULL);
    return 1;
}

void literal_open(lua_State *L) {
    luaL_setfuncs(L, (luaL_Reg[]){{"array", array}, {NULL, NULL}}, 0);
}
