/* An element of an array as a script's function gets and gives it: a number, a truth, a text, a
 * date as a text, nil for missing. */
#ifndef LUA_EACH_ELEMENT_H
#define LUA_EACH_ELEMENT_H

#include "lua/host.h"
#include "rule/model.h"

enum { EACH_ARGUMENTS = 8 };

/* A function called for every element: each(f, x, y, …). */
typedef struct each_function {
    host *h;
    int function; /* in the registry */
    ex_kind gives;
    ex_kind takes[EACH_ARGUMENTS];
    md_at at;                  /* of the call */
    struct symbolic *symbolic; /* what is known of its ways; NULL at first */
    size_t called;             /* how often Lua was called for an element */
} each_function;

/* Pushes an element, NaN where it is missing; may raise. Reads the result on top of the stack: 0
 * with the fault where it is nothing that an array of the function's results can hold. */
void each_push(lua_State *L, const each_function *c, ex_kind kind, double x);
int each_read(const each_function *c, double *out, fault *f);

/* The names of the kinds, as `gives` has them; ended by NULL. */
extern const char *const each_kinds[];

#endif
