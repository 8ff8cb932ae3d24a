/* Passes that are programs (expr/program.h) against passes that are not: the same bits.
 *
 * Random graphs, and weighted means of weighted means, with a longest axis of draws. Of their
 * sources some lines vary, and the values of these change from one evaluation to the next.
 * ASSESS_CASES says how many graphs. A case that fails prints the seed that repeats it alone. */
#include "expr/program.h"
#include "expr/formula.h"
#include "expr/program_inside.h"
#include "expr/replace.h"
#include "expr/run_inside.h"
#include "random_graph.h"

enum { EVALUATIONS = 4 };

/* A source whose lines along the draws vary, or not. */
typedef struct lent {
    ex_id node;
    double *bare, *whole, *constant; /* bare: as it is lent, whole: with all lines */
    uint8_t *varies;
    size_t lines;
} lent;

static lent of[NODES_MOST];
static int lents, draws, means; /* means: of scores and weights that often are short decimals */
static size_t length;

static int same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Sources that are dense and have the axis become some that are lent; their kinds stay. */
static void find_lent(void) {
    lents = 0;
    for (int i = 0; i < sources; i++) {
        const changeable *s = &source[i];
        if (!(axes_of(s->node) & AX_BIT(draws)) || !ex_values_of(g, s->node)->value || !s->size)
            continue;
        size_t lines = s->size / length;
        lent *x = &of[lents++];
        *x = (lent){.node = s->node,
                    .bare = malloc(s->size * sizeof(double)),
                    .whole = malloc(s->size * sizeof(double)),
                    .constant = malloc(lines * sizeof(double)),
                    .varies = malloc(lines),
                    .lines = lines};
        for (size_t o = 0; o < lines; o++) {
            x->varies[o] = (uint8_t)(means || below(3) == 0);
            x->constant[o] = s->value[o * length];
            for (size_t k = 0; k < length; k++) {
                x->whole[o * length + k] = x->constant[o];
                x->bare[o * length + k] = x->varies[o] ? 0 : 12345;
            }
        }
    }
}

/* `tame`: numbers are positive and much alike, as weights are, so that their range says much. */
static void change_values(int tame) {
    for (int i = 0; i < lents; i++) {
        const changeable *s = source;
        while (s->node != of[i].node) s++;
        for (size_t o = 0; o < of[i].lines; o++) {
            double *to = of[i].whole + o * length;
            if (!of[i].varies[o]) continue;
            fill_values(to, length, s->kind, s->positions);
            for (size_t k = 0; tame && s->kind == EX_NUMBER && !s->positions && k < length; k++)
                to[k] = means && chance(2) ? (double)(1 + below(12)) / 8
                                           : 0.5 + (double)below(1000) / 1111;
            memcpy(of[i].bare + o * length, to, length * sizeof *to);
        }
    }
}

static int lend(ex_run *quick, ex_run *plain) {
    for (int i = 0; i < lents; i++)
        if (!ex_run_lend_lines(quick, of[i].node, of[i].bare, of[i].varies, of[i].constant, &f) ||
            !ex_run_lend(plain, of[i].node, of[i].whole, &f))
            return 0;
    return 1;
}

static void show(ex_id n) {
    buf out = BUF_INIT;
    char shape[256];
    formula_write(g, n, 6, NULL, NULL, &out);
    ax_describe(space, axes_of(n), shape, sizeof shape);
    fprintf(stderr, "#   node %u over %s: %s\n", n, shape, buf_string(&out));
    buf_release(&out);
}

static int values_agree(ex_run *quick, ex_run *plain, const ex_id *want, size_t count, size_t n) {
    for (size_t k = 0; k < count; k++) {
        const double *a = ex_run_value(quick, want[k], &f), *b = ex_run_value(plain, want[k], &f);
        size_t size = ax_size(space, axes_of(want[k]));
        for (size_t i = 0; a && b && i < size; i++) {
            if (i % length >= n && (axes_of(want[k]) & AX_BIT(draws))) continue;
            if (!same(a[i], b[i])) {
                diag("node %u, element %zu: %.17g in the program, %.17g", want[k], i, a[i], b[i]);
                show(want[k]);
                return 0;
            }
        }
        if (!a || !b) return 0;
    }
    return 1;
}

static size_t programs, joined, apart; /* quotients done with their sums, and by themselves */

/* Does anything go along the draws, so that all are needed? Rules never do. */
static int goes_along(void) {
    for (ex_id n = 1; n <= ex_count(g); n++) {
        const ex_node *x = ex_get(g, n);
        if (!ex_is_elementwise(x->op) && x->op != EX_source && x->op != EX_lookup &&
            (x->axis == draws || x->to == draws))
            return 1;
    }
    return 0;
}

static void count_quotients(const ex_run *r) {
    for (uint32_t k = 0; means && r->program && k < r->plan.passes; k++)
        for (size_t i = 0; r->program[k] && i < r->program[k]->actions; i++) {
            const action *a = &r->program[k]->action[i];
            joined += (a->kind == SUM || a->kind == EIGHTS) && a->arg[0];
            apart += a->kind == QUOTIENT;
        }
}

static int run_case(void) {
    static const char *const levels[] = {"baseline", "v3", "v4"};
    ex_id want[8];
    size_t wants = 0;
    int fine = 1;
    for (int i = nodes - 1; i >= 0 && wants < 3; i -= 1 + (int)below(3))
        if (ex_get(g, node[i])->op != EX_source) want[wants++] = node[i];
    if (!wants || ex_get(g, want[0])->op == EX_lookup) return 1;
    const char *level = levels[below(3)];
    if (ex_level(level) < 0) level = NULL;
    ex_settings first = {.threads = 1, .simd = level, .eights = draws + 1, .again = 1};
    ex_settings second = {.threads = 1, .simd = level, .eights = draws + 1};
    ex_run *quick = ex_run_open(g, &first, &f), *plain = ex_run_open(g, &second, &f);
    int along = goes_along(), tame = (int)below(2), wild_from = 1 + (int)below(EVALUATIONS);
    find_lent();
    for (int e = 0; fine && e < EVALUATIONS; e++) {
        size_t n = e == 2 && !along ? 1 + below(length) : length;
        change_values(tame && e < wild_from);
        fine = lend(quick, plain);
        ex_run_only(quick, n == length ? 0 : n);
        fine = fine && ex_run_eval(quick, want, wants, &f) && ex_run_eval(plain, want, wants, &f) &&
               values_agree(quick, plain, want, wants, n);
    }
    programs += quick->program != NULL;
    count_quotients(quick);
    ex_run_close(quick);
    ex_run_close(plain);
    for (int i = 0; i < lents; i++) {
        free(of[i].bare);
        free(of[i].whole);
        free(of[i].constant);
        free(of[i].varies);
    }
    return fine;
}

