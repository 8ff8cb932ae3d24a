/* What checks say a formula can be at all, against what random formulas come to. */
#include "check/ranges.h"

#include "random_graph.h"

static int inside(const range *r, double x) {
    double slack =
        1e-9 * fmax(1, fmax(isinf(r->lo) ? 0 : fabs(r->lo), isinf(r->hi) ? 0 : fabs(r->hi)));
    return isnan(x) ? !r->never_missing
                    : x >= r->lo - slack && x <= r->hi + slack && (!r->whole || x == floor(x));
}

/* Leaves and constants have bounds; data have none. */
static void choose_origins(void) {
    for (int i = 0; i < sources; i++)
        ((ex_values *)ex_values_of(g, source[i].node))->origin = chance(3) ? EX_DATA : EX_LEAF;
}

static int bounded, told;

static int check_case(uint64_t number) {
    const ex_settings settings = {.threads = 1};
    ex_run *run = ex_run_open(g, &settings, &f);
    range *r = ranges_of(g, AX_NONE, 0);
    int fine = 1;
    for (int i = 0; i < nodes && run && r && fine; i++) {
        ex_id n = node[i];
        const double *value = ex_run_eval(run, &n, 1, &f) ? ex_run_value(run, n, &f) : NULL;
        size_t size = value ? ax_size(space, axes_of(n)) : 0, at = 0;
        while (at < size && inside(&r[n], value[at])) at++;
        fine = at == size || !value;
        if (!fine && told++ < 5)
            diag("case %" PRIu64 ": node %u, operation %s: %g is not in [%g, %g]%s%s", number, n,
                 ex_op_text((ex_op)ex_get(g, n)->op), value[at], r[n].lo, r[n].hi,
                 r[n].whole ? ", whole" : "", r[n].never_missing ? ", never missing" : "");
        bounded += ex_get(g, n)->op != EX_source && (isfinite(r[n].lo) || isfinite(r[n].hi));
    }
    free(r);
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
    return done_testing();
}
