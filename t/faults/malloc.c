/* Fails one allocation of a program, or all from one on: LD_PRELOAD it with FAIL_AT=n. FAIL_ALL
 * makes the following ones fail as well. FAIL_COUNT names a file to which the number of allocations
 * is written at the end. It goes before malloc of the C library, so that what libraries take for
 * themselves counts, too. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t bytes);
void *__libc_memalign(size_t line, size_t bytes);

static atomic_long count;
static long at = -1;
static int all;

/* getenv takes no memory. */
static int fails(void) {
    if (at < 0) {
        const char *text = getenv("FAIL_AT");
        all = getenv("FAIL_ALL") != NULL;
        at = text ? atol(text) : 0;
    }
    long now = ++count;
    if (!at || (all ? now < at : now != at)) return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t bytes) { return fails() ? NULL : __libc_malloc(bytes); }

void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }

void *realloc(void *p, size_t bytes) { return fails() ? NULL : __libc_realloc(p, bytes); }

int posix_memalign(void **out, size_t line, size_t bytes) {
    void *p = fails() ? NULL : __libc_memalign(line, bytes);
    if (!p) return ENOMEM;
    *out = p;
    return 0;
}

void *aligned_alloc(size_t line, size_t bytes) {
    return fails() ? NULL : __libc_memalign(line, bytes);
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("FAIL_COUNT");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", (long)count);
    if (fd >= 0) {
        if (write(fd, text, (size_t)length) != length) _exit(99);
        close(fd);
    }
}
