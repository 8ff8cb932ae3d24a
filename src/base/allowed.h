/* Which files a rule may read.
 *
 * Rules and tables are mailed, and what a message or a report shows of a file may be mailed back.
 * So rules read only below some folders: the working folder, those of the rule files themselves,
 * and those that the program allows besides. What counts is where a file really is: no link leads
 * out. Each session has a list of its own. */
#ifndef BASE_ALLOWED_H
#define BASE_ALLOWED_H

#include "base/buf.h"

/* The folders that are allowed besides: real paths, of allowed_real. */
typedef struct allowed_list {
    const char *const *folder;
    size_t count;
} allowed_list;

/* Is the file, which need not be there, below the working folder or one of the list? NULL: none. */
int allowed_reads(const allowed_list *list, const char *path);
/* Where a folder really is. 0 with errno, ENOTDIR where it is none. */
int allowed_real(const char *folder, buf *out);
/* Is it really below this folder? A folder is below itself. */
int allowed_below(const char *path, const char *folder);
/* The folder in which a file is: as the path says, or, where a link leads elsewhere, really. 0
 * where it cannot be told. */
int allowed_folder(const char *path, buf *out);
/* Does its name, behind all links, end like this? */
int allowed_ends(const char *path, const char *end);

#endif
