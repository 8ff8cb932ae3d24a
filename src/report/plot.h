/* Charts of results: for each a drawing, and a document with the numbers that are drawn.
 *
 * A kind of chart is one record. It takes its numbers from the view, puts them into the document,
 * and draws them with chart/svg.h. What it draws depends on nothing else, so that the same results
 * give the same bytes. */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "chart/scale.h"
#include "report/document.h"
#include "report/view.h"
#include "uncertainty/vary.h"

typedef struct plot plot;

/* What a kind needs beside the view. */
typedef enum plot_needs { PLOT_VIEW, PLOT_DRAWS, PLOT_EDITIONS } plot_needs;

typedef struct plot_given {
    const char *const *of;   /* what stands behind the kind: a unit, indicators */
    size_t count, top;       /* top: how many are named where there are many */
    int all;                 /* all are */
    const vary *draws;       /* of PLOT_DRAWS, else NULL */
    const assess_diff *diff; /* of PLOT_EDITIONS, else NULL */
    assess *newer;           /* the second edition */
    const char *id;          /* what ids in the drawing begin with; NULL: the kind. A page with two
                                drawings of a kind gives each its own */
} plot_given;

typedef struct plot_kind {
    const char *name;     /* "ranking"; NULL ends the list */
    const char *title;    /* of the chart */
    const char *shows;    /* half a sentence */
    const char *operands; /* what may stand behind it: "[UNIT]"; or "" */
    size_t least, most;   /* how many of them */
    plot_needs needs;
    const char *(*lacks)(const view *v); /* what the rules lack for it; NULL: nothing */
    int (*make)(plot *g);                /* 0 with the fault */
} plot_kind;

extern const plot_kind plot_kinds[];
/* NULL with the fault, and a did-you-mean. */
const plot_kind *plot_named(const char *name, fault *f);

/* Opens the document, closed by the caller in either case: tables of the numbers that are drawn,
 * for those who do not see the drawing. And the drawing: a whole <svg> element, without the head of
 * an XML file, to be put into a page or a file as it is; its buf is released by the caller. A kind
 * that does not suit the rules is FAULT_USAGE and says why, as `lacks` does beforehand. 0 with the
 * fault.
 *
 *     document numbers;
 *     plot_drawing made;
 *     const plot_given of = {.top = VIEW_TOP, .id = "ranking-1"};
 *     if (plot_make(v, plot_named("ranking", f), &of, &numbers, &made, f)) …
 */
typedef struct plot_drawing {
    buf svg;
    double width, height;
} plot_drawing;
int plot_make(const view *v, const plot_kind *k, const plot_given *given, document *p,
              plot_drawing *out, fault *f);

/* The kinds, and which of them suit the rules. */
void plot_list(const view *v, document *p);

/* ---- for those who draw: plot_*.c ---- */

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
/* Room for what is drawn, there too; NULL: the document is failed. */
void *plot_room(plot *g, size_t count, size_t size);
/* How wide the widest of some texts is, at most `most`. */
double plot_widest(const char *const *text, size_t count, double most);
/* The unit the chart is about: the operand, the focus, the first; VIEW_NONE with the fault. */
size_t plot_unit(plot *g, size_t operand);
/* A line of small text at the bottom. */
void plot_note(plot *g, const char *text);
const char *plot_column(const plot *g, size_t column); /* its title, or "" */
/* Does the view stand on a score? For `lacks`. */
const char *plot_lacks_score(const view *v);
const char *plot_lacks_details(const view *v);
/* The full mark of scores: 100, or 1 where none is above 1.5. */
double plot_full_mark(const assess_array *x);

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
const char *plot_lacks_timeline(const view *v);
const char *plot_lacks_tree(const view *v);
const char *plot_lacks_grades(const view *v);
const char *plot_lacks_years(const view *v);

#endif
