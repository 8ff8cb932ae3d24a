#include "report/terminal.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "report/message.h"

enum { LEAVES = 12, LEGEND = 12, UNITS = 10, WARNINGS = 20 };

/* ---- what this is ---- */

static void fact_line(page *p, const view *v, word w, size_t indent, const char *text) {
    if (*text) page_paragraph(p, PAINT_PLAIN, indent, view_word(v, w), "%s", text);
}

static void header(page *p, const view *v) {
    assess *a = v->session;
    const char *title = assess_fact(a, "title"), *id = assess_fact(a, "id"),
               *file = assess_fact(a, "file");
    size_t changed = 0, indent = 10;
    page_paragraph(p, PAINT_TITLE, 0, "", "%s", *title ? title : *id ? id : file);
    fact_line(p, v, WORD_BASIS, indent, assess_fact(a, "cite"));
    fact_line(p, v, WORD_EDITION, indent, assess_fact(a, "status"));
    fact_line(p, v, WORD_RULES, indent, file);
    fact_line(p, v, WORD_NOTE, indent, assess_fact(a, "note"));
    for (size_t i = 0; i < assess_leaf_count(a); i++) {
        assess_leaf leaf = assess_leaf_at(a, i);
        if (leaf.changed && changed++ < LEAVES)
            page_paragraph(p, PAINT_WARN, indent, view_word(v, WORD_CHANGED), "%s = %s",
                           leaf.address, leaf.value);
    }
    if (changed > LEAVES)
        page_paragraph(p, PAINT_WARN, indent, "", view_word(v, WORD_HIDDEN), changed - LEAVES);
}

/* ---- what it rests on ---- */

static void comma(const view *v, buf *b) {
    if (b->length) buf_text(b, view_word(v, WORD_COMMA));
}

static void source(page *p, const view *v, const assess_source *s) {
    buf b = BUF_INIT, from = BUF_INIT, to = BUF_INIT;
    if (s->kept != s->rows)
        buf_print(&b, view_word(v, WORD_KEPT), s->kept, s->rows, v->where);
    else
        buf_print(&b, view_word(v, WORD_ROWS), s->rows);
    if (s->values || s->missing) {
        comma(v, &b);
        buf_print(&b, view_word(v, WORD_VALUES), s->values);
    }
    if (s->missing) {
        comma(v, &b);
        buf_print(&b, view_word(v, WORD_MISSING), s->missing);
    }
    if (!isnan(s->year_from)) {
        view_figure(&from, s->year_from);
        view_figure(&to, s->year_to);
        comma(v, &b);
        if (s->year_from < s->year_to)
            buf_print(&b, view_word(v, WORD_YEARS), buf_string(&from), buf_string(&to));
        else
            buf_print(&b, view_word(v, WORD_ONE_YEAR), buf_string(&from));
    }
    comma(v, &b);
    buf_text(&b, s->encoding);
    page_paragraph(p, PAINT_PLAIN, 10, view_word(v, WORD_DATA), "%s%s%s\n%s", s->name,
                   view_word(v, WORD_COLON), s->path, buf_string(&b));
    buf_release(&b);
    buf_release(&from);
    buf_release(&to);
}

/* How many figures are not as observed, and which label of the first axis has most of them. */
static void marked(page *p, const view *v, role r, word w) {
    const assess_array *x = v->part[r];
    if (!x) return;
    size_t count = 0, of = 0, most = 0, who = 0;
    for (size_t i = 0; i < x->size; i++) {
        of += x->value[i] == x->value[i];
        count += x->value[i] == 1;
    }
    for (size_t k = 0; x->axes && k < x->axis[0].size; k++) {
        size_t own = 0;
        for (size_t i = 0; i < x->size; i++)
            own += x->value[i] == 1 && i / x->stride[0] % x->axis[0].size == k;
        if (own > most) {
            most = own;
            who = k;
        }
    }
    buf b = BUF_INIT;
    buf_print(&b, view_word(v, WORD_MARKED), count, of);
    if (most > 1) {
        comma(v, &b);
        buf_print(&b, view_word(v, WORD_MOST), assess_title(v->session, &x->axis[0], who), most);
    }
    page_paragraph(p, PAINT_PLAIN, 10, view_word(v, w), "%s", buf_string(&b));
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

static paint row_ink(const view *v, size_t row) {
    return row == v->focus ? PAINT_FOCUS : PAINT_PLAIN;
}

static void crossed_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const crossed *c = of;
    size_t unit = c->v->shown[row];
    *ink = row_ink(c->v, unit);
    if (column == 0) {
        buf_text(text, assess_title(c->v->session, &c->v->rows, unit));
        return;
    }
    column--;
    spot s = view_spot(c->v, unit, column / c->extra->size);
    spot_add(&s, c->extra->id, column % c->extra->size);
    double x = spot_value(c->x, &s);
    if (c->r == ROLE_BASIS)
        view_share(text, x);
    else
        view_number(text, x, c->v->places[c->r]);
    if (c->r == ROLE_BASIS && x == 0) *ink = PAINT_FAINT;
}

