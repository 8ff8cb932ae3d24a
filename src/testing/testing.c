/* The runner: finds and reads test files, and runs their tests. */
#include "testing/inside.h"

#include <dirent.h>
#include <errno.h>
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
#include "testing/property.h"

trial *testing_open(const testing_settings *s) {
    trial *t = mem_zero(1, sizeof *t);
    if (t) t->settings = *s;
    return t;
}

void testing_close(trial *t) {
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

int testing_only(trial *t, const char *text, fault *f) {
    pattern_close(t->only);
    t->only = pattern_open(text, strlen(text), 60, t->settings.stop, f);
    return t->only != NULL;
}

/* ---- reading ---- */

/* Those that do not match the pattern are not there. */
static int choose(trial *t, size_t from, fault *f) {
    size_t left = from;
    for (size_t i = from; i < t->items; i++) {
        const char *name = t->item[i]->test.name;
        int found = !t->only ? 1
                    : strstr(name, pattern_text(t->only))
                        ? 1
                        : pattern_match(t->only, name, strlen(name), 0, NULL, NULL, f);
        if (found < 0) return 0;
        if (found) t->item[left++] = t->item[i];
    }
    t->items = left;
    return 1;
}

int testing_read(trial *t, const char *path, fault *f) {
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
        !testing_push(&t->file, &t->files, &t->file_capacity, s))
        return fault_memory(f);
    return script_read_tests(s, f) && choose(t, from, f);
}

size_t testing_count(const trial *t) { return t->items; }

const testing_test *testing_at(const trial *t, size_t i) { return &t->item[i]->test; }

/* ---- running ---- */

static double now(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* Calls the function, or what runs the table, of the item. */
static int call(declared_test *it, fault *f) {
    lua_State *L = it->file->h->L;
    lua_CFunction runs = it->test.kind == TRIAL_CASES    ? cases_run
                         : it->test.kind == TRIAL_GOLDEN ? golden_run
                                                         : property_run;
    if (!lua_checkstack(L, 8)) return fault_memory(f);
    if (it->test.kind == TRIAL_TEST) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, it->ref);
        check_push(L);
    } else {
        lua_pushcfunction(L, runs);
        lua_rawgeti(L, LUA_REGISTRYINDEX, it->ref);
    }
    return host_call(it->file->h, 1, 0, f);
}

/* Where a fault stands that has no place of its own: on the line of the test or the case, under the
 * first 'quoted' word of what it says, if that is there. */
static place place_of(const trial *t, const fault_item *it) {
    sources *files = t->now->file->h->files;
    long line = t->case_line ? t->case_line : t->now->test.line;
    const char *from = it->text ? strchr(it->text, '\'') : NULL;
    const char *to = from ? strchr(from + 1, '\'') : NULL;
    char word[80] = "";
    if (to && to - from < 80) memcpy(word, from + 1, (size_t)(to - from) - 1);
    int there = *word && sources_column(files, 0, line, word) > 0;
    return sources_place(files, 0, line, there ? word : NULL);
}

/* An error that ended the test is a check that failed. */
static void tell_faults(trial *t, const fault *f) {
    for (size_t i = 0; i < f->listed; i++) {
        const fault_item *it = &f->item[i];
        place at = {it->file, it->line, it->column, it->field, it->excerpt};
        if (!it->file) at = place_of(t, it);
        const testing_check c = {.name = "error",
                                 .number = t->case_number,
                                 .file = at.file,
                                 .line = at.line,
                                 .column = at.column,
                                 .message = it->text ? it->text : "",
                                 .hint = it->hint ? it->hint : "",
                                 .excerpt = at.excerpt ? at.excerpt : "",
                                 .got = "",
                                 .want = "",
                                 .tolerance = "",
                                 .output = "",
                                 .at = it->field ? it->field : "",
                                 .formula = "",
                                 .rule_file = "",
                                 .kept = ""};
        t->checks++;
        t->failed++;
        if (t->listener && t->listener->checked)
            t->listener->checked(t->listener->self, &t->now->test, &c);
    }
}

