#include "lua/symbolic.h"

#include <float.h>
#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "lua/budget.h"
#include "lua/bytecode.h"
#include "lua/inside.h"
#include "lua/number_program.h"

enum {
    WAYS = 128,        /* ways through a function at most, */
    DECISIONS = 64,    /* comparisons on each of them, */
    STEPS = 20000,     /* and Lua's instructions */
    COMBINATIONS = 64, /* of missing values, texts, truths and dates */
    ELEMENTS = 16      /* so many of a combination are left to Lua before it is followed */
};
_Static_assert((int)NP_BLOCK == (int)EX_BLOCK, "a block of elements is one of the program");

/* A comparison of two values on a way. */
typedef struct decision {
    np_op op; /* NP_IF_LESS, NP_IF_AT_MOST */
    int a, b;
    int taken;  /* the answer on this way: 1, later 0 */
    int if_yes; /* the result of the ways on which it holds, once `taken` is 0 */
} decision;

/* What is known of the value of a number on the side of Lua, where a float and a whole number are
 * two kinds: whether it may be a whole number, and whether a zero may have the other sign there. */
enum { MAYBE_WHOLE = 1, MAYBE_OTHER_ZERO = 2 };

/* A function that is being followed. */
typedef struct symbolic_trace {
    number_program *p;
    unsigned char known[NP_VALUES];
    decision decided[DECISIONS];
    int decisions;   /* of this way so far, */
    int repeated;    /* of which so many are those of the way before */
    uint64_t began;  /* instructions of the budget */
    const char *why; /* this way is left to Lua; NULL: an error */
} symbolic_trace;

/* The function for one combination of what is no number. */
typedef struct combination {
    double key[EACH_ARGUMENTS]; /* of a number: 0, or NaN where it is missing */
    size_t seen;                /* elements */
    int followed;               /* it was tried */
    number_program *program;    /* NULL: it is left to Lua */
} combination;

struct symbolic {
    combination of[COMBINATIONS];
    int count;
    const char *why; /* see symbolic_reason */
};

/* ---- values ---- */

typedef struct symbol {
    int value;
} symbol;

static const char symbol_key, allowed_key;

static symbolic_trace *trace_of(lua_State *L) { return host_of(L)->tracing; }

/* Ends this way: it is left to Lua, for a reason if one can be said. */
static int leave_as(lua_State *L, const char *why) {
    if (trace_of(L)) trace_of(L)->why = why;
    return luaL_error(L, "left to Lua");
}

static int leave(lua_State *L) { return leave_as(L, NULL); }

static int push_symbol(lua_State *L, int value, unsigned known) {
    symbolic_trace *t = trace_of(L);
    if (!t || value < 0) return leave(L);
    t->known[value] |= (unsigned char)known;
    symbol *s = lua_newuserdatauv(L, sizeof *s, 0);
    s->value = value;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &symbol_key);
    lua_setmetatable(L, -2);
    return 1;
}

static int is_symbol(lua_State *L, int at) { return host_userdata(L, at, &symbol_key) != NULL; }

/* 2^53 - 1: no other whole number is rounded to one of these, as 2^53 + 1 is to 2^53. */
static const double most_whole = 9007199254740991.0;

/* The value of the symbol or number at `at`. */
static int value_at(lua_State *L, int at) {
    symbolic_trace *t = trace_of(L);
    const symbol *s = host_userdata(L, at, &symbol_key);
    if (!t) leave(L);
    if (s) return s->value;
    if (lua_type(L, at) != LUA_TNUMBER) leave(L);
    const double x = lua_tonumber(L, at);
    const int whole = lua_isinteger(L, at);
    if (whole && !(fabs(x) <= most_whole)) leave(L);
    int value = np_constant(t->p, x);
    if (value < 0) leave(L);
    if (whole) t->known[value] |= MAYBE_WHOLE;
    return value;
}

/* ---- decisions ---- */

