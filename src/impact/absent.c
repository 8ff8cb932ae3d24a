#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "impact/search.h"
#include "impact/standing.h"
#include "session/inside.h"

/* The details of one unit at one place, along the axis of the indicators. */
typedef struct row {
    const stand *s;
    const assess_array *details, *weight; /* weight NULL: all weigh the same */
    const assess_axis *axis;
    size_t start, stride;
    fault *f;
} row;

static double detail(const row *r, size_t i) {
    return r->details->value[r->start + i * r->stride];
}

/* The weights of a level are an array over its axis, and perhaps over stages. */
static const assess_array *find_weights(const row *r) {
    char name[200];
    for (int k = 0; k < 2; k++) {
        size_t stride;
        snprintf(name, sizeof name, "index.%s%sweight", k ? r->axis->name : "", k ? "." : "");
        const assess_array *x = assess_array_named(r->s->a, name);
        const assess_axis *axis = x ? stand_extra(r->s, x, &stride) : NULL;
        if (axis && axis->id == r->axis->id)
            return x;
    }
    return NULL;
}

static double weight_of(const row *r, size_t i) {
    size_t stride = 0;
    if (!r->weight)
        return 1;
    stand_extra(r->s, r->weight, &stride);
    return r->weight->value[stand_element(r->s, r->weight, 0) + i * stride];
}

static int put(const row *r, size_t i, double value) {
    return assess_change(r->s->a, r->details, r->start + i * r->stride, value) == ASSESS_OK;
}

static int again(const row *r) {
    size_t before = assess_message_count(r->s->a);
    assess_status status = assess_again(r->s->a);
    return !status || search_fault(r->s->a, before, status, r->f);
}

/* The unit's own mean, and the least and greatest that any unit has in any detail of this place. */
static assess_bounds values_to_fill(const row *r) {
    assess_bounds out = { NAN, NAN, NAN };
    double sum = 0, weights = 0, least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < r->axis->size; i++) {
        double x = detail(r, i), w = weight_of(r, i);
        if (x == x && w == w) {
            sum += w * x;
            weights += w;
        }
        for (size_t u = 0; u < r->s->units; u++) {
            double y = r->details->value[stand_element(r->s, r->details, u) + i * r->stride];
            least = y < least ? y : least;
            most = y > most ? y : most;
        }
    }
    if (weights > 0)
        out.mean = sum / weights;
    if (least <= most) {
        out.worst = r->s->ascending ? most : least;
        out.best = r->s->ascending ? least : most;
    }
    return out;
}

/* Score and rank with some of the missing filled: all where `one` is SIZE_MAX. */
static int filled(const row *r, const size_t *missing, size_t count, size_t one, double value,
                  double *score, double *rank) {
    int fine = 1;
    for (size_t k = 0; k < count && fine; k++)
        if (one == SIZE_MAX || k == one)
            fine = put(r, missing[k], value);
    fine = fine && again(r);
    *score = stand_score(r->s, r->s->unit);
    *rank = stand_rank(r->s, r->s->unit);
    for (size_t k = 0; k < count; k++)
        if (one == SIZE_MAX || k == one)
            put(r, missing[k], NAN);
    return fine;
}

static int three(const row *r, const size_t *missing, size_t count, size_t one,
                 const assess_bounds *value, assess_bounds *score, assess_bounds *rank) {
    return filled(r, missing, count, one, value->mean, &score->mean, &rank->mean) &&
           filled(r, missing, count, one, value->worst, &score->worst, &rank->worst) &&
           filled(r, missing, count, one, value->best, &score->best, &rank->best);
}

/* ---- the conditions of a verdict ---- */

enum { CONDITIONS = 16 };

static size_t reasons_of(const stand *s, const assess_array *verdict, assess_reason *out) {
    size_t at[ASSESS_AXES] = { 0 };
    for (int k = 0; verdict && k < verdict->axes; k++) {
        int known = 0;
        for (int i = 0; i < s->score->axes; i++)
            if (s->score->axis[i].id == verdict->axis[k].id) {
                at[k] = s->at[i];
                known = 1;
            }
        if (!known)
            return 0;
    }
    return verdict ? assess_reasons(s->a, verdict, at, out, CONDITIONS) : 0;
}

