/* The operations of the algebra, one row of a table for each. The kernels, both evaluators, the
 * derivatives, the Lua functions and operators, the printed formulas, the findings about Lua's own
 * ==, the mutants, the warnings of domain errors and the function lists of the documents are made
 * from these rows or checked against them (t/operations.c). To add an operation, add a row; the
 * compiler or that test names what else it needs.
 *
 * Every element is a double: a number; a truth as 0 or 1; a text as its number in the string pool;
 * a date as days since 1970-01-01. Missing is a quiet NaN, and infinities are never stored.
 *
 * All rows begin with
 *   name    EX_name is the operation
 *   text    how a formula shows it: an infix sign or a function's name
 *   lua     how rules call it: a function that is also a method of arrays ("abs"); a method only
 *           (":lt"); a metamethod ("__add"); "" where rules reach it through another function
 *   takes   N numbers (a truth counts as 0 or 1), T truths, D numbers or dates, A any kind
 *   gives   N number, T truth, S the kind of its operand, D the same but a number for truths
 *   how     its further properties: EX_TOTAL and so on, below
 * and end with
 *   wrong   what a domain error means, for the warning; NULL: the result is too large
 *   turns   the operations, of the same kinds, that a mutant may put in its place; (EX_none): none
 *   doc     its line in the documents; "" where it is no function of the language
 *
 * Between them, elementwise operations have
 *   UNARY:   expression in a; da
 *   BINARY:  expression in a, b; da, db
 *   TERNARY: expression in a, b, c; da, db, dc
 *   Where all operands are present and the expression is not finite, there is a domain error: the
 *   element becomes missing, and the error is counted for a warning. Expressions have no branches,
 *   so that a loop over them vectorises.
 *   da, db, dc: the derivatives by the operands, as expressions in these and the result r, for
 *   present r. EX_FLAT: the derivative is 0 here, but a larger change has an effect (a step, a
 * value beyond a bound, the operand that is not the least). EX_BENT: there is no derivative (a
 * kink, the edge of a step). EX_ROUNDED: 1, the derivative of what was rounded. 0: only the
 * presence of the operand counts. */
#ifndef EXPR_OP_H
#define EXPR_OP_H

#include <stddef.h>

#include "base/decimal.h"
#include "base/text.h"

/* Rows and macros set by hand. */
/* clang-format off */

#define EX_NAN (__builtin_nan(""))
/* More than 400 places either way round as 400 do. A larger number, or NaN, could not be cast to
 * int. */
#define EX_ROUND(a, b, mode)                                                                    \
    ((b) == (b) ? round_decimal(a, (b) > 400 ? 400 : (b) < -400 ? -400 : (int)(b), mode) : EX_NAN)
/* The remainder is 0 also where a / b is a whole number but for rounding. */
#define EX_WHOLE(q) (decimal_equal(q, __builtin_floor((q) + 0.5)))
#define EX_MOD(a, b) \
    (!(__builtin_fabs((a) / (b)) <= __DBL_MAX__) ? EX_NAN                                         \
     : EX_WHOLE((a) / (b))                       ? 0                                              \
                                                 : (a) - __builtin_floor((a) / (b)) * (b))
/* The quotient of two sums, as in a mean. The sums are rounded to the short decimals that they are on
 * paper, so that equal means are equal however their parts were rounded. */
#define EX_QUOTIENT(a, b) ((b) != 0 ? EX_SETTLED(a) / EX_SETTLED(b) : EX_NAN)
#define EX_SETTLED(a) decimal_settled(a)
#define EX_BOTH(a, b, x) ((a) == (a) && (b) == (b) ? (double)(x) : EX_NAN)

/* The precedence of an operation in formulas, the loosest first. Others are written as calls. */
enum {
    EX_BIND_OR = 1,
    EX_BIND_AND,
    EX_BIND_COMPARE,
    EX_BIND_SUM,
    EX_BIND_PRODUCT,
    EX_BIND_SIGN,
    EX_BIND_POWER
};
#define EX_BINDS(level) (EX_BIND_##level << 16)

