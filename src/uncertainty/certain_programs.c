/* Linear programs about ranks and swaps. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/splitmix64.h"
#include "base/text.h"
#include "base/work.h"
#include "uncertainty/certain_inside.h"

/* ---- programs ---- */

/* Room for a program whose variables are those of the set, a factor for each block, and others. */
typedef struct rows {
    program p;
    size_t cap;
    double *objective, *coefficient, *bound, *lower, *upper, *solution;
    program_relation *relation;
    unsigned char *binary;
} rows;

static int rows_open(rows *r, const certain *c, size_t others, size_t more, fault *f) {
    size_t n = c->set.count + c->set.blocks + others, most = admissible_rows(&c->set) + more;
    *r = (rows){.cap = most};
    if (n > PROGRAM_MOST / (most + 1))
        return fault_set(f, FAULT_LIMIT,
                         "a linear program of %zu variables and %zu constraints is too large", n,
                         most);
    r->objective = mem_zero(4 * n + most + 1 + n * most, sizeof(double));
    r->relation = mem_zero(most + 1, sizeof *r->relation);
    r->binary = mem_zero(n + 1, 1);
    if (!r->objective || !r->relation || !r->binary) return fault_memory(f);
    r->lower = r->objective + n;
    r->upper = r->lower + n;
    r->solution = r->upper + n;
    r->bound = r->solution + n;
    r->coefficient = r->bound + most;
    r->p = (program){.n = n,
                     .objective = r->objective,
                     .coefficient = r->coefficient,
                     .relation = r->relation,
                     .bound = r->bound,
                     .lower = r->lower,
                     .upper = r->upper};
    r->p.rows =
        admissible_program(&c->set, n, r->coefficient, r->relation, r->bound, r->lower, r->upper);
    /* What does not count in this column stays as the rules have it. */
    for (size_t i = 0; i < c->set.count; i++)
        if (c->nominal && !c->counts[i] && c->set.variable[i].block < 0)
            r->lower[i] = r->upper[i] = c->set.variable[i].nominal;
    return 1;
}

static void rows_close(rows *r) {
    mem_free(r->objective);
    mem_free(r->relation);
    mem_free(r->binary);
}

static double *add_row(rows *r, program_relation relation, double bound) {
    double *row = r->coefficient + r->p.rows * r->p.n;
    r->relation[r->p.rows] = relation;
    r->bound[r->p.rows++] = bound;
    return row;
}

/* A row "the lead of a unit over another, divided by `size`, is at least …". */
static double *add_lead(rows *r, const certain *c, size_t unit, size_t other, double least,
                        double size) {
    double *row = add_row(r, PROGRAM_AT_LEAST, 0);
    double constant = certain_lead(c, unit, other, row);
    for (size_t i = 0; i < c->set.count; i++) row[i] /= size;
    r->bound[r->p.rows - 1] = (least - constant) / size;
    return row;
}

/* The solution as a point: without the remains of rounding, and as the rules have it where it does
 * not count. */
static void take_point(const certain *c, const double *solution, double *point) {
    for (size_t i = 0; i < c->set.count; i++) {
        const weight_variable *x = &c->set.variable[i];
        double size = x->block < 0 ? fabs(x->high) : c->set.block[x->block].sum;
        point[i] = !c->counts[i] && c->nominal        ? x->nominal
                   : fabs(solution[i]) < 1e-14 * size ? 0
                                                      : solution[i];
    }
}

/* ---- ranks ---- */

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int is_late(const certain *c) { return c->until > 0 && seconds_now() > c->until; }

/* A question: how many of the rivals can be behind (best rank), or ahead (worst rank), at once? */
typedef struct question {
    certain *c;
    size_t unit;
    int worst;
    size_t *rival; /* those of whom it depends on the weights */
    size_t rivals;
    size_t settled;                /* others that are ahead whatever the weights */
    unsigned char *beaten, *tried; /* by rival: those of the best answer, of one on trial */
    size_t count;                  /* of the best answer */
    unsigned char *cut;            /* by cut and rival: sets that cannot all win */
    size_t cuts, cut_room;
    double *point; /* that proves it */
    double margin; /* of it */
} question;

