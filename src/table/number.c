#include "table/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"

static const char *const default_markers[] = {
    "NA",  "N/A", "n/a",  "n.a.", "NULL", "null",     ".",      "..",
    "...", "…",   "……",   "-",    "--",   "—",        "——",     "–",
    "－",  "缺",  "缺失", "暂缺", "暂无", "暂无数据", "无数据", "不适用",
};

/* The longest number with a unit that is converted; longer texts are refused. */
enum { LONGEST = 300 };

static size_t space_before(const char *s, size_t n) {
    if (n >= 1 && (*s == ' ' || *s == '\t')) return 1;
    if (n >= 2 && !memcmp(s, "\xc2\xa0", 2)) return 2;
    return n >= 3 && !memcmp(s, "\xe3\x80\x80", 3) ? 3 : 0;
}

static size_t space_behind(const char *s, size_t n) {
    if (n >= 1 && (s[n - 1] == ' ' || s[n - 1] == '\t')) return 1;
    if (n >= 2 && !memcmp(s + n - 2, "\xc2\xa0", 2)) return 2;
    return n >= 3 && !memcmp(s + n - 3, "\xe3\x80\x80", 3) ? 3 : 0;
}

const char *number_trim(const char *text, size_t *length) {
    size_t n = *length, k;
    while ((k = space_before(text, n))) {
        text += k;
        n -= k;
    }
    while ((k = space_behind(text, n))) n -= k;
    *length = n;
    return text;
}

/* The power of ten that a text begins with, and its length in bytes. */
static int multiplier(const char *s, size_t n, size_t *length) {
    static const struct {
        const char *word;
        int shift;
    } known[] = {{"万亿", 12}, {"亿", 8}, {"万", 4}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t k = strlen(known[i].word);
        if (n >= k && !memcmp(s, known[i].word, k)) {
            *length = k;
            return known[i].shift;
        }
    }
    *length = 0;
    return 0;
}

number_form number_form_of(const char *unit, const char *const *marker, size_t markers) {
    number_form form = {.marker = marker, .markers = markers, .base = ""};
    if (!marker) {
        form.marker = default_markers;
        form.markers = sizeof default_markers / sizeof *default_markers;
    }
    for (size_t i = 0; i < markers && marker && !form.odd_markers; i++) {
        double ignored;
        form.odd_markers = decimal_read(marker[i], strlen(marker[i]), &ignored) == DECIMAL_OK;
    }
    if (!unit) return form;
    form.grouped = strchr(unit, ',') != NULL;
    size_t n = strlen(unit), k;
    do {
        unit = number_trim(unit, &n);
        k = n;
        if (n && *unit == ',') {
            unit++;
            n--;
        } else if (n && unit[n - 1] == ',') {
            n--;
        }
    } while (n != k);
    form.named = n > 0;
    form.shift = multiplier(unit, n, &k);
    form.base = unit + k;
    form.base_length = n - k;
    return form;
}

static int is_marker(const number_form *form, const char *s, size_t n) {
    for (size_t i = 0; i < form->markers; i++)
        if (!strncmp(form->marker[i], s, n) && !form->marker[i][n]) return 1;
    return 0;
}

int number_missing(const number_form *form, const char *text, size_t length) {
    text = number_trim(text, &length);
    return !length || is_marker(form, text, length);
}

static int digit(char c) { return c >= '0' && c <= '9'; }

/* The length of the number a text begins with: a sign, digits and commas, a point, digits, an
 * exponent. */
static size_t number_prefix(const char *s, size_t n) {
    size_t i = 0, digits = 0;
    if (i < n && (s[i] == '+' || s[i] == '-')) i++;
    for (; i < n && (digit(s[i]) || (digits && s[i] == ',')); i++) digits++;
    if (i < n && s[i] == '.')
        for (i++; i < n && digit(s[i]); i++) digits++;
    if (!digits) return 0;
    size_t e = i;
    if (e < n && (s[e] == 'e' || s[e] == 'E')) {
        e++;
        if (e < n && (s[e] == '+' || s[e] == '-')) e++;
        if (e < n && digit(s[e])) {
            while (e < n && digit(s[e])) e++;
            i = e;
        }
    }
    return i;
}

