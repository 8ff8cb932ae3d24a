/* The structure of a regular expression, as far as checks need it: can it match at all, what texts
 * does it match, where may it be slow? PCRE2 answers none of these: it knows the least length of a
 * match and its first character, but not that two anchors contradict each other, and it makes no
 * texts.
 *
 * The plain part of Perl's syntax is read: literals, classes, groups, alternatives, repetitions,
 * anchors. A pattern with anything else (options inside the pattern, back references, recursion) is
 * `strange`, and nothing is concluded about it. Texts made from a pattern are matched against the
 * pattern itself by PCRE2 before anything is concluded from them. */
#ifndef CHECK_REGEX_H
#define CHECK_REGEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

typedef struct regex regex;

regex *regex_read(const char *text); /* NULL without memory */
void regex_free(regex *r);           /* NULL is let through */
int regex_strange(const regex *r);   /* does it have syntax that is not read? */

/* Is it certain that the pattern, or an alternative in it, matches no text? Then from, to are the
 * bytes of the pattern that make it so. */
typedef enum regex_life { REGEX_ALIVE, REGEX_DEAD, REGEX_PART_DEAD } regex_life;
regex_life regex_dead(const regex *r, size_t *from, size_t *to);

/* Appends a text that the pattern probably matches; another one for each seed. */
void regex_sample(const regex *r, uint64_t seed, buf *out);

/* Appends a text on which the pattern may be slow: its k-th repetition that contains another
 * repetition or alternatives, repeated `times` times, followed by something that does not fit. 0
 * where there is no k-th one. */
int regex_attack(const regex *r, int k, int times, uint64_t seed, buf *out);

#endif
