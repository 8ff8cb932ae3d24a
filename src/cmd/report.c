/* assess report: the results in a form that people pass on. The ending of the file's name says
 * which. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "workbook/book.h"

/* Puts the whole file into what the delivery writes. */
typedef int report_writer(delivery *d, const view *v, fault *f);

/* ---- workbooks: the library writes files, so a temporary one is read again ---- */

static int read_again(const char *path, output *out, fault *f) {
    file_view bytes = FILE_VIEW_INIT;
    if (!files_read(path, SIZE_MAX, &bytes, f)) return 0;
    output_put(out, bytes.bytes, bytes.length);
    files_release(&bytes);
    return !out->held.failed || fault_memory(f);
}

static void tell_share(const delivery *d, const book_share *s) {
    size_t all = s->live + s->partly + s->frozen;
    if (d->given->quiet) return;
    output_print(d->err,
                 text_message("assess: %s: %zu of %zu cells of results are live (%.1f%%), %zu in "
                              "part\n"),
                 d->given->folder, s->live, all, all ? 100.0 * (double)s->live / (double)all : 100.0,
                 s->partly);
}

static int write_workbook(delivery *d, const view *v, fault *f) {
    const char *folder = getenv("TMPDIR");
    buf path = BUF_INIT;
    book_share share;
    buf_print(&path, "%s/assess-XXXXXX", folder && *folder ? folder : "/tmp");
    if (path.failed) return fault_memory(f);
    int file = mkstemp(path.text);
    int fine = file >= 0 || fault_set(f, FAULT_LIMIT, "no temporary file: %s", path.text);
    if (file >= 0) close(file);
    fine = fine && book_write(v, path.text, &share, f) && read_again(path.text, d->out, f);
    if (file >= 0) unlink(path.text);
    if (fine) tell_share(d, &share);
    buf_release(&path);
    return fine;
}

/* ---- the command ---- */

static const struct {
    const char *ending;
    report_writer *write;
} writers[] = {{".xlsx", write_workbook}};

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
    .usage = "assess report RULES -o FILE",
    .help = TEXT("writes the results as a workbook that calculates"),
    .about = TEXT(
        "Writes a workbook (.xlsx) with findings, ranking, scores, weights, data and notes. Its "
        "cells are formulas: a weight, a standard or a figure that is changed there changes scores, "
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
