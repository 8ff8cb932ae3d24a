/* What the files of the runner share: memory, lists, sessions, listeners. They all depend on this
 * file, and it depends on none of them. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "testing/inside.h"

int testing_push(void *list, size_t *count, size_t *cap, void *what) {
    void ***items = list;
    if (!MEM_RESERVE(*items, *count + 1, *cap)) return 0;
    (*items)[(*count)++] = what;
    return 1;
}

int testing_note_file(test_run *t, const char *path) {
    for (size_t i = 0; i < t->reads; i++)
        if (!strcmp(t->read[i], path)) return 1;
    char *own = arena_text(&t->memory, path, strlen(path));
    return own && testing_push(&t->read, &t->reads, &t->read_cap, own);
}

size_t testing_files(const test_run *t) { return t->reads; }

const char *testing_file(const test_run *t, size_t i) { return t->read[i]; }

int testing_stopped(const test_run *t) { return limits_raised(t->settings.stop); }

/* ---- sessions ---- */

size_t testing_sessions(const test_run *t) {
    size_t count = 0;
    for (size_t i = 0; i < t->mades; i++) count += !t->made[i]->status;
    return count;
}

assess *testing_session(const test_run *t, size_t i) {
    for (size_t k = 0; k < t->mades; k++)
        if (!t->made[k]->status && i-- == 0) return t->made[k]->session;
    return NULL;
}

int testing_keeps(const test_run *t, const assess *session) {
    for (size_t i = t->mades; i-- > 0;)
        if (!t->made[i]->status && t->made[i]->session == session) return 1;
    return 0;
}

int testing_recompute(assess *a) {
    size_t messages = a->messages, hidden = a->hidden;
    int fine = !assess_recompute(a);
    a->step = DONE;
    a->messages = messages;
    a->hidden = hidden;
    return fine;
}

void testing_on_session(test_run *t, void (*ready)(void *self, assess *session), void *self) {
    t->ready = ready;
    t->ready_self = self;
}

void testing_on_look(test_run *t, testing_look *looked, void *self) {
    t->looked = looked;
    t->looked_self = self;
}

void testing_goldens(test_run *t, testing_golden what, const testing_review *review) {
    t->golden = what;
    t->review = review ? *review : (testing_review){0};
}

void testing_tell(test_run *t, testing_check *c) {
    const char **const text[] = {&c->name, &c->message, &c->hint,      &c->excerpt,
                                 &c->got,  &c->want,    &c->tolerance, &c->output,
                                 &c->at,   &c->formula, &c->rule_file, &c->kept};
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        if (!*text[i]) *text[i] = "";
    c->number = t->case_number;
    t->checks++;
    t->failed += !c->ok;
    if (t->listener && t->listener->checked)
        t->listener->checked(t->listener->self, &t->now->test, c);
}

/* ---- for functions that Lua calls ---- */

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

test_run *testing_of(lua_State *L) { return testing_script(L)->t; }

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

const char *testing_keep(lua_State *L, arena *a, buf *b) {
    const char *out = b->failed ? NULL : arena_text(a, buf_string(b), b->length);
    buf_release(b);
    if (!out) testing_no_memory(L);
    return out;
}

const char *testing_print(lua_State *L, arena *a, const char *format, ...) {
    buf b = BUF_INIT;
    va_list args;
    va_start(args, format);
    buf_vprint(&b, text_message(format), args);
    va_end(args);
    return testing_keep(L, a, &b);
}

const char *testing_list(lua_State *L, arena *a, const char *list, const char *separator,
                         const char *more) {
    return testing_print(L, a, "%s%s%s", list, *list ? separator : "", more);
}

const char *testing_hint(lua_State *L, const char *best) {
    return suggest_text(&testing_of(L)->scratch, best);
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
