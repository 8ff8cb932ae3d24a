/* Rules under test: the runner of test files.
 *
 * A test file is a Lua script in a sandbox of its own that calls test, cases, golden and property.
 * Opening it runs the script once and notes what it declares; from then on its tests can be run any
 * number of times. Rules are computed in sessions (assess.h), one for each combination of
 * rule file, data and settings, which are kept: a t.run that was computed before costs nothing, and
 * always reads the present values of its session. So code that changes a session after a run
 * (assess_change_leaf, assess_recompute, or the session's graph) and runs the tests again learns
 * whether they notice, without loading anything. A property that draws data puts its session back
 * as it was.
 *
 * A test_run is used by one thread at a time. What it lends lives until it is closed. */
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
    uint64_t seed;       /* of what properties draw */
    int threads;         /* as in assess_setting */
    const char *methods; /* as in assess_setting, or NULL */
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

/* Something that a test file declares. */
typedef struct testing_test {
    const char *file; /* the test file */
    long line;
    const char *name;
    testing_kind kind;
} testing_test; /* it stays at its address as long as the test_run is open */

/* One comparison of a test. Texts are lent for the call. */
typedef struct testing_check {
    int ok;
    const char *name; /* what was compared: "near", a case's inputs, "A1 at X, stage1" */
    size_t number;    /* of the case, from 1; else 0 */
    const char *file; /* where it stands in the test file */
    long line;
    const char *message;     /* of a failure: one line; of a check that holds "" */
    const char *hint;        /* or "" */
    const char *excerpt;     /* of an error of the rules or the test: the source line, or "" */
    int column;              /* under which its caret stands; 0: none */
    const char *got, *want;  /* as text; "" where it compares nothing */
    const char *tolerance;   /* "1e-9"; or "" */
    const char *output, *at; /* what was looked at: "scores", "X, A1, stage1"; or "" */
    const char *formula;     /* of that output, and the rule line that made it; "" and 0 */
    const char *rule_file;
    long rule_line;
    const char *kept; /* a file that was kept beside the test, or "" */
} testing_check;

/* Who listens while tests run; every member may be NULL. */
typedef struct testing_listener {
    void *self;
    void (*begins)(void *self, const testing_test *t);
    void (*checked)(void *self, const testing_test *t, const testing_check *c);
    /* a line of print, or a warning about the test file */
    void (*said)(void *self, const char *file, long line, const char *text);
    /* `failed`: checks that failed, of `checks`; `seconds` it took; `note`: for a reader, or "" */
    void (*ended)(void *self, const testing_test *t, size_t failed, size_t checks, double seconds,
                  const char *note);
} testing_listener;

test_run *testing_open(const testing_settings *s); /* NULL without memory */
void testing_close(test_run *t);

int testing_is_test(const char *path); /* is it called *_test.lua? */
/* The *_test.lua below a folder, sorted; or the file itself. Folders that begin with a dot, and
 * those called build, golden or node_modules, are passed over. Each is called with its path; it
 * returns 0 to stop. FAULT_USAGE where there is nothing of that name. */
int testing_find(const char *path, int (*each)(void *self, const char *path), void *self, fault *f);

/* From now on only tests are read whose name contains this text, or matches it as a pattern
 * (PCRE2). */
int testing_only(test_run *t, const char *pattern, fault *f);
/* Reads a test file. 0 with the fault: then its tests are not there, and other files can still be
 * read. */
int testing_read(test_run *t, const char *path, fault *f);
/* The tests that were read, in order. */
size_t testing_count(const test_run *t);
const testing_test *testing_at(const test_run *t, size_t i);

/* Runs the i-th test. Returns the number of checks that failed, an error counting as one. `l` may
 * be NULL. */
size_t testing_run(test_run *t, size_t i, const testing_listener *l);
/* Runs the i-th test once more, quietly, until a check fails: 1 if none does. Golden files are read
 * once and kept, properties draw the same again, and what t.run computed before is only lent. */
