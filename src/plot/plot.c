/* The kinds of charts. */
#include "plot/inside.h"

#include <string.h>

#include "base/suggest.h"
#include "base/text.h"

const plot_kind plot_kinds[] = {
    {"ranking", TEXT("Ranking"), TEXT("scores as bars, made of what each part contributes"), "", 0,
     0, PLOT_VIEW, plot_lacks_score, plot_ranking},
    {"profile", TEXT("Profile"),
     TEXT("each indicator of a unit on the way from floor to standard, with its peers"), "[UNIT]",
     0, 1, PLOT_VIEW, plot_lacks_details, plot_profile},
    {"shortfalls", TEXT("Shortfalls"),
     TEXT("from the full mark to the score, indicator by indicator"), "[UNIT]", 0, 1, PLOT_VIEW,
     plot_lacks_details, plot_shortfalls},
    {"framework", TEXT("Framework"), TEXT("the index tree, as large as its weights come to"), "", 0,
     0, PLOT_VIEW, plot_lacks_tree, plot_framework},
    {"diff", TEXT("Comparison of editions"),
     TEXT("ranks before and after, and what changes a score"), "RULES", 1, 1, PLOT_EDITIONS,
     plot_lacks_score, plot_diff},
    {"scatter", TEXT("Scatter"), TEXT("units by two indicators, parts or results"), "X Y", 2, 2,
     PLOT_VIEW, plot_lacks_score, plot_scatter},
    {"correlations", TEXT("Correlations"), TEXT("how indicators go together"), "", 0, 0, PLOT_VIEW,
     plot_lacks_details, plot_correlations},
    {"distribution", TEXT("Distribution"),
     TEXT("how often which values are, of an indicator or the score; of two, such as before and "
          "after treatment, on one scale"),
     "[INDICATOR [INDICATOR]]", 0, 2, PLOT_VIEW, plot_lacks_score, plot_distribution},
    {"trend", TEXT("Trend"), TEXT("figures of an indicator, or the score, over the years"),
     "[INDICATOR]", 0, 1, PLOT_VIEW, plot_lacks_years, plot_trend},
    {"uncertainty", TEXT("Uncertainty"), TEXT("how far ranks reach where what is uncertain varies"),
     "", 0, 0, PLOT_DRAWS, plot_lacks_score, plot_uncertainty},
    {"sensitivity", TEXT("Sensitivity"), TEXT("what the result hangs on, of what is uncertain"),
     "[RESULT [UNIT]]", 0, 2, PLOT_VARIED, plot_lacks_score, plot_sensitivity},
    {"map", TEXT("Map"), TEXT("scores, or an indicator, as shades of areas or tiles"),
     "[INDICATOR]", 0, 1, PLOT_VIEW, plot_lacks_score, plot_map},
    {"grades", TEXT_AS("report", "Grades"), TEXT("how many units have which grade, and the quota"),
     "", 0, 0, PLOT_VIEW, plot_lacks_grades, plot_grades},
    {"timeline", TEXT("Timeline"),
     TEXT("the tasks of a unit by the days they are due, and how late they are"), "[UNIT]", 0, 1,
     PLOT_VIEW, plot_lacks_timeline, plot_timeline},
    {0},
};

static const char *kind_name(const void *self, size_t i) {
    (void)self;
    return plot_kinds[i].name;
}

const plot_kind *plot_named(const char *name, fault *f) {
    for (const plot_kind *k = plot_kinds; k->name; k++)
        if (!strcmp(k->name, name)) return k;
    fault_unknown(f, suggest_among(name, kind_name, NULL),
                  text_message("'assess plot RULES' lists the charts"),
                  text_message("no chart '%s'"), name);
    return NULL;
}

void plot_list(const view *v, document *p) {
    const document_column column[] = {
        {"chart", view_text(v, "Chart"), WIDTH_LEFT, 0},
        {"operands", view_text(v, "Of what"), WIDTH_LEFT, 0},
        {"shows", view_text(v, "Shows"), WIDTH_LEFT, 20},
        {"lacks", view_text(v, "These rules"), WIDTH_LEFT, 12},
    };
    document_table(p, "charts", "", column, 4);
    for (const plot_kind *k = plot_kinds; k->name; k++) {
        const char *lack = k->lacks(v);
        DOCUMENT_ROW(p, document_text(k->name), document_text(k->operands),
                     document_text(view_text(v, k->shows)),
                     document_text(view_text(v, lack ? lack : TEXT("suit it"))));
    }
}

int plot_make(const view *v, const plot_kind *k, const plot_given *given, document *p,
              plot_drawing *out, fault *f) {
    plot g = {.v = v, .kind = k, .given = given, .p = p, .f = f, .what = "", .about = ""};
    const char *lack = given->effects ? NULL : k->lacks(v);
    *out = (plot_drawing){0};
    if (lack)
        return fault_at(f, FAULT_USAGE, NULL, text_message("'assess plot RULES' lists the charts"),
                        "no chart '%s': %s", k->name, text_message(lack));
    document_open(p, "plot", view_text(v, k->title), view_text(v, ": "), view_text(v, "None."));
    svg_open(&g.s, given->id ? given->id : k->name, PLOT_WIDTH);
    int fine = k->make(&g);
    if (p->failed && !f->count) fine = fault_memory(f);
    const char *title = document_print(p, "%s%s%s", view_text(v, k->title),
                                       *g.what ? view_text(v, ": ") : "", g.what);
    if (g.y > g.s.height) g.s.height = g.y;
    svg_close(&g.s, v->language == TEXT_CHINESE ? "zh-CN" : "en", title,
              *g.about ? g.about : view_text(v, k->shows), &out->svg);
    out->width = g.s.width;
    out->height = g.s.height;
    if (out->svg.failed && !f->count) fine = fault_memory(f);
    return fine;
}

int plot_add(const view *v, const char *kind, const plot_given *given, document *p, fault *f) {
    const plot_kind *k = plot_named(kind, f);
    document numbers = {0};
    plot_drawing made = {0};
    fault own = FAULT_INIT;
    if (!k || (k->lacks(v) && !given->effects)) return k != NULL;
    if (plot_make(v, k, given, &numbers, &made, &own)) {
        document_tell_all(
            &numbers, 0,
            given->how ? given->how
                       : view_text(v, "As it is drawn; the same number in a table above leads to "
                                      "where it comes from."));
        document_add_chart(p, view_text(v, k->title), view_text(v, "The numbers of the chart"),
                           &made.svg, &numbers);
    }
    if (own.kind == FAULT_LIMIT) fault_memory(f);
    fault_release(&own);
    buf_release(&made.svg);
    document_close(&numbers);
    return !f->count;
}
