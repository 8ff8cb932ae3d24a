// Patterns: what matches, what is captured, and the limits.
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "expr/pattern.h"
#include "tap.h"

static pattern *make(const char *text) {
    fault f = FAULT_INIT;
    pattern *p = pattern_open(text, strlen(text), 0, NULL, &f);
    if (!p) diag("%s: %s", text, f.listed ? f.item[0].text : "");
    fault_release(&f);
    return p;
}

static int matches(pattern *p, const char *text) {
    fault f = FAULT_INIT;
    int found = p ? pattern_match(p, text, strlen(text), 0, NULL, NULL, &f) : -2;
    fault_release(&f);
    return found;
}

// What group captured in text, or "(none)", "(no match)".
static const char *group(const char *expression, const char *text, int number) {
    static char out[200];
    fault f = FAULT_INIT;
    size_t from = 0, to = 0;
    pattern *p = make(expression);
    int found = p ? pattern_match(p, text, strlen(text), number, &from, &to, &f) : -2;
    if (found != 1)
        snprintf(out, sizeof out, "(no match)");
    else if (from == SIZE_MAX)
        snprintf(out, sizeof out, "(none)");
    else
        snprintf(out, sizeof out, "%.*s", (int)(to - from), text + from);
    pattern_close(p);
    fault_release(&f);
    return out;
}

static void refused(const char *expression, const char *says, const char *advice) {
    fault f = FAULT_INIT;
    pattern *p = pattern_open(expression, strlen(expression), 0, NULL, &f);
    ok(!p && f.kind == FAULT_RULE, "%.20s is refused", expression);
    has_str(f.listed ? f.item[0].text : "", says, "with the reason");
    if (advice) has_str(f.listed && f.item[0].hint ? f.item[0].hint : "", advice, "and the place");
    pattern_close(p);
    fault_release(&f);
}

static void characters(void) {
    pattern *dot = make("^.{4}$"), *class = make("^[建设完]+成$"), *word = make("^\\w+$"),
            *digit = make("\\d");
    is_int(matches(dot, "建设完成"), 1, "a dot is a character, not a byte");
    is_int(matches(dot, "abcde"), 0, "five are not four");
    is_int(matches(class, "建设完成"), 1, "a class holds characters");
    is_int(matches(class, "建议成"), 0, "and not parts of them");
    is_int(matches(word, "深圳Shenzhen2011"), 1, "\\w knows all scripts");
    is_int(matches(digit, "３"), 1, "\\d too");
    is_int(matches(digit, ""), 0, "an empty text has no digit");
    pattern_close(dot);
    pattern_close(class);
    pattern_close(word);
    pattern_close(digit);
}

static void groups(void) {
    is_str(group("培训[^。]*?([0-9]+)(人次|期)", "全年培训公务员320人次。", 1), "320", "a group");
    is_str(group("培训[^。]*?([0-9]+)(人次|期)", "全年培训公务员320人次。", 2), "人次", "another");
    is_str(group("建成", "礼宾府已建成", 0), "建成", "the whole match");
    is_str(group("(a)|(b)", "b", 1), "(none)", "a group that took no part");
    is_str(group("(a)?b", "xb", 1), "(none)", "an optional one");
    is_str(group("(a*)b", "xb", 1), "", "an empty one");
    pattern *p = make("(?<year>[0-9]{4})年(?<month>[0-9]+)月");
    is_int(pattern_groups(p), 2, "groups are counted");
    is_int(pattern_group(p, "month"), 2, "and found by name");
    is_int(pattern_group(p, "day"), -1, "or not");
    is_str(pattern_text(p), "(?<year>[0-9]{4})年(?<month>[0-9]+)月",
           "the pattern is kept as it was written");
    pattern_close(p);
}

static void refusals(void) {
    refused("(建成|完成", "missing closing parenthesis",
            "behind character 6 of the pattern: (建成|完成");
    refused("[a", "missing terminating ]", "behind character 2");
    refused("*a", "quantifier", "behind character 0");
    refused("\\C", "\\C", NULL);
    refused("\xff", "UTF-8", NULL);
    char longer[PATTERN_MOST + 2];
    memset(longer, 'a', sizeof longer);
    longer[PATTERN_MOST + 1] = 0;
    refused(longer, "longer than 1024 bytes", NULL);
    fault f = FAULT_INIT;
    pattern *p = pattern_open(longer, PATTERN_MOST, 0, NULL, &f);
    ok(p != NULL, "%d bytes are taken", PATTERN_MOST);
    pattern_close(p);
    fault_release(&f);
}

