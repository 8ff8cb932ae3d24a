#include "uncertainty/sensitivity.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"
#include "uncertainty/sobol_points.h"

/* ---- factors ---- */

/* Do its numbers only move together? */
static int is_joint(const draw_group *g) { return g->kind != GROUP_NOISE; }

static void add_factor(sensitivity *s, const char *name, size_t entry, size_t first) {
    s->factor[s->factors++] =
        (sensitivity_factor){.name = name, .entry = s->inputs.entry[entry].of, .first = first};
}

/* The factor of an input or choice that comes after those which have theirs. */
static size_t find_factor(sensitivity *s, size_t which, int split) {
    const draw_inputs *in = &s->inputs;
    const draw_input *x = which < in->inputs ? &in->input[which] : NULL;
    size_t entry = x ? x->entry : in->choice[which - in->inputs].entry;
    if (!split) {
        for (size_t i = 0; i < s->factors; i++)
            if (s->factor[i].entry == in->entry[entry].of) return i;
        add_factor(s, in->entry[entry].of->address, entry, which);
    } else if (x && x->group >= 0 && is_joint(&in->group[x->group])) {
        const draw_group *g = &in->group[x->group];
        if (which > g->first) return s->factor_of[g->first];
        const char *all = arena_print(&s->memory, "%s (+%zu)", x->address, g->count - 1);
        add_factor(s, g->count > 1 && all ? all : x->address, entry, which);
    } else {
        add_factor(s, x ? x->address : in->choice[which - in->inputs].address, entry, which);
    }
    return s->factors - 1;
}

static int make_factors(sensitivity *s, int split, fault *f) {
    s->varied = s->inputs.inputs + s->inputs.choices;
    s->factor = arena_zero(&s->memory, s->varied + 1, sizeof *s->factor);
    s->factor_of = arena_zero(&s->memory, s->varied + 1, sizeof *s->factor_of);
    if (!s->factor || !s->factor_of) return fault_memory(f);
    for (size_t i = 0; i < s->varied; i++) {
        s->factor_of[i] = find_factor(s, i, split);
        s->factor[s->factor_of[i]].members++;
    }
    return 1;
}

/* ---- opening ---- */

static int take_outputs(sensitivity *s, fault *f) {
    s->output = arena_zero(&s->memory, s->targets + 1, sizeof *s->output);
    s->output_of = arena_zero(&s->memory, s->targets + 1, sizeof *s->output_of);
    if (!s->output || !s->output_of) return fault_memory(f);
    for (size_t t = 0; t < s->targets; t++) {
        size_t i = 0;
        while (i < s->outputs && s->output[i] != s->target[t].of) i++;
        if (i == s->outputs) s->output[s->outputs++] = s->target[t].of;
        s->output_of[t] = i;
    }
    return 1;
}

static int nothing_varies(const uncertain_list *list, fault *f) {
    if (!list->count)
        return fault_at(f, FAULT_USAGE, NULL,
                        "uncertain = { { \"*.weight\", noise = 0.25 } } in the rules, or --vary "
                        "'*.weight=noise(0.25)'",
                        "nothing is said to be uncertain");
    return fault_at(f, FAULT_USAGE, NULL, "assess leaves RULES lists what has a name",
                    "nothing is called '%s'", list->item[0].address);
}

int sensitivity_open(sensitivity *s, assess *a, const uncertain_list *list,
                     const sensitivity_target *target, size_t targets, int split, uint64_t seed,
                     fault *f) {
    *s = (sensitivity){.memory = ARENA_INIT, .target = target, .targets = targets, .seed = seed};
    int fine = inputs_open(&s->inputs, a, list, f);
    if (fine && !s->inputs.inputs && !s->inputs.choices) fine = nothing_varies(list, f);
    fine = fine && make_factors(s, split, f) && take_outputs(s, f);
    if (fine) s->draws = draws_open(a, &s->inputs, s->output, s->outputs, f);
    fine = fine && s->draws;
    if (!fine) sensitivity_close(s);
    return fine;
}

void sensitivity_close(sensitivity *s) {
    draws_close(s->draws);
    inputs_close(&s->inputs);
    arena_release(&s->memory);
    *s = (sensitivity){.memory = ARENA_INIT};
}

int sensitivity_over(sensitivity *s) {
    if (limits_raised(s->stop) && !limits_over()) s->stopped = 1;
    return s->stopped;
}

