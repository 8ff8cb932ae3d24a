/* Vectors as wide as the level of SIMD has them, for the files that are compiled once for each
 * level. */
#ifndef EXPR_WIDE_H
#define EXPR_WIDE_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX__)
#include <immintrin.h>
#endif

#ifndef KERNEL_LEVEL
#define KERNEL_LEVEL baseline
#endif
#define GLUE2(a, b) a##b
#define GLUE(a, b) GLUE2(a, b)

/* clang-format off */
/* Knuth's TwoSum: x + y = t + err exactly. */
#define TWO_SUM(t, err, x, y)                             \
    __typeof__(x) t = (x) + (y);                          \
    __typeof__(x) t##_y = t - (x);                        \
    __typeof__(x) err = ((x) - (t - t##_y)) + ((y) - t##_y);
/* clang-format on */

#if defined(__AVX512F__)
enum { WIDE = 8 };
#elif defined(__AVX__)
enum { WIDE = 4 };
#else
enum { WIDE = 2 };
#endif
enum { CACHE_LINE = 8 }; /* numbers of a line of the cache, a multiple of WIDE */
typedef double vec __attribute__((vector_size(WIDE * sizeof(double))));
typedef int64_t vec_mask __attribute__((vector_size(WIDE * sizeof(double))));

static inline vec vec_pick(vec_mask m, vec x) { return (vec)(m & (vec_mask)x); }

static inline vec vec_load(const double *p) {
    vec x;
    memcpy(&x, p, sizeof x);
    return x;
}

/* The number at p, in all lanes. */
static inline vec vec_all(const double *p) {
#if defined(__AVX__) && !defined(__AVX512F__)
    return (vec)_mm256_broadcast_sd(p);
#else
    return *p - (vec){0}; /* + would take the sign of -0 */
#endif
}

/* The lanes that are not missing. */
static inline vec_mask vec_seen(vec x) {
#if defined(__AVX__) && !defined(__AVX512F__)
    return (vec_mask)_mm256_cmp_pd((__m256d)x, (__m256d)x, _CMP_ORD_Q);
#else
    return x == x;
#endif
}

static inline void vec_store(double *p, vec x) { memcpy(p, &x, sizeof x); }

static inline vec vec_size(vec x) { return (vec)((vec_mask)x & INT64_MAX); }

static inline vec_mask vec_finite(vec x) { return vec_size(x) <= (vec){0} + DBL_MAX; }

/* The mask of a comparison: all bits of a lane are the same. */
static inline vec vec_choose(vec_mask m, vec x, vec y) {
#if defined(__AVX__) && !defined(__AVX512F__)
    return (vec)_mm256_blendv_pd((__m256d)y, (__m256d)x, (__m256d)m);
#else
    return (vec)((m & (vec_mask)x) | (~m & (vec_mask)y));
#endif
}

/* x where it is less (more) than y, else y: also where x is missing. */
static inline vec vec_least(vec x, vec y) {
#if defined(__AVX__) && !defined(__AVX512F__)
    return (vec)_mm256_min_pd((__m256d)x, (__m256d)y);
#else
    return vec_choose(x < y, x, y);
#endif
}

static inline vec vec_most(vec x, vec y) {
#if defined(__AVX__) && !defined(__AVX512F__)
    return (vec)_mm256_max_pd((__m256d)x, (__m256d)y);
#else
    return vec_choose(x > y, x, y);
#endif
}

#if defined(__AVX512F__)
#define VEC_ADD_PRODUCT(x, y, z) ((vec)_mm512_fmadd_pd((__m512d)(x), (__m512d)(y), (__m512d)(z)))
#define VEC_TAKE_PRODUCT(x, y, z) ((vec)_mm512_fnmadd_pd((__m512d)(x), (__m512d)(y), (__m512d)(z)))
#elif defined(__FMA__)
#define VEC_ADD_PRODUCT(x, y, z) ((vec)_mm256_fmadd_pd((__m256d)(x), (__m256d)(y), (__m256d)(z)))
#define VEC_TAKE_PRODUCT(x, y, z) ((vec)_mm256_fnmadd_pd((__m256d)(x), (__m256d)(y), (__m256d)(z)))
#endif

/* x y + z, rounded once or twice. */
static inline vec vec_add_about(vec x, vec y, vec z) {
#if defined(VEC_ADD_PRODUCT)
    return VEC_ADD_PRODUCT(x, y, z);
#else
    return x * y + z;
#endif
}

/* How far x y is from a whole number, if it is below 2^51: as exactly as it lies. */
static inline vec vec_off(vec x, vec y) {
    const vec shift = (vec){0} + 0x1.8p52;
    const vec whole = vec_add_about(x, y, shift) - shift;
#if defined(VEC_ADD_PRODUCT)
    return vec_size(VEC_TAKE_PRODUCT(x, y, whole));
#else
    return vec_size(whole - x * y);
#endif
}

/* x / y, where `inverse` is 1 / y, and neither x nor the quotient is very small or very large.
 * Where a product is added without rounding it before, what is left of x tells how to correct a
 * quotient: from the second time on it is rounded as division rounds it (Markstein 1990). That
 * takes half the time. */
static inline vec vec_divided(vec x, vec y, vec inverse) {
#if defined(VEC_ADD_PRODUCT)
    vec near = x * inverse;
    near = VEC_ADD_PRODUCT(VEC_TAKE_PRODUCT(near, y, x), inverse, near);
    return VEC_ADD_PRODUCT(VEC_TAKE_PRODUCT(near, y, x), inverse, near);
#else
    (void)inverse;
    return x / y;
#endif
}

/* Is a lane of a mask set? */
static inline int vec_any(vec_mask m) {
#if defined(__AVX__) && !defined(__AVX512F__)
    return _mm256_movemask_pd((__m256d)m) != 0;
#else
    int64_t any = 0;
    for (int l = 0; l < WIDE; l++) any |= m[l];
    return any != 0;
#endif
}

#endif
