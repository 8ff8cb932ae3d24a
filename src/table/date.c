/* Dates in cells: read, written, and what a text that is no date was probably meant to be. */
#include "table/date.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/digits.h"
#include "base/text.h"
#include "table/number.h"

int date_days_in(int year, int month) { return calendar_days_in(year, month); }

double date_days(int year, int month, int day) { return (double)calendar_day(year, month, day); }

int date_split(double days, int *year, int *month, int *day) {
    if (!(days >= date_days(-9999, 1, 1) && days < date_days(9999, 12, 31) + 1)) return 0;
    long y;
    calendar_date((long)floor(days), &y, month, day);
    *year = (int)y;
    return 1;
}

size_t date_write(double days, char out[16]) {
    int y, m, d;
    out[0] = 0;
    if (!date_split(days, &y, &m, &d)) return 0;
    return (size_t)snprintf(out, 16, "%s%04d-%02d-%02d", y < 0 ? "-" : "", y < 0 ? -y : y, m, d);
}

/* What a cell says, before anybody asks whether there is such a day. `digits` is how many the year
 * has; part[0] is the year, and `parts` how many were found. */
typedef struct written {
    int part[3], parts, digits;
} written;

typedef struct reader {
    const char *s, *end;
} reader;

static int take_word(reader *r, const char *word) {
    size_t n = strlen(word);
    if ((size_t)(r->end - r->s) < n || memcmp(r->s, word, n)) return 0;
    r->s += n;
    return 1;
}

static void skip_spaces(reader *r) {
    size_t n = (size_t)(r->end - r->s);
    r->s = number_trim(r->s, &n);
}

/* At most nine digits; the count of digits, 0 where there is none. */
static int take_digits(reader *r, int *value) {
    int n = 0;
    *value = 0;
    for (; r->s < r->end && *r->s >= '0' && *r->s <= '9' && n < 9; r->s++, n++)
        *value = *value * 10 + (*r->s - '0');
    return n;
}

static int take_numeral(reader *r) {
    static const char *const numeral[] = {"〇", "一", "二", "三", "四",
                                          "五", "六", "七", "八", "九"};
    for (int i = 0; i < 10; i++)
        if (take_word(r, numeral[i])) return i;
    return take_word(r, "零") || take_word(r, "○") ? 0 : -1;
}

/* 二〇一一: digit by digit. Returns how many. */
static int take_chinese_year(reader *r, int *value) {
    int n = 0, d;
    *value = 0;
    for (; n < 4 && (d = take_numeral(r)) >= 0; n++) *value = *value * 10 + d;
    return n;
}

/* 一 to 九十九: 六, 十, 十二, 三十, 三十一. */
static int take_chinese_count(reader *r, int *value) {
    int tens = take_numeral(r), ones;
    *value = tens < 0 ? 0 : tens;
    if (!take_word(r, "十")) return tens > 0;
    *value = tens < 0 ? 10 : tens * 10;
    if ((ones = take_numeral(r)) > 0) *value += ones;
    return tens != 0 && ones != 0;
}

/* The year, and as much of month and day as is there. */
static int take_chinese(reader *r, written *w) {
    static const char *const after[] = {"年", "月", "日"};
    for (int i = 0; i < 3; i++) {
        skip_spaces(r);
        int n = take_digits(r, &w->part[i]);
        if (!n) n = i ? take_chinese_count(r, &w->part[i]) : take_chinese_year(r, &w->part[i]);
        if (!n) break;
        if (!i) w->digits = n;
        skip_spaces(r);
        if (!take_word(r, after[i]) && !(i == 2 && take_word(r, "号"))) return 0;
        w->parts = i + 1;
    }
    return w->parts > 0;
}

/* Three numbers with the same mark between them, or eight digits. */
static int take_marked(reader *r, written *w) {
    w->digits = take_digits(r, &w->part[0]);
    w->parts = w->digits > 0;
    if (w->digits == 8) {
        int all = w->part[0];
        w->part[0] = all / 10000;
        w->part[1] = all / 100 % 100;
        w->part[2] = all % 100;
        w->parts = 3;
        w->digits = 4;
        return 1;
    }
    char mark = r->s < r->end ? *r->s : 0;
    if (!w->digits || (mark != '-' && mark != '/' && mark != '.')) return 0;
    for (int i = 1; i < 3 && r->s < r->end && *r->s == mark; i++) {
        r->s++;
        int n = take_digits(r, &w->part[i]);
        if (!n || n > 4) return 0;
        w->parts = i + 1;
    }
    return 1;
}

/* Nothing, or a midnight; 0 for a time of day, -1 for anything else. */
static int at_end(reader *r) {
    int value, midnight = 1;
    if (r->s == r->end) return 1;
    if (!take_word(r, "T")) {
        const char *before = r->s;
        skip_spaces(r);
        if (r->s == before) return -1;
    }
    for (int i = 0; i < 3; i++) {
        int n = take_digits(r, &value);
        if (n != 2 && !(n == 1 && i == 0)) return -1;
        midnight = midnight && !value;
        if (i == 2 && take_word(r, ".") && take_digits(r, &value)) midnight = midnight && !value;
        if (!take_word(r, ":")) return i == 0 || r->s != r->end ? -1 : midnight;
    }
    return -1;
}

