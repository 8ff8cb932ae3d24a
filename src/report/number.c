/* Numbers for people: the shapes that view.h promises. */
#include "report/view.h"

#include <math.h>
#include <string.h>

#include "base/calendar.h"
#include "base/decimal.h"

void view_number(buf *b, double x, int places) {
    char text[400];
    if (isnan(x))
        buf_char(b, '-');
    else
        buf_put(b, text, decimal_fixed(x, places, text));
}

void view_figure(buf *b, double x) {
    char text[400];
    double size = fabs(x);
    if (isnan(x)) {
        buf_char(b, '-');
        return;
    }
    if (size != 0 && (size >= 1e15 || size < 1e-4)) {
        buf_put(b, text, decimal_write(x, text));
        return;
    }
    int places = size < 1 ? 5 : 5 - (int)floor(log10(size));
    size_t length = decimal_fixed(x, places < 0 ? 0 : places, text);
    if (memchr(text, '.', length)) {
        while (text[length - 1] == '0') length--;
        if (text[length - 1] == '.') length--;
    }
    buf_put(b, text, length);
}

void view_share(buf *b, double x) {
    view_number(b, isnan(x) ? x : 100 * x, 1);
    if (!isnan(x)) buf_char(b, '%');
}

void view_rank(buf *b, double x) { view_number(b, x, isnan(x) || x == floor(x) ? 0 : 1); }

static void put_date(buf *b, double days) {
    long year;
    int month, day;
    calendar_date((long)days, &year, &month, &day);
    buf_print(b, "%04ld-%02d-%02d", year, month, day);
}

void view_date(buf *b, double days) {
    if (isnan(days) || fabs(days) > 1e9)
        buf_char(b, '-');
    else
        put_date(b, days);
}

void view_element(buf *b, const view *v, const assess_array *x, double element, int places) {
    if (isnan(element))
        buf_char(b, '-');
    else if (x->kind == ASSESS_TEXT)
        buf_text(b, assess_text(v->session, element));
    else if (x->kind == ASSESS_TRUTH)
        buf_text(b, view_word(v, element != 0 ? WORD_HOLDS : WORD_FAILS));
    else if (x->kind == ASSESS_DATE)
        view_date(b, element);
    else if (places < 0)
        view_figure(b, element);
    else
        view_number(b, element, places);
}

int view_places(const assess_array *x) {
    double most = 0;
    int whole = 1;
    if (x->kind != ASSESS_NUMBER) return -1;
    for (size_t i = 0; i < x->size; i++) {
        double e = fabs(x->value[i]);
        if (e > most) most = e;
        if (whole && !isnan(e) && e != floor(e)) whole = 0;
    }
    if (whole) return most < 1e15 ? 0 : -1;
    return most <= 1.5 ? 3 : most < 1000 ? 2 : -1;
}
