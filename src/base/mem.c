/* malloc_usable_size is no part of POSIX; MAP_ANONYMOUS and madvise are older than its mmap. */
#define _DEFAULT_SOURCE 1

#include "base/mem.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"

/* A piece counts with its usable size, so that its size need not be stored for mem_free. The bytes
 * wished for are counted before, since the limit must hold before the memory is allocated. */
static void *counted(void *p, size_t wished, size_t before) {
    if (!p) {
        limits_give(wished);
        limits_lack();
        return NULL;
    }
    size_t now = malloc_usable_size(p), had = before + wished;
    if (now > had)
        limits_add(now - had);
    else
        limits_give(had - now);
    return p;
}

void *mem_take(size_t bytes) {
    size_t wish = bytes ? bytes : 1;
    return limits_take(wish) ? counted(malloc(wish), wish, 0) : NULL;
}

void *mem_zero(size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) {
        limits_lack();
        return NULL;
    }
    size_t wish = count && size ? count * size : 1;
    return limits_take(wish) ? counted(calloc(1, wish), wish, 0) : NULL;
}

void *mem_grow(void *p, size_t bytes) {
    size_t wish = bytes ? bytes : 1, before = p ? malloc_usable_size(p) : 0;
    size_t more = wish > before ? wish - before : 0;
    return limits_take(more) ? counted(realloc(p, wish), more, before) : NULL;
}

void *mem_line(size_t line, size_t bytes) {
    void *p = NULL;
    size_t wish = bytes ? bytes : 1;
    if (!limits_take(wish)) return NULL;
    return counted(posix_memalign(&p, line, wish) ? NULL : p, wish, 0);
}

void mem_free(void *p) {
    if (p) limits_give(malloc_usable_size(p));
    free(p);
}

/* The pointer is copied as bytes, since its type is the caller's. */
int mem_reserve(void *array, size_t size, size_t need, size_t *cap) {
    enum { FIRST = 16 };
    void *old, *grown;
    size_t more = *cap > SIZE_MAX / 2 ? need : 2 * *cap;
    if (more < FIRST) more = FIRST;
    if (more < need) more = need;
    if (more > SIZE_MAX / size) {
        limits_lack();
        return 0;
    }
    memcpy(&old, array, sizeof old);
    grown = mem_grow(old, more * size);
    if (!grown) return 0;
    memcpy(array, &grown, sizeof grown);
    *cap = more;
    return 1;
}

/* ---- large pieces ---- */

/* Below SMALL malloc is quicker; from HUGE on huge pages are worth asking for. */
enum { LINE = 64, SMALL = 128 * 1024, HUGE = 4 * 1024 * 1024 };

static int huge_wanted(void) {
    const char *s = getenv("ASSESS_HUGEPAGE");
    return !s || strcmp(s, "0") != 0;
}

/* The heap begins where a huge page does, and is made large enough for it at once. malloc has
 * written to its first bytes before they can be advised: they move to a new mapping in the same
 * place. It sets its own thresholds no more once one is set by hand: they stand where a long run
 * comes to. */
void mem_begin(void) {
#if defined MADV_HUGEPAGE && defined M_TOP_PAD && !defined __SANITIZE_ADDRESS__ &&                 \
    !defined __SANITIZE_THREAD__
    enum { PAGE = 2 << 20, USED = 4096, MAPPED = 16 << 20 };
    char used[USED];
    if (!huge_wanted()) return;
    char *end = sbrk(0);
    size_t skip = -(uintptr_t)end % PAGE;
    if (end == (char *)-1 || sbrk((intptr_t)skip) != end) return;
    char *page = end + skip;
    mallopt(M_TOP_PAD, PAGE);
    mallopt(M_MMAP_THRESHOLD, MAPPED);
    mallopt(M_TRIM_THRESHOLD, 2 * MAPPED);
    char *first = malloc(1);
    mallopt(M_TOP_PAD, 128 << 10);
    if (first >= page && first < page + USED / 2 && (char *)sbrk(0) >= page + PAGE) {
        memcpy(used, page, USED);
        if (mmap(page, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                 0) == page) {
            madvise(page, PAGE, MADV_HUGEPAGE);
            memcpy(page, used, USED);
        }
    }
    free(first);
#endif
}

void mem_huge(void *p, size_t bytes) {
#ifdef MADV_HUGEPAGE
    enum { PAGE = 4096 };
    size_t skip = -(uintptr_t)p % PAGE;
    if (bytes >= HUGE && huge_wanted()) madvise((char *)p + skip, bytes - skip, MADV_HUGEPAGE);
#else
    (void)p;
    (void)bytes;
#endif
}

/* The piece given back last, while somebody keeps pieces: the system fills a new one with zeros,
 * which takes as long as to compute what is written into it. */
static struct {
    atomic_int keepers;
    atomic_flag busy;
    void *piece;
    size_t bytes;
} kept = {.busy = ATOMIC_FLAG_INIT};

/* Puts a piece in the place of the one that is kept. Returns that one if it has `want` bytes; else
 * it goes to the system, so that no more memory is held than without it. */
static void *exchange_kept(void *piece, size_t bytes, size_t want) {
    while (atomic_flag_test_and_set_explicit(&kept.busy, memory_order_acquire)) continue;
    void *old = kept.piece;
    size_t had = kept.bytes;
    kept.piece = piece;
    kept.bytes = bytes;
    atomic_flag_clear_explicit(&kept.busy, memory_order_release);
    if (old && had == want) return old;
    if (old) munmap(old, had);
    return NULL;
}

void big_alloc_keep(void) {
#ifndef __SANITIZE_ADDRESS__ /* which shall see what is used after it was given back */
    atomic_fetch_add(&kept.keepers, 1);
#endif
}

void big_alloc_keep_end(void) {
#ifndef __SANITIZE_ADDRESS__
    atomic_fetch_sub(&kept.keepers, 1);
    exchange_kept(NULL, 0, 0);
#endif
}

/* From the system, which fills it with zeros. */
static void *map_piece(size_t bytes) {
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    if (p == MAP_FAILED) {
        limits_give(bytes);
        limits_lack();
        return NULL;
    }
    mem_huge(p, bytes);
    return p;
}

void *big_alloc_take(size_t bytes) {
    if (bytes < SMALL) {
        void *p = mem_line(LINE, bytes);
        if (p) memset(p, 0, bytes);
        return p;
    }
    if (!limits_take(bytes)) return NULL;
    if (atomic_load(&kept.keepers)) exchange_kept(NULL, 0, 0);
    return map_piece(bytes);
}

void *big_alloc_room(size_t bytes) {
    if (bytes < SMALL) return mem_line(LINE, bytes);
    if (!limits_take(bytes)) return NULL;
    void *again = atomic_load(&kept.keepers) ? exchange_kept(NULL, 0, bytes) : NULL;
    return again ? again : map_piece(bytes);
}

void big_alloc_give(void *p, size_t bytes) {
    if (!p) return;
    if (bytes < SMALL) {
        mem_free(p);
    } else {
        limits_give(bytes);
        if (bytes >= HUGE && atomic_load(&kept.keepers))
            exchange_kept(p, bytes, 0);
        else
            munmap(p, bytes);
    }
}
