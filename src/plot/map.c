/* The map: a value of each unit as a shade, of areas in a file of the user's own, or of tiles. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plot/geojson.h"
#include "plot/inside.h"

enum { TALL = 620, LABELS = 400 };

typedef struct space {
    double x, y, w, h;
} space;

typedef struct atlas {
    plot *g;
    const plot_series *of;
    double *value; /* by row */
    double least, most;
    int places;
    geojson map;
    const char *key;
    size_t *row;     /* by feature: the unit, or VIEW_NONE */
    size_t *feature; /* by row: the first of it, or VIEW_NONE */
    double *px;      /* the pixels of all points, x and y in turn */
    space label[LABELS];
    size_t labels;
} atlas;

static void shade(const atlas *a, double x, char fill[8]) {
    double span = a->most - a->least;
    svg_sequential(span > 0 ? (x - a->least) / span : 0.5, fill);
}

static int is_dark(const atlas *a, double x) {
    return a->most > a->least && (x - a->least) / (a->most - a->least) > 0.5;
}

static const char *tip_of(const atlas *a, size_t row) {
    plot *g = a->g;
    return document_print(g->p, "%s: %s", plot_unit_name(g, row),
                          isnan(a->value[row]) ? view_text(g->v, "no value")
                                               : plot_text(g, a->value[row], a->places));
}

/* The shades from the least to the most, and what has no value. */
static void put_key(const atlas *a, int hatched) {
    enum { SHADES = 6, WIDE = 34, HIGH = 12 };
    plot *g = a->g;
    double x = PLOT_EDGE;
    if (!isnan(a->least)) {
        const char *end[] = {plot_text(g, a->least, a->places), plot_text(g, a->most, a->places)};
        svg_text(&g->s, x, g->y, WIDTH_LEFT, (svg_style){11, NULL, 0}, 0, end[0]);
        x += svg_measure(end[0], 11) + 6;
        for (int k = 0; k < SHADES; k++) {
            char fill[8];
            svg_sequential(k / (SHADES - 1.0), fill);
            svg_rect(&g->s, "key", x, g->y - 10, WIDE, HIGH, fill, NULL);
            x += WIDE;
        }
        svg_text(&g->s, x + 6, g->y, WIDTH_LEFT, (svg_style){11, NULL, 0}, 0, end[1]);
        x += svg_measure(end[1], 11) + 30;
    }
    if (hatched) {
        svg_rect(&g->s, "key", x, g->y - 10, WIDE, HIGH, svg_missing(&g->s), NULL);
        svg_text(&g->s, x + WIDE + 6, g->y, WIDTH_LEFT, (svg_style){11, NULL, 0}, 0,
                 view_text(g->v, "no value"));
    }
    g->y += 16;
}

/* ---- tiles, in the order of the rules ---- */

static void draw_tiles(const atlas *a) {
    plot *g = a->g;
    size_t n = g->v->rows.size;
    double wide = PLOT_WIDTH - 2 * PLOT_EDGE,
           across = fmax(1, fmin(64, ceil(sqrt((double)n * 1.8)))), w = fmin(wide / across, 130),
           h = fmin(fmax(w * 0.5, 10), 44), size = w >= 90 ? 12 : 10;
    for (size_t i = 0; i < n; i++) {
        double line = floor((double)i / across), x = PLOT_EDGE + w * ((double)i - line * across),
               y = g->y + h * line;
        char fill[8];
        shade(a, a->value[i], fill);
        int known = !isnan(a->value[i]), focus = i == g->v->focus,
            dark = known && is_dark(a, a->value[i]);
        svg_rect(&g->s, "area", x, y, w - 1.5, h - 1.5, known ? fill : svg_missing(&g->s),
                 tip_of(a, i));
        if (focus)
            for (int side = 0; side < 4; side++) {
                double l = x + 1, r = x + w - 2.5, t = y + 1, b = y + h - 2.5;
                svg_line(&g->s, "line", side == 1 ? r : l, side == 2 ? b : t, side == 3 ? l : r,
                         side == 0 ? t : b, SVG_FOCUS, 2.5);
            }
        if (w < 44 || h < 20) continue;
        const char *ink = dark ? "#ffffff" : SVG_INK;
        svg_text(&g->s, x + w / 2, y + (h < 34 ? h / 2 + 3.5 : h / 2 - 3), WIDTH_CENTRE,
                 (svg_style){size, ink, focus | (known ? 0 : SVG_HALO)}, w - 8,
                 plot_unit_name(g, i));
        if (h >= 34)
            svg_text(&g->s, x + w / 2, y + h / 2 + 12, WIDTH_CENTRE,
                     (svg_style){10, known ? ink : SVG_FAINT, known ? 0 : SVG_HALO}, w - 8,
                     known ? plot_text(g, a->value[i], a->places) : view_text(g->v, "no value"));
    }
    g->y += h * ceil((double)n / across) + 2;
    plot_note(g, view_text(g->v, "One tile for each unit. --map FILE.geojson draws a map of "
                                 "your own."));
}

