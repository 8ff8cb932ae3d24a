/* A document as a page of HTML, or as a part of one. */
#include <math.h>
#include <string.h>

#include "document/message.h"
#include "format/format.h"
#include "html/html.h"
#include "html/why.h"

static const char *ink_class(paint ink) {
    static const char *const name[] = {
        [PAINT_PLAIN] = "",      [PAINT_TITLE] = "title", [PAINT_HEAD] = "faint",
        [PAINT_FAINT] = "faint", [PAINT_FOCUS] = "focus", [PAINT_GOOD] = "good",
        [PAINT_BAD] = "bad",     [PAINT_WARN] = "warn",
    };
    return name[ink];
}

static void open_tag(output *to, const char *tag, const char *class) {
    output_print(to, *class ? "<%s class=\"%s\">" : "<%s>", tag, class);
}

/* ---- tables ---- */

static const char *over(const document_block *b, size_t column) {
    return b->over ? b->over[column] : "";
}

/* Columns that stand under one heading, or under none: the end of the run that starts at `from`. */
static size_t run_end(const document_block *b, size_t from) {
    size_t end = from + 1;
    while (end < b->columns && !strcmp(over(b, from), over(b, end))) end++;
    return end;
}

/* Most columns of a table of numbers are on the right: then that is said once. */
static int is_right(const document_block *b) {
    size_t right = 0;
    for (size_t c = 0; c < b->columns; c++) right += b->column[c].side == WIDTH_RIGHT;
    return 2 * right >= b->columns;
}

/* On which side a cell is, where that differs from the table's. */
static const char *side_class(const document_block *b, size_t column) {
    int key = column == 0 && b->keys > 0, right = b->column[column].side == WIDTH_RIGHT;
    return key || right == is_right(b) ? "" : right ? "n" : "l";
}

/* Is a whole column on the left of a table of numbers? Then the table says so, once: page.css knows
 * the classes l2 to l8. */
static int is_left_column(const document_block *b, size_t column) {
    return column > 0 && column < 8 && is_right(b) && *side_class(b, column) == 'l';
}

/* The same of a cell below the headings. */
static const char *cell_side(const document_block *b, size_t column) {
    return is_left_column(b, column) ? "" : side_class(b, column);
}

/* A bar made of characters, a range, or a date: it must not be broken. */
static int is_whole(const document_block *b, size_t column, const char *text) {
    static const char *const mark[] = {"█", "▇", "▒", "·", " … "};
    if (b->column[column].wrap) return 0;
    if (strlen(text) == 10 && text[4] == '-' && text[7] == '-') return 1;
    for (size_t i = 0; i < sizeof mark / sizeof *mark; i++)
        if (strstr(text, mark[i])) return 1;
    return 0;
}

/* The class of a cell, with a space before it. */
static void put_class(output *to, const char *side, const char *class) {
    if (*side && *class)
        output_print(to, " class=\"%s %s\"", side, class);
    else if (*side || *class)
        output_print(to, " class=%s%s", side, class);
}

static void put_heads(output *to, const document_block *b) {
    int overs = 0;
    for (size_t c = 0; c < b->columns; c++) overs |= *over(b, c) != 0;
    output_text(to, "<thead>");
    for (size_t c = 0, end; overs && c < b->columns; c = end) {
        end = run_end(b, c);
        output_text(to, c ? "" : "<tr>");
        output_text(to, *over(b, c) ? "<th scope=colgroup" : "<td");
        if (end - c > 1) output_print(to, " colspan=%zu", end - c);
        output_char(to, '>');
        html_text(to, over(b, c));
    }
    output_text(to, overs ? "\n<tr>" : "<tr>");
    for (size_t c = 0; c < b->columns; c++) {
        const char *head = b->column[c].head;
        output_text(to, *head ? "<th" : "<td"); /* one without a text is no heading */
        /* A column of texts keeps some width, where a phone has too little for all. */
        put_class(to, side_class(b, c), c && *head && b->column[c].wrap ? "w" : "");
        output_char(to, '>');
        html_text(to, head);
        if (c + 1 == b->columns && b->strip_head && (b->strips || b->drawn)) {
            output_text(to, *head ? " · " : "");
            html_text(to, b->strip_head);
        }
    }
    output_char(to, '\n');
}

/* The start of a link to what explains a cell; 0: nothing does. Numbers that show no element are
 * explained by what the block tells of them. */
static int open_reason(output *to, const document_block *b, const document_cell *c, int number,
                       why *w) {
    if (!w || !*c->shown) return 0;
    if (c->x && why_link(w, to, c->x, c->element)) return 1;
    if (c->file && why_place(w, to, c->file, c->line)) return 1;
    return b->told && number && strpbrk(c->shown, "0123456789") && why_note(w, to, b->told);
}

