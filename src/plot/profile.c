/* The profile of a unit: each indicator on its way from the floor to the standard, with peers. Of
 * very many, all are strokes in a strip for each group, and the lowest have a row each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/inside.h"
#include "session/session.h"

enum { PEERS = 8, CROWD = 64, LOW = -20, HIGH = 130 };
enum { ROWS = 80, STRIPS = 40, FIGURES = 190 }; /* FIGURES: pixels at the right */

typedef struct mark {
    double value, score, way; /* way: in percent from the floor to the standard */
    const assess_array *data; /* the value is this element; NULL: it is a result's */
    size_t element;
} mark;

typedef struct profile {
    plot *g;
    const assess_array *details, *standard, *floor;
    const assess_axis *axis;
    size_t unit;
    double full;
    size_t peer[CROWD], peers;
    int others; /* the peers are all other units, where the rules name none */
    int scores; /* no indicator has a floor and a standard */
    mark *own, *theirs[CROWD];
    const char **measure;
    double *from, *to; /* floor and standard */
} profile;

static double bound(const profile *q, const assess_array *x, size_t i) {
    location at = view_location(q->g->v, q->unit, 0);
    location_add(&at, q->axis->id, i);
    return x && x->kind == ASSESS_NUMBER ? location_value(x, &at) : (double)NAN;
}

/* The figures and scores of a unit. */
static void find_marks(const profile *q, size_t row, mark *m, const char **measure) {
    const view *v = q->g->v;
    const assess_cell *cell;
    for (size_t i = 0; i < q->axis->size; i++) {
        location at = view_location(v, row, 0);
        location_add(&at, q->axis->id, i);
        double value =
            v->part[ROLE_VALUES] ? location_value(v->part[ROLE_VALUES], &at) : (double)NAN;
        m[i] = (mark){value, location_value(q->details, &at), (double)NAN, v->part[ROLE_VALUES], 0};
        if (m[i].data) m[i].element = location_offset(m[i].data, &at);
    }
    size_t count = q->standard ? assess_cells(v->session, v->part[ROLE_SCORE], row, &cell) : 0;
    for (size_t k = 0; k < count; k++) {
        size_t i = *cell[k].id ? view_find(v, q->axis, cell[k].id) : VIEW_NONE;
        if (i == VIEW_NONE || cell[k].data->kind != ASSESS_NUMBER || !isnan(m[i].value)) continue;
        m[i].value = cell[k].value;
        m[i].data = cell[k].data;
        m[i].element = cell[k].element;
        if (measure) measure[i] = cell[k].measure;
    }
    for (size_t i = 0; i < q->axis->size; i++) {
        double span = q->to[i] - q->from[i];
        m[i].way = isfinite(span) && span != 0 && !isnan(m[i].value)
                       ? 100 * (m[i].value - q->from[i]) / span
                       : 100 * m[i].score / q->full;
    }
}

static int find_peers(profile *q, int all) {
    plot *g = q->g;
    size_t most = all ? CROWD : PEERS;
    for (size_t row = 0; row < g->v->rows.size && q->peers < most; row++) {
        if (row == q->unit || (!all && !view_is_peer(g->v, row, 0))) continue;
        mark *m = plot_room(g, q->axis->size, sizeof *m);
        if (!m) return 0;
        find_marks(q, row, m, NULL);
        q->theirs[q->peers] = m;
        q->peer[q->peers++] = row;
    }
    return 1;
}

static int open_profile(profile *q) {
    plot *g = q->g;
    const view *v = g->v;
    size_t n = q->axis->size;
    q->from = plot_room(g, n, sizeof *q->from);
    q->to = plot_room(g, n, sizeof *q->to);
    q->own = plot_room(g, n, sizeof *q->own);
    q->measure = plot_room(g, n, sizeof *q->measure);
    if (!q->from || !q->to || !q->own || !q->measure) return 0;
    for (size_t i = 0; i < n; i++) {
        q->from[i] = bound(q, q->floor, i);
        q->to[i] = bound(q, q->standard, i);
        q->measure[i] = assess_attribute(v->session, assess_label(v->session, q->axis, i), "unit");
    }
    find_marks(q, q->unit, q->own, NULL);
    q->scores = 1;
    for (size_t i = 0; i < n; i++) q->scores &= isnan(q->to[i] - q->from[i]);
    if (!find_peers(q, 0)) return 0;
    q->others = !q->peers && v->rows.size > 1 && v->rows.size <= CROWD;
    return !q->others || find_peers(q, 1);
}