/* Properties of an operation, for `how`. */
enum {
    EX_TOTAL = 1 << 0,    /* its results are finite if its operands are */
    EX_DECIDES = 1 << 1,  /* it compares its operands as decimals (EX_DECIDE) */
    EX_SETTLES = 1 << 14, /* it divides sums that are rounded to decimals (decimal_settled) */
    EX_PLAIN = 1 << 2,    /* with Lua numbers alone it gives a Lua number, not an array */
    EX_ROUNDS = 1 << 3,   /* it rounds to a number of places, its second operand */
    EX_FOLDS = 1 << 4,    /* rules may give it any number of arrays, taken from left to right */
    EX_CALENDAR = 1 << 5, /* it takes dates, by the rules of date_kind in build.c */
    /* along an axis */
    EX_GROUPED = 1 << 6,  /* it can reduce by groups */
    EX_SEVERAL = 1 << 7,  /* it can reduce along several axes, one after the other */
    EX_SIDE = 1 << 8,     /* its state has a second part, which a fold keeps beside the first */
    EX_POSITION = 1 << 9, /* it gives a position, and its Lua function the label there */
    EX_SHARE = 1 << 10,   /* its parameter is a share from 0 to 1 */
    EX_WEIGHTS = 1 << 11, /* in Lua: the option weights */
    EX_ZERO = 1 << 12,    /* … missing = "zero" */
    EX_DIVISOR = 1 << 13, /* … divisor */
    EX_STRICT = 1 << 15,  /* missing wherever an operand is; set for those of which programs ask */
    EX_COMPARES = EX_TOTAL | EX_DECIDES | EX_STRICT | EX_BINDS(COMPARE)
};

#define EX_BENT EX_NAN
#define EX_FLAT __builtin_inf()
#define EX_ROUNDED __DBL_MAX__
/* Comparisons are made on decimals of fifteen digits (base/decimal.h). The kernels first compare the
 * doubles, and then the decimals of the few that are close to each other. */
#define EX_DECIDE(a, sign, b) (decimal_compare(a, b) sign 0)
/* Derivatives. EX_EDGE: of a comparison of a and b, or of rounding a to b. EX_FIRST: of least(a, b) or
 * greatest(a, b) by a, where `x` says that a is the result. */
#define EX_EDGE(a, b) (decimal_equal(a, b) ? EX_BENT : EX_FLAT)
#define EX_FIRST(a, b, x) \
    ((a) != (a) ? 0 : (b) != (b) ? 1 : decimal_equal(a, b) ? EX_BENT : (x) ? 1 : EX_FLAT)
/* Derivatives of a product by the factor that is not b, and of a power by its base and exponent. */
#define EX_FACTOR(a, b) ((a) != 0 || (b) != 0 ? (b) : EX_FLAT)
#define EX_POW_A(a, b)                                                \
    ((b) == 0                ? 0                                                                  \
     : (a) != 0 || (b) == 1 ? (b) * el_pow(a, (b) - 1)                                            \
     : (b) > 1              ? EX_FLAT                                                             \
                            : EX_BENT)
#define EX_POW_B(a, b, r)                      \
    ((a) == 1  ? EX_FLAT                                                                          \
     : (a) > 0 ? (r) * el_log(a)                                                                  \
     : (a) == 0 && (b) > 0 ? EX_FLAT : EX_BENT)

