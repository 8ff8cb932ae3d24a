/* The position of a unit in a ranking, and its reasons: who is just above and below, what makes the
 * difference, what would take it past the one above; and how missing details may affect its score
 * and rank. */
#include "impact/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/mem.h"

/* A unit and its rivals at one place of the score (a stage, a year). Without an output of ranks the
 * order is by the score, the highest first. Values are always read anew, so that everything here
 * stays right while the session is changed. */
typedef struct unit_position {
    assess *a;
    fault *f;
    const assess_array *score, *rank;
    const size_t *at; /* the position on each axis of the score */
    int axis;         /* the id of the axis of units */
    size_t unit, units;
    int ascending; /* the lowest score is the best */
} unit_position;

/* The element of an array for a unit at the place; on axes that the score lacks position 0. */
static size_t element_of(const unit_position *s, const assess_array *x, size_t unit) {
    size_t element = 0;
    for (int k = 0; k < x->axes; k++) {
        int i = array_axis_id(s->score, x->axis[k].id);
        if (i >= 0) element += (x->axis[k].id == s->axis ? unit : s->at[i]) * x->stride[k];
    }
    return element;
}

/* The only axis of an array that the score lacks; NULL where there is none, or more than one. */
static const assess_axis *extra_axis(const unit_position *s, const assess_array *x,
                                     size_t *stride) {
    const assess_axis *extra = NULL;
    for (int k = 0; k < x->axes; k++) {
        if (array_axis_id(s->score, x->axis[k].id) >= 0) continue;
        if (extra) return NULL;
        extra = &x->axis[k];
        *stride = x->stride[k];
    }
    return extra;
}

static double score_of(const unit_position *s, size_t unit) {
    return s->score->value[element_of(s, s->score, unit)];
}

/* The rank, or the score with its sign turned: less is better. NaN where missing. */
static double key_of(const unit_position *s, size_t unit) {
    return s->rank ? s->rank->value[element_of(s, s->rank, unit)] : -score_of(s, unit);
}

static double rank_of(const unit_position *s, size_t unit) {
    double own = key_of(s, unit), ahead = 0;
    for (size_t i = 0; !s->rank && i < s->units; i++)
        ahead += decimal_compare(key_of(s, i), own) < 0;
    return s->rank || own != own ? own : 1 + ahead;
}

/* Is a unit ahead of another one? */
static int is_ahead(const unit_position *s, size_t unit, size_t other) {
    return decimal_compare(key_of(s, unit), key_of(s, other)) < 0;
}

/* Is the lowest score the best? The first two units that differ in rank and score tell. */
static int is_ascending(const unit_position *s) {
    double rank = NAN, score = NAN; /* of the first unit that has both */
    for (size_t i = 0; s->rank && i < s->units; i++) {
        double sign = (key_of(s, i) - rank) * (score_of(s, i) - score);
        if (isnan(rank) || isnan(score)) {
            rank = key_of(s, i);
            score = score_of(s, i);
        } else if (sign > 0 || sign < 0) {
            return sign > 0;
        }
    }
    return 0;
}

/* 0 with the fault where the score is not one of units. Ranks with axes that the score lacks are
 * not used. */
static int open_position(unit_position *s, assess *a, const assess_array *score,
                         const assess_array *rank, const size_t *at, int axis, fault *f) {
    int k = array_axis_id(score, axis);
    *s = (unit_position){.a = a, .f = f, .score = score, .rank = rank, .at = at, .axis = axis};
    if (k < 0 || score->kind != ASSESS_NUMBER)
        return fault_set(f, FAULT_USAGE, "'%s' gives units no score", score->name);
    s->unit = at[k];
    s->units = score->axis[k].size;
    for (int i = 0; rank && i < rank->axes; i++)
        if (array_axis_id(score, rank->axis[i].id) < 0) s->rank = NULL;
    s->ascending = is_ascending(s);
    return 1;
}

/* ---- what makes the difference between two units ----
 *
 * Where the score is made of sums and means, at any depth, the explanation of the score gives each
 * element's share of it, and the differences add up to the gap. Where it is made in another way (a
 * product, a distance), each detail of the unit is replaced by the other unit's, one at a time, and
 * the effect on the score is reported; these effects need not add up. */
