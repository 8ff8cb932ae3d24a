/* A document as Markdown: headings, tables with pipes, and every mark of Markdown in a text escaped. */
#include <string.h>

#include "report/document.h"

/* On one line, with nothing in it obeyed: neither by a terminal nor by a reader of Markdown. What begins a
 * line (`starts`) could be taken for a heading or the entry of a list. */
static void put(sink *to, const char *text, int starts) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    const char *s = buf_string(&safe);
    for (size_t i = 0; i < safe.length; i++) {
        int list = starts && (s[i] == '.' || s[i] == ')') && i && strspn(s, "0123456789") == i;
        if (strchr("\\`*_[]<>|~&", s[i]) || list || (starts && !i && strchr("#+-=", s[i]))) output_char(to, '\\');
        output_char(to, s[i]);
    }
    if (safe.failed) to->held.failed = 1;
    buf_release(&safe);
}

static void table(sink *to, const document_block *b) {
    output_char(to, '|');
    for (size_t i = 0; i < b->columns; i++) {
        output_char(to, ' ');
        put(to, b->column[i].head, 0);
        output_text(to, " |");
    }
    output_text(to, "\n|");
    for (size_t i = 0; i < b->columns; i++)
        output_text(to, b->column[i].side == WIDTH_RIGHT ? " ---: |" : " --- |");
    for (size_t i = 0; i < b->cells; i++) {
        output_text(to, i % b->columns ? " " : "\n| ");
        put(to, b->cell[i].shown, 0);
        output_text(to, " |");
    }
    output_char(to, '\n');
}

void document_to_markdown(const document *p, sink *to) {
    output_text(to, "# ");
    put(to, p->title, 0);
    output_char(to, '\n');
    for (size_t i = 0; i < p->blocks; i++) {
        const document_block *b = &p->block[i];
        if (*b->title) {
            output_text(to, "\n## ");
            put(to, b->title, 0);
            output_char(to, '\n');
        }
        output_char(to, '\n');
        for (size_t k = 0; b->kind == PAPER_FACTS && k < b->columns; k++) {
            output_text(to, "- ");
            put(to, b->column[k].head, 0);
            output_text(to, p->colon);
            put(to, b->cell[k].shown, 0);
            output_char(to, '\n');
        }
        if (b->kind == PAPER_TABLE && b->cells) table(to, b);
        if (b->kind == PAPER_TABLE && !b->cells) {
            put(to, p->none, 1);
            output_char(to, '\n');
        }
        if (b->kind == PAPER_NOTE) {
            put(to, b->cell->shown, 1);
            output_char(to, '\n');
        }
    }
}