#define EX_UNARY(X)                                                                               \
    X(neg, "-", "__unm", N, N, EX_TOTAL | EX_BINDS(SIGN), -a, -1, NULL, (EX_none), "")            \
    X(abs, "abs", "abs", N, N, EX_TOTAL | EX_PLAIN, __builtin_fabs(a),                            \
      a > 0 ? 1 : a < 0 ? -1 : EX_BENT, NULL, (EX_none), "Absolute value.")                   \
    X(exp, "exp", "exp", N, N, EX_PLAIN, el_exp(a), r, NULL, (EX_none), "e to the power of x.")   \
    X(log, "log", "log", N, N, EX_PLAIN, el_log(a), 1 / a,                                        \
      TEXT("log of a value that is not positive"), (EX_none),                                     \
      "Natural logarithm; missing for 0 or less, with a warning.")                               \
    X(log10, "log10", "log10", N, N, EX_PLAIN, el_log10(a), 0.43429448190325182765 / a,           \
      TEXT("log10 of a value that is not positive"), (EX_none),                                   \
      "Decimal logarithm; missing for 0 or less, with a warning.")                               \
    X(sqrt, "sqrt", "sqrt", N, N, EX_PLAIN, __builtin_sqrt(a), a > 0 ? 0.5 / r : EX_BENT,         \
      TEXT("root of a negative value"), (EX_none),                                                \
      "Square root; missing below 0, with a warning.")                                     \
    X(sign, "sign", "sign", N, N, EX_TOTAL | EX_PLAIN, a == a ? (double)((a > 0) - (a < 0)) : a,  \
      a != 0 ? EX_FLAT : EX_BENT, NULL, (EX_none), "1, 0 or -1.")                                 \
    X(trunc, "trunc", "trunc", N, N, EX_PLAIN, EX_ROUND(a, 0.0, ROUND_DOWN),                      \
      a == 0 ? EX_FLAT : EX_EDGE(a, r), NULL, (EX_none), "Rounds towards zero, to a whole number.")      \
    X(not, "~", "__bnot", T, T, EX_TOTAL | EX_BINDS(SIGN), 1 - a, -1, NULL, (EX_trunc), "")       \
    X(missing, "missing", "missing", A, T, EX_TOTAL, (double)(a != a), 0, NULL, (EX_present),     \
      "Is x missing? The result is never missing.")                                                      \
    X(present, "present", "present", A, T, EX_TOTAL, (double)(a == a), 0, NULL, (EX_missing),     \
      "Is x present? The result is never missing.")

