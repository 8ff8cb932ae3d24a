/* Checks through the public header. */
#include "assess.h"

#include "tap.h"

static const char *const severity[] = {"note", "warning", "error"};

static void one_warning(void) {
    assess *a = assess_new();
    is_int(assess_check(a, "t/check/W01.lua"), ASSESS_OK, "checked, though something was found");
    is_int((long)assess_finding_count(a), 1, "one finding");
    assess_finding f = assess_finding_at(a, 0);
    is_str(f.code, "W01", "its code");
    is_str(severity[f.severity], "warning", "its severity");
    is_str(f.file, "t/check/W01.lua", "its file");
    is_int(f.line, 4, "its line");
    is_int(f.column, 20, "its column");
    is_int(f.width, 3, "how far it goes");
    is_str(f.offending, "all", "the text that is meant");
    has_str(f.excerpt, "index = index { \"all\"", "the line");
    has_str(f.text, "add up to 90", "what it says");
    ok(*f.hint && !*f.field && !f.accepted && !*f.reason, "the rest");
    is_int(assess_check(a, "t/check/W01.lua"), ASSESS_USAGE, "a session checks once");
    assess_free(a);
}

static void not_at_all(void) {
    assess *a = assess_new();
    ok(assess_check(a, "t/check/none.lua") != ASSESS_OK,
       "a file that is not there cannot be checked");
    is_int((long)assess_finding_count(a), 0, "no findings");
    ok(assess_message_count(a) > 0, "but a message");
    assess_free(a);
    volatile sig_atomic_t stop = 1;
    a = assess_new();
    assess_stop_on(a, &stop);
    is_int(assess_check(a, "t/check/W01.lua"), ASSESS_LIMIT, "one that is stopped neither");
    assess_free(a);
}

static void with_settings(void) {
    assess *a = assess_new();
    assess_set(a, "index.air.weight", "40");
    assess_check(a, "t/check/W01.lua");
    is_int((long)assess_finding_count(a), 0, "what was set is what is checked");
    assess_free(a);
    a = assess_new();
    assess_set(a, "index.airs.weight", "40");
    is_int(assess_check(a, "t/check/W01.lua"), ASSESS_USAGE,
           "a setting that does not fit is no finding");
    is_int((long)assess_finding_count(a), 0, "nothing was looked at");
    assess_free(a);
}

static void codes(void) {
    for (size_t i = 1; i < assess_code_count(); i++) {
        assess_code c = assess_code_at(i);
        ok(strcmp(assess_code_at(i - 1).code, c.code) < 0 && *c.name && *c.title && *c.means &&
               *c.why && *c.example && *c.mended,
           "%s, %s", c.code, c.name);
    }
}

int main(void) {
    one_warning();
    not_at_all();
    with_settings();
    codes();
    return done_testing();
}
