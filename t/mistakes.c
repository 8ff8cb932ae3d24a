// What an analyst sees after a mistake. t/lua/mistakes.txt has the cases: a script between lines of
// "====", and behind it what is expected, on lines that begin with "--> ": LINE:COLUMN and a part
// of the message, then a part of the hint. Column 0: not looked at.
//
// And calls with what nobody expects in them: t/lua/calls.txt has calls that are right, and each of
// their arguments and fields becomes each of the odd values, is left out, or stands twice. Every
// such call has a value that can be computed, or is refused at its own line; none tells a bug. The
// same is done with whole rules, of t/lua/rules.txt, which run or are refused with a line. Some of
// all these are tried, drawn at random (ASSESS_SEED); with ODD=all all of them.
#include "in_lua.h"

#include <ctype.h>
#include <lauxlib.h>

#include "assess.h"
#include "base/buf.h"
#include "lua/script.h"

static void check(const char *rules, char *wanted, int number) {
    host_settings s = {.seconds = 2, .memory = 64 << 20, .source = 64 << 10, .threads = 1};
    char methods[4200], name[80];
    snprintf(methods, sizeof methods, "%s/rules", in_top);
    s.methods = methods;
    fault f = FAULT_INIT, notes = FAULT_INIT;
    in_host in;
    long line = 0;
    int column = 0, at = 0;
    char *text = wanted, *hint = strstr(wanted, "\n--> ");
    if (hint) {
        *hint = 0;
        hint += 5;
        hint[strcspn(hint, "\n")] = 0;
    }
    sscanf(text, "%ld:%d %n", &line, &column, &at);
    text += at;
    text[strcspn(text, "\n")] = 0;
    snprintf(name, sizeof name, "%.70s", text);
    if (!in_open(&in, &s, &notes, &f)) {
        ok(0, "%d: the host opens: %s", number, f.listed ? f.item[0].text : "");
        return;
    }
    int good = in_script(&in, rules, &f);
    if (good && host_test(in.h->L, -1)) { // some mistakes show when values are computed
        const host_array *a = host_test(in.h->L, -1);
        good = ex_run_eval(in.h->run, &a->node, 1, &f);
    }
    const fault_item *it = f.listed ? &f.item[0] : NULL;
    if (ok(!good && it, "%d: it is refused: %s", number, name)) {
        has_str(it->text, text, "%d: it says so", number);
        has_str(it->file ? it->file : "", "rules.lua", "%d: with the file", number);
        is_int(it->line, line, "%d: with the line", number);
        if (column) is_int(it->column, column, "%d: and the column", number);
        if (hint) has_str(it->hint ? it->hint : "(none)", hint, "%d: and a hint", number);
    } else {
        diag("%s", rules);
    }
    fault_release(&f);
    fault_release(&notes);
    host_close(in.h);
}

/* ---- files that the odd calls and rules read ---- */

