/* The algebra element by element, and along an axis without losing it: functions that are methods
 * of arrays, too. Of plain numbers alone the elementwise ones make a plain number, so that they
 * serve in functions called by `each` and in a script's own arithmetic; it is the same arithmetic
 * (op.h). */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lua/number_program.h"
#include "lua/symbolic.h"

/* ---- plain numbers ---- */

static int all_plain(lua_State *L, int n) {
    for (int i = 1; i <= n; i++)
        if (lua_type(L, i) != LUA_TNUMBER) return 0;
    return n > 0;
}

static int push_plain(lua_State *L, ex_op op, double x) {
    if (!isfinite(x))
        host_error(L, ex_op_text(op), NULL, "'%s' of these numbers has no result", ex_op_text(op));
    lua_pushnumber(L, x);
    return 1;
}

/* ---- helpers ---- */

/* The upvalue of every function here is its operation. */
static ex_op op_of(lua_State *L) { return (ex_op)lua_tointeger(L, lua_upvalueindex(1)); }

static const char *name_of(lua_State *L) { return ex_record_of(op_of(L))->lua; }

/* Reads f(x, axis, …): as many arguments at most, the last of them options where `known` names
 * some. Gives x and the axis. */
static int read_along(lua_State *L, int most, const char *example, const char *const *known,
                      ex_id *x) {
    array_arguments(L, most, name_of(L), example);
    *x = host_node(L, 1);
    int axis = array_axis(L, 2, *x, name_of(L));
    if (known) host_check_keys(L, most, known);
    return axis;
}

/* ---- elementwise ---- */

static int all_plain_of(lua_State *L, int n) {
    return ex_is(op_of(L), EX_PLAIN) && all_plain(L, n);
}

static int unary(lua_State *L) {
    ex_op op = op_of(L);
    array_arguments(L, 1, name_of(L), "it takes one array");
    if (symbolic_elementwise(L, op, 1)) return 1;
    if (all_plain_of(L, 1)) return push_plain(L, op, np_plain(op, lua_tonumber(L, 1), 0, 0));
    host_mark(L);
    return array_return(L, ex_unary(host_of(L)->graph, op, host_node(L, 1), host_fault(L)));
}

static int binary(lua_State *L) {
    ex_op op = op_of(L);
    array_arguments(L, 2, name_of(L), "it takes two arrays");
    if (symbolic_elementwise(L, op, 2)) return 1;
    if (all_plain_of(L, 2))
        return push_plain(L, op, np_plain(op, lua_tonumber(L, 1), lua_tonumber(L, 2), 0));
    host_mark(L);
    ex_id a = host_node(L, 1), b = host_node(L, 2);
    return array_return(L, ex_binary(host_of(L)->graph, op, a, b, host_fault(L)));
}

static int ternary(lua_State *L) {
    ex_op op = op_of(L);
    array_arguments(L, 3, name_of(L), "it takes three arrays");
    if (symbolic_elementwise(L, op, 3)) return 1;
    if (all_plain_of(L, 3))
        return push_plain(L, op,
                          np_plain(op, lua_tonumber(L, 1), lua_tonumber(L, 2), lua_tonumber(L, 3)));
    host_mark(L);
    ex_id a = host_node(L, 1), b = host_node(L, 2), c = host_node(L, 3);
    return array_return(L, ex_ternary(host_of(L)->graph, op, a, b, c, host_fault(L)));
}

/* round(x, places = 0, { mode = "half_up" }), floor(x, places = 0), ceil(x, places = 0) */
static int rounding(lua_State *L) {
    static const char *const known[] = {"mode", NULL};
    static const char *const modes[] = {"half_up", "half_even", "half_down", "up", "down", NULL};
    static const ex_op rounds[] = {EX_round, EX_round_half_even, EX_round_half_down, EX_round_up,
                                   EX_round_down};
    ex_op op = op_of(L);
    int moded = op == EX_round;
    int top = lua_gettop(L);
    if (moded && top > 1 && lua_type(L, top) == LUA_TTABLE) {
        host_check_keys(L, top, known);
        op = rounds[option_word(L, top, "mode", modes)];
        lua_settop(L, --top);
    }
    array_arguments(L, 2, name_of(L),
                    moded ? "round(x, places, { mode = \"half_even\" })" : "floor(x, places)");
    if (top < 2) {
        lua_settop(L, 1);
        lua_pushinteger(L, 0);
    }
    if (symbolic_elementwise(L, op, 2)) return 1;
    if (all_plain(L, 2))
        return push_plain(L, op, np_plain(op, lua_tonumber(L, 1), lua_tonumber(L, 2), 0));
    host_mark(L);
    ex_id x = host_node(L, 1), places = host_node(L, 2);
    return array_return(L, ex_binary(host_of(L)->graph, op, x, places, host_fault(L)));
}

