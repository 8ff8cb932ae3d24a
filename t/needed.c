/* Which domain errors count: by hand, and at random against a look at one element after the other,
 * on the values of the reference evaluator. */
#include "expr/run.h"

#include "reference_evaluator.h"
#include "random_graph.h"

#define M NAN

static ex_id values(ax_set axes, ex_kind kind, const double *value) {
    ex_values v = {.origin = EX_DATA, .kind = kind, .axes = axes, .value = value, .name = "x"};
    return ex_values_node(g, &v, &f);
}

/* ---- by hand ---- */

/* What of the domain errors in `of` is needed for the nodes asked for: how many, and the first. */
static void counts(const ex_id *want, size_t wants, ex_id of, size_t count, size_t first,
                   const char *name) {
    ex_run *r = ex_run_open(g, NULL, &f);
    ex_domain_error domain_error[32], got = {of, 0, 0};
    size_t n = 0;
    int good = r && ex_run_eval(r, want, wants, &f) && ex_run_domain_errors(r) <= 32 &&
               ex_needed_domain_errors(r, domain_error, &n, &f);
    ok(good, "%s: %s", name, f.listed ? f.item[0].text : "counted");
    for (size_t i = 0; good && i < n; i++)
        if (domain_error[i].node == of) got = domain_error[i];
    is_int((intmax_t)got.count, (intmax_t)count, "%s: %zu needed", name, count);
    is_int((intmax_t)got.first, (intmax_t)first, "%s: the first", name);
    ex_run_close(r);
}

#define ONE(n, of, count, first) counts((ex_id[]){n}, 1, of, count, first, #n)
#define TWO(n, m, of, count, first) counts((ex_id[]){n, m}, 2, of, count, first, #n " and " #m)
#define N(v) ex_number(g, v, &f)
#define U(op, a) ex_unary(g, EX_##op, a, &f)
#define B(op, a, b) ex_binary(g, EX_##op, a, b, &f)
#define T(op, a, b, c) ex_ternary(g, EX_##op, a, b, c, &f)
#define R(op, x) ex_reduce(g, EX_##op, x, v, 0.5, &f)
#define S(op, x, p) ex_scan(g, EX_##op, x, v, p, EX_TIES_MIN, 0, &f)

static int no_answer(void *self, const double *const *arg, double *out, fault *in) {
    (void)self, (void)in;
    for (int i = 0; i < 4; i++) out[i] = arg[0][i] < 0 ? NAN : arg[0][i];
    return 1;
}

