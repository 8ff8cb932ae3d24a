#include "uncertainty/sobol_sums.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/philox.h"

/* The sums of a block: those of A and B, then those of each factor, then those of each pair. All
 * values are differences from `from`. */
enum { ROWS, SUM_A, SUM_B, SQUARES, A_TIMES_B, OF_ROWS };
enum { CROSS, CHANGE, SQUARE, SUM_BA, OF_FACTOR };

size_t sobol_pair(size_t factors, size_t i, size_t j) {
    return i * (2 * factors - i - 1) / 2 + j - i - 1;
}

static size_t pairs_of(const sobol_sums *s) {
    return s->second ? s->factors * (s->factors - 1) / 2 : 0;
}

int sobol_sums_open(sobol_sums *s, size_t factors, int second, uint64_t rows, double from,
                    arena *memory, fault *f) {
    *s = (sobol_sums){.factors = factors,
                      .second = second && factors > 1,
                      .rows = rows,
                      .from = isfinite(from) ? from : 0,
                      .least = INFINITY,
                      .most = -INFINITY};
    s->length = (rows + SOBOL_SUMS_BLOCKS - 1) / SOBOL_SUMS_BLOCKS;
    s->blocks = rows ? (size_t)((rows + s->length - 1) / s->length) : 0;
    s->width = OF_ROWS + factors * OF_FACTOR + pairs_of(s);
    s->block = arena_zero(memory, s->blocks * s->width + 1, sizeof *s->block);
    return s->block || fault_memory(f);
}

/* ---- adding ---- */

static int is_whole(const sobol_sums *s, size_t count, size_t k, const double *a, const double *b,
                    const double *ab, const double *ba) {
    int fine = isfinite(a[k]) && isfinite(b[k]);
    for (size_t i = 0; fine && i < s->factors; i++)
        fine = isfinite(ab[i * count + k]) && (!ba || isfinite(ba[i * count + k]));
    return fine;
}

static void add_pairs(const sobol_sums *s, double *to, size_t count, size_t k, const double *ab,
                      const double *ba) {
    for (size_t i = 0; i < s->factors; i++)
        for (size_t j = i + 1; j < s->factors; j++)
            *to++ += (ba[i * count + k] - s->from) * (ab[j * count + k] - s->from);
}

void sobol_sums_add(sobol_sums *s, uint64_t first, size_t count, const double *a, const double *b,
                    const double *ab, const double *ba) {
    for (size_t k = 0; k < count; k++) {
        if (!is_whole(s, count, k, a, b, ab, ba)) {
            s->left_out++;
            continue;
        }
        double *to = s->block + (first + k) / s->length * s->width, *of = to + OF_ROWS;
        double x = a[k] - s->from, y = b[k] - s->from;
        s->used++;
        s->least = fmin(s->least, fmin(a[k], b[k]));
        s->most = fmax(s->most, fmax(a[k], b[k]));
        to[ROWS] += 1;
        to[SUM_A] += x;
        to[SUM_B] += y;
        to[SQUARES] += x * x + y * y;
        to[A_TIMES_B] += x * y;
        for (size_t i = 0; i < s->factors; i++, of += OF_FACTOR) {
            double change = ab[i * count + k] - a[k];
            of[CROSS] += y * change;
            of[CHANGE] += change;
            of[SQUARE] += change * change;
            if (ba) of[SUM_BA] += ba[i * count + k] - s->from;
        }
        if (s->second && ba) add_pairs(s, of, count, k, ab, ba);
    }
}

/* ---- estimating ---- */

/* Where the indices of one estimate stand: first, total, then pairs, then the sum of the first. */
static size_t indices_of(const sobol_sums *s) { return 2 * s->factors + pairs_of(s) + 1; }

