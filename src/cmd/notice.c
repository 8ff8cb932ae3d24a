#include "cmd/deliver.h"
#include "report/statement.h"

static int make(delivery *d, fault *f) {
    appraisal a;
    document p = {0};
    int fine = appraisal_open(&a, d->session, f) && notice_make(&a, &p, f) &&
               deliver_document(d->given, &p, d->page, f);
    document_close(&p);
    appraisal_close(&a);
    return fine;
}

const command notice_command = {
    .name = "notice",
    .usage = "assess notice RULES",
    .help = "the list of units by grade",
    .example = "assess notice rules/2011-units.lua --format md -o notice.md",
    .make = make,
};
