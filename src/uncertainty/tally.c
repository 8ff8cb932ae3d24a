#include "uncertainty/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/run.h"
#include "uncertainty/draw_kernels.h"

/* ---- bins ----
 *
 * A bin holds the doubles that share sign, exponent and the first 12 bits behind the point: 4,096
 * of them between 64 and 128, each 1/64 wide. */

enum { DROPPED = 52 - 12, DROPPED_OF_MANY = 52 - 6 };

/* The number that a bin begins with. */
static double number_at(size_t scale, size_t bin) {
    uint64_t bits = (uint64_t)scale << 52 | (uint64_t)bin << DROPPED;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x == 0 ? 0 : x; /* without a sign */
}

/* What the bin of x begins with, among those of many elements. */
static double coarse(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits &= ~(((uint64_t)1 << DROPPED_OF_MANY) - 1);
    memcpy(&x, &bits, sizeof x);
    return x == 0 ? 0 : x;
}

/* The other end of the bin that begins at x, away from zero. */
static double bin_end(const tally *t, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits += (uint64_t)1 << (t->many ? DROPPED_OF_MANY : DROPPED);
    memcpy(&x, &bits, sizeof x);
    return x;
}

enum { SCALES = TALLY_SCALES };

/* Numbers that wait, of an element; and of all elements. */
enum { QUEUE = 1 << 13, QUEUES = 1 << 21, QUEUE_LEAST = 1 << 11 };

int tally_open(tally *t, tally_kind kind, size_t size, uint64_t draws, fault *f) {
    *t = (tally){.kind = kind, .size = size, .memory = ARENA_INIT};
    t->kernels = draw_kernels_of(ex_level(NULL)); /* all have the same bits */
    t->many = size > TALLY_MANY;
    t->exact = kind == TALLY_NUMBER && draws <= TALLY_KEPT / (size ? size : 1);
    t->queue = size && QUEUES / size < QUEUE ? QUEUES / size : QUEUE;
    if (t->queue < QUEUE_LEAST) t->queue = 0;
    t->cell = arena_zero(&t->memory, size + 1, sizeof *t->cell);
    if (!t->cell) return fault_memory(f);
    for (size_t i = 0; kind != TALLY_CLASS && i < size; i++)
        if (!(t->cell[i].sum = arena_zero(&t->memory, 1, sizeof *t->cell[i].sum)))
            return fault_memory(f);
    return 1;
}

void tally_close(tally *t) {
    for (size_t i = 0; t->cell && i < t->size; i++) {
        mem_free(t->cell[i].kept);
        mem_free(t->cell[i].half);
        for (size_t k = 0; t->cell[i].bin && k < SCALES; k++) mem_free(t->cell[i].bin[k]);
        mem_free(t->cell[i].bin);
        for (size_t k = 0; t->cell[i].fresh && k < SCALES; k++) mem_free(t->cell[i].fresh[k]);
        mem_free(t->cell[i].fresh);
        mem_free(t->cell[i].queue);
        mem_free(t->cell[i].class_);
    }
    arena_release(&t->memory);
    *t = (tally){.memory = ARENA_INIT};
}

/* ---- adding ---- */

