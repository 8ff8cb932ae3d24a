#include "expr/rounding.h"

#include <float.h>
#include <math.h>

#include "base/decimal.h"
#include "base/power.h"

enum { QUICK_PLACES = 15 };

/* Whether to round away from zero. side: how the part that is cut off, which is not zero, compares
 * with a half (-1, 0 or 1); odd: whether the digit before it is odd. */
static int rounds_away(round_mode mode, int negative, int side, int odd) {
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

static double round_exactly(double size, int negative, int places, round_mode mode) {
    decimal15 d = decimal_fifteen(size);
    if (places < -400) places = -400; /* beyond any double, either way */
    if (places > 400) places = 400;
    int drop = -places - d.exponent;
    if (d.mantissa == 0 || drop <= 0) return decimal_value(d.mantissa, d.exponent);
    uint64_t unit = power_whole[drop < 16 ? drop : 16]; /* 10^16: all digits go, less than half */
    uint64_t kept = d.mantissa / unit, cut = d.mantissa % unit;
    if (cut != 0)
        kept +=
            (uint64_t)rounds_away(mode, negative, (cut > unit / 2) - (cut < unit / 2), kept & 1);
    return decimal_value(kept, -places);
}

/* Rounds the two kinds of numbers that are most frequent; 0 for others.
 *
 * Numbers that are rounded already: if the integer nearest to size * 10^places, divided by
 * 10^places, is size, then this decimal of fewer than fifteen digits is the decimal of size, since
 * no two decimals of fifteen digits have the same double.
 *
 * Numbers far enough from the boundary: the decimal of fifteen digits differs from size by less
 * than 5e-15 relatively, and the product here by 2^-53. If the boundary is 1e-14 away, it is on the
 * same side of all three. Both operands of the division are exact, so that the quotient is the
 * double nearest to the decimal. */
static int round_quickly(double size, int negative, int places, round_mode mode, double *out) {
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
    *out = (to_nearest ? near : whole + rounds_away(mode, negative, 0, 0)) / scale;
    return 1;
}

double round_decimal(double x, int places, round_mode mode) {
    double size = fabs(x), out;
    if (!(size <= DBL_MAX)) return (double)NAN;
    int negative = x < 0;
    if (places < 0 || places > QUICK_PLACES || !round_quickly(size, negative, places, mode, &out))
        out = round_exactly(size, negative, places, mode);
    if (!(out <= DBL_MAX)) return (double)NAN;
    return negative && out > 0 ? -out : out;
}
