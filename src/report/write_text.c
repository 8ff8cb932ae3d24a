/* A document as text, for a terminal: tables fold rather than overflow the page. */
#include <string.h>

#include "base/mem.h"
#include "report/format.h"
#include "report/message.h"

/* ---- tables ---- */

enum { GAP = 2, HEAD = 8, HEAD_MOST = 400, KEY = 8 };

/* What is known of a column while the table is laid out; all in columns of the terminal. */
typedef struct shape {
    size_t want;  /* where nothing is broken */
    size_t least; /* where everything is broken that may be */
    size_t width; /* decided */
} shape;

typedef struct layout {
    page *p;
    const document_block *b;
    size_t rows;
    shape *shape;
    buf raw, safe, line;
} layout;

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }
static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* The text of a cell, safe; valid until the next call. */
static paint read_cell(layout *l, size_t row, size_t column) {
    paint ink;
    document_cell c = document_at(l->b, row, column, &l->raw, &ink);
    buf_clear(&l->safe);
    width_safe(&l->safe, c.shown, strlen(c.shown));
    return ink;
}

static void read_head(layout *l, const char *text) {
    buf_clear(&l->raw);
    buf_clear(&l->safe);
    width_cut(&l->raw, text, strlen(text), HEAD_MOST);
    width_safe(&l->safe, buf_string(&l->raw), l->raw.length);
}

static void measure(layout *l) {
    for (size_t c = 0; c < l->b->columns; c++) {
        const document_column *column = &l->b->column[c];
        size_t content = 0, piece = 0;
        for (size_t r = 0; r < l->rows && !l->p->out->ended; r++) {
            read_cell(l, r, c);
            content = larger(content, width_of(buf_string(&l->safe), l->safe.length));
            if (column->wrap)
                piece = larger(piece, width_piece(buf_string(&l->safe), l->safe.length));
        }
        size_t natural = content;
        read_head(l, column->head);
        size_t whole = width_of(buf_string(&l->safe), l->safe.length);
        size_t broken = larger(width_piece(buf_string(&l->safe), l->safe.length), (whole + 1) / 2);
        broken = smaller(whole, larger(broken, HEAD));
        if (column->wrap)
            content = smaller(content, larger((size_t)column->wrap,
                                              smaller(piece, 3 * (size_t)column->wrap / 2)));
        l->shape[c].least = larger(content, broken);
        l->shape[c].want = larger(natural, whole);
    }
}

static const char *over(const document_block *b, size_t column) {
    return b->over ? b->over[column] : "";
}

/* Columns that belong together under one heading: the end of the run that starts at `from`. */
static size_t run_end(const document_block *b, size_t from) {
    size_t end = from + 1;
    while (*over(b, from) && end < b->columns && !strcmp(over(b, from), over(b, end))) end++;
    return end;
}

static size_t sum_least(const layout *l, size_t from, size_t end) {
    size_t sum = 0;
    for (size_t c = from; c < end; c++) sum += l->shape[c].least + GAP;
    return sum;
}

/* The end of the fold that starts at `from`: as many whole runs as fit into `space`, else as many
 * columns. */
static size_t fold_end(const layout *l, size_t from, size_t space) {
    size_t end = from, used = 0;
    while (end < l->b->columns) {
        size_t next = run_end(l->b, end), more = sum_least(l, end, next);
        if (used + more > space) {
            if (end > from) break;
            next = end + 1;
            more = sum_least(l, end, next);
            if (used && used + more > space) break;
            while (next < l->b->columns && used + more + l->shape[next].least + GAP <= space)
                more += l->shape[next++].least + GAP;
            return next;
        }
        used += more;
        end = next;
    }
    return end;
}

/* The i-th column of a fold: the keys come first, then its own in order. */
static size_t column_at(size_t i, size_t key_count, size_t from) {
    return i < key_count ? i : from + (i - key_count);
}

static void widen(layout *l, size_t i, size_t *spare) {
    shape *s = &l->shape[i];
    size_t more = smaller(*spare, s->want - s->width);
    s->width += more;
    *spare -= more;
}

