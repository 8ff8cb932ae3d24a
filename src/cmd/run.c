#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cmd/deliver.h"
#include "report/format.h"
#include "report/message.h"
#include "report/report.h"

/* One run: what was asked, the session, and the two pages it speaks through. */
typedef struct run {
    arguments given;
    assess *session;
    const volatile sig_atomic_t *stop;
    output out, err;
    page page, errors;
    fault f;
} run;

/* ---- the outputs asked for ---- */

static int choose_named(const run *r, const assess_array **x, size_t *count, fault *f) {
    for (size_t i = 0; i < r->given.output.count; i++) {
        const char *name = r->given.output.item[i].name;
        const assess_array *found = assess_output_named(r->session, name);
        if (found) {
            x[(*count)++] = found;
            continue;
        }
        suggestion near = suggest_for(name);
        buf all = BUF_INIT, hint = BUF_INIT;
        for (size_t k = 0; k < assess_output_count(r->session); k++) {
            suggest_try(&near, assess_output(r->session, k)->name);
            buf_print(&all, "%s%s", k ? ", " : text_message("the rules compute "),
                      assess_output(r->session, k)->name);
        }
        const char *say = hint_near(&hint, "", suggest_best(&near));
        fault_at(f, FAULT_USAGE, NULL, say ? say : buf_string(&all), "--output: no result '%s'",
                 name);
        buf_release(&all);
        buf_release(&hint);
    }
    return f->count == 0;
}

/* Without names: everything; but one table of CSV holds the score and whatever has its axes. */
static void choose_all(const run *r, const view *v, const assess_array **x, size_t *count) {
    const assess_array *like = NULL;
    size_t n = assess_output_count(r->session);
    if (r->given.format->one_table && n)
        like = v->part[ROLE_SCORE] ? v->part[ROLE_SCORE] : assess_output(r->session, 0);
    for (size_t i = 0; i < n; i++)
        if (!like || csv_same_axes(like, assess_output(r->session, i)))
            x[(*count)++] = assess_output(r->session, i);
}

static int check_table(const assess_array *const *x, size_t count, fault *f) {
    for (size_t i = 1; i < count; i++)
        if (!csv_same_axes(x[0], x[i]))
            return fault_at(f, FAULT_USAGE, NULL, "-o DIR writes each into a file of its own",
                            "--output %s and --output %s have different axes and make no one table",
                            x[0]->name, x[i]->name);
    return 1;
}

/* ---- printing ---- */

static int print_result(run *r, const view *v, const view_wish *w) {
    const arguments *a = &r->given;
    int fine = 1, named = a->output.count > 0;
    size_t count = 0;
    document p;
    const assess_array **x =
        mem_zero(assess_output_count(r->session) + a->output.count + 1, sizeof *x);
    if (!x) return fault_memory(&r->f);
    if (named)
        fine = choose_named(r, x, &count, &r->f);
    else
        choose_all(r, v, x, &count);
    if (fine && a->format->one_table) fine = check_table(x, count, &r->f);
    if (fine) {
        report_open(&p, a->format->people, named, &(document_results){v, w, x, count});
        fine = deliver_document(a, &p, &r->page, &r->f);
        document_close(&p);
    }
    mem_free(x);
    return fine;
}

static int publish(run *r) {
    const arguments *a = &r->given;
    buf where = BUF_INIT;
    for (size_t i = 0; i < a->where.count; i++)
        buf_print(&where, "%s%s=%s", i ? ", " : "", a->where.item[i].name, a->where.item[i].value);
    view_wish w = {a->focus, a->picks, a->pick.count, a->top,
                   a->where.count ? buf_string(&where) : NULL};
    int arguments_for = a->format_given || a->output.count, report = arguments_for || !a->quiet;
    view v;
    size_t files;
    int good = view_open(&v, r->session, &w, &r->f);
    if (good && report) good = print_result(r, &v, &w);
    /* The report for people tells the warnings itself. */
    if (good && !a->quiet && !(report && a->format->people && !a->output.count))
        message_all(&r->errors, r->session, 0, MESSAGE_WARNINGS);
    if (good && a->folder) {
        /* The last thing that can fail, so that there are all files and the report, or neither. */
        good = folder_write(a->folder, &v, r->stop, &files, &r->f);
        if (good) limits_done();
        if (good && !a->quiet)
            output_print(&r->err, text_message("assess: %zu files written to %s\n"), files,
                         a->folder);
    }
    if (good) good = deliver_finish(&r->out, &r->f);
    view_close(&v);
    buf_release(&where);
    return good;
}

/* ---- the command ---- */

static int work(run *r) {
    r->session = assess_new();
    if (!r->session) {
        fault_memory(&r->f);
        return ASSESS_LIMIT;
    }
    assess_status status = session_compute(r->session, &r->given, r->stop, &r->f);
    if (*r->stop) {
        fault_set(&r->f, FAULT_LIMIT, "stopped; nothing was written");
        return ASSESS_LIMIT;
    }
    if (status || r->f.count) {
        message_all(&r->errors, r->session, 0,
                    MESSAGE_FAULTS | (r->given.quiet ? 0 : MESSAGE_WARNINGS));
        return status ? (int)status : (int)r->f.kind;
    }
    return publish(r) ? 0 : (int)r->f.kind;
}

static void open_pages(run *r) {
    const arguments *a = &r->given;
    r->out = output_to(STDOUT_FILENO, r->stop);
    r->err = output_to(STDERR_FILENO, NULL);
    r->page = (page){.out = &r->out,
                     .width = a->width ? a->width : paint_columns(STDOUT_FILENO),
                     .colour = paint_wanted(a->color, STDOUT_FILENO)};
    r->errors = (page){.out = &r->err,
                       .width = a->width ? a->width : paint_columns(STDERR_FILENO),
                       .colour = paint_wanted(a->color, STDERR_FILENO)};
}

static int start(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    run r = {.stop = stop, .f = FAULT_INIT};
    int fine = arguments_read(&r.given, &run_command, count, argument, &r.f), help = r.given.help;
    if (!fine || help || r.given.version) {
        arguments_release(&r.given);
        return !fine ? cmd_fail(&r.f, "auto") : help ? cmd_help(NULL, stop) : cmd_version(stop);
    }
    open_pages(&r);
    int status = arguments_check_files(&r.given, &r.f) ? work(&r) : FAULT_USAGE;
    if (r.f.count) message_fault(&r.errors, &r.f);
    output_flush(&r.err);
    output_release(&r.out);
    output_release(&r.err);
    assess_free(r.session);
    fault_release(&r.f);
    arguments_release(&r.given);
    return status;
}

const command run_command = {
    .name = "run",
    .usage = "assess [run] RULES [OPTIONS]",
    .help = TEXT("assesses by a rule file and reports (the default command)"),
    .example = "assess rules/2011.lua --set index.C.C7.weight=3 --where status=public",
    .takes = TAKES_PICKS | TAKES_ALL | TAKES_CHOICE,
    .run = start,
};