/* ---- targets ---- */

double sensitivity_nominal(const sensitivity_target *t) {
    return t->kind == TARGET_VALUE  ? t->of->value[*t->element]
           : t->kind == TARGET_SAME ? (isnan(t->of->value[*t->element]) ? (double)NAN : 1)
                                    : 0;
}

/* Units without a rank, by the rules or in the draw, do not count. */
static double shift(const sensitivity_target *t, const draws *d, size_t output, size_t k) {
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < t->elements; i++) {
        double far = fabs(draws_value(d, output, t->element[i])[k] - t->of->value[t->element[i]]);
        if (isnan(far)) continue;
        sum += far;
        n++;
    }
    return n ? sum / (double)n : (double)NAN;
}

static void read_target(const sensitivity *s, size_t which, size_t count, double *y) {
    const sensitivity_target *t = &s->target[which];
    size_t output = s->output_of[which];
    const double *x = draws_value(s->draws, output, *t->element);
    double now = t->of->value[*t->element];
    for (size_t k = 0; k < count; k++)
        y[k] = t->kind == TARGET_VALUE  ? x[k]
               : t->kind == TARGET_SAME ? (isnan(x[k]) || isnan(now) ? (double)NAN : x[k] == now)
                                        : shift(t, s->draws, output, k);
}

int sensitivity_compute(sensitivity *s, const draw_source *from, uint64_t first, size_t count,
                        double *y, fault *f) {
    if (!draws_compute(s->draws, from, first, count, f)) return 0;
    for (size_t t = 0; t < s->targets; t++) read_target(s, t, count, y + t * count);
    return 1;
}

int prepared_unit(const void *self, size_t which, uint64_t draw, double *u) {
    const prepared_units *p = self;
    *u = p->value[which * p->count + (draw - p->first)];
    return 1;
}

/* ---- Sobol' indices ---- */

/* Some rows of all designs. The draws are those of one design after the other: A, B, then AB_i of
 * each factor, then BA_i. So few rows of many factors are computed together. */
typedef struct sobol_rows {
    sensitivity *s;
    int second;
    size_t designs, most; /* rows at most */
    size_t rows;          /* present ones */
    double *unit[2];      /* by sample: by input and choice, and row */
    double *y, *all;      /* of one block of draws; by target, design and row */
} sobol_rows;

/* The number of an input or choice in a draw. */
static int design_unit(const void *self, size_t which, uint64_t draw, double *u) {
    const sobol_rows *b = self;
    size_t design = (size_t)draw / b->rows, row = (size_t)draw % b->rows, n = b->s->factors;
    int sample = design == 1 || design >= n + 2;
    if (design > 1 && b->s->factor_of[which] == (design - 2) % n) sample = !sample;
    *u = b->unit[sample][which * b->rows + row];
    return 1;
}

/* The key of a number: by the seed, the address and the sample. */
static uint64_t number_key(const sensitivity *s, size_t which, int sample) {
    const draw_inputs *in = &s->inputs;
    uint64_t hash =
        which < in->inputs ? in->input[which].hash : in->choice[which - in->inputs].hash;
    return (s->seed * UINT64_C(0x9e3779b97f4a7c15) ^ hash) * UINT64_C(0xd1342543de82ef95) +
           (uint64_t)sample;
}

/* The dimension of a number in a sample, from SOBOL_DIMENSIONS on: it is a plain random one. */
static size_t dimension_of(size_t which, int sample) { return 2 * which + (size_t)sample; }

static void make_units(sobol_rows *b, uint64_t first) {
    for (size_t i = 0; i < b->s->varied; i++)
        for (int sample = 0; sample < 2; sample++) {
            double *u = b->unit[sample] + i * b->rows;
            uint64_t key = number_key(b->s, i, sample);
            if (dimension_of(i, sample) < SOBOL_DIMENSIONS)
                sobol_units(dimension_of(i, sample), (uint32_t)first, b->rows, key, u);
            else
                b->s->inputs.kernels->units(b->rows, u, key, first, 0, 0);
        }
}

/* As many rows as keep the values within some 32 MB, and no more than the draws compute at once. */
static size_t rows_at_once(const sobol_rows *b, uint64_t rows) {
    size_t each = b->designs * b->s->targets + 2 * b->s->varied + 1;
    size_t most = ((size_t)1 << 22) / each, block = draws_block(b->s->draws);
    most = most < 16 ? 16 : most;
    most = most < block ? most : block;
    return rows < most ? (size_t)rows : most;
}

