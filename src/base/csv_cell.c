#include "base/csv_cell.h"

#include <string.h>

#include "base/decimal.h"

static int needs_quotes(const char *s, size_t n, char separator) {
    for (size_t i = 0; i < n; i++)
        if (s[i] == '"' || s[i] == '\n' || s[i] == '\r' || s[i] == separator) return 1;
    return n && (s[0] == ' ' || s[0] == '\t' || s[n - 1] == ' ' || s[n - 1] == '\t');
}

/* = + - @ in full width, which some programs take for the others: U+FF1D, FF0B, FF0D, FF20. */
static int begins_wide(const char *s, size_t n) {
    return n > 2 && !memcmp(s, "\xEF\xBC", 2) && memchr("\x9D\x8B\x8D\xA0", s[2], 4);
}

static int is_formula(const char *s, size_t n) {
    double number;
    return n && (memchr("=+-@\t\r", s[0], 6) || begins_wide(s, n)) &&
           decimal_read(s, n, &number) != DECIMAL_OK;
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
