/* Numbers as decimal text, both ways, without the C library's locale.
 *
 * Reading gives the double nearest to the decimal (ties to even): bit for bit
 * what strtod gives in the C locale for every text it accepts.  Writing gives
 * the shortest decimal that reads back to the same double.  Between the two
 * stands the decimal of fifteen significant digits, the number as a
 * spreadsheet shows it, on which the rounding of rules and reports works.
 *
 * Nothing here allocates, fails for want of memory, or depends on the locale
 * or the rounding mode in force being other than the default.  All functions
 * may be called from any thread; a table of powers of ten (11 KB) is computed
 * once, in some 20 microseconds, when the first number needs it.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/* What decimal_read found. */
enum {
    DECIMAL_NONE = 0,     /* the text is not a number of the grammar       */
    DECIMAL_OK = 1,       /* a finite number                               */
    DECIMAL_TOO_LARGE = 2 /* a number, but beyond the range of a double    */
};

/* Reads the whole of text[0..length) as
 *
 *     [+-]? ( digits [ "." digits* ] | "." digits ) ( [eE] [+-]? digits )?
 *
 * and stores its value.  No spaces, separators, hexadecimal, "inf" or "nan".
 * A value too small for a double becomes a subnormal or a (signed) zero, as
 * rounding asks.  Unless DECIMAL_OK is returned, *out is a quiet NaN (missing):
 * compare the result with DECIMAL_OK, DECIMAL_TOO_LARGE is also non-zero.
 * The text needs no terminating NUL and may be of any length. */
int decimal_read(const char *text, size_t length, double *out);

/* Writes the shortest decimal that reads back to x, the nearest to x among
 * those of that length, and a NUL; returns its length without the NUL.
 * Plain digits from 1e-5 up to below 1e17 ("-0.00015", "123.45", "1000000"),
 * elsewhere "1.5e-7", "1e+300".  Both zeros are "0".  What is not finite has
 * no decimal: the text is empty and 0 is returned, the caller has a word for
 * missing. */
size_t decimal_write(double x, char out[32]);

/* Writes x with a fixed number of places (0 to 60, others are clamped), halves
 * rounded away from zero on the decimal of fifteen significant digits (2.675
 * with two places is "2.68"), and a NUL; returns the length without the NUL.
 * Digits beyond the fifteenth are zeros; a result of zero has no sign.
 * Not finite: as decimal_write. */
size_t decimal_fixed(double x, int places, char out[400]);

/* mantissa * 10^exponent, with 10^14 <= mantissa < 10^15, or both zero. */
typedef struct decimal15 {
    uint64_t mantissa;
    int exponent;
} decimal15;

/* The decimal of fifteen significant digits nearest to |x|, ties to the even
 * digit, as printf's "%.14e" shows it.  x is finite. */
decimal15 decimal_fifteen(double x);

/* The double nearest to mantissa * 10^exponent, ties to even; infinity when
 * that is out of range. */
double decimal_value(uint64_t mantissa, int64_t exponent);

/* Decisions.
 *
 * Whatever is decided by comparing two numbers (a condition, a rank, a tie, a
 * grade, a quota, which of several is the largest) is decided on their decimals
 * of fifteen significant digits, the numbers as a spreadsheet shows them: three
 * marks that are 90 on paper are equal, whatever the binary sums that led to
 * them left over.  Numbers of the same decimal are equal, so equality is
 * transitive, and the order of the doubles is kept: a <= b never becomes a > b.
 *
 * Only numbers that lie next to each other can differ from a plain comparison,
 * and only they pay for it. */

/* Whether a and b are different doubles so close that their decimals may be the
 * same.  Further apart than that, they compare as doubles do: decimals of fifteen
 * digits lie at most 1e-14 of the larger number apart. */
static inline int decimal_adjacent(double a, double b) {
    return (__builtin_fabs(a - b) <= 1.1e-14 * __builtin_fabs(a)) & (a != b);
}

/* The order of two different, finite numbers: -1, 0 or 1. */
int decimal_order(double a, double b);

/* -1, 0 or 1 as a is less than b, equal or greater; 0 if one is missing. */
static inline int decimal_compare(double a, double b) {
    return decimal_adjacent(a, b) ? decimal_order(a, b) : (a > b) - (a < b);
}

static inline int decimal_equal(double a, double b) {
    return a == b || (decimal_adjacent(a, b) && decimal_order(a, b) == 0);
}

/* The decimal of a few places beside x, where a few roundings explain that x is not it; else x.
 * This removes the rounding error of a sum of products of short decimals, and nothing else: the
 * decimal lies within four units of x's last place, and has ten places below 1,000, eight below a
 * million, four below 10^10. */
static inline double decimal_settled(double x) {
    double size = __builtin_fabs(x), shift = 0x1.8p52;
    double scale = size < 1e3 ? 1e10 : size < 1e6 ? 1e8 : 1e4;
    double whole = (x * scale + shift) - shift, near = whole / scale;
    return (size < 1e10) & (__builtin_fabs(near - x) <= 0x1p-50 * size) & (near != x) ? near : x;
}

/* Whether decimal_settled(x) may be another number: a test that loops do quickly, and that lets
 * some through for which it is the same. Whole numbers are as they should be. */
static inline int decimal_unsettled(double x) {
    double size = __builtin_fabs(x), shift = 0x1.8p52;
    double scaled = x * (size < 1e3 ? 1e10 : size < 1e6 ? 1e8 : 1e4);
    double off = scaled - ((scaled + shift) - shift);
    return (size < 1e10) & (__builtin_fabs(off) <= 0x1p-49 * __builtin_fabs(scaled)) &
           (x != (x + shift) - shift);
}

/* Whether a and b lie less than `limit` apart, exactly, by the decimals of all
 * three.  All are finite, limit is not negative. */
int decimal_within(double a, double b, double limit);

#endif
