/* The chart of tasks by their days: when they were due, and how late they were. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "plot/inside.h"

const char *plot_lacks_timeline(const view *v) {
    const assess_array *due = assess_output_named(v->session, "due");
    return due && due->kind == ASSESS_DATE && due->axes == 1
               ? NULL
               : TEXT("the rules have no result 'due' with the days of tasks");
}

/* A result along the same axis as the days, or NULL. */
static const assess_array *beside(const plot *g, const assess_array *due, const char *name,
                                  assess_kind kind) {
    const assess_array *x = assess_output_named(g->v->session, name);
    return x && x->kind == kind && x->axes == 1 && x->axis[0].id == due->axis[0].id ? x : NULL;
}

static const char *text_at(const plot *g, const assess_array *x, size_t i) {
    return x ? assess_text(g->v->session, x->value[i * x->stride[0]]) : "";
}

static const char *day_text(plot *g, double day) {
    buf b = BUF_INIT;
    if (!isnan(day)) view_date(&b, day);
    const char *text = document_print(g->p, "%s", buf_string(&b));
    buf_release(&b);
    return text;
}

typedef struct task {
    const char *name, *what;
    double due, late, done; /* done: a share */
} task;

static void draw_tasks(plot *g, const task *list, size_t count, const char *const *name) {
    enum { WHAT = 250, TICKS = 5, SPAN = 28 };
    double least = (double)NAN, most = (double)NAN;
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, list[i].due);
        most = fmax(most, fmax(list[i].due, list[i].due + fmax(list[i].late, 0)));
    }
    if (isnan(least)) return;
    if (most - least < SPAN) { /* days in the middle rather than at an edge */
        double more = floor((SPAN - (most - least)) / 2 + 0.5);
        least -= more;
        most += more;
    }
    double left = PLOT_EDGE + 8 + plot_widest(name, count, 180), top = g->y,
           bottom = top + PLOT_ROW * (double)count + 2;
    chart_scale x = {least, most, left + 10, PLOT_WIDTH - WHAT - 20, 1, 0};
    for (int k = 0; k < TICKS; k++) {
        double day = floor(least + (most - least) * k / (TICKS - 1) + 0.5), at = scale_at(&x, day);
        svg_line(&g->s, "axis", at, top, at, bottom, SVG_RULE, 1);
        svg_text(&g->s, at, bottom + 13, WIDTH_CENTRE, (svg_style){10, SVG_FAINT, 0}, 0,
                 day_text(g, day));
    }
    for (size_t i = 0; i < count; i++) {
        const task *t = &list[i];
        double y = top + PLOT_ROW * (double)i + PLOT_ROW / 2.0;
        svg_text(&g->s, left - 8, y + 4, WIDTH_RIGHT, (svg_style){0}, left - 8 - PLOT_EDGE,
                 t->name);
        svg_text(&g->s, PLOT_WIDTH - WHAT, y + 4, WIDTH_LEFT, (svg_style){11, SVG_FAINT, 0},
                 WHAT - PLOT_EDGE, t->what);
        if (isnan(t->due)) {
            svg_text(&g->s, left + 10, y + 4, WIDTH_LEFT, (svg_style){11, SVG_FAINT, 0}, 0,
                     view_text(g->v, "no day"));
            continue;
        }
        double at = scale_at(&x, t->due);
        if (t->late > 0)
            svg_rect(&g->s, "bar", at, y - 5, scale_at(&x, t->due + t->late) - at, 10, SVG_FOCUS,
                     document_print(g->p, view_text(g->v, "%g days late"), t->late));
        svg_dot(&g->s, at, y, 4, t->done >= 1 || isnan(t->done) ? SVG_INK : "#ffffff", SVG_INK,
                day_text(g, t->due));
    }
    g->y = bottom + 18;
}

int plot_timeline(plot *g) {
    enum { MOST = 120 };
    const view *v = g->v;
    const assess_array *due = assess_output_named(v->session, "due");
    const assess_axis *axis = &due->axis[0];
    const assess_array *of = beside(g, due, "share_unit", ASSESS_TEXT),
                       *what = beside(g, due, "what", ASSESS_TEXT),
                       *id = beside(g, due, "task", ASSESS_TEXT),
                       *late = beside(g, due, "late_days", ASSESS_NUMBER),
                       *done = beside(g, due, "completion", ASSESS_NUMBER);
    if (!of) of = beside(g, due, "unit", ASSESS_TEXT);
    size_t unit = plot_unit(g, 0), count = 0, most = axis->size < MOST ? axis->size : MOST,
           hidden = 0;
    if (unit == VIEW_NONE) return 0;
    const char *label = assess_label(v->session, &v->rows, unit);
    task *list = plot_room(g, most, sizeof *list);
    double full = done ? plot_full_mark(done) : 1;
    const char **name = plot_room(g, most, sizeof *name);
    if (!list || !name) return 0;
    for (size_t i = 0; i < axis->size; i++) {
        if (of && strcmp(text_at(g, of, i), label) != 0) continue;
        if (count == most) {
            hidden++;
            continue;
        }
        const char *own =
            *text_at(g, id, i) ? text_at(g, id, i) : assess_label(v->session, axis, i);
        name[count] = own;
        list[count++] = (task){own, text_at(g, what, i), due->value[i * due->stride[0]],
                               late ? late->value[i * late->stride[0]] : (double)NAN,
                               done ? done->value[i * done->stride[0]] / full : (double)NAN};
    }
    const document_column column[] = {{"task", view_text(v, "Task"), WIDTH_LEFT, 0},
                                      {"what", "", WIDTH_LEFT, 20},
                                      {"due", view_text(v, "Due"), WIDTH_LEFT, 0},
                                      {"late_days", view_text(v, "Days late"), WIDTH_RIGHT, 0},
                                      {"done", view_text(v, "Done"), WIDTH_RIGHT, 0}};
    document_list(g->p, "timeline", NULL);
    document_table(g->p, "timeline", "", column, 5);
    for (size_t i = 0; i < count; i++)
        DOCUMENT_ROW(g->p, document_text(list[i].name), document_text(list[i].what),
                     document_text(day_text(g, list[i].due)),
                     document_number(g->p, list[i].late, -1),
                     document_number(g->p, list[i].done, -1));
    plot_head(g, of ? plot_unit_name(g, unit) : "", "");
    draw_tasks(g, list, count, name);
    plot_note(
        g, view_text(
               v, "Circle: the day a task is due, filled where it is done; bar: how late it is."));
    if (hidden)
        plot_note(g, document_print(g->p, view_text(v, "Not drawn: %zu more tasks."), hidden));
    return 1;
}
