#include "base/dynlib.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The loader tells of memory that lacked in its words, if not in errno. */
static int lacked_memory(int error, const char *why) {
    return error == ENOMEM || (why && strstr(why, strerror(ENOMEM)));
}

void *dynlib_open(const char *const *files, const char *package, fault *f) {
    const char *why = NULL, *name = "";
    for (; *files; files++) {
        errno = 0;
        /* All that it needs is bound now: what is missing later, for want of memory, ends the
         * program. */
        void *library = dlopen(*files, RTLD_NOW | RTLD_LOCAL);
        if (library) return library;
        int error = errno;
        why = dlerror();
        if (lacked_memory(error, why)) {
            fault_memory(f);
            return NULL;
        }
        name = *files;
    }
    char advice[200];
    snprintf(advice, sizeof advice, text_message("the package %.60s has it: apt-get install %.60s"),
             package, package);
    fault_at(f, FAULT_LIMIT, NULL, advice, "the library %s cannot be loaded (%s)", name,
             why ? why : "unknown error");
    return NULL;
}

int dynlib_functions(void *library, const dynlib_function *list, fault *f) {
    if (!library) return 0;
    for (; list->name; list++) {
        void *at = dlsym(library, list->name);
        if (!at)
            return fault_set(f, FAULT_LIMIT, "a library of this system has no function %s",
                             list->name);
        /* POSIX: a function's address fits into a pointer to void. */
        memcpy(list->function, &at, sizeof at);
    }
    return 1;
}

int dynlib_fault(const fault *why, fault *f) {
    if (!why->listed) return fault_memory(f);
    const fault_item *item = &why->item[0];
    return fault_at(f, why->kind, NULL, item->hint, "%s", item->text ? item->text : "");
}