/* 1 with all of the text taken, 0 with a time of day behind it, -1 where it is not written as a
 * date. */
static int take_date(const char *text, size_t length, written *w) {
    reader r = {text, text + length};
    *w = (written){{0}, 0, 0};
    if (!take_marked(&r, w)) {
        r.s = text;
        *w = (written){{0}, 0, 0};
        if (!take_chinese(&r, w)) return -1;
    }
    return at_end(&r);
}

static int exists(const written *w) {
    return w->parts == 3 && w->digits == 4 && w->part[0] >= DATE_FIRST_YEAR &&
           w->part[0] <= DATE_LAST_YEAR && w->part[2] >= 1 &&
           w->part[2] <= date_days_in(w->part[0], w->part[1]);
}

static int digit_at(const char *text, int i) { return text[i] - '0'; }

/* 2011-06-30, as most dates are written; 0 for anything else. */
static int take_plain(const char *text, size_t length, written *w) {
    if (length != 10) return 0;
    /* what is no digit among the first eight characters is the two marks */
    if (digits_others(digits_load8(text)) != UINT64_C(0x8000008000000000) || text[4] != '-' ||
        text[7] != '-' || digit_at(text, 8) < 0 || digit_at(text, 8) > 9 || digit_at(text, 9) < 0 ||
        digit_at(text, 9) > 9)
        return 0;
    int year = digit_at(text, 0) * 1000 + digit_at(text, 1) * 100 + digit_at(text, 2) * 10 +
               digit_at(text, 3);
    *w = (written){{year, digit_at(text, 5) * 10 + digit_at(text, 6),
                    digit_at(text, 8) * 10 + digit_at(text, 9)},
                   3,
                   4};
    return 1;
}

int date_read(const char *text, size_t length, double *days) {
    written w;
    if (take_plain(text, length, &w) && exists(&w)) {
        *days = date_days(w.part[0], w.part[1], w.part[2]);
        return DATE_OK;
    }
    text = number_trim(text, &length);
    *days = (double)NAN;
    if (length < 8 || take_date(text, length, &w) != 1 || !exists(&w)) return DATE_NONE;
    *days = date_days(w.part[0], w.part[1], w.part[2]);
    return DATE_OK;
}

static void suggest(buf *hint, const char *before, int year, int month, int day) {
    written w = {{year, month, day}, 3, 4};
    if (exists(&w)) buf_print(hint, "%s %04d-%02d-%02d", before, year, month, day);
}

static void explain_parts(const written *w, buf *reason, buf *hint) {
    int a = w->part[0], b = w->part[1], c = w->part[2];
    if (w->parts < 3) {
        buf_text(reason, w->parts == 2 ? text_message("it has no day")
                                       : text_message("it has no month and day"));
        buf_text(hint, text_message("write a full date, as in 2011-06-30"));
    } else if (w->digits < 3 && c >= 1000) {
        buf_text(reason, text_message("the year stands last"));
        /* Which of both is the month can be told only where one of them cannot be. */
        if (a > 12)
            suggest(hint, "write", c, b, a);
        else if (b > 12 || a == b)
            suggest(hint, "write", c, a, b);
        if (!hint->length)
            buf_print(hint, text_message("write the year, the month and the day, as in %04d-06-30"),
                      c);
    } else if (w->digits < 4) {
        buf_text(reason, text_message("its year has no four digits"));
        suggest(hint, text_message("did you mean"), a + (a < 50 ? 2000 : 1900), b, c);
    } else if (a < DATE_FIRST_YEAR || a > DATE_LAST_YEAR) {
        buf_print(reason, text_message("the year %d is not between %d and %d"), a, DATE_FIRST_YEAR,
                  DATE_LAST_YEAR);
        suggest(hint, text_message("did you mean"), 2000 + a % 1000, b, c);
        if (!hint->length) suggest(hint, text_message("did you mean"), 2000 + a % 100, b, c);
    } else if (!date_days_in(a, b)) {
        buf_print(reason, text_message("there is no month %d"), b);
        suggest(hint, text_message("did you mean"), a, c, b);
    } else {
        buf_print(reason, text_message("the month has %d days"), date_days_in(a, b));
    }
}

void date_explain(const char *text, size_t length, buf *reason, buf *hint) {
    written w;
    text = number_trim(text, &length);
    int taken = take_date(text, length, &w), value = 0;
    reader r = {text, text + length};
    int digits = take_digits(&r, &value);
    if (taken == 0 && exists(&w)) {
        buf_text(reason, text_message("it has a time of day"));
        suggest(hint, "write", w.part[0], w.part[1], w.part[2]);
    } else if (taken >= 0) {
        explain_parts(&w, reason, hint);
    } else if (digits == 5 && r.s == r.end && value > 20000 && value < 80000) {
        /* Spreadsheets count days so that 25569 is 1970-01-01. */
        char day[16];
        date_write(value - 25569, day);
        buf_text(reason, text_message("it is the day number of a spreadsheet"));
        buf_print(hint, text_message("write %s"), day);
    } else if (digits == 4 && r.s == r.end) {
        buf_text(reason, text_message("it has no month and day"));
        buf_text(hint, text_message("write a full date, as in 2011-06-30"));
    } else {
        buf_text(reason, text_message("it is none of the forms a date has"));
        buf_text(hint, text_message("write dates as in 2011-06-30"));
    }
}
