/* Weighted means of chains of operations (min-max scores), which are done in one pass, and
 * functions that are done by vectors: the bits are those of the operations one after the other, and
 * the domain errors those of the scalar evaluator.
 *
 * Random cases: up to four operations, numbers that overflow, zeros to divide by, missing numbers
 * and weights, groups that not every term is in; any block, any SIMD level. */
#include "reference_evaluator.h"
#include "expr/formula.h"
#include "expr/plan.h"
#include "expr/reduction.h"
#include "expr/run.h"
#include "expr/run_inside.h"
#include "random_graph.h"

enum { UNITS = 150, TERMS = 40 };

static double value[UNITS * TERMS], number[4][TERMS], weight[TERMS], group[TERMS];

static double any(void) {
    static const double odd[] = {0, -0.0, 1e308, -1e308, 5e-324, 1, NAN};
    return chance(12) ? odd[below(sizeof odd / sizeof *odd)] : (double)below(2000) / 8 - 100;
}

static ex_id given(ax_set axes, const double *of, const char *name) {
    ex_values v = {.origin = EX_DATA, .axes = axes, .value = of, .name = name};
    return ex_values_node(g, &v, &f);
}

/* Weights whose sums are exact, as most are, and such as are next to that: thirds, large and small
 * ones, none at all and less than none, where what is present may weigh nothing. */
static double some_weight(int kind) {
    const double whole = (double)below(4);
    switch (kind) {
    case 0: return 1 + whole;
    case 1: return 1 + whole / 3;
    case 2: return chance(3) ? whole : 1 + whole;
    case 3: return chance(2) ? 1 - whole : 1 + whole;
    case 4: return (1 + whole) * ldexp(1, (int)below(46) - 23);
    case 5: return (1 + whole) * 0x1p-20 + (chance(2) ? 0x1.8p19 : 0);
    default: return 1 + whole / (chance(2) ? 1 : 3);
    }
}

/* One of the operations, with the operand that goes on either side. */
static ex_id step(ex_id x, ex_id c) {
    static const int ops[] = {EX_add, EX_sub, EX_mul, EX_div};
    int op = ops[below(4)];
    return chance(3) ? ex_binary(g, op, c, x, &f) : ex_binary(g, op, x, c, &f);
}

static int same_bits(const double *a, const double *b, size_t n) {
    for (size_t i = 0; a && b && i < n; i++)
        if (memcmp(&a[i], &b[i], sizeof *a) && !(isnan(a[i]) && isnan(b[i]))) return 0;
    return a && b;
}

static int same_errors(const ex_run *run, const ex_reference *ref, ex_id from, ex_id to) {
    for (ex_id n = from; n <= to; n++) {
        size_t first = 0, count = ex_reference_domain_errors(ref, n, &first), found = 0, at = 0;
        for (size_t i = 0; i < ex_run_domain_errors(run); i++) {
            ex_domain_error e = ex_run_domain_error(run, i);
            if (e.node == n) found = e.count, at = e.first;
        }
        if (found != count || (count && at != first)) {
            diag("node %u: %zu domain errors, first %zu; the scalar evaluator has %zu, first %zu",
                 n, found, at, count, first);
            return 0;
        }
    }
    return 1;
}

