/* What a report shows of a session. */
#include "report/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/text.h"
#include "expr/axis.h"

static const char *const role_name[ROLES] = {
    [ROLE_SCORE] = "score",   [ROLE_GRADE] = "grade",     [ROLE_RANK] = "rank",
    [ROLE_PARTS] = "parts",   [ROLE_DETAILS] = "details", [ROLE_COVERAGE] = "coverage",
    [ROLE_BASIS] = "basis",   [ROLE_VERDICT] = "verdict", [ROLE_ASSESSABLE] = "assessable",
    [ROLE_VALUES] = "values", [ROLE_IMPUTED] = "imputed", [ROLE_TREATED] = "treated",
};

const char *view_text(const view *v, const char *english) { return text_in(v->language, english); }

const char *view_role_name(role r) { return role_name[r]; }

static const char *session_fact(const view *v, const char *prefix, const char *name) {
    buf key = BUF_INIT;
    buf_print(&key, "%s.%s", prefix, name);
    const char *found = assess_fact(v->session, buf_string(&key));
    buf_release(&key);
    return found;
}

const char *view_output_title(const view *v, const assess_array *x, const char *otherwise) {
    const char *given = session_fact(v, "title", x->name);
    if (*given) return given;
    return otherwise ? otherwise : x->name;
}

const char *view_axis_title(const view *v, const assess_axis *axis) {
    const char *given = session_fact(v, "title", axis->name);
    if (*given) return given;
    if (!strcmp(axis->name, "unit")) return view_text(v, "Unit");
    if (!strcmp(axis->name, "stage")) return view_text(v, "stage");
    if (!strcmp(axis->name, "year")) return view_text(v, "year");
    return strcmp(axis->name, "indicator") ? axis->name : view_text(v, "Indicator");
}

text_language view_language(assess *a) {
    return text_of_rules(assess_fact(a, "lang"), assess_fact(a, "title"));
}

int view_axis(const assess_array *x, int id) {
    for (int k = 0; k < x->axes; k++)
        if (x->axis[k].id == id) return k;
    return -1;
}

static int is_column(const view *v, int id) {
    for (int k = 0; k < v->column_axes; k++)
        if (v->column_axis[k].id == id) return 1;
    return 0;
}

const assess_axis *view_extra(const view *v, const assess_array *x) {
    const assess_axis *extra = NULL;
    for (int k = 0; k < x->axes; k++) {
        if (x->axis[k].id == v->rows.id || is_column(v, x->axis[k].id)) continue;
        if (extra) return NULL;
        extra = &x->axis[k];
    }
    return extra;
}

size_t view_find(const view *v, const assess_axis *axis, const char *label) {
    for (size_t i = 0; i < axis->size; i++)
        if (!strcmp(assess_label(v->session, axis, i), label)) return i;
    return VIEW_NONE;
}

void location_add(location *s, int axis, size_t at) {
    if (s->count == ASSESS_AXES) return;
    s->axis[s->count] = axis;
    s->at[s->count++] = at;
}

location view_location(const view *v, size_t row, size_t column) {
    location s = {0};
    if (column != VIEW_NONE && column < v->columns) s = v->column[column];
    location_add(&s, v->rows.id, row);
    return s;
}

/* Where an axis stands among those of a location, or -1. */
static int axis_of(const location *s, int id) {
    for (int j = 0; j < s->count; j++)
        if (s->axis[j] == id) return j;
    return -1;
}

size_t location_offset(const assess_array *x, const location *s) {
    size_t offset = 0;
    for (int k = 0; k < x->axes; k++) {
        int j = axis_of(s, x->axis[k].id);
        if (j < 0 || s->at[j] >= x->axis[k].size) return VIEW_NONE;
        offset += s->at[j] * x->stride[k];
    }
    return offset;
}

void location_indices(const assess_array *x, const location *s, size_t at[ASSESS_AXES]) {
    for (int k = 0; k < x->axes; k++) {
        int j = axis_of(s, x->axis[k].id);
        at[k] = j < 0 ? 0 : s->at[j];
    }
}

double location_value(const assess_array *x, const location *s) {
    size_t offset = location_offset(x, s);
    return offset == VIEW_NONE ? (double)NAN : x->value[offset];
}

