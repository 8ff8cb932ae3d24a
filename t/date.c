#include "table/date.h"

#include "base/splitmix64.h"
#include "tap.h"

static void good(const char *text, const char *want) {
    double days = -1;
    char back[16];
    ok(date_read(text, strlen(text), &days) == DATE_OK, "'%s' is a date", text);
    date_write(days, back);
    is_str(back, want, "'%s' is %s", text, want);
}

static void bad(const char *text, const char *why, const char *what) {
    double days = -1;
    buf reason = BUF_INIT, hint = BUF_INIT;
    ok(date_read(text, strlen(text), &days) == DATE_NONE && isnan(days), "'%s' is refused", text);
    date_explain(text, strlen(text), &reason, &hint);
    has_str(buf_string(&reason), why, "'%s': the reason", text);
    is_str(buf_string(&hint), what, "'%s': the hint", text);
    buf_release(&reason);
    buf_release(&hint);
}

static int leap(int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; }

/* Walks the calendar day by day from -9999-01-01, and compares with the closed forms. */
static void calendar(void) {
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    long wrong = 0, count = 0;
    double first = date_days(-9999, 1, 1);
    for (int y = -9999; y <= 9999; y++)
        for (int m = 1; m <= 12; m++) {
            int days = length[m - 1] + (m == 2 && leap(y));
            wrong += date_days_in(y, m) != days;
            for (int d = 1; d <= days; d++, count++) {
                int a = 0, b = 0, c = 0;
                double n = first + (double)count;
                wrong += date_days(y, m, d) != n;
                wrong += !date_split(n, &a, &b, &c) || a != y || b != m || c != d;
            }
        }
    is_int(wrong, 0, "%ld days of 20,000 years are split and joined again", count);
    int a, b, c;
    ok(!date_split(first - 1, &a, &b, &c), "a day before the year -9999 is refused");
    ok(!date_split(first + (double)count, &a, &b, &c), "a day after the year 9999 is refused");
    ok(!date_split((double)NAN, &a, &b, &c) && !date_split((double)INFINITY, &a, &b, &c),
       "missing and infinity are no days");
    ok(date_split(0.75, &a, &b, &c) && a == 1970 && b == 1 && c == 1, "a part of a day is dropped");
    ok(date_split(-0.25, &a, &b, &c) && a == 1969 && b == 12 && c == 31,
       "a part of a day before 1970 is dropped, too");
    is_int(date_days_in(2011, 0) + date_days_in(2011, 13), 0, "months 0 and 13 have no days");
    is_num(date_days(1970, 1, 1), 0, "1970-01-01 is day 0");
    is_num(date_days(2000, 3, 1), 11017, "2000-03-01 is day 11017");
}

/* The C library's calendar, where it reaches. */
static void library(void) {
    setenv("TZ", "UTC", 1);
    tzset();
    long wrong = 0;
    for (long n = -60000; n <= 60000; n += 7) {
        time_t t = (time_t)n * 86400;
        struct tm tm;
        char want[64], got[16];
        gmtime_r(&t, &tm);
        strftime(want, sizeof want, "%Y-%m-%d", &tm);
        date_write((double)n, got);
        double back;
        wrong += strcmp(want, got) != 0;
        wrong += date_read(want, strlen(want), &back) != DATE_OK || back != (double)n;
    }
    is_int(wrong, 0, "days from 1805 to 2134 are those of gmtime");
}

/* ---- dates that are made of known parts ---- */

static uint64_t state;
static int wrong, asked;

static int below(int n) { return (int)(splitmix64(&state) % (uint64_t)n); }

static int days_of(int y, int m) {
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return m < 1 || m > 12 ? 0 : length[m - 1] + (m == 2 && leap(y));
}

static int is_day(int y, int m, int d) {
    return y >= 1800 && y <= 2199 && d >= 1 && d <= days_of(y, m);
}

static void is_read(const char *text, int y, int m, int d) {
    static const char *const spaces[] = {"", "", " ", "\t", "\xc2\xa0", "\xe3\x80\x80"};
    char padded[256], got[16] = "";
    double days = -1;
    snprintf(padded, sizeof padded, "%s%s%s", spaces[below(6)], text, spaces[below(6)]);
    const int found = date_read(padded, strlen(padded), &days);
    asked++;
    if (found == DATE_OK && days == date_days(y, m, d)) return;
    date_write(days, got);
    if (wrong++ < 5) diag("'%s' is %04d-%02d-%02d, not '%s'", padded, y, m, d, got);
}

