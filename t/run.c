/* A run beyond its values: what is computed again and what is not, limits, stopping, functions of
 * the host over matrices. Values are compared at random in t/reference.c. */
#include "reference_evaluator.h"
#include "base/limits.h"
#include "base/work.h"
#include "expr/profile.h"
#include "expr/run.h"
#include "tap.h"

#define M NAN

static pool *strings;
static ax_space *space;
static ex_graph *g;
static fault f;
static int unit, item, draw;

static int make(const char *name, uint32_t n) {
    uint32_t *label = malloc(n * sizeof *label);
    char text[32];
    for (uint32_t i = 0; i < n; i++) {
        snprintf(text, sizeof text, "%s %u", name, i);
        label[i] = pool_put(strings, text, strlen(text));
    }
    int axis = ax_make(space, name, label, n, &f);
    free(label);
    return axis;
}

static ex_id leaf(ax_set axes, const double *value) {
    ex_values v = {
        .origin = EX_LEAF, .kind = EX_NUMBER, .axes = axes, .value = value, .name = "leaf"};
    return ex_values_node(g, &v, &f);
}

static ex_run *run_open(const ex_settings *settings) {
    ex_run *r = ex_run_open(g, settings, &f);
    if (!r) diag("%s", f.item[0].text);
    return r;
}

static int eval(ex_run *r, ex_id n) { return ex_run_eval(r, &n, 1, &f); }

static double first_of(ex_run *r, ex_id n) {
    const double *v = ex_run_value(r, n, &f);
    return v ? v[0] : -1e99;
}

static void fault_is(fault_kind kind, const char *text, const char *name) {
    is_int(f.kind, kind, "%s: kind of fault", name);
    has_str(f.listed ? f.item[0].text : "", text, "%s: message", name);
    fault_release(&f);
    f = FAULT_INIT;
}

#define B(op, a, b) ex_binary(g, EX_##op, a, b, &f)
#define N(v) ex_number(g, v, &f)

static void only_what_changed(void) {
    static double a_is[] = {1, 2, 3}, b_is[] = {10};
    ex_id a = leaf(AX_BIT(unit), a_is), b = leaf(0, b_is);
    ex_id double_a = B(mul, a, N(2)), sum_a = ex_reduce(g, EX_sum, double_a, unit, 0, &f);
    ex_id double_b = B(mul, b, N(2)), both = B(add, sum_a, double_b);
    ex_run *r = run_open(NULL);
    ex_id want[] = {both, sum_a};
    ok(ex_run_eval(r, want, 2, &f), "two nodes are evaluated");
    is_num(first_of(r, both), 32, "the value of the node");
    is_int((intmax_t)ex_run_computed(r), 4, "every node was computed once");
    ok(eval(r, both), "the node is evaluated again");
    is_int((intmax_t)ex_run_computed(r), 4, "nothing is computed the second time");
    b_is[0] = 20;
    ex_run_changed(r, b);
    ok(!ex_run_value(r, both, &f), "a value that depends on a change is dropped");
    is_num(first_of(r, sum_a), 12, "a value that does not depend on it stays");
    ok(eval(r, both), "the node is evaluated after a change");
    is_num(first_of(r, both), 52, "the new value");
    is_int((intmax_t)ex_run_computed(r), 6, "only what depends on the change is computed");
    a_is[2] = NAN;
    ex_run_changed(r, a);
    ok(eval(r, both), "the node is evaluated after another change");
    is_num(first_of(r, both), 46, "the newer value");
    /* What hangs on b alone may have been no more than a step on the way, and is then taken again.
     */
    uint64_t computed = ex_run_computed(r);
    ok(computed == 9 || computed == 10, "three nodes depend on it");
    ex_id later = B(sub, both, N(6));
    ok(eval(r, later), "an added node is evaluated");
    is_num(first_of(r, later), 40, "an added node uses known values");
    is_int((intmax_t)(ex_run_computed(r) - computed), 1, "only the added node is computed");
    ok(ex_run_value(r, a, &f) == a_is, "a dense source is not copied");
    ok(!ex_run_value(r, 0, &f) && !ex_run_value(r, ex_count(g) + 1, &f),
       "an unknown node has no value");
    ex_run_close(r);
}