static const char *const file[][2] = {
    {"x.csv",
     "unit,indicator,year,value,status,measure\nA,a,2009,1,new,%\nA,a,2011,3,,%\nA,b,2010,2,old,%\n"
     "B,a,2011,4,new,%\nB,b,2011,,old,%\nC,b,2009,7,,%\n"},
    {"t.csv", "id,name,due,done,mark,lead,with\nT1,an a,2011-03-01,2011-03-09,90,A,B;C\n"
              "T2,not a;b,2011-04-01,,60,B,\nNote,,,,,,\n"},
    {"wide.csv", "unit,a,b,more\nAlpha,1%,2,x\nB,n/a,5,y\n,3,4,z\n"},
    {"tree.csv", "Level,iCode,iName,Direction,Weight,Parent,Type\n1,a,A,1,1,g,Indicator\n"
                 "1,b,B,-1,2,g,Indicator\n2,g,G,1,1,,Aggregate\n"},
    {"pivot.csv", ",a,b\n,2011,2011\nAlpha,1,2\nB,3,4\nend,,\n"},
    {"places.csv", "id,lead\nP1,P2\nP2,P1\n"},
    {"o.csv", "unit,a\nA,1\n"},
    {"names.csv", "name,label\nAlpha,A\n"},
    {"panel.csv", "expert,a,b\nE1,1,2\nE2,3,1\n"},
    {"base.lua",
     "return assessment { id = \"base\", title = \"Base\", stages = { { \"one\", from = 2009 }, { "
     "\"two\" } }, params = { p = 1, q = { one = 1, two = 2 }, gone = 4 },\n"
     "data = { x = csv(\"x.csv\", { unit = \"unit\", indicator = \"indicator\", year = \"year\", "
     "value = \"value\" }), t = csv(\"t.csv\", { rows = \"task\", label = \"id\", footer = 1 }) "
     "},\n"
     "index = index { \"all\", \"All\", group { \"g\", \"G\", indicator { \"a\", \"A\", weight = "
     "3, "
     "standard = { one = 5, two = 6 } } }, indicator { \"b\", \"B\", weight = 1, standard = 2 } "
     "},\n"
     "compute = function(a) return { total = mean(a.data.x:upto { year = 2011 } / "
     "a.index.standard, \"indicator\", { weights = a.index.weight }) * a.params.p } end }\n"}};
enum { FILES = sizeof file / sizeof *file };

/* ---- odd calls ---- */

static const char *const odd[] = {"nil",
                                  "true",
                                  "false",
                                  "0",
                                  "-1",
                                  "1.5",
                                  "0/0",
                                  "1/0",
                                  "-1e300",
                                  "2^53",
                                  "math.mininteger",
                                  "\"\"",
                                  "\"unit\"",
                                  "\"no such\"",
                                  "\"a\\0b\"",
                                  "\"\\xff\"",
                                  "(\"指标\"):rep(200)",
                                  "{}",
                                  "{1, 2}",
                                  "{\"unit\"}",
                                  "{\"\"}",
                                  "{{}}",
                                  "{[1.5] = 1, [true] = 2, [\"\"] = 3, [-1] = {}}",
                                  "{unit = 1}",
                                  "print",
                                  "function(...) return ... end",
                                  "missing",
                                  "x",
                                  "w",
                                  "region",
                                  "t",
                                  "d",
                                  "x:gt(2)",
                                  "labels(\"unit\")",
                                  "indicator {\"o\", \"O\"}",
                                  "csv(\"o.csv\", {unit = \"unit\"})",
                                  "assessment {id = \"o\", title = \"O\", compute = print}"};
enum { ODD = sizeof odd / sizeof *odd, SPANS = 400 };

typedef struct span {
    size_t from, to; // of a call's text: an argument, or the value of a field
    size_t whole;    // where the field begins
} span;

static size_t behind_text(const char *call, size_t i) {
    if (call[i] == '[') return (size_t)(strstr(call + i, "]]") + 2 - call);
    char quote = call[i++];
    while (call[i] && call[i] != quote) i += call[i] == '\\' ? 2 : 1;
    return i + 1;
}

/* The arguments and fields within the brackets that open at a place, and within those; where the
 * brackets close. */
static size_t spans_within(const char *call, size_t open, span *out, int *count) {
    size_t i = open + 1;
    span own = {i, i, i};
    for (;; i++) {
        while (call[i] == '"' || (call[i] == '[' && call[i + 1] == '[')) i = behind_text(call, i);
        if (!strncmp(call + i, "function(", 9)) i = (size_t)(strchr(call + i, ')') + 1 - call);
        if (call[i] == '=' && call[i + 1] == ' ') own.from = i + 2;
        if (call[i] && strchr("({[", call[i])) {
            i = spans_within(call, i, out, count);
        } else if (!call[i] || strchr(",)}]", call[i])) {
            own.to = i;
            while (isspace(call[own.whole])) own.whole++;
            if (own.from < own.whole) own.from = own.whole;
            if (own.from < own.to && *count < SPANS) out[(*count)++] = own;
            if (call[i] != ',') return i;
            own = (span){i + 1, i + 1, i + 1};
        }
    }
}

