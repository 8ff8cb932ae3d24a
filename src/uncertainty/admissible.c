#include "uncertainty/admissible.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/splitmix64.h"
#include "base/text.h"
#include "uncertainty/weights.h"

/* ---- from inputs to variables ---- */

static int add_variable(admissible *w, const weight_variable *x, fault *f) {
    if (!MEM_RESERVE(w->variable, w->count + 1, w->cap)) return fault_memory(f);
    w->variable[w->count++] = *x;
    return 1;
}

static int add_block(admissible *w, const weight_block *b, fault *f) {
    if (!MEM_RESERVE(w->block, w->blocks + 1, w->block_cap)) return fault_memory(f);
    w->block[w->blocks++] = *b;
    return 1;
}

/* Is it a weight, of an element of the level? */
static int is_weight(const model *m, const md_leaf *l, int level) {
    if (!l || l->element < 0 || strcmp(l->name, "weight") != 0) return 0;
    size_t n = level < 0 ? 0 : ax_get(m->space, m->level_axis[level])->size;
    for (size_t i = 0; i < n; i++)
        if (m->member[level][i] == l->element) return 1;
    return level < 0;
}

/* The bounds of an input; 0 where its kind has none. */
static int bounds_of(const draw_input *x, double *low, double *high) {
    const double *p = x->d.p;
    switch (x->d.kind) {
    case DISTRIBUTION_UNIFORM:
        *low = p[0];
        *high = p[1];
        return 1;
    case DISTRIBUTION_TRIANGULAR:
    case DISTRIBUTION_PERT:
        *low = p[0];
        *high = p[2];
        return 1;
    default: return 0;
    }
}

static int variable_of(const draw_inputs *in, size_t i, const model *m, const md_leaf *l, int block,
                       weight_variable *out, fault *f) {
    const draw_input *x = &in->input[i];
    int whole = x->group >= 0 && in->group[x->group].kind != GROUP_NOISE;
    *out = (weight_variable){.address = x->address,
                             .nominal = x->nominal,
                             .block = block,
                             .varies = 1,
                             .leaf = (size_t)(l - m->leaf)};
    if (whole) {
        /* In a Dirichlet distribution a weight of 0 stays 0. */
        out->high = in->group[x->group].kind == GROUP_DIRICHLET && !(x->nominal > 0)
                        ? 0
                        : in->group[x->group].sum;
        return 1;
    }
    if (!bounds_of(x, &out->low, &out->high))
        return fault_at(f, FAULT_USAGE, NULL, "noise = 0.25, simplex = true, uniform = { 1, 3 }",
                        "%s: a normal distribution has no bounds, so that every weight is possible",
                        x->address);
    return out->low >= 0 || fault_at(f, FAULT_USAGE, NULL, NULL,
                                     "%s: a weight below 0 is not admissible", x->address);
}

static int add_group(admissible *w, const draw_inputs *in, const model *m, const draw_group *g,
                     fault *f) {
    weight_block b = {
        .first = w->count, .count = g->count, .sum = g->sum, .whole = g->kind != GROUP_NOISE};
    int fine = 1;
    for (size_t i = g->first; fine && i < g->first + g->count; i++) {
        weight_variable x;
        const md_leaf *l = model_leaf(m, in->input[i].address);
        fine = variable_of(in, i, m, l, (int)w->blocks, &x, f) && add_variable(w, &x, f);
    }
    if (fine && g->kind == GROUP_PANEL)
        fine = fault_at(f, FAULT_USAGE, NULL, "noise = 0.25, simplex = true",
                        "%s: a panel lists weights, and says nothing of those in between",
                        in->input[g->first].address);
    fine = fine && add_block(w, &b, f);
    for (size_t k = 0; fine && g->space && k < g->space->rows; k++)
        fine =
            admissible_condition(w, w->blocks - 1, g->space->row[k].a, g->space->row[k].least, f);
    return fine;
}

static long input_of(const draw_inputs *in, const char *address) {
    for (size_t i = 0; i < in->inputs; i++)
        if (!in->input[i].name && !strcmp(in->input[i].address, address)) return (long)i;
    return -1;
}

static int has_variable(const admissible *w, size_t leaf) {
    for (size_t i = 0; i < w->count; i++)
        if (w->variable[i].leaf == leaf) return 1;
    return 0;
}

