// The environment of scripts: which names are there, the order of keys, modules, files as editors
// save them, print, and calls from C. What must not be possible is in t/attack and
// t/lua/mistakes.txt.
#include "in_lua.h"
#include "lua/compiled.h"
#include "lua/host.h"

#include <lauxlib.h>

#include <glob.h>
#include <sys/stat.h>

static const host_settings usual = {
    .seconds = 5, .memory = 64 << 20, .source = 64 << 10, .threads = 1};

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int collect(lua_State *L, const char *before, char **name, int count) {
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        char full[100];
        snprintf(full, sizeof full, "%s%s", before, lua_tostring(L, -2));
        name[count++] = strdup(full);
        if (!lua_istable(L, -1) || !lua_getmetatable(L, -1)) continue;
        lua_getfield(L, -1, "__index"); // a library: a read-only view of a table
        snprintf(full, sizeof full, "%s.", lua_tostring(L, -4));
        count = collect(L, full, name, count);
        lua_pop(L, 2);
    }
    return count;
}

// The list of names is a decision: whoever adds one changes t/lua/names.txt.
static void names(void) {
    fault f = FAULT_INIT;
    host *h = host_open(&usual, NULL, &f);
    char *name[400], got[8000] = "";
    sandbox_push(h->L);
    lua_getmetatable(h->L, -1);
    lua_getfield(h->L, -1, "__index");
    int count = collect(h->L, "", name, 0);
    qsort(name, (size_t)count, sizeof *name, compare);
    for (int i = 0; i < count; i++) {
        strcat(got, name[i]);
        strcat(got, "\n");
        free(name[i]);
    }
    char *want = in_read("t/lua/names.txt");
    is_str(got, want, "scripts see these %d names", count);
    free(want);
    host_close(h);
    fault_release(&f);
}

static const char *result(const char *script) {
    static char out[4000];
    fault f = FAULT_INIT, notes = FAULT_INIT;
    in_host in;
    if (!in_open(&in, &usual, &notes, &f) || !in_script(&in, script, &f))
        snprintf(out, sizeof out, "fault: %s", f.listed ? f.item[0].text : "");
    else
        snprintf(out, sizeof out, "%s",
                 lua_isstring(in.h->L, -1) ? lua_tostring(in.h->L, -1)
                                           : luaL_typename(in.h->L, -1));
    fault_release(&f);
    fault_release(&notes);
    host_close(in.h);
    return out;
}

static void order(void) {
    static const char walk[] =
        "local t = { 10, 20, 30, zeta = 1, alpha = 2, [true] = 3, [false] = 4, [-1] = 5, [2.5] = "
        "6, [100] = 7, ['中'] = 8 }\n"
        "for i = 1, 50 do t['k' .. i * 7919 % 1000] = i end\n"
        "local out, again = {}, {}\n"
        "for k, v in pairs(t) do out[#out + 1] = tostring(k) .. '=' .. tostring(v) end\n"
        "local k, v = next(t)\n"
        "while k ~= nil do again[#again + 1] = tostring(k) .. '=' .. tostring(v); k, v = next(t, "
        "k) end\n"
        "local list = {}\n"
        "for i = 1, 200 do list[i] = { i % 3, i } end\n"
        "table.sort(list, function(a, b) return a[1] < b[1] end)\n"
        "local stable = true\n"
        "for i = 2, 200 do stable = stable and (list[i - 1][1] < list[i][1] or list[i - 1][2] < "
        "list[i][2]) end\n"
        "local a, b = table.concat(out, ' '), table.concat(again, ' ')\n"
        "return (a == b and stable) and a .. tostring(print) .. tostring({}) or 'next: ' .. b";
    char first[4000];
    snprintf(first, sizeof first, "%s", result(walk));
    ok(!strncmp(first, "1=10 2=20 3=30 false=4 true=3 -1=5 2.5=6 100=7 alpha=2 k", 56),
       "keys come in order: %.60s", first);
    has_str(first, " zeta=1 中=8functiontable", "to the last, and no address is shown");
    int same = 1;
    for (int i = 0; i < 20; i++) same &= !strcmp(first, result(walk));
    ok(same, "20 runs give the same bytes");
    is_str(result("local t, n = { 1, 2, 3, a = 4 }, 0\nfor k in pairs(t) do t[k] = nil; n = n + 1 "
                  "end\nreturn n"),
           "4", "keys may be cleared on the way");
    is_str(result("return next({}) == nil and next({ 5 }) or 'no'"), "1",
           "next tells whether there is anything");
    is_str(
        result("local ok, e = pcall(pairs, { [{}] = 1 })\nreturn e"),
        "rules.lua:1: pairs: the keys of this table have no order of their own (a table is a key)",
        "a table of tables has no order");
}

