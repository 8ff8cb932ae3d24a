/* The runner of test files: finds them, reads each in a sandbox of its own, and runs its tests. */
#include "testing/inside.h"

#include <dirent.h>
#include <errno.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "expr/pattern.h"
#include "lua/budget.h"

test_run *testing_open(const testing_settings *s) {
    test_run *t = mem_zero(1, sizeof *t);
    if (t) t->settings = *s;
    return t;
}

void testing_close(test_run *t) {
    if (!t) return;
    for (size_t i = 0; i < t->files; i++) {
        host_close(t->file[i]->h);
        fault_release(&t->file[i]->notes);
    }
    for (size_t i = 0; i < t->mades; i++) assess_free(t->made[i]->session);
    goldens_close(t->goldens);
    pattern_close(t->only);
    mem_free(t->file);
    mem_free(t->item);
    mem_free(t->made);
    mem_free(t->read);
    arena_release(&t->ask.memory);
    arena_release(&t->once);
    arena_release(&t->scratch);
    arena_release(&t->memory);
    mem_free(t);
}

int testing_only(test_run *t, const char *text, fault *f) {
    pattern_close(t->only);
    t->only = pattern_open(text, strlen(text), 60, t->settings.stop, f);
    return t->only != NULL;
}

/* ---- comparisons that Lua accepts, but that cannot be meant ----
 *
 * r.total == 50 compares an array with a number, which is always false. Such comparisons are found
 * in the text, where r is a name that the result of t.run was assigned to. */

enum { NAMES_MOST = 64 };

typedef struct test_lint {
    sources *files;
    int file;
    token_list t;
    size_t result[NAMES_MOST]; /* tokens: names that the result of a run was assigned to */
    size_t results;
} test_lint;

/* Is token i the start of r.total, with nothing after it that makes it a value? */
static int is_array(const test_lint *s, size_t i) {
    static const char *const more[] = {":", ".", "[", "(", "{", NULL};
    const token_list *t = &s->t;
    if (i && (token_is(t, i - 1, ".") || token_is(t, i - 1, "#"))) return 0;
    if (!token_is_name(t, i) || !token_is(t, i + 1, ".") || !token_is_name(t, i + 2)) return 0;
    for (int k = 0; more[k]; k++)
        if (token_is(t, i + 3, more[k])) return 0;
    for (size_t k = 0; k < s->results; k++)
        if (token_same(t, i, s->result[k])) return !token_is(t, i + 2, "warnings");
    return 0;
}

static void report_comparison(test_lint *s, size_t i, size_t sign, fault *f) {
    const source_token *first = &s->t.token[i], *last = first + 2, *own = &s->t.token[sign];
    place at = sources_place(s->files, s->file, own->line, NULL);
    at.column = sources_column_at(s->files, s->file, own->line, own->from);
    fault_at(f, FAULT_RULE, &at, "t.is and t.near compare arrays; r.total:at{ … } is a value",
             "%.*s is an array: %.*s never looks into it", (int)(last->to - first->from),
             s->t.text + first->from, (int)(own->to - own->from), s->t.text + own->from);
}

static void find_comparisons(test_lint *s, fault *f) {
    const token_list *t = &s->t;
    for (size_t i = 0; i < t->count; i++) {
        int runs = token_is_name(t, i) && token_is(t, i + 1, "=") && token_is_name(t, i + 2) &&
                   (token_is(t, i + 3, ".") || token_is(t, i + 3, ":")) &&
                   token_is(t, i + 4, "run");
        if (runs && s->results < NAMES_MOST) s->result[s->results++] = i;
        int sign = token_is(t, i, "==") || token_is(t, i, "~=");
        if (sign && i >= 3 && is_array(s, i - 3))
            report_comparison(s, i - 3, i, f);
        else if (sign && is_array(s, i + 1))
            report_comparison(s, i + 1, i, f);
    }
}

/* 0 with all such comparisons in the fault. */
static int check_comparisons(sources *files, fault *f) {
    for (int i = 0; i < (int)sources_count(files); i++) {
        test_lint s = {.files = files, .file = i, .t = token_list_of(files, i)};
        find_comparisons(&s, f);
    }
    return !f->count;
}

