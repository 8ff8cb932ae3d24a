/* assess diff: compares two editions of rules. */
#include "report/diff.h"

#include <string.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "report/message.h"

/* What diff alone is asked. */
typedef struct diff_given {
    const char *second;
    arguments_list data[2];
    int leaves, keep_grades;
    double seed, evaluations, shift;
} diff_given;

#define AT(field) offsetof(diff_given, field)

static const option diff_options[] = {
    {"data-a", 0, "NAME=FILE", TEXT("read data of the first edition from another file"),
     OPTION_FILES, VALUE_SOURCE, .at = AT(data[0])},
    {"data-b", 0, "NAME=FILE", TEXT("read data of the second edition from another file"),
     OPTION_FILES, VALUE_SOURCE, .at = AT(data[1])},
    {"leaves", 'l', NULL, TEXT("also what each leaf contributes"), OPTION_FLAG, .at = AT(leaves)},
    {"seed", 0, "N", TEXT("seed of the random orders, for more than 12 leaves (default: 1)"),
     OPTION_WHOLE, .at = AT(seed), .least = 0, .most = 1e15},
    {"evaluations", 0, "N",
     TEXT("mixes computed for a factor's leaves (default: 4096, fewer for many units)"),
     OPTION_WHOLE, .at = AT(evaluations), .least = 1, .most = 1e9},
    {"max-rank-shift", 0, "N", TEXT("status 1 when a unit moves by more than N ranks"),
     OPTION_NUMBER, .at = AT(shift), .least = 0, .most = 1e9},
    {"no-grade-change", 0, NULL,
     TEXT("status 1 when a grade or verdict changes, or a unit comes or goes"), OPTION_FLAG,
     .at = AT(keep_grades)},
    {0},
};

static void begin(void *own) { *(diff_given *)own = (diff_given){.seed = -1, .shift = -1}; }

static void end(void *own) {
    for (int e = 0; e < 2; e++) list_release(&((diff_given *)own)->data[e]);
}

static int operand(arguments *a, const char *text, fault *f) {
    diff_given *own = a->own;
    if (own->second)
        return fault_set(f, FAULT_USAGE, "two editions are compared: '%s' is a third", text), 1;
    own->second = text;
    return 1;
}

static void check(arguments *a, fault *f) {
    const diff_given *own = a->own;
    if (!own->second)
        fault_at(f, FAULT_USAGE, NULL, "assess diff rules/2011.lua rules/2012.lua",
                 "'%s' is compared with which edition?", a->rules);
    if (!own->leaves && (own->seed >= 0 || own->evaluations > 0))
        fault_set(f, FAULT_USAGE, "--%s is of no use without --leaves",
                  own->seed >= 0 ? "seed" : "evaluations");
    for (int e = 0; e < 2; e++)
        for (size_t i = 0; i < own->data[e].count; i++)
            if (!strcmp(own->data[e].item[i].value, "-"))
                fault_set(f, FAULT_USAGE, "--data-%c: the data of one edition is read from a file",
                          'a' + e);
}

/* ---- the sessions ---- */

typedef struct comparison {
    delivery *d;
    const arguments *given;
    const diff_given *own;
    assess *edition[2];
} comparison;

static const char *rules_of(const comparison *c, int e) {
    return e ? c->own->second : c->given->rules;
}

/* Has the edition a leaf of this address, or the other one none either, so that it is told? */
static int takes_set(assess *const bare[2], int e, const char *address) {
    int has[2] = {0, 0};
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < assess_leaf_count(bare[k]) && !has[k]; i++)
            has[k] = !strcmp(assess_leaf_at(bare[k], i).address, address);
    return has[e] || !has[!e];
}

/* What --set changes may be in one edition only: looked up in sessions without it. */
static assess_status give_sets(comparison *c, fault *f) {
    assess *bare[2] = {NULL, NULL};
    assess_status status = ASSESS_OK;
    arguments plain = *c->given;
    if (!c->given->set.count) return ASSESS_OK;
    plain.set.count = 0;
    for (int e = 0; e < 2 && !status; e++) {
        bare[e] = assess_new();
        if (!bare[e]) fault_memory(f);
        status = bare[e] ? session_prepare(bare[e], &plain, c->d->stop, f) : ASSESS_LIMIT;
        if (!status) status = assess_open(bare[e], rules_of(c, e));
        if (status && bare[e]) message_all(c->d->errors, bare[e], 0, MESSAGE_FAULTS);
    }
    for (size_t i = 0; i < c->given->set.count && !status; i++)
        for (int e = 0; e < 2; e++)
            if (takes_set(bare, e, c->given->set.item[i].name))
                assess_set(c->edition[e], c->given->set.item[i].name, c->given->set.item[i].value);
    assess_free(bare[0]);
    assess_free(bare[1]);
    return status;
}

static assess_status open_editions(comparison *c, fault *f) {
    arguments plain = *c->given;
    assess_status status = ASSESS_OK;
    plain.set.count = 0;
    for (int e = 0; e < 2 && !status; e++) {
        const arguments_list *data = &c->own->data[e];
        assess_stop_on(c->edition[e], c->d->stop);
        status = session_prepare(c->edition[e], &plain, c->d->stop, f);
        for (size_t i = 0; i < data->count && !status; i++)
            status = assess_data_file(c->edition[e], data->item[i].name, data->item[i].value);
    }
    if (!status) status = give_sets(c, f);
    for (int e = 0; e < 2 && !status; e++) status = assess_open(c->edition[e], rules_of(c, e));
    return status;
}

