/* exp and log of elementary.h, a vector at a time: the same operations in the same order, without
 * what only odd arguments need. kernels.c includes this. */
#ifndef EXPR_LOG_KERNELS_H
#define EXPR_LOG_KERNELS_H

#include "expr/elementary.h"
#include "expr/wide.h"

typedef uint64_t vec_bits __attribute__((vector_size(WIDE * sizeof(double))));

/* el_log of normal numbers above 0. */
static inline vec vec_log(vec x) {
    const uint64_t root_half = 0x3FE6A09E667F3BCDu, one = 0x3FF0000000000000u;
    const vec_bits bits = (vec_bits)x + (one - root_half);
    const vec m = (vec)((bits & 0x000FFFFFFFFFFFFFu) + root_half),
              k = (vec)(bits >> 52 | 0x4330000000000000u) - (0x1p52 + 1023.0), f = m - 1.0;
    const vec s = f / (2.0 + f), z = s * s, y = z * z;
    const vec a = (0x1.0fbde05e573b5p-3 + z * 0x1.0c0a8bd475011p-3) * y +
                  (0x1.745cf8df6e793p-3 + z * 0x1.3b1c3ca3a4754p-3);
    const vec b = (0x1.2492492476905p-2 + z * 0x1.c71c7201ba2bbp-3) * y +
                  (0x1.5555555555555p-1 + z * 0x1.9999999999a39p-2);
    const vec p = a * (y * y) + b;
    const vec top = (vec)((vec_bits)f & 0xFFFFFFFFF8000000u);
    const vec half = 0.5 * top * top, half_low = 0.5 * (f - top) * (f + top);
    const vec hi = f - half, lo = ((f - hi) - half) + (s * ((half + half_low) + p * z) - half_low);
    const vec whole = k * EL_LN2_HI, sum = whole + hi;
    return sum + (((whole - sum) + hi) + (lo + k * EL_LN2_LO));
}

/* el_exp of numbers whose results, and these as powers of 2, are normal. */
static inline vec vec_exp(vec x) {
    const vec k = (x * 0x1.71547652b82fep+0 + EL_ROUNDER) - EL_ROUNDER;
    const vec near = x - k * EL_LN2_HI, off = k * EL_LN2_LO;
    const vec r = near - off, rest = (near - r) - off;
    const vec square = r * r, fourth = square * square;
    const vec a = (0x1.1f7f27da618f1p-29 * r + 0x1.af38ab3f3184ep-26) * square +
                  (0x1.27e4d4d3e5553p-22 * r + 0x1.71de0dada4588p-19);
    const vec b = (0x1.a01a01a936350p-16 * r + 0x1.a01a01a7c456cp-13) * square +
                  (0x1.6c16c16c15dc7p-10 * r + 0x1.11111111109b3p-7);
    const vec p = (a * fourth + b) * square + (0x1.5555555555556p-5 * r + 0x1.5555555555556p-3);
    const vec hi = 1.0 + r, lo = (1.0 - hi) + r;
    const vec value = hi + ((0.5 * square + square * r * p) + (lo + rest));
    return value * (vec)((vec_bits)(k + (EL_ROUNDER + 1023.0)) << 52);
}

static inline vec_mask log_fits(vec x) {
    return (x >= (vec){0} + 0x1p-1022) & (x <= (vec){0} + DBL_MAX);
}

static inline vec_mask exp_fits(vec x) { return vec_size(x) <= (vec){0} + 700.0; }

/* What is present and does not fit is left to the kernel of single numbers. */
#define BY_VECTORS(name)                                                                           \
    static uint64_t k1_wide_##name(size_t n, double *restrict r, const double *restrict p) {       \
        const vec nan = (vec){0} + EX_NAN;                                                         \
        uint64_t errors = 0;                                                                       \
        size_t i = 0;                                                                              \
        for (; i + 2 * WIDE <= n; i += 2 * WIDE) {                                                 \
            const vec a = vec_load(p + i), b = vec_load(p + i + WIDE);                             \
            const vec_mask off_a = ~name##_fits(a), off_b = ~name##_fits(b);                       \
            if (vec_any((off_a & vec_seen(a)) | (off_b & vec_seen(b)))) {                          \
                errors += k1_##name(2 * WIDE, r + i, p + i);                                       \
                continue;                                                                          \
            }                                                                                      \
            vec_store(r + i, vec_choose(off_a, nan, vec_##name(a)));                               \
            vec_store(r + i + WIDE, vec_choose(off_b, nan, vec_##name(b)));                        \
        }                                                                                          \
        return errors + k1_##name(n - i, r + i, p + i);                                            \
    }
BY_VECTORS(log)
BY_VECTORS(exp)

#endif
