#include "cmd/deliver.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "report/message.h"

/* ---- where it goes ---- */

void deliver_open(output *out, page *text, const arguments *given,
                  const volatile sig_atomic_t *stop) {
    int file = given->folder != NULL;
    *out = output_to(file ? OUTPUT_KEEP : STDOUT_FILENO, stop);
    size_t width = file ? 80 : paint_columns(STDOUT_FILENO);
    *text = (page){.out = out,
                   .width = given->width ? given->width : width,
                   .colour = !file && paint_wanted(given->color, STDOUT_FILENO)};
}

int deliver_finish(output *out, fault *f) {
    if (output_finish(out)) return 1;
    int full = !out->error || out->error == ENOSPC || out->error == ENOMEM || out->error == EFBIG ||
               out->error == EDQUOT;
    return fault_set(f, full ? FAULT_LIMIT : FAULT_USAGE, "standard output cannot be written: %s",
                     text_of_errno(out->error));
}

int deliver_close(output *out, const arguments *given, const volatile sig_atomic_t *stop,
                  fault *f) {
    if (!given->folder) return deliver_finish(out, f);
    if (stop && *stop) return fault_set(f, FAULT_LIMIT, "stopped; nothing was written");
    if (out->held.failed) return fault_memory(f);
    return files_write(given->folder, buf_string(&out->held), out->held.length, f);
}

int deliver_document(const arguments *given, const document *p, page *to, fault *f) {
    if (!p->failed) given->format->write(p, to);
    return (!p->failed && !to->out->held.failed) || fault_memory(f);
}

/* ---- the session ---- */

/* Standard input to its end. */
static int read_input(const volatile sig_atomic_t *stop, buf *b, fault *f) {
    for (;;) {
        char *to = buf_reserve(b, 1 << 16);
        if (!to) return fault_memory(f);
        ssize_t n = read(STDIN_FILENO, to, 1 << 16);
        if (n == 0) return 1;
        if (n > 0)
            b->length += (size_t)n;
        else if (errno != EINTR)
            return fault_set(f, FAULT_DATA, "standard input cannot be read: %s",
                             text_of_errno(errno));
        if (*stop) return fault_set(f, FAULT_LIMIT, "stopped");
    }
}

static assess_status give_data(assess *a, const arguments_pair *d,
                               const volatile sig_atomic_t *stop, fault *f) {
    if (strcmp(d->value, "-")) return assess_data_file(a, d->name, d->value);
    buf input = BUF_INIT;
    assess_status status = ASSESS_LIMIT;
    if (read_input(stop, &input, f))
        status = assess_data_text(a, d->name, "standard input", buf_string(&input), input.length);
    buf_release(&input);
    return status;
}

assess_status session_prepare(assess *a, const arguments *of, const volatile sig_atomic_t *stop,
                              fault *f) {
    assess_status worst = ASSESS_OK, s;
    for (size_t i = 0; i < of->setting.count; i++)
        if ((s = assess_setting(a, of->setting.item[i].name, of->setting.item[i].value)) && !worst)
            worst = s;
    for (size_t i = 0; i < of->set.count; i++)
        if ((s = assess_set(a, of->set.item[i].name, of->set.item[i].value)) && !worst) worst = s;
    for (size_t i = 0; i < of->where.count; i++)
        if ((s = assess_where(a, of->where.item[i].name, of->where.item[i].value)) && !worst)
            worst = s;
    for (size_t i = 0; i < of->data.count && !worst; i++)
        worst = give_data(a, &of->data.item[i], stop, f);
    return worst;
}

assess_status session_compute(assess *a, const arguments *of, const volatile sig_atomic_t *stop,
                              fault *f) {
    assess_stop_on(a, stop);
    assess_status status = session_prepare(a, of, stop, f);
    if (!status) status = assess_open(a, of->rules);
    if (!status) status = assess_run(a);
    return status;
}

/* ---- the command ---- */

static int compute(delivery *d, page *errors, fault *f) {
    d->session = assess_new();
    if (!d->session) {
        fault_memory(f);
        return ASSESS_LIMIT;
    }
    assess_status status = session_compute(d->session, d->given, d->stop, f);
    if (*d->stop) {
        fault_set(f, FAULT_LIMIT, "stopped; nothing was written");
        return ASSESS_LIMIT;
    }
    int kinds =
        (status || f->count ? MESSAGE_FAULTS : 0) | (d->given->quiet ? 0 : MESSAGE_WARNINGS);
    message_all(errors, d->session, 0, kinds);
    if (status || f->count) return status ? (int)status : (int)f->kind;
    if (d->given->of->make(d, f) && !d->done) deliver_close(d->out, d->given, d->stop, f);
    return (int)f->kind;
}

int deliver_run(const command *c, int count, char *const *argument,
                const volatile sig_atomic_t *stop) {
    arguments a;
    fault f = FAULT_INIT;
    int fine = arguments_read(&a, c, count, argument, &f), help = a.help;
    if (!fine || a.help || a.version) {
        arguments_release(&a);
        return !fine ? cmd_fail(&f, "auto") : help ? cmd_help(c, stop) : cmd_version(stop);
    }
    output out, err = output_to(STDERR_FILENO, NULL);
    page text, errors = {&err, a.width ? a.width : paint_columns(STDERR_FILENO),
                         paint_wanted(a.color, STDERR_FILENO)};
    deliver_open(&out, &text, &a, stop);
    delivery d = {.given = &a, .stop = stop, .out = &out, .page = &text};
    int status = arguments_check_files(&a, &f) ? compute(&d, &errors, &f) : FAULT_USAGE;
    if (f.count) message_fault(&errors, &f);
    output_flush(&err);
    output_release(&out);
    output_release(&err);
    assess_free(d.session);
    fault_release(&f);
    arguments_release(&a);
    return status;
}

int deliver_unit(delivery *d, const char *kind, const char *title,
                 int (*make)(const arguments *a, const view *v, size_t row, document *p, fault *f),
                 fault *f) {
    const arguments *a = d->given;
    const view_wish wish = {.pick = a->picks, .picks = a->pick.count, .top = VIEW_TOP};
    view v;
    document p;
    if (!view_check_picks(d->session, &wish, f) || !view_open(&v, d->session, &wish, f)) return 0;
    document_open(&p, kind, view_text(&v, title), view_text(&v, ": "), view_text(&v, "None."));
    size_t row = impact_unit(&v, a->unit, f);
    int fine = row != VIEW_NONE && make(a, &v, row, &p, f) && deliver_document(a, &p, d->page, f);
    document_close(&p);
    view_close(&v);
    return fine;
}
