/* A document as text, for a terminal: tables fold rather than overflow the page. */
#include <string.h>

#include "document/message.h"
#include "format/format.h"
#include "format/table_fold.h"

/* ---- tables ---- */

enum { GAP = 2 };

typedef struct table_text {
    page *p;
    table_fold fold;
    buf line;
} table_text;

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }
static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static void end_line(table_text *t) {
    while (t->line.length && t->line.text[t->line.length - 1] == ' ') t->line.length--;
    buf_char(&t->line, '\n');
    output_put(t->p->out, buf_string(&t->line), t->line.length);
    if (t->line.failed) t->p->out->held.failed = 1;
    buf_clear(&t->line);
}

/* Puts a text into its column: paint goes around the text only, so that spaces at the end can go.
 */
static void put_aligned(table_text *t, const char *text, size_t length, size_t width,
                        width_side side, paint ink) {
    buf cut = BUF_INIT;
    width_cut(&cut, text, length, width);
    size_t spare = width - width_of(buf_string(&cut), cut.length), left = 0;
    if (side == WIDTH_RIGHT)
        left = spare;
    else if (side == WIDTH_CENTRE)
        left = spare / 2;
    buf_fill(&t->line, ' ', left);
    if (cut.length) {
        paint_start(&t->line, ink, t->p->colour);
        buf_put(&t->line, buf_string(&cut), cut.length);
        paint_end(&t->line, ink, t->p->colour);
    }
    buf_fill(&t->line, ' ', spare - left);
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

/* The headings above several columns. */
static void print_overs(table_text *t, size_t from, size_t end) {
    table_fold *l = &t->fold;
    for (size_t i = 0; i < l->keys; i++)
        buf_fill(&t->line, ' ', table_fold_width(l, i, i + 1) + GAP);
    for (size_t c = from, stop; c < end; c = stop) {
        stop = smaller(table_fold_run(l, c), end);
        size_t width = table_fold_width(l, c, stop);
        table_fold_head(l, table_fold_over(l, c));
        put_aligned(t, buf_string(&l->safe), l->safe.length, width, WIDTH_CENTRE, PAINT_HEAD);
        buf_fill(&t->line, ' ', GAP);
    }
    end_line(t);
}

static void put_strip_head(table_text *t, size_t column, int last_line) {
    table_fold *l = &t->fold;
    int named = last_line && l->b->strip_head && column + 1 == l->b->columns;
    size_t width = l->column[column].strip;
    if (!width) return;
    table_fold_head(l, named ? l->b->strip_head : "");
    buf_char(&t->line, ' ');
    put_aligned(t, buf_string(&l->safe), l->safe.length, width - 1, WIDTH_LEFT, PAINT_HEAD);
}

static void print_heads(table_text *t, size_t from, size_t end) {
    table_fold *l = &t->fold;
    size_t count = table_fold_count(l, from, end), most = 0, lines, length;
    int overs = 0;
    for (size_t c = from; c < end; c++) overs |= *table_fold_over(l, c) != 0;
    if (overs) print_overs(t, from, end);
    for (size_t i = 0; i < count; i++) {
        size_t c = table_fold_at(l, i, from);
        table_fold_head(l, l->b->column[c].head);
        nth_line(&l->safe, l->column[c].width, 0, &lines, &length);
        most = larger(most, lines);
    }
    for (size_t n = 0; n < most; n++) {
        for (size_t i = 0; i < count; i++) {
            size_t c = table_fold_at(l, i, from), width = l->column[c].width;
            table_fold_head(l, l->b->column[c].head);
            nth_line(&l->safe, width, 0, &lines, &length);
            const char *s = "";
            length = 0;
            if (n >= most - lines) /* headings stand on the line below them */
                s = nth_line(&l->safe, width, n - (most - lines), &lines, &length);
            put_aligned(t, s, length, width, l->b->column[c].side, PAINT_HEAD);
            put_strip_head(t, c, n + 1 == most);
            if (i + 1 < count) buf_fill(&t->line, ' ', GAP);
        }
        end_line(t);
    }
    paint_start(&t->line, PAINT_FAINT, t->p->colour);
    for (size_t i = 0; i < count; i++) {
        size_t c = table_fold_at(l, i, from);
        buf_fill(&t->line, '-', table_fold_width(l, c, c + 1));
        if (i + 1 < count) buf_fill(&t->line, ' ', GAP);
    }
    paint_end(&t->line, PAINT_FAINT, t->p->colour);
    end_line(t);
}

/* What is drawn beside the first line of a cell. */
static void put_strip(table_text *t, size_t row, size_t column, int first) {
    buf text = BUF_INIT;
    document_strip strip;
    size_t width = t->fold.column[column].strip;
    if (first && document_strip_at(t->fold.b, row, column, &strip))
        document_strip_text(&strip, &text);
    buf_char(&t->line, ' ');
    put_aligned(t, buf_string(&text), text.length, width - 1, WIDTH_LEFT, PAINT_PLAIN);
    t->line.failed |= text.failed;
    buf_release(&text);
}

static void print_row(table_text *t, size_t row, size_t from, size_t end) {
    table_fold *l = &t->fold;
    size_t count = table_fold_count(l, from, end), most = 1, lines, length;
    for (size_t n = 0; n < most; n++) {
        for (size_t i = 0; i < count; i++) {
            size_t c = table_fold_at(l, i, from), width = l->column[c].width;
            paint ink = table_fold_cell(l, row, c);
            const char *s = buf_string(&l->safe);
            length = l->safe.length;
            if (l->b->column[c].wrap) {
                s = nth_line(&l->safe, width, n, &lines, &length);
                most = larger(most, lines);
            } else if (n) {
                length = 0;
            }
            put_aligned(t, s, length, width, l->b->column[c].side, ink);
            if (l->column[c].strip) put_strip(t, row, c, n == 0);
            if (i + 1 < count) buf_fill(&t->line, ' ', GAP);
        }
        end_line(t);
    }
}

static void write_table(page *p, const document_block *b) {
    table_text t = {.p = p};
    table_fold *l = &t.fold;
    if (!table_fold_open(l, b, p->width, GAP, 1, &p->out->ended)) {
        p->out->held.failed = 1;
        return;
    }
    size_t from = l->keys;
    do {
        size_t end = table_fold_end(l, from);
        if (from > l->keys) page_blank(p);
        table_fold_decide(l, from, end);
        print_heads(&t, from, end);
        for (size_t r = 0; r < l->rows && !p->out->ended; r++) print_row(&t, r, from, end);
        from = end;
    } while (from < b->columns);
    table_fold_close(l);
    buf_release(&t.line);
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
    case DOCUMENT_PICTURE:
    case DOCUMENT_CHART:
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
