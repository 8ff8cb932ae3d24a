/* assess report: the results in a form that people pass on. The ending of the file's name says
 * which. */
#include "cmd/report.h"

#include <string.h>

#include "base/text.h"

typedef int report_writer(delivery *d, const view *v, fault *f);

static const struct {
    const char *ending;
    report_writer *write;
} writers[] = {{".xlsx", report_workbook}};

enum { WRITERS = sizeof writers / sizeof *writers };

static report_writer *writer_for(const char *path) {
    for (size_t i = 0; i < WRITERS; i++) {
        size_t n = strlen(path), own = strlen(writers[i].ending);
        if (n > own && !strcmp(path + n - own, writers[i].ending)) return writers[i].write;
    }
    return NULL;
}

static void check_report(arguments *a, fault *f) {
    buf endings = BUF_INIT;
    for (size_t i = 0; i < WRITERS; i++)
        buf_print(&endings, "%s%s", i ? ", " : "", writers[i].ending);
    if (!a->folder)
        fault_at(f, FAULT_USAGE, NULL, "-o report.xlsx", "which file is the report written to?");
    else if (!writer_for(a->folder))
        fault_at(f, FAULT_USAGE, NULL, "its ending says what is written",
                 "-o %s: a report ends in %s", a->folder, buf_string(&endings));
    if (a->format_given)
        fault_at(f, FAULT_USAGE, NULL, "assess RULES --format json",
                 "the ending of -o says in which form a report is written, not --format");
    buf_release(&endings);
}

static int make_report(delivery *d, fault *f) {
    const arguments *a = d->given;
    const view_wish w = {.focus = a->focus,
                         .pick = a->picks,
                         .picks = a->pick.count,
                         .top = a->top ? a->top : VIEW_TOP};
    view v;
    if (!view_check_picks(d->session, &w, f) || !view_open(&v, d->session, &w, f)) return 0;
    int fine = writer_for(a->folder)(d, &v, f);
    view_close(&v);
    return fine;
}

const command report_command = {
    .name = "report",
    .usage = "assess report RULES -o report.xlsx",
    .help = TEXT("writes the results as a workbook that calculates"),
    .about = TEXT(
        "Writes a workbook (.xlsx) with findings, ranking, scores, weights, data and notes. Its "
        "cells are formulas: a weight, a standard or a figure that is changed there changes "
        "scores, "
        "ranks and verdict in Excel, WPS or LibreOffice. What a worksheet cannot compute is a "
        "value, marked grey, with the reason on the sheet of notes."),
    .operands = (const help_operand[]){{"RULES", NULL, VALUE_RULES, NULL, 0}, {0}},
    .examples = (const help_example[]){{"assess report rules/2011.lua -o report.xlsx",
                                        TEXT("the edition of 2011 as a workbook"), 0},
                                       {"assess report rules/hdi.lua --all -o hdi.xlsx",
                                        TEXT("all countries in the ranking"), 0},
                                       {0}},
    .related = "run statement diff",
    .takes = TAKES_PICKS | TAKES_ALL | TAKES_TOP,
    .check = check_report,
    .make = make_report,
};
