/* assess report: the whole report as a file. */
#include <string.h>

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/survey.h"
#include "report/report.h"
#include "report/web.h"
#include "session/session.h"

enum { UNITS = 2000, BYTES = 4600000, DRAWS = 1000 };

typedef struct report_asked {
    double draws, seed; /* -1: not said */
    arguments_list vary;
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

/* Where no format was asked for, the file's name says it; to standard output goes a page. */
static void choose_format(arguments *a, fault *f) {
    const char *dot = a->folder ? strrchr(a->folder, '.') : ".html";
    buf known = BUF_INIT;
    if (a->format_given) return;
    for (const format *k = formats; k->name; k++) {
        buf_print(&known, "%s.%s", known.length ? ", " : "", k->extension);
        if (!dot || strcmp(dot + 1, k->extension)) continue;
        a->format = k;
        a->format_given = 1;
    }
    if (!a->format_given)
        fault_at(f, FAULT_USAGE, NULL, buf_string(&known), "-o %s: the name says no format",
                 a->folder);
    buf_release(&known);
}

static void check(arguments *a, fault *f) { choose_format(a, f); }

/* As a page, or as the report that `assess run` prints. */
static int write_report(delivery *d, const view *v, const view_wish *w, const vary *drawn,
                        fault *f) {
    const format *k = d->given->format;
    const web_given given = {v, w, drawn, BYTES};
    if (is_page(k)) return web_write(&given, d->out, f);
    document p;
    const assess_array *x = v->part[ROLE_SCORE];
    report_open(&p, k->people, 0, &(document_results){v, w, &x, x != NULL, drawn});
    int fine = deliver_document(d, &p, d->page, f);
    document_close(&p);
    return fine;
}

static int make_report(delivery *d, fault *f) {
    const arguments *a = d->given;
    const report_asked *own = a->own;
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
    survey s = {0};
    int fine = view_check_picks(d->session, &w, f) && view_open(&v, d->session, &w, f);
    if (fine) {
        int says = d->session->s->uncertain.count || own->vary.count;
        double count = own->draws >= 0 ? own->draws : says && v.part[ROLE_SCORE] ? DRAWS : 0;
        if (count > 0)
            fine = survey_make(&s, d->session, &v, &own->vary, count, own->seed, d->stop, f);
        fine = fine && write_report(d, &v, &w, count > 0 ? &s.of : NULL, f);
        survey_close(&s);
        view_close(&v);
    }
    buf_release(&where);
    return fine;
}

const command report_command = {
    .name = "report",
    .usage = "assess report RULES",
    .help = TEXT("writes the whole report as a file: a page for the browser, Markdown, text"),
    .about = TEXT("The page is one file that opens without a network: key findings, verdict, "
                  "ranking, robustness, shortfalls and what would close them, every unit, formulas "
                  "and sources. Every number links to its explanation, down to the line of the "
                  "rules and the cell of the data. The name of the file says the format."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples = (const help_example[]){{"assess report rules/2011.lua -o build/report.html",
                                        TEXT("the page, in the language of the rules"), 0},
                                       {"assess report rules/hdi.lua --focus CHN -o build/hdi.html",
                                        TEXT("the report about one unit"), 0},
                                       {0}},
    .related = "run plot explain vary",
    .takes = TAKES_PICKS | TAKES_TOP | TAKES_ALL,
    .options = report_options,
    .own = sizeof(report_asked),
    .begin = begin,
    .check = check,
    .end = end,
    .make = make_report,
};
