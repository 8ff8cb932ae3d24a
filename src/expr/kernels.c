#include "expr/kernels.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "expr/elementary.h"
#include "expr/reduction.h"
#include "expr/rounding.h"
#include "expr/wide.h"

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

#include "expr/log_kernels.h"
#include "expr/quotient_kernels.h"
#include "expr/rank_kernels.h"

#define vv_quotient quotient_vv
#define vs_quotient quotient_vs
#define sv_quotient quotient_sv
#define k1_log k1_wide_log
#define k1_exp k1_wide_exp

/* A block of two vectors at `i`. Returns a mask of lanes in which something left the finite
 * numbers; a missing product is none of them. */
static inline vec_mask terms_at(size_t i, double *s, double *e, size_t terms,
                                const double *const *w, const double *x) {
    vec a0 = {0}, a1 = {0}, e0 = {0}, e1 = {0};
    vec_mask any0 = {0}, any1 = {0}, off = {0};
    for (size_t k = 0; k < terms; k++) {
        vec p0 = vec_load(w[k] + i), p1 = vec_load(w[k] + i + WIDE);
        if (x) {
            p0 *= x[k];
            p1 *= x[k];
        }
        vec_mask seen0 = vec_finite(p0), seen1 = vec_finite(p1);
        off |= (~seen0 & (p0 == p0)) | (~seen1 & (p1 == p1));
        any0 |= seen0;
        any1 |= seen1;
        p0 = vec_pick(seen0, p0);
        p1 = vec_pick(seen1, p1);
        TWO_SUM(t0, err0, a0, p0)
        TWO_SUM(t1, err1, a1, p1)
        a0 = t0;
        a1 = t1;
        e0 += err0;
        e1 += err1;
    }
    off |= ~vec_finite(a0) | ~vec_finite(a1);
    vec nan = (vec){0} + EX_NAN;
    a0 = (vec)((any0 & (vec_mask)a0) | (~any0 & (vec_mask)nan));
    a1 = (vec)((any1 & (vec_mask)a1) | (~any1 & (vec_mask)nan));
    memcpy(s + i, &a0, sizeof a0);
    memcpy(s + i + WIDE, &a1, sizeof a1);
    memcpy(e + i, &e0, sizeof e0);
    memcpy(e + i + WIDE, &e1, sizeof e1);
    return off;
}

static int sum_terms(size_t n, double *restrict s, double *restrict e, size_t terms,
                     const double *const *w, const double *x) {
    vec_mask off = {0};
    size_t i = 0;
    for (; i + 2 * WIDE <= n; i += 2 * WIDE) off |= terms_at(i, s, e, terms, w, x);
    int fine = 1;
    for (int l = 0; l < WIDE; l++) fine &= !off[l];
    for (size_t v = i; v < n; v++) {
        s[v] = EX_NAN;
        e[v] = 0;
    }
    for (size_t k = 0; k < terms; k++) {
        if (x)
            fine &= !sum_products(n - i, s + i, e + i, w[k] + i, x + k, 1);
        else
            fold_sum(n - i, s + i, e + i, w[k] + i, 0);
    }
    for (size_t v = i; v < n; v++) fine &= s[v] != s[v] || fabs(s[v]) <= DBL_MAX;
    return fine;
}

/* Two vectors of sums at `i`. */
static inline __attribute__((always_inline)) void some_at(size_t i, double *s, double *e,
                                                          size_t terms, const double *const *x,
                                                          const double *const *w, unsigned how,
                                                          const ex_divisor *divisor, int sized) {
    vec a[2] = {{0}, {0}}, lost[2] = {{0}, {0}}, nan = (vec){0} + EX_NAN;
    vec_mask any[2] = {{0}, {0}};
    for (size_t h = 0; h < 2 && !(how & EX_TERMS_BEGIN); h++) {
        a[h] = vec_load(s + i + h * WIDE);
        lost[h] = vec_load(e + i + h * WIDE);
        any[h] = a[h] == a[h];
        a[h] = vec_pick(any[h], a[h]);
    }
    for (size_t k = 0; k < terms; k++)
        for (size_t h = 0; h < 2; h++) {
            vec term = how & EX_TERMS_ONE ? vec_all(x[k]) : vec_load(x[k] + i + h * WIDE);
            if (how & EX_TERMS_SURE) {
                if (how & EX_TERMS_PRODUCTS) term *= vec_load(w[k] + i + h * WIDE);
                any[h] = ~(vec_mask){0};
                TWO_SUM(t, err, a[h], term)
                a[h] = t;
                lost[h] += err;
                continue;
            }
            vec_mask seen = term == term;
            if (how & (EX_TERMS_PRODUCTS | EX_TERMS_PRESENT)) {
                vec factor = vec_load(w[k] + i + h * WIDE);
                term = how & EX_TERMS_PRODUCTS ? term * factor : factor;
                seen = how & EX_TERMS_PRODUCTS ? vec_finite(term) : seen & (term == term);
            }
            any[h] |= seen;
            term = vec_pick(seen, term);
            TWO_SUM(t, err, a[h], term)
            a[h] = t;
            lost[h] += err;
        }
    for (size_t h = 0; h < 2; h++) {
        if (how & EX_TERMS_END) {
            a[h] += lost[h];
            any[h] &= vec_finite(a[h]);
        }
    }
    if (divisor) divide_known(i, a, divisor, sized);
    for (size_t h = 0; h < 2; h++) {
        vec_store(s + i + h * WIDE, vec_choose(any[h], a[h], nan));
        if (!(how & EX_TERMS_END)) vec_store(e + i + h * WIDE, lost[h]);
    }
}