static void domain_errors(void) {
    static double a_is[] = {1, 0, -3};
    ex_id a = leaf(AX_BIT(unit), a_is), root = ex_unary(g, EX_sqrt, a, &f);
    ex_id shares = B(div, N(1), a), sum = ex_reduce(g, EX_sum, B(add, root, shares), unit, 0, &f);
    ex_run *r = run_open(NULL);
    ok(eval(r, sum), "a sum with domain errors is evaluated");
    is_int((intmax_t)ex_run_domain_errors(r), 2, "two nodes have domain errors");
    ex_domain_error one = ex_run_domain_error(r, 0), two = ex_run_domain_error(r, 1);
    ok(one.node == root && one.count == 1 && one.first == 2,
       "one is the root of a negative number");
    ok(two.node == shares && two.count == 1 && two.first == 1, "one is a division by zero");
    a_is[1] = 4;
    ex_run_changed(r, a);
    ok(eval(r, sum), "the sum is evaluated after a change");
    is_int((intmax_t)ex_run_domain_errors(r), 1, "domain errors are those of the last values");
    ex_run_close(r);
}

static void columns(void) {
    static const double low[] = {1, 2, 3}, high[] = {4, 5, 6};
    static const double *const column[] = {low, high};
    ex_values v = {.origin = EX_DATA,
                   .kind = EX_NUMBER,
                   .axes = AX_BIT(unit) | AX_BIT(item),
                   .column = column};
    ex_id x = ex_values_node(g, &v, &f);
    ex_run *r = run_open(NULL);
    const double *all = ex_run_value(r, x, &f);
    int dense = all != NULL;
    for (int i = 0; dense && i < 6; i++) dense = all[i] == i + 1;
    ok(dense, "columns are copied together for one who wants the values");
    ex_run_close(r);
}

static int fails_on_two(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)argc;
    if (arg[0] == 2) return fault_set(in, FAULT_RULE, "two is refused");
    *out = arg[0];
    return 1;
}

static void failures(void) {
    static double a_is[] = {1, 2, 3};
    ex_id a = leaf(AX_BIT(unit), a_is);
    ex_function fn = {.name = "fails", .gives = EX_NUMBER, .call = fails_on_two};
    ex_id looked = ex_lookup(g, &fn, &a, 1, &f),
          sum = ex_reduce(g, EX_sum, B(add, looked, N(1)), unit, 0, &f);
    ex_run *r = run_open(NULL);
    ok(!eval(r, sum), "a host function that fails ends the run");
    fault_is(FAULT_RULE, "two is refused", "host");
    ok(!ex_run_value(r, looked, &f) && !ex_run_value(r, sum, &f),
       "a run that failed leaves no values");
    a_is[1] = 5;
    ex_run_changed(r, a);
    ok(!ex_run_force(r, looked, 0, 1, &f), "what was not computed cannot be changed");
    fault_is(FAULT_BUG, "cannot be changed", "not computed");
    ok(eval(r, sum), "the run is evaluated again");
    is_num(first_of(r, sum), 12, "the value after a failure is right");
    ok(!ex_run_force(r, a, 3, 1, &f), "nor an element that is not there");
    fault_is(FAULT_BUG, "cannot be changed", "no such element");
    ok(ex_run_force(r, a, 2, 13, &f) && eval(r, sum), "the last one can");
    is_num(first_of(r, sum), 22, "the value after that");
    ex_run_close(r);

    static double zeros[300 * 3];
    ex_id x = leaf(AX_BIT(draw) | AX_BIT(unit), zeros), more = B(add, x, N(1));
    r = run_open(&(ex_settings){.memory = 300 * 3 * sizeof(double) - 1});
    ok(!eval(r, more), "values over the limit of memory are refused");
    fault_is(FAULT_LIMIT, "memory", "memory");
    ok(eval(r, ex_reduce(g, EX_sum, more, draw, 0, &f)),
       "an array that is only summed needs no memory");
    is_num(first_of(r, ex_reduce(g, EX_sum, more, draw, 0, &f)), 300, "the sum of such an array");
    ex_run_close(r);
    r = run_open(&(ex_settings){.memory = 300 * 3 * sizeof(double)});
    ok(eval(r, more), "values that just fit are computed");
    ok(!eval(r, B(add, x, N(2))), "further values are refused");
    fault_is(FAULT_LIMIT, "memory", "more memory");
    ok(!ex_run_force(r, x, 0, 5, &f), "so is a copy of a source, to be changed");
    fault_is(FAULT_LIMIT, "memory", "memory for a copy");
    ex_run_changed(r, x);
    ok(eval(r, B(add, x, N(2))), "values that a change drops make room");
    ex_run_close(r);

    volatile sig_atomic_t stop = 1;
    r = run_open(&(ex_settings){.stop = &stop});
    ok(!eval(r, more), "a run that is told to stop ends");
    fault_is(FAULT_LIMIT, "stopped", "stop");
    stop = 0;
    ok(eval(r, more) && first_of(r, more) == 1, "it can be evaluated later");
    ex_run_close(r);
    ok(!ex_run_open(g, &(ex_settings){.simd = "v9"}, &f), "an unknown SIMD level is refused");
    fault_is(FAULT_USAGE, "'v9'", "level");
}

