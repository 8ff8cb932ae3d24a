/* A panel: the weights of several experts, and whether it matters in what they differ. */
#ifndef UNCERTAINTY_PANEL_H
#define UNCERTAINTY_PANEL_H

#include "uncertainty/inputs.h"

/* One weight that experts give: the least and the most of them, and how many units change their
 * rank between these two, all else being as the rules say. */
typedef struct panel_effect {
    size_t input;
    double least, most;
    const char *lowest, *highest; /* who gives them */
    size_t moved;
    double furthest; /* the largest shift of a rank */
} panel_effect;

/* What there is to say of the first panel. */
typedef struct panel_survey {
    const panel_effect *effect;
    size_t effects;
    const char *const *name; /* of the experts */
    size_t experts;
    const double *rank; /* by the weights of each expert: [expert * size + element] */
} panel_survey;

/* `rank`: an output of the session, which was run; it stays as it was. What is found is in the
 * memory of the inputs; nothing where there is no panel. 0 with the fault. */
int panel_compare(draw_inputs *in, const assess *a, const assess_array *rank, panel_survey *out,
                  fault *f);

#endif
