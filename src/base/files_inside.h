/* What files.c, files_folder.c, files_tree.c and files_names.c share. */
#ifndef BASE_FILES_INSIDE_H
#define BASE_FILES_INSIDE_H

#include <sys/stat.h>
#include <sys/types.h>

#include "base/files.h"

/* Notes that `path` cannot be "written", "made" …: an errno. Returns 0. */
int files_fault(const char *path, const char *what, int error, fault *f);
/* Was the file of the view in this state? */
int files_has_stamp(const struct stat *info, const file_view *v);
int files_read_fault(const char *path, int error, fault *f);
int files_open(const char *path, int flags, mode_t mode); /* open, again where interrupted */
char *files_print(const char *format, ...) FAULT_FORMAT(1, 2);
char *files_folder_of(const char *path);

/* The name of a temporary file beside `path`: ".NAME.PROCESS-TURN-MACHINE.part". NULL without
 * memory. */
char *files_part_name(const char *path);
/* Is it such a name, of a process of this machine that is no more? */
int files_is_left(const char *name);
/* Writes the bytes to a new file of such a name, which the caller frees, with the permissions
 * (0: those of the umask). NULL with the fault, which speaks of the file `told`. */
char *files_write_part(const char *path, const char *told, mode_t mode, const void *bytes,
                       size_t length, fault *f);

/* The names in a folder but for "." and "..", in no order, without taking memory (on Linux):
 *
 *     files_names names;
 *     if (files_names_open(&names, folder)) {
 *         for (const char *name; (name = files_names_next(&names)) != NULL;) …
 *         files_names_close(&names);
 *     }
 *
 * A name is there until the next one is asked for. A folder that cannot be read ends early, with
 * an errno in `error`. A folder that is open can be read again, whatever it is called by then, and
 * even if nothing can be opened any more. */
typedef struct files_names {
    void *folder;
    int fd; /* -1: it is not open */
    int error;
    long have, at;
    _Alignas(8) char room[4096];
} files_names;
int files_names_open(files_names *n, const char *folder);
void files_names_again(files_names *n); /* from the first name on */
const char *files_names_next(files_names *n);
void files_names_close(files_names *n);

void files_sync_folder(const char *folder);
/* Makes a folder and its missing parents. `made`: the length of the name of the outermost folder
 * that was made; 0: none. */
int files_make_folders(const char *folder, size_t *made, fault *f);
void files_remove_folders(const char *folder, size_t made); /* those, innermost first */
void files_sync_made(const char *folder,
                     size_t made); /* new folders are entries of their parents */

/* Removes what processes that are no more left behind in a folder: temporary files, and folders of
 * outputs that were not put into place or were replaced. */
void files_sweep(const char *folder);

/* Removes a folder of outputs: the files that its manifest lists, those that have a second name
 * elsewhere, temporary ones, and the folder itself unless something else is in it. */
void files_discard(const char *folder);
/* Removes a folder of files_tree.c that was not put into place, with all that is in it; 0 where it
 * is none. No link is followed. */
int files_discard_tree(const char *folder);
int files_name_allowed(const char *name, fault *f); /* of a file in a folder */

/* What files_write_all does, once the names are good. */
int files_replace(const char *folder, char *const *path, const file_item *item, size_t count,
                  fault *f);

#endif
