// What an analyst sees after a mistake. t/lua/mistakes.txt has the cases: a script between lines of
// "====", and behind it what is expected, on lines that begin with "--> ": LINE:COLUMN and a part
// of the message, then a part of the hint. Column 0: not looked at.
#include "in_lua.h"

static void check(const char *script, char *wanted, int number) {
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
    int good = in_script(&in, script, &f);
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
        diag("%s", script);
    }
    fault_release(&f);
    fault_release(&notes);
    host_close(in.h);
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
    in_leave();
    return done_testing();
}