/* Small axes, and the longest one of draws. */
static void make_space(void) {
    static const uint32_t size[] = {1, 2, 3, 4, 5, 9, 13};
    int count = 1 + (int)below(3);
    for (int i = 0; i < count; i++) {
        char name[] = {(char)('a' + i), 0};
        make_axis(name, size[below(7)], "%u");
    }
    length = 16 * (1 + below(6));
    draws = make_axis("draw", (uint32_t)length, "%u label");
}

/* Scores of a size: small, thousands, or beyond what decides how sums are settled. */
static void means_graph(void) {
    static const double size[] = {0.1, 1, 100, 1e4, 1e7};
    const int first = make_axis("first", (uint32_t)(2 + below(12)), "%u"),
              second = make_axis("second", (uint32_t)(2 + below(4)), "%u"),
              unit = make_axis("unit", (uint32_t)(1 + below(9)), "%u");
    most = 20000;
    sources = 0;
    ex_id score = random_source(AX_BIT(first) | AX_BIT(second) | AX_BIT(unit), EX_NUMBER, 0);
    const double of_size = size[below(5)], from = chance(2) ? of_size : chance(2) ? -of_size : 0;
    for (size_t i = 0; i < source[0].size; i++)
        source[0].value[i] = from + of_size * (double)below(1000) / 1000;
    if (chance(3)) /* so that not all have the same weights in all */
        for (size_t i = 0; i < source[0].size; i++)
            if (chance(9)) source[0].value[i] = NAN;
    ex_id weight = random_source(AX_BIT(first) | AX_BIT(draws), EX_NUMBER, 0),
          other = random_source(AX_BIT(second) | AX_BIT(draws), EX_NUMBER, 0);
    node[nodes++] = ex_mean(g, score, first, weight, 0, 0, AX_NONE, &f);
    node[nodes++] = ex_mean(g, node[0], second, other, 0, 0, AX_NONE, &f);
}

/* log(where(x > -900, exp(x), 2)) of a source that stands in place of another. */
static void logarithms(void) {
    static double plain[1] = {1}, value[] = {-1000, -900, -800, -745, -701, -700, -699.5, -1e-3,
                                             0,     0.1,  1,    699,  700,  701,  709.5,  710};
    enum { N = sizeof value / sizeof *value };
    case_open();
    const int draw = make_axis("draw", N, "%u");
    ex_values v = {.origin = EX_DATA, .kind = EX_NUMBER, .value = plain, .name = "x"};
    ex_id x = ex_values_node(g, &v, &f), exponential = ex_unary(g, EX_exp, x, &f);
    v.axes = AX_BIT(draw);
    v.value = value;
    ex_id above = ex_binary(g, EX_gt, x, ex_number(g, -900, &f), &f),
          chosen = ex_ternary(g, EX_where, above, exponential, ex_number(g, 2, &f), &f),
          with = ex_values_node(g, &v, &f);
    ex_id *both = malloc(2 * sizeof *both); /* so that ASan sees a read too far */
    both[0] = ex_unary(g, EX_log, chosen, &f);
    both[1] = chosen;
    ok(ex_replace(g, &x, &with, 1, both, 2, &f), "a source stands in place of another");
    ex_settings settings = {.threads = 1};
    ex_run *run = ex_run_open(g, &settings, &f);
    const double *own = NULL, *from = NULL;
    if (run && ex_run_eval(run, both, 2, &f)) {
        own = ex_run_value(run, both[0], &f);
        from = ex_run_value(run, both[1], &f);
    }
    for (int i = 0; own && from && i < N; i++) {
        const double want = from[i] > 0 ? log(from[i]) : NAN;
        if (fabs(value[i]) <= 700)
            ok(same(own[i], value[i]), "log(exp(%g)) is that", value[i]);
        else
            ok(same(own[i], want) || fabs(own[i] - want) < 1e-12,
               "log(%g) of %g is that of the number", from[i], value[i]);
    }
    ok(own && from, "both are there");
    ex_run_close(run);
    free(both);
    case_close();
}

/* Exponentials within choices within choices, on either side: those of up to eight are found, and
 * their logarithms are exact; further ones keep their rounding. */
static void logarithms_within(int deep, int sides) {
    enum { N = 64, FOUND = 8 };
    static double plain[1] = {1}, value[N];
    case_open();
    for (int i = 0; i < N; i++) value[i] = (i - 20) * 0.0137;
    const int draw = make_axis("draw", N, "%u");
    ex_values v = {.origin = EX_DATA, .kind = EX_NUMBER, .value = plain, .name = "x"};
    const ex_id x = ex_values_node(g, &v, &f);
    v.axes = AX_BIT(draw);
    v.value = value;
    const ex_id with = ex_values_node(g, &v, &f);
    ex_id n = ex_unary(g, EX_exp, x, &f);
    for (int k = 0; k < deep; k++) { /* a number in place of it from some value on, or up to it */
        const double end = sides >> k & 1 ? 0.5 - 0.01 * k : -0.2 + 0.01 * k;
        const ex_id above = ex_binary(g, EX_gt, x, ex_number(g, end, &f), &f),
                    other = ex_number(g, 2 + k, &f);
        n = sides >> k & 1 ? ex_ternary(g, EX_where, above, other, n, &f)
                           : ex_ternary(g, EX_where, above, n, other, &f);
    }
    n = ex_unary(g, EX_log, n, &f);
    int right = ex_replace(g, &x, &with, 1, &n, 1, &f), rounded = 0;
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    right = right && run && ex_run_eval(run, &n, 1, &f);
    const double *own = right ? ex_run_value(run, n, &f) : NULL;
    for (int i = 0; own && i < N; i++) {
        double want = value[i];
        for (int k = 0; k < deep; k++) {
            const double end = sides >> k & 1 ? 0.5 - 0.01 * k : -0.2 + 0.01 * k;
            if ((value[i] > end) == (sides >> k & 1)) want = log(2 + k);
        }
        right = right && fabs(own[i] - want) <= 1e-15 * fmax(1, fabs(want)) &&
                (want != value[i] || deep > FOUND || own[i] == want);
        rounded += want == value[i] && own[i] != want;
    }
    ok(own && right && (deep <= FOUND) == !rounded,
       "logarithms of exponentials within %d choices, of sides %x", deep, (unsigned)sides);
    ex_run_close(run);
    case_close();
}

