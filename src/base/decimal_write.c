/* Writing.  The shortest digits are found by Schubfach (R. Giulietti, The
 * Schubfach way to render doubles, 2021): three 64 by 128 bit products, no
 * loop.  Whole numbers and those with few decimals need not even that: a
 * decimal of up to fifteen digits that reads back to x is the only one. */

#include "base/decimal.h"
#include "base/power.h"

#include <math.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

/* digits * 10^exponent */
typedef struct decimal {
    uint64_t digits;
    int exponent;
} decimal;

/* |x| = mantissa * 2^exponent, for finite x. */
typedef struct binary {
    uint64_t mantissa;
    int exponent;
    int power_of_two; /* the double below is nearer than the one above */
} binary;

static binary binary_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    int biased = (int)(bits >> 52 & 0x7FF);
    if (biased == 0) return (binary){fraction, -1074, 0};
    return (binary){fraction | (uint64_t)1 << 52, biased - 1075, fraction == 0 && biased > 1};
}

/* floor(g * c / 2^128), made odd where something was cut off: comparisons
 * with even numbers then come out as for the exact product.  A remainder of
 * one is the excess of g, which is rounded up. */
static uint64_t round_to_odd(power g, uint64_t c) {
    wide low = (wide)g.lo * c;
    wide sum = (wide)g.hi * c + (uint64_t)(low >> 64);
    return (uint64_t)(sum >> 64) | ((uint64_t)sum > 1);
}

static decimal shortest(binary x) {
    int even = (x.mantissa & 1) == 0;

    /* In quarters of a unit: the middles to the neighbours are 4c - 2 (or
     * 4c - 1 above a power of two) and 4c + 2; they read back to x when its
     * mantissa is even.  k = floor(log10 of the width of that interval). */
    int k = (x.exponent * 1262611 - (x.power_of_two ? 524031 : 0)) >> 22;
    power g = power_table()[-k];
    if ((-k < 0 || -k > 55) && ++g.lo == 0) g.hi++;
    int shift = x.exponent + power_log2(-k) + 1;
    uint64_t c = 4 * x.mantissa;
    uint64_t low = round_to_odd(g, (c - 2 + (uint64_t)x.power_of_two) << shift);
    uint64_t here = round_to_odd(g, c << shift);
    uint64_t high = round_to_odd(g, (c + 2) << shift);
    low += !even;
    high -= !even;

    /* Multiples of 10^(k+1) are shorter; at most one lies in the interval. */
    uint64_t s = here / 4;
    if (s >= 10) {
        uint64_t tens = s / 10;
        int below = low <= 40 * tens, above = 40 * tens + 40 <= high;
        if (below != above) return (decimal){tens + (uint64_t)above, k + 1};
    }
    int below = low <= 4 * s, above = 4 * s + 4 <= high;
    if (below != above) return (decimal){s + (uint64_t)above, k};
    uint64_t middle = 4 * s + 2;
    int up = here > middle || (here == middle && (s & 1));
    return (decimal){s + (uint64_t)up, k};
}

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

