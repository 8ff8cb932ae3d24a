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

/* Sums of two vectors. The errors are summed beside, as everywhere. */
typedef struct sum_state {
    vec a0, a1, e0, e1;
} sum_state;

static inline __attribute__((always_inline)) void add_terms(sum_state *s, vec p0, vec p1) {
    TWO_SUM(t0, err0, s->a0, p0)
    TWO_SUM(t1, err1, s->a1, p1)
    s->a0 = t0;
    s->a1 = t1;
    s->e0 += err0;
    s->e1 += err1;
}

static inline __attribute__((always_inline)) void
put_sums(const sum_state *s, vec_mask any0, vec_mask any1, double *to, double *error) {
    const vec nan = (vec){0} + EX_NAN;
    vec_store(to, vec_choose(any0, s->a0, nan));
    vec_store(to + WIDE, vec_choose(any1, s->a1, nan));
    vec_store(error, s->e0);
    vec_store(error + WIDE, s->e1);
}

typedef struct pair {
    vec x0, x1;
} pair;

/* What the steps make of two vectors. `steps` 0: as many as the chain says. */
static inline __attribute__((always_inline)) pair steps_of(const ex_chain *c, int steps,
                                                           ex_chain_step first,
                                                           ex_chain_step second, const double *x,
                                                           const double *number) {
    pair p = {vec_load(x), vec_load(x + WIDE)};
    if (steps) {
        p.x0 = step_of(first, p.x0, number[0]);
        p.x1 = step_of(first, p.x1, number[0]);
        if (steps == 1) return p;
        p.x0 = step_of(second, p.x0, number[1]);
        p.x1 = step_of(second, p.x1, number[1]);
        return p;
    }
    for (int j = 0; j < c->steps; j++) {
        p.x0 = step_of(c->step[j], p.x0, number[j]);
        p.x1 = step_of(c->step[j], p.x1, number[j]);
    }
    return p;
}

/* A block of two vectors at `at`, into place i of the sums. What leaves the finite numbers makes
 * the sum infinite or missing: nothing brings it back, as what is missing is left out and no step
 * multiplies by 0 or divides by it. Returns the lanes where that happened. The steps of a term are
 * begun before the term in front of it is added: divisions take long. */
static inline __attribute__((always_inline)) vec_mask
block_at(const ex_chain *c, int steps, ex_chain_step first, ex_chain_step second, int weights,
         size_t at, size_t i, double *const s[2], double *const e[2]) {
    sum_state sum = {{0}, {0}, {0}, {0}}, of = sum;
    vec_mask any0 = {0}, any1 = {0};
    const double *number = c->number;
    const int width = (steps ? steps : c->steps) + 2;
    pair next = steps_of(c, steps, first, second, c->x[0] + at, number);
    for (size_t k = 0; k < c->terms; k++, number += width) {
        pair x = next;
        next = steps_of(c, steps, first, second, c->x[k + 1] + at, number + width);
        vec_mask seen0 = vec_seen(x.x0), seen1 = vec_seen(x.x1);
        vec weight = vec_all(number + width - 2);
        add_terms(&sum, vec_pick(seen0, x.x0 * weight), vec_pick(seen1, x.x1 * weight));
        if (weights != EXACT) {
            any0 |= seen0;
            any1 |= seen1;
        }
        if (!weights) continue;
        vec one = vec_all(number + width - 1);
        if (weights == EXACT) {
            of.a0 += vec_pick(seen0, one);
            of.a1 += vec_pick(seen1, one);
        } else {
            add_terms(&of, vec_pick(seen0, one), vec_pick(seen1, one));
        }
    }
    if (weights == EXACT) {
        any0 = of.a0 != 0;
        any1 = of.a1 != 0;
    }
    put_sums(&sum, any0, any1, s[0] + i, e[0] + i);
    if (weights) put_sums(&of, any0, any1, s[1] + i, e[1] + i);
    return ~(vec_finite(sum.a0) & vec_finite(sum.a1) & vec_finite(of.a0) & vec_finite(of.a1));
}

static inline __attribute__((always_inline)) int blocks(const ex_chain *c, int steps,
                                                        ex_chain_step first, ex_chain_step second,
                                                        size_t n, size_t at, double *const s[2],
                                                        double *const e[2]) {
    vec_mask off = {0};
    if (s[1] && c->exact)
        for (size_t i = 0; i < n; i += 2 * WIDE)
            off |= block_at(c, steps, first, second, EXACT, at + i, i, s, e);
    else if (s[1])
        for (size_t i = 0; i < n; i += 2 * WIDE)
            off |= block_at(c, steps, first, second, SUMMED, at + i, i, s, e);
    else
        for (size_t i = 0; i < n; i += 2 * WIDE)
            off |= block_at(c, steps, first, second, NONE, at + i, i, s, e);
    return !vec_any(off);
}

/* What no block of two vectors holds: copied into one, the first again behind them. */
static int last_block(const ex_chain *c, size_t left, size_t at, double *const s[2],
                      double *const e[2]) {
    enum { MOST = 64 };
    double room[MOST][2 * WIDE],
        sums[4][2 * WIDE], *const out[2] = {sums[0], s[1] ? sums[1] : NULL},
                                  *const error[2] = {sums[2], sums[3]};
    const double *x[MOST + 1];
    int fine = 1;
    if (c->terms > MOST) return 0;
    for (size_t k = 0; k < c->terms; k++) {
        memcpy(room[k], c->x[k] + at, left * sizeof(double));
        for (size_t i = left; i < 2 * WIDE; i++) room[k][i] = room[k][0];
        x[k] = room[k];
    }
    x[c->terms] = room[0];
    ex_chain own = *c;
    own.x = x;
    fine = blocks(&own, 0, EX_CHAIN_ADD, EX_CHAIN_ADD, 2 * WIDE, 0, out, error);
    for (int j = 0; j < 2; j++) {
        if (!s[j]) continue;
        memcpy(s[j], sums[j], left * sizeof(double));
        memcpy(e[j], sums[2 + j], left * sizeof(double));
    }
    return fine;
}

int GLUE(ex_sum_chain_, KERNEL_LEVEL)(size_t n, size_t at, const ex_chain *c, double *const s[2],
                                      double *const e[2]) {
    size_t whole = n / (2 * WIDE) * (2 * WIDE), left = n - whole;
    int min_max = c->steps == 2 && c->step[0] == EX_CHAIN_SUB && c->step[1] == EX_CHAIN_DIV;
    int fine = min_max ? blocks(c, 2, EX_CHAIN_SUB, EX_CHAIN_DIV, whole, at, s, e)
                       : blocks(c, 0, EX_CHAIN_ADD, EX_CHAIN_ADD, whole, at, s, e);
    double *const rest[2] = {s[0] + whole, s[1] ? s[1] + whole : NULL}, *const error[2] = {
                                                                            e[0] + whole,
                                                                            s[1] ? e[1] + whole
                                                                                 : NULL};
    return fine && (!left || last_block(c, left, at + whole, rest, error));
}
