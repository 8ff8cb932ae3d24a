/* Numbers: decimals are read as strtod reads them, and written as the shortest that reads back. */
#include <math.h>

#include "base/csv_cell.h"
#include "base/decimal.h"
#include "fuzz.h"
#include "table/number.h"

static size_t digits_at(const char *s, size_t n, size_t i) {
    while (i < n && s[i] >= '0' && s[i] <= '9') i++;
    return i;
}

/* The grammar of decimal.h, written again. */
static int is_decimal(const char *s, size_t n) {
    size_t i = n && (*s == '+' || *s == '-'), from = i;
    i = digits_at(s, n, i);
    size_t digits = i - from;
    if (i < n && s[i] == '.') {
        from = ++i;
        i = digits_at(s, n, i);
        digits += i - from;
    }
    if (!digits) return 0;
    if (i < n && (s[i] == 'e' || s[i] == 'E')) {
        i++;
        i += i < n && (s[i] == '+' || s[i] == '-');
        from = i;
        i = digits_at(s, n, i);
        if (i == from) return 0;
    }
    return i == n;
}

static void check_reading(const char *exact, const char *text, size_t n) {
    double got, want = strtod(text, NULL);
    int found = decimal_read(exact, n, &got);
    FUZZ_CHECK((found != DECIMAL_NONE) == is_decimal(text, n), "grammar of '%s'", text);
    if (found == DECIMAL_NONE) return;
    if (isinf(want))
        FUZZ_CHECK(found == DECIMAL_TOO_LARGE, "'%s' is too large", text);
    else
        FUZZ_CHECK(found == DECIMAL_OK && !memcmp(&got, &want, 8), "'%s': %.17g, strtod %.17g",
                   text, got, want);
}

static void check_cell(unsigned char mode, const char *exact, size_t n) {
    static const char *const unit[] = {NULL,   "%", "人", "万元", "亿",  "km",
                                       "USD,", ",", "万", "‰",    "万亿"};
    number_form form = number_form_of(unit[mode % 11], NULL, 0);
    double got, plain;
    number_found found = number_read(&form, exact, n, &got);
    FUZZ_CHECK((found == NUMBER_OK) == !!isfinite(got), "value of a cell");
    FUZZ_CHECK((found == NUMBER_MISSING) == number_missing(&form, exact, n), "a missing cell");
    if (found == NUMBER_OK && !unit[mode % 11]) {
        size_t m = n;
        const char *trimmed = number_trim(exact, &m);
        FUZZ_CHECK(decimal_read(trimmed, m, &plain) == DECIMAL_OK && !memcmp(&plain, &got, 8),
                   "a trimmed cell");
    }
    if (found == NUMBER_BAD) {
        buf reason = BUF_INIT, hint = BUF_INIT;
        number_explain(&form, exact, n, &reason, &hint);
        FUZZ_CHECK(reason.length, "no reason");
        buf_release(&reason);
        buf_release(&hint);
    }
}

static int significant(const char *s) {
    int count = 0, zeros = 0, begun = 0;
    for (; *s && *s != 'e'; s++) {
        if (*s < '0' || *s > '9' || (!begun && *s == '0')) continue;
        begun = 1;
        count++;
        zeros = *s == '0' ? zeros + 1 : 0;
    }
    return count - zeros;
}

static void check_writing(double x, int places) {
    char text[32], other[64], fixed[400];
    size_t n = decimal_write(x, text);
    FUZZ_CHECK(n < sizeof text && strlen(text) == n, "length of a number");
    if (!isfinite(x)) return;
    FUZZ_CHECK(strtod(text, NULL) == x, "%.17g is written as %s", x, text);
    int digits = significant(text);
    if (digits > 1) {
        snprintf(other, sizeof other, "%.*e", digits - 2, x);
        FUZZ_CHECK(strtod(other, NULL) != x, "%s is not the shortest: %s", text, other);
    }
    n = decimal_fixed(x, places, fixed);
    FUZZ_CHECK(n < sizeof fixed && strlen(fixed) == n, "length with %d places", places);
    if (fabs(x) < 1e-290) return;
    decimal15 d = decimal_fifteen(x);
    snprintf(other, sizeof other, "%.14e", fabs(x));
    uint64_t mantissa = 0;
    for (const char *s = other; *s != 'e'; s++)
        if (*s != '.') mantissa = mantissa * 10 + (uint64_t)(*s - '0');
    FUZZ_CHECK(d.mantissa == mantissa, "fifteen digits of %s", other);
}

FUZZ_TARGET(number) {
    if (!size) return 0;
    unsigned char mode = *data;
    const char *bytes = (const char *)data + 1;
    size_t n = size - 1;
    char *exact = fuzz_copy(bytes, n), *text = fuzz_text(bytes, n);
    if (!memchr(bytes, 0, n)) {
        check_reading(exact, text, n);
        check_cell(mode, exact, n);
        buf cell = BUF_INIT;
        csv_cell(&cell, exact, n, ",;\t"[mode % 3], mode & 1);
        buf_release(&cell);
    }
    if (n >= 8) {
        double x;
        memcpy(&x, bytes, 8);
        check_writing(x, (int8_t)mode);
    }
    free(exact);
    free(text);
    return 0;
}
