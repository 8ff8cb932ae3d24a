/* Dates: what is read is a day of the calendar, and is read back when it is written. */
#include <math.h>

#include "fuzz.h"
#include "table/date.h"

/* Days since 1970 by counting them year by year, once: another way than base/calendar.h. */
enum { YEARS = DATE_LAST_YEAR - DATE_FIRST_YEAR + 1 };

static int is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static double days_by_counting(int year, int month, int day) {
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    static int first[YEARS], counted; /* the day with which a year begins, from the first year on */
    for (; counted < YEARS - 1; counted++)
        first[counted + 1] = first[counted] + 365 + is_leap(DATE_FIRST_YEAR + counted);
    return first[year - DATE_FIRST_YEAR] - first[1970 - DATE_FIRST_YEAR] + before[month - 1] +
           (month > 2 && is_leap(year)) + day - 1;
}

FUZZ_TARGET(date) {
    char *exact = fuzz_copy(data, size), out[16];
    double days, again;
    int year, month, day;
    if (date_read(exact, size, &days) == DATE_OK) {
        FUZZ_CHECK(date_split(days, &year, &month, &day), "a day without a date");
        FUZZ_CHECK(year >= DATE_FIRST_YEAR && year <= DATE_LAST_YEAR, "year %d", year);
        FUZZ_CHECK(days == days_by_counting(year, month, day), "%d-%d-%d is day %g", year, month,
                   day, days);
        size_t n = date_write(days, out);
        FUZZ_CHECK(n == 10 && date_read(out, n, &again) == DATE_OK && again == days, "%s", out);
    } else {
        buf reason = BUF_INIT, hint = BUF_INIT;
        FUZZ_CHECK(isnan(days), "no date, but a value");
        date_explain(exact, size, &reason, &hint);
        buf_release(&reason);
        buf_release(&hint);
    }
    if (size >= 8) {
        memcpy(&days, data, 8);
        if (date_split(days, &year, &month, &day)) {
            FUZZ_CHECK(day >= 1 && day <= date_days_in(year, month), "%d-%d-%d", year, month, day);
            FUZZ_CHECK(date_days(year, month, day) == floor(days), "day %g", days);
        }
    }
    free(exact);
    return 0;
}
