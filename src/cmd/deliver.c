/* Runs a command: reads its arguments, computes, and writes the document to where it goes. */
#include "cmd/cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"
#include "base/suggest.h"
#include "base/text.h"
#include "document/message.h"
#include "session/session.h"

/* ---- where it goes ---- */

page deliver_page(output *out, const char *color) {
    return (page){
        .out = out, .width = paint_columns(out->fd), .colour = paint_wanted(color, out->fd)};
}

/* Does the document go to the file of -o? What is no text does where the file's name says so, even
 * if the command writes folders. */
static int goes_to_file(const arguments *a) {
    return a->folder && (!(a->of->takes & TAKES_FOLDER) || arguments_name_file(a));
}

int deliver_stopped(const delivery *d, fault *f) {
    if (limits_raised(d->stop)) fault_set(f, FAULT_LIMIT, "interrupted: nothing was written");
    return limits_raised(d->stop);
}

int deliver_finish(output *out, fault *f) {
    if (output_finish(out)) return 1;
    int full = !out->error || out->error == ENOSPC || out->error == ENOMEM || out->error == EFBIG ||
               out->error == EDQUOT;
    return fault_set(f, full ? FAULT_LIMIT : FAULT_USAGE, "standard output cannot be written: %s",
                     text_of_errno(out->error));
}

int deliver_close(const delivery *d, fault *f) {
    if (!goes_to_file(d->given)) return deliver_finish(d->out, f);
    if (deliver_stopped(d, f)) return 0;
    if (d->out->held.failed) return fault_memory(f);
    return files_write(d->given->folder, buf_string(&d->out->held), d->out->held.length, f);
}

int deliver_document(const delivery *d, const document *p, page *to, fault *f) {
    if (format_write(d->given->format, p, to, f)) return 1;
    if (limits_raised(d->stop)) { /* what is missing is missing for that */
        fault_release(f);
        deliver_stopped(d, f);
    }
    return 0;
}

int deliver_fail(fault *f, const char *color) {
    output out = output_to(STDERR_FILENO, NULL);
    page p = deliver_page(&out, color);
    message_fault(&p, f);
    output_flush(&out);
    output_release(&out);
    int status = f->kind ? (int)f->kind : FAULT_LIMIT;
    fault_release(f);
    return status;
}

/* ---- the session ---- */

/* Standard input to its end. */
static int read_input(const volatile sig_atomic_t *stop, buf *b, fault *f) {
    int times = 0;
    for (;;) {
        char *to = buf_reserve(b, 1 << 16);
        if (!to) return fault_memory(f);
        ssize_t n = read(STDIN_FILENO, to, 1 << 16);
        if (n == 0) return 1;
        if (n > 0) {
            times = 0;
            b->length += (size_t)n;
        } else if (!files_interrupted(&times)) {
            return fault_set(f, FAULT_DATA, "standard input cannot be read: %s",
                             text_of_errno(errno));
        }
        if (limits_raised(stop))
            return fault_set(f, FAULT_LIMIT, "interrupted: nothing was written");
    }
}

static assess_status give_data(assess *a, const arguments_pair *d,
                               const volatile sig_atomic_t *stop, fault *f) {
    if (strcmp(d->value, "-")) return assess_data_file(a, d->name, d->value);
    buf input = BUF_INIT;
    assess_status status = ASSESS_LIMIT;
    if (read_input(stop, &input, f))
        status = assess_data_text(a, d->name, text_message("standard input"), buf_string(&input),
                                  input.length);
    buf_release(&input);
    return status;
}

typedef assess_status give_pair(assess *a, const char *name, const char *value);

/* Gives the session all pairs; the first status that is not OK. */
static assess_status give_pairs(assess *a, const arguments_list *list, give_pair *give) {
    assess_status first = ASSESS_OK;
    for (size_t i = 0; i < list->count; i++) {
        assess_status status = give(a, list->item[i].name, list->item[i].value);
        if (!first) first = status;
    }
    return first;
}

assess_status session_prepare(assess *a, const arguments *of, const volatile sig_atomic_t *stop,
                              fault *f) {
    const assess_status each[] = {give_pairs(a, &of->setting, assess_setting),
                                  give_pairs(a, &of->set, assess_set),
                                  give_pairs(a, &of->where, assess_where)};
    assess_status first = each[0] ? each[0] : each[1] ? each[1] : each[2];
    for (size_t i = 0; i < of->data.count && !first; i++)
        first = give_data(a, &of->data.item[i], stop, f);
    return first;
}

int deliver_tells_digests(const arguments *a) {
    return a->of->hashes || a->format->hashes || a->folder;
}

/* A result that does not say which program computed it would be taken for one that does. */
static int check_engine(const delivery *d, fault *f) {
    if (!deliver_tells_digests(d->given) || *assess_engine_sha256(d->session)) return 1;
    if (deliver_stopped(d, f)) return 0;
    return limits_over()
               ? fault_memory(f)
               : fault_at(f, FAULT_USAGE, NULL, "it has to be readable, and /proc has to be there",
                          "the program cannot read its own file, whose digest belongs to "
                          "the result");
}