enum {
    ENDS = EX_TERMS_BEGIN | EX_TERMS_END,
    SURE_PRODUCTS = EX_TERMS_PRODUCTS | EX_TERMS_SURE,
    ALL_OF_IT = ENDS | SURE_PRODUCTS | EX_TERMS_ONE
};

static void sum_some(size_t n, double *s, double *restrict e, size_t terms, const double *const *x,
                     const double *const *w, unsigned how, const ex_divisor *divisor) {
    const int all = (how & ALL_OF_IT) == (SURE_PRODUCTS | ENDS);
    const ex_divisor *known = all && divisor && divisor->known ? divisor : NULL;
    for (size_t i = 0; i < n; i += 2 * WIDE) {
        if (known && known->scale != 0)
            some_at(i, s, e, terms, x, w, SURE_PRODUCTS | ENDS, known, 1);
        else if (known)
            some_at(i, s, e, terms, x, w, SURE_PRODUCTS | ENDS, known, 0);
        else if ((how & SURE_PRODUCTS) == SURE_PRODUCTS && (how & EX_TERMS_ONE))
            some_at(i, s, e, terms, x, w, (how & ENDS) | SURE_PRODUCTS | EX_TERMS_ONE, NULL, 0);
        else if ((how & SURE_PRODUCTS) == SURE_PRODUCTS)
            some_at(i, s, e, terms, x, w, (how & ENDS) | SURE_PRODUCTS, NULL, 0);
        else if (how & EX_TERMS_SURE)
            some_at(i, s, e, terms, x, w, (how & ENDS) | EX_TERMS_SURE, NULL, 0);
        else if (how & EX_TERMS_PRODUCTS)
            some_at(i, s, e, terms, x, w, how & (ENDS | EX_TERMS_PRODUCTS | EX_TERMS_ONE), NULL, 0);
        else
            some_at(i, s, e, terms, x, w, how, NULL, 0);
    }
    if (divisor && !known) quotient_settled(n, s, s, divisor->by);
}

#include "expr/eights_kernels.h"

static int are_small(size_t n, const double *x) {
    const vec most = (vec){0} + EX_SMALL;
    vec_mask fine0 = (vec_mask){0} - 1, fine1 = fine0;
    size_t i = 0;
    for (; i + 2 * WIDE <= n; i += 2 * WIDE) { /* NaN compares false */
        fine0 &= vec_size(vec_load(x + i)) <= most;
        fine1 &= vec_size(vec_load(x + i + WIDE)) <= most;
    }
    int fine = !vec_any(~(fine0 & fine1));
    for (; i < n; i++) fine &= fabs(x[i]) <= EX_SMALL;
    return fine;
}

