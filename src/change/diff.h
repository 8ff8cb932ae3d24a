/* The difference between two editions as a document: what changes for whom, and because of what. */
#ifndef CHANGE_DIFF_H
#define CHANGE_DIFF_H

#include "assess.h"
#include "document/document.h"
#include "document/view.h"

typedef struct diff_wish {
    size_t top;            /* units listed by place */
    const char *focus;     /* a unit whose leaves are listed; NULL: that of the rules */
    int list;              /* the movers alone, as one list (CSV) */
    int data;              /* for programs: everything */
    double shift;          /* ranks that a unit may move at most; < 0: any */
    int keep_grades;       /* no grade, verdict or place in the ranking may change */
    const view_pick *pick; /* the stages, years, units that are compared; all where none is named */
    size_t picks;
    const view *shown[2]; /* the editions as they are, for formats that explain; or NULL */
} diff_wish;

typedef struct diff_page {
    assess *a, *b;
    const assess_diff *d;
    const diff_wish *w;
    document *p;
    text_language language;
    int places;     /* decimals of what scores change by */
    int own_places; /* and of the scores themselves */
    size_t focus;   /* a row, or rows: none */
} diff_page;

/* Makes the document. *breached: how many places break what the wish asks for. */
int diff_document(assess *a, assess *b, const assess_diff *d, const diff_wish *w, document *p,
                  size_t *breached, fault *f);

/* diff_at.c: the comparison at some labels of its axes alone, in the memory of an arena. 0 with the
 * fault. */
int diff_narrow(const assess_diff *d, const diff_wish *w, arena *memory, assess_diff *out,
                fault *f);

/* diff_lines.c */
void diff_put_leaves(diff_page *g);
void diff_put_lines(diff_page *g);

/* What all share. */
const char *diff_text(const diff_page *g, const char *english);
const char *diff_factor(const diff_page *g, assess_factor factor); /* for people */
const char *diff_factor_id(assess_factor factor);
document_cell diff_signed(document *p, double x, int places); /* +0.72 */
document_cell diff_rank_change(const diff_page *g, double change, int places);
void diff_tell(diff_page *g); /* how the contributions in the last block came about */
const char *diff_title(diff_page *g, const char *what, size_t column); /* "what: first stage" */

#endif
