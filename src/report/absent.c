/* What a unit has no values of, and what that costs. */
#include "report/unit_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/report.h"

enum { WRAP = 10 };

typedef struct telling {
    const view *v;
    const standing_wish *w;
    const standing_place *at;
    const assess_absences *x;
    document *p;
    location here; /* the unit at the place */
} telling;

static document_cell rank_cell(document *p, double x) {
    return document_number(p, x, x == floor(x) || isnan(x) ? 0 : 1);
}

static void put_bounds(const telling *t, const assess_bounds *b) {
    document_put(t->p, document_number(t->p, b->mean, t->at->places));
    document_put(t->p, document_number(t->p, b->worst, t->at->places));
    document_put(t->p, document_number(t->p, b->best, t->at->places));
}

/* "between 71.2 and 80.3" */
static document_cell between(const telling *t, const assess_bounds *b, int places) {
    char low[40], high[40];
    buf worst = BUF_INIT, best = BUF_INIT;
    double least = fmin(b->worst, b->best), most = fmax(b->worst, b->best);
    view_number(&worst, least, places);
    view_number(&best, most, places);
    snprintf(low, sizeof low, "%s", buf_string(&worst));
    snprintf(high, sizeof high, "%s", buf_string(&best));
    buf_release(&worst);
    buf_release(&best);
    const char *format = strcmp(low, high) ? view_text(t->v, "between %1$s and %2$s") : "%s";
    const char *out = arena_print(&t->p->memory, format, low, high);
    t->p->failed |= !out;
    return document_text(out);
}

static void summary(const telling *t) {
    const assess_absences *x = t->x;
    document *p = t->p;
    const view *v = t->v;
    buf b = BUF_INIT;
    buf_print(&b, view_text(v, "%1$zu of %2$zu"), x->count, x->of);
    document_facts(p, standing_id(p, t->at, "result"), t->at->title);
    document_fact(p, "unit", view_axis_title(v, &v->rows),
                  document_text(assess_title(v->session, &v->rows, t->w->unit)));
    document_fact(p, "score", view_text(v, "Score"), document_number(p, x->score, t->at->places));
    document_fact(p, "rank", view_text(v, "Rank"), rank_cell(p, x->rank));
    document_cell missing = document_number(p, (double)x->count, 0);
    missing.shown = arena_text(&p->memory, buf_string(&b), b.length);
    document_fact(p, "missing", view_text(v, "Without a value"), missing);
    marks_facts(v, &t->here, p);
    if (x->count) {
        buf name = BUF_INIT;
        buf_print(&name, "%s%s%s", view_text(v, "With all of them"), view_text(v, ", "),
                  view_text(v, "Score"));
        document_fact(p, "score_between", buf_string(&name), between(t, &x->filled, t->at->places));
        buf_clear(&name);
        buf_print(&name, "%s%s%s", view_text(v, "With all of them"), view_text(v, ", "),
                  view_text(v, "Rank"));
        document_fact(p, "rank_between", buf_string(&name), between(t, &x->filled_rank, 0));
        buf_release(&name);
    }
    buf_release(&b);
}