static void put_profile(const profile *q) {
    plot *g = q->g;
    const view *v = g->v;
    document_column column[7 + PEERS];
    size_t count = 0;
    int names = g->given->page;
    column[count++] = (document_column){q->axis->name, view_axis_title(v, q->axis), WIDTH_LEFT, 12};
    column[count++] =
        (document_column){"value", view_text(v, TEXT_AS("result", "Value")), WIDTH_RIGHT, 0};
    if (!names) column[count++] = (document_column){"measure", "", WIDTH_LEFT, 0};
    column[count++] =
        (document_column){"floor", view_text(v, TEXT_AS("chart", "Floor")), WIDTH_RIGHT, 0};
    column[count++] = (document_column){"standard", view_text(v, "Standard"), WIDTH_RIGHT, 0};
    if (!names) column[count++] = (document_column){"score", view_text(v, "Score"), WIDTH_RIGHT, 0};
    column[count++] = (document_column){"way", view_text(v, "Of the way (%)"), WIDTH_RIGHT, 0};
    size_t peers = q->others ? 0 : q->peers;
    for (size_t k = 0; k < peers; k++) {
        const char *name = assess_label(v->session, &v->rows, q->peer[k]);
        column[count++] = (document_column){name, name, WIDTH_RIGHT, 0};
    }
    document_list(g->p, "profile", NULL);
    document_table(g->p, "profile", "", column, count);
    for (size_t i = 0; i < q->axis->size; i++) {
        const mark *m = &q->own[i];
        document_cell name = document_text(assess_label(v->session, q->axis, i));
        if (names) name.shown = plot_name(g, q->axis, i);
        document_cell value = document_number(g->p, m->value, -1);
        if (names && !isnan(m->value))
            value.shown = document_print(g->p, "%s %s", value.shown, q->measure[i]);
        location at = view_location(v, q->unit, 0);
        location_add(&at, q->axis->id, i);
        DOCUMENT_ROW(g->p, name, document_about_cell(value, m->data, m->element));
        if (!names) document_put(g->p, document_text(q->measure[i]));
        DOCUMENT_ROW(g->p, plot_shows(document_number(g->p, q->from[i], -1), q->floor, &at),
                     plot_shows(document_number(g->p, q->to[i], -1), q->standard, &at));
        if (!names)
            document_put(g->p, plot_shows(document_number(g->p, m->score, v->places[ROLE_DETAILS]),
                                          q->details, &at));
        document_put(g->p, document_number(g->p, m->way, names ? 0 : 1));
        for (size_t k = 0; k < peers; k++) { /* on to the figure of the peer */
            const mark *own = &q->theirs[k][i];
            document_cell way = document_number(g->p, own->way, names ? 0 : 1);
            document_put(
                g->p, isnan(own->value) ? way : document_about_cell(way, own->data, own->element));
        }
    }
    document_tell(g->p, view_text(v, "Of the way: 100 × (value − floor) / (standard − floor); "
                                     "without floor and standard, the score in percent of the "
                                     "full mark."));
}

static int is_outside(double way) { return way < LOW || way > HIGH; }

/* A dot, or at the edge an arrow. */
static void put_mark(plot *g, const chart_scale *x, double way, double y, int own,
                     const char *tip) {
    if (isnan(way)) return;
    if (is_outside(way)) {
        double at = scale_at(x, way), to = way < LOW ? -5 : 5;
        const double tri[] = {at, y - 4, at + to, y, at, y + 4, at, y - 4};
        svg_path(&g->s, tri, 4, own ? SVG_FOCUS : SVG_FAINT, 1, own ? SVG_FOCUS : "none", tip);
    } else if (own) {
        svg_diamond(&g->s, scale_at(x, way), y, 6, SVG_FOCUS, tip);
    } else {
        svg_dot(&g->s, scale_at(x, way), y, 3.2, "none", SVG_FAINT, tip);
    }
}

