/* A folder of outputs, written as one: a new folder is filled beside it, and the two change places
 * in one step of the file system (renameat2 of Linux), so that whoever looks, and whatever is
 * killed when, finds all files of one run. Links within one folder would do the same on more
 * systems, but the files are mailed and opened by other programs, and have to be plain ones. */
#define _GNU_SOURCE 1 /* renameat2 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/files_inside.h"
#include "base/limits.h"
#include "base/mem.h"

/* Lists the files and their digests, for the next run and for sha256sum -c. */
#define MANIFEST ".assess.sha256"

enum { MANIFEST_MOST = 64 << 20 };

static int is_name(const char *name, size_t length) {
    return length && name[0] != '.' && !memchr(name, '/', length) && !memchr(name, 0, length);
}

static void digest_of(const void *bytes, size_t length, char hex[DIGEST_HEX]) {
    digest *d = digest_start();
    if (d) digest_add(d, bytes, length);
    digest_finish(d, hex);
}

static int make_manifest(const file_item *item, size_t count, buf *out) {
    char hex[DIGEST_HEX];
    for (size_t i = 0; i < count; i++) {
        digest_of(item[i].bytes, item[i].length, hex);
        if (!*hex) return 0;
        buf_print(out, "%s  %s\n", hex, item[i].name);
    }
    return !out->failed;
}

/* ---- the manifest of an earlier run ---- */

typedef struct listed {
    const char *digest, *name; /* within the manifest, not ended by NUL */
    size_t length;
    int stale;      /* this run has no such file, and it is as it was written */
    file_view seen; /* with the stamp of that moment, and no bytes */
} listed;

typedef struct manifest {
    file_view view;
    listed *file;
    size_t count, cap;
} manifest;

static void release_manifest(manifest *m) {
    files_release(&m->view);
    mem_free(m->file);
}

/* A folder without a manifest has none of our files. */
static int read_manifest(const char *folder, manifest *m, fault *f) {
    char path[PATH_MAX];
    struct stat info;
    *m = (manifest){.view = FILE_VIEW_INIT};
    if (snprintf(path, sizeof path, "%s/%s", folder, MANIFEST) >= (int)sizeof path)
        return files_fault(folder, "written", ENAMETOOLONG, f);
    if (lstat(path, &info) < 0) return errno == ENOENT || files_read_fault(path, errno, f);
    if (!S_ISREG(info.st_mode)) return 1;
    if (!files_read(path, MANIFEST_MOST, &m->view, f)) return 0;
    const char *s = m->view.bytes, *end = s + m->view.length;
    for (const char *line; s < end; s = line + 1) {
        line = memchr(s, '\n', (size_t)(end - s));
        if (!line) return 1;
        if (line - s < DIGEST_HEX + 2) continue;
        listed l = {s, s + DIGEST_HEX + 1, (size_t)(line - s) - DIGEST_HEX - 1, 0, FILE_VIEW_INIT};
        if (!is_name(l.name, l.length)) continue;
        if (!MEM_RESERVE(m->file, m->count + 1, m->cap)) return fault_memory(f);
        m->file[m->count++] = l;
    }
    return 1;
}

static const listed *find_listed(const manifest *m, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < m->count; i++)
        if (m->file[i].length == length && !memcmp(m->file[i].name, name, length))
            return &m->file[i];
    return NULL;
}

/* The manifest goes last: where this process is killed or cannot remove a file, the next one can
 * tell what is ours. */
static void remove_empty(const char *folder, files_names *names) {
    char path[PATH_MAX];
    int others = 0;
    files_names_again(names);
    for (const char *name; (name = files_names_next(names)) != NULL;)
        others += strcmp(name, MANIFEST) != 0;
    if (others || names->error ||
        snprintf(path, sizeof path, "%s/%s", folder, MANIFEST) >= (int)sizeof path)
        return;
    unlink(path);
    rmdir(folder);
}

