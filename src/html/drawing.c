/* A drawing as a part of a page, written shorter than a file needs.
 *
 * Shapes become paths, and those that follow one another in the same style become one; many equal
 * dots become the corners of a path without a line. Usual colours and sizes become letters of a
 * class, which page.css knows, so that they suit the dark, too. Texts come last: nothing lies over
 * them anyway; those in one style stand together. Tooltips are left out, as their numbers stand in
 * a table beside the drawing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "html/html.h"

enum { ATTRIBUTES = 16, DOTS = 4 /* from so many on they are a path */ };

typedef struct text_part {
    const char *s;
    size_t length;
} text_part;

typedef struct element {
    text_part name, key[ATTRIBUTES], value[ATTRIBUTES];
    size_t count;
    const char *after; /* behind its tag */
    int single;        /* <rect/> */
} element;

/* Texts in one style. */
typedef struct text_group {
    buf style, all;
    size_t count, gap; /* gap: where the style of the first would stand */
} text_group;

typedef struct drawing {
    output *to;
    text_group *group;
    size_t groups, group_cap;
    buf style, path; /* of the shapes that wait; none where the path is empty */
    double x, y;     /* where its last point is */
    size_t dots;     /* how many wait; their centres are in `path` */
    double radius;
    const char *name; /* what ids begin with */
    size_t name_length, marks;
    int inside; /* of <defs> */
} drawing;

/* ---- reading what chart/svg.h has written ---- */

static int is(text_part t, const char *word) {
    return t.length == strlen(word) && !memcmp(t.s, word, t.length);
}

static element read_element(const char *s) {
    element e = {.count = 0};
    e.name.s = ++s;
    e.name.length = (*s == '/') + strcspn(s + (*s == '/'), " />");
    s += e.name.length;
    while (*s == ' ' && e.count < ATTRIBUTES) {
        text_part *key = &e.key[e.count], *value = &e.value[e.count];
        e.count++;
        key->s = ++s;
        s += key->length = strcspn(s, "=");
        value->s = s += 2;
        s += value->length = strcspn(s, "\"");
        s++;
    }
    e.single = *s == '/';
    e.after = s + strcspn(s, ">") + 1;
    return e;
}

static text_part find(const element *e, const char *key) {
    for (size_t i = 0; i < e->count; i++)
        if (is(e->key[i], key)) return e->value[i];
    return (text_part){"", 0};
}

/* In tenths of a pixel. */
static double tenths(text_part t) { return t.length ? floor(strtod(t.s, NULL) * 10 + 0.5) : 0; }

/* ---- numbers and attributes ---- */

/* A number of tenths, with a space before it where it would run into the one before. */
static void put_number(buf *b, double tenth) {
    char last = b->length ? b->text[b->length - 1] : 'M';
    double whole = trunc(tenth / 10), rest = fabs(tenth - 10 * whole);
    if (tenth >= 0 && ((last >= '0' && last <= '9') || last == '.')) buf_char(b, ' ');
    if (tenth < 0) buf_char(b, '-');
    if (whole != 0 || rest == 0) buf_print(b, "%.0f", fabs(whole));
    if (rest != 0) buf_print(b, ".%.0f", rest);
}

/* The letter of the class that says the same; 0: there is none. */
static char letter_of(const element *e, size_t i) {
    static const char *const of[][3] = {
        {"text-anchor", "end", "e"}, {"text-anchor", "middle", "m"}, {"font-weight", "bold", "b"},
        {"font-size", "9.5", "1"},   {"font-size", "10", "2"},       {"font-size", "10.5", "3"},
        {"font-size", "11", "4"},    {"font-size", "15", "5"},       {"fill", "#666666", "f"},
        {"fill", "none", "n"},       {"fill", "#f2f2f2", "g"},       {"stroke", "#222222", "s"},
        {"stroke", "#666666", "t"},  {"stroke", "#d0d0d0", "d"},     {"stroke", "#a0a0a0", "a"},
        {"stroke", "#e8e8e8", "u"},  {"stroke", "#ffffff", "v"},     {"paint-order", "stroke", "p"},
        {"fill", "#d55e00", "k"},
    };
    for (size_t k = 0; k < sizeof of / sizeof *of; k++)
        if (is(e->key[i], of[k][0]) && is(e->value[i], of[k][1])) return *of[k][2];
    if (is(e->key[i], "fill") && is(e->value[i], "#ffffff")) /* on a colour it is so in the dark */
        return is(e->name, "text") ? 'o' : 'w';
    if (is(e->key[i], "fill") && is(e->value[i], "#222222")) return is(e->name, "text") ? 'i' : 0;
    return 0;
}

