/* From "--of rank --unit Seoul" to elements of results. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/suggest.h"
#include "base/text.h"
#include "change/unit_report.h"
#include "robust/sensitivity.h"

enum { TARGETS = 400 };

static const struct {
    const char *name;
    role part;
} words[] = {{"score", ROLE_SCORE},
             {"rank", ROLE_RANK},
             {"shift", ROLE_RANK},
             {"verdict", ROLE_VERDICT},
             {"grade", ROLE_GRADE}};
enum { WORDS = sizeof words / sizeof *words };

static const char *name_at(const void *self, size_t i) {
    const view *v = self;
    if (i < WORDS) return words[i].name;
    i -= WORDS;
    return i < assess_output_count(v->session) ? assess_output(v->session, i)->name : NULL;
}

/* The output that plays a part by the rules, also where the report cannot show it so: the verdict
 * of all units together. */
static const assess_array *shown_as(const view *v, role which) {
    char fact[64];
    if (v->part[which]) return v->part[which];
    snprintf(fact, sizeof fact, "show.%s", view_role_name(which));
    const char *name = assess_fact(v->session, fact);
    return *name ? assess_output_named(v->session, name) : NULL;
}

/* The output that is meant. A word of ours goes before an output of that name, which plays the part
 * unless the rules say otherwise. */
static const assess_array *find_output(const view *v, const char *of, fault *f) {
    for (size_t i = 0; i < WORDS; i++) {
        const assess_array *x = strcmp(words[i].name, of) != 0 ? NULL : shown_as(v, words[i].part);
        if (x) return x;
    }
    const assess_array *x = assess_output_named(v->session, of);
    if (x) return x;
    buf hint = BUF_INIT;
    const char *best = suggest_among(of, name_at, v);
    if (best && strcmp(best, of) != 0) suggest_hint(&hint, best);
    fault_at(f, FAULT_USAGE, NULL, hint.length ? buf_string(&hint) : NULL, "--of: no result '%s'",
             of);
    buf_release(&hint);
    return NULL;
}

static const char *otherwise(const view *v) {
    if (v->part[ROLE_RANK] && v->rows.size > 1) return "shift";
    if (v->part[ROLE_SCORE]) return "score";
    return assess_output_count(v->session) ? assess_output(v->session, 0)->name : "score";
}

const char *targets_title(const view *v, const target_list *l) {
    const sensitivity_target *t = &l->item[0];
    if (t->kind == TARGET_SHIFT)
        return view_text(v, "shift of ranks (mean of the absolute values)");
    if (t->kind == TARGET_SAME)
        return view_text(v, "whether it is the same as by the rules (1) or not (0)");
    return view_output_title(v, t->of);
}

/* ---- elements ---- */

typedef struct finder {
    const view *v;
    const sensitivity_wish *w;
    document *p;
    target_list *out;
    const assess_array *x;
    fault *f;
} finder;

/* The element at a row and column of the view, and at the picks; VIEW_NONE with the fault where an
 * axis is left open. */
static size_t element_at(const finder *n, size_t row, size_t column) {
    const view *v = n->v;
    location at = view_location(v, row, v->columns ? column : VIEW_NONE);
    for (int k = 0; k < n->x->axes; k++) {
        const assess_axis *axis = &n->x->axis[k];
        int known = 0;
        for (int i = 0; i < at.count; i++) known |= at.axis[i] == axis->id;
        if (known) continue;
        size_t picked = view_picked(v->session, n->w->picks, axis);
        if (picked == VIEW_NONE && axis->size == 1) picked = 0;
        if (picked == VIEW_NONE) {
            fault_at(n->f, FAULT_USAGE, NULL, axis->size ? "--at AXIS=LABEL picks one" : NULL,
                     "'%s' has a value for each %s", n->x->name, axis->name);
            return VIEW_NONE;
        }
        location_add(&at, axis->id, picked);
    }
    return location_offset(n->x, &at);
}

