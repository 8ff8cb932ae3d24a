/* Whole small matrices, linear programs and distributions: eigen, principal, solve, lp, kendall's
 * part of correlate, distributions from normal_p to spearman_p. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "expr/algebra.h"
#include "expr/distribution.h"
#include "expr/rank_correlation.h"

/* ---- nodes ---- */

/* A matrix function that places its faults on the line that made it. */
typedef struct placed {
    ex_matrix_function fn;
    host *h;
    md_at at;
} placed;

static int call_placed(void *self, const double *const *arg, double *out, fault *f) {
    const placed *p = self;
    fault own = FAULT_INIT;
    if (p->fn.call(p->fn.self, arg, out, &own)) return 1;
    return text_fault(p->h, p->at, p->fn.name, &own, f);
}

static alg_home home(lua_State *L) {
    host *h = host_of(L);
    return (alg_home){h->graph, &h->memory, h->settings.stop};
}

/* Makes a node of the function, or raises what `fine` says went wrong with it. */
static ex_id place_node(lua_State *L, int fine, const ex_matrix_function *fn, const ex_id *arg,
                        int argc) {
    host *h = host_of(L);
    placed *p = fine ? arena_zero(&h->memory, 1, sizeof *p) : NULL;
    if (fine && !p) fault_memory(&h->scratch);
    if (!p) host_raise(L, &h->scratch);
    p->fn = *fn;
    p->h = h;
    p->at = where_now(L);
    ex_matrix_function own = *fn;
    own.call = call_placed;
    own.self = p;
    return host_check(L, ex_matrix_node(h->graph, &own, arg, argc, &h->scratch));
}

/* ---- eigen, principal, solve, kendall ---- */

static int eigen(lua_State *L) {
    static const char example[] = "eigen(x, \"indicator\", \"other\")";
    static const char *const known[] = {"symmetric", "axis", NULL};
    array_arguments(L, 4, "eigen", example);
    host *h = host_of(L);
    ex_id x = host_node(L, 1);
    int row = array_axis(L, 2, x, "eigen"), column = array_axis(L, 3, x, "eigen"), symmetric;
    host_check_keys(L, 4, known);
    symmetric = option_truth(L, 4, "symmetric", 1);
    const char *name = option_name(L, 4, "axis", "component", "{ axis = \"component\" }");
    host_mark(L);
    alg_home a = home(L);
    ex_matrix_function fn;
    fault *f = host_fault(L);
    int component = alg_components(&a, name, ax_get(h->space, row)->size, f);
    if (component == AX_NONE) host_raise(L, f);
    if (array_axes(L, x) & AX_BIT(component))
        host_error(L, "eigen",
                   "{ axis = \"factor\" } gives the axis of the eigenvalues another name",
                   "'eigen' makes an axis '%s', and the array has it already", name);
    ex_id value =
        place_node(L, alg_eigen(&a, row, column, component, symmetric, 0, &fn, f), &fn, &x, 1);
    ex_id vector = place_node(
        L, alg_eigen(&a, row, column, component, symmetric, 1, &fn, host_fault(L)), &fn, &x, 1);
    array_return(L, value);
    array_return(L, vector);
    return 2;
}

static int principal(lua_State *L) {
    array_arguments(L, 3, "principal", "principal(x, \"indicator\", \"other\")");
    ex_id x = host_node(L, 1);
    int row = array_axis(L, 2, x, "principal"), column = array_axis(L, 3, x, "principal");
    host_mark(L);
    alg_home a = home(L);
    ex_matrix_function fn;
    ex_id vector = place_node(L, alg_principal(&a, row, column, 0, &fn, host_fault(L)), &fn, &x, 1);
    ex_id value = place_node(L, alg_principal(&a, row, column, 1, &fn, host_fault(L)), &fn, &x, 1);
    array_return(L, vector);
    array_return(L, value);
    return 2;
}

static int solve(lua_State *L) {
    array_arguments(L, 4, "solve", "solve(a, b, \"row\", \"column\")");
    ex_id arg[] = {host_node(L, 1), host_node(L, 2)};
    int row = array_axis(L, 3, arg[0], "solve"), column = array_axis(L, 4, arg[0], "solve");
    host_mark(L);
    alg_home a = home(L);
    ex_matrix_function fn;
    return array_return(L,
                        place_node(L, alg_solve(&a, row, column, &fn, host_fault(L)), &fn, arg, 2));
}

