/* What the papers on a unit's standing share: places of the score, and cells. */
#ifndef REPORT_UNIT_POSITION_H
#define REPORT_UNIT_POSITION_H

#include "report/unit_report.h"
#include "report/why_rank.h"

/* A place of the score that a document is about. */
typedef struct standing_place {
    const assess_array *score, *rank, *details; /* rank, details: or NULL */
    int apart; /* the details have a scale of their own each: points of parts */
    size_t at[ASSESS_AXES];
    const char *title; /* "" where there is one place only */
    char id[200];      /* "stage1.": what the ids of its blocks begin with */
    int places;        /* decimals of the score */
} standing_place;

/* The number of places; 0 with the fault where the score has axes the view does not show. */
size_t standing_places(const view *v, const standing_wish *w, fault *f);
standing_place standing_at(const view *v, const standing_wish *w, size_t column);

const char *standing_id(document *p, const standing_place *at, const char *block);
document_cell standing_share(document *p, double x);
/* A word that is a format, with a text in it; in the document's memory. */
const char *standing_framed(document *p, const view *v, word w, const char *text);

#endif
