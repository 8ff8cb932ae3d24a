/* The functions over small matrices within a graph: along any axes, once for each label of the
 * others. Expected values are residuals, or what the same programs give when they are put together
 * by hand. */
#include "expr/algebra.h"
#include "expr/linear.h"
#include "expr/run.h"
#include "tap.h"

enum { AXES = 8, CELLS = 400 };

static uint64_t state;
static fault f;
static pool *strings;
static ax_space *space;
static ex_graph *g;
static arena memory;
static alg_home home;
static ex_run *run;

typedef struct array {
    ex_id node;
    ax_set axes;
    const double *value;
} array;

static size_t below(size_t n) { return (size_t)(tap_random(&state) % n); }

static double uniform(double low, double high) {
    return low + (high - low) * (double)(tap_random(&state) >> 11) * 0x1p-53;
}

static double larger(double a, double b) { return isnan(b) ? INFINITY : b > a ? b : a; }

static void case_open(void) {
    strings = pool_open();
    space = ax_open(strings);
    g = ex_open(space);
    memory = ARENA_INIT;
    home = (alg_home){.graph = g, .memory = &memory};
}

static void case_close(void) {
    ex_run_close(run);
    run = NULL;
    ex_close(g);
    ax_close(space);
    pool_close(strings);
    arena_release(&memory);
}

static int make_axis(const char *name, uint32_t n, const char *prefix) {
    uint32_t *label = malloc((n + 1) * sizeof *label);
    char text[32];
    for (uint32_t i = 0; i < n; i++)
        label[i] = pool_put(strings, text, (size_t)snprintf(text, sizeof text, "%s%u", prefix, i));
    int axis = ax_make(space, name, label, n, &f);
    free(label);
    return axis;
}

static array make_array(ax_set axes, double *value) {
    ex_values v = {.origin = EX_DATA, .kind = EX_NUMBER, .axes = axes, .value = value, .name = "x"};
    return (array){ex_values_node(g, &v, &f), axes, value};
}

static array evaluated(ex_id node) {
    if (!node) return (array){0};
    if (run) ex_run_close(run);
    run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    ex_run_eval(run, &node, 1, &f);
    return (array){node, ex_get(g, node)->axes, ex_run_value(run, node, &f)};
}

/* Where an element lies, given its place along each axis. */
static size_t spot(ax_set axes, const size_t *along) {
    size_t n = 0;
    for (int i = 0; i < ax_count(space); i++) n += ax_stride(space, axes, i) * along[i];
    return n;
}

static double at(array a, const size_t *along) { return a.value[spot(a.axes, along)]; }

/* The next combination of places along the axes of a set; 0 after the last. */
static int go_on(ax_set axes, size_t *along) {
    for (int i = 0; i < ax_count(space); i++) {
        if (!(axes & AX_BIT(i))) continue;
        if (++along[i] < ax_get(space, i)->size) return 1;
        along[i] = 0;
    }
    return 0;
}

static void refused(int done, fault_kind kind, const char *want) {
    is_int(done ? -1 : (int)f.kind, kind, "refused as is right");
    is_str(f.count ? f.item[0].text : "", want, "%s", want);
    fault_release(&f);
    f = FAULT_INIT;
}

static ex_id node_of(int fine, const ex_matrix_function *fn, const ex_id *arg, int argc) {
    return fine ? ex_matrix_node(g, fn, arg, argc, &f) : 0;
}

/* ---- square matrices ---- */

enum { N = 3 };

static double a_is[CELLS], b_is[CELLS];
static int row, column, component, year;

static void open_squares(uint32_t years) {
    case_open();
    year = make_axis("year", years, "y");
    row = make_axis("row", N, "p");
    column = make_axis("column", N, "p");
    component = alg_components(&home, "component", N, &f);
}

/* The worst of a v - value v over all years, as far as the value is there. `from` is the axis that
 * is added up, `to` the one that the vector is over. */
