/* MAP_ANONYMOUS and madvise are older than POSIX.1-2008's mmap, and not part of it. */
#define _DEFAULT_SOURCE 1

#include "base/big_alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "base/mem.h"

/* Below SMALL malloc is quicker; from HUGE on huge pages are worth asking for. */
enum { LINE = 64, SMALL = 128 * 1024, HUGE = 4 * 1024 * 1024 };

static int huge_wanted(void) {
    const char *s = getenv("ASSESS_HUGEPAGE");
    return !s || strcmp(s, "0") != 0;
}

void *big_alloc_take(size_t bytes) {
    void *p = big_alloc_room(bytes);
    if (p && bytes < SMALL) memset(p, 0, bytes);
    return p;
}

void *big_alloc_room(size_t bytes) {
    if (bytes < SMALL) return mem_line(LINE, bytes);
    if (!limits_take(bytes)) return NULL;
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED) {
        limits_give(bytes);
        limits_lack();
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    if (bytes >= HUGE && huge_wanted())
        madvise(p, bytes, MADV_HUGEPAGE); /* advice: whether it is taken changes no result */
#endif
    return p;
}

void big_alloc_give(void *p, size_t bytes) {
    if (!p) return;
    if (bytes < SMALL) {
        mem_free(p);
    } else {
        munmap(p, bytes);
        limits_give(bytes);
    }
}
