/* Files, read whole and written whole.
 *
 * Reading gives a view of all bytes: large files are mapped; small ones, and pipes and terminals,
 * are read. If another program truncates a mapped file while it is used, this program ends with a
 * bus error, as always with mapping; replacing it by a rename does no harm.
 *
 * Writing never leaves part of a file under its name: the bytes are written to a temporary file in
 * the same folder and synchronized to the disk, the file is renamed, and the folder is
 * synchronized. After a failure the old file is still there. The names of temporary files begin
 * with a dot and end in ".part"; those of processes that are no more are removed by the next one
 * that writes into the folder. */
#ifndef BASE_FILES_H
#define BASE_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

enum { FILE_STAMP = 5 };

typedef struct file_view {
    const char *bytes; /* never NULL after success; not ended by NUL */
    size_t length;
    void *owned;                /* what files_release frees, or NULL */
    uint64_t stamp[FILE_STAMP]; /* of a plain file: device, inode, size, times of change of its
                                 * content, which anybody can put back, and of the inode */
} file_view;

#define FILE_VIEW_INIT ((file_view){NULL, 0, NULL, {0}})

/* Reads all of `path` into memory. FAULT_LIMIT for more than `most` bytes, FAULT_DATA if it cannot
 * be opened or read, or changed meanwhile (the caller may change the kind). After success the view
 * has to be released. */
int files_read(const char *path, size_t most, file_view *out, fault *f);
void files_release(file_view *v);

/* A plain file that is read in parts, by several threads if they like, so that it need not be in
 * memory as a whole. */
typedef struct file_source {
    int fd;
    size_t length;
    uint64_t stamp[FILE_STAMP]; /* as above */
} file_source;

/* 0, without a fault, where it is no plain file, cannot be opened, or has fewer than `least` or
 * more than `most` bytes: files_read says what is wrong with it. */
int files_open_source(const char *path, size_t least, size_t most, file_source *out);
/* Returns how many bytes were read: fewer than wished at the end of the file, where it cannot be
 * read, and once the command is to end. */
size_t files_read_at(const file_source *s, size_t from, void *to, size_t length);
/* Closes it. 0, with the fault, where the file has changed since it was opened. */
int files_close_source(const char *path, file_source *s, fault *f);

/* Whether `path` is still the same file as that of the view, unchanged. 1 for pipes and terminals.
 */
int files_unchanged(const char *path, const file_view *v);

/* Is a call to be made again that has just failed with errno? It was interrupted, as a signal does
 * it; but not for the 10,000th time running (*times, from 0 on), which only a system does that will
 * never let it through. */
int files_interrupted(int *times);

/* Appends a hint for a file that does not exist: a file with a similar name in its folder, or that
 * there is no such folder; or nothing. */
void files_near(const char *path, buf *hint);

/* Writes a file as described above. A new file gets the permissions of the umask, an old one keeps
 * its own. A symbolic link is replaced, not followed; but to a pipe or a device, also behind a
 * link, the bytes are simply written. Missing folders of the path are made, and removed again if
 * the file cannot be written. FAULT_LIMIT for a full disk, else FAULT_USAGE. */
int files_write(const char *path, const void *bytes, size_t length, fault *f);

typedef struct file_item {
    const char *name; /* without a folder */
    const void *bytes;
    size_t length;
} file_item;

/* Writes several files into one folder, which is made if it is missing. All temporary files are on
 * the disk before the first is renamed, so that a full disk changes nothing; at any moment each
 * file is complete or untouched. Where one cannot be renamed, the others are put back. Names that
 * are empty, begin with a dot, or contain a slash or a control character are refused (FAULT_USAGE).
 */
int files_write_all(const char *folder, const file_item *item, size_t count, fault *f);

/* The same for a folder that holds the outputs of a command and nothing else of ours
 * (files_folder.c): at any moment it holds all files of one run. What an earlier run wrote and this
 * one does not is removed, if it is still as it was written; files of others stay. The file
 * .assess.sha256 lists what was written.
 *
 * Two cases are left in which the files are renamed one by one, as by files_write_all: where the
 * folder cannot be exchanged for a new one (it is the one this process works in, or somebody
 * else's, or holds further folders; its parent may not be written; the file system cannot do it).
 */
int files_write_folder(const char *folder, const file_item *item, size_t count, fault *f);

/* A new folder with folders in it (files_tree.c). It is filled beside its place under a hidden name
 * and put into place by one rename, so that it is there whole or not at all; what is there already
 * is never replaced, but for an empty folder. `path` is where it lies meanwhile. */
typedef struct file_tree {
    char *folder, *path;
    size_t made; /* of the parents, see files_make_folders */
    int stage;
    buf manifest;
} file_tree;

/* 0 with the fault; after either, tree_close. */
int tree_begin(file_tree *t, const char *folder, fault *f);
/* Writes a file by its path below the folder. */
int tree_add(file_tree *t, const char *below, const void *bytes, size_t length, fault *f);
/* Writes .assess.sha256, and puts the folder into its place. */
int tree_publish(file_tree *t, fault *f);
/* Takes it out of its place again. */
void tree_withdraw(file_tree *t);
/* Without tree_publish before, all is removed. */
void tree_close(file_tree *t);
/* Is it a path that tree_add takes? None with "..", none that is hidden in the folder itself. */
int tree_takes(const char *below);

#endif