typedef struct contribution_list {
    assess_contribution *item;
    size_t count, cap;
} contribution_list;

static assess_contribution *append_contribution(contribution_list *l, fault *f) {
    if (!MEM_RESERVE(l->item, l->count + 1, l->cap)) return fault_memory(f), NULL;
    l->item[l->count] = (assess_contribution){.own = NAN, .theirs = NAN};
    return &l->item[l->count++];
}

/* What a step is about, without the unit: the first of the labels that name its place. */
static const char *element_id(const unit_position *s, const assess_step *step, size_t unit) {
    const assess_axis *units = &s->score->axis[array_axis_id(s->score, s->axis)];
    const char *own = assess_label(s->a, units, unit), *at = step->at;
    size_t length = strlen(own);
    if (!strncmp(at, own, length) && !strncmp(at + length, ", ", 2)) at += length + 2;
    const char *end = strstr(at, ", ");
    char *copy = arena_text(&s->a->memory, at, end ? (size_t)(end - at) : strlen(at));
    return copy ? copy : "";
}

/* The name for readers of what a step is about. */
static const char *title_of(const unit_position *s, const assess_step *step, const char *id) {
    const assess_array *x = assess_output_named(s->a, step->name);
    for (int k = 0; x && k < x->axes; k++)
        if (x->axis[k].id != s->axis &&
            !strcmp(assess_label(s->a, &x->axis[k], step->place[k]), id))
            return assess_title(s->a, &x->axis[k], step->place[k]);
    return id;
}

/* Adds the elements of a unit's score; `theirs`: as those of the other unit. 0 with the fault. */
static int gather_shares(const unit_position *s, size_t unit, int theirs, contribution_list *l) {
    size_t at[ASSESS_AXES];
    const assess_step *step;
    for (int k = 0; k < s->score->axes; k++)
        at[k] = s->score->axis[k].id == s->axis ? unit : s->at[k];
    size_t before = assess_message_count(s->a);
    size_t count = assess_shares(s->a, s->score, at, 0, &step);
    if (!count) return search_fault(s->a, before, ASSESS_OK, s->f);
    for (size_t i = 1; i < count; i++) {
        if (isnan(step[i].share)) continue;
        assess_contribution *c = append_contribution(l, s->f);
        if (!c) return 0;
        c->name = step[i].name;
        c->id = element_id(s, &step[i], unit);
        c->title = title_of(s, &step[i], c->id);
        c->depth = step[i].depth;
        c->last = !step[i].present;
        *(theirs ? &c->theirs : &c->own) = step[i].value;
        c->points = theirs ? -step[i].share : step[i].share;
    }
    return 1;
}

static int by_element(const void *a, const void *b) {
    const assess_contribution *x = a, *y = b;
    if (x->depth != y->depth) return x->depth < y->depth ? -1 : 1;
    int name = strcmp(x->name, y->name);
    return name ? name : strcmp(x->id, y->id);
}

/* Merges elements that both units have on the same level. */
static void merge_equal(contribution_list *l) {
    size_t count = 0;
    if (l->count) qsort(l->item, l->count, sizeof *l->item, by_element);
    for (size_t i = 0; i < l->count; i++) {
        const assess_contribution *x = &l->item[i];
        assess_contribution *c = count ? &l->item[count - 1] : NULL;
        if (!c || by_element(c, x)) {
            l->item[count++] = *x;
            continue;
        }
        c->own = isnan(c->own) ? x->own : c->own;
        c->theirs = isnan(c->theirs) ? x->theirs : c->theirs;
        c->points += x->points;
        c->last &= x->last;
    }
    l->count = count;
}

