/* The report as a workbook. The library that writes workbooks writes files, so a temporary one is
 * read again: what the delivery writes is there whole or not at all. */
#include "cmd/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/files.h"
#include "base/text.h"
#include "workbook/book.h"

static int read_again(const char *path, output *out, fault *f) {
    file_view bytes = FILE_VIEW_INIT;
    if (!files_read(path, SIZE_MAX, &bytes, f)) return 0;
    output_put(out, bytes.bytes, bytes.length);
    files_release(&bytes);
    return !out->held.failed || fault_memory(f);
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
    const char *folder = getenv("TMPDIR");
    buf path = BUF_INIT;
    book_share share;
    buf_print(&path, "%s/assess-XXXXXX", folder && *folder ? folder : "/tmp");
    if (path.failed) return fault_memory(f);
    int file = mkstemp(path.text);
    int fine = file >= 0 || fault_set(f, FAULT_LIMIT, "no temporary file: %s", path.text);
    if (file >= 0) close(file);
    fine = fine && book_write(v, path.text, &share, f) && read_again(path.text, d->out, f);
    if (file >= 0) unlink(path.text);
    if (fine) tell_share(d, &share);
    buf_release(&path);
    return fine;
}
