/* Random graphs of t/random_graph.h whose choices are the bytes of the fuzzer; behind their end
 * they go on at random. */
#ifndef T_FUZZ_GRAPH_H
#define T_FUZZ_GRAPH_H

#include "fuzz.h"
#include "tap.h"

static const uint8_t *fuzz_at, *fuzz_end;

static inline uint64_t fuzz_random(uint64_t *own) {
    if (fuzz_at >= fuzz_end) return tap_random(own);
    uint64_t one = *fuzz_at++;
    /* below() takes a remainder of the bits from 11 on; a double all of them */
    return (one * 0x0101010101010101 ^ one) << 11 | one << 11;
}

#define tap_random fuzz_random
#include "reference_evaluator.h"
#include "random_graph.h"
#undef tap_random

static inline void fuzz_choices(const uint8_t *data, size_t size) {
    fuzz_at = data;
    fuzz_end = data + size;
    state = size;
    for (size_t i = 0; i < size; i++) state = state * 31 + data[i];
}

static inline int same_number(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

/* Sums depend on the order in which they are taken. */
static inline int has_sums(void) {
    for (ex_id n = 1; n <= ex_count(g); n++)
        if (ex_get(g, n)->op == EX_sum) return 1;
    return 0;
}

#endif
