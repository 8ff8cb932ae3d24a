#include "base/files.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "report/leaves.h"

static int make(const handout *h, fault *f) {
    document p = {0};
    sink file = output_to(SINK_KEEP, h->stop);
    const char *path = h->given->folder;
    document_open(&p, "leaves", assess_fact(h->session, "title"), ": ", "-");
    document_list(&p, "leaves", NULL);
    arguments_format format = h->given->format;
    leaves_make(h->session, format == FORMAT_CSV || format == FORMAT_JSON, &p);
    int fine = handout_write(h, &p, path ? &file : h->out, f);
    if (fine && path) fine = files_write(path, buf_string(&file.held), file.held.length, f);
    output_release(&file);
    document_close(&p);
    return fine;
}

int cmd_leaves(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    static const ask of = {.name = "leaves", .takes = TAKES_MARKDOWN};
    return handout_run(&of, count, argument, stop, make);
}