/* out[u] = the sum over items of x[u][item], times the first of w */
static int weigh(void *self, const double *const *arg, double *out, fault *in) {
    (void)self, (void)in;
    for (int u = 0; u < 2; u++) {
        out[u] = 0;
        for (int i = 0; i < 3; i++) out[u] += arg[0][u * 3 + i] * arg[1][0];
    }
    return 1;
}

/* A function of matrices upon another source that differs from draw to draw: once for each. */
static void replaced_matrix(void) {
    enum { N = 4 };
    static double plain[6], many[6 * N], w_is[3] = {2, 5, 7};
    case_open();
    const int u = make_axis("u", 2, "u%u"), item = make_axis("item", 3, "i%u"),
              draw = make_axis("draw", N, "%u");
    for (size_t i = 0; i < 6; i++) plain[i] = (double)i;
    for (size_t i = 0; i < 6 * N; i++) many[i] = (double)(i * i % 17);
    ex_values v = {.origin = EX_DATA,
                   .kind = EX_NUMBER,
                   .axes = AX_BIT(u) | AX_BIT(item),
                   .value = plain,
                   .name = "x"};
    ex_id x = ex_values_node(g, &v, &f);
    v.axes |= AX_BIT(draw);
    v.value = many;
    ex_id with = ex_values_node(g, &v, &f);
    v.axes = AX_BIT(item);
    v.value = w_is;
    const ex_matrix_function fn = {.name = "weigh",
                                   .gives = EX_NUMBER,
                                   .core = {{u, item}, {item, AX_NONE}},
                                   .out = {u, AX_NONE},
                                   .call = weigh,
                                   .same = 1};
    const ex_id arg[] = {x, ex_values_node(g, &v, &f)};
    ex_id *node_of = malloc(sizeof *node_of);
    *node_of = ex_matrix_node(g, &fn, arg, 2, &f);
    int right = *node_of && ex_replace(g, &x, &with, 1, node_of, 1, &f) &&
                axes_of(*node_of) == (AX_BIT(u) | AX_BIT(draw));
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    right = right && ex_run_eval(run, node_of, 1, &f);
    const double *got = right ? ex_run_value(run, *node_of, &f) : NULL;
    for (int k = 0; got && k < 2; k++)
        for (int d = 0; d < N; d++) {
            double want = 0;
            for (int i = 0; i < 3; i++)
                want += 2 * many[(size_t)k * ax_stride(space, axes_of(with), u) +
                                 (size_t)i * ax_stride(space, axes_of(with), item) +
                                 (size_t)d * ax_stride(space, axes_of(with), draw)];
            right = right && got[(size_t)k * ax_stride(space, axes_of(*node_of), u) +
                                 (size_t)d * ax_stride(space, axes_of(*node_of), draw)] == want;
        }
    ok(right && !f.count, "a function of matrices upon draws is called for each");
    ex_run_close(run);
    free(node_of);
    case_close();
}

/* Where an element of a node lies in the same node over draws. */
static size_t over_draws(ax_set axes, ax_set more, size_t element) {
    size_t at = 0;
    for (int i = 0; i < ax_count(space); i++)
        if (axes & AX_BIT(i))
            at += element / ax_stride(space, axes, i) % ax_get(space, i)->size *
                  ax_stride(space, more, i);
    return at;
}

/* Random graphs of which a source is replaced by one over draws, too: each draw has what the graph
 * has with the values of that draw; only groups may not differ. */
static size_t replacements, refusals;

static int replaced_case(void) {
    case_open();
    random_space(0);
    random_graph_over(300, 14);
    if (chance(2)) add_steered();
    const changeable *s = &source[below((size_t)sources + !sources)];
    if (!sources || !s->size || !ex_values_of(g, s->node)->value) return 1;
    const size_t count = chance(2) ? 3 : 120;
    const ax_set own = axes_of(s->node);
    const int along = make_axis("of draws", (uint32_t)count, "%u draw");
    double *many = keep(malloc(s->size * count * sizeof *many)),
           *was = keep(malloc(s->size * sizeof *was));
    fill_values(many, s->size * count, s->kind, s->positions);
    memcpy(was, s->value, s->size * sizeof *was);
    const ex_values v = {.origin = EX_DATA,
                         .kind = s->kind,
                         .axes = own | AX_BIT(along),
                         .value = many,
                         .name = "many"};
    const ex_id with = ex_values_node(g, &v, &f);
    ex_id want[3], now[3];
    size_t wants = 0;
    for (int i = nodes - 1; i >= 0 && wants < 3; i -= 1 + (int)below(3)) want[wants++] = node[i];
    memcpy(now, want, sizeof now);
    static uint8_t needed[1 << 12], hangs[1 << 12];
    const ex_id last = ex_count(g);
    int differ = 0;
    memset(needed, 0, sizeof needed);
    memset(hangs, 0, sizeof hangs);
    hangs[s->node] = 1;
    for (size_t k = 0; k < wants; k++) needed[want[k]] = 1;
    for (ex_id n = last; n >= 1; n--)
        for (int i = 0; needed[n] && i < ex_get(g, n)->argc; i++) needed[ex_arg(g, n, i)] = 1;
    for (ex_id n = 1; n <= last; n++)
        for (int i = 0; i < ex_get(g, n)->argc; i++) {
            hangs[n] |= hangs[ex_arg(g, n, i)];
            differ |= needed[n] && i == 1 && hangs[ex_arg(g, n, 1)] && ex_get(g, n)->to != AX_NONE;
        }
    if (!ex_replace(g, &s->node, &with, 1, now, wants, &f) || differ) {
        const int right = differ && f.count == 1 && strstr(f.item[0].text, "groups");
        refusals += (size_t)right;
        return right;
    }
    ex_run *plain = ex_run_open(g, &(ex_settings){.threads = 1}, &f),
           *run = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    int fine = plain && run && ex_run_eval(run, now, wants, &f);
    for (size_t d = 0; fine && d < count; d += 1 + below(count / 3)) {
        for (size_t i = 0; i < s->size; i++)
            s->value[i] = many[over_draws(own, own | AX_BIT(along), i) +
                               d * ax_stride(space, own | AX_BIT(along), along)];
        ex_run_changed(plain, s->node);
        fine = ex_run_eval(plain, want, wants, &f);
        for (size_t k = 0; fine && k < wants; k++) {
            const ax_set axes = axes_of(want[k]), more = axes_of(now[k]);
            const double *a = ex_run_value(plain, want[k], &f), *b = ex_run_value(run, now[k], &f);
            fine = a && b && more == (axes | (hangs[want[k]] ? AX_BIT(along) : 0));
            for (size_t i = 0; fine && i < ax_size(space, axes); i++) {
                const double of_draw = b[over_draws(axes, more, i) +
                                         (hangs[want[k]] ? d * ax_stride(space, more, along) : 0)];
                fine = same(a[i], of_draw);
                if (!fine) {
                    diag("node %u, element %zu, draw %zu: %.17g, not %.17g", want[k], i, d, of_draw,
                         a[i]);
                    show(want[k]);
                }
            }
        }
    }
    replacements += (size_t)fine;
    memcpy(s->value, was, s->size * sizeof *was);
    ex_run_close(plain);
    ex_run_close(run);
    return fine;
}

