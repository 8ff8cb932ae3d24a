#include "format/table_fold.h"

#include <string.h>

#include "base/mem.h"

enum { HEAD = 8, HEAD_MOST = 400, KEY = 8, STRIP_PAGE = 80 };

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }
static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* ---- what is measured ---- */

paint table_fold_cell(table_fold *l, size_t row, size_t column) {
    paint ink;
    document_cell c = document_at(l->b, row, column, &l->raw, &ink);
    buf_clear(&l->safe);
    width_safe(&l->safe, c.shown, strlen(c.shown));
    return ink;
}

void table_fold_head(table_fold *l, const char *text) {
    buf_clear(&l->raw);
    buf_clear(&l->safe);
    width_cut(&l->raw, text, strlen(text), HEAD_MOST);
    width_safe(&l->safe, buf_string(&l->raw), l->raw.length);
}

static size_t safe_width(const table_fold *l) {
    return width_of(buf_string(&l->safe), l->safe.length);
}

static size_t safe_piece(const table_fold *l) {
    return width_piece(buf_string(&l->safe), l->safe.length);
}

static void measure(table_fold *l, const int *ended) {
    for (size_t c = 0; c < l->b->columns; c++) {
        const document_column *column = &l->b->column[c];
        size_t content = 0, piece = 0;
        for (size_t r = 0; r < l->rows && !*ended; r++) {
            table_fold_cell(l, r, c);
            content = larger(content, safe_width(l));
            if (column->wrap) piece = larger(piece, safe_piece(l));
        }
        size_t natural = content;
        table_fold_head(l, column->head);
        size_t whole = safe_width(l), broken = larger(safe_piece(l), (whole + 1) / 2);
        broken = smaller(whole, larger(broken, HEAD));
        if (column->wrap)
            content = smaller(content, larger((size_t)column->wrap,
                                              smaller(piece, 3 * (size_t)column->wrap / 2)));
        l->column[c].least = larger(content, broken);
        l->column[c].want = larger(natural, whole);
    }
}

static size_t sum_least(const table_fold *l, size_t from, size_t end) {
    size_t sum = 0;
    for (size_t c = from; c < end; c++) sum += l->column[c].least + l->column[c].strip + l->gap;
    return sum;
}

/* Drawings are there for all columns that have them, or for none: in a table of drawings, else on a
 * page that is no narrower than usual, where every text has the room it wants besides. */
static void measure_strips(table_fold *l, const int *ended) {
    size_t wants = 0;
    document_strip strip;
    if (!(l->b->drawn || l->b->strips) || (l->page < STRIP_PAGE && !l->b->pictured)) return;
    for (size_t c = 0; c < l->b->columns; c++) {
        for (size_t r = 0; r < l->rows && !*ended; r++)
            if (document_strip_at(l->b, r, c, &strip))
                l->column[c].strip = larger(l->column[c].strip, 1 + document_strip_width(&strip));
        if (c + 1 == l->b->columns && l->b->strip_head && l->column[c].strip) {
            table_fold_head(l, l->b->strip_head);
            l->column[c].strip = larger(l->column[c].strip, 1 + safe_width(l));
        }
        wants += l->column[c].want + l->column[c].strip + l->gap;
    }
    int fits = l->b->pictured || wants <= l->page + l->gap;
    for (size_t c = 0; c < l->b->columns && !fits; c++) l->column[c].strip = 0;
}

/* Keys that leave no space for anything else are cut. */
static void cut_keys(table_fold *l) {
    while (l->keys && sum_least(l, 0, l->keys) > l->page / 2) {
        size_t widest = 0;
        for (size_t c = 1; c < l->keys; c++)
            if (l->column[c].least > l->column[widest].least) widest = c;
        fold_column *w = &l->column[widest];
        if (w->least <= KEY) break;
        size_t excess = sum_least(l, 0, l->keys) - l->page / 2;
        w->least = larger(KEY, w->least - smaller(excess, w->least));
    }
}

int table_fold_open(table_fold *l, const document_block *b, size_t width, size_t gap, int strips,
                    const int *ended) {
    *l = (table_fold){.b = b, .page = width, .gap = gap, .rows = document_rows(b), .keys = b->keys};
    l->column = mem_zero(b->columns, sizeof *l->column);
    if (!l->column) return 0;
    measure(l, ended);
    if (strips) measure_strips(l, ended);
    cut_keys(l);
    return 1;
}

