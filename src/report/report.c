/* The main report: what it is, what it rests on, who stands where, and tables of its results. */
#include "report/report.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "document/message.h"
#include "expr/axis.h"
#include "format/format.h"
#include "report/inside.h"
#include "robust/robust.h"

enum { INDENT = 10, LEAVES = 12, LEGEND = 12, WARNINGS = 20 };

/* ---- what this is ---- */

static void put_fact(document *p, const view *v, const char *id, const char *w, const char *text) {
    if (*text) document_fact(p, id, view_text(v, w), document_text(text));
}

static void report_rules(document *p, const view *v) {
    assess *a = v->session;
    size_t changed = 0;
    document_facts(p, "rules", "");
    document_style(p, PAINT_PLAIN, INDENT);
    put_fact(p, v, "cite", TEXT("Basis"), assess_fact(a, "cite"));
    put_fact(p, v, "status", TEXT("Edition"), assess_fact(a, "status"));
    put_fact(p, v, "file", TEXT("Rules"), assess_fact(a, "file"));
    put_fact(p, v, "note", TEXT("Note"), assess_fact(a, "note"));
    document_facts(p, "changed", "");
    document_style(p, PAINT_WARN, INDENT);
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf leaf = assess_leaf_at(a, i);
        if (!leaf.changed || changed++ >= LEAVES) continue;
        buf b = BUF_INIT;
        buf_print(&b, "%s = %s", leaf.address, leaf.value);
        put_fact(p, v, "changed", TEXT("Changed"), buf_string(&b));
        buf_release(&b);
    }
    if (changed > LEAVES)
        document_line(p, PAINT_WARN, INDENT, "", view_text(v, "and %zu more"), changed - LEAVES);
}

/* ---- what it rests on ---- */

static void put_comma(const view *v, buf *b) {
    if (b->length) buf_text(b, view_text(v, ", "));
}

/* "GB18030 (assumed)" */
static void put_encoding(const view *v, const char *encoding, buf *b) {
    const char *remark = strchr(encoding, ' ');
    buf_put(b, encoding, remark ? (size_t)(remark - encoding) : strlen(encoding));
    if (remark)
        buf_text(
            b, view_text(v, strcmp(remark, " (assumed)") ? TEXT(" with BOM") : TEXT(" (assumed)")));
}

static void report_source(document *p, const view *v, const assess_source *s) {
    buf all = BUF_INIT, b = BUF_INIT, from = BUF_INIT, to = BUF_INIT;
    if (s->kept != s->rows)
        buf_print(&b,
                  view_text(v, s->rows == 1 ? TEXT("%1$zu of %2$zu row kept: %3$s")
                                            : TEXT("%1$zu of %2$zu rows kept: %3$s")),
                  s->kept, s->rows, v->where);
    else
        view_count(&b, v, s->rows, TEXT("%zu row"), TEXT("%zu rows"));
    if (s->values || s->missing) {
        put_comma(v, &b);
        view_count(&b, v, s->values, TEXT("%zu value"), TEXT("%zu values"));
    }
    if (s->missing) {
        put_comma(v, &b);
        buf_print(&b, view_text(v, "%zu marked missing"), s->missing);
    }
    if (s->unread) {
        put_comma(v, &b);
        view_count(&b, v, s->unread, TEXT("%zu column not read"), TEXT("%zu columns not read"));
    }
    if (s->changed) {
        put_comma(v, &b);
        view_count(&b, v, s->changed, TEXT("%zu figure changed by an edition"),
                   TEXT("%zu figures changed by editions"));
    }
    if (s->unified) {
        put_comma(v, &b);
        view_count(&b, v, s->unified, TEXT("%zu label written otherwise (NFKC)"),
                   TEXT("%zu labels written otherwise (NFKC)"));
    }
    if (!isnan(s->year_from)) {
        view_figure(&from, s->year_from);
        view_figure(&to, s->year_to);
        put_comma(v, &b);
        if (s->year_from < s->year_to)
            buf_print(&b, view_text(v, "years %s–%s"), buf_string(&from), buf_string(&to));
        else
            buf_print(&b, view_text(v, "year %s"), buf_string(&from));
    }
    put_comma(v, &b);
    put_encoding(v, s->encoding, &b);
    buf_print(&all, "%s%s%s\n%s", s->name, view_text(v, ": "), s->path, buf_string(&b));
    put_fact(p, v, "data", TEXT("Data"), buf_string(&all));
    buf_release(&all);
    buf_release(&b);
    buf_release(&from);
    buf_release(&to);
}