/* What print said goes to the listener. */
static void pass_notes(trial *t, script_file *s) {
    for (size_t i = 0; i < s->notes.listed; i++)
        if (t->listener && t->listener->said)
            t->listener->said(
                t->listener->self, s->notes.item[i].file ? s->notes.item[i].file : s->path,
                s->notes.item[i].line, s->notes.item[i].text ? s->notes.item[i].text : "");
    fault_release(&s->notes);
    s->h->printed = 0;
}

static void check_something(trial *t) {
    fault f = FAULT_INIT;
    if (t->checks || t->note) return;
    fault_at(&f, FAULT_TEST, NULL,
             "t.near(got, want), t.is, t.ok, t.missing or t.fails compares something",
             "the test compares nothing");
    tell_faults(t, &f);
    fault_release(&f);
}

static size_t run(trial *t, declared_test *it, const testing_listener *l, int first_only) {
    fault f = FAULT_INIT;
    host_budget *b = it->file->h->budget;
    double since = now();
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
    if (!call(it, &f)) {
        if (!t->over) tell_faults(t, &f);
    } else {
        check_something(t);
    }
    fault_release(&f);
    b->depth = 0; /* a property that failed may have left its clock stopped */
    pass_notes(t, it->file);
    if (l && l->ended)
        l->ended(l->self, &it->test, t->failed, t->checks, now() - since, t->note ? t->note : "");
    t->now = NULL;
    t->listener = NULL;
    sessions_forget(t);
    arena_release(&t->once);
    arena_release(&t->scratch);
    return t->failed;
}

size_t testing_run(trial *t, size_t i, const testing_listener *l) {
    return run(t, t->item[i], l, 0);
}

int testing_holds(trial *t, size_t i) { return !run(t, t->item[i], NULL, 1); }

size_t testing_fails(trial *t, unsigned kinds, size_t first) {
    for (size_t k = 0; k < t->items; k++) {
        size_t i = (k + first % t->items) % t->items;
        if ((t->item[i]->test.kind & kinds) && !testing_holds(t, i)) return i;
        if (testing_stopped(t)) break;
    }
    return SIZE_MAX;
}

/* ---- finding test files ---- */

/* Test files below a folder, in the order of their names. */

enum { DEEP = 40 };

typedef struct search {
    int (*each)(void *self, const char *path);
    void *self;
    fault *f;
} search;

static int is_test(const char *name) {
    size_t n = strlen(name);
    return n > 9 && name[0] != '.' && !strcmp(name + n - 9, "_test.lua");
}

static int is_passed_over(const char *name) {
    static const char *const names[] = {"build", "golden", "node_modules", NULL};
    for (int i = 0; names[i]; i++)
        if (!strcmp(name, names[i])) return 1;
    return name[0] == '.';
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(const char *folder, char ***names, size_t *count, fault *f) {
    DIR *d = opendir(folder);
    size_t capacity = 0;
    int fine = 1;
    *names = NULL;
    *count = 0;
    if (!d && errno == ENOMEM) limits_lack();
    if (!d) return fault_set(f, FAULT_USAGE, "%s cannot be read: %s", folder, text_of_errno(errno));
    for (struct dirent *e; fine && (e = readdir(d));) {
        if (*count == capacity) {
            char **grown = mem_grow(*names, (capacity = 2 * capacity + 16) * sizeof *grown);
            fine = grown != NULL;
            *names = fine ? grown : *names;
        }
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
    int go = list(folder, &name, &count, s->f);
    for (size_t i = 0; i < count; i++) {
        buf path = BUF_INIT;
        struct stat info;
        if (strcmp(folder, "."))
            buf_print(&path, "%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/");
        buf_text(&path, name[i]);
        /* A link to a folder might lead around in circles. */
        if (go && !lstat(buf_string(&path), &info)) {
            if (S_ISDIR(info.st_mode) && !is_passed_over(name[i]) && depth < DEEP)
                go = search_folder(s, buf_string(&path), depth + 1);
            else if (!S_ISDIR(info.st_mode) && is_test(name[i]))
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
