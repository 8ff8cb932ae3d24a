#include "workbook/library.h"

#include <pthread.h>

#include "base/dynlib.h"

xlsx_library xlsx;

static fault why;
static int ready;

static void load(void) {
    static const char *const files[] = {"libxlsxwriter.so." LXW_SOVERSION, NULL};
#define NAMED(name) {#name, &xlsx.name},
    static const dynlib_function list[] = {XLSX_FUNCTIONS(NAMED){NULL, NULL}};
    ready = dynlib_functions(dynlib_open(files, "libxlsxwriter" LXW_SOVERSION, &why), list, &why);
}

int xlsx_open(fault *f) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return ready || dynlib_fault(&why, f);
}
