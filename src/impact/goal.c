/* Moving data to reach a goal: the search for the nearest value of one cell, what each cell would
 * have to be on its own, and the cheapest combination that was found. */
#include "impact/inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/work.h"

/* ---- moving one value ---- */

enum { STEPS = 16, SEARCH_HALVINGS = 40 };

typedef struct search {
    assess *a;
    const assess_array *data;
    size_t element;
    int (*reached)(void *self);
    void *self;
    fault *f;
} search;

int search_fault(const assess *a, size_t before, assess_status status, fault *f) {
    for (size_t i = before; i < assess_message_count(a); i++) {
        assess_message m = assess_message_at(a, i);
        if (m.status == ASSESS_OK) continue;
        const place at = session_place(&m);
        fault_at(f, (fault_kind)m.status, &at, *m.hint ? m.hint : NULL, "%s", m.text);
    }
    return f->count
               ? 0
               : fault_set(f, status ? (fault_kind)status : FAULT_BUG, "it cannot be computed");
}

assess_status search_finish(assess *a, size_t told, fault *f) {
    assess_status status = (assess_status)f->kind;
    if (f->count) a->messages = told;
    session_tell(a, f, status);
    return status;
}

int search_recompute(assess *a, size_t before, assess_status changed, fault *f) {
    assess_status status = changed ? changed : assess_recompute(a);
    return !status || search_fault(a, before, status, f);
}

int search_try(assess *a, const assess_array *data, size_t element, double value, fault *f) {
    size_t before = assess_message_count(a);
    return search_recompute(a, before, assess_change(a, data, element, value), f);
}

int search_follow(assess *a, const assess_cell *cell, size_t count, fault *f) {
    const assess_array **data = mem_take((count + 1) * sizeof *data);
    size_t n = 0;
    if (!data) return fault_memory(f);
    for (size_t i = 0; i < count; i++) {
        size_t k = n; /* cells of one table stand together */
        while (k > 0 && data[k - 1] != cell[i].data) k--;
        if (!k) data[n++] = cell[i].data;
    }
    session_follow(a, data, n);
    mem_free(data);
    return 1;
}

int search_follow_end(assess *a, fault *f) {
    size_t before = assess_message_count(a);
    assess_status status = session_follow_end(a);
    return !status || f->count || search_fault(a, before, status, f);
}

/* Does the condition hold at a value? -1, with the fault, where it cannot be computed. */
static int holds_at(search *s, double value) {
    if (!search_try(s->a, s->data, s->element, value, s->f)) return -1;
    return s->reached(s->self) != 0;
}

/* Halves the way between `bad`, where the condition does not hold, and `good`, where it does, until
 * a millionth of the way from `from` is left. Returns a value where it holds. */
static double halve(search *s, double from, double bad, double good, int halvings) {
    for (int i = 0; i < halvings && fabs(good - bad) > 1e-6 * fabs(good - from); i++) {
        double middle = bad + (good - bad) / 2;
        if (middle == bad || middle == good) break;
        int there = holds_at(s, middle);
        if (there < 0) break;
        *(there ? &good : &bad) = middle;
    }
    return good;
}

/* A value with few digits, hardly further away than `good` and not beyond `bound`, at which the
 * condition still holds; it was tried last then. Else `good`. */
static double shorten(search *s, double from, double good, double bound) {
    double way = fabs(good - from), outer = good > from ? 1 : -1;
    for (int places = (int)ceil(log10(way > 0 ? way : 1)); places > -12; places--) {
        double unit = pow(10, places), times = good / unit;
        double slack = 2e-6 * way / unit; /* the precision of narrow */
        double candidate = (outer > 0 ? ceil(times - slack) : floor(times + slack)) * unit;
        if (places < 0) /* the double nearest to the decimal */
            candidate = round(candidate * pow(10, -places)) / pow(10, -places);
        if (fabs(candidate - from) > 1.02 * way || (bound - candidate) * outer < 0) continue;
        int there = holds_at(s, candidate);
        if (there) return there > 0 ? candidate : good;
    }
    return good;
}

