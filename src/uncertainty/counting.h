/* Counts draws: into the tallies of a survey, and into those that each thread has of its own while
 * draws pass by. */
#ifndef UNCERTAINTY_COUNTING_H
#define UNCERTAINTY_COUNTING_H

#include "uncertainty/vary.h"

/* Counts the draws that were computed last (draws_compute). */
int count_block(vary *v, size_t count, fault *f);

/* Can draws be counted as they pass by? Then each thread needs tallies of its own, which is too
 * much where there are many elements. */
int counting_streams(const vary *v);
/* Computes draws first … first + count - 1 and counts them: all of them, or with a fault none. -1
 * where they have to be computed otherwise. */
int counting_stream(vary *v, const draw_source *from, uint64_t first, uint64_t count, fault *f);
void counting_close(vary *v);

#endif
