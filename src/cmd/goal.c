#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "cmd/cmd.h"
#include "cmd/impact.h"
#include "cmd/run.h"

enum { OPT_RANK, OPT_SCORE, OPT_GRADE, OPT_BUILT, OPT_WITHIN, OPT_FIX, OPT_COST };
enum { LIMITS = 200 };

const option goal_options[] = {
    [OPT_RANK] = {"rank", 0, "N", "the goal: this rank or a better one"},
    [OPT_SCORE] = {"score", 0, "X", "the goal: at least this score"},
    [OPT_GRADE] = {"grade", 0, "NAME", "the goal: this grade or a better one"},
    [OPT_BUILT] = {"built", 0, NULL, "the goal: that the verdict holds"},
    [OPT_WITHIN] = {"within", 0, "ID=LOW..HIGH",
                    "a figure may move between these; may be repeated"},
    [OPT_FIX] = {"fix", 0, "ID", "a figure stays as it is; may be repeated"},
    [OPT_COST] = {"cost", 0, "ID=PRICE",
                  "what a relative change of 1 of a figure costs (usual: 1)"},
    {0},
};

typedef struct goal_given {
    goal_wish wish;
    int goals;
    assess_limit limit[LIMITS];
    char *own[LIMITS];
    size_t limits;
} goal_given;

static assess_limit *add_limit(goal_given *own, const char *name, size_t length, fault *f) {
    for (size_t i = 0; i < own->limits; i++)
        if (strlen(own->own[i]) == length && !strncmp(own->own[i], name, length))
            return &own->limit[i];
    if (own->limits == LIMITS) {
        fault_set(f, FAULT_USAGE, "more than %d figures with limits", LIMITS);
        return NULL;
    }
    char *copy = arguments_part(name, length);
    if (!copy) {
        fault_memory(f);
        return NULL;
    }
    own->own[own->limits] = copy;
    own->limit[own->limits] =
        (assess_limit){.name = copy, .low = (double)NAN, .high = (double)NAN, .price = (double)NAN};
    return &own->limit[own->limits++];
}

static int number(const char *text, size_t length, double *out) {
    return decimal_read(text, length, out) == DECIMAL_OK;
}

static void take_within(goal_given *own, const option *o, const char *value, fault *f) {
    const char *equals = strchr(value, '='), *dots = equals ? strstr(equals, "..") : NULL;
    double low, high;
    if (!dots || equals == value || !number(equals + 1, (size_t)(dots - equals - 1), &low) ||
        !number(dots + 2, strlen(dots + 2), &high)) {
        fault_at(f, FAULT_USAGE, NULL, "as in --within C7=25..60", "--%s %s: must be --%s %s",
                 o->name, value, o->name, o->value);
        return;
    }
    if (!(low <= high)) {
        fault_set(f, FAULT_USAGE, "--%s %s: the first is more than the second", o->name, value);
        return;
    }
    assess_limit *l = add_limit(own, value, (size_t)(equals - value), f);
    if (l) {
        l->low = low;
        l->high = high;
    }
}

static void take_cost(goal_given *own, const option *o, const char *value, fault *f) {
    const char *equals = strchr(value, '=');
    double price;
    if (!equals || equals == value || !number(equals + 1, strlen(equals + 1), &price) ||
        !(price > 0)) {
        fault_at(f, FAULT_USAGE, NULL, "as in --cost C7=2.5; --fix keeps a figure as it is",
                 "--%s %s: must be --%s %s", o->name, value, o->name, o->value);
        return;
    }
    assess_limit *l = add_limit(own, value, (size_t)(equals - value), f);
    if (l) l->price = price;
}

static void take(arguments *a, int which, const char *value, fault *f) {
    goal_given *own = a->of->self;
    const option *o = &goal_options[which];
    assess_limit *l;
    own->goals += which <= OPT_BUILT;
    switch (which) {
    case OPT_RANK:
        arguments_number(o, value, 1, 1e9, 1, &own->wish.rank, f);
        break;
    case OPT_SCORE:
        arguments_number(o, value, -1e300, 1e300, 0, &own->wish.score, f);
        break;
    case OPT_GRADE:
        own->wish.grade = value;
        break;
    case OPT_BUILT:
        own->wish.verdict = 1;
        break;
    case OPT_WITHIN:
        take_within(own, o, value, f);
        break;
    case OPT_FIX:
        if ((l = add_limit(own, value, strlen(value), f))) l->fixed = 1;
        break;
    default:
        take_cost(own, o, value, f);
    }
}

static int operand(arguments *a, const char *text, fault *f) {
    (void)f;
    if (a->unit) return 0;
    a->unit = text;
    return 1;
}

static void check(arguments *a, fault *f) {
    goal_given *own = a->of->self;
    own->wish.limits = own->limits;
    static const char usage[] =
        "assess goal RULES UNIT --rank 3 (or --score 80, --grade NAME, --built)";
    if (!a->unit) fault_at(f, FAULT_USAGE, NULL, usage, "whose result?");
    else if (own->goals != 1)
        fault_at(f, FAULT_USAGE, NULL, usage,
                 own->goals ? "one goal at a time" : "what is the goal?");
}

static int make_paper(const handout *h, const view *v, size_t row, document *p, fault *f) {
    const goal_given *own = h->given->of->self;
    return goal_make(v, row, &own->wish, p, f);
}

static int make(const handout *h, fault *f) {
    return impact_handout(h, "goal", "What it takes", "目标分析", make_paper, f);
}

int cmd_goal(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    goal_given own = {.wish = {.rank = (double)NAN, .score = (double)NAN}};
    const ask of = {.name = "goal",
                    .takes = TAKES_MARKDOWN | TAKES_PICKS,
                    .more = goal_options,
                    .take = take,
                    .operand = operand,
                    .check = check,
                    .self = &own};
    own.wish.limit = own.limit;
    int status = handout_run(&of, count, argument, stop, make);
    arguments_parts_release(own.own, own.limits);
    return status;
}
