/* What a report shows of a session. */
#include "document/view.h"

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

static const char *session_fact(const assess *a, const char *prefix, const char *name) {
    buf key = BUF_INIT;
    buf_print(&key, "%s.%s", prefix, name);
    const char *found = assess_fact(a, buf_string(&key));
    buf_release(&key);
    return found;
}

/* What readers call the outputs that have these names, or play these parts. */
static const char *const usual_titles[][2] = {
    {"score", TEXT("Score")},
    {"grade", TEXT("Grade")},
    {"rank", TEXT("Rank")},
    {"parts", TEXT("Scores by part")},
    {"details", TEXT("Scores by indicator")},
    {"coverage", TEXT("Coverage")},
    {"basis", TEXT("What the weight rests on")},
    {"verdict", TEXT("Verdict")},
    {"assessable", TEXT("Assessable")},
    {"values", TEXT("Values")},
    {"imputed", TEXT("Imputed")},
    {"treated", TEXT("Treated")},
    {"total", TEXT("Total")},
    {"bonus", TEXT("Bonus")},
    {"penalty", TEXT("Penalty")},
    {"vetoed", TEXT("Veto")},
    {"full", TEXT("Full mark")},
    {"quota", TEXT("Quota")},
    {"task", TEXT("Task")},
    {"role", TEXT("Role")},
    {"weight", TEXT("Weight")},
    {"due", TEXT("Due")},
    {"done", TEXT("Done")},
    {"late_days", TEXT("Days late")},
    {"mark", TEXT("Mark")},
    {"deduction", TEXT("Deducted")},
    {"clause", TEXT("Clause")},
    {"evidence", TEXT("Evidence")},
};

/* NULL where a name is none of these. */
static const char *usual_title(text_language l, const char *name) {
    for (size_t i = 0; i < sizeof usual_titles / sizeof *usual_titles; i++)
        if (!strcmp(usual_titles[i][0], name)) return text_in(l, usual_titles[i][1]);
    return NULL;
}

/* Of an output that plays a part, or (ROLES) none. */
static const char *title_of(const assess *a, text_language l, const char *name, role r) {
    const char *given = session_fact(a, "title", name);
    if (*given) return given;
    const char *usual = usual_title(l, name);
    if (!usual && r < ROLES) usual = usual_title(l, role_name[r]);
    return usual ? usual : name;
}

const char *view_given_title(const view *v, const assess_array *x) {
    return session_fact(v->session, "title", x->name);
}

const char *view_output_title(const view *v, const assess_array *x) {
    role r = ROLE_SCORE;
    while (r < ROLES && v->part[r] != x) r++;
    return title_of(v->session, v->language, x->name, r);
}

const char *role_title(const assess *a, text_language language, role r) {
    const char *name = session_fact(a, "show", role_name[r]);
    return title_of(a, language, *name ? name : role_name[r], r);
}

const char *axis_title(assess *a, text_language language, const char *axis) {
    static const char *const usual[][2] = {
        {"unit", TEXT("Unit")},
        {"stage", TEXT("Stage")},
        {"year", TEXT("Year")},
        {"indicator", TEXT("Indicator")},
        {"group", TEXT_AS("axis", "Group")},
        {"status", TEXT("Status")},
    };
    const char *given = session_fact(a, "title", axis);
    for (size_t i = 0; !*given && i < sizeof usual / sizeof *usual; i++)
        if (!strcmp(usual[i][0], axis)) given = text_in(language, usual[i][1]);
    return *given ? given : axis;
}

const char *view_axis_title(const view *v, const assess_axis *axis) {
    return axis_title(v->session, v->language, axis->name);
}

const char *view_cite(const assess *a, const char *cite) {
    return strcmp(cite, assess_fact(a, "cite")) ? cite : "";
}

text_language view_language(assess *a) {
    return text_of_rules(assess_fact(a, "lang"), assess_fact(a, "title"));
}

int view_axis(const assess_array *x, int id) {
    for (int k = 0; k < x->axes; k++)
        if (x->axis[k].id == id) return k;
    return -1;
}

