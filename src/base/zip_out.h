/* Zip archives in memory: what Office files are.
 *
 * Parts are packed one after the other. The same parts give the same bytes: each has the oldest
 * time that an archive can tell. minizip is opened at the first use. */
#ifndef BASE_ZIP_OUT_H
#define BASE_ZIP_OUT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"

typedef struct zip_out zip_out;

/* Is minizip there? After that, only memory can lack. */
int zip_out_ready(fault *f);

/* An archive that is put behind what `to` holds; NULL with the fault. */
zip_out *zip_out_open(buf *to, fault *f);
/* A part, whose name is ASCII and has no slash in front. */
int zip_out_add(zip_out *z, const char *name, const void *bytes, size_t length, fault *f);
/* Ends the archive and releases `z`. After a failure, here or before, 0: the bytes are no archive.
 */
int zip_out_close(zip_out *z, fault *f);

#endif