static void by_hand(void) {
    case_open();
    int u = make_axis("u", 3, "u%u"), v = make_axis("v", 4, "v%u"), k = make_axis("k", 2, "k%u");
    /* v is the longest, so element j of unit i is 4 i + j; four logarithms have no answer. */
    const double x_is[] = {1, 0, 3, -4, M, 6, 0, 2, 5, 5, 5, -1}, zero_is[] = {0, 0, 0};
    const double by_is[] = {0, 1, 0, M}, at_is[] = {3, 0, M}, truth_is[] = {0, 1, M};
    ex_id x = values(AX_BIT(u) | AX_BIT(v), EX_NUMBER, x_is), l = U(log, x);
    ex_id by = values(AX_BIT(v), EX_NUMBER, by_is), at = values(AX_BIT(u), EX_NUMBER, at_is);
    ex_id truth = values(AX_BIT(u), EX_TRUTH, truth_is),
          none = values(AX_BIT(u), EX_NUMBER, zero_is);
    ex_id positive = B(gt, x, N(0));
    const double few_is[] = {-1, 1, -4, 1};
    ex_id root = U(sqrt, values(AX_BIT(v), EX_NUMBER, few_is)),
          rooted = ex_reduce_by(g, EX_sum, x, v, root, k, &f);
    ONE(rooted, root, 2, 0);
    ONE(ex_slice(g, rooted, k, 0, &f), root, 2, 0);
    ONE(ex_slice(g, ex_slice(g, rooted, k, 1, &f), u, 2, &f), root, 2, 0);
    ONE(T(where, B(gt, none, N(0)), ex_slice(g, rooted, k, 1, &f), N(0)), root, 0, 0);
    ONE(l, l, 4, 1);
    ONE(T(where, positive, l, N(0)), l, 0, 0);
    ONE(T(where, positive, N(0), l), l, 4, 1);
    ONE(T(where, B(gt, x, N(-2)), l, N(0)), l, 3, 1);
    TWO(T(where, positive, l, N(0)), B(add, l, N(1)), l, 4, 1);
    TWO(T(where, positive, l, N(0)), ex_slice(g, l, u, 1, &f), l, 1, 6);
    ONE(T(where, truth, l, N(0)), l, 1, 6);
    ONE(T(where, truth, N(0), l), l, 2, 1);
    ONE(T(where, B(gt, l, N(0)), N(1), N(0)), l, 4, 1);
    ONE(T(where, positive, T(where, truth, l, N(0)), l), l, 4, 1);
    ONE(T(where, B(lt, x, N(6)), T(where, truth, l, N(0)), l), l, 1, 6);
    ONE(B(coalesce, x, l), l, 0, 0);
    ONE(B(coalesce, l, x), l, 4, 1);
    ONE(B(coalesce, T(where, truth, l, N(M)), N(5)), l, 1, 6);
    ONE(B(and, B(gt, x, N(7)), B(gt, l, N(0))), l, 4, 1);
    ONE(B(or, U(present, x), B(gt, l, N(0))), l, 4, 1);
    ONE(B(mul, l, N(0)), l, 4, 1);
    ONE(R(sum, T(where, positive, l, N(M))), l, 0, 0);
    ONE(R(sum, l), l, 4, 1);
    ONE(ex_slice(g, R(max, l), u, 0, &f), l, 2, 1);
    ONE(ex_reduce_by(g, EX_sum, l, v, by, k, &f), l, 2, 1);
    ONE(ex_slice(g, ex_reduce_by(g, EX_sum, l, v, by, k, &f), k, 0, &f), l, 1, 6);
    ONE(R(first, l), l, 0, 0);
    ONE(R(last, l), l, 2, 3);
    ONE(ex_reduce_by(g, EX_last, l, v, by, k, &f), l, 2, 1);
    ONE(ex_slice(g, S(fill, l, -1), v, 3, &f), l, 2, 3);
    ONE(ex_slice(g, S(fill, l, -1), v, 1, &f), l, 1, 1);
    ONE(ex_slice(g, S(fill, l, 0), v, 3, &f), l, 2, 3);
    ONE(ex_slice(g, S(lag, l, 1), v, 2, &f), l, 1, 1);
    ONE(S(lag, l, 2), l, 1, 1);
    ONE(ex_slice(g, S(cumsum, l, 0), v, 2, &f), l, 2, 1);
    ONE(ex_slice(g, S(interpolate, l, 0), v, 2, &f), l, 1, 6);
    ONE(ex_slice(g, S(rank, l, 0), v, 0, &f), l, 4, 1);
    ONE(ex_slice(g, S(sort, l, 0), u, 2, &f), l, 1, 11);
    ONE(ex_gather(g, l, v, at, &f), l, 1, 3);
    ONE(ex_slice(g, l, v, 1, &f), l, 1, 1);
    ex_id a = values(AX_BIT(k), EX_NUMBER, (double[]){1, 0}), b = B(div, N(1), a);
    ONE(ex_slice(g, ex_gather(g, b, k, U(log, a), &f), k, 0, &f), b, 0, 0);
    ONE(ex_gather(g, x, v, B(div, N(0), none), &f), B(div, N(0), none), 3, 0);
    ONE(T(where, truth, ex_gather(g, x, v, B(div, N(0), none), &f), N(0)), B(div, N(0), none), 1,
        1);
    ex_id huge = B(mul, x, N(1e308)), total = R(sum, huge), run = S(cumsum, huge, 0);
    ONE(total, huge, 7, 2);
    ONE(T(where, truth, N(0), total), total, 0, 0);
    ex_id many = R(sum, T(where, positive, N(1e308), N(M)));
    ONE(many, many, 3, 0);
    ONE(T(where, truth, N(0), many), many, 1, 0);
    run = S(cumsum, T(where, positive, N(1e308), N(M)), 0);
    ONE(run, run, 4, 2);
    ONE(T(where, truth, run, N(0)), run, 1, 7);
    ex_matrix_function fn = {.name = "odd",
                             .none = "none",
                             .gives = EX_NUMBER,
                             .core = {{v, AX_NONE}},
                             .out = {v, AX_NONE},
                             .call = no_answer};
    ex_id odd = ex_matrix_node(g, &fn, &x, 1, &f), odd_log = ex_matrix_node(g, &fn, &l, 1, &f);
    ONE(odd, odd, 2, 3);
    ONE(T(where, truth, odd, N(0)), odd, 0, 0);
    ONE(T(where, truth, N(0), odd), odd, 1, 3);
    ONE(ex_slice(g, odd_log, v, 0, &f), l, 4, 1);
    ONE(ex_slice(g, T(where, truth, odd_log, N(0)), v, 0, &f), l, 1, 6);
    case_close();
}

