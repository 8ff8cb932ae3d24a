/* Numbers as people write them in cells; and what a cell that is no number was probably meant to
 * be.
 */
#include "table/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "table/date.h"

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

/* The length of what may stand between groups of digits where the comma is the decimal one: a
 * point, or a space before a digit. */
static size_t group_mark(const char *s, size_t n) {
    static const char *const spaces[] = {" ", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};
    if (n && *s == '.') return 1;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        size_t k = strlen(spaces[i]);
        if (n > k && !memcmp(s, spaces[i], k) && digit(s[k])) return k;
    }
    return 0;
}

/* Copies a number that has a decimal comma with a point in its place, and without the points or
 * spaces that group its digits. The length, or 0 where it is not written like that; what stands
 * behind the number is copied too. */
static size_t from_comma(const char *s, size_t n, char *out) {
    size_t run = 0, k = 0, i = n && (*s == '+' || *s == '-');
    int groups = 0, whole = 1;
    if (i) out[k++] = *s;
    while (i < n) {
        size_t mark = whole ? group_mark(s + i, n - i) : 0;
        if (digit(s[i])) {
            run++;
            out[k++] = s[i++];
            continue;
        }
        if (!mark && !(whole && s[i] == ',')) break;
        if ((groups && run != 3) || (mark && (!run || run > 3))) return 0;
        groups += mark > 0;
        whole = mark > 0;
        run = 0;
        if (!mark) out[k++] = '.';
        i += mark ? mark : 1;
    }
    if (whole && groups && run != 3) return 0;
    memcpy(out + k, s + i, n - i);
    return k + n - i;
}

number_found number_read(const number_form *form, const char *text, size_t length, double *out) {
    char plain[LONGEST];
    *out = (double)NAN;
    text = number_trim(text, &length);
    if (!length || (form->odd_markers && is_marker(form, text, length))) return NUMBER_MISSING;
    const char *cell = text;
    const size_t cell_length = length;
    if (form->decimal == ',' && length <= LONGEST) {
        size_t n = from_comma(text, length, plain);
        if (!n) return is_marker(form, cell, cell_length) ? NUMBER_MISSING : NUMBER_BAD;
        text = plain;
        length = n;
    }
    if (decimal_read(text, length, out) == DECIMAL_OK) return NUMBER_OK;
    if (!form->odd_markers && is_marker(form, cell, cell_length)) return NUMBER_MISSING;
    if ((form->named || form->grouped) && read_declared(form, text, length, out)) return NUMBER_OK;
    *out = (double)NAN;
    return NUMBER_BAD;
}

/* ---- why a cell is no number: words for the analyst, which change no value ---- */

enum { EXPLAINED_LONGEST = 200 };

static int begins(const char *s, size_t n, const char *with) {
    size_t k = strlen(with);
    return n >= k && !memcmp(s, with, k);
}

/* Copies `s` with every full-width character as its plain one, the minus signs and dashes that
 * begin a number as '-'; notes which of both it found. Returns the length; the copy is never
 * longer. */
static size_t plain(const char *s, size_t n, char *out, int *full, int *dash) {
    static const char *const dashes[] = {"−", "–", "—", "－", "﹣"};
    size_t k = 0;
    *full = *dash = 0;
    for (size_t i = 0; i < n;) {
        const unsigned char *u = (const unsigned char *)s + i;
        if (k == 0 || out[k - 1] == 'e' || out[k - 1] == 'E') {
            size_t d = 0;
            while (d < sizeof dashes / sizeof *dashes && !begins(s + i, n - i, dashes[d])) d++;
            if (d < sizeof dashes / sizeof *dashes) {
                out[k++] = '-';
                i += 3;
                *dash = 1;
                continue;
            }
        }
        /* U+FF01 to U+FF5E are the ASCII characters from '!' on, shifted. */
        if (n - i >= 3 && u[0] == 0xef && (u[1] == 0xbc || u[1] == 0xbd)) {
            unsigned c = (unsigned)(u[1] & 3) << 6 | (u[2] & 0x3fu);
            if (c >= 1 && c <= 0x5e) {
                out[k++] = (char)(c + 0x20);
                i += 3;
                *full = 1;
                continue;
            }
        }
        out[k++] = s[i++];
    }
    return k;
}

