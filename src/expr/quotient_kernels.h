/* Quotients of sums (EX_QUOTIENT), a vector at a time. kernels.c includes this. */
#ifndef EXPR_QUOTIENT_KERNELS_H
#define EXPR_QUOTIENT_KERNELS_H

#include "expr/wide.h"

static inline vec vec_whole(vec x) {
    const vec shift = (vec){0} + 0x1.8p52;
    return (x + shift) - shift;
}

static inline vec vec_scale(vec size) {
    const vec one = (vec){0} + 1;
    return vec_choose(size < 1e3, one * 1e10, vec_choose(size < 1e6, one * 1e8, one * 1e4));
}

/* decimal_settled, and decimal_unsettled, of each element. */
static inline vec vec_settled(vec x) {
    vec size = vec_size(x), scale = vec_scale(size), near = vec_whole(x * scale) / scale;
    return vec_choose((size < 1e10) & (vec_size(near - x) <= 0x1p-50 * size) & (near != x), near,
                      x);
}

static inline vec_mask vec_unsettled(vec x) {
    vec size = vec_size(x), scaled = x * vec_scale(size), off = scaled - vec_whole(scaled);
    return (size < 1e10) & (vec_size(off) <= 0x1p-49 * vec_size(scaled)) & (x != vec_whole(x));
}

/* Sums with others beside them. Most are no short decimals, and few pairs of vectors have one that
 * is; or, where they are sums of weights, all are whole. */
static inline void settle_dividends(vec *x, vec *y) {
    if (!vec_any(vec_unsettled(*x) | vec_unsettled(*y))) return;
    *x = vec_settled(*x);
    *y = vec_settled(*y);
}

static inline void settle_divisors(vec *x, vec *y) {
    if (vec_any((*x != vec_whole(*x)) | (*y != vec_whole(*y)))) settle_dividends(x, y);
}

static inline vec at_each(const double *p, size_t i) { return vec_load(p + i); }
static inline vec at_once(const double *p, size_t i) {
    (void)i;
    return vec_all(p);
}

/* vv_quotient and so on are those of single numbers. */
#define QUOTIENT(form, at_a, at_b, a_step, b_step)                                                 \
    static uint64_t quotient_##form(size_t n, double *restrict r, const double *restrict p,        \
                                    const double *restrict q) {                                    \
        const vec nan = (vec){0} + EX_NAN;                                                         \
        uint64_t errors = 0;                                                                       \
        size_t i = 0;                                                                              \
        for (; i + 2 * WIDE <= n; i += 2 * WIDE) {                                                 \
            vec a0 = at_a(p, i), a1 = at_a(p, i + WIDE), b0 = at_b(q, i), b1 = at_b(q, i + WIDE);  \
            settle_dividends(&a0, &a1);                                                            \
            settle_divisors(&b0, &b1);                                                             \
            vec x0 = a0 / b0, x1 = a1 / b1;                                                        \
            vec_mask off0 = (b0 == 0) | ~vec_finite(x0), off1 = (b1 == 0) | ~vec_finite(x1);       \
            vec_store(r + i, vec_choose(off0, nan, x0));                                           \
            vec_store(r + i + WIDE, vec_choose(off1, nan, x1));                                    \
            if (!vec_any(off0 | off1)) continue;                                                   \
            off0 &= (a0 == a0) & (b0 == b0);                                                       \
            off1 &= (a1 == a1) & (b1 == b1);                                                       \
            for (int l = 0; vec_any(off0 | off1) && l < WIDE; l++)                                 \
                errors += (uint64_t)(off0[l] != 0) + (uint64_t)(off1[l] != 0);                     \
        }                                                                                          \
        return errors + form##_quotient(n - i, r + i, p + (a_step ? i : 0), q + (b_step ? i : 0)); \
    }
QUOTIENT(vv, at_each, at_each, 1, 1)
QUOTIENT(vs, at_each, at_once, 1, 0)
QUOTIENT(sv, at_once, at_each, 0, 1)

static void settle(size_t n, double *restrict r, double *restrict inverse,
                   const double *restrict x) {
    for (size_t i = 0; i < n; i++) r[i] = decimal_settled(x[i]);
    for (size_t i = 0; inverse && i < n; i++) inverse[i] = 1 / r[i];
}

