/* compile FILE.lua …: the methods that come with the program, compiled, for src/lua/compiled.c to
 * carry; on standard output. It is part of the build.
 *
 * All numbers are of 32 bits, in the byte order of this machine: how many files; of each, where its
 * text begins, how long it is, and the same of its code, counted from the first byte. Code is what
 * lua_dump writes with all names and lines, of a chunk called "=?". */
#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct bytes {
    char *at;
    size_t length, room;
} bytes;

static int put(lua_State *L, const void *some, size_t length, void *to) {
    (void)L;
    bytes *b = to;
    if (length > b->room - b->length) {
        size_t room = 2 * (b->room + length);
        char *more = realloc(b->at, room);
        if (!more) return 1;
        b->at = more;
        b->room = room;
    }
    memcpy(b->at + b->length, some, length);
    b->length += length;
    return 0;
}

static int put_file(bytes *to, const char *path) {
    char some[4096];
    FILE *in = fopen(path, "rb");
    if (!in) return 0;
    int fine = 1;
    for (size_t n; fine && (n = fread(some, 1, sizeof some, in)) > 0;)
        fine = !put(NULL, some, n, to);
    fine = fine && !ferror(in);
    fclose(in);
    return fine;
}

/* Texts and codes go into `body`, and where they begin there into `head`. */
static int compile(lua_State *L, const char *path, uint32_t head[4], bytes *body) {
    head[0] = (uint32_t)body->length;
    if (!put_file(body, path)) {
        fprintf(stderr, "compile: %s cannot be read\n", path);
        return 0;
    }
    head[1] = (uint32_t)body->length - head[0];
    head[2] = (uint32_t)body->length;
    if (luaL_loadbufferx(L, body->at + head[0], head[1], "=?", "t") != LUA_OK) {
        fprintf(stderr, "compile: %s: %s\n", path, lua_tostring(L, -1));
        return 0;
    }
    if (lua_dump(L, put, body, 0)) return 0;
    head[3] = (uint32_t)body->length - head[2];
    lua_pop(L, 1);
    return 1;
}

int main(int argc, char **argv) {
    const uint32_t count = (uint32_t)(argc - 1), size = 4 * count + 1;
    uint32_t *head = calloc(size, sizeof *head);
    bytes body = {0};
    lua_State *L = luaL_newstate();
    int fine = head && L;
    if (fine) head[0] = count;
    for (uint32_t i = 0; fine && i < count; i++)
        fine = compile(L, argv[i + 1], head + 1 + 4 * i, &body);
    for (uint32_t i = 0; fine && i < count; i++) {
        head[1 + 4 * i] += size * (uint32_t)sizeof *head;
        head[3 + 4 * i] += size * (uint32_t)sizeof *head;
    }
    if (fine) fwrite(head, sizeof *head, size, stdout);
    if (fine) fwrite(body.at, 1, body.length, stdout);
    fine = fine && !fflush(stdout) && !ferror(stdout);
    if (L) lua_close(L);
    free(body.at);
    free(head);
    return !fine;
}
