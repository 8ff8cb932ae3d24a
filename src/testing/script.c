/* Test files: their lint, their sandbox and what they declare. */
#include "testing/inside.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

/* ---- lint of test files ----
 *
 * What Lua would take in a test and never mean: r.total == 50 compares an array with a number,
 * which is false whatever the array holds. Found in the text, where r is what t.run gave. */

enum { NAMES_MOST = 64 };

typedef struct test_lint {
    sources *files;
    int file;
    const char *text;
    const source_token *token;
    size_t count;
    size_t result[NAMES_MOST]; /* tokens: names that a run was assigned to */
    size_t results;
} test_lint;

static int is_text(const test_lint *s, size_t i, const char *text) {
    size_t length = i < s->count ? s->token[i].to - s->token[i].from : 0;
    return length == strlen(text) && !memcmp(s->text + s->token[i].from, text, length) &&
           s->token[i].kind != TOKEN_STRING;
}

static int is_name(const test_lint *s, size_t i) {
    return i < s->count && s->token[i].kind == TOKEN_NAME;
}

static int same(const test_lint *s, size_t i, size_t k) {
    size_t length = s->token[i].to - s->token[i].from;
    return length == s->token[k].to - s->token[k].from &&
           !memcmp(s->text + s->token[i].from, s->text + s->token[k].from, length);
}

/* r.total, and nothing behind that makes a value of it. */
static int is_array(const test_lint *s, size_t i) {
    static const char *const more[] = {":", ".", "[", "(", "{", NULL};
    if (i && (is_text(s, i - 1, ".") || is_text(s, i - 1, "#"))) return 0;
    if (!is_name(s, i) || !is_text(s, i + 1, ".") || !is_name(s, i + 2)) return 0;
    for (int k = 0; more[k]; k++)
        if (is_text(s, i + 3, more[k])) return 0;
    for (size_t k = 0; k < s->results; k++)
        if (same(s, i, s->result[k])) return !is_text(s, i + 2, "warnings");
    return 0;
}

static void tell(test_lint *s, size_t i, size_t sign, fault *f) {
    place at = sources_place(s->files, s->file, s->token[sign].line, NULL);
    at.column = sources_column_at(s->files, s->file, s->token[sign].line, s->token[sign].from);
    fault_at(f, FAULT_RULE, &at, "t.is and t.near compare arrays; r.total:at{ … } is a value",
             "%.*s is an array: %.*s never looks into it",
             (int)(s->token[i + 2].to - s->token[i].from), s->text + s->token[i].from,
             (int)(s->token[sign].to - s->token[sign].from), s->text + s->token[sign].from);
}

static void read_file(test_lint *s, fault *f) {
    for (size_t i = 0; i < s->count; i++) {
        int runs = is_name(s, i) && is_text(s, i + 1, "=") && is_name(s, i + 2) &&
                   (is_text(s, i + 3, ".") || is_text(s, i + 3, ":")) && is_text(s, i + 4, "run");
        if (runs && s->results < NAMES_MOST) s->result[s->results++] = i;
        int sign = is_text(s, i, "==") || is_text(s, i, "~=");
        if (sign && i >= 3 && is_array(s, i - 3))
            tell(s, i - 3, i, f);
        else if (sign && is_array(s, i + 1))
            tell(s, i + 1, i, f);
    }
}

/* Arrays that are compared with == or ~=. 0 with all of them in the fault. */
static int check_comparisons(sources *files, fault *f) {
    for (size_t file = 0; file < sources_count(files); file++) {
        test_lint s = {.files = files, .file = (int)file};
        size_t length;
        s.text = sources_text(files, (int)file, &length);
        s.token = sources_tokens(files, (int)file, &s.count);
        read_file(&s, f);
    }
    return !f->count;
}

/* ---- the sandbox, and what a test file declares ----
 *
 * It is the sandbox of rules, without the algebra: in a test the values are plain numbers. In place
 * of it there are test, cases, golden, property and what belongs to them. */

/* ---- declaring ---- */

static const char *const shape[] = {
    [TESTING_TEST] = "test(\"a score is capped\", function(t) … end)",
    [TESTING_CASES] = "cases(\"inverse\", { rules = \"rules.lua\", output = \"scores\", { A1 = 30, "
                      "want = 50 } })",
    [TESTING_GOLDEN] = "golden(\"published ranking\", { rules = \"rules.lua\" })",
    [TESTING_PROPERTY] = "property(\"more is better\", monotone \"index.*.*\", { rules = "
                         "\"rules.lua\", output = \"total\" })",
};

