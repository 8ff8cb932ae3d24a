/* Scales and axes: where a number stands on a drawing. */
#ifndef CHART_SCALE_H
#define CHART_SCALE_H

#include "chart/svg.h"

/* Numbers from `from` to `to` lie between the pixels `low` and `high`. */
typedef struct chart_scale {
    double from, to, low, high;
    double step; /* between ticks */
    int places;  /* decimals of the ticks */
} chart_scale;

/* A scale over all numbers from least to most, widened to round ticks, about `ticks` of them. Any
 * numbers are let through: equal ones, and missing ones (then 0 to 1). */
chart_scale scale_over(double least, double most, int ticks, double low, double high);
/* The pixel of a number; of what lies outside, the nearer end. */
double scale_at(const chart_scale *s, double x);

/* Ticks below the drawing: lines from y to `bottom`, and numbers under it. The height it takes. */
double axis_below(svg *s, const chart_scale *x, double y, double bottom);
/* Ticks at the left of a drawing from x to `right`, numbers before it. */
void axis_left(svg *s, const chart_scale *y, double x, double right);

/* Names with their colours, on as many lines as they need. Returns the height. */
double legend(svg *s, double x, double y, double width, const char *const *name, size_t count);

#endif