int deliver_compute(delivery *d, fault *f) {
    if (!arguments_check_files(d->given, f)) return FAULT_USAGE;
    assess *a = d->session = assess_new();
    if (!a) {
        fault_memory(f);
        return ASSESS_LIMIT;
    }
    assess_stop_on(a, d->stop);
    if (!deliver_tells_digests(d->given)) assess_setting(a, "hash", "0");
    if (!d->given->of->columns) assess_setting(a, "unused", "0");
    if (d->given->of->passes) assess_setting(a, "pass", "1");
    assess_status status = session_prepare(a, d->given, d->stop, f);
    if (!status) status = assess_open(a, d->given->rules);
    if (!status) status = assess_run(a);
    if (deliver_stopped(d, f)) return ASSESS_LIMIT;
    if (!status) check_engine(d, f);
    if (status || f->count)
        message_all(d->errors, a, 0, MESSAGE_FAULTS | (d->given->quiet ? 0 : MESSAGE_WARNINGS));
    return status ? (int)status : (int)f->kind;
}

assess *session_again(const assess *like, const char *rules, const volatile sig_atomic_t *stop,
                      page *errors, fault *f) {
    assess *a = session_like(like);
    if (!a) {
        fault_memory(f);
        return NULL;
    }
    if (stop) assess_stop_on(a, stop);
    assess_status status = assess_open(a, rules);
    if (!status) status = assess_run(a);
    if (!status) return a;
    if (limits_raised(stop)) {
        fault_set(f, FAULT_LIMIT, "interrupted: nothing was written");
    } else {
        message_all(errors, a, 0, MESSAGE_FAULTS);
        fault_set(f, (fault_kind)status, "the rules cannot be computed again");
    }
    assess_free(a);
    return NULL;
}

/* ---- the command ---- */

static int make_and_write(delivery *d, fault *f) {
    int status = deliver_compute(d, f);
    if (status) return status;
    message_all(d->errors, d->session, 0, d->given->quiet ? 0 : MESSAGE_WARNINGS);
    if (d->given->of->make(d, f) && !d->done && !deliver_close(d, f) && !d->err->held.failed)
        d->err->held.length -= d->told;
    return (int)f->kind;
}

/* What a command leaves at its end the system takes back at once; to free it piece by piece would
 * be a twentieth of a short one. Where somebody looks for what is lost, which ASSESS_FREE=1 says,
 * it is freed. */
static void leave(assess *a) {
    static assess *left;
    assess_free(left); /* of an earlier command of this process */
    left = a;
#if defined __SANITIZE_ADDRESS__
    int look = 1;
#else
    int look = getenv("ASSESS_FREE") != NULL;
#endif
    if (!look) return;
    assess_free(a);
    left = NULL;
}

static int run_command_with(arguments *a, const volatile sig_atomic_t *stop, fault *f) {
    int file = goes_to_file(a);
    output out = output_to(file ? OUTPUT_KEEP : STDOUT_FILENO, stop),
           err = output_to(STDERR_FILENO, NULL);
    page text = deliver_page(&out, a->color), errors = deliver_page(&err, a->color);
    if (file) text = (page){.out = &out, .width = 80};
    text.csv = a->csv;
    if (a->width) text.width = errors.width = a->width;
    delivery d = {
        .given = a, .stop = stop, .out = &out, .err = &err, .page = &text, .errors = &errors};
    int status = a->of->work ? a->of->work(&d, f) : make_and_write(&d, f);
    /* What an interruption left undone are no faults: the command says one word about it, or
     * cmd_main does. */
    int interrupted =
        status > FAULT_TEST && limits_raised(d.stop) && limits_interrupted() && !limits_over();
    if (interrupted) buf_clear(&err.held);
    if (interrupted ? f->count == 1 && f->kind == FAULT_LIMIT : f->count > 0)
        message_fault(&errors, f);
    if (status) limits_done(); /* one message is enough: a limit reached from now on adds none */
    output_flush(&err);
    output_release(&out);
    output_release(&err);
    leave(d.session);
    return status;
}

int deliver_run(const command *c, int count, char *const *argument,
                const volatile sig_atomic_t *stop) {
    arguments a;
    fault f = FAULT_INIT;
    int fine = arguments_read(&a, c, count, argument, &f);
    int status = !fine       ? deliver_fail(&f, "auto")
                 : a.help    ? ASKED_HELP
                 : a.version ? ASKED_VERSION
                             : run_command_with(&a, stop, &f);
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
    p.view = &v;
    size_t row = impact_unit(&v, a->unit, f);
    int fine = row != VIEW_NONE && make(a, &v, row, &p, f) && deliver_document(d, &p, d->page, f);
    document_close(&p);
    view_close(&v);
    return fine;
}
