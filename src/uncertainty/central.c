#include "uncertainty/central.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static int is_weight(const draw_input *x, const assess *a) {
    const md_leaf *l = x->name ? NULL : model_leaf(&a->s->m, x->address);
    return l && l->element >= 0 && !strcmp(l->name, "weight");
}

int central_open(central *c, const vary *v, const assess *a, fault *f) {
    *c = (central){.columns = v->columns, .units = v->units};
    size_t places = c->columns * c->units;
    if (!v->settings.part[VARY_RANK] || !places)
        return fault_at(f, FAULT_USAGE, NULL, "show = { rank = \"rank\" } in the rules",
                        "central weights need a rank, and the rules have none");
    c->weight = mem_take((v->inputs.inputs + 1) * sizeof *c->weight);
    for (size_t i = 0; c->weight && i < v->inputs.inputs; i++)
        if (is_weight(&v->inputs.input[i], a)) c->weight[c->weights++] = i;
    c->sum = mem_zero(places, sizeof *c->sum);
    c->times = mem_zero(places, sizeof *c->times);
    c->confidence = mem_take(places * sizeof *c->confidence);
    int fine = c->weight && c->sum && c->times && c->confidence ? 1 : fault_memory(f);
    for (size_t i = 0; fine && i < places; i++) c->confidence[i] = NAN;
    if (fine && !c->weights)
        fine = fault_at(f, FAULT_USAGE, NULL, "--vary '*.weight=simplex(true)'",
                        "central weights need weights that vary");
    if (!fine) central_close(c);
    return fine;
}

void central_close(central *c) {
    for (size_t i = 0; c->sum && i < c->columns * c->units; i++) mem_free(c->sum[i]);
    mem_free(c->weight);
    mem_free(c->sum);
    mem_free(c->times);
    mem_free(c->confidence);
    *c = (central){0};
}

/* Room for the sums of a unit in a column. */
static int has_sums(central *c, size_t at, fault *f) {
    if (!c->sum[at]) c->sum[at] = mem_zero(c->weights, sizeof **c->sum);
    return c->sum[at] || fault_memory(f);
}

void central_pack(const central *c, buf *b) {
    pack_number(b, c->columns * c->units);
    pack_number(b, c->weights);
    for (size_t at = 0; at < c->columns * c->units; at++) {
        pack_number(b, c->times[at]);
        for (size_t i = 0; c->times[at] && i < c->weights; i++) pack_sum(&c->sum[at][i], b);
    }
}

int central_unpack(central *c, uint64_t all, packed *p, fault *f) {
    if (unpack_number(p) != c->columns * c->units || unpack_number(p) != c->weights) p->failed = 1;
    for (size_t at = 0; !p->failed && at < c->columns * c->units; at++) {
        uint64_t most = all, times = unpack_times(&most, p);
        if (!times) continue;
        if (!has_sums(c, at, f)) return 0;
        for (size_t i = 0; i < c->weights; i++) unpack_sum(&c->sum[at][i], p);
        c->times[at] += times;
    }
    return !p->failed;
}

int central_add(central *c, const vary *v, size_t count, fault *f) {
    size_t output = (size_t)v->place[VARY_RANK];
    for (size_t at = 0; at < c->columns * c->units; at++) {
        const double *rank =
            draws_value(v->draws, output, vary_element(v, at / c->units, at % c->units));
        for (size_t k = 0; k < count; k++) {
            if (rank[k] != 1) continue;
            if (!has_sums(c, at, f)) return 0;
            for (size_t i = 0; i < c->weights; i++)
                exact_add(&c->sum[at][i], draws_input(v->draws, c->weight[i])[k]);
            c->times[at]++;
        }
    }
    return 1;
}

double central_weight(const central *c, size_t column, size_t unit, size_t weight) {
    size_t at = column * c->units + unit;
    return c->times[at] ? exact_value(&c->sum[at][weight]) / (double)c->times[at] : (double)NAN;
}

/* How often a unit is first with its central weights. */
static int confide(central *c, vary *v, size_t at, double *fixed, fault *f) {
    const draw_source from = {.seed = v->settings.seed, .fixed = fixed};
    size_t element = vary_element(v, at / c->units, at % c->units), block = draws_block(v->draws);
    uint64_t first = 0, present = 0;
    for (size_t i = 0; i < c->weights; i++)
        fixed[c->weight[i]] = central_weight(c, at / c->units, at % c->units, i);
    for (uint64_t draw = 0; draw < c->draws; draw += block) {
        size_t count = c->draws - draw < block ? (size_t)(c->draws - draw) : block;
        if (!draws_compute(v->draws, &from, draw, count, f)) return 0;
        const double *rank = draws_value(v->draws, (size_t)v->place[VARY_RANK], element);
        for (size_t k = 0; k < count; k++) {
            first += (uint64_t)(rank[k] == 1);
            present += (uint64_t)!isnan(rank[k]);
        }
    }
    if (present) c->confidence[at] = (double)first / (double)present;
    return 1;
}

int central_confide(central *c, vary *v, fault *f) {
    int alone = c->weights == v->inputs.inputs && !v->inputs.choices, fine = 1;
    double *fixed = mem_take((v->inputs.inputs + 1) * sizeof *fixed);
    if (!fixed) return fault_memory(f);
    for (size_t i = 0; i < v->inputs.inputs; i++) fixed[i] = NAN;
    c->draws = alone ? 1 : v->done < CENTRAL_DRAWS ? v->done : CENTRAL_DRAWS;
    for (size_t at = 0; fine && at < c->columns * c->units; at++)
        if (c->times[at]) fine = confide(c, v, at, fixed, f);
    mem_free(fixed);
    return fine;
}