int view_is_peer(const view *v, size_t row, size_t column) {
    const char *unit = assess_label(v->session, &v->rows, row);
    for (int k = 0; k < v->column_axes; k++) {
        if (strcmp(v->column_axis[k].name, "stage")) continue;
        for (int j = 0; j < v->column[column].count; j++) {
            if (v->column[column].axis[j] != v->column_axis[k].id) continue;
            const char *name =
                assess_label(v->session, &v->column_axis[k], v->column[column].at[j]);
            for (size_t s = 0; s < assess_stage_count(v->session); s++) {
                assess_stage stage = assess_stage_at(v->session, s);
                for (size_t i = 0; !strcmp(stage.name, name) && i < stage.peers; i++)
                    if (!strcmp(assess_stage_peer(v->session, s, i), unit)) return 1;
            }
        }
    }
    return 0;
}

/* ---- parts ---- */

static const assess_array *output_for(view *v, role r) {
    const char *given = session_fact(v, "show", role_name[r]);
    return assess_output_named(v->session, *given ? given : role_name[r]);
}

/* Do the axes of an array suit: rows and columns, and `extra` further ones? */
static int has_axes(const view *v, const assess_array *x, int extra) {
    if (view_axis(x, v->rows.id) < 0) return 0;
    for (int k = 0; k < x->axes; k++)
        if (x->axis[k].id != v->rows.id && !is_column(v, x->axis[k].id)) extra--;
    return extra == 0;
}

static void add_column_axes(view *v, const assess_array *x) {
    for (int k = 0; x && k < x->axes; k++)
        if (x->axis[k].id != v->rows.id && !is_column(v, x->axis[k].id) &&
            v->column_axes < ASSESS_AXES - 2)
            v->column_axis[v->column_axes++] = x->axis[k];
}

static void find_parts(view *v) {
    assess_kind wanted[ROLES] = {[ROLE_GRADE] = ASSESS_TEXT,
                                 [ROLE_VERDICT] = ASSESS_TRUTH,
                                 [ROLE_ASSESSABLE] = ASSESS_TRUTH,
                                 [ROLE_IMPUTED] = ASSESS_TRUTH,
                                 [ROLE_TREATED] = ASSESS_TRUTH};
    for (role r = ROLE_SCORE; r < ROLES; r++) {
        v->part[r] = output_for(v, r);
        if (v->part[r] && v->part[r]->kind != wanted[r]) v->part[r] = NULL;
    }
    const assess_array *score = v->part[ROLE_SCORE];
    if (!score || !score->axes) {
        memset(v->part, 0, ROLE_IMPUTED * sizeof *v->part);
        return;
    }
    v->rows = score->axis[0];
    for (int k = 1; k < score->axes; k++)
        if (!strcmp(score->axis[k].name, "unit")) v->rows = score->axis[k];
    add_column_axes(v, score);
    if (v->part[ROLE_VERDICT] && view_axis(v->part[ROLE_VERDICT], v->rows.id) >= 0)
        add_column_axes(v, v->part[ROLE_VERDICT]);
    for (role r = ROLE_SCORE; r < ROLE_IMPUTED; r++) {
        int extra = r == ROLE_PARTS || r == ROLE_DETAILS || r == ROLE_BASIS || r == ROLE_VALUES;
        if (v->part[r] && !has_axes(v, v->part[r], extra)) v->part[r] = NULL;
        if (v->part[r]) v->places[r] = view_places(v->part[r]);
    }
}

/* ---- columns ---- */

size_t view_picked(assess *a, const view_wish *w, const assess_axis *axis) {
    for (size_t p = 0; p < w->picks; p++)
        if (!strcmp(w->pick[p].axis, axis->name))
            for (size_t i = 0; i < axis->size; i++)
                if (!strcmp(assess_label(a, axis, i), w->pick[p].label)) return i;
    return VIEW_NONE;
}