/* Does the value of an attribute need its quotes in HTML? */
static int needs_quotes(text_part value) {
    for (size_t i = 0; i < value.length; i++)
        if (strchr(" \"'=<>`", value.s[i])) return 1;
    return !value.length;
}

static void put_attribute(buf *b, text_part key, text_part value) {
    const char *quote = needs_quotes(value) ? "\"" : "", *v = value.s;
    int doubled = value.length == 7 && *v == '#' && v[1] == v[2] && v[3] == v[4] && v[5] == v[6];
    buf_char(b, ' ');
    buf_put(b, key.s, key.length);
    if (doubled)
        buf_print(b, "=#%c%c%c", v[1], v[3], v[5]);
    else
        buf_print(b, "=%s%.*s%s", quote, (int)value.length, v, quote);
}

static int among(text_part key, const char *const *list) {
    for (; *list; list++)
        if (is(key, *list)) return 1;
    return 0;
}

/* All attributes that say how it looks, as they are written. */
static void put_style(buf *b, const element *e) {
    static const char *const where_it_is[] = {"class", "x",  "y",      "width", "height",
                                              "x1",    "y1", "x2",     "y2",    "cx",
                                              "cy",    "r",  "points", NULL};
    char letters[ATTRIBUTES + 1] = "";
    size_t count = 0;
    int halo = find(e, "paint-order").length != 0;
    for (size_t i = 0; i < e->count; i++) {
        char letter = letter_of(e, i);
        if (letter) {
            letters[count++] = letter;
            continue;
        }
        if (among(e->key[i], where_it_is) ||
            (is(e->key[i], "stroke-width") && is(e->value[i], "1")) ||
            (halo && (is(e->key[i], "stroke-width") || is(e->key[i], "stroke-linejoin"))))
            continue;
        put_attribute(b, e->key[i], e->value[i]);
    }
    letters[count] = 0;
    if (count) buf_print(b, " class=%s", letters);
}

/* ---- shapes ---- */

static void put_dots(drawing *d) {
    const char *style = buf_string(&d->style), *s = buf_string(&d->path);
    buf r = BUF_INIT;
    put_number(&r, d->radius);
    if (d->dots < DOTS) {
        for (size_t i = 0; i < d->dots; i++) {
            char *end;
            double x = strtod(s, &end), y = strtod(end, &end);
            buf at = BUF_INIT;
            buf_text(&at, "<circle cx=");
            put_number(&at, floor(x * 10 + 0.5));
            buf_text(&at, " cy=");
            put_number(&at, floor(y * 10 + 0.5));
            output_print(d->to, "%s r=%s%s />", buf_string(&at), buf_string(&r), style);
            d->to->held.failed |= at.failed;
            buf_release(&at);
            s = end;
        }
    } else {
        output_print(d->to,
                     "<marker id=%.*s-o%zu overflow=visible markerUnits=userSpaceOnUse><circle "
                     "r=%s%s /></marker><path d=\"M%s\" class=n",
                     (int)d->name_length, d->name, ++d->marks, buf_string(&r), style, s);
        static const char *const at[] = {"start", "mid", "end"};
        for (size_t i = 0; i < 3; i++)
            output_print(d->to, " marker-%s=url(#%.*s-o%zu)", at[i], (int)d->name_length, d->name,
                         d->marks);
        output_text(d->to, " />");
    }
    d->to->held.failed |= r.failed;
    buf_release(&r);
}