ex_id algebra_kendall(lua_State *L, ex_id x, ex_id y, int axis) {
    ex_id arg[] = {x, y};
    alg_home a = home(L);
    ex_matrix_function fn;
    return place_node(L, alg_kendall(&a, axis, &fn, host_fault(L)), &fn, arg, 2);
}

/* ---- lp ---- */

static const char lp_example[] =
    "lp{ maximise = c, over = \"indicator\", subject_to = { { a, \"<=\", 1 } }, lower = 0 }";

/* The constraint { a, "<=", b } on top of the stack. */
static void read_constraint(lua_State *L, alg_program *p, lua_Integer number) {
    static const char *const words[] = {"<=", ">=", "=", "==", NULL};
    static const program_relation relations[] = {PROGRAM_AT_MOST, PROGRAM_AT_LEAST, PROGRAM_EQUAL,
                                                 PROGRAM_EQUAL};
    int at = lua_gettop(L), k = 0;
    if (lua_type(L, at) != LUA_TTABLE || lua_rawlen(L, at) != 3)
        host_error(L, "subject_to", "{ a, \"<=\", b }", "constraint %d of 'lp' is a list of three",
                   (int)number);
    lua_rawgeti(L, at, 1);
    lua_rawgeti(L, at, 2);
    lua_rawgeti(L, at, 3);
    const char *word = lua_type(L, at + 2) == LUA_TSTRING ? lua_tostring(L, at + 2) : "";
    while (words[k] && strcmp(words[k], word) != 0) k++;
    if (!words[k])
        host_error(L, *word ? word : "subject_to", "\"<=\", \">=\" or \"=\"",
                   "in the middle of constraint %d of 'lp' stands how its sides compare",
                   (int)number);
    alg_constraint *c = &p->constraint[p->constraints++];
    c->coefficient = host_node(L, at + 1);
    c->relation = relations[k];
    c->bound = host_node(L, at + 3);
    lua_settop(L, at);
}

static void read_constraints(lua_State *L, alg_program *p) {
    if (!option_push(L, 1, "subject_to")) return;
    if (lua_type(L, -1) != LUA_TTABLE)
        host_error(L, "subject_to", "subject_to = { { a, \"<=\", b }, … }",
                   "subject_to is a list of constraints");
    int at = lua_gettop(L);
    lua_Integer n = (lua_Integer)lua_rawlen(L, at);
    if (n > ALG_CONSTRAINTS)
        host_error(L, "subject_to",
                   "a constraint may have an axis of rows, one constraint for each label",
                   "'lp' takes at most %d constraints", ALG_CONSTRAINTS);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, at, i);
        read_constraint(L, p, i);
        lua_pop(L, 1);
    }
}

static ex_id read_limit(lua_State *L, const char *key, int otherwise) {
    host *h = host_of(L);
    ex_id node = 0;
    if (option_push(L, 1, key)) {
        if (lua_type(L, -1) != LUA_TBOOLEAN || lua_toboolean(L, -1)) node = host_node(L, -1);
        lua_pop(L, 1);
    } else if (otherwise) {
        node = host_check(L, ex_number(h->graph, 0, host_fault(L)));
    }
    return node;
}

static int lp(lua_State *L) {
    static const char *const known[] = {"maximise", "minimise", "over", "subject_to",
                                        "lower",    "upper",    NULL};
    host *h = host_of(L);
    array_alone(L);
    array_arguments(L, 1, "lp", lp_example);
    if (lua_type(L, 1) != LUA_TTABLE) return host_error(L, "lp", lp_example, "'lp' takes a table");
    host_check_keys(L, 1, known);
    luaL_checkstack(L, 16, NULL);
    alg_program p = {.over = AX_NONE};
    if (!option_push(L, 1, "over"))
        return host_error(L, "lp", lp_example, "'lp' is not told the axis of its variables (over)");
    p.over = host_axis(L, -1);
    p.maximise = option_push(L, 1, "maximise");
    if (p.maximise == option_push(L, 1, "minimise"))
        return host_error(L, "lp", lp_example, "'lp' has one aim: maximise or minimise");
    p.objective = host_node(L, -1);
    read_constraints(L, &p);
    p.lower = read_limit(L, "lower", 1);
    p.upper = read_limit(L, "upper", 0);
    host_mark(L);
    alg_home a = home(L);
    ex_matrix_function fn;
    ex_id arg[EX_MATRIX_ARGS];
    int argc = 0, fine = alg_program_function(&a, &p, &fn, arg, &argc, host_fault(L));
    ex_id solution = place_node(L, fine, &fn, arg, argc);
    array_return(L, solution);
    array_return(
        L, ex_weighted_sum(h->graph, p.objective, p.over, solution, 0, AX_NONE, host_fault(L)));
    return 2;
}

