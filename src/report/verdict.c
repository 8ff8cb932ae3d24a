/* What follows: the verdict and who cannot be assessed, with the reasons. */
#include "report/report.h"

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"

enum { REASONS = 16, LISTED = 10, WORST_PLACES = 10 };

/* ---- reasons ---- */

static size_t reasons_at(const view *v, const assess_array *x, size_t row, size_t column,
                         assess_reason *out, size_t most) {
    location s = view_location(v, row, column);
    size_t at[ASSESS_AXES];
    location_indices(x, &s, at);
    size_t n = assess_reasons(v->session, x, at, out, most);
    return n < most ? n : most;
}

/* The output that a formula is, by its name or by its own formula; NULL for none. */
static const assess_array *output_of(const view *v, const char *formula, size_t length) {
    for (size_t i = 0; i < assess_output_count(v->session); i++) {
        const assess_array *x = assess_output(v->session, i);
        if ((strlen(x->name) == length && !memcmp(x->name, formula, length)) ||
            (strlen(x->formula) == length && !memcmp(x->formula, formula, length)))
            return x;
    }
    return NULL;
}

/* A side of a comparison as a reader calls it: the title of the output that it is, or whose extreme
 * along an axis it is, `min(areas, "group")`; else its formula. */
static void side_name(const view *v, const char *formula, buf *b) {
    const assess_array *x = output_of(v, formula, strlen(formula));
    const char *comma = strrchr(formula, ',');
    if (!x && comma && (!strncmp(formula, "min(", 4) || !strncmp(formula, "max(", 4)) &&
        !strncmp(comma, ", \"", 3)) {
        x = output_of(v, formula + 4, (size_t)(comma - formula) - 4);
        if (x) {
            buf_print(b, view_text(v, formula[1] == 'i' ? TEXT("%s, lowest") : TEXT("%s, highest")),
                      view_output_title(v, x));
            return;
        }
    }
    buf_text(b, x ? view_output_title(v, x) : formula);
}

void verdict_name(const view *v, const assess_reason *r, buf *b) {
    side_name(v, *r->left ? r->left : r->formula, b);
    if (!*r->which) return;
    const char *name = r->which;
    for (int part = 0; part < 2; part++) {
        const assess_array *x = v->part[part ? ROLE_DETAILS : ROLE_PARTS];
        const assess_axis *axis = x ? view_extra(v, x) : NULL;
        size_t at = axis ? view_find(v, axis, r->which) : VIEW_NONE;
        if (at != VIEW_NONE) name = assess_title(v->session, axis, at);
    }
    buf_print(b, " [%s%s%s]", r->which, strcmp(name, r->which) ? " " : "",
              strcmp(name, r->which) ? name : "");
}

/* Is it a share, shown in percent like the coverage elsewhere? */
static int is_share(const view *v, const assess_reason *r) {
    return v->part[ROLE_COVERAGE] &&
           output_of(v, r->left, strlen(r->left)) == v->part[ROLE_COVERAGE];
}

void verdict_sides(const view *v, const assess_reason *r, buf *got, buf *want) {
    double scale = is_share(v, r) ? 100 : 1, x, y;
    double left = scale * r->got, right = scale * r->want;
    for (int places = scale > 1 ? 1 : 2; places <= WORST_PLACES; places++) {
        buf_clear(got);
        buf_clear(want);
        view_number(got, left, scale == 1 && left == floor(left) ? 0 : places);
        view_figure(want, right);
        if (isnan(left) || isnan(right) || r->got == r->want) break;
        if (decimal_read(buf_string(got), got->length, &x) == DECIMAL_OK &&
            decimal_read(buf_string(want), want->length, &y) == DECIMAL_OK && x != y)
            break;
    }
    if (scale > 1 && !isnan(left)) buf_char(got, '%');
    if (scale > 1 && !isnan(right)) buf_char(want, '%');
}

/* Where in the text the number stands that decides, and the one that was wanted. */
typedef struct reason_place {
    size_t from, length, want_from, want_length;
} reason_place;

static reason_place reason_line(const view *v, const assess_reason *r, buf *b) {
    reason_place at = {0};
    buf got = BUF_INIT, want = BUF_INIT;
    verdict_name(v, r, b);
    if (*r->sign) {
        verdict_sides(v, r, &got, &want);
        at.from = b->length + 1;
        at.length = got.length;
        buf_print(b, " %s %s %s", buf_string(&got), r->sign, buf_string(&want));
        at.want_length = want.length;
        at.want_from = b->length - want.length;
    }
    buf_text(b, isnan(r->holds) ? " ?" : r->holds != 0 ? " ✓" : " ✗");
    buf_release(&got);
    buf_release(&want);
    return at;
}

typedef struct verdict {
    const view *v;
    size_t row;
    assess_reason reason[VIEW_COLUMNS][REASONS];
    size_t count[VIEW_COLUMNS], most;
} verdict;

enum { VERDICT_GOT, VERDICT_WANTED, VERDICT_HOLDS, VERDICT_FIELDS };

