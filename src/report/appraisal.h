/* An assessment of units as those who hand out its results see it: which outputs are the total, the
 * grade, the tasks; and, for one unit, what would be otherwise had something been otherwise.
 *
 * The rule's `statement = { … }` says which output plays which part; an output of the usual name
 * plays it where the rule says nothing. One axis (`of`, usually `unit`) holds what is assessed. A
 * second (`rows`, the axis of the marks, usually `share`) holds a line for each task of each unit,
 * a third (`events`) the single reasons for bonus, penalty and veto; of each a text says whose it
 * is. */
#ifndef REPORT_APPRAISAL_H
#define REPORT_APPRAISAL_H

#include "document/view.h"

typedef enum ap_part {
    AP_TOTAL, /* these over `of` alone */
    AP_GRADE,
    AP_RANK,
    AP_BONUS,
    AP_PENALTY,
    AP_VETOED,
    AP_PARTS, /* of × one axis of parts */
    AP_FULL,  /* the axis of parts, or of × it */
    AP_QUOTA, /* no axis */
    AP_OWNER, /* these over `rows` alone */
    AP_TASK,
    AP_MARK,
    AP_DEDUCTION,
    AP_CLAUSE,
    AP_EVIDENCE,
    AP_EVENT_OWNER, /* these over `events` alone */
    AP_EVENT_KIND,
    AP_EVENT_POINTS,
    AP_EVENT_CLAUSE,
    AP_EVENT_EVIDENCE,
    AP_LAST
} ap_part;

enum { AP_COLUMNS = 16, AP_LISTS = 16 };

/* Which lines of an axis belong to a unit: in order, line[start[unit]] to line[start[unit + 1] -
 * 1]. */
typedef struct ap_lines {
    size_t *start, *line;
} ap_lines;

/* A further list of deductions, such as those for late reports: outputs NAME_unit, NAME_deduction
 * and, where they are there, NAME_item, NAME_clause, NAME_evidence, all over one axis. */
typedef struct ap_list {
    const assess_array *owner, *deduction, *item, *clause,
        *evidence; /* the last three may be NULL */
    ap_lines lines;
} ap_list;

typedef struct appraisal {
    assess *session;
    view v;
    const assess_array *part[AP_LAST];      /* NULL where nothing plays it */
    assess_axis of, rows, events, parts;    /* size 0: none */
    const assess_array *column[AP_COLUMNS]; /* of the table of tasks */
    size_t columns;
    ap_lines row, event;
    ap_list list[AP_LISTS];
    size_t lists;
    const char **grade;    /* the grades there are, best first */
    size_t grades, scored; /* units with a total */
    int listed;   /* the rule gives the order of the grades; else it is that of their best units */
    int pictures; /* set by who opens it: documents have charts, for formats that have pictures */
} appraisal;

/* After assess_run. Rules that have no total over units, or statements of them that do not fit, are
 * FAULT_RULE; all at once. */
int appraisal_open(appraisal *p, assess *a, fault *f);
void appraisal_close(appraisal *p);

/* The element of a part at a unit, a row or an event; NaN where there is none. */
double appraisal_at(const appraisal *p, ap_part part, size_t at);
double appraisal_element(const assess_array *x,
                         size_t at); /* the same of an array; x may be NULL */
/* The position of a grade among the grades; p->grades where it is missing. */
size_t appraisal_grade(const appraisal *p, double grade);
/* What a reader calls the output that plays a part. */
const char *appraisal_title(const appraisal *p, ap_part part);
/* What a reader calls a unit. */
const char *appraisal_unit(const appraisal *p, size_t unit);

/* The unit's total and grade, had one element of an output over one axis been another; everything
 * is as before when it returns. 0 with the fault. */
typedef struct ap_outcome {
    double total, grade;
} ap_outcome;
int appraisal_without(appraisal *p, const assess_array *x, size_t at, double value, size_t unit,
                      ap_outcome *out, fault *f);

/* What a part (bonus, penalty) is to the unit were all its events worth nothing. */
int appraisal_rest(appraisal *p, ap_part part, size_t unit, double *rest, fault *f);

/* The least total, in hundredths, that gives the unit a better grade, all else unchanged. NaN where
 * none does; `grade` is the grade it gives. */
int appraisal_next(appraisal *p, size_t unit, ap_outcome *out, fault *f);
/* Is `grade` better than the unit's? */
int appraisal_better(const appraisal *p, double grade, double than);

#endif
