/* A trial from inside: the memory, the lists and the sessions that its files share. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "testing/inside.h"

int testing_push(void *list, size_t *count, size_t *capacity, void *what) {
    void ***items = list;
    if (*count == *capacity) {
        size_t more = *capacity ? 2 * *capacity : 16;
        void **grown = mem_grow(*items, more * sizeof *grown);
        if (!grown) return 0;
        *items = grown;
        *capacity = more;
    }
    (*items)[(*count)++] = what;
    return 1;
}

int testing_note_file(trial *t, const char *path) {
    for (size_t i = 0; i < t->reads; i++)
        if (!strcmp(t->read[i], path)) return 1;
    char *own = arena_text(&t->memory, path, strlen(path));
    return own && testing_push(&t->read, &t->reads, &t->read_capacity, own);
}

size_t testing_files(const trial *t) { return t->reads; }

const char *testing_file(const trial *t, size_t i) { return t->read[i]; }

int testing_stopped(const trial *t) { return t->settings.stop && *t->settings.stop; }

/* ---- sessions ---- */

size_t testing_sessions(const trial *t) {
    size_t count = 0;
    for (size_t i = 0; i < t->mades; i++) count += !t->made[i]->status;
    return count;
}

assess *testing_session(const trial *t, size_t i) {
    for (size_t k = 0; k < t->mades; k++)
        if (!t->made[k]->status && i-- == 0) return t->made[k]->session;
    return NULL;
}

int testing_keeps(const trial *t, const assess *session) {
    for (size_t i = t->mades; i-- > 0;)
        if (!t->made[i]->status && t->made[i]->session == session) return 1;
    return 0;
}

void testing_on_session(trial *t, void (*ready)(void *self, assess *session), void *self) {
    t->ready = ready;
    t->ready_self = self;
}

void testing_goldens(trial *t, testing_golden what, const testing_review *review) {
    t->golden = what;
    t->review = review ? *review : (testing_review){0};
}

/* ---- in Lua ---- */

const char missing_value = 0;
static const char script_key = 0; /* registry */

void testing_set_script(lua_State *L, script_file *s) {
    lua_pushlightuserdata(L, s);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &script_key);
}

script_file *testing_script(lua_State *L) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &script_key);
    script_file *s = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return s;
}

trial *testing_of(lua_State *L) { return testing_script(L)->t; }

int testing_no_memory(lua_State *L) {
    fault *f = host_fault(L);
    fault_memory(f);
    return host_raise(L, f);
}

void *testing_take(lua_State *L, arena *a, size_t bytes) {
    void *out = arena_zero(a, 1, bytes ? bytes : 1);
    if (!out) testing_no_memory(L);
    return out;
}

const char *testing_print(lua_State *L, arena *a, const char *format, ...) {
    buf b = BUF_INIT;
    va_list args;
    va_start(args, format);
    buf_vprint(&b, text_message(format), args);
    va_end(args);
    const char *out = b.failed ? NULL : arena_text(a, buf_string(&b), b.length);
    buf_release(&b);
    if (!out) testing_no_memory(L);
    return out;
}

const char *testing_stem(lua_State *L) {
    arena *m = &testing_of(L)->scratch;
    const char *path = testing_script(L)->path, *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path, *name = testing_of(L)->now->test.name;
    size_t stem = strlen(base);
    if (stem > 9 && !strcmp(base + stem - 9, "_test.lua")) stem -= 9;
    char *slug = arena_text(m, name, strlen(name));
    if (!slug) testing_no_memory(L);
    for (char *p = slug; *p; p++)
        if (strchr(" /\\:*?\"<>|#%&;'`$", *p) || (unsigned char)*p < ' ') *p = '-';
    return testing_print(L, m, "%.*s-%s", (int)stem, base, slug);
}