int testing_holds(test_run *t, size_t i);
/* Runs the tests of these kinds quietly until one fails: its number; SIZE_MAX where all hold. It
 * begins with test `first` (any number) and wraps around: the test that failed last is likely to
 * fail first again. */
size_t testing_fails(test_run *t, unsigned kinds, size_t first);
int testing_stopped(const test_run *t); /* *stop turned nonzero: the answers above mean nothing */

/* The sessions that were computed and did not fail, in the order of their first use. */
size_t testing_sessions(const test_run *t);
assess *testing_session(const test_run *t, size_t i);
int testing_keeps(const test_run *t, const assess *session); /* is it one of them? */
/* Calls ready() with each session that is computed from now on, before a test reads it, so that it
 * can be changed as the others were (a property that changes labels loads its data again). NULL:
 * no call. */
void testing_on_session(test_run *t, void (*ready)(void *self, assess *session), void *self);

/* Calls looked() with each element of an output that a test reads, before it is checked: element
 * counts in `value`. NULL: no call. */
typedef void testing_look(void *self, assess *session, const assess_array *output, size_t element);
void testing_on_look(test_run *t, testing_look *looked, void *self);

/* What golden does from now on; `ask` is called for each golden that differs (or is new) under
 * GOLDEN_REVIEW. */
typedef struct testing_change {
    const char *output, *at; /* "scores", "X, A1, stage1" */
    const char *old, *now;   /* as text; "" missing; NULL: not there */
    double moved;            /* now - old of numbers, else NaN */
} testing_change;
/* A leaf that had another value when the golden file was written. `back`: how many of the values
 * that differ are as before when this leaf alone is put back; SIZE_MAX where it cannot be. */
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
    size_t rest; /* values that still differ when all of them are put back */
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
void testing_goldens(test_run *t, testing_golden what, const testing_review *review);

/* Files that were read so far, for --watch: test files, rule files, modules and data. */
size_t testing_files(const test_run *t);
const char *testing_file(const test_run *t, size_t i);

/* ---- coverage of rules ----
 *
 * Which leaves, stages, branches and levels decided anything that a test looked at.
 *
 * While tests run, each element they read is noted; at the end one sweep (expr/trace.h) finds what
 * decided these elements. What counts as protected: a leaf whose value decided a
 * looked-at element; a stage of which an element was looked at; a side of a `where` that was taken
 * on the way to one (of a filter also what it left out of a sum or an extreme there); a level of a
 * rubric that was reached on the way. What no result can depend on, whatever the leaves and data
 * are, is left out: texts for readers, the floor of an indicator whose method has none, a mask that
 * the rules fix; nor does a value count that a test set. The same place of the same file is one
 * item, in however many sessions it stands, and in overlays. */

typedef enum coverage_kind { COVER_STAGE, COVER_LEAF, COVER_BRANCH, COVER_LEVEL } coverage_kind;

typedef struct coverage_item {
    coverage_kind kind;
    const char *file;
    long line;
    const char *name; /* "index.A.A1.weight"; "stage2"; the condition; the level's name */
    const char *side; /* of a branch: "true", "false"; else "" */
    unsigned nth;     /* which of those that are called the same, from 0 */
    int covered;
} coverage_item;

typedef struct coverage coverage;

/* From now on what tests look at is noted, but for sessions that a property does not keep. Borrows
 * the test_run; NULL without memory. */
coverage *coverage_open(test_run *t);
void coverage_close(coverage *c); /* before the test_run; NULL is let through */

/* After the tests. 0 with the fault. */
int coverage_finish(coverage *c, fault *f);
/* By file, line, and as listed above. */
size_t coverage_count(const coverage *c);
const coverage_item *coverage_at(const coverage *c, size_t i);
size_t coverage_covered(const coverage *c);
size_t coverage_unused(const coverage *c); /* leaves on which no result can depend */

const char *coverage_kind_text(coverage_kind k);

#endif
