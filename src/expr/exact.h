/* Sums without error: a fixed-point number wide enough for every double (Kulisch 1981).
 *
 * The scalar evaluator sums with it. It is slow beside a compensated sum and depends on nothing,
 * not even on the order of what is added, so that it can judge the block evaluator's sums. */
#ifndef EXPR_EXACT_H
#define EXPR_EXACT_H

#include <stdint.h>

enum { EXACT_LIMBS = 68 };

/* The sum of limb[i] * 2^(32 i - 1074). A limb may hold more than its 32 bits until it is
 * carried. */
typedef struct exact {
    int64_t limb[EXACT_LIMBS];
    uint32_t uncarried; /* additions since the last carry */
} exact;

void exact_clear(exact *s);
void exact_add(exact *s, double x); /* x is finite; up to 2^32 additions */
/* The double nearest to the sum, ties to even; infinite when that is out of range. No -0.0. */
double exact_round(exact *s);

#endif
