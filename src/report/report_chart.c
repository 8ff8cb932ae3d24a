/* Charts in the report, as pictures. */
#include "chart/png.h"
#include "plot/plot.h"
#include "report/report.h"

/* Pixels of the picture for each of the drawing: 300 to the inch, about, on paper. */
enum { TIMES = 3 };

static void say_lacking(document *p, const view *v, const plot_kind *k, const fault *f) {
    document_line(p, PAINT_FAINT, 0, "", view_text(v, "The chart '%s' is left out: %s."),
                  view_text(v, k->title), f->listed && f->item[0].text ? f->item[0].text : "");
}

static void put_chart(document *p, const view *v, const view_wish *w, const plot_kind *k,
                      const char *unit) {
    const plot_given given = {.of = &unit,
                              .count = k->most ? 1 : 0,
                              .top = w && w->top ? w->top : VIEW_TOP,
                              .pick = w ? w->pick : NULL,
                              .picks = w ? w->picks : 0};
    document numbers = {0};
    plot_drawing made = {0};
    buf png = BUF_INIT;
    fault f = FAULT_INIT;
    if (!plot_make(v, k, &given, &numbers, &made, &f))
        p->failed |= f.kind != FAULT_USAGE; /* which says that it does not suit the rules */
    else if (!png_of_svg(&made.svg, made.width, made.height, TIMES, &png, &f))
        say_lacking(p, v, k, &f);
    else
        document_picture(p, view_text(v, k->title),
                         &(document_image){png.text, png.length, made.width, made.height});
    fault_release(&f);
    buf_release(&png);
    buf_release(&made.svg);
    document_close(&numbers);
}

void report_chart(document *p, assess *a, const view_wish *w, const char *kind, const char *unit) {
    fault f = FAULT_INIT;
    const plot_kind *k = plot_named(kind, &f);
    view_wish all = w ? *w : (view_wish){0};
    view v;
    all.top = (size_t)-1 >> 1; /* charts choose themselves whom they name */
    if (k && view_open(&v, a, &all, &f)) {
        if (!unit && v.focus != VIEW_NONE) unit = assess_label(a, &v.rows, v.focus);
        if (!(k->lacks && k->lacks(&v)) && (!k->most || unit)) put_chart(p, &v, w, k, unit);
        view_close(&v);
    } else {
        p->failed = 1;
    }
    fault_release(&f);
}
