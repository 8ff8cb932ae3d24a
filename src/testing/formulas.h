/* The operations and leaves of a session's formulas, as tests of rules see them.
 *
 * An operation is one that some output is computed by. What the named functions of the language
 * (mean, upto, skewness …) are made of inside is `inner`: the rules never said it. What is made of
 * literals and labels alone is `fixed`: no leaf and no datum changes it. */
#ifndef TESTING_FORMULAS_H
#define TESTING_FORMULAS_H

#include "expr/trace.h"
#include "session/session.h"

enum { FORMULA_USED = 1, FORMULA_INNER = 2, FORMULA_FIXED = 4, FORMULA_NAMED = 8 };

/* What is known of each node, by its number: NULL without memory. Of a mean or another named
 * function the last node has FORMULA_NAMED. The caller frees it. */
unsigned char *formulas_of(const assess *a);
const char *formula_file(const assess *a, ex_id n); /* "" where it has no line */

/* The leaves with a reached element in some array, by number: a byte each. A group's weight that is
 * the sum of others leads to those. NULL without memory. */
unsigned char *leaves_reached(const assess *a, const ex_trace *t);
/* A trace of everything that results may hang on, whatever the leaves and data are. */
ex_trace *trace_all(const assess *a, fault *f);

#endif
