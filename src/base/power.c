#include "base/power.h"

#include <pthread.h>

const uint64_t power_whole[20] = {1u,
                                  10u,
                                  100u,
                                  1000u,
                                  10000u,
                                  100000u,
                                  1000000u,
                                  10000000u,
                                  100000000u,
                                  1000000000u,
                                  10000000000u,
                                  100000000000u,
                                  1000000000000u,
                                  10000000000000u,
                                  100000000000000u,
                                  1000000000000000u,
                                  10000000000000000u,
                                  100000000000000000u,
                                  1000000000000000000u,
                                  10000000000000000000u};

/* Natural numbers of up to 4096 bits.  The widest product power_compare meets has some 2700 bits:
 * 800 digits, or 5^1100 times a mantissa and the power of two between them.  Limbs are 32 bits
 * wide, least significant first; limb[size - 1] is not zero. */

enum { LIMBS = 128 };

typedef struct natural {
    int size;
    uint32_t limb[LIMBS];
} natural;

static void natural_scale(natural *n, uint32_t factor, uint32_t addend) {
    uint64_t carry = addend;
    for (int i = 0; i < n->size; i++) {
        carry += (uint64_t)n->limb[i] * factor;
        n->limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0 && n->size < LIMBS) n->limb[n->size++] = (uint32_t)carry;
}

static void natural_scale_five(natural *n, int exponent) {
    for (; exponent >= 13; exponent -= 13) natural_scale(n, 1220703125u, 0);
    for (; exponent > 0; exponent--) natural_scale(n, 5, 0);
}

static void natural_shift(natural *n, int bits) {
    int words = bits / 32, rest = bits % 32;
    natural_scale(n, (uint32_t)1 << rest, 0);
    if (words == 0 || n->size == 0 || n->size + words > LIMBS) return;
    for (int i = n->size - 1; i >= 0; i--) n->limb[i + words] = n->limb[i];
    for (int i = 0; i < words; i++) n->limb[i] = 0;
    n->size += words;
}

static int natural_compare(const natural *a, const natural *b) {
    if (a->size != b->size) return a->size < b->size ? -1 : 1;
    for (int i = a->size - 1; i >= 0; i--)
        if (a->limb[i] != b->limb[i]) return a->limb[i] < b->limb[i] ? -1 : 1;
    return 0;
}

/* The 128 bits that start at the first one bit. */
static power natural_top(const natural *n) {
    uint64_t word[3] = {0, 0, 0}; /* the six top limbs, by twos */
    for (int i = 0; i < 6 && i < n->size; i++)
        word[i / 2] |= (uint64_t)n->limb[n->size - 1 - i] << (i % 2 ? 0 : 32);
    int zeros = __builtin_clzll(word[0]);
    power p = {word[0], word[1]};
    if (zeros > 0) {
        p.hi = word[0] << zeros | word[1] >> (64 - zeros);
        p.lo = word[1] << zeros | word[2] >> (64 - zeros);
    }
    return p;
}

static power table[POWER_MAX - POWER_MIN + 1];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

/* 10^q and 5^q have the same leading bits.  Upwards these are products;
 * downwards floor(2^959 / 5^q), each the fifth of the one before, which is
 * exact because floors of quotients compose; 2^959 leaves the last of them,
 * 5^342 < 2^795, more than 160 bits. */
static void table_fill(void) {
    natural n = {.size = 1, .limb = {1}};
    for (int q = 0; q <= POWER_MAX; q++) {
        table[q - POWER_MIN] = natural_top(&n);
        natural_scale(&n, 5, 0);
    }

    n = (natural){.size = 30};
    n.limb[29] = (uint32_t)1 << 31;
    for (int q = -1; q >= POWER_MIN; q--) {
        uint64_t remainder = 0;
        for (int i = n.size - 1; i >= 0; i--) {
            uint64_t part = remainder << 32 | n.limb[i];
            n.limb[i] = (uint32_t)(part / 5);
            remainder = part % 5;
        }
        while (n.limb[n.size - 1] == 0) n.size--;
        table[q - POWER_MIN] = natural_top(&n);
    }
}

const power *power_table(void) {
    pthread_once(&table_once, table_fill);
    return table - POWER_MIN;
}

int power_compare(const char *digits, size_t count, int e, uint64_t b, int q) {
    natural left = {.size = 0}, right = {.size = 0};
    for (size_t i = 0; i < count; i++) natural_scale(&left, 10, (uint32_t)(digits[i] - '0'));
    for (; b != 0; b >>= 32) right.limb[right.size++] = (uint32_t)b;

    /* D * 5^e * 2^e against b * 2^q: each factor goes where it is whole. */
    natural_scale_five(e > 0 ? &left : &right, e > 0 ? e : -e);
    natural_shift(e > q ? &left : &right, e > q ? e - q : q - e);
    return natural_compare(&left, &right);
}
