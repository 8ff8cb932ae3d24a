#include "uncertainty/tally_pack.h"

#include <string.h>

#include "base/mem.h"

/* ---- numbers ---- */

void pack_number(buf *b, uint64_t n) {
    for (; n > 127; n >>= 7) buf_char(b, (char)((n & 127) | 128));
    buf_char(b, (char)n);
}

static void pack_word(buf *b, uint64_t x, int bytes) {
    for (int i = 0; i < bytes; i++) buf_char(b, (char)(x >> (8 * i) & 255));
}

void pack_double(buf *b, double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    pack_word(b, bits, 8);
}

uint64_t unpack_number(packed *p) {
    uint64_t n = 0;
    for (int shift = 0; !p->failed; shift += 7) {
        if (p->at == p->end || shift > 63) break;
        uint64_t byte = *p->at++;
        if (shift == 63 && byte > 1) break;
        n |= (byte & 127) << shift;
        if (byte < 128) return n;
    }
    p->failed = 1;
    return 0;
}

static uint64_t unpack_word(packed *p, int bytes) {
    uint64_t x = 0;
    if (p->end - p->at < bytes) p->failed = 1;
    for (int i = 0; !p->failed && i < bytes; i++) x |= (uint64_t)*p->at++ << 8 * i;
    return x;
}

