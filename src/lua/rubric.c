/* rubric(x, { levels = { { "A", 95, "pattern" }, …, { "E", 20, ".+", guard = false } }, guard =
 * "pattern", cut = "。;；" }): a grade for evidence that is written in words.
 *
 * The text is cut into sentences at every character of `cut`. A level is reached if some sentence
 * has a match of its pattern and, unless the level says guard = false, no match of the guard: so
 * "尚未建成" does not count as built, and what one sentence denies another may still prove. Levels
 * are tried in the order written, the first that is reached holds. Missing, and text that reaches
 * no level (one without a sentence reaches none), is missing. Results: the scores, and the names of
 * the levels. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "expr/pattern.h"
#include "lua/source_notes.h"
#include "lua/rubric.h"

enum { LEVELS_MOST = 20, CUTS_MOST = 32 };

typedef struct level {
    uint32_t name;
    double score;
    pattern *pattern;
    int guarded, bent; /* bent: see rubric_bend */
} level;

typedef struct rubric_task {
    host *h;
    level level[LEVELS_MOST];
    int levels;
    pattern *guard; /* or NULL */
    int guard_bent;
    char cut[CUTS_MOST][5];
    int cuts;
    int file;
    long line;
} rubric_task;

/* The length of the sentence at the start of the text; *next is how far behind it the next one
 * begins. */
static size_t sentence(const rubric_task *t, const char *text, size_t length, size_t *next) {
    for (size_t i = 0; i < length; i++)
        for (int k = 0; k < t->cuts; k++) {
            size_t n = strlen(t->cut[k]);
            if (length - i >= n && !memcmp(text + i, t->cut[k], n)) {
                *next = i + n;
                return i;
            }
        }
    *next = length;
    return length;
}

/* Whether a level is reached: 1, 0, or -1 with the fault filled. */
static int reached(const rubric_task *t, const level *v, const char *text, size_t length,
                   fault *f) {
    size_t next;
    for (; length > 0; text += next, length -= next) {
        size_t n = sentence(t, text, length, &next);
        int found = v->bent ? v->bent > 0 : pattern_match(v->pattern, text, n, 0, NULL, NULL, f);
        if (found > 0 && v->guarded && t->guard) {
            int held = t->guard_bent ? t->guard_bent > 0
                                     : pattern_match(t->guard, text, n, 0, NULL, NULL, f);
            found = held < 0 ? -1 : !held;
        }
        if (found != 0) return found;
    }
    return 0;
}

static int call_place(void *self, const double *arg, int argc, double *out, fault *f) {
    rubric_task *t = self;
    const char *text = pool_text(t->h->strings, (uint32_t)arg[0]);
    size_t length = pool_length(t->h->strings, (uint32_t)arg[0]);
    (void)argc;
    *out = EX_NAN;
    for (int i = 0; i < t->levels; i++) {
        fault own = FAULT_INIT;
        int found = reached(t, &t->level[i], text, length, &own);
        if (found < 0) return text_fault(t->h, t->file, t->line, "rubric", &own, f);
        if (found) {
            *out = i;
            return 1;
        }
    }
    return 1;
}

static int call_score(void *self, const double *arg, int argc, double *out, fault *f) {
    const rubric_task *t = self;
    (void)argc;
    (void)f;
    *out = t->level[(int)arg[0]].score;
    return 1;
}

static int call_name(void *self, const double *arg, int argc, double *out, fault *f) {
    const rubric_task *t = self;
    (void)argc;
    (void)f;
    *out = t->level[(int)arg[0]].name;
    return 1;
}

int rubric_is(const ex_function *fn) { return fn && fn->call == call_place; }

int rubric_levels(const ex_function *fn) {
    const rubric_task *t = fn->self;
    return t->levels;
}

const char *rubric_level(const ex_function *fn, int i) {
    const rubric_task *t = fn->self;
    return pool_text(t->h->strings, t->level[i].name);
}

int rubric_guarded(const ex_function *fn) {
    const rubric_task *t = fn->self;
    return t->guard != NULL;
}

int rubric_scores(const ex_function *fn) { return fn && fn->call == call_score; }

double rubric_score(const ex_function *fn, int i) {
    const rubric_task *t = fn->self;
    return t->level[i].score;
}

void rubric_set_score(const ex_function *fn, int i, double score) {
    rubric_task *t = fn->self;
    t->level[i].score = score;
}

void rubric_bend(const ex_function *fn, int i, int how) {
    rubric_task *t = fn->self;
    if (i < t->levels)
        t->level[i].bent = how;
    else
        t->guard_bent = how;
}

