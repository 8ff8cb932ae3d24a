/* Kernels: one operation over a short contiguous vector.
 *
 * src/expr/kernels.c is compiled once for each SIMD level; all levels give the same bits. Vectors
 * hold NaN for missing and no infinities. A kernel returns how many elements a domain error made
 * missing (domain_errors). The result may not overlap an operand. */
#ifndef EXPR_KERNELS_H
#define EXPR_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "expr/op.h"

typedef uint64_t (*ex_kernel1)(size_t n, double *r, const double *a);
typedef uint64_t (*ex_kernel2)(size_t n, double *r, const double *a, const double *b);
typedef uint64_t (*ex_kernel3)(size_t n, double *r, const double *a, const double *b, const double *c);

/* Running reductions along a vector, in interleaved lanes (enough of them that the compiler keeps a loop and makes vectors): `a` the value (NaN: nothing yet), `b`
 * the rounding error of a sum, or the position of an extreme. */
enum { EX_LANES = 64 };
typedef struct ex_lanes {
    double a[EX_LANES], b[EX_LANES];
} ex_lanes;

typedef struct ex_kernels {
    const char *level;
    ex_kernel1 unary[EX_OPS];
    ex_kernel2 binary[3][EX_OPS]; /* [0]: vector, vector; [1]: vector, one value; [2]: one value, vector */
    ex_kernel3 ternary[EX_OPS];

    /* Folds: each element of x into its own accumulator. `s` holds NaN where nothing was seen. */
    void (*fold_sum)(size_t n, double *s, double *e, const double *x);
    /* Of a weighted mean: x * w, and w where x is present, into sums. `one`: w is one value for all of x. */
    uint64_t (*fold_product)(size_t n, double *s, double *e, const double *x, const double *w, int one);
    void (*fold_present)(size_t n, double *s, double *e, const double *x, const double *w, int one);
    void (*fold_count)(size_t n, double *c, const double *x);
    void (*fold_min)(size_t n, double *m, const double *x);
    void (*fold_max)(size_t n, double *m, const double *x);
    void (*fold_first)(size_t n, double *m, const double *x);
    void (*fold_last)(size_t n, double *m, const double *x);
    void (*fold_argmin)(size_t n, double *position, double *m, const double *x, double here);
    void (*fold_argmax)(size_t n, double *position, double *m, const double *x, double here);
    uint64_t (*fold_sum_end)(size_t n, double *s, const double *e); /* s += e; overflow is a domain_error */

    /* Lines: a whole vector into one accumulator; `at` is the position of its first element. */
    void (*line_sum)(size_t n, ex_lanes *l, const double *x);
    void (*line_count)(size_t n, ex_lanes *l, const double *x);
    void (*line_min)(size_t n, ex_lanes *l, const double *x);
    void (*line_max)(size_t n, ex_lanes *l, const double *x);
} ex_kernels;

/* The kernels of a level by name, or the best this CPU has for NULL (the environment variable
 * ASSESS_SIMD is asked first). NULL for a level this program or CPU does not have. */
const ex_kernels *ex_kernels_pick(const char *level);

#endif