/* out[u] = sum over i of m[u][i] * w[i] */
static int product(void *self, const double *const *arg, double *out, fault *in) {
    (void)self, (void)in;
    for (int u = 0; u < 3; u++) {
        out[u] = arg[0][2 * u] * arg[1][0] + arg[0][2 * u + 1] * arg[1][1];
        if (out[u] > 1e6) out[u] = INFINITY;
    }
    return 1;
}

static void matrices(void) {
    /* draw is longest, so innermost; then unit, then item outermost: m[item][unit][draw]. */
    static double m_is[2 * 3 * 300], w_is[2 * 300];
    for (int i = 0; i < 2; i++)
        for (int d = 0; d < 300; d++) {
            w_is[i * 300 + d] = i ? 10 : d;
            for (int u = 0; u < 3; u++) m_is[(i * 3 + u) * 300 + d] = i ? u : 1;
        }
    m_is[300 + 7] = NAN;
    w_is[8] = 2e6;
    ex_id m = leaf(AX_BIT(unit) | AX_BIT(item) | AX_BIT(draw), m_is),
          w = leaf(AX_BIT(item) | AX_BIT(draw), w_is);
    ex_matrix_function fn = {.name = "product",
                             .gives = EX_NUMBER,
                             .core = {{unit, item}, {item, AX_NONE}},
                             .out = {unit, AX_NONE},
                             .call = product,
                             .same = 1};
    ex_id arg[] = {m, w}, n = ex_matrix_node(g, &fn, arg, 2, &f);
    if (!ok(n && n == ex_matrix_node(g, &fn, arg, 2, &f), "a product of matrices, once")) {
        diag("%s", f.listed ? f.item[0].text : "no reason given");
        return;
    }
    ok(ex_get(g, n)->axes == (AX_BIT(unit) | AX_BIT(draw)),
       "a matrix node has the axes of its core and of the other operands");
    ex_run *r = run_open(NULL);
    ex_reference *ref = ex_reference_open(g, &n, 1, &f);
    if (ok(ref && eval(r, n), "evaluates")) {
        const double *got = ex_run_value(r, n, &f), *also = ex_reference_value(ref, n);
        int good = 1;
        for (int u = 0; u < 3; u++)
            for (int d = 0; d < 300; d++) {
                double want = d == 8 || (d == 7 && u == 1) ? NAN : d + 10.0 * u;
                double a = got[u * 300 + d], b = also[u * 300 + d];
                good &= (a == want || (isnan(a) && isnan(want))) &&
                        (b == want || (isnan(b) && isnan(want)));
            }
        ok(good, "d + 10 u for each draw; an infinite answer is missing");
    }
    ex_reference_close(ref);
    ex_run_close(r);
    arg[1] = leaf(AX_BIT(unit), m_is);
    ok(!ex_matrix_node(g, &fn, arg, 2, &f), "an argument without its core axis is refused");
    fault_is(FAULT_RULE, "item", "core");
}