/* The lead of whoever is to win, at a point. */
static double lead_at(const question *q, size_t rival, const double *point, double *lead) {
    const certain *c = q->c;
    double x =
        q->worst ? certain_lead(c, rival, q->unit, lead) : certain_lead(c, q->unit, rival, lead);
    for (size_t i = 0; i < c->set.count; i++) x += lead[i] * point[i];
    return x;
}

/* What a lead must be to count: to be behind, nobody needs one. */
static double least_lead(const question *q) {
    return q->worst ? CERTAIN_LEAD * q->c->size : -1e-12 * q->c->size;
}

static size_t count_at(const question *q, const double *point, unsigned char *beaten) {
    size_t count = 0;
    for (size_t k = 0; k < q->rivals; k++) {
        beaten[k] = lead_at(q, q->rival[k], point, q->c->lead) >= least_lead(q);
        count += beaten[k];
    }
    return count;
}

static void keep(question *q, const unsigned char *beaten, size_t count, const double *point) {
    memcpy(q->beaten, beaten, q->rivals);
    memcpy(q->point, point, q->c->set.count * sizeof *point);
    q->count = count;
}

/* The weights of the rules if they are admissible, else any that are. */
static void begin_at(certain *c, double *point) {
    uint64_t state = 1;
    for (size_t i = 0; i < c->set.count; i++) point[i] = c->set.variable[i].nominal;
    if (c->nominal) return;
    admissible_random(&c->set, &state, c->point);
    take_point(c, c->point, point);
}

/* Answers that cost nothing: the points that were computed, random ones, and those where the leads
 * are greatest, together and each. */
static void try_points(question *q) {
    certain *c = q->c;
    size_t n = c->set.count, each = q->rivals <= 64 ? q->rivals : 0;
    uint64_t state = 2012;
    double *sum = c->lead, *point = c->point;
    memcpy(point, q->point, n * sizeof *point);
    for (size_t k = 0; k < 66 + each && q->count < q->rivals; k++) {
        if (k == 1) {
            double *all = mem_zero(n + 1, sizeof *all);
            for (size_t r = 0; all && r < q->rivals; r++) {
                if (q->worst)
                    certain_lead(c, q->rival[r], q->unit, sum);
                else
                    certain_lead(c, q->unit, q->rival[r], sum);
                for (size_t i = 0; i < n; i++) all[i] += sum[i];
            }
            if (all) admissible_most(&c->set, all, point, c->order);
            mem_free(all);
        } else if (k >= 66) {
            size_t r = q->rival[k - 66];
            if (q->worst)
                certain_lead(c, r, q->unit, sum);
            else
                certain_lead(c, q->unit, r, sum);
            admissible_most(&c->set, sum, point, c->order);
        } else if (k > 1) {
            admissible_random(&c->set, &state, point);
        }
        size_t count = count_at(q, point, q->tried);
        if (count > q->count) keep(q, q->tried, count, point);
    }
}

/* The point where those who win do so by the greatest margin; 0 where they cannot all win, -1 with
 * the fault. */
static int prove(question *q, const unsigned char *beaten, double *point, double *margin,
                 fault *f) {
    certain *c = q->c;
    rows r;
    program_outcome outcome;
    int fine = rows_open(&r, c, 1, q->rivals, f);
    size_t m = r.p.n - 1; /* the margin, as a share of the size of the scores */
    if (fine) {
        r.p.maximise = 1;
        r.objective[m] = 1;
        r.lower[m] = -1;
        r.upper[m] = 1;
        for (size_t k = 0; k < q->rivals; k++)
            if (beaten[k])
                add_lead(&r, c, q->worst ? q->rival[k] : q->unit, q->worst ? q->unit : q->rival[k],
                         0, c->size)[m] = -1;
        fine = program_solve(&r.p, r.solution, &outcome, c->settings.stop, f);
    }
    int right = 0;
    if (fine && outcome == PROGRAM_SOLVED) {
        take_point(c, r.solution, point);
        *margin = r.solution[m] * c->size;
        right = *margin >= least_lead(q);
    }
    rows_close(&r);
    return fine ? right : -1;
}