/* All weights beside a leaf, as shares of their sum. */
static int add_shares(admissible *w, const draw_inputs *in, const model *m, const md_leaf *of,
                      fault *f) {
    weight_block b = {.first = w->count, .apart = 1};
    int parent = m->element[of->element].parent;
    for (size_t k = 0; k < m->leaves; k++) {
        const md_leaf *l = &m->leaf[k];
        if (l->absent || !is_weight(m, l, -1) || m->element[l->element].parent != parent ||
            l->stage != of->stage)
            continue;
        long i = input_of(in, l->address);
        weight_variable x = {.address = l->address,
                             .nominal = l->value.number,
                             .low = l->value.number,
                             .high = l->value.number,
                             .block = (int)w->blocks,
                             .leaf = k};
        if (i >= 0 && in->input[i].group < 0 &&
            !variable_of(in, (size_t)i, m, l, (int)w->blocks, &x, f))
            return 0;
        x.block = (int)w->blocks;
        if (!add_variable(w, &x, f)) return 0;
        b.sum += x.nominal;
        b.count++;
    }
    return add_block(w, &b, f);
}

int admissible_open(admissible *w, const draw_inputs *in, model *m, int level, int shares,
                    fault *f) {
    *w = (admissible){0};
    int fine = 1;
    for (size_t i = 0; fine && i < in->groups; i++) {
        const draw_input *x = &in->input[in->group[i].first];
        const md_leaf *l = x->name ? NULL : model_leaf(m, x->address);
        if (is_weight(m, l, level) && in->group[i].sum > 0)
            fine = add_group(w, in, m, &in->group[i], f);
    }
    for (size_t i = 0; fine && i < in->inputs; i++) {
        const draw_input *x = &in->input[i];
        const md_leaf *l = x->name || x->group >= 0 ? NULL : model_leaf(m, x->address);
        weight_variable v;
        if (!is_weight(m, l, level) || has_variable(w, (size_t)(l - m->leaf))) continue;
        if (shares)
            fine = add_shares(w, in, m, l, f);
        else
            fine = variable_of(in, i, m, l, -1, &v, f) && add_variable(w, &v, f);
    }
    return fine;
}

void admissible_close(admissible *w) {
    for (size_t i = 0; i < w->blocks; i++) mem_free(w->block[i].corner);
    mem_free(w->condition);
    mem_free(w->variable);
    mem_free(w->block);
    *w = (admissible){0};
}

/* ---- the greatest value ---- */

/* Positions by slope, the greatest first; of equal ones the earlier. */
static void sort_by(const double *slope, size_t *order, size_t n) {
    for (size_t gap = n / 2; gap > 0; gap /= 2)
        for (size_t i = gap; i < n; i++) {
            size_t x = order[i], k = i;
            for (; k >= gap; k -= gap) {
                size_t y = order[k - gap];
                if (slope[y] > slope[x] || (slope[y] == slope[x] && y < x)) break;
                order[k] = y;
            }
            order[k] = x;
        }
}

/* Members up to a place in the order have their upper bounds, the others their lower ones; of all
 * such places one is best. */
static double most_of_shares(const admissible *w, const weight_block *b, const double *slope,
                             double *point, size_t *order) {
    double sum = 0, value = 0, best = -INFINITY, scale = 0;
    size_t cut = 0;
    for (size_t i = 0; i < b->count; i++) {
        const weight_variable *x = &w->variable[b->first + i];
        order[i] = b->first + i;
        sum += x->low;
        value += x->low * slope[b->first + i];
    }
    sort_by(slope, order, b->count);
    for (size_t k = 0; k <= b->count; k++) {
        if (sum > 0 && value / sum > best) {
            best = value / sum;
            scale = b->sum / sum;
            cut = k;
        }
        if (k == b->count) break;
        const weight_variable *x = &w->variable[order[k]];
        sum += x->high - x->low;
        value += (x->high - x->low) * slope[order[k]];
    }
    for (size_t k = 0; point && k < b->count; k++) {
        const weight_variable *x = &w->variable[order[k]];
        point[order[k]] = scale * (k < cut ? x->high : x->low);
    }
    return b->sum * best;
}

static double most_of_whole(const admissible *w, const weight_block *b, const double *slope,
                            double *point) {
    size_t best = SIZE_MAX;
    for (size_t i = b->first; i < b->first + b->count; i++) {
        if (point) point[i] = 0;
        if (w->variable[i].high > 0 && (best == SIZE_MAX || slope[i] > slope[best])) best = i;
    }
    if (point) point[best] = b->sum;
    return b->sum * slope[best];
}