/* How many figures are not as observed, and which label of the first axis has most of them. */
static void report_marks(document *p, const view *v, role r, const char *w) {
    const assess_array *x = v->part[r];
    if (!x) return;
    marks all = marks_count(v, r, NULL);
    size_t most = 0, who = 0, labels = x->axes ? x->axis[0].size : 0;
    size_t *own = arena_zero(&p->memory, labels + 1, sizeof *own);
    p->failed |= !own;
    for (size_t i = 0; own && labels && i < x->size; i++)
        own[ax_along(i, x->stride[0], labels)] += x->value[i] == 1;
    for (size_t k = 0; own && k < labels; k++) {
        if (own[k] <= most) continue;
        most = own[k];
        who = k;
    }
    buf b = BUF_INIT;
    marks_say(v, &all, &b);
    if (most > 1) {
        put_comma(v, &b);
        buf_print(&b, view_text(v, "most for %s (%zu)"), assess_title(v->session, &x->axis[0], who),
                  most);
    }
    put_fact(p, v, view_role_name(r), w, buf_string(&b));
    buf_release(&b);
}

/* Rows and one further axis: the basis by status, the parts. */
typedef struct crossed {
    const view *v;
    const assess_array *x;
    const assess_axis *extra;
    int across; /* columns of the view shown: v->columns, or 1 where the array has none of their
                   axes */
    role r;
} crossed;

static void crossed_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const crossed *c = of;
    size_t unit = c->v->shown[row];
    *ink = report_row_ink(c->v, unit);
    if (column == 0) {
        buf_text(text, assess_title(c->v->session, &c->v->rows, unit));
        return;
    }
    column--;
    location s = view_location(c->v, unit, column / c->extra->size);
    location_add(&s, c->extra->id, column % c->extra->size);
    double x = location_value(c->x, &s);
    if (c->r == ROLE_BASIS)
        view_share(text, x);
    else
        view_number(text, x, c->v->places[c->r]);
    if (c->r == ROLE_BASIS && x == 0) *ink = PAINT_FAINT;
}

static int crossed_about(const void *of, size_t row, size_t column, const assess_array **x,
                         size_t *element) {
    const crossed *c = of;
    if (column-- == 0) return 0;
    location s = view_location(c->v, c->v->shown[row], column / c->extra->size);
    location_add(&s, c->extra->id, column % c->extra->size);
    return report_about(c->x, &s, x, element);
}

/* Where headings are the labels of things with long names, their names follow in a legend. */
static int needs_legend(const view *v, const assess_axis *axis) {
    for (size_t i = 0; i < axis->size; i++) {
        const char *title = assess_title(v->session, axis, i);
        if (strcmp(title, assess_label(v->session, axis, i)) &&
            width_of(title, strlen(title)) > LEGEND)
            return 1;
    }
    return 0;
}

static void put_legend(document *p, const view *v, const assess_axis *axis) {
    document_legend(p);
    for (size_t i = 0; i < axis->size; i++) {
        buf entry = BUF_INIT;
        buf_print(&entry, "%s %s", assess_label(v->session, axis, i),
                  assess_title(v->session, axis, i));
        document_put(p, document_text(buf_string(&entry)));
        buf_release(&entry);
    }
}

