/* Patterns taken apart by checks, against PCRE2. */
#include "check/regex.h"

#include "base/buf.h"
#include "expr/pattern.h"
#include "tap.h"

static uint64_t state;

static size_t below(size_t n) { return (size_t)(tap_random(&state) >> 11) % n; }

static int matches(pattern *p, const buf *text) {
    fault f = FAULT_INIT;
    int found = pattern_match(p, buf_string(text), text->length, 0, NULL, NULL, &f);
    fault_release(&f);
    return found;
}

static pattern *compiled(const char *text) {
    fault f = FAULT_INIT;
    pattern *p = pattern_open(text, strlen(text), 0, NULL, &f);
    if (!p) diag("%s: %s", text, f.listed ? f.item[0].text : "");
    fault_release(&f);
    return p;
}

static void put_pattern(buf *b, int depth, int anchors);

static void put_atom(buf *b, int depth, int anchors) {
    static const char *const plain[] = {"a", "b",   "建",     "。",  "[ab]", "[^a]",   "[^。]",
                                        ".", "\\d", "[0-9a]", "\\n", "\\W",  "[\\s建]"};
    static const char *const anchor[] = {"^", "$", "\\A", "\\z", "[^\\s\\S]", "[^\\d\\D]"};
    if (depth > 0 && below(3) == 0) {
        buf_text(b, below(2) ? "(" : "(?:");
        put_pattern(b, depth - 1, anchors);
        buf_text(b, ")");
    } else if (anchors && below(5) == 0) {
        buf_text(b, anchor[below(sizeof anchor / sizeof *anchor)]);
        return;
    } else {
        buf_text(b, plain[below(sizeof plain / sizeof *plain)]);
    }
    static const char *const times[] = {"", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?"};
    buf_text(b, times[below(sizeof times / sizeof *times)]);
}

static void put_pattern(buf *b, int depth, int anchors) {
    size_t alternatives = below(3) ? 1 : 2;
    for (size_t i = 0; i < alternatives; i++) {
        size_t atoms = 1 + below(3);
        if (i) buf_text(b, "|");
        for (size_t k = 0; k < atoms; k++) put_atom(b, depth, anchors);
    }
}

static void put_text(buf *b) {
    static const char *const piece[] = {"a", "b", "建", "。", "\n", "1", " ", "x"};
    buf_clear(b);
    for (size_t i = below(6); i > 0; i--) buf_text(b, piece[below(sizeof piece / sizeof *piece)]);
}

/* What is told to be dead matches neither its own samples nor any other text. */
static void dead_is_dead(void) {
    int dead = 0, wrong = 0;
    for (int i = 0; i < 3000; i++) {
        buf b = BUF_INIT, text = BUF_INIT;
        put_pattern(&b, 2, 1);
        regex *r = regex_read(buf_string(&b));
        pattern *p = compiled(buf_string(&b));
        size_t from = 0, to = 0;
        if (r && p && regex_dead(r, &from, &to) == 1) {
            int found = 0;
            dead++;
            for (int k = 0; k < 100 && !found; k++) {
                put_text(&text);
                found = matches(p, &text) == 1;
                if (found) break;
                buf_clear(&text);
                regex_sample(r, (uint64_t)k, &text);
                found = matches(p, &text) == 1;
            }
            if (found) diag("'%s' matches '%s'", buf_string(&b), buf_string(&text));
            wrong += found || from > to || to > b.length;
        }
        pattern_close(p);
        regex_free(r);
        buf_release(&b);
        buf_release(&text);
    }
    is_int(wrong, 0, "what is told to match nothing matches nothing");
    ok(dead > 100, "%d patterns were dead", dead);
}

/* Texts made from a pattern match it. */
static void samples_match(void) {
    int wrong = 0, strange = 0;
    for (int i = 0; i < 2000; i++) {
        buf b = BUF_INIT, text = BUF_INIT;
        put_pattern(&b, 2, 0);
        regex *r = regex_read(buf_string(&b));
        pattern *p = compiled(buf_string(&b));
        strange += r && regex_strange(r);
        for (uint64_t k = 0; k < 10 && r && p; k++) {
            buf_clear(&text);
            regex_sample(r, k, &text);
            if (matches(p, &text) != 0) continue; /* or it is too much work */
            if (wrong++ < 5) diag("'%s' does not match '%s'", buf_string(&b), buf_string(&text));
        }
        size_t from, to;
        wrong += r && regex_dead(r, &from, &to) != 0;
        pattern_close(p);
        regex_free(r);
        buf_release(&b);
        buf_release(&text);
    }
    is_int(wrong, 0, "texts made from a pattern match it, and it is not dead");
    is_int(strange, 0, "the plain syntax is read");
}

static void is_dead(const char *text, int want, const char *part) {
    size_t from = 0, to = 0;
    regex *r = regex_read(text);
    is_int(regex_dead(r, &from, &to), want, "%s", text);
    char got[64] = "";
    snprintf(got, sizeof got, "%.*s", (int)(to - from), text + from);
    if (want) is_str(got, part, "and what makes it so");
    regex_free(r);
}

static void is_strange(const char *text, int want) {
    regex *r = regex_read(text);
    is_int(regex_strange(r), want, "%s", text);
    regex_free(r);
}

int main(void) {
    const char *given = getenv("ASSESS_SEED");
    state = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    diag("seed %" PRIu64, state);
    is_dead("建成^", 1, "^");
    is_dead("建成$已", 1, "已");
    is_dead("a$\\n", 0, "");
    is_dead("a$\\n\\n", 1, "\\n");
    is_dead("^*a", 0, "");
    is_dead("(a|b^)c", 2, "b^");
    is_dead("(a^|b^)c", 1, "(a^|b^)");
    is_dead("a?^b", 0, "");
    is_dead("(?!)", 1, "(?!)");
    is_dead("[^\\w\\W]+", 1, "[^\\w\\W]");
    is_dead("([^\\w\\W])?a", 0, "");
    is_strange("(?i)a", 1);
    is_strange("(a)\\1", 1);
    is_strange("a++", 1);
    is_strange("[[:alpha:]]", 1);
    is_strange("\\p{Han}", 1);
    is_strange("(?<*a)b", 1); /* looks behind; no name */
    is_strange("(?<name", 1);
    is_strange("(?P<n1_>a)", 0);
    is_strange("(?<name>建)(?=成).{2,}[^。;；]{0,12}", 0);
    is_strange("a[[:alpha:]]", 1);
    is_strange("[[.a.]]", 1);
    is_strange("[[=a=]]", 1);
    is_strange("[z-a]", 1);
    is_strange("[a-\\d]", 1);
    is_strange("[a-\\x{64}]", 1);
    is_strange("[]a]", 0);
    is_strange("[a-]", 0);
    is_strange("[^]a]", 0);
    is_strange("[\\]a-\\}]", 0);
    is_strange("a{99999}", 0);
    is_strange("a{2,1", 0);
    is_strange("a{,2}", 0);
    is_strange("\\Ab\\Z", 0);
    is_strange("a\\z", 0);
    is_strange("a\\Gb", 1);
    is_strange("a\\Kb", 1);
    is_strange("a\\", 1);
    is_strange("(?<name_1>a)", 0);
    is_strange("(?<名>a)", 0);
    is_strange("(?P<n>a)", 0);
    is_strange("(?#note)a", 1);
    is_strange("a)", 1);
    is_strange("", 0);
    is_strange("|", 0);
    is_strange("a|", 0);
    is_strange("\xff", 0);
    buf deep = BUF_INIT;
    for (int i = 0; i < 300; i++) buf_text(&deep, "(");
    for (int i = 0; i < 300; i++) buf_text(&deep, ")");
    is_strange(buf_string(&deep), 1);
    buf_clear(&deep);
    for (int i = 0; i < 20000; i++) buf_text(&deep, "[ab-c]x");
    is_strange(buf_string(&deep), 1);
    buf_clear(&deep);
    buf_text(&deep, "[");
    for (int i = 0; i < 20000; i++) buf_text(&deep, "b-c");
    buf_text(&deep, "]");
    is_strange(buf_string(&deep), 1);
    buf_release(&deep);
    dead_is_dead();
    samples_match();
    return done_testing();
}