/* A text with links where parts of it show elements. */
static void put_spans(output *to, const document_block *b, why *w) {
    const char *text = b->cell->shown;
    size_t at = 0;
    for (size_t i = 0; w && i < b->spans; i++) {
        const document_span *s = &b->span[i];
        html_put(to, text + at, s->from - at);
        int link = s->x ? why_link(w, to, s->x, s->element) : why_place(w, to, s->file, s->line);
        html_put(to, text + s->from, s->length);
        if (link) output_text(to, "</a>");
        at = s->from + s->length;
    }
    html_lines(to, text + at);
}

/* A bar, or a little column for each number. Cells tell the same in figures. */
static void put_strip(output *to, const document_block *b, size_t row, size_t column) {
    enum { BAR = 40, COLUMN = 6, HEIGHT = 16 };
    document_strip s;
    if (!document_strip_at(b, row, column, &s)) return;
    int bar = s.count == 1, drawn = 0;
    if (bar) /* page.css says how large those are */
        output_text(to, "<svg class=q aria-hidden=true>");
    else
        output_print(to, "<svg class=b width=%zu height=%d aria-hidden=true>", s.count * COLUMN,
                     HEIGHT);
    for (size_t i = 0; i < s.count; i++) {
        double share = fmax(0, fmin(s.share[i], 1));
        if (isnan(s.share[i]) || (bar && share == 0)) continue;
        if (!drawn++) output_text(to, "<path d=\"");
        if (bar)
            output_print(to, "M0 0h%.0fv8H0z", share * BAR);
        else
            output_print(to, "M%zu 16v-%.0fh5V16z", i * COLUMN, 1 + share * (HEIGHT - 1));
    }
    output_text(to, drawn ? "\"/></svg>" : "</svg>");
}

static void put_cell(output *to, const document_block *b, size_t row, size_t column, buf *text,
                     why *w) {
    paint ink;
    document_cell c = document_at(b, row, column, text, &ink);
    if (w && b->fill && b->about && !b->about(b->of, row, column, &c.x, &c.element)) c.x = NULL;
    if (!column) /* of one that stands out, the row says so */
        output_text(to, ink == PAINT_FOCUS ? "<tr class=focus>" : "<tr>");
    output_text(to, column == 0 && b->keys > 0 ? "<th" : "<td");
    int whole = ink == PAINT_PLAIN && is_whole(b, column, c.shown);
    put_class(to, cell_side(b, column), whole ? "x" : ink == PAINT_FOCUS ? "" : ink_class(ink));
    output_char(to, '>');
    int reason = open_reason(to, b, &c, b->column[column].side == WIDTH_RIGHT, w);
    html_lines(to, c.shown);
    if (reason) output_text(to, "</a>");
    put_strip(to, b, row, column);
}

static void put_table(output *to, const document_block *b, const char *heading, why *w) {
    buf text = BUF_INIT;
    output_text(to, "<div class=t tabindex=0 role=group");
    output_text(to, " aria-label=\"");
    html_text(to, *b->title ? b->title : heading);
    output_char(to, '"');
    size_t left = 0;
    for (size_t c = 0; c < b->columns; c++)
        if (is_left_column(b, c))
            output_print(to, left++ ? " l%zu" : "><table class=\"r l%zu", c + 1);
    output_text(to, left ? "\">" : is_right(b) ? "><table class=r>" : "><table>");
    put_heads(to, b);
    output_text(to, "<tbody>");
    for (size_t r = 0; r < document_rows(b) && !to->ended; r++) {
        for (size_t c = 0; c < b->columns; c++) put_cell(to, b, r, c, &text, w);
        output_char(to, '\n');
    }
    output_text(to, "</table></div>\n");
    to->held.failed |= text.failed;
    buf_release(&text);
}

/* ---- blocks ---- */

static void put_facts(output *to, const document_block *b, why *w) {
    for (size_t k = 0; k < b->columns; k++) {
        output_text(to, "<dt>");
        html_text(to, b->column[k].head);
        output_text(to, "</dt>");
        open_tag(to, "dd", ink_class(b->ink));
        int reason = open_reason(to, b, &b->cell[k], b->cell[k].bare, w);
        html_lines(to, *b->cell[k].shown ? b->cell[k].shown : "-");
        if (reason) output_text(to, "</a>");
        output_text(to, "</dd>\n");
    }
}

static void put_line(output *to, const document_block *b, why *w) {
    const char *class = ink_class(b->ink);
    int named = *b->lead && *b->lead != '-';
    size_t indent = b->indent / 2 < 12 ? b->indent / 2 : 12;
    if (indent)
        output_print(to, "<p class=\"%s%si%zu\">", class, *class ? " " : "", indent);
    else
        open_tag(to, "p", class);
    if (*b->lead == '-') output_text(to, "• ");
    if (named) {
        output_text(to, "<b>");
        html_text(to, b->lead);
        output_text(to, "</b> ");
    }
    put_spans(to, b, w);
    output_text(to, "</p>\n");
}

