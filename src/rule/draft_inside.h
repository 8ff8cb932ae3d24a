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

/* How headings say a year: the pattern of PCRE, and where indicator and year stand in one. */
typedef struct heading_form {
    const char *match;
    int named; /* an indicator stands before or behind the year */
    int (*read)(const char *heading, size_t *from, size_t *length, const char **year);
} heading_form;

typedef struct plan {
    const survey *s;
    role *role;                              /* of every column */
    int unit, indicator, title, year, value; /* columns, or NO_COLUMN */
    const heading_form *form;                /* of columns that are years; or NULL */
    int keyless;                             /* some rows have no unit */
    int trim, others, gaps; /* what has to be said; gaps: some figures are missing */
    int latest;             /* the last year with a figure */
} plan;

/* Decides; the roles are lent by the survey's memory. */
int draft_plan(survey *s, const char *path, plan *out, fault *f);

/* Has the text a Chinese character? */
int draft_is_chinese(const char *text);
/* Puts the text without its last part in brackets; the part goes to `unit`. */
void draft_title(const char *text, buf *title, buf *unit);

#endif