#define EX_BINARY(X)                                                                              \
    X(add, "+", "__add", D, D, EX_CALENDAR | EX_STRICT | EX_BINDS(SUM), a + b, 1, 1, NULL, (EX_sub), "")      \
    X(sub, "-", "__sub", D, D, EX_CALENDAR | EX_STRICT | EX_BINDS(SUM), a - b, 1, -1, NULL, (EX_add), "")     \
    X(mul, "*", "__mul", N, N, EX_STRICT | EX_BINDS(PRODUCT), a *b, EX_FACTOR(a, b), EX_FACTOR(b, a), NULL,   \
      (EX_div), "")                                                                               \
    X(div, "/", "__div", N, N, EX_STRICT | EX_BINDS(PRODUCT), b != 0 ? a / b : EX_NAN, 1 / b, -r / b,         \
      TEXT("division by zero"), (EX_mul), "")                                                     \
    X(quotient, "/", "", N, N, EX_SETTLES | EX_STRICT | EX_BINDS(PRODUCT), EX_QUOTIENT(a, b), 1 / b, -r / b,  \
      TEXT("division by zero"), (EX_mul), "")                                                     \
    X(mod, "%", "__mod", N, N, EX_BINDS(PRODUCT), EX_MOD(a, b), r != 0 ? 1 : EX_BENT,             \
      r != 0 ? -__builtin_floor(a / b) : EX_BENT, TEXT("remainder of a division by zero"),        \
      (EX_none), "")                                                                              \
    X(pow, "^", "__pow", N, N, EX_BINDS(POWER), el_pow(a, b), EX_POW_A(a, b), EX_POW_B(a, b, r),  \
      TEXT("power that is no number"), (EX_none), "")                                             \
    X(lt, "<", ":lt", D, T, EX_COMPARES, EX_BOTH(a, b, EX_DECIDE(a, <, b)),                       \
      EX_EDGE(a, b), EX_EDGE(a, b), NULL, (EX_le),                                                \
      "Is x less than y? A truth value, element by element; missing where either is missing.")                  \
    X(le, "≤", ":le", D, T, EX_COMPARES, EX_BOTH(a, b, EX_DECIDE(a, <=, b)),                      \
      EX_EDGE(a, b), EX_EDGE(a, b), NULL, (EX_lt), "Is x at most y?")                             \
    X(gt, ">", ":gt", D, T, EX_COMPARES, EX_BOTH(a, b, EX_DECIDE(a, >, b)),                       \
      EX_EDGE(a, b), EX_EDGE(a, b), NULL, (EX_ge), "Is x greater than y?")                        \
    X(ge, "≥", ":ge", D, T, EX_COMPARES, EX_BOTH(a, b, EX_DECIDE(a, >=, b)),                      \
      EX_EDGE(a, b), EX_EDGE(a, b), NULL, (EX_gt), "Is x at least y?")                            \
    X(eq, "=", ":eq", A, T, EX_COMPARES, EX_BOTH(a, b, EX_DECIDE(a, ==, b)),                      \
      EX_EDGE(a, b), EX_EDGE(a, b), NULL, (EX_ne), "Is x equal to y?")                            \
    X(ne, "≠", ":ne", A, T, EX_COMPARES, EX_BOTH(a, b, EX_DECIDE(a, !=, b)),                      \
      EX_EDGE(a, b), EX_EDGE(a, b), NULL, (EX_eq), "Does x differ from y?")                       \
    X(and, "&", "__band", T, T, EX_TOTAL | EX_STRICT | EX_BINDS(AND), a *b, b != 0 ? b : EX_FLAT,             \
      a != 0 ? a : EX_FLAT, NULL, (EX_or), "")                                                    \
    X(or, "|", "__bor", T, T, EX_TOTAL | EX_STRICT | EX_BINDS(OR), a + b - a * b, b != 1 ? 1 - b : EX_FLAT,   \
      a != 1 ? 1 - a : EX_FLAT, NULL, (EX_and), "")                                               \
    X(least, "least", "least", D, D, EX_TOTAL | EX_STRICT | EX_PLAIN | EX_FOLDS,                              \
      a != a ? a : b != b ? b : a < b ? a : b, EX_FIRST(a, b, a < b), EX_FIRST(b, a, b < a),      \
      NULL, (EX_greatest),                                                                        \
      "The smallest of several, element by element; missing where any is missing. Along an axis use `min`.")                                                                                   \
    X(greatest, "greatest", "greatest", D, D, EX_TOTAL | EX_STRICT | EX_PLAIN | EX_FOLDS,                     \
      a != a ? a : b != b ? b : a > b ? a : b, EX_FIRST(a, b, a > b), EX_FIRST(b, a, b > a),      \
      NULL, (EX_least),                                                                           \
      "The largest of several, element by element; missing where any is missing. Along an axis use `max`.")                                                                                \
    X(coalesce, "coalesce", "coalesce", A, S, EX_TOTAL | EX_FOLDS, a == a ? a : b, a == a,        \
      a != a, NULL, (EX_none), "The first that is present.")                                      \
    X(round, "round", "round", N, N, EX_PLAIN | EX_ROUNDS, EX_ROUND(a, b, ROUND_HALF_UP),         \
      EX_ROUNDED, EX_FLAT, NULL, (EX_round_half_even, EX_round_down),                             \
      "Rounds half away from zero (四舍五入), on the decimal value at 15 significant digits: round(89.445, 2) is 89.45.")           \
    X(round_half_even, "round_half_even", "", N, N, EX_ROUNDS, EX_ROUND(a, b, ROUND_HALF_EVEN),   \
      EX_ROUNDED, EX_FLAT, NULL, (EX_round), "")                                                  \
    X(round_half_down, "round_half_down", "", N, N, EX_ROUNDS, EX_ROUND(a, b, ROUND_HALF_DOWN),   \
      EX_ROUNDED, EX_FLAT, NULL, (EX_round), "")                                                  \
    X(round_up, "round_up", "", N, N, EX_ROUNDS, EX_ROUND(a, b, ROUND_UP), EX_ROUNDED, EX_FLAT,   \
      NULL, (EX_round), "")                                                                       \
    X(round_down, "round_down", "", N, N, EX_ROUNDS, EX_ROUND(a, b, ROUND_DOWN), EX_ROUNDED,      \
      EX_FLAT, NULL, (EX_round), "")                                                              \
    X(floor, "floor", "floor", N, N, EX_PLAIN | EX_ROUNDS, EX_ROUND(a, b, ROUND_FLOOR),           \
      EX_EDGE(a, r), EX_FLAT, NULL, (EX_ceil), "Rounds down, to a number of places.")                    \
    X(ceil, "ceil", "ceil", N, N, EX_PLAIN | EX_ROUNDS, EX_ROUND(a, b, ROUND_CEIL),               \
      EX_EDGE(a, r), EX_FLAT, NULL, (EX_floor), "Rounds up, to a number of places.")

