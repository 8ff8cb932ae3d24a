/* A rubric from outside: how many levels it has, and, for tests of rules, patterns that for a while
 * match always or never, and scores that are others. There are two look-ups: of the text's level,
 * and of the level's score. */
#ifndef LUA_RUBRIC_H
#define LUA_RUBRIC_H

#include "expr/graph.h"

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
