/* Inside the draft of rules: which column is what. Not for others. */
#ifndef RULE_DRAFT_INSIDE_H
#define RULE_DRAFT_INSIDE_H

#include "base/buf.h"
#include "table/survey.h"

typedef enum role {
    ROLE_NONE,
    ROLE_UNIT,
    ROLE_INDICATOR,
    ROLE_YEAR,
    ROLE_FIGURES,
    ROLE_PIVOT
} role;

enum { NO_COLUMN = -1 };

/* How headings say a year: a pattern, as `columns` of csv(…) takes it. */
typedef struct heading_form {
    const char *match;
    int named; /* an indicator stands before or behind the year: the groups have names */
} heading_form;

typedef struct plan {
    survey *s;
    role *role;                              /* of every column */
    int unit, indicator, title, year, value; /* columns, or NO_COLUMN */
    const heading_form *form;                /* of columns that are years; or NULL */
    const char **label;     /* of those columns: the indicator in the heading, "" for none */
    int keyless;            /* some rows have no unit */
    int trim, others, gaps; /* what has to be said; gaps: some figures are missing */
    int latest;             /* the last year with a figure */
} plan;

/* Decides; the roles are lent by the survey's memory. */
int draft_plan(survey *s, const char *path, plan *out, fault *f);

/* Puts the text without its last part in brackets; the part goes to `unit`. */
void draft_title(const char *text, buf *title, buf *unit);

#endif
