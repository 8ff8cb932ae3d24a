#include "workbook/temporary.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

int temporary_bytes(temporary_writer *write, void *self, file_view *v, fault *f) {
    const char *given = getenv("TMPDIR"), *folder = given && *given ? given : "/tmp";
    buf path = BUF_INIT;
    buf_print(&path, "%s/assess-XXXXXX", folder); /* mkstemp fills in the last six */
    if (path.failed) return fault_memory(f);
    int file = mkstemp(path.text), fine = 0;
    if (file < 0) {
        fault_set(f, FAULT_LIMIT, "no temporary file can be made in '%s': %s", folder,
                  text_of_errno(errno));
    } else {
        close(file);
        fine = write(self, path.text, f) && files_read(path.text, SIZE_MAX, v, f);
        unlink(path.text);
    }
    buf_release(&path);
    return fine;
}
