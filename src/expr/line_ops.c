#include "expr/line_ops.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGIT = 11, /* bits of a radix digit: its counts fit the first cache */
    DIGITS = 1 << DIGIT,
    PASSES = 4,
    RUN = 24,   /* insertion sort is the fastest up to here */
    SMALL = 192 /* and merging up to here */
};

/* A sorted line. Each word has the leading bits of an element's key, and below these its position.
 * With `cut` the other bits of some keys did not fit: where the leading bits are equal, the keys
 * have to be compared. */
typedef struct line {
    const double *x;
    size_t stride;
    uint64_t flip; /* all ones where the largest comes first */
    uint64_t mask; /* the position in a word */
    int cut;
    uint64_t *word, *key; /* while sorting, `key` is scratch */
    size_t count;         /* elements present */
} line;

/* The bits of a double, changed so that they are ordered as the numbers. Adding zero makes -0.0
 * into 0.0. */
static uint64_t key_of(double x) {
    uint64_t bits;
    x += 0.0;
    memcpy(&bits, &x, sizeof bits);
    return bits ^ (bits >> 63 ? UINT64_MAX : UINT64_C(1) << 63);
}

static double value_of(uint64_t key) {
    uint64_t bits = key ^ (key >> 63 ? UINT64_C(1) << 63 : UINT64_MAX);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double at(const line *l, uint64_t word) {
    return l->x[(size_t)(word & l->mask) * l->stride];
}

/* Whether the element of word b is ordered before that of word a; 0 if they are equal. */
static int before(const line *l, uint64_t b, uint64_t a) {
    uint64_t pb = b & ~l->mask, pa = a & ~l->mask;
    if (pa != pb || !l->cut) return pb < pa;
    return (key_of(at(l, b)) ^ l->flip) < (key_of(at(l, a)) ^ l->flip);
}

static void insertion(const line *l, uint64_t *w, size_t n) {
    for (size_t i = 1; i < n; i++) {
        uint64_t one = w[i];
        size_t j = i;
        for (; j > 0 && before(l, one, w[j - 1]); j--) w[j] = w[j - 1];
        w[j] = one;
    }
}

/* Stable; linear if the words are in order already. */
static void merge_sort(const line *l, uint64_t *w, size_t n, uint64_t *spare) {
    for (size_t i = 0; i < n; i += RUN) insertion(l, w + i, n - i < RUN ? n - i : RUN);
    for (size_t width = RUN; width < n; width *= 2)
        for (size_t i = 0; i + width < n; i += 2 * width) {
            uint64_t *left = w + i, *right = left + width;
            size_t lefts = width, rights = n - i - width < width ? n - i - width : width;
            if (!before(l, right[0], right[-1])) continue;
            memcpy(spare, left, lefts * sizeof *spare);
            const uint64_t *a = spare, *a_end = spare + lefts, *b = right, *b_end = right + rights;
            uint64_t *to = left;
            while (a < a_end && b < b_end) *to++ = before(l, *b, *a) ? *b++ : *a++;
            memcpy(to, a, (size_t)(a_end - a) * sizeof *to);
        }
}

/* Sorts by the leading `passes` digits; the words end in l->word. */
static void radix_sort(line *l, int passes, uint32_t (*count)[DIGITS]) {
    int lowest = 64 - DIGIT * passes;
    memset(count, 0, (size_t)passes * sizeof *count);
    for (size_t i = 0; i < l->count; i++)
        for (int p = 0; p < passes; p++)
            count[p][(l->word[i] >> (lowest + DIGIT * p)) & (DIGITS - 1)]++;
    for (int p = 0; p < passes; p++) {
        int shift = lowest + DIGIT * p;
        if (count[p][(l->word[0] >> shift) & (DIGITS - 1)] == l->count) continue;
        uint32_t sum = 0;
        for (int d = 0; d < DIGITS; d++) {
            uint32_t here = count[p][d];
            count[p][d] = sum;
            sum += here;
        }
        for (size_t i = 0; i < l->count; i++)
            l->key[count[p][(l->word[i] >> shift) & (DIGITS - 1)]++] = l->word[i];
        uint64_t *swap = l->word;
        l->word = l->key;
        l->key = swap;
    }
}

static void read_keys(line *l, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) l->key[i] = key_of(at(l, l->word[i])) ^ l->flip;
}

