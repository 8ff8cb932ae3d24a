/* The methods that come with the program are compiled when it is built: to parse their text takes
 * longer than most rules do. What is taken is told by the text, which must be the same to the last
 * byte, wherever it was read. */
#ifndef LUA_COMPILED_H
#define LUA_COMPILED_H

#include <lua.h>
#include <stddef.h>

/* Pushes the chunk of such a text, called `name` as in lua_load; it is as if that had compiled it.
 * Returns 0, and pushes nothing, for any other text, and where the Lua library is not the one that
 * it was compiled with. May raise. */
int compiled_push(lua_State *L, const char *text, size_t length, const char *name);

#endif
