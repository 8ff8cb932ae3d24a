#include <stdlib.h>

#include "expr/composed.h"
#include "base/mem.h"
#include "rule/coinr.h"
#include "session/inside.h"

assess_status assess_import_coinr(assess *a, const char *data, const char *metadata, const char *folder) {
    fault f = FAULT_INIT;
    coinr_import(data, metadata, folder, &a->notes, &f);
    return session_finish(a, &f, NEW);
}

/* The weights of the means along an axis that an output is made of: their node, 0 where there is no such
 * mean; *several where there are different ones. What weights themselves are made of does not count. */
static ex_id weights_along(const ex_graph *g, ex_id output, int axis, int *several) {
    uint8_t *used = mem_zero((size_t)output + 1, 1);
    ex_id found = 0;
    composed c;
    *several = 0;
    if (used)
        used[output] = 1;
    for (ex_id n = output; used && n >= 1; n--) {
        if (!used[n])
            continue;
        if (composed_find(g, n, &c) && c.name == COMPOSED_MEAN && c.axis == axis && c.weight) {
            *several |= found && found != c.weight;
            found = c.weight;
            used[c.x] = 1;
            continue;
        }
        for (int i = 0; i < ex_get(g, n)->argc; i++)
            used[ex_arg(g, n, i)] = 1;
    }
    mem_free(used);
    return found;
}

/* For each level of the index the weights by which the score was really made; where these are not one
 * list, missing ones, and a warning. NULL: the index's own. */
static int weights_used(assess *a, const double **out, fault *f) {
    const model *m = &a->s->m;
    const char *shown = assess_fact(a, "show.score");
    const assess_array *score = assess_output_named(a, *shown ? shown : "score");
    ex_id node = score ? session_node(a, score) : 0;
    for (int k = 0; node && k + 1 < m->levels; k++) {
        int axis = m->level_axis[k], several;
        const md_array *own = &m->array[m->level_weight[k]];
        ex_id w = weights_along(a->h->graph, node, axis, &several);
        if (!w || (!several && w == own->node))
            continue;
        size_t labels = ax_get(m->space, axis)->size;
        if (!several && ex_get(a->h->graph, w)->axes == AX_BIT(axis)) {
            if (!ex_run_eval(a->h->run, &w, 1, f) || !(out[k] = ex_run_value(a->h->run, w, f)))
                return 0;
            continue;
        }
        double *none = arena_take(&a->memory, (labels + 1) * sizeof *none);
        if (!none)
            return fault_memory(f);
        for (size_t i = 0; i < labels; i++)
            none[i] = EX_NAN;
        out[k] = none;
        fault_set(&a->notes, FAULT_NONE, "the weights along '%s' are not the same throughout: none are exported",
                  ax_get(m->space, axis)->name);
    }
    return 1;
}

assess_status assess_export_coinr(assess *a, const char *folder) {
    fault f = FAULT_INIT;
    const assess_array *x = NULL;
    dataset *from = NULL;
    if (a->step != DONE || !a->s->m.levels)
        return session_refuse(a, "an export needs rules with an index that have run%s%s", "", "");
    for (size_t i = 0; i < a->s->data.count && !x; i++) {
        dataset *d = a->s->data.item[i];
        const char *name = d->spec.keys ? arena_print(&a->memory, "data.%s", d->spec.name) : NULL;
        const assess_array *own = name ? assess_array_named(a, name) : NULL;
        int leaf = ax_find(a->h->space, dataset_leaf_axis(&a->s->data));
        if (own && d->values.kind == EX_NUMBER && leaf != AX_NONE && (d->values.axes & AX_BIT(leaf))) {
            x = own;
            from = d;
        }
    }
    const double **weights = arena_zero(&a->memory, (size_t)a->s->m.levels + 1, sizeof *weights);
    if (!weights)
        fault_memory(&f);
    else if (x && weights_used(a, weights, &f))
        coinr_export(&a->s->m, &a->s->data, from, x, weights, folder, &f);
    else if (!x)
        fault_set(&f, FAULT_RULE, "the rules use no data with a value for every indicator");
    return session_finish(a, &f, DONE);
}
