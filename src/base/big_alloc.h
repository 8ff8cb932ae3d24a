/* Large pieces of memory straight from the system, for the columns of tables and the like.
 *
 * They begin as zeros and on a cache line, and cost nothing before they are touched, so that a
 * bound may be asked for where the size is not known yet. Large ones use huge pages where the
 * system lets programs choose, since fresh small pages cost more than what is written to them; the
 * environment variable ASSESS_HUGEPAGE=0 switches that off. */
#ifndef BASE_BIG_ALLOC_H
#define BASE_BIG_ALLOC_H

#include <stddef.h>

void *big_alloc_take(size_t bytes); /* NULL without memory */
void *big_alloc_room(size_t bytes); /* the same, of whatever content: for what is written in full */
void big_alloc_give(void *p, size_t bytes); /* the same number of bytes; NULL is let through */

#endif
