/* The operations of the algebra, each said once. Bindings, the kernels of the evaluator, the scalar
 * evaluator, the printed formulas and the manual's table are all made from these lists.
 *
 * Every element is a double: a number; a truth, 0 or 1; a text, as its number in the string pool; a
 * date, in days since 1970-01-01. Missing is a quiet NaN, and no infinity is ever stored.
 *
 * UNARY(name, text, takes, gives, expression in a, da)
 * BINARY(name, text, takes, gives, expression in a, b, da, db)
 * TERNARY(name, text, takes, gives, expression in a, b, c, da, db, dc)
 *   `text` is how a formula shows it: an infix sign or a function's name.
 *   `takes`/`gives`: N number, T truth, D number or date (dates behave as OP_KIND in graph.c says),
 *   A any one kind, the same on all sides; S the kind of the value operands.
 *   An expression that is not finite though all its operands are present is a domain error: the
 *   element becomes missing and the domain error is counted for a warning. Expressions are free of
 *   branches, so that a loop over them vectorises.
 *   da, db, dc: the derivatives by the operands, in these and the result r, where r is present.
 *   EX_FLAT is 0 here but not everywhere: a step, a bound that is passed, the other of two that are
 *   compared. EX_BENT is none: a kink, or the edge of a step. What is only looked at for being
 *   there has 0. EX_ROUNDED is 1: what is rounded for people to read moves as it did before. */
#ifndef EXPR_OP_H
#define EXPR_OP_H

#include "base/decimal.h"

#define EX_NAN (__builtin_nan(""))
/* Beyond 400 places either way nothing changes; a cast of more, or of a missing one, has no
 * meaning. */
#define EX_ROUND(a, b, mode)                                                                    \
    ((b) == (b) ? round_decimal(a, (b) > 400 ? 400 : (b) < -400 ? -400 : (int)(b), mode) : EX_NAN)
/* What is left of a multiple is nothing, also where a / b falls a little short of the multiple. */
#define EX_WHOLE(q) (decimal_equal(q, __builtin_floor((q) + 0.5)))
#define EX_MOD(a, b) \
    ((b) == 0 ? EX_NAN : EX_WHOLE((a) / (b)) ? 0 : (a) - __builtin_floor((a) / (b)) * (b))
/* The quotient of two sums, as in a mean. Sums of decimals are decimals; dividing them as such, equal
 * means are equal however their parts were rounded. */
#define EX_QUOTIENT(a, b) ((b) != 0 ? EX_SETTLED(a) / EX_SETTLED(b) : EX_NAN)
#define EX_SETTLED(a) decimal_settled(a)
#define EX_BOTH(a, b, x) ((a) == (a) && (b) == (b) ? (double)(x) : EX_NAN)

#define EX_BENT EX_NAN
#define EX_FLAT __builtin_inf()
#define EX_ROUNDED __DBL_MAX__
/* What is decided by comparing is decided on decimals of fifteen digits (base/decimal.h). The
 * kernels compare plainly first and come back to the few numbers that lie next to each other. */
#define EX_DECIDE(a, sign, b) (decimal_compare(a, b) sign 0)
/* The derivative of a step at b. That of least(a, b) and greatest(a, b) by a, where `x` tells
 * whether a is the one taken. */
#define EX_EDGE(a, b) (decimal_equal(a, b) ? EX_BENT : EX_FLAT)
#define EX_FIRST(a, b, x) \
    ((a) != (a) ? 0 : (b) != (b) ? 1 : decimal_equal(a, b) ? EX_BENT : (x) ? 1 : EX_FLAT)
/* Of a product by the factor beside b; of a power by its base, and by its exponent. */
#define EX_FACTOR(a, b) ((a) != 0 || (b) != 0 ? (b) : EX_FLAT)
#define EX_POW_A(a, b)                                                \
    ((b) == 0                ? 0                                      \
     : (a) != 0 || (b) == 1 ? (b) * el_pow(a, (b) - 1)                \
     : (b) > 1              ? EX_FLAT                                 \
                            : EX_BENT)
