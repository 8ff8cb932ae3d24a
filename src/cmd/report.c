/* assess report: the whole report as a file. */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cmd/report.h"
#include "cmd/survey.h"
#include "report/report.h"
#include "session/session.h"
#include "web/web.h"

enum { UNITS = 2000, BYTES = 4600000, DRAWS = 1000 };

typedef struct report_asked {
    double draws, seed; /* -1: not said */
    arguments_list vary;
    int workbook; /* -o names one */
} report_asked;

#define AT(field) offsetof(report_asked, field)

static const option report_options[] = {
    {"draws", 0, "N",
     TEXT("how many draws of what is uncertain (default: 1000 if the rules say what is, else 0)"),
     OPTION_WHOLE, .at = AT(draws), .least = 0, .most = 1e9},
    {"vary", 0, "ADDRESS=KIND(…)",
     TEXT("what is uncertain, beside what the rules say; may be repeated"), OPTION_NAMES,
     VALUE_PATTERN, .at = AT(vary)},
    {"seed", 0, "N", TEXT("seed of the random numbers (default: 1)"), OPTION_WHOLE, .at = AT(seed),
     .least = 0, .most = 1e15},
    {0},
};

static void begin(void *own) { *(report_asked *)own = (report_asked){.draws = -1, .seed = 1}; }

static void end(void *own) { list_release(&((report_asked *)own)->vary); }

static int is_page(const format *k) { return !strcmp(k->name, "html"); }

static int is_workbook(const char *path) {
    const char *dot = path ? strrchr(path, '.') : NULL;
    return dot && !strcmp(dot, ".xlsx");
}

/* A workbook is no document, and computes what it shows: it has no draws. */
static void check_workbook(const arguments *a, fault *f) {
    report_asked *own = a->own;
    own->workbook = 1;
    if (a->format_given)
        fault_at(f, FAULT_USAGE, NULL, "leave --format out", "-o %s: the name says the format",
                 a->folder);
    if (own->draws > 0 || own->vary.count)
        fault_at(f, FAULT_USAGE, NULL, "-o report.html shows draws",
                 "-o %s: a workbook has no draws", a->folder);
}

/* Where no format was asked for, the file's name says it; to standard output goes a page. */
static void choose_format(arguments *a, fault *f) {
    const char *dot = a->folder ? strrchr(a->folder, '.') : ".html";
    buf known = BUF_INIT;
    if (a->format_given) return;
    for (const format *k = formats; k->name; k++) {
        buf_print(&known, ".%s, ", k->extension);
        if (!dot || strcmp(dot + 1, k->extension)) continue;
        a->format = k;
        a->format_given = 1;
    }
    buf_text(&known, ".xlsx");
    if (!a->format_given)
        fault_at(f, FAULT_USAGE, NULL, buf_string(&known), "-o %s: the name says no format",
                 a->folder);
    buf_release(&known);
}

static void check(arguments *a, fault *f) {
    if (is_workbook(a->folder))
        check_workbook(a, f);
    else
        choose_format(a, f);
}

/* The draws of what is uncertain: as many as were asked for; unasked, where the rules say what it
 * is and it does not take long. Where those fail, the report is written all the same, and says so.
 */
static int make_draws(const delivery *d, const view *v, survey *s, web_given *given, fault *f) {
    const report_asked *own = d->given->own;
    int asked = own->draws > 0 || own->vary.count;
    if (own->draws == 0 || !v->part[ROLE_SCORE]) return 1;
    if (!asked && !d->session->s->uncertain.count) return 1;
    int open = survey_open(s, d->session, v, &own->vary, own->draws > 0 ? own->draws : DRAWS,
                           own->seed, d->stop, f);
    given->draws_left = open && !asked && !survey_is_small(s);
    if (given->draws_left) return 1;
    if (open && survey_draw(s, f)) {
        given->draws = &s->of;
        return 1;
    }
    if (asked || limits_over() || limits_raised(d->stop)) return 0;
    fault_release(f);
    given->draws_failed = 1;
    return 1;
}

/* As a page, as a workbook, or as the report that `assess run` prints. */
static int write_report(delivery *d, const view *v, const view_wish *w, fault *f) {
    const format *k = d->given->format;
    const assess_array *x = v->part[ROLE_SCORE];
    const report_asked *own = d->given->own;
    survey s = {0};
    if (own->workbook) return report_workbook(d, v, f);
    web_given given = {.v = v, .wish = w, .bytes = BYTES};
    int fine = make_draws(d, v, &s, &given, f);
    if (fine && is_page(k)) {
        fine = web_write(&given, d->out, f);
    } else if (fine) {
        document p;
        const document_results whole = {.v = v,
                                        .wish = w,
                                        .x = &x,
                                        .count = x != NULL,
                                        .draws = given.draws,
                                        .pictures = k->pictures,
                                        .draws_failed = given.draws_failed};
        report_open(&p, k->people, 0, &whole);
        fine = deliver_document(d, &p, d->page, f);
        document_close(&p);
    }
    survey_close(&s);
    return fine;
}

static int make_report(delivery *d, fault *f) {
    const arguments *a = d->given;
    buf where = BUF_INIT;
    int is_web = is_page(a->format), topped = a->all;
    for (size_t i = 0; i < a->given.count; i++) topped |= !strcmp(a->given.item[i].name, "top");
    for (size_t i = 0; i < a->where.count; i++)
        buf_print(&where, "%s%s=%s", i ? ", " : "", a->where.item[i].name, a->where.item[i].value);
    const view_wish w = {.focus = a->focus,
                         .pick = a->picks,
                         .picks = a->pick.count,
                         .top = is_web && !topped ? UNITS : a->top,
                         .where = a->where.count ? buf_string(&where) : NULL};
    view v = {0};
    int fine = view_check_picks(d->session, &w, f) && view_open(&v, d->session, &w, f);
    if (fine) {
        fine = write_report(d, &v, &w, f);
        view_close(&v);
    }
    buf_release(&where);
    return fine;
}

const command report_command = {
    .name = "report",
    .usage = "assess report RULES",
    .help = TEXT("writes the whole report as a file: a page, a workbook, Word, Markdown, text"),
    .about = TEXT("The page is one file that opens without a network: key findings, verdict, "
                  "ranking, robustness, shortfalls and what would close them, every unit, formulas "
                  "and sources. Every number links to its explanation, down to the line of the "
                  "rules and the cell of the data. A workbook (.xlsx) calculates: a weight, a "
                  "standard or a figure that is changed there changes scores, ranks and verdict in "
                  "Excel, WPS or LibreOffice. What a worksheet cannot compute is a value, marked "
                  "grey, with the reason on the sheet of notes. The name of the file says the "
                  "format."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples = (const help_example[]){{"assess report rules/2011.lua -o build/report.html",
                                        TEXT("the page, in the language of the rules"), 0},
                                       {"assess report rules/2011.lua -o build/report.xlsx",
                                        TEXT("a workbook that calculates"), 0},
                                       {"assess report rules/hdi.lua --focus CHN -o build/hdi.html",
                                        TEXT("the report about one unit"), 0},
                                       {0}},
    .related = "run plot explain vary diff",
    .takes = TAKES_PICKS | TAKES_TOP | TAKES_ALL,
    .options = report_options,
    .own = sizeof(report_asked),
    .begin = begin,
    .check = check,
    .end = end,
    .hashes = 1,
    .columns = 1,
    .make = make_report,
};
