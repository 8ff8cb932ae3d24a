/* Every operation is one record (expr/op.h). What is made from the records has each of them, and
 * what is written by hand is named here where it lacks one. */
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
        ok(!*r->lua || ex_record_called(r->lua + (*r->lua == ':'), strlen(r->lua) - (*r->lua == ':')) == r,
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
            /* numbers are taken, and given, by what takes and gives dates as well; truths are numbers */
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
    if (good && want_function) good = lua_isfunction(in.h->L, -1);
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
    static const char *const form[] = {"%s(x, \"unit\") == 3", "x:%s(\"unit\") == 3", "%s(x) == \"a\"",
                                       "x:%s { unit = \"A\" } == 3"};
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

int main(void) {
    const ex_record *r;
    in_enter();
    records();
    turns();
    for (size_t k = 0; (r = ex_record_listed(k)); k++) {
        const char *name = r->lua + (*r->lua == ':');
        if (strncmp(name, "__", 2) == 0) continue;
        is_bound(r, name);
        is_linted(r, name);
    }
    all_have_records();
    in_leave();
    return done_testing();
}
