#include "uncertainty/draw_kernels.h"

#include <math.h>
#include <string.h>

#include "base/philox.h"
#include "uncertainty/bins.h"

/* The level this is compiled for, and the name its table has. */
#ifndef KERNEL_LEVEL
#define KERNEL_LEVEL baseline
#endif
#define GLUE_(a, b) a##b
#define GLUE(a, b) GLUE_(a, b)

/* Blocks of random bits that are made at a time. */
enum { EIGHT = 8 };

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

/* A multiple of EIGHT blocks of Philox, two numbers each; as many at a time as keep the multiplier
 * busy. The same as philox4x32 one after the other. */
static void blocks(size_t n, double *u, uint64_t key, uint64_t first, uint32_t which,
                   uint32_t stream) {
    enum { ROUNDS = 10, BESIDE = 2 };
    const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
    __m256i k0[ROUNDS], k1[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        k0[round] = _mm256_set1_epi64x((uint32_t)(key + (uint64_t)round * 0x9E3779B9));
        k1[round] = _mm256_set1_epi64x((uint32_t)((key >> 32) + (uint64_t)round * 0xBB67AE85));
    }
    for (size_t k = 0; k < n; k += 4 * BESIDE) {
        __m256i x0[BESIDE], x1[BESIDE], x2[BESIDE], x3[BESIDE];
        for (size_t l = 0; l < BESIDE; l++) {
            x0[l] = _mm256_add_epi64(_mm256_set1_epi64x((long long)(first + k + 4 * l)),
                                     _mm256_set_epi64x(3, 2, 1, 0));
            x1[l] = _mm256_srli_epi64(x0[l], 32);
            x2[l] = _mm256_set1_epi64x(which);
            x3[l] = _mm256_set1_epi64x(stream);
        }
        for (int round = 0; round < ROUNDS; round++)
            for (size_t l = 0; l < BESIDE; l++) {
                /* Only the low halves of lanes count; the multiplication looks at no others. */
                __m256i p = _mm256_mul_epu32(x0[l], m0), q = _mm256_mul_epu32(x2[l], m1);
                x0[l] = round_of(q, x1[l], k0[round]);
                x1[l] = q;
                x2[l] = round_of(p, x3[l], k1[round]);
                x3[l] = p;
            }
        for (size_t l = 0; l < BESIDE; l++) {
            __m256d even = unit_of(x0[l], x1[l]), odd = unit_of(x2[l], x3[l]),
                    low = _mm256_unpacklo_pd(even, odd), high = _mm256_unpackhi_pd(even, odd);
            double *to = u + 2 * (k + 4 * l);
            _mm256_storeu_pd(to, _mm256_permute2f128_pd(low, high, 0x20));
            _mm256_storeu_pd(to + 4, _mm256_permute2f128_pd(low, high, 0x31));
        }
    }
}
#else
/* n blocks of Philox, two numbers each. */
static void blocks(size_t n, double *u, uint64_t key, uint64_t first, uint32_t which,
                   uint32_t stream) {
    for (size_t k = 0; k < n; k++) {
        uint64_t block = first + k;
        philox x =
            philox4x32(key, (philox){{(uint32_t)block, (uint32_t)(block >> 32), which, stream}});
        u[2 * k] = philox_unit(x.word[0], x.word[1]);
        u[2 * k + 1] = philox_unit(x.word[2], x.word[3]);
    }
}
#endif

static void units(size_t n, double *u, uint64_t key, uint64_t first, uint32_t which,
                  uint32_t stream) {
    double some[2 * EIGHT];
    size_t at = 0;
    while (at < n) {
        const uint64_t draw = first + at;
        const size_t odd = draw & 1, whole = odd ? 0 : (n - at) / (2 * EIGHT) * EIGHT;
        if (whole) {
            blocks(whole, u + at, key, draw / 2, which, stream);
            at += 2 * whole;
            continue;
        }
        blocks(EIGHT, some, key, draw / 2, which, stream);
        size_t there = 2 * EIGHT - odd, count = n - at < there ? n - at : there;
        memcpy(u + at, some + odd, count * sizeof *u);
        at += count;
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

/* Independent vectors of a loop. */
enum { VECTORS = 4 };

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
    for (size_t l = 1; l < VECTORS; l++) {
        low[0] = vec_least(low[l], low[0]);
        high[0] = vec_most(high[l], high[0]);
    }
    for (size_t l = 0; l < NUMBERS; l++) {
        double one = low[0][l], other = high[0][l];
        *least = one < *least ? one : *least;
        *most = other > *most ? other : *most;
    }
}

/* ---- numbers ---- */

typedef uint32_t vec_lead __attribute__((vector_size(NUMBERS * sizeof(uint32_t))));
typedef uint64_t vec_word __attribute__((vector_size(NUMBERS * sizeof(double))));

/* The ends of leading bits, and of these without the sign. */
static void lead_range(size_t n, const uint32_t *lead, numbers_read *to) {
    const uint32_t size = UINT32_MAX >> (BINS_DROP - 32 + 1);
    uint32_t least = UINT32_MAX, most = 0, small = UINT32_MAX, large = 0;
    for (size_t k = 0; k < n; k++) {
        uint32_t own = lead[k], below = (own & size) - 1; /* of 0 the greatest there is */
        least = own < least ? own : least;
        most = own > most ? own : most;
        small = below < small ? below : small;
        large = (own & size) > large ? own & size : large;
    }
    to->least = least;
    to->most = most;
    to->small = small == UINT32_MAX ? small : small + 1;
    to->large = large;
}

static inline uint32_t lead_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (uint32_t)(bits >> BINS_DROP);
}