/* What is built anew has the lines that the rules have. */
static void replaced_lines(void) {
    static double plain[1] = {1}, many[3] = {1, 2, 3};
    case_open();
    const int along = make_axis("draw", 3, "%u");
    ex_values v = {.origin = EX_DATA, .kind = EX_NUMBER, .value = plain, .name = "x"};
    const ex_id x = ex_values_node(g, &v, &f), two = ex_number(g, 2, &f);
    v.axes = AX_BIT(along);
    v.value = many;
    const ex_id with = ex_values_node(g, &v, &f);
    ex_id chain[4] = {x};
    for (int i = 1; i < 4; i++) {
        ex_mark(g, (uint32_t)i, 10 * i);
        if (i != 2) ex_mark_from(g, (uint32_t)i + 4, 100 * i, 7 * i);
        chain[i] = ex_binary(g, i == 2 ? EX_mul : EX_add, chain[i - 1], two, &f);
    }
    ex_mark(g, 9, 99);
    ex_id now = chain[3];
    int right = ex_replace(g, &x, &with, 1, &now, 1, &f);
    for (int i = 3; right && i > 0; now = ex_arg(g, now, 0), i--) {
        const ex_node *is = ex_get(g, now);
        right = now != chain[i] && is->file == (uint32_t)i && is->line == 10 * i &&
                is->from_line == (i != 2 ? 100 * i : 0) &&
                (i == 2 || (is->from_file == (uint32_t)i + 4 && is->from_column == 7 * i));
    }
    ok(right && now == with, "what is built anew has the lines that the rules have");
    case_close();
}

/* ---- what is known of vectors before they are computed, worked out by hand ---- */

enum { A, B, C, D, E, TINY, HUGE_ONES, NOTHING, THREE, FIVE, TEN, VECTORS };

static int is_range(vector_range got, double low, double high) {
    const double slack = 1e-8 * (1 + fabs(low) + fabs(high));
    int fine = got.least <= low && got.most >= high && got.least >= low - slack &&
               got.most <= high + slack;
    if (!fine) diag("got [%.17g, %.17g], not about [%g, %g]", got.least, got.most, low, high);
    return fine;
}

static void known_ranges(void) {
    const vector_range range[VECTORS] = {[A] = {2, 3},
                                         [B] = {4, 5},
                                         [C] = {-2, 3},
                                         [D] = {-5, -4},
                                         [E] = {0, 1},
                                         [TINY] = {1e-99, 2e-99},
                                         [HUGE_ONES] = {1e99, 2e99},
                                         [NOTHING] = RANGE_UNKNOWN};
    static const double number[] = {3, 5, 10};
    vector v[VECTORS];
    for (int i = 0; i < VECTORS; i++)
        v[i] = i < THREE ? (vector){.kind = SLOT, .range = range[i]}
                         : (vector){.kind = CONSTANT, .value = number[i - THREE]};
    const ex_run *r = ex_run_open(g, &(ex_settings){.threads = 1}, &f);
    const program p = {.vector = v, .vectors = VECTORS, .kernels = r->kernels};
    static const struct {
        int op, a, b;
        double least, most;
    } known[] = {{EX_neg, A, 0, -3, -2},
                 {EX_exp, C, 0, 0.1353352832366127, 20.085536923187668},
                 {EX_log, A, 0, 0.6931471805599453, 1.0986122886681098},
                 {EX_add, A, C, 0, 6},
                 {EX_sub, A, C, -1, 5},
                 {EX_sub, A, THREE, -1, 0},
                 {EX_mul, A, B, 8, 15},
                 {EX_mul, A, D, -15, -8},
                 {EX_mul, C, D, -15, 10},
                 {EX_mul, D, D, 16, 25},
                 {EX_mul, E, A, 0, 3},
                 {EX_mul, B, TEN, 40, 50},
                 {EX_div, A, B, 0.4, 0.75},
                 {EX_quotient, C, B, -0.5, 0.75},
                 {EX_div, B, FIVE, 0.8, 1},
                 {EX_least, A, C, -2, 3},
                 {EX_least, B, C, -2, 3},
                 {EX_greatest, A, C, 2, 3},
                 {EX_greatest, D, C, -2, 3}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint32_t arg[] = {(uint32_t)known[i].a, (uint32_t)known[i].b};
        int argc = ex_class((unsigned)known[i].op) == EX_CLASS_BINARY ? 2 : 1;
        ok(is_range(range_of_element(&p, (unsigned)known[i].op, argc, arg), known[i].least,
                    known[i].most),
           "the range of %s of ranges %d and %d", ex_op_text((ex_op)known[i].op), known[i].a,
           known[i].b);
    }
    static const int none[][3] = {{EX_add, A, NOTHING},     {EX_add, NOTHING, A},
                                  {EX_neg, NOTHING, 0},     {EX_log, E, 0},
                                  {EX_log, C, 0},           {EX_div, A, E},
                                  {EX_div, A, C},           {EX_div, A, D},
                                  {EX_mul, HUGE_ONES, TEN}, {EX_add, HUGE_ONES, HUGE_ONES},
                                  {EX_exp, HUGE_ONES, 0},   {EX_sqrt, A, 0}};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        const uint32_t arg[] = {(uint32_t)none[i][1], (uint32_t)none[i][2]};
        int argc = ex_class((unsigned)none[i][0]) == EX_CLASS_BINARY ? 2 : 1;
        vector_range got = range_of_element(&p, (unsigned)none[i][0], argc, arg);
        int far = none[i][0] == EX_add && none[i][1] == HUGE_ONES; /* 4e99 is not far yet */
        ok(range_known(got) == far, "of %s of ranges %d and %d nothing is known",
           ex_op_text((ex_op)none[i][0]), none[i][1], none[i][2]);
    }
    static const struct {
        int op, a, b, decided;
        double is;
    } decided[] = {{EX_gt, A, FIVE, 1, 0},        {EX_lt, A, FIVE, 1, 1},  {EX_ge, B, THREE, 1, 1},
                   {EX_ne, B, THREE, 1, 1},       {EX_gt, A, THREE, 0, 0}, {EX_lt, B, FIVE, 0, 0},
                   {EX_gt, NOTHING, THREE, 0, 0}, {EX_gt, A, B, 0, 0},     {EX_add, A, FIVE, 0, 0},
                   {EX_least, B, THREE, 0, 0}};
    for (size_t i = 0; i < sizeof decided / sizeof *decided; i++) {
        const uint32_t arg[] = {(uint32_t)decided[i].a, (uint32_t)decided[i].b};
        double y = -1;
        int is = range_decides(&p, (unsigned)decided[i].op, arg, &y);
        ok(is == decided[i].decided && (!is || y == decided[i].is), "%s of %d and %d: %s",
           ex_op_text((ex_op)decided[i].op), decided[i].a, decided[i].b,
           decided[i].decided ? "decided" : "open");
    }
    vector_range sum = {0, 0};
    double size = 0;
    range_add(&sum, &size, range[A]);
    range_add(&sum, &size, range[D]);
    ok(is_range(range_of_sum(sum, size), -3, -1) && size == 8, "a sum of two");
    range_add(&sum, &size, range[NOTHING]);
    ok(!range_known(range_of_sum(sum, size)) && size == 8, "with one of which nothing is known");
    ok(is_range(range_of_product_by(range[A], range[B]), 8, 15) &&
           !range_known(range_of_product_by(range[A], range[NOTHING])) &&
           !range_known(range_of_product_by(range[NOTHING], range[A])),
       "products that are added up");
    const uint32_t term[] = {A, D, B}, dark[] = {A, NOTHING};
    ok(is_range(range_of_extreme(&p, EX_min, term, 3), -5, -4) &&
           is_range(range_of_extreme(&p, EX_max, term, 3), 4, 5) &&
           is_range(range_of_extreme(&p, EX_max, term, 1), 2, 3),
       "the least and the greatest");
    ok(!range_known(range_of_extreme(&p, EX_max, dark, 2)) &&
           !range_known(range_of_extreme(&p, EX_max, term, 0)) &&
           !range_known(range_of_extreme(&p, EX_median, term, 3)),
       "of which nothing is known");
    ok(range_small((vector_range){-1e145, 1}) && !range_small((vector_range){-1e146, 1}) &&
           !range_small(RANGE_UNKNOWN),
       "what is small");
    ok(is_range(program_range(&p, TEN), 10, 10) && is_range(program_range(&p, E), 0, 1),
       "of constants and of vectors");
    ex_run_close((ex_run *)(uintptr_t)r);
}

