/* Paths as texts: the file system is asked for the working folder only, and links are not looked
 * at. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/buf.h"

/* Appends the path from the root, without . and .. in it. 0 without memory. */
int path_absolute(const char *path, buf *out);
/* Appends the way from a folder to a file: "../samples/hdi.csv". 0 without memory. */
int path_relative(const char *folder, const char *file, buf *out);

#endif
