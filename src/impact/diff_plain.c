/* The corners of a mix against each edition by itself.
 *
 * In a room an axis may have labels that the edition by itself does not have: of data that only the
 * other one reads, of units that both name beforehand. Formulas that make something of what is
 * missing see them; then it is told. */
#include <string.h>

#include "impact/diff_inside.h"
#include "impact/mix_inside.h"

/* Those labels of the grid that an axis has: the rows', or those of one of the columns' axes. */
typedef struct labels {
    const char *const *list;
    size_t count, stride;
} labels;

static labels labels_of(const mix *m, const char *axis) {
    labels out = { m->grid.row, m->grid.rows, m->grid.columns };
    if (!strcmp(axis, m->grid.axis))
        return out;
    const mix_columns *c = &m->columns;
    for (int k = 0; k < c->axes; k++) {
        out.stride /= c->size[k];
        if (!strcmp(c->name[k], axis))
            return (labels){ c->label[k], c->size[k], out.stride };
    }
    return (labels){ NULL, 0, 0 };
}

/* For each label of an edition's axis its place in the grid, SIZE_MAX where it has none; NULL
 * without memory. A pool numbers the grid's labels as they come. */
static size_t *places_of(differ *d, const assess *a, const assess_axis *axis) {
    labels l = labels_of(d->m, axis->name);
    size_t *out = arena_take(&d->memory, (axis->size + 1) * sizeof *out);
    pool *known = pool_open();
    uint32_t first = 0, last = 0;
    int fine = out && known;
    for (size_t i = 0; fine && i < l.count; i++) {
        last = pool_put(known, l.list[i], strlen(l.list[i]));
        first = i ? first : last;
        fine = last && last == first + i;
    }
    for (size_t i = 0; fine && i < axis->size; i++) {
        const char *label = assess_label(a, axis, i);
        uint32_t number = pool_find(known, label, strlen(label));
        out[i] = number && first && number >= first ? (number - first) * l.stride : SIZE_MAX;
    }
    pool_close(known);
    return fine ? out : NULL;
}

/* How many scores are others, and where the first is. */
static size_t count_off(differ *d, int e, const assess_array *x, size_t *first) {
    size_t *at[ASSESS_AXES] = { NULL }, off = 0;
    for (int k = 0; k < x->axes; k++)
        if (!(at[k] = places_of(d, d->edition[e], &x->axis[k])))
            return 0;
    for (size_t i = 0; i < x->size; i++) {
        size_t spot = 0;
        int known = 1;
        for (int k = 0; k < x->axes; k++) {
            size_t own = at[k][i / x->stride[k] % x->axis[k].size];
            known = known && own != SIZE_MAX;
            spot += own;
        }
        double here = known ? d->out->d.score[e][spot] : x->value[i];
        if (here == x->value[i] || (here != here && x->value[i] != x->value[i]))
            continue;
        if (!off++)
            *first = spot;
    }
    return off;
}

void diff_check_plain(differ *d, int e, fault *notes) {
    assess *a = d->edition[e];
    const assess_array *x = assess_output_named(a, mix_output_name(d->m, e, MIX_SCORE));
    size_t first = 0, off = x ? count_off(d, e, x, &first) : 0;
    place at = { .file = a->file };
    if (off)
        fault_at(notes, FAULT_RULE, &at, "formulas that make something of what is missing see the "
                                         "units of the other edition, too",
                 "%zu scores are others than this edition has by itself, first that of %s", off,
                 d->out->d.row[first / d->out->d.columns]);
}
