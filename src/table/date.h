/* Dates as people write them in cells, and days as numbers.
 *
 * A date is a number of days since 1970-01-01 in the Gregorian calendar, also before it was
 * introduced. Without the spaces around it, a cell is a date in one of these forms:
 *
 *     2011-06-30  2011-6-30  2011/6/30  2011.6.30  20110630
 *     2011年6月30日  2011年6月30号  2011 年 6 月 30 日  二〇一一年六月三十日  (〇, ○ or 零)
 *
 * behind which a midnight may stand (" 00:00", "T00:00:00"), as other programs add it. The year has
 * four digits and lies between 1800 and 2199: 1011 and 3011 are slips. What has no day or a time of
 * day, the orders 30/6/2011 and 6/30/2011, years of two digits and the day numbers of spreadsheets
 * are refused, with what should be written instead. */
#ifndef TABLE_DATE_H
#define TABLE_DATE_H

#include <stddef.h>

#include "base/buf.h"

enum { DATE_NONE = 0, DATE_OK = 1 };
enum { DATE_FIRST_YEAR = 1800, DATE_LAST_YEAR = 2199 };

/* Reads a cell. *days is NaN unless DATE_OK. */
int date_read(const char *text, size_t length, double *days);

/* Why a cell that date_read refuses is no date, and what to do (empty where nothing is known). */
void date_explain(const char *text, size_t length, buf *reason, buf *hint);

/* The day of any year from -9999 to 9999 of the calendar (the year 0 is 1 BC); month and day must
 * be ones the year has, see date_days_in. */
double date_days(int year, int month, int day);
int date_days_in(int year, int month); /* of the month; 0 where there is no such month */

/* The year, month and day of a number of days (a part of a day is dropped); returns 0 for what is
 * not finite or lies beyond the years -9999 to 9999. */
int date_split(double days, int *year, int *month, int *day);

/* Writes "2011-06-30", or nothing where date_split gives 0; returns the length. */
size_t date_write(double days, char out[16]);

#endif