/* The digits of value; returns the end.  At most 20. */
static char *put_whole(char *out, uint64_t value) {
    char text[20];
    char *p = text + sizeof text;
    while (value >= 100) {
        p -= 2;
        memcpy(p, pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10) {
        p -= 2;
        memcpy(p, pairs + 2 * value, 2);
    } else {
        *--p = (char)('0' + value);
    }
    size_t n = (size_t)(text + sizeof text - p);
    memcpy(out, p, n);
    return out + n;
}

static char *put_zeros(char *out, int count) {
    if (count > 0) {
        memset(out, '0', (size_t)count);
        out += count;
    }
    return out;
}

/* Trailing zeros of a fraction go; it is not zero, so that a digit is left. */
static char *trim(char *end) {
    while (end[-1] == '0') end--;
    return end;
}

static size_t finish(const char *out, char *end) {
    *end = '\0';
    return (size_t)(end - out);
}

/* The digits of d without their trailing zeros; *point is where the decimal
 * point stands, counted from the first digit. */
static int significant(decimal d, char text[20], int *point) {
    int count = (int)(put_whole(text, d.digits) - text);
    *point = count + d.exponent;
    while (count > 1 && text[count - 1] == '0') count--;
    return count;
}

static char *put_decimal(char *p, decimal d) {
    char text[20];
    int point, count = significant(d, text, &point);

    if (point < -4 || point > 17) {
        *p++ = text[0];
        if (count > 1) {
            *p++ = '.';
            memcpy(p, text + 1, (size_t)count - 1);
            p += count - 1;
        }
        int exponent = point - 1;
        *p++ = 'e';
        *p++ = exponent < 0 ? '-' : '+';
        return put_whole(p, (uint64_t)(exponent < 0 ? -exponent : exponent));
    }
    int whole = point < 0 ? 0 : point < count ? point : count;
    if (point <= 0) *p++ = '0';
    memcpy(p, text, (size_t)whole);
    p = put_zeros(p + whole, point - whole);
    if (whole < count) {
        *p++ = '.';
        p = put_zeros(p, -point);
        memcpy(p, text + whole, (size_t)(count - whole));
        p += count - whole;
    }
    return p;
}

size_t decimal_write(double x, char out[32]) {
    char *p = out;
    double size = fabs(x);
    if (!(size <= 0x1.fffffffffffffp1023)) return finish(out, p);
    if (size == 0) {
        *p++ = '0';
        return finish(out, p);
    }
    if (x < 0) *p++ = '-';

    if (size < 1e15) {
        uint64_t whole = (uint64_t)size;
        if ((double)whole == size) return finish(out, put_whole(p, whole));
    }
    if (size >= 1e-5 && size < 1e9) { /* six decimals: fifteen digits in all */
        uint64_t millionths = (uint64_t)(size * 1e6 + 0.5);
        if ((double)millionths / 1e6 == size) {
            p = put_whole(p, millionths / 1000000);
            uint64_t rest = millionths % 1000000;
            *p = '.';
            memcpy(p + 1, pairs + 2 * (rest / 10000), 2);
            memcpy(p + 3, pairs + 2 * (rest / 100 % 100), 2);
            memcpy(p + 5, pairs + 2 * (rest % 100), 2);
            return finish(out, trim(p + 7));
        }
    }
    return finish(out, put_decimal(p, shortest(binary_of(x))));
}

/* How the decimal rest of x beyond mantissa * 10^exponent compares with a half
 * of 10^exponent, by exact arithmetic: for the few x where 192 bits cannot
 * tell. */
static int against_half(binary x, uint64_t mantissa, int exponent) {
    char text[24];
    char *end = put_whole(text, 10 * mantissa + 5);
    return -power_compare(text, (size_t)(end - text), exponent - 1, x.mantissa, x.exponent);
}

decimal15 decimal_fifteen(double value) {
    binary x = binary_of(value);
    if (x.mantissa == 0) return (decimal15){0, 0};

    /* |x| = c * 2^(log2 - 63), with the top bit of c set. */
    int zeros = __builtin_clzll(x.mantissa);
    uint64_t c = x.mantissa << zeros;
    int log2 = x.exponent - zeros + 63;

    /* floor(log10 x): from the binary exponent, or one more.  When c only
     * equals the first word of the power, x may lie just below it, but then
     * it rounds up to it. */
    const power *tens = power_table();
    int log10 = (log2 * 315653) >> 20;
    int next = power_log2(log10 + 1);
    log10 += log2 > next || (log2 == next && c >= tens[log10 + 1].hi);

    /* x * 10^scale has fifteen digits before the point.  The product has 192
     * bits, of which the first 64 - below are whole. */
    int scale = 14 - log10;
    power ten = tens[scale];
    wide low = (wide)ten.lo * c;
    wide sum = (wide)ten.hi * c + (uint64_t)(low >> 64);
    uint64_t high = (uint64_t)(sum >> 64), middle = (uint64_t)sum;
    int below = 62 - log2 - power_log2(scale);
    uint64_t mantissa = high >> below;
    uint64_t part = high & (((uint64_t)1 << below) - 1), half = (uint64_t)1 << (below - 1);

    /* Where the power was cut off (by less than c in the last word), the rest
     * is really larger than it looks. */
    int exact = scale >= 0 && scale <= 55;
    int side;
    if (!exact && part == half - 1 && middle == UINT64_MAX)
        side = against_half(x, mantissa, -scale);
    else if (part != half)
        side = part < half ? -1 : 1;
    else
        side = !exact || middle != 0 || (uint64_t)low != 0;
    mantissa += side > 0 || (side == 0 && (mantissa & 1));
    if (mantissa >= power_whole[15]) return (decimal15){power_whole[14], 1 - scale};
    return (decimal15){mantissa, -scale};
}

int decimal_order(double a, double b) {
    decimal15 x = decimal_fifteen(a), y = decimal_fifteen(b);
    int negative = a < 0, sign;
    if (x.mantissa == 0 || y.mantissa == 0 || negative != (b < 0)) return (a > b) - (a < b);
    if (x.exponent != y.exponent)
        sign = x.exponent > y.exponent ? 1 : -1;
    else
        sign = (x.mantissa > y.mantissa) - (x.mantissa < y.mantissa);
    return negative ? -sign : sign;
}

int decimal_within(double a, double b, double limit) {
    double apart = fabs(a - b), doubt = 1.1e-14 * (fabs(a) + fabs(b) + limit);
    if (fabs(apart - limit) > doubt) return apart < limit;
    decimal15 x = decimal_fifteen(a), y = decimal_fifteen(b), most = decimal_fifteen(limit);
    int low = 0, high = 0, some = 0;
    const decimal15 *all[] = {&x, &y, &most};
    for (int i = 0; i < 3; i++) {
        if (all[i]->mantissa == 0) continue;
        low = !some || all[i]->exponent < low ? all[i]->exponent : low;
        high = !some || all[i]->exponent > high ? all[i]->exponent : high;
        some = 1;
    }
    if (high - low > 22) /* one of them is next to nothing beside another */
        return apart < limit;
    __extension__ typedef __int128 integer;
    integer part[3];
    for (int i = 0; i < 3; i++) {
        part[i] = (integer)all[i]->mantissa;
        for (int e = all[i]->exponent; part[i] && e > low; e--) part[i] *= 10;
    }
    integer gap = (a < 0 ? -part[0] : part[0]) - (b < 0 ? -part[1] : part[1]);
    return (gap < 0 ? -gap : gap) < part[2];
}

size_t decimal_fixed(double x, int places, char out[400]) {
    char *p = out;
    if (!(fabs(x) <= 0x1.fffffffffffffp1023)) return finish(out, p);
    places = places < 0 ? 0 : places > 60 ? 60 : places;

    decimal15 d = decimal_fifteen(x);
    uint64_t digits = d.mantissa;
    int exponent = d.exponent;
    if (exponent < -places) {
        int drop = -places - exponent;
        uint64_t unit = power_whole[drop < 16 ? drop : 16];
        digits = (digits + unit / 2) / unit;
        exponent = -places;
    }
    if (x < 0 && digits != 0) *p++ = '-';

    /* digits * 10^exponent now has no more than the places asked for. */
    char text[20];
    int count = (int)(put_whole(text, digits) - text);
    int point = digits == 0 ? 0 : count + exponent;
    if (digits == 0) count = 0;
    if (point <= 0) {
        *p++ = '0';
    } else {
        int whole = point < count ? point : count;
        memcpy(p, text, (size_t)whole);
        p = put_zeros(p + whole, point - whole);
    }
    if (places > 0) {
        *p++ = '.';
        int lead = point < 0 ? -point : 0; /* zeros before the first digit */
        int from = point < 0 ? 0 : point < count ? point : count;
        p = put_zeros(p, digits == 0 ? 0 : lead);
        memcpy(p, text + from, (size_t)(count - from));
        p += count - from;
        p = put_zeros(p, places - lead - (count - from));
    }
    return finish(out, p);
}