/* The effect of each detail of the other unit on its own. 0 with the fault. */
static int replace_details(const unit_position *s, size_t other, const assess_array *details,
                           contribution_list *l) {
    size_t stride = 0;
    const assess_axis *axis = details ? extra_axis(s, details, &stride) : NULL;
    double score = score_of(s, s->unit);
    if (!axis || !assess_depends(s->a, s->score, details)) return 1;
    session_follow(s->a, &details, 1);
    for (size_t i = 0; i < axis->size && !s->f->count; i++) {
        size_t own = element_of(s, details, s->unit) + i * stride;
        double mine = details->value[own];
        double theirs = details->value[element_of(s, details, other) + i * stride];
        if (mine != mine && theirs != theirs) continue;
        if (!search_try(s->a, details, own, theirs, s->f)) break;
        double then = score_of(s, s->unit);
        assess_contribution *c = append_contribution(l, s->f);
        if (!search_try(s->a, details, own, mine, s->f) || !c) break;
        *c = (assess_contribution){.name = details->name,
                                   .id = assess_label(s->a, axis, i),
                                   .title = assess_title(s->a, axis, i),
                                   .depth = 1,
                                   .last = 1,
                                   .own = mine,
                                   .theirs = theirs,
                                   .points = score - then};
    }
    search_follow_end(s->a, s->f);
    return !s->f->count;
}

static int by_size(const void *a, const void *b) {
    const assess_contribution *x = a, *y = b;
    double p = isnan(x->points) ? -1 : fabs(x->points), q = isnan(y->points) ? -1 : fabs(y->points);
    if (x->depth != y->depth) return x->depth < y->depth ? -1 : 1;
    return p > q ? -1 : p < q ? 1 : strcmp(x->id, y->id);
}

/* Fills part, parts and alone of `out`, level by level, the largest difference first. `details` may
 * be NULL. Lists and texts are in the session's memory. 0 with the fault. */
static int list_contributions(const unit_position *s, size_t other, const assess_array *details,
                              assess_rank_reasons *out) {
    contribution_list l = {0};
    int fine = gather_shares(s, s->unit, 0, &l) && gather_shares(s, other, 1, &l);
    merge_equal(&l);
    if (fine && !l.count) {
        out->alone = 1;
        fine = replace_details(s, other, details, &l);
    }
    assess_contribution *own = fine ? arena_take(&s->a->memory, (l.count + 1) * sizeof *own) : NULL;
    if (fine && !own) fine = fault_memory(s->f);
    if (fine && l.count) {
        qsort(l.item, l.count, sizeof *l.item, by_size);
        memcpy(own, l.item, l.count * sizeof *own);
    }
    out->part = own;
    out->parts = fine ? l.count : 0;
    mem_free(l.item);
    return fine;
}

/* ---- who is just above and below ---- */

static assess_standing standing_of(const unit_position *s, size_t unit) {
    assess_standing out = {unit, NAN, NAN, 0};
    if (unit == ASSESS_NOBODY) return out;
    out.rank = rank_of(s, unit);
    out.score = score_of(s, unit);
    for (size_t i = 0; i < s->units; i++)
        out.tied += i != unit && decimal_equal(key_of(s, i), key_of(s, unit));
    return out;
}

static void find_neighbours(const unit_position *s, assess_rank_reasons *out) {
    double better = -INFINITY, worse = INFINITY;
    size_t above = ASSESS_NOBODY, below = ASSESS_NOBODY;
    for (size_t i = 0; i < s->units; i++) {
        double key = key_of(s, i);
        out->ranked += key == key;
        if (is_ahead(s, i, s->unit) && key > better) {
            better = key;
            above = i;
        }
        if (is_ahead(s, s->unit, i) && key < worse) {
            worse = key;
            below = i;
        }
    }
    out->own = standing_of(s, s->unit);
    out->above = standing_of(s, above);
    out->below = standing_of(s, below);
}

/* ---- what would take the unit past the one above ---- */

typedef struct passing {
    const unit_position *s;
    size_t other;
} passing;

static int passes_other(void *self) {
    const passing *p = self;
    return is_ahead(p->s, p->s->unit, p->other);
}

