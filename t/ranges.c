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
    is_int(wrong, 0, "every value lies within what its formula can be");
    ok(bounded > 10000, "%d formulas had bounds", bounded);
    return done_testing();
}
