/* What the documents on one unit have in common. */
#include "change/unit_report.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

size_t impact_unit(const view *v, const char *name, fault *f) {
    if (v->rows.size) return find_label(v->session, &v->rows, "", name, f);
    impact_score(v, f);
    return VIEW_NONE;
}

const assess_array *impact_score(const view *v, fault *f) {
    if (v->part[ROLE_SCORE]) return v->part[ROLE_SCORE];
    for (size_t i = 0; v->rows.size && i < assess_output_count(v->session); i++)
        if (assess_output(v->session, i)->axes &&
            assess_output(v->session, i)->axis[0].id == v->rows.id)
            return assess_output(v->session, i);
    fault_at(f, FAULT_USAGE, NULL,
             "show = { score = \"total\" } in the rules says which result it is",
             "the rules have no score of units");
    return NULL;
}

int impact_fault(const view *v, size_t before, assess_status status, fault *f) {
    for (size_t i = before; i < assess_message_count(v->session); i++) {
        assess_message m = assess_message_at(v->session, i);
        const place at = {.file = *m.file ? m.file : NULL,
                          .line = m.line,
                          .column = m.column,
                          .field = *m.field ? m.field : NULL,
                          .excerpt = *m.excerpt ? m.excerpt : NULL};
        if (m.status != ASSESS_OK)
            fault_put(f, (fault_kind)m.status, &at, *m.hint ? m.hint : NULL, m.text);
    }
    return f->count
               ? 0
               : fault_set(f, status ? (fault_kind)status : FAULT_BUG, "it cannot be computed");
}

document_cell impact_element(const view *v, document *p, const assess_array *x, double element,
                             int places) {
    if (isnan(element)) return document_shown("-", NULL, 0);
    const assess_array *share = v->part[ROLE_COVERAGE];
    int is_share = share && !strcmp(share->name, x->name);
    if (is_share) return standing_share(p, element);
    if (x->kind == ASSESS_NUMBER) return document_number(p, element, places);
    buf shown = BUF_INIT;
    view_element(&shown, v, x, element, -1);
    const char *text = document_print(p, "%s", buf_string(&shown));
    buf_release(&shown);
    if (x->kind == ASSESS_TRUTH) return document_shown(text, element != 0 ? "true" : "false", 1);
    return document_text(text);
}

void impact_head(const view *v, document *p, size_t row) {
    const char *title = assess_fact(v->session, "title"),
               *status = assess_fact(v->session, "status");
    document_facts(p, "of", "");
    document_fact(p, "unit", view_axis_title(v, &v->rows),
                  document_text(assess_title(v->session, &v->rows, row)));
    if (*title) document_fact(p, "rules", view_text(v, "Rules"), document_text(title));
    if (*status) document_fact(p, "status", view_text(v, "Edition"), document_text(status));
}

document_cell impact_at(const view *v, document *p, const assess_cell *c) {
    (void)v;
    const char *text =
        document_print(p, "%s%s%s", c->at, *c->at && *c->measure ? ", " : "", c->measure);
    return document_text(text);
}

size_t impact_place(const view *v, const assess_array *x, size_t row, size_t column) {
    location s = view_location(v, row, v->columns ? column : VIEW_NONE);
    return location_offset(x, &s);
}

const char *impact_column_head(const view *v) {
    return v->column_axes == 1 ? view_axis_title(v, &v->column_axis[0]) : view_text(v, "For");
}

void impact_column(const view *v, document *p) {
    if (v->columns && *v->column_title[0])
        document_fact(p, "column", impact_column_head(v), document_text(v->column_title[0]));
}

const char *score_title(const view *v, const assess_array *score) {
    const char *title = view_output_title(v, score);
    /* Without a name for readers it is the score to them. */
    return strcmp(title, score->name) ? title : view_text(v, "Score");
}

const char *rank_title(const view *v) {
    return v->part[ROLE_RANK] ? view_output_title(v, v->part[ROLE_RANK]) : view_text(v, "Rank");
}

document_cell impact_name(document *p, const assess_cell *c) {
    const char *text =
        strcmp(c->name, c->title) ? document_print(p, "%s %s", c->name, c->title) : c->name;
    return document_shown(text, c->name, 0);
}

