/* A drawing as pixels, by librsvg and cairo, which are opened at the first use. */
#ifndef CHART_PNG_H
#define CHART_PNG_H

#include "base/buf.h"

/* Appends a PNG of an SVG, each of its pixels `times` wide and high. 0 with the fault. */
int png_of_svg(const buf *drawing, double width, double height, double times, buf *png, fault *f);

#endif
