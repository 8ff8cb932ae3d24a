/* Derivatives by the sweep backwards against central differences: of each operation, of random
 * graphs, and of rules. ASSESS_CASES says how many graphs. */
#include "assess.h"
#include "expr/formula.h"
#include "expr/gradient.h"
#include "random_graph.h"

/* What an element is when another one is changed. */
typedef struct moved {
    double (*at)(void *self, double value);
    void *self;
    double value;
} moved;

typedef struct tally {
    long compared, slopes, skipped;
    int rounds;      /* to places that may be finer than any difference */
    int folds;       /* by a remainder, which may turn round and round within a difference */
    double greatest; /* of all that the result is made of */
} tally;

/* Does the derivative agree with differences? Where the differences themselves do not settle on a
 * slope, nothing is known, and the case is left out. A derivative is a sum of products that may be
 * about as large as what is computed on the way, by what is changed. Where they cancel, as in
 * x · w / w by w, their rounding is left over, while the differences may be 0 to the last bit. */
static int agrees(const moved *m, double by, int how, tally *t, const char *what) {
    double x = m->value, h = 1e-4 * (fabs(x) > 1e-2 ? fabs(x) : 1e-2), slope[3],
           size = fabs(m->at(m->self, x));
    int wide_step =
        (x != 0 && fabs(x) < 1e-3) || size > 1e12; /* next to what it is, or to what may be lost */
    if (how & (EX_BENT_HERE | EX_BY_HOST | EX_ROUNDED_HERE) || (how & EX_FLAT_HERE && t->rounds) ||
        wide_step) {
        t->skipped++;
        return 1;
    }
    double wide[3] = {h, h / 3, h / 10};
    for (int i = 0; i < 3; i++) {
        double up = m->at(m->self, x + wide[i]), down = m->at(m->self, x - wide[i]);
        slope[i] = (up - down) / (2 * wide[i]);
        size = fabs(up) > size ? fabs(up) : size;
    }
    double noise = size * 1e-11 / h, scale = fabs(slope[2]) + noise + 1e-10,
           left_over = t->greatest * 1e-17 / h;
    if (!(fabs(slope[2] - slope[1]) <= 1e-3 * scale && fabs(slope[1] - slope[0]) <= 1e-3 * scale)) {
        t->skipped++;
        return 1;
    }
    t->compared++;
    t->slopes += slope[2] != 0;
    if (fabs(by - slope[2]) <= 2e-3 * scale + left_over && (how || by == 0)) return 1;
    if (t->folds) {
        t->skipped++;
        return 1;
    }
    diag("%s: by %.17g the slope is %.10g %.10g %.10g, the derivative %.10g, felt %d", what, x,
         slope[0], slope[1], slope[2], by, how);
    return 0;
}

/* ---- graphs ---- */

typedef struct in_graph {
    ex_run *run;
    ex_id result, source;
    size_t element, cell;
    size_t domain_errors, asked;
} in_graph;

/* Missing, too, where elements are born or no more: what is there or not has no slope. */
static double in_graph_at(void *self, double value) {
    in_graph *s = self;
    if (!ex_run_force(s->run, s->source, s->cell, value, &f) ||
        !ex_run_eval(s->run, &s->result, 1, &f))
        return NAN;
    size_t domain_errors = 0;
    for (size_t i = 0; i < ex_run_domain_errors(s->run); i++)
        domain_errors += ex_run_domain_error(s->run, i).count;
    if (!s->asked++) s->domain_errors = domain_errors;
    return domain_errors == s->domain_errors ? ex_run_value(s->run, s->result, &f)[s->element]
                                             : NAN;
}

