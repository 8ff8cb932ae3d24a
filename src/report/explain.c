/* Explanations: the steps behind a result, as a tree of lines or as rows of a table. */
#include "report/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"

enum { TREE_DEPTH = 3, ROWS_DEPTH = 12, INDENT = 2 };

static void put_value(buf *b, const view *v, const assess_step *s, int exact) {
    char text[32];
    if (isnan(s->value))
        buf_text(b, exact ? "" : "-");
    else if (s->kind == ASSESS_TEXT)
        buf_text(b, assess_text(v->session, s->value));
    else if (s->kind == ASSESS_TRUTH)
        buf_text(b, exact ? (s->value != 0 ? "true" : "false")
                          : view_text(v, s->value != 0 ? TEXT("yes") : TEXT("no")));
    else if (s->kind == ASSESS_DATE)
        view_date(b, s->value);
    else if (exact)
        buf_put(b, text, decimal_write(s->value, text));
    else
        view_figure(b, s->value);
}

static void put_place(buf *b, const assess_step *s) {
    if (*s->file) buf_text(b, s->file);
    if (s->line) buf_print(b, ":%ld", s->line);
    if (*s->field) buf_print(b, ":%s", s->field);
}

/* What is worth knowing of a step beside its value. */
static void put_remarks(buf *b, const view *v, const assess_step *s, int asked) {
    if (!isnan(s->weight)) {
        buf_print(b, "  %s ", view_text(v, "Weight"));
        view_figure(b, s->weight);
    }
    if (!isnan(s->share)) {
        buf_print(b, "  %s ", view_text(v, "share"));
        view_share(b, s->share);
    }
    if (s->present || s->missing) {
        buf_text(b, "  ");
        if (s->missing)
            buf_print(b, view_text(v, "%zu of %zu present"), s->present, s->present + s->missing);
        else
            buf_print(b, view_text(v, "%1$zu of %1$zu present"), s->present);
    }
    if (s->hidden) {
        buf_text(b, "  ");
        buf_print(b, view_text(v, "%zu not listed"), s->hidden);
    }
    static const char *const what[] = {[ASSESS_CONDITION] = TEXT("condition"),
                                       [ASSESS_PLACE] = TEXT("where to look"),
                                       [ASSESS_BESIDE] = TEXT("for comparison")};
    static const char *const end[] = {[ASSESS_ABOVE] = TEXT("explained above"),
                                      [ASSESS_DEEPER] = TEXT("deeper with --depth"),
                                      [ASSESS_NO_ROW] = TEXT("no row of data")};
    if (s->role != ASSESS_OPERAND) buf_print(b, "  (%s)", view_text(v, what[s->role]));
    if (s->end == ASSESS_DEEPER && s->depth < asked)
        buf_print(b, "  (%s)", view_text(v, "deeper: see the end"));
    else if (s->end != ASSESS_GOES_ON)
        buf_print(b, "  (%s)", view_text(v, end[s->end]));
}

/* Six digits that matter of each number, as everywhere else for people. Says whether that shortened
 * any. */
static int put_short(buf *b, const char *formula) {
    int quoted = 0, shorter = 0;
    for (const char *p = formula; *p;) {
        char *end = NULL;
        int starts = *p >= '0' && *p <= '9' && (p == formula || strchr(" (-~[=", p[-1]));
        double x = starts && !quoted ? strtod(p, &end) : 0;
        if (!end || end - p < 7 || *end == '-') { /* 2011-06-30 is a date */
            size_t length = end && *end != '-' ? (size_t)(end - p) : 1;
            quoted ^= *p == '"';
            buf_put(b, p, length);
            p += length;
            continue;
        }
        size_t before = b->length;
        view_figure(b, x);
        shorter |= b->length - before != (size_t)(end - p);
        p = end;
    }
    return shorter;
}

static void tell_step(document *p, const view *v, const assess_step *s, int asked) {
    size_t indent = (size_t)s->depth * INDENT;
    buf b = BUF_INIT;
    buf_text(&b, *s->name ? s->name : "·");
    if (*s->at) buf_print(&b, " [%s]", s->at);
    buf_text(&b, " = ");
    put_value(&b, v, s, 0);
    put_remarks(&b, v, s, asked);
    document_line(p, s->depth ? PAINT_PLAIN : PAINT_TITLE, indent, "", "%s", buf_string(&b));
    buf_clear(&b);
    if (*s->formula) document_line(p, PAINT_PLAIN, indent + 2 * INDENT, "", "%s", s->formula);
    if (*s->put_in && strcmp(s->put_in, s->formula) != 0) {
        const char *sign = put_short(&b, s->put_in) ? "≈" : "=";
        document_line(p, PAINT_PLAIN, indent + 2 * INDENT, "", "%s %s", sign, buf_string(&b));
        buf_clear(&b);
    }
    put_place(&b, s);
    if (*view_cite(v->session, s->note)) buf_print(&b, "%s%s", b.length ? "  " : "", s->note);
    if (b.length) document_line(p, PAINT_FAINT, indent + 2 * INDENT, "", "%s", buf_string(&b));
    buf_release(&b);
}

size_t explain_depth(const explain_page *e, int tree) {
    return e->depth ? e->depth : tree ? TREE_DEPTH : ROWS_DEPTH;
}

