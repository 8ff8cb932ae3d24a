/* The difference between two editions: the factors, their mixes, and what each contributes. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "impact/diff_inside.h"

/* ---- factors ---- */

static int find_factors(differ *d, fault *f) {
    size_t items = mix_items(d->m);
    d->item = arena_take(&d->memory, (items + 1) * sizeof *d->item);
    d->side = mem_zero(items + 1, 1);
    if (!d->item || !d->side)
        return fault_memory(f);
    for (int k = 0; k < MIX_FACTORS; k++) {
        diff_factor own = { (mix_factor)k, d->items, 0 };
        for (size_t i = 0; i < items; i++) {
            const mix_item *it = mix_item_at(d->m, i);
            if (it->factor == (mix_factor)k && it->player)
                d->item[d->items++] = i;
        }
        own.count = d->items - own.from;
        if (own.count)
            d->factor[d->factors++] = own;
    }
    return 1;
}

void diff_switch(differ *d, const diff_factor *factor, int side) {
    for (size_t i = 0; i < factor->count; i++)
        d->side[d->item[factor->from + i]] = (unsigned char)side;
}

/* ---- contributions ---- */

int diff_open_sums(diff_sums *s, size_t places) {
    return shapley_open(&s->score, places) & shapley_open(&s->rank, places) &
           shapley_open(&s->own, places);
}

void diff_close_sums(diff_sums *s) {
    shapley_close(&s->score);
    shapley_close(&s->rank);
    shapley_close(&s->own);
}

void diff_add(diff_sums *s, double weight, const diff_mix *v) {
    shapley_add(&s->score, weight, v->score);
    shapley_add(&s->rank, weight, v->rank);
    shapley_add(&s->own, weight, v->own);
}

/* The sums as contributions of a part, in memory that lasts. */
int diff_take(differ *d, diff_sums *s, double divisor, assess_part *to, fault *f) {
    double *out = arena_take(&d->out->memory, 3 * (d->places + 1) * sizeof *out);
    if (!out)
        return fault_memory(f);
    shapley_end(&s->score, divisor);
    shapley_end(&s->rank, divisor);
    shapley_end(&s->own, divisor);
    double *own = out + d->places, *others = own + d->places;
    for (size_t i = 0; i < d->places; i++) {
        out[i] = s->score.sum[i];
        own[i] = s->own.sum[i];
        others[i] = s->rank.sum[i] - s->own.sum[i];
    }
    to->score = out;
    to->own = own;
    to->others = others;
    return 1;
}

int diff_eval(differ *d, fault *f) {
    diff_mix *v = &d->mix;
    d->out->d.mixes++;
    return mix_eval(d->m, d->side, v->score, v->rank, v->ranked, f) && diff_ranks(d, v, f);
}

/* All mixes, each but one factor away from the one before. */
static int each_mix(differ *d, diff_sums *sum, fault *f) {
    int k = (int)d->factors;
    unsigned last = 0;
    memset(d->side, 0, mix_items(d->m));
    for (unsigned i = 0; i < 1u << k; i++) {
        unsigned set = i ^ i >> 1;
        int size = 0;
        for (int j = 0; j < k; j++) {
            int in = (int)(set >> j & 1);
            size += in;
            if ((set ^ last) >> j & 1)
                diff_switch(d, &d->factor[d->order[j]], in);
        }
        last = set;
        if (!diff_eval(d, f))
            return 0;
        for (int j = 0; j < k; j++)
            diff_add(&sum[d->order[j]], shapley_weight(k, size, (int)(set >> j & 1)), &d->mix);
    }
    return 1;
}

