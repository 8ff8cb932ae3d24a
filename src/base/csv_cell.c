#include "base/csv_cell.h"

#include <string.h>

#include "base/decimal.h"

static int needs_quotes(const char *s, size_t n, char separator) {
    for (size_t i = 0; i < n; i++)
        if (s[i] == '"' || s[i] == '\n' || s[i] == '\r' || s[i] == separator) return 1;
    return n && (s[0] == ' ' || s[0] == '\t' || s[n - 1] == ' ' || s[n - 1] == '\t');
}

/* The full-width forms of = + - @, which some spreadsheets take for these. */
static int is_wide_sign(const char *s, size_t n) {
    static const char *const signs[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
                                        "\xef\xbc\xa0"};
    for (int i = 0; n >= 3 && i < 4; i++)
        if (!memcmp(s, signs[i], 3)) return 1;
    return 0;
}

static int is_formula(const char *s, size_t n) {
    double number;
    if (is_wide_sign(s, n)) return 1;
    return n && memchr("=+-@\t\r", s[0], 6) && decimal_read(s, n, &number) != DECIMAL_OK;
}

void csv_cell(buf *to, const char *text, size_t length, char separator, int guard) {
    const char *quote = guard && is_formula(text, length) ? "\"'" : "\"";
    if (!needs_quotes(text, length, separator)) {
        buf_text(to, quote + 1);
        buf_put(to, text, length);
        return;
    }
    buf_text(to, quote);
    for (const char *end = text + length, *next; text < end; text = next) {
        const char *inner = memchr(text, '"', (size_t)(end - text));
        next = inner ? inner + 1 : end;
        buf_put(to, text, (size_t)(next - text));
        if (inner) buf_char(to, '"');
    }
    buf_char(to, '"');
}