/* Each number is cut in two: a multiple of 2^(top - 40), whose sum has no more than 53 bits, and
 * what is left, whose sum has no more either if no number is much smaller than 2^top. So no
 * addition rounds. */
static void read_numbers(size_t n, const double *x, int top, uint32_t *lead, numbers_read *to) {
    vec above[VECTORS], below[VECTORS];
    const double cut = ldexp(0x1.8p52, top - 40);
    double over = 0, under = 0;
    memset(above, 0, sizeof above);
    memset(below, 0, sizeof below);
    size_t k = 0;
    for (; k + VECTORS * NUMBERS <= n; k += VECTORS * NUMBERS)
        for (size_t l = 0; l < VECTORS; l++) {
            vec a = vec_load(x + k + l * NUMBERS) + 0.0, whole = (a + cut) - cut;
            above[l] += whole;
            below[l] += a - whole;
            vec_lead own = __builtin_convertvector((vec_word)a >> BINS_DROP, vec_lead);
            memcpy(lead + k + l * NUMBERS, &own, sizeof own);
        }
    for (; k < n; k++) {
        double a = x[k] + 0.0, whole = (a + cut) - cut;
        over += whole;
        under += a - whole;
        lead[k] = lead_of(a);
    }
    for (size_t l = 0; l < VECTORS * NUMBERS; l++) {
        over += above[l / NUMBERS][l % NUMBERS];
        under += below[l / NUMBERS][l % NUMBERS];
    }
    to->high = over;
    to->low = under;
    lead_range(n, lead, to);
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
        bad |= (double)whole != x;
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

static inline int small_rank(double rank, int8_t *to) {
    double x = 2 * rank;
    int fits = (x >= 1) & (x < RANK_BYTES - 1), whole = (int)(fits ? x : 0);
    *to = (int8_t)(whole - RANK_BIAS);
    return fits & (whole == x);
}

static int small_ranks(size_t n, const double *rank, int8_t *to) {
    int fine = 1;
    size_t k = 0;
#if defined(__AVX2__)
    /* Numbers that are too large for a byte are the greatest; those below 0, and missing ones, 0.
     */
    __m256d odd = _mm256_setzero_pd();
    __m128i least = _mm_set1_epi8(-1), most = _mm_setzero_si128();
    for (; k + 16 <= n; k += 16) {
        __m128i own[4];
        for (size_t l = 0; l < 4; l++) {
            __m256d x = _mm256_loadu_pd(rank + k + 4 * l);
            x = _mm256_add_pd(x, x);
            own[l] = _mm256_cvttpd_epi32(x);
            odd = _mm256_or_pd(odd, _mm256_cmp_pd(_mm256_cvtepi32_pd(own[l]), x, _CMP_NEQ_UQ));
        }
        __m128i all =
            _mm_packus_epi16(_mm_packs_epi32(own[0], own[1]), _mm_packs_epi32(own[2], own[3]));
        least = _mm_min_epu8(least, all);
        most = _mm_max_epu8(most, all);
        _mm_storeu_si128((__m128i *)(void *)(to + k),
                         _mm_xor_si128(all, _mm_set1_epi8(RANK_BIAS - RANK_BYTES)));
    }
    __m128i zero = _mm_cmpeq_epi8(least, _mm_setzero_si128()),
            over = _mm_cmpeq_epi8(most, _mm_set1_epi8(-1));
    fine = !_mm256_movemask_pd(odd) && !_mm_movemask_epi8(_mm_or_si128(zero, over));
#endif
    for (; k < n; k++) fine &= small_rank(rank[k], to + k);
    return fine;
}

typedef int8_t byte_line __attribute__((vector_size(WIDE * sizeof(int16_t))));
typedef uint8_t byte_counts __attribute__((vector_size(WIDE * sizeof(int16_t))));
typedef uint16_t pairs_of_bytes __attribute__((vector_size(WIDE * sizeof(int16_t))));
typedef uint64_t words __attribute__((vector_size(WIDE * sizeof(int16_t))));
enum { BYTES = 2 * WIDE, WORDS = WIDE / 4 };

static inline byte_line load_bytes(const int8_t *p) {
    byte_line x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* The sum of counts from 0 to 255. */
static inline uint32_t sum_bytes(byte_counts x) {
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
    byte_counts before[COMPARED], equal[COMPARED];
    size_t k = 0;
    memset(before, 0, sizeof before);
    memset(equal, 0, sizeof equal);
    for (; k + BYTES <= n; k += BYTES) {
        byte_line b = load_bytes(y + k);
        for (size_t l = 0; l < COMPARED; l++) {
            byte_line a = load_bytes(x + l * stride + k);
            before[l] -= (byte_counts)(a < b); /* a mask is -1 */
            equal[l] -= (byte_counts)(a == b);
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
    units,        compare, between,        add,         scale,        range,
    read_numbers, halves,  compare_halves, small_ranks, compare_bytes};