/* What needs no computing: a program that only copies, since all is said by what does not vary, or
 * by what is known of what does. */
static void nothing_to_compute(void) {
    enum { N = 32, SOURCES = 7 };
    static double x[N], y[N], constant[SOURCES] = {3, 4, NAN, NAN, 1, 0, 5};
    static const char *const name[SOURCES] = {"x", "y", "no truth", "nothing", "yes", "no", "five"};
    static const uint8_t varies[SOURCES] = {1, 1};
    static double whole[SOURCES][N];
    case_open();
    const int draw = make_axis("draw", N, "%u");
    for (int i = 0; i < N; i++) {
        x[i] = 3 + (double)i / N;
        y[i] = 4 - (double)i / N;
    }
    ex_id of_source[SOURCES];
    for (int i = 0; i < SOURCES; i++) {
        for (int k = 0; k < N; k++) whole[i][k] = i == 0 ? x[k] : i == 1 ? y[k] : constant[i];
        ex_values v = {.origin = EX_DATA,
                       .kind = i == 2 || i == 4 || i == 5 ? EX_TRUTH : EX_NUMBER,
                       .axes = AX_BIT(draw),
                       .value = whole[i],
                       .name = name[i]};
        of_source[i] = ex_values_node(g, &v, &f);
    }
    const ex_id a = of_source[0], b = of_source[1], unknown = of_source[2], none = of_source[3],
                yes = of_source[4], no = of_source[5], five = of_source[6],
                above = ex_binary(g, EX_gt, a, none, &f);
    const struct {
        ex_id of;
        const double *is;
        double all; /* where `is` is NULL */
        int computes;
        const char *name;
    } known[] = {
        {ex_binary(g, EX_add, a, b, &f), NULL, 7, 1, "x + y"},
        {ex_ternary(g, EX_where, ex_binary(g, EX_gt, a, ex_number(g, 3.5, &f), &f), a, a, &f), x, 0,
         1, "where(x > 3.5, x, x)"},
        {ex_ternary(g, EX_where, yes, a, b, &f), x, 0, 0, "where(true, x, y)"},
        {ex_ternary(g, EX_where, no, a, b, &f), y, 0, 0, "where(false, x, y)"},
        {ex_ternary(g, EX_where, unknown, a, b, &f), NULL, NAN, 0, "where(missing, x, y)"},
        {ex_ternary(g, EX_where, above, a, b, &f), NULL, NAN, 0, "where(x > missing, x, y)"},
        {ex_binary(g, EX_coalesce, five, a, &f), NULL, 5, 0, "coalesce(5, x)"},
        {ex_binary(g, EX_coalesce, none, a, &f), x, 0, 0, "coalesce(missing, x)"},
        {ex_binary(g, EX_coalesce, a, none, &f), x, 0, 0, "coalesce(x, missing)"},
        {ex_binary(g, EX_coalesce, a, b, &f), x, 0, 0, "coalesce(x, y), x being there"},
        {ex_unary(g, EX_present, a, &f), NULL, 1, 0, "present(x)"},
        {ex_unary(g, EX_missing, a, &f), NULL, 0, 0, "missing(x)"},
        {ex_binary(g, EX_add, none, a, &f), NULL, NAN, 0, "missing + x"},
        {ex_binary(g, EX_mul, a, none, &f), NULL, NAN, 0, "x * missing"},
        {ex_binary(g, EX_mul, five, five, &f), NULL, 25, 0, "5 * 5"},
        {ex_binary(g, EX_lt, a, ex_number(g, 1e6, &f), &f), NULL, 1, 0, "x < 1000000"},
        {ex_binary(g, EX_gt, a, ex_number(g, 1e6, &f), &f), NULL, 0, 0, "x > 1000000"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        ex_settings settings = {.threads = 1, .eights = draw + 1, .again = 1};
        ex_run *run = ex_run_open(g, &settings, &f);
        int fine = run != NULL;
        for (int again = 0; fine && again < 2; again++) {
            for (int k = 0; fine && k < SOURCES; k++) {
                fine = ex_run_lend_lines(run, of_source[k], whole[k], &varies[k], &constant[k], &f);
            }
            fine = fine && ex_run_eval(run, &known[i].of, 1, &f);
        }
        const double *got = fine ? ex_run_value(run, known[i].of, &f) : NULL;
        for (int k = 0; got && k < N; k++)
            fine = fine && same(got[k], known[i].is ? known[i].is[k] : known[i].all);
        size_t programs_made = 0, computed = 0;
        for (uint32_t k = 0; fine && run->program && k < run->plan.passes; k++) {
            programs_made += run->program[k] != NULL;
            for (size_t m = 0; run->program[k] && m < run->program[k]->actions; m++)
                computed += run->program[k]->action[m].kind != COPY;
        }
        ok(got && fine && programs_made && (computed != 0) == known[i].computes, "%s: %s",
           known[i].name, known[i].computes ? "is computed" : "needs no computing");
        ex_run_close(run);
    }
    ok(!f.count, "without a fault");
    case_close();
}

/* What is taken for granted of the next values, by those there are: x > c is computed where they
 * may lie on both sides, and right in any case. */
static void questions(void) {
    enum { N = 64 };
    static double x[N], nominal = 2;
    static const uint8_t varies = 1;
    static const struct {
        double least, most, c;
        int computed;
        const char *why;
    } asked[] = {{1, 1.5, 0.49, 0, "numbers much alike: from half the least"},
                 {1, 1.5, 0.51, 1, "not above that"},
                 {1, 1.5, 2.99, 1, "not below the other end"},
                 {1, 1.5, 3.01, 0, "to twice the greatest"},
                 {1, 15.9, 0.49, 0, "the least is more than a sixteenth of the greatest"},
                 {1, 15.9, 31, 1, "where it is"},
                 {1, 15.9, 32, 0, "twice the greatest, where it is"},
                 {1, 16, 0.49, 1, "numbers far apart: nearly nothing"},
                 {1, 16, 1e30, 1, "nor how large they are"},
                 {1, 16, 1e32, 0, "but that they are not beyond all bounds"},
                 {1, 16, 0, 0, "and their sign"},
                 {0, 10, -1, 1, "with a 0 not even that"},
                 {0, 10, -19, 1, "as far below as they reach"},
                 {0, 10, -21, 0, "not farther"},
                 {0, 10, 29, 1, "as far above"},
                 {0, 10, 31, 0, "not farther above"},
                 {-2, 6, -17.5, 1, "of both signs: as far below"},
                 {-2, 6, -18.5, 0, "not farther below"},
                 {-2, 6, 21.5, 1, "of both signs: as far above"},
                 {-2, 6, 22.5, 0, "not farther above"},
                 {-3, -1, -8.9, 1, "negative: as far below"},
                 {-3, -1, -9.1, 0, "negative: not farther below"},
                 {-3, -1, 4.9, 1, "negative: as far above"},
                 {-3, -1, 5.1, 0, "negative: not farther above"}};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        case_open();
        const int draw = make_axis("draw", N, "%u");
        const double least = asked[i].least, most_of = asked[i].most, c = asked[i].c;
        ex_values v = {
            .origin = EX_DATA, .kind = EX_NUMBER, .axes = AX_BIT(draw), .value = x, .name = "x"};
        const ex_id of_x = ex_values_node(g, &v, &f),
                    above = ex_binary(g, EX_gt, of_x, ex_number(g, c, &f), &f);
        ex_run *run =
            ex_run_open(g, &(ex_settings){.threads = 1, .eights = draw + 1, .again = 1}, &f);
        int right = run != NULL;
        size_t computed = 0;
        for (int turn = 0; right && turn < 6; turn++) {
            /* First as told, each end at any place; then also beyond, once on each side of c. */
            for (int k = 0; k < N; k++)
                x[k] = least + (most_of - least) * (double)((k * 29 + 7) % (N - 1)) / (N - 1);
            x[turn * 13 % N] = most_of;
            x[(turn * 13 + 31) % N] = least;
            if (turn == 3) x[5] = c + 1 + fabs(c);
            if (turn == 4) x[60] = c - 1 - fabs(c);
            if (turn == 5) x[17] = NAN;
            right = ex_run_lend_lines(run, of_x, x, &varies, &nominal, &f) &&
                    ex_run_eval(run, &above, 1, &f);
            const double *got = right ? ex_run_value(run, above, &f) : NULL;
            for (int k = 0; got && k < N; k++)
                right = right && (x[k] == x[k] ? got[k] == (x[k] > c) : got[k] != got[k]);
            for (uint32_t k = 0; turn < 3 && run->program && k < run->plan.passes; k++)
                for (size_t m = 0; run->program[k] && m < run->program[k]->actions; m++)
                    computed += run->program[k]->action[m].kind != COPY;
        }
        ok(right && (computed != 0) == asked[i].computed, "of %g to %g, x > %g is %s: %s", least,
           most_of, c, asked[i].computed ? "computed" : "known", asked[i].why);
        ex_run_close(run);
        case_close();
    }
}