/* Copies without the separators that stand between groups of three digits; returns what they are,
 * or NULL. A point or a comma before other than three digits is the decimal point. */
static const char *separators(const char *s, size_t n, char *out, size_t *length) {
    static const struct {
        const char *mark, *word;
    } known[] = {{",", TEXT("thousands separators")},
                 {"，", TEXT("thousands separators")},
                 {" ", TEXT("spaces between digits")},
                 {"\xc2\xa0", TEXT("spaces between digits")},
                 {"\xe2\x80\xaf", TEXT("spaces between digits")},
                 {"\xe2\x80\x89", TEXT("spaces between digits")},
                 {"'", TEXT("thousands separators")},
                 {"’", TEXT("thousands separators")},
                 {"_", TEXT("thousands separators")}};
    for (size_t m = 0; m < sizeof known / sizeof *known; m++) {
        size_t mark = strlen(known[m].mark), k = 0, run = 0, groups = 0;
        /* No group before the first separator is a 0: "0,123" has a decimal comma. */
        size_t first = n && (*s == '-' || *s == '+');
        int good = !(first < n && s[first] == '0'), whole = 1;
        for (size_t i = 0; i < n && good;) {
            if (begins(s + i, n - i, known[m].mark)) {
                good = whole && run >= 1 && run <= 3 && (!groups || run == 3);
                groups++;
                run = 0;
                i += mark;
                continue;
            }
            if (s[i] == '.' && whole) {
                good = run == 3;
                whole = 0;
            }
            run += digit(s[i]) != 0;
            out[k++] = s[i++];
        }
        double value;
        if (good && groups && (!whole || run == 3) && decimal_read(out, k, &value) == DECIMAL_OK) {
            *length = k;
            return text_message(known[m].word);
        }
    }
    return NULL;
}

/* Copies without points that stand between groups of three digits, and with a comma behind them as
 * the decimal point. Returns how many points there were, or -1 where they do not group. */
static int grouping_points(const char *s, size_t n, char *out, size_t *length) {
    size_t k = 0, run = 0;
    int points = 0, commas = 0;
    double value;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '.' || s[i] == ',') {
            if (commas || (points && run != 3) || (s[i] == '.' && (run < 1 || run > 3))) return -1;
            points += s[i] == '.';
            commas += s[i] == ',';
            run = 0;
            if (s[i] == '.') continue;
        }
        run += digit(s[i]) != 0;
        out[k++] = s[i] == ',' ? '.' : s[i];
    }
    *length = k;
    if (points && !commas && run != 3) return -1;
    return decimal_read(out, k, &value) == DECIMAL_OK ? points : -1;
}

/* "3,14" and "1.234,56", with the comma as the decimal point. */
static int decimal_comma(const char *s, size_t n, char *out, size_t *length) {
    return memchr(s, ',', n) != NULL && grouping_points(s, n, out, length) >= 0;
}

/* "1.234.567": one point alone would be the decimal point. */
static int points_between_groups(const char *s, size_t n, char *out, size_t *length) {
    return !memchr(s, ',', n) && grouping_points(s, n, out, length) > 1;
}

