/* The results of rules: the report (run, the default command), the statement of a unit, and the
 * notice of all units. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/survey.h"
#include "document/message.h"
#include "format/format.h"
#include "report/report.h"
#include "report/statement.h"
#include "session/session.h"

/* ---- run ---- */

/* Draws that the report makes by itself, for its line on how robust it is: a share is known to
 * 4.4 %. */
enum { USUAL_DRAWS = 500 };

/* What run alone is asked. */
typedef struct run_given {
    int weights, formulas;
    double draws, seed; /* below 0: not given */
    arguments_list vary;
} run_given;

#define AT(field) offsetof(run_given, field)

static const option run_options[] = {
    {"weights", 0, NULL, TEXT("also all weights, and what they come to"), OPTION_FLAG,
     .at = AT(weights)},
    {"formulas", 0, NULL, TEXT("also the formulas of the results"), OPTION_FLAG,
     .at = AT(formulas)},
    {"draws", 0, "N",
     TEXT(
         "draws of what is uncertain for the line on how robust the report is (default: 500, where "
         "the rules say what is uncertain; 0: none)"),
     OPTION_WHOLE, .at = AT(draws), .least = 0, .most = 1e9},
    SURVEY_VARY(AT(vary)),
    SURVEY_SEED(AT(seed)),
    {0},
};

static void begin_run(void *own) { *(run_given *)own = (run_given){.draws = -1, .seed = -1}; }

static void end_run(void *own) { list_release(&((run_given *)own)->vary); }

static void check_run(arguments *a, fault *f) {
    const run_given *own = a->own;
    survey_check(own->draws, own->seed, &own->vary, f);
    if (own->draws > 0 && (!a->format->people || a->output.count))
        fault_at(f, FAULT_USAGE, NULL, "assess vary RULES --draws N --format json",
                 "--draws adds a line to the report for people");
}

static int choose_named(const delivery *d, const assess_array **x, size_t *count, fault *f) {
    for (size_t i = 0; i < d->given->output.count; i++) {
        const char *name = d->given->output.item[i].name;
        if ((x[*count] = assess_output_named(d->session, name)) != NULL) {
            ++*count;
            continue;
        }
        buf all = BUF_INIT;
        for (size_t k = 0; k < assess_output_count(d->session); k++)
            buf_print(&all, "%s%s", k ? ", " : text_message("the rules compute "),
                      assess_output(d->session, k)->name);
        fault_unknown(f, nearest_output(d->session, name), buf_string(&all),
                      text_message("--output: no result '%s'"), name);
        buf_release(&all);
    }
    return f->count == 0;
}

/* Without names: everything; but one table of CSV holds the score and whatever has its axes. */
static void choose_all(const delivery *d, const view *v, const assess_array **x, size_t *count) {
    const assess_array *like = NULL;
    size_t n = assess_output_count(d->session);
    if (d->given->format->one_table && n)
        like = v->part[ROLE_SCORE] ? v->part[ROLE_SCORE] : assess_output(d->session, 0);
    for (size_t i = 0; i < n; i++)
        if (!like || csv_same_axes(like, assess_output(d->session, i)))
            x[(*count)++] = assess_output(d->session, i);
}

static int check_table(const assess_array *const *x, size_t count, fault *f) {
    for (size_t i = 1; i < count; i++)
        if (!csv_same_axes(x[0], x[i]))
            return fault_at(f, FAULT_USAGE, NULL, "-o DIR writes each into a file of its own",
                            "--output %s and --output %s have different axes and make no one table",
                            x[0]->name, x[i]->name);
    return 1;
}

/* The draws of the line on how robust the report is. Without being asked for, they are made where
 * the rules say what is uncertain and it does not take long; if they cannot be made, the report is
 * written all the same, and says so. 0 with the fault. */
static int make_draws(const delivery *d, const view *v, survey *s, document_results *r, fault *f) {
    const run_given *own = d->given->own;
    int asked = own->draws > 0;
    if (asked && !v->part[ROLE_SCORE])
        return fault_set(f, FAULT_USAGE, "--draws is of no use: the rules have no score");
    if (!d->given->format->people || d->given->output.count || !v->part[ROLE_SCORE]) return 1;
    if (own->draws == 0 || (!asked && !d->session->s->uncertain.count)) return 1;
    int open = survey_open(s, d->session, v, &own->vary, asked ? own->draws : USUAL_DRAWS,
                           own->seed < 0 ? 1 : own->seed, d->stop, f);
    if (open && !asked && !survey_is_small(s)) return 1;
    if (open && survey_draw(s, f)) {
        r->draws = &s->of;
        return 1;
    }
    if (asked || limits_over() || limits_raised(d->stop)) return 0;
    fault_release(f);
    r->draws_failed = 1;
    return 1;
}