/* ---- one element after the other ---- */

static const ex_reference *ref;
static unsigned char *seen[4096]; /* by node and element */

typedef struct spot {
    size_t at[AX_MOST];
} spot;

static spot spot_of(ex_id n, size_t element) {
    spot s = {{0}};
    for (int i = 0; i < ax_count(space); i++)
        if (axes_of(n) & AX_BIT(i))
            s.at[i] = element / ax_stride(space, axes_of(n), i) % ax_get(space, i)->size;
    return s;
}

static size_t element_of(ex_id n, spot s) {
    size_t element = 0;
    for (int i = 0; i < ax_count(space); i++)
        if (axes_of(n) & AX_BIT(i)) element += s.at[i] * ax_stride(space, axes_of(n), i);
    return element;
}

static double value_at(ex_id n, spot s) { return ex_reference_value(ref, n)[element_of(n, s)]; }

static int is_there(ex_id n, spot s) { return !isnan(value_at(n, s)); }

static void need(ex_id n, spot s);

/* Along a line: `step` from `from` on, until one is there; of a group only. */
static void need_until(ex_id x, int axis, spot s, long from, long step, long far, ex_id by,
                       double group) {
    long length = (long)ax_get(space, axis)->size;
    for (long i = from; i >= 0 && i < length && labs(i - from) <= far; i += step) {
        s.at[axis] = (size_t)i;
        if (by && value_at(by, s) != group) continue;
        need(x, s);
        if (is_there(x, s)) return;
    }
}

static void need_line(ex_id x, int axis, spot s, long to, ex_id by, double group) {
    for (long i = 0; i < to; i++) {
        s.at[axis] = (size_t)i;
        if (by) need(by, s);
        if (!by || value_at(by, s) == group) need(x, s);
    }
}

