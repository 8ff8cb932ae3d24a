/* Matrices, linear programs, distributions and minimisation, as scripts see them. */
#ifndef LUA_ALGEBRA_H
#define LUA_ALGEBRA_H

#include "lua/inside.h"

void algebra_open(lua_State *L);  /* algebra.c; the environment table on top */
void minimise_open(lua_State *L); /* minimise.c */

/* Kendall's tau-b along an axis that both arrays have; raises. */
ex_id algebra_kendall(lua_State *L, ex_id x, ex_id y, int axis);

#endif