static int one_case(const char *level) {
    case_open();
    uint32_t units = (uint32_t)(TERMS + 1 + below(UNITS - TERMS)),
             terms = (uint32_t)(1 + below(TERMS));
    int plain = chance(2); /* nothing odd but missing values, as in most data */
    int u = make_axis("u", units, "u%u"), k = make_axis("k", terms, "k%u"),
        t = make_axis("t", 4, "t%u");
    const int kind = (int)below(7);
    const size_t often = chance(2) ? 2 : 20; /* one in so many is missing */
    for (size_t i = 0; i < units * terms; i++)
        value[i] = !plain ? any() : chance(often) ? NAN : (double)below(10000) / 16;
    for (size_t i = 0; i < terms; i++) {
        for (int j = 0; j < 4; j++) number[j][i] = plain ? 1 + (double)below(64) / 4 : any();
        weight[i] = plain || !chance(8) ? some_weight(kind) : any();
        group[i] = !plain && chance(15) ? NAN : (double)below(4);
    }
    ex_id x = given(AX_BIT(u) | AX_BIT(k), value, "x"), z = x, w = given(AX_BIT(k), weight, "w"),
          by = given(AX_BIT(k), group, "by"), first = 0;
    size_t steps = 1 + below(4);
    for (size_t j = 0; j < steps; j++) {
        z = step(z, given(AX_BIT(k), number[j], "c"));
        first = first ? first : z;
    }
    ex_id mean =
        chance(2) ? ex_mean(g, z, k, w, 0, by, t, &f) : ex_mean(g, z, k, w, 0, 0, AX_NONE, &f);
    ex_id other = ex_reduce(g, EX_max, z, u, 0, &f), both[] = {mean, other};
    ex_settings settings = {.threads = 1, .simd = level};
    if (!chance(3)) settings.block = (uint32_t)(1 + below(64));
    ex_run *chained = ex_run_open(g, &settings, &f), *single = ex_run_open(g, &settings, &f);
    ex_reference *ref = mean ? ex_reference_open(g, &mean, 1, &f) : NULL;
    /* A second reader of the scores keeps the plan from making a chain of them. */
    int fine = ref && chained && single && ex_run_eval(chained, &mean, 1, &f) &&
               ex_run_eval(single, both, 2, &f) &&
               same_bits(ex_run_value(chained, mean, &f), ex_run_value(single, mean, &f),
                         ax_size(space, ex_get(g, mean)->axes)) &&
               same_errors(chained, ref, first, z) && same_errors(chained, ref, mean, mean);
    ex_reference_close(ref);
    ex_run_close(chained);
    ex_run_close(single);
    case_close();
    return fine;
}

/* A sum that leaves the range of doubles on its way is missing. */
static int is_end(double got, ex_partial sum) {
    double want = reduction_end_sum(sum);
    return isfinite(want) ? memcmp(&got, &want, sizeof got) == 0 : isnan(got);
}

/* Sums of vectors that single values choose or weigh, a line for each element of another axis; some
 * lines have the same vectors as the line before. */