double unpack_double(packed *p) {
    uint64_t bits = unpack_word(p, 8);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

uint64_t unpack_times(uint64_t *left, packed *p) {
    uint64_t n = unpack_number(p);
    if (n > *left) p->failed = 1;
    if (p->failed) return 0;
    *left -= n;
    return n;
}

/* A count of things of which each takes so many bytes at least. */
static size_t unpack_count(packed *p, size_t bytes) {
    uint64_t n = unpack_number(p);
    if (n > (uint64_t)(p->end - p->at) / bytes) p->failed = 1;
    return p->failed ? 0 : (size_t)n;
}

/* ---- sums: the limbs between the zeros at both ends; the last one has a sign ---- */

void pack_sum(const exact_sum *given, buf *b) {
    exact_sum s = *given;
    exact_carry(&s);
    int low = 0, high = EXACT_LIMBS - 1;
    int64_t last = s.limb[high];
    while (low < high && !s.limb[low]) low++;
    while (high > low && !s.limb[high - 1]) high--;
    pack_number(b, ((uint64_t)last << 1) ^ (last < 0 ? UINT64_MAX : 0));
    pack_number(b, (uint64_t)low);
    pack_number(b, (uint64_t)(high - low));
    for (int i = low; i < high; i++) pack_word(b, (uint64_t)s.limb[i], 4);
}

void unpack_sum(exact_sum *to, packed *p) {
    exact_sum s = {{0}, 0};
    uint64_t last = unpack_number(p), low = unpack_number(p), count = unpack_number(p);
    if (low >= EXACT_LIMBS || count >= EXACT_LIMBS - low) p->failed = 1;
    if (last > 1) p->failed = 1; /* 0 or -1: no sum of doubles reaches the last limb */
    for (uint64_t i = 0; !p->failed && i < count; i++) s.limb[low + i] = (int64_t)unpack_word(p, 4);
    s.limb[EXACT_LIMBS - 1] = (int64_t)(last >> 1) ^ (last & 1 ? -1 : 0);
    if (!p->failed) exact_join(to, &s);
}

/* ---- counts in an array: how many are not 0, and each by its distance from the one before ---- */

static void pack_counts(const uint64_t *count, size_t size, buf *b) {
    size_t used = 0, before = 0;
    for (size_t i = 0; count && i < size; i++) used += count[i] > 0;
    pack_number(b, used);
    for (size_t i = 0; used && i < size; i++) {
        if (!count[i]) continue;
        pack_number(b, i - before);
        pack_number(b, count[i]);
        before = i;
    }
}

/* A new array, or NULL where all counts are 0. They are no more than *left, and taken from it. */
static int unpack_counts(uint64_t **count, size_t size, uint64_t *left, packed *p, fault *f) {
    size_t used = unpack_count(p, 2), at = 0;
    if (!used || p->failed) return !p->failed;
    *count = mem_zero(size, sizeof **count);
    if (!*count) return fault_memory(f);
    for (size_t i = 0; i < used; i++) {
        uint64_t step = unpack_number(p);
        if (step >= size - at || (i && !step)) p->failed = 1; /* each comes once */
        if (p->failed) return 0;
        at += (size_t)step;
        (*count)[at] = unpack_times(left, p);
    }
    return !p->failed;
}

static void pack_bins(const number_bins *bins, buf *b) {
    uint64_t count[BINS_EACH];
    size_t used = 0;
    for (size_t s = 0; bins_used(bins) && s < BINS_SCALES; s++) used += (size_t)bins_any(bins, s);
    pack_number(b, used);
    for (size_t s = 0; used && s < BINS_SCALES; s++) {
        if (!bins_counts(bins, s, count)) continue;
        pack_number(b, s);
        pack_counts(count, BINS_EACH, b);
    }
}

static int unpack_bins(number_bins *bins, uint64_t *left, packed *p, fault *f) {
    size_t used = unpack_count(p, 2);
    if (used && !(bins->count = mem_zero(BINS_SCALES, sizeof *bins->count))) return fault_memory(f);
    for (size_t i = 0; i < used; i++) {
        uint64_t scale = unpack_number(p);
        if (scale >= BINS_SCALES || bins->count[scale]) p->failed = 1;
        if (p->failed || !unpack_counts(&bins->count[scale], BINS_EACH, left, p, f)) return 0;
    }
    return !p->failed;
}

/* ---- values and how often they came ---- */

static void pack_classes(const tally *t, size_t element, const pool *texts, buf *b) {
    pack_number(b, t->cell[element].classes);
    for (size_t k = 0; k < t->cell[element].classes; k++) {
        const tally_count x = tally_class(t, element, k);
        uint32_t text = texts ? (uint32_t)x.value : 0;
        if (texts) {
            pack_number(b, pool_length(texts, text));
            buf_put(b, pool_text(texts, text), pool_length(texts, text));
        } else {
            pack_double(b, x.value);
        }
        pack_number(b, x.count);
    }
}

static int unpack_classes(tally *t, size_t element, uint64_t *left, pool *texts, packed *p,
                          fault *f) {
    size_t count = unpack_count(p, 2);
    for (size_t k = 0; k < count && !p->failed; k++) {
        tally_count x = {0};
        if (texts) {
            size_t length = unpack_count(p, 1);
            uint32_t id = p->failed ? 1 : pool_put(texts, (const char *)p->at, length);
            if (!id) return fault_memory(f);
            p->at += length;
            x.value = id;
        } else {
            x.value = unpack_double(p);
            if (x.value != x.value) p->failed = 1;
        }
        x.count = unpack_times(left, p);
        if (!p->failed && !tally_put(t, element, x.value, x.count, f)) return 0;
    }
    return !p->failed;
}

/* ---- tallies ---- */

void tally_pack(tally *t, const pool *texts, buf *b) {
    fault f = FAULT_INIT;
    if (!tally_empty(t, &f)) b->failed = 1; /* there is no memory */
    fault_release(&f);
    pack_number(b, t->kind);
    pack_number(b, t->size);
    pack_number(b, (uint64_t)t->exact);
    for (size_t e = 0; e < t->size; e++) {
        const tally_cell *c = &t->cell[e];
        pack_number(b, c->present);
        pack_number(b, c->missing);
        if (c->sum) pack_sum(c->sum, b);
        for (size_t k = 0; t->exact && k < c->present; k++) pack_double(b, c->kept[k]);
        if (t->exact) continue;
        if (t->kind == TALLY_NUMBER) pack_bins(&c->bins, b);
        if (t->kind == TALLY_RANK) pack_counts(c->half, TALLY_HALVES, b);
        if (t->kind != TALLY_NUMBER || t->many) pack_classes(t, e, texts, b);
    }
}

/* Of an element that has so many draws. Each value that is present was counted once. */
static int unpack_cell(tally *t, size_t element, uint64_t draws, pool *texts, packed *p, fault *f) {
    tally_cell *c = &t->cell[element];
    uint64_t left = draws;
    c->present = unpack_times(&left, p);
    c->missing = unpack_times(&left, p);
    if (c->sum) unpack_sum(c->sum, p);
    if (t->exact) {
        if (c->present > (uint64_t)(p->end - p->at) / sizeof *c->kept) p->failed = 1;
        if (p->failed) c->present = 0;
        if (!MEM_RESERVE(c->kept, c->present, c->kept_cap)) return fault_memory(f);
        for (size_t k = 0; k < c->present; k++) {
            c->kept[k] = unpack_double(p);
            if (c->kept[k] != c->kept[k]) p->failed = 1;
        }
        return !p->failed;
    }
    left = c->present;
    return (t->kind != TALLY_NUMBER || unpack_bins(&c->bins, &left, p, f)) &&
           (t->kind != TALLY_RANK || unpack_counts(&c->half, TALLY_HALVES, &left, p, f)) &&
           ((t->kind == TALLY_NUMBER && !t->many) ||
            unpack_classes(t, element, &left, texts, p, f)) &&
           !p->failed && !left;
}

int tally_unpack(tally *t, uint64_t draws, pool *texts, packed *p, fault *f) {
    tally other;
    if (draws > TALLY_DRAWS_MOST) p->failed = 1;
    if (unpack_number(p) != t->kind || unpack_number(p) != t->size ||
        unpack_number(p) != (uint64_t)t->exact)
        p->failed = 1;
    if (p->failed) return 0;
    int fine = tally_open(&other, t->kind, t->size, t->exact ? 0 : UINT64_MAX, f);
    for (size_t e = 0; fine && e < t->size; e++) fine = unpack_cell(&other, e, draws, texts, p, f);
    if (!fine && !f->count) p->failed = 1;
    fine = fine && tally_join(t, &other, f);
    tally_close(&other);
    return fine;
}