/* Those of a set that cannot all win which stand in each other's way: at the point that comes
 * nearest, they are where it fails. Then those that it does not take are left out, if there are
 * few. The set becomes a cut: branch and bound, whose arithmetic has a tolerance, will not come
 * back to it. */
static int add_cut(question *q, unsigned char *set, const double *point, double margin, fault *f) {
    size_t count = 0;
    double unused;
    for (size_t k = 0; k < q->rivals; k++) {
        double lead = lead_at(q, q->rival[k], point, q->c->lead);
        set[k] = set[k] && lead <= margin + 1e-9 * q->c->size;
        count += set[k];
    }
    for (size_t k = 0; count > 2 && count <= 40 && k < q->rivals; k++) {
        if (!set[k]) continue;
        set[k] = 0;
        int right = prove(q, set, q->c->point, &unused, f);
        if (right < 0) return 0;
        set[k] = right > 0;
        count -= !right;
    }
    if (!MEM_RESERVE(q->cut, (q->cuts + 1) * q->rivals, q->cut_room)) return fault_memory(f);
    memcpy(q->cut + q->cuts++ * q->rivals, set, q->rivals);
    return 1;
}

typedef enum search_end {
    SEARCH_BETTER,
    SEARCH_NONE,
    SEARCH_AGAIN,
    SEARCH_OPEN,
    SEARCH_FAULT
} search_end;

enum { CUTS = 400 };

/* Is there an answer with at least `want` of the rivals? It is kept. */
static search_end search(question *q, size_t want, double seconds, fault *f) {
    certain *c = q->c;
    rows r;
    program_outcome outcome = PROGRAM_FAILED;
    if (is_late(c)) return SEARCH_OPEN;
    if (!rows_open(&r, c, q->rivals, q->rivals + 1 + q->cuts, f)) {
        rows_close(&r);
        return SEARCH_FAULT;
    }
    size_t first = r.p.n - q->rivals, n = c->units;
    for (size_t k = 0; k < q->rivals; k++) {
        size_t winner = q->worst ? q->rival[k] : q->unit, loser = q->worst ? q->unit : q->rival[k];
        double against = c->most[loser * n + winner]; /* the winner may be so far behind */
        double least = q->worst ? CERTAIN_LEAD * c->size : 0, size = against + least;
        /* lead / size >= least / size - (1 - x) */
        double *row = add_lead(&r, c, winner, loser, least - size, size);
        row[first + k] = -1;
        r.lower[first + k] = 0;
        r.upper[first + k] = 1;
        r.binary[first + k] = 1;
        r.objective[first + k] = 1;
    }
    r.p.maximise = 1;
    double *row = add_row(&r, PROGRAM_AT_LEAST, (double)want);
    for (size_t k = 0; k < q->rivals; k++) row[first + k] = 1;
    for (size_t i = 0; i < q->cuts; i++) {
        row = add_row(&r, PROGRAM_AT_MOST, -1);
        for (size_t k = 0; k < q->rivals; k++)
            if (q->cut[i * q->rivals + k]) {
                row[first + k] = 1;
                r.bound[r.p.rows - 1]++;
            }
    }
    const program_choices choices = {r.binary, 1, seconds};
    search_end end = SEARCH_OPEN;
    if (!program_solve_choices(&r.p, &choices, r.solution, &outcome, c->settings.stop, f)) {
        end = SEARCH_FAULT;
    } else if (outcome == PROGRAM_INFEASIBLE) {
        end = SEARCH_NONE;
    } else if (outcome == PROGRAM_SOLVED || outcome == PROGRAM_NEARLY) {
        size_t count = 0;
        double margin = -INFINITY;
        for (size_t k = 0; k < q->rivals; k++) {
            q->tried[k] = r.solution[first + k] > 0.5;
            count += q->tried[k];
        }
        int proved = prove(q, q->tried, c->point, &margin, f);
        if (proved > 0) keep(q, q->tried, count, c->point);
        end = proved > 0 ? SEARCH_BETTER : proved < 0 ? SEARCH_FAULT : SEARCH_OPEN;
        if (!proved && margin > -INFINITY && q->cuts < CUTS)
            end = add_cut(q, q->tried, c->point, margin, f) ? SEARCH_AGAIN : SEARCH_FAULT;
    }
    rows_close(&r);
    return end;
}

