#include "uncertainty/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "expr/run.h"
#include "uncertainty/draw_kernels.h"

/* ---- bins ---- */

enum { DROPPED_OF_MANY = 52 - 6 };

/* The number that a bin begins with. */
static double number_at(size_t scale, size_t bin) {
    uint64_t bits = (uint64_t)scale << 52 | (uint64_t)bin << BINS_DROP;
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
    bits += (uint64_t)1 << (t->many ? DROPPED_OF_MANY : BINS_DROP);
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Numbers that wait, of an element; and of all elements. */
enum { QUEUE = 1 << 15, QUEUES = 1 << 21, QUEUE_LEAST = 1 << 11 };

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
        bins_release(&t->cell[i].bins);
        mem_free(t->cell[i].class_);
        mem_free(t->cell[i].packed);
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

/* ---- many elements: a word for each value ---- */

/* The bits of a value that are left out: none of a coarse one, or of a rank up to
 * TALLY_EXACT_RANK that is a whole or a half. What is left has room for 2^45 draws beside it. */
enum { PACKED_BITS = 45 };

static int is_packed(const tally *t) { return t->many && t->kind != TALLY_CLASS; }

static uint64_t pack_value(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits >> PACKED_BITS << PACKED_BITS;
}

static tally_count unpack(uint64_t word) {
    uint64_t bits = word >> PACKED_BITS << PACKED_BITS;
    tally_count c = {0, word - bits};
    memcpy(&c.value, &bits, sizeof bits);
    return c;
}

/* The words are in the order of their bits until tally_finish. */
static int count_packed(tally_cell *c, double value, uint64_t times, fault *f) {
    uint64_t word = pack_value(value);
    size_t at = c->last, high = c->classes;
    if (at >= high || c->packed[at] >> PACKED_BITS != word >> PACKED_BITS)
        for (at = 0; at < high;) {
            size_t middle = (at + high) / 2;
            if (c->packed[middle] >> PACKED_BITS < word >> PACKED_BITS)
                at = middle + 1;
            else
                high = middle;
        }
    if (at == c->classes || c->packed[at] >> PACKED_BITS != word >> PACKED_BITS) {
        if (!MEM_RESERVE(c->packed, c->classes + 1, c->class_cap)) return fault_memory(f);
        memmove(c->packed + at + 1, c->packed + at, (c->classes - at) * sizeof *c->packed);
        c->packed[at] = word;
        c->classes++;
    }
    c->packed[at] += times;
    c->last = at;
    return 1;
}

static void reverse(uint64_t *word, size_t n) {
    for (size_t i = 0; i < n / 2; i++) {
        uint64_t swap = word[i];
        word[i] = word[n - 1 - i];
        word[n - 1 - i] = swap;
    }
}

/* By value: those with a sign come last by their bits, the one nearest to 0 first. */
static void order_packed(tally_cell *c) {
    size_t above = 0;
    while (above < c->classes && !(c->packed[above] >> 63)) above++;
    reverse(c->packed, above);
    reverse(c->packed, c->classes);
}

tally_count tally_class(const tally *t, size_t element, size_t k) {
    const tally_cell *c = &t->cell[element];
    return is_packed(t) ? unpack(c->packed[k]) : c->class_[k];
}

int tally_put(tally *t, size_t element, double value, uint64_t times, fault *f) {
    tally_cell *c = &t->cell[element];
    return is_packed(t) ? count_packed(c, value, times, f) : count_value(c, value, times, f);
}

/* ---- numbers and ranks ---- */

int tally_empty(tally *t, fault *f) {
    for (size_t i = 0; i < t->size; i++)
        if (!bins_empty(&t->cell[i].bins, f)) return 0;
    return 1;
}

static int count_number(const tally *t, tally_cell *c, double x, fault *f) {
    if (t->many) return count_packed(c, coarse(x), 1, f);
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t lead = (uint32_t)(bits >> BINS_DROP);
    return bins_add(&c->bins, &lead, 1, lead, lead, 0, f);
}

static int count_rank(const tally *t, tally_cell *c, double x, fault *f) {
    if (t->many) return count_packed(c, x > TALLY_EXACT_RANK ? coarse(x) : x, 1, f);
    double halves = 2 * x;
    if (!(halves >= 0 && halves < TALLY_HALVES && halves == (double)(size_t)halves))
        return count_value(c, x, 1, f);
    if (!c->half && !(c->half = mem_zero(TALLY_HALVES, sizeof *c->half))) return fault_memory(f);
    c->half[(size_t)halves]++;
    return 1;
}

/* Of the leading bits of a number. */
static int exponent_of(uint32_t lead) { return (int)(lead / BINS_EACH % 2048) - 1023; }

/* The numbers were read with this top: have their sums lost nothing? */
static int is_exact(const numbers_read *r, int top) {
    if (!r->large) return 1; /* they are all 0 */
    int most = exponent_of(r->large) + 1, least = exponent_of(r->small);
    return most <= top && least >= top - READ_RANGE && most < 900 && least > -900;
}

/* Finds the bins of numbers, and adds up what they are. Returns how many are missing. */
static size_t read_numbers(const tally *t, tally_cell *c, const double *value, size_t n,
                           uint32_t *lead, numbers_read *r) {
    enum { MARGIN = 2 };
    size_t missing = 0;
    t->kernels->read(n, value, c->top, lead, r);
    int fine = is_exact(r, c->top);
    if (!fine && exponent_of(r->large) < 900) {
        c->top = exponent_of(r->large) + 1 + MARGIN;
        t->kernels->read(n, value, c->top, lead, r);
        fine = is_exact(r, c->top);
    }
    if (fine) {
        exact_add(c->sum, r->high);
        exact_add(c->sum, r->low);
        return 0;
    }
    for (size_t k = 0; k < n; k++)
        if (isnan(value[k]))
            missing++;
        else
            exact_add(c->sum, value[k]);
    return missing;
}

static int add_numbers(tally *t, tally_cell *c, const double *value, size_t n, fault *f) {
    uint32_t lead[SUM_MOST];
    numbers_read r;
    size_t missing = read_numbers(t, c, value, n, lead, &r), at = c->present;
    int fine = 1;
    for (size_t k = 0; t->exact && k < n; k++)
        if (!isnan(value[k])) c->kept[at++] = value[k] + 0.0; /* no zero with a sign */
    if (!t->exact && !t->many && !missing)
        fine = bins_add(&c->bins, lead, n, r.least, r.most, t->queue, f);
    else
        for (size_t k = 0; !t->exact && fine && k < n; k++)
            if (!isnan(value[k])) fine = count_number(t, c, value[k] + 0.0, f);
    c->present += n - missing;
    c->missing += missing;
    return fine;
}

/* Ranks are counted in several tables in turn, since the same one often comes again at once. */
enum { TABLES = 4 };

static int add_tables(tally_cell *c, uint32_t table[TABLES][TALLY_HALVES], size_t n, size_t values,
                      fault *f) {
    uint64_t all = 0;
    if (!c->half && !(c->half = mem_zero(TALLY_HALVES, sizeof *c->half))) return fault_memory(f);
    for (size_t h = 0; h < values; h++) {
        uint64_t times = (uint64_t)table[0][h] + table[1][h] + table[2][h] + table[3][h];
        c->half[h] += times;
        all += times * h;
    }
    exact_add(c->sum, (double)all / 2); /* below 2^53 */
    c->present += n;
    return 1;
}

/* Ranks that are there, and whole or halves. */
static int add_halves(tally_cell *c, const int16_t *twice, size_t n, size_t values, fault *f) {
    uint32_t table[TABLES][TALLY_HALVES];
    for (size_t i = 0; i < TABLES; i++) memset(table[i], 0, values * sizeof **table);
    size_t k = 0;
    for (; k + TABLES <= n; k += TABLES) {
        table[0][twice[k]]++;
        table[1][twice[k + 1]]++;
        table[2][twice[k + 2]]++;
        table[3][twice[k + 3]]++;
    }
    for (; k < n; k++) table[0][twice[k]]++;
    return add_tables(c, table, n, values, f);
}

int tally_add_bytes(tally *t, size_t element, const int8_t *rank, size_t n, fault *f) {
    enum { PAIRS = RANK_BYTES / 2 };
    union {
        uint32_t count[TABLES][RANK_BYTES]; /* by the bits of a byte */
        uint64_t pair[TABLES][PAIRS];
    } table = {{{0}}};
    tally_cell *c = &t->cell[element];
    const uint8_t *bits = (const uint8_t *)rank;
    uint64_t all = 0;
    if (!c->half && !(c->half = mem_zero(TALLY_HALVES, sizeof *c->half))) return fault_memory(f);
    size_t k = 0;
    for (; k + TABLES <= n; k += TABLES) {
        table.count[0][bits[k]]++;
        table.count[1][bits[k + 1]]++;
        table.count[2][bits[k + 2]]++;
        table.count[3][bits[k + 3]]++;
    }
    for (; k < n; k++) table.count[0][bits[k]]++;
    for (size_t p = 0; p < PAIRS; p++) {
        if (!(table.pair[0][p] | table.pair[1][p] | table.pair[2][p] | table.pair[3][p])) continue;
        for (size_t b = 2 * p; b < 2 * p + 2; b++) {
            size_t half = b ^ RANK_BIAS; /* as adding does, modulo 256 */
            uint64_t times = 0;
            for (size_t i = 0; i < TABLES; i++) times += table.count[i][b];
            c->half[half] += times;
            all += times * half;
        }
    }
    exact_add(c->sum, (double)all / 2); /* below 2^53 */
    c->present += n;
    return 1;
}

static int add_ranks(const tally *t, tally_cell *c, const double *value, size_t n, fault *f) {
    int16_t twice[SUM_MOST];
    int greatest = t->many ? 0 : t->kernels->halves(n, value, twice);
    if (greatest && greatest <= TALLY_HALVES) return add_halves(c, twice, n, (size_t)greatest, f);
    for (size_t k = 0; k < n; k++) {
        if (isnan(value[k])) {
            c->missing++;
            continue;
        }
        exact_add(c->sum, value[k]);
        c->present++;
        if (!count_rank(t, c, value[k] + 0.0, f)) return 0;
    }
    return 1;
}

static int add_classes(tally_cell *c, const double *value, size_t n, fault *f) {
    for (size_t k = 0; k < n; k++) {
        int there = !isnan(value[k]);
        if (there && !count_value(c, value[k] + 0.0, 1, f)) return 0;
        c->present += (uint64_t)there;
        c->missing += (uint64_t)!there;
    }
    return 1;
}

static int add_part(tally *t, tally_cell *c, const double *value, size_t n, fault *f) {
    switch (t->kind) {
    case TALLY_NUMBER: return add_numbers(t, c, value, n, f);
    case TALLY_RANK: return add_ranks(t, c, value, n, f);
    default: return add_classes(c, value, n, f);
    }
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
        if (!bins_join(&c->bins, &o->bins, f)) return 0;
        for (size_t k = 0; k < o->classes; k++) {
            tally_count x = tally_class(other, i, k);
            if (!tally_put(t, i, x.value, x.count, f)) return 0;
        }
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
        bins_clear(&c->bins);
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What was counted in an array at the end of the list, or where it belongs. */
static int list_value(tally_cell *c, double value, uint64_t times, fault *f) {
    if (!times) return 1;
    if (c->classes && c->class_[c->classes - 1].value >= value)
        return count_value(c, value, times, f);
    if (!MEM_RESERVE(c->class_, c->classes + 1, c->class_cap)) return fault_memory(f);
    c->class_[c->classes++] = (tally_count){value, times};
    return 1;
}

/* Lists the bins of a scale in order. Most are empty. */
static int list_bins(tally_cell *c, size_t scale, fault *f) {
    enum { SOME = 8 };
    const int below = scale >= BINS_SCALES / 2; /* of negative numbers the last bin is the lowest */
    uint64_t bin[BINS_EACH];
    if (!bins_counts(&c->bins, scale, bin)) return 1;
    for (size_t at = 0; at < BINS_EACH; at += SOME) {
        const size_t from = below ? BINS_EACH - SOME - at : at;
        uint64_t any = 0;
        for (size_t k = 0; k < SOME; k++) any |= bin[from + k];
        for (size_t i = 0; any && i < SOME; i++) {
            const size_t k = below ? from + SOME - 1 - i : from + i;
            if (!list_value(c, number_at(scale, k), bin[k], f)) return 0;
        }
    }
    return 1;
}

/* What was counted in arrays as a list of classes, smallest first. */
static int list_classes(tally_cell *c, fault *f) {
    for (size_t k = 0; c->half && k < TALLY_HALVES; k++)
        if (!list_value(c, (double)k / 2, c->half[k], f)) return 0;
    if (!bins_used(&c->bins)) return 1;
    for (size_t s = BINS_SCALES; s-- > BINS_SCALES / 2;)
        if (!list_bins(c, s, f)) return 0;
    for (size_t s = 0; s < BINS_SCALES / 2; s++)
        if (!list_bins(c, s, f)) return 0;
    return 1;
}

int tally_finish(tally *t, fault *f) {
    if (!tally_empty(t, f)) return 0;
    for (size_t i = 0; i < t->size; i++) {
        tally_cell *c = &t->cell[i];
        if (t->exact && c->present) qsort(c->kept, c->present, sizeof *c->kept, ascending);
        if (is_packed(t)) order_packed(c);
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
    size_t at = 0;
    tally_count k = tally_class(t, element, 0);
    for (; below + k.count < n; k = tally_class(t, element, ++at)) below += k.count;
    double x = k.value, end = bin_end(t, x);
    int ranks = t->many && t->kind == TALLY_RANK && x > TALLY_EXACT_RANK;
    if (!ranks && (t->kind != TALLY_NUMBER || x == 0)) return x;
    /* As if those of a bin lay evenly in it. */
    double share = ((double)(n - below) - 0.5) / (double)k.count;
    x = x > 0 ? x + share * (end - x) : end + share * (x - end);
    return ranks ? floor(x) : x;
}

double tally_width(const tally *t, size_t element) {
    const tally_cell *c = &t->cell[element];
    double width = 0;
    for (size_t k = 0; t->kind == TALLY_NUMBER && k < c->classes; k++) {
        double x = tally_class(t, element, k).value;
        width = fmax(width, fabs(bin_end(t, x) - x));
    }
    return width;
}

uint64_t tally_times(const tally *t, size_t element, double value) {
    for (size_t k = 0; k < t->cell[element].classes; k++) {
        tally_count x = tally_class(t, element, k);
        if (x.value == value) return x.count;
    }
    return 0;
}

uint64_t tally_within(const tally *t, size_t element, double rank) {
    const tally_cell *c = &t->cell[element];
    uint64_t sum = 0;
    for (size_t k = 0; k < c->classes; k++) {
        tally_count x = tally_class(t, element, k);
        if (x.value <= rank) sum += x.count;
    }
    for (size_t k = 0; c->half && !t->finished && k < TALLY_HALVES && (double)k / 2 <= rank; k++)
        sum += c->half[k];
    return sum;
}
