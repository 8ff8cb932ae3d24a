#include <string.h>

#include "base/files.h"
#include "cmd/cmd.h"
#include "cmd/run.h"
#include "report/statement.h"

static int make(const handout *h, fault *f) {
    appraisal a;
    document p = {0};
    sink file = output_to(SINK_KEEP, h->stop);
    const char *path = h->given->folder;
    int fine = appraisal_open(&a, h->session, f) && notice_make(&a, &p, f) &&
               handout_write(h, &p, path ? &file : h->out, f);
    if (fine && path) fine = files_write(path, buf_string(&file.held), file.held.length, f);
    output_release(&file);
    document_close(&p);
    appraisal_close(&a);
    return fine;
}

int cmd_notice(int count, char *const *argument, const volatile sig_atomic_t *stop) {
    static const ask of = {.name = "notice", .takes = TAKES_MARKDOWN};
    return handout_run(&of, count, argument, stop, make);
}
