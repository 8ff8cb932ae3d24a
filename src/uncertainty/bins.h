/* How often numbers came, in fixed bins.
 *
 * A bin holds the doubles that share sign, exponent and the first 12 bits behind the point: 4,096
 * of them between 64 and 128, each 1/64 wide. Its number is these leading bits (`lead`). */
#ifndef UNCERTAINTY_BINS_H
#define UNCERTAINTY_BINS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* Bins of a power of two; signs and exponents; the bits of a double that tell no bin. */
enum { BINS_EACH = 1 << 12, BINS_SCALES = 1 << 12, BINS_DROP = 52 - 12 };

typedef struct number_bins {
    uint64_t **count; /* by scale: how often each bin; or NULL */
    /* What came last, modulo 256: so small that it stays in the cache. */
    uint8_t **fresh;
    uint32_t *queue; /* numbers far apart, to be counted many at once */
    size_t queued;
} number_bins;

void bins_release(number_bins *b);
/* As if nothing had been counted; memory stays. */
void bins_clear(number_bins *b);
/* Counts n numbers by their bins, of which `least` and `most` are the ends. Where they lie far
 * apart, they wait until there are `queue` of them (0: they do not), so that the bins are worth
 * fetching into the cache. 0 with the fault. */
int bins_add(number_bins *b, const uint32_t *lead, size_t n, uint32_t least, uint32_t most,
             size_t queue, fault *f);
/* Counts what waits. */
int bins_empty(number_bins *b, fault *f);
/* The counts of a scale, to be added to. NULL with the fault. */
uint64_t *bins_at(number_bins *b, size_t scale, fault *f);
/* Adds what `from` has; of itself: brings all counts together in `count`. */
int bins_settle(number_bins *b, fault *f);
int bins_join(number_bins *b, const number_bins *from, fault *f);

#endif
