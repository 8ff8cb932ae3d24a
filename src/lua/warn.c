/* warn(condition, text, number): a warning of the rule's own, where the condition holds for some
 * label; and refuse(condition, text, number), an error.
 *
 * It is computed here and now, while the script runs, and placed on the line of the main rule file
 * that led to it, because a method that warns does so about what it was given. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <stdio.h>

#include "base/decimal.h"
#include "base/text.h"

/* Adds "expert Li, year 2010" for an element of the axes. */
static void describe(lua_State *L, ax_set axes, size_t at, luaL_Buffer *out) {
    host *h = host_of(L);
    uint8_t order[AX_MOST];
    int n = ax_layout(h->space, axes, order);
    for (int i = 0; i < n; i++) {
        const ax_axis *a = ax_get(h->space, order[i]);
        size_t position = at / ax_stride(h->space, axes, order[i]) % a->size;
        luaL_addstring(out, i ? ", " : " (");
        luaL_addstring(out, a->name);
        luaL_addchar(out, ' ');
        luaL_addstring(out, pool_text(h->strings, a->label[position]));
    }
    if (n) luaL_addchar(out, ')');
}

/* The element of `node` that stands beside element `at` of an array over `axes`. */
static double value_there(lua_State *L, ax_set axes, size_t at, ex_id node) {
    host *h = host_of(L);
    ax_set own = array_axes(L, node);
    if (own & ~axes)
        host_error(L, NULL, NULL, "the value to show has axes that the condition has not");
    const double *value = ex_run_eval(h->run, &node, 1, host_fault(L))
                              ? ex_run_value(h->run, node, &h->scratch)
                              : NULL;
    if (!value) host_raise(L, &h->scratch);
    size_t there = 0;
    for (int i = 0; i < ax_count(h->space); i++)
        if (own & AX_BIT(i))
            there += at / ax_stride(h->space, axes, i) % ax_get(h->space, i)->size *
                     ax_stride(h->space, own, i);
    return value[there];
}

/* Upvalue: is it `refuse`? */
static int warn(lua_State *L) {
    int refuses = lua_toboolean(L, lua_upvalueindex(1));
    const char *own = refuses ? "refuse" : "warn";
    const char *shown = refuses ? "refuse(share:gt(1), \"more than the whole:\", share)"
                                : "warn(share:gt(1), \"more than the whole:\", share)";
    host *h = host_of(L);
    array_alone(L);
    if (lua_gettop(L) < 2 || lua_gettop(L) > 3 || lua_type(L, 2) != LUA_TSTRING)
        return host_error(L, own, shown, "'%s' takes a truth, a text and perhaps a number to show",
                          own);
    ex_id condition = host_node(L, 1), number = lua_isnoneornil(L, 3) ? 0 : host_node(L, 3);
    if (ex_get(h->graph, condition)->kind != EX_TRUTH ||
        (number && ex_get(h->graph, number)->kind != EX_NUMBER))
        return host_error(L, own, shown, "'%s' takes a truth, a text and perhaps a number to show",
                          own);
    note_root(L, condition);
    if (number) note_root(L, number);
    fault *f = host_fault(L);
    const double *truth =
        ex_run_eval(h->run, &condition, 1, f) ? ex_run_value(h->run, condition, f) : NULL;
    if (!truth) host_raise(L, f);
    ax_set axes = array_axes(L, condition);
    size_t size = ax_size(h->space, axes), first = size, count = 0;
    for (size_t i = size; i-- > 0;)
        if (truth[i] == 1) {
            first = i;
            count++;
        }
    if (!count || (!refuses && !h->notes)) return 0;
    luaL_Buffer text;
    double value = number ? value_there(L, axes, first, number) : 0;
    luaL_buffinit(L, &text);
    luaL_addstring(&text, lua_tostring(L, 2));
    if (number) {
        char digits[400];
        decimal_fixed(value, 3, digits);
        luaL_addchar(&text, ' ');
        luaL_addstring(&text, digits);
    }
    describe(L, axes, first, &text);
    if (count > 1) {
        char more[48];
        snprintf(more, sizeof more, text_message(", and %zu more"), count - 1);
        luaL_addstring(&text, more);
    }
    int method = -1;
    long line = 0;
    place at = where_caller(L, &method, &line);
    int file;
    long here;
    if (method < 0 && where_main(L, &file, &here)) /* the rules call warn themselves */
        at = sources_place(h->files, file, here, "warn");
    luaL_pushresult(&text);
    if (refuses) {
        fault_at(host_fault(L), FAULT_RULE, &at, NULL, "%s", lua_tostring(L, -1));
        return host_raise(L, &h->scratch);
    }
    if (method >= 0)
        fault_at(h->notes, FAULT_NONE, &at, NULL, "%s (in %s:%ld)", lua_tostring(L, -1),
                 sources_module(h->files, method), line);
    else
        fault_at(h->notes, FAULT_NONE, &at, NULL, "%s", lua_tostring(L, -1));
    return 0;
}

void warn_open(lua_State *L) {
    for (int refuses = 0; refuses < 2; refuses++) {
        lua_pushboolean(L, refuses);
        lua_pushcclosure(L, warn, 1);
        lua_setfield(L, -2, refuses ? "refuse" : "warn");
    }
}