#define EX_POW_B(a, b, r)                      \
    ((a) == 1  ? EX_FLAT                       \
     : (a) > 0 ? (r) * el_log(a)               \
     : (a) == 0 && (b) > 0 ? EX_FLAT : EX_BENT)

#define EX_UNARY(X)                                                                            \
    X(neg, "-", N, N, -a, -1)                                                                  \
    X(abs, "abs", N, N, __builtin_fabs(a), a > 0 ? 1 : a < 0 ? -1 : EX_BENT)                   \
    X(exp, "exp", N, N, el_exp(a), r)                                                          \
    X(log, "log", N, N, el_log(a), 1 / a)                                                      \
    X(log10, "log10", N, N, el_log10(a), 0.43429448190325182765 / a)                           \
    X(sqrt, "sqrt", N, N, __builtin_sqrt(a), a > 0 ? 0.5 / r : EX_BENT)                        \
    X(sign, "sign", N, N, a == a ? (double)((a > 0) - (a < 0)) : a, a != 0 ? EX_FLAT : EX_BENT) \
    X(trunc, "trunc", N, N, EX_ROUND(a, 0.0, ROUND_DOWN), a == 0 ? EX_FLAT : EX_EDGE(a, r))   \
    X(not, "~", T, T, 1 - a, -1)                                                               \
    X(missing, "missing", A, T, (double)(a != a), 0)                                           \
    X(present, "present", A, T, (double)(a == a), 0)

#define EX_BINARY(X)                                                                           \
    X(add, "+", D, D, a + b, 1, 1)                                                             \
    X(sub, "-", D, D, a - b, 1, -1)                                                            \
    X(mul, "*", N, N, a *b, EX_FACTOR(a, b), EX_FACTOR(b, a))                                  \
    X(div, "/", N, N, b != 0 ? a / b : EX_NAN, 1 / b, -r / b)                                  \
    X(quotient, "/", N, N, EX_QUOTIENT(a, b), 1 / b, -r / b)                                   \
    X(mod, "%", N, N, EX_MOD(a, b), r != 0 ? 1 : EX_BENT,  \
      r != 0 ? -__builtin_floor(a / b) : EX_BENT)                                              \
    X(pow, "^", N, N, el_pow(a, b), EX_POW_A(a, b), EX_POW_B(a, b, r))                         \
    X(lt, "<", D, T, EX_BOTH(a, b, EX_DECIDE(a, <, b)), EX_EDGE(a, b), EX_EDGE(a, b))                       \
    X(le, "≤", D, T, EX_BOTH(a, b, EX_DECIDE(a, <=, b)), EX_EDGE(a, b), EX_EDGE(a, b))                      \
    X(gt, ">", D, T, EX_BOTH(a, b, EX_DECIDE(a, >, b)), EX_EDGE(a, b), EX_EDGE(a, b))                       \
    X(ge, "≥", D, T, EX_BOTH(a, b, EX_DECIDE(a, >=, b)), EX_EDGE(a, b), EX_EDGE(a, b))                      \
    X(eq, "=", A, T, EX_BOTH(a, b, EX_DECIDE(a, ==, b)), EX_EDGE(a, b), EX_EDGE(a, b))                      \
    X(ne, "≠", A, T, EX_BOTH(a, b, EX_DECIDE(a, !=, b)), EX_EDGE(a, b), EX_EDGE(a, b))                      \
    X(and, "&", T, T, a *b, b != 0 ? b : EX_FLAT, a != 0 ? a : EX_FLAT)                        \
    X(or, "|", T, T, a + b - a * b, b != 1 ? 1 - b : EX_FLAT, a != 1 ? 1 - a : EX_FLAT)        \
    X(least, "least", D, D, a != a ? a : b != b ? b : a < b ? a : b, EX_FIRST(a, b, a < b),    \
      EX_FIRST(b, a, b < a))                                                                   \
    X(greatest, "greatest", D, D, a != a ? a : b != b ? b : a > b ? a : b,                     \
      EX_FIRST(a, b, a > b), EX_FIRST(b, a, b > a))                                            \
    X(coalesce, "coalesce", A, S, a == a ? a : b, a == a, a != a)                              \
    X(round, "round", N, N, EX_ROUND(a, b, ROUND_HALF_UP), EX_ROUNDED, EX_FLAT)                \
    X(round_half_even, "round_half_even", N, N, EX_ROUND(a, b, ROUND_HALF_EVEN), EX_ROUNDED,   \
      EX_FLAT)                                                                                 \
    X(round_half_down, "round_half_down", N, N, EX_ROUND(a, b, ROUND_HALF_DOWN), EX_ROUNDED,   \
      EX_FLAT)                                                                                 \
    X(round_up, "round_up", N, N, EX_ROUND(a, b, ROUND_UP), EX_ROUNDED, EX_FLAT)               \
    X(round_down, "round_down", N, N, EX_ROUND(a, b, ROUND_DOWN), EX_ROUNDED, EX_FLAT)         \
    X(floor, "floor", N, N, EX_ROUND(a, b, ROUND_FLOOR), EX_EDGE(a, r), EX_FLAT)               \
    X(ceil, "ceil", N, N, EX_ROUND(a, b, ROUND_CEIL), EX_EDGE(a, r), EX_FLAT)

