#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"

/* Below this size reading is quicker than mapping and its page faults. */
enum { MAP_FROM = 256 * 1024 };

void files_near(const char *path, buf *hint) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    buf folder = BUF_INIT, best = BUF_INIT;
    buf_put(&folder, path, (size_t)(name - path));
    DIR *d = opendir(folder.length ? buf_string(&folder) : ".");
    if (!d && errno == ENOMEM) limits_lack();
    suggestion near = suggest_for(name);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        if (e->d_name[0] == '.') continue;
        suggest_try(&near, e->d_name);
        near.longer = NULL;
        if (near.best == e->d_name) { /* the next readdir may overwrite it */
            buf_clear(&best);
            buf_text(&best, e->d_name);
            near.best = "";
        }
    }
    if (near.best) near.best = buf_string(&best);
    if (suggest_best(&near))
        buf_print(hint, text_message("did you mean '%s%s'?"), buf_string(&folder),
                  suggest_best(&near));
    else if (folder.length && !d)
        buf_print(hint, text_message("there is no folder '%s'"), buf_string(&folder));
    if (d) closedir(d);
    buf_release(&folder);
    buf_release(&best);
}

static int read_fault(const char *path, int error, fault *f) {
    place at = {.file = path};
    buf hint = BUF_INIT;
    if (error == ENOMEM) limits_lack();
    if (error == ENOENT || error == ENOTDIR) files_near(path, &hint);
    fault_at(f, error == ENOMEM ? FAULT_LIMIT : FAULT_DATA, &at,
             hint.length ? buf_string(&hint) : NULL, "cannot be read: %s", text_of_errno(error));
    buf_release(&hint);
    return 0;
}

static int size_fault(const char *path, size_t most, fault *f) {
    place at = {.file = path};
    return fault_at(f, FAULT_LIMIT, &at, NULL, "has more than %zu bytes, the most that is read",
                    most);
}

static int open_again(const char *path, int flags, mode_t mode) {
    int fd;
    do fd = open(path, flags | O_CLOEXEC, mode);
    while (fd < 0 && errno == EINTR && !limits_stopped());
    return fd;
}

/* Reads to the end of a file whose size may not be `guess`. */
static int read_stream(const char *path, int fd, size_t guess, size_t most, file_view *out,
                       fault *f) {
    buf b = BUF_INIT;
    if (guess < 4096) guess = 4096;
    for (;;) {
        size_t ask = b.length <= guess ? guess - b.length + 1 : 64 * 1024;
        char *at = buf_reserve(&b, ask);
        if (!at) {
            buf_release(&b);
            return fault_memory(f);
        }
        ssize_t n = read(fd, at, ask);
        if (n < 0 && errno == EINTR && !limits_stopped()) continue;
        if (n < 0) {
            int error = errno;
            buf_release(&b);
            return read_fault(path, error, f);
        }
        if (n == 0) break;
        b.length += (size_t)n;
        if (b.length > most) {
            buf_release(&b);
            return size_fault(path, most, f);
        }
    }
    out->bytes = out->owned = b.text;
    out->length = b.length;
    return 1;
}

static void stamp_of(const struct stat *info, uint64_t stamp[4]) {
    stamp[0] = (uint64_t)info->st_dev;
    stamp[1] = (uint64_t)info->st_ino;
    stamp[2] = (uint64_t)info->st_size;
    stamp[3] = (uint64_t)info->st_mtim.tv_sec * 1000000000u + (uint64_t)info->st_mtim.tv_nsec;
}

static int read_open(const char *path, int fd, size_t most, file_view *out, fault *f) {
    struct stat info;
    if (fstat(fd, &info) < 0) return read_fault(path, errno, f);
    if (S_ISDIR(info.st_mode)) return read_fault(path, EISDIR, f);
    if (!S_ISREG(info.st_mode)) return read_stream(path, fd, 0, most, out, f);
    if ((uint64_t)info.st_size > most) return size_fault(path, most, f);
    size_t size = (size_t)info.st_size;
    stamp_of(&info, out->stamp);
    if (size >= MAP_FROM) {
        void *map = MAP_FAILED;
        if (!limits_take(size)) return fault_memory(f);
        map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (map == MAP_FAILED) {
            limits_give(size);
        } else {
            out->bytes = out->map = map;
            out->length = size;
            return 1;
        }
    }
    return read_stream(path, fd, size, most, out, f);
}

int files_read(const char *path, size_t most, file_view *out, fault *f) {
    *out = FILE_VIEW_INIT;
    int fd = open_again(path, O_RDONLY, 0);
    if (fd < 0) return read_fault(path, errno, f);
    int done = read_open(path, fd, most, out, f);
    close(fd);
    return done;
}

