/* Drawings in SVG. */
#include "chart/svg.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"

/* Tooltips are no longer than this. */
enum { TIP = 200, LABEL = 400 };

static const char *const colour[SVG_COLOURS] = {"#0072b2", "#e69f00", "#009e73", "#f0e442",
                                                "#d55e00", "#56b4e9", "#cc79a7"};
static const int dark[SVG_COLOURS] = {1, 0, 1, 0, 1, 0, 0};

/* Fills of the second and third round. */
enum { PATTERNS = 14, MISSING = PATTERNS };
static const char *const hatch[PATTERNS] = {
    "url(#h0)", "url(#h1)", "url(#h2)", "url(#h3)",  "url(#h4)",  "url(#h5)",  "url(#h6)",
    "url(#h7)", "url(#h8)", "url(#h9)", "url(#h10)", "url(#h11)", "url(#h12)", "url(#h13)"};

const char *svg_colour(svg *s, size_t i) {
    if (i < SVG_COLOURS) return colour[i];
    i = (i - SVG_COLOURS) % PATTERNS;
    s->patterns |= 1u << i;
    return hatch[i];
}

const char *svg_missing(svg *s) {
    s->patterns |= 1u << MISSING;
    return "url(#h14)";
}

const char *svg_colour_ink(size_t i) { return dark[i % SVG_COLOURS] ? "#ffffff" : SVG_INK; }

static void blend(const int from[3], const int to[3], double share, char out[8]) {
    static const char digit[] = "0123456789abcdef";
    out[0] = '#';
    for (int k = 0; k < 3; k++) {
        int at = isnan(share) ? 0xe0 : (int)floor(from[k] + (to[k] - from[k]) * share + 0.5);
        out[1 + 2 * k] = digit[at / 16];
        out[2 + 2 * k] = digit[at % 16];
    }
    out[7] = 0;
}

void svg_diverging(double x, char out[8]) {
    static const int white[3] = {255, 255, 255}, blue[3] = {0x00, 0x72, 0xb2},
                     orange[3] = {0xd5, 0x5e, 0x00};
    blend(white, x < 0 ? blue : orange, isnan(x) ? x : fmin(fabs(x), 1), out);
}

void svg_sequential(double x, char out[8]) {
    static const int pale[3] = {0xe4, 0xee, 0xf6}, deep[3] = {0x08, 0x45, 0x78};
    blend(pale, deep, isnan(x) ? x : fmax(0, fmin(x, 1)), out);
}

/* ---- numbers and texts ---- */

/* A coordinate in hundredths of a pixel. */
static void put_at(buf *b, const char *name, double x) {
    char text[400];
    double most = 1e6;
    x = isnan(x) ? 0 : fmax(-most, fmin(most, x));
    size_t length = decimal_fixed(floor(x * 100 + 0.5) / 100, 2, text);
    while (text[length - 1] == '0') length--;
    if (text[length - 1] == '.') length--;
    text[length] = 0;
    buf_print(b, " %s=\"%s\"", name, strcmp(text, "-0") ? text : "0");
}

void svg_number(buf *b, double x, int places) {
    char text[400];
    if (isnan(x)) {
        buf_text(b, "–");
        return;
    }
    size_t length = decimal_fixed(x, places, text);
    if (text[0] == '-') {
        if (strspn(text, "-0.") < length) buf_text(b, "\xe2\x88\x92");
        buf_put(b, text + 1, length - 1);
    } else {
        buf_put(b, text, length);
    }
}

static void escape(buf *b, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        const char *p = text + i;
        if (*p == '&')
            buf_text(b, "&amp;");
        else if (*p == '<')
            buf_text(b, "&lt;");
        else if (*p == '>')
            buf_text(b, "&gt;");
        else if (*p == '"')
            buf_text(b, "&quot;");
        else if (i + 2 < length && !memcmp(p, "\xef\xbf", 2) && (unsigned char)p[2] >= 0xbe) {
            buf_text(b, "\xef\xbf\xbd"); /* U+FFFE and U+FFFF are not allowed in XML */
            i += 2;
        } else
            buf_char(b, *p);
    }
}

void svg_escape(buf *b, const char *text, size_t columns) {
    buf safe = BUF_INIT, cut = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    width_cut(&cut, buf_string(&safe), safe.length, columns);
    escape(b, buf_string(&cut), cut.length);
    b->failed |= safe.failed || cut.failed;
    buf_release(&safe);
    buf_release(&cut);
}

/* Wide characters are as wide as the font is high, others are about 0.6 of that. */
static double measure(const char *text, size_t length, double size) {
    size_t columns = width_of(text, length), characters = 0;
    for (size_t i = 0; i < length; i++) characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    size_t wide = columns > characters ? columns - characters : 0;
    return size * (1.02 * (double)wide + 0.6 * (double)(columns - 2 * wide));
}

double svg_measure(const char *text, double size) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    double w = measure(buf_string(&safe), safe.length, size);
    buf_release(&safe);
    return w;
}

