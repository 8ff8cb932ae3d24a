/* The inner loops of draws, at each SIMD level that this processor has, against one number after
 * the other. Vectors have room for nothing behind their last element. */
#include "uncertainty/draw_kernels.h"

#include "base/philox.h"
#include "base/splitmix64.h"
#include "expr/run.h"
#include "tap.h"

static uint64_t state = 1;
static const draw_kernels *kernels;
static const char *level;

static size_t below(size_t n) { return (size_t)(splitmix64(&state) % n); }

static double *numbers(size_t n) { return malloc(n ? n * sizeof(double) : 1); }

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* ---- random numbers ---- */

static void units(void) {
    static const uint64_t begins[] = {0,
                                      1,
                                      2,
                                      15,
                                      16,
                                      17,
                                      (UINT64_C(1) << 33) - 9,
                                      (UINT64_C(1) << 33) - 8,
                                      (UINT64_C(1) << 40) + 3};
    int right = 1, within = 1;
    for (size_t b = 0; b < sizeof begins / sizeof *begins; b++)
        for (size_t n = 0; n <= 70; n++) {
            const uint64_t key = splitmix64(&state), first = begins[b];
            const uint32_t which = (uint32_t)splitmix64(&state), stream = (uint32_t)below(5);
            double *u = numbers(n);
            kernels->units(n, u, key, first, which, stream);
            for (size_t k = 0; k < n; k++) {
                const uint64_t block = (first + k) / 2;
                const philox x = philox4x32(
                    key, (philox){{(uint32_t)block, (uint32_t)(block >> 32), which, stream}});
                const uint32_t *word = x.word + 2 * ((first + k) % 2);
                right &= u[k] == philox_unit(word[0], word[1]);
                within &=
                    u[k] > 0 && u[k] < 1 && u[k] == draw_number(key, first + k, which, stream);
            }
            free(u);
        }
    ok(right && within, "%s: random numbers are those of Philox's blocks, two each", level);
}

/* ---- plain loops ---- */

static double some_number(void) {
    static const double few[] = {0, -0.0, 1, -1, 0.5, 1e300, -1e300, NAN};
    return below(3) ? (double)(int64_t)splitmix64(&state) * 0x1p-60 : few[below(8)];
}

static int same(double x, double y) { return bits_of(x) == bits_of(y) || (x != x && y != y); }

static void loops(void) {
    int compares = 1, between = 1, adds = 1, scales = 1, ranges = 1;
    for (size_t n = 0; n <= 140; n++)
        for (int turn = 0; turn < 10; turn++) {
            double *x = numbers(n), *y = numbers(n), *r = numbers(n);
            uint64_t less = 7, equal = 9, lesser = 7, alike = 9;
            double least = turn ? INFINITY : -0.25, most = turn ? -INFINITY : 0.25, low = least,
                   high = most;
            for (size_t k = 0; k < n; k++) {
                x[k] = some_number();
                y[k] = below(3) ? some_number() : x[k];
                r[k] = x[k];
                lesser += x[k] < y[k];
                alike += x[k] == y[k];
                if (x[k] < low) low = x[k];
                if (x[k] > high) high = x[k];
            }
            kernels->compare(n, x, y, &less, &equal);
            compares &= less == lesser && equal == alike;
            kernels->range(n, x, &least, &most);
            ranges &= least == low && most == high;
            kernels->add(n, r, y);
            for (size_t k = 0; k < n; k++) adds &= same(r[k], x[k] + y[k]);
            kernels->between(n, r, x, -3, 7);
            for (size_t k = 0; k < n; k++) between &= same(r[k], -3 + x[k] * 10);
            memcpy(r, x, n * sizeof *r);
            for (size_t k = 0; k < n; k++) y[k] = below(4) ? fabs(y[k]) : 0;
            kernels->scale(n, r, y, 100, 12.5);
            for (size_t k = 0; k < n; k++)
                scales &= same(r[k], y[k] > 0 ? x[k] / y[k] * 100 : 12.5);
            free(x);
            free(y);
            free(r);
        }
    ok(compares, "%s: how many are less, and how many equal, is added", level);
    ok(ranges, "%s: the least and the most of some numbers, missing ones left out", level);
    ok(adds && between && scales, "%s: numbers between two, sums, and shares of a sum", level);
}

/* ---- numbers that are read ---- */

/* A number of 2^(top - 80), of which all numbers of a vector are multiples. */
__extension__ typedef __int128 units_of;

static units_of whole(double x, int top) {
    const double y = ldexp(x, 80 - top);
    return y == floor(y) ? (units_of)y : (units_of)1 << 126;
}