/* The nearest value on one side, or NaN. */
static double search_side(search *s, double from, double bound) {
    double inside = from, outside = NAN;
    for (int i = 1; i <= STEPS && isnan(outside) && !s->f->count; i++) {
        /* First a thousandth of the way, then ever longer steps. */
        double share = i <= 3 ? pow(10, i - 4) : (double)(i - 3) / (STEPS - 3);
        double next = i == STEPS ? bound : from + (bound - from) * share;
        if ((next - inside) * (bound - from) <= 0) continue;
        *(holds_at(s, next) > 0 ? &outside : &inside) = next;
    }
    if (isnan(outside) || s->f->count) return outside;
    outside = halve(s, from, inside, outside, SEARCH_HALVINGS);
    return s->f->count ? outside : shorten(s, from, outside, bound);
}

int search_nearest(assess *a, const assess_array *data, size_t element, double least, double most,
                   int (*reached)(void *self), void *self, double *found, fault *f) {
    search s = {a, data, element, reached, self, f};
    double now = data->value[element], up = NAN, down = NAN;
    *found = NAN;
    if (isnan(now)) {
        up = holds_at(&s, least) > 0 ? least : f->count ? NAN : search_side(&s, least, most);
        *found = up;
    } else if (reached(self)) {
        *found = now;
    } else {
        up = most > now ? search_side(&s, now, most) : NAN;
        if (!f->count && least < now) down = search_side(&s, now, least);
        *found = isnan(down) || (!isnan(up) && up - now <= now - down) ? up : down;
    }
    fault ignored = FAULT_INIT; /* the first fault is the one that is reported */
    int back = search_try(a, data, element, now, f->count ? &ignored : f);
    fault_release(&ignored);
    return back && !f->count && !isnan(*found);
}

/* ---- the range in which a value is usually moved ---- */

static void widen(double x, double *low, double *high) {
    if (x < *low || isnan(*low)) *low = x;
    if (x > *high || isnan(*high)) *high = x;
}

/* Widens a range by the elements of an array that are of an indicator; id "": by all of them. */
static void widen_by(const assess_array *x, const assess *a, const char *id, double *low,
                     double *high) {
    int leaf = *id ? array_axis(x, dataset_leaf_axis(&a->s->data)) : -1;
    size_t at = leaf < 0 ? 0 : axis_find(a, &x->axis[leaf], id);
    if ((*id && leaf < 0) || at == SIZE_MAX) return;
    size_t run = leaf < 0 ? x->size : x->stride[leaf];
    size_t step = leaf < 0 ? x->size : run * x->axis[leaf].size;
    for (size_t start = at * run; start < x->size; start += step)
        for (size_t i = start; i < start + run; i++) widen(x->value[i], low, high);
}

void search_bounds(const assess *a, const assess_cell *c, double *low, double *high) {
    static const char *const standard[] = {"index.standard", "index.target", "index.target_low",
                                           "index.target_high"};
    *low = *high = NAN;
    widen_by(c->data, a, c->id, low, high);
    for (size_t i = 0; *c->id && i < sizeof standard / sizeof *standard; i++) {
        const assess_array *x = assess_array_named(a, standard[i]);
        if (x && x->kind == ASSESS_NUMBER) widen_by(x, a, c->id, low, high);
    }
    widen(c->value, low, high);
}

/* ---- the goal ---- */

enum { LOOKS = 8, REASONS = 64, HALVINGS = 24 };

/* A value that may move, between where it is and where it brings most. */
typedef struct mover {
    assess_move m;
    double scale; /* a move this long costs the price */
    double price, gain;
    double now; /* its value in the combination */
} mover;

typedef struct goal {
    assess *a;
    const assess_goal *g;
    size_t row;
    mover *all;
    size_t count;
    double least; /* the nearness that a search is to reach */
    fault *f;
} goal;

/* ---- how near the goal is ---- */

static int holds(void *self) {
    const goal *w = self;
    double x = w->g->output->value[w->g->element];
    for (size_t i = 0; i < w->g->values; i++) {
        double want = w->g->value[i];
        int order = decimal_compare(x, want);
        if (isnan(x) || isnan(want)) continue;
        if (w->g->kind == ASSESS_AT_LEAST  ? order >= 0
            : w->g->kind == ASSESS_AT_MOST ? order <= 0
                                           : order == 0)
            return 1;
    }
    return 0;
}

static double score_of(const goal *w) {
    return w->g->score ? w->g->score->value[w->g->score_element]
                       : w->g->output->value[w->g->element];
}