static void put_answer(const view *v, double x, buf *text, paint *ink) {
    buf_text(text, view_text(v, isnan(x) ? TEXT("open") : x != 0 ? TEXT("yes") : TEXT("no")));
    *ink = isnan(x) ? PAINT_WARN : x != 0 ? PAINT_GOOD : PAINT_BAD;
}

/* Was the extreme of this condition found at the same place in every column? */
static int same_which(const verdict *d, size_t row) {
    for (size_t c = 1; c < d->v->columns; c++)
        if (row >= d->count[c] || row >= d->count[0] ||
            strcmp(d->reason[c][row].which, d->reason[0][row].which))
            return 0;
    return 1;
}

static void verdict_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const verdict *d = of;
    const view *v = d->v;
    size_t c = column ? (column - 1) / VERDICT_FIELDS : 0;
    if (row == d->most) { /* what the conditions come to */
        if (column == 0) {
            buf_text(text, view_output_title(v, v->part[ROLE_VERDICT]));
            *ink = PAINT_FOCUS;
        } else if ((column - 1) % VERDICT_FIELDS == VERDICT_HOLDS) {
            location s = view_location(v, d->row, c);
            put_answer(v, location_value(v->part[ROLE_VERDICT], &s), text, ink);
        }
        return;
    }
    if (column == 0) {
        while (c + 1 < v->columns && row >= d->count[c]) c++;
        assess_reason r = d->reason[c][row];
        if (!same_which(d, row)) r.which = "";
        verdict_name(v, &r, text);
        return;
    }
    if (row >= d->count[c]) return;
    const assess_reason *r = &d->reason[c][row];
    buf got = BUF_INIT, want = BUF_INIT;
    verdict_sides(v, r, &got, &want);
    switch ((column - 1) % VERDICT_FIELDS) {
    case VERDICT_GOT:
        if (*r->sign) {
            buf_text(text, buf_string(&got));
            if (*r->which && !same_which(d, row)) buf_print(text, " [%s]", r->which);
        }
        break;
    case VERDICT_WANTED:
        if (*r->sign) buf_print(text, "%s %s", r->sign, buf_string(&want));
        break;
    default: put_answer(v, r->holds, text, ink);
    }
    buf_release(&got);
    buf_release(&want);
}

/* A side that is a result leads to it, everything else to the verdict. */
static int verdict_about(const void *of, size_t row, size_t column, const assess_array **x,
                         size_t *element) {
    const verdict *d = of;
    if (column-- == 0) return 0;
    size_t c = column / VERDICT_FIELDS, field = column % VERDICT_FIELDS;
    location s = view_location(d->v, d->row, c);
    *x = d->v->part[ROLE_VERDICT];
    if (row < d->most && row >= d->count[c]) return 0;
    if (field == VERDICT_GOT && row < d->most) {
        const assess_reason *r = &d->reason[c][row];
        const assess_array *left =
            *r->sign && !*r->which ? assess_output_named(d->v->session, r->left) : NULL;
        if (left) *x = left;
    }
    *element = location_offset(*x, &s);
    return *element != VIEW_NONE;
}

/* For how many units the verdict holds, and for which of those shown. */
static void report_holders(document *p, const view *v) {
    for (size_t c = 0; c < v->columns; c++) {
        size_t yes = 0;
        buf names = BUF_INIT, line = BUF_INIT;
        for (size_t row = 0; row < v->rows.size; row++) {
            location s = view_location(v, row, c);
            if (location_value(v->part[ROLE_VERDICT], &s) == 1 && yes++ < LISTED)
                buf_print(&names, "%s%s", names.length ? view_text(v, ", ") : "",
                          assess_title(v->session, &v->rows, row));
        }
        if (*v->column_title[c]) buf_print(&line, "%s%s", v->column_title[c], view_text(v, ": "));
        buf_print(&line, view_text(v, "Yes for %1$zu of %2$zu%3$.0s"), yes, v->rows.size,
                  view_axis_title(v, &v->rows));
        if (yes)
            buf_print(&line, "%s%s%s", view_text(v, ": "), buf_string(&names),
                      yes > LISTED ? " …" : "");
        document_line(p, PAINT_PLAIN, 0, "", "%s", buf_string(&line));
        buf_release(&names);
        buf_release(&line);
    }
}

void report_verdict(document *p, const view *v) {
    const assess_array *x = v->part[ROLE_VERDICT];
    if (!x) return;
    const char *title = view_output_title(v, x);
    if (v->focus == VIEW_NONE) {
        document_section(p, title);
        report_holders(p, v);
        return;
    }
    verdict *d = arena_zero(&p->memory, 1, sizeof *d);
    if (!d) {
        p->failed = 1;
        return;
    }
    d->v = v;
    d->row = v->focus;
    for (size_t c = 0; c < v->columns; c++) {
        d->count[c] = reasons_at(v, x, v->focus, c, d->reason[c], REASONS);
        if (d->count[c] > d->most) d->most = d->count[c];
    }
    document_column column[1 + VIEW_COLUMNS * VERDICT_FIELDS];
    size_t count = 1;
    column[0] = (document_column){"condition", view_text(v, "Condition"), WIDTH_LEFT, 12};
    for (size_t c = 0; c < v->columns; c++) {
        column[count++] = (document_column){"is", view_text(v, "Is"), WIDTH_RIGHT, 0};
        column[count++] = (document_column){"wanted", view_text(v, "Must be"), WIDTH_LEFT, 0};
        column[count++] = (document_column){"holds", "", WIDTH_LEFT, 0};
    }
    report_section(p, v, view_text(v, "Verdict"));
    document_table(p, "verdict", "", column, count);
    document_compute(p, 1, d->most + 1, verdict_cell, d);
    document_trace(p, verdict_about);
    for (size_t c = 0; c < v->columns; c++)
        document_over(p, 1 + c * VERDICT_FIELDS, VERDICT_FIELDS, v->column_title[c]);
}