#define EX_TERNARY(X)                                                                             \
    X(where, "where", "where", T, S, EX_TOTAL, a != a ? a : a != 0 ? b : c, EX_FLAT, a != 0,      \
      a == 0, NULL, (EX_none),                                                                    \
      "x where the condition is true, y (or missing) where it is false, missing where it is "     \
      "missing.")                                                                                 \
    X(clamp, "clamp", "clamp", D, S, EX_TOTAL | EX_STRICT | EX_PLAIN,                             \
      a != a || b != b || c != c ? EX_NAN : a < b ? b : a > c ? c : a,                            \
      a < b || a > c ? EX_FLAT : a > b && a < c ? 1 : EX_BENT,                                    \
      a < b ? 1 : a > b ? EX_FLAT : EX_BENT,                                                      \
      a < b ? EX_FLAT : a > c ? 1 : a < c ? EX_FLAT : EX_BENT, NULL, (EX_none),                   \
      "x limited to the range from lo to hi; missing where any of the three is missing.")

/* REDUCE: along one axis, over the present elements. Without any the answer is missing, of count 0.
 * `first`, `last`, `argmin` and `argmax` go by the order of the axis; of equal extremes the first
 * counts. A reduction keeps a state {a, b} (reduction.h); the columns between `how` and `wrong` are
 *   fold         its fold in kernels.c; of_NAME: one made of the columns below (`how` has EX_SIDE)
 *   start        the first part of the state before any element
 *   take         the state of one present element x at position `at`
 *   join         adds state t of later elements, at least one of them present, to state s
 *   end          the answer, from a and b
 *   slope        the name of its derivative in gradient.c; unknown: none
 * All evaluators use these.
 * ORDER: reductions that need the whole line at once; their code is order_NAME in line_ops.c, their
 * derivatives are slope_NAME in gradient.c. */
