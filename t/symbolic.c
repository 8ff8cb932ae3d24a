/* Functions of each that are followed with symbols, against the same functions called by Lua for
 * every element.
 *
 * Random functions of two numbers, a text and a truth, with missing values among them. Each is
 * given to `each` twice: as it is, and behind a function with any number of arguments, which is
 * never followed. Both must give the same bits, or the same error. ASSESS_CASES says how many
 * functions; a function that fails is printed with the seed. */
#include "base/buf.h"
#include "base/splitmix64.h"
#include "expr/run.h"
#include "in_lua.h"
#include "lua/number_program.h"
#include "lua/symbolic.h"

enum { ELEMENTS = 500, PER_SCRIPT = 20 };

/* ---- random functions ---- */

static uint64_t state;

static unsigned below(unsigned n) { return (unsigned)(splitmix64(&state) % n); }

static const char *pick(const char *const *from, unsigned n) { return from[below(n)]; }

static void put_number(buf *b) {
    static const char *const numbers[] = {
        "0",    "1",   "-1", "2",     "3",    "0.5", "-2.5", "60",   "100", "0.1",
        "-0.0", "1e9", "7",  "1e300", "1e-9", "10",  "0.0",  "33.3", "-7",  "4611686018427387904"};
    buf_text(b, pick(numbers, sizeof numbers / sizeof *numbers));
}

static void put_expression(buf *b, int depth) {
    static const char *const infix[] = {"+", "-", "*", "/", "//", "%"};
    static const char *const one[] = {"math.floor", "math.ceil", "math.abs", "math.sqrt", "abs",
                                      "half",       "-",         "round",    "sign",      "exp"};
    static const char *const two[] = {"math.max", "math.min", "least",
                                      "greatest", "floor",    "grade"};
    switch (depth ? below(8) : below(3)) {
    case 0: put_number(b); return;
    case 1: buf_text(b, "x"); return;
    case 2: buf_text(b, "y"); return;
    case 3:
    case 4:
        buf_text(b, pick(one, sizeof one / sizeof *one));
        buf_text(b, "(");
        put_expression(b, depth - 1);
        break;
    case 5:
        buf_text(b, pick(two, sizeof two / sizeof *two));
        buf_text(b, "(");
        put_expression(b, depth - 1);
        buf_text(b, ", ");
        put_expression(b, depth - 1);
        break;
    default:
        buf_text(b, "(");
        put_expression(b, depth - 1);
        buf_print(b, " %s ", pick(infix, sizeof infix / sizeof *infix));
        put_expression(b, depth - 1);
        if (!below(8)) buf_text(b, " ^ 2");
    }
    buf_text(b, ")");
}

static void put_condition(buf *b, int depth) {
    static const char *const signs[] = {"<", "<=", ">", ">="};
    switch (below(depth ? 9 : 5)) {
    case 5: buf_text(b, "k == 'A'"); return;
    case 6: buf_text(b, "q"); return;
    case 7:
        buf_text(b, "not (");
        put_condition(b, depth - 1);
        buf_text(b, ")");
        return;
    case 8:
        buf_text(b, "(");
        put_condition(b, depth - 1);
        buf_text(b, below(2) ? " and " : " or ");
        put_condition(b, depth - 1);
        buf_text(b, ")");
        return;
    default:
        put_expression(b, 1);
        buf_print(b, " %s ", pick(signs, 4));
        put_expression(b, 1);
    }
}

static void put_return(buf *b) {
    static const char *const others[] = {
        "return nil", "return x", "return s(x)",
        "for i = 1, #cuts do if x < cuts[i] then return i end end return 9",
        "for _, c in ipairs(steps) do if y >= c[1] then return c[2] end end return 0",
        "return #(k or 'none')", "return x and y", "return not q and 1 or 0",
        /* not followed */
        "if x == 3 then return 1 end return 2", "return cuts[x] or 5", "return #tostring(x)",
        "error('never')"};
    if (!below(6)) {
        buf_print(b, "do %s end ", pick(others, sizeof others / sizeof *others - (below(20) > 0)));
        return;
    }
    buf_text(b, "do local r = ");
    put_expression(b, 3);
    /* mostly finite, as what is not is an error */
    if (below(30)) buf_text(b, " if not (r < 1e200 and r > -1e200) then return nil end");
    buf_text(b, " return r end ");
}

static void put_function(buf *b) {
    buf_text(b, "function(x, y, k, q) ");
    switch (below(4)) {
    case 0: buf_text(b, "if not x or y == nil then return nil end "); break;
    case 1: buf_text(b, "x = x or 7.5 y = y or x "); break;
    default: buf_text(b, "if not (x and y) then return 1 end "); break;
    }
    for (unsigned n = below(4); n > 0; n--) {
        buf_text(b, "if ");
        put_condition(b, 2);
        buf_text(b, " then ");
        if (below(2)) {
            put_return(b);
        } else {
            buf_text(b, "y = ");
            put_expression(b, 2);
            buf_text(b, " ");
        }
        buf_text(b, "end ");
    }
    put_return(b);
    buf_text(b, "end");
}