/* Does the array differ by what the view's columns differ in? */
static int has_columns(const view *v, const assess_array *x) {
    for (int k = 0; k < v->column_axes; k++)
        if (view_axis(x, v->column_axis[k].id) >= 0) return 1;
    return 0;
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

/* As many entries on a line as fit; none is broken but one that is wider than the page. */
static void legend(page *p, const view *v, const assess_axis *axis) {
    buf line = BUF_INIT, entry = BUF_INIT;
    for (size_t i = 0; i < axis->size; i++) {
        buf_clear(&entry);
        buf_print(&entry, "%s %s", assess_label(v->session, axis, i),
                  assess_title(v->session, axis, i));
        size_t width = width_of(buf_string(&line), line.length) + 3 +
                       width_of(buf_string(&entry), entry.length);
        if (line.length && width > p->width) {
            page_paragraph(p, PAINT_FAINT, 0, "", "%s", buf_string(&line));
            buf_clear(&line);
        }
        buf_print(&line, "%s%s", line.length ? "   " : "", buf_string(&entry));
    }
    page_paragraph(p, PAINT_FAINT, 0, "", "%s", buf_string(&line));
    buf_release(&line);
    buf_release(&entry);
}

static int any_value(const crossed *c) {
    for (size_t i = 0; i < c->v->shown_count; i++)
        for (size_t k = 0; k < (size_t)c->across * c->extra->size; k++) {
            spot s = view_spot(c->v, c->v->shown[i], k / c->extra->size);
            spot_add(&s, c->extra->id, k % c->extra->size);
            if (!isnan(spot_value(c->x, &s))) return 1;
        }
    return 0;
}

static void print_crossed(page *p, const view *v, role r, const char *title, const char *note) {
    const assess_array *x = v->part[r];
    const assess_axis *extra = x ? view_extra(v, x) : NULL;
    if (!extra || !extra->size || !v->shown_count) return;
    crossed c = {v, x, extra, has_columns(v, x) ? (int)v->columns : 1, r};
    size_t count = 1 + (size_t)c.across * extra->size;
    int named = !needs_legend(v, extra);
    if (!any_value(&c)) return;
    grid_column *column = mem_zero(count, sizeof *column);
    if (!column) {
        p->out->held.failed = 1;
        return;
    }
    column[0] = (grid_column){.over = "", .head = view_axis_title(v, &v->rows), .key = 1};
    for (size_t i = 1; i < count; i++)
        column[i] = (grid_column){
            .over = c.across > 1 ? v->column_title[(i - 1) / extra->size] : "",
            .head = named ? assess_title(v->session, extra, (i - 1) % extra->size)
                          : assess_label(v->session, extra, (i - 1) % extra->size),
            .side = WIDTH_RIGHT,
        };
    page_section(p, title);
    if (note) page_paragraph(p, PAINT_FAINT, 0, "", note, extra->name);
    if (!named) legend(p, v, extra);
    page_grid(p, &(grid){column, count, v->shown_count, crossed_cell, &c});
    mem_free(column);
}

/* ---- who stands where ---- */

enum { FIELD_RANK, FIELD_SCORE, FIELD_GRADE, FIELD_COVERAGE, FIELD_VERDICT, FIELD_PEER, FIELDS };

typedef struct ranking {
    const view *v;
    int field[FIELDS], fields; /* of each column of the view */
} ranking;

static void verdict_mark(const view *v, double x, buf *text, paint *ink) {
    buf_text(text, isnan(x) ? "-" : view_word(v, x != 0 ? WORD_HOLDS : WORD_FAILS));
    if (!isnan(x)) *ink = x != 0 ? PAINT_GOOD : PAINT_BAD;
}

static void ranking_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const ranking *r = of;
    const view *v = r->v;
    size_t unit = v->shown[row];
    *ink = row_ink(v, unit);
    if (column == 0) {
        buf_text(text, assess_title(v->session, &v->rows, unit));
        return;
    }
    size_t at = (column - 1) / (size_t)r->fields;
    spot s = view_spot(v, unit, at);
    switch (r->field[(column - 1) % (size_t)r->fields]) {
    case FIELD_RANK: view_rank(text, spot_value(v->part[ROLE_RANK], &s)); break;
    case FIELD_SCORE:
        view_number(text, spot_value(v->part[ROLE_SCORE], &s), v->places[ROLE_SCORE]);
        break;
    case FIELD_GRADE:
        view_element(text, v, v->part[ROLE_GRADE], spot_value(v->part[ROLE_GRADE], &s), 0);
        break;
    case FIELD_COVERAGE: view_share(text, spot_value(v->part[ROLE_COVERAGE], &s)); break;
    case FIELD_VERDICT: verdict_mark(v, spot_value(v->part[ROLE_VERDICT], &s), text, ink); break;
    default:
        if (view_is_peer(v, unit, at)) buf_char(text, '*');
    }
}

