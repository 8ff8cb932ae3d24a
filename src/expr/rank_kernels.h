/* Ranks of lines that lie beside one another; a part of kernels.c, which is compiled once for each
 * SIMD level. */
#ifndef EXPR_RANK_KERNELS_H
#define EXPR_RANK_KERNELS_H

static int rank_lines(size_t n, const double *x, size_t stride, double *out, size_t out_stride,
                      int ascending, int64_t *better) {
    vec_mask near = {0};
    memset(better, 0, n * sizeof near);
    for (size_t i = 0; i < n; i++) {
        vec a = vec_load(x + i * stride);
        vec bound = (vec)((vec_mask)a & INT64_MAX) * 1.1e-14; /* as decimal_adjacent */
        vec_mask own;
        memcpy(&own, better + i * WIDE, sizeof own);
        for (size_t j = i + 1; j < n; j++) {
            vec b = vec_load(x + j * stride), apart = (vec)((vec_mask)(a - b) & INT64_MAX);
            vec_mask more = a<b, less = a> b, theirs;
            near |= (apart <= bound) & (more | less);
            memcpy(&theirs, better + j * WIDE, sizeof theirs);
            own -= ascending ? less : more; /* a mask is -1 */
            theirs -= ascending ? more : less;
            memcpy(better + j * WIDE, &theirs, sizeof theirs);
        }
        memcpy(better + i * WIDE, &own, sizeof own);
    }
    for (int l = 0; l < WIDE; l++)
        if (near[l]) return 0;
    for (size_t i = 0; i < n; i++)
        for (size_t l = 0; l < WIDE; l++) {
            double a = x[i * stride + l];
            out[i * out_stride + l] = a == a ? (double)(better[i * WIDE + l] + 1) : EX_NAN;
        }
    return 1;
}

/* Keys of 30 bits, as many in a vector as there are. */
typedef int32_t keys __attribute__((vector_size(WIDE * sizeof(double))));
typedef int32_t half_keys __attribute__((vector_size(WIDE * sizeof(int32_t))));
enum { KEY_VECTORS = EX_RANKED * sizeof(int32_t) / sizeof(keys) };

/* Where the least element of each line is 0 and the greatest 2^30, or with `ascending` the other
 * way round, elements become whole numbers; missing ones less than all. 0 where a line is so narrow
 * that a difference of two between keys could be one of decimals. */
static int make_keys(size_t n, const double *x, size_t stride, int ascending, int32_t *key) {
    enum { PART = 2 };
    int wide = 1;
    for (size_t l = 0; l < EX_RANKED; l += PART * WIDE) {
        vec low[PART], high[PART], scale[PART], missing = (vec){0} - 4;
        for (size_t h = 0; h < PART; h++) {
            low[h] = (vec){0} + INFINITY;
            high[h] = (vec){0} - INFINITY;
        }
        for (size_t i = 0; i < n; i++)
            for (size_t h = 0; h < PART; h++) {
                vec a = vec_load(x + i * stride + l + h * WIDE);
                low[h] = vec_least(a, low[h]);
                high[h] = vec_most(a, high[h]);
            }
        for (size_t h = 0; h < PART; h++) {
            vec range = high[h] - low[h];
            wide &=
                !vec_any(~((range > 2e-5 * vec_size(high[h])) & (range > 2e-5 * vec_size(low[h]))));
            scale[h] = (ascending ? -0x1p30 : 0x1p30) / range;
            if (ascending) low[h] = high[h];
        }
        for (size_t i = 0; wide && i < n; i++)
            for (size_t h = 0; h < PART; h++) {
                vec a = vec_load(x + i * stride + l + h * WIDE);
                a = vec_choose(a == a, (a - low[h]) * scale[h], missing);
                half_keys own = __builtin_convertvector(a, half_keys);
                memcpy(key + i * EX_RANKED + l + h * WIDE, &own, sizeof own);
            }
    }
    return wide;
}

static inline keys keys_load(const int32_t *p) {
    keys x;
    memcpy(&x, p, sizeof x);
    return x;
}

static inline void put_ranks(double *out, keys rank) {
    half_keys half[sizeof(keys) / sizeof(half_keys)];
    memcpy(half, &rank, sizeof half);
    for (size_t h = 0; h < sizeof(keys) / sizeof(half_keys); h++) {
        vec x = __builtin_convertvector(half[h], vec);
        vec_store(out + h * WIDE, vec_choose(x != 0, x, (vec){0} + EX_NAN));
    }
}

/* How many keys are less than each, but for those next to it; missing ones always are. */
static int rank_apart(size_t n, const double *x, size_t stride, double *out, size_t out_stride,
                      int ascending, int32_t *key) {
    enum { KEYS = sizeof(keys) / sizeof(int32_t) };
    keys present[KEY_VECTORS] = {{0}}, sum[KEY_VECTORS] = {{0}}, all = (keys){0} + (int32_t)n;
    if (!make_keys(n, x, stride, ascending, key)) return 0;
    for (size_t i = 0; i < n; i++) {
        keys own[KEY_VECTORS], worse[KEY_VECTORS];
        for (size_t q = 0; q < KEY_VECTORS; q++) {
            own[q] = keys_load(key + i * EX_RANKED + q * KEYS) - 1;
            worse[q] = (keys){0};
        }
#pragma GCC unroll 4
        for (size_t j = 0; j < n; j++)
            for (size_t q = 0; q < KEY_VECTORS; q++)
                worse[q] -= own[q] > keys_load(key + j * EX_RANKED + q * KEYS);
        for (size_t q = 0; q < KEY_VECTORS; q++) {
            keys here = own[q] >= -1, rank = (all - worse[q]) & here; /* 0 is missing */
            sum[q] += rank;
            present[q] -= here;
            put_ranks(out + i * out_stride + q * KEYS, rank);
        }
    }
    /* Only if none was as near as one to another do the ranks add up to 1 + 2 + 3 + … */
    keys off = {0};
    for (size_t q = 0; q < KEY_VECTORS; q++) off |= 2 * sum[q] - present[q] * (present[q] + 1);
    int apart = 1;
    for (size_t l = 0; l < KEYS; l++) apart &= off[l] == 0;
    return apart;
}

#endif