/* What the headings of a fold ask for beyond the least. All get it or none, so that columns that
 * are alike look alike. */
static size_t heads_want(const layout *l, size_t key_count, size_t from, size_t end) {
    size_t sum = 0;
    for (size_t i = 0; i < key_count + end - from; i++) {
        size_t c = column_at(i, key_count, from);
        if (!l->b->column[c].wrap) sum += l->shape[c].want - l->shape[c].least;
    }
    return sum;
}

/* Decides the widths of the keys and of one fold. */
static void decide(layout *l, size_t key_count, size_t from, size_t end) {
    size_t count = key_count + end - from, used = 0, spare, span;
    for (size_t i = 0; i < count; i++) {
        shape *s = &l->shape[column_at(i, key_count, from)];
        s->width = s->least;
        used += s->width + (i ? GAP : 0);
    }
    spare = l->p->width > used ? l->p->width - used : 0;
    if (used > l->p->width && end == from + 1) { /* a column that is too wide all alone is cut */
        shape *s = &l->shape[from];
        s->width -= smaller(used - l->p->width, s->width > KEY ? s->width - KEY : 0);
    }
    if (spare >= heads_want(l, key_count, from, end))
        for (size_t i = 0; i < count; i++)
            if (!l->b->column[column_at(i, key_count, from)].wrap)
                widen(l, column_at(i, key_count, from), &spare);
    for (size_t i = 0; i < count; i++)
        if (l->b->column[column_at(i, key_count, from)].wrap || i < key_count)
            widen(l, column_at(i, key_count, from), &spare);
    /* A heading above several columns asks for the width it needs from the first of them. */
    for (size_t c = from; c < end; c += span) {
        size_t width = 0, stop = smaller(run_end(l->b, c), end);
        span = stop - c;
        for (size_t i = c; i < stop; i++) width += l->shape[i].width + (i > c ? GAP : 0);
        read_head(l, over(l->b, c));
        size_t wide = width_of(buf_string(&l->safe), l->safe.length);
        if (wide > width && spare) {
            l->shape[c].width += smaller(spare, wide - width);
            spare -= smaller(spare, wide - width);
        }
    }
}

static void end_line(layout *l) {
    while (l->line.length && l->line.text[l->line.length - 1] == ' ') l->line.length--;
    buf_char(&l->line, '\n');
    output_put(l->p->out, buf_string(&l->line), l->line.length);
    if (l->line.failed) l->p->out->held.failed = 1;
    buf_clear(&l->line);
}

/* Puts a text into its column: paint goes around the text only, so that spaces at the end can go.
 */
static void put_aligned(layout *l, const char *text, size_t length, size_t width, width_side side,
                        paint ink) {
    buf cut = BUF_INIT;
    width_cut(&cut, text, length, width);
    size_t spare = width - width_of(buf_string(&cut), cut.length), left = 0;
    if (side == WIDTH_RIGHT)
        left = spare;
    else if (side == WIDTH_CENTRE)
        left = spare / 2;
    buf_fill(&l->line, ' ', left);
    if (cut.length) {
        paint_start(&l->line, ink, l->p->colour);
        buf_put(&l->line, buf_string(&cut), cut.length);
        paint_end(&l->line, ink, l->p->colour);
    }
    buf_fill(&l->line, ' ', spare - left);
    buf_release(&cut);
}

/* The n-th line (from 0) of a wrapped text; *lines is how many there are. */
static const char *nth_line(const buf *text, size_t width, size_t n, size_t *lines,
                            size_t *length) {
    const char *s = buf_string(text), *found = "";
    size_t at = 0, next;
    *lines = 0;
    *length = 0;
    while (at < text->length) {
        size_t shown = width_wrap(s + at, text->length - at, width, &next);
        if ((*lines)++ == n) {
            found = s + at;
            *length = shown;
        }
        at += next;
    }
    return found;
}