/* Copies a number without the commas in it; 0 where they do not stand before every third digit. */
static size_t ungroup(const char *s, size_t n, char *out) {
    size_t k = 0, run = 0;
    int commas = 0, whole = 1;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == ',') {
            if (!whole || !run || run > 3 || (commas && run != 3)) return 0;
            commas = 1;
            run = 0;
            continue;
        }
        if (whole && !digit(s[i]) && s[i] != '+' && s[i] != '-') {
            if (commas && run != 3) return 0;
            whole = 0;
        }
        run += digit(s[i]) != 0;
        out[k++] = s[i];
    }
    return whole && commas && run != 3 ? 0 : k;
}

/* Multiplies the decimal in `s` (with room behind it) by a power of ten and reads it. */
static int read_shifted(char *s, size_t n, int shift, double *out) {
    char *e = memchr(s, 'e', n), *big = memchr(s, 'E', n);
    long exponent = 0;
    if (!e) e = big;
    if (e) {
        const char *p = e + 1, *end = s + n;
        int minus = *p == '-';
        p += *p == '-' || *p == '+';
        for (; p < end && exponent < 100000; p++) exponent = exponent * 10 + (*p - '0');
        exponent = minus ? -exponent : exponent;
        n = (size_t)(e - s);
    }
    n += (size_t)snprintf(s + n, 16, "e%ld", exponent + shift);
    return decimal_read(s, n, out) == DECIMAL_OK;
}

/* What stands behind a number, as a power of ten relative to the declared unit. */
static int read_unit(const number_form *form, const char *s, size_t n, int *shift) {
    static const char percent[] = "％";
    *shift = 0;
    if (!n) return 1;
    if (!form->named) return 0;
    size_t k;
    *shift = multiplier(s, n, &k) - form->shift;
    s += k;
    n -= k;
    if (n == sizeof percent - 1 && !memcmp(s, percent, n)) {
        s = "%";
        n = 1;
    }
    return (!n && k) || (n == form->base_length && !memcmp(s, form->base, n));
}

static int read_declared(const number_form *form, const char *s, size_t n, double *out) {
    char clean[LONGEST + 32];
    size_t k = number_prefix(s, n), rest = n - k, length = k;
    int shift;
    if (!k || k > LONGEST) return 0;
    const char *unit = number_trim(s + k, &rest);
    if (!read_unit(form, unit, rest, &shift)) return 0;
    if (form->grouped) {
        length = ungroup(s, k, clean);
        if (!length) return 0;
    } else {
        memcpy(clean, s, k);
    }
    return shift ? read_shifted(clean, length, shift, out)
                 : decimal_read(clean, length, out) == DECIMAL_OK;
}

/* Copies a number that has a decimal comma with a point in its place, and without the points that
 * group its digits. The length, or 0 where it is not written like that; what stands behind the
 * number is copied too. */
static size_t from_comma(const char *s, size_t n, char *out) {
    size_t run = 0, k = 0, i = n && (*s == '+' || *s == '-');
    int points = 0, whole = 1;
    if (i) out[k++] = *s;
    for (; i < n && (digit(s[i]) || (whole && (s[i] == '.' || s[i] == ','))); i++) {
        if (digit(s[i])) {
            run++;
            out[k++] = s[i];
            continue;
        }
        if (points && run != 3) return 0;
        if (s[i] == '.' && (!run || run > 3)) return 0;
        points += s[i] == '.';
        whole = s[i] == '.';
        run = 0;
        if (s[i] == ',') out[k++] = '.';
    }
    if (whole && points && run != 3) return 0;
    memcpy(out + k, s + i, n - i);
    return k + n - i;
}

number_found number_read(const number_form *form, const char *text, size_t length, double *out) {
    char plain[LONGEST];
    *out = (double)NAN;
    text = number_trim(text, &length);
    if (!length || (form->odd_markers && is_marker(form, text, length))) return NUMBER_MISSING;
    if (form->decimal == ',' && length <= LONGEST) {
        size_t n = from_comma(text, length, plain);
        if (!n) return is_marker(form, text, length) ? NUMBER_MISSING : NUMBER_BAD;
        text = memcmp(plain, text, length) || n != length ? plain : text;
        length = n;
    }
    if (decimal_read(text, length, out) == DECIMAL_OK) return NUMBER_OK;
    if (!form->odd_markers && is_marker(form, text, length)) return NUMBER_MISSING;
    if ((form->named || form->grouped) && read_declared(form, text, length, out)) return NUMBER_OK;
    *out = (double)NAN;
    return NUMBER_BAD;
}