/* ---- test, cases, golden, property: what a test file declares ---- */

static const char *const example[] = {
    [TESTING_TEST] = "test(\"a score is capped\", function(t) … end)",
    [TESTING_CASES] = "cases(\"inverse\", { rules = \"rules.lua\", output = \"scores\", { A1 = 30, "
                      "want = 50 } })",
    [TESTING_GOLDEN] = "golden(\"published ranking\", { rules = \"rules.lua\" })",
    [TESTING_PROPERTY] = "property(\"more is better\", monotone \"index.*.*\", { rules = "
                         "\"rules.lua\", output = \"total\" })",
};

static uint64_t hash_of(const char *text) {
    uint64_t h = 14695981039346656037u; /* FNV-1a, Noll */
    for (; *text; text++) h = (h ^ (unsigned char)*text) * 1099511628211u;
    return h;
}

/* Declares what is on top of the stack under the name at 1. */
static int declare_test(lua_State *L, testing_kind kind) {
    script_file *s = testing_script(L);
    test_run *t = s->t;
    const char *name = lua_tostring(L, 1);
    int file;
    long line = 0;
    where_main(L, &file, &line);
    if (t->now)
        host_error(L, NULL, "tests stand beside one another", "a test cannot declare another");
    for (size_t i = 0; i < t->items; i++)
        if (t->item[i]->file == s && !strcmp(t->item[i]->test.name, name))
            host_error(L, name, "names tell tests apart, and golden files",
                       "the test on line %ld has this name", t->item[i]->test.line);
    declared_test *it = testing_take(L, &t->memory, sizeof *it);
    it->file = s;
    it->test = (testing_test){s->path, line, testing_print(L, &t->memory, "%s", name), kind};
    it->number = hash_of(name);
    it->ref = luaL_ref(L, LUA_REGISTRYINDEX);
    return testing_push(&t->item, &t->items, &t->item_cap, it) ? 0 : testing_no_memory(L);
}

static void check_name(lua_State *L, const char *what, testing_kind kind) {
    if (lua_type(L, 1) != LUA_TSTRING || !lua_rawlen(L, 1))
        host_error(L, what, example[kind], "%s needs a name first", what);
}

static int do_test(lua_State *L) {
    check_name(L, "test", TESTING_TEST);
    if (lua_type(L, 2) != LUA_TFUNCTION)
        host_error(L, "test", example[TESTING_TEST], "test needs a function behind the name");
    lua_settop(L, 2);
    return declare_test(L, TESTING_TEST);
}

static void check_rules(lua_State *L, int at, const char *what, testing_kind kind) {
    if (lua_type(L, at) != LUA_TTABLE)
        host_error(L, what, example[kind], "%s needs a table that names the rules", what);
    if (!option_push(L, at, "rules") || lua_type(L, -1) != LUA_TSTRING)
        host_error(L, what, example[kind], "%s needs to know the rules", what);
    lua_pop(L, 1);
}

/* Declares cases or a golden: a name and a table. */
static int declare_table(lua_State *L, const char *what, testing_kind kind) {
    check_name(L, what, kind);
    check_rules(L, 2, what, kind);
    lua_settop(L, 2);
    return declare_test(L, kind);
}

static int do_cases(lua_State *L) { return declare_table(L, "cases", TESTING_CASES); }

static int do_golden(lua_State *L) { return declare_table(L, "golden", TESTING_GOLDEN); }

static int do_property(lua_State *L) {
    check_name(L, "property", TESTING_PROPERTY);
    check_rules(L, 3, "property", TESTING_PROPERTY);
    if (lua_type(L, 2) != LUA_TTABLE && lua_type(L, 2) != LUA_TFUNCTION)
        host_error(L, "property", example[TESTING_PROPERTY],
                   "property needs what is to hold: monotone, bounds, invariant, no_reversal, "
                   "robust, or a function");
    lua_settop(L, 3);
    lua_createtable(L, 2, 0);
    lua_insert(L, 2);
    lua_rawseti(L, 2, 2);
    lua_rawseti(L, 2, 1);
    return declare_test(L, TESTING_PROPERTY);
}

/* ---- the sandbox ----
 *
 * It is that of rules without the algebra, because values in tests are plain numbers. These names
 * are kept: */