static void put_message(output *to, const document_block *b) {
    buf line = BUF_INIT;
    message_line(&line, b->message, b->lead, 0);
    while (line.length && line.text[line.length - 1] == '\n') line.text[--line.length] = 0;
    output_text(to, "<p class=\"warn\">");
    html_lines(to, buf_string(&line));
    output_text(to, "</p>\n");
    if (*b->message->excerpt) html_element(to, "pre", b->message->excerpt);
    buf_release(&line);
}

static void put_legend(output *to, const document_block *b) {
    output_text(to, "<ul class=\"legend\">");
    for (size_t k = 0; k < b->cells; k++) {
        output_text(to, "<li>");
        html_text(to, b->cell[k].shown);
        output_text(to, "</li>");
    }
    output_text(to, "</ul>\n");
}

void html_figure(output *to, const document *numbers, const char *heading, const buf *svg, why *w) {
    output_text(to, "<figure><div class=svg tabindex=0 role=group aria-label=\"");
    html_text(to, numbers->title);
    output_text(to, "\">");
    html_drawing(to, svg);
    output_text(to, "</div><details><summary>");
    html_text(to, heading);
    output_text(to, "</summary>\n");
    html_blocks(to, numbers, 4, "", w);
    output_text(to, "</details></figure>\n");
}

static void put_block(output *to, const document *p, const document_block *b, const char *heading,
                      why *w) {
    switch (b->kind) {
    case DOCUMENT_TABLE:
        if (b->fill || b->cells)
            put_table(to, b, heading, w);
        else
            html_element(to, "p", p->none);
        break;
    case DOCUMENT_NOTE:
    case DOCUMENT_LINE: put_line(to, b, w); break;
    case DOCUMENT_LEGEND: put_legend(to, b); break;
    case DOCUMENT_COMMANDS:
        output_text(to, "<pre>");
        html_lines(to, b->cell->shown);
        output_text(to, "</pre>\n");
        break;
    case DOCUMENT_MESSAGE: put_message(to, b); break;
    case DOCUMENT_FACTS: put_facts(to, b, w); break;
    case DOCUMENT_CHART:
        if (b->cells) html_figure(to, b->chart.numbers, b->cell->shown, &b->chart.svg, w);
        break;
    case DOCUMENT_HEADING:
    case DOCUMENT_PICTURE: /* only in documents of formats that have them */
    case DOCUMENT_RESULTS: break;
    }
}

void html_blocks(output *to, const document *p, int level, const char *prefix, why *w) {
    const char *heading = *p->title ? p->title : p->kind; /* the last one */
    int facts = 0;
    for (size_t i = 0; i < p->blocks && !to->ended && !p->failed; i++) {
        const document_block *b = &p->block[i];
        if (facts && (b->kind != DOCUMENT_FACTS || *b->title)) {
            output_text(to, "</dl>\n");
            facts = 0;
        }
        if (*b->title) {
            heading = b->title;
            if (*b->id && *prefix)
                output_print(to, "<h%d id=\"%s%s\">", level, prefix, b->id);
            else
                output_print(to, "<h%d>", level);
            html_text(to, b->title);
            output_print(to, "</h%d>\n", level);
        }
        if (b->kind == DOCUMENT_FACTS && b->columns && !facts) {
            output_text(to, "<dl>\n");
            facts = 1;
        }
        put_block(to, p, b, heading, w);
    }
    if (facts) output_text(to, "</dl>\n");
}

static why *open_why(const document *p, text_language language) {
    enum { BYTES = 2 << 20 };
    why *w = why_open(p->view, language, BYTES), *past;
    if (!w || !p->past) return w;
    past = why_open(p->past, language, BYTES);
    if (past)
        why_beside(w, past, p->said, p->past_said);
    else
        why_close(w);
    return past ? w : NULL;
}

/* The documents of other commands explain what they show, too. */
static void put_explained(const document *p, text_language language, page *on) {
    output *to = on->out;
    fault f = FAULT_INIT;
    output first = output_to(OUTPUT_KEEP, to->stop);
    why *w = open_why(p, language);
    if (w) html_blocks(&first, p, 2, "", w); /* only to learn what is shown */
    if (w && !why_has(w)) {
        html_blocks(to, p, 2, "", NULL);
        output_text(to, "</main>\n");
    } else if (w && !first.held.failed && why_explain(w, &f)) {
        html_blocks(to, p, 2, "", w);
        output_text(to, "</main>\n");
        why_write(w, to);
    } else {
        to->held.failed = 1;
        if (f.count && on->why) fault_move(on->why, &f);
    }
    output_release(&first);
    fault_release(&f);
    why_close(w);
}

void document_as_html(const document *p, page *on) {
    output *to = on->out;
    const char *title = *p->title ? p->title : p->kind;
    text_language language =
        strcmp(p->colon, ": ") || text_has_han(title, strlen(title)) ? TEXT_CHINESE : TEXT_ENGLISH;
    html_begin(to, language, title);
    output_text(to, "<main>\n");
    html_element(to, "h1", title);
    put_explained(p, language, on);
    html_end(to);
}
