// The pieces of an uncertainty analysis: random numbers, quantile functions, exact sums, tallies.
#include "tap.h"

#include "base/mem.h"
#include "base/philox.h"
#include "base/splitmix64.h"
#include "uncertainty/distribution.h"
#include "uncertainty/exact_sum.h"
#include "uncertainty/tally.h"
#include "uncertainty/tally_pack.h"

// The known answers that come with the authors' Random123 library (kat_vectors).
static void test_philox(void) {
    static const struct {
        uint64_t key;
        philox counter, out;
    } known[] = {
        {0, {{0, 0, 0, 0}}, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
        {UINT64_MAX,
         {{UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}},
         {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
        {UINT64_C(0x299f31d0a4093822),
         {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
         {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        philox x = philox4x32(known[i].key, known[i].counter);
        ok(!memcmp(&x, &known[i].out, sizeof x), "Philox4x32-10, known answer %zu", i + 1);
    }
    ok(philox_unit(0, 0) > 0 && philox_unit(UINT32_MAX, UINT32_MAX) < 1,
       "a unit number is neither 0 nor 1");
}

// Quantiles of the normal distribution to 17 digits, from tables computed with many more (the
// value at 0.975 is printed in most textbooks as 1.959963984540054).
static void test_normal(void) {
    is_near(normal_quantile(0.975), 1.959963984540054, 1e-15, "normal quantile of 0.975");
    is_near(normal_quantile(0.5), 0, 0, "normal quantile of 0.5");
    is_near(normal_quantile(0.001), -3.090232306167813, 1e-15, "normal quantile of 0.001");
    is_near(normal_quantile(1e-10), -6.361340902404056, 2e-15, "normal quantile of 1e-10");
    int inverse = 1;
    for (int i = 1; i < 1000; i++) {
        double u = i / 1000.0, x = normal_quantile(u);
        inverse &= fabs(0.5 * erfc(-x / sqrt(2)) - u) < 4e-16;
    }
    ok(inverse, "the C library's error function takes the quantiles back");
}

// The incomplete beta function of whole numbers is a sum of binomial probabilities.
static double binomial_tail(double x, int a, int b) {
    int n = a + b - 1;
    double sum = 0;
    for (int j = a; j <= n; j++)
        sum +=
            exp(lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1)) * pow(x, j) * pow(1 - x, n - j);
    return sum;
}

static void test_beta(void) {
    double worst = 0, back = 0;
    for (int a = 1; a <= 6; a++)
        for (int b = 1; b <= 6; b++)
            for (int i = 1; i < 20; i++) {
                double x = i / 20.0, p = beta_probability(x, a, b);
                worst = fmax(worst, fabs(p - binomial_tail(x, a, b)));
                back = fmax(back, fabs(beta_quantile(p, a, b) - x));
            }
    ok(worst < 1e-13, "incomplete beta function beside binomial sums: %g", worst);
    ok(back < 1e-9, "its inverse gives the argument back: %g", back);
}

static double mean_of(const distribution *d, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += distribution_quantile(d, (i + 0.5) / n);
    return sum / n;
}

// The means that the distributions have by their formulas.
static void test_distributions(void) {
    distribution d = {.kind = DISTRIBUTION_UNIFORM, .p = {90, 120}};
    is_near(mean_of(&d, 100000), 105, 1e-9, "mean of a uniform distribution");
    d = (distribution){.kind = DISTRIBUTION_NORMAL, .p = {10, 2}};
    is_near(mean_of(&d, 100000), 10, 1e-9, "mean of a normal distribution");
    d = (distribution){.kind = DISTRIBUTION_TRIANGULAR, .p = {0, 2, 10}};
    is_near(mean_of(&d, 100000), 4, 1e-4, "mean of a triangular distribution: a third of the sum");
    d = (distribution){.kind = DISTRIBUTION_PERT, .p = {0, 2, 10}};
    is_near(mean_of(&d, 20000), 3, 1e-4, "mean of beta-PERT: (low + 4 mode + high) / 6");
    static const double p[] = {0.2, 0.5, 0.3};
    d = (distribution){.kind = DISTRIBUTION_DISCRETE, .probability = p, .values = 3};
    is_near(mean_of(&d, 100000), 1.1, 1e-4, "mean of a discrete distribution");
    d = (distribution){.kind = DISTRIBUTION_NORMAL, .p = {10, 0}};
    is_num(distribution_quantile(&d, 0.9), 10, "a deviation of 0 gives the mean");
    d = (distribution){.kind = DISTRIBUTION_PERT, .p = {3, 3, 3}};
    is_num(distribution_quantile(&d, 0.9), 3, "equal bounds give their value");
}

static double random_double(uint64_t *state) {
    uint64_t bits = splitmix64(state);
    int exponent = (int)(splitmix64(state) % 120) - 60;
    double x = ldexp((double)(bits >> 11) + 1, exponent);
    return bits & 1 ? -x : x;
}

static void test_sums(uint64_t seed) {
    enum { N = 3000 };
    static double x[N];
    uint64_t state = seed;
    exact_sum forward = {{0}, 0}, backward = {{0}, 0}, part[2] = {{{0}, 0}};
    for (int i = 0; i < N; i++) x[i] = random_double(&state);
    for (int i = 0; i < N; i++) {
        exact_add(&forward, x[i]);
        exact_add(&backward, x[N - 1 - i]);
        exact_add(&part[i % 2], x[i]);
    }
    exact_join(&part[0], &part[1]);
    double sum = exact_value(&forward);
    is_num(exact_value(&backward), sum, "an exact sum does not hang on the order");
    is_num(exact_value(&part[0]), sum, "nor on parts");
    __float128 wide = 0; /* 113 bits: 2^-60 … 2^113 do not all fit, so compare to what it keeps */
    for (int i = 0; i < N; i++) wide += x[i];
    is_near(sum / (double)wide, 1, 1e-15, "and agrees with a sum of 113 bits");
    for (int i = 0; i < N; i++) exact_add(&forward, -x[i]);
    is_num(exact_value(&forward), 0, "what is taken away leaves nothing");
    exact_sum tiny = {{0}, 0};
    exact_add(&tiny, 1e300);
    exact_add(&tiny, 5e-324);
    exact_add(&tiny, -1e300);
    is_num(exact_value(&tiny), 5e-324, "the smallest number is still there behind 1e300");
    exact_sum tie = {{0}, 0};
    exact_add(&tie, 0x1p53);
    exact_add(&tie, 1);
    is_num(exact_value(&tie), 0x1p53, "a tie is rounded to even");
    exact_add(&tie, 0x1p-60);
    is_num(exact_value(&tie), 0x1p53 + 2, "and the least bit beyond decides otherwise");
}

static void test_tally(void) {
    fault f = FAULT_INIT;
    tally t, one, two;
    double value[1000];
    for (int i = 0; i < 1000; i++) value[i] = (i * 37 % 1000) + 1;
    tally_open(&t, TALLY_NUMBER, 1, 1000, &f);
    tally_add(&t, 0, value, 1000, &f);
    tally_finish(&t, &f);
    is_num(tally_quantile(&t, 0, 0.05), 50, "the 5 %% quantile of 1 … 1000");
    is_num(tally_quantile(&t, 0, 0.5), 500, "the median");
    is_num(tally_mean(&t, 0), 500.5, "the mean");
    tally_open(&one, TALLY_NUMBER, 1, (uint64_t)1 << 40, &f);
    tally_open(&two, TALLY_NUMBER, 1, (uint64_t)1 << 40, &f);
    tally_add(&one, 0, value, 300, &f);
    tally_add(&two, 0, value + 300, 700, &f);
    tally_join(&one, &two, &f);
    tally_finish(&one, &f);
    is_near(tally_quantile(&one, 0, 0.5), 500, tally_width(&one, 0),
            "from bins the median is within the width that is told");
    ok(tally_width(&one, 0) > 0 && tally_width(&one, 0) <= 0.25, "which is small: %g",
       tally_width(&one, 0));
    is_num(tally_mean(&one, 0), 500.5, "the mean is exact all the same");
    tally_close(&t);
    tally_close(&one);
    tally_close(&two);
    static const double rank[] = {1, 2.5, 2.5, 4, NAN};
    tally_open(&t, TALLY_RANK, 1, 5, &f);
    tally_add(&t, 0, rank, 5, &f);
    tally_finish(&t, &f);
    is_int((intmax_t)tally_times(&t, 0, 2.5), 2, "a shared rank is counted as it is");
    is_int((intmax_t)tally_within(&t, 0, 3), 3, "ranks up to 3");
    is_int((intmax_t)t.cell[0].missing, 1, "a missing rank");
    is_num(tally_quantile(&t, 0, 1), 4, "the last rank");
    tally_close(&t);
    ok(!f.count, "no fault");
}

static int same_double(double x, double y) { return !memcmp(&x, &y, sizeof x); }

// What is read of a tally, element by element; both are finished.
static int same_tally(const tally *x, const tally *y) {
    int same = x->size == y->size;
    for (size_t e = 0; same && e < x->size; e++) {
        const tally_cell *a = &x->cell[e], *b = &y->cell[e];
        same = a->present == b->present && a->missing == b->missing && a->classes == b->classes &&
               same_double(tally_mean(x, e), tally_mean(y, e));
        for (size_t k = 0; same && k < a->classes; k++)
            same = same_double(a->class_[k].value, b->class_[k].value) &&
                   a->class_[k].count == b->class_[k].count;
        for (double p = 0; same && p <= 1; p += 0.125)
            same = same_double(tally_quantile(x, e, p), tally_quantile(y, e, p));
    }
    return same;
}

static double tallied(tally_kind kind, uint64_t *state) {
    int exponent;
    double x = frexp(random_double(state), &exponent);
    x = ldexp(x,
              exponent % 8); /* of few sizes: each has bins of its own, in memory that is cleared */
    uint64_t which = splitmix64(state) % 16;
    if (!which) return NAN;
    if (kind == TALLY_NUMBER) return which == 1 ? 0 : which == 2 ? -0.0 : which == 3 ? 5e-324 : x;
    if (kind == TALLY_CLASS) return (double)(which % 3);
    return which == 1 ? 5000 + (double)(splitmix64(state) % 9) : (double)(which % 40) / 2;
}

// Do the counts of each element add up, to no more than so many draws?
static int adds_up(const tally *t, uint64_t draws) {
    for (size_t e = 0; e < t->size; e++) {
        const tally_cell *c = &t->cell[e];
        uint64_t all = 0;
        if (c->present > draws || c->missing > draws - c->present) return 0;
        if (t->exact) continue;
        for (size_t k = 0; k < c->classes; k++) {
            if (c->class_[k].count > c->present - all) return 0;
            all += c->class_[k].count;
        }
        if (all != c->present) return 0;
    }
    return 1;
}

// One element of classes, written by somebody who wants counts to overflow.
static int takes_counts(uint64_t present, uint64_t missing, const uint64_t times[2]) {
    buf b = BUF_INIT;
    fault f = FAULT_INIT;
    tally t;
    const uint64_t head[] = {TALLY_CLASS, 1, 0, present, missing, 2};
    for (int i = 0; i < 6; i++) pack_number(&b, head[i]);
    for (int i = 0; i < 2; i++) {
        pack_double(&b, i);
        pack_number(&b, times[i]);
    }
    packed p = {(const unsigned char *)b.text, (const unsigned char *)b.text + b.length, 0};
    tally_open(&t, TALLY_CLASS, 1, 10, &f);
    int taken = tally_unpack(&t, 10, NULL, &p, &f);
    ok(taken ? adds_up(&t, 10) : p.failed && !t.cell->present && !t.cell->classes,
       "what is refused adds nothing");
    tally_close(&t);
    buf_release(&b);
    return taken;
}

static void test_counts(void) {
    const uint64_t half = (uint64_t)1 << 63;
    ok(takes_counts(9, 1, (uint64_t[2]){4, 5}), "9 of 10 draws, in two classes");
    ok(!takes_counts(10, 1, (uint64_t[2]){5, 5}), "more than there are draws");
    ok(!takes_counts(UINT64_MAX, 10, (uint64_t[2]){4, 5}), "a sum that overflows to 9");
    ok(!takes_counts(0, 1, (uint64_t[2]){half, half}), "classes whose sum overflows to 0");
    ok(!takes_counts(9, 1, (uint64_t[2]){4, 4}), "classes that are fewer than what is present");
    ok(!takes_counts(9, 1, (uint64_t[2]){4, 6}), "classes that are more");
}

// Tallies that go through bytes in parts are the tally of all; bytes that were cut or changed are
// refused or read, and nothing else happens.
static void test_packing(uint64_t seed) {
    enum { SIZE = 3, N = 400, PIECES = 4 };
    static const struct {
        tally_kind kind;
        uint64_t draws;
        const char *name;
    } each[] = {{TALLY_NUMBER, N, "numbers that are kept"},
                {TALLY_NUMBER, (uint64_t)1 << 40, "numbers in bins"},
                {TALLY_RANK, N, "ranks"},
                {TALLY_CLASS, N, "classes"}};
    uint64_t state = seed;
    fault f = FAULT_INIT;
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        tally all, joined, piece, other;
        buf b = BUF_INIT;
        tally_open(&all, each[i].kind, SIZE, each[i].draws, &f);
        tally_open(&joined, each[i].kind, SIZE, each[i].draws, &f);
        int fine = 1;
        for (int k = 0; k < PIECES; k++) {
            tally_open(&piece, each[i].kind, SIZE, each[i].draws, &f);
            for (size_t e = 0; e < SIZE; e++)
                for (int n = 0; n < N / PIECES; n++) {
                    double x = tallied(each[i].kind, &state);
                    tally_add(&all, e, &x, 1, &f);
                    tally_add(&piece, e, &x, 1, &f);
                }
            buf_clear(&b);
            tally_pack(&piece, NULL, &b);
            packed p = {(const unsigned char *)b.text, (const unsigned char *)b.text + b.length, 0};
            fine &= tally_unpack(&joined, N / PIECES, NULL, &p, &f) && p.at == p.end && !p.failed;
            tally_close(&piece);
        }
        tally_finish(&all, &f);
        tally_finish(&joined, &f);
        ok(fine && same_tally(&all, &joined), "%s: joined from bytes", each[i].name);
        int cut = 1;
        for (size_t n = 0; n < b.length; n++) {
            char *exact = mem_take(n + 1); /* of its size, for a sanitizer */
            memcpy(exact, b.text, n);
            packed p = {(const unsigned char *)exact, (const unsigned char *)exact + n, 0};
            tally_open(&other, each[i].kind, SIZE, each[i].draws, &f);
            cut &= !tally_unpack(&other, N / PIECES, NULL, &p, &f) && p.failed;
            tally_close(&other);
            mem_free(exact);
        }
        ok(cut, "%s: none of %zu beginnings is taken for the whole", each[i].name, b.length);
        int wrong = 0;
        for (int n = 0; n < 2000; n++) {
            size_t at = splitmix64(&state) % b.length;
            char old = b.text[at];
            b.text[at] = (char)(old ^ (1 << splitmix64(&state) % 8));
            packed p = {(const unsigned char *)b.text, (const unsigned char *)b.text + b.length, 0};
            tally_open(&other, each[i].kind, SIZE, each[i].draws, &f);
            if (tally_unpack(&other, N / PIECES, NULL, &p, &f)) {
                tally_finish(&other, &f);
                wrong += !adds_up(&other, N / PIECES);
            }
            tally_close(&other);
            b.text[at] = old;
        }
        ok(!f.count, "%s: a bit that is another one is no fault of memory", each[i].name);
        is_int(wrong, 0, "%s: and what is taken counts no more than the draws", each[i].name);
        tally_close(&all);
        tally_close(&joined);
        buf_release(&b);
    }
}

int main(void) {
    const char *given = getenv("ASSESS_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("# ASSESS_SEED=%llu\n", (unsigned long long)seed);
    test_philox();
    test_normal();
    test_beta();
    test_distributions();
    test_sums(seed);
    test_tally();
    test_counts();
    test_packing(seed);
    return done_testing();
}
