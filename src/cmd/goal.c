#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "cmd/deliver.h"

enum { LIMITS = 200 };

typedef struct goal_given {
    goal_wish wish;
    assess_limit limit[LIMITS];
    arguments_list names; /* of these */
} goal_given;

static assess_limit *find_limit(goal_given *own, const char *name, size_t length, fault *f) {
    size_t count = own->names.count;
    for (size_t i = 0; i < count; i++)
        if (strlen(own->limit[i].name) == length && !strncmp(own->limit[i].name, name, length))
            return &own->limit[i];
    if (count == LIMITS) {
        fault_set(f, FAULT_USAGE, "more than %d figures with limits", LIMITS);
        return NULL;
    }
    if (!list_add_part(&own->names, name, length, f)) return NULL;
    own->limit[count] = (assess_limit){.name = own->names.item[count].name,
                                       .low = (double)NAN,
                                       .high = (double)NAN,
                                       .price = (double)NAN};
    return &own->limit[count];
}

static int number(const char *text, size_t length, double *out) {
    return decimal_read(text, length, out) == DECIMAL_OK;
}

static void set_within(void *own, const option *o, const char *value, fault *f) {
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
    assess_limit *l = find_limit(own, value, (size_t)(equals - value), f);
    if (l) {
        l->low = low;
        l->high = high;
    }
}

static void set_cost(void *own, const option *o, const char *value, fault *f) {
    const char *equals = strchr(value, '=');
    double price;
    if (!equals || equals == value || !number(equals + 1, strlen(equals + 1), &price) ||
        !(price > 0)) {
        fault_at(f, FAULT_USAGE, NULL, "as in --cost C7=2.5; --fix keeps a figure as it is",
                 "--%s %s: must be --%s %s", o->name, value, o->name, o->value);
        return;
    }
    assess_limit *l = find_limit(own, value, (size_t)(equals - value), f);
    if (l) l->price = price;
}

static void fix(void *own, const option *o, const char *value, fault *f) {
    (void)o;
    assess_limit *l = find_limit(own, value, strlen(value), f);
    if (l) l->fixed = 1;
}

#define AT(field) offsetof(goal_given, field)

static const option goal_options[] = {
    {"rank", 0, "N", TEXT("the goal: this rank or a better one"), OPTION_WHOLE, .at = AT(wish.rank),
     .least = 1, .most = 1e9},
    {"score", 0, "X", TEXT("the goal: at least this score"), OPTION_NUMBER, .at = AT(wish.score),
     .least = -1e300, .most = 1e300},
    {"grade", 0, "NAME", TEXT("the goal: this grade or a better one"), OPTION_TEXT,
     .at = AT(wish.grade)},
    {"built", 0, NULL, TEXT("the goal: that the verdict holds"), OPTION_FLAG,
     .at = AT(wish.verdict)},
    {"within", 0, "ID=LOW..HIGH", TEXT("a figure may move between these; may be repeated"),
     OPTION_CALL, .call = set_within},
    {"fix", 0, "ID", TEXT("a figure stays as it is; may be repeated"), OPTION_CALL, .call = fix},
    {"cost", 0, "ID=PRICE", TEXT("what a relative change of 1 of a figure costs (default: 1)"),
     OPTION_CALL, .call = set_cost},
    {0},
};

static void begin(void *own) {
    goal_given *g = own;
    g->wish = (goal_wish){.rank = (double)NAN, .score = (double)NAN, .limit = g->limit};
}

static void end(void *own) { list_release(&((goal_given *)own)->names); }

static void check(arguments *a, fault *f) {
    goal_given *own = a->own;
    const goal_wish *w = &own->wish;
    int goals = !isnan(w->rank) + !isnan(w->score) + (w->grade != NULL) + w->verdict;
    own->wish.limits = own->names.count;
    static const char usage[] =
        "assess goal RULES UNIT --rank 3 (or --score 80, --grade NAME, --built)";
    if (!a->unit)
        fault_at(f, FAULT_USAGE, NULL, usage, "whose result?");
    else if (goals != 1)
        fault_at(f, FAULT_USAGE, NULL, usage, goals ? "one goal at a time" : "what is the goal?");
}

static int make_document(const arguments *a, const view *v, size_t row, document *p, fault *f) {
    const goal_given *own = a->own;
    return goal_make(v, row, &own->wish, p, f);
}

static int make(delivery *d, fault *f) {
    return deliver_unit(d, "goal", TEXT("What it takes"), make_document, f);
}

const command goal_command = {
    .name = "goal",
    .usage = "assess goal RULES UNIT --rank 3",
    .help = TEXT("what would have to change for a rank, a score, a grade or the verdict"),
    .example = "assess goal rules/2011.lua Shenzhen --score 75 --fix C7",
    .takes = TAKES_PICKS,
    .options = goal_options,
    .own = sizeof(goal_given),
    .begin = begin,
    .operand = arguments_unit,
    .check = check,
    .make = make,
    .end = end,
};
