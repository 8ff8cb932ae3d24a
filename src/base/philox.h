/* Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011):
 * random bits as a function of a key and a counter, without a state. The same counter gives the
 * same bits whichever thread asks, and in whatever order. */
#ifndef BASE_PHILOX_H
#define BASE_PHILOX_H

#include <stdint.h>

typedef struct philox {
    uint32_t word[4];
} philox;

static inline philox philox4x32(uint64_t key, philox counter) {
    uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
    philox x = counter;
    for (int round = 0; round < 10; round++) {
        uint64_t p = UINT64_C(0xD2511F53) * x.word[0], q = UINT64_C(0xCD9E8D57) * x.word[2];
        x = (philox){{(uint32_t)(q >> 32) ^ x.word[1] ^ k0, (uint32_t)q,
                      (uint32_t)(p >> 32) ^ x.word[3] ^ k1, (uint32_t)p}};
        k0 += 0x9E3779B9;
        k1 += 0xBB67AE85;
    }
    return x;
}

/* 52 random bits as a number between 0 and 1, neither of them: the middle of one of 2^52 equal
 * parts. */
static inline double philox_unit(uint32_t high, uint32_t low) {
    uint64_t bits = ((uint64_t)high << 32 | low) >> 12;
    return ((double)bits + 0.5) * 0x1p-52;
}

#endif