void files_release(file_view *v) {
    if (v->map) {
        munmap(v->map, v->length);
        limits_give(v->length);
    }
    mem_free(v->owned);
    *v = FILE_VIEW_INIT;
}

int files_unchanged(const char *path, const file_view *v) {
    static const uint64_t none[4];
    struct stat info;
    uint64_t now[4];
    if (!memcmp(v->stamp, none, sizeof none)) return 1;
    if (stat(path, &info) < 0) return 0;
    stamp_of(&info, now);
    return !memcmp(v->stamp, now, sizeof now);
}

static int write_fault(const char *path, const char *what, int error, fault *f) {
    place at = {.file = path};
    int full = error == ENOSPC || error == EDQUOT || error == EFBIG || error == ENOMEM;
    return fault_at(f, full ? FAULT_LIMIT : FAULT_USAGE, &at, NULL, "cannot be %s: %s",
                    text_message(what), text_of_errno(error));
}

/* The next two return 0 or an errno. */
static int write_bytes(int fd, const char *bytes, size_t length) {
    while (length) {
        if (limits_over()) return ECANCELED;
        size_t most = (size_t)1 << 30; /* the kernel takes no more than 2 GiB at once */
        ssize_t n = write(fd, bytes, length < most ? length : most);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

static int sync_file(int fd) {
    while (fsync(fd) < 0) {
        if (errno == EINTR) continue;
        /* Some file systems cannot; then there is nothing to wait for. */
        return errno == EINVAL || errno == ENOTSUP || errno == ENOSYS ? 0 : errno;
    }
    return 0;
}

static void sync_folder(const char *folder) {
    int fd = open_again(folder, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return; /* a folder that may be written but not read: the rename itself has succeeded */
    sync_file(fd);
    close(fd);
}

static char *new_text(const char *format, ...) FAULT_FORMAT(1, 2);

static char *new_text(const char *format, ...) {
    buf b = BUF_INIT;
    va_list args;
    va_start(args, format);
    buf_vprint(&b, format, args);
    va_end(args);
    return b.text;
}

static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return new_text(".");
    return slash == path ? new_text("/") : new_text("%.*s", (int)(slash - path), path);
}

/* Writes the bytes to a new file beside `path` and returns its name, which the caller frees. */
static char *write_part(const char *path, const void *bytes, size_t length, fault *f) {
    static atomic_uint turn;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *part = NULL;
    int fd;
    do {
        mem_free(part);
        part = new_text("%.*s.%.200s.%ld-%u.part", (int)(name - path), path, name, (long)getpid(),
                        atomic_fetch_add(&turn, 1));
        if (!part) {
            fault_memory(f);
            return NULL;
        }
        fd = open_again(part, O_WRONLY | O_CREAT | O_EXCL, 0666);
    } while (fd < 0 && errno == EEXIST);
    if (fd < 0) {
        write_fault(path, "written", errno, f);
        mem_free(part);
        return NULL;
    }
    struct stat old;
    int error = 0;
    if (lstat(path, &old) == 0 && S_ISREG(old.st_mode) && fchmod(fd, old.st_mode & 0777) < 0)
        error = errno;
    if (!error) error = write_bytes(fd, bytes, length);
    if (!error) error = sync_file(fd);
    if (close(fd) < 0 && !error && errno != EINTR) error = errno;
    if (!error) return part;
    unlink(part);
    mem_free(part);
    write_fault(path, "written", error, f);
    return NULL;
}

static int write_through(const char *path, const void *bytes, size_t length, fault *f) {
    int fd = open_again(path, O_WRONLY | O_NOCTTY, 0);
    if (fd < 0) return write_fault(path, "opened", errno, f);
    int error = write_bytes(fd, bytes, length);
    if (close(fd) < 0 && !error && errno != EINTR) error = errno;
    return error ? write_fault(path, "written", error, f) : 1;
}

/* The length of the part of a path that names its parent folder; 0: there is none to make. */
static size_t parent_length(const char *path, size_t length) {
    while (length && path[length - 1] != '/') length--;
    while (length && path[length - 1] == '/') length--;
    return length;
}

/* Puts the first `length` bytes of a path into `out`: nothing that tidies up needs memory. */
static int beginning_of(const char *path, size_t length, char out[PATH_MAX]) {
    if (length >= PATH_MAX) return 0; /* nor was such a folder made */
    memcpy(out, path, length);
    out[length] = 0;
    return 1;
}

/* Removes the folders that were made, innermost first. */
static void remove_folders(const char *folder, size_t made) {
    for (size_t end = strlen(folder); made && end >= made; end = parent_length(folder, end)) {
        char part[PATH_MAX];
        if (beginning_of(folder, end, part)) rmdir(part);
    }
}

/* Makes a folder and its missing parents. `made`: the length of the name of the outermost folder
 * that was made; 0: none. */
static int make_folders(const char *folder, size_t *made, fault *f) {
    size_t length = strlen(folder);
    *made = 0;
    while (length > 1 && folder[length - 1] == '/') length--;
    for (size_t end = 1; end <= length; end++) {
        if (end < length && (folder[end] != '/' || folder[end - 1] == '/')) continue;
        char *part = new_text("%.*s", (int)end, folder);
        struct stat info;
        int error = !part ? ENOMEM : mkdir(part, 0777) < 0 ? errno : 0;
        if (!error && !*made)
            *made = end;
        else if (error && part && stat(part, &info) == 0)
            error = S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
        if (error) write_fault(part ? part : folder, "made", error, f);
        mem_free(part);
        if (error) {
            remove_folders(folder, *made);
            return 0;
        }
    }
    return 1;
}

/* New folders are entries of their parents, which have to be synchronized. */
static void sync_made_folders(const char *folder, size_t made) {
    for (size_t end = strlen(folder); made && end >= made; end = parent_length(folder, end)) {
        size_t up = parent_length(folder, end);
        char part[PATH_MAX];
        if (beginning_of(folder, up, part)) sync_folder(up ? part : *folder == '/' ? "/" : ".");
    }
}

/* Writes all files to temporary ones, then renames these. `path` holds their names, which are in
 * `folder`. */
static int replace_files(const char *folder, char *const *path, const file_item *item, size_t count,
                         fault *f) {
    size_t made, written = 0, renamed = 0;
    struct stat old;
    if (!make_folders(folder, &made, f)) return 0;
    char **part = mem_zero(count + 1, sizeof *part);
    if (!part) fault_memory(f);
    limits_publish();
    for (; part && written < count; written++) {
        /* renaming to a folder would fail when other files are replaced already */
        if (stat(path[written], &old) == 0 && S_ISDIR(old.st_mode)) {
            write_fault(path[written], "written", EISDIR, f);
            break;
        }
        part[written] = write_part(path[written], item[written].bytes, item[written].length, f);
        if (!part[written]) break;
    }
    int done = part && written == count;
    if (done && limits_over()) done = write_fault(path[0], "replaced", ECANCELED, f);
    while (done && renamed < count)
        if (rename(part[renamed], path[renamed]) == 0)
            renamed++;
        else
            done = write_fault(path[renamed], "replaced", errno, f);
    for (size_t i = renamed; i < written; i++) unlink(part[i]);
    for (size_t i = 0; i < written; i++) mem_free(part[i]);
    mem_free(part);
    if (renamed) sync_folder(folder);
    if (done)
        sync_made_folders(folder, made);
    else if (!renamed)
        remove_folders(folder, made);
    limits_published();
    return done;
}

int files_write(const char *path, const void *bytes, size_t length, fault *f) {
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        if (S_ISDIR(info.st_mode)) return write_fault(path, "written", EISDIR, f);
        return write_through(path, bytes, length, f);
    }
    char *folder = folder_of(path), *own = new_text("%s", path);
    file_item item = {.bytes = bytes, .length = length};
    int done = folder && own ? replace_files(folder, &own, &item, 1, f) : fault_memory(f);
    mem_free(own);
    mem_free(folder);
    return done;
}

static int name_allowed(const char *name, fault *f) {
    const unsigned char *s = (const unsigned char *)name;
    int good = *s && *s != '.';
    for (; *s && good; s++) good = *s >= ' ' && *s != '/' && *s != 127;
    return good || fault_set(f, FAULT_USAGE, "'%s' cannot be the name of a file", name);
}

int files_write_all(const char *folder, const file_item *item, size_t count, fault *f) {
    for (size_t i = 0; i < count; i++)
        if (!name_allowed(item[i].name, f)) return 0;
    char **path = mem_zero(count + 1, sizeof *path);
    int done = path ? 1 : fault_memory(f);
    for (size_t i = 0; done && i < count; i++)
        if (!(path[i] = new_text("%s/%s", folder, item[i].name))) done = fault_memory(f);
    done = done && replace_files(folder, path, item, count, f);
    for (size_t i = 0; path && i < count; i++) mem_free(path[i]);
    mem_free(path);
    return done;
}