/* Notes what goes on deeper; the first few outputs of which a page of their own would show more. */
static void note_deeper(const view *v, const assess_step *step, size_t count, size_t depth,
                        explain_page *e) {
    for (size_t i = 0; i < count; i++) {
        if (step[i].end != ASSESS_DEEPER) continue;
        int bounded = (size_t)step[i].depth < depth, known = e->targets >= EXPLAIN_TARGETS;
        e->deeper = 1;
        e->bounded |= bounded;
        const assess_array *x =
            bounded && i && step[i].output ? assess_output_named(v->session, step[i].name) : NULL;
        for (int k = 0; k < e->targets; k++) known |= e->target[k].output == x;
        if (x && !known) e->target[e->targets++] = (explain_target){x, step[i].place};
    }
}

/* The steps of one place: its part of what the page can hold, but so much that they tell
 * something. */
static size_t steps_of(const view *v, const assess_array *x, const size_t *at, size_t depth,
                       explain_page *e, const assess_step **step, fault *f) {
    enum { LEAST = 10 };
    size_t before = assess_message_count(v->session);
    size_t share = e->places ? e->left / e->places : e->left;
    size_t most = share > LEAST ? share : LEAST;
    size_t count = assess_explain(v->session, x, at, (int)depth, 0, most, step);
    for (size_t i = before; !count && i < assess_message_count(v->session); i++) {
        assess_message m = assess_message_at(v->session, i);
        fault_set(f, (fault_kind)m.status, "%s", m.text);
    }
    if (!count && !f->count) fault_set(f, FAULT_BUG, "'%s' has no explanation", x->name);
    e->left -= count < e->left ? count : e->left;
    e->places -= e->places > 0;
    note_deeper(v, *step, count, depth, e);
    return count;
}

int explain_tree(const view *v, const assess_array *x, const size_t *at, explain_page *e,
                 document *p, fault *f) {
    const assess_step *step;
    size_t depth = explain_depth(e, 1), count = steps_of(v, x, at, depth, e, &step, f);
    for (size_t i = 0; i < count; i++) tell_step(p, v, &step[i], (int)depth);
    return count > 0;
}

static const document_column step_columns[] = {
    {"depth", TEXT_AS("column", "depth"), WIDTH_RIGHT, 0},
    {"role", TEXT_AS("column", "role"), WIDTH_LEFT, 0},
    {"name", TEXT_AS("column", "name"), WIDTH_LEFT, 12},
    {"at", TEXT_AS("column", "at"), WIDTH_LEFT, 12},
    {"value", TEXT_AS("column", "value"), WIDTH_RIGHT, 0},
    {"formula", TEXT_AS("column", "formula"), WIDTH_LEFT, 20},
    {"put_in", TEXT_AS("column", "put in"), WIDTH_LEFT, 20},
    {"weight", TEXT_AS("column", "weight"), WIDTH_RIGHT, 0},
    {"share", TEXT_AS("column", "share"), WIDTH_RIGHT, 0},
    {"present", TEXT_AS("column", "present"), WIDTH_RIGHT, 0},
    {"missing", TEXT_AS("column", "missing"), WIDTH_RIGHT, 0},
    {"file", TEXT_AS("column", "file"), WIDTH_LEFT, 12},
    {"line", TEXT_AS("column", "line"), WIDTH_RIGHT, 0},
    {"column", TEXT_AS("column", "column"), WIDTH_LEFT, 0},
    {"note", TEXT_AS("column", "note"), WIDTH_LEFT, 16},
    {"end", TEXT_AS("column", "end"), WIDTH_LEFT, 0},
};

static const char *const roles[] = {[ASSESS_OPERAND] = TEXT_AS("step", "operand"),
                                    [ASSESS_CONDITION] = TEXT_AS("step", "condition"),
                                    [ASSESS_PLACE] = TEXT_AS("step", "place"),
                                    [ASSESS_BESIDE] = TEXT_AS("step", "beside")};
static const char *const ends[] = {[ASSESS_GOES_ON] = "",
                                   [ASSESS_ABOVE] = TEXT_AS("step", "above"),
                                   [ASSESS_DEEPER] = TEXT_AS("step", "deeper"),
                                   [ASSESS_NO_ROW] = TEXT_AS("step", "no row")};

int explain_rows(const view *v, const assess_array *x, const size_t *at, explain_page *e,
                 document *p, fault *f) {
    const assess_step *step;
    buf b = BUF_INIT;
    size_t count = steps_of(v, x, at, explain_depth(e, 0), e, &step, f);
    if (count)
        document_table_in(p, v->language, x->name, step_columns,
                          sizeof step_columns / sizeof *step_columns);
    for (size_t i = 0; i < count; i++) {
        const assess_step *s = &step[i];
        buf_clear(&b);
        put_value(&b, v, s, 1);
        document_cell value = s->kind == ASSESS_NUMBER ? document_number(p, s->value, -1)
                                                       : document_text(buf_string(&b));
        int counted = s->present || s->missing;
        const document_cell cell[] = {
            document_number(p, s->depth, 0),
            document_word(v->language, roles[s->role]),
            document_text(s->name),
            document_text(s->at),
            value,
            document_text(s->formula),
            document_text(s->put_in),
            document_number(p, s->weight, -1),
            document_number(p, s->share, -1),
            document_number(p, counted ? (double)s->present : NAN, 0),
            document_number(p, counted ? (double)s->missing : NAN, 0),
            document_text(s->file),
            document_number(p, s->line ? (double)s->line : NAN, 0),
            document_text(s->field),
            document_shown(view_cite(v->session, s->note), *s->note ? s->note : NULL, 0),
            document_word(v->language, ends[s->end]),
        };
        document_row(p, cell, sizeof cell / sizeof *cell);
    }
    buf_release(&b);
    return count > 0;
}