void files_discard(const char *folder) {
    manifest m;
    fault ignored = FAULT_INIT;
    if (files_discard_tree(folder)) return;
    if (!read_manifest(folder, &m, &ignored)) fault_release(&ignored);
    files_names names;
    if (files_names_open(&names, folder)) {
        for (const char *name; (name = files_names_next(&names)) != NULL;) {
            struct stat info;
            char path[PATH_MAX];
            if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path ||
                lstat(path, &info) < 0 || S_ISDIR(info.st_mode))
                continue;
            if (strcmp(name, MANIFEST) != 0 &&
                (info.st_nlink > 1 || find_listed(&m, name) || files_is_left(name)))
                unlink(path);
        }
        remove_empty(folder, &names);
        files_names_close(&names);
    }
    release_manifest(&m);
}

/* ---- writing ---- */

typedef struct target {
    char *folder; /* without links on the way, where it is there */
    char *beside; /* the new one */
    /* What is in the two, as they were when they were opened: they may change places. Opened before
     * anything is made, so that it can be removed whatever fails then. */
    files_names there, made;
    const file_item *item;
    size_t count;
    buf manifest;
    manifest old;
} target;

/* Removes the new folder, which holds the files of this run and links to those of others. It takes
 * no memory, and opens nothing that is not open yet. */
static void discard_beside(target *t) {
    char path[PATH_MAX];
    struct stat info;
    if (t->made.fd < 0) { /* nothing was written into it */
        rmdir(t->beside);
        return;
    }
    for (size_t i = 0; i < t->count; i++)
        if (snprintf(path, sizeof path, "%s/%s", t->beside, t->item[i].name) < (int)sizeof path)
            unlink(path);
    files_names_again(&t->made);
    for (const char *name; (name = files_names_next(&t->made)) != NULL;)
        if (snprintf(path, sizeof path, "%s/%s", t->beside, name) < (int)sizeof path &&
            lstat(path, &info) == 0 && !S_ISDIR(info.st_mode) && info.st_nlink > 1)
            unlink(path);
    remove_empty(t->beside, &t->made);
}

static const file_item *find_item(const target *t, const char *name) {
    for (size_t i = 0; i < t->count; i++)
        if (!strcmp(t->item[i].name, name)) return &t->item[i];
    return NULL;
}

/* Is a file of an earlier run, which this one does not write, still what was written there? One
 * that cannot be read must not stay behind unsaid. */
static int look_at_listed(const target *t, listed *l, fault *f) {
    char path[PATH_MAX], hex[DIGEST_HEX];
    file_view view;
    struct stat info;
    if (snprintf(path, sizeof path, "%s/%.*s", t->folder, (int)l->length, l->name) >=
            (int)sizeof path ||
        find_item(t, path + strlen(t->folder) + 1))
        return 1;
    if (lstat(path, &info) < 0) return errno == ENOENT || files_read_fault(path, errno, f);
    if (!S_ISREG(info.st_mode)) return 1;
    if (!files_read(path, SIZE_MAX / 2, &view, f)) return 0;
    digest_of(view.bytes, view.length, hex);
    memcpy(l->seen.stamp, view.stamp, sizeof view.stamp);
    files_release(&view);
    l->stale = *hex && !memcmp(hex, l->digest, DIGEST_HEX - 1);
    return *hex || fault_memory(f);
}

static int look_at_old(target *t, fault *f) {
    int fine = read_manifest(t->folder, &t->old, f);
    for (size_t i = 0; fine && i < t->old.count; i++) fine = look_at_listed(t, &t->old.file[i], f);
    return fine;
}

/* Writes one file of the new folder, with the permissions that its predecessor had. */
static int write_item(const target *t, const file_item *item, int predecessor, fault *f) {
    struct stat old;
    char was[PATH_MAX], path[PATH_MAX];
    if (snprintf(was, sizeof was, "%s/%s", t->folder, item->name) >= (int)sizeof was ||
        snprintf(path, sizeof path, "%s/%s", t->beside, item->name) >= (int)sizeof path)
        return files_fault(item->name, "written", ENAMETOOLONG, f);
    int plain = predecessor && lstat(was, &old) == 0;
    if (plain && S_ISDIR(old.st_mode)) return files_fault(was, "written", EISDIR, f);
    plain = plain && S_ISREG(old.st_mode);
    char *part =
        files_write_part(path, was, plain ? old.st_mode & 0777 : 0, item->bytes, item->length, f);
    if (!part) return 0;
    int error = rename(part, path) < 0 ? errno : 0;
    if (error) unlink(part);
    mem_free(part);
    return error ? files_fault(was, "written", error, f) : 1;
}

