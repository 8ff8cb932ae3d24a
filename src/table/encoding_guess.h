/* Which encoding older than Unicode a text is in, as far as its bytes tell.
 *
 * Every candidate reads the text by its own rules; it is possible where all bytes mean something,
 * and plausible where nearly all that is not ASCII is what people write: frequent Chinese or
 * Japanese characters, or single accented letters within words, capitals where capitals stand.
 * Nothing is weighed beyond that, since short texts would be guessed wrong. */
#ifndef TABLE_ENCODING_GUESS_H
#define TABLE_ENCODING_GUESS_H

#include <stddef.h>

enum { GUESS_MOST = 5 };

typedef struct encoding_guess {
    const char *name;     /* as iconv knows it */
    const char *shown;    /* as people do */
    size_t common, other; /* characters beyond ASCII, by whether they are what people write */
    int possible, plausible;
} encoding_guess;

/* Judges all candidates, GB18030 first, by the first megabytes of the text. */
void encoding_guesses(const char *bytes, size_t length, encoding_guess out[GUESS_MOST]);

#endif
