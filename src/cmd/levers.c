/* What moves a result: the figures of a unit (levers), and the leaves of the rules. */
#include "cmd/deliver.h"
#include "base/text.h"
#include "report/unit_report.h"

typedef struct levers_given {
    int leaves;
} levers_given;

static const option levers_options[] = {
    {"leaves", 0, NULL, TEXT("weights, standards and parameters instead, each 10 % up and down"),
     OPTION_FLAG, .at = offsetof(levers_given, leaves)},
    {0},
};

static int operand(arguments *a, const char *text, fault *f) {
    return a->output.count ? 0 : arguments_unit_and_outputs(a, text, f);
}

static void check(arguments *a, fault *f) {
    if (!a->unit)
        fault_at(f, FAULT_USAGE, NULL, "assess levers RULES UNIT [OUTPUT]", "whose result?");
}

static int make_document(const arguments *a, const view *v, size_t row, document *p, fault *f) {
    const levers_given *own = a->own;
    const char *name = a->output.count ? a->output.item[0].name : NULL;
    return (own->leaves ? levers_leaves : levers_make)(v, row, name, p, f);
}

static int make_levers(delivery *d, fault *f) {
    return deliver_unit(d, "levers", TEXT("What moves the result"), make_document, f);
}

const command levers_command = {
    .name = "levers",
    .usage = TEXT("assess levers RULES UNIT [OUTPUT]"),
    .help = TEXT("which figures of a unit move its result most, and what is left in them"),
    .example = "assess levers rules/2011.lua Shenzhen --stage stage1",
    .takes = TAKES_PICKS,
    .options = levers_options,
    .own = sizeof(levers_given),
    .operand = operand,
    .check = check,
    .make = make_levers,
};

/* ---- leaves ---- */

static int make_leaves(delivery *d, fault *f) {
    document p = {0};
    document_open(&p, "leaves", assess_fact(d->session, "title"), ": ", "-");
    document_list(&p, "leaves", NULL);
    leaves_make(d->session, !d->given->format->people, &p);
    int fine = deliver_document(d->given, &p, d->page, f);
    document_close(&p);
    return fine;
}

const command leaves_command = {
    .name = "leaves",
    .usage = "assess leaves RULES",
    .help = TEXT("everything in the rules that has a name and a value"),
    .example = "assess leaves rules/2011.lua --format csv",
    .make = make_leaves,
};
