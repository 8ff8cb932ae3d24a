/* Scales and axes. */
#include "chart/scale.h"

#include <math.h>

chart_scale scale_over(double least, double most, int ticks, double low, double high) {
    if (!isfinite(least) || !isfinite(most)) {
        least = isfinite(least) ? least : isfinite(most) ? most : 0;
        most = isfinite(most) ? most : least;
    }
    if (!(most > least)) {
        double size = fabs(least) > 0 ? fabs(least) * 0.1 : 0.5;
        most = least + size;
        least -= size;
    }
    double raw = (most - least) / ticks, ten = pow(10, floor(log10(raw)));
    if (!(raw > 0) || !isfinite(raw) || !(ten > 0)) return (chart_scale){0, 1, low, high, 1, 0};
    double part = raw / ten, step = ten * (part <= 1.0001   ? 1
                                           : part <= 2.0001 ? 2
                                           : part <= 5.0001 ? 5
                                                            : 10);
    int places = (int)-floor(log10(step) + 1e-9);
    return (chart_scale){
        floor(least / step + 1e-9) * step,         ceil(most / step - 1e-9) * step, low, high, step,
        places < 0 ? 0 : places > 12 ? 12 : places};
}

double scale_at(const chart_scale *s, double x) {
    double share = (x - s->from) / (s->to - s->from);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return s->low + share * (s->high - s->low);
}

/* Calls for each tick. */
static size_t tick_count(const chart_scale *s) {
    double n = floor((s->to - s->from) / s->step + 1.5);
    return n > 0 && n < 100 ? (size_t)n : 0;
}

static double tick_at(const chart_scale *s, size_t i) {
    double x = s->from + (double)i * s->step;
    return fabs(x) < s->step * 1e-6 ? 0 : x;
}

/* The number at a tick: very large and small ones with an exponent. */
static void put_tick(buf *b, const chart_scale *s, double x) {
    buf_clear(b);
    if (fmax(fabs(s->from), fabs(s->to)) >= 1e7 || s->step < 1e-5)
        buf_print(b, "%.4g", x);
    else
        svg_number(b, x, s->places);
}

double axis_below(svg *s, const chart_scale *x, double y, double bottom) {
    double last = -1e9;
    buf text = BUF_INIT;
    for (size_t i = 0; i < tick_count(x); i++) {
        double at = scale_at(x, tick_at(x, i));
        svg_line(s, "axis", at, y, at, bottom, tick_at(x, i) == 0 ? SVG_GREY : SVG_RULE, 1);
        put_tick(&text, x, tick_at(x, i));
        double half = svg_measure(buf_string(&text), 10) / 2;
        at = fmin(fmax(at, half), s->width - half);
        if (at - half < last + 4) continue;
        svg_text(s, at, bottom + 13, WIDTH_CENTRE, (svg_style){10, SVG_FAINT, 0}, 0,
                 buf_string(&text));
        last = at + half;
    }
    s->body.failed |= text.failed;
    buf_release(&text);
    return 18;
}

void axis_left(svg *s, const chart_scale *y, double x, double right) {
    double last = 1e9;
    buf text = BUF_INIT;
    for (size_t i = 0; i < tick_count(y); i++) {
        double at = scale_at(y, tick_at(y, i));
        svg_line(s, "axis", x, at, right, at, tick_at(y, i) == 0 ? SVG_GREY : SVG_RULE, 1);
        if (at > last - 14) continue;
        put_tick(&text, y, tick_at(y, i));
        svg_text(s, x - 5, at + 3.5, WIDTH_RIGHT, (svg_style){10, SVG_FAINT, 0}, x - 5,
                 buf_string(&text));
        last = at;
    }
    s->body.failed |= text.failed;
    buf_release(&text);
}

double legend(svg *s, double x, double y, double width, const char *const *name, size_t count) {
    enum { BOX = 11, LINE = 18 };
    double at = x, line = y;
    for (size_t i = 0; i < count; i++) {
        double room = svg_measure(name[i], SVG_SIZE);
        room = room > width - BOX - 5 ? width - BOX - 5 : room;
        if (at > x && at + BOX + 5 + room > x + width) {
            at = x;
            line += LINE;
        }
        svg_rect(s, "key", at, line - BOX + 1, BOX, BOX, svg_colour(s, i), NULL);
        svg_text(s, at + BOX + 5, line, WIDTH_LEFT, (svg_style){0}, room + 1, name[i]);
        at += BOX + 5 + room + 16;
    }
    return count ? line - y + LINE : 0;
}