static int are_within(size_t n, const double *x, double low, double high) {
    const vec least = (vec){0} + low, most = (vec){0} + high;
    vec_mask fine = (vec_mask){0} - 1;
    size_t i = 0;
    for (; i + WIDE <= n; i += WIDE) {
        vec a = vec_load(x + i);
        fine &= (a >= least) & (a <= most);
    }
    int all = !vec_any(~fine);
    for (; i < n; i++) all &= (x[i] >= low) & (x[i] <= high);
    return all;
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

/* Extremes are gone through in order, a few vectors of lanes in registers. The least so far is
 * infinite where there is none yet: no element is. Which lane sees an element makes no difference.
 */
static inline __attribute__((always_inline)) void best_load(int vecs, vec *best, const double *lane,
                                                            double none) {
    for (int q = 0; q < vecs; q++) {
        vec a = vec_load(lane + q * WIDE);
        best[q] = vec_choose(a == a, a, (vec){0} + none);
    }
}

static inline __attribute__((always_inline)) void best_store(int vecs, const vec *best,
                                                             double *lane, double none) {
    const vec nan = (vec){0} + EX_NAN;
    for (int q = 0; q < vecs; q++)
        vec_store(lane + q * WIDE, vec_choose(best[q] != (vec){0} + none, best[q], nan));
}

#define LINE(name, none, better)                                                                   \
    static void line_##name(size_t n, ex_lanes *restrict l, const double *restrict x) {            \
        enum { VECS = 8 };                                                                         \
        vec best[VECS];                                                                            \
        size_t i = 0;                                                                              \
        best_load(VECS, best, l->a, none);                                                         \
        for (; i + VECS * WIDE <= n; i += VECS * WIDE)                                             \
            for (size_t q = 0; q < VECS; q++)                                                      \
                best[q] = better(vec_load(x + i + q * WIDE) + 0.0, best[q]);                       \
        best_store(VECS, best, l->a, none);                                                        \
        fold_##name(n - i, l->a, NULL, x + i, 0);                                                  \
    }
LINE(min, INFINITY, vec_least)
LINE(max, -INFINITY, vec_most)

/* Several lines at once: memory answers many questions sooner than one after the other, and more
 * than processors ask by themselves. */
enum { TOGETHER = 5, AHEAD = 32 };

static inline __attribute__((always_inline)) void
some_extremes(size_t n, size_t lines, ex_lanes *least, ex_lanes *most, const double *const *x) {
    vec low[TOGETHER], high[TOGETHER];
    size_t i = 0;
    for (size_t q = 0; q < lines; q++) {
        best_load(1, &low[q], least[q].a, INFINITY);
        best_load(1, &high[q], most[q].a, -INFINITY);
    }
    for (; i + CACHE_LINE <= n; i += CACHE_LINE)
        for (size_t q = 0; q < lines; q++) {
            __builtin_prefetch(x[q] + i + AHEAD);
            for (size_t h = 0; h < CACHE_LINE; h += WIDE) {
                vec b = vec_load(x[q] + i + h) + 0.0;
                low[q] = vec_least(b, low[q]);
                high[q] = vec_most(b, high[q]);
            }
        }
    for (size_t q = 0; q < lines; q++) {
        best_store(1, &low[q], least[q].a, INFINITY);
        best_store(1, &high[q], most[q].a, -INFINITY);
        fold_min(n - i, least[q].a, NULL, x[q] + i, 0);
        fold_max(n - i, most[q].a, NULL, x[q] + i, 0);
    }
}

static void line_extremes(size_t n, size_t lines, ex_lanes *restrict least, ex_lanes *restrict most,
                          const double *const *x) {
    for (; lines >= TOGETHER; lines -= TOGETHER, least += TOGETHER, most += TOGETHER, x += TOGETHER)
        some_extremes(n, TOGETHER, least, most, x);
    switch (lines) {
    case 4: some_extremes(n, 4, least, most, x); return;
    case 3: some_extremes(n, 3, least, most, x); return;
    case 2: some_extremes(n, 2, least, most, x); return;
    case 1: some_extremes(n, 1, least, most, x); return;
    default: return;
    }
}

static void line_count(size_t n, ex_lanes *restrict l, const double *restrict x) {
    double k[EX_LANES];
    size_t i = 0;
    for (int j = 0; j < EX_LANES; j++) k[j] = l->a[j];
    for (; i + EX_LANES <= n; i += EX_LANES) fold_count(EX_LANES, k, NULL, x + i, 0);
    fold_count(n - i, k, NULL, x + i, 0);
    for (int j = 0; j < EX_LANES; j++) l->a[j] = k[j];
}

/* A square is the product, as el_pow says, and that is quick. */
static uint64_t power_vs(size_t n, double *restrict r, const double *restrict p,
                         const double *restrict q) {
    return *q == 2 ? vv_mul(n, r, p, p) : vs_pow(n, r, p, q);
}
#define vs_pow power_vs

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
    .extremes = line_extremes,
    .sum_end = sum_end,
    .sum_products = sum_products,
    .sum_weights = sum_weights,
    .sum_terms = sum_terms,
    .sum_some = sum_some,
    .settle = settle,
    .quotient_settled = quotient_settled,
    .sum_eights = sum_eights,
    .sum_chain = GLUE(ex_sum_chain_, KERNEL_LEVEL),
    .are_small = are_small,
    .are_within = are_within,
    .wide = WIDE,
    .rank_apart = rank_apart,
    .rank_lines = rank_lines,
};
