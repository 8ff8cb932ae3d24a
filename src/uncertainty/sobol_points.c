#include "uncertainty/sobol_points.h"

/* In terms of the fractions v_k = m_k / 2^k the recurrence of Bratley and Fox (1988, algorithm 659)
 * is v_k = a_1 v_(k-1) xor … xor a_(s-1) v_(k-s+1) xor v_(k-s) xor v_(k-s) / 2^s. */
void sobol_directions(size_t dimension, uint32_t v[SOBOL_BITS]) {
    if (!dimension) {
        for (int k = 0; k < SOBOL_BITS; k++) v[k] = UINT32_C(1) << (31 - k);
        return;
    }
    const joe_kuo *row = joe_kuo_at(dimension - 1);
    int s = row->s;
    for (int k = 0; k < SOBOL_BITS; k++) {
        if (k < s) {
            v[k] = (uint32_t)row->m[k] << (31 - k);
            continue;
        }
        v[k] = v[k - s] ^ v[k - s] >> s;
        for (int j = 1; j < s; j++)
            if (row->a >> (s - 1 - j) & 1) v[k] ^= v[k - j];
    }
}

uint32_t sobol_plain(const uint32_t v[SOBOL_BITS], uint32_t n) {
    uint32_t x = 0;
    for (int k = 0; n; k++, n >>= 1)
        if (n & 1) x ^= v[k];
    return x;
}

/* The mixing function of SplitMix64 (Steele, Lea & Flood 2014) as a hash. */
static uint64_t mix(uint64_t z) {
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

double sobol_scrambled(uint32_t plain, uint64_t key) {
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t node = 1; /* a one, and the digits before this one */
    uint32_t y = 0;
    for (int bit = 31; bit >= 0; bit--) {
        uint32_t digit = plain >> bit & 1;
        y = y << 1 | (digit ^ (uint32_t)(mix(key + node * odd) >> 63));
        node = node << 1 | digit;
    }
    uint64_t bits = (uint64_t)y << 20 | mix(key + node * odd) >> 44;
    return ((double)bits + 0.5) * 0x1p-52;
}

void sobol_units(size_t dimension, uint32_t first, size_t count, uint64_t key, double *u) {
    uint32_t v[SOBOL_BITS];
    sobol_directions(dimension, v);
    for (size_t i = 0; i < count; i++)
        u[i] = sobol_scrambled(sobol_plain(v, first + (uint32_t)i), key);
}
