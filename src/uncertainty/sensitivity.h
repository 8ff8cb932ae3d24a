/* What a result hangs on: which of the things that vary matter for it.
 *
 * A target is one number of the rules' results: the score or rank of a unit, the mean absolute
 * shift of rank over units, a truth as 0 or 1. A factor is what is varied together: all that an
 * entry of `uncertain` names, or each number by itself. All targets are computed of the same draws.
 *
 * Here are the factors, the targets, and Sobol' indices; screening.h has what costs less. */
#ifndef UNCERTAINTY_SENSITIVITY_H
#define UNCERTAINTY_SENSITIVITY_H

#include "uncertainty/draws.h"
#include "uncertainty/sobol_sums.h"

enum { SENSITIVITY_PAIRS = 100 /* factors, where pairs are wanted */ };

typedef enum target_kind {
    TARGET_VALUE, /* of one element; a truth is 0 or 1 */
    TARGET_SAME,  /* 1 where the element is what it is by the rules, else 0: of texts */
    TARGET_SHIFT  /* the mean of how far the elements are from what they are by the rules */
} target_kind;

typedef struct sensitivity_target {
    target_kind kind;
    const assess_array *of; /* an output of the session */
    const size_t *element;  /* of it */
    size_t elements;
    const char *title;
} sensitivity_target;

typedef struct sensitivity_factor {
    const char *name; /* the address */
    const uncertain_entry *entry;
    size_t members;
    size_t first; /* a member: an input, or behind them all a choice */
} sensitivity_factor;

typedef struct sensitivity {
    arena memory;
    draw_inputs inputs;
    draws *draws;
    uint64_t seed;
    const sensitivity_target *target;
    size_t targets;
    const assess_array **output; /* those that targets are of */
    size_t *output_of;           /* by target */
    size_t outputs;
    sensitivity_factor *factor;
    size_t factors;
    size_t *factor_of; /* by input, then by choice */
    size_t varied;     /* inputs and choices */
    const volatile sig_atomic_t *stop;
    int stopped; /* before all was computed */
} sensitivity;

/* The session was run; the targets outlive all of it. `split`: each number is a factor of its own,
 * except weights under dirichlet or simplex, which cannot move alone. 0 with the fault; then it is
 * closed. */
int sensitivity_open(sensitivity *s, assess *a, const uncertain_list *list,
                     const sensitivity_target *target, size_t targets, int split, uint64_t seed,
                     fault *f);
void sensitivity_close(sensitivity *s);

/* Computes `count` draws and puts the targets' values: y[t * count + k]. */
int sensitivity_compute(sensitivity *s, const draw_source *from, uint64_t first, size_t count,
                        double *y, fault *f);
/* A target by the rules as they stand. */
double sensitivity_nominal(const sensitivity_target *t);
/* Is it time to stop? Then it is noted. */
int sensitivity_over(sensitivity *s);

/* ---- numbers between 0 and 1 that were made before ---- */

/* A draw_source's `unit`, for draws first … first + count - 1: those of an input or choice `which`
 * are value[which * count + k]. */
typedef struct prepared_units {
    uint64_t first;
    size_t count;
    const double *value;
} prepared_units;
int prepared_unit(const void *self, size_t which, uint64_t draw, double *u);

/* ---- Sobol' indices ---- */

typedef struct sobol_run {
    sobol_result *of; /* by target */
    sobol_sums *sums; /* by target */
    uint64_t rows, evaluations;
    size_t plain; /* numbers beyond the dimensions of Sobol' points: plain random numbers */
} sobol_run;

/* Each number has two dimensions of the scrambled Sobol' points, for A and for B, in the order of
 * the numbers; those beyond are plain random numbers. */
int sobol_run_make(sensitivity *s, uint64_t rows, int second, sobol_run *out, fault *f);

/* How far the widest interval reaches from its middle; NaN: there is none. */
double sobol_width(const sobol_run *r, size_t factors, size_t target);
/* How many rows would bring it to this, when errors fall as 1/sqrt(n): a power of 2. */
double sobol_rows_for(const sobol_run *r, double width, double wanted);

#endif