/* What a verdict lacks: for each condition that does not hold, the share by which it is missed. */
static double shortfall(const goal *w) {
    const assess_array *x = w->g->output;
    size_t at[ASSESS_AXES];
    assess_reason reason[REASONS];
    for (int k = 0; k < x->axes; k++) at[k] = array_position(x, k, w->g->element);
    size_t count = assess_reasons(w->a, x, at, reason, REASONS);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double far = fabs(reason[i].want - reason[i].got) /
                     (fabs(reason[i].want) > 1 ? fabs(reason[i].want) : 1);
        if (reason[i].holds != 1) sum += isnan(far) ? 1 : far;
    }
    return sum;
}

/* The higher, the nearer. */
static double nearness(const goal *w) {
    const assess_array *x = w->g->output;
    double near = w->g->kind == ASSESS_AT_MOST && x == w->g->score ? -score_of(w)
                  : x->kind == ASSESS_TRUTH                        ? -shortfall(w)
                                                                   : score_of(w);
    return isnan(near) ? -HUGE_VAL : near;
}

static int near_enough(void *self) {
    const goal *w = self;
    return nearness(w) >= w->least;
}

/* ---- which values may move, and how far ---- */

/* Does the name of a limit mean this cell? A column of a table means all its cells. */
static int is_meant(const char *name, const char *cell) {
    size_t n = strlen(name);
    return !strncmp(cell, name, n) && (!cell[n] || cell[n] == '[' || cell[n] == '@');
}

static int find_movers(goal *w, const assess_limit *limit, size_t limits) {
    const assess_cell *cell;
    size_t before = assess_message_count(w->a), n;
    n = assess_cells(w->a, w->g->score ? w->g->score : w->g->output, w->row, &cell);
    if (!cell) return search_fault(w->a, before, ASSESS_BUG, w->f);
    w->all = mem_zero(n + 1, sizeof *w->all);
    if (!w->all) return fault_memory(w->f);
    for (size_t i = 0; i < n; i++) {
        mover x = {.m = {.cell = cell[i]}, .price = 1, .now = cell[i].value};
        int fixed = 0;
        search_bounds(w->a, &x.m.cell, &x.m.low, &x.m.high);
        for (size_t k = 0; k < limits; k++)
            if (is_meant(limit[k].name, cell[i].name)) {
                fixed |= limit[k].fixed;
                x.m.low = isnan(limit[k].low) ? x.m.low : limit[k].low;
                x.m.high = isnan(limit[k].high) ? x.m.high : limit[k].high;
                x.price = isnan(limit[k].price) ? x.price : limit[k].price;
            }
        x.scale = x.now == 0 || isnan(x.now) ? x.m.high - x.m.low : fabs(x.now);
        if (!fixed && x.m.high > x.m.low) w->all[w->count++] = x;
    }
    return 1;
}

/* The cost of moving a value. One that is missing costs its price. */
static double cost_of(const mover *x, double to) {
    double from = x->m.cell.value;
    if (isnan(from)) return isnan(to) ? 0 : x->price;
    return x->price * fabs(to - from) / x->scale;
}

/* ---- each value on its own ---- */

static int try_value(goal *w, const mover *x, double value) {
    return search_try(w->a, x->m.cell.data, x->m.cell.element, value, w->f);
}

/* Finds the value at which the goal is nearest, and the shortest move to it. *reaches: does any
 * value that was tried reach the goal? */
static int find_best(goal *w, mover *x, int *reaches) {
    double start = nearness(w), top = start, now = x->m.cell.value;
    x->m.best = now;
    for (int i = 0; i <= LOOKS; i++) {
        double there = x->m.low + (x->m.high - x->m.low) * i / LOOKS;
        if (!try_value(w, x, there)) return 0;
        *reaches |= holds(w);
        if (nearness(w) > top) {
            top = nearness(w);
            x->m.best = there;
        }
    }
    if (!try_value(w, x, now)) return 0;
    x->gain = top > start ? top - start : 0; /* both are -HUGE_VAL where there is no score */
    if (!(x->gain > 0)) return 1;
    /* A longer move may bring no more, as beyond a cap. */
    w->least = top - 1e-9 * (fabs(top) + 1);
    double nearest, low = x->m.best > now ? now : x->m.low,
                    high = x->m.best < now ? now : x->m.high;
    if (search_nearest(w->a, x->m.cell.data, x->m.cell.element, low, high, near_enough, w, &nearest,
                       w->f))
        x->m.best = nearest;
    return !w->f->count;
}