/* Makes the new folder with all files in it. The manifest is first: what it lists may be removed
 * when this process is killed. */
static int fill_beside(target *t, int predecessor, fault *f) {
    struct stat old;
    const file_item list = {MANIFEST, t->manifest.text, t->manifest.length};
    int error = mkdir(t->beside, 0777) < 0 ? errno : 0;
    if (!error && !files_names_open(&t->made, t->beside)) error = t->made.error;
    if (!error && predecessor && stat(t->folder, &old) == 0 &&
        chmod(t->beside, old.st_mode & 07777) < 0)
        error = errno;
    if (error) return files_fault(t->folder, "written", error, f);
    int fine = write_item(t, &list, predecessor, f);
    for (size_t i = 0; fine && i < t->count; i++) fine = write_item(t, &t->item[i], predecessor, f);
    if (fine) files_sync_folder(t->beside);
    return fine;
}

typedef int for_entry(const target *t, const char *name, const char *path);

/* Calls a function for what is in the old folder, which may have another name by now; 0 as soon as
 * that returns 0, or where the folder cannot be read. */
static int each_entry(target *t, const char *folder, for_entry *call) {
    char path[PATH_MAX];
    files_names_again(&t->there);
    for (const char *name; (name = files_names_next(&t->there)) != NULL;)
        if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path ||
            !call(t, name, path))
            return 0;
    return !t->there.error;
}

/* One that cannot be looked at now, and could a moment ago, has not changed. */
static int is_stale(const char *path, const listed *l) {
    struct stat info;
    if (!l->stale) return 0;
    return lstat(path, &info) < 0 ? errno != ENOENT : files_has_stamp(&info, &l->seen);
}

/* Is it one of ours, that this run replaces or has no more? */
static int goes(const target *t, const char *name, const char *path) {
    const listed *l = find_listed(&t->old, name);
    return !strcmp(name, MANIFEST) || find_item(t, name) || (l && is_stale(path, l));
}

/* What others put into the folder gets a second name in the new one. 0 for a folder, which cannot
 * have one. */
static int take_along(const target *t, const char *name, const char *path) {
    char next[PATH_MAX];
    if (goes(t, name, path)) return 1;
    return snprintf(next, sizeof next, "%s/%s", t->beside, name) < (int)sizeof next &&
           link(path, next) == 0;
}

/* Once the folders have changed places: what came into the old one meanwhile follows. */
static int clear_away(const target *t, const char *name, const char *path) {
    char next[PATH_MAX];
    struct stat info;
    if (!strcmp(name, MANIFEST)) return 1;
    if (goes(t, name, path) || (lstat(path, &info) == 0 && info.st_nlink > 1))
        unlink(path);
    else if (snprintf(next, sizeof next, "%s/%s", t->folder, name) < (int)sizeof next)
        rename(path, next);
    return 1;
}

/* Is it the folder that somebody, this process at least, works in? */
static int is_own_folder(const char *folder) {
    struct stat here, there;
    return stat(".", &here) < 0 || stat(folder, &there) < 0 ||
           (here.st_dev == there.st_dev && here.st_ino == there.st_ino);
}

static int is_link_of_ours(const target *t, const char *name, const char *path) {
    struct stat info;
    return find_item(t, name) || lstat(path, &info) < 0 || !S_ISDIR(info.st_mode);
}

/* 1: done; 0: with the fault; -1: nothing was done, and the files are to be replaced one by one. */
static int change_places(target *t, fault *f) {
    struct stat info;
    if (is_own_folder(t->folder) || stat(t->folder, &info) < 0 || info.st_uid != geteuid() ||
        !files_names_open(&t->there, t->folder) || !each_entry(t, t->folder, is_link_of_ours))
        return -1;
    char *parent = files_folder_of(t->folder);
    if (!parent) return fault_memory(f);
    int done = access(parent, W_OK | X_OK) < 0 ? -1 : 1;
    if (done > 0) {
        files_sweep(parent);
        files_sweep(t->folder);
        done = fill_beside(t, 1, f);
        if (done > 0 && !each_entry(t, t->folder, take_along)) done = -1;
        if (done > 0 && limits_over()) done = files_fault(t->folder, "replaced", ECANCELED, f);
        if (done > 0 && renameat2(AT_FDCWD, t->beside, AT_FDCWD, t->folder, RENAME_EXCHANGE) < 0)
            done = errno == EINVAL || errno == ENOSYS || errno == EPERM || errno == ENOTSUP
                       ? -1
                       : files_fault(t->folder, "replaced", errno, f);
        if (done > 0) {
            files_sync_folder(parent);
            each_entry(t, t->beside, clear_away);
            remove_empty(t->beside, &t->there);
        } else {
            discard_beside(t);
        }
    }
    mem_free(parent);
    return done;
}

