/* Shapley and Owen values: what each factor, and each item within a factor, contributes to the
 * change of every score and rank.
 *
 * Each value is a weighted sum over all coalitions (Shapley 1953; Owen 1977 for items within
 * factors). The weights are whole numbers over a common divisor and the sums are compensated, so
 * that the values of all players add up to the total change but for the last bits. */
#include "impact/diff.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/splitmix64.h"
#include "base/text.h"
#include "base/work.h"

/* ---- sums over coalitions ---- */

/* Compensated sums: one each for the score, the rank and the own rank (diff_mix) of every place. */
typedef struct shapley_sum {
    double *sum, *error;
    size_t places;
} shapley_sum;

/* 0 without memory. */
static int shapley_open(shapley_sum *s, size_t places) {
    *s = (shapley_sum){mem_zero(places + 1, sizeof *s->sum), mem_zero(places + 1, sizeof *s->error),
                       places};
    return s->sum && s->error;
}

static void shapley_close(shapley_sum *s) {
    mem_free(s->sum);
    mem_free(s->error);
    *s = (shapley_sum){0};
}

/* Adds weighted values by Neumaier's method: what an addition loses is summed separately. */
static void shapley_add(shapley_sum *s, double weight, const double *value) {
    for (size_t i = 0; i < s->places; i++) {
        double x = weight * value[i], t = s->sum[i] + x;
        double big = __builtin_fabs(s->sum[i]) >= __builtin_fabs(x) ? s->sum[i] : x;
        double small = big == x ? s->sum[i] : x;
        s->error[i] += (big - t) + small;
        s->sum[i] = t;
    }
}

/* Divides the sums; the results are in `sum`. */
static void shapley_end(shapley_sum *s, double divisor) {
    for (size_t i = 0; i < s->places; i++) {
        s->sum[i] = (s->sum[i] + s->error[i]) / divisor;
        s->error[i] = 0;
    }
}

/* Exact up to n = 18. */
static double shapley_factorial(int n) {
    double out = 1;
    for (int i = 2; i <= n; i++) out *= i;
    return out;
}

/* The weight, times players!, of the value of a coalition of `size`, for a player who is in it or
 * not. */
static double shapley_weight(int players, int size, int in) {
    return in ? shapley_factorial(size - 1) * shapley_factorial(players - size)
              : -shapley_factorial(size) * shapley_factorial(players - size - 1);
}

/* A random number below `bound`, without bias. */
static uint32_t shapley_below(uint64_t *state, uint32_t bound) {
    uint64_t least = (UINT64_MAX % bound + 1) % bound, x;
    do x = splitmix64(state);
    while (x < least);
    return (uint32_t)(x % bound);
}

/* ---- factors ---- */

static void switch_factor(differ *d, const diff_factor *factor, int side) {
    for (size_t i = 0; i < factor->count; i++)
        d->side[d->item[factor->from + i]] = (unsigned char)side;
}

/* Stores the sums as the contributions of a part. */
static int end_sums(differ *d, shapley_sum *s, double divisor, assess_part *to) {
    double *out = arena_take(&d->out->memory, 3 * (d->places + 1) * sizeof *out);
    if (!out) return fault_memory(d->f);
    shapley_end(s, divisor);
    double *own = out + d->places, *others = own + d->places;
    for (size_t i = 0; i < d->places; i++) {
        out[i] = s->sum[i];
        own[i] = s->sum[2 * d->places + i];
        others[i] = s->sum[d->places + i] - own[i];
    }
    to->score = out;
    to->own = own;
    to->others = others;
    return 1;
}

/* Evaluates all mixes of factors in the order of a Gray code: each differs from the one before by
 * one factor. */
static int each_mix(differ *d, shapley_sum *sum) {
    int k = (int)d->factors;
    unsigned last = 0;
    memset(d->side, 0, d->m->items);
    for (unsigned i = 0; i < 1u << k; i++) {
        unsigned set = i ^ i >> 1;
        int size = 0;
        for (int j = 0; j < k; j++) {
            int in = (int)(set >> j & 1);
            size += in;
            if ((set ^ last) >> j & 1) switch_factor(d, &d->factor[d->order[j]], in);
        }
        last = set;
        if (!diff_eval(d)) return 0;
        work_add(1);
        for (int j = 0; j < k; j++)
            shapley_add(&sum[d->order[j]], shapley_weight(k, size, (int)(set >> j & 1)),
                        d->mix.score);
    }
    return 1;
}

