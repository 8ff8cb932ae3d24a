/* A pool of distinct strings. Each has a number: 1, 2, 3 … in the order in which they were added.
 * Labels of axes and elements of text arrays are such numbers, so that texts are compared by
 * number, and a pattern is matched once for each distinct string.
 *
 * A pool is written by one thread at a time; `pool_text` may be called by many while nobody
 * writes. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

typedef struct pool pool;

pool *pool_open(void); /* NULL without memory */
void pool_close(pool *p);
/* Takes all strings out and keeps the room for as many. pool_numbers was not called on it. */
void pool_clear(pool *p);

/* Takes out all strings but the first `count`, which were there before the others; none of the
 * others is from pool_numbers. */
void pool_cut(pool *p, uint32_t count);

uint32_t pool_put(pool *p, const char *text, size_t length); /* 0 without memory */
/* The same, but the text is not copied: it stays as it is while the pool is used, and what
 * pool_text gives need not be ended by NUL. For pools that are soon merged into another. */
uint32_t pool_lend(pool *p, const char *text, size_t length);
/* Asks the memory for what a search for the text will look at: for some texts ahead of those that
 * are put. */
void pool_ahead(const pool *p, const char *text, size_t length);
uint32_t pool_find(const pool *p, const char *text, size_t length); /* 0 where it is not in */
const char *pool_text(const pool *p, uint32_t id);                  /* ended by NUL */
size_t pool_length(const pool *p, uint32_t id);
uint32_t pool_count(const pool *p);

/* Makes room for `more` further strings, so that adding them does not rehash. 0 without memory. */
int pool_reserve(pool *p, uint32_t more);

/* Adds all strings of another pool, on which pool_numbers was not called. id[i - 1] gets the number
 * here of the string with the number i there. 0 without memory. */
int pool_merge(pool *p, const pool *from, uint32_t *id);

/* Adds the strings "1" to "n"; their numbers in the pool go to id[0] … id[n - 1]. Millions of them
 * are cheap, since their texts are written only when they are read. 0 without memory. */
int pool_numbers(pool *p, uint32_t n, uint32_t *id);
/* The whole number that a string added by pool_numbers stands for; 0 for other strings. */
uint32_t pool_number(const pool *p, uint32_t id);

/* A 64-bit hash of bytes: stable on one machine and run to run; not for hostile keys that outlive a
 * run. */
uint64_t hash_bytes(const char *text, size_t length);

#endif
