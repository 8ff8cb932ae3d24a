/* Sums without error: a fixed-point number wide enough for every double (Kulisch 1981).
 *
 * The reference evaluator sums with it. It is slow beside a compensated sum and depends on nothing,
 * not even on the order of what is added, so that it can judge the block evaluator's sums. */
#ifndef T_EXACT_SUM_H
#define T_EXACT_SUM_H

#include <stdint.h>
#include <string.h>

#define EXACT_LOW UINT64_C(0xffffffff)

enum { EXACT_LIMBS = 68 };

/* The sum of limb[i] * 2^(32 i - 1074). A limb may hold more than its 32 bits until it is
 * carried. */
typedef struct exact {
    int64_t limb[EXACT_LIMBS];
    uint32_t uncarried; /* additions since the last carry */
} exact;

static inline void exact_clear(exact *s) { memset(s, 0, sizeof *s); }

/* Leaves 32 bits in every limb but the last, which takes the sign. */
static inline void exact_carry(exact *s) {
    for (int i = 0; i + 1 < EXACT_LIMBS; i++) {
        int64_t rest = s->limb[i] & (int64_t)EXACT_LOW;
        s->limb[i + 1] += (s->limb[i] - rest) / (INT64_C(1) << 32);
        s->limb[i] = rest;
    }
    s->uncarried = 0;
}

/* x is finite; up to 2^32 additions */
static inline void exact_add(exact *s, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint64_t mantissa = bits & ((UINT64_C(1) << 52) - 1);
    int exponent = (int)(bits >> 52 & 0x7ff); /* of the last place: 2^(exponent - 1 - 1074) */
    if (exponent)
        mantissa |= UINT64_C(1) << 52;
    else
        exponent = 1;
    int at = (exponent - 1) / 32, shift = (exponent - 1) % 32;
    uint64_t low = (mantissa & EXACT_LOW) << shift, high = (mantissa >> 32) << shift;
    int64_t part[3] = {(int64_t)(low & EXACT_LOW), (int64_t)((low >> 32) + (high & EXACT_LOW)),
                       (int64_t)(high >> 32)};
    for (int i = 0; i < 3; i++) s->limb[at + i] += bits >> 63 ? -part[i] : part[i];
    if (++s->uncarried == 1u << 28) exact_carry(s);
}

static inline int exact_bit(const exact *s, int i) {
    return i >= 0 && (s->limb[i / 32] >> i % 32 & 1);
}

/* The double nearest to the sum, ties to even; infinite when that is out of range. No -0.0. */
static inline double exact_round(exact *s) {
    exact_carry(s);
    int negative = s->limb[EXACT_LIMBS - 1] < 0;
    if (negative) {
        for (int i = 0; i < EXACT_LIMBS; i++) s->limb[i] = -s->limb[i];
        exact_carry(s);
    }
    int top = 32 * EXACT_LIMBS - 1;
    while (top >= 0 && !exact_bit(s, top)) top--;
    /* The 53 leading bits, or as many as there are above 2^-1074, and what follows them. */
    int last = top > 52 ? top - 52 : 0;
    uint64_t mantissa = 0;
    for (int i = top; i >= last; i--) mantissa = mantissa << 1 | (uint64_t)exact_bit(s, i);
    int half = exact_bit(s, last - 1), more = 0;
    for (int i = last - 2; i >= 0 && !more; i--) more = exact_bit(s, i);
    mantissa += (uint64_t)(half && (more || (mantissa & 1)));
    double x = __builtin_ldexp((double)mantissa, last - 1074);
    return negative ? -x : x;
}

#endif