static void errors(void) {
    is_str(result("local ok, e = pcall(error, 'plain', 0)\nreturn tostring(ok) .. ' ' .. e"),
           "false rules.lua:1: plain", "pcall gives texts");
    is_str(result("local ok, e = pcall(function()\n  local x = nil\n  return x.y\nend)\nreturn e"),
           "rules.lua:3: attempt to index a nil value (local 'x')", "with the line");
    is_str(result("local ok, e = pcall(pcall)\nreturn e"),
           "rules.lua:1: bad argument #1 to '?' (value expected)", "also of pcall itself");
    is_str(result("return select('#', pcall(function() return 1, 2, 3 end))"), "4",
           "and all results where there is no error");
    is_str(result("local m = { __index = { x = 1 }, __call = function(self, v) return v end }\n"
                  "local t = setmetatable({}, m)\n"
                  "return tostring(t.x == 1 and t(2) == 2 and getmetatable(t) == m and "
                  "getmetatable('') == nil)"),
           "true", "metatables work, and texts keep theirs to themselves");
}

static void files(void) {
    is_str(result("\xef\xbb\xbfreturn 'bom'"), "bom", "a byte order mark is passed over");
    is_str(result("#!/usr/bin/assess\nreturn 'shell'"), "shell", "and a first line for the shell");
    is_str(result("local a = 1\r\nreturn 'crlf' .. a\r\n"), "crlf1",
           "lines may end as Windows ends them");
    char *large = malloc(70000);
    memset(large, ' ', 69999);
    large[69999] = 0;
    is_str(result(large), "fault: the rule file is larger than 64 KiB", "a file has a limit");
    free(large);
    fault f = FAULT_INIT;
    host *h = host_open(&usual, NULL, &f);
    ok(!host_run_file(h, "nowhere.lua", &f) && f.kind == FAULT_USAGE,
       "a file that is not there is wrong usage");
    is_int(lua_gettop(h->L), 0, "and leaves the stack as it was");
    host_close(h);
    fault_release(&f);
}

static void modules(void) {
    mkdir("methods", 0777);
    mkdir("parts", 0777);
    in_put("methods/own.lua",
           "local M = { n = 0 }\nfunction M.twice(x)\n  return x + x\nend\nfunction M.deep(x)\n  "
           "return M.twice(x.missing)\nend\nreturn M\n");
    in_put("parts/none.lua", "local x = 1\n");
    in_put("parts/a.lua", "return require 'parts.b'\n");
    in_put("parts/b.lua", "return require 'parts.a'\n");
    in_put("parts/broken.lua", "local x =\n");
    in_put("outside.txt", "return { 1 }\n");
    if (symlink("../outside.txt", "parts/link.lua") != 0) diag("no link");
    is_str(result("local m = require 'methods.own'\nm.n = m.n + 1\nrequire('methods.own').n = m.n "
                  "+ 1\nreturn m.n"),
           "2", "a module is run once");
    is_str(result("return require('methods.own').twice(4)"), "8", "and used");
    is_str(result("return require 'parts.none'"),
           "fault: the module parts/none.lua returns nothing", "it must return something");
    is_str(result("return require 'parts.a'"), "fault: the modules require each other in a circle",
           "and not need itself");
    is_str(result("return require 'parts.link'"),
           "fault: parts/link.lua is a link: modules are plain files in plain folders",
           "links lead out");
    is_str(result("local ok, m = pcall(require, 'parts.nothing')\nreturn m"),
           "rules.lua:1: there is no module 'parts.nothing'", "pcall may try");
    fault f = FAULT_INIT;
    in_host in;
    in_open(&in, &usual, NULL, &f);
    ok(!in_script(&in,
                  "local m = require 'methods.own'\nlocal function f() return 1 + m.deep({}) "
                  "end\nreturn f()",
                  &f),
       "an error in a module");
    if (f.listed) {
        is_str(f.item[0].file, "rules.lua", "is where the rules call it");
        is_int(f.item[0].line, 2, "with that line");
        has_str(f.item[0].text, "(in methods/own.lua:3)", "and says where it arose");
    }
    host_close(in.h);
    fault_release(&f);
    in_open(&in, &usual, NULL, &f);
    ok(!in_script(&in, "return require 'parts.broken'", &f), "an error of reading");
    if (f.listed) is_str(f.item[0].file, "parts/broken.lua", "is where it is, too");
    host_close(in.h);
    fault_release(&f);
    static const char *const made[] = {
        "methods/own.lua",  "parts/none.lua", "parts/a.lua", "parts/b.lua",
        "parts/broken.lua", "parts/link.lua", "outside.txt", NULL};
    for (int i = 0; made[i]; i++) unlink(made[i]);
    rmdir("methods");
    rmdir("parts");
}

