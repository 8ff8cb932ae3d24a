/* The operations of the algebra, each said once. Bindings, the kernels of the evaluator, the scalar
 * evaluator, the printed formulas and the manual's table are all made from these lists.
 *
 * Every element is a double: a number; a truth, 0 or 1; a text, as its number in the string pool; a
 * date, in days since 1970-01-01. Missing is a quiet NaN, and no infinity is ever stored.
 *
 * UNARY(name, text, takes, gives, expression in a)
 * BINARY(name, text, takes, gives, expression in a, b)
 * TERNARY(name, text, takes, gives, expression in a, b, c)
 *   `text` is how a formula shows it: an infix sign or a function's name.
 *   `takes`/`gives`: N number, T truth, D number or date (dates behave as OP_KIND in graph.c says),
 *   A any one kind, the same on all sides; S the kind of the value operands.
 *   An expression that is not finite though all its operands are present is a domain error: the
 *   element becomes missing and the birth is counted for a warning. Expressions are free of
 *   branches, so that a loop over them vectorises. */
#ifndef EXPR_OP_H
#define EXPR_OP_H

#define EX_NAN (__builtin_nan(""))
/* Beyond 400 places either way nothing changes; a cast of more, or of a missing one, has no
 * meaning. */
#define EX_ROUND(a, b, mode)                                                                    \
    ((b) == (b) ? round_decimal(a, (b) > 400 ? 400 : (b) < -400 ? -400 : (int)(b), mode) : EX_NAN)
#define EX_BOTH(a, b, x) ((a) == (a) && (b) == (b) ? (double)(x) : EX_NAN)

#define EX_UNARY(X)                                                 \
    X(neg, "-", N, N, -a)                                           \
    X(abs, "abs", N, N, __builtin_fabs(a))                          \
    X(exp, "exp", N, N, el_exp(a))                                  \
    X(log, "log", N, N, el_log(a))                 \
    X(log10, "log10", N, N, el_log10(a))           \
    X(sqrt, "sqrt", N, N, __builtin_sqrt(a))      \
    X(sign, "sign", N, N, a == a ? (double)((a > 0) - (a < 0)) : a) \
    X(trunc, "trunc", N, N, __builtin_trunc(a))                     \
    X(not, "~", T, T, 1 - a)                                        \
    X(missing, "missing", A, T, (double)(a != a))                   \
    X(present, "present", A, T, (double)(a == a))

#define EX_BINARY(X)                                                              \
    X(add, "+", D, D, a + b)                                                      \
    X(sub, "-", D, D, a - b)                                                      \
    X(mul, "*", N, N, a *b)                                                       \
    X(div, "/", N, N, b != 0 ? a / b : EX_NAN)                                    \
    X(mod, "%", N, N, b != 0 ? a - __builtin_floor(a / b) * b : EX_NAN)           \
    X(pow, "^", N, N, el_pow(a, b))                                               \
    X(lt, "<", D, T, EX_BOTH(a, b, a < b))                                        \
    X(le, "≤", D, T, EX_BOTH(a, b, a <= b))                                       \
    X(gt, ">", D, T, EX_BOTH(a, b, a > b))                                        \
    X(ge, "≥", D, T, EX_BOTH(a, b, a >= b))                                       \
    X(eq, "=", A, T, EX_BOTH(a, b, a == b))                                       \
    X(ne, "≠", A, T, EX_BOTH(a, b, a != b))                                       \
    X(and, "&", T, T, a *b)                                                       \
    X(or, "|", T, T, a + b - a * b)                                               \
    X(least, "least", D, D, a != a ? a : b != b ? b : a < b ? a : b)              \
    X(greatest, "greatest", D, D, a != a ? a : b != b ? b : a > b ? a : b)        \
    X(coalesce, "coalesce", A, S, a == a ? a : b)                                 \
    X(round, "round", N, N, EX_ROUND(a, b, ROUND_HALF_UP))                        \
    X(round_half_even, "round_half_even", N, N, EX_ROUND(a, b, ROUND_HALF_EVEN))  \
    X(round_half_down, "round_half_down", N, N, EX_ROUND(a, b, ROUND_HALF_DOWN))  \
    X(round_up, "round_up", N, N, EX_ROUND(a, b, ROUND_UP))                       \
    X(round_down, "round_down", N, N, EX_ROUND(a, b, ROUND_DOWN))                 \
    X(floor, "floor", N, N, EX_ROUND(a, b, ROUND_FLOOR))                          \
    X(ceil, "ceil", N, N, EX_ROUND(a, b, ROUND_CEIL))

#define EX_TERNARY(X)                                                             \
    X(where, "where", T, S, a != a ? a : a != 0 ? b : c)                          \
    X(clamp, "clamp", D, S,                                                       \
      a != a || b != b || c != c ? EX_NAN : a < b ? b : a > c ? c : a)

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
