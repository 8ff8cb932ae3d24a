/* Sums in eights of many lines; a part of kernels.c, which is compiled once for each SIMD level. */
#ifndef EXPR_EIGHTS_KERNELS_H
#define EXPR_EIGHTS_KERNELS_H

/* Lines and elements that are done at a time: two vectors of each line, whose sums and those of
 * eight just fit the registers. Terms and elements of which a copy is made, so that all of it lies
 * in the cache. */
enum { EIGHT = 8, TILE = 3, PAIR = 2 * WIDE, NEAR_TERMS = 8 * EIGHT, NEAR = 32 };

/* Adds up to EIGHT products to two vectors of each of up to TILE lines: the sum of these to the
 * sums there. A sum of -0 is 0 then. */
static inline __attribute__((always_inline)) void eight_terms(size_t lines, size_t terms,
                                                              const double *w, const double *x,
                                                              size_t count, vec sum[TILE][2]) {
    vec part[TILE][2];
    for (size_t l = 0; l < lines; l++) {
        part[l][0] = vec_load(w) * vec_all(x + l * terms);
        part[l][1] = vec_load(w + WIDE) * vec_all(x + l * terms);
    }
#pragma GCC unroll 1
    for (size_t k = 1; k < count; k++) {
        vec w0 = vec_load(w + k * PAIR), w1 = vec_load(w + k * PAIR + WIDE);
        for (size_t l = 0; l < lines; l++) {
            vec factor = vec_all(x + l * terms + k);
            part[l][0] += w0 * factor;
            part[l][1] += w1 * factor;
        }
    }
    for (size_t l = 0; l < lines; l++) {
        sum[l][0] += part[l][0];
        sum[l][1] += part[l][1];
    }
}

/* Some of these: what is left behind the eights. */
static inline __attribute__((always_inline)) void last_terms(size_t lines, size_t terms,
                                                             const double *w, const double *x,
                                                             size_t count, vec sum[TILE][2]) {
    switch (count) {
    case 1: eight_terms(lines, terms, w, x, 1, sum); break;
    case 2: eight_terms(lines, terms, w, x, 2, sum); break;
    case 3: eight_terms(lines, terms, w, x, 3, sum); break;
    case 4: eight_terms(lines, terms, w, x, 4, sum); break;
    case 5: eight_terms(lines, terms, w, x, 5, sum); break;
    case 6: eight_terms(lines, terms, w, x, 6, sum); break;
    case 7: eight_terms(lines, terms, w, x, 7, sum); break;
    default: break;
    }
}

/* Divides sums of lines that were stored at i, of which some may be short decimals. */
static __attribute__((noinline)) void divide_stored(size_t i, size_t lines, double *const *s,
                                                    const ex_divisor *divisor) {
    for (size_t l = 0; l < lines; l++) {
        vec x[2] = {vec_load(s[l] + i), vec_load(s[l] + i + WIDE)};
        divide_doubtful(i, x, divisor);
        vec_store(s[l] + i, x[0]);
        vec_store(s[l] + i + WIDE, x[1]);
    }
}

/* Divides sums that are known to be present, and with `sized` how large they are. 0, and nothing
 * was done, where some may be short decimals. */
static inline __attribute__((always_inline)) int
divide_tile(size_t i, size_t lines, vec sum[TILE][2], const ex_divisor *divisor, int sized) {
    vec_mask doubtful = {0};
    for (size_t l = 0; l < lines; l++)
        doubtful |= vec_near(sum[l][0], divisor, sized) | vec_near(sum[l][1], divisor, sized);
    if (vec_any(doubtful)) return 0;
    for (size_t l = 0; l < lines; l++) divide_apart(i, sum[l], divisor);
    return 1;
}

/* Adds `count` of the terms to two vectors of each of up to TILE lines at `i`: nothing is missing
 * and all is small. The sums are begun anew, or divided in the end. */
static inline __attribute__((always_inline)) void
eights_at(size_t i, size_t lines, double *const *s, size_t terms, const double *w, const double *x,
          size_t count, int begins, const ex_divisor *divisor) {
    vec sum[TILE][2];
    size_t k = 0;
    int divided = 1;
    for (size_t l = 0; l < lines; l++) {
        sum[l][0] = begins ? (vec){0} : vec_load(s[l] + i);
        sum[l][1] = begins ? (vec){0} : vec_load(s[l] + i + WIDE);
    }
    for (; k + EIGHT <= count; k += EIGHT)
        eight_terms(lines, terms, w + k * PAIR, x + k, EIGHT, sum);
    last_terms(lines, terms, w + k * PAIR, x + k, count - k, sum);
    if (divisor && divisor->scale != 0)
        divided = divide_tile(i, lines, sum, divisor, 1);
    else if (divisor)
        divided = divide_tile(i, lines, sum, divisor, 0);
    for (size_t l = 0; l < lines; l++) {
        vec_store(s[l] + i, sum[l][0]);
        vec_store(s[l] + i + WIDE, sum[l][1]);
    }
    if (!divided) divide_stored(i, lines, s, divisor);
}

