/* Outcomes of tests as TAP 14 (testanything.org), as they come; diagnostics are YAML blocks.
 * `prove` reads it, and so do people: on a terminal the verdicts are coloured. */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include "report/outcome.h"
#include "report/page.h"

typedef struct tap {
    page *page;
    size_t count;
    const char *file; /* of the last outcome */
    const outcomes *all;
} tap;

void tap_begin(tap *t, page *p, outcomes *all); /* makes the outcomes go to it */
void tap_comment(tap *t, const char *format, ...) FAULT_FORMAT(2, 3);
void tap_end(tap *t); /* the plan */

/* A text as JSON has it in quotes, which YAML takes, too. */
void tap_quoted(buf *b, const char *text);

#endif
