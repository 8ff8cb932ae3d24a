/* Functions of scripts over arrays: each calls one for every element, minimise searches its
 * minimum.
 */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "expr/nelder_mead.h"
#include "lua/budget.h"
#include "lua/symbolic.h"

/* ---- each(f, x, y, …): over the elements, one after the other
 *
 * The function gets plain values, nil for missing: numbers, truths, texts, and dates as texts. What
 * it returns has one kind, which the formula must know beforehand: { gives = "text" }, or else
 * numbers. It is called while the graph is evaluated, so it cannot make arrays itself. Where it can
 * be followed with symbols (symbolic.h) it is called for few elements only. ---- */

typedef struct call {
    const each_function *c;
    const double *arg;
    int argc;
} call;

/* Protected, because pushing a text may raise. */
static int run_call(lua_State *L) {
    const call *now = lua_touserdata(L, 1);
    luaL_checkstack(L, now->argc + 4, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, now->c->function);
    for (int i = 0; i < now->argc; i++) each_push(L, now->c, now->c->takes[i], now->arg[i]);
    lua_call(L, now->argc, 1);
    return 1;
}

static int call_function(void *self, const double *arg, int argc, double *out, fault *f) {
    each_function *c = self;
    lua_State *L = c->h->L;
    call now = {c, arg, argc};
    if (!lua_checkstack(L, 8)) return fault_memory(f);
    int top = lua_gettop(L);
    lua_pushcfunction(L, run_call);
    lua_pushlightuserdata(L, &now);
    c->called++;
    c->h->inside++;
    int good = host_call(c->h, 1, 1, f);
    c->h->inside--;
    if (good) good = each_read(c, out, f);
    lua_settop(L, top);
    return good;
}

static int call_block(void *self, const double *const *arg, int argc, size_t count, double *out,
                      fault *f) {
    return symbolic_block(self, arg, argc, count, out, f);
}

static int each(lua_State *L) {
    static const char *const known[] = {"gives", NULL};
    host *h = host_of(L);
    int n = lua_gettop(L);
    array_alone(L);
    if (lua_type(L, 1) != LUA_TFUNCTION)
        return host_error(L, "each", "each(function(v) return v end, x)",
                          "'each' takes a function first");
    if (n > 1 && lua_type(L, n) == LUA_TTABLE) host_check_keys(L, n--, known);
    if (n < 2 || n - 1 > EACH_ARGUMENTS)
        return host_error(L, "each", "each(f, x, y)", "'each' takes a function and 1 to %d arrays",
                          EACH_ARGUMENTS);
    ex_id arg[EACH_ARGUMENTS];
    each_function *c = host_zero(L, 1, sizeof *c);
    c->h = h;
    c->at = where_now(L);
    c->gives = lua_gettop(L) > n ? (ex_kind)option_word(L, n + 1, "gives", each_kinds) : EX_NUMBER;
    for (int i = 0; i < n - 1; i++) {
        arg[i] = host_node(L, i + 2);
        c->takes[i] = array_kind(L, arg[i]);
    }
    lua_pushvalue(L, 1);
    c->function = luaL_ref(L, LUA_REGISTRYINDEX);
    host_mark(L);
    ex_function fn = {.name = "each",
                      .gives = c->gives,
                      .distinct = n == 2,
                      .missing_too = 1,
                      .call = call_function,
                      .block = call_block,
                      .self = c};
    return array_return(L, ex_lookup(h->graph, &fn, arg, n - 1, host_fault(L)));
}

void each_open(lua_State *L) {
    lua_pushcfunction(L, each);
    lua_setfield(L, -2, "each");
}

/* ---- minimise(f, start, { tolerance = 1e-8, steps = 20000 })
 *
 * The function is called once, with an array shaped like the start that stands for all its values;
 * the formula it returns is then computed for one set of values after the other (nelder_mead.h),
 * here and now, while the script runs. What does not depend on the argument is computed once. The
 * result is an array of plain numbers: it does not follow when a parameter upstream is changed
 * afterwards. ---- */

