/* What the files of charts share: the head, names, room, and the functions of the kinds. */
#ifndef PLOT_INSIDE_H
#define PLOT_INSIDE_H

#include "chart/scale.h"
#include "plot/plot.h"

enum { PLOT_WIDTH = 900, PLOT_EDGE = 12, PLOT_ROW = 20 };

struct plot {
    const view *v;
    const plot_kind *kind;
    const plot_given *given;
    document *p;
    fault *f;
    svg s;
    double y;          /* the next free line */
    const char *what;  /* of the title: the unit, the indicator; or "" */
    const char *about; /* a sentence for those who do not see it */
};

/* The title and a line under it ("": none). */
void plot_head(plot *g, const char *what, const char *under);
/* "A1 人均地区生产总值", in the memory of the document. */
const char *plot_name(plot *g, const assess_axis *axis, size_t i);
const char *plot_unit_name(plot *g, size_t row);
/* The number as text, there too. */
const char *plot_text(plot *g, double x, int places);
/* The same cell, said to show the element of an array at a location; x may be NULL. */
document_cell plot_shows(document_cell cell, const assess_array *x, const location *at);
/* Room for what is drawn, there too; NULL: the document is failed. */
void *plot_room(plot *g, size_t count, size_t size);
/* How wide the widest of some texts is, at most `most`. */
double plot_widest(const char *const *text, size_t count, double most);
/* The unit the chart is about: the operand, the focus, the first; VIEW_NONE with the fault. */
size_t plot_unit(plot *g, size_t operand);
/* Of numbers in order: definition 7 of Hyndman and Fan (1996). */
double plot_quantile(const double *sorted, size_t n, double p);
/* Beside the cell that was put last: a bar; a little column for each number, as high as it is above
 * `from` (NaN: above the least), the last ones where they are too many. */
void plot_bar(plot *g, double share);
void plot_spark(plot *g, const double *x, size_t count, double from);
/* A line of small text at the bottom. */
void plot_note(plot *g, const char *text);
const char *plot_column(const plot *g, size_t column); /* its title, or "" */
/* Does the view stand on a score? For `lacks`. */
const char *plot_lacks_score(const view *v);
const char *plot_lacks_details(const view *v);
/* The full mark of scores: 100, or 1 where none is above 1.5. */
double plot_full_mark(const assess_array *x);

/* A number for each unit: an indicator, a part, or a result. */
typedef struct plot_series {
    const assess_array *x;
    const assess_axis *axis; /* or NULL */
    size_t at;
    const char *name;
    const char *of; /* what a reader calls the array, where it was named: "Treated"; else "" */
} plot_series;
/* Of a unit in the first column; NaN where it has none. */
double plot_value(const plot *g, const plot_series *s, size_t row);
/* By the name or title, or RESULT.INDICATOR, data.NAME.INDICATOR; 0 with the fault and a
 * did-you-mean. */
int plot_find(plot *g, const char *name, plot_series *out);
plot_series plot_score(const plot *g);

/* A waterfall: the first and the last number are totals, those between lead from one to the other.
 */
void plot_falls(plot *g, const char *const *id, const char *const *name, const double *to,
                size_t count);

int plot_ranking(plot *g);
int plot_profile(plot *g);
int plot_shortfalls(plot *g);
int plot_framework(plot *g);
int plot_diff(plot *g);
int plot_scatter(plot *g);
int plot_correlations(plot *g);
int plot_distribution(plot *g);
int plot_trend(plot *g);
int plot_uncertainty(plot *g);
int plot_grades(plot *g);
int plot_timeline(plot *g);
int plot_sensitivity(plot *g);
int plot_map(plot *g);
const char *plot_lacks_timeline(const view *v);
const char *plot_lacks_tree(const view *v);
const char *plot_lacks_grades(const view *v);
const char *plot_lacks_years(const view *v);

#endif
