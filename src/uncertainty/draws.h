/* Draws: the rules evaluated for many values of their inputs at once.
 *
 * The graph of the rules stays as it is. Sources that hold a varied number get copies with one more
 * axis, `draw`, and what is computed from them is built again upon these copies (expr/replace.h);
 * everything else is computed once. The evaluator then computes a block of draws like any other
 * array. Each combination of choices is a variant: a session of its own, opened with these values
 * set, that computes the draws in which they were chosen.
 *
 * Draws are numbered from 0, and the results of one depend on its number and the seed alone. */
#ifndef UNCERTAINTY_DRAWS_H
#define UNCERTAINTY_DRAWS_H

#include "uncertainty/inputs.h"

enum { DRAWS_VARIANTS = 256 };

typedef struct draws draws;

/* The session was run, and stays as it is. `output`: what is wanted of each draw; all are outputs
 * of the session. Keeps the list of inputs, which must outlive it. NULL with the fault. */
draws *draws_open(const assess *a, const draw_inputs *in, const assess_array *const *output,
                  size_t outputs, fault *f);
void draws_close(draws *d);

/* The threads that compute, for whoever goes over the results. */
struct thread_pool *draws_pool(const draws *d);

/* How many draws are best computed at once: it depends on the rules alone. */
size_t draws_block(const draws *d);

/* From now on the values of outputs come in an order that is quicker to make: the same for all
 * outputs, but another one than that of inputs and choices. */
void draws_mix(draws *d);

/* Computes draws first … first + count - 1; count is at most draws_block. */
int draws_compute(draws *d, const draw_source *from, uint64_t first, size_t count, fault *f);

/* Some draws on their way: all of one variant, and computed by one thread, which has them in its
 * cache. */
typedef struct draws_batch draws_batch;
size_t draws_batch_count(const draws_batch *b);
/* Values as of draws_value; where they do not lie so, they are put into `room`. */
const double *draws_batch_value(const draws_batch *b, size_t output, size_t element, double *room);
/* No batch is larger. */
size_t draws_batch_most(const draws *d);

typedef struct draws_taker {
    void *self;
    /* From several threads at once; `worker` is which. 0 with the fault. */
    int (*take)(void *self, const draws_batch *b, int worker, fault *f);
    /* What was drawn for some draws: value[input * stride + k]. */
    void (*drawn)(void *self, const double *value, size_t stride, size_t count, int worker);
} draws_taker;

/* Computes draws first … first + count - 1, as many as one likes, and hands them over in batches,
 * in no order. 0 with the fault; -1 where that cannot be: a variant calls functions of the host, or
 * the axis of draws is not the longest. */
int draws_stream(draws *d, const draw_source *from, uint64_t first, uint64_t count,
                 const draws_taker *to, fault *f);

/* Of what was computed last: the values of an element of an output, one for each draw; texts are
 * numbers for assess_text of the session. Missing is NaN. */
const double *draws_value(const draws *d, size_t output, size_t element);
/* The values of an input, one for each draw; and the position that a choice took. */
const double *draws_input(const draws *d, size_t input);
size_t draws_chosen(const draws *d, size_t choice, size_t draw);

/* Of the draws so far: do the outputs differ between two values of a choice, all else being as the
 * rules say? -1: no two values of it were drawn beside the same other choices. */
int draws_differ(const draws *d, size_t choice);
/* What was found out of the variants that were opened so far. Where draws are made in parts, each
 * part opens those that it needs; a run that joins them is told by draws_find and draws_need. */
typedef struct draws_found {
    size_t variants;
    uint64_t
        *digest; /* by variant, of the outputs before anything is drawn; 0: it was not opened */
    unsigned char *needed; /* by input: is any output computed from what it stands in? */
} draws_found;
const draws_found *draws_what_was_found(const draws *d);
void draws_find(draws *d, size_t which, uint64_t sum);
void draws_need(draws *d, size_t input);

#endif
