/* What checks say a formula can be at all, against what random formulas come to. */
#include "check/ranges.h"

#include "random_graph.h"

static double slack_of(const range *r) {
    return 1e-9 * fmax(1, fmax(isinf(r->lo) ? 0 : fabs(r->lo), isinf(r->hi) ? 0 : fabs(r->hi)));
}

static int inside(const range *r, double x, double rounding) {
    double slack = slack_of(r) + rounding;
    return isnan(x) ? !r->never_missing
                    : x >= r->lo - slack && x <= r->hi + slack && (!r->whole || x == floor(x));
}

/* Leaves and constants have bounds; data have none. */
static void choose_origins(void) {
    for (int i = 0; i < sources; i++)
        ((ex_values *)ex_values_of(g, source[i].node))->origin = chance(3) ? EX_DATA : EX_LEAF;
}

/* The least (but for 0) and the largest size among the present values of a node, and how far its
 * values may lie beyond their bounds since what they come from was rounded. */
typedef struct sizes {
    double least, most, rounding;
} sizes;

static double rounding_of(ex_id n, const sizes *of, double largest) {
    const double last_place = 0x1p-48;
    const ex_node *x = ex_get(g, n);
    const sizes zero = {0}, a = x->argc > 0 ? of[ex_arg(g, n, 0)] : zero,
                b = x->argc > 1 ? of[ex_arg(g, n, 1)] : zero;
    double widest = 0;
    for (int k = 0; k < x->argc; k++) widest = fmax(widest, of[ex_arg(g, n, k)].rounding);
    switch (x->op) {
    case EX_source:
    case EX_count:
    case EX_argmin:
    case EX_argmax:
    case EX_rank:
    case EX_sign:
    case EX_exp:
    case EX_sqrt: return 0; /* their bounds do not come from those of operands */
    case EX_add:
    case EX_sub: return a.rounding + b.rounding + last_place * (a.most + b.most);
    case EX_sum:
        return (double)ax_size(space, axes_of(ex_arg(g, n, 0))) *
               (a.rounding + last_place * a.most);
    case EX_mul:
        return a.most * b.rounding + b.most * a.rounding + a.rounding * b.rounding +
               last_place * a.most * b.most;
    case EX_div:
    case EX_quotient:
        if (b.rounding >= b.least / 2) return b.rounding ? INFINITY : 0;
        return (a.rounding + largest * b.rounding) / (b.least - b.rounding) + last_place * largest;
    default:
        if (x->kind == EX_TRUTH) return 0;
        if (ex_is(x->op, EX_ROUNDS) || x->op == EX_trunc) return widest ? widest + 1 : 0;
        return widest + last_place * largest;
    }
}

static sizes *sizes_of(ex_run *run) {
    sizes *s = calloc((size_t)ex_count(g) + 1, sizeof *s);
    for (ex_id n = 1; n <= ex_count(g); n++) {
        const double *value = ex_run_eval(run, &n, 1, &f) ? ex_run_value(run, n, &f) : NULL;
        double least = INFINITY, largest = 0;
        for (size_t i = 0, size = value ? ax_size(space, axes_of(n)) : 0; i < size; i++) {
            if (value[i]) least = fmin(least, fabs(value[i]));
            largest = fmax(largest, fabs(value[i]));
        }
        double by = rounding_of(n, s, largest);
        s[n] = (sizes){least, largest, isnan(by) ? INFINITY : by};
    }
    return s;
}

static int bounded, loose, told;

static int check_case(uint64_t number) {
    const ex_settings settings = {.threads = 1};
    ex_run *run = ex_run_open(g, &settings, &f);
    range *r = ranges_of(g, AX_NONE, 0);
    sizes *s = sizes_of(run);
    int fine = 1;
    for (int i = 0; i < nodes && run && r && fine; i++) {
        ex_id n = node[i];
        const double *value = ex_run_eval(run, &n, 1, &f) ? ex_run_value(run, n, &f) : NULL;
        size_t size = value ? ax_size(space, axes_of(n)) : 0, at = 0;
        while (at < size && inside(&r[n], value[at], s[n].rounding)) at++;
        fine = at == size || !value;
        if (!fine && told++ < 5)
            diag("case %" PRIu64 ": node %u, operation %s: %g is not in [%g, %g]%s%s", number, n,
                 ex_op_text((ex_op)ex_get(g, n)->op), value[at], r[n].lo, r[n].hi,
                 r[n].whole ? ", whole" : "", r[n].never_missing ? ", never missing" : "");
        if (ex_get(g, n)->op == EX_source || (isinf(r[n].lo) && isinf(r[n].hi))) continue;
        bounded++;
        loose += s[n].rounding > slack_of(&r[n]);
    }
    free(r);
    free(s);
    ex_run_close(run);
    return fine;
}