static double residual(array a, array vector, array value, int from, int to, int *seen) {
    double worst = 0;
    size_t along[AXES] = {0};
    do {
        double x = at(value, along), sum = 0;
        size_t k = along[component];
        for (size_t i = 0; i < N; i++) {
            size_t in[AXES] = {0};
            in[year] = along[year];
            in[component] = k;
            in[from] = i;
            in[to] = along[to];
            double v;
            size_t of[AXES] = {0};
            of[year] = along[year];
            of[component] = k;
            of[to] = i; /* the vector's element for label i */
            v = at(vector, of);
            sum += at(a, in) * v;
        }
        *seen += !isnan(x);
        if (!isnan(x)) worst = larger(worst, fabs(sum - x * at(vector, along)));
    } while (go_on(AX_BIT(year) | AX_BIT(to) | (value.axes & AX_BIT(component)), along));
    return worst;
}

static void eigen(uint32_t years, int symmetric, int turned) {
    open_squares(years);
    ax_set axes = AX_BIT(year) | AX_BIT(row) | AX_BIT(column);
    size_t along[AXES] = {0};
    array a = make_array(axes, a_is);
    do {
        size_t other[AXES];
        memcpy(other, along, sizeof other);
        other[row] = along[column];
        other[column] = along[row];
        a_is[spot(axes, along)] = uniform(0.1, 1);
        if (symmetric) a_is[spot(axes, other)] = a_is[spot(axes, along)];
    } while (go_on(axes, along));
    int r = turned ? column : row, c = turned ? row : column;
    ex_matrix_function of_values, of_vectors, of_vector, of_value;
    ex_id values = node_of(alg_eigen(&home, r, c, component, symmetric, 0, &of_values, &f),
                           &of_values, &a.node, 1),
          vectors = node_of(alg_eigen(&home, r, c, component, symmetric, 1, &of_vectors, &f),
                            &of_vectors, &a.node, 1),
          vector = node_of(alg_principal(&home, r, c, 0, &of_vector, &f), &of_vector, &a.node, 1),
          value = node_of(alg_principal(&home, r, c, 1, &of_value, &f), &of_value, &a.node, 1);
    ok(values && vectors && vector && value &&
           ex_get(g, values)->axes == (AX_BIT(year) | AX_BIT(component)) &&
           ex_get(g, vectors)->axes == (AX_BIT(year) | AX_BIT(r) | AX_BIT(component)) &&
           ex_get(g, vector)->axes == (AX_BIT(year) | AX_BIT(r)) &&
           ex_get(g, value)->axes == AX_BIT(year),
       "%u years, %s, %s: their axes", years, symmetric ? "symmetric" : "any",
       turned ? "turned" : "straight");
    double kept[4][CELLS];
    array all[4];
    ex_id node[4] = {values, vectors, vector, value};
    for (int i = 0; i < 4; i++) {
        all[i] = evaluated(node[i]);
        memcpy(kept[i], all[i].value, ax_size(space, all[i].axes) * sizeof(double));
        all[i].value = kept[i];
    }
    int seen = 0, real = 0;
    is_near(residual(a, all[1], all[0], c, r, &seen), 0, 1e-14, "a v = λ v");
    is_near(residual(a, all[2], all[3], c, r, &real), 0, 1e-14, "for the Perron vector, too");
    ok((symmetric ? seen == (int)years * N * N : seen >= (int)years * N) && real == (int)years * N,
       "for all that are real");
    ok(node_of(alg_eigen(&home, r, c, component, symmetric, 0, &of_values, &f), &of_values, &a.node,
               1) == values &&
           node_of(alg_principal(&home, r, c, 1, &of_value, &f), &of_value, &a.node, 1) == value,
       "asked again, they are the same nodes");
    int other = alg_components(&home, "other", N, &f);
    ok(node_of(alg_eigen(&home, c, r, component, symmetric, 0, &of_values, &f), &of_values, &a.node,
               1) != values &&
           node_of(alg_eigen(&home, r, c, component, !symmetric, 0, &of_values, &f), &of_values,
                   &a.node, 1) != values,
       "of other matrices they are not");
    array along_other = evaluated(node_of(
        alg_eigen(&home, r, c, other, symmetric, 0, &of_values, &f), &of_values, &a.node, 1));
    int alike = along_other.axes == (AX_BIT(year) | AX_BIT(other));
    memset(along, 0, sizeof along);
    do {
        along[other] = along[component];
        double x = at(all[0], along), y = at(along_other, along);
        alike &= x == y || (isnan(x) && isnan(y));
    } while (go_on(all[0].axes, along));
    ok(alike, "along another axis they are over that one");
    case_close();
}