int diff_factors(differ *d) {
    /* The factor that comes first is switched most often, so it should be cheap to switch. */
    static const int cheap[] = {MIX_WEIGHTS,  MIX_PARAMS, MIX_STANDARDS, MIX_METHODS,
                                MIX_COVERAGE, MIX_DATA,   MIX_STRUCTURE};
    size_t k = d->factors, n = 0;
    shapley_sum *sum = mem_zero(k + 1, sizeof *sum);
    assess_part *parts = arena_zero(&d->out->memory, k + 1, sizeof *parts);
    int fine = sum && parts;
    for (size_t i = 0; i < sizeof cheap / sizeof *cheap; i++)
        for (size_t j = 0; j < k; j++)
            if ((int)d->factor[j].factor == cheap[i]) d->order[n++] = (int)j;
    for (size_t i = 0; fine && i < k; i++) fine = shapley_open(&sum[i], 3 * d->places);
    if (!fine) fault_memory(d->f);
    work_begin(TEXT("%.0f of %.0f mixes of the editions"), NULL, (uint64_t)1 << k);
    fine = fine && (!k || each_mix(d, sum));
    work_end();
    for (size_t i = 0; fine && i < k; i++) {
        const diff_factor *own = &d->factor[i];
        parts[i] = (assess_part){
            .factor = (assess_factor)own->factor, .address = "", .leaves = own->count, .only = ""};
        const mix_item *first = &d->m->item[d->item[own->from]];
        int several = (first->factor == MIX_STANDARDS && first->hard >= 0) ||
                      (first->factor == MIX_DATA && first->hard >= 0 && d->m->table_names > 1) ||
                      (first->factor == MIX_STRUCTURE && d->tree && !*d->tree) ||
                      d->m->together >> own->factor & 1;
        if (own->count == 1 && !several) parts[i].only = diff_address(d, d->item[own->from]);
        fine = end_sums(d, &sum[i], shapley_factorial((int)k), &parts[i]);
    }
    for (size_t i = 0; sum && i < k; i++) shapley_close(&sum[i]);
    mem_free(sum);
    d->out->d.factor = parts;
    d->out->d.factors = k;
    return fine;
}

/* ---- the items within a factor ----
 *
 * Their Owen values add up to what the factor contributes. For every coalition of the other
 * factors, an item's value is the mean of what it adds over all orders of the factor's items. Up to
 * EXACT items all subsets are computed. For more, orders are drawn at random, in pairs of an order
 * and its reverse; in each the items still add up to the whole factor. */

enum { EXACT = 12, EVALUATIONS = 4096, PLACES = 20000000, PAIRS_LEAST = 2 };

/* How many mixes are computed for the items of a factor: fewer where there are many units. */
static size_t evaluations(const differ *d, const assess_diff_wish *wish) {
    size_t fit = PLACES / (d->places + 1);
    return wish->evaluations ? wish->evaluations : fit < EVALUATIONS ? fit + 1 : EVALUATIONS;
}

/* Switches the other factors as the bits of a set; returns how many are in it. */
static int switch_others(differ *d, size_t own, unsigned set) {
    int size = 0;
    for (size_t i = 0, bit = 0; i < d->factors; i++) {
        if (i == own) continue;
        int in = (int)(set >> bit++ & 1);
        switch_factor(d, &d->factor[i], in);
        size += in;
    }
    return size;
}

static void switch_item(differ *d, const diff_factor *own, size_t i, int side) {
    d->side[d->item[own->from + i]] = (unsigned char)side;
}

