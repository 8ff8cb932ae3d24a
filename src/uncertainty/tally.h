/* What many draws add up to: counts, sums and quantiles, element by element.
 *
 * All of it is free of order. Counts are whole numbers; sums are exact; quantiles are taken from
 * the values themselves as long as there are not too many of them, and from fixed bins beyond,
 * whose width is told. So parts of the draws can be tallied apart and joined, with the same results
 * to the last bit. */
#ifndef UNCERTAINTY_TALLY_H
#define UNCERTAINTY_TALLY_H

#include "assess.h"
#include "base/arena.h"
#include "base/fault.h"
#include "uncertainty/bins.h"
#include "uncertainty/exact_sum.h"

/* Values that are kept for exact quantiles, of all elements together. */
enum { TALLY_KEPT = 1 << 21 };

typedef enum tally_kind {
    TALLY_NUMBER, /* mean and quantiles */
    TALLY_RANK,   /* how often each rank; ranks are whole or halves */
    TALLY_CLASS   /* how often each value: of texts and truths */
} tally_kind;

/* Ranks are counted in an array up to this one, in halves. */
enum { TALLY_HALVES = 1 << 11 };

/* Of more elements than this numbers, and ranks above TALLY_EXACT_RANK, are counted in 64 bins of a
 * power of two, those that occur alone: 2 % to 1 % of their size wide. */
enum { TALLY_MANY = 4000, TALLY_EXACT_RANK = 64 };

/* No value comes more often. */
#define TALLY_DRAWS_MOST ((uint64_t)1 << 44)

/* A value and how often it came. */
typedef struct tally_count {
    double value;
    uint64_t count;
} tally_count;

/* One element of an output. */
typedef struct tally_cell {
    uint64_t present, missing;
    exact_sum *sum; /* of numbers and ranks; else NULL */
    double *kept;   /* as they came: `present` of them; NULL: bins */
    /* How often each value came: of classes; after tally_finish of ranks and bins, too. See
     * tally_class. Where there are many elements, numbers and ranks are packed into a word each:
     * the leading bits of the value, and below them the count. */
    tally_count *class_;
    uint64_t *packed;
    size_t classes, class_cap, kept_cap;
    size_t last;      /* the class that was counted last */
    uint64_t *half;   /* of ranks up to TALLY_HALVES / 2: how often each half of a rank */
    number_bins bins; /* of numbers */
    int top;          /* all numbers added last were below 2^top */
} tally_cell;

typedef struct tally {
    tally_kind kind;
    size_t size; /* elements */
    tally_cell *cell;
    int exact; /* values are kept */
    int many;  /* there are many elements */
    int finished;
    size_t queue; /* room of queues; 0: there are none */
    const struct draw_kernels *kernels;
    arena memory;
} tally;

/* `draws` are all there will be, in this tally and those it is joined with. */
int tally_open(tally *t, tally_kind kind, size_t size, uint64_t draws, fault *f);
void tally_close(tally *t);
/* Adds the values of an element: count doubles; NaN is missing. 0 with the fault. */
int tally_add(tally *t, size_t element, const double *value, size_t count, fault *f);
/* Ranks of a tally of few elements that are all there: bytes as small_ranks makes them. */
int tally_add_bytes(tally *t, size_t element, const int8_t *rank, size_t n, fault *f);
/* As if nothing had been added; memory stays. */
void tally_clear(tally *t);
/* Counts what waits, for whoever looks at bins. */
int tally_empty(tally *t, fault *f);
/* Adds what another tally of the same output has. */
int tally_join(tally *t, const tally *other, fault *f);
/* All draws are there: orders what is kept. Nothing is added afterwards. */
int tally_finish(tally *t, fault *f);

/* How often the rank was at most this; also before tally_finish. */
uint64_t tally_within(const tally *t, size_t element, double rank);

/* The values of an element that came, the least first after tally_finish (texts: see vary_finish).
 * k is below cell[element].classes. */
tally_count tally_class(const tally *t, size_t element, size_t k);
/* Adds to how often a value came that is counted in classes. */
int tally_put(tally *t, size_t element, double value, uint64_t times, fault *f);

/* After tally_finish. NaN where nothing was present. */
double tally_mean(const tally *t, size_t element);
/* The smallest value that at least the share p of the present values does not exceed (definition 1
 * of Hyndman and Fan 1996); from bins as if the values in one lay evenly. */
double tally_quantile(const tally *t, size_t element, double p);
/* The widest bin that a quantile of this element was taken from; 0 where they are exact. */
double tally_width(const tally *t, size_t element);
/* How often a value came. */
uint64_t tally_times(const tally *t, size_t element, double value);

#endif