/* By a linear program over the block alone. */
static double most_of_conditions(const admissible *w, const weight_block *b, const double *slope,
                                 double *point) {
    size_t n = b->count, rows = 1, most = 1 + w->conditions;
    double *c = mem_zero(most * n + 3 * n + most + 1, sizeof *c), value = (double)NAN;
    program_relation *relation = mem_take(most * sizeof *relation);
    if (c && relation) {
        double *lower = c + most * n, *upper = lower + n, *x = upper + n, *bound = x + n;
        program_outcome outcome;
        fault f = FAULT_INIT;
        for (size_t i = 0; i < n; i++) {
            c[i] = 1;
            lower[i] = w->variable[b->first + i].low;
            upper[i] = w->variable[b->first + i].high;
        }
        relation[0] = PROGRAM_EQUAL;
        bound[0] = b->sum;
        for (size_t k = 0; k < w->conditions; k++) {
            const weight_condition *d = &w->condition[k];
            if (&w->block[d->block] != b) continue;
            memcpy(c + rows * n, d->a, n * sizeof *c);
            relation[rows] = PROGRAM_AT_LEAST;
            bound[rows++] = d->least * b->sum;
        }
        const program p = {n, rows, 1, slope + b->first, c, relation, bound, lower, upper};
        if (program_solve(&p, x, &outcome, NULL, &f) && outcome == PROGRAM_SOLVED) {
            value = 0;
            for (size_t i = 0; i < n; i++) value += slope[b->first + i] * x[i];
            if (point) memcpy(point + b->first, x, n * sizeof *x);
        }
        fault_release(&f);
    }
    mem_free(c);
    mem_free(relation);
    return value;
}

double admissible_most(const admissible *w, const double *slope, double *point, size_t *order) {
    double most = 0;
    for (size_t i = 0; i < w->blocks; i++) {
        const weight_block *b = &w->block[i];
        most += b->conditions ? most_of_conditions(w, b, slope, point)
                : b->whole    ? most_of_whole(w, b, slope, point)
                              : most_of_shares(w, b, slope, point, order);
    }
    for (size_t i = 0; i < w->count; i++) {
        const weight_variable *x = &w->variable[i];
        if (x->block >= 0) continue;
        double at = slope[i] > 0 ? x->high : x->low;
        most += slope[i] * at;
        if (point) point[i] = at;
    }
    return most;
}

/* ---- as a program ---- */

size_t admissible_rows(const admissible *w) {
    size_t rows = w->blocks + w->conditions;
    for (size_t i = 0; i < w->blocks; i++)
        if (!w->block[i].whole) rows += 2 * w->block[i].count;
    return rows;
}

size_t admissible_program(const admissible *w, size_t n, double *coefficient,
                          program_relation *relation, double *bound, double *lower, double *upper) {
    size_t rows = 0;
    for (size_t i = 0; i < w->count; i++) {
        const weight_variable *x = &w->variable[i];
        int own = x->block < 0 || w->block[x->block].whole;
        lower[i] = own ? x->low : 0;
        upper[i] = own ? x->high : (double)NAN;
    }
    for (size_t k = 0; k < w->blocks; k++) {
        const weight_block *b = &w->block[k];
        size_t factor = w->count + k;
        double *row = coefficient + rows * n;
        memset(row, 0, n * sizeof *row);
        for (size_t i = b->first; i < b->first + b->count; i++) row[i] = 1;
        relation[rows] = PROGRAM_EQUAL;
        bound[rows++] = b->sum;
        lower[factor] = 0;
        upper[factor] = b->whole ? 0 : (double)NAN;
        for (size_t i = b->first; !b->whole && i < b->first + b->count; i++)
            for (int side = 0; side < 2; side++) {
                row = coefficient + rows * n;
                memset(row, 0, n * sizeof *row);
                row[i] = 1;
                row[factor] = -(side ? w->variable[i].high : w->variable[i].low);
                relation[rows] = side ? PROGRAM_AT_MOST : PROGRAM_AT_LEAST;
                bound[rows++] = 0;
            }
    }
    for (size_t k = 0; k < w->conditions; k++) {
        const weight_condition *d = &w->condition[k];
        const weight_block *b = &w->block[d->block];
        double *row = coefficient + rows * n;
        memset(row, 0, n * sizeof *row);
        memcpy(row + b->first, d->a, b->count * sizeof *row);
        relation[rows] = PROGRAM_AT_LEAST;
        bound[rows++] = d->least * b->sum;
    }
    return rows;
}

