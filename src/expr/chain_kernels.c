/* Weighted means of chains of operations, each in one pass over its data; see kernels.h. */
#include <math.h>

#include "expr/kernels.h"
#include "expr/wide.h"

static inline __attribute__((always_inline)) vec step_of(ex_chain_step step, vec x, double c) {
    switch (step) {
    case EX_CHAIN_ADD: return x + c;
    case EX_CHAIN_SUB: return x - c;
    case EX_CHAIN_FROM: return c - x;
    case EX_CHAIN_MUL: return x * c;
    default: return x / c;
    }
}

/* What is done with the weights of what is present. EXACT: added up without errors, as all are
 * positive and no sum of them is rounded. */
enum { NONE, SUMMED, EXACT };

/* Blocks are read from many vectors at once, more than processors foresee. */
enum { VECS = 2, AHEAD = 32 };

/* A sum of vectors. The errors are summed beside, as everywhere. */
typedef struct sum_state {
    vec a, e;
} sum_state;

static inline __attribute__((always_inline)) void add_term(sum_state *s, vec p) {
    TWO_SUM(t, err, s->a, p)
    s->a = t;
    s->e += err;
}

/* Ends a sum. Returns the lanes that are finite. */
static inline __attribute__((always_inline)) vec_mask put_sum(sum_state s, vec_mask any,
                                                              double *to) {
    vec x = s.a + s.e;
    vec_store(to, vec_choose(any, x, (vec){0} + EX_NAN));
    return vec_finite(x);
}

/* What the steps make of a vector. `steps` 0: as many, and those, that the chain has. */
static inline __attribute__((always_inline)) vec steps_of(const ex_chain *c, int steps,
                                                          ex_chain_step first, ex_chain_step second,
                                                          vec x, const double *number) {
    if (!steps) {
        for (int j = 0; j < c->steps; j++) x = step_of(c->step[j], x, number[j]);
        return x;
    }
    x = step_of(first, x, number[0]);
    return steps == 1 ? x : step_of(second, x, number[1]);
}

/* A block of vectors at `at`, into place i of the sums. What leaves the finite numbers makes the
 * sum infinite or missing: nothing brings it back, as what was missing is left out and no step
 * multiplies by 0 or divides by it. Returns the lanes where that happened. */
static inline __attribute__((always_inline)) vec_mask
block_at(const ex_chain *c, int steps, ex_chain_step first, ex_chain_step second, int weights,
         size_t at, size_t i, double *const s[2]) {
    sum_state sum[VECS] = {0}, of[VECS] = {0};
    vec_mask any[VECS] = {0}, off = {0};
    const double *number = c->number;
    const int width = (steps ? steps : c->steps) + 2;
    for (size_t k = 0; k < c->terms; k++, number += width) {
        const double *from = c->x[k] + at;
        const vec weight = vec_all(number + width - 2), one = vec_all(number + width - 1);
        for (size_t v = 0; v < VECS * WIDE; v += CACHE_LINE) __builtin_prefetch(from + AHEAD + v);
        for (size_t h = 0; h < VECS; h++) {
            const vec x = vec_load(from + h * WIDE);
            const vec_mask seen = vec_seen(x);
            add_term(&sum[h],
                     vec_pick(seen, steps_of(c, steps, first, second, x, number) * weight));
            if (weights != EXACT) any[h] |= seen;
            if (weights == SUMMED) add_term(&of[h], vec_pick(seen, one));
            if (weights == EXACT) of[h].a += vec_pick(seen, one);
        }
    }
    for (size_t h = 0; h < VECS; h++) {
        if (weights == EXACT) any[h] = of[h].a != 0;
        off |= ~put_sum(sum[h], any[h], s[0] + i + h * WIDE);
        if (weights) off |= ~put_sum(of[h], any[h], s[1] + i + h * WIDE);
    }
    return off;
}

static inline __attribute__((always_inline)) int blocks(const ex_chain *c, int steps,
                                                        ex_chain_step first, ex_chain_step second,
                                                        size_t n, size_t at, double *const s[2]) {
    vec_mask off = {0};
    if (s[1] && c->exact)
        for (size_t i = 0; i < n; i += VECS * WIDE)
            off |= block_at(c, steps, first, second, EXACT, at + i, i, s);
    else if (s[1])
        for (size_t i = 0; i < n; i += VECS * WIDE)
            off |= block_at(c, steps, first, second, SUMMED, at + i, i, s);
    else
        for (size_t i = 0; i < n; i += VECS * WIDE)
            off |= block_at(c, steps, first, second, NONE, at + i, i, s);
    return !vec_any(off);
}

/* What no block of vectors holds: copied into one, the first again behind them. */
static int last_block(const ex_chain *c, size_t left, size_t at, double *const s[2]) {
    enum { MOST = 64 };
    double room[MOST][VECS * WIDE],
        sums[2][VECS * WIDE], *const out[2] = {sums[0], s[1] ? sums[1] : NULL};
    const double *x[MOST];
    if (c->terms > MOST) return 0;
    for (size_t k = 0; k < c->terms; k++) {
        memcpy(room[k], c->x[k] + at, left * sizeof(double));
        for (size_t i = left; i < VECS * WIDE; i++) room[k][i] = room[k][0];
        x[k] = room[k];
    }
    ex_chain own = *c;
    own.x = x;
    if (!blocks(&own, 0, EX_CHAIN_ADD, EX_CHAIN_ADD, VECS * WIDE, 0, out)) return 0;
    for (int j = 0; j < 2 && s[j]; j++) memcpy(s[j], sums[j], left * sizeof(double));
    return 1;
}

int GLUE(ex_sum_chain_, KERNEL_LEVEL)(size_t n, size_t at, const ex_chain *c, double *const s[2]) {
    const size_t whole = n / (VECS * WIDE) * (VECS * WIDE), left = n - whole;
    const int min_max = c->steps == 2 && c->step[0] == EX_CHAIN_SUB && c->step[1] == EX_CHAIN_DIV;
    const int fine = min_max ? blocks(c, 2, EX_CHAIN_SUB, EX_CHAIN_DIV, whole, at, s)
                             : blocks(c, 0, EX_CHAIN_ADD, EX_CHAIN_ADD, whole, at, s);
    double *const rest[2] = {s[0] + whole, s[1] ? s[1] + whole : NULL};
    return fine && (!left || last_block(c, left, at + whole, rest));
}
