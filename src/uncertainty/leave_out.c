/* Leaving out one indicator: its weight becomes 0 in a draw of its own. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "uncertainty/screening.h"

typedef struct leaver {
    const draw_inputs *in;
    const model *m;
    const int *element; /* by draw from 1 on: the element that is left out */
    const int *of;      /* by input: its element; -1: it is no weight of an indicator */
    const int *stage;   /* by input */
} leaver;

static int is_beside(const leaver *l, size_t i, size_t k) {
    return l->of[i] >= 0 && l->of[k] >= 0 &&
           l->m->element[l->of[i]].parent == l->m->element[l->of[k]].parent &&
           (l->stage[i] == l->stage[k] || l->stage[i] < 0 || l->stage[k] < 0);
}

/* Takes the weight of input i from it and shares it out among those beside it. */
static void take_weight(const leaver *l, size_t i, size_t k, double *value, size_t stride) {
    double rest = 0;
    for (size_t j = 0; j < l->in->inputs; j++)
        if (l->of[j] != l->of[i] && is_beside(l, i, j)) rest += l->in->input[j].nominal;
    double factor = rest > 0 ? 1 + l->in->input[i].nominal / rest : 1;
    for (size_t j = 0; j < l->in->inputs; j++)
        if (l->of[j] != l->of[i] && is_beside(l, i, j))
            value[j * stride + k] = l->in->input[j].nominal * factor;
    value[i * stride + k] = 0;
}

static void leave_values(const void *self, uint64_t first, size_t count, double *value,
                         size_t stride) {
    const leaver *l = self;
    for (size_t k = 0; k < count; k++) {
        int element = first + k ? l->element[first + k - 1] : -2; /* of no input */
        for (size_t i = 0; i < l->in->inputs; i++) value[i * stride + k] = l->in->input[i].nominal;
        for (size_t i = 0; i < l->in->inputs; i++)
            if (l->of[i] == element) take_weight(l, i, k, value, stride);
    }
}

/* ---- comparing ---- */

/* Pearson's correlation of the pairs in which both are there. What is all alike, but for the
 * rounding of its mean, has none. */
static double correlation(size_t n, const double *x, const double *y) {
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    size_t pairs = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]) && isfinite(y[i])) {
            mx += x[i];
            my += y[i];
            pairs++;
        }
    if (pairs < 2) return (double)NAN;
    mx /= (double)pairs;
    my /= (double)pairs;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]) && isfinite(y[i])) {
            xx += (x[i] - mx) * (x[i] - mx);
            yy += (y[i] - my) * (y[i] - my);
            xy += (x[i] - mx) * (y[i] - my);
        }
    const double rounding = 1e-24 * (double)pairs;
    return xx > rounding * mx * mx && yy > rounding * my * my ? xy / sqrt(xx * yy) : (double)NAN;
}

/* What leaving one out does in a column: `k` is the draw, `room` has 2 * units elements. */
static void compare(const draws *d, const leave_out_columns *c, size_t column, size_t k,
                    double *room, left_out *to) {
    double *with = room, *without = room + c->units, sum = 0;
    size_t n = 0;
    to->most = 0;
    to->most_unit = SIZE_MAX;
    for (size_t u = 0; u < c->units; u++) {
        size_t e = c->score_element[column * c->units + u];
        with[u] = e == SIZE_MAX ? (double)NAN : c->score->value[e];
        without[u] = e == SIZE_MAX ? (double)NAN : draws_value(d, 0, e)[k];
        e = c->rank ? c->rank_element[column * c->units + u] : SIZE_MAX;
        double far =
            e == SIZE_MAX ? (double)NAN : fabs(draws_value(d, 1, e)[k] - c->rank->value[e]);
        if (isnan(far)) continue;
        sum += far;
        n++;
        if (far > to->most) {
            to->most = far;
            to->most_unit = u;
        }
    }
    to->shift = n ? sum / (double)n : (double)NAN;
    if (!n) to->most = NAN;
    to->same_order = correlation(c->units, with, without);
    to->loss = 1 - to->same_order * to->same_order;
}

/* ---- all of it ---- */

/* The element whose indicator's weight a leaf is; -1: it is none. */
static int indicator_of(const model *m, const md_leaf *l) {
    return l->element >= 0 && !strcmp(l->name, "weight") && m->element[l->element].indicator
               ? l->element
               : -1;
}