static const char trying[] =
    "local results, refused = {}, {}\n"
    "local function try(line, call)\n"
    "  local got = table.pack(pcall(call))\n"
    "  if got[1] then\n"
    "    for i = 2, got.n do results[#results + 1], results[#results + 2] = line, got[i] end\n"
    "  else\n"
    "    refused[#refused + 1], refused[#refused + 2] = line, got[2]\n"
    "  end\n"
    "end\n"
    "return function(x, w, region, t, d)\n";
enum { BEFORE = 10 };

static void line_of(const char *code, long line, char out[300]) {
    for (long i = 1; i < line && strchr(code, '\n'); i++) code = strchr(code, '\n') + 1;
    snprintf(out, 300, "%.*s", (int)strcspn(code, "\n"), code);
}

/* Does a call say the text of its error itself? It may be empty. */
static int is_own_text(const char *call) {
    return strstr(call, "return error(") || strstr(call, "return assert(") ||
           strstr(call, "return refuse(") || strstr(call, "pcall(error");
}

/* Runs a script of such calls; what is wrong with it, or "". Where a limit ends it, `at` is that
 * line, and the calls behind it are still to be tried; else 0. */
static void try_calls(const char *code, long *at, long *computed, buf *wrong) {
    host_settings s = {.memory = 64 << 20, .source = 4 << 20, .threads = 1};
    fault f = FAULT_INIT, notes = FAULT_INIT;
    char methods[4200], call[300];
    in_host in;
    *at = 0;
    snprintf(methods, sizeof methods, "%s/rules", in_top);
    s.methods = methods;
    int there = in_open(&in, &s, &notes, &f);
    script *rules = there ? script_open(in.h, &notes, &f) : NULL; // for csv, index and so on
    if (!rules || !in_script(&in, code, &f)) {
        const fault_item *it = f.listed ? &f.item[0] : &(fault_item){.text = (char *)"?"};
        line_of(code, it->line, call);
        if (f.kind == FAULT_LIMIT && it->line > BEFORE)
            *at = it->line;
        else
            buf_print(wrong, "%ld: %s: %s\n", it->line, call, it->text);
    }
    lua_State *L = in.h->L;
    for (lua_Integer i = 1; !*at && lua_istable(L, -2) && i < (lua_Integer)lua_rawlen(L, -2);
         i += 2) {
        lua_rawgeti(L, -2, i);
        lua_rawgeti(L, -3, i + 1);
        const host_array *a = host_test(L, -1);
        fault_release(&f);
        *computed += a != NULL;
        if (a && !ex_run_eval(in.h->run, &a->node, 1, &f)) {
            line_of(code, lua_tointeger(L, -2), call);
            if (f.kind == FAULT_BUG || !f.listed || !f.item[0].file ||
                (f.item[0].line != lua_tointeger(L, -2) && // or of an equal call before
                 f.item[0].line != ex_get(in.h->graph, a->node)->line))
                buf_print(wrong, "%s: %s at line %ld\n", call, f.listed ? f.item[0].text : "?",
                          f.listed ? f.item[0].line : 0);
        }
        lua_pop(L, 2);
    }
    for (lua_Integer i = 1; !*at && lua_istable(L, -1) && i < (lua_Integer)lua_rawlen(L, -1);
         i += 2) {
        char at_line[40];
        lua_rawgeti(L, -1, i);
        lua_rawgeti(L, -2, i + 1);
        line_of(code, lua_tointeger(L, -2), call);
        snprintf(at_line, sizeof at_line, "rules.lua:%lld: ", lua_tointeger(L, -2));
        const char *text = lua_tostring(L, -1);
        if (text && strstr(text, ": cannot be read: ")) { // of a file that is not there
            lua_pop(L, 2);
            continue;
        }
        if (!text || strncmp(text, at_line, strlen(at_line)) != 0 ||
            (!text[strlen(at_line)] && !is_own_text(call)) || strstr(text, "bug of assess")) {
            buf_print(wrong, "%s: %s\n", call, text ? text : luaL_typename(L, -1));
        }
        lua_pop(L, 2);
    }
    fault_release(&f);
    fault_release(&notes);
    script_close(rules);
    host_close(in.h);
}

