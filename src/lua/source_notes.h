/* What a host with the setting `remember` records about its scripts, for the check of rules
 * (src/check/): for every node the line of the main rule file (or of one it extends) that made it,
 * and every use of a pattern. */
#ifndef LUA_SOURCE_NOTES_H
#define LUA_SOURCE_NOTES_H

#include "expr/graph.h"
#include "expr/pattern.h"

struct host;

/* The line of the rule file that made a node; 0 where it is not known. */
int host_main_line(const struct host *h, ex_id n, int *file, long *line);

/* Nodes that are used though no result depends on them: alternatives that `choose` did not take,
 * conditions of warnings, formulas given to `minimise`. */
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
/* Does the text reach this level, regardless of the others? 1, 0, or -1 with the fault. */
int noted_reached(const noted_text *t, int level, const char *text, size_t length, fault *f);

/* ---- rubrics (text.c), for mutation tests of rules ----
 *
 * A rubric is two look-ups of the graph: the level of a text, and the score of a level. */
int rubric_is(const ex_function *fn);     /* is it the look-up of levels? */
int rubric_scores(const ex_function *fn); /* is it the look-up of scores? */
/* Of either look-up. */
int rubric_levels(const ex_function *fn);
const char *rubric_level(const ex_function *fn, int i); /* its name */
int rubric_guarded(const ex_function *fn);              /* has a guard */

double rubric_score(const ex_function *fn, int i);
void rubric_set_score(const ex_function *fn, int i, double score);

/* Makes the pattern of level i (or, at rubric_levels, the guard) match always (1), never (-1), or
 * as written (0). */
void rubric_bend(const ex_function *fn, int i, int how);

#endif
