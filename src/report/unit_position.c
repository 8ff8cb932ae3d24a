#include "report/unit_position.h"

#include <math.h>
#include <string.h>

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
static const assess_array *fitting(const standing_wish *w, const assess_array *x, int more) {
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
        const assess_array *x = fitting(w, v->part[roles[i]], 1);
        if (x && assess_depends(v->session, w->score, x)) return x;
    }
    return NULL;
}

standing_place standing_at(const view *v, const standing_wish *w, size_t column) {
    int places = view_places(w->score);
    /* Round scores need not stay round when something changes. */
    standing_place out = {
        .score = w->score, .title = v->column_title[column], .places = places < 2 ? 2 : places};
    const spot *s = &v->column[column];
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
    out.rank = w->score == v->part[ROLE_SCORE] ? fitting(w, v->part[ROLE_RANK], 0) : NULL;
    out.details = details_of(v, w);
    out.apart = out.details == v->part[ROLE_PARTS];
    return out;
}

const char *standing_id(document *p, const standing_place *at, const char *block) {
    const char *out = arena_print(&p->memory, "%s%s", at->id, block);
    p->failed |= !out;
    return out ? out : "";
}

document_cell standing_share(document *p, double x) {
    document_cell out = document_number(p, x, -1);
    buf b = BUF_INIT;
    view_share(&b, x);
    const char *text = arena_text(&p->memory, buf_string(&b), b.length);
    p->failed |= !text;
    if (!isnan(x) && text) out.shown = text;
    buf_release(&b);
    return out;
}

const char *standing_framed(document *p, const view *v, word w, const char *text) {
    const char *out = arena_print(&p->memory, view_word(v, w), text);
    p->failed |= !out;
    return out ? out : "";
}
