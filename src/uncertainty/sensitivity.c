#include "uncertainty/sensitivity.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
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
    if (s->stop && *s->stop && !limits_over()) s->stopped = 1;
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
    double x = p->value[p->stream ? p->stream[which] : 0][which * p->count + (draw - p->first)];
    if (isnan(x)) return 0;
    *u = x;
    return 1;
}

/* ---- Sobol' indices ---- */

/* Where the values of one block of rows are kept, and what makes them. */
typedef struct sobol_block {
    sensitivity *s;
    unsigned char *stream; /* by input and choice */
    double *unit[2], *y;
    double **a, **b, **ab, **ba; /* by target; see sobol_sums_add */
    size_t most;                 /* rows */
} sobol_block;

/* The key of a number's scrambling: by the seed, the address and the sample. */
static uint64_t scramble_key(const sensitivity *s, size_t which, int stream) {
    const draw_inputs *in = &s->inputs;
    uint64_t hash =
        which < in->inputs ? in->input[which].hash : in->choice[which - in->inputs].hash;
    return (s->seed * UINT64_C(0x9e3779b97f4a7c15) ^ hash) * UINT64_C(0xd1342543de82ef95) +
           (uint64_t)stream;
}

static void make_units(sobol_block *b, uint64_t first, size_t count) {
    for (size_t i = 0; i < b->s->varied; i++)
        for (int stream = 0; stream < 2; stream++) {
            double *u = b->unit[stream] + i * count;
            size_t dimension = 2 * i + (size_t)stream;
            if (dimension < SOBOL_DIMENSIONS)
                sobol_units(dimension, (uint32_t)first, count, scramble_key(b->s, i, stream), u);
            else
                for (size_t k = 0; k < count; k++) u[k] = NAN;
        }
}

/* As many rows as keep the values within some 32 MB, and no more than the draws compute at once. */
static size_t rows_at_once(const sensitivity *s, int second, uint64_t rows) {
    size_t each = ((second ? 2 : 1) * s->factors + 3) * s->targets + 2 * s->varied + 1;
    size_t most = ((size_t)1 << 22) / each, block = draws_block(s->draws);
    most = most < 16 ? 16 : most;
    most = most < block ? most : block;
    return rows < most ? (size_t)rows : most;
}

static int open_block(sobol_block *b, sensitivity *s, int second, uint64_t rows, fault *f) {
    *b = (sobol_block){.s = s, .most = rows_at_once(s, second, rows)};
    size_t n = b->most, t = s->targets;
    b->stream = arena_zero(&s->memory, s->varied + 1, 1);
    b->a = arena_take(&s->memory, 4 * t * sizeof *b->a);
    b->y = arena_take(&s->memory, n * t * sizeof *b->y);
    for (int i = 0; i < 2; i++) b->unit[i] = arena_take(&s->memory, n * s->varied * sizeof(double));
    if (!b->stream || !b->a || !b->y || !b->unit[0] || !b->unit[1]) return fault_memory(f);
    b->b = b->a + t;
    b->ab = b->b + t;
    b->ba = b->ab + t;
    for (size_t i = 0; i < 4 * t; i++) {
        size_t columns = i < 2 * t ? 1 : i < 3 * t || second ? s->factors : 0;
        b->a[i] = columns ? arena_take(&s->memory, n * columns * sizeof(double)) : NULL;
        if (columns && !b->a[i]) return fault_memory(f);
    }
    return 1;
}

/* Computes one design: sample `stream`, with a factor (or SIZE_MAX) of the other one. The values
 * of a target go to to[target] + at. */
static int compute_design(sobol_block *b, int stream, size_t factor, uint64_t first, size_t count,
                          double *const *to, size_t at, fault *f) {
    sensitivity *s = b->s;
    for (size_t i = 0; i < s->varied; i++)
        b->stream[i] = (unsigned char)(s->factor_of[i] == factor ? !stream : stream);
    const prepared_units u = {first, count, b->stream, {b->unit[0], b->unit[1]}};
    const draw_source from = {
        .seed = s->seed, .stream = b->stream, .unit = prepared_unit, .self = &u};
    if (!sensitivity_compute(s, &from, first, count, b->y, f)) return 0;
    for (size_t t = 0; t < s->targets; t++)
        memcpy(to[t] + at, b->y + t * count, count * sizeof *b->y);
    return 1;
}

static int compute_rows(sobol_block *b, sobol_run *r, int second, uint64_t first, size_t count,
                        fault *f) {
    sensitivity *s = b->s;
    make_units(b, first, count);
    int fine = compute_design(b, 0, SIZE_MAX, first, count, b->a, 0, f) &&
               compute_design(b, 1, SIZE_MAX, first, count, b->b, 0, f);
    for (size_t i = 0; fine && i < s->factors; i++)
        fine = compute_design(b, 0, i, first, count, b->ab, i * count, f) &&
               (!second || compute_design(b, 1, i, first, count, b->ba, i * count, f));
    for (size_t t = 0; fine && t < s->targets; t++)
        sobol_sums_add(&r->sums[t], first, count, b->a[t], b->b[t], b->ab[t],
                       second ? b->ba[t] : NULL);
    return fine;
}

int sobol_run_make(sensitivity *s, uint64_t rows, int second, sobol_run *out, fault *f) {
    sobol_block b;
    second = second && s->factors > 1;
    *out = (sobol_run){.of = arena_zero(&s->memory, s->targets + 1, sizeof *out->of),
                       .sums = arena_zero(&s->memory, s->targets + 1, sizeof *out->sums)};
    if (!out->of || !out->sums) return fault_memory(f);
    if (second && s->factors > SENSITIVITY_PAIRS)
        return fault_at(f, FAULT_LIMIT, NULL, "without --second, or with fewer that vary",
                        "pairs of %zu are too many: at most %d are paired", s->factors,
                        SENSITIVITY_PAIRS);
    int fine = open_block(&b, s, second, rows, f);
    for (size_t t = 0; fine && t < s->targets; t++)
        fine = sobol_sums_open(&out->sums[t], s->factors, second, rows,
                               sensitivity_nominal(&s->target[t]), &s->memory, f);
    for (size_t i = 0; i < s->varied; i++) out->plain += 2 * i + 1 >= SOBOL_DIMENSIONS;
    for (uint64_t at = 0; fine && at < rows; at += b.most) {
        if (out->rows && sensitivity_over(s)) break;
        size_t count = rows - at < b.most ? (size_t)(rows - at) : b.most;
        fine = compute_rows(&b, out, second, at, count, f);
        out->rows += fine ? count : 0;
    }
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
