/* Two editions in the same draws: what becomes of their difference.
 *
 * An input has the same random numbers in both, by its address; so what is uncertain in both alike
 * cancels, and only what the change of rules does remains. */
#ifndef UNCERTAINTY_PAIRED_H
#define UNCERTAINTY_PAIRED_H

#include "uncertainty/draws.h"
#include "uncertainty/tally.h"

enum { PAIRED_PARTS = 2 }; /* the score and the rank */

/* A place that both editions have. */
typedef struct paired_place {
    size_t element[2]; /* of each edition's output */
} paired_place;

typedef struct paired_part {
    const assess_array *output[2]; /* NULL: the editions have it not both */
    paired_place *place;           /* as many as the pair has; the caller's */
    tally change;                  /* the second less the first */
    uint64_t *up, *down;           /* by place: how often it is above 0, and below */
} paired_part;

typedef struct paired {
    size_t places;
    paired_part part[PAIRED_PARTS];
    uint64_t draws, seed;
    const volatile sig_atomic_t *stop;
    uint64_t done; /* draws that were made */
    draw_inputs inputs[2];
    draws *draw[2];
} paired;

/* The sessions were run; the parts have outputs and places, and `draws`, `seed` and `stop` are set.
 * `list`: what varies in each. 0 with the fault; paired_close in either case. */
int paired_run(paired *p, assess *const session[2], const uncertain_list list[2], fault *f);
void paired_close(paired *p);

#endif