static int decide(lua_State *L, np_op op, int a, int b) {
    symbolic_trace *t = trace_of(L);
    const np_value *x = &t->p->value[a], *y = &t->p->value[b];
    if (x->op == NP_CONSTANT && y->op == NP_CONSTANT)
        return op == NP_IF_LESS ? x->constant < y->constant : x->constant <= y->constant;
    for (int i = 0; i < t->decisions; i++)
        if (t->decided[i].op == op && t->decided[i].a == a && t->decided[i].b == b)
            return t->decided[i].taken;
    if (t->decisions == DECISIONS) leave(L);
    decision *d = &t->decided[t->decisions++];
    if (t->decisions <= t->repeated) {
        if (d->op != op || d->a != a || d->b != b) leave(L); /* it does not do the same again */
    } else {
        *d = (decision){op, a, b, 1, 0};
    }
    return d->taken;
}

/* Goes on where a value is at most a bound in size; the other elements are left to Lua. */
static void require_at_most(lua_State *L, int value, double bound) {
    symbolic_trace *t = trace_of(L);
    int size = np_add(t->p, NP_ABS, value, 0, 0, 0), most = np_constant(t->p, bound);
    if (size < 0 || most < 0 || !decide(L, NP_IF_AT_MOST, size, most)) leave(L);
}

static void require_not_zero(lua_State *L, int value) {
    symbolic_trace *t = trace_of(L);
    int size = np_add(t->p, NP_ABS, value, 0, 0, 0), zero = np_constant(t->p, 0);
    if (size < 0 || zero < 0 || !decide(L, NP_IF_LESS, zero, size)) leave(L);
}

static int less(lua_State *L) {
    int a = value_at(L, 1), b = value_at(L, 2);
    lua_pushboolean(L, decide(L, NP_IF_LESS, a, b));
    return 1;
}

static int at_most(lua_State *L) {
    int a = value_at(L, 1), b = value_at(L, 2);
    lua_pushboolean(L, decide(L, NP_IF_AT_MOST, a, b));
    return 1;
}

/* ---- arithmetic ---- */

static unsigned known_of(lua_State *L, int value) { return trace_of(L)->known[value]; }

/* Addition, subtraction, multiplication: of whole numbers Lua's result is whole. It is the same up
 * to 2^53 - 1, but for the sign of zero. */
static int sum_or_product(lua_State *L, np_op op) {
    int a = value_at(L, 1), b = value_at(L, 2);
    int result = np_add(trace_of(L)->p, op, a, b, 0, 0);
    unsigned x = known_of(L, a), y = known_of(L, b), known = (x | y) & MAYBE_OTHER_ZERO;
    if (result < 0) leave(L);
    if (x & y & MAYBE_WHOLE) {
        require_at_most(L, result, most_whole);
        known |= MAYBE_WHOLE | MAYBE_OTHER_ZERO;
    }
    return push_symbol(L, result, known);
}

/* Division, remainder and power: a zero of the other sign would give another result. */
static int quotient(lua_State *L, np_op op) {
    int a = value_at(L, 1), b = value_at(L, 2);
    unsigned x = known_of(L, a), y = known_of(L, b), known = (x | y) & MAYBE_OTHER_ZERO;
    int whole = (op == NP_IDIV || op == NP_MOD) && (x & y & MAYBE_WHOLE);
    if (y & MAYBE_OTHER_ZERO || whole) require_not_zero(L, b);
    if (op == NP_POW && x & MAYBE_OTHER_ZERO) require_not_zero(L, a);
    if (whole) {
        require_at_most(L, a, most_whole);
        require_at_most(L, b, most_whole);
        known |= MAYBE_WHOLE | MAYBE_OTHER_ZERO;
    }
    return push_symbol(L, np_add(trace_of(L)->p, op, a, b, 0, 0), known);
}

