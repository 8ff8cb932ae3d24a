#include "expr/kernels.h"

#include <float.h>
#include <math.h>

#include "expr/elementary.h"
#include "expr/reduction.h"
#include "expr/rounding.h"

#ifndef KERNEL_LEVEL
#define KERNEL_LEVEL baseline
#endif
#define GLUE2(a, b) a##b
#define GLUE(a, b) GLUE2(a, b)
#define TEXT2(a) #a
#define QUOTED(a) TEXT2(a)

/* Rows and macros set by hand. */
/* clang-format off */

/* Whether a result has to be computed again by the exact expression of op.h: a comparison of close
 * numbers, or a quotient of sums that decimal_settled may change. */
#define SECOND_LOOK(how, a, b)                                                       \
    ((how) & EX_DECIDES   ? decimal_adjacent(a, b)                                   \
     : (how) & EX_SETTLES ? decimal_unsettled(a) | decimal_unsettled(b)              \
                          : 0)

/* The exact expression of each operation. The loops below compare and divide doubles plainly. */
#define EXACT(name, text, lua, takes, gives, how, expression, ...)    \
    static inline double exact_##name(double a, double b) {           \
        return expression;                                            \
    }
EX_BINARY(EXACT)
#undef EX_DECIDE
#define EX_DECIDE(a, sign, b) ((a) sign (b))
#undef EX_SETTLED
#define EX_SETTLED(a) (a)

#define STORE(total, operands)                       \
    if (total) {                                     \
        r[i] = x;                                    \
    } else {                                         \
        int finite = fabs(x) <= DBL_MAX;             \
        int bad = (finite ^ 1) & (operands);         \
        errors += (uint64_t)bad;                     \
        r[i] = bad ? EX_NAN : x;                     \
    }

/* The results are checked in a loop of their own: in one loop GCC would not vectorise the long
 * expressions of exp and log. */
#define UNARY(name, text, lua, takes, gives, how, expression, ...)             \
    static uint64_t k1_##name(size_t n, double *restrict r, const double *restrict p) { \
        uint64_t errors = 0;                                                   \
        for (size_t i = 0; i < n; i++) {                                       \
            double a = p[i];                                                   \
            r[i] = expression;                                                 \
        }                                                                      \
        for (size_t i = 0; !((how) & EX_TOTAL) && i < n; i++) {                \
            double a = p[i], x = r[i];                                         \
            STORE(0, a == a)                                                   \
        }                                                                      \
        return errors;                                                         \
    }
EX_UNARY(UNARY)

#define BINARY_AS(name, how, form, at_a, at_b, expression)                     \
    static uint64_t form##_##name(size_t n, double *restrict r, const double *restrict p, \
                                  const double *restrict q) {                  \
        uint64_t errors = 0, looks = 0;                                        \
        for (size_t i = 0; i < n; i++) {                                       \
            double a = p[at_a], b = q[at_b], x = expression;                   \
            STORE((how) & EX_TOTAL, (a == a) & (b == b))                       \
            looks += (uint64_t)(SECOND_LOOK(how, a, b));                       \
        }                                                                      \
        for (size_t i = 0; looks && i < n; i++)                                \
            if (SECOND_LOOK(how, p[at_a], q[at_b]) && r[i] == r[i])            \
                r[i] = exact_##name(p[at_a], q[at_b]);                         \
        return errors;                                                         \
    }
#define BINARY(name, text, lua, takes, gives, how, expression, ...) \
    BINARY_AS(name, how, vv, i, i, expression)                      \
    BINARY_AS(name, how, vs, i, 0, expression)                      \
    BINARY_AS(name, how, sv, 0, i, expression)
EX_BINARY(BINARY)

#define TERNARY(name, text, lua, takes, gives, how, expression, ...)           \
    static uint64_t k3_##name(size_t n, double *restrict r, const double *restrict p, \
                              const double *restrict q, const double *restrict s) { \
        uint64_t errors = 0;                                                   \
        for (size_t i = 0; i < n; i++) {                                       \
            double a = p[i], b = q[i], c = s[i];                               \
            r[i] = expression;                                                 \
        }                                                                      \
        for (size_t i = 0; !((how) & EX_TOTAL) && i < n; i++) {                \
            double x = r[i];                                                   \
            STORE(0, (p[i] == p[i]) & (q[i] == q[i]) & (s[i] == s[i]))         \
        }                                                                      \
        return errors;                                                         \
    }
