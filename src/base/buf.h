/* A text buffer that grows. Once something was added, `text` ends with a NUL; it may contain NUL
 * bytes. When memory runs out, `failed` is set and later additions do nothing, so that one check at
 * the end is enough. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/fault.h"

typedef struct buf {
    char *text;
    size_t length, cap;
    int failed;
} buf;

#define BUF_INIT ((buf){NULL, 0, 0, 0})

void buf_put(buf *b, const char *text, size_t length);
void buf_text(buf *b, const char *text); /* up to its NUL; NULL puts nothing */
void buf_char(buf *b, char c);
void buf_fill(buf *b, char c, size_t count);
void buf_print(buf *b, const char *format, ...) FAULT_FORMAT(2, 3);
void buf_vprint(buf *b, const char *format, va_list args) FAULT_FORMAT(2, 0);
/* room for at least `bytes` more, or NULL; then add to length */
char *buf_reserve(buf *b, size_t bytes);
const char *buf_string(const buf *b); /* never NULL */
void buf_clear(buf *b);               /* empty, memory kept */
void buf_release(buf *b);

#endif