/* Numbers of a size, and the scale of their decimals. */
typedef struct vec_sizes {
    vec from, below, scale;
} vec_sizes;

static inline vec_sizes sizes_like(double x) {
    const int large = fabs(x) >= 1e3;
    const vec zero = {0};
    return (vec_sizes){zero + (large ? 1e3 : 0), zero + (large ? 1e6 : 1e3),
                       zero + (large ? 1e8 : 1e10)};
}

/* Whether an element may be unsettled, or has another size: few are, of sums. */
static inline vec_mask vec_doubtful(vec x, vec_sizes like) {
    vec scaled = x * like.scale, off = scaled - vec_whole(scaled), size = vec_size(x);
    return (vec_size(off) <= 0x1p-49 * vec_size(scaled)) | (size < like.from) |
           (size >= like.below);
}

/* The same of sums of which it is known that they are present, and with `sized` how large. What
 * decimal_settled changes is no further from a decimal than 2^-50 of its size. What is very small
 * is doubtful, too. */
#define VERY_SMALL 1e-40
static inline __attribute__((always_inline)) vec_mask vec_near(vec x, const ex_divisor *divisor,
                                                               int sized) {
    const vec one = (vec){0} + 1, size = vec_size(x);
    const vec scale =
        sized ? vec_all(&divisor->scale) : vec_choose(size < 1e3 * one, 1e10 * one, 1e8 * one);
    const vec_mask near =
        vec_off(x, scale) <= vec_add_about(size, 0x1.8p-50 * scale, VERY_SMALL * one);
    return sized ? near : near | (size >= 1e6 * one);
}

/* Divides such sums, of which none is near a short decimal: x[0] and x[1], at i and behind it. */
static inline __attribute__((always_inline)) void divide_apart(size_t i, vec x[2],
                                                               const ex_divisor *divisor) {
    for (size_t h = 0; h < 2; h++)
        x[h] = vec_divided(x[h], vec_load(divisor->by + i + h * WIDE),
                           vec_load(divisor->inverse + i + h * WIDE));
}

static inline void divide_doubtful(size_t i, vec x[2], const ex_divisor *divisor) {
    const vec small = (vec){0} + VERY_SMALL;
    settle_dividends(&x[0], &x[1]);
    if (!vec_any((vec_size(x[0]) <= small) | (vec_size(x[1]) <= small)))
        divide_apart(i, x, divisor);
    else
        for (size_t h = 0; h < 2; h++) x[h] /= vec_load(divisor->by + i + h * WIDE);
}

/* The same of any such sums, where others are added up meanwhile: nothing else divides then. */
static inline __attribute__((always_inline)) void
divide_known(size_t i, vec x[2], const ex_divisor *divisor, int sized) {
    if (vec_any(vec_near(x[0], divisor, sized) | vec_near(x[1], divisor, sized)))
        settle_dividends(&x[0], &x[1]);
    for (size_t h = 0; h < 2; h++) x[h] /= vec_load(divisor->by + i + h * WIDE);
}

/* quotient_vv where q is settled. What is divided by 0 is not finite. */
static void quotient_settled(size_t n, double *r, const double *p, const double *q) {
    const vec nan = (vec){0} + EX_NAN;
    const vec_sizes like = sizes_like(n ? *p : 0);
    for (size_t i = 0; i < n; i += 2 * WIDE) {
        vec a0 = vec_load(p + i), a1 = vec_load(p + i + WIDE), b0 = vec_load(q + i),
            b1 = vec_load(q + i + WIDE);
        if (vec_any(vec_doubtful(a0, like) | vec_doubtful(a1, like)) &&
            vec_any(vec_unsettled(a0) | vec_unsettled(a1))) {
            a0 = vec_settled(a0);
            a1 = vec_settled(a1);
        }
        vec x0 = a0 / b0, x1 = a1 / b1;
        vec_store(r + i, vec_choose(vec_finite(x0), x0, nan));
        vec_store(r + i + WIDE, vec_choose(vec_finite(x1), x1, nan));
    }
}

#endif