static const char *const kept[] = {
    "assert",   "error",        "getmetatable", "ipairs", "next",     "pairs",  "pcall",  "print",
    "require",  "setmetatable", "tostring",     "type",   "rawequal", "rawget", "rawlen", "select",
    "tonumber", "string",       "table",        "utf8",   "math",     NULL};

/* Reading a name that is not there. Upvalues: the names of the algebra, as a set; the function that
 * raises for other names. */
static int undefined(lua_State *L) {
    lua_pushvalue(L, 2);
    if (lua_type(L, 2) != LUA_TSTRING || lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL) {
        lua_settop(L, 2);
        lua_pushvalue(L, lua_upvalueindex(2));
        lua_insert(L, 1);
        lua_call(L, 2, 1);
        return 1;
    }
    if (!strcmp(lua_tostring(L, 2), "assessment") || !strcmp(lua_tostring(L, 2), "extend"))
        return host_error(L, lua_tostring(L, 2),
                          "its tests stand in a file of their own, called …_test.lua",
                          "this is a rule file, no test file");
    return host_error(L, lua_tostring(L, 2),
                      "in a test the values are plain numbers: math.abs, math.max …",
                      "'%s' belongs to rules, not to tests", lua_tostring(L, 2));
}

/* Removes the algebra from the environment on top of the stack, and remembers its names. */
static void remove_algebra(lua_State *L) {
    int env = lua_gettop(L);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, env); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || suggest_has(kept, lua_tostring(L, -2))) continue;
        lua_pushvalue(L, -2);
        lua_pushboolean(L, 1);
        lua_rawset(L, env + 1);
    }
    for (lua_pushnil(L); lua_next(L, env + 1); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_pushnil(L);
        lua_rawset(L, env);
    }
    lua_getmetatable(L, env);
    lua_pushvalue(L, env + 1);
    lua_getfield(L, -2, "__index");
    lua_pushcclosure(L, undefined, 2);
    lua_setfield(L, -2, "__index");
    lua_settop(L, env);
}

static int fill_sandbox(lua_State *L) {
    static const luaL_Reg functions[] = {{"test", do_test},
                                         {"cases", do_cases},
                                         {"golden", do_golden},
                                         {"property", do_property},
                                         {NULL, NULL}};
    testing_set_script(L, lua_touserdata(L, 1));
    sandbox_own(L);
    remove_algebra(L);
    luaL_setfuncs(L, functions, 0);
    lua_pushlightuserdata(L, (void *)&missing_value);
    lua_setfield(L, -2, "missing");
    property_open(L);
    result_open(L);
    check_open(L);
    return 0;
}

static int open_host(script_file *s, fault *f) {
    const testing_settings *o = &s->t->settings;
    const host_settings hs = {.seconds = o->seconds,
                              .memory = (size_t)256 << 20,
                              .source = (size_t)1 << 20,
                              .values = (size_t)64 << 20,
                              .threads = 1,
                              .methods = o->methods,
                              .stop = o->stop,
                              .plain = 1};
    s->h = host_open(&hs, &s->notes, f);
    if (!s->h) return 0;
    lua_pushcfunction(s->h->L, fill_sandbox);
    lua_pushlightuserdata(s->h->L, s);
    return host_call(s->h, 1, 0, f);
}

static int read_script(script_file *s, fault *f) {
    if (!open_host(s, f)) return 0;
    size_t before = s->t->items;
    int fine = host_run_first(s->h, s->path, f);
    if (fine) lua_pop(s->h->L, 1);
    if (fine) fine = check_comparisons(s->h->files, f);
    for (size_t i = 0; i < sources_count(s->h->files); i++)
        testing_note_file(s->t, sources_name(s->h->files, (int)i));
    if (!fine) s->t->items = before;
    return fine;
}

/* ---- reading ---- */

/* Drops the tests from `from` on that do not match the pattern. */
static int drop_unmatched(test_run *t, size_t from, fault *f) {
    size_t left = from;
    for (size_t i = from; i < t->items; i++) {
        const char *name = t->item[i]->test.name;
        int found = !t->only || strstr(name, pattern_text(t->only)) != NULL;
        if (!found) found = pattern_match(t->only, name, strlen(name), 0, NULL, NULL, f);
        if (found < 0) return 0;
        if (found) t->item[left++] = t->item[i];
    }
    t->items = left;
    return 1;
}

