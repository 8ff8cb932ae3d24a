#include "session/inside.h"

#include "rule/coinr.h"

assess_status assess_import_coinr(assess *a, const char *data, const char *metadata, const char *folder) {
    fault f = FAULT_INIT;
    coinr_import(data, metadata, folder, &a->notes, &f);
    return session_finish(a, &f, NEW);
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
    if (x)
        coinr_export(&a->s->m, &a->s->data, from, x, folder, &f);
    else
        fault_set(&f, FAULT_RULE, "the rules use no data with a value for every indicator");
    return session_finish(a, &f, DONE);
}
