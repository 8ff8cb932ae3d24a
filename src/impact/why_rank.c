#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "impact/contribution.h"
#include "impact/search.h"
#include "session/inside.h"

/* ---- who is just above and below ---- */

static assess_standing standing(const stand *s, size_t unit) {
    assess_standing out = { unit, NAN, NAN, 0 };
    if (unit == ASSESS_NOBODY)
        return out;
    out.rank = unit_position_rank(s, unit);
    out.score = unit_position_score(s, unit);
    for (size_t i = 0; i < s->units; i++)
        out.tied += i != unit && decimal_equal(unit_position_key(s, i), unit_position_key(s, unit));
    return out;
}

static void neighbours(const stand *s, assess_rank_reasons *out) {
    double better = -INFINITY, worse = INFINITY;
    size_t above = ASSESS_NOBODY, below = ASSESS_NOBODY;
    for (size_t i = 0; i < s->units; i++) {
        double key = unit_position_key(s, i);
        out->ranked += key == key;
        if (unit_position_ahead(s, i, s->unit) && key > better) {
            better = key;
            above = i;
        }
        if (unit_position_ahead(s, s->unit, i) && key < worse) {
            worse = key;
            below = i;
        }
    }
    out->own = standing(s, s->unit);
    out->above = standing(s, above);
    out->below = standing(s, below);
}

/* ---- what would pass the one above ---- */

typedef struct passing {
    const stand *s;
    size_t other;
} passing;

static int passes(void *self) {
    const passing *p = self;
    return unit_position_ahead(p->s, p->s->unit, p->other);
}

/* The least and greatest that all units' data have for the same indicator. */
static void range(const assess_cell *c, double *least, double *most, int units) {
    const assess_array *x = c->data;
    *least = INFINITY;
    *most = -INFINITY;
    for (size_t e = 0; e < x->size; e++) {
        int same = 1;
        for (int k = 0; k < x->axes && same; k++) {
            int numbered = !strcmp(x->axis[k].name, "year");
            if (x->axis[k].id != units && !numbered)
                same = e / x->stride[k] % x->axis[k].size ==
                       c->element / x->stride[k] % x->axis[k].size;
        }
        if (!same || isnan(x->value[e]))
            continue;
        *least = fmin(*least, x->value[e]);
        *most = fmax(*most, x->value[e]);
    }
}

static int find_way(const stand *s, passing *p, const assess_cell *c, assess_way *out, fault *f) {
    double least, most, found;
    if (isnan(c->value) || c->data->kind != ASSESS_NUMBER)
        return 0;
    range(c, &least, &most, s->axis);
    double spread = most > least ? most - least : c->value != 0 ? fabs(c->value) : 1;
    /* Far beyond what anybody has is no advice; shares end at a hundred. */
    double floor = least >= 0 ? 0 : least - 2 * spread;
    double ceiling = most <= 100 && !strcmp(c->measure, "%") ? 100 : most + 2 * spread;
    if (!search_nearest(s->a, c->data, c->element, floor, ceiling, passes, p, &found, f))
        return 0;
    if (!search_try(s->a, c->data, c->element, found, f))
        return 0;
    *out = (assess_way){ .id = *c->id ? c->id : c->name,
                         .title = *c->id ? c->title : c->name,
                         .at = *c->id ? c->at : "",
                         .measure = c->measure,
                         .from = c->value,
                         .to = found,
                         .effort = fabs(found - c->value) / spread,
                         .score = unit_position_score(s, s->unit),
                         .rank = unit_position_rank(s, s->unit) };
    return search_try(s->a, c->data, c->element, c->value, f);
}

static int by_effort(const void *a, const void *b) {
    const assess_way *x = a, *y = b;
    return x->effort < y->effort ? -1 : x->effort > y->effort ? 1 : strcmp(x->id, y->id);
}

static int ways(const stand *s, assess_rank_reasons *out, fault *f) {
    const assess_cell *cell;
    passing p = { s, out->above.unit };
    size_t before = assess_message_count(s->a);
    size_t count = assess_cells(s->a, s->score, s->unit, &cell);
    if (!count)
        return assess_message_count(s->a) == before ? 1 : search_fault(s->a, before, ASSESS_OK, f);
    assess_way *way = arena_take(&s->a->memory, count * sizeof *way);
    if (!way)
        return fault_memory(f);
    s->a->only[0] = s->score; /* what decides who is ahead; the rest follows at the end */
    s->a->only[1] = s->rank;
    for (size_t i = 0; i < count && !f->count; i++)
        out->ways += (size_t)find_way(s, &p, &cell[i], &way[out->ways], f);
    s->a->only[0] = NULL;
    assess_status status = assess_again(s->a);
    if (status && !f->count)
        return search_fault(s->a, before, status, f);
    qsort(way, out->ways, sizeof *way, by_effort);
    out->way = way;
    return f->count == 0;
}

assess_status assess_why_rank(assess *a, const assess_array *score, const assess_array *rank,
                              const assess_array *details, const size_t *at, int axis,
                              assess_rank_reasons *out) {
    fault f = FAULT_INIT;
    stand s;
    *out = (assess_rank_reasons){ .above = { .unit = ASSESS_NOBODY },
                                  .below = { .unit = ASSESS_NOBODY } };
    if (unit_position_open(&s, a, score, rank, at, axis, &f)) {
        neighbours(&s, out);
        if (out->above.unit != ASSESS_NOBODY &&
            contributions(&s, out->above.unit, details, out, &f))
            ways(&s, out, &f);
    }
    return session_finish(a, &f, DONE);
}
