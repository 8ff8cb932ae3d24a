#include <string.h>

#include "cmd/cmd.h"
#include "cmd/impact.h"
#include "cmd/run.h"

enum { CHANGES = 200 };

typedef struct whatif_given {
    impact_pair change[CHANGES];
    char *own[CHANGES];
    size_t count;
} whatif_given;

static int make_paper(const handout *h, const view *v, size_t row, document *p, fault *f) {
    const whatif_given *own = h->given->of->self;
    return whatif_make(v, row, own->change, own->count, p, f);
}

static int make(const handout *h, fault *f) {
    return impact_handout(h, "whatif", "What if", "假设分析", make_paper, f);
}

static int operand(arguments *a, const char *text, fault *f) {
    whatif_given *own = a->of->self;
    if (!a->unit) {
        a->unit = text;
        return 1;
    }
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return fault_at(f, FAULT_USAGE, NULL,
                        "a datum of the unit or a leaf: C7=30, C7@2011=30, params.cap=110",
                        "'%s' is no change", text) ||
               1;
    if (own->count == CHANGES)
        return fault_set(f, FAULT_USAGE, "more than %d changes", CHANGES) || 1;
    char *name = arguments_part(text, (size_t)(equals - text));
    if (!name) return fault_memory(f) || 1;
    own->own[own->count] = name;
    for (size_t i = 0; i < own->count; i++)
        if (!strcmp(own->change[i].name, name))
            fault_set(f, FAULT_USAGE, "'%s' is given twice", name);
    own->change[own->count++] = (impact_pair){name, equals + 1};
    return 1;
}

static void check(arguments *a, fault *f) {
    const whatif_given *own = a->of->self;
    static const char usage[] = "assess whatif RULES UNIT C7=30 …";
    if (!a->unit) fault_at(f, FAULT_USAGE, NULL, usage, "whose result?");
    if (a->unit && !own->count && !f->count)
        fault_at(f, FAULT_USAGE, NULL, usage, "what is to be changed?");
}

int cmd_whatif(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    whatif_given own = {.count = 0};
    const ask of = {.name = "whatif",
                    .takes = TAKES_MARKDOWN | TAKES_PICKS,
                    .operand = operand,
                    .check = check,
                    .self = &own};
    int status = handout_run(&of, count, argument, stop, make);
    arguments_parts_release(own.own, own.count);
    return status;
}