static int add(lua_State *L) { return sum_or_product(L, NP_ADD); }
static int subtract(lua_State *L) { return sum_or_product(L, NP_SUB); }
static int multiply(lua_State *L) { return sum_or_product(L, NP_MUL); }
static int divide(lua_State *L) { return quotient(L, NP_DIV); }
static int divide_down(lua_State *L) { return quotient(L, NP_IDIV); }
static int remainder_of(lua_State *L) { return quotient(L, NP_MOD); }
static int power(lua_State *L) { return quotient(L, NP_POW); }

static int negate(lua_State *L) {
    int a = value_at(L, 1);
    unsigned known = known_of(L, a);
    if (known & MAYBE_WHOLE) {
        require_at_most(L, a, most_whole);
        known |= MAYBE_OTHER_ZERO;
    }
    return push_symbol(L, np_add(trace_of(L)->p, NP_NEG, a, 0, 0, 0), known);
}

int symbolic_elementwise(lua_State *L, ex_op op, int n) {
    int symbols = 0, of[3] = {0};
    unsigned known = 0;
    if (!trace_of(L) || !ex_is(op, EX_PLAIN) || n > 3) return 0;
    for (int i = 1; i <= n; i++) {
        int symbolic = is_symbol(L, i);
        if (!symbolic && lua_type(L, i) != LUA_TNUMBER) return 0;
        symbols += symbolic;
    }
    if (!symbols) return 0;
    for (int i = 0; i < n; i++) {
        of[i] = value_at(L, i + 1);
        known |= known_of(L, of[i]) & MAYBE_OTHER_ZERO;
    }
    int result = np_elementwise(trace_of(L)->p, op, of[0], of[1], of[2]);
    if (result < 0) leave(L);
    require_at_most(L, result, DBL_MAX); /* else Lua has an error */
    return push_symbol(L, result, known);
}

/* ---- functions of the table `math` ---- */

typedef struct math_function {
    const char *name;
    np_op op;
    int whole; /* its result may be a whole number where the argument is none */
} math_function;

static const math_function math_functions[] = {
    {"floor", NP_FLOOR, 1}, {"ceil", NP_CEIL, 1},   {"abs", NP_ABS, 0},
    {"sqrt", NP_SQRT, 0},   {"min", NP_IF_LESS, 0}, {"max", NP_IF_LESS, 0},
};

/* Upvalues: the number of the function, and Lua's own. */
static int math_call(lua_State *L) {
    const math_function *m = &math_functions[lua_tointeger(L, lua_upvalueindex(1))];
    int n = lua_gettop(L), symbols = 0, pick = m->op == NP_IF_LESS;
    if (pick) budget_spend(L, host_of(L)->budget, (uint64_t)n);
    for (int i = 1; i <= n; i++) symbols += is_symbol(L, i);
    if (!symbols || (!pick && n > 1)) return lua_tocfunction(L, lua_upvalueindex(2))(L);
    int value = value_at(L, 1);
    unsigned known = known_of(L, value);
    if (!pick) {
        if (m->op == NP_ABS && known & MAYBE_WHOLE) require_at_most(L, value, most_whole);
        value = np_add(trace_of(L)->p, m->op, value, 0, 0, 0);
        if (m->whole) known |= MAYBE_WHOLE | MAYBE_OTHER_ZERO;
        if (m->op == NP_SQRT) known &= ~(unsigned)MAYBE_WHOLE;
    }
    for (int i = 2; pick && i <= n; i++) {
        int next = value_at(L, i);
        known |= known_of(L, next);
        value = *m->name == 'm' && m->name[1] == 'i'
                    ? np_add(trace_of(L)->p, NP_IF_LESS, next, value, next, value)
                    : np_add(trace_of(L)->p, NP_IF_LESS, value, next, next, value);
        if (value < 0) leave(L);
    }
    return push_symbol(L, value, known);
}

