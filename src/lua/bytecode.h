/* Compiled functions of Lua 5.4, in the form in which lua_dump writes them. */
#ifndef LUA_BYTECODE_H
#define LUA_BYTECODE_H

#include <lua.h>
#include <stddef.h>

#include "base/buf.h"

/* Reads the bytes of a function from its first field on. */
typedef struct bytecode {
    const unsigned char *at, *end;
    int broken; /* it was to read more than there is */
} bytecode;

/* Writes the function at `at`, without the names and lines of its instructions. Nothing here
 * raises. */
void bytecode_write(lua_State *L, int at, buf *out);
/* Where the function begins behind the header. 0: the format is another one. */
int bytecode_open(const buf *written, bytecode *out);
const unsigned char *bytecode_bytes(bytecode *b, size_t n); /* NULL: broken */
size_t bytecode_size(bytecode *b);

/* Why the function at `at` cannot be followed with symbols in place of numbers (symbolic.h): what
 * it does that treats a symbol otherwise than a number without an error. NULL if nothing does. The
 * functions inside it are not looked at. */
const char *bytecode_obstacle(lua_State *L, int at);

#endif