/* The least and greatest value that any unit has, in any year, for what the cell is about. */
static void observed_range(const assess_cell *c, double *least, double *most, int units) {
    const assess_array *x = c->data;
    *least = INFINITY;
    *most = -INFINITY;
    size_t first = c->element, all = 1;
    int axis[ASSESS_AXES], axes = 0; /* along which the values lie */
    for (int k = 0; k < x->axes; k++) {
        if (x->axis[k].id != units && strcmp(x->axis[k].name, "year") != 0) continue;
        first -= array_position(x, k, c->element) * x->stride[k];
        all *= x->axis[k].size;
        axis[axes++] = k;
    }
    for (size_t i = 0; i < all; i++) {
        size_t e = first, left = i;
        for (int k = 0; k < axes; k++) {
            e += left % x->axis[axis[k]].size * x->stride[axis[k]];
            left /= x->axis[axis[k]].size;
        }
        if (isnan(x->value[e])) continue;
        *least = fmin(*least, x->value[e]);
        *most = fmax(*most, x->value[e]);
    }
}

/* Finds how far one value has to move to pass the other unit; 0 where it cannot, or with the
 * fault. */
static int find_way_past(const unit_position *s, passing *p, const assess_cell *c,
                         assess_way *out) {
    double least, most, found;
    if (isnan(c->value) || c->data->kind != ASSESS_NUMBER) return 0;
    observed_range(c, &least, &most, s->axis);
    double spread = most > least ? most - least : c->value != 0 ? fabs(c->value) : 1;
    /* Advice stays near what others have; percentages end at a hundred. */
    double floor = least >= 0 ? 0 : least - 2 * spread;
    double ceiling = most <= 100 && !strcmp(c->measure, "%") ? 100 : most + 2 * spread;
    if (!search_nearest(s->a, c->data, c->element, floor, ceiling, passes_other, p, &found, s->f))
        return 0;
    if (!search_try(s->a, c->data, c->element, found, s->f)) return 0;
    *out = (assess_way){.id = *c->id ? c->id : c->name,
                        .title = *c->id ? c->title : c->name,
                        .at = *c->id ? c->at : "",
                        .measure = c->measure,
                        .from = c->value,
                        .to = found,
                        .effort = fabs(found - c->value) / spread,
                        .score = score_of(s, s->unit),
                        .rank = rank_of(s, s->unit)};
    return search_try(s->a, c->data, c->element, c->value, s->f);
}

static int by_effort(const void *a, const void *b) {
    const assess_way *x = a, *y = b;
    return x->effort < y->effort ? -1 : x->effort > y->effort ? 1 : strcmp(x->id, y->id);
}

/* Finds all ways past the unit above. 0 with the fault. */
static int find_ways(const unit_position *s, assess_rank_reasons *out) {
    const assess_cell *cell;
    passing p = {s, out->above.unit};
    size_t before = assess_message_count(s->a);
    size_t count = assess_cells(s->a, s->score, s->unit, &cell);
    if (!count)
        return assess_message_count(s->a) == before ? 1
                                                    : search_fault(s->a, before, ASSESS_OK, s->f);
    assess_way *way = arena_take(&s->a->memory, count * sizeof *way);
    if (!way) return fault_memory(s->f);
    s->a->only[0] = s->score; /* only these are computed while values are tried */
    s->a->only[1] = s->rank;
    search_follow(s->a, cell, count, s->f);
    for (size_t i = 0; i < count && !s->f->count; i++)
        out->ways += (size_t)find_way_past(s, &p, &cell[i], &way[out->ways]);
    s->a->only[0] = NULL;
    search_follow_end(s->a, s->f);
    assess_status status = assess_recompute(s->a);
    if (status && !s->f->count) return search_fault(s->a, before, status, s->f);
    qsort(way, out->ways, sizeof *way, by_effort);
    out->way = way;
    return s->f->count == 0;
}

assess_status assess_why_rank(assess *a, const assess_array *score, const assess_array *rank,
                              const assess_array *details, const size_t *at, int axis,
                              assess_rank_reasons *out) {
    fault f = FAULT_INIT;
    unit_position s;
    *out =
        (assess_rank_reasons){.above = {.unit = ASSESS_NOBODY}, .below = {.unit = ASSESS_NOBODY}};
    if (open_position(&s, a, score, rank, at, axis, &f)) {
        find_neighbours(&s, out);
        if (out->above.unit != ASSESS_NOBODY &&
            list_contributions(&s, out->above.unit, details, out))
            find_ways(&s, out);
    }
    return session_finish(a, &f, DONE);
}