/* ---- points ---- */

static double unit(uint64_t *state) { return ((double)(splitmix64(state) >> 11) + 0.5) * 0x1p-53; }

enum { CORNERS = 16 };

int admissible_condition(admissible *w, size_t block, const double *a, double least, fault *f) {
    if (!MEM_RESERVE(w->condition, w->conditions + 1, w->condition_cap)) return fault_memory(f);
    w->condition[w->conditions++] = (weight_condition){block, a, least};
    w->block[block].conditions = 1;
    return 1;
}

int admissible_ready(admissible *w, fault *f) {
    uint64_t state = 2013;
    double *slope = mem_zero(2 * w->count + 1, sizeof *slope);
    int fine = slope ? 1 : fault_memory(f);
    for (size_t k = 0; fine && k < w->blocks; k++) {
        weight_block *b = &w->block[k];
        if (!b->conditions) continue;
        b->corner = mem_take((CORNERS * b->count + 1) * sizeof *b->corner);
        if (!b->corner) fine = fault_memory(f);
        for (size_t c = 0; fine && c < CORNERS; c++) {
            for (size_t i = 0; i < b->count; i++) slope[b->first + i] = unit(&state) - 0.5;
            if (isnan(most_of_conditions(w, b, slope, slope + w->count)))
                fine = fault_set(f, FAULT_LIMIT, "the linear program of the weights has no answer");
            memcpy(b->corner + c * b->count, slope + w->count + b->first, b->count * sizeof *slope);
        }
    }
    mem_free(slope);
    return fine;
}

int admissible_nominal(const admissible *w) {
    for (size_t i = 0; i < w->count; i++) {
        const weight_variable *x = &w->variable[i];
        if (!(x->nominal >= x->low && x->nominal <= x->high)) return 0;
    }
    for (size_t k = 0; k < w->conditions; k++) {
        const weight_block *b = &w->block[w->condition[k].block];
        double sum = 0;
        for (size_t i = 0; i < b->count; i++)
            sum += w->condition[k].a[i] * w->variable[b->first + i].nominal;
        if (sum < w->condition[k].least * b->sum - 1e-12 * b->sum) return 0;
    }
    return 1;
}

/* A mean of the corners with random weights. */
static void random_mean(const weight_block *b, uint64_t *state, double *point) {
    double share[CORNERS], sum = 0;
    for (size_t c = 0; c < CORNERS; c++) sum += share[c] = -log(unit(state));
    for (size_t i = 0; i < b->count; i++) {
        point[b->first + i] = 0;
        for (size_t c = 0; c < CORNERS; c++)
            point[b->first + i] += share[c] / sum * b->corner[c * b->count + i];
    }
}

void admissible_random(const admissible *w, uint64_t *state, double *point) {
    for (size_t i = 0; i < w->count; i++) {
        const weight_variable *x = &w->variable[i];
        int whole = x->block >= 0 && w->block[x->block].whole;
        point[i] = whole ? (x->high > 0 ? -log(unit(state)) : 0)
                         : x->low + (x->high - x->low) * unit(state);
    }
    for (size_t k = 0; k < w->blocks; k++) {
        const weight_block *b = &w->block[k];
        double sum = 0;
        for (size_t i = b->first; i < b->first + b->count; i++) sum += point[i];
        for (size_t i = b->first; i < b->first + b->count; i++) point[i] *= b->sum / sum;
        if (b->conditions) random_mean(b, state, point);
    }
}

void admissible_weights(const admissible *w, const double *point, double *weight) {
    memcpy(weight, point, w->count * sizeof *weight);
    for (size_t k = 0; k < w->blocks; k++) {
        const weight_block *b = &w->block[k];
        if (!b->apart) continue; /* the sum is kept */
        double factor = 0;       /* by which the weights between their bounds were scaled */
        for (size_t i = b->first; i < b->first + b->count; i++) {
            const weight_variable *x = &w->variable[i];
            if (x->high > 0 && point[i] / x->high > factor) factor = point[i] / x->high;
        }
        for (size_t i = b->first; factor > 0 && i < b->first + b->count; i++)
            weight[i] = w->variable[i].varies ? point[i] / factor : w->variable[i].nominal;
    }
}
