/* Rounding of decimals.
 *
 * A rule says "四舍五入 to two places" of the number an officer sees, not of the binary fraction
 * that stands for it: 1.005 is kept as a double slightly below, yet must round to 1.01, and 0.35 *
 * 180, a shade under 63, must floor to 63. So a number is first taken as its decimal of fifteen
 * significant digits, as a spreadsheet shows it (decimal_fifteen), and that decimal is rounded by
 * exact integer arithmetic. The result is the double nearest to the rounded decimal, the same one
 * that reading its text gives.
 *
 * A consequence: where a number has more than fifteen significant digits, those beyond are gone,
 * even if all places asked for are kept. */
#ifndef EXPR_ROUNDING_H
#define EXPR_ROUNDING_H

typedef enum round_mode {
    ROUND_HALF_UP,   /* to the nearest, halves away from zero: 四舍五入 */
    ROUND_HALF_EVEN, /* to the nearest, halves to the even digit */
    ROUND_HALF_DOWN, /* to the nearest, halves toward zero */
    ROUND_UP,        /* away from zero */
    ROUND_DOWN,      /* toward zero */
    ROUND_FLOOR,     /* toward minus infinity */
    ROUND_CEIL       /* toward plus infinity */
} round_mode;

/* x at `places` decimal places; a negative number of places rounds to tens, hundreds and so on. A
 * zero has no sign. Missing stays missing; so becomes an infinity, or what rounds beyond the range
 * of a double. */
double round_decimal(double x, int places, round_mode mode);

#endif