/* Appends as much as fits. Returns whether that is all. */
static int put_fitting(buf *b, const char *text, double size, double room) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    const char *all = buf_string(&safe);
    size_t length = width_fit(all, safe.length, LABEL), columns;
    int whole = length == safe.length && (!(room > 0) || measure(all, length, size) <= room);
    if (whole) {
        escape(b, all, length);
    } else {
        columns = width_of(all, length);
        while (columns && room > 0 && measure(all, length, size) + size * 0.6 > room)
            length = width_fit(all, length, --columns);
        escape(b, all, length);
        buf_text(b, "…");
    }
    b->failed |= safe.failed;
    buf_release(&safe);
    return whole;
}

/* ---- shapes ---- */

/* The bottom of what is drawn. */
static void reach(svg *s, double y) {
    if (y > s->height) s->height = y;
}

static void put_end(svg *s, const char *element, const char *tip) {
    if (!tip || !*tip) {
        buf_text(&s->body, "/>\n");
        return;
    }
    buf_text(&s->body, "><title>");
    svg_escape(&s->body, tip, TIP);
    buf_print(&s->body, "</title></%s>\n", element);
}

/* Of a pattern with the prefix of this drawing. */
static void put_paint(svg *s, const char *as, const char *paint) {
    if (!strncmp(paint, "url(#", 5))
        buf_print(&s->body, " %s=\"url(#%s-%s\"", as, s->name, paint + 5);
    else
        buf_print(&s->body, " %s=\"%s\"", as, paint);
}

void svg_rect(svg *s, const char *class, double x, double y, double w, double h, const char *fill,
              const char *tip) {
    buf_print(&s->body, "<rect class=\"%s\"", class);
    put_at(&s->body, "x", w < 0 ? x + w : x);
    put_at(&s->body, "y", y);
    put_at(&s->body, "width", fabs(w));
    put_at(&s->body, "height", h);
    put_paint(s, "fill", fill);
    put_end(s, "rect", tip);
    reach(s, y + h);
}

void svg_dot(svg *s, double x, double y, double r, const char *fill, const char *stroke,
             const char *tip) {
    buf_text(&s->body, "<circle class=\"dot\"");
    put_at(&s->body, "cx", x);
    put_at(&s->body, "cy", y);
    put_at(&s->body, "r", r);
    put_paint(s, "fill", fill);
    if (stroke) buf_print(&s->body, " stroke=\"%s\"", stroke);
    put_end(s, "circle", tip);
    reach(s, y + r);
}

void svg_diamond(svg *s, double x, double y, double r, const char *fill, const char *tip) {
    const double at[] = {x - r, y, x, y - r, x + r, y, x, y + r, x - r, y};
    svg_path(s, at, 5, "#ffffff", 1, fill, tip);
}

static void put_line(svg *s, const char *class, double x1, double y1, double x2, double y2,
                     const char *stroke, double width, const char *dashes) {
    buf_print(&s->body, "<line class=\"%s\"", class);
    put_at(&s->body, "x1", x1);
    put_at(&s->body, "y1", y1);
    put_at(&s->body, "x2", x2);
    put_at(&s->body, "y2", y2);
    buf_print(&s->body, " stroke=\"%s\"", stroke);
    put_at(&s->body, "stroke-width", width);
    if (dashes) buf_print(&s->body, " stroke-dasharray=\"%s\"", dashes);
    put_end(s, "line", NULL);
    reach(s, fmax(y1, y2));
}

void svg_line(svg *s, const char *class, double x1, double y1, double x2, double y2,
              const char *stroke, double width) {
    put_line(s, class, x1, y1, x2, y2, stroke, width, NULL);
}

void svg_dashed(svg *s, double x1, double y1, double x2, double y2, const char *stroke,
                double width) {
    put_line(s, "line", x1, y1, x2, y2, stroke, width, "4 3");
}

void svg_path(svg *s, const double *at, size_t count, const char *stroke, double width,
              const char *fill, const char *tip) {
    buf points = BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        char x[400], y[400];
        decimal_fixed(at[2 * i], 1, x);
        decimal_fixed(at[2 * i + 1], 1, y);
        buf_print(&points, "%s%s,%s", i ? " " : "", x, y);
        reach(s, at[2 * i + 1]);
    }
    buf_print(&s->body, "<polyline class=\"line\" points=\"%s\" stroke=\"%s\"", buf_string(&points),
              stroke);
    put_at(&s->body, "stroke-width", width);
    put_paint(s, "fill", fill ? fill : "none");
    put_end(s, "polyline", tip);
    s->body.failed |= points.failed;
    buf_release(&points);
}