/* ---- the command ---- */

static int publish(comparison *c, const assess_diff *d, fault *f) {
    const arguments *a = c->given;
    const diff_wish w = {.top = a->top,
                         .focus = a->focus,
                         .list = !a->format->people && a->format->one_table,
                         .data = !a->format->people && !a->format->one_table,
                         .shift = c->own->shift,
                         .keep_grades = c->own->keep_grades,
                         .pick = a->picks,
                         .picks = a->pick.count};
    document p = {0};
    size_t breached = 0;
    int fine = diff_document(c->edition[0], c->edition[1], d, &w, &p, &breached, f) &&
               deliver_document(c->d, &p, c->d->page, f);
    document_close(&p);
    if (fine) deliver_close(c->d, f);
    return f->count ? (int)f->kind : breached ? ASSESS_TEST : ASSESS_OK;
}

/* What both editions warn of is told once. */
static void tell_warnings(const comparison *c) {
    for (int e = 0; e < 2 && !c->given->quiet; e++)
        for (size_t i = 0; i < assess_message_count(c->edition[e]); i++) {
            const assess_message m = assess_message_at(c->edition[e], i);
            int told = m.status != ASSESS_OK;
            for (size_t k = 0; e && !told && k < assess_message_count(c->edition[0]); k++) {
                const assess_message o = assess_message_at(c->edition[0], k);
                told = o.line == m.line && !strcmp(o.file, m.file) && !strcmp(o.text, m.text);
            }
            if (!told) message_print(c->d->errors, &m);
        }
}

static int compare(comparison *c, fault *f) {
    const assess_diff_wish wish = {c->own->leaves,
                                   c->own->seed < 0 ? 1 : (unsigned long long)c->own->seed,
                                   (size_t)c->own->evaluations};
    if (!c->edition[0] || !c->edition[1]) {
        fault_memory(f);
        return ASSESS_LIMIT;
    }
    int status = open_editions(c, f);
    assess_diff *d =
        !status && !f->count ? assess_diff_of(c->edition[0], c->edition[1], &wish) : NULL;
    if (deliver_stopped(c->d, f)) {
        assess_diff_free(d);
        return ASSESS_LIMIT;
    }
    tell_warnings(c);
    for (int e = 0; e < 2; e++) {
        message_all(c->d->errors, c->edition[e], 0, d ? 0 : MESSAGE_FAULTS);
        for (size_t i = 0; !d && !status && i < assess_message_count(c->edition[e]); i++)
            status = assess_message_at(c->edition[e], i).status;
    }
    if (d) status = publish(c, d, f);
    assess_diff_free(d);
    return status ? status : f->count ? (int)f->kind : d ? 0 : ASSESS_BUG;
}

static int compare_editions(delivery *d, fault *f) {
    const diff_given *own = d->given->own;
    comparison c = {.d = d, .given = d->given, .own = own};
    int fine = arguments_check_files(d->given, f) & arguments_check_file(own->second, "", f);
    for (int e = 0; e < 2; e++)
        for (size_t i = 0; i < own->data[e].count; i++)
            fine &=
                arguments_check_file(own->data[e].item[i].value, e ? "--data-b " : "--data-a ", f);
    if (!fine) return FAULT_USAGE;
    for (int e = 0; e < 2; e++) c.edition[e] = assess_new();
    int status = compare(&c, f);
    for (int e = 0; e < 2; e++) assess_free(c.edition[e]);
    return status;
}

const command diff_command = {
    .name = "diff",
    .usage = "assess diff RULES RULES",
    .help = TEXT("who moves between two editions, by how much, and why"),
    .about =
        TEXT("Tells who moves, and because of what: data, coverage, weights, standards, "
             "parameters, methods, structure. The contributions are Shapley values and add up "
             "to the change. --data, --set and --where are for both editions, --data-a and "
             "--data-b for one. CSV is the list of units with all contributions, JSON everything."),
    .fails = TEXT("a unit moves by more ranks than --max-rank-shift allows, or a grade or verdict "
                  "changes or a unit comes or goes under --no-grade-change"),
    .operands = (const help_operand[]){{"RULES",
                                        TEXT("two rule files: the older edition, then the "
                                             "newer one"),
                                        VALUE_RULES, NULL, 1},
                                       {0}},
    .examples =
        (const help_example[]){
            {"assess diff rules/2011.lua rules/2012.lua --leaves",
             TEXT("who moves, and what each leaf of the rules contributes"), 0},
            {"assess diff rules/2011.lua rules/2012.lua --max-rank-shift 0",
             TEXT("fails if any unit moves, as a check before an edition is approved"), 1},
            {0}},
    .related = "leaves explain",
    .takes = TAKES_PICKS | TAKES_ALL | TAKES_TOP,
    .options = diff_options,
    .own = sizeof(diff_given),
    .begin = begin,
    .operand = operand,
    .check = check,
    .work = compare_editions,
    .end = end,
};
