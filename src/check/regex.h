/* The structure of a pattern, as far as checks need it: can it match at all, which texts does it
 * match, where may it be slow? PCRE2 answers none of these: it tells the least length of a match
 * and its first character, not that two anchors contradict each other, and it makes no texts.
 *
 * This reads the plain part of Perl's syntax: literals, classes, groups, alternatives, repetitions,
 * anchors. Anything else (options inside the pattern, back references, recursion) makes it
 * `strange`, and then nothing is concluded. Texts made from a pattern are tried on the pattern
 * itself, by PCRE2, before anything is concluded from them. */
#ifndef CHECK_REGEX_H
#define CHECK_REGEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

typedef struct regex regex;

regex *regex_read(const char *text); /* NULL without memory */
void regex_free(regex *r);
int regex_strange(const regex *r); /* it has syntax that is not read here */

/* Is there certainly no text that it, or an alternative of it, matches? What makes it so, by its
 * bytes. */
typedef enum regex_life { REGEX_ALIVE, REGEX_DEAD, REGEX_PART_DEAD } regex_life;
regex_life regex_dead(const regex *r, size_t *from, size_t *to);

/* A text that it matches, most likely; another one for each `seed`. */
void regex_sample(const regex *r, uint64_t seed, buf *out);

/* A text on which the pattern may be slow: its k-th repetition that holds another repetition or
 * alternatives, repeated `times` times, and then something that does not fit. 0 where there is no
 * k-th such repetition. */
int regex_attack(const regex *r, int k, int times, uint64_t seed, buf *out);

#endif
