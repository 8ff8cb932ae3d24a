/* The inner loops of draws, over one short vector: an element for each draw.
 *
 * src/uncertainty/draw_kernels.c is compiled once for each SIMD level, as the evaluator's kernels
 * are; all levels give the same bits. */
#ifndef UNCERTAINTY_DRAW_KERNELS_H
#define UNCERTAINTY_DRAW_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum {
    SUM_MOST = 4096,
    HALVES_MOST = 1 << 14,
    COMPARED = 4,
    COMPARED_MOST = 4096,
    COMPARED_BYTES = 2048
};

typedef struct numbers_seen {
    size_t missing;
    double most, least; /* |x|, of those that are neither missing nor 0; 0 and infinity: of none */
    int alike;          /* none is so much larger than another that `sum` could lose anything */
} numbers_seen;

typedef struct draw_kernels {
    /* Numbers between 0 and 1 for draws first … first + n - 1: see draw_number. */
    void (*units)(size_t n, double *u, uint64_t key, uint64_t first, uint32_t which,
                  uint32_t stream);
    /* Adds how often x is less than y to *less, and how often they are equal to *same. */
    void (*compare)(size_t n, const double *x, const double *y, uint64_t *less, uint64_t *same);
    /* r = low + u (high - low) */
    void (*between)(size_t n, double *r, const double *u, double low, double high);
    /* sum += x */
    void (*add)(size_t n, double *sum, const double *x);
    /* x = x / sum * to; where the sum is 0, `otherwise` */
    void (*scale)(size_t n, double *x, const double *sum, double to, double otherwise);
    /* The least and the most of x and what *least and *most are. */
    void (*range)(size_t n, const double *x, double *least, double *most);
    /* What there is of n numbers, for those below. */
    numbers_seen (*see)(size_t n, const double *x);
    /* Two numbers whose sum is exactly that of at most SUM_MOST numbers, if they are alike. */
    void (*sum)(size_t n, const double *x, const numbers_seen *seen, double *high, double *low);
    /* Twice each of n ranks. Returns 1 more than the greatest of these, or 0 where some are
     * missing, no halves, negative or HALVES_MOST. */
    int (*halves)(size_t n, const double *rank, int16_t *twice);
    /* Adds, for COMPARED lines x[line * stride + k], in how many of n places the line is less than
     * y to less[line], and equal to same[line]. n is at most COMPARED_MOST. */
    void (*compare_halves)(size_t n, const int16_t *x, size_t stride, const int16_t *y,
                           uint64_t *less, uint64_t *same);
    /* The first so many bits of each number, and -0 as 0; *least and *most are those of all. */
    void (*lead)(size_t n, const double *x, int drop, uint32_t *r, uint32_t *least, uint32_t *most);
    /* Numbers below 256, less 128. */
    void (*bytes)(size_t n, const int16_t *x, int8_t *r);
    /* As compare_halves, of at most COMPARED_BYTES; less and same are begun anew. */
    void (*compare_bytes)(size_t n, const int8_t *x, size_t stride, const int8_t *y, uint32_t *less,
                          uint32_t *same);
} draw_kernels;

/* Those of a level (see ex_level). */
const draw_kernels *draw_kernels_of(int level);

/* One number: what `units` puts for one draw. Two draws share one block of random bits. */
double draw_number(uint64_t key, uint64_t draw, uint32_t which, uint32_t stream);

#endif
