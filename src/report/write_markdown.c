/* Markdown: documents, and pages of the main report. Headings, tables with pipes, and every mark of
 * Markdown in a text escaped. */
#include <string.h>

#include "report/document.h"

/* On one line, with nothing in it obeyed: neither by a terminal nor by a reader of Markdown. What
 * begins a line (`starts`) could be taken for a heading or the entry of a list. */
static void put_escaped(sink *to, const char *text, int starts) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    const char *s = buf_string(&safe);
    for (size_t i = 0; i < safe.length; i++) {
        int list = starts && (s[i] == '.' || s[i] == ')') && i && strspn(s, "0123456789") == i;
        if (strchr("\\`*_[]<>|~&", s[i]) || list || (starts && !i && strchr("#+-=", s[i])))
            output_char(to, '\\');
        output_char(to, s[i]);
    }
    if (safe.failed) to->held.failed = 1;
    buf_release(&safe);
}

static void put_table(sink *to, const document_block *b) {
    output_char(to, '|');
    for (size_t i = 0; i < b->columns; i++) {
        output_char(to, ' ');
        put_escaped(to, b->column[i].head, 0);
        output_text(to, " |");
    }
    output_text(to, "\n|");
    for (size_t i = 0; i < b->columns; i++)
        output_text(to, b->column[i].side == WIDTH_RIGHT ? " ---: |" : " --- |");
    for (size_t i = 0; i < b->cells; i++) {
        output_text(to, i % b->columns ? " " : "\n| ");
        put_escaped(to, b->cell[i].shown, 0);
        output_text(to, " |");
    }
    output_char(to, '\n');
}

void document_to_markdown(const document *p, sink *to) {
    output_text(to, "# ");
    put_escaped(to, p->title, 0);
    output_char(to, '\n');
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        if (*b->title) {
            output_text(to, "\n## ");
            put_escaped(to, b->title, 0);
            output_char(to, '\n');
        }
        output_char(to, '\n');
        for (size_t k = 0; b->kind == PAPER_FACTS && k < b->columns; k++) {
            output_text(to, "- ");
            put_escaped(to, b->column[k].head, 0);
            output_text(to, p->colon);
            put_escaped(to, b->cell[k].shown, 0);
            output_char(to, '\n');
        }
        if (b->kind == PAPER_TABLE && b->cells) put_table(to, b);
        if (b->kind == PAPER_TABLE && !b->cells) {
            put_escaped(to, p->none, 1);
            output_char(to, '\n');
        }
        if (b->kind == PAPER_NOTE) {
            put_escaped(to, b->cell->shown, 1);
            output_char(to, '\n');
        }
    }
}

/* ---- a page ---- */

void markdown_heading(page *p, const char *title) {
    output_text(p->out, "\n## ");
    put_escaped(p->out, title, 0);
    output_char(p->out, '\n');
}

/* The first title is that of the page; others stand below sections. Lines of a paragraph are kept.
 */
void markdown_paragraph(page *p, int title, const char *lead, const char *text) {
    sink *to = p->out;
    int first = !to->begun && !to->held.length;
    if (title)
        output_text(to, first ? "# " : "\n### ");
    else if (!strcmp(lead, "-") || !strcmp(lead, "- "))
        output_text(to, "\n- ");
    else if (*lead) {
        output_text(to, "\n- **");
        put_escaped(to, lead, 0);
        output_text(to, "** ");
    } else if (!first) {
        output_char(to, '\n');
    }
    for (int starts = !title && !*lead; *text; starts = 1) {
        size_t length = strcspn(text, "\n");
        buf line = BUF_INIT;
        buf_put(&line, text, length);
        put_escaped(to, buf_string(&line), starts);
        to->held.failed |= line.failed;
        buf_release(&line);
        text += length;
        if (!*text) break;
        output_text(to, title ? " " : "  \n");
        text++;
    }
    output_char(to, '\n');
}

void markdown_grid(page *p, const grid *g) {
    sink *to = p->out;
    buf text = BUF_INIT;
    output_text(to, "\n|");
    for (size_t c = 0; c < g->columns; c++) {
        const grid_column *column = &g->column[c];
        output_char(to, ' ');
        put_escaped(to, column->over, 0);
        if (*column->over && *column->head) output_char(to, ' ');
        put_escaped(to, column->head, 0);
        output_text(to, " |");
    }
    output_text(to, "\n|");
    for (size_t c = 0; c < g->columns; c++)
        output_text(to, g->column[c].side == WIDTH_RIGHT    ? " ---: |"
                        : g->column[c].side == WIDTH_CENTRE ? " :---: |"
                                                            : " --- |");
    for (size_t r = 0; r < g->rows && !to->ended; r++) {
        output_text(to, "\n|");
        for (size_t c = 0; c < g->columns; c++) {
            paint ink = PAINT_PLAIN;
            buf_clear(&text);
            g->cell(g->of, r, c, &text, &ink);
            output_char(to, ' ');
            put_escaped(to, buf_string(&text), 0);
            output_text(to, " |");
        }
    }
    output_char(to, '\n');
    to->held.failed |= text.failed;
    buf_release(&text);
}
