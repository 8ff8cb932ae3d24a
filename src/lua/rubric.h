/* A rubric from outside: how many levels it has, and, for tests of rules, patterns that for a while
 * match always or never. `self` is that of the look-up function called "rubric". */
#ifndef LUA_RUBRIC_H
#define LUA_RUBRIC_H

#include "expr/graph.h"

int rubric_is(const ex_function *fn);
int rubric_levels(const ex_function *fn);
const char *rubric_level(const ex_function *fn, int i); /* its name */
int rubric_guarded(const ex_function *fn);              /* has a guard */

/* Level i (or, at rubric_levels, the guard) matches always (1), never (-1), or as it says (0). */
void rubric_bend(const ex_function *fn, int i, int how);

#endif