static void solve(uint32_t years, int turned) {
    open_squares(years);
    int r = turned ? column : row, c = turned ? row : column;
    ax_set axes = AX_BIT(year) | AX_BIT(row) | AX_BIT(column), right = AX_BIT(year) | AX_BIT(r);
    for (size_t i = 0; i < ax_size(space, axes); i++) a_is[i] = uniform(-1, 1);
    for (size_t i = 0; i < ax_size(space, right); i++) b_is[i] = uniform(-1, 1);
    array a = make_array(axes, a_is), b = make_array(right, b_is);
    ex_matrix_function fn;
    array s =
        evaluated(node_of(alg_solve(&home, r, c, &fn, &f), &fn, (ex_id[]){a.node, b.node}, 2));
    double worst = 0;
    size_t along[AXES] = {0};
    do {
        double sum = 0, size = 0;
        for (size_t j = 0; j < N; j++) {
            size_t in[AXES] = {0};
            memcpy(in, along, sizeof in);
            in[c] = j;
            sum += at(a, in) * at(s, in);
            size = fmax(size, fabs(at(s, in)));
        }
        worst = larger(worst, fabs(sum - at(b, along)) / fmax(1, size));
    } while (go_on(right, along));
    ok(node_of(alg_solve(&home, r, c, &fn, &f), &fn, (ex_id[]){a.node, b.node}, 2) == s.node,
       "asked again, it is the same node");
    ok(s.axes == (AX_BIT(year) | AX_BIT(c)), "%u years: the solution is over the other axis",
       years);
    is_near(worst, 0, 1e-14, "a s = b");
    case_close();
}

static void kendall(void) {
    case_open();
    int unit = make_axis("unit", 6, "u");
    year = make_axis("year", 3, "y");
    ax_set axes = AX_BIT(unit) | AX_BIT(year);
    for (int i = 0; i < 18; i++) a_is[i] = uniform(0, 1);
    for (int i = 0; i < 6; i++) b_is[i] = (double)(i * i);
    array a = make_array(axes, a_is), b = make_array(AX_BIT(unit), b_is);
    ex_matrix_function fn;
    array tau =
        evaluated(node_of(alg_kendall(&home, unit, &fn, &f), &fn, (ex_id[]){a.node, b.node}, 2));
    int good = tau.axes == AX_BIT(year);
    for (size_t y = 0; y < 3 && good; y++) {
        int surplus = 0;
        for (size_t i = 0; i < 6; i++)
            for (size_t j = 0; j < i; j++) {
                size_t p[AXES] = {0}, q[AXES] = {0};
                p[unit] = i;
                q[unit] = j;
                p[year] = q[year] = y;
                surplus += at(a, p) > at(a, q) ? 1 : -1;
            }
        good = fabs(tau.value[y] - surplus / 15.0) < 1e-15;
    }
    ok(good, "Kendall's tau along an axis, year by year");
    case_close();
}

static void components(void) {
    case_open();
    int axis = alg_components(&home, "part", 12, &f);
    const ax_axis *a = ax_get(space, axis);
    int good = a->size == 12;
    for (uint32_t i = 0; good && i < 12; i++)
        good = atoi(pool_text(strings, a->label[i])) == (int)i + 1;
    ok(good, "components are numbered from 1");
    is_int(alg_components(&home, "part", 12, &f), axis, "they are the same axis again");
    is_int(alg_components(&home, "part", 11, &f), AX_NONE, "another number of them are not");
    ok(f.count == 1, "which is said");
    fault_release(&f);
    f = FAULT_INIT;
    case_close();
}

