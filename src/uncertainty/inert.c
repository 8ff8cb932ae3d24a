#include "uncertainty/inert.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

/* Rows of draws: the rules as they are, then INERT_DRAWS of each entry. */
typedef struct rows {
    const vary *v;
    const double *drawn; /* [input * INERT_DRAWS + draw] */
} rows;

static void row_values(const void *self, uint64_t first, size_t count, double *value,
                       size_t stride) {
    const rows *r = self;
    const draw_inputs *in = &r->v->inputs;
    for (size_t i = 0; i < in->inputs; i++)
        for (size_t k = 0; k < count; k++) {
            uint64_t row = first + k;
            int varies = row && (row - 1) / INERT_DRAWS == in->input[i].entry;
            value[i * stride + k] =
                varies ? r->drawn[i * INERT_DRAWS + (row - 1) % INERT_DRAWS] : in->input[i].nominal;
        }
}

/* All choices as in the rules; where these have none of the values, the first. */
static int row_unit(const void *self, size_t input, uint64_t draw, double *u) {
    const draw_inputs *in = &((const rows *)self)->v->inputs;
    (void)draw;
    if (input < in->inputs) return 0;
    const draw_choice *c = &in->choice[input - in->inputs];
    size_t at = c->nominal == SIZE_MAX ? 0 : c->nominal;
    const double *p = c->d.probability;
    double before = 0;
    for (size_t i = 0; p && i < at; i++) before += p[i];
    *u = p ? before + p[at] / 2 : ((double)at + 0.5) / (double)c->d.values;
    return 1;
}

static int same(double x, double y) { return x == y || (isnan(x) && isnan(y)); }

/* Compares the rows of the block from `first` on with the rules, whose results are in `nominal`. */
static void compare(vary *v, uint64_t first, size_t count, double *nominal) {
    for (size_t o = 0; o < v->outputs; o++)
        for (size_t e = 0; e < v->output[o]->size; e++, nominal++) {
            const double *x = draws_value(v->draws, o, e);
            if (!first) *nominal = x[0];
            for (size_t k = 0; k < count; k++)
                if (first + k && !same(x[k], *nominal)) v->inert[(first + k - 1) / INERT_DRAWS] = 0;
        }
}

static int compute(vary *v, uint64_t all, double *drawn, double *nominal, fault *f) {
    const rows r = {v, drawn};
    const draw_source plain = {.seed = v->settings.seed},
                      from = {.values = row_values, .unit = row_unit, .self = &r};
    size_t block = draws_block(v->draws);
    inputs_draw(&v->inputs, &plain, 0, INERT_DRAWS, drawn, INERT_DRAWS);
    memset(v->inert, 1, v->inputs.entries);
    for (uint64_t at = 0; at < all; at += block) {
        size_t count = all - at < block ? (size_t)(all - at) : block;
        if (!draws_compute(v->draws, &from, at, count, f)) return 0;
        compare(v, at, count, nominal);
    }
    /* What is no number was not varied. */
    for (size_t i = 0; i < v->inputs.entries; i++)
        if (!v->inputs.entry[i].inputs || v->inputs.entry[i].choices) v->inert[i] = 0;
    return 1;
}

int inert_find(vary *v, fault *f) {
    static const uint64_t small = 1 << 28; /* elements: some tenths of a second */
    uint64_t all = 1 + (uint64_t)v->inputs.entries * INERT_DRAWS;
    size_t elements = 0;
    if (v->stopped || !v->done || (limits_left() > 0 && limits_left() < 1)) return 1;
    if (all > v->done / 8 && vary_work(v) / (v->settings.end - v->settings.first) > small / all)
        return 1;
    for (size_t o = 0; o < v->outputs; o++) elements += v->output[o]->size;
    double *drawn = mem_take((v->inputs.inputs * INERT_DRAWS + 1) * sizeof *drawn);
    double *nominal = mem_take((elements + 1) * sizeof *nominal);
    v->inert = mem_zero(v->inputs.entries + 1, 1);
    int fine = drawn && nominal && v->inert ? compute(v, all, drawn, nominal, f) : fault_memory(f);
    mem_free(drawn);
    mem_free(nominal);
    return fine;
}
