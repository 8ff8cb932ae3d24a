/* The figures behind the scores of indicators, and the standards they are held against. */
#ifndef REPORT_FIGURES_H
#define REPORT_FIGURES_H

#include "document/view.h"

/* An array along rows and indicators, and perhaps years. */
typedef struct figures {
    const assess_array *x; /* NULL: there is none */
    int year;              /* position of a year axis among its axes, or -1 */
} figures;

figures figures_find(const view *v, const assess_axis *indicators);
/* The latest figure there is at a location, where it stands in the array, and the year's label; ""
 * where the figures have no years. NaN without one. */
double figures_latest(const view *v, const figures *f, const location *at, const char **year,
                      size_t *element);
/* The figures by year at a location, the last `most` where they are more. Returns how many; 0 where
 * they have no years. */
size_t figures_years(const figures *f, const location *at, double *x, size_t most);
/* Puts the standard, or the ends of the interval that is aimed at; nothing where there is none. */
void figures_standard(const view *v, const location *at, buf *text);
/* The full mark of the details: 100, unless none is above 1. */
double figures_full_mark(const view *v);

#endif