/* Sorts the present elements, smallest or largest first, equal ones by position: their words, with
 * the keys in the same order. */
static line sorted(const double *x, size_t n, size_t stride, int descending, void *scratch) {
    line l = {.x = x, .stride = stride, .flip = descending ? UINT64_MAX : 0};
    l.word = scratch;
    l.key = l.word + n;
    uint64_t all = UINT64_MAX, some = 0;
    for (size_t i = 0; i < n; i++) {
        double v = x[i * stride];
        uint64_t key = key_of(v);
        if (v == v) {
            all &= key;
            some |= key;
            l.count++;
        }
    }
    /* Leading bits that are the same in all keys are left out. */
    int shared = 0, places = 1;
    while (shared < 63 && !((all ^ some) >> (63 - shared))) shared++;
    while (places < 32 && (n - 1) >> places) places++;
    l.mask = (UINT64_C(1) << places) - 1;
    l.cut = shared < places && ((all ^ some) << shared & l.mask);
    uint64_t *to = l.word;
    for (size_t i = 0; i < n; i++) {
        double v = x[i * stride];
        if (v == v) *to++ = ((key_of(v) ^ l.flip) << shared & ~l.mask) | i;
    }
    if (l.count <= SMALL) {
        merge_sort(&l, l.word, l.count, l.key);
        read_keys(&l, 0, l.count);
        return l;
    }
    /* Sorting some eight bits more than number the elements leaves few of them out of order. Where
     * a key is less than the one before, all elements with the same sorted bits are sorted again.
     */
    int passes = l.count < (1u << 14) ? 2 : l.count < (1u << 25) ? 3 : PASSES;
    radix_sort(&l, passes, (uint32_t(*)[DIGITS])(void *)((uint64_t *)scratch + 2 * n));
    read_keys(&l, 0, l.count);
    int rest = 64 - DIGIT * passes;
    for (size_t i = 1; i < l.count; i++) {
        if (l.key[i] >= l.key[i - 1]) continue;
        size_t from = i - 1;
        while (from > 0 && l.word[from - 1] >> rest == l.word[i] >> rest) from--;
        while (i < l.count && l.word[i] >> rest == l.word[from] >> rest) i++;
        merge_sort(&l, l.word + from, i - from, l.key + from);
        read_keys(&l, from, i);
    }
    return l;
}

/* ---- an order repaired ---- */

typedef struct moved {
    uint64_t key, at;
} moved;

static size_t most_moved(size_t n) { return n / 8 + 1; }

