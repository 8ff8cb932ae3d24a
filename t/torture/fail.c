/* Preloaded into the program by t/torture.pm: one call of a kind fails, or all from one on.
 *
 *     FAIL_CALL   memory: malloc and its relatives, of libraries too;
 *                 read, write, open, close, sync, rename (and link), unlink (and rmdir), make
 *                 (folders, and permissions), look (stat, access), list (folders);
 *                 io: all but memory
 *     FAIL_AT     n, from 1
 *     FAIL_ALL    so do all that follow
 *     FAIL_HOW    kill; short: half of the bytes are read or written; the number of an error
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
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY, READ, WRITE, OPEN, CLOSE, SYNC, RENAME, UNLINK, MAKE, LOOK, LIST, KINDS };
static const char *const name[KINDS] = {"memory", "read",   "write", "open", "close", "sync",
                                        "rename", "unlink", "make",  "look", "list"};

static atomic_long count[KINDS], io, live;
static int wanted = -2; /* a kind; KINDS: io; -1: none */
static int all, killing, shortly, error;
static long at;

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
}

/* 0: the call does its work. 1: it fails with errno. 2: it does half of it. */
static int fails(int kind) {
    if (wanted == -2) set_up();
    long own = ++count[kind], any = kind == MEMORY ? 0 : ++io;
    if (wanted != kind && (wanted != KINDS || kind == MEMORY)) return 0;
    long now = wanted == KINDS ? any : own;
    if (all ? now < at : now != at) return 0;
    if (killing) kill(getpid(), SIGKILL);
    if (shortly) return 2;
    errno = error;
    return 1;
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

size_t fread(void *bytes, size_t size, size_t n, FILE *f) {
    REAL(fread);
    FAILS(READ, 0);
    return real(bytes, size, n, f);
}

size_t fwrite(const void *bytes, size_t size, size_t n, FILE *f) {
    REAL(fwrite);
    FAILS(WRITE, 0);
    return real(bytes, size, n, f);
}

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
    REAL(open);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    FAILS(OPEN, -1);
    return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    REAL(open64);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    FAILS(OPEN, -1);
    return real(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode) {
    REAL(fopen);
    FAILS(OPEN, NULL);
    return real(path, mode);
}

FILE *fopen64(const char *path, const char *mode) {
    REAL(fopen64);
    FAILS(OPEN, NULL);
    return real(path, mode);
}

FILE *tmpfile(void) {
    REAL(tmpfile);
    FAILS(OPEN, NULL);
    return real();
}

int mkstemp(char *path) {
    REAL(mkstemp);
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

int rename(const char *from, const char *to) {
    REAL(rename);
    FAILS(RENAME, -1);
    return real(from, to);
}

int renameat2(int d, const char *from, int e, const char *to, unsigned flags) {
    REAL(renameat2);
    FAILS(RENAME, -1);
    return real(d, from, e, to, flags);
}

int link(const char *from, const char *to) {
    REAL(link);
    FAILS(RENAME, -1);
    return real(from, to);
}

int unlink(const char *path) {
    REAL(unlink);
    FAILS(UNLINK, -1);
    return real(path);
}

int rmdir(const char *path) {
    REAL(rmdir);
    FAILS(UNLINK, -1);
    return real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
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

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FAIL_COUNT");
    wanted = -1;
    char text[512];
    int length = snprintf(text, sizeof text, "live %ld\nio %ld\n", (long)live, (long)io);
    for (int i = 0; i < KINDS; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s %ld\n", name[i],
                           (long)count[i]);
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (fd < 0) return;
    if (write(fd, text, (size_t)length) != length) _exit(99);
    close(fd);
}
