/* The environment of scripts, for those who add functions to it: the files of this room, and the
 * runner of rule tests (src/testing/), whose scripts are no rules. */
#ifndef LUA_ENVIRONMENT_H
#define LUA_ENVIRONMENT_H

#include "lua/host.h"

/* Pushes what scripts see of it: read-only, undefined names raise. */
void sandbox_push(lua_State *L);
/* Pushes the table that it is a view of, for a host whose scripts are no rules. */
void sandbox_own(lua_State *L);
/* Replaces the table on top by a read-only view of it. */
void sandbox_freeze(lua_State *L, const char *name);

/* Where the main rule file, or one it extends, is in the call that runs, else where the innermost
 * one is. 0: nowhere. */
int where_main(lua_State *L, int *file, long *line);

/* ---- options.c; `at` may be nil: no options ---- */
/* Pushes the option; 0 and nothing where it is not given. */
int option_push(lua_State *L, int at, const char *key);
/* Texts and numbers may come from a parameter, see options.c. */
/* The place of the option's text among the words; 0 where it is not given. */
int option_word(lua_State *L, int at, const char *key, const char *const *words);
double option_number(lua_State *L, int at, const char *key, double otherwise);

#endif