__attribute__((format(printf, 3, 4))) static void is_told(const char *text, const char *why,
                                                          const char *format, ...) {
    char what[160];
    double days = -1;
    buf reason = BUF_INIT, hint = BUF_INIT;
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    const int found = date_read(text, strlen(text), &days);
    date_explain(text, strlen(text), &reason, &hint);
    asked++;
    if ((found != DATE_NONE || days == days || strcmp(buf_string(&reason), why) ||
         strcmp(buf_string(&hint), what)) &&
        wrong++ < 5)
        diag("'%s': '%s', '%s', not '%s', '%s'", text, buf_string(&reason), buf_string(&hint), why,
             what);
    buf_release(&reason);
    buf_release(&hint);
}

static const char *const numeral[] = {"〇", "一", "二", "三", "四", "五", "六", "七", "八", "九"};

static void in_chinese(int y, int m, int d, char *out) {
    *out = 0;
    for (int k = 1000; k; k /= 10) strcat(out, y / k % 10 || below(2) ? numeral[y / k % 10] : "零");
    strcat(out, "年");
    for (int i = 0; i < 2; i++) {
        const int n = i ? d : m;
        if (n >= 20) strcat(out, numeral[n / 10]);
        if (n >= 10) strcat(out, "十");
        if (n % 10) strcat(out, numeral[n % 10]);
        strcat(out, i ? below(2) ? "日" : "号" : "月");
    }
}

/* A day in a form; the numbers with a 0 before them, or not. */
static void write_form(int form, int y, int m, int d, char *out) {
    static const char *const marks[] = {"-", "/", "."};
    const char *mark = marks[below(3)], *space = below(2) ? "" : " ";
    if (form < 3)
        snprintf(out, 80,
                 form == 0   ? "%04d%s%d%s%d"
                 : form == 1 ? "%04d%s%02d%s%02d"
                             : "%04d%s%d%s%02d",
                 y, mark, m, mark, d);
    else if (form == 3)
        snprintf(out, 80, "%04d%02d%02d", y, m, d);
    else if (form == 4)
        snprintf(out, 80, "%04d%s年%s%d%s月%s%d%s%s", y, space, space, m, space, space, d, space,
                 below(2) ? "日" : "号");
    else
        in_chinese(y, m, d, out);
}

static void told_of_day(const char *text, int y, int m, int d) {
    char why[80];
    if (y < 1800 || y > 2199) {
        const int near = 2000 + y % 1000, nearer = 2000 + y % 100,
                  guess = is_day(near, m, d)     ? near
                          : is_day(nearer, m, d) ? nearer
                                                 : 0;
        snprintf(why, sizeof why, "the year %d is not between 1800 and 2199", y);
        if (guess)
            is_told(text, why, "did you mean %04d-%02d-%02d", guess, m, d);
        else
            is_told(text, why, "%s", "");
    } else if (m < 1 || m > 12) {
        snprintf(why, sizeof why, "there is no month %d", m);
        if (is_day(y, d, m))
            is_told(text, why, "did you mean %04d-%02d-%02d", y, d, m);
        else
            is_told(text, why, "%s", "");
    } else {
        snprintf(why, sizeof why, "the month has %d days", days_of(y, m));
        is_told(text, why, "%s", "");
    }
}

/* Which of the other two is the day is clear where it is more than 12, or the same as the month. */
static void year_last(const char *text, int y, int m, int d) {
    if (d > 12 || d == m)
        is_told(text, "the year stands last", "write %04d-%02d-%02d", y, m, d);
    else
        is_told(text, "the year stands last",
                "write the year, the month and the day, as in %04d-06-30", y);
}

