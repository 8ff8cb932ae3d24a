/* The runner of tests of rules.
 *
 * A test file is a Lua script in a sandbox of its own that calls test, cases, golden and property.
 * Reading it runs the script once and keeps what it declares; then its tests can be run any number
 * of times. Rules are computed in sessions (assess.h), one for each combination of rule file, data
 * and settings. Sessions are kept: a t.run that was computed before costs nothing, and always reads
 * the present values of its session. So code that changes a session after a run
 * (assess_change_leaf, assess_recompute, or the session's graph) and runs the tests again finds out
 * whether they notice the change, without loading anything again. A property that draws data leaves
 * its session as it was.
 *
 * A test_run is used by one thread at a time. Everything it returns lives until it is closed. */
#ifndef TESTING_TESTING_H
#define TESTING_TESTING_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "assess.h"
#include "base/fault.h"

typedef struct test_run test_run;

typedef enum testing_golden { GOLDEN_COMPARE, GOLDEN_REVIEW, GOLDEN_ACCEPT } testing_golden;

typedef struct testing_settings {
    uint64_t seed;       /* for what properties draw */
    int threads;         /* as in assess_setting */
    const char *methods; /* as in assess_setting, or NULL */
    const char **allow;  /* the same, ended by NULL; or NULL */
    double seconds;      /* of script time, and of each evaluation; 0: no limit */
    const volatile sig_atomic_t *stop;
} testing_settings;

typedef enum testing_kind {
    TESTING_TEST = 1,
    TESTING_CASES = 2,
    TESTING_GOLDEN = 4,
    TESTING_PROPERTY = 8
} testing_kind;
enum { TESTING_ALL = 15 };

/* A test that a test file declares. */
typedef struct testing_test {
    const char *file; /* the test file */
    long line;
    const char *name;
    testing_kind kind;
} testing_test;

/* One comparison of a test. Texts are only valid during the call. */
typedef struct testing_check {
    int ok;
    const char *name; /* what was compared: "near", a case's inputs, "A1 at X, stage1" */
    size_t number;    /* of the case, from 1; else 0 */
    const char *file; /* where it is in the test file */
    long line;
    const char *message;     /* of a failure, one line; else "" */
    const char *hint;        /* or "" */
    const char *excerpt;     /* of an error in the rules or the test: the source line; or "" */
    int column;              /* of the error in that line; 0: none */
    const char *got, *want;  /* as text; "" where nothing is compared */
    const char *tolerance;   /* "1e-9"; or "" */
    const char *output, *at; /* the element that was read: "scores", "X, A1, stage1"; or "" */
    const char *formula;     /* of that output, and the rule line that made it; or "" and 0 */
    const char *rule_file;
    long rule_line;
    const char *kept; /* a file that was written beside the test, or "" */
} testing_check;

/* Called while tests run; every member may be NULL. */
typedef struct testing_listener {
    void *self;
    void (*begins)(void *self, const testing_test *t);
    void (*checked)(void *self, const testing_test *t, const testing_check *c);
    /* a line of print, or a warning about the test file */
    void (*said)(void *self, const char *file, long line, const char *text);
    /* `failed` of `checks` checks failed; `note`: a remark for the reader, or "" */
    void (*ended)(void *self, const testing_test *t, size_t failed, size_t checks, double seconds,
                  const char *note);
} testing_listener;

test_run *testing_open(const testing_settings *s); /* NULL without memory */
void testing_close(test_run *t);

int testing_is_test(const char *path); /* is it called *_test.lua? */
/* Calls each() with the path of every *_test.lua below a folder, sorted, or of the file itself;
 * each() returns 0 to stop. Folders that begin with a dot and those called build, golden or
 * node_modules are skipped. 0 with the fault; FAULT_USAGE where the path does not exist. */
int testing_find(const char *path, int (*each)(void *self, const char *path), void *self, fault *f);

/* From now on only tests are read whose name contains this text, or matches it as a PCRE2 pattern.
 * 0 with the fault. */
int testing_only(test_run *t, const char *pattern, fault *f);
/* Reads a test file. 0 with the fault; then none of its tests are added, and other files can still
 * be read. */
int testing_read(test_run *t, const char *path, fault *f);
/* The tests, in the order they were read. */
size_t testing_count(const test_run *t);
const testing_test *testing_at(const test_run *t, size_t i);

/* Runs the i-th test. Returns the number of failed checks; an error counts as one. `l` may be
 * NULL. */
size_t testing_run(test_run *t, size_t i, const testing_listener *l);
/* Runs the i-th test without reports, until a check fails: 1 if none does. Golden files are not
 * read again, and properties draw the same as before. */
