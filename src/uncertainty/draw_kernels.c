#include "uncertainty/draw_kernels.h"

#include <math.h>
#include <string.h>

#include "base/philox.h"

/* The level this is compiled for, and the name its table has. */
#ifndef KERNEL_LEVEL
#define KERNEL_LEVEL baseline
#endif
#define GLUE_(a, b) a##b
#define GLUE(a, b) GLUE_(a, b)

enum { CHUNK = 64 };

#if defined(__AVX2__)
#include <immintrin.h>

/* The high and the low half of a product of 32 bits, in each of four lanes of 64. */
static inline __m256i round_of(__m256i high, __m256i word, __m256i key) {
    return _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(high, 32), word), key);
}

static inline __m256d unit_of(__m256i high, __m256i low) {
    const __m256i mask = _mm256_set1_epi64x(0xffffffff);
    __m256i bits = _mm256_or_si256(_mm256_slli_epi64(high, 32), _mm256_and_si256(low, mask));
    /* 52 bits as the fraction of a number from 1 to 2; half a part more and 1 less are exact. */
    __m256i one = _mm256_castpd_si256(_mm256_set1_pd(1));
    __m256d x = _mm256_castsi256_pd(_mm256_or_si256(_mm256_srli_epi64(bits, 12), one));
    return _mm256_add_pd(_mm256_sub_pd(x, _mm256_set1_pd(1)), _mm256_set1_pd(0x1p-53));
}

