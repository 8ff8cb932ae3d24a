#include "uncertainty/bins.h"

#include <string.h>

#include "base/mem.h"

void bins_release(number_bins *b) {
    for (size_t s = 0; b->count && s < BINS_SCALES; s++) mem_free(b->count[s]);
    for (size_t s = 0; b->fresh && s < BINS_SCALES; s++) mem_free(b->fresh[s]);
    mem_free(b->count);
    mem_free(b->fresh);
    mem_free(b->queue);
    *b = (number_bins){0};
}

static void forget_fresh(number_bins *b) {
    for (size_t s = 0; b->fresh && s < BINS_SCALES; s++)
        if (b->fresh[s]) memset(b->fresh[s], 0, BINS_EACH);
    b->queued = 0;
}

void bins_clear(number_bins *b) {
    for (size_t s = 0; b->count && s < BINS_SCALES; s++)
        if (b->count[s]) memset(b->count[s], 0, BINS_EACH * sizeof **b->count);
    forget_fresh(b);
}

uint64_t *bins_at(number_bins *b, size_t scale, fault *f) {
    if (!b->count) b->count = mem_zero(BINS_SCALES, sizeof *b->count);
    if (b->count && !b->count[scale]) b->count[scale] = mem_zero(BINS_EACH, sizeof **b->count);
    if (b->count && b->count[scale]) return b->count[scale];
    fault_memory(f);
    return NULL;
}

/* ---- counting ---- */

static uint8_t *fresh_at(number_bins *b, size_t scale, fault *f) {
    if (!b->fresh) b->fresh = mem_zero(BINS_SCALES, sizeof *b->fresh);
    if (b->fresh && !b->fresh[scale]) b->fresh[scale] = mem_zero(BINS_EACH, sizeof **b->fresh);
    if (b->fresh && b->fresh[scale]) return b->fresh[scale];
    fault_memory(f);
    return NULL;
}

/* A fresh count went round. */
static int carry(number_bins *b, uint32_t lead, fault *f) {
    uint64_t *count = bins_at(b, lead / BINS_EACH, f);
    if (count) count[lead % BINS_EACH] += 256;
    return count != NULL;
}

static int count_beside(number_bins *b, const uint32_t *lead, size_t n, fault *f) {
    uint8_t *fresh = fresh_at(b, *lead / BINS_EACH, f);
    if (!fresh) return 0;
    for (size_t k = 0; k < n; k++)
        if (!++fresh[lead[k] % BINS_EACH] && !carry(b, lead[k], f)) return 0;
    return 1;
}

static int count_apart(number_bins *b, const uint32_t *lead, size_t n, fault *f) {
    if (n && !fresh_at(b, *lead / BINS_EACH, f)) return 0;
    for (size_t k = 0; k < n; k++) {
        uint8_t *fresh = b->fresh[lead[k] / BINS_EACH];
        if (!fresh && !(fresh = fresh_at(b, lead[k] / BINS_EACH, f))) return 0;
        if (!++fresh[lead[k] % BINS_EACH] && !carry(b, lead[k], f)) return 0;
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

/* Adds what came last. */
static int add_fresh(number_bins *b, const number_bins *from, fault *f) {
    enum { SOME = 16 };
    for (size_t s = 0; from->fresh && s < BINS_SCALES; s++) {
        const uint8_t *x = from->fresh[s];
        uint64_t *count = x ? bins_at(b, s, f) : NULL;
        if (x && !count) return 0;
        for (size_t k = 0; x && k < BINS_EACH; k += SOME) {
            unsigned any = 0;
            for (size_t i = 0; i < SOME; i++) any |= x[k + i];
            for (size_t i = 0; any && i < SOME; i++) count[k + i] += x[k + i];
        }
    }
    for (size_t k = 0; k < from->queued; k++) {
        uint64_t *count = bins_at(b, from->queue[k] / BINS_EACH, f);
        if (!count) return 0;
        count[from->queue[k] % BINS_EACH]++;
    }
    return 1;
}

int bins_settle(number_bins *b, fault *f) {
    if (!add_fresh(b, b, f)) return 0;
    forget_fresh(b);
    return 1;
}

int bins_join(number_bins *b, const number_bins *from, fault *f) {
    for (size_t s = 0; from->count && s < BINS_SCALES; s++) {
        uint64_t *count = from->count[s] ? bins_at(b, s, f) : NULL;
        if (from->count[s] && !count) return 0;
        for (size_t k = 0; count && k < BINS_EACH; k++) count[k] += from->count[s][k];
    }
    return add_fresh(b, from, f);
}
