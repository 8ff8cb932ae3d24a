/* What a result hangs on: documents on sensitivity. */
#ifndef ROBUST_SENSITIVITY_H
#define ROBUST_SENSITIVITY_H

#include "document/document.h"
#include "document/view.h"
#include "uncertainty/screening.h"

typedef enum sensitivity_method {
    BY_SOBOL,
    BY_ONE,
    BY_MORRIS,
    BY_LEAVE_OUT,
    BY_CORRELATION
} sensitivity_method;

typedef struct effects effects; /* effects.h */

typedef struct sensitivity_wish {
    const char *of; /* score, rank, shift, verdict, grade, or an output; NULL: shift, else score */
    const char *const *unit; /* names */
    size_t units;
    const view_wish *picks;
    sensitivity_method method;
    double draws; /* 0: as the method needs */
    uint64_t seed;
    int second;
    int split;          /* every number by itself; -1: as the method is used for */
    const char *sample; /* a CSV file of draws, or NULL */
    size_t top;         /* rows of a table, for people */
    int people;
    int one_table; /* the document is one table */
    const volatile sig_atomic_t *stop;
    struct effects *effects; /* to be filled in for a chart, in the document's memory; or NULL */
} sensitivity_wish;

/* Draws what varies by `list`, and puts what comes out into the document. 0 with the fault. */
int sensitivity_make_report(const view *v, const uncertain_list *list, const sensitivity_wish *w,
                            document *p, fault *f);

/* A sentence on where its numbers come from. */
const char *sensitivity_how(const view *v, const sensitivity_wish *w);

/* ---- sensitivity_targets.c ---- */

/* The numbers that are asked about; titles and elements are in the document's memory. */
typedef struct target_list {
    sensitivity_target *item;
    size_t count;
    const char *of; /* "score" */
} target_list;
/* What a reader calls the result. */
const char *targets_title(const view *v, const target_list *l);
int targets_find(const view *v, const sensitivity_wish *w, document *p, target_list *out, fault *f);

#endif