static int any_value(const crossed *c) {
    for (size_t i = 0; i < c->v->shown_count; i++)
        for (size_t k = 0; k < (size_t)c->across * c->extra->size; k++) {
            location s = view_location(c->v, c->v->shown[i], k / c->extra->size);
            location_add(&s, c->extra->id, k % c->extra->size);
            if (!isnan(location_value(c->x, &s))) return 1;
        }
    return 0;
}

static void report_crossed(document *p, const view *v, role r, const char *title,
                           const char *note) {
    const assess_array *x = v->part[r];
    const assess_axis *extra = x ? view_extra(v, x) : NULL;
    if (!extra || !extra->size || !v->shown_count) return;
    int across = view_has_columns(v, x) ? (int)v->columns : 1, named = !needs_legend(v, extra);
    crossed *c = arena_zero(&p->memory, 1, sizeof *c);
    size_t count = 1 + (size_t)across * extra->size;
    document_column *column = arena_zero(&p->memory, count, sizeof *column);
    if (!c || !column) {
        p->failed = 1;
        return;
    }
    *c = (crossed){v, x, extra, across, r};
    if (!any_value(c)) return;
    column[0] = report_row_column(v);
    for (size_t i = 1; i < count; i++) {
        const char *label = assess_label(v->session, extra, (i - 1) % extra->size);
        const char *head = named ? assess_title(v->session, extra, (i - 1) % extra->size) : label;
        column[i] = (document_column){label, head, WIDTH_RIGHT, 0};
    }
    document_section(p, title);
    if (note)
        document_line(p, PAINT_FAINT, 0, "", note,
                      v->language ? view_axis_title(v, extra) : extra->name);
    if (!named) put_legend(p, v, extra);
    document_table(p, view_role_name(r), "", column, count);
    document_compute(p, 1, v->shown_count, crossed_cell, c);
    document_trace(p, crossed_about);
    for (size_t i = 0; across > 1 && i < (size_t)across; i++)
        document_over(p, 1 + i * extra->size, extra->size, v->column_title[i]);
}

/* ---- what else there is ---- */

static int plays(const view *v, const assess_array *x) {
    for (int r = 0; r < ROLES; r++)
        if (v->part[r] == x) return 1;
    return 0;
}

enum { FURTHER_TITLE, FURTHER_NAME, FURTHER_AXES, FURTHER_FORMULA, FURTHER_FIELDS };

typedef struct further {
    const view *v;
    const assess_array **x;
    int field[FURTHER_FIELDS]; /* of each column */
} further;

static void further_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const further *o = of;
    const assess_array *x = o->x[row];
    (void)ink;
    switch (o->field[column]) {
    case FURTHER_TITLE: buf_text(text, view_output_title(o->v, x)); break;
    case FURTHER_NAME: buf_text(text, x->name); break;
    case FURTHER_FORMULA: buf_text(text, x->formula); break;
    default:
        for (int k = 0; k < x->axes; k++)
            buf_print(text, "%s%s %zu", k ? " × " : "", view_axis_title(o->v, &x->axis[k]),
                      x->axis[k].size);
    }
}

