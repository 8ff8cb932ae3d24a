/* "Did you mean …?": finds the candidate nearest to a word that is none of the candidates.
 *
 * The distance is Damerau's (1964), over UTF-8 characters and without regard to case: the number of
 * insertions, deletions, changes and swaps of neighbours. It may be at most a third of the word's
 * letters, but 1 in any word of more than one letter. If no candidate is as near, it is the first
 * one that begins with the word, for words of three letters or more. Candidates are borrowed. */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

/* The nearest of the candidates candidate(self, 0), candidate(self, 1) … up to the first NULL, or
 * NULL. Empty candidates are skipped. */
typedef const char *suggest_candidate(const void *self, size_t i);
const char *suggest_among(const char *word, suggest_candidate *candidate, const void *self);

/* The same for a list that ends with NULL. */
const char *suggest_in(const char *word, const char *const *list);

/* Is the word itself in such a list? */
int suggest_has(const char *const *list, const char *word);

/* Appends "did you mean 'best'?" and returns 1; does nothing and returns 0 if best is NULL. */
int suggest_hint(buf *hint, const char *best);

/* The same text in an arena; NULL where best is NULL, or without memory. */
const char *suggest_text(arena *memory, const char *best);

/* A fault of usage about a word that is unknown, with "did you mean" or, where best is NULL, with
 * the hint `otherwise` (or NULL). `text` and `otherwise` are looked up by the caller. Returns 0. */
int fault_unknown(fault *f, const char *best, const char *otherwise, const char *text, ...)
    FAULT_FORMAT(4, 5);

/* Step by step, where the candidates come from several places. */
typedef struct suggestion {
    const char *word;
    const char *best; /* the nearest candidate so far, or NULL */
    size_t distance;
    const char *longer; /* the first candidate that begins with the word, or NULL */
} suggestion;

suggestion suggest_for(const char *word);
void suggest_try(suggestion *n, const char *candidate);
const char *suggest_best(const suggestion *n);

#endif
