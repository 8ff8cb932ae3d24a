/* What charts draw of each unit: an indicator, a part, or a result, by its name. */
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "plot/inside.h"

double plot_value(const plot *g, const plot_series *s, size_t row) {
    location at = view_location(g->v, row, 0);
    if (s->axis) location_add(&at, s->axis->id, s->at);
    return location_value(s->x, &at);
}

/* An array over units and one more axis that has this label, or this title. */
static int in_array(plot *g, const assess_array *x, const char *name, plot_series *out) {
    const assess_axis *axis = x && x->kind == ASSESS_NUMBER ? view_extra(g->v, x) : NULL;
    for (size_t i = 0; axis && i < axis->size; i++)
        if (!strcmp(assess_label(g->v->session, axis, i), name) ||
            !strcmp(assess_title(g->v->session, axis, i), name)) {
            *out = (plot_series){x, axis, i, plot_name(g, axis, i), ""};
            return 1;
        }
    return 0;
}

static int in_part(plot *g, role r, const char *name, plot_series *out) {
    if (!in_array(g, g->v->part[r], name, out)) return 0;
    out->of = view_output_title(g->v, out->x);
    return 1;
}

/* "treated.Flights", "data.raw.Flights": of a result, or of the data. */
static int in_named(plot *g, const char *name, plot_series *out) {
    for (const char *dot = strrchr(name, '.'); dot && dot > name;) {
        const char *array = document_print(g->p, "%.*s", (int)(dot - name), name);
        const assess_array *x = assess_output_named(g->v->session, array);
        if (!x) x = assess_array_named(g->v->session, array);
        if (x && view_axis(x, g->v->rows.id) >= 0 && in_array(g, x, dot + 1, out)) {
            const char *title =
                assess_output_named(g->v->session, array) ? view_output_title(g->v, x) : array;
            out->of = title;
            return 1;
        }
        do dot--;
        while (dot > name && *dot != '.');
    }
    return 0;
}

/* Names that there are: those of the details, of the parts, of results over units. */
typedef struct names {
    const view *v;
} names;

static const char *name_at(const void *self, size_t i) {
    const view *v = ((const names *)self)->v;
    const role r[] = {ROLE_DETAILS, ROLE_PARTS};
    for (int k = 0; k < 2; k++) {
        const assess_axis *axis = v->part[r[k]] ? view_extra(v, v->part[r[k]]) : NULL;
        if (axis && i < axis->size) return assess_label(v->session, axis, i);
        i -= axis ? axis->size : 0;
    }
    return i < assess_output_count(v->session) ? assess_output(v->session, i)->name : NULL;
}

int plot_find(plot *g, const char *name, plot_series *out) {
    const view *v = g->v;
    if (in_part(g, ROLE_DETAILS, name, out) || in_part(g, ROLE_PARTS, name, out) ||
        in_named(g, name, out))
        return 1;
    const assess_array *x = assess_output_named(v->session, name);
    location at = view_location(v, 0, 0);
    if (x && x->kind == ASSESS_NUMBER && view_axis(x, v->rows.id) >= 0 &&
        location_offset(x, &at) != VIEW_NONE) {
        *out = (plot_series){x, NULL, 0, view_output_title(v, x), ""};
        return 1;
    }
    const names all = {v};
    return fault_unknown(g->f, suggest_among(name, name_at, &all), NULL,
                         text_message("no indicator, part or result of units '%s'"), name);
}

plot_series plot_score(const plot *g) {
    const assess_array *x = g->v->part[ROLE_SCORE];
    return (plot_series){x, NULL, 0, view_output_title(g->v, x), ""};
}
