/* The heap: nothing else under src/ calls malloc, calloc, realloc or free.
 *
 * All memory is counted in the command's account (base/limits.h), and a failure is recorded there,
 * so that no result is published that a lack of memory may have changed. NULL means that there is
 * no memory, or that the command may take no more. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_take(size_t bytes);              /* not cleared */
void *mem_zero(size_t count, size_t size); /* cleared; checks count * size */
void *mem_grow(void *p, size_t bytes);     /* as realloc; `p` stays as it was after a failure */
void *mem_line(size_t line, size_t bytes); /* aligned to `line` bytes, a power of two */
void mem_free(void *p);                    /* NULL is let through */

/* An array that grows, as git's ALLOC_GROW: makes sure that `array`, which holds `cap` elements
 * (a size_t), can hold `need` of them. The capacity at least doubles, so that adding one element
 * after the other is cheap. 0 without memory; then array and cap stay as they were.
 *
 *     if (!MEM_RESERVE(list->item, list->count + 1, list->cap))
 *         return fault_memory(f);
 *     list->item[list->count++] = x;
 */
#define MEM_RESERVE(array, need, cap)                                                              \
    ((need) <= (cap) || mem_reserve(&(array), sizeof *(array), (need), &(cap)))

/* The function behind it; `array` is the address of the pointer. */
int mem_reserve(void *array, size_t size, size_t need, size_t *cap);

/* Called first by a program whose commands are short: lays the heap into a huge page. */
void mem_begin(void);

/* Advises the system to put a piece that was just taken, and not yet written, into huge pages, if
 * it is large: far fewer page faults. The variable ASSESS_HUGEPAGE=0 keeps it from that. */
void mem_huge(void *p, size_t bytes);

/* Large pieces of memory from the system, as for the columns of tables.
 *
 * They are filled with zeros and aligned to a cache line. Pages that are not touched cost nothing,
 * so that an upper bound may be taken where the size is not known yet. From 4 MiB on huge pages are
 * used if the system lets programs choose, since filling small new pages is slow; the environment
 * variable ASSESS_HUGEPAGE=0 switches that off. */
void *big_alloc_take(size_t bytes);         /* NULL without memory */
void *big_alloc_room(size_t bytes);         /* the same with undefined content */
void big_alloc_give(void *p, size_t bytes); /* the same number of bytes; NULL is let through */
/* Between the two, the piece that was given back last is kept for a room of the same size; it goes
 * to the system as soon as one of another size is taken. It does not count as taken. Calls nest. */
void big_alloc_keep(void);
void big_alloc_keep_end(void);

#endif
