/* exp, log, log10 and pow with the same bits everywhere.
 *
 * The math libraries of two machines may differ in the last bit. These functions consist of
 * additions, multiplications, divisions and bit operations, which IEEE 754 defines to the last bit,
 * in an order that the compiler must keep. They have no branches and no tables, so that a loop over
 * them can be vectorised at any SIMD level, and a single call gives the same bits as the loop. The
 * code that includes this must be compiled without -ffast-math and with -ffp-contract=off; for
 * loops to become vectors it also needs -fno-math-errno -fno-trapping-math, which change no result.
 *
 * Largest errors against 64-bit mantissas, in units in the last place, over some 10^7 arguments of
 * each kind, most of them next to those that were worst so far: exp 0.68, log 0.71, log10 0.74, pow
 * 0.67, anywhere in the normal range; below it, where the result is rounded a second time, 0.78. A
 * result that is a double exactly, such as 3^4 or the decimal logarithm of 1000, is that double.
 * Missing (NaN) in any argument gives missing. What has no finite result gives NaN or an infinity,
 * which the caller makes missing.
 *
 * Method: the argument is reduced by multiples of log 2 kept in two parts (W. J. Cody and W. Waite,
 * Software Manual for the Elementary Functions, 1980); log takes s = f / (2 + f), where log(1 + f)
 * = 2 atanh(s); sums whose rounding would show are carried in two doubles (T. J. Dekker, A
 * floating-point technique for extending the available precision, 1971). The polynomials are
 * minimax fits of the series' remainders found by a Remez exchange in 300-bit arithmetic, on the
 * reduced intervals widened by 1e-4, each coefficient rounded to the nearest double. */
#ifndef EXPR_ELEMENTARY_H
#define EXPR_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

#ifdef __FAST_MATH__
#error "these functions need every rounding in its place: compile without -ffast-math"
#endif

/* log 2 in two parts; the first has 42 bits, so that its products with exponents are exact. */
#define EL_LN2_HI 0x1.62e42fefa3800p-1
#define EL_LN2_LO 0x1.ef35793c76730p-45

/* Adding this to |x| < 2^51 rounds it to an integer, which the low bits then hold. */
#define EL_ROUNDER 0x1.8p52

