/* Reading: digits are gathered eight at a time in a word; up to nineteen of
 * them and a small exponent are settled by one exact division or product
 * (W. D. Clinger, How to read floating point numbers accurately, 1990), other
 * exponents by a 128-bit product (D. Lemire, Number parsing at a gigabyte per
 * second, 2021; that no fallback is needed for 64-bit mantissas: N. Mushtak
 * and D. Lemire, Fast number parsing without fallback, 2023), more digits by
 * bounds and, where those disagree, an exact comparison. */

#include "base/decimal.h"
#include "base/digits.h"
#include "base/power.h"

#include <float.h>
#include <math.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be evaluated as doubles");
_Static_assert(DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024, "doubles must be IEEE 754 binary64");

__extension__ typedef unsigned __int128 wide;

enum { WHOLE_DIGITS = 19, KEPT_DIGITS = 768 };

static double double_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static const uint64_t infinite_bits = (uint64_t)0x7FF << 52;

/* The bits of the nearest double to w * 10^q. */
static uint64_t nearest_bits(uint64_t w, int64_t q) {
    if (w == 0 || q < POWER_MIN) return 0;
    if (q > 308) return infinite_bits;

    int zeros = __builtin_clzll(w);
    w <<= zeros;

    /* The published proof wants the small reciprocals rounded up.  The low
     * half of the power matters only where the bits below the mantissa are
     * all ones, so that it could carry into it. */
    power ten = power_table()[q];
    if (q < 0 && q >= -27 && ++ten.lo == 0) ten.hi++;
    wide product = (wide)w * ten.hi;
    if (((uint64_t)(product >> 64) & 0x1FF) == 0x1FF) product += (uint64_t)((wide)w * ten.lo >> 64);
    uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;

    int top = (int)(high >> 63);
    uint64_t mantissa = high >> (9 + top); /* 54 bits: one more than kept */
    int exponent = power_log2((int)q) + 63 + top - zeros + 1023;

    if (exponent <= 0) { /* subnormal, or rounding up into the normal range */
        if (exponent <= -63) return 0;
        mantissa >>= 1 - exponent;
        return (mantissa + (mantissa & 1)) >> 1;
    }

    /* An exact tie, possible only for these exponents, goes to even. */
    if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << (9 + top) == high)
        mantissa &= ~(uint64_t)1;
    mantissa = (mantissa + (mantissa & 1)) >> 1;

    /* A carry out of the mantissa is a carry into the exponent. */
    uint64_t bits = ((uint64_t)(exponent - 1) << 52) + mantissa;
    return bits < infinite_bits ? bits : infinite_bits;
}

double decimal_value(uint64_t mantissa, int64_t exponent) {
    if (mantissa <= (uint64_t)1 << DBL_MANT_DIG) {
        if (exponent <= 0 && exponent >= -DIGITS_EXACT_TEN)
            return (double)mantissa / digits_exact_ten[-exponent];
        if (exponent > 0 && exponent <= DIGITS_EXACT_TEN)
            return (double)mantissa * digits_exact_ten[exponent];
    }
    return double_of(nearest_bits(mantissa, exponent));
}

/* Passes over a run of digits and appends them to *w (modulo 2^64).  At least
 * eight characters that may be read lie before end. */
static inline const char *read_run(const char *p, const char *end, uint64_t *w) {
    for (;;) {
        size_t left = (size_t)(end - p);
        if (left == 0) return p;
        uint64_t word = left >= 8 ? digits_load8(p) : digits_load8(end - 8) >> 8 * (8 - left);
        uint64_t others = digits_others(word);
        unsigned count = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
        if (count == 0) return p;
        *w = *w * power_whole[count] + digits_value(word << 8 * (8 - count));
        p += count;
        if (count < 8) return p;
    }
}

/* More than nineteen significant digits: w * 10^exponent and (w + 1) *
 * 10^exponent, of the first nineteen, enclose the value, and their doubles are
 * equal or neighbours.  Between neighbours the exact midpoint decides.  It has
 * at most 767 digits, so 768 of ours and a 1 for any that follow suffice. */