/* All weights become inputs, so that those which follow from others do follow. */
static int list_weights(const model *m, uncertain_list *list, fault *f) {
    static const uncertain_value range[] = {{"", "0", 0}, {"", "1", 1}};
    size_t weights = 0;
    for (size_t i = 0; i < m->leaves; i++) {
        const md_leaf *leaf = &m->leaf[i];
        if (leaf->absent || indicator_of(m, leaf) < 0) continue;
        if (leaf->fixed || leaf->value.kind != MD_NUMBER)
            return fault_set(f, FAULT_USAGE,
                             "%s: the rules read it as a plain value, so the indicator cannot be "
                             "left out",
                             leaf->address);
        weights++;
    }
    const uncertain_entry e = {
        .address = "index.*.weight*", .value = range, .values = 2, .why = "", .at = {.file = -1}};
    if (!weights)
        return fault_at(f, FAULT_USAGE, NULL, "index = index { … } in the rules",
                        "no indicator has a weight");
    return uncertain_add(list, &e, m, f);
}

static int link_elements(leave_out *l, leaver *of, assess *a, fault *f) {
    const model *m = &a->s->m;
    size_t n = of->in->inputs;
    int *element = arena_take(&l->memory, (n + 1) * sizeof *element),
        *mine = arena_take(&l->memory, (n + 1) * sizeof *mine),
        *stage = arena_take(&l->memory, (n + 1) * sizeof *stage);
    if (!element || !mine || !stage) return fault_memory(f);
    for (size_t i = 0; i < n; i++) {
        const md_leaf *leaf = model_leaf(m, of->in->input[i].address);
        size_t k = 0;
        mine[i] = leaf ? indicator_of(m, leaf) : -1;
        stage[i] = leaf ? leaf->stage : -1;
        if (mine[i] < 0) continue;
        while (k < l->indicators && element[k] != mine[i]) k++;
        if (k == l->indicators) element[l->indicators++] = mine[i];
    }
    of->element = element;
    of->of = mine;
    of->stage = stage;
    return 1;
}

static int compare_all(leave_out *l, assess *a, const leaver *of, const leave_out_columns *c,
                       draws *d, fault *f) {
    const model *m = of->m;
    size_t rows = l->indicators + 1, block = draws_block(d);
    double *room = arena_take(&l->memory, (2 * c->units + 1) * sizeof *room);
    l->of = arena_zero(&l->memory, l->indicators * c->columns + 1, sizeof *l->of);
    if (!room || !l->of) return fault_memory(f);
    const draw_source from = {.values = leave_values, .self = of};
    for (size_t at = 0; at < rows; at += block) {
        size_t count = rows - at < block ? rows - at : block;
        if (!draws_compute(d, &from, at, count, f)) return 0;
        for (size_t k = at ? 0 : 1; k < count; k++)
            for (size_t col = 0; col < c->columns; col++) {
                left_out *to = &l->of[col * l->indicators + at + k - 1];
                const md_element *e = &m->element[of->element[at + k - 1]];
                to->label = pool_text(a->h->strings, e->label);
                to->title = e->name && *e->name ? e->name : to->label;
                compare(d, c, col, k, room, to);
            }
    }
    return 1;
}

int leave_out_make(leave_out *l, assess *a, const leave_out_columns *c, fault *f) {
    *l = (leave_out){.memory = ARENA_INIT, .columns = c->columns};
    uncertain_list list = {0};
    draw_inputs in = {0};
    const assess_array *output[2] = {c->score, c->rank};
    leaver of = {.in = &in, .m = &a->s->m};
    int fine = list_weights(&a->s->m, &list, f), open = 0;
    if (fine) {
        open = 1;
        fine = inputs_open(&in, a, &list, f) && link_elements(l, &of, a, f);
    }
    draws *d = fine ? draws_open(a, &in, output, c->rank ? 2 : 1, f) : NULL;
    if (d) compare_all(l, a, &of, c, d, f);
    draws_close(d);
    if (open) inputs_close(&in);
    mem_free(list.item);
    return !f->count;
}

void leave_out_close(leave_out *l) {
    arena_release(&l->memory);
    *l = (leave_out){.memory = ARENA_INIT};
}