/* The same of one element, whatever it is. */
static uint64_t eights_one(size_t i, double *s, size_t terms, const double *const *w,
                           const double *x) {
    double sum = 0;
    uint64_t errors = 0;
    int any = 0;
    for (size_t from = 0; from < terms; from += EIGHT) {
        double part = 0;
        for (size_t k = from; k < terms && k < from + EIGHT; k++) {
            double p = w[k][i] * x[k];
            int seen = fabs(p) <= DBL_MAX;
            errors += fabs(p) > DBL_MAX;
            any |= seen;
            part += seen ? p : 0;
        }
        sum += part;
    }
    int bad = any && !(fabs(sum) <= DBL_MAX);
    s[i] = any && !bad ? sum : EX_NAN;
    return errors + (uint64_t)bad;
}

/* The same of one vector. Adds the mask of lanes with errors to *off. */
static inline void eights_checked(size_t i, double *s, size_t terms, const double *const *w,
                                  const double *x, vec_mask *off) {
    vec sum = {0}, nan = (vec){0} + EX_NAN;
    vec_mask any = {0};
    for (size_t from = 0; from < terms; from += EIGHT) {
        vec part = {0};
        for (size_t k = from; k < terms && k < from + EIGHT; k++) {
            vec p = vec_load(w[k] + i) * x[k];
            vec_mask seen = vec_finite(p);
            *off |= ~seen & (p == p);
            any |= seen;
            part += vec_pick(seen, p);
        }
        sum += part;
    }
    *off |= any & ~vec_finite(sum);
    sum = (vec)((any & (vec_mask)sum) | (~any & (vec_mask)nan));
    memcpy(s + i, &sum, sizeof sum);
}

static void eights_some(size_t i, size_t lines, double *const *s, size_t terms, const double *w,
                        const double *x, size_t count, int begins, const ex_divisor *divisor) {
    switch (lines) {
    case 1: eights_at(i, 1, s, terms, w, x, count, begins, divisor); break;
    case 2: eights_at(i, 2, s, terms, w, x, count, begins, divisor); break;
    default: eights_at(i, TILE, s, terms, w, x, count, begins, divisor);
    }
}

/* Adds terms from `first` on to `n` elements of all lines, at most NEAR, from `from` on. */
static void eights_near(size_t from, size_t n, size_t lines, double *const *s, size_t terms,
                        const double *const *w, const double *x, size_t first,
                        const ex_divisor *divisor) {
    double near[NEAR * NEAR_TERMS];
    size_t count = terms - first < NEAR_TERMS ? terms - first : NEAR_TERMS;
    if (first + count < terms) divisor = NULL;
    for (size_t i = 0; i < n; i += PAIR)
        for (size_t k = 0; k < count; k++)
            memcpy(near + i * NEAR_TERMS + k * PAIR, w[first + k] + from + i, PAIR * sizeof *near);
    for (size_t line = 0; line < lines; line += TILE)
        for (size_t i = 0; i < n; i += PAIR)
            eights_some(from + i, lines - line < TILE ? lines - line : TILE, s + line, terms,
                        near + i * NEAR_TERMS, x + line * terms + first, count, !first, divisor);
}

static uint64_t sum_eights(size_t n, size_t lines, double *const *s, size_t terms,
                           const double *const *w, const double *x, int clean,
                           const ex_divisor *divisor) {
    size_t whole = clean && terms ? n / PAIR * PAIR : 0;
    const ex_divisor *known = whole && divisor && divisor->known ? divisor : NULL;
    uint64_t errors = 0;
    for (size_t from = 0; from < whole; from += NEAR)
        for (size_t first = 0; first < terms; first += NEAR_TERMS)
            eights_near(from, whole - from < NEAR ? whole - from : NEAR, lines, s, terms, w, x,
                        first, known);
    for (size_t line = 0; line < lines; line++) {
        const double *factor = x + line * terms;
        for (size_t i = whole; i < n; i += WIDE) {
            vec_mask off = {0};
            int bad = i + WIDE > n;
            if (!bad) eights_checked(i, s[line], terms, w, factor, &off);
            for (int l = 0; l < WIDE; l++) bad |= off[l] != 0;
            for (size_t v = i; bad && v < n && v < i + WIDE; v++)
                errors += eights_one(v, s[line], terms, w, factor);
        }
        if (divisor && !known) quotient_settled(n, s[line], s[line], divisor->by);
    }
    return errors;
}

#endif
