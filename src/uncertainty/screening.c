#include "uncertainty/screening.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/philox.h"
#include "base/text.h"
#include "base/work.h"

/* ---- one at a time ---- */

/* The values of all inputs by the rules, and the one that is moved in each draw. */
typedef struct one_source {
    const sensitivity *s;
    const one_case *of;
    size_t cases;
    double *choice_unit; /* by choice: the number that gives its value by the rules */
} one_source;

/* The number between 0 and 1 that gives a choice this value: the middle of its share; NaN: the
 * value has no share. */
static double unit_for(const distribution *d, size_t position) {
    if (!d->probability) return ((double)position + 0.5) / (double)d->values;
    double before = 0;
    for (size_t i = 0; i < position; i++) before += d->probability[i];
    return d->probability[position] > 0 ? before + d->probability[position] / 2 : (double)NAN;
}

/* A value of an input by the distribution that it has by itself, also as one of a group. */
static double value_at(const draw_inputs *in, size_t i, double share) {
    const draw_input *x = &in->input[i];
    const draw_group *g = x->group >= 0 ? &in->group[x->group] : NULL;
    if (g && g->count > 1 && g->sum > 0 && g->kind == GROUP_SIMPLEX)
        return g->sum * beta_quantile(share, 1, (double)g->count - 1);
    if (g && g->count > 1 && g->sum > 0 && g->kind == GROUP_DIRICHLET) {
        double a = g->parameter * x->nominal / g->sum, rest = g->parameter - a;
        return a >= 1e-3 && rest >= 1e-3 ? g->sum * beta_quantile(share, a, rest) : x->nominal;
    }
    if (g && g->kind != GROUP_NOISE) return x->nominal;
    return distribution_quantile(&x->d, share);
}

/* Sets one number; of a group the others make room. */
static void move(const draw_inputs *in, double *now, size_t i, double x) {
    const draw_group *g = in->input[i].group >= 0 ? &in->group[in->input[i].group] : NULL;
    if (!g) {
        now[i] = x;
        return;
    }
    double rest = g->sum - now[i];
    int noise = g->kind == GROUP_NOISE;
    double others = noise ? g->sum / (rest + x) : (g->sum - x) / rest;
    for (size_t k = g->first; k < g->first + g->count; k++) {
        if (k == i)
            now[k] = noise ? x * others : x;
        else if (rest > 0)
            now[k] *= others;
        else if (g->count > 1)
            now[k] = (g->sum - x) / (double)(g->count - 1);
    }
    if (noise && !(rest + x > 0))
        for (size_t k = g->first; k < g->first + g->count; k++) now[k] = g->sum / (double)g->count;
}

/* Draw 0 has the rules' values; draws 2 c + 1 and 2 c + 2 the low and the high one of case c. */
static void one_values(const void *self, uint64_t first, size_t count, double *value,
                       size_t stride) {
    const one_source *o = self;
    const draw_inputs *in = &o->s->inputs;
    double *now = mem_take((in->inputs + 1) * sizeof *now);
    for (size_t k = 0; now && k < count && !limits_over(); k++) {
        uint64_t draw = first + k;
        const one_case *c = draw ? &o->of[(draw - 1) / 2] : NULL;
        for (size_t i = 0; i < in->inputs; i++) now[i] = in->input[i].nominal;
        if (c && c->which < in->inputs) move(in, now, c->which, draw & 1 ? c->low : c->high);
        for (size_t i = 0; i < in->inputs; i++) value[i * stride + k] = now[i];
    }
    mem_free(now);
}

static int one_unit(const void *self, size_t which, uint64_t draw, double *u) {
    const one_source *o = self;
    const draw_inputs *in = &o->s->inputs;
    if (which < in->inputs) return 0;
    const one_case *c = draw ? &o->of[(draw - 1) / 2] : NULL;
    *u = c && c->which == which ? c->low : o->choice_unit[which - in->inputs];
    return 1;
}

static size_t count_cases(const draw_inputs *in) {
    size_t n = in->inputs;
    for (size_t i = 0; i < in->choices; i++) n += in->choice[i].d.values;
    return n;
}

static size_t make_cases(const draw_inputs *in, double low, double high, one_case *of) {
    size_t n = 0;
    for (size_t i = 0; i < in->inputs; i++)
        of[n++] =
            (one_case){.which = i, .low = value_at(in, i, low), .high = value_at(in, i, high)};
    for (size_t i = 0; i < in->choices; i++) {
        const draw_choice *c = &in->choice[i];
        size_t nominal = c->nominal == SIZE_MAX ? 0 : c->nominal;
        for (size_t k = 0; k < c->d.values; k++) {
            double u = unit_for(&c->d, k);
            if (k == nominal || isnan(u)) continue;
            of[n++] =
                (one_case){.which = in->inputs + i, .low = u, .high = u, .choice = c->value[k]};
        }
    }
    return n;
}