static int lines_case(const char *level) {
    static double truth[TERMS * 6], factor[TERMS * 6];
    case_open();
    uint32_t units = (uint32_t)(TERMS + 1 + below(UNITS - TERMS)),
             terms = (uint32_t)(1 + below(TERMS)), lines = (uint32_t)(1 + below(6));
    int plain = chance(2), grouped = chance(3);
    int u = make_axis("u", units, "u%u"), k = make_axis("k", terms, "k%u"),
        m = make_axis("m", lines, "m%u"), t = make_axis("t", 4, "t%u");
    for (size_t i = 0; i < units * terms; i++)
        value[i] = !plain ? any() : chance(20) ? NAN : (double)below(10000) / 16;
    ax_set of_terms = AX_BIT(k) | AX_BIT(m);
    size_t to_term = ax_stride(space, of_terms, k), to_line = ax_stride(space, of_terms, m);
    for (uint32_t j = 0; j < lines; j++) {
        int again = j && chance(2);
        for (uint32_t i = 0; i < terms; i++) {
            size_t here = i * to_term + j * to_line;
            truth[here] = again ? truth[here - to_line] : chance(9) ? NAN : (double)chance(2);
            factor[here] = plain || !chance(8) ? 1 + (double)below(4) / 3 : any();
        }
    }
    for (size_t i = 0; i < terms; i++) group[i] = !plain && chance(15) ? NAN : (double)below(4);
    ex_values choice = {
        .origin = EX_DATA, .kind = EX_TRUTH, .axes = of_terms, .value = truth, .name = "choice"};
    ex_id x = given(AX_BIT(u) | AX_BIT(k), value, "x"), by = given(AX_BIT(k), group, "by"),
          w = given(of_terms, factor, "w"),
          inner[] = {ex_ternary(g, EX_where, ex_values_node(g, &choice, &f), x,
                                ex_number(g, NAN, &f), &f),
                     ex_binary(g, EX_mul, x, w, &f)},
          sum[2];
    for (int i = 0; i < 2; i++)
        sum[i] = grouped ? ex_reduce_by(g, EX_sum, inner[i], k, by, t, &f)
                         : ex_reduce(g, EX_sum, inner[i], k, 0, &f);
    ex_settings settings = {.threads = 1, .simd = level};
    if (!chance(3)) settings.block = (uint32_t)(1 + below(64));
    ex_run *run = ex_run_open(g, &settings, &f);
    ex_reference *ref = ex_reference_open(g, sum, 2, &f);
    int fine = run && ref && ex_run_eval(run, sum, 2, &f) &&
               (grouped || same_errors(run, ref, inner[0], inner[1]));
    ax_set axes = ex_get(g, sum[0])->axes;
    const double *chosen = ex_run_value(run, sum[0], &f), *weighed = ex_run_value(run, sum[1], &f);
    for (size_t at = 0; fine && at < ax_size(space, axes); at++) {
        ex_partial want[2] = {reduction_start_sum(), reduction_start_sum()};
        size_t unit = at / ax_stride(space, axes, u) % units,
               line = at / ax_stride(space, axes, m) % lines,
               into = grouped ? at / ax_stride(space, axes, t) % 4 : 0;
        for (uint32_t i = 0; i < terms; i++) {
            size_t here = i * to_term + line * to_line;
            double v = value[unit * ax_stride(space, AX_BIT(u) | AX_BIT(k), u) +
                             i * ax_stride(space, AX_BIT(u) | AX_BIT(k), k)],
                   product = v * factor[here];
            if (grouped && group[i] != (double)into) continue;
            if (truth[here] == 1) reduction_take_sum(&want[0], v, 0);
            if (isfinite(product)) reduction_take_sum(&want[1], product, 0);
        }
        fine = is_end(chosen[at], want[0]) && is_end(weighed[at], want[1]);
    }
    if (f.count) diag("%s", f.item[0].text);
    ex_reference_close(ref);
    ex_run_close(run);
    case_close();
    return fine;
}

/* The least and the greatest of the same lines are taken in one pass; of columns whose extremes are
 * known, in none, until an element is changed. */
static int extremes_case(const char *level) {
    case_open();
    uint32_t units = (uint32_t)(10 + below(390)), lines = (uint32_t)(1 + below(9));
    int u = make_axis("u", units, "u%u"), k = make_axis("k", lines, "k%u"), known = chance(2);
    static double x[400 * 9], low[9], high[9];
    const double *column[9];
    const int zeros = chance(4), taken = 1 + chance(2); /* of either sign; one of them, or both */
    for (size_t i = 0; i < units * lines; i++) {
        x[i] = !zeros ? any() : chance(9) ? NAN : chance(9) ? 0.0 : -0.0;
        if (known) x[i] += 0.0;
    }
    for (size_t i = 0; i < units && chance(4); i++) x[i] = NAN;
    for (uint32_t j = 0; j < lines; j++) {
        column[j] = x + j * units;
        low[j] = high[j] = NAN;
        for (size_t i = 0; i < units; i++) {
            low[j] = fmin(low[j], column[j][i]);
            high[j] = fmax(high[j], column[j][i]);
        }
    }
    /* u is the innermost axis: it is the longer one */
    ex_values columns = {.origin = EX_DATA,
                         .axes = AX_BIT(u) | AX_BIT(k),
                         .column = column,
                         .low = known ? low : NULL,
                         .high = known ? high : NULL,
                         .name = "c"};
    ex_id of = ex_values_node(g, &columns, &f), both[2], dense[2];
    ex_id same = given(AX_BIT(u) | AX_BIT(k), x, "x");
    int first = chance(2), changes = chance(3);
    for (int j = 0; j < 2; j++) {
        both[j] = ex_reduce(g, j == first ? EX_min : EX_max, of, u, 0, &f);
        dense[j] = ex_reduce(g, j == first ? EX_min : EX_max, same, u, 0, &f);
    }
    ex_settings settings = {.threads = 1, .simd = level};
    if (!chance(3)) settings.block = (uint32_t)(1 + below(200));
    ex_run *run = ex_run_open(g, &settings, &f);
    int fine = run && (!changes || ex_run_eval(run, both, (size_t)taken, &f));
    if (fine && changes) {
        fine = ex_run_force(run, of, 0, 1e9, &f);
        x[0] = 1e9;
    }
    ex_reference *ref = ex_reference_open(g, dense, (size_t)taken, &f);
    fine = fine && ref && ex_run_eval(run, both, (size_t)taken, &f);
    for (int j = 0; fine && j < taken; j++)
        fine = same_bits(ex_run_value(run, both[j], &f), ex_reference_value(ref, dense[j]),
                         ax_size(space, ex_get(g, both[j])->axes));
    ex_reference_close(ref);
    ex_run_close(run);
    case_close();
    return fine;
}