static int by_key(const void *a, const void *b) {
    const moved *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Brings moved elements to where they belong among the ones that stayed; both are in order. */
static void merge_moved(line *l, const moved *m, size_t count) {
    size_t to = l->count + count, from = l->count;
    l->count = to;
    while (count) {
        const moved *last = &m[count - 1];
        --to;
        if (from && (l->key[from - 1] > last->key ||
                     (l->key[from - 1] == last->key && l->word[from - 1] > last->at))) {
            l->key[to] = l->key[--from];
            l->word[to] = l->word[from];
        } else {
            l->key[to] = last->key;
            l->word[to] = last->at;
            count--;
        }
    }
}

/* The same as `sorted`, where `order` has all positions as they were once ordered, and few of them
 * are now out of order: those are taken out, sorted and merged. Of two neighbours in the wrong
 * order both are taken out, so that there are at most twice as many as need to be. Where there are
 * too many, `count` is SIZE_MAX, and `order` is of no use any more. Else it begins with the
 * positions of `missing` elements. */
static line repaired(const double *x, size_t n, size_t stride, int descending, uint32_t *order,
                     size_t *missing, void *scratch) {
    line l = {.x = x, .stride = stride, .flip = descending ? UINT64_MAX : 0, .mask = UINT64_MAX};
    l.word = scratch;
    l.key = l.word + n;
    moved *m = (moved *)(void *)(l.key + n);
    size_t some = 0, most = most_moved(n), absent = 0, kept = 0;
    for (size_t i = 0; i < n && some < most; i++) {
        const uint32_t at = order[i];
        const double v = x[at * stride];
        if (v != v) {
            order[absent++] = at; /* it was read already */
            continue;
        }
        const uint64_t key = key_of(v) ^ l.flip;
        l.word[kept] = at;
        l.key[kept] = key;
        if (!kept || l.key[kept - 1] < key || (l.key[kept - 1] == key && l.word[kept - 1] < at)) {
            kept++;
            continue;
        }
        m[some++] = (moved){key, at};
        if (some == most) break;
        kept--;
        m[some++] = (moved){l.key[kept], l.word[kept]};
    }
    l.count = SIZE_MAX;
    if (some >= most) return l;
    qsort(m, some, sizeof *m, by_key);
    l.count = kept;
    merge_moved(&l, m, some);
    *missing = absent;
    return l;
}

/* A sorted line whose order is kept: all positions, those of missing elements last. `known`: it has
 * an order of before. */
static line ordered(const double *x, size_t n, size_t stride, int descending, uint32_t *order,
                    int known, void *scratch) {
    line l = {.count = SIZE_MAX};
    size_t missing = 0;
    if (known) l = repaired(x, n, stride, descending, order, &missing, scratch);
    if (l.count == SIZE_MAX) {
        l = sorted(x, n, stride, descending, scratch);
        for (size_t i = 0; l.count < n && i < n; i++)
            if (x[i * stride] != x[i * stride]) order[l.count + missing++] = (uint32_t)i;
    } else {
        memmove(order + l.count, order, missing * sizeof *order);
    }
    for (size_t i = 0; i < l.count; i++) order[i] = (uint32_t)(l.word[i] & l.mask);
    return l;
}

size_t line_ops_order(const double *x, size_t n, size_t stride, int descending, uint32_t *order,
                      int known, void *scratch) {
    return ordered(x, n, stride, descending, order, known, scratch).count;
}

size_t line_ops_order_scratch(size_t n) {
    return line_ops_scratch(EX_rank, n) + (most_moved(n) + 1) * sizeof(moved);
}

size_t line_ops_scratch(ex_op op, size_t n) {
    switch ((int)op) {
    case EX_rank:
    case EX_sort:
    case EX_interpolate:
    case EX_median:
    case EX_quantile:
        return 2 * n * sizeof(uint64_t) + (n > RUN ? PASSES * DIGITS * sizeof(uint32_t) : 8);
    default: return 8;
    }
}

/* ---- order statistics ---- */

static void sort_keys(uint64_t *key, size_t n) {
    for (size_t i = 1; i < n; i++) {
        uint64_t one = key[i];
        size_t j = i;
        for (; j > 0 && one < key[j - 1]; j--) key[j] = key[j - 1];
        key[j] = one;
    }
}

/* The k-th smallest key (from 0), digit by digit below the `shared` leading bits, which are the
 * same in all keys: linear whatever the keys are. `keep` is scratch for the keys with the digits
 * found so far. */
static uint64_t select_key(const uint64_t *key, size_t n, size_t k, int shared, uint64_t *keep,
                           uint32_t *count) {
    int top = 64 - DIGIT - shared;
    for (int shift = top > 0 ? top : 0;; shift = shift > DIGIT ? shift - DIGIT : 0) {
        memset(count, 0, DIGITS * sizeof *count);
        for (size_t i = 0; i < n; i++) count[(key[i] >> shift) & (DIGITS - 1)]++;
        uint64_t digit = 0;
        while (k >= count[digit]) k -= count[digit++];
        size_t kept = 0;
        for (size_t i = 0; i < n; i++)
            if (((key[i] >> shift) & (DIGITS - 1)) == digit) keep[kept++] = key[i];
        key = keep;
        n = kept;
        if (n <= RUN) sort_keys(keep, n);
        if (n <= RUN || shift == 0) return keep[k];
    }
}

/* Linear interpolation: a at done = 0, b at done = all, never outside of them. It multiplies before
 * it divides, so that whole steps stay whole. The weighted mean is used where b - a overflows, and
 * halfway. */
static double interpolate(double a, double b, double done, double all) {
    if (done == 0) return a;
    double g = done / all, v = a + (b - a) * done / all;
    if (g == 0.5 || !__builtin_isfinite(v)) v = (1 - g) * a + g * b;
    double low = a < b ? a : b, high = a < b ? b : a;
    return v < low ? low : v > high ? high : v;
}

double line_ops_place(size_t m, double p) {
    double h = (double)(m - 1) * p, whole = __builtin_floor(h + 0.5);
    return __builtin_fabs(h - whole) <= 0x1p-50 * h ? whole : h;
}

static double order_quantile(const double *x, size_t n, size_t stride, double p, void *scratch) {
    uint64_t *key = scratch, *keep = key + n;
    uint64_t all = UINT64_MAX, some = 0;
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        const double v = x[i * stride];
        if (v != v) continue;
        key[m] = key_of(v);
        all &= key[m];
        some |= key[m++];
    }
    if (!m || p != p) return EX_NAN;
    double h = line_ops_place(m, p), below = __builtin_floor(h), g = h - below;
    size_t k = (size_t)below;
    if (m <= RUN) {
        sort_keys(key, m);
        if (g == 0) return value_of(key[k]);
        return interpolate(value_of(key[k]), value_of(key[k + 1]), g, 1);
    }
    const int shared = all == some ? 63 : __builtin_clzll(all ^ some);
    uint64_t low = select_key(key, m, k, shared, keep, (uint32_t *)(void *)(keep + n)),
             high = UINT64_MAX;
    if (g == 0) return value_of(low);
    size_t upto = 0;
    for (size_t i = 0; i < m; i++)
        if (key[i] <= low)
            upto++;
        else if (key[i] < high)
            high = key[i];
    return interpolate(value_of(low), value_of(upto > k + 1 ? low : high), g, 1);
}