int one_at_a_time_make(sensitivity *s, double low, double high, one_at_a_time *out, fault *f) {
    const draw_inputs *in = &s->inputs;
    size_t most = count_cases(in), block = draws_block(s->draws), t = s->targets;
    arena *m = &s->memory;
    *out = (one_at_a_time){.of = arena_take(m, (most + 1) * sizeof *out->of)};
    one_source o = {
        .s = s, .of = out->of, .choice_unit = arena_take(m, (in->choices + 1) * sizeof(double))};
    if (!out->of || !o.choice_unit) return fault_memory(f);
    out->cases = o.cases = make_cases(in, low, high, out->of);
    for (size_t i = 0; i < in->choices; i++) {
        const draw_choice *c = &in->choice[i];
        double u = unit_for(&c->d, c->nominal == SIZE_MAX ? 0 : c->nominal);
        if (isnan(u))
            return fault_at(f, FAULT_USAGE, NULL, NULL,
                            "%s: the value by the rules has a probability of 0, so the others "
                            "cannot be set against it",
                            c->address);
        o.choice_unit[i] = u;
    }
    size_t rows = 2 * out->cases + 1;
    double *all = arena_take(m, rows * t * sizeof *all), *y = arena_take(m, block * t * sizeof *y);
    if (!all || !y) return fault_memory(f);
    const draw_source from = {.unit = one_unit, .values = one_values, .self = &o};
    for (size_t at = 0; at < rows; at += block) {
        size_t count = rows - at < block ? rows - at : block;
        if (!sensitivity_compute(s, &from, at, count, y, f)) return 0;
        for (size_t k = 0; k < count; k++)
            for (size_t i = 0; i < t; i++) {
                double x = y[i * count + k], base = at + k ? all[i] : x;
                /* rounding is no change */
                if (fabs(x - base) <= 1e-12 * fmax(fabs(x), fabs(base))) x = base;
                all[(at + k) * t + i] = x;
            }
    }
    out->base = all;
    out->evaluations = rows;
    for (size_t c = 0; c < out->cases; c++)
        for (size_t k = 0; k < 2; k++) out->of[c].y[k] = all + (2 * c + 1 + k) * t;
    return 1;
}

/* ---- elementary effects ---- */

/* The paths of a block of draws: a path is factors + 1 draws. */
typedef struct morris_paths {
    const sensitivity *s;
    size_t *turn; /* of one path, by factor: the move at which it is moved, from 1 */
    double *unit; /* by input and choice, and draw */
} morris_paths;

static double path_number(const sensitivity *s, uint64_t path, uint32_t which, uint32_t stream) {
    return draw_number(s->seed * UINT64_C(0x9e3779b97f4a7c15) ^ UINT64_C(0x6d6f72726973), path,
                       which, stream);
}

/* The numbers of the draws of one path, which stand at `at` of `count`. */
static void make_path(const morris_paths *p, uint64_t path, size_t at, size_t count) {
    const sensitivity *s = p->s;
    size_t n = s->factors;
    for (size_t i = 0; i < n; i++) p->turn[i] = i + 1;
    for (size_t i = n; i > 1; i--) { /* Fisher and Yates */
        size_t k = (size_t)(path_number(s, path, (uint32_t)i, 0) * (double)i), kept = p->turn[k];
        p->turn[k] = p->turn[i - 1];
        p->turn[i - 1] = kept;
    }
    for (size_t i = 0; i < s->varied; i++) {
        const int half = MORRIS_LEVELS / 2;
        int level = (int)(path_number(s, path, (uint32_t)i, 1) * half);
        int up = path_number(s, path, (uint32_t)i, 2) < 0.5;
        double low = (level + 0.5) / MORRIS_LEVELS, high = low + 0.5;
        for (size_t k = 0; k <= n; k++) {
            int moved = k >= p->turn[s->factor_of[i]];
            p->unit[i * count + at + k] = moved == up ? high : low;
        }
    }
}

