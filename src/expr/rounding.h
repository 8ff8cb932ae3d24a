/* Rounding of decimals.
 *
 * A rule rounds (四舍五入) the decimal number that people see, not its binary approximation: 1.005
 * is stored as a double slightly below it, but must round to 1.01; 0.35 * 180 is slightly less than
 * 63, but its floor must be 63. So a number is first converted to its decimal of fifteen
 * significant digits, as a spreadsheet shows it (decimal_fifteen), and that decimal is rounded by
 * exact integer arithmetic. The result is the double nearest to the rounded decimal, the same that
 * reading its text gives.
 *
 * Consequently digits after the fifteenth are lost, even if more places are asked for. */
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

/* x to `places` decimal places; -1 rounds to tens, -2 to hundreds and so on. A zero has no sign.
 * Missing for a missing or infinite x, and where the result is too large for a double. */
double round_decimal(double x, int places, round_mode mode);

#endif