/* `from`: the number that the means are taken from; NaN: their own mean. */
static void estimate(const sobol_sums *s, const double *sum, double from, double *out,
                     double *variance) {
    double n = sum[ROWS], m = (sum[SUM_A] + sum[SUM_B]) / (2 * n), total = 0;
    double v = (sum[SQUARES] - 2 * n * m * m) / (2 * n - 1), c = isnan(from) ? m : from - s->from;
    const double *of = sum + OF_ROWS;
    for (size_t i = 0; i < s->factors; i++, of += OF_FACTOR) {
        out[i] = (of[CROSS] - c * of[CHANGE]) / n / v;
        out[s->factors + i] = of[SQUARE] / (2 * n) / v;
        total += out[i];
    }
    double *pair = out + 2 * s->factors;
    const double *first = sum + OF_ROWS;
    for (size_t i = 0; s->second && i < s->factors; i++)
        for (size_t j = i + 1; j < s->factors; j++) {
            /* sums of f(BA_i) and f(AB_j), to take m from both products */
            double ba = first[i * OF_FACTOR + SUM_BA],
                   ab = first[j * OF_FACTOR + CHANGE] + sum[SUM_A];
            double closed =
                (*of++ - c * (ba + ab) - sum[A_TIMES_B] + c * (sum[SUM_A] + sum[SUM_B])) / n / v;
            *pair++ = closed - out[i] - out[j];
        }
    *pair = total;
    *variance = v;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One sample of the bootstrap: as many blocks as there are, with replacement. */
static void draw_blocks(const sobol_sums *s, uint64_t seed, size_t which, double *sum) {
    memset(sum, 0, s->width * sizeof *sum);
    for (size_t i = 0; i < s->blocks; i++) {
        philox x = philox4x32(seed ^ UINT64_C(0x626f6f7473747261),
                              (philox){{(uint32_t)i, (uint32_t)which, 0, 0}});
        size_t b = (size_t)((uint64_t)x.word[0] * s->blocks >> 32);
        const double *from = s->block + b * s->width;
        for (size_t k = 0; k < s->width; k++) sum[k] += from[k];
    }
}

static int bootstrap(const sobol_sums *s, double from, size_t again, uint64_t seed,
                     sobol_index *const *index, fault *f) {
    size_t n = indices_of(s), got = 0;
    double *all = mem_zero(again * n + n + s->width, sizeof *all), v;
    if (!all) return fault_memory(f);
    double *out = all + again * n, *sum = out + n;
    for (size_t r = 0; r < again && !limits_over(); r++) {
        draw_blocks(s, seed, r, sum);
        estimate(s, sum, from, out, &v);
        if (!(sum[ROWS] > 1) || !(v > 0)) continue;
        for (size_t k = 0; k < n; k++) all[k * again + got] = out[k];
        got++;
    }
    for (size_t k = 0; got && k < n; k++) {
        double *x = all + k * again;
        qsort(x, got, sizeof *x, by_value);
        index[k]->low = x[(size_t)((double)(got - 1) * 0.025 + 0.5)];
        index[k]->high = x[(size_t)((double)(got - 1) * 0.975 + 0.5)];
    }
    mem_free(all);
    return 1;
}

/* Rounding makes a result that never changes differ in its last digits. */
static int is_constant(const sobol_sums *s) {
    return s->used < 2 || s->most - s->least <= 1e-12 * fmax(fabs(s->least), fabs(s->most));
}

int sobol_sums_result(const sobol_sums *s, int centred, size_t again, uint64_t seed,
                      sobol_result *out, arena *memory, fault *f) {
    size_t n = indices_of(s), pairs = pairs_of(s);
    double from = centred ? NAN : 0;
    sobol_index *own = arena_zero(memory, n, sizeof *own);
    sobol_index **list = arena_take(memory, n * sizeof *list);
    double *sum = arena_zero(memory, s->width + n, sizeof *sum), *value = sum + s->width;
    if (!own || !list || !sum) return fault_memory(f);
    *out = (sobol_result){.first = own,
                          .total = own + s->factors,
                          .second = pairs ? own + 2 * s->factors : NULL,
                          .mean = NAN,
                          .variance = NAN,
                          .constant = is_constant(s)};
    for (size_t k = 0; k < n; k++) {
        own[k] = (sobol_index){NAN, NAN, NAN};
        list[k] = k + 1 < n ? &own[k] : &out->sum;
    }
    out->sum = own[0];
    for (size_t b = 0; b < s->blocks; b++)
        for (size_t k = 0; k < s->width; k++) sum[k] += s->block[b * s->width + k];
    if (s->used) out->mean = s->from + (sum[SUM_A] + sum[SUM_B]) / (2 * sum[ROWS]);
    if (out->constant) {
        if (s->used) out->variance = 0;
        return 1;
    }
    estimate(s, sum, from, value, &out->variance);
    for (size_t k = 0; k < n; k++) list[k]->value = value[k];
    return bootstrap(s, from, again, seed, list, f);
}
