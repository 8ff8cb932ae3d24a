#include "uncertainty/certain_inside.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/splitmix64.h"
#include "base/suggest.h"
#include "base/text.h"

/* ---- opening ---- */

static int has_weights(const draw_inputs *in, const model *m) {
    for (size_t i = 0; i < in->inputs; i++) {
        const md_leaf *l = in->input[i].name ? NULL : model_leaf(m, in->input[i].address);
        if (l && l->element >= 0 && !strcmp(l->name, "weight")) return 1;
    }
    return 0;
}

/* All weights at all, beside what is said of other numbers. */
static int open_inputs(certain *c, assess *a, const uncertain_list *list, fault *f) {
    if (!inputs_open(&c->inputs, a, list, f)) return 0;
    if (has_weights(&c->inputs, &a->s->m)) return 1;
    inputs_close(&c->inputs);
    int fine = 1;
    for (size_t i = 0; fine && i < list->count; i++)
        fine = uncertain_add(&c->all, &list->item[i], NULL, f);
    fine = fine && uncertain_read(&c->all, "*.weight=simplex(true)", &c->memory, f) &&
           inputs_open(&c->inputs, a, &c->all, f);
    if (!fine || has_weights(&c->inputs, &a->s->m)) return fine;
    return fault_set(f, FAULT_USAGE, "the rules have no weights");
}

static int is_whole(const linear_scores *l) {
    for (size_t e = 0; e < l->size; e++)
        if (l->state[e] != LINEAR_FINE && l->state[e] != LINEAR_MISSING) return 0;
    return 1;
}

static int open_scores(certain *c, const assess *a, int shares, fault *f) {
    const certain_settings *s = &c->settings;
    return admissible_open(&c->set, &c->inputs, &a->s->m, c->level, shares, f) &&
           admissible_ready(&c->set, f) &&
           weighing_open(&c->weighing, a, &c->set, s->score, s->rank, f) &&
           linear_open(&c->scores, &c->weighing, f);
}

static void close_scores(certain *c) {
    linear_close(&c->scores);
    weighing_close(&c->weighing);
    admissible_close(&c->set);
}

static int find_level(certain *c, const model *m, fault *f) {
    const char *name = c->settings.level;
    suggestion near = suggest_for(name ? name : "");
    c->level = -1;
    for (int k = 0; name && k + 1 < m->levels; k++) {
        if (!strcmp(m->level[k], name)) c->level = k;
        suggest_try(&near, m->level[k]);
    }
    if (!name || c->level >= 0) return 1;
    return fault_at(f, FAULT_USAGE, NULL, suggest_text(&c->memory, suggest_best(&near)),
                    "the index has no level '%s'", name);
}

int certain_open(certain *c, assess *a, const uncertain_list *list, const certain_settings *s,
                 fault *f) {
    *c = (certain){.memory = ARENA_INIT, .settings = *s, .base = a};
    int fine = find_level(c, &a->s->m, f) && open_inputs(c, a, list, f) && open_scores(c, a, 0, f);
    int single = 0;
    for (size_t i = 0; fine && i < c->set.count; i++) single |= c->set.variable[i].block < 0;
    /* Weights that vary by themselves: as such, or as shares of their sum. */
    if (fine && single && !is_whole(&c->scores)) {
        close_scores(c);
        fine = open_scores(c, a, 1, f);
    }
    size_t n = c->set.count;
    c->nominal = fine && admissible_nominal(&c->set);
    c->lead = fine ? mem_take((n + 1) * sizeof *c->lead) : NULL;
    c->point = fine ? mem_take((n + 1) * sizeof *c->point) : NULL;
    c->order = fine ? mem_take((n + 1) * sizeof *c->order) : NULL;
    if (fine && (!c->lead || !c->point || !c->order)) fine = fault_memory(f);
    if (!fine) certain_close(c);
    return fine;
}

void certain_close(certain *c) {
    close_scores(c);
    inputs_close(&c->inputs);
    mem_free(c->all.item);
    mem_free(c->lead);
    mem_free(c->point);
    mem_free(c->order);
    arena_release(&c->memory);
    *c = (certain){.memory = ARENA_INIT};
}

/* ---- a column ---- */

static double *slope_of(const certain *c, size_t unit) {
    return c->scores.slope + c->score_at[unit] * c->set.count;
}

static double constant_of(const certain *c, size_t unit) {
    return c->scores.constant[c->score_at[unit]];
}

double certain_lead(const certain *c, size_t unit, size_t other, double *lead) {
    const double *a = slope_of(c, unit), *b = slope_of(c, other);
    for (size_t i = 0; i < c->set.count; i++) lead[i] = c->sign * (a[i] - b[i]);
    return c->sign * (constant_of(c, unit) - constant_of(c, other));
}

static double most_lead(certain *c, size_t unit, size_t other) {
    double constant = certain_lead(c, unit, other, c->lead);
    double most = constant + admissible_most(&c->set, c->lead, NULL, c->order);
    return fabs(most) <= 1e-12 * c->size ? 0 : most;
}

/* Is the rank that of the score, with this sign, at all points that were computed? */
static int ranks_agree(const certain *c, double sign) {
    const linear_scores *l = &c->scores;
    for (size_t k = 0; k < l->points; k++)
        for (size_t i = 0; i < c->units; i++)
            for (size_t j = 0; c->unit[i].ranked && j < c->units; j++) {
                if (!c->unit[j].ranked) continue;
                double a = l->score[k * l->size + c->score_at[i]],
                       b = l->score[k * l->size + c->score_at[j]];
                size_t size = c->weighing.rank->size;
                if (sign * (a - b) > 1e-9 * c->size &&
                    !(l->rank[k * size + c->rank_at[i]] < l->rank[k * size + c->rank_at[j]]))
                    return 0;
            }
    return 1;
}