static void put_waiting(drawing *d) {
    if (d->dots)
        put_dots(d);
    else if (d->path.length)
        output_print(d->to, "<path d=\"%s\"%s />", buf_string(&d->path), buf_string(&d->style));
    d->to->held.failed |= d->path.failed || d->style.failed;
    buf_clear(&d->path);
    buf_clear(&d->style);
    d->dots = 0;
}

/* Those that wait are of another style: they are written. */
static void begin_shape(drawing *d, const element *e, int dot) {
    buf style = BUF_INIT;
    double radius = dot ? tenths(find(e, "r")) : 0;
    put_style(&style, e);
    if (d->path.length && (strcmp(buf_string(&style), buf_string(&d->style)) != 0 ||
                           (d->dots != 0) != dot || (dot && d->radius != radius)))
        put_waiting(d);
    buf_release(&d->style);
    d->style = style;
    d->radius = radius;
}

static void put_rect(drawing *d, const element *e) {
    double width = tenths(find(e, "width")), height = tenths(find(e, "height"));
    begin_shape(d, e, 0);
    buf_char(&d->path, 'M');
    put_number(&d->path, tenths(find(e, "x")));
    put_number(&d->path, tenths(find(e, "y")));
    buf_char(&d->path, 'h');
    put_number(&d->path, width);
    buf_char(&d->path, 'v');
    put_number(&d->path, height);
    buf_char(&d->path, 'h');
    put_number(&d->path, -width);
    buf_char(&d->path, 'z');
}

static void put_line(drawing *d, const element *e) {
    double x1 = tenths(find(e, "x1")), y1 = tenths(find(e, "y1")), x2 = tenths(find(e, "x2")),
           y2 = tenths(find(e, "y2"));
    begin_shape(d, e, 0);
    buf_char(&d->path, 'M');
    put_number(&d->path, x1);
    put_number(&d->path, y1);
    if (y1 == y2) {
        buf_char(&d->path, 'H');
        put_number(&d->path, x2);
    } else if (x1 == x2) {
        buf_char(&d->path, 'V');
        put_number(&d->path, y2);
    } else {
        buf_char(&d->path, 'L');
        put_number(&d->path, x2);
        put_number(&d->path, y2);
    }
}

static void put_polyline(drawing *d, const element *e) {
    text_part points = find(e, "points");
    const char *s = points.s, *end = s + points.length;
    double first[2] = {0, 0}, last[2] = {0, 0}, at[2];
    begin_shape(d, e, 0);
    for (size_t i = 0; s < end; i++) {
        for (int k = 0; k < 2; k++) {
            char *after;
            at[k] = floor(strtod(s, &after) * 10 + 0.5);
            s = after + (after < end);
        }
        if (i && s >= end && at[0] == first[0] && at[1] == first[1]) {
            buf_char(&d->path, 'z');
            break;
        }
        if (i < 2) buf_char(&d->path, i ? 'l' : 'M');
        for (int k = 0; k < 2; k++) {
            put_number(&d->path, i ? at[k] - last[k] : at[k]);
            if (!i) first[k] = at[k];
            last[k] = at[k];
        }
    }
}

static void put_circle(drawing *d, const element *e) {
    begin_shape(d, e, 1);
    put_number(&d->path, tenths(find(e, "cx")));
    put_number(&d->path, tenths(find(e, "cy")));
    d->dots++;
}

/* ---- texts ---- */

static text_group *group_of(drawing *d, const buf *style) {
    for (size_t i = 0; i < d->groups; i++)
        if (!strcmp(buf_string(&d->group[i].style), buf_string(style))) return &d->group[i];
    if (style->failed || !MEM_RESERVE(d->group, d->groups + 1, d->group_cap)) return NULL;
    text_group *own = &d->group[d->groups++];
    *own = (text_group){.style = BUF_INIT, .all = BUF_INIT};
    buf_text(&own->style, buf_string(style));
    return own;
}

