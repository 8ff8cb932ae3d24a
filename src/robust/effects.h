/* What each thing that varies does to a result, as bars: for charts. All methods of sensitivity are
 * told in this one form. Texts and bars are in the memory of the document that they were made for.
 */
#ifndef ROBUST_EFFECTS_H
#define ROBUST_EFFECTS_H

#include "base/arena.h"
#include "robust/sensitivity.h"
#include "uncertainty/correlation.h"
#include "uncertainty/sample.h"

typedef struct effect_bar {
    const char *name;
    double from, to;                /* of the bar */
    double low, high;               /* of its 95 % interval; NaN: it has none */
    double second;                  /* a bar below it, from the same end on; NaN: there is none */
    double second_low, second_high; /* as above */
} effect_bar;

typedef struct effect_group {
    const char *title; /* what is moved: a result, a unit, a column; or "" */
    const char *lacks; /* why there are no bars; NULL: there are */
    effect_bar *bar;   /* the greatest first */
    size_t bars;
    double base; /* by the rules, where bars lie around it; NaN: they begin at 0 */
} effect_group;

/* A name for programs and a heading; what a chart's key calls it. */
typedef struct effect_measure {
    const char *id, *head, *key;
} effect_measure;

struct effects {
    const char *what;           /* what a reader calls the result; or "" */
    effect_measure bar, second; /* second.id NULL: there is none. Around a base they are the low and
                                   the high end of a bar */
    int around;
    int shares; /* of a variance, with two decimals */
    const char *note;
    effect_group *group;
    size_t groups;
};

/* Each returns 0 when memory is out. */
int effects_of_indices(effects *out, arena *memory, const view *v, const sensitivity *s,
                       const sobol_run *run, const target_list *targets);
int effects_of_cases(effects *out, arena *memory, const view *v, const sensitivity *s,
                     const one_at_a_time *r, const target_list *targets);
int effects_of_moves(effects *out, arena *memory, const view *v, const sensitivity *s,
                     const morris_run *r, const target_list *targets);
int effects_of_left_out(effects *out, arena *memory, const view *v, const leave_out *l, int ranks);
/* One group, with the ratios of the columns of a sample; `titles` of them in all. */
int effects_of_ratios(effects *out, arena *memory, const view *v, const sample *x,
                      const correlation_ratio *r, const char *title, size_t titles);

#endif
