/* assess diff: compares two editions of rules. */
#include "change/diff.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/survey.h"
#include "document/message.h"
#include "plot/plot.h"
#include "robust/diff_draws.h"
#include "table/workbook.h"
#include "workbook/changes.h"
#include "workbook/overlay.h"

/* What diff alone is asked. */
typedef struct diff_given {
    const char *second;
    arguments_list data[2];
    int leaves, keep_grades;
    double seed, evaluations, shift, draws;
    arguments_list vary;
    const char *overlay; /* where one is written to; or NULL */
} diff_given;

#define AT(field) offsetof(diff_given, field)

static const option diff_options[] = {
    {"data-a", 0, "NAME=FILE", TEXT("read data of the first edition from another file"),
     OPTION_FILES, VALUE_SOURCE, .at = AT(data[0])},
    {"data-b", 0, "NAME=FILE", TEXT("read data of the second edition from another file"),
     OPTION_FILES, VALUE_SOURCE, .at = AT(data[1])},
    {"leaves", 'l', NULL, TEXT("also what each leaf contributes"), OPTION_FLAG, .at = AT(leaves)},
    {"draws", 0, "N", TEXT("is a change more than the uncertainty? N draws, the same in both"),
     OPTION_WHOLE, .at = AT(draws), .least = 1, .most = 1e9},
    {"vary", 0, "ADDRESS=KIND(…)",
     TEXT("what is uncertain, beside what the rules say; may be repeated"), OPTION_NAMES,
     VALUE_PATTERN, .at = AT(vary)},
    {"seed", 0, "N",
     TEXT("seed of draws, and of random orders for more than 12 leaves (default: 1)"), OPTION_WHOLE,
     .at = AT(seed), .least = 0, .most = 1e15},
    {"evaluations", 0, "N",
     TEXT("mixes computed for a factor's leaves (default: 4096, fewer for many units)"),
     OPTION_WHOLE, .at = AT(evaluations), .least = 1, .most = 1e9},
    {"max-rank-shift", 0, "N", TEXT("status 1 when a unit moves by more than N ranks"),
     OPTION_NUMBER, .at = AT(shift), .least = 0, .most = 1e9},
    {"save-overlay", 0, "FILE.lua",
     TEXT("write what was changed in a workbook as an edition that extends the first"), OPTION_TEXT,
     VALUE_FILE, .at = AT(overlay)},
    {"no-grade-change", 0, NULL,
     TEXT("status 1 when a grade or verdict changes, or a unit comes or goes"), OPTION_FLAG,
     .at = AT(keep_grades)},
    {0},
};

static void begin(void *own) { *(diff_given *)own = (diff_given){.seed = -1, .shift = -1}; }

static void end(void *own) {
    for (int e = 0; e < 2; e++) list_release(&((diff_given *)own)->data[e]);
    list_release(&((diff_given *)own)->vary);
}

static int operand(arguments *a, const char *text, fault *f) {
    diff_given *own = a->own;
    if (own->second)
        return fault_set(f, FAULT_USAGE, "two editions are compared: '%s' is a third", text), 1;
    own->second = text;
    return 1;
}

/* Is the second edition the first, as it was changed in a workbook? */
static int is_book(const diff_given *own) { return own->second && workbook_named(own->second); }

static void check(arguments *a, fault *f) {
    const diff_given *own = a->own;
    if (!own->second)
        fault_at(f, FAULT_USAGE, NULL, "assess diff rules/2011.lua rules/2012.lua",
                 "'%s' is compared with which edition?", a->rules);
    else if (own->overlay && !is_book(own))
        fault_at(f, FAULT_USAGE, NULL,
                 "assess diff rules/2011.lua report.xlsx --save-overlay next.lua",
                 "--save-overlay is of no use without a workbook");
    if (!(own->draws > 0) && own->vary.count)
        fault_set(f, FAULT_USAGE, "--vary is of no use without --draws");
    if (!own->leaves && ((own->seed >= 0 && !(own->draws > 0)) || own->evaluations > 0))
        fault_set(f, FAULT_USAGE, "--%s is of no use without --leaves",
                  own->evaluations > 0 ? "evaluations" : "seed");
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
    book_changes changed;     /* in a workbook */
    const char *const *rules; /* of sessions that are set up already; or NULL */
} comparison;

