/* Reductions, made from the rows of EX_REDUCE: start a state, take an element, join two states, end
 * with the answer. All evaluators reduce by these; kernels.c has faster forms for streams. */
#ifndef EXPR_REDUCTION_H
#define EXPR_REDUCTION_H

#include "expr/op.h"

/* A state. a: the value, NaN before any present element (0 for a count); b: the rounding error of a
 * sum, or the position of an extreme. */
typedef struct ex_partial {
    double a, b;
} ex_partial;

#define EX_STATE(a, b) ((ex_partial){a, b})
#define EX_KEEP(better)                                                                            \
    if (s->a != s->a || (better)) *s = t

/* Knuth's TwoSum; b sums the rounding errors. */
static inline void reduction_add(ex_partial *s, ex_partial t) {
    if (s->a != s->a) {
        *s = t;
        return;
    }
    double sum = s->a + t.a, y = sum - s->a, lost = (s->a - (sum - y)) + (t.a - y);
    s->a = sum;
    s->b += t.b + lost;
}

#define REDUCTION(name, text, lua, takes, gives, how, fold, start, take, join, end, ...)           \
    static inline ex_partial reduction_start_##name(void) { return (ex_partial){start, 0}; }       \
    static inline void reduction_join_##name(ex_partial *s, ex_partial t) {                        \
        if (t.a == t.a) {                                                                          \
            join;                                                                                  \
        }                                                                                          \
    }                                                                                              \
    static inline void reduction_take_##name(ex_partial *s, double x, double at) {                 \
        (void)at;                                                                                  \
        if (x == x) reduction_join_##name(s, take);                                                \
    }                                                                                              \
    static inline double reduction_end_##name(ex_partial s) {                                      \
        double a = s.a, b = s.b;                                                                   \
        (void)b;                                                                                   \
        return end;                                                                                \
    }
EX_REDUCE(REDUCTION)
#undef REDUCTION

/* The same for an operation of EX_REDUCE that is not known at compile time. */
static inline ex_partial reduction_start(unsigned op) {
#define REDUCTION(name, ...)                                                                       \
    case EX_##name: return reduction_start_##name();
    switch (op) { EX_REDUCE(REDUCTION) }
#undef REDUCTION
    return (ex_partial){EX_NAN, 0};
}

static inline void reduction_take(unsigned op, ex_partial *s, double x, double at) {
#define REDUCTION(name, ...)                                                                       \
    case EX_##name: reduction_take_##name(s, x, at); break;
    switch (op) { EX_REDUCE(REDUCTION) }
#undef REDUCTION
}

static inline void reduction_join(unsigned op, ex_partial *s, ex_partial t) {
#define REDUCTION(name, ...)                                                                       \
    case EX_##name: reduction_join_##name(s, t); break;
    switch (op) { EX_REDUCE(REDUCTION) }
#undef REDUCTION
}

static inline double reduction_end(unsigned op, ex_partial s) {
#define REDUCTION(name, ...)                                                                       \
    case EX_##name: return reduction_end_##name(s);
    switch (op) { EX_REDUCE(REDUCTION) }
#undef REDUCTION
    return EX_NAN;
}

#endif