document_cell impact_share(document *p, double share) {
    if (isnan(share) || isinf(share)) return document_shown("", NULL, 0);
    document_cell out = standing_share(p, share);
    if (share > 0) out.shown = document_print(p, "+%s", out.shown);
    return out;
}

void marks_facts(const view *v, const location *at, document *p) {
    static const struct {
        role r;
        const char *head;
        const char *id;
    } part[] = {{ROLE_IMPUTED, TEXT("Imputed"), "imputed"},
                {ROLE_TREATED, TEXT("Treated"), "treated"}};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        if (!v->part[part[i].r]) continue;
        buf b = BUF_INIT;
        marks m = marks_count(v, part[i].r, at);
        marks_say(v, &m, &b);
        document_cell cell = document_number(p, (double)m.count, 0);
        cell.shown = buf_string(&b);
        document_fact(p, part[i].id, view_text(v, part[i].head), cell);
        buf_release(&b);
    }
}

/* ---- places of the score ---- */

size_t standing_places(const view *v, const standing_wish *w, fault *f) {
    for (int k = 0; k < w->score->axes; k++) {
        int known = w->score->axis[k].id == v->rows.id;
        for (int i = 0; i < v->column_axes; i++)
            known |= v->column_axis[i].id == w->score->axis[k].id;
        if (!known) {
            fault_at(f, FAULT_USAGE, NULL, "it wants a result over units, as the score",
                     "'%s' is over %s as well", w->score->name, w->score->axis[k].name);
            return 0;
        }
    }
    return v->columns;
}

/* Do all axes of an array occur in the score, but for `more`? */
static const assess_array *array_over_units(const standing_wish *w, const assess_array *x,
                                            int more) {
    int units = 0;
    for (int k = 0; x && k < x->axes; k++) {
        int known = view_axis(w->score, x->axis[k].id) >= 0;
        units |= known && !strcmp(x->axis[k].name, w->score->axis[0].name);
        more -= !known;
    }
    return x && more == 0 && units && x->kind == ASSESS_NUMBER ? x : NULL;
}

/* What the score is made of: details, or else parts. */
static const assess_array *details_of(const view *v, const standing_wish *w) {
    static const role roles[] = {ROLE_DETAILS, ROLE_PARTS};
    for (int i = 0; i < 2; i++) {
        const assess_array *x = array_over_units(w, v->part[roles[i]], 1);
        if (x && assess_depends(v->session, w->score, x)) return x;
    }
    return NULL;
}

standing_place standing_at(const view *v, const standing_wish *w, size_t column) {
    standing_place out = {
        .score = w->score, .title = v->column_title[column], .places = view_places(w->score)};
    const location *s = &v->column[column];
    size_t length = 0;
    for (int k = 0; k < w->score->axes; k++) {
        out.at[k] = w->score->axis[k].id == v->rows.id ? w->unit : 0;
        for (int i = 0; i < s->count; i++)
            if (s->axis[i] == w->score->axis[k].id) {
                out.at[k] = s->at[i];
                const char *label = assess_label(v->session, &w->score->axis[k], s->at[i]);
                if (v->columns > 1 && length + strlen(label) + 2 < sizeof out.id) {
                    memcpy(out.id + length, label, strlen(label));
                    length += strlen(label);
                    out.id[length++] = '.';
                }
            }
    }
    /* The rank is that of the score of the report; another score is ranked by itself. */
    out.rank = w->score == v->part[ROLE_SCORE] ? array_over_units(w, v->part[ROLE_RANK], 0) : NULL;
    out.details = details_of(v, w);
    out.own_scales = out.details == v->part[ROLE_PARTS];
    return out;
}

const char *standing_id(document *p, const standing_place *at, const char *block) {
    return document_print(p, "%s%s", at->id, block);
}

int standing_decimals(const standing_place *at, const double *score, size_t count) {
    decimals d = {0};
    for (size_t i = 0; i < count; i++) decimals_add(&d, score[i]);
    int places = decimals_suit(&d);
    return places < at->places ? at->places : places;
}

document_cell standing_share(document *p, double x) {
    document_cell out = document_number(p, x, -1);
    buf b = BUF_INIT;
    view_share(&b, x);
    if (!isnan(x)) out.shown = document_print(p, "%s", buf_string(&b));
    buf_release(&b);
    return out;
}
