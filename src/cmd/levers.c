#include "cmd/cmd.h"
#include "cmd/impact.h"
#include "cmd/run.h"

enum { OPT_LEAVES };

const option levers_options[] = {
    [OPT_LEAVES] = {"leaves", 0, NULL,
                    "weights, standards and parameters instead, each 10 % up and down"},
    {0},
};

typedef struct levers_given {
    int leaves;
} levers_given;

static void take(arguments *a, int which, const char *value, fault *f) {
    levers_given *own = a->of->self;
    (void)value, (void)f;
    own->leaves |= which == OPT_LEAVES;
}

static int operand(arguments *a, const char *text, fault *f) {
    if (a->unit) return a->output.count ? 0 : arguments_add(&a->output, text, f) || f->count;
    a->unit = text;
    return 1;
}

static void check(arguments *a, fault *f) {
    if (!a->unit)
        fault_at(f, FAULT_USAGE, NULL, "assess levers RULES UNIT [OUTPUT]", "whose result?");
}

static int make_paper(const handout *h, const view *v, size_t row, document *p, fault *f) {
    const levers_given *own = h->given->of->self;
    const char *output = h->given->output.count ? h->given->output.item[0].name : NULL;
    return (own->leaves ? levers_leaves : levers_make)(v, row, output, p, f);
}

static int make(const handout *h, fault *f) {
    return impact_handout(h, "levers", "What moves the result", "敏感度分析", make_paper, f);
}

int cmd_levers(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    levers_given own = {0};
    const ask of = {.name = "levers",
                    .takes = TAKES_MARKDOWN | TAKES_PICKS,
                    .more = levers_options,
                    .take = take,
                    .operand = operand,
                    .check = check,
                    .self = &own};
    return handout_run(&of, count, argument, stop, make);
}