/* ---- a map ---- */

/* Degrees, or coordinates of a plane? Degrees are drawn with the middle parallel true to scale. */
static void project(const atlas *a, double *height) {
    const geojson *m = &a->map;
    int degrees =
        m->least[0] >= -180 && m->most[0] <= 180 && m->least[1] >= -90 && m->most[1] <= 90;
    double middle = (m->least[1] + m->most[1]) / 2,
           flat = degrees ? fmax(0.1, cos(middle * 3.14159265358979323846 / 180)) : 1,
           w = (m->most[0] - m->least[0]) * flat, h = m->most[1] - m->least[1],
           room = PLOT_WIDTH - 2 * PLOT_EDGE - 20,
           scale = fmin(w > 0 ? room / w : 1e300, h > 0 ? TALL / h : 1e300);
    if (!(scale < 1e300)) scale = 1;
    *height = h * scale + 20;
    double left = (PLOT_WIDTH - w * scale) / 2, top = a->g->y + 10;
    for (size_t i = 0; i < m->points; i++) {
        a->px[2 * i] = left + (m->at[2 * i] - m->least[0]) * flat * scale;
        a->px[2 * i + 1] = top + (m->most[1] - m->at[2 * i + 1]) * scale;
    }
}

static size_t ring_from(const geojson *m, size_t ring) { return ring ? m->end[ring - 1] : 0; }

/* Leaves out corners that lie within half a pixel of the one before. Returns how many stay. */
static size_t thin_out(const double *px, size_t from, size_t end, double *out) {
    size_t n = 0;
    for (size_t i = from; i < end; i++) {
        double x = px[2 * i], y = px[2 * i + 1];
        if (n && i + 1 < end && fabs(x - out[2 * n - 2]) < 0.5 && fabs(y - out[2 * n - 1]) < 0.5)
            continue;
        out[2 * n] = x;
        out[2 * n++ + 1] = y;
    }
    return n;
}

/* Twice the area of a ring, and its centre. */
static double area_of(const double *at, size_t n, double centre[2]) {
    double sum = 0, x = 0, y = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        double cross = at[2 * i] * at[2 * i + 3] - at[2 * i + 2] * at[2 * i + 1];
        sum += cross;
        x += (at[2 * i] + at[2 * i + 2]) * cross;
        y += (at[2 * i + 1] + at[2 * i + 3]) * cross;
    }
    centre[0] = sum != 0 ? x / (3 * sum) : at[0];
    centre[1] = sum != 0 ? y / (3 * sum) : at[1];
    return fabs(sum);
}

/* A name where there is room for it. */
static void put_label(atlas *a, size_t row, double x, double y, double room) {
    plot *g = a->g;
    int focus = row == g->v->focus;
    const char *name = plot_unit_name(g, row);
    double w = svg_measure(name, 11) * (focus ? 1.08 : 1) + 2;
    if (a->labels == LABELS || (w > room && !focus) || w > 200) return;
    x = fmin(fmax(x, PLOT_EDGE + w / 2), PLOT_WIDTH - PLOT_EDGE - w / 2);
    const space own = {x - w / 2, y - 6, w, 12};
    for (size_t i = 0; i < a->labels; i++)
        if (own.x < a->label[i].x + a->label[i].w && a->label[i].x < own.x + w &&
            own.y < a->label[i].y + 12 && a->label[i].y < own.y + 12)
            return;
    a->label[a->labels++] = own;
    svg_text(&g->s, x, y + 4, WIDTH_CENTRE,
             (svg_style){11, focus ? SVG_FOCUS : NULL, focus | SVG_HALO}, w, name);
}

