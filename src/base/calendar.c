/* Years begin in March here, so that the odd day of a leap year comes last; 400 years, an era, have
 * 146,097 days. Source: Hinnant, "chrono-compatible low-level date algorithms", 2013. */
#include "base/calendar.h"

enum { ERA = 146097, EPOCH = 719468 /* days from 0000-03-01 to 1970-01-01 */ };

static long era_of(long x, long length) { return (x >= 0 ? x : x - (length - 1)) / length; }

long calendar_day(long year, int month, int day) {
    long y = month <= 2 ? year - 1 : year;
    long era = era_of(y, 400), of_era = y - era * 400;
    long of_year = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH;
}

void calendar_date(long days, long *year, int *month, int *day) {
    long z = days + EPOCH, era = era_of(z, ERA), of_era = z - era * ERA;
    long y = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) / 365;
    long of_year = of_era - (365 * y + y / 4 - y / 100);
    long shifted = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = y + era * 400 + (*month <= 2);
}

int calendar_days_in(long year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month < 1 || month > 12 ? 0 : days[month - 1] + (month == 2 && leap);
}
