/* What diff.c and shapley.c share: the differ, which evaluates mixes, and its parts. */
#ifndef IMPACT_DIFF_H
#define IMPACT_DIFF_H

#include "impact/mix.h"

typedef struct diff_result {
    assess_diff d; /* first: it is what the caller has */
    arena memory;
} diff_result;

/* One mix: scores, ranks, the ranks of what is ranked among the corners' own, and what is ranked:
 * four arrays by place, one behind the other. */
typedef struct diff_mix {
    double *score, *rank, *own, *ranked;
} diff_mix;

typedef struct diff_factor {
    mix_factor factor;
    size_t from, count; /* its items, among those of the differ */
} diff_factor;

/* The ranked values of a corner: by column, the best first, without what is missing. */
typedef struct diff_order {
    double *sorted, *value; /* `value` by place */
    size_t *count;          /* by column */
} diff_order;

typedef struct differ {
    assess *edition[2];
    mix *m;
    diff_result *out;
    arena memory;
    size_t places, items;
    size_t *item; /* items that are players, factor by factor */
    diff_factor factor[MIX_FACTORS];
    size_t factors;
    int order[MIX_FACTORS]; /* factors, the one that is switched most often first */
    unsigned char *side;
    const char *tree; /* the only line of the tree that differs; "" for several, NULL for none */
    diff_mix mix;
    diff_order corner[2], now;
} differ;

int diff_eval(differ *d, fault *f);            /* the mix of d->side, into d->mix */
int diff_mix_open(diff_mix *v, size_t places); /* 0 without memory */

/* shapley.c: what each factor contributes, and each item within the factors. */
int diff_factors(differ *d, fault *f);
int diff_leaves(differ *d, const assess_diff_wish *wish, fault *f);

const char *diff_address(differ *d, size_t item); /* "" without memory */

#endif