/* ---- their arguments ---- */

static double x[ELEMENTS], y[ELEMENTS], k[ELEMENTS], q[ELEMENTS];

static double any_number(void) {
    static const double special[] = {
        0, -0.0, 1, -1, 0.5, 60, 100, 3, 1e300, -1e-300, 9007199254740993.0};
    unsigned kind = below(10);
    if (kind == 0) return (double)NAN;
    if (kind < 3) return special[below(sizeof special / sizeof *special)];
    if (kind < 6) return (double)below(200) - 50;
    return ((double)below(2000000) - 500000) / 7000;
}

static void fill(host *h, ex_id array[4], fault *f) {
    uint32_t label[ELEMENTS], text[3];
    char name[16];
    for (unsigned i = 0; i < ELEMENTS; i++) {
        snprintf(name, sizeof name, "u%u", i);
        label[i] = pool_put(h->strings, name, strlen(name));
        x[i] = any_number();
        y[i] = any_number();
    }
    for (int i = 0; i < 3; i++) text[i] = pool_put(h->strings, &"ABC"[i], 1);
    for (int i = 0; i < ELEMENTS; i++) {
        k[i] = below(20) ? text[below(3)] : (double)NAN;
        q[i] = below(20) ? below(2) : (double)NAN;
    }
    ax_set unit = AX_BIT(ax_make(h->space, "unit", label, ELEMENTS, f));
    const ex_values v[4] = {{EX_DATA, EX_NUMBER, unit, x, NULL, "x", 0, NULL, NULL, 0},
                            {EX_DATA, EX_NUMBER, unit, y, NULL, "y", 0, NULL, NULL, 0},
                            {EX_DATA, EX_TEXT, unit, k, NULL, "k", 0, NULL, NULL, 0},
                            {EX_DATA, EX_TRUTH, unit, q, NULL, "q", 0, NULL, NULL, 0}};
    for (int i = 0; i < 4; i++) array[i] = ex_values_node(h->graph, &v[i], f);
}

/* ---- comparing ---- */

static const double *values(host *h, int at, char message[400]) {
    const ex_id node = host_test(h->L, at)->node;
    fault f = FAULT_INIT;
    const double *value = ex_run_eval(h->run, &node, 1, &f) ? ex_run_value(h->run, node, &f) : NULL;
    snprintf(message, 400, "%s", !value && f.listed ? f.item[0].text : "");
    fault_release(&f);
    return value;
}

static int followed(host *h, int at) {
    const ex_function *fn = ex_function_of(h->graph, host_test(h->L, at)->node);
    return symbolic_programs(fn->self);
}

static unsigned compared, failed, by_program;

/* Runs a script of some functions, the seed of which is `seed`. */
static void run_script(uint64_t seed) {
    static const char *const head =
        "local cuts = { 0, 10, 60, 90 }\n"
        "local steps = { { 90, 1.0 }, { 60, 0.8 }, { 0, 0.1 } }\n"
        "local function half(v) if v > 3 then return v / 2 end return v end\n"
        "local function grade(v, w) if v >= 90 then return w elseif v >= 60 then return 60 + (v - "
        "60) * 4 / 3 end return 0 end\n"
        "local function s(v) local sum = 0 for i = 1, 3 do sum = sum + v * i end return sum end\n"
        "local function left(f) return function(...) return f(...) end end\n"
        "return function(x, y, k, q) local f, a, b = {}, {}, {}\n";
    host_settings settings = {.simd = seed % 2 ? "baseline" : NULL};
    fault notes = FAULT_INIT, f = FAULT_INIT;
    char *text[PER_SCRIPT];
    buf script = BUF_INIT;
    ex_id array[4];
    state = seed;
    host *h = host_open(&settings, &notes, &f);
    fill(h, array, &f);
    buf_text(&script, head);
    for (int i = 0; i < PER_SCRIPT; i++) {
        buf one = BUF_INIT;
        if (i)
            put_function(&one);
        else /* 2^53 + 1 is a whole number for Lua, and no double */
            buf_text(&one, "function(x, y) if not x then return y end local r = math.floor(x) "
                           "return -(1 + r) + r end");
        text[i] = strdup(buf_string(&one));
        buf_release(&one);
        buf_print(&script, "f[%d] = %s\n", i + 1, text[i]);
    }
    buf_print(&script,
              "for i = 1, %d do a[i] = each(f[i], x, y, k, q) b[i] = each(left(f[i]), x, y, k, q) "
              "end\nreturn a, b end\n",
              PER_SCRIPT);
    in_put("rules.lua", buf_string(&script));
    int fine = host_run_file(h, "rules.lua", &f);
    for (int i = 0; fine && i < 4; i++) host_push(h->L, array[i], NULL, NULL);
    fine = fine && host_call(h, 4, 2, &f);
    if (!fine) diag("seed %" PRIu64 ": %s", seed, f.listed ? f.item[0].text : "the script fails");
    failed += !fine;
    for (int i = 0; fine && i < PER_SCRIPT; i++) {
        char one[400], other[400];
        lua_geti(h->L, -2, i + 1);
        lua_geti(h->L, -2, i + 1);
        const double *a = values(h, -2, one), *b = values(h, -1, other);
        int same = !a == !b && !strcmp(one, other);
        for (int e = 0; same && a && e < ELEMENTS; e++)
            if (memcmp(&a[e], &b[e], sizeof *a) && (a[e] == a[e] || b[e] == b[e])) {
                diag("x %.17g, y %.17g, k %g, q %g: %.17g, and by Lua %.17g", x[e], y[e], k[e],
                     q[e], a[e], b[e]);
                same = 0;
            }
        compared++;
        failed += !same;
        by_program += followed(h, -2) > 0;
        if (!same) diag("seed %" PRIu64 ": %s\n# %s | %s", seed, text[i], one, other);
        lua_pop(h->L, 2);
    }
    for (int i = 0; i < PER_SCRIPT; i++) free(text[i]);
    buf_release(&script);
    host_close(h);
    fault_release(&notes);
    fault_release(&f);
}

