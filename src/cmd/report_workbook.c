/* The report as a workbook. */
#include "cmd/report.h"

#include "base/text.h"
#include "workbook/book.h"
#include "workbook/temporary.h"

typedef struct book_given {
    const view *v;
    book_share share;
} book_given;

static int write_book(void *self, const char *path, fault *f) {
    book_given *b = self;
    return book_write(b->v, path, &b->share, f);
}

static void tell_share(const delivery *d, const book_share *s) {
    size_t all = s->live + s->partly + s->frozen;
    if (d->given->quiet) return;
    output_print(d->err,
                 text_message("assess: %s: %zu of %zu cells of results are live (%.1f%%), %zu in "
                              "part\n"),
                 d->given->folder, s->live, all,
                 all ? 100.0 * (double)s->live / (double)all : 100.0, s->partly);
}

int report_workbook(delivery *d, const view *v, fault *f) {
    book_given b = {.v = v};
    file_view bytes = FILE_VIEW_INIT;
    if (!temporary_bytes(write_book, &b, &bytes, f)) return 0;
    output_put(d->out, bytes.bytes, bytes.length);
    files_release(&bytes);
    if (d->out->held.failed) return fault_memory(f);
    const size_t before = d->err->held.length;
    tell_share(d, &b.share);
    d->told = d->err->held.length - before;
    return 1;
}
