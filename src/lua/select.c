/* Selection along axes and among arrays: at, only, upto, as, labels, choose; and carried, for the
 * columns that data has beside its values. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "lua/script.h"

static host_array *self(lua_State *L, const char *method) {
    host_array *a = host_test(L, 1);
    array_alone(L);
    if (!a)
        host_error(L, method, "it is called with a colon: x:at{ year = 2011 }",
                   "'%s' is a method of arrays", method);
    return a;
}

/* The table of choices: its keys are names of axes of the array. */
static void check_choices(lua_State *L, ex_id node, const char *method, const char *example) {
    host *h = host_of(L);
    if (lua_type(L, 2) != LUA_TTABLE)
        host_error(L, method, example, "'%s' takes a table of axes", method);
    int some = 0;
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            host_error(L, method, example, "'%s' takes axes by name", method);
        lua_pushvalue(L, -2);
        array_axis(L, -1, node, method);
        lua_pop(L, 1);
        some = 1;
    }
    if (!some) {
        char advice[300], shape[200];
        ax_describe(h->space, array_axes(L, node), shape, sizeof shape);
        snprintf(advice, sizeof advice, text_message("%s; the array is over %s"), example, shape);
        host_error(L, method, advice, "'%s' is given no axis (is its value nil?)", method);
    }
}

/* The array that a method is called on, with a table of choices at 2. */
static const host_array *begin_choice(lua_State *L, const char *method, const char *example) {
    const host_array *x = self(L, method);
    lua_settop(L, 2);
    check_choices(L, x->node, method, example);
    host_mark(L);
    return x;
}

/* Pushes what the table of choices says about an axis; 0 (and nothing pushed) where it says
 * nothing. */
static int push_choice(lua_State *L, ex_id node, int axis) {
    if (!(array_axes(L, node) & AX_BIT(axis))) return 0;
    if (host_field(L, 2, ax_get(host_of(L)->space, axis)->name) != LUA_TNIL) {
        host_rows(L, axis);
        return 1;
    }
    lua_pop(L, 1);
    return 0;
}

/* Is it an indicator that an overlay removed? */
static int was_removed(lua_State *L, int axis, const char *label) {
    const script *s = host_of(L)->model;
    uint32_t id = pool_find(host_of(L)->strings, label, strlen(label));
    return s && s->m.levels && axis == s->m.level_axis[0] && id && model_is_gone(&s->m, id) &&
           ax_position(s->m.space, axis, id) < 0;
}

static int no_label(lua_State *L, int axis, const char *label) {
    const ax_axis *a = ax_get(host_of(L)->space, axis);
    const double *number = ax_numbers(host_of(L)->space, axis);
    pool *strings = host_of(L)->strings;
    char advice[300] = "";
    const char *best = label_nearest(host_of(L)->space, axis, label);
    if (was_removed(L, axis, label)) {
        snprintf(advice, sizeof advice,
                 text_message("an overlay removed it; here it is still named"));
    } else if (number && a->size) {
        uint32_t low = 0, high = 0;
        for (uint32_t i = 1; i < a->size; i++) {
            low = number[i] < number[low] ? i : low;
            high = number[i] > number[high] ? i : high;
        }
        snprintf(advice, sizeof advice, text_message("there are %u, from %.60s to %.60s"), a->size,
                 pool_text(strings, a->label[low]), pool_text(strings, a->label[high]));
    } else if (best) {
        snprintf(advice, sizeof advice, text_message("did you mean '%.200s'?"), best);
    } else if (a->size) {
        snprintf(advice, sizeof advice, text_message("there are %u, the first is '%.200s'"),
                 a->size, pool_text(strings, a->label[0]));
    }
    return host_error(L, label, advice, "there is no %s '%s'", text_kind(a->name), label);
}

static long number_position(lua_State *L, int axis, double x) {
    host *h = host_of(L);
    char text[32];
    if (ax_numbers(h->space, axis)) {
        long p = ax_position_number(h->space, axis, x);
        if (p >= 0) return p;
    }
    size_t length = decimal_write(x, text);
    uint32_t id = pool_find(h->strings, text, length);
    return id ? ax_position(h->space, axis, id) : -1;
}

/* The position of a plain number or text on an axis; raises where it is no label. */
static uint32_t position(lua_State *L, int axis, int at) {
    host *h = host_of(L);
    long p = -1;
    char text[32];
    const char *label = text;
    if (lua_type(L, at) == LUA_TNUMBER) {
        p = number_position(L, axis, lua_tonumber(L, at));
        decimal_write(lua_tonumber(L, at), text);
    } else if (lua_type(L, at) == LUA_TSTRING) {
        size_t length;
        label = lua_tolstring(L, at, &length);
        uint32_t id = pool_find(h->strings, label, length);
        p = id ? ax_position(h->space, axis, id) : -1;
    } else {
        host_error(L, ax_get(h->space, axis)->name, "a label is a text or a number",
                   "a label of '%s' cannot be a %s", ax_get(h->space, axis)->name,
                   luaL_typename(L, at));
    }
    if (p < 0) no_label(L, axis, label);
    return (uint32_t)p;
}