/* Puts a text that begins with a bracket, of which a span is changed in the k-th way; without the
 * bracket. 0 where that way is none for it. */
static int change(buf *out, const char *text, const span *p, int k) {
    int last = text[p->to] != ',', before = (int)p->whole - 1;
    while (last && text[before] == ' ') before--;
    if (k >= ODD && last && strchr("([", text[before]) && !isalnum(text[before - 1])) return 0;
    if (last && text[before] == ',') before--; // left out with it
    if (k == ODD)
        buf_print(out, "%.*s%s", before, text + 1, text + p->to + !last);
    else if (k == ODD + 1) // twice
        buf_print(out, "%.*s, %s", (int)p->to - 1, text + 1, text + p->whole);
    else
        buf_print(out, "%.*s(%s)%s", (int)p->from - 1, text + 1, odd[k], text + p->to);
    if (out->text) out->text[--out->length] = 0; // the bracket that closes
    return 1;
}

/* Is one of so many to be tried, or all? */
static int is_drawn(uint64_t *seed, unsigned of) {
    const char *given = getenv("ODD");
    return (given && !strcmp(given, "all")) || tap_random(seed) % of == 0;
}

static void odd_calls(void) {
    uint64_t seed = tap_seed();
    char *calls = in_read("t/lua/calls.txt"), *next;
    buf made = BUF_INIT, wrong = BUF_INIT;
    long line = BEFORE, tried = 0, computed = 0;
    buf_print(&made, "%s", trying);
    for (char *call = calls; *call; call = next) {
        next = call + strcspn(call, "\n");
        if (*next) *next++ = 0;
        if (!strncmp(call, "--", 2)) continue;
        span of[SPANS];
        int count = 0;
        char text[2000];
        snprintf(text, sizeof text, "(%s)", call);
        spans_within(text, 0, of, &count);
        buf_print(&made, "try(%ld, function() return %s end)\n", ++line, call);
        tried++;
        for (int i = 0; i < count; i++)
            for (int k = 0; k < ODD + 2; k++) {
                if (of[i].from == 1 || !is_drawn(&seed, 64)) continue; // 1: all of the call
                size_t was = made.length;
                buf_print(&made, "try(%ld, function() return ", line + 1);
                if (!change(&made, text, &of[i], k)) {
                    made.length = was;
                    continue;
                }
                tried++;
                line++;
                buf_print(&made, " end)\n");
            }
        if (*next && (line < 3000 || !buf_string(&made))) continue;
        buf_print(&made, "return results, refused\nend\n");
        for (long at = 1; at;) {
            char *rest = (char *)buf_string(&made);
            try_calls(rest, &at, &computed, &wrong);
            // A limit was reached: that call becomes a comment.
            for (long i = 1; at && i < at; i++) rest = strchr(rest, '\n') + 1;
            if (at) rest[0] = rest[1] = '-';
        }
        buf_clear(&made);
        buf_print(&made, "%s", trying);
        line = BEFORE;
    }
    ok(!wrong.length, "%ld odd calls have a value or are refused: %ld values", tried, computed);
    if (wrong.length) diag("%s", buf_string(&wrong));
    buf_release(&made);
    buf_release(&wrong);
    free(calls);
}

/* ---- odd rules ---- */

