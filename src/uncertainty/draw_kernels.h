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
    READ_RANGE = 28,
    HALVES_MOST = 1 << 14,
    COMPARED = 4,
    COMPARED_MOST = 4096,
    COMPARED_BYTES = 4080
};

/* Ranks as bytes: twice each, less 128. */
enum { RANK_BYTES = 256, RANK_BIAS = 128 };

/* What `read` finds out. Leading bits are those of a bin (bins.h). */
typedef struct numbers_read {
    uint32_t least, most;  /* leading bits */
    uint32_t small, large; /* the same of |x|, of those that are not 0 (UINT32_MAX, 0: none is) */
    double high, low;      /* their sum, if it lost nothing */
} numbers_read;

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
    /* Reads n numbers, at most SUM_MOST: puts the leading bits of each (-0 as 0), and adds them up.
     * That is exact where all |x| are below 2^top, and those that are not 0 not below
     * 2^(top - READ_RANGE). Sizes below 2^-1034, whose leading bits are those of 0, count as 0. */
    void (*read)(size_t n, const double *x, int top, uint32_t *lead, numbers_read *to);
    /* Twice each of n ranks. Returns 1 more than the greatest of these, or 0 where some are
     * missing, no halves, negative or HALVES_MOST. */
    int (*halves)(size_t n, const double *rank, int16_t *twice);
    /* Adds, for COMPARED lines x[line * stride + k], in how many of n places the line is less than
     * y to less[line], and equal to same[line]. n is at most COMPARED_MOST. */
    void (*compare_halves)(size_t n, const int16_t *x, size_t stride, const int16_t *y,
                           uint64_t *less, uint64_t *same);
    /* Ranks as bytes. 0 where some are missing, no halves, below 1/2 or above 127. */
    int (*small_ranks)(size_t n, const double *rank, int8_t *to);
    /* As compare_halves, of bytes, at most COMPARED_BYTES; less and same are begun anew. */
    void (*compare_bytes)(size_t n, const int8_t *x, size_t stride, const int8_t *y, uint32_t *less,
                          uint32_t *same);
} draw_kernels;

/* Those of a level (see ex_level). */
const draw_kernels *draw_kernels_of(int level);

/* One number: what `units` puts for one draw. Two draws share one block of random bits. */
double draw_number(uint64_t key, uint64_t draw, uint32_t which, uint32_t stream);

#endif
