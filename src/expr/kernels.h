/* Kernels: one operation over a short contiguous vector.
 *
 * src/expr/kernels.c is compiled once for each SIMD level; all levels give the same bits. Vectors
 * hold NaN for missing and no infinities. A kernel returns the number of domain errors. The result
 * may not overlap an operand. */
#ifndef EXPR_KERNELS_H
#define EXPR_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "expr/op.h"

typedef uint64_t (*ex_kernel1)(size_t n, double *r, const double *a);
typedef uint64_t (*ex_kernel2)(size_t n, double *r, const double *a, const double *b);
typedef uint64_t (*ex_kernel3)(size_t n, double *r, const double *a, const double *b,
                               const double *c);

/* Sums of fewer than a thousand million products of two such numbers stay finite. */
#define EX_SMALL 1e145
enum { EX_RANKED = 32 };

/* What sum_some does. */
enum {
    EX_TERMS_PRODUCTS = 1 << 0, /* terms are x[k] * w[k] */
    EX_TERMS_PRESENT = 1 << 1,  /* w[k] where x[k] is present; neither: x[k] */
    EX_TERMS_BEGIN = 1 << 2,    /* the sums are begun anew */
    EX_TERMS_END = 1 << 3,      /* … and ended */
    EX_TERMS_ONE = 1 << 4,      /* products: x[k] is one value for all of w[k] */
    EX_TERMS_SURE = 1 << 5      /* all terms are finite */
};

/* The state of a reduction along a vector, in interleaved lanes (enough of them that the compiler
 * keeps a loop and makes vectors of it). a: the value (NaN: nothing yet); b: the rounding error of
 * a sum, or the position of an extreme. */
enum { EX_LANES = 64 };
typedef struct ex_lanes {
    double a[EX_LANES], b[EX_LANES];
} ex_lanes;

/* Adds each element of x to its own state: s[i], which is NaN before any present element (0 for a
 * count), and side[i] if the operation has EX_SIDE. `here`: the position of x on the folded axis.
 */
typedef void (*ex_fold)(size_t n, double *s, double *side, const double *x, double here);
/* Adds a whole vector to the lanes of one state. */
typedef void (*ex_line)(size_t n, ex_lanes *l, const double *x);

/* A weighted mean of what a chain of operations makes of vectors, each with one number of its own:
 * min-max scores. The terms x[k] go through all steps in registers, and are added up. */
enum { EX_CHAIN_STEPS = 4 };
typedef enum ex_chain_step {
    EX_CHAIN_ADD,
    EX_CHAIN_SUB,
    EX_CHAIN_FROM,
    EX_CHAIN_MUL,
    EX_CHAIN_DIV
} ex_chain_step; /* x + c, x - c, c - x, x * c, x / c */
typedef struct ex_chain {
    int steps;
    ex_chain_step step[EX_CHAIN_STEPS];
    size_t terms; /* at least one */
    const double *const *x;
    /* By term: the number of each step, the weight of the product, and the weight that is added
     * where the term is present. None is missing, none that is multiplied or divided by is 0. */
    const double *number;
    int exact; /* the latter weights are positive, and no sum of some of them is rounded */
} ex_chain;

/* Sums that are settled and divided at once, as quotient_settled does it, by settled sums `by`. */
typedef struct ex_divisor {
    const double *by;
    const double *inverse; /* 1 / by, if `known`; only sums of eights want it */
    /* 0: nothing is. Else all sums and quotients are present, and no larger than 1e100, and no
     * divisor is below 1e-100. */
    int known;
    /* 0; or more is known: all sums are of a size that EX_SETTLED looks at times this. */
    double scale;
} ex_divisor;