/* Logarithms, exponentials and quotients of sums, some vectors of which hold numbers that are not
 * done by vectors: zeros, negative and very small ones, sums that are short decimals but for
 * rounding. */
static int functions_case(const char *level) {
    static const double odd[] = {0,     -0.0,    -1,     1e-310, 5e-324, 0x1p-1022, 1e308, 1,
                                 700.0, -700.01, -745.2, 709.7,  710,    NAN,       1e10,  1000};
    case_open();
    uint32_t units = (uint32_t)(1 + below(150));
    size_t often = chance(2) ? 200 : 4; /* one in so many is odd */
    int u = make_axis("u", units, "u%u");
    double *const both[] = {value, value + UNITS};
    for (uint32_t i = 0; i < units; i++)
        for (int j = 0; j < 2; j++)
            both[j][i] = chance(often) ? odd[below(sizeof odd / sizeof *odd)]
                         : chance(2)   ? (double)below(1u << 20) * 0x1p-15 + 1e-3
                                       : 0.1 * (double)below(50) + 0.2;
    ex_id a = given(AX_BIT(u), both[0], "a"),
          b = chance(3) ? ex_number(g, both[1][0], &f) : given(AX_BIT(u), both[1], "b");
    ex_id of[] = {ex_unary(g, EX_log, a, &f), ex_unary(g, EX_exp, a, &f),
                  ex_binary(g, EX_quotient, a, b, &f), ex_binary(g, EX_quotient, b, a, &f)};
    ex_settings settings = {.threads = 1, .simd = level};
    if (!chance(3)) settings.block = (uint32_t)(1 + below(64));
    ex_run *run = ex_run_open(g, &settings, &f);
    ex_reference *ref = ex_reference_open(g, of, 4, &f);
    int fine = run && ref && ex_run_eval(run, of, 4, &f) && same_errors(run, ref, of[0], of[3]);
    for (int j = 0; fine && j < 4; j++)
        fine = same_bits(ex_run_value(run, of[j], &f), ex_reference_value(ref, of[j]), units);
    ex_reference_close(ref);
    ex_run_close(run);
    case_close();
    return fine;
}

/* Whether all of some numbers are small, or lie between two: one that does not, at any place. */
static void looks(const char *level) {
    enum { MOST = 70 };
    static const double off[] = {-1.0000000000000002, 2.0000000000000004, INFINITY, -INFINITY, NAN};
    case_open();
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1, .simd = level}, &f);
    int within = 1, small = 1;
    for (size_t n = 0; n <= MOST; n++) {
        double *x = malloc((n + 1) * sizeof *x);
        for (size_t i = 0; i < n; i++) x[i] = i % 3 ? i % 2 ? 2 : -1 : 0.5;
        within &= run->kernels->are_within(n, x, -1, 2);
        small &= run->kernels->are_small(n, x);
        for (size_t i = 0; i < n; i++) {
            const double was = x[i];
            for (size_t k = 0; k < sizeof off / sizeof *off; k++) {
                x[i] = off[k];
                within &= !run->kernels->are_within(n, x, -1, 2);
                small &= run->kernels->are_small(n, x) == (k < 2);
            }
            x[i] = chance(2) ? EX_SMALL : -EX_SMALL;
            small &= run->kernels->are_small(n, x);
            x[i] = nextafter(x[i], x[i] * 2);
            small &= !run->kernels->are_small(n, x);
            x[i] = was;
        }
        free(x);
    }
    ok(within && small, "%s: one number that is too large, too small or missing is seen", level);
    ex_run_close(run);
    case_close();
}