static double order_median(const double *x, size_t n, size_t stride, double p, void *scratch) {
    (void)p;
    return order_quantile(x, n, stride, 0.5, scratch);
}

double line_ops_reduce(ex_op op, const double *x, size_t n, size_t stride, double param,
                       void *scratch) {
#define ORDER(name, ...)                                                                           \
    case EX_##name: return order_##name(x, n, stride, param, scratch);
    switch ((int)op) { EX_ORDER(ORDER) }
#undef ORDER
    return EX_NAN;
}

/* ---- scans ---- */

/* A line to be scanned; the fields are the arguments of line_ops_scan. */
typedef struct scan {
    const double *x;
    size_t n, stride;
    double *out;
    size_t out_stride;
    double param;
    ex_ties ties;
    int ascending;
    const double *number;
    void *scratch;
    uint32_t *order; /* of a rank: kept from one time to the next, or NULL */
    int known;       /* it has one of before */
} scan;

static double element(const scan *s, size_t i) { return s->x[i * s->stride]; }

static void give(const scan *s, size_t i, double value) { s->out[i * s->out_stride] = value; }

static void scan_rank(const scan *s) {
    double tolerance = s->param;
    ex_ties ties = s->ties;
    for (size_t i = 0; i < s->n; i++) give(s, i, EX_NAN);
    line l = s->order
                 ? ordered(s->x, s->n, s->stride, !s->ascending, s->order, s->known, s->scratch)
                 : sorted(s->x, s->n, s->stride, !s->ascending, s->scratch);
    double dense = 0;
    for (size_t i = 0, j; i < l.count; i = j) {
        double head = value_of(l.key[i] ^ l.flip);
        int differ = 0; /* some elements of the tie are different doubles */
        for (j = i + 1; j < l.count; j++) {
            double next = value_of(l.key[j] ^ l.flip);
            if (!decimal_equal(next, head) &&
                !(tolerance > 0 && decimal_within(next, head, tolerance)))
                break;
            differ |= next != head;
        }
        dense += 1;
        double rank = ties == EX_TIES_MAX       ? (double)j
                      : ties == EX_TIES_DENSE   ? dense
                      : ties == EX_TIES_AVERAGE ? ((double)(i + 1) + (double)j) / 2
                                                : (double)(i + 1);
        if (ties == EX_TIES_FIRST && differ) {
            /* Position alone orders the elements of a tie. */
            line positions = {0};
            for (size_t k = i; k < j; k++) l.word[k] &= l.mask;
            merge_sort(&positions, l.word + i, j - i, l.key + i);
        }
        for (size_t k = i; k < j; k++)
            give(s, (size_t)(l.word[k] & l.mask), ties == EX_TIES_FIRST ? (double)(k + 1) : rank);
    }
}