static int check_pick(assess *a, const view_pick *pick, fault *f) {
    suggestion axis_near = suggest_for(pick->axis), label_near = suggest_for(pick->label);
    int known = 0;
    buf hint = BUF_INIT;
    for (size_t o = 0; o < assess_output_count(a); o++) {
        const assess_array *x = assess_output(a, o);
        for (int k = 0; k < x->axes; k++) {
            suggest_try(&axis_near, x->axis[k].name);
            if (strcmp(x->axis[k].name, pick->axis)) continue;
            for (size_t i = 0; i < x->axis[k].size; i++) {
                const char *label = assess_label(a, &x->axis[k], i);
                if (!strcmp(label, pick->label)) return 1;
                if (!known && i < 10000) suggest_try(&label_near, label);
            }
            known = 1;
        }
    }
    const char *near = suggest_best(known ? &label_near : &axis_near);
    if (near) buf_print(&hint, text_message("did you mean '%s'?"), near);
    if (known)
        fault_at(f, FAULT_USAGE, NULL, near ? buf_string(&hint) : NULL, "no %s '%s'",
                 text_axis(pick->axis), pick->label);
    else
        fault_at(f, FAULT_USAGE, NULL, near ? buf_string(&hint) : NULL,
                 "no result has an axis '%s'", pick->axis);
    buf_release(&hint);
    return 0;
}

int view_check_picks(assess *a, const view_wish *w, fault *f) {
    int good = 1;
    for (size_t p = 0; p < w->picks; p++) good &= check_pick(a, &w->pick[p], f);
    return good;
}

/* The last position of an axis at which the score has a value anywhere. */
static size_t last_present(const view *v, const assess_axis *axis) {
    const assess_array *x = v->part[ROLE_SCORE];
    int k = view_axis(x, axis->id);
    size_t last = 0, all = 1;
    if (k < 0) return axis->size - 1;
    for (int j = 0; j < x->axes; j++) all *= x->axis[j].size;
    for (size_t i = 0; i < all; i++) {
        size_t rest = i, at = 0, position = 0;
        for (int j = x->axes - 1; j >= 0; j--) {
            size_t p = rest % x->axis[j].size;
            rest /= x->axis[j].size;
            at += p * x->stride[j];
            if (j == k) position = p;
        }
        if (position > last && !isnan(x->value[at])) last = position;
    }
    return last;
}

static char *column_title(const view *v, const location *s) {
    buf b = BUF_INIT;
    for (int k = 0; k < v->column_axes; k++) {
        const assess_axis *axis = &v->column_axis[k];
        const char *label = assess_label(v->session, axis, s->at[k]);
        const char *title = assess_title(v->session, axis, s->at[k]);
        buf_print(&b, "%s%s", b.length ? " · " : "", title);
        if (strcmp(axis->name, "stage")) continue;
        for (size_t i = 0; i < assess_stage_count(v->session); i++) {
            assess_stage stage = assess_stage_at(v->session, i);
            if (!strcmp(stage.name, label) && stage.from && stage.to)
                buf_print(&b, " %d–%d", stage.from, stage.to);
        }
    }
    return b.text ? b.text : mem_zero(1, 1);
}

/* Every combination of the positions chosen, the first axis changing slowest. */
static int find_columns(view *v, const view_wish *w) {
    size_t first[ASSESS_AXES], count[ASSESS_AXES], all = 1;
    for (int k = 0; k < v->column_axes; k++) {
        const assess_axis *axis = &v->column_axis[k];
        size_t picked = view_picked(v->session, w, axis);
        if (picked == VIEW_NONE && !strcmp(axis->name, "year") && axis->size)
            picked = last_present(v, axis);
        first[k] = picked == VIEW_NONE ? 0 : picked;
        count[k] = picked == VIEW_NONE ? axis->size : 1;
        all *= count[k];
    }
    v->columns = all < VIEW_COLUMNS ? all : VIEW_COLUMNS;
    v->columns_hidden = all - v->columns;
    for (size_t c = 0; c < v->columns; c++) {
        size_t rest = c;
        v->column[c].count = v->column_axes;
        for (int k = v->column_axes - 1; k >= 0; k--) {
            v->column[c].axis[k] = v->column_axis[k].id;
            v->column[c].at[k] = first[k] + rest % count[k];
            rest /= count[k];
        }
        v->column_title[c] = column_title(v, &v->column[c]);
        if (!v->column_title[c]) return 0;
    }
    return 1;
}