/* Leading bits, their ends, and those of sizes. */
static int right_bits(size_t n, const double *x, const uint32_t *lead, const numbers_read *r) {
    uint32_t least = UINT32_MAX, most = 0, small = UINT32_MAX, large = 0;
    int right = 1;
    for (size_t k = 0; k < n; k++) {
        const uint32_t own = x[k] == 0 ? 0 : (uint32_t)(bits_of(x[k]) >> 40),
                       size = (uint32_t)(bits_of(fabs(x[k])) >> 40);
        right &= lead[k] == own;
        if (own < least) least = own;
        if (own > most) most = own;
        if (size && size < small) small = size;
        if (size > large) large = size;
    }
    return right && r->least == least && r->most == most && r->small == small && r->large == large;
}

static void reads(void) {
    int sums = 1, coarse = 1, bits = 1;
    for (size_t turn = 0; turn < 1500; turn++) {
        const size_t n = turn < 100 ? turn : turn < 110 ? SUM_MOST : below(300);
        const int top = (int)below(80) - 40, signs = (int)below(3);
        double *x = numbers(n);
        uint32_t *lead = malloc(n ? n * sizeof *lead : 1);
        units_of sum = 0;
        for (size_t k = 0; k < n; k++) {
            const uint64_t random = splitmix64(&state);
            /* The least and the largest that can be come, too. */
            const double fraction = random % 7 == 0   ? 1
                                    : random % 7 == 1 ? 2 - 0x1p-52
                                                      : 1 + (double)(random >> 12) * 0x1p-52;
            x[k] = ldexp(fraction, top - 1 - (int)below(READ_RANGE));
            if (signs == 1 || (signs == 2 && random & 1)) x[k] = -x[k];
            if (turn % 3 && random % 11 == 5) x[k] = random & 1 ? 0 : -0.0;
            sum += whole(x[k], top);
        }
        numbers_read r;
        kernels->read(n, x, top, lead, &r);
        sums &= whole(r.high, top) + whole(r.low, top) == sum;
        coarse &= ldexp(r.high, 40 - top) == floor(ldexp(r.high, 40 - top)) &&
                  fabs(r.low) <= ldexp((double)n, top - 41);
        bits &= right_bits(n, x, lead, &r);
        free(x);
        free(lead);
    }
    ok(sums && coarse, "%s: sums of numbers that are read are exact, in two parts", level);
    ok(bits, "%s: leading bits, and the ends of them and of sizes", level);
    const double tiny[] = {0x1p-1040, -0x1p-1040, 0, 0x1p-1034, 3};
    uint32_t lead[5];
    numbers_read r;
    kernels->read(3, tiny, 0, lead, &r);
    ok(r.small == UINT32_MAX && r.large == 0 && r.least == 0 && r.most == lead[1] &&
           lead[1] == 1u << 23,
       "%s: sizes that no leading bits tell from 0 count as 0", level);
    kernels->read(5, tiny, 2, lead, &r);
    ok(r.small == lead[3] && lead[3] == 1 && r.large == lead[4] && lead[4] == 0x400800,
       "%s: the least size that they tell", level);
}

/* ---- ranks ---- */

static const double no_halves[] = {NAN, 0.25, 1.7, -0.5, -1, -1e300, 1e300, INFINITY, -INFINITY};
enum { NO_HALVES = sizeof no_halves / sizeof *no_halves };

static void halves(void) {
    int right = 1, refused = 1;
    for (size_t n = 0; n <= 70; n++) {
        double *rank = numbers(n);
        int16_t *twice = malloc(n ? n * sizeof *twice : 1);
        int most = 0;
        for (size_t k = 0; k < n; k++) {
            const int own = below(5) ? (int)below(HALVES_MOST) : HALVES_MOST - 1;
            rank[k] = own / 2.0;
            if (own > most) most = own;
        }
        right &= kernels->halves(n, rank, twice) == most + 1;
        for (size_t k = 0; k < n; k++) right &= twice[k] == 2 * rank[k];
        for (size_t k = 0; k < n; k++) {
            const double was = rank[k];
            for (size_t i = 0; i < NO_HALVES; i++) {
                rank[k] = no_halves[i];
                refused &= !kernels->halves(n, rank, twice);
            }
            rank[k] = HALVES_MOST / 2;
            refused &= !kernels->halves(n, rank, twice);
            rank[k] = 0;
            right &= kernels->halves(n, rank, twice) > 0 && twice[k] == 0;
            rank[k] = was;
        }
        free(rank);
        free(twice);
    }
    ok(right, "%s: twice each rank, and one more than the greatest of these", level);
    ok(refused, "%s: what is no half, missing, negative or too large is seen at each place", level);
}

