/* Texts and dates: matches, capture, number, date, days; and rubric, a grade for evidence in words.
 * Functions over texts are look-ups of the graph: they are called once for each distinct text. */
#include "lua/inside.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "expr/calls.h"
#include "expr/pattern.h"
#include "lua/budget.h"
#include "lua/source_notes.h"
#include "table/date.h"
#include "table/number.h"

/* What a look-up works with; in the arena of the host. */
typedef struct text_task {
    host *h;
    const char *name; /* of the function, for the caret */
    pattern *pattern;
    int group;
    number_form form;
    md_at at;
} text_task;

/* The place of a function that is called now: of the node, since equal functions are one. */
static place called_place(const host *h, md_at made, const char *name) {
    const ex_id n = call_for();
    if (n) {
        const ex_node *x = ex_get(h->graph, n);
        made = (md_at){.file = (int)x->file, .line = x->line};
    }
    return where_place(h, made, name);
}

int text_fault(host *h, md_at where, const char *name, fault *from, fault *f) {
    for (size_t i = 0; i < from->listed; i++) {
        place at = called_place(h, where, name);
        fault_at(f, from->kind, &at, from->item[i].hint, "%s",
                 from->item[i].text ? from->item[i].text : "");
    }
    fault_release(from);
    return 0;
}

static text_task *new_task(lua_State *L, const char *name) {
    host *h = host_of(L);
    text_task *t = host_zero(L, 1, sizeof *t);
    t->h = h;
    t->name = name;
    t->at = where_now(L);
    return t;
}

ex_id text_array(lua_State *L, int at, const char *name) {
    ex_id x = host_node(L, at);
    ex_kind kind = array_kind(L, x);
    if (kind != EX_TEXT)
        host_error(L, name, NULL, "'%s' looks into texts, and this array holds %ss", name,
                   ex_kind_text(kind));
    return x;
}

static int push_lookup(lua_State *L, const ex_function *fn, ex_id x, const char *names) {
    host_mark(L);
    host_push(L, host_check(L, ex_lookup(host_of(L)->graph, fn, &x, 1, host_fault(L))), names,
              NULL);
    return 1;
}

/* ---- patterns ---- */

static void close_pattern(void *p) { pattern_close(p); }

/* Compiles the pattern at `at`. Patterns are kept by their text, so that the results of equal ones
 * are shared. */
static pattern *text_pattern(lua_State *L, int at, const char *name) {
    static const char patterns_key = 0;
    host *h = host_of(L);
    at = lua_absindex(L, at);
    if (lua_type(L, at) != LUA_TSTRING)
        host_error(L, name, "matches(x, \"建成|投入使用\")",
                   "'%s' takes a pattern, which is a text, not %s", name,
                   host_test(L, at) ? text_message("an array") : luaL_typename(L, at));
    size_t length;
    const char *text = lua_tolstring(L, at, &length);
    registry_table(L, &patterns_key);
    lua_pushvalue(L, at);
    if (lua_rawget(L, -2) == LUA_TLIGHTUSERDATA) {
        pattern *known = lua_touserdata(L, -1);
        lua_pop(L, 2);
        return known;
    }
    lua_pop(L, 1);
    fault *f = host_fault(L);
    pattern *p = pattern_open(text, length, h->settings.seconds, h->settings.stop, f);
    if (p && !host_keep(h, p, close_pattern)) {
        pattern_close(p);
        p = NULL;
        fault_memory(f);
    }
    if (!p) {
        fault placed = FAULT_INIT;
        text_fault(h, where_now(L), length && length < 60 ? text : name, f, &placed);
        fault_move(f, &placed);
        host_raise(L, f);
    }
    budget_charge(h->budget, 8 * length + 1024);
    lua_pushvalue(L, at);
    lua_pushlightuserdata(L, p);
    lua_rawset(L, -3);
    lua_pop(L, 1);
    return p;
}

static int matched(text_task *t, double text, int group, size_t *from, size_t *to, fault *f) {
    const pool *strings = t->h->strings;
    fault own = FAULT_INIT;
    int found = pattern_match(t->pattern, pool_text(strings, (uint32_t)text),
                              pool_length(strings, (uint32_t)text), group, from, to, &own);
    if (found < 0) text_fault(t->h, t->at, t->name, &own, f);
    return found;
}

