#include "report/figures.h"

#include <math.h>
#include <string.h>

static const assess_array *find_array(const view *v, const assess_axis *axis) {
    if (v->part[ROLE_VALUES]) return v->part[ROLE_VALUES];
    for (size_t i = 0; i < assess_source_count(v->session); i++) {
        buf name = BUF_INIT;
        buf_print(&name, "data.%s", assess_source_at(v->session, i).name);
        const assess_array *x = assess_array_named(v->session, buf_string(&name));
        buf_release(&name);
        if (!x || x->kind != ASSESS_NUMBER || view_axis(x, v->rows.id) < 0 ||
            view_axis(x, axis->id) < 0)
            continue;
        int others = 0;
        for (int k = 0; k < x->axes; k++)
            others += x->axis[k].id != v->rows.id && x->axis[k].id != axis->id &&
                      strcmp(x->axis[k].name, "year");
        if (!others) return x;
    }
    return NULL;
}

figures figures_find(const view *v, const assess_axis *indicators) {
    figures out = {find_array(v, indicators), -1};
    for (int k = 0; out.x && k < out.x->axes; k++)
        if (!strcmp(out.x->axis[k].name, "year")) out.year = k;
    return out;
}

double figures_latest(const view *v, const figures *f, const location *at, const char **year,
                      size_t *element) {
    *year = "";
    *element = location_offset(f->x, at);
    if (f->year < 0) return location_value(f->x, at);
    const assess_axis *years = &f->x->axis[f->year];
    for (size_t i = years->size; i-- > 0;) {
        location t = *at;
        location_add(&t, years->id, i);
        double x = location_value(f->x, &t);
        if (isnan(x)) continue;
        *element = location_offset(f->x, &t);
        *year = assess_label(v->session, years, i);
        return x;
    }
    return (double)NAN;
}

size_t figures_years(const figures *f, const location *at, double *x, size_t most) {
    if (!f->x || f->year < 0) return 0;
    const assess_axis *years = &f->x->axis[f->year];
    size_t first = years->size > most ? years->size - most : 0;
    for (size_t i = first; i < years->size; i++) {
        location t = *at;
        location_add(&t, years->id, i);
        x[i - first] = location_value(f->x, &t);
    }
    return years->size - first;
}

void figures_standard(const view *v, const location *at, buf *text) {
    static const char *const name[] = {"index.standard", "index.target_low", "index.target_high"};
    double x[3];
    for (int i = 0; i < 3; i++) {
        const assess_array *from = assess_array_named(v->session, name[i]);
        x[i] = from ? location_value(from, at) : (double)NAN;
    }
    if (!isnan(x[0])) {
        view_figure(text, x[0]);
    } else if (!isnan(x[1]) && !isnan(x[2])) {
        view_figure(text, x[1]);
        buf_text(text, "–");
        view_figure(text, x[2]);
    }
}

double figures_full_mark(const view *v) {
    const assess_array *x = v->part[ROLE_DETAILS];
    for (size_t i = 0; i < x->size; i++)
        if (fabs(x->value[i]) > 1.5) return 100;
    return 1;
}
