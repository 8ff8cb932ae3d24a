/* A pool of distinct strings. Each gets a number, 1, 2, 3 … in the order it came; the same bytes
 * always get the same number. Labels of axes and cells of text arrays are such numbers, so that
 * text is compared by number and a pattern is matched once per distinct string.
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

uint32_t pool_put(pool *p, const char *text, size_t length);        /* 0 without memory */
uint32_t pool_find(const pool *p, const char *text, size_t length); /* 0 where it is not in */
const char *pool_text(const pool *p, uint32_t id);                  /* ended by NUL */
size_t pool_length(const pool *p, uint32_t id);
uint32_t pool_count(const pool *p);

/* Makes room for `more` further strings, so that many puts do not rehash. Returns 0 without
 * memory. */
int pool_reserve(pool *p, uint32_t more);

/* Puts all strings of another pool, which has no numbers by pool_numbers; that with the number i
 * there gets id[i - 1] here. 0 without memory. */
int pool_merge(pool *p, const pool *from, uint32_t *id);

/* The texts of the numbers 1 to n; their ids go to id[0] … id[n - 1]. Millions of them cost little
 * more than that: a text is written when it is asked for first. 0 without memory. */
int pool_numbers(pool *p, uint32_t n, uint32_t *id);
/* The number an id stands for that pool_numbers gave; 0 for others, even if their text is one. */
uint32_t pool_number(const pool *p, uint32_t id);

/* A 64-bit hash of bytes: stable on one machine and run to run; not for hostile keys that outlive a
 * run. */
uint64_t hash_bytes(const char *text, size_t length);

#endif
