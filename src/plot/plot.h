/* Charts of results: for each a drawing, and a document with the numbers that are drawn.
 *
 * A kind of chart is one record. It takes its numbers from the view, puts them into the document,
 * and draws them with chart/svg.h. What it draws depends on nothing else, so that the same results
 * give the same bytes. */
#ifndef PLOT_PLOT_H
#define PLOT_PLOT_H

#include "base/buf.h"
#include "document/document.h"
#include "document/view.h"
#include "uncertainty/vary.h"

typedef struct plot plot;

/* What a kind needs beside the view. */
typedef enum plot_needs {
    PLOT_VIEW,    /* nothing */
    PLOT_DRAWS,   /* many draws */
    PLOT_VARIED,  /* what varies, and it is drawn on the way; or what came of it */
    PLOT_EDITIONS /* two editions, compared */
} plot_needs;

typedef struct plot_given {
    const char *const *of;           /* what stands behind the kind: a unit, indicators */
    size_t count, top;               /* top: how many are named where there are many */
    int all;                         /* all are */
    int people;                      /* tables are read by people: they have small bars, too */
    int page;                        /* they stand beside the drawing on a page: names in full */
    const vary *draws;               /* of PLOT_DRAWS, else NULL: after vary_finish */
    const uncertain_list *uncertain; /* of PLOT_VARIED, else NULL */
    uint64_t rows, seed;             /* of PLOT_VARIED: rows 0: 1024 */
    const struct effects *effects;   /* of PLOT_VARIED: what was found already; or NULL */
    const char *how; /* plot_add: where the numbers come from, where elements do not say it; or NULL
                      */
    const volatile sig_atomic_t *stop;
    const view_pick *pick; /* --at, for results that have further axes; or NULL */
    size_t picks;
    const char *map,
        *key; /* of a map: a GeoJSON file, and the property that names units, or NULL */
    const assess_diff *diff; /* of PLOT_EDITIONS, else NULL */
    const char *focus;       /* with it: a unit, as it is labelled; NULL: the focus of the view */
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

/* Adds a chart to a document, for the page that is made of it; nothing where the rules lack what it
 * needs, or the results have nothing to draw. 0 with the fault. */
int plot_add(const view *v, const char *kind, const plot_given *given, document *p, fault *f);

/* The kinds, and which of them suit the rules. */
void plot_list(const view *v, document *p);

#endif
