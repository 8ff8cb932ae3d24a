/* Every operation is one record (expr/op.h). What is made from the records has each of them, and
 * what is written by hand is named here where it lacks one. */
#include <lauxlib.h>

#include "in_lua.h"

#include "lua/inside.h"

/* ---- the records themselves ---- */

static void records(void) {
    for (unsigned op = EX_source; op < EX_OPS; op++) {
        const ex_record *r = ex_record_of(op);
        ok(r->name && r->of != EX_CLASS_NONE, "%u: a record", op);
        ok(r->text && r->lua && r->doc, "%s: texts", r->name);
        ok(!*r->lua || strncmp(r->lua, "__", 2) == 0 || *r->doc, "%s: a line for the documents",
           r->name);
        ok(!*r->lua ||
               ex_record_called(r->lua + (*r->lua == ':'), strlen(r->lua) - (*r->lua == ':')) == r,
           "%s: found by its name", r->name);
    }
    is_str(ex_record_of(EX_OPS + 5)->name, "none", "no record behind the last");
    ok(!ex_record_called("no such", 7) && !ex_record_called("", 0), "no record without a name");
}

/* What a mutant puts in the place of an operation takes and gives the same. */
static void turns(void) {
    for (unsigned op = EX_source; op < EX_OPS; op++) {
        const ex_record *r = ex_record_of(op);
        for (const ex_op *to = r->turns; *to; to++) {
            const ex_record *t = ex_record_of(*to);
            ok(t->of == r->of && *to != op, "%s: %s is another of its class", r->name, t->name);
            /* numbers are taken, and given, by what takes and gives dates as well; truths are
             * numbers */
            int takes = t->takes == r->takes || t->takes == 'D' || t->takes == 'A' ||
                        (t->takes == 'N' && strchr("TD", r->takes));
            int gives = t->gives == r->gives || strchr("NDS", t->gives);
            ok(takes && gives && strchr("NDST", r->gives), "%s: %s takes and gives the same",
               r->name, t->name);
        }
    }
    is_str(ex_record_of(ex_record_of(EX_sum)->turns[0])->name, "max", "a sum turns to a maximum");
    is_int(ex_record_of(EX_log)->turns[0], EX_none, "a logarithm turns to nothing");
}

/* ---- Lua ---- */

static int runs(const char *script, fault *f, int want_function) {
    host_settings s = {.seconds = 2, .memory = 64 << 20, .source = 64 << 10, .threads = 1};
    fault notes = FAULT_INIT;
    in_host in;
    int good = in_open(&in, &s, &notes, f) && in_script(&in, script, f);
    if (good && want_function) /* missing is a value that can be called */
        good = lua_isfunction(in.h->L, -1) || luaL_getmetafield(in.h->L, -1, "__call") != LUA_TNIL;
    fault_release(&notes);
    host_close(in.h);
    return good;
}

static void is_bound(const ex_record *r, const char *name) {
    char script[200];
    fault f = FAULT_INIT;
    if (*r->lua != ':') {
        snprintf(script, sizeof script, "return function(x) return %s end", name);
        ok(runs(script, &f, 1), "%s: a function", name);
        fault_release(&f);
    }
    snprintf(script, sizeof script, "return function(x) return x.%s end", name);
    ok(runs(script, &f, 1), "%s: a method", name);
    fault_release(&f);
}

/* Lua's == of an array and a constant is found in the text. */
static void is_linted(const ex_record *r, const char *name) {
    static const char *const form[] = {"%s(x, \"unit\") == 3", "x:%s(\"unit\") == 3",
                                       "%s(x) == \"a\"", "x:%s { unit = \"A\" } == 3"};
    for (size_t i = 0; i < sizeof form / sizeof *form; i++) {
        char call[100], script[200];
        int method = strstr(form[i], "x:%") != NULL, braces = strchr(form[i], '{') != NULL;
        if (*r->lua == ':' && !method) continue;
        if (braces && !(*r->lua == ':' && r->of == EX_CLASS_FUNCTION)) continue;
        snprintf(call, sizeof call, form[i], name);
        snprintf(script, sizeof script, "return function(x, w)\n return %s\nend", call);
        fault f = FAULT_INIT;
        int good = runs(script, &f, 0);
        if (ok(!good && f.listed, "%s: refused", call)) {
            has_str(f.item[0].text, "== compares Lua values", "%s: it says so", call);
            is_int(f.item[0].line, 2, "%s: with the line", call);
        }
        fault_release(&f);
    }
    if (r->gives != 'T') return;
    char script[200];
    fault f = FAULT_INIT;
    snprintf(script, sizeof script, "return function(x)\n if x:%s(x) then return x end\nend", name);
    ok(!runs(script, &f, 0) && f.listed && strstr(f.item[0].text, "cannot branch on an array"),
       "%s: no branch on truths", name);
    fault_release(&f);
}