enum { VARIABLES_MOST = 1000, STEP_COST = 1000 /* instructions a step counts as */ };

/* the name of the argument in formulas; its address tells it apart */
static const char variable[] = "x";

/* Computes a node that the search reads. */
static const double *value_of(lua_State *L, ex_id node) {
    note_root(L, node);
    return array_values(L, node);
}

static double *numbers(lua_State *L, size_t n) {
    host *h = host_of(L);
    double *out = host_zero(L, n, sizeof *out);
    budget_charge(h->budget, n * sizeof *out);
    return out;
}

static ex_id source(lua_State *L, ax_set axes, const double *value, const char *name) {
    ex_values v = {.origin = EX_DATA,
                   .kind = EX_NUMBER,
                   .axes = axes,
                   .value = value,
                   .name = name,
                   .tag = UINT32_MAX};
    return values_node(L, &v);
}

/* A copy of the values of the start; raises unless they are numbers, none of them missing. */
static double *read_start(lua_State *L, ex_id start, size_t n) {
    host *h = host_of(L);
    const ex_node *node = ex_get(h->graph, start);
    if (node->kind != EX_NUMBER)
        host_error(L, "minimise", NULL, "'minimise' starts from numbers, not from %ss",
                   ex_kind_text((ex_kind)node->kind));
    if (n == 0 || n > VARIABLES_MOST)
        host_error(L, "minimise", NULL, "'minimise' takes 1 to %d variables, and the start has %zu",
                   VARIABLES_MOST, n);
    const double *from = value_of(L, start);
    double *x = numbers(L, n);
    for (size_t i = 0; i < n; i++) {
        if (from[i] != from[i])
            host_error(L, "minimise", "every variable needs a value to start from: coalesce(x, 1)",
                       "'minimise' starts from an array in which %s missing",
                       n == 1 ? text_message("the value is") : text_message("a value is"));
        x[i] = from[i];
    }
    return x;
}

/* Whether a node is the argument of some other minimise. */
static int is_foreign(const ex_graph *g, ex_id n, ex_id own) {
    const ex_values *v = ex_values_of(g, n);
    return v && v->name == variable && n != own;
}

enum { NEEDED = 1, DEPENDS = 2, KEPT = 4 };

/* Computes once what the formula needs and what does not depend on the argument. */
static void prepare(lua_State *L, ex_id formula, ex_id argument) {
    host *h = host_of(L);
    const ex_graph *g = h->graph;
    unsigned char *mark = lua_newuserdatauv(L, (size_t)formula + 1, 0);
    ex_id *keep = lua_newuserdatauv(L, ((size_t)formula + 1) * sizeof *keep, 0);
    size_t kept = 0;
    memset(mark, 0, (size_t)formula + 1);
    mark[formula] = NEEDED;
    for (ex_id n = formula; n >= 1; n--)
        for (int i = 0; mark[n] && i < ex_get(g, n)->argc; i++) mark[ex_arg(g, n, i)] = NEEDED;
    for (ex_id n = 1; n <= formula; n++) {
        if (mark[n] && is_foreign(g, n, argument))
            host_error(L, "minimise",
                       "the inner minimum is found once, before the outer search begins",
                       "the formula of a 'minimise' cannot contain the argument of another one");
        if (mark[n] && n == argument) mark[n] |= DEPENDS;
        for (int i = 0; mark[n] && i < ex_get(g, n)->argc; i++)
            mark[n] |= mark[ex_arg(g, n, i)] & DEPENDS;
    }
    if (!(mark[formula] & DEPENDS))
        host_error(L, "minimise", "return a formula of the array that the function is given",
                   "what the function of 'minimise' returns does not depend on its argument");
    for (ex_id n = 1; n <= formula; n++)
        for (int i = 0; (mark[n] & DEPENDS) && i < ex_get(g, n)->argc; i++) {
            ex_id from = ex_arg(g, n, i);
            if (mark[from] & (DEPENDS | KEPT) || ex_get(g, from)->op == EX_source) continue;
            mark[from] |= KEPT;
            keep[kept++] = from;
        }
    note_root(L, formula);
    fault *f = host_fault(L);
    if (kept && !ex_run_prepare(h->run, keep, kept, f)) host_raise(L, f);
    lua_pop(L, 2);
}

