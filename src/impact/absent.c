/* What a missing detail of a unit might do to its score and rank: filled with the mean, the worst
 * and the best that there is. */
#include "impact/inside.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* The details of one unit at one place, along the axis of the indicators. */
typedef struct row {
    const unit_position *s;
    const assess_array *details;
    double *weight; /* NULL: not known, or none */
    const assess_axis *axis;
    size_t start, stride;
    fault *f;
} row;

static double detail(const row *r, size_t i) { return r->details->value[r->start + i * r->stride]; }

static double detail_of(const row *r, size_t unit, size_t i) {
    return r->details->value[unit_position_element(r->s, r->details, unit) + i * r->stride];
}

/* The weights by which the score is made of the details: the unit's own, and of what it lacks those
 * of the first unit that has it. 0 where the score is no weighted mean of them. */
static int find_weights(row *r) {
    const unit_position *s = r->s;
    size_t at[ASSESS_AXES], open = r->axis->size;
    r->weight = arena_take(&s->a->memory, (open + 1) * sizeof *r->weight);
    if (!r->weight) return fault_memory(r->f);
    for (size_t i = 0; i < r->axis->size; i++) r->weight[i] = NAN;
    for (size_t u = 0; open && u <= s->units; u++) {
        const assess_step *step;
        for (int k = 0; k < s->score->axes; k++)
            at[k] = s->score->axis[k].id == s->axis ? (u ? u - 1 : s->unit) : s->at[k];
        size_t count = assess_shares(s->a, s->score, at, 1, &step);
        for (size_t i = 1; i < count; i++)
            for (int k = 0; k < r->details->axes && !strcmp(step[i].name, r->details->name); k++)
                if (r->details->axis[k].id == r->axis->id) {
                    double *w = &r->weight[step[i].place[k]];
                    open -= isnan(*w) && !isnan(step[i].weight);
                    *w = isnan(*w) ? step[i].weight : *w;
                }
    }
    if (open < r->axis->size) return 1;
    r->weight = NULL;
    return 0;
}

static double weight_of(const row *r, size_t i) { return r->weight ? r->weight[i] : 1; }

static int change_detail(const row *r, size_t i, double value) {
    return assess_change(r->s->a, r->details, r->start + i * r->stride, value) == ASSESS_OK;
}

static int recompute(const row *r) {
    return search_recompute(r->s->a, assess_message_count(r->s->a), ASSESS_OK, r->f);
}

typedef struct tally {
    double sum, weights, least, most;
} tally;

static void count_in(tally *t, double x, double w) {
    if (x == x && w == w) {
        t->sum += w * x;
        t->weights += w;
    }
    t->least = x < t->least ? x : t->least;
    t->most = x > t->most ? x : t->most;
}

static assess_bounds bounds_of(const row *r, const tally *t) {
    assess_bounds out = {NAN, NAN, NAN};
    if (t->weights > 0) out.mean = t->sum / t->weights;
    if (t->least <= t->most) {
        out.worst = r->s->ascending ? t->most : t->least;
        out.best = r->s->ascending ? t->least : t->most;
    }
    return out;
}

/* The unit's own mean, and the least and greatest that any unit has in any detail of this place. */
static assess_bounds of_all(const row *r) {
    tally own = {.least = INFINITY, .most = -INFINITY}, all = own;
    for (size_t i = 0; i < r->axis->size; i++) {
        count_in(&own, detail(r, i), weight_of(r, i));
        for (size_t u = 0; u < r->s->units; u++) count_in(&all, detail_of(r, u, i), EX_NAN);
    }
    assess_bounds out = bounds_of(r, &all);
    out.mean = own.weights > 0 ? own.sum / own.weights : NAN;
    return out;
}

/* What all units have in one detail. */
static assess_bounds of_one(const row *r, size_t i) {
    tally t = {.least = INFINITY, .most = -INFINITY};
    for (size_t u = 0; u < r->s->units; u++) count_in(&t, detail_of(r, u, i), 1);
    return bounds_of(r, &t);
}

/* ---- filling ---- */

typedef struct gaps {
    size_t *at;           /* along the axis */
    assess_bounds *value; /* what each is filled with */
    size_t count;
} gaps;

enum { ALL = -1 };

static double to_fill(const assess_bounds *b, int which) {
    return which == 0 ? b->mean : which == 1 ? b->worst : b->best;
}

/* Puts values in place of what is missing (of all, or of one), or takes them away again. */
static int fill(const row *r, const gaps *g, long one, int which, int away) {
    int fine = 1;
    for (size_t k = 0; k < g->count && fine; k++)
        if (one == ALL || (long)k == one)
            fine = change_detail(r, g->at[k], away ? NAN : to_fill(&g->value[k], which));
    return fine;
}

