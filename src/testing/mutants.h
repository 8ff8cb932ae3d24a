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
#ifndef TESTING_MUTANTS_H
#define TESTING_MUTANTS_H

#include "expr/mutant.h"
#include "session/session.h"

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
    size_t count, room;
    const char **unused; /* addresses of leaves but texts that no result can hang on */
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

/* Changes the session; results follow with assess_again. 0: nothing is changed, as it cannot be or
 * makes the very same formulas; or, with the fault, as the rules cannot be computed so. */
int mutant_apply(assess *a, mutant *m, mutant_undo *u, fault *f);
void mutant_back(assess *a, mutant *m, const mutant_undo *u, fault *f);

#endif
