/* What a unit has no values of, and what that costs. */
#include "change/unit_report.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "report/report.h"

enum { WRAP = 10 };

typedef struct context {
    const view *v;
    const standing_wish *w;
    const standing_place *at;
    const assess_absences *x;
    document *p;
    location here; /* the unit at the place */
} context;

static void put_bounds(const context *t, const assess_bounds *b) {
    DOCUMENT_ROW(t->p, document_number(t->p, b->mean, t->at->places),
                 document_number(t->p, b->worst, t->at->places),
                 document_number(t->p, b->best, t->at->places));
}

/* "between 71.2 and 80.3" */
static document_cell interval_cell(const context *t, const assess_bounds *b, int places) {
    const char *low = document_number(t->p, fmin(b->worst, b->best), places).shown,
               *high = document_number(t->p, fmax(b->worst, b->best), places).shown;
    const char *format = strcmp(low, high) ? view_text(t->v, "between %1$s and %2$s") : "%s";
    return document_text(document_print(t->p, format, low, high));
}

static document_cell here_cell(const context *t, const assess_array *x, document_cell cell) {
    size_t element = x ? location_offset(x, &t->here) : VIEW_NONE;
    return document_about_cell(cell, element == VIEW_NONE ? NULL : x, element);
}

static void put_summary(const context *t) {
    const assess_absences *x = t->x;
    document *p = t->p;
    const view *v = t->v;
    buf b = BUF_INIT;
    buf_print(&b, view_text(v, "%1$zu of %2$zu"), x->count, x->of);
    document_facts(p, standing_id(p, t->at, "result"), t->at->title);
    document_fact(p, "unit", view_axis_title(v, &v->rows),
                  document_text(assess_title(v->session, &v->rows, t->w->unit)));
    const char *score = score_title(v, t->at->score);
    document_fact(p, "score", score,
                  here_cell(t, t->at->score, document_number(p, x->score, t->at->places)));
    document_fact(p, "rank", rank_title(v), here_cell(t, t->at->rank, document_rank(p, x->rank)));
    document_cell missing = document_number(p, (double)x->count, 0);
    missing.shown = document_print(p, "%s", buf_string(&b));
    document_fact(p, "missing", view_text(v, "Without a value"), missing);
    marks_facts(v, &t->here, p);
    if (x->count) {
        buf name = BUF_INIT;
        buf_print(&name, "%s%s%s", view_text(v, "With all of them"), view_text(v, ", "), score);
        document_fact(p, "score_between", buf_string(&name),
                      interval_cell(t, &x->filled, t->at->places));
        buf_clear(&name);
        buf_print(&name, "%s%s%s", view_text(v, "With all of them"), view_text(v, ", "),
                  rank_title(v));
        document_fact(p, "rank_between", buf_string(&name), interval_cell(t, &x->filled_rank, 0));
        buf_release(&name);
    }
    buf_release(&b);
}

/* In a sentence a whole number has no decimals. */
static const char *filled_text(document *p, double x, int places) {
    return document_number(p, x, x == floor(x) ? 0 : places).shown;
}

static void put_absences(const context *t) {
    const assess_absences *x = t->x;
    const view *v = t->v;
    document *p = t->p;
    const char *mean = t->at->own_scales ? TEXT("Mean") : TEXT("Own mean");
    const document_column column[] = {
        {"id", view_text(v, "Indicator"), WIDTH_LEFT, 0},
        {"title", "", WIDTH_LEFT, WRAP},
        {"weight", view_text(v, "Weight"), WIDTH_RIGHT, 0},
        {"share", view_text(v, "Of all weight"), WIDTH_RIGHT, 0},
        {"mean", view_text(v, mean), WIDTH_RIGHT, 0},
        {"worst", view_text(v, "Worst"), WIDTH_RIGHT, 0},
        {"best", view_text(v, TEXT_AS("missing data", "Best")), WIDTH_RIGHT, 0}};
    document_table(p, standing_id(p, t->at, "absent"), view_text(v, "Without a value"), column, 7);
    document_tell(p,
                  view_text(v, "The score is computed anew with the mean, the worst and the best "
                               "that there is in place of what is missing."));
    double weight = 0, share = 0;
    for (size_t i = 0; i < x->count; i++) {
        const assess_absence *one = &x->one[i];
        weight += one->weight;
        share += one->share;
        DOCUMENT_ROW(p, document_text(one->id),
                     document_text(strcmp(one->id, one->title) ? one->title : ""),
                     document_number(p, one->weight, -1), standing_share(p, one->share));
        put_bounds(t, &one->score);
    }
    if (x->count > 1) {
        DOCUMENT_ROW(p, document_text(""), document_text(view_text(v, "With all of them")),
                     document_number(p, weight, -1), standing_share(p, share));
        put_bounds(t, &x->filled);
    }
    if (t->at->own_scales) {
        document_note(
            p, standing_id(p, t->at, "absent_note"),
            view_text(
                v,
                "The score if it had the mean, the worst or the best that all units have of it."));
        return;
    }
    int places = view_places(t->at->details);
    const char *note = document_print(
        p,
        view_text(v, "The score if it had its own mean (%1$s), the worst (%2$s) or the best (%3$s) "
                     "that anybody has."),
        filled_text(p, x->value.mean, places), filled_text(p, x->value.worst, places),
        filled_text(p, x->value.best, places));
    document_note(p, standing_id(p, t->at, "absent_note"), note);
}

