/* Preloaded into the program by t/torture.pm: one call of a kind fails, or all from one on.
 *
 *     FAIL_CALL   memory: malloc and its relatives, of libraries too;
 *                 read, write, open, close, sync, rename (and link), unlink (and rmdir), make
 *                 (folders, and permissions), look (stat, access), list (folders);
 *                 library: dlopen, for want of memory;
 *                 io: all but memory and libraries
 *     FAIL_AT     n, from 1
 *     FAIL_ALL    so do all that follow
 *     FAIL_HOW    kill; short: half of the bytes are read or written; the number of an error
 *     FAIL_SERVE  a folder with `out`, `err` and `end` (its status, and the pieces of memory) of a
 *                 run in which nothing fails: see "many failures of one run" below; FAIL_AT is
 *                 the first n then, and FAIL_STEP how far the next one is
 *     FAIL_PLACES a file of the places in the program where calls of this kind have failed, by
 *                 whatever run: only a call from another place fails, and it is added
 *     FAIL_COUNT  a file to which the calls of each kind are written at the end, and how many
 *                 pieces of memory the program did not give back, nor the libraries that take
 * theirs from it; other libraries leak where they are refused memory
 *
 * It stands before the C library, so that what libraries do counts as well, except for what the C
 * library does within itself; a limit of the size of files reaches that (RLIMIT_FSIZE). */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

enum { MEMORY, READ, WRITE, OPEN, CLOSE, SYNC, RENAME, UNLINK, MAKE, LOOK, LIST, LIBRARY, KINDS };
static const char *const name[KINDS] = {"memory", "read",   "write", "open", "close", "sync",
                                        "rename", "unlink", "make",  "look", "list",  "library"};
static int is_memory(int kind) { return kind == MEMORY || kind == LIBRARY; }

static atomic_long count[KINDS], io, live;
static int wanted = -2; /* a kind; KINDS: io; -1: none */
static int all, killing, shortly, error;
static long at;

/* For many failures of one run. */
static int serving; /* 1: yes; 0: no, or not any more */
static long step, first_dirty;
static int alone; /* a child, which has none of the threads */
static int serve(int kind, long n);
static void serve_from(void);

/* For one failure at each place. */
static atomic_uint *places; /* NULL: at all calls */
static atomic_long placed;
static void open_places(const char *path);
static int is_new_place(int kind);
static void tell_place(long n);

/* getenv takes no memory. */
static void set_up(void) {
    const char *call = getenv("FAIL_CALL"), *n = getenv("FAIL_AT"), *how = getenv("FAIL_HOW");
    int kind = -1;
    for (int i = 0; call && i < KINDS; i++)
        if (!strcmp(call, name[i])) kind = i;
    if (call && !strcmp(call, "io")) kind = KINDS;
    at = n ? atol(n) : 0;
    all = getenv("FAIL_ALL") != NULL;
    killing = how && !strcmp(how, "kill");
    shortly = how && !strcmp(how, "short");
    error = how ? atoi(how) : 0;
    wanted = at ? kind : -1;
    if (at && getenv("FAIL_PLACES")) open_places(getenv("FAIL_PLACES"));
    if (at && getenv("FAIL_SERVE")) serve_from();
}

/* 0: the call does its work. 1: it fails with errno. 2: it does half of it. */
static int fails(int kind) {
    if (wanted == -2) set_up();
    long own = ++count[kind], any = is_memory(kind) ? 0 : ++io;
    if (wanted != kind && (wanted != KINDS || is_memory(kind))) return 0;
    long now = wanted == KINDS ? any : own;
    if (serving && !serve(kind, now)) return 0;
    if (places && !alone) {
        if (step || (placed ? !all : now < at || !is_new_place(kind))) return 0;
        if (!placed++) tell_place(at = now);
    }
    if (all ? now < at : now != at) return 0;
    if (killing) kill(getpid(), SIGKILL);
    if (shortly) return 2;
    errno = error;
    return 1;
}

/* ---- places ----
 *
 * A place is what called the functions that stand before the C library, and what called that, DEEP
 * times, as far as these belong to the program; what lies between in libraries is passed over. */

enum { PLACES = 1 << 20, DEEP = 10 };

static void open_places(const char *path) {
    int fd = (int)syscall(SYS_open, path, O_RDWR | O_CREAT, 0666);
    size_t size = PLACES * sizeof *places;
    if (fd < 0 || syscall(SYS_ftruncate, fd, size)) _exit(98);
    places = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (places == MAP_FAILED) _exit(98);
    syscall(SYS_close, fd);
}