int testing_holds(test_run *t, size_t i);
/* Runs the tests of these kinds without reports until one fails: its number, SIZE_MAX if all hold.
 * Starts with test `first` (any number) and wraps around. */
size_t testing_fails(test_run *t, unsigned kinds, size_t first);
int testing_stopped(const test_run *t); /* was *stop set? Then the results above mean nothing */

/* The sessions that were computed without failing, in the order of their first use. */
size_t testing_sessions(const test_run *t);
assess *testing_session(const test_run *t, size_t i);
int testing_keeps(const test_run *t, const assess *session); /* is it one of them? */
/* Calls ready() with each session that is computed from now on, before a test reads it, so that it
 * can be changed as the others were. NULL: no call. */
void testing_on_session(test_run *t, void (*ready)(void *self, assess *session), void *self);

/* Calls looked() with each element of an output that a test reads, before it is checked. NULL: no
 * call. */
typedef void testing_look(void *self, assess *session, const assess_array *output, size_t element);
void testing_on_look(test_run *t, testing_look *looked, void *self);

/* A value that differs from the golden file. */
typedef struct testing_change {
    const char *output, *at; /* "scores", "X, A1, stage1" */
    const char *old, *now;   /* as text; "" missing; NULL: not there */
    double moved;            /* now - old of numbers, else NaN */
} testing_change;
/* A leaf that had another value when the golden file was written. `back`: how many of the values
 * that differ are as before if only this leaf is set back; SIZE_MAX where that is not possible. */
typedef struct testing_cause {
    const char *address;
    const char *old, *now; /* NULL: there is no such leaf */
    const char *file;      /* "" and 0 where it is gone */
    long line;
    size_t back;
} testing_cause;

typedef struct testing_difference {
    const testing_test *test;
    const char *path; /* of the golden file */
    const testing_change *change;
    size_t changes;
    int fresh;        /* there was no golden file */
    int causes_known; /* the leaves were kept with it */
    const testing_cause *cause;
    size_t causes;
    size_t rest; /* values that still differ when all leaves are set back */
} testing_difference;

typedef enum testing_answer {
    ANSWER_REJECT,
    ANSWER_ACCEPT,
    ANSWER_ALL,
    ANSWER_QUIT
} testing_answer;
typedef struct testing_review {
    void *self;
    testing_answer (*ask)(void *self, const testing_difference *d);
} testing_review;
/* What golden does from now on. Under GOLDEN_REVIEW ask() is called for each golden file that is
 * new or differs. */
void testing_goldens(test_run *t, testing_golden what, const testing_review *review);

/* All files that were read so far: test files, rule files, modules and data. */
size_t testing_files(const test_run *t);
const char *testing_file(const test_run *t, size_t i);

/* ---- coverage of rules: which leaves, stages, branches and levels decide anything that a test
 * reads ----
 *
 * While tests run, each element they read is noted; at the end one sweep (expr/trace.h) finds what
 * decided these elements. Covered are: leaves whose values decided one; stages of which one was
 * read; sides of a `where` that were taken (for a filter also by what it leaves out of a sum or an
 * extreme); levels of rubrics that were reached. What no result can depend on, whatever the leaves
 * and data are, is not counted (texts for readers, the floor of an indicator whose method has none,
 * a mask that the rules fix), nor are values that a test sets. The same place of a file is one
 * item, however many sessions and overlays it is in. */

typedef enum coverage_kind { COVER_STAGE, COVER_LEAF, COVER_BRANCH, COVER_LEVEL } coverage_kind;

typedef struct coverage_item {
    coverage_kind kind;
    const char *file;
    long line;
    const char *name; /* "index.A.A1.weight"; "stage2"; the condition; the level's name */
    const char *side; /* of a branch: "true", "false"; else "" */
    unsigned nth;     /* which of several that are called the same, from 0 */
    int covered;
} coverage_item;

typedef struct coverage coverage;

/* Notes what tests read from now on, except in sessions that are not kept. Borrows the test_run;
 * NULL without memory. */
coverage *coverage_open(test_run *t);
void coverage_close(coverage *c); /* before the test_run; NULL is let through */

/* Called after the tests; what follows can be asked then. 0 with the fault. */
int coverage_finish(coverage *c, fault *f);
/* The items, ordered by file, line and kind. */
size_t coverage_count(const coverage *c);
const coverage_item *coverage_at(const coverage *c, size_t i);
size_t coverage_covered(const coverage *c);
size_t coverage_unused(const coverage *c); /* leaves on which no result can depend */

const char *coverage_kind_text(coverage_kind k);

#endif