static int evaluate_subsets(differ *d, size_t which, shapley_sum *sum) {
    const diff_factor *own = &d->factor[which];
    int k = (int)d->factors, n = (int)own->count;
    for (unsigned set = 0; set < 1u << (k - 1); set++) {
        int size = switch_others(d, which, set);
        double outer = shapley_factorial(size) * shapley_factorial(k - 1 - size);
        unsigned last = 0;
        switch_factor(d, own, 0);
        for (unsigned i = 0; i < 1u << n; i++) {
            unsigned in = i ^ i >> 1;
            int inside = 0;
            for (int j = 0; j < n; j++) {
                inside += (int)(in >> j & 1);
                if ((in ^ last) >> j & 1) switch_item(d, own, (size_t)j, (int)(in >> j & 1));
            }
            last = in;
            if (!diff_eval(d)) return 0;
            for (int j = 0; j < n; j++)
                shapley_add(&sum[j], outer * shapley_weight(n, inside, (int)(in >> j & 1)),
                            d->mix.score);
        }
    }
    return 1;
}

/* ---- by sampling ---- */

typedef struct sampling {
    differ *d;
    const diff_factor *own;
    shapley_sum *sum;
    /* by item and place: what it added in the first of a pair; the variance */
    double *half, *squares;
    double *mean, *spread; /* the same within one coalition of the other factors */
    uint32_t *order;
    diff_mix before;
} sampling;

static void copy_mix(const differ *d, diff_mix *to) {
    memcpy(to->score, d->mix.score, 4 * d->places * sizeof(double));
}

/* Adds what each item adds along one order; `second`: along its reverse, which ends the pair. */
static int sample_order(sampling *s, double weight, int second, size_t pair) {
    differ *d = s->d;
    size_t n = s->own->count, places = d->places;
    switch_factor(d, s->own, 0);
    if (!diff_eval(d)) return 0;
    copy_mix(d, &s->before);
    for (size_t i = 0; i < n; i++) {
        uint32_t leaf = s->order[second ? n - 1 - i : i];
        double *half = s->half + leaf * places, *mean = s->mean + leaf * places;
        double *spread = s->spread + leaf * places;
        switch_item(d, s->own, leaf, 1);
        if (!diff_eval(d)) return 0;
        shapley_add(&s->sum[leaf], weight, d->mix.score);
        shapley_add(&s->sum[leaf], -weight, s->before.score);
        for (size_t p = 0; p < places; p++) {
            double added = d->mix.score[p] - s->before.score[p];
            if (!second) {
                half[p] = added;
                continue;
            }
            /* Welford's mean and spread of the pairs */
            double x = (half[p] + added) / 2, off = x - mean[p];
            mean[p] += off / (double)(pair + 1);
            spread[p] += off * (x - mean[p]);
        }
        copy_mix(d, &s->before);
    }
    return 1;
}

static void shuffle_order(uint32_t *order, size_t n, uint64_t *random) {
    for (uint32_t i = 0; i < n; i++) order[i] = i;
    for (size_t i = n; i > 1; i--) {
        uint32_t k = shapley_below(random, (uint32_t)i), swap = order[i - 1];
        order[i - 1] = order[k];
        order[k] = swap;
    }
}

static int sample_orders(sampling *s, size_t which, uint64_t seed, size_t pairs) {
    differ *d = s->d;
    int k = (int)d->factors;
    size_t cells = s->own->count * d->places;
    double all = shapley_factorial(k);
    for (unsigned set = 0; set < 1u << (k - 1); set++) {
        int size = switch_others(d, which, set);
        double outer = shapley_factorial(size) * shapley_factorial(k - 1 - size);
        memset(s->mean, 0, cells * sizeof *s->mean);
        memset(s->spread, 0, cells * sizeof *s->spread);
        for (size_t pair = 0; pair < pairs; pair++) {
            uint64_t random = seed ^ (uint64_t)d->factor[which].factor << 56 ^ (uint64_t)set << 40 ^
                              (uint64_t)pair;
            splitmix64(&random);
            shuffle_order(s->order, s->own->count, &random);
            for (int second = 0; second < 2; second++)
                if (!sample_order(s, outer / (2 * (double)pairs), second, pair)) return 0;
            work_add(1);
        }
        double share = outer / all;
        for (size_t i = 0; i < cells; i++)
            s->squares[i] += share * share * s->spread[i] / (double)(pairs * (pairs - 1));
    }
    return 1;
}