static int clamp(lua_State *L) {
    array_arguments(L, 3, name_of(L), "clamp(x, low, high)");
    if (lua_type(L, 2) == LUA_TNUMBER && lua_type(L, 3) == LUA_TNUMBER &&
        lua_tonumber(L, 2) > lua_tonumber(L, 3))
        return host_error(L, "clamp", "clamp(x, low, high)",
                          "the lower bound of 'clamp' is above the upper one");
    return ternary(L);
}

/* least, greatest, coalesce: of any number of arrays, from left to right. */
static int fold(lua_State *L) {
    const char *name = name_of(L);
    ex_op op = op_of(L);
    int n = lua_gettop(L);
    host *h = host_of(L);
    if (symbolic_elementwise(L, op, n)) return 1;
    if (all_plain_of(L, n)) {
        double x = lua_tonumber(L, 1);
        for (int i = 2; i <= n; i++) x = np_plain(op, x, lua_tonumber(L, i), 0);
        return push_plain(L, op, x);
    }
    if ((op == EX_least || op == EX_greatest) && n == 2 && lua_type(L, 2) == LUA_TSTRING &&
        ax_find(h->space, lua_tostring(L, 2)) != AX_NONE)
        return host_error(L, name,
                          op == EX_least ? "along an axis it is min(x, axis)"
                                         : "along an axis it is max(x, axis)",
                          "'%s' compares several arrays, element by element", name);
    host_mark(L);
    ex_id node = host_node(L, 1);
    if (n < 2) return host_error(L, name, NULL, "'%s' takes two or more arrays", name);
    for (int i = 2; i <= n; i++)
        node = host_check(L, ex_binary(h->graph, op, node, host_node(L, i), host_fault(L)));
    return array_return(L, node);
}

static int where(lua_State *L) {
    host *h = host_of(L);
    int n = lua_gettop(L);
    array_arguments(L, 3, "where", "where(condition, x, y)");
    if (n < 2)
        return host_error(L, "where",
                          "where(condition, x, y); without y what fails the condition is missing",
                          "'where' takes a condition and one or two arrays");
    host_mark(L);
    ex_id c = host_node(L, 1), x = host_node(L, 2);
    ex_id y = n > 2 ? host_node(L, 3) : host_check(L, ex_number(h->graph, EX_NAN, host_fault(L)));
    return array_return(L, ex_ternary(h->graph, EX_where, c, x, y, host_fault(L)));
}

/* ---- along an axis, keeping it ---- */

static int rank(lua_State *L) {
    static const char *const known[] = {"order", "ties", "tolerance", "within", "axis", NULL};
    static const char *const orders[] = {"descending", "ascending", NULL};
    static const char *const ties[] = {"min", "max", "dense", "average", "first", NULL};
    static const ex_ties tie[] = {EX_TIES_MIN, EX_TIES_MAX, EX_TIES_DENSE, EX_TIES_AVERAGE,
                                  EX_TIES_FIRST};
    ex_id x;
    int axis = read_along(L, 3, "rank(x, \"unit\", { ties = \"dense\" })", known, &x);
    int within = group_within(L, 3);
    int ascending = option_word(L, 3, "order", orders);
    ex_ties how = tie[option_word(L, 3, "ties", ties)];
    double tolerance = option_number(L, 3, "tolerance", 0);
    if (!(tolerance >= 0) || isinf(tolerance))
        return host_error(L, "tolerance", NULL, "the tolerance of ties is a number from 0 on");
    host_mark(L);
    grouping g = {0, 0, AX_NONE};
    if (within) {
        g = group_by(L, 3, axis);
        x = group_spread(L, &g, x);
    }
    ex_id made =
        ex_scan(host_of(L)->graph, EX_rank, x, axis, tolerance, how, ascending, host_fault(L));
    return array_return(L, within ? group_gather(L, 3, &g, host_check(L, made)) : made);
}