/* Is the factor's one number moved up in this path? Of several it is said of the first. */
static int moves_up(const sensitivity *s, uint64_t path, size_t factor) {
    return path_number(s, path, (uint32_t)s->factor[factor].first, 2) < 0.5;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { AGAIN = 1000 };

/* mu, mu*, sigma of the effects of one factor; `room` has AGAIN elements. */
static morris_effect effect_of(const sensitivity *s, const double *effect, uint64_t paths,
                               int single, double *own, double *room) {
    morris_effect e = {NAN, NAN, NAN, NAN, NAN, 0};
    size_t n = 0;
    for (uint64_t i = 0; i < paths; i++)
        if (isfinite(effect[i])) own[n++] = effect[i];
    e.paths = n;
    if (!n) return e;
    double sum = 0, far = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        sum += own[i];
        far += fabs(own[i]);
    }
    e.mu_star = far / (double)n;
    double mu = sum / (double)n;
    for (size_t i = 0; i < n; i++) squares += (own[i] - mu) * (own[i] - mu);
    if (single) {
        e.mu = mu;
        e.sigma = n > 1 ? sqrt(squares / (double)(n - 1)) : (double)NAN;
    }
    if (n < 2) return e;
    for (size_t r = 0; r < AGAIN; r++) {
        room[r] = 0;
        for (size_t i = 0; i < n; i++) {
            philox x = philox4x32(s->seed ^ UINT64_C(0x626f6f7473747261),
                                  (philox){{(uint32_t)i, (uint32_t)r, 1, 0}});
            room[r] += fabs(own[(size_t)((uint64_t)x.word[0] * n >> 32)]);
        }
        room[r] /= (double)n;
    }
    qsort(room, AGAIN, sizeof *room, by_value);
    e.low = room[(size_t)((AGAIN - 1) * 0.025 + 0.5)];
    e.high = room[(size_t)((AGAIN - 1) * 0.975 + 0.5)];
    return e;
}

/* The effects of one path, whose values y[t * count + at …] are; effect[(t * factors + i) * paths +
 * path]. */
static void take_effects(const morris_paths *p, const double *y, size_t at, size_t count,
                         uint64_t path, uint64_t paths, double *effect) {
    const sensitivity *s = p->s;
    for (size_t t = 0; t < s->targets; t++)
        for (size_t i = 0; i < s->factors; i++) {
            const double *now = y + t * count + at + p->turn[i];
            double change = (now[0] - now[-1]) / 0.5;
            /* rounding is no effect */
            if (fabs(change) <= 1e-12 * fmax(fabs(now[0]), fabs(now[-1]))) change = 0;
            effect[(t * s->factors + i) * paths + path] = moves_up(s, path, i) ? change : -change;
        }
}

static int make_paths(sensitivity *s, uint64_t paths, morris_run *out, fault *f) {
    arena *m = &s->memory;
    size_t n = s->factors + 1, block = draws_block(s->draws), each = block / n, t = s->targets;
    *out = (morris_run){.of = arena_zero(m, t * s->factors + 1, sizeof *out->of)};
    /* A path that is longer than what the draws compute at once is computed in pieces. */
    size_t most = each ? each * n : n;
    morris_paths p = {.s = s,
                      .turn = arena_take(m, n * sizeof *p.turn),
                      .unit = arena_take(m, (s->varied * most + 1) * sizeof(double))};
    double *y = arena_take(m, most * t * sizeof *y), *piece = arena_take(m, most * t * sizeof *y);
    double *effect = paths < SIZE_MAX / 64 / (t * s->factors + 1)
                         ? arena_take(m, (t * s->factors * (size_t)paths + 1) * sizeof *effect)
                         : NULL;
    double *own = arena_take(m, ((size_t)paths + AGAIN) * sizeof *own);
    if (!out->of || !p.turn || !p.unit || !y || !piece || !effect || !own) return fault_memory(f);
    for (uint64_t path = 0; path < paths; path += most / n) {
        size_t now = paths - path < most / n ? (size_t)(paths - path) : most / n, count = now * n;
        if (out->paths && sensitivity_over(s)) break;
        for (size_t k = 0; k < now; k++) make_path(&p, path + k, k * n, count);
        const prepared_units u = {path * n, count, p.unit};
        const draw_source from = {.seed = s->seed, .unit = prepared_unit, .self = &u};
        for (size_t at = 0; at < count; at += block) {
            size_t some = count - at < block ? count - at : block;
            if (!sensitivity_compute(s, &from, path * n + at, some, piece, f)) return 0;
            for (size_t i = 0; i < t; i++)
                memcpy(y + i * count + at, piece + i * some, some * sizeof *y);
        }
        for (size_t k = 0; k < now; k++) {
            if (now > 1) make_path(&p, path + k, k * n, count); /* for the order of its moves */
            take_effects(&p, y, k * n, count, path + k, paths, effect);
        }
        out->paths += now;
        work_to(out->paths);
    }
    out->evaluations = out->paths * n;
    for (size_t i = 0; i < t * s->factors && !limits_over(); i++)
        out->of[i] = effect_of(s, effect + i * paths, out->paths,
                               s->factor[i % s->factors].members == 1, own, own + paths);
    return 1;
}

int morris_make(sensitivity *s, uint64_t paths, morris_run *out, fault *f) {
    work_begin(TEXT("%.0f of %.0f paths"), NULL, paths);
    const int fine = make_paths(s, paths, out, f);
    work_end();
    return fine;
}