static void put_text(drawing *d, const element *e, const char *content, size_t length) {
    static const char *const at[] = {"x", "y"};
    buf style = BUF_INIT;
    put_style(&style, e);
    text_group *own = group_of(d, &style);
    buf_release(&style);
    if (!own) {
        d->to->held.failed = 1;
        return;
    }
    buf_text(&own->all, "<text");
    for (size_t i = 0; i < 2; i++) {
        buf_print(&own->all, " %s=", at[i]);
        put_number(&own->all, tenths(find(e, at[i])));
    }
    if (!own->count++) own->gap = own->all.length;
    buf_char(&own->all, '>');
    buf_put(&own->all, content, length);
    buf_text(&own->all, "</text>");
}

static void put_groups(drawing *d) {
    for (size_t i = 0; i < d->groups; i++) {
        const text_group *own = &d->group[i];
        const char *style = buf_string(&own->style), *all = buf_string(&own->all);
        int together = own->count > 1 && *style;
        if (together) output_print(d->to, "<g%s>", style);
        output_put(d->to, all, own->gap);
        if (!together) output_text(d->to, style);
        output_text(d->to, all + own->gap);
        if (together) output_text(d->to, "</g>");
        d->to->held.failed |= own->style.failed || own->all.failed;
    }
}

/* ---- the whole ---- */

/* The <svg> itself: fonts and colours are those of the page. */
static void put_root(drawing *d, const element *e) {
    static const char *const page[] = {"xmlns", "font-family", "font-size", "fill", NULL};
    buf b = BUF_INIT;
    for (size_t i = 0; i < e->count; i++)
        if (!among(e->key[i], page)) put_attribute(&b, e->key[i], e->value[i]);
    output_print(d->to, "<svg%s>", buf_string(&b));
    d->to->held.failed |= b.failed;
    buf_release(&b);
    d->name = find(e, "aria-labelledby").s;
    d->name_length = strcspn(d->name, "-\"");
}

/* Behind an element and what is in it. */
static const char *behind(const element *e) {
    char end[24] = "</";
    if (e->single || e->name.length > sizeof end - 4) return e->after;
    memcpy(end + 2, e->name.s, e->name.length);
    const char *found = strstr(e->after, end);
    return found ? found + e->name.length + 3 : e->after;
}

static const char *put_element(drawing *d, const char *s) {
    element e = read_element(s);
    int end = is(e.name, "/defs");
    d->inside += is(e.name, "defs") - end;
    if (is(e.name, "svg")) {
        put_root(d, &e);
    } else if (is(e.name, "text")) {
        const char *after = behind(&e), *tip = strstr(e.after, "<title>");
        size_t n = (size_t)((tip && tip < after ? tip : after - strlen("</text>")) - e.after);
        put_text(d, &e, e.after, n);
        return after;
    } else if (d->inside || end || is(e.name, "title") || is(e.name, "desc") ||
               is(e.name, "path")) {
        const char *after = is(e.name, "path") && !d->inside ? behind(&e) : e.after;
        put_waiting(d);
        output_put(d->to, s, (size_t)((d->inside || end ? e.after : after) - s));
        return after;
    } else if (is(e.name, "rect") || is(e.name, "line") || is(e.name, "polyline") ||
               is(e.name, "circle")) {
        (is(e.name, "rect")       ? put_rect
         : is(e.name, "line")     ? put_line
         : is(e.name, "polyline") ? put_polyline
                                  : put_circle)(d, &e);
        return behind(&e);
    } else if (is(e.name, "/svg")) {
        put_waiting(d);
        put_groups(d);
        output_text(d->to, "</svg>");
    } else {
        output_put(d->to, s, (size_t)(e.after - s));
    }
    return e.after;
}

void html_drawing(output *to, const buf *svg) {
    drawing d = {.to = to, .style = BUF_INIT, .path = BUF_INIT, .name = ""};
    const char *s = buf_string(svg);
    while (*s) {
        size_t n = strcspn(s, "<");
        if (n != 1 || *s != '\n') output_put(to, s, n); /* the text of a title */
        s += n;
        if (*s) s = put_element(&d, s);
    }
    for (size_t i = 0; i < d.groups; i++) {
        buf_release(&d.group[i].style);
        buf_release(&d.group[i].all);
    }
    mem_free(d.group);
    buf_release(&d.style);
    buf_release(&d.path);
}