/* ---- operations on blocks of numbers ---- */

static int same_bits(double a, double b) {
    return (a != a && b != b) || (a == b && signbit(a + 0.0) == signbit(b + 0.0));
}

/* Every operation, on all pairs of awkward numbers and a third, by every level of this CPU. */
static void compare_operation(ex_op op, const char *level) {
    static const double awkward[16] = {0,     -0.0,     1,         -1,  0.5, 2.5, -2.5,    89.445,
                                       1e300, INFINITY, -INFINITY, NAN, 3,   -2,  1.0 / 3, 1e-300};
    double column[3][NP_BLOCK], got[NP_BLOCK];
    const double *arg[3] = {column[0], column[1], column[2]};
    number_program p = {.values = 0};
    int of[3], wrong = 0;
    arena memory = ARENA_INIT;
    for (int i = 0; i < NP_BLOCK; i++) {
        column[0][i] = awkward[i % 16];
        column[1][i] = awkward[i / 16];
        column[2][i] = awkward[(i + i / 16) % 16];
    }
    for (int i = 0; i < 3; i++) of[i] = np_argument(&p, i);
    p.result = np_elementwise(&p, op, of[0], of[1], of[2]);
    if (!np_finish(&p, ex_level(level), &memory)) exit(1);
    np_run(&p, arg, NP_BLOCK, got);
    for (int i = 0; i < NP_BLOCK; i++) {
        double want = np_plain(op, column[0][i], column[1][i], column[2][i]);
        wrong += !same_bits(got[i], want);
        if (wrong == 1 && !same_bits(got[i], want))
            diag("%.17g, %.17g, %.17g: %.17g, not %.17g", column[0][i], column[1][i], column[2][i],
                 got[i], want);
    }
    ok(!wrong, "%s at level %s: a block has what single numbers have", ex_record_of(op)->name,
       level);
    arena_release(&memory);
}

static void operations(void) {
    static const char *const level[] = {"baseline", "v3", "v4"};
    for (unsigned op = 0; op < EX_OPS; op++)
        for (int l = 0; l < 3; l++)
            if (ex_is(op, NP_PLAIN) && ex_level(level[l]) >= 0)
                compare_operation((ex_op)op, level[l]);
    is_num(np_plain(EX_round, 89.445, 2, 0), 89.45, "half away from zero, as on paper");
    is_num(np_plain(EX_round_half_even, 89.445, 2, 0), 89.44, "half to even");
    is_num(np_plain(EX_round_half_even, 89.455, 2, 0), 89.46, "and not down");
    is_num(np_plain(EX_round_half_down, -89.445, 2, 0), -89.44, "half to zero");
    is_num(np_plain(EX_round_up, 89.441, 2, 0), 89.45, "away from zero");
    is_num(np_plain(EX_round_down, -89.449, 2, 0), -89.44, "to zero");
    is_num(np_plain(EX_clamp, 7, 1, 5), 5, "not above the limit");
    ok(isnan(np_plain(EX_log, -1, 0, 0)), "no logarithm of what is negative");
    ok(isnan(np_plain(EX_add, 1, 2, 0)), "a sum is no operation of its own here");
}

int main(void) {
    const char *cases = getenv("ASSESS_CASES"), *given = getenv("ASSESS_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    unsigned count = cases ? (unsigned)strtoul(cases, NULL, 10) : 1000;
    diag("seed %" PRIu64, seed);
    operations();
    in_enter();
    for (unsigned i = 0; i * PER_SCRIPT < count && failed < 5; i++) run_script(seed + i);
    in_leave();
    ok(compared >= count && !failed, "%u functions over %d elements give the bits that Lua gives",
       compared, ELEMENTS);
    ok(2 * by_program > compared, "%u of them are computed without Lua", by_program);
    return done_testing();
}
