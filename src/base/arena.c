#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* Under AddressSanitizer what is read or written behind a piece is noticed, as it is of memory of
 * its own. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
enum { FENCE = sizeof(max_align_t) };
#else
enum { FENCE = 0 };
#define ASAN_POISON_MEMORY_REGION(from, bytes) ((void)(from), (void)(bytes))
#endif

/* Most arenas stay small, so the first chunk is small and later ones are larger. */
enum { FIRST = 4 * 1024, CHUNK = 64 * 1024 };

struct arena_chunk {
    struct arena_chunk *before;
    size_t used, size;
    max_align_t piece[];
};

void *arena_take(arena *a, size_t bytes) {
    size_t unit = sizeof(max_align_t), asked = bytes;
    if (bytes > SIZE_MAX - unit - FENCE - sizeof(struct arena_chunk)) return NULL;
    bytes = (bytes ? (bytes + unit - 1) / unit * unit : unit) + FENCE;
    struct arena_chunk *c = a->last;
    if (!c || c->size - c->used < bytes) {
        size_t next = !c ? FIRST : c->size < CHUNK / 2 ? 2 * c->size : CHUNK;
        size_t size = bytes > next / 4 ? bytes : next;
        c = mem_take(sizeof *c + size);
        if (!c) return NULL;
        c->used = 0;
        c->size = size;
        if (a->last && size == bytes) {
            /* A large piece goes before the current chunk, which is used further. */
            c->before = a->last->before;
            a->last->before = c;
        } else {
            c->before = a->last;
            a->last = c;
        }
    }
    void *out = (char *)c->piece + c->used;
    c->used += bytes;
    a->taken += bytes - FENCE;
    ASAN_POISON_MEMORY_REGION((char *)out + asked, bytes - asked);
    return out;
}

void *arena_zero(arena *a, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) return NULL;
    void *out = arena_take(a, count * size);
    if (out) memset(out, 0, count * size);
    return out;
}

char *arena_text(arena *a, const char *text, size_t length) {
    char *out = arena_take(a, length + 1);
    if (out) {
        memcpy(out, text, length);
        out[length] = 0;
    }
    return out;
}

char *arena_print(arena *a, const char *format, ...) {
    char small[256]; /* most texts are short and need to be formatted only once */
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, format, args);
    char *out = n < 0 ? NULL : arena_take(a, (size_t)n + 1);
    if (out && (size_t)n < sizeof small)
        memcpy(out, small, (size_t)n + 1);
    else if (out)
        vsnprintf(out, (size_t)n + 1, format, again);
    va_end(again);
    va_end(args);
    return out;
}

void arena_release(arena *a) {
    for (struct arena_chunk *c = a->last; c;) {
        struct arena_chunk *before = c->before;
        mem_free(c);
        c = before;
    }
    *a = ARENA_INIT;
}
