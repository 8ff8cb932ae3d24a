/* Arrays as Lua values: the userdata, its operators and comparisons, and what Lua values turn into
 * where an array is expected. An array is a node of the graph; every operation makes a node, and
 * nothing is computed yet. Operations of Lua that would give wrong results with arrays, such as ==,
 * raise. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "lua/budget.h"
#include "table/date.h"

enum { TEXT_MOST = 64 << 10 };

static const char array_key = 0;   /* registry: the metatable */
static const char methods_key = 0; /* registry: methods by name */
static const char missing_key = 0; /* registry: the value `missing` */
static const char names_key = 0;   /* registry: what the elements of a node name, by node */

void host_push(lua_State *L, ex_id node, const char *names, void *data) {
    host_array *a = lua_newuserdatauv(L, sizeof *a, 0);
    *a = (host_array){node, names, data};
    if (names) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &names_key);
        lua_pushlightuserdata(L, (void *)names);
        lua_rawseti(L, -2, node);
        lua_pop(L, 1);
    }
    lua_rawgetp(L, LUA_REGISTRYINDEX, &array_key);
    lua_setmetatable(L, -2);
}

host_array *host_test(lua_State *L, int at) { return host_userdata(L, at, &array_key); }

/* The axis that the elements of a node are labels of, as host_push was told; or NULL. */
static const char *said_names(lua_State *L, ex_id n) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &names_key);
    lua_rawgeti(L, -1, n);
    const char *names = lua_touserdata(L, -1);
    lua_pop(L, 2);
    return names;
}

/* Which operands a node takes its elements from, as bits; 0 where it computes new ones. */
static unsigned elements_from(const ex_node *n) {
    switch (n->op) {
    case EX_where: return 2 | 4;
    case EX_coalesce: return 1 | 2;
    case EX_slice:
    case EX_gather:
    case EX_rename:
    case EX_first:
    case EX_last:
    case EX_lag:
    case EX_fill:
    case EX_sort: return 1;
    default: return 0;
    }
}

const char *array_names(lua_State *L, ex_id node) {
    ex_graph *g = host_of(L)->graph;
    const char *names = NULL;
    char *reached = lua_newuserdatauv(L, (size_t)node + 1, 0);
    int one = 1;
    memset(reached, 0, (size_t)node + 1);
    reached[node] = 1;
    for (ex_id n = node; n >= 1 && one; n--) {
        if (!reached[n]) continue;
        const char *own = said_names(L, n);
        unsigned from = own ? 0 : elements_from(ex_get(g, n));
        for (int i = 0; i < 3; i++)
            if (from >> i & 1) reached[ex_arg(g, n, i)] = 1;
        const ex_values *v = ex_values_of(g, n);
        if (from || (v && v->origin == EX_LITERAL && !v->axes && *v->value != *v->value)) continue;
        one = own && (!names || !strcmp(own, names));
        names = own;
    }
    lua_pop(L, 1);
    return one ? names : NULL;
}

int array_return(lua_State *L, ex_id made) {
    host_push(L, host_check(L, made), NULL, NULL);
    return 1;
}

void array_arguments(lua_State *L, int most, const char *name, const char *example) {
    if (lua_gettop(L) > most) host_error(L, name, example, "'%s' is given too much", name);
    lua_settop(L, most);
}

ex_id values_node(lua_State *L, const ex_values *v) {
    return host_check(L, ex_values_node(host_of(L)->graph, v, host_fault(L)));
}

ex_kind array_kind(lua_State *L, ex_id node) {
    return (ex_kind)ex_get(host_of(L)->graph, node)->kind;
}

ax_set array_axes(lua_State *L, ex_id node) { return ex_get(host_of(L)->graph, node)->axes; }

const char *array_shape(lua_State *L, ex_id node) {
    char shape[400];
    ax_describe(host_of(L)->space, array_axes(L, node), shape, sizeof shape);
    return lua_pushstring(L, shape);
}

void array_alone(lua_State *L) {
    if (host_of(L)->inside)
        host_error(
            L, NULL,
            "work out what needs arrays before, and hand it to each(f, x, y) as a further argument",
            "inside a function called by each there are plain values only");
}