/* ---- what is planned: the same numbers come out without a chain, later ---- */

/* The chains of the plan for some nodes of which the sources alone are there; the last one in
 * `found`. */
static int chains_of(const ex_id *want, size_t wants, pl_chain *found, pl_plan *plan) {
    static uint8_t done[NODES_MOST], kept[NODES_MOST];
    int chains = 0;
    for (ex_id n = 1; n <= ex_count(g); n++) done[n] = ex_get(g, n)->op == EX_source;
    memset(kept, 0, sizeof kept);
    if (!pl_make(plan, g, want, wants, done, kept, &f)) return -1;
    for (uint32_t i = 0; i < plan->passes; i++)
        for (uint32_t k = 0; k < plan->pass[i].loops; k++)
            for (uint32_t c = 0; c < plan->pass[i].loop[k].chains; c++, chains++)
                *found = plan->pass[i].loop[k].chain[c];
    return chains;
}

static int chain_count(const ex_id *want, size_t wants) {
    pl_chain found;
    pl_plan plan;
    int chains = chains_of(want, wants, &found, &plan);
    if (chains >= 0) pl_release(&plan);
    return chains;
}

static void planned(void) {
    case_open();
    int u = make_axis("u", 50, "u%u"), k = make_axis("k", 5, "k%u");
    memset(value, 0, sizeof value);
    ex_id x = given(AX_BIT(u) | AX_BIT(k), value, "x"), w = given(AX_BIT(k), weight, "w"),
          c = given(AX_BIT(k), number[0], "c"), d = given(AX_BIT(k), number[1], "d"),
          own = given(AX_BIT(u), value, "own");
    ex_id less = ex_binary(g, EX_sub, x, c, &f), score = ex_binary(g, EX_div, less, d, &f),
          mean = ex_mean(g, score, k, w, 0, 0, AX_NONE, &f),
          most_of = ex_reduce(g, EX_max, score, u, 0, &f);
    pl_chain found = {0};
    pl_plan plan;
    is_int(chains_of(&mean, 1, &found, &plan), 1, "a weighted mean of min-max scores is one chain");
    is_int(found.steps, 2, "of two operations");
    ok(found.step[0] == EX_CHAIN_SUB && found.step[1] == EX_CHAIN_DIV && !found.side[0] &&
           !found.side[1],
       "the first one first");
    ok(found.present != UINT32_MAX && found.present != found.product,
       "that sums the weights beside");
    size_t passes = 0;
    for (uint32_t i = 0; i < plan.passes; i++)
        passes += plan.pass[i].form != PL_BREAKER && plan.pass[i].length == 50;
    is_int((long)passes, 1, "in one pass over the units");
    pl_release(&plan);

    ex_id from = ex_binary(g, EX_sub, c, x, &f),
          sum = ex_reduce(g, EX_sum, ex_binary(g, EX_mul, from, w, &f), k, 0, &f);
    is_int(chains_of(&sum, 1, &found, &plan), 1, "a weighted sum is one, too");
    ok(found.steps == 1 && found.step[0] == EX_CHAIN_FROM && found.side[0] == 1 &&
           found.present == UINT32_MAX,
       "from a number, without a sum of weights");
    pl_release(&plan);

    const ex_id read_twice[] = {mean, most_of}, two[] = {mean, sum};
    is_int(chain_count(read_twice, 2), 0, "not where somebody else reads the scores");
    is_int(chain_count(two, 2), 2, "of two such means there are two");
    ex_id plain = ex_mean(g, x, k, w, 0, 0, AX_NONE, &f),
          by_unit = ex_mean(g, ex_binary(g, EX_sub, x, own, &f), k, w, 0, 0, AX_NONE, &f),
          weighed =
              ex_mean(g, less, k, given(AX_BIT(u) | AX_BIT(k), value, "wx"), 0, 0, AX_NONE, &f),
          under = ex_mean(g, ex_binary(g, EX_div, c, x, &f), k, w, 0, 0, AX_NONE, &f),
          root = ex_mean(g, ex_unary(g, EX_sqrt, x, &f), k, w, 0, 0, AX_NONE, &f);
    is_int(chain_count(&plain, 1), 0, "nor where there is no operation");
    is_int(chain_count(&by_unit, 1), 0, "nor where its number goes along the units");
    is_int(chain_count(&weighed, 1), 0, "nor where the weights do");
    is_int(chain_count(&under, 1), 0, "nor where a number is divided by what goes through");
    is_int(chain_count(&root, 1), 0, "nor with a function");
    is_int((long)f.count, 0, "without a fault");
    case_close();
}

