#include "lua/compiled.h"

#include <stdint.h>
#include <string.h>

/* What scripts/compile.c writes. */
__asm__(".section .rodata\n"
        ".balign 8\n"
        "compiled_methods:\n"
        ".incbin \"" ASSESS_METHODS "\"\n"
        ".previous\n");
extern const char compiled_methods[] __attribute__((visibility("hidden")));

/* Ahead of the name of a chunk: 31 bytes of header, and the number of upvalues. The name of those
 * in the file, with its length; names are shorter than 126 bytes, so that a length is one byte. */
enum { HEAD = 32, NAME = 3, LONGEST = 125, MARK = 0x80 };

typedef struct file {
    uint32_t text, length, code, bytes;
} file;

static file file_at(uint32_t i) {
    file x;
    memcpy(&x, compiled_methods + sizeof(uint32_t) + i * sizeof x, sizeof x);
    return x;
}

/* The code in three pieces, with another name. */
typedef struct reader {
    const char *code;
    size_t bytes;
    char name[LONGEST + 1];
    size_t length; /* of the name, with the byte of its length */
    int pieces;    /* that were given */
} reader;

static const char *next_piece(lua_State *L, void *self, size_t *size) {
    (void)L;
    reader *r = self;
    switch (r->pieces++) {
    case 0: *size = HEAD; return r->code;
    case 1: *size = r->length; return r->name;
    case 2: *size = r->bytes - HEAD - NAME; return r->code + HEAD + NAME;
    default: *size = 0; return NULL;
    }
}

int compiled_push(lua_State *L, const char *text, size_t length, const char *name) {
    uint32_t count;
    size_t n = strlen(name);
    memcpy(&count, compiled_methods, sizeof count);
    if (!strstr(lua_ident, LUA_RELEASE " ") || n > LONGEST) return 0;
    for (uint32_t i = 0; i < count; i++) {
        const file x = file_at(i);
        if (x.length != length || memcmp(compiled_methods + x.text, text, length) != 0) continue;
        reader r = {.code = compiled_methods + x.code, .bytes = x.bytes, .length = n + 1};
        r.name[0] = (char)((n + 1) | MARK);
        memcpy(r.name + 1, name, n);
        int status = lua_load(L, next_piece, &r, name, "b");
        if (status == LUA_OK) return 1;
        if (status == LUA_ERRMEM) lua_error(L);
        lua_pop(L, 1); /* another library after all: the text is parsed */
        return 0;
    }
    return 0;
}
