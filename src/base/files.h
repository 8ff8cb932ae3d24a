/* Files, read whole and written whole.
 *
 * Reading gives a view of all bytes: large files are mapped, small ones and whatever is not a plain
 * file (a pipe, a terminal) are read. A mapped file that another program cuts short while it is
 * being looked at ends this program with a bus error, as mapping does; one that is replaced (by
 * rename, as below) does no harm.
 *
 * Writing never leaves part of a file under its name: the bytes go to a temporary file in the same
 * folder, are forced to the disk, and the file is renamed; then the folder is forced to the disk. A
 * failure leaves what was there before. Temporary files begin with a dot and end in ".part". */
#ifndef BASE_FILES_H
#define BASE_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

typedef struct file_view {
    const char *bytes; /* never NULL after success; not ended by NUL */
    size_t length;
    void *map;         /* what files_release unmaps, or NULL */
    void *owned;       /* what it frees, or NULL */
    uint64_t stamp[4]; /* of a plain file: device, inode, size and time of change */
} file_view;

#define FILE_VIEW_INIT ((file_view){NULL, 0, NULL, NULL, {0}})

/* Reads `path` whole; more than `most` bytes is FAULT_LIMIT, what cannot be opened or read is
 * FAULT_DATA (the caller may know better and change it). The view is to be released after
 * success. */
int files_read(const char *path, size_t most, file_view *out, fault *f);
void files_release(file_view *v);

/* Whether `path` still is the file of the view, unchanged. True of what is not a plain file. */
int files_unchanged(const char *path, const file_view *v);

/* Of a file that is not there, a hint: a file of its folder with a similar name, or that there is
 * no such folder. Nothing where there is nothing to say. */
void files_near(const char *path, buf *hint);

/* Writes a file as described above; a new one is readable as the umask says, an old one keeps its
 * permissions. A link is replaced, not followed, except to what is not a plain file: to a pipe or a
 * device the bytes are simply written. Folders of its path that are not there are made, and taken
 * away again where the file cannot be written. A full disk is FAULT_LIMIT, everything else
 * FAULT_USAGE. */
int files_write(const char *path, const void *bytes, size_t length, fault *f);

typedef struct file_item {
    const char *name; /* without a folder */
    const void *bytes;
    size_t length;
} file_item;

/* Writes a set of files into one folder, which is made as files_write makes folders. All temporary
 * files are on the disk before the first is renamed, so that a full disk changes nothing; each file
 * is whole or not touched at any moment. Names that are empty, begin with a dot, or hold a slash or
 * a control character are refused (FAULT_USAGE). */
int files_write_all(const char *folder, const file_item *item, size_t count, fault *f);

#endif
