/* What diff.c, diff_lines.c and shapley.c share: the state of a comparison of two editions. */
#ifndef IMPACT_DIFF_H
#define IMPACT_DIFF_H

#include "impact/mix.h"

typedef struct diff_result {
    assess_diff d; /* first: the caller has a pointer to it */
    arena memory;
    pool *texts; /* of grades */
} diff_result;

/* The result of one mix, four arrays by place, stored one behind the other: scores; ranks; the
 * ranks among the editions' own values (see mix_ranks); and the values that are ranked. */
typedef struct diff_mix {
    double *score, *rank, *own, *ranked;
} diff_mix;

typedef struct diff_factor {
    mix_factor factor;
    size_t from, count; /* its items in differ.item */
} diff_factor;

/* Values by place, and each column of them in order: what lies in one is at column * rows. */
typedef struct diff_order {
    double *value;   /* by place */
    double *key;     /* in order, the best first, without missing ones: smaller the better */
    uint32_t *order; /* the rows in that order, and then those of missing ones */
    size_t *count;   /* by column: how many are present */
    int known;       /* it was made before */
} diff_order;

typedef struct differ {
    fault *f;
    assess *edition[2];
    mix *m;
    diff_result *out;
    arena memory;
    size_t places, items;
    size_t *item; /* the items that are switched on their own, factor by factor */
    diff_factor factor[MIX_FACTORS];
    size_t factors;
    int order[MIX_FACTORS]; /* the factors, the one that is switched most often first */
    unsigned char *side;
    const char *tree; /* the only line of the tree that differs; "" for several, NULL for none */
    diff_mix mix;
    diff_order corner[2], now; /* of each edition, and of the mix */
    void *scratch;             /* to make orders in */
    double *among;             /* ranks among the values of the second edition */
} differ;

int diff_eval(differ *d);                      /* evaluates the mix of d->side into d->mix */
int diff_mix_open(diff_mix *v, size_t places); /* 0 without memory */

const char *diff_keep(differ *d, const char *text); /* a copy that the result owns; NULL: a fault */
/* diff_lines.c: the list of what differs, in the order of the second edition. 0 with the fault. */
int diff_lines(differ *d);

/* shapley.c: what each factor contributes, and each item within its factor. 0 with the fault. */
int diff_factors(differ *d);
int diff_leaves(differ *d, const assess_diff_wish *wish);

const char *diff_address(differ *d, size_t item); /* "" without memory */

#endif
