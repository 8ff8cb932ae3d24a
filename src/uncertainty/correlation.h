/* How much of a result one number tells by itself, from any sample of both.
 *
 * The correlation ratio (Pearson 1905; as a measure of importance Paruolo, Saisana and Saltelli
 * 2013) is the variance of the mean of y given x, as a share of the variance of y: the first-order
 * index where the numbers are independent, and meaningful where they are not. Beside it stands r^2,
 * what a straight line tells: where the ratio is larger, the line is not enough.
 *
 * Up to CORRELATION_SMOOTH points the mean given x is a local line with a Gaussian kernel, as
 * Paruolo, Saisana and Saltelli take it; its bandwidth is the one of a few that predicts each point
 * best from all others. Of more points, and of texts and numbers of few values, it is the mean of a
 * slice of x; slices have about the same number of points (texts, few values: one slice for each
 * value).
 *
 * Any fit finds some share by chance alone. Kelley's correction (1935) takes its expectation away,
 * counting slices, or the trace of the smoother; so the ratio may be a little below 0. */
#ifndef UNCERTAINTY_CORRELATION_H
#define UNCERTAINTY_CORRELATION_H

#include <stddef.h>

#include "base/fault.h"

enum { CORRELATION_SMOOTH = 500 };

typedef struct correlation_ratio {
    double ratio;  /* corrected */
    double raw;    /* as it was found */
    double r;      /* Pearson's; NaN for texts */
    size_t points; /* in which both are there */
    size_t slices; /* 0: smooth */
} correlation_ratio;

/* `classes`: x are numbers of texts, without an order. */
int correlation_make(size_t n, const double *x, const double *y, int classes,
                     correlation_ratio *out, fault *f);

#endif