/* A single label that is computed (a parameter) is looked at now, so that one that is not there is
 * an error and not an array of missing values. */
static void check_single(lua_State *L, int axis, ex_id label) {
    host *h = host_of(L);
    if (array_axes(L, label)) return;
    const double *value = array_values(L, label);
    if (*value != *value) return;
    char text[32];
    ex_kind kind = array_kind(L, label);
    if (kind == EX_TEXT) {
        if (ax_position(h->space, axis, (uint32_t)*value) < 0)
            no_label(L, axis, pool_text(h->strings, (uint32_t)*value));
    } else if (number_position(L, axis, *value) < 0) {
        decimal_write(*value, text);
        no_label(L, axis, text);
    }
}

static int array_at(lua_State *L) {
    static const char example[] = "x:at{ year = 2011 }";
    host *h = host_of(L);
    const host_array *x = begin_choice(L, "at", example);
    ex_id node = x->node;
    for (int axis = 0; axis < ax_count(h->space); axis++) {
        if (!push_choice(L, x->node, axis)) continue;
        const host_array *label = host_test(L, -1);
        if (!label) {
            uint32_t p = position(L, axis, -1);
            node = host_check(L, ex_slice(h->graph, node, axis, p, host_fault(L)));
        } else {
            check_single(L, axis, label->node);
            fault *f = host_fault(L);
            node = host_check(L, ex_gather(h->graph, node, axis,
                                           ex_position_of(h->graph, label->node, axis, f), f));
        }
        lua_pop(L, 1);
    }
    host_push(L, node, x->names, NULL);
    return 1;
}

/* The label on top of the stack is kept. Formulas of the base may still name an indicator that an
 * overlay removed: of that there is nothing to keep. */
static void set_label(lua_State *L, int axis, double *truth) {
    if (lua_type(L, -1) != LUA_TSTRING || !was_removed(L, axis, lua_tostring(L, -1)))
        truth[position(L, axis, -1)] = 1;
}

/* A truth along an axis: the labels that the list (or the single label) at the top of the stack
 * names. */
static ex_id mask(lua_State *L, int axis) {
    host *h = host_of(L);
    uint32_t size = ax_get(h->space, axis)->size;
    double *truth = host_zero(L, size ? size : 1, sizeof *truth);
    if (lua_type(L, -1) == LUA_TTABLE) {
        lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, -1, i);
            set_label(L, axis, truth);
            lua_pop(L, 1);
        }
    } else {
        set_label(L, axis, truth);
    }
    ex_values v = {.origin = EX_LITERAL, .kind = EX_TRUTH, .axes = AX_BIT(axis), .value = truth};
    return values_node(L, &v);
}

static int array_only(lua_State *L) {
    static const char example[] = "x:only{ unit = { \"A\", \"B\" } }";
    host *h = host_of(L);
    const host_array *x = begin_choice(L, "only", example);
    ex_id node = x->node;
    for (int axis = 0; axis < ax_count(h->space); axis++) {
        if (!push_choice(L, x->node, axis)) continue;
        const host_array *given = host_test(L, -1);
        ex_id keep = given ? given->node : mask(L, axis);
        fault *f = host_fault(L);
        if (given && ex_get(h->graph, keep)->kind != EX_TRUTH) {
            check_single(L, axis, keep);
            keep = host_check(L, ex_binary(h->graph, EX_eq, ex_labels(h->graph, axis, f), keep, f));
        }
        f = host_fault(L);
        node = host_check(
            L, ex_ternary(h->graph, EX_where, keep, node, ex_number(h->graph, EX_NAN, f), f));
        lua_pop(L, 1);
    }
    host_push(L, node, x->names, NULL);
    return 1;
}

static int array_upto(lua_State *L) {
    static const char example[] = "x:upto{ year = 2011 }";
    host *h = host_of(L);
    const host_array *x = begin_choice(L, "upto", example);
    for (int axis = 0; axis < ax_count(h->space); axis++) {
        if (!push_choice(L, x->node, axis)) continue;
        lua_pushnil(L);
        lua_next(L, 2);
        lua_pop(L, 1);
        if (lua_next(L, 2)) host_error(L, "upto", example, "'upto' works along one axis");
        ex_id bound = host_node(L, 3);
        ex_id value = host_check(L, ex_upto(h->graph, x->node, axis, bound, host_fault(L)));
        ex_id label = host_check(L, ex_upto_label(h->graph, x->node, axis, bound, host_fault(L)));
        host_push(L, value, x->names, NULL);
        host_push(L, label, ax_get(h->space, axis)->name, NULL);
        return 2;
    }
    return 0;
}

static int array_as(lua_State *L) {
    static const char example[] = "x:as{ unit = \"other\" }";
    host *h = host_of(L);
    const host_array *x = begin_choice(L, "as", example);
    ex_id node = x->node;
    int most = ax_count(h->space);
    for (int axis = 0; axis < most; axis++) {
        if (!push_choice(L, x->node, axis)) continue;
        if (lua_type(L, -1) != LUA_TSTRING || !*lua_tostring(L, -1))
            host_error(L, "as", example, "'as' takes the name of the copied axis");
        const ax_axis *a = ax_get(h->space, axis);
        int to = ax_make(h->space, lua_tostring(L, -1), a->label, a->size, host_fault(L));
        if (to == AX_NONE) host_raise(L, &h->scratch);
        node = host_check(L, ex_rename(h->graph, node, axis, to, host_fault(L)));
        lua_pop(L, 1);
    }
    host_push(L, node, x->names, NULL);
    return 1;
}

