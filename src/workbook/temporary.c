/* O_TMPFILE is of Linux. */
#define _GNU_SOURCE 1
#include "workbook/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "workbook/library.h"

enum { WAY = 40 };

/* A file without a name in the folder, so that none is left where this process is killed; it is
 * reached by the way to its descriptor. -1 where the system has no such files or no such ways. */
static int open_nameless(const char *folder, char way[WAY]) {
#ifdef O_TMPFILE
    struct stat own, there;
    int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    snprintf(way, WAY, "/proc/self/fd/%d", file);
    if (file < 0) return -1;
    if (fstat(file, &own) == 0 && stat(way, &there) == 0 && own.st_dev == there.st_dev &&
        own.st_ino == there.st_ino)
        return file;
    close(file);
#else
    (void)folder;
    (void)way;
#endif
    return -1;
}

static const char *usual_folder(void) {
    const char *given = getenv("TMPDIR");
    return given && *given ? given : "/tmp";
}

/* libxlsxwriter calls this, which the program exports, for the parts of a workbook. Its own gives
 * each file a name and takes it away again: one that is killed in between leaves the file. */
FILE *lxw_tmpfile(char *folder) {
    char way[WAY];
    if (!folder || !*folder) folder = (char *)usual_folder();
    int file = open_nameless(folder, way);
    if (file < 0) {
        buf path = BUF_INIT;
        buf_print(&path, "%s/assess-XXXXXX", folder);
        file = path.failed ? -1 : mkstemp(path.text);
        if (file >= 0) unlink(path.text);
        buf_release(&path);
    }
    FILE *opened = file < 0 ? NULL : fdopen(file, "w+b");
    if (!opened && file >= 0) close(file);
    return opened;
}

static int write_and_read(temporary_writer *write, void *self, const char *path, file_view *v,
                          fault *f) {
    return write(self, path, f) && files_read(path, SIZE_MAX, v, f);
}

int temporary_bytes(temporary_writer *write, void *self, file_view *v, fault *f) {
    const char *folder = usual_folder();
    char way[WAY];
    int fine = 0, file = open_nameless(folder, way);
    if (file >= 0) {
        fine = write_and_read(write, self, way, v, f);
        close(file);
        return fine;
    }
    buf path = BUF_INIT;
    buf_print(&path, "%s/assess-XXXXXX", folder); /* mkstemp fills in the last six */
    if (path.failed) return fault_memory(f);
    file = mkstemp(path.text);
    if (file < 0) {
        fault_set(f, FAULT_LIMIT, "no temporary file can be made in '%s': %s", folder,
                  text_of_errno(errno));
    } else {
        close(file);
        fine = write_and_read(write, self, path.text, v, f);
        unlink(path.text);
    }
    buf_release(&path);
    return fine;
}