/* Results that play no part in the report: what they are, and the names they are asked for by. */
void report_further(document *p, const view *v, int formulas) {
    const document_column all[FURTHER_FIELDS] = {
        [FURTHER_TITLE] = {"title", view_text(v, "Result"), WIDTH_LEFT, 12},
        [FURTHER_NAME] = {"output", view_text(v, "Name"), WIDTH_LEFT, 0},
        [FURTHER_AXES] = {"axes", view_text(v, "Over"), WIDTH_LEFT, 12},
        [FURTHER_FORMULA] = {"formula", view_text(v, "Formula"), WIDTH_LEFT, 20}};
    document_column column[FURTHER_FIELDS];
    size_t n = assess_output_count(v->session), count = 0, columns = 0;
    further *o = arena_zero(&p->memory, 1, sizeof *o);
    const assess_array **x = arena_zero(&p->memory, n + 1, sizeof *x);
    if (!o || !x) {
        p->failed = 1;
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (!plays(v, assess_output(v->session, i))) x[count++] = assess_output(v->session, i);
    if (!count) return;
    *o = (further){.v = v, .x = x};
    for (int field = 0; field < FURTHER_FIELDS - !formulas; field++) {
        int told = field != FURTHER_NAME; /* not where all titles are the names */
        for (size_t i = 0; i < count; i++) told |= strcmp(view_output_title(v, x[i]), x[i]->name);
        if (!told) continue;
        o->field[columns] = field;
        column[columns++] = all[field];
    }
    document_section(p, view_text(v, "Further results"));
    document_table(p, "outputs", "", column, columns);
    document_compute(p, 1, count, further_cell, o);
    document_line(p, PAINT_FAINT, 0, "", "%s", view_text(v, "--output NAME shows one."));
}

void report_warnings(document *p, const view *v) {
    size_t count = 0, shown = 0;
    for (size_t i = 0; i < assess_message_count(v->session); i++)
        count += assess_message_at(v->session, i).status == ASSESS_OK;
    if (!count) return;
    document_section(p, view_text(v, "Warnings"));
    for (size_t i = 0; i < assess_message_count(v->session) && shown < WARNINGS; i++) {
        assess_message m = assess_message_at(v->session, i);
        buf b = BUF_INIT;
        if (m.status != ASSESS_OK) continue;
        message_line(&b, &m, "", 0);
        document_line(p, PAINT_WARN, 2, "-", "%.*s", (int)(b.length ? b.length - 1 : 0),
                      buf_string(&b));
        buf_release(&b);
        shown++;
    }
    if (count > shown)
        document_line(p, PAINT_WARN, 2, "", view_text(v, "and %zu more"), count - shown);
}

/* ---- arrays as tables ---- */

enum { ACROSS = 60 };

typedef struct crosstab {
    const view *v;
    const assess_array *const *x;
    size_t arrays;
    size_t first;     /* position of row 0 on the first axis */
    location *column; /* positions on the other axes */
    int *places;      /* of each column */
} crosstab;

static double crosstab_value(const crosstab *t, size_t row, size_t column) {
    const assess_array *x = t->x[column % t->arrays];
    location s = t->column[column / t->arrays];
    if (x->axes) location_add(&s, x->axis[0].id, t->first + row);
    return location_value(x, &s);
}

static int crosstab_places(const crosstab *t, size_t rows, size_t column) {
    decimals d = {0};
    if (t->x[column % t->arrays]->kind != ASSESS_NUMBER) return -1;
    for (size_t r = 0; r < rows; r++) decimals_add(&d, crosstab_value(t, r, column));
    return decimals_suit(&d);
}

static void array_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const crosstab *t = of;
    (void)ink;
    if (t->x[0]->axes && column-- == 0) {
        buf_text(text, assess_title(t->v->session, &t->x[0]->axis[0], t->first + row));
        return;
    }
    view_element(text, t->v, t->x[column % t->arrays], crosstab_value(t, row, column),
                 t->places[column]);
}

static int array_about(const void *of, size_t row, size_t column, const assess_array **x,
                       size_t *element) {
    const crosstab *t = of;
    if (t->x[0]->axes && column-- == 0) return 0;
    const assess_array *own = t->x[column % t->arrays];
    location s = t->column[column / t->arrays];
    if (own->axes) location_add(&s, own->axis[0].id, t->first + row);
    return report_about(own, &s, x, element);
}

/* The name of a label where it is short enough for a heading, else the label. */
static const char *column_title(const view *v, const assess_axis *axis, size_t i) {
    const char *title = assess_title(v->session, axis, i);
    return width_of(title, strlen(title)) > 12 ? assess_label(v->session, axis, i) : title;
}

/* The heading above a column: the labels of the axes beyond the second (`from` 2) or first. */
static const char *heading_over(document *p, const view *v, const assess_array *shape,
                                const size_t *at, int from) {
    buf b = BUF_INIT;
    for (int k = shape->axes - 1; k >= from; k--)
        buf_print(&b, "%s%s", b.length ? " · " : "", column_title(v, &shape->axis[k], at[k]));
    const char *own = document_print(p, "%s", buf_string(&b));
    buf_release(&b);
    return own;
}

