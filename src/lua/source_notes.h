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

/* ---- a rubric from outside (text.c) ----
 *
 * How many levels it has, and, for tests of rules, patterns that for a while match always or never,
 * and scores that are others. There are two look-ups: of the text's level, and of the level's
 * score.
 */
int rubric_is(const ex_function *fn);     /* the level's */
int rubric_scores(const ex_function *fn); /* is it the score's? */
/* of both */
int rubric_levels(const ex_function *fn);
const char *rubric_level(const ex_function *fn, int i); /* its name */
int rubric_guarded(const ex_function *fn);              /* has a guard */

double rubric_score(const ex_function *fn, int i);
void rubric_set_score(const ex_function *fn, int i, double score);

/* Level i (or, at rubric_levels, the guard) matches always (1), never (-1), or as it says (0). */
void rubric_bend(const ex_function *fn, int i, int how);

#endif