static void draw_area(const atlas *a, size_t f, double *room, size_t *end) {
    plot *g = a->g;
    const geojson *m = &a->map;
    const geojson_feature *of = &m->feature[f];
    size_t row = a->row[f], points = 0, rings = 0;
    for (size_t k = of->ring; k < of->ring + of->rings; k++) {
        size_t n = thin_out(a->px, ring_from(m, k), m->end[k], room + 2 * points);
        if (n < 3) continue; /* too small to be seen */
        points += n;
        end[rings++] = points;
    }
    char fill[8];
    shade(a, row == VIEW_NONE ? (double)NAN : a->value[row], fill);
    int focus = row != VIEW_NONE && row == g->v->focus;
    if (rings)
        svg_area(&g->s, room, end, rings,
                 row == VIEW_NONE       ? "#f4f4f4"
                 : isnan(a->value[row]) ? svg_missing(&g->s)
                                        : fill,
                 focus ? SVG_FOCUS : "#8a8a8a", focus ? 2 : 0.6,
                 row == VIEW_NONE ? NULL : tip_of(a, row));
}

static void draw_place(const atlas *a, size_t f) {
    plot *g = a->g;
    const geojson_feature *of = &a->map.feature[f];
    size_t row = a->row[f];
    char fill[8];
    if (row == VIEW_NONE) return;
    shade(a, a->value[row], fill);
    for (size_t i = of->place; i < of->place + of->places; i++)
        svg_dot(&g->s, a->px[2 * i], a->px[2 * i + 1], 7,
                isnan(a->value[row]) ? svg_missing(&g->s) : fill,
                row == g->v->focus ? SVG_FOCUS : SVG_INK, tip_of(a, row));
}

/* The name of a unit stands in its largest area, or beside its place. */
static void label_feature(atlas *a, size_t f) {
    const geojson *m = &a->map;
    const geojson_feature *of = &m->feature[f];
    double most = 0, at[2] = {0, 0}, wide = 0;
    for (size_t k = of->ring; k < of->ring + of->rings; k++) {
        size_t from = ring_from(m, k);
        double centre[2], size = area_of(a->px + 2 * from, m->end[k] - from, centre);
        if (size <= most) continue;
        double low = (double)NAN, high = (double)NAN;
        for (size_t i = from; i < m->end[k]; i++) {
            low = fmin(low, a->px[2 * i]);
            high = fmax(high, a->px[2 * i]);
        }
        most = size;
        wide = high - low;
        at[0] = centre[0];
        at[1] = centre[1];
    }
    if (most > 0)
        put_label(a, a->row[f], at[0], at[1], wide * 1.2);
    else if (of->places)
        put_label(a, a->row[f], a->px[2 * of->place], a->px[2 * of->place + 1] - 15, 200);
}

static int draw_map(atlas *a) {
    plot *g = a->g;
    const geojson *m = &a->map;
    size_t longest = 0, most_rings = 0;
    for (size_t f = 0; f < m->features; f++) {
        const geojson_feature *of = &m->feature[f];
        size_t points = of->rings ? m->end[of->ring + of->rings - 1] - ring_from(m, of->ring) : 0;
        longest = points > longest ? points : longest;
        most_rings = of->rings > most_rings ? of->rings : most_rings;
    }
    double *room = plot_room(g, longest, 2 * sizeof *room), height = 0;
    size_t *end = plot_room(g, most_rings, sizeof *end);
    a->px = plot_room(g, m->points, 2 * sizeof *a->px);
    if (!room || !end || !a->px) return 0;
    project(a, &height);
    for (size_t f = 0; f < m->features; f++)
        if (a->row[f] != g->v->focus || a->row[f] == VIEW_NONE) draw_area(a, f, room, end);
    for (size_t f = 0; f < m->features; f++) /* above its neighbours */
        if (a->row[f] == g->v->focus && a->row[f] != VIEW_NONE) draw_area(a, f, room, end);
    for (size_t f = 0; f < m->features; f++) draw_place(a, f);
    if (g->v->focus != VIEW_NONE && a->feature[g->v->focus] != VIEW_NONE)
        label_feature(a, a->feature[g->v->focus]);
    for (size_t i = 0; i < g->v->shown_count; i++) {
        size_t row = g->v->shown[i];
        if (row != g->v->focus && a->feature[row] != VIEW_NONE) label_feature(a, a->feature[row]);
    }
    g->y += height;
    return 1;
}

/* ---- which feature is which unit ---- */