static void print_heads(layout *l, size_t key_count, size_t from, size_t end) {
    size_t count = key_count + end - from, most = 0, lines, length, span;
    int overs = 0;
    for (size_t c = from; c < end; c++) overs |= *over(l->b, c) != 0;
    if (overs) {
        for (size_t i = 0; i < key_count; i++) buf_fill(&l->line, ' ', l->shape[i].width + GAP);
        for (size_t c = from; c < end; c += span) {
            size_t width = 0, stop = smaller(run_end(l->b, c), end);
            span = stop - c;
            for (size_t i = c; i < stop; i++) width += l->shape[i].width + (i > c ? GAP : 0);
            read_head(l, over(l->b, c));
            put_aligned(l, buf_string(&l->safe), l->safe.length, width, WIDTH_CENTRE, PAINT_HEAD);
            buf_fill(&l->line, ' ', GAP);
        }
        end_line(l);
    }
    for (size_t i = 0; i < count; i++) {
        size_t c = column_at(i, key_count, from);
        read_head(l, l->b->column[c].head);
        nth_line(&l->safe, l->shape[c].width, 0, &lines, &length);
        most = larger(most, lines);
    }
    for (size_t n = 0; n < most; n++) {
        for (size_t i = 0; i < count; i++) {
            size_t c = column_at(i, key_count, from);
            read_head(l, l->b->column[c].head);
            nth_line(&l->safe, l->shape[c].width, 0, &lines, &length);
            const char *s = "";
            length = 0;
            if (n >= most - lines) /* headings stand on the line below them */
                s = nth_line(&l->safe, l->shape[c].width, n - (most - lines), &lines, &length);
            put_aligned(l, s, length, l->shape[c].width, l->b->column[c].side, PAINT_HEAD);
            if (i + 1 < count) buf_fill(&l->line, ' ', GAP);
        }
        end_line(l);
    }
    paint_start(&l->line, PAINT_FAINT, l->p->colour);
    for (size_t i = 0; i < count; i++) {
        buf_fill(&l->line, '-', l->shape[column_at(i, key_count, from)].width);
        if (i + 1 < count) buf_fill(&l->line, ' ', GAP);
    }
    paint_end(&l->line, PAINT_FAINT, l->p->colour);
    end_line(l);
}

static void print_row(layout *l, size_t row, size_t key_count, size_t from, size_t end) {
    size_t count = key_count + end - from, most = 1, lines, length;
    for (size_t n = 0; n < most; n++) {
        for (size_t i = 0; i < count; i++) {
            size_t c = column_at(i, key_count, from);
            paint ink = read_cell(l, row, c);
            const char *s = buf_string(&l->safe);
            length = l->safe.length;
            if (l->b->column[c].wrap) {
                s = nth_line(&l->safe, l->shape[c].width, n, &lines, &length);
                most = larger(most, lines);
            } else if (n) {
                length = 0;
            }
            put_aligned(l, s, length, l->shape[c].width, l->b->column[c].side, ink);
            if (i + 1 < count) buf_fill(&l->line, ' ', GAP);
        }
        end_line(l);
    }
}

/* Where a table is wider than the page, headings and texts that may are broken first; then columns
 * go into further tables below, each with the key columns again. */
static void write_table(page *p, const document_block *b) {
    layout l = {.p = p, .b = b, .rows = document_rows(b)};
    size_t key_count = b->keys, from = key_count;
    l.shape = mem_zero(b->columns, sizeof *l.shape);
    if (!l.shape) {
        p->out->held.failed = 1;
        return;
    }
    measure(&l);
    /* Keys that leave no space for anything else are cut. */
    while (key_count && sum_least(&l, 0, key_count) > p->width / 2) {
        size_t widest = 0;
        for (size_t c = 1; c < key_count; c++)
            if (l.shape[c].least > l.shape[widest].least) widest = c;
        if (l.shape[widest].least <= KEY) break;
        size_t excess = sum_least(&l, 0, key_count) - p->width / 2;
        l.shape[widest].least =
            larger(KEY, l.shape[widest].least - smaller(excess, l.shape[widest].least));
    }
    size_t keys = sum_least(&l, 0, key_count),
           space = p->width + GAP > keys ? p->width + GAP - keys : 0;
    do {
        size_t end = fold_end(&l, from, space);
        if (from > key_count) page_blank(p);
        decide(&l, key_count, from, end);
        print_heads(&l, key_count, from, end);
        for (size_t r = 0; r < l.rows && !p->out->ended; r++)
            print_row(&l, r, key_count, from, end);
        from = end;
    } while (from < b->columns);
    mem_free(l.shape);
    buf_release(&l.raw);
    buf_release(&l.safe);
    buf_release(&l.line);
}