static void refusals(void) {
    open_squares(2);
    int four = make_axis("four", 4, "p"), others = make_axis("others", N, "q"),
        most = make_axis("most", LINEAR_MOST, "p"),
        as_many = make_axis("as_many", LINEAR_MOST, "p"),
        large = make_axis("large", LINEAR_MOST + 1, "p"),
        as_large = make_axis("as_large", LINEAR_MOST + 1, "p");
    ex_matrix_function fn;
    refused(alg_eigen(&home, row, row, component, 1, 0, &fn, &f), FAULT_RULE,
            "'eigen' needs two axes, not 'row' twice");
    refused(alg_principal(&home, row, four, 0, &fn, &f), FAULT_RULE,
            "'principal' needs a square: 'row' has 3 labels, 'four' has 4");
    refused(alg_solve(&home, four, row, &fn, &f), FAULT_RULE,
            "'solve' needs a square: 'four' has 4 labels, 'row' has 3");
    refused(alg_solve(&home, large, as_large, &fn, &f), FAULT_LIMIT,
            "'solve' takes at most 1000 rows, and 'large' has 1001 labels");
    ok(alg_solve(&home, most, as_many, &fn, &f), "a thousand are not too many");
    refused(alg_eigen(&home, row, others, component, 0, 0, &fn, &f), FAULT_RULE,
            "'eigen' needs the same labels on both axes, and 'row' and 'others' have others");
    refused(alg_principal(&home, row, others, 1, &fn, &f), FAULT_RULE,
            "'principal' needs the same labels on both axes, and 'row' and 'others' have others");
    ok(alg_solve(&home, row, others, &fn, &f), "equations have unknowns of any name");
    const double lopsided[] = {1, 2, 3, 2, 1, 4, 3, 4.5, 1};
    memcpy(a_is, lopsided, sizeof lopsided);
    array a = make_array(AX_BIT(row) | AX_BIT(column), a_is);
    for (int vectors = 0; vectors < 2; vectors++) {
        ex_id node =
            node_of(alg_eigen(&home, row, column, component, 1, vectors, &fn, &f), &fn, &a.node, 1);
        run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
        refused(ex_run_eval(run, &node, 1, &f), FAULT_RULE,
                "'eigen' takes symmetric matrices, and the element p1, p2 is 4, but p2, p1 is 4.5");
        ex_run_close(run);
    }
    run = NULL;
    case_close();
}

/* ---- linear programs ---- */

enum { OVER, RULE, YEAR, VARIABLES = 4, CONSTRAINTS = 3, YEARS = 3 };

typedef struct part {
    array a, b; /* without a node: there is none */
    program_relation relation;
} part;

typedef struct whole {
    array objective, lower, upper;
    part constraint[CONSTRAINTS];
    int constraints, maximise;
} whole;

static double numbers[2 * CONSTRAINTS + 3][CELLS];

static array draw(int which, ax_set axes, double low, double high, int missing) {
    for (size_t i = 0; i < ax_size(space, axes); i++)
        numbers[which][i] =
            missing && !below((size_t)missing) ? NAN : floor(uniform(low, high + 1));
    return make_array(axes, numbers[which]);
}

static ax_set maybe(int axis) { return below(2) ? AX_BIT(axis) : 0; }

static whole draw_whole(void) {
    ax_set batch = maybe(YEAR);
    int missing = below(2) ? 9 : 0;
    whole w = {.maximise = (int)below(2), .constraints = 1 + (int)below(CONSTRAINTS)};
    w.objective = draw(0, AX_BIT(OVER) | batch, -5, 5, missing);
    if (below(3)) w.lower = draw(1, maybe(OVER) | (batch & maybe(YEAR)), -3, 0, missing);
    if (below(8)) w.upper = draw(2, maybe(OVER) | (batch & maybe(YEAR)), 1, 4, missing);
    for (int k = 0; k < w.constraints; k++) {
        part *p = &w.constraint[k];
        ax_set rows = maybe(RULE);
        p->a = draw(3 + 2 * k,
                    (below(4) ? AX_BIT(OVER) : 0) | (rows & maybe(RULE)) | (batch & maybe(YEAR)),
                    -4, 5, missing);
        p->b = draw(4 + 2 * k, rows | (batch & maybe(YEAR)), -1, 9, missing);
        p->relation = below(6) ? PROGRAM_AT_MOST : below(2) ? PROGRAM_AT_LEAST : PROGRAM_EQUAL;
    }
    return w;
}