/* ---- missing details, filled with the mean, the worst and the best there is ---- */

/* The details of the unit at its place: the scores of its indicators, along their axis. */
typedef struct unit_details {
    const unit_position *s;
    const assess_array *details;
    double *weight; /* NULL: not known, or the score is no weighted mean */
    const assess_axis *axis;
    size_t start, stride;
} unit_details;

static double detail(const unit_details *r, size_t i) {
    return r->details->value[r->start + i * r->stride];
}

static double detail_of(const unit_details *r, size_t unit, size_t i) {
    return r->details->value[element_of(r->s, r->details, unit) + i * r->stride];
}

/* Finds the weights of the details in the score: as the unit itself has them, and those of details
 * that it lacks from the first other unit that has them. */
static int find_weights(unit_details *r) {
    const unit_position *s = r->s;
    size_t at[ASSESS_AXES], open = r->axis->size;
    int axis = array_axis_id(r->details, r->axis->id);
    r->weight = arena_take(&s->a->memory, (open + 1) * sizeof *r->weight);
    if (!r->weight) return fault_memory(s->f);
    for (size_t i = 0; i < r->axis->size; i++) r->weight[i] = NAN;
    for (size_t u = 0; open && u <= s->units; u++) {
        const assess_step *step;
        for (int k = 0; k < s->score->axes; k++)
            at[k] = s->score->axis[k].id == s->axis ? (u ? u - 1 : s->unit) : s->at[k];
        size_t count = assess_shares(s->a, s->score, at, 1, &step);
        for (size_t i = 1; i < count; i++) {
            if (strcmp(step[i].name, r->details->name) != 0) continue;
            double *w = &r->weight[step[i].place[axis]];
            open -= isnan(*w) && !isnan(step[i].weight);
            *w = isnan(*w) ? step[i].weight : *w;
        }
    }
    if (open == r->axis->size) r->weight = NULL;
    return 1;
}

static double weight_of(const unit_details *r, size_t i) { return r->weight ? r->weight[i] : 1; }

static int change_detail(const unit_details *r, size_t i, double value) {
    return assess_change(r->s->a, r->details, r->start + i * r->stride, value) == ASSESS_OK;
}

static int recompute(const unit_details *r) {
    return search_recompute(r->s->a, assess_message_count(r->s->a), ASSESS_OK, r->s->f);
}

typedef struct tally {
    double sum, weights, least, most;
} tally;

static void add_to_tally(tally *t, double x, double w) {
    if (x == x && w == w) {
        t->sum += w * x;
        t->weights += w;
    }
    t->least = x < t->least ? x : t->least;
    t->most = x > t->most ? x : t->most;
}

static assess_bounds bounds_of(const unit_details *r, const tally *t) {
    assess_bounds out = {NAN, NAN, NAN};
    if (t->weights > 0) out.mean = t->sum / t->weights;
    if (t->least <= t->most) {
        out.worst = r->s->ascending ? t->most : t->least;
        out.best = r->s->ascending ? t->least : t->most;
    }
    return out;
}

/* What a missing detail is filled with: the unit's own mean, and the worst and best value that any
 * unit has in any detail. */
static assess_bounds bounds_of_all(const unit_details *r) {
    tally own = {.least = INFINITY, .most = -INFINITY}, all = own;
    for (size_t i = 0; i < r->axis->size; i++) {
        add_to_tally(&own, detail(r, i), weight_of(r, i));
        for (size_t u = 0; u < r->s->units; u++) add_to_tally(&all, detail_of(r, u, i), NAN);
    }
    assess_bounds out = bounds_of(r, &all);
    out.mean = own.weights > 0 ? own.sum / own.weights : NAN;
    return out;
}

