/* Messages of a session as lines of text: `rules/2012.lua:6:7: no indicator 'C07' — did you mean
 * 'C7'?`, then the source line and a caret under the column. */
#ifndef DOCUMENT_MESSAGE_H
#define DOCUMENT_MESSAGE_H

#include "assess.h"
#include "base/fault.h"
#include "document/page.h"

/* The first line, ended; `safe` for a terminal. A warning begins with `warning` unless that is "".
 */
void message_line(buf *b, const assess_message *m, const char *warning, int colour);
/* The source line and its caret, cut to the page; a long line is shown around the column. */
void message_excerpt(page *p, const assess_message *m);
/* Both. */
void message_print(page *p, const assess_message *m);

enum { MESSAGE_FAULTS = 1, MESSAGE_WARNINGS = 2 };
/* All messages of a session of these kinds, from the `from`-th on; and how many more faults there
 * are. */
void message_all(page *p, const assess *a, size_t from, int kinds);

/* A fault of the command line or of writing: `assess: text — hint`; one that has a line, as that of
 * a session. */
void message_fault(page *p, const fault *f);

#endif