/* cumsum(x, axis), sort(x, axis) */
static int scan(lua_State *L) {
    ex_id x;
    int axis = read_along(L, 2, "it takes an array and the name of an axis", NULL, &x);
    host_mark(L);
    return array_return(
        L, ex_scan(host_of(L)->graph, op_of(L), x, axis, 0, EX_TIES_MIN, 0, host_fault(L)));
}

/* count = "numbers": steps are those of the axis's numbers, where it has numbers, and not all of
 * them follow each other. */
static int by_numbers(lua_State *L, int options, int axis) {
    static const char *const counts[] = {"labels", "numbers", NULL};
    if (!option_word(L, options, "count", counts)) return 0;
    const ax_axis *a = ax_get(host_of(L)->space, axis);
    const double *number = ax_numbers(host_of(L)->space, axis);
    int gaps = 0;
    for (uint32_t i = 1; number && i < a->size; i++) gaps |= number[i] != number[i - 1] + 1;
    return gaps;
}

/* The elements at the label whose number is lower by k. */
static ex_id at_number_before(lua_State *L, ex_id x, int axis, double k) {
    ex_graph *g = host_of(L)->graph;
    fault *f = host_fault(L);
    ex_id there = ex_binary(g, EX_sub, ex_labels(g, axis, f), ex_number(g, k, f), f);
    return ex_gather(g, x, axis, ex_position_of(g, there, axis, f), f);
}

static int lag(lua_State *L) {
    static const char *const known[] = {"count", NULL};
    ex_id x;
    int axis = read_along(L, 4, "lag(x, \"year\", 1, { count = \"numbers\" })", known, &x);
    double k = 1;
    if (!lua_isnil(L, 3)) {
        const host_array *steps = host_test(L, 3);
        if (!steps || !array_axes(L, steps->node)) plain_push(L, 3, "lag");
        k = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : EX_NAN;
        if (!(fabs(k) <= 1e9) || k != floor(k))
            return host_error(L, "lag", "lag(x, \"year\", 1)",
                              "'lag' goes back by a whole number of labels");
    }
    int numbers = by_numbers(L, 4, axis);
    host_mark(L);
    if (numbers) return array_return(L, at_number_before(L, x, axis, k));
    return array_return(
        L, ex_scan(host_of(L)->graph, EX_lag, x, axis, k, EX_TIES_MIN, 0, host_fault(L)));
}

/* What was filled from a label whose number is lower by more than the limit is missing again. */
static ex_id within_limit(lua_State *L, ex_id x, ex_id filled, int axis, double limit) {
    ex_graph *g = host_of(L)->graph;
    fault *f = host_fault(L);
    ex_id label = ex_labels(g, axis, f), none = ex_number(g, EX_NAN, f);
    ex_id seen = ex_ternary(g, EX_where, ex_unary(g, EX_present, x, f), label, none, f);
    ex_id from = ex_scan(g, EX_fill, seen, axis, -1, EX_TIES_MIN, 0, f);
    ex_id near =
        ex_binary(g, EX_le, ex_binary(g, EX_sub, label, from, f), ex_number(g, limit, f), f);
    return ex_ternary(g, EX_where, near, filled, none, f);
}

static int fill(lua_State *L) {
    static const char *const known[] = {"limit", "count", NULL};
    ex_id x;
    int axis = read_along(L, 3, "fill(x, \"year\", { limit = 2 })", known, &x);
    double limit = option_number(L, 3, "limit", -1); /* negative: none */
    if (option_push(L, 3, "limit") && !(limit >= 0 && limit == floor(limit)))
        return host_error(L, "limit", NULL,
                          "the limit of fill is a whole number of labels, from 0 on");
    int numbers = by_numbers(L, 3, axis) && limit >= 0;
    host_mark(L);
    ex_id made = ex_scan(host_of(L)->graph, EX_fill, x, axis, numbers ? -1 : limit, EX_TIES_MIN, 0,
                         host_fault(L));
    return array_return(L, numbers ? within_limit(L, x, made, axis, limit) : made);
}