const double *array_values(lua_State *L, ex_id node) {
    host *h = host_of(L);
    fault *f = host_fault(L);
    const double *value = ex_run_eval(h->run, &node, 1, f) ? ex_run_value(h->run, node, f) : NULL;
    if (!value) host_raise(L, f);
    return value;
}

/* ---- plain values where an array is expected ---- */

/* "argument 2 of 'where'", or what the caller says; pushed as a string, lent. */
static const char *argument(lua_State *L, int at, const char *what) {
    lua_Debug ar;
    if (what || !lua_getstack(L, 0, &ar) || !lua_getinfo(L, "n", &ar) || !ar.name)
        return lua_pushstring(L, what ? what : text_message("this value"));
    int method = !strcmp(ar.namewhat, "method");
    if (method && at == 1)
        return lua_pushfstring(L, text_message("the value '%s' is called on"), ar.name);
    return lua_pushfstring(L, text_message("argument %d of '%s'"), at - method, ar.name);
}

static ex_id number_node(lua_State *L, int at, const char *what) {
    host *h = host_of(L);
    double x = lua_tonumber(L, at);
    if (isnan(x))
        host_error(L, NULL, "it comes from 0/0 or the like; the missing value is called missing",
                   "%s is not a number", argument(L, at, what));
    if (isinf(x))
        host_error(L, NULL, "it comes from a division by zero, or from math.huge", "%s is infinite",
                   argument(L, at, what));
    if (lua_isinteger(L, at) && (x < -9007199254740992.0 || x > 9007199254740992.0))
        host_error(L, NULL, NULL, "%s has more digits than a number can hold (2^53)",
                   argument(L, at, what));
    return host_check(L, ex_number(h->graph, x, host_fault(L)));
}

static ex_id text_node(lua_State *L, int at, const char *what) {
    host *h = host_of(L);
    size_t length;
    const char *text = lua_tolstring(L, at, &length);
    if (length > TEXT_MOST)
        host_error(L, NULL, NULL, "%s is a text of more than %d KiB", argument(L, at, what),
                   TEXT_MOST >> 10);
    if (memchr(text, 0, length))
        host_error(L, NULL, NULL, "%s is a text with a NUL byte in it", argument(L, at, what));
    uint32_t id = host_text(h, text, length);
    if (!id) host_no_memory(L);
    return host_check(L, ex_text(h->graph, id, host_fault(L)));
}

static ex_id node_of(lua_State *L, int at, const char *what) {
    const host_array *a = host_test(L, at);
    array_alone(L);
    if (a) return a->node;
    if (host_is_missing(L, at))
        return host_check(L, ex_number(host_of(L)->graph, EX_NAN, host_fault(L)));
    switch (lua_type(L, at)) {
    case LUA_TNUMBER: return number_node(L, at, what);
    case LUA_TSTRING: return text_node(L, at, what);
    case LUA_TBOOLEAN:
        return host_check(L, ex_truth(host_of(L)->graph, lua_toboolean(L, at), host_fault(L)));
    case LUA_TNIL:
    case LUA_TNONE:
        host_error(L, NULL, "a name that is misspelt, or a key that was not given, is nil",
                   "%s is nil", argument(L, at, what));
        break;
    case LUA_TTABLE:
        host_error(
            L, NULL,
            "an array, a number, a text or a truth is expected: is a .name missing behind it?",
            "%s is a table", argument(L, at, what));
        break;
    case LUA_TFUNCTION:
        host_error(L, NULL,
                   "an array, a number, a text or a truth is expected: are the brackets of a call "
                   "missing?",
                   "%s is a function", argument(L, at, what));
        break;
    default:
        host_error(L, NULL, "an array, a number, a text or a truth is expected", "%s is no array",
                   argument(L, at, what));
    }
    return 0;
}

ex_id host_node(lua_State *L, int at) { return node_of(L, at, NULL); }

ex_id host_node_called(lua_State *L, int at, const char *what) { return node_of(L, at, what); }

/* ---- axes by name ---- */