static fault_kind kind_of(pattern *p, const char *text, size_t length) {
    fault f = FAULT_INIT;
    int found = pattern_match(p, text, length, 0, NULL, NULL, &f);
    fault_kind kind = found < 0 ? f.kind : FAULT_NONE;
    fault_release(&f);
    return kind;
}

static void limits(void) {
    static char text[PATTERN_SUBJECT + 1];
    memset(text, 'a', sizeof text);
    pattern *slow = make("^(a+)+$"), *plain = make("b");
    text[30] = '!';
    is_int(kind_of(slow, text, 5), FAULT_NONE, "a slow pattern may be tried");
    is_int(kind_of(slow, text, 31), FAULT_LIMIT, "until it does too much");
    is_int(kind_of(slow, text, 4), FAULT_NONE, "and again");
    is_int(kind_of(plain, text, PATTERN_SUBJECT), FAULT_NONE, "%d bytes are searched",
           PATTERN_SUBJECT);
    is_int(kind_of(plain, text, PATTERN_SUBJECT + 1), FAULT_DATA, "and no more");
    is_int(kind_of(plain, "\xe5\xbb", 2), FAULT_DATA, "half a character is no text");
    pattern_close(slow);
    pattern_close(plain);
    fault f = FAULT_INIT;
    volatile sig_atomic_t stop = 1;
    pattern *stopped = pattern_open("a", 1, 0, &stop, &f),
            *hurried = pattern_open("a", 1, 1e-12, NULL, &f);
    is_int(kind_of(stopped, "a", 1), FAULT_LIMIT, "a raised flag stops it");
    stop = 0;
    is_int(kind_of(stopped, "a", 1), FAULT_NONE, "and only while it is up");
    is_int(kind_of(hurried, text, 5000), FAULT_LIMIT, "all matches together have so many seconds");
    pattern_close(stopped);
    pattern_close(hurried);
    pattern_close(NULL);
    fault_release(&f);
    pattern *looping = make("^((?1)a|b)$");
    for (int i = 0; i < 40; i++) /* first the interpreter, then machine code */
        if (kind_of(looping, "aa", 2) != FAULT_LIMIT) ok(0, "a call without end, match %d", i);
    is_int(kind_of(looping, "aa", 2), FAULT_LIMIT, "a group that calls itself without end");
    pattern_close(looping);
}

/* The kind of what opening a pattern gives with so much memory: in a process of its own, since a
 * limit that is reached stays so. */
static int kind_with(const char *text, size_t room) {
    pid_t child = fork();
    int status = 0;
    if (!child) {
        fault f = FAULT_INIT;
        limits_set(0, limits_taken() + room);
        pattern *p = pattern_open(text, strlen(text), 0, NULL, &f);
        int kind = p ? FAULT_NONE : f.kind ? (int)f.kind : 99;
        pattern_close(p); /* what a process has at its end, memcheck calls lost */
        fault_release(&f);
        _exit(kind);
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

/* Whatever PCRE2 has no memory for is a limit, not a mistake in the pattern. */
static void memory(void) {
    const char *text = "(?<a>[一-龥]+|b{1,40}){1,40}(?<c>d|e)*";
    int opened = 0, limited = 0;
    for (size_t room = 1; room < 4000000 && !opened; room += room / 8 + 50) {
        int kind = kind_with(text, room);
        opened += kind == FAULT_NONE;
        limited += kind == FAULT_LIMIT;
        if (kind != FAULT_NONE && kind != FAULT_LIMIT) ok(0, "kind %d with %zu bytes", kind, room);
    }
    ok(opened && limited > 5, "with %d sizes of memory it is a limit", limited);
}

int main(void) {
    characters();
    groups();
    refusals();
    limits();
    memory();
    return done_testing();
}