static int call_matches(void *self, const double *arg, int argc, double *out, fault *f) {
    (void)argc;
    int found = matched(self, arg[0], 0, NULL, NULL, f);
    *out = found;
    return found >= 0;
}

static int call_capture(void *self, const double *arg, int argc, double *out, fault *f) {
    text_task *t = self;
    size_t from = SIZE_MAX, to = SIZE_MAX;
    (void)argc;
    int found = matched(t, arg[0], t->group, &from, &to, f);
    *out = EX_NAN;
    if (found <= 0 || from == SIZE_MAX) return found >= 0;
    /* The pool may move its texts when it takes one: the part is copied first. */
    char part[PATTERN_SUBJECT + 1];
    memcpy(part, pool_text(t->h->strings, (uint32_t)arg[0]) + from, to - from);
    uint32_t id = pool_put(t->h->strings, part, to - from);
    *out = id;
    return id ? 1 : fault_memory(f);
}

/* The pattern as formulas show it; NULL without memory. */
static const char *pattern_shown(lua_State *L, int at) {
    size_t length;
    const char *text = lua_tolstring(L, at, &length);
    return text ? arena_text(&host_of(L)->memory, text, length) : NULL;
}

static int matches(lua_State *L) {
    array_arguments(L, 2, "matches", "alternatives stand in the pattern: \"建成|投入使用\"");
    ex_id x = text_array(L, 1, "matches");
    text_task *t = new_task(L, "matches");
    t->pattern = text_pattern(L, 2, "matches");
    noted_pattern(L, "matches", t, t->at, t->pattern);
    ex_function fn = {.name = "matches",
                      .with = pattern_shown(L, 2),
                      .gives = EX_TRUTH,
                      .distinct = 1,
                      .call = call_matches,
                      .self = t,
                      .same = (uint64_t)(uintptr_t)t->pattern};
    return push_lookup(L, &fn, x, NULL);
}

static int capture(lua_State *L) {
    array_arguments(L, 3, "capture", "capture(x, \"([0-9]+)人次\", 1)");
    ex_id x = text_array(L, 1, "capture");
    text_task *t = new_task(L, "capture");
    t->pattern = text_pattern(L, 2, "capture");
    noted_pattern(L, "capture", t, t->at, t->pattern);
    int groups = pattern_groups(t->pattern);
    t->group = 1;
    if (lua_type(L, 3) == LUA_TSTRING) {
        t->group = pattern_group(t->pattern, lua_tostring(L, 3));
        if (t->group < 0)
            return host_error(L, lua_tostring(L, 3), "a named group is written (?<name>…)",
                              "the pattern has no group '%s'", lua_tostring(L, 3));
    } else if (!lua_isnil(L, 3)) {
        if (!lua_isinteger(L, 3) || lua_tointeger(L, 3) < 0 || lua_tointeger(L, 3) > groups)
            return host_error(L, "capture", NULL,
                              "the pattern has %d groups, and this one is not among them", groups);
        t->group = (int)lua_tointeger(L, 3);
    } else if (groups == 0) {
        return host_error(L, "capture",
                          "put ( ) around the part that is wanted; group 0 is the whole match",
                          "the pattern has no group");
    }
    ex_function fn = {.name = "capture",
                      .with = pattern_shown(L, 2),
                      .gives = EX_TEXT,
                      .distinct = 1,
                      .call = call_capture,
                      .self = t,
                      .same = (uint64_t)(uintptr_t)t->pattern + (uint64_t)t->group};
    return push_lookup(L, &fn, x, NULL);
}

/* ---- numbers and dates in texts ---- */

static int not_read(const text_task *t, const char *what, const char *text, buf *reason,
                    buf *advice, fault *f) {
    int cut = strlen(text) > 60 ? 57 : 60;
    while (cut < 60 && ((unsigned char)text[cut] & 0xc0) == 0x80) cut++;
    place at = called_place(t->h, t->at, t->name);
    fault_at(f, FAULT_DATA, &at, advice->length ? buf_string(advice) : NULL,
             "'%.*s%s' is no %s%s%s", cut, text, strlen(text) > 60 ? "…" : "", what,
             reason->length ? ": " : "", buf_string(reason));
    buf_release(reason);
    buf_release(advice);
    return 0;
}