/* Whether the whole value of a node is kept where some are wanted, and the sources alone there. */
static int is_kept(ex_id of, const ex_id *want, size_t wants) {
    static uint8_t done[NODES_MOST], kept[NODES_MOST];
    pl_plan plan;
    for (ex_id n = 1; n <= ex_count(g); n++) done[n] = ex_get(g, n)->op == EX_source;
    memset(kept, 0, sizeof kept);
    int fine = pl_make(&plan, g, want, wants, done, kept, &f);
    if (fine) pl_release(&plan);
    return fine ? kept[of] : -1;
}

/* What a later pass alone reads is computed there, and its value not kept. */
static void kept_values(void) {
    case_open();
    int u = make_axis("u", 50, "u%u"), k = make_axis("k", 5, "k%u");
    ex_id x = given(AX_BIT(u) | AX_BIT(k), value, "x"), two = ex_number(g, 2, &f),
          highest = ex_reduce(g, EX_max, x, u, 0, &f), twice = ex_binary(g, EX_mul, x, two, &f),
          root = ex_unary(g, EX_sqrt, twice, &f), left = ex_binary(g, EX_sub, root, highest, &f),
          lowest = ex_reduce(g, EX_min, twice, u, 0, &f), below = ex_binary(g, EX_sub, x, two, &f),
          square = ex_binary(g, EX_mul, below, below, &f),
          over = ex_binary(g, EX_div, square, highest, &f),
          worst = ex_reduce(g, EX_min, below, u, 0, &f);
    const ex_id both[] = {left, lowest}, shared[] = {over, worst};
    is_int(is_kept(left, &left, 1), 1, "what is wanted is kept");
    is_int(is_kept(highest, &left, 1), 1, "and the answer of a pass that a later one reads");
    is_int(is_kept(root, &left, 1), 0, "not what the later pass alone reads");
    is_int(is_kept(twice, &left, 1), 0, "nor what that is made from");
    is_int(is_kept(twice, both, 2), 0, "nor where the first pass reads it, too:");
    is_int(is_kept(root, both, 2), 1, "then what is made from it is kept");
    is_int(is_kept(below, &over, 1), 0, "what a later pass reads twice is computed there, too");
    is_int(is_kept(below, shared, 2), 0, "where the first one reads it as well,");
    is_int(is_kept(square, shared, 2), 1, "that which is made from it is kept instead");
    is_int((long)f.count, 0, "without a fault");
    case_close();
}

