/* The minimum of a function of several numbers by the simplex method of J. A. Nelder and R. Mead
 * (Computer Journal 7, 1965), with coefficients that depend on the number of variables (F. Gao and
 * L. Han, Computational Optimization and Applications 51, 2012), which for two are Nelder and
 * Mead's.
 *
 * It needs no derivatives and no bounds: NaN counts as worse than any number, so that the function
 * is simply missing where a point is not allowed. When the simplex is small enough, the search
 * starts again around the best point, until that brings no gain, so that it does not end where it
 * only got stuck. The same start gives the same result, to the last bit. The minimum is a local
 * one.
 *
 * The caller owns the memory and calls the function itself, so that the function may leave by a
 * longjmp. */
#ifndef EXPR_NELDER_MEAD_H
#define EXPR_NELDER_MEAD_H

#include <stddef.h>

typedef struct minimum minimum;

/* Bytes of a search over n variables, n >= 1. */
size_t minimum_size(size_t n);
/* Begins a search in the memory given. It ends when the corners of the simplex differ relatively by
 * less than `tolerance` (between 0 and 1), both in place and in value, or after `steps` values. */
minimum *minimum_begin(void *memory, size_t n, const double *start, double tolerance, size_t steps);
/* The next point (n numbers) at which the function's value is needed, or NULL at the end. */
const double *minimum_ask(minimum *m);
/* Gives the function's value at that point. */
void minimum_tell(minimum *m, double value);

const double *minimum_point(const minimum *m); /* the best so far */
double minimum_value(const minimum *m);        /* its value; INFINITY: no value yet */
int minimum_settled(const minimum *m);         /* 0: the steps ran out */
size_t minimum_steps(const minimum *m);        /* how many values were given */

#endif