static void printing(void) {
    fault f = FAULT_INIT, notes = FAULT_INIT;
    in_host in;
    in_open(&in, &usual, &notes, &f);
    ok(in_script(
           &in,
           "return function(x)\n  print('x is', x, nil, {})\n  for i = 1, 100 do print(i) end\nend",
           &f),
       "print prints");
    is_int((intmax_t)notes.count, 12, "a dozen lines at most");
    is_str(notes.item[0].text, "print: x is  array of number over unit × year  nil  table",
           "what it was given");
    is_str(notes.item[0].file, "rules.lua", "with the file");
    is_int(notes.item[0].line, 2, "and the line");
    is_str(notes.item[11].hint, "further lines of print are not shown", "and says when it stops");
    host_close(in.h);
    fault_release(&f);
    fault_release(&notes);
}

static void calls(void) {
    fault f = FAULT_INIT;
    in_host in;
    in_open(&in, &usual, NULL, &f);
    lua_State *L = in.h->L;
    in_put("rules2.lua", "return { good = function(a, b) return a + b end, bad = function() local "
                         "t = nil; t.x = 1 end }");
    ok(host_run_file(in.h, "rules2.lua", &f), "a table of functions");
    lua_getfield(L, 1, "good");
    lua_pushinteger(L, 2);
    lua_pushinteger(L, 3);
    ok(host_call(in.h, 2, 1, &f) && lua_tointeger(L, -1) == 5 && lua_gettop(L) == 2,
       "a call leaves its result");
    lua_settop(L, 1);
    lua_getfield(L, 1, "bad");
    lua_pushinteger(L, 2);
    ok(!host_call(in.h, 1, 3, &f) && lua_gettop(L) == 1, "a failed one leaves nothing");
    is_int(f.kind, FAULT_RULE, "but its fault");
    host_close(in.h);
    fault_release(&f);
    unlink("rules2.lua");
    host_close(NULL);
}

static void stopping(void) {
    volatile sig_atomic_t stop = 1;
    host_settings s = usual;
    fault f = FAULT_INIT;
    in_host in;
    s.stop = &stop;
    in_open(&in, &s, NULL, &f);
    ok(!in_script(&in, "while true do pcall(function() while true do end end) end", &f),
       "a raised flag ends a script");
    is_int(f.kind, FAULT_LIMIT, "as a limit does");
    is_str(f.listed ? f.item[0].text : "", "stopped", "and says so");
    host_close(in.h);
    fault_release(&f);
}

// The methods are there compiled, each under the text that it has; any other text is not. That both
// ways do the same is for t/compiled.t.
static void compiled(void) {
    glob_t found = {0};
    char one[8300], two[8300];
    snprintf(one, sizeof one, "%s/rules/methods/*.lua", in_top);
    snprintf(two, sizeof two, "%s/rules/methods/*/*.lua", in_top);
    ok(!glob(one, 0, NULL, &found) && !glob(two, GLOB_APPEND, NULL, &found) && found.gl_pathc > 10,
       "there are %zu methods", found.gl_pathc);
    lua_State *L = luaL_newstate();
    for (size_t i = 0; L && i < found.gl_pathc; i++) {
        const char *name = found.gl_pathv[i] + strlen(in_top) + 1;
        char *text = in_read(name);
        size_t length = strlen(text);
        ok(compiled_push(L, text, length, "=#7") && lua_gettop(L) == 1 && lua_isfunction(L, 1),
           "%s is there compiled", name);
        lua_Debug chunk;
        ok(lua_getinfo(L, ">S", &chunk) && !strcmp(chunk.source, "=#7"), "under another name");
        char *changed = strrchr(text, 'r'); // of its last return
        *changed = 'R';
        int there = compiled_push(L, text, length, "=#7");
        *changed = 'r';
        there += compiled_push(L, text, length - 1, "=#7");
        ok(!there && !lua_gettop(L), "with another byte, or one less, it is not");
        free(text);
    }
    if (L) lua_close(L);
    globfree(&found);
}

int main(void) {
    in_enter();
    names();
    order();
    errors();
    files();
    modules();
    printing();
    calls();
    stopping();
    compiled();
    in_leave();
    return done_testing();
}