/* The same of lines of which each has numbers of its own size: one leaves what was taken for
 * granted of it, at one place, on one side. */
static void questions_of_lines(void) {
    enum { N = 64, LINES = 3 };
    static const double scale[LINES] = {1, 1000, 0.001};
    static double x[LINES * N], bound[LINES], nominal[LINES];
    static uint8_t varies[LINES] = {1, 1, 1};
    for (int i = 0; i < 4 * LINES; i++) {
        const int which = i % LINES, below_them = i / LINES & 1, still = i / LINES / 2;
        case_open();
        const int line = make_axis("line", LINES, "%u"), draw = make_axis("draw", N, "%u");
        ex_values v = {.origin = EX_DATA,
                       .kind = EX_NUMBER,
                       .axes = AX_BIT(draw) | AX_BIT(line),
                       .value = x,
                       .name = "x"};
        const ex_id of_x = ex_values_node(g, &v, &f);
        v = (ex_values){.origin = EX_DATA,
                        .kind = EX_NUMBER,
                        .axes = AX_BIT(line),
                        .value = bound,
                        .name = "bound"};
        const ex_id above = ex_binary(g, EX_gt, of_x, ex_values_node(g, &v, &f), &f);
        for (int l = 0; l < LINES; l++) {
            bound[l] = (below_them ? 0.3 : 4) * scale[l];
            varies[l] = (uint8_t)(!still || l == which);
            nominal[l] = (below_them ? 0.2 : 5) * scale[l];
        }
        ex_run *run =
            ex_run_open(g, &(ex_settings){.threads = 1, .eights = draw + 1, .again = 1}, &f);
        int right = run != NULL;
        for (int turn = 0; right && turn < 5; turn++) {
            for (int k = 0; k < LINES * N; k++)
                x[k] = varies[k / N] ? scale[k / N] * (1 + (double)(k * 29 % N) / (2 * N)) : 12345;
            if (turn > 1)
                x[which * N + (turn - 2) * (N - 1) / 2] = scale[which] * (below_them ? 0.1 : 7);
            right = ex_run_lend_lines(run, of_x, x, varies, nominal, &f) &&
                    ex_run_eval(run, &above, 1, &f);
            const double *got = right ? ex_run_value(run, above, &f) : NULL;
            for (int k = 0; got && k < LINES * N; k++) {
                const double own = varies[k / N] ? x[k] : nominal[k / N];
                right = right && got[k] == (own > bound[k / N]);
            }
        }
        ok(right, "line %d%s leaves its range %s", which, still ? ", which alone varies," : "",
           below_them ? "downwards" : "upwards");
        ex_run_close(run);
        case_close();
    }
}