static int open_sampling(sampling *s, differ *d, const diff_factor *own, shapley_sum *sum) {
    size_t cells = own->count * d->places + 1;
    *s = (sampling){.d = d,
                    .own = own,
                    .sum = sum,
                    .half = mem_zero(cells, sizeof(double)),
                    .squares = mem_zero(cells, sizeof(double)),
                    .mean = mem_zero(cells, sizeof(double)),
                    .spread = mem_zero(cells, sizeof(double)),
                    .order = mem_take((own->count + 1) * sizeof(uint32_t))};
    return diff_mix_open(&s->before, d->places) && s->half && s->squares && s->mean && s->spread &&
           s->order;
}

static void close_sampling(sampling *s) {
    mem_free(s->half);
    mem_free(s->squares);
    mem_free(s->mean);
    mem_free(s->spread);
    mem_free(s->order);
    mem_free(s->before.score);
}

static int sample_factor(differ *d, size_t which, shapley_sum *sum, assess_part *parts,
                         const assess_diff_wish *wish) {
    const diff_factor *own = &d->factor[which];
    size_t most = evaluations(d, wish);
    size_t each = 2 * (own->count + 1) << (d->factors - 1), pairs = most / each;
    pairs = pairs < PAIRS_LEAST ? PAIRS_LEAST : pairs;
    sampling s;
    int fine = open_sampling(&s, d, own, sum) || fault_memory(d->f);
    const int loop = work_loop(pairs << (d->factors - 1));
    fine = fine && sample_orders(&s, which, wish->seed, pairs);
    work_loop_end(loop);
    for (size_t i = 0; fine && i < own->count; i++) {
        double *error = arena_take(&d->out->memory, (d->places + 1) * sizeof *error);
        fine = error || fault_memory(d->f);
        for (size_t p = 0; fine && p < d->places; p++)
            error[p] = sqrt(s.squares[i * d->places + p]);
        parts[i].error = error;
    }
    if (2 * pairs > d->out->d.orders) d->out->d.orders = 2 * pairs;
    close_sampling(&s);
    return fine;
}

/* ---- the items of a factor ---- */

static int add_leaves(differ *d, size_t which, assess_part *parts, const assess_diff_wish *wish) {
    const diff_factor *own = &d->factor[which];
    size_t n = own->count;
    for (size_t i = 0; i < n; i++)
        parts[i] = (assess_part){.factor = (assess_factor)own->factor,
                                 .only = "",
                                 .address = diff_address(d, d->item[own->from + i])};
    if (n == 1) {
        const char *address = parts[0].address;
        parts[0] = d->out->d.factor[which];
        parts[0].address = address;
        parts[0].only = "";
        parts[0].leaves = 0;
        return 1;
    }
    shapley_sum *sum = mem_zero(n, sizeof *sum);
    int fine = sum != NULL;
    for (size_t i = 0; fine && i < n; i++) fine = shapley_open(&sum[i], 3 * d->places);
    if (!fine) fault_memory(d->f);
    size_t most = evaluations(d, wish);
    int is_exact = n <= EXACT && (size_t)1 << (n + d->factors - 1) <= 16 * most;
    double divisor = shapley_factorial((int)d->factors);
    if (is_exact) divisor *= shapley_factorial((int)n);
    fine = fine &&
           (is_exact ? evaluate_subsets(d, which, sum) : sample_factor(d, which, sum, parts, wish));
    for (size_t i = 0; fine && i < n; i++) fine = end_sums(d, &sum[i], divisor, &parts[i]);
    for (size_t i = 0; sum && i < n; i++) shapley_close(&sum[i]);
    mem_free(sum);
    return fine;
}

int diff_leaves(differ *d, const assess_diff_wish *wish) {
    assess_part *parts = arena_zero(&d->out->memory, d->items + 1, sizeof *parts);
    if (!parts) return fault_memory(d->f);
    d->out->d.leaf = parts;
    for (size_t i = 0; i < d->factors; i++) {
        work_begin(TEXT("dividing changes among leaves"), NULL, 1);
        const int fine = add_leaves(d, i, parts + d->out->d.leaves, wish);
        work_end();
        if (!fine) return 0;
        d->out->d.leaves += d->factor[i].count;
    }
    return 1;
}