static int add_factors(differ *d, fault *f) {
    /* What is switched most often comes first: functions need no values anew, data all of them. */
    static const int cheap[] = { MIX_WEIGHTS, MIX_PARAMS, MIX_STANDARDS, MIX_METHODS,
                                 MIX_COVERAGE, MIX_DATA, MIX_STRUCTURE };
    size_t k = d->factors, n = 0;
    diff_sums *sum = mem_zero(k + 1, sizeof *sum);
    assess_part *parts = arena_zero(&d->out->memory, k + 1, sizeof *parts);
    int fine = sum && parts;
    for (size_t i = 0; i < sizeof cheap / sizeof *cheap; i++)
        for (size_t j = 0; j < k; j++)
            if ((int)d->factor[j].factor == cheap[i])
                d->order[n++] = (int)j;
    for (size_t i = 0; fine && i < k; i++)
        fine = diff_open_sums(&sum[i], d->places);
    if (!fine)
        fault_memory(f);
    fine = fine && (!k || each_mix(d, sum, f));
    for (size_t i = 0; fine && i < k; i++) {
        const diff_factor *own = &d->factor[i];
        parts[i] = (assess_part){ .factor = (assess_factor)own->factor, .address = "",
                                 .leaves = own->count, .only = "" };
        const mix_item *first = mix_item_at(d->m, d->item[own->from]);
        int several = (first->factor == MIX_STANDARDS && first->hard >= 0) ||
                      (first->factor == MIX_DATA && first->hard >= 0 && mix_table(d->m, 1)) ||
                      (first->factor == MIX_STRUCTURE && d->tree && !*d->tree) ||
                      mix_together(d->m) >> own->factor & 1;
        if (own->count == 1 && !several)
            parts[i].only = diff_address(d, d->item[own->from]);
        fine = diff_take(d, &sum[i], shapley_factorial((int)k), &parts[i], f);
    }
    for (size_t i = 0; sum && i < k; i++)
        diff_close_sums(&sum[i]);
    mem_free(sum);
    d->out->d.factor = parts;
    d->out->d.factors = k;
    return fine;
}

/* ---- before and after ---- */

static double *room_for(differ *d, fault *f) {
    double *out = arena_take(&d->out->memory, (d->places + 1) * sizeof *out);
    if (!out)
        fault_memory(f);
    return out;
}

static const char *const *texts_of(differ *d, const double *value, fault *f) {
    const char **out = arena_take(&d->out->memory, (d->places + 1) * sizeof *out);
    pool *known = pool_open(); /* few words, many places */
    const char **word = NULL;
    size_t room = 0;
    int fine = out && known;
    for (size_t i = 0; fine && i < d->places; i++) {
        const char *text = mix_text(d->m, value[i]);
        uint32_t number = *text ? pool_put(known, text, strlen(text)) : 0;
        out[i] = "";
        if (!*text)
            continue;
        if (number >= room) {
            const char **grown = mem_grow((void *)word, (number + 64u) * sizeof *grown);
            fine = grown != NULL;
            for (size_t k = room; fine && k < number + 64u; k++)
                grown[k] = NULL;
            word = fine ? grown : word;
            room = fine ? number + 64u : room;
        }
        if (fine && !word[number])
            word[number] = arena_text(&d->out->memory, text, strlen(text));
        fine = fine && (out[i] = word[number]) != NULL;
    }
    if (!fine)
        fault_memory(f);
    mem_free((void *)word);
    pool_close(known);
    return fine ? out : NULL;
}

static int take_corner(differ *d, int e, fault *f) {
    assess_diff *out = &d->out->d;
    double *score = room_for(d, f), *rank = room_for(d, f), *spare = room_for(d, f);
    if (!score || !rank || !spare)
        return 0;
    memset(d->side, e, mix_items(d->m));
    if (!mix_eval(d->m, d->side, score, rank, d->mix.ranked, f) || !diff_corner(d, e, f))
        return 0;
    out->mixes++;
    out->score[e] = score;
    if (!mix_has(d->m, MIX_RANK))
        diff_place(d, d->mix.ranked, NULL, rank, f);
    out->rank[e] = rank;
    if (mix_has(d->m, MIX_VERDICT)) {
        out->verdict[e] = room_for(d, f);
        if (!out->verdict[e] || !mix_corner(d->m, e, MIX_VERDICT, (double *)out->verdict[e], f))
            return 0;
    }
    if (!mix_has(d->m, MIX_GRADE))
        return !f->count;
    return mix_corner(d->m, e, MIX_GRADE, spare, f) && (out->grade[e] = texts_of(d, spare, f));
}

static const char *const *labels_of(differ *d, const char *const *label, size_t count, fault *f) {
    const char **out = arena_take(&d->out->memory, (count + 1) * sizeof *out);
    for (size_t i = 0; out && i < count; i++)
        if (!(out[i] = arena_text(&d->out->memory, label[i], strlen(label[i]))))
            out = NULL;
    if (!out)
        fault_memory(f);
    return out;
}

