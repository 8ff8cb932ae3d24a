/* Libraries that are opened when they are first used.
 *
 * Numerical libraries bring others with them, and to load them all takes longer than the rest of
 * the program's start; so what only some rules need is not linked, but opened here. A library stays
 * open until the process ends. */
#ifndef BASE_DYNLIB_H
#define BASE_DYNLIB_H

#include "base/fault.h"

/* Opens the first of the NULL-ended files that is there; a name without a slash is looked for where
 * the system looks. NULL with the fault (FAULT_LIMIT: the system lacks it; the hint names the
 * package). */
void *dynlib_open(const char *const *files, const char *package, fault *f);
/* Fills `*function`, a pointer to a function, with the library's function of that name. */
int dynlib_function(void *library, const char *name, void *function, fault *f);

#endif