void svg_area(svg *s, const double *at, const size_t *end, size_t rings, const char *fill,
              const char *stroke, double width, const char *tip) {
    buf_text(&s->body, "<path class=\"area\" d=\"");
    for (size_t r = 0, i = 0; r < rings; r++) {
        for (size_t first = i; i < end[r]; i++) {
            char x[400], y[400];
            decimal_fixed(at[2 * i], 1, x);
            decimal_fixed(at[2 * i + 1], 1, y);
            buf_print(&s->body, "%s%s,%s", i == first ? "M" : " ", x, y);
            reach(s, at[2 * i + 1]);
        }
        buf_char(&s->body, 'Z');
    }
    buf_print(&s->body, "\" fill-rule=\"evenodd\" stroke=\"%s\"", stroke);
    put_at(&s->body, "stroke-width", width);
    put_paint(s, "fill", fill);
    put_end(s, "path", tip);
}

void svg_text(svg *s, double x, double y, width_side side, svg_style style, double room,
              const char *text) {
    static const char *const anchor[] = {
        [WIDTH_LEFT] = "start", [WIDTH_RIGHT] = "end", [WIDTH_CENTRE] = "middle"};
    double size = style.size > 0 ? style.size : SVG_SIZE;
    if (!*text) return;
    buf_text(&s->body, "<text class=\"label\"");
    put_at(&s->body, "x", x);
    put_at(&s->body, "y", y);
    if (side != WIDTH_LEFT) buf_print(&s->body, " text-anchor=\"%s\"", anchor[side]);
    if (size != SVG_SIZE) put_at(&s->body, "font-size", size);
    if (style.fill) buf_print(&s->body, " fill=\"%s\"", style.fill);
    if (style.look & SVG_BOLD) buf_text(&s->body, " font-weight=\"bold\"");
    if (style.look & SVG_HALO)
        buf_text(&s->body, " stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\""
                           " paint-order=\"stroke\"");
    buf_char(&s->body, '>');
    if (!put_fitting(&s->body, text, style.look & SVG_BOLD ? size * 1.08 : size, room)) {
        buf_text(&s->body, "<title>");
        svg_escape(&s->body, text, TIP);
        buf_text(&s->body, "</title>");
    }
    buf_text(&s->body, "</text>\n");
    reach(s, y + size * 0.3);
}

/* ---- the whole ---- */

void svg_open(svg *s, const char *name, double width) { *s = (svg){.name = name, .width = width}; }

static void put_pattern(const svg *s, int i, buf *out) {
    static const char *const way[] = {"M0,6 L6,0", "M0,0 L6,6"};
    buf_print(out,
              "<pattern id=\"%s-h%d\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
              "<rect width=\"6\" height=\"6\" fill=\"%s\"/>"
              "<path d=\"%s\" stroke=\"%s\" stroke-width=\"1.4\"/></pattern>\n",
              s->name, i, colour[i % SVG_COLOURS], way[i / SVG_COLOURS],
              dark[i % SVG_COLOURS] ? "#ffffff" : SVG_INK);
}

void svg_close(svg *s, const char *lang, const char *title, const char *about, buf *out) {
    double height = ceil(s->height + 12);
    buf_text(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
    put_at(out, "width", s->width);
    put_at(out, "height", height);
    buf_print(out, " viewBox=\"0 0 %.0f %.0f\" role=\"img\" lang=\"%s\"", s->width, height, lang);
    buf_print(out,
              " aria-labelledby=\"%s-title %s-desc\" font-family=\"'Noto Sans CJK SC', 'Source Han "
              "Sans SC', 'Microsoft YaHei', 'PingFang SC', 'DejaVu Sans', sans-serif\"",
              s->name, s->name);
    put_at(out, "font-size", SVG_SIZE);
    buf_print(out, " fill=\"" SVG_INK "\">\n<title id=\"%s-title\">", s->name);
    svg_escape(out, title, TIP);
    buf_print(out, "</title>\n<desc id=\"%s-desc\">", s->name);
    svg_escape(out, about, 2 * TIP);
    buf_text(out, "</desc>\n");
    if (s->patterns) {
        buf_text(out, "<defs>\n");
        for (int i = 0; i < PATTERNS; i++)
            if (s->patterns >> i & 1) put_pattern(s, i, out);
        if (s->patterns >> MISSING & 1)
            buf_print(out,
                      "<pattern id=\"%s-h%d\" width=\"5\" height=\"5\" "
                      "patternUnits=\"userSpaceOnUse\"><rect width=\"5\" height=\"5\" "
                      "fill=\"#ffffff\"/><path d=\"M0,5 L5,0\" stroke=\"#b0b0b0\" "
                      "stroke-width=\"1\"/></pattern>\n",
                      s->name, MISSING);
        buf_text(out, "</defs>\n");
    }
    buf_text(out, "<rect class=\"paper\"");
    put_at(out, "width", s->width);
    put_at(out, "height", height);
    buf_text(out, " fill=\"#ffffff\"/>\n");
    buf_put(out, buf_string(&s->body), s->body.length);
    buf_text(out, "</svg>\n");
    s->height = height;
    out->failed |= s->body.failed;
    buf_release(&s->body);
}
