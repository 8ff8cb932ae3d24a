/* The minimum of a function of several numbers by the simplex method of J. A. Nelder and R. Mead
 * (Computer Journal 7, 1965), with coefficients that depend on the number of variables (F. Gao and
 * L. Han, Computational Optimization and Applications 51, 2012), which for two are Nelder and
 * Mead's.
 *
 * It needs no derivatives and no bounds: where the function has no value (NaN) it counts as worse
 * than any number, so that what is not allowed is simply missing. When the simplex has become small
 * enough, the search begins anew around the best point, until that gains nothing; so it does not
 * settle where it only got stuck. The same start gives the same result, to the last bit. A minimum
 * found is a local one.
 *
 * The caller owns the state, so that its function may leave by a jump. */
#ifndef EXPR_NELDER_MEAD_H
#define EXPR_NELDER_MEAD_H

#include <stddef.h>

typedef struct minimum minimum;

/* Bytes of a search over n variables, n >= 1. */
size_t minimum_size(size_t n);
/* Begins in the memory given. The search ends when the corners of the simplex differ by less than
 * `tolerance` (relative, between 0 and 1), both in place and in value; `steps` bounds how often the
 * function is asked. */
minimum *minimum_begin(void *memory, size_t n, const double *start, double tolerance, size_t steps);
/* The point at which the function is to be asked next (n numbers), or NULL at the end. */
const double *minimum_ask(minimum *m);
/* The function's value at the point asked for. */
void minimum_tell(minimum *m, double value);

const double *minimum_point(const minimum *m); /* the best so far */
double minimum_value(const minimum *m);        /* INFINITY: there was none */
int minimum_settled(const minimum *m);         /* 0: the steps ran out */
size_t minimum_steps(const minimum *m);        /* how often it has been arguments */

#endif
