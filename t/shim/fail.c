/* Preloaded into the program by tests: the n-th call of one kind that changes files fails, or the
 * process is killed before it.
 *
 *     FAIL_CALL   rename, link, unlink, mkdir, fsync, write, create, chmod; any: all of these
 *     FAIL_AT     n, from 1
 *     FAIL_HOW    kill, or the number of an error
 *     FAIL_COUNT  a file to which the number of such calls is written at the end
 *
 * Writes to standard output and standard error do not count. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long calls;

static int fails(const char *call) {
    const char *wanted = getenv("FAIL_CALL"), *at = getenv("FAIL_AT"), *how = getenv("FAIL_HOW");
    if (!wanted || (strcmp(wanted, call) && strcmp(wanted, "any"))) return 0;
    calls++;
    if (!at || calls != atol(at)) return 0;
    if (!strcmp(how, "kill")) kill(getpid(), SIGKILL);
    errno = atoi(how);
    return 1;
}

#define REAL(name)                                                                                 \
    static __typeof__(&name) real;                                                                 \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

int rename(const char *from, const char *to) {
    REAL(rename);
    return fails("rename") ? -1 : real(from, to);
}

int renameat2(int d, const char *from, int e, const char *to, unsigned flags) {
    REAL(renameat2);
    if (getenv("FAIL_EXCHANGE")) { /* a file system that cannot */
        errno = EINVAL;
        return -1;
    }
    return fails("rename") ? -1 : real(d, from, e, to, flags);
}

int link(const char *from, const char *to) {
    REAL(link);
    return fails("link") ? -1 : real(from, to);
}

int unlink(const char *path) {
    REAL(unlink);
    return fails("unlink") ? -1 : real(path);
}

int rmdir(const char *path) {
    REAL(rmdir);
    return fails("unlink") ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(mkdir);
    return fails("mkdir") ? -1 : real(path, mode);
}

int fsync(int fd) {
    REAL(fsync);
    return fails("fsync") ? -1 : real(fd);
}

int fchmod(int fd, mode_t mode) {
    REAL(fchmod);
    return fails("chmod") ? -1 : real(fd, mode);
}

int chmod(const char *path, mode_t mode) {
    REAL(chmod);
    return fails("chmod") ? -1 : real(path, mode);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write);
    return fd > 2 && fails("write") ? -1 : real(fd, bytes, length);
}

int open(const char *path, int flags, ...) {
    REAL(open);
    mode_t mode = 0;
    if (flags & O_CREAT) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
        if (fails("create")) return -1;
    }
    return real(path, flags, mode);
}

__attribute__((destructor)) static void tell(void) {
    const char *to = getenv("FAIL_COUNT");
    FILE *f = to ? fopen(to, "w") : NULL;
    if (f) fprintf(f, "%ld\n", calls);
    if (f) fclose(f);
}