static void each(const telling *t) {
    const assess_absences *x = t->x;
    const view *v = t->v;
    document *p = t->p;
    const char *mean = t->at->apart ? TEXT("Mean") : TEXT("Own mean");
    const document_column column[] = {
        {"id", view_text(v, "Indicator"), WIDTH_LEFT, 0},
        {"title", "", WIDTH_LEFT, WRAP},
        {"weight", view_text(v, "Weight"), WIDTH_RIGHT, 0},
        {"share", view_text(v, "Of all weight"), WIDTH_RIGHT, 0},
        {"mean", view_text(v, mean), WIDTH_RIGHT, 0},
        {"worst", view_text(v, "Worst"), WIDTH_RIGHT, 0},
        {"best", view_text(v, TEXT_AS("missing data", "Best")), WIDTH_RIGHT, 0}};
    document_table(p, standing_id(p, t->at, "absent"), view_text(v, "Without a value"), column, 7);
    double weight = 0, share = 0;
    for (size_t i = 0; i < x->count; i++) {
        const assess_absence *one = &x->one[i];
        weight += one->weight;
        share += one->share;
        document_put(p, document_text(one->id));
        document_put(p, document_text(strcmp(one->id, one->title) ? one->title : ""));
        document_put(p, document_number(p, one->weight, -1));
        document_put(p, standing_share(p, one->share));
        put_bounds(t, &one->score);
    }
    if (x->count > 1) {
        document_put(p, document_text(""));
        document_put(p, document_text(view_text(v, "With all of them")));
        document_put(p, document_number(p, weight, -1));
        document_put(p, standing_share(p, share));
        put_bounds(t, &x->filled);
    }
    if (t->at->apart) {
        document_note(
            p, standing_id(p, t->at, "absent_note"),
            view_text(
                v,
                "The score if it had the mean, the worst or the best that all units have of it."));
        return;
    }
    char number[3][40];
    const double value[] = {x->value.mean, x->value.worst, x->value.best};
    for (int i = 0; i < 3; i++) {
        buf b = BUF_INIT;
        view_figure(&b, value[i]);
        snprintf(number[i], sizeof number[i], "%s", buf_string(&b));
        buf_release(&b);
    }
    const char *note =
        arena_print(&p->memory,
                    view_text(v, "The score if it had its own mean (%1$s), the worst (%2$s) or the "
                                 "best (%3$s) that anybody has."),
                    number[0], number[1], number[2]);
    p->failed |= !note;
    document_note(p, standing_id(p, t->at, "absent_note"), note);
}

static document_cell truth(const view *v, double x) {
    if (isnan(x)) return (document_cell){view_text(v, "open"), NULL, 1};
    return (document_cell){view_text(v, x != 0 ? TEXT("yes") : TEXT("no")),
                           x != 0 ? "true" : "false", 1};
}

/* A text for readers beside what programs get. */
static document_cell shown(document *p, const buf *text, const char *sign, document_cell plain) {
    plain.shown = arena_print(&p->memory, "%s%s%s", sign, *sign ? " " : "", buf_string(text));
    p->failed |= !plain.shown;
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
    document_put(p, shown(p, &name, "", document_text(c->is.formula)));
    document_put(p, shown(p, &got, "", document_number(p, c->is.got, -1)));
    document_put(p, shown(p, &want, c->is.sign, document_number(p, c->is.want, -1)));
    document_put(p, truth(v, c->is.holds));
    document_put(p, shown(p, &later, "", document_number(p, c->got, -1)));
    document_put(p, truth(v, c->holds));
    buf *all[] = {&name, &got, &want, &later, &again};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) buf_release(all[i]);
}

/* The conditions of the verdict that do not hold, or would not with what is missing filled in. */
static void conditions(const telling *t) {
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
    for (size_t i = 0; i < x->thresholds; i++) {
        const assess_threshold *c = &x->threshold[i];
        put_condition(p, v, c);
    }
}

/* Which figures are there, but were not observed. */
static void not_observed(const telling *t) {
    buf b = BUF_INIT;
    marks_labels(t->v, ROLE_IMPUTED, &t->here, &b);
    if (b.length) {
        const char *text = arena_print(&t->p->memory, "%s%s%s", view_text(t->v, "Imputed"),
                                       view_text(t->v, ": "), buf_string(&b));
        t->p->failed |= !text;
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
        assess_status status = assess_absent(v->session, at.score, at.rank, at.details, at.apart,
                                             verdict, at.at, v->rows.id, &x);
        if (status) return impact_fault(v, before, status, f);
        telling t = {v, w, &at, &x, p, view_location(v, w->unit, c)};
        summary(&t);
        marks imputed = marks_count(v, ROLE_IMPUTED, &t.here);
        const char *none = imputed.count
                        ? TEXT("Every indicator that weighs has a value, but some were imputed.")
                        : TEXT("Every indicator that weighs has a value.");
        if (x.count)
            each(&t);
        else
            document_note(p, standing_id(p, &at, "none"), view_text(v, none));
        not_observed(&t);
        if (x.count) conditions(&t);
    }
    return columns > 0;
}
