/* Mutation of rules: change one thing, run the tests again, and see whether they notice.
 *
 * The sessions of the tests are computed once; a mutant changes them in place and only what follows
 * is computed again. It is run against the tests that looked at something it can reach, and against
 * all properties. A mutant is killed when a test fails, or when the rules cannot be computed; the
 * first test that noticed is named. One that no test noticed survives, also where it changes no
 * result of any session (`quiet`): with other data it might, or it is the same rule in other words.
 * What no result hangs on, whatever the data, is not a mutant: such leaves are listed apart. */
#ifndef TESTING_MUTATE_H
#define TESTING_MUTATE_H

#include "testing/mutants.h"
#include "testing/testing.h"

typedef struct mutate_settings {
    const char *rules; /* only what sessions of this rule file have; or NULL */
    const char
        *only;     /* a glob of addresses, "index.*.weight", or of places, "2011.lua:1*"; or NULL */
    size_t sample; /* this many, drawn by the seed; 0: all */
    uint64_t seed;
} mutate_settings;

/* FATE_SAME is none of a result: such mutants are dropped. */
typedef enum mutant_fate {
    FATE_SURVIVED,
    FATE_QUIET,
    FATE_KILLED,
    FATE_FAILED,
    FATE_SAME
} mutant_fate;

typedef struct mutate_result {
    const mutant *what;
    mutant_fate fate;
    const testing_test *by; /* of one that was killed */
} mutate_result;

typedef struct mutate_unused {
    const char *file, *address;
    long line;
} mutate_unused;

typedef struct mutation mutation;

/* The tests were read. Runs them once, as they are: 0 with FAULT_TEST where one fails, for then
 * nothing can be learned. */
mutation *mutation_open(trial *t, const mutate_settings *s, fault *f);
void mutation_close(mutation *m); /* before the trial; NULL is let through */
/* Tries all mutants. 0 with the fault; FAULT_BUG if the sessions' results did not come back bit for
 * bit. */
int mutation_run(mutation *m, fault *f);

/* By file and line. */
size_t mutation_count(const mutation *m);
const mutate_result *mutation_at(const mutation *m, size_t i);
size_t mutation_all(const mutation *m); /* mutants there are, with those the sample left out */
size_t mutation_of(const mutation *m, mutant_fate fate);
double mutation_score(const mutation *m); /* percent killed; 100 where there are none */
size_t mutation_unused(const mutation *m);
const mutate_unused *mutation_unused_at(const mutation *m, size_t i);

#endif
