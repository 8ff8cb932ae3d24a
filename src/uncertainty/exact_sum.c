#include "uncertainty/exact_sum.h"

#include <math.h>
#include <string.h>

enum { BITS = 32, WAIT = 1 << 30 };

void exact_carry(exact_sum *s) {
    int64_t carry = 0;
    for (int i = 0; i < EXACT_LIMBS; i++) {
        int64_t x = s->limb[i] + carry;
        if (i + 1 == EXACT_LIMBS) {
            s->limb[i] = x;
            break;
        }
        s->limb[i] = x & 0xffffffff;
        carry = (x - s->limb[i]) / ((int64_t)1 << BITS);
    }
    s->waiting = 0;
}

void exact_add(exact_sum *s, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7ff);
    uint64_t mantissa = bits & 0xfffffffffffff;
    if (exponent)
        mantissa |= (uint64_t)1 << 52;
    else
        exponent = 1;
    int at = (exponent - 1) / BITS, shift = (exponent - 1) % BITS;
    /* 53 bits and a shift below 32 are three limbs. */
    uint64_t low = (mantissa & 0xffffffff) << shift, high = (mantissa >> BITS) << shift;
    int64_t part[3] = {(int64_t)(low & 0xffffffff), (int64_t)((low >> BITS) + (high & 0xffffffff)),
                       (int64_t)(high >> BITS)};
    int64_t sign = bits >> 63 ? -1 : 1;
    for (int i = 0; i < 3; i++) s->limb[at + i] += sign * part[i];
    if (++s->waiting == WAIT) exact_carry(s);
}

void exact_join(exact_sum *s, const exact_sum *other) {
    exact_sum own = *other;
    exact_carry(s);
    exact_carry(&own);
    for (int i = 0; i < EXACT_LIMBS; i++) s->limb[i] += own.limb[i];
    exact_carry(s);
}

double exact_value(const exact_sum *given) {
    exact_sum s = *given;
    exact_carry(&s);
    int negative = s.limb[EXACT_LIMBS - 1] < 0;
    if (negative) {
        for (int i = 0; i < EXACT_LIMBS; i++) s.limb[i] = -s.limb[i];
        exact_carry(&s);
    }
    int top = EXACT_LIMBS - 1;
    while (top > 0 && !s.limb[top]) top--;
    /* The leading 64 bits, and whether anything lies below them. */
    uint64_t lead = 0;
    int taken = 0, bit = top * BITS + BITS - 1;
    while (bit > 0 && !(s.limb[bit / BITS] >> (bit % BITS) & 1)) bit--;
    int lowest = bit;
    for (; taken < 64 && lowest >= 0; taken++, lowest--)
        lead = lead << 1 | (uint64_t)(s.limb[lowest / BITS] >> (lowest % BITS) & 1);
    int below = 0;
    for (int i = lowest; i >= 0 && !below; i--) below = (s.limb[i / BITS] >> (i % BITS) & 1) != 0;
    if (below) lead |= 1; /* the last of 64 bits rounds as all that follow would */
    int places = lowest + 1 - 1074;
    /* To 53 bits, ties to even; a subnormal has fewer, and is exact. */
    if (taken == 64) {
        uint64_t rest = lead & 0x7ff, kept = lead >> 11;
        if (rest > 0x400 || (rest == 0x400 && (kept & 1))) kept++;
        lead = kept;
        places += 11;
    }
    double x = ldexp((double)lead, places);
    return negative ? -x : x;
}
