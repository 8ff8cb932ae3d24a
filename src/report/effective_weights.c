#include "report/effective_weights.h"

#include <math.h>
#include <string.h>

int effective_weights_fill(const view *v, const assess_axis *axis, size_t row, size_t column,
                           share *out) {
    const assess_array *score = v->part[ROLE_SCORE], *details = v->part[ROLE_DETAILS];
    spot here = view_spot(v, row, column);
    size_t at[ASSESS_AXES] = {0};
    const assess_step *step;
    int found = 0;
    for (size_t i = 0; i < axis->size; i++) out[i] = (share){(double)NAN, (double)NAN};
    for (int k = 0; k < score->axes; k++)
        for (int s = 0; s < here.count; s++)
            if (here.axis[s] == score->axis[k].id) at[k] = here.at[s];
    size_t count = assess_shares(v->session, score, at, 1, &step);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(step[i].name, details->name)) continue;
        size_t which = axis->size;
        int own = 1;
        for (int k = 0; k < details->axes; k++) {
            if (details->axis[k].id == axis->id) which = step[i].place[k];
            for (int s = 0; s < here.count; s++)
                own &= here.axis[s] != details->axis[k].id || here.at[s] == step[i].place[k];
        }
        if (!own || which == axis->size) continue; /* of another unit: a peer's, say */
        out[which].factor =
            isnan(out[which].factor) ? step[i].factor : out[which].factor + step[i].factor;
        out[which].weight = step[i].weight;
        found = 1;
    }
    return found;
}