/* ---- values that nothing reads any more ---- */

enum { STEPS = 12 };

static void spare_values(void) {
    static double x_is[900], y_is[900];
    const size_t bytes = sizeof x_is;
    for (int i = 0; i < 900; i++) x_is[i] = (i * 37) % 101 + 0.25 * (i % 3);
    ex_id x = leaf(AX_BIT(unit) | AX_BIT(draw), x_is), n = x, third = 0;
    for (int i = 0; i < STEPS; i++) {
        ex_id ranked = ex_scan(g, EX_rank, n, draw, 0, EX_TIES_MIN, i % 2, &f);
        n = B(add, ranked, B(mul, n, N(0.5)));
        if (i == 2) third = n;
    }
    ex_run *all = run_open(NULL), *few = run_open(&(ex_settings){.spare = 1});
    ok(eval(all, n) && eval(few, n), "a chain of ranks, with all values kept and with few");
    ok(!memcmp(ex_run_value(all, n, &f), ex_run_value(few, n, &f), bytes), "has the same bits");
    ok(ex_run_memory_most(all) >= STEPS * bytes, "usually values are kept for later");
    ok(ex_run_memory_most(few) <= 4 * bytes, "without spare, the most is %zu of %zu bytes",
       ex_run_memory_most(few), ex_run_memory_most(all));
    ok(ex_run_memory(few) <= 2 * bytes, "and little is left");

    ex_run *some = run_open(&(ex_settings){.spare = 4 * bytes});
    const int fine = eval(some, n);
    const size_t left = ex_run_memory(some);
    ok(fine && left >= 4 * bytes && left <= 6 * bytes,
       "of values that nothing reads the newest are kept where there is room: %zu of %zu bytes",
       left, 4 * bytes);
    ex_run_close(some);

    const ex_id both[] = {third, n};
    ok(ex_run_eval(few, both, 2, &f), "a value on the way that was given back is computed again");
    const double *kept = ex_run_value(few, third, &f);
    memcpy(y_is, kept, bytes);
    ok(ex_run_force(few, x, 5, 1000, &f) && eval(few, n) && ex_run_force(all, x, 5, 1000, &f) &&
           eval(all, n) && !memcmp(ex_run_value(all, n, &f), ex_run_value(few, n, &f), bytes),
       "after a change both are the same again");
    ok(ex_run_force(few, x, 5, x_is[5], &f) && ex_run_eval(few, both, 2, &f) &&
           !memcmp(ex_run_value(few, third, &f), y_is, bytes),
       "and what was asked for stays");
    ex_run_close(all);
    ex_run_close(few);
}

/* As many draws do: the same node again and again, of values that are lent; a median, of which no
 * program is made. */
static void again_and_again(void) {
    enum { DRAWS = 64, UNITS = 50, TIMES = 400 };
    static double value[UNITS * DRAWS], nominal[UNITS];
    static uint8_t varies[UNITS];
    const int many = make("many units", UNITS), few = make("few draws", DRAWS);
    ex_id x = leaf(AX_BIT(many) | AX_BIT(few), value),
          middle = ex_reduce(g, EX_median, x, many, 0, &f);
    const ex_settings settings = {.eights = few + 1, .again = 1};
    ex_run *r = run_open(&settings);
    memset(varies, 1, sizeof varies);
    size_t taken = 0;
    int fine = 1;
    for (int i = 0; fine && i < TIMES; i++) {
        for (int k = 0; k < UNITS * DRAWS; k++) value[k] = 100 + (k * 7 + i) % 31;
        fine = ex_run_lend_lines(r, x, value, varies, nominal, &f) && eval(r, middle);
        if (i == 2) taken = limits_taken();
    }
    ok(fine, "values that are lent are computed with %d times", TIMES);
    is_int((intmax_t)limits_taken(), (intmax_t)taken, "in memory that does not grow");
    ex_run_close(r);
}

