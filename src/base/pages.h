/* Large memory straight from the system: zeroed when taken, in huge pages where it pays (on fresh
 * memory the page faults cost more than the work). ASSESS_HUGEPAGE=0 in the environment asks for
 * ordinary pages. Small requests come from the heap. */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

void *pages_take(size_t bytes); /* zeroed, aligned to 64 bytes; NULL without memory */
void pages_give(void *memory, size_t bytes); /* the same size as taken; NULL is let through */

#endif