static int call_number(void *self, const double *arg, int argc, double *out, fault *f) {
    const text_task *t = self;
    const char *text = pool_text(t->h->strings, (uint32_t)arg[0]);
    size_t length = pool_length(t->h->strings, (uint32_t)arg[0]);
    (void)argc;
    if (number_read(&t->form, text, length, out) != NUMBER_BAD) return 1;
    buf reason = BUF_INIT, advice = BUF_INIT;
    number_explain(&t->form, text, length, &reason, &advice);
    return not_read(t, "number", text, &reason, &advice, f);
}

static int call_date(void *self, const double *arg, int argc, double *out, fault *f) {
    const text_task *t = self;
    const char *text = pool_text(t->h->strings, (uint32_t)arg[0]);
    size_t length = pool_length(t->h->strings, (uint32_t)arg[0]);
    (void)argc;
    if (date_read(text, length, out) == DATE_OK || number_missing(&t->form, text, length)) return 1;
    buf reason = BUF_INIT, advice = BUF_INIT;
    date_explain(text, length, &reason, &advice);
    return not_read(t, "date", text, &reason, &advice, f);
}

/* number(x), number(x, { unit = "亿元" }): the units of number.h. */
static int number(lua_State *L) {
    static const char *const known[] = {"unit", NULL};
    host *h = host_of(L);
    lua_settop(L, 2);
    const char *unit = NULL;
    host_check_keys(L, 2, known);
    if (option_push(L, 2, "unit")) {
        if (lua_type(L, -1) != LUA_TSTRING)
            return host_error(L, "unit", "{ unit = \"%\" }", "the option unit is a text");
        unit = arena_text(&h->memory, lua_tostring(L, -1), lua_rawlen(L, -1));
    }
    if (lua_type(L, 1) == LUA_TNUMBER) {
        lua_settop(L, 1);
        return 1;
    }
    ex_id x = host_node(L, 1);
    ex_kind kind = array_kind(L, x);
    if (kind == EX_NUMBER) {
        lua_settop(L, 1);
        return 1;
    }
    if (kind == EX_TRUTH)
        return host_error(L, "number", "where(x, 1, 0) counts a truth as a number",
                          "'number' reads texts, and this array holds truths");
    x = text_array(L, 1, "number");
    text_task *t = new_task(L, "number");
    t->form = number_form_of(unit, NULL, 0);
    ex_function fn = {.name = "number",
                      .gives = EX_NUMBER,
                      .distinct = 1,
                      .call = call_number,
                      .self = t,
                      .same = unit ? 0 : 1};
    return push_lookup(L, &fn, x, NULL);
}

/* A text that a rule writes down: raises where it is no date. */
static double read_date(lua_State *L, int at) {
    size_t length;
    const char *text = lua_tolstring(L, at, &length);
    double days;
    if (date_read(text, length, &days) == DATE_OK) return days;
    buf reason = BUF_INIT, advice = BUF_INIT;
    date_explain(text, length, &reason, &advice);
    char why[160];
    snprintf(why, sizeof why, "%.150s",
             advice.length   ? buf_string(&advice)
             : reason.length ? buf_string(&reason)
                             : text_message("dates are written \"2011-06-30\""));
    buf_release(&reason);
    buf_release(&advice);
    host_error(L, length < 60 && length ? text : "date", why, "'%.60s' is no date", text);
    return 0;
}

static int date(lua_State *L) {
    host *h = host_of(L);
    int n = lua_gettop(L);
    host_mark(L);
    if (n == 3 && lua_isinteger(L, 1) && lua_isinteger(L, 2) && lua_isinteger(L, 3)) {
        lua_Integer y = lua_tointeger(L, 1), m = lua_tointeger(L, 2), d = lua_tointeger(L, 3);
        if (y < DATE_FIRST_YEAR || y > DATE_LAST_YEAR || m < 1 || m > 12 || d < 1 ||
            d > date_days_in((int)y, (int)m))
            return host_error(L, "date", "date(2011, 6, 30) is year, month, day",
                              "there is no such day");
        host_push(
            L, host_check(L, ex_date(h->graph, date_days((int)y, (int)m, (int)d), host_fault(L))),
            NULL, NULL);
        return 1;
    }
    if (n != 1)
        return host_error(L, "date", "date \"2011-06-30\"",
                          "'date' takes a text, or year, month and day");
    if (lua_type(L, 1) == LUA_TSTRING) {
        array_alone(L);
        double days = read_date(L, 1);
        return array_return(L, ex_date(h->graph, days, host_fault(L)));
    }
    ex_id x = host_node(L, 1);
    if (ex_get(h->graph, x)->kind == EX_DATE) {
        lua_settop(L, 1);
        return 1;
    }
    x = text_array(L, 1, "date");
    text_task *t = new_task(L, "date");
    t->form = number_form_of(NULL, NULL, 0);
    ex_function fn = {
        .name = "date", .gives = EX_DATE, .distinct = 1, .call = call_date, .self = t, .same = 1};
    return push_lookup(L, &fn, x, NULL);
}

