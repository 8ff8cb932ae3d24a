/* Powers of ten as binary fractions, and one exact comparison: the common
 * ground of reading and writing decimals (decimal.c, decimal_write.c).
 * Everything is computed by exact integer arithmetic when first asked for. */
#ifndef BASE_POWER_H
#define BASE_POWER_H

#include <stddef.h>
#include <stdint.h>

/* 10^0 to 10^19, the powers a 64-bit integer holds. */
extern const uint64_t power_whole[20];

/* The first 128 bits of 10^q, cut off: hi has its top bit set, and
 *     (hi * 2^64 + lo) * 2^(power_log2(q) - 127) <= 10^q,
 * with equality for 0 <= q <= 55 only. */
typedef struct power {
    uint64_t hi, lo;
} power;

enum { POWER_MIN = -342, POWER_MAX = 340 };

/* The entry for 10^0, of a table that reaches from POWER_MIN to POWER_MAX. */
const power *power_table(void);

/* floor(log2(10^q)); exact for |q| <= 1233. */
static inline int power_log2(int q) { return (q * 1741647) >> 19; }

/* Compares exactly: the sign of D * 10^e - b * 2^q, where D is the number
 * written by count decimal digits (each '0' to '9', count at most 800).
 * The two sides must be of like magnitude (within a factor of ten or so) and
 * within the range of doubles, which bounds the integers compared. */
int power_compare(const char *digits, size_t count, int e, uint64_t b, int q);

#endif