static int axis_by_name(lua_State *L, int at, ax_set among, const char *of) {
    host *h = host_of(L);
    if (lua_type(L, at) != LUA_TSTRING)
        host_error(L, NULL, "an axis is named by a text: \"unit\"",
                   "%s is no name of an axis (it is %s)", argument(L, at, NULL),
                   host_test(L, at) ? text_message("an array") : luaL_typename(L, at));
    const char *name = lua_tostring(L, at);
    int id = ax_find(h->space, name);
    if (id != AX_NONE && (among & AX_BIT(id))) return id;
    suggestion near = suggest_for(name);
    for (int i = 0; i < ax_count(h->space); i++)
        if (among & AX_BIT(i)) suggest_try(&near, ax_get(h->space, i)->name);
    const char *advice = host_hint(L, suggest_best(&near));
    char shape[300];
    if (!of) return host_error(L, name, advice, "there is no axis '%s'", name);
    ax_describe(h->space, among, shape, sizeof shape);
    return host_error(L, name, advice, "%s is over %s, not over '%s'", of, shape, name);
}

int host_axis(lua_State *L, int at) { return axis_by_name(L, at, ~(ax_set)0, NULL); }

int array_axis(lua_State *L, int at, ex_id node, const char *what) {
    if (lua_isnoneornil(L, at)) {
        char advice[400];
        snprintf(advice, sizeof advice,
                 text_message("name the axis: %.40s(x, \"%.60s\"); the array is over %.200s"), what,
                 array_axes(L, node)
                     ? ax_get(host_of(L)->space, __builtin_ctzll(array_axes(L, node)))->name
                     : "unit",
                 array_shape(L, node));
        host_error(L, what, advice, "'%s' works along an axis", what);
    }
    return axis_by_name(L, at, array_axes(L, node), text_message("the array"));
}

/* ---- operators ---- */

/* An operator; messages call its operands the left and the right side. */
static int binary(lua_State *L) {
    ex_op op = (ex_op)lua_tointeger(L, lua_upvalueindex(1));
    const char *sign = ex_op_text(op);
    char left[64], right[64];
    snprintf(left, sizeof left, text_message("the left side of '%s'"), sign);
    snprintf(right, sizeof right, text_message("the right side of '%s'"), sign);
    host_mark(L);
    ex_id a = node_of(L, 1, left), b = node_of(L, 2, right);
    ex_graph *g = host_of(L)->graph;
    ex_id made =
        op == EX_div ? ex_divide(g, a, b, host_fault(L)) : ex_binary(g, op, a, b, host_fault(L));
    return array_return(L, made);
}

static int unary(lua_State *L) {
    ex_op op = (ex_op)lua_tointeger(L, lua_upvalueindex(1));
    host_mark(L);
    host_push(L, host_check(L, ex_unary(host_of(L)->graph, op, host_node(L, 1), host_fault(L))),
              NULL, NULL);
    return 1;
}

/* A text compared with dates is read as a date. */
static ex_id compared(lua_State *L, int at, int other) {
    host *h = host_of(L);
    const host_array *o = host_test(L, other);
    if (o && lua_type(L, at) == LUA_TSTRING && ex_get(h->graph, o->node)->kind == EX_DATE) {
        size_t length;
        const char *text = lua_tolstring(L, at, &length);
        double days;
        if (date_read(text, length, &days) != DATE_OK)
            host_error(L, text, "dates are written \"2011-06-30\"",
                       "the array holds dates, and '%s' is none", text);
        return host_check(L, ex_date(h->graph, days, host_fault(L)));
    }
    return host_node(L, at);
}

static int compare(lua_State *L) {
    ex_op op = (ex_op)lua_tointeger(L, lua_upvalueindex(1));
    lua_settop(L, 2);
    host_mark(L);
    ex_id a = compared(L, 1, 2), b = compared(L, 2, 1);
    return array_return(L, ex_binary(host_of(L)->graph, op, a, b, host_fault(L)));
}