static int print_result(const delivery *d, const view *v, const view_wish *w, fault *f) {
    const arguments *a = d->given;
    int fine = 1, named = a->output.count > 0;
    size_t count = 0;
    survey s = {0};
    document p;
    const assess_array **x =
        mem_zero(assess_output_count(d->session) + a->output.count + 1, sizeof *x);
    if (!x) return fault_memory(f);
    if (named)
        fine = choose_named(d, x, &count, f);
    else
        choose_all(d, v, x, &count);
    if (fine && a->format->one_table) fine = check_table(x, count, f);
    document_results r = {
        .v = v, .wish = w, .x = x, .count = count, .pictures = a->format->pictures};
    fine = fine && make_draws(d, v, &s, &r, f);
    if (fine) {
        report_open(&p, a->format->people, named, &r);
        fine = deliver_document(d, &p, d->page, f);
        document_close(&p);
    }
    survey_close(&s);
    mem_free(x);
    return fine;
}

static int publish(const delivery *d, fault *f) {
    const arguments *a = d->given;
    buf where = BUF_INIT;
    for (size_t i = 0; i < a->where.count; i++)
        buf_print(&where, "%s%s=%s", i ? ", " : "", a->where.item[i].name, a->where.item[i].value);
    const run_given *own = a->own;
    view_wish w = {.focus = a->focus,
                   .pick = a->picks,
                   .picks = a->pick.count,
                   .top = a->top,
                   .where = a->where.count ? buf_string(&where) : NULL,
                   .formulas = own->formulas,
                   .weights = own->weights};
    int report = a->format_given || a->output.count || !a->quiet;
    view v;
    size_t files;
    int good = view_open(&v, d->session, &w, f);
    if (good && report) good = print_result(d, &v, &w, f);
    /* The report for people tells the warnings itself. */
    if (good && !a->quiet && !(report && a->format->people && !a->output.count))
        message_all(d->errors, d->session, 0, MESSAGE_WARNINGS);
    if (good && a->folder && !arguments_name_file(a)) {
        /* The last thing that can fail, so that there are all files and the report, or neither; the
         * room for the word about it is there before. */
        if (!buf_reserve(&d->err->held, strlen(a->folder) + 200)) good = fault_memory(f);
        good = good && folder_write(a->folder, &v, &a->csv, d->stop, &files, f);
        if (good) limits_done();
        if (good && !a->quiet)
            output_print(d->err, text_message("assess: %zu files written to %s\n"), files,
                         a->folder);
    }
    if (good) good = deliver_close(d, f);
    view_close(&v);
    buf_release(&where);
    return good;
}

static int run(delivery *d, fault *f) {
    int status = deliver_compute(d, f);
    return status ? status : publish(d, f) ? 0 : (int)f->kind;
}

