#include "expr/rounding.h"

#include <float.h>
#include <math.h>

#include "base/decimal.h"
#include "base/power.h"

enum { QUICK_PLACES = 15 };

/* Whether to take the decimal next away from zero, given how the part cut off compares with a half
 * (-1, 0 or 1; it is not zero) and whether the digit before it is odd. */
static int away(round_mode mode, int negative, int side, int odd) {
    switch (mode) {
    case ROUND_HALF_UP: return side >= 0;
    case ROUND_HALF_EVEN: return side > 0 || (side == 0 && odd);
    case ROUND_HALF_DOWN: return side > 0;
    case ROUND_UP: return 1;
    case ROUND_DOWN: return 0;
    case ROUND_FLOOR: return negative;
    case ROUND_CEIL: return !negative;
    }
    return 0;
}

static double exactly(double size, int negative, int places, round_mode mode) {
    decimal15 d = decimal_fifteen(size);
    if (places < -400) places = -400; /* beyond any double, either way */
    if (places > 400) places = 400;
    int drop = -places - d.exponent;
    if (d.mantissa == 0 || drop <= 0) return decimal_value(d.mantissa, d.exponent);
    uint64_t unit = power_whole[drop < 16 ? drop : 16]; /* 10^16: all digits go, less than half */
    uint64_t kept = d.mantissa / unit, cut = d.mantissa % unit;
    if (cut != 0)
        kept += (uint64_t)away(mode, negative, (cut > unit / 2) - (cut < unit / 2), kept & 1);
    return decimal_value(kept, -places);
}

/* Most numbers are already rounded, or far enough from the next boundary for doubles to decide.
 *
 * The first: when the nearest integer to size * 10^places, divided by 10^places, is size, then that
 * decimal of fewer than fifteen digits is the decimal of size, as no two of fifteen digits share a
 * double.
 *
 * The second: the decimal of fifteen digits is within 5e-15 of size, relatively, and the product
 * here within 2^-53; so the boundary is on the same side for all three when it is 1e-14 away. Both
 * operands of the division are exact, so that its quotient is the double nearest to the decimal. */
static int quickly(double size, int negative, int places, round_mode mode, double *out) {
    double scale = (double)power_whole[places];
    double scaled = size * scale;
    if (!(scaled < 1e13)) return 0;
    double whole = (double)(int64_t)scaled, rest = scaled - whole;
    double near = whole + (rest >= 0.5);
    if (near / scale == size) {
        *out = size;
        return 1;
    }
    int to_nearest = mode <= ROUND_HALF_DOWN;
    double edge = to_nearest ? 0.5 : near - whole;
    if (fabs(rest - edge) <= scaled * 1e-14) return 0;
    *out = (to_nearest ? near : whole + away(mode, negative, 0, 0)) / scale;
    return 1;
}

double round_decimal(double x, int places, round_mode mode) {
    double size = fabs(x), out;
    if (!(size <= DBL_MAX)) return (double)NAN;
    int negative = x < 0;
    if (places < 0 || places > QUICK_PLACES || !quickly(size, negative, places, mode, &out))
        out = exactly(size, negative, places, mode);
    if (!(out <= DBL_MAX)) return (double)NAN;
    return negative && out > 0 ? -out : out;
}