static ex_id dated(lua_State *L, int at) {
    host *h = host_of(L);
    if (lua_type(L, at) == LUA_TSTRING) {
        array_alone(L);
        return host_check(L, ex_date(h->graph, read_date(L, at), host_fault(L)));
    }
    ex_id x = host_node(L, at);
    ex_kind kind = array_kind(L, x);
    if (kind != EX_DATE)
        host_error(L, "days", "date(x) makes dates of texts",
                   "'days' takes two dates, and this holds %ss", ex_kind_text(kind));
    return x;
}

/* From the first day to the second: negative where that comes before. */
static int days(lua_State *L) {
    if (lua_gettop(L) != 2)
        return host_error(L, "days", "days(from, to)", "'days' takes two dates");
    host_mark(L);
    ex_id from = dated(L, 1), to = dated(L, 2);
    return array_return(L, ex_binary(host_of(L)->graph, EX_sub, to, from, host_fault(L)));
}

/* ---- rubric(x, { levels = { { "A", 95, "pattern" }, …, { "E", 20, ".+", guard = false } }, guard
 * = "pattern", cut = "。;；" })
 *
 * The text is cut into sentences at every character of `cut`. A level is reached if some sentence
 * has a match of its pattern and, unless the level says guard = false, no match of the guard: so
 * "尚未建成" does not count as built, and what one sentence denies another may still prove. Levels
 * are tried in the order written, the first that is reached holds. Missing, and text that reaches
 * no level (one without a sentence reaches none), is missing. Results: the scores, and the names of
 * the levels. ---- */

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
    md_at at;
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
        if (found < 0) return text_fault(t->h, t->at, "rubric", &own, f);
        if (found) {
            *out = i;
            return 1;
        }
    }
    return 1;
}

static int call_score(void *self, const double *arg, int argc, double *out, fault *f) {
    const rubric_task *t = self;
    (void)argc, (void)f;
    *out = t->level[(int)arg[0]].score;
    return 1;
}

static int call_name(void *self, const double *arg, int argc, double *out, fault *f) {
    const rubric_task *t = self;
    (void)argc, (void)f;
    *out = t->level[(int)arg[0]].name;
    return 1;
}

/* ---- rubrics for mutation tests (source_notes.h) ---- */

static rubric_task *rubric_of(const ex_function *fn) { return fn->self; }

int rubric_is(const ex_function *fn) { return fn && fn->call == call_place; }
int rubric_scores(const ex_function *fn) { return fn && fn->call == call_score; }
int rubric_levels(const ex_function *fn) { return rubric_of(fn)->levels; }
int rubric_guarded(const ex_function *fn) { return rubric_of(fn)->guard != NULL; }
double rubric_score(const ex_function *fn, int i) { return rubric_of(fn)->level[i].score; }

const char *rubric_level(const ex_function *fn, int i) {
    return pool_text(rubric_of(fn)->h->strings, rubric_of(fn)->level[i].name);
}

void rubric_set_score(const ex_function *fn, int i, double score) {
    rubric_of(fn)->level[i].score = score;
}

void rubric_bend(const ex_function *fn, int i, int how) {
    rubric_task *t = rubric_of(fn);
    *(i < t->levels ? &t->level[i].bent : &t->guard_bent) = how;
}

/* ---- the function rubric ---- */

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
    noted_text *note = noted_rubric(L, t, t->at, t->levels);
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
    rubric_task *t = host_zero(L, 1, sizeof *t);
    t->h = h;
    t->at = where_now(L);
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

void text_open(lua_State *L) {
    static const luaL_Reg functions[] = {
        {"matches", matches}, {"capture", capture}, {"number", number}, {"date", date},
        {"days", days},       {"rubric", rubric},   {NULL, NULL}};
    array_define_all(L, lua_gettop(L), functions);
}
