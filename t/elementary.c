// exp, log, log10 and pow: accuracy against the library's long doubles, exact cases, edges, and the
// same bits from loops compiled for every SIMD level as from single calls.
#include "tap.h"

#include <float.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3,no-math-errno,no-trapping-math")
#endif
#include "expr/elementary.h"

static uint64_t state;

static double random_unit(void) { return (double)(tap_random(&state) >> 11) * 0x1p-53; }

static double random_between(double low, double high) { return low + (high - low) * random_unit(); }

static unsigned below(unsigned limit) { return (unsigned)(tap_random(&state) >> 33) % limit; }

static double random_positive(void) { return ldexp(1 + random_unit(), (int)below(2046) - 1022); }

// ---- accuracy

typedef struct worst {
    double ulps, x, y;
} worst;

// How far got is from want, in units of the last place a double near want has.
static void note(worst *w, double got, long double want, double x, double y) {
    if (fabsl(want) > (long double)DBL_MAX) return;
    double near = fabs((double)want);
    double unit = near < 0x1p-1022 ? 0x1p-1074 : ldexp(1, ilogb(near) - 52);
    double ulps = (double)(fabsl((long double)got - want) / unit);
    if (!(ulps <= w->ulps)) *w = (worst){ulps, x, y};
}

static void is_within(const worst *w, double limit, const char *what) {
    if (!ok(w->ulps < limit, "%s is within %g ulp", what, limit))
        diag("%g ulp at %a, %a (%.17g, %.17g)", w->ulps, w->x, w->y, w->x, w->y);
}

static void accuracy(void) {
    enum { COUNT = 300000 };
    static const double worst_logs[] = {0x1.695415b8acdfbp-1, 0x1.670de70331de7p-1,
                                        0x1.54c06267cf397p+0, 0x1.52a828b49c397p+0};
    worst e = {0}, tiny = {0}, l = {0}, t = {0}, p = {0}, root = {0};
    for (int i = 0; i < COUNT; i++) {
        double x = random_between(-708.39, 709.78);
        note(&e, el_exp(x), expl((long double)x), x, 0);
        x = random_between(-1, 1) * ldexp(1, -(int)below(20));
        note(&e, el_exp(x), expl((long double)x), x, 0);
        x = random_between(-745, -708);
        note(&tiny, el_exp(x), expl((long double)x), x, 0);

        x = random_positive();
        note(&l, el_log(x), logl((long double)x), x, 0);
        note(&t, el_log10(x), log10l((long double)x), x, 0);
        x = random_between(0.4, 2.5);
        note(&l, el_log(x), logl((long double)x), x, 0);
        note(&t, el_log10(x), log10l((long double)x), x, 0);
        x = 1 + random_between(-1, 1) * ldexp(1, -(int)below(52));
        note(&l, el_log(x), logl((long double)x), x, 0);
        note(&t, el_log10(x), log10l((long double)x), x, 0);
        x = ldexp(random_unit(), -1022);
        note(&l, el_log(x), logl((long double)x), x, 0);
        note(&t, el_log10(x), log10l((long double)x), x, 0);

        x = random_between(0, 1000);
        double y = random_between(-8, 8);
        note(&p, el_pow(x, y), powl((long double)x, (long double)y), x, y);
        note(&root, el_pow(x, 0.5), sqrtl((long double)x), x, 0.5);
        x = below(2) ? random_positive() : random_between(0.5, 2);
        y = random_between(-708, 709) / log(x);
        if (x != 1) note(&p, el_pow(x, y), powl((long double)x, (long double)y), x, y);
    }
    /* The worst of some 10^7 each, searched for next to those that were worst so far. */
    note(&e, el_exp(0x1.7fab77f9d59b7p+8), expl(0x1.7fab77f9d59b7p+8L), 0x1.7fab77f9d59b7p+8, 0);
    for (size_t i = 0; i < sizeof worst_logs / sizeof *worst_logs; i++) {
        double x = worst_logs[i];
        note(&l, el_log(x), logl((long double)x), x, 0);
        note(&t, el_log10(x), log10l((long double)x), x, 0);
    }
    is_within(&e, 0.7, "exp");
    is_within(&tiny, 1, "exp, where the result is subnormal,");
    is_within(&l, 0.75, "log");
    is_within(&t, 0.8, "log10");
    ok(l.ulps > 0.7 && t.ulps > 0.73, "the worst logarithms that were found are among them");
    is_within(&p, 0.7, "pow");
    is_within(&root, 0.7, "a root by pow");
}

// ---- exact results