static void forms(void) {
    static const char *const midnight[] = {"",       " 0:00",         " 00:00:00",
                                           "T00:00", "T00:00:00.000", " 00:00"};
    static const char *const time[] = {" 0:01", " 14:25", " 00:00:30", "T00:00:00.5", "T23:59:59"};
    static const char *const odd[] = {"x", " 24", " 1:2", " 00:00:", "T", "T0000", " 00:00:00:00",
                                      "-", "-7",  "/7",   ".7",      "日"};
    static const char no_form[] = "it is none of the forms a date has",
                      as_in[] = "write dates as in 2011-06-30";
    char text[160], longer[200];
    for (int i = 0; i < 20000; i++) {
        const int y = below(12) ? 1800 + below(400) : below(10000),
                  m = 1 + below(below(4) ? 12 : 20), d = below(below(4) ? 29 : 40), form = below(6);
        if (form == 5 && (m == 0 || d == 0 || y < 1000)) continue;
        write_form(form, y, m, d, text);
        snprintf(longer, sizeof longer, "%s%s", text, midnight[below(6)]);
        if (is_day(y, m, d))
            is_read(longer, y, m, d);
        else
            told_of_day(longer, y, m, d);
        snprintf(longer, sizeof longer, "%s%s", text, time[below(5)]);
        if (is_day(y, m, d))
            is_told(longer, "it has a time of day", "write %04d-%02d-%02d", y, m, d);
        else
            told_of_day(longer, y, m, d);
        if (form == 3) continue; /* more digits are another number */
        snprintf(longer, sizeof longer, "%s%s", text, odd[below(12)]);
        is_told(longer, no_form, "%s", as_in);
    }
    for (int i = 0; i < 5000; i++) {
        const int y = 1800 + below(400), m = 1 + below(12), d = 1 + below(days_of(y, m)),
                  two = below(100), of_two = two + (two < 50 ? 2000 : 1900);
        const char mark = "-/."[below(3)];
        snprintf(text, sizeof text, below(2) ? "%d%c%d%c%04d" : "%02d%c%02d%c%04d", d, mark, m,
                 mark, y);
        year_last(text, y, m, d);
        snprintf(text, sizeof text, "%d%c%d%c%04d", m, mark, d, mark, y);
        year_last(text, y, m, d);
        snprintf(text, sizeof text, "%02d%c%02d%c%02d", two, mark, m, mark, d);
        if (is_day(of_two, m, d))
            is_told(text, "its year has no four digits", "did you mean %04d-%02d-%02d", of_two, m,
                    d);
        snprintf(text, sizeof text, below(2) ? "%04d%c%02d" : "%04d%c%d", y, mark, m);
        is_told(text, "it has no day", "write a full date, as in 2011-06-30");
        snprintf(text, sizeof text, "%04d年%d月", y, m);
        is_told(text, "it has no day", "write a full date, as in 2011-06-30");
        snprintf(text, sizeof text, below(2) ? "%04d" : "%04d年", y);
        is_told(text, "it has no month and day", "write a full date, as in 2011-06-30");
        snprintf(text, sizeof text, "%04d-%02d/%02d", y, m, d);
        is_told(text, no_form, "%s", as_in);
        const int day = 20001 + below(59999 - 1);
        char written_day[16];
        date_write(day - 25569, written_day);
        snprintf(text, sizeof text, "%d", day);
        is_told(text, "it is the day number of a spreadsheet", "write %s", written_day);
    }
    is_int(wrong, 0, "%d dates of known parts, in the forms there are", asked);
}