/* The seconds that one program may take of those that are left. */
static double share_of_time(const certain *c) {
    if (!(c->until > 0)) return 0;
    double left = (c->until - seconds_now()) / (double)(c->waiting / 4 + 1);
    return left > 1e-3 ? left : 1e-3;
}

static int answer(question *q, certain_rank *out, fault *f) {
    certain *c = q->c;
    size_t bound = q->rivals;
    try_points(q);
    search_end end = SEARCH_BETTER;
    while (q->count < bound && (end == SEARCH_BETTER || end == SEARCH_AGAIN))
        end = search(q, q->count + 1, share_of_time(c), f);
    if (end == SEARCH_FAULT) return 0;
    if (end == SEARCH_NONE) bound = q->count;
    double margin = 0;
    int proved = q->count && !is_late(c) ? prove(q, q->beaten, c->point, &margin, f) : 0;
    if (proved < 0) return 0;
    if (proved) memcpy(q->point, c->point, c->set.count * sizeof *c->point);
    double base = 1 + (double)q->settled;
    out->rank = q->worst ? base + (double)q->count : base + (double)(q->rivals - q->count);
    out->bound = q->worst ? base + (double)bound : base + (double)(q->rivals - bound);
    out->tied = !q->worst && q->count && !(margin > CERTAIN_LEAD * c->size);
    out->weight = arena_take(&c->memory, (c->set.count + 1) * sizeof *out->weight);
    if (!out->weight) return fault_memory(f);
    admissible_weights(&c->set, q->point, out->weight);
    if (!weighing_try(&c->weighing, out->weight, f)) return 0;
    out->shown = certain_shown_rank(c, q->unit);
    return 1;
}

static int rank_unit(certain *c, size_t unit, int worst, fault *f) {
    size_t n = c->units;
    question q = {.c = c, .unit = unit, .worst = worst};
    q.rival = mem_take((n + 1) * sizeof *q.rival);
    q.beaten = mem_zero(2 * n + 1, 1);
    q.point = mem_take((c->set.count + 1) * sizeof *q.point);
    int fine = q.rival && q.beaten && q.point ? 1 : fault_memory(f);
    q.tried = q.beaten + n;
    if (fine) begin_at(c, q.point);
    for (size_t v = 0; fine && v < n; v++) {
        if (v == unit || !c->unit[v].ranked) continue;
        double ahead = c->most[v * n + unit], behind = -c->most[unit * n + v];
        if (ahead <= CERTAIN_LEAD * c->size) continue; /* never ahead */
        if (behind > CERTAIN_LEAD * c->size)
            q.settled++;
        else
            q.rival[q.rivals++] = v;
    }
    fine = fine && answer(&q, worst ? &c->unit[unit].worst : &c->unit[unit].best, f);
    mem_free(q.rival);
    mem_free(q.beaten);
    mem_free(q.cut);
    mem_free(q.point);
    return fine;
}

static int rank_units(certain *c, const size_t *unit, size_t units, fault *f) {
    c->until = c->settings.seconds > 0 ? seconds_now() + c->settings.seconds : 0;
    c->waiting = 2 * units;
    for (size_t i = 0; i < units; i++)
        for (int worst = 0; worst < 2; worst++, c->waiting--) {
            if (limits_over())
                return fault_set(f, FAULT_LIMIT, "stopped before the ranks were found");
            if (c->unit[unit[i]].ranked && !rank_unit(c, unit[i], worst, f)) return 0;
            work_add(1);
        }
    return 1;
}

int certain_ranks(certain *c, const size_t *unit, size_t units, fault *f) {
    work_begin(TEXT("%.0f of %.0f ranks"), NULL, 2 * units);
    const int fine = rank_units(c, unit, units, f);
    work_end();
    return fine;
}

/* ---- the smallest change ---- */

/* The point nearest to the nominal one at which `behind` leads by so much; 0: there is none, -1
 * with the fault. */