/* Every sum of a weighted mean is divided while it is in registers, unless somebody else reads it,
 * too: what turns its sign (`readers` 1), what adds it up (2), or both (3). `wide`: scores go along
 * the draws, as weights do; `given`: what divides them is no sum, but comes from outside, the same
 * for all (1) or not (2), so that some that are added up at once are divided by different ones. */
static void divided_sums(int units, int items, int readers, int wide, int given) {
    enum { N = 64, UNITS = 20, ITEMS = 5 };
    static double x[UNITS * ITEMS * N], w[ITEMS * N], by[UNITS * N], nominal[UNITS * ITEMS];
    static uint8_t varies[UNITS * ITEMS];
    memset(varies, 1, sizeof varies);
    case_open();
    const int unit = make_axis("unit", (uint32_t)units, "%u"),
              item = make_axis("item", (uint32_t)items, "%u"), draw = make_axis("draw", N, "%u");
    const ax_set cells = AX_BIT(unit) | AX_BIT(item) | (wide ? AX_BIT(draw) : 0);
    ex_values v = {.origin = EX_DATA, .kind = EX_NUMBER, .axes = cells, .value = x, .name = "x"};
    const ex_id of_x = ex_values_node(g, &v, &f);
    v.axes = AX_BIT(item) | AX_BIT(draw);
    v.value = w;
    const ex_id of_w = ex_values_node(g, &v, &f);
    v.axes = AX_BIT(draw) | (given == 2 ? AX_BIT(unit) : 0);
    v.value = by;
    const ex_id of_by = ex_values_node(g, &v, &f),
                sum = ex_reduce(g, EX_sum, ex_binary(g, EX_mul, of_x, of_w, &f), item, 0, &f),
                mean =
                    ex_divide(g, sum, given ? of_by : ex_reduce(g, EX_sum, of_w, item, 0, &f), &f),
                negative = ex_unary(g, EX_neg, sum, &f),
                total = ex_reduce(g, EX_sum, sum, unit, 0, &f);
    ex_id want[3] = {mean};
    size_t wants = 1;
    if (readers & 1) want[wants++] = negative;
    if (readers & 2) want[wants++] = total;
    ex_run *run = ex_run_open(g, &(ex_settings){.threads = 1, .eights = draw + 1, .again = 1}, &f);
    int right = run != NULL;
    for (size_t i = 0; i < ax_size(space, cells); i++) x[i] = 1 + (double)below(1000) / 10;
    for (int turn = 0; right && turn < 3; turn++) {
        for (int i = 0; i < items * N; i++) w[i] = 1 + (double)below(100) / 8;
        for (int d = 0; d < UNITS * N; d++) by[d] = 1 + (double)below(1000) / 7;
        right = ex_run_lend_lines(run, of_w, w, varies, nominal, &f) &&
                (!wide || ex_run_lend_lines(run, of_x, x, varies, nominal, &f)) &&
                (!given || ex_run_lend_lines(run, of_by, by, varies, nominal, &f)) &&
                ex_run_eval(run, want, wants, &f);
        const double *own = right ? ex_run_value(run, mean, &f) : NULL,
                     *turned = right && readers & 1 ? ex_run_value(run, negative, &f) : NULL,
                     *all = right && readers & 2 ? ex_run_value(run, total, &f) : NULL;
        for (size_t d = 0; right && d < N; d++) {
            double weights = 0, scores = 0;
            for (int i = 0; i < items; i++) weights += w[(size_t)i * N + d];
            for (size_t u = 0; u < (size_t)units; u++) {
                double score = 0;
                for (size_t i = 0; i < (size_t)items; i++)
                    score +=
                        x[u * ax_stride(space, cells, unit) + i * ax_stride(space, cells, item) +
                          (wide ? d * ax_stride(space, cells, draw) : 0)] *
                        w[i * N + d];
                const double divisor = !given ? weights : by[given == 2 ? u * N + d : d];
                scores += score;
                right = right && fabs(own[u * N + d] - score / divisor) <= 1e-12 * score &&
                        (!turned || fabs(turned[u * N + d] + score) <= 1e-12 * score);
            }
            right = right && (!all || fabs(all[d] - scores) <= 1e-12 * scores);
        }
    }
    size_t at_once = 0, later = 0;
    for (uint32_t k = 0; right && run->program && k < run->plan.passes; k++)
        for (size_t i = 0; run->program[k] && i < run->program[k]->actions; i++) {
            const action *a = &run->program[k]->action[i];
            at_once += (a->kind == SUM || a->kind == EIGHTS) && a->arg[0];
            later += a->kind == QUOTIENT;
        }
    /* Sums of the same weights are added up together, others one by one. */
    const int alone = readers || (given == 2 && !wide && units > 1);
    right = right &&
            at_once == (size_t)(alone  ? 0
                                : wide ? units
                                       : 1) &&
            later == (size_t)(alone ? units : 0);
    ok(right, "%d means of %d%s%s: sums are divided at once %zu times, and later %zu times%s",
       units, items, wide ? ", of scores that vary" : "",
       given == 2 ? ", by what is given of each"
       : given    ? ", by what is given"
                  : "",
       at_once, later,
       readers == 0   ? ""
       : readers == 1 ? "; their sign is turned"
       : readers == 2 ? "; they are added up"
                      : "; their sign is turned, and they are added up");
    ex_run_close(run);
    case_close();
}

