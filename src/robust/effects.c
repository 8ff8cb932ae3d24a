#include "robust/effects.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- groups and bars ---- */

static int begin_groups(effects *out, arena *memory, size_t groups) {
    out->group = arena_zero(memory, groups + 1, sizeof *out->group);
    out->groups = out->group ? groups : 0;
    return out->group != NULL;
}

static int begin_bars(effect_group *own, arena *memory, const char *title, size_t bars) {
    *own = (effect_group){.title = title,
                          .bar = arena_zero(memory, bars + 1, sizeof *own->bar),
                          .bars = bars,
                          .base = (double)NAN};
    if (!own->bar) own->bars = 0;
    return own->bar != NULL;
}

static effect_bar bar_of(arena *memory, const char *name, double value) {
    return (effect_bar){.name = arena_text(memory, name, strlen(name)),
                        .to = value,
                        .low = (double)NAN,
                        .high = (double)NAN,
                        .second = (double)NAN,
                        .second_low = (double)NAN,
                        .second_high = (double)NAN};
}

typedef struct placed {
    effect_bar bar;
    double size;
    size_t at;
} placed;

static int greater(const void *a, const void *b) {
    const placed *x = a, *y = b;
    if (x->size != y->size) return x->size > y->size ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* The greatest first; those without a value last. */
static int order_bars(effect_group *own, arena *memory) {
    placed *list = arena_zero(memory, own->bars + 1, sizeof *list);
    if (!list) return 0;
    for (size_t i = 0; i < own->bars; i++) {
        const effect_bar *b = &own->bar[i];
        double size =
            isnan(own->base)
                ? b->to
                : fabs((isnan(b->from) ? own->base : b->from) - (isnan(b->to) ? own->base : b->to));
        list[i] = (placed){*b, isnan(size) ? -INFINITY : size, i};
    }
    if (own->bars) qsort(list, own->bars, sizeof *list, greater);
    for (size_t i = 0; i < own->bars; i++) {
        own->bar[i] = list[i].bar;
        if (!list[i].bar.name) return 0;
    }
    return 1;
}

/* ---- each method ---- */

int effects_of_indices(effects *out, arena *memory, const view *v, const sensitivity *s,
                       const sobol_run *run, const target_list *targets) {
    *out = (effects){
        .what = targets_title(v, targets),
        .shares = 1,
        .bar = {"total", view_text(v, TEXT_AS("index", "Total")),
                view_text(v, TEXT_AS("chart", "Total, with what it does together with others"))},
        .second = {"first", view_text(v, TEXT_AS("index", "Alone")),
                   view_text(v, TEXT_AS("chart", "Alone"))},
        .note = arena_print(memory,
                            view_text(v, "Shares of the variance (Sobol' indices) of %llu "
                                         "draws; thin lines: 95%% intervals."),
                            (unsigned long long)run->rows)};
    if (!out->note || !begin_groups(out, memory, targets->count)) return 0;
    for (size_t t = 0; t < targets->count; t++) {
        const sobol_result *r = &run->of[t];
        effect_group *own = &out->group[t];
        if (!begin_bars(own, memory, targets->item[t].title, s->factors)) return 0;
        if (r->constant || !run->sums[t].used)
            own->lacks =
                view_text(v, run->sums[t].used ? TEXT("the result is the same in all draws: there "
                                                      "is no variance to be shared out")
                                               : TEXT("the result is missing in all draws"));
        for (size_t i = 0; i < s->factors; i++) {
            effect_bar *b = &own->bar[i];
            *b = bar_of(memory, s->factor[i].name, r->total[i].value);
            b->low = r->total[i].low;
            b->high = r->total[i].high;
            b->second = r->first[i].value;
            b->second_low = r->first[i].low;
            b->second_high = r->first[i].high;
        }
        if (!order_bars(own, memory)) return 0;
    }
    return 1;
}

static const char *case_name(arena *memory, const sensitivity *s, const one_case *c) {
    const draw_inputs *in = &s->inputs;
    if (c->which < in->inputs) return in->input[c->which].address;
    const char *address = in->choice[c->which - in->inputs].address;
    return c->choice ? arena_print(memory, "%s = %s", address, c->choice) : address;
}

int effects_of_cases(effects *out, arena *memory, const view *v, const sensitivity *s,
                     const one_at_a_time *r, const target_list *targets) {
    *out = (effects){
        .what = targets_title(v, targets),
        .around = 1,
        .bar = {"at_high", view_text(v, "At high"), view_text(v, "At high")},
        .second = {"at_low", view_text(v, "At low"), view_text(v, "At low")},
        .note = view_text(v, "The result with this alone at its 5 % and its 95 % quantile, "
                             "or with another choice; line: by the rules.")};
    if (!begin_groups(out, memory, targets->count)) return 0;
    for (size_t t = 0; t < targets->count; t++) {
        effect_group *own = &out->group[t];
        if (!begin_bars(own, memory, targets->item[t].title, r->cases)) return 0;
        own->base = r->base[t];
        if (isnan(own->base)) own->lacks = view_text(v, "the result by the rules is missing");
        for (size_t i = 0; i < r->cases; i++) {
            const one_case *c = &r->of[i];
            const char *name = case_name(memory, s, c);
            if (!name) return 0;
            own->bar[i] = bar_of(memory, name, c->choice ? c->y[0][t] : c->y[1][t]);
            own->bar[i].from = c->choice ? (double)NAN : c->y[0][t];
        }
        if (!order_bars(own, memory)) return 0;
    }
    return 1;
}

int effects_of_moves(effects *out, arena *memory, const view *v, const sensitivity *s,
                     const morris_run *r, const target_list *targets) {
    *out = (effects){.what = targets_title(v, targets),
                     .bar = {"mu_star", "mu*", view_text(v, "mu*: the mean size of an effect")},
                     .second = {"sigma", "sigma", view_text(v, "sigma: how much effects differ")},
                     .note = view_text(v, "Elementary effects: by how much the result changes when "
                                          "this alone is moved; thin lines: 95 % intervals.")};
    if (!begin_groups(out, memory, targets->count)) return 0;
    for (size_t t = 0; t < targets->count; t++) {
        const morris_effect *e = r->of + t * s->factors;
        effect_group *own = &out->group[t];
        if (!begin_bars(own, memory, targets->item[t].title, s->factors)) return 0;
        for (size_t i = 0; i < s->factors; i++) {
            own->bar[i] = bar_of(memory, s->factor[i].name, e[i].mu_star);
            own->bar[i].low = e[i].low;
            own->bar[i].high = e[i].high;
            own->bar[i].second = e[i].sigma;
        }
        if (!order_bars(own, memory)) return 0;
    }
    return 1;
}

int effects_of_left_out(effects *out, arena *memory, const view *v, const leave_out *l, int ranks) {
    const char *shift = view_text(v, "Shift of ranks"), *loss = view_text(v, "Loss (1 - r²)");
    *out = (effects){
        .what = ranks ? shift : loss,
        .bar =
            ranks ? (effect_measure){"shift", shift, shift} : (effect_measure){"loss", loss, loss},
        .note = ranks ? view_text(v, "By how many places units move on average without this "
                                     "indicator, its weight shared out among those beside it.")
                      : view_text(v, "What a line cannot tell of the scores without this "
                                     "indicator, its weight shared out among those beside it.")};
    if (!begin_groups(out, memory, l->columns)) return 0;
    for (size_t c = 0; c < l->columns; c++) {
        effect_group *own = &out->group[c];
        if (!begin_bars(own, memory, v->columns ? v->column_title[c] : "", l->indicators)) return 0;
        for (size_t i = 0; i < l->indicators; i++) {
            const left_out *x = &l->of[c * l->indicators + i];
            const char *name = strcmp(x->label, x->title)
                                   ? arena_print(memory, "%s %s", x->label, x->title)
                                   : x->label;
            if (!name) return 0;
            own->bar[i] = bar_of(memory, name, ranks ? x->shift : x->loss);
        }
        if (!order_bars(own, memory)) return 0;
    }
    return 1;
}

int effects_of_ratios(effects *out, arena *memory, const view *v, const sample *x,
                      const correlation_ratio *r, const char *title, size_t titles) {
    if (!out->group) {
        *out = (effects){
            .what = title,
            .shares = 1,
            .bar = {"ratio", view_text(v, "Correlation ratio"), view_text(v, "Correlation ratio")},
            .second = {"r_squared", view_text(v, "Line (r²)"), view_text(v, "Line (r²)")},
            .note = view_text(v, "Shares of the variance: of what the mean follows, "
                                 "and of what a straight line does.")};
        if (!begin_groups(out, memory, titles)) return 0;
        out->groups = 0;
    }
    effect_group *own = &out->group[out->groups++];
    if (!begin_bars(own, memory, title, x->columns)) return 0;
    for (size_t i = 0; i < x->columns; i++) {
        own->bar[i] = bar_of(memory, x->column[i].name, r[i].ratio);
        own->bar[i].second = r[i].r * r[i].r;
    }
    return order_bars(own, memory);
}
