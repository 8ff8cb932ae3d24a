/* Which weights are admissible: the set of all that the entries of `uncertain` allow, as linear
 * constraints.
 *
 * Its variables are weights. Those of a block keep their sum: a block is a group of inputs that is
 * drawn together, or (see `shares`) all weights beside one another of which some vary by
 * themselves. Bounds of a block may hold up to a factor common to the block: weights are drawn
 * between their bounds first and then scaled to the sum. A weight without a block lies between its
 * own bounds. */
#ifndef UNCERTAINTY_ADMISSIBLE_H
#define UNCERTAINTY_ADMISSIBLE_H

#include "expr/lp.h"
#include "uncertainty/inputs.h"

typedef struct weight_variable {
    const char *address;
    double nominal, low, high;
    int block;   /* or -1 */
    int varies;  /* it is an input; else it is only scaled with others of its block */
    size_t leaf; /* of the model */
} weight_variable;

typedef struct weight_block {
    size_t first, count; /* of the variables: they stand one after the other */
    double sum;
    int whole; /* all weights that keep the sum; else the bounds are those of the weights before
                  they are scaled to it */
    int conditions; /* there are further ones, see weight_condition */
    double *corner; /* then: some corners of what they leave, one after the other */
    int apart;      /* its weights vary by themselves, and only their shares count */
} weight_block;

/* A condition on the weights of a block, as shares of its sum: sum(a[i] w[i]) >= least. */
typedef struct weight_condition {
    size_t block;
    const double *a;
    double least;
} weight_condition;

typedef struct admissible {
    weight_variable *variable;
    size_t count, cap;
    weight_block *block;
    size_t blocks, block_cap;
    weight_condition *condition;
    size_t conditions, condition_cap;
} admissible;

/* The weights among the inputs; of one level of the index, or (-1) of all. With `shares`, weights
 * that vary by themselves become shares of the sum of those beside them, for scores that only
 * depend on these shares. 0 with the fault: a kind without bounds, or numbers that no weight can
 * have. */
int admissible_open(admissible *w, const draw_inputs *in, model *m, int level, int shares,
                    fault *f);
void admissible_close(admissible *w);

/* The weights of a block, which keep their sum, meet a further condition. `a` is borrowed. */
int admissible_condition(admissible *w, size_t block, const double *a, double least, fault *f);
/* All conditions are there. */
int admissible_ready(admissible *w, fault *f);
/* Do the weights of the rules belong to the set? */
int admissible_nominal(const admissible *w);

/* The greatest value of sum(slope[i] x[i]) over all admissible x; NaN where it cannot be computed.
 * `point` gets such an x, or is NULL. `order` is room for count numbers. */
double admissible_most(const admissible *w, const double *slope, double *point, size_t *order);

/* The constraints as rows of a program. Its first variables are those of the set; then comes one
 * for each block, its factor. The rows have n elements, `rows` of them at most
 * admissible_rows(w); bounds of the variables go to lower and upper. Returns how many rows. */
size_t admissible_rows(const admissible *w);
size_t admissible_program(const admissible *w, size_t n, double *coefficient,
                          program_relation *relation, double *bound, double *lower, double *upper);

/* A random point; `state` is that of splitmix64. */
void admissible_random(const admissible *w, uint64_t *state, double *point);

/* The weights that stand for a point: those of shares are scaled back between their bounds. */
void admissible_weights(const admissible *w, const double *point, double *weight);

#endif
