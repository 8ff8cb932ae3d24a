/* What moves the result of a unit, its data or the numbers of the rules; and a list of these. */
#include "change/unit_report.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/suggest.h"
#include "base/text.h"
#include "document/view.h"

enum { WRAP = 12 };

/* Programs find the citation of the rules as a whole in each row, people at the head. */
static document_cell cite_cell(const assess *a, const assess_leaf *l) {
    document_cell out = document_text(l->cite);
    out.shown = view_cite(a, l->cite);
    return out;
}

static const assess_array *output_of(const view *v, const char *name, fault *f) {
    if (!name) return impact_score(v, f);
    const assess_array *x = assess_output_named(v->session, name);
    if (!x) {
        fault_unknown(f, nearest_output(v->session, name), NULL, text_message("no result '%s'"),
                      name);
        return NULL;
    }
    if (x->kind == ASSESS_NUMBER && x->axes && x->axis[0].id == v->rows.id) return x;
    fault_at(f, FAULT_USAGE, NULL, NULL, "'%s' is not a number for each unit", name);
    return NULL;
}

/* What a reader should know of a figure beside its numbers. */
static const char *remark(const view *v, const assess_lever *l, int missing) {
    if (missing) return view_text(v, "the result is missing");
    if (isnan(l->cell.value)) return view_text(v, "no value yet");
    int full = !isnan(l->standard) && isnan(l->to_standard); /* at its standard or past it */
    if (!(l->left > 0) && !(fabs(l->percent) > 0))
        return full ? view_text(v, "full: more has no effect") : view_text(v, "no effect alone");
    if (l->percent == 0) return view_text(v, "no effect before a bound");
    if (l->how & ASSESS_BENT) return view_text(v, "at a kink: computed anew");
    if (l->how & ASSESS_HOST || !(l->how & ASSESS_FELT))
        return view_text(v, "by steps: computed anew");
    if (!(l->left > 0)) return view_text(v, "at its best");
    if (l->how & ASSESS_ROUNDED) return view_text(v, "before rounding");
    return "";
}

static const char levers_said[] =
    TEXT("Per unit: the slope here, of one unit of measure. +1 %: what 1 % more of the figure "
         "does. Left: the most that any value between the least and the most observed anywhere "
         "and the standards would add.");

static void put_table(const view *v, document *p, const char *id, const char *title) {
    const document_column column[] = {
        {"name", view_text(v, "Indicator"), WIDTH_LEFT, WRAP},
        {"at", view_text(v, "At"), WIDTH_LEFT, WRAP},
        {"value", view_text(v, "Value"), WIDTH_RIGHT, 0},
        {"slope", view_text(v, "Per unit"), WIDTH_RIGHT, 0},
        {"percent", view_text(v, "+1 %"), WIDTH_RIGHT, 0},
        {"standard", view_text(v, "Standard"), WIDTH_RIGHT, 0},
        {"to_standard", view_text(v, "At standard"), WIDTH_RIGHT, 0},
        {"left", view_text(v, "Left"), WIDTH_RIGHT, 0},
        {"note", view_text(v, "Note"), WIDTH_LEFT, WRAP},
    };
    document_table(p, id, title, column, sizeof column / sizeof *column);
    document_tell(p, view_text(v, levers_said));
}

/* Three digits that matter: slopes of figures in dollars and of such in percent are far apart. */
static document_cell slope_cell(document *p, double x) {
    int places = x == 0 || isnan(x) ? 0 : 2 - (int)floor(log10(fabs(x)));
    document_cell out = document_change(p, x, places < 0 ? 0 : places > 6 ? -1 : places);
    return out;
}

static void put_lever(const view *v, document *p, const assess_lever *l, int places, int missing) {
    DOCUMENT_ROW(
        p, impact_name(p, &l->cell), impact_at(v, p, &l->cell),
        document_about_cell(document_number(p, l->cell.value, -1), l->cell.data, l->cell.element),
        slope_cell(p, l->slope), document_change(p, l->percent, places),
        document_number(p, l->standard, -1), document_change(p, l->to_standard, places),
        document_change(p, l->left, places), document_text(remark(v, l, missing)));
}

typedef int put_levers(const view *v, const assess_array *x, size_t element, size_t row,
                       const char *id, const char *title, document *p, fault *f);

static int each_column(const view *v, size_t row, const char *name, put_levers *put, document *p,
                       fault *f) {
    const assess_array *x = output_of(v, name, f);
    if (!x) return 0;
    impact_head(v, p, row);
    document_fact(p, "output", view_text(v, "Result"), document_text(score_title(v, x)));
    size_t last = VIEW_NONE, columns = v->columns ? v->columns : 1;
    document_list(p, "levers", columns > 1 ? "column" : NULL);
    for (size_t k = 0; k < columns; k++) {
        size_t element = impact_place(v, x, row, k);
        if (element == VIEW_NONE)
            return fault_at(f, FAULT_USAGE, NULL, "--at AXIS=LABEL picks one",
                            "'%s' has more than one value for a unit", x->name);
        if (element == last) break; /* it is the same in all columns */
        last = element;
        const char *title = v->columns ? v->column_title[k] : "";
        buf head = BUF_INIT;
        buf_print(&head, "%s%s%s ", title, *title ? view_text(v, ": ") : "", score_title(v, x));
        view_element(&head, v, x, x->value[element], view_places(x));
        int fine = put(v, x, element, row, *title ? title : "levers", buf_string(&head), p, f);
        buf_release(&head);
        if (!fine) return 0;
    }
    return 1;
}

