/* What came of tests (testing/testing.h), gathered for reports: one outcome for each test, of cases
 * one for each case; a test file that could not be read is one, too.
 *
 * Only checks that failed are kept. Texts are copied. */
#ifndef REPORT_OUTCOME_H
#define REPORT_OUTCOME_H

#include "base/arena.h"
#include "testing/testing.h"

typedef struct outcome {
    const char *file, *name, *note;
    long line;
    size_t checks, number; /* number: of a case */
    double seconds;        /* NaN of a case: the whole table's is with its last */
    testing_check *failed;
    size_t failures, room;
} outcome;

typedef struct outcomes {
    arena memory;
    outcome **item;
    size_t count, room, failures;
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

#endif
