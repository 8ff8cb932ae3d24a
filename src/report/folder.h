/* A result as a folder of files: one CSV for each output, and all of it as result.json.
 *
 * All files are written beside their place and then renamed (base/files.h): a run that fails, is
 * stopped, or meets a full disk leaves what was there before. */
#ifndef REPORT_FOLDER_H
#define REPORT_FOLDER_H

#include "report/view.h"

/* Writes every output of the session; *files is how many files were written. */
int folder_write(const char *path, const view *v, const volatile sig_atomic_t *stop, size_t *files,
                 fault *f);

#endif
