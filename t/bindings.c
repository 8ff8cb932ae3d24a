// The algebra as scripts see it. t/lua/algebra.txt has the cases, one a line: EXPRESSION -> VALUES,
// where several values are separated by " | "; in_show says how arrays are written.
#include "in_lua.h"

static char *trim(char *text) {
    char *end = text + strlen(text);
    while (end > text && (end[-1] == ' ' || end[-1] == '\r')) *--end = 0;
    while (*text == ' ') text++;
    return text;
}

static void check(const char *expression, const char *wanted, int number) {
    host_settings s = {.seconds = 5, .memory = 64 << 20, .source = 64 << 10, .threads = 1};
    fault f = FAULT_INIT, notes = FAULT_INIT;
    char script[1000], got[2000] = "";
    in_host in;
    snprintf(script, sizeof script, "return function(x, w, region, t, d)\n  return %s\nend",
             expression);
    if (!in_open(&in, &s, &notes, &f) || !in_script(&in, script, &f)) {
        ok(0, "%s: %s", expression, f.listed ? f.item[0].text : "no host");
        fault_release(&f);
        host_close(in.h);
        return;
    }
    size_t used = 0;
    for (int i = 1; i <= lua_gettop(in.h->L) && used < sizeof got; i++) {
        if (i > 1) used += (size_t)snprintf(got + used, sizeof got - used, " | ");
        in_show(in.h, i, got + used, sizeof got - used);
        used = strlen(got);
    }
    is_str(got, wanted, "%d: %s", number, expression);
    fault_release(&f);
    fault_release(&notes);
    host_close(in.h);
}

int main(void) {
    in_enter();
    char *all = in_read("t/lua/algebra.txt");
    int number = 0;
    for (char *line = all; line && *line;) {
        char *next = strchr(line, '\n');
        if (next) *next++ = 0;
        char *arrow = strstr(line, " -> ");
        if (arrow && *line != '#') {
            *arrow = 0;
            check(trim(line), trim(arrow + 4), ++number);
        }
        line = next;
    }
    ok(number > 80, "there are %d cases", number);
    free(all);
    in_leave();
    return done_testing();
}