/* ---- memory ---- */

static struct { uintptr_t from, to; } ours[4];
static int owners;

static int note_owner(struct dl_phdr_info *info, size_t size, void *data) {
    static const char *const lent[] = {"liblua", "libpcre2", "libjansson"};
    int own = !*info->dlpi_name;
    (void)size;
    (void)data;
    for (int i = 0; i < 3; i++) own |= strstr(info->dlpi_name, lent[i]) != NULL;
    for (int i = 0; own && owners < 4 && i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        if (p->p_type != PT_LOAD || !(p->p_flags & PF_X)) continue;
        ours[owners].from = info->dlpi_addr + p->p_vaddr;
        ours[owners].to = ours[owners].from + p->p_memsz;
        owners++;
    }
    return 0;
}

__attribute__((constructor)) static void note_owners(void) { dl_iterate_phdr(note_owner, NULL); }

static int is_ours(const void *caller) {
    for (int i = 0; i < owners; i++)
        if ((uintptr_t)caller >= ours[i].from && (uintptr_t)caller < ours[i].to) return 1;
    return 0;
}
#define OURS is_ours(__builtin_return_address(0))

/* Which call it was is told at once: the process may not come to its end. */
static void tell_place(long n) {
    const char *path = getenv("FAIL_COUNT");
    char text[32];
    int length = snprintf(text, sizeof text, "at %ld\n", n);
    int fd = path ? (int)syscall(SYS_open, path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (fd < 0) return;
    if (syscall(SYS_write, fd, text, length) != length) _exit(99);
    syscall(SYS_close, fd);
}

typedef struct way {
    uint32_t sum;
    int deep;
} way;

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *at, void *data) {
    way *w = data;
    uintptr_t from = _Unwind_GetIP(at);
    if (from < ours[0].from || from >= ours[0].to) return _URC_NO_REASON;
    w->sum = (w->sum ^ (uint32_t)(from - ours[0].from)) * 2654435761u;
    w->sum ^= w->sum >> 15;
    return ++w->deep < DEEP ? _URC_NO_REASON : _URC_NORMAL_STOP;
}

static int is_new_place(int kind) {
    way w = {(uint32_t)(kind + 1 + KINDS * error + 1000 * all + 2000 * shortly), 0};
    _Unwind_Backtrace(add_frame, &w);
    uint32_t sum = w.sum + !w.sum;
    for (size_t i = sum % PLACES;; i = (i + 1) % PLACES) {
        unsigned is = places[i];
        if (is == sum) return 0;
        if (is) continue;
        if (atomic_compare_exchange_strong(&places[i], &is, sum)) return 1;
        if (is == sum) return 0;
    }
}

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t bytes);
void *__libc_memalign(size_t line, size_t bytes);
void __libc_free(void *p);

/* The pieces of ours that are not given back: a table with linear probing. */
enum { ROOM = 1 << 17 };
static uintptr_t piece[ROOM];
static atomic_flag busy = ATOMIC_FLAG_INIT;

static size_t home_of(uintptr_t p) { return (p >> 4) * 2654435761u % ROOM; }

static void remember(uintptr_t p) {
    while (atomic_flag_test_and_set(&busy))
        ;
    size_t i = home_of(p);
    while (piece[i]) i = (i + 1) % ROOM;
    if (live < ROOM - 1) { /* one place stays empty */
        piece[i] = p;
        live++;
    }
    atomic_flag_clear(&busy);
}

static void forget(uintptr_t p) {
    while (atomic_flag_test_and_set(&busy))
        ;
    size_t i = home_of(p);
    while (piece[i] && piece[i] != p) i = (i + 1) % ROOM;
    if (piece[i]) {
        live--;
        for (size_t next = (i + 1) % ROOM; piece[next]; next = (next + 1) % ROOM) {
            size_t home = home_of(piece[next]);
            if ((next - home) % ROOM < (next - i) % ROOM) continue;
            piece[i] = piece[next];
            i = next;
        }
        piece[i] = 0;
    }
    atomic_flag_clear(&busy);
}

static void *given(void *p, int own) {
    if (p && own) remember((uintptr_t)p);
    return p;
}

void *malloc(size_t bytes) { return fails(MEMORY) ? NULL : given(__libc_malloc(bytes), OURS); }