#define EX_REDUCE(X)                                                                              \
    X(sum, "sum", "sum", N, N, EX_GROUPED | EX_SEVERAL | EX_SIDE | EX_WEIGHTS | EX_ZERO, sum,     \
      EX_NAN, EX_STATE(x + 0.0, 0), reduction_add(s, t), a == a ? a + b : a, each, NULL,          \
      (EX_max), "Compensated sum of the elements present; missing if there are none. Of truth values: the number that are true.")                       \
    X(count, "count", "count", A, N, EX_GROUPED | EX_SEVERAL, count, 0, EX_STATE(1, 0),           \
      s->a += t.a, a, nothing, NULL, (EX_none), "The number of elements present; 0 if there are none.")            \
    X(min, "min", "min", D, D, EX_GROUPED | EX_SEVERAL, min, EX_NAN, EX_STATE(x + 0.0, at),       \
      EX_KEEP(t.a < s->a), a, extreme, NULL, (EX_max), "The smallest along an axis.")                \
    X(max, "max", "max", D, D, EX_GROUPED | EX_SEVERAL, max, EX_NAN, EX_STATE(x + 0.0, at),       \
      EX_KEEP(t.a > s->a), a, extreme, NULL, (EX_min), "The largest along an axis.")             \
    X(any, "any", "any", T, T, EX_GROUPED | EX_SEVERAL, max, EX_NAN, EX_STATE(x, at),             \
      EX_KEEP(t.a > s->a), a, extreme, NULL, (EX_all), "Is any element present true?")           \
    X(all, "all", "all", T, T, EX_GROUPED | EX_SEVERAL, min, EX_NAN, EX_STATE(x, at),             \
      EX_KEEP(t.a < s->a), a, extreme, NULL, (EX_any), "Are all elements present true?")          \
    X(first, "first", "first", A, S, EX_GROUPED, first, EX_NAN, EX_STATE(x, at), EX_KEEP(0), a,   \
      first, NULL, (EX_last), "The first element present, in the order of the axis.")                     \
    X(last, "last", "last", A, S, EX_GROUPED, last, EX_NAN, EX_STATE(x, at), EX_KEEP(1), a,       \
      last, NULL, (EX_first), "The last element present, in the order of the axis.")                      \
    X(argmin, "argmin", "argmin", D, N, EX_SIDE | EX_POSITION, argmin, EX_NAN, EX_STATE(x, at),   \
      EX_KEEP(decimal_compare(t.a, s->a) < 0), a == a ? b : a, step, NULL, (EX_argmax),           \
      "The label of the smallest; of equal ones the first.")                                         \
    X(argmax, "argmax", "argmax", D, N, EX_SIDE | EX_POSITION, argmax, EX_NAN, EX_STATE(x, at),   \
      EX_KEEP(decimal_compare(t.a, s->a) > 0), a == a ? b : a, step, NULL, (EX_argmin),           \
      "The label of the largest; of equal ones the first.")

#define EX_ORDER(X)                                                                               \
    X(median, "median", "median", D, D, 0, NULL, (EX_none),                                       \
      "The middle element of those present, or the mean of the middle two.")                   \
    X(quantile, "quantile", "quantile", D, D, EX_SHARE, NULL, (EX_none),                          \
      "Quantile of type 7 (Hyndman and Fan 1996).")

/* SCAN: along one axis, which stays. A scan needs the whole line at once.
 *   rank         1 is best; parameters: ascending, ties, tolerance
 *   cumsum       running compensated sum of the present; missing stays missing
 *   lag          the value k labels before (k may be negative)
 *   fill         the last present value at or before; parameter: at most so many labels before
 *   interpolate  linear between present neighbours by label number (or position); ends:
 *                constant or missing
 *   sort         present values ascending, missing last
 * Their code is scan_NAME in line_ops.c, their derivatives are slope_NAME in gradient.c. */
#define EX_SCAN(X)                                                                                \
    X(rank, "rank", "rank", D, N, EX_TOTAL, NULL, (EX_none),                                      \
      "Rank, 1 for the best: the highest, or with order = \"ascending\" the lowest.")                    \
    X(cumsum, "cumsum", "cumsum", N, N, 0, NULL, (EX_none),                                       \
      "Running sum; missing stays missing.")                                                      \
    X(lag, "lag", "lag", A, S, EX_TOTAL, NULL, (EX_none),                                         \
      "The value k labels before; with count = \"numbers\", of the label whose number is lower by k.")                                                                              \
    X(fill, "fill", "fill", A, S, EX_TOTAL, NULL, (EX_none),                                      \
      "The last value present, from at most `limit` labels before; with count = \"numbers\", `limit` counts by the numbers of the labels.")                                     \
    X(interpolate, "interpolate", "interpolate", N, N, EX_TOTAL, NULL, (EX_none),                 \
      "Linear interpolation between the neighbours present, by the numbers of the labels if they are numbers.")                                                                                 \
    X(sort, "sort", "sort", D, S, EX_TOTAL, NULL, (EX_none), "Sorts in ascending order, missing elements last.")