static const struct {
    const char *event, *text, *advice, *sign[2];
} refused[] = {
    {"__lt",
     TEXT("arrays are not compared with < and >"),
     TEXT("write x:lt(y) or x:gt(y): there is an answer for each element"),
     {"<", ">"}},
    {"__le",
     TEXT("arrays are not compared with <= and >="),
     TEXT("write x:le(y) or x:ge(y): there is an answer for each element"),
     {"<=", ">="}},
    {"__eq",
     TEXT("arrays are not compared with == and ~="),
     TEXT("write x:eq(y) or x:ne(y): there is an answer for each element"),
     {"==", "~="}},
    {"__concat",
     TEXT("arrays are not joined with .."),
     TEXT("a text for each element: each(function(v) return \"…\" .. v end, x, { gives = \"text\" "
          "})"),
     {"..", NULL}},
    {"__len",
     TEXT("an array has no length"),
     TEXT("count(x, axis) counts the present elements along an axis"),
     {"#", NULL}},
    {"__call",
     TEXT("an array is no function"),
     TEXT("one element is chosen with x:at{ axis = label }; is an operator missing before '('?"),
     {NULL, NULL}},
    {"__newindex",
     TEXT("an array does not change"),
     TEXT("where(condition, x, y) gives another array: local z = where(…)"),
     {NULL, NULL}},
    {"__idiv", TEXT("arrays have no //"), TEXT("write floor(x / y)"), {"//", NULL}},
    {"__shl", TEXT("arrays have no <<"), NULL, {"<<", NULL}},
    {"__shr", TEXT("arrays have no >>"), NULL, {">>", NULL}},
    {"__bxor",
     TEXT("arrays have no binary ~"),
     TEXT("one or the other but not both: a:ne(b)"),
     {"~", NULL}}};

static int refuse(lua_State *L) {
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(1));
    lua_Debug ar;
    if (lua_getstack(L, 1, &ar) && lua_getinfo(L, "nS", &ar) && *ar.what == 'C' &&
        ar.name) /* math.max, table.sort */
        return host_error(L, ar.name,
                          "greatest(x, y) and least(x, y) compare arrays element by element; "
                          "rank(x, axis) orders them",
                          "'%s' compares plain values, not arrays", ar.name);
    int file;
    long line;
    const char *token = refused[i].sign[0];
    host_where(L, &file, &line);
    if (token && refused[i].sign[1] && !sources_column(host_of(L)->files, file, line, token))
        token = refused[i].sign[1];
    return host_error(L, token, refused[i].advice, "%s", text_message(refused[i].text));
}

static int array_text(lua_State *L) {
    const host_array *a = host_test(L, 1);
    if (!a) return luaL_typeerror(L, 1, "array");
    const ex_node *n = ex_get(host_of(L)->graph, a->node);
    if (!n->axes)
        lua_pushfstring(L, "array of one %s", ex_kind_name((ex_kind)n->kind));
    else
        lua_pushfstring(L, "array of %s over %s", ex_kind_name((ex_kind)n->kind),
                        array_shape(L, a->node));
    return 1;
}

/* ---- methods ---- */

/* The axis of an array that has a label; AX_NONE where none has. */
static int axis_with(const host *h, ax_set axes, const char *label) {
    for (int i = 0; i < ax_count(h->space); i++)
        for (uint32_t k = 0;
             axes & AX_BIT(i) && ax_get(h->space, i)->label && k < ax_get(h->space, i)->size; k++)
            if (!strcmp(pool_text(h->strings, ax_get(h->space, i)->label[k]), label)) return i;
    return AX_NONE;
}

static int index_array(lua_State *L) {
    host *h = host_of(L);
    const host_array *a = host_test(L, 1);
    if (a && lua_type(L, 2) == LUA_TSTRING) {
        lua_rawgetp(L, LUA_REGISTRYINDEX, &methods_key);
        lua_pushvalue(L, 2);
        if (lua_rawget(L, -2) != LUA_TNIL) return 1;
        lua_pop(L, 1);
    }
    if (!a || lua_type(L, 2) != LUA_TSTRING)
        return host_error(L, NULL, "choose with x:at{ axis = label }",
                          "the elements of an array have labels, not numbers");
    const char *key = lua_tostring(L, 2);
    int axis = ax_find(h->space, key);
    char advice[200] = "";
    suggestion near = suggest_for(key);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) suggest_try(&near, lua_tostring(L, -2));
    if (axis != AX_NONE)
        snprintf(advice, sizeof advice,
                 text_message("choose along an axis with x:at{ %.80s = label }"), key);
    else if ((axis = axis_with(h, array_axes(L, a->node), key)) != AX_NONE)
        snprintf(advice, sizeof advice, text_message("choose it with x:at{ %.60s = \"%.80s\" }"),
                 ax_get(h->space, axis)->name, key);
    else if (suggest_best(&near))
        snprintf(advice, sizeof advice, text_message("did you mean x:%.80s(…)?"),
                 suggest_best(&near));
    return host_error(L, key, advice, "arrays have no '%s'", key);
}

