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
#include "base/files.h"
#include "base/limits.h"
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

/* What could not be written to the parts of a workbook, or read from them: the errno of the last.
 * The library looks at none of that. */
static _Thread_local int spoiled;

#ifdef O_TMPFILE
static ssize_t read_part(void *self, char *to, size_t n) {
    ssize_t got = -1;
    int times = 0;
    do got = read((int)(intptr_t)self, to, n);
    while (got < 0 && files_interrupted(&times));
    if (got < 0) spoiled = errno;
    return got;
}

static ssize_t write_part(void *self, const char *from, size_t n) {
    int times = 0;
    for (size_t done = 0; done < n;) {
        ssize_t put = write((int)(intptr_t)self, from + done, n - done);
        if (put < 0 && files_interrupted(&times)) continue;
        if (put <= 0) {
            spoiled = put ? errno : EIO;
            return 0; /* as fopencookie wants it */
        }
        times = 0;
        done += (size_t)put;
    }
    return (ssize_t)n;
}

static int seek_part(void *self, off64_t *at, int from) {
    off_t to = lseek((int)(intptr_t)self, (off_t)*at, from);
    if (to < 0) spoiled = errno;
    *at = to;
    return to < 0 ? -1 : 0;
}

static int close_part(void *self) {
    close((int)(intptr_t)self);
    return 0; /* nobody reads it any more */
}

static FILE *open_part(int file) {
    cookie_io_functions_t part = {read_part, write_part, seek_part, close_part};
    return fopencookie((void *)(intptr_t)file, "w+b", part);
}
#else
static FILE *open_part(int file) { return fdopen(file, "w+b"); }
#endif

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
    FILE *opened = file < 0 ? NULL : open_part(file);
    if (!opened) spoiled = errno ? errno : ENOMEM;
    if (!opened && file >= 0) close(file);
    return opened;
}

/* The library breaks down without memory, or leaves something out. */
static int write_and_read(temporary_writer *write, void *self, const char *path, file_view *v,
                          fault *f) {
    spoiled = 0;
    limits_fragile(text_message("the library libxlsxwriter"));
    errno = 0;
    int fine = write(self, path, f);
    int lacks = errno == ENOMEM;
    limits_firm();
    if (fine && (lacks || spoiled == ENOMEM)) return fault_memory(f);
    if (fine && spoiled)
        return fault_set(f, FAULT_LIMIT, "temporary files in '%s' cannot be written: %s",
                         usual_folder(), text_of_errno(spoiled));
    return fine && files_read(path, SIZE_MAX, v, f);
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
