/* A paper as Markdown: headings, tables with pipes, and every mark of Markdown in a text escaped. */
#include <string.h>

#include "report/paper.h"

/* On one line, with nothing in it obeyed: neither by a terminal nor by a reader of Markdown. What begins a
 * line (`starts`) could be taken for a heading or the entry of a list. */
static void put(sink *to, const char *text, int starts) {
    buf safe = BUF_INIT;
    width_safe(&safe, text, strlen(text));
    const char *s = buf_string(&safe);
    for (size_t i = 0; i < safe.length; i++) {
        int list = starts && (s[i] == '.' || s[i] == ')') && i && strspn(s, "0123456789") == i;
        if (strchr("\\`*_[]<>|~&", s[i]) || list || (starts && !i && strchr("#+-=", s[i]))) sink_char(to, '\\');
        sink_char(to, s[i]);
    }
    if (safe.failed) to->held.failed = 1;
    buf_release(&safe);
}

static void table(sink *to, const paper_block *b) {
    sink_char(to, '|');
    for (size_t i = 0; i < b->columns; i++) {
        sink_char(to, ' ');
        put(to, b->column[i].head, 0);
        sink_text(to, " |");
    }
    sink_text(to, "\n|");
    for (size_t i = 0; i < b->columns; i++)
        sink_text(to, b->column[i].side == WIDTH_RIGHT ? " ---: |" : " --- |");
    for (size_t i = 0; i < b->cells; i++) {
        sink_text(to, i % b->columns ? " " : "\n| ");
        put(to, b->cell[i].shown, 0);
        sink_text(to, " |");
    }
    sink_char(to, '\n');
}

void paper_to_markdown(const paper *p, sink *to) {
    sink_text(to, "# ");
    put(to, p->title, 0);
    sink_char(to, '\n');
    for (size_t i = 0; i < p->blocks; i++) {
        const paper_block *b = &p->block[i];
        if (*b->title) {
            sink_text(to, "\n## ");
            put(to, b->title, 0);
            sink_char(to, '\n');
        }
        sink_char(to, '\n');
        for (size_t k = 0; b->kind == PAPER_FACTS && k < b->columns; k++) {
            sink_text(to, "- ");
            put(to, b->column[k].head, 0);
            sink_text(to, p->colon);
            put(to, b->cell[k].shown, 0);
            sink_char(to, '\n');
        }
        if (b->kind == PAPER_TABLE && b->cells) table(to, b);
        if (b->kind == PAPER_TABLE && !b->cells) {
            put(to, p->none, 1);
            sink_char(to, '\n');
        }
        if (b->kind == PAPER_NOTE) {
            put(to, b->cell->shown, 1);
            sink_char(to, '\n');
        }
    }
}
