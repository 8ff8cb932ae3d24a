/* assess run: computes by a rule file and reports, the default command. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "report/csv_out.h"
#include "report/folder.h"
#include "report/message.h"

/* ---- the outputs asked for ---- */

static int choose_named(const delivery *d, const assess_array **x, size_t *count, fault *f) {
    for (size_t i = 0; i < d->given->output.count; i++) {
        const char *name = d->given->output.item[i].name;
        if ((x[*count] = assess_output_named(d->session, name)) != NULL) {
            ++*count;
            continue;
        }
        buf all = BUF_INIT;
        for (size_t k = 0; k < assess_output_count(d->session); k++)
            buf_print(&all, "%s%s", k ? ", " : "the rules compute ",
                      assess_output(d->session, k)->name);
        fault_unknown(f, nearest_output(d->session, name), buf_string(&all),
                      "--output: no result '%s'", name);
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

/* ---- printing ---- */

static int print_result(const delivery *d, const view *v, const view_wish *w, fault *f) {
    const arguments *a = d->given;
    format_result result = {.v = v, .wish = w, .named = a->output.count > 0};
    result.x = mem_zero(assess_output_count(d->session) + a->output.count + 1, sizeof *result.x);
    int fine = result.x ? 1 : fault_memory(f);
    if (fine && result.named)
        fine = choose_named(d, result.x, &result.count, f);
    else if (fine)
        choose_all(d, v, result.x, &result.count);
    if (fine && a->format->one_table) fine = check_table(result.x, result.count, f);
    if (fine) fine = a->format->result(&result, d->page) || fault_memory(f);
    mem_free(result.x);
    return fine;
}

static int publish(const delivery *d, fault *f) {
    const arguments *a = d->given;
    buf where = BUF_INIT;
    for (size_t i = 0; i < a->where.count; i++)
        buf_print(&where, "%s%s=%s", i ? ", " : "", a->where.item[i].name, a->where.item[i].value);
    view_wish w = {a->focus, a->picks, a->pick.count, a->top,
                   a->where.count ? buf_string(&where) : NULL};
    int report = a->format_given || a->output.count || !a->quiet;
    view v;
    size_t files;
    int good = view_open(&v, d->session, &w, f);
    if (good && report) good = print_result(d, &v, &w, f);
    /* The report for people tells the warnings itself. */
    if (good && !a->quiet && !(report && a->format->people && !a->output.count))
        message_all(d->errors, d->session, 0, MESSAGE_WARNINGS);
    if (good && a->folder) {
        /* The last thing that can fail, so that there are all files and the report, or neither. */
        good = folder_write(a->folder, &v, d->stop, &files, f);
        if (good) limits_done();
        if (good && !a->quiet)
            output_print(d->err, "assess: %zu files written to %s\n", files, a->folder);
    }
    if (good) good = deliver_finish(d->out, f);
    view_close(&v);
    buf_release(&where);
    return good;
}

static int work(delivery *d, fault *f) {
    int status = deliver_compute(d, f);
    return status ? status : publish(d, f) ? 0 : (int)f->kind;
}

const command run_command = {
    .name = "run",
    .usage = "assess [run] RULES [OPTIONS]",
    .help = "assesses by a rule file and reports (the default command)",
    .example = "assess rules/2011.lua --set index.C.C7.weight=3 --where status=public",
    .takes = TAKES_PICKS | TAKES_ALL | TAKES_CHOICE | TAKES_FOLDER,
    .work = work,
};