static int find_features(atlas *a) {
    plot *g = a->g;
    const view *v = g->v;
    const geojson *m = &a->map;
    size_t n = v->rows.size, found = 0;
    char number[40];
    const char **name = plot_room(g, 2 * n, sizeof *name);
    a->row = plot_room(g, m->features, sizeof *a->row);
    if (!name || !a->row) return 0;
    for (size_t i = 0; i < n; i++) {
        name[2 * i] = assess_label(v->session, &v->rows, i);
        name[2 * i + 1] = plot_unit_name(g, i);
    }
    a->key = g->given->key ? g->given->key : geojson_key(m, name, 2 * n, &found);
    for (size_t f = 0; f < m->features; f++) {
        a->row[f] = VIEW_NONE;
        const char *text = a->key ? geojson_text(&m->feature[f], a->key, number) : "";
        for (size_t i = 0; *text && i < n && a->row[f] == VIEW_NONE; i++)
            if (!strcmp(text, assess_label(v->session, &v->rows, i)) ||
                !strcmp(text, plot_unit_name(g, i)))
                a->row[f] = i;
        if (a->row[f] == VIEW_NONE) continue;
        found++;
        int drawn = m->feature[f].rings || m->feature[f].places; /* its geometry may be null */
        if (drawn && a->feature[a->row[f]] == VIEW_NONE) a->feature[a->row[f]] = f;
    }
    const place at = {.file = g->given->map};
    return found || fault_at(g->f, FAULT_DATA, &at,
                             "--key PROPERTY says which property has the names of units",
                             a->key ? "no feature has the name of a unit in its property '%s'"
                                    : "no feature has the name of a unit in any property",
                             a->key);
}

static void put_numbers(const atlas *a) {
    plot *g = a->g;
    const view *v = g->v;
    const document_column column[] = {
        {v->rows.name, view_axis_title(v, &v->rows), WIDTH_LEFT, 12},
        {"value", view_text(v, TEXT_AS("result", "Value")), WIDTH_RIGHT, 0},
        {"on_map", view_text(v, TEXT_AS("chart", "On the map")), WIDTH_LEFT, 0}};
    document_list(g->p, "map", NULL);
    document_table(g->p, "map", "", column, a->map.root ? 3 : 2);
    for (size_t i = 0; i < v->shown_count; i++) {
        size_t row = v->shown[i];
        DOCUMENT_ROW(g->p, document_text(assess_label(v->session, &v->rows, row)),
                     document_number(g->p, a->value[row], a->places));
        if (a->map.root)
            document_put(g->p, document_word(v->language, a->feature[row] == VIEW_NONE
                                                              ? TEXT_AS("chart", "no")
                                                              : TEXT_AS("chart", "yes")));
    }
}

/* Units that the map does not have. */
static void tell_absent(const atlas *a) {
    plot *g = a->g;
    size_t absent = 0;
    buf names = BUF_INIT;
    for (size_t i = 0; i < g->v->rows.size; i++) {
        if (a->feature[i] != VIEW_NONE) continue;
        if (absent++ < 40) buf_print(&names, "%s%s", absent > 1 ? ", " : "", plot_unit_name(g, i));
    }
    if (absent)
        plot_note(g, document_print(g->p, "%s%s%s", view_text(g->v, "Not on the map"),
                                    view_text(g->v, ": "), buf_string(&names)));
    buf_release(&names);
}

int plot_map(plot *g) {
    const view *v = g->v;
    plot_series of = plot_score(g);
    if (g->given->count && !plot_find(g, g->given->of[0], &of)) return 0;
    atlas a = {.g = g, .of = &of, .least = NAN, .most = NAN};
    size_t n = v->rows.size, missing = 0;
    decimals suit = {0};
    a.value = plot_room(g, n, sizeof *a.value);
    a.feature = plot_room(g, n, sizeof *a.feature);
    if (!a.value || !a.feature) return 0;
    for (size_t i = 0; i < n; i++) {
        double x = plot_value(g, &of, i);
        a.value[i] = isfinite(x) ? x : (double)NAN;
        a.feature[i] = VIEW_NONE;
        missing += isfinite(x) ? 0 : 1;
        if (!isfinite(x)) continue;
        decimals_add(&suit, x);
        a.least = fmin(a.least, x);
        a.most = fmax(a.most, x);
    }
    a.places = decimals_suit(&suit);
    int fine = 1;
    if (g->given->map) fine = geojson_read(g->given->map, &a.map, g->f) && find_features(&a);
    if (fine) {
        put_numbers(&a);
        plot_head(g, of.name, plot_column(g, 0));
        put_key(&a, missing > 0);
        if (!g->given->map)
            draw_tiles(&a);
        else if (draw_map(&a))
            tell_absent(&a);
    }
    geojson_close(&a.map);
    return fine;
}
