#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { LEAST = 64 };

char *buf_reserve(buf *b, size_t bytes) {
    if (b->failed) return NULL;
    size_t need = bytes < SIZE_MAX - b->length ? b->length + bytes + 1 : SIZE_MAX;
    if (!MEM_RESERVE(b->text, need < LEAST ? LEAST : need, b->cap)) {
        b->failed = 1;
        return NULL;
    }
    return b->text + b->length;
}

void buf_put(buf *b, const char *text, size_t length) {
    char *at = buf_reserve(b, length);
    if (!at) return;
    if (length) memcpy(at, text, length);
    b->length += length;
    b->text[b->length] = 0;
}

void buf_text(buf *b, const char *text) {
    if (text) buf_put(b, text, strlen(text));
}

void buf_char(buf *b, char c) { buf_put(b, &c, 1); }

void buf_fill(buf *b, char c, size_t count) {
    char *at = buf_reserve(b, count);
    if (!at) return;
    memset(at, c, count);
    b->length += count;
    b->text[b->length] = 0;
}

void buf_vprint(buf *b, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *at = n < 0 ? NULL : buf_reserve(b, (size_t)n);
    if (at) {
        vsnprintf(at, (size_t)n + 1, format, again);
        b->length += (size_t)n;
    }
    va_end(again);
}

void buf_print(buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_vprint(b, format, args);
    va_end(args);
}

const char *buf_string(const buf *b) { return b->text ? b->text : ""; }

void buf_clear(buf *b) {
    b->length = 0;
    if (b->text) b->text[0] = 0;
}

void buf_release(buf *b) {
    mem_free(b->text);
    *b = BUF_INIT;
}
