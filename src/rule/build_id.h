/* Which program computed a result. */
#ifndef RULE_BUILD_ID_H
#define RULE_BUILD_ID_H

#include "base/digest.h"

/* The file this code was loaded from: the program, or the shared library. 0 where the system does
 * not tell. */
enum { BUILD_ID_PATH = 4096 };
int build_id_path(char path[BUILD_ID_PATH]);

/* SHA-256 of the file this code was loaded from: the program, or the shared library. "" where the
 * system does not tell which that is, or it cannot be read any more. */
void build_id_digest(char hex[DIGEST_HEX]);

/* SHA-256 of a file's bytes; "" where it cannot be read. */
void file_digest(const char *path, char hex[DIGEST_HEX]);

#endif