void *calloc(size_t n, size_t size) {
    return fails(MEMORY) ? NULL : given(__libc_calloc(n, size), OURS);
}

void *realloc(void *p, size_t bytes) {
    if (fails(MEMORY)) return NULL;
    int own = OURS;
    if (p) forget((uintptr_t)p); /* before another thread may have it */
    void *next = __libc_realloc(p, bytes);
    return next || !p || !bytes ? given(next, own) : given(p, own);
}

int posix_memalign(void **out, size_t line, size_t bytes) {
    void *p = fails(MEMORY) ? NULL : given(__libc_memalign(line, bytes), OURS);
    if (!p) return ENOMEM;
    *out = p;
    return 0;
}

void *aligned_alloc(size_t line, size_t bytes) {
    return fails(MEMORY) ? NULL : given(__libc_memalign(line, bytes), OURS);
}

void free(void *p) {
    if (p) forget((uintptr_t)p);
    __libc_free(p);
}

/* ---- files ---- */

#define REAL(name)                                                                                 \
    static __typeof__(&name) real;                                                                 \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

/* From here on there are files that a failure may leave behind or change. */
#define DIRTIES                                                                                    \
    do {                                                                                           \
        if (serving) serving = 0, first_dirty = count[wanted < KINDS ? wanted : READ] + 1;         \
    } while (0)

#define FAILS(kind, returns)                                                                       \
    do {                                                                                           \
        if (fails(kind) == 1) return returns;                                                      \
    } while (0)

ssize_t read(int fd, void *bytes, size_t length) {
    REAL(read);
    int how = fails(READ);
    return how == 1 ? -1 : real(fd, bytes, how == 2 && length > 1 ? length / 2 : length);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    int how = fails(WRITE);
    return how == 1 ? -1 : real(fd, bytes, how == 2 && length > 1 ? length / 2 : length);
}

ssize_t pread(int fd, void *bytes, size_t length, off_t from) {
    REAL(pread);
    int how = fails(READ);
    return how == 1 ? -1 : real(fd, bytes, how == 2 && length > 1 ? length / 2 : length, from);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t to) {
    REAL(pwrite);
    int how = fails(WRITE);
    return how == 1 ? -1 : real(fd, bytes, how == 2 && length > 1 ? length / 2 : length, to);
}

ssize_t pread64(int fd, void *bytes, size_t length, off64_t from) {
    REAL(pread64);
    int how = fails(READ);
    return how == 1 ? -1 : real(fd, bytes, how == 2 && length > 1 ? length / 2 : length, from);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t to) {
    REAL(pwrite64);
    int how = fails(WRITE);
    return how == 1 ? -1 : real(fd, bytes, how == 2 && length > 1 ? length / 2 : length, to);
}