static int open_differ(differ *d, fault *f) {
    const mix_grid *g = mix_grid_of(d->m);
    assess_diff *out = &d->out->d;
    d->places = g->rows * g->columns;
    out->rows = g->rows;
    out->columns = g->columns;
    out->axis = arena_text(&d->out->memory, g->axis, strlen(g->axis));
    out->row = labels_of(d, g->row, g->rows, f);
    out->column = labels_of(d, g->column, g->columns, f);
    out->column_title = labels_of(d, g->title, g->columns, f);
    d->mix.score = mem_take(4 * (d->places + 1) * sizeof(double));
    if (!d->mix.score || !out->axis)
        return fault_memory(f);
    d->mix.rank = d->mix.score + d->places;
    d->mix.ranked = d->mix.rank + d->places;
    d->mix.own = d->mix.ranked + d->places;
    return out->row && out->column && out->column_title;
}

/* Some unit must have a score in both editions. */
static int check_common(const differ *d, fault *f) {
    const assess_diff *out = &d->out->d;
    size_t both = 0, any = 0;
    for (size_t i = 0; i < d->places; i++) {
        int was = out->score[0][i] == out->score[0][i], is = out->score[1][i] == out->score[1][i];
        both += (size_t)(was && is);
        any += (size_t)(was || is);
    }
    return both || !any ||
           fault_set(f, FAULT_RULE, "the scores cannot be compared: no %s has one in both editions",
                     *out->axis ? out->axis : "assessment");
}

/* Places with a change that is not explained. */
static void count_unknown(differ *d) {
    assess_diff *out = &d->out->d;
    for (size_t i = 0; i < d->places && out->factors; i++)
        out->unknown += out->score[0][i] == out->score[0][i] &&
                        out->score[1][i] == out->score[1][i] &&
                        out->factor[0].score[i] != out->factor[0].score[i];
}

static int work_out(differ *d, const assess_diff_wish *wish, fault *f) {
    if (!open_differ(d, f) || !find_factors(d, f))
        return 0;
    for (int e = 0; e < 2; e++)
        if (!take_corner(d, e, f))
            return 0;
    if (!check_common(d, f) || !diff_lines(d, f) || !add_factors(d, f))
        return 0;
    count_unknown(d);
    d->out->d.together = mix_together(d->m);
    return (!wish || !wish->leaves || diff_leaves(d, wish, f));
}

assess_diff *assess_diff_of(assess *a, assess *b, const assess_diff_wish *wish) {
    fault f = FAULT_INIT;
    if (a->step != OPENED || b->step != OPENED) {
        session_refuse(b, "two editions are compared when both were opened, and not run%s%s", "",
                       "");
        return NULL;
    }
    /* What is wrong with an edition by itself is told of it by itself. */
    int alike = mix_alike(a, b);
    if (!alike && (assess_run(a) || assess_run(b)))
        return NULL;
    deadline *limit = session_begin(b, b->seconds > 0);
    deadline_limit(limit, b->seconds);
    differ d = { .edition = { a, b }, .memory = ARENA_INIT };
    d.out = mem_zero(1, sizeof *d.out);
    int fine = d.out != NULL || fault_memory(&f);
    fine = fine && (d.m = mix_open(a, b, &f)) != NULL && work_out(&d, wish, &f);
    for (int e = 0; fine && !alike && e < 2; e++)
        diff_check_plain(&d, e, &b->notes);
    if (!fine && !alike && f.kind == FAULT_DATA)
        fault_set(&f, FAULT_DATA, "each edition reads its data by itself, but not beside the "
                                  "other's: they cannot be compared");
    diff_close_ranks(&d);
    mem_free(d.mix.score);
    mem_free(d.side);
    mix_close(d.m);
    arena_release(&d.memory);
    if (deadline_end(limit) && f.kind == FAULT_LIMIT) {
        fault_release(&f);
        fault_set(&f, FAULT_LIMIT, "the comparison took more than %g seconds", b->seconds);
    }
    if (!fine && d.out) {
        assess_diff_free(&d.out->d);
        d.out = NULL;
    }
    session_finish(b, &f, b->step);
    return d.out ? &d.out->d : NULL;
}

void assess_diff_free(assess_diff *d) {
    if (!d)
        return;
    diff_result *own = (diff_result *)(void *)d;
    arena_release(&own->memory);
    mem_free(own);
}