/* Score and rank with the mean, the worst, the best. */
static int try_three(const row *r, const gaps *g, long one, assess_bounds *score,
                     assess_bounds *rank) {
    double got[3], standing[3];
    int fine = 1;
    for (int which = 0; which < 3 && fine; which++) {
        fine = fill(r, g, one, which, 0) && recompute(r);
        got[which] = unit_position_score(r->s, r->s->unit);
        standing[which] = unit_position_rank(r->s, r->s->unit);
        fill(r, g, one, which, 1);
    }
    if (fine) {
        *score = (assess_bounds){got[0], got[1], got[2]};
        *rank = (assess_bounds){standing[0], standing[1], standing[2]};
    }
    return fine;
}

/* ---- the conditions of a verdict ---- */

enum { CONDITIONS = 16 };

static size_t reasons_of(const unit_position *s, const assess_array *verdict, assess_reason *out) {
    size_t at[ASSESS_AXES] = {0};
    for (int k = 0; verdict && k < verdict->axes; k++) {
        int known = 0;
        for (int i = 0; i < s->score->axes; i++)
            if (s->score->axis[i].id == verdict->axis[k].id) {
                at[k] = s->at[i];
                known = 1;
            }
        if (!known) return 0;
    }
    return verdict ? assess_reasons(s->a, verdict, at, out, CONDITIONS) : 0;
}

static int thresholds(const row *r, const assess_array *const verdict[2], const gaps *g,
                      assess_absences *out) {
    assess_reason is[2][CONDITIONS], then[CONDITIONS];
    size_t n[2];
    assess_threshold *own = arena_zero(&r->s->a->memory, 2 * CONDITIONS, sizeof *own);
    if (!own) return fault_memory(r->f);
    for (int v = 0; v < 2; v++) n[v] = reasons_of(r->s, verdict[v], is[v]);
    int fine = fill(r, g, ALL, 0, 0) && recompute(r);
    for (int v = 0; v < 2 && fine; v++) {
        size_t now = reasons_of(r->s, verdict[v], then);
        for (size_t i = 0; i < n[v] && now == n[v]; i++) {
            int twice = 0;
            for (size_t k = 0; k < out->thresholds; k++)
                twice |= !strcmp(own[k].is.formula, is[v][i].formula);
            if (!twice)
                own[out->thresholds++] = (assess_threshold){is[v][i], then[i].got, then[i].holds};
        }
    }
    fill(r, g, ALL, 0, 1);
    out->threshold = own;
    return fine;
}

static int fill_gaps(const row *r, int apart, const assess_array *const verdict[2], gaps *g,
                     assess_absences *out) {
    double weights = 0;
    assess_absence *one = arena_zero(&r->s->a->memory, r->axis->size + 1, sizeof *one);
    if (!g->at || !g->value || !one) return fault_memory(r->f);
    out->value = apart ? (assess_bounds){NAN, NAN, NAN} : of_all(r);
    for (size_t i = 0; i < r->axis->size; i++) {
        double w = weight_of(r, i);
        weights += w == w ? w : 0;
        if (!isnan(detail(r, i)) || w == 0 || w != w) continue;
        g->at[g->count] = i;
        g->value[g->count++] = apart ? of_one(r, i) : out->value;
    }
    out->of = r->axis->size;
    out->one = one;
    out->count = g->count;
    int fine = 1;
    for (size_t k = 0; k < g->count && fine; k++) {
        double w = weight_of(r, g->at[k]);
        one[k] = (assess_absence){.id = assess_label(r->s->a, r->axis, g->at[k]),
                                  .title = assess_title(r->s->a, r->axis, g->at[k]),
                                  .weight = r->weight ? w : NAN,
                                  .share = r->weight ? w / weights : NAN};
        fine = try_three(r, g, (long)k, &one[k].score, &one[k].rank);
    }
    fine = fine && try_three(r, g, ALL, &out->filled, &out->filled_rank);
    fine = fine && thresholds(r, verdict, g, out);
    return (!g->count || recompute(r)) && fine;
}

assess_status assess_absent(assess *a, const assess_array *score, const assess_array *rank,
                            const assess_array *details, int apart,
                            const assess_array *const verdict[2], const size_t *at, int axis,
                            assess_absences *out) {
    fault f = FAULT_INIT;
    unit_position s;
    *out = (assess_absences){.score = NAN};
    if (!unit_position_open(&s, a, score, rank, at, axis, &f)) return session_finish(a, &f, DONE);
    row r = {.s = &s, .details = details, .f = &f};
    r.axis = unit_position_extra(&s, details, &r.stride);
    if (!r.axis || !assess_depends(a, score, details)) {
        fault_set(&f, FAULT_USAGE, "'%s' is not made of '%s'", score->name, details->name);
        return session_finish(a, &f, DONE);
    }
    r.start = unit_position_element(&s, details, s.unit);
    find_weights(&r);
    out->score = unit_position_score(&s, s.unit);
    out->rank = unit_position_rank(&s, s.unit);
    gaps g = {.at = mem_zero(r.axis->size + 1, sizeof *g.at),
              .value = mem_zero(r.axis->size + 1, sizeof *g.value)};
    fill_gaps(&r, apart, verdict, &g, out);
    mem_free(g.at);
    mem_free(g.value);
    return session_finish(a, &f, DONE);
}