/* Arrays over the same axes side by side as one table: the first axis downwards, every combination
 * of the others across; picks of the wish leave one position of their axes; at most w->top rows. */
static void report_arrays(document *p, const view *v, const view_wish *w,
                          const assess_array *const *x, size_t count) {
    const assess_array *shape = x[0];
    size_t size[ASSESS_AXES] = {1}, first[ASSESS_AXES] = {0}, across = 1, keys = shape->axes != 0;
    for (int k = 0; k < shape->axes; k++) {
        size_t picked = view_picked(v->session, w, &shape->axis[k]);
        first[k] = picked == VIEW_NONE ? 0 : picked;
        size[k] = picked == VIEW_NONE ? shape->axis[k].size : 1;
        if (k) across *= size[k];
    }
    size_t hidden = across > ACROSS ? across - ACROSS : 0,
           rows = size[0] < w->top ? size[0] : w->top;
    across -= hidden;
    crosstab *t = arena_zero(&p->memory, 1, sizeof *t);
    location *column_at = arena_zero(&p->memory, across + 1, sizeof *column_at);
    int *places = arena_zero(&p->memory, across * count + 1, sizeof *places);
    document_column *column = arena_zero(&p->memory, keys + across * count, sizeof *column);
    const char **over = arena_zero(&p->memory, across + 1, sizeof *over);
    if (!t || !column_at || !places || !column || !over) {
        p->failed = 1;
        return;
    }
    *t = (crosstab){v, x, count, first[0], column_at, places};
    if (keys)
        column[0] = (document_column){shape->axis[0].name, view_axis_title(v, &shape->axis[0]),
                                      WIDTH_LEFT, 0};
    for (size_t c = 0; c < across; c++) {
        size_t rest = c, at[ASSESS_AXES] = {0};
        /* The second axis changes fastest; the last one (a stage, a year) is the heading above. */
        for (int k = 1; k < shape->axes; k++) {
            at[k] = first[k] + rest % size[k];
            rest /= size[k];
            location_add(&column_at[c], shape->axis[k].id, at[k]);
        }
        over[c] = heading_over(p, v, shape, at, count == 1 ? 2 : 1);
        for (size_t i = 0; i < count; i++) {
            const char *name = view_output_title(v, x[i]);
            if (count == 1 && shape->axes > 1) name = column_title(v, &shape->axis[1], at[1]);
            column[keys + c * count + i] = (document_column){
                x[i]->name, name, x[i]->kind == ASSESS_NUMBER ? WIDTH_RIGHT : WIDTH_LEFT,
                x[i]->kind == ASSESS_TEXT ? 12 : 0};
        }
    }
    for (size_t i = 0; i < across * count; i++) places[i] = crosstab_places(t, keys ? rows : 1, i);
    document_table(p, x[0]->name, "", column, keys + across * count);
    document_compute(p, keys, keys ? rows : 1, array_cell, t);
    document_trace(p, array_about);
    for (size_t c = 0; c < across; c++)
        if (*over[c]) document_over(p, keys + c * count, count, over[c]);
    if (keys && rows < size[0])
        document_line(p, PAINT_FAINT, 0, "", view_text(v, "%1$zu of %2$zu shown; --all shows all."),
                      rows, size[0]);
    if (hidden) report_hidden(p, v, hidden);
}

/* Rules that score nothing, or in no form that could be ranked: their results as they are. */
void report_outputs(document *p, const view *v, const view_wish *wish) {
    static const view_wish w = {.top = VIEW_TOP};
    size_t n = assess_output_count(v->session);
    const assess_array **x = arena_zero(&p->memory, n + 1, sizeof *x);
    if (!n) document_section(p, view_text(v, "The rules compute no results."));
    p->failed |= !x;
    for (size_t i = 0; x && i < n; i++) {
        x[i] = assess_output(v->session, i);
        document_section(p, view_output_title(v, x[i]));
        if (wish->formulas && *x[i]->formula)
            document_line(p, PAINT_FAINT, 2, "", "%s = %s", x[i]->name, x[i]->formula);
        report_arrays(p, v, &w, &x[i], 1);
    }
}

