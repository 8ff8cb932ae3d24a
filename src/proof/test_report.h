/* What came of tests (testing/testing.h): gathered as outcomes, one for each test, of cases one for
 * each case, and one for a test file that could not be read; written as TAP 14 (testanything.org)
 * as they come, as XML in JUnit's form, as JSON; with coverage, and with what became of mutants.
 *
 * Of the checks only those that failed are kept. Texts are copied. */
#ifndef PROOF_TEST_REPORT_H
#define PROOF_TEST_REPORT_H

#include "base/arena.h"
#include "document/document.h"
#include "document/output.h"
#include "document/page.h"
#include "testing/mutate.h"
#include "testing/testing.h"

typedef struct outcome {
    const char *file, *name, *note;
    long line;
    size_t checks, number; /* number: of a case */
    double seconds;        /* NaN of a case: the whole table's is with its last */
    testing_check *failed;
    size_t failures, cap;
} outcome;

typedef struct outcomes {
    arena memory;
    outcome **item;
    size_t count, cap, failures;
    int lost; /* memory ran out */
    outcome *now;
    testing_listener listener;
    /* NULL, or called with each outcome when it is complete, and with each line that was said */
    void (*done)(void *self, const outcome *o);
    void (*said)(void *self, const char *file, long line, const char *text);
    void *self;
} outcomes;

void outcomes_open(outcomes *all);
void outcomes_close(outcomes *all);
/* Something that is no test and did not work: every message of the fault is a failure. */
void outcomes_fault(outcomes *all, const char *file, const char *name, const fault *f);

/* ---- TAP ---- */

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

/* ---- JUnit and JSON ---- */

void junit_write(output *to, const outcomes *all);
/* `c` may be NULL. 0 without memory. */
int outcomes_json(output *to, const outcomes *all, unsigned long long seed, const coverage *c);

/* For readers: what failed and why, what no test protects (`c`, or NULL), and all tests. */
void outcomes_document(document *p, const outcomes *all, unsigned long long seed,
                       const coverage *c);

/* ---- coverage ---- */

/* Percent of the items that are protected; 100 where there are none. */
double coverage_percent(const coverage *c);
/* A line for each item that is not, and one that sums up. */
typedef void coverage_line(void *self, const char *text, const coverage_item *item); /* or NULL */
void coverage_say(const coverage *c, coverage_line *line, void *self);

/* ---- mutants ---- */

/* A line for each survivor, then what no result hangs on, then the score. */
void mutation_prose(const mutation *m, document *p);
/* All mutants with what became of them, and the score: as a document for CSV and JSON. */
void mutation_table(const mutation *m, document *p);

#endif