/* ---- what a run costs ---- */

static const ex_cost *cost_of(const ex_profile *p, ex_id n) {
    const ex_cost *found = NULL;
    for (size_t i = 0; i < p->costs; i++)
        if (p->cost[i].node == n) {
            if (found) return NULL;
            found = &p->cost[i];
        }
    return found;
}

/* `numbers`: in arrays that are read or written. */
static void cost_is(const ex_profile *p, ex_id n, uint64_t elements, uint64_t numbers, int whole,
                    const char *what) {
    const ex_cost *c = cost_of(p, n);
    if (!ok(c && c->pass < p->passes, "%s is computed once", what)) return;
    is_int((intmax_t)c->elements, (intmax_t)elements, "%s: elements", what);
    is_int((intmax_t)c->bytes, (intmax_t)(numbers * sizeof(double)), "%s: bytes", what);
    ok(p->pass[c->pass].whole == whole && (whole || p->pass[c->pass].stream == draw),
       "%s: its pass", what);
}

/* The operations of a pass take what it takes, but for a nanosecond each, and all of them no more
 * than the run. */
static int times_add_up(const ex_profile *p, uint64_t run) {
    uint64_t all = 0;
    size_t operations = 0;
    int fine = 1;
    for (size_t k = 0; k < p->passes; k++) {
        const ex_pass_cost *pass = &p->pass[k];
        uint64_t sum = 0;
        for (size_t i = 0; i < p->costs; i++) sum += p->cost[i].pass == k ? p->cost[i].time : 0;
        fine = fine && sum <= pass->time && pass->time - sum <= pass->operations;
        all += pass->time;
        operations += pass->operations;
    }
    return fine && all > 0 && all <= run && operations == p->costs;
}

static int add_two(void *self, const double *arg, int argc, double *out, fault *in) {
    (void)self, (void)argc, (void)in;
    *out = arg[0] + arg[1];
    return 1;
}