typedef struct ex_kernels {
    const char *level;
    ex_kernel1 unary[EX_OPS];
    /* [0]: vector, vector; [1]: vector, one value; [2]: one value, vector */
    ex_kernel2 binary[3][EX_OPS];
    ex_kernel3 ternary[EX_OPS];

    ex_fold fold[EX_OPS]; /* of every operation of EX_REDUCE */
    ex_line line[EX_OPS]; /* NULL: by reduction.h, element by element, in the first lane */
    /* line[EX_min] and line[EX_max] of `lines` vectors x[k], in one pass over them, to the states
     * least[k] and most[k] */
    void (*extremes)(size_t n, size_t lines, ex_lanes *least, ex_lanes *most,
                     const double *const *x);
    /* For weighted means: add x * w, and w where x is present, to sums s with errors e. `one`: w is
     * one value for all of x. */
    uint64_t (*sum_products)(size_t n, double *s, double *e, const double *x, const double *w,
                             int one);
    void (*sum_weights)(size_t n, double *s, double *e, const double *x, const double *w, int one);
    /* The sum of `terms` vectors w[k], each times x[k] (NULL: as they are), into s and e, which are
     * begun anew: the bits of sum_products one after the other, but the sums stay in registers.
     * 0 where a product or a sum leaves the finite numbers: then s and e are of no use. */
    int (*sum_terms)(size_t n, double *s, double *e, size_t terms, const double *const *w,
                     const double *x);
    /* Adds some terms to the sums s with errors e: the bits of `fold`, sum_products or sum_weights
     * one after the other, and of sum_end. n is a multiple of 16. Sums that are ended can be
     * divided at once (NULL: they are not). */
    void (*sum_some)(size_t n, double *s, double *e, size_t terms, const double *const *x,
                     const double *const *w, unsigned how, const ex_divisor *divisor);
    /* Sums as the short decimals that they are on paper (EX_SETTLED), and 1 / these (NULL: they are
     * not wanted); and the quotient of a by sums that are so already, r may be a. Of the second n
     * is a multiple of 16. */
    void (*settle)(size_t n, double *r, double *inverse, const double *x);
    void (*quotient_settled)(size_t n, double *r, const double *a, const double *b);
    /* Such sums for several lines of factors x[line * terms + k] at once, without the errors: eight
     * products at a time are added up, and then these sums. An element has the same bits whatever
     * lies beside it. Products and sums that no number can hold are missing. Returns how many;
     * never any where the factors are small and `clean` is what are_small says of all vectors.
     * Where sums are divided (NULL: they are not), n is a multiple of 16. */
    uint64_t (*sum_eights)(size_t n, size_t lines, double *const *s, size_t terms,
                           const double *const *w, const double *x, int clean,
                           const ex_divisor *divisor);
    /* Is no element missing, or above EX_SMALL? */
    int (*are_small)(size_t n, const double *x);
    /* Are all from `low` to `high`? None then is missing. */
    int (*are_within)(size_t n, const double *x, double low, double high);
    /* The sums of a chain over elements at … at + n - 1 of its vectors: s[0] the weighted, s[1]
     * that of weights (NULL: not asked for). The bits of the single operations and of sum_products
     * and sum_weights, one after the other, and of sum_end. 0 where something leaves the finite
     * numbers: then the sums are of no use. */
    int (*sum_chain)(size_t n, size_t at, const ex_chain *c, double *const s[2]);
    /* Ranks (1 is the greatest, or with `ascending` the least; ties share the better one) in `wide`
     * lines of n elements beside one another: element i of line l is x[i * stride + l]. `better`
     * has room for n * wide. 0, and nothing written, where two elements are so near that their
     * decimals decide. */
    size_t wide;
    int (*rank_lines)(size_t n, const double *x, size_t stride, double *out, size_t out_stride,
                      int ascending, int64_t *better);
    /* The same for EX_RANKED lines at once, by the order of keys of 30 bits: 0, and what was
     * written is of no use, where two elements are equal, or so near that their keys cannot tell
     * them apart. `key` has room for n * EX_RANKED. */
    int (*rank_apart)(size_t n, const double *x, size_t stride, double *out, size_t out_stride,
                      int ascending, int32_t *key);
    /* s += e; overflow is a domain error */
    uint64_t (*sum_end)(size_t n, double *s, const double *e);
} ex_kernels;

/* chain_kernels.c, for each level. */
int ex_sum_chain_baseline(size_t n, size_t at, const ex_chain *c, double *const s[2]);
int ex_sum_chain_v3(size_t n, size_t at, const ex_chain *c, double *const s[2]);
int ex_sum_chain_v4(size_t n, size_t at, const ex_chain *c, double *const s[2]);

#endif