static void scan_sort(const scan *s) {
    line l = sorted(s->x, s->n, s->stride, 0, s->scratch);
    for (size_t i = 0; i < s->n; i++) give(s, i, i < l.count ? value_of(l.key[i]) : EX_NAN);
}

/* Knuth's TwoSum: e gathers what the additions to `sum` lost, and is rounded itself. */
static void scan_cumsum(const scan *s) {
    double sum = 0, e = 0;
    for (size_t i = 0; i < s->n; i++) {
        double v = element(s, i);
        if (v == v) {
            double t = sum + v, b = t - sum;
            e += (sum - (t - b)) + (v - b);
            sum = t;
            v = sum + e;
            if (!__builtin_isfinite(v)) v = EX_NAN;
        }
        give(s, i, v);
    }
}

static void scan_lag(const scan *s) {
    for (size_t i = 0; i < s->n; i++) {
        double from = (double)i - __builtin_trunc(s->param);
        give(s, i, from >= 0 && from < (double)s->n ? element(s, (size_t)from) : EX_NAN);
    }
}

static void scan_fill(const scan *s) {
    double last = EX_NAN, most = s->param;
    size_t found = 0;
    for (size_t i = 0; i < s->n; i++) {
        double v = element(s, i);
        if (v == v) {
            last = v;
            found = i;
        } else if (most >= 0 && (double)(i - found) > most) {
            last = EX_NAN;
        }
        give(s, i, last);
    }
}

/* The i-th position of the line in the order of the label numbers. */
static size_t nth_place(const line *order, size_t i) {
    return order ? (size_t)(order->word[i] & order->mask) : i;
}

static void scan_interpolate(const scan *s) {
    const double *number = s->number;
    line by_number, *order = NULL;
    size_t n = s->n, rising = 1;
    while (number && rising < n && number[rising - 1] <= number[rising]) rising++;
    if (number && rising < n) {
        by_number = sorted(number, n, 1, 0, s->scratch);
        order = &by_number;
    }
    size_t left = n; /* the last present place before the gap; n: none */
    for (size_t i = 0; i <= n; i++) {
        size_t right = i < n ? nth_place(order, i) : n;
        if (i < n && element(s, right) != element(s, right)) continue;
        for (size_t k = left == n ? 0 : left + 1; k < i; k++) {
            size_t here = nth_place(order, k), from = left == n ? right : nth_place(order, left);
            double v = EX_NAN;
            if (left != n && i < n) {
                /* Halves, so that the difference of two labels stays in range. */
                double a = number ? number[from] / 2 : (double)left;
                double b = number ? number[right] / 2 : (double)i;
                double c = number ? number[here] / 2 : (double)k;
                v = interpolate(element(s, from), element(s, right), b > a ? c - a : 0, b - a);
            } else if (s->param == 1 && (left != n || i < n)) {
                v = element(s, from);
            }
            give(s, here, v);
        }
        if (i < n) give(s, right, element(s, right));
        left = i;
    }
}

void line_ops_scan(ex_op op, const double *x, size_t n, size_t stride, double *out,
                   size_t out_stride, double param, ex_ties ties, int ascending,
                   const double *number, void *scratch) {
    if (!n) return;
    scan s = {x, n, stride, out, out_stride, param, ties, ascending, number, scratch, NULL, 0};
#define SCAN(name, ...)                                                                            \
    case EX_##name: scan_##name(&s); break;
    switch ((int)op) { EX_SCAN(SCAN) }
#undef SCAN
}

void line_ops_rank(const double *x, size_t n, size_t stride, double *out, size_t out_stride,
                   double param, ex_ties ties, int ascending, uint32_t *order, int known,
                   void *scratch) {
    if (!n) return;
    scan s = {x, n, stride, out, out_stride, param, ties, ascending, NULL, scratch, order, known};
    scan_rank(&s);
}