/* The place of a value in a list in order, or where it would come. */
static size_t place_of(const tally_cell *c, double value) {
    size_t low = 0, high = c->classes;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->class_[middle].value < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int count_value(tally_cell *c, double value, uint64_t times, fault *f) {
    size_t at = c->last;
    if (at >= c->classes || c->class_[at].value != value) at = place_of(c, value);
    if (at == c->classes || c->class_[at].value != value) {
        if (!MEM_RESERVE(c->class_, c->classes + 1, c->class_cap)) return fault_memory(f);
        memmove(c->class_ + at + 1, c->class_ + at, (c->classes - at) * sizeof *c->class_);
        c->class_[at] = (tally_count){value, 0};
        c->classes++;
    }
    c->class_[at].count += times;
    c->last = at;
    return 1;
}

/* The bins of a sign and exponent. NULL with the fault. */
static uint64_t *find_bins(tally_cell *c, size_t scale, fault *f) {
    if (!c->bin) c->bin = mem_zero(SCALES, sizeof *c->bin);
    if (c->bin && !c->bin[scale]) c->bin[scale] = mem_zero(TALLY_BINS, sizeof **c->bin);
    if (c->bin && c->bin[scale]) return c->bin[scale];
    fault_memory(f);
    return NULL;
}

/* Adds what was added last to another cell, or the same one. */
static int settle(tally_cell *to, const tally_cell *from, fault *f) {
    for (size_t s = 0; from->fresh && s < SCALES; s++) {
        const uint32_t *x = from->fresh[s];
        uint64_t *bin = x ? find_bins(to, s, f) : NULL;
        if (x && !bin) return 0;
        for (size_t k = 0; x && k < TALLY_BINS; k += 8) {
            uint32_t any = 0;
            for (size_t i = 0; i < 8; i++) any |= x[k + i];
            for (size_t i = 0; any && i < 8; i++) bin[k + i] += x[k + i];
        }
    }
    for (size_t k = 0; k < from->queued; k++) {
        uint64_t *bin = find_bins(to, from->queue[k] / TALLY_BINS, f);
        if (!bin) return 0;
        bin[from->queue[k] % TALLY_BINS]++;
    }
    return 1;
}

static void forget_fresh(tally_cell *c) {
    for (size_t s = 0; c->fresh && s < SCALES; s++)
        if (c->fresh[s]) memset(c->fresh[s], 0, TALLY_BINS * sizeof **c->fresh);
    c->waiting = 0;
    c->queued = 0;
}

/* Room for n more. */
static int open_fresh(tally_cell *c, size_t n, fault *f) {
    if (!c->fresh && !(c->fresh = mem_zero(SCALES, sizeof *c->fresh))) return fault_memory(f);
    if (c->waiting > UINT32_MAX - SUM_MOST - QUEUE) {
        if (!settle(c, c, f)) return 0;
        forget_fresh(c);
    }
    c->waiting += (uint32_t)n;
    return 1;
}

static uint32_t *fresh_bins(tally_cell *c, size_t scale, fault *f) {
    if (!c->fresh[scale] && !(c->fresh[scale] = mem_zero(TALLY_BINS, sizeof **c->fresh)))
        fault_memory(f);
    return c->fresh[scale];
}

/* Bins of one sign and exponent. */
static int count_beside(tally_cell *c, const uint32_t *bin, size_t n, fault *f) {
    uint32_t *of = open_fresh(c, n, f) ? fresh_bins(c, *bin / TALLY_BINS, f) : NULL;
    size_t k = 0;
    if (!of) return 0;
    for (; k + 4 <= n; k += 4)
        for (size_t i = 0; i < 4; i++) of[bin[k + i] % TALLY_BINS]++;
    for (; k < n; k++) of[bin[k] % TALLY_BINS]++;
    return 1;
}

static int count_bins(tally_cell *c, const uint32_t *bin, size_t n, fault *f) {
    if (!open_fresh(c, n, f)) return 0;
    for (size_t k = 0; k < n; k++) {
        uint32_t *of = c->fresh[bin[k] / TALLY_BINS];
        if (!of && !(of = fresh_bins(c, bin[k] / TALLY_BINS, f))) return 0;
        of[bin[k] % TALLY_BINS]++;
    }
    return 1;
}

/* Counts the bins that wait. */
static int empty_queue(tally_cell *c, fault *f) {
    size_t n = c->queued;
    c->queued = 0;
    return !n || count_bins(c, c->queue, n, f);
}

int tally_empty(tally *t, fault *f) {
    for (size_t i = 0; i < t->size; i++)
        if (!empty_queue(&t->cell[i], f)) return 0;
    return 1;
}

int tally_settle(tally *t, fault *f) {
    for (size_t i = 0; i < t->size; i++) {
        if (!settle(&t->cell[i], &t->cell[i], f)) return 0;
        forget_fresh(&t->cell[i]);
    }
    return 1;
}

/* Numbers that are there: their bins are found together, and then counted. Where they lie far
 * apart, they wait until there are so many that the bins are worth fetching into the cache. */
static int add_to_bins(const tally *t, tally_cell *c, const double *value, size_t n, fault *f) {
    uint32_t bin[SUM_MOST], least, most;
    t->kernels->lead(n, value, DROPPED, bin, &least, &most);
    if (most - least < TALLY_BINS || n > t->queue)
        return least / TALLY_BINS == most / TALLY_BINS ? count_beside(c, bin, n, f)
                                                       : count_bins(c, bin, n, f);
    if (!c->queue && !(c->queue = mem_take(t->queue * sizeof *c->queue))) return fault_memory(f);
    if (c->queued + n > t->queue && !empty_queue(c, f)) return 0;
    memcpy(c->queue + c->queued, bin, n * sizeof *bin);
    c->queued += n;
    return 1;
}

static int count_number(const tally *t, tally_cell *c, double x, fault *f) {
    return t->many ? count_value(c, coarse(x), 1, f) : add_to_bins(t, c, &x, 1, f);
}

static int count_rank(const tally *t, tally_cell *c, double x, fault *f) {
    if (t->many) return count_value(c, x > TALLY_EXACT_RANK ? coarse(x) : x, 1, f);
    double halves = 2 * x;
    if (!(halves >= 0 && halves < TALLY_HALVES && halves == (double)(size_t)halves))
        return count_value(c, x, 1, f);
    if (!c->half && !(c->half = mem_zero(TALLY_HALVES, sizeof *c->half))) return fault_memory(f);
    c->half[(size_t)halves]++;
    return 1;
}

static void add_sum(const tally *t, tally_cell *c, const double *value, size_t n,
                    const numbers_seen *seen) {
    double high, low;
    if (seen->alike) {
        t->kernels->sum(n, value, seen, &high, &low);
        exact_add(c->sum, high);
        exact_add(c->sum, low);
        return;
    }
    for (size_t k = 0; k < n; k++)
        if (!isnan(value[k])) exact_add(c->sum, value[k]);
}

static int add_numbers(const tally *t, tally_cell *c, const double *value, size_t n,
                       const numbers_seen *seen, fault *f) {
    if (!t->many && !seen->missing) return add_to_bins(t, c, value, n, f);
    for (size_t k = 0; k < n; k++)
        if (!isnan(value[k]) && !count_number(t, c, value[k] + 0.0, f)) return 0;
    return 1;
}

/* Ranks that are there, and whole or halves: each in one of several tables in turn, since the same
 * rank often comes again at once. */
static int add_halves(tally_cell *c, const int16_t *twice, size_t n, size_t values, fault *f) {
    enum { TABLES = 4 };
    uint32_t table[TABLES][TALLY_HALVES];
    uint64_t all = 0;
    if (!c->half && !(c->half = mem_zero(TALLY_HALVES, sizeof *c->half))) return fault_memory(f);
    for (size_t i = 0; i < TABLES; i++) memset(table[i], 0, values * sizeof **table);
    size_t k = 0;
    for (; k + TABLES <= n; k += TABLES) {
        table[0][twice[k]]++;
        table[1][twice[k + 1]]++;
        table[2][twice[k + 2]]++;
        table[3][twice[k + 3]]++;
    }
    for (; k < n; k++) table[0][twice[k]]++;
    for (size_t h = 0; h < values; h++) {
        uint64_t times = (uint64_t)table[0][h] + table[1][h] + table[2][h] + table[3][h];
        c->half[h] += times;
        all += times * h;
    }
    exact_add(c->sum, (double)all / 2); /* below 2^53 */
    return 1;
}

int tally_takes_halves(const tally *t, int greatest) {
    return t->kind == TALLY_RANK && !t->many && greatest <= TALLY_HALVES;
}

int tally_add_halves(tally *t, size_t element, const int16_t *twice, size_t count, int greatest,
                     fault *f) {
    t->cell[element].present += count;
    return add_halves(&t->cell[element], twice, count, (size_t)greatest, f);
}

static int add_ranks(const tally *t, tally_cell *c, const double *value, size_t n,
                     const numbers_seen *seen, fault *f) {
    int16_t twice[SUM_MOST];
    int greatest = seen->missing ? 0 : t->kernels->halves(n, value, twice);
    if (greatest && tally_takes_halves(t, greatest))
        return add_halves(c, twice, n, (size_t)greatest, f);
    add_sum(t, c, value, n, seen);
    for (size_t k = 0; k < n; k++)
        if (!isnan(value[k]) && !count_rank(t, c, value[k] + 0.0, f)) return 0;
    return 1;
}

static int add_part(tally *t, tally_cell *c, const double *value, size_t n, fault *f) {
    numbers_seen seen = t->kernels->see(n, value);
    int fine = 1;
    if (t->kind == TALLY_NUMBER) add_sum(t, c, value, n, &seen);
    for (size_t k = 0, at = c->present; t->exact && k < n; k++)
        if (!isnan(value[k])) c->kept[at++] = value[k] + 0.0; /* no zero with a sign */
    if (t->kind == TALLY_NUMBER && !t->exact) fine = add_numbers(t, c, value, n, &seen, f);
    if (t->kind == TALLY_RANK) fine = add_ranks(t, c, value, n, &seen, f);
    for (size_t k = 0; t->kind == TALLY_CLASS && fine && k < n; k++)
        if (!isnan(value[k])) fine = count_value(c, value[k] + 0.0, 1, f);
    c->present += n - seen.missing;
    c->missing += seen.missing;
    return fine;
}

int tally_add(tally *t, size_t element, const double *value, size_t count, fault *f) {
    tally_cell *c = &t->cell[element];
    if (t->exact && !MEM_RESERVE(c->kept, c->present + count, c->kept_cap)) return fault_memory(f);
    for (size_t at = 0; at < count; at += SUM_MOST)
        if (!add_part(t, c, value + at, count - at < SUM_MOST ? count - at : SUM_MOST, f)) return 0;
    return 1;
}

int tally_join(tally *t, const tally *other, fault *f) {
    for (size_t i = 0; i < t->size; i++) {
        tally_cell *c = &t->cell[i];
        const tally_cell *o = &other->cell[i];
        if (c->sum) exact_join(c->sum, o->sum);
        if (t->exact) {
            if (!MEM_RESERVE(c->kept, c->present + o->present, c->kept_cap)) return fault_memory(f);
            if (o->present) memcpy(c->kept + c->present, o->kept, o->present * sizeof *c->kept);
        }
        if (o->half && !c->half && !(c->half = mem_zero(TALLY_HALVES, sizeof *c->half)))
            return fault_memory(f);
        for (size_t k = 0; o->half && k < TALLY_HALVES; k++) c->half[k] += o->half[k];
        for (size_t s = 0; o->bin && s < SCALES; s++) {
            uint64_t *bin = o->bin[s] ? find_bins(c, s, f) : NULL;
            if (o->bin[s] && !bin) return 0;
            for (size_t k = 0; bin && k < TALLY_BINS; k++) bin[k] += o->bin[s][k];
        }
        if (!settle(c, o, f)) return 0;
        for (size_t k = 0; k < o->classes; k++)
            if (!count_value(c, o->class_[k].value, o->class_[k].count, f)) return 0;
        c->present += o->present;
        c->missing += o->missing;
    }
    return 1;
}

void tally_clear(tally *t) {
    for (size_t i = 0; i < t->size; i++) {
        tally_cell *c = &t->cell[i];
        c->present = c->missing = 0;
        c->classes = c->last = 0;
        if (c->sum) *c->sum = (exact_sum){{0}, 0};
        if (c->half) memset(c->half, 0, TALLY_HALVES * sizeof *c->half);
        for (size_t k = 0; c->bin && k < SCALES; k++)
            if (c->bin[k]) memset(c->bin[k], 0, TALLY_BINS * sizeof **c->bin);
        forget_fresh(c);
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What was counted in arrays as a list of classes, smallest first. */
static int list_classes(tally_cell *c, fault *f) {
    for (size_t k = 0; c->half && k < TALLY_HALVES; k++)
        if (c->half[k] && !count_value(c, (double)k / 2, c->half[k], f)) return 0;
    for (size_t s = SCALES; c->bin && s-- > SCALES / 2;) /* negative ones, the lowest first */
        for (size_t k = TALLY_BINS; c->bin[s] && k-- > 0;)
            if (c->bin[s][k] && !count_value(c, number_at(s, k), c->bin[s][k], f)) return 0;
    for (size_t s = 0; c->bin && s < SCALES / 2; s++)
        for (size_t k = 0; c->bin[s] && k < TALLY_BINS; k++)
            if (c->bin[s][k] && !count_value(c, number_at(s, k), c->bin[s][k], f)) return 0;
    return 1;
}

int tally_finish(tally *t, fault *f) {
    if (!tally_settle(t, f)) return 0;
    for (size_t i = 0; i < t->size; i++) {
        tally_cell *c = &t->cell[i];
        if (t->exact && c->present) qsort(c->kept, c->present, sizeof *c->kept, ascending);
        if (!list_classes(c, f)) return 0;
    }
    t->finished = 1;
    return 1;
}

/* ---- what it comes to ---- */

double tally_mean(const tally *t, size_t element) {
    const tally_cell *c = &t->cell[element];
    return c->sum && c->present ? exact_value(c->sum) / (double)c->present : (double)NAN;
}

/* The number of the value that a quantile is, from 1. */
static uint64_t number_of(const tally_cell *c, double p) {
    double n = ceil(p * (double)c->present - 1e-9);
    return n < 1 ? 1 : n > (double)c->present ? c->present : (uint64_t)n;
}

double tally_quantile(const tally *t, size_t element, double p) {
    const tally_cell *c = &t->cell[element];
    if (!c->present) return (double)NAN;
    uint64_t n = number_of(c, p), below = 0;
    if (t->exact) return c->kept[n - 1];
    const tally_count *k = c->class_;
    for (; below + k->count < n; k++) below += k->count;
    double x = k->value, end = bin_end(t, x);
    int ranks = t->many && t->kind == TALLY_RANK && x > TALLY_EXACT_RANK;
    if (!ranks && (t->kind != TALLY_NUMBER || x == 0)) return x;
    /* As if those of a bin lay evenly in it. */
    double share = ((double)(n - below) - 0.5) / (double)k->count;
    x = x > 0 ? x + share * (end - x) : end + share * (x - end);
    return ranks ? floor(x) : x;
}

double tally_width(const tally *t, size_t element) {
    const tally_cell *c = &t->cell[element];
    double width = 0;
    for (size_t k = 0; t->kind == TALLY_NUMBER && k < c->classes; k++)
        width = fmax(width, fabs(bin_end(t, c->class_[k].value) - c->class_[k].value));
    return width;
}

uint64_t tally_times(const tally *t, size_t element, double value) {
    const tally_cell *c = &t->cell[element];
    size_t at = 0;
    if (t->kind != TALLY_CLASS)
        at = place_of(c, value);
    else /* in an order of their own */
        while (at < c->classes && c->class_[at].value != value) at++;
    return at < c->classes && c->class_[at].value == value ? c->class_[at].count : 0;
}

uint64_t tally_within(const tally *t, size_t element, double rank) {
    const tally_cell *c = &t->cell[element];
    uint64_t sum = 0;
    for (size_t k = 0; k < c->classes && c->class_[k].value <= rank; k++) sum += c->class_[k].count;
    for (size_t k = 0; c->half && !t->finished && k < TALLY_HALVES && (double)k / 2 <= rank; k++)
        sum += c->half[k];
    return sum;
}
