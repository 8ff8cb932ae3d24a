/* What variants.c, which opens a variant of the rules, and draws.c, which computes draws with it,
 * share. */
#ifndef UNCERTAINTY_DRAWS_INSIDE_H
#define UNCERTAINTY_DRAWS_INSIDE_H

#include "base/thread_pool.h"
#include "uncertainty/draws.h"

/* A source with draws: the values of one array of the session, for each draw. */
typedef struct slot {
    ex_id node, lifted;
    ax_set axes; /* without the draws */
    const double *nominal;
    size_t size;     /* elements without the draws */
    double *value;   /* with them, as the rules have them */
    size_t elements; /* of `value` */
    size_t stride;   /* between draws */
    size_t *offset;  /* by element: the first draw of it */
    uint8_t *varies; /* by element: it is a target; NULL where draws are not innermost */
} slot;

/* A cell of a slot, and the inputs that it follows: one, or the sum of several. */
typedef struct target {
    uint32_t slot;
    size_t cell;
    size_t first, count; /* in the list of links */
    double base;         /* of a sum: what does not vary */
} target;

/* Where an output is found. */
typedef struct found_output {
    ex_id node;
    size_t stride;  /* between draws; 0: it is the same in all */
    size_t *offset; /* by element of the session's output */
    double *text;   /* of texts: by number in the variant's pool, the number in the session's */
    size_t texts;
} found_output;

/* What a thread computes a variant with: a run, and the values of the slots that it lends to it. */
typedef struct draw_worker {
    ex_run *run;
    double **value;
    size_t waiting; /* draws whose inputs are in the slots, and that were not computed yet */
} draw_worker;

typedef struct variant {
    int open;
    assess *session;
    int alone; /* functions of the host are called: by the thread of the session */
    draw_worker *worker;
    ex_id *want;  /* of the outputs */
    ex_id *given; /* what does not vary, and what varies is computed from: done by the session */
    size_t givens;
    int axis;    /* of the draws */
    int longest; /* it is longer than all others, whatever the draws to be made */
    slot *slot;
    size_t slots, slot_cap;
    target *target;
    size_t targets, target_cap;
    uint32_t *link; /* inputs */
    size_t links, link_cap;
    found_output *output;
    int lacks;      /* something is left out: some elements of outputs may not be there */
    size_t waiting; /* draws of the present block that it has to compute */
    uint32_t *draw; /* which: their places in the block */
    size_t place;   /* where mixed outputs of them begin */
} variant;

struct draws {
    arena memory;
    const assess *base;
    const draw_inputs *in;
    const assess_array *const *output;
    size_t outputs;
    size_t block, batch; /* draws in all, and of one evaluation */
    size_t each;         /* draws of a block, by variant on the average */
    size_t longest;      /* axis of the session, if a batch is longer; else 0 */
    thread_pool *pool;
    int workers;
    struct draw_task *task; /* of the present block */
    size_t tasks, task_cap;
    const draw_source *from;
    uint64_t first;
    fault *fault; /* by worker */
    variant *variant;
    size_t variants;
    draws_found found;
    double *input;        /* by input and draw */
    unsigned char *taken; /* by choice and draw */
    double **value;       /* by output: by element and draw */
    size_t count;         /* of the last block */
    int mixed;            /* outputs stand variant by variant */
};

/* ---- draws.c ---- */

int draws_open_worker(const variant *v, size_t batch, draw_worker *w, fault *f);
/* Puts what target i is in n draws into the slots of a worker, behind the first `at` of them. The
 * inputs of these draws are value[input * stride + draw[k]]. */
void draws_put(const variant *v, size_t i, draw_worker *w, const double *value, size_t stride,
               const uint32_t *draw, size_t n, size_t at);
/* Computes the outputs of n draws whose inputs are there. */
int draws_eval(const draws *d, const variant *v, draw_worker *w, size_t n, fault *f);

/* ---- variants.c ---- */

/* Opens a variant: a session with these choices set, the axis of draws, and the outputs built upon
 * sources that have it. 0 with the fault. */
int variant_open(draws *d, size_t which, fault *f);
void variant_close(variant *v, int workers);

#endif
