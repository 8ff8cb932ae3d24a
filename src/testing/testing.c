#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "expr/pattern.h"
#include "lua/budget.h"
#include "testing/inside.h"
#include "testing/property.h"

int testing_push(void *list, size_t *count, size_t *room, void *what) {
    void ***items = list;
    if (*count == *room) {
        size_t more = *room ? 2 * *room : 16;
        void **grown = mem_grow(*items, more * sizeof *grown);
        if (!grown) return 0;
        *items = grown;
        *room = more;
    }
    (*items)[(*count)++] = what;
    return 1;
}

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

/* ---- files ---- */

int testing_note_file(trial *t, const char *path) {
    for (size_t i = 0; i < t->reads; i++)
        if (!strcmp(t->read[i], path)) return 1;
    char *own = arena_text(&t->memory, path, strlen(path));
    return own && testing_push(&t->read, &t->reads, &t->read_room, own);
}

size_t testing_files(const trial *t) {
    return t->reads;
}

const char *testing_file(const trial *t, size_t i) {
    return t->read[i];
}

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
        !testing_push(&t->file, &t->files, &t->file_room, s))
        return fault_memory(f);
    return script_read_tests(s, f) && choose(t, from, f);
}

size_t testing_count(const trial *t) {
    return t->items;
}

const testing_test *testing_at(const trial *t, size_t i) {
    return &t->item[i]->test;
}

/* ---- running ---- */

static double now(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + 1e-9 * (double)ts.tv_nsec;
}

/* Calls the function, or what runs the table, of the item. */
static int call(item *it, fault *f) {
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

static size_t run(trial *t, item *it, const testing_listener *l, int first_only) {
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

int testing_holds(trial *t, size_t i) {
    return !run(t, t->item[i], NULL, 1);
}

size_t testing_fails(trial *t, unsigned kinds, size_t first) {
    for (size_t k = 0; k < t->items; k++) {
        size_t i = (k + first % t->items) % t->items;
        if ((t->item[i]->test.kind & kinds) && !testing_holds(t, i)) return i;
        if (testing_stopped(t)) break;
    }
    return SIZE_MAX;
}

int testing_stopped(const trial *t) {
    return t->settings.stop && *t->settings.stop;
}

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