/* One element of a result by some elements of a source. */
static int element_agrees(ex_run *run, ex_id result, size_t element, ex_id of, int most_cells,
                          tally *t) {
    const ex_seed seed = {result, element};
    ex_gradient *d = ex_gradient_open(g, run, &seed, 1, &of, 1, &f);
    int good = d != NULL;
    size_t size = ax_size(space, axes_of(of));
    for (int i = 0; good && i < most_cells && size; i++) {
        in_graph s = {run, result, of, element,
                      .cell = most_cells < (int)size ? below(size) : (size_t)i % size};
        /* Every other time one that is felt, if there is one. */
        for (size_t k = 0; i % 2 && most_cells < (int)size && ex_gradient_how(d, of) && k < size;
             k++)
            if (ex_gradient_how(d, of)[(s.cell + k) % size]) {
                s.cell = (s.cell + k) % size;
                break;
            }
        const double *x = ex_run_value(run, of, &f);
        moved m = {in_graph_at, &s, x[s.cell]};
        if (isnan(m.value) || fabs(m.value) > 1e8) continue;
        double by = ex_gradient_by(d, of) ? ex_gradient_by(d, of)[s.cell] : 0;
        int how = ex_gradient_how(d, of) ? ex_gradient_how(d, of)[s.cell] : 0;
        good = agrees(&m, by, how, t, "graph");
        in_graph_at(&s, m.value);
        if (!good) {
            buf out = BUF_INIT;
            formula_write(g, result, 8, NULL, NULL, &out);
            fprintf(stderr, "#   %s\n", buf_string(&out));
            buf_release(&out);
        }
    }
    ex_gradient_close(d);
    return good;
}

/* Numbers that no difference can tell apart, or that drown others; and the greatest of all. */
static int has_extremes(ex_run *run, ex_id upto, double *greatest) {
    *greatest = 0;
    for (ex_id n = 1; n <= upto; n++) {
        const double *value = ex_run_eval(run, &n, 1, &f) ? ex_run_value(run, n, &f) : NULL;
        for (size_t i = 0; value && i < ax_size(space, axes_of(n)); i++) {
            if (value[i] != 0 && (fabs(value[i]) < 1e-9 || fabs(value[i]) > 1e9)) return 1;
            *greatest = fmax(*greatest, fabs(value[i]));
        }
    }
    return 0;
}

/* Numbers of which none equals another but by computing, so that hardly any case stands at an edge.
 */
static void spread_sources(void) {
    for (int i = 0; i < sources; i++)
        for (size_t k = 0;
             k < source[i].size && source[i].kind == EX_NUMBER && !source[i].positions; k++)
            source[i].value[k] +=
                (1 + fabs(source[i].value[k])) * 0.02 * ((double)below(100000) / 100000 - 0.5);
}

static int one_graph(tally *t) {
    case_open();
    random_graph(0);
    spread_sources();
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    int good = 1;
    t->rounds = t->folds = 0;
    for (ex_id n = 1; n <= ex_count(g); n++) {
        t->folds |= ex_get(g, n)->op == EX_mod;
        t->rounds |= (ex_get(g, n)->op >= EX_round && ex_get(g, n)->op <= EX_ceil) ||
                     ex_get(g, n)->op == EX_trunc;
    }
    for (int k = 0; good && k < 5 && nodes; k++) {
        ex_id n = node[nodes - 1 - (int)below((size_t)nodes)];
        changeable *c = &source[below((size_t)(sources ? sources : 1))];
        if (!sources || c->kind != EX_NUMBER || c->positions || kind_of(n) != EX_NUMBER ||
            !ax_size(space, axes_of(n)))
            continue;
        size_t element = below(ax_size(space, axes_of(n)));
        if (has_extremes(run, n, &t->greatest) || isnan(ex_run_value(run, n, &f)[element]))
            continue;
        good = element_agrees(run, n, element, c->node, 4, t);
    }
    ex_run_close(run);
    good &= !f.count;
    if (f.count) diag("%s", f.item[0].text);
    case_close();
    return good;
}

static void random_graphs(void) {
    uint64_t seed = tap_seed();
    const char *given = getenv("ASSESS_CASES");
    long cases = given ? atol(given) : 20000, failed = 0, i = 0;
    tally t = {0};
    for (; i < cases && failed < 3; i++) {
        state = seed + (uint64_t)i;
        if (one_graph(&t)) continue;
        failed++;
        diag("repeat this case: ASSESS_SEED=%" PRIu64 " ASSESS_CASES=1", seed + (uint64_t)i);
    }
    ok(!failed, "derivatives of random graphs are the slopes of differences");
    ok(cases < 1000 ||
           (t.compared > cases / 2 && t.slopes * 10 > cases && t.compared > 2 * t.skipped),
       "many were compared");
    printf("# %ld compared, %ld of them not zero, %ld left out\n", t.compared, t.slopes, t.skipped);
}