static void small_ranks(void) {
    int right = 1, refused = 1;
    for (size_t n = 0; n <= 70; n++) {
        double *rank = numbers(n);
        int8_t *to = malloc(n ? n : 1);
        for (size_t k = 0; k < n; k++) rank[k] = (1 + (double)below(254)) / 2;
        right &= kernels->small_ranks(n, rank, to);
        for (size_t k = 0; k < n; k++) right &= to[k] == 2 * rank[k] - 128;
        for (size_t k = 0; k < n; k++) {
            const double was = rank[k];
            for (int i = 0; i < 2; i++) { /* the ends */
                rank[k] = i ? 127 : 0.5;
                right &= kernels->small_ranks(n, rank, to) && to[k] == (i ? 126 : -127);
            }
            for (size_t i = 0; i < NO_HALVES + 2; i++) {
                rank[k] = i < NO_HALVES ? no_halves[i] : i == NO_HALVES ? 0 : 127.5;
                refused &= !kernels->small_ranks(n, rank, to);
            }
            rank[k] = was;
        }
        free(rank);
        free(to);
    }
    ok(right, "%s: ranks as bytes, from 1/2 to 127", level);
    ok(refused, "%s: what no such byte holds is seen at each place", level);
}

/* What is compared: two kinds of numbers with the same values. */
static void compared(size_t n, int values, int *right) {
    const size_t stride = n + below(3);
    int16_t *x = malloc(2 * COMPARED * stride + 2), *y = malloc(2 * n + 2);
    int8_t *a = malloc(COMPARED * stride + 1), *b = malloc(n + 1);
    uint64_t less[COMPARED] = {1, 2, 3, 4}, same[COMPARED] = {5, 6, 7, 8};
    uint32_t fewer[COMPARED] = {9, 9, 9, 9}, alike[COMPARED] = {9, 9, 9, 9};
    uint64_t want_less[COMPARED] = {0}, want_same[COMPARED] = {0};
    for (size_t i = 0; i < COMPARED * stride; i++)
        x[i] = a[i] = (int8_t)((int)below((size_t)values) - values / 2);
    for (size_t k = 0; k < n; k++) y[k] = b[k] = (int8_t)((int)below((size_t)values) - values / 2);
    if (values == 2) { /* all of a line are less, all are equal */
        for (size_t k = 0; k < n; k++) {
            y[k] = b[k] = 0;
            x[k] = a[k] = -1;
            x[stride + k] = a[stride + k] = 0;
        }
    }
    for (size_t l = 0; l < COMPARED; l++)
        for (size_t k = 0; k < n; k++) {
            want_less[l] += x[l * stride + k] < y[k];
            want_same[l] += x[l * stride + k] == y[k];
        }
    kernels->compare_halves(n, x, stride, y, less, same);
    if (n <= COMPARED_BYTES) kernels->compare_bytes(n, a, stride, b, fewer, alike);
    for (size_t l = 0; l < COMPARED; l++) {
        *right &= less[l] == want_less[l] + l + 1 && same[l] == want_same[l] + l + 5;
        if (n <= COMPARED_BYTES) *right &= fewer[l] == want_less[l] && alike[l] == want_same[l];
    }
    free(x);
    free(y);
    free(a);
    free(b);
}

static void compares(void) {
    int right = 1;
    for (size_t n = 0; n <= 150; n++)
        for (int turn = 0; turn < 4; turn++) compared(n, turn ? 3 + 120 * (turn - 1) : 2, &right);
    ok(right, "%s: ranks that are less and equal, in four lines, as halves and as bytes", level);
    right = 1;
    compared(COMPARED_BYTES, 2, &right);
    compared(COMPARED_BYTES, 7, &right);
    compared(COMPARED_BYTES - 1, 250, &right);
    compared(COMPARED_MOST, 2, &right);
    compared(COMPARED_MOST, 7, &right);
    ok(right, "%s: and as many as there can be", level);
}

int main(void) {
    static const char *const levels[] = {"baseline", "v3", "v4"};
    for (size_t i = 0; i < 3; i++) {
        const int which = ex_level(levels[i]);
        if (which < 0) continue;
        level = levels[i];
        kernels = draw_kernels_of(which);
        units();
        loops();
        reads();
        halves();
        small_ranks();
        compares();
    }
    return done_testing();
}
