/* What algebra.c does for functions.c. */
#ifndef LUA_ALGEBRA_H
#define LUA_ALGEBRA_H

#include "lua/inside.h"

/* Kendall's tau-b along an axis that both arrays have; raises. */
ex_id algebra_kendall(lua_State *L, ex_id x, ex_id y, int axis);

#endif
