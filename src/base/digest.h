/* SHA-256, as the 64 lower-case hexadecimal digits that results carry for rules, data and
 * engine. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

typedef struct digest digest;

enum { DIGEST_HEX = 65 }; /* 64 digits and a NUL */

digest *digest_start(void); /* NULL without memory */
void digest_add(digest *d, const void *bytes, size_t length);
/* writes the digits and frees; NULL gives "" */
void digest_finish(digest *d, char hex[DIGEST_HEX]);

#endif
