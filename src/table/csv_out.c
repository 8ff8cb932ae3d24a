#include "table/csv_out.h"

#include <string.h>

#include "base/decimal.h"
#include "table/date.h"

csv_out csv_out_to(buf *to, char separator, int guard) {
    return (csv_out){ to, separator, guard, 0, to->length };
}

static void begin(csv_out *o) {
    if (o->fields++)
        buf_char(o->to, o->separator);
}

static int needs_quotes(const csv_out *o, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (s[i] == '"' || s[i] == '\n' || s[i] == '\r' || s[i] == o->separator)
            return 1;
    return n && (s[0] == ' ' || s[0] == '\t' || s[n - 1] == ' ' || s[n - 1] == '\t');
}

void csv_out_text(csv_out *o, const char *text, size_t length) {
    int guarded = o->guard && length && memchr("=+-@\t\r", text[0], 6) != NULL;
    begin(o);
    if (!needs_quotes(o, text, length)) {
        if (guarded)
            buf_char(o->to, '\'');
        buf_put(o->to, text, length);
        return;
    }
    buf_text(o->to, guarded ? "\"'" : "\"");
    for (const char *end = text + length, *next; text < end; text = next) {
        const char *quote = memchr(text, '"', (size_t)(end - text));
        next = quote ? quote + 1 : end;
        buf_put(o->to, text, (size_t)(next - text));
        if (quote)
            buf_char(o->to, '"');
    }
    buf_char(o->to, '"');
}

void csv_out_string(csv_out *o, const char *text) {
    csv_out_text(o, text ? text : "", text ? strlen(text) : 0);
}

void csv_out_number(csv_out *o, double x) {
    char text[32];
    begin(o);
    buf_put(o->to, text, decimal_write(x, text));
}

void csv_out_date(csv_out *o, double days) {
    char text[16];
    begin(o);
    buf_put(o->to, text, date_write(days, text));
}

void csv_out_missing(csv_out *o) {
    begin(o);
}

/* A record of one empty field would be an empty line, which is no record: it is written "". */
void csv_out_end(csv_out *o) {
    if (o->fields == 1 && o->to->length == o->start)
        buf_text(o->to, "\"\"");
    buf_char(o->to, '\n');
    o->fields = 0;
    o->start = o->to->length;
}