int ftruncate(int fd, off_t length) {
    REAL(ftruncate);
    if (fails(WRITE)) return -1;
    return real(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    REAL(ftruncate64);
    if (fails(WRITE)) return -1;
    return real(fd, length);
}

/* A stream that has functions of its own calls read and write, which fail by themselves. */
static int has_file(FILE *f) {
    int was = errno, file = fileno(f);
    errno = was;
    return file >= 0;
}

/* The C library notes that a stream failed. */
static size_t spoil(FILE *f) {
    enum { ERR_SEEN = 0x20 };
    f->_flags |= ERR_SEEN;
    return 0;
}

size_t fread(void *bytes, size_t size, size_t n, FILE *f) {
    REAL(fread);
    if (has_file(f)) FAILS(READ, spoil(f));
    return real(bytes, size, n, f);
}

size_t fwrite(const void *bytes, size_t size, size_t n, FILE *f) {
    REAL(fwrite);
    if (has_file(f)) FAILS(WRITE, spoil(f));
    return real(bytes, size, n, f);
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    REAL(open);
    if (flags & (O_CREAT | O_WRONLY | O_RDWR)) DIRTIES;
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    FAILS(OPEN, -1);
    return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    REAL(open64);
    if (flags & (O_CREAT | O_WRONLY | O_RDWR)) DIRTIES;
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    FAILS(OPEN, -1);
    return real(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode) {
    REAL(fopen);
    if (*mode != 'r') DIRTIES;
    FAILS(OPEN, NULL);
    return real(path, mode);
}

FILE *fopen64(const char *path, const char *mode) {
    REAL(fopen64);
    if (*mode != 'r') DIRTIES;
    FAILS(OPEN, NULL);
    return real(path, mode);
}

FILE *tmpfile(void) {
    REAL(tmpfile);
    DIRTIES;
    FAILS(OPEN, NULL);
    return real();
}

int mkstemp(char *path) {
    REAL(mkstemp);
    DIRTIES;
    FAILS(OPEN, -1);
    return real(path);
}

/* The file is closed all the same, as Linux does it. */
int close(int fd) {
    REAL(close);
    int how = fails(CLOSE), kept = errno, done = real(fd);
    if (how != 1) return done;
    errno = kept;
    return -1;
}

int fclose(FILE *f) {
    REAL(fclose);
    int how = fails(CLOSE), kept = errno, done = real(f);
    if (how != 1) return done;
    errno = kept;
    return EOF;
}

int fsync(int fd) {
    REAL(fsync);
    FAILS(SYNC, -1);
    return real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync);
    FAILS(SYNC, -1);
    return real(fd);
}

int rename(const char *from, const char *to) {
    REAL(rename);
    DIRTIES;
    FAILS(RENAME, -1);
    return real(from, to);
}

int renameat2(int d, const char *from, int e, const char *to, unsigned flags) {
    REAL(renameat2);
    DIRTIES;
    FAILS(RENAME, -1);
    return real(d, from, e, to, flags);
}

int link(const char *from, const char *to) {
    REAL(link);
    DIRTIES;
    FAILS(RENAME, -1);
    return real(from, to);
}

int unlink(const char *path) {
    REAL(unlink);
    DIRTIES;
    FAILS(UNLINK, -1);
    return real(path);
}

int rmdir(const char *path) {
    REAL(rmdir);
    DIRTIES;
    FAILS(UNLINK, -1);
    return real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    DIRTIES;
    FAILS(MAKE, -1);
    return real(path, mode);
}

int fchmod(int fd, mode_t mode) {
    REAL(fchmod);
    FAILS(MAKE, -1);
    return real(fd, mode);
}

int chmod(const char *path, mode_t mode) {
    REAL(chmod);
    DIRTIES;
    FAILS(MAKE, -1);
    return real(path, mode);
}

int stat(const char *path, struct stat *info) {
    REAL(stat);
    FAILS(LOOK, -1);
    return real(path, info);
}

int lstat(const char *path, struct stat *info) {
    REAL(lstat);
    FAILS(LOOK, -1);
    return real(path, info);
}

int fstat(int fd, struct stat *info) {
    REAL(fstat);
    FAILS(LOOK, -1);
    return real(fd, info);
}

int access(const char *path, int mode) {
    REAL(access);
    FAILS(LOOK, -1);
    return real(path, mode);
}

DIR *opendir(const char *path) {
    REAL(opendir);
    FAILS(LIST, NULL);
    return real(path);
}

struct dirent *readdir(DIR *d) {
    REAL(readdir);
    FAILS(LIST, NULL);
    return real(d);
}

ssize_t getdents64(int fd, void *room, size_t length) {
    REAL(getdents64);
    FAILS(LIST, -1);
    return real(fd, room, length);
}

/* ---- libraries ---- */

void *dlopen(const char *path, int flags) {
    REAL(dlopen);
    FAILS(LIBRARY, NULL);
    return real(path, flags);
}

/* ---- the clock ---- */

time_t time(time_t *out) {
    const time_t then = 1800000000;
    if (out) *out = then;
    return then;
}

/* It goes on by a microsecond each time it is looked at. */
int clock_gettime(clockid_t which, struct timespec *out) {
    static atomic_long looks;
    (void)which;
    long at_us = ++looks;
    *out = (struct timespec){1800000000 + at_us / 1000000, at_us % 1000000 * 1000};
    return 0;
}

/* ---- many failures of one run ----
 *
 * At each call that is to fail the process forks: it fails in the child, and the parent waits, puts
 * back where it is in the files that it reads, and goes on without a failure to the next one. So a
 * failure costs what comes behind it rather than a whole run. What the child printed goes to files
 * of its own. It is right if it ends with status 5 (or 2 to 5 for other calls than memory), one
 * message and nothing else, or as the run in which nothing fails; it left no memory; and nothing
 * changed in the folder of the run. Anything else is suspect, and tried alone by who started this.
 * All ends with the first file that the run itself makes, whose content a child would share. */

enum { SUSPECTS = 4000, OFFSETS = 64, PRINTED = 1 << 22 };

static long *told_live; /* by the child */
static char serve_home[400], *right_out, *right_err;
static size_t right_out_length, right_err_length;
static long right_status, right_live, tried, suspect[SUSPECTS], suspects;
static uint64_t home_before;

static char *slurp_file(const char *folder, const char *name, size_t *length) {
    char path[500];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = (int)syscall(SYS_open, path, O_RDONLY);
    char *text = mmap(NULL, PRINTED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ssize_t n = fd < 0 ? -1 : syscall(SYS_read, fd, text, PRINTED - 1);
    if (n < 0 || text == MAP_FAILED) _exit(98);
    syscall(SYS_close, fd);
    *length = (size_t)n;
    return text;
}

/* What is in a folder: names, nodes, sizes and times. */
static uint64_t look_at(int folder, int top) {
    struct { /* as the system gives them */
        uint64_t node;
        int64_t next;
        unsigned short length;
        unsigned char type;
        char name[];
    } * entry;
    uint64_t sum = 1;
    _Alignas(8) char room[4096];
    long n;
    while ((n = syscall(SYS_getdents64, folder, room, sizeof room)) > 0) {
        for (long i = 0; i < n; i += entry->length) {
            struct stat info;
            entry = (void *)(room + i);
            const char *is = entry->name;
            if (!strcmp(is, ".") || !strcmp(is, "..")) continue;
            if (top && (!strcmp(is, "out") || !strcmp(is, "err") || !strcmp(is, "count"))) continue;
            if (syscall(SYS_newfstatat, folder, is, &info, AT_SYMLINK_NOFOLLOW)) continue;
            uint64_t own = info.st_ino * 31 + (S_ISDIR(info.st_mode) ? 0 : (uint64_t)info.st_size);
            for (; *is; is++) own = own * 131 + (unsigned char)*is;
            sum += own * own;
            int below = S_ISDIR(info.st_mode)
                            ? (int)syscall(SYS_openat, folder, entry->name, O_RDONLY | O_DIRECTORY)
                            : -1;
            if (below < 0) {
                sum += (uint64_t)info.st_mtim.tv_nsec * 7;
                continue;
            }
            sum += look_at(below, 0) * 13;
            syscall(SYS_close, below);
        }
    }
    return sum;
}

static uint64_t look_home(void) {
    int fd = (int)syscall(SYS_open, serve_home, O_RDONLY | O_DIRECTORY);
    uint64_t sum = fd < 0 ? 0 : look_at(fd, 1);
    syscall(SYS_close, fd);
    return sum;
}

static void serve_from(void) {
    const char *folder = getenv("FAIL_SERVE"), *counts = getenv("FAIL_COUNT");
    size_t n;
    char *end = slurp_file(folder, "end", &n);
    sscanf(end, "%ld %ld", &right_status, &right_live);
    right_out = slurp_file(folder, "out", &right_out_length);
    right_err = slurp_file(folder, "err", &right_err_length);
    snprintf(serve_home, sizeof serve_home, "%s", counts ? counts : "");
    char *last = strrchr(serve_home, '/');
    if (last) *last = 0;
    step = getenv("FAIL_STEP") ? atol(getenv("FAIL_STEP")) : 1;
    told_live = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    home_before = look_home();
    serving = told_live != MAP_FAILED;
}

/* One message: a line with ": ", and others that are indented. */
static int is_message(const char *text, size_t n) {
    const char *line = text, *end = text + n;
    for (int lines = 0; line < end; lines++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop) return 0;
        int inner = stop - line > 4 && !memcmp(line, "    ", 4);
        if (lines ? !inner : *line == ' ' || !memmem(line, (size_t)(stop - line), ": ", 2))
            return 0;
        line = stop + 1;
    }
    return n > 0;
}

/* A file in memory that begins with what was printed so far. */
static int printed_so_far(int fd, off_t *length) {
    int own = memfd_create("printed", 0);
    static char room[65536];
    ssize_t n;
    for (*length = 0; (n = syscall(SYS_pread64, fd, room, sizeof room, *length)) > 0; *length += n)
        if (syscall(SYS_write, own, room, n) != n) return -1;
    return own;
}

static int has_printed(int fd, const char *text, size_t length) {
    struct stat info;
    if (syscall(SYS_fstat, fd, &info) || (size_t)info.st_size != length) return 0;
    const char *is = length ? mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0) : "";
    int same = is != MAP_FAILED && !memcmp(is, text, length);
    if (length) munmap((void *)is, length);
    return same;
}