static int open_rows(sobol_rows *b, sensitivity *s, int second, uint64_t rows, fault *f) {
    *b = (sobol_rows){.s = s, .second = second, .designs = 2 + (second ? 2 : 1) * s->factors};
    b->most = rows_at_once(b, rows);
    size_t n = b->most, t = s->targets;
    b->y = arena_take(&s->memory, draws_block(s->draws) * t * sizeof *b->y);
    b->all = arena_take(&s->memory, b->designs * n * t * sizeof *b->all);
    for (int i = 0; i < 2; i++) b->unit[i] = arena_take(&s->memory, n * s->varied * sizeof(double));
    return (b->y && b->all && b->unit[0] && b->unit[1]) || fault_memory(f);
}

static int compute_rows(sobol_rows *b, sobol_run *r, uint64_t first, size_t count, fault *f) {
    sensitivity *s = b->s;
    size_t all = b->designs * count, block = draws_block(s->draws);
    const draw_source from = {.seed = s->seed, .unit = design_unit, .self = b};
    b->rows = count;
    make_units(b, first);
    for (size_t at = 0; at < all; at += block) {
        size_t n = all - at < block ? all - at : block;
        if (!sensitivity_compute(s, &from, at, n, b->y, f)) return 0;
        for (size_t t = 0; t < s->targets; t++)
            memcpy(b->all + t * all + at, b->y + t * n, n * sizeof *b->y);
    }
    for (size_t t = 0; t < s->targets; t++) {
        const double *a = b->all + t * all, *ab = a + 2 * count;
        sobol_sums_add(&r->sums[t], first, count, a, a + count, ab,
                       b->second ? ab + s->factors * count : NULL);
    }
    return 1;
}

int sobol_run_make(sensitivity *s, uint64_t rows, int second, sobol_run *out, fault *f) {
    sobol_rows b;
    second = second && s->factors > 1;
    *out = (sobol_run){.of = arena_zero(&s->memory, s->targets + 1, sizeof *out->of),
                       .sums = arena_zero(&s->memory, s->targets + 1, sizeof *out->sums)};
    if (!out->of || !out->sums) return fault_memory(f);
    if (second && s->factors > SENSITIVITY_PAIRS)
        return fault_at(f, FAULT_LIMIT, NULL, "without --second, or with fewer that vary",
                        "pairs of %zu are too many: at most %d are paired", s->factors,
                        SENSITIVITY_PAIRS);
    int fine = open_rows(&b, s, second, rows, f);
    for (size_t t = 0; fine && t < s->targets; t++)
        fine = sobol_sums_open(&out->sums[t], s->factors, second, rows,
                               sensitivity_nominal(&s->target[t]), &s->memory, f);
    for (size_t i = 0; i < s->varied; i++) out->plain += dimension_of(i, 1) >= SOBOL_DIMENSIONS;
    work_begin(TEXT("%.0f of %.0f rows of the design"), NULL, rows);
    for (uint64_t at = 0; fine && at < rows; at += b.most) {
        if (out->rows && sensitivity_over(s)) break;
        size_t count = rows - at < b.most ? (size_t)(rows - at) : b.most;
        fine = compute_rows(&b, out, at, count, f);
        out->rows += fine ? count : 0;
        work_to(out->rows);
    }
    work_end();
    out->evaluations = out->rows * ((second ? 2 : 1) * (uint64_t)s->factors + 2);
    for (size_t t = 0; fine && t < s->targets; t++)
        fine = sobol_sums_result(&out->sums[t], 1, SOBOL_SUMS_AGAIN, s->seed, &out->of[t],
                                 &s->memory, f);
    return fine;
}

double sobol_width(const sobol_run *r, size_t factors, size_t target) {
    double widest = NAN;
    for (size_t i = 0; i < factors; i++) {
        const sobol_index *first = &r->of[target].first[i], *total = &r->of[target].total[i];
        widest = fmax(widest, (first->high - first->low) / 2);
        widest = fmax(widest, (total->high - total->low) / 2);
    }
    return widest;
}

double sobol_rows_for(const sobol_run *r, double width, double wanted) {
    double n = (double)r->rows * (width / wanted) * (width / wanted);
    return exp2(ceil(log2(n)));
}