/* ---- distributions ---- */

/* The functions of a look-up, of numbers x and y. */
#define DISTRIBUTION(name, value)                                                                  \
    static int call_##name(void *self, const double *arg, int argc, double *out, fault *f) {       \
        double x = arg[0], y = argc > 1 ? arg[1] : 0;                                              \
        (void)self, (void)y, (void)f;                                                              \
        *out = value;                                                                              \
        return 1;                                                                                  \
    }
DISTRIBUTION(normal_p, dist_normal_p(x))
DISTRIBUTION(normal_quantile, dist_normal_quantile(x))
DISTRIBUTION(student_t_p, dist_student_p(x, y))
DISTRIBUTION(kendall_p, rank_kendall_p(x, y))
DISTRIBUTION(spearman_p, rank_spearman_p(x, y, self))

static void release_known(void *known) {
    rank_known_release(known);
    mem_free(known);
}

/* What spearman_p has counted, kept for the host. */
static rank_known *known_of(lua_State *L) {
    static const char key = 0;
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &key) == LUA_TNIL) {
        host *h = host_of(L);
        rank_known *known = mem_zero(1, sizeof *known);
        if (!known || !host_keep(h, known, release_known)) {
            mem_free(known);
            host_no_memory(L);
        }
        lua_pushlightuserdata(L, known);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &key);
        lua_rawgetp(L, LUA_REGISTRYINDEX, &key);
    }
    rank_known *known = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return known;
}

static const struct {
    const char *name, *example;
    int argc;
    int (*call)(void *self, const double *arg, int argc, double *out, fault *f);
} distributions[] = {{"normal_p", "normal_p(z)", 1, call_normal_p},
                     {"normal_quantile", "normal_quantile(p)", 1, call_normal_quantile},
                     {"student_t_p", "student_t_p(t, df)", 2, call_student_t_p},
                     {"kendall_p", "kendall_p(tau, n)", 2, call_kendall_p},
                     {"spearman_p", "spearman_p(rho, n)", 2, call_spearman_p}};

/* Of plain numbers a plain number, as the elementwise functions. */
static int distribution(lua_State *L) {
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(1));
    const char *name = distributions[i].name;
    int argc = distributions[i].argc, plain = 1;
    double x[2] = {0}, p;
    ex_id arg[2];
    array_arguments(L, argc, name, distributions[i].example);
    for (int k = 0; k < argc; k++) {
        plain &= lua_type(L, k + 1) == LUA_TNUMBER;
        x[k] = plain ? lua_tonumber(L, k + 1) : 0;
    }
    if (plain) {
        distributions[i].call(known_of(L), x, argc, &p, NULL);
        if (!isfinite(p))
            return host_error(L, name, NULL, "'%s' of these numbers has no result", name);
        lua_pushnumber(L, p);
        return 1;
    }
    host *h = host_of(L);
    host_mark(L);
    for (int k = 0; k < argc; k++) {
        arg[k] = host_node(L, k + 1);
        ex_kind kind = array_kind(L, arg[k]);
        if (kind != EX_NUMBER && kind != EX_TRUTH)
            return host_error(L, name, NULL, "'%s' takes numbers, not %s", name,
                              ex_kind_text(kind));
    }
    ex_function fn = {.name = name,
                      .gives = EX_NUMBER,
                      .call = distributions[i].call,
                      .self = known_of(L),
                      .same = 1};
    return array_return(L, host_check(L, ex_lookup(h->graph, &fn, arg, argc, host_fault(L))));
}

void algebra_open(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"eigen", eigen}, {"principal", principal}, {"solve", solve}, {NULL, NULL}};
    int env = lua_gettop(L);
    array_define_all(L, env, functions);
    for (size_t i = 0; i < sizeof distributions / sizeof *distributions; i++) {
        lua_pushinteger(L, (lua_Integer)i);
        array_define(L, env, distributions[i].name, distribution);
    }
    lua_pushcfunction(L, lp);
    lua_setfield(L, env, "lp");
}
