// Scripts that would hang, swallow the memory, reach the machine or crash the interpreter: each of
// t/attack/*.lua has a line "--> KIND TEXT", the kind of fault it must end with (0: none) and a
// part of what is said. That a test program comes to its end is half of the test.
#include "in_lua.h"

#include <dirent.h>

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void check(const char *name, const char *text, size_t length) {
    char methods[4200], says[200] = "";
    snprintf(methods, sizeof methods, "%s/rules", in_top);
    host_settings s = {
        .seconds = 0.2, .memory = 16 << 20, .source = 64 << 10, .threads = 1, .methods = methods};
    fault f = FAULT_INIT, notes = FAULT_INIT;
    in_host in;
    int kind = -1;
    for (size_t i = 0; i + 5 < length && kind < 0; i++)
        if (!memcmp(text + i, "--> ", 4)) sscanf(text + i + 4, "%d %199[^\n]", &kind, says);
    if (strstr(says, "memory"))
        s.seconds = 60; // the memory is to run out first, also on slow machines
    if (!in_open(&in, &s, &notes, &f)) {
        ok(0, "%s: the host opens", name);
        return;
    }
    in_write("rules.lua", text, length);
    int good = in_run(&in, "rules.lua", &f);
    if (good && host_test(in.h->L, -1)) {
        ex_id wanted = host_test(in.h->L, -1)->node;
        good = ex_run_eval(in.h->run, &wanted, 1, &f);
    }
    is_int(good ? 0 : f.kind, kind, "%s ends as it should", name);
    if (!good) has_str(f.listed ? f.item[0].text : "", says, "%s: and says why", name);
    fault_release(&f);
    if (kind == FAULT_LIMIT && strstr(says, "script")) // a dead state stays dead
        ok(!in_script(&in, "return 1", &f) && f.kind == FAULT_LIMIT, "%s: nothing runs after it",
           name);
    fault_release(&f);
    fault_release(&notes);
    host_close(in.h);
}

// Memory that ends at any moment of a script ends the script, and nothing else.
static void sweep(void) {
    static const char busy[] =
        "local kept = {}\n"
        "for i = 1, 200 do\n"
        "  kept[i] = { ('text'):rep(i) .. i, function() return kept[i] end }\n"
        "  local ok, e = pcall(function() return kept.nothing.at_all end)\n"
        "  kept['k' .. i] = e\n"
        "  for k, v in pairs({ a = i, b = ok }) do kept[k .. i] = v end\n"
        "end\n"
        "return function(x, w, region)\n"
        "  for i = 1, 200 do x = x + where(region:eq('r' .. i), i, w) end\n"
        "  return x\n"
        "end";
    int ran = 0, ended = 0, odd = 0;
    for (size_t cap = 50000; cap < 700000; cap += 5000) {
        host_settings s = {.seconds = 60, .memory = cap, .source = 64 << 10, .threads = 1};
        fault f = FAULT_INIT;
        in_host in;
        int good = in_open(&in, &s, NULL, &f) && in_script(&in, busy, &f);
        ran += good;
        ended += !good && f.kind == FAULT_LIMIT;
        odd += !good && f.kind != FAULT_LIMIT;
        fault_release(&f);
        host_close(in.h);
    }
    ok(ran > 0 && ended > 0 && !odd,
       "of all caps on memory %d are enough, %d end the script, %d do something else", ran, ended,
       odd);
}

int main(void) {
    in_enter();
    char folder[4200], path[4800], *name[500];
    int count = 0;
    snprintf(folder, sizeof folder, "%s/t/attack", in_top);
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d)) && count < 500;)
        if (strstr(e->d_name, ".lua")) name[count++] = strdup(e->d_name);
    if (d) closedir(d);
    qsort(name, (size_t)count, sizeof *name, by_name);
    for (int i = 0; i < count; i++) {
        static char text[200000];
        snprintf(path, sizeof path, "%s/%s", folder, name[i]);
        FILE *file = fopen(path, "rb");
        size_t length = file ? fread(text, 1, sizeof text, file) : 0;
        if (file) fclose(file);
        check(name[i], text, length);
        free(name[i]);
    }
    sweep();
    ok(count >= 150, "there are %d scripts", count);
    in_leave();
    return done_testing();
}
