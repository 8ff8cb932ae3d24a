/* The Gregorian calendar, also before it was introduced: days since 1970-01-01, and the year, month
 * and day they stand for. The year 0 is 1 BC. */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

/* Years of up to nine digits; month and day must be ones the year has. */
long calendar_day(long year, int month, int day);
void calendar_date(long days, long *year, int *month, int *day);

int calendar_days_in(long year, int month); /* of the month; 0 where there is no such month */

#endif