/* Rank 1 + how many are ahead, by scores. */
static double rank_among(const certain *c, const double *score, size_t unit) {
    double rank = 1;
    for (size_t j = 0; j < c->units; j++)
        if (c->unit[j].ranked &&
            c->sign * (score[c->score_at[j]] - score[c->score_at[unit]]) > 1e-14 * c->size)
            rank++;
    return rank;
}

double certain_shown_rank(const certain *c, size_t unit) {
    if (c->weighing.rank) return c->weighing.rank->value[c->rank_at[unit]];
    return rank_among(c, c->weighing.score->value, unit);
}

static void find_counting(certain *c) {
    size_t n = c->set.count;
    for (size_t u = 0; u < c->units; u++) {
        if (!c->unit[u].ranked) continue;
        const double *slope = slope_of(c, u);
        for (size_t i = 0; i < n; i++) {
            int block = c->set.variable[i].block;
            double base = block < 0 ? 0 : slope[c->set.block[block].first];
            double weight = block < 0 ? c->set.variable[i].high : c->set.block[block].sum;
            if (fabs(slope[i] - base) * weight > 1e-12 * c->size) c->counts[i] = 1;
        }
    }
    for (size_t k = 0; k < c->set.blocks; k++) {
        const weight_block *b = &c->set.block[k];
        unsigned char any = 0;
        for (size_t i = 0; i < b->count; i++) any |= c->counts[b->first + i];
        memset(c->counts + b->first, any, b->count);
    }
}

static int find_pairs(certain *c, fault *f) {
    size_t n = c->units;
    c->most = arena_zero(&c->memory, n * n + 1, sizeof *c->most);
    if (!c->most) return fault_memory(f);
    for (size_t i = 0; i < n; i++) {
        if (limits_over()) return fault_set(f, FAULT_LIMIT, "stopped before the pairs were found");
        for (size_t j = 0; c->unit[i].ranked && j < n; j++) {
            if (i == j || !c->unit[j].ranked) continue;
            c->most[i * n + j] = most_lead(c, i, j);
            if (isnan(c->most[i * n + j]))
                return fault_set(f, FAULT_LIMIT, "the linear program of the weights has no answer");
        }
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; c->unit[i].ranked && j < n; j++) {
            if (i == j || !c->unit[j].ranked) continue;
            c->unit[i].not_behind += (size_t)certain_never_behind(c, i, j);
            c->unit[i].not_ahead += (size_t)certain_never_behind(c, j, i);
        }
    return 1;
}

/* All elements of the column are linear, or missing whatever the weights. */
static int check_linear(certain *c, const char *(*title)(const void *self, size_t unit),
                        const void *self, fault *f) {
    size_t bent = SIZE_MAX, fine = 0, gated = SIZE_MAX;
    for (size_t u = 0; u < c->units; u++) {
        size_t at = c->score_at[u];
        linear_state s = at == SIZE_MAX ? LINEAR_MISSING : (linear_state)c->scores.state[at];
        c->unit[u].ranked = s == LINEAR_FINE;
        fine += s == LINEAR_FINE;
        if (s == LINEAR_BENT && bent == SIZE_MAX) bent = u;
        if (s == LINEAR_GATED && gated == SIZE_MAX) gated = u;
    }
    size_t wrong = bent != SIZE_MAX ? bent : gated;
    if (wrong == SIZE_MAX) return 1;
    return linear_refuse(&c->scores, &c->weighing, c->score_at[wrong], title(self, wrong), !fine,
                         f);
}

int certain_column(certain *c, size_t units, const size_t *score_at, const size_t *rank_at,
                   const char *(*title)(const void *self, size_t unit), const void *self,
                   fault *f) {
    c->units = units;
    c->score_at = score_at;
    c->rank_at = rank_at;
    c->sign = 1;
    c->size = 0;
    c->unit = arena_zero(&c->memory, units + 1, sizeof *c->unit);
    c->counts = arena_zero(&c->memory, c->set.count + 1, 1);
    if (!c->unit || !c->counts) return fault_memory(f);
    if (units > CERTAIN_UNITS)
        return fault_set(f, FAULT_LIMIT, "more than %d units", CERTAIN_UNITS);
    if (!check_linear(c, title, self, f)) return 0;
    for (size_t k = 0; k < c->scores.points; k++)
        for (size_t u = 0; u < units; u++)
            if (c->unit[u].ranked) {
                double x = fabs(c->scores.score[k * c->scores.size + score_at[u]]);
                if (x > c->size) c->size = x;
            }
    if (c->weighing.rank && !ranks_agree(c, 1)) {
        if (!ranks_agree(c, -1))
            return fault_at(f, FAULT_USAGE, NULL, "show = { score = …, rank = … } in the rules",
                            "the rank '%s' is not that of the score '%s'", c->weighing.rank->name,
                            c->weighing.score->name);
        c->sign = -1;
    }
    for (size_t u = 0; u < units; u++)
        c->unit[u].nominal = !c->unit[u].ranked ? (double)NAN
                             : c->weighing.rank ? c->settings.rank->value[rank_at[u]]
                                                : rank_among(c, c->settings.score->value, u);
    find_counting(c);
    return find_pairs(c, f);
}

int certain_never_behind(const certain *c, size_t unit, size_t other) {
    return c->unit[unit].ranked && c->unit[other].ranked && unit != other &&
           c->most[other * c->units + unit] <= 0;
}
