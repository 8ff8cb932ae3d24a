/* SplitMix64 (Steele, Lea & Flood 2014): random numbers of 64 bits from a state of 64 bits, for
 * samples that must come out the same for the same seed. Draws of the uncertainty analysis, which
 * are many and made by several threads, have a generator of their own. */
#ifndef BASE_SPLITMIX64_H
#define BASE_SPLITMIX64_H

#include <stdint.h>

static inline uint64_t splitmix64(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

#endif
