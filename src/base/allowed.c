/* realpath is XSI. */
#define _XOPEN_SOURCE 700
#include "base/allowed.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The real path of a file, or of the nearest folder above it that there is. */
static int locate(const char *path, char real[PATH_MAX]) {
    char above[PATH_MAX];
    if (snprintf(above, sizeof above, "%s", path) >= (int)sizeof above) return 0;
    while (!realpath(above, real)) {
        char *slash = strrchr(above, '/');
        if (!*above || (slash == above && !above[1])) return 0;
        if (!slash)
            strcpy(above, ".");
        else
            slash[slash == above] = 0;
    }
    return 1;
}

static int is_below(const char *real, const char *folder) {
    size_t n = strlen(folder);
    return !strncmp(real, folder, n) && (!real[n] || real[n] == '/' || (n && folder[n - 1] == '/'));
}

int allowed_below(const char *path, const char *folder) {
    char real[PATH_MAX], of[PATH_MAX];
    return locate(path, real) && locate(folder, of) && is_below(real, of);
}

int allowed_reads(const allowed_list *list, const char *path) {
    char real[PATH_MAX];
    if (allowed_below(path, ".")) return 1;
    for (size_t i = 0; list && i < list->count; i++)
        if (locate(path, real) && is_below(real, list->folder[i])) return 1;
    return 0;
}

int allowed_real(const char *folder, buf *out) {
    char real[PATH_MAX];
    struct stat info;
    if (!realpath(folder, real) || stat(real, &info) < 0) return 0;
    errno = S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
    if (errno) return 0;
    buf_text(out, real);
    if (out->failed) errno = ENOMEM;
    return !out->failed;
}

int allowed_ends(const char *path, const char *end) {
    char real[PATH_MAX];
    size_t n = realpath(path, real) ? strlen(real) : 0, m = strlen(end);
    return n > m && !strcmp(real + n - m, end);
}

int allowed_folder(const char *path, buf *out) {
    char folder[PATH_MAX], real[PATH_MAX], of[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int n = slash ? (int)(slash - path) + (slash == path) : 1;
    if (snprintf(folder, sizeof folder, "%.*s", n, slash ? path : ".") >= (int)sizeof folder)
        return 0;
    if (!realpath(path, real) || !realpath(folder, of)) {
        buf_text(out, folder);
    } else {
        char *end = strrchr(real, '/');
        end[end == real] = 0;
        buf_text(out, strcmp(of, real) ? real : folder);
    }
    return !out->failed;
}