static void exact(void) {
    int good = 1, count = 0;
    for (int base = -1000; base <= 1000; base++) {
        double want = 1;
        for (int n = 0; n < 53 && fabs(want) <= 0x1p53; n++, want *= base, count++) {
            double got = el_pow(base, n);
            if (got == want) continue;
            good = 0;
            diag("%d^%d is %.17g, want %.17g", base, n, got, want);
        }
    }
    ok(good, "%d integer powers of integers are exact", count);

    good = 1;
    for (int n = -1074; n < 1024; n++) good &= el_pow(2, n) == ldexp(1, n);
    ok(good, "powers of two are exact");
    good = 1;
    for (int n = 0; n <= 22; n++) {
        char text[8];
        sprintf(text, "1e%d", n);
        good &= el_pow(10, n) == strtod(text, NULL);
    }
    ok(good, "powers of ten are exact while they are doubles");
    good = 1;
    for (int n = -307; n <= 308; n++) {
        char text[8];
        sprintf(text, "1e%d", n);
        good &= el_log10(strtod(text, NULL)) == n;
    }
    ok(good, "the decimal logarithm of a power of ten is an integer");

    good = 1;
    for (int i = 0; i < 100000 && good; i++) {
        double x = ldexp(1 + random_unit(), (int)below(1000) - 500) * (below(2) ? 1 : -1);
        good = el_pow(x, 1) == x && el_pow(x, 0) == 1 && el_pow(x, 2) == x * x;
        if (!good) diag("x = %a", x);
        x = (double)(tap_random(&state) >> 38); // an exact square root
        good &= el_pow(x * x, 0.5) == x && el_sqrt(x * x) == x;
    }
    ok(good, "x^0, x^1 and x^2 are correctly rounded, roots of squares exact");
}

static void edges(void) {
    const double nan = (double)NAN, inf = (double)INFINITY;
    is_num(el_exp(0), 1, "exp 0");
    is_num(el_exp(-0.0), 1, "exp -0");
    is_num(el_exp(710), inf, "exp 710");
    is_num(el_exp(DBL_MAX), inf, "exp of the largest");
    is_num(el_exp(-746), 0, "exp -746");
    is_num(el_exp(-DBL_MAX), 0, "exp of the smallest");
    is_num(el_exp(inf), inf, "exp infinity");
    is_num(el_exp(-inf), 0, "exp -infinity");
    is_num(el_exp(5e-324), 1, "exp of a subnormal");
    is_num(el_exp(nan), nan, "exp of missing");
    is_num(el_log(1), 0, "log 1");
    is_num(el_log10(1), 0, "log10 1");
    is_num(el_log(0), nan, "log 0");
    is_num(el_log(-0.0), nan, "log -0");
    is_num(el_log(-1), nan, "log -1");
    is_num(el_log(-5e-324), nan, "log of a negative subnormal");
    is_num(el_log(inf), nan, "log infinity");
    is_num(el_log(-inf), nan, "log -infinity");
    is_num(el_log(nan), nan, "log of missing");
    is_num(el_log10(0), nan, "log10 0");
    is_num(el_log10(-1), nan, "log10 -1");
    is_num(el_log10(inf), nan, "log10 infinity");
    is_num(el_log10(nan), nan, "log10 of missing");
    is_num(el_sqrt(2), 0x1.6a09e667f3bcdp+0, "sqrt 2");
    is_num(el_sqrt(-1), nan, "sqrt -1");

    static const struct {
        double x, y, want;
    } powers[] = {
        {0, 0, 1},
        {0, 2, 0},
        {0, 0.5, 0},
        {0, -1, INFINITY},
        {-0.0, 3, 0},
        {1, 1e300, 1},
        {1, -INFINITY, 1},
        {-1, 1e300, 1},
        {-1, 9007199254740991, -1},
        {-1, 9007199254740992, 1},
        {-1, 4503599627370497, -1},
        {-1, 4503599627370495.5, NAN},
        {-2, 3, -8},
        {-2, -3, -0.125},
        {-2, 4, 16},
        {-8, 1. / 3, NAN},
        {-2, 0.5, NAN},
        {-2, 0, 1},
        {2, 1024, INFINITY},
        {-2, 1025, -INFINITY},
        {2, -1075, 0},
        {2, -1074, 5e-324},
        {2, 1e300, INFINITY},
        {2, -1e300, 0},
        {0.5, 1e300, 0},
        {0.5, -1e300, INFINITY},
        {1 + DBL_EPSILON, 1e300, INFINITY},
        {1 - DBL_EPSILON, 1e300, 0},
        {3, 5e-324, 1},
        {5e-324, 1, 5e-324},
        {5e-324, -1, INFINITY},
        {5e-324, 0.5, 0x1p-537},
        {DBL_MAX, 1, DBL_MAX},
        {INFINITY, 2, INFINITY},
        {INFINITY, -1, 0},
        {2, INFINITY, INFINITY},
        {0.5, INFINITY, 0},
        {NAN, 0, NAN},
        {1, NAN, NAN},
        {NAN, 2, NAN},
        {2, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++)
        is_num(el_pow(powers[i].x, powers[i].y), powers[i].want, "%.17g ^ %.17g", powers[i].x,
               powers[i].y);
}

// ---- the same bits

enum { BLOCK = 4096 };

typedef struct results {
    double exp[BLOCK], log[BLOCK], log10[BLOCK], pow[BLOCK], sqrt[BLOCK];
} results;

#define LOOPS                                                                                      \
    for (int i = 0; i < BLOCK; i++) r->exp[i] = el_exp(x[i]);                                      \
    for (int i = 0; i < BLOCK; i++) r->log[i] = el_log(x[i]);                                      \
    for (int i = 0; i < BLOCK; i++) r->log10[i] = el_log10(x[i]);                                  \
    for (int i = 0; i < BLOCK; i++) r->pow[i] = el_pow(x[i], y[i]);                                \
    for (int i = 0; i < BLOCK; i++) r->sqrt[i] = el_sqrt(x[i]);

typedef void run(const double *restrict x, const double *restrict y, results *restrict r);

static void run_baseline(const double *restrict x, const double *restrict y, results *restrict r) {
    LOOPS
}

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target("arch=x86-64-v3"))) static void
run_v3(const double *restrict x, const double *restrict y, results *restrict r) {
    LOOPS
}
__attribute__((target("arch=x86-64-v4,prefer-vector-width=512"))) static void
run_v4(const double *restrict x, const double *restrict y, results *restrict r) {
    LOOPS
}
#define HAS(level) __builtin_cpu_supports(level)
#else
#define run_v3 run_baseline
#define run_v4 run_baseline
#define HAS(level) 0
#endif

