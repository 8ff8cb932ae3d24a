/* A chart of grades: how many units have each, who they are, and the quota. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "plot/inside.h"

const char *plot_lacks_grades(const view *v) {
    return v->part[ROLE_GRADE] ? NULL : TEXT("the rules give no grades");
}

enum { GRADES = 24 };

static size_t find_grades(const plot *g, const char *grade[GRADES]) {
    const view *v = g->v;
    size_t n = 0;
    char key[40] = "statement.grades.1";
    for (int i = 1; i < GRADES && *assess_fact(v->session, key); i++) {
        grade[n++] = assess_fact(v->session, key);
        buf b = BUF_INIT;
        buf_print(&b, "statement.grades.%d", i + 1);
        if (b.length < sizeof key) memcpy(key, buf_string(&b), b.length + 1);
        buf_release(&b);
    }
    for (size_t i = 0; i < v->shown_count; i++) {
        location at = view_location(v, v->shown[i], 0);
        const char *text = assess_text(v->session, location_value(v->part[ROLE_GRADE], &at));
        size_t k = 0;
        while (k < n && strcmp(grade[k], text)) k++;
        if (k == n && *text && n < GRADES) grade[n++] = text;
    }
    return n;
}

int plot_grades(plot *g) {
    const view *v = g->v;
    const char *grade[GRADES + 1];
    size_t grades = find_grades(g, grade), count[GRADES + 1] = {0}, most = 1;
    buf units[GRADES + 1];
    for (size_t k = 0; k <= grades; k++) units[k] = BUF_INIT;
    grade[grades] = view_text(v, "no grade");
    for (size_t i = 0; i < v->shown_count; i++) {
        location at = view_location(v, v->shown[i], 0);
        const char *text = assess_text(v->session, location_value(v->part[ROLE_GRADE], &at));
        size_t k = 0;
        while (k < grades && strcmp(grade[k], text)) k++;
        if (count[k]++ < 200)
            buf_print(&units[k], "%s%s", units[k].length ? ", " : "",
                      plot_unit_name(g, v->shown[i]));
        most = count[k] > most ? count[k] : most;
    }
    const assess_array *quota = assess_output_named(v->session, "quota");
    double allowed =
        quota && !quota->axes && quota->kind == ASSESS_NUMBER ? quota->value[0] : (double)NAN;
    const document_column column[] = {{"grade", view_text(v, "Grade"), WIDTH_LEFT, 0},
                                      {"units", view_text(v, "Units"), WIDTH_RIGHT, 0},
                                      {"quota", view_text(v, "Quota"), WIDTH_RIGHT, 0},
                                      {"names", "", WIDTH_LEFT, 20}};
    document_list(g->p, "grades", NULL);
    document_table(g->p, "grades", "", column, 4);
    plot_head(g, "", plot_column(g, 0));
    size_t rows = grades + (count[grades] > 0);
    double left = PLOT_EDGE + 8 + plot_widest(grade, rows, 160), top = g->y, row = 40;
    chart_scale x =
        scale_over(0, fmax((double)most, isnan(allowed) ? 0 : allowed), 8, left, PLOT_WIDTH - 70);
    if (x.step < 1) x = (chart_scale){0, fmax(1, x.to), x.low, x.high, 1, 0};
    axis_below(&g->s, &x, top, top + row * (double)rows);
    for (size_t k = 0; k < rows; k++) {
        double y = top + row * (double)k + 4;
        document_put(g->p, document_text(k < grades ? grade[k] : ""));
        document_put(g->p, document_number(g->p, (double)count[k], 0));
        if (g->given->people) plot_bar(g, (double)count[k] / (double)most);
        document_put(g->p, document_number(g->p, k ? (double)NAN : allowed, 0));
        document_put(g->p, document_text(buf_string(&units[k])));
        svg_rect(&g->s, "bar", left, y, scale_at(&x, (double)count[k]) - left, 16,
                 k < grades ? svg_colour(&g->s, k) : SVG_GREY, NULL);
        svg_text(&g->s, left - 8, y + 13, WIDTH_RIGHT, (svg_style){0, NULL, 1},
                 left - 8 - PLOT_EDGE, grade[k]);
        svg_text(&g->s, scale_at(&x, (double)count[k]) + 6, y + 13, WIDTH_LEFT, (svg_style){0}, 0,
                 document_print(g->p, "%zu", count[k]));
        svg_text(&g->s, left + 2, y + 30, WIDTH_LEFT, (svg_style){11, SVG_FAINT, SVG_HALO},
                 PLOT_WIDTH - left - PLOT_EDGE, buf_string(&units[k]));
    }
    if (!isnan(allowed)) {
        svg_line(&g->s, "line", scale_at(&x, allowed), top - 2, scale_at(&x, allowed), top + 24,
                 SVG_INK, 2.5);
    }
    g->y = top + row * (double)rows + 18;
    if (!isnan(allowed))
        plot_note(g, document_print(g->p,
                                    view_text(v, "Black stroke: the quota of the first grade, %s."),
                                    plot_text(g, allowed, 0)));
    for (size_t k = 0; k <= grades; k++) buf_release(&units[k]);
    return 1;
}