static void profiles(void) {
    enum { U = 3, I = 2, D = 300, FAR = 100000 };
    static double a_is[U * D], b_is[U], c_is[I * U * D], d_is[I * D], e_is[D], x_is[FAR];
    for (int i = 0; i < FAR; i++) x_is[i] = 1 + i % 1000;
    const int far = make("far", FAR);
    const ax_set draws = AX_BIT(draw), units = AX_BIT(unit), items = AX_BIT(item);
    const ex_id a = leaf(units | draws, a_is), b = leaf(units, b_is),
                c = leaf(items | units | draws, c_is), d = leaf(items | draws, d_is),
                x = leaf(AX_BIT(far), x_is);
    const ex_function two = {.name = "two", .gives = EX_NUMBER, .call = add_two};
    static double t_is[U] = {1, 0, M};
    ex_values truth = {
        .origin = EX_LEAF, .kind = EX_TRUTH, .axes = units, .value = t_is, .name = "truth"};
    const ex_id chosen = ex_ternary(g, EX_where, ex_values_node(g, &truth, &f), b, a, &f);
    const ex_id added = B(add, a, b), turned = ex_unary(g, EX_neg, c, &f),
                folded = ex_reduce(g, EX_max, turned, unit, 0, &f),
                total = ex_reduce(g, EX_min, c, unit, 0, &f), share = B(sub, c, total),
                line = ex_reduce(g, EX_max, d, draw, 0, &f),
                ranked = ex_scan(g, EX_rank, c, draw, 0, EX_TIES_MIN, 0, &f),
                middle = ex_reduce(g, EX_median, a, draw, 0, &f),
                asked = ex_lookup(g, &two, (ex_id[]){b, leaf(draws, e_is)}, 2, &f),
                light = ex_unary(g, EX_neg, x, &f), heavy = ex_unary(g, EX_exp, light, &f),
                sum = ex_reduce(g, EX_sum, heavy, far, 0, &f);
    const ex_id want[] = {added, folded, share, line, ranked, middle, asked, chosen};
    ex_profile p = {0};
    ex_run *r = run_open(&(ex_settings){.threads = 1, .profile = &p});
    uint64_t began = work_now();
    ok(ex_run_eval(r, want, sizeof want / sizeof *want, &f) && times_add_up(&p, work_now() - began),
       "the times of a profile add up");
    cost_is(&p, added, U * D, U * D + U + U * D, 0, "a sum of two, one of which has draws");
    cost_is(&p, turned, I * U * D, I * U * D, 0, "what is needed on the way alone");
    cost_is(&p, folded, I * U * D, I * D, 0, "the greatest of that");
    cost_is(&p, total, I * U * D, I * U * D, 0, "the least, for the same pass");
    cost_is(&p, share, I * U * D, 2 * I * U * D, 0, "what lies above it");
    cost_is(&p, line, I * D, I * D + I, 0, "the greatest of a line");
    cost_is(&p, ranked, I * U * D, 2 * I * U * D, 1, "ranks");
    cost_is(&p, middle, U * D, U * D + U, 1, "a median");
    cost_is(&p, asked, U * D, U + D + U * D, 1, "a function of the host");
    cost_is(&p, chosen, U * D, U + U + U * D + U * D, 0, "a choice");
    is_int((intmax_t)p.costs, 10, "and nothing else");

    for (int times = 0; times < 2; times++) {
        ex_run_changed(r, x);
        p.costs = p.passes = 0;
        began = work_now();
        const int fine = eval(r, sum) && times_add_up(&p, work_now() - began);
        const ex_cost *one = cost_of(&p, light), *other = cost_of(&p, heavy);
        ok(fine && one && other && one->time < other->time,
           "exponentials take longer than a sign, in what time %d of a run takes", times + 1);
        for (ex_id n = 1; n <= sum; n++) /* which plays no part the next time */
            if (n != heavy) p.spent[n] = UINT64_C(1) << 50;
    }
    ex_run_close(r);
    ex_profile_release(&p);
    ok(!p.cost && !p.pass && !p.spent && !p.costs, "nothing is left of it");
}

/* Operations that a program does together, which nobody times one by one, share alike. */
static void profile_of_program(void) {
    enum { DRAWS = 64, UNITS = 50 };
    static double value[UNITS * DRAWS], nominal[UNITS];
    static uint8_t varies[UNITS];
    const int many = make("units of a program", UNITS), few = make("draws of a program", DRAWS);
    const ex_id x = leaf(AX_BIT(many) | AX_BIT(few), value), square = B(mul, x, x),
                root = ex_unary(g, EX_exp, B(add, square, x), &f),
                sum = ex_reduce(g, EX_sum, root, many, 0, &f);
    ex_profile p = {0};
    ex_run *r = run_open(&(ex_settings){.eights = few + 1, .again = 1, .profile = &p});
    memset(varies, 1, sizeof varies);
    for (int i = 0; i < UNITS * DRAWS; i++) value[i] = i % 7;
    int fine = 1;
    for (int i = 0; fine && i < 3; i++) {
        p.costs = p.passes = 0;
        fine = ex_run_lend_lines(r, x, value, varies, nominal, &f) && eval(r, sum);
    }
    ok(fine && p.costs == 4 && p.passes == 1, "four operations, in one pass");
    int alike = fine;
    for (size_t i = 0; alike && i < p.costs; i++) alike = p.cost[i].time == p.pass[0].time / 4;
    ok(alike, "have a fourth of its time each");
    ex_run_close(r);
    ex_profile_release(&p);
}

/* ---- many tasks of few units ---- */

enum { TASKS = 150000, OWNERS = 2000, THREADS = 4 };

/* Sums of groups, ranks of them, and positions of texts: the same bits for any number of threads,
 * and after changes those of a run that computes everything for the first time. */