static ex_id node_of_whole(const whole *w) {
    alg_program p = {.over = OVER,
                     .maximise = w->maximise,
                     .objective = w->objective.node,
                     .lower = w->lower.node,
                     .upper = w->upper.node,
                     .constraints = w->constraints};
    for (int k = 0; k < w->constraints; k++)
        p.constraint[k] = (alg_constraint){w->constraint[k].a.node, w->constraint[k].relation,
                                           w->constraint[k].b.node};
    ex_matrix_function fn;
    ex_id arg[EX_MATRIX_ARGS];
    int argc, fine = alg_program_function(&home, &p, &fn, arg, &argc, &f);
    return node_of(fine, &fn, arg, argc);
}

/* One year's program, put together label by label. Returns whether anything is missing. */
static int by_hand(const whole *w, size_t in_year, double *x) {
    size_t n = ax_get(space, OVER)->size, rules = ax_get(space, RULE)->size, m = 0, rows = 0;
    double objective[VARIABLES], lower[VARIABLES], upper[VARIABLES], coefficient[64][VARIABLES],
        tight[64 * VARIABLES], bound[64];
    program_relation relation[64];
    size_t taken[VARIABLES];
    int gaps = 0, none = 0;
    for (size_t j = 0; j < n; j++) {
        size_t here[AXES] = {[OVER] = j, [YEAR] = in_year};
        int there = !isnan(at(w->objective, here));
        for (int k = 0; k < w->constraints; k++)
            for (here[RULE] = 0; here[RULE] < rules; here[RULE]++)
                if ((w->constraint[k].a.axes & AX_BIT(OVER)) &&
                    !isnan(at(w->constraint[k].a, here)))
                    there = 1;
        x[j] = NAN;
        if (there) taken[m++] = j;
    }
    for (size_t u = 0; u < m; u++) {
        size_t here[AXES] = {[OVER] = taken[u], [YEAR] = in_year};
        objective[u] = at(w->objective, here);
        none |= isnan(objective[u]);
        lower[u] = w->lower.node ? at(w->lower, here) : NAN;
        upper[u] = w->upper.node ? at(w->upper, here) : NAN;
    }
    for (int k = 0; k < w->constraints; k++) {
        const part *p = &w->constraint[k];
        int one = !((p->a.axes | p->b.axes) & AX_BIT(RULE));
        for (size_t r = 0; r < (one ? 1 : rules); r++) {
            size_t here[AXES] = {[RULE] = r, [YEAR] = in_year};
            bound[rows] = at(p->b, here);
            int whole_row = !isnan(bound[rows]);
            for (size_t u = 0; u < m; u++) {
                here[OVER] = taken[u];
                coefficient[rows][u] = at(p->a, here);
                whole_row &= !isnan(coefficient[rows][u]);
            }
            if (!whole_row && one) none = 1;
            relation[rows] = p->relation;
            rows += (size_t)whole_row;
        }
    }
    for (size_t j = 0; j < n; j++) { /* what is missing anywhere is no error of the domain */
        size_t here[AXES] = {[OVER] = j, [YEAR] = in_year};
        gaps |= isnan(at(w->objective, here));
        gaps |= w->lower.node && isnan(at(w->lower, here));
        gaps |= w->upper.node && isnan(at(w->upper, here));
        for (int k = 0; k < w->constraints; k++)
            for (here[RULE] = 0; here[RULE] < rules; here[RULE]++)
                gaps |= isnan(at(w->constraint[k].a, here)) || isnan(at(w->constraint[k].b, here));
    }
    if (!m || none) return gaps;
    for (size_t r = 0; r < rows; r++)
        for (size_t u = 0; u < m; u++) tight[r * m + u] = coefficient[r][u];
    program p = {m, rows, w->maximise, objective, tight, relation, bound, lower, upper};
    double found[VARIABLES];
    program_outcome outcome;
    program_solve(&p, found, &outcome, NULL, &f);
    for (size_t u = 0; u < m; u++) x[taken[u]] = found[u];
    return gaps;
}

static int same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