static const char *title_of(const finder *n, size_t row, size_t column) {
    const view *v = n->v;
    int over_rows = v->rows.size && view_axis(n->x, v->rows.id) >= 0, over_columns = 0;
    for (int k = 0; k < v->column_axes; k++)
        over_columns |= view_axis(n->x, v->column_axis[k].id) >= 0;
    const char *unit = over_rows && row != VIEW_NONE ? assess_title(v->session, &v->rows, row) : "",
               *at = over_columns && v->columns > 1 ? v->column_title[column] : "";
    return document_print(n->p, "%s%s%s", unit, *unit && *at ? ", " : "", at);
}

static int add_target(finder *n, target_kind kind, const size_t *element, size_t count,
                      const char *title) {
    target_list *l = n->out;
    size_t *own = arena_take(&n->p->memory, (count + 1) * sizeof *own);
    if (!own) return fault_memory(n->f);
    memcpy(own, element, count * sizeof *own);
    for (size_t i = 0; i < l->count; i++)
        if (count && *l->item[i].element == *element) return 1; /* the same in another column */
    if (l->count == TARGETS)
        return fault_set(n->f, FAULT_USAGE, "more than %d results at once", TARGETS);
    l->item[l->count++] = (sensitivity_target){kind, n->x, own, count, title};
    return 1;
}

static int add_values(finder *n, const size_t *row, size_t rows) {
    target_kind kind = n->x->kind == ASSESS_TEXT ? TARGET_SAME : TARGET_VALUE;
    size_t columns = n->v->columns ? n->v->columns : 1;
    int fine = 1;
    for (size_t i = 0; fine && i < rows; i++)
        for (size_t c = 0; fine && c < columns; c++) {
            size_t at = element_at(n, row[i], c);
            fine = at != VIEW_NONE && add_target(n, kind, &at, 1, title_of(n, row[i], c));
        }
    return fine;
}

static int add_shifts(finder *n) {
    const view *v = n->v;
    size_t columns = v->columns ? v->columns : 1;
    size_t *all = arena_take(&n->p->memory, (v->rows.size + 1) * sizeof *all);
    int fine = all ? 1 : fault_memory(n->f);
    for (size_t c = 0; fine && c < columns; c++) {
        for (size_t row = 0; fine && row < v->rows.size; row++)
            fine = (all[row] = element_at(n, row, c)) != VIEW_NONE;
        fine = fine && add_target(n, TARGET_SHIFT, all, v->rows.size, title_of(n, VIEW_NONE, c));
    }
    return fine;
}

/* The rows that are asked for, or the one the report is about. */
static int find_rows(finder *n, size_t *row, size_t *rows) {
    const view *v = n->v;
    for (size_t i = 0; i < n->w->units; i++) {
        row[i] = impact_unit(v, n->w->unit[i], n->f);
        if (row[i] == VIEW_NONE) return 0;
        ++*rows;
    }
    if (*rows) return 1;
    row[0] = v->rows.size == 1 ? 0 : v->focus;
    *rows = 1;
    if (row[0] != VIEW_NONE) return 1;
    return fault_at(n->f, FAULT_USAGE, NULL, "--unit UNIT", "'%s' of which %s?", n->out->of,
                    v->rows.name);
}

int targets_find(const view *v, const sensitivity_wish *w, document *p, target_list *out,
                 fault *f) {
    finder n = {.v = v, .w = w, .p = p, .out = out, .f = f};
    size_t rows = 0, *row = arena_take(&p->memory, (w->units + 1) * sizeof *row);
    *out = (target_list){.item = arena_zero(&p->memory, TARGETS, sizeof *out->item),
                         .of = w->of ? w->of : otherwise(v)};
    if (!out->item || !row) return fault_memory(f);
    n.x = find_output(v, out->of, f);
    if (!n.x) return 0;
    int over_rows = v->rows.size && view_axis(n.x, v->rows.id) >= 0;
    int is_shift = !strcmp(out->of, "shift") && n.x == v->part[ROLE_RANK];
    if (w->units && (!over_rows || is_shift))
        return fault_at(f, FAULT_USAGE, NULL, is_shift ? "--of rank, for a unit" : NULL,
                        "--unit: '%s' is not of one unit", out->of);
    if (is_shift) return add_shifts(&n);
    if (!over_rows) return add_values(&n, &(size_t){VIEW_NONE}, 1);
    return find_rows(&n, row, &rows) && add_values(&n, row, rows);
}
