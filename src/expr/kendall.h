/* Kendall's rank correlation: tau-b, which allows for ties on either side (M. G. Kendall,
 * Biometrika 33 (1945)), by sorting in n log n steps (W. R. Knight, JASA 61 (1966)). */
#ifndef EXPR_KENDALL_H
#define EXPR_KENDALL_H

#include <stddef.h>

#include "base/fault.h"

/* Over the pairs where both are present; missing where there are fewer than two of them, or one
 * side is all ties. Counts are whole numbers, so the order of the pairs does not show. 0 without
 * memory. */
int kendall_tau(const double *x, const double *y, size_t n, double *tau, fault *f);

#endif