static int nearest(certain *c, size_t ahead, size_t behind, double lead, double *point,
                   double *distance, fault *f) {
    size_t n = c->set.count;
    rows r;
    program_outcome outcome = PROGRAM_FAILED;
    int fine = rows_open(&r, c, n, 1 + 2 * n, f);
    size_t first = r.p.n - n;
    if (fine) {
        add_lead(&r, c, behind, ahead, lead, c->size);
        for (size_t i = 0; i < n; i++) {
            double nominal = c->set.variable[i].nominal;
            for (int side = 0; side < 2; side++) { /* distance >= |x - nominal| */
                double *row = add_row(&r, PROGRAM_AT_LEAST, side ? nominal : -nominal);
                row[first + i] = 1;
                row[i] = side ? 1 : -1;
            }
            r.lower[first + i] = 0;
            r.upper[first + i] = (double)NAN;
            r.objective[first + i] = 1;
        }
        fine = program_solve(&r.p, r.solution, &outcome, c->settings.stop, f);
    }
    if (fine && outcome == PROGRAM_SOLVED) {
        take_point(c, r.solution, point);
        *distance = 0;
        for (size_t i = 0; i < n; i++) *distance += fabs(point[i] - c->set.variable[i].nominal);
    }
    rows_close(&r);
    return !fine ? -1 : outcome == PROGRAM_SOLVED;
}

/* Puts weights back, and takes the scores and ranks of the two. */
static double *put_back(certain *c, const double *point, const certain_swap *s, double score[2],
                        double rank[2], fault *f) {
    double *weight = arena_take(&c->memory, (c->set.count + 1) * sizeof *weight);
    if (!weight) {
        fault_memory(f);
        return NULL;
    }
    admissible_weights(&c->set, point, weight);
    if (!weighing_try(&c->weighing, weight, f)) return NULL;
    for (int i = 0; i < 2; i++) {
        size_t u = i ? s->behind : s->ahead;
        score[i] = c->weighing.score->value[c->score_at[u]];
        rank[i] = certain_shown_rank(c, u);
    }
    return weight;
}

int certain_swap_of(certain *c, size_t unit, size_t other, certain_swap *out, fault *f) {
    double now =
        c->settings.score->value[c->score_at[unit]] - c->settings.score->value[c->score_at[other]];
    int first = c->sign * now >= 0;
    /* Of two that are level the one counts as ahead that the other can pass. */
    if (now == 0 && !(c->most[other * c->units + unit] > CERTAIN_LEAD * c->size)) first = 0;
    *out = (certain_swap){.ahead = first ? unit : other, .behind = first ? other : unit};
    double most = c->most[out->behind * c->units + out->ahead], unused;
    if (most < 0) return 1;
    int found = nearest(c, out->ahead, out->behind, 0, c->point, &out->distance, f);
    if (found <= 0) return found == 0;
    out->possible = 1;
    out->level = put_back(c, c->point, out, out->level_score, out->level_rank, f);
    if (!out->level) return 0;
    double lead = most / 2 < 1e-6 * c->size ? most / 2 : 1e-6 * c->size;
    if (!(lead > CERTAIN_LEAD * c->size)) return 1;
    found = nearest(c, out->ahead, out->behind, lead, c->point, &unused, f);
    if (found <= 0) return found == 0;
    out->beyond = put_back(c, c->point, out, out->beyond_score, out->beyond_rank, f);
    return out->beyond != NULL;
}

int certain_first(certain *c, certain_swap *out, fault *f) {
    size_t leader = SIZE_MAX, best = SIZE_MAX;
    double least = INFINITY;
    for (size_t u = 0; u < c->units; u++)
        if (c->unit[u].ranked &&
            (leader == SIZE_MAX || c->unit[u].nominal < c->unit[leader].nominal))
            leader = u;
    *out = (certain_swap){.ahead = leader, .behind = leader};
    for (size_t v = 0; leader != SIZE_MAX && v < c->units; v++) {
        double distance;
        if (v == leader || !c->unit[v].ranked || c->most[v * c->units + leader] < 0) continue;
        int found = nearest(c, leader, v, 0, c->point, &distance, f);
        if (found < 0) return 0;
        if (found && distance < least) {
            least = distance;
            best = v;
        }
    }
    return best == SIZE_MAX || certain_swap_of(c, leader, best, out, f);
}