// One call at a time: the volatile operands keep the compiler from making vectors of them.
static void run_single(const double *restrict x, const double *restrict y, results *restrict r) {
    for (int i = 0; i < BLOCK; i++) {
        volatile double a = x[i], b = y[i];
        r->exp[i] = el_exp(a);
        r->log[i] = el_log(a);
        r->log10[i] = el_log10(a);
        r->pow[i] = el_pow(a, b);
        r->sqrt[i] = el_sqrt(a);
    }
}

static int differ(const double *got, const double *want, const char *what, const double *x,
                  const double *y) {
    for (int i = 0; i < BLOCK; i++) {
        if (memcmp(&got[i], &want[i], sizeof *got) == 0 || (isnan(got[i]) && isnan(want[i])))
            continue;
        diag("%s of %a, %a: %a, want %a", what, x[i], y[i], got[i], want[i]);
        return 1;
    }
    return 0;
}

static double any_number(void) {
    static const double special[] = {0,   -0.0,     1,         -1,      2,       0.5,    10,  3,
                                     NAN, INFINITY, -INFINITY, DBL_MAX, DBL_MIN, 5e-324, 1e17};
    uint64_t bits = tap_random(&state);
    double x;
    switch (below(4)) {
    case 0: return random_between(-800, 800);
    case 1: return random_between(0, 2);
    case 2: return special[below(sizeof special / sizeof *special)];
    default: memcpy(&x, &bits, sizeof x); return x;
    }
}

static void same_bits(const char *level, run *loops, int available) {
    static double x[BLOCK], y[BLOCK];
    static results want, got;
    if (!available) {
        skip(1, "this processor has not the level");
        return;
    }
    int good = 1;
    for (int round = 0; round < 60 && good; round++) {
        for (int i = 0; i < BLOCK; i++) x[i] = any_number(), y[i] = any_number();
        run_single(x, y, &want);
        loops(x, y, &got);
        good = !differ(got.exp, want.exp, "exp", x, y) && !differ(got.log, want.log, "log", x, y) &&
               !differ(got.log10, want.log10, "log10", x, y) &&
               !differ(got.pow, want.pow, "pow", x, y) &&
               !differ(got.sqrt, want.sqrt, "sqrt", x, y);
    }
    ok(good, "loops at %s give the bits of single calls", level);
}

// Pinned: the bits of these are part of the results of every assessment ever published.
static void pinned(void) {
    uint64_t seed = 1, hash = 0;
    for (int i = 0; i < 100000; i++) {
        double x = ldexp(1 + (double)(tap_random(&seed) >> 11) * 0x1p-53, i % 2046 - 1022);
        double y = (double)(tap_random(&seed) >> 11) * 0x1p-50 - 4;
        double out[] = {el_exp(y * 170), el_log(x), el_log10(x), el_pow(x, y)};
        for (int j = 0; j < 4; j++) {
            uint64_t bits;
            memcpy(&bits, &out[j], sizeof bits);
            hash = (hash ^ bits) * UINT64_C(0x100000001B3);
        }
    }
    ok(hash == UINT64_C(0x75930cd7c428c366),
       "the bits are those of the first edition (%016" PRIx64 ")", hash);
}

int main(void) {
    state = tap_seed();
    exact();
    edges();
    accuracy();
    same_bits("the baseline", run_baseline, 1);
    same_bits("x86-64-v3", run_v3, HAS("x86-64-v3"));
    same_bits("x86-64-v4", run_v4, HAS("x86-64-v4"));
    pinned();
    return done_testing();
}