/* A number that is far from short decimals or one of them, and none that a quotient cannot have. */
static double dividend(double by, int sized) {
    static const double odd[] = {0, 5e-324, -5e-324, 1e-300, -1e-300, 1e-39, 1e-41};
    const double size = (double)(1 + below(999)) * (sized ? 1 : (double)(1 + below(5000)));
    double x = size * (1 + (double)below(1 << 30) * 0x1p-30) / 2;
    switch (below(5)) {
    case 0: return odd[below(sizeof odd / sizeof *odd)];
    case 1: x = (double)below(100000) / 100 * (below(2) ? 1 : 1 + 0x1p-52); break;
    case 2: /* its quotient lies as near to the middle between two numbers as it can */
        x /= by;
        x = by * x + by * ((nextafter(x, INFINITY) - x) / 2);
        break;
    default: x *= 1 + (double)below(1 << 30) * 0x1p-52;
    }
    return (chance(3) ? -x : x) * (sized ? 0.5 : 1);
}

/* Sums that are divided while they are in registers, by what is known of them. */
static int divisions_case(const char *level) {
    enum { MANY = 48 };
    double x[MANY], by[MANY], inverse[MANY], side[MANY], wanted[MANY], found[MANY];
    const double *term = x, one = 1;
    const int sized = below(2) != 0, plain = below(2) != 0;
    case_open();
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1, .simd = level}, &f);
    for (size_t i = 0; i < MANY; i++) {
        by[i] = (double)(1 + below(1 << 30)) * (1 + (double)below(1 << 22) * 0x1p-52) * 0x1p-20;
        inverse[i] = 1 / by[i];
        x[i] = dividend(by[i], sized);
        wanted[i] = decimal_settled(x[i] + 0.0) / by[i];
    }
    const ex_divisor divisor = {by, inverse, 1, sized ? 1e10 : 0};
    double ones[MANY], *to = found;
    const double *factor = ones;
    for (size_t i = 0; i < MANY; i++) ones[i] = 1;
    if (plain)
        run->kernels->sum_eights(MANY, 1, &to, 1, &term, &one, 1, &divisor);
    else
        run->kernels->sum_some(MANY, found, side, 1, &term, &factor,
                               EX_TERMS_PRODUCTS | EX_TERMS_SURE | EX_TERMS_BEGIN | EX_TERMS_END,
                               &divisor);
    int fine = same_bits(wanted, found, MANY);
    for (size_t i = 0; !fine && i < MANY; i++)
        if (memcmp(&wanted[i], &found[i], sizeof *found))
            diag("%a / %a is %a, not %a", x[i], by[i], wanted[i], found[i]);
    ex_run_close(run);
    case_close();
    return fine;
}

int main(void) {
    planned();
    kept_values();
    static const char *const level[] = {"baseline", "v3", "v4"};
    uint64_t seed = tap_seed();
    int cases = 300;
    for (int l = 0; l < 3; l++) {
        if (ex_level(level[l]) < 0) {
            skip(6, "this processor has no such level");
            continue;
        }
        state = seed;
        looks(level[l]);
        int i = 0;
        while (i < cases && one_case(level[l])) i++;
        ok(i == cases, "%s: chains of operations have the bits of the single ones", level[l]);
        if (i < cases) diag("case %d", i);
        for (i = 0; i < cases && lines_case(level[l]); i++) {
        }
        ok(i == cases, "%s: sums of chosen and of weighed vectors are those of single numbers",
           level[l]);
        if (i < cases) diag("case %d", i);
        for (i = 0; i < cases && extremes_case(level[l]); i++) {
        }
        ok(i == cases,
           "%s: the least and the greatest, taken together, are those of the single ones",
           level[l]);
        if (i < cases) diag("case %d", i);
        for (i = 0; i < cases && functions_case(level[l]); i++) {
        }
        ok(i == cases, "%s: log, exp and quotients of sums are those of single numbers", level[l]);
        if (i < cases) diag("case %d", i);
        for (i = 0; i < 10 * cases && divisions_case(level[l]); i++) {
        }
        ok(i == 10 * cases, "%s: sums of which something is known are divided alike", level[l]);
        if (i < 10 * cases) diag("case %d", i);
    }
    return done_testing();
}
