/* A first rule file for a CSV file, and a test for it: `assess new`.
 *
 * Every column of figures is an indicator, higher is better, all weights are the same; the
 * layout is written down as options of csv(…). All of it is a guess that a person goes over: what
 * matters is that it runs. */
#ifndef RULE_DRAFT_H
#define RULE_DRAFT_H

#include "base/buf.h"
#include "base/fault.h"

typedef struct draft {
    char *stem; /* of the file's name: what its id and the files are called */
    buf rules, test;
} draft;

/* Makes both texts from a file, in a declared encoding or (NULL) the one found out. `path` is how
 * the rules, in their folder, will call it. */
int draft_make(const char *file, const char *encoding, const char *path, draft *out, fault *notes,
               fault *f);
void draft_release(draft *d);

/* Puts a text as a literal of Lua. */
void draft_quoted(buf *b, const char *text);

#endif