static int put_data(const view *v, const assess_array *x, size_t element, size_t row,
                    const char *id, const char *title, document *p, fault *f) {
    const assess_lever *lever;
    size_t told = assess_message_count(v->session),
           count = assess_levers(v->session, x, element, row, &lever);
    if (!lever) return impact_fault(v, told, ASSESS_BUG, f);
    int places = view_places(x);
    put_table(v, p, id, title);
    for (size_t i = 0; i < count; i++)
        put_lever(v, p, &lever[i], places < 0 ? -1 : places + 1, isnan(x->value[element]));
    return !p->failed || fault_memory(f);
}

static int put_leaves(const view *v, const assess_array *x, size_t element, size_t row,
                      const char *id, const char *title, document *p, fault *f) {
    const assess_leaf_lever *lever;
    size_t told = assess_message_count(v->session),
           count = assess_leaf_levers(v->session, x, element, &lever), idle = 0;
    (void)row;
    if (!lever) return impact_fault(v, told, ASSESS_BUG, f);
    const document_column column[] = {
        {"address", view_text(v, "Leaf"), WIDTH_LEFT, 0},
        {"value", view_text(v, "Value"), WIDTH_RIGHT, 0},
        {"less", view_text(v, "−10 %"), WIDTH_RIGHT, 0},
        {"more", view_text(v, "+10 %"), WIDTH_RIGHT, 0},
        {"cite", view_text(v, "Basis"), WIDTH_LEFT, WRAP},
    };
    int places = view_places(x) < 0 ? -1 : view_places(x) + 1;
    document_table(p, id, title, column, sizeof column / sizeof *column);
    document_tell(p, view_text(v, "What the result changes by when this number of the rules alone "
                                  "is a tenth less, or a tenth more: computed anew each time."));
    for (size_t i = 0; i < count; i++) {
        if (lever[i].less == 0 && lever[i].more == 0) {
            idle++;
            continue;
        }
        DOCUMENT_ROW(p, document_text(lever[i].leaf.address),
                     document_place_cell(document_text(lever[i].leaf.value), lever[i].leaf.file,
                                         lever[i].leaf.line),
                     document_change(p, lever[i].less, places),
                     document_change(p, lever[i].more, places),
                     cite_cell(v->session, &lever[i].leaf));
    }
    const char *note =
        idle ? document_print(p, view_text(v, "Numbers without effect: %zu."), idle) : NULL;
    if (note) document_note(p, "idle", note);
    return !p->failed || fault_memory(f);
}

int levers_make(const view *v, size_t row, const char *name, document *p, fault *f) {
    if (!each_column(v, row, name, put_data, p, f)) return 0;
    document_note(p, "note", view_text(v, levers_said));
    return !p->failed || fault_memory(f);
}

int levers_leaves(const view *v, size_t row, const char *name, document *p, fault *f) {
    if (!each_column(v, row, name, put_leaves, p, f)) return 0;
    document_cite(p, v->session, v->language);
    return !p->failed || fault_memory(f);
}

/* ---- all leaves ---- */

/* "4 (22), rules/2011.lua:93" for each edition that no longer holds, oldest first. */
static void put_older(buf *b, const assess *a, size_t leaf, const assess_leaf *l) {
    buf_clear(b);
    for (size_t k = 0; k + !l->changed < l->editions; k++) {
        assess_edition e = assess_leaf_edition(a, leaf, k);
        buf_print(b, "%s%s", k ? "; " : "", e.value);
        if (*e.cite) buf_print(b, " %s", e.cite);
        buf_print(b, ", %s:%ld", e.file, e.line);
    }
}

void leaves_make(assess *a, int machine, document *p) {
    text_language own = view_language(a);
    const document_column column[] = {
        {"address", text_in(own, "Leaf"), WIDTH_LEFT, 24},
        {"value", text_in(own, TEXT_AS("leaf", "Value")), WIDTH_RIGHT, 8},
        {"cite", text_in(own, "Basis"), WIDTH_LEFT, 12},
        {"file", text_in(own, "File"), WIDTH_LEFT, 12},
        {"line", text_in(own, "Line"), WIDTH_RIGHT, 0},
        {"changed", text_in(own, "Set"), WIDTH_LEFT, 0},
        {"before", text_in(own, TEXT_AS("leaf", "Before")), WIDTH_LEFT, 16},
    };
    int older = machine;
    buf b = BUF_INIT;
    for (size_t i = 0; i < assess_leaf_count(a); i++)
        older |= assess_leaf_at(a, i).editions > 1 || assess_leaf_at(a, i).changed;
    document_cite(p, a, own);
    document_table(p, "leaves", "", column, sizeof column / sizeof *column - !older);
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf l = assess_leaf_at(a, i);
        DOCUMENT_ROW(p, document_text(l.address), document_text(l.value), cite_cell(a, &l),
                     document_text(l.file),
                     document_place_cell(document_number(p, (double)l.line, 0), l.file, l.line),
                     l.changed ? document_shown("*", "true", 1) : document_shown("", "false", 1));
        put_older(&b, a, i, &l);
        if (older) document_put(p, document_text(buf_string(&b)));
    }
    buf_release(&b);
}
