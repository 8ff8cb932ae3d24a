/* Where the focus falls short of the standards, the worst first. */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/figures.h"

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
    size_t unit;
    const assess_axis *axis;
    size_t column;
    int known; /* weights and losses; else the score is no weighted mean */
    shortfall *list;
    size_t count;
    figures figure;
    int field[LOSS_FIELDS]; /* what each column of the table shows */
    int trends;             /* have figures several years? */
} losses;

static int more_lost(const void *a, const void *b) {
    const shortfall *x = a, *y = b;
    double p = round(x->loss * 1e9), q = round(y->loss * 1e9); /* equal on paper is equal */
    if (p != q) return p > q ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

static int lower_mark(const void *a, const void *b) {
    const shortfall *x = a, *y = b;
    if (x->score != y->score) return x->score < y->score ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

/* Fills the list with what is short of the full mark; returns how many indicators have no score. */
static size_t find_losses(losses *l, element_share *of, buf *without) {
    const view *v = l->v;
    double full = figures_full_mark(v);
    size_t absent = 0;
    location here = view_location(v, l->unit, l->column);
    l->known = find_shares(v, v->part[ROLE_DETAILS], l->axis, l->unit, l->column, of) > 0;
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

static void put_loss(const losses *l, size_t row, int field, buf *text, paint *ink) {
    const view *v = l->v;
    const shortfall *s = &l->list[row];
    const char *label = assess_label(v->session, l->axis, s->at), *title, *year;
    location at = view_location(v, l->unit, l->column);
    location_add(&at, l->axis->id, s->at);
    size_t element;
    switch (field) {
    case LOSS_INDICATOR:
        title = assess_title(v->session, l->axis, s->at);
        buf_print(text, "%s%s%s", label, strcmp(title, label) ? " " : "",
                  strcmp(title, label) ? title : "");
        if (*assess_attribute(v->session, label, "unit"))
            buf_print(text, " (%s)", assess_attribute(v->session, label, "unit"));
        break;
    case LOSS_VALUE:
        if (!l->figure.x) break;
        double x = figures_latest(v, &l->figure, &at, &year, &element);
        if (isnan(x)) /* scored from something else than a number: from evidence, say */
            break;
        view_figure(text, x);
        if (*year) buf_print(text, " (%s)", year);
        break;
    case LOSS_STANDARD: figures_standard(v, &at, text); break;
    case LOSS_WEIGHT:
        if (!isnan(s->weight)) view_figure(text, s->weight);
        break;
    case LOSS_MARK:
        view_number(text, s->score, v->places[ROLE_DETAILS] < 0 ? 2 : v->places[ROLE_DETAILS]);
        break;
    case LOSS_LOST:
        if (isnan(s->loss)) break;
        if (s->loss == 0) { /* at the full mark */
            buf_char(text, '0');
            *ink = PAINT_FAINT;
            break;
        }
        view_number(text, s->loss, figures_full_mark(v) > 1 ? 2 : 4);
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

static int loss_about(const void *of, size_t row, size_t column, const assess_array **x,
                      size_t *element) {
    const losses *l = of;
    const char *year;
    location at = view_location(l->v, l->unit, l->column);
    location_add(&at, l->axis->id, l->list[row].at);
    *x = NULL;
    if (l->field[column] == LOSS_VALUE && l->figure.x) {
        *x = l->figure.x;
        figures_latest(l->v, &l->figure, &at, &year, element);
    } else if (l->field[column] == LOSS_MARK) {
        *x = l->v->part[ROLE_DETAILS];
        *element = location_offset(*x, &at);
    } else if (l->field[column] == LOSS_STANDARD) {
        *x = assess_array_named(l->v->session, "index.standard");
        *element = *x ? location_offset(*x, &at) : VIEW_NONE;
    } else if (l->field[column] == LOSS_WEIGHT) {
        *x = assess_array_named(l->v->session, "index.weight");
        *element = *x ? location_offset(*x, &at) : VIEW_NONE;
    }
    return *x && *element != VIEW_NONE;
}

/* The figures of an indicator by year, from its least to its largest; how many there are. */
static size_t draw_years(const losses *l, size_t row, document_strip *strip) {
    double least = (double)NAN, most = (double)NAN;
    size_t known = 0;
    location at = view_location(l->v, l->unit, l->column);
    location_add(&at, l->axis->id, l->list[row].at);
    strip->count = figures_years(&l->figure, &at, strip->share, STRIP_MOST);
    for (size_t i = 0; i < strip->count; i++) {
        least = fmin(least, strip->share[i]);
        most = fmax(most, strip->share[i]);
        if (!isnan(strip->share[i])) known++;
    }
    for (size_t i = 0; i < strip->count; i++)
        if (!isnan(strip->share[i]))
            strip->share[i] = most > least ? (strip->share[i] - least) / (most - least) : 0.5;
    return known;
}

/* A bar as long as what is lost, beside the largest of them; figures by year. */
static int loss_drawn(const void *of, size_t row, size_t column, document_strip *strip) {
    const losses *l = of;
    if (l->field[column] == LOSS_LOST) {
        *strip = (document_strip){1, {l->list[row].loss / l->list[0].loss}};
        return l->known && l->list[0].loss > 0;
    }
    if (l->field[column] != LOSS_VALUE || !l->trends) return 0;
    draw_years(l, row, strip);
    return strip->count > 1;
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

/* How each loss came about: "A1: 0.04 × (100 − 43.8) = 2.25". */
static void tell_losses(document *p, const losses *l, size_t rows) {
    const view *v = l->v;
    double full = figures_full_mark(v);
    buf text = BUF_INIT;
    if (!l->known) return;
    buf_text(
        &text,
        view_text(
            v,
            "Lost: the indicator's share of the weight that has a score × (full mark − score)."));
    for (size_t i = 0; i < rows; i++) {
        const shortfall *s = &l->list[i];
        buf_print(&text, "\n%s%s", assess_label(v->session, l->axis, s->at), view_text(v, ": "));
        view_figure(&text, s->loss / (full - s->score));
        buf_text(&text, " × (");
        view_figure(&text, full);
        buf_text(&text, " − ");
        view_figure(&text, s->score);
        buf_text(&text, ") = ");
        view_figure(&text, s->loss);
    }
    p->failed |= text.failed;
    document_tell(p, buf_string(&text));
    buf_release(&text);
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
    document_trace(p, loss_about);
    document_strip strip;
    for (size_t r = 0; r < rows; r++) l->trends |= draw_years(l, r, &strip) > 2;
    document_draw(p, loss_drawn);
    tell_losses(p, l, rows);
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

/* What is to be known before the losses of a unit are found; without an axis there are none. */
static losses losses_of(const view *v, size_t unit) {
    const assess_array *x = v->part[ROLE_DETAILS];
    losses all = {.v = v, .unit = unit, .axis = x ? view_extra(v, x) : NULL};
    if (!all.axis || unit == VIEW_NONE) {
        all.axis = NULL;
        return all;
    }
    all.figure = figures_find(v, all.axis);
    return all;
}

size_t report_worst(const view *v, size_t row, size_t column, size_t *at, size_t most) {
    losses l = losses_of(v, row);
    if (!l.axis) return 0;
    buf without = BUF_INIT;
    element_share *of = mem_zero(l.axis->size + 1, sizeof *of);
    l.list = mem_zero(l.axis->size + 1, sizeof *l.list);
    l.column = column;
    if (of && l.list) find_losses(&l, of, &without);
    size_t count = l.count < most ? l.count : most;
    for (size_t i = 0; i < count; i++) at[i] = l.list[i].at;
    buf_release(&without);
    mem_free(of);
    mem_free(l.list);
    return count;
}

void report_shortfalls(document *p, const view *v) {
    losses all = losses_of(v, v->focus);
    if (!all.axis) return;
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
