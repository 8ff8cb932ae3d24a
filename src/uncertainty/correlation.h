/* How much of a result one number tells by itself, from any sample of both.
 *
 * The correlation ratio (Pearson 1905; as a measure of importance Paruolo, Saisana and Saltelli
 * 2013) is the variance of the mean of y given x, as a share of the variance of y: the first-order
 * index where the numbers are independent, and meaningful where they are not. The mean given x is
 * taken over slices of x with about the same number of points (texts, and numbers of few values:
 * one slice for each value), instead of by their kernel or spline. Slices find some share by chance
 * alone; Kelley's correction (1935) takes its expectation away, so the ratio may be a little below
 * 0. Beside it stands r^2, what a straight line tells: where the ratio is larger, the line is not
 * enough. */
#ifndef UNCERTAINTY_CORRELATION_H
#define UNCERTAINTY_CORRELATION_H

#include <stddef.h>

#include "base/fault.h"

typedef struct correlation_ratio {
    double ratio;  /* corrected */
    double raw;    /* as it was found */
    double r;      /* Pearson's; NaN for texts */
    size_t points; /* in which both are there */
    size_t slices;
} correlation_ratio;

/* `classes`: x are numbers of texts, without an order. */
int correlation_make(size_t n, const double *x, const double *y, int classes,
                     correlation_ratio *out, fault *f);

#endif
