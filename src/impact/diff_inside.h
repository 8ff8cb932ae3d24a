/* What the files of the difference share. */
#ifndef IMPACT_DIFF_INSIDE_H
#define IMPACT_DIFF_INSIDE_H

#include "impact/mix.h"
#include "impact/shapley.h"

typedef struct diff_result {
    assess_diff d; /* first: it is what the caller has */
    arena memory;
} diff_result;

/* One mix: scores, ranks, what the ranks are of, and the ranks of these among the corners' own. */
typedef struct diff_mix {
    double *score, *rank, *ranked, *own;
} diff_mix;

typedef struct diff_factor {
    mix_factor factor;
    size_t from, count; /* its items, among those of the differ */
} diff_factor;

typedef struct diff_sums {
    shapley_sum score, rank, own;
} diff_sums;

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

void diff_switch(differ *d, const diff_factor *factor, int side);
int diff_eval(differ *d, fault *f); /* the mix of d->side, into d->mix */
int diff_open_sums(diff_sums *s, size_t places);
void diff_close_sums(diff_sums *s);
void diff_add(diff_sums *s, double weight, const diff_mix *v);
int diff_take(differ *d, diff_sums *s, double divisor, assess_part *to, fault *f);
const char *diff_address(differ *d, size_t item); /* "" without memory */

/* diff_ranks.c: remembers the ranked values of a corner. */
int diff_corner(differ *d, int edition, fault *f);
/* The place of each value among those of its column, in an order (NULL: these values themselves).
 */
int diff_place(differ *d, const double *value, const diff_order *among, double *rank, fault *f);
int diff_ranks(differ *d, diff_mix *v, fault *f); /* `own`, and `rank` where the rules give none */
void diff_close_ranks(differ *d);

/* diff_plain.c: was the edition, which was run by itself, given the same scores? Else a note. */
void diff_check_plain(differ *d, int edition, fault *notes);

int diff_lines(differ *d, fault *f);  /* diff_lines.c: what differs, line by line */
int diff_leaves(differ *d, const assess_diff_wish *wish, fault *f); /* diff_leaves.c */

#endif
