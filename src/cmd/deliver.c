#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/run.h"
#include "report/message.h"

int handout_write(const handout *h, const document *p, sink *to, fault *f) {
    page text = *h->page;
    buf csv = BUF_INIT;
    text.out = to;
    if (to != h->out) {
        text.colour = 0;
        text.width = h->given->width ? h->given->width : 80;
    }
    switch (h->given->format) {
    case FORMAT_TEXT:
        document_to_page(p, &text);
        break;
    case FORMAT_MARKDOWN:
        document_to_markdown(p, to);
        break;
    case FORMAT_JSON:
        document_to_json(p, to);
        break;
    case FORMAT_CSV:
        if (p->list)
            document_to_csv_list(p, &csv);
        else
            document_to_csv(p, &csv);
        output_put(to, buf_string(&csv), csv.length);
        to->held.failed |= csv.failed;
        buf_release(&csv);
        break;
    }
    return !to->held.failed || fault_memory(f);
}

static int compute(handout *h, page *errors, int (*make)(const handout *h, fault *f), fault *f) {
    if (!h->session) {
        fault_memory(f);
        return ASSESS_LIMIT;
    }
    assess_status status = session_compute(h->session, h->given, h->stop, f);
    if (*h->stop) {
        fault_set(f, FAULT_LIMIT, "stopped; nothing was written");
        return ASSESS_LIMIT;
    }
    int kinds = (status || f->count ? MESSAGE_FAULTS : 0) | (h->given->quiet ? 0 : MESSAGE_WARNINGS);
    message_all(errors, h->session, 0, kinds);
    if (status || f->count) return status ? (int)status : (int)f->kind;
    if (make(h, f) && !output_finish(h->out))
        fault_set(f, FAULT_LIMIT, "standard output cannot be written: %s", strerror(h->out->error));
    return (int)f->kind;
}

int handout_run(const ask *of, int count, char *const *argument,
                const volatile sig_atomic_t *stop, int (*make)(const handout *h, fault *f)) {
    arguments a;
    fault f = FAULT_INIT;
    if (!arguments_read(&a, of, count, argument, &f)) {
        arguments_release(&a);
        return cmd_fail(&f, "auto");
    }
    if (a.help || a.version) {
        int help = a.help;
        arguments_release(&a);
        char *version[] = {"--version"};
        return help ? cmd_help(1, (char *const[]){of->name}, stop) : cmd_run(1, version, stop);
    }
    sink out = output_to(STDOUT_FILENO, stop), err = output_to(STDERR_FILENO, NULL);
    page text = {&out, a.width ? a.width : paint_columns(STDOUT_FILENO), paint_wanted(a.color, STDOUT_FILENO)};
    page errors = {&err, a.width ? a.width : paint_columns(STDERR_FILENO), paint_wanted(a.color, STDERR_FILENO)};
    handout h = {&a, NULL, stop, &out, &text};
    int status = FAULT_USAGE;
    if (arguments_check_files(&a, &f)) {
        h.session = assess_new();
        status = compute(&h, &errors, make, &f);
    }
    if (f.count) message_fault(&errors, &f);
    output_flush(&err);
    output_release(&out);
    output_release(&err);
    assess_free(h.session);
    fault_release(&f);
    arguments_release(&a);
    return status;
}