void array_define(lua_State *L, int env, const char *name, lua_CFunction function) {
    if (env) env = lua_absindex(L, env);
    lua_pushcclosure(L, function, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &methods_key);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
    if (env)
        lua_setfield(L, env, name);
    else
        lua_pop(L, 1);
}

void array_define_all(lua_State *L, int env, const luaL_Reg *functions) {
    for (; functions->name; functions++) {
        lua_pushnil(L);
        array_define(L, env, functions->name, functions->func);
    }
}

/* The metatable is on top of the stack. */
static void define_operators(lua_State *L) {
    for (unsigned op = EX_none; op < EX_OPS; op++) {
        const char *event = ex_record_of(op)->lua;
        if (strncmp(event, "__", 2) != 0) continue;
        lua_pushinteger(L, (lua_Integer)op);
        lua_pushcclosure(L, ex_class(op) == EX_CLASS_UNARY ? unary : binary, 1);
        lua_setfield(L, -2, event);
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        lua_pushinteger(L, (lua_Integer)i);
        lua_pushcclosure(L, refuse, 1);
        lua_setfield(L, -2, refused[i].event);
    }
}

static void define_comparisons(lua_State *L) {
    for (unsigned op = EX_none; op < EX_OPS; op++) {
        if (*ex_record_of(op)->lua != ':') continue;
        lua_pushinteger(L, (lua_Integer)op);
        array_define(L, 0, ex_record_of(op)->lua + 1, compare);
    }
}

void array_open(lua_State *L) {
    static const luaL_Reg fields[] = {
        {"__index", index_array}, {"__tostring", array_text}, {NULL, NULL}};
    host_metatable(L, "array", fields, &array_key);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &array_key);
    define_operators(L);
    lua_pop(L, 1);
    lua_createtable(L, 0, 80);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &methods_key);
    lua_newtable(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &names_key);
    define_comparisons(L);
}

/* ---- missing ----
 *
 * The missing value, and missing(x), which asks where x has none: a userdata that can be called,
 * and that is a node only where an array is expected. */

int host_is_missing(lua_State *L, int at) {
    at = lua_absindex(L, at);
    if (lua_type(L, at) != LUA_TUSERDATA) return 0;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &missing_key);
    int is = lua_rawequal(L, -1, at);
    lua_pop(L, 1);
    return is;
}

/* missing(x) */
static int call_missing(lua_State *L) {
    host *h = host_of(L);
    lua_remove(L, 1);
    array_arguments(L, 1, "missing", "it takes one array");
    host_mark(L);
    ex_id x = host_node(L, 1);
    return array_return(L, ex_unary(h->graph, EX_missing, x, host_fault(L)));
}

static int missing_text(lua_State *L) {
    lua_pushliteral(L, "missing");
    return 1;
}

static int missing_index(lua_State *L) {
    return host_error(L, "missing", "where(c, missing, x) makes x missing where c is true",
                      "'missing' is a value without methods");
}

/* It has the operators of arrays. */
void missing_open(lua_State *L) {
    static const luaL_Reg fields[] = {{"__call", call_missing},
                                      {"__tostring", missing_text},
                                      {"__index", missing_index},
                                      {NULL, NULL}};
    lua_newuserdatauv(L, 0, 0);
    lua_newtable(L);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &array_key);
    table_copy(L, -1, -2);
    lua_pop(L, 1);
    luaL_setfuncs(L, fields, 0);
    lua_pushliteral(L, "missing value");
    lua_setfield(L, -2, "__name");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &missing_key);
    lua_setfield(L, -2, "missing");
}
