/* What is certain of a ranking whose weights are not: the best and the worst rank that each unit
 * can reach under all admissible weights (extreme ranking analysis, Kadziński, Greco and Słowiński
 * 2012), who is never behind whom (necessary preference), and the smallest change of the weights
 * that swaps two units.
 *
 * Scores are linear in the weights (see linear_score.h). So each question is a linear program, with
 * variables that are 0 or 1 where it is about ranks: who is ahead. The weights that prove an answer
 * are put back into the rules, and the evaluator computes the ranks that they give; these are the
 * ones that are told. Of a program that is not solved in time, the bounds known so far are told.
 *
 * A lead below CERTAIN_LEAD of the size of the scores counts as none. */
#ifndef UNCERTAINTY_CERTAIN_H
#define UNCERTAINTY_CERTAIN_H

#include "uncertainty/linear_score.h"

#define CERTAIN_LEAD 1e-9
enum { CERTAIN_UNITS = 2000 };

typedef struct certain_settings {
    const assess_array *score, *rank; /* outputs of the session; rank may be NULL */
    const volatile sig_atomic_t *stop;
    const char *level; /* of the index: only its weights vary; NULL: all */
    double seconds;    /* for all programs on ranks; 0: as long as it takes */
} certain_settings;

/* A rank that a unit can reach. */
typedef struct certain_rank {
    double rank;    /* by the program */
    double bound;   /* no weights give a rank beyond this; another than `rank`: it is open */
    double shown;   /* by the evaluator, with the weights below */
    double *weight; /* by variable */
    int tied;       /* only by a tie: the unit is level with another there */
} certain_rank;

typedef struct certain_unit {
    int ranked;
    double nominal; /* its rank by the rules */
    certain_rank best, worst;
    size_t not_behind; /* others that it is never behind */
    size_t not_ahead;  /* others that are never behind it */
} certain_unit;

/* A change of the weights. */
typedef struct certain_swap {
    int possible;
    size_t ahead, behind; /* units, by the rules */
    double distance;      /* the sum of the changes, of weights that keep their sums */
    double *level;        /* weights with which the two have the same score */
    double *beyond;       /* a little further: the other is ahead; NULL: only a tie is possible */
    double level_score[2], beyond_score[2], level_rank[2], beyond_rank[2]; /* by the evaluator */
} certain_swap;

typedef struct certain {
    arena memory;
    certain_settings settings;
    const assess *base;
    draw_inputs inputs;
    int level;          /* or -1 */
    uncertain_list all; /* where the rules say nothing of weights */
    admissible set;
    int nominal; /* are the weights of the rules among them? */
    weighing weighing;
    linear_scores scores;
    /* of the present column; what is found stays in `memory` */
    size_t units;
    const size_t *score_at, *rank_at; /* the element of each unit; SIZE_MAX: none */
    double sign;                      /* 1: the greatest score is first; -1: the least */
    double size;                      /* of the scores */
    certain_unit *unit;
    double *most;          /* by unit and other: the greatest lead of the unit */
    unsigned char *counts; /* by variable: does it count in this column? */
    double *lead;          /* room for slopes */
    double *point;
    size_t *order;
    double until; /* by the clock: when programs end; 0: never */
    size_t waiting;
} certain;

/* The session was run. `list` says which weights vary, and how; where it says nothing of weights,
 * all of them do. 0 with the fault: a score that is not linear in the weights; then it is closed.
 */
int certain_open(certain *c, assess *a, const uncertain_list *list, const certain_settings *s,
                 fault *f);
void certain_close(certain *c);

/* Turns to a column: the elements of the score, and of the rank (NULL without), of each unit;
 * `title` gives what readers call a unit. Finds who is never behind whom. */
int certain_column(certain *c, size_t units, const size_t *score_at, const size_t *rank_at,
                   const char *(*title)(const void *self, size_t unit), const void *self, fault *f);
/* The best and the worst ranks of some units. */
int certain_ranks(certain *c, const size_t *unit, size_t units, fault *f);
/* Is a unit never behind the other? */
int certain_never_behind(const certain *c, size_t unit, size_t other);
/* The smallest change with which two units are level, and the one behind is about to be ahead. */
int certain_swap_of(certain *c, size_t unit, size_t other, certain_swap *out, fault *f);
/* The smallest change that takes the first place from the unit that has it. */
int certain_first(certain *c, certain_swap *out, fault *f);

#endif
