/* The corners of a mix against each edition by itself.
 *
 * In a room the axes have the labels of both editions, and a unit that one of them lacks is missing
 * in its corner. Formulas that make something of what is missing would see that; then it is told.
 */
#include <string.h>

#include "impact/diff_inside.h"
#include "impact/mix_inside.h"

/* The place of a label among those of the grid's rows or of a column axis, with its stride; 0 and
 * no place for labels that no corner has. */
static int place_in(const mix *m, const char *axis, const char *label, size_t *spot) {
    const char *const *list = m->grid.row;
    size_t count = m->grid.rows, stride = m->grid.columns;
    if (strcmp(axis, m->grid.axis)) {
        const mix_columns *c = &m->columns;
        int k = 0;
        for (; k < c->axes && strcmp(c->name[k], axis); k++)
            stride /= c->size[k];
        if (k == c->axes)
            return 0;
        stride /= c->size[k];
        list = c->label[k];
        count = c->size[k];
    }
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i], label)) {
            *spot += i * stride;
            return 1;
        }
    return 0;
}

/* Scores are compared where the edition by itself has them; its axes are short beside the grid's.
 */
static size_t count_off(differ *d, int e, const assess_array *x, size_t *first) {
    assess *a = d->edition[e];
    size_t *at[ASSESS_AXES] = { NULL }, off = 0;
    for (int k = 0; k < x->axes; k++) {
        at[k] = arena_take(&d->memory, (x->axis[k].size + 1) * sizeof **at);
        for (size_t i = 0; at[k] && i < x->axis[k].size; i++) {
            at[k][i] = 0;
            if (!place_in(d->m, x->axis[k].name, assess_label(a, &x->axis[k], i), &at[k][i]))
                at[k][i] = SIZE_MAX;
        }
        if (!at[k])
            return 0;
    }
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