/* CHUNK blocks of Philox, four at a time; the same as philox4x32 one after the other. */
static void blocks(double *even, double *odd, uint64_t key, uint64_t first, uint32_t which,
                   uint32_t stream) {
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    for (size_t k = 0; k < CHUNK; k += 4) {
        __m256i at = _mm256_add_epi64(_mm256_set1_epi64x((long long)(first + k)),
                                      _mm256_set_epi64x(3, 2, 1, 0));
        __m256i x0 = at, x1 = _mm256_srli_epi64(at, 32), x2 = _mm256_set1_epi64x(which),
                x3 = _mm256_set1_epi64x(stream);
        uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
        for (int round = 0; round < 10; round++) {
            /* Only the low halves of the lanes count; the multiplication looks at no others. */
            __m256i p = _mm256_mul_epu32(x0, m0), q = _mm256_mul_epu32(x2, m1);
            x0 = round_of(q, x1, _mm256_set1_epi64x(k0));
            x1 = q;
            x2 = round_of(p, x3, _mm256_set1_epi64x(k1));
            x3 = p;
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        _mm256_storeu_pd(even + k, unit_of(x0, x1));
        _mm256_storeu_pd(odd + k, unit_of(x2, x3));
    }
}
#else
/* CHUNK blocks of Philox. */
static void blocks(double *even, double *odd, uint64_t key, uint64_t first, uint32_t which,
                   uint32_t stream) {
    for (size_t k = 0; k < CHUNK; k++) {
        uint64_t block = first + k;
        philox x =
            philox4x32(key, (philox){{(uint32_t)block, (uint32_t)(block >> 32), which, stream}});
        even[k] = philox_unit(x.word[0], x.word[1]);
        odd[k] = philox_unit(x.word[2], x.word[3]);
    }
}
#endif

static void units(size_t n, double *u, uint64_t key, uint64_t first, uint32_t which,
                  uint32_t stream) {
    double even[CHUNK], odd[CHUNK];
    uint64_t end = first + n, block = first / 2;
    for (uint64_t draw = first; draw < end; block += CHUNK) {
        blocks(even, odd, key, block, which, stream);
        if (!(draw & 1) && end - draw >= (uint64_t)2 * CHUNK) {
            double *to = u + (draw - first);
            for (size_t k = 0; k < CHUNK; k++) {
                to[2 * k] = even[k];
                to[2 * k + 1] = odd[k];
            }
            draw += (uint64_t)2 * CHUNK;
            continue;
        }
        for (; draw < end && draw / 2 < block + CHUNK; draw++)
            u[draw - first] = draw & 1 ? odd[draw / 2 - block] : even[draw / 2 - block];
    }
}

static void compare(size_t n, const double *x, const double *y, uint64_t *less, uint64_t *same) {
    uint64_t before = 0, equal = 0;
    for (size_t k = 0; k < n; k++) {
        before += x[k] < y[k];
        equal += x[k] == y[k];
    }
    *less += before;
    *same += equal;
}

static void between(size_t n, double *r, const double *u, double low, double high) {
    for (size_t k = 0; k < n; k++) r[k] = low + u[k] * (high - low);
}

static void add(size_t n, double *sum, const double *x) {
    for (size_t k = 0; k < n; k++) sum[k] += x[k];
}

static void scale(size_t n, double *x, const double *sum, double to, double otherwise) {
    for (size_t k = 0; k < n; k++) x[k] = sum[k] > 0 ? x[k] / sum[k] * to : otherwise;
}

/* Vectors of numbers as wide as the level has them. */
#if defined(__AVX512F__)
enum { NUMBERS = 8 };
#elif defined(__AVX2__)
enum { NUMBERS = 4 };
#else
enum { NUMBERS = 2 };
#endif
typedef double vec __attribute__((vector_size(NUMBERS * sizeof(double))));
typedef int64_t vec_bits __attribute__((vector_size(NUMBERS * sizeof(double))));

static inline vec vec_load(const double *p) {
    vec x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* x where it is less (more) than y, else y: also where x is missing. */
static inline vec vec_least(vec x, vec y) {
#if defined(__AVX2__) && !defined(__AVX512F__)
    return (vec)_mm256_min_pd((__m256d)x, (__m256d)y);
#else
    vec_bits m = x < y;
    return (vec)((m & (vec_bits)x) | (~m & (vec_bits)y));
#endif
}

static inline vec vec_most(vec x, vec y) {
#if defined(__AVX2__) && !defined(__AVX512F__)
    return (vec)_mm256_max_pd((__m256d)x, (__m256d)y);
#else
    vec_bits m = x > y;
    return (vec)((m & (vec_bits)x) | (~m & (vec_bits)y));
#endif
}

/* Independent ends of a loop, so that it becomes one over vectors. */
enum { LANES = 16, VECTORS = 4 };

static void range(size_t n, const double *x, double *least, double *most) {
    vec low[VECTORS], high[VECTORS];
    for (size_t l = 0; l < VECTORS; l++) {
        low[l] = (vec){0} + *least;
        high[l] = (vec){0} + *most;
    }
    size_t k = 0;
    for (; k + VECTORS * NUMBERS <= n; k += VECTORS * NUMBERS)
        for (size_t l = 0; l < VECTORS; l++) {
            vec own = vec_load(x + k + l * NUMBERS);
            low[l] = vec_least(own, low[l]);
            high[l] = vec_most(own, high[l]);
        }
    for (; k < n; k++) {
        *least = x[k] < *least ? x[k] : *least;
        *most = x[k] > *most ? x[k] : *most;
    }
    for (size_t l = 0; l < VECTORS * NUMBERS; l++) {
        double one = low[l / NUMBERS][l % NUMBERS], other = high[l / NUMBERS][l % NUMBERS];
        *least = one < *least ? one : *least;
        *most = other > *most ? other : *most;
    }
}

/* ---- sums ---- */

/* One number for one lane. */
static inline void see_one(double x, double *most, double *least, double *missing) {
    double size = fabs(x), some = size > 0 ? size : INFINITY;
    *most = size > *most ? size : *most;
    *least = some < *least ? some : *least;
    *missing += x == x ? 0 : 1;
}

static numbers_seen see(size_t n, const double *x) {
    double most[LANES] = {0}, missing[LANES] = {0}, least[LANES];
    for (size_t l = 0; l < LANES; l++) least[l] = INFINITY;
    size_t k = 0;
    for (; k + LANES <= n; k += LANES)
        for (size_t l = 0; l < LANES; l++) see_one(x[k + l], &most[l], &least[l], &missing[l]);
    for (; k < n; k++) see_one(x[k], most, least, missing);
    for (size_t l = 1; l < LANES; l++) {
        *most = most[l] > *most ? most[l] : *most;
        *least = least[l] < *least ? least[l] : *least;
        *missing += missing[l];
    }
    return (numbers_seen){(size_t)*missing, *most, *least,
                          *most < 0x1p900 && *least > 0x1p-900 && *most <= *least * 0x1p27};
}

/* Each number is cut in two: a multiple of a unit so large that the sum of these has no more than
 * 53 bits, and what is left, whose sum has no more either if no number is much smaller than the
 * largest. So no addition rounds. */
static void sum(size_t n, const double *x, const numbers_seen *seen, double *high, double *low) {
    vec above[VECTORS], below[VECTORS];
    double over = 0, under = 0;
    memset(above, 0, sizeof above);
    memset(below, 0, sizeof below);
    /* most < 2^e; the unit is 2^(e - 40), and 2^12 numbers are below 2^(e + 12). */
    double cut = seen->most > 0 ? 0x1.8p52 * ldexp(1, ilogb(seen->most) + 1 - 40) : 0;
    size_t k = 0;
    for (; k + VECTORS * NUMBERS <= n; k += VECTORS * NUMBERS)
        for (size_t l = 0; l < VECTORS; l++) {
            vec a = vec_load(x + k + l * NUMBERS), whole;
            a = (vec)((a == a) & (vec_bits)a);
            whole = (a + cut) - cut;
            above[l] += whole;
            below[l] += a - whole;
        }
    for (; k < n; k++) {
        double a = x[k] == x[k] ? x[k] : 0, whole = (a + cut) - cut;
        over += whole;
        under += a - whole;
    }
    for (size_t l = 0; l < VECTORS * NUMBERS; l++) {
        over += above[l / NUMBERS][l % NUMBERS];
        under += below[l / NUMBERS][l % NUMBERS];
    }
    *high = over;
    *low = under;
}

static void lead(size_t n, const double *x, int drop, uint32_t *r, uint32_t *least,
                 uint32_t *most) {
    uint32_t low = UINT32_MAX, high = 0;
    for (size_t k = 0; k < n; k++) {
        double own = x[k] + 0.0;
        uint64_t bits;
        memcpy(&bits, &own, sizeof bits);
        r[k] = (uint32_t)(bits >> drop);
    }
    for (size_t k = 0; k < n; k++) {
        low = r[k] < low ? r[k] : low;
        high = r[k] > high ? r[k] : high;
    }
    *least = low;
    *most = high;
}

/* ---- ranks ---- */

typedef int32_t vec_whole __attribute__((vector_size(NUMBERS * sizeof(int32_t))));
typedef int16_t vec_short __attribute__((vector_size(NUMBERS * sizeof(int16_t))));

static int halves(size_t n, const double *rank, int16_t *twice) {
    vec_bits odd = {0};
    int32_t bad = 0;
    int16_t most = 0;
    size_t k = 0;
    for (; k + NUMBERS <= n; k += NUMBERS) {
        vec x = 2 * vec_load(rank + k);
        vec_bits fits = (x >= 0) & (x < HALVES_MOST);
        x = (vec)(fits & (vec_bits)x);
        vec_whole whole = __builtin_convertvector(x, vec_whole);
        odd |= ~fits | (__builtin_convertvector(whole, vec) != x);
        vec_short own = __builtin_convertvector(whole, vec_short);
        memcpy(twice + k, &own, sizeof own);
    }
    for (size_t l = 0; l < NUMBERS; l++) bad |= odd[l] != 0;
    for (; k < n; k++) {
        double x = 2 * rank[k];
        int32_t fits = (x >= 0) & (x < HALVES_MOST), whole = (int32_t)(fits ? x : 0);
        bad |= (fits ^ 1) | ((double)whole != x);
        twice[k] = (int16_t)whole;
    }
    for (size_t i = 0; i < n; i++) most = twice[i] > most ? twice[i] : most;
    return bad ? 0 : most + 1;
}

/* Vectors as wide as the level has them. */
#if defined(__AVX512BW__)
enum { WIDE = 32 };
#elif defined(__AVX2__)
enum { WIDE = 16 };
#else
enum { WIDE = 8 };
#endif
typedef int16_t line __attribute__((vector_size(WIDE * sizeof(int16_t))));

static inline line load(const int16_t *p) {
    line x;
    memcpy(&x, p, sizeof x);
    return x;
}

static void compare_halves(size_t n, const int16_t *x, size_t stride, const int16_t *y,
                           uint64_t *less, uint64_t *same) {
    line before[COMPARED], equal[COMPARED];
    size_t k = 0;
    memset(before, 0, sizeof before);
    memset(equal, 0, sizeof equal);
    for (; k + WIDE <= n; k += WIDE) {
        line b = load(y + k);
        for (size_t l = 0; l < COMPARED; l++) {
            line a = load(x + l * stride + k);
            before[l] -= a < b; /* a mask is -1 */
            equal[l] -= a == b;
        }
    }
    for (size_t l = 0; l < COMPARED; l++) {
        uint64_t lesser = 0, alike = 0;
        for (size_t v = k; v < n; v++) {
            lesser += x[l * stride + v] < y[v];
            alike += x[l * stride + v] == y[v];
        }
        for (size_t v = 0; v < WIDE; v++) {
            lesser += (uint64_t)before[l][v];
            alike += (uint64_t)equal[l][v];
        }
        less[l] += lesser;
        same[l] += alike;
    }
}

static void bytes(size_t n, const int16_t *x, int8_t *r) {
    for (size_t k = 0; k < n; k++) r[k] = (int8_t)(x[k] - 128);
}

typedef int8_t byte_line __attribute__((vector_size(WIDE * sizeof(int16_t))));
typedef uint16_t pairs_of_bytes __attribute__((vector_size(WIDE * sizeof(int16_t))));
typedef uint64_t words __attribute__((vector_size(WIDE * sizeof(int16_t))));
enum { BYTES = 2 * WIDE, WORDS = WIDE / 4 };

static inline byte_line load_bytes(const int8_t *p) {
    byte_line x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* The sum of counts from 0 to 255. */
static inline uint32_t sum_bytes(byte_line x) {
    pairs_of_bytes p = ((pairs_of_bytes)x & 255) + ((pairs_of_bytes)x >> 8);
    words w = (words)p;
    w = (w & 0xffff0000ffff) + (w >> 16 & 0xffff0000ffff);
    w = (w & 0xffffffff) + (w >> 32);
    uint64_t sum = 0;
    for (size_t l = 0; l < WORDS; l++) sum += w[l];
    return (uint32_t)sum;
}

static void compare_bytes(size_t n, const int8_t *x, size_t stride, const int8_t *y, uint32_t *less,
                          uint32_t *same) {
    byte_line before[COMPARED], equal[COMPARED];
    size_t k = 0;
    memset(before, 0, sizeof before);
    memset(equal, 0, sizeof equal);
    for (; k + BYTES <= n; k += BYTES) {
        byte_line b = load_bytes(y + k);
        for (size_t l = 0; l < COMPARED; l++) {
            byte_line a = load_bytes(x + l * stride + k);
            before[l] -= a < b; /* a mask is -1 */
            equal[l] -= a == b;
        }
    }
    for (size_t l = 0; l < COMPARED; l++) {
        less[l] = sum_bytes(before[l]);
        same[l] = sum_bytes(equal[l]);
        for (size_t v = k; v < n; v++) {
            less[l] += x[l * stride + v] < y[v];
            same[l] += x[l * stride + v] == y[v];
        }
    }
}

extern const draw_kernels GLUE(draw_kernels_, KERNEL_LEVEL);
const draw_kernels GLUE(draw_kernels_, KERNEL_LEVEL) = {
    units, compare, between,        add,  scale, range,        see,
    sum,   halves,  compare_halves, lead, bytes, compare_bytes};
