/* A set of whole numbers below a given size, one bit each. */
#ifndef BASE_BITS_H
#define BASE_BITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"

/* An empty set of numbers below `size`, for mem_free. NULL with the fault filled. */
static inline uint64_t *bits_new(size_t size, fault *f) {
    uint64_t *bit = (uint64_t *)mem_zero(size / 64 + 1, sizeof *bit);
    if (!bit) fault_memory(f);
    return bit;
}

static inline void bits_add(uint64_t *bit, size_t i) { bit[i / 64] |= (uint64_t)1 << (i & 63); }

static inline int bits_has(const uint64_t *bit, size_t i) { return bit[i / 64] >> (i & 63) & 1; }

/* The first member from `from` on, SIZE_MAX where there is none. */
static inline size_t bits_next(const uint64_t *bit, size_t size, size_t from) {
    if (from >= size) return SIZE_MAX;
    uint64_t left = bit[from / 64] & ~(uint64_t)0 << (from & 63);
    for (size_t w = from / 64;; left = bit[w]) {
        if (left) return w * 64 + (size_t)__builtin_ctzll(left);
        if (++w > (size - 1) / 64) return SIZE_MAX;
    }
}

#endif