void table_fold_close(table_fold *l) {
    mem_free(l->column);
    buf_release(&l->raw);
    buf_release(&l->safe);
}

/* ---- what goes into one fold ---- */

const char *table_fold_over(const table_fold *l, size_t column) {
    return l->b->over ? l->b->over[column] : "";
}

size_t table_fold_run(const table_fold *l, size_t from) {
    const char *over = table_fold_over(l, from);
    size_t end = from + 1;
    while (*over && end < l->b->columns && !strcmp(over, table_fold_over(l, end))) end++;
    return end;
}

size_t table_fold_count(const table_fold *l, size_t from, size_t end) {
    return l->keys + end - from;
}

size_t table_fold_at(const table_fold *l, size_t i, size_t from) {
    return i < l->keys ? i : from + (i - l->keys);
}

/* As many whole runs as fit into the space, else as many columns. */
size_t table_fold_end(const table_fold *l, size_t from) {
    size_t keys = sum_least(l, 0, l->keys),
           space = l->page + l->gap > keys ? l->page + l->gap - keys : 0, end = from, used = 0;
    while (end < l->b->columns) {
        size_t next = table_fold_run(l, end), more = sum_least(l, end, next);
        if (used + more > space) {
            if (end > from) break;
            next = end + 1;
            more = sum_least(l, end, next);
            if (used && used + more > space) break;
            for (; next < l->b->columns; next++) {
                size_t one = sum_least(l, next, next + 1);
                if (used + more + one > space) break;
                more += one;
            }
            return next;
        }
        used += more;
        end = next;
    }
    return end;
}

/* ---- how wide each column is ---- */

static void widen(fold_column *s, size_t *spare) {
    size_t more = smaller(*spare, s->want - s->width);
    s->width += more;
    *spare -= more;
}

/* What the headings of a fold ask for beyond the least. All get it or none, so that columns that
 * are alike look alike. */
static size_t heads_want(const table_fold *l, size_t from, size_t end) {
    size_t sum = 0;
    for (size_t i = 0; i < table_fold_count(l, from, end); i++) {
        size_t c = table_fold_at(l, i, from);
        if (!l->b->column[c].wrap) sum += l->column[c].want - l->column[c].least;
    }
    return sum;
}

size_t table_fold_width(const table_fold *l, size_t from, size_t end) {
    size_t width = 0;
    for (size_t i = from; i < end; i++)
        width += l->column[i].width + l->column[i].strip + (i > from ? l->gap : 0);
    return width;
}

/* A heading above several columns asks for the width it needs from the first of them. */
static void widen_runs(table_fold *l, size_t from, size_t end, size_t spare) {
    for (size_t c = from, stop; c < end; c = stop) {
        stop = smaller(table_fold_run(l, c), end);
        size_t width = table_fold_width(l, c, stop);
        table_fold_head(l, table_fold_over(l, c));
        size_t wide = safe_width(l);
        if (wide <= width) continue;
        size_t more = smaller(spare, wide - width);
        l->column[c].width += more;
        spare -= more;
    }
}

void table_fold_decide(table_fold *l, size_t from, size_t end) {
    size_t count = table_fold_count(l, from, end), used = 0;
    for (size_t i = 0; i < count; i++) {
        fold_column *s = &l->column[table_fold_at(l, i, from)];
        s->width = s->least;
        used += s->width + s->strip + (i ? l->gap : 0);
    }
    size_t spare = l->page > used ? l->page - used : 0;
    if (used > l->page && end == from + 1) { /* a column that is too wide all alone is cut */
        fold_column *s = &l->column[from];
        s->width -= smaller(used - l->page, s->width > KEY ? s->width - KEY : 0);
    }
    if (spare >= heads_want(l, from, end))
        for (size_t i = 0; i < count; i++) {
            size_t c = table_fold_at(l, i, from);
            if (!l->b->column[c].wrap) widen(&l->column[c], &spare);
        }
    for (size_t i = 0; i < count; i++) {
        size_t c = table_fold_at(l, i, from);
        if (l->b->column[c].wrap || i < l->keys) widen(&l->column[c], &spare);
    }
    widen_runs(l, from, end, spare);
}