/* ---- the whole ---- */

void report_section(document *p, const view *v, const char *title) {
    buf b = BUF_INIT;
    buf_print(&b, view_text(v, "%s of %s"), title, assess_title(v->session, &v->rows, v->focus));
    document_section(p, buf_string(&b));
    buf_release(&b);
}

static void begin_report(document *p, const view *v, const char *title) {
    document_open(p, "result", title, view_text(v, ": "), "-");
    p->view = v;
    p->dense = 1;
}

const char *report_title(const assess *a) {
    const char *title = assess_fact(a, "title"), *id = assess_fact(a, "id");
    return *title ? title : *id ? id : assess_fact(a, "file");
}

void report_head(document *p, const view *v) {
    assess *a = v->session;
    report_rules(p, v);
    document_facts(p, "data", "");
    document_style(p, PAINT_PLAIN, INDENT);
    for (size_t i = 0; i < assess_source_count(a); i++) {
        assess_source s = assess_source_at(a, i);
        report_source(p, v, &s);
    }
    report_marks(p, v, ROLE_IMPUTED, TEXT("Imputed"));
    report_marks(p, v, ROLE_TREATED, TEXT("Treated"));
}

void report_basis(document *p, const view *v) {
    report_crossed(p, v, ROLE_BASIS, view_text(v, "What the weight rests on"),
                   view_text(v, "Share of the whole weight, by the %s of the figures."));
}

void report_parts(document *p, const view *v) {
    if (v->part[ROLE_PARTS])
        report_crossed(p, v, ROLE_PARTS, view_output_title(v, v->part[ROLE_PARTS]), NULL);
}

static void report_all(document *p, const document_results *r) {
    const view *v = r->v;
    assess *a = v->session;
    begin_report(p, v, report_title(a));
    report_head(p, v);
    if (v->part[ROLE_SCORE]) {
        report_basis(p, v);
        report_ranking(p, v);
        if (r->pictures) report_chart(p, a, r->wish, "ranking", NULL);
        document_gap(p);
        if (r->draws)
            robust_line(p, v, r->draws, assess_fact(a, "file"));
        else if (a->s->uncertain.count)
            robust_hint(p, v, a->s->uncertain.count, assess_fact(a, "file"), r->draws_failed);
        report_parts(p, v);
        report_weights(p, v, r->wish->weights);
        report_shortfalls(p, v);
        if (r->pictures) {
            report_chart(p, a, r->wish, "shortfalls", NULL);
            report_chart(p, a, r->wish, "profile", NULL);
        }
        report_verdict(p, v);
        report_refused(p, v);
        report_further(p, v, r->wish->formulas);
    } else {
        report_outputs(p, v, r->wish);
    }
    report_warnings(p, v);
}

/* Arrays over the same axes share a table. */
static void report_named(document *p, const document_results *r) {
    const view *v = r->v;
    if (!r->count) begin_report(p, v, "");
    for (size_t i = 0, next; i < r->count; i = next) {
        buf title = BUF_INIT;
        for (next = i; next < r->count && csv_same_axes(r->x[i], r->x[next]); next++)
            buf_print(&title, "%s%s", next > i ? ", " : "", view_output_title(v, r->x[next]));
        if (i)
            document_section(p, buf_string(&title));
        else
            begin_report(p, v, buf_string(&title));
        report_arrays(p, v, r->wish, r->x + i, next - i);
        buf_release(&title);
    }
}

void report_open(document *p, int people, int named, const document_results *r) {
    if (!people) {
        begin_report(p, r->v, "");
        document_write_results(p, r);
    } else if (named) {
        report_named(p, r);
    } else {
        report_all(p, r);
    }
}