int view_has_columns(const view *v, const assess_array *x) {
    for (int k = 0; k < v->column_axes; k++)
        if (view_axis(x, v->column_axis[k].id) >= 0) return 1;
    return 0;
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

static size_t label_at(const assess *a, const assess_axis *axis, const char *label) {
    for (size_t i = 0; i < axis->size; i++)
        if (!strcmp(assess_label(a, axis, i), label)) return i;
    return VIEW_NONE;
}

size_t view_find(const view *v, const assess_axis *axis, const char *label) {
    return label_at(v->session, axis, label);
}

/* ---- names that are not there ---- */

static const char *output_name(const void *self, size_t i) {
    const assess *a = self;
    return i < assess_output_count(a) ? assess_output(a, i)->name : NULL;
}

const char *nearest_output(assess *a, const char *name) {
    return suggest_among(name, output_name, a);
}

typedef struct axis_labels {
    const assess *session;
    const assess_axis *axis;
} axis_labels;

static const char *label_of(const void *self, size_t i) {
    enum { MOST = 10000 }; /* more take too long */
    const axis_labels *l = self;
    return i < l->axis->size && i < MOST ? assess_label(l->session, l->axis, i) : NULL;
}

/* What an axis is called within a message: as the rules title it, in Chinese; else the usual word.
 */
static const char *axis_word(const assess *a, const char *axis) {
    const char *given = session_fact(a, "title", axis);
    return text_messages() == TEXT_CHINESE && text_has_han(given, strlen(given)) ? given
                                                                                 : text_kind(axis);
}

size_t find_label(assess *a, const assess_axis *axis, const char *as, const char *name, fault *f) {
    size_t found = label_at(a, axis, name);
    for (size_t i = 0; found == VIEW_NONE && i < axis->size; i++)
        if (!strcmp(assess_title(a, axis, i), name)) found = i;
    const axis_labels all = {a, axis};
    if (found == VIEW_NONE)
        fault_unknown(f, suggest_among(name, label_of, &all), NULL, text_message("%sno %s '%s'"),
                      as, axis_word(a, axis->size ? axis->name : "unit"), name);
    return found;
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
    const char *given = session_fact(v->session, "show", role_name[r]);
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
    suggestion near = suggest_for(pick->axis);
    const assess_axis *axis = NULL;
    for (size_t o = 0; o < assess_output_count(a); o++) {
        const assess_array *x = assess_output(a, o);
        for (int k = 0; k < x->axes; k++) {
            suggest_try(&near, x->axis[k].name);
            if (!strcmp(x->axis[k].name, pick->axis)) axis = &x->axis[k];
            if (axis == &x->axis[k] && label_at(a, axis, pick->label) != VIEW_NONE) return 1;
        }
    }
    if (axis) return find_label(a, axis, "", pick->label, f) != VIEW_NONE;
    return fault_unknown(f, suggest_best(&near), NULL, text_message("no result has an axis '%s'"),
                         pick->axis);
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
    if (wish) {
        v->focus = find_label(v->session, &v->rows, "--focus: ", wish, f);
        return v->focus != VIEW_NONE;
    }
    v->focus = view_find(v, &v->rows, v->focus_name);
    return 1;
}

int view_open(view *v, assess *a, const view_wish *w, fault *f) {
    *v = (view){.session = a, .language = view_language(a), .focus = VIEW_NONE, .focus_name = ""};
    v->where = w->where ? w->where : "";
    if (!view_check_picks(a, w, f)) return 0;
    find_parts(v);
    if (!find_focus(v, w->focus, f)) return 0;
    if (!v->part[ROLE_SCORE]) return 1;
    if (find_columns(v, w) && find_rows(v, w->top)) return 1;
    view_close(v);
    return fault_memory(f);
}

void view_close(view *v) {
    for (size_t c = 0; c < v->columns; c++) mem_free(v->column_title[c]);
    mem_free(v->shown);
    *v = (view){0};
}

/* ---- numbers for people ---- */

/* So many digits that matter, without zeros behind the last. */
static void put_digits(buf *b, double x, int digits) {
    char text[32];
    double cut = 1;
    decimal15 d = decimal_fifteen(x);
    for (int i = digits; i < 15; i++) cut *= 10;
    double size =
        decimal_value((uint64_t)round((double)d.mantissa / cut), d.exponent + 15 - digits);
    buf_put(b, text, decimal_write(copysign(size, x), text));
}

void view_number(buf *b, double x, int places) {
    char text[400];
    if (isnan(x)) {
        buf_char(b, '-');
        return;
    }
    size_t length = decimal_fixed(x, places, text);
    if (x != 0 && strspn(text, "0.") == length)
        put_digits(b, x, 2);
    else
        buf_put(b, text, length);
}

void view_figure(buf *b, double x) {
    char text[400];
    double size = fabs(x);
    if (isnan(x)) {
        buf_char(b, '-');
    } else if (size != 0 && size < 1e-3) {
        put_digits(b, x, 3);
    } else if (size >= 1e15) {
        buf_put(b, text, decimal_write(x, text));
    } else {
        int places = size < 1 ? 5 : 5 - (int)floor(log10(size));
        size_t length = decimal_fixed(x, places < 0 ? 0 : places, text);
        if (memchr(text, '.', length)) {
            while (text[length - 1] == '0') length--;
            if (text[length - 1] == '.') length--;
        }
        buf_put(b, text, length);
    }
}

void view_share(buf *b, double x) {
    view_number(b, isnan(x) ? x : 100 * x, 1);
    if (!isnan(x)) buf_char(b, '%');
}

void view_rank(buf *b, double x) { view_number(b, x, isnan(x) || x == floor(x) ? 0 : 1); }

void view_count(buf *b, const view *v, size_t n, const char *one, const char *several) {
    buf_print(b, view_text(v, n == 1 ? one : several), n);
}

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

enum { PLACES = 3 };

void decimals_add(decimals *d, double x) {
    static const double scale[PLACES] = {1, 10, 100};
    double size = fabs(x);
    if (isnan(x) || size == 0) return;
    if (size > d->most) d->most = size;
    if (d->least == 0 || size < d->least) d->least = size;
    for (; d->needed < PLACES; d->needed++) {
        double scaled = size * scale[d->needed];
        if (fabs(scaled - rint(scaled)) <= 1e-9 + 1e-15 * scaled) return;
    }
}

int decimals_suit(const decimals *d) {
    int suit = d->most <= 1.5 ? 3 : d->most < 1000 ? 2 : 5 - (int)floor(log10(d->most));
    if (!d->needed) return d->most < 1e15 ? 0 : -1;
    if (d->most >= 1000 && (suit < 0 || d->least < 1)) return -1;
    return d->needed < suit ? d->needed : suit;
}

int view_places(const assess_array *x) {
    decimals d = {0};
    if (x->kind != ASSESS_NUMBER) return -1;
    for (size_t i = 0; i < x->size; i++) decimals_add(&d, x->value[i]);
    return decimals_suit(&d);
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
    buf_print(
        b, view_text(v, m->of == 1 ? TEXT("%1$zu of %2$zu value") : TEXT("%1$zu of %2$zu values")),
        m->count, m->of);
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