/* The same from what all units have in this detail alone. */
static assess_bounds bounds_of_one(const unit_details *r, size_t i) {
    tally t = {.least = INFINITY, .most = -INFINITY};
    for (size_t u = 0; u < r->s->units; u++) add_to_tally(&t, detail_of(r, u, i), 1);
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

/* Fills the missing details (all, or one of them) with the mean (0), the worst (1) or the best (2);
 * `away`: makes them missing again. */
static int fill_missing(const unit_details *r, const gaps *g, long one, int which, int away) {
    int fine = 1;
    for (size_t k = 0; k < g->count && fine; k++)
        if (one == ALL || (long)k == one)
            fine = change_detail(r, g->at[k], away ? NAN : to_fill(&g->value[k], which));
    return fine;
}

/* Score and rank when the details are filled with the mean, the worst, the best. */
static int try_three(const unit_details *r, const gaps *g, long one, assess_bounds *score,
                     assess_bounds *rank) {
    double got[3], standing[3];
    int fine = 1;
    for (int which = 0; which < 3 && fine; which++) {
        fine = fill_missing(r, g, one, which, 0) && recompute(r);
        got[which] = score_of(r->s, r->s->unit);
        standing[which] = rank_of(r->s, r->s->unit);
        fill_missing(r, g, one, which, 1);
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
        int i = array_axis_id(s->score, verdict->axis[k].id);
        if (i < 0) return 0;
        at[k] = s->at[i];
    }
    return verdict ? assess_reasons(s->a, verdict, at, out, CONDITIONS) : 0;
}

/* The conditions of the verdicts, as they are and with all details filled with the mean. */
static int list_thresholds(const unit_details *r, const assess_array *const verdict[2],
                           const gaps *g, assess_absences *out) {
    assess_reason is[2][CONDITIONS], then[CONDITIONS];
    size_t n[2];
    assess_threshold *own = arena_zero(&r->s->a->memory, 2 * CONDITIONS, sizeof *own);
    if (!own) return fault_memory(r->s->f);
    for (int v = 0; v < 2; v++) n[v] = reasons_of(r->s, verdict[v], is[v]);
    int fine = fill_missing(r, g, ALL, 0, 0) && recompute(r);
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
    fill_missing(r, g, ALL, 0, 1);
    out->threshold = own;
    return fine;
}

/* Tries each missing detail on its own, then all together. `apart`: each is filled from what others
 * have in that detail. 0 with the fault. */
static int fill_gaps(const unit_details *r, int apart, const assess_array *const verdict[2],
                     gaps *g, assess_absences *out) {
    double weights = 0;
    assess_absence *one = arena_zero(&r->s->a->memory, r->axis->size + 1, sizeof *one);
    if (!g->at || !g->value || !one) return fault_memory(r->s->f);
    out->value = apart ? (assess_bounds){NAN, NAN, NAN} : bounds_of_all(r);
    for (size_t i = 0; i < r->axis->size; i++) {
        double w = weight_of(r, i);
        weights += w == w ? w : 0;
        if (!isnan(detail(r, i)) || w == 0 || w != w) continue;
        g->at[g->count] = i;
        g->value[g->count++] = apart ? bounds_of_one(r, i) : out->value;
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
    fine = fine && list_thresholds(r, verdict, g, out);
    return (!g->count || recompute(r)) && fine;
}

assess_status assess_absent(assess *a, const assess_array *score, const assess_array *rank,
                            const assess_array *details, int apart,
                            const assess_array *const verdict[2], const size_t *at, int axis,
                            assess_absences *out) {
    fault f = FAULT_INIT;
    unit_position s;
    *out = (assess_absences){.score = NAN};
    if (!open_position(&s, a, score, rank, at, axis, &f)) return session_finish(a, &f, DONE);
    unit_details r = {.s = &s, .details = details};
    r.axis = extra_axis(&s, details, &r.stride);
    if (!r.axis || !assess_depends(a, score, details)) {
        fault_set(&f, FAULT_USAGE, "'%s' is not made of '%s'", score->name, details->name);
        return session_finish(a, &f, DONE);
    }
    r.start = element_of(&s, details, s.unit);
    find_weights(&r);
    out->score = score_of(&s, s.unit);
    out->rank = rank_of(&s, s.unit);
    gaps g = {.at = mem_zero(r.axis->size + 1, sizeof *g.at),
              .value = mem_zero(r.axis->size + 1, sizeof *g.value)};
    fill_gaps(&r, apart, verdict, &g, out);
    mem_free(g.at);
    mem_free(g.value);
    return session_finish(a, &f, DONE);
}