/* Lua owns the search's memory, since anything here may raise. */
static minimum *search(lua_State *L, ex_id formula, ex_id argument, double *x, size_t n,
                       double tolerance, size_t steps) {
    host *h = host_of(L);
    minimum *m = minimum_begin(lua_newuserdatauv(L, minimum_size(n), 0), n, x, tolerance, steps);
    for (const double *point; (point = minimum_ask(m));) {
        memmove(x, point, n * sizeof *x);
        ex_run_changed(h->run, argument);
        double value = *value_of(L, formula);
        if (minimum_steps(m) == 0 && value != value)
            host_error(L, "minimise", "start from an array that the formula has a value for",
                       "the function of 'minimise' is missing at the start");
        minimum_tell(m, value);
        budget_spend(L, h->budget, STEP_COST);
    }
    memcpy(x, minimum_point(m), n * sizeof *x);
    ex_run_changed(h->run, argument);
    value_of(
        L,
        formula); /* so that missing values are counted at the minimum, not where the search went */
    return m;
}

static void note_unsettled(lua_State *L, size_t steps) {
    host *h = host_of(L);
    place at = host_place(L, "minimise");
    if (h->notes)
        fault_at(h->notes, FAULT_NONE, &at,
                 "{ steps = … } allows more, { tolerance = 1e-6 } is content with less",
                 "'minimise' ended after %zu steps without settling", steps);
}

static int minimise(lua_State *L) {
    static const char example[] =
        "minimise(function(w) return sum((w - 1) ^ 2, \"indicator\") end, start)";
    static const char *const known[] = {"tolerance", "steps", NULL};
    host *h = host_of(L);
    array_alone(L);
    if (lua_gettop(L) > 3 || lua_type(L, 1) != LUA_TFUNCTION)
        return host_error(L, "minimise", example,
                          "'minimise' takes a function, a start and options");
    lua_settop(L, 3);
    ex_id start = host_node(L, 2);
    host_check_keys(L, 3, known);
    double tolerance = option_number(L, 3, "tolerance", 1e-8),
           steps = option_number(L, 3, "steps", 20000);
    if (!(tolerance > 0 && tolerance < 1))
        return host_error(L, "tolerance", "{ tolerance = 1e-8 }",
                          "the tolerance of minimise is a number between 0 and 1");
    if (!(steps >= 1 && steps <= 1e7 && steps == floor(steps)))
        return host_error(L, "steps", "{ steps = 20000 }",
                          "the steps of minimise are a whole number from 1 on");
    host_mark(L);
    ax_set axes = array_axes(L, start);
    size_t n = ax_size(h->space, axes);
    double *x = read_start(L, start, n);
    ex_id argument = source(L, axes, x, variable);
    lua_pushvalue(L, 1);
    host_push(L, argument, NULL, NULL);
    lua_call(L, 1, 1);
    host_mark(L);
    ex_id formula = host_node(L, -1);
    if (array_axes(L, formula) || ex_get(h->graph, formula)->kind != EX_NUMBER)
        return host_error(L, "minimise", "return one number: sum(…, axis) over every axis it has",
                          "the function of 'minimise' returns one number, not %ss over %s",
                          ex_kind_text(array_kind(L, formula)), array_shape(L, formula));
    prepare(L, formula, argument);
    minimum *m = search(L, formula, argument, x, n, tolerance, (size_t)steps);
    if (!minimum_settled(m)) note_unsettled(L, minimum_steps(m));
    double *found = numbers(L, n);
    memcpy(found, minimum_point(m), n * sizeof *found);
    host_push(L, source(L, axes, found, "minimise"), NULL, NULL);
    host_push(L, host_check(L, ex_number(h->graph, minimum_value(m), host_fault(L))), NULL, NULL);
    return 2;
}

void minimise_open(lua_State *L) {
    lua_pushcfunction(L, minimise);
    lua_setfield(L, -2, "minimise");
}