/* What may stand between two digits of a number, or 0. */
static size_t separator(const char *s, size_t n) {
    static const char *const marks[] = {
        ",", ".", " ", "'", "_", "，", "’", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (begins(s, n, marks[i])) return strlen(marks[i]);
    return 0;
}

/* The length of the digits a text begins with, and of what stands between them. */
static size_t figures(const char *s, size_t n) {
    size_t sign = n && (*s == '-' || *s == '+'), i = sign;
    while (i < n) {
        size_t mark = digit(s[i]) ? 0 : separator(s + i, n - i);
        if (!digit(s[i]) && (!mark || i + mark >= n || !digit(s[i + mark]))) break;
        i += mark + 1;
    }
    return i > sign ? i : 0;
}

static int hexadecimal(const char *s, size_t n, double *value) {
    size_t i = n && (*s == '-' || *s == '+');
    int minus = n && *s == '-';
    if (n < i + 3 || s[i] != '0' || (s[i + 1] | 32) != 'x') return 0;
    *value = 0;
    for (i += 2; i < n; i++) {
        int c = s[i] | 32;
        if (!digit(s[i]) && !(c >= 'a' && c <= 'f')) return 0;
        *value = *value * 16 + (digit(s[i]) ? s[i] - '0' : c - 'a' + 10);
    }
    *value = minus ? -*value : *value;
    return 1;
}

static int same_word(const char *s, size_t n, const char *word) {
    size_t i = 0;
    for (; i < n && word[i]; i++) {
        char c = s[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if (c != word[i]) return 0;
    }
    return i == n && !word[i];
}

static int not_finite(const char *s, size_t n) {
    static const char *const words[] = {"inf",    "infinity", "nan",    "∞",      "#div/0!",
                                        "#n/a",   "#value!",  "#ref!",  "#name?", "#num!",
                                        "#null!", "1.#inf",   "1.#qnan"};
    if (n && (*s == '-' || *s == '+')) {
        s++;
        n--;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (same_word(s, n, words[i])) return 1;
    return 0;
}

static void write_value(buf *hint, double value) {
    char text[32];
    decimal_write(value, text);
    buf_print(hint, text_message("write %s"), text);
}

/* The longest beginning of `s` that is a number, behind which something else stands. */
static size_t leading_number(const char *s, size_t n, double *value) {
    for (size_t k = n; k-- > 1;)
        if ((digit(s[k - 1]) || s[k - 1] == '.') && !digit(s[k]) &&
            decimal_read(s, k, value) == DECIMAL_OK)
            return k;
    return 0;
}

static int printable(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < ' ' || s[i] == 127) return 0;
    return n < 40;
}

static const char *const figure_words[] = {"〇", "零", "一", "二", "三", "四", "五", "六",
                                           "七", "八", "九", "十", "百", "千", "万", "亿"};

/* Figures in what stands behind 万: "3万5千", "1亿2000万". */
static int goes_on(const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (digit(s[i])) return 1;
        for (size_t w = 0; w < sizeof figure_words / sizeof *figure_words; w++)
            if (begins(s + i, n - i, figure_words[w])) return 1;
    }
    return 0;
}

/* Ends that make a number one that is not exact; and letters taken for digits. */
static int explain_end(const char *tail, size_t rest, double value, buf *reason, buf *hint) {
    static const char *const about[] = {"+", "＋", "以上", "以下", "以内", "左右", "余", "多"};
    if (rest == 1 && *tail == '-') {
        buf_text(reason, text_message("a minus sign stands behind it"));
        write_value(hint, -value);
        buf_text(hint, text_message(" if it is meant to be negative"));
        return 1;
    }
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        if (begins(tail, rest, about[i])) {
            buf_text(reason, text_message("it is not exact"));
            buf_text(hint, text_message("write a number, or leave the cell empty"));
            return 1;
        }
    size_t k = 0;
    while (k < rest && tail[k] && strchr("OoIl0123456789.,", tail[k])) k++;
    if (rest && k == rest && strchr("OoIl", *tail)) {
        buf_print(reason, text_message("the letter %c stands in it"), *tail);
        buf_print(hint, text_message("write the digit %s if that is meant"),
                  strchr("Oo", *tail) ? "0" : "1");
        return 1;
    }
    if (rest > 1 && (*tail == '/' || *tail == ':') && digit(tail[1])) {
        buf_text(reason, text_message("it is a fraction, a date or a time"));
        buf_text(hint, text_message("write one number"));
        return 1;
    }
    return 0;
}

/* A number with something behind it: a unit, a footnote, a second number. */
static void explain_tail(const number_form *form, const char *s, size_t n, buf *reason, buf *hint) {
    static const char *const scale[] = {"万亿", "亿", "万", "%", "％"};
    double value;
    size_t k = leading_number(s, n, &value), rest = n - k;
    const char *tail = number_trim(s + k, &rest);
    int hyphen = rest && (*tail == '-' || *tail == '~' || begins(tail, rest, "–") ||
                          begins(tail, rest, "～") || begins(tail, rest, "至"));
    if (hyphen && rest > 1 && (digit(tail[rest - 1]) || digit(tail[1]))) {
        buf_text(reason, text_message("it is a range"));
        buf_text(hint, text_message("write one number"));
        return;
    }
    if (explain_end(tail, rest, value, reason, hint)) return;
    for (size_t i = 0; i < sizeof scale / sizeof *scale; i++) {
        if (!begins(tail, rest, scale[i]) || form->named) continue;
        if (i < 3 && goes_on(tail + strlen(scale[i]), rest - strlen(scale[i]))) {
            buf_print(reason, text_message("it goes on behind %s"), scale[i]);
            buf_text(hint, text_message("write it in digits"));
            return;
        }
        double converted;
        size_t word = strlen(scale[i]);
        int percent = i >= 3;
        /* Read as if the multiplier were declared with a base of nothing. */
        number_form loose = number_form_of("1", NULL, 0);
        loose.base_length = 0;
        buf_print(reason,
                  percent ? text_message("it is a percentage")
                          : text_message("it has %s behind it"),
                  scale[i]);
        if (percent && word == rest) {
            write_value(hint, value);
            buf_text(hint, text_message(", or declare the unit %"));
        } else if (!percent && number_read(&loose, s, k + (size_t)(tail - (s + k)) + word,
                                           &converted) == NUMBER_OK) {
            write_value(hint, converted);
            if (printable(tail, rest))
                buf_print(hint, text_message(", or declare the unit %.*s"), (int)rest, tail);
        }
        return;
    }
    if (form->named) {
        buf_text(reason, text_message("what stands behind it is not the declared unit"));
        write_value(hint, value);
        buf_text(hint, text_message(" if that is the value in the declared unit"));
        return;
    }
    buf_text(reason, text_message("something stands behind the number"));
    write_value(hint, value);
    buf_text(hint, text_message(", or declare the unit of the column"));
}

static int currency(const char *s, size_t n) {
    static const char *const signs[] = {"$", "¥", "￥", "€", "£", "US$", "HK$"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (begins(s, n, signs[i])) return (int)strlen(signs[i]);
    return 0;
}

/* Digits with something between them that makes no number, or one that something stands behind. */
static void explain_figures(const number_form *form, const char *s, size_t n, size_t k, buf *reason,
                            buf *hint) {
    char joined[2 * EXPLAINED_LONGEST + 64];
    size_t length = 0, spaces = 0;
    int marks = 0;
    for (size_t i = 0; i < k; i++) {
        marks |= !digit(s[i]) && s[i] != ' ';
        spaces += s[i] == ' ';
    }
    if (k < n && (separators(s, k, joined, &length) ||
                  (!form->grouped && decimal_comma(s, k, joined, &length)) ||
                  points_between_groups(s, k, joined, &length))) {
        memcpy(joined + length, s + k, n - k);
        explain_tail(form, joined, length + n - k, reason, hint);
        return;
    }
    if (!marks && spaces) {
        buf_text(reason, text_message("it is two numbers, or its spaces group no thousands"));
        buf_text(hint, text_message("write one number, without spaces"));
    } else {
        buf_text(reason, text_message("its commas and points stand where no number has them"));
        buf_text(hint,
                 form->decimal == ','
                     ? "write it with a decimal comma, and nothing else between the digits"
                     : text_message(
                           "write it with a decimal point, and nothing else between the digits"));
    }
}

static int inexact(const char *s, size_t n) {
    static const char *const words[] = {"约", "近", "超", "大约", "<",  ">",
                                        "~",  "≈",  "≥",  "≤",    "＜", "＞"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (begins(s, n, words[i])) return 1;
    return 0;
}

static int chinese_numeral(const char *s, size_t n) {
    static const char numerals[] = "〇零一二三四五六七八九十百千两";
    if (n < 3) return 0;
    for (size_t k = 0; k < sizeof numerals - 1; k += 3)
        if (!memcmp(s, numerals + k, 3)) return 1;
    return 0;
}

void number_explain(const number_form *form, const char *text, size_t length, buf *reason,
                    buf *hint) {
    size_t n = length;
    const char *s = number_trim(text, &n);
    char copy[EXPLAINED_LONGEST + 32], clean[EXPLAINED_LONGEST + 32];
    double value;
    int full, dash;
    size_t k, joined;
    if (n > EXPLAINED_LONGEST) {
        buf_text(reason, text_message("it is too long"));
        return;
    }
    if (decimal_read(s, n, &value) == DECIMAL_TOO_LARGE) {
        buf_text(reason, text_message("it is too large"));
        return;
    }
    k = plain(s, n, copy, &full, &dash);
    const char *grouped = separators(copy, k, clean, &length);
    if ((full || dash) && number_read(form, copy, k, &value) == NUMBER_OK) {
        buf_text(reason, full ? text_message("it is written in full-width characters")
                              : text_message("its minus sign is not '-'"));
        write_value(hint, value);
    } else if (form->decimal == ',' && decimal_read(s, n, &value) == DECIMAL_OK) {
        buf_text(reason, "it has a decimal point, where the file has a decimal comma");
        write_value(hint, value);
        char *point = memchr(hint->text, '.', hint->length);
        if (point) *point = ',';
    } else if (not_finite(s, n)) {
        buf_text(reason, text_message("it is the result of a calculation that failed"));
        buf_text(hint, text_message("correct it at its origin, or leave the cell empty"));
    } else if (hexadecimal(s, n, &value)) {
        buf_text(reason, text_message("it is hexadecimal"));
        write_value(hint, value);
    } else if (grouped) {
        buf_print(reason, text_message("it has %s"), grouped);
        buf_print(hint, text_message("write %.*s"), (int)length, clean);
        if (memchr(copy, ',', k) && !full)
            buf_text(hint, text_message(", or declare that commas group digits (the unit \",\")"));
    } else if (points_between_groups(copy, k, clean, &length)) {
        buf_text(reason, text_message("it has points between groups of digits"));
        buf_print(hint, text_message("write %.*s"), (int)length, clean);
    } else if (!form->grouped && decimal_comma(copy, k, clean, &length)) {
        buf_text(reason, text_message("it has a decimal comma"));
        buf_print(hint, text_message("write %.*s, or declare decimal = \",\""), (int)length, clean);
    } else if (date_read(s, n, &value) == DATE_OK) {
        buf_text(reason, text_message("it is a date"));
        buf_text(hint, text_message("declare the column as dates"));
    } else if (n > 2 && *copy == '(' && copy[k - 1] == ')' &&
               decimal_read(copy + 1, k - 2, &value) == DECIMAL_OK) {
        buf_text(reason, text_message("it is in parentheses"));
        write_value(hint, -value);
        buf_text(hint, text_message(" if it is meant to be negative"));
    } else if ((length = (size_t)currency(s, n)) &&
               (decimal_read(s + length, n - length, &value) == DECIMAL_OK ||
                (separators(s + length, n - length, clean, &joined) &&
                 decimal_read(clean, joined, &value) == DECIMAL_OK))) {
        buf_text(reason, text_message("a currency sign stands before it"));
        write_value(hint, value);
    } else if (n > 1 && *s == '\'' && decimal_read(s + 1, n - 1, &value) == DECIMAL_OK) {
        buf_text(reason, text_message("an apostrophe stands before it"));
        write_value(hint, value);
    } else if (inexact(s, n)) {
        buf_text(reason, text_message("it is not exact"));
        buf_text(hint, text_message("write a number, or leave the cell empty"));
    } else if (figures(copy, k) > leading_number(copy, k, &value)) {
        explain_figures(form, copy, k, figures(copy, k), reason, hint);
    } else if (leading_number(copy, k, &value)) {
        explain_tail(form, copy, k, reason, hint);
    } else if (chinese_numeral(s, n)) {
        buf_text(reason, text_message("it is in Chinese numerals"));
        buf_text(hint, text_message("write it in digits"));
    } else {
        buf_text(reason, text_message("it is none of the forms a number has"));
        buf_text(hint, text_message("a cell without a number is left empty"));
        if (form->markers) buf_print(hint, text_message(", or holds %s"), form->marker[0]);
    }
}