const command run_command = {
    .name = "run",
    .usage = "assess [run] RULES [OPTIONS]",
    .help = TEXT("assesses by a rule file and reports (the default command)"),
    .about = TEXT("Runs the script once, reads the data that it names, computes all results, and "
                  "prints a report. The word 'run' may be left out."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples =
        (const help_example[]){
            {"assess rules/2011.lua --set index.C.C7.weight=3 --where status=public",
             TEXT("another weight for C7, and only figures that were published"), 0},
            {"assess run rules/hdi.lua --format csv --output hdi",
             TEXT("one result, as a table for another program"), 0},
            {"assess rules/2011.lua --focus 'Hong Kong' --stage stage1",
             TEXT("the report about another unit; a name with a space stands in quotes"), 0},
            {0}},
    .related = "leaves explain check diff",
    .takes = TAKES_PICKS | TAKES_ALL | TAKES_CHOICE | TAKES_FOLDER,
    .options = run_options,
    .own = sizeof(run_given),
    .begin = begin_run,
    .check = check_run,
    .end = end_run,
    .passes = 1,
    .work = run,
};

/* ---- statement ---- */

static int write_statement(const delivery *d, appraisal *a, size_t unit, page *to, fault *f) {
    document p = {0};
    int fine =
        statement_make(a, unit, &p, f) && deliver_document(d, &p, to, f) && !deliver_stopped(d, f);
    document_close(&p);
    return fine;
}

/* A file's name from a label: what a file system or a shell would take amiss becomes "_", and a
 * number goes in front, so that no two are the same whatever their labels and the system's view of
 * case. */
static char *file_name(const delivery *d, const appraisal *a, size_t unit) {
    char digits[32];
    buf name = BUF_INIT, label = BUF_INIT;
    const char *text = assess_label(a->session, &a->of, unit);
    int width = snprintf(digits, sizeof digits, "%zu", a->of.size);
    buf_print(&name, "%0*zu-", width, unit + 1);
    width_safe(&label, text, strlen(text));
    size_t length = width_fit(buf_string(&label), label.length, 60);
    for (size_t i = 0; i < length; i++)
        buf_char(&name, strchr("/\\:*?\"<>|'`$&;!~# ", label.text[i]) ? '_' : label.text[i]);
    buf_print(&name, ".%s", d->given->format->extension);
    buf_release(&label);
    return name.failed ? NULL : name.text;
}

static int write_all(const delivery *d, appraisal *a, fault *f) {
    size_t n = a->of.size;
    output *out = mem_zero(n + 1, sizeof *out);
    file_item *item = mem_zero(n + 1, sizeof *item);
    int fine = out && item ? 1 : fault_memory(f);
    for (size_t i = 0; fine && i < n; i++) {
        char *name = file_name(d, a, i);
        page to = *d->page;
        out[i] = output_to(OUTPUT_KEEP, d->stop);
        to.out = &out[i];
        item[i].name = name;
        fine = name ? write_statement(d, a, i, &to, f) : fault_memory(f);
        item[i].bytes = buf_string(&out[i].held);
        item[i].length = out[i].held.length;
    }
    fine = fine && files_write_folder(d->given->folder, item, n, f);
    for (size_t i = 0; out && item && i < n; i++) {
        output_release(&out[i]);
        mem_free((char *)(uintptr_t)item[i].name);
    }
    mem_free(out);
    mem_free(item);
    return fine;
}

static int make_statement(delivery *d, fault *f) {
    appraisal a;
    int fine = appraisal_open(&a, d->session, f);
    a.pictures = d->given->format->pictures;
    if (fine && !d->given->unit) {
        d->done = 1;
        fine = write_all(d, &a, f);
    } else if (fine) {
        size_t unit = find_label(d->session, &a.of, "", d->given->unit, f);
        fine = unit != VIEW_NONE && write_statement(d, &a, unit, d->page, f);
    }
    appraisal_close(&a);
    return fine;
}

static void check_statement(arguments *a, fault *f) {
    if (!a->unit == !a->all)
        fault_at(f, FAULT_USAGE, NULL,
                 "assess statement RULES UNIT, or assess statement RULES --all -o DIR",
                 a->unit ? "a unit, or --all: not both" : "whose statement?");
    else if (!a->unit && !a->folder)
        fault_set(f, FAULT_USAGE, "--all needs a folder for the statements: -o DIR");
}

const command statement_command = {
    .name = "statement",
    .usage = "assess statement RULES UNIT\nassess statement RULES --all -o DIR",
    .help = TEXT("the statement of one unit: total, grade, every task and deduction"),
    .about = TEXT("Total, grade and rank, the points of each part, every task with its mark, every "
                  "deduction, bonus, penalty and veto with its clause and evidence and with what "
                  "the total and the grade would be without it, and what would have changed the "
                  "grade. With --all one is written for every unit, into a folder."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0},
                                       {"UNIT", NULL, VALUE_UNIT, NULL, 0},
                                       {0}},
    .examples = (const help_example[]){{"assess statement rules/2011-units.lua 市外办",
                                        TEXT("what one unit is handed"), 0},
                                       {"assess statement rules/2011-units.lua --all --format md "
                                        "-o build/statements",
                                        TEXT("one for each unit, as Markdown"), 0},
                                       {0}},
    .related = "notice explain",
    .takes = TAKES_ALL,
    .operand = arguments_unit,
    .check = check_statement,
    .make = make_statement,
};

/* ---- notice ---- */

static int make_notice(delivery *d, fault *f) {
    appraisal a;
    document p = {0};
    int fine = appraisal_open(&a, d->session, f);
    a.pictures = d->given->format->pictures;
    fine = fine && notice_make(&a, &p, f) && deliver_document(d, &p, d->page, f);
    document_close(&p);
    appraisal_close(&a);
    return fine;
}

const command notice_command = {
    .name = "notice",
    .usage = "assess notice RULES",
    .help = TEXT("the list of units by grade"),
    .about = TEXT("The list of all units with total, grade and rank, as such lists are published: "
                  "the best grade first."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples = (const help_example[]){{"assess notice rules/2011-units.lua",
                                        TEXT("the list, on the terminal"), 0},
                                       {"assess notice rules/2011-units.lua --format md "
                                        "-o build/notice.md",
                                        TEXT("the same as Markdown, in a file"), 0},
                                       {0}},
    .related = "statement",
    .make = make_notice,
};