static void need(ex_id n, spot s) {
    const ex_node *d = ex_get(g, n);
    size_t element = element_of(n, s);
    if (seen[n][element]) return;
    seen[n][element] = 1;
    ex_id x = d->argc ? ex_arg(g, n, 0) : 0, y = d->argc > 1 ? ex_arg(g, n, 1) : 0;
    long length = d->axis == AX_NONE ? 0 : (long)ax_get(space, d->axis)->size;
    spot there = s;
    switch (d->op) {
    case EX_source: return;
    case EX_where:
        need(x, s);
        if (is_there(x, s)) need(value_at(x, s) != 0 ? y : ex_arg(g, n, 2), s);
        return;
    case EX_coalesce:
        need(x, s);
        if (!is_there(x, s)) need(y, s);
        return;
    case EX_first:
    case EX_last:
        if (y) need_line(y, d->axis, s, length, 0, 0);
        need_until(x, d->axis, s, d->op == EX_first ? 0 : length - 1, d->op == EX_first ? 1 : -1,
                   length, y, d->to == AX_NONE ? 0 : (double)s.at[d->to]);
        return;
    case EX_fill:
        need_until(x, d->axis, s, (long)s.at[d->axis], -1, d->param < 0 ? length : (long)d->param,
                   0, 0);
        return;
    case EX_lag:
        if ((double)s.at[d->axis] - d->param < 0 ||
            (double)s.at[d->axis] - d->param >= (double)length)
            return;
        there.at[d->axis] = (size_t)((double)s.at[d->axis] - d->param);
        need(x, there);
        return;
    case EX_cumsum: need_line(x, d->axis, s, (long)s.at[d->axis] + 1, 0, 0); return;
    case EX_interpolate:
        need(x, s);
        if (!is_there(x, s)) need_line(x, d->axis, s, length, 0, 0);
        return;
    case EX_slice:
        there.at[d->axis] = d->extra;
        need(x, there);
        return;
    case EX_rename:
        there.at[d->axis] = s.at[d->to];
        need(x, there);
        return;
    case EX_gather:
        need(y, s);
        if (!(value_at(y, s) >= 0 && value_at(y, s) < (double)length)) return;
        there.at[d->axis] = (size_t)value_at(y, s);
        need(x, there);
        return;
    default:
        if (d->op >= EX_sum && d->op <= EX_quantile)
            need_line(x, d->axis, s, length, y, d->to == AX_NONE ? 0 : (double)s.at[d->to]);
        else if (d->op >= EX_rank && d->op <= EX_sort)
            need_line(x, d->axis, s, length, 0, 0);
        else
            for (int i = 0; i < d->argc; i++) need(ex_arg(g, n, i), s);
    }
}

/* Missing though what it is made of is there. */
static int is_born(ex_id n, size_t element) {
    const ex_node *d = ex_get(g, n);
    spot s = spot_of(n, element);
    if (is_there(n, s) || d->op == EX_source || d->op == EX_lookup) return 0;
    if (d->op == EX_cumsum || (d->op >= EX_neg && d->op < EX_sum)) {
        for (int i = 0; i < d->argc; i++)
            if (!is_there(ex_arg(g, n, i), s)) return 0;
        return d->op != EX_where && d->op != EX_coalesce;
    }
    int any = 0;
    for (size_t i = 0; d->op == EX_sum && i < ax_get(space, d->axis)->size; i++) {
        double group = d->to == AX_NONE ? 0 : (double)s.at[d->to];
        s.at[d->axis] = i;
        any |=
            is_there(ex_arg(g, n, 0), s) && (d->argc == 1 || value_at(ex_arg(g, n, 1), s) == group);
    }
    return any;
}

/* Logarithms and quotients behind a guard, with something made of them. */
static void add_guards(void) {
    for (int i = 0; i < 6 && nodes + 3 < NODES_MOST; i++) {
        ex_id x = pick_kind(EX_NUMBER), other = pick_kind(EX_NUMBER), n = 0;
        ex_id born = chance(2) ? U(log, x) : B(div, other, B(sub, x, other));
        ax_set shape = born ? axes_of(born) : 0;
        if (!born || ax_size(space, shape | axes_of(other)) > most) continue;
        ax_set part = random_axes() & shape;
        ex_id truth = chance(2) ? B(gt, x, N(0)) : random_source(part, EX_TRUTH, 0);
        switch (truth ? below(5) : 4) {
        case 0:
        case 1: n = T(where, truth, born, other); break;
        case 2: n = T(where, truth, other, born); break;
        case 3: n = B(coalesce, other, born); break;
        default: n = born;
        }
        if (!n || f.count) return;
        node[nodes++] = n;
        ex_id more = chance(2) ? random_node() : n;
        if (f.count) {
            fault_release(&f);
            f = FAULT_INIT;
        } else if (more) {
            node[nodes++] = more;
        }
    }
}

