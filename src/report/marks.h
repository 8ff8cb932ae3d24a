/* How many figures were not observed (imputed), or were changed (treated): the outputs of truths
 * that play these parts, counted. Every report says it at its head, in the same words. */
#ifndef REPORT_MARKS_H
#define REPORT_MARKS_H

#include "report/document.h"
#include "report/view.h"

typedef struct marks {
    size_t count, of; /* of: places where there is a figure */
} marks;

/* Those at a spot; NULL: all. None where no output plays the part. */
marks marks_count(const view *v, role r, const spot *at);
/* "10 of 49 values" */
void marks_say(const view *v, const marks *m, buf *b);
/* Facts `imputed` and `treated`, each where an output plays the part. */
void marks_facts(const view *v, const spot *at, document *p);
/* The labels of the marked at a spot, without those the spot gives: "LPI, Flights". */
void marks_labels(const view *v, role r, const spot *at, buf *b);

#endif
