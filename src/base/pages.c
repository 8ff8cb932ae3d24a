#define _DEFAULT_SOURCE /* mmap's anonymous memory and madvise are no part of POSIX.1-2008 */
#include "base/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LARGE = 1 << 21 };

static size_t rounded(size_t bytes, size_t unit) {
    return bytes > (size_t)-1 - unit ? 0 : (bytes + unit - 1) / unit * unit;
}

void *pages_take(size_t bytes) {
    if (bytes < LARGE) {
        size_t size = rounded(bytes ? bytes : 1, 64);
        void *out = aligned_alloc(64, size);
        if (out)
            memset(out, 0, size);
        return out;
    }
    size_t size = rounded(bytes, 4096);
    if (!size)
        return NULL;
    void *out = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (out == MAP_FAILED)
        return NULL;
    const char *choice = getenv("ASSESS_HUGEPAGE");
    if (!choice || strcmp(choice, "0") != 0)
        (void)madvise(out, size, MADV_HUGEPAGE); /* a wish; ordinary pages do as well */
    return out;
}

void pages_give(void *memory, size_t bytes) {
    if (!memory)
        return;
    if (bytes < LARGE)
        free(memory);
    else
        munmap(memory, rounded(bytes, 4096));
}
