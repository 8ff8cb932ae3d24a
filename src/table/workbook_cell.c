/* What stands in the cells of a workbook, as a CSV file would have it. */
#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "table/date.h"
#include "table/workbook_inside.h"

/* ---- number formats ---- */

/* The formats that are built in: 14 to 17 and 22 are dates, 18 to 21 and 45 to 47 times of day; 27
 * to 36 and 50 to 58 are the dates of East Asian versions, with two times among them. */
static cell_form built_in(long id) {
    if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47) || (id >= 32 && id <= 35))
        return FORM_TIME;
    if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
        return FORM_DATE;
    return FORM_NUMBER;
}

/* Letters of dates outside of quotes, brackets and escapes. Only the first section counts. */
cell_form cell_form_of(long id, const char *code) {
    int year = 0, month = 0, day = 0, time = 0;
    if (!code) return built_in(id);
    for (const char *c = code; *c && *c != ';'; c++) {
        if (*c == '"' || *c == '[') {
            char end = *c == '"' ? '"' : ']';
            /* [h], [mm] and [ss] are hours, minutes and seconds that go on. */
            if (*c == '[' && strchr("hHmMsS", c[1]) && (c[2] == ']' || c[2] == c[1])) time = 1;
            const char *close = strchr(c + 1, end);
            if (!close) break;
            c = close;
        } else if (*c == '\\' || *c == '_' || *c == '*') {
            if (!c[1]) break;
            c++;
        } else if (!strncmp(c, "General", 7) || !strncmp(c, "GENERAL", 7)) {
            c += 6;
        } else {
            year |= *c == 'y' || *c == 'Y' || *c == 'e';
            month |= *c == 'm' || *c == 'M';
            day |= *c == 'd' || *c == 'D';
            time |= *c == 'h' || *c == 'H' || *c == 's' || *c == 'S';
            if ((*c == 'E' || *c == 'e') && (c[1] == '+' || c[1] == '-')) return FORM_NUMBER;
        }
    }
    if (year && !month && !day && !time) return FORM_YEAR;
    if (year || day || (month && !time)) return FORM_DATE;
    return time ? FORM_TIME : FORM_NUMBER;
}

/* ---- numbers ---- */

static void put_plain(buf *to, double x) {
    char digits[32];
    buf_put(to, digits, decimal_write(x, digits));
}

static void put_time(buf *to, double part) {
    long seconds = lround(part * 86400);
    buf_print(to, "%02ld:%02ld", seconds / 3600, seconds / 60 % 60);
    if (seconds % 60) buf_print(to, ":%02ld", seconds % 60);
}

/* The days of a serial number since 1970-01-01. The calendar of 1900 has a 29 February 1900, the
 * day 60, which never was. */
static double days_of(double serial, int since_1904) {
    if (since_1904) return date_days(1904, 1, 1) + serial;
    return date_days(1899, 12, serial < 60 ? 31 : 30) + serial;
}

void cell_number(buf *to, double x, cell_form form, int since_1904) {
    double day = floor(x), most = since_1904 ? 2957003 : 2958465, part = x - day;
    char text[16];
    if (part * 86400 > 86399.5) { /* rounded to the next midnight */
        day++;
        part = 0;
    }
    if (form == FORM_TIME && x >= 0 && x < 1) {
        put_time(to, part);
    } else if (form == FORM_NUMBER || form == FORM_TIME || !(x >= 0) || day > most) {
        put_plain(to, x);
    } else if (!since_1904 && (day == 0 || day == 60)) {
        buf_text(to, day == 0 ? "1900-01-00" : "1900-02-29");
    } else {
        size_t n = date_write(days_of(day, since_1904), text);
        buf_put(to, text, form == FORM_YEAR ? n - 6 : n);
        if (form == FORM_DATE && part * 86400 >= 0.5) {
            buf_char(to, ' ');
            put_time(to, part);
        }
    }
}

/* ---- texts ---- */

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 87 : -1;
}

/* The character that _xHHHH_ stands for; -1 where none does. */
static long escaped(const char *text, size_t length) {
    long code = 0;
    if (length < 7 || text[0] != '_' || (text[1] != 'x' && text[1] != 'X') || text[6] != '_')
        return -1;
    for (int i = 2; i < 6; i++) {
        if (hex(text[i]) < 0) return -1;
        code = code * 16 + hex(text[i]);
    }
    return code;
}

static void put_character(buf *to, long code) {
    if (code < 32 || (code >= 0xD800 && code < 0xE000)) {
        if (code == '\t' || code == '\n') buf_char(to, ' ');
    } else if (code < 0x80) {
        buf_char(to, (char)code);
    } else if (code < 0x800) {
        buf_char(to, (char)(0xC0 | code >> 6));
        buf_char(to, (char)(0x80 | (code & 0x3F)));
    } else {
        buf_char(to, (char)(0xE0 | code >> 12));
        buf_char(to, (char)(0x80 | (code >> 6 & 0x3F)));
        buf_char(to, (char)(0x80 | (code & 0x3F)));
    }
}

void cell_text(buf *to, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        long code = c == '_' ? escaped(text + i, length - i) : -1;
        if (code >= 0) {
            put_character(to, code);
            i += 6;
        } else if (c == '\n' || c == '\r') {
            if (c == '\r' && i + 1 < length && text[i + 1] == '\n') i++;
            buf_char(to, ' ');
        } else {
            buf_char(to, c);
        }
    }
}