static int any_peer(const view *v) {
    for (size_t i = 0; i < v->shown_count; i++)
        for (size_t c = 0; c < v->columns; c++)
            if (view_is_peer(v, v->shown[i], c)) return 1;
    return 0;
}

static void print_ranking(page *p, const view *v) {
    ranking r = {.v = v};
    grid_column column[1 + VIEW_COLUMNS * FIELDS];
    size_t count = 1;
    int peers = any_peer(v);
    if (v->part[ROLE_RANK]) r.field[r.fields++] = FIELD_RANK;
    r.field[r.fields++] = FIELD_SCORE;
    if (v->part[ROLE_GRADE]) r.field[r.fields++] = FIELD_GRADE;
    if (peers) r.field[r.fields++] = FIELD_PEER;
    if (v->part[ROLE_COVERAGE]) r.field[r.fields++] = FIELD_COVERAGE;
    if (v->part[ROLE_VERDICT]) r.field[r.fields++] = FIELD_VERDICT;
    column[0] = (grid_column){.over = "", .head = view_axis_title(v, &v->rows), .key = 1};
    for (size_t c = 0; c < v->columns; c++)
        for (int f = 0; f < r.fields; f++) {
            static const role part[FIELDS] = {ROLE_RANK,     ROLE_SCORE,   ROLE_GRADE,
                                              ROLE_COVERAGE, ROLE_VERDICT, ROLES};
            static const word usual[FIELDS] = {WORD_RANK,     WORD_SCORE,   WORD_GRADE,
                                               WORD_COVERAGE, WORD_VERDICT, WORD_PEER};
            const char *head = view_word(v, usual[r.field[f]]);
            if (part[r.field[f]] != ROLES && r.field[f] != FIELD_VERDICT)
                head = view_output_title(v, v->part[part[r.field[f]]], head);
            column[count++] = (grid_column){
                .over = v->column_title[c],
                .head = head,
                .side = r.field[f] == FIELD_PEER || r.field[f] == FIELD_GRADE ? WIDTH_LEFT
                        : r.field[f] == FIELD_VERDICT                         ? WIDTH_CENTRE
                                                                              : WIDTH_RIGHT,
            };
        }
    page_section(p, view_word(v, WORD_RANKING));
    page_grid(p, &(grid){column, count, v->shown_count, ranking_cell, &r});
    if (v->part[ROLE_VERDICT] && *view_output_title(v, v->part[ROLE_VERDICT], ""))
        page_paragraph(p, PAINT_FAINT, 0, "", "%s%s%s", view_word(v, WORD_VERDICT),
                       view_word(v, WORD_COLON), view_output_title(v, v->part[ROLE_VERDICT], NULL));
    if (peers) page_paragraph(p, PAINT_FAINT, 0, "", "%s", view_word(v, WORD_PEER_NOTE));
    if (v->shown_count < v->rows.size)
        page_paragraph(p, PAINT_FAINT, 0, "", view_word(v, WORD_SHOWN), v->shown_count,
                       v->rows.size);
    if (v->columns_hidden)
        page_paragraph(p, PAINT_FAINT, 0, "", view_word(v, WORD_COLUMNS_HIDDEN), v->columns_hidden);
    if (*v->focus_name && v->focus == VIEW_NONE)
        page_paragraph(p, PAINT_WARN, 0, "", "%s%s%s", v->focus_name, view_word(v, WORD_COLON),
                       view_word(v, WORD_ABSENT_FOCUS));
}

/* ---- what else there is ---- */

static int plays(const view *v, const assess_array *x) {
    for (int r = 0; r < ROLES; r++)
        if (v->part[r] == x) return 1;
    return 0;
}

typedef struct further {
    const view *v;
    const assess_array **x;
} further;