/* A folder that is not there yet. */
static int put_new(target *t, fault *f) {
    size_t made = 0;
    char *parent = files_folder_of(t->folder);
    int done = parent ? files_make_folders(parent, &made, f) : fault_memory(f);
    if (done) {
        if (!made) files_sweep(parent);
        done = fill_beside(t, 0, f);
        if (done && limits_over()) done = files_fault(t->folder, "written", ECANCELED, f);
        if (done && rename(t->beside, t->folder) < 0)
            done = files_fault(t->folder, "written", errno, f);
        if (!done) {
            discard_beside(t);
            files_remove_folders(parent, made);
        } else {
            files_sync_folder(parent);
            files_sync_made(parent, made);
        }
    }
    mem_free(parent);
    return done;
}

static void remove_stale(const target *t) {
    for (size_t i = 0; i < t->old.count; i++) {
        const listed *l = &t->old.file[i];
        char path[PATH_MAX];
        if (snprintf(path, sizeof path, "%s/%.*s", t->folder, (int)l->length, l->name) <
                (int)sizeof path &&
            is_stale(path, l))
            unlink(path);
    }
}

/* Where folders cannot change places: the manifest last, so that sha256sum -c tells of a mixture.
 */
static int replace_each(target *t, fault *f) {
    file_item *item = mem_take((t->count + 1) * sizeof *item);
    char **path = mem_zero(t->count + 1, sizeof *path);
    int done = item && path ? 1 : fault_memory(f);
    for (size_t i = 0; done && i <= t->count; i++) {
        item[i] =
            i < t->count ? t->item[i] : (file_item){MANIFEST, t->manifest.text, t->manifest.length};
        path[i] = files_print("%s/%s", t->folder, item[i].name);
        if (!path[i]) done = fault_memory(f);
    }
    done = done && files_replace(t->folder, path, item, t->count + 1, f);
    if (done) remove_stale(t);
    for (size_t i = 0; path && i <= t->count; i++) mem_free(path[i]);
    mem_free(path);
    mem_free(item);
    return done;
}

/* The folder as it is named, without slashes at its end; links on the way are followed. */
static char *real_folder(const char *folder) {
    char real[PATH_MAX];
    size_t length = strlen(folder);
    if (realpath(folder, real)) return files_print("%s", real);
    while (length > 1 && folder[length - 1] == '/') length--;
    return files_print("%.*s", (int)length, folder);
}

int files_write_folder(const char *folder, const file_item *item, size_t count, fault *f) {
    struct stat info;
    for (size_t i = 0; i < count; i++)
        if (!files_name_allowed(item[i].name, f)) return 0;
    target t = {.folder = real_folder(folder), .item = item, .count = count, .manifest = BUF_INIT};
    t.there.fd = t.made.fd = -1;
    t.beside = t.folder ? files_part_name(t.folder) : NULL;
    int done = t.beside && make_manifest(item, count, &t.manifest) ? 1 : fault_memory(f);
    if (done) {
        limits_publish();
        if (lstat(t.folder, &info) < 0) {
            done = put_new(&t, f);
        } else if (!S_ISDIR(info.st_mode)) {
            done = files_fault(t.folder, "made", ENOTDIR, f);
        } else {
            done = look_at_old(&t, f) ? change_places(&t, f) : 0;
            if (done < 0) done = replace_each(&t, f);
            release_manifest(&t.old);
        }
        limits_published();
    }
    files_names_close(&t.there);
    files_names_close(&t.made);
    buf_release(&t.manifest);
    mem_free(t.folder);
    mem_free(t.beside);
    return done;
}