#define EX_TERNARY(X)                                                                          \
    X(where, "where", T, S, a != a ? a : a != 0 ? b : c, EX_FLAT, a != 0, a == 0)              \
    X(clamp, "clamp", D, S,                                                                    \
      a != a || b != b || c != c ? EX_NAN : a < b ? b : a > c ? c : a,                         \
      a < b || a > c ? EX_FLAT : a > b && a < c ? 1 : EX_BENT,                                 \
      a < b ? 1 : a > b ? EX_FLAT : EX_BENT,                                                   \
      a < b ? EX_FLAT : a > c ? 1 : a < c ? EX_FLAT : EX_BENT)

/* REDUCE(name, text): along one axis, skipping what is missing; of nothing present the answer is
 * missing, except for count, which is 0. `first`, `last`, `argmin`, `argmax` go by the order of the
 * axis; of equal extremes the earlier counts. `argmin`/`argmax` give the position, from 0 (the
 * graph turns it into the label). `median` and `quantile` need the whole line at once. */
#define EX_REDUCE(X)                \
    X(sum, "sum")                   \
    X(count, "count")               \
    X(min, "min")                   \
    X(max, "max")                   \
    X(any, "any")                   \
    X(all, "all")                   \
    X(first, "first")               \
    X(last, "last")                 \
    X(argmin, "argmin")             \
    X(argmax, "argmax")             \
    X(median, "median")             \
    X(quantile, "quantile")

/* SCAN(name, text): along one axis, keeping it. Each line along the axis is worked on whole.
 *   rank         1 is best; parameters: ascending, ties, tolerance
 *   cumsum       running compensated sum of the present; missing stays missing
 *   lag          the value k labels before (k may be negative)
 *   fill         the last present value at or before; parameter: how far back at most (labels)
 *   interpolate  linear between present neighbours by label number (or position); ends: constant or
 * missing sort         present values ascending, missing last */
#define EX_SCAN(X)               \
    X(rank, "rank")              \
    X(cumsum, "cumsum")          \
    X(lag, "lag")                \
    X(fill, "fill")              \
    X(interpolate, "interpolate") \
    X(sort, "sort")

#define EX_NAME(name, ...) EX_##name,
typedef enum ex_op {
    EX_none = 0,
    EX_source, /* values from outside: a constant, a leaf, data, labels of an axis */
    EX_UNARY(EX_NAME)
    EX_BINARY(EX_NAME)
    EX_TERNARY(EX_NAME)
    EX_REDUCE(EX_NAME)
    EX_SCAN(EX_NAME)
    EX_slice,  /* one label of an axis: drops it */
    EX_gather, /* look-up along an axis by an array of its positions */
    EX_rename, /* the same values along another axis of the same labels */
    /* each distinct element through a function of the host (patterns, rubrics, `each`) */
    EX_lookup,
    EX_matrix, /* small matrices through a function of the host (eigenvectors, linear programs) */
    EX_OPS
} ex_op;
#undef EX_NAME

#endif