/* ---- rows: an indicator each ---- */

static const char *figures_text(const profile *q, size_t i) {
    plot *g = q->g;
    const mark *m = &q->own[i];
    if (isnan(m->value)) return plot_text(g, m->score, g->v->places[ROLE_DETAILS]);
    if (isnan(q->to[i]))
        return document_print(g->p, "%s %s", plot_text(g, m->value, -1), q->measure[i]);
    return document_print(g->p, "%s / %s %s", plot_text(g, m->value, -1),
                          plot_text(g, q->to[i], -1), q->measure[i]);
}

/* The floor and the standard, and a line for each row. */
static void draw_ground(const profile *q, const chart_scale *x, double top, size_t rows) {
    plot *g = q->g;
    const view *v = g->v;
    double bottom = top + PLOT_ROW * (double)rows + 2;
    const char *end[] = {q->scores ? "0" : view_text(v, TEXT_AS("chart", "Floor")),
                         q->scores ? plot_text(g, q->full, -1) : view_text(v, "Standard")};
    for (size_t i = 0; i < rows; i++) {
        double y = top + PLOT_ROW * (double)i + PLOT_ROW / 2.0;
        svg_line(&g->s, "axis", x->low - 6, y, x->high, y, "#e8e8e8", 1);
    }
    for (int k = 0; k < 2; k++) {
        svg_line(&g->s, "axis", scale_at(x, 100 * k), top, scale_at(x, 100 * k), bottom,
                 k ? SVG_INK : SVG_GREY, 1);
        svg_text(&g->s, scale_at(x, 100 * k), top - 5, WIDTH_CENTRE, (svg_style){11, NULL, 0}, 120,
                 end[k]);
    }
}

/* Of the indicators in `list`: peers before the unit, so that it lies on top. */
static void draw_rows(const profile *q, const chart_scale *x, const size_t *list, size_t count,
                      const char *const *name) {
    plot *g = q->g;
    double top = g->y, left = x->low - 6;
    draw_ground(q, x, top, count);
    enum { ARROWS, DOTS, OWN, TEXTS, LAYERS }; /* shapes of a kind follow one another */
    for (int layer = 0; layer < LAYERS; layer++)
        for (size_t r = 0; r < count; r++) {
            size_t i = list[r];
            double y = top + PLOT_ROW * (double)r + PLOT_ROW / 2.0;
            for (size_t k = 0; layer < OWN && k < q->peers; k++)
                if (is_outside(q->theirs[k][i].way) == (layer == ARROWS))
                    put_mark(g, x, q->theirs[k][i].way, y, 0,
                             document_print(g->p, "%s: %s", plot_unit_name(g, q->peer[k]),
                                            plot_text(g, q->theirs[k][i].value, -1)));
            if (layer == OWN) put_mark(g, x, q->own[i].way, y, 1, NULL);
            if (layer < TEXTS) continue;
            svg_text(&g->s, left - 8, y + 4, WIDTH_RIGHT, (svg_style){0}, left - 8 - PLOT_EDGE,
                     name[r]);
            if (isnan(q->own[i].way))
                svg_text(&g->s, scale_at(x, 50), y + 4, WIDTH_CENTRE,
                         (svg_style){11, SVG_FAINT, SVG_HALO}, 0, view_text(g->v, "no value"));
            svg_text(&g->s, PLOT_WIDTH - FIGURES, y + 4, WIDTH_LEFT, (svg_style){11, NULL, 0},
                     FIGURES - PLOT_EDGE, figures_text(q, i));
        }
    g->y = top + PLOT_ROW * (double)count + 8;
}

/* ---- strips: all indicators of a group each ---- */

typedef struct strips {
    const char *name[STRIPS];
    size_t count;
    size_t *of; /* of each indicator: its strip */
} strips;

/* The group below the root that an indicator belongs to; 0: none. */
static int group_of(const model *m, const char *id) {
    int e = 0;
    while (e < m->elements && strcmp(m->element[e].id, id)) e++;
    if (e == m->elements) return 0;
    while (e > 0 && m->element[e].depth > 1) e = m->element[e].parent;
    return m->element[e].indicator ? 0 : e;
}