/* Runs and checks them as commands do. What is wrong with how that ends is added. */
static void try_rules(const char *rules, long *computed, buf *wrong) {
    char methods[4200];
    snprintf(methods, sizeof methods, "%s/rules", in_top);
    assess *a = assess_new();
    in_put("rules.lua", rules);
    assess_setting(a, "seconds", "0");
    assess_setting(a, "threads", "1");
    assess_setting(a, "memory", "64");
    assess_setting(a, "methods", methods);
    assess_status status = assess_open(a, "rules.lua");
    if (status == ASSESS_OK) status = assess_run(a);
    *computed += status == ASSESS_OK;
    assess_message m = {0};
    for (size_t i = 0; i < assess_message_count(a) && m.status == ASSESS_OK; i++)
        m = assess_message_at(a, i);
    int whole = m.text && (strstr(m.text, "cannot be read") || strstr(m.text, "no line begins"));
    if (status == ASSESS_BUG || (status != ASSESS_OK && (!m.text || !*m.text)) ||
        ((status == ASSESS_RULE || status == ASSESS_DATA) && (!m.file || (m.line < 1 && !whole))))
        buf_print(wrong, "%sstatus %d, %s:%ld: %s\n", rules, (int)status, m.file ? m.file : "?",
                  m.line, m.text ? m.text : "?");
    assess_free(a);
    a = assess_new();
    status = assess_check(a, "rules.lua");
    if (status == ASSESS_BUG) buf_print(wrong, "%scheck tells a bug of ours\n", rules);
    assess_free(a);
}

/* Of the calls; rules have none of that name. */
static int is_array(const char *value) {
    static const char *const of_calls[] = {"x", "w", "region", "t", "d", "x:gt(2)", NULL};
    int i = 0;
    while (of_calls[i] && strcmp(of_calls[i], value) != 0) i++;
    return of_calls[i] != NULL;
}

static void odd_rules(void) {
    char *all = in_read("t/lua/rules.txt"), *next, *text = malloc(10000);
    uint64_t seed = tap_seed();
    buf wrong = BUF_INIT, made = BUF_INIT;
    long tried = 0, computed = 0;
    for (char *p = strstr(all, "====\n"); p; p = next) {
        p += 5;
        next = strstr(p, "====\n");
        if (next) *next = 0;
        long before = computed;
        try_rules(p, &computed, &wrong);
        ok(computed == before + 1, "they run as they are: %.60s", p);
        span of[SPANS];
        int count = 0;
        snprintf(text, 10000, "(\n%s)", p);
        spans_within(text, (size_t)(strchr(strstr(text, "\nreturn "), '{') - text), of, &count);
        for (int i = 0; i < count; i++)
            for (int k = 0; k < ODD + 2; k++) {
                if (k < ODD && is_array(odd[k])) continue;
                if (!is_drawn(&seed, 400)) continue;
                buf_clear(&made);
                if (!change(&made, text, &of[i], k)) continue;
                tried++;
                try_rules(buf_string(&made), &computed, &wrong);
            }
    }
    ok(!wrong.length, "%ld odd rules run or are refused: %ld run", tried, computed);
    ok(computed > tried / 10, "some of them run");
    if (wrong.length) diag("%s", buf_string(&wrong));
    buf_release(&wrong);
    buf_release(&made);
    free(text);
    free(all);
}

/* ---- odd changes of an edition that extends another ---- */

