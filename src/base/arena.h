/* An arena: memory that is taken piece by piece and released all at once.
 *
 * There is one arena per loaded table, per graph, per model. Pieces are aligned for any type and
 * never move. NULL means that there was no memory; the arena is unchanged then. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

typedef struct arena {
    struct arena_chunk *last;
    size_t taken; /* bytes handed out in all */
} arena;

#define ARENA_INIT ((arena){NULL, 0})

void *arena_take(arena *a, size_t bytes);                    /* not cleared */
void *arena_zero(arena *a, size_t count, size_t size);       /* cleared; checks count * size */
char *arena_text(arena *a, const char *text, size_t length); /* a copy, ended by NUL */
char *arena_print(arena *a, const char *format, ...);
void arena_release(arena *a);

#endif
