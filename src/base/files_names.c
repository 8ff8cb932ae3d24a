/* The C library takes memory to read a folder. What a run without memory has begun is to be removed
 * all the same, so on Linux the system is asked. */
#define _GNU_SOURCE 1 /* getdents64 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/files_inside.h"

static int is_dots(const char *name) { return !strcmp(name, ".") || !strcmp(name, ".."); }

#ifdef __linux__

int files_names_open(files_names *n, const char *folder) {
    n->fd = files_open(folder, O_RDONLY | O_DIRECTORY, 0);
    n->have = n->at = 0;
    n->error = n->fd < 0 ? errno : 0;
    return n->fd >= 0;
}

void files_names_again(files_names *n) {
    n->have = n->at = 0;
    n->error = lseek(n->fd, 0, SEEK_SET) < 0 ? errno : 0;
}

const char *files_names_next(files_names *n) {
    for (;;) {
        if (n->at >= n->have) {
            n->have = (long)getdents64(n->fd, n->room, sizeof n->room);
            n->at = 0;
            if (n->have < 0) n->error = errno;
            if (n->have <= 0) return NULL;
        }
        const struct dirent64 *e = (const void *)(n->room + n->at);
        n->at += e->d_reclen;
        if (!is_dots(e->d_name)) return e->d_name;
    }
}

void files_names_close(files_names *n) {
    if (n->fd >= 0) close(n->fd);
    n->fd = -1;
}

#else

int files_names_open(files_names *n, const char *folder) {
    n->folder = opendir(folder);
    n->fd = n->folder ? dirfd(n->folder) : -1;
    n->error = n->folder ? 0 : errno;
    return n->fd >= 0;
}

void files_names_again(files_names *n) {
    rewinddir(n->folder);
    n->error = 0;
}

const char *files_names_next(files_names *n) {
    struct dirent *e;
    errno = 0;
    while ((e = readdir(n->folder)) != NULL)
        if (!is_dots(e->d_name)) return e->d_name;
    n->error = errno;
    return NULL;
}

void files_names_close(files_names *n) {
    if (n->fd >= 0) closedir(n->folder);
    n->fd = -1;
}

#endif