int main(void) {
    char text[16];
    state = tap_seed();
    calendar();
    library();
    forms();

    good("2011-06-30", "2011-06-30");
    good("2011-6-30", "2011-06-30");
    good("2011-6-3", "2011-06-03");
    good("2011/6/30", "2011-06-30");
    good("2011/06/30", "2011-06-30");
    good("2012-07-01", "2012-07-01"); // nothing is left of it for the next one
    good("2011/06/30", "2011-06-30");
    good("2011.6.30", "2011-06-30");
    good("20110630", "2011-06-30");
    good("2011年6月30日", "2011-06-30");
    good("2011年06月30号", "2011-06-30");
    good("2011 年 6 月 30 日", "2011-06-30");
    good("二〇一一年六月三十日", "2011-06-30");
    good("二○一一年十二月三十一日", "2011-12-31");
    good("二零一零年十月十日", "2010-10-10");
    good("一九九七年七月一日", "1997-07-01");
    good("二〇二〇年二月二十九日", "2020-02-29");
    good("二〇一一年十一月二十日", "2011-11-20");
    good("  2011-06-30\t", "2011-06-30");
    good("2011-06-30 00:00", "2011-06-30");
    good("2011/6/30 0:00:00", "2011-06-30");
    good("2011-06-30T00:00:00.000", "2011-06-30");
    good("2000-02-29", "2000-02-29");
    good("1800-01-01", "1800-01-01");
    good("2199-12-31", "2199-12-31");

    bad("1011-06-30", "the year 1011 is not between 1800 and 2199", "did you mean 2011-06-30");
    bad("3011-06-30", "the year 3011 is not", "did you mean 2011-06-30");
    bad("1799-12-31", "the year 1799 is not", "did you mean 2099-12-31");
    bad("0011-06-30", "the year 11 is not", "did you mean 2011-06-30");
    bad("2011-02-29", "the month has 28 days", "");
    bad("1900-02-29", "the month has 28 days", "");
    bad("2011-06-31", "the month has 30 days", "");
    bad("2011-06-00", "the month has 30 days", "");
    bad("20110631", "the month has 30 days", "");
    bad("2011-30-06", "there is no month 30", "did you mean 2011-06-30");
    bad("2011-13-31", "there is no month 13", "");
    bad("2011-00-31", "there is no month 0", "");
    bad("30/6/2011", "the year stands last", "write 2011-06-30");
    bad("6/30/2011", "the year stands last", "write 2011-06-30");
    bad("5/6/2011", "the year stands last",
        "write the year, the month and the day, as in 2011-06-30");
    bad("6/6/2011", "the year stands last", "write 2011-06-06");
    bad("11-6-30", "no four digits", "did you mean 2011-06-30");
    bad("97/07/01", "no four digits", "did you mean 1997-07-01");
    bad("2011-06", "no day", "write a full date, as in 2011-06-30");
    bad("2011年6月", "no day", "write a full date, as in 2011-06-30");
    bad("2011年", "no month and day", "write a full date, as in 2011-06-30");
    bad("2011", "no month and day", "write a full date, as in 2011-06-30");
    bad("2011-06-30 14:25", "time of day", "write 2011-06-30");
    bad("2011-06-30T23:59:59", "time of day", "write 2011-06-30");
    bad("40724", "day number of a spreadsheet", "write 2011-06-30");
    bad("2011-06/30", "none of the forms", "write dates as in 2011-06-30");
    bad("2011-6-30日", "none of the forms", "write dates as in 2011-06-30");
    bad("30 June 2011", "none of the forms", "write dates as in 2011-06-30");
    bad("2011-06-30x", "none of the forms", "write dates as in 2011-06-30");
    bad("2011年6月三十一日", "the month has 30 days", "");
    bad("二〇一一年六月〇日", "none of the forms", "write dates as in 2011-06-30");
    static const char *const counts[] = {"二十〇", "〇十", "十〇", "〇十一", "十十"};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char date[64];
        snprintf(date, sizeof date, "2011年6月%s日", counts[i]);
        bad(date, "none of the forms", "write dates as in 2011-06-30");
    }
    good("2011年十月十日", "2011-10-10");
    good("2011年十二月二十日", "2011-12-20");
    bad("20000", "none of the forms", "write dates as in 2011-06-30");
    bad("20001", "day number of a spreadsheet", "write 1954-10-04");
    bad("79999", "day number of a spreadsheet", "write 2119-01-10");
    bad("80000", "none of the forms", "write dates as in 2011-06-30");
    bad("２０１１-06-30", "none of the forms", "write dates as in 2011-06-30");
    bad("", "none of the forms", "write dates as in 2011-06-30");
    bad("99999999999999999999", "none of the forms", "write dates as in 2011-06-30");

    is_int((long)date_write((double)NAN, text), 0, "missing has no length");
    is_str(text, "", "missing is written as an empty text");
    date_write(date_days(-44, 3, 15), text);
    is_str(text, "-0044-03-15", "a year before the year 0");
    date_write(date_days(33, 4, 3), text);
    is_str(text, "0033-04-03", "a year of two digits");
    return done_testing();
}
