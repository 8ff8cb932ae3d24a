/* Display width: how many columns of a terminal a text takes.
 *
 * Wide characters of East Asia take two columns, combining marks none, all others one; those whose
 * width Unicode calls ambiguous take one. Texts are UTF-8; a byte that belongs to no character
 * counts as one U+FFFD. Only what width_safe has written may go to a terminal: it makes control
 * characters, escape sequences and marks of writing direction visible, so that the terminal does
 * not obey them. The other functions neither add nor remove such characters, and count them as one
 * column each. */
#ifndef BASE_WIDTH_H
#define BASE_WIDTH_H

#include <stddef.h>

#include "base/buf.h"

typedef enum width_side { WIDTH_LEFT, WIDTH_RIGHT, WIDTH_CENTRE } width_side;

size_t width_of(const char *text, size_t length);

/* The columns of the longest piece that width_wrap may not break (a word, a character of Chinese
 * with the punctuation that clings to it): below this a line must break somewhere unwelcome. */
size_t width_piece(const char *text, size_t length);

/* How many bytes fit into `columns`; combining marks stay with their letter. */
size_t width_fit(const char *text, size_t length, size_t columns);

/* Appends the text; if it is wider than `columns`, as much as fits before a "…". */
void width_cut(buf *b, const char *text, size_t length, size_t columns);

/* The same, padded with spaces to exactly `columns`. WIDTH_LEFT: the text is at the left. */
void width_pad(buf *b, const char *text, size_t length, size_t columns, width_side side);

/* The first line of a text that is to be no wider than `columns`: returns how many bytes it shows,
 * *next is where the rest begins (`length` at the end). Chinese may break anywhere and Latin at
 * spaces, which are dropped there; a line feed breaks, too. No line starts with a closing mark
 * (，。、；：！？）】」》 and their like) or ends with an opening one, unless it can have nothing
 * else. At least one character is taken, so that repeated calls come to the end. */
size_t width_wrap(const char *text, size_t length, size_t columns, size_t *next);

/* Appends the text so that a terminal shows it on one line and obeys nothing in it: a tab becomes a
 * space, another control character its picture (ESC: ␛), any other character that is not printed
 * (C1 controls, marks of direction, line separators, broken UTF-8) becomes U+FFFD. */
void width_safe(buf *b, const char *text, size_t length);

#endif
