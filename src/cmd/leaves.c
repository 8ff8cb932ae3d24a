#include "report/leaves.h"

#include "cmd/deliver.h"

static int make(delivery *d, fault *f) {
    document p = {0};
    document_open(&p, "leaves", assess_fact(d->session, "title"), ": ", "-");
    document_list(&p, "leaves", NULL);
    leaves_make(d->session, !d->given->format->people, &p);
    int fine = deliver_document(d->given, &p, d->page, f);
    document_close(&p);
    return fine;
}

const command leaves_command = {
    .name = "leaves",
    .usage = "assess leaves RULES",
    .help = "everything in the rules that has a name and a value",
    .example = "assess leaves rules/2011.lua --format csv",
    .make = make,
};