static uint64_t long_bits(const char *p, const char *end, int64_t exponent) {
    char kept[KEPT_DIGITS + 1];
    size_t count = 0;
    int64_t dropped = 0;
    uint64_t w = 0;
    int rest = 0;
    for (; p < end; p++) {
        if (*p == '.' || (count == 0 && *p == '0')) continue;
        if (count < WHOLE_DIGITS) w = w * 10 + (uint64_t)(*p - '0');
        if (count < KEPT_DIGITS) {
            kept[count++] = *p;
        } else {
            rest |= *p != '0';
            dropped++;
        }
    }

    exponent += dropped;
    int64_t first = exponent + (int64_t)count - WHOLE_DIGITS;
    uint64_t low = nearest_bits(w, first), high = nearest_bits(w + 1, first);
    if (low == high) return low;
    if (rest) {
        kept[count++] = '1';
        exponent--;
    }
    int scale = low >> 52 ? (int)(low >> 52) : 1;
    uint64_t mantissa = low & (((uint64_t)1 << 52) - 1);
    if (low >> 52) mantissa |= (uint64_t)1 << 52;
    int side = power_compare(kept, count, (int)exponent, 2 * mantissa + 1, scale - 1076);
    return side < 0 || (side == 0 && (low & 1) == 0) ? low : high;
}

/* The digits after [eE][+-]?; saturates far beyond any exponent that a text
 * of digits could bring back into range. */
static const char *read_exponent(const char *p, const char *end, int64_t *out) {
    int64_t value = 0;
    int negative = 0;
    if (p < end && (*p == '+' || *p == '-')) negative = *p++ == '-';
    const char *start = p;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        if (value < INT64_MAX / 100) value = value * 10 + (*p - '0');
    *out = negative ? -value : value;
    return p == start ? NULL : p;
}

static int read_any(const char *start, const char *end, int negative, double *out) {
    char padded[8];
    if (end - start < 8) { /* give read_run its eight characters */
        size_t n = (size_t)(end - start);
        memset(padded, '0', sizeof padded);
        memcpy(padded + sizeof padded - n, start, n);
        start = padded + sizeof padded - n;
        end = padded + sizeof padded;
    }

    uint64_t w = 0;
    int64_t exponent = 0, fraction = 0;
    const char *p = read_run(start, end, &w);
    int64_t digits = p - start;
    if (p < end && *p == '.') {
        const char *point = ++p;
        p = read_run(p, end, &w);
        fraction = p - point;
    }
    digits += fraction;
    const char *digits_end = p;
    if (digits == 0) return DECIMAL_NONE;
    if (p < end && (*p == 'e' || *p == 'E')) p = read_exponent(p + 1, end, &exponent);
    if (p != end) return DECIMAL_NONE;
    exponent -= fraction;

    double value;
    const char *first = start;
    if (digits > WHOLE_DIGITS)
        for (; first < digits_end && (*first == '0' || *first == '.'); first++)
            digits -= *first == '0';
    if (digits > WHOLE_DIGITS)
        value = double_of(long_bits(first, digits_end, exponent));
    else
        value = decimal_value(w, exponent);
    if (value > DBL_MAX) return DECIMAL_TOO_LARGE;
    *out = negative ? -value : value;
    return DECIMAL_OK;
}

static inline uint64_t load4(const char *p) {
    uint32_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

/* One to eight characters, behind which no others may be read, without a branch on how many. */
static inline int read_short(const char *p, size_t n, double *out) {
    uint64_t word;
    if (n == 8)
        word = digits_load8(p);
    else if (n >= 4)
        word = load4(p) | load4(p + n - 4) << 8 * (n - 4);
    else
        word = (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << 8 * (n / 2) |
               (uint64_t)(unsigned char)p[n - 1] << 8 * (n - 1);
    return digits_read_short(word, n, out);
}

int decimal_read(const char *text, size_t length, double *out) {
    const char *end = text + length;
    int negative = 0;
    if (length > 0) {
        negative = *text == '-';
        text += negative | (*text == '+');
    }
    size_t n = (size_t)(end - text);
    double value;
    if (n - 1 < 8 && read_short(text, n, &value)) {
        *out = negative ? -value : value;
        return DECIMAL_OK;
    }
    int result = n == 0 ? DECIMAL_NONE : read_any(text, end, negative, &value);
    *out = result == DECIMAL_OK ? value : (double)NAN;
    return result;
}
