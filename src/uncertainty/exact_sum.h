/* Sums of doubles without rounding: the numbers may come in any order, and sums of parts may be
 * added, and the result is always the same double, the one nearest to the exact sum.
 *
 * A sum is one long fixed-point number: limbs of 32 bits, each in an int64_t, so that carries can
 * wait (Kulisch's accumulator). 2^30 numbers fit before they have to be carried, which adding does
 * by itself. */
#ifndef UNCERTAINTY_EXACT_SUM_H
#define UNCERTAINTY_EXACT_SUM_H

#include <stdint.h>

/* 2^-1074 is the lowest bit; above 2^1024 there is room for the sum of 2^62 numbers. */
enum { EXACT_LIMBS = 69 };

typedef struct exact_sum {
    int64_t limb[EXACT_LIMBS];
    uint32_t waiting; /* numbers added since the last carry */
} exact_sum;

void exact_add(exact_sum *s, double x); /* x is finite */
void exact_join(exact_sum *s, const exact_sum *other);
/* Carries what waits: limbs 0 … 2^32 - 1, the last one signed. The same sum then has the same
 * limbs. */
void exact_carry(exact_sum *s);
double exact_value(const exact_sum *s); /* infinite where the sum is beyond a double */

#endif
