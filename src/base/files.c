#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/files_inside.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/work.h"

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

int files_read_fault(const char *path, int error, fault *f) {
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

int files_interrupted(int *times) {
    enum { MANY = 10000 };
    return errno == EINTR && ++*times < MANY;
}

int files_open(const char *path, int flags, mode_t mode) {
    int fd, times = 0;
    do fd = open(path, flags | O_CLOEXEC, mode);
    while (fd < 0 && files_interrupted(&times) && !limits_stopped());
    return fd;
}

enum { READ_MOST = 16 << 20 };

/* Reads to the end of a file whose size may not be `guess`. */
static int read_stream(const char *path, int fd, size_t guess, size_t most, file_view *out,
                       fault *f) {
    buf b = BUF_INIT;
    int times = 0;
    if (guess < 4096) guess = 4096;
    for (;;) {
        size_t ask = b.length <= guess ? guess - b.length + 1 : 64 * 1024;
        char *at = buf_reserve(&b, ask);
        if (!at) {
            if (limits_over() == LIMITS_MEMORY && guess >> 20)
                limits_where("%s, a file of %zu MiB", path, guess >> 20);
            buf_release(&b);
            return fault_memory(f);
        }
        if (!b.length) mem_huge(at, ask);
        if (ask > READ_MOST) ask = READ_MOST; /* between two looks at the limits */
        ssize_t n = limits_stopped() ? -1 : read(fd, at, ask);
        if (n < 0 && limits_stopped()) errno = EINTR;
        if (n < 0 && !limits_stopped() && files_interrupted(&times)) continue;
        if (n < 0) {
            int error = errno;
            buf_release(&b);
            return files_read_fault(path, error, f);
        }
        if (n == 0) break;
        times = 0;
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

static void stamp_of(const struct stat *info, uint64_t stamp[FILE_STAMP]) {
    stamp[0] = (uint64_t)info->st_dev;
    stamp[1] = (uint64_t)info->st_ino;
    stamp[2] = (uint64_t)info->st_size;
    stamp[3] = (uint64_t)info->st_mtim.tv_sec * 1000000000u + (uint64_t)info->st_mtim.tv_nsec;
    stamp[4] = (uint64_t)info->st_ctim.tv_sec * 1000000000u + (uint64_t)info->st_ctim.tv_nsec;
}

static int change_fault(const char *path, fault *f) {
    place at = {.file = path};
    return fault_at(f, FAULT_DATA, &at, "wait until it is finished",
                    "the file changed while it was read");
}

/* A plain file is read, not mapped: one that is cut short by somebody would end the process, and
 * one that is overwritten would change under the reader. */
static int read_open(const char *path, int fd, size_t most, file_view *out, fault *f) {
    struct stat info;
    uint64_t now[FILE_STAMP];
    if (fstat(fd, &info) < 0) return files_read_fault(path, errno, f);
    if (S_ISDIR(info.st_mode)) return files_read_fault(path, EISDIR, f);
    if (!S_ISREG(info.st_mode)) return read_stream(path, fd, 0, most, out, f);
    if ((uint64_t)info.st_size > most) return size_fault(path, most, f);
    stamp_of(&info, out->stamp);
    if (!read_stream(path, fd, (size_t)info.st_size, most, out, f)) return 0;
    int error = fstat(fd, &info) < 0 ? errno : 0;
    stamp_of(&info, now);
    if (!error && !memcmp(out->stamp, now, sizeof now)) return 1;
    files_release(out);
    return error ? files_read_fault(path, error, f) : change_fault(path, f);
}

int files_read(const char *path, size_t most, file_view *out, fault *f) {
    *out = FILE_VIEW_INIT;
    work_begin(TEXT("reading"), path, 0);
    int fd = files_open(path, O_RDONLY, 0);
    int done = fd < 0 ? files_read_fault(path, errno, f) : read_open(path, fd, most, out, f);
    if (fd >= 0) close(fd);
    work_end();
    return done;
}

void files_release(file_view *v) {
    mem_free(v->owned);
    *v = FILE_VIEW_INIT;
}

int files_open_source(const char *path, size_t least, size_t most, file_source *out) {
    struct stat info;
    /* What is no plain file is not opened: somebody may wait at the other end of a pipe. */
    if (stat(path, &info) < 0 || !S_ISREG(info.st_mode) || (uint64_t)info.st_size < least) return 0;
    out->fd = files_open(path, O_RDONLY | O_NONBLOCK, 0);
    if (out->fd < 0) return 0;
    if (fstat(out->fd, &info) == 0 && S_ISREG(info.st_mode) && (uint64_t)info.st_size >= least &&
        (uint64_t)info.st_size <= most) {
        out->length = (size_t)info.st_size;
        stamp_of(&info, out->stamp);
        return 1;
    }
    close(out->fd);
    return 0;
}

size_t files_read_at(const file_source *s, size_t from, void *to, size_t length) {
    size_t got = 0;
    int times = 0;
    while (got < length && !limits_stopped()) {
        ssize_t n = pread(s->fd, (char *)to + got, length - got, (off_t)(from + got));
        if (n < 0 && files_interrupted(&times)) continue;
        if (n <= 0) break;
        times = 0;
        got += (size_t)n;
    }
    return got;
}

int files_close_source(const char *path, file_source *s, fault *f) {
    struct stat info;
    uint64_t now[FILE_STAMP];
    int error = fstat(s->fd, &info) < 0 ? errno : 0;
    if (!error) stamp_of(&info, now);
    close(s->fd);
    if (error) return files_read_fault(path, error, f);
    return !memcmp(s->stamp, now, sizeof now) || change_fault(path, f);
}

int files_has_stamp(const struct stat *info, const file_view *v) {
    uint64_t now[FILE_STAMP];
    stamp_of(info, now);
    return !memcmp(v->stamp, now, sizeof now);
}

int files_unchanged(const char *path, const file_view *v) {
    static const uint64_t none[FILE_STAMP];
    struct stat info;
    if (!memcmp(v->stamp, none, sizeof none)) return 1;
    return stat(path, &info) == 0 && files_has_stamp(&info, v);
}

int files_fault(const char *path, const char *what, int error, fault *f) {
    place at = {.file = path};
    int full = error == ENOSPC || error == EDQUOT || error == EFBIG || error == ENOMEM;
    return fault_at(f, full ? FAULT_LIMIT : FAULT_USAGE, &at, NULL, "cannot be %s: %s",
                    text_message(what), text_of_errno(error));
}

/* The next two return 0 or an errno. */
static int write_bytes(int fd, const char *bytes, size_t length) {
    int times = 0;
    while (length) {
        if (limits_over()) return ECANCELED;
        size_t most = (size_t)1 << 30; /* the kernel takes no more than 2 GiB at once */
        ssize_t n = write(fd, bytes, length < most ? length : most);
        if (n < 0 && files_interrupted(&times)) continue;
        if (n < 0) return errno;
        times = 0;
        bytes += n;
        length -= (size_t)n;
    }
    return 0;
}

static int sync_file(int fd) {
    int times = 0;
    while (fsync(fd) < 0) {
        if (files_interrupted(&times)) continue;
        /* Some file systems cannot; then there is nothing to wait for. */
        return errno == EINVAL || errno == ENOTSUP || errno == ENOSYS ? 0 : errno;
    }
    return 0;
}

void files_sync_folder(const char *folder) {
    int fd = files_open(folder, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return; /* a folder that may be written but not read: the rename itself has succeeded */
    sync_file(fd);
    close(fd);
}

char *files_print(const char *format, ...) {
    buf b = BUF_INIT;
    va_list args;
    va_start(args, format);
    buf_vprint(&b, format, args);
    va_end(args);
    return b.text;
}

char *files_folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return files_print(".");
    return slash == path ? files_print("/") : files_print("%.*s", (int)(slash - path), path);
}

/* A name for this machine since it was started: numbers of processes mean nothing on another one.
 */
static const char *machine(void) {
    static char name[17];
    if (!*name) {
        char text[256] = "";
        int fd = files_open("/proc/sys/kernel/random/boot_id", O_RDONLY, 0);
        ssize_t n = fd >= 0 ? read(fd, text, 64) : 0, more;
        if (fd >= 0) close(fd);
        if (n < 0) n = 0;
        more = readlink("/proc/self/ns/pid", text + n, 64); /* containers number by themselves */
        if (more > 0) n += more;
        if (gethostname(text + n, sizeof text - 1 - (size_t)n) != 0) text[n] = 0;
        snprintf(name, sizeof name, "%08llx",
                 (unsigned long long)hash_bytes(text, strlen(text)) & 0xffffffff);
    }
    return name;
}

char *files_part_name(const char *path) {
    static atomic_uint turn;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return files_print("%.*s.%.200s.%ld-%u-%s.part", (int)(name - path), path, name, (long)getpid(),
                       atomic_fetch_add(&turn, 1), machine());
}

int files_is_left(const char *name) {
    long process;
    unsigned turn;
    char of[16];
    int end = 0;
    const char *tail = name + strlen(name), *own = tail;
    for (int dots = 0; own > name && dots < 2;) dots += *--own == '.';
    if (*name != '.' || own <= name ||
        sscanf(own, ".%ld-%u-%15[0-9a-f].part%n", &process, &turn, of, &end) != 3 ||
        own + end != tail || strcmp(of, machine()) != 0 || process <= 0)
        return 0;
    return kill((pid_t)process, 0) < 0 && errno == ESRCH;
}

void files_sweep(const char *folder) {
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        struct stat info;
        char path[PATH_MAX];
        if (!files_is_left(e->d_name) ||
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name) >= (int)sizeof path ||
            lstat(path, &info) < 0)
            continue;
        if (S_ISDIR(info.st_mode))
            files_discard(path);
        else
            unlink(path);
    }
    if (d) closedir(d);
}

char *files_write_part(const char *path, const char *told, mode_t mode, const void *bytes,
                       size_t length, fault *f) {
    char *part = NULL;
    int fd;
    do {
        mem_free(part);
        part = files_part_name(path);
        if (!part) {
            fault_memory(f);
            return NULL;
        }
        fd = files_open(part, O_WRONLY | O_CREAT | O_EXCL, 0666);
    } while (fd < 0 && errno == EEXIST);
    if (fd < 0) {
        files_fault(told, "written", errno, f);
        mem_free(part);
        return NULL;
    }
    int error = mode && fchmod(fd, mode) < 0 ? errno : 0;
    if (!error) error = write_bytes(fd, bytes, length);
    if (!error) error = sync_file(fd);
    if (close(fd) < 0 && !error && errno != EINTR) error = errno;
    if (!error) return part;
    unlink(part);
    mem_free(part);
    files_fault(told, "written", error, f);
    return NULL;
}

static int write_through(const char *path, const void *bytes, size_t length, fault *f) {
    int fd = files_open(path, O_WRONLY | O_NOCTTY, 0);
    if (fd < 0) return files_fault(path, "opened", errno, f);
    int error = write_bytes(fd, bytes, length);
    if (close(fd) < 0 && !error && errno != EINTR) error = errno;
    return error ? files_fault(path, "written", error, f) : 1;
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

void files_remove_folders(const char *folder, size_t made) {
    for (size_t end = strlen(folder); made && end >= made; end = parent_length(folder, end)) {
        char part[PATH_MAX];
        if (beginning_of(folder, end, part)) rmdir(part);
    }
}

int files_make_folders(const char *folder, size_t *made, fault *f) {
    size_t length = strlen(folder);
    *made = 0;
    while (length > 1 && folder[length - 1] == '/') length--;
    for (size_t end = 1; end <= length; end++) {
        if (end < length && (folder[end] != '/' || folder[end - 1] == '/')) continue;
        char *part = files_print("%.*s", (int)end, folder);
        struct stat info;
        int error = !part ? ENOMEM : mkdir(part, 0777) < 0 ? errno : 0;
        if (!error && !*made)
            *made = end;
        else if (error && part && stat(part, &info) == 0)
            error = S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
        if (error) files_fault(part ? part : folder, "made", error, f);
        mem_free(part);
        if (error) {
            files_remove_folders(folder, *made);
            return 0;
        }
    }
    return 1;
}

void files_sync_made(const char *folder, size_t made) {
    for (size_t end = strlen(folder); made && end >= made; end = parent_length(folder, end)) {
        size_t up = parent_length(folder, end);
        char part[PATH_MAX];
        if (beginning_of(folder, up, part))
            files_sync_folder(up ? part : *folder == '/' ? "/" : ".");
    }
}

/* The permissions of a plain file; 0 where there is none. */
static mode_t mode_of(const char *path) {
    struct stat old;
    return lstat(path, &old) == 0 && S_ISREG(old.st_mode) ? old.st_mode & 0777 : 0;
}

/* A second name for an old file, so that it can be put back; NULL where there is none, or where the
 * file system has no second names. */
static char *keep_old(const char *path) {
    struct stat old;
    if (lstat(path, &old) < 0) return NULL;
    char *kept = files_part_name(path);
    if (kept && link(path, kept) == 0) return kept;
    mem_free(kept);
    return NULL;
}

/* Renames the parts; where one cannot be, those before it are undone. */
static int rename_parts(char *const *part, char *const *path, char **old, size_t count, fault *f) {
    size_t n = 0;
    while (n < count && rename(part[n], path[n]) == 0) n++;
    if (n == count) return 1;
    files_fault(path[n], "replaced", errno, f);
    while (n-- > 0) {
        if (!old[n])
            unlink(path[n]);
        else if (rename(old[n], path[n]) == 0) {
            mem_free(old[n]);
            old[n] = NULL;
        }
    }
    return 0;
}

/* Writes all files to temporary ones, then renames these. `path` holds their names, which are in
 * `folder`. */
int files_replace(const char *folder, char *const *path, const file_item *item, size_t count,
                  fault *f) {
    size_t made, written = 0;
    struct stat info;
    if (!files_make_folders(folder, &made, f)) return 0;
    char **part = mem_zero(count + 1, sizeof *part), **old = mem_zero(count + 1, sizeof *old);
    if (!part || !old) fault_memory(f);
    limits_publish();
    if (!made) files_sweep(folder);
    for (; part && old && written < count; written++) {
        /* renaming to a folder would fail when other files are replaced already */
        if (stat(path[written], &info) == 0 && S_ISDIR(info.st_mode)) {
            files_fault(path[written], "written", EISDIR, f);
            break;
        }
        part[written] = files_write_part(path[written], path[written], mode_of(path[written]),
                                         item[written].bytes, item[written].length, f);
        if (!part[written]) break;
    }
    int done = part && old && written == count;
    for (size_t i = 0; done && count > 1 && i < count; i++) old[i] = keep_old(path[i]);
    if (done && limits_over()) done = files_fault(path[0], "replaced", ECANCELED, f);
    if (done) done = rename_parts(part, path, old, count, f);
    for (size_t i = 0; i < written; i++) {
        if (!done) unlink(part[i]);
        if (old[i]) unlink(old[i]);
        mem_free(part[i]);
        mem_free(old[i]);
    }
    mem_free(part);
    mem_free(old);
    if (done) {
        files_sync_folder(folder);
        files_sync_made(folder, made);
    } else {
        files_remove_folders(folder, made);
    }
    limits_published();
    return done;
}

int files_write(const char *path, const void *bytes, size_t length, fault *f) {
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        if (S_ISDIR(info.st_mode)) return files_fault(path, "written", EISDIR, f);
        return write_through(path, bytes, length, f);
    }
    char *folder = files_folder_of(path), *own = files_print("%s", path);
    file_item item = {.bytes = bytes, .length = length};
    int done = folder && own ? files_replace(folder, &own, &item, 1, f) : fault_memory(f);
    mem_free(own);
    mem_free(folder);
    return done;
}

int files_name_allowed(const char *name, fault *f) {
    const unsigned char *s = (const unsigned char *)name;
    int good = *s && *s != '.';
    for (; *s && good; s++) good = *s >= ' ' && *s != '/' && *s != 127;
    return good || fault_set(f, FAULT_USAGE, "'%s' cannot be the name of a file", name);
}

int files_write_all(const char *folder, const file_item *item, size_t count, fault *f) {
    for (size_t i = 0; i < count; i++)
        if (!files_name_allowed(item[i].name, f)) return 0;
    char **path = mem_zero(count + 1, sizeof *path);
    int done = path ? 1 : fault_memory(f);
    for (size_t i = 0; done && i < count; i++)
        if (!(path[i] = files_print("%s/%s", folder, item[i].name))) done = fault_memory(f);
    done = done && files_replace(folder, path, item, count, f);
    for (size_t i = 0; path && i < count; i++) mem_free(path[i]);
    mem_free(path);
    return done;
}
