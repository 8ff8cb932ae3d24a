/* Mutation of rules: change one thing, run the tests again, and see whether they notice.
 *
 * The sessions of the tests are computed once; a mutant changes them in place and only what follows
 * is computed again. It is run against the tests that looked at something it can reach, and against
 * all properties. A mutant is killed when a test fails, or when the rules cannot be computed; the
 * first test that noticed is named. One that no test noticed survives, also where it changes no
 * result of any session (`quiet`): with other data it might, or it is the same rule in other words.
 * Leaves that no result can depend on, whatever the data, are no mutants and are listed by
 * themselves. */
#ifndef TESTING_MUTATE_H
#define TESTING_MUTATE_H

#include "expr/mutant.h"
#include "session/session.h"
#include "testing/testing.h"

/* ---- mutants ---- */

/* Mutants: what may be changed in the rules of a session, one thing at a time, so that good tests
 * notice.
 *
 * Of leaves: numbers a tenth more and less (small whole numbers and years one more and less),
 * truths turned around, dates a day later and earlier, the direction of an indicator, its method
 * (one that another indicator has). Of operations: the boundary of a comparison, sums and products,
 * least and greatest, extremes, directions of ranks, roundings, the branches of a `where`,
 * literals; patterns and levels of rubrics that match always or never. What the named functions of
 * the language are made of inside is left alone.
 *
 * A mutant of a session is found again in another session of the same rules by mutant_order. */

typedef enum mutant_kind {
    MUTANT_LEAF,
    MUTANT_METHOD,
    MUTANT_OPERATION,
    MUTANT_LITERAL,
    MUTANT_PATTERN
} mutant_kind;

typedef struct mutant {
    mutant_kind kind;
    const char *file;
    long line;
    const char *name; /* the leaf's address, or the formula */
    const char *was, *now;
    unsigned nth; /* which of those that are called the same, from 0 */
    size_t leaf;  /* what is changed, in its session */
    md_value value;
    const char *like; /* of a method: the id of an indicator that has it */
    ex_mutant node;   /* of a pattern: its look-up */
    int level, bend;  /* of a rubric; level -1: none; of a score bend is 0 */
} mutant;

typedef struct mutants {
    arena memory;
    mutant *item;
    size_t count, cap;
    const char **unused; /* addresses of leaves but texts that no result can depend on */
    size_t unuseds;
} mutants;

/* All of a session that was run. 0 with the fault. */
int mutants_of(assess *a, mutants *out, fault *f);
/* Those that may be the same change as another session's: of its leaf, or of operations at its
 * line. */
int mutants_like(assess *a, const mutant *like, mutants *out, fault *f);
void mutants_release(mutants *m);
/* By file, line, kind, name, what it was, what it is now, number: 0 for the same change. */
int mutant_order(const mutant *a, const mutant *b);

/* What a session was before a mutant. */
typedef struct mutant_undo {
    md_value value;
    double score;
    int methods;
    const result_name *outputs;
} mutant_undo;

/* Changes the session; results follow with assess_recompute. 0: nothing is changed, as it cannot be
 * or makes the very same formulas; or, with the fault, as the rules cannot be computed so. */
int mutant_apply(assess *a, mutant *m, mutant_undo *u, fault *f);
void mutant_back(assess *a, mutant *m, const mutant_undo *u, fault *f);

/* ---- running them ---- */

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
mutation *mutation_open(test_run *t, const mutate_settings *s, fault *f);
void mutation_close(mutation *m); /* before the test_run; NULL is let through */
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