void symbolic_wrap_math(lua_State *L) {
    for (size_t i = 0; i < sizeof math_functions / sizeof *math_functions; i++) {
        lua_pushinteger(L, (lua_Integer)i);
        lua_getfield(L, -2, math_functions[i].name);
        lua_pushcclosure(L, math_call, 2);
        lua_setfield(L, -2, math_functions[i].name);
    }
    symbolic_allow(L, math_call, SYMBOLIC_ANY);
}

/* ---- what a followed function may call ---- */

void symbolic_allow(lua_State *L, lua_CFunction function, int what) {
    registry_table(L, &allowed_key);
    lua_pushcfunction(L, function);
    lua_pushinteger(L, what);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

void symbolic_allow_all(lua_State *L, int what) {
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        if (lua_iscfunction(L, -1)) symbolic_allow(L, lua_tocfunction(L, -1), what);
}

static int plain_arguments(lua_State *L, lua_Debug *ar) {
    for (int i = 1; lua_getlocal(L, ar, i); i++) {
        int type = lua_type(L, -1);
        lua_pop(L, 1);
        if (type != LUA_TNIL && type != LUA_TBOOLEAN && type != LUA_TNUMBER && type != LUA_TSTRING)
            return 0;
    }
    return 1;
}

/* What the C function on top of the stack may be called with; 0: it may not be called. */
static int allowed(lua_State *L) {
    registry_table(L, &allowed_key);
    lua_pushcfunction(L, lua_tocfunction(L, -2));
    lua_rawget(L, -2);
    const int what = (int)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return what;
}

/* The hook of the budget: before each call, and after some instructions. */
static void watch(lua_State *L, lua_Debug *ar) {
    const symbolic_trace *t = trace_of(L);
    if (host_of(L)->budget->steps - t->began > STEPS) leave(L);
    if (ar->event != LUA_HOOKCALL && ar->event != LUA_HOOKTAILCALL) return;
    const int plain = plain_arguments(L, ar); /* what is pushed later would be one of them */
    lua_getinfo(L, "f", ar);
    const char *why = NULL;
    if (!lua_iscfunction(L, -1))
        why = bytecode_obstacle(L, -1);
    else if (allowed(L) < (plain ? SYMBOLIC_PLAIN : SYMBOLIC_ANY))
        why = TEXT("it calls a function that takes plain values only");
    if (why) leave_as(L, why);
    lua_pop(L, 1);
}

/* ---- following ---- */

/* A result that `call` is to compute: a NaN that arithmetic does not make. */
static double undone(void) {
    const uint64_t bits = EX_UNDONE_BITS;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

typedef struct way {
    each_function *c;
    const combination *of;
    int argc;
    int result; /* a value of the program */
} way;

/* Runs the function once; protected. */
static int run_way(lua_State *L) {
    way *w = lua_touserdata(L, 1);
    symbolic_trace *t = trace_of(L);
    luaL_checkstack(L, w->argc + 8, NULL);
    lua_rawgeti(L, LUA_REGISTRYINDEX, w->c->function);
    for (int i = 0; i < w->argc; i++) {
        const ex_kind kind = w->c->takes[i];
        const double key = w->of->key[i];
        if (kind == EX_NUMBER && key == key)
            push_symbol(L, np_argument(t->p, i), 0);
        else
            each_push(L, w->c, kind, key);
    }
    budget_call_hook(host_of(L)->budget, watch);
    lua_call(L, w->argc, 1);
    budget_call_hook(host_of(L)->budget, NULL);
    if (is_symbol(L, -1)) {
        if (w->c->gives != EX_NUMBER) leave(L);
        w->result = value_at(L, -1);
        require_at_most(L, w->result, DBL_MAX);
    } else {
        double x;
        if (!each_read(w->c, &x, host_fault(L))) leave(L);
        w->result = np_constant(t->p, x);
    }
    return 0;
}

/* The result of one way: a value, that which is left to Lua, or NP_NONE. */
static int follow_way(way *w, fault *f) {
    host *h = w->c->h;
    lua_State *L = h->L;
    int top = lua_gettop(L);
    h->tracing->decisions = 0;
    h->tracing->why = NULL;
    h->tracing->began = h->budget->steps;
    lua_pushcfunction(L, run_way);
    lua_pushlightuserdata(L, w);
    h->inside++;
    int fine = host_call(h, 1, 0, f);
    h->inside--;
    budget_call_hook(h->budget, NULL);
    lua_settop(L, top);
    if (fine) return w->result;
    if (h->budget->dead) return NP_NONE;
    fault_release(f);
    if (!w->c->symbolic->why) w->c->symbolic->why = h->tracing->why;
    return np_constant(h->tracing->p, undone());
}

/* All ways through the function, one after the other: the last comparison that was said to hold
 * does not hold on the next. A comparison of which both answers are known becomes a choice. Returns
 * the value of the result, or NP_NONE. */
static int follow_ways(way *w, fault *f) {
    symbolic_trace *t = w->c->h->tracing;
    for (int ways = 0; ways < WAYS; ways++) {
        int result = follow_way(w, f);
        if (t->decisions < t->repeated) return NP_NONE;
        while (result >= 0 && t->decisions && !t->decided[t->decisions - 1].taken) {
            const decision *d = &t->decided[--t->decisions];
            result = np_add(t->p, d->op, d->a, d->b, d->if_yes, result);
        }
        if (result < 0 || !t->decisions) return result;
        t->decided[t->decisions - 1].if_yes = result;
        t->decided[t->decisions - 1].taken = 0;
        t->repeated = t->decisions;
    }
    w->c->symbolic->why = TEXT("there are too many ways through it");
    return NP_NONE;
}

/* Follows the function for a combination. 0 with the fault filled: the script is at an end. */
static int follow(each_function *c, int argc, combination *of, fault *f) {
    host *h = c->h;
    arena *memory = &h->memory;
    number_program made = {0}, *p;
    symbolic_trace *t = arena_zero(memory, 1, sizeof *t);
    way w = {.c = c, .of = of, .argc = argc};
    of->followed = 1;
    if (!t) return fault_memory(f);
    t->p = &made;
    h->tracing = t;
    made.result = follow_ways(&w, f);
    h->tracing = NULL;
    if (h->budget->dead) return 0;
    if (made.result < 0) return 1;
    const np_value *r = &made.value[made.result];
    if (r->op == NP_CONSTANT && !memcmp(&r->constant, &(double){undone()}, sizeof(double)))
        return 1; /* no way can be followed */
    if (!(p = arena_take(memory, sizeof *p))) return fault_memory(f);
    *p = made;
    if (!np_finish(p, ex_level(h->settings.simd), memory)) return fault_memory(f);
    of->program = p;
    return 1;
}

/* ---- a block of elements ---- */

static int same_key(const double *a, const double *b, int argc) {
    for (int i = 0; i < argc; i++)
        if (a[i] != b[i] && (a[i] == a[i] || b[i] == b[i])) return 0;
    return 1;
}

/* The combination of an element; NULL where there are too many. */
static combination *combination_of(each_function *c, const double *const *arg, int argc,
                                   size_t element) {
    struct symbolic *s = c->symbolic;
    double key[EACH_ARGUMENTS];
    for (int i = 0; i < argc; i++) {
        double x = arg[i][element];
        key[i] = c->takes[i] == EX_NUMBER && x == x ? 0 : x;
    }
    for (int i = 0; i < s->count; i++)
        if (same_key(s->of[i].key, key, argc)) return &s->of[i];
    if (s->count == COMBINATIONS) return NULL;
    combination *made = &s->of[s->count++];
    *made = (combination){0};
    memcpy(made->key, key, (size_t)argc * sizeof *key);
    return made;
}

/* Computes the elements of the block that are of one combination. */
static void compute_some(const number_program *p, const double *const *arg, int argc,
                         const uint16_t *element, size_t count, double *out) {
    double some[EACH_ARGUMENTS][NP_BLOCK], result[NP_BLOCK];
    const double *of[EACH_ARGUMENTS];
    for (int i = 0; i < argc; i++) {
        for (size_t k = 0; k < NP_BLOCK; k++) some[i][k] = k < count ? arg[i][element[k]] : 0;
        of[i] = some[i];
    }
    np_run(p, of, count, result);
    for (size_t k = 0; k < count; k++) out[element[k]] = result[k];
}

/* Whether all elements are of the first's combination. */
static int alike(const each_function *c, const double *const *arg, int argc, size_t count) {
    for (int i = 0; i < argc; i++) {
        const double *x = arg[i];
        size_t same = 0;
        if (c->takes[i] == EX_NUMBER) {
            for (size_t k = 0; k < count; k++) same += x[k] == x[k];
            if (x[0] != x[0]) same = count - same;
        } else {
            for (size_t k = 0; k < count; k++) same += !memcmp(&x[k], &x[0], sizeof *x);
        }
        if (same < count) return 0;
    }
    return 1;
}

/* Notes further elements of a combination, which is followed when there are some. */
static int note_elements(each_function *c, int argc, combination *of, size_t count, fault *f) {
    of->seen += count;
    return of->followed || of->seen < ELEMENTS || follow(c, argc, of, f);
}

/* A block with elements of several combinations. */
static int compute_mixed(each_function *c, const double *const *arg, int argc, size_t count,
                         double *out, fault *f) {
    combination *of[NP_BLOCK];
    uint16_t element[NP_BLOCK];
    for (size_t k = 0; k < count; k++) of[k] = combination_of(c, arg, argc, k);
    for (size_t k = 0; k < count; k++) {
        combination *this = of[k];
        size_t found = 0;
        if (!this) continue;
        for (size_t i = k; i < count; i++) {
            if (of[i] != this) continue;
            element[found++] = (uint16_t)i;
            of[i] = NULL;
        }
        if (!note_elements(c, argc, this, found, f)) return 0;
        if (this->program) compute_some(this->program, arg, argc, element, found, out);
    }
    return 1;
}

int symbolic_block(each_function *c, const double *const *arg, int argc, size_t count, double *out,
                   fault *f) {
    if (!c->symbolic && !(c->symbolic = arena_zero(&c->h->memory, 1, sizeof *c->symbolic)))
        return fault_memory(f);
    const int one = alike(c, arg, argc, count);
    combination *all = one ? combination_of(c, arg, argc, 0) : NULL;
    if (all && !note_elements(c, argc, all, count, f)) return 0;
    if (all && all->program) {
        np_run(all->program, arg, count, out);
        return 1;
    }
    for (size_t k = 0; k < count; k++) out[k] = undone();
    return one || compute_mixed(c, arg, argc, count, out, f);
}

int symbolic_programs(const each_function *c) {
    int programs = 0;
    for (int i = 0; c->symbolic && i < c->symbolic->count; i++)
        programs += c->symbolic->of[i].program != NULL;
    return programs;
}

const char *symbolic_reason(const each_function *c) {
    return c->symbolic && c->symbolic->why
               ? c->symbolic->why
               : TEXT("it does more than compute with numbers and compare them");
}

void symbolic_open(lua_State *L) {
    static const luaL_Reg fields[] = {
        {"__add", add},          {"__sub", subtract},     {"__mul", multiply}, {"__div", divide},
        {"__idiv", divide_down}, {"__mod", remainder_of}, {"__pow", power},    {"__unm", negate},
        {"__lt", less},          {"__le", at_most},       {NULL, NULL},
    };
    host_metatable(L, "number", fields, &symbol_key);
    for (const luaL_Reg *r = fields; r->name; r++) symbolic_allow(L, r->func, SYMBOLIC_ANY);
}
