/* Marks in the cells of a sheet. */
#include <limits.h>
#include <string.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/xml_tags.h"
#include "workbook/mark.h"

typedef struct sheet_copy {
    const char *text;
    size_t length, done; /* what is copied already */
    const mark *list;
    size_t count, next; /* the next mark */
    mark_styles *styles;
    buf *out;
    const char *prefix; /* of names in this sheet */
    int prefix_length;
    long row;
    int column;
} sheet_copy;

int mark_cell(const char *name, long *row, int *column) {
    int letters = 0;
    *row = *column = 0;
    for (; *name >= 'A' && *name <= 'Z' && letters < 3; name++, letters++)
        *column = 26 * *column + (*name - 'A' + 1);
    for (; *name >= '0' && *name <= '9' && *row < 100000000; name++)
        *row = 10 * *row + (*name - '0');
    return letters && *row && !*name;
}

static void copy_to(sheet_copy *s, size_t to) {
    if (to > s->done) buf_put(s->out, s->text + s->done, to - s->done);
    if (to > s->done) s->done = to;
}

/* The number of the style of a marked cell; -1: none. */
static long style_of(mark_styles *m, long base) {
    if (m->first < 0) return -1;
    for (size_t i = 0; i < m->count; i++)
        if (m->base[i] == base) return m->first + (long)i;
    if (!MEM_RESERVE(m->base, m->count + 1, m->cap)) {
        m->failed = 1;
        return -1;
    }
    m->base[m->count] = base;
    return m->first + (long)m->count++;
}

static const mark *pending(const sheet_copy *s) {
    return s->next < s->count ? &s->list[s->next] : NULL;
}

static void put_tag(sheet_copy *s, const char *before, const char *name) {
    buf_print(s->out, "<%s%.*s%s", before, s->prefix_length, s->prefix, name);
}

/* The marked cell, which the sheet lacks. */
static void put_new_cell(sheet_copy *s) {
    const mark *m = pending(s);
    char name[CELL_NAME];
    long style = style_of(s->styles, 0);
    fault_cell_name(m->row, m->column, name);
    put_tag(s, "", "c");
    buf_print(s->out, " r=\"%s\"", name);
    if (style >= 0) buf_print(s->out, " s=\"%ld\"", style);
    buf_text(s->out, "/>");
    s->next++;
}

/* Those of a row that stand before a column. */
static void put_new_cells(sheet_copy *s, long row, int before) {
    while (pending(s) && pending(s)->row == row && pending(s)->column < before) put_new_cell(s);
}

/* Rows that the sheet lacks, before a row. */
static void put_new_rows(sheet_copy *s, long before) {
    while (pending(s) && pending(s)->row < before) {
        long row = pending(s)->row;
        put_tag(s, "", "row");
        buf_print(s->out, " r=\"%ld\">", row);
        put_new_cells(s, row, INT_MAX);
        put_tag(s, "/", "row");
        buf_char(s->out, '>');
    }
}

/* A tag that is empty becomes one that opens; what belongs inside follows. */
static void open_tag(sheet_copy *s, const xml_tag *t) {
    copy_to(s, t->to - 2);
    buf_char(s->out, '>');
    s->done = t->to;
}

static void on_row(sheet_copy *s, const xml_tag *t) {
    long number = xml_number(s->text, t, "r");
    if (t->closes) {
        copy_to(s, t->from);
        put_new_cells(s, s->row, INT_MAX);
        return;
    }
    s->row = number > 0 ? number : s->row + 1;
    s->column = 0;
    copy_to(s, t->from);
    put_new_rows(s, s->row);
    if (t->empty && pending(s) && pending(s)->row == s->row) {
        open_tag(s, t);
        put_new_cells(s, s->row, INT_MAX);
        put_tag(s, "/", "row");
        buf_char(s->out, '>');
    }
}

static int column_of(const sheet_copy *s, const xml_tag *t) {
    size_t from, length;
    char name[CELL_NAME];
    long row;
    int column;
    if (!xml_attribute(s->text, t, "r", &from, &length) || length >= sizeof name)
        return s->column + 1;
    memcpy(name, s->text + from, length);
    name[length] = 0;
    return mark_cell(name, &row, &column) ? column : s->column + 1;
}

static void on_cell(sheet_copy *s, const xml_tag *t) {
    size_t from, length;
    if (t->closes) return;
    s->column = column_of(s, t);
    copy_to(s, t->from);
    put_new_cells(s, s->row, s->column);
    const mark *m = pending(s);
    if (!m || m->row != s->row || m->column != s->column) return;
    long base = xml_number(s->text, t, "s"), style = style_of(s->styles, base > 0 ? base : 0);
    s->next++;
    if (style < 0) return;
    if (xml_attribute(s->text, t, "s", &from, &length)) {
        copy_to(s, from);
        buf_print(s->out, "%ld", style);
        s->done = from + length;
    } else {
        copy_to(s, (size_t)(t->name + t->length - s->text));
        buf_print(s->out, " s=\"%ld\"", style);
    }
}

/* All rows that are left. */
static void on_data(sheet_copy *s, const xml_tag *t) {
    if (!t->closes && !t->empty) {
        s->prefix = t->prefix;
        s->prefix_length = (int)t->prefix_length;
        return;
    }
    if (t->empty) {
        s->prefix = t->prefix;
        s->prefix_length = (int)t->prefix_length;
        open_tag(s, t);
    } else {
        copy_to(s, t->from);
    }
    put_new_rows(s, LONG_MAX);
    if (t->empty) {
        put_tag(s, "/", "sheetData");
        buf_char(s->out, '>');
    }
}

void mark_cells(const buf *sheet, const mark *list, size_t count, mark_styles *styles, buf *out) {
    sheet_copy s = {.text = buf_string(sheet),
                    .length = sheet->length,
                    .list = list,
                    .count = count,
                    .styles = styles,
                    .out = out,
                    .prefix = ""};
    size_t at = 0;
    int inside = 0;
    xml_tag t;
    while (xml_next(s.text, s.length, &at, &t)) {
        if (xml_is(&t, "sheetData")) {
            on_data(&s, &t);
            inside = !t.closes && !t.empty;
        } else if (inside && xml_is(&t, "row")) {
            on_row(&s, &t);
        } else if (inside && xml_is(&t, "c")) {
            on_cell(&s, &t);
        }
    }
    copy_to(&s, s.length);
}
