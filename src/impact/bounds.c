#include "impact/bounds.h"

#include <math.h>
#include <string.h>

#include "session/inside.h"

static void widen(double x, double *low, double *high) {
    *low = x < *low || isnan(*low) ? (isnan(x) ? *low : x) : *low;
    *high = x > *high || isnan(*high) ? (isnan(x) ? *high : x) : *high;
}

/* Elements of an array that are of the cell's indicator, or of its whole column. */
static void widen_by(const assess_array *x, const assess *a, const char *id, double *low,
                     double *high) {
    int leaf = -1;
    size_t at = 0;
    for (int k = 0; k < x->axes && *id; k++)
        for (size_t i = 0; leaf < 0 && i < x->axis[k].size; i++)
            if (!strcmp(x->axis[k].name, dataset_leaf_axis(&a->s->data)) &&
                !strcmp(assess_label(a, &x->axis[k], i), id)) {
                leaf = k;
                at = i;
            }
    if (*id && leaf < 0)
        return;
    size_t run = leaf < 0 ? x->size : x->stride[leaf];
    size_t apart = leaf < 0 ? x->size : run * x->axis[leaf].size;
    for (size_t start = at * run; start < x->size; start += apart)
        for (size_t i = start; i < start + run; i++)
            widen(x->value[i], low, high);
}

void bounds_usual(const assess *a, const assess_cell *c, double *low, double *high) {
    static const char *const standard[] = {"index.standard", "index.target", "index.target_low",
                                           "index.target_high"};
    *low = *high = (double)NAN;
    widen_by(c->data, a, c->id, low, high);
    for (size_t i = 0; *c->id && i < sizeof standard / sizeof *standard; i++) {
        const assess_array *x = assess_array_named(a, standard[i]);
        if (x && x->kind == ASSESS_NUMBER)
            widen_by(x, a, c->id, low, high);
    }
    widen(c->value, low, high);
}
