#include "table/date.h"

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

int main(void) {
    char text[16];
    calendar();
    library();

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