static int array_carried(lua_State *L) {
    const host_array *x = self(L, "carried");
    if (lua_type(L, 2) != LUA_TSTRING)
        return host_error(L, "carried", "x:carried(\"status\")",
                          "'carried' takes the name of a column");
    if (!x->data)
        return host_error(
            L, "carried",
            "take it from the data first: a.data.observed:carried(\"status\"), then :at or :upto",
            "only data has carried columns, not what is computed from it");
    host_mark(L);
    host_carried(L, x->data, lua_tostring(L, 2));
    return 1;
}

static int labels(lua_State *L) {
    host *h = host_of(L);
    array_alone(L);
    if (host_test(L, 1))
        return host_error(L, "labels", "labels(\"unit\")", "'labels' takes the name of an axis");
    int axis = host_axis(L, 1);
    host_mark(L);
    host_push(L, host_check(L, ex_labels(h->graph, axis, host_fault(L))),
              ax_get(h->space, axis)->name, NULL);
    return 1;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in the table at `at`, in order; pushed as userdata. */
static const char **choices(lua_State *L, int at, size_t *count, const char *example) {
    size_t n = 0;
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1))
        if (lua_type(L, -2) != LUA_TSTRING || n++ > 1000)
            host_error(L, "choose", example, "'choose' takes arrays by name");
    if (!n) host_error(L, "choose", example, "'choose' is given nothing to choose from");
    const char **name = lua_newuserdatauv(L, n * sizeof *name, 0);
    *count = n;
    n = 0;
    for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) name[n++] = lua_tostring(L, -2);
    qsort(name, n, sizeof *name, by_name);
    return name;
}

/* Keeps the names that the text has; raises where it has another. */
static size_t chosen(lua_State *L, ex_id x, const char **name, size_t count) {
    host *h = host_of(L);
    const double *value = array_values(L, x);
    size_t kept = 0, size = ax_size(h->space, array_axes(L, x));
    for (size_t i = 0; i < size; i++) {
        const char *text = value[i] == value[i] ? pool_text(h->strings, (uint32_t)value[i]) : NULL;
        suggestion near = suggest_for(text ? text : "");
        size_t k = 0;
        for (; text && k < count && strcmp(name[k], text) != 0; k++) suggest_try(&near, name[k]);
        if (text && k == count)
            host_error(L, "choose", host_hint(L, suggest_best(&near)),
                       "'%s' is none of the choices", text);
        if (text && k >= kept) {
            const char *own = name[k];
            name[k] = name[kept];
            name[kept++] = own;
        }
    }
    qsort(name, kept, sizeof *name, by_name);
    return kept;
}

static void note_alternatives(lua_State *L, const char **name, size_t count) {
    for (size_t i = 0; i < count; i++) {
        lua_getfield(L, 2, name[i]);
        if (host_test(L, -1)) note_root(L, host_test(L, -1)->node);
        lua_pop(L, 1);
    }
}

/* choose(text, { name = array, … }): the array that the text names, element by element. Arrays that
 * nothing names are not computed. */
static int choose(lua_State *L) {
    static const char example[] = "choose(a.params.method, { arithmetic = x, geometric = y })";
    host *h = host_of(L);
    array_alone(L);
    lua_settop(L, 2);
    if (!lua_istable(L, 2))
        return host_error(L, "choose", example, "'choose' takes a text and a table of arrays");
    ex_id x = text_array(L, 1, "choose");
    size_t n;
    const char **name = choices(L, 2, &n, example);
    note_alternatives(L, name, n);
    note_root(L, x);
    n = chosen(L, x, name, n);
    host_mark(L);
    ex_id made = host_check(L, ex_number(h->graph, EX_NAN, host_fault(L)));
    for (size_t i = n; i-- > 0;) {
        lua_getfield(L, 2, name[i]);
        ex_id own = host_node(L, -1);
        fault *f = host_fault(L);
        uint32_t label = pool_put(h->strings, name[i], strlen(name[i]));
        ex_id here = ex_binary(h->graph, EX_eq, x, ex_text(h->graph, label, f), f);
        made = host_check(L, ex_ternary(h->graph, EX_where, here, own, made, f));
        lua_pop(L, 1);
    }
    return array_return(L, made);
}

void select_open(lua_State *L) {
    static const luaL_Reg methods[] = {{"at", array_at},           {"only", array_only},
                                       {"upto", array_upto},       {"as", array_as},
                                       {"carried", array_carried}, {NULL, NULL}};
    static const luaL_Reg functions[] = {{"labels", labels}, {"choose", choose}, {NULL, NULL}};
    array_define_all(L, 0, methods);
    luaL_setfuncs(L, functions, 0);
}
