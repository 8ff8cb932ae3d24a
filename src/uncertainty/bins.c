#include "uncertainty/bins.h"

#include <string.h>

#include "base/mem.h"

void bins_release(number_bins *b) {
    for (size_t s = 0; b->count && s < BINS_SCALES; s++) mem_free(b->count[s]);
    for (size_t s = 0; b->small && s < BINS_SCALES; s++) mem_free(b->small[s]);
    mem_free(b->count);
    mem_free(b->small);
    mem_free(b->queue);
    *b = (number_bins){0};
}

void bins_clear(number_bins *b) {
    for (size_t s = 0; b->count && s < BINS_SCALES; s++)
        if (b->count[s]) memset(b->count[s], 0, BINS_EACH * sizeof **b->count);
    for (size_t s = 0; b->small && s < BINS_SCALES; s++)
        if (b->small[s]) memset(b->small[s], 0, BINS_EACH);
    b->queued = 0;
}

/* ---- counting ---- */

static uint8_t *small_at(number_bins *b, size_t scale, fault *f) {
    if (!b->small) b->small = mem_zero(BINS_SCALES, sizeof *b->small);
    if (b->small && !b->small[scale]) b->small[scale] = mem_zero(BINS_EACH, sizeof **b->small);
    if (b->small && b->small[scale]) return b->small[scale];
    fault_memory(f);
    return NULL;
}

static uint64_t *above_at(number_bins *b, size_t scale, fault *f) {
    if (!b->count) b->count = mem_zero(BINS_SCALES, sizeof *b->count);
    if (b->count && !b->count[scale]) b->count[scale] = mem_zero(BINS_EACH, sizeof **b->count);
    if (b->count && b->count[scale]) return b->count[scale];
    fault_memory(f);
    return NULL;
}

/* A byte went round. */
static int carry(number_bins *b, uint32_t lead, fault *f) {
    uint64_t *count = above_at(b, lead / BINS_EACH, f);
    if (count) count[lead % BINS_EACH] += 256;
    return count != NULL;
}

static int count_one(number_bins *b, uint8_t *small, uint32_t lead, fault *f) {
    return ++small[lead % BINS_EACH] || carry(b, lead, f);
}

/* Four at a time: hardly any of them goes round. */
static int count_beside(number_bins *b, const uint32_t *lead, size_t n, fault *f) {
    uint8_t *small = small_at(b, *lead / BINS_EACH, f);
    if (!small) return 0;
    size_t k = 0;
    for (; k + 4 <= n; k += 4) {
        const uint8_t p = ++small[lead[k] % BINS_EACH], q = ++small[lead[k + 1] % BINS_EACH],
                      r = ++small[lead[k + 2] % BINS_EACH], s = ++small[lead[k + 3] % BINS_EACH];
        if (p && q && r && s) continue;
        if ((!p && !carry(b, lead[k], f)) || (!q && !carry(b, lead[k + 1], f)) ||
            (!r && !carry(b, lead[k + 2], f)) || (!s && !carry(b, lead[k + 3], f)))
            return 0;
    }
    for (; k < n; k++)
        if (!count_one(b, small, lead[k], f)) return 0;
    return 1;
}

static int count_apart(number_bins *b, const uint32_t *lead, size_t n, fault *f) {
    if (n && !small_at(b, *lead / BINS_EACH, f)) return 0;
    for (size_t k = 0; k < n; k++) {
        uint8_t *small = b->small[lead[k] / BINS_EACH];
        if (!small && !(small = small_at(b, lead[k] / BINS_EACH, f))) return 0;
        if (!count_one(b, small, lead[k], f)) return 0;
    }
    return 1;
}

int bins_empty(number_bins *b, fault *f) {
    size_t n = b->queued;
    b->queued = 0;
    return count_apart(b, b->queue, n, f);
}

int bins_add(number_bins *b, const uint32_t *lead, size_t n, uint32_t least, uint32_t most,
             size_t queue, fault *f) {
    if (least / BINS_EACH == most / BINS_EACH) return count_beside(b, lead, n, f);
    if (most - least < BINS_EACH || n > queue) return count_apart(b, lead, n, f);
    if (!b->queue && !(b->queue = mem_take(queue * sizeof *b->queue))) return fault_memory(f);
    if (b->queued + n > queue && !bins_empty(b, f)) return 0;
    memcpy(b->queue + b->queued, lead, n * sizeof *lead);
    b->queued += n;
    return 1;
}

/* ---- bringing together ---- */

static const uint8_t *small_of(const number_bins *b, size_t scale) {
    return b->small ? b->small[scale] : NULL;
}

static const uint64_t *above_of(const number_bins *b, size_t scale) {
    return b->count ? b->count[scale] : NULL;
}

int bins_any(const number_bins *b, size_t scale) {
    return small_of(b, scale) != NULL || above_of(b, scale) != NULL;
}

int bins_counts(const number_bins *b, size_t scale, uint64_t *count) {
    const uint8_t *small = small_of(b, scale);
    const uint64_t *above = above_of(b, scale);
    if (!bins_any(b, scale)) return 0;
    for (size_t k = 0; small && k < BINS_EACH; k++) count[k] = small[k];
    if (!small) memset(count, 0, BINS_EACH * sizeof *count);
    for (size_t k = 0; above && k < BINS_EACH; k++) count[k] += above[k];
    return 1;
}

/* Adds the bytes of a scale. Most are 0. */
static int join_small(number_bins *b, const uint8_t *from, size_t scale, fault *f) {
    enum { SOME = sizeof(uint64_t) };
    uint8_t *to = small_at(b, scale, f);
    for (size_t at = 0; to && at < BINS_EACH; at += SOME) {
        uint64_t any;
        memcpy(&any, from + at, sizeof any);
        for (size_t k = at; any && k < at + SOME; k++) {
            to[k] = (uint8_t)(to[k] + from[k]);
            if (to[k] < from[k] && !carry(b, (uint32_t)(scale * BINS_EACH + k), f)) return 0;
        }
    }
    return to != NULL;
}

int bins_join(number_bins *b, const number_bins *from, fault *f) {
    for (size_t s = 0; s < BINS_SCALES; s++) {
        const uint8_t *small = small_of(from, s);
        const uint64_t *above = above_of(from, s);
        if (small && !join_small(b, small, s, f)) return 0;
        uint64_t *count = above ? above_at(b, s, f) : NULL;
        if (above && !count) return 0;
        for (size_t k = 0; above && k < BINS_EACH; k++) count[k] += above[k];
    }
    return count_apart(b, from->queue, from->queued, f);
}