static int thresholds(const row *r, const assess_array *const verdict[2], const size_t *missing,
                      size_t count, double value, assess_absences *out) {
    assess_reason is[2][CONDITIONS], then[CONDITIONS];
    size_t n[2];
    assess_threshold *own = arena_zero(&r->s->a->memory, 2 * CONDITIONS, sizeof *own);
    if (!own)
        return fault_memory(r->f);
    for (int v = 0; v < 2; v++)
        n[v] = reasons_of(r->s, verdict[v], is[v]);
    int fine = 1;
    for (size_t k = 0; k < count && fine; k++)
        fine = put(r, missing[k], value);
    fine = fine && again(r);
    for (int v = 0; v < 2 && fine; v++) {
        size_t now = reasons_of(r->s, verdict[v], then);
        for (size_t i = 0; i < n[v] && now == n[v]; i++) {
            int twice = 0;
            for (size_t k = 0; k < out->thresholds; k++)
                twice |= !strcmp(own[k].is.formula, is[v][i].formula);
            if (!twice)
                own[out->thresholds++] = (assess_threshold){ is[v][i], then[i].got, then[i].holds };
        }
    }
    for (size_t k = 0; k < count; k++)
        put(r, missing[k], NAN);
    out->threshold = own;
    return fine;
}

static int look(const row *r, const assess_array *const verdict[2], assess_absences *out) {
    arena *memory = &r->s->a->memory;
    size_t *missing = calloc(r->axis->size + 1, sizeof *missing), count = 0;
    assess_absence *one = arena_zero(memory, r->axis->size + 1, sizeof *one);
    double weights = 0;
    if (!missing || !one) {
        free(missing);
        return fault_memory(r->f);
    }
    for (size_t i = 0; i < r->axis->size; i++) {
        double w = weight_of(r, i);
        weights += w == w ? w : 0;
        if (isnan(detail(r, i)) && w != 0 && w == w)
            missing[count++] = i;
    }
    out->of = r->axis->size;
    out->one = one;
    out->count = count;
    out->value = values_to_fill(r);
    int fine = 1;
    for (size_t k = 0; k < count && fine; k++) {
        double w = weight_of(r, missing[k]);
        one[k] = (assess_absence){ .id = assess_label(r->s->a, r->axis, missing[k]),
                                   .title = assess_title(r->s->a, r->axis, missing[k]),
                                   .weight = r->weight ? w : NAN,
                                   .share = r->weight ? w / weights : NAN };
        fine = three(r, missing, count, k, &out->value, &one[k].score, &one[k].rank);
    }
    fine = fine && three(r, missing, count, SIZE_MAX, &out->value, &out->filled, &out->filled_rank);
    fine = fine && thresholds(r, verdict, missing, count, out->value.mean, out);
    fine = (!count || again(r)) && fine;
    free(missing);
    return fine;
}

assess_status assess_absent(assess *a, const assess_array *score, const assess_array *rank,
                            const assess_array *details, const assess_array *const verdict[2],
                            const size_t *at, int axis, assess_absences *out) {
    fault f = FAULT_INIT;
    stand s;
    *out = (assess_absences){ .score = NAN };
    if (!stand_open(&s, a, score, rank, at, axis, &f))
        return session_finish(a, &f, DONE);
    row r = { .s = &s, .details = details, .f = &f };
    r.axis = stand_extra(&s, details, &r.stride);
    if (!r.axis || !assess_depends(a, score, details)) {
        fault_set(&f, FAULT_USAGE, "'%s' is not made of '%s'", score->name, details->name);
        return session_finish(a, &f, DONE);
    }
    r.start = stand_element(&s, details, s.unit);
    r.weight = find_weights(&r);
    out->score = stand_score(&s, s.unit);
    out->rank = stand_rank(&s, s.unit);
    look(&r, verdict, out);
    return session_finish(a, &f, DONE);
}