static int is_right(int status, int out, int err) {
    static char message[4096];
    if (!WIFEXITED(status) || look_home() != home_before) return 0;
    if (*told_live > right_live) return 0;
    status = WEXITSTATUS(status);
    if (status == right_status && has_printed(out, right_out, right_out_length) &&
        has_printed(err, right_err, right_err_length))
        return 1;
    if (status == right_status) return 0;
    if (status != 5 && (is_memory(wanted) || status < 2 || status > 5)) return 0;
    ssize_t n = syscall(SYS_pread64, err, message, sizeof message, 0);
    return has_printed(out, "", 0) && n > 0 && (size_t)n < sizeof message &&
           is_message(message, (size_t)n);
}

static void put_fd(int from, int to, off_t at) {
    syscall(SYS_dup2, from, to);
    syscall(SYS_close, from);
    syscall(SYS_lseek, to, at, SEEK_SET);
}

/* In the child: 1, the call fails now; in the parent 0. */
static int serve(int kind, long n) {
    static atomic_flag within = ATOMIC_FLAG_INIT;
    off_t offset[OFFSETS], out_length, err_length;
    if (n < at || (n - at) % step || (places && !is_new_place(kind))) return 0;
    if (atomic_flag_test_and_set(&within)) return 0;
    int out = printed_so_far(1, &out_length), err = printed_so_far(2, &err_length), status = 0;
    for (int i = 0; i < OFFSETS; i++) offset[i] = syscall(SYS_lseek, i, 0, SEEK_CUR);
    *told_live = -1;
    pid_t child = fork();
    if (child == 0) {
        put_fd(out, 1, out_length);
        put_fd(err, 2, err_length);
        struct itimerval often = {.it_value.tv_sec = 20};
        setitimer(ITIMER_REAL, &often, NULL);
        serving = 0;
        alone = 1;
        at = n;
        return 1;
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    for (int i = 0; i < OFFSETS; i++)
        if (offset[i] >= 0) syscall(SYS_lseek, i, offset[i], SEEK_SET);
    tried++;
    int right = child > 0 && is_right(status, out, err);
    syscall(SYS_close, out);
    syscall(SYS_close, err);
    if (!right && suspects < SUSPECTS) suspect[suspects++] = n;
    if (suspects == SUSPECTS || look_home() != home_before) {
        serving = 0; /* what it wrote is there */
        first_dirty = n + 1;
    }
    atomic_flag_clear(&within);
    return 0;
}

/* Nobody waits in a child, and no other thread is there that could end. */
int pthread_cond_destroy(pthread_cond_t *cond) {
    REAL(pthread_cond_destroy);
    return alone ? 0 : real(cond);
}

/* A mutex that the parent holds at a fork knows its thread. */
int pthread_mutex_lock(pthread_mutex_t *mutex) {
    REAL(pthread_mutex_lock);
    return alone ? 0 : real(mutex);
}

int pthread_mutex_unlock(pthread_mutex_t *mutex) {
    REAL(pthread_mutex_unlock);
    return alone ? 0 : real(mutex);
}

int pthread_join(pthread_t thread, void **out) {
    REAL(pthread_join);
    if (!alone) return real(thread, out);
    if (out) *out = NULL;
    return 0;
}

static void tell_suspects(int fd) {
    char line[60];
    for (long i = -2; i < suspects; i++) {
        int n = i == -2   ? snprintf(line, sizeof line, "tried %ld\n", tried)
                : i == -1 ? snprintf(line, sizeof line, "dirty %ld\n", first_dirty)
                          : snprintf(line, sizeof line, "suspect%ld %ld\n", i, suspect[i]);
        if (write(fd, line, (size_t)n) != n) _exit(99);
    }
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FAIL_COUNT");
    int parent = step > 0 && serving | (first_dirty > 0);
    wanted = -1;
    serving = 0;
    char text[512];
    if (step && !parent) { /* a child */
        *told_live = live;
        return;
    }
    int length = snprintf(text, sizeof text, "live %ld\nio %ld\nplaced %ld\nat %ld\n", (long)live,
                          (long)io, (long)placed, at);
    for (int i = 0; i < KINDS; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s %ld\n", name[i],
                           (long)count[i]);
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (fd < 0) return;
    if (write(fd, text, (size_t)length) != length) _exit(99);
    if (step) tell_suspects(fd);
    close(fd);
}