/* One entry of levels, on top of the stack: { "A", 95, "pattern", guard = false }. */
static void read_level(lua_State *L, rubric_task *t, int number) {
    static const char shape[] =
        TEXT("{ \"A\", 95, \"pattern\" }, and guard = false where the guard does not count");
    host *h = host_of(L);
    int entry = lua_gettop(L);
    level *v = &t->level[t->levels++];
    if (lua_type(L, entry) != LUA_TTABLE || lua_rawlen(L, entry) != 3)
        host_error(L, "levels", shape, "level %d has a name, a score and a pattern", number);
    for (lua_pushnil(L); lua_next(L, entry); lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), "guard") != 0)
            host_error(L, lua_tostring(L, -2), shape, "level %d has an unknown key '%s'", number,
                       lua_tostring(L, -2));
    if (lua_rawgeti(L, entry, 1) != LUA_TSTRING)
        host_error(L, "levels", shape, "the name of level %d is a text", number);
    ex_id name = host_node(L, -1); /* puts it into the pool */
    v->name = (uint32_t)*ex_values_of(h->graph, name)->value;
    if (lua_rawgeti(L, entry, 2) != LUA_TNUMBER || !isfinite(lua_tonumber(L, -1)))
        host_error(L, "levels", shape, "the score of level %d is a number", number);
    v->score = lua_tonumber(L, -1);
    lua_rawgeti(L, entry, 3);
    v->pattern = text_pattern(L, -1, "rubric");
    int kind = lua_getfield(L, entry, "guard");
    if (kind != LUA_TNIL && kind != LUA_TBOOLEAN)
        host_error(L, "guard", shape,
                   "the guard of level %d is true or false; its pattern stands beside levels",
                   number);
    v->guarded = kind == LUA_TNIL || lua_toboolean(L, -1);
    lua_settop(L, entry - 1);
}

static void read_cut(lua_State *L, rubric_task *t, const char *text) {
    while (*text) {
        size_t n = 1;
        while (((unsigned char)text[n] & 0xc0) == 0x80) n++;
        if (t->cuts == CUTS_MOST || n > 4)
            host_error(L, "cut", NULL, "cut is a text of at most %d characters", CUTS_MOST);
        memcpy(t->cut[t->cuts], text, n);
        t->cut[t->cuts++][n] = 0;
        text += n;
    }
}

static void read_rubric(lua_State *L, rubric_task *t) {
    static const char *const known[] = {"levels", "guard", "cut", NULL};
    host_check_keys(L, 2, known);
    if (!option_push(L, 2, "levels") || lua_type(L, -1) != LUA_TTABLE || lua_rawlen(L, -1) < 1 ||
        lua_rawlen(L, -1) > LEVELS_MOST)
        host_error(L, "rubric", "levels = { { \"A\", 95, \"pattern\" }, … }, the highest first",
                   "a rubric has 1 to %d levels", LEVELS_MOST);
    int levels = lua_gettop(L), n = (int)lua_rawlen(L, levels);
    for (int i = 1; i <= n; i++) {
        lua_rawgeti(L, levels, i);
        read_level(L, t, i);
    }
    if (option_push(L, 2, "guard")) t->guard = text_pattern(L, -1, "guard");
    if (!option_push(L, 2, "cut")) lua_pushliteral(L, "。;；");
    if (lua_type(L, -1) != LUA_TSTRING)
        host_error(L, "cut", "cut = \"。;；\"",
                   "cut is a text: sentences end at each of its characters");
    read_cut(L, t, lua_tostring(L, -1));
}

static void note_rubric(lua_State *L, rubric_task *t) {
    noted_text *note = noted_rubric(L, t, t->file, t->line, t->levels);
    for (int i = 0; note && i < t->levels; i++)
        note->level[i] = (noted_level){pool_text(t->h->strings, t->level[i].name),
                                       t->level[i].pattern, t->level[i].guarded};
    if (note) note->guard = t->guard;
}

int noted_reached(const noted_text *t, int which, const char *text, size_t length, fault *f) {
    const rubric_task *r = t->self;
    return reached(r, &r->level[which], text, length, f);
}

static int rubric(lua_State *L) {
    host *h = host_of(L);
    lua_settop(L, 2);
    ex_id x = text_array(L, 1, "rubric");
    if (lua_isnil(L, 2))
        return host_error(L, "rubric", "rubric(x, { levels = { { \"A\", 95, \"pattern\" }, … } })",
                          "'rubric' takes a text array and its levels");
    rubric_task *t = arena_zero(&h->memory, 1, sizeof *t);
    if (!t) {
        fault *f = host_fault(L);
        fault_memory(f);
        return host_raise(L, f);
    }
    t->h = h;
    host_where(L, &t->file, &t->line);
    read_rubric(L, t);
    note_rubric(L, t);
    host_mark(L);
    ex_function place_ = {
        .name = "rubric", .gives = EX_NUMBER, .distinct = 1, .call = call_place, .self = t};
    ex_function score = {
        .name = "score", .gives = EX_NUMBER, .distinct = 1, .call = call_score, .self = t};
    ex_function name = {
        .name = "level", .gives = EX_TEXT, .distinct = 1, .call = call_name, .self = t};
    ex_id at = host_check(L, ex_lookup(h->graph, &place_, &x, 1, host_fault(L)));
    host_push(L, host_check(L, ex_lookup(h->graph, &score, &at, 1, host_fault(L))), NULL, NULL);
    host_push(L, host_check(L, ex_lookup(h->graph, &name, &at, 1, host_fault(L))), NULL, NULL);
    return 2;
}

void rubric_open(lua_State *L) {
    lua_pushnil(L);
    array_define(L, lua_absindex(L, -2), "rubric", rubric);
}