/* ---- blocks ---- */

/* Names stand in a column as wide as the widest of the block. */
static void write_facts(page *to, const document_block *b) {
    size_t indent = 0;
    for (size_t i = 0; i < b->columns; i++)
        indent = larger(indent, width_of(b->column[i].head, strlen(b->column[i].head)) + 2);
    if (b->indent) indent = b->indent;
    for (size_t i = 0; i < b->columns; i++)
        page_paragraph(to, b->ink, indent, b->column[i].head, "%s",
                       *b->cell[i].shown ? b->cell[i].shown : "-");
}

/* As many entries on a line as fit; none is broken but one that is wider than the page. */
static void write_legend(page *to, const document_block *b) {
    buf line = BUF_INIT;
    for (size_t i = 0; i < b->cells; i++) {
        const char *entry = b->cell[i].shown;
        size_t width =
            width_of(buf_string(&line), line.length) + 3 + width_of(entry, strlen(entry));
        if (line.length && width > to->width) {
            page_paragraph(to, PAINT_FAINT, 0, "", "%s", buf_string(&line));
            buf_clear(&line);
        }
        buf_print(&line, "%s%s", line.length ? "   " : "", entry);
    }
    page_paragraph(to, PAINT_FAINT, 0, "", "%s", buf_string(&line));
    to->out->held.failed |= line.failed;
    buf_release(&line);
}

static void write_message(page *to, const document_block *b) {
    buf line = BUF_INIT;
    message_line(&line, b->message, b->lead, to->colour);
    output_put(to->out, buf_string(&line), line.length);
    to->out->held.failed |= line.failed;
    if (*b->message->excerpt) message_excerpt(to, b->message);
    buf_release(&line);
}

static void write_commands(page *to, const document_block *b) {
    buf text = BUF_INIT;
    document_fold_commands(b, to->width, "  ", &text);
    output_put(to->out, buf_string(&text), text.length);
    output_char(to->out, '\n');
    to->out->held.failed |= text.failed;
    buf_release(&text);
}

static void write_block(page *to, const document *p, const document_block *b) {
    switch (b->kind) {
    case DOCUMENT_FACTS: write_facts(to, b); break;
    case DOCUMENT_TABLE:
        if (b->fill || b->cells)
            write_table(to, b);
        else
            page_paragraph(to, PAINT_PLAIN, 0, "", "%s", p->none);
        break;
    case DOCUMENT_NOTE:
    case DOCUMENT_LINE: page_paragraph(to, b->ink, b->indent, b->lead, "%s", b->cell->shown); break;
    case DOCUMENT_LEGEND: write_legend(to, b); break;
    case DOCUMENT_COMMANDS: write_commands(to, b); break;
    case DOCUMENT_MESSAGE: write_message(to, b); break;
    case DOCUMENT_HEADING:
    case DOCUMENT_RESULTS: break;
    }
}

void document_as_text(const document *p, page *to) {
    if (*p->title) page_paragraph(to, PAINT_TITLE, 0, "", "%s", p->title);
    for (size_t i = 0; i < p->blocks && !to->out->ended && !p->failed; i++) {
        const document_block *b = &p->block[i];
        if (*b->title || b->gap) page_blank(to);
        if (*b->title) page_paragraph(to, PAINT_TITLE, 0, "", "%s", b->title);
        write_block(to, p, b);
    }
}
