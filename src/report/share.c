#include "report/share.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static const assess_array *find_weights(const view *v, const assess_axis *axis, int lowest) {
    buf name = BUF_INIT;
    buf_print(&name, lowest ? "index.weight" : "index.%s.weight", axis->name);
    const assess_array *found = assess_array_named(v->session, buf_string(&name));
    buf_release(&name);
    return found && view_axis(found, axis->id) >= 0 ? found : NULL;
}

/* The level above an axis: the axis among those of the outputs whose name maps this one. Levels
 * have weights, which tells them from an attribute of indicators that is called like some axis. */
static const assess_array *find_parents(const view *v, const assess_axis *axis,
                                        assess_axis *above) {
    for (size_t i = 0; i < assess_output_count(v->session); i++) {
        const assess_array *x = assess_output(v->session, i);
        for (int k = 0; k < x->axes; k++) {
            buf name = BUF_INIT;
            buf_print(&name, "index.%s", x->axis[k].name);
            const assess_array *map = assess_array_named(v->session, buf_string(&name));
            buf_release(&name);
            if (map && map->kind == ASSESS_TEXT && map->axes == 1 && map->axis[0].id == axis->id &&
                find_weights(v, &x->axis[k], 0)) {
                *above = x->axis[k];
                return map;
            }
        }
    }
    return NULL;
}

/* Turns presence into shares on one level, and those of the parents by the same way up: the tree's
 * depth bounds the recursion, as no level maps to itself. */
static int fill_level(const view *v, const assess_axis *axis, const spot *at, double *share,
                      int lowest) {
    const assess_array *weights = find_weights(v, axis, lowest);
    assess_axis above = {0};
    const assess_array *map = find_parents(v, axis, &above);
    size_t parents = map ? above.size : 1;
    size_t *parent = mem_zero(axis->size + 1, sizeof *parent);
    double *sum = mem_zero(parents + 1, sizeof *sum), *up = mem_zero(parents + 1, sizeof *up);
    int done = parent && sum && up;
    for (size_t i = 0; done && i < axis->size; i++) {
        spot s = *at;
        spot_add(&s, axis->id, i);
        double weight = weights ? spot_value(weights, &s) : 1;
        share[i] = isnan(share[i]) ? share[i] : weight;
        if (map)
            parent[i] =
                view_find(v, &above, assess_text(v->session, map->value[i * map->stride[0]]));
        if (parent[i] == VIEW_NONE) share[i] = (double)NAN;
        if (!isnan(share[i])) sum[parent[i]] += share[i];
    }
    for (size_t p = 0; done && p < parents; p++) up[p] = sum[p] > 0 ? 1 : (double)NAN;
    if (done && map) done = fill_level(v, &above, at, up, 0);
    for (size_t i = 0; done && i < axis->size; i++)
        if (!isnan(share[i])) share[i] *= up[parent[i]] / sum[parent[i]];
    mem_free(parent);
    mem_free(sum);
    mem_free(up);
    return done;
}

int share_fill(const view *v, const assess_axis *axis, const spot *at, double *share) {
    return fill_level(v, axis, at, share, 1);
}
