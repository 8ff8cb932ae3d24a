/* Small linear programs, also with variables that are 0 or 1, solved by lp_solve.
 *
 * lp_solve finds which constraints hold with equality at the optimum. The solution is then computed
 * from these by LAPACK, so that it is exact to the last digits and free of the tolerances of the
 * simplex method. Of a program with variables that are 0 or 1 these are found first, by branch and
 * bound; then they are fixed, and what is left is solved as any other program. Where several
 * solutions are equally good, the same one is always found, but which
 * one is not defined. The library is opened at the first use; lp.c is the only file that includes
 * its header. */
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
    PROGRAM_FAILED,
    PROGRAM_LATE,  /* the seconds were up */
    PROGRAM_NEARLY /* the choices only fit within the tolerance of branch and bound */
} program_outcome;

/* n variables with lower[j] <= x[j] <= upper[j]. The objective is sum(objective[j] x[j]),
 * constraint r is sum(coefficient[r * n + j] x[j]) relation[r] bound[r]. All numbers are finite. */
typedef struct program {
    size_t n, rows;
    int maximise;
    const double *objective;
    const double *coefficient;
    const program_relation *relation;
    const double *bound;
    const double *lower, *upper; /* NaN: no bound */
} program;

/* Variables of a program that are 0 or 1, within their bounds. */
typedef struct program_choices {
    const unsigned char *binary; /* by variable: not 0 where it is one */
    int any;                     /* any solution will do: the first that is found */
    double seconds;              /* for branch and bound; 0: as long as it takes */
} program_choices;

/* Fills `solution` (n elements), with NaN unless the outcome is PROGRAM_SOLVED. PROGRAM_FAILED: the
 * simplex method gave up. 0 with the fault filled without memory or library, for a program that is
 * too large, or when `stop` (may be NULL) turns nonzero. */
int program_solve(const program *p, double *solution, program_outcome *outcome,
                  const volatile sig_atomic_t *stop, fault *f);
/* The same with variables that are 0 or 1. With PROGRAM_NEARLY these are filled, and the others are
 * NaN. */
int program_solve_choices(const program *p, const program_choices *c, double *solution,
                          program_outcome *outcome, const volatile sig_atomic_t *stop, fault *f);

#endif
