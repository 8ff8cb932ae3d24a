/* Which files a rule may read, in a command.
 *
 * Rules and tables are mailed, and what a message or a report shows of a file may be mailed back.
 * So a command lets rules read only below some folders: those that are added here, and those of the
 * rule files themselves. What counts is where a file really is: no link leads out. The process has
 * one list, as it has one set of limits; a program that uses the library has none, and its rules
 * read what it may read itself. */
#ifndef BASE_ALLOWED_H
#define BASE_ALLOWED_H

#include "base/buf.h"

/* From now on rules read below this folder, and below others so added, only. 0 with errno where
 * there is no such folder, or ENOMEM. */
int allowed_add(const char *folder);
void allowed_clear(void);  /* at the end of the command */
int allowed_limited(void); /* was a folder added? */

/* May a rule read this file, which need not be there? */
int allowed_reads(const char *path);
/* Is it really below this folder? A folder is below itself. */
int allowed_below(const char *path, const char *folder);
/* The folder in which a file is: as the path says, or, where a link leads elsewhere, really. 0
 * where it cannot be told. */
int allowed_folder(const char *path, buf *out);
/* Does its name, behind all links, end like this? */
int allowed_ends(const char *path, const char *end);

#endif