/* ---- rows ---- */

typedef struct place_in_order {
    double key;
    size_t row;
} place_in_order;

static int before(const place_in_order *a, const place_in_order *b) {
    if (isnan(a->key) || isnan(b->key))
        return isnan(a->key) && isnan(b->key) ? a->row < b->row : isnan(b->key);
    return a->key < b->key || (a->key == b->key && a->row < b->row);
}

static int compare(const void *a, const void *b) { return before(a, b) ? -1 : 1; }

/* A rank where there is one, else the score turned round: less is better. */
static double order_key(const view *v, size_t row) {
    location s = view_location(v, row, 0);
    double x = v->part[ROLE_RANK] ? location_value(v->part[ROLE_RANK], &s) : (double)NAN;
    double y = location_value(v->part[ROLE_SCORE], &s);
    return v->part[ROLE_RANK] ? x : -y;
}

/* The best `top` rows in order: a short list is kept sorted while all rows pass by; for a long one
 * everything is sorted. */
static int find_rows(view *v, size_t top) {
    size_t n = v->rows.size, most = top < n ? top : n, held = 0;
    size_t cap = most < n / 16 ? most : n;
    place_in_order *list = mem_take((cap + 1) * sizeof *list);
    v->shown = mem_take((most + 1) * sizeof *v->shown);
    if (!list || !v->shown) {
        mem_free(list);
        return 0;
    }
    for (size_t row = 0; row < n && v->columns; row++) {
        place_in_order p = {order_key(v, row), row};
        if (cap == n) {
            list[held++] = p;
            continue;
        }
        if (held == cap && (!held || !before(&p, &list[held - 1]))) continue;
        size_t i = held < cap ? held++ : held - 1;
        for (; i && before(&p, &list[i - 1]); i--) list[i] = list[i - 1];
        list[i] = p;
    }
    if (cap == n && held) qsort(list, held, sizeof *list, compare);
    int focus_shown = v->focus == VIEW_NONE;
    for (size_t i = 0; i < most && i < held; i++) {
        v->shown[v->shown_count++] = list[i].row;
        focus_shown |= list[i].row == v->focus;
    }
    if (!focus_shown) v->shown[v->shown_count++] = v->focus;
    mem_free(list);
    return 1;
}

static int find_focus(view *v, const char *wish, fault *f) {
    v->focus = VIEW_NONE;
    v->focus_name = wish ? wish : assess_fact(v->session, "focus");
    if (!*v->focus_name || !v->rows.size) return 1;
    v->focus = view_find(v, &v->rows, v->focus_name);
    for (size_t i = 0; wish && v->focus == VIEW_NONE && i < v->rows.size; i++)
        if (!strcmp(assess_title(v->session, &v->rows, i), wish)) v->focus = i;
    if (v->focus != VIEW_NONE || !wish) return 1;
    suggestion near = suggest_for(wish);
    for (size_t i = 0; i < v->rows.size && i < 10000; i++)
        suggest_try(&near, assess_label(v->session, &v->rows, i));
    buf hint = BUF_INIT;
    if (suggest_best(&near))
        buf_print(&hint, text_message("did you mean '%s'?"), suggest_best(&near));
    fault_at(f, FAULT_USAGE, NULL, hint.length ? buf_string(&hint) : NULL, "--focus: no %s '%s'",
             text_axis(v->rows.name), wish);
    buf_release(&hint);
    return 0;
}

int view_open(view *v, assess *a, const view_wish *w, fault *f) {
    *v = (view){.session = a, .language = view_language(a), .focus = VIEW_NONE, .focus_name = ""};
    v->where = w->where ? w->where : "";
    if (!view_check_picks(a, w, f)) return 0;
    find_parts(v);
    if (!find_focus(v, w->focus, f)) return 0;
    if (!v->part[ROLE_SCORE]) return 1;
    return (find_columns(v, w) && find_rows(v, w->top)) || fault_memory(f);
}

void view_close(view *v) {
    for (size_t c = 0; c < v->columns; c++) mem_free(v->column_title[c]);
    mem_free(v->shown);
    *v = (view){0};
}

/* ---- numbers for people ---- */