EX_TERNARY(TERNARY)

/* Knuth's TwoSum: x + y = t + err exactly. */
#define TWO_SUM(t, err, x, y)                             \
    double t = (x) + (y);                                 \
    double t##_y = t - (x);                               \
    double err = ((x) - (t - t##_y)) + ((y) - t##_y);

/* Adds the term `b` to s and e where `seen`. */
#define FOLD_TERM(b, seen)                                     \
    double a = s[i], a0 = a == a ? a : 0, b0 = seen ? b : 0;   \
    TWO_SUM(t, err, a0, b0)                                    \
    s[i] = (a == a) | seen ? t : EX_NAN;                       \
    e[i] += err;

/* clang-format on */

static void fold_sum(size_t n, double *restrict s, double *restrict e, const double *restrict x,
                     double here) {
    (void)here;
    for (size_t i = 0; i < n; i++) {
        int seen = x[i] == x[i];
        FOLD_TERM(x[i], seen)
    }
}

/* Products that overflow are missing, as those of `mul`. */
#define FOLD_PRODUCTS(weight)                                                                      \
    for (size_t i = 0; i < n; i++) {                                                               \
        double product = x[i] * (weight);                                                          \
        int seen = fabs(product) <= DBL_MAX;                                                       \
        FOLD_TERM(product, seen)                                                                   \
    }                                                                                              \
    for (size_t i = 0; i < n; i++) errors += fabs(x[i] * (weight)) > DBL_MAX;

static uint64_t sum_products(size_t n, double *restrict s, double *restrict e,
                             const double *restrict x, const double *restrict w, int one) {
    uint64_t errors = 0;
    if (one) {
        double weight = *w;
        FOLD_PRODUCTS(weight)
    } else {
        FOLD_PRODUCTS(w[i])
    }
    return errors;
}

static void sum_weights(size_t n, double *restrict s, double *restrict e, const double *restrict x,
                        const double *restrict w, int one) {
    double weight = *w;
    if (one && weight != weight) return;
    if (one) {
        for (size_t i = 0; i < n; i++) {
            int seen = x[i] == x[i];
            FOLD_TERM(weight, seen)
        }
    } else {
        for (size_t i = 0; i < n; i++) {
            int seen = (x[i] == x[i]) & (w[i] == w[i]);
            FOLD_TERM(w[i], seen)
        }
    }
}

static uint64_t sum_end(size_t n, double *restrict s, const double *restrict e) {
    uint64_t errors = 0;
    for (size_t i = 0; i < n; i++) {
        double a = s[i], x = a + e[i];
        int finite = fabs(x) <= DBL_MAX, bad = (finite ^ 1) & (a == a);
        errors += (uint64_t)bad;
        s[i] = bad ? EX_NAN : x;
    }
    return errors;
}

static void fold_count(size_t n, double *restrict c, double *restrict side,
                       const double *restrict x, double here) {
    (void)side;
    (void)here;
    for (size_t i = 0; i < n; i++) c[i] += x[i] == x[i] ? 1.0 : 0.0;
}

/* Adding zero makes -0 a 0, so that the sign of an extreme does not depend on the order. */
#define FOLD(name, better)                                                                         \
    static void fold_##name(size_t n, double *restrict m, double *restrict side,                   \
                            const double *restrict x, double here) {                               \
        (void)side;                                                                                \
        (void)here;                                                                                \
        for (size_t i = 0; i < n; i++) {                                                           \
            double a = m[i], b = x[i] + 0.0;                                                       \
            m[i] = ((a != a) | (better)) ? b : a;                                                  \
        }                                                                                          \
    }
FOLD(min, b < a)
FOLD(max, b > a)
#define FOLD_END(name, take)                                                                       \
    static void fold_##name(size_t n, double *restrict m, double *restrict side,                   \
                            const double *restrict x, double here) {                               \
        (void)side;                                                                                \
        (void)here;                                                                                \
        for (size_t i = 0; i < n; i++) {                                                           \
            double a = m[i], b = x[i];                                                             \
            m[i] = (take) ? b : a;                                                                 \
        }                                                                                          \
    }