int testing_read(test_run *t, const char *path, fault *f) {
    script_file *s = arena_zero(&t->memory, 1, sizeof *s);
    const char *slash = strrchr(path, '/');
    size_t from = t->items;
    if (!s) return fault_memory(f);
    s->t = t;
    s->notes = FAULT_INIT;
    s->path = arena_text(&t->memory, path, strlen(path));
    s->folder = !slash          ? "."
                : slash == path ? "/"
                                : arena_text(&t->memory, path, (size_t)(slash - path));
    if (!s->path || !s->folder || !testing_note_file(t, path) ||
        !testing_push(&t->file, &t->files, &t->file_cap, s))
        return fault_memory(f);
    return read_script(s, f) && drop_unmatched(t, from, f);
}

size_t testing_count(const test_run *t) { return t->items; }

const testing_test *testing_at(const test_run *t, size_t i) { return &t->item[i]->test; }

/* ---- running ---- */

static double seconds_now(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* Calls the function of the test, or the C function that runs its table. */
static int call_test(declared_test *it, fault *f) {
    lua_State *L = it->file->h->L;
    lua_CFunction runs = it->test.kind == TESTING_CASES    ? cases_run
                         : it->test.kind == TESTING_GOLDEN ? golden_run
                                                           : property_run;
    if (!lua_checkstack(L, 8)) return fault_memory(f);
    if (it->test.kind == TESTING_TEST) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, it->ref);
        check_push(L);
    } else {
        lua_pushcfunction(L, runs);
        lua_rawgeti(L, LUA_REGISTRYINDEX, it->ref);
    }
    return host_call(it->file->h, 1, 0, f);
}

/* The place of a fault that has none: the line of the test or the case, under the first 'quoted'
 * word of the message if it stands there. */
static place place_of(const test_run *t, const fault_item *it) {
    sources *files = t->now->file->h->files;
    long line = t->case_line ? t->case_line : t->now->test.line;
    const char *from = it->text ? strchr(it->text, '\'') : NULL;
    const char *to = from ? strchr(from + 1, '\'') : NULL;
    char word[80] = "";
    if (to && to - from < 80) memcpy(word, from + 1, (size_t)(to - from) - 1);
    int there = *word && sources_column(files, 0, line, word) > 0;
    return sources_place(files, 0, line, there ? word : NULL);
}

/* Reports an error that ended the test, as a check that failed. */
static void report_faults(test_run *t, const fault *f) {
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        place at = {it->file, it->line, it->column, it->field, it->excerpt, NULL, it->cell};
        if (!it->file) at = place_of(t, it);
        testing_tell(t, &(testing_check){.name = "error",
                                         .file = at.file,
                                         .line = at.line,
                                         .column = at.column,
                                         .message = it->text,
                                         .hint = it->hint,
                                         .excerpt = at.excerpt,
                                         .at = it->field});
    }
}

/* Passes what print and warnings said to the listener. */
static void pass_notes(test_run *t, script_file *s) {
    for (size_t i = 0; i < s->notes.listed; i++)
        if (t->listener && t->listener->said)
            t->listener->said(
                t->listener->self, s->notes.item[i].file ? s->notes.item[i].file : s->path,
                s->notes.item[i].line, s->notes.item[i].text ? s->notes.item[i].text : "");
    fault_release(&s->notes);
    s->h->printed = 0;
}

/* A test without any check fails. */
static void check_something(test_run *t) {
    fault f = FAULT_INIT;
    if (t->checks || t->note) return;
    fault_at(&f, FAULT_TEST, NULL,
             "t.near(got, want), t.is, t.ok, t.missing or t.fails compares something",
             "the test compares nothing");
    report_faults(t, &f);
    fault_release(&f);
}

