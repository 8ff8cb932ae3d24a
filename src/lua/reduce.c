/* Along an axis, which goes: sum, mean, median and their like, with weights and by groups. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum how { OPERATION, MEAN, VARIANCE, DEVIATION, SKEWNESS, KURTOSIS };
enum { AXES_MOST = 8 };

typedef struct reduction {
    const char *name;
    enum how how;
    ex_op op;
    unsigned takes; /* EX_WEIGHTS … of op.h: options */
} reduction;

static const struct {
    ex_fn function;
    enum how how;
    unsigned takes;
} composed[] = {{EX_FN_mean, MEAN, EX_WEIGHTS | EX_ZERO | EX_GROUPED},
                {EX_FN_var, VARIANCE, EX_WEIGHTS | EX_DIVISOR | EX_GROUPED},
                {EX_FN_std, DEVIATION, EX_WEIGHTS | EX_DIVISOR | EX_GROUPED},
                {EX_FN_skewness, SKEWNESS, 0},
                {EX_FN_kurtosis, KURTOSIS, 0}};
enum { COMPOSED = sizeof composed / sizeof *composed };

/* The reduction of a number: of an operation, or behind those one of `composed`. */
static reduction reduction_numbered(size_t k) {
    if (k >= EX_OPS)
        return (reduction){.name = ex_functions[composed[k - EX_OPS].function].lua,
                           .how = composed[k - EX_OPS].how,
                           .takes = composed[k - EX_OPS].takes};
    const ex_record *r = ex_record_of((unsigned)k);
    return (reduction){.name = r->lua, .op = (ex_op)k, .takes = r->how};
}

/* One reduction along one axis, its options read. */
typedef struct task {
    reduction r;
    ex_id x, weight;
    int axis;
    grouping group;
    int whole; /* missing counts as zero */
    int free;  /* what the divisor of a variance is less than n */
    double share;
} task;

static ex_id reduce(lua_State *L, const task *t) {
    ex_graph *g = host_of(L)->graph;
    fault *f = host_fault(L);
    ex_id x = t->x, by = t->group.by, v;
    int axis = t->axis, to = by ? t->group.to : AX_NONE;
    if (t->whole) x = ex_binary(g, EX_coalesce, x, ex_number(g, 0, f), f);
    switch (t->r.how) {
    case MEAN: return ex_mean(g, x, axis, t->weight, 0, by, to, f);
    case VARIANCE: return ex_var(g, x, axis, t->free, t->weight, by, to, f);
    case DEVIATION:
        v = ex_var(g, x, axis, t->free, t->weight, by, to, f);
        return ex_unary(g, EX_sqrt, v, f);
    case SKEWNESS: return ex_skewness(g, x, axis, f);
    case KURTOSIS: return ex_kurtosis(g, x, axis, f);
    case OPERATION: break;
    }
    if (t->r.takes & EX_POSITION) return ex_label_of(g, t->r.op, x, axis, f);
    if (t->weight) return ex_weighted_sum(g, x, axis, t->weight, by, to, f);
    return by ? ex_reduce_by(g, t->r.op, x, axis, by, to, f)
              : ex_reduce(g, t->r.op, x, axis, t->share, f);
}

static void read_options(lua_State *L, int at, task *t) {
    static const char *const missing[] = {"skip", "zero", NULL};
    static const char *const divisors[] = {"n-1", "n", NULL};
    const char *known[8] = {"by", "within", "axis", "others"};
    int n = 4;
    unsigned takes = t->r.takes;
    if (takes & EX_WEIGHTS) known[n++] = "weights";
    if (takes & EX_ZERO) known[n++] = "missing";
    if (takes & EX_DIVISOR) known[n++] = "divisor";
    if (lua_isnil(L, at)) return;
    if (!(takes & EX_WEIGHTS) && lua_type(L, at) == LUA_TTABLE && option_push(L, at, "weights"))
        host_error(L, "weights", "sum, mean, var and std take weights", "'%s' takes no weights",
                   t->r.name);
    host_check_keys(L, at, known);
    if (option_push(L, at, "weights")) {
        if (!host_test(L, -1))
            host_error(L, "weights", "{ weights = a.index.weight }",
                       "the option weights is an array");
        t->weight = host_node(L, -1);
        lua_pop(L, 1);
    }
    if (takes & EX_ZERO) t->whole = option_word(L, at, "missing", missing);
    if (takes & EX_DIVISOR) t->free = 1 - option_word(L, at, "divisor", divisors);
    if (!option_push(L, at, "by")) {
        if (option_push(L, at, "axis"))
            host_error(L, "axis", "{ by = map, axis = \"region\" }",
                       "axis = names what by = makes, and there is no by =");
        return;
    }
    lua_pop(L, 1);
    t->group = group_by(L, at, t->axis);
    host *h = host_of(L);
    if (array_axes(L, t->x) & AX_BIT(t->group.to))
        host_error(L, "by", "reduce along that axis first, or choose one label with x:at{ … }",
                   "by = makes the axis '%s', which the array has already",
                   ax_get(h->space, t->group.to)->name);
    if (t->group.by && !(takes & EX_GROUPED)) { /* by way of a mask over the new axis */
        fault *f = host_fault(L);
        t->group.mask = host_check(
            L, ex_binary(h->graph, EX_eq, t->group.by, ex_positions(h->graph, t->group.to, f), f));
        t->group.by = 0;
    }
    if (t->group.mask) {
        fault *f = host_fault(L);
        ex_id nothing = ex_number(h->graph, EX_NAN, f);
        t->x = host_check(L, ex_ternary(h->graph, EX_where, t->group.mask, t->x, nothing, f));
        if (!t->weight && t->r.how == MEAN && t->whole)
            t->weight = host_check(L, ex_number(h->graph, 1, f));
        if (t->weight) /* so that no weight of another group is counted */
            t->weight =
                host_check(L, ex_ternary(h->graph, EX_where, t->group.mask, t->weight, nothing, f));
    }
}

