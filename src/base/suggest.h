/* Did you mean …? The nearest of a list of candidates to a word that is in none of them. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

typedef struct suggestion {
    const char *word; /* what was asked for */
    const char *best; /* the nearest candidate so far, or NULL; borrowed */
    size_t distance;
    const char *longer; /* the first candidate that begins with the word, or NULL; borrowed */
} suggestion;

suggestion suggest_for(const char *word);
void suggest_try(suggestion *n, const char *candidate);

/* The nearest candidate within a third of the word's letters (at least one, where the word has more
 * than one), or NULL. Distance is Damerau's (1964): insertions, deletions, changes and swaps of
 * neighbours, over UTF-8 characters; a change of case counts as nothing. Where none is
 * as near, the first that begins with the word, of three letters or more. */
const char *suggest_best(const suggestion *n);

#endif
