/* Patterns: what is matched and captured is what PCRE2 says when it is asked; what the checks say
 * can never match does not; and the texts they make up end in time. The bytes are a pattern, a NUL
 * and a text. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "check/regex.h"
#include "expr/pattern.h"
#include "fuzz.h"
#include "table/encoding.h"

typedef struct other {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *limits;
} other;

static int other_open(other *o, const char *is, size_t length) {
    int error;
    PCRE2_SIZE at;
    o->code = pcre2_compile((PCRE2_SPTR)is, length, PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C,
                            &error, &at, NULL);
    if (!o->code) return 0;
    o->data = pcre2_match_data_create_from_pattern(o->code, NULL);
    o->limits = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(o->limits, 20000);
    return 1;
}

static void other_close(other *o) {
    pcre2_match_context_free(o->limits);
    pcre2_match_data_free(o->data);
    pcre2_code_free(o->code);
}

static int other_match(other *o, const char *text, size_t n) {
    return pcre2_match(o->code, (PCRE2_SPTR)text, n, 0, 0, o->data, o->limits);
}

static void check_match(const char *is, size_t length, const char *text, size_t n, other *o) {
    fault f = FAULT_INIT;
    size_t from = 0, to = 0;
    pattern *p = pattern_open(is, length, 1, NULL, &f);
    int want = other_match(o, text, n), got = p ? pattern_match(p, text, n, 0, &from, &to, &f) : -1;
    if (p && got >= 0 && (want >= 0 || want == PCRE2_ERROR_NOMATCH)) {
        PCRE2_SIZE *part = pcre2_get_ovector_pointer(o->data);
        FUZZ_CHECK(got == (want >= 0), "'%s' on '%s': %d, PCRE2 %d", is, text, got, want);
        FUZZ_CHECK(want < 0 || part[0] > part[1] || (from == part[0] && to == part[1]),
                   "'%s' on '%s': another place", is, text);
    }
    FUZZ_CHECK(p || f.count, "'%s' is refused without a reason", is);
    pattern_close(p);
    fault_release(&f);
}

static void check_structure(const char *is, size_t length, const char *text, size_t n, other *o) {
    static const char *const more[] = {"",  "a",  "\n",     "ab",   "abab",
                                       "0", "1 ", "已完成", "a\nb", "A"};
    regex *r = regex_read(is);
    size_t from = 0, to = 0;
    regex_life life = regex_strange(r) ? REGEX_ALIVE : regex_dead(r, &from, &to);
    FUZZ_CHECK(life == REGEX_ALIVE || (from <= to && to <= length), "place in '%s'", is);
    if (life == REGEX_DEAD) {
        FUZZ_CHECK(other_match(o, text, n) < 0, "'%s' is dead, and matches", is);
        for (size_t i = 0; i < sizeof more / sizeof *more; i++)
            FUZZ_CHECK(other_match(o, more[i], strlen(more[i])) < 0,
                       "'%s' is dead, and matches '%s'", is, more[i]);
    }
    for (uint64_t seed = 0; seed < 3 && !regex_strange(r); seed++) {
        buf sample = BUF_INIT, attack = BUF_INIT;
        regex_sample(r, seed, &sample);
        regex_attack(r, (int)seed, 20, seed, &attack);
        if (life == REGEX_DEAD && sample.length < 4096)
            FUZZ_CHECK(other_match(o, buf_string(&sample), sample.length) < 0,
                       "'%s' is dead, and matches its sample", is);
        buf_release(&sample);
        buf_release(&attack);
    }
    regex_free(r);
}

FUZZ_TARGET(pattern) {
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    size_t length = end ? (size_t)(end - data) : size, n = end ? size - length - 1 : 0;
    if (length > PATTERN_MOST || n > 4096 ||
        utf8_check((const char *)data, 0, length, length) != length ||
        (n && utf8_check((const char *)end + 1, 0, n, n) != n))
        return 0;
    char *is = fuzz_text(data, length), *text = fuzz_text(n ? end + 1 : data, n);
    other o;
    if (other_open(&o, is, length)) {
        check_match(is, length, text, n, &o);
        check_structure(is, length, text, n, &o);
        other_close(&o);
    }
    free(is);
    free(text);
    return 0;
}
