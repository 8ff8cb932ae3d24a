/* Libraries that are opened at their first use.
 *
 * Numerical libraries bring others with them, and loading them all would take longer than the rest
 * of the program's start. So libraries that only some rules need are not linked, but opened here. A
 * library stays open until the process ends. */
#ifndef BASE_DYNLIB_H
#define BASE_DYNLIB_H

#include "base/fault.h"

/* Opens the first of the files (a list that ends with NULL) that is there; a name without a slash
 * is searched for in the system's folders. NULL with the fault filled (FAULT_LIMIT) where the
 * system has none of them; the hint names the package. */
void *dynlib_open(const char *const *files, const char *package, fault *f);
/* Sets `*function`, a pointer to a function, to the library's function of that name. */
int dynlib_function(void *library, const char *name, void *function, fault *f);
/* Fills `f` with the fault that an earlier attempt to open a library left in `why`. Returns 0. */
int dynlib_fault(const fault *why, fault *f);

#endif
