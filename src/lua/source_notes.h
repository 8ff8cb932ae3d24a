/* What a host remembers of its scripts for those who look at the rules and not at the results
 * (src/check/): only where its settings say `remember`.
 *
 * Of every node it knows where the main rule file, or one it extends, stood when the node was made;
 * of every use of a pattern, what it is. */
#ifndef LUA_SOURCE_NOTES_H
#define LUA_SOURCE_NOTES_H

#include "expr/graph.h"
#include "expr/pattern.h"

struct host;

/* Puts the place of the rule file that led to a node, and 1; 0 and nothing where it is not known.
 */
int host_main_line(const struct host *h, ex_id n, int *file, long *line);

/* What serves though it is no part of a result: an alternative that `choose` did not take, the
 * condition of a warning, a formula whose minimum was looked for. */
size_t host_roots(const struct host *h, const ex_id **root);

typedef struct noted_level {
    const char *name;
    pattern *pattern;
    int guarded;
} noted_level;

typedef struct noted_text {
    const struct noted_text *next;
    const char *what; /* "matches", "capture", "rubric" */
    const void *self; /* of its ex_function */
    int file;
    long line;          /* of the call */
    noted_level *level; /* of a rubric, in the order they are tried; else one, named "" */
    int levels;
    pattern *guard; /* or NULL */
} noted_text;

/* The latest first. */
const noted_text *host_texts(const struct host *h);
/* Is this level reached by the text, whatever the others say? 1, 0, or -1 with the fault. */
int noted_reached(const noted_text *t, int level, const char *text, size_t length, fault *f);

#endif