static size_t wants_of(ex_id *want) {
    size_t wants = 1 + below(2);
    for (size_t i = 0; i < wants; i++)
        want[i] = node[(size_t)nodes - 1 - below((size_t)(nodes < 6 ? nodes : 6))];
    return wants;
}

/* Sums whose parts leave the numbers on the way are domain errors of the evaluator, and none of
 * exact sums. */
static int overflows(const ex_run *run) {
    size_t all = ex_run_domain_errors(run);
    for (size_t i = 0; i < all; i++) {
        ex_domain_error e = ex_run_domain_error(run, i);
        int op = ex_get(g, e.node)->op;
        if ((op == EX_sum || op == EX_cumsum) &&
            e.count != ex_reference_domain_errors(ref, e.node, NULL))
            return 1;
    }
    return 0;
}

static int agree(ex_run *run, const ex_id *want, size_t wants, size_t *fewer) {
    size_t room = ex_run_domain_errors(run), count = 0, at = 0;
    ex_domain_error *domain_error = calloc(room + 1, sizeof *domain_error);
    int good = ex_needed_domain_errors(run, domain_error, &count, &f);
    for (ex_id n = 1; n <= ex_count(g); n++) seen[n] = calloc(ax_size(space, axes_of(n)) + 1, 1);
    for (size_t i = 0; i < wants; i++)
        for (size_t e = 0; e < ax_size(space, axes_of(want[i])); e++)
            need(want[i], spot_of(want[i], e));
    for (ex_id n = 1; n <= ex_count(g); n++) {
        ex_domain_error b = {n, 0, 0};
        size_t all = ex_reference_domain_errors(ref, n, NULL);
        for (size_t e = 0; all && e < ax_size(space, axes_of(n)); e++)
            if (seen[n][e] && is_born(n, e) && !b.count++) b.first = e;
        *fewer += b.count < all;
        if (!b.count) continue;
        int same = at < count && domain_error[at].node == n && domain_error[at].count == b.count &&
                   domain_error[at].first == b.first;
        if (good && !same)
            diag("node %u (%s): %zu domain errors from %zu on; told %u: %zu from %zu on", n,
                 ex_op_text((ex_op)ex_get(g, n)->op), b.count, b.first,
                 at < count ? domain_error[at].node : 0, at < count ? domain_error[at].count : 0,
                 at < count ? domain_error[at].first : 0);
        good = good && same;
        at++;
    }
    for (ex_id n = 1; n <= ex_count(g); n++) free(seen[n]);
    free(domain_error);
    return good && at == count;
}

static void at_random(long cases, int large) {
    long wrong = 0;
    size_t fewer = 0;
    for (long turn = 0; turn < cases && !wrong; turn++) {
        case_open();
        random_graph(large);
        if (nodes) add_guards();
        if (nodes && ex_count(g) < 4096) {
            ex_settings s = {.threads = 1 + (int)below(4), .block = (uint32_t)below(3) * 7};
            ex_id want[2];
            size_t wants = wants_of(want);
            ex_run *run = ex_run_open(g, &s, &f);
            ex_reference *whole = ex_reference_open(g, want, wants, &f);
            ref = whole;
            int good = run && ref && ex_run_eval(run, want, wants, &f);
            size_t domain_errors = good ? ex_run_domain_errors(run) : 0;
            if (!good || !overflows(run)) {
                good = good && agree(run, want, wants, &fewer) &&
                       ex_run_domain_errors(run) == domain_errors;
                /* asked twice the answer is the same */
                good = good && agree(run, want, wants, &(size_t){0});
            }
            if (!good) diag("case %ld: %s", turn, f.listed ? f.item[0].text : "another answer");
            wrong += !good;
            ex_reference_close(whole);
            ex_run_close(run);
        }
        case_close();
    }
    is_int(wrong, 0, "%ld random %sgraphs", cases, large ? "large " : "");
    ok(fewer >= (size_t)cases / 10, "of which %zu nodes had domain_errors that nobody needed",
       fewer);
}

int main(void) {
    state = tap_seed();
    by_hand();
    at_random(800, 0);
    at_random(6, 1);
    return done_testing();
}
