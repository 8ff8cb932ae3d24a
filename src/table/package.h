/* The parts of a workbook file: a zip archive of XML.
 *
 * An archive comes from anybody, so nothing in it is believed: there is a limit to its entries, to
 * what it may unpack to (in all, and in proportion to its size), and to the depth of elements; a
 * document type, with which entities would come, is refused; and the limits of the command hold.
 *
 * minizip and expat are opened at the first use. */
#ifndef TABLE_PACKAGE_H
#define TABLE_PACKAGE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"

typedef struct package package;

/* What is heard of an XML part. Names come without the prefix of their namespace. */
typedef struct package_sink {
    void (*start)(void *self, const char *name, const char **attribute);
    void (*end)(void *self, const char *name);
    void (*text)(void *self, const char *text, size_t length);
    void *self;
} package_sink;

/* Opens the bytes of `path`, which stay the caller's. What is no archive gets a message that says
 * what it seems to be. */
package *package_open(const char *path, const char *bytes, size_t length, fault *f);
void package_close(package *p);

int package_has(package *p, const char *part);
/* The name of a part in the order of the archive, the first where `first`; 0 after the last. */
enum { PACKAGE_NAME = 512 };
int package_name(package *p, int first, char name[PACKAGE_NAME]);
/* Appends the bytes of a part, as they are. */
int package_bytes(package *p, const char *part, buf *to, fault *f);
/* Reads a part, whose name has no slash in front. 0 with the fault, which may be one of the sink's
 * own: package_stop ends the reading, and then nothing is added to `f`. */
int package_parse(package *p, const char *part, const package_sink *sink, fault *f);
void package_stop(package *p);

/* The value of an attribute, whatever the prefix before its name; NULL where it has none. */
const char *package_attribute(const char **attribute, const char *name);

#endif