static uint64_t hash(const char *text) {
    uint64_t h = 14695981039346656037u; /* FNV-1a, Noll */
    for (; *text; text++) h = (h ^ (unsigned char)*text) * 1099511628211u;
    return h;
}

/* Takes note of what stands on top of the stack under the name at 1. */
static int declare(lua_State *L, testing_kind kind) {
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
    it->number = hash(name);
    it->ref = luaL_ref(L, LUA_REGISTRYINDEX);
    return testing_push(&t->item, &t->items, &t->item_cap, it) ? 0 : testing_no_memory(L);
}

static void check_name(lua_State *L, const char *what, testing_kind kind) {
    if (lua_type(L, 1) != LUA_TSTRING || !lua_rawlen(L, 1))
        host_error(L, what, shape[kind], "%s needs a name first", what);
}

static int do_test(lua_State *L) {
    check_name(L, "test", TESTING_TEST);
    if (lua_type(L, 2) != LUA_TFUNCTION)
        host_error(L, "test", shape[TESTING_TEST], "test needs a function behind the name");
    lua_settop(L, 2);
    return declare(L, TESTING_TEST);
}

static void check_rules(lua_State *L, int at, const char *what, testing_kind kind) {
    if (lua_type(L, at) != LUA_TTABLE)
        host_error(L, what, shape[kind], "%s needs a table that names the rules", what);
    if (!option_push(L, at, "rules") || lua_type(L, -1) != LUA_TSTRING)
        host_error(L, what, shape[kind], "%s needs to know the rules", what);
    lua_pop(L, 1);
}

/* cases and golden: a name and a table. */
static int declare_table(lua_State *L, const char *what, testing_kind kind) {
    check_name(L, what, kind);
    check_rules(L, 2, what, kind);
    lua_settop(L, 2);
    return declare(L, kind);
}

static int do_cases(lua_State *L) { return declare_table(L, "cases", TESTING_CASES); }

static int do_golden(lua_State *L) { return declare_table(L, "golden", TESTING_GOLDEN); }

static int do_property(lua_State *L) {
    check_name(L, "property", TESTING_PROPERTY);
    check_rules(L, 3, "property", TESTING_PROPERTY);
    if (lua_type(L, 2) != LUA_TTABLE && lua_type(L, 2) != LUA_TFUNCTION)
        host_error(L, "property", shape[TESTING_PROPERTY],
                   "property needs what is to hold: monotone, bounds, invariant, no_reversal, or a "
                   "function");
    lua_settop(L, 3);
    lua_createtable(L, 2, 0);
    lua_insert(L, 2);
    lua_rawseti(L, 2, 2);
    lua_rawseti(L, 2, 1);
    return declare(L, TESTING_PROPERTY);
}

/* ---- the sandbox ---- */

static const char *const kept[] = {
    "assert",   "error",        "getmetatable", "ipairs", "next",     "pairs",  "pcall",  "print",
    "require",  "setmetatable", "tostring",     "type",   "rawequal", "rawget", "rawlen", "select",
    "tonumber", "string",       "table",        "utf8",   "math",     NULL};

static int is_kept(const char *name) {
    for (int i = 0; kept[i]; i++)
        if (!strcmp(kept[i], name)) return 1;
    return 0;
}

/* A name of the algebra, or one that is not there at all: upvalue 1 is the set of the former, 2
 * what says so for the latter. */
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

/* The environment on top of the stack loses the algebra; its names are remembered. */
static void narrow(lua_State *L) {
    int env = lua_gettop(L);
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, env); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || is_kept(lua_tostring(L, -2))) continue;
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

static int furnish(lua_State *L) {
    static const luaL_Reg functions[] = {{"test", do_test},
                                         {"cases", do_cases},
                                         {"golden", do_golden},
                                         {"property", do_property},
                                         {NULL, NULL}};
    testing_set_script(L, lua_touserdata(L, 1));
    sandbox_own(L);
    narrow(L);
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
    lua_pushcfunction(s->h->L, furnish);
    lua_pushlightuserdata(s->h->L, s);
    return host_call(s->h, 1, 0, f);
}

int script_read_tests(script_file *s, fault *f) {
    if (!open_host(s, f)) return 0;
    size_t before = s->t->items;
    int fine = host_run_file(s->h, s->path, f);
    if (fine) lua_pop(s->h->L, 1);
    if (fine) fine = check_comparisons(s->h->files, f);
    for (size_t i = 0; i < sources_count(s->h->files); i++)
        testing_note_file(s->t, sources_name(s->h->files, (int)i));
    if (!fine) s->t->items = before;
    return fine;
}
