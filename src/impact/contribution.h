/* What elements contribute to a unit's score, and to another's.
 *
 * Of sums and means, at any depth, each element's share of the result is known from the explanation
 * of the score: so the differences add up to the gap between the two. Where the score is made in
 * another way (a product, a distance), each detail of the unit is replaced by the other's, one at a
 * time, and what that alone does to the score is told; then they need not add up. */
#ifndef IMPACT_CONTRIBUTION_H
#define IMPACT_CONTRIBUTION_H

#include "impact/unit_position.h"

/* Fills part, parts and alone of `out`, the largest difference first within a depth. `details` may
 * be NULL. The texts and the list are the session's. 0 with the fault. */
int contributions(const stand *s, size_t other, const assess_array *details,
                  assess_rank_reasons *out, fault *f);

#endif