/* Sets of numbers with ends that are open or closed, against membership number by number. */
static intervals set_of(double lo, int lo_open, double hi, int hi_open) {
    return intervals_between(lo, lo_open, hi, hi_open);
}

static int holds(const intervals *a, double x) {
    const intervals one = intervals_between(x, 0, x, 0);
    return intervals_subset(&one, a);
}

static void sets(void) {
    enum { ENDS = 6 };
    static const double end[ENDS] = {-INFINITY, -1, 0, 1, 2.5, INFINITY};
    static const double tried[] = {-7, -1, -0.5, 0, 0.5, 1, 2, 2.5, 9};
    int wrong = 0, wrong_pick = 0;
    for (int i = 0; i < ENDS * ENDS * 4; i++)
        for (int k = 0; k < ENDS * ENDS * 4; k++) {
            const intervals a = set_of(end[i % ENDS], i / 36 & 1, end[i / ENDS % ENDS],
                                       i / 36 >> 1),
                            b = set_of(end[k % ENDS], k / 36 & 1, end[k / ENDS % ENDS],
                                       k / 36 >> 1);
            const intervals both = intervals_intersect(&a, &b), any = intervals_union(&a, &b),
                            none = intervals_complement(&a);
            int subset = 1;
            for (size_t t = 0; t < sizeof tried / sizeof *tried; t++) {
                int in_a = holds(&a, tried[t]), in_b = holds(&b, tried[t]);
                wrong += holds(&both, tried[t]) != (in_a && in_b);
                wrong += holds(&any, tried[t]) != (in_a || in_b);
                wrong += holds(&none, tried[t]) == in_a;
                subset &= !in_a || in_b;
            }
            wrong += intervals_subset(&a, &b) && !subset;
            double x = NAN;
            int found = intervals_pick(&both, 0, &x);
            wrong_pick += found ? !holds(&both, x) : !intervals_empty(&both);
            found = intervals_pick(&both, 1, &x);
            wrong_pick += found && (!holds(&both, x) || x != floor(x));
        }
    is_int(wrong, 0, "sets of numbers, beside what each number is in");
    is_int(wrong_pick, 0, "and a number out of them is in them");
    const intervals narrow = set_of(0.1234567, 1, 0.1234568, 1),
                    point = set_of(0.12345678, 0, 0.12345678, 0);
    double x = NAN;
    ok(intervals_pick(&narrow, 0, &x) && x > 0.1234567 && x < 0.1234568,
       "between two near numbers");
    ok(!intervals_pick(&narrow, 1, &x), "where there is no whole one");
    ok(intervals_pick(&point, 0, &x) && x == 0.12345678, "a single one");
    /* More parts than there is room for: nothing is concluded. */
    intervals many = intervals_none();
    for (int i = 0; i < 200 && !many.lost; i++) {
        const intervals one = set_of(2 * i, 0, 2 * i + 1, 0);
        many = intervals_union(&many, &one);
    }
    const intervals some = set_of(0, 0, 5, 0), all = intervals_complement(&many);
    ok(many.lost && all.lost, "too many parts are lost");
    ok(!intervals_subset(&some, &many) && !intervals_subset(&many, &some),
       "no set is known to be in them, nor they in it");
    const intervals cut = intervals_intersect(&many, &some),
                    other = intervals_intersect(&some, &many);
    ok(cut.parts == 1 && other.parts == 1 && !cut.lost && !other.lost,
       "what is cut with them is at most the other set");
    const intervals joined = intervals_union(&some, &many);
    ok(joined.lost && !intervals_empty(&joined), "and joined with them it is not known");
}

int main(void) {
    const char *given = getenv("ASSESS_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    int wrong = 0;
    diag("seed %" PRIu64, seed);
    for (uint64_t i = 0; i < 4000; i++) {
        state = seed * 1000003 + i;
        case_open();
        random_graph(0);
        choose_origins();
        wrong += !check_case(i);
        case_close();
    }
    sets();
    is_int(wrong, 0, "every value lies within what its formula can be");
    ok(bounded > 10000, "%d formulas had bounds", bounded);
    ok(loose < bounded / 20, "of which %d may miss them by rounding", loose);
    return done_testing();
}