static void further_cell(const void *of, size_t row, size_t column, buf *text, paint *ink) {
    const further *o = of;
    const assess_array *x = o->x[row];
    const char *title = view_output_title(o->v, x, "");
    (void)ink;
    if (column == 0)
        buf_print(text, "%s%s%s", x->name, *title ? " " : "", title);
    else if (column == 2)
        buf_text(text, x->formula);
    else
        for (int k = 0; k < x->axes; k++)
            buf_print(text, "%s%s %zu", k ? " × " : "",
                      o->v->chinese ? view_axis_title(o->v, &x->axis[k]) : x->axis[k].name,
                      x->axis[k].size);
}

static void print_further(page *p, const view *v) {
    grid_column column[] = {
        {.over = "", .head = view_word(v, WORD_OUTPUT), .key = 1},
        {.over = "", .head = view_word(v, WORD_AXES), .wrap = 12},
        {.over = "", .head = view_word(v, WORD_FORMULA), .wrap = 20},
    };
    size_t n = assess_output_count(v->session), count = 0;
    further o = {v, mem_zero(n + 1, sizeof *o.x)};
    for (size_t i = 0; o.x && i < n; i++)
        if (!plays(v, assess_output(v->session, i))) o.x[count++] = assess_output(v->session, i);
    if (count) {
        page_section(p, view_word(v, WORD_MORE));
        page_grid(p, &(grid){column, 3, count, further_cell, &o});
        page_paragraph(p, PAINT_FAINT, 0, "", "%s", view_word(v, WORD_MORE_NOTE));
    }
    mem_free(o.x);
}

static void print_warnings(page *p, const view *v) {
    size_t count = 0, shown = 0;
    for (size_t i = 0; i < assess_message_count(v->session); i++)
        count += assess_message_at(v->session, i).status == ASSESS_OK;
    if (!count) return;
    page_section(p, view_word(v, WORD_WARNINGS));
    for (size_t i = 0; i < assess_message_count(v->session) && shown < WARNINGS; i++) {
        assess_message m = assess_message_at(v->session, i);
        buf b = BUF_INIT;
        if (m.status != ASSESS_OK) continue;
        message_line(&b, &m, "", 0);
        page_paragraph(p, PAINT_WARN, 2, "-", "%.*s", (int)(b.length ? b.length - 1 : 0),
                       buf_string(&b));
        buf_release(&b);
        shown++;
    }
    if (count > shown)
        page_paragraph(p, PAINT_WARN, 2, "", view_word(v, WORD_HIDDEN), count - shown);
}

/* Rules that score nothing, or in no form that could be ranked: their results as they are. */
static void print_plain(page *p, const view *v) {
    size_t n = assess_output_count(v->session);
    view_wish w = {.top = VIEW_TOP};
    if (!n) page_section(p, view_word(v, WORD_NO_OUTPUTS));
    for (size_t i = 0; i < n; i++) {
        const assess_array *x = assess_output(v->session, i);
        const char *title = view_output_title(v, x, "");
        buf b = BUF_INIT;
        buf_print(&b, "%s%s%s", x->name, *title ? " " : "", title);
        page_section(p, buf_string(&b));
        terminal_arrays(p, v, &w, &x, 1);
        buf_release(&b);
    }
}

void terminal_section(page *p, const view *v, const char *title) {
    buf b = BUF_INIT;
    buf_print(&b, view_word(v, WORD_VERDICT_OF), title,
              assess_title(v->session, &v->rows, v->focus));
    page_section(p, buf_string(&b));
    buf_release(&b);
}

void terminal_report(page *p, const view *v) {
    header(p, v);
    for (size_t i = 0; i < assess_source_count(v->session); i++) {
        assess_source s = assess_source_at(v->session, i);
        source(p, v, &s);
    }
    marked(p, v, ROLE_IMPUTED, WORD_IMPUTED);
    marked(p, v, ROLE_TREATED, WORD_TREATED);
    if (!v->part[ROLE_SCORE]) {
        print_plain(p, v);
        print_warnings(p, v);
        return;
    }
    print_crossed(p, v, ROLE_BASIS, view_word(v, WORD_STATUS), view_word(v, WORD_STATUS_NOTE));
    print_ranking(p, v);
    print_crossed(p, v, ROLE_PARTS,
                  view_output_title(v,
                                    v->part[ROLE_PARTS] ? v->part[ROLE_PARTS] : v->part[ROLE_SCORE],
                                    view_word(v, WORD_PARTS)),
                  NULL);
    terminal_shortfalls(p, v);
    terminal_verdict(p, v);
    terminal_refused(p, v);
    print_further(p, v);
    print_warnings(p, v);
}
