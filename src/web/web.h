/* The page of a report: one file for the browser, from the conclusion down to the data.
 *
 * It is made of the same documents as the report on a terminal, and of charts; every number links
 * to where it comes from (html/why.h). The same results give the same bytes. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "document/document.h"
#include "html/why.h"
#include "plot/plot.h"

typedef struct web_given {
    const view *v; /* of all units that are shown, and the focus */
    const view_wish *wish;
    const vary *draws; /* of what is uncertain, or NULL */
    int draws_failed;  /* they were tried */
    int draws_left;    /* they were not, as they would take long */
    size_t bytes;      /* about as large as the page may become */
} web_given;

/* Writes the page. 0 with the fault. */
int web_write(const web_given *g, output *to, fault *f);

/* ---- for the files of the page ---- */

enum { WEB_PARTS = 24, WEB_CHARTS = 2 };

/* A section: a document, and charts with the numbers that they draw. */
typedef struct web_part {
    const char *id, *title;
    document doc;
    size_t charts;
    plot_drawing chart[WEB_CHARTS];
    document drawn[WEB_CHARTS];
} web_part;

typedef struct web {
    const web_given *g;
    const view *v;
    arena memory;
    web_part part[WEB_PARTS];
    size_t parts;
    document *unit;             /* of the units that have a section */
    size_t *unit_row;           /* which they are */
    size_t units, units_before; /* units_before: the part that follows them */
    why *w;
    fault *f;
} web;

/* What the results come to, in sentences; each number is a link. */
void web_findings(web *p, output *to);
int web_has_findings(const web *p);
/* Has a unit a section of its own? */
int web_has_unit(const web *p, size_t row);
int web_has_part(const web *p, const char *id); /* a section of this id */
/* The document of one unit: where it stands, its parts and its indicators. */
void web_unit(document *p, const view *v, size_t row);
/* Formulas of the results, and the methods they are computed by with their sources. */
void web_methods(web *p, output *to);

#endif