static const char *rules_of(const comparison *c, int e) {
    if (c->rules) return c->rules[e];
    return e && !is_book(c->own) ? c->own->second : c->given->rules;
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

static assess_status set_up_editions(comparison *c, fault *f) {
    arguments plain = *c->given;
    assess_status status = ASSESS_OK;
    plain.set.count = 0;
    for (int e = 0; e < 2 && !status; e++) {
        const arguments_list *data = &c->own->data[e];
        assess_stop_on(c->edition[e], c->d->stop);
        if (!deliver_tells_digests(c->given)) assess_setting(c->edition[e], "hash", "0");
        status = session_prepare(c->edition[e], &plain, c->d->stop, f);
        for (size_t i = 0; i < data->count && !status; i++)
            status = assess_data_file(c->edition[e], data->item[i].name, data->item[i].value);
    }
    if (!status) status = give_sets(c, f);
    return status ? status : book_changes_apply(&c->changed, c->edition[1]);
}

static assess_status open_editions(comparison *c, fault *f) {
    assess_status status = c->rules ? ASSESS_OK : set_up_editions(c, f);
    for (int e = 0; e < 2 && !status; e++) status = assess_open(c->edition[e], rules_of(c, e));
    return status;
}

/* ---- the command ---- */

/* A session of an edition of its own, run: those that were compared are no longer as they were. */
static assess *run_again(const comparison *c, int e, const volatile sig_atomic_t *stop, fault *f) {
    return session_again(c->edition[e], rules_of(c, e), stop, c->d->errors, f);
}

/* Adds what the same draws say of both editions; *made: how many there are. */
static int put_draws(const comparison *c, document *p, uint64_t *made, fault *f) {
    const diff_given *own = c->own;
    assess *session[2] = {NULL, NULL};
    uncertain_list list[2] = {{0}, {0}};
    arena memory = ARENA_INIT;
    diff_draws d = {.memory = ARENA_INIT};
    int fine = 1;
    limits_patient(); /* when interrupted, draws that were made are reported */
    for (int e = 0; fine && e < 2; e++) {
        session[e] = run_again(c, e, NULL, f);
        fine = !f->count && survey_list(session[e], &own->vary, &list[e], &memory, f);
    }
    if (fine)
        fine = diff_draws_make(&d, session, list, (uint64_t)own->draws,
                               own->seed < 0 ? 1 : (uint64_t)own->seed, c->d->stop, f);
    if (fine) diff_draws_put(&d, c->given->format->people, p);
    *made = d.pair.done;
    diff_draws_close(&d);
    for (int e = 0; e < 2; e++) {
        mem_free(list[e].item);
        assess_free(session[e]);
    }
    arena_release(&memory);
    return fine;
}

/* What was changed in the workbook, cell by cell. */
static void put_changes(const comparison *c, document *p) {
    static const document_column column[] = {{"cell", TEXT("Cell"), WIDTH_LEFT, 0},
                                             {"what", TEXT("What"), WIDTH_LEFT, 16},
                                             {"was", TEXT("Was"), WIDTH_RIGHT, 0},
                                             {"is", TEXT("Changed to"), WIDTH_RIGHT, 0}};
    const text_language language =
        text_of_rules(assess_fact(c->edition[0], "lang"), assess_fact(c->edition[0], "title"));
    document_section(p, text_in(language, TEXT("Changed in the workbook")));
    document_table_in(p, language, "changes", column, 4);
    for (size_t i = 0; i < c->changed.count; i++) {
        const book_change *x = &c->changed.item[i];
        buf what = BUF_INIT;
        buf_print(&what, "%s%s%s", x->data ? x->data : "", x->data ? "  " : "", x->address);
        document_put(p, document_text(x->cell));
        document_put(p, document_text(arena_print(&p->memory, "%s", buf_string(&what))));
        document_put(p, document_number(p, x->figure.was, -1));
        document_put(p, document_number(p, x->figure.is, -1));
        buf_release(&what);
    }
}

/* On a page: who moves whither, and why the focus does. */
static int put_chart(const assess_diff *d, const diff_wish *w, document *p, fault *f) {
    const view *newer = w->shown[1];
    assess_diff narrow; /* as the tables */
    if (!newer) return 1;
    if (!diff_narrow(d, w, &p->memory, &narrow, f)) return 0;
    const plot_given given = {
        .top = VIEW_TOP, .page = 1, .diff = &narrow, .focus = w->focus, .newer = newer->session};
    return plot_add(newer, "diff", &given, p, f);
}

static int publish(comparison *c, const assess_diff *d, const view *const shown[2], fault *f) {
    const arguments *a = c->given;
    const diff_wish w = {.top = a->top,
                         .focus = a->focus,
                         .list = !a->format->people && a->format->one_table,
                         .data = !a->format->people && !a->format->one_table,
                         .shift = c->own->shift,
                         .keep_grades = c->own->keep_grades,
                         .pick = a->picks,
                         .picks = a->pick.count,
                         .shown = {shown[0], shown[1]}};
    document p = {0};
    size_t breached = 0;
    const uint64_t all = w.list ? 0 : (uint64_t)c->own->draws;
    uint64_t made = all;
    int fine = diff_document(c->edition[0], c->edition[1], d, &w, &p, &breached, f) &&
               (!all || put_draws(c, &p, &made, f));
    if (fine && made < all) {
        survey_go_on(c->d);
        for (int e = 0; e < 2; e++)
            if (shown[e]) assess_stop_on(shown[e]->session, NULL);
    }
    if (fine && is_book(c->own) && !w.list) put_changes(c, &p);
    fine = fine && put_chart(d, &w, &p, f);
    fine = fine && deliver_document(c->d, &p, c->d->page, f) &&
           (!c->own->overlay || overlay_write(&c->changed, c->edition[0], c->given->rules,
                                              c->own->second, c->own->overlay, f));
    document_close(&p);
    if (fine && deliver_close(c->d, f) && made < all) survey_tell_stopped(made, all, 0, f);
    return f->count ? (int)f->kind : breached ? ASSESS_TEST : ASSESS_OK;
}

/* A page leads to the explanations of both editions, which are computed again for it. */
static int publish_explained(comparison *c, const assess_diff *d, fault *f) {
    const view_wish wish = {.top = VIEW_TOP};
    assess *session[2] = {NULL, NULL};
    view v[2];
    const view *shown[2] = {NULL, NULL};
    for (int e = 0; c->given->format->explains && e < 2 && !f->count; e++) {
        session[e] = run_again(c, e, c->d->stop, f);
        if (!f->count && view_open(&v[e], session[e], &wish, f)) shown[e] = &v[e];
    }
    int status = f->count ? (int)f->kind : publish(c, d, shown, f);
    for (int e = 0; e < 2; e++) {
        if (shown[e]) view_close(&v[e]);
        assess_free(session[e]);
    }
    return status;
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
    if (d) status = publish_explained(c, d, f);
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
    if (is_book(own) && !book_changes_read(own->second, &c.changed, f)) {
        book_changes_close(&c.changed);
        return (int)f->kind;
    }
    for (int e = 0; e < 2; e++) c.edition[e] = assess_new();
    int status = compare(&c, f);
    for (int e = 0; e < 2; e++) assess_free(c.edition[e]);
    book_changes_close(&c.changed);
    return status;
}

int diff_sessions(delivery *d, assess *const edition[2], const char *const rules[2], int leaves,
                  fault *f) {
    diff_given own = {.leaves = leaves, .seed = -1, .shift = -1};
    comparison c = {.d = d,
                    .given = d->given,
                    .own = &own,
                    .edition = {edition[0], edition[1]},
                    .rules = rules};
    return compare(&c, f);
}

const command diff_command = {
    .name = "diff",
    .usage = "assess diff RULES RULES\nassess diff RULES report.xlsx",
    .help = TEXT("who moves between two editions, by how much, and why"),
    .about = TEXT("Tells who moves, and because of what: data, coverage, weights, standards, "
                  "parameters, methods, structure. The contributions are Shapley values and add up "
                  "to the change. --data, --set and --where are for both editions, --data-a and "
                  "--data-b for one. In place of the newer edition there may be a workbook that "
                  "`assess report` wrote: it is the older edition with what was changed there. CSV "
                  "is the list of units with all contributions, JSON everything."),
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