static void many_tasks(void) {
    static const int threads[THREADS] = {1, 2, 4, 7};
    const uint64_t seed = tap_seed();
    uint64_t state = seed;
    int tasks = make("task", TASKS), owner = make("owner", OWNERS);
    double *x_is = malloc(TASKS * sizeof *x_is), *by_is = malloc(TASKS * sizeof *by_is);
    const ax_axis *owners = ax_get(space, owner);
    for (int i = 0; i < TASKS; i++) {
        uint32_t label = owners->label[tap_random(&state) % OWNERS];
        by_is[i] = tap_random(&state) % 50 ? (double)label : tap_random(&state) % 2 ? (double)M : 1;
        x_is[i] = tap_random(&state) % 9 ? ldexp((double)(tap_random(&state) >> 11), -40) : M;
    }
    ex_values texts = {.origin = EX_LEAF,
                       .kind = EX_TEXT,
                       .axes = AX_BIT(tasks),
                       .value = by_is,
                       .name = "owners"};
    ex_id x = leaf(AX_BIT(tasks), x_is),
          at = ex_position_of(g, ex_values_node(g, &texts, &f), owner, &f);
    ex_id want[7], ranked = 0;
    static const ex_op ops[] = {EX_sum, EX_count, EX_min, EX_max, EX_first, EX_last};
    for (int k = 0; k < 6; k++) want[k] = ex_reduce_by(g, ops[k], x, tasks, at, owner, &f);
    want[6] = ranked = ex_scan(g, EX_rank, want[0], owner, 0, EX_TIES_MIN, 0, &f);
    ex_run *r[THREADS];
    for (int t = 0; t < THREADS; t++)
        r[t] = run_open(&(ex_settings){.threads = threads[t], .simd = t & 1 ? "baseline" : NULL});
    for (int round = 0; round < 5; round++) {
        /* few move; in the fourth round many */
        for (int k = round ? round == 3 ? TASKS / 2 : 20 : 0; k > 0; k--)
            x_is[tap_random(&state) % TASKS] = tap_random(&state) % 5 ? (double)k : M;
        ex_run *fresh = run_open(&(ex_settings){.threads = 1});
        int same = ex_run_eval(fresh, want, 7, &f);
        for (int t = 0; t < THREADS; t++) {
            ex_run_changed(r[t], x);
            same = same && ex_run_eval(r[t], want, 7, &f);
            for (int k = 0; same && k < 7; k++)
                same = !memcmp(ex_run_value(r[t], want[k], &f), ex_run_value(fresh, want[k], &f),
                               OWNERS * sizeof(double));
        }
        ok(same, "round %d: groups of %d tasks with 1, 2, 4 and 7 threads (seed %llu)", round,
           TASKS, (unsigned long long)seed);
        if (!round) { /* by hand, the first owner */
            double sum = 0;
            size_t count = 0;
            for (int i = 0; i < TASKS; i++)
                if (by_is[i] == owners->label[0] && x_is[i] == x_is[i]) {
                    sum += x_is[i];
                    count++;
                }
            is_near(ex_run_value(fresh, want[0], &f)[0], sum, 1e-9 * sum, "a sum");
            is_num(ex_run_value(fresh, want[1], &f)[0], (double)count, "a count");
        }
        ex_run_close(fresh);
    }
    for (int t = 0; t < THREADS; t++) ex_run_close(r[t]);
    free(x_is);
    free(by_is);
}

int main(void) {
    strings = pool_open();
    space = ax_open(strings);
    g = ex_open(space);
    unit = make("unit", 3);
    item = make("item", 2);
    draw = make("draw", 300);
    only_what_changed();
    domain_errors();
    columns();
    failures();
    matrices();
    spare_values();
    again_and_again();
    profiles();
    profile_of_program();
    many_tasks();
    if (!ok(f.count == 0, "no fault was left over")) diag("%s", f.item[0].text);
    ex_close(g);
    ax_close(space);
    pool_close(strings);
    fault_release(&f);
    return done_testing();
}
