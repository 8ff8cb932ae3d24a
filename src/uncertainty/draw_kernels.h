/* The inner loops of draws, over one short vector: an element for each draw.
 *
 * src/uncertainty/draw_kernels.c is compiled once for each SIMD level, as the evaluator's kernels
 * are; all levels give the same bits. */
#ifndef UNCERTAINTY_DRAW_KERNELS_H
#define UNCERTAINTY_DRAW_KERNELS_H

#include <stddef.h>
#include <stdint.h>

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
} draw_kernels;

/* Those of a level (see ex_level). */
const draw_kernels *draw_kernels_of(int level);

/* One number: what `units` puts for one draw. Two draws share one block of random bits. */
double draw_number(uint64_t key, uint64_t draw, uint32_t which, uint32_t stream);

#endif
