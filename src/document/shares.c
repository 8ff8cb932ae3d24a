/* What elements make of the score: the steps of the session, at the labels of the view. */
#include "document/shares.h"

#include <math.h>
#include <string.h>

size_t find_shares(const view *v, const assess_array *x, const assess_axis *axis, size_t row,
                   size_t column, element_share *out) {
    const assess_array *score = v->part[ROLE_SCORE];
    location here = view_location(v, row, column);
    size_t at[ASSESS_AXES], found = 0;
    const assess_step *step;
    for (size_t i = 0; i < axis->size; i++) out[i] = (element_share){(double)NAN, (double)NAN};
    location_indices(score, &here, at);
    size_t count = assess_shares(v->session, score, at, 1, &step);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(step[i].name, x->name)) continue;
        size_t which = axis->size;
        int own = 1;
        for (int k = 0; k < x->axes; k++) {
            if (x->axis[k].id == axis->id) which = step[i].place[k];
            for (int s = 0; s < here.count; s++)
                own &= here.axis[s] != x->axis[k].id || here.at[s] == step[i].place[k];
        }
        if (!own || which == axis->size) continue; /* of another unit: a peer's, say */
        if (isnan(out[which].factor)) found++;
        out[which].factor =
            isnan(out[which].factor) ? step[i].factor : out[which].factor + step[i].factor;
        out[which].weight = step[i].weight;
    }
    return found;
}