static int interpolate(lua_State *L) {
    static const char *const known[] = {"ends", NULL};
    static const char *const ends[] = {"missing", "constant", NULL};
    ex_id x;
    int axis = read_along(L, 3, "interpolate(x, \"year\", { ends = \"constant\" })", known, &x);
    double constant = option_word(L, 3, "ends", ends);
    host_mark(L);
    return array_return(L, ex_scan(host_of(L)->graph, EX_interpolate, x, axis, constant,
                                   EX_TIES_MIN, 0, host_fault(L)));
}

/* ---- of two arrays ---- */

static ex_id ranks(lua_State *L, ex_id x, ex_id other, int axis) {
    host *h = host_of(L);
    fault *f = host_fault(L);
    ex_id both = ex_ternary(h->graph, EX_where, ex_unary(h->graph, EX_present, other, f), x,
                            ex_number(h->graph, EX_NAN, f), f);
    return host_check(L, ex_scan(h->graph, EX_rank, both, axis, 0, EX_TIES_AVERAGE, 1, f));
}

static int correlate(lua_State *L) {
    static const char *const known[] = {"method", NULL};
    static const char *const methods[] = {"pearson", "spearman", "kendall", NULL};
    array_arguments(L, 4, "correlate", "correlate(x, y, \"unit\", { method = \"spearman\" })");
    ex_id x = host_node(L, 1), y = host_node(L, 2);
    int axis = array_axis(L, 3, x, "correlate");
    array_axis(L, 3, y, "correlate");
    host_check_keys(L, 4, known);
    host_mark(L);
    int method = option_word(L, 4, "method", methods);
    if (method == 2) return array_return(L, algebra_kendall(L, x, y, axis));
    if (method == 1) { /* Spearman 1904: Pearson's of the ranks of complete pairs */
        ex_id rx = ranks(L, x, y, axis);
        y = ranks(L, y, x, axis);
        x = rx;
    }
    return array_return(L, ex_correlate(host_of(L)->graph, x, y, axis, host_fault(L)));
}

static int dot(lua_State *L) {
    array_arguments(L, 3, "dot", "dot(x, y, \"indicator\")");
    host *h = host_of(L);
    ex_id x = host_node(L, 1), y = host_node(L, 2);
    host_mark(L);
    ex_id product = host_check(L, ex_binary(h->graph, EX_mul, x, y, host_fault(L)));
    int axis = array_axis(L, 3, product, "dot");
    return array_return(L, ex_weighted_sum(h->graph, x, axis, y, 0, AX_NONE, host_fault(L)));
}

/* Functions that take more than arrays, or an axis beside one. */
static lua_CFunction special(unsigned op) {
    switch (op) {
    case EX_round:
    case EX_floor:
    case EX_ceil: return rounding;
    case EX_clamp: return clamp;
    case EX_where: return where;
    case EX_rank: return rank;
    case EX_lag: return lag;
    case EX_fill: return fill;
    case EX_interpolate: return interpolate;
    default: return NULL;
    }
}

static lua_CFunction function_of(unsigned op) {
    lua_CFunction own = special(op);
    if (own) return own;
    switch (ex_class(op)) {
    case EX_CLASS_UNARY: return unary;
    case EX_CLASS_BINARY: return ex_is(op, EX_FOLDS) ? fold : binary;
    case EX_CLASS_TERNARY: return ternary;
    case EX_CLASS_SCAN: return scan;
    default: return NULL;
    }
}

void functions_open(lua_State *L) {
    int env = lua_gettop(L);
    for (unsigned op = EX_none; op < EX_OPS; op++) {
        const char *name = ex_record_of(op)->lua;
        lua_CFunction function = function_of(op);
        if (!function || !*name || *name == ':' || !strncmp(name, "__", 2)) /* array.c's */
            continue;
        lua_pushinteger(L, (lua_Integer)op);
        array_define(L, env, name, function);
        if (ex_is(op, EX_PLAIN)) symbolic_allow(L, function, SYMBOLIC_ANY);
    }
    array_define_all(L, env,
                     (luaL_Reg[]){{ex_functions[EX_FN_correlate].lua, correlate},
                                  {ex_functions[EX_FN_dot].lua, dot},
                                  {NULL, NULL}});
}