static void odd_changes(void) {
    static const char *const address[] = {"params",
                                          "params.",
                                          "params.p",
                                          "params.q",
                                          "params.q.one",
                                          "params.q.none",
                                          "params.none",
                                          "params.p.x",
                                          "index",
                                          "index.",
                                          "index.g",
                                          "index.g.a",
                                          "index.a",
                                          "g.a.weight",
                                          "index.g.a.weight",
                                          "index.g.a.weight.one",
                                          "index.g.a.standard",
                                          "index.g.a.standard.one",
                                          "index.g.a.standard.three",
                                          "index.g.a.name",
                                          "index.g.a.id",
                                          "index.g.a.cite",
                                          "index.g.a.wieght",
                                          "index.g.weight",
                                          "index.g.standard",
                                          "index.name",
                                          "index.none",
                                          "index.b",
                                          "index.b.weight",
                                          "index.b.weight.two",
                                          "index.b.target",
                                          "data.x",
                                          "id",
                                          "title",
                                          "stages",
                                          "compute",
                                          "show.score",
                                          "",
                                          ".",
                                          "a..b",
                                          "x",
                                          "t",
                                          "index.*",
                                          "\xe6\x8c\x87"};
    static const char *const change[] = {
        "set { \"%s\", 5 }",
        "set { \"%s\", 2, was = 1, cite = \"(1)\" }",
        "set { \"%s\", \"text\", was = \"x\" }",
        "set { \"%s\", true }",
        "set { \"%s\", { 1, 2 } }",
        "set { \"%s\", { one = 1 } }",
        "set { \"%s\", { one = 1, two = 2 }, was = { one = 5, two = 6 } }",
        "set { \"%s\", function(x) return x end }",
        "set { \"%s\" }",
        "set { \"%s\", indicator { \"n\", \"N\" } }",
        "remove { \"%s\" }",
        "remove { \"%s\", \"index.b\", cite = \"(2)\" }",
        "add { \"%s\", 7 }",
        "add { \"%s\", { one = 1, two = 2 } }",
        "add { \"%s\", indicator { \"n\", \"N\", weight = 1 } }",
        "add { \"%s\", group { \"n\", \"N\", indicator { \"m\", \"M\" } }, before = \"a\" }",
        "add { \"%s\", indicator { \"a\", \"A\" }, before = \"none\" }",
        "figure { \"%s\", 5, unit = \"A\", indicator = \"a\", year = 2009 }",
        "figure { \"%s\", missing, task = \"T1\", column = \"mark\", was = 90 }",
        "figure { \"%s\", 5, unit = \"none\", indicator = \"a\", year = \"x\" }"};
    static const char *const before[] = {"", "set { \"%s\", 6 }, ", "remove { \"%s\" }, ",
                                         "add { \"%s\", 3 }, ", "remove { \"index.g\" }, "};
    enum { CHANGES = sizeof change / sizeof *change, BEFORES = sizeof before / sizeof *before };
    uint64_t seed = tap_seed();
    buf wrong = BUF_INIT;
    long tried = 0, computed = 0;
    for (size_t i = 0; i < sizeof address / sizeof *address; i++)
        for (int k = 0; k < CHANGES * BEFORES; k++) {
            char first[200], second[300], rules[800];
            if (!is_drawn(&seed, 100)) continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(first, sizeof first, before[k / CHANGES], address[i]);
            snprintf(second, sizeof second, change[k % CHANGES], address[i]);
#pragma GCC diagnostic pop
            snprintf(rules, sizeof rules, "return extend(\"base.lua\", { %s%s })\n", first, second);
            tried++;
            try_rules(rules, &computed, &wrong);
        }
    ok(!wrong.length, "%ld odd changes are made or refused: %ld run", tried, computed);
    if (wrong.length) diag("%s", buf_string(&wrong));
    buf_release(&wrong);
}

int main(void) {
    in_enter();
    char *all = in_read("t/lua/mistakes.txt"), *next;
    int number = 0;
    for (char *p = strstr(all, "====\n"); p; p = next) {
        p += 5;
        next = strstr(p, "====\n");
        char *wanted = strstr(p, "--> ");
        if (next) *next = 0;
        if (!wanted || (next && wanted > next)) continue;
        wanted[-1] = 0;
        check(p, wanted + 4, ++number);
    }
    ok(number >= 50, "there are %d cases", number);
    free(all);
    for (int i = 0; i < FILES; i++) in_put(file[i][0], file[i][1]);
    odd_calls();
    odd_rules();
    odd_changes();
    for (int i = 0; i < FILES; i++) unlink(file[i][0]);
    in_leave();
    return done_testing();
}