/* CHOICE: elements chosen along an axis.
 *   slice        those at one label; the axis goes
 *   gather       a look-up by an array of positions
 *   rename       the same values along another axis of the same labels
 * HOSTED: a function of the host.
 *   lookup       over elements (patterns, rubrics, `each`)
 *   matrix       over small matrices (eigenvectors, linear programs) */
#define EX_CHOICE(X)                                                                              \
    X(slice, "at", "", A, S, 0, NULL, (EX_none), "")                                              \
    X(gather, "at", "", A, S, 0, NULL, (EX_none), "")                                             \
    X(rename, "as", "", A, S, 0, NULL, (EX_none), "")

#define EX_HOSTED(X)                                                                              \
    X(lookup, "", "", A, S, 0, NULL, (EX_none), "")                                               \
    X(matrix, "", "", A, S, 0, NULL, (EX_none), "")

/* FUNCTION(name, lua, gives, doc): functions and methods of arrays that are composed of these
 * operations or call a function of the host. Their first result is an array. */
#define EX_FUNCTION(X)                                                                            \
    X(mean, "mean", N, "Arithmetic mean of the elements present. Of truth values: the share that are true.")                                     \
    X(var, "var", N, "Variance, with divisor n - 1, or n with { divisor = \"n\" }.")                       \
    X(std, "std", N, "Standard deviation, with divisor n - 1, or n with { divisor = \"n\" }.")             \
    X(skewness, "skewness", N,                                                                    \
      "Sample skewness, type 2 (Joanes and Gill 1998), as in spreadsheets.")                      \
    X(kurtosis, "kurtosis", N,                                                                    \
      "Sample excess kurtosis, type 2 (Joanes and Gill 1998), as in spreadsheets.")               \
    X(dot, "dot", N, "Sum of products along an axis.")                                            \
    X(correlate, "correlate", N,                                                                  \
      "Correlation along an axis, over the labels where both are present (\"kendall\" is tau-b).")       \
    X(matches, "matches", T,                                                                      \
      "Does the regular expression (PCRE2, UTF-8) match somewhere in the text? Missing for a missing text.")                                                                                 \
    X(capture, "capture", S,                                                                      \
      "The text of a group of a regular expression; missing if there is no match.")                    \
    X(number, "number", N,                                                                        \
      "A text read as a number; a missing marker gives missing, other text is an error.")               \
    X(rubric, "rubric", N,                                                                        \
      "The mark of the highest level that a sentence of the text earns, and the name of the level; missing if it earns none.")   \
    X(date, "date", S,                                                                            \
      "A date: of a text as \"2011-06-30\", of an array of such texts, or of year, month and "    \
      "day.")                                                                                     \
    X(days, "days", N, "to - from, in days.")                                                     \
    X(eigen, "eigen", N,                                                                          \
      "Eigenvalues (largest first) and eigenvectors (length 1, largest element positive) of "     \
      "a matrix over two axes of the same labels.")                                               \
    X(principal, "principal", N,                                                                  \
      "The positive eigenvector of a matrix without negative elements, sum 1, and its "           \
      "eigenvalue (Perron): priorities and λmax of a comparison matrix (Saaty 1977).")            \
    X(solve, "solve", N, "The solution s of a·s = b; missing if a is singular.")                 \
    X(normal_p, "normal_p", N,                                                                    \
      "The standard normal distribution: the probability of at most z.")                          \
    X(normal_quantile, "normal_quantile", N,                                                      \
      "The z of a probability (Wichura 1988); missing if p is not between 0 and 1.")           \
    X(student_t_p, "student_t_p", N,                                                              \
      "Student's t distribution: the probability of at most t; two-sided p value: 2 * "           \
      "student_t_p(-abs(t), df).")                                                                \
    X(kendall_p, "kendall_p", N,                                                                  \
      "The probability of at most this tau among all orders of n values without ties; "           \
      "two-sided p value: 2 * kendall_p(-abs(tau), n).")                                          \
    X(spearman_p, "spearman_p", N,                                                                \
      "The probability of at most this rho among all orders of n values without ties; exact up to n = 12, above by the series AS 89.")                                                     \
    X(at, ":at", S,                                                                               \
      "Selects one label of an axis and drops the axis: `x:at { year = 2011 }`. With an array of labels it is a look-up, missing where that array is missing. A label that is not on the axis is an error.")                                                     \
    X(only, ":only", S,                                                                           \
      "Keeps these labels of an axis and makes the others missing: `x:only { unit = { \"A\", \"B\" } }`; also with an array of truth values.")                                                       \
    X(upto, ":upto", S,                                                                           \
      "The latest value present whose label is not after the bound, and its label: `local v, year = x:upto { year = 2011 }`. The axis is dropped; its labels are numbers.")                                      \
    X(as, ":as", S,                                                                               \
      "The same values along a second copy of an axis: `x:as { unit = \"other\" }`.")             \
    X(carried, ":carried", S, "A carried column of keyed data: a text for every figure.")

