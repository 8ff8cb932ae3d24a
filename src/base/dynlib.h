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

typedef struct dynlib_function {
    const char *name;
    void *function; /* a pointer to a pointer to a function, which is set */
} dynlib_function;
/* Sets all functions of a list, which ends with NULL. 0 where the library is NULL, whose fault is
 * filled already, or lacks one. */
int dynlib_functions(void *library, const dynlib_function *list, fault *f);
/* Fills `f` with the fault that an earlier attempt to open a library left in `why`. Returns 0. */
int dynlib_fault(const fault *why, fault *f);

#endif
