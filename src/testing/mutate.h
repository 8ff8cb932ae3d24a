/* Mutation of rules: change one thing, run the tests again, and see whether they notice.
 *
 * The sessions of the tests are computed once. A mutant changes them in place, and only what
 * depends on the change is computed again. The tests that read something the mutant can reach are
 * run, and all properties. A mutant is killed when a test fails, or when the rules cannot be
 * computed. A mutant that no test notices survives, even if it changes no result of any session
 * (`quiet`): with other data it might, or it is the same rule in other words. Leaves that no result
 * can depend on, whatever the data are, are not mutated but listed separately. */
#ifndef TESTING_MUTATE_H
#define TESTING_MUTATE_H

#include "expr/mutant.h"
#include "session/session.h"
#include "testing/testing.h"

/* ---- mutants ---- */

/* A mutant changes one thing in the rules of a session.
 *
 * Leaves: numbers a tenth more and less (small whole numbers and years one more and less), truths
 * inverted, dates a day later and earlier, the direction of an indicator, its method (one that
 * another indicator has). Operations: the boundary of a comparison, sums and products, least and
 * greatest, extremes, directions of ranks, roundings, the branches of a `where`, literals; patterns
 * and levels of rubrics that match always or never. The inside of the language's named functions is
 * not changed.
 *
 * The same mutant is found in another session of the same rules by mutant_order. */

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
    unsigned nth; /* which of several that are called the same, from 0 */
    size_t leaf;  /* the leaf, and its value in the mutant */
    md_value value;
    const char *like; /* of a method: the id of an indicator that has the new one */
    ex_mutant node;   /* the node and its change; of a pattern the look-up */
    int level, bend;  /* of a rubric: the level, or -1; it matches always (1), never (-1), or its
                         score is changed (0) */
} mutant;

typedef struct mutants {
    arena memory;
    mutant *item;
    size_t count, cap;
    const char **unused; /* addresses of leaves but texts that no result can depend on */
    size_t unuseds;
} mutants;

/* All mutants of a session that was run. 0 with the fault. */
int mutants_of(assess *a, mutants *out, fault *f);
/* Those that may make the same change as a mutant of another session: of the same leaf, or of
 * operations on the same line. 0 with the fault. */
int mutants_like(assess *a, const mutant *like, mutants *out, fault *f);
void mutants_release(mutants *m);
/* Orders by file, line, kind, name, was, now, nth; 0 for the same change. */
int mutant_order(const mutant *a, const mutant *b);

/* What a session was before a mutant was applied. */
typedef struct mutant_undo {
    md_value value;
    double score;
    int methods;
    const result_name *outputs;
} mutant_undo;

/* Changes the session; assess_recompute then gives the results. 0 where nothing was changed,
 * because the formulas would be the same, or, with the fault, because the rules cannot be computed.
 */
int mutant_apply(assess *a, mutant *m, mutant_undo *u, fault *f);
void mutant_back(assess *a, mutant *m, const mutant_undo *u, fault *f);

/* ---- running them ---- */

typedef struct mutate_settings {
    const char *rules; /* only mutants of this rule file; or NULL */
    /* only those that match a glob of addresses, "index.*.weight", or of places, "2011.lua:1*" */
    const char *only; /* or NULL */
    size_t sample;    /* this many, drawn at random; 0: all */
    uint64_t seed;
} mutate_settings;

/* Mutants with FATE_SAME are dropped: they make the same formulas. */
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
    const testing_test *by; /* the first test that noticed; NULL for other fates */
} mutate_result;

typedef struct mutate_unused {
    const char *file, *address;
    long line;
} mutate_unused;

typedef struct mutation mutation;

/* Runs the tests once without any change. NULL with the fault; FAULT_TEST where a test fails,
 * because then nothing can be learned. */
mutation *mutation_open(test_run *t, const mutate_settings *s, fault *f);
void mutation_close(mutation *m); /* before the test_run; NULL is let through */
/* Tries all mutants. 0 with the fault; FAULT_BUG if the results of a session are not the same bits
 * again afterwards. */
int mutation_run(mutation *m, fault *f);

/* The results, ordered as mutant_order. */
size_t mutation_count(const mutation *m);
const mutate_result *mutation_at(const mutation *m, size_t i);
size_t mutation_all(const mutation *m); /* mutants there are, with those the sample left out */
size_t mutation_of(const mutation *m, mutant_fate fate);
double mutation_score(const mutation *m); /* percent killed; 100 where there are none */
size_t mutation_unused(const mutation *m);
const mutate_unused *mutation_unused_at(const mutation *m, size_t i);

#endif