/* Draws that take many blocks, the last of them shorter: weighted sums, and of them a choice. */
static void many_blocks(void) {
    enum { UNITS = 3 };
    static const size_t lengths[] = {16, 1008, 1024, 1040, 5008, 20000};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        const size_t n = lengths[i];
        case_open();
        const int unit = make_axis("unit", UNITS, "%u"),
                  draw = make_axis("draw", (uint32_t)n, "%u");
        double *x = malloc(UNITS * n * sizeof *x), nominal[UNITS] = {0};
        static const uint8_t varies[UNITS] = {1, 1, 1};
        ex_values v = {.origin = EX_DATA,
                       .kind = EX_NUMBER,
                       .axes = AX_BIT(draw) | AX_BIT(unit),
                       .value = x,
                       .name = "x"};
        const ex_id of_x = ex_values_node(g, &v, &f), sum = ex_reduce(g, EX_sum, of_x, unit, 0, &f),
                    high = ex_reduce(g, EX_max, of_x, unit, 0, &f),
                    want =
                        ex_ternary(g, EX_where, ex_binary(g, EX_gt, sum, ex_number(g, 100, &f), &f),
                                   high, ex_unary(g, EX_neg, sum, &f), &f);
        ex_run *run =
            ex_run_open(g, &(ex_settings){.threads = 1, .eights = draw + 1, .again = 1}, &f);
        int right = run != NULL, programs_made = 0;
        for (size_t turn = 0; right && turn < 3; turn++) {
            for (size_t k = 0; k < UNITS * n; k++) x[k] = (double)((k * 7919 + turn * 31) % 97);
            right = ex_run_lend_lines(run, of_x, x, varies, nominal, &f) &&
                    ex_run_eval(run, &want, 1, &f);
            programs_made |= run->program != NULL;
            const double *got = right ? ex_run_value(run, want, &f) : NULL;
            for (size_t k = 0; got && k < n; k++) {
                const double total = x[k] + x[n + k] + x[2 * n + k],
                             greatest = fmax(x[k], fmax(x[n + k], x[2 * n + k]));
                right = right && got[k] == (total > 100 ? greatest : -total);
            }
        }
        ok(right && programs_made, "%zu draws, block by block", n);
        ex_run_close(run);
        free(x);
        case_close();
    }
}

/* A plan is kept for other values, unless positions in it hang on them. */
static void kept_plans(void) {
    enum { N = 32, AXIS = 3 };
    static double x[AXIS * N], other[AXIS], at[AXIS] = {2, 0, 1}, nominal[AXIS];
    static const uint8_t varies[AXIS] = {1, 1, 1};
    for (int computed = 0; computed < 2; computed++) {
        case_open();
        const int part = make_axis("part", AXIS, "%u"), to = make_axis("to", AXIS, "%u label"),
                  draw = make_axis("draw", N, "%u");
        ex_values v = {.origin = EX_DATA,
                       .kind = EX_NUMBER,
                       .axes = AX_BIT(draw) | AX_BIT(part),
                       .value = x,
                       .name = "x"};
        const ex_id of_x = ex_values_node(g, &v, &f);
        v = (ex_values){.origin = EX_DATA,
                        .kind = EX_NUMBER,
                        .axes = AX_BIT(to),
                        .value = computed ? other : at,
                        .name = "at"};
        ex_id position = ex_values_node(g, &v, &f);
        if (computed) /* 0, 0, 0, or where the least of the first draws is */
            position = ex_binary(
                g, EX_add, position,
                ex_reduce(g, EX_argmin, ex_reduce(g, EX_sum, of_x, draw, 0, &f), part, 0, &f), &f);
        const ex_id found = ex_gather(g, of_x, part, position, &f),
                    want = ex_binary(g, EX_add, found, ex_number(g, 1, &f), &f);
        ex_run *run =
            ex_run_open(g, &(ex_settings){.threads = 1, .eights = draw + 1, .again = 1}, &f);
        int right = run && want;
        for (int turn = 0; right && turn < 4; turn++) {
            const size_t least = (size_t)(turn * 2) % AXIS;
            for (size_t k = 0; k < AXIS * N; k++)
                x[k] = (double)(k * 37 % 101) + (k / N == least ? -1000 : 0);
            right = ex_run_lend_lines(run, of_x, x, varies, nominal, &f) &&
                    ex_run_eval(run, &want, 1, &f);
            const double *got = right ? ex_run_value(run, want, &f) : NULL;
            for (size_t k = 0; got && k < AXIS * N; k++) {
                const size_t from = computed ? least : (size_t)at[k / N];
                right = right && got[k] == x[from * N + k % N] + 1;
            }
            right = right && run->planned == !computed;
        }
        ok(right, "with positions that are %s",
           computed ? "computed, a plan holds once" : "given, a plan is kept");
        ex_run_close(run);
        case_close();
    }
}

int main(void) {
    uint64_t seed = tap_seed();
    case_open();
    known_ranges();
    case_close();
    const char *given = getenv("ASSESS_CASES");
    long cases = given ? atol(given) : 1500;
    int failed = 0;
    for (long i = 0; i < cases && failed < 3; i++) {
        state = seed + (uint64_t)i;
        case_open();
        make_space();
        means = i % 10 == 9;
        if (means)
            means_graph();
        else
            random_graph_over(20000, 16);
        if (!means && chance(3)) add_steered();
        if (!run_case()) {
            failed++;
            diag("seed %llu%s%s", (unsigned long long)(seed + (uint64_t)i), f.listed ? ": " : "",
                 f.listed ? f.item[0].text : "");
        }
        case_close();
    }
    logarithms();
    for (int deep = 0; deep <= 10; deep++)
        for (int i = 0; i < 3; i++) logarithms_within(deep, i == 0 ? 0 : i == 1 ? 0x7ff : 0x2ca);
    replaced_matrix();
    replaced_lines();
    int wrong = 0;
    for (long i = 0; i < cases / 2 && wrong < 3; i++) {
        state = seed + (uint64_t)i;
        if (!replaced_case()) {
            wrong++;
            diag("seed %llu%s%s", (unsigned long long)state, f.listed ? ": " : "",
                 f.listed ? f.item[0].text : "");
        }
        case_close();
    }
    ok(!wrong, "each of the draws that a source is replaced by has what it has alone");
    ok(cases < 100 || (replacements > (size_t)cases / 8 && refusals),
       "%zu were replaced, and %zu refused since groups would differ", replacements, refusals);
    nothing_to_compute();
    questions();
    questions_of_lines();
    kept_plans();
    many_blocks();
    for (int units = 1; units <= 20; units += units < 9 ? 1 : 11)
        for (int k = 0; k < 24; k++) divided_sums(units, 2 + units % 4, k & 3, k >> 2 & 1, k >> 3);
    ok(!failed, "%ld random graphs", cases);
    ok(cases < 100 || programs > (size_t)cases / 8, "programs were made in %zu of them", programs);
    ok(cases < 100 || joined > (size_t)cases / 10,
       "where sums are divided, %zu at once and %zu later", joined, apart);
    return done_testing();
}