static inline uint64_t el_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double el_double(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* A number as an unevaluated sum of two doubles, the second below half a last place of the first.
 */
typedef struct el_pair {
    double hi, lo;
} el_pair;

/* a + b exactly, where |a| >= |b| or a is 0. */
static inline el_pair el_sum(double a, double b) {
    double sum = a + b;
    return (el_pair){sum, (a - sum) + b};
}

/* a * b exactly, for sizes between 2^-480 and 2^480 (Dekker, section 5.4): each factor is cut into
 * halves of 26 bits. */
static inline el_pair el_product(double a, double b) {
    double ca = a * 0x1.0000002p27, cb = b * 0x1.0000002p27;
    double ah = ca - (ca - a), bh = cb - (cb - b);
    double al = a - ah, bl = b - bh;
    double product = a * b;
    return (el_pair){product, ((ah * bh - product) + ah * bl + al * bh) + al * bl};
}

/* exp(x + low), where low is a correction to x of a last place or less. */
static inline double el_exp_pair(double x, double low) {
    /* Beyond these the result is infinity or 0, and no more than that. */
    double y = x > 710.0 ? 710.0 : x;
    y = y < -746.0 ? -746.0 : y;
    low = y == x ? low : 0.0;

    /* y + low = k * log 2 + r + rest, |r| <= log(2) / 2. */
    double k = (y * 0x1.71547652b82fep+0 + EL_ROUNDER) - EL_ROUNDER;
    double near = y - k * EL_LN2_HI, off = k * EL_LN2_LO - low;
    double r = near - off, rest = (near - r) - off;

    double square = r * r, fourth = square * square;
    double a = (0x1.1f7f27da618f1p-29 * r + 0x1.af38ab3f3184ep-26) * square +
               (0x1.27e4d4d3e5553p-22 * r + 0x1.71de0dada4588p-19);
    double b = (0x1.a01a01a936350p-16 * r + 0x1.a01a01a7c456cp-13) * square +
               (0x1.6c16c16c15dc7p-10 * r + 0x1.11111111109b3p-7);
    double p = (a * fourth + b) * square + (0x1.5555555555556p-5 * r + 0x1.5555555555556p-3);
    el_pair one = el_sum(1.0, r);
    double value = one.hi + ((0.5 * square + square * r * p) + (one.lo + rest));

    /* 2^k as two factors, since k reaches beyond the exponents of normal numbers. */
    double half = (k * 0.5 + EL_ROUNDER) - EL_ROUNDER;
    double first = el_double(el_bits(half + (EL_ROUNDER + 1023.0)) << 52);
    double second = el_double(el_bits((k - half) + (EL_ROUNDER + 1023.0)) << 52);
    return value * first * second;
}

static inline double el_exp(double x) { return el_exp_pair(x, 0.0); }

/* x = 2^k * (1 + f), 1 + f between the roots of 1/2 and 2, for finite x > 0; f is exact. */
typedef struct el_parts {
    double k, f;
} el_parts;

static inline el_parts el_split(double x) {
    const uint64_t root_half = 0x3FE6A09E667F3BCDu, one = 0x3FF0000000000000u;
    int tiny = x < 0x1p-1022;
    uint64_t bits = el_bits(tiny ? x * 0x1p54 : x) + (one - root_half);
    double m = el_double((bits & 0x000FFFFFFFFFFFFFu) + root_half);
    /* The biased exponent, put into the low bits of 2^52. */
    double k = el_double(bits >> 52 | 0x4330000000000000u) - (0x1p52 + 1023.0);
    return (el_parts){tiny ? k - 54.0 : k, m - 1.0};
}

/* log(1 + f) = f - f^2 / 2 + s (f^2 / 2 + z p(z)), z = s^2, to some 57 bits of the whole. The half
 * square is that of the first 26 bits of f, which is exact, and the rest of it. */
static inline el_pair el_log_near(double f) {
    double s = f / (2.0 + f), z = s * s;
    double y = z * z;
    double a = (0x1.0fbde05e573b5p-3 + z * 0x1.0c0a8bd475011p-3) * y +
               (0x1.745cf8df6e793p-3 + z * 0x1.3b1c3ca3a4754p-3);
    double b = (0x1.2492492476905p-2 + z * 0x1.c71c7201ba2bbp-3) * y +
               (0x1.5555555555555p-1 + z * 0x1.9999999999a39p-2);
    double p = a * (y * y) + b;
    double top = el_double(el_bits(f) & 0xFFFFFFFFF8000000u);
    double half = 0.5 * top * top, half_low = 0.5 * (f - top) * (f + top);
    el_pair sum = el_sum(f, -half);
    sum.lo += s * ((half + half_low) + p * z) - half_low;
    return sum;
}

/* The logarithms of zero, of negative numbers and of infinity are NaN. */
static inline double el_log_edge(double x, double value) {
    value = x < __builtin_inf() ? value : __builtin_nan("");
    return x > 0.0 ? value : __builtin_nan("");
}

static inline double el_log(double x) {
    el_parts x_is = el_split(x);
    el_pair m = el_log_near(x_is.f);
    el_pair sum = el_sum(x_is.k * EL_LN2_HI, m.hi);
    return el_log_edge(x, sum.hi + (sum.lo + (m.lo + x_is.k * EL_LN2_LO)));
}

static inline double el_log10(double x) {
    el_parts x_is = el_split(x);
    el_pair m = el_log_near(x_is.f);
    /* 1 / log 10 and log10 2 in two parts each. The first product is of 21 and 32 bits. */
    double top = el_double(el_bits(m.hi) & 0xFFFFFFFF00000000u);
    double rest = top * 0x1.b9438ca9aadd5p-36 + ((m.hi - top) + m.lo) * 0x1.bcb7b1526e50ep-2;
    el_pair sum = el_sum(x_is.k * 0x1.34413509f7800p-2, top * 0x1.bcb7b15200000p-2);
    rest += x_is.k * 0x1.fef311f12b358p-46;
    return el_log_edge(x, sum.hi + (sum.lo + rest));
}

/* log x to some 66 bits, for finite x > 0. */
static inline el_pair el_log_pair(double x) {
    el_parts x_is = el_split(x);
    double f = x_is.f;

    /* s = f / (2 + f) = s + s_low */
    el_pair d = el_sum(2.0, f);
    double inverse = 1.0 / d.hi;
    double s = f * inverse;
    el_pair back = el_product(s, d.hi);
    double s_low = (((f - back.hi) - back.lo) - s * d.lo) * inverse;

    /* 2 atanh(s) = 2 s + s z c, c = 2/3 + 2/5 z + z^2 q, z = s^2 */
    el_pair z = el_product(s, s);
    z.lo += 2.0 * s * s_low;
    double q = 0x1.d9cd564969620p-4;
    q = q * z.hi + 0x1.e01f1d1a8b5bep-4;
    q = q * z.hi + 0x1.1115a33ed75eep-3;
    q = q * z.hi + 0x1.3b13a517ced6ep-3;
    q = q * z.hi + 0x1.745d175523becp-3;
    q = q * z.hi + 0x1.c71c71c71532bp-3;
    q = q * z.hi + 0x1.2492492492497p-2;
    el_pair fifth = el_product(0x1.999999999999ap-2, z.hi);
    el_pair c = el_sum(0x1.5555555555555p-1, fifth.hi);
    c.lo += fifth.lo + 0x1.5555555555555p-55 + (z.hi * z.hi * q + 0x1.999999999999ap-2 * z.lo);
    el_pair zc = el_product(z.hi, c.hi);
    zc.lo += z.hi * c.lo + z.lo * c.hi;
    el_pair t = el_product(s, zc.hi);
    t.lo += s * zc.lo + s_low * zc.hi;
    el_pair m = el_sum(2.0 * s, t.hi);
    m.lo += t.lo + 2.0 * s_low;

    el_pair sum = el_sum(x_is.k * EL_LN2_HI, m.hi);
    sum.lo += m.lo + x_is.k * EL_LN2_LO;
    return el_sum(sum.hi, sum.lo);
}

/* x to the power y. A negative x needs an integer y. x^0 is 1; 0 to a negative power is infinity.
 */
static inline double el_pow(double x, double y) {
    double size = __builtin_fabs(x), times = __builtin_fabs(y);

    /* At 2^52 and above every double is an integer, at 2^53 and above an even one. With & rather
     * than && the conditions are values, not branches. */
    double whole = (times + 0x1p52) - 0x1p52, half = times * 0.5;
    int integer = (times >= 0x1p52) | (whole == times);
    int odd = (times < 0x1p53) & integer & ((half + 0x1p52) - 0x1p52 != half);

    /* Beyond 2^65 the result is 0, 1 or infinity, and no more than that. */
    double power = times > 0x1p65 ? 0x1p65 : times;
    power = y < 0.0 ? -power : power;
    el_pair l = el_log_pair(size);
    el_pair e = el_product(l.hi, power);
    double value = el_exp_pair(e.hi, e.lo + l.lo * power);

    double limit = power > 0.0 ? size : 1.0 / size; /* of a base of 0 or infinity */
    value = size > 0.0 ? value : limit;
    value = size < __builtin_inf() ? value : limit;
    value = (odd & (x < 0.0)) ? -value : value;
    value = ((x < 0.0) & !integer) ? __builtin_nan("") : value;
    value = y == 2.0 ? x * x : value;
    value = y == 0.0 ? 1.0 : value;
    value = x == 1.0 ? 1.0 : value;
    value = x == x ? value : x;
    return y == y ? value : y;
}

/* The square root, which IEEE 754 defines to the last bit; NaN below 0. */
static inline double el_sqrt(double x) { return __builtin_sqrt(x); }

#endif
