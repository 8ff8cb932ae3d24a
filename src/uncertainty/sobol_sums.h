/* Sobol' indices from sums over a design.
 *
 * The design (Saltelli 2002): N rows of two independent samples A and B of all factors; and for
 * each factor i the sample A with the column of factor i from B, here AB_i. With f the result:
 *
 *   first order  S_i = mean((f(B) - m) (f(AB_i) - f(A))) / V   Saltelli and others 2010, table 2
 * (b) total        T_i = mean((f(A) - f(AB_i))^2) / (2 V)         Jansen 1999 second order S_ij =
 * mean(f(BA_i) f(AB_j) - f(A) f(B)) / V - S_i - S_j   Saltelli 2002
 *
 * V and m are the variance and mean of the 2 N values of A and B. Without m the first formula is
 * Saltelli's as it stands; it has the same expectation, and a greater error where m is far from 0.
 *
 * Rows are added in their order and summed in up to SOBOL_SUMS_BLOCKS blocks of successive rows, so
 * memory does not grow with the rows, and results hang on nothing but the rows. Bootstrap intervals
 * (Archer, Saltelli and Sobol' 1997) draw these blocks again with replacement: of random rows they
 * are those of the ordinary bootstrap, and of Sobol' points they see that a block is more even than
 * as many random rows. */
#ifndef UNCERTAINTY_SOBOL_SUMS_H
#define UNCERTAINTY_SOBOL_SUMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

enum { SOBOL_SUMS_BLOCKS = 128, SOBOL_SUMS_AGAIN = 1000 };

typedef struct sobol_sums {
    size_t factors;
    int second;            /* pairs are summed, too */
    uint64_t rows, length; /* rows that were announced, and those of a block */
    double from;           /* values are summed as differences from this one */
    double *block;         /* by block: `width` sums; see sobol_sums.c */
    size_t width, blocks;
    uint64_t used, left_out; /* rows that were summed; that have a missing value */
    double least, most;      /* of A and B */
} sobol_sums;

/* One index with the interval that holds 95 % of the bootstrap's. */
typedef struct sobol_index {
    double value, low, high;
} sobol_index;

/* Everything that is estimated; in the order of the factors, and of pairs (0, 1), (0, 2) … */
typedef struct sobol_result {
    double mean, variance;
    int constant; /* the result is the same in all rows, up to rounding: no index has a value */
    sobol_index *first, *total, *second;
    sobol_index sum; /* of the first-order indices */
} sobol_result;

int sobol_sums_open(sobol_sums *s, size_t factors, int second, uint64_t rows, double from,
                    arena *memory, fault *f);
/* Adds rows number first … first + count - 1. ab[i * count + k] is f(AB_i) in row k; `ba` likewise,
 * or NULL. A row with a value that is missing, or infinite, is left out. */
void sobol_sums_add(sobol_sums *s, uint64_t first, size_t count, const double *a, const double *b,
                    const double *ab, const double *ba);
/* `centred`: with m in the formula of S_i; `again`: samples of the bootstrap. */
int sobol_sums_result(const sobol_sums *s, int centred, size_t again, uint64_t seed,
                      sobol_result *out, arena *memory, fault *f);
/* The place of a pair i < j. */
size_t sobol_pair(size_t factors, size_t i, size_t j);

#endif