static int move_alone(goal *w, mover *x) {
    const assess_cell *c = &x->m.cell;
    int reaches = 0;
    x->m.to = NAN;
    if (!find_best(w, x, &reaches)) return 0;
    if (reaches)
        search_nearest(w->a, c->data, c->element, x->m.low, x->m.high, holds, w, &x->m.to, w->f);
    if (w->f->count) return 0;
    double there = isnan(x->m.to) ? x->m.best : x->m.to;
    x->m.cost = cost_of(x, there);
    if (!try_value(w, x, there)) return 0;
    x->m.score = score_of(w);
    return try_value(w, x, c->value);
}

static int by_use(const void *left, const void *right) {
    const mover *a = left, *b = right;
    if (isnan(a->m.to) != isnan(b->m.to)) return isnan(a->m.to) ? 1 : -1;
    double x = isnan(a->m.to) ? -a->gain : a->m.cost, y = isnan(b->m.to) ? -b->gain : b->m.cost;
    return x != y ? (x > y) - (x < y) : strcmp(a->m.cell.name, b->m.cell.name);
}

/* ---- all values together ---- */

static int try_all(goal *w) {
    size_t before = assess_message_count(w->a);
    assess_status status = ASSESS_OK;
    for (size_t i = 0; i < w->count && !status; i++)
        status =
            assess_change(w->a, w->all[i].m.cell.data, w->all[i].m.cell.element, w->all[i].now);
    return search_recompute(w->a, before, status, w->f);
}

/* Moves one value back as far as the goal still holds, with few digits. */
static int take_back(goal *w, mover *x) {
    double from = x->m.cell.value, all = x->now;
    search s = {w->a, x->m.cell.data, x->m.cell.element, holds, w, w->f};
    if (all == from) return 1;
    int none = holds_at(&s, from);
    if (none) {
        x->now = none > 0 ? from : all;
        return none > 0;
    }
    if (isnan(from)) return try_value(w, x, all);
    double good = halve(&s, from, from, all, HALVINGS);
    x->now = good;
    if (!w->f->count) x->now = shorten(&s, from, good, good > from ? x->m.high : x->m.low);
    return !w->f->count && (x->now != good || try_value(w, x, good));
}

/* Two orders of taking back: first what brings least for its cost, or first what costs most. */
static int by_yield(const void *left, const void *right) {
    const mover *a = *(mover *const *)left, *b = *(mover *const *)right;
    double x = a->gain / (cost_of(a, a->m.best) + 1e-300),
           y = b->gain / (cost_of(b, b->m.best) + 1e-300);
    return x != y ? (x > y) - (x < y) : strcmp(a->m.cell.name, b->m.cell.name);
}

static int by_cost(const void *left, const void *right) {
    const mover *a = *(mover *const *)left, *b = *(mover *const *)right;
    double x = cost_of(a, a->m.best), y = cost_of(b, b->m.best);
    return x != y ? (x < y) - (x > y) : strcmp(a->m.cell.name, b->m.cell.name);
}

static double cost_now(const goal *w) {
    double sum = 0;
    for (size_t i = 0; i < w->count; i++) sum += cost_of(&w->all[i], w->all[i].now);
    return sum;
}

/* The best end of a value's range as the rules say; used where results are missing, so that no
 * value on its own shows what is better. */
static double favourable(const goal *w, const assess_move *m) {
    const char *better = assess_attribute(w->a, m->cell.id, "better");
    return !strcmp(better, "lower")                ? m->low
           : !strcmp(better, "higher") || !*better ? m->high
                                                   : m->low + (m->high - m->low) / 2;
}

/* Moves all values to where each brings most, then takes them back one by one, in each of two
 * orders; keeps the cheaper result. */
