/* What indicators are called: in the index by their ids, in files by their `column`. */
#include <math.h>
#include <string.h>

#include "rule/dataset.h"

const char *dataset_leaf_axis(const datasets *d) {
    return d->m->levels ? d->m->level[0] : "indicator";
}

/* What the tree says that its indicators are called in files; NULL where it says nothing. */
static const md_array *columns_of_tree(const datasets *d) {
    const md_array *a = d->m->levels ? model_array(d->m, "index.column") : NULL;
    return a && a->axes == AX_BIT(d->m->level_axis[0]) ? a : NULL;
}

uint32_t dataset_indicator(const datasets *d, const char *text) {
    const md_array *a = columns_of_tree(d);
    uint32_t id = pool_find(d->m->strings, text, strlen(text));
    for (size_t i = 0; id && a && i < a->size; i++)
        if (a->value[i] == id) return ax_get(d->m->space, d->m->level_axis[0])->label[i];
    return id;
}

const char *dataset_column_of(const datasets *d, uint32_t indicator) {
    const md_array *a = columns_of_tree(d);
    long at = a ? ax_position(d->m->space, d->m->level_axis[0], indicator) : -1;
    double column = at >= 0 ? a->value[at] : (double)NAN;
    return pool_text(d->m->strings, column == column ? (uint32_t)column : indicator);
}
