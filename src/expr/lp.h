/* Small linear programs, solved by lp_solve.
 *
 * lp_solve finds which constraints hold with equality at the optimum; the solution itself is then
 * worked out from these by LAPACK, so that it is exact to the last digits and does not carry the
 * tolerances of the simplex method. Where several solutions are equally good, it is always the same
 * one that is found, but nothing says which. The library is opened at the first use; lp.c is
 * the only file that includes its header. */
#ifndef EXPR_LP_H
#define EXPR_LP_H

#include <signal.h>
#include <stddef.h>

#include "base/fault.h"

/* Elements (variables times constraints) at most. */
enum { PROGRAM_MOST = 4000000 };

typedef enum program_relation { PROGRAM_AT_MOST, PROGRAM_AT_LEAST, PROGRAM_EQUAL } program_relation;
typedef enum program_outcome {
    PROGRAM_SOLVED,
    PROGRAM_INFEASIBLE,
    PROGRAM_UNBOUNDED,
    PROGRAM_FAILED
} program_outcome;

/* The objective and the constraints: sum of coefficient[r * n + j] x[j], relation, bound[r]. All
 * are finite. */
typedef struct program {
    size_t n, rows;
    int maximise;
    const double *objective;
    const double *coefficient;
    const program_relation *relation;
    const double *bound;
    const double *lower, *upper; /* of each x; NaN: none */
} program;

/* `solution` has n elements, NaN unless PROGRAM_SOLVED; PROGRAM_FAILED is the simplex method's own
 * failure. 0 with the fault filled where memory or the library is lacking, or `stop` (may be NULL)
 * turned nonzero. */
int program_solve(const program *p, double *solution, program_outcome *outcome,
                  const volatile sig_atomic_t *stop, fault *f);

#endif