static int find_combination(goal *w, assess_plan *plan) {
    double score_at_first = score_of(w);
    static int (*const order[])(const void *, const void *) = {by_yield, by_cost};
    mover **queue = mem_take((w->count + 1) * sizeof *queue);
    double *cheapest = mem_take((w->count + 1) * sizeof *cheapest);
    int fine = queue && cheapest ? 1 : fault_memory(w->f), possible = 0;
    plan->cost = HUGE_VAL;
    work_begin(TEXT("looking for a combination"), NULL, w->count * sizeof order / sizeof *order);
    for (size_t o = 0; fine && o < sizeof order / sizeof *order; o++) {
        for (size_t i = 0; i < w->count; i++) {
            queue[i] = &w->all[i];
            w->all[i].now = w->all[i].gain > 0 ? w->all[i].m.best : w->all[i].m.cell.value;
            if (isnan(score_at_first))
                w->all[i].now = w->all[i].m.best = favourable(w, &w->all[i].m);
        }
        qsort(queue, w->count, sizeof *queue, order[o]);
        fine = try_all(w);
        possible = holds(w);
        if (fine && !possible) plan->score = score_of(w);
        for (size_t i = 0; fine && possible && i < w->count; i++) {
            fine = take_back(w, queue[i]);
            work_add(1);
        }
        if (!fine || !possible) break;
        if (cost_now(w) < plan->cost) {
            plan->cost = cost_now(w);
            for (size_t i = 0; i < w->count; i++) cheapest[i] = w->all[i].now;
        }
    }
    work_end();
    /* Moving a single value may be cheaper still. */
    if (possible && w->count && !isnan(w->all[0].m.to) && w->all[0].m.cost <= plan->cost)
        for (size_t i = 0; i < w->count; i++)
            cheapest[i] = i ? w->all[i].m.cell.value : w->all[0].m.to;
    for (size_t i = 0; i < w->count; i++)
        w->all[i].now = fine && possible ? cheapest[i] : w->all[i].m.cell.value;
    mem_free(queue);
    mem_free(cheapest);
    if (!fine || !possible) return fine;
    plan->cost = cost_now(w);
    if (!try_all(w)) return 0;
    plan->score = score_of(w);
    return holds(w) || fault_set(w->f, FAULT_BUG, "a combination does not reach the goal");
}

/* ---- the plan ---- */

static int keep_moves(goal *w, assess_plan *plan) {
    assess_move *single = arena_take(&w->a->memory, (w->count + 1) * sizeof *single);
    assess_move *move = arena_take(&w->a->memory, (w->count + 1) * sizeof *move);
    if (!single || !move) return fault_memory(w->f);
    for (size_t i = 0; i < w->count; i++) {
        const mover *x = &w->all[i];
        single[plan->singles++] = x->m;
        if (x->now == x->m.cell.value || isnan(x->now)) continue;
        move[plan->steps] = x->m;
        move[plan->steps].to = x->now;
        move[plan->steps++].cost = cost_of(x, x->now);
    }
    plan->single = single;
    plan->step = move;
    return 1;
}

/* The reasons of a verdict are asked for while values move; those are no outputs. */
static int follow_movers(goal *w) {
    if (w->g->output->kind == ASSESS_TRUTH) return 1;
    assess_cell *cell = mem_take((w->count + 1) * sizeof *cell);
    if (!cell) return fault_memory(w->f);
    for (size_t i = 0; i < w->count; i++) cell[i] = w->all[i].m.cell;
    int fine = search_follow(w->a, cell, w->count, w->f);
    mem_free(cell);
    return fine;
}

static int make_plan(goal *w, const assess_limit *limit, size_t limits, assess_plan *plan) {
    plan->reached = holds(w);
    plan->score = score_of(w);
    if (plan->reached) return 1;
    int fine = find_movers(w, limit, limits) && follow_movers(w);
    work_begin(TEXT("trying each figure alone"), NULL, w->count);
    for (size_t i = 0; fine && i < w->count; i++) {
        fine = move_alone(w, &w->all[i]);
        work_add(1);
    }
    work_end();
    if (fine && w->count) qsort(w->all, w->count, sizeof *w->all, by_use);
    fine = fine && find_combination(w, plan) && keep_moves(w, plan);
    fault ignored = FAULT_INIT;
    for (size_t i = 0; i < w->count; i++) w->all[i].now = w->all[i].m.cell.value;
    fault *first = w->f;
    w->f = fine ? first : &ignored;
    fine &= try_all(w);
    w->f = first;
    fault_release(&ignored);
    return search_follow_end(w->a, first) && fine;
}

assess_status assess_plan_for(assess *a, const assess_goal *g, size_t row,
                              const assess_limit *limit, size_t limits, assess_plan *plan) {
    fault f = FAULT_INIT;
    goal w = {.a = a, .g = g, .row = row, .f = &f};
    *plan = (assess_plan){0};
    if (a->step != DONE) return session_refuse(a, "assess_plan_for follows assess_run%s%s", "", "");
    size_t told = a->messages;
    make_plan(&w, limit, limits, plan);
    mem_free(w.all);
    return search_finish(a, told, &f);
}
