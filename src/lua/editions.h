/* Two editions of rules in one host: whose functions a mix of them computes with.
 *
 * Each edition is a script whose stages and tree have axes of their own, which no formula sees. A
 * third script has the axes of the host, and a model and data that its owner has put together; it
 * takes `compute` and the methods of its indicators from the editions. */
#ifndef LUA_EDITIONS_H
#define LUA_EDITIONS_H

#include "lua/script.h"

/* A script with axes of its own, to be read by script_read. NULL without memory. */
script *script_open_own_axes(host *h, fault *notes, fault *f);

/* Are the functions of two editions the same? They are when their code is, wherever it stands, and
 * whatever they reach from outside: other functions, tables, numbers. 1, 0, or -1 with the fault.
 */
int editions_same_compute(script *a, script *b, fault *f);
/* The functions that two indicators name as their attribute; two that name none are the same. */
int editions_same_method(script *a, script *b, const char *attribute, const char *id, fault *f);

/* Gives `mix` the compute function of one edition, and for each indicator of its tree and each
 * attribute the method of the edition that `side` names (0, 1). */
typedef int editions_side(void *self, const char *attribute, const char *id);
int editions_mix(script *mix, script *const edition[2], int compute, editions_side *side,
                 void *self, fault *f);

/* Calls `compute` once more; its outputs, sorted by name, are the caller's to free. */
int editions_compute(script *mix, script_output **output, size_t *count, fault *f);

/* Gives an indicator the method that another one names as this attribute; compute once more to see
 * what follows. *was is for editions_swap_back. 0 with the fault. */
int editions_swap(script *s, const char *attribute, const char *id, const char *like, int *was,
                  fault *f);
void editions_swap_back(script *s, int was);

/* closure_equal.c: whether the values at two places of the stack are the same in this sense. */
int closure_equal(lua_State *L, int i, int j);

#endif
