/* Two editions of rules in one host, and a third script that mixes them.
 *
 * Each edition is a script whose stages and index have axes of their own, which no formula uses.
 * The mix has the axes of the host, and a model and data that its owner combines; it takes
 * `compute` and the methods of its indicators from the editions. */
#ifndef LUA_EDITIONS_H
#define LUA_EDITIONS_H

#include "lua/script.h"

/* A script with axes of its own, to be read by script_read. NULL without memory. */
script *script_open_own_axes(host *h, fault *notes, fault *f);

/* Are the `compute` functions of two editions equal: the same code, at whatever lines, with equal
 * upvalues (functions, tables, numbers)? 1, 0, or -1 with the fault. */
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

#endif
