/* Where the focus falls short of the standards, the worst first. */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { TOP = 8 };

typedef struct shortfall {
    size_t at; /* on the axis of indicators */
    double score, weight, loss;
} shortfall;

enum {
    LOSS_INDICATOR,
    LOSS_VALUE,
    LOSS_STANDARD,
    LOSS_WEIGHT,
    LOSS_MARK,
    LOSS_LOST,
    LOSS_CITE,
    LOSS_FIELDS
};

typedef struct losses {
    const view *v;
    const assess_axis *axis;
    size_t column;
    int known; /* weights and losses; else the score is no weighted mean */
    shortfall *list;
    size_t count;
    const assess_array *figures;
    int year;               /* position of a year axis among the figures' axes, or -1 */
    int field[LOSS_FIELDS]; /* what each column of the table shows */
} losses;

static int more_lost(const void *a, const void *b) {
    const shortfall *x = a, *y = b;
    double p = round(x->loss * 1e9), q = round(y->loss * 1e9); /* equal on paper is equal */
    if (p != q) return p > q ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

/* An array of the model or of the data that lies along rows and indicators, and perhaps years. */
static const assess_array *find_figures(const view *v, const assess_axis *axis) {
    if (v->part[ROLE_VALUES]) return v->part[ROLE_VALUES];
    for (size_t i = 0; i < assess_source_count(v->session); i++) {
        buf name = BUF_INIT;
        buf_print(&name, "data.%s", assess_source_at(v->session, i).name);
        const assess_array *x = assess_array_named(v->session, buf_string(&name));
        buf_release(&name);
        if (!x || x->kind != ASSESS_NUMBER || view_axis(x, v->rows.id) < 0 ||
            view_axis(x, axis->id) < 0)
            continue;
        int others = 0;
        for (int k = 0; k < x->axes; k++)
            others += x->axis[k].id != v->rows.id && x->axis[k].id != axis->id &&
                      strcmp(x->axis[k].name, "year");
        if (!others) return x;
    }
    return NULL;
}

/* The latest figure there is, and the year's label; "" where the figures have no years. */
static double latest(const losses *l, const location *s, const char **year) {
    double x;
    *year = "";
    if (l->year < 0) return location_value(l->figures, s);
    const assess_axis *years = &l->figures->axis[l->year];
    for (size_t i = years->size; i-- > 0;) {
        location t = *s;
        location_add(&t, years->id, i);
        x = location_value(l->figures, &t);
        if (!isnan(x)) {
            *year = assess_label(l->v->session, years, i);
            return x;
        }
    }
    return (double)NAN;
}

/* The full mark: 100, unless no score is above 1. */
static double full_mark(const view *v) {
    const assess_array *x = v->part[ROLE_DETAILS];
    for (size_t i = 0; i < x->size; i++)
        if (fabs(x->value[i]) > 1.5) return 100;
    return 1;
}

static int lower_mark(const void *a, const void *b) {
    const shortfall *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

/* Fills the list with what is short of the full mark; returns how many indicators have no score. */
static size_t find_losses(losses *l, element_share *of, buf *without) {
    const view *v = l->v;
    double full = full_mark(v);
    size_t absent = 0;
    location here = view_location(v, v->focus, l->column);
    l->known = find_shares(v, v->part[ROLE_DETAILS], l->axis, v->focus, l->column, of) > 0;
    l->count = 0;
    for (size_t i = 0; i < l->axis->size; i++) {
        location s = here;
        location_add(&s, l->axis->id, i);
        double score = location_value(v->part[ROLE_DETAILS], &s);
        if (isnan(score))
            buf_print(without, "%s%s", absent++ ? " " : "", assess_label(v->session, l->axis, i));
        else if (score < full && (!l->known || !isnan(of[i].factor)))
            l->list[l->count++] =
                (shortfall){i, score, of[i].weight, of[i].factor * (full - score)};
    }
    if (l->count) qsort(l->list, l->count, sizeof *l->list, l->known ? more_lost : lower_mark);
    return absent;
}

/* One figure, or the ends of the interval that is aimed at. */
static void put_standard(const losses *l, const location *at, buf *text) {
    static const char *const name[] = {"index.standard", "index.target_low", "index.target_high"};
    double x[3];
    for (int i = 0; i < 3; i++) {
        const assess_array *from = assess_array_named(l->v->session, name[i]);
        x[i] = from ? location_value(from, at) : (double)NAN;
    }
    if (!isnan(x[0])) {
        view_figure(text, x[0]);
    } else if (!isnan(x[1]) && !isnan(x[2])) {
        view_figure(text, x[1]);
        buf_text(text, "–");
        view_figure(text, x[2]);
    }
}

static void put_loss(const losses *l, size_t row, int field, buf *text, paint *ink) {
    const view *v = l->v;
    const shortfall *s = &l->list[row];
    const char *label = assess_label(v->session, l->axis, s->at), *title, *year;
    location at = view_location(v, v->focus, l->column);
    location_add(&at, l->axis->id, s->at);
    switch (field) {
    case LOSS_INDICATOR:
        title = assess_title(v->session, l->axis, s->at);
        buf_print(text, "%s%s%s", label, strcmp(title, label) ? " " : "",
                  strcmp(title, label) ? title : "");
        if (*assess_attribute(v->session, label, "unit"))
            buf_print(text, " (%s)", assess_attribute(v->session, label, "unit"));
        break;
    case LOSS_VALUE:
        if (!l->figures) break;
        double x = latest(l, &at, &year);
        if (isnan(x)) /* scored from something else than a number: from evidence, say */
            break;
        view_figure(text, x);
        if (*year) buf_print(text, " (%s)", year);
        break;
    case LOSS_STANDARD: put_standard(l, &at, text); break;
    case LOSS_WEIGHT:
        if (!isnan(s->weight)) view_figure(text, s->weight);
        break;
    case LOSS_MARK:
        view_number(text, s->score, v->places[ROLE_DETAILS] < 0 ? 2 : v->places[ROLE_DETAILS]);
        break;
    case LOSS_LOST:
        if (isnan(s->loss)) break;
        view_number(text, s->loss, full_mark(v) > 1 ? 2 : 4);
        *ink = PAINT_BAD;
        break;
    default:
        buf_text(text, view_cite(v->session, assess_attribute(v->session, label, "cite")));
        *ink = PAINT_FAINT;
    }
}

static void loss_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const losses *l = of;
    put_loss(l, row, l->field[column], text, ink);
}

/* A column that would be empty all the way down is left out. */
static size_t choose_fields(losses *l, size_t rows, const document_column *all,
                            document_column *column) {
    size_t count = 0;
    for (int field = 0; field < LOSS_FIELDS; field++) {
        buf text = BUF_INIT;
        paint ink = PAINT_PLAIN;
        for (size_t r = 0; r < rows && !text.length; r++) put_loss(l, r, field, &text, &ink);
        if (text.length) {
            l->field[count] = field;
            column[count++] = all[field];
        }
        buf_release(&text);
    }
    return count;
}

static void put_losses(document *p, losses *l, size_t rows) {
    const view *v = l->v;
    const document_column all[LOSS_FIELDS] = {
        [LOSS_INDICATOR] = {"indicator", view_axis_title(v, l->axis), WIDTH_LEFT, 12},
        [LOSS_VALUE] = {"value", view_text(v, "Value"), WIDTH_RIGHT, 0},
        [LOSS_STANDARD] = {"standard", view_text(v, "Standard"), WIDTH_RIGHT, 0},
        [LOSS_WEIGHT] = {"weight", view_text(v, "Weight"), WIDTH_RIGHT, 0},
        [LOSS_MARK] = {"score", view_text(v, "Score"), WIDTH_RIGHT, 0},
        [LOSS_LOST] = {"lost", view_text(v, "Lost"), WIDTH_RIGHT, 0},
        [LOSS_CITE] = {"cite", view_text(v, "Basis"), WIDTH_LEFT, 8},
    };
    document_column column[LOSS_FIELDS];
    size_t count = choose_fields(l, rows, all, column);
    document_table(p, "shortfalls", "", column, count);
    document_compute(p, 1, rows, loss_cell, l);
}

/* The shortfalls in one column of the view. */
static void report_column(document *p, losses *l) {
    const view *v = l->v;
    buf without = BUF_INIT;
    element_share *of = mem_zero(l->axis->size + 1, sizeof *of);
    size_t absent = of ? find_losses(l, of, &without) : 0;
    p->failed |= !of || without.failed;
    mem_free(of);
    if (v->columns > 1) {
        if (l->column) document_gap(p);
        document_line(p, PAINT_TITLE, 0, "", "%s", v->column_title[l->column]);
    }
    size_t rows = l->count < TOP ? l->count : TOP;
    if (rows && !l->known)
        document_line(
            p, PAINT_WARN, 0, "", "%s",
            view_text(
                v,
                "The score is no weighted mean of these scores: what each weighs is not known."));
    if (rows)
        put_losses(p, l, rows);
    else if (absent < l->axis->size)
        document_line(p, PAINT_GOOD, 0, "", "%s",
                      view_text(v, "None: every indicator with a score has the full mark."));
    if (absent) {
        buf lead = BUF_INIT;
        buf_print(&lead, view_text(v, "Without a score (%zu): "), absent);
        document_line(p, PAINT_WARN, 0, "", "%s%s", buf_string(&lead), buf_string(&without));
        buf_release(&lead);
    }
    buf_release(&without);
}

void report_shortfalls(document *p, const view *v) {
    const assess_array *x = v->part[ROLE_DETAILS];
    losses all = {.v = v, .axis = x ? view_extra(v, x) : NULL, .year = -1};
    if (!all.axis || v->focus == VIEW_NONE) return;
    all.figures = find_figures(v, all.axis);
    for (int k = 0; all.figures && k < all.figures->axes; k++)
        if (!strcmp(all.figures->axis[k].name, "year")) all.year = k;
    report_section(p, v, view_text(v, "Largest shortfalls"));
    document_line(
        p, PAINT_FAINT, 0, "", "%s",
        view_text(
            v,
            "Lost: the indicator's share of the weight that has a score × (full mark − score)."));
    for (size_t c = 0; c < v->columns && !p->failed; c++) {
        losses *l = arena_zero(&p->memory, 1, sizeof *l);
        if (l) *l = all;
        if (l) l->column = c;
        if (l) l->list = arena_zero(&p->memory, all.axis->size + 1, sizeof *l->list);
        if (l && l->list)
            report_column(p, l);
        else
            p->failed = 1;
    }
}