void view_number(buf *b, double x, int places) {
    char text[400];
    if (isnan(x))
        buf_char(b, '-');
    else
        buf_put(b, text, decimal_fixed(x, places, text));
}

void view_figure(buf *b, double x) {
    char text[400];
    double size = fabs(x);
    if (isnan(x)) {
        buf_char(b, '-');
        return;
    }
    if (size != 0 && (size >= 1e15 || size < 1e-4)) {
        buf_put(b, text, decimal_write(x, text));
        return;
    }
    int places = size < 1 ? 5 : 5 - (int)floor(log10(size));
    size_t length = decimal_fixed(x, places < 0 ? 0 : places, text);
    if (memchr(text, '.', length)) {
        while (text[length - 1] == '0') length--;
        if (text[length - 1] == '.') length--;
    }
    buf_put(b, text, length);
}

void view_share(buf *b, double x) {
    view_number(b, isnan(x) ? x : 100 * x, 1);
    if (!isnan(x)) buf_char(b, '%');
}

void view_rank(buf *b, double x) { view_number(b, x, isnan(x) || x == floor(x) ? 0 : 1); }

static void put_date(buf *b, double days) {
    long year;
    int month, day;
    calendar_date((long)days, &year, &month, &day);
    buf_print(b, "%04ld-%02d-%02d", year, month, day);
}

void view_date(buf *b, double days) {
    if (isnan(days) || fabs(days) > 1e9)
        buf_char(b, '-');
    else
        put_date(b, days);
}

void view_element(buf *b, const view *v, const assess_array *x, double element, int places) {
    if (isnan(element))
        buf_char(b, '-');
    else if (x->kind == ASSESS_TEXT)
        buf_text(b, assess_text(v->session, element));
    else if (x->kind == ASSESS_TRUTH)
        buf_text(b, view_text(v, element != 0 ? TEXT("yes") : TEXT("no")));
    else if (x->kind == ASSESS_DATE)
        view_date(b, element);
    else if (places < 0)
        view_figure(b, element);
    else
        view_number(b, element, places);
}

int view_places(const assess_array *x) {
    double most = 0;
    int whole = 1;
    if (x->kind != ASSESS_NUMBER) return -1;
    for (size_t i = 0; i < x->size; i++) {
        double e = fabs(x->value[i]);
        if (e > most) most = e;
        if (whole && !isnan(e) && e != floor(e)) whole = 0;
    }
    if (whole) return most < 1e15 ? 0 : -1;
    return most <= 1.5 ? 3 : most < 1000 ? 2 : -1;
}

/* ---- figures that were imputed or treated ---- */

/* Does element i stand at the location? */
static int stands_at(const assess_array *x, size_t i, const location *at) {
    for (int s = 0; at && s < at->count; s++) {
        int k = view_axis(x, at->axis[s]);
        if (k >= 0 && ax_along(i, x->stride[k], x->axis[k].size) != at->at[s]) return 0;
    }
    return 1;
}

marks marks_count(const view *v, role r, const location *at) {
    const assess_array *x = v->part[r];
    marks m = {0, 0};
    for (size_t i = 0; x && i < x->size; i++) {
        int here = stands_at(x, i, at);
        m.of += here && x->value[i] == x->value[i];
        m.count += here && x->value[i] == 1;
    }
    return m;
}

void marks_say(const view *v, const marks *m, buf *b) {
    buf_print(b, view_text(v, "%1$zu of %2$zu values"), m->count, m->of);
}

void marks_labels(const view *v, role r, const location *at, buf *b) {
    const assess_array *x = v->part[r];
    size_t count = 0;
    for (size_t i = 0; x && i < x->size; i++) {
        if (x->value[i] != 1 || !stands_at(x, i, at)) continue;
        buf_text(b, count++ ? ", " : "");
        int labels = 0;
        for (int k = 0; k < x->axes; k++) {
            int given = at && axis_of(at, x->axis[k].id) >= 0;
            if (!given)
                buf_print(b, "%s%s", labels++ ? " " : "",
                          assess_label(v->session, &x->axis[k],
                                       ax_along(i, x->stride[k], x->axis[k].size)));
        }
    }
}
