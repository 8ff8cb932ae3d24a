#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files_inside.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"

/* Stands in a folder that is being filled: all in it is ours, and goes if this process dies. */
#define UNFINISHED ".assess.unfinished"
#define MANIFEST ".assess.sha256"

enum { NEW, FILLING, PUBLISHED };
enum { DEEPEST = 64 };

/* ---- removing ---- */

/* Returns whether all is gone. */
static int remove_all(const char *folder, int depth) {
    files_names names;
    int gone = 1;
    if (depth == DEEPEST || !files_names_open(&names, folder)) return 0;
    for (const char *name; (name = files_names_next(&names)) != NULL;) {
        struct stat info;
        char path[PATH_MAX];
        if (!depth && !strcmp(name, UNFINISHED)) continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path ||
            lstat(path, &info) < 0)
            gone = 0;
        else if (S_ISDIR(info.st_mode))
            gone &= remove_all(path, depth + 1);
        else
            gone &= unlink(path) == 0;
    }
    files_names_close(&names);
    if (depth && rmdir(folder) < 0) gone = 0;
    return gone;
}

/* Where not all goes, the next run can tell by the mark what it is, and removes it. */
static void discard(const char *folder, const char *mark) {
    if (!remove_all(folder, 0)) return;
    unlink(mark);
    rmdir(folder);
}

int files_discard_tree(const char *folder) {
    char mark[PATH_MAX];
    struct stat info;
    if (snprintf(mark, sizeof mark, "%s/%s", folder, UNFINISHED) >= (int)sizeof mark ||
        lstat(mark, &info) < 0 || !S_ISREG(info.st_mode))
        return 0;
    discard(folder, mark);
    return 1;
}

/* ---- writing ---- */

/* "." and ".." are no parts, nor is what is hidden beside the files of this module. */
int tree_takes(const char *below) {
    const char *part = below;
    for (; *part; part += *part == '/') {
        size_t n = strcspn(part, "/");
        int dots = (n == 1 && *part == '.') || (n == 2 && !memcmp(part, "..", 2));
        if (!n || dots || (part == below && *part == '.')) return 0;
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)part[i] < ' ' || part[i] == 127) return 0;
        part += n;
        if (*part == '/' && !part[1]) return 0;
    }
    return *below != 0;
}

/* Writes a file that nobody sees yet: no detour by a temporary one. */
static int write_here(const file_tree *t, const char *path, const void *bytes, size_t length,
                      fault *f) {
    char *part = files_write_part(path, t->folder, 0, bytes, length, f);
    if (!part) return 0;
    int error = rename(part, path) < 0 ? errno : 0;
    if (error) unlink(part);
    mem_free(part);
    return error ? files_fault(t->folder, "written", error, f) : 1;
}

static int exists(const char *path) {
    struct stat info;
    DIR *d = lstat(path, &info) < 0 ? NULL : opendir(path);
    int entries = 0;
    if (!d) return lstat(path, &info) == 0;
    while (readdir(d) && entries < 3) entries++;
    closedir(d);
    return entries > 2 || S_ISLNK(info.st_mode);
}

static int refuse(const char *folder, fault *f) {
    place at = {.file = folder};
    return fault_at(f, FAULT_USAGE, &at, "name another folder", "is there already");
}

int tree_begin(file_tree *t, const char *folder, fault *f) {
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/') length--;
    *t = (file_tree){.manifest = BUF_INIT};
    t->folder = files_print("%.*s", (int)length, folder);
    t->path = t->folder ? files_part_name(t->folder) : NULL;
    char *parent = t->folder ? files_folder_of(t->folder) : NULL;
    const char *name = t->folder ? strrchr(t->folder, '/') : NULL;
    int fine = t->path && parent ? 1 : fault_memory(f);
    name = name ? name + 1 : t->folder;
    if (fine && (!tree_takes(name) || exists(t->folder)))
        fine = exists(t->folder)
                   ? refuse(folder, f)
                   : fault_set(f, FAULT_USAGE, "'%s' cannot be the name of a folder", folder);
    fine = fine && files_make_folders(parent, &t->made, f);
    if (fine) {
        if (!t->made) files_sweep(parent);
        if (mkdir(t->path, 0777) < 0) {
            fine = files_fault(t->folder, "written", errno, f);
            files_remove_folders(parent, t->made);
        }
    }
    mem_free(parent);
    if (!fine) return 0;
    t->stage = FILLING;
    char *mark = files_print("%s/%s", t->path, UNFINISHED);
    fine = mark ? write_here(t, mark, "", 0, f) : fault_memory(f);
    mem_free(mark);
    return fine;
}

int tree_add(file_tree *t, const char *below, const void *bytes, size_t length, fault *f) {
    char hex[DIGEST_HEX], *path = files_print("%s/%s", t->path, below);
    size_t made;
    if (!tree_takes(below)) {
        mem_free(path);
        return fault_set(f, FAULT_USAGE, "'%s' cannot be the name of a file", below);
    }
    digest *d = digest_start();
    if (d) digest_add(d, bytes, length);
    digest_finish(d, hex);
    buf_print(&t->manifest, "%s  %s\n", hex, below);
    char *folder = path ? files_folder_of(path) : NULL;
    int fine = folder && *hex && !t->manifest.failed ? 1 : fault_memory(f);
    fine = fine && files_make_folders(folder, &made, f) && write_here(t, path, bytes, length, f);
    if (fine && made) files_sync_folder(folder);
    mem_free(folder);
    mem_free(path);
    return fine;
}

int tree_publish(file_tree *t, fault *f) {
    char *list = files_print("%s/%s", t->path, MANIFEST),
         *mark = files_print("%s/%s", t->folder, UNFINISHED), *parent = files_folder_of(t->folder);
    int fine = list && mark && parent ? 1 : fault_memory(f);
    fine = fine && write_here(t, list, buf_string(&t->manifest), t->manifest.length, f);
    if (fine && limits_over()) fine = files_fault(t->folder, "written", ECANCELED, f);
    if (fine) {
        files_sync_folder(t->path);
        limits_publish();
        int error = rename(t->path, t->folder) < 0 ? errno : 0;
        limits_published();
        errno = error;
        if (error)
            fine = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
                       ? refuse(t->folder, f)
                       : files_fault(t->folder, "written", errno, f);
    }
    if (fine) {
        t->stage = PUBLISHED;
        unlink(mark);
        files_sync_folder(parent);
        files_sync_made(parent, t->made);
    }
    mem_free(list);
    mem_free(mark);
    mem_free(parent);
    return fine;
}

void tree_withdraw(file_tree *t) {
    char *mark = files_print("%s/%s", t->path, UNFINISHED);
    fault ignored = FAULT_INIT;
    if (t->stage == PUBLISHED && rename(t->folder, t->path) == 0) {
        t->stage = FILLING;
        if (mark && !write_here(t, mark, "", 0, &ignored)) fault_release(&ignored);
    }
    mem_free(mark);
}

void tree_close(file_tree *t) {
    if (t->stage == FILLING) { /* whether the mark could be made or not */
        char *parent = files_folder_of(t->folder), mark[PATH_MAX];
        if (rmdir(t->path) < 0 && /* where nothing can be opened, nothing was written either */
            snprintf(mark, sizeof mark, "%s/%s", t->path, UNFINISHED) < (int)sizeof mark)
            discard(t->path, mark);
        if (parent) files_remove_folders(parent, t->made);
        mem_free(parent);
    }
    buf_release(&t->manifest);
    mem_free(t->folder);
    mem_free(t->path);
    *t = (file_tree){.manifest = BUF_INIT};
}
