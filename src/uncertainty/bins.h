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

/* Most scales have few numbers, and no bin of them 256: a byte for each is enough. */
typedef struct number_bins {
    uint8_t **small;  /* by scale: how often each bin, modulo 256; or NULL */
    uint64_t **count; /* by scale: what is above that, of each bin; or NULL */
    uint32_t *queue;  /* numbers far apart, to be counted many at once */
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
/* Was any bin of any scale counted? */
static inline int bins_used(const number_bins *b) { return b->count || b->small; }
/* Was any bin of a scale counted? */
int bins_any(const number_bins *b, size_t scale);
/* Puts how often each of BINS_EACH bins of a scale came, if any did: else 0. */
int bins_counts(const number_bins *b, size_t scale, uint64_t *count);
/* Adds what `from` has. */
int bins_join(number_bins *b, const number_bins *from, fault *f);

#endif
