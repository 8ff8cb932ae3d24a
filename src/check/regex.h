/* A pattern taken apart as far as checks need it: can it match at all, which texts does it match,
 * where may it be slow.
 *
 * It reads the plain part of Perl's syntax: literals, classes, groups, alternatives, repetitions,
 * anchors. What else is in a pattern (options in it, references back, recursion) makes it
 * `strange`: then nothing is said of it. Texts that are made from a pattern are tried on the
 * pattern itself before anything is concluded from them. */
#ifndef CHECK_REGEX_H
#define CHECK_REGEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

typedef struct regex regex;

regex *regex_read(const char *text); /* NULL without memory */
void regex_free(regex *r);
int regex_strange(const regex *r);

/* Is there certainly no text that it matches? The part of it that makes it so, by its bytes. 2:
 * only an alternative of it can match nothing. */
int regex_dead(const regex *r, size_t *from, size_t *to);

/* A text that it matches, most likely; another one for each `seed`. */
void regex_sample(const regex *r, uint64_t seed, buf *out);

/* Texts that a slow pattern chokes on: of its k-th repetition that has something repeated or
 * alternative inside, `times` times, and something that does not fit behind. 0 where there is no
 * k-th. */
int regex_attack(const regex *r, int k, int times, uint64_t seed, buf *out);

#endif