FOLD_END(first, a != a)
FOLD_END(last, b == b)

/* Of extremes that are equal as decimals the first counts. */
#define FOLD_AT(name, sign)                                                                        \
    static void fold_##name(size_t n, double *restrict position, double *restrict m,               \
                            const double *restrict x, double here) {                               \
        uint64_t looks = 0;                                                                        \
        for (size_t i = 0; i < n; i++) looks += (uint64_t)decimal_adjacent(x[i], m[i]);            \
        for (size_t i = 0; i < n; i++) {                                                           \
            double a = m[i], b = x[i];                                                             \
            int better = looks ? decimal_compare(b, a) sign 0 : b sign a;                          \
            int take = (b == b) & ((a != a) | better);                                             \
            m[i] = take ? b : a;                                                                   \
            position[i] = take ? here : position[i];                                               \
        }                                                                                          \
    }
FOLD_AT(argmin, <)
FOLD_AT(argmax, >)

/* For reductions without a kernel of their own. */
#define FOLD_OF(name, ...)                                                                         \
    static inline void fold_of_##name(size_t n, double *restrict s, double *restrict side,         \
                                      const double *restrict x, double here) {                     \
        for (size_t i = 0; i < n; i++) {                                                           \
            ex_partial p = {s[i], side[i]};                                                        \
            reduction_take_##name(&p, x[i], here);                                                 \
            s[i] = p.a;                                                                            \
            side[i] = p.b;                                                                         \
        }                                                                                          \
    }
EX_REDUCE(FOLD_OF)

static void line_sum(size_t n, ex_lanes *restrict l, const double *restrict x) {
    ex_lanes k = *l;
    size_t i = 0;
    for (; i + EX_LANES <= n; i += EX_LANES) fold_sum(EX_LANES, k.a, k.b, x + i, 0);
    fold_sum(n - i, k.a, k.b, x + i, 0);
    *l = k;
}

#define LINE(name)                                                                                 \
    static void line_##name(size_t n, ex_lanes *restrict l, const double *restrict x) {            \
        double k[EX_LANES];                                                                        \
        size_t i = 0;                                                                              \
        for (int j = 0; j < EX_LANES; j++) k[j] = l->a[j];                                         \
        for (; i + EX_LANES <= n; i += EX_LANES) fold_##name(EX_LANES, k, NULL, x + i, 0);         \
        fold_##name(n - i, k, NULL, x + i, 0);                                                     \
        for (int j = 0; j < EX_LANES; j++) l->a[j] = k[j];                                         \
    }
LINE(count)
LINE(min)
LINE(max)

#define ROW1(name, ...) [EX_##name] = k1_##name,
#define ROWVV(name, ...) [EX_##name] = vv_##name,
#define ROWVS(name, ...) [EX_##name] = vs_##name,
#define ROWSV(name, ...) [EX_##name] = sv_##name,
#define ROW3(name, ...) [EX_##name] = k3_##name,
#define ROWFOLD(name, text, lua, takes, gives, how, fold, ...) [EX_##name] = fold_##fold,

extern const ex_kernels GLUE(ex_kernels_, KERNEL_LEVEL);
const ex_kernels GLUE(ex_kernels_, KERNEL_LEVEL) = {
    .level = QUOTED(KERNEL_LEVEL),
    .unary = {EX_UNARY(ROW1)},
    .binary = {{EX_BINARY(ROWVV)}, {EX_BINARY(ROWVS)}, {EX_BINARY(ROWSV)}},
    .ternary = {EX_TERNARY(ROW3)},
    .fold = {EX_REDUCE(ROWFOLD)},
    .line = {[EX_sum] = line_sum,
             [EX_count] = line_count,
             [EX_min] = line_min,
             [EX_all] = line_min,
             [EX_max] = line_max,
             [EX_any] = line_max},
    .sum_end = sum_end,
    .sum_products = sum_products,
    .sum_weights = sum_weights,
};