/* clang-format on */

#define EX_NAME(name, ...) EX_##name,
typedef enum ex_op {
    EX_none = 0,
    EX_source, /* values from outside: a literal, a leaf, data, labels of an axis */
    EX_UNARY(EX_NAME) EX_BINARY(EX_NAME) EX_TERNARY(EX_NAME) EX_REDUCE(EX_NAME) EX_ORDER(EX_NAME)
        EX_SCAN(EX_NAME) EX_CHOICE(EX_NAME) EX_HOSTED(EX_NAME) EX_OPS
} ex_op;
#undef EX_NAME

#define EX_NAME(name, ...) EX_FN_##name,
typedef enum ex_fn { EX_FUNCTION(EX_NAME) EX_FNS } ex_fn;
#undef EX_NAME

typedef enum ex_op_class {
    EX_CLASS_NONE,
    EX_CLASS_SOURCE,
    EX_CLASS_UNARY,
    EX_CLASS_BINARY,
    EX_CLASS_TERNARY,
    EX_CLASS_REDUCE,
    EX_CLASS_ORDER,
    EX_CLASS_SCAN,
    EX_CLASS_CHOICE,
    EX_CLASS_HOSTED,
    EX_CLASS_FUNCTION
} ex_op_class;

/* A row as data. */
typedef struct ex_record {
    const char *name, *text, *lua;
    char takes, gives; /* 0: it depends */
    ex_op_class of;
    unsigned how;
    const char *wrong;
    ex_op turns[3]; /* ends with EX_none */
    const char *doc;
} ex_record;

extern const ex_record ex_records[EX_OPS];
extern const ex_record ex_functions[EX_FNS];

static inline const ex_record *ex_record_of(unsigned op) {
    return &ex_records[op < EX_OPS ? op : EX_none];
}

static inline ex_op_class ex_class(unsigned op) { return ex_record_of(op)->of; }

static inline int ex_is(unsigned op, unsigned how) { return (ex_record_of(op)->how & how) != 0; }

static inline int ex_gives_truth(unsigned op) { return ex_record_of(op)->gives == 'T'; }

static inline int ex_is_elementwise(unsigned op) {
    return ex_class(op) >= EX_CLASS_UNARY && ex_class(op) <= EX_CLASS_TERNARY;
}

/* It reduces along an axis, which goes. */
static inline int ex_is_reduction(unsigned op) {
    return ex_class(op) == EX_CLASS_REDUCE || ex_class(op) == EX_CLASS_ORDER;
}

/* Its precedence in formulas, EX_BIND_OR …; 0: it is written as a call. */
static inline int ex_binding(unsigned op) { return (int)(ex_record_of(op)->how >> 16); }

/* It is written between its operands, as in x + y. */
static inline int ex_is_infix(unsigned op) {
    return ex_class(op) == EX_CLASS_BINARY && ex_binding(op);
}

/* The record, also of EX_FUNCTION, of a function or method of the language; NULL: there is none. */
const ex_record *ex_record_called(const char *lua, size_t length);

/* The k-th of all records with a name in Lua, from 0; NULL behind the last. */
const ex_record *ex_record_listed(size_t k);

#endif