/* ---- each operation ---- */

static ex_id array(ax_set axes, ex_kind kind, const double *value) {
    ex_values v = {.origin = EX_DATA, .kind = kind, .axes = axes, .value = value, .name = "x"};
    return ex_values_node(g, &v, &f);
}

static void operation(const char *name, ex_id result, ex_id of, int slopes) {
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    tally t = {0};
    int good = result && run && ex_run_eval(run, &result, 1, &f);
    for (size_t i = 0; good && i < ax_size(space, axes_of(result)); i++)
        if (!isnan(ex_run_value(run, result, &f)[i]))
            good = element_agrees(run, result, i, of, (int)ax_size(space, axes_of(of)), &t);
    ok(good && t.compared && (!slopes || t.slopes), "%s", name);
    if (f.count) diag("%s", f.item[0].text);
    ex_run_close(run);
}

static void operations(void) {
    case_open();
    int u = make_axis("u", 5, "u%u"), v = make_axis("v", 4, "%u "), k = make_axis("k", 2, "k%u");
    ax_set uv = AX_BIT(u) | AX_BIT(v);
    static const double x_is[] = {1.5, 2.25, NAN, 0.75, 3.5, 4.1, 0.3, 2.9, 7.7, 1.1,
                                  NAN, 6.5,  5.2, 0.9,  3.3, 8.4, 2.2, NAN, 1.9, 4.7};
    static const double y_is[] = {1.2, -0.8, 2.4, 3.9, 0.35}, p_is[] = {3, 0, 1, 2, 0},
                        by_is[] = {1, 0, 1, 0};
    static const double a_is[] = {0.1, 0.2, 0.9, 0.6, 0.7};
    ex_id x = array(uv, EX_NUMBER, x_is), y = array(AX_BIT(u), EX_NUMBER, y_is),
          p = array(AX_BIT(u), EX_NUMBER, p_is);
    ex_id truth = ex_binary(g, EX_gt, x, y, &f), by = array(AX_BIT(v), EX_NUMBER, by_is);
    ex_id a = array(AX_BIT(u), EX_TRUTH, a_is);
    /* Truths between 0 and 1 are never computed; & and | are plain formulas of them all the same.
     */
#define UNARY(name, ...)                                                                           \
    if (EX_##name != EX_not)                                                                       \
        operation(#name, ex_unary(g, EX_##name, x, &f), x, EX_##name <= EX_sqrt);
    EX_UNARY(UNARY)
    operation("not", ex_unary(g, EX_not, a, &f), a, 1);
    operation("and", ex_binary(g, EX_and, a, ex_unary(g, EX_not, a, &f), &f), a, 1);
    operation("or", ex_binary(g, EX_or, a, ex_binary(g, EX_and, a, a, &f), &f), a, 1);
#define BINARY(name, ...)                                                                          \
    if (EX_##name != EX_and && EX_##name != EX_or) {                                               \
        int slopes = EX_##name <= EX_pow || EX_##name == EX_least || EX_##name == EX_greatest;     \
        operation(#name " by its first", ex_binary(g, EX_##name, x, y, &f), x, slopes);            \
        operation(#name " by its second", ex_binary(g, EX_##name, x, y, &f), y, slopes);           \
    }
    EX_BINARY(BINARY)
    operation("where", ex_ternary(g, EX_where, truth, x, y, &f), x, 1);
    operation("where, the other", ex_ternary(g, EX_where, truth, x, y, &f), y, 1);
    ex_id three =
        ex_ternary(g, EX_clamp, x, y, ex_binary(g, EX_add, y, ex_number(g, 2, &f), &f), &f);
    operation("clamp", three, x, 1);
    operation("clamp by its bounds", three, y, 1);
    static const ex_op reduce[] = {EX_sum,  EX_count,  EX_min,    EX_max,    EX_first,
                                   EX_last, EX_argmin, EX_argmax, EX_median, EX_quantile};
    for (size_t i = 0; i < sizeof reduce / sizeof *reduce; i++)
        for (int along = 0; along < 2; along++) {
            int flat = reduce[i] == EX_count || reduce[i] == EX_argmin || reduce[i] == EX_argmax;
            operation(ex_op_text(reduce[i]), ex_reduce(g, reduce[i], x, along ? v : u, 0.3, &f), x,
                      !flat);
            if (along && reduce[i] <= EX_last)
                operation("the same by groups", ex_reduce_by(g, reduce[i], x, v, by, k, &f), x,
                          !flat);
        }
    for (int op = EX_rank; op <= EX_sort; op++)
        for (int along = 0; along < 2; along++)
            operation(
                ex_op_text((ex_op)op),
                ex_scan(g, (ex_op)op, x, along ? v : u, op == EX_fill ? -1 : 1, EX_TIES_MIN, 0, &f),
                x, op != EX_rank);
    operation("slice", ex_slice(g, x, v, 2, &f), x, 1);
    operation("gather", ex_gather(g, x, v, p, &f), x, 1);
    operation("rename", ex_rename(g, y, u, make_axis("w", 5, "u%u"), &f), y, 1);
    operation("deviation", ex_var(g, x, u, 1, 0, 0, AX_NONE, &f), x, 1);
    operation("kurtosis", ex_kurtosis(g, x, u, &f), x, 1);
    operation("correlation", ex_correlate(g, x, y, u, &f), y, 1);
    case_close();
}

/* ---- how it is felt ---- */

static int felt(ex_id result, size_t element, ex_id of, size_t cell) {
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    const ex_seed seed = {result, element};
    ex_gradient *d = ex_gradient_open(g, run, &seed, 1, &of, 1, &f);
    int how = d && ex_gradient_how(d, of) ? ex_gradient_how(d, of)[cell] : 0;
    ex_gradient_close(d);
    ex_run_close(run);
    return how;
}

/* A row of a square matrix that every element of the matrix takes part in. */
static int sums_call(void *self, const double *const *arg, double *out, fault *ignored) {
    (void)self;
    (void)ignored;
    for (int i = 0; i < 3; i++) out[i] = 0;
    for (int i = 0; i < 9; i++) out[i / 3] += arg[0][i] * arg[0][8 - i];
    return 1;
}

static void ways(void) {
    case_open();
    int u = make_axis("u", 3, "u%u");
    static const double x_is[] = {100, 120, 40};
    ex_id x = array(AX_BIT(u), EX_NUMBER, x_is), top = ex_number(g, 100, &f),
          none = ex_number(g, 0, &f);
    ex_id cut = ex_ternary(g, EX_clamp, x, none, top, &f);
    is_int(felt(cut, 2, x, 2), EX_FELT, "below a bound there is a slope");
    is_int(felt(cut, 1, x, 1), EX_FLAT_HERE, "beyond it none, but further off");
    is_int(felt(cut, 0, x, 0), EX_BENT_HERE, "at the bound it begins");
    is_int(felt(cut, 0, x, 1), 0, "others' elements are not felt");
    ex_id order = ex_scan(g, EX_rank, cut, u, 0, EX_TIES_MIN, 0, &f);
    is_int(felt(order, 0, x, 2), EX_FLAT_HERE, "a rank is a step");
    is_int(felt(order, 2, x, 0), EX_BENT_HERE, "equal ones stand at its edge");
    is_int(felt(ex_reduce(g, EX_min, x, u, 0, &f), 0, x, 2), EX_FELT, "the least is felt");
    is_int(felt(ex_reduce(g, EX_min, x, u, 0, &f), 0, x, 1), EX_FLAT_HERE,
           "others could become it");
    is_int(felt(ex_reduce(g, EX_max, cut, u, 0, &f), 0, x, 0), EX_BENT_HERE,
           "of equal ones nobody knows");
    is_int(felt(ex_reduce(g, EX_count, x, u, 0, &f), 0, x, 1), 0,
           "a count asks whether they are there");
    ex_id rough = ex_binary(g, EX_add, ex_binary(g, EX_round, x, none, &f), x, &f);
    is_int(felt(rough, 0, x, 0), EX_FELT | EX_ROUNDED_HERE,
           "what is rounded has the slope it had before");
    ex_id cost = ex_binary(g, EX_floor, x, none, &f);
    is_int(felt(ex_binary(g, EX_add, cost, x, &f), 0, x, 0), EX_FELT | EX_BENT_HERE,
           "a floor is a step");
    ex_function fn = {.name = "odd", .gives = EX_NUMBER, .call = odd_call};
    is_int(felt(ex_lookup(g, &fn, &x, 1, &f), 2, x, 2), EX_BY_HOST,
           "through a function of the host");
    is_int(felt(ex_unary(g, EX_sign, ex_lookup(g, &fn, &x, 1, &f), &f), 2, x, 2), EX_FLAT_HERE,
           "and a step behind it");
    static const double square_is[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    int v = make_axis("v", 3, "v%u");
    ex_id square = array(AX_BIT(u) | AX_BIT(v), EX_NUMBER, square_is);
    ex_matrix_function sums = {.name = "sums",
                               .gives = EX_NUMBER,
                               .core = {{u, v}},
                               .out = {u, AX_NONE},
                               .call = sums_call};
    ex_id row = ex_matrix_node(g, &sums, &square, 1, &f);
    int all = 1;
    for (size_t i = 0; i < 9; i++) all &= felt(row, 1, square, i) == EX_BY_HOST;
    ok(all, "a function over a matrix: each row may depend on the whole matrix");
    case_close();
}

/* ---- what is felt, found by trying ---- */

enum { LINES = 3, PLACES = 4, CELLS = LINES * PLACES, TRIED = 100 };

/* An element of a result by a cell: whether any value of the cell makes it another one; its slope,
 * or that it has none; or that one of both is missing. */
typedef struct tried {
    int depends, bent, missing;
    double slope;
} tried;

static void element_tried(tried *t, double own, double before, const double *near) {
    const double h = 0x1p-10, up = (near[0] - before) / h, down = (before - near[1]) / h;
    *t = (tried){t->depends, fabs(up - down) > 1e-9, isnan(own) || isnan(before), up};
}

static void try_all(const ex_id *result, int results, ex_id x, tried (*t)[CELLS][CELLS]) {
    static const double value[] = {-3, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 900};
    enum { NEAR = 2, VALUES = sizeof value / sizeof *value };
    double now[NEAR + 1][TRIED][CELLS] = {0};
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    ex_run_eval(run, result, (size_t)results, &f);
    memset(t, 0, (size_t)results * sizeof *t);
    for (size_t cell = 0; cell < CELLS; cell++) {
        double own = ex_run_value(run, x, &f)[cell];
        for (int k = -1; k < NEAR + VALUES; k++) {
            double to = k < 0 ? own : k < NEAR ? own + (k ? -0x1p-10 : 0x1p-10) : value[k - NEAR];
            ex_run_force(run, x, cell, own == own ? to : own, &f);
            ex_run_eval(run, result, (size_t)results, &f);
            for (int i = 0; i < results; i++)
                for (size_t e = 0; e < ax_size(space, axes_of(result[i])); e++) {
                    double is = ex_run_value(run, result[i], &f)[e];
                    if (k < NEAR) now[k < 0 ? NEAR : k][i][e] = is;
                    t[i][e][cell].depends |= is != now[NEAR][i][e];
                }
        }
        ex_run_force(run, x, cell, own, &f);
        for (int i = 0; i < results; i++)
            for (size_t e = 0; e < CELLS; e++)
                element_tried(&t[i][e][cell], own, now[NEAR][i][e],
                              (double[]){now[0][i][e], now[1][i][e]});
    }
    ex_run_close(run);
}

/* With ties it may take more than one change to see an effect, or an edge. */
static int cell_as_tried(const tried *t, double by, int how, int may_tie) {
    if (t->missing) return 1;
    if ((t->depends && !how) || (t->bent && !(how & EX_BENT_HERE))) return 0;
    if (!(how & EX_BENT_HERE) && fabs(by - t->slope) > 1e-9) return 0;
    return may_tie || (t->depends == (how != 0) && t->bent == !!(how & EX_BENT_HERE) &&
                       (t->slope != 0) == (how & EX_FELT));
}

/* An element of a line has to do with those cells by which it can become another one, and with no
 * others. */
static int is_felt_as_tried(ex_id result, ex_id x, const tried (*t)[CELLS], int may_tie) {
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    int good = 1;
    may_tie |= ex_record_of(ex_get(g, result)->op)->takes == 'T';
    for (size_t e = 0; good && e < ax_size(space, axes_of(result)); e++) {
        const ex_seed seed = {result, e};
        ex_gradient *d = ex_gradient_open(g, run, &seed, 1, &x, 1, &f);
        for (size_t cell = 0; good && d && cell < CELLS; cell++) {
            double by = ex_gradient_by(d, x) ? ex_gradient_by(d, x)[cell] : 0;
            int how = ex_gradient_how(d, x) ? ex_gradient_how(d, x)[cell] : 0;
            good = cell_as_tried(&t[e][cell], by, how, may_tie);
            if (!good)
                diag("element %zu by cell %zu: by %g, felt %d; tried: %d, %d, %g", e, cell, by, how,
                     t[e][cell].depends, t[e][cell].bent, t[e][cell].slope);
        }
        good &= d != NULL;
        ex_gradient_close(d);
    }
    ex_run_close(run);
    return good;
}

/* Alone in a line, an element cannot change these. */
static int goes_by_order(unsigned op) {
    return op == EX_argmin || op == EX_argmax || op == EX_rank;
}

static void as_tried(void) {
    static tried t[TRIED][CELLS][CELLS];
    int good = 1, seen = 0;
    for (int round = 0; good && round < 12; round++) {
        case_open();
        int u = make_axis("u", LINES, "u%u"), v = make_axis("v", PLACES, "%u "),
            k = make_axis("k", 2, "k%u");
        double is[CELLS], by_is[PLACES];
        int shift = (int)below(CELLS);
        for (int i = 0; i < CELLS; i++)
            is[i] = round % 3 && !below(5)
                        ? NAN
                        : (double)(round % 2 ? (int)below(6) : (i * 7 + shift) % CELLS);
        for (int i = 0; i < PLACES; i++) by_is[i] = (double)((i + shift) % 2);
        ex_id x = array(AX_BIT(u) | AX_BIT(v), EX_NUMBER, is), result[TRIED],
              by = array(AX_BIT(v), EX_NUMBER, by_is),
              truth = ex_binary(g, EX_gt, x, ex_number(g, 2, &f), &f);
        int results = 0;
        for (int axis = 0; axis < 2; axis++) {
            int along = axis ? v : u;
            for (unsigned op = 1; op < EX_OPS; op++) {
                ex_id of = ex_record_of(op)->takes == 'T' ? truth : x;
                if (ex_class(op) == EX_CLASS_REDUCE || ex_class(op) == EX_CLASS_ORDER)
                    result[results++] =
                        ex_reduce(g, (ex_op)op, of, along, below(3) ? 0.3 : 0.5, &f);
                if (axis && ex_class(op) == EX_CLASS_REDUCE && ex_is(op, EX_GROUPED))
                    result[results++] = ex_reduce_by(g, (ex_op)op, of, v, by, k, &f);
                for (int way = 0; ex_class(op) == EX_CLASS_SCAN && way < 2; way++)
                    result[results++] =
                        ex_scan(g, (ex_op)op, x, along, op == EX_rank ? 0.25 * way : 1 - 2 * way,
                                (ex_ties)below(3), way, &f);
            }
        }
        for (int i = 0; i < results; i++) good &= result[i] != 0;
        if (f.count) diag("%s", f.item[0].text);
        if (good) try_all(result, results, x, t);
        for (int i = 0; good && i < results; i++, seen++) {
            good = is_felt_as_tried(result[i], x, (const tried(*)[CELLS])t[i],
                                    round % 2 ||
                                        (round % 3 && goes_by_order(ex_get(g, result[i])->op)));
            if (good) continue;
            buf out = BUF_INIT;
            formula_write(g, result[i], 8, NULL, NULL, &out);
            diag("%s", buf_string(&out));
            buf_release(&out);
        }
        case_close();
    }
    ok(good && seen > 300, "what may change an element is felt, and nothing else is");
}

/* ---- rules ---- */

typedef struct in_rules {
    assess *a;
    const assess_array *data, *output;
    size_t element, cell;
} in_rules;

static double in_rules_at(void *self, double value) {
    in_rules *s = self;
    if (assess_change(s->a, s->data, s->cell, value) || assess_recompute(s->a)) return NAN;
    return s->output->value[s->element];
}

static void rules(const char *path, const char *output, const char *of, long least) {
    assess *a = assess_new();
    tally t = {0};
    assess_setting(a, "methods", "rules");
    int good = !assess_open(a, path) && !assess_run(a);
    const assess_array *x = good ? assess_output_named(a, output) : NULL,
                       *data = good ? assess_array_named(a, of) : NULL;
    double *by = data ? malloc((data->size + 1) * sizeof *by) : NULL;
    unsigned char *how = data ? malloc(data->size + 1) : NULL;
    good = good && x && by && how;
    for (size_t i = 0, done = 0; good && i < x->size && done < 3; i++) {
        if (isnan(x->value[i])) continue;
        done++;
        good = assess_gradient(a, x, i, data, by, how) == ASSESS_OK;
        for (size_t k = 0; good && k < data->size; k++) {
            in_rules s = {a, data, x, i, k};
            moved m = {in_rules_at, &s, data->value[k]};
            if (isnan(m.value) || (!how[k] && k % 7)) continue;
            good = agrees(&m, by[k], how[k], &t, path);
            in_rules_at(&s, m.value);
        }
    }
    ok(good && t.slopes >= least, "%s: %s by %s", path, output, of);
    printf("# %ld compared, %ld of them not zero, %ld left out\n", t.compared, t.slopes, t.skipped);
    if (!good && assess_message_count(a)) diag("%s", assess_message_at(a, 0).text);
    free(by);
    free(how);
    assess_free(a);
}

/* Gaps filled with means of groups, freak values pulled in, compared across units, a mean of
 * powers. */
static void treated(void) {
    static const char script[] =
        "local impute, treat = require 'methods.impute', require 'methods.treat'\n"
        "local normalise, combine = require 'methods.normalise', require 'methods.combine'\n"
        "return assessment { id = 't', title = 'T', data = { raw = csv('raw.csv', { unit = 'unit', "
        "carry = { 'g' } }) },\n"
        "  index = index { 'x', 'X', indicator { 'p', 'P', weight = 2 }, indicator { 'q', 'Q' }, "
        "indicator { 'r', 'R' } },\n"
        "  compute = function(a)\n"
        "    local whole = impute.group_mean(a.data.raw, a.data.raw:carried 'g')\n"
        "    local calm = treat.winsorise(whole, { most = 2 })\n"
        "    return { total = combine.power(normalise.minmax(calm, a.index, { from = 1, to = 100 "
        "}), a.index, 0.5),\n"
        "             far = combine.geometric(100 + 10 * normalise.zscore(whole, a.index), "
        "a.index) }\n"
        "  end }\n";
    static const char raw[] =
        "unit,g,p,q,r\nA,n,8,1.5,20\nB,n,6,,31\nC,n,14,2.5,900\nD,s,9,3.1,44\nE,s,,1.1,58\n"
        "F,s,11,4.5,39\nG,s,10,2.2,51\nH,n,7,1.9,47\n";
    const char *path = tap_file("rules.lua", script);
    tap_file("raw.csv", raw);
    rules(path, "total", "data.raw", 12);
    rules(path, "far", "data.raw", 20);
}

int main(void) {
    operations();
    ways();
    as_tried();
    random_graphs();
    rules("rules/2011.lua", "total", "data.observed", 50);
    rules("rules/2011.lua", "total", "index.weight", 60);
    rules("rules/2011.lua", "geometric", "index.standard", 30);
    rules("rules/hdi.lua", "dimensions", "data.observed", 3);
    treated();
    return done_testing();
}