/* Every method of arrays that is a function, too, has a record. */
static void all_have_records(void) {
    host_settings s = {.seconds = 2, .memory = 64 << 20, .source = 64 << 10, .threads = 1};
    fault f = FAULT_INIT, notes = FAULT_INIT;
    in_host in;
    int methods = 0;
    if (!ok(in_open(&in, &s, &notes, &f), "a host")) return;
    lua_State *L = in.h->L;
    sandbox_own(L);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || !lua_isfunction(L, -1)) continue;
        const char *name = lua_tostring(L, -2);
        char script[200];
        fault own = FAULT_INIT;
        snprintf(script, sizeof script, "return function(x) return x.%s end", name);
        if (runs(script, &own, 1)) {
            methods++;
            ok(ex_record_called(name, strlen(name)) != NULL, "%s: has a record in expr/op.h", name);
        }
        fault_release(&own);
    }
    ok(methods > 40, "%d methods that are functions", methods);
    fault_release(&f);
    fault_release(&notes);
    host_close(in.h);
}

/* ---- the documents ---- */

/* The comment above a function in doc/assess.d.lua, its lines joined; without tags. */
static void comment_above(const char *all, const char *function, char *out, size_t room) {
    size_t n = 0;
    const char *from = function;
    while (from - all > 1) {
        const char *line = from - 1;
        while (line > all && line[-1] != '\n') line--;
        if (strncmp(line, "---", 3) != 0) break;
        from = line;
    }
    for (const char *p = from; p < function; p = strchr(p, '\n') + 1) {
        if (p[3] == '@') break;
        size_t length = strcspn(p, "\n") - 3;
        if (n + length + 2 > room) break;
        if (n) out[n++] = ' ';
        memcpy(out + n, p + 3, length);
        n += length;
    }
    out[n] = 0;
}

/* The manual shows the name as code: at the start of a word between two backticks of a line. */
static int in_manual(const char *all, const char *name) {
    size_t length = strlen(name);
    int code = 0;
    for (const char *p = all; *p; p++) {
        if (*p == '\n') code = 0;
        if (*p == '`') code = !code;
        if (code && !strncmp(p + 1, name, length) && strchr("` :", *p) &&
            strchr("` ({\"", p[1 + length]))
            return 1;
    }
    return 0;
}

static void is_documented(const ex_record *r, const char *name, const char *manual,
                          const char *types) {
    char start[100], comment[2000];
    snprintf(start, sizeof start, "\nfunction %s%s(", *r->lua == ':' ? "array:" : "", name);
    const char *function = strstr(types, start);
    ok(in_manual(manual, name), "%s: in doc/language.md", name);
    if (!ok(function != NULL, "%s: in doc/assess.d.lua", name)) return;
    comment_above(types, function + 1, comment, sizeof comment);
    if (!ok(*r->doc && !strncmp(comment, r->doc, strlen(r->doc)),
            "%s: doc/assess.d.lua begins with the line of its record", name))
        diag("\"%s\", the record: \"%s\"", comment, r->doc);
}

int main(void) {
    const ex_record *r;
    in_enter();
    char *manual = in_read("doc/language.md"), *types = in_read("doc/assess.d.lua");
    records();
    turns();
    for (size_t k = 0; (r = ex_record_listed(k)); k++) {
        const char *name = r->lua + (*r->lua == ':');
        if (strncmp(name, "__", 2) == 0) continue;
        is_bound(r, name);
        is_linted(r, name);
        is_documented(r, name, manual, types);
    }
    ok(!in_manual(manual, "no_such_function"), "what is not there is not found");
    free(manual);
    free(types);
    all_have_records();
    in_leave();
    return done_testing();
}