/* ---- not assessable ---- */

/* Why a unit is refused in one column: the conditions that do not hold, and where in the text the
 * results stand that decide. */
typedef struct refusal {
    buf text;
    document_span span[2 * REASONS];
    size_t spans;
} refusal;

/* A part of the text that shows the result of the unit; what is wanted, the one that asks for it.
 */
static void put_span(const view *v, size_t row, size_t column, const assess_array *x, size_t from,
                     size_t length, refusal *out) {
    location at = view_location(v, row, column);
    size_t element = x ? location_offset(x, &at) : VIEW_NONE;
    if (length && element != VIEW_NONE)
        out->span[out->spans++] =
            (document_span){.from = from, .length = length, .x = x, .element = element};
}

static void put_refusal(const view *v, size_t row, size_t column, refusal *out) {
    assess_reason reason[REASONS];
    size_t n = 0;
    buf *b = &out->text;
    if (v->part[ROLE_ASSESSABLE])
        n = reasons_at(v, v->part[ROLE_ASSESSABLE], row, column, reason, REASONS);
    for (size_t i = 0; i < n; i++) {
        if (reason[i].holds == 1) continue;
        if (b->length) buf_text(b, view_text(v, "; "));
        const reason_place spot = reason_line(v, &reason[i], b);
        const assess_array *all = v->part[ROLE_ASSESSABLE];
        put_span(v, row, column,
                 *reason[i].which ? all : assess_output_named(v->session, reason[i].left),
                 spot.from, spot.length, out);
        put_span(v, row, column, all, spot.want_from, spot.want_length, out);
    }
    if (!b->length) buf_text(b, view_text(v, "no score"));
}

static int refused(const view *v, size_t row, size_t column) {
    location s = view_location(v, row, column);
    if (v->part[ROLE_ASSESSABLE]) return location_value(v->part[ROLE_ASSESSABLE], &s) != 1;
    return isnan(location_value(v->part[ROLE_SCORE], &s));
}

static void put_refused(document *p, const view *v, size_t row) {
    refusal *why = arena_zero(&p->memory, VIEW_COLUMNS, sizeof *why);
    size_t begins[VIEW_COLUMNS] = {0}; /* of each column's text in the line; 0: it has none */
    buf line = BUF_INIT;
    int alike = 1;
    if (!why) {
        p->failed = 1;
        return;
    }
    for (size_t c = 0; c < v->columns; c++) {
        if (refused(v, row, c)) put_refusal(v, row, c, &why[c]);
        alike &= !strcmp(buf_string(&why[c].text), buf_string(&why[0].text));
    }
    buf_print(&line, "%s%s", assess_title(v->session, &v->rows, row), view_text(v, ": "));
    for (size_t c = 0, listed = 0; c < v->columns; c++) {
        if (why[c].text.length && !(alike && c)) {
            if (listed++) buf_text(&line, view_text(v, "; "));
            if (!alike) buf_print(&line, "%s%s", v->column_title[c], view_text(v, ": "));
            begins[c] = line.length;
            buf_text(&line, buf_string(&why[c].text));
        }
    }
    document_line(p, row == v->focus ? PAINT_FOCUS : PAINT_PLAIN, 2, "-", "%s", buf_string(&line));
    for (size_t c = 0; c < v->columns; c++) {
        for (size_t i = 0; begins[c] && i < why[c].spans; i++) {
            document_span s = why[c].span[i];
            s.from += begins[c];
            document_span_about(p, &s);
        }
        buf_release(&why[c].text);
    }
    buf_release(&line);
}

void report_refused(document *p, const view *v) {
    size_t count = 0;
    for (size_t i = 0; i < v->rows.size; i++) {
        /* The focus comes first, so that a long list never hides it. */
        size_t row = v->focus == VIEW_NONE ? i : i == 0 ? v->focus : i <= v->focus ? i - 1 : i;
        size_t c = 0;
        while (c < v->columns && !refused(v, row, c)) c++;
        if (c == v->columns) continue;
        if (count == 0) document_section(p, view_text(v, "Not assessable"));
        if (count++ < LISTED) put_refused(p, v, row);
    }
    if (count > LISTED)
        document_line(p, PAINT_PLAIN, 2, "", view_text(v, "and %zu more"), count - LISTED);
}