static size_t run_test(test_run *t, declared_test *it, const testing_listener *l, int first_only) {
    fault f = FAULT_INIT;
    host_budget *b = it->file->h->budget;
    double since = seconds_now();
    t->listener = l;
    t->now = it;
    t->first_only = first_only;
    t->over = 0;
    t->checks = t->failed = t->looks = t->looks_told = 0;
    t->note = NULL;
    t->case_number = 0;
    t->case_line = 0;
    b->spent = 0;
    b->steps = 0;
    if (l && l->begins) l->begins(l->self, &it->test);
    if (!call_test(it, &f)) {
        if (!t->over) report_faults(t, &f);
    } else {
        check_something(t);
    }
    fault_release(&f);
    b->depth = 0; /* an error may have left the clock of the script stopped */
    pass_notes(t, it->file);
    if (l && l->ended)
        l->ended(l->self, &it->test, t->failed, t->checks, seconds_now() - since,
                 t->note ? t->note : "");
    t->now = NULL;
    t->listener = NULL;
    sessions_forget(t);
    arena_release(&t->once);
    arena_release(&t->scratch);
    return t->failed;
}

size_t testing_run(test_run *t, size_t i, const testing_listener *l) {
    return run_test(t, t->item[i], l, 0);
}

int testing_holds(test_run *t, size_t i) { return !run_test(t, t->item[i], NULL, 1); }

size_t testing_fails(test_run *t, unsigned kinds, size_t first) {
    for (size_t k = 0; k < t->items; k++) {
        size_t i = (k + first % t->items) % t->items;
        if ((t->item[i]->test.kind & kinds) && !testing_holds(t, i)) return i;
        if (testing_stopped(t)) break;
    }
    return SIZE_MAX;
}

/* ---- finding test files below a folder, in the order of their names ---- */

enum { DEPTH_MOST = 40 };

typedef struct search {
    int (*each)(void *self, const char *path);
    void *self;
    fault *f;
} search;

int testing_is_test(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = strlen(name);
    return n > 9 && name[0] != '.' && !strcmp(name + n - 9, "_test.lua");
}

static int is_passed_over(const char *name) {
    static const char *const names[] = {"build", "golden", "node_modules", NULL};
    return name[0] == '.' || suggest_has(names, name);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_folder(const char *folder, char ***names, size_t *count, fault *f) {
    DIR *d = opendir(folder);
    size_t cap = 0;
    int fine = 1;
    *names = NULL;
    *count = 0;
    if (!d && errno == ENOMEM) limits_lack();
    if (!d) return fault_set(f, FAULT_USAGE, "%s cannot be read: %s", folder, text_of_errno(errno));
    for (struct dirent *e; fine && (e = readdir(d));) {
        fine = MEM_RESERVE(*names, *count + 1, cap);
        char *own = fine ? mem_take(strlen(e->d_name) + 1) : NULL;
        if (own) (*names)[(*count)++] = strcpy(own, e->d_name);
        fine = own != NULL;
    }
    closedir(d);
    if (*count) qsort(*names, *count, sizeof **names, by_name);
    return fine || fault_memory(f);
}

static int search_folder(const search *s, const char *folder, int depth) {
    char **name;
    size_t count;
    int go = list_folder(folder, &name, &count, s->f);
    for (size_t i = 0; i < count; i++) {
        buf path = BUF_INIT;
        struct stat info;
        if (strcmp(folder, "."))
            buf_print(&path, "%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/");
        buf_text(&path, name[i]);
        /* Links are not followed: one to a folder might lead in circles. */
        if (go && !lstat(buf_string(&path), &info)) {
            if (S_ISDIR(info.st_mode) && !is_passed_over(name[i]) && depth < DEPTH_MOST)
                go = search_folder(s, buf_string(&path), depth + 1);
            else if (!S_ISDIR(info.st_mode) && testing_is_test(name[i]))
                go = s->each(s->self, buf_string(&path));
        }
        buf_release(&path);
        mem_free(name[i]);
    }
    mem_free(name);
    return go;
}

int testing_find(const char *path, int (*each)(void *self, const char *path), void *self,
                 fault *f) {
    struct stat info;
    const search s = {each, self, f};
    if (stat(path, &info))
        return fault_set(f, FAULT_USAGE, "%s: %s", path,
                         errno == ENOENT ? text_message("no such file or folder")
                                         : text_of_errno(errno));
    if (!S_ISDIR(info.st_mode)) return each(self, path);
    return search_folder(&s, path, 0);
}