static int find_strips(const profile *q, strips *out) {
    plot *g = q->g;
    const model *m = &g->v->session->s->m;
    size_t n = q->axis->size, *strip = plot_room(g, (size_t)m->elements + 1, sizeof *strip);
    *out = (strips){.of = plot_room(g, n, sizeof *out->of)};
    if (!strip || !out->of) return 0;
    for (size_t i = 0; i < n && out->count <= STRIPS; i++) {
        int e = group_of(m, assess_label(g->v->session, q->axis, i));
        if (!strip[e] && out->count < STRIPS) {
            const md_element *of = &m->element[e];
            out->name[out->count] = !e ? view_text(g->v, "All indicators")
                                       : document_print(g->p, "%s %s", of->id,
                                                        strcmp(of->name, of->id) ? of->name : "");
        }
        if (!strip[e]) strip[e] = ++out->count;
        out->of[i] = strip[e] - 1;
    }
    if (out->count <= STRIPS) return 1;
    memset(out->of, 0, n * sizeof *out->of); /* too many: all are one */
    out->name[0] = view_text(g->v, "All indicators");
    out->count = 1;
    return 1;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of some marks in a strip; NaN: there are none. `room` for as many as there are
 * indicators, of each unit. */
static double middle(const profile *q, const strips *s, size_t strip, mark *const *of, size_t units,
                     double *room, size_t *count) {
    *count = 0;
    for (size_t k = 0; k < units; k++)
        for (size_t i = 0; i < q->axis->size; i++)
            if (s->of[i] == strip && !isnan(of[k][i].way)) room[(*count)++] = of[k][i].way;
    if (!*count) return (double)NAN;
    qsort(room, *count, sizeof *room, by_size);
    return plot_quantile(room, *count, 0.5);
}

static int draw_strips(const profile *q, const chart_scale *x, const strips *s) {
    plot *g = q->g;
    double top = g->y, left = x->low - 6;
    double *room = plot_room(g, q->axis->size * (q->peers + 1), sizeof *room);
    if (!room) return 0;
    draw_ground(q, x, top, s->count);
    for (size_t i = 0; i < q->axis->size; i++) {
        double y = top + PLOT_ROW * ((double)s->of[i] + 0.5), way = q->own[i].way;
        double at = scale_at(x, way < LOW ? LOW : way > HIGH ? HIGH : way);
        if (!isnan(way)) svg_line(&g->s, "line", at, y - 6, at, y + 6, SVG_GREY, 0.6);
    }
    for (size_t k = 0; k < s->count; k++) {
        double y = top + PLOT_ROW * ((double)k + 0.5);
        size_t known, all = 0;
        put_mark(g, x, middle(q, s, k, q->theirs, q->peers, room, &known), y, 0, NULL);
        double own = middle(q, s, k, &q->own, 1, room, &known);
        put_mark(g, x, own, y, 1, NULL);
        for (size_t i = 0; i < q->axis->size; i++) all += s->of[i] == k;
        svg_text(&g->s, left - 8, y + 4, WIDTH_RIGHT, (svg_style){0}, left - 8 - PLOT_EDGE,
                 s->name[k]);
        svg_text(&g->s, PLOT_WIDTH - FIGURES, y + 4, WIDTH_LEFT, (svg_style){11, NULL, 0},
                 FIGURES - PLOT_EDGE,
                 document_print(g->p, view_text(g->v, "%1$zu of %2$zu, median %3$s"), known, all,
                                plot_text(g, own, 1)));
    }
    g->y = top + PLOT_ROW * (double)s->count + 34;
    return 1;
}

/* ---- the whole ---- */

typedef struct ordered {
    double way;
    size_t at;
} ordered;

static int lower(const void *a, const void *b) {
    const ordered *x = a, *y = b;
    if (x->way != y->way) return x->way < y->way ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* All indicators in their order; or, of very many, those that are the lowest. */
static size_t choose_rows(const profile *q, size_t *list, int many) {
    plot *g = q->g;
    size_t n = q->axis->size, known = 0, most = g->given->top;
    ordered *order = plot_room(g, n, sizeof *order);
    if (!order) return 0;
    for (size_t i = 0; i < n; i++) {
        list[i] = i;
        if (!isnan(q->own[i].way)) order[known++] = (ordered){q->own[i].way, i};
    }
    if (!many) return n;
    if (known) qsort(order, known, sizeof *order, lower);
    if (most > known) most = known;
    for (size_t i = 0; i < most; i++) list[i] = order[i].at;
    return most;
}

static int draw_profile(const profile *q) {
    plot *g = q->g;
    const view *v = g->v;
    size_t n = q->axis->size, *list = plot_room(g, n, sizeof *list);
    const char **name = plot_room(g, n, sizeof *name);
    int many = n > ROWS && !g->given->all;
    strips s = {.count = 0};
    if (!list || !name || (many && !find_strips(q, &s))) return 0;
    size_t rows = choose_rows(q, list, many);
    for (size_t r = 0; r < rows; r++) name[r] = plot_name(g, q->axis, list[r]);
    double left =
        PLOT_EDGE + 8 + fmax(plot_widest(name, rows, 290), plot_widest(s.name, s.count, 290));
    chart_scale x = {LOW, HIGH, left + 6, PLOT_WIDTH - FIGURES - 14, 50, 0};
    if (many && !draw_strips(q, &x, &s)) return 0;
    if (many && rows) {
        svg_text(&g->s, PLOT_EDGE, g->y - 8, WIDTH_LEFT, (svg_style){12, NULL, SVG_BOLD}, 600,
                 document_print(g->p, view_text(v, "The lowest %zu"), rows));
        g->y += 18;
    }
    draw_rows(q, &x, list, rows, name);
    if (many)
        plot_note(
            g, document_print(g->p, "%s%s",
                              view_text(v, "Strokes: the indicators of a group; diamond: "
                                           "their median; circle: that of the others."),
                              /* nobody asks a page for more */
                              g->given->page ? "" : view_text(v, " --all draws a row for each.")));
    return 1;
}

int plot_profile(plot *g) {
    const view *v = g->v;
    const assess_array *details = v->part[ROLE_DETAILS];
    profile q = {.g = g,
                 .details = details,
                 .axis = view_extra(v, details),
                 .standard = assess_array_named(v->session, "index.standard"),
                 .floor = assess_array_named(v->session, "index.floor"),
                 .full = plot_full_mark(details),
                 .unit = plot_unit(g, 0)};
    if (q.unit == VIEW_NONE || !open_profile(&q)) return 0;
    put_profile(&q);
    plot_head(g, plot_unit_name(g, q.unit), plot_column(g, 0));
    buf b = BUF_INIT;
    svg_diamond(&g->s, PLOT_EDGE + 6, g->y - 4, 6, SVG_FOCUS, NULL);
    svg_text(&g->s, PLOT_EDGE + 18, g->y, WIDTH_LEFT, (svg_style){0}, 190,
             plot_unit_name(g, q.unit));
    if (q.peers) svg_dot(&g->s, PLOT_EDGE + 220, g->y - 4, 3.2, "none", SVG_FAINT, NULL);
    for (size_t k = 0; k < q.peers && !q.others; k++)
        buf_print(&b, "%s%s", k ? ", " : "", plot_unit_name(g, q.peer[k]));
    svg_text(&g->s, PLOT_EDGE + 230, g->y, WIDTH_LEFT, (svg_style){0}, 600,
             q.others  ? view_text(v, TEXT_AS("chart", "Other units"))
             : q.peers ? document_print(g->p, "%s%s%s", view_text(v, TEXT_AS("chart", "Peers")),
                                        view_text(v, ": "), buf_string(&b))
                       : "");
    buf_release(&b);
    g->y += 30;
    if (!draw_profile(&q)) return 0;
    plot_note(g, q.scores
                     ? view_text(v, "Arrow: beyond the frame. Indicators stand at their scores.")
                     : view_text(v, "Arrow: beyond the frame. An indicator without floor and "
                                    "standard stands at its score."));
    return 1;
}