/* A list of axes, one after the other: a sum of sums is the sum of all. */
static int several(lua_State *L, task *t) {
    const char *name = t->r.name;
    int n = (int)lua_rawlen(L, 2);
    if (n < 1 || n > AXES_MOST)
        return host_error(L, name, "sum(x, { \"unit\", \"year\" })",
                          "the list of axes is empty or too long");
    if (n > 1 && !(t->r.takes & EX_SEVERAL))
        return host_error(
            L, name,
            t->r.how == MEAN ? "sum(x, axes) / count(x, axes) is the mean over all of them" : NULL,
            "'%s' works along one axis", name);
    if ((option_push(L, 3, "by") && n > 1) || option_push(L, 3, "within"))
        return host_error(L, "by", NULL, "by = and within = go with a single axis");
    lua_settop(L, 3);
    for (int i = 1; i <= n; i++) {
        lua_rawgeti(L, 2, i);
        t->axis = array_axis(L, -1, t->x, name);
        if (i == 1) read_options(L, 3, t);
        t->x = host_check(L, reduce(L, t));
        t->weight = 0;
        if (t->r.op == EX_count) t->r = reduction_numbered(EX_sum);
        lua_settop(L, 3);
    }
    host_push(L, t->x, NULL, NULL);
    return 1;
}

static int reduction_of(lua_State *L) {
    host *h = host_of(L);
    task t = {.r = reduction_numbered((size_t)lua_tointeger(L, lua_upvalueindex(1))),
              .axis = AX_NONE,
              .free = 1,
              .group = {0, 0, AX_NONE}};
    const char *name = t.r.name;
    int extreme = t.r.op == EX_min || t.r.op == EX_max;
    t.x = host_node(L, 1);
    if (extreme && (host_test(L, 2) || lua_type(L, 2) == LUA_TNUMBER))
        return host_error(L, name,
                          t.r.op == EX_min ? "least(x, y) compares element by element"
                                           : "greatest(x, y) compares element by element",
                          "'%s' works along an axis", name);
    if (t.r.takes & EX_SHARE) {
        plain_push(L, 3, name);
        lua_replace(L, 3);
        if (lua_type(L, 3) != LUA_TNUMBER)
            return host_error(L, name, "quantile(x, \"unit\", 0.9)",
                              "'%s' takes a share from 0 to 1", name);
        t.share = lua_tonumber(L, 3);
        lua_remove(L, 3);
    }
    if (lua_gettop(L) > 3 || (lua_gettop(L) == 3 && lua_type(L, 3) == LUA_TSTRING)) {
        char advice[100];
        snprintf(advice, sizeof advice,
                 text_message("%s(x, { \"unit\", \"year\" }) works along several axes"), name);
        return host_error(L, name, t.r.takes & EX_SEVERAL ? advice : NULL, "'%s' is given too much",
                          name);
    }
    lua_settop(L, 3);
    host_mark(L);
    if (lua_type(L, 2) == LUA_TTABLE) return several(L, &t);
    t.axis = array_axis(L, 2, t.x, name);
    int within = lua_istable(L, 3) && group_within(L, 3);
    read_options(L, 3, &t);
    const host_array *x = host_test(L, 1);
    const char *names = t.r.takes & EX_POSITION ? ax_get(h->space, t.axis)->name
                        : x && (t.r.op == EX_first || t.r.op == EX_last) ? x->names
                                                                         : NULL;
    ex_id made = host_check(L, reduce(L, &t));
    host_push(L, within ? group_gather(L, 3, &t.group, made) : made, names, NULL);
    return 1;
}

void reduce_open(lua_State *L) {
    int env = lua_gettop(L);
    for (size_t i = 0; i < EX_OPS + COMPOSED; i++) {
        if (i < EX_OPS && !ex_is_reduction((unsigned)i)) continue;
        lua_pushinteger(L, (lua_Integer)i);
        array_define(L, env, reduction_numbered(i).name, reduction_of);
    }
}