static document_cell truth_cell(const view *v, double x) {
    if (isnan(x)) return document_shown(view_text(v, "open"), NULL, 1);
    return document_shown(view_text(v, x != 0 ? TEXT("yes") : TEXT("no")),
                          x != 0 ? "true" : "false", 1);
}

/* A text for readers beside what programs get. */
static document_cell shown_as(document *p, const buf *text, const char *sign, document_cell plain) {
    plain.shown = document_print(p, "%s%s%s", sign, *sign ? " " : "", buf_string(text));
    return plain;
}

static void put_condition(document *p, const view *v, const assess_threshold *c) {
    assess_reason filled = c->is;
    filled.got = c->got;
    buf name = BUF_INIT, got = BUF_INIT, want = BUF_INIT, later = BUF_INIT, again = BUF_INIT;
    verdict_name(v, &c->is, &name);
    if (*c->is.sign) {
        verdict_sides(v, &c->is, &got, &want);
        verdict_sides(v, &filled, &later, &again);
    }
    DOCUMENT_ROW(p, shown_as(p, &name, "", document_text(c->is.formula)),
                 shown_as(p, &got, "", document_number(p, c->is.got, -1)),
                 shown_as(p, &want, c->is.sign, document_number(p, c->is.want, -1)),
                 truth_cell(v, c->is.holds),
                 shown_as(p, &later, "", document_number(p, c->got, -1)), truth_cell(v, c->holds));
    buf *all[] = {&name, &got, &want, &later, &again};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) buf_release(all[i]);
}

/* The conditions of the verdict that do not hold, or would not with what is missing filled in. */
static void put_conditions(const context *t) {
    const assess_absences *x = t->x;
    const view *v = t->v;
    document *p = t->p;
    const document_column column[] = {{"condition", view_text(v, "Condition"), WIDTH_LEFT, WRAP},
                                      {"is", view_text(v, "Is"), WIDTH_RIGHT, 0},
                                      {"wanted", view_text(v, "Must be"), WIDTH_RIGHT, 0},
                                      {"holds", view_text(v, "As it is"), WIDTH_LEFT, 0},
                                      {"filled", view_text(v, "With all filled"), WIDTH_RIGHT, 0},
                                      {"holds_filled", "", WIDTH_LEFT, 0}};
    if (!x->thresholds) return;
    document_table(p, standing_id(p, t->at, "conditions"), view_text(v, "Conditions"), column, 6);
    document_tell(p, view_text(v, "Each condition with what there is, and with the mean in place "
                                  "of what is missing."));
    for (size_t i = 0; i < x->thresholds; i++) {
        const assess_threshold *c = &x->threshold[i];
        put_condition(p, v, c);
    }
}

/* Which figures are there, but were not observed. */
static void put_imputed(const context *t) {
    buf b = BUF_INIT;
    marks_labels(t->v, ROLE_IMPUTED, &t->here, &b);
    if (b.length) {
        const char *text = document_print(t->p, "%s%s%s", view_text(t->v, "Imputed"),
                                          view_text(t->v, ": "), buf_string(&b));
        document_note(t->p, standing_id(t->p, t->at, "imputed_note"), text);
    }
    buf_release(&b);
}

int absent_make(const view *v, const standing_wish *w, document *p, fault *f) {
    size_t columns = standing_places(v, w, f);
    for (size_t c = 0; c < columns; c++) {
        assess_absences x;
        standing_place at = standing_at(v, w, c);
        const assess_array *const verdict[2] = {v->part[ROLE_ASSESSABLE], v->part[ROLE_VERDICT]};
        if (!at.details)
            return fault_at(f, FAULT_USAGE, NULL, "show = { details = \"scores\" } names them",
                            "%s",
                            view_text(v, "the score is not made of details that the rules show"));
        size_t before = assess_message_count(v->session);
        assess_status status = assess_absent(v->session, at.score, at.rank, at.details,
                                             at.own_scales, verdict, at.at, v->rows.id, &x);
        if (status) return impact_fault(v, before, status, f);
        const double scores[] = {x.score, x.filled.mean, x.filled.worst, x.filled.best};
        at.places = standing_decimals(&at, scores, 4);
        context t = {v, w, &at, &x, p, view_location(v, w->unit, c)};
        put_summary(&t);
        marks imputed = marks_count(v, ROLE_IMPUTED, &t.here);
        const char *none =
            imputed.count ? TEXT("Every indicator that weighs has a value, but some were imputed.")
                          : TEXT("Every indicator that weighs has a value.");
        if (x.count)
            put_absences(&t);
        else
            document_note(p, standing_id(p, &at, "none"), view_text(v, none));
        put_imputed(&t);
        if (x.count) put_conditions(&t);
    }
    return columns > 0;
}
