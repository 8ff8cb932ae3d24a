/* Writing CSV fields. */
#include "table/csv_out.h"

#include <string.h>

#include "base/csv_cell.h"
#include "base/decimal.h"
#include "table/date.h"

csv_out csv_out_to(buf *to, char separator, int guard) {
    return (csv_out){to, separator, guard, 0, 0, to->length};
}

static void begin(csv_out *o) {
    if (o->fields++) buf_char(o->to, o->separator);
}

void csv_out_text(csv_out *o, const char *text, size_t length) {
    begin(o);
    csv_cell(o->to, text, length, o->separator, o->guard);
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

void csv_out_missing(csv_out *o) { begin(o); }

/* A record of one empty field would be an empty line, which is no record: it is written "". */
void csv_out_end(csv_out *o) {
    if (o->fields == 1 && o->to->length == o->start) buf_text(o->to, "\"\"");
    buf_text(o->to, o->crlf ? "\r\n" : "\n");
    o->fields = 0;
    o->start = o->to->length;
}
