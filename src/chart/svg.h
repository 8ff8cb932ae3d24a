/* Drawings in SVG: shapes and texts.
 *
 * Texts stay texts. What comes from outside (names, labels) is made safe (width_safe), escaped, and
 * cut with "…" where it is wider than its room; then the whole text is its tooltip. Widths are
 * estimated from those of base/width.h, on the wide side of what common fonts need. A drawing has
 * no scripts, no styles and no references to other files, so that it can stand in a page with a
 * strict Content-Security-Policy. The same calls give the same bytes.
 *
 * Coordinates are in pixels, y goes down. Classes tell readers and style sheets what a shape is:
 * "bar", "dot", "line", "axis", "label". */
#ifndef CHART_SVG_H
#define CHART_SVG_H

#include <stddef.h>

#include "base/buf.h"
#include "base/width.h"

enum { SVG_SIZE = 12 }; /* of the font, in pixels */

typedef struct svg {
    buf body;
    double width, height; /* height: grows with what is drawn */
    const char *name;     /* what the ids in the drawing begin with */
    unsigned patterns;    /* a bit for each that is used */
} svg;

#define SVG_INK "#222222"
#define SVG_FAINT "#666666"
#define SVG_RULE "#d0d0d0"
#define SVG_GREY "#a0a0a0"
#define SVG_FOCUS "#d55e00"

/* Colours by M. Okabe and K. Ito, "Color Universal Design" (2008), in an order in which neighbours
 * differ in lightness, too, so that they hold in grey. From the eighth on they come again, with a
 * pattern. The text is valid until the drawing ends. */
enum { SVG_COLOURS = 7 };
const char *svg_colour(svg *s, size_t i);
const char *svg_colour_ink(size_t i); /* of text on it */
/* From blue (-1) over white to orange (1), as #rrggbb; grey for NaN. */
void svg_diverging(double x, char out[8]);

/* From pale (0) to dark (1) blue. */
void svg_sequential(double x, char out[8]);
/* Light strokes: what has no value. */
const char *svg_missing(svg *s);

void svg_open(svg *s, const char *name, double width);
/* Appends the whole drawing to `out`; title and description are for screen readers. */
void svg_close(svg *s, const char *lang, const char *title, const char *about, buf *out);

/* `tip` is a tooltip, or NULL. */
void svg_rect(svg *s, const char *class, double x, double y, double w, double h, const char *fill,
              const char *tip);
void svg_dot(svg *s, double x, double y, double r, const char *fill, const char *stroke,
             const char *tip);
/* A square on its corner. */
void svg_diamond(svg *s, double x, double y, double r, const char *fill, const char *tip);
void svg_line(svg *s, const char *class, double x1, double y1, double x2, double y2,
              const char *stroke, double width);
void svg_dashed(svg *s, double x1, double y1, double x2, double y2, const char *stroke,
                double width);
/* A line through `count` points, x and y in turn. `fill` or NULL. */
void svg_path(svg *s, const double *at, size_t count, const char *stroke, double width,
              const char *fill, const char *tip);

/* Areas with holes: `end[i]` is the point behind the last of ring i, x and y in turn. */
void svg_area(svg *s, const double *at, const size_t *end, size_t rings, const char *fill,
              const char *stroke, double width, const char *tip);

/* A text whose baseline is at y, left, right or centred at x. `room`: how wide it may be; 0: any.
 */
typedef struct svg_style {
    double size; /* 0: SVG_SIZE */
    const char *fill;
    int look; /* SVG_BOLD, SVG_HALO */
} svg_style;
/* HALO: white around the letters, where lines or areas lie behind them. */
enum { SVG_BOLD = 1, SVG_HALO = 2 };
void svg_text(svg *s, double x, double y, width_side side, svg_style style, double room,
              const char *text);
/* How wide a text is at most. */
double svg_measure(const char *text, double size);

/* A number with so many decimals; a true minus sign, "–" for missing. */
void svg_number(buf *b, double x, int places);
/* Appends a text made safe and escaped, cut to so many columns. */
void svg_escape(buf *b, const char *text, size_t columns);

#endif