static int one_whole(int *solved, int *in_vain) {
    case_open();
    make_axis("over", 1 + (uint32_t)below(VARIABLES), "v");
    make_axis("rule", 1 + (uint32_t)below(4), "r");
    make_axis("year", 1 + (uint32_t)below(YEARS), "y");
    whole w = draw_whole();
    array x = evaluated(node_of_whole(&w));
    size_t n = ax_get(space, OVER)->size, errors = 0, first = 0;
    int good = x.node && !(x.axes & AX_BIT(RULE)) && (x.axes & AX_BIT(OVER));
    for (size_t y = 0; good && y < (x.axes & AX_BIT(YEAR) ? ax_get(space, YEAR)->size : 1); y++) {
        double want[VARIABLES];
        int gaps = by_hand(&w, y, want);
        for (size_t j = 0; j < n; j++) {
            size_t here[AXES] = {[OVER] = j, [YEAR] = y};
            good &= same(at(x, here), want[j]);
            *solved += !isnan(want[j]);
            if (!isnan(want[j]) || gaps) continue;
            first = !errors || spot(x.axes, here) < first ? spot(x.axes, here) : first;
            errors++;
        }
    }
    *in_vain += errors > 0;
    ex_domain_error e = {0};
    if (good && ex_run_domain_errors(run)) e = ex_run_domain_error(run, 0);
    good = good && e.count == errors && e.first == first;
    if (f.count) diag("%s", f.item[0].text);
    case_close();
    return good && !f.count;
}

static void programs(void) {
    int good = 1, solved = 0, in_vain = 0;
    for (int i = 0; good && i < 600; i++) good = one_whole(&solved, &in_vain);
    ok(good, "programs of all shapes are those that are put together by hand");
    ok(solved > 500 && in_vain > 20, "%d variables found, %d programs that have none", solved,
       in_vain);
}

static ex_id constant(double x) { return ex_number(g, x, &f); }

static void refused_programs(void) {
    case_open();
    int over = make_axis("over", 3, "v"), rule = make_axis("rule", 2, "r"),
        other = make_axis("other", 2, "o");
    array by_over = make_array(AX_BIT(over), a_is), by_rule = make_array(AX_BIT(rule), a_is),
          by_both = make_array(AX_BIT(rule) | AX_BIT(other), a_is);
    ex_matrix_function fn;
    ex_id arg[EX_MATRIX_ARGS];
    int argc;
    alg_program p = {.over = over, .objective = by_rule.node};
    refused(alg_program_function(&home, &p, &fn, arg, &argc, &f), FAULT_RULE,
            "what 'lp' is to make as large or small as possible is not over 'over'");
    p = (alg_program){.over = over,
                      .objective = by_over.node,
                      .constraint = {{by_over.node, PROGRAM_AT_MOST, constant(1)},
                                     {by_over.node, PROGRAM_AT_MOST, by_over.node}},
                      .constraints = 2};
    refused(alg_program_function(&home, &p, &fn, arg, &argc, &f), FAULT_RULE,
            "the right side of constraint 2 of 'lp' is over 'over', the axis of the variables");
    p.constraint[1].bound = by_both.node;
    refused(alg_program_function(&home, &p, &fn, arg, &argc, &f), FAULT_RULE,
            "constraint 2 of 'lp' has rows over rule × other, and there can be one such axis");
    case_close();
    case_open();
    over = make_axis("over", 4000, "v");
    rule = make_axis("rule", 999, "r");
    double *few = calloc(4000, sizeof *few);
    by_over = make_array(AX_BIT(over), few);
    by_rule = make_array(AX_BIT(rule), few);
    p = (alg_program){.over = over,
                      .objective = by_over.node,
                      .constraint = {{by_over.node, PROGRAM_AT_MOST, by_rule.node},
                                     {by_over.node, PROGRAM_AT_MOST, constant(1)},
                                     {by_over.node, PROGRAM_AT_LEAST, constant(0)}},
                      .constraints = 2};
    ok(alg_program_function(&home, &p, &fn, arg, &argc, &f), "4000 times 1000");
    p.constraints = 3;
    refused(alg_program_function(&home, &p, &fn, arg, &argc, &f), FAULT_LIMIT,
            "'lp' with 4000 variables and 1001 constraints is too large");
    free(few);
    case_close();
}

int main(void) {
    state = tap_seed();
    for (uint32_t years = 2; years <= 5; years += 3)
        for (int turned = 0; turned < 2; turned++) {
            eigen(years, 1, turned);
            eigen(years, 0, turned);
            solve(years, turned);
        }
    kendall();
    components();
    refusals();
    programs();
    refused_programs();
    ok(f.count == 0, "no fault was left over");
    return done_testing();
}
